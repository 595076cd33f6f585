"""Compiled plans: buffers, notice, horizon and daily limits; compiled once is asked each time."""

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic, process_time
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.availability import (
    LONGEST_DAYS,
    QUARTER,
    Availability,
    FreeTime,
    WeeklyHours,
    bookable,
    compile_plan,
    earliest,
    free_periods,
    horizon_end,
    slots,
)
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.periods import Period, Validity, at_wall_time, midnight, subtract, wall_time
from mila_core.policies import AvailabilityPolicy
from tests import wrong
from tests.minute_calendar import (
    CHANGES,
    DAY,
    MINUTE,
    Case,
    allowed,
    askings,
    cases,
    free_minutes,
    near,
    policies,
    slots_by_the_minute,
    with_buffer,
)

HOUR = 60 * MINUTE
NONE_AT_ALL = AvailabilityPolicy(notice_minutes=0, horizon_days=366)
ALWAYS = Availability(
    weekly=tuple(WeeklyHours(weekday=day, start=time(0), end=time(0)) for day in range(1, 8))
)
NOON = datetime(2026, 7, 6, 10, tzinfo=UTC)  # a Monday, on a Swiss clock

Ruled = tuple[Case, AvailabilityPolicy, datetime]


@st.composite
def ruled_cases(draw: st.DrawFn) -> Ruled:
    """Return a case with a policy and the instant at which it is asked."""
    plan, busy, within, around = draw(cases())
    busy = [*busy, *draw(st.lists(near(around), max_size=2))]
    return (plan, busy, within, around), draw(policies()), draw(askings(around))


durations = st.sampled_from([15, 30, 60, 90]) | st.integers(1, 300)


# --- laws


@given(ruled_cases(), durations)
def test_slots_are_those_of_a_calendar_of_minutes(ruled: Ruled, minutes: int) -> None:
    """The slots lie in minutes that the buffers leave, where notice, horizon and limits let them begin."""
    (plan, busy, within, around), policy, at = ruled
    free = free_minutes(plan, with_buffer(busy, policy.buffer_minutes), around)
    expected = [
        slot
        for slot in slots_by_the_minute(free, within, minutes)
        if allowed(slot, plan=plan, busy=busy, policy=policy, at=at)
    ]
    assert list(slots(plan, within, minutes=minutes, busy=busy, policy=policy, at=at)) == expected


@given(ruled_cases(), st.integers(-40 * 4, 40 * 4), st.sampled_from([0, 0, 0, 1, 7]), durations)
def test_bookable_is_what_is_listed(ruled: Ruled, quarters: int, late: int, minutes: int) -> None:
    """A slot can be booked if and only if it is among the slots of the days around it."""
    (plan, busy, _, around), policy, at = ruled
    start = around + quarters * QUARTER + late * MINUTE
    slot = Period(start, start + minutes * MINUTE)
    free = compile_plan(plan, Period(around - 4 * DAY, around + 4 * DAY), busy=busy, policy=policy, at=at)
    listed = slot in free.slots(minutes=minutes)
    assert free.bookable(slot) == listed
    assert bookable(plan, slot, busy=busy, policy=policy, at=at) == listed


@given(ruled_cases(), st.lists(durations, min_size=1, max_size=3))
def test_compiled_once_is_asked_each_time(ruled: Ruled, lengths: list[int]) -> None:
    """A compiled plan, asked for several durations in any order, answers as the functions do."""
    (plan, busy, within, _), policy, at = ruled
    free = compile_plan(plan, within, busy=busy, policy=policy, at=at)
    for minutes in lengths:
        listed = list(free.slots(minutes=minutes))
        assert listed == list(slots(plan, within, minutes=minutes, busy=busy, policy=policy, at=at))
        assert free.earliest(minutes=minutes) == (listed[0] if listed else None)
        assert earliest(plan, within, minutes=minutes, busy=busy, policy=policy, at=at) == (
            listed[0] if listed else None
        )
        assert all(free.bookable(slot) for slot in listed)
        assert all(any(period.covers(slot) for period in free.periods) for slot in listed)


