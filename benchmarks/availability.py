"""How long free slots take beside `portion` and `dateutil.rrule`: `python benchmarks/availability.py`.

Each does the same: a friend's weekly plan (six days of two stretches) with a visit on every second day is
made ready for 1, 4 and 16 weeks; then the earliest slot of an hour is asked for, and whether a slot in the
middle can be booked. `portion` holds the free time as intervals of datetimes. `rrule` gives the weekly hours
as recurrences on the wall clock, from which the visits are taken off in a list of pairs. That all three
answer the same is checked before anything is measured. They run in turn, round after round, so that a machine
whose speed drifts drifts for all. A row gives microseconds: the least over the rounds, as whatever else runs
only adds to it, and for ours the median, too; the ratios are those of the least. Zone and slots have been
seen before, as in a market where many ask.
"""

import argparse
import platform
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from importlib.metadata import version
from operator import itemgetter
from statistics import median
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import portion  # type: ignore[import-not-found,import-untyped,unused-ignore]
from dateutil.rrule import WEEKLY, rrule

from mila_core.availability import Availability, WeeklyHours, compile_plan
from mila_core.periods import Period
from mila_core.policies import AvailabilityPolicy

ZONE = ZoneInfo("Europe/Zurich")
MONDAY = datetime(2026, 6, 1, tzinfo=ZONE)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
STRETCHES = ((time(8), time(12)), (time(13, 30), time(18)))
WEEKDAYS = range(1, 7)
SIZES = (1, 4, 16)

PLAN = Availability(
    weekly=[WeeklyHours(weekday=day, start=start, end=end) for day in WEEKDAYS for start, end in STRETCHES]
)
POLICY = AvailabilityPolicy(buffer_minutes=15, notice_minutes=0, horizon_days=366, visits_per_day=4)

Spans = list[tuple[datetime, datetime]]


def visits(weeks: int) -> Spans:
    """Return a visit from eight to ten on every second day."""
    days = (MONDAY + timedelta(days=day) for day in range(0, 7 * weeks, 2))
    return [(day + 8 * HOUR, day + 10 * HOUR) for day in days]


def with_portion(weeks: int, busy: Spans) -> Any:
    """Return the free time as intervals of datetimes."""
    days = (MONDAY + timedelta(days=day) for day in range(7 * weeks))
    planned = [
        portion.closedopen(datetime.combine(on, start, ZONE), datetime.combine(on, end, ZONE))
        for on in days
        if on.isoweekday() in WEEKDAYS
        for start, end in STRETCHES
    ]
    taken = [portion.closedopen(start, end) for start, end in busy]
    return portion.Interval(*planned) - portion.Interval(*taken)


def next_quarter(at: datetime) -> datetime:
    """Return the instant, or the next quarter hour."""
    return at + (-timedelta(minutes=at.minute, seconds=at.second)) % QUARTER


def earliest_with_portion(free: Any) -> datetime | None:
    """Return where the first hour begins."""
    starts = (next_quarter(each.lower) for each in free if next_quarter(each.lower) + HOUR <= each.upper)
    return next(starts, None)


def with_rrule(weeks: int, busy: Spans) -> Spans:
    """Return the free time as pairs: recurrences less what is taken, both in order."""
    until = MONDAY + timedelta(days=7 * weeks)
    free: Spans = []
    for begin, stop in STRETCHES:
        length = datetime.combine(MONDAY, stop) - datetime.combine(MONDAY, begin)
        weekdays = [day - 1 for day in WEEKDAYS]
        first = datetime.combine(MONDAY, begin, ZONE)
        free += ((at, at + length) for at in rrule(WEEKLY, dtstart=first, until=until, byweekday=weekdays))
    return list(less(sorted(free), busy))


