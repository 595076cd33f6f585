"""The machine of requests: its tables, its guards, what its events carry, and the booking that follows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

import mila_core.bookings as bookings
import mila_core.dispatch._invitable as invitable
from mila_core.bookings import BookingCommand, BookingEvent
from mila_core.dispatch._effects import after, swept
from mila_core.dispatch._guards import guard, unanswerable
from mila_core.dispatch.commands import DispatchCommand
from mila_core.dispatch.table import ANSWERS, REQUEST_TABLE, InvitationState
from mila_core.dispatch.values import Dispatch, DispatchEvent, Invitation
from mila_core.errors import InvalidTypeError, describe
from mila_core.lifecycle import Actor, Decision, Machine, Refusal, Role, StreamVersion, Timer
from mila_core.periods import instant_of
from mila_core.reasons import Reason, reason

__all__ = ["MACHINE", "DispatchDecision", "decide", "due", "evolve", "replay"]

DispatchDecision: TypeAlias = Decision[DispatchEvent | BookingEvent]
"""A decision on a request: its own event, and where a friend has accepted, the booking's first one."""


def _unserved(invitations: Iterable[Invitation]) -> Reason:
    """Return why nobody was found, from what became of an attempt's invitations."""
    became = Counter(each.state for each in invitations)
    count = became.total()
    if not count:
        return reason("no_candidates")
    if became[InvitationState.DECLINED] == count:
        return reason("all_declined", count=count)
    if became[InvitationState.EXPIRED] == count:
        return reason("nobody_answered", count=count)
    return reason("nobody_accepted", count=count)


def _booking_id(dispatch: Dispatch) -> str:
    """Return the id of the booking of the present attempt: another one each time."""
    return f"{dispatch.id}-{dispatch.attempt}"


def _payload(dispatch: Dispatch | None, command: DispatchCommand, at: datetime) -> Mapping[str, Any]:
    if dispatch is None:
        return {
            "request": command.request,
            "policy": command.policy,
            "visit_minutes": command.visit_minutes,
        }
    match command.event:
        case "send_wave":
            return {"invitations": invitable.invitations(dispatch, command.candidates, at=at)}
        case "accept_invitation":
            return {"friend_id": command.whose, "booking_id": _booking_id(dispatch)}
        case "decline_invitation" | "revoke_invitation":
            return {"friend_id": command.whose}
        case "give_up":
            return {"unserved_why": _unserved(swept(dispatch.this_attempt, at))}
        case "reopen_request" | "fulfil_request":
            ending = command.booking.ending if command.booking else None
            return {"booking_id": dispatch.booking_id, "ended_by": ending.event if ending else None}
        case _:
            return {}


def _begin(event: DispatchEvent) -> Mapping[str, Any]:
    if event.request is None or event.policy is None or event.visit_minutes is None:
        expected = "a first event with its request, policy and the visit's length"
        raise InvalidTypeError("request", expected, "one without")
    return {"request": event.request, "policy": event.policy, "visit_minutes": event.visit_minutes}


def _change(dispatch: Dispatch, event: DispatchEvent) -> Mapping[str, Any]:
    changes: dict[str, Any] = {"invitations": after(dispatch, event)}
    match event.event:
        case "accept_invitation":
            changes["booking_id"] = event.booking_id
        case "reopen_request":
            changes |= {"booking_id": None, "attempt": dispatch.attempt + 1}
        case "give_up":
            changes["unserved_why"] = event.unserved_why
    return changes


def _parties(dispatch: Dispatch | None, command: DispatchCommand) -> Mapping[Role, frozenset[str]]:
    """Return who the customer is; whether a friend is invited is for the guard to say, in its own words."""
    request = command.request if dispatch is None else dispatch.request
    return {} if request is None else {Role.CUSTOMER: frozenset({request.customer_id})}


def _reads(_: Dispatch | None, command: DispatchCommand) -> Iterable[StreamVersion]:
    if command.booking is not None:
        yield StreamVersion(command.booking.stream, command.booking.version)


