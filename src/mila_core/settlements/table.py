"""The money side as data: three small machines, for what the customer, the friend and the platform owe."""

from collections.abc import Iterable
from enum import StrEnum

from mila_core.lifecycle import Role, Transition
from mila_core.lifecycle._rows import row

__all__ = [
    "COMMISSION_TABLE",
    "PAYMENT_TABLE",
    "PAYOUT_TABLE",
    "UNPAID",
    "CommissionState",
    "PaymentState",
    "PayoutState",
]


class PaymentState(StrEnum):
    """Where the customer's payment stands."""

    DUE = "due"
    """The customer owes it; the term is running."""
    PENDING = "pending"
    """The payment is under way, as with a card or a bank."""
    PAID = "paid"
    """It has come, or nothing was to be paid."""
    PARTLY_REFUNDED = "partly_refunded"
    """It has come, and a part of it went back."""
    REFUNDED = "refunded"
    """It has come, and all of it went back."""
    OVERDUE = "overdue"
    """The term has ended, and it has not come."""
    WRITTEN_OFF = "written_off"
    """It will not come; nobody asks for it any more."""
    WAIVED = "waived"
    """It was given up: the customer owes it no more."""


class CommissionState(StrEnum):
    """Where that stands which the friend owes the platform.

    Where the friend collects, that is the commission; where the platform collects, it keeps the commission
    back, and the friend owes something only when a refund takes back what was paid out already.
    """

    NOT_APPLICABLE = "not_applicable"
    """The friend owes nothing."""
    DUE = "due"
    """The friend owes it."""
    PENDING = "pending"
    """The friend's payment is under way."""
    PAID = "paid"
    """It has come."""


class PayoutState(StrEnum):
    """Where the payment to the friend stands."""

    NOT_APPLICABLE = "not_applicable"
    """There is nothing to pay out."""
    HELD = "held"
    """It waits: for the customer's payment, a newcomer's first days, or the end of a dispute."""
    DUE = "due"
    """It can be sent."""
    SENT = "sent"
    """It was sent."""
    RETURNED = "returned"
    """It came back, as from an account that does not exist."""


UNPAID = frozenset({PaymentState.DUE, PaymentState.PENDING, PaymentState.OVERDUE})
"""The states in which the customer still owes the payment."""

GOODWILL = frozenset({"credit", "waive", "refund_partly", "refund_fully"})
"""The events that the platform can bear alone, as a gift of its own."""

_OPERATOR = frozenset({Role.OPERATOR})
_OFFICE = frozenset({Role.OPERATOR, Role.SYSTEM})
_SYSTEM = frozenset({Role.SYSTEM})
_TIMER = frozenset({Role.TIMER})


PAYMENT_TABLE = (
    row("open_settlement", _SYSTEM, [], PaymentState.DUE),
    row(
        "start_payment",
        [*_OFFICE, Role.CUSTOMER],
        [PaymentState.DUE, PaymentState.OVERDUE],
        PaymentState.PENDING,
    ),
    row("report_payment_failed", _OFFICE, [PaymentState.PENDING], PaymentState.DUE),
    row(
        "receive_payment",
        [*_OFFICE, Role.FRIEND],
        [PaymentState.DUE, PaymentState.PENDING, PaymentState.OVERDUE],
        PaymentState.PAID,
    ),
    row("mark_overdue", _TIMER, [PaymentState.DUE], PaymentState.OVERDUE),
    row("credit", _OFFICE, [PaymentState.DUE], PaymentState.DUE),
    row("credit", _OFFICE, [PaymentState.OVERDUE], PaymentState.OVERDUE),
    row("waive", [*_OFFICE, Role.FRIEND], [PaymentState.DUE, PaymentState.OVERDUE], PaymentState.WAIVED),
    row("write_off", [*_OPERATOR, Role.FRIEND], [PaymentState.OVERDUE], PaymentState.WRITTEN_OFF),
    row(
        "refund_partly",
        _OFFICE,
        [PaymentState.PAID, PaymentState.PARTLY_REFUNDED],
        PaymentState.PARTLY_REFUNDED,
    ),
    row("refund_fully", _OFFICE, [PaymentState.PAID, PaymentState.PARTLY_REFUNDED], PaymentState.REFUNDED),
)
"""What the customer owes. The guards (who collects, whose risk, how much) are in `decide`.

:meta hide-value:
"""

COMMISSION_TABLE = (
    row(
        "charge_commission",
        _SYSTEM,
        [CommissionState.NOT_APPLICABLE, CommissionState.PAID],
        CommissionState.DUE,
    ),
    row("drop_commission", _SYSTEM, [CommissionState.DUE], CommissionState.NOT_APPLICABLE),
    row("start_commission_payment", [*_OFFICE, Role.FRIEND], [CommissionState.DUE], CommissionState.PENDING),
    row("report_commission_failed", _OFFICE, [CommissionState.PENDING], CommissionState.DUE),
    row("receive_commission", _OFFICE, [CommissionState.DUE, CommissionState.PENDING], CommissionState.PAID),
)
"""What the friend owes the platform; it begins as not applicable.

:meta hide-value:
"""

_KEPT = (PayoutState.NOT_APPLICABLE, PayoutState.SENT, PayoutState.RETURNED)


def _in_place(event: str) -> Iterable[Transition]:
    """Return the rows of an event that changes what holds the payout back, and not the state."""
    return (row(event, _OFFICE, [state], state) for state in _KEPT)


PAYOUT_TABLE = (
    row("grant_payout", _SYSTEM, [PayoutState.NOT_APPLICABLE, PayoutState.SENT], PayoutState.HELD),
    row("hold_payout", _OFFICE, [PayoutState.HELD, PayoutState.DUE], PayoutState.HELD),
    *_in_place("hold_payout"),
    row("release_payout", _OFFICE, [PayoutState.HELD], PayoutState.HELD),
    *_in_place("release_payout"),
    row("release_due", [*_TIMER, *_SYSTEM], [PayoutState.HELD], PayoutState.DUE),
    row("send_payout", _OFFICE, [PayoutState.DUE], PayoutState.SENT),
    row("report_payout_returned", _OFFICE, [PayoutState.SENT], PayoutState.RETURNED),
    row("reissue_payout", _OFFICE, [PayoutState.RETURNED], PayoutState.HELD),
    row(
        "drop_payout",
        _SYSTEM,
        [PayoutState.HELD, PayoutState.DUE, PayoutState.RETURNED],
        PayoutState.NOT_APPLICABLE,
    ),
)
"""What the friend gets from the platform; it begins as not applicable, and is granted where there is any.

:meta hide-value:
"""
