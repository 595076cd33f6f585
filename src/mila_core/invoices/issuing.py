"""Documents about a booking that has been settled: who issues what to whom, with which tax.

Under a friend's contract the friend is the issuer and shows no tax: a private person is not registered. The
fee of the platform is on the friend's document as what is collected for the platform, so that the customer
sees one total, and pays once; as the platform's own supply it has a document of its own, with the tax. Under
the platform's contract all is the platform's supply, on one document.

A tip is a line of its own without tax: a gift is no consideration for a supply. It is on the document
as it is paid with it, so that the total is what the settlement charges, to the Rappen.
"""

from datetime import date

import attrs

from mila_core.bookings import Booking
from mila_core.errors import InvalidValueError, describe
from mila_core.friends import ContractMode
from mila_core.invoices._drafts import (
    Head,
    check_party,
    check_same,
    compensation_lines,
    fee_lines,
    made,
    made_by_contract,
    price_lines,
)
from mila_core.invoices._reductions import lines_off
from mila_core.invoices.kinds import InvoiceKind
from mila_core.invoices.parties import InvoiceParty
from mila_core.invoices.values import Invoice
from mila_core.money import ZERO, total
from mila_core.policies import VatTreatment
from mila_core.quotes import Part, QuoteLine
from mila_core.reasons import reason
from mila_core.settlements import PaymentState, Settlement
from mila_core.validation import check_instance

__all__ = [
    "commission_statement_for",
    "compensation_note_for",
    "documents_for",
    "fee_invoice_for",
    "invoice_for",
    "receipt_for",
]

_PAID = frozenset({PaymentState.PAID, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED})


def invoice_for(
    settlement: Settlement,
    booking: Booking,
    *,
    number: str,
    issued_on: date,
    issuer: InvoiceParty,
    recipient: InvoiceParty | None = None,
) -> Invoice:
    """Return the invoice for a visit; its total is what the settlement charges.

    What was credited or refunded since then is not taken off: that has a credit note of its own.

    Args:
        settlement: the settlement of the booking.
        booking: the booking, for the lines of its quote.
        number: the document's number.
        issued_on: the day on which it is issued; the term begins on it.
        issuer: under a friend's contract the friend; under the platform's contract the platform.
        recipient: the customer.

    Returns:
        The invoice; one that is settled where the customer owes nothing any more.

    Raises:
        InvalidTypeError: a settlement, booking or party that is none.
        InvalidValueError: a settlement of another booking, or of a compensation; an issuer or recipient who
            is somebody else than the settlement says; a friend with a VAT number, or a platform without one
            though its prices contain the tax.
    """
    return made_by_contract(
        InvoiceKind.INVOICE,
        Head(number, issued_on, issuer, recipient),
        settlement=settlement,
        lines=price_lines(settlement, booking),
    )


def compensation_note_for(
    settlement: Settlement,
    booking: Booking,
    *,
    number: str,
    issued_on: date,
    issuer: InvoiceParty,
    recipient: InvoiceParty | None = None,
) -> Invoice:
    """Return what a customer owes instead of the price, with its basis and its cap as the line's reason.

    It is a document of its own and never has a tax: a compensation is no consideration (MWSTG, article 18,
    paragraph 2, letter i).

    Args:
        settlement: the settlement of the booking.
        booking: the booking, which ended with a compensation.
        number: the document's number.
        issued_on: the day on which it is issued.
        issuer: under a friend's contract the friend; under the platform's contract the platform.
        recipient: the customer.

    Raises:
        InvalidTypeError: as for `invoice_for`.
        InvalidValueError: as for `invoice_for`, or no compensation is owed.
    """
    return made_by_contract(
        InvoiceKind.COMPENSATION_NOTE,
        Head(number, issued_on, issuer, recipient),
        settlement=settlement,
        lines=compensation_lines(settlement, booking),
    )


def receipt_for(
    settlement: Settlement,
    booking: Booking,
    *,
    number: str,
    issued_on: date,
    issuer: InvoiceParty,
    recipient: InvoiceParty | None = None,
) -> Invoice:
    """Return the receipt for what a customer has paid, a price or a compensation.

    What was credited before the payment is taken off, from each rate in proportion; what was refunded after
    it has a credit note.

    Args:
        settlement: the settlement of the booking, which is paid.
        booking: the booking.
        number: the document's number.
        issued_on: the day on which it is issued.
        issuer: under a friend's contract the friend; under the platform's contract the platform.
        recipient: the customer; may be left out up to CHF 400 (`missing_particulars`).

    Raises:
        InvalidTypeError: as for `invoice_for`.
        InvalidValueError: as for `invoice_for`, or the settlement is not paid.
    """
    check_same(settlement, booking)
    if settlement.payment not in _PAID:
        raise InvalidValueError("settlement", "one that is paid", settlement.payment.value)
    owes_price = settlement.terms.charge.compensation == ZERO
    lines = price_lines(settlement, booking) if owes_price else compensation_lines(settlement, booking)
    credited = total(line.amount for line in lines) - settlement.paid
    off = lines_off(lines, credited, why=reason("credited"))
    return made_by_contract(
        InvoiceKind.RECEIPT,
        Head(number, issued_on, issuer, recipient),
        settlement=settlement,
        lines=[*lines, *(attrs.evolve(line, amount=-line.amount) for line in off)],
    )


