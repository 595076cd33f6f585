"""What goes back: never more than there was, at the rates of then, with all of the tax in the end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.bookings import Booking
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.invoices import Invoice, InvoiceKind, credit_note_for, invoice_for
from mila_core.money import ZERO, Money, chf, total
from mila_core.policies import VatTreatment
from mila_core.settlements import PaymentMeans, Settlement
from mila_core.testing import ids
from tests.invoices.examples import ISSUED, PLATFORM, by_platform, invoiced, taxed
from tests.settlements.examples import closed


def noted(invoice: Invoice, number: int, **details: Any) -> Invoice:
    """Return a credit note for an invoice."""
    return credit_note_for(invoice, number=f"c-{number}", issued_on=ISSUED, **details)


def test_a_refund_refers_to_its_invoice() -> None:
    """Same parties, same day of service, amounts above zero, nothing to pay."""
    invoice = invoiced()
    note = noted(invoice, 1, amount=chf(20))
    assert (note.invoice_kind, note.total, note.payable) == (InvoiceKind.CREDIT_NOTE, chf(20), ZERO)
    assert (note.refers_to, note.served_on, note.issuer) == ("2013-1", invoice.served_on, invoice.issuer)
    assert [(share.per_mille, share.vat) for share in note.vat] == [(80, chf("1.48"))]
    assert [line.why.get("id") for line in note.lines] == ["2013-1"]


def test_each_rate_gives_in_proportion() -> None:
    """A refund of a tenth is a tenth of each."""
    booking = taxed(closed("40.00", fee="10.00"), VatTreatment.REDUCED, VatTreatment.STANDARD)
    note = noted(invoiced(booking), 1, amount=chf(5))
    assert [(line.vat, line.amount) for line in note.lines] == [
        (VatTreatment.STANDARD, chf(1)),
        (VatTreatment.REDUCED, chf(4)),
    ]


def test_many_small_refunds_give_back_the_tax_once() -> None:
    """Fourteen times 7 Rappen, each with a Rappen of tax, would give back twice the tax of CHF 0.98."""
    invoice = invoiced(taxed(closed("0.98")))
    notes: list[Invoice] = []
    for number in range(14):
        notes.append(noted(invoice, number, amount=Money(7), credited=notes))
    assert total(note.total for note in notes) == invoice.total
    assert total(note.vat_total for note in notes) == invoice.vat_total == Money(7)


def test_a_voucher_goes_back_with_the_whole() -> None:
    """A rate that a voucher made negative is undone by what undoes everything, and by nothing less."""
    booking = taxed(
        closed("40.00", voucher="10.00", fee="5.00"),
        VatTreatment.STANDARD,
        VatTreatment.STANDARD,
        VatTreatment.REDUCED,
    )
    invoice = invoiced(booking)
    part = noted(invoice, 1, amount=chf(30))
    rest = noted(invoice, 2, credited=[part])
    assert [line.amount for line in part.lines] == [chf(30)]
    assert [(line.vat, line.amount) for line in rest.lines] == [
        (VatTreatment.STANDARD, chf(15)),
        (VatTreatment.REDUCED, chf(-10)),
    ]


@pytest.mark.parametrize("amount", [ZERO, chf(-1), chf("100.01"), 20, True, "20.00"])
def test_an_amount_is_what_is_left_at_most(amount: Any) -> None:
    """Nothing, less than nothing, more than there was, or no amount at all are refused."""
    with pytest.raises(InvalidValueError, match="amount"):
        noted(invoiced(), 1, amount=amount)


def test_what_is_gone_is_gone() -> None:
    """Two refunds that are above the invoice together are refused, and so is one of nothing left."""
    invoice = invoiced()
    first = noted(invoice, 1, amount=chf(60))
    with pytest.raises(InvalidValueError, match="amount"):
        noted(invoice, 2, amount=chf(50), credited=[first])
    last = noted(invoice, 2, credited=[first])
    with pytest.raises(InvalidValueError, match="amount"):
        noted(invoice, 3, credited=[first, last])


def test_earlier_notes_have_to_be_of_the_same_invoice() -> None:
    """Another one's, the same one twice, or an invoice are refused; and a note has no note."""
    invoice = invoiced()
    note = noted(invoice, 1, amount=chf(1))
    for wrong in ([attrs.evolve(note, refers_to="x")], [note, note], [invoice]):
        with pytest.raises(InvalidValueError, match="credited"):
            noted(invoice, 2, credited=wrong)
    with pytest.raises(InvalidValueError, match="invoice"):
        noted(note, 2)


