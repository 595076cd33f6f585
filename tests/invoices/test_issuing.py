"""Each document has the right issuer, the right lines, the right tax, and the total that was charged."""

from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.bookings import Booking, BookingState
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.friends import ContractMode
from mila_core.invoices import (
    Invoice,
    InvoiceKind,
    commission_statement_for,
    compensation_note_for,
    documents_for,
    fee_invoice_for,
    invoice_for,
    receipt_for,
)
from mila_core.money import ZERO, chf, round_to, total
from mila_core.policies import SettlementPolicy, VatTreatment, vat_contained
from mila_core.quotes import Part, QuoteLine
from mila_core.reasons import reason
from mila_core.settlements import PaymentMeans, PaymentState, Settlement
from tests.invoices.examples import (
    CUSTOMER,
    FRIEND,
    ISSUED,
    PLATFORM,
    SERVED,
    by_friend,
    by_platform,
    taxed,
)
from tests.settlements.examples import closed, compensated, opened

NUMBERS: dict[str, Any] = {"number": "2013-1", "issued_on": ISSUED}
ALL: dict[str, Any] = {
    **NUMBERS,
    "fee_number": "2013-2",
    "friend": FRIEND,
    "platform": PLATFORM,
    "customer": CUSTOMER,
}


# --- under a friend's contract


def test_a_friend_invoices_without_tax() -> None:
    """The friend is the issuer, the term is ten days, and no rate is shown, whatever the quote said."""
    booking = taxed(closed("40.00"))
    invoice = invoice_for(by_friend(booking), booking, **NUMBERS, issuer=FRIEND, recipient=CUSTOMER)
    assert (invoice.invoice_kind, invoice.total, invoice.vat) == (InvoiceKind.INVOICE, chf(40), ())
    assert (invoice.served_on, invoice.due_on) == (SERVED, date(2013, 12, 9))
    assert {line.vat for line in invoice.lines} == {VatTreatment.NONE}


def test_the_fee_is_in_the_friends_total_and_has_a_document_of_its_own() -> None:
    """The customer pays once; the fee's document refers to the friend's and asks for nothing more."""
    booking = closed("40.00", fee="3.00", voucher="5.00")
    first, fee = documents_for(by_friend(booking), booking, **ALL)
    assert (first.issuer, first.total, first.payable) == (FRIEND, chf(38), chf(38))
    assert (fee.issuer, fee.total, fee.payable, fee.refers_to) == (PLATFORM, chf(3), ZERO, "2013-1")
    assert (fee.vat_total, fee.vat[0].per_mille) == (chf("0.22"), 80)
    assert fee.due_on is None


def test_without_a_fee_there_is_one_document() -> None:
    """Then no second number is needed."""
    booking = closed("40.00")
    assert len(documents_for(by_friend(booking), booking, **{**ALL, "fee_number": None})) == 1


def test_a_fee_needs_a_number() -> None:
    """It is asked for, not made up."""
    booking = closed("40.00", fee="3.00")
    with pytest.raises(InvalidValueError, match="fee_number"):
        documents_for(by_friend(booking), booking, **{**ALL, "fee_number": None})


def test_a_registered_friend_is_refused() -> None:
    """Whoever is registered would have to tax the price, which the quote did not."""
    booking = closed()
    issuer = attrs.evolve(FRIEND, vat_number="CHE-123.456.788 MWST")
    with pytest.raises(InvalidValueError, match="private person"):
        invoice_for(by_friend(booking), booking, **NUMBERS, issuer=issuer)


# --- under the platform's contract


def test_the_platform_invoices_with_the_tax_on_all() -> None:
    """Thirty days, one document, and the tax contained in the total of each rate."""
    booking = taxed(closed("40.00", fee="3.00", voucher="5.00"))
    (invoice,) = documents_for(by_platform(booking), booking, **ALL)
    assert (invoice.issuer, invoice.total, invoice.due_on) == (PLATFORM, chf(38), date(2013, 12, 29))
    assert [(share.gross, share.vat) for share in invoice.vat] == [(chf(38), chf("2.81"))]
    assert invoice.vat[0].net == chf("35.19")


