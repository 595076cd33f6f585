"""Services, offers, ratings and overviews become schema.org JSON-LD that is safe in a page."""

import json
import math
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mila_core import samples, testing
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.export import (
    SCHEMA_ORG,
    aggregate_rating_ld,
    market_ld,
    offer_ld,
    service_ld,
    to_script,
)
from mila_core.friends import FriendKind
from mila_core.market import Market
from mila_core.names import Names
from mila_core.offers import Offer
from mila_core.periods import valid_on
from mila_core.places import Place
from mila_core.standings import Standing

PILOT = samples.zurich_2013()
MARKET = PILOT.market
OFFER = attrs.evolve(MARKET.offer("andreas-1"), valid=valid_on(date(2013, 11, 1), last=date(2014, 3, 31)))
CONSOLE = MARKET.catalogue.service("game-console")
AT = datetime(2013, 11, 27, 8, tzinfo=UTC)

# The properties of schema.org that each type has, its own and those of the types above it, as far as they are
# used here: https://schema.org/Offer and so on.
PROPERTIES = {
    "Service": {"identifier", "name", "description", "category"},
    "Offer": {
        *("identifier", "itemOffered", "price", "priceCurrency", "offeredBy", "areaServed", "validFrom"),
        *("validThrough", "aggregateRating"),
    },
    "AggregateOffer": {
        "itemOffered",
        "lowPrice",
        "highPrice",
        "priceCurrency",
        "offerCount",
        "areaServed",
    },
    "OfferCatalog": {"identifier", "name", "numberOfItems", "itemListElement"},
    "AggregateRating": {"ratingValue", "ratingCount", "bestRating", "worstRating", "itemReviewed"},
    "Person": {"identifier", "name"},
    "Organization": {"identifier", "name"},
    "Place": {"address"},
    "AdministrativeArea": {"name"},
    "PostalAddress": {"postalCode", "addressLocality", "addressCountry"},
    "GeoCircle": {"geoMidpoint", "geoRadius"},
    "GeoCoordinates": {"latitude", "longitude"},
}


def check_vocabulary(ld: dict[str, Any], *, is_document: bool = True) -> None:
    """Check that each part has a type and only properties of it, and only a document a context."""
    assert ld.get("@context") == (SCHEMA_ORG if is_document else None)
    assert set(ld) - {"@context", "@type"} <= PROPERTIES[ld["@type"]]
    for value in ld.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                check_vocabulary(part, is_document=False)


def test_a_service_has_its_words_in_one_language() -> None:
    """The locale chooses the words; the codes stay."""
    assert service_ld(CONSOLE, locale="de") == {
        "@context": "https://schema.org",
        "@type": "Service",
        "identifier": "game-console",
        "name": CONSOLE.names.de,
        "description": CONSOLE.descriptions.de,
        "category": "gaming",
    }
    assert service_ld(CONSOLE, locale="fr_CH")["name"] == CONSOLE.names.fr


def test_an_offer_has_its_price_its_time_and_no_name() -> None:
    """An offer as it is, without what the caller does not tell."""
    assert offer_ld(OFFER, CONSOLE, locale="en") == {
        "@context": "https://schema.org",
        "@type": "Offer",
        "identifier": "andreas-1",
        "itemOffered": {
            "@type": "Service",
            "identifier": "game-console",
            "name": CONSOLE.names.en,
            "description": CONSOLE.descriptions.en,
            "category": "gaming",
        },
        "price": "40.00",
        "priceCurrency": "CHF",
        "offeredBy": {"@type": "Person", "identifier": "andreas"},
        "validFrom": "2013-11-01T00:00:00+01:00",
        "validThrough": "2014-04-01T00:00:00+02:00",
    }


def test_an_offer_without_end_has_none() -> None:
    """Until further notice, nothing is said of an end."""
    open_ended = attrs.evolve(OFFER, valid=valid_on(date(2013, 11, 1)))
    assert "validThrough" not in offer_ld(open_ended, CONSOLE, locale="en")


