"""Money: whole Rappen, Swiss francs only; nothing rounds without saying how, nothing is lost in a split.

A float is refused everywhere, as 0.1 has no exact float. Integers, Decimals and Fractions are exact and are
taken. The process-wide decimal context is neither read nor changed.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe

__all__ = [
    "CASH_STEP",
    "ZERO",
    "Money",
    "Rounding",
    "allocate",
    "chf",
    "multiply",
    "round_ratio",
    "round_to",
    "split",
    "total",
]

CASH_STEP = 5
"""The smallest Swiss coin, in Rappen (5 Rappen since 2007, when the 1-Rappen coin was long out of use)."""

_RAPPEN_PER_FRANC = 100
_MOST_DIGITS = 15  # of whole francs: more than all the money there is, and no input makes a huge int
_MOST_RAPPEN = 10**_MOST_DIGITS * _RAPPEN_PER_FRANC - 1
_MOST_DECIMALS = 100  # of a Decimal: a million of them would take half a minute
_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]{2}))?", re.ASCII)


class Rounding(StrEnum):
    """What happens to the part of a Rappen that is left over; names as in Java's `RoundingMode`.

    Examples:
        >>> half = Fraction(1, 2)
        >>> multiply(chf("0.05"), half), multiply(chf("0.05"), half, rounding=Rounding.HALF_EVEN)
        (chf('0.03'), chf('0.02'))
    """

    HALF_UP = "half_up"
    """To the nearest, a half away from zero: Swiss commercial and VAT practice, the default."""
    HALF_EVEN = "half_even"
    """To the nearest, a half to the even neighbour."""
    HALF_DOWN = "half_down"
    """To the nearest, a half towards zero."""
    UP = "up"
    """Away from zero."""
    DOWN = "down"
    """Towards zero."""
    CEILING = "ceiling"
    """Towards plus infinity."""
    FLOOR = "floor"
    """Towards minus infinity."""


def _whole(_: object, attribute: "attrs.Attribute[int]", value: object) -> None:
    if type(value) is not int:
        raise InvalidTypeError(attribute.name, "a whole number of Rappen", describe(value))
    if not -_MOST_RAPPEN <= value <= _MOST_RAPPEN:
        raise InvalidValueError(
            attribute.name, f"at most {_MOST_DIGITS} digits of whole francs", describe(value)
        )


@attrs.frozen(order=True, repr=False)
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

    rappen: int = attrs.field(validator=_whole)

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
        return Money(self.rappen + other.rappen) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        """Return the difference of two amounts."""
        return Money(self.rappen - other.rappen) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> "Money":
        """Return the amount with the other sign."""
        return Money(-self.rappen)

    def __abs__(self) -> "Money":
        """Return the amount without its sign."""
        return Money(abs(self.rappen))

    def __mul__(self, factor: int) -> "Money":
        """Return the amount a whole number of times.

        Raises:
            InvalidTypeError: the factor is not an int; `multiply` takes exact ratios with a named rounding.
        """
        if type(factor) is not int:
            raise InvalidTypeError("factor", "a whole number (see money.multiply)", describe(factor))
        return Money(self.rappen * factor)

    __rmul__ = __mul__


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
        return Money(francs * _RAPPEN_PER_FRANC)
    if isinstance(francs, str):
        found = _AMOUNT.fullmatch(francs)
        if found is None:
            raise InvalidValueError("francs", "an amount such as '40' or '40.00'", describe(francs))
        sign, whole, rappen = found.groups()
        value = int(whole) * _RAPPEN_PER_FRANC + int(rappen or 0)
        return Money(-value if sign else value)
    if isinstance(francs, Decimal):
        exact = _exact("francs", francs) * _RAPPEN_PER_FRANC
        if exact.denominator != 1:
            raise InvalidValueError("francs", "no part of a Rappen", f"the Decimal {francs}")
        return Money(exact.numerator)
    raise InvalidTypeError("francs", "whole francs, a text such as '40.00' or a Decimal", describe(francs))


def _exact(name: str, value: Any) -> Fraction:
    if type(value) is int or isinstance(value, Fraction):
        return Fraction(value)
    if not isinstance(value, Decimal):
        raise InvalidTypeError(name, "an int, a Fraction or a Decimal", describe(value))
    exponent = value.as_tuple().exponent  # a letter for NaN and the infinities
    if not isinstance(exponent, int) or abs(exponent) > _MOST_DECIMALS or value.adjusted() >= _MOST_DIGITS:
        expected = f"a finite Decimal of at most {_MOST_DIGITS} digits and {_MOST_DECIMALS} decimals"
        raise InvalidValueError(name, expected, describe(value))
    return Fraction(value)


def _check_int(name: str, value: object, *, least: int | None = None) -> None:
    expected = "an integer" if least is None else f"an integer from {least} up"
    if type(value) is not int:
        raise InvalidTypeError(name, expected, describe(value))
    if least is not None and value < least:
        raise InvalidValueError(name, expected, describe(value))


def _mode(rounding: Rounding) -> Rounding:
    try:
        return Rounding(rounding)
    except ValueError:
        raise InvalidValueError("rounding", f"one of {', '.join(Rounding)}", describe(rounding)) from None


def round_ratio(numerator: int, denominator: int, *, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Return `numerator / denominator` as a whole number, rounded in the named way.

    Args:
        numerator: any int.
        denominator: any int above 0.
        rounding: what happens to the part left over.

    Returns:
        The rounded quotient.

    Raises:
        InvalidTypeError: a number that is no int.
        InvalidValueError: the denominator is not above 0, or there is no such rounding.

    Examples:
        >>> round_ratio(-5, 2), round_ratio(-5, 2, rounding=Rounding.HALF_EVEN)
        (-3, -2)
    """
    _check_int("numerator", numerator)
    _check_int("denominator", denominator, least=1)
    mode = _mode(rounding)
    low, rest = divmod(numerator, denominator)  # low is the floor, 0 <= rest < denominator
    if rest == 0:
        return low
    twice = 2 * rest
    negative = numerator < 0
    match mode:
        case Rounding.HALF_UP:
            up = twice > denominator or (twice == denominator and not negative)
        case Rounding.HALF_DOWN:
            up = twice > denominator or (twice == denominator and negative)
        case Rounding.HALF_EVEN:
            up = twice > denominator or (twice == denominator and low % 2 == 1)
        case Rounding.UP:
            up = not negative
        case Rounding.DOWN:
            up = negative
        case Rounding.CEILING:
            up = True
        case Rounding.FLOOR:
            up = False
    return low + up


