"""The simplex method of Nelder and Mead: the least value of a function of few numbers, without derivatives.

Nelder and Mead, Computer Journal 1965, doi:10.1093/comjnl/7.4.308; with the usual coefficients 1, 2, 1/2
and 1/2.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

__all__ = ["Optimum", "minimise"]


class Optimum(NamedTuple):
    """Where a function is least.

    Attributes:
        point: the numbers.
        value: the value there.
        evaluations: how often the function was asked.
    """

    point: tuple[float, ...]
    value: float
    evaluations: int


def minimise(
    function: Callable[[Sequence[float]], float],
    start: Sequence[float],
    *,
    step: float = 0.7,
    most: int = 200,
    tolerance: float = 1e-5,
) -> Optimum:
    """Return where a function is least, near a start.

    Args:
        function: the function; it may return infinity or NaN where it is not defined.
        start: where to begin.
        step: how far the first simplex reaches, in each number.
        most: how often the function is asked at most, about.
        tolerance: how near the values at the corners have to come to each other, and to those halfway
            between them.
    """
    asked = 0

    def value_of(point: Sequence[float]) -> float:
        nonlocal asked
        asked += 1
        value = function(point)
        return math.inf if math.isnan(value) else value

    def shrunk(simplex: list[tuple[float, list[float]]]) -> list[tuple[float, list[float]]]:
        """Return the simplex drawn halfway to its best corner."""
        _, best = simplex[0]
        nearer = [[(a + b) / 2 for a, b in zip(best, each, strict=True)] for _, each in simplex[1:]]
        return sorted([simplex[0], *((value_of(each), each) for each in nearer)])

    size = len(start)
    corners = [list(start)] + [
        [value + step * (place == other) for other, value in enumerate(start)] for place in range(size)
    ]
    simplex = sorted((value_of(corner), corner) for corner in corners)
    while size and asked < most:
        if not simplex[-1][0] - simplex[0][0] > tolerance:
            # corners on both sides of a valley are equal as well: flat is only what is flat between them
            simplex = shrunk(simplex)
            if not simplex[-1][0] - simplex[0][0] > tolerance:
                break
            continue
        worst, corner = simplex[-1]
        middle = [sum(each[place] for _, each in simplex[:-1]) / size for place in range(size)]

        def away(share: float) -> tuple[float, list[float]]:
            point = [here + share * (here - there) for here, there in zip(middle, corner, strict=True)]  # noqa: B023
            return value_of(point), point

        moved = away(1.0)
        if moved[0] < simplex[0][0]:
            moved = min(moved, away(2.0))
        elif moved[0] >= simplex[-2][0]:
            inside = away(0.5 if moved[0] < worst else -0.5)
            if inside[0] >= min(moved[0], worst):  # nothing better on that line
                simplex = shrunk(simplex)
                continue
            moved = inside
        simplex = sorted([*simplex[:-1], moved])
    value, point = simplex[0]
    return Optimum(tuple(point), value, asked)
