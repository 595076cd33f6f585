"""Newton's method with bounds, against what is known and by the conditions of an optimum."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.reputation._newton import Expansion, maximise

SIZE = 3
NUMBER = st.floats(-5, 5)


@given(
    st.lists(st.lists(NUMBER, min_size=SIZE, max_size=SIZE), min_size=SIZE, max_size=SIZE),
    st.lists(NUMBER, min_size=SIZE, max_size=SIZE),
    st.lists(st.booleans(), min_size=SIZE, max_size=SIZE),
    st.lists(st.floats(0, 5), min_size=SIZE, max_size=SIZE),
)
def test_no_direction_leads_up_from_what_is_found(
    root: list[list[float]], pull: list[float], positive: list[bool], start: list[float]
) -> None:
    """For any concave quadratic function with bounds the conditions of Karush, Kuhn and Tucker hold."""
    places = range(SIZE)
    curvature = [
        [sum(row[a] * row[b] for row in root) + (a == b) for b in places] for a in places
    ]  # a square, so never negative, and a ridge

    def expand(point: Sequence[float]) -> Expansion:
        bent = [sum(curvature[a][b] * point[b] for b in places) for a in places]
        value = sum(point[a] * (pull[a] - bent[a] / 2) for a in places)
        return Expansion(value, [pull[a] - bent[a] for a in places], curvature)

    found = maximise(expand, start, positive=positive)
    gradient = expand(found.point).gradient
    for place in places:
        if positive[place]:
            assert found.point[place] >= 0
        if positive[place] and found.point[place] <= 1e-9:
            assert gradient[place] <= 1e-2
        else:
            assert abs(gradient[place]) <= 1e-2
    assert found.value == expand(found.point).value


def test_a_start_below_a_bound_is_put_on_it() -> None:
    """What may not be negative is not, from the first value on."""

    def expand(point: Sequence[float]) -> Expansion:
        assert point[0] >= 0
        return Expansion(-((point[0] - 2) ** 2), [-2 * (point[0] - 2)], [[2.0]])

    assert maximise(expand, [-7.0], positive=[True]).point == pytest.approx([2])


def test_a_flat_direction_is_left_alone() -> None:
    """A number without any influence stays where it is."""

    def expand(point: Sequence[float]) -> Expansion:
        return Expansion(-((point[0] - 1) ** 2), [-2 * (point[0] - 1), 0.0], [[2.0, 0.0], [0.0, 0.0]])

    assert maximise(expand, [5.0, 3.0], positive=[False, False]).point == pytest.approx([1, 3])