@given(ruled_cases(), st.data(), durations)
def test_a_booking_never_adds_a_slot(ruled: Ruled, data: st.DataObject, minutes: int) -> None:
    """With one visit more there are the same slots or fewer, whatever the policy."""
    (plan, busy, within, around), policy, at = ruled
    more = [*busy, data.draw(near(around))]
    before = compile_plan(plan, within, busy=busy, policy=policy, at=at)
    after = compile_plan(plan, within, busy=more, policy=policy, at=at)
    assert set(after.slots(minutes=minutes)) <= set(before.slots(minutes=minutes))


def moved(period: Period, by: timedelta) -> Period:
    """Return a period some time later."""
    return Period(period.start + by, period.end + by)


@given(ruled_cases(), st.integers(-8, 8), durations)
def test_whole_weeks_make_no_difference(ruled: Ruled, weeks: int, minutes: int) -> None:
    """Within summer time all may be moved by whole weeks: the slots move along."""
    (plan, busy, within, around), policy, at = ruled
    to_july = datetime(2026, 7, 5, tzinfo=UTC) - around
    by = to_july + weeks * 7 * DAY

    def listed(by: timedelta) -> list[Period]:
        there = attrs.evolve(
            plan,
            extra=[moved(each, by) for each in plan.extra],
            absent=[moved(each, by) for each in plan.absent],
        )
        visits = [moved(each, by) for each in busy]
        found = slots(there, moved(within, by), minutes=minutes, busy=visits, policy=policy, at=at + by)
        return [moved(slot, -by) for slot in found]

    assert listed(by) == listed(to_july)


@given(ruled_cases(), st.data(), st.integers(15, 240), st.integers(15, 240))
def test_the_buffer_does_not_ask_who_came_first(
    ruled: Ruled, data: st.DataObject, one_minutes: int, other_minutes: int
) -> None:
    """Where one visit can be added to another, the other could have been added to the one."""
    (_, _, _, around), policy, _ = ruled
    ruled_by_buffer = attrs.evolve(NONE_AT_ALL, buffer_minutes=policy.buffer_minutes)
    starts = [data.draw(st.integers(0, 24)) for _ in range(2)]
    one, other = (
        Period(around + start * QUARTER, around + start * QUARTER + minutes * MINUTE)
        for start, minutes in zip(starts, (one_minutes, other_minutes), strict=True)
    )
    at = around - DAY
    assert bookable(ALWAYS, one, busy=[other], policy=ruled_by_buffer, at=at) == bookable(
        ALWAYS, other, busy=[one], policy=ruled_by_buffer, at=at
    )


@given(cases(), durations)
def test_a_policy_without_rules_changes_nothing(case: Case, minutes: int) -> None:
    """No buffer, no notice, the longest horizon and no limits are the slots without a policy."""
    plan, busy, within, _ = case
    plain = list(slots(plan, within, minutes=minutes, busy=busy))
    ruled = slots(plan, within, minutes=minutes, busy=busy, policy=NONE_AT_ALL, at=within.start - 9 * DAY)
    assert list(ruled) == plain


@given(testing.free_times())
def test_a_compiled_plan_survives_a_copy(free: FreeTime) -> None:
    """A pickled one is equal, hashes equal and answers the same, whether it was asked before or not."""
    fresh = pickle.loads(pickle.dumps(free))  # noqa: S301  # our own bytes
    asked = list(free.slots(minutes=15))
    for twin in (fresh, pickle.loads(pickle.dumps(free)), attrs.evolve(free)):  # noqa: S301
        assert twin == free
        assert hash(twin) == hash(free)
        assert list(twin.slots(minutes=15)) == asked


