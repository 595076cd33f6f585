"""The ordinal probit: what a standard Gaussian in an interval is like, and thresholds that suit ratings."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from mila_core.reputation._newton import Expansion, maximise
from mila_core.reputation.links import PRIOR_ROWS, USUAL_SHARES

__all__ = ["HALF_ROOT", "Moments", "Walked", "fit_thresholds", "truncated"]

HALF_ROOT = math.sqrt(0.5)
_DENSITY_AT_0 = 1 / math.sqrt(2 * math.pi)
_FARTHEST = 35.0
"""So far out, in standard deviations, that hardly a float knows its probability."""

_LEAST_CHANCE = 1e-290
_DECIMALS = 2


class Moments(NamedTuple):
    """What it tells of a standard Gaussian that it lies in an interval.

    Attributes:
        chance: how likely that was.
        shift: its mean, once known.
        shrinkage: by how much its variance is below 1, once known; from 0 to 1.
    """

    chance: float
    shift: float
    shrinkage: float


class Walked(NamedTuple):
    """A history as the filter went through it.

    Attributes:
        means: for each rating, the expected impression that the subject makes on the rater.
        scales: the standard deviation of it.
        scores: the expected quality of each subject at the end, by number; None for one who was not rated.
    """

    means: list[float]
    scales: list[float]
    scores: list[float | None]


def truncated(low: float, high: float) -> Moments:
    """Return what is known of a standard Gaussian that lies between two numbers.

    With the density `f` and the chance `Z` of the interval the mean is `v = (f(low) - f(high)) / Z`, and the
    variance `1 - w` with `w = v² + (high f(high) - low f(low)) / Z` (Herbrich, Minka, Graepel, TrueSkill,
    NIPS 2006).

    Args:
        low: the lower end; may be -inf.
        high: the upper end, above it; may be inf.

    Examples:
        >>> [round(each, 3) for each in truncated(0.0, math.inf)]
        [0.5, 0.798, 0.637]
    """
    low = min(max(low, -_FARTHEST), _FARTHEST)
    high = min(max(high, -_FARTHEST), _FARTHEST)
    if low > 0:  # on the side where the chances are small they keep their digits
        chance = (math.erfc(low * HALF_ROOT) - math.erfc(high * HALF_ROOT)) / 2
    else:
        chance = (math.erfc(-high * HALF_ROOT) - math.erfc(-low * HALF_ROOT)) / 2
    if chance < _LEAST_CHANCE:  # it is at the end that is nearer, as good as certainly
        return Moments(_LEAST_CHANCE, low if low > 0 else high, 1.0)
    at_low = _DENSITY_AT_0 * math.exp(-low * low / 2)
    at_high = _DENSITY_AT_0 * math.exp(-high * high / 2)
    shift = (at_low - at_high) / chance
    shrinkage = shift * shift + (high * at_high - low * at_low) / chance
    return Moments(chance, min(max(shift, low), high), min(max(shrinkage, 0.0), 1.0))


def fit_thresholds(
    means: Sequence[float], scales: Sequence[float], stars: Sequence[int], *, start: Sequence[float]
) -> list[float]:
    """Return the four thresholds that make stars most likely, which a Gaussian between them gave.

    The usual shares of stars weigh as much as five ratings.

    Args:
        means: the mean of the Gaussian of each rating; counted together by two decimals, and so are scales.
        scales: its standard deviation.
        stars: the stars of each rating.
        start: where to begin; numbers that rise.
    """
    groups: dict[tuple[float, float], list[float]] = {
        (0.0, 1.0): [PRIOR_ROWS * share for share in USUAL_SHARES]
    }
    for (mean, scale, star), count in Counter(
        (round(mean, _DECIMALS), round(scale, _DECIMALS), star)
        for mean, scale, star in zip(means, scales, stars, strict=True)
    ).items():
        groups.setdefault((mean, scale), [0.0] * 5)[star - 1] += count

    def expand(point: Sequence[float]) -> Expansion:
        return _expanded(groups, point)

    return maximise(expand, start, positive=[False] * 4).point


def _expanded(groups: dict[tuple[float, float], list[float]], point: Sequence[float]) -> Expansion:
    """Return the log-likelihood of thresholds with its derivatives."""
    value, gradient, curvature = 0.0, [0.0] * 4, [[0.0] * 4 for _ in range(4)]
    if any(low >= high for low, high in pairwise(point)):
        return Expansion(-math.inf, gradient, curvature)
    for (mean, scale), counts in groups.items():
        ends = (-math.inf, *((each - mean) / scale for each in point), math.inf)
        densities = [_DENSITY_AT_0 * math.exp(-each * each / 2) / scale for each in ends]
        for low, count in enumerate(counts):
            if not count:
                continue
            chance = truncated(ends[low], ends[low + 1]).chance
            value += count * math.log(chance)
            rises, falls = densities[low + 1] / chance, -densities[low] / chance
            for at, slope in ((low, rises), (low - 1, falls)):  # the thresholds above and below
                if 0 <= at < 4:  # noqa: PLR2004  # there is none beyond one star and five
                    gradient[at] += count * slope
                    curvature[at][at] += count * slope * (slope + ends[at + 1] / scale)
            if 0 < low < 4:  # noqa: PLR2004  # as above
                curvature[low - 1][low] += count * rises * falls
                curvature[low][low - 1] += count * rises * falls
    return Expansion(value, gradient, curvature)
