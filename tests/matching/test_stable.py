"""Stable pairs: published examples, all stable matchings of small markets, and no pair that would rather."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidDocumentError, InvalidTypeError, InvalidValueError
from mila_core.matching import StableMatching, blocking_pairs, stable_match
from tests import wrong
from tests.matching.stable_oracle import Case, blocking, matchings, prefers, stable_matchings, tier

# Gale and Shapley (1962), the matrices of examples 1 and 2: in each cell first whom the man ranks where.
THREE = Case(
    {"alpha": "ABC", "beta": "BCA", "gamma": "CAB"},
    {"A": ("beta", "gamma", "alpha"), "B": ("gamma", "alpha", "beta"), "C": ("alpha", "beta", "gamma")},
    {},
)
FOUR = Case(
    {"alpha": "ABCD", "beta": "ADCB", "gamma": "BACD", "delta": "DBCA"},
    {
        "A": ("delta", "gamma", "alpha", "beta"),
        "B": ("beta", "delta", "alpha", "gamma"),
        "C": ("delta", "alpha", "beta", "gamma"),
        "D": ("gamma", "beta", "delta", "alpha"),
    },
    {},
)
# The example with which the National Resident Matching Program explains its algorithm: two places a program.
RESIDENTS = Case(
    {
        "arthur": ["city"],
        "sunny": ["city", "mercy"],
        "joseph": ["city", "general", "mercy"],
        "latha": ["mercy", "city", "general"],
        "darrius": ["city", "mercy", "general"],
    },
    {
        "mercy": ["darrius", "joseph"],
        "city": ["darrius", "arthur", "sunny", "latha", "joseph"],
        "general": ["darrius", "arthur", "joseph", "latha"],
    },
    {"mercy": 2, "city": 2, "general": 2},
)
IN_THREES = Case({each: tuple(wishes) for each, wishes in THREE.proposers.items()}, *THREE[1:])
IN_FOURS = Case({each: tuple(wishes) for each, wishes in FOUR.proposers.items()}, *FOUR[1:])


def solved(case: Case, *, reviewers_propose: bool = False) -> StableMatching:
    """Return the matching of a market."""
    return stable_match(
        case.proposers, case.reviewers, capacities=case.capacities, reviewers_propose=reviewers_propose
    )


def pairs_against(case: Case, matching: Any) -> tuple[tuple[str, str], ...]:
    """Return the pairs that would rather have each other."""
    return blocking_pairs(case.proposers, case.reviewers, matching=matching, capacities=case.capacities)


@st.composite
def cases(draw: st.DrawFn, *, most: int = 4, ties: bool = False, places: int = 2) -> Case:
    """Return small markets: lists of some of the others, in any order; few or no places."""
    proposers = [f"p{number}" for number in range(draw(st.integers(0, most)))]
    reviewers = [f"r{number}" for number in range(draw(st.integers(0, most)))]

    def listed(others: list[str]) -> Any:
        order = draw(st.permutations(others))[: draw(st.integers(len(others) // 2, len(others)))]
        if ties and len(order) > 1:
            cut = draw(st.integers(0, len(order) - 2))
            return [*order[:cut], tuple(order[cut : cut + 2]), *order[cut + 2 :]]
        return list(order)

    return Case(
        {each: listed(reviewers) for each in proposers},
        {each: listed(proposers) for each in reviewers},
        {each: draw(st.integers(0, places)) for each in reviewers if draw(st.booleans())},
    )


# --- published examples


def test_the_three_of_gale_and_shapley_get_their_first_choices() -> None:
    """In example 1 there are three stable matchings; each side gets its first choices when it asks."""
    assert dict(solved(IN_THREES)) == {"alpha": "A", "beta": "B", "gamma": "C"}
    assert dict(solved(IN_THREES, reviewers_propose=True)) == {"alpha": "C", "beta": "A", "gamma": "B"}
    assert len(stable_matchings(IN_THREES)) == 3
    assert {"alpha": "B", "beta": "C", "gamma": "A"} in stable_matchings(IN_THREES)


def test_the_four_of_gale_and_shapley_have_one_stable_matching() -> None:
    """In example 2 both sides come to the same, as there is only one."""
    only = {"alpha": "C", "beta": "D", "gamma": "A", "delta": "B"}
    assert stable_matchings(IN_FOURS) == [only]
    assert dict(solved(IN_FOURS)) == dict(solved(IN_FOURS, reviewers_propose=True)) == only


def test_the_residents_get_their_programs() -> None:
    """Two go to City, two to General; Sunny and the program Mercy stay without anybody."""
    found = solved(RESIDENTS)
    assert {each: found.matched_to(each) for each in RESIDENTS.reviewers} == {
        "mercy": (),
        "city": ("arthur", "darrius"),
        "general": ("joseph", "latha"),
    }
    assert found.unmatched == ("sunny",)
    assert pairs_against(RESIDENTS, found) == ()


# --- every stable matching of a small market


@given(cases())
def test_it_is_the_best_of_all_stable_ones_for_who_asks(case: Case) -> None:
    """No proposer is better off, and no reviewer worse off, in any other stable matching."""
    ours, theirs = solved(case), solved(case, reviewers_propose=True)
    stable = stable_matchings(case)
    assert dict(ours) in stable
    assert dict(theirs) in stable
    for other in stable:
        for proposer, wishes in case.proposers.items():
            for better, worse in ((ours, other), (other, theirs)):
                is_worse = worse[proposer] is not None and prefers(
                    wishes, worse[proposer] or "", better[proposer]
                )
                assert not is_worse
        for reviewer, wishes in case.reviewers.items():
            ranks = [
                sorted(tier(wishes, each) or 0 for each, has in found.items() if has == reviewer)
                for found in (theirs, other, ours)
            ]
            assert ranks == sorted(ranks)  # place by place: who asks has the best ones


@given(cases())
def test_the_same_ones_are_left_in_every_stable_matching(case: Case) -> None:
    """Rural hospitals (Roth 1986): who is unmatched, and whom a reviewer with a free place has, is fixed."""
    ours = dict(solved(case))
    for other in stable_matchings(case):
        assert {each for each in other if other[each] is None} == set(solved(case).unmatched)
        for reviewer in case.reviewers:
            has = {each for each in other if other[each] == reviewer}
            mine = {each for each in ours if ours[each] == reviewer}
            assert len(has) == len(mine)
            if len(has) < case.capacities.get(reviewer, 1):
                assert has == mine


@given(cases(most=3), st.data())
def test_a_proposer_gains_nothing_by_another_list(case: Case, data: st.DataObject) -> None:
    """Whatever a proposer says instead of the truth, the truth gives at least as good a reviewer."""
    if not case.proposers or not case.reviewers:
        return
    liar = data.draw(st.sampled_from(sorted(case.proposers)))
    lie = data.draw(st.lists(st.sampled_from(sorted(case.reviewers)), unique=True))
    told = solved(case._replace(proposers={**case.proposers, liar: lie}))[liar]
    assert told is None or not prefers(case.proposers[liar], told, solved(case)[liar])


@given(cases(ties=True, places=3), st.booleans())
def test_with_ties_it_is_weakly_stable(case: Case, reviewers_propose: bool) -> None:  # noqa: FBT001
    """No two would both be better off, and each has one whom it lists, within the places."""
    found = solved(case, reviewers_propose=reviewers_propose)
    assert dict(found) in stable_matchings(case)
    assert pairs_against(case, found) == ()


@given(cases(ties=True, most=3))
def test_blocking_pairs_are_those_of_the_definition(case: Case) -> None:
    """For every matching there is, stable or not."""
    for found in matchings(case):
        assert list(pairs_against(case, found)) == blocking(case, found)


# --- larger markets


@given(cases(most=12, ties=True, places=4), st.booleans())
def test_nobody_would_rather(case: Case, reviewers_propose: bool) -> None:  # noqa: FBT001
    """There is no blocking pair in larger markets either."""
    assert pairs_against(case, solved(case, reviewers_propose=reviewers_propose)) == ()


@given(cases(most=6, ties=True), st.booleans(), st.data())
def test_the_order_of_the_mappings_changes_nothing(
    case: Case,
    reviewers_propose: bool,  # noqa: FBT001
    data: st.DataObject,
) -> None:
    """Not even how often somebody asked."""
    others = Case._make(dict(data.draw(st.permutations(list(each.items())))) for each in case)
    assert solved(others, reviewers_propose=reviewers_propose) == solved(
        case, reviewers_propose=reviewers_propose
    )


def test_a_chain_of_refusals_needs_no_recursion() -> None:
    """Who asks last pushes out everybody: 10,000 refusals, one after the other."""
    size = 10_000
    proposers = {f"p{number}": [f"r{number}", f"r{number + 1}"] for number in range(size)}
    reviewers = {f"r{number}": [f"p{number - 1}", f"p{number}"] for number in range(1, size)}
    ends = {"r0": ["last", "p0"], f"r{size}": [f"p{size - 1}"]}
    found = stable_match({**proposers, "last": ["r0"]}, reviewers | ends)
    assert (found["last"], found["p0"], found.unmatched) == ("r0", "r1", ())
    assert found.proposals == 2 * size + 1


# --- edges


def test_lists_on_one_side_alone_match_nobody() -> None:
    """Each has to list the other; else one would be sent to somebody who said no."""
    assert dict(stable_match({"a": ["x"]}, {"x": []})) == {"a": None}
    assert dict(stable_match({"a": []}, {"x": ["a"]})) == {"a": None}


def test_empty_sides_and_no_places_are_fine() -> None:
    """Then nobody has anybody, and nobody would rather."""
    assert dict(stable_match({}, {})) == {}
    assert dict(stable_match({"a": []}, {})) == {"a": None}
    assert dict(stable_match({}, {"x": []}, reviewers_propose=True)) == {}
    none = {"x": 0}
    assert dict(stable_match({"a": ["x"]}, {"x": ["a"]}, capacities=none)) == {"a": None}
    assert blocking_pairs({"a": ["x"]}, {"x": ["a"]}, matching={"a": None}, capacities=none) == ()


def test_ties_are_taken_in_the_order_of_ids() -> None:
    """However they are written."""
    for tie in (("x", "y"), ("y", "x")):
        found = stable_match({"a": [tie]}, {"x": ["a"], "y": ["a"]})
        assert dict(found) == {"a": "x"}


def test_a_matching_is_a_mapping_and_a_value() -> None:
    """It has the views of a mapping; an unknown id is a KeyError; equal ones are equal and hash equal."""
    found = solved(RESIDENTS)
    assert (len(found), "sunny" in found, found.get("nobody", "-")) == (5, True, "-")
    assert list(found) == sorted(RESIDENTS.proposers)
    with pytest.raises(KeyError):
        found["nobody"]
    assert {found: 1}[solved(RESIDENTS)] == 1
    assert found.proposals == sum(
        len(wishes) if (has := found[each]) is None else 1 + wishes.index(has)
        for each, wishes in RESIDENTS.proposers.items()
    )


# --- bad input

A, X = {"a": ["x"]}, {"x": ["a"]}


@pytest.mark.parametrize(
    ("proposers", "reviewers", "capacities", "field", "error"),
    [
        ({"a": ["y"]}, X, None, "proposers.a[0]", InvalidValueError),  # unknown
        ({"a": ["x", "x"]}, X, None, "proposers.a[1]", InvalidValueError),  # repeated
        ({"a": ["x", ("x",)]}, X, None, "proposers.a[1]", InvalidValueError),  # repeated in a tie
        ({"a": ["a"]}, {"a": []}, None, "proposers.a[0]", InvalidValueError),  # oneself
        (A, {"x": ["x"]}, None, "reviewers.x[0]", InvalidValueError),  # oneself, not on the other side
        ({"a": [()]}, X, None, "proposers.a[0]", InvalidValueError),  # a tie of nobody
        ({"a": [(("x",),)]}, X, None, "proposers.a[0]", InvalidTypeError),  # a tie in a tie
        ({"a": [7]}, X, None, "proposers.a[0]", InvalidTypeError),
        ({"a": [None]}, X, None, "proposers.a[0]", InvalidTypeError),
        ({"a": [{}]}, X, None, "proposers.a[0]", InvalidTypeError),
        ({"a": "x"}, X, None, "proposers.a", InvalidTypeError),  # a text is no list of letters
        ({"a": {"x"}}, X, None, "proposers.a", InvalidTypeError),  # a set has no order
        ({"a": iter("x")}, X, None, "proposers.a", InvalidTypeError),  # it could be read but once
        ({"a": None}, X, None, "proposers.a", InvalidTypeError),
        ({7: ["x"]}, {"x": []}, None, "proposers", InvalidTypeError),
        ({"": ["x"]}, {"x": []}, None, "proposers", InvalidValueError),
        (A, X, {"y": 1}, "capacities", InvalidValueError),
        (A, X, {"x": -1}, "capacities.x", InvalidValueError),
        (A, X, {"x": True}, "capacities.x", InvalidTypeError),
        (A, X, {"x": 1.0}, "capacities.x", InvalidTypeError),
        (A, X, {"x": float("nan")}, "capacities.x", InvalidTypeError),
        (A, X, {"x": None}, "capacities.x", InvalidTypeError),
        (A, X, {"x": 10**5_000}, "capacities.x", InvalidValueError),
    ],
)
def test_what_is_wrong_is_named(
    proposers: Any, reviewers: Any, capacities: Any, field: str, error: type[Exception]
) -> None:
    """By both functions alike, with the place where it is."""
    with pytest.raises(InvalidDocumentError) as told:
        stable_match(proposers, reviewers, capacities=capacities)
    assert [(each.field, type(each)) for each in told.value.problems] == [(field, error)]
    with pytest.raises(InvalidDocumentError) as again:
        blocking_pairs(proposers, reviewers, matching={}, capacities=capacities)
    assert str(again.value) == str(told.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    """On both sides and in the capacities; no more than a thousand of a side, however many there are."""
    with pytest.raises(InvalidDocumentError) as told:
        stable_match({"a": ["y", 7]}, {"x": ["b"]}, capacities={"x": -1})  # type: ignore[list-item]
    fields = [each.field for each in told.value.problems]
    assert fields == ["proposers.a[0]", "proposers.a[1]", "reviewers.x[0]", "capacities.x"]
    with pytest.raises(InvalidDocumentError) as many:
        stable_match({f"a{number}": ["y"] for number in range(1_500)}, X)
    assert len(many.value.problems) == 1_000


def test_more_than_ten_million_ids_are_refused_before_any_is_read() -> None:
    """Five lists of over two million each: the same list, so that the test is small."""
    long = ["x"] * 2_000_001
    with pytest.raises(InvalidDocumentError) as told:
        stable_match({f"a{number}": long for number in range(5)}, X)
    assert "at most 10000000 ids in all" in str(told.value)


@pytest.mark.parametrize("other", [None, [("a", "x")], "ax", 7])
def test_what_is_no_mapping_is_refused(other: Any) -> None:
    """The name of the argument is told."""
    with pytest.raises(InvalidTypeError, match="proposers"):
        stable_match(other, X)
    with pytest.raises(InvalidTypeError, match="reviewers"):
        stable_match(A, other)
    with pytest.raises(InvalidTypeError, match="matching"):
        blocking_pairs(A, X, matching=other)
    if other is not None:
        with pytest.raises(InvalidTypeError, match="capacities"):
            stable_match(A, X, capacities=other)
    with pytest.raises(InvalidTypeError, match="reviewers_propose"):
        stable_match(A, X, reviewers_propose=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("matching", "field"),
    [
        ({}, "matching"),  # nothing for a
        ({"a": None, "b": None}, "matching"),  # b is unknown
        ({"a": "y"}, "matching.a"),  # y is unknown
        ({"a": []}, "matching.a"),
        ({"a": "z"}, "matching.a"),  # z does not list a
    ],
)
def test_what_is_no_matching_is_refused(matching: Any, field: str) -> None:
    """It could not be said who would rather have whom."""
    with pytest.raises(InvalidDocumentError) as told:
        blocking_pairs({"a": ["x", "z"]}, {"x": ["a"], "z": []}, matching=matching)
    assert [each.field for each in told.value.problems] == [field]


def test_more_than_there_are_places_is_no_matching() -> None:
    """The reviewer is named."""
    with pytest.raises(InvalidDocumentError) as told:
        blocking_pairs({"a": ["x"], "b": ["x"]}, {"x": ["a", "b"]}, matching={"a": "x", "b": "x"})
    assert "at most 1 for 'x', came 2" in str(told.value)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        proposer_ids=[*wrong.CODES, (["a", "a"], InvalidValueError)],
        reviewer_ids=[(None, InvalidTypeError), (["x", "two words"], InvalidValueError)],
        proposals=wrong.numbers(0, 2**53),
    ),
)
def test_wrong_fields_are_refused(field: str, value: Any, error: Any) -> None:
    """Each with an error that names it."""
    wrong.check_refused(stable_match({"a": ["x"], "b": ["x"]}, {"x": ["a"]}), field, value, error)


def test_a_matching_has_a_reviewer_or_none_for_each_proposer() -> None:
    """The two columns are of one length."""
    with pytest.raises(InvalidValueError, match="reviewer_ids"):
        attrs.evolve(stable_match(A, X), reviewer_ids=())
