"""Shares of stars, and what the stars count by them."""

import math
from itertools import pairwise
from statistics import NormalDist

__all__ = ["USUAL_SHARES", "logits", "normal_scores"]

USUAL_SHARES = (0.02, 0.02, 0.03, 0.1, 0.83)
"""The shares of one star to five that are expected of ratings of which nothing is known.

A J, as of public reviews (Hu, Zhang and Pavlou, CACM 2009, doi:10.1145/1562764.1562800), with the mean of
`standings.USUAL_STARS`; our own choice.
"""


def logits(shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return log(p / (1 - p)) of the share of at most one star, two, three, four.

    Args:
        shares: the shares of one star to five, all above 0; they add up to 1.
    """
    below, found = 0.0, []
    for share in shares[:-1]:
        below += share
        found.append(math.log(below / (1 - below)))
    return tuple(found)


def normal_scores(shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return what each number of stars counts: the mean of a standard normal within its share.

    So the step from four stars to five counts much where five are rare, and little where all give them.
    The scores have the mean 0 and the variance 1.

    Args:
        shares: the shares of one star to five, all above 0; they add up to 1.

    Examples:
        >>> [round(each, 2) for each in normal_scores((0.05, 0.03, 0.07, 0.2, 0.65))]
        [-2.48, -1.83, -1.45, -0.83, 0.69]
    """
    normal, below, heights = NormalDist(), 0.0, [0.0]
    for share in shares[:-1]:
        below += share
        heights.append(normal.pdf(normal.inv_cdf(below)))
    heights.append(0.0)
    means = [(low - high) / share for (low, high), share in zip(pairwise(heights), shares, strict=True)]
    spread = math.sqrt(sum(share * mean * mean for share, mean in zip(shares, means, strict=True)))
    return tuple(mean / spread for mean in means)
