"""What each event of a request does to its invitations, by the invitation's own table."""

from datetime import datetime
from types import MappingProxyType

import attrs

from mila_core.dispatch.table import ANSWERS, INVITATION_TABLE, InvitationState
from mila_core.dispatch.values import Dispatch, DispatchEvent, Invitation
from mila_core.errors import InvalidValueError, describe
from mila_core.lifecycle import Refusal, Role, match_transition
from mila_core.reasons import Reason

_OF_THE_OTHERS = MappingProxyType(
    {
        "accept_invitation": ("supersede_invitation", Role.SYSTEM),
        "withdraw_request": ("revoke_invitation", Role.SYSTEM),
        "give_up": ("revoke_invitation", Role.SYSTEM),
        "expire_open_request": ("expire_invitation", Role.TIMER),
    }
)
"""What an event of the request causes to every invitation that is open and not meant itself."""


def _moved(
    invitation: Invitation, event: str, *, role: Role, at: datetime, why: Reason | None = None
) -> Invitation:
    """Return an invitation after an event of its table."""
    row = match_transition(INVITATION_TABLE, event, source=invitation.state, role=role)
    if isinstance(row, Refusal):
        came = f"{event} by {role.value}: {row.code}"
        raise InvalidValueError("event", "an event that the invitation's table allows here", came)
    return attrs.evolve(invitation, state=InvitationState(row.target), closed_at=at, why=why)


def swept(invitations: tuple[Invitation, ...], at: datetime) -> tuple[Invitation, ...]:
    """Return invitations as they are at an instant, whether or not the scheduler has been there.

    One that nobody answered in time closed when its time was up, not when somebody looked.

    Args:
        invitations: the invitations.
        at: the instant.
    """
    return tuple(
        _moved(each, "expire_invitation", role=Role.TIMER, at=each.respond_by)
        if each.is_open and each.respond_by <= at
        else each
        for each in invitations
    )


def after(dispatch: Dispatch, event: DispatchEvent) -> tuple[Invitation, ...]:
    """Return a request's invitations after an event.

    Args:
        dispatch: the request before.
        event: the event.

    Raises:
        InvalidValueError: the event is about an invitation that there is not, or that is closed.
    """
    found = swept(dispatch.invitations, event.at)
    if event.event in ANSWERS:
        found = _answered(found, event)
    if event.event in _OF_THE_OTHERS:
        name, role = _OF_THE_OTHERS[event.event]
        found = tuple(_moved(each, name, role=role, at=event.at) if each.is_open else each for each in found)
    return (*found, *event.invitations)


def _answered(invitations: tuple[Invitation, ...], event: DispatchEvent) -> tuple[Invitation, ...]:
    """Return the invitations after what happened to the one that the event names."""
    meant = [n for n, each in enumerate(invitations) if each.friend_id == event.friend_id]
    if not meant:
        raise InvalidValueError("friend_id", "the id of a friend who is invited", describe(event.friend_id))
    last = meant[-1]
    moved = _moved(invitations[last], event.event, role=event.by.role, at=event.at, why=event.why)
    return (*invitations[:last], moved, *invitations[last + 1 :])
