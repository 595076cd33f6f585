"""An amount of money, and the sum of amounts."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.money._exact import MOST_DIGITS, exact
from mila_core.validation import check_instance

_RAPPEN_PER_FRANC = 100
_MOST_RAPPEN = 10**MOST_DIGITS * _RAPPEN_PER_FRANC - 1
_LEAST_RAPPEN = -_MOST_RAPPEN
_AMOUNT = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{2})?", re.ASCII)


def _too_many(rappen: int) -> InvalidValueError:
    return InvalidValueError("rappen", f"at most {MOST_DIGITS} digits of whole francs", describe(rappen))


@attrs.frozen(repr=False)
class Money:
    """An amount of Swiss francs, kept as a whole number of Rappen.

    Amounts add, subtract and compare with amounts, and multiply with whole numbers. Anything that could
    leave a part of a Rappen has a name and says how it rounds: `multiply`, `allocate`, `split`.

    Attributes:
        rappen: the amount in Rappen; may be negative.

    Raises:
        InvalidTypeError: `rappen` is not an int (a bool is not one).
        InvalidValueError: more than 15 digits of whole francs, as in the sum of two such amounts.

    Examples:
        >>> chf(40) + chf("2.50")
        chf('42.50')
        >>> chf(40) * 2 > chf(55)
        True
    """

    rappen: int

    # One check and one store, as prices are sums of many amounts: what attrs would write takes twice as long,
    # and checks nothing where the application has switched attrs' validators off.
    def __init__(self, rappen: int) -> None:
        if type(rappen) is not int:
            raise InvalidTypeError("rappen", "a whole number of Rappen", describe(rappen))
        if not _LEAST_RAPPEN <= rappen <= _MOST_RAPPEN:
            raise _too_many(rappen)
        _store(self, rappen)

    def __repr__(self) -> str:
        """Return the expression that makes the amount, `chf('40.00')`."""
        return f"chf('{self.amount}')"

    def __str__(self) -> str:
        """Return the amount for logs, `CHF 40.00`; `i18n.format_money` is for people."""
        return f"CHF {self.amount}"

    @property
    def amount(self) -> str:
        """The amount in francs with two decimals and no currency: the form in JSON.

        Examples:
            >>> chf(-5).amount
            '-5.00'
        """
        francs, rappen = divmod(abs(self.rappen), _RAPPEN_PER_FRANC)
        return f"{'-' if self.rappen < 0 else ''}{francs}.{rappen:02d}"

    def __composite_values__(self) -> tuple[int]:
        """Return the one column of an amount, for SQLAlchemy's `composite(Money, mapped_column(...))`."""
        return (self.rappen,)

    def __add__(self, other: "Money") -> "Money":
        """Return the sum of two amounts."""
        return in_rappen(self.rappen + other.rappen) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        """Return the difference of two amounts."""
        return in_rappen(self.rappen - other.rappen) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> "Money":
        """Return the amount with the other sign."""
        return in_rappen(-self.rappen)

    def __abs__(self) -> "Money":
        """Return the amount without its sign."""
        return in_rappen(abs(self.rappen))

    def __mul__(self, factor: int) -> "Money":
        """Return the amount a whole number of times.

        Raises:
            InvalidTypeError: the factor is not an int; `multiply` takes exact ratios with a named rounding.
        """
        if type(factor) is not int:
            raise InvalidTypeError("factor", "a whole number (see money.multiply)", describe(factor))
        return in_rappen(self.rappen * factor)

    __rmul__ = __mul__

    # The order is written out: attrs compares tuples that it makes anew, eight times as slow.
    def __lt__(self, other: "Money") -> bool:
        """Say whether the amount is below another."""
        return self.rappen < other.rappen if isinstance(other, Money) else NotImplemented

    def __le__(self, other: "Money") -> bool:
        """Say whether the amount is at most another."""
        return self.rappen <= other.rappen if isinstance(other, Money) else NotImplemented

    def __gt__(self, other: "Money") -> bool:
        """Say whether the amount is above another."""
        return self.rappen > other.rappen if isinstance(other, Money) else NotImplemented

    def __ge__(self, other: "Money") -> bool:
        """Say whether the amount is at least another."""
        return self.rappen >= other.rappen if isinstance(other, Money) else NotImplemented


