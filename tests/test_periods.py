"""Periods are sets of instants, and a wall clock is read by one rule on every day of the year."""

import calendar
import copy
import pickle
import time as clock_time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core import testing
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.periods import (
    SWISS_ZONE,
    Period,
    Validity,
    add_months,
    at_wall_time,
    instant_of,
    merge,
    midnight,
    subtract,
    valid_on,
    wall_time,
    zone_of,
)

ZURICH = ZoneInfo(SWISS_ZONE)
BASE = datetime(2026, 3, 28, 23, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LAST_MINUTE = 40
"""The oracles count minutes from BASE up to this one; an open end lies beyond it."""

NAIVE = datetime(2013, 11, 27, 9)  # noqa: DTZ001  # what has to be refused
NOON = datetime(2013, 11, 27, 11, tzinfo=UTC)
BEFORE_TIME = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
AFTER_TIME = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))


def at(minute: int) -> datetime:
    """Return the instant that many minutes after the base."""
    return BASE + minute * MINUTE


def span(start: int, end: int) -> Period:
    """Return the period between two minutes."""
    return Period(at(start), at(end))


def minutes_in(periods: Iterable[Period]) -> set[int]:
    """Return the minutes in periods, one by one: the oracle of the algebra."""
    return {
        minute
        for period in periods
        for minute in range(LAST_MINUTE)
        if period.start <= at(minute) < period.end
    }


def short_periods() -> SearchStrategy[Period]:
    """Return periods close enough together to touch, overlap and contain each other."""
    minutes = st.integers(0, LAST_MINUTE)
    return (
        st.tuples(minutes, minutes)
        .filter(lambda ends: ends[0] != ends[1])
        .map(lambda ends: span(*sorted(ends)))
    )


def short_validities() -> SearchStrategy[Validity]:
    """Return spans as close together, some without an end."""
    some = short_periods().map(lambda period: Validity(period.start, period.end))
    return some | st.integers(0, LAST_MINUTE).map(lambda minute: Validity(at(minute)))


# --- periods


@given(short_periods(), st.integers(-1, LAST_MINUTE + 1))
def test_a_period_has_its_start_and_not_its_end(period: Period, minute: int) -> None:
    """An instant lies in a period from its start up to, not including, its end."""
    assert (at(minute) in period) == (minute in minutes_in([period]))
    assert period.start in period
    assert period.end not in period
    assert period.end - timedelta(microseconds=1) in period


@given(short_periods(), short_periods())
def test_periods_cover_and_overlap_as_sets_of_minutes(one: Period, other: Period) -> None:
    """To cover is to be a superset, to overlap is to have a minute in common."""
    ours, theirs = minutes_in([one]), minutes_in([other])
    assert one.covers(other) == (ours >= theirs)
    assert one.overlaps(other) == other.overlaps(one) == bool(ours & theirs)
    assert one.minutes == len(ours)


@given(short_validities(), short_periods(), st.integers(-1, LAST_MINUTE - 1))
def test_a_validity_is_a_period_that_may_be_open(validity: Validity, period: Period, minute: int) -> None:
    """Containing, covering and overlapping are those of sets of minutes, an open end included."""
    ours = {each for each in range(LAST_MINUTE) if validity.start <= at(each)}
    if validity.end is not None:
        ours &= {each for each in range(LAST_MINUTE) if at(each) < validity.end}
    theirs = minutes_in([period])
    assert validity.covers(period) == (ours >= theirs)
    assert validity.overlaps(period) == bool(ours & theirs)
    assert (at(minute) in validity) == (minute in ours)


@given(testing.periods())
def test_a_length_in_minutes_is_rounded_down(period: Period) -> None:
    """Seconds that fill no minute do not count."""
    assert timedelta(0) <= (period.end - period.start) - period.minutes * MINUTE < MINUTE


@given(testing.periods(), testing.validities())
def test_spans_are_kept_in_utc_and_survive_a_copy(period: Period, validity: Validity) -> None:
    """A period and a validity have instants in UTC, and a copy of them is equal in all but identity."""
    for one in (period, validity):
        assert one.start.tzinfo is UTC
        assert one.end is None or one.end.tzinfo is UTC
        for twin in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):  # noqa: S301  # ours
            assert twin == one
            assert hash(twin) == hash(one)
            assert twin.start.tzinfo is UTC


