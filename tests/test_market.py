"""The market: every dangling id and duplicate at once, and what can be looked up."""

import pickle
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given

from mila_core import market as market_module
from mila_core import testing
from mila_core.bookings import BookingState
from mila_core.catalogue import Catalogue
from mila_core.errors import InvalidDocumentError, InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.friends import Partner
from mila_core.market import Market, ServiceOverview
from mila_core.money import Money, chf
from mila_core.periods import Period, Validity, at_wall_time
from mila_core.regions import openings
from mila_core.standings import Reliability
from tests import wrong
from tests.journey import ANDREAS, MARKET, NOW, REQUEST, booking_in

BOOKING = booking_in(BookingState.REQUESTED)


def problems_of(make: Callable[[], object]) -> dict[str, InvalidValueError]:
    """Return the problems of a market that cannot be made, by their JSON path."""
    with pytest.raises(InvalidDocumentError) as caught:
        make()
    found: dict[str, InvalidValueError] = {}
    for problem in caught.value.exceptions:
        assert isinstance(problem, InvalidValueError)
        assert problem.field not in found
        found[problem.field] = problem
    assert all(path in str(caught.value) for path in found)
    return found


def with_catalogue(**changed: Any) -> Market:
    """Return the pilot's market with another catalogue."""
    return attrs.evolve(MARKET, catalogue=attrs.evolve(MARKET.catalogue, **changed))


def with_first(collection: str, **changed: Any) -> Market:
    """Return the pilot's market with its first item of a collection changed."""
    first, *others = getattr(MARKET, collection)
    items: Any = [attrs.evolve(first, **changed), *others]
    return attrs.evolve(MARKET, **{collection: items})


def certified(**changed: Any) -> Market:
    """Return the pilot's market with its first friend's certification changed."""
    return with_first("friends", certifications=[attrs.evolve(ANDREAS.certifications[0], **changed)])


def booked(**changed: Any) -> Market:
    """Return the pilot's market with a booking whose quote is changed."""
    quote = attrs.evolve(BOOKING.quote, **changed)
    return attrs.evolve(MARKET, bookings=[attrs.evolve(BOOKING, quote=quote)])


SERVICES, CATEGORIES = MARKET.catalogue.services, MARKET.catalogue.categories

DANGLING: dict[str, tuple[Callable[[], object], str]] = {
    # what points at nothing: the market, the path of the one problem
    "an offer's friend": (lambda: with_first("offers", friend_id="nobody"), "$.offers[0].friend_id"),
    "an offer's service": (lambda: with_first("offers", service_code="none"), "$.offers[0].service_code"),
    "an offer's service that is a category": (
        lambda: with_first("offers", service_code="gaming"),
        "$.offers[0].service_code",
    ),
    "a standing's friend": (lambda: with_first("standings", friend_id="nobody"), "$.standings[0].friend_id"),
    "a reliability's friend": (
        lambda: attrs.evolve(MARKET, reliabilities=[Reliability(friend_id="nobody", at=NOW)]),
        "$.reliabilities[0].friend_id",
    ),
    "a reliability twice": (
        lambda: attrs.evolve(MARKET, reliabilities=[Reliability(friend_id="beat", at=NOW)] * 2),
        "$.reliabilities[1].friend_id",
    ),
    "a standing's friend who is a customer": (
        lambda: with_first("standings", friend_id="anna"),
        "$.standings[0].friend_id",
    ),
    "a certification's issuer": (
        lambda: certified(issuer_id="nobody"),
        "$.friends[0].certifications[0].issuer_id",
    ),
    "a certification's scope": (
        lambda: certified(scope=["gaming", "magic"]),
        "$.friends[0].certifications[0].scope",
    ),
    "a booking's friend": (lambda: booked(friend_id="nobody"), "$.bookings[0].quote.friend_id"),
    "a booking's customer": (
        lambda: booked(visit=attrs.evolve(BOOKING.quote.visit, customer_id="nobody")),
        "$.bookings[0].quote.visit.customer_id",
    ),
    "a service's category": (
        lambda: with_catalogue(services=[attrs.evolve(SERVICES[0], category="none"), *SERVICES[1:]]),
        "$.catalogue.services[0].category",
    ),
    "a service's requirement": (
        lambda: with_catalogue(
            services=[*SERVICES[:-1], attrs.evolve(SERVICES[-1], requires=["none", *SERVICES[-1].requires])]
        ),
        f"$.catalogue.services[{len(SERVICES) - 1}].requires",
    ),
}


