"""The guards of the request's table: for each event the reasons why not, beyond what the table says."""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

import mila_core.dispatch._invitable as invitable
from mila_core.bookings import Booking
from mila_core.dispatch._effects import swept
from mila_core.dispatch.commands import DispatchCommand
from mila_core.dispatch.dropouts import dropped_out
from mila_core.dispatch.table import ANSWERS, InvitationState, RequestState
from mila_core.dispatch.values import Dispatch, Invitation
from mila_core.errors import InvalidTypeError, describe
from mila_core.lifecycle import Role, Timer, by_deadline, not_before
from mila_core.reasons import Reason, reason

_Guard: TypeAlias = Callable[[Dispatch, DispatchCommand, datetime], list[Reason]]

"""The events that are about one invitation."""


def guard(dispatch: Dispatch | None, command: DispatchCommand, at: datetime) -> list[Reason]:
    """Say why a command is refused that the table allows.

    Args:
        dispatch: the request as it stands; None for one that is opened.
        command: what is wanted.
        at: the instant of the command.
    """
    if dispatch is None:
        return _may_open(command, at)
    if command.event in ANSWERS:
        return unanswerable(dispatch, command, at)
    if dispatch.state is RequestState.OPEN and command.by.role is not Role.TIMER:
        end = Timer("expire_open_request", dispatch.expires_at)
        if late := by_deadline(at, end):
            return late
    special = _GUARDS.get(command.event)
    return special(dispatch, command, at) if special else []


def _may_open(command: DispatchCommand, at: datetime) -> list[Reason]:
    request, needed, policy = command.request, command.visit_minutes, command.policy
    if request is None or needed is None or policy is None:
        raise InvalidTypeError("request", "a request, its policy and the visit's length", describe(None))
    longest = max(each.minutes for each in request.windows)
    if longest < needed:
        return [reason("window_too_short", longest_minutes=longest, needed_minutes=needed)]
    opened = Dispatch(
        id=request.id,
        version=1,
        since=at,
        state=RequestState.OPEN,
        request=request,
        policy=policy,
        visit_minutes=needed,
    )
    return [] if at < opened.expires_at else [reason("too_late_to_book", latest_at=opened.expires_at)]


# --- answers


def unanswerable(dispatch: Dispatch, command: DispatchCommand, at: datetime) -> list[Reason]:
    """Say why an invitation can no longer be answered; nothing if it can be.

    Args:
        dispatch: the request.
        command: what is wanted with which friend's invitation.
        at: now.
    """
    whose = command.whose or ""
    mine = [each for each in swept(dispatch.invitations, at) if each.friend_id == whose]
    return _closed(mine[-1]) if mine else [reason("not_invited", id=whose)]


def _closed(invitation: Invitation) -> list[Reason]:
    match invitation.state:
        case InvitationState.SENT:
            return []
        case InvitationState.EXPIRED:
            return [reason("invitation_expired", due_at=invitation.respond_by)]
        case InvitationState.SUPERSEDED:
            return [reason("invitation_superseded")]
        case InvitationState.REVOKED:
            return [reason("invitation_revoked")]
        case InvitationState.ACCEPTED:
            return [reason("invitation_accepted")]
        case InvitationState.DECLINED:
            return [reason("invitation_declined")]


# --- waves


def _may_send(dispatch: Dispatch, command: DispatchCommand, at: datetime) -> list[Reason]:
    chosen, role = command.candidates, command.by.role
    if not chosen:
        return [reason("no_candidates")]
    found = [why for each in chosen for why in invitable.refused(dispatch, each, role=role, at=at)]
    ids = [each.friend_id for each in chosen]
    found += [reason("invited_already", id=each) for each in sorted(set(ids)) if ids.count(each) > 1]
    return found if role is Role.OPERATOR else [*found, *_by_the_policy(dispatch, command, at)]


def _by_the_policy(dispatch: Dispatch, command: DispatchCommand, at: datetime) -> list[Reason]:
    """Say what the policy has against a wave; an operator may send any."""
    policy, chosen = dispatch.policy, command.candidates
    if dispatch.last_wave >= policy.most_waves:
        return [reason("waves_used_up", most=policy.most_waves)]
    found = not_before(at, dispatch.next_wave_at)
    if len(chosen) > policy.wave_size:
        found.append(reason("wave_too_large", invited=len(chosen), most=policy.wave_size))
    radius = invitable.radius_km(dispatch, wave=policy.most_waves)
    for each in chosen:
        if each.distance_m is not None and not invitable.is_within(dispatch, each, wave=policy.most_waves):
            found.append(reason("too_far", distance_m=each.distance_m, radius_km=radius))
    return found


def _may_give_up(dispatch: Dispatch, command: DispatchCommand, at: datetime) -> list[Reason]:
    waiting = [each.respond_by for each in swept(dispatch.invitations, at) if each.is_open]
    if not waiting or command.by.role is Role.OPERATOR:
        return []
    return [reason("answers_awaited", possible_from=max(waiting))]


# --- after the booking


def _is_over(dispatch: Dispatch, booking: Booking | None) -> list[Reason]:
    """Say why a booking is not the one of the request, or not over."""
    if booking is None:
        raise InvalidTypeError("booking", "the booking that was made, which has ended", describe(None))
    if booking.id != dispatch.booking_id:
        return [reason("another_booking", id=booking.id)]
    return [reason("booking_not_over", state=booking.state.value)] if booking.is_open else []


def _may_reopen(dispatch: Dispatch, command: DispatchCommand, _: datetime) -> list[Reason]:
    booking = command.booking
    if (found := _is_over(dispatch, booking)) or booking is None:
        return found
    return [] if dropped_out(booking) else [reason("friend_did_not_drop_out", state=booking.state.value)]


def _may_fulfil(dispatch: Dispatch, command: DispatchCommand, _: datetime) -> list[Reason]:
    booking = command.booking
    if (found := _is_over(dispatch, booking)) or booking is None:
        return found
    return [reason("friend_dropped_out", state=booking.state.value)] if dropped_out(booking) else []


_GUARDS: MappingProxyType[str, _Guard] = MappingProxyType(
    {
        "send_wave": _may_send,
        "give_up": _may_give_up,
        "reopen_request": _may_reopen,
        "fulfil_request": _may_fulfil,
    }
)
