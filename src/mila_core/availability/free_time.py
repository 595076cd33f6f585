"""What is left of a plan, compiled once and asked often; and the same in one call."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

import attrs

from mila_core.availability._bitset import Bitset
from mila_core.availability._compile import bitset
from mila_core.availability._weeks import EPOCH, QUARTER_US, instant
from mila_core.availability.plans import Availability
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.periods import Period
from mila_core.policies import AvailabilityPolicy
from mila_core.validation import TupleOf, as_instant, instance_of, optional, tuple_of
from mila_core.validation import instant as checked_instant

__all__ = [
    "LONGEST_DAYS",
    "FreeTime",
    "bookable",
    "compile_plan",
    "earliest",
    "free_periods",
    "slots",
]

LONGEST_DAYS = 3660
"""How long a period can be asked about, in days: ten years, ten times the longest horizon; our choice."""

_LONGEST = timedelta(days=LONGEST_DAYS)


def _bounded(_: object, attribute: "attrs.Attribute[Period]", value: Period) -> None:
    if value.end - value.start > _LONGEST:
        raise InvalidValueError(
            attribute.name, f"a period of at most {LONGEST_DAYS} days", f"one of {value.minutes // 1440}"
        )


def _check_minutes(minutes: Any) -> None:
    if type(minutes) is not int:
        raise InvalidTypeError("minutes", "an integer from 1 up", describe(minutes))
    if minutes < 1:
        raise InvalidValueError("minutes", "an integer from 1 up", describe(minutes))


def _check_slot(slot: Any) -> None:
    if not isinstance(slot, Period):
        raise InvalidTypeError("slot", "a Period", describe(slot))


def _visits(busy: Any) -> tuple[Period, ...]:
    if not isinstance(busy, Iterable):
        raise InvalidTypeError("busy", "periods, one for each visit", describe(busy))
    return tuple(busy)


@lru_cache(maxsize=8192)  # many friends have the same first slots, and the same quarters are shown again
def _slot(quarter: int, minutes: int) -> Period:
    start = instant(quarter * QUARTER_US)
    return Period(start, start + timedelta(minutes=minutes))


@attrs.frozen(kw_only=True)
class FreeTime:
    """What is left of a plan inside a period: a question, compiled so that it can be asked again and again.

    It holds what it was made of, so that it can be compared, written and read; the quarter hours themselves
    are worked out from that.

    Attributes:
        availability: the friend's plan.
        within: the period in which the slots must lie from end to end.
        busy: the visits that are booked, and no other appointments, also those outside the period that count
            for it: of its first and last day, and as far around as the buffer reaches.
        policy: buffers, notice, horizon and daily limits; None for none of them.
        at: with a policy, the instant from which notice and horizon count.

    Raises:
        InvalidTypeError: a field of another type, or one of policy and `at` without the other.
        InvalidValueError: a period of more than `LONGEST_DAYS`, or a naive datetime.
        InvalidDocumentError: several items of `busy` that are no periods.

    Examples:
        >>> from datetime import UTC, time
        >>> from mila_core.availability import WeeklyHours
        >>> day = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(9), end=time(12))])
        >>> policy = AvailabilityPolicy(buffer_minutes=30, notice_minutes=0)
        >>> free = FreeTime(
        ...     availability=plan,
        ...     within=Period(day[0], day[23]),
        ...     busy=[Period(day[9], day[10])],
        ...     policy=policy,
        ...     at=day[0],
        ... )
        >>> [(period.start.strftime("%H:%M"), period.minutes) for period in free.periods]
        [('08:00', 30), ('10:30', 30)]
    """

    availability: Availability = attrs.field(validator=instance_of(Availability))
    within: Period = attrs.field(validator=[instance_of(Period), _bounded])
    busy: tuple[Period, ...] = attrs.field(
        default=(), converter=TupleOf[Period], validator=tuple_of(instance_of(Period))
    )
    policy: AvailabilityPolicy | None = attrs.field(
        default=None, validator=optional(instance_of(AvailabilityPolicy))
    )
    at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(checked_instant)
    )

    def __attrs_post_init__(self) -> None:
        """Check that a policy comes with the instant at which it is asked, and no instant without one."""
        if self.policy is not None and self.at is None:
            raise InvalidTypeError("at", "with a policy, the instant that it counts from", describe(None))
        if self.policy is None and self.at is not None:
            raise InvalidTypeError("policy", "with `at`, the policy that counts from it", describe(None))

    @cached_property
    def _bits(self) -> Bitset:
        return bitset(self.availability, self.within, busy=self.busy, policy=self.policy, at=self.at)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The free time as separate periods, in order.

        The buffers are taken off; notice, horizon and daily limits are not, as they say where a visit may
        begin.
        """
        return tuple(Period(instant(start), instant(end)) for start, end in self._bits.spans())

    def slots(self, *, minutes: int) -> Iterator[Period]:
        """Yield every slot of a duration, on quarter hours, the earliest first.

        Args:
            minutes: the duration in minutes.

        Yields:
            Overlapping slots, a quarter of an hour apart.

        Raises:
            InvalidTypeError: the duration is not an int; told when the first slot is asked for.
            InvalidValueError: the duration is not above 0; told when the first slot is asked for.
        """
        _check_minutes(minutes)
        bits = self._bits
        starts, quarter = bits.starts(minutes), bits.first
        while starts:
            step = (starts & -starts).bit_length()
            starts >>= step
            quarter += step
            yield _slot(quarter - 1, minutes)

    def earliest(self, *, minutes: int) -> Period | None:
        """Return the first slot of a duration, or None.

        Args:
            minutes: the duration in minutes.

        Raises:
            InvalidTypeError: the duration is not an int.
            InvalidValueError: the duration is not above 0.
        """
        if type(minutes) is not int or minutes < 1:
            _check_minutes(minutes)
        bits = self._bits
        starts = bits.first_starts(minutes)
        if not starts:
            return None
        return _slot(bits.first + (starts & -starts).bit_length() - 1, minutes)

    def bookable(self, slot: Period) -> bool:
        """Return whether a slot can be booked: whether it is among the slots of its duration.

        Args:
            slot: the slot; one that begins between quarter hours is never bookable.

        Raises:
            InvalidTypeError: the slot is no period.
        """
        if type(slot) is not Period:
            _check_slot(slot)
        since, length = slot.start - EPOCH, slot.end - slot.start
        quarter, late = divmod(since.seconds, 900)
        minutes, more = divmod(length.seconds, 60)
        if late or more or since.microseconds or length.microseconds:
            return False
        bits = self._bits
        index = since.days * 96 + quarter - bits.first
        return index >= 0 and bits.has(index, length.days * 1440 + minutes)


