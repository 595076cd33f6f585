"""Offers: one friend's readiness to do one service, at a price, within a radius, for a time."""

import attrs

from mila_core.catalogue import Selection
from mila_core.errors import InvalidValueError, UnknownIdError
from mila_core.money import ZERO, Money, total
from mila_core.periods import Validity
from mila_core.validation import TupleOf, identifier, instance_of, integer, optional, tuple_of

__all__ = ["Offer", "UnitPrice"]

_WIDEST_KM = 400  # Switzerland measures 350 km from west to east


def _above_zero(instance: object, attribute: "attrs.Attribute[Money]", value: Money) -> None:
    instance_of(Money)(instance, attribute, value)
    if value <= ZERO:
        raise InvalidValueError(attribute.name, "an amount above CHF 0.00", str(value))


@attrs.frozen(kw_only=True)
class UnitPrice:
    """What one friend asks for one unit of a service.

    Attributes:
        code: the code of a package or an add-on of the service.
        price: the price, VAT (if any) included.
    """

    code: str = attrs.field(validator=identifier)
    price: Money = attrs.field(validator=_above_zero)


@attrs.frozen(kw_only=True, cache_hash=True)
class Offer:
    """What one friend would do, for how much, how far from home.

    Attributes:
        id: its id.
        friend_id: the id of the friend.
        service_code: the code of the service.
        price: the price of one visit, VAT (if any) included.
        radius_km: how far from home the friend goes, in km as the crow flies, from 1 to 400.
        valid: from when to when visits are offered.
        prices: the prices of packages and add-ons; what is not there is not offered.
        block_price: the price of a block of more time; None where none is offered.
        instant: whether it can be booked at once, without an answer by the friend.

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
    price: Money = attrs.field(validator=_above_zero)
    radius_km: int = attrs.field(default=10, validator=integer(1, _WIDEST_KM))
    valid: Validity = attrs.field(validator=instance_of(Validity))
    prices: tuple[UnitPrice, ...] = attrs.field(
        default=(), converter=TupleOf[UnitPrice], validator=tuple_of(instance_of(UnitPrice))
    )
    block_price: Money | None = attrs.field(default=None, validator=optional(_above_zero))
    instant: bool = attrs.field(default=False, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        """Check that each unit has one price."""
        codes = [each.code for each in self.prices]
        if len(set(codes)) < len(codes):
            raise InvalidValueError("prices", "one price for each unit", "a unit twice")

    def missing(self, selection: Selection) -> tuple[str, ...]:
        """Return the codes of what is wanted and has no price here, `extra_blocks` for more time.

        Args:
            selection: how much of the service is wanted.

        Examples:
            >>> from mila_core import samples
            >>> offer = samples.zurich_2013().market.offer("andreas-1")
            >>> offer.missing(Selection(add_ons=["second-console"], extra_blocks=1))
            ('extra_blocks', 'second-console')
        """
        missing: set[str] = set()
        if selection.package is not None or selection.add_ons:
            wanted = {*selection.add_ons, *(() if selection.package is None else (selection.package,))}
            missing = wanted - {each.code for each in self.prices}
        if selection.extra_blocks and self.block_price is None:
            missing.add("extra_blocks")
        return tuple(sorted(missing))

    def price_of(self, selection: Selection) -> Money:
        """Return the price of all that is wanted.

        Args:
            selection: how much of the service is wanted.

        Raises:
            UnknownIdError: the offer has no price for a part of it (see `missing`).

        Examples:
            >>> from mila_core import samples
            >>> samples.zurich_2013().market.offer("andreas-1").price_of(Selection())
            chf('40.00')
        """
        for code in self.missing(selection):
            raise UnknownIdError("price", code)
        of = {each.code: each.price for each in self.prices}
        base = self.price if selection.package is None else of[selection.package]
        blocks = (self.block_price or ZERO) * selection.extra_blocks
        return total([base, blocks, *(of[code] for code in selection.add_ons)])
