"""Standings: what is believed of a friend's quality, as `reputation` computes it and `matching` uses it.

Beside it the friend's reliability: what became of what was asked of the friend, counted.
"""

from datetime import datetime
from hashlib import blake2b
from statistics import NormalDist
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
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

__all__ = [
    "LEAST_PUBLIC",
    "MOST_DEVIATIONS",
    "STARS",
    "USUAL_STARS",
    "Reliability",
    "Standing",
    "drawn_milli",
    "highest_milli",
]

STARS = (1, 2, 3, 4, 5)
"""The stars that a rating can give."""

USUAL_STARS = 4.7
"""What is expected of a friend of whom nothing is known yet: Mila's average in 2015."""

LEAST_PUBLIC = BadgePolicy().public_from
"""From how many ratings on a number is public; with fewer it says more about chance than about a friend."""


MOST_DEVIATIONS = 3
"""How many deviations from its mean a draw is at most, so that it is bounded: our own choice; 0.27 % of all
would be further away."""

_MILLI = 1000
_BITS = 52
_NORMAL = NormalDist()
_LEAST_MILLI, _MOST_MILLI = STARS[0] * _MILLI, STARS[-1] * _MILLI


def drawn_milli(stars: float, deviation: float, *, friend_id: str, seed: int) -> int:
    """Return drawn stars in thousandths, the same for the same friend and seed.

    A number made of the seed and the friend's id by BLAKE2b stands for a uniform one; the inverse of the
    normal distribution makes a deviate of it, which is cut at three deviations. The stars stay within 1 to 5.

    Args:
        stars: the expected stars.
        deviation: their deviation, in stars.
        friend_id: the id of the friend.
        seed: of which draw, from 0 on.
    """
    digest = blake2b(f"{seed}:{friend_id}".encode(), digest_size=8).digest()
    uniform = ((int.from_bytes(digest) >> (64 - _BITS)) + 0.5) / 2**_BITS
    deviate = min(max(_NORMAL.inv_cdf(uniform), -MOST_DEVIATIONS), MOST_DEVIATIONS)
    return min(max(round((stars + deviation * deviate) * _MILLI), _LEAST_MILLI), _MOST_MILLI)


def highest_milli(stars: float, deviation: float) -> int:
    """Return what no draw surpasses, in thousandths.

    Args:
        stars: the expected stars.
        deviation: their deviation, in stars.
    """
    return min(round((stars + deviation * MOST_DEVIATIONS) * _MILLI), _MOST_MILLI)


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
        deviation: the standard deviation of `stars`, from 0 to 4; None where the model gives none. Of two
            friends of the same stars, the one with more evidence has the smaller one.
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

    def drawn_stars(self, *, seed: int) -> float:
        """Return stars that are drawn at random, by as much as they are uncertain: Thompson's way to explore.

        Who orders friends by drawn stars gives those a chance who are little known, and soon knows them
        better (Thompson 1933, doi:10.1093/biomet/25.3-4.285).

        Args:
            seed: of which draw, a whole number; the same one gives the same stars.

        Raises:
            InvalidTypeError: a seed that is no whole number.

        Examples:
            >>> from datetime import UTC
            >>> at = datetime(2026, 11, 30, tzinfo=UTC)
            >>> new = Standing(friend_id="a", stars=4.5, counts=(0,) * 5, at=at, model="m", deviation=0.3)
            >>> [new.drawn_stars(seed=seed) for seed in range(3)]
            [4.695, 4.563, 4.178]
        """
        if type(seed) is not int:
            raise InvalidTypeError("seed", "a whole number", describe(seed))
        if self.deviation is None:
            return self.stars
        return drawn_milli(self.stars, self.deviation, friend_id=self.friend_id, seed=seed) / _MILLI


_MOST = 2**53
_PARTS = (
    ("answered", "asked"),
    ("answered_soon", "answered"),
    ("answered_fast", "answered"),
    ("accepted", "answered"),
    ("punctual", "started"),
    ("rated", "closed"),
    ("positive", "rated"),
    ("strikes", "no_shows"),
)
"""Counts of which the first is a part of the second."""


def _share(count: int, total: int) -> float | None:
    return count / total if total else None


