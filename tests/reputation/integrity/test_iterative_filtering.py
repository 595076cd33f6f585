"""Iterative filtering: a fixed point within bounds, whatever the order; against a slow writing."""

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
from mila_core.reputation.integrity import Edge, IterativeFilteringParams
from tests import wrong
from tests.reputation.integrity.networks import DAY, edge, edges

ROUNDING = 1e-9


def weight_of(given_edges: Sequence[Edge], place: int, params: IterativeFilteringParams) -> float:
    """Return what a rating weighs by itself, by a look at all before it."""
    one, before = given_edges[place], given_edges[:place]
    if not one.score:
        return 0.0
    experience = sum(each.rater_id == one.rater_id for each in before)
    lately = sum(
        0.5 ** ((one.seconds - each.seconds) / DAY / params.burst_half_life_days)
        for each in before
        if each.subject_id == one.subject_id
    )
    weight = math.pow(abs(one.score), params.strength_exponent)
    weight *= math.pow(1 + experience, params.experience_exponent)
    weight /= math.pow(1 + lately, params.burst_exponent)
    return weight * params.negative_weight if one.score < 0 else weight


def slowly(
    given_edges: Sequence[Edge], trust: dict[str, float], params: IterativeFilteringParams
) -> tuple[dict[str, float], dict[str, float]]:
    """Return goodness by trust, and trust by that goodness, person by person."""
    ordered = sorted(given_edges, key=lambda each: (each.seconds, *each))
    weights = [weight_of(ordered, place, params) for place in range(len(ordered))]
    people = {each.rater_id for each in ordered} | {each.subject_id for each in ordered}
    goodness, after = {}, {}
    for person in people:
        got = [
            (trust[each.rater_id] * weight, each.score > 0)
            for each, weight in zip(ordered, weights, strict=True)
            if each.subject_id == person
        ]
        whole = sum(counts for counts, _ in got)
        good = sum(counts for counts, is_good in got if is_good)
        mean = (good + params.prior_weight * params.prior_goodness) / (whole + params.prior_weight)
        goodness[person] = mean
        after[person] = (whole + params.trust_start) / (whole + params.trust_prior) * max(0, 2 * mean - 1)
    return goodness, after


def trusted(found: integrity.IterativeFiltering, given_edges: Sequence[Edge]) -> dict[str, float]:
    """Return the trust of all people; who never rated is trusted, but it counts nowhere."""
    people = {each.rater_id for each in given_edges} | {each.subject_id for each in given_edges}
    return {person: found.trust.get(person, 0.0) for person in people}


@given(edges(least=1))
def test_it_ends_at_a_fixed_point(given_edges: list[Edge]) -> None:
    """A round more, written slowly, changes nothing."""
    params = IterativeFilteringParams()
    found = integrity.iterative_filtering(given_edges)
    assert found.change <= params.tolerance
    goodness, after = slowly(given_edges, trusted(found, given_edges), params)
    for person, value in found.goodness.items():
        assert value == pytest.approx(goodness[person], abs=1e-6)
    for person, value in found.trust.items():
        assert value == pytest.approx(after[person], abs=1e-6)


@given(edges(least=1), testing.iterative_filtering_params())
def test_a_round_is_that_of_the_slow_writing(
    given_edges: list[Edge], params: IterativeFilteringParams
) -> None:
    """The first one, in which all are trusted fully, with any weights."""
    once = attrs.evolve(params, most_rounds=1)
    found = integrity.iterative_filtering(given_edges, params=once)
    people = {each.rater_id for each in given_edges} | {each.subject_id for each in given_edges}
    goodness, after = slowly(given_edges, dict.fromkeys(people, 1.0), once)
    assert found.iterations == 1
    assert dict(found.goodness) == pytest.approx({each: goodness[each] for each in found.goodness})
    assert dict(found.trust) == pytest.approx({each: after[each] for each in found.trust}, abs=ROUNDING)


@given(edges(), testing.iterative_filtering_params())
def test_all_keep_to_their_ranges(given_edges: list[Edge], params: IterativeFilteringParams) -> None:
    """Goodness and trust are from 0 to 1, of those who were rated and of those who rated."""
    found = integrity.iterative_filtering(given_edges, params=params)
    assert set(found.goodness) == {each.subject_id for each in given_edges}
    assert set(found.trust) == {each.rater_id for each in given_edges}
    assert all(0 <= value <= 1 for value in (*found.goodness.values(), *found.trust.values()))
    assert found.iterations <= params.most_rounds
    assert found.change <= params.tolerance or found.iterations == params.most_rounds


