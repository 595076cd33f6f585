"""The ordinal link: from a score on any scale to the probabilities of one star to five.

The cumulative logit model (McCullagh, Regression models for ordinal data, JRSS B 1980): the probability of at
most `j` stars is `1 / (1 + exp(score - threshold_j))`, where the score is a weighted sum of features.
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from operator import mul
from typing import NamedTuple

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.reputation._chances import never_zero
from mila_core.reputation._newton import Expansion, maximise
from mila_core.reputation.metrics import Probabilities
from mila_core.validation import TupleOf, number, tuple_of

__all__ = ["PRIOR_ROWS", "USUAL_SHARES", "LinkFit", "OrdinalLink", "fit_link", "fit_link_and_loss"]

USUAL_SHARES = (0.05, 0.03, 0.07, 0.2, 0.65)
"""What is expected where nothing is known: the J of public reviews (Hu, Zhang, Pavlou, CACM 2009)."""

PRIOR_ROWS = 5.0
"""How many ratings the usual shares weigh as much as in a fit, so that no chance is 0; our own choice."""

_THRESHOLDS = 4
_MOST = 1e6
_LARGEST_FEATURE = 1e12
_LEAST_SPREAD = 1e-4
"""A feature that varies by less than this share of its size is taken for a constant with noise on it."""


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
        return never_zero(one, two, three, four)


def _logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x)), without an overflow."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    raised = math.exp(x)
    return raised / (1 + raised)


class LinkFit(NamedTuple):
    """A link, and how well it fits.

    Attributes:
        link: the link.
        loss: the mean of -log of the probability of the stars that came, what draws the link to usual shares
            and to slopes of 0 included; in nats.
    """

    link: OrdinalLink
    loss: float


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

    Raises:
        InvalidValueError: a feature that is no finite number, or beyond 1e12.

    Examples:
        >>> link = fit_link([[0.0, 0.0, 1.0, 1.0] * 50], [1, 3, 3, 5] * 50)
        >>> [round(chance, 2) for chance in link.probabilities((1.0,))]
        [0.01, 0.0, 0.47, 0.01, 0.51]
    """
    return fit_link_and_loss(features, stars, start=start, decimals=decimals).link


def fit_link_and_loss(
    features: Sequence[Sequence[float]],
    stars: Sequence[int],
    *,
    start: OrdinalLink | None = None,
    decimals: int | None = None,
) -> LinkFit:
    """Return the link that makes the stars most likely, and how well it fits.

    Args:
        features: as of `fit_link`, and so are the others.
        stars: the stars of each rating.
        start: where to begin.
        decimals: to how many decimals features are rounded.

    Raises:
        InvalidValueError: a feature that is no finite number, or beyond 1e12.
    """
    means, spreads = _scales(features)
    slopes = [slope * spread for slope, spread in zip(start.slopes, spreads, strict=True)] if start else []
    begin = (
        [each - sum(map(mul, start.slopes, means)) for each in start.thresholds] + slopes
        if start
        else _usual_point(stars, len(features))
    )
    likelihood = _Likelihood(_grouped(features, stars, decimals), means, spreads)
    found = maximise(likelihood.expand, begin, positive=[False] * _THRESHOLDS + [True] * len(features))
    slopes = [slope / spread for slope, spread in zip(found.point[_THRESHOLDS:], spreads, strict=True)]
    shift = sum(map(mul, slopes, means))
    link = OrdinalLink(thresholds=[each + shift for each in found.point[:_THRESHOLDS]], slopes=slopes)
    return LinkFit(link, -found.value / max(1, len(stars)))


def _grouped(
    features: Sequence[Sequence[float]], stars: Sequence[int], decimals: int | None
) -> dict[tuple[float, ...], list[float]]:
    """Return how often one star to five came with each combination of features."""
    columns = features
    if decimals is not None:
        columns = [[round(value, decimals) for value in each] for each in features]
    groups: dict[tuple[float, ...], list[float]] = {}
    for (star, *row), count in Counter(zip(stars, *columns, strict=True)).items():
        groups.setdefault(tuple(row), [0.0] * 5)[int(star) - 1] += count
    return groups