def compile_plan(
    availability: Availability,
    within: Period,
    *,
    busy: Iterable[Period] = (),
    policy: AvailabilityPolicy | None = None,
    at: datetime | None = None,
) -> FreeTime:
    """Return what is left of a plan inside a period, to be asked again and again.

    Args:
        availability: the friend's plan.
        within: the period in which the slots must lie, of at most `LONGEST_DAYS`.
        busy: the visits that are booked, and no other appointments (these are absences of the plan); also
            those around the period that count for it.
        policy: buffers, notice, horizon and daily limits; with `at`.
        at: the instant from which notice and horizon count; with a policy.

    Raises:
        InvalidTypeError: an argument of another type, or one of policy and `at` without the other.
        InvalidValueError: too long a period, or a naive datetime.

    Examples:
        >>> from datetime import UTC, time
        >>> from mila_core.availability import WeeklyHours
        >>> week = Period(datetime(2013, 11, 25, tzinfo=UTC), datetime(2013, 12, 2, tzinfo=UTC))
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(18), end=time(19, 15))])
        >>> free = compile_plan(plan, week)
        >>> [slot.start.strftime("%H:%M") for slot in free.slots(minutes=60)]
        ['17:00', '17:15']
        >>> free.bookable(free.earliest(minutes=75)), free.earliest(minutes=90)
        (True, None)
    """
    free = FreeTime(availability=availability, within=within, busy=_visits(busy), policy=policy, at=at)
    free._bits  # noqa: B018, SLF001  # now rather than at the first question
    return free


