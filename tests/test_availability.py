"""One calculus of slots: what is listed can be booked, and the clock on the wall decides, in every zone."""

import pickle
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.availability import (
    QUARTER,
    Availability,
    WeeklyHours,
    bookable,
    earliest,
    free_periods,
    slots,
)
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.periods import SWISS_ZONE, Period, at_wall_time, midnight, wall_time
from tests import wrong
from tests.minute_calendar import (
    DAY,
    MINUTE,
    Case,
    cases,
    free_minutes,
    minutes_between,
    slots_by_the_minute,
)


@given(cases(), st.integers(1, 300))
def test_slots_are_those_of_a_calendar_of_minutes(case: Case, minutes: int) -> None:
    """Every slot that lies in free minutes is listed, on quarter hours, in order, and no other."""
    plan, busy, within, around = case
    expected = slots_by_the_minute(free_minutes(plan, busy, around), within, minutes)
    assert list(slots(plan, within, minutes=minutes, busy=busy)) == expected


@given(cases())
def test_free_periods_are_those_of_a_calendar_of_minutes(case: Case) -> None:
    """The free periods hold the free minutes of the period asked about, separately and in order."""
    plan, busy, within, around = case
    free = free_periods(plan, within, busy=iter(busy))
    assert {minute for each in free for minute in minutes_between(each.start, each.end)} == {
        minute for minute in free_minutes(plan, busy, around) if minute in within
    }
    assert all(one.end < other.start for one, other in pairwise(free))
    assert all(within.covers(each) for each in free)


quarters = st.integers(-40 * 4, 40 * 4).map(lambda number: 15 * number)


@given(cases(), quarters | st.integers(-40 * 60, 40 * 60), st.integers(1, 300))
def test_bookable_is_what_is_listed(case: Case, offset: int, minutes: int) -> None:
    """A slot can be booked if and only if it is among the slots of the days around it."""
    plan, busy, _, around = case
    start = around + offset * MINUTE
    slot = Period(start, start + minutes * MINUTE)
    listed = slots(plan, Period(around - 4 * DAY, around + 4 * DAY), minutes=minutes, busy=busy)
    assert bookable(plan, slot, busy=busy) == (slot in listed)


@given(cases(), st.integers(1, 120))
def test_what_is_listed_is_bookable(case: Case, minutes: int) -> None:
    """Each slot that is shown can be booked, and touches neither an absence nor what is busy."""
    plan, busy, within, _ = case
    for slot in slots(plan, within, minutes=minutes, busy=busy):
        assert bookable(plan, slot, busy=busy)
        assert not any(slot.overlaps(taken) for taken in (*plan.absent, *busy))


@given(cases(), st.integers(1, 120))
def test_what_is_busy_only_takes_slots_away(case: Case, minutes: int) -> None:
    """With nothing busy there are the same slots and perhaps more; an absence does as a booking would."""
    plan, busy, within, _ = case
    listed = list(slots(plan, within, minutes=minutes, busy=busy))
    assert set(listed) <= set(slots(plan, within, minutes=minutes))
    absent = attrs.evolve(plan, absent=(*plan.absent, *busy))
    assert list(slots(absent, within, minutes=minutes)) == listed


@given(cases(), st.integers(1, 120))
def test_the_earliest_is_the_first_listed(case: Case, minutes: int) -> None:
    """The earliest slot is the first of all, or None where there is none."""
    plan, busy, within, _ = case
    listed = list(slots(plan, within, minutes=minutes, busy=busy))
    assert earliest(plan, within, minutes=minutes, busy=busy) == (listed[0] if listed else None)


ALWAYS = Availability(
    weekly=tuple(WeeklyHours(weekday=day, start=time(0), end=time(0)) for day in range(1, 8))
)
SUNDAY = Period(midnight(date(2026, 7, 5)), midnight(date(2026, 7, 6)))


@given(testing.periods(lengths=st.timedeltas(timedelta(microseconds=1), timedelta(hours=30))))
@example(Period(SUNDAY.start, SUNDAY.start + timedelta(seconds=59)))
@example(Period(SUNDAY.start + timedelta(seconds=1), SUNDAY.start + timedelta(seconds=61)))
@example(Period(SUNDAY.start + timedelta(microseconds=1), SUNDAY.end))
def test_slots_are_whole_minutes_on_quarter_hours(slot: Period) -> None:
    """Of someone always free every slot of whole minutes on a quarter hour is bookable, and no other."""
    on_quarter = slot.start.minute % 15 == slot.start.second == slot.start.microsecond == 0
    whole = (slot.end - slot.start) % MINUTE == timedelta(0)
    assert bookable(ALWAYS, slot) == (on_quarter and whole)