def less(free: Spans, busy: Spans) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is left, in one walk along both."""
    at = 0
    for span in free:
        start, end = span
        while at < len(busy) and busy[at][1] <= start:
            at += 1
        ahead = at
        while ahead < len(busy) and busy[ahead][0] < end:
            if start < busy[ahead][0]:
                yield start, busy[ahead][0]
            start = busy[ahead][1]
            ahead += 1
        if start < end:
            yield start, end


def lies_in(free: Spans, start: datetime, end: datetime) -> bool:
    """Return whether a slot lies in one of the pairs, by bisection."""
    at = bisect_right(free, start, key=itemgetter(0)) - 1
    return at >= 0 and end <= free[at][1]


def earliest_with_rrule(free: Spans) -> datetime | None:
    """Return where the first hour begins."""
    return next((next_quarter(start) for start, end in free if next_quarter(start) + HOUR <= end), None)


def microseconds(action: Callable[[], object], *, times: int) -> float:
    """Return how long an action takes, over so many times."""
    start = perf_counter()
    for _ in range(times):
        action()
    return (perf_counter() - start) / times * 1_000_000


def actions(weeks: int) -> dict[str, dict[str, tuple[Callable[[], object], int]]]:
    """Return what each of the three does, with how often a round does it; checked to answer the same."""
    busy = visits(weeks)
    within = Period(MONDAY, MONDAY + timedelta(days=7 * weeks))
    periods = tuple(Period(start, end) for start, end in busy)
    free = compile_plan(PLAN, within, busy=periods)
    as_portion, as_pairs = with_portion(weeks, busy), with_rrule(weeks, busy)
    start = MONDAY + timedelta(days=7 * (weeks // 2), hours=14)
    slot, interval = Period(start, start + HOUR), portion.closedopen(start, start + HOUR)
    first = free.earliest(minutes=60)
    assert first is not None  # noqa: S101  # a benchmark of wrong answers would be none
    assert first.start == earliest_with_portion(as_portion) == earliest_with_rrule(as_pairs)  # noqa: S101
    assert free.bookable(slot)  # noqa: S101
    assert lies_in(as_pairs, start, start + HOUR)  # noqa: S101
    assert interval in as_portion  # noqa: S101
    assert [(each.lower, each.upper) for each in as_portion] == as_pairs  # noqa: S101
    assert [(each.start, each.end) for each in free.periods] == as_pairs  # noqa: S101
    return {
        "compile": {
            "mila_core": (lambda: compile_plan(PLAN, within, busy=periods), 200),
            "with a policy": (
                lambda: compile_plan(PLAN, within, busy=periods, policy=POLICY, at=MONDAY),
                200,
            ),
            "portion": (lambda: with_portion(weeks, busy), 2),
            "rrule": (lambda: with_rrule(weeks, busy), 2),
        },
        "earliest": {
            "mila_core": (lambda: free.earliest(minutes=60), 2000),
            "portion": (lambda: earliest_with_portion(as_portion), 200),
            "rrule": (lambda: earliest_with_rrule(as_pairs), 200),
        },
        "bookable": {
            "mila_core": (lambda: free.bookable(slot), 2000),
            "portion": (lambda: interval in as_portion, 200),
            "rrule": (lambda: lies_in(as_pairs, start, start + HOUR), 200),
        },
    }


def row(weeks: int, what: str, times: dict[str, list[float]]) -> str:
    """Return a row of the table."""
    ours = min(times["mila_core"])
    ruled = f"{min(times['with a policy']):.1f}" if "with a policy" in times else ""
    others = [min(times[name]) for name in ("portion", "rrule")]
    ratios = " | ".join(f"{other:,.1f} | {other / ours:,.1f}" for other in others)
    return f"| {weeks} | {what} | {ours:.2f} | {median(times['mila_core']):.2f} | {ruled} | {ratios} |"


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31, help="how often each is measured (default: 31)")
    rounds = parser.parse_args().rounds
    print(
        f"Python {platform.python_version()}, {platform.machine()}, portion {version('portion')}, "
        f"python-dateutil {version('python-dateutil')}, {rounds} rounds\n"
    )
    print("| weeks | | mila_core | median | with a policy | portion | times | rrule | times |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for weeks in SIZES:
        for what, doers in actions(weeks).items():
            times: dict[str, list[float]] = {name: [] for name in doers}
            for _ in range(rounds):
                for name, (action, count) in doers.items():
                    times[name].append(microseconds(action, times=count))
            print(row(weeks, what, times))


if __name__ == "__main__":
    main()
