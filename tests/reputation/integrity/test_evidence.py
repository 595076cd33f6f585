"""What a rating weighs: laws of both weights, and wrong arguments."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.reputation import integrity
from mila_core.reputation.integrity import BurstDampingParams, EvidenceParams, Pace
from tests import wrong

DAY = 86_400.0
counts = st.integers(0, 1_000)


def weights_of(times: list[float], params: BurstDampingParams | None = None) -> list[float]:
    """Return what ratings at some times weigh, one after the other."""
    pace, weights = None, []
    for seconds in times:
        weight, pace = integrity.burst_damping(pace, seconds=seconds, params=params)
        weights.append(weight)
    return weights


# Evidence


@given(st.booleans(), st.booleans(), counts, testing.evidence_params())
def test_a_weight_is_from_0_to_1(paid: bool, completed: bool, n: int, params: EvidenceParams) -> None:  # noqa: FBT001
    """Whatever the booking."""
    assert 0 <= integrity.evidence_weight(paid=paid, completed=completed, counterparts=n, params=params) <= 1


@given(st.booleans(), counts, counts, testing.evidence_params())
def test_more_evidence_never_weighs_less(fact: bool, n: int, more: int, params: EvidenceParams) -> None:  # noqa: FBT001
    """Paid, completed, and more friends whom the rater has had: each weighs as much or more."""

    def weight(n: int, *, paid: bool = fact, completed: bool = fact) -> float:
        return integrity.evidence_weight(paid=paid, completed=completed, counterparts=n, params=params)

    assert weight(n) <= weight(n + more)
    assert weight(n, paid=False) <= weight(n, paid=True)
    assert weight(n, completed=False) <= weight(n, completed=True)


def test_worked_examples() -> None:
    """By hand: n / (n + 1/2), and half for what is missing."""

    def weight(n: int, *, paid: bool = True, completed: bool = True) -> float:
        return integrity.evidence_weight(paid=paid, completed=completed, counterparts=n)

    assert weight(0) == 0
    assert weight(1) == pytest.approx(2 / 3)
    assert weight(2) == pytest.approx(4 / 5)
    assert weight(2, paid=False) == pytest.approx(2 / 5)
    assert weight(2, paid=False, completed=False) == pytest.approx(1 / 5)


def test_with_no_half_all_raters_weigh_the_same() -> None:
    """For a network of customers who come once."""
    params = EvidenceParams(counterparts_half=0)
    for n in (1, 100):
        assert integrity.evidence_weight(paid=True, completed=True, counterparts=n, params=params) == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"paid": 1}, InvalidTypeError),
        ({"paid": None}, InvalidTypeError),
        ({"completed": "yes"}, InvalidTypeError),
        ({"counterparts": True}, InvalidTypeError),
        ({"counterparts": 1.0}, InvalidTypeError),
        ({"counterparts": -1}, InvalidValueError),
        ({"counterparts": 10**30}, InvalidValueError),
        ({"params": {}}, InvalidTypeError),
    ],
)
def test_wrong_facts_are_refused(change: dict[str, Any], error: type[Exception]) -> None:
    """The error names the argument."""
    facts: dict[str, Any] = {"paid": True, "completed": True, "counterparts": 1, **change}
    with pytest.raises(error) as caught:
        integrity.evidence_weight(**facts)
    assert getattr(caught.value, "field", None) == next(iter(change))


# Bursts

seconds = st.floats(0, 1e9)
steps = st.lists(st.floats(0, 400 * DAY), max_size=20)


def running(steps: list[float]) -> list[float]:
    """Return times with these steps between them."""
    times, now = [], 1e9
    for step in steps:
        now += step
        times.append(now)
    return times


@given(steps, testing.burst_damping_params())
def test_a_damped_weight_is_above_0_and_at_most_1(steps: list[float], params: BurstDampingParams) -> None:
    """However fast they come."""
    assert all(0 < weight <= 1 for weight in weights_of(running(steps), params))


@given(seconds, testing.burst_damping_params())
def test_a_lone_rating_weighs_1(at: float, params: BurstDampingParams) -> None:
    """The first one always."""
    assert weights_of([at], params) == [1.0]


@given(steps, st.floats(0, 30 * DAY), st.floats(0, 30 * DAY), testing.burst_damping_params())
def test_who_waits_longer_never_weighs_less_without_a_past(
    steps: list[float], one: float, other: float, params: BurstDampingParams
) -> None:
    """After a burst from nothing, the later the next one comes the more it weighs."""
    burst = [1e9] * (len(steps) + 1)
    early, late = sorted([one, other])
    # the usual rate is forgotten as well, which may take off no more than it gave
    slack = len(burst) * params.recent_days / params.usual_days
    weights = [weights_of([*burst, 1e9 + wait], params)[-1] for wait in (early, late)]
    assert weights[0] <= weights[1] + slack


@given(st.integers(1, 200), testing.burst_damping_params())
def test_of_a_burst_each_weighs_no_more_than_the_one_before(count: int, params: BurstDampingParams) -> None:
    """All at once: weights fall, once the free ones are used up."""
    weights = weights_of([1e9] * count, params)
    assert all(a >= b - 1e-12 for a, b in pairwise(weights))


def test_a_burst_weighs_a_logarithm_together() -> None:
    """Twenty at once, with nothing before, weigh about as much as four."""
    assert sum(weights_of([1e9] * 20)) == pytest.approx(1 + math.log(20) + 0.577, abs=0.8)
    assert sum(weights_of([1e9] * 200)) < 14


def test_what_is_usual_is_not_damped() -> None:
    """Who gets a rating every second day has most of their weight after half a year, all after three."""
    weights = weights_of([1e9 + day * DAY for day in range(0, 4 * 365, 2)])
    assert min(weights[90:]) > 0.75
    assert min(weights[550:]) == 1
    assert weights[0] == 1


def test_a_busy_friend_is_damped_less_than_a_quiet_one() -> None:
    """The same burst after a year of many ratings, and after a year of few."""
    burst = [1e9 + 365 * DAY] * 10
    busy = weights_of([*(1e9 + day * DAY for day in range(365)), *burst])
    quiet = weights_of([*(1e9 + day * DAY for day in range(0, 365, 60)), *burst])
    assert sum(busy[-10:]) > 2 * sum(quiet[-10:])


def test_an_earlier_rating_counts_as_one_of_the_same_instant() -> None:
    """Redelivered out of order, time never runs backwards."""
    _, pace = integrity.burst_damping(None, seconds=1e9)
    late = integrity.burst_damping(pace, seconds=1e9)
    assert integrity.burst_damping(pace, seconds=0.0) == late
    assert late[1].seconds == 1e9


@pytest.mark.parametrize(
    ("seconds", "error"),
    [
        (None, InvalidTypeError),
        (True, InvalidTypeError),
        ("1", InvalidTypeError),
        (math.nan, InvalidValueError),
        (math.inf, InvalidValueError),
        (-math.inf, InvalidValueError),
    ],
)
def test_seconds_that_are_none_are_refused(seconds: Any, error: type[Exception]) -> None:
    """Before anything is counted."""
    with pytest.raises(error):
        integrity.burst_damping(Pace(0.0, 1.0, 1.0), seconds=seconds)


def test_a_pace_of_another_type_is_refused() -> None:
    """A plain tuple is none."""
    with pytest.raises(InvalidTypeError):
        integrity.burst_damping((0.0, 1.0, 1.0), seconds=1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("example", "field", "least", "most"),
    [
        (EvidenceParams(), "unpaid_weight", 0, 1),
        (EvidenceParams(), "uncompleted_weight", 0, 1),
        (EvidenceParams(), "counterparts_half", 0, 1_000),
        (BurstDampingParams(), "recent_days", 0.01, 366),
        (BurstDampingParams(), "usual_days", 0.02, 36_600),
        (BurstDampingParams(), "free", 1, 1_000),
    ],
)
def test_wrong_params_are_refused(example: Any, field: str, least: float, most: float) -> None:
    """An error names the field."""
    for other in (None, "1", True):
        wrong.check_refused(example, field, other, InvalidTypeError)
    for value in (math.nan, math.inf, least - 0.5, most + 0.5):
        wrong.check_refused(example, field, value, InvalidValueError)


def test_the_usual_rate_is_forgotten_later_than_the_recent_one() -> None:
    """Otherwise nothing would be usual."""
    wrong.check_refused(BurstDampingParams(), "usual_days", 7.0, InvalidValueError)