@given(testing.periods(), testing.zones())
def test_a_period_is_the_same_from_any_zone(period: Period, zone: Any) -> None:
    """Instants given in another zone make an equal period that hashes equal."""
    twin = Period(period.start.astimezone(zone), period.end.astimezone(zone))
    assert twin == period
    assert hash(twin) == hash(period)
    assert repr(twin) == repr(period)


def test_periods_are_ordered_by_start_then_end() -> None:
    """The earlier start comes first, then the earlier end."""
    assert sorted([span(2, 3), span(1, 5), span(1, 3)]) == [span(1, 3), span(1, 5), span(2, 3)]


WRONG_INSTANTS: list[tuple[Any, type[InvalidInputError]]] = [
    (None, InvalidTypeError),
    ("2013-11-27T09:00:00+01:00", InvalidTypeError),
    (1385542800, InvalidTypeError),
    (date(2013, 11, 27), InvalidTypeError),
    (time(9), InvalidTypeError),
    (True, InvalidTypeError),
    (NAIVE, InvalidValueError),
    (pendulum.naive(2013, 11, 27, 9), InvalidValueError),
    (BEFORE_TIME, InvalidValueError),
    (AFTER_TIME, InvalidValueError),
    (datetime.min.replace(tzinfo=UTC), InvalidValueError),
    (datetime.max.replace(tzinfo=UTC), InvalidValueError),
]


@pytest.mark.parametrize(
    ("wrong", "error"), WRONG_INSTANTS, ids=[repr(row[0])[:40] for row in WRONG_INSTANTS]
)
@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda wrong: Period(wrong, NOON), "start"),
        (lambda wrong: Period(NOON, wrong), "end"),
        (Validity, "start"),
        (lambda wrong: Validity(wrong, NOON), "start"),
        (instant_of, "at"),
        (lambda wrong: instant_of(wrong, name="opened_at"), "opened_at"),
        (wall_time, "at"),
    ],
)
def test_what_is_no_instant_is_refused(
    make: Callable[[Any], object], field: str, wrong: Any, error: type[InvalidInputError]
) -> None:
    """An instant is an aware datetime that UTC and any wall clock can show; the error names the field."""
    with pytest.raises(InvalidInputError) as caught:
        make(wrong)
    assert (type(caught.value), caught.value.field) == (error, field)


@pytest.mark.parametrize(
    "wrong", [row for row in WRONG_INSTANTS if row[0] is not None], ids=lambda row: repr(row[0])[:40]
)
def test_an_end_that_is_no_instant_is_refused(wrong: tuple[Any, type[InvalidInputError]]) -> None:
    """The end of a validity may be open, and nothing else that is no instant."""
    with pytest.raises(wrong[1], match="end"):
        Validity(NOON, wrong[0])
    assert Validity(NOON, None) == Validity(NOON)


def test_an_error_of_a_late_instant_does_not_call_it_naive() -> None:
    """Of an aware datetime beyond the calendar the error says just that."""
    with pytest.raises(InvalidValueError) as caught:
        instant_of(AFTER_TIME)
    assert "naive" not in caught.value.came
    assert "years" in caught.value.expected


@pytest.mark.parametrize("kind", [Period, Validity])
@pytest.mark.parametrize("end", [NOON, NOON - timedelta(microseconds=1), NOON.astimezone(ZURICH)])
def test_an_end_lies_after_the_start(kind: type, end: datetime) -> None:
    """A span has an instant in it: its end is later than its start."""
    with pytest.raises(InvalidValueError, match="end"):
        kind(NOON, end)


