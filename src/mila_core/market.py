"""The market: one validated snapshot of all that matching needs, with an index by id.

A snapshot refuses duplicate ids and references to what is not in it, and names every such problem at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs

from mila_core.bookings import Booking, busy_slots
from mila_core.catalogue import Catalogue
from mila_core.eligibility import NOBODY, Visit, check
from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidValueError,
    UnknownIdError,
    describe,
)
from mila_core.friends import Customer, Friend, Partner
from mila_core.money import Money
from mila_core.offers import Offer
from mila_core.periods import Period, instant_of, midnight
from mila_core.places import Place
from mila_core.policies import NetworkPolicy
from mila_core.reasons import Reason, reason
from mila_core.regions import Opening, Region, openings
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Reliability, Standing
from mila_core.validation import TupleOf, as_instant, identifier, instance_of, instant, integer, tuple_of

__all__ = ["COLLECTIONS", "Market", "ServiceOverview", "reference_problems"]

COLLECTIONS = MappingProxyType(
    {
        "regions": "id",
        "partners": "id",
        "customers": "id",
        "friends": "id",
        "offers": "id",
        "bookings": "id",
        "standings": "friend_id",
        "reliabilities": "friend_id",
    }
)
"""The collections of a snapshot, each with the field that is unique in it.

:meta hide-value:
"""


_Path: TypeAlias = tuple[str | int, ...]
"""The steps to an item; made into a JSON path only where there is something to tell of it."""


def _field(item: Any, name: str) -> Any:
    """Return a field of a value or of a JSON object, or None if it has none of that name."""
    return item.get(name) if isinstance(item, dict) else getattr(item, name, None)


def _listed(item: Any, name: str, *, default: Sequence[Any] | None = ()) -> Sequence[Any] | None:
    """Return the list in a field; the default if there is no field, None if there is something else in it."""
    if isinstance(item, dict) and name not in item:
        return default
    found = _field(item, name)
    return found if isinstance(found, list | tuple) else None


def _keys(items: Sequence[Any] | None, field: str) -> frozenset[str] | None:
    if items is None:
        return None
    return frozenset(key for item in items if isinstance(key := _field(item, field), str))


def _text(path: _Path) -> str:
    return "".join(step if isinstance(step, str) else f"[{step}]" for step in path)


def _duplicates(items: Iterable[tuple[_Path, Any]], field: str) -> Iterator[InvalidInputError]:
    first: dict[str, _Path] = {}
    for path, item in items:
        key = _field(item, field)
        if isinstance(key, str) and first.setdefault(key, path) is not path:
            came = f"{describe(key)}, as at {_text(first[key])}"
            yield InvalidValueError(f"{_text(path)}.{field}", "an id of its own", came)


def _dangling(
    path: _Path, field: str, kind: str, value: Any, known: frozenset[str] | None
) -> tuple[InvalidInputError, ...]:
    if isinstance(value, str) and known is not None and value not in known:
        expected = f"the {kind} of this market"
        return (InvalidValueError(f"{_text(path)}.{field}", expected, describe(value)),)
    return ()


def _dangling_codes(
    path: _Path, field: str, kind: str, values: Any, known: frozenset[str] | None
) -> Iterator[InvalidInputError]:
    codes = values if isinstance(values, frozenset | list) else ()
    for code in sorted(each for each in codes if isinstance(each, str)):
        yield from _dangling(path, field, kind, code, known)


def _numbered(path: _Path, items: Sequence[Any] | None) -> Iterator[tuple[_Path, Any]]:
    for position, item in enumerate(items or ()):
        yield (*path, position), item


def _catalogue_problems(
    parts: Mapping[str, Sequence[Any] | None], categories: frozenset[str] | None
) -> Iterator[InvalidInputError]:
    for name, items in parts.items():
        yield from _duplicates(_numbered((f"$.catalogue.{name}",), items), "code")
    for path, service in _numbered(("$.catalogue.services",), parts["services"]):
        if isinstance(code := _field(service, "code"), str) and code in (categories or ()):
            came = f"{describe(code)}, the code of a category"  # a certification for it would mean both
            yield InvalidValueError(f"{_text(path)}.code", "a code of its own", came)
    for path, service in _numbered(("$.catalogue.services",), parts["services"]):
        category, requires = _field(service, "category"), _field(service, "requires")
        yield from _dangling(path, "category", "code of a category", category, categories)
        yield from _dangling_codes(path, "requires", "code of a category", requires, categories)


def _units(services: Sequence[Any] | None) -> Mapping[str, frozenset[str]]:
    """Return the codes of the packages and add-ons of each service, where both lists are lists."""
    found: dict[str, frozenset[str]] = {}
    for service in services or ():
        code = _field(service, "code")
        packages, add_ons = (_keys(_listed(service, name), "code") for name in ("packages", "add_ons"))
        if isinstance(code, str) and packages is not None and add_ons is not None:
            found[code] = packages | add_ons
    return found


def _certification_problems(
    friends: Sequence[Any] | None, partners: frozenset[str] | None, codes: frozenset[str] | None
) -> Iterator[InvalidInputError]:
    certifications = [
        held
        for path, friend in _numbered(("$.friends",), friends)
        for held in _numbered((*path, ".certifications"), _listed(friend, "certifications"))
    ]
    yield from _duplicates(certifications, "id")
    for path, certification in certifications:
        issuer_id, scope = _field(certification, "issuer_id"), _field(certification, "scope")
        yield from _dangling(path, "issuer_id", "id of a partner", issuer_id, partners)
        yield from _dangling_codes(path, "scope", "code of a category or service", scope, codes)


def reference_problems(snapshot: Any) -> Iterator[InvalidInputError]:
    """Yield every duplicate id and every reference to something that is not there.

    Args:
        snapshot: a market; or the JSON object that should become one, so that an item that cannot be read
            neither hides a problem nor makes a reference to it look like one. What is missing there, or of
            a wrong type, is passed over.

    Yields:
        One error for each problem, with its JSON path.
    """
    catalogue = _field(snapshot, "catalogue")
    parts = {name: _listed(catalogue, name, default=None) for name in ("categories", "services")}
    categories, services = (_keys(items, "code") for items in parts.values())
    codes = None if categories is None or services is None else categories | services
    units = _units(parts["services"])
    lists = {name: _listed(snapshot, name) for name in COLLECTIONS}
    known = {name: _keys(lists[name], field) for name, field in COLLECTIONS.items()}
    yield from _catalogue_problems(parts, categories)
    for name, field in COLLECTIONS.items():
        yield from _duplicates(_numbered((f"$.{name}",), lists[name]), field)
    yield from _certification_problems(lists["friends"], known["partners"], codes)
    for path, partner in _numbered(("$.partners",), lists["partners"]):
        own, regions = _field(partner, "service_codes"), _field(partner, "region_ids")
        yield from _dangling_codes(path, "service_codes", "code of a service", own, services)
        yield from _dangling_codes(path, "region_ids", "id of a region", regions, known["regions"])
    for path, offer in _numbered(("$.offers",), lists["offers"]):
        friend_id, code = _field(offer, "friend_id"), _field(offer, "service_code")
        yield from _dangling(path, "friend_id", "id of a friend", friend_id, known["friends"])
        yield from _dangling(path, "service_code", "code of a service", code, services)
        for at, unit in _numbered((*path, ".prices"), _listed(offer, "prices")):
            known_units = units.get(code) if isinstance(code, str) else None
            yield from _dangling(at, "code", "code of a package or add-on", _field(unit, "code"), known_units)
    for path, booking in _numbered(("$.bookings",), lists["bookings"]):
        quote = _field(booking, "quote")
        friend_id, customer_id = _field(quote, "friend_id"), _field(_field(quote, "visit"), "customer_id")
        yield from _dangling(path, "quote.friend_id", "id of a friend", friend_id, known["friends"])
        yield from _dangling(
            path, "quote.visit.customer_id", "id of a customer", customer_id, known["customers"]
        )
    for name in ("standings", "reliabilities"):
        for path, believed in _numbered((f"$.{name}",), lists[name]):
            friend_id = _field(believed, "friend_id")
            yield from _dangling(path, "friend_id", "id of a friend", friend_id, known["friends"])


@attrs.frozen(kw_only=True)
class ServiceOverview:
    """What a region's overview shows of one service.

    Attributes:
        service_code: the code of the service.
        friends: how many friends of the region are ready for it.
        price_from: the lowest price at which one of them does it.
        price_to: the highest, each of them by the cheapest offer.
        price_median: the price in the middle; of an even number of friends the lower of the two.
        open_from: the instant asked about, or the region's opening if that is later.
    """

    service_code: str = attrs.field(validator=identifier)
    friends: int = attrs.field(validator=integer(1, 2**53))
    price_from: Money = attrs.field(validator=instance_of(Money))
    price_to: Money = attrs.field(validator=instance_of(Money))
    price_median: Money = attrs.field(validator=instance_of(Money))
    open_from: datetime = attrs.field(converter=as_instant, validator=instant)


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
        reliabilities: what was counted of friends, at most one for each.
        policy: the rules of the network.

    Raises:
        InvalidDocumentError: duplicate ids or dangling references, all of them.
    """

    catalogue: Catalogue = attrs.field(validator=instance_of(Catalogue))
    regions: tuple[Region, ...] = attrs.field(
        default=(), converter=TupleOf[Region], validator=tuple_of(instance_of(Region))
    )
    partners: tuple[Partner, ...] = attrs.field(
        default=(), converter=TupleOf[Partner], validator=tuple_of(instance_of(Partner))
    )
    customers: tuple[Customer, ...] = attrs.field(
        default=(), converter=TupleOf[Customer], validator=tuple_of(instance_of(Customer))
    )
    friends: tuple[Friend, ...] = attrs.field(
        default=(), converter=TupleOf[Friend], validator=tuple_of(instance_of(Friend))
    )
    offers: tuple[Offer, ...] = attrs.field(
        default=(), converter=TupleOf[Offer], validator=tuple_of(instance_of(Offer))
    )
    bookings: tuple[Booking, ...] = attrs.field(
        default=(), converter=TupleOf[Booking], validator=tuple_of(instance_of(Booking))
    )
    standings: tuple[Standing, ...] = attrs.field(
        default=(), converter=TupleOf[Standing], validator=tuple_of(instance_of(Standing))
    )
    reliabilities: tuple[Reliability, ...] = attrs.field(
        default=(), converter=TupleOf[Reliability], validator=tuple_of(instance_of(Reliability))
    )
    policy: NetworkPolicy = attrs.field(factory=NetworkPolicy, validator=instance_of(NetworkPolicy))

    def __attrs_post_init__(self) -> None:
        """Refuse duplicates and dangling references."""
        problems = list(islice(reference_problems(self), MOST_PROBLEMS))
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

    def partner(self, id: str) -> Partner:  # noqa: A002  # the domain's word
        """Return a partner by id.

        Args:
            id: the id.

        Raises:
            UnknownIdError: there is none.
        """
        found: Partner = self._find("partners", "partner", id)
        return found

    def region(self, id: str) -> Region:  # noqa: A002  # the domain's word
        """Return a region by id.

        Args:
            id: the id.

        Raises:
            UnknownIdError: there is none.
        """
        found: Region = self._find("regions", "region", id)
        return found

    def standing(self, friend_id: str) -> Standing | None:
        """Return what is believed of a friend, or None for one of whom nothing is known.

        Args:
            friend_id: the id of the friend.
        """
        found: Standing | None = self._by_id["standings"].get(friend_id)
        return found

    def reliability(self, friend_id: str) -> Reliability | None:
        """Return what was counted of a friend, or None for one of whom nothing was.

        Args:
            friend_id: the id of the friend.
        """
        found: Reliability | None = self._by_id["reliabilities"].get(friend_id)
        return found

    @cached_property
    def _bookings_of(self) -> Mapping[str, Sequence[Booking]]:
        found: dict[str, list[Booking]] = {}
        for booking in self.bookings:
            found.setdefault(booking.friend_id, []).append(booking)
        return found

    def busy(self, friend_id: str, *, besides: Booking | None = None) -> tuple[Period, ...]:
        """Return the slots that a friend's bookings take.

        Args:
            friend_id: the id of the friend.
            besides: the booking that is to be accepted, if that is what the slots are for (see
                `bookings.busy_slots`).
        """
        return busy_slots(self._bookings_of.get(friend_id, ()), besides=besides)

    def overview(
        self, region_id: str, *, at: datetime, partner_id: str | None = None
    ) -> tuple[ServiceOverview, ...]:
        """Return which services the friends of a region offer, with prices, in the catalogue's order.

        An offer counts if its friend may do such a visit at home at the instant, as `eligibility.check`
        judges it. A region that is not open yet is shown as it will be from its opening on; one that is
        closed for good has nothing to show.

        Args:
            region_id: the id of the region.
            at: the instant.
            partner_id: the id of a partner, to show the services of its own catalogue only.

        Raises:
            UnknownIdError: no such region, or no such partner.
        """
        region = self.region(region_id)
        partner = None if partner_id is None else self.partner(partner_id)
        opens_at = midnight(region.opens_on)
        now = max(instant_of(at), opens_at)
        if partner is not None and not partner.serves(region_id):
            return ()
        prices: dict[str, dict[str, Money]] = {}
        for offer in self.offers:
            friend = self.friend(offer.friend_id)
            if friend.home in region and (partner is None or partner.offers(offer.service_code)):
                visit = self._visit_at_home(friend, offer, region, partner=partner, at=now)
                if check(friend, visit, offer=offer).is_eligible:
                    cheapest = prices.setdefault(offer.service_code, {})
                    cheapest[friend.id] = min(offer.price, cheapest.get(friend.id, offer.price))
        return tuple(
            ServiceOverview(
                service_code=service.code,
                friends=len(found),
                price_from=min(found.values()),
                price_to=max(found.values()),
                price_median=sorted(found.values())[(len(found) - 1) // 2],
                open_from=now,
            )
            for service in self.catalogue.services
            if (found := prices.get(service.code))
        )

    def _visit_at_home(
        self, friend: Friend, offer: Offer, region: Region, *, partner: Partner | None, at: datetime
    ) -> Visit:
        service = self.catalogue.service(offer.service_code)
        return Visit(
            request_id="overview",
            customer_id=NOBODY,
            service=service,
            place=friend.home,
            slot=Period(at, at + timedelta(minutes=service.minutes)),
            openings=openings([region], friend.home),
            partner=partner,
            policy=self.policy,
        )

    def warnings(self) -> tuple[Reason, ...]:
        """Return what is unusual about the prices of the offers; nothing of it is an error.

        Returns:
            For each offer, in order: `price_unusual` where its price lies outside the usual band of its
            service, `no_small_job` where it lies outside what a small job costs by the network's policy.

        Examples:
            >>> from mila_core import samples
            >>> samples.zurich_2013().market.warnings()
            ()
        """
        low, high = self.policy.settlement.small_job_from, self.policy.settlement.small_job_to
        found = []
        for offer in self.offers:
            service, price = self.catalogue.service(offer.service_code), offer.price
            if not service.is_usual(price):
                usual = {"usual_from": service.price_from, "usual_to": service.price_to}
                found.append(reason("price_unusual", offer=offer.id, price=price, **usual))
            if not low <= price <= high:
                found.append(
                    reason("no_small_job", offer=offer.id, price=price, usual_from=low, usual_to=high)
                )
        return tuple(found)

    @cached_property
    def _openings_of(self) -> dict[Place, tuple[Opening, ...]]:
        return {}  # filled place by place, as there are many requests from one

    def _openings(self, place: Place) -> tuple[Opening, ...]:
        found = self._openings_of.get(place)
        if found is None:
            found = self._openings_of[place] = openings(self.regions, place)
        return found

    def visit(self, request: ServiceRequest, *, slot: Period | None = None) -> Visit:
        """Return the visit that would answer a request in a slot.

        The customer need not be in the snapshot: somebody may ask who has come since.

        Args:
            request: the request.
            slot: the slot; if not given, as long as it takes from the start of the first window.

        Raises:
            UnknownIdError: the request names a service, a package, an add-on or a partner that is not in the
                market.
            InvalidValueError: a slot that is shorter or longer than what is wanted takes.
        """
        service = self.catalogue.service(request.service_code)
        minutes = service.minutes_of(request.selection)
        start = min(request.windows).start
        if slot is not None and slot.end - slot.start != timedelta(minutes=minutes):
            raise InvalidValueError("slot", f"a slot of {minutes} minutes", f"{slot.end - slot.start}")
        return Visit(
            request_id=request.id,
            customer_id=request.customer_id,
            service=service,
            place=request.place,
            slot=slot or Period(start, start + timedelta(minutes=minutes)),
            languages=request.languages,
            openings=self._openings(request.place),
            selection=request.selection,
            partner=None if request.partner_id is None else self.partner(request.partner_id),
            policy=self.policy,
        )
