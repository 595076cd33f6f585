"""What a document lacks to be an invoice in the sense of the Value Added Tax Act."""

from mila_core.invoices.kinds import InvoiceKind
from mila_core.invoices.values import Invoice
from mila_core.money import Money, chf
from mila_core.reasons import Reason, reason
from mila_core.validation import check_instance

__all__ = ["SIMPLIFIED_TO", "missing_particulars"]

SIMPLIFIED_TO: Money = chf(400)
"""Up to this, a receipt need not say to whom it is (Value Added Tax Ordinance, MWSTV, article 57)."""


def missing_particulars(invoice: Invoice) -> tuple[Reason, ...]:
    """Say what a document lacks of what an invoice has to say for the tax (MWSTG, article 26, paragraph 2).

    These are: name and place of who supplies, and the VAT number (a); name and place of the recipient (b);
    the day of service (c); kind, subject and extent of the service (d); the consideration (e); the rate and
    the tax, of which the rate suffices where the price contains the tax (f). A document always has its day of
    service, its lines and their amounts, and the places of its parties, so that these are never missing. The
    recipient may be left out up to CHF 400 (article 26, paragraph 3; MWSTV, article 57), for receipts only.

    Args:
        invoice: the document.

    Returns:
        A reason for each, in the order of the act: `vat_number_missing`, `recipient_missing`,
        `vat_rate_missing`; or `no_supply` alone for a compensation, on which there is no tax to be shown.
        Of a private person's invoice a number and a rate are missing, and have to be: they are not
        registered, and do not show the tax (article 27).

    Raises:
        InvalidTypeError: what is no document.

    Examples:
        >>> from datetime import date
        >>> from mila_core.invoices import InvoiceParty
        >>> from mila_core.quotes import QuoteLine
        >>> invoice = Invoice(
        ...     number="2013-17",
        ...     invoice_kind=InvoiceKind.INVOICE,
        ...     issued_on=date(2013, 11, 29),
        ...     served_on=date(2013, 11, 28),
        ...     issuer=InvoiceParty(name="Andreas", postcode="8005", locality="Zürich"),
        ...     lines=[QuoteLine(why=reason("base"), amount=chf(40))],
        ...     booking_id="b1",
        ... )
        >>> [why.code for why in missing_particulars(invoice)]
        ['vat_number_missing', 'recipient_missing', 'vat_rate_missing']
    """
    check_instance("invoice", invoice, kind=Invoice)
    if invoice.invoice_kind is InvoiceKind.COMPENSATION_NOTE:
        return (reason("no_supply"),)
    found = []
    if invoice.issuer.vat_number is None:
        found.append(reason("vat_number_missing"))
    is_simplified = invoice.invoice_kind is InvoiceKind.RECEIPT and invoice.total <= SIMPLIFIED_TO
    if invoice.recipient is None and not is_simplified:
        found.append(reason("recipient_missing", limit=SIMPLIFIED_TO))
    if not invoice.vat:
        found.append(reason("vat_rate_missing"))
    return tuple(found)
