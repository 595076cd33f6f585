"""REV2 against its equations, its axioms, and a slow way to compute."""

import math
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.reputation import integrity
from mila_core.reputation.integrity import Edge, Rev2Params
from tests import wrong
from tests.reputation.integrity.networks import edge, edges

ROUNDING = 1e-10
FINE = Rev2Params(tolerance=1e-9)
BARE = attrs.evolve(FINE, rater_prior_weight=0.0, subject_prior_weight=0.0)


def mean(values: Sequence[float]) -> float:
    """Return the mean."""
    return math.fsum(values) / len(values)


def slowly(given_edges: Sequence[Edge], params: Rev2Params) -> tuple[dict[str, float], dict[str, float]]:
    """Return fairness and goodness, edge by edge, from another beginning, for very many rounds."""
    given_edges = sorted(given_edges)
    fairness = {each.rater_id: 0.5 for each in given_edges}
    goodness = {each.subject_id: 0.0 for each in given_edges}
    alpha, beta = params.rater_prior_weight, params.subject_prior_weight
    both = params.fairness_weight + params.agreement_weight
    for _ in range(400):
        reliable = [
            (
                params.fairness_weight * fairness[each.rater_id]
                + params.agreement_weight * (1 - abs(each.score - goodness[each.subject_id]) / 2)
            )
            / both
            for each in given_edges
        ]
        usual_fairness, usual_goodness = mean([*fairness.values()]), mean([*goodness.values()])
        for person in fairness:
            gave = [r for r, each in zip(reliable, given_edges, strict=True) if each.rater_id == person]
            fairness[person] = (sum(gave) + alpha * usual_fairness) / (len(gave) + alpha)
        for person in goodness:
            got = [
                r * each.score
                for r, each in zip(reliable, given_edges, strict=True)
                if each.subject_id == person
            ]
            goodness[person] = (sum(got) + beta * usual_goodness) / (len(got) + beta)
    return fairness, goodness


weights = st.sampled_from([0.0, 1.0, 2.0])  # of the priors, as the paper tries them
few_params = st.builds(
    Rev2Params,
    fairness_weight=weights,
    agreement_weight=st.sampled_from([1.0, 2.0]),
    rater_prior_weight=weights,
    subject_prior_weight=weights,
    tolerance=st.sampled_from([0.1, 1e-4, 1e-9]),
)


@given(edges(least=1, most=10), few_params)
def test_the_values_are_as_near_as_is_said(given_edges: list[Edge], params: Rev2Params) -> None:
    """The slow way comes to the same from another beginning, to the error that is told."""
    found = integrity.rev2(given_edges, params=params)
    assert found.error <= params.tolerance
    fairness, goodness = slowly(given_edges, params)
    assert found.fairness == pytest.approx(fairness, abs=found.error + ROUNDING, rel=0)
    assert found.goodness == pytest.approx(goodness, abs=found.error + ROUNDING, rel=0)


@given(edges(least=1), testing.rev2_params())
def test_they_solve_the_equations(given_edges: list[Edge], params: Rev2Params) -> None:
    """Goodness, reliability and fairness are what the others make them, and keep to their ranges."""
    found = integrity.rev2(given_edges, params=params)
    slack = 4 * found.error + ROUNDING
    usual = mean([*found.fairness.values()]), mean([*found.goodness.values()])
    alpha, beta = params.rater_prior_weight, params.subject_prior_weight
    both = params.fairness_weight + params.agreement_weight
    for each, reliable in found.reliability:
        agreement = 1 - abs(each.score - found.goodness[each.subject_id]) / 2
        expected = (
            params.fairness_weight * found.fairness[each.rater_id] + params.agreement_weight * agreement
        )
        assert abs(reliable - expected / both) <= slack
        assert 0 <= reliable <= 1
    for person, fair in found.fairness.items():
        gave = [reliable for each, reliable in found.reliability if each.rater_id == person]
        assert abs(fair - (math.fsum(gave) + alpha * usual[0]) / (len(gave) + alpha)) <= slack
        assert 0 <= fair <= 1
    for person, good in found.goodness.items():
        got = [reliable * each.score for each, reliable in found.reliability if each.subject_id == person]
        assert abs(good - (math.fsum(got) + beta * usual[1]) / (len(got) + beta)) <= slack
        assert -1 <= good <= 1


@given(edges(least=1))
def test_every_rating_has_a_reliability(given_edges: list[Edge]) -> None:
    """Each with its edge, those of one pair as well."""
    assert [each for each, _ in integrity.rev2(given_edges).reliability] == sorted(given_edges)


