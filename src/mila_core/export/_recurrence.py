"""Recurrence rules (RFC 5545, 3.3.10) of whole days and longer, expanded in bounded time.

Written here, as `dateutil.rrule` runs on to the year 9999 where a rule fits no day (30 February), and steps
second by second from the beginning of a rule. Here the time depends on the days between the first and the
last instant asked for, unless the rule counts its occurrences, and each day is charged to a budget. The tests
compare the two.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count, product

import attrs

from mila_core.errors import InvalidValueError

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")

_DAY = timedelta(days=1)
_MONTHS = 12
_WEEK = 7


class Budget:
    """How many days and occurrences may still be looked at; it is shared by all events of a text."""

    __slots__ = ("left", "most")

    def __init__(self, most: int) -> None:
        """Begin with all of it."""
        self.most = most
        self.left = most

    def spend(self, steps: int) -> None:
        """Take away some steps.

        Raises:
            InvalidValueError: there are not as many left.
        """
        self.left -= steps
        if self.left < 0:
            expected = f"rules that need {self.most:,} days and occurrences looked at, or fewer"
            raise InvalidValueError("text", expected, "more; ask for a shorter period")


@attrs.frozen(kw_only=True)
class Rule:
    """A recurrence rule; an empty tuple stands for a part that the rule does not have.

    `weekdays` are pairs: which one in the month or year (0 for each, -1 for the last), and the weekday from 0
    for Monday. `until` is a wall-clock time, itself included.
    """

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    yeardays: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


def occurrences(
    rule: Rule, start: datetime, *, first: datetime, last: datetime, budget: Budget
) -> Iterator[datetime]:
    """Yield the wall-clock times of a rule from a first to a last one, both included, in order.

    The start counts as the first occurrence, whether or not it fits the rule.

    Raises:
        InvalidValueError: the budget does not suffice.
    """
    if first <= start <= last:
        yield start
    seen = 1
    last = last if rule.until is None else min(last, rule.until)
    for at in _later(_completed(rule, start), start, first=first, last=last, budget=budget):
        seen += 1
        if at > last or (rule.count is not None and seen > rule.count):
            return
        if at >= first:
            budget.spend(1)
            yield at


def _later(
    rule: Rule, start: datetime, *, first: datetime, last: datetime, budget: Budget
) -> Iterator[datetime]:
    """Yield what comes after the start, in the periods that matter."""
    hours, minutes, seconds = (sorted(set(part)) for part in (rule.hours, rule.minutes, rule.seconds))
    budget.spend(len(hours) * len(minutes) * len(seconds))
    times = [time(hour, minute, second) for hour, minute, second in product(hours, minutes, seconds)]
    for days in _periods(rule, start.date(), first=first.date()):
        if days[0] > last.date():
            return
        budget.spend(len(days))
        dates = [day for day in days if _fits(rule, day)]
        if not dates:
            continue
        budget.spend(len(dates) * (len(times) - 1))
        fitting = [datetime.combine(day, clock) for day in dates for clock in times]
        if rule.positions:
            fitting = _at_positions(fitting, rule.positions)
        for at in fitting:
            if at > start:
                yield at


def _at_positions(found: list[datetime], positions: tuple[int, ...]) -> list[datetime]:
    size = len(found)
    indexes = {position - 1 if position > 0 else size + position for position in positions}
    return [found[index] for index in sorted(indexes) if 0 <= index < size]


def _completed(rule: Rule, start: datetime) -> Rule:
    """Take from the start what the rule leaves open."""
    clock = attrs.evolve(
        rule,
        hours=rule.hours or (start.hour,),
        minutes=rule.minutes or (start.minute,),
        seconds=rule.seconds or (start.second,),
    )
    if rule.yeardays or rule.monthdays or rule.weekdays:
        return clock
    if rule.frequency == "WEEKLY" or rule.weeks:
        return attrs.evolve(clock, weekdays=((0, start.weekday()),))
    if rule.frequency == "DAILY":
        return clock
    if rule.frequency == "YEARLY" and not rule.months:
        clock = attrs.evolve(clock, months=(start.month,))
    return attrs.evolve(clock, monthdays=(start.day,))


# --- the days of each period


def _periods(rule: Rule, start: date, *, first: date) -> Iterator[list[date]]:
    """Yield the days of each period in turn, from the start's or, if nothing is counted, from `first` on."""
    since = start if rule.count is not None else max(start, first)
    try:
        match rule.frequency:
            case "DAILY":
                skipped = (since - start).days
            case "WEEKLY":
                start -= timedelta(days=(start.weekday() - rule.week_start) % _WEEK)
                skipped = (since - start).days // _WEEK
            case "MONTHLY":
                skipped = (since.year - start.year) * _MONTHS + since.month - start.month
            case _:
                skipped = since.year - start.year
        for number in count(skipped // rule.interval * rule.interval, rule.interval):
            yield _days(rule, start, number)
    except (OverflowError, ValueError):  # the end of the calendar
        return


def _days(rule: Rule, start: date, number: int) -> list[date]:
    """Return the days of the period that comes some periods after the start's; may be too late for a date."""
    match rule.frequency:
        case "DAILY":
            return [start + timedelta(days=number)]
        case "WEEKLY":
            week = start + timedelta(weeks=number)
            return [week + timedelta(days=day) for day in range(_WEEK)]
        case "MONTHLY":
            year, month = divmod(start.year * _MONTHS + start.month - 1 + number, _MONTHS)
            return _month(year, month + 1)
        case _:
            months = sorted(set(rule.months)) or range(1, _MONTHS + 1)
            return [day for month in months for day in _month(start.year + number, month)]


def _month(year: int, month: int) -> list[date]:
    first = date(year, month, 1)
    return [first + timedelta(days=day) for day in range(monthrange(year, month)[1])]


# --- which of them fit


def _fits(rule: Rule, day: date) -> bool:
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.monthdays or _is_numbered(day.day, _month_size(day), rule.monthdays))
        and (not rule.weekdays or _is_weekday(rule, day))
        and (not rule.yeardays or _is_numbered(_day_of_year(day), _year_size(day.year), rule.yeardays))
        and (not rule.weeks or _is_numbered(*_week(day, rule.week_start), rule.weeks))
    )