@given(
    testing.availabilities(exceptions=near(NOON + 60 * DAY)),
    st.integers(0, 90),
    st.integers(0, 90),
    durations,
)
def test_the_earliest_of_many_weeks_is_the_first_listed(
    plan: Availability, gone_days: int, notice_days: int, minutes: int
) -> None:
    """However far ahead it is: after a long absence, or a long notice, or both."""
    plan = attrs.evolve(plan, absent=[Period(NOON - DAY, NOON + gone_days * DAY)])
    policy = attrs.evolve(NONE_AT_ALL, notice_minutes=notice_days * 24 * 60)
    free = compile_plan(plan, Period(NOON, NOON + 112 * DAY), policy=policy, at=NOON)
    assert free.earliest(minutes=minutes) == next(free.slots(minutes=minutes), None)


# --- the edges of each rule


@pytest.mark.parametrize(
    ("minutes_ahead", "possible"),
    [
        (0, False),
        (119, False),  # a minute too soon
        (120, True),  # to the minute
        (135, True),
    ],
)
def test_the_notice_is_kept_to_the_minute(minutes_ahead: int, possible: bool) -> None:  # noqa: FBT001
    """A visit begins no sooner than the notice after it is asked for."""
    slot = Period(NOON, NOON + HOUR)
    at = NOON - minutes_ahead * MINUTE
    assert bookable(ALWAYS, slot, policy=AvailabilityPolicy(), at=at) is possible


@pytest.mark.parametrize(
    "at", [at_wall_time(date(2026, 7, 6), clock) for clock in (time(0), time(12), time(23, 59))]
)
def test_the_horizon_ends_with_a_day(at: datetime) -> None:
    """A visit begins on the last day of the horizon, at any hour of it, and not on the next."""
    policy = attrs.evolve(NONE_AT_ALL, horizon_days=2)
    found = list(slots(ALWAYS, Period(at, at + 9 * DAY), minutes=60, policy=policy, at=at))
    assert found[-1].start == at_wall_time(date(2026, 7, 8), time(23, 45))


def test_a_horizon_of_no_days_is_today() -> None:
    """The rest of the day is within it."""
    policy = attrs.evolve(NONE_AT_ALL, horizon_days=0)
    found = list(slots(ALWAYS, Period(NOON, NOON + 9 * DAY), minutes=15, policy=policy, at=NOON))
    assert {wall_time(slot.start).date() for slot in found} == {date(2026, 7, 6)}


@given(testing.instants(), policies(), st.sampled_from(testing.ZONES))
def test_the_end_of_the_horizon_is_the_first_instant_beyond(
    at: datetime, policy: AvailabilityPolicy, zone: str
) -> None:
    """Just before it is the last day, counted on the calendar of the zone, and then a later one."""
    end = horizon_end(policy, at=at, zone=zone)
    today = wall_time(at, zone=zone).date()
    assert (wall_time(end, zone=zone).date() - today).days > policy.horizon_days
    assert (wall_time(end - timedelta(microseconds=1), zone=zone).date() - today).days <= policy.horizon_days


@pytest.mark.parametrize("on", [date(2026, 7, 6), date(2026, 10, 24), date(2027, 3, 27)])
def test_no_slot_begins_at_the_end_of_the_horizon(on: date) -> None:
    """The last slot begins a quarter of an hour before it, also where the days have 23 or 25 hours."""
    policy, at = attrs.evolve(NONE_AT_ALL, horizon_days=1), at_wall_time(on, time(20))
    end = horizon_end(policy, at=at)
    assert end == midnight(on + 2 * DAY)
    *_, last = slots(ALWAYS, Period(at, at + 9 * DAY), minutes=60, policy=policy, at=at)
    assert last.start == end - QUARTER