def _scales(features: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
    """Return the mean of each feature, and its standard deviation; 1 where it does not vary."""
    means, spreads = [], []
    for each in features:
        size = max(map(abs, each), default=0.0)
        mean = math.fsum(each) / len(each) if each and size <= _LARGEST_FEATURE else math.nan
        if each and not math.isfinite(mean):
            raise InvalidValueError("features", f"numbers up to {_LARGEST_FEATURE:g}", describe(size))
        mean = mean if each else 0.0
        spread = math.sqrt(math.fsum((value - mean) ** 2 for value in each) / len(each)) if each else 0.0
        means.append(mean)
        spreads.append(spread if spread > _LEAST_SPREAD * (1 + abs(mean)) else 1 + abs(mean))
    return means, spreads


def _usual_point(stars: Sequence[int], size: int) -> list[float]:
    """Return the thresholds that know the shares of the stars alone, and slopes of 0."""
    counts = [stars.count(star) + PRIOR_ROWS * share for star, share in enumerate(USUAL_SHARES, start=1)]
    whole, below, thresholds = sum(counts), 0.0, []
    for count in counts[:-1]:
        below += count
        thresholds.append(math.log(below / (whole - below)))
    return thresholds + [0.0] * size


class _Likelihood:
    """The log-likelihood of cumulative logits, with its derivatives by thresholds and slopes.

    The probability of `j` stars is `F(t_j - s) * F(s - t_(j-1)) * (1 - exp(t_(j-1) - t_j))` with the logistic
    function `F`, so that its logarithm is a sum of concave parts, none of which loses digits.

    Args:
        groups: how often one star to five came with each combination of features.
        means: the mean of each feature.
        spreads: by what each is divided, the mean once taken off.
    """

    def __init__(
        self,
        groups: dict[tuple[float, ...], list[float]],
        means: Sequence[float],
        spreads: Sequence[float],
    ) -> None:
        """Scale the features; the usual shares come at the mean of all."""
        prior = [PRIOR_ROWS * share for share in USUAL_SHARES]
        self._groups = [([0.0] * len(means), prior)]
        for row, counts in groups.items():
            scaled = [(value - m) / s for value, m, s in zip(row, means, spreads, strict=True)]
            self._groups.append((scaled, counts))
        self._counts = [sum(counts[star] for _, counts in self._groups) for star in range(5)]

    def expand(self, point: Sequence[float]) -> Expansion:
        """Return the value and the derivatives at a point.

        Args:
            point: the thresholds, then the slopes.
        """
        thresholds, slopes = point[:_THRESHOLDS], point[_THRESHOLDS:]
        size = len(point)
        gradient = [0.0] * size
        curvature = [[0.0] * size for _ in range(size)]
        if any(low >= high for low, high in pairwise(thresholds)):
            return Expansion(-math.inf, gradient, curvature)
        value = self._gaps(thresholds, gradient, curvature)
        for features, counts in self._groups:
            score = sum(map(mul, slopes, features))
            chances = _cuts(thresholds, score, counts)
            value += chances.value
            by_score = by_score_twice = 0.0
            for place, (slope, bend) in enumerate(chances.derivatives):
                gradient[place] += slope
                curvature[place][place] += bend
                by_score -= slope
                by_score_twice += bend
                for at, feature in enumerate(features, start=_THRESHOLDS):
                    curvature[place][at] -= bend * feature
            for at, feature in enumerate(features):
                gradient[_THRESHOLDS + at] += by_score * feature
                row = curvature[_THRESHOLDS + at]
                for other in range(at, len(features)):
                    row[_THRESHOLDS + other] += by_score_twice * feature * features[other]
        for at, slope in enumerate(slopes, start=_THRESHOLDS):
            value -= slope * slope / 2
            gradient[at] -= slope
            curvature[at][at] += 1
        for row_of in range(size):
            for column in range(row_of):
                curvature[row_of][column] = curvature[column][row_of]
        return Expansion(value, gradient, curvature)

    def _gaps(
        self, thresholds: Sequence[float], gradient: list[float], curvature: list[list[float]]
    ) -> float:
        """Return what the gaps between thresholds add, and add their derivatives."""
        value = 0.0
        for low, (count, gap) in enumerate(
            zip(self._counts[1:-1], (b - a for a, b in pairwise(thresholds)), strict=True)
        ):
            falls = math.exp(-gap)
            rest = -math.expm1(-gap)
            value += count * math.log(rest)
            slope, bend = count * falls / rest, count * falls / rest / rest
            gradient[low] -= slope
            gradient[low + 1] += slope
            curvature[low][low] += bend
            curvature[low + 1][low + 1] += bend
            curvature[low][low + 1] -= bend
        return value


class _Cuts(NamedTuple):
    """What ratings of the same features add to a log-likelihood by being above or below the thresholds.

    Attributes:
        value: the sum.
        derivatives: by each threshold, the first one and the negative of the second one.
    """

    value: float
    derivatives: list[tuple[float, float]]


def _cuts(thresholds: Sequence[float], score: float, counts: Sequence[float]) -> _Cuts:
    """Return what some ratings add, each at the threshold above its stars and at the one below."""
    value, derivatives = 0.0, []
    for place, threshold in enumerate(thresholds):
        at_most, more = counts[place], counts[place + 1]
        both, x = at_most + more, threshold - score
        if not both:
            derivatives.append((0.0, 0.0))
            continue
        if x >= 0:
            raised = math.exp(-x)
            chance = 1 / (1 + raised)
            value -= both * math.log1p(raised) + more * x
        else:
            raised = math.exp(x)
            chance = raised / (1 + raised)
            value += at_most * x - both * math.log1p(raised)
        derivatives.append((at_most - both * chance, both * chance * (1 - chance)))
    return _Cuts(value, derivatives)
