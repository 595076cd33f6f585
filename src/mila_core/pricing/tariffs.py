"""Tariffs: what the network says that a service costs: a fixed price for firms, a ceiling for neighbours."""

from fractions import Fraction

import attrs

from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, multiply
from mila_core.money._exact import check_int
from mila_core.policies import VatTreatment
from mila_core.validation import identifier, instance_of, optional

__all__ = ["Tariff"]

_MINUTES_PER_HOUR = 60


@attrs.frozen(kw_only=True)
class Tariff:
    """What a service, or one unit of it, costs by the network's price book.

    Under the platform's contract it is the price. Under a friend's contract it is a ceiling that is
    recommended to the friend, whose own price may be lower and not higher.

    Attributes:
        service_code: the code of the service.
        unit: the code of a package or an add-on; None for the service itself.
        price: the price; where it is by time, the least.
        per_hour: the price of an hour; None for a fixed price.
        block_price: the price of a block of more time; None where it is by time, or not offered. That of a
            package holds before the service's own; an add-on has none.
        vat: how it is taxed where the platform sells it; a private helper's price is not taxed. The way and
            the surcharges are taxed as the service, or the package in its stead, is.

    Raises:
        InvalidValueError: an amount below zero.

    Examples:
        >>> from mila_core.money import chf
        >>> tariff = Tariff(service_code="router-setup", price=chf(40), per_hour=chf(60))
        >>> str(tariff.amount(30)), str(tariff.amount(75))
        ('CHF 40.00', 'CHF 75.00')
    """

    service_code: str = attrs.field(validator=identifier)
    unit: str | None = attrs.field(default=None, validator=optional(identifier))
    price: Money = attrs.field(validator=instance_of(Money))
    per_hour: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))
    block_price: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))
    vat: VatTreatment = attrs.field(default=VatTreatment.STANDARD, validator=instance_of(VatTreatment))

    def __attrs_post_init__(self) -> None:
        """Refuse amounts below zero."""
        for name in ("price", "per_hour", "block_price"):
            value = getattr(self, name)
            if value is not None and value < ZERO:
                raise InvalidValueError(name, "CHF 0.00 or more", str(value))

    def amount(self, minutes: int) -> Money:
        """Return what so much time costs: the fixed price, or minutes by rate and no less than the least.

        Rounded once, a half away from zero.

        Args:
            minutes: how long it takes.

        Raises:
            InvalidTypeError: the minutes are no int.
            InvalidValueError: they are below 0.
        """
        by_time = self._by_time(minutes)
        return self.price if self.per_hour is None else max(self.price, by_time)

    def block_amount(self, minutes: int) -> Money | None:
        """Return what a block of more time costs; None where none is offered.

        Args:
            minutes: how long a block is.
        """
        if self.block_price is not None or self.per_hour is None:
            return self.block_price
        return self._by_time(minutes)

    def _by_time(self, minutes: int) -> Money:
        check_int("minutes", minutes, least=0)
        return multiply(self.per_hour or ZERO, Fraction(minutes, _MINUTES_PER_HOUR))
