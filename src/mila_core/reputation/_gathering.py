"""From what was learnt of a friend to evidence, and to what each rating adds."""

from collections.abc import Callable
from datetime import datetime

from mila_core.reputation._learning import Learner, Side
from mila_core.reputation.contributions import Contribution, ContributionPart
from mila_core.reputation.evidence import Evidence, expected_stars, margin_of, quality_of
from mila_core.reputation.params import ReputationParams
from mila_core.standings import STARS

__all__ = ["contributions_of", "day_of", "evidence_of"]

_DAY_SECONDS = 86_400.0
_LEVEL = 1e-9  # of quality; over less the rounding of floats would show in a slope
_STEP = 1e-6


def day_of(instant: datetime) -> float:
    """Return an instant in days, as lessons are dated.

    Args:
        instant: the instant.
    """
    return instant.timestamp() / _DAY_SECONDS


def evidence_of(learner: Learner, side: Side, *, at: datetime, unrated: int = 0) -> Evidence:
    """Return what was learnt of a friend, aged to an instant.

    Args:
        learner: what has learnt it.
        side: the side of the friend.
        at: the instant.
        unrated: how many visits of the friend nobody has rated.
    """
    rate, today = 1 / learner.params.friend_half_life_days, day_of(at)
    current = 2.0 ** -((today - learner.friend_mark) * rate)
    bins, counts = [0.0] * len(STARS), [0] * len(STARS)
    for number in side.lessons:
        _, _, stars, day, _, weight, *_ = learner.learnt[number]
        counts[stars - 1] += 1
        bins[stars - 1] += weight * 2.0 ** -((today - day) * rate)
    return Evidence(
        at=at,
        residuals=side.residuals * current,
        weight=side.weight * current,
        squares=side.squares * current * current,
        bins=tuple(bins),
        counts=tuple(counts),
        unrated=unrated,
    )


def contributions_of(
    learner: Learner, side: Side, *, at: datetime, booking_of: Callable[[int], str]
) -> tuple[Contribution, ...]:
    """Return what each rating adds to the stars of a friend, the oldest first.

    Args:
        learner: what has learnt them.
        side: the side of the friend.
        at: the instant.
        booking_of: tells the booking of a lesson by its number.
    """
    params = learner.params
    day, rate = day_of(at), 1 / params.friend_half_life_days
    evidence = evidence_of(learner, side, at=at)
    whole = evidence.weight + params.friend_prior
    start, end = -margin_of(0.0, params), quality_of(evidence, params)
    grown = margin_of(0.0, params) - margin_of(evidence.weight, params)
    slope = _slope(start, end, params=params)
    found = [Contribution(part=ContributionPart.PRIOR, effect=expected_stars(start, params))]
    if grown:
        found.append(Contribution(part=ContributionPart.EXPERIENCE, effect=slope * grown))
    for number in side.lessons:
        _, _, stars, given_on, _, counts, mildness, residual, _, _ = learner.learnt[number]
        weight = counts * 2.0 ** -((day - given_on) * rate)
        found.append(
            Contribution(
                part=ContributionPart.RATING,
                effect=slope * weight * residual / whole,
                stars=stars,
                ratings=1,
                booking_id=booking_of(number),
                age_days=max(0.0, day - given_on),
                customer_offset=mildness,
                weight=weight,
            )
        )
    return tuple(found)


def _slope(start: float, end: float, *, params: ReputationParams) -> float:
    """Return how many stars a step of quality makes on the way from a newcomer to a friend."""
    if abs(end - start) <= _LEVEL:
        start, end = start - _STEP, start + _STEP
    return (expected_stars(end, params) - expected_stars(start, params)) / (end - start)
