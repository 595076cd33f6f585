"""Prices that were seen: what friends ask in their offers, and what was paid for visits that are over."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Protocol

import attrs

from mila_core.catalogue import Catalogue, Selection
from mila_core.eligibility import NOBODY, Visit, check
from mila_core.errors import InvalidValueError, UnknownIdError
from mila_core.friends import Friend
from mila_core.money import ZERO, Money
from mila_core.offers import Offer
from mila_core.periods import Period, Validity, instant_of
from mila_core.places import Place
from mila_core.policies import NetworkPolicy
from mila_core.pricing._arguments import checked_regions, checked_selection
from mila_core.quotes import Quote
from mila_core.regions import Opening, Region
from mila_core.validation import check_instance, identifier, instance_of

__all__ = ["PricePoint", "PriceSource", "PricedMarket", "offered_prices", "paid_prices"]


class PriceSource(StrEnum):
    """What a price says: a wish, or an agreement."""

    ASKED = "asked"
    """What a friend asks: without the way and without a surcharge for the hour."""
    PAID = "paid"
    """What a customer agreed to: with the way and the surcharges of that visit."""


def _above_zero(instance: object, attribute: "attrs.Attribute[Money]", value: Money) -> None:
    instance_of(Money)(instance, attribute, value)
    if value <= ZERO:
        raise InvalidValueError(attribute.name, "an amount above CHF 0.00", str(value))


@attrs.frozen(kw_only=True)
class PricePoint:
    """One price of one friend, for one service in one region.

    Attributes:
        id: the id of the offer, or of what was paid: a quote or a booking. Where its place lies in several
            regions there is a point for each, and all of them together are one price.
        service_code: the code of the service.
        region_id: the id of the region.
        friend_id: the id of the friend.
        price: what was asked or paid, VAT (if any) included; above zero, as a gift says nothing of prices.
        source: whether it was asked or paid.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a price that is not above zero, or an id that is not one.

    Examples:
        >>> from mila_core.money import chf
        >>> point = PricePoint(
        ...     id="andreas-1",
        ...     service_code="game-console",
        ...     region_id="zurich",
        ...     friend_id="andreas",
        ...     price=chf(40),
        ... )
        >>> str(point.price)
        'CHF 40.00'
    """

    id: str = attrs.field(validator=identifier)
    service_code: str = attrs.field(validator=identifier)
    region_id: str = attrs.field(validator=identifier)
    friend_id: str = attrs.field(validator=identifier)
    price: Money = attrs.field(validator=_above_zero)
    source: PriceSource = attrs.field(default=PriceSource.ASKED, validator=instance_of(PriceSource))


class PricedMarket(Protocol):
    """What `offered_prices` reads: a `Market`, or anything that has the same five facts."""

    @property
    def catalogue(self) -> Catalogue:
        """The services."""

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions of the network."""

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What the friends offer."""

    @property
    def policy(self) -> NetworkPolicy:
        """The rules of the network."""

    def friend(self, id: str) -> Friend:  # noqa: A002  # the domain's word
        """Return a friend by id.

        Args:
            id: the id.
        """


class _Regions:
    """The regions of a place, each place looked up once."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._regions = checked_regions(regions)
        self._found: dict[Place, tuple[str, ...]] = {}

    def of(self, place: Place) -> tuple[str, ...]:
        found = self._found.get(place)
        if found is None:
            found = tuple(each.id for each in self._regions if place in each)
            self._found[place] = found
        return found