_blank = object.__new__
_store = vars(Money)["rappen"].__set__  # of the slot itself: `__setattr__` of a frozen class refuses


def in_rappen(rappen: int) -> Money:
    """Return the amount of what is known to be an int, such as a sum of Rappen: only the bound is checked."""
    if not _LEAST_RAPPEN <= rappen <= _MOST_RAPPEN:
        raise _too_many(rappen)
    made = _blank(Money)
    _store(made, rappen)
    return made


ZERO = Money(0)
"""No money: the start of a sum."""


def chf(francs: int | str | Decimal) -> Money:
    """Return an amount of Swiss francs from a whole number, a plain decimal text or an exact Decimal.

    Args:
        francs: whole francs; or a text such as `"40"`, `"40.00"`, `"-5.35"` (two decimals or none, no
            grouping, no currency: `i18n` reads what people write); or a Decimal with no part of a Rappen.

    Returns:
        The amount.

    Raises:
        InvalidTypeError: a float, a bool or another type came.
        InvalidValueError: the text or the Decimal is not an amount in whole Rappen, or is absurdly large.

    Examples:
        >>> chf(40) == chf("40.00") == chf(Decimal("40"))
        True
        >>> chf(40.0)
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidTypeError: francs: expected whole francs, a text such as '40.00' or a \
Decimal, came the float 40.0
    """
    if type(francs) is int:
        return in_rappen(francs * _RAPPEN_PER_FRANC)
    if isinstance(francs, str):
        if _AMOUNT.fullmatch(francs) is None:
            raise InvalidValueError("francs", "an amount such as '40' or '40.00'", describe(francs))
        return in_rappen(int(francs.replace(".", "")) if "." in francs else int(francs) * _RAPPEN_PER_FRANC)
    if isinstance(francs, Decimal):
        numerator, denominator = exact("francs", francs)
        rappen, rest = divmod(numerator * _RAPPEN_PER_FRANC, denominator)
        if rest:
            raise InvalidValueError("francs", "no part of a Rappen", f"the Decimal {francs}")
        return in_rappen(rappen)
    raise InvalidTypeError("francs", "whole francs, a text such as '40.00' or a Decimal", describe(francs))


def rappen_of(amount: object) -> int:
    """Return the Rappen of an argument that has to be an amount."""
    if not isinstance(amount, Money):
        raise InvalidTypeError("amount", "an amount of money (Money)", describe(amount))
    return amount.rappen


def total(amounts: Iterable[Money]) -> Money:
    """Return the sum of amounts; of none, CHF 0.00.

    Args:
        amounts: any number of amounts, in any order.

    Raises:
        InvalidTypeError: one of them is not an amount, or what came is no collection.
        InvalidValueError: a sum of more than 15 digits of whole francs.

    Examples:
        >>> total([chf(40), chf(55), chf(30)])
        chf('125.00')
    """
    check_instance("amounts", amounts, kind=Iterable)
    return in_rappen(sum(map(rappen_of, amounts)))  # the bound holds for the sum, not on the way to it


def not_negative(_: object, attribute: "attrs.Attribute[Any]", value: Money) -> None:
    """Check an amount of CHF 0.00 or more, as a validator for attrs classes.

    Args:
        attribute: the field, for its name in the error.
        value: what came.

    Raises:
        InvalidTypeError: not an amount.
        InvalidValueError: an amount below CHF 0.00.

    Examples:
        >>> from mila_core.offers import Offer
        >>> not_negative(None, attrs.fields(Offer).price, chf(-5))
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: price: expected CHF 0.00 or more, came CHF -5.00
    """
    check_instance(attribute.name, value, kind=Money, personal=attribute.repr is False)
    if value < ZERO:
        raise InvalidValueError(attribute.name, "CHF 0.00 or more", str(value))
