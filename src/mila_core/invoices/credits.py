"""Credit notes: what goes back of an earlier document."""

from collections.abc import Iterable
from datetime import date

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.invoices._reductions import lines_off
from mila_core.invoices.kinds import InvoiceKind
from mila_core.invoices.values import Invoice
from mila_core.invoices.vat import VatShare
from mila_core.money import ZERO, Money, total
from mila_core.policies import vat_contained
from mila_core.quotes import QuoteLine
from mila_core.reasons import reason
from mila_core.validation import check_instance, day

__all__ = ["credit_note_for"]


def credit_note_for(
    invoice: Invoice,
    *,
    number: str,
    issued_on: date,
    amount: Money | None = None,
    credited: Iterable[Invoice] = (),
) -> Invoice:
    """Return the document for what goes back of an invoice: a refund, a credit, a debt that was waived.

    Its total is above zero: that it goes the other way, its kind says. So are its lines, but where all that
    is left goes back: then what a voucher or cash took off the invoice is a line below zero here, too. The
    rates are those of the day of service, whenever it is issued. Of several rates each gives in proportion to
    what is left of it. The tax that goes back is the tax contained in what was left before, less the tax in
    what is left after: so all credit notes together give back the invoice's tax, to the Rappen, and each is
    at most one Rappen from what its own amount contains.

    Args:
        invoice: the document of which something goes back; any but a credit note.
        number: the credit note's number, of the same row as the document's: another one than that, and than
            those of earlier notes.
        issued_on: the day on which it is issued, not before the document's.
        amount: how much; all that is left if not given.
        credited: the credit notes that there are for the same document already.

    Returns:
        The credit note, of the same issuer to the same recipient; it refers to the document's number.

    Raises:
        InvalidTypeError: a document, or an earlier note, that is none.
        InvalidValueError: a document that is a credit note itself, earlier ones that are none of this
            document (by number, issuer and booking, as each issuer numbers its own) or come twice, a number
            that is taken, a day before the document's, or an amount that is not above zero, or above what is
            left.

    Examples:
        >>> from mila_core.invoices import InvoiceParty
        >>> from mila_core.money import chf
        >>> invoice = Invoice(
        ...     number="2013-17",
        ...     invoice_kind=InvoiceKind.INVOICE,
        ...     issued_on=date(2013, 11, 29),
        ...     served_on=date(2013, 11, 28),
        ...     issuer=InvoiceParty(name="Andreas", postcode="8005", locality="Zürich"),
        ...     lines=[QuoteLine(why=reason("base"), amount=chf(40))],
        ...     booking_id="b1",
        ... )
        >>> note = credit_note_for(invoice, number="2013-18", issued_on=date(2013, 12, 1), amount=chf(10))
        >>> str(note.total), note.refers_to
        ('CHF 10.00', '2013-17')
        >>> rest = credit_note_for(invoice, number="2013-19", issued_on=date(2013, 12, 2), credited=[note])
        >>> str(rest.total)
        'CHF 30.00'
    """
    check_instance("invoice", invoice, kind=Invoice)
    check_instance("credited", credited, kind=Iterable)
    before = list(credited)
    _check_credited(invoice, before)
    _check_new(invoice, before, number=number, issued_on=issued_on)
    left = _left_of(invoice, before)
    most = total(line.amount for line in left)
    wanted = most if amount is None else amount
    if not isinstance(wanted, Money) or not ZERO < wanted <= most:
        expected = f"more than CHF 0.00, and no more than the {most} that are left"
        came = str(wanted) if isinstance(wanted, Money) else describe(wanted)
        raise InvalidValueError("amount", expected, came)
    lines = lines_off(left, wanted, why=reason("credit_of", id=invoice.number))
    shares = [_share(each, before, lines) for each in invoice.vat]
    return Invoice(
        number=number,
        invoice_kind=InvoiceKind.CREDIT_NOTE,
        issued_on=issued_on,
        served_on=invoice.served_on,
        issuer=invoice.issuer,
        recipient=invoice.recipient,
        lines=lines,
        vat=[share for share in shares if share is not None],
        booking_id=invoice.booking_id,
        means=invoice.means,
        is_settled=True,
        refers_to=invoice.number,
    )


def _check_credited(invoice: Invoice, credited: list[Invoice]) -> None:
    if invoice.invoice_kind is InvoiceKind.CREDIT_NOTE:
        raise InvalidValueError(
            "invoice", "a document of which something can go back", invoice.invoice_kind.value
        )
    for position, each in enumerate(credited):
        check_instance(f"credited[{position}]", each, kind=Invoice)
        is_own = each.issuer == invoice.issuer and each.booking_id == invoice.booking_id
        if each.invoice_kind is not InvoiceKind.CREDIT_NOTE or each.refers_to != invoice.number or not is_own:
            expected = f"credit notes for {describe(invoice.number)}, of its issuer and its booking"
            raise InvalidValueError(
                "credited", expected, f"a {each.invoice_kind.value}, {describe(each.number)}"
            )
    numbers = [each.number for each in credited]
    if len(set(numbers)) != len(numbers):
        raise InvalidValueError("credited", "each credit note once", "one that comes twice")


def _check_new(invoice: Invoice, credited: list[Invoice], *, number: str, issued_on: date) -> None:
    if number == invoice.number or any(number == each.number for each in credited):
        raise InvalidValueError("number", "one that is not taken yet", describe(number))
    day(None, attrs.fields(Invoice).issued_on, issued_on)
    if issued_on < invoice.issued_on:
        expected = f"{invoice.issued_on.isoformat()} or later, as what is credited"
        raise InvalidValueError("issued_on", expected, issued_on.isoformat())


def _left_of(invoice: Invoice, credited: list[Invoice]) -> list[QuoteLine]:
    """Return the lines of an invoice, with all that went back taken off."""
    off = [attrs.evolve(line, amount=-line.amount) for each in credited for line in each.lines]
    return [*invoice.lines, *off]


def _share(whole: VatShare, credited: list[Invoice], lines: list[QuoteLine]) -> VatShare | None:
    """Return what goes back of one rate: the tax before, less the tax after."""
    own = [line for line in lines if line.vat is whole.treatment]
    if not own:
        return None
    gross = total(line.amount for line in own)
    gone = total(each.gross for note in credited for each in note.vat if each.treatment is whole.treatment)
    left, rate = whole.gross - gone, whole.per_mille
    vat = vat_contained(left, per_mille=rate) - vat_contained(left - gross, per_mille=rate)
    return attrs.evolve(whole, gross=gross, vat=vat)
