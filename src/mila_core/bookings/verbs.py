"""The verbs: both steps at once, for applications that store the state rather than the history."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from mila_core.bookings.machine import decide, due, evolve
from mila_core.bookings.table import BookingState
from mila_core.bookings.values import Booking, Command
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Customer, Friend
from mila_core.lifecycle import (
    Actor,
    Refusal,
    RefusedError,
    Role,
)
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote
from mila_core.reasons import Reason

__all__ = [
    "accept",
    "approve",
    "busy_slots",
    "cancel",
    "complete",
    "confirm",
    "decline",
    "request",
    "run_timers",
    "start_work",
]


_CAME_TO_NOTHING = frozenset({BookingState.DECLINED, BookingState.EXPIRED, BookingState.CANCELLED})


def busy_slots(bookings: Iterable[Booking], *, besides: Booking | None = None) -> tuple[Period, ...]:
    """Return the slots that a friend's bookings take.

    Every booking takes its slot unless it came to nothing: one that is waiting, so that a slot is not
    requested twice, and one that is over, as it counts for a day's limits. For a booking that is to be
    accepted the other requests do not matter, as long as they are not accepted either: the first one wins.

    Args:
        bookings: the friend's bookings.
        besides: the booking that is to be accepted, if that is what the slots are for.

    Examples:
        >>> busy_slots([])
        ()
    """
    return tuple(
        each.quote.visit.slot
        for each in bookings
        if each.state not in _CAME_TO_NOTHING
        and (besides is None or (each.id != besides.id and each.state is not BookingState.REQUESTED))
    )


# --- the verbs

By: TypeAlias = Actor | Customer | Friend


def _actor(by: By) -> Actor:
    match by:
        case Customer():
            return Actor(Role.CUSTOMER, by.id)
        case Friend():
            return Actor(Role.FRIEND, by.id)
        case Actor():
            return by
        case _:
            raise InvalidTypeError("by", "an Actor, a Customer or a Friend", describe(by))


def _apply(
    booking: Booking | None, command: Command, *, at: datetime, policy: BookingPolicy | None = None
) -> Booking:
    decided = decide(booking, command, at=at, policy=policy)
    if isinstance(decided, Refusal):
        raise RefusedError(decided)
    for event in decided.events:
        booking = evolve(booking, event)
    if booking is None:
        raise InvalidValueError("events", "at least one for a new booking", "none")
    return booking


def request(
    quote: Quote,
    *,
    at: datetime,
    key: str,
    booking_id: str | None = None,
    stored: Booking | None = None,
    friend: Friend | None = None,
    offer: Offer | None = None,
    busy: Iterable[Period] = (),
    policy: BookingPolicy | None = None,
) -> Booking:
    """Book a quote: the customer asks, the friend has yet to accept.

    Args:
        quote: the quote, not yet expired.
        at: now.
        key: an idempotency key.
        booking_id: the booking's id; the quote's id if not given, so that a quote is booked once.
        stored: what is stored under that id already, if anything: a retry with the same key gives it back,
            however late it comes, and anything else is refused.
        friend: the friend as known now, to judge once more whether the friend is eligible and the slot free;
            worth giving wherever more may be known by now than when the quote was made.
        offer: with `friend`, the quote's offer as known now, which may have ended or have another radius.
        busy: with `friend`, the slots that are taken by now (see `busy_slots`).
        policy: the policy to book under; the one of the visit's network if not given.

    Returns:
        The booking, requested; `.due` says until when the friend may answer.

    Raises:
        RefusedError: the quote has expired, the notice is too short, the friend is not eligible or not free,
            or the id is taken.
        InvalidTypeError: an offer or busy slots without the friend.

    Examples:
        >>> from mila_core import matching, pricing, samples
        >>> pilot = samples.zurich_2013()
        >>> wanted = pilot.request("game-console")
        >>> match = matching.FriendIndex(pilot.market).rank(wanted, at=pilot.opened_at).match("andreas")
        >>> quote = pricing.quote(wanted, match, book=pilot.book, at=pilot.opened_at)
        >>> booking = request(quote, at=pilot.opened_at, key="a1")
        >>> booking.state.value, booking.due[0].event
        ('requested', 'expire_request')
    """
    command = Command(
        event="request",
        by=Actor(Role.CUSTOMER, quote.visit.customer_id),
        key=key,
        quote=quote,
        booking_id=booking_id,
        friend=friend,
        offer=offer,
        busy=tuple(busy),
    )
    return _apply(stored, command, at=at, policy=policy)


def accept(
    booking: Booking,
    *,
    by: By,
    at: datetime,
    key: str,
    friend: Friend | None = None,
    offer: Offer | None = None,
    busy: Iterable[Period] = (),
) -> Booking:
    """Accept a requested booking; the friend is judged again, and must not be busy or absent.

    Args:
        booking: the booking.
        by: the friend as known now; or an actor, with the friend beside it.
        at: now, before the deadline.
        key: an idempotency key.
        friend: the friend as known now, where `by` is an actor.
        offer: the booking's offer as known now, to be judged again too.
        busy: the slots that are taken by now, `busy_slots(the friend's bookings, besides=booking)`.

    Returns:
        The booking, accepted.

    Raises:
        RefusedError: not from this state, not this friend, too late, no longer eligible, or not free.
        InvalidTypeError: nobody told what is known of the friend.
    """
    known = by if isinstance(by, Friend) else friend
    command = Command(event="accept", by=_actor(by), key=key, friend=known, offer=offer, busy=tuple(busy))
    return _apply(booking, command, at=at)


def decline(booking: Booking, *, by: By, at: datetime, key: str, why: Reason | None = None) -> Booking:
    """Decline a requested booking.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return _apply(booking, Command(event="decline", by=_actor(by), key=key, why=why), at=at)


def confirm(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Confirm an accepted booking: the last details are settled.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now, before the deadline.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, or too late.
    """
    return _apply(booking, Command(event="confirm", by=_actor(by), key=key), at=at)


def start_work(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Note that the work has begun.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now, no earlier than half an hour (by policy) before the start.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, or too early.
    """
    return _apply(booking, Command(event="start_work", by=_actor(by), key=key), at=at)


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
    return _apply(booking, Command(event="complete", by=_actor(by), key=key), at=at)


def approve(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Approve the result and the price: the booking is closed, and both sides may rate.

    Args:
        booking: the booking.
        by: the customer, or an operator.
        at: now.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return _apply(booking, Command(event="approve", by=_actor(by), key=key), at=at)


def cancel(booking: Booking, *, by: By, at: datetime, key: str, why: Reason | None = None) -> Booking:
    """Call a booking off; the event says in whose name.

    Args:
        booking: the booking.
        by: the customer, the friend, or an operator.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    actor = _actor(by)
    return _apply(booking, Command(event=f"cancel_by_{actor.role.value}", by=actor, key=key, why=why), at=at)


def run_timers(booking: Booking, *, at: datetime, scheduler_id: str = "scheduler") -> Booking:
    """Let time act: cause every event that is due by now, and what that makes due in turn.

    It can be called at any time and as often as one likes; a missed timer is caught by the next call.

    Args:
        booking: the booking.
        at: now.
        scheduler_id: the id of the application's scheduler.

    Returns:
        The booking as it stands now.
    """
    while timers := due(booking, at=at):
        event = timers[0].event
        key = f"{event}:{booking.version}"
        booking = _apply(booking, Command(event=event, by=Actor(Role.TIMER, scheduler_id), key=key), at=at)
    return booking
