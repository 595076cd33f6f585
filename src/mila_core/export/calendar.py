"""Bookings and busy times as iCalendar (RFC 5545), and busy times read from any such calendar.

Needs the extra `calendar`. Instants are written in UTC, in whole seconds; what is written depends on the
arguments alone, to the byte. No person is named in it: an event has the service, the postcode and the times.

Read are the times of events (`VEVENT`) and of `VFREEBUSY`, and nothing else of a text: no title, no person.
Recurring events are expanded by an algorithm of our own in bounded time; rules by the hour, minute or second
are refused. Definitions of time zones in the text are not used: the zone's name has to be known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType

from mila_core.bookings import Booking, BookingState
from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.export import _icalendar
from mila_core.export._busy import NAMES, Component, Gone, Moment, Reader, known_zone
from mila_core.export._icalendar import Line
from mila_core.export._recurrence import Budget
from mila_core.i18n import language_of
from mila_core.periods import SWISS_ZONE, Period, instant_of, merge, zone_of

__all__ = [
    "MOST_CALENDAR_CHARACTERS",
    "MOST_CALENDAR_EVENTS",
    "MOST_CALENDAR_STEPS",
    "bookings_to_ical",
    "busy_from_ical",
    "free_busy_to_ical",
]

MOST_CALENDAR_CHARACTERS = 2_000_000
"""How long a calendar may be that is read: about 10,000 events, a second's work."""

MOST_CALENDAR_EVENTS = 10_000
"""How many events and `VFREEBUSY` a calendar may have that is read."""

MOST_CALENDAR_STEPS = 1_000_000
"""How much is looked at in one calendar, a few seconds' work: a day of a rule is 1, an occurrence 4."""

_S = BookingState
_STATUS = MappingProxyType(
    {
        _S.REQUESTED: "TENTATIVE",
        _S.ACCEPTED: "TENTATIVE",  # it still expires if nobody confirms
        _S.CONFIRMED: "CONFIRMED",
        _S.EN_ROUTE: "CONFIRMED",
        _S.IN_PROGRESS: "CONFIRMED",
        _S.COMPLETED: "CONFIRMED",
        _S.CLOSED: "CONFIRMED",
        _S.DECLINED: "CANCELLED",
        _S.EXPIRED: "CANCELLED",
        _S.CANCELLED: "CANCELLED",
        _S.NO_SHOW: "CANCELLED",
        _S.FAILED: "CANCELLED",
    }
)
_HEAD = (Line("BEGIN", {}, "VCALENDAR"), Line("VERSION", {}, "2.0"))
_PRODID = "-//mila-core//mila-core//EN"
_TAIL = Line("END", {}, "VCALENDAR")


# --- writing


def bookings_to_ical(
    bookings: Iterable[Booking], *, at: datetime, locale: str, names: Mapping[str, str] | None = None
) -> str:
    """Return bookings as a calendar, an event each, in the order of their slots.

    An event is tentative until the booking is confirmed; only that of an open booking takes time (`TRANSP`).
    Its `UID` is the booking's id and `@mila-core`, its `SEQUENCE` the version, so that a calendar that is
    read again changes its events instead of adding some.

    Args:
        bookings: the bookings, each once.
        at: when the calendar is made.
        locale: any locale, as for `i18n.negotiate`.
        names: names of services and fields, as `i18n.names_of` makes them; if not given, a service's own name
            and a field's code.

    Returns:
        The text of an `.ics` file; lines end with CR LF.

    Raises:
        MissingExtraError: `icalendar` is not installed.
        InvalidTypeError: what is no booking, or an instant or a locale of another type.
        InvalidValueError: an instant without offset, or two bookings of one id.

    Examples:
        >>> from mila_core import samples
        >>> text = bookings_to_ical([], at=samples.zurich_2013().opened_at, locale="de")
        >>> text.splitlines()
        ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//mila-core//mila-core//EN', 'END:VCALENDAR']
    """
    stamp, language = instant_of(at), language_of(locale)
    ordered = sorted(_checked(bookings), key=lambda booking: (booking.quote.visit.slot, booking.id))
    seen: set[str] = set()
    events: list[Line] = []
    for booking in ordered:
        if booking.id in seen:
            raise InvalidValueError("bookings", "bookings of different ids", f"{describe(booking.id)} twice")
        seen.add(booking.id)
        events.extend(_event(booking, stamp, language, names or {}))
    return _icalendar.join([*_head(), *events, _TAIL])


