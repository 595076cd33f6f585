"""Reductions: what is taken off a price, and at whose cost: a friend's discount, the platform's voucher."""

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.money import ZERO, Money, round_ratio
from mila_core.money._amounts import in_rappen
from mila_core.validation import check_instance, identifier, instance_of, integer, optional

__all__ = ["Discount", "Voucher"]

_ALL_PERCENT = 100


@attrs.frozen(kw_only=True)
class _Reduction:
    code: str = attrs.field(validator=identifier)
    percent: int = attrs.field(default=0, validator=integer(0, _ALL_PERCENT))
    amount: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    most: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))
    leaves: Money = attrs.field(default=ZERO, validator=instance_of(Money))

    def __attrs_post_init__(self) -> None:
        """Refuse what takes off nothing, or in two ways at once."""
        if (self.percent > 0) == (self.amount > ZERO):
            came = f"{describe(self.percent)} percent and {self.amount}"
            raise InvalidValueError("percent", "either a percentage or an amount above zero", came)
        for name in ("amount", "most", "leaves"):
            value = getattr(self, name)
            if value is not None and value < ZERO:
                raise InvalidValueError(name, "CHF 0.00 or more", str(value))

    def off(self, price: Money) -> Money:
        """Return what is taken off a price; a percentage is rounded once, a half away from zero.

        Args:
            price: the price, CHF 0.00 or more.
        """
        check_instance("price", price, kind=Money)
        rappen = price.rappen
        off = round_ratio(rappen * self.percent, _ALL_PERCENT) if self.percent else self.amount.rappen
        if self.most is not None:
            off = min(off, self.most.rappen)
        return in_rappen(max(0, min(off, rappen - self.leaves.rappen)))


@attrs.frozen(kw_only=True)
class Discount(_Reduction):
    """What a friend takes off the own price, as for a customer who comes again; the commission falls with it.

    Attributes:
        code: its code, such as `regular-customer`.
        percent: the share of the price that is taken off, from 1 to 100; 0 where it is an amount.
        amount: the amount that is taken off; CHF 0.00 where it is a percentage.
        most: the most that is taken off, whatever the percentage.
        leaves: what it leaves of the price, at least; of a price below that it takes off nothing. (A price
            from which on it holds, instead, could make a longer visit the cheaper one.)

    Raises:
        InvalidValueError: neither a percentage nor an amount, both, or an amount below zero.

    Examples:
        >>> from mila_core.money import chf
        >>> str(Discount(code="regular-customer", percent=10).off(chf("55.05")))
        'CHF 5.51'
    """


@attrs.frozen(kw_only=True)
class Voucher(_Reduction):
    """What the platform takes off for a customer, at its own cost: the friend is paid as if there were none.

    Attributes:
        code: its code, such as `WELCOME-40`.
        percent: the share of the service's gross price that is taken off, from 1 to 100; 0 for an amount.
        amount: the amount that is taken off; CHF 0.00 where it is a percentage.
        most: the most that is taken off, whatever the percentage.
        leaves: what it leaves to be paid of the gross price, at least.

    Raises:
        InvalidValueError: neither a percentage nor an amount, both, or an amount below zero.

    Examples:
        >>> from mila_core.money import chf
        >>> welcome = Voucher(code="WELCOME-40", amount=chf(40))
        >>> str(welcome.off(chf(55))), str(welcome.off(chf(30)))
        ('CHF 40.00', 'CHF 30.00')
    """