def test_the_doubled_hour_has_an_order() -> None:
    """From the first to the second 02:30 of the autumn night it is an hour; the other way it is none."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH)
    second = first.replace(fold=1)
    assert Period(first, second).minutes == 60
    with pytest.raises(InvalidValueError, match="end"):
        Period(second, first)


def test_a_naive_instant_does_not_lie_in_a_period() -> None:
    """To ask for a time without an offset is an error that says so, not a no; so is to ask for no time."""
    for one in (span(0, 1), Validity(at(0)), Validity(at(0), at(1))):
        with pytest.raises(InvalidValueError, match="at: expected a datetime with a UTC offset"):
            NAIVE in one  # noqa: B015  # the question is the test
        for no_time in (None, date(2026, 3, 28), "2026-03-28T23:00:00Z"):
            with pytest.raises(InvalidTypeError, match="at: expected a datetime with a UTC offset"):
                no_time in one  # type: ignore[operator]  # noqa: B015


# --- the algebra


@given(st.lists(short_periods(), max_size=6))
def test_a_merge_has_the_same_minutes_in_separate_periods(periods: list[Period]) -> None:
    """Merging keeps every minute, adds none, and leaves gaps between the periods, in order."""
    merged = merge(periods)
    assert minutes_in(merged) == minutes_in(periods)
    assert all(one.end < other.start for one, other in pairwise(merged))


@given(st.lists(short_periods(), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_a_merge_does_not_matter(periods: list[Period], random: Any) -> None:
    """Merging in any order gives the same, and merging it again changes nothing."""
    merged = merge(periods)
    random.shuffle(periods)
    assert merge(iter(periods)) == merged == merge(merged)


@given(st.lists(short_periods(), max_size=6), st.lists(short_periods(), max_size=6))
def test_a_difference_has_the_minutes_that_are_left(periods: list[Period], taken: list[Period]) -> None:
    """Subtracting leaves the minutes of the one that are in none of the other, in separate periods."""
    left = subtract(iter(periods), iter(taken))
    assert minutes_in(left) == minutes_in(periods) - minutes_in(taken)
    assert all(one.end < other.start for one, other in pairwise(left))
    assert merge(left) == left


@given(st.lists(short_periods(), max_size=6), st.lists(short_periods(), max_size=6))
def test_what_is_left_and_what_is_taken_make_the_whole(periods: list[Period], taken: list[Period]) -> None:
    """Nothing left overlaps what is taken, and both together are all there was."""
    left = subtract(periods, taken)
    assert not any(one.overlaps(other) for one in left for other in taken)
    assert merge([*left, *taken]) == merge([*periods, *taken])
    assert subtract(periods, []) == merge(periods)
    assert subtract(periods, periods) == ()


def test_subtracting_many_from_many_takes_little_time() -> None:
    """The work grows with the number of periods, not with its square (which would take ten seconds here)."""
    many = [span(10 * number, 10 * number + 8) for number in range(10_000)]
    taken = [span(10 * number + 3, 10 * number + 5) for number in range(10_000)]
    begun = clock_time.process_time()
    assert len(subtract(many, taken)) == 20_000
    assert clock_time.process_time() - begun < 20  # a guard against minutes, not a claim of speed


# --- wall clocks


def changes(zone: ZoneInfo, on: date) -> dict[time, list[datetime]]:
    """Return, for each time of a date's clock, the instants that show it: by walking through the minutes."""
    noon = datetime.combine(on, time(12), UTC)
    shown: dict[time, list[datetime]] = {}
    for minute in range(-36 * 60, 36 * 60):
        instant = noon + minute * MINUTE
        local = instant.astimezone(zone)
        if local.date() == on:
            shown.setdefault(local.time(), []).append(instant)
    return shown


DAYS = [
    ("Europe/Zurich", date(2026, 3, 29), {2}, set()),  # from 2 to 3 in the night
    ("Europe/Zurich", date(2026, 10, 25), set(), {2}),
    ("Europe/Zurich", date(2027, 3, 28), {2}, set()),
    ("Europe/Zurich", date(2027, 10, 31), set(), {2}),
    ("Europe/Zurich", date(2026, 7, 1), set(), set()),
    ("America/New_York", date(2026, 11, 1), set(), {1}),
    ("America/Havana", date(2026, 3, 8), {0}, set()),  # midnight itself is skipped
    ("America/Havana", date(2026, 11, 1), set(), {0}),  # midnight comes twice
]