def free_periods(
    availability: Availability, within: Period, *, busy: Iterable[Period] = ()
) -> tuple[Period, ...]:
    """Return when a friend is free inside a period, as separate periods in order.

    Args:
        availability: the friend's plan.
        within: the period asked about.
        busy: the visits that are booked; other appointments are absences of the plan.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a period of more than `LONGEST_DAYS`.

    Examples:
        >>> from datetime import UTC, time
        >>> from mila_core.availability import WeeklyHours
        >>> day = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(9), end=time(12))])
        >>> free = free_periods(plan, Period(day[0], day[23]), busy=[Period(day[9], day[10])])
        >>> [(period.start.hour, period.end.hour) for period in free]
        [(8, 9), (10, 11)]
    """
    return compile_plan(availability, within, busy=busy).periods


def slots(
    availability: Availability,
    within: Period,
    *,
    minutes: int,
    busy: Iterable[Period] = (),
    policy: AvailabilityPolicy | None = None,
    at: datetime | None = None,
) -> Iterator[Period]:
    """Yield every slot of a duration inside a period, on quarter hours, the earliest first.

    Args:
        availability: the friend's plan.
        within: the period in which the whole slot must lie.
        minutes: the duration in minutes.
        busy: the visits that are booked; other appointments are absences of the plan.
        policy: buffers, notice, horizon and daily limits; with `at`.
        at: the instant from which notice and horizon count; with a policy.

    Yields:
        Overlapping slots, a quarter of an hour apart.

    Raises:
        InvalidTypeError: an argument of another type; told when the first slot is asked for.
        InvalidValueError: the duration is not above 0, or the period has more than `LONGEST_DAYS`; told when
            the first slot is asked for.

    Examples:
        >>> from datetime import UTC, time
        >>> from mila_core.availability import WeeklyHours
        >>> day = Period(datetime(2013, 11, 27, tzinfo=UTC), datetime(2013, 11, 28, tzinfo=UTC))
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(18), end=time(19, 15))])
        >>> [slot.start.strftime("%H:%M") for slot in slots(plan, day, minutes=60)]
        ['17:00', '17:15']
    """
    yield from compile_plan(availability, within, busy=busy, policy=policy, at=at).slots(minutes=minutes)


def earliest(
    availability: Availability,
    within: Period,
    *,
    minutes: int,
    busy: Iterable[Period] = (),
    policy: AvailabilityPolicy | None = None,
    at: datetime | None = None,
) -> Period | None:
    """Return the first slot of a duration inside a period, or None.

    Args:
        availability: the friend's plan.
        within: the period in which the whole slot must lie.
        minutes: the duration in minutes.
        busy: the visits that are booked; other appointments are absences of the plan.
        policy: buffers, notice, horizon and daily limits; with `at`.
        at: the instant from which notice and horizon count; with a policy.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: the duration is not above 0, or the period has more than `LONGEST_DAYS`.

    Examples:
        >>> from datetime import UTC, time
        >>> from mila_core.availability import WeeklyHours
        >>> day = Period(datetime(2013, 11, 27, tzinfo=UTC), datetime(2013, 11, 28, tzinfo=UTC))
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(18), end=time(19, 15))])
        >>> earliest(plan, day, minutes=60).start.isoformat()
        '2013-11-27T17:00:00+00:00'
        >>> earliest(plan, day, minutes=90) is None
        True
    """
    return compile_plan(availability, within, busy=busy, policy=policy, at=at).earliest(minutes=minutes)


def bookable(
    availability: Availability,
    slot: Period,
    *,
    busy: Iterable[Period] = (),
    policy: AvailabilityPolicy | None = None,
    at: datetime | None = None,
) -> bool:
    """Return whether a slot can be booked: whether `slots` over any period around it would list it.

    Args:
        availability: the friend's plan.
        slot: the slot; one that begins between quarter hours is never bookable.
        busy: the visits that are booked, with daily limits all of the slot's day; other appointments are
            absences of the plan.
        policy: buffers, notice, horizon and daily limits; with `at`.
        at: the instant from which notice and horizon count; with a policy.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a slot of more than `LONGEST_DAYS`.

    Examples:
        >>> from datetime import UTC, time
        >>> from mila_core.availability import WeeklyHours
        >>> plan = Availability(weekly=[WeeklyHours(weekday=3, start=time(18), end=time(19, 15))])
        >>> start, end = (datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in (17, 18))
        >>> bookable(plan, Period(start, end)), bookable(plan, Period(start, end), busy=[Period(start, end)])
        (True, False)
    """
    _check_slot(slot)
    return compile_plan(availability, slot, busy=busy, policy=policy, at=at).bookable(slot)
