"""Standings of a history are those of its ratings."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.ratings import Rating
from mila_core.reputation import BayesianAverageParams, History, ReputationParams, score
from tests.reputation.rated import params, rating_lists
from tests.reputation.test_book import end_of


@given(ratings=rating_lists(), params=params())
def test_a_history_of_ratings_scores_as_they_do(ratings: list[Rating], params: ReputationParams) -> None:
    """Friend by friend, to rounding: a history keeps the order of those of one instant, ratings have one."""
    at = end_of(ratings)
    ordered = sorted(ratings, key=lambda each: (each.counts_from, each.booking_id))
    table = {
        "rater": [each.author_id for each in ordered],
        "subject": [each.subject_id for each in ordered],
        "stars": [each.stars for each in ordered],
        "at": [each.counts_from for each in ordered],
    }
    expected = score(ratings, params=params, at=at)
    found = score(History.of(table), params=params, at=at)
    assert [each.friend_id for each in found] == [each.friend_id for each in expected]
    for one, other in zip(found, expected, strict=True):
        assert one.counts == other.counts
        assert one.stars == pytest.approx(other.stars, abs=1e-6)


ROWS = {
    "rater": ["anna", "bruno", "carla", "anna"],
    "subject": ["bruno", "anna", "anna", "carla"],
    "stars": [5, 4, 1, 3],
    "at": ["2026-01-01", "2026-01-02", "2026-01-03", "2026-02-01"],
}


@given(same_people=st.booleans())
def test_what_comes_later_does_not_count(same_people: bool) -> None:  # noqa: FBT001
    """Nor who is rated later; people who are on both sides are told apart."""
    history = History.of(ROWS, same_people=same_people)
    at = end_of([]).replace(year=2026, month=1, day=10)
    assert [(each.friend_id, each.ratings) for each in score(history, at=at)] == [("anna", 2), ("bruno", 1)]
    assert len(score(history, at=at + timedelta(days=60))) == 3
    assert score(history, at=at - timedelta(days=30)) == ()


@pytest.mark.parametrize(
    ("given_", "error", "field"),
    [
        ({"weights": {}}, InvalidValueError, "weights"),
        ({"params": BayesianAverageParams()}, InvalidValueError, "params"),
        ({"params": 5}, InvalidTypeError, "params"),
    ],
)
def test_what_does_not_go_with_a_history_is_refused(
    given_: dict[str, Any], error: type[InvalidValueError], field: str
) -> None:
    """Weights are by booking, and a Bayesian average is of ratings."""
    with pytest.raises(error) as caught:
        score(History.of(ROWS), at=end_of([]), **given_)
    assert caught.value.field == field
