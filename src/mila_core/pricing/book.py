"""The price book: the versioned, dated numbers that turn a friend's offer into a price."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

import attrs

from mila_core.catalogue import Catalogue, Service
from mila_core.errors import InvalidValueError, UnknownIdError
from mila_core.lifecycle import fingerprint
from mila_core.money import ZERO, Money, chf, multiply, not_negative
from mila_core.offers import Offer
from mila_core.periods import Validity, instant_of
from mila_core.policies import CompensationPolicy, SettlementPolicy
from mila_core.pricing.tariffs import Tariff
from mila_core.quotes import Discount
from mila_core.reasons import Reason, reason
from mila_core.validation import TupleOf, check_instance, identifier, instance_of, integer, optional, tuple_of

__all__ = ["PriceBook", "book_in_force", "check_book", "check_offer"]

_MOST_BOOKS_REMEMBERED = 64


def _without_zone(_: object, attribute: "attrs.Attribute[time]", value: time) -> None:
    if value.tzinfo is not None:
        raise InvalidValueError(
            attribute.name, "a time on the Swiss wall clock, without a zone", value.isoformat()
        )


_AMOUNT = [instance_of(Money), not_negative]
_CLOCK = [instance_of(time), _without_zone]


@attrs.frozen(kw_only=True, cache_hash=True)
class PriceBook:
    """What is charged besides the friend's price, and what the network says that services cost.

    The defaults charge for long ways only; all of them are our own choice. The free radius is the usual
    radius of an offer, so that in the neighbourhood the offer's price is the price, as in the article.

    Attributes:
        version: the name of this set of numbers; each quote names it.
        valid: when quotes are made by it; None for always.
        tariffs: what services and their units cost: prices under the platform's contract, ceilings else.
        travel_free_km: up to this distance the way is free.
        travel_per_km: for each started kilometre beyond.
        travel_most: the most that a way costs.
        evening_from: visits that begin at this time on the wall clock or later, up to midnight, are in the
            evening.
        evening_percent: the surcharge for the evening, in percent of the price of all that is wanted.
        night_from: visits that begin at this time or later, up to `night_until`, are at night.
        night_until: the end of the night, on the next day where it is no later than `night_from`.
        night_percent: the surcharge for the night; the higher of evening and night applies.
        sunday_percent: the surcharge for a Sunday.
        holiday_percent: the surcharge for a public holiday; the higher of Sunday and holiday applies.
        surcharges_stack: whether the surcharge of the hour is added to the one of the day; else the higher
            of all applies alone.
        demand_most_percent: the most that may be added for a time of high demand, in percent of the price of
            all that is wanted; 0, the default, for never. It is capped, and added to the other surcharges
            rather than multiplied with them; a supplement in proportion to the price still makes dear jobs
            the better ones to wait for (Garg and Nazerzadeh: Driver Surge Pricing, arXiv 1905.07544).
        discounts: discounts that the network suggests to friends, by code, such as for a customer who comes
            again; a friend may give any other one.
        customer_fee: the platform's fee for the customer, tax included.
        customer_fee_percent: what is added to it, in percent of the service's gross price.
        customer_fee_most: the most of both together; None for no limit.
        compensation: what a customer owes who cancels late; None for the rules of the visit's network.
        settlement: commission, rates of the tax and terms of payment; None for those of the visit's network.

    Raises:
        InvalidValueError: a negative amount, a percentage out of range, a time with a zone, a night
            without an end, two tariffs for the same, or two discounts of one code.

    Examples:
        >>> book = PriceBook(version="ch-2", customer_fee=chf("1.50"), customer_fee_percent=3)
        >>> str(book.fee_on(chf(40))), book.hash == PriceBook(version="ch-2").hash
        ('CHF 2.70', False)
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    valid: Validity | None = attrs.field(default=None, validator=optional(instance_of(Validity)))
    tariffs: tuple[Tariff, ...] = attrs.field(
        default=(), converter=TupleOf[Tariff], validator=tuple_of(instance_of(Tariff))
    )
    travel_free_km: int = attrs.field(default=10, validator=integer(0, 400))
    travel_per_km: Money = attrs.field(default=chf("1.00"), validator=_AMOUNT)
    travel_most: Money = attrs.field(default=chf("30.00"), validator=_AMOUNT)
    evening_from: time = attrs.field(default=time(20), validator=_CLOCK)
    evening_percent: int = attrs.field(default=0, validator=integer(0, 200))
    night_from: time = attrs.field(default=time(22), validator=_CLOCK)
    night_until: time = attrs.field(default=time(6), validator=_CLOCK)
    night_percent: int = attrs.field(default=0, validator=integer(0, 200))
    sunday_percent: int = attrs.field(default=0, validator=integer(0, 200))
    holiday_percent: int = attrs.field(default=0, validator=integer(0, 200))
    surcharges_stack: bool = attrs.field(default=False, validator=instance_of(bool))
    demand_most_percent: int = attrs.field(default=0, validator=integer(0, 200))
    discounts: tuple[Discount, ...] = attrs.field(
        default=(), converter=TupleOf[Discount], validator=tuple_of(instance_of(Discount))
    )
    customer_fee: Money = attrs.field(default=ZERO, validator=_AMOUNT)
    customer_fee_percent: int = attrs.field(default=0, validator=integer(0, 100))
    customer_fee_most: Money | None = attrs.field(default=None, validator=optional(not_negative))
    compensation: CompensationPolicy | None = attrs.field(
        default=None, validator=optional(instance_of(CompensationPolicy))
    )
    settlement: SettlementPolicy | None = attrs.field(
        default=None, validator=optional(instance_of(SettlementPolicy))
    )

    def __attrs_post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.night_from == self.night_until:
            expected = f"another time than night_from, {self.night_from.isoformat()}"
            raise InvalidValueError("night_until", expected, self.night_until.isoformat())
        tariffs = [(each.service_code, each.unit or "") for each in self.tariffs]
        for name, keys in (("tariffs", tariffs), ("discounts", [(each.code,) for each in self.discounts])):
            if twice := [" ".join(key).strip() for key, count in Counter(keys).items() if count > 1]:
                raise InvalidValueError(name, "each once", f"more than once {', '.join(twice)}")

    @property
    def hash(self) -> str:
        """The book in short: 24 hexadecimal digits that are others as soon as one number is another.

        A number that has its default is left out, so that a release that adds a field proves old quotes, too;
        so no release changes a default.
        """
        return _hash_of(self)

    def is_night(self, clock: time) -> bool:
        """Return whether a time on the wall clock is at night.

        Args:
            clock: the time.
        """
        if self.night_from < self.night_until:
            return self.night_from <= clock < self.night_until
        return clock >= self.night_from or clock < self.night_until

    @property
    def highest_surcharge_percent(self) -> int:
        """The most that the hour of a visit can add, in percent: by day and by hour where they stack."""
        of_day = max(self.sunday_percent, self.holiday_percent)
        of_hour = max(self.evening_percent, self.night_percent)
        return of_day + of_hour if self.surcharges_stack else max(of_day, of_hour)

    def tariff(self, service_code: str, *, unit: str | None = None) -> Tariff | None:
        """Return the tariff of a service or one unit of it; None where the book has none.

        Args:
            service_code: the code of the service.
            unit: the code of a package or an add-on; None for the service itself.
        """
        return _tariffs_of(self).get((service_code, unit)) if self.tariffs else None

    def discount(self, code: str) -> Discount:
        """Return one of the discounts that friends may give.

        Args:
            code: its code.

        Raises:
            UnknownIdError: the book has none of that code.
        """
        for each in self.discounts:
            if each.code == code:
                return each
        raise UnknownIdError("discount", code)

    def fee_on(self, gross: Money) -> Money:
        """Return the customer's fee on a gross price: the flat part and the share, up to the most.

        Args:
            gross: the service's gross price.
        """
        fee = self.customer_fee
        if self.customer_fee_percent:
            fee += multiply(gross, Fraction(self.customer_fee_percent, 100))
        return fee if self.customer_fee_most is None else min(fee, self.customer_fee_most)


