"""Evidence: all that a standing rests on, in a few numbers that can be merged.

Evidence of the same friend from two parts of a network is brought to the later instant and added. The result
is that of all ratings in one place, to rounding, however they are split and whatever the order of merging,
with what each rating counted where it was learnt from: a part that does not see a customer's other ratings
knows less of the customer's mildness and record. Each rating has to be in one part alone: evidence is a cache
over ratings, never what is kept.
"""

import math
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.periods import instant_of
from mila_core.reputation._predicting import bend
from mila_core.reputation.params import DEFAULT, ReputationParams
from mila_core.standings import STARS, Standing
from mila_core.validation import (
    TupleOf,
    as_instant,
    check_instance,
    instant,
    integer,
    number,
    tuple_of,
)

__all__ = [
    "Evidence",
    "expected_stars",
    "margin_of",
    "merge_evidence",
    "quality_of",
    "standing_of",
    "with_rating",
]

_MOST = 1e15
_LOWER = 1.6448536269514722  # the quantile of 95 % of a normal distribution
_DAY_SECONDS = 86_400
_FARTHEST = 700.0


def _sum(least: float) -> Any:
    return attrs.field(default=0.0, validator=number(least, _MOST))


def _five(item: Any, default: tuple[Any, ...]) -> Any:
    least = most = len(STARS)
    return attrs.field(
        default=default, converter=TupleOf[Any], validator=tuple_of(item, least=least, most=most)
    )


@attrs.frozen(kw_only=True)
class Evidence:
    """What ratings of one friend say at one instant.

    Attributes:
        at: the instant to which everything is aged.
        residuals: the sum of the weights times what the customer and the market do not explain.
        weight: the sum of the weights, in ratings of today.
        squares: the sum of their squares.
        bins: the weights by the stars that were given, of one to five.
        counts: how many ratings gave one star, two, ..., five, whatever they weigh.
        unrated: how many visits nobody has rated.

    Examples:
        >>> from datetime import UTC
        >>> at = datetime(2026, 11, 30, tzinfo=UTC)
        >>> Evidence(at=at, counts=(0, 0, 1, 0, 2), unrated=1).positive_share
        0.5
    """

    at: datetime = attrs.field(converter=as_instant, validator=instant)
    residuals: float = _sum(-_MOST)
    weight: float = _sum(0)
    squares: float = _sum(0)
    bins: tuple[float, ...] = _five(number(0, _MOST), (0.0,) * 5)
    counts: tuple[int, ...] = _five(integer(0, 2**53), (0,) * 5)
    unrated: int = attrs.field(default=0, validator=integer(0, 2**53))

    @property
    def ratings(self) -> int:
        """How many ratings there are."""
        return sum(self.counts)

    @property
    def positive_share(self) -> float | None:
        """The share of four stars and more among all visits, rated or not; None without any.

        Who was content tends to say so more often than who was not, so silence counts (Nosko and Tadelis
        2015, doi:10.3386/w20830: the share of positive feedback among all transactions).
        """
        visits = self.ratings + self.unrated
        return (self.counts[3] + self.counts[4]) / visits if visits else None

    @property
    def effective_ratings(self) -> float:
        """How many ratings of equal weight would say as much: the square of the weight over the squares."""
        return self.weight * self.weight / self.squares if self.squares else 0.0

    def aged(self, at: datetime, *, half_life_days: float) -> "Evidence":
        """Return the same evidence at a later instant.

        Args:
            at: the instant.
            half_life_days: after how many days a rating counts half.

        Raises:
            InvalidTypeError: no instant, or a half-life that is no number.
            InvalidValueError: an earlier instant, or a half-life that is not above 0.
        """
        _check_half_life(half_life_days)
        now = instant_of(at)
        if now < self.at:
            raise InvalidValueError("at", f"no instant before {self.at.isoformat()}", now.isoformat())
        share = 2.0 ** (-(now - self.at).total_seconds() / _DAY_SECONDS / half_life_days)
        return attrs.evolve(
            self,
            at=now,
            residuals=self.residuals * share,
            weight=self.weight * share,
            squares=self.squares * share * share,
            bins=tuple(each * share for each in self.bins),
        )


def _check_half_life(days: object) -> None:
    expected = "a number of days above 0"
    if isinstance(days, bool) or not isinstance(days, int | float):
        raise InvalidTypeError("half_life_days", expected, describe(days))
    if not days > 0:  # NaN fails it too
        raise InvalidValueError("half_life_days", expected, describe(days))


