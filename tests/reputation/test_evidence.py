"""Evidence: merged it is that of all ratings, however they are split, and it ages as they do."""

import math
from datetime import timedelta
from functools import reduce
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.ratings import Rating
from mila_core.reputation import (
    Evidence,
    Guard,
    ReputationBook,
    ReputationParams,
    merge_evidence,
    standing_of,
)
from mila_core.reputation.evidence import expected_stars, margin_of, quality_of, with_rating
from tests import wrong
from tests.reputation.rated import day, params, rating, rating_lists
from tests.reputation.slow_book import SlowBook

PARAMS = ReputationParams()

SUMS = ("residuals", "weight", "squares", "bins")


def evidences() -> st.SearchStrategy[Evidence]:
    """Return evidence at instants of a few years, with numbers of the usual size."""
    size = st.floats(0, 100)
    return st.builds(
        Evidence,
        at=st.floats(0, 2_000).map(day),
        residuals=st.floats(-100, 100),
        weight=size,
        squares=size,
        bins=st.tuples(*(size,) * 5),
        counts=st.tuples(*(st.integers(0, 100),) * 5),
        unrated=st.integers(0, 100),
    )


def check_alike(one: Evidence, other: Evidence, *, size: float) -> None:
    """Check that two are the same to 1e-12 of the size of what was added."""
    assert (one.at, one.counts, one.unrated) == (other.at, other.counts, other.unrated)
    for name in SUMS:
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12, abs=1e-12 * size), name


# Merging -------------------------------------------------------------------------------------------------


@given(parts=st.lists(evidences(), min_size=2, max_size=5), data=st.data())
def test_neither_order_nor_grouping_matters(parts: list[Evidence], data: st.DataObject) -> None:
    """Merging is commutative and associative, to 1e-12."""
    whole = merge_evidence(parts, params=PARAMS)
    check_alike(merge_evidence(data.draw(st.permutations(parts)), params=PARAMS), whole, size=500)
    cut = data.draw(st.integers(1, len(parts) - 1))
    halves = [merge_evidence(iter(each), params=PARAMS) for each in (parts[:cut], parts[cut:])]
    check_alike(merge_evidence(halves, params=PARAMS), whole, size=500)
    one_by_one = reduce(lambda one, other: merge_evidence([one, other], params=PARAMS), parts)
    check_alike(one_by_one, whole, size=500)


@given(part=evidences())
def test_nothing_more_changes_nothing(part: Evidence) -> None:
    """Alone, or with evidence of nothing, it is what it was to the bit."""
    assert merge_evidence([part], params=PARAMS) == part
    assert merge_evidence([part, Evidence(at=part.at)], params=PARAMS) == part


@given(ratings=rating_lists(1, friends=("beat",)), params=params(), data=st.data())
def test_parts_of_a_network_say_what_the_whole_says(
    ratings: list[Rating], params: ReputationParams, data: st.DataObject
) -> None:
    """A friend's ratings split over networks, each as it was weighed when all were together: to 1e-12.

    Each part is asked when its last rating came, so the parts are of different instants.
    """
    book, slow = ReputationBook(params), SlowBook(params)
    for each in ratings:
        book.add(each)
        slow.add(each, 1.0)
    at = max(each.counts_from for each in ratings)
    slow.learn_until(at)
    networks: dict[int, list[Rating]] = {}
    for each in ratings:
        networks.setdefault(data.draw(st.integers(0, 3)), []).append(each)
    parts = [
        slow.evidence_of(
            [slow.learner.all[slow.learnt[each.booking_id][1]] for each in members],
            max(each.counts_from for each in members),
        )
        for members in networks.values()
    ]
    merged, whole = merge_evidence(parts, params=params), book.evidence("beat", at=at)
    check_alike(merged, whole, size=100)
    standings = [standing_of("beat", each, params=params) for each in (merged, whole)]
    assert standings[0].stars == pytest.approx(standings[1].stars, abs=1e-9)