def test_a_slot_begins_on_the_next_quarter_hour() -> None:
    """A period that begins a microsecond late has its first slot a quarter of an hour later."""
    late = Period(SUNDAY.start + timedelta(microseconds=1), SUNDAY.end)
    first = earliest(ALWAYS, late, minutes=60)
    assert first == Period(SUNDAY.start + QUARTER, SUNDAY.start + QUARTER + 60 * MINUTE)


@pytest.mark.parametrize(
    ("on", "quarters"),
    [
        (date(2026, 3, 29), 23 * 4),  # an hour is skipped
        (date(2026, 10, 25), 25 * 4),  # an hour comes twice
        (date(2026, 7, 5), 24 * 4),
    ],
)
def test_a_day_has_the_quarter_hours_that_it_has(on: date, quarters: int) -> None:
    """A whole day has 23, 24 or 25 hours of slots, each an instant of its own."""
    day = Period(midnight(on), midnight(on + DAY))
    listed = list(slots(ALWAYS, day, minutes=15))
    assert len(listed) == len(set(listed)) == quarters
    assert free_periods(ALWAYS, day) == (day,)


def test_weekly_hours_do_not_drift() -> None:
    """Tuesdays from six means six on the wall clock in every week of the year."""
    plan = Availability(weekly=(WeeklyHours(weekday=2, start=time(18), end=time(19)),))
    year = Period(midnight(date(2026, 1, 1)), midnight(date(2027, 1, 1)))
    starts = [wall_time(slot.start) for slot in slots(plan, year, minutes=60)]
    assert len(starts) == 52
    assert {(start.isoweekday(), start.time()) for start in starts} == {(2, time(18))}
    assert len({start.utcoffset() for start in starts}) == 2


@pytest.mark.parametrize(
    ("on", "start", "end", "free"),
    [
        (date(2026, 3, 29), time(1), time(4), 2),  # the hour from two to three is not there
        (date(2026, 3, 29), time(2), time(3), 0),  # nor is anything in it
        (date(2026, 3, 29), time(2, 30), time(3), 0),
        (date(2026, 3, 29), time(2, 30), time(4), 0.5),  # read as 03:30
        (date(2026, 3, 29), time(3), time(4), 1),
        (date(2026, 10, 25), time(1), time(4), 4),
        (date(2026, 10, 25), time(2), time(3), 2),  # from the first 02:00 to 03:00, which comes once
        (date(2026, 10, 25), time(2, 30), time(3), 1.5),
        (date(2026, 10, 25), time(1), time(2), 1),
        (date(2026, 10, 25), time(3), time(4), 1),
    ],
)
def test_hours_in_the_night_of_the_change(on: date, start: time, end: time, free: float) -> None:
    """Hours that touch the change last as long as the clock makes them."""
    plan = Availability(weekly=(WeeklyHours(weekday=7, start=start, end=end),))
    day = Period(midnight(on), midnight(on + DAY))
    lengths = [period.minutes for period in free_periods(plan, day)]
    assert sum(lengths) == free * 60


@pytest.mark.parametrize("on", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 5)])
def test_an_absent_day_is_the_whole_local_day(on: date) -> None:
    """A day off, from midnight to midnight on the wall clock, blocks its 23, 24 or 25 hours and no more."""
    plan = attrs.evolve(ALWAYS, absent=(Period(midnight(on), midnight(on + DAY)),))
    around = Period(midnight(on - DAY), midnight(on + 2 * DAY))
    free = free_periods(plan, around)
    assert free == (Period(around.start, midnight(on)), Period(midnight(on + DAY), around.end))
    assert {wall_time(slot.start).date() for slot in slots(plan, around, minutes=15)} == {on - DAY, on + DAY}


def test_a_plan_of_another_zone_is_read_there() -> None:
    """The plan of a friend in another zone is kept on the clock there."""
    plan = Availability(weekly=(WeeklyHours(weekday=7, start=time(9), end=time(10)),), zone="Asia/Kathmandu")
    (slot,) = slots(plan, SUNDAY, minutes=60)
    assert slot.start == at_wall_time(date(2026, 7, 5), time(9), zone="Asia/Kathmandu")
    assert slot.start == datetime(2026, 7, 5, 3, 15, tzinfo=UTC)