@lru_cache(_MOST_BOOKS_REMEMBERED)
def _hash_of(book: PriceBook) -> str:
    return fingerprint(book)


@lru_cache(_MOST_BOOKS_REMEMBERED)
def _tariffs_of(book: PriceBook) -> Mapping[tuple[str, str | None], Tariff]:
    return MappingProxyType({(each.service_code, each.unit): each for each in book.tariffs})


def book_in_force(books: Iterable[PriceBook], *, at: datetime) -> PriceBook:
    """Return the price book by which quotes are made at an instant.

    Args:
        books: price books, in any order.
        at: the instant.

    Raises:
        InvalidValueError: none is in force then, or several are.

    Examples:
        >>> from datetime import date
        >>> from mila_core.periods import midnight, valid_on
        >>> old = PriceBook(version="2025", valid=valid_on(date(2025, 1, 1), last=date(2025, 12, 31)))
        >>> new = PriceBook(version="2026", valid=valid_on(date(2026, 1, 1)))
        >>> book_in_force([old, new], at=midnight(date(2026, 1, 1))).version
        '2026'
    """
    now, known = instant_of(at), list(books)
    for position, each in enumerate(known):
        check_instance(f"books[{position}]", each, kind=PriceBook)
    found = [each for each in known if each.valid is None or now in each.valid]
    if not found:
        raise InvalidValueError("books", f"one that is in force at {now.isoformat()}", "none")
    if len(found) > 1:
        came = ", ".join(sorted(each.version for each in found))
        raise InvalidValueError("books", f"no more than one in force at {now.isoformat()}", came)
    return found[0]


