"""The booking's machine as data: states, events, who may cause them."""

from collections.abc import Iterable
from enum import StrEnum

from mila_core.lifecycle import (
    Role,
    Transition,
)

__all__ = ["FINAL", "TABLE", "BookingState"]


class BookingState(StrEnum):
    """Where a booking stands."""

    REQUESTED = "requested"
    """The customer has asked; the friend has not answered."""
    ACCEPTED = "accepted"
    """The friend will come; the last details are open."""
    CONFIRMED = "confirmed"
    """All is settled; the visit lies ahead."""
    IN_PROGRESS = "in_progress"
    """The friend is at work."""
    COMPLETED = "completed"
    """The work is done; the customer has not approved it yet."""
    CLOSED = "closed"
    """Done and approved."""
    DECLINED = "declined"
    """The friend said no."""
    EXPIRED = "expired"
    """Nobody answered in time."""
    CANCELLED = "cancelled"
    """Called off before it was done."""
    FAILED = "failed"
    """The visit did not lead to a result."""


S = BookingState
FINAL = frozenset({S.CLOSED, S.DECLINED, S.EXPIRED, S.CANCELLED, S.FAILED})
"""The states in which a booking's life has ended; no event leaves them."""

_CUSTOMER = frozenset({Role.CUSTOMER, Role.OPERATOR})
_FRIEND = frozenset({Role.FRIEND, Role.OPERATOR})
_OPERATOR = frozenset({Role.OPERATOR})
_TIMER = frozenset({Role.TIMER})


def _row(
    event: str, roles: frozenset[Role], sources: Iterable[BookingState], target: BookingState
) -> Transition:
    return Transition(event=event, roles=roles, sources=frozenset(sources), target=target)


TABLE = (
    _row("request", frozenset({Role.CUSTOMER}), [], S.REQUESTED),
    _row("accept", _FRIEND, [S.REQUESTED], S.ACCEPTED),
    _row("decline", _FRIEND, [S.REQUESTED], S.DECLINED),
    _row("expire_request", _TIMER, [S.REQUESTED], S.EXPIRED),
    _row("confirm", _FRIEND, [S.ACCEPTED], S.CONFIRMED),
    _row("expire_unscheduled", _TIMER, [S.ACCEPTED], S.EXPIRED),
    _row("start_work", _FRIEND, [S.CONFIRMED], S.IN_PROGRESS),
    _row("lapse", _TIMER, [S.CONFIRMED], S.FAILED),
    _row("complete", _FRIEND, [S.CONFIRMED, S.IN_PROGRESS], S.COMPLETED),
    _row("auto_complete", _TIMER, [S.IN_PROGRESS], S.COMPLETED),
    _row("approve", _CUSTOMER, [S.COMPLETED], S.CLOSED),
    _row("auto_approve", _TIMER, [S.COMPLETED], S.CLOSED),
    _row("cancel_by_customer", _CUSTOMER, [S.REQUESTED, S.ACCEPTED, S.CONFIRMED], S.CANCELLED),
    _row("cancel_by_friend", _FRIEND, [S.ACCEPTED, S.CONFIRMED], S.CANCELLED),
    _row("cancel_by_operator", _OPERATOR, [S.REQUESTED, S.ACCEPTED, S.CONFIRMED, S.IN_PROGRESS], S.CANCELLED),
)
"""The booking's machine: event, who, from, to. The guards (deadlines, eligibility) are in `decide`.

:meta hide-value:
"""
