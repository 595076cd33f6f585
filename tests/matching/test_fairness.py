"""Fair exposure: the bound on what a list loses, the accounts, and what the simulation shows."""

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidDocumentError, InvalidTypeError, InvalidValueError
from mila_core.matching import (
    MOST_CANDIDATES,
    ExposureAccount,
    ExposureLedger,
    ExposureMarket,
    FairExposure,
    FairExposureParams,
    exposure_report,
    merge_ledgers,
    simulate_exposure,
    simulated_requests,
)
from tests import wrong

Scores = Mapping[str, int]

PARAMS = FairExposureParams()
NONE = FairExposureParams(strength=0, newcomer_points=0)
OWED_ONLY = FairExposureParams(newcomer_points=0)


def ids() -> st.SearchStrategy[str]:
    """Return ids of a few friends, so that they come again."""
    return st.sampled_from([f"f{number}" for number in range(12)])


def candidates() -> st.SearchStrategy[dict[str, int]]:
    """Return scores, among them equal ones, zeros and far apart ones."""
    scores = st.sampled_from([0, 1, 5_000, 8_000]) | st.integers(0, 10_000) | st.integers(0, 10_000_000)
    return st.dictionaries(ids(), scores, max_size=10)


@st.composite
def ledgers(draw: st.DrawFn) -> ExposureLedger:
    """Return ledgers in which some of the few friends are owed much, and others nothing."""
    amounts = st.integers(0, 20_000_000)
    return ExposureLedger(
        accounts=[
            ExposureAccount(
                friend_id=each, merited=draw(amounts), given=draw(amounts), requests=draw(amounts)
            )
            for each in draw(st.lists(ids(), unique=True))
        ]
    )


def pure(scores: Scores) -> tuple[str, ...]:
    """Return the order of the scores, equal ones by id."""
    return tuple(sorted(scores, key=lambda each: (-scores[each], each)))


def utility(scores: Scores, order: tuple[str, ...], params: FairExposureParams) -> int:
    """Return the sum of exposure times score over the places."""
    return sum(seen * scores[each] for seen, each in zip(params.positions, order, strict=False))


def played(lists: list[Scores], params: FairExposureParams = PARAMS) -> FairExposure:
    """Return a ledger after some lists, each shown as it was ordered."""
    fair = FairExposure(params=params)
    for scores in lists:
        fair.record(scores, shown=fair.rerank(scores))
    return fair


# --- the order


@given(candidates(), ledgers(), testing.fair_exposure_params())
def test_a_list_keeps_its_share_of_utility(
    scores: Scores, ledger: ExposureLedger, params: FairExposureParams
) -> None:
    """Whatever is owed to whom, and with any parameters: the bound is a guarantee."""
    order = FairExposure(ledger=ledger, params=params).rerank(scores)
    best = utility(scores, pure(scores), params)
    lost = best - utility(scores, order, params)
    assert sorted(order) == sorted(scores)
    assert 0 <= lost * 1_000 <= best * params.most_loss_permille


@given(st.integers(1, 60), st.integers(0, 100), st.data())
def test_the_last_resort_is_within_the_bound_too(size: int, permille: int, data: st.DataObject) -> None:
    """Where those who are owed most score least, and half of the lift would still cost too much."""
    scores = {f"f{number:02}": data.draw(st.integers(0, 10_000)) for number in range(size)}
    worst = pure(scores)[::-1]
    ledger = ExposureLedger(
        accounts=[
            ExposureAccount(friend_id=each, merited=10**9 - place, requests=9)
            for place, each in enumerate(worst[: data.draw(st.integers(0, size))])
        ]
    )
    params = FairExposureParams(strength=50_000, newcomer_points=0, most_loss_permille=permille)
    order = FairExposure(ledger=ledger, params=params).rerank(scores)
    best = utility(scores, pure(scores), params)
    assert (best - utility(scores, order, params)) * 1_000 <= best * permille


@given(candidates(), ledgers())
def test_without_strength_it_is_the_pure_order(scores: Scores, ledger: ExposureLedger) -> None:
    """And so it is where nothing may be lost by anybody being before who has a lower score."""
    assert FairExposure(ledger=ledger, params=NONE).rerank(scores) == pure(scores)
    strict = FairExposure(ledger=ledger, params=FairExposureParams(most_loss_permille=0)).rerank(scores)
    assert utility(scores, strict, PARAMS) == utility(scores, pure(scores), PARAMS)


@given(candidates(), ledgers(), st.data())
def test_the_order_of_what_comes_in_changes_nothing(
    scores: Scores, ledger: ExposureLedger, data: st.DataObject
) -> None:
    """Not of the candidates, nor of the accounts."""
    mixed = dict(data.draw(st.permutations(list(scores.items()))))
    other = attrs.evolve(ledger, accounts=data.draw(st.permutations(ledger.accounts)))
    fair, same = FairExposure(ledger=ledger), FairExposure(ledger=other)
    assert same.rerank(mixed) == fair.rerank(scores)
    same.record(mixed, shown=fair.rerank(scores))
    fair.record(scores, shown=fair.rerank(scores))
    assert same.ledger() == fair.ledger()


