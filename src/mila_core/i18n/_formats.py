"""Amounts, dates, times and distances as people in Switzerland write them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import NamedTuple

from babel import Locale
from babel.dates import format_date as babel_format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from mila_core.i18n._locales import negotiate
from mila_core.money import Money
from mila_core.periods import SWISS_ZONE, Period, wall_time

_METRES_PER_KM = 1000
_HUNDRED_KM = 100_000


class _MoneyFormat(NamedTuple):
    before: str
    after: str
    negative: str
    least_digits_grouped: int


# Unicode CLDR 48.2: de-CH, fr-CH, it-CH and en-CH group with an apostrophe and have a point in amounts of
# money; it-CH groups from five digits on. A table of our own, as babel 2.18 still has the data of CLDR 47
# (typographic apostrophe, comma in fr-CH) and takes ten times as long.
_BEFORE = _MoneyFormat(before="CHF\N{NO-BREAK SPACE}", after="", negative="CHF-", least_digits_grouped=4)
_MONEY = MappingProxyType(
    {
        "de_CH": _BEFORE,
        "en_CH": _BEFORE,
        "it_CH": _BEFORE._replace(least_digits_grouped=5),
        "fr_CH": _MoneyFormat(before="", after="\N{NO-BREAK SPACE}CHF", negative="-", least_digits_grouped=4),
    }
)


def format_money(amount: Money, *, locale: str) -> str:
    r"""Return an amount as people write it in the locale's language in Switzerland (CLDR 48.2).

    Args:
        amount: the amount.
        locale: any locale, as for `negotiate`.

    Raises:
        InvalidTypeError: the locale is not a text.

    Examples:
        >>> from mila_core.money import chf
        >>> format_money(chf("1234.50"), locale="de_CH")
        "CHF\xa01'234.50"
        >>> format_money(chf("1234.50"), locale="fr_CH"), format_money(chf(-40), locale="de")
        ("1'234.50\xa0CHF", 'CHF-40.00')
    """
    how = _MONEY[negotiate(locale)]
    francs, rappen = divmod(abs(amount.rappen), 100)
    digits = str(francs)
    if len(digits) >= how.least_digits_grouped:
        digits = f"{francs:,}".replace(",", "'")
    return f"{how.negative if amount.rappen < 0 else how.before}{digits}.{rappen:02d}{how.after}"


def format_date(on: date, *, locale: str) -> str:
    """Return a date, in the medium length of CLDR.

    Args:
        on: the date.
        locale: any locale, as for `negotiate`.

    Raises:
        InvalidTypeError: the locale is not a text.

    Examples:
        >>> format_date(date(2013, 11, 27), locale="de"), format_date(date(2013, 11, 27), locale="fr")
        ('27.11.2013', '27 nov. 2013')
    """
    chosen = negotiate(locale)
    text = babel_format_date(on, format="medium", locale=chosen)
    if chosen == "fr_CH" and on.day == 1:
        return text.replace("1", "1er", 1)  # as French writes it; CLDR does not
    return text


def format_number(value: float, *, decimals: int, locale: str) -> str:
    """Return a number with a fixed count of decimals; French writes a comma.

    Args:
        value: the number.
        decimals: how many decimals; the last is rounded, a half to the even neighbour.
        locale: any locale, as for `negotiate`.

    Raises:
        InvalidTypeError: the locale is not a text.

    Examples:
        >>> format_number(4.7, decimals=2, locale="de"), format_number(4.7, decimals=2, locale="fr")
        ('4.70', '4,70')
    """
    return format_decimal(value, format=f"#,##0.{'0' * decimals}".rstrip("."), locale=negotiate(locale))


def format_last_day(end: datetime, *, locale: str, zone: str = SWISS_ZONE) -> str:
    """Return the end of a period for "until": the last day, where the period ends at midnight.

    Args:
        end: the first instant after the period.
        locale: any locale, as for `negotiate`.
        zone: the IANA name of the wall clock's zone.

    Raises:
        InvalidTypeError: the end is not a datetime, or the locale or the zone is not a text.
        InvalidValueError: a naive datetime, an instant outside the years 2 to 9998, or an unknown zone.

    Examples:
        >>> format_last_day(datetime.fromisoformat("2013-12-15T00:00:00+01:00"), locale="de")
        '14.12.2013'
    """
    local = wall_time(end, zone=zone)
    if local.time() == time(0):
        return format_date(local.date() - timedelta(days=1), locale=locale)
    return format_instant(end, locale=locale, zone=zone)


def format_instant(at: datetime, *, locale: str, zone: str = SWISS_ZONE) -> str:
    """Return an instant as date and time on a wall clock; at midnight the date alone.

    Args:
        at: any aware datetime.
        locale: any locale, as for `negotiate`.
        zone: the IANA name of the wall clock's zone.

    Raises:
        InvalidTypeError: not a datetime, or the locale or the zone is not a text.
        InvalidValueError: a naive datetime, an instant outside the years 2 to 9998, or an unknown zone.

    Examples:
        >>> format_instant(datetime.fromisoformat("2013-11-27T08:00:00+00:00"), locale="de")
        '27.11.2013, 09:00'
    """
    local = wall_time(at, zone=zone)
    day = format_date(local.date(), locale=locale)
    return day if local.time() == time(0) else f"{day}, {local:%H:%M}"


def format_period(period: Period, *, locale: str, zone: str = SWISS_ZONE) -> str:
    """Return a period as dates and times on a wall clock; within a day the date comes once.

    Args:
        period: the period.
        locale: any locale, as for `negotiate`.
        zone: the IANA name of the wall clock's zone.

    Raises:
        InvalidTypeError: the locale or the zone is not a text.
        InvalidValueError: there is no such zone.

    Examples:
        >>> from mila_core.periods import at_wall_time
        >>> start, end = (at_wall_time(date(2013, 11, 28), time(hour)) for hour in (13, 14))
        >>> format_period(Period(start, end), locale="de")
        '28.11.2013, 13:00–14:00'
    """
    start, end = wall_time(period.start, zone=zone), wall_time(period.end, zone=zone)
    first = format_date(start.date(), locale=locale)
    if start.date() == end.date():
        return f"{first}, {start:%H:%M}\N{EN DASH}{end:%H:%M}"
    return f"{first}, {start:%H:%M} \N{EN DASH} {format_date(end.date(), locale=locale)}, {end:%H:%M}"


def format_distance(metres: int, *, locale: str) -> str:
    r"""Return a distance: metres below one kilometre, a decimal below a hundred, then whole kilometres.

    It is rounded up, so that a way that is longer than a limit never looks as if it were not.

    Args:
        metres: the distance in metres.
        locale: any locale, as for `negotiate`.

    Raises:
        InvalidTypeError: the locale is not a text.

    Examples:
        >>> [format_distance(metres, locale="de") for metres in (974, 1963, 10_040, 200_001)]
        ['974\xa0m', '2.0\xa0km', '10.1\xa0km', '201\xa0km']
    """
    if metres < _METRES_PER_KM:
        return f"{metres}\N{NO-BREAK SPACE}m"
    decimals = 1 if metres <= _HUNDRED_KM else 0
    step = _METRES_PER_KM // 10**decimals
    shown = -(-metres // step) / 10**decimals
    return f"{format_number(shown, decimals=decimals, locale=locale)}\N{NO-BREAK SPACE}km"


def format_languages(codes: Iterable[str], *, locale: str) -> str:
    """Return a list of languages by name; a code that has no name stays as it is.

    Args:
        codes: codes such as `de` and `rm`.
        locale: any locale, as for `negotiate`.

    Raises:
        InvalidTypeError: the locale is not a text.

    Examples:
        >>> format_languages(["de", "it"], locale="en")
        'German and Italian'
    """
    chosen = negotiate(locale)
    names = Locale.parse(chosen).languages
    return format_list([names.get(code, code) for code in codes], locale=chosen)
