"""An invoice, and all other documents about money that are made like one."""

from datetime import date

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.invoices.kinds import InvoiceKind
from mila_core.invoices.parties import InvoiceParty
from mila_core.invoices.vat import VatShare, gross_by
from mila_core.money import ZERO, Money, total
from mila_core.policies import VatTreatment, vat_contained
from mila_core.quotes import QuoteLine
from mila_core.settlements import PaymentMeans
from mila_core.validation import TupleOf, day, identifier, instance_of, optional, tuple_of

__all__ = ["Invoice"]

_NOTHING_TO_PAY = frozenset({InvoiceKind.RECEIPT, InvoiceKind.CREDIT_NOTE})


@attrs.frozen(kw_only=True)
class Invoice:
    """A document about money: an invoice, a receipt, a credit note, and so on.

    It has what a Swiss invoice needs (Value Added Tax Act, MWSTG, article 26), as data: `i18n` words it.
    Whether anything of that is missing, `missing_particulars` says. Prices contain their tax, so that the
    total is what has to be paid (Price Disclosure Ordinance, PBV, articles 3 and 4).

    Attributes:
        number: its number; the application numbers its documents, each issuer's in a row of its own.
        invoice_kind: what sort of document it is.
        issued_on: the day on which it is issued.
        served_on: the day of service, by the Swiss wall clock; rates are those of that day.
        issuer: who issues it.
        recipient: to whom it is addressed; None for a receipt over the counter.
        lines: what it is for, each line with its amount and how it is taxed.
        vat: the tax contained in the lines, rate by rate; none for who is not registered.
        booking_id: the id of the booking.
        means: how the customer pays; None where no customer does.
        is_settled: whether nothing is to be paid on it: it is paid, it was set off, or it is collected with
            the document to which it refers.
        due_on: the last day of its term; None where nothing is to be paid.
        refers_to: the number of the document to which it belongs, if it does.

    Raises:
        InvalidValueError: a total below zero; a tax other than the lines contain; a tax of an issuer who has
            no VAT number, and so must not show one (MWSTG, article 27), or on a compensation, which is no
            consideration (article 18, paragraph 2, letter i); an IBAN of the recipient; a term that ends
            before it begins, or with nothing to pay; a receipt or credit note with something to pay; a credit
            note that refers to nothing.

    Examples:
        >>> from mila_core.money import chf
        >>> from mila_core.reasons import reason
        >>> invoice = Invoice(
        ...     number="2013-17",
        ...     invoice_kind=InvoiceKind.INVOICE,
        ...     issued_on=date(2013, 11, 29),
        ...     served_on=date(2013, 11, 28),
        ...     issuer=InvoiceParty(name="Andreas", postcode="8005", locality="Zürich"),
        ...     lines=[QuoteLine(why=reason("base"), amount=chf(40))],
        ...     booking_id="b1",
        ...     due_on=date(2013, 12, 9),
        ... )
        >>> str(invoice.total), str(invoice.payable), str(invoice.vat_total)
        ('CHF 40.00', 'CHF 40.00', 'CHF 0.00')
    """

    number: str = attrs.field(validator=identifier)
    invoice_kind: InvoiceKind = attrs.field(validator=instance_of(InvoiceKind))
    issued_on: date = attrs.field(validator=day)
    served_on: date = attrs.field(validator=day)
    issuer: InvoiceParty = attrs.field(validator=instance_of(InvoiceParty))
    recipient: InvoiceParty | None = attrs.field(default=None, validator=optional(instance_of(InvoiceParty)))
    lines: tuple[QuoteLine, ...] = attrs.field(
        converter=TupleOf[QuoteLine], validator=tuple_of(instance_of(QuoteLine), least=1)
    )
    vat: tuple[VatShare, ...] = attrs.field(
        default=(), converter=TupleOf[VatShare], validator=tuple_of(instance_of(VatShare))
    )
    booking_id: str = attrs.field(validator=identifier)
    means: PaymentMeans | None = attrs.field(default=None, validator=optional(instance_of(PaymentMeans)))
    is_settled: bool = attrs.field(default=False, validator=instance_of(bool))
    due_on: date | None = attrs.field(default=None, validator=optional(day))
    refers_to: str | None = attrs.field(default=None, validator=optional(identifier))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.total < ZERO:
            raise InvalidValueError("lines", "lines that add up to CHF 0.00 or more", str(self.total))
        self._check_vat()
        self._check_payment()
        if self.refers_to is None and self.invoice_kind is InvoiceKind.CREDIT_NOTE:
            raise InvalidValueError("refers_to", "the number of what is credited", describe(None))

    def _check_vat(self) -> None:
        taxed = {which: gross for which, gross in gross_by(self.lines).items() if which != VatTreatment.NONE}
        if self.invoice_kind is InvoiceKind.COMPENSATION_NOTE and taxed:
            raise InvalidValueError("lines", "no tax on a compensation", ", ".join(taxed))
        if {each.treatment: each.gross for each in self.vat} != taxed or len(self.vat) != len(taxed):
            expected = ", ".join(f"{which} {gross}" for which, gross in taxed.items()) or "no tax"
            came = ", ".join(f"{each.treatment} {each.gross}" for each in self.vat) or "none"
            raise InvalidValueError("vat", f"a share for each treatment of the lines: {expected}", came)
        if self.vat and self.issuer.vat_number is None:
            expected = "an issuer with a VAT number, as it shows the tax (MWSTG 27)"
            raise InvalidValueError("issuer", expected, "one without")
        if self.invoice_kind is not InvoiceKind.CREDIT_NOTE:
            for each in self.vat:
                if each.vat != (contained := vat_contained(each.gross, per_mille=each.per_mille)):
                    raise InvalidValueError("vat", f"{contained} contained in {each.gross}", str(each.vat))

    def _check_payment(self) -> None:
        if self.recipient is not None and self.recipient.iban is not None:
            raise InvalidValueError("recipient", "no IBAN but the issuer's", "one with an IBAN")
        if self.invoice_kind in _NOTHING_TO_PAY and not self.is_settled:
            raise InvalidValueError(
                "is_settled", f"true for a {self.invoice_kind.value}", "the boolean False"
            )
        if self.due_on is not None and (self.is_settled or self.due_on < self.issued_on):
            none = "none, as nothing is to be paid"
            expected = none if self.is_settled else f"{self.issued_on.isoformat()} or later"
            raise InvalidValueError("due_on", expected, self.due_on.isoformat())

    @property
    def total(self) -> Money:
        """The sum of the lines, tax included."""
        return total(line.amount for line in self.lines)

    @property
    def payable(self) -> Money:
        """What is to be paid on it: the total, or nothing where it is settled."""
        return ZERO if self.is_settled else self.total

    @property
    def vat_total(self) -> Money:
        """The tax contained in the total, of all rates together."""
        return total(each.vat for each in self.vat)