def test_each_rate_has_its_share() -> None:
    """In the order of the treatments; what is not taxed has none."""
    booking = taxed(
        closed("40.00", fee="3.00", voucher="5.00"),
        VatTreatment.REDUCED,
        VatTreatment.STANDARD,
        VatTreatment.NONE,
    )
    invoice = invoice_for(by_platform(booking), booking, **NUMBERS, issuer=PLATFORM)
    assert [(share.treatment, share.per_mille, share.gross) for share in invoice.vat] == [
        (VatTreatment.STANDARD, 80, chf(3)),
        (VatTreatment.REDUCED, 25, chf(40)),
    ]


def test_a_platform_that_owes_no_tax_shows_none() -> None:
    """Without rates there is nothing to show, and no number to be had."""
    booking = taxed(closed("40.00"))
    settlement = by_platform(booking, policy=SettlementPolicy(vat_rates=[]))
    issuer = attrs.evolve(PLATFORM, vat_number=None)
    assert invoice_for(settlement, booking, **NUMBERS, issuer=issuer).vat == ()


def test_a_platform_without_a_number_cannot_show_the_tax() -> None:
    """Who is not registered must not refer to the tax (MWSTG 27)."""
    booking = taxed(closed("40.00"))
    with pytest.raises(InvalidValueError, match="VAT number"):
        invoice_for(by_platform(booking), booking, **NUMBERS, issuer=attrs.evolve(PLATFORM, vat_number=None))


# --- lines that are not the quote's


def test_a_tip_is_a_line_without_tax() -> None:
    """It is paid with the price, and is none."""
    booking = taxed(closed("40.00"))
    invoice = invoice_for(by_platform(booking, tip=chf(5)), booking, **NUMBERS, issuer=PLATFORM)
    last = invoice.lines[-1]
    assert (last.why.code, last.amount, last.vat) == ("tip", chf(5), VatTreatment.NONE)
    assert (invoice.total, invoice.vat[0].gross) == (chf(45), chf(40))


def test_cash_adds_what_is_missing_to_the_coin() -> None:
    """The line is the one that a quote for cash has."""
    booking = closed("40.02")
    invoice = invoice_for(by_friend(booking, means=PaymentMeans.CASH), booking, **NUMBERS, issuer=FRIEND)
    assert (invoice.lines[-1].why.code, invoice.lines[-1].amount) == ("cash_rounding", chf("-0.02"))
    assert invoice.total == chf(40)


@pytest.mark.parametrize(("price", "rounding"), [("40.02", "-0.02"), ("40.03", "0.02"), ("40.00", None)])
def test_what_cash_adds_is_no_fee(price: str, rounding: str | None) -> None:
    """A quote for cash has the line already, and it is the platform's; up or down, it is in no fee."""
    booking = closed(price, fee="3.00")
    if rounding is not None:
        cash = QuoteLine(why=reason("cash_rounding", step_rappen=5), amount=chf(rounding), part=Part.PLATFORM)
        quote = attrs.evolve(booking.quote, lines=[*booking.quote.lines, cash])
        booking = attrs.evolve(booking, quote=quote)
    settlement = by_friend(booking, means=PaymentMeans.CASH)
    first, fee = documents_for(settlement, booking, **ALL)
    assert [line.why.code for line in fee.lines] == ["customer_fee"]
    assert (fee.total, first.total) == (chf(3), settlement.terms.charge.total)


# --- compensations


def test_a_compensation_has_a_note_without_tax() -> None:
    """Its line is the booking's own reason, with basis and cap; the platform shows no tax either."""
    booking = compensated("20.00")
    assert booking.ending is not None
    assert booking.ending.compensation is not None
    for settlement, issuer in ((by_friend(booking), FRIEND), (by_platform(booking), PLATFORM)):
        note = compensation_note_for(settlement, booking, **NUMBERS, issuer=issuer, recipient=CUSTOMER)
        assert (note.invoice_kind, note.total, note.vat) == (InvoiceKind.COMPENSATION_NOTE, chf(20), ())
        assert [line.why for line in note.lines] == [booking.ending.compensation.why]
        (same,) = documents_for(settlement, booking, **ALL)
        assert same == note


