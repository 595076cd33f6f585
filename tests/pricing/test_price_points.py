"""Prices that were seen: whose offers count, where, and what was paid."""

from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import testing
from mila_core.bookings import BookingState
from mila_core.catalogue import Selection
from mila_core.eligibility import check_service
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.market import Market
from mila_core.money import chf
from mila_core.offers import UnitPrice
from mila_core.periods import Period, Validity
from mila_core.places import Place
from mila_core.pricing import PricePoint, PriceSource, offered_prices, paid_prices
from mila_core.quotes import Part
from mila_core.samples import roll_out_2013
from tests import wrong
from tests.journey import MARKET, NOW, QUOTE, booking_in

CONSOLE = "game-console"


def asked(market: Market = MARKET, *, code: str = CONSOLE, **more: Any) -> list[tuple[str, str, str]]:
    """Return friend, region and price of each price of a service."""
    found = offered_prices(market, at=more.pop("at", NOW), **more)
    return [
        (each.friend_id, each.region_id, each.price.amount) for each in found if each.service_code == code
    ]


def with_offer(**changed: Any) -> Market:
    """Return the pilot's market with Andreas's offer changed."""
    offers = [attrs.evolve(each, **changed) if each.id == "andreas-1" else each for each in MARKET.offers]
    return attrs.evolve(MARKET, offers=offers)


def test_an_offer_counts_where_its_friend_lives() -> None:
    """Zürich or Bern, open or not; Elena's certification is suspended, so nobody can book her."""
    assert asked() == [
        ("andreas", "zurich", "40.00"),
        ("beat", "zurich", "45.00"),
        ("chiara", "zurich", "46.00"),
        ("david", "zurich", "38.00"),
        ("hannes", "zurich", "35.00"),
        ("reto", "bern", "40.00"),
    ]


