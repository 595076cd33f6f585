"""The machine of a booking's reviews as data: states, events, who may cause them."""

from collections.abc import Iterable
from enum import StrEnum

from mila_core.lifecycle import Role, Transition

__all__ = ["TABLE", "ReviewState"]


class ReviewState(StrEnum):
    """Whether the reviews of a booking can be seen."""

    OPEN = "open"
    """Each side sees its own rating alone, and can still change it."""
    REVEALED = "revealed"
    """All that was said can be seen, and no rating changes any more."""


S = ReviewState
_SIDES = frozenset({Role.CUSTOMER, Role.FRIEND})


def _row(
    event: str, roles: Iterable[Role], sources: Iterable[ReviewState], target: ReviewState
) -> Transition:
    return Transition(event=event, roles=frozenset(roles), sources=frozenset(sources), target=target)


TABLE = (
    _row("open_reviews", [Role.SYSTEM], [], S.OPEN),
    _row("give_rating", _SIDES, [S.OPEN], S.OPEN),
    _row("edit_rating", _SIDES, [S.OPEN], S.OPEN),
    _row("withdraw_rating", _SIDES, [S.OPEN], S.OPEN),
    _row("reveal", [Role.SYSTEM, Role.TIMER], [S.OPEN], S.REVEALED),
    _row("reply", _SIDES, [S.REVEALED], S.REVEALED),
    _row("edit_reply", _SIDES, [S.REVEALED], S.REVEALED),
    _row("moderate", [Role.OPERATOR], [S.OPEN], S.OPEN),
    _row("moderate", [Role.OPERATOR], [S.REVEALED], S.REVEALED),
)
"""The reviews' machine: event, who, from, to. Which side, and until when, is in `decide`.

The system reveals at once when all sides that may rate have done so, the timer when the window ends.

:meta hide-value:
"""
