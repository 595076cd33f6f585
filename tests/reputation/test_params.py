"""The parameters of the default model and of its guard: the ends of their ranges, and what is refused."""

import math
from typing import Any

import attrs
import pytest
from hypothesis import given

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.reputation import Guard, ReputationParams, TwoSided
from mila_core.reputation._shares import USUAL_SHARES, logits, normal_scores
from tests import wrong


def numbers(low: float, high: float) -> list[wrong.Row]:
    """Return wrong numbers for a field with a range."""
    values = (math.nan, math.inf, -math.inf, low - 0.001 - abs(low) / 10, high + abs(high) / 10)
    return [
        *((each, InvalidTypeError) for each in (None, True, "1", 1j)),
        *((each, InvalidValueError) for each in values),
    ]


def rising(count: int) -> list[wrong.Row]:
    """Return wrong tuples for numbers that rise."""
    good = list(range(count))
    return [
        (None, InvalidTypeError),
        (7, InvalidTypeError),
        ("abcd", InvalidTypeError),
        ((*good[:-1], "9"), InvalidTypeError),
        ((*good[:-1], True), InvalidTypeError),
        ((), InvalidValueError),
        (good[:-1], InvalidValueError),
        ((*good, 9), InvalidValueError),
        (good[::-1], InvalidValueError),
        ((0, *good[:-1]), InvalidValueError),  # two are equal
        ((*good[:-1], math.nan), InvalidValueError),
        ((*good[:-1], 20.5), InvalidValueError),
        ((-20.5, *good[1:]), InvalidValueError),
    ]


RANGES: dict[type, dict[str, tuple[float, float]]] = {
    ReputationParams: {
        **dict.fromkeys(("friend_prior", "customer_prior"), (0.01, 10_000)),
        **dict.fromkeys(("friend_half_life_days", "customer_half_life_days"), (1, 1e6)),
        **dict.fromkeys(("form_half_life_days", "market_half_life_days"), (0.01, 1e6)),
        **dict.fromkeys(("friend_slope", "customer_slope", "form_slope"), (0, 100)),
        **dict.fromkeys(
            ("curvature", "spread_slope", "customer_tilt", "friend_tilt", "market_tilt"), (-10, 10)
        ),
        "residual_variance": (0.0001, 100),
    },
    Guard: {
        "record_prior": (1, 1000),  # from record_start on
        "burst_half_life_days": (0.01, 10_000),
        "burst_allowance": (0.001, 1000),
        "burst_usual": (0, 1000),
        "burst_exponent": (0, 10),
        "outlier_limit": (0.01, 1000),
        "outlier_record": (0, 1000),
        "newcomer_margin": (0, 10),
        "newcomer_prior": (0.001, 1000),
    },
}


def check_range(example: Any, field: str, ends: tuple[float, float]) -> None:
    """Check that both ends of a range are taken, as ints too."""
    for end in ends:
        assert getattr(attrs.evolve(example, **{field: end}), field) == end
    whole = math.ceil(ends[0])
    assert getattr(attrs.evolve(example, **{field: whole}), field) == whole


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind in RANGES for field in RANGES[kind]])
def test_the_ends_of_a_range_are_in_it(kind: type, field: str) -> None:
    """Both ends of each range are allowed."""
    check_range(kind(), field, RANGES[kind][field])


@pytest.mark.parametrize(
    ("example", "field", "value", "error"),
    [
        *wrong.fields_of(
            ReputationParams(),
            category_scores=rising(5),
            thresholds=rising(4),
            guard=wrong.OTHERS[1:],
            **{field: numbers(*ends) for field, ends in RANGES[ReputationParams].items()},
        ),
        *wrong.fields_of(
            Guard(),
            record_start=numbers(0.001, 1000),
            **{field: numbers(*ends) for field, ends in RANGES[Guard].items() if field != "record_prior"},
            record_prior=numbers(0.001, 1000),
        ),
        *wrong.fields_of(TwoSided(), params=[*wrong.OTHERS, (Guard(), InvalidTypeError)]),
    ],
)
def test_a_wrong_parameter_is_refused(example: Any, field: str, value: Any, error: Any) -> None:
    """A number out of its range, or none, is an error that names the field."""
    refused = [(each, kind) for each, kind in zip(value.items, error.items, strict=True)]
    for each, kind in refused:
        with pytest.raises((InvalidTypeError, InvalidValueError)) as caught:
            attrs.evolve(example, **{field: each})
        assert type(caught.value) is kind
        assert caught.value.field.partition("[")[0] == field


def test_every_field_is_tried() -> None:
    """So that a new one is not forgotten here."""
    for kind, others in (
        (ReputationParams, {"category_scores", "thresholds", "guard"}),
        (Guard, {"record_start"}),
    ):
        assert {each.name for each in attrs.fields(kind)} == {*RANGES[kind], *others}


def test_a_record_does_not_fall_with_experience() -> None:
    """Its start is at most its prior."""
    assert Guard(record_start=5, record_prior=5).record_start == 5
    with pytest.raises(InvalidValueError) as caught:
        Guard(record_start=5.5)
    assert caught.value.field == "record_start"


def test_the_default_numbers_are_those_of_the_usual_shares() -> None:
    """What stars count has the mean 0 and the variance 1; the thresholds give the shares back."""
    params = ReputationParams()
    scores = params.category_scores
    shares = USUAL_SHARES
    assert sum(shares) == pytest.approx(1)
    assert sum(stars * share for stars, share in enumerate(shares, start=1)) == pytest.approx(4.7)
    assert sum(share * score for share, score in zip(shares, scores, strict=True)) == pytest.approx(
        0, abs=1e-12
    )
    assert sum(share * score**2 for share, score in zip(shares, scores, strict=True)) == pytest.approx(1)
    below = [1 / (1 + math.exp(-threshold)) for threshold in params.thresholds]
    assert below == pytest.approx([0.02, 0.04, 0.07, 0.17])


def test_scores_of_equal_shares_are_those_of_a_table() -> None:
    """The means of the fifths of a normal distribution: 1.400, 0.532 and 0, divided by their deviation."""
    found = normal_scores((0.2,) * 5)
    spread = math.sqrt((2 * 1.39981**2 + 2 * 0.53190**2) / 5)
    assert found == pytest.approx(
        [each / spread for each in (-1.39981, -0.53190, 0, 0.53190, 1.39981)], abs=1e-4
    )
    assert logits((0.2,) * 5) == pytest.approx([math.log(odds) for odds in (0.25, 2 / 3, 1.5, 4)])


@given(params=testing.reputation_params(), guard=testing.guards())
def test_parameters_are_values(params: ReputationParams, guard: Guard) -> None:
    """Equal ones are equal and hash alike, and can be changed by copies alone."""
    for each in (params, guard):
        copy = attrs.evolve(each)
        assert copy == each
        assert hash(copy) == hash(each)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        guard.burst_exponent = 1  # type: ignore[misc]
