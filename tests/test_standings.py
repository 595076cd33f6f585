"""A standing: what is believed of a friend, with the ratings that it rests on."""

import math
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.standings import LEAST_PUBLIC, STARS, Reliability, Standing
from tests import wrong
from tests.journey import NOW

EXAMPLE = Standing(friend_id="andreas", stars=4.7, counts=(0, 0, 1, 2, 5), at=NOW, model="bayesian_average")


@given(testing.standings())
def test_a_standing_rests_on_all_its_counts(standing: Standing) -> None:
    """The number of ratings is the sum over the stars."""
    assert standing.ratings == sum(standing.counts)
    assert len(standing.counts) == len(STARS)


@pytest.mark.parametrize(("ratings", "is_public"), [(0, False), (2, False), (3, True), (4, True)])
def test_a_number_is_public_from_three_ratings_on(ratings: int, is_public: bool) -> None:  # noqa: FBT001
    """With fewer than three ratings no number is shown: it would say more about chance."""
    assert attrs.evolve(EXAMPLE, counts=(0, 0, 0, 0, ratings)).is_public is is_public
    assert LEAST_PUBLIC == 3


@pytest.mark.parametrize("stars", [1, 1.0, 4.999999, 5, 5.0])
def test_stars_lie_between_one_and_five(stars: float) -> None:
    """Both ends are possible, as whole numbers too."""
    assert attrs.evolve(EXAMPLE, stars=stars).stars == stars


@given(testing.standings(), st.integers(0, 4))
def test_another_count_is_another_standing(standing: Standing, position: int) -> None:
    """Standings are equal by all their fields."""
    counts = list(standing.counts)
    counts[position] += 1
    assert attrs.evolve(standing, counts=counts) != standing
    assert hash(attrs.evolve(standing)) == hash(standing)


def real_numbers(low: float, high: float) -> list[wrong.Row]:
    """Return wrong numbers for a field with a range."""
    return [
        ("4.7", InvalidTypeError),
        (True, InvalidTypeError),  # a bool is no number of stars
        (low - 0.001, InvalidValueError),
        (high + 0.001, InvalidValueError),
        (-3, InvalidValueError),
        (math.nan, InvalidValueError),
        (math.inf, InvalidValueError),
        (-math.inf, InvalidValueError),
    ]


STARS_ROWS: list[wrong.Row] = [(None, InvalidTypeError), *real_numbers(1, 5)]
COUNTS: list[wrong.Row] = [
    (None, InvalidTypeError),
    (5, InvalidTypeError),
    ("00125", InvalidTypeError),  # no sequence of digits
    ((), InvalidValueError),
    ((1, 2, 3, 4), InvalidValueError),  # one too few, one too many
    ((1, 2, 3, 4, 5, 6), InvalidValueError),
    ((0, 0, 0, 0, -1), InvalidValueError),
    ((0, 0, 0, 0, True), InvalidTypeError),
    ((0, 0, 0, 0, 1.0), InvalidTypeError),
    ((0, 0, 0, 0, 2**60), InvalidValueError),
]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        friend_id=wrong.IDS,
        stars=STARS_ROWS,
        counts=COUNTS,
        at=wrong.INSTANTS,
        model=wrong.IDS,
        deviation=real_numbers(0, 4),
        lower_stars=real_numbers(1, 5),
    ),
)
def test_a_wrong_field_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot be in a standing is an error that names the field."""
    wrong.check_refused(EXAMPLE, field, value, error)


def test_a_lower_bound_is_not_above_the_stars() -> None:
    """What bounds the stars from below is not above them; it may be equal."""
    assert attrs.evolve(EXAMPLE, lower_stars=4.7).lower_stars == 4.7
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(EXAMPLE, lower_stars=4.8)
    assert caught.value.field == "lower_stars"


# Reliability ---------------------------------------------------------------------------------------------

COUNTED = Reliability(
    friend_id="andreas",
    at=NOW,
    asked=5,
    answered=4,
    answered_soon=4,
    answered_fast=3,
    accepted=3,
    closed=4,
    no_shows=2,
    started=3,
    punctual=2,
    rated=3,
    positive=2,
    strikes=1,
)
COUNT: list[wrong.Row] = wrong.numbers(0, 2**53)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        friend_id=wrong.IDS,
        at=wrong.INSTANTS,
        window_days=wrong.numbers(1, 3660),
        policy=wrong.IDS,
        asked=COUNT,
        closed=COUNT,
        cancelled=COUNT,
        no_shows=COUNT,
        lapsed=COUNT,
        failed=COUNT,
        excused=COUNT,
        started=COUNT,
        star_counts=COUNTS,
        answered=[*COUNT, (6, InvalidValueError)],  # more than its whole
        answered_soon=[*COUNT, (5, InvalidValueError)],
        answered_fast=[*COUNT, (5, InvalidValueError)],
        accepted=[*COUNT, (5, InvalidValueError)],
        punctual=[*COUNT, (4, InvalidValueError)],
        rated=[*COUNT, (5, InvalidValueError)],
        positive=[*COUNT, (4, InvalidValueError)],
        strikes=[*COUNT, (3, InvalidValueError)],
    ),
)
def test_a_wrong_count_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot have been counted is an error that names the field."""
    wrong.check_refused(COUNTED, field, value, error)


@given(testing.reliabilities())
def test_the_broken_and_the_kept_are_all_of_the_friends_doing(counts: Reliability) -> None:
    """The shares done, cancelled, missed and lapsed make a whole."""
    shares = (counts.completion, counts.cancellation, counts.no_show)
    if counts.kept_or_broken:
        lapsed = counts.lapsed / counts.kept_or_broken
        assert abs(sum(share for share in shares if share is not None) + lapsed - 1) < 1e-12
    else:
        assert shares == (None, None, None)


@given(testing.standings(), st.integers(-(2**60), 2**60))
def test_a_draw_lies_within_three_deviations_and_is_the_same_again(standing: Standing, seed: int) -> None:
    """Without a deviation it is the stars; with one it is as far as that allows, and in 1 to 5."""
    drawn = standing.drawn_stars(seed=seed)
    assert drawn == standing.drawn_stars(seed=seed)
    assert 1 <= drawn <= 5
    assert abs(drawn - standing.stars) <= 3 * (standing.deviation or 0) + 0.0005


@pytest.mark.parametrize("seed", [None, True, 1.0, "1"])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    """Anything else is an error that names it."""
    with pytest.raises(InvalidTypeError) as caught:
        EXAMPLE.drawn_stars(seed=seed)
    assert caught.value.field == "seed"
