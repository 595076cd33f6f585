"""Exact numbers as two ints: the common ground of amounts, roundings and shares."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from mila_core.errors import InvalidTypeError, InvalidValueError, describe

MOST_DIGITS = 15  # of whole francs: more than all the money there is, and no input makes a huge int
_MOST_DECIMALS = 100  # of a Decimal: a million of them would take half a minute


def exact(name: str, value: Any) -> tuple[int, int]:
    """Return numerator and denominator of an int, a Fraction or a finite Decimal, in lowest terms."""
    if type(value) is int or isinstance(value, Fraction):
        return value.numerator, value.denominator
    if not isinstance(value, Decimal):
        raise InvalidTypeError(name, "an int, a Fraction or a Decimal", describe(value))
    exponent = value.as_tuple().exponent  # a letter for NaN and the infinities
    if not isinstance(exponent, int) or abs(exponent) > _MOST_DECIMALS or value.adjusted() >= MOST_DIGITS:
        expected = f"a finite Decimal of at most {MOST_DIGITS} digits and {_MOST_DECIMALS} decimals"
        raise InvalidValueError(name, expected, describe(value))
    return value.as_integer_ratio()


def check_int(name: str, value: object, *, least: int | None = None, most: int | None = None) -> None:
    """Refuse what is no int, is below the least, or above the most."""
    expected = "an integer" if least is None else f"an integer from {least} up"
    expected = expected if most is None else f"an integer from {least} to {most}"
    if type(value) is not int:
        raise InvalidTypeError(name, expected, describe(value))
    if (least is not None and value < least) or (most is not None and value > most):
        raise InvalidValueError(name, expected, describe(value))
