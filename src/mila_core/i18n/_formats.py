"""Dates, times, weekdays and lists as people in Switzerland write them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from babel import Locale
from babel.dates import format_date as babel_format_date
from babel.dates import get_day_names
from babel.lists import format_list

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.i18n._locales import negotiate_formats
from mila_core.periods import SWISS_ZONE, Period, wall_time

DateLength = Literal["medium", "long", "full"]
"""How much of a date is written: `27.11.2013`, `27. November 2013`, `Mittwoch, 27. November 2013`."""

_LENGTHS: tuple[DateLength, ...] = get_args(DateLength)


def format_date(on: date, *, locale: str, length: DateLength = "medium") -> str:
    """Return a date, in a length of CLDR.

    Args:
        on: the date.
        locale: any locale, as for `negotiate_formats`.
        length: `medium`, `long` (the month is a word) or `full` (with the weekday).

    Raises:
        InvalidTypeError: not a date, a datetime (its day depends on the zone), or the locale is not a text.
        InvalidValueError: there is no such length.

    Examples:
        >>> format_date(date(2013, 11, 27), locale="de"), format_date(date(2013, 11, 27), locale="fr")
        ('27.11.2013', '27 nov. 2013')
        >>> format_date(date(2013, 11, 27), locale="de", length="full")
        'Mittwoch, 27. November 2013'
    """
    chosen = negotiate_formats(locale)
    _check_date(on)
    if length not in _LENGTHS:
        raise InvalidValueError("length", f"one of {', '.join(_LENGTHS)}", describe(length))
    text = babel_format_date(on, format=length, locale=chosen)
    if chosen == "fr_CH" and on.day == 1:
        return text.replace("1", "1er", 1)  # as French writes it; CLDR does not
    return text


def format_weekday(on: date, *, locale: str, short: bool = False) -> str:
    """Return the weekday of a date, as it stands by itself.

    Args:
        on: the date.
        locale: any locale, as for `negotiate_formats`.
        short: whether it is abbreviated, as in a calendar's head.

    Raises:
        InvalidTypeError: not a date, a datetime (its day depends on the zone), or the locale is not a text.

    Examples:
        >>> format_weekday(date(2013, 11, 27), locale="de"), format_weekday(date(2013, 11, 27), locale="it")
        ('Mittwoch', 'mercoledì')
        >>> format_weekday(date(2013, 11, 27), locale="fr", short=True)
        'mer.'
    """
    chosen = negotiate_formats(locale)
    _check_date(on)
    names = get_day_names("abbreviated" if short else "wide", context="stand-alone", locale=chosen)
    return str(names[on.weekday()])


def format_time(at: datetime, *, locale: str, zone: str = SWISS_ZONE) -> str:
    """Return the time of an instant on a wall clock: hours from 00 to 23, a colon, minutes, in all locales.

    Args:
        at: any aware datetime; seconds are left out.
        locale: any locale, as for `negotiate_formats`.
        zone: the IANA name of the wall clock's zone.

    Raises:
        InvalidTypeError: not a datetime, or the locale or the zone is not a text.
        InvalidValueError: a naive datetime, an instant outside the years 2 to 9998, or an unknown zone.

    Examples:
        >>> format_time(datetime.fromisoformat("2013-11-27T08:00:00+00:00"), locale="de")
        '09:00'
    """
    negotiate_formats(locale)
    return f"{wall_time(at, zone=zone):%H:%M}"


def format_last_day(end: datetime, *, locale: str, zone: str = SWISS_ZONE) -> str:
    """Return the end of a period for "until": the last day, where the period ends at midnight.

    Args:
        end: the first instant after the period.
        locale: any locale, as for `negotiate_formats`.
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


def format_instant(
    at: datetime, *, locale: str, zone: str = SWISS_ZONE, length: DateLength = "medium"
) -> str:
    """Return an instant as date and time on a wall clock; at midnight the date alone.

    Args:
        at: any aware datetime.
        locale: any locale, as for `negotiate_formats`.
        zone: the IANA name of the wall clock's zone.
        length: how much of a date is written, as for `format_date`.

    Raises:
        InvalidTypeError: not a datetime, or the locale or the zone is not a text.
        InvalidValueError: a naive datetime, an instant outside the years 2 to 9998, no such zone or length.

    Examples:
        >>> format_instant(datetime.fromisoformat("2013-11-27T08:00:00+00:00"), locale="de")
        '27.11.2013, 09:00'
    """
    local = wall_time(at, zone=zone)
    day = format_date(local.date(), locale=locale, length=length)
    return day if local.time() == time(0) else f"{day}, {local:%H:%M}"


def format_period(
    period: Period, *, locale: str, zone: str = SWISS_ZONE, length: DateLength = "medium"
) -> str:
    """Return a period as dates and times on a wall clock; within a day the date comes once.

    Args:
        period: the period.
        locale: any locale, as for `negotiate_formats`.
        zone: the IANA name of the wall clock's zone.
        length: how much of a date is written, as for `format_date`.

    Raises:
        InvalidTypeError: no period, or the locale or the zone is not a text.
        InvalidValueError: there is no such zone or length.

    Examples:
        >>> from mila_core.periods import at_wall_time
        >>> start, end = (at_wall_time(date(2013, 11, 28), time(hour)) for hour in (13, 14))
        >>> format_period(Period(start, end), locale="de")
        '28.11.2013, 13:00–14:00'
    """
    if not isinstance(period, Period):
        raise InvalidTypeError("period", "a period", describe(period))
    start, end = wall_time(period.start, zone=zone), wall_time(period.end, zone=zone)
    first = format_date(start.date(), locale=locale, length=length)
    if start.date() == end.date():
        return f"{first}, {start:%H:%M}\N{EN DASH}{end:%H:%M}"
    last = format_date(end.date(), locale=locale, length=length)
    return f"{first}, {start:%H:%M} \N{EN DASH} {last}, {end:%H:%M}"


def format_languages(codes: Iterable[str], *, locale: str) -> str:
    """Return a list of languages by name; a code that has no name stays as it is.

    Args:
        codes: codes such as `de` and `rm`.
        locale: any locale, as for `negotiate_formats`.

    Raises:
        InvalidTypeError: one text, which would be read letter by letter; a code or the locale is not a text.

    Examples:
        >>> format_languages(["de", "it"], locale="en")
        'German and Italian'
    """
    chosen = negotiate_formats(locale)
    if isinstance(codes, str) or not isinstance(codes, Iterable):
        raise InvalidTypeError("codes", "codes such as ['de', 'rm']", describe(codes))
    names = Locale.parse(chosen).languages
    return format_list([_language(names, place, code) for place, code in enumerate(codes)], locale=chosen)


def _language(names: Mapping[str, str], place: int, code: object) -> str:
    if not isinstance(code, str):
        raise InvalidTypeError(f"codes[{place}]", "a code such as 'de'", describe(code))
    return names.get(code, code)


def _check_date(on: object) -> None:
    if not isinstance(on, date) or isinstance(on, datetime):
        raise InvalidTypeError("on", "a date without time", describe(on))