def fee_invoice_for(
    settlement: Settlement,
    booking: Booking,
    *,
    number: str,
    issued_on: date,
    issuer: InvoiceParty,
    recipient: InvoiceParty | None = None,
    collected_with: str,
) -> Invoice:
    """Return the platform's document for its fee, under a friend's contract; with the tax contained in it.

    Nothing is to be paid on it: the friend's document asks for the fee, too.

    Args:
        settlement: the settlement of the booking.
        booking: the booking.
        number: the document's number.
        issued_on: the day on which it is issued.
        issuer: the platform.
        recipient: the customer.
        collected_with: the number of the friend's document.

    Raises:
        InvalidTypeError: as for `invoice_for`.
        InvalidValueError: as for `invoice_for`; no fee is charged; or the contract is the platform's, so that
            the fee is on its invoice.
    """
    check_same(settlement, booking)
    terms = settlement.terms
    if terms.charge.fee == ZERO or terms.contract is not ContractMode.FRIEND:
        expected = "one with a fee, under a friend's contract"
        came = f"a fee of {terms.charge.fee}, {terms.contract.value}"
        raise InvalidValueError("settlement", expected, came)
    check_party("issuer", issuer, others=(terms.friend_id, terms.customer_id))
    check_party("recipient", recipient, one=terms.customer_id, may_be_missing=True)
    return made(
        InvoiceKind.INVOICE,
        Head(number, issued_on, issuer, recipient),
        settlement=settlement,
        lines=fee_lines(settlement, booking),
        days=settlement.policy.invoice_days_platform,
        is_settled=True,
        refers_to=collected_with,
    )


def commission_statement_for(
    settlement: Settlement,
    *,
    number: str,
    issued_on: date,
    issuer: InvoiceParty,
    recipient: InvoiceParty,
) -> Invoice:
    """Return the platform's document for its commission, with the tax contained in it, to the friend.

    It says what was agreed when the settlement was opened; what goes back of it later has a credit note.

    Args:
        settlement: the settlement.
        number: the document's number.
        issued_on: the day on which it is issued.
        issuer: the platform.
        recipient: the friend.

    Returns:
        The statement; a settled one where the platform collects, and keeps its commission back.

    Raises:
        InvalidTypeError: as for `invoice_for`.
        InvalidValueError: there is no commission, or a party is somebody else than the settlement says.
    """
    check_instance("settlement", settlement, kind=Settlement)
    terms = settlement.terms
    if terms.charge.commission == ZERO:
        raise InvalidValueError("settlement", "one with a commission", "CHF 0.00")
    check_party("issuer", issuer, others=(terms.friend_id, terms.customer_id))
    check_party("recipient", recipient, one=terms.friend_id)
    line = QuoteLine(
        why=reason("commission", of=terms.charge.gross),
        amount=terms.charge.commission,
        part=Part.PLATFORM,
        vat=VatTreatment.STANDARD,
    )
    return made(
        InvoiceKind.COMMISSION_STATEMENT,
        Head(number, issued_on, issuer, recipient),
        settlement=settlement,
        lines=[line],
        days=settlement.policy.invoice_days_platform,
        is_settled=not terms.means.by_friend,
    )


def documents_for(
    settlement: Settlement,
    booking: Booking,
    *,
    number: str,
    fee_number: str | None = None,
    issued_on: date,
    friend: InvoiceParty,
    platform: InvoiceParty,
    customer: InvoiceParty | None = None,
) -> tuple[Invoice, ...]:
    """Return all that a customer is to be sent when a booking has been settled.

    Args:
        settlement: the settlement of the booking.
        booking: the booking.
        number: the number of the invoice, or of the compensation note.
        fee_number: the number of the fee's document, where there is one.
        issued_on: the day on which they are issued.
        friend: the friend, who issues under a friend's contract.
        platform: the platform, which issues under its own contract, and for its fee.
        customer: the customer.

    Returns:
        First the document that asks for the whole amount; then, under a friend's contract with a fee, the
        platform's for the fee.

    Raises:
        InvalidTypeError: as for `invoice_for`.
        InvalidValueError: as for `invoice_for`, or the number for the fee is missing.
    """
    check_same(settlement, booking)
    check_party("friend", friend)
    check_party("platform", platform)
    check_party("customer", customer, may_be_missing=True)
    terms = settlement.terms
    is_friends = terms.contract is ContractMode.FRIEND
    issue = invoice_for if terms.charge.compensation == ZERO else compensation_note_for
    issuer = friend if is_friends else platform
    first = issue(settlement, booking, number=number, issued_on=issued_on, issuer=issuer, recipient=customer)
    if not is_friends or terms.charge.fee == ZERO:
        return (first,)
    if fee_number is None:
        raise InvalidValueError("fee_number", "a number for the fee's document", describe(None))
    fee = fee_invoice_for(
        settlement,
        booking,
        number=fee_number,
        issued_on=issued_on,
        issuer=platform,
        recipient=customer,
        collected_with=number,
    )
    return first, fee
