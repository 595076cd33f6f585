"""The verbs of the friend's side: payouts, commissions, and what time does; both steps at once."""

from datetime import datetime
from functools import partial

import mila_core.lifecycle as lifecycle
from mila_core.lifecycle import Actor, By, Role
from mila_core.money import Money
from mila_core.reasons import Reason
from mila_core.settlements._apply import apply
from mila_core.settlements.machine import due
from mila_core.settlements.values import Settlement

__all__ = [
    "hold_payout",
    "receive_commission",
    "reissue_payout",
    "release_payout",
    "report_commission_failed",
    "report_payout_returned",
    "run_timers",
    "send_payout",
    "start_commission_payment",
]


def hold_payout(
    settlement: Settlement, *, cause: str, by: By, at: datetime, key: str, why: Reason | None = None
) -> Settlement:
    """Keep the payout back, as while a dispute is open; several causes each hold it.

    A payout that was sent is gone; the hold then counts if it comes back.

    Args:
        settlement: the settlement.
        cause: what keeps it back, such as `dispute:b1`.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not by this actor, or held by that cause already.
    """
    return apply(settlement, "hold_payout", by=by, key=key, at=at, cause=cause, why=why)


def release_payout(settlement: Settlement, *, cause: str, by: By, at: datetime, key: str) -> Settlement:
    """Take one hold off; the payout is due once none is left, its date has come, and the customer has paid.

    Args:
        settlement: the settlement.
        cause: what kept it back.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.

    Raises:
        RefusedError: not by this actor, or not held by that cause.
    """
    return apply(settlement, "release_payout", by=by, key=key, at=at, cause=cause)


def send_payout(settlement: Settlement, *, by: By, at: datetime, key: str) -> Settlement:
    """Note that what the friend has to get was sent.

    Args:
        settlement: the settlement.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.

    Raises:
        RefusedError: it is not due, as it is held or was sent, or not by this actor.
    """
    return apply(settlement, "send_payout", by=by, key=key, at=at)


def report_payout_returned(
    settlement: Settlement, *, by: By, at: datetime, key: str, why: Reason | None = None
) -> Settlement:
    """Note that a payout came back.

    Args:
        settlement: the settlement.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return apply(settlement, "report_payout_returned", by=by, key=key, at=at, why=why)


def reissue_payout(settlement: Settlement, *, by: By, at: datetime, key: str) -> Settlement:
    """Make a payout that came back due again, as once the account is corrected.

    Args:
        settlement: the settlement.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return apply(settlement, "reissue_payout", by=by, key=key, at=at)


def start_commission_payment(settlement: Settlement, *, by: By, at: datetime, key: str) -> Settlement:
    """Note that the friend is paying what is owed to the platform.

    Args:
        settlement: the settlement.
        by: the friend, an operator, or the system.
        at: now.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return apply(settlement, "start_commission_payment", by=by, key=key, at=at)


def report_commission_failed(settlement: Settlement, *, by: By, at: datetime, key: str) -> Settlement:
    """Note that the friend's payment did not come: it is due again.

    Args:
        settlement: the settlement.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return apply(settlement, "report_commission_failed", by=by, key=key, at=at)


def receive_commission(
    settlement: Settlement, *, by: By, at: datetime, key: str, amount: Money | None = None
) -> Settlement:
    """Note that the friend has paid what was owed to the platform.

    Args:
        settlement: the settlement.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.
        amount: how much came, to be compared with what is under way or owed.

    Raises:
        RefusedError: not from this state, not by this actor, or another amount.
    """
    return apply(settlement, "receive_commission", by=by, key=key, at=at, amount=amount)


def run_timers(settlement: Settlement, *, at: datetime, scheduler_id: str = "scheduler") -> Settlement:
    """Let time act: mark what is overdue, release what may be paid out.

    It can be called at any time and as often as one likes; a missed timer is caught by the next call.

    Args:
        settlement: the settlement.
        at: now.
        scheduler_id: the id of the application's scheduler.

    Returns:
        The settlement as it stands now.
    """
    scheduler = Actor(Role.TIMER, scheduler_id)

    def cause(settlement: Settlement, event: str, key: str) -> Settlement:
        return apply(settlement, event, by=scheduler, key=key, at=at)

    return lifecycle.run_timers(settlement, due=partial(due, at=at), cause=cause)
