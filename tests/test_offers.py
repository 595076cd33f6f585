"""An offer has a price above zero, a radius within the country, and a validity."""

import pickle
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given

from mila_core.errors import InvalidInputError, InvalidValueError
from mila_core.money import Money, chf
from mila_core.offers import Offer
from mila_core.periods import Validity
from tests import wrong
from tests.strategies import values

OFFER = Offer(
    id="andreas-console",
    friend_id="andreas",
    service_code="game-console",
    price=chf(40),
    valid=Validity(datetime(2013, 11, 27, tzinfo=UTC)),
)

WRONG = wrong.fields(
    id=wrong.IDS,
    friend_id=wrong.IDS,
    service_code=wrong.IDS,
    price=[*wrong.OTHERS, (chf(0), InvalidValueError), (Money(-1), InvalidValueError)],  # nobody pays to help
    radius_km=wrong.numbers(1, 400),
    valid=wrong.OTHERS,
)


@pytest.mark.parametrize(("field", "value", "error"), WRONG)
def test_a_wrong_field_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(OFFER, field, value, error)


@pytest.mark.parametrize(("field", "value"), [("price", Money(1)), ("radius_km", 1), ("radius_km", 400)])
def test_the_edges_are_allowed(field: str, value: Any) -> None:
    """A Rappen is a price, and a radius reaches from one kilometre to across the country."""
    assert getattr(attrs.evolve(OFFER, **{field: value}), field) == value


def test_the_usual_radius_is_ten_kilometres() -> None:
    """Neighbours come from near by, unless they say otherwise."""
    assert OFFER.radius_km == 10


@given(values.offers())
def test_an_offer_survives_a_copy(offer: Offer) -> None:
    """A pickled offer is equal and hashes equal."""
    twin = pickle.loads(pickle.dumps(offer))  # noqa: S301  # our own bytes
    assert twin == offer
    assert hash(twin) == hash(offer)
