"""The verbs of the visit: from setting out to the end, and what time does; both steps at once."""

from collections.abc import Iterable
from datetime import datetime

import mila_core.lifecycle as lifecycle
from mila_core.bookings._apply import apply
from mila_core.bookings.consents import Consent
from mila_core.bookings.machine import due
from mila_core.bookings.values import Booking
from mila_core.friends import Friend
from mila_core.lifecycle import Actor, By, Role, Timer
from mila_core.periods import Period
from mila_core.quotes import Quote
from mila_core.reasons import Reason, reason

__all__ = [
    "amend",
    "approve",
    "complete",
    "depart",
    "fail",
    "report_customer_no_show",
    "report_friend_no_show",
    "run_timers",
    "start_work",
]


def depart(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Note that the friend is on the way.

    Args:
        booking: the booking.
        by: the friend.
        at: now, no earlier than two hours (by policy) before the start.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, or too early.
    """
    return apply(booking, "depart", by=by, key=key, at=at)


def start_work(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Note that the work has begun.

    Args:
        booking: the booking.
        by: the friend; where the friend as known now is given, eligibility is judged once more.
        at: now, no earlier than half an hour (by policy) before the start.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, too early, or no longer eligible.
    """
    known = by if isinstance(by, Friend) else None
    return apply(booking, "start_work", by=by, key=key, at=at, friend=known)


def amend(
    booking: Booking,
    *,
    to: Quote,
    by: By,
    at: datetime,
    key: str,
    consent: Consent,
    busy: Iterable[Period] = (),
) -> Booking:
    """Note what was agreed on site: other items, another price, more time.

    Args:
        booking: the booking.
        to: the quote agreed on, the next version of the booking's own.
        by: the friend; as known now where it takes longer.
        at: now.
        key: an idempotency key.
        consent: the customer's consent to that quote.
        busy: where it takes longer, the slots that are taken by now.

    Raises:
        RefusedError: not from this state, not by this actor, no consent, above the ceiling of the policy, or
            more time that is not free.
    """
    known = by if isinstance(by, Friend) else None
    return apply(
        booking, "amend", by=by, key=key, at=at, quote=to, consent=consent, friend=known, busy=tuple(busy)
    )


def complete(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Note that the work is done; the customer can approve it.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now, no earlier than the start.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, or too early.
    """
    return apply(booking, "complete", by=by, key=key, at=at)


def approve(booking: Booking, *, by: By, at: datetime, key: str, disputed: bool = False) -> Booking:
    """Approve the result and the price: the booking is closed, and both sides may rate.

    Args:
        booking: the booking.
        by: the customer, or an operator.
        at: now.
        key: an idempotency key.
        disputed: whether a dispute is open; then there is no deadline.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return apply(booking, "approve", by=by, key=key, at=at, disputed=disputed)


def fail(
    booking: Booking, *, by: By, at: datetime, key: str, why: str | Reason, waive: bool = False
) -> Booking:
    """Note that the visit came to nothing.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now, no earlier than half an hour (by policy) before the start, when work could begin; before that
            the friend cancels.
        key: an idempotency key.
        why: one of `FAILURES`, as a code or as a reason; some of them owe a visit fee, by policy.
        waive: whether an operator waives that fee.

    Raises:
        RefusedError: not from this state, not by this actor, too early, or another reason.
    """
    given = why if isinstance(why, Reason) else reason(why)
    return apply(booking, "fail", by=by, key=key, at=at, why=given, waive=waive)


def report_customer_no_show(
    booking: Booking,
    *,
    by: By,
    at: datetime,
    key: str,
    contact_attempted_at: datetime,
    waive: bool = False,
) -> Booking:
    """Report that the customer was not there; a compensation may be owed, by policy.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now, from 10 minutes after the start until 24 hours after it (by policy).
        key: an idempotency key.
        contact_attempted_at: when the friend tried to reach the customer.
        waive: whether an operator waives what would be owed.

    Raises:
        RefusedError: not from this state, not by this actor, too early or too late.
    """
    return apply(
        booking,
        "report_customer_no_show",
        by=by,
        key=key,
        at=at,
        contact_attempted_at=contact_attempted_at,
        waive=waive,
    )


def report_friend_no_show(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Report that the friend was not there; the customer owes nothing.

    Args:
        booking: the booking.
        by: the customer, or an operator.
        at: now, from 30 minutes after the start until 24 hours after the end (by policy).
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, too early or too late.
    """
    return apply(booking, "report_friend_no_show", by=by, key=key, at=at)


def run_timers(
    booking: Booking, *, at: datetime, scheduler_id: str = "scheduler", disputed: bool = False
) -> Booking:
    """Let time act: cause every event that is due by now, and what that makes due in turn.

    It can be called at any time and as often as one likes; a missed timer is caught by the next call.

    Args:
        booking: the booking.
        at: now.
        scheduler_id: the id of the application's scheduler.
        disputed: whether a dispute is open; then nothing is approved by time.

    Returns:
        The booking as it stands now.
    """
    scheduler = Actor(Role.TIMER, scheduler_id)

    def owed(booking: Booking) -> tuple[Timer, ...]:
        return tuple(
            timer for timer in due(booking, at=at) if not (disputed and timer.event == "auto_approve")
        )

    def cause(booking: Booking, event: str, key: str) -> Booking:
        return apply(booking, event, by=scheduler, key=key, at=at)

    return lifecycle.run_timers(booking, due=owed, cause=cause)
