"""Newton's method for a concave function of few numbers, some of which may not be negative."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

__all__ = ["Expansion", "Maximum", "maximise", "solve"]

_MOST_STEPS = 60
_SMALLEST_GAIN = 1e-9
_HALVINGS = 40
_LEAST_PIVOT = 1e-12


class Expansion(NamedTuple):
    """A function around a point.

    Attributes:
        value: its value; -inf where it is not defined.
        gradient: its first derivatives.
        curvature: the negative of its second derivatives, by row; it has no negative direction.
    """

    value: float
    gradient: list[float]
    curvature: list[list[float]]


class Maximum(NamedTuple):
    """Where a function is greatest.

    Attributes:
        point: the numbers.
        value: the value there.
    """

    point: list[float]
    value: float


def maximise(
    expand: Callable[[Sequence[float]], Expansion], start: Sequence[float], *, positive: Sequence[bool]
) -> Maximum:
    """Return where a concave function is greatest.

    A step that does not raise the value is halved until it does. A number that may not be negative and wants
    to be stays at 0 (projected Newton, Bertsekas 1982, doi:10.1137/0320018).

    Args:
        expand: the function with its derivatives.
        start: where to begin; the function is defined there.
        positive: which of the numbers may not be negative.
    """
    point = [max(0.0, value) if least else value for value, least in zip(start, positive, strict=True)]
    here = expand(point)
    for _ in range(_MOST_STEPS):
        held = [is_least and value <= 0 for is_least, value in zip(positive, point, strict=True)]
        step = _step(here, held)
        scale = 1.0
        for _ in range(_HALVINGS):
            moved = [value + scale * change for value, change in zip(point, step, strict=True)]
            moved = [
                max(0.0, value) if least else value for value, least in zip(moved, positive, strict=True)
            ]
            there = expand(moved)
            if there.value >= here.value:
                break
            scale /= 2
        else:
            break
        gained = there.value - here.value
        point, here = moved, there
        if gained <= _SMALLEST_GAIN * (1 + abs(here.value)):
            break
    return Maximum(point, here.value)


def _step(here: Expansion, held: Sequence[bool]) -> list[float]:
    """Return Newton's step; a number that is held at 0 takes part only if it grows.

    Where one of those would fall, the step is made again without it: clipped at 0 alone, the step of the
    others might not lead upwards.
    """
    free = [place for place, slope in enumerate(here.gradient) if slope > 0 or not held[place]]
    while True:
        found = solve(
            [[here.curvature[row][column] for column in free] for row in free],
            [here.gradient[row] for row in free],
        )
        worst = min(
            ((change, place) for change, place in zip(found, free, strict=True) if held[place]),
            default=(0.0, -1),
        )
        if worst[0] >= 0:
            step = [0.0] * len(here.gradient)
            for place, change in zip(free, found, strict=True):
                step[place] = change
            return step
        free.remove(worst[1])


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Return the solution of a symmetric system, by elimination with a little ridge where it is singular.

    Args:
        matrix: the rows of the system.
        right: its right side.
    """
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    scale = max((abs(matrix[place][place]) for place in range(size)), default=0.0) or 1.0
    for place in range(size):
        pivot = max(range(place, size), key=lambda row: abs(rows[row][place]))
        rows[place], rows[pivot] = rows[pivot], rows[place]
        if abs(rows[place][place]) < _LEAST_PIVOT * scale:
            rows[place][place] += scale
        for below in range(place + 1, size):
            factor = rows[below][place] / rows[place][place]
            for column in range(place, size + 1):
                rows[below][column] -= factor * rows[place][column]
    found = [0.0] * size
    for place in reversed(range(size)):
        known = sum(rows[place][column] * found[column] for column in range(place + 1, size))
        found[place] = (rows[place][size] - known) / rows[place][place]
    return found
