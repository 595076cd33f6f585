"""The machines of a request and of an invitation as data: states, events, who may cause them."""

from enum import StrEnum

from mila_core.lifecycle import Role
from mila_core.lifecycle._rows import row

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


ANSWERS = frozenset({"accept_invitation", "decline_invitation", "revoke_invitation"})
"""The events that close one friend's invitation."""

_CALLER = frozenset({Role.CUSTOMER, Role.OPERATOR})
_ANSWERER = frozenset({Role.FRIEND, Role.OPERATOR})
_SENDER = frozenset({Role.SYSTEM, Role.OPERATOR})
_OPEN = (RequestState.OPEN,)
_SENT = (InvitationState.SENT,)


REQUEST_TABLE = (
    row("open_request", _CALLER, [], RequestState.OPEN),
    row("send_wave", _SENDER, _OPEN, RequestState.OPEN),
    row("accept_invitation", _ANSWERER, _OPEN, RequestState.MATCHED),
    row("decline_invitation", _ANSWERER, _OPEN, RequestState.OPEN),
    row("revoke_invitation", [Role.OPERATOR], _OPEN, RequestState.OPEN),
    row("expire_invitations", [Role.TIMER], _OPEN, RequestState.OPEN),
    row("give_up", _SENDER, _OPEN, RequestState.UNSERVED),
    row("expire_open_request", [Role.TIMER], _OPEN, RequestState.EXPIRED),
    row("withdraw_request", _CALLER, _OPEN, RequestState.WITHDRAWN),
    row("reopen_request", [Role.SYSTEM], [RequestState.MATCHED], RequestState.OPEN),
    row("fulfil_request", [Role.SYSTEM], [RequestState.MATCHED], RequestState.FULFILLED),
)
"""The request's machine: event, who, from, to. Deadlines, waves and who may be invited are in `decide`.

:meta hide-value:
"""

INVITATION_TABLE = (
    row("send_invitation", _SENDER, [], InvitationState.SENT),
    row("accept_invitation", _ANSWERER, _SENT, InvitationState.ACCEPTED),
    row("decline_invitation", _ANSWERER, _SENT, InvitationState.DECLINED),
    row("expire_invitation", [Role.TIMER], _SENT, InvitationState.EXPIRED),
    row("supersede_invitation", [Role.SYSTEM], _SENT, InvitationState.SUPERSEDED),
    row("revoke_invitation", [Role.OPERATOR, Role.SYSTEM], _SENT, InvitationState.REVOKED),
)
"""The invitation's machine. An event that stands in the request's table too moves both at once.

:meta hide-value:
"""