def test_a_horizon_beyond_the_calendar_ends_with_it() -> None:
    """In the last year that counts, the last midnight of all is the end."""
    end = horizon_end(NONE_AT_ALL, at=datetime(9998, 12, 31, tzinfo=UTC), zone="UTC")
    assert end == datetime(9999, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.rows(
        policy=wrong.OTHERS,
        at=wrong.INSTANTS,
        zone=[(None, InvalidTypeError), ("", InvalidValueError), ("localtime", InvalidValueError)],
    ),
)
def test_a_wrong_question_about_the_horizon_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """The error names the argument."""
    asked = {"policy": NONE_AT_ALL, "at": NOON, "zone": "UTC", field: value}
    with pytest.raises(error) as caught:
        horizon_end(asked.pop("policy"), **asked)
    assert caught.value.field == field


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 10, 25), 25), (date(2027, 3, 28), 23)])
def test_a_limit_is_of_the_day_on_the_wall_clock(on: date, hours: int) -> None:
    """A visit just after midnight, in UTC the day before, fills the 23 or 25 hours of its own day."""
    begin, end = midnight(on), midnight(on + DAY)
    policy = attrs.evolve(NONE_AT_ALL, visits_per_day=1)
    around = Period(begin - DAY, end + DAY)
    visit = Period(begin, begin + 15 * MINUTE)
    found = set(slots(ALWAYS, around, minutes=15, busy=[visit], policy=policy, at=around.start))
    lost = set(slots(ALWAYS, around, minutes=15)) - found
    assert lost == set(slots(ALWAYS, Period(begin, end), minutes=15))
    assert len(lost) == 4 * hours


def test_a_visit_over_midnight_counts_for_the_day_on_which_it_begins() -> None:
    """It fills that day, with all its minutes, and leaves the next one."""
    on = date(2026, 7, 6)
    visit = Period(midnight(on + DAY) - HOUR, midnight(on + DAY) + HOUR)
    two_hours = attrs.evolve(NONE_AT_ALL, minutes_per_day=120)
    one_visit = attrs.evolve(NONE_AT_ALL, visits_per_day=1)
    same_day = Period(midnight(on) + 8 * HOUR, midnight(on) + 9 * HOUR)
    for policy in (two_hours, one_visit):
        at = midnight(on)
        assert not bookable(ALWAYS, same_day, busy=[visit], policy=policy, at=at)
        assert bookable(ALWAYS, moved(same_day, DAY), busy=[visit], policy=policy, at=at)


@pytest.mark.parametrize(
    ("visits", "minutes", "possible"),
    [
        ([], 180, True),
        ([], 181, False),  # longer than a whole day may be
        ([60], 120, True),
        ([60], 121, False),
        ([60, 60], 60, True),
        ([60, 120], 1, False),
    ],
)
def test_the_minutes_of_a_day_are_added_up(visits: list[int], minutes: int, possible: bool) -> None:  # noqa: FBT001
    """The visits of a day and the new one last no longer than the limit, the buffers aside."""
    policy = attrs.evolve(NONE_AT_ALL, minutes_per_day=180, buffer_minutes=30)
    busy = [
        Period(NOON - (3 + 3 * place) * HOUR, NOON - (3 + 3 * place) * HOUR + length * MINUTE)
        for place, length in enumerate(visits)
    ]
    slot = Period(NOON, NOON + minutes * MINUTE)
    around = Period(NOON, NOON + 9 * HOUR)
    assert bookable(ALWAYS, slot, busy=busy, policy=policy, at=NOON - DAY) is possible
    listed = slots(ALWAYS, around, minutes=minutes, busy=busy, policy=policy, at=NOON - DAY)
    assert (slot in listed) is possible


def test_a_visit_outside_the_question_counts() -> None:
    """Its buffer reaches into the period asked about, and it counts for the limit of its day."""
    visit = Period(NOON, NOON + HOUR)
    after = Period(visit.end, visit.end + 2 * HOUR)
    buffered = attrs.evolve(NONE_AT_ALL, buffer_minutes=20)
    found = earliest(ALWAYS, after, minutes=60, busy=[visit], policy=buffered, at=NOON)
    assert found == Period(visit.end + 30 * MINUTE, visit.end + 90 * MINUTE)
    limited = attrs.evolve(NONE_AT_ALL, visits_per_day=1)
    assert earliest(ALWAYS, after, minutes=60, busy=[visit], policy=limited, at=NOON) is None


