"""The verbs: both steps at once, for applications that store the state, not the history."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import mila_core.bookings as bookings
import mila_core.lifecycle as lifecycle
from mila_core.bookings import Booking
from mila_core.dispatch.commands import DispatchCommand
from mila_core.dispatch.dropouts import dropped_out
from mila_core.dispatch.machine import DispatchDecision, decide, due, evolve
from mila_core.dispatch.values import Candidate, Dispatch, DispatchEvent
from mila_core.eligibility import Visit
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Friend
from mila_core.lifecycle import Actor, By, Refusal, RefusedError, Role, actor_of
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.policies import BookingPolicy
from mila_core.reasons import Reason
from mila_core.service_requests import ServiceRequest

__all__ = [
    "Accepted",
    "accept",
    "conclude",
    "decline",
    "give_up",
    "open_request",
    "revoke",
    "run_timers",
    "send_wave",
    "withdraw",
]


class Accepted(NamedTuple):
    """What an acceptance makes: store both, or neither.

    Attributes:
        dispatch: the request, matched.
        booking: the booking, accepted.
    """

    dispatch: Dispatch
    booking: Booking


def _decided(dispatch: Dispatch | None, command: DispatchCommand, at: datetime) -> DispatchDecision:
    answer = decide(dispatch, command, at=at)
    if isinstance(answer, Refusal):
        raise RefusedError(answer)
    return answer


def _after(dispatch: Dispatch | None, decision: DispatchDecision) -> Dispatch:
    for event in decision.events:
        if isinstance(event, DispatchEvent):
            dispatch = evolve(dispatch, event)
    if dispatch is None:
        raise InvalidValueError("events", "at least one for a new request", "none")
    return dispatch


def _apply(
    dispatch: Dispatch | None, event: str, *, by: By, key: str, at: datetime, **details: Any
) -> Dispatch:
    command = DispatchCommand(event=event, by=actor_of(by), key=key, **details)
    return _after(dispatch, _decided(dispatch, command, at))


def open_request(
    request: ServiceRequest,
    *,
    visit: Visit,
    at: datetime,
    key: str,
    by: By | None = None,
    stored: Dispatch | None = None,
) -> Dispatch:
    """Begin to look for somebody.

    Args:
        request: what is wanted.
        visit: the visit that would answer it, `market.visit(request)`: how long it takes, and the policy.
        at: now.
        key: an idempotency key.
        by: the customer, or an operator; the request's customer if not given.
        stored: what is stored under the request's id already, if anything: a retry with the same key gives it
            back.

    Returns:
        The request, open; `.reminders` asks for the first wave, `.due` says when it expires.

    Raises:
        RefusedError: nobody can come in time any more, no window is long enough, or the id is taken.
        InvalidValueError: the visit is of another request, or the request's id is too long.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> wanted = pilot.request("game-console")
        >>> dispatch = open_request(wanted, visit=pilot.market.visit(wanted), at=pilot.opened_at, key="k1")
        >>> dispatch.state.value, dispatch.reminders[0].code, dispatch.due[0].at.isoformat()
        ('open', 'next_wave', '2013-11-28T12:00:00+00:00')
    """
    if visit.request_id != request.id:
        raise InvalidValueError("visit", f"the visit of {request.id}", describe(visit.request_id))
    return _apply(
        stored,
        "open_request",
        by=by or Actor(Role.CUSTOMER, request.customer_id),
        key=key,
        at=at,
        request=request,
        policy=visit.policy.dispatch,
        visit_minutes=visit.slot.minutes,
    )


def send_wave(
    dispatch: Dispatch,
    *,
    candidates: Iterable[Candidate],
    at: datetime,
    key: str,
    by: Actor | None = None,
) -> Dispatch:
    """Invite several friends at once.

    Args:
        dispatch: the request.
        candidates: whom to invite, as `plan_wave` chose them, or as an operator wishes.
        at: now.
        key: an idempotency key.
        by: an operator, whom neither the circle, the size nor the time of the waves binds; the system if not
            given.

    Raises:
        RefusedError: the wave is too early or too large, there is nobody in it, or somebody who may not be
            invited.
    """
    sender = by or Actor(Role.SYSTEM, "dispatch")
    return _apply(dispatch, "send_wave", by=sender, key=key, at=at, candidates=tuple(candidates))


def accept(
    dispatch: Dispatch,
    *,
    by: By,
    at: datetime,
    key: str,
    friend: Friend | None = None,
    offer: Offer | None = None,
    busy: Iterable[Period] = (),
    booking_policy: BookingPolicy | None = None,
    stored: Booking | None = None,
) -> Accepted:
    """Accept an invitation: the request is matched, the friend booked, every other invitation superseded.

    Args:
        dispatch: the request.
        by: the friend as known now; or an actor, with the friend beside it.
        at: now, before the invitation's `respond_by`.
        key: an idempotency key.
        friend: the friend as known now, where `by` is an actor.
        offer: the quote's offer as known now, to be judged again too.
        busy: the slots that are taken by now, by `bookings.busy_slots` of what is accepted.
        booking_policy: the policy to book under; the one of the visit's network if not given.
        stored: for a retry, the booking that is stored.

    Returns:
        The request and the booking.

    Raises:
        RefusedError: not invited, too late, another friend was faster, no longer eligible, or not free.
        InvalidTypeError: nobody told what is known of the friend, or a retry without the stored booking.
    """
    known = by if isinstance(by, Friend) else friend
    command = DispatchCommand(
        event="accept_invitation",
        by=actor_of(by),
        key=key,
        friend_id=None if known is None else known.id,
        friend=known,
        offer=offer,
        busy=tuple(busy),
        booking_policy=booking_policy,
    )
    decision = _decided(dispatch, command, at)
    booking = stored
    for event in decision.events:
        if not isinstance(event, DispatchEvent):
            booking = bookings.evolve(None, event)
    if booking is None:
        raise InvalidTypeError("stored", "the booking that was made, for a repetition", describe(None))
    return Accepted(_after(dispatch, decision), booking)


def decline(
    dispatch: Dispatch,
    *,
    by: By,
    at: datetime,
    key: str,
    friend_id: str | None = None,
    why: Reason | None = None,
) -> Dispatch:
    """Decline an invitation.

    Args:
        dispatch: the request.
        by: the friend, or an operator.
        at: now, before the invitation's `respond_by`.
        key: an idempotency key.
        friend_id: where an operator does it, the id of the friend.
        why: the reason given.

    Raises:
        RefusedError: not invited, or too late.
    """
    return _apply(dispatch, "decline_invitation", by=by, key=key, at=at, friend_id=friend_id, why=why)


def revoke(
    dispatch: Dispatch, *, friend_id: str, by: Actor, at: datetime, key: str, why: Reason | None = None
) -> Dispatch:
    """Take an invitation back.

    Args:
        dispatch: the request.
        friend_id: whose invitation.
        by: an operator.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not invited, or the invitation is closed.
    """
    return _apply(dispatch, "revoke_invitation", by=by, key=key, at=at, friend_id=friend_id, why=why)


def withdraw(dispatch: Dispatch, *, by: By, at: datetime, key: str, why: Reason | None = None) -> Dispatch:
    """Withdraw a request for which nobody has been found yet; open invitations are taken back.

    Args:
        dispatch: the request.
        by: the customer, or an operator.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not from this state (where somebody has accepted, it is the booking that is cancelled),
            not by this actor, or too late.
    """
    return _apply(dispatch, "withdraw_request", by=by, key=key, at=at, why=why)


def give_up(
    dispatch: Dispatch, *, at: datetime, key: str, by: Actor | None = None, why: Reason | None = None
) -> Dispatch:
    """End a search in which nobody was found.

    Args:
        dispatch: the request.
        at: now.
        key: an idempotency key.
        by: an operator, who need not wait for answers; the system if not given.
        why: a reason, besides the one that follows from the invitations.

    Returns:
        The request, unserved; `.unserved_why` says why.

    Raises:
        RefusedError: not from this state, or somebody may still accept.
    """
    return _apply(dispatch, "give_up", by=by or Actor(Role.SYSTEM, "dispatch"), key=key, at=at, why=why)


def conclude(
    dispatch: Dispatch, booking: Booking, *, at: datetime, key: str, system_id: str = "dispatch"
) -> Dispatch:
    """Draw the conclusion from a booking that has ended: look for somebody else, or the request is fulfilled.

    Args:
        dispatch: the request.
        booking: its booking, which has ended.
        at: now.
        key: an idempotency key.
        system_id: the id of the program that does it.

    Returns:
        The request: open again where the friend dropped out, who is not invited again; otherwise fulfilled.

    Raises:
        RefusedError: not from this state, another booking, or one that has not ended.
    """
    event = "reopen_request" if dropped_out(booking) else "fulfil_request"
    by = Actor(Role.SYSTEM, system_id)
    return _apply(dispatch, event, by=by, key=key, at=at, booking=booking)


def run_timers(dispatch: Dispatch, *, at: datetime, scheduler_id: str = "scheduler") -> Dispatch:
    """Let time act: close the invitations that nobody answered in time, and in the end the request.

    It can be called at any time and as often as one likes; a missed timer is caught by the next call.

    Args:
        dispatch: the request.
        at: now.
        scheduler_id: the id of the application's scheduler.

    Returns:
        The request as it stands now.
    """
    scheduler = Actor(Role.TIMER, scheduler_id)

    def cause(dispatch: Dispatch, event: str, key: str) -> Dispatch:
        return _apply(dispatch, event, by=scheduler, key=key, at=at)

    return lifecycle.run_timers(dispatch, due=partial(due, at=at), cause=cause)
