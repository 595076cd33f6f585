"""Busy times of the components of a calendar: spans, recurrences, exceptions and overrides."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import attrs

from mila_core.errors import InvalidInputError, InvalidValueError, describe
from mila_core.export import _icalendar
from mila_core.export._icalendar import Line
from mila_core.export._recurrence import Budget, Rule, occurrences
from mila_core.export._rules import rule_of
from mila_core.periods import Period, at_wall_time, wall_time, zone_of

NAMES = frozenset(
    {
        *("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID"),
        *("UID", "SEQUENCE", "STATUS", "TRANSP", "FREEBUSY", "TZID", "X-LIC-LOCATION"),
    }
)
"""The properties that tell busy times; no other is looked at."""

_DAY = timedelta(days=1)
_LONGEST_RULE = 5_000  # with each day of a year, from its beginning and its end
_LONGEST = timedelta(days=1_000 * 366)


@attrs.frozen(kw_only=True)
class Component:
    """A component of a calendar, `path` naming it in errors, as `VEVENT[2]`."""

    path: str
    lines: tuple[Line, ...]

    def all(self, name: str) -> list[Line]:
        """Return the lines of a name."""
        return [line for line in self.lines if line.name == name]

    def one(self, name: str) -> Line | None:
        """Return the only line of a name, or None.

        Raises:
            InvalidValueError: there are several.
        """
        found = self.all(name)
        if len(found) > 1:
            raise InvalidValueError(f"{self.path}.{name}", "one at most", f"{len(found)}")
        return found[0] if found else None

    @property
    def uid(self) -> str:
        """The id that an event shares with those that replace its occurrences; empty if there is none."""
        line = self.one("UID")
        return "" if line is None else line.value.strip()

    @property
    def revision(self) -> int:
        """How many times the event has been changed; 0 if it does not tell (RFC 5545, 3.8.7.4).

        Raises:
            InvalidValueError: it is no integer of at most ten digits.
        """
        word = self.word("SEQUENCE") or "0"
        if not re.fullmatch(r"[+-]?[0-9]{1,10}", word):
            came = describe(word, personal=True)
            raise InvalidValueError(f"{self.path}.SEQUENCE", "an integer such as 2", came)
        return int(word)

    def word(self, name: str) -> str:
        """Return the value of a name in capitals; empty if there is none."""
        line = self.one(name)
        return "" if line is None else line.value.strip().upper()


@attrs.frozen(kw_only=True)
class Moment:
    """A wall-clock time in a zone, or the beginning of a whole day there."""

    wall: datetime
    zone: str
    is_day: bool = False

    def moved(self, wall: datetime) -> "Moment":
        """Return the same moment at another time on the wall clock."""
        return attrs.evolve(self, wall=wall)

    def key(self, field: str) -> date:
        """Return what tells it from other moments: the day, or the instant, in whichever zone it is written.

        Raises:
            InvalidValueError: it lies outside the years 2 to 9998.
        """
        return self.wall.date() if self.is_day else self.instant(field)

    def instant(self, field: str) -> datetime:
        """Return the instant.

        Raises:
            InvalidValueError: it lies outside the years 2 to 9998.
        """
        try:
            return at_wall_time(self.wall.date(), self.wall.time(), zone=self.zone)
        except InvalidInputError as error:
            raise error.at(field) from None


class Gone:
    """Occurrences that a recurring event does not have: whole days, and single instants."""

    __slots__ = ("days", "instants")

    def __init__(self) -> None:
        """Begin with none."""
        self.days: set[date] = set()
        self.instants: set[datetime] = set()

    def add(self, moment: Moment, field: str) -> None:
        """Add a day or an instant.

        Raises:
            InvalidValueError: it lies outside the years 2 to 9998.
        """
        if moment.is_day:
            self.days.add(moment.wall.date())
        else:
            self.instants.add(moment.instant(field))

    def has(self, start: Moment, period: Period) -> bool:
        """Return whether an occurrence is one of them, by its start on the wall clock and its period."""
        return start.wall.date() in self.days or period.start in self.instants


@attrs.frozen(kw_only=True)
class Reader:
    """What the reading of all components shares.

    `zones` has the zones that the text itself names (`X-LIC-LOCATION`), and grows by those looked up.
    """

    within: Period
    zone: str
    zones: dict[str, str]
    budget: Budget

    # --- values

    def zone_named(self, name: object, field: str) -> str:
        """Return the IANA name for what `TZID` says."""
        if not isinstance(name, str):
            raise InvalidValueError(field, "one TZID", describe(name))
        found = self.zones.get(name) or known_zone(name)
        if found is None:
            expected = "a TZID that is the name of a time zone, such as Europe/Zurich"
            raise InvalidValueError(field, expected, describe(name))
        self.zones[name] = found
        return found

    def moment(self, line: Line, field: str, *, value: str | None = None) -> Moment:
        """Return the moment that a line, or one value of it, tells."""
        told = line.value if value is None else value
        found = _icalendar.moment(told)
        if isinstance(found, datetime):
            if found.tzinfo is not None:
                return Moment(wall=found.replace(tzinfo=None), zone="UTC")
            named = line.params.get("TZID")
            return Moment(wall=found, zone=self.zone if named is None else self.zone_named(named, field))
        if isinstance(found, date):
            return Moment(wall=datetime.combine(found, time()), zone=self.zone, is_day=True)
        expected = "a date or a time such as 20131127 or 20131127T090000Z"
        raise InvalidValueError(field, expected, describe(told, personal=True))

    def period(self, line: Line, field: str, value: str) -> Period | None:
        """Return the period that a value tells, or None for one without length."""
        begin, _, rest = value.partition("/")
        start = self.moment(line, field, value=begin).instant(field)
        found = _icalendar.moment(rest)
        if isinstance(found, timedelta):
            end = _shifted(start, found, field)
        else:
            end = self.moment(line, field, value=rest).instant(field)
        return _period(start, end, field)

    # --- components

    def free_busy(self, component: Component) -> Iterator[Period]:
        """Yield the busy times of a `VFREEBUSY`; a type that is not known is busy too (RFC 5545, 3.2.9)."""
        field = f"{component.path}.FREEBUSY"
        for line in component.all("FREEBUSY"):
            if str(line.params.get("FBTYPE", "BUSY")).upper() != "FREE":
                for value in line.value.split(","):
                    self.budget.spend(1)
                    found = self.period(line, field, value)
                    if found is not None:
                        yield found

    def replaced(self, component: Component) -> Moment | None:
        """Return which occurrence of a recurring event a component replaces, or None."""
        line = component.one("RECURRENCE-ID")
        field = f"{component.path}.RECURRENCE-ID"
        if line is None:
            return None
        if "RANGE" in line.params:
            raise InvalidValueError(field, "no RANGE: one occurrence at a time", "one")
        return self.moment(line, field)

    def event(self, component: Component, *, replaced: "Gone") -> Iterator[Period]:
        """Yield the times that a `VEVENT` takes.

        Args:
            component: the event.
            replaced: the occurrences that other components tell.
        """
        if component.word("STATUS") == "CANCELLED" or component.word("TRANSP") == "TRANSPARENT":
            return
        span = _span(component, self)
        excepted = Gone()
        for moment in self._listed(component, "EXDATE"):
            excepted.add(moment, f"{component.path}.EXDATE")
        gone = (excepted, replaced)
        for start in self._starts(component, span):
            self.budget.spend(3)  # as long as three days of a rule
            found = span.at(start)
            if found is not None and not any(each.has(start, found) for each in gone):
                yield found
        for line in component.all("RDATE"):
            for value in line.value.split(",") if "/" in line.value else ():
                found = self.period(line, f"{component.path}.RDATE", value)
                if found is not None and not any(found.start in each.instants for each in gone):
                    yield found

    def _listed(self, component: Component, name: str) -> Iterator[Moment]:
        for line in component.all(name):
            for value in line.value.split(",") if line.value and "/" not in line.value else ():
                self.budget.spend(1)
                yield self.moment(line, f"{component.path}.{name}", value=value)

    def _starts(self, component: Component, span: "Span") -> Iterator[Moment]:
        line = component.one("RRULE")
        if component.one("EXRULE") is not None:
            raise InvalidValueError(f"{component.path}.EXRULE", "none (RFC 5545 has no EXRULE)", "one")
        begin = span.start
        if line is None:
            yield begin
        else:
            rule = self._rule(line, f"{component.path}.RRULE", begin)
            first = wall_time(self.within.start, zone=begin.zone).replace(tzinfo=None)
            last = wall_time(self.within.end, zone=begin.zone).replace(tzinfo=None)
            margin = timedelta(days=2)  # the clocks may change in between
            walls = occurrences(
                rule,
                begin.wall,
                first=_earlier(first, span.reach + margin),
                last=last + _DAY,
                budget=self.budget,
            )
            yield from map(begin.moved, walls)
        yield from self._listed(component, "RDATE")

    def _rule(self, line: Line, field: str, begin: Moment) -> Rule:
        parts = _icalendar.recurrence(line.value) if len(line.value) <= _LONGEST_RULE else None
        if not parts:
            expected = "a rule such as FREQ=WEEKLY;BYDAY=MO"
            raise InvalidValueError(field, expected, describe(line.value, personal=True))
        return rule_of(parts, field, until=self._until(parts.get("UNTIL"), line, field, begin))

    def _until(self, found: list[Any] | None, line: Line, field: str, begin: Moment) -> datetime | None:
        if found is None:
            return None
        end = found[0]
        if isinstance(end, datetime):
            if end.tzinfo is None:
                return end
            try:
                return wall_time(end.astimezone(UTC), zone=begin.zone).replace(tzinfo=None)
            except (InvalidInputError, OverflowError):
                pass
        elif isinstance(end, date):
            return datetime.combine(end, time.max)
        expected = "an UNTIL that is a date or a time of the years 2 to 9998"
        raise InvalidValueError(field, expected, describe(line.value, personal=True))


def known_zone(name: str) -> str | None:
    """Return the IANA name for another name of a zone: of Windows, or with a prefix, `/example.org/...`."""
    parts = name.split("/")
    ends = ("/".join(parts[-size:]) for size in (len(parts), 3, 2))
    for guess in (*ends, _icalendar.zone_of_windows(name)):
        try:
            return zone_of(guess or "").key
        except InvalidValueError:
            continue
    return None


# --- how long an event lasts


@attrs.frozen(kw_only=True)
class Span:
    """From when on an event lasts how long: exactly, or in whole days of the wall clock."""

    path: str
    start: Moment
    exact: timedelta = timedelta()
    days: int = 0

    @property
    def reach(self) -> timedelta:
        """About how long it lasts."""
        return self.exact + self.days * _DAY

    def at(self, start: Moment) -> Period | None:
        """Return the period from a start on, or None for an event without length."""
        begin = start.instant(self.path)
        if self.days and not self.exact:
            wall = _shifted(start.wall, self.days * _DAY, self.path)
            return _period(begin, start.moved(wall).instant(self.path), self.path)
        return _period(begin, _shifted(begin, self.exact, self.path), self.path)


def _span(component: Component, reader: Reader) -> Span:
    """Return how long an event lasts: to its end, for its duration, else a whole day or no time at all."""
    begun, ended = component.one("DTSTART"), component.one("DTEND")
    lasting = component.one("DURATION")
    field = f"{component.path}.DTSTART"
    if begun is None:
        raise InvalidValueError(field, "a date or a time", "nothing")
    if ended is not None and lasting is not None:
        raise InvalidValueError(f"{component.path}.DURATION", "no DURATION besides DTEND", "both")
    start = reader.moment(begun, field)
    start.instant(field)
    span = Span(path=component.path, start=start)
    if ended is not None:
        return _to_end(span, reader.moment(ended, f"{component.path}.DTEND"))
    if lasting is not None:
        return _for_duration(span, lasting.value)
    return attrs.evolve(span, days=1) if start.is_day else span


def _to_end(span: Span, end: Moment) -> Span:
    """Days end on the day after; one that "ends" as it begins is a day too, as some calendars write it."""
    field = f"{span.path}.DTEND"
    if end.is_day != span.start.is_day:
        raise InvalidValueError(field, "a date or a time, as DTSTART has", "the other")
    if end.is_day:
        days = (end.wall.date() - span.start.wall.date()).days
        _check_forward(days >= 0, field)
        return attrs.evolve(span, days=days or 1)
    exact = end.instant(field) - span.start.instant(field)
    _check_forward(exact >= timedelta(), field)
    return attrs.evolve(span, exact=exact)


def _for_duration(span: Span, value: str) -> Span:
    """Whole days are days of the wall clock, of 23 to 25 hours; all else is exact (RFC 5545, 3.3.6)."""
    field = f"{span.path}.DURATION"
    found = _icalendar.moment(value)
    if not isinstance(found, timedelta) or found > _LONGEST:
        raise InvalidValueError(field, "a duration such as PT1H30M", describe(value, personal=True))
    _check_forward(found >= timedelta(), field)
    days, rest = divmod(found, _DAY)
    if not rest:
        return attrs.evolve(span, days=days)
    if span.start.is_day:
        raise InvalidValueError(field, "whole days, as DTSTART is a date", "a part of a day")
    return attrs.evolve(span, exact=found)


def _check_forward(is_forward: bool, field: str) -> None:  # noqa: FBT001  # private, of one line
    if not is_forward:
        raise InvalidValueError(field, "an end that is not before the start", "an earlier one")


def _shifted(at: datetime, by: timedelta, field: str) -> datetime:
    try:
        return at + by
    except OverflowError:
        raise InvalidValueError(field, "an end on the calendar", "a later one") from None


def _earlier(at: datetime, by: timedelta) -> datetime:
    try:
        return at - by
    except OverflowError:
        return at.replace(year=1, month=1, day=1)


def _period(start: datetime, end: datetime, field: str) -> Period | None:
    _check_forward(end >= start, field)
    try:
        return Period(start, end) if end > start else None
    except InvalidInputError as error:
        raise error.at(field) from None
