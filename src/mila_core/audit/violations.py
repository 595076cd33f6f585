"""Violations: what a history shows that must never be."""

import attrs

from mila_core.lifecycle import LONGEST_STREAM
from mila_core.reasons import Reason
from mila_core.validation import instance_of, integer, optional, text

__all__ = ["INVARIANTS", "Violation"]

INVARIANTS = (
    "after_deadline",
    "amount_differs",
    "another_contract",
    "approved_while_disputed",
    "assigned_without_invitation",
    "compensation_differs",
    "duplicate_event",
    "event_forbidden",
    "gap",
    "hidden_rating_counted",
    "key_reused",
    "not_a_party",
    "out_of_window",
    "overdue",
    "overlapping_bookings",
    "paid_while_disputed",
    "posting_differs",
    "rating_differs",
    "rating_without_booking",
    "ruling_not_settled",
    "state_differs",
    "without_booking",
    "wrong_order",
)
"""The codes of everything that an audit looks for.

:meta hide-value:
"""


@attrs.frozen(kw_only=True)
class Violation:
    """One invariant that a history violates.

    Attributes:
        stream: the stream in which it shows, such as `booking:b1`.
        version: the version of the event with which it shows; None where it shows in no single one.
        why: the invariant's code, one of `INVARIANTS`, and what was found.
    """

    stream: str = attrs.field(validator=text(LONGEST_STREAM))
    version: int | None = attrs.field(default=None, validator=optional(integer(1, 2**53)))
    why: Reason = attrs.field(validator=instance_of(Reason))
