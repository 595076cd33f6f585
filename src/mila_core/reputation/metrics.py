"""Measures of predictions: how good probabilities of one to five stars were, once the stars are known.

Log-loss and the ranked probability score are proper: only the true probabilities make them smallest
(Gneiting and Raftery, JASA 2007, doi:10.1198/016214506000001437). All are means over the predictions; smaller
is better, but for `rank_correlation` and `area_under_curve`.
"""

import math
from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import TypeAlias

__all__ = [
    "BINS",
    "Probabilities",
    "area_under_curve",
    "brier_score",
    "calibration_error",
    "log_losses",
    "mean_and_error",
    "rank_correlation",
    "ranked_probability_score",
    "root_mean_square_error",
]

Probabilities: TypeAlias = tuple[float, float, float, float, float]
"""The probabilities of one star, two, three, four, five; they add up to one."""

BINS = 10
"""Into how many bins of equal mass predictions are put to see whether they are calibrated."""

_SATISFIED = 4
_ONCE_IN = 1e-300  # log(0) would make one impossible row outweigh all others; no model predicts less


def log_losses(predicted: Sequence[Probabilities], stars: Sequence[int]) -> list[float]:
    """Return what each prediction loses: -log of the probability of the stars that came, in nats.

    Args:
        predicted: the predictions.
        stars: the stars that came, from 1 to 5.

    Examples:
        >>> log_losses([(0.0, 0.0, 0.0, 0.5, 0.5)], [5]) == [math.log(2)]
        True
    """
    return [-math.log(max(each[star - 1], _ONCE_IN)) for each, star in zip(predicted, stars, strict=True)]


def mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean of values and its standard error; the error of less than two is 0.

    Args:
        values: the values, such as the differences of two models' losses, row by row; at least one.
    """
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return mean, 0.0
    squares = math.fsum((value - mean) ** 2 for value in values)
    return mean, math.sqrt(squares / (len(values) - 1) / len(values))


def ranked_probability_score(predicted: Sequence[Probabilities], stars: Sequence[int]) -> float:
    """Return the mean ranked probability score, from 0 to 1 (Epstein 1969; over four thresholds).

    Args:
        predicted: the predictions, at least one.
        stars: the stars that came.

    Examples:
        >>> ranked_probability_score([(0.0, 0.0, 0.0, 0.0, 1.0)], [1])
        1.0
    """
    total = 0.0
    for each, star in zip(predicted, stars, strict=True):
        for place, below in enumerate(accumulate(each[:-1]), start=1):
            total += (below - (star <= place)) ** 2
    return total / 4 / len(stars)


def _satisfied(predicted: Sequence[Probabilities]) -> list[float]:
    return [min(1.0, each[3] + each[4]) for each in predicted]


def brier_score(predicted: Sequence[Probabilities], stars: Sequence[int]) -> float:
    """Return the mean squared error of the probability of four stars or more (Brier 1950).

    Args:
        predicted: the predictions, at least one.
        stars: the stars that came.
    """
    pairs = zip(_satisfied(predicted), stars, strict=True)
    return math.fsum((chance - (star >= _SATISFIED)) ** 2 for chance, star in pairs) / len(stars)


def calibration_error(predicted: Sequence[Probabilities], stars: Sequence[int]) -> float:
    """Return the expected calibration error of the probability of four stars or more.

    Predictions are put into ten bins of equal mass by their probability; the error is the mean over the bins
    of how far the mean probability is from the share that came (Naeini et al., AAAI 2015). Equal predictions
    may come into several bins, each with the share that came of all of them: their order means nothing.

    Args:
        predicted: the predictions, at least one.
        stars: the stars that came.
    """
    came = sorted(zip(_satisfied(predicted), (star >= _SATISFIED for star in stars), strict=True))
    errors: list[float] = []
    for chance, group in groupby(came, key=itemgetter(0)):
        happened = [each for _, each in group]
        errors += [chance - sum(happened) / len(happened)] * len(happened)
    edges = [len(errors) * place // BINS for place in range(BINS + 1)]
    return math.fsum(abs(math.fsum(errors[low:high])) for low, high in pairwise(edges)) / len(errors)


def root_mean_square_error(predicted: Sequence[Probabilities], stars: Sequence[int]) -> float:
    """Return the root mean square error of the expected stars.

    Args:
        predicted: the predictions, at least one.
        stars: the stars that came.
    """
    total = 0.0
    for (one, two, three, four, five), star in zip(predicted, stars, strict=True):
        total += (one + 2 * two + 3 * three + 4 * four + 5 * five - star) ** 2
    return math.sqrt(total / len(stars))


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value; equal ones share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + end + 1) / 2
        start = end
    return ranks


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return the rank correlation of two lists (Spearman 1904), from -1 to 1; None where one is constant.

    Args:
        one: some numbers.
        other: as many.

    Examples:
        >>> rank_correlation([1, 2, 3], [10, 20, 15])
        0.5
    """
    if len(one) != len(other):
        raise ValueError(f"{len(one)} and {len(other)} numbers")  # a wrong call, no wrong input
    first, second = _ranks(one), _ranks(other)
    middle = (len(one) + 1) / 2
    spread = math.sqrt(
        math.fsum((rank - middle) ** 2 for rank in first) * math.fsum((rank - middle) ** 2 for rank in second)
    )
    if not spread:
        return None
    together = math.fsum((a - middle) * (b - middle) for a, b in zip(first, second, strict=True))
    return together / spread


def area_under_curve(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Return the area under the ROC curve: how likely a positive one scores above a negative one, ties half.

    It is the statistic of Mann and Whitney (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747);
    None where one of the two is missing.

    Args:
        scores: the scores.
        positive: which of them are of positive ones.

    Examples:
        >>> area_under_curve([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
        0.75
    """
    if len(scores) != len(positive):
        raise ValueError(f"{len(scores)} and {len(positive)} numbers")  # a wrong call, no wrong input
    ranks = _ranks(scores)
    ones = sum(positive)
    zeros = len(positive) - ones
    if not ones or not zeros:
        return None
    total = math.fsum(rank for rank, is_one in zip(ranks, positive, strict=True) if is_one)
    return (total - ones * (ones + 1) / 2) / (ones * zeros)