def test_hours_up_to_midnight_join_those_from_midnight() -> None:
    """Hours over midnight are two entries, and make one free period, so that a slot may lie across."""
    plan = Availability(
        weekly=(
            WeeklyHours(weekday=6, start=time(23), end=time(0)),
            WeeklyHours(weekday=7, start=time(0), end=time(1)),
        )
    )
    begin = midnight(date(2026, 7, 5))
    assert bookable(plan, Period(begin - 60 * MINUTE, begin + 60 * MINUTE))
    assert not bookable(plan, Period(begin - 60 * MINUTE, begin + 61 * MINUTE))


def test_nobody_is_free_without_a_plan() -> None:
    """An empty plan has no slot, and an extra period alone is one."""
    assert list(slots(Availability(), SUNDAY, minutes=1)) == []
    assert free_periods(Availability(extra=(SUNDAY,)), SUNDAY) == (SUNDAY,)


# --- bad input

HOURS = WeeklyHours(weekday=3, start=time(18), end=time(20))
PLAN = Availability(weekly=(HOURS,))

WRONG_TIMES: list[wrong.Row] = [
    (None, InvalidTypeError),
    ("18:00", InvalidTypeError),
    (18, InvalidTypeError),
    (datetime(2026, 7, 5, 18, tzinfo=UTC), InvalidTypeError),
    (timedelta(hours=18), InvalidTypeError),
    (time(18, 10), InvalidValueError),  # not on a quarter hour
    (time(18, 0, 1), InvalidValueError),
    (time(18, 0, 0, 1), InvalidValueError),
    (time(18, tzinfo=UTC), InvalidValueError),  # the zone is the plan's
]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        weekday=wrong.numbers(1, 7),
        start=WRONG_TIMES,
        end=[*WRONG_TIMES, (time(18), InvalidValueError), (time(17), InvalidValueError)],
    ),
)
def test_a_wrong_field_of_weekly_hours_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(HOURS, field, value, error)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        weekly=wrong.ITEMS,
        extra=wrong.ITEMS,
        absent=wrong.ITEMS,
        zone=[
            (None, InvalidTypeError),
            (UTC, InvalidTypeError),
            (ZoneInfo(SWISS_ZONE), InvalidTypeError),
            ("", InvalidValueError),
            ("Europe/Bern", InvalidValueError),  # the capital, but no zone
            ("Europe", InvalidValueError),
            ("../zoneinfo/Europe/Zurich", InvalidValueError),
            ("/etc/passwd", InvalidValueError),
            ("localtime", InvalidValueError),  # another zone on another machine
            ("right/Europe/Zurich", InvalidValueError),
            ("Europe/Zurich\0", InvalidValueError),
            ("\ud800", InvalidValueError),
        ],
    ),
)
def test_a_wrong_field_of_a_plan_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(PLAN, field, value, error)


@pytest.mark.parametrize(
    ("minutes", "error"),
    [
        (0, InvalidValueError),
        (-60, InvalidValueError),
        (60.0, InvalidTypeError),
        (True, InvalidTypeError),
        ("60", InvalidTypeError),
        (None, InvalidTypeError),
    ],
)
def test_a_wrong_duration_is_refused(minutes: Any, error: type[InvalidInputError]) -> None:
    """A slot has at least a minute, in whole minutes."""
    with pytest.raises(error, match="minutes"):
        list(slots(PLAN, SUNDAY, minutes=minutes))
    with pytest.raises(error, match="minutes"):
        earliest(PLAN, SUNDAY, minutes=minutes)


@pytest.mark.parametrize("minutes", [24 * 60 + 1, 10**12, 10**30])
def test_no_slot_is_longer_than_the_period(minutes: int) -> None:
    """Of a duration that does not fit there are no slots, however absurd it is."""
    assert list(slots(ALWAYS, SUNDAY, minutes=minutes)) == []


@given(testing.availabilities(), testing.weekly_hours())
def test_a_plan_survives_a_copy(plan: Availability, hours: WeeklyHours) -> None:
    """A pickled plan is equal and hashes equal."""
    for one in (plan, hours):
        twin = pickle.loads(pickle.dumps(one))  # noqa: S301  # our own bytes
        assert twin == one
        assert hash(twin) == hash(one)