def test_a_price_has_no_note_and_a_compensation_no_invoice() -> None:
    """Each has its own verb."""
    booking, owed = closed(), compensated()
    with pytest.raises(InvalidValueError, match="settlement"):
        compensation_note_for(by_friend(booking), booking, **NUMBERS, issuer=FRIEND)
    with pytest.raises(InvalidValueError, match="settlement"):
        invoice_for(by_friend(owed), owed, **NUMBERS, issuer=FRIEND)


# --- receipts


def test_a_receipt_is_for_what_is_paid() -> None:
    """What was credited before is taken off, from the rate at which it was charged."""
    booking = taxed(closed("40.00"))
    settlement = by_platform(booking, "credit=10.00", "receive_payment")
    receipt = receipt_for(settlement, booking, **NUMBERS, issuer=PLATFORM)
    assert (receipt.invoice_kind, receipt.total, receipt.payable) == (InvoiceKind.RECEIPT, chf(30), ZERO)
    assert [line.why.code for line in receipt.lines] == ["base", "credited"]
    assert receipt.vat_total == vat_contained(chf(30), per_mille=80)


def test_a_compensation_can_be_receipted() -> None:
    """It is paid like a price."""
    booking = compensated("20.00")
    receipt = receipt_for(by_friend(booking, "receive_payment"), booking, **NUMBERS, issuer=FRIEND)
    assert (receipt.total, receipt.vat) == (chf(20), ())


def test_what_is_not_paid_has_no_receipt() -> None:
    """A receipt is given for money."""
    booking = closed()
    with pytest.raises(InvalidValueError, match="paid"):
        receipt_for(by_friend(booking), booking, **NUMBERS, issuer=FRIEND)


def test_an_invoice_that_is_paid_asks_for_nothing() -> None:
    """It has no term then."""
    booking = closed()
    invoice = invoice_for(by_friend(booking, "receive_payment"), booking, **NUMBERS, issuer=FRIEND)
    assert (invoice.is_settled, invoice.payable, invoice.due_on) == (True, ZERO, None)


# --- commissions


def test_a_commission_is_stated_with_its_tax() -> None:
    """Where the friend collects, it is to be paid; where the platform does, it is kept back."""
    booking = closed("40.00")
    given: dict[str, Any] = {**NUMBERS, "issuer": PLATFORM, "recipient": FRIEND}
    owed = commission_statement_for(by_friend(booking), **given)
    kept = commission_statement_for(by_friend(booking, means=PaymentMeans.ONLINE), **given)
    assert (owed.total, owed.vat_total, owed.means) == (chf(6), chf("0.44"), None)
    assert (owed.payable, kept.payable, owed.due_on) == (chf(6), ZERO, date(2013, 12, 29))


def test_no_commission_is_no_statement() -> None:
    """A compensation has none."""
    with pytest.raises(InvalidValueError, match="commission"):
        commission_statement_for(by_friend(compensated()), **NUMBERS, issuer=PLATFORM, recipient=FRIEND)


# --- wrong calls


def _of(booking: Booking, **changes: Any) -> Invoice:
    """Return the friend's invoice, something about it changed."""
    settlement = changes.pop("settlement", by_friend(booking))
    return invoice_for(settlement, booking, **{**NUMBERS, "issuer": FRIEND, "recipient": CUSTOMER, **changes})


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("number", {"number": ""}),  # numbering is the application's
        ("number", {"number": 7}),
        ("number", {"number": "2013\n1"}),
        ("number", {"number": "x" * 5_000}),
        ("issued_on", {"issued_on": "2013-11-29"}),
        ("issued_on", {"issued_on": date.max}),  # its term would run off the calendar
        ("issuer", {"issuer": None}),
        ("issuer", {"issuer": attrs.evolve(FRIEND, id="sonja")}),  # somebody else's price
        ("recipient", {"recipient": attrs.evolve(CUSTOMER, id="berta")}),
        ("settlement", {"settlement": by_friend(attrs.evolve(closed(), id="b9"))}),
        ("booking", {"settlement": by_friend(closed("41.00"))}),  # another version of the booking
        ("booking", {"settlement": by_friend(closed("40.05"))}),  # no rounding, which is less than a coin
    ],
)
def test_a_wrong_call_is_named(field: str, changes: dict[str, Any]) -> None:
    """The error says which argument it is."""
    with pytest.raises(InvalidInputError) as caught:
        _of(closed(), **changes)
    assert caught.value.field == field


