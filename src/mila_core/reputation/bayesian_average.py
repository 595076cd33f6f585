"""The Bayesian average: a friend's mean stars, drawn towards what is usual while there are few ratings.

With a prior of `m` stars that weighs as much as `k` ratings, and `n` ratings with the sum `s`, the expected
stars are `(k * m + s) / (k + n)`: the posterior mean of a normal mean with known variances (Gelman et al.,
Bayesian Data Analysis, 3rd edition, 2.5).
"""

from collections.abc import Iterable
from datetime import datetime

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.periods import instant_of
from mila_core.ratings import Direction, Rating, counted
from mila_core.reputation.contributions import Contribution, ContributionPart
from mila_core.standings import STARS, USUAL_STARS, Standing
from mila_core.validation import number

__all__ = ["BayesianAverageParams", "bayesian_contributions", "bayesian_standings"]

MODEL = "bayesian_average"


@attrs.frozen(kw_only=True)
class BayesianAverageParams:
    """The prior of the Bayesian average.

    Attributes:
        prior_stars: the stars expected of a friend without ratings, `standings.USUAL_STARS` if not given.
        prior_weight: how many ratings the prior weighs as much as; 5 is our own choice, to be fitted on data.
    """

    prior_stars: float = attrs.field(default=USUAL_STARS, validator=number(1, 5))
    prior_weight: float = attrs.field(default=5.0, validator=number(0.001, 1_000_000))


def bayesian_standings(
    ratings: Iterable[Rating], *, params: BayesianAverageParams | None = None, at: datetime
) -> tuple[Standing, ...]:
    """Return the standing of each friend who has a revealed rating.

    Only ratings of friends that are revealed by now count, each once for its booking, in whatever order they
    come and however often.

    Args:
        ratings: ratings of any bookings and both directions, as `ratings.revealed` gives them.
        params: the prior; the default one if not given.
        at: now.

    Returns:
        The standings by friend id.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> standings = bayesian_standings(pilot.ratings, at=pilot.opened_at)
        >>> [standing.friend_id for standing in standings][:2]
        ['beat', 'chiara']
    """
    prior = params or BayesianAverageParams()
    now = instant_of(at)
    counts: dict[str, list[int]] = {}
    for rating in counted(ratings, at=now):
        if rating.direction is Direction.OF_FRIEND:
            counts.setdefault(rating.subject_id, [0] * len(STARS))[rating.stars - STARS[0]] += 1
    return tuple(
        Standing(
            friend_id=friend_id,
            stars=_expected(tuple(stars), prior),
            counts=tuple(stars),
            at=now,
            model=MODEL,
        )
        for friend_id, stars in sorted(counts.items())
    )


def _expected(counts: tuple[int, ...], prior: BayesianAverageParams) -> float:
    given = sum(stars * count for stars, count in zip(STARS, counts, strict=True))
    value = (prior.prior_weight * prior.prior_stars + given) / (prior.prior_weight + sum(counts))
    return min(
        max(value, STARS[0]), STARS[-1]
    )  # a sum of floats may pass the end by one unit in the last place


def bayesian_contributions(
    standing: Standing, *, params: BayesianAverageParams | None = None
) -> tuple[Contribution, ...]:
    """Return what each kind of rating adds to a friend's stars.

    Args:
        standing: a standing that `bayesian_standings` computed.
        params: the prior it was computed with; the default one if not given.

    Returns:
        The prior first, then one contribution for each number of stars that was given; the effects add up to
        the standing's stars, to 1e-9.

    Raises:
        InvalidValueError: the standing is of another model, or was computed with another prior.
    """
    prior = params or BayesianAverageParams()
    if standing.model != MODEL:
        raise InvalidValueError("standing", f"one of the model {MODEL}", describe(standing.model))
    if abs(_expected(standing.counts, prior) - standing.stars) > 1e-9:  # noqa: PLR2004  # the promise above
        raise InvalidValueError("params", "the prior that the standing was computed with", describe(prior))
    weight = prior.prior_weight + standing.ratings
    parts = [Contribution(part=ContributionPart.PRIOR, effect=prior.prior_stars)]
    parts += [
        Contribution(
            part=ContributionPart.RATINGS,
            stars=stars,
            ratings=count,
            effect=count * (stars - prior.prior_stars) / weight,
        )
        for stars, count in zip(STARS, standing.counts, strict=True)
        if count
    ]
    return tuple(parts)