def test_a_buffer_is_not_kept_around_an_absence() -> None:
    """A visit may end when the friend leaves and begin when the friend is back."""
    gone = Period(NOON, NOON + HOUR)
    plan = attrs.evolve(ALWAYS, absent=[gone])
    policy = attrs.evolve(NONE_AT_ALL, buffer_minutes=60)
    for slot in (moved(gone, -HOUR), moved(gone, HOUR)):
        assert bookable(plan, slot, policy=policy, at=NOON - DAY)


def test_periods_have_the_buffers_and_not_the_rest() -> None:
    """Notice, horizon and limits say where a visit may begin; the free time itself is longer."""
    policy = AvailabilityPolicy(buffer_minutes=10, horizon_days=0, visits_per_day=1)
    visit = Period(NOON, NOON + HOUR)
    free = compile_plan(
        ALWAYS, Period(NOON - HOUR, NOON + 3 * HOUR), busy=[visit], policy=policy, at=NOON - HOUR
    )
    assert free.periods == (
        Period(NOON - HOUR, NOON - 10 * MINUTE),
        Period(NOON + 70 * MINUTE, NOON + 3 * HOUR),
    )
    assert list(free.slots(minutes=15)) == []


# --- clocks that no quarter hour divides, and days that are not there


def test_quarters_that_only_together_are_free() -> None:
    """Two extra periods that meet inside a quarter hour make it free; with a gap of a microsecond not."""
    middle = NOON + 7 * MINUTE
    for gap, expected in ((timedelta(0), 4), (timedelta(microseconds=1), 3)):
        plan = Availability(extra=[Period(NOON, middle), Period(middle + gap, NOON + HOUR)])
        assert len(list(slots(plan, Period(NOON, NOON + HOUR), minutes=15))) == expected


