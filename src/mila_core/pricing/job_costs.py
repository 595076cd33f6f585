"""What a job would cost a customer, and how a friend's price compares: two answers made of a guidance."""

from collections.abc import Iterator
from enum import StrEnum

import attrs

from mila_core.catalogue import Catalogue, Selection
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.money import ZERO, Money
from mila_core.pricing.book import PriceBook
from mila_core.pricing.guidance import GuidanceLevel, PriceGuidance
from mila_core.reasons import Reason, reason
from mila_core.validation import TupleOf, identifier, instance_of, integer, tuple_of

__all__ = ["JobCost", "Position", "PricePosition", "job_cost", "position"]

_MOST_FRIENDS = 2**53


def _not_negative(_: object, attribute: "attrs.Attribute[Money]", value: Money) -> None:
    if value < ZERO:
        raise InvalidValueError(attribute.name, "CHF 0.00 or more", str(value))


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
        friends: how many friends' prices are in it; 0 where they are the catalogue's.
        reasons: what is in it and what is not, then how the band came about.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: amounts that are negative or not in order, or an id that is not one.
    """

    service_code: str = attrs.field(validator=identifier)
    region_id: str = attrs.field(validator=identifier)
    selection: Selection = attrs.field(factory=Selection, validator=instance_of(Selection))
    low: Money = attrs.field(validator=[instance_of(Money), _not_negative])
    usual: Money = attrs.field(validator=instance_of(Money))
    high: Money = attrs.field(validator=instance_of(Money))
    level: GuidanceLevel = attrs.field(validator=instance_of(GuidanceLevel))
    friends: int = attrs.field(validator=integer(0, _MOST_FRIENDS))
    reasons: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )

    def __attrs_post_init__(self) -> None:
        """Check that the amounts are in order."""
        if not self.low <= self.usual <= self.high:
            raise InvalidValueError(
                "usual", "low, usual and high in order", f"{self.low}, {self.usual}, {self.high}"
            )


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


def job_cost(guidance: PriceGuidance, *, book: PriceBook, catalogue: Catalogue) -> JobCost:
    """Return what a job usually costs the customer, for an overview: the guidance's band, the fee on top.

    The way is not in it, nor a surcharge for the hour: in the neighbourhood the way is free, and to add the
    longest way would tell most customers a price that nobody asks of them. Where either may be charged, a
    reason says so, with what it costs.

    Args:
        guidance: what the service costs in the region.
        book: the price book.
        catalogue: the services; of one that is done from afar nobody pays for the way.

    Returns:
        The cost, from low to high.

    Raises:
        UnknownIdError: the guidance is of a service that is not in the catalogue.
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
    remote = catalogue.service(guidance.service_code).remote
    low, usual, high = (each + book.fee_on(each) for each in (guidance.p25, guidance.p50, guidance.p75))
    return JobCost(
        service_code=guidance.service_code,
        region_id=guidance.region_id,
        selection=guidance.selection,
        low=low,
        usual=usual,
        high=high,
        level=guidance.level,
        friends=guidance.friends,
        reasons=[*_besides(usual - guidance.p50, book, remote=remote), *guidance.reasons],
    )


def _besides(fee: Money, book: PriceBook, *, remote: bool) -> Iterator[Reason]:
    """Yield what is in the cost besides the friend's price, and what may come on top."""
    if fee > ZERO:
        yield reason("job_cost_fee", fee=fee)
    if not remote and min(book.travel_per_km, book.travel_most) > ZERO:
        yield reason(
            "job_cost_travel",
            free_km=book.travel_free_km,
            per_km=book.travel_per_km,
            most=book.travel_most,
        )
    if book.highest_surcharge_percent:
        yield reason("job_cost_surcharge", percent=book.highest_surcharge_percent)


def position(price: Money, guidance: PriceGuidance) -> PricePosition:
    """Return how a price compares with what is usual, for the screen of the friend who sets it.

    Args:
        price: any amount; whether it can be a price is the offer's to say.
        guidance: what the service costs in the friend's region.

    Returns:
        Below, within or above the band, its ends being within.

    Raises:
        InvalidTypeError: the price is no amount.

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
    if not isinstance(price, Money):
        raise InvalidTypeError("price", "an amount of Money", describe(price))
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
