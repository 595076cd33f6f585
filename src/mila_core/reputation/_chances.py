"""Probabilities of stars that never are 0."""

from mila_core.reputation.metrics import Probabilities

__all__ = ["never_zero"]

_LEAST = 1e-12
_REST = 1 - 5 * _LEAST


def never_zero(one: float, two: float, three: float, four: float) -> Probabilities:
    """Return the probabilities of one star to five, none of them below 1e-12.

    What a float takes for impossible may yet happen, and would then outweigh all other ratings.

    Args:
        one: the probability of one star.
        two: the probability of at most two, which is not below the one before but by a rounding of floats.
        three: the probability of at most three, likewise.
        four: the probability of at most four, likewise.
    """
    return (
        _LEAST + _REST * one,
        _LEAST + _REST * max(0.0, two - one),
        _LEAST + _REST * max(0.0, three - two),
        _LEAST + _REST * max(0.0, four - three),
        _LEAST + _REST * max(0.0, 1 - four),
    )
