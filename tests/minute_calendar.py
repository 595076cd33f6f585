"""A calendar of single minutes, the slow and obvious way to slots; plans around the nights that matter."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core import testing
from mila_core.availability import Availability
from mila_core.periods import SWISS_ZONE, Period
from mila_core.policies import AvailabilityPolicy

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

CHANGES = (
    datetime(2026, 3, 29, tzinfo=UTC),  # the nights in which the clocks change
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2027, 3, 28, tzinfo=UTC),
    datetime(2027, 10, 31, tzinfo=UTC),
    datetime(2026, 3, 8, tzinfo=UTC),  # the same in Havana
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2026, 7, 5, tzinfo=UTC),  # and one in which they do not
)

ZONES = (SWISS_ZONE, SWISS_ZONE, "Asia/Kathmandu", "America/Havana")
"""Mostly ours; one a quarter of an hour off; one whose clocks change at midnight."""


@cache
def clock_of(zone: str, around: datetime) -> dict[datetime, datetime]:
    """Return, for each time that a wall clock shows in the days around, the first instant that shows it."""
    shown: dict[datetime, datetime] = {}
    for minute in range(-5 * 24 * 60, 6 * 24 * 60):
        instant = around + minute * MINUTE
        shown.setdefault(instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None), instant)
    return shown


def read(local: datetime, zone: str, around: datetime) -> datetime:
    """Return the instant of a time on the clock; a skipped one comes out later by the gap."""
    shown = clock_of(zone, around)
    steps = 0
    while local - steps * MINUTE not in shown:
        steps += 1
    return shown[local - steps * MINUTE] + steps * MINUTE


def free_minutes(plan: Availability, busy: list[Period], around: datetime) -> set[datetime]:
    """Return the free minutes of the days around, one by one."""
    spans = [(period.start, period.end) for period in plan.extra]
    for days in range(-4, 5):
        begin = datetime.combine((around + days * DAY).date(), time(0))
        for hours in plan.weekly:
            if hours.weekday == begin.isoweekday():
                ends = begin + DAY if hours.end == time(0) else datetime.combine(begin.date(), hours.end)
                start = datetime.combine(begin.date(), hours.start)
                spans.append((read(start, plan.zone, around), read(ends, plan.zone, around)))
    free: set[datetime] = set()
    for start, end in spans:
        free.update(minutes_between(start, end))
    for period in (*plan.absent, *busy):
        free.difference_update(minutes_between(period.start, period.end))
    return free


def minutes_between(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the minutes from a start up to an end."""
    while start < end:
        yield start
        start += MINUTE


def slots_by_the_minute(free: set[datetime], within: Period, minutes: int) -> list[Period]:
    """Return the slots: by trying each quarter of an hour, minute by minute."""
    found = []
    for start in minutes_between(within.start, within.end):
        end = start + minutes * MINUTE
        fits = start.minute % 15 == 0 and end <= within.end
        if fits and all(minute in free for minute in minutes_between(start, end)):
            found.append(Period(start, end))
    return found


def near(around: datetime) -> SearchStrategy[Period]:
    """Return periods of whole minutes within two days of a night."""
    starts = st.integers(-2 * 24 * 60, 2 * 24 * 60).map(lambda minute: around + minute * MINUTE)
    return testing.periods(starts=starts, lengths=st.integers(1, 10 * 60).map(lambda number: number * MINUTE))


Case = tuple[Availability, list[Period], Period, datetime]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return a plan, what is busy, a period asked about, and the night that all lie around."""
    around = draw(st.sampled_from(CHANGES))
    weekend = [6, 7, 7, 1]  # the nights are those before a Sunday
    plan = Availability(
        weekly=tuple(
            draw(testing.weekly_hours(weekday=day))
            for day in draw(st.lists(st.sampled_from(weekend), max_size=4))
        ),
        extra=tuple(draw(st.lists(near(around), max_size=2))),
        absent=tuple(draw(st.lists(near(around), max_size=2))),
        zone=draw(st.sampled_from(ZONES)),
    )
    start = around + draw(st.integers(-30 * 60, 20 * 60)) * MINUTE
    within = Period(start, start + draw(st.integers(1, 30 * 60)) * MINUTE)
    return plan, draw(st.lists(near(around), max_size=2)), within, around


# --- policies


def allowed(
    slot: Period, *, plan: Availability, busy: list[Period], policy: AvailabilityPolicy, at: datetime
) -> bool:
    """Return whether notice, horizon and daily limits let a slot be, each as its documentation says it."""
    zone = ZoneInfo(plan.zone)
    day = slot.start.astimezone(zone).date()
    visits = [visit for visit in busy if visit.start.astimezone(zone).date() == day]
    length = sum(((visit.end - visit.start) for visit in visits), slot.end - slot.start)
    return (
        slot.start - at >= policy.notice_minutes * MINUTE
        and (day - at.astimezone(zone).date()).days <= policy.horizon_days
        and (policy.visits_per_day is None or len(visits) < policy.visits_per_day)
        and (policy.minutes_per_day is None or length <= policy.minutes_per_day * MINUTE)
    )


def with_buffer(visits: list[Period], minutes: int) -> list[Period]:
    """Return the visits with the minutes around them that are kept free."""
    return [Period(visit.start - minutes * MINUTE, visit.end + minutes * MINUTE) for visit in visits]


@st.composite
def policies(draw: st.DrawFn) -> AvailabilityPolicy:
    """Return policies that matter within a few days."""
    horizon_days = draw(st.integers(0, 3))
    return AvailabilityPolicy(
        buffer_minutes=draw(st.sampled_from([0, 7, 15, 30]) | st.integers(0, 120)),
        notice_minutes=draw(st.integers(0, min(36 * 60, (horizon_days + 1) * 24 * 60 - 1))),
        horizon_days=horizon_days,
        visits_per_day=draw(st.none() | st.integers(1, 3)),
        minutes_per_day=draw(st.none() | st.integers(30, 8 * 60)),
    )


def askings(around: datetime) -> SearchStrategy[datetime]:
    """Return instants from three days before a night up to it."""
    return st.integers(-3 * 24 * 60, 6 * 60).map(lambda minute: around + minute * MINUTE)
