"""An offer has a price above zero, a radius within the country, and a validity."""

import pickle
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given

from mila_core import testing
from mila_core.catalogue import Selection
from mila_core.errors import InvalidInputError, InvalidValueError, UnknownIdError
from mila_core.money import Money, chf
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import Validity
from tests import wrong

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
    prices=[
        *wrong.ITEMS,
        ([UnitPrice(code="a", price=chf(1)), UnitPrice(code="a", price=chf(2))], InvalidValueError),
    ],
    block_price=[*wrong.OTHERS[1:], (chf(0), InvalidValueError)],
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


@given(testing.offers())
def test_an_offer_survives_a_copy(offer: Offer) -> None:
    """A pickled offer is equal and hashes equal."""
    twin = pickle.loads(pickle.dumps(offer))  # noqa: S301  # our own bytes
    assert twin == offer
    assert hash(twin) == hash(offer)


PRICED = attrs.evolve(
    OFFER,
    prices=[UnitPrice(code="two", price=chf(70)), UnitPrice(code="cable", price=chf("9.90"))],
    block_price=chf(20),
)


@pytest.mark.parametrize(
    ("selection", "price"),
    [
        (Selection(), chf(40)),
        (Selection(package="two"), chf(70)),  # in the place of the service itself
        (Selection(add_ons=["cable"]), chf("49.90")),
        (Selection(extra_blocks=3), chf(100)),
        (Selection(package="two", add_ons=["cable"], extra_blocks=1), chf("99.90")),
    ],
)
def test_the_price_is_the_sum_of_what_is_wanted(selection: Selection, price: Money) -> None:
    """Service or package, each add-on, each block."""
    assert PRICED.missing(selection) == ()
    assert PRICED.price_of(selection) == price


@pytest.mark.parametrize(
    ("offer", "selection", "missing"),
    [
        (OFFER, Selection(extra_blocks=1), ("extra_blocks",)),
        (OFFER, Selection(package="two", add_ons=["b", "a"]), ("a", "b", "two")),
        (PRICED, Selection(add_ons=["cable", "more"]), ("more",)),
    ],
)
def test_what_has_no_price_is_not_offered(
    offer: Offer, selection: Selection, missing: tuple[str, ...]
) -> None:
    """All that lacks a price is named; there is no price of the rest alone."""
    assert offer.missing(selection) == missing
    with pytest.raises(UnknownIdError) as caught:
        offer.price_of(selection)
    assert caught.value.id == missing[0]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(code=wrong.IDS, price=[*wrong.OTHERS, (chf(0), InvalidValueError)]),
)
def test_a_wrong_unit_price_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(UnitPrice(code="two", price=chf(70)), field, value, error)