def test_what_cash_took_off_goes_back_with_the_whole() -> None:
    """40.02 are paid as 40.00: with all of it the line of -0.02 goes back, too; with a part it does not."""
    booking = closed("40.02")
    settlement = by_platform(booking, means=PaymentMeans.CASH)
    invoice = invoiced_as(settlement, booking)
    whole = noted(invoice, 1)
    assert (whole.total, [line.amount for line in whole.lines]) == (chf(40), [chf(40)])
    taxed_booking = taxed(booking)
    split = invoiced_as(by_platform(taxed_booking, means=PaymentMeans.CASH), taxed_booking)
    whole = noted(split, 1)
    assert (whole.total, [line.amount for line in whole.lines]) == (chf(40), [chf("-0.02"), chf("40.02")])
    assert [line.amount for line in noted(split, 1, amount=chf(39)).lines] == [chf(39)]


def invoiced_as(settlement: Settlement, booking: Booking) -> Invoice:
    """Return the platform's invoice for a settlement."""
    return invoice_for(settlement, booking, number="2013-1", issued_on=ISSUED, issuer=PLATFORM)


@pytest.mark.parametrize(
    "other",
    [
        {"booking_id": "b9"},
        {"issuer": attrs.evolve(PLATFORM, name="Andere AG")},
        {"refers_to": "2013-9"},
    ],
)
def test_a_number_is_one_of_its_issuer(other: dict[str, Any]) -> None:
    """Each issuer has a row of numbers: a note of another one, or for another booking, is none of this."""
    invoice = invoiced()
    note = noted(invoice, 1, amount=chf(60))
    assert noted(invoice, 2, credited=[note]).total == chf(40)
    with pytest.raises(InvalidValueError, match="credited"):
        noted(invoice, 2, credited=[attrs.evolve(note, **other)])


def test_a_note_has_a_number_of_its_own() -> None:
    """It is of the row of the document, so neither that one's number nor an earlier note's."""
    invoice = invoiced()
    note = noted(invoice, 1, amount=chf(1))
    for number in (invoice.number, note.number):
        with pytest.raises(InvalidValueError, match="number"):
            credit_note_for(invoice, number=number, issued_on=ISSUED, credited=[note])


def test_a_note_is_not_older_than_its_invoice() -> None:
    """On the same day is fine; the day before, nothing could go back yet."""
    invoice = invoiced()
    assert credit_note_for(invoice, number="c", issued_on=invoice.issued_on).issued_on == invoice.issued_on
    with pytest.raises(InvalidValueError, match="issued_on"):
        credit_note_for(invoice, number="c", issued_on=invoice.issued_on - timedelta(days=1))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("invoice", {"invoice": None}),
        ("credited", {"credited": None}),
        ("credited[0]", {"credited": [None]}),
        ("credited[0]", {"credited": "2013-1"}),
        ("number", {"number": None}),
        ("issued_on", {"issued_on": None}),
        ("issued_on", {"issued_on": datetime(2013, 12, 1, tzinfo=UTC)}),
    ],
)
def test_a_wrong_argument_is_named(field: str, changes: dict[str, Any]) -> None:
    """No error of the interpreter comes out."""
    given: dict[str, Any] = {"invoice": invoiced(), "number": "c", "issued_on": ISSUED, **changes}
    with pytest.raises(InvalidTypeError) as caught:
        credit_note_for(given.pop("invoice"), **given)
    assert caught.value.field == field


@given(testing.invoices(), st.lists(st.integers(1, 100), min_size=1, max_size=4), ids())
def test_refunds_never_exceed_the_invoice(invoice: Invoice, percents: list[int], number: str) -> None:
    """However often something goes back, nothing is left in the end, of the price and of each tax."""
    if invoice.invoice_kind is InvoiceKind.CREDIT_NOTE or invoice.total == ZERO:
        return
    notes: list[Invoice] = []
    for place, percent in enumerate([*percents, 100]):
        left = invoice.total - total(note.total for note in notes)
        amount = Money(max(1, left.rappen * percent // 100))
        if left > ZERO:
            note = credit_note_for(
                invoice,
                number=f"{number[:100]}-{place}-{invoice.number[:50]}",
                issued_on=invoice.issued_on,
                amount=amount,
                credited=notes,
            )
            notes.append(note)
            assert note.total == amount
    assert total(note.total for note in notes) == invoice.total
    assert total(note.vat_total for note in notes) == invoice.vat_total
    for share in invoice.vat:
        gone = [each for note in notes for each in note.vat if each.treatment is share.treatment]
        assert total(each.gross for each in gone) == share.gross
