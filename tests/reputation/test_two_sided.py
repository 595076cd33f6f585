"""The two-sided model against a slow writing of its formulas, its derivatives, and any parameters."""

import math
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import testing
from mila_core.reputation import History, ReputationParams, TwoSided
from mila_core.reputation._predicting import Scores, bend, run
from mila_core.reputation.metrics import Probabilities
from tests.reputation import slow_two_sided as slow
from tests.reputation.test_models import history_of, market

Row = tuple[str, str, int, float]

DAYS = st.sampled_from([0.0, 0.0, 1.0, 30.0, 400.0, 5_000.0]) | st.floats(0, 1_000)
"""Days between two ratings: ties among them, and times in which all is forgotten."""

LINK = (
    "friend_slope",
    "customer_slope",
    "curvature",
    "form_slope",
    "spread_slope",
    "customer_tilt",
    "friend_tilt",
    "market_tilt",
)
"""The parameters of the link after the thresholds, in the order of the derivatives."""


@st.composite
def histories(draw: st.DrawFn, least: int = 0, most: int = 14) -> History:
    """Return ratings of few friends by few customers."""
    day, rows = 0.0, []
    for _ in range(draw(st.integers(least, most))):
        day += draw(DAYS)
        rows.append(
            (draw(st.sampled_from("abc")), draw(st.sampled_from("xyz")), draw(st.integers(1, 5)), day)
        )
    return history_of(rows)


def usual_params() -> st.SearchStrategy[ReputationParams]:
    """Return parameters as a fit finds them, some with short half-lives."""
    slope, tilt, days = st.floats(0, 4), st.floats(-0.5, 1), st.floats(1, 800)
    return st.builds(
        ReputationParams,
        friend_prior=st.floats(0.1, 30),
        customer_prior=st.floats(0.1, 30),
        friend_half_life_days=days,
        customer_half_life_days=days,
        form_half_life_days=days,
        market_half_life_days=days,
        friend_slope=slope,
        customer_slope=slope,
        curvature=st.sampled_from([0.0, 1e-12]) | st.floats(-1, 1),
        form_slope=slope,
        spread_slope=tilt,
        customer_tilt=tilt,
        friend_tilt=tilt,
        market_tilt=tilt,
        residual_variance=st.floats(0.1, 2),
        guard=st.none() | testing.guards(),
    )


def passed(
    history: History, params: ReputationParams
) -> tuple[list[Probabilities], list[float], list[Scores], list[float | None], float]:
    """Return all that a pass gives."""
    losses: list[float] = []
    predicted: list[Probabilities] = []
    scores: list[Scores] = []
    ended = run(history, params, losses=losses, predicted=predicted, scores=scores)
    return predicted, losses, scores, ended.qualities, ended.variance


# Against the formulas ------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(history=histories(), params=usual_params())
def test_predictions_are_the_formulas(history: History, params: ReputationParams) -> None:
    """Each probability is what the sums over all ratings before give, written down anew, to 1e-9."""
    known, past = slow.passed(history, params)
    predicted, losses, _, _, variance = passed(history, params)
    assert len(predicted) == len(losses) == len(history)
    for row, now, found, loss in zip(history, known, predicted, losses, strict=True):
        assert found == pytest.approx(slow.chances(now, params), rel=0, abs=1e-9)
        assert loss == -math.log(found[row.stars - 1])
    squares = math.fsum(each.residual**2 for each in past)
    expected = (100 * params.residual_variance + squares) / (100 + len(past))
    assert variance == pytest.approx(expected, rel=1e-9)


@given(history=histories(1), params=usual_params())
def test_scores_are_the_formulas(history: History, params: ReputationParams) -> None:
    """The quality of each friend at the end, to 1e-9; a score is that quality."""
    _, past = slow.passed(history, params)
    qualities = passed(history, params)[3]
    for friend, quality in enumerate(qualities):
        expected = slow.known_then(past, -1, friend, history.days[-1], params).quality
        assert quality == pytest.approx(expected, rel=0, abs=1e-9)
    scores = TwoSided(params=params).score(history)
    assert scores == dict(zip(history.subject_ids, qualities, strict=True))


@given(history=histories(), params=usual_params())
def test_the_guard_is_no_part_of_predictions(history: History, params: ReputationParams) -> None:
    """With another guard, or none, they are the same to the bit."""
    assert passed(history, params) == passed(history, attrs.evolve(params, guard=None))


@pytest.mark.parametrize("gap", [0.0, 399.0, 499.0, 501.0, 1_100.0, 1.9e6])
def test_a_gap_in_which_all_is_forgotten_moves_the_landmark_alone(gap: float) -> None:
    """After hundreds of half-lives sums start at a new landmark, and all is as the formulas say."""
    params = ReputationParams(friend_half_life_days=1, customer_half_life_days=1.5)
    rows = market(30)
    later = [(rater, subject, stars, day + 8 + gap) for rater, subject, stars, day in rows]
    history = history_of([*rows, *later, *((a, b, c, d + gap + 8) for a, b, c, d in later)])
    known, _ = slow.passed(history, params)
    for now, found in zip(known, passed(history, params)[0], strict=True):
        assert found == pytest.approx(slow.chances(now, params), rel=0, abs=1e-9)


# The derivatives -----------------------------------------------------------------------------------------


