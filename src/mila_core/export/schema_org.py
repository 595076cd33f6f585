"""Services, offers, ratings and a region's overview as schema.org JSON-LD, for pages and search engines.

Plain dicts that `json.dumps` takes; `to_script` makes of them what stands in a page. The vocabulary is that
of https://schema.org: `Service`, `Offer`, `AggregateOffer`, `OfferCatalog`, `AggregateRating`, `GeoCircle`.

Friends are private persons: they appear by their id, by a name only if the application passes one, and with
the place around which they go only if it passes that.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mila_core.catalogue import Service
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError, describe
from mila_core.friends import FriendKind
from mila_core.i18n import language_of
from mila_core.market import Market, ServiceOverview
from mila_core.names import Language
from mila_core.offers import Offer
from mila_core.periods import wall_time
from mila_core.places import Place
from mila_core.regions import Region
from mila_core.standings import STARS, Standing

__all__ = ["SCHEMA_ORG", "aggregate_rating_ld", "market_ld", "offer_ld", "service_ld", "to_script"]

SCHEMA_ORG = "https://schema.org"
"""The context of every document: the vocabulary in which its names are to be read."""

_METRES_PER_KM = 1000
_PARTY = {FriendKind.FRIEND: "Person", FriendKind.PRO: "Organization"}
# What ends a script element or begins a comment in HTML, and what ends a line in JavaScript before 2019.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def service_ld(service: Service, *, locale: str) -> dict[str, Any]:
    """Return a service as a schema.org `Service`.

    Args:
        service: the service.
        locale: any locale, as for `i18n.negotiate`.

    Raises:
        InvalidTypeError: no service, or the locale is not a text.

    Examples:
        >>> from mila_core.catalogue import household_technology
        >>> console = service_ld(household_technology().service("game-console"), locale="fr")
        >>> console["@type"], console["name"]
        ('Service', 'Raccorder une console de jeux')
    """
    _check("service", service, Service)
    return {"@context": SCHEMA_ORG, **_service(service, language_of(locale))}


def _check(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise InvalidTypeError(name, f"a {kind.__name__}", describe(value, personal=True))


def _service(service: Service, language: Language) -> dict[str, Any]:
    return {
        "@type": "Service",
        "identifier": service.code,
        "name": service.names.in_language(language),
        "description": service.descriptions.in_language(language),
        "category": service.category,
    }


def offer_ld(
    offer: Offer,
    service: Service,
    *,
    locale: str,
    provider_name: str | None = None,
    provider_kind: FriendKind = FriendKind.FRIEND,
    area: Place | None = None,
    around: Place | None = None,
    standing: Standing | None = None,
) -> dict[str, Any]:
    """Return an offer as a schema.org `Offer`: what, for how much, from whom, where and from when to when.

    Args:
        offer: the offer.
        service: the offer's service.
        locale: any locale, as for `i18n.negotiate`.
        provider_name: the friend's name, if it may be public; without it there is only the id.
        provider_kind: a private person or a firm.
        area: a place that is served, as a postcode; or
        around: the place from which the friend sets out, for a circle with the offer's radius. It is a
            person's home, to the precision of a postcode.
        standing: what is believed of the friend; shown if it is public.

    Returns:
        A document; `validFrom` and `validThrough` are on the Swiss wall clock.

    Raises:
        InvalidTypeError: an argument of another type, or both an area and a place around which.
        InvalidValueError: the service is not the offer's, or the standing not the friend's.

    Examples:
        >>> from mila_core import samples
        >>> from mila_core.places import Place
        >>> market = samples.zurich_2013().market
        >>> offer = market.offer("andreas-1")
        >>> console = market.catalogue.service(offer.service_code)
        >>> ld = offer_ld(offer, console, locale="en", area=Place("8005"))
        >>> ld["price"], ld["priceCurrency"], ld["areaServed"]["address"]["postalCode"]
        ('40.00', 'CHF', '8005')
        >>> ld["offeredBy"]
        {'@type': 'Person', 'identifier': 'andreas'}
    """
    _check("offer", offer, Offer)
    _check("service", service, Service)
    _check("provider_kind", provider_kind, FriendKind)
    if area is not None:
        _check("area", area, Place)
    if around is not None:
        _check("around", around, Place)
    if standing is not None:
        _check("standing", standing, Standing)
    if service.code != offer.service_code:
        raise InvalidValueError("service", f"the service {offer.service_code}", describe(service.code))
    if standing is not None and standing.friend_id != offer.friend_id:
        raise InvalidValueError(
            "standing", f"the standing of {offer.friend_id}", describe(standing.friend_id)
        )
    if provider_name is not None and not isinstance(provider_name, str):
        raise InvalidTypeError("provider_name", "a name", describe(provider_name, personal=True))
    name = {} if provider_name is None else {"name": provider_name}
    rating = None if standing is None else _rating(standing)
    until = offer.valid.end
    return {
        "@context": SCHEMA_ORG,
        "@type": "Offer",
        "identifier": offer.id,
        "itemOffered": _service(service, language_of(locale)),
        "price": offer.price.amount,
        "priceCurrency": "CHF",
        "offeredBy": {"@type": _PARTY[provider_kind], "identifier": offer.friend_id, **name},
        **_area_served(offer, area, around),
        "validFrom": wall_time(offer.valid.start).isoformat(),
        **({} if until is None else {"validThrough": wall_time(until).isoformat()}),
        **({} if rating is None else {"aggregateRating": rating}),
    }


def _area_served(offer: Offer, area: Place | None, around: Place | None) -> dict[str, Any]:
    if area is not None and around is not None:
        raise InvalidTypeError("area", "an area or a place around which, not both", "both")
    if area is not None:
        address = {
            "@type": "PostalAddress",
            "postalCode": area.postcode,
            "addressLocality": area.locality,
            "addressCountry": "CH",
        }
        return {"areaServed": {"@type": "Place", "address": address}}
    if around is None:
        return {}
    latitude, longitude = around.wgs84
    centre = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    radius_m = offer.radius_km * _METRES_PER_KM
    return {"areaServed": {"@type": "GeoCircle", "geoMidpoint": centre, "geoRadius": radius_m}}


def aggregate_rating_ld(standing: Standing, *, kind: FriendKind = FriendKind.FRIEND) -> dict[str, Any] | None:
    """Return a friend's standing as a schema.org `AggregateRating`, or None if it is not public.

    The value is `standing.stars`, the number that is shown to people, and not the plain mean: a page and its
    markup have to say the same.

    Args:
        standing: what is believed of the friend.
        kind: a private person or a firm.

    Raises:
        InvalidTypeError: no standing, or no such kind.

    Examples:
        >>> from mila_core import samples
        >>> market = samples.zurich_2013().market
        >>> rating = aggregate_rating_ld(market.standing("greta"))
        >>> rating["ratingValue"], rating["ratingCount"]
        ('4.75', 5)
        >>> aggregate_rating_ld(market.standing("sonja")) is None  # one rating alone
        True
    """
    _check("standing", standing, Standing)
    _check("kind", kind, FriendKind)
    rating = _rating(standing)
    if rating is None:
        return None
    reviewed = {"@type": _PARTY[kind], "identifier": standing.friend_id}
    return {"@context": SCHEMA_ORG, **rating, "itemReviewed": reviewed}


def _rating(standing: Standing) -> dict[str, Any] | None:
    if not standing.is_public:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": f"{standing.stars:.2f}",
        "ratingCount": standing.ratings,
        "bestRating": STARS[-1],
        "worstRating": STARS[0],
    }


def market_ld(market: Market, region_id: str, *, at: datetime, locale: str) -> dict[str, Any]:
    """Return a region's overview as a schema.org `OfferCatalog`: services with prices from and to.

    Args:
        market: the market.
        region_id: the id of the region.
        at: the instant of the overview (see `Market.overview`).
        locale: any locale, as for `i18n.negotiate`.

    Returns:
        A document; each service is an `AggregateOffer`, counting friends, and none of them is named.

    Raises:
        UnknownIdError: no such region.
        InvalidTypeError: no market, the locale is not a text, or no instant.
        InvalidValueError: an instant without offset.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> catalog = market_ld(pilot.market, "zurich", at=pilot.opened_at, locale="de")
        >>> catalog["name"], catalog["itemListElement"][0]["lowPrice"]
        ('Zürich', '55.00')
    """
    _check("market", market, Market)
    language = language_of(locale)
    region = next((each for each in market.regions if each.id == region_id), None)
    if region is None:
        raise UnknownIdError("region", region_id)
    offers = [
        _overview(market.catalogue.service(each.service_code), each, region, language)
        for each in market.overview(region_id, at=at)
    ]
    return {
        "@context": SCHEMA_ORG,
        "@type": "OfferCatalog",
        "identifier": region.id,
        "name": region.names.in_language(language),
        "numberOfItems": len(offers),
        "itemListElement": offers,
    }


def _overview(
    service: Service, overview: ServiceOverview, region: Region, language: Language
) -> dict[str, Any]:
    return {
        "@type": "AggregateOffer",
        "itemOffered": _service(service, language),
        "lowPrice": overview.price_from.amount,
        "highPrice": overview.price_to.amount,
        "priceCurrency": "CHF",
        "offerCount": overview.friends,
        "areaServed": {"@type": "AdministrativeArea", "name": region.names.in_language(language)},
    }


def to_script(ld: Mapping[str, Any]) -> str:
    r"""Return a document as JSON that is safe inside `<script type="application/ld+json">`.

    No text in it can end the element, begin a comment or break a line: `<`, `>`, `&` and the line separators
    are written as escapes, which every reader of JSON reads back.

    Args:
        ld: a document of this module.

    Raises:
        InvalidTypeError: no mapping, or something in it that JSON does not have.
        InvalidValueError: a number that JSON does not have.

    Examples:
        >>> print(to_script({"name": "</script>"}))
        {"name": "\u003c/script\u003e"}
    """
    _check("ld", ld, Mapping)
    try:
        text = json.dumps(dict(ld), ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise InvalidValueError("ld", "numbers that are finite", "another one") from None
    except TypeError:
        raise InvalidTypeError("ld", "dicts, lists, texts and numbers", "something else in it") from None
    return text.translate(_ESCAPES)
