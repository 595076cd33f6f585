"""Plans: weekly hours on the wall clock, with dated exceptions."""

from datetime import time, timedelta
from functools import cached_property
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.periods import SWISS_ZONE, Period, zone_of
from mila_core.validation import TupleOf, instance_of, integer, tuple_of

__all__ = ["QUARTER", "Availability", "WeeklyHours"]

QUARTER = timedelta(minutes=15)
"""The grid of slots; every offset of a European zone is a whole number of quarter hours."""


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
        >>> from mila_core.availability import free_periods
        >>> from mila_core.periods import midnight
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

    @cached_property
    def week_bits(self) -> int:
        """The weekly hours as bits, bit 0 for Monday's first quarter hour on the wall clock.

        Examples:
            >>> plan = Availability(weekly=[WeeklyHours(weekday=1, start=time(0, 30), end=time(1))])
            >>> f"{plan.week_bits:b}"
            '1100'
        """
        bits = 0
        for hours in self.weekly:
            start = hours.start.hour * 4 + hours.start.minute // 15
            end = hours.end.hour * 4 + hours.end.minute // 15 or 96
            bits |= ((1 << (end - start)) - 1) << ((hours.weekday - 1) * 96 + start)
        return bits