def test_friends_in_two_cities_are_merged() -> None:
    """Two books of other customers, who rate one friend alone, say together what one book says."""
    together, north, south = ReputationBook(), ReputationBook(), ReputationBook()
    for number in range(8):
        each = rating(number, stars=1 + number % 5, at=40.0 * number, customer=f"c{number}")
        together.add(each)
        (north, south)[number % 2].add(each)
    parts = [north.evidence("beat", at=day(300)), south.evidence("beat", at=day(400))]
    merged = merge_evidence(parts, params=PARAMS)
    whole = together.evidence("beat", at=day(400))
    # what is believed of the friend sets the limit of outliers only, and nobody came in a burst
    assert merged.counts == whole.counts
    assert merged.weight == pytest.approx(whole.weight, rel=1e-12)


# Ageing --------------------------------------------------------------------------------------------------


@given(part=evidences(), first=st.floats(0, 900), second=st.floats(0, 900), half_life=st.floats(1, 5_000))
def test_ageing_twice_is_ageing_once(part: Evidence, first: float, second: float, half_life: float) -> None:
    """In two steps or in one, to 1e-12; counts and silence do not age."""
    middle = part.at + timedelta(days=first)
    end = middle + timedelta(days=second)
    twice = part.aged(middle, half_life_days=half_life).aged(end, half_life_days=half_life)
    check_alike(twice, part.aged(end, half_life_days=half_life), size=1e-280)
    assert part.aged(part.at, half_life_days=half_life) == part


def test_a_half_life_later_it_is_half() -> None:
    """The sums a half, the squares a quarter."""
    part = Evidence(
        at=day(0), residuals=-2, weight=4, squares=8, bins=(1, 2, 3, 4, 5), counts=(1, 0, 0, 0, 9)
    )
    aged = part.aged(day(30), half_life_days=30)
    assert (aged.residuals, aged.weight, aged.squares) == (-1, 2, 2)
    assert (aged.bins, aged.counts, aged.at) == ((0.5, 1, 1.5, 2, 2.5), (1, 0, 0, 0, 9), day(30))


def test_evidence_does_not_get_younger() -> None:
    """An earlier instant is refused."""
    with pytest.raises(InvalidValueError) as caught:
        Evidence(at=day(1)).aged(day(0), half_life_days=1)
    assert caught.value.field == "at"


@pytest.mark.parametrize(
    ("value", "error"),
    [
        *((value, InvalidTypeError) for value in (None, True, "30")),
        *((value, InvalidValueError) for value in (0, -1.0, math.nan)),
    ],
    ids=repr,
)
def test_a_half_life_that_is_none_is_refused(value: Any, error: type[InvalidValueError]) -> None:
    """It is a number of days above 0."""
    with pytest.raises(error) as caught:
        Evidence(at=day(1)).aged(day(2), half_life_days=value)
    assert caught.value.field == "half_life_days"


# What it says --------------------------------------------------------------------------------------------


def test_silence_counts_in_the_positive_share() -> None:
    """Four stars and more among all visits; without any there is no share."""
    at = day(0)
    assert Evidence(at=at).positive_share is None
    assert Evidence(at=at, unrated=3).positive_share == 0
    assert Evidence(at=at, counts=(1, 0, 1, 1, 1)).positive_share == 0.5
    assert Evidence(at=at, counts=(1, 0, 1, 1, 1), unrated=4).positive_share == 0.25


def test_effective_ratings_are_those_of_equal_weight() -> None:
    """Equal weights count each; one that outweighs all others is almost alone."""
    at = day(0)
    assert Evidence(at=at).effective_ratings == 0
    assert Evidence(at=at, weight=2.5, squares=1.25).effective_ratings == 5  # five of weight 1/2
    assert 1 < Evidence(at=at, weight=1.1, squares=1.01).effective_ratings < 1.2
    old = Evidence(at=at, weight=5, squares=5)
    assert old.aged(day(900), half_life_days=9).effective_ratings == pytest.approx(5)


