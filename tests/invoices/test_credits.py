"""What goes back: never more than there was, at the rates of then, with all of the tax in the end."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidValueError
from mila_core.invoices import Invoice, InvoiceKind, credit_note_for
from mila_core.money import ZERO, Money, chf, total
from mila_core.policies import VatTreatment
from mila_core.testing import ids
from tests.invoices.examples import ISSUED, invoiced, taxed
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
                invoice, number=f"{number[:100]}-{place}", issued_on=ISSUED, amount=amount, credited=notes
            )
            notes.append(note)
            assert note.total == amount
    assert total(note.total for note in notes) == invoice.total
    assert total(note.vat_total for note in notes) == invoice.vat_total
    for share in invoice.vat:
        gone = [each for note in notes for each in note.vat if each.treatment is share.treatment]
        assert total(each.gross for each in gone) == share.gross
