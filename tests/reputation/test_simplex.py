"""The simplex method: known functions, odd ones, and scipy's as oracle."""

import math
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.reputation._simplex import minimise


def bowl(point: Sequence[float]) -> float:
    """Return the square of the distance from (1, -2, 3, ...)."""
    return math.fsum((value - (-1) ** place * (place + 1)) ** 2 for place, value in enumerate(point))


def rosenbrock(point: Sequence[float]) -> float:
    """Return the function of Rosenbrock (1960), a valley that bends; least at (1, 1)."""
    x, y = point
    return 100 * (y - x * x) ** 2 + (1 - x) ** 2


def himmelblau(point: Sequence[float]) -> float:
    """Return the function of Himmelblau (1972), which is 0 at four points, one of them (3, 2)."""
    x, y = point
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


@pytest.mark.parametrize(
    ("function", "start", "least"),
    [
        (bowl, (0.0,), (1,)),
        (bowl, (5.0, 5.0), (1, -2)),
        (bowl, (-1.0, 0.0, 1.0, 2.0), (1, -2, 3, -4)),
        (rosenbrock, (-1.2, 1.0), (1, 1)),
        (himmelblau, (3.5, 1.5), (3, 2)),
    ],
)
def test_known_functions(
    function: Callable[[Sequence[float]], float], start: tuple[float, ...], least: tuple[float, ...]
) -> None:
    """Where they are least is found."""
    found = minimise(function, start, most=2_000, tolerance=1e-12)
    assert found.point == pytest.approx(least, abs=1e-4)
    assert found.value == function(found.point)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=3), st.integers(1, 60))
def test_it_never_ends_worse_than_it_begins(start: list[float], most: int) -> None:
    """However few evaluations it has; it takes a few more than it may, one simplex at most."""
    found = minimise(bowl, start, most=most)
    assert found.value <= bowl(start)
    assert found.evaluations <= max(most, len(start) + 1) + len(start) + 2


@pytest.mark.parametrize("offset", [-0.35, -0.175, -0.7])
def test_corners_on_both_sides_of_a_valley_are_no_end(offset: float) -> None:
    """A first simplex whose values are equal by chance goes on."""
    found = minimise(lambda point: point[0] ** 2, (offset,), step=0.7, tolerance=1e-9)
    assert found.point == pytest.approx((0,), abs=1e-3)


def test_a_flat_function_ends_soon() -> None:
    """Where nothing changes anything the start is as good as any, and few questions tell."""
    found = minimise(lambda _: 3.0, (1.0, 2.0))
    assert (found.value, found.evaluations) == (3.0, 5)


def test_without_numbers_there_is_nothing_to_search() -> None:
    """The function is asked once."""
    assert minimise(lambda _: 7.0, ()) == ((), 7.0, 1)


def test_where_it_is_not_defined_it_is_not_least() -> None:
    """Infinity and NaN are avoided alike."""

    def function(point: Sequence[float]) -> float:
        x = point[0]
        return math.nan if x < 0.5 else math.inf if x > 3 else (x - 1) ** 2

    assert minimise(function, (2.5,), tolerance=1e-9).point == pytest.approx((1,), abs=1e-3)
    nowhere = minimise(lambda _: math.nan, (1.0,))
    assert (nowhere.point, nowhere.value) == ((1.0,), math.inf)


def test_it_is_about_as_good_as_scipys() -> None:
    """With as many evaluations neither is much nearer, if scipy is installed."""
    optimize = pytest.importorskip("scipy.optimize", reason="scipy is not installed")
    ours = minimise(rosenbrock, (-1.2, 1.0), most=300, tolerance=1e-10)
    theirs = optimize.minimize(
        rosenbrock, (-1.2, 1.0), method="Nelder-Mead", options={"maxfev": 300, "fatol": 1e-10}
    )
    assert ours.value < max(10 * theirs.fun, 1e-8)
    assert ours.point == pytest.approx(theirs.x, abs=1e-3)


def test_the_same_question_has_the_same_answer() -> None:
    """There is no chance in it."""
    assert minimise(himmelblau, (0.1, 0.2)) == minimise(himmelblau, (0.1, 0.2))