def moved(params: ReputationParams, place: int, by: float) -> ReputationParams:
    """Return parameters with one of the link's moved."""
    if place >= 4:
        name = LINK[place - 4]
        return attrs.evolve(params, **{name: getattr(params, name) + by})
    thresholds = list(params.thresholds)
    thresholds[place] += by
    return attrs.evolve(params, thresholds=tuple(thresholds))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"curvature": 0.3, "friend_slope": 0.2},
        {"curvature": -0.4, "customer_slope": 0.3},
        {"spread_slope": 1.0, "form_slope": 2.0, "form_half_life_days": 500.0},
        {"customer_tilt": 1.5, "friend_tilt": -0.5, "market_tilt": 0.9},
    ],
    ids=str,
)
def test_derivatives_are_differences(changed: dict[str, Any]) -> None:
    """Each derivative is what the log-probability does as its parameter moves, habits taken as given."""
    params = ReputationParams(friend_prior=1.0, customer_prior=1.0, **changed)
    history = history_of(market(60))
    known, _ = slow.passed(history, params)
    step = 1e-5
    for row, now, scores in zip(history, known, passed(history, params)[2], strict=True):
        for place, score in enumerate(scores):
            high, low = (
                math.log(slow.chances(now, moved(params, place, by))[row.stars - 1]) for by in (step, -step)
            )
            assert score == pytest.approx((high - low) / (2 * step), rel=1e-5, abs=1e-6), place


def test_a_spread_that_is_held_has_no_derivative() -> None:
    """Where predictions are as wide, or as narrow, as they may be, the slope of the spread moves nothing."""
    params = ReputationParams(spread_slope=10, friend_prior=1)
    history = history_of([(f"r{n % 3}", "x", 5, n / 100) for n in range(150)])
    known, _ = slow.passed(history, params)
    held = [math.exp(10 * now.spread) < 1 / 20 for now in known]
    assert any(held)
    for scores, is_held in zip(passed(history, params)[2], held, strict=True):
        assert not is_held or scores[8] == 0


# What no parameters may break ----------------------------------------------------------------------------


@settings(max_examples=100)
@given(history=histories(0, 30), params=testing.reputation_params())
def test_any_parameters_predict(history: History, params: ReputationParams) -> None:
    """Nothing overflows: probabilities are above 0 and add up, all other figures are finite."""
    predicted, losses, scores, qualities, variance = passed(history, params)
    for found in predicted:
        assert min(found) > 0
        assert abs(math.fsum(found) - 1) < 1e-12
    assert all(map(math.isfinite, losses))
    assert all(math.isfinite(each) for row in scores for each in row)
    assert all(quality is not None and math.isfinite(quality) for quality in qualities)
    assert 0 < variance < math.inf


EXTREMES: Sequence[dict[str, Any]] = [
    {"friend_slope": 100, "form_slope": 100, "customer_slope": 100},
    {"curvature": 10, "friend_prior": 0.01, "customer_prior": 0.01},
    {"curvature": -10, "friend_prior": 0.01, "customer_prior": 0.01},
    {"spread_slope": 10, "residual_variance": 0.0001},
    {"spread_slope": -10, "residual_variance": 0.0001},
    {"customer_tilt": 10, "friend_tilt": 10, "market_tilt": 10},
    {"customer_tilt": -10, "friend_tilt": -10, "market_tilt": -10},
    {"category_scores": (-20, -19, 0, 19, 20), "thresholds": (-20, -19, 19, 20)},
    {"form_half_life_days": 0.01, "market_half_life_days": 0.01, "friend_half_life_days": 1},
    {"form_half_life_days": 1e6, "market_half_life_days": 1e6, "customer_half_life_days": 1e6},
]


@pytest.mark.parametrize("changed", EXTREMES, ids=",".join)
@pytest.mark.parametrize("stars", [(1, 5), (5, 5, 5, 5, 1), (5,)], ids=str)
def test_extremes_do_not_overflow(changed: dict[str, Any], stars: tuple[int, ...]) -> None:
    """The ends of the ranges, on hundreds of ratings that go back and forth."""
    params = ReputationParams(**changed)
    history = history_of([(f"r{n % 2}", f"s{n % 3}", stars[n % len(stars)], n / 9) for n in range(600)])
    predicted, losses, scores, _, _ = passed(history, params)
    assert all(min(found) > 0 and abs(math.fsum(found) - 1) < 1e-12 for found in predicted)
    assert all(map(math.isfinite, losses))
    assert all(math.isfinite(each) for row in scores for each in row)


@given(quality=st.floats(-50, 50), more=st.floats(0, 50), params=testing.reputation_params())
def test_a_better_friend_never_scores_less(quality: float, more: float, params: ReputationParams) -> None:
    """The bent line only rises: beyond where the parabola turns it is level."""
    low, high = bend(params.friend_slope, params.curvature)

    def score(value: float) -> float:
        good = min(max(value, low), high)
        return good * (params.friend_slope + params.curvature * good)

    assert score(quality + more) >= score(quality) - 1e-9 * (1 + abs(score(quality)))


def test_the_pass_without_ratings() -> None:
    """Nobody is rated, and the variance is the given one."""
    ended = run(history_of([]), ReputationParams())
    assert (ended.qualities, ended.variance) == ([], ReputationParams().residual_variance)


def test_who_is_in_the_columns_but_not_in_the_rows_has_no_score() -> None:
    """The first part of a history keeps the people of the whole, of whom some are not rated yet."""
    history = history_of([("a", "x", 5, 0.0), ("a", "y", 5, 1.0)]).first(1)
    assert set(TwoSided().score(history)) == {"x"}