@pytest.mark.parametrize(("make", "path"), DANGLING.values(), ids=list(DANGLING))
def test_a_dangling_id_is_named_with_its_path(make: Callable[[], object], path: str) -> None:
    """Each reference to what is not in the market is a problem at its path."""
    assert list(problems_of(make)) == [path]


def test_a_certification_may_be_for_a_single_service() -> None:
    """The scope of a certification names categories and services alike."""
    both = frozenset({"gaming", "game-console"})
    assert certified(scope=both).friend("andreas").certifications[0].scope == both


def twice(collection: str) -> Market:
    """Return the pilot's market, with one of all, whose first item of a collection stands at the end too."""
    counted = Reliability(friend_id="beat", at=NOW)
    whole = attrs.evolve(MARKET, bookings=[BOOKING], reliabilities=[counted])
    items = getattr(whole, collection)
    more: Any = [*items, items[0]]
    return attrs.evolve(whole, **{collection: more})


@pytest.mark.parametrize("collection", market_module.COLLECTIONS)
def test_a_duplicate_is_named_where_it_comes_again(collection: str) -> None:
    """An id that came before is a problem at its second place, and the first place is named."""
    field = market_module.COLLECTIONS[collection]
    count = len(getattr(MARKET, collection)) or 1
    paths = problems_of(lambda: twice(collection))
    path = f"$.{collection}[{count}].{field}"
    assert path in paths
    assert f"$.{collection}[0]" in paths[path].came
    inside = [other for other in paths if other != path]
    assert all(collection == "friends" and ".certifications[0].id" in other for other in inside)


@pytest.mark.parametrize("name", ["categories", "services"])
def test_a_duplicate_code_in_the_catalogue_is_named(name: str) -> None:
    """Each code of the catalogue is there once."""
    items = getattr(MARKET.catalogue, name)
    paths = problems_of(lambda: with_catalogue(**{name: [*items, items[0]]}))
    assert list(paths) == [f"$.catalogue.{name}[{len(items)}].code"]


def test_a_certification_belongs_to_one_friend() -> None:
    """The id of a certification comes once in the whole market, not once for each friend."""
    second = MARKET.friends[1]
    others = [ANDREAS, attrs.evolve(second, certifications=ANDREAS.certifications), *MARKET.friends[2:]]
    paths = problems_of(lambda: attrs.evolve(MARKET, friends=others))
    assert list(paths) == ["$.friends[1].certifications[0].id"]
    assert "$.friends[0].certifications[0]" in paths["$.friends[1].certifications[0].id"].came


def test_three_of_a_kind_are_two_problems() -> None:
    """The second and the third with one id are a problem each."""
    paths = problems_of(
        lambda: attrs.evolve(MARKET, customers=[*MARKET.customers, *[MARKET.customers[1]] * 2])
    )
    assert list(paths) == ["$.customers[3].id", "$.customers[4].id"]
    assert all("$.customers[1]" in problem.came for problem in paths.values())


def test_all_problems_come_at_once() -> None:
    """A market with many problems names every one of them."""
    customers = [*MARKET.customers, MARKET.customers[0]]
    offers = [attrs.evolve(MARKET.offers[0], friend_id="x", service_code="y"), *MARKET.offers[1:]]
    standings = [attrs.evolve(MARKET.standings[0], friend_id="z"), *MARKET.standings[1:]]
    services = [attrs.evolve(SERVICES[0], category="w"), *SERVICES[1:]]
    paths = problems_of(
        lambda: attrs.evolve(
            MARKET,
            catalogue=attrs.evolve(MARKET.catalogue, services=services),
            customers=customers,
            offers=offers,
            standings=standings,
            partners=[],
        )
    )
    issuers = {f"$.friends[{number}].certifications[0].issuer_id" for number in range(len(MARKET.friends))}
    assert set(paths) == issuers | {
        "$.catalogue.services[0].category",
        "$.customers[3].id",
        "$.offers[0].friend_id",
        "$.offers[0].service_code",
        "$.standings[0].friend_id",
    }


def test_an_id_may_come_in_two_collections() -> None:
    """A friend may be a customer as well, under the same id."""
    both = attrs.evolve(MARKET.customers[0], id="andreas")
    market = attrs.evolve(MARKET, customers=[*MARKET.customers, both])
    assert market.customer("andreas").name == "Anna"
    assert market.friend("andreas").name == "Andreas"


# Lookups -------------------------------------------------------------------------------------------------


