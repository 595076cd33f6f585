"""Recurrence rules expand as `dateutil` expands them, and in bounded time where it runs on for ever."""

from datetime import date, datetime, time, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mila_core.errors import InvalidValueError
from mila_core.export._recurrence import FREQUENCIES, Budget, Rule, occurrences

rrule = pytest.importorskip("dateutil.rrule")

START = datetime(2024, 2, 29, 9, 30)  # noqa: DTZ001  # on a wall clock
FAR = datetime(2034, 1, 1)  # noqa: DTZ001


def expanded(rule: Rule, start: datetime, **between: datetime) -> list[datetime]:
    """Return the occurrences of a rule, from the start to ten years on if not said otherwise."""
    first, last = between.get("first", start), between.get("last", FAR)
    return list(occurrences(rule, start, first=first, last=last, budget=Budget(2_000_000)))


def by_dateutil(rule: Rule, start: datetime, last: datetime) -> list[datetime]:
    """Return the occurrences by `dateutil`, the slow and well-tried way; the start always counts."""
    made = rrule.rrule(
        getattr(rrule, rule.frequency),
        dtstart=start,
        interval=rule.interval,
        wkst=rule.week_start,
        bymonth=rule.months or None,
        byweekno=rule.weeks or None,
        byyearday=rule.yeardays or None,
        bymonthday=rule.monthdays or None,
        byweekday=[rrule.weekday(day, nth or None) for nth, day in rule.weekdays] or None,
        byhour=rule.hours or None,
        byminute=rule.minutes or None,
        bysetpos=rule.positions or None,
        until=last if rule.until is None else min(rule.until, last),
    )
    found = sorted({start, *made.between(start, last, inc=True)})
    return found if rule.count is None else found[: rule.count]


