"""Standings: what is believed of a friend's quality, as `reputation` computes it and `matching` uses it."""

from datetime import datetime
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.policies import BadgePolicy
from mila_core.validation import TupleOf, as_instant, identifier, instant, integer, tuple_of

__all__ = ["LEAST_PUBLIC", "STARS", "USUAL_STARS", "Standing"]

STARS = (1, 2, 3, 4, 5)
"""The stars that a rating can give."""

USUAL_STARS = 4.7
"""What is expected of a friend of whom nothing is known yet: Mila's average in 2015."""

LEAST_PUBLIC = BadgePolicy().public_from
"""From how many ratings on a number is public; with fewer it says more about chance than about a friend."""


def _stars(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    expected = f"a number from {STARS[0]} to {STARS[-1]}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidTypeError(attribute.name, expected, describe(value))
    if not STARS[0] <= value <= STARS[-1]:  # NaN fails it too
        raise InvalidValueError(attribute.name, expected, describe(value))


def _five(_: object, attribute: "attrs.Attribute[Any]", value: tuple[int, ...]) -> None:
    if len(value) != len(STARS):
        raise InvalidValueError(attribute.name, "five counts, of one star to five", f"{len(value)}")


@attrs.frozen(kw_only=True)
class Standing:
    """What is believed of one friend at one instant.

    Attributes:
        friend_id: the id of the friend.
        stars: the expected stars of the next rating, from 1 to 5.
        counts: how many revealed ratings gave one star, two, three, four, five.
        at: the instant it speaks of.
        model: the name of the model that computed it.
    """

    friend_id: str = attrs.field(validator=identifier)
    stars: float = attrs.field(validator=_stars)
    counts: tuple[int, ...] = attrs.field(
        converter=TupleOf[int], validator=[tuple_of(integer(0, 2**53)), _five]
    )
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    model: str = attrs.field(validator=identifier)

    @property
    def ratings(self) -> int:
        """How many revealed ratings it rests on."""
        return sum(self.counts)

    @property
    def is_public(self) -> bool:
        """Whether there are enough ratings to show a number."""
        return self.ratings >= LEAST_PUBLIC
