"""Standings: what is believed of a friend's quality, as `reputation` computes it and `matching` uses it."""

from datetime import datetime
from typing import Any

import attrs

from mila_core.errors import InvalidValueError
from mila_core.policies import BadgePolicy
from mila_core.validation import (
    TupleOf,
    as_instant,
    identifier,
    instant,
    integer,
    number,
    optional,
    tuple_of,
)

__all__ = ["LEAST_PUBLIC", "STARS", "USUAL_STARS", "Standing"]

STARS = (1, 2, 3, 4, 5)
"""The stars that a rating can give."""

USUAL_STARS = 4.7
"""What is expected of a friend of whom nothing is known yet: Mila's average in 2015."""

LEAST_PUBLIC = BadgePolicy().public_from
"""From how many ratings on a number is public; with fewer it says more about chance than about a friend."""


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
        deviation: the standard deviation of `stars`, from 0 to 4; None where the model gives none. The more
            it rests on, the smaller it is.
        lower_stars: what the stars are very likely not below, from 1 to `stars`; None where the model gives
            none.

    Raises:
        InvalidValueError: also where `lower_stars` is above `stars`.
    """

    friend_id: str = attrs.field(validator=identifier)
    stars: float = attrs.field(validator=number(STARS[0], STARS[-1]))
    counts: tuple[int, ...] = attrs.field(
        converter=TupleOf[int], validator=[tuple_of(integer(0, 2**53)), _five]
    )
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    model: str = attrs.field(validator=identifier)
    deviation: float | None = attrs.field(default=None, validator=optional(number(0, STARS[-1] - STARS[0])))
    lower_stars: float | None = attrs.field(default=None, validator=optional(number(STARS[0], STARS[-1])))

    def __attrs_post_init__(self) -> None:
        """Refuse a lower bound above what it bounds."""
        if self.lower_stars is not None and self.lower_stars > self.stars:
            raise InvalidValueError("lower_stars", f"at most the stars, {self.stars}", f"{self.lower_stars}")

    @property
    def ratings(self) -> int:
        """How many revealed ratings it rests on."""
        return sum(self.counts)

    @property
    def is_public(self) -> bool:
        """Whether there are enough ratings to show a number."""
        return self.ratings >= LEAST_PUBLIC
