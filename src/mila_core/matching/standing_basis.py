"""How a standing is read for a score: as its mean, as what it is very likely not below, or by lot around it.

The mean is the best guess of each friend by itself. A score by the lower bound is cautious: whoever is little
known stands lower, and stays little known. A draw is Thompson's way out: each friend's stars are drawn at
random, by as much as they are uncertain, so that who is little known comes first now and then, and is known
better afterwards; who is well known stands nearly as before.

References:
    Thompson, W. R. (1933). On the likelihood that one unknown probability exceeds another in view of the
        evidence of two samples. Biometrika 25 (3/4), 285-294. doi:10.1093/biomet/25.3-4.285.
    Russo, D., Van Roy, B., Kazerouni, A., Osband, I., Wen, Z. (2018). A tutorial on Thompson sampling.
        Foundations and Trends in Machine Learning 11 (1), 1-96. doi:10.1561/2200000070.
"""

from enum import StrEnum
from hashlib import blake2b
from statistics import NormalDist

from mila_core.standings import STARS

__all__ = ["MOST_DEVIATIONS", "StandingBasis"]

MOST_DEVIATIONS = 3
"""How many deviations from its mean a draw is at most, so that it is bounded: our own choice; 0.27 % of all
would be further away."""

_MILLI = 1000
_BITS = 52
_NORMAL = NormalDist()
_LEAST, _MOST = STARS[0] * _MILLI, STARS[-1] * _MILLI


class StandingBasis(StrEnum):
    """What of a standing counts in a score."""

    MEAN = "mean"
    """The stars that are expected."""
    LOWER = "lower"
    """What the stars are very likely not below; the expected stars, where a standing has no such bound."""
    DRAW = "draw"
    """A draw around the expected stars by their deviation; the expected stars, where a standing has none."""


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
    return min(max(round((stars + deviation * deviate) * _MILLI), _LEAST), _MOST)


def highest_milli(stars: float, deviation: float) -> int:
    """Return what no draw surpasses, in thousandths.

    Args:
        stars: the expected stars.
        deviation: their deviation, in stars.
    """
    return min(round((stars + deviation * MOST_DEVIATIONS) * _MILLI), _MOST)
