"""What a job would cost a customer, and how a friend's price compares: two answers made of a guidance."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction

import attrs

from mila_core.catalogue import Catalogue, Selection, Service
from mila_core.errors import InvalidValueError, UnknownIdError
from mila_core.friends import ContractMode
from mila_core.money import ZERO, Money, multiply, not_negative, total
from mila_core.pricing.book import PriceBook
from mila_core.pricing.guidance import GuidanceLevel, PriceGuidance
from mila_core.pricing.price_points import PriceSource
from mila_core.reasons import Reason, reason
from mila_core.validation import TupleOf, check_instance, identifier, instance_of, integer, tuple_of

__all__ = ["JobCost", "Position", "PricePosition", "job_cost", "position"]

_MOST_FRIENDS = 2**53
_OF_NOBODY = frozenset({GuidanceLevel.CATALOGUE, GuidanceLevel.TARIFF})


@attrs.frozen(kw_only=True)
class JobCost:
    """What a customer would pay for a job in a region: the total payable, VAT (if any) included.

    Attributes:
        service_code: the code of the service.
        region_id: the id of the region.
        selection: how much of the service.
        low: what it costs at the lower end of the usual band.
        usual: what it usually costs.
        high: what it costs at the upper end.
        level: whose prices these are.
        friends: how many friends' prices are in it; 0 where they are the catalogue's or the tariff's.
        reasons: what is in it and what is not, then how the band came about.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: amounts that are negative or not in order, friends where the prices are of nobody
            or none where they are of friends, or an id that is not one.
    """

    service_code: str = attrs.field(validator=identifier)
    region_id: str = attrs.field(validator=identifier)
    selection: Selection = attrs.field(factory=Selection, validator=instance_of(Selection))
    low: Money = attrs.field(validator=not_negative)
    usual: Money = attrs.field(validator=instance_of(Money))
    high: Money = attrs.field(validator=instance_of(Money))
    level: GuidanceLevel = attrs.field(validator=instance_of(GuidanceLevel))
    friends: int = attrs.field(validator=integer(0, _MOST_FRIENDS))
    reasons: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if not self.low <= self.usual <= self.high:
            raise InvalidValueError(
                "usual", "low, usual and high in order", f"{self.low}, {self.usual}, {self.high}"
            )
        if (self.friends == 0) is not (self.level in _OF_NOBODY):
            expected = "0 where the prices are of nobody, more where they are of friends"
            raise InvalidValueError("friends", expected, f"{self.friends} at the level {self.level.value}")


class Position(StrEnum):
    """Where a price lies, seen from a band of usual prices; its ends are in it."""

    BELOW = "below"
    """Lower than usual."""
    WITHIN = "within"
    """Usual."""
    ABOVE = "above"
    """Higher than usual."""


@attrs.frozen(kw_only=True)
class PricePosition:
    """How a friend's price compares with what is usual: something to tell the friend, never a refusal.

    Attributes:
        price: the price.
        position: where it lies.
        why: the price and the band, to be worded.
    """

    price: Money = attrs.field(validator=instance_of(Money))
    position: Position = attrs.field(validator=instance_of(Position))
    why: Reason = attrs.field(validator=instance_of(Reason))


def job_cost(
    guidance: PriceGuidance,
    *,
    book: PriceBook,
    catalogue: Catalogue,
    contract: ContractMode = ContractMode.FRIEND,
) -> JobCost:
    """Return what a job usually costs the customer, for an overview: the guidance's band, the fee on top.

    Under a friend's contract no price is above the book's tariff, so neither is what is told here. Under the
    platform's contract the tariff is the price: low, usual and high are one, whatever friends ask elsewhere.
    Where a tariff is by the hour, it is taken for the usual time.

    The way is not in it, nor a surcharge for the hour or for high demand: in the neighbourhood the way is
    free, and to add the longest way would tell most customers a price that nobody asks of them. Where any of
    them may be charged, a reason says so, with what it costs. Of prices that were paid they are part, as far
    as they were charged; such a band may lie above the tariff by as much as they can add.

    Args:
        guidance: what the service costs in the region.
        book: the price book.
        catalogue: the services; of one that is done from afar nobody pays for the way.
        contract: with whom the customer's contract would be.

    Returns:
        The cost, from low to high.

    Raises:
        InvalidTypeError: an argument of another type.
        UnknownIdError: the guidance is of a service, or a package, that is not in the catalogue; or under the
            platform's contract the book has no tariff for a part of what is wanted.
        InvalidValueError: an amount with the fee has more than 15 digits of whole francs.

    Examples:
        >>> from mila_core import samples
        >>> from mila_core.pricing import offered_prices, price_guidance
        >>> pilot = samples.zurich_2013()
        >>> shelf, asked = pilot.market.catalogue, offered_prices(pilot.market, at=pilot.opened_at)
        >>> guides = price_guidance(asked, catalogue=shelf, regions=pilot.market.regions)
        >>> console = next(each for each in guides if each.service_code == "game-console")
        >>> cost = job_cost(console, book=pilot.book, catalogue=shelf)
        >>> str(cost.low), str(cost.usual), str(cost.high), cost.friends
        ('CHF 35.00', 'CHF 45.00', 'CHF 55.00', 5)
    """
    check_instance("guidance", guidance, kind=PriceGuidance)
    check_instance("book", book, kind=PriceBook)
    check_instance("catalogue", catalogue, kind=Catalogue)
    check_instance("contract", contract, kind=ContractMode)
    service = catalogue.service(guidance.service_code)
    tariffs = dict(_tariffs(service, guidance.selection, book))
    if contract is ContractMode.PLATFORM:
        return _of_tariffs(guidance, service, book, tariffs=tariffs)
    known = [each for each in tariffs.values() if each is not None]
    ceiling = total(known) if len(known) == len(tariffs) else None
    is_paid = guidance.source is PriceSource.PAID
    most = ceiling if ceiling is None or not is_paid else ceiling + _on_top(ceiling, service, book)
    band = [guidance.p25, guidance.p50, guidance.p75]
    capped = band if most is None else [min(each, most) for each in band]
    low, usual, high = (each + book.fee_on(each) for each in capped)
    reasons = []
    if most is not None and capped != band:
        is_own = most == ceiling
        reasons.append(
            reason("job_cost_ceiling", most=most) if is_own else reason("job_cost_ceiling_paid", most=most)
        )
    reasons += _besides(usual - capped[1], service, book, is_paid=is_paid)
    return JobCost(
        service_code=guidance.service_code,
        region_id=guidance.region_id,
        selection=guidance.selection,
        low=low,
        usual=usual,
        high=high,
        level=guidance.level,
        friends=guidance.friends,
        reasons=[*reasons, *guidance.reasons],
    )


def _of_tariffs(
    guidance: PriceGuidance, service: Service, book: PriceBook, *, tariffs: Mapping[str, Money | None]
) -> JobCost:
    """Return what a job costs under the platform's contract: what the book says, and nothing of friends."""
    for name, amount in tariffs.items():
        if amount is None:
            raise UnknownIdError("tariff", name)
    price = total(amount for amount in tariffs.values() if amount is not None)
    fee = book.fee_on(price)
    return JobCost(
        service_code=guidance.service_code,
        region_id=guidance.region_id,
        selection=guidance.selection,
        low=price + fee,
        usual=price + fee,
        high=price + fee,
        level=GuidanceLevel.TARIFF,
        friends=0,
        reasons=[reason("job_cost_tariff", price=price), *_besides(fee, service, book, is_paid=False)],
    )