def offered_prices(
    market: PricedMarket, *, at: datetime, selection: Selection | None = None
) -> tuple[PricePoint, ...]:
    """Return what the friends of a market ask, each offer in the regions of its friend's home.

    An offer counts if it is in force and has a price for all that is wanted, and if its friend may do the
    service then, as `eligibility.check` judges it: so nobody moves what is usual with offers that nobody can
    book. Regions count whether they are open or not, as prices are looked at before an opening; a home that
    lies in two of them counts in both. How far the friend goes is not looked at: neighbours of one place ask
    what is usual there.

    Args:
        market: the market.
        at: when a visit would begin.
        selection: how much of a service is wanted; the service itself if not given.

    Returns:
        The prices, in the order of the offers; none for a service that has not what is wanted.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> asked = offered_prices(pilot.market, at=pilot.opened_at)
        >>> [(each.friend_id, str(each.price)) for each in asked if each.service_code == "tv-channels"]
        [('sonja', 'CHF 55.00'), ('chiara', 'CHF 58.00'), ('greta', 'CHF 60.00')]
    """
    wanted, start = checked_selection(selection), instant_of(at)
    regions = _Regions(market.regions)

    @cache
    def visit_of(code: str) -> Visit | None:
        service = market.catalogue.service(code)
        try:
            minutes = service.minutes_of(wanted)
        except (InvalidValueError, UnknownIdError):  # over a day, or without such a package or add-on
            return None
        return Visit(
            request_id=NOBODY,
            customer_id=NOBODY,
            service=service,
            place=Place(_ANYWHERE),  # looked up when it is asked for: the table takes 20 ms to read
            slot=Period(start, start + timedelta(minutes=minutes)),
            openings=[Opening(region_id=NOBODY, during=Validity(start))],
            selection=wanted,
            policy=market.policy,
        )

    def counted() -> Iterator[PricePoint]:
        for offer in market.offers:
            visit = visit_of(offer.service_code)
            if visit is None or not offer.valid.covers(visit.slot) or offer.missing(wanted):
                continue
            friend = market.friend(offer.friend_id)
            if check(friend, visit).is_eligible:
                price = offer.price_of(wanted)
                for region_id in regions.of(friend.home):
                    yield PricePoint(
                        id=offer.id,
                        service_code=offer.service_code,
                        region_id=region_id,
                        friend_id=friend.id,
                        price=price,
                    )

    return tuple(counted())


_ANYWHERE = "8001"  # where no region, no distance and no offer is judged, the place changes nothing


def paid_prices(
    quotes: Iterable[Quote], *, regions: Iterable[Region], selection: Selection | None = None
) -> tuple[PricePoint, ...]:
    """Return what was paid for visits that are over, each in the regions of the place where it was.

    A price is the quote's gross, the friend's part of it: with the way and the hour where these were charged,
    without the platform's fee. A visit for nothing is left out.

    Args:
        quotes: the last quotes of closed bookings, as `booking.quote`.
        regions: the regions of the network.
        selection: how much of a service: visits for more or less are left out; the service itself if not
            given.

    Returns:
        The prices, in the order of the quotes; each with the id of its quote.

    Raises:
        InvalidTypeError: a quote or a region that is none.

    Examples:
        >>> from mila_core import matching, pricing, samples
        >>> pilot = samples.zurich_2013()
        >>> request = pilot.request("tv-channels")
        >>> sonja = matching.FriendIndex(pilot.market).rank(request, at=pilot.opened_at).match("sonja")
        >>> paid = pricing.quote(request, sonja, book=pilot.book, at=pilot.opened_at)
        >>> [(each.region_id, str(each.price)) for each in paid_prices([paid], regions=pilot.market.regions)]
        [('zurich', 'CHF 55.00')]
    """
    wanted, known = checked_selection(selection), _Regions(regions)
    check_instance("quotes", quotes, kind=Iterable)

    def counted() -> Iterator[PricePoint]:
        for position, each in enumerate(quotes):
            check_instance(f"quotes[{position}]", each, kind=Quote)
            gross = each.gross
            if each.visit.selection != wanted or gross <= ZERO:
                continue
            for region_id in known.of(each.visit.place):
                yield PricePoint(
                    id=each.id,
                    service_code=each.visit.service.code,
                    region_id=region_id,
                    friend_id=each.friend_id,
                    price=gross,
                    source=PriceSource.PAID,
                )

    return tuple(counted())
