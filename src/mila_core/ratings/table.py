"""The machine of a booking's reviews as data: states, events, who may cause them."""

from enum import StrEnum

from mila_core.lifecycle import Role
from mila_core.lifecycle._rows import row

__all__ = ["TABLE", "ReviewState"]


class ReviewState(StrEnum):
    """Whether the reviews of a booking can be seen."""

    OPEN = "open"
    """Each side sees its own rating alone, and can still change it."""
    REVEALED = "revealed"
    """All that was said can be seen, and no rating changes any more."""


S = ReviewState
_SIDES = frozenset({Role.CUSTOMER, Role.FRIEND})


TABLE = (
    row("open_reviews", [Role.SYSTEM], [], S.OPEN),
    row("give_rating", _SIDES, [S.OPEN], S.OPEN),
    row("edit_rating", _SIDES, [S.OPEN], S.OPEN),
    row("withdraw_rating", _SIDES, [S.OPEN], S.OPEN),
    row("reveal", [Role.SYSTEM, Role.TIMER], [S.OPEN], S.REVEALED),
    row("reply", _SIDES, [S.REVEALED], S.REVEALED),
    row("edit_reply", _SIDES, [S.REVEALED], S.REVEALED),
    row("moderate", [Role.OPERATOR], [S.OPEN], S.OPEN),
    row("moderate", [Role.OPERATOR], [S.REVEALED], S.REVEALED),
)
"""The reviews' machine: event, who, from, to. Which side, and until when, is in `decide`.

The system reveals at once when all sides that may rate have done so, the timer when the window ends.

:meta hide-value:
"""