def some(least: int, most: int, *, size: int = 3) -> st.SearchStrategy[tuple[int, ...]]:
    """Return none or a few numbers of a range, zero left out."""
    numbers = st.integers(least, most).filter(bool)
    return st.just(()) | st.lists(numbers, min_size=1, max_size=size, unique=True).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Return rules as calendars have them, and odd ones."""
    frequency = draw(st.sampled_from(FREQUENCIES))
    nth = {"MONTHLY": 5, "YEARLY": 53}.get(frequency, 0)
    # `dateutil` takes "every Monday and the first Tuesday" for none at all, so never both kinds
    which = st.just(0)
    if nth and draw(st.booleans()):
        which = st.integers(-nth, nth).filter(bool)
    weekdays = draw(st.lists(st.tuples(which, st.integers(0, 6)), max_size=3, unique=True).map(tuple))
    is_yearly = frequency == "YEARLY"
    plain = all(each == 0 for each, _ in weekdays) and bool(weekdays)
    return Rule(
        frequency=frequency,
        interval=draw(st.integers(1, 4)),
        months=draw(some(1, 12)),
        weeks=draw(some(-53, 53)) if is_yearly and plain else (),
        yeardays=draw(some(-366, 366)) if is_yearly else (),
        monthdays=draw(some(-31, 31)) if frequency != "WEEKLY" else (),
        weekdays=weekdays,
        hours=draw(some(1, 23, size=2)),
        positions=draw(some(-4, 4, size=2)) if weekdays and frequency in {"MONTHLY", "YEARLY"} else (),
        week_start=draw(st.sampled_from([0, 6])),
        count=draw(st.none() | st.integers(1, 30)),
        until=draw(st.none() | st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1))),  # noqa: DTZ001
    )


STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(minute=30, second=0, microsecond=0, fold=0)
)


@given(rules(), STARTS)
@example(Rule(frequency="YEARLY"), START)  # 29 February
@example(Rule(frequency="MONTHLY", monthdays=(31,)), datetime(2024, 1, 31))  # noqa: DTZ001
@example(Rule(frequency="MONTHLY", weekdays=((-1, 4),)), START)  # the last Friday
@example(Rule(frequency="MONTHLY", weekdays=tuple((0, day) for day in range(5)), positions=(-1,)), START)
@example(Rule(frequency="YEARLY", weeks=(53,), weekdays=((0, 0),)), START)
@example(Rule(frequency="WEEKLY", interval=2, weekdays=((0, 6), (0, 0)), week_start=6), START)
def test_a_rule_expands_as_dateutil_expands_it(rule: Rule, start: datetime) -> None:
    """Every occurrence up to a last one is found, and no other, in order."""
    last = start + timedelta(days=1500)
    endless = attrs.evolve(rule, count=None, until=None)
    # `dateutil` stops only where it finds one too many: rules that fit nothing have a test of their own
    assume(expanded(endless, start, first=last, last=last + timedelta(days=3650)))
    assert expanded(rule, start, last=last) == by_dateutil(rule, start, last)


def test_weekdays_of_both_kinds_are_added_up() -> None:
    """Every Monday and the first Tuesday of a month are just these (RFC 5545, 3.3.10: a list of days)."""
    rule = Rule(frequency="MONTHLY", weekdays=((0, 0), (1, 1)), count=7)
    start = datetime(2026, 1, 5, 9)  # noqa: DTZ001
    assert [at.day for at in expanded(rule, start)] == [5, 6, 12, 19, 26, 2, 3]


@given(rules(), STARTS, st.integers(0, 1500), st.integers(0, 200))
def test_a_later_look_sees_the_same(rule: Rule, start: datetime, after: int, days: int) -> None:
    """What lies between two instants does not depend on where the look begins."""
    first = start + timedelta(days=after)
    last = first + timedelta(days=days)
    whole = expanded(rule, start, last=last)
    assert expanded(rule, start, first=first, last=last) == [at for at in whole if at >= first]


@pytest.mark.parametrize(
    "parts",
    [
        {"frequency": "DAILY", "months": (2,), "monthdays": (30,)},  # there is no 30 February
        {"frequency": "YEARLY", "yeardays": (366,), "monthdays": (1,)},
        {"frequency": "WEEKLY", "weekdays": ((0, 0),), "monthdays": (31,), "months": (4,)},
        {"frequency": "DAILY", "interval": 2**31},
        {"frequency": "YEARLY", "interval": 2**31},
        {"frequency": "MONTHLY", "interval": 2**31, "count": 2},
    ],
)
def test_a_rule_that_fits_no_day_ends(parts: dict[str, Any]) -> None:
    """Where nothing fits, only the start is left, and few days are looked at."""
    budget = Budget(5_000)
    found = occurrences(Rule(**parts), START, first=START, last=FAR, budget=budget)
    assert list(found) == [START]


def test_a_rule_begun_long_ago_is_not_walked_through() -> None:
    """From the year 2 to 2034 only the days asked for are looked at."""
    start, first = datetime(2, 1, 1), FAR - timedelta(days=10)  # noqa: DTZ001
    budget = Budget(30)
    found = list(occurrences(Rule(frequency="DAILY"), start, first=first, last=FAR, budget=budget))
    assert found == [first + timedelta(days=day) for day in range(11)]


def test_a_rule_that_is_counted_is_walked_through_as_far_as_the_budget_goes() -> None:
    """Counting begins at the start; what takes too long is refused."""
    rule = Rule(frequency="DAILY", count=2**31)
    found = occurrences(rule, datetime(2, 1, 1), first=FAR, last=FAR, budget=Budget(1_000))  # noqa: DTZ001
    with pytest.raises(InvalidValueError, match="1,000 days and occurrences"):
        list(found)


def test_many_times_a_day_are_charged() -> None:
    """Every second of every day is more than the budget of a few days."""
    rule = Rule(frequency="DAILY", hours=tuple(range(24)), minutes=tuple(range(60)), seconds=tuple(range(60)))
    with pytest.raises(InvalidValueError, match="shorter period"):
        list(occurrences(rule, START, first=START, last=FAR, budget=Budget(200_000)))


def test_a_rule_up_to_the_end_of_the_calendar_ends() -> None:
    """A year after the last one is the end, not an error."""
    start = datetime.combine(date(9997, 6, 1), time(9))
    assert len(expanded(Rule(frequency="YEARLY"), start, last=datetime.max)) == 3  # noqa: DTZ901