@given(edges(), st.randoms())
def test_the_order_they_come_in_changes_nothing(given_edges: list[Edge], chance: Any) -> None:
    """To the bit: only the instants say what came first."""
    mixed = list(given_edges)
    chance.shuffle(mixed)
    assert integrity.iterative_filtering(mixed) == integrity.iterative_filtering(given_edges)


@given(edges(least=1), st.integers(1, 10**6))
def test_only_differences_of_instants_count(given_edges: list[Edge], later: int) -> None:
    """All some whole seconds later is the same."""
    moved = [each._replace(seconds=each.seconds + later) for each in given_edges]
    before, after = integrity.iterative_filtering(given_edges), integrity.iterative_filtering(moved)
    assert dict(after.goodness) == pytest.approx(dict(before.goodness), abs=1e-6)


def test_nothing_is_found_of_nobody() -> None:
    """Without a rating there is no round."""
    found = integrity.iterative_filtering([])
    assert (dict(found.goodness), dict(found.trust), found.change, found.iterations) == ({}, {}, 0, 0)


def test_one_rating_by_hand() -> None:
    """An unknown rater is trusted by a tenth of a fifth."""
    found = integrity.iterative_filtering([edge("a", "b")])
    trust = 0.063 / 0.63 * (2 * 0.6 - 1)
    assert found.trust["a"] == pytest.approx(trust)
    assert found.goodness["b"] == pytest.approx((trust + 0.22 * 0.6) / (trust + 0.22))


def test_a_score_of_0_says_nothing() -> None:
    """Three stars move nobody, but they are ratings."""
    found = integrity.iterative_filtering([edge("a", "b", 0.0)])
    assert found.goodness["b"] == pytest.approx(0.6)


def test_who_is_not_trusted_moves_nobody() -> None:
    """Those whom a circle of friends warns of do not count, however many they are."""
    circle = "abcd"
    honest = [
        edge(one, other, day=30 * number)
        for number, (one, other) in enumerate((a, b) for a in circle for b in circle if a != b)
    ]
    warned = [edge(one, f"x{number}", -1.0, day=100) for one in circle for number in range(9)]
    attack = [edge(f"x{number}", "a", -1.0, day=200) for number in range(9)]
    found = integrity.iterative_filtering([*honest, *warned, *attack])
    plain = integrity.iterative_filtering([*honest, *warned])
    assert found.goodness["a"] == pytest.approx(plain.goodness["a"], abs=1e-6)
    assert {found.trust[f"x{number}"] for number in range(9)} == {0.0}


def test_a_burst_counts_less() -> None:
    """The same ratings on one day move less than over a year."""
    raters = [edge(one, other) for one in "abcd" for other in "abcd" if one != other]
    both = [[edge(one, "x", day=10 + step * place) for place, one in enumerate("abcd")] for step in (0, 90)]
    fast, slow = (integrity.iterative_filtering([*raters, *each]).goodness["x"] for each in both)
    assert 0.6 < fast < slow


def test_two_who_disagree_are_settled() -> None:
    """With full steps these two would be trusted in turn for ever."""
    found = integrity.iterative_filtering([edge("a", "b", 1.0)] * 2 + [edge("b", "a", -1.0)] * 4)
    assert found.change <= 1e-9
    assert 0 < found.trust["a"] < found.trust["b"] < 0.1


def test_the_cap_is_told() -> None:
    """With one round the change is what is left."""
    found = integrity.iterative_filtering(
        [edge("a", "b"), edge("b", "a")], params=IterativeFilteringParams(most_rounds=1)
    )
    assert (found.iterations, found.change > 0.1) == (1, True)


@pytest.mark.parametrize("field", [each.name for each in attrs.fields(IterativeFilteringParams)])
def test_wrong_params_are_refused(field: str) -> None:
    """An error names the field."""
    for other in (None, "1", True):
        wrong.check_refused(IterativeFilteringParams(), field, other, InvalidTypeError)
    for value in (-1.0, 1e9) if field != "most_rounds" else (-1, 10**9):
        wrong.check_refused(IterativeFilteringParams(), field, value, InvalidValueError)
    if field != "most_rounds":
        for value in (math.nan, math.inf):
            wrong.check_refused(IterativeFilteringParams(), field, value, InvalidValueError)


def test_trust_grows_with_evidence() -> None:
    """Who starts with more than needed would lose by it."""
    wrong.check_refused(IterativeFilteringParams(), "trust_start", 0.7, InvalidValueError)


def test_params_of_another_method_are_refused() -> None:
    """The error names the argument; wrong edges are refused as by all methods (see the tests of edges)."""
    with pytest.raises(InvalidTypeError):
        integrity.iterative_filtering([], params=integrity.Rev2Params())  # type: ignore[arg-type]