@pytest.mark.parametrize(("name", "on", "skipped", "doubled"), DAYS)
def test_each_minute_of_a_day_is_read_by_the_rule(
    name: str, on: date, skipped: set[int], doubled: set[int]
) -> None:
    """A clock's time is the first instant that shows it; a skipped one comes out later by the gap."""
    shown = changes(ZoneInfo(name), on)
    hour = timedelta(hours=1)
    for number in range(24 * 60):
        clock = time(number // 60, number % 60)
        instant = at_wall_time(on, clock, zone=name)
        assert instant.tzinfo is UTC
        if clock.hour in skipped:
            assert clock not in shown
            assert [instant] == shown[(datetime.combine(on, clock, UTC) + hour).time()]
        else:
            assert instant == shown[clock][0]
            assert len(shown[clock]) == (2 if clock.hour in doubled else 1)


@given(testing.instants(), st.sampled_from(testing.ZONES))
def test_an_instant_comes_back_from_the_wall_clock(instant: datetime, zone: str) -> None:
    """What the clock shows is read as the same instant, but for the second showing of a doubled time."""
    local = wall_time(instant, zone=zone)
    again = at_wall_time(local.date(), local.time(), zone=zone)
    assert local.astimezone(UTC) == instant.astimezone(UTC)  # in a doubled hour only UTC compares
    assert local.fold or again == instant.astimezone(UTC)
    assert not local.fold or again < instant.astimezone(UTC)


@given(testing.days(), st.times(), st.sampled_from(testing.ZONES))
def test_a_time_comes_back_from_its_instant(on: date, clock: time, zone: str) -> None:
    """The clock shows, at the instant read, the time that was read, or a later one if that is skipped."""
    local = wall_time(at_wall_time(on, clock, zone=zone), zone=zone)
    shown, read = local.replace(tzinfo=None), datetime.combine(on, clock.replace(fold=0))
    assert shown >= read
    assert shown == read or shown - read <= timedelta(days=1)  # Samoa skipped a whole day


@given(testing.days(), st.sampled_from(testing.ZONES))
def test_a_day_begins_at_midnight(on: date, zone: str) -> None:
    """No instant before midnight has the date, and midnight's own date is not an earlier one."""
    begin = midnight(on, zone=zone)
    assert wall_time(begin, zone=zone).date() >= on
    assert wall_time(begin - timedelta(microseconds=1), zone=zone).date() < on


@given(testing.days(), st.integers(0, 400), testing.instants())
def test_whole_days_are_valid_to_the_last_instant(first: date, count: int, instant: datetime) -> None:
    """A validity of days holds exactly the instants whose Swiss date lies between them, both included."""
    last = first + timedelta(days=count)
    span_of_days = valid_on(first, last=last)
    assert (instant in span_of_days) == (first <= wall_time(instant).date() <= last)
    assert (instant in valid_on(first)) == (first <= wall_time(instant).date())


@pytest.mark.parametrize(
    ("on", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2027, 3, 28), 23), (date(2027, 1, 1), 24)],
)
def test_a_day_lasts_as_long_as_it_does(on: date, hours: int) -> None:
    """A day has 24 hours but for the two on which the clocks change."""
    day = valid_on(on, last=on)
    assert day.end is not None
    assert day.end - day.start == timedelta(hours=hours)


WRONG_DAYS: list[tuple[Any, type[InvalidInputError]]] = [
    (None, InvalidTypeError),
    ("2014-01-01", InvalidTypeError),
    (NOON, InvalidTypeError),  # which date it is, depends on the zone
    (NAIVE, InvalidTypeError),
    (pendulum.datetime(2014, 1, 1), InvalidTypeError),
    (20140101, InvalidTypeError),
    (date.min, InvalidValueError),  # no instant in the east
    (date.max, InvalidValueError),  # no next day
]


@pytest.mark.parametrize(("wrong", "error"), WRONG_DAYS, ids=[repr(row[0])[:30] for row in WRONG_DAYS])
@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda wrong: at_wall_time(wrong, time(9)), "on"),
        (midnight, "on"),
        (valid_on, "first"),
        (lambda wrong: add_months(wrong, 1), "on"),
    ],
)
def test_what_is_no_date_is_refused(
    call: Callable[[Any], object], field: str, wrong: Any, error: type[InvalidInputError]
) -> None:
    """A date is a date, not a datetime, and not at an end of the calendar; the error names the argument."""
    with pytest.raises(InvalidInputError) as caught:
        call(wrong)
    assert (type(caught.value), caught.value.field) == (error, field)


@pytest.mark.parametrize("last", [NOON, date.max, date(2013, 12, 31), "2014-01-02"], ids=repr)
def test_a_last_day_is_a_day_not_before_the_first(last: Any) -> None:
    """The last day is a date from the first on; "for ever" is None, not the end of the calendar."""
    with pytest.raises(InvalidInputError) as caught:
        valid_on(date(2014, 1, 1), last=last)
    assert caught.value.field == "last"