def _checked(bookings: Iterable[Booking]) -> Iterator[Booking]:
    for position, each in enumerate(bookings):
        if not isinstance(each, Booking):
            raise InvalidTypeError(f"bookings[{position}]", "a booking", describe(each, personal=True))
        yield each


def _head() -> tuple[Line, ...]:
    return (*_HEAD, Line("PRODID", {}, _icalendar.as_text(_PRODID)))


def _event(booking: Booking, at: datetime, language: str, names: Mapping[str, str]) -> Iterator[Line]:
    visit = booking.quote.visit
    service, slot = visit.service, _whole_seconds(visit.slot)
    texts = {
        "SUMMARY": names.get(f"service.{service.code}", service.names.in_language(language)),
        "LOCATION": str(visit.place),
        "CATEGORIES": names.get(f"field.{service.category}", service.category),
    }
    yield Line("BEGIN", {}, "VEVENT")
    yield Line("UID", {}, _icalendar.as_text(f"{booking.id}@mila-core"))
    yield Line("SEQUENCE", {}, str(booking.version))
    yield Line("DTSTAMP", {}, _icalendar.as_moment(at))
    yield Line("LAST-MODIFIED", {}, _icalendar.as_moment(booking.since))
    yield Line("DTSTART", {}, _icalendar.as_moment(slot.start))
    yield Line("DTEND", {}, _icalendar.as_moment(slot.end))
    for name, value in texts.items():
        yield Line(name, {}, _icalendar.as_text(value))
    yield Line("STATUS", {}, _STATUS[booking.state])
    yield Line("TRANSP", {}, "OPAQUE" if booking.is_open else "TRANSPARENT")
    yield Line("END", {}, "VEVENT")


def free_busy_to_ical(busy: Iterable[Period | Booking], within: Period, *, at: datetime) -> str:
    """Return which times of a period are taken, and nothing of what takes them, as a `VFREEBUSY`.

    Args:
        busy: periods, and bookings, of which the open ones take their slots.
        within: the period of which it tells.
        at: when it is made.

    Returns:
        The text of an `.ifb` file; lines end with CR LF. Parts of a second count as taken.

    Raises:
        MissingExtraError: `icalendar` is not installed.
        InvalidTypeError: something that is neither a period nor a booking, no period told of, or no instant.
        InvalidValueError: an instant without offset.

    Examples:
        >>> from datetime import UTC
        >>> hours = [datetime(2013, 11, 27, hour, tzinfo=UTC) for hour in range(24)]
        >>> text = free_busy_to_ical([Period(hours[8], hours[12])], Period(hours[0], hours[9]), at=hours[0])
        >>> [line for line in text.splitlines() if line.startswith("FREEBUSY")]
        ['FREEBUSY;FBTYPE=BUSY:20131127T080000Z/20131127T090000Z']
    """
    _check_within(within)
    told = _whole_seconds(within)
    lines = [
        Line("DTSTAMP", {}, _icalendar.as_moment(instant_of(at))),
        Line("DTSTART", {}, _icalendar.as_moment(told.start)),
        Line("DTEND", {}, _icalendar.as_moment(told.end)),
    ]
    taken = merge(map(_whole_seconds, _clipped(_taken(busy), within)))
    for each in taken:
        value = f"{_icalendar.as_moment(each.start)}/{_icalendar.as_moment(each.end)}"
        lines.append(Line("FREEBUSY", {"FBTYPE": "BUSY"}, value))
    content = "\n".join(line.value for line in lines)
    uid = _icalendar.as_text(f"{sha256(content.encode()).hexdigest()[:32]}@mila-core")
    inside = [Line("BEGIN", {}, "VFREEBUSY"), Line("UID", {}, uid), *lines, Line("END", {}, "VFREEBUSY")]
    return _icalendar.join([*_head(), *inside, _TAIL])


