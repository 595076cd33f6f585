"""What a rating weighs by its booking and its rater: laws, and wrong arguments."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import reputation, testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.reputation import integrity
from mila_core.reputation.integrity import EvidenceParams
from tests import wrong
from tests.reputation.integrity.networks import on, rating

counts = st.integers(0, 1_000)


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


@pytest.mark.parametrize(
    ("field", "most"), [("unpaid_weight", 1), ("uncompleted_weight", 1), ("counterparts_half", 1_000)]
)
def test_wrong_params_are_refused(field: str, most: float) -> None:
    """An error names the field."""
    for other in (None, "1", True):
        wrong.check_refused(EvidenceParams(), field, other, InvalidTypeError)
    for value in (math.nan, math.inf, -0.5, most + 0.5):
        wrong.check_refused(EvidenceParams(), field, value, InvalidValueError)


def test_weights_are_for_the_score() -> None:
    """A rating of an unpaid visit moves a standing less, one that weighs nothing not at all."""
    ratings = [rating(number, f"c{number}", "beat", stars=1, day=30.0 * number) for number in range(3)]
    paid, unpaid = (
        {
            each.booking_id: integrity.evidence_weight(paid=paid, completed=True, counterparts=1)
            for each in ratings
        }
        for paid in (True, False)
    )
    [plain], [light] = (reputation.score(ratings, weights=weights, at=on(100)) for weights in (paid, unpaid))
    assert plain.stars < light.stars
    assert reputation.score(ratings, weights={}, at=on(100)) == ()
