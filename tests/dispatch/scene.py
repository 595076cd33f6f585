"""A request of Anna's and eight friends who could come: the fixed example of these tests.

The visit takes an hour and the only window is an hour long, so that every quote is for the same slot.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import attrs

from mila_core import bookings, dispatch
from mila_core.bookings import Booking, BookingState
from mila_core.dispatch import Candidate, Dispatch, DispatchCommand, DispatchDecision, DispatchEvent
from mila_core.friends import Friend
from mila_core.lifecycle import Actor, Decision, Refusal, Role
from mila_core.periods import Period
from mila_core.quotes import Quote
from mila_core.service_requests import ServiceRequest
from tests.dispatch import rules
from tests.journey import ALWAYS_CERTIFIED, REQUEST, quote_for, utc

ORDINARY = utc("2026-06-05T14:00+02:00")
STARTS = (  # the last hours before go over no change of the clock, the one in autumn, the one in spring
    ORDINARY,
    utc("2026-10-25T06:30+01:00"),
    utc("2027-03-28T06:30+02:00"),
)

DISTANCES_M = {
    "f1": 4_000,
    "f2": 5_000,
    "f3": 5_001,
    "f4": 300,
    "f5": 9_999,
    "f6": 20_000,
    "f7": 20_001,
    "f8": 0,
}
FRIENDS = tuple(DISTANCES_M)

CUSTOMER = Actor(Role.CUSTOMER, REQUEST.customer_id)
OPERATOR = Actor(Role.OPERATOR, "olga")
SYSTEM = Actor(Role.SYSTEM, "dispatch")
SCHEDULER = Actor(Role.TIMER, "scheduler")
PEOPLE = {actor.role.value: actor for actor in (CUSTOMER, OPERATOR, SYSTEM, SCHEDULER)}


def actor(role: str, *, friend: str = "f1") -> Actor:
    """Return who acts in a role."""
    return Actor(Role.FRIEND, friend) if role == "friend" else PEOPLE[role]


def friend(friend_id: str) -> Friend:
    """Return a friend as known now, who may come."""
    return attrs.evolve(ALWAYS_CERTIFIED, id=friend_id)


def request_for(start: datetime) -> ServiceRequest:
    """Return the request, for one hour from `start` on."""
    return attrs.evolve(REQUEST, windows=[Period(start, start + timedelta(hours=1))])


def quote(friend_id: str, start: datetime) -> Quote:
    """Return a quote that can be booked until the slot begins."""
    made = quote_for(start, made_at=start - timedelta(days=30))
    return attrs.evolve(made, id=f"q-{friend_id}", friend_id=friend_id)


def candidate(friend_id: str, start: datetime) -> Candidate:
    """Return somebody who could be invited."""
    return Candidate(quote=quote(friend_id, start), distance_m=DISTANCES_M.get(friend_id, 0))


def wish(friend_id: str, start: datetime) -> rules.Wish:
    """Return the same for the rules."""
    return rules.Wish(friend_id, DISTANCES_M.get(friend_id, 0), start)


def command(
    event: str,
    by: Actor,
    *,
    start: datetime,
    key: str,
    friend_id: str | None = None,
    invite: Iterable[str] = (),
    booking: Booking | None = None,
    busy: Sequence[Period] = (),
    version: int | None = None,
) -> DispatchCommand:
    """Return a command with all that its event needs."""
    details: dict[str, Any] = {}
    if event == "open_request":
        request = request_for(start)
        policy = quote("f1", start).visit.policy.dispatch
        details = {"request": request, "policy": policy, "visit_minutes": 60}
    if event == "send_wave":
        details = {"candidates": [candidate(each, start) for each in invite]}
    if event in rules.ANSWERS:
        whose = by.id if by.role is Role.FRIEND else friend_id or "f1"
        details = {"friend_id": whose}
        if event == "accept_invitation":
            details |= {"friend": friend(whose), "busy": busy, "agenda_version": 7}
    if event in {"reopen_request", "fulfil_request"}:
        details = {"booking": booking}
    return DispatchCommand(event=event, by=by, key=key, expected_version=version, **details)


def granted(state: Dispatch | None, wanted: DispatchCommand, *, at: datetime) -> DispatchDecision:
    """Return the decision on a command that has to be granted."""
    decided = dispatch.decide(state, wanted, at=at)
    assert isinstance(decided, Decision), decided
    return decided


def refused(state: Dispatch | None, wanted: DispatchCommand, *, at: datetime) -> str:
    """Return the code with which a command is refused."""
    decided = dispatch.decide(state, wanted, at=at)
    assert isinstance(decided, Refusal), decided
    return decided.code


def own(decision: DispatchDecision) -> list[DispatchEvent]:
    """Return the request's own events of a decision."""
    return [event for event in decision.events if isinstance(event, DispatchEvent)]