def _is_numbered(number: int, size: int, wanted: tuple[int, ...]) -> bool:
    """Return whether a number is wanted, counted from the beginning or from the end (-1 is the last)."""
    return number in wanted or number - size - 1 in wanted


def _month_size(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _day_of_year(day: date) -> int:
    return day.timetuple().tm_yday


def _year_size(year: int) -> int:
    return _day_of_year(date(year, 12, 31))


def _is_weekday(rule: Rule, day: date) -> bool:
    if (0, day.weekday()) in rule.weekdays:
        return True
    if rule.frequency == "YEARLY" and not rule.months:
        number, size = _day_of_year(day), _year_size(day.year)
    else:
        number, size = day.day, _month_size(day)
    nth, nth_last = (number - 1) // _WEEK + 1, -((size - number) // _WEEK + 1)
    return (nth, day.weekday()) in rule.weekdays or (nth_last, day.weekday()) in rule.weekdays


def _week(day: date, week_start: int) -> tuple[int, int]:
    """Return the number of a day's week, and how many weeks its year has.

    As in ISO 8601, but that a week may begin on another day: it belongs to the year of most of its days.
    """
    middle = day - timedelta(days=(day.weekday() - week_start) % _WEEK) + 3 * _DAY
    last = date(middle.year, 12, 28)  # always in the last week
    last_middle = last - timedelta(days=(last.weekday() - week_start) % _WEEK) + 3 * _DAY
    return (_day_of_year(middle) - 1) // _WEEK + 1, (_day_of_year(last_middle) - 1) // _WEEK + 1
