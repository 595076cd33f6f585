"""Periods: half-open spans of instants, and the way from a Swiss wall clock to an instant and back.

Instants are kept as plain datetimes in UTC; any aware datetime is taken. A wall-clock time becomes an instant
only here, by one rule: a time that the clock skips (spring) is read with the offset before the change, so it
comes out later by the gap; a time that comes twice (autumn) is the first of the two. RFC 5545, 3.3.5, decides
the same.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.validation import FIRST_YEAR, LAST_YEAR, as_instant, instant, optional

__all__ = [
    "SWISS_ZONE",
    "Period",
    "Validity",
    "add_months",
    "at_wall_time",
    "instant_of",
    "merge",
    "midnight",
    "subtract",
    "valid_on",
    "wall_time",
    "zone_of",
]

SWISS_ZONE = "Europe/Zurich"
"""The zone of every Swiss wall clock, by its IANA name."""

# files and folders of a machine's time zone database that no IANA name begins with: the zone that the machine
# is set to, one for a machine that is not set, and two copies of the whole, of which `right` has leap seconds
_OF_THE_MACHINE = frozenset({"localtime", "posixrules", "factory", "posix", "right"})


def instant_of(value: datetime, *, name: str = "at") -> datetime:
    """Return an aware datetime as a plain datetime in UTC.

    Args:
        value: any aware datetime.
        name: the argument's name, for the error.

    Returns:
        The same instant.

    Raises:
        InvalidTypeError: not a datetime.
        InvalidValueError: a naive datetime, or an instant outside the years 2 to 9998.

    Examples:
        >>> instant_of(datetime.fromisoformat("2013-11-27T09:00:00+01:00")).isoformat()
        '2013-11-27T08:00:00+00:00'
    """
    if type(value) is datetime and value.tzinfo is UTC and FIRST_YEAR <= value.year <= LAST_YEAR:
        return value  # as it is kept everywhere
    if not isinstance(value, datetime):
        raise InvalidTypeError(name, "a datetime with a UTC offset", describe(value))
    if value.utcoffset() is None:
        raise InvalidValueError(
            name, "a datetime with a UTC offset", f"the naive datetime {value.isoformat()}"
        )
    moved = as_instant(value)
    if moved.tzinfo is not UTC or not FIRST_YEAR <= moved.year <= LAST_YEAR:
        expected = f"an instant of the years {FIRST_YEAR} to {LAST_YEAR} in UTC"
        raise InvalidValueError(name, expected, value.isoformat())
    return moved


def zone_of(name: str, *, field: str = "zone") -> ZoneInfo:
    """Return a time zone by its name, the same on every machine: `localtime` and its like are refused.

    Args:
        name: an IANA name.
        field: the argument's or field's name, for the error.

    Raises:
        InvalidTypeError: the name is not a string.
        InvalidValueError: there is no such zone.

    Examples:
        >>> zone_of("Europe/Zurich").key
        'Europe/Zurich'
    """
    expected = "the IANA name of a time zone, such as 'Europe/Zurich'"
    if not isinstance(name, str):
        raise InvalidTypeError(field, expected, describe(name))
    if name.partition("/")[0].lower() in _OF_THE_MACHINE:
        raise InvalidValueError(field, expected, describe(name))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValueError(field, expected, describe(name)) from None


def _check_day(name: str, value: date) -> None:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidTypeError(name, "a date", describe(value))
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise InvalidValueError(name, f"a date of the years {FIRST_YEAR} to {LAST_YEAR}", value.isoformat())


def _check_order(start: datetime, end: datetime) -> None:
    if end <= start:
        raise InvalidValueError("end", f"an instant after {start.isoformat()}", end.isoformat())


@attrs.frozen(order=True)
class Period:
    """A span of time from its start up to, not including, its end.

    Attributes:
        start: the first instant; kept in UTC.
        end: the first instant after; later than the start.

    Raises:
        InvalidTypeError: an instant that is not a datetime.
        InvalidValueError: an instant without offset or outside the years 2 to 9998, or an end that is not
            after the start.

    Examples:
        >>> hour = Period(datetime(2013, 11, 27, 13, tzinfo=UTC), datetime(2013, 11, 27, 14, tzinfo=UTC))
        >>> hour.end in hour, hour.minutes
        (False, 60)
    """

    start: datetime = attrs.field(converter=as_instant, validator=instant)
    end: datetime = attrs.field(converter=as_instant, validator=instant)

    def __attrs_post_init__(self) -> None:
        """Check the order."""
        _check_order(self.start, self.end)

    def __contains__(self, at: datetime) -> bool:
        """Return whether an instant lies in the period; what is no instant is an error."""
        return self.start <= instant_of(at) < self.end

    @property
    def minutes(self) -> int:
        """The length in whole minutes, rounded down."""
        return (self.end - self.start) // timedelta(minutes=1)

    def covers(self, other: "Period") -> bool:
        """Return whether all of another period lies in this one.

        Args:
            other: the period that should lie inside.

        Examples:
            >>> day = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
            >>> Period(day[8], day[12]).covers(Period(day[10], day[12]))
            True
        """
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Period") -> bool:
        """Return whether the two have an instant in common; periods that only touch have none.

        Args:
            other: another period.

        Examples:
            >>> day = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
            >>> Period(day[8], day[12]).overlaps(Period(day[12], day[14]))
            False
        """
        return self.start < other.end and other.start < self.end


@attrs.frozen
class Validity:
    """A span from a start up to, not including, an end that may be open.

    Attributes:
        start: the first instant; kept in UTC.
        end: the first instant after, or None for "until further notice".

    Raises:
        InvalidTypeError: an instant that is not a datetime.
        InvalidValueError: an instant without offset or outside the years 2 to 9998, or an end that is not
            after the start.

    Examples:
        >>> forever = Validity(datetime(2013, 11, 27, tzinfo=UTC))
        >>> forever.covers(Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))
        True
    """

    start: datetime = attrs.field(converter=as_instant, validator=instant)
    end: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(as_instant),
        validator=optional(instant),
    )

    def __attrs_post_init__(self) -> None:
        """Check the order."""
        if self.end is not None:
            _check_order(self.start, self.end)

    def __contains__(self, at: datetime) -> bool:
        """Return whether an instant lies in the span; what is no instant is an error."""
        moment = instant_of(at)
        return self.start <= moment and (self.end is None or moment < self.end)

    def covers(self, period: Period) -> bool:
        """Return whether all of a period lies in the span.

        Args:
            period: the period that should lie inside.

        Examples:
            >>> day = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
            >>> Validity(day[9]).covers(Period(day[8], day[10]))
            False
        """
        return self.start <= period.start and (self.end is None or period.end <= self.end)

    def overlaps(self, period: Period) -> bool:
        """Return whether the span and a period have an instant in common.

        Args:
            period: the period.

        Examples:
            >>> day = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
            >>> Validity(day[9]).overlaps(Period(day[8], day[10]))
            True
        """
        return self.start < period.end and (self.end is None or period.start < self.end)


def wall_time(at: datetime, *, zone: str = SWISS_ZONE) -> datetime:
    """Return an instant as an aware datetime on a zone's wall clock.

    Args:
        at: any aware datetime.
        zone: an IANA name.

    Raises:
        InvalidTypeError: not a datetime, or a zone that is not a string.
        InvalidValueError: a naive datetime, an instant outside the years 2 to 9998, or an unknown zone.

    Examples:
        >>> wall_time(datetime(2014, 7, 1, 10, tzinfo=UTC)).isoformat()
        '2014-07-01T12:00:00+02:00'
    """
    return instant_of(at).astimezone(zone_of(zone))


def at_wall_time(on: date, clock: time, *, zone: str = SWISS_ZONE) -> datetime:
    """Return the instant at which a zone's wall clock shows a time on a date (the module says how, if twice).

    Args:
        on: the date.
        clock: the time on the clock; a zone of its own does not count.
        zone: an IANA name.

    Returns:
        The instant in UTC.

    Raises:
        InvalidTypeError: a datetime, which would lose its time, something else that is no date, a clock that
            shows no time, or a zone that is not a string.
        InvalidValueError: a date outside the years 2 to 9998, or an unknown zone.

    Examples:
        >>> at_wall_time(date(2026, 3, 29), time(2, 30)).isoformat()  # skipped: 03:30 in summer time
        '2026-03-29T01:30:00+00:00'
        >>> at_wall_time(date(2026, 10, 25), time(2, 30)).isoformat()  # twice: the first, in summer time
        '2026-10-25T00:30:00+00:00'
    """
    _check_day("on", on)
    if not isinstance(clock, time):
        raise InvalidTypeError("clock", "a time", describe(clock))
    return datetime.combine(on, clock.replace(tzinfo=None, fold=0), zone_of(zone)).astimezone(UTC)


def midnight(on: date, *, zone: str = SWISS_ZONE) -> datetime:
    """Return the instant at which a date begins.

    Args:
        on: the date.
        zone: an IANA name.

    Returns:
        The instant in UTC.

    Raises:
        InvalidTypeError: a datetime, something else that is no date, or a zone that is not a string.
        InvalidValueError: a date outside the years 2 to 9998, or an unknown zone.

    Examples:
        >>> midnight(date(2014, 1, 1)).isoformat()
        '2013-12-31T23:00:00+00:00'
    """
    return at_wall_time(on, time(0), zone=zone)


def valid_on(first: date, *, last: date | None = None, zone: str = SWISS_ZONE) -> Validity:
    """Return the span of whole days from the first to the last, both included.

    Args:
        first: the first day.
        last: the last day, or None for "until further notice".
        zone: an IANA name.

    Raises:
        InvalidTypeError: a datetime, something else that is no date, or a zone that is not a string.
        InvalidValueError: a last day before the first, a day outside the years 2 to 9998, or an unknown zone.

    Examples:
        >>> valid_on(date(2014, 1, 1), last=date(2014, 1, 1)).end.isoformat()
        '2014-01-01T23:00:00+00:00'
    """
    _check_day("first", first)
    if last is None:
        return Validity(midnight(first, zone=zone))
    _check_day("last", last)
    if last < first:
        raise InvalidValueError("last", f"{first} or later", str(last))
    return Validity(midnight(first, zone=zone), midnight(last + timedelta(days=1), zone=zone))


def add_months(on: date, months: int) -> date:
    """Return the date some months later; a day that the month lacks becomes its last day.

    Args:
        on: a date.
        months: how many months; negative goes back.

    Raises:
        InvalidTypeError: not a date (a datetime would lose its time), or not a whole number of months.
        InvalidValueError: a date outside the years 2 to 9998, before or after.

    Examples:
        >>> add_months(date(2013, 1, 31), 13)
        datetime.date(2014, 2, 28)
    """
    import pendulum  # noqa: PLC0415  # 40 ms; the modules above never need it to import

    _check_day("on", on)
    if type(months) is not int:
        raise InvalidTypeError("months", "a whole number", describe(months))
    try:
        later = pendulum.date(on.year, on.month, on.day).add(months=months)
    except (OverflowError, ValueError):
        raise InvalidValueError("months", "a number that stays on the calendar", describe(months)) from None
    _check_day("months", later)
    return date(later.year, later.month, later.day)


def merge(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the same instants as separate periods, in order; touching ones become one.

    Args:
        periods: any periods, in any order, overlapping or not.

    Examples:
        >>> day = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
        >>> [
        ...     p.minutes
        ...     for p in merge([Period(day[10], day[12]), Period(day[8], day[10]), Period(day[11], day[13])])
        ... ]
        [300]
    """
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end:
            if period.end > merged[-1].end:
                merged[-1] = Period(merged[-1].start, period.end)
        else:
            merged.append(period)
    return tuple(merged)


def subtract(periods: Iterable[Period], taken: Iterable[Period]) -> tuple[Period, ...]:
    """Return the instants that lie in the first periods and in none of the others, as separate periods.

    Args:
        periods: what there is.
        taken: what is not to be had.

    Examples:
        >>> day = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
        >>> [p.start.hour for p in subtract([Period(day[8], day[12])], [Period(day[9], day[10])])]
        [8, 10]
    """
    gaps = merge(taken)
    left: list[Period] = []
    at = 0  # the first gap that may still matter: both are in order, so each is looked at once
    for period in merge(periods):
        start = period.start
        while at < len(gaps) and gaps[at].start < period.end:
            if gaps[at].start > start:
                left.append(Period(start, gaps[at].start))
            start = max(start, gaps[at].end)
            if gaps[at].end > period.end:
                break  # it may reach into the next period
            at += 1
        if start < period.end:
            left.append(Period(start, period.end))
    return tuple(left)