@given(candidates(), ledgers())
def test_ordering_changes_no_account(scores: Scores, ledger: ExposureLedger) -> None:
    """Only what was shown is recorded."""
    fair = FairExposure(ledger=ledger)
    fair.rerank(scores)
    assert fair.ledger() == merge_ledgers(ledger, ExposureLedger())


def test_equal_ones_stand_by_score_then_by_id() -> None:
    """A lift that makes two alike leaves the one with the higher score before the other."""
    owed = ExposureAccount(friend_id="b", merited=2_000_000, requests=9)
    known = [ExposureAccount(friend_id=each, given=1, requests=9) for each in ("a", "c")]
    fair = FairExposure(ledger=ExposureLedger(accounts=[owed, *known]), params=OWED_ONLY)
    assert fair.rerank({"c": 9_500, "b": 9_000, "a": 9_500}) == ("a", "c", "b")
    assert fair.rerank({"c": 9_499, "b": 9_000, "a": 9_500}) == ("a", "b", "c")


def test_the_loss_is_bounded_by_lifting_all_by_less() -> None:
    """With a bound of 3 % a friend with half the score is not shown first, however much is owed."""
    owed = ExposureAccount(friend_id="low", merited=10**9, requests=9)
    params = FairExposureParams(strength=50_000, newcomer_points=0)
    fair = FairExposure(ledger=ExposureLedger(accounts=[owed]), params=params)
    assert fair.rerank({"low": 5_000, "high": 10_000}) == ("high", "low")
    assert fair.rerank({"low": 9_500, "high": 10_000}) == ("low", "high")
    free = FairExposure(ledger=fair.ledger(), params=attrs.evolve(params, most_loss_permille=1_000))
    assert free.rerank({"low": 5_000, "high": 10_000}) == ("low", "high")


# --- the accounts


@given(st.lists(candidates(), max_size=5))
def test_all_that_is_given_is_merited_by_somebody(lists: list[Scores]) -> None:
    """To the last millionth: what the places of a list give is shared out among its candidates."""
    ledger = played(lists).ledger()
    given_in_all = sum(sum(PARAMS.positions[: len(each)]) for each in lists)
    assert sum(each.merited for each in ledger.accounts) == given_in_all
    assert sum(each.given for each in ledger.accounts) == given_in_all
    assert sum(each.requests for each in ledger.accounts) == sum(map(len, lists))
    assert ledger.requests == sum(map(bool, lists))


@given(candidates(), ledgers(), st.data())
def test_nobody_loses_merit_by_being_shown(
    scores: Scores, ledger: ExposureLedger, data: st.DataObject
) -> None:
    """Merit comes from the scores alone: as much in any order, and never less than before."""
    before = {each.friend_id: each.merited for each in ledger.accounts}
    found = []
    for _ in range(2):
        fair = FairExposure(ledger=ledger)
        fair.record(scores, shown=data.draw(st.permutations(list(scores))))
        found.append({each.friend_id: each.merited for each in fair.ledger().accounts})
    assert found[0] == found[1]
    assert all(found[0][each] >= merited for each, merited in before.items())


@given(candidates().filter(bool))
def test_merit_is_in_proportion_to_the_score(scores: Scores) -> None:
    """To less than a millionth of a first place; in equal parts where all scores are 0."""
    fair = FairExposure()
    fair.record(scores, shown=pure(scores))
    whole, given_in_all = sum(scores.values()), sum(PARAMS.positions[: len(scores)])
    for account in fair.ledger().accounts:
        share = Fraction(scores[account.friend_id], whole) if whole else Fraction(1, len(scores))
        assert abs(account.merited - given_in_all * share) < 1


@given(st.lists(st.tuples(candidates(), st.integers(0, 2)), max_size=6))
def test_ledgers_that_were_kept_apart_add_up_to_the_one_of_all(lists: list[tuple[Scores, int]]) -> None:
    """Whichever list is recorded where."""
    parts, whole = [FairExposure() for _ in range(3)], FairExposure()
    for scores, where in lists:
        parts[where].record(scores, shown=pure(scores))
        whole.record(scores, shown=pure(scores))
    assert reduce(merge_ledgers, [each.ledger() for each in parts]) == whole.ledger()


@given(st.lists(candidates(), max_size=4), candidates())
def test_it_goes_on_from_a_stored_ledger(lists: list[Scores], scores: Scores) -> None:
    """A ledger that is stored and read again orders as the one that was kept."""
    fair = played(lists)
    assert FairExposure(ledger=fair.ledger()).rerank(scores) == fair.rerank(scores)


