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

__all__ = ["StandingBasis"]


class StandingBasis(StrEnum):
    """What of a standing counts in a score."""

    MEAN = "mean"
    """The stars that are expected."""
    LOWER = "lower"
    """What the stars are very likely not below; the expected stars, where a standing has no such bound."""
    DRAW = "draw"
    """A draw around the expected stars by their deviation; the expected stars, where a standing has none."""
