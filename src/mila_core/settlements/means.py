"""How a customer pays, and who collects."""

from enum import StrEnum

from mila_core.friends import ContractMode

__all__ = ["PaymentMeans"]


class PaymentMeans(StrEnum):
    """How the customer pays, and so who collects."""

    ONLINE = "online"
    """By card and the like, to the platform."""
    CASH = "cash"
    """To the friend, in coins and notes."""
    FRIEND_INVOICE = "friend_invoice"
    """On an invoice in the friend's name, to the friend."""
    PLATFORM_INVOICE = "platform_invoice"
    """On an invoice in the platform's name, to the platform."""

    @property
    def by_friend(self) -> bool:
        """Whether the friend collects; the platform does otherwise."""
        return self in {PaymentMeans.CASH, PaymentMeans.FRIEND_INVOICE}

    def fits(self, contract: ContractMode) -> bool:
        """Return whether a customer can pay so: an invoice is in the name of whoever the contract is with.

        Args:
            contract: between whom the contract is.
        """
        unfit = {
            ContractMode.FRIEND: PaymentMeans.PLATFORM_INVOICE,
            ContractMode.PLATFORM: PaymentMeans.FRIEND_INVOICE,
        }
        return self is not unfit[contract]