def _taken(busy: Iterable[Period | Booking]) -> Iterator[Period]:
    for position, each in enumerate(busy):
        if isinstance(each, Period):
            yield each
        elif isinstance(each, Booking):
            if each.is_open:
                yield each.quote.visit.slot
        else:
            raise InvalidTypeError(f"busy[{position}]", "a period or a booking", describe(each))


def _check_within(within: object) -> None:
    if not isinstance(within, Period):
        raise InvalidTypeError("within", "a period", describe(within))


def _whole_seconds(period: Period) -> Period:
    """Return the shortest period of whole seconds that covers a period."""
    second = timedelta(seconds=1)
    end = period.end.replace(microsecond=0)
    return Period(period.start.replace(microsecond=0), end if end == period.end else end + second)


def _clipped(periods: Iterable[Period], within: Period) -> Iterator[Period]:
    for period in periods:
        if period.overlaps(within):
            yield Period(max(period.start, within.start), min(period.end, within.end))


# --- reading


def busy_from_ical(text: str, *, within: Period, zone: str = SWISS_ZONE) -> tuple[Period, ...]:
    r"""Return the times of a period that a calendar says are taken.

    Taken are events, but cancelled and transparent ones, and all of `VFREEBUSY` but what is free. A day is a
    whole day in the zone, of 23 to 25 hours; a time without zone is the zone's; any other is by its own zone.
    Recurring events are expanded, with the dates added, left out and replaced. Of events with one `UID` and
    `RECURRENCE-ID` that with the highest `SEQUENCE` counts, of several the last in the text.

    Args:
        text: one calendar or several, as an `.ics` or `.ifb` file has them.
        within: the period that matters.
        zone: the IANA name of the zone in which the calendar's owner lives.

    Returns:
        Separate periods in order; touching ones become one.

    Raises:
        MissingExtraError: `icalendar` is not installed.
        InvalidTypeError: the text or the zone is not a string, or no period.
        InvalidValueError: an unknown zone; a text that is no calendar, or has more than
            `MOST_CALENDAR_CHARACTERS`, `MOST_CALENDAR_EVENTS` or, in its rules, `MOST_CALENDAR_STEPS`.
        InvalidDocumentError: events that cannot be read, each with what was expected; what such an event
            takes is not known, so nothing is returned.

    Examples:
        >>> from datetime import UTC
        >>> lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20140330", "END:VEVENT"]
        >>> spring = Period(datetime(2014, 3, 1, tzinfo=UTC), datetime(2014, 4, 1, tzinfo=UTC))
        >>> [day] = busy_from_ical("\n".join([*lines, "END:VCALENDAR"]), within=spring)
        >>> day.start.isoformat(), day.minutes  # the clocks change: a day of 23 hours
        ('2014-03-29T23:00:00+00:00', 1380)
    """
    zone_of(zone)
    _check_within(within)
    if not isinstance(text, str):
        raise InvalidTypeError("text", "a text", describe(text))
    if len(text) > MOST_CALENDAR_CHARACTERS:
        raise InvalidValueError("text", f"at most {MOST_CALENDAR_CHARACTERS:,} characters", f"{len(text):,}")
    components, zones = _components(text)
    reader = Reader(within=within, zone=zone, zones=zones, budget=Budget(MOST_CALENDAR_STEPS))
    return merge(_clipped(_read(components, reader), within))