@given(testing.markets())
def test_everything_is_found_by_its_id(market: Market) -> None:
    """Friends, customers, offers, standings and reliabilities are found by their ids."""
    for friend in market.friends:
        assert market.friend(friend.id) is friend
        known = [each for each in market.standings if each.friend_id == friend.id]
        assert market.standing(friend.id) is (known[0] if known else None)
        counted = [each for each in market.reliabilities if each.friend_id == friend.id]
        assert market.reliability(friend.id) is (counted[0] if counted else None)
    assert all(market.customer(each.id) is each for each in market.customers)
    assert all(market.offer(each.id) is each for each in market.offers)


@pytest.mark.parametrize("kind", ["friend", "customer", "offer"])
@pytest.mark.parametrize("unknown", ["nobody", "", "swisscom"])
def test_an_unknown_id_is_an_error_that_names_it(kind: str, unknown: str) -> None:
    """Looking for what is not there is an error with kind and id, and a LookupError."""
    with pytest.raises(UnknownIdError) as caught:
        getattr(MARKET, kind)(unknown)
    assert (caught.value.kind, caught.value.id) == (kind, unknown)
    assert isinstance(caught.value, LookupError)


def test_of_whom_nothing_is_known_there_is_no_standing() -> None:
    """No standing is an answer, not an error; no reliability neither."""
    assert MARKET.standing("andreas") is None
    assert MARKET.standing("nobody") is None
    assert MARKET.reliability("andreas") is None
    assert MARKET.reliability("nobody") is None


NOTHING = {BookingState.DECLINED, BookingState.EXPIRED, BookingState.CANCELLED}


@pytest.mark.parametrize("state", BookingState)
def test_bookings_take_their_friends_time(state: BookingState) -> None:
    """A friend is busy in the slots of bookings, over or not, but not of what came to nothing."""
    market = attrs.evolve(MARKET, bookings=[booking_in(state)])
    assert market.busy("andreas") == (() if state in NOTHING else (BOOKING.quote.visit.slot,))
    assert market.busy("beat") == ()


@given(testing.markets(least=1))
def test_a_friend_is_busy_as_often_as_booked(market: Market) -> None:
    """Each booking of a friend that came to something takes its slot, in the bookings' order."""
    for friend in market.friends:
        mine = [each for each in market.bookings if each.friend_id == friend.id and each.state not in NOTHING]
        assert list(market.busy(friend.id)) == [each.quote.visit.slot for each in mine]


def test_a_visit_has_all_that_is_judged() -> None:
    """A visit takes the service and the openings as they are now, and begins with the earliest window."""
    start = at_wall_time(date(2013, 11, 28), time(10))
    early = Period(start, start + timedelta(hours=3))
    visit = MARKET.visit(attrs.evolve(REQUEST, windows=[*REQUEST.windows, early], languages=["it"]))
    assert visit.slot == Period(start, start + timedelta(hours=1))
    assert visit.service == MARKET.catalogue.service("game-console")
    assert (visit.request_id, visit.customer_id, visit.place) == (REQUEST.id, "anna", REQUEST.place)
    assert visit.languages == ("it",)
    assert visit.openings == openings(MARKET.regions, REQUEST.place)


def test_a_visit_may_be_in_a_given_slot() -> None:
    """A slot that is given is taken as it is, if it is as long as what is wanted takes."""
    slot = Period(NOW, NOW + timedelta(minutes=60))
    assert MARKET.visit(REQUEST, slot=slot).slot == slot
    for minutes in (15, 59, 61, 90):
        with pytest.raises(InvalidValueError):
            MARKET.visit(REQUEST, slot=Period(NOW, NOW + timedelta(minutes=minutes)))


def test_an_overview_is_of_friends_with_ids_of_any_length() -> None:
    """The longest id that there can be is no obstacle."""
    long = "x" * 200
    friends = [attrs.evolve(each, id=long) if each.id == "andreas" else each for each in MARKET.friends]
    offers = [
        attrs.evolve(each, friend_id=long) if each.friend_id == "andreas" else each for each in MARKET.offers
    ]
    market = attrs.evolve(MARKET, friends=friends, offers=offers)
    assert market.overview("zurich", at=NOW) == MARKET.overview("zurich", at=NOW)


def test_a_service_has_no_code_of_a_category() -> None:
    """A certification for the one would be one for the other."""
    services = [attrs.evolve(MARKET.catalogue.services[0], code="gaming")]
    catalogue = Catalogue(categories=MARKET.catalogue.categories, services=services)
    with pytest.raises(InvalidDocumentError) as caught:
        Market(catalogue=catalogue)
    assert [problem.field for problem in caught.value.problems] == ["$.catalogue.services[0].code"]


