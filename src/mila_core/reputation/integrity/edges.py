"""Edges: ratings as the methods of the literature know them, who rated whom, from -1 to 1, and when.

What is measured on a market is measured on any network of ratings: a rater may be rated too, and scores may
be signed. Five stars are 1, three are 0, one is -1.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import attrs

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError, describe
from mila_core.ratings import Direction, Rating, counted
from mila_core.validation import identifier

__all__ = ["Edge", "edges_of", "stars_of"]

_MIDDLE, _HALF_RANGE = 3, 2
_FIRST, _LAST = -62_000_000_000, 253_000_000_000  # seconds from 1970 to the ends of the calendar
_NUMBERS = frozenset({int, float})


class Edge(NamedTuple):
    """A rating in a network of ratings.

    Attributes:
        rater_id: who rated.
        subject_id: who was rated.
        score: what was said, from -1 (as bad as can be) to 1 (as good as can be).
        seconds: when, in seconds since 1970 in UTC.
    """

    rater_id: str
    subject_id: str
    score: float
    seconds: float = 0.0


def edges_of(
    ratings: Iterable[Rating], *, at: datetime, direction: Direction | None = None
) -> tuple[Edge, ...]:
    """Return the ratings that count at an instant as edges, each once for its booking and direction.

    Args:
        ratings: ratings of any bookings, in any order and however often; hidden ones do not count.
        at: now.
        direction: only ratings of friends, or of customers; both if not given.

    Returns:
        The edges by booking and direction.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> edges = edges_of(pilot.ratings, at=pilot.opened_at, direction=Direction.OF_FRIEND)
        >>> edges[0].subject_id, edges[0].score
        ('beat', 1.0)
    """
    return tuple(
        Edge(each.author_id, each.subject_id, (each.stars - _MIDDLE) / _HALF_RANGE, each.at.timestamp())
        for each in counted(ratings, at=at)
        if direction is None or each.direction is direction
    )


def stars_of(score: float) -> float:
    """Return the stars that a score stands for: 1 for -1, 5 for 1.

    Args:
        score: the score, from -1 to 1.

    Examples:
        >>> stars_of(0.75)
        4.5
    """
    return _MIDDLE + _HALF_RANGE * score


def checked(edges: Iterable[Edge]) -> list[Edge]:
    """Return edges in an order of their own, so that a sum never depends on the order they came in."""
    found: list[Edge] = []
    known: set[str] = set()  # each id is looked at once
    for position, each in enumerate(edges):
        if not isinstance(each, Edge):
            raise InvalidTypeError(f"edges[{position}]", "an Edge", describe(each))
        for field, person_id in (("rater_id", each.rater_id), ("subject_id", each.subject_id)):
            if not isinstance(person_id, str) or person_id not in known:
                check_id(f"edges[{position}].{field}", person_id)
                known.add(person_id)
        _check(position, each)
        found.append(each)
    return sorted(found)


def check_id(name: str, person_id: object) -> None:
    """Check the id of a person, as that of a rating is checked."""
    try:
        identifier(None, attrs.fields(Rating).author_id, person_id)
    except InvalidInputError as error:
        raise error.at(name) from None


def _check(position: int, edge: Edge) -> None:
    name = f"edges[{position}]"
    if edge.rater_id == edge.subject_id:
        raise InvalidValueError(
            f"{name}.subject_id", "somebody else than the rater", describe(edge.subject_id)
        )
    for field, value, least, most in (
        ("score", edge.score, -1, 1),
        ("seconds", edge.seconds, _FIRST, _LAST),
    ):
        if type(value) not in _NUMBERS:
            raise InvalidTypeError(f"{name}.{field}", "a number", describe(value))
        if not least <= value <= most:  # NaN is not either
            raise InvalidValueError(f"{name}.{field}", f"a number from {least} to {most}", describe(value))


def milli_stars(score: float) -> int:
    """Return the stars that a score stands for, in thousandths."""
    return round(1_000 * stars_of(score))