FEE = closed(fee="3.00")
PAID = by_friend(FEE, "receive_payment")
OWED = compensated("20.00")
VERBS: dict[str, tuple[Any, list[Any], dict[str, Any]]] = {
    "invoice": (invoice_for, [PAID, FEE], {"issuer": FRIEND, "recipient": CUSTOMER}),
    "receipt": (receipt_for, [PAID, FEE], {"issuer": FRIEND, "recipient": CUSTOMER}),
    "note": (compensation_note_for, [by_friend(OWED), OWED], {"issuer": FRIEND, "recipient": CUSTOMER}),
    "fee": (
        fee_invoice_for,
        [PAID, FEE],
        {"issuer": PLATFORM, "recipient": CUSTOMER, "collected_with": "2013-0"},
    ),
    "statement": (commission_statement_for, [PAID], {"issuer": PLATFORM, "recipient": FRIEND}),
    "documents": (
        documents_for,
        [PAID, FEE],
        {"friend": FRIEND, "platform": PLATFORM, "customer": CUSTOMER, "fee_number": "2013-2"},
    ),
}
MAY_BE_LEFT_OUT = {"recipient", "customer"}


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_argument_is_named_whatever_the_document(verb: str) -> None:
    """Nothing, a name or a number in the place of a settlement, booking or party; a name is not repeated."""
    issue, subjects, parties = VERBS[verb]
    assert issue(*subjects, **NUMBERS, **parties)
    for place, name in enumerate(("settlement", "booking")[: len(subjects)]):
        for other in (None, "b1", 7):
            with pytest.raises(InvalidTypeError) as caught:
                issue(*[*subjects[:place], other, *subjects[place + 1 :]], **NUMBERS, **parties)
            assert caught.value.field == name
    for name in parties.keys() - {"collected_with", "fee_number"}:
        optional = name in MAY_BE_LEFT_OUT and verb != "statement"
        for wrong in (7, "Sonja", {"name": "Sonja"}, *([] if optional else [None])):
            with pytest.raises(InvalidTypeError) as caught:
                issue(*subjects, **NUMBERS, **{**parties, name: wrong})
            assert caught.value.field == name
            assert "Sonja" not in str(caught.value)


def test_the_platform_is_nobody_of_the_booking() -> None:
    """Neither the friend nor the customer can issue in its name."""
    booking = taxed(closed(fee="3.00"))
    wrong = attrs.evolve(PLATFORM, id="andreas")
    with pytest.raises(InvalidValueError, match="platform"):
        invoice_for(by_platform(booking), booking, **NUMBERS, issuer=wrong)
    with pytest.raises(InvalidValueError, match="platform"):
        fee_invoice_for(by_friend(booking), booking, **NUMBERS, issuer=wrong, collected_with="1")
    with pytest.raises(InvalidValueError, match="platform"):
        commission_statement_for(by_friend(booking), **NUMBERS, issuer=wrong, recipient=FRIEND)


def test_a_fee_has_its_document_under_the_friends_contract_only() -> None:
    """Under the platform's it is on the invoice; and there has to be one."""
    booking = closed(fee="3.00")
    with pytest.raises(InvalidValueError, match="fee"):
        fee_invoice_for(by_platform(booking), booking, **NUMBERS, issuer=PLATFORM, collected_with="1")
    with pytest.raises(InvalidValueError, match="fee"):
        fee_invoice_for(by_friend(closed()), closed(), **NUMBERS, issuer=PLATFORM, collected_with="1")


# --- laws


