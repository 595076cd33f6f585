"""Availability: a weekly plan on the wall clock, dated exceptions, and the slots that are left for a visit.

One calculus serves everyone: `bookable(slot)` is true if and only if the slot is among `slots(...)`. Slots
begin on quarter hours. The plan is kept in wall-clock time, so that "from nine" stays nine when the clocks
change; `periods` says how a wall-clock time that is skipped or comes twice is read.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.periods import (
    SWISS_ZONE,
    Period,
    at_wall_time,
    merge,
    midnight,
    subtract,
    wall_time,
    zone_of,
)
from mila_core.validation import TupleOf, instance_of, integer, tuple_of

__all__ = [
    "QUARTER",
    "Availability",
    "WeeklyHours",
    "bookable",
    "earliest",
    "free_periods",
    "slots",
]

QUARTER = timedelta(minutes=15)
"""The grid of slots; every offset of a European zone is a whole number of quarter hours."""

_ONE_DAY = timedelta(days=1)


def _clock(_: object, attribute: "attrs.Attribute[time]", value: object) -> None:
    expected = "a time on a quarter hour, without a zone"
    if not isinstance(value, time):
        raise InvalidTypeError(attribute.name, expected, describe(value))
    if value.tzinfo is not None or value.minute % 15 or value.second or value.microsecond:
        raise InvalidValueError(attribute.name, expected, value.isoformat())


def _zone_name(_: object, attribute: "attrs.Attribute[str]", value: Any) -> None:
    zone_of(value, field=attribute.name)


@attrs.frozen(kw_only=True, order=True)
class WeeklyHours:
    """Hours of one weekday, every week.

    Attributes:
        weekday: 1 for Monday to 7 for Sunday, as in ISO 8601.
        start: the time on the clock from which the friend is free.
        end: the time up to which; midnight (00:00) is the end of the day.

    Raises:
        InvalidTypeError: a weekday that is not an int, or a time that is none.
        InvalidValueError: a time with a zone or not on a quarter hour, a weekday out of range, or an end that
            is not after the start; hours over midnight are two entries.

    Examples:
        >>> evening = WeeklyHours(weekday=5, start=time(18), end=time(0))
        >>> evening < WeeklyHours(weekday=6, start=time(0), end=time(1, 30))
        True
    """

    weekday: int = attrs.field(validator=integer(1, 7))
    start: time = attrs.field(validator=_clock)
    end: time = attrs.field(validator=_clock)

    def __attrs_post_init__(self) -> None:
        """Check the order."""
        if self.end != time(0) and self.end <= self.start:
            raise InvalidValueError("end", f"a time after {self.start:%H:%M}, or 00:00", f"{self.end:%H:%M}")


@attrs.frozen(kw_only=True)
class Availability:
    """When a friend can come: weekly hours, plus extra periods, minus absences.

    Attributes:
        weekly: the hours of each week.
        extra: periods besides the weekly hours.
        absent: periods without any; they prevail over the rest.
        zone: the zone of the wall clock, by its IANA name.

    Raises:
        InvalidTypeError: a field of another type, or one item of another type.
        InvalidValueError: there is no such zone.
        InvalidDocumentError: several items of a field that are of another type.

    Examples:
        >>> from datetime import date
        >>> from mila_core.samples import zurich_2013
        >>> plan = zurich_2013().market.friend("andreas").availability
        >>> holiday = Period(midnight(date(2013, 12, 24)), midnight(date(2013, 12, 27)))
        >>> free_periods(attrs.evolve(plan, absent=[holiday]), holiday)
        ()
    """

    weekly: tuple[WeeklyHours, ...] = attrs.field(
        default=(), converter=TupleOf[WeeklyHours], validator=tuple_of(instance_of(WeeklyHours))
    )
    extra: tuple[Period, ...] = attrs.field(
        default=(), converter=TupleOf[Period], validator=tuple_of(instance_of(Period))
    )
    absent: tuple[Period, ...] = attrs.field(
        default=(), converter=TupleOf[Period], validator=tuple_of(instance_of(Period))
    )
    zone: str = attrs.field(default=SWISS_ZONE, validator=_zone_name)


def _weekly_periods(availability: Availability, within: Period) -> Iterator[Period]:
    on = wall_time(within.start, zone=availability.zone).date()
    while midnight(on, zone=availability.zone) < within.end:
        for hours in availability.weekly:
            if hours.weekday == on.isoweekday():
                start = at_wall_time(on, hours.start, zone=availability.zone)
                end = (
                    midnight(on + _ONE_DAY, zone=availability.zone)
                    if hours.end == time(0)
                    else at_wall_time(on, hours.end, zone=availability.zone)
                )
                if start < end:  # hours that end inside the hour that spring skips can come out empty
                    yield Period(start, end)
        on += _ONE_DAY


def _clip(period: Period, within: Period) -> Period:
    return Period(max(period.start, within.start), min(period.end, within.end))


def free_periods(
    availability: Availability, within: Period, *, busy: Iterable[Period] = ()
) -> tuple[Period, ...]:
    """Return when a friend is free inside a period, as separate periods in order.

    Args:
        availability: the friend's plan.
        within: the period asked about.
        busy: what is taken already, such as bookings.

    Raises:
        InvalidValueError: the period asked about touches the first or the last day of the calendar.

    Examples:
        >>> from datetime import UTC
        >>> day = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(9), end=time(12))])
        >>> free = free_periods(plan, Period(day[0], day[23]), busy=[Period(day[9], day[10])])
        >>> [(period.start.hour, period.end.hour) for period in free]
        [(8, 9), (10, 11)]
    """
    planned = [*_weekly_periods(availability, within), *availability.extra]
    free = subtract(merge(planned), [*availability.absent, *busy])
    return tuple(_clip(period, within) for period in free if period.overlaps(within))


def slots(
    availability: Availability, within: Period, *, minutes: int, busy: Iterable[Period] = ()
) -> Iterator[Period]:
    """Yield every slot of a duration inside a period, on quarter hours, the earliest first.

    Args:
        availability: the friend's plan.
        within: the period in which the whole slot must lie.
        minutes: the duration in minutes.
        busy: what is taken already.

    Yields:
        Overlapping slots, a quarter of an hour apart.

    Raises:
        InvalidTypeError: the duration is not an int; told when the first slot is asked for.
        InvalidValueError: the duration is not above 0, or the period touches the first or the last day of
            the calendar; told when the first slot is asked for.

    Examples:
        >>> from datetime import UTC
        >>> day = Period(datetime(2013, 11, 27, tzinfo=UTC), datetime(2013, 11, 28, tzinfo=UTC))
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(18), end=time(19, 15))])
        >>> [slot.start.strftime("%H:%M") for slot in slots(plan, day, minutes=60)]
        ['17:00', '17:15']
    """
    if type(minutes) is not int:
        raise InvalidTypeError("minutes", "an integer from 1 up", describe(minutes))
    if minutes < 1:
        raise InvalidValueError("minutes", "an integer from 1 up", describe(minutes))
    if minutes > within.minutes:
        return
    length = timedelta(minutes=minutes)
    for period in free_periods(availability, within, busy=busy):
        start = _next_quarter(period.start)
        while start + length <= period.end:
            yield Period(start, start + length)
            start += QUARTER


def _next_quarter(at: datetime) -> datetime:
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at if not over else at - over + QUARTER


def earliest(
    availability: Availability, within: Period, *, minutes: int, busy: Iterable[Period] = ()
) -> Period | None:
    """Return the first slot of a duration inside a period, or None.

    Args:
        availability: the friend's plan.
        within: the period in which the whole slot must lie.
        minutes: the duration in minutes.
        busy: what is taken already.

    Raises:
        InvalidTypeError: the duration is not an int.
        InvalidValueError: the duration is not above 0, or the period touches the first or the last day of
            the calendar.

    Examples:
        >>> from datetime import UTC
        >>> day = Period(datetime(2013, 11, 27, tzinfo=UTC), datetime(2013, 11, 28, tzinfo=UTC))
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(18), end=time(19, 15))])
        >>> earliest(plan, day, minutes=60).start.isoformat()
        '2013-11-27T17:00:00+00:00'
        >>> earliest(plan, day, minutes=90) is None
        True
    """
    return next(slots(availability, within, minutes=minutes, busy=busy), None)


def bookable(availability: Availability, slot: Period, *, busy: Iterable[Period] = ()) -> bool:
    """Return whether a slot can be booked: whether `slots` over any period around it would list it.

    Args:
        availability: the friend's plan.
        slot: the slot; one that begins between quarter hours is never bookable.
        busy: what is taken already.

    Raises:
        InvalidValueError: the slot touches the first or the last day of the calendar.

    Examples:
        >>> from datetime import UTC
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(18), end=time(19, 15))])
        >>> start, end = (datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in (17, 18))
        >>> bookable(plan, Period(start, end)), bookable(plan, Period(start, end), busy=[Period(start, end)])
        (True, False)
    """
    return slot in slots(availability, slot, minutes=max(1, slot.minutes), busy=busy)
