"""Fairness and goodness against their equations, the paper's bounds and axioms, and a slow way to compute."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.reputation import integrity
from mila_core.reputation.integrity import Edge
from tests.reputation.integrity.networks import edge, edges

ROUNDING = 1e-12
FINE = 1e-11


def slowly(given_edges: Sequence[Edge]) -> tuple[dict[str, float], dict[str, float]]:
    """Return fairness and goodness person by person, for many more rounds than it takes."""
    fairness = {each.rater_id: 1.0 for each in given_edges}
    goodness = {each.subject_id: 0.0 for each in given_edges}
    for _ in range(60):
        for subject_id in goodness:
            got = [
                fairness[each.rater_id] * each.score for each in given_edges if each.subject_id == subject_id
            ]
            goodness[subject_id] = sum(got) / len(got)
        for rater_id in fairness:
            gave = [
                abs(each.score - goodness[each.subject_id]) / 2
                for each in given_edges
                if each.rater_id == rater_id
            ]
            fairness[rater_id] = sum(1 - each for each in gave) / len(gave)
    return fairness, goodness


@given(edges(least=1), st.sampled_from([1.0, 0.1, 1e-3, 1e-6, 1e-11]))
def test_the_values_are_as_near_as_is_said(given_edges: list[Edge], tolerance: float) -> None:
    """The slow way gives the same, to the error that is told, which keeps to the tolerance."""
    found = integrity.fairness_goodness(given_edges, tolerance=tolerance)
    assert found.error <= tolerance
    fairness, goodness = slowly(given_edges)
    assert found.fairness == pytest.approx(fairness, abs=found.error + ROUNDING, rel=0)
    assert found.goodness == pytest.approx(goodness, abs=found.error + ROUNDING, rel=0)


@given(edges(least=1))
def test_the_papers_bounds_hold(given_edges: list[Edge]) -> None:
    """After t rounds goodness is at most 1 / 2**(t - 1) off, fairness 1 / 2**t."""
    exact = integrity.fairness_goodness(given_edges, tolerance=1e-12)
    for rounds in range(1, 8):
        found = integrity.fairness_goodness(given_edges, tolerance=2.0 ** (1 - rounds))
        assert found.iterations <= rounds
        for each, value in found.goodness.items():
            assert abs(value - exact.goodness[each]) <= 2.0 ** (1 - found.iterations) + ROUNDING
        for each, value in found.fairness.items():
            assert abs(value - exact.fairness[each]) <= 2.0**-found.iterations + ROUNDING


@given(edges(least=1))
def test_they_solve_the_equations(given_edges: list[Edge]) -> None:
    """One is defined by the other, for every rater and every subject, and each keeps to its range."""
    found = integrity.fairness_goodness(given_edges, tolerance=FINE)
    for subject_id, good in found.goodness.items():
        got = [each for each in given_edges if each.subject_id == subject_id]
        expected = math.fsum(found.fairness[each.rater_id] * each.score for each in got) / len(got)
        assert abs(good - expected) < 3 * FINE
        assert -1 <= good <= 1
    for rater_id, fair in found.fairness.items():
        gave = [each for each in given_edges if each.rater_id == rater_id]
        distance = math.fsum(abs(each.score - found.goodness[each.subject_id]) for each in gave)
        assert abs(fair - (1 - distance / 2 / len(gave))) < 3 * FINE
        assert 0 <= fair <= 1


@pytest.mark.parametrize("score", [-1.0, -0.3, 0.0, 0.6, 1.0])
def test_one_rating_is_wholly_fair(score: float) -> None:
    """Worked by hand: nobody else says otherwise."""
    found = integrity.fairness_goodness([edge("a", "b", score)], tolerance=FINE)
    assert dict(found.fairness) == pytest.approx({"a": 1.0})
    assert dict(found.goodness) == pytest.approx({"b": score})


def test_two_who_say_the_opposite_are_half_fair() -> None:
    """Worked by hand: goodness 0, and each is half the range off."""
    found = integrity.fairness_goodness([edge("a", "c", 1.0), edge("b", "c", -1.0)], tolerance=FINE)
    assert dict(found.fairness) == pytest.approx({"a": 0.5, "b": 0.5})
    assert found.goodness["c"] == pytest.approx(0)


@given(edges(least=1, people="abcdef"), st.lists(st.floats(-1, 1), min_size=6, max_size=6), st.data())
def test_better_ratings_by_the_same_raters_make_better(
    others: list[Edge], scores: list[float], data: st.DataObject
) -> None:
    """The axiom of goodness: of two with the same raters, the one whom each rates better is better."""
    both = []
    for rater_id, score in zip("abcdef", scores, strict=True):
        both += [edge(rater_id, "low", score), edge(rater_id, "high", data.draw(st.floats(score, 1)))]
    goodness = integrity.fairness_goodness([*others, *both], tolerance=FINE).goodness
    assert goodness["high"] >= goodness["low"] - 2 * FINE


@given(edges(least=1, people="abcdef"), st.lists(st.booleans(), min_size=3, max_size=3))
def test_nearer_ratings_make_fairer(others: list[Edge], nearer: list[bool]) -> None:
    """The axiom of fairness: of two who rate the same, who is nearer to each goodness is fairer."""
    said = [edge("x", each, 1.0 if up else 0.5) for each, up in zip("abc", nearer, strict=True)]
    said += [edge("y", each, -0.5) for each in "abc"]
    found = integrity.fairness_goodness([*others, *said], tolerance=FINE)
    distance = {
        (each.rater_id, each.subject_id): abs(each.score - found.goodness[each.subject_id]) for each in said
    }
    for one, other in (("x", "y"), ("y", "x")):
        if all(distance[one, each] <= distance[other, each] for each in "abc"):
            assert found.fairness[one] >= found.fairness[other] - 4 * FINE


@given(edges(least=1), st.sampled_from("abcdefg"), st.sampled_from("abcdefg"))
def test_the_expected_score_is_fairness_times_goodness(
    given_edges: list[Edge], rater: str, subject: str
) -> None:
    """As the paper predicts an edge; a new rater is wholly fair, a new subject neither good nor bad."""
    found = integrity.fairness_goodness(given_edges)
    expected = found.fairness.get(rater, 1) * found.goodness.get(subject, 0)
    assert found.expected(rater, subject) == expected
    assert found.expected("new", "newer") == 0


@pytest.mark.parametrize("tolerance", [0, -1e-6, 2, math.nan, math.inf])
def test_a_tolerance_that_is_none_is_refused(tolerance: float) -> None:
    """Neither nothing nor more than there is."""
    with pytest.raises(InvalidValueError) as caught:
        integrity.fairness_goodness([], tolerance=tolerance)
    assert caught.value.field == "tolerance"


@pytest.mark.parametrize("tolerance", [None, "1e-6", True])
def test_a_tolerance_of_another_type_is_refused(tolerance: Any) -> None:
    """A bool is no number."""
    with pytest.raises(InvalidTypeError):
        integrity.fairness_goodness([], tolerance=tolerance)