@given(evidence=testing.evidences(), params=testing.reputation_params())
def test_any_evidence_is_a_standing(evidence: Evidence, params: ReputationParams) -> None:
    """Also where its numbers do not agree: stars are stars, and one star less is not more."""
    standing = standing_of("beat", evidence, params=params)
    assert 1 <= (standing.lower_stars or 0) <= standing.stars <= 5
    assert 0 <= (standing.deviation or 0) <= 4
    assert standing.counts == evidence.counts
    found = [
        standing_of("beat", with_rating(evidence, stars=stars, params=params), params=params).stars
        for stars in (1, 2, 3, 4, 5)
    ]
    assert all(low <= high + 1e-12 for low, high in pairwise(found))


@given(low=st.floats(-1e6, 1e6), more=st.floats(0, 1e6), params=testing.reputation_params())
def test_a_better_friend_is_expected_to_get_more(low: float, more: float, params: ReputationParams) -> None:
    """Stars rise with the quality, within 1 and 5."""
    less, better = expected_stars(low, params), expected_stars(low + more, params)
    assert 1 <= less <= better + 1e-9 <= 5 + 1e-9


def test_the_margin_goes_with_evidence() -> None:
    """All of it for a newcomer, half at the newcomer's prior, hardly anything after some ratings."""
    params = ReputationParams(guard=Guard(newcomer_margin=0.4, newcomer_prior=0.25))
    assert [margin_of(weight, params) for weight in (0, 0.25)] == [0.4, 0.2]
    assert margin_of(10, params) < 0.01
    assert margin_of(0, ReputationParams(guard=None)) == 0
    assert quality_of(Evidence(at=day(0)), params) == -0.4
    assert (
        quality_of(Evidence(at=day(0), residuals=4, weight=4), ReputationParams(guard=None, friend_prior=4))
        == 0.5
    )


# Bad input -----------------------------------------------------------------------------------------------


def numbers(low: float) -> list[wrong.Row]:
    """Return wrong numbers for a sum."""
    values = (math.nan, math.inf, -math.inf, low - 1 if low == 0 else -1.1e15, 1.1e15)
    return [
        *((each, InvalidTypeError) for each in (None, True, "1")),
        *((each, InvalidValueError) for each in values),
    ]


FIVES: list[wrong.Row] = [
    (None, InvalidTypeError),
    (5, InvalidTypeError),
    ("12345", InvalidTypeError),
    ((1, 2, 3, 4, True), InvalidTypeError),
    ((1, 2, 3, 4, "5"), InvalidTypeError),
    ((), InvalidValueError),
    ((1, 2, 3, 4), InvalidValueError),
    ((1, 2, 3, 4, 5, 6), InvalidValueError),
    ((1, 2, 3, 4, -1), InvalidValueError),
]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        at=wrong.INSTANTS,
        residuals=numbers(-1),
        weight=numbers(0),
        squares=numbers(0),
        bins=[*FIVES, ((1, 2, 3, 4, math.nan), InvalidValueError)],
        counts=[*FIVES, ((1, 2, 3, 4, 5.0), InvalidTypeError)],
        unrated=wrong.numbers(0, 2**53),
    ),
)
def test_a_wrong_field_is_refused(field: str, value: Any, error: Any) -> None:
    """Evidence that cannot be is an error that names the field."""
    wrong.check_refused(Evidence(at=day(0)), field, value, error)


@pytest.mark.parametrize("parts", [[None], [Evidence(at=day(0)), {}], [7]], ids=repr)
def test_what_is_no_evidence_is_not_merged(parts: Any) -> None:
    """An error that names the parts."""
    with pytest.raises(InvalidTypeError) as caught:
        merge_evidence(parts, params=PARAMS)
    assert caught.value.field == "parts"


def test_no_parts_are_not_merged() -> None:
    """There would be no instant."""
    with pytest.raises(InvalidValueError) as caught:
        merge_evidence([], params=PARAMS)
    assert caught.value.field == "parts"
    with pytest.raises(InvalidTypeError) as refused:
        merge_evidence([Evidence(at=day(0))], params=None)  # type: ignore[arg-type]
    assert refused.value.field == "params"
