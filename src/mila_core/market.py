"""The market: one validated snapshot of all that matching needs, with an index by id.

A snapshot refuses duplicate ids and references to what is not in it, and names every such problem at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs

from mila_core.bookings import Booking
from mila_core.catalogue import Catalogue
from mila_core.certifications import check_certifications, check_suspensions
from mila_core.eligibility import Visit
from mila_core.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidValueError,
    UnknownIdError,
    describe,
)
from mila_core.friends import Customer, Friend, Partner
from mila_core.money import Money
from mila_core.offers import Offer
from mila_core.periods import Period, instant_of
from mila_core.regions import Region, openings
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Standing
from mila_core.validation import as_tuple, identifier, instance_of, integer, tuple_of

__all__ = ["COLLECTIONS", "Items", "Market", "ServiceOverview", "reference_problems"]


Items: TypeAlias = Mapping[str, Mapping[int, Any]]
"""The items of each collection, by position."""

COLLECTIONS = MappingProxyType(
    {
        "regions": "id",
        "partners": "id",
        "customers": "id",
        "friends": "id",
        "offers": "id",
        "bookings": "id",
        "standings": "friend_id",
    }
)
"""The collections of a snapshot, each with the field that is unique in it."""


def _duplicates(path: str, field: str, items: Iterable[tuple[int, Any]]) -> Iterator[InvalidInputError]:
    first: dict[str, int] = {}
    for position, item in items:
        key = getattr(item, field)
        if key in first:
            came = f"{describe(key)}, as at {path}[{first[key]}]"
            yield InvalidValueError(f"{path}[{position}].{field}", "an id of its own", came)
        first.setdefault(key, position)


def _dangling(path: str, kind: str, value: str, known: set[str]) -> Iterator[InvalidInputError]:
    if value not in known:
        yield InvalidValueError(path, f"the {kind} of this market", describe(value))


def _catalogue_problems(catalogue: Catalogue) -> Iterator[InvalidInputError]:
    for field in ("categories", "services"):
        yield from _duplicates(f"$.catalogue.{field}", "code", enumerate(getattr(catalogue, field)))
    categories = {category.code for category in catalogue.categories}
    for position, service in enumerate(catalogue.services):
        path = f"$.catalogue.services[{position}]"
        yield from _dangling(f"{path}.category", "code of a category", service.category, categories)
        for code in sorted(service.requires):
            yield from _dangling(f"{path}.requires", "code of a category", code, categories)


def _certification_problems(
    items: Items, catalogue: Catalogue | None, partners: set[str]
) -> Iterator[InvalidInputError]:
    first: dict[str, str] = {}
    for position, friend in items["friends"].items():
        for at, certification in enumerate(friend.certifications):
            path = f"$.friends[{position}].certifications[{at}]"
            if certification.id in first:
                came = f"{describe(certification.id)}, as at {first[certification.id]}"
                yield InvalidValueError(f"{path}.id", "an id of its own", came)
            first.setdefault(certification.id, path)
            yield from _dangling(f"{path}.issuer_id", "id of a partner", certification.issuer_id, partners)
            if catalogue is not None:
                codes = {each.code for each in catalogue.categories}
                codes |= {each.code for each in catalogue.services}
                for code in sorted(certification.scope):
                    yield from _dangling(f"{path}.scope", "code of a category or service", code, codes)


def reference_problems(
    items: Items, *, catalogue: Catalogue | None, claimed: Mapping[str, frozenset[str]] | None = None
) -> Iterator[InvalidInputError]:
    """Yield every duplicate id and every reference to something that is not there.

    Args:
        items: what the snapshot is made of: for each collection its items by position; items that could not
            be read may be missing.
        catalogue: the catalogue; None if it could not be read.
        claimed: for each collection the ids of the missing items, so that references to them are no second
            problem.

    Yields:
        One error for each problem, with its JSON path.
    """
    known = {
        name: {getattr(item, field) for item in items[name].values()} | (claimed or {}).get(name, frozenset())
        for name, field in COLLECTIONS.items()
    }
    for name, field in COLLECTIONS.items():
        yield from _duplicates(f"$.{name}", field, items[name].items())
    if catalogue is not None:
        yield from _catalogue_problems(catalogue)
    yield from _certification_problems(items, catalogue, known["partners"])
    for position, offer in items["offers"].items():
        yield from _dangling(
            f"$.offers[{position}].friend_id", "id of a friend", offer.friend_id, known["friends"]
        )
        if catalogue is not None:
            codes = {service.code for service in catalogue.services}
            path = f"$.offers[{position}].service_code"
            yield from _dangling(path, "code of a service", offer.service_code, codes)
    for position, booking in items["bookings"].items():
        path = f"$.bookings[{position}].quote"
        yield from _dangling(f"{path}.friend_id", "id of a friend", booking.friend_id, known["friends"])
        yield from _dangling(
            f"{path}.visit.customer_id", "id of a customer", booking.customer_id, known["customers"]
        )
    for position, standing in items["standings"].items():
        path = f"$.standings[{position}].friend_id"
        yield from _dangling(path, "id of a friend", standing.friend_id, known["friends"])


@attrs.frozen(kw_only=True)
class ServiceOverview:
    """What a region's overview shows of one service.

    Attributes:
        service_code: the code of the service.
        friends: how many friends of the region are ready for it.
        price_from: the lowest price of their offers.
        price_to: the highest.
    """

    service_code: str = attrs.field(validator=identifier)
    friends: int = attrs.field(validator=integer(1, 2**53))
    price_from: Money = attrs.field(validator=instance_of(Money))
    price_to: Money = attrs.field(validator=instance_of(Money))


@attrs.frozen(kw_only=True)
class Market:
    """All that is known at one moment: what can be booked, where, from whom, and what is believed of them.

    Attributes:
        catalogue: categories and services.
        regions: where the network is open, and from when.
        partners: firms that certify.
        customers: who may ask.
        friends: who may come.
        offers: what they offer.
        bookings: bookings known; the open ones take their friend's time.
        standings: what is believed of friends, at most one for each.

    Raises:
        InvalidDocumentError: duplicate ids or dangling references, all of them.
    """

    catalogue: Catalogue = attrs.field(validator=instance_of(Catalogue))
    regions: tuple[Region, ...] = attrs.field(
        default=(), converter=as_tuple, validator=tuple_of(instance_of(Region))
    )
    partners: tuple[Partner, ...] = attrs.field(
        default=(), converter=as_tuple, validator=tuple_of(instance_of(Partner))
    )
    customers: tuple[Customer, ...] = attrs.field(
        default=(), converter=as_tuple, validator=tuple_of(instance_of(Customer))
    )
    friends: tuple[Friend, ...] = attrs.field(
        default=(), converter=as_tuple, validator=tuple_of(instance_of(Friend))
    )
    offers: tuple[Offer, ...] = attrs.field(
        default=(), converter=as_tuple, validator=tuple_of(instance_of(Offer))
    )
    bookings: tuple[Booking, ...] = attrs.field(
        default=(), converter=as_tuple, validator=tuple_of(instance_of(Booking))
    )
    standings: tuple[Standing, ...] = attrs.field(
        default=(), converter=as_tuple, validator=tuple_of(instance_of(Standing))
    )

    def __attrs_post_init__(self) -> None:
        """Refuse duplicates and dangling references."""
        items = {name: dict(enumerate(getattr(self, name))) for name in COLLECTIONS}
        problems = list(reference_problems(items, catalogue=self.catalogue))
        if problems:
            raise InvalidDocumentError("market", problems)

    @cached_property
    def _by_id(self) -> Mapping[str, Mapping[str, Any]]:
        return {
            name: {getattr(item, field): item for item in getattr(self, name)}
            for name, field in COLLECTIONS.items()
        }

    def _find(self, collection: str, kind: str, id: str) -> Any:  # noqa: A002  # the domain's word
        try:
            return self._by_id[collection][id]
        except KeyError:
            raise UnknownIdError(kind, id) from None

    def friend(self, id: str) -> Friend:  # noqa: A002  # the domain's word
        """Return a friend by id.

        Args:
            id: the id.

        Raises:
            UnknownIdError: there is none.
        """
        found: Friend = self._find("friends", "friend", id)
        return found

    def customer(self, id: str) -> Customer:  # noqa: A002  # the domain's word
        """Return a customer by id.

        Args:
            id: the id.

        Raises:
            UnknownIdError: there is none.
        """
        found: Customer = self._find("customers", "customer", id)
        return found

    def offer(self, id: str) -> Offer:  # noqa: A002  # the domain's word
        """Return an offer by id.

        Args:
            id: the id.

        Raises:
            UnknownIdError: there is none.
        """
        found: Offer = self._find("offers", "offer", id)
        return found

    def standing(self, friend_id: str) -> Standing | None:
        """Return what is believed of a friend, or None for one of whom nothing is known.

        Args:
            friend_id: the id of the friend.
        """
        found: Standing | None = self._by_id["standings"].get(friend_id)
        return found

    def busy(self, friend_id: str) -> tuple[Period, ...]:
        """Return the slots that a friend's open bookings take.

        Args:
            friend_id: the id of the friend.
        """
        return tuple(
            booking.quote.visit.slot
            for booking in self.bookings
            if booking.friend_id == friend_id and booking.is_open
        )

    def overview(self, region_id: str, *, at: datetime) -> tuple[ServiceOverview, ...]:
        """Return which services the friends of a region offer, with prices, in the catalogue's order.

        An offer counts if it is valid at the instant, and its friend is certified for the service then and
        not suspended. Whether the region is open does not matter: an overview may be shown before.

        Args:
            region_id: the id of the region.
            at: the instant.

        Raises:
            UnknownIdError: no such region.
        """
        now = instant_of(at)
        region = self._find("regions", "region", region_id)
        prices: dict[str, dict[str, Money]] = {}
        for offer in self.offers:
            friend = self.friend(offer.friend_id)
            if friend.home in region and now in offer.valid and self._is_ready(friend, offer, now):
                cheapest = prices.setdefault(offer.service_code, {})
                cheapest[friend.id] = min(offer.price, cheapest.get(friend.id, offer.price))
        return tuple(
            ServiceOverview(
                service_code=service.code,
                friends=len(found),
                price_from=min(found.values()),
                price_to=max(found.values()),
            )
            for service in self.catalogue.services
            if (found := prices.get(service.code))
        )

    def _is_ready(self, friend: Friend, offer: Offer, at: datetime) -> bool:
        service = self.catalogue.service(offer.service_code)
        during = Period(at, at + timedelta(minutes=service.minutes))
        suspended = check_suspensions(friend.suspensions, during, code="friend_suspended", of=friend.id)
        return (
            not suspended.reasons
            and not check_certifications(friend.certifications, service, during=during).reasons
        )

    def visit(self, request: ServiceRequest, *, slot: Period | None = None) -> Visit:
        """Return the visit that would answer a request in a slot.

        Args:
            request: the request.
            slot: the slot; if not given, the service's usual duration from the start of the first window.

        Raises:
            UnknownIdError: the request names a customer or a service that is not in the market.
        """
        service = self.catalogue.service(request.service_code)
        start = min(request.windows).start
        return Visit(
            request_id=request.id,
            customer_id=self.customer(request.customer_id).id,
            service=service,
            place=request.place,
            slot=slot or Period(start, start + timedelta(minutes=service.minutes)),
            languages=request.languages,
            openings=openings(self.regions, request.place),
        )