MACHINE: Machine[Dispatch, DispatchEvent, DispatchCommand] = Machine(
    aggregate=Dispatch,
    event=DispatchEvent,
    tables={"state": REQUEST_TABLE},
    parties=_parties,
    guard=guard,
    payload=_payload,
    begin=_begin,
    change=_change,
    reads=_reads,
)
"""The request's machine; `evolve`, `replay` and `due` are its functions, `decide` adds the booking.

:meta hide-value:
"""


def decide(
    dispatch: Dispatch | None, command: DispatchCommand, *, at: datetime
) -> DispatchDecision | Refusal:
    """Answer a command: the events to store, or why not. Nothing is changed.

    Where a friend accepts, the decision has the booking's first event, `assign`, behind the request's own,
    and expects both streams' versions and that of the friend's agenda: whoever stores it stores all of it, or
    nothing. Where the booking is refused, as the friend is no longer eligible or not free, so is the answer.

    Args:
        dispatch: the request as it stands; None for one that is opened, or what is stored under its id.
        command: what is wanted.
        at: the instant of the command.

    Returns:
        A decision, or a refusal with every reason of the first rule that says no: the key, the version, the
        table, the parties, the deadline, the event's own rules, the booking's rules. An answer that comes too
        late is told what has become of the invitation.

    Raises:
        InvalidTypeError: the command lacks what its event needs.
    """
    decided = MACHINE.decide(dispatch, command, at=at)
    if isinstance(decided, Refusal):
        return _told(dispatch, command, decided, at=instant_of(at))
    assigned: tuple[BookingEvent, ...] = ()
    expects = decided.expects
    if command.event == "accept_invitation" and decided.events:
        booking = bookings.decide(None, _assignment(dispatch, command), at=at)
        if isinstance(booking, Refusal):
            return Refusal(event=command.event, reasons=booking.reasons)
        assigned, expects = booking.events, (*expects, *booking.expects)
    return Decision(outcome=decided.outcome, events=(*decided.events, *assigned), expects=expects)


def _told(dispatch: Dispatch | None, command: DispatchCommand, refusal: Refusal, *, at: datetime) -> Refusal:
    """Return a refusal that says what has become of the invitation, where the request is no longer open."""
    if dispatch is None or command.event not in ANSWERS or refusal.code != "not_from_this_state":
        return refusal
    reasons = unanswerable(dispatch, command, at)
    return Refusal(event=command.event, reasons=reasons) if reasons else refusal


def _assignment(dispatch: Dispatch | None, command: DispatchCommand) -> BookingCommand:
    """Return the command that books the friend who has accepted."""
    invited = dispatch.invitation(command.whose or "") if dispatch else None
    if dispatch is None or invited is None:
        raise InvalidTypeError("friend_id", "a friend who is invited", describe(command.whose))
    return BookingCommand(
        event="assign",
        by=Actor(Role.SYSTEM, "dispatch"),
        key=command.key,
        quote=invited.quote,
        policy=command.booking_policy,
        booking_id=_booking_id(dispatch),
        friend=command.friend,
        offer=command.offer,
        busy=command.busy,
        agenda_version=command.agenda_version,
    )


def evolve(dispatch: Dispatch | None, event: DispatchEvent) -> Dispatch:
    """Return the request after an event of its own.

    Args:
        dispatch: the request before; None for its first event.
        event: the next event of the same request.

    Raises:
        InvalidValueError: the event is not the next one of this request, or a table does not allow it.
    """
    return MACHINE.evolve(dispatch, event)


def replay(history: Iterable[DispatchEvent]) -> Dispatch:
    """Return the request that a history makes.

    Args:
        history: all events of one request, by version.

    Raises:
        InvalidValueError: no events, a gap, a duplicate, a wrong order, or a step that a table forbids.
    """
    return MACHINE.replay(history)


def due(dispatch: Dispatch, *, at: datetime) -> tuple[Timer, ...]:
    """Return what time owes a request by now.

    Args:
        dispatch: the request.
        at: now.
    """
    return MACHINE.due(dispatch, at=at)
