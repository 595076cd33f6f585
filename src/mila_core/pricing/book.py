"""The price book: the versioned numbers that turn a friend's offer into a price."""

from datetime import time

import attrs

from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, chf
from mila_core.validation import identifier, instance_of, integer

__all__ = ["PriceBook"]


def _not_negative(_: object, attribute: "attrs.Attribute[Money]", value: Money) -> None:
    if value < ZERO:
        raise InvalidValueError(attribute.name, "CHF 0.00 or more", str(value))


def _without_zone(_: object, attribute: "attrs.Attribute[time]", value: time) -> None:
    if value.tzinfo is not None:
        raise InvalidValueError(
            attribute.name, "a time on the Swiss wall clock, without a zone", value.isoformat()
        )


@attrs.frozen(kw_only=True)
class PriceBook:
    """What is charged besides the friend's price.

    The defaults charge for long ways only; all of them are our own choice. The free radius is the usual
    radius of an offer, so that in the neighbourhood the offer's price is the price, as in the article.

    Attributes:
        version: the name of this set of numbers; each quote names it.
        travel_free_km: up to this distance the way is free.
        travel_per_km: for each started kilometre beyond.
        travel_most: the most that a way costs.
        evening_from: visits that begin at this time on the wall clock or later, up to midnight, are in the
            evening.
        evening_percent: the surcharge for the evening, in percent of the offer's price.
        sunday_percent: the surcharge for a Sunday; the higher of the two applies.
        customer_fee: the platform's fee for the customer.

    Raises:
        InvalidValueError: a negative amount, a percentage out of range, or a time with a zone.
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    travel_free_km: int = attrs.field(default=10, validator=integer(0, 400))
    travel_per_km: Money = attrs.field(default=chf("1.00"), validator=[instance_of(Money), _not_negative])
    travel_most: Money = attrs.field(default=chf("30.00"), validator=[instance_of(Money), _not_negative])
    evening_from: time = attrs.field(default=time(20), validator=[instance_of(time), _without_zone])
    evening_percent: int = attrs.field(default=0, validator=integer(0, 200))
    sunday_percent: int = attrs.field(default=0, validator=integer(0, 200))
    customer_fee: Money = attrs.field(default=ZERO, validator=[instance_of(Money), _not_negative])