@attrs.frozen(kw_only=True)
class Reliability:
    """What became of what was asked of one friend, counted over the days before an instant.

    Counts of bookings that have nothing to do with each other can be added; the shares follow from them, and
    are None where there is nothing to count. What was neither done nor the friend's doing (`failed`,
    `excused`) is in no share.

    Attributes:
        friend_id: the id of the friend.
        at: the instant it speaks of.
        window_days: over how many days before; what happened exactly so long ago no longer counts.
        policy: the version of the `BadgePolicy` by which it was counted.
        asked: requests and invitations that asked for an answer, until it came or the time for it was over.
        answered: those that the friend answered, yes or no, in time.
        answered_soon: those answered within the policy's `answer_hours`.
        answered_fast: those answered within its `fast_hours`, of which only business hours count.
        accepted: those that the friend accepted.
        closed: bookings that were done and approved.
        cancelled: bookings that the friend cancelled.
        no_shows: bookings to which the friend did not come.
        lapsed: bookings that the friend accepted, and then did not confirm or say anything of in time.
        failed: visits that led to no result, for whatever reason.
        excused: accepted bookings that ended by somebody else, or of which a person has excused the friend.
        started: visits of which the friend reported the start.
        punctual: those that began in time, by the policy's `punctual_minutes`.
        rated: closed bookings of which a rating is revealed.
        positive: those with four or five stars.
        star_counts: how many ratings revealed in that time gave one star, two, three, four, five.
        strikes: no-shows within the policy's `strike_days`.

    Raises:
        InvalidTypeError: a count that is not an int.
        InvalidValueError: a count out of range, or a part above its whole.

    Examples:
        >>> from datetime import UTC
        >>> counted = Reliability(
        ...     friend_id="andreas", at=datetime(2014, 1, 1, tzinfo=UTC), closed=9, cancelled=1, excused=2
        ... )
        >>> counted.completion, counted.cancellation, counted.response
        (0.9, 0.1, None)
    """

    friend_id: str = attrs.field(validator=identifier)
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    window_days: int = attrs.field(default=BadgePolicy().window_days, validator=integer(1, 3660))
    policy: str = attrs.field(default=BadgePolicy().version, validator=identifier)
    asked: int = attrs.field(default=0, validator=integer(0, _MOST))
    answered: int = attrs.field(default=0, validator=integer(0, _MOST))
    answered_soon: int = attrs.field(default=0, validator=integer(0, _MOST))
    answered_fast: int = attrs.field(default=0, validator=integer(0, _MOST))
    accepted: int = attrs.field(default=0, validator=integer(0, _MOST))
    closed: int = attrs.field(default=0, validator=integer(0, _MOST))
    cancelled: int = attrs.field(default=0, validator=integer(0, _MOST))
    no_shows: int = attrs.field(default=0, validator=integer(0, _MOST))
    lapsed: int = attrs.field(default=0, validator=integer(0, _MOST))
    failed: int = attrs.field(default=0, validator=integer(0, _MOST))
    excused: int = attrs.field(default=0, validator=integer(0, _MOST))
    started: int = attrs.field(default=0, validator=integer(0, _MOST))
    punctual: int = attrs.field(default=0, validator=integer(0, _MOST))
    rated: int = attrs.field(default=0, validator=integer(0, _MOST))
    positive: int = attrs.field(default=0, validator=integer(0, _MOST))
    star_counts: tuple[int, ...] = attrs.field(
        default=(0,) * len(STARS), converter=TupleOf[int], validator=[tuple_of(integer(0, _MOST)), _five]
    )
    strikes: int = attrs.field(default=0, validator=integer(0, _MOST))

    def __attrs_post_init__(self) -> None:
        """Refuse a part above its whole."""
        for name, whole in _PARTS:
            part, most = getattr(self, name), getattr(self, whole)
            if part > most:
                raise InvalidValueError(name, f"at most {most}, those {whole}", f"{part}")

    @property
    def kept_or_broken(self) -> int:
        """How many accepted bookings were done, or were not by the friend's own doing."""
        return self.closed + self.cancelled + self.no_shows + self.lapsed

    @property
    def response(self) -> float | None:
        """The share answered in time of what asked for an answer."""
        return _share(self.answered, self.asked)

    @property
    def soon_response(self) -> float | None:
        """The share answered soon of what asked for an answer."""
        return _share(self.answered_soon, self.asked)

    @property
    def fast_response(self) -> float | None:
        """The share answered fast of what asked for an answer."""
        return _share(self.answered_fast, self.asked)

    @property
    def acceptance(self) -> float | None:
        """The share accepted of what asked for an answer."""
        return _share(self.accepted, self.asked)

    @property
    def completion(self) -> float | None:
        """The share done of what was accepted, as far as its end was the friend's doing."""
        return _share(self.closed, self.kept_or_broken)

    @property
    def cancellation(self) -> float | None:
        """The share cancelled by the friend, of the same."""
        return _share(self.cancelled, self.kept_or_broken)

    @property
    def no_show(self) -> float | None:
        """The share to which the friend did not come, of the same."""
        return _share(self.no_shows, self.kept_or_broken)

    @property
    def punctuality(self) -> float | None:
        """The share of the visits with a reported start that began in time."""
        return _share(self.punctual, self.started)

    @property
    def review(self) -> float | None:
        """The share of the closed bookings that were rated."""
        return _share(self.rated, self.closed)

    @property
    def positivity(self) -> float | None:
        """The share rated with four or five stars of all closed bookings: silence counts, against it."""
        return _share(self.positive, self.closed)

    @property
    def ratings(self) -> int:
        """How many ratings were revealed in that time."""
        return sum(self.star_counts)

    @property
    def mean_stars(self) -> float | None:
        """The mean of the ratings revealed in that time."""
        return _share(
            sum(stars * count for stars, count in zip(STARS, self.star_counts, strict=True)), self.ratings
        )
