"""Weeks of a plan as bits, a bit for a quarter hour, counted from 1970 in UTC.

In a week in which the clocks stay, the bits of the wall clock are those of UTC, moved by the offset; in the
two others, and where an offset is no whole number of quarter hours (as local mean time was), each day is read
off the clock. What depends on the zone and the week alone is remembered for all plans.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from mila_core.availability.plans import Availability, WeeklyHours
from mila_core.periods import zone_of

__all__ = [
    "DAY_US",
    "EPOCH",
    "MINUTE_US",
    "QUARTER_US",
    "Span",
    "Week",
    "day_at",
    "day_quarters",
    "horizon_us",
    "instant",
    "micros",
    "midnight_us",
    "steady_start",
    "weeks",
]

Span = tuple[int, int]
"""Start and end in microseconds since 1970."""

Week = tuple[int, int, tuple[Span, ...]]
"""The first quarter of a week since 1970, its bits from there on, and hours that are no whole quarters."""

MINUTE_US = 60_000_000
"""A minute, in microseconds."""

QUARTER_US = 15 * MINUTE_US
"""A quarter of an hour, in microseconds."""

DAY_US = 96 * QUARTER_US
"""A day of 24 hours, in microseconds."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The instant that all is counted from."""

_EPOCH_DAY = EPOCH.toordinal()
_LAST_DAY = date.max.toordinal()
_HOUR = timedelta(hours=1)
_MICROSECOND = timedelta(microseconds=1)
_WEEK_QUARTERS = 7 * 96


def micros(at: datetime) -> int:
    """Return an instant as microseconds since 1970."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant(at: int) -> datetime:
    """Return microseconds since 1970 as an instant."""
    return EPOCH + timedelta(microseconds=at)


def _read(local: datetime, zone: str) -> int:
    """Return the instant of a time on the clock: the first of two; where skipped, later by the gap."""
    offset = local.replace(tzinfo=zone_of(zone)).utcoffset() or timedelta()
    return (local.replace(tzinfo=UTC) - EPOCH - offset) // _MICROSECOND


@lru_cache(maxsize=16_384)  # 45 years of days in one zone
def midnight_us(zone: str, day: int) -> int:
    """Return when a day, by its ordinal, begins in a zone; past the calendar, when its last day does."""
    return _read(datetime.fromordinal(min(day, _LAST_DAY)), zone)


@lru_cache(maxsize=16_384)
def day_quarters(zone: str, day: int) -> Span:
    """Return the quarters that begin in a day, since 1970: the first, and the first after."""
    return -(-midnight_us(zone, day) // QUARTER_US), -(-midnight_us(zone, day + 1) // QUARTER_US)


def day_at(zone: str, at: int) -> int:
    """Return the ordinal of the day whose midnight is the last one up to an instant."""
    day = at // DAY_US + _EPOCH_DAY
    while midnight_us(zone, day) > at:
        day -= 1
    while day < _LAST_DAY and midnight_us(zone, day + 1) <= at:
        day += 1
    return day


def horizon_us(zone: str, at: int, *, days: int) -> int:
    """Return when the last of some days ahead is over; 0 days ahead is the day of the instant."""
    return midnight_us(zone, day_at(zone, at) + days + 1)


@lru_cache(maxsize=4096)  # 78 years of weeks in one zone
def steady_start(zone: str, monday: int) -> int | None:
    """Return the quarter in which a week begins, or None where the clocks change in it or lie between."""
    begin = datetime.fromordinal(monday).replace(tzinfo=zone_of(zone))
    offset, at = begin.utcoffset(), _read(datetime.fromordinal(monday), zone)
    hours = (begin + hour * _HOUR for hour in range(1, 7 * 24 + 1))  # on the wall clock
    if at % QUARTER_US or any(hour.utcoffset() != offset for hour in hours):
        return None
    return at // QUARTER_US


@lru_cache(maxsize=1024)
def _read_week(weekly: tuple[WeeklyHours, ...], zone: str, monday: int) -> Week:
    """Return the hours of a week, each read off the clock; in the hour that is skipped some are empty."""
    first, bits, spans = _read(datetime.fromordinal(monday), zone) // QUARTER_US - 96, 0, []
    for hours in weekly:
        on = date.fromordinal(monday + hours.weekday - 1)
        start = _read(datetime.combine(on, hours.start), zone)
        ends = on if hours.end != time(0) else on + timedelta(days=1)
        end = _read(datetime.combine(ends, hours.end), zone)
        if start % QUARTER_US or end % QUARTER_US:
            spans.append((start, end))
        elif start < end:
            length = (end - start) // QUARTER_US
            bits |= ((1 << length) - 1) << (start // QUARTER_US - first)
    return first, bits, tuple(span for span in spans if span[0] < span[1])


def weeks(plan: Availability, span: Span) -> Iterator[Week]:
    """Yield the weeks that a span may touch."""
    # two days around: a clock is at most a day from UTC, and one that skips a day moves its hours by it
    first = span[0] // DAY_US + _EPOCH_DAY - 2
    last = span[1] // DAY_US + _EPOCH_DAY + 2
    zone, pattern = plan.zone, plan.week_bits
    for monday in range(first - (first - 1) % 7, last + 1, 7):
        begin = steady_start(zone, monday)
        if begin is None:
            yield _read_week(plan.weekly, zone, monday)
        elif begin * QUARTER_US < span[1] and span[0] < (begin + _WEEK_QUARTERS) * QUARTER_US:
            yield begin, pattern, ()