def test_an_offer_says_where_as_the_caller_wants() -> None:
    """A postcode, or a circle in metres around one."""
    area = offer_ld(OFFER, CONSOLE, locale="en", area=Place("8005"))["areaServed"]
    assert area == {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress",
            "postalCode": "8005",
            "addressLocality": "Zürich",
            "addressCountry": "CH",
        },
    }
    circle = offer_ld(OFFER, CONSOLE, locale="en", around=Place("8005"))["areaServed"]
    assert circle == {
        "@type": "GeoCircle",
        "geoMidpoint": {"@type": "GeoCoordinates", "latitude": 47.38583, "longitude": 8.52575},
        "geoRadius": 10_000,
    }


def test_a_provider_has_a_name_if_the_caller_gives_one() -> None:
    """A firm may be named; it is an organization."""
    ld = offer_ld(OFFER, CONSOLE, locale="en", provider_name="Fix AG", provider_kind=FriendKind.PRO)
    assert ld["offeredBy"] == {"@type": "Organization", "identifier": "andreas", "name": "Fix AG"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"service": MARKET.catalogue.service("tv-channels")}, InvalidValueError),  # another service
        ({"standing": MARKET.standing("beat")}, InvalidValueError),  # another friend's
        ({"area": Place("8005"), "around": Place("8005")}, InvalidTypeError),  # both
        ({"provider_name": 7}, InvalidTypeError),
        ({"locale": None}, InvalidTypeError),
    ],
)
def test_an_offer_refuses_what_does_not_belong_to_it(
    changed: dict[str, Any], error: type[InvalidInputError]
) -> None:
    """Nothing wrong is published."""
    arguments: dict[str, Any] = {"service": CONSOLE, "locale": "de", **changed}
    service = arguments.pop("service")
    with pytest.raises(error):
        offer_ld(OFFER, service, **arguments)


def test_a_rating_has_two_decimals_and_its_scale() -> None:
    """The number that people see, as text, and how many ratings it rests on."""
    standing = Standing(friend_id="beat", stars=4.666, counts=[0, 0, 1, 0, 2], at=AT, model="raw_mean")
    assert aggregate_rating_ld(standing, kind=FriendKind.PRO) == {
        "@context": "https://schema.org",
        "@type": "AggregateRating",
        "ratingValue": "4.67",
        "ratingCount": 3,
        "bestRating": 5,
        "worstRating": 1,
        "itemReviewed": {"@type": "Organization", "identifier": "beat"},
    }


@given(testing.standings(friend_id="andreas"))
def test_a_rating_is_told_only_where_it_is_public(standing: Standing) -> None:
    """Of few ratings there is no trace, neither alone nor in an offer."""
    rating = aggregate_rating_ld(standing)
    offer = offer_ld(OFFER, CONSOLE, locale="de", standing=standing)
    assert (rating is not None) == ("aggregateRating" in offer) == standing.is_public
    if rating is not None:
        check_vocabulary(rating)
        check_vocabulary(offer)
        assert 1 <= float(rating["ratingValue"]) <= 5


@given(st.data())
def test_a_market_becomes_a_catalog(data: st.DataObject) -> None:
    """The overview of each region, as prices from and to, without any friend's id or name."""
    market = data.draw(testing.markets(least=1))
    at = data.draw(testing.market_instants(market))
    for region in market.regions:
        ld = market_ld(market, region.id, at=at, locale="it")
        check_vocabulary(ld)
        overview = market.overview(region.id, at=at)
        assert ld["numberOfItems"] == len(ld["itemListElement"]) == len(overview)
        for item, shown in zip(ld["itemListElement"], overview, strict=True):
            assert item["itemOffered"]["identifier"] == shown.service_code
            assert (item["lowPrice"], item["highPrice"]) == (shown.price_from.amount, shown.price_to.amount)
            assert item["offerCount"] == shown.friends
        assert json.loads(to_script(ld)) == ld
        assert not any(friend.id in to_script(ld) for friend in market.friends)


