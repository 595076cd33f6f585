"""Rounding, each time in a named way."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from mila_core.errors import InvalidValueError, describe
from mila_core.money._amounts import Money, in_rappen, rappen_of
from mila_core.money._exact import check_int, exact

CASH_STEP = 5
"""The smallest Swiss coin, in Rappen (5 Rappen since 2007, when the 1-Rappen coin was long out of use)."""


class Rounding(StrEnum):
    """What happens to the part of a Rappen that is left over.

    Names as in Java's `RoundingMode`, and as in ECMA-402 for the two that Java lacks, `HALF_CEILING` and
    `HALF_FLOOR`. A half to the odd neighbour is not offered: neither has it, and no rule of money asks for
    it; whoever wants halves to go either way as often has `HALF_EVEN`.

    Examples:
        >>> from mila_core.money import chf
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
    HALF_CEILING = "half_ceiling"
    """To the nearest, a half towards plus infinity: what `Math.round` of JavaScript does in a browser."""
    HALF_FLOOR = "half_floor"
    """To the nearest, a half towards minus infinity: `HALF_CEILING` as the other party books it."""
    UP = "up"
    """Away from zero."""
    DOWN = "down"
    """Towards zero."""
    CEILING = "ceiling"
    """Towards plus infinity."""
    FLOOR = "floor"
    """Towards minus infinity."""


_TO_THE_NEAREST = (
    Rounding.HALF_UP,
    Rounding.HALF_EVEN,
    Rounding.HALF_DOWN,
    Rounding.HALF_CEILING,
    Rounding.HALF_FLOOR,
)


def _mode(rounding: Rounding) -> Rounding:
    if type(rounding) is Rounding:
        return rounding
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
    if type(numerator) is not int or type(denominator) is not int or denominator < 1:
        check_int("numerator", numerator)
        check_int("denominator", denominator, least=1)
    mode = _mode(rounding)
    low, rest = divmod(numerator, denominator)  # low is the floor, 0 <= rest < denominator
    if rest == 0:
        return low
    beyond = 2 * rest - denominator  # below 0: nearer to the floor; 0: a half
    if beyond and mode in _TO_THE_NEAREST:
        return low + (beyond > 0)
    match mode:
        case Rounding.UP | Rounding.HALF_UP:
            up = numerator > 0
        case Rounding.DOWN | Rounding.HALF_DOWN:
            up = numerator < 0
        case Rounding.CEILING | Rounding.HALF_CEILING:
            up = True
        case Rounding.FLOOR | Rounding.HALF_FLOOR:
            up = False
        case Rounding.HALF_EVEN:
            up = low % 2 == 1
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
        InvalidTypeError: the ratio is of a type that is not exact, or the amount is none.
        InvalidValueError: a Decimal that is not finite, has over 15 digits or over 100 decimals; a product of
            more than 15 digits of whole francs; or no such rounding.

    Examples:
        >>> from mila_core.money import chf
        >>> multiply(chf("87.20"), Fraction(77, 1077))  # the 7.7 % VAT inside a gross amount
        chf('6.23')
    """
    numerator, denominator = exact("ratio", ratio)
    return in_rappen(round_ratio(rappen_of(amount) * numerator, denominator, rounding=rounding))


def round_to(amount: Money, *, step: int = CASH_STEP, rounding: Rounding = Rounding.HALF_UP) -> Money:
    """Return an amount as a whole number of steps, as for a payment in cash.

    Args:
        amount: the amount.
        step: the step in Rappen.
        rounding: where an amount between two steps goes.

    Returns:
        The rounded amount.

    Raises:
        InvalidTypeError: the step is not an int, or the amount is none.
        InvalidValueError: the step is not above 0, there is no such rounding, or the result has more than 15
            digits of whole francs.

    Examples:
        >>> from mila_core.money import chf
        >>> round_to(chf("17.88")), round_to(chf("17.87"))
        (chf('17.90'), chf('17.85'))
    """
    check_int("step", step, least=1)
    return in_rappen(round_ratio(rappen_of(amount), step, rounding=rounding) * step)