def check_book(book: PriceBook, *, catalogue: Catalogue) -> tuple[Reason, ...]:
    """Say which tariffs fit no service of a catalogue, and which lie outside their service's usual band.

    Args:
        book: the price book.
        catalogue: the services.

    Returns:
        For each tariff, in order: `tariff_unknown` where the catalogue has no such service or unit,
        `tariff_unusual` where the price of the service itself lies outside its band. Empty for a book in
        order.

    Examples:
        >>> from mila_core.catalogue import household_technology
        >>> odd = PriceBook(tariffs=[Tariff(service_code="gardening", price=chf(40))])
        >>> [why.code for why in check_book(odd, catalogue=household_technology())]
        ['tariff_unknown']
    """
    check_instance("book", book, kind=PriceBook)
    check_instance("catalogue", catalogue, kind=Catalogue)
    services = {each.code: each for each in catalogue.services}
    found = []
    for tariff in book.tariffs:
        service = services.get(tariff.service_code)
        if service is None or not (tariff.unit is None or service.has_unit(tariff.unit)):
            named = tariff.service_code if tariff.unit is None else f"{tariff.service_code}/{tariff.unit}"
            found.append(reason("tariff_unknown", id=named))
        elif tariff.unit is None:
            price, low, high = tariff.amount(service.minutes), service.price_from, service.price_to
            if not low <= price <= high:
                found.append(
                    reason("tariff_unusual", service=service.code, price=price, usual_from=low, usual_to=high)
                )
    return tuple(found)


def check_offer(offer: Offer, *, service: Service, book: PriceBook) -> tuple[Reason, ...]:
    """Say which prices of an offer are above the tariff, so that no quote could be made of them.

    For the screen of a friend who sets prices, under a friend's contract; by the usual time where a tariff is
    by the hour.

    Args:
        offer: the offer.
        service: its service.
        book: the price book.

    Returns:
        `above_tariff`, `unit_above_tariff` for each unit, `block_above_tariff` (by the lowest tariff of a
        block, as it is asked for any package); empty for an offer in order.

    Raises:
        InvalidValueError: the offer is for another service.

    Examples:
        >>> from mila_core import samples
        >>> pilot = samples.zurich_2013()
        >>> offer, console = pilot.market.offer("andreas-1"), pilot.market.catalogue.service("game-console")
        >>> [why.code for why in check_offer(offer, service=console, book=pilot.book)]
        []
        >>> dear = attrs.evolve(offer, price=chf(80))
        >>> [why.code for why in check_offer(dear, service=console, book=pilot.book)]
        ['above_tariff']
    """
    if offer.service_code != service.code:
        raise InvalidValueError("offer", f"one for {service.code}", f"one for {offer.service_code}")
    found = []
    code, own = service.code, book.tariff(service.code)
    most = None if own is None else own.amount(service.minutes)
    if most is not None and offer.price > most:
        found.append(reason("above_tariff", service=code, price=offer.price, most=most))
    packages = {each.code: each.minutes for each in service.packages}
    minutes = packages | {each.code: each.minutes for each in service.add_ons}
    for unit in offer.prices:
        tariff = book.tariff(code, unit=unit.code)
        most = None if tariff is None else tariff.amount(minutes.get(unit.code, 0))
        if most is not None and unit.price > most:
            found.append(
                reason("unit_above_tariff", service=code, unit=unit.code, price=unit.price, most=most)
            )
    with_blocks = (book.tariff(code, unit=unit) for unit in (None, *packages))
    blocks = [each.block_amount(service.block_minutes) for each in with_blocks if each is not None]
    most = min((each for each in blocks if each is not None), default=None)
    if most is not None and offer.block_price is not None and offer.block_price > most:
        found.append(reason("block_above_tariff", service=code, price=offer.block_price, most=most))
    return tuple(found)
