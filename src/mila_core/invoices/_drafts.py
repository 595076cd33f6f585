"""What every document of a settlement is made of: its lines, its parties, its term."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import attrs

from mila_core.bookings import Booking
from mila_core.errors import InvalidValueError, describe
from mila_core.friends import ContractMode
from mila_core.invoices.kinds import InvoiceKind
from mila_core.invoices.parties import InvoiceParty
from mila_core.invoices.values import Invoice
from mila_core.invoices.vat import vat_shares
from mila_core.money import CASH_STEP, ZERO, Money, total
from mila_core.policies import VatTreatment
from mila_core.quotes import Part, QuoteLine
from mila_core.reasons import reason
from mila_core.settlements import Settlement
from mila_core.validation import check_instance, day

__all__ = [
    "Head",
    "check_party",
    "check_same",
    "compensation_lines",
    "fee_lines",
    "made",
    "made_by_contract",
    "price_lines",
]


class Head(NamedTuple):
    """What the caller says of a document."""

    number: str
    issued_on: date
    issuer: InvoiceParty
    recipient: InvoiceParty | None


def check_same(settlement: Settlement, booking: Booking) -> None:
    """Refuse a settlement of another booking, and what is neither.

    Args:
        settlement: the settlement.
        booking: the booking.
    """
    check_instance("settlement", settlement, kind=Settlement)
    check_instance("booking", booking, kind=Booking)
    if settlement.id != booking.id:
        expected = f"the settlement of the booking {describe(booking.id)}"
        raise InvalidValueError("settlement", expected, describe(settlement.id))


def _check_total(lines: Iterable[QuoteLine], expected: Money) -> None:
    """Refuse lines that do not add up to what is charged, as of another version of the booking."""
    found = total(line.amount for line in lines)
    if found != expected:
        raise InvalidValueError("booking", f"lines that add up to {expected}, as charged", str(found))


def check_party(
    field: str,
    party: InvoiceParty | None,
    *,
    one: str | None = None,
    others: Iterable[str] = (),
    may_be_missing: bool = False,
) -> None:
    """Refuse a party whose id says that it is somebody else; one without an id is believed.

    Args:
        field: the argument's name.
        party: the party.
        one: whose id it has to be; None for the platform, which may have any.
        others: ids of people who are not the platform.
        may_be_missing: whether None will do.
    """
    if may_be_missing and party is None:
        return
    check_instance(field, party, kind=InvoiceParty, personal=True)
    if party is None or party.id is None:
        return
    if party.id in others or (one is not None and party.id != one):
        expected = "the platform" if one is None else describe(one)
        raise InvalidValueError(field, expected, describe(party.id))


def _rounding_lines(rounding: Money) -> list[QuoteLine]:
    """Return the line of what cash adds to a quote or a compensation, if it is no more than that."""
    if rounding == ZERO or abs(rounding).rappen >= CASH_STEP:
        return []
    why = reason("cash_rounding", step_rappen=CASH_STEP)
    return [QuoteLine(why=why, amount=rounding, part=Part.PLATFORM)]


def price_lines(settlement: Settlement, booking: Booking) -> list[QuoteLine]:
    """Return the lines of the quote, with what cash and a tip add: what the settlement charges."""
    check_same(settlement, booking)
    charge = settlement.terms.charge
    if charge.compensation > ZERO:
        raise InvalidValueError("settlement", "one of a price", "one of a compensation")
    lines = list(booking.quote.lines)
    lines += _rounding_lines(charge.due - booking.quote.due)
    if charge.tip > ZERO:
        lines.append(QuoteLine(why=reason("tip"), amount=charge.tip))
    _check_total(lines, charge.total)
    return _as_contracted(settlement, lines)


def fee_lines(settlement: Settlement, booking: Booking) -> list[QuoteLine]:
    """Return the lines of the platform's fee, taxed at the standard rate, as the charge counts it."""
    check_same(settlement, booking)
    lines = [
        attrs.evolve(line, vat=VatTreatment.STANDARD)
        for line in booking.quote.lines
        if line.part is Part.PLATFORM and line.amount > ZERO and line.why.code != "cash_rounding"
    ]
    _check_total(lines, settlement.terms.charge.fee)
    return lines