def _components(text: str) -> tuple[list[Component], dict[str, str]]:
    """Return the events and `VFREEBUSY` of a text, and the names that it gives to its own zones."""
    stack: list[tuple[str, list[Line]]] = []
    found: list[Component] = []
    zones: dict[str, str] = {}
    calendars = 0
    for line in _icalendar.split(text.removeprefix("\ufeff"), names=NAMES):
        kind = line.value.strip().upper()
        if line.name == "BEGIN":
            if bool(stack) == (kind == "VCALENDAR"):
                raise InvalidValueError("text", "components inside of BEGIN:VCALENDAR", "another order")
            calendars += not stack
            stack.append((kind, []))
        elif line.name == "END":
            if not stack or stack[-1][0] != kind:
                raise InvalidValueError("text", "an END for each BEGIN, in order", "another one")
            _close(stack, found, zones)
        elif stack:
            stack[-1][1].append(line)
    if stack or not calendars:
        came = "one that is not closed" if stack else "none"
        raise InvalidValueError("text", "a calendar from BEGIN:VCALENDAR to END:VCALENDAR", came)
    return found, zones


def _close(stack: list[tuple[str, list[Line]]], found: list[Component], zones: dict[str, str]) -> None:
    kind, lines = stack.pop()
    path = [*(name for name, _ in stack), kind]
    if path in (["VCALENDAR", "VEVENT"], ["VCALENDAR", "VFREEBUSY"]):
        found.append(Component(path=f"{kind}[{len(found)}]", lines=tuple(lines)))
        if len(found) > MOST_CALENDAR_EVENTS:
            raise InvalidValueError("text", f"at most {MOST_CALENDAR_EVENTS:,} events", "more")
    elif path == ["VCALENDAR", "VTIMEZONE"]:
        values = {line.name: line.value for line in lines}
        known = known_zone(values.get("X-LIC-LOCATION", ""))
        if known is not None and "TZID" in values:
            zones[values["TZID"]] = known


def _read(components: list[Component], reader: Reader) -> list[Period]:
    """Return the times of all components, or tell each one that cannot be read."""
    problems: list[InvalidInputError] = []
    recurring: list[Component] = []
    replaced: defaultdict[str, Gone] = defaultdict(Gone)
    found: list[Period] = []
    for component, moment in _newest(components, reader, problems):
        with _told(problems):
            if component.path.startswith("VFREEBUSY"):
                found.extend(reader.free_busy(component))
            elif moment is None:
                recurring.append(component)
            else:
                replaced[component.uid].add(moment, f"{component.path}.RECURRENCE-ID")
                found.extend(reader.event(component, replaced=Gone()))
    for component in recurring:
        with _told(problems):
            found.extend(reader.event(component, replaced=replaced[component.uid]))
    if problems:
        raise InvalidDocumentError("calendar", problems)
    return found


def _newest(
    components: list[Component], reader: Reader, problems: list[InvalidInputError]
) -> list[tuple[Component, Moment | None]]:
    """Return the components that no other updates (RFC 5545, 3.8.7.4), each with what it replaces."""
    newest: dict[object, tuple[int, Component, Moment | None]] = {}
    for component in components:
        with _told(problems):
            moment, revision = reader.replaced(component), component.revision
            key: object = component.path
            if component.uid and component.path.startswith("VEVENT"):
                key = (component.uid, moment and moment.key(f"{component.path}.RECURRENCE-ID"))
            if key not in newest or newest[key][0] <= revision:
                newest[key] = (revision, component, moment)
    return [(component, moment) for _, component, moment in newest.values()]


@contextmanager
def _told(problems: list[InvalidInputError]) -> Iterator[None]:
    """Add a component's problem to the others; as many as nobody reads are an end."""
    try:
        yield
    except InvalidInputError as error:
        if error.field == "text":  # the budget is spent, and it is for all of them
            raise
        problems.append(error)
    if len(problems) == MOST_PROBLEMS:
        raise InvalidDocumentError("calendar", problems)
