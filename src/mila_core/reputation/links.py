"""The ordinal link: from a score on any scale to the probabilities of one star to five.

The cumulative logit model (McCullagh, Regression models for ordinal data, JRSS B 1980): the probability of at
most `j` stars is `1 / (1 + exp(score - threshold_j))`, where the score is a weighted sum of features.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import mul

import attrs

from mila_core.errors import InvalidValueError
from mila_core.reputation._newton import Expansion, maximise
from mila_core.reputation.metrics import Probabilities
from mila_core.validation import TupleOf, number, tuple_of

__all__ = ["OrdinalLink", "fit_link"]

_THRESHOLDS = 4
_MOST = 1e6
_LEAST = 1e-300
_USUAL_SHARES = (0.05, 0.03, 0.07, 0.2, 0.65)
"""What is expected where nothing is known: the J of public reviews (Hu, Zhang, Pavlou, CACM 2009)."""


@attrs.frozen(kw_only=True)
class OrdinalLink:
    """How a score becomes the probabilities of one star to five.

    Attributes:
        thresholds: four numbers that rise: the scores at which one star, two, three, four or less are as
            likely as more.
        slopes: the weight of each feature in the score; a positive one means better.

    Raises:
        InvalidTypeError: something that is no number.
        InvalidValueError: not four thresholds, or thresholds that do not rise.

    Examples:
        >>> link = OrdinalLink(thresholds=(-3, -2, -1, 0), slopes=(1,))
        >>> [round(chance, 3) for chance in link.probabilities((0.5,))]
        [0.029, 0.047, 0.107, 0.195, 0.622]
    """

    thresholds: tuple[float, ...] = attrs.field(
        converter=TupleOf[float],
        validator=tuple_of(number(-_MOST, _MOST), least=_THRESHOLDS, most=_THRESHOLDS),
    )
    slopes: tuple[float, ...] = attrs.field(
        default=(1.0,), converter=TupleOf[float], validator=tuple_of(number(-_MOST, _MOST))
    )

    def __attrs_post_init__(self) -> None:
        """Refuse thresholds that do not rise."""
        if any(low >= high for low, high in pairwise(self.thresholds)):
            raise InvalidValueError("thresholds", "numbers that rise", str(self.thresholds))

    def probabilities(self, features: Sequence[float]) -> Probabilities:
        """Return the probabilities of one star to five.

        Args:
            features: the features, as many as there are slopes.
        """
        return self.of_score(sum(slope * each for slope, each in zip(self.slopes, features, strict=True)))

    def of_score(self, score: float) -> Probabilities:
        """Return the probabilities of one star to five for a score that is summed already.

        Args:
            score: the weighted sum of the features.
        """
        first, second, third, fourth = self.thresholds
        one, two, three, four = (
            _logistic(first - score),
            _logistic(second - score),
            _logistic(third - score),
            _logistic(fourth - score),
        )
        return one, two - one, three - two, four - three, 1 - four


def _logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x)), without an overflow."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    raised = math.exp(x)
    return raised / (1 + raised)


PRIOR_ROWS = 5.0
"""How many ratings the usual shares weigh as much as in a fit, so that no chance is 0; our own choice."""


def fit_link(
    features: Sequence[Sequence[float]],
    stars: Sequence[int],
    *,
    start: OrdinalLink | None = None,
    decimals: int | None = None,
) -> OrdinalLink:
    """Return the link that makes the stars most likely.

    The usual shares of stars weigh as much as five ratings, and slopes are drawn to 0 as by one, so that a
    few ratings, or none, give a link as well. No slope is negative: more is better.

    Args:
        features: a list for each feature, with a number for each rating.
        stars: the stars of each rating.
        start: where to begin, such as the link of features much the same; only the time depends on it.
        decimals: to how many decimals features are rounded before ratings with equal ones are counted
            together, which saves time; None for no rounding.
    """
    size = len(features)
    if decimals is not None:
        rounded = ([round(value, decimals) for value in each] for each in features)
        counts: Iterable[tuple[tuple[float, ...], float]] = Counter(zip(stars, *rounded, strict=True)).items()
    else:
        counts = [(row, 1.0) for row in zip(stars, *features, strict=True)]
    rows = list(counts)
    means, ridges = _scales(features)
    prior = [((star, *means), PRIOR_ROWS * share) for star, share in enumerate(_USUAL_SHARES, start=1)]
    likelihood = _Likelihood(rows + prior, ridges)
    begin = start or _shares_link(stars, means)
    found = maximise(
        likelihood.expand,
        [*begin.thresholds, *begin.slopes],
        positive=[False] * _THRESHOLDS + [True] * size,
    )
    return OrdinalLink(thresholds=found[:_THRESHOLDS], slopes=found[_THRESHOLDS:])


def _scales(features: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
    """Return the mean of each feature, and its variance, which is the ridge of its slope."""
    means, ridges = [], []
    for each in features:
        mean = math.fsum(each) / len(each) if each else 0.0
        means.append(mean)
        ridges.append(math.fsum((value - mean) ** 2 for value in each) / len(each) if each else 1.0)
    return means, [ridge or 1.0 for ridge in ridges]


def _shares_link(stars: Sequence[int], means: Sequence[float]) -> OrdinalLink:
    """Return the link that knows the shares of the stars alone."""
    counts = [stars.count(star) + PRIOR_ROWS * share for star, share in enumerate(_USUAL_SHARES, start=1)]
    whole, below, thresholds = sum(counts), 0.0, []
    for count in counts[:-1]:
        below += count / whole
        thresholds.append(math.log(below / (1 - below)))
    return OrdinalLink(thresholds=thresholds, slopes=[0.0] * len(means))


class _Likelihood:
    """The log-likelihood of cumulative logits, with its derivatives by thresholds and slopes."""

    def __init__(self, rows: Sequence[tuple[tuple[float, ...], float]], ridges: Sequence[float]) -> None:
        self._rows = rows  # stars and features of a rating, and how often it came
        self._ridges = ridges

    def expand(self, point: Sequence[float]) -> Expansion:  # noqa: C901  # one pass, as it is most of a fit
        thresholds, slopes = point[:_THRESHOLDS], point[_THRESHOLDS:]
        size = len(point)
        gradient = [0.0] * size
        curvature = [[0.0] * size for _ in range(size)]
        if any(low >= high for low, high in pairwise(thresholds)):
            return Expansion(-math.inf, gradient, curvature)
        value = 0.0
        # two ends that no score reaches make one star and five like the others
        ends = (-math.inf, *thresholds, math.inf)
        places = range(len(slopes))
        for (star, *features), weight in self._rows:
            score = sum(map(mul, slopes, features))
            upper, lower = _logistic(ends[int(star)] - score), _logistic(ends[int(star) - 1] - score)
            chance = max(upper - lower, _LEAST)
            value += weight * math.log(chance)
            # derivatives of the logarithm by the upper and lower threshold, and the second ones negated
            rises, falls = upper * (1 - upper) / chance, -lower * (1 - lower) / chance
            above = weight * rises * (rises - 1 + 2 * upper)
            below = weight * falls * (falls - 1 + 2 * lower)
            both = weight * rises * falls
            by_score = weight * (upper + lower - 1)
            by_score_twice = weight * (upper * (1 - upper) + lower * (1 - lower))
            high, low = int(star) - 1, int(star) - 2
            if high < _THRESHOLDS:
                gradient[high] += weight * rises
                curvature[high][high] += above
            if low >= 0:
                gradient[low] += weight * falls
                curvature[low][low] += below
            if low >= 0 and high < _THRESHOLDS:
                curvature[low][high] += both
            for place in places:
                feature, at = features[place], _THRESHOLDS + place
                gradient[at] += by_score * feature
                if high < _THRESHOLDS:
                    curvature[high][at] -= (above + both) * feature
                if low >= 0:
                    curvature[low][at] -= (below + both) * feature
                for other in range(place + 1):
                    curvature[_THRESHOLDS + other][at] += by_score_twice * feature * features[other]
        for place, (ridge, slope) in enumerate(zip(self._ridges, slopes, strict=True), start=_THRESHOLDS):
            value -= ridge * slope * slope / 2
            gradient[place] -= ridge * slope
            curvature[place][place] += ridge
        for row in range(size):
            for column in range(row):
                curvature[row][column] = curvature[column][row]
        return Expansion(value, gradient, curvature)