@settings(max_examples=max(5, settings().max_examples // 6))  # a market takes long to draw
@given(testing.markets(), st.data())
def test_who_may_not_come_does_not_count(market: Market, data: st.DataObject) -> None:
    """An offer counts just where the friend may do the service then, offer and units included."""
    at = data.draw(testing.market_instants(market))
    found = {(each.friend_id, each.service_code) for each in offered_prices(market, at=at)}
    expected = set()
    for offer in market.offers:
        friend, service = market.friend(offer.friend_id), market.catalogue.service(offer.service_code)
        fit = check_service(friend, service, at=at, policy=market.policy).is_eligible
        in_force = offer.valid.covers(Period(at, at + timedelta(minutes=service.minutes)))
        if fit and in_force and any(friend.home in region for region in market.regions):
            expected.add((friend.id, service.code))
    assert found == expected


def test_a_home_in_two_regions_counts_in_both() -> None:
    """Ziegelbrücke lies in Glarus and in St. Gallen."""
    friends = [
        attrs.evolve(each, home=Place("8866")) if each.id == "andreas" else each for each in MARKET.friends
    ]
    found = asked(attrs.evolve(MARKET, friends=friends))
    assert [each for each in found if each[0] == "andreas"] == [
        ("andreas", "glarus", "40.00"),
        ("andreas", "st-gallen", "40.00"),
    ]


def test_a_price_has_the_id_of_its_offer() -> None:
    """In each region the same, so that it can be counted once."""
    friends = [attrs.evolve(each, home=Place("8866")) for each in MARKET.friends if each.id == "andreas"]
    offers = [each for each in MARKET.offers if each.friend_id == "andreas"]
    own = attrs.evolve(MARKET, friends=friends, offers=offers, standings=(), bookings=())
    found = [each for each in offered_prices(own, at=NOW) if each.service_code == CONSOLE]
    assert [(each.id, each.source) for each in found] == [("andreas-1", PriceSource.ASKED)] * 2


def test_an_offer_that_is_not_in_force_does_not_count() -> None:
    """Neither one that begins tomorrow nor one that ends before the visit would."""
    for valid in (Validity(NOW + timedelta(days=1)), Validity(NOW, NOW + timedelta(minutes=59))):
        assert "andreas" not in {friend for friend, *_ in asked(with_offer(valid=valid))}
    assert "andreas" in {friend for friend, *_ in asked(with_offer(valid=Validity(NOW)))}


def test_only_offers_with_all_prices_count_for_more() -> None:
    """An add-on and more time: who has no price for them says nothing of what both cost."""
    wanted = Selection(add_ons=["online-account"], extra_blocks=1)
    assert asked(selection=wanted) == []
    priced = with_offer(prices=[UnitPrice(code="online-account", price=chf(10))], block_price=chf(15))
    assert asked(priced, selection=wanted) == [("andreas", "zurich", "65.00")]
    assert len(asked(priced)) == 6


def test_what_a_service_has_not_is_asked_by_nobody() -> None:
    """A package of another service, or more than a day."""
    assert offered_prices(MARKET, at=NOW, selection=Selection(package="nothing")) == ()
    assert offered_prices(MARKET, at=NOW, selection=Selection(extra_blocks=48)) == ()


def test_what_was_paid_is_the_friends_part_where_the_visit_was() -> None:
    """The gross price, without the platform's fee, in the region of the customer's place."""
    closed = booking_in(BookingState.CLOSED).quote
    fee = attrs.evolve(closed.lines[0], amount=chf(3), part=Part.PLATFORM)
    paid = attrs.evolve(closed, lines=[*closed.lines, fee])
    assert paid.due == chf(43)
    assert paid_prices([paid], regions=roll_out_2013()) == (
        PricePoint(
            id=paid.id,
            service_code=CONSOLE,
            region_id="zurich",
            friend_id="andreas",
            price=chf(40),
            source=PriceSource.PAID,
        ),
    )


def test_a_visit_for_nothing_or_for_more_is_left_out() -> None:
    """A gift says nothing of prices, and two hours say nothing of one."""
    gift = attrs.evolve(QUOTE, lines=[attrs.evolve(QUOTE.lines[0], amount=chf(0))])
    longer = attrs.evolve(QUOTE, visit=attrs.evolve(QUOTE.visit, selection=Selection(extra_blocks=2)))
    assert paid_prices([gift, longer], regions=roll_out_2013()) == ()
    more = paid_prices([gift, longer], regions=roll_out_2013(), selection=Selection(extra_blocks=2))
    assert [each.price for each in more] == [chf(40)]
    assert paid_prices([QUOTE], regions=[]) == ()


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        id=wrong.IDS,
        source=[*wrong.OTHERS, ("asked", InvalidTypeError)],
        service_code=wrong.IDS,
        region_id=wrong.IDS,
        friend_id=wrong.IDS,
        price=[*wrong.OTHERS, (True, InvalidTypeError), *[(chf(n), InvalidValueError) for n in (0, -40)]],
    ),
)
def test_a_wrong_point_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """The error names the field."""
    example = PricePoint(id="1", service_code=CONSOLE, region_id="zurich", friend_id="andreas", price=chf(40))
    wrong.check_refused(example, field, value, error)


@pytest.mark.parametrize(
    ("field", "quotes", "more"),
    [
        ("quotes", None, {}),
        ("quotes[1]", [QUOTE, None], {}),
        ("regions", [], {"regions": None}),
        ("regions[0]", [], {"regions": ["zurich"]}),
        ("selection", [], {"selection": "two"}),
    ],
)
def test_a_wrong_argument_is_named(field: str, quotes: Any, more: dict[str, Any]) -> None:
    """No error of the interpreter comes out."""
    with pytest.raises(InvalidTypeError) as caught:
        paid_prices(quotes, **{"regions": roll_out_2013(), **more})
    assert caught.value.field == field
    with pytest.raises(InvalidTypeError, match="selection"):
        offered_prices(MARKET, at=NOW, selection="two")  # type: ignore[arg-type]


@pytest.mark.parametrize("at", [wrong.NAIVE, "2013-11-27", None])
def test_an_instant_has_its_offset(at: Any) -> None:
    """No clock is asked and no zone guessed."""
    with pytest.raises((InvalidTypeError, InvalidValueError)):
        offered_prices(MARKET, at=at)