def test_only_what_was_shown_is_given_and_merited() -> None:
    """Of a list of which two were shown, the first two places; of one that nobody saw, nothing."""
    fair = FairExposure()
    fair.record({"a": 3, "b": 2, "c": 5}, shown=["c", "a"])
    fair.record({"a": 3, "b": 2}, shown=())
    fair.record({}, shown=())
    ledger = fair.ledger()
    assert [(each.friend_id, each.given, each.requests) for each in ledger.accounts] == [
        ("a", 630_930, 1),
        ("b", 0, 1),
        ("c", 1_000_000, 1),
    ]
    assert sum(each.merited for each in ledger.accounts) == 1_630_930
    assert (ledger.requests, ledger.best_utility, ledger.kept_utility) == (1, 6_892, 6_892)


# --- why


def test_the_terms_say_why_a_friend_is_lifted() -> None:
    """A newcomer for being new, and no longer; who lacks something of the declared share for that."""
    owed = ExposureAccount(friend_id="owed", merited=10_000_000, given=3_000_000, requests=50)
    enough = ExposureAccount(friend_id="enough", merited=10_000_000, given=5_000_000, requests=50)
    fair = FairExposure(ledger=ExposureLedger(accounts=[owed, enough]))
    (term,) = fair.terms("owed")
    assert (term.points, term.most) == (1_000, 2_500)
    assert (term.why.code, term.why.get("given_percent"), term.why.get("share_percent")) == (
        "exposure_owed",
        30,
        50,
    )
    assert fair.terms("enough") == ()
    (term,) = fair.terms("nobody-knows")
    assert (term.points, term.why.code, term.why.get("count")) == (500, "exposure_newcomer", 50)


def test_being_new_ends() -> None:
    """After so many requests, shown or not; or as soon as so much exposure was given."""
    params = FairExposureParams(newcomer_requests=2, newcomer_exposure=1_500_000, strength=0)
    unseen = {"new": 1, "old": 10_000}
    fair = FairExposure(params=params)
    for left in (2, 1):
        (term,) = fair.terms("new")
        assert term.why.get("count") == left
        fair.record(unseen, shown=["old"])
    assert fair.terms("new") == ()
    seen = FairExposure(params=attrs.evolve(params, newcomer_requests=50))
    seen.record({"new": 1}, shown=["new"])
    assert len(seen.terms("new")) == 1
    seen.record({"new": 1}, shown=["new"])
    assert seen.terms("new") == ()


# --- the simulation


def test_with_the_default_parameters_nobody_starves() -> None:
    """In the simulated market, and 99 % of the utility is kept; without them a third starves."""
    market = ExposureMarket(friends=100, requests=600, candidates=40)
    without = simulate_exposure(NONE, market=market, seed=1)
    found = simulate_exposure(PARAMS, market=market, seed=1)
    assert without.starved_ppm > 150_000
    assert without.utility_kept_ppm == 1_000_000
    assert found.starved_ppm <= 5_000
    assert found.utility_kept_ppm >= 990_000
    assert found.gini_ppm < without.gini_ppm


def test_a_seed_gives_one_market() -> None:
    """The same one again and on other machines; another seed another one."""
    market = ExposureMarket(friends=20, requests=30, candidates=5)
    one, again, other = (list(simulated_requests(market, seed=seed)) for seed in (1, 1, 2))
    assert one == again != other
    assert {len(each) for each in one} == {5}
    assert one[0] == {"f1": 5604, "f17": 6356, "f12": 6783, "f6": 5177, "f2": 5435}
    assert simulate_exposure(PARAMS, market=market, seed=1) == simulate_exposure(
        PARAMS, market=market, seed=1
    )


def test_a_market_without_requests_is_fair() -> None:
    """Nothing was shown to anybody."""
    market = ExposureMarket(friends=1, requests=0, candidates=1)
    assert simulate_exposure(PARAMS, market=market, seed=0) == exposure_report(ExposureLedger())


# --- bad input


@pytest.mark.parametrize(
    "scores", [None, [("a", 1)], "ab", 7, iter(()), {"a"}], ids=lambda value: type(value).__name__
)
def test_candidates_are_a_mapping(scores: Any) -> None:
    """A list of pairs could have a friend twice."""
    with pytest.raises(InvalidTypeError, match="candidates"):
        FairExposure().rerank(scores)
    with pytest.raises(InvalidTypeError, match="candidates"):
        FairExposure().record(scores, shown=())


