"""Invoices and receipts: documents about the money of a booking, as Swiss law asks for them.

An `Invoice` is data: parties, lines with their reasons, the tax rate by rate, a total. `i18n` words it, and
`export.qr_svg` draws its payment part. Numbers are the application's, as they have to be without a gap.

Who issues follows from the contract: the friend, who is not registered and shows no tax, or the platform.
Each verb takes a settlement and its booking, and returns one document whose total is what was charged, to the
Rappen. A refund is a credit note, a compensation has a note of its own, and both are never an invoice that
was changed.
"""

from mila_core.invoices.credits import credit_note_for
from mila_core.invoices.issuing import (
    commission_statement_for,
    compensation_note_for,
    documents_for,
    fee_invoice_for,
    invoice_for,
    receipt_for,
)
from mila_core.invoices.kinds import InvoiceKind
from mila_core.invoices.particulars import SIMPLIFIED_TO, missing_particulars
from mila_core.invoices.parties import InvoiceParty, party_of
from mila_core.invoices.values import Invoice
from mila_core.invoices.vat import VatShare, vat_shares
from mila_core.policies import vat_contained

__all__ = [
    "SIMPLIFIED_TO",
    "Invoice",
    "InvoiceKind",
    "InvoiceParty",
    "VatShare",
    "commission_statement_for",
    "compensation_note_for",
    "credit_note_for",
    "documents_for",
    "fee_invoice_for",
    "invoice_for",
    "missing_particulars",
    "party_of",
    "receipt_for",
    "vat_contained",
    "vat_shares",
]