def merge_evidence(parts: Iterable[Evidence], *, params: ReputationParams) -> Evidence:
    """Return the evidence of several parts of a network on one friend, at the latest of their instants.

    Args:
        parts: the evidence of each part; each rating is in one of them.
        params: the parameters they were gathered with.

    Raises:
        InvalidTypeError: something that is no evidence.
        InvalidValueError: no part.

    Examples:
        >>> from datetime import UTC
        >>> one = Evidence(at=datetime(2026, 1, 1, tzinfo=UTC), weight=1.0)
        >>> other = Evidence(at=datetime(2027, 1, 1, tzinfo=UTC), weight=1.0)
        >>> merge_evidence([one, other], params=ReputationParams(friend_half_life_days=365)).weight
        1.5
    """
    given = list(parts)
    for part in given:
        check_instance("parts", part, kind=Evidence)
    check_instance("params", params, kind=ReputationParams)
    if not given:
        raise InvalidValueError("parts", "at least one part", "none")
    latest = max(part.at for part in given)
    aged = [part.aged(latest, half_life_days=params.friend_half_life_days) for part in given]
    return reduce(_added, aged)


def _added(one: Evidence, other: Evidence) -> Evidence:
    return Evidence(
        at=one.at,
        residuals=one.residuals + other.residuals,
        weight=one.weight + other.weight,
        squares=one.squares + other.squares,
        bins=tuple(a + b for a, b in zip(one.bins, other.bins, strict=True)),
        counts=tuple(a + b for a, b in zip(one.counts, other.counts, strict=True)),
        unrated=one.unrated + other.unrated,
    )


def quality_of(evidence: Evidence, params: ReputationParams) -> float:
    """Return what is believed of a friend, on the scale of the scores; 0 is an average friend.

    Args:
        evidence: what it rests on.
        params: the parameters it was gathered with.
    """
    return evidence.residuals / (evidence.weight + params.friend_prior) - margin_of(evidence.weight, params)


def margin_of(weight: float, params: ReputationParams) -> float:
    """Return by how much a friend is believed to be less for being new.

    Args:
        weight: the weight of the evidence.
        params: the parameters.
    """
    guard = params.guard
    if guard is None:
        return 0.0
    return guard.newcomer_margin * guard.newcomer_prior / (weight + guard.newcomer_prior)


def expected_stars(quality: float, params: ReputationParams) -> float:
    """Return the stars that a customer of average mildness gives on average, from 1 to 5.

    Args:
        quality: what is believed of the friend, on the scale of the scores.
        params: the parameters.
    """
    low, high = bend(params.friend_slope, params.curvature)
    good = min(max(quality, low), high)
    score = good * (params.friend_slope + params.curvature * good)
    stars = float(STARS[-1])
    for threshold in params.thresholds:
        apart = score - threshold
        stars -= 1 / (1 + math.exp(apart)) if apart < _FARTHEST else 0.0
    return min(max(stars, float(STARS[0])), float(STARS[-1]))


def with_rating(evidence: Evidence, *, stars: int, params: ReputationParams) -> Evidence:
    """Return the evidence with one more rating of now, by a customer of average mildness with a long record.

    Args:
        evidence: the evidence.
        stars: the stars of the rating.
        params: the parameters it was gathered with.
    """
    residual, guard = params.category_scores[stars - 1], params.guard
    if guard is not None:
        quality = evidence.residuals / (evidence.weight + params.friend_prior)
        residual = guard.limited(residual, quality=quality, record=1.0)
    counts = tuple(count + (star == stars) for star, count in zip(STARS, evidence.counts, strict=True))
    bins = tuple(each + (star == stars) for star, each in zip(STARS, evidence.bins, strict=True))
    return attrs.evolve(
        evidence,
        residuals=evidence.residuals + residual,
        weight=evidence.weight + 1,
        squares=evidence.squares + 1,
        counts=counts,
        bins=bins,
    )


def standing_of(friend_id: str, evidence: Evidence, *, params: ReputationParams) -> Standing:
    """Return the standing of a friend by the evidence.

    The variance of the quality is `v / (weight + k)`, with the variance `v` of a rating and the prior `k`
    (Gelman et al., Bayesian Data Analysis, 3rd edition, 2.5); its ends are brought to the scale of stars.

    Args:
        friend_id: the friend.
        evidence: what it rests on.
        params: the parameters it was gathered with.
    """
    quality = quality_of(evidence, params)
    spread = math.sqrt(params.residual_variance / (evidence.weight + params.friend_prior))
    stars = expected_stars(quality, params)
    below, above = expected_stars(quality - spread, params), expected_stars(quality + spread, params)
    return Standing(
        friend_id=friend_id,
        stars=stars,
        counts=evidence.counts,
        at=evidence.at,
        model=DEFAULT,
        deviation=max(0.0, (above - below) / 2),
        lower_stars=min(stars, expected_stars(quality - _LOWER * spread, params)),
    )