WRONG_ZONES: list[tuple[Any, type[InvalidInputError]]] = [
    (None, InvalidTypeError),
    (ZURICH, InvalidTypeError),
    (UTC, InvalidTypeError),
    ("", InvalidValueError),
    ("Mars/Olympus_Mons", InvalidValueError),
    ("Europe", InvalidValueError),  # a folder
    ("Europe/Zürich", InvalidValueError),
    ("../../etc/passwd", InvalidValueError),
    ("/etc/passwd", InvalidValueError),
    ("Europe/Zurich\0", InvalidValueError),
    ("\ud800", InvalidValueError),
    ("x" * 10_000, InvalidValueError),
    ("localtime", InvalidValueError),  # the zone that the machine is set to
    ("LocalTime", InvalidValueError),  # a folder may not tell capitals
    ("localtime/UTC", InvalidValueError),
    ("posixrules", InvalidValueError),  # the rules that the machine takes for zones without
    ("Factory", InvalidValueError),  # a machine that nobody has set
    ("posix/Europe/Zurich", InvalidValueError),  # not on every machine
    ("right/Europe/Zurich", InvalidValueError),  # with leap seconds, 27 seconds off
    ("/usr/share/zoneinfo/Europe/Zurich", InvalidValueError),
    ("./Europe/Zurich", InvalidValueError),
    ("Europe/../Europe/Zurich", InvalidValueError),
    ("posix/../Europe/Zurich", InvalidValueError),
    ("Europe//Zurich", InvalidValueError),
    ("tzdata.zi", InvalidValueError),  # a file, of another kind
]


@pytest.mark.parametrize(("zone", "error"), WRONG_ZONES, ids=[ascii(row[0])[:30] for row in WRONG_ZONES])
def test_an_unknown_zone_is_refused(zone: Any, error: type[InvalidInputError]) -> None:
    """A zone is an IANA name that there is; the error names the argument."""
    on = date(2014, 1, 1)
    calls: list[Callable[[], object]] = [
        lambda: zone_of(zone),
        lambda: wall_time(NOON, zone=zone),
        lambda: at_wall_time(on, time(9), zone=zone),
        lambda: midnight(on, zone=zone),
        lambda: valid_on(on, zone=zone),
    ]
    for call in calls:
        with pytest.raises(InvalidInputError) as caught:
            call()
        assert (type(caught.value), caught.value.field) == (error, "zone")


@pytest.mark.parametrize("zone", ["Europe/Zurich", "Europe/Busingen", "UTC", "CET", "Etc/GMT-1", "GB-Eire"])
def test_every_iana_name_is_a_zone(zone: str) -> None:
    """Old names and names without a region are zones as any."""
    assert zone_of(zone).key == zone


@pytest.mark.parametrize("clock", [None, "09:00", 9, timedelta(hours=9), NOON, date(2014, 1, 1)], ids=repr)
def test_what_is_no_time_on_a_clock_is_refused(clock: Any) -> None:
    """A clock shows a time; the error names the argument."""
    with pytest.raises(InvalidTypeError) as caught:
        at_wall_time(date(2014, 1, 1), clock)
    assert caught.value.field == "clock"


# --- months


@given(testing.days(), st.integers(-1200, 1200))
def test_months_are_added_on_the_calendar(on: date, months: int) -> None:
    """The month is counted on, and a day that it lacks becomes its last."""
    later = add_months(on, months)
    number = on.year * 12 + on.month - 1 + months
    assert (later.year, later.month) == (number // 12, number % 12 + 1)
    assert later.day == min(on.day, calendar.monthrange(later.year, later.month)[1])
    assert type(later) is date


@pytest.mark.parametrize(
    ("on", "months", "later"),
    [
        (date(2013, 1, 31), 1, date(2013, 2, 28)),
        (date(2012, 1, 31), 1, date(2012, 2, 29)),
        (date(2012, 2, 29), 12, date(2013, 2, 28)),
        (date(2013, 3, 31), -1, date(2013, 2, 28)),
        (date(2013, 12, 31), 2, date(2014, 2, 28)),
        (date(2013, 1, 31), 0, date(2013, 1, 31)),
        (date(2000, 11, 30), 13, date(2001, 12, 30)),  # a criminal-record check holds 13 months
    ],
)
def test_months_at_the_end_of_a_month(on: date, months: int, later: date) -> None:
    """A few cases that everybody can check on a calendar."""
    assert add_months(on, months) == later


@pytest.mark.parametrize(
    ("months", "error"),
    [
        (1.0, InvalidTypeError),
        (True, InvalidTypeError),
        ("1", InvalidTypeError),
        (None, InvalidTypeError),
        (12 * 8000, InvalidValueError),
        (-12 * 8000, InvalidValueError),
        (10**30, InvalidValueError),
        (10**5_000, InvalidValueError),
    ],
    ids=["float", "bool", "text", "none", "late", "early", "huge", "endless"],
)
def test_a_wrong_number_of_months_is_refused(months: Any, error: type[InvalidInputError]) -> None:
    """Months are a whole number that stays on the calendar."""
    with pytest.raises(InvalidInputError) as caught:
        add_months(date(2013, 11, 27), months)
    assert (type(caught.value), caught.value.field) == (error, "months")
