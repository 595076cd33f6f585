"""Offers: one friend's readiness to do one service, at a price, within a radius, for a time."""

import attrs

from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money
from mila_core.periods import Validity
from mila_core.validation import identifier, instance_of, integer

__all__ = ["Offer"]

_WIDEST_KM = 400  # Switzerland measures 350 km from west to east


def _above_zero(_: object, attribute: "attrs.Attribute[Money]", value: Money) -> None:
    if value <= ZERO:
        raise InvalidValueError(attribute.name, "an amount above CHF 0.00", str(value))


@attrs.frozen(kw_only=True)
class Offer:
    """What one friend would do, for how much, how far from home.

    Attributes:
        id: its id.
        friend_id: the id of the friend.
        service_code: the code of the service.
        price: the price of one visit, VAT (if any) included.
        radius_km: how far from home the friend goes, in km as the crow flies, from 1 to 400.
        valid: from when to when visits are offered.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a price that is not above zero, a radius out of range, or an id that is not one.

    Examples:
        >>> from datetime import date
        >>> from mila_core.money import chf
        >>> from mila_core.periods import valid_on
        >>> offer = Offer(
        ...     id="andreas-1",
        ...     friend_id="andreas",
        ...     service_code="game-console",
        ...     price=chf(40),
        ...     valid=valid_on(date(2013, 11, 1)),
        ... )
        >>> offer.radius_km
        10
    """

    id: str = attrs.field(validator=identifier)
    friend_id: str = attrs.field(validator=identifier)
    service_code: str = attrs.field(validator=identifier)
    price: Money = attrs.field(validator=[instance_of(Money), _above_zero])
    radius_km: int = attrs.field(default=10, validator=integer(1, _WIDEST_KM))
    valid: Validity = attrs.field(validator=instance_of(Validity))
