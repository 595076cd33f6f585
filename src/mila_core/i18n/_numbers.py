"""Numbers, percentages, distances and durations as people in Switzerland write them."""

from decimal import Decimal
from fractions import Fraction
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.i18n._locales import negotiate_formats
from mila_core.money import Rounding, round_ratio

_METRES_PER_KM = 1000
_HUNDRED_KM = 100_000
_MOST_METRES = 40_075_017  # the equator of WGS 84
_MOST_DECIMALS = 15  # a float has no more that mean something
_MOST_DIGITS = 309  # as the largest float has; a Decimal of a million digits would take long
_MOST_MINUTES = 366 * 24 * 60
_NO_BREAK = "\N{NO-BREAK SPACE}"


class _Symbols(NamedTuple):
    decimal: str = "."
    group: str = "'"
    least_digits_grouped: int = 4
    percent: str = "%"


# Unicode CLDR 48.2, Romansh as of CLDR 47, as for amounts: a table of our own, so that numbers and amounts in
# one text agree, whichever release of CLDR babel has.
_SYMBOLS = MappingProxyType(
    {
        "de_CH": _Symbols(),
        "en_CH": _Symbols(),
        "it_CH": _Symbols(least_digits_grouped=5),
        "fr_CH": _Symbols(decimal=","),
        "rm_CH": _Symbols(group="\N{RIGHT SINGLE QUOTATION MARK}", percent=f"{_NO_BREAK}%"),
    }
)


def format_number(value: float | Decimal, *, decimals: int, locale: str) -> str:
    """Return a number with a fixed count of decimals; French writes a comma.

    Args:
        value: the number; of a float, the decimal digits that it shows.
        decimals: how many decimals, 0 to 15; the last is rounded, a half to the even neighbour.
        locale: any locale, as for `negotiate_formats`.

    Raises:
        InvalidTypeError: the value is no number, the decimals are no int, or the locale is not a text.
        InvalidValueError: a value that is not finite or has more than 309 digits, or too many decimals.

    Examples:
        >>> format_number(4.7, decimals=2, locale="de"), format_number(4.7, decimals=2, locale="fr")
        ('4.70', '4,70')
        >>> format_number(12345, decimals=0, locale="it")
        "12'345"
    """
    return _written(_exact("value", value), decimals=decimals, symbols=_SYMBOLS[negotiate_formats(locale)])


def format_percent(percent: float | Decimal, *, locale: str, decimals: int = 0) -> str:
    """Return a percentage; only Romansh leaves a space before the sign.

    Args:
        percent: the percentage, so 8.1 for a rate of 0.081.
        locale: any locale, as for `negotiate_formats`.
        decimals: how many decimals, 0 to 15; the last is rounded, a half to the even neighbour.

    Raises:
        InvalidTypeError: the percentage is no number, the decimals are no int, or the locale is not a text.
        InvalidValueError: a percentage that is not finite or has more than 309 digits, or too many decimals.

    Examples:
        >>> format_percent(20, locale="de"), format_percent(Decimal("8.1"), decimals=1, locale="fr")
        ('20%', '8,1%')
    """
    symbols = _SYMBOLS[negotiate_formats(locale)]
    return _written(_exact("percent", percent), decimals=decimals, symbols=symbols) + symbols.percent


def format_distance(metres: int, *, locale: str) -> str:
    r"""Return a distance: metres below one kilometre, a decimal below a hundred, then whole kilometres.

    It is rounded up, so that a way that is longer than a limit never looks as if it were not.

    Args:
        metres: the distance in metres, 0 to 40,075,017 (around the equator).
        locale: any locale, as for `negotiate_formats`.

    Raises:
        InvalidTypeError: the metres are no int, or the locale is not a text.
        InvalidValueError: fewer metres than none, or more than once around the earth.

    Examples:
        >>> [format_distance(metres, locale="de") for metres in (974, 1963, 10_040, 200_001)]
        ['974\xa0m', '2.0\xa0km', '10.1\xa0km', '201\xa0km']
    """
    _check_count("metres", metres, most=_MOST_METRES)
    if metres < _METRES_PER_KM:
        negotiate_formats(locale)
        return f"{metres}{_NO_BREAK}m"
    decimals = 1 if metres <= _HUNDRED_KM else 0
    step = _METRES_PER_KM // 10**decimals
    shown = -(-metres // step) / 10**decimals
    return f"{format_number(shown, decimals=decimals, locale=locale)}{_NO_BREAK}km"


def format_duration(minutes: int, *, locale: str) -> str:
    r"""Return a duration in hours and minutes, by the symbols of the SI: `1 h 30 min`.

    The symbols are the same in all languages (ISO 80000-3); a no-break space ties each to its number. Days
    are hours here, as a booking is paid by the hour.

    Args:
        minutes: the duration in minutes, 0 to 527,040 (a leap year).
        locale: any locale, as for `negotiate_formats`.

    Raises:
        InvalidTypeError: the minutes are no int, or the locale is not a text.
        InvalidValueError: fewer minutes than none, or more than a year has.

    Examples:
        >>> [format_duration(minutes, locale="fr") for minutes in (45, 60, 90)]
        ['45\xa0min', '1\xa0h', '1\xa0h 30\xa0min']
    """
    _check_count("minutes", minutes, most=_MOST_MINUTES)
    hours, rest = divmod(minutes, 60)
    parts = [f"{format_number(hours, decimals=0, locale=locale)}{_NO_BREAK}h"] if hours else []
    if rest or not hours:
        parts.append(f"{format_number(rest, decimals=0, locale=locale)}{_NO_BREAK}min")
    return " ".join(parts)


def _written(exact: Fraction, *, decimals: int, symbols: _Symbols) -> str:
    _check_count("decimals", decimals, most=_MOST_DECIMALS)
    shifted = exact * 10**decimals
    scaled = round_ratio(shifted.numerator, shifted.denominator, rounding=Rounding.HALF_EVEN)
    whole, part = divmod(abs(scaled), 10**decimals)
    digits = str(whole)
    if len(digits) >= symbols.least_digits_grouped:
        digits = f"{whole:,}".replace(",", symbols.group)
    behind = f"{symbols.decimal}{part:0{decimals}d}" if decimals else ""
    return f"{'-' if scaled < 0 else ''}{digits}{behind}"


def _exact(name: str, value: object) -> Fraction:
    expected = f"a finite number of at most {_MOST_DIGITS} digits"
    match value:
        case bool():
            pass
        case int() if abs(value) < 10**_MOST_DIGITS:
            return Fraction(value)
        case float() if isfinite(value):
            return Fraction(
                repr(float(value))
            )  # the digits that people see, not those of the binary fraction
        case Decimal() if value.is_finite() and max(abs(value.adjusted()), _last_place(value)) < _MOST_DIGITS:
            return Fraction(value)
        case int() | float() | Decimal():
            raise InvalidValueError(name, expected, describe(value))
    raise InvalidTypeError(name, "an int, a float or a Decimal", describe(value))


def _last_place(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return abs(exponent) if isinstance(exponent, int) else _MOST_DIGITS


def _check_count(name: str, value: object, *, most: int) -> None:
    expected = f"an integer from 0 to {most}"
    if type(value) is not int:
        raise InvalidTypeError(name, expected, describe(value))
    if not 0 <= value <= most:
        raise InvalidValueError(name, expected, describe(value))
