"""The booking's machine as data: states, events, who may cause them."""

from enum import StrEnum

from mila_core.lifecycle import Role
from mila_core.lifecycle._rows import row

__all__ = ["FAILURES", "FINAL", "TABLE", "BookingState"]


class BookingState(StrEnum):
    """Where a booking stands."""

    REQUESTED = "requested"
    """The customer has asked; the friend has not answered."""
    ACCEPTED = "accepted"
    """The friend will come; the last details are open."""
    CONFIRMED = "confirmed"
    """All is settled; the visit lies ahead."""
    EN_ROUTE = "en_route"
    """The friend is on the way."""
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
    NO_SHOW = "no_show"
    """One side was there, the other was not."""
    FAILED = "failed"
    """The visit did not lead to a result."""


S = BookingState
FINAL = frozenset({S.CLOSED, S.DECLINED, S.EXPIRED, S.CANCELLED, S.NO_SHOW, S.FAILED})
"""The states in which a booking's life has ended; no event leaves them."""

FAILURES = ("not_solvable", "defective_hardware", "no_access", "out_of_scope", "unsafe")
"""The codes of the reasons for which a visit can fail."""

_CUSTOMER = frozenset({Role.CUSTOMER, Role.OPERATOR})
_FRIEND = frozenset({Role.FRIEND, Role.OPERATOR})
_TIMER = frozenset({Role.TIMER})

_BEFORE_START = (S.CONFIRMED, S.EN_ROUTE)
_BOUND = (S.ACCEPTED, *_BEFORE_START)


TABLE = (
    row("request", [Role.CUSTOMER], [], S.REQUESTED),
    row("assign", [Role.SYSTEM], [], S.ACCEPTED),
    row("book_instantly", [Role.CUSTOMER], [], S.CONFIRMED),
    row("accept", _FRIEND, [S.REQUESTED], S.ACCEPTED),
    row("decline", _FRIEND, [S.REQUESTED], S.DECLINED),
    row("expire_request", _TIMER, [S.REQUESTED], S.EXPIRED),
    row("expire_unscheduled", _TIMER, [S.ACCEPTED], S.EXPIRED),
    row("confirm", [*_FRIEND, Role.SYSTEM], [S.ACCEPTED], S.CONFIRMED),
    row("reschedule", [*_FRIEND, Role.CUSTOMER], [S.CONFIRMED], S.CONFIRMED),
    row("depart", [Role.FRIEND], [S.CONFIRMED], S.EN_ROUTE),
    row("start_work", [Role.FRIEND], _BEFORE_START, S.IN_PROGRESS),
    row("amend", [Role.FRIEND], [S.IN_PROGRESS], S.IN_PROGRESS),
    row("complete", _FRIEND, [*_BEFORE_START, S.IN_PROGRESS], S.COMPLETED),
    row("auto_complete", _TIMER, [S.IN_PROGRESS], S.COMPLETED),
    row("approve", _CUSTOMER, [S.COMPLETED], S.CLOSED),
    row("auto_approve", _TIMER, [S.COMPLETED], S.CLOSED),
    row("fail", _FRIEND, [S.EN_ROUTE, S.IN_PROGRESS], S.FAILED),
    row("lapse", _TIMER, _BEFORE_START, S.FAILED),
    row("report_customer_no_show", _FRIEND, _BEFORE_START, S.NO_SHOW),
    row("report_friend_no_show", _CUSTOMER, _BEFORE_START, S.NO_SHOW),
    row("cancel_by_customer", _CUSTOMER, [S.REQUESTED, *_BOUND], S.CANCELLED),
    row("cancel_by_friend", _FRIEND, _BOUND, S.CANCELLED),
    row("cancel_by_operator", [Role.OPERATOR], [S.REQUESTED, *_BOUND, S.IN_PROGRESS], S.CANCELLED),
)
"""The booking's machine: event, who, from, to. The guards (deadlines, eligibility, consent) are in `decide`.

:meta hide-value:
"""