def compensation_lines(settlement: Settlement, booking: Booking) -> list[QuoteLine]:
    """Return the line of a compensation, with its basis and cap; in cash, the rounding of the charge."""
    check_same(settlement, booking)
    owed = booking.ending.compensation if booking.ending else None
    if owed is None or settlement.terms.charge.compensation == ZERO:
        raise InvalidValueError("settlement", "one of a compensation", "one of a price")
    lines = [QuoteLine(why=owed.why, amount=owed.amount), *_rounding_lines(settlement.terms.charge.rounding)]
    _check_total(lines, settlement.terms.charge.total)
    return lines


def _as_contracted(settlement: Settlement, lines: Iterable[QuoteLine]) -> list[QuoteLine]:
    """Return the lines of a price as whoever the contract is with taxes them: a private person not at all."""
    if settlement.terms.contract is ContractMode.PLATFORM:
        return _at_their_rates(settlement, lines)
    return [attrs.evolve(line, vat=VatTreatment.NONE) for line in lines]


def _at_their_rates(settlement: Settlement, lines: Iterable[QuoteLine]) -> list[QuoteLine]:
    """Return lines of which only those are taxed that have a rate on the day of service."""
    policy, on = settlement.policy, settlement.terms.served_on
    taxed = {each for each in VatTreatment if policy.vat_per_mille(on, treatment=each)}
    return [line if line.vat in taxed else attrs.evolve(line, vat=VatTreatment.NONE) for line in lines]


def made_by_contract(
    kind: InvoiceKind, head: Head, *, settlement: Settlement, lines: Iterable[QuoteLine]
) -> Invoice:
    """Return a document of whoever the contract is with: the friend, never registered, or the platform."""
    terms, policy = settlement.terms, settlement.policy
    check_party("recipient", head.recipient, one=terms.customer_id, may_be_missing=True)
    if terms.contract is ContractMode.PLATFORM:
        check_party("issuer", head.issuer, others=(terms.friend_id, terms.customer_id))
        return made(kind, head, settlement=settlement, lines=lines, days=policy.invoice_days_platform)
    check_party("issuer", head.issuer, one=terms.friend_id)
    if head.issuer.vat_number is not None:
        expected = "a private person without a VAT number, under a friend's contract"
        raise InvalidValueError("issuer", expected, "one with a VAT number")
    return made(kind, head, settlement=settlement, lines=lines, days=policy.invoice_days_friend)


def made(
    kind: InvoiceKind,
    head: Head,
    *,
    settlement: Settlement,
    lines: Iterable[QuoteLine],
    days: int,
    is_settled: bool | None = None,
    refers_to: str | None = None,
) -> Invoice:
    """Return a document.

    Args:
        kind: what sort it is.
        head: what the caller says of it.
        settlement: the settlement.
        lines: its lines.
        days: its term, in days.
        is_settled: whether nothing is to be paid on it; if not given, whether the customer owes nothing.
        refers_to: the number of the document to which it belongs.
    """
    terms, told = settlement.terms, _at_their_rates(settlement, lines)
    day(None, attrs.fields(Invoice).issued_on, head.issued_on)  # before a term is counted from it
    settled = not settlement.is_unpaid if is_settled is None else is_settled
    recipient = (
        None if head.recipient is None else attrs.evolve(head.recipient, iban=None)
    )  # pays, is not paid
    return Invoice(
        number=head.number,
        invoice_kind=kind,
        issued_on=head.issued_on,
        served_on=terms.served_on,
        issuer=head.issuer,
        recipient=recipient,
        lines=told,
        vat=vat_shares(told, on=terms.served_on, policy=settlement.policy),
        booking_id=settlement.id,
        means=None if kind is InvoiceKind.COMMISSION_STATEMENT else terms.means,
        is_settled=settled,
        due_on=None if settled else head.issued_on + timedelta(days=days),
        refers_to=refers_to,
    )