@given(testing.markets(least=1))
def test_every_offer_becomes_plain_json(market: Market) -> None:
    """Dicts, lists, texts and numbers, of the vocabulary."""
    assume(market.offers)
    for offer in market.offers:
        service, home = market.catalogue.service(offer.service_code), market.friend(offer.friend_id).home
        ld = offer_ld(offer, service, locale="fr", around=home, standing=market.standing(offer.friend_id))
        check_vocabulary(ld)
        assert json.loads(json.dumps(ld, allow_nan=False)) == ld


def test_a_region_that_there_is_not_is_refused() -> None:
    """As by the market itself."""
    with pytest.raises(UnknownIdError, match="region"):
        market_ld(MARKET, "atlantis", at=AT, locale="de")


HOSTILE = "</script><script>alert(1)</script><!-- & \u2028\u2029 ]]>"


@given(st.dictionaries(st.text(), st.text() | st.sampled_from([HOSTILE])))
def test_a_script_is_safe_and_reads_back(ld: dict[str, str]) -> None:
    """Nothing that HTML or JavaScript would take as theirs, and the same document."""
    text = to_script(ld)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == ld


def test_a_hostile_name_stays_a_name() -> None:
    """A service's name cannot leave the element that it stands in."""
    names = Names(de=HOSTILE[:40], fr="x", it="x", en="x")
    text = to_script(service_ld(attrs.evolve(CONSOLE, names=names), locale="de"))
    assert "<" not in text
    assert json.loads(text)["name"] == HOSTILE[:40]


def test_a_number_that_json_lacks_is_refused() -> None:
    """NaN is no JSON, though Python writes it."""
    with pytest.raises(InvalidValueError, match="finite"):
        to_script({"value": math.nan})


@pytest.mark.parametrize(
    ("call", "arguments", "named", "field"),
    [
        (service_ld, (None,), {"locale": "de"}, "service"),
        (offer_ld, ("andreas-1", CONSOLE), {"locale": "de"}, "offer"),
        (offer_ld, (OFFER, "game-console"), {"locale": "de"}, "service"),
        (offer_ld, (OFFER, CONSOLE), {"locale": "de", "provider_kind": "robot"}, "provider_kind"),
        (offer_ld, (OFFER, CONSOLE), {"locale": "de", "area": "8005"}, "area"),
        (offer_ld, (OFFER, CONSOLE), {"locale": "de", "around": "8005"}, "around"),
        (offer_ld, (OFFER, CONSOLE), {"locale": "de", "standing": 4.7}, "standing"),
        (aggregate_rating_ld, (None,), {}, "standing"),
        (aggregate_rating_ld, (MARKET.standing("greta"),), {"kind": "robot"}, "kind"),
        (market_ld, (None, "zurich"), {"at": PILOT.opened_at, "locale": "de"}, "market"),
        (to_script, (None,), {}, "ld"),
        (to_script, ({"price": OFFER.price},), {}, "ld"),  # json has no amounts
    ],
)
def test_an_argument_of_another_type_is_named(
    call: Any, arguments: tuple[Any, ...], named: dict[str, Any], field: str
) -> None:
    """No call ends in an error that tells of our insides."""
    with pytest.raises(InvalidTypeError, match=f"^{field}: expected"):
        call(*arguments, **named)


def test_the_offers_of_the_pilot_are_of_its_services() -> None:
    """The article's first offer, in four languages."""
    offer: Offer = MARKET.offer("andreas-1")
    names = [
        offer_ld(offer, CONSOLE, locale=each)["itemOffered"]["name"] for each in ("de", "fr", "it", "en")
    ]
    assert len(set(names)) == 4