def folded(state: Dispatch | None, decision: DispatchDecision) -> Dispatch:
    """Return the request after a decision."""
    for event in own(decision):
        state = dispatch.evolve(state, event)
    assert state is not None
    return state


def booked(decision: DispatchDecision) -> Booking | None:
    """Return the booking that a decision makes, if it makes one."""
    made = [event for event in decision.events if not isinstance(event, DispatchEvent)]
    return bookings.replay(made) if made else None


def opened(start: datetime = ORDINARY, *, at: datetime | None = None) -> Dispatch:
    """Return the request, just opened, a day before unless told otherwise."""
    wanted = command("open_request", CUSTOMER, start=start, key="open")
    return folded(None, granted(None, wanted, at=at or start - timedelta(days=1)))


def sent(invite: Iterable[str], *, start: datetime = ORDINARY) -> Dispatch:
    """Return the request with a first wave, sent when it was opened."""
    state = opened(start)
    wanted = command("send_wave", OPERATOR, start=start, key="wave-1", invite=invite)
    return folded(state, granted(state, wanted, at=state.since))


def taken(
    winner: str, *, invite: Iterable[str] = ("f1", "f2", "f4"), start: datetime = ORDINARY
) -> tuple[Dispatch, Booking]:
    """Return the request and the booking after a friend has accepted, ten minutes after the wave."""
    state = sent(invite, start=start)
    wanted = command("accept_invitation", actor("friend", friend=winner), start=start, key="accept")
    decision = granted(state, wanted, at=state.since + timedelta(minutes=10))
    booking = booked(decision)
    assert booking is not None
    return folded(state, decision), booking


def ended(booking: Booking, how: str) -> Booking:
    """Return a booking that has ended by an event, or any other one that ended so."""
    people = {Role.CUSTOMER: booking.customer_id, Role.FRIEND: booking.friend_id}

    def by(role: Role) -> Actor:
        return Actor(role, people[role])

    at, end = booking.since, booking.quote.visit.slot.end
    match how:
        case "cancel_by_friend" | "cancel_by_customer":
            role = Role(how.removeprefix("cancel_by_"))
            return bookings.cancel(booking, by=by(role), at=at, key="end")
        case "cancel_by_operator":
            return bookings.cancel(booking, by=OPERATOR, at=at, key="end")
        case "expire_unscheduled":
            return bookings.run_timers(booking, at=booking.due[0].at)
        case "decline":  # a booking that was assigned cannot be declined; another one that was
            made = booking.quote.made_at
            asked = bookings.request(booking.quote, at=made, key="k1", booking_id=booking.id)
            return bookings.decline(asked, by=by(Role.FRIEND), at=made, key="end")
    confirmed = bookings.confirm(booking, by=by(Role.FRIEND), at=at, key="confirm")
    if how == "approve":
        done = bookings.complete(confirmed, by=by(Role.FRIEND), at=end, key="complete")
        return bookings.approve(done, by=by(Role.CUSTOMER), at=end, key="end")
    return _failed(confirmed, how, friend=by(Role.FRIEND), customer=by(Role.CUSTOMER))


def _failed(booking: Booking, how: str, *, friend: Actor, customer: Actor) -> Booking:
    """Return a confirmed booking whose visit came to nothing."""
    slot = booking.quote.visit.slot
    match how:
        case "report_friend_no_show":
            return bookings.report_friend_no_show(booking, by=customer, at=slot.end, key="end")
        case "report_customer_no_show":
            return bookings.report_customer_no_show(
                booking, by=friend, at=slot.end, key="end", contact_attempted_at=slot.start
            )
        case "lapse":
            return bookings.run_timers(booking, at=booking.due[0].at)
        case "fail":
            gone = bookings.depart(booking, by=friend, at=slot.start, key="depart")
            return bookings.fail(gone, by=friend, at=slot.start, key="end", why="no_access")
        case _:
            raise AssertionError(how)


ENDINGS: Mapping[str, BookingState] = MappingProxyType(
    {
        "cancel_by_friend": BookingState.CANCELLED,
        "cancel_by_customer": BookingState.CANCELLED,
        "cancel_by_operator": BookingState.CANCELLED,
        "expire_unscheduled": BookingState.EXPIRED,
        "decline": BookingState.DECLINED,
        "report_friend_no_show": BookingState.NO_SHOW,
        "report_customer_no_show": BookingState.NO_SHOW,
        "lapse": BookingState.FAILED,
        "fail": BookingState.FAILED,
        "approve": BookingState.CLOSED,
    }
)
"""Every way in which a booking can end, with the state that it leads to."""