@pytest.mark.parametrize("score", [-1.0, 1.0])
def test_one_rating_without_priors_is_wholly_reliable(score: float) -> None:
    """Worked by hand: R = (R + (1 + R) / 2) / 2 has the solution 1."""
    found = integrity.rev2([edge("a", "b", score)], params=BARE)
    assert found.fairness["a"] == pytest.approx(1)
    assert found.goodness["b"] == pytest.approx(score)


def test_two_who_say_the_opposite_are_half_reliable() -> None:
    """Worked by hand: goodness 0, agreement a half, so fairness and reliability a half."""
    found = integrity.rev2([edge("a", "c", 1.0), edge("b", "c", -1.0)], params=BARE)
    assert dict(found.fairness) == pytest.approx({"a": 0.5, "b": 0.5})
    assert [reliable for _, reliable in found.reliability] == pytest.approx([0.5, 0.5])


# The axioms of the paper


@given(edges(least=1, people="abcdef"), st.lists(st.floats(-1, 1), min_size=4, max_size=4), st.data())
def test_better_subjects_get_better_and_more_reliable_ratings(
    others: list[Edge], scores: list[float], data: st.DataObject
) -> None:
    """Of two with as many ratings, who has the larger ones, each times its reliability, is better."""
    both = []
    for rater_id, score in zip("abcd", scores, strict=True):
        both += [edge(rater_id, "x", score), edge(rater_id, "y", data.draw(st.floats(-1, 1)))]
    found = integrity.rev2([*others, *both], params=FINE)
    weighed = {
        person: sorted(
            reliable * each.score for each, reliable in found.reliability if each.subject_id == person
        )
        for person in "xy"
    }
    for one, other in (("x", "y"), ("y", "x")):
        if all(a >= b for a, b in zip(weighed[one], weighed[other], strict=True)):
            assert found.goodness[one] >= found.goodness[other] - 1e-8


@given(edges(least=2))
def test_nearer_ratings_by_fairer_raters_are_more_reliable(given_edges: list[Edge]) -> None:
    """Of two ratings, the one nearer to its subject's goodness by the fairer rater is more reliable."""
    found = integrity.rev2(given_edges, params=FINE)
    for one, reliable in found.reliability:
        for other, less in found.reliability:
            nearer = abs(one.score - found.goodness[one.subject_id]) <= abs(
                other.score - found.goodness[other.subject_id]
            )
            if nearer and found.fairness[one.rater_id] >= found.fairness[other.rater_id]:
                assert reliable >= less - 1e-8


@given(edges(least=2))
def test_fairer_raters_give_more_reliable_ratings(given_edges: list[Edge]) -> None:
    """Of two who rated as often, whose ratings are more reliable, one by one, is fairer."""
    found = integrity.rev2(given_edges, params=FINE)
    gave = {
        person: sorted(reliable for each, reliable in found.reliability if each.rater_id == person)
        for person in found.fairness
    }
    for one, mine in gave.items():
        for other, theirs in gave.items():
            if len(mine) == len(theirs) and all(a >= b for a, b in zip(mine, theirs, strict=True)):
                assert found.fairness[one] >= found.fairness[other] - 1e-8


def test_few_ratings_say_little() -> None:
    """The cold start: one praise by somebody new makes nobody as good as thirty do."""
    crowd = [edge(f"r{number}", "known") for number in range(30)]
    usual = [edge(f"r{number}", f"s{number}", 0.0) for number in range(30)]
    found = integrity.rev2([*crowd, *usual, edge("new", "unknown")])
    assert found.goodness["known"] > found.goodness["unknown"] + 0.2
    bare = integrity.rev2([*crowd, *usual, edge("new", "unknown")], params=BARE)
    assert bare.goodness["unknown"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [
        ("fairness_weight", 0, 10),
        ("agreement_weight", 0.1, 10),
        ("rater_prior_weight", 0, 20),
        ("subject_prior_weight", 0, 20),
        ("tolerance", 1e-9, 1),
    ],
)
def test_wrong_params_are_refused(field: str, least: float, most: float) -> None:
    """An error names the field; both ends are allowed."""
    rows: list[wrong.Row] = [(value, InvalidTypeError) for value in (None, "1", True)]
    rows += [(value, InvalidValueError) for value in (math.nan, math.inf, least - 1e-3, most + 1e-3)]
    for value, error in rows:
        wrong.check_refused(Rev2Params(), field, value, error)
    values: dict[str, Any] = {field: least}
    assert integrity.rev2([edge("a", "b")], params=attrs.evolve(Rev2Params(), **values)).error <= 1e-6