@st.composite
def settled(draw: st.DrawFn) -> tuple[Booking, Settlement]:
    """Return a booking, taxed in any way, with its settlement as it was opened."""
    booking = draw(testing.chargeable_bookings(booking_id="b1"))
    lines = [
        attrs.evolve(line, vat=draw(st.sampled_from(VatTreatment)) if line.amount > ZERO else line.vat)
        for line in booking.quote.lines
    ]
    booking = attrs.evolve(booking, quote=attrs.evolve(booking.quote, lines=lines))
    means = draw(st.sampled_from(PaymentMeans))
    contract = draw(st.sampled_from([each for each in ContractMode if means.fits(each)]))
    is_price = booking.state is BookingState.CLOSED
    tip = draw(testing.moneys(least=0, most=2_000)) if is_price else ZERO
    tip = round_to(tip) if means is PaymentMeans.CASH else tip
    return booking, opened(booking, means=means, contract=contract, tip=tip, at=booking.since)


def _documents(booking: Booking, settlement: Settlement) -> tuple[Invoice, ...]:
    """Return all documents, of parties who say by no id who they are."""
    friend, customer = (attrs.evolve(each, id=None) for each in (FRIEND, CUSTOMER))
    return documents_for(settlement, booking, **{**ALL, "friend": friend, "customer": customer})


@given(settled())
def test_documents_agree_with_the_charge(pair: tuple[Booking, Settlement]) -> None:
    """The total is what is charged, each rate is net and tax, and no private person shows one.

    To the Rappen, with fee, voucher, rounding and tip. The payables add up to the charge, or to nothing.
    """
    booking, settlement = pair
    first, *others = documents = _documents(booking, settlement)
    charge, asked = settlement.terms.charge, total(each.payable for each in documents)
    assert first.total == charge.total
    assert asked == (charge.total if settlement.is_unpaid else ZERO)
    assert [(each.total, each.vat_total) for each in others] == [(charge.fee, charge.fee_vat)] * len(others)
    if settlement.terms.contract is ContractMode.FRIEND or charge.compensation > ZERO:
        assert first.vat == ()
    for document in documents:
        untaxed = total(line.amount for line in document.lines if line.vat is VatTreatment.NONE)
        assert untaxed + total(share.net + share.vat for share in document.vat) == document.total
        for share in document.vat:  # the nearest Rappen to the exact part, by cross-multiplication
            numerator, denominator = share.gross.rappen * share.per_mille, 1000 + share.per_mille
            assert abs(2 * (share.vat.rappen * denominator - numerator)) <= denominator


@given(settled())
def test_the_commissions_tax_is_the_charges(pair: tuple[Booking, Settlement]) -> None:
    """What the statement shows is what the ledger keeps for the tax."""
    _, settlement = pair
    charge = settlement.terms.charge
    if charge.commission > ZERO:
        recipient = attrs.evolve(FRIEND, id=None)
        told = commission_statement_for(settlement, **NUMBERS, issuer=PLATFORM, recipient=recipient)
        assert (told.total, told.vat_total) == (charge.commission, charge.commission_vat)


BOOKING = taxed(closed("40.00", fee="3.00", voucher="5.00"))


@given(testing.settlements(booking=BOOKING))
def test_a_receipt_is_what_was_paid(settlement: Settlement) -> None:
    """Whatever was credited before, and whatever went back since; for what is not paid there is none."""
    issuer = FRIEND if settlement.terms.contract is ContractMode.FRIEND else PLATFORM
    if settlement.payment in {PaymentState.PAID, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED}:
        assert receipt_for(settlement, BOOKING, **NUMBERS, issuer=issuer).total == settlement.paid
    else:
        with pytest.raises(InvalidValueError):
            receipt_for(settlement, BOOKING, **NUMBERS, issuer=issuer)


def test_an_account_of_the_recipient_is_left_out() -> None:
    """Only who issues is paid."""
    assert _of(closed(), recipient=attrs.evolve(CUSTOMER, iban=FRIEND.iban)) == _of(closed())


def test_no_day_is_refused() -> None:
    """A day that is no day is an error of its type."""
    with pytest.raises(InvalidTypeError, match="issued_on"):
        _of(closed(), issued_on=None)