def test_wrong_scores_are_named() -> None:
    """A score is a whole number from 0 to ten million; NaN, floats and booleans are none."""
    for score, error in wrong.numbers(0, 10_000_000):
        for wrong_ones in ({"a": score}, {"b": 7, "a": score, "c": 8}):
            with pytest.raises(InvalidDocumentError) as told:
                FairExposure().rerank(wrong_ones)
            assert [(each.field, type(each)) for each in told.value.problems] == [("candidates.a", error)]
            with pytest.raises(InvalidDocumentError):
                FairExposure().record(wrong_ones, shown=["a"])


def test_all_wrong_candidates_are_told_at_once() -> None:
    """Up to a thousand of them."""
    with pytest.raises(InvalidDocumentError) as told:
        FairExposure().rerank({7: 1, "a": -1, "b": None})  # type: ignore[dict-item]
    assert [each.field for each in told.value.problems] == ["candidates", "candidates.a", "candidates.b"]
    with pytest.raises(InvalidDocumentError) as many:
        FairExposure().rerank({f"f{number}": -1 for number in range(1_500)})
    assert len(many.value.problems) == 1_000


def test_no_candidates_are_fine_and_too_many_are_not() -> None:
    """Nobody could come: an empty list. A hundred thousand is the declared limit."""
    assert FairExposure().rerank({}) == ()
    with pytest.raises(InvalidValueError, match="at most 100000"):
        FairExposure().rerank(dict.fromkeys(map(str, range(MOST_CANDIDATES + 1)), 1))


@pytest.mark.parametrize(
    ("shown", "error", "field"),
    [
        (["nobody"], InvalidValueError, "shown[0]"),
        (["a", "a"], InvalidValueError, "shown"),
        (["a", 7], InvalidTypeError, "shown[1]"),
        ("a", InvalidTypeError, "shown"),
        ({"a"}, InvalidTypeError, "shown"),
        (None, InvalidTypeError, "shown"),
    ],
    ids=["unknown", "twice", "number", "text", "set", "none"],
)
def test_what_was_shown_are_candidates_each_once(shown: Any, error: type[Exception], field: str) -> None:
    """And nothing is recorded if one of them is wrong."""
    fair = FairExposure()
    with pytest.raises(error) as told:
        fair.record({"a": 1, "b": 2}, shown=shown)
    assert getattr(told.value, "field", None) == field
    assert fair.ledger() == ExposureLedger()


def test_a_new_friend_has_an_id() -> None:
    """Before anything is recorded of anybody."""
    fair = FairExposure()
    with pytest.raises(InvalidValueError, match="friend_id"):
        fair.record({"a": 1, "two words": 2}, shown=["a"])
    assert fair.ledger() == ExposureLedger()


def test_ledger_params_market_and_seed_are_what_they_are_called() -> None:
    """Anything else is an error that names the argument."""
    with pytest.raises(InvalidTypeError, match="ledger"):
        FairExposure(ledger=PARAMS)  # type: ignore[arg-type]
    with pytest.raises(InvalidTypeError, match="params"):
        FairExposure(params=ExposureLedger())  # type: ignore[arg-type]
    with pytest.raises(InvalidTypeError, match="params"):
        simulate_exposure(None, seed=1)  # type: ignore[arg-type]
    with pytest.raises(InvalidTypeError, match="market"):
        simulated_requests(PARAMS, seed=1)  # type: ignore[arg-type]
    for seed in (None, 1.0, True, "1"):
        with pytest.raises(InvalidTypeError, match="seed"):
            simulated_requests(ExposureMarket(), seed=seed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("example", "field", "value", "error"),
    [
        *wrong.fields_of(
            PARAMS,
            strength=wrong.numbers(0, 50_000),
            share_percent=wrong.numbers(0, 100),
            most_owed=wrong.numbers(1, 20),
            most_loss_permille=wrong.numbers(0, 1_000),
            newcomer_points=wrong.numbers(0, 1_000_000),
            newcomer_exposure=wrong.numbers(0, 10**12),
            newcomer_requests=wrong.numbers(0, 1_000_000),
            positions=[
                (None, InvalidTypeError),
                (7, InvalidTypeError),
                ((), InvalidValueError),
                ([0.5], InvalidTypeError),
                ([True], InvalidTypeError),
                ([1_000_001], InvalidValueError),
                ([1, -1], InvalidValueError),
                ([0, 0], InvalidValueError),  # nobody would ever be seen
                ([5, 6], InvalidValueError),  # the second place seen more than the first
                ([1] * 1_001, InvalidValueError),
            ],
        ),
        *wrong.fields_of(
            ExposureMarket(),
            friends=[*wrong.numbers(1, 1_000_000)],
            requests=wrong.numbers(0, 10_000_000),
            candidates=[*wrong.numbers(1, 1_000), (301, InvalidValueError)],
        ),
    ],
)
def test_wrong_fields_are_refused(example: Any, field: str, value: Any, error: Any) -> None:
    """Each with an error that names it."""
    wrong.check_refused(example, field, value, error)