def _tariffs(service: Service, selection: Selection, book: PriceBook) -> Iterator[tuple[str, Money | None]]:
    """Yield what each part costs by the book in its usual time, by a name; None where the book is silent."""
    code, package = service.code, selection.package
    service.minutes_of(selection)  # refuses what the service has not
    minutes = service.minutes_of(Selection(package=package))
    own = book.tariff(code, unit=package)
    yield code if package is None else f"{code}/{package}", None if own is None else own.amount(minutes)
    of_add_ons = {each.code: each.minutes for each in service.add_ons}
    for add_on in sorted(selection.add_ons):
        of_unit = book.tariff(code, unit=add_on)
        yield f"{code}/{add_on}", None if of_unit is None else of_unit.amount(of_add_ons[add_on])
    if selection.extra_blocks:  # by the package's tariff, or else by the service's
        tariffs = [each for each in (own, book.tariff(code)) if each is not None]
        blocks = [each.block_amount(service.block_minutes) for each in tariffs]
        block = next((each for each in blocks if each is not None), None)
        yield f"{code}/extra_blocks", None if block is None else block * selection.extra_blocks


def _on_top(price: Money, service: Service, book: PriceBook) -> Money:
    """Return the most that the way, the hour and the demand add to a price."""
    percent = book.highest_surcharge_percent + book.demand_most_percent
    return multiply(price, Fraction(percent, 100)) + (ZERO if service.remote else book.travel_most)


def _besides(fee: Money, service: Service, book: PriceBook, *, is_paid: bool) -> Iterator[Reason]:
    """Yield what is in the cost besides the friend's price, and what may come on top."""
    if fee > ZERO:
        yield reason("job_cost_fee", fee=fee)
    if is_paid:
        yield reason("job_cost_as_paid")
        return
    if not service.remote and min(book.travel_per_km, book.travel_most) > ZERO:
        yield reason(
            "job_cost_travel",
            free_km=book.travel_free_km,
            per_km=book.travel_per_km,
            most=book.travel_most,
        )
    if book.highest_surcharge_percent:
        yield reason("job_cost_surcharge", percent=book.highest_surcharge_percent)
    if book.demand_most_percent:
        yield reason("job_cost_demand", percent=book.demand_most_percent)


def position(price: Money, guidance: PriceGuidance) -> PricePosition:
    """Return how a price compares with what is usual, for the screen of the friend who sets it.

    Args:
        price: any amount; whether it can be a price is the offer's to say.
        guidance: what the service costs in the friend's region.

    Returns:
        Below, within or above the band, its ends being within.

    Raises:
        InvalidTypeError: the price is no amount, or the guidance is none.

    Examples:
        >>> from mila_core import samples
        >>> from mila_core.money import chf
        >>> from mila_core.pricing import offered_prices, price_guidance
        >>> market, at = samples.zurich_2013().market, samples.zurich_2013().opened_at
        >>> asked = offered_prices(market, at=at)
        >>> guides = price_guidance(asked, catalogue=market.catalogue, regions=market.regions)
        >>> console = next(each for each in guides if each.service_code == "game-console")
        >>> [position(chf(francs), console).position.value for francs in (30, 40, 60)]
        ['below', 'within', 'above']
    """
    check_instance("price", price, kind=Money)
    check_instance("guidance", guidance, kind=PriceGuidance)
    usual = {"usual_from": guidance.p25, "usual": guidance.p50, "usual_to": guidance.p75}
    if price < guidance.p25:
        return PricePosition(
            price=price, position=Position.BELOW, why=reason("price_below_usual", price=price, **usual)
        )
    if price > guidance.p75:
        return PricePosition(
            price=price, position=Position.ABOVE, why=reason("price_above_usual", price=price, **usual)
        )
    return PricePosition(
        price=price, position=Position.WITHIN, why=reason("price_within_usual", price=price, **usual)
    )
