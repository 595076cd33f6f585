"""Requests that are dispatched, with their histories: legal ones only."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import mila_core.bookings as bookings
from mila_core.bookings import Booking
from mila_core.catalogue import household_technology
from mila_core.dispatch import (
    LONGEST_REQUEST_ID,
    REQUEST_TABLE,
    Candidate,
    Dispatch,
    DispatchCommand,
    DispatchEvent,
    Invitation,
    InvitationState,
    RequestState,
    decide,
    evolve,
    replay,
)
from mila_core.dispatch.table import ANSWERS
from mila_core.eligibility import Visit
from mila_core.lifecycle import Actor, Refusal, RefusedError, Role
from mila_core.periods import Period, Validity
from mila_core.policies import DispatchPolicy
from mila_core.quotes import Quote
from mila_core.regions import Opening
from mila_core.service_requests import ServiceRequest
from mila_core.testing._bookings import bookings as any_bookings
from mila_core.testing._lives import actors, stream_versions
from mila_core.testing._people import friends
from mila_core.testing._policies import booking_policies, dispatch_policies
from mila_core.testing._quotes import quote_lines, quotes
from mila_core.testing._requests import offers, service_requests
from mila_core.testing._values import (
    LONGEST_WAIT,
    after,
    fixed_or,
    ids,
    instants,
    kept,
    keys,
    periods,
    reasons,
)
from mila_core.testing._visits import eligible_friend

_VISIT = timedelta(hours=1)
_TICK = timedelta(microseconds=1)
_LENGTHS = st.integers(_VISIT // timedelta(minutes=1), 7 * 24 * 60).map(
    lambda minutes: timedelta(minutes=minutes)
)
_REQUEST_IDS = ids().filter(lambda each: len(each) <= LONGEST_REQUEST_ID)
_GIVEN_REASONS = st.none() | reasons()
_READS = st.lists(stream_versions(), max_size=1)
_VERSIONS = st.none() | st.integers(0, 2**53)
_ANY_POLICY = st.just(DispatchPolicy()) | dispatch_policies()
_SERVICES = st.sampled_from(household_technology().services)
_FEW_LINES = st.lists(quote_lines(), max_size=1)
_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {"send_wave": 6, "accept_invitation": 4, "expire_invitations": 2}
)


@kept
@st.composite
def candidates(draw: st.DrawFn, *, quote: Quote | None = None, longest_m: int = 400_000) -> Candidate:
    """Return friends who could be invited.

    Args:
        draw: given by Hypothesis.
        quote: what they would be invited to.
        longest_m: how far away they live at most.
    """
    of = quote or draw(quotes())
    distance = st.integers(0, longest_m)
    return Candidate(quote=of, distance_m=draw(st.none() | distance if of.visit.service.remote else distance))


@kept
@st.composite
def invitations(draw: st.DrawFn, *, quote: Quote | None = None) -> Invitation:
    """Return invitations in any state."""
    sent_at = draw(instants())
    state = draw(st.sampled_from(InvitationState))
    is_open = state is InvitationState.SENT
    return Invitation(
        quote=quote or draw(quotes()),
        attempt=draw(st.integers(1, 5)),
        wave=draw(st.integers(1, 100)),
        sent_at=sent_at,
        respond_by=draw(after(sent_at.astimezone(UTC) + _TICK, LONGEST_WAIT)),
        distance_m=draw(st.none() | st.integers(0, 400_000)),
        state=state,
        closed_at=None if is_open else draw(after(sent_at, LONGEST_WAIT)),
        why=None if is_open else draw(_GIVEN_REASONS),
    )


# Lives -------------------------------------------------------------------------------------------------


def _visit(request: ServiceRequest, *, start: datetime) -> Visit:
    """Return the visit in the last slot that suits, in a region that is open then."""
    service = next(each for each in household_technology().services if each.code == request.service_code)
    return Visit(
        request_id=request.id,
        customer_id=request.customer_id,
        service=service,
        place=request.place,
        slot=Period(start, start + _VISIT),
        openings=[Opening(region_id="region", during=Validity(start))],
    )


def _granted(
    dispatch: Dispatch | None, wanted: DispatchCommand, *, at: datetime
) -> tuple[DispatchEvent, Booking | None]:
    """Return the event of a command that has to be granted, and the booking that is made."""
    decided = decide(dispatch, wanted, at=at)
    if isinstance(decided, Refusal):  # only what the table and the deadlines allow is drawn
        raise RefusedError(decided)
    own = [event for event in decided.events if isinstance(event, DispatchEvent)]
    made = [event for event in decided.events if not isinstance(event, DispatchEvent)]
    return own[0], bookings.replay(made) if made else None


def _choices(
    dispatch: Dispatch, left: list[str], *, book_by: datetime
) -> list[tuple[str, Role, datetime, datetime]]:
    """Return what may happen next: the event, by whom, and from when up to and including when."""
    if dispatch.state is RequestState.MATCHED:
        return [("reopen_request", Role.SYSTEM, dispatch.since, dispatch.since + LONGEST_WAIT)] * 3 + [
            ("fulfil_request", Role.SYSTEM, dispatch.since, dispatch.since + LONGEST_WAIT)
        ]
    first, end = dispatch.since, dispatch.expires_at
    last = end - _TICK
    found = [
        ("expire_open_request", Role.TIMER, end, end + LONGEST_WAIT),
        ("withdraw_request", Role.CUSTOMER, first, last),
    ]
    waiting = [each for each in dispatch.invitations if each.is_open]
    if waiting:
        answer_by = min(each.respond_by for each in waiting)
        sent_at = max(each.sent_at for each in waiting)
        found.append(("expire_invitations", Role.TIMER, answer_by, last))
        for event in sorted(ANSWERS):
            role = Role.OPERATOR if event == "revoke_invitation" else Role.FRIEND
            by = min(answer_by, book_by) if event == "accept_invitation" else answer_by
            found.append((event, role, max(first, sent_at), by - _TICK))
    else:
        found.append(("give_up", Role.SYSTEM, first, last))
    if left and dispatch.last_wave < dispatch.policy.most_waves:
        found.append(("send_wave", Role.SYSTEM, max(dispatch.next_wave_at, first), last))
    return [each for each in found if each[2] <= each[3] for _ in range(_WEIGHTS.get(each[0], 1))]


def _ended(draw: st.DrawFn, booking: Booking, *, by_friend: bool) -> Booking:
    """Return a booking that was called off, by the friend or by the customer."""
    people = {Role.FRIEND: booking.friend_id, Role.CUSTOMER: booking.customer_id}
    role = Role.FRIEND if by_friend else Role.CUSTOMER
    at = draw(after(booking.since, booking.due[0].at - booking.since - _TICK))
    return bookings.cancel(booking, by=Actor(role, people[role]), at=at, key="cancelled")


def _details(
    draw: st.DrawFn, dispatch: Dispatch, event: str, *, left: list[str], quote: Quote, booking: Booking | None
) -> Mapping[str, Any]:
    """Return the fields of the command besides event, actor and key; whoever is invited is no longer left."""
    if event == "send_wave":
        chosen = left[: draw(st.integers(1, min(len(left), dispatch.policy.wave_size)))]
        del left[: len(chosen)]
        nearest_m = dispatch.policy.radius_km[0] * 1000
        invited = (attrs.evolve(quote, friend_id=each) for each in chosen)
        return {"candidates": [draw(candidates(quote=each, longest_m=nearest_m)) for each in invited]}
    if event in ANSWERS:
        waiting = [each.friend_id for each in dispatch.invitations if each.is_open]
        friend_id = draw(st.sampled_from(waiting))
        if event == "accept_invitation":
            return {"friend_id": friend_id, "friend": eligible_friend(quote.visit, id=friend_id)}
        return {"friend_id": friend_id, "why": draw(_GIVEN_REASONS)}
    if event in {"reopen_request", "fulfil_request"} and booking is not None:
        return {"booking": _ended(draw, booking, by_friend=event == "reopen_request")}
    return {}


@kept
@st.composite
def dispatch_histories(draw: st.DrawFn, *, request_id: str | None = None) -> tuple[DispatchEvent, ...]:
    """Return the histories of requests, from the opening to any state, by commands that are granted.

    Args:
        draw: given by Hypothesis.
        request_id: the id of the request.
    """
    policy = draw(_ANY_POLICY)
    request = draw(
        service_requests(
            id=request_id or draw(_REQUEST_IDS),
            service_code=draw(_SERVICES).code,
            windows=periods(lengths=_LENGTHS),
        )
    )
    start = max(window.end for window in request.windows) - _VISIT
    visit = _visit(request, start=start)
    left = draw(
        st.lists(ids().filter(lambda each: each != request.customer_id), min_size=2, max_size=4, unique=True)
    )
    at = start - timedelta(minutes=policy.accept_notice_minutes + draw(st.integers(1, 30 * 24 * 60)))
    quote = draw(
        quotes(visit=visit, friend_id=left[0], made_at=at, expires_at=start + LONGEST_WAIT, lines=_FEW_LINES)
    )
    book_by = start - timedelta(minutes=visit.policy.booking.confirm_notice_minutes)
    wanted = DispatchCommand(
        event="open_request",
        by=Actor(Role.CUSTOMER, request.customer_id),
        key="key-0",
        request=request,
        policy=policy,
        visit_minutes=visit.slot.minutes,
    )
    event, booking = _granted(None, wanted, at=at)
    dispatch, history = evolve(None, event), [event]
    for step in range(1, 1 + draw(st.integers(0, 8))):
        choices = _choices(dispatch, left, book_by=book_by) if dispatch.is_open else []
        if not choices:
            break
        name, role, first, last = draw(st.sampled_from(choices))
        by = Actor(role, request.customer_id if role is Role.CUSTOMER else "somebody")
        at = draw(after(first, min(last - first, LONGEST_WAIT)))
        details = _details(draw, dispatch, name, left=left, quote=quote, booking=booking)
        if role is Role.FRIEND:
            by = Actor(role, details["friend_id"])
        wanted = DispatchCommand(event=name, by=by, key=f"key-{step}", **details)
        event, made = _granted(dispatch, wanted, at=at)
        booking = made or booking
        dispatch = evolve(dispatch, event)
        history.append(event)
    return tuple(history)


@kept
def dispatch_events() -> SearchStrategy[DispatchEvent]:
    """Return events of requests, of any place in a history."""
    return dispatch_histories().flatmap(st.sampled_from)


@kept
def dispatches(*, id: str | None = None) -> SearchStrategy[Dispatch]:  # noqa: A002  # the field's name
    """Return requests with their invitations in any state, as legal histories make them."""
    return dispatch_histories(request_id=id).map(replay)


@cache
@st.composite
def _commands_for(draw: st.DrawFn, event: str) -> DispatchCommand:
    """Return commands for an event, with what it needs and at times with what it can use."""
    begins, accepts = event == "open_request", event == "accept_invitation"
    friend = draw(friends()) if accepts else None
    by = Actor(Role.FRIEND, friend.id) if friend else draw(actors())
    whose = draw(ids()) if event in ANSWERS and by.role is not Role.FRIEND else None
    concludes = event in {"reopen_request", "fulfil_request"}
    return DispatchCommand(
        event=event,
        by=by,
        key=draw(keys()),
        why=draw(_GIVEN_REASONS),
        expected_version=draw(_VERSIONS),
        reads=draw(_READS),
        request=draw(_REQUEST_IDS.flatmap(lambda each: service_requests(id=each))) if begins else None,
        policy=draw(dispatch_policies()) if begins else None,
        visit_minutes=draw(st.integers(1, 24 * 60)) if begins else None,
        candidates=draw(st.lists(candidates(), max_size=2)) if event == "send_wave" else [],
        friend_id=whose,
        booking=draw(any_bookings()) if concludes else None,
        friend=friend,
        offer=draw(st.none() | offers(friend_id=friend.id)) if friend else None,
        busy=draw(st.lists(periods(), max_size=2)) if friend else [],
        agenda_version=draw(_VERSIONS) if friend else None,
        booking_policy=draw(st.none() | booking_policies()) if friend else None,
    )


@kept
def dispatch_commands(*, event: str | None = None) -> SearchStrategy[DispatchCommand]:
    """Return commands, each with what its event needs; whether they are granted depends on the request."""
    return fixed_or(event, st.sampled_from([row.event for row in REQUEST_TABLE])).flatmap(_commands_for)
