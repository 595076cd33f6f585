"""What sort of document it is."""

from enum import StrEnum

__all__ = ["InvoiceKind"]


class InvoiceKind(StrEnum):
    """What sort of document it is.

    Examples:
        >>> [kind.value for kind in InvoiceKind]
        ['invoice', 'receipt', 'credit_note', 'compensation_note', 'commission_statement']
    """

    INVOICE = "invoice"
    """What a customer has to pay for a service, or the platform's fee."""
    RECEIPT = "receipt"
    """What a customer has paid."""
    CREDIT_NOTE = "credit_note"
    """What goes back of an earlier document; its total is above zero all the same."""
    COMPENSATION_NOTE = "compensation_note"
    """What a customer owes instead of a price; no supply, so never with tax."""
    COMMISSION_STATEMENT = "commission_statement"
    """What the platform has from a friend: its own supply to the friend."""