def multiply(
    amount: Money, ratio: int | Fraction | Decimal, *, rounding: Rounding = Rounding.HALF_UP
) -> Money:
    """Return an amount times an exact ratio, rounded once to a whole Rappen.

    Args:
        amount: the amount.
        ratio: an int, a Fraction or a finite Decimal; a float is refused.
        rounding: what happens to the part of a Rappen that is left over.

    Returns:
        The rounded product.

    Raises:
        InvalidTypeError: the ratio is of a type that is not exact.
        InvalidValueError: a Decimal that is not finite, has over 15 digits or over 100 decimals; a product of
            more than 15 digits of whole francs; or no such rounding.

    Examples:
        >>> multiply(chf("87.20"), Fraction(77, 1077))  # the 7.7 % VAT inside a gross amount
        chf('6.23')
    """
    exact = _exact("ratio", ratio)
    return Money(round_ratio(amount.rappen * exact.numerator, exact.denominator, rounding=rounding))


def round_to(amount: Money, *, step: int = CASH_STEP, rounding: Rounding = Rounding.HALF_UP) -> Money:
    """Return an amount as a whole number of steps, as for a payment in cash.

    Args:
        amount: the amount.
        step: the step in Rappen.
        rounding: where an amount between two steps goes.

    Returns:
        The rounded amount.

    Raises:
        InvalidTypeError: the step is not an int.
        InvalidValueError: the step is not above 0, there is no such rounding, or the result has more than 15
            digits of whole francs.

    Examples:
        >>> round_to(chf("17.88")), round_to(chf("17.87"))
        (chf('17.90'), chf('17.85'))
    """
    _check_int("step", step, least=1)
    return Money(round_ratio(amount.rappen, step, rounding=rounding) * step)


def allocate(
    amount: Money, ratios: Sequence[int | Fraction | Decimal], *, step: int = 1
) -> tuple[Money, ...]:
    """Share an amount out in given ratios; the shares sum to the amount, to the Rappen.

    The method of the largest remainder (Hamilton): each share is first rounded towards zero, then the steps
    left over go one each to the shares with the largest remainders, on a tie to the first. A negative amount
    is shared as its opposite is.

    Args:
        amount: what is shared; a whole number of steps.
        ratios: one for each share, none negative, at least one above 0.
        step: the smallest unit of a share, in Rappen.

    Returns:
        As many shares as ratios, in their order; a ratio of 0 gets nothing.

    Raises:
        InvalidValueError: no ratio, a negative one, only zeros, a Decimal that `multiply` would refuse, a
            step that is not above 0, or an amount of no whole number of steps.
        InvalidTypeError: a ratio that is not exact, or a step that is not an int.

    Examples:
        >>> allocate(chf("10.00"), [1, 1, 1])
        (chf('3.34'), chf('3.33'), chf('3.33'))
        >>> allocate(chf("8.00"), [1, 1, 1], step=5)
        (chf('2.70'), chf('2.65'), chf('2.65'))
    """
    exact = [_exact(f"ratios[{position}]", ratio) for position, ratio in enumerate(ratios)]
    if any(ratio < 0 for ratio in exact) or not any(exact):
        raise InvalidValueError("ratios", "ratios from 0 up, at least one of them above 0", describe(ratios))
    _check_int("step", step, least=1)
    if amount.rappen % step:
        raise InvalidValueError("step", f"a step that divides {amount}", describe(step))
    common = lcm(*(ratio.denominator for ratio in exact))
    weights = [int(ratio * common) for ratio in exact]
    whole = sum(weights)
    steps, sign = abs(amount.rappen) // step, -1 if amount.rappen < 0 else 1
    shares = [steps * weight // whole for weight in weights]
    left = steps - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(steps * weights[at] % whole), at))
    for at in by_remainder[:left]:
        shares[at] += 1
    return tuple(Money(sign * share * step) for share in shares)


def split(amount: Money, parts: int, *, step: int = 1) -> tuple[Money, ...]:
    """Share an amount out evenly; the shares differ by one step at most, the larger ones first.

    Args:
        amount: what is shared; a whole number of steps.
        parts: how many shares, at least one.
        step: the smallest unit of a share, in Rappen.

    Returns:
        The shares.

    Raises:
        InvalidTypeError: a number that is not an int.
        InvalidValueError: no part, a step that is not above 0, or an amount of no whole number of steps.

    Examples:
        >>> split(chf("0.05"), 2)
        (chf('0.03'), chf('0.02'))
    """
    _check_int("parts", parts, least=1)
    return allocate(amount, [1] * parts, step=step)


def total(amounts: Iterable[Money]) -> Money:
    """Return the sum of amounts; of none, CHF 0.00.

    Args:
        amounts: any number of amounts.

    Raises:
        InvalidValueError: a sum of more than 15 digits of whole francs.

    Examples:
        >>> total([chf(40), chf(55), chf(30)])
        chf('125.00')
    """
    return sum(amounts, start=ZERO)