def test_local_mean_time_is_read_off_the_clock() -> None:
    """In 1880 Swiss clocks were 29 min 46 s ahead: the hours are exact, slots begin on the next quarter."""
    plan = Availability(weekly=[WeeklyHours(weekday=1, start=time(9), end=time(12))])
    week = Period(datetime(1880, 3, 1, tzinfo=UTC), datetime(1880, 3, 8, tzinfo=UTC))
    (free,) = free_periods(plan, week)
    assert free == Period(
        datetime(1880, 3, 1, 8, 30, 14, tzinfo=UTC), datetime(1880, 3, 1, 11, 30, 14, tzinfo=UTC)
    )
    found = list(slots(plan, week, minutes=60))
    assert found[0].start == datetime(1880, 3, 1, 8, 45, tzinfo=UTC)
    assert found[-1].start == datetime(1880, 3, 1, 10, 30, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_has_no_limit_of_its_own() -> None:
    """Samoa left out 30 December 2011: its hours are read a day later and count for that day."""
    plan = Availability(weekly=[WeeklyHours(weekday=5, start=time(9), end=time(10))], zone="Pacific/Apia")
    begin = datetime(2011, 12, 29, tzinfo=UTC)
    policy = attrs.evolve(NONE_AT_ALL, visits_per_day=1)
    (slot,) = slots(plan, Period(begin, begin + 4 * DAY), minutes=60, policy=policy, at=begin)
    assert wall_time(slot.start, zone="Pacific/Apia").date() == date(2011, 12, 31)
    assert bookable(plan, slot, policy=policy, at=begin)
    assert not bookable(plan, slot, busy=[moved(slot, HOUR)], policy=policy, at=begin)


@pytest.mark.parametrize("at", [datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_days_as_any(at: datetime) -> None:
    """In the first and the last year there are slots, and the horizon may lie beyond."""
    for zone in ("UTC", "Pacific/Kiritimati", "America/Havana"):
        plan = attrs.evolve(ALWAYS, zone=zone)
        within = Period(at, at + 12 * HOUR)
        assert len(list(slots(plan, within, minutes=15, policy=NONE_AT_ALL, at=at))) == 48


def test_a_sunday_evening_that_is_monday_in_utc() -> None:
    """In the west the week on the wall clock goes on when that of UTC is over; in the east it ends before."""
    monday = datetime(2026, 7, 6, tzinfo=UTC)
    sundays = [WeeklyHours(weekday=7, start=time(0), end=time(0))]
    for zone, begin, end in (("America/Havana", -20, 4), ("Asia/Tokyo", -33, -9)):
        plan = Availability(weekly=sundays, zone=zone)
        sunday = Period(monday + begin * HOUR, monday + end * HOUR)
        assert free_periods(plan, Period(monday - 3 * DAY, monday + 3 * DAY)) == (sunday,)
        last = Period(sunday.end - HOUR, sunday.end)
        assert free_periods(plan, last) == (last,)
        assert bookable(plan, last)


def test_nothing_outside_the_period_is_bookable() -> None:
    """A slot has to lie in the period asked about from end to end."""
    free = compile_plan(ALWAYS, Period(NOON, NOON + DAY))
    for hours, possible in ((-24, False), (-1, False), (0, True), (23, True), (24, False), (10_000, False)):
        slot = Period(NOON + hours * HOUR, NOON + (hours + 1) * HOUR)
        assert free.bookable(slot) is possible
    assert not free.bookable(Period(NOON - QUARTER, NOON + QUARTER))
    assert not free.bookable(Period(NOON, NOON + DAY + MINUTE))


# --- how much is asked


def test_ten_years_can_be_asked_about() -> None:
    """There is a Tuesday in each week of the longest period."""
    plan = Availability(weekly=[WeeklyHours(weekday=2, start=time(18), end=time(19))])
    begin = midnight(date(2026, 1, 1))
    decade = Period(begin, begin + LONGEST_DAYS * DAY)
    for minutes in (15, 20, 60):
        assert earliest(ALWAYS, decade, minutes=minutes) == Period(begin, begin + minutes * MINUTE)
    found = list(slots(plan, decade, minutes=60))
    assert len(found) == 523
    assert {wall_time(slot.start).hour for slot in found} == {18}


def test_more_than_ten_years_are_refused_at_once() -> None:
    """A hundred years are an error that says how much can be asked, in bounded time, whoever is asked."""
    century = Period(NOON, NOON + 36_525 * DAY)
    began = monotonic()
    for ask in (
        lambda: compile_plan(ALWAYS, century),
        lambda: free_periods(ALWAYS, century),
        lambda: list(slots(ALWAYS, century, minutes=15)),
        lambda: earliest(ALWAYS, century, minutes=15),
        lambda: bookable(ALWAYS, century),
    ):
        with pytest.raises(InvalidValueError, match="within: expected a period of at most 3660 days"):
            ask()
    assert monotonic() - began < 10  # a bound against a hang, not a measure


def test_a_century_of_absence_is_no_trouble() -> None:
    """Exceptions and visits may be of any length."""
    century = Period(NOON - 18_000 * DAY, NOON + 18_000 * DAY)
    week = Period(NOON, NOON + 7 * DAY)
    assert free_periods(attrs.evolve(ALWAYS, absent=[century]), week) == ()
    assert free_periods(ALWAYS, week, busy=[century]) == ()
    assert free_periods(Availability(extra=[century]), week) == (week,)


def test_twenty_thousand_odd_minutes_compile() -> None:
    """Each quarter hour looks at what touches it alone: two minutes away in each half hour of a year."""
    absent = [
        Period(NOON + n * HOUR / 2 + 3 * MINUTE, NOON + n * HOUR / 2 + 5 * MINUTE) for n in range(20_000)
    ]
    within = Period(NOON, NOON + 10_000 * HOUR)
    began = process_time()
    free = compile_plan(attrs.evolve(ALWAYS, absent=absent), within)
    assert process_time() - began < 30  # a bound against squares, which took minutes, not a measure
    assert len(free.periods) == 20_001


def test_twenty_thousand_spans_in_one_quarter_compile() -> None:
    """However many begin and end in one quarter hour, they are passed once."""
    step = timedelta(milliseconds=10)
    absent = [Period(NOON + n * step, NOON + n * step + step / 2) for n in range(20_000)]
    began = process_time()
    free = compile_plan(attrs.evolve(ALWAYS, absent=absent), Period(NOON, NOON + HOUR))
    assert process_time() - began < 30  # a bound against squares, not a measure
    assert len(free.periods) == 20_000


def spans_near_noon() -> st.SearchStrategy[list[Period]]:
    """Return spans of a few seconds or minutes within an hour, many in one quarter hour."""
    edges = st.integers(0, 60).map(lambda n: n * MINUTE) | st.integers(0, 3600).map(lambda n: n * MINUTE / 60)
    pairs = st.tuples(edges, edges).filter(lambda pair: pair[0] != pair[1])
    return st.lists(pairs.map(lambda pair: Period(NOON + min(pair), NOON + max(pair))), max_size=12)


@given(spans_near_noon(), spans_near_noon(), spans_near_noon(), spans_near_noon())
def test_free_is_what_the_algebra_of_periods_leaves(
    extra: list[Period], absent: list[Period], busy: list[Period], asked: list[Period]
) -> None:
    """To the second, what is extra less absences and visits; of someone always free, all the rest."""
    within = asked[0] if asked else Period(NOON, NOON + HOUR)
    outside = [Period(NOON - DAY, within.start), Period(within.end, NOON + DAY)]
    plan = Availability(extra=extra, absent=absent)
    assert free_periods(plan, within, busy=busy) == subtract(extra, [*absent, *busy, *outside])
    plan = attrs.evolve(ALWAYS, absent=absent)
    assert free_periods(plan, within, busy=busy) == subtract([within], [*absent, *busy])


# --- bad input

FREE = FreeTime(availability=ALWAYS, within=Period(NOON, NOON + DAY), policy=AvailabilityPolicy(), at=NOON)

WRONG_MINUTES: list[tuple[Any, type[InvalidInputError]]] = [
    (0, InvalidValueError),
    (-60, InvalidValueError),
    (60.0, InvalidTypeError),  # a float is no number of minutes
    (True, InvalidTypeError),  # nor is a bool
    ("60", InvalidTypeError),
    (None, InvalidTypeError),
]


@pytest.mark.parametrize(("minutes", "error"), WRONG_MINUTES)
def test_a_wrong_duration_is_refused(minutes: Any, error: type[InvalidInputError]) -> None:
    """A slot has at least a minute, in whole minutes."""
    with pytest.raises(error, match="minutes"):
        list(FREE.slots(minutes=minutes))
    with pytest.raises(error, match="minutes"):
        FREE.earliest(minutes=minutes)


@pytest.mark.parametrize("minutes", [25 * 60, 10**12, 10**30])
def test_no_slot_is_longer_than_the_period(minutes: int) -> None:
    """Of a duration that does not fit there are no slots, however absurd it is."""
    assert list(FREE.slots(minutes=minutes)) == []
    assert FREE.earliest(minutes=minutes) is None


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        availability=wrong.OTHERS,
        within=[*wrong.OTHERS, (Period(NOON, NOON + (LONGEST_DAYS + 1) * DAY), InvalidValueError)],
        busy=wrong.ITEMS,
        policy=wrong.OTHERS[1:],
        at=wrong.INSTANTS[1:],  # naive ones, other types, and the ends of the calendar
    ),
)
def test_a_wrong_field_of_a_compiled_plan_is_refused(
    field: str, value: Any, error: type[InvalidInputError]
) -> None:
    """Each field is checked on its own, and the error names it."""
    wrong.check_refused(FREE, field, value, error)


@pytest.mark.parametrize(
    "slot", [*(row[0] for row in wrong.OTHERS), NOON, (NOON, NOON + HOUR), Validity(NOON)]
)
def test_what_is_no_slot_is_refused(slot: Any) -> None:
    """A slot is a period, and the error names it."""
    calls: list[Callable[[], object]] = [lambda: FREE.bookable(slot), lambda: bookable(ALWAYS, slot)]
    for ask in calls:
        with pytest.raises(InvalidTypeError) as caught:
            ask()
        assert caught.value.field == "slot"


@pytest.mark.parametrize(
    "busy", [None, 1, NOON, Period(NOON, NOON + HOUR), [1], [None], [NOON], "a", {"a": 1}]
)
def test_what_is_no_list_of_visits_is_refused(busy: Any) -> None:
    """Visits are periods, and the error names the argument."""
    within = Period(NOON, NOON + HOUR)
    calls: list[Callable[[], object]] = [
        lambda: compile_plan(ALWAYS, within, busy=busy),
        lambda: free_periods(ALWAYS, within, busy=busy),
        lambda: list(slots(ALWAYS, within, minutes=15, busy=busy)),
        lambda: earliest(ALWAYS, within, minutes=15, busy=busy),
        lambda: bookable(ALWAYS, within, busy=busy),
    ]
    for ask in calls:
        with pytest.raises(InvalidTypeError) as caught:
            ask()
        assert caught.value.field.partition("[")[0] == "busy"


def test_a_policy_comes_with_an_instant_and_an_instant_with_a_policy() -> None:
    """One without the other would count for nothing without notice, so it is refused."""
    with pytest.raises(InvalidTypeError, match="at: expected with a policy"):
        bookable(ALWAYS, Period(NOON, NOON + HOUR), policy=AvailabilityPolicy())
    with pytest.raises(InvalidTypeError, match="policy: expected with `at`"):
        bookable(ALWAYS, Period(NOON, NOON + HOUR), at=NOON)


# --- the policy itself

DEFAULTS = {
    "version": "ch-1",
    "buffer_minutes": 0,
    "notice_minutes": 120,
    "horizon_days": 90,
    "visits_per_day": None,
    "minutes_per_day": None,
}

RANGES = {
    "buffer_minutes": (0, 24 * 60),
    "notice_minutes": (0, 366 * 24 * 60),
    "horizon_days": (0, 366),
    "visits_per_day": (1, 96),
    "minutes_per_day": (1, 25 * 60),
}

LIMITS = {"visits_per_day", "minutes_per_day"}


def test_the_defaults_are_the_documented_ones() -> None:
    """Every number, and no other."""
    assert attrs.asdict(AvailabilityPolicy()) == DEFAULTS


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        version=wrong.IDS,
        **{name: wrong.numbers(*ends)[1 if name in LIMITS else 0 :] for name, ends in RANGES.items()},
    ),
)
def test_a_wrong_number_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Each number has a range; the error names it; None is no limit."""
    wrong.check_refused(AvailabilityPolicy(), field, value, error)


@pytest.mark.parametrize(("field", "ends"), RANGES.items())
def test_the_ends_of_each_range_are_allowed(field: str, ends: tuple[int, int]) -> None:
    """The least and the most that a number may be pass."""
    for number in ends:
        policy = AvailabilityPolicy(**{"horizon_days": 366, field: number})  # type: ignore[arg-type]
        assert getattr(policy, field) == number


@pytest.mark.parametrize("around", CHANGES)
def test_every_day_around_a_change_has_its_own_quarters(around: datetime) -> None:
    """Someone always free has as many slots as the days have quarter hours, in both weeks that meet."""
    span = Period(around - 7 * DAY, around + 7 * DAY)
    for zone in ("Europe/Zurich", "America/Havana"):
        found = list(slots(attrs.evolve(ALWAYS, zone=zone), span, minutes=15))
        assert len(found) == 14 * 96