def test_a_visit_for_an_unknown_service_is_an_error() -> None:
    """A request for what is not in the catalogue has no visit; a customer may have come since."""
    with pytest.raises(UnknownIdError) as caught:
        MARKET.visit(attrs.evolve(REQUEST, service_code="levitation"))
    assert caught.value.kind == "service"
    assert MARKET.visit(attrs.evolve(REQUEST, customer_id="nobody")).customer_id == "nobody"


@given(testing.markets())
def test_a_market_is_a_value(market: Market) -> None:
    """A market that was looked into is equal to one that was not, and to its copy."""
    fresh = attrs.evolve(market)
    market.standing("nobody")
    assert market == fresh
    assert hash(market) == hash(fresh)
    assert pickle.loads(pickle.dumps(market)) == market  # noqa: S301  # our own bytes


def test_a_changed_market_looks_into_what_it_has() -> None:
    """What was looked up in one market is not answered in a changed one."""
    assert MARKET.customer("anna").id == "anna"
    changed = attrs.evolve(MARKET, customers=())
    with pytest.raises(UnknownIdError):
        changed.customer("anna")


# The overview --------------------------------------------------------------------------------------------


def prices(
    *, at: datetime = NOW, market: Market = MARKET, region: str = "zurich"
) -> dict[str, tuple[Any, ...]]:
    """Return friends and prices of a region's overview by service."""
    found = market.overview(region, at=at)
    return {each.service_code: (each.friends, each.price_from, each.price_to) for each in found}


def test_the_overview_counts_ready_friends_and_their_prices() -> None:
    """An overview counts those who live in the region, are certified and not suspended at the time."""
    found = prices()
    # andreas 40, beat 45, chiara 46, david 38, hannes 35; elena is suspended, reto lives in Bern
    assert found["game-console"] == (5, chf(35), chf(46))
    # sonja 55, chiara 58, greta 60; fabio's certification has ended
    assert found["tv-channels"] == (3, chf(55), chf(60))
    # nadja 30, chiara 35, greta 36
    assert found["mobile-phone"] == (3, chf(30), chf(36))
    assert prices(region="bern")["game-console"] == (1, chf(40), chf(40))
    assert prices(region="geneva") == {}


def test_the_overview_is_of_an_instant() -> None:
    """What is ended, not yet valid or suspended at the instant is not shown."""
    assert prices(at=NOW + timedelta(days=3650)) == {}  # no certification is in force any more
    christmas = at_wall_time(date(2013, 12, 25), time(12))
    assert prices(at=christmas)["game-console"] == (6, chf(35), chf(46))  # with elena again


def test_a_region_that_opens_later_is_shown_as_of_its_opening() -> None:
    """Two months ahead there is something to look forward to, and the date on which it begins."""
    early = MARKET.overview("zurich", at=NOW - timedelta(days=60))
    opens_at = at_wall_time(date(2013, 11, 27), time(0))
    assert {each.open_from for each in early} == {opens_at}
    assert {each.open_from for each in MARKET.overview("zurich", at=NOW)} == {NOW}
    assert [each.service_code for each in early] == [
        each.service_code for each in MARKET.overview("zurich", at=NOW)
    ]


def test_a_region_that_is_closed_has_no_overview() -> None:
    """What is closed for good offers nothing."""
    regions = [attrs.evolve(each, closes_on=date(2013, 12, 1)) for each in MARKET.regions[:1]]
    closed = attrs.evolve(MARKET, regions=regions)
    assert closed.overview("zurich", at=NOW) != ()
    assert closed.overview("zurich", at=at_wall_time(date(2013, 12, 2), time(9))) == ()


def test_the_overview_of_a_partner_is_of_its_own_catalogue() -> None:
    """A co-branded page shows what the partner offers, where it does."""
    brand = Partner(id="brand", name="Brand", service_codes=["mobile-phone"], region_ids=["zurich"])
    market = attrs.evolve(MARKET, partners=[*MARKET.partners, brand])
    shown = market.overview("zurich", at=NOW, partner_id="brand")
    assert [each.service_code for each in shown] == ["mobile-phone"]
    assert market.overview("bern", at=NOW, partner_id="brand") == ()
    own = attrs.evolve(market, partners=[*MARKET.partners, attrs.evolve(brand, own_certifications_only=True)])
    assert own.overview("zurich", at=NOW, partner_id="brand") == ()
    with pytest.raises(UnknownIdError):
        MARKET.overview("zurich", at=NOW, partner_id="nobody")


