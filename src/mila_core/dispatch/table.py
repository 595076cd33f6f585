"""The machines of a request and of an invitation as data: states, events, who may cause them."""

from collections.abc import Iterable
from enum import StrEnum

from mila_core.lifecycle import Role, Transition

__all__ = ["INVITATION_TABLE", "REQUEST_TABLE", "InvitationState", "RequestState"]


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    """Somebody is looked for."""
    MATCHED = "matched"
    """A friend has accepted; the booking goes its own way."""
    FULFILLED = "fulfilled"
    """The booking has ended, and not because the friend dropped out."""
    WITHDRAWN = "withdrawn"
    """The customer no longer needs anybody."""
    EXPIRED = "expired"
    """The last time that suited is too near or past."""
    UNSERVED = "unserved"
    """Nobody was found."""


class InvitationState(StrEnum):
    """Where an invitation stands."""

    SENT = "sent"
    """The friend may accept it."""
    ACCEPTED = "accepted"
    """The friend was the first to accept."""
    DECLINED = "declined"
    """The friend said no."""
    EXPIRED = "expired"
    """The friend did not answer in time."""
    SUPERSEDED = "superseded"
    """Another friend was faster."""
    REVOKED = "revoked"
    """It was taken back."""


_CALLER = frozenset({Role.CUSTOMER, Role.OPERATOR})
_ANSWERER = frozenset({Role.FRIEND, Role.OPERATOR})
_SENDER = frozenset({Role.SYSTEM, Role.OPERATOR})
_OPEN = (RequestState.OPEN,)
_SENT = (InvitationState.SENT,)


def _row(event: str, roles: Iterable[Role], sources: Iterable[str], target: str) -> Transition:
    return Transition(event=event, roles=frozenset(roles), sources=frozenset(sources), target=target)


REQUEST_TABLE = (
    _row("open_request", _CALLER, [], RequestState.OPEN),
    _row("send_wave", _SENDER, _OPEN, RequestState.OPEN),
    _row("accept_invitation", _ANSWERER, _OPEN, RequestState.MATCHED),
    _row("decline_invitation", _ANSWERER, _OPEN, RequestState.OPEN),
    _row("revoke_invitation", [Role.OPERATOR], _OPEN, RequestState.OPEN),
    _row("expire_invitations", [Role.TIMER], _OPEN, RequestState.OPEN),
    _row("give_up", _SENDER, _OPEN, RequestState.UNSERVED),
    _row("expire_open_request", [Role.TIMER], _OPEN, RequestState.EXPIRED),
    _row("withdraw_request", _CALLER, _OPEN, RequestState.WITHDRAWN),
    _row("reopen_request", [Role.SYSTEM], [RequestState.MATCHED], RequestState.OPEN),
    _row("fulfil_request", [Role.SYSTEM], [RequestState.MATCHED], RequestState.FULFILLED),
)
"""The request's machine: event, who, from, to. Deadlines, waves and who may be invited are in `decide`.

:meta hide-value:
"""

INVITATION_TABLE = (
    _row("send_invitation", _SENDER, [], InvitationState.SENT),
    _row("accept_invitation", _ANSWERER, _SENT, InvitationState.ACCEPTED),
    _row("decline_invitation", _ANSWERER, _SENT, InvitationState.DECLINED),
    _row("expire_invitation", [Role.TIMER], _SENT, InvitationState.EXPIRED),
    _row("supersede_invitation", [Role.SYSTEM], _SENT, InvitationState.SUPERSEDED),
    _row("revoke_invitation", [Role.OPERATOR, Role.SYSTEM], _SENT, InvitationState.REVOKED),
)
"""The invitation's machine. An event that stands in the request's table too moves both at once.

:meta hide-value:
"""