@pytest.mark.parametrize(
    ("price", "codes"),
    [
        # the console's usual band is CHF 30 to 60, a small job costs CHF 30 to 100; ends included
        ("30", []),
        ("29.99", ["price_unusual", "no_small_job"]),
        ("60", []),
        ("60.01", ["price_unusual"]),
        ("100", ["price_unusual"]),
        ("100.01", ["price_unusual", "no_small_job"]),
    ],
)
def test_an_unusual_price_is_worth_a_warning_and_no_more(price: str, codes: list[str]) -> None:
    """The offer stands; whoever keeps the network is told, with the price and the band."""
    offers = [attrs.evolve(each, price=chf(price)) for each in MARKET.offers if each.id == "andreas-1"]
    market = attrs.evolve(MARKET, offers=offers)
    assert [why.code for why in market.warnings()] == codes
    assert all(why.get("offer") == "andreas-1" for why in market.warnings())


def test_the_median_is_a_price_that_somebody_asks() -> None:
    """Of five prices the third, of an even number the lower of the two in the middle."""
    found = {each.service_code: each for each in MARKET.overview("zurich", at=NOW)}
    assert found["game-console"].price_median == chf(40)  # 35, 38, 40, 45, 46
    assert found["mobile-phone"].price_median == chf(35)  # 30, 35, 36


def test_the_overview_stands_in_the_catalogues_order() -> None:
    """Services are shown in the order of the catalogue, those that nobody offers left out."""
    order = [service.code for service in MARKET.catalogue.services]
    assert list(prices()) == [code for code in order if code in prices()]


def test_a_friend_with_two_offers_counts_once_with_the_cheaper() -> None:
    """Each friend counts once for a service, with the price that a customer would pay."""
    dear = attrs.evolve(MARKET.offer("andreas-1"), id="andreas-2", price=chf(99))
    market = attrs.evolve(MARKET, offers=[dear, *MARKET.offers])
    assert prices(market=market)["game-console"] == (5, chf(35), chf(46))


def test_a_suspended_friend_is_not_in_the_overview() -> None:
    """Who may not be booked is not counted."""
    suspension = MARKET.friend("elena").certifications[0].suspensions[0]
    during = attrs.evolve(suspension, during=Validity(NOW, NOW + timedelta(minutes=30)))
    market = with_first("friends", suspensions=[during])
    assert prices(market=market)["game-console"] == (4, chf(35), chf(46))
    assert prices(market=market, at=NOW + timedelta(minutes=30))["game-console"][0] == 5


def test_an_overview_of_an_unknown_region_is_an_error() -> None:
    """There is no overview of what is not there."""
    with pytest.raises(UnknownIdError) as caught:
        MARKET.overview("atlantis", at=NOW)
    assert (caught.value.kind, caught.value.id) == ("region", "atlantis")


def test_an_overview_needs_an_instant() -> None:
    """A naive instant is refused."""
    with pytest.raises(InvalidValueError) as caught:
        MARKET.overview("zurich", at=wrong.NAIVE)
    assert caught.value.field == "at"


# Bad input -----------------------------------------------------------------------------------------------


def test_an_empty_market_is_one() -> None:
    """A catalogue alone, even an empty one, is a market."""
    empty = Market(catalogue=Catalogue(categories=(), services=()))
    assert empty.busy("nobody") == ()
    assert empty.standing("nobody") is None


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(catalogue=wrong.OTHERS, **dict.fromkeys(market_module.COLLECTIONS, wrong.ITEMS)),
)
def test_a_wrong_field_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot be in a market is an error that names the field."""
    wrong.check_refused(MARKET, field, value, error)


def test_an_item_of_another_collection_is_refused() -> None:
    """A friend among the customers is an error that names the place."""
    mixed: Any = [MARKET.customers[0], ANDREAS]
    with pytest.raises(InvalidTypeError) as caught:
        attrs.evolve(MARKET, customers=mixed)
    assert caught.value.field == "customers[1]"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        service_code=wrong.IDS,
        friends=wrong.numbers(1, 2**53),
        price_from=wrong.OTHERS,
        price_to=wrong.OTHERS,
        price_median=wrong.OTHERS,
    ),
)
def test_a_wrong_overview_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot be in an overview is an error that names the field."""
    example = ServiceOverview(
        service_code="s",
        friends=1,
        price_from=Money(1),
        price_to=Money(2),
        price_median=Money(1),
        open_from=NOW,
    )
    wrong.check_refused(example, field, value, error)
