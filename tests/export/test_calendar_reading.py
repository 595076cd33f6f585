"""Busy times are read from calendars of every kind; what cannot be read is told, and soon."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidDocumentError, InvalidTypeError, InvalidValueError, MilaError
from mila_core.export import (
    MOST_CALENDAR_CHARACTERS,
    MOST_CALENDAR_EVENTS,
    bookings_to_ical,
    busy_from_ical,
)
from mila_core.periods import Period

pytest.importorskip("icalendar")

YEAR = Period(datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC))


def calendar(*lines: str, kind: str = "VEVENT") -> str:
    """Return a calendar of one component."""
    return "\r\n".join(["BEGIN:VCALENDAR", f"BEGIN:{kind}", *lines, f"END:{kind}", "END:VCALENDAR", ""])


def shown(text: str, *, within: Period = YEAR, zone: str = "Europe/Zurich") -> list[str]:
    """Return the busy times of a text as `start/end`, short."""
    found = busy_from_ical(text, within=within, zone=zone)
    return [f"{each.start:%m-%dT%H:%M}/{each.end:%m-%dT%H:%M}" for each in found]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # one event, by what its times are
        (["DTSTART:20260105T090000Z", "DTEND:20260105T100000Z"], ["01-05T09:00/01-05T10:00"]),
        (["DTSTART:20260105T090000", "DTEND:20260105T100000"], ["01-05T08:00/01-05T09:00"]),  # floating
        (
            ["DTSTART;TZID=America/New_York:20260105T090000", "DTEND:20260105T150000Z"],
            ["01-05T14:00/01-05T15:00"],
        ),
        (
            ["DTSTART;TZID=W. Europe Standard Time:20260705T090000", "DURATION:PT1H"],  # Outlook's name
            ["07-05T07:00/07-05T08:00"],
        ),
        (
            [
                'DTSTART;TZID="/freeassociation.sourceforge.net/Europe/Zurich":20260705T090000',
                "DURATION:PT1H",
            ],
            ["07-05T07:00/07-05T08:00"],
        ),
        (["DTSTART;VALUE=DATE:20260105"], ["01-04T23:00/01-05T23:00"]),  # a whole day in Switzerland
        (["DTSTART;VALUE=DATE:20260329"], ["03-28T23:00/03-29T22:00"]),  # of 23 hours
        (["DTSTART;VALUE=DATE:20261025"], ["10-24T22:00/10-25T23:00"]),  # of 25 hours
        (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260108"], ["01-04T23:00/01-07T23:00"]),
        (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260105"], ["01-04T23:00/01-05T23:00"]),
        (["DTSTART;VALUE=DATE:20260105", "DURATION:P2D"], ["01-04T23:00/01-06T23:00"]),
        (["DTSTART;VALUE=DATE:20260105", "DURATION:P1W"], ["01-04T23:00/01-11T23:00"]),
        (["DTSTART:20260328T120000", "DURATION:P1D"], ["03-28T11:00/03-29T10:00"]),  # a day on the clock
        (["DTSTART:20260328T120000", "DURATION:PT23H"], ["03-28T11:00/03-29T10:00"]),
        (["DTSTART:20260105T090000Z"], []),  # no length
        (["DTSTART:20260105T090000Z", "DTEND:20260105T090000Z"], []),
        (["DTSTART:20260329T023000", "DURATION:PT1H"], ["03-29T01:30/03-29T02:30"]),  # skipped: later
        (["DTSTART:20261025T023000", "DURATION:PT1H"], ["10-25T00:30/10-25T01:30"]),  # twice: the first
        # what takes no time
        (["DTSTART;VALUE=DATE:20260105", "STATUS:CANCELLED"], []),
        (["DTSTART;VALUE=DATE:20260105", "TRANSP:transparent"], []),
        (["DTSTART;VALUE=DATE:20260105", "STATUS:TENTATIVE", "TRANSP:OPAQUE"], ["01-04T23:00/01-05T23:00"]),
        # the borders of the period
        (["DTSTART:20251231T220000Z", "DTEND:20260101T000000Z"], ["12-31T23:00/01-01T00:00"]),
        (["DTSTART:20261231T220000Z", "DTEND:20270102T000000Z"], ["12-31T22:00/12-31T23:00"]),
        (["DTSTART:20270105T090000Z", "DTEND:20270105T100000Z"], []),
        # recurring
        (
            ["DTSTART:20260105T090000", "DTEND:20260105T100000", "RRULE:FREQ=MONTHLY;COUNT=4;INTERVAL=3"],
            [  # nine o'clock stays nine o'clock in summer
                *("01-05T08:00/01-05T09:00", "04-05T07:00/04-05T08:00"),
                *("07-05T07:00/07-05T08:00", "10-05T07:00/10-05T08:00"),
            ],
        ),
        (
            ["DTSTART;TZID=Europe/Zurich:20200101T080000", "DURATION:PT1H", "RRULE:FREQ=YEARLY"],
            ["01-01T07:00/01-01T08:00"],  # begun years ago
        ),
        (
            ["DTSTART;VALUE=DATE:20251230", "DURATION:P4D", "RRULE:FREQ=YEARLY"],
            ["12-31T23:00/01-02T23:00", "12-29T23:00/12-31T23:00"],  # begun before the period
        ),
        (
            ["DTSTART:20260105T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260106T090000Z"],
            ["01-05T09:00/01-05T10:00", "01-06T09:00/01-06T10:00"],
        ),
        (
            ["DTSTART:20260105T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260106"],
            ["01-05T08:00/01-05T09:00", "01-06T08:00/01-06T09:00"],
        ),
        (
            ["DTSTART:20260105T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260106T080000Z"],
            ["01-05T08:00/01-05T09:00", "01-06T08:00/01-06T09:00"],
        ),
        (
            [
                "DTSTART;VALUE=DATE:20260105",
                "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO",
                "EXDATE;VALUE=DATE:20260105",
            ],
            ["01-11T23:00/01-12T23:00"],
        ),
        (
            [
                *("DTSTART:20260105T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=5"),
                "EXDATE:20260106T090000,20260107T080000Z",  # the second in UTC
                "EXDATE;VALUE=DATE:20260108",
            ],
            ["01-05T08:00/01-05T09:00", "01-09T08:00/01-09T09:00"],
        ),
        (
            [
                *("DTSTART:20260105T090000Z", "DURATION:PT1H", "RDATE:20260107T090000Z"),
                "RDATE;VALUE=PERIOD:20260109T090000Z/PT30M,20260110T090000Z/20260110T120000Z",
            ],
            [
                *("01-05T09:00/01-05T10:00", "01-07T09:00/01-07T10:00"),
                *("01-09T09:00/01-09T09:30", "01-10T09:00/01-10T12:00"),
            ],
        ),
    ],
)
def test_an_event_takes_its_time(lines: list[str], expected: list[str]) -> None:
    """Each kind of event takes just the time that it says."""
    assert shown(calendar(*lines)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["FREEBUSY:20260105T090000Z/20260105T100000Z"], ["01-05T09:00/01-05T10:00"]),
        (
            ["FREEBUSY:20260105T090000Z/PT1H,20260106T090000Z/PT1H"],
            ["01-05T09:00/01-05T10:00", "01-06T09:00/01-06T10:00"],
        ),
        (["FREEBUSY;FBTYPE=FREE:20260105T090000Z/PT1H"], []),
        (["FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260105T090000Z/PT1H"], ["01-05T09:00/01-05T10:00"]),
        (["FREEBUSY;FBTYPE=X-AWAY:20260105T090000Z/PT1H"], ["01-05T09:00/01-05T10:00"]),
        (["DTSTART:20260105T090000Z", "DTEND:20260106T090000Z"], []),  # all of it is free
    ],
)
def test_free_busy_is_taken_but_what_is_free(lines: list[str], expected: list[str]) -> None:
    """Every type but `FREE` takes time."""
    assert shown(calendar(*lines, kind="VFREEBUSY")) == expected


def test_an_occurrence_is_replaced_moved_or_called_off() -> None:
    """An override stands for its occurrence, wherever it moves it, and in whatever order they come."""
    event = ["BEGIN:VEVENT", "UID:a"]
    week = "DTSTART;TZID=Europe/Zurich:20260105T090000"
    lines = [
        "BEGIN:VCALENDAR",
        *(
            *event,
            "RECURRENCE-ID:20260106T080000Z",
            "DTSTART:20260106T120000Z",
            "DURATION:PT1H",
            "END:VEVENT",
        ),
        *(*event, week, "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4", "END:VEVENT"),
        *(*event, "RECURRENCE-ID;TZID=Europe/Zurich:20260107T090000", "DTSTART:20260107T080000Z"),
        *("STATUS:CANCELLED", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:b", "DTSTART:20260107T150000Z", "DURATION:PT1H", "END:VEVENT"),
        "END:VCALENDAR",
    ]
    assert shown("\n".join(lines)) == [
        "01-05T08:00/01-05T09:00",
        "01-06T12:00/01-06T13:00",
        "01-07T15:00/01-07T16:00",
        "01-08T08:00/01-08T09:00",
    ]


def events(*each: list[str]) -> str:
    """Return a calendar of several events."""
    inside = [line for lines in each for line in ("BEGIN:VEVENT", *lines, "END:VEVENT")]
    return "\n".join(["BEGIN:VCALENDAR", *inside, "END:VCALENDAR"])


NINE = ["UID:a", "DTSTART:20260105T090000Z", "DURATION:PT1H"]
TEN = ["UID:a", "DTSTART:20260105T100000Z", "DURATION:PT1H"]
AT_NINE, AT_TEN = ["01-05T09:00/01-05T10:00"], ["01-05T10:00/01-05T11:00"]


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        # called off, and moved, in either order of the text
        ([[*NINE, "SEQUENCE:0"], [*NINE, "SEQUENCE:1", "STATUS:CANCELLED"]], []),
        ([[*NINE, "SEQUENCE:1", "STATUS:CANCELLED"], [*NINE, "SEQUENCE:0"]], []),
        ([[*NINE, "SEQUENCE:9"], [*TEN, "SEQUENCE:10"]], AT_TEN),  # by number, not by letter
        ([[*TEN, "SEQUENCE:10"], [*NINE, "SEQUENCE:9"]], AT_TEN),
        # no number is the first, and of equals the later counts
        ([[*TEN, "SEQUENCE:1"], NINE], AT_TEN),
        ([TEN, [*NINE, "SEQUENCE:0"]], AT_NINE),
        ([NINE, TEN], AT_TEN),
        # what is out of date need not be readable
        ([["UID:a", "DTSTART:x"], [*TEN, "SEQUENCE:1"]], AT_TEN),
        # without an id nothing is an update, nor is free time one of an event
        ([NINE[1:], TEN[1:]], ["01-05T09:00/01-05T11:00"]),
        ([NINE, ["UID:b", *TEN[1:]]], ["01-05T09:00/01-05T11:00"]),
    ],
)
def test_an_update_stands_for_what_it_updates(each: list[list[str]], expected: list[str]) -> None:
    """Of one id that with the highest SEQUENCE counts, then the later one."""
    assert shown(events(*each)) == expected


def test_an_occurrence_is_updated_by_itself() -> None:
    """An update of an occurrence leaves the others; its instant may be written in any zone."""
    moved = ["UID:a", "RECURRENCE-ID:20260106T090000Z", "DTSTART:20260106T120000Z", "DURATION:PT1H"]
    off = ["UID:a", "RECURRENCE-ID;TZID=Europe/Zurich:20260106T100000", *NINE[1:], "STATUS:CANCELLED"]
    daily = [*NINE, "RRULE:FREQ=DAILY;COUNT=2", "SEQUENCE:7"]
    assert shown(events(daily, moved)) == [*AT_NINE, "01-06T12:00/01-06T13:00"]
    assert shown(events([*off, "SEQUENCE:1"], daily, moved)) == AT_NINE


def test_a_zone_of_the_texts_own_is_known_by_its_location() -> None:
    """`X-LIC-LOCATION` names the zone; the definition itself is not used."""
    lines = [
        *("BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "TZID:Home", "X-LIC-LOCATION:Europe/Zurich"),
        *("BEGIN:STANDARD", "DTSTART:16010101T000000", "RRULE:FREQ=SECONDLY", "END:STANDARD"),
        *("END:VTIMEZONE", "BEGIN:VEVENT", "DTSTART;TZID=Home:20260705T090000", "DURATION:PT1H"),
        *("END:VEVENT", "END:VCALENDAR"),
    ]
    assert shown("\n".join(lines)) == ["07-05T07:00/07-05T08:00"]


def test_what_is_not_about_time_is_not_looked_at() -> None:
    """Alarms, tasks, titles and lines that are broken elsewhere change nothing."""
    lines = [
        *("DTSTART:20260105T090000Z", "DURATION:PT1H", "SUMMARY:Anna", "X-BROKEN", "ATTENDEE;=;:x"),
        *("BEGIN:VALARM", "DURATION:PT5M", "TRIGGER:-PT5M", "END:VALARM"),
        *("END:VEVENT", "BEGIN:VTODO", "DTSTART:broken", "END:VTODO", "BEGIN:VEVENT"),
        *("DTSTART:20260106T090000Z", "DURATION:PT1H"),
    ]
    assert shown("\ufeff" + calendar(*lines)) == ["01-05T09:00/01-05T10:00", "01-06T09:00/01-06T10:00"]


def test_several_calendars_of_folded_lines_in_small_letters_are_read() -> None:
    """Names may be in small letters, lines folded, calendars one behind the other."""
    folded = "dtstart:2026\n 0105T0900\n\t00Z\nduration:PT1H\n"
    text = f"begin:vcalendar\nbegin:vevent\n{folded}end:vevent\nend:vcalendar\n"
    assert shown(text + calendar("DTSTART:20260106T090000Z", "DURATION:PT1H")) == [
        "01-05T09:00/01-05T10:00",
        "01-06T09:00/01-06T10:00",
    ]


def test_days_are_those_of_the_owners_zone() -> None:
    """The same day begins elsewhere at another instant."""
    assert shown(calendar("DTSTART;VALUE=DATE:20260105"), zone="Asia/Tokyo") == ["01-04T15:00/01-05T15:00"]


DAY = "DTSTART;VALUE=DATE:20260105"
HOUR = ("DTSTART:20260105T090000Z", "DURATION:PT1H")


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([], "DTSTART"),  # no beginning
        (["DTSTART:"], "DTSTART"),
        (["DTSTART:yesterday"], "DTSTART"),
        (["DTSTART:20260230"], "DTSTART"),  # no such day
        (["DTSTART:20260105T250000Z"], "DTSTART"),
        (["DTSTART:PT1H"], "DTSTART"),  # a duration
        (["DTSTART:090000"], "DTSTART"),  # a time without a day
        (["DTSTART:00010101T000000Z"], "DTSTART"),  # before our calendar
        (["DTSTART:99991231"], "DTSTART"),
        ([DAY, DAY], "DTSTART"),  # twice
        (["DTSTART;TZID=Nowhere:20260105T090000"], "DTSTART"),
        (["DTSTART;TZID=../../etc/passwd:20260105T090000"], "DTSTART"),
        (["DTSTART;TZID=Europe/Zurich,UTC:20260105T090000"], "DTSTART"),
        ([DAY, "DTEND:20260105T090000Z"], "DTEND"),  # a day up to a time
        ([DAY, "DTEND;VALUE=DATE:20260104"], "DTEND"),  # before it begins
        (["DTSTART:20260105T090000Z", "DTEND:20260105T080000Z"], "DTEND"),
        (["DTSTART:20260105T090000Z", "DTEND:never"], "DTEND"),
        ([*HOUR, "DTEND:20260105T100000Z"], "DURATION"),  # besides an end
        ([DAY, "DURATION:soon"], "DURATION"),
        ([DAY, "DURATION:20260105"], "DURATION"),
        ([DAY, "DURATION:-P1D"], "DURATION"),
        ([DAY, "DURATION:PT1H"], "DURATION"),  # a part of a day
        ([DAY, "DURATION:P99999999999999999999D"], "DURATION"),
        ([DAY, "DURATION:P900000000D"], "DURATION"),
        ([*HOUR, "RRULE:"], "RRULE"),
        ([*HOUR, "RRULE:often"], "RRULE"),
        ([*HOUR, "RRULE:COUNT=3"], "RRULE"),  # no frequency
        ([*HOUR, "RRULE:FREQ=SECONDLY"], "RRULE"),  # too fine
        ([*HOUR, "RRULE:FREQ=HOURLY"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=DAILY;COUNT=0"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=DAILY;COUNT=-1"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=DAILY;INTERVAL=0"], "RRULE"),
        ([*HOUR, f"RRULE:FREQ=DAILY;INTERVAL={'9' * 5000}"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=DAILY;UNTIL=PT1H"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=DAILY;UNTIL=00010101T000000Z"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=MONTHLY;BYMONTHDAY=0"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=MONTHLY;BYMONTHDAY=32"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=YEARLY;BYMONTH=13"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=YEARLY;BYMONTH=5L"], "RRULE"),  # a leap month of another calendar
        ([*HOUR, "RRULE:FREQ=DAILY;BYHOUR=24"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=WEEKLY;BYDAY=XX"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=WEEKLY;BYDAY=1MO"], "RRULE"),  # no first Monday of a week
        ([*HOUR, "RRULE:FREQ=MONTHLY;BYDAY=6MO"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=MONTHLY;BYDAY=0MO"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=WEEKLY;WKST=1MO"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=YEARLY;RSCALE=CHINESE"], "RRULE"),  # RFC 7529
        ([*HOUR, "RRULE:FREQ=DAILY;X=1"], "RRULE"),
        ([*HOUR, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "RRULE"),
        ([*HOUR, f"RRULE:FREQ=DAILY;BYMONTHDAY=1{',1' * 3_000}"], "RRULE"),  # too long
        ([*HOUR, "EXRULE:FREQ=DAILY"], "EXRULE"),
        ([*HOUR, "EXDATE:never"], "EXDATE"),
        ([*HOUR, "RDATE:20260105,"], "RDATE"),
        ([*HOUR, "RDATE:20260105T090000Z/20260104T090000Z"], "RDATE"),
        ([*HOUR, "RDATE:20260105T090000Z/-PT1H"], "RDATE"),
        ([*HOUR, "RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000Z"], "RECURRENCE-ID"),
        ([*HOUR, "RECURRENCE-ID:x"], "RECURRENCE-ID"),
        ([*HOUR, "SEQUENCE:two"], "SEQUENCE"),
        ([*HOUR, "SEQUENCE:1.5"], "SEQUENCE"),
        ([*HOUR, f"SEQUENCE:{'9' * 5000}"], "SEQUENCE"),
        ([*HOUR, "SEQUENCE:1", "SEQUENCE:2"], "SEQUENCE"),
    ],
)
def test_an_event_that_cannot_be_read_is_told(lines: list[str], field: str) -> None:
    """The error names event and property and what was expected, and echoes nothing of the event."""
    with pytest.raises(InvalidDocumentError) as caught:
        busy_from_ical(calendar(*lines), within=YEAR)
    [problem] = caught.value.problems
    assert problem.field == f"VEVENT[0].{field}"
    assert problem.expected
    assert len(str(problem)) < 300


@pytest.mark.parametrize("value", ["", "x", "20260105T090000Z", "20260105T090000Z/", "20260105T090000Z/x"])
def test_free_busy_that_cannot_be_read_is_told(value: str) -> None:
    """A period has a beginning and an end or a length."""
    with pytest.raises(InvalidDocumentError) as caught:
        busy_from_ical(calendar(f"FREEBUSY:{value}", kind="VFREEBUSY"), within=YEAR)
    assert [each.field for each in caught.value.problems] == ["VFREEBUSY[0].FREEBUSY"]


def test_every_event_that_cannot_be_read_is_told_at_once() -> None:
    """All problems come together, an event each."""
    text = calendar("DTSTART:x", "END:VEVENT", "BEGIN:VEVENT", *HOUR, "END:VEVENT", "BEGIN:VEVENT")
    with pytest.raises(InvalidDocumentError) as caught:
        busy_from_ical(text, within=YEAR)
    assert [each.field for each in caught.value.problems] == ["VEVENT[0].DTSTART", "VEVENT[2].DTSTART"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dear Anna",
        '{"kind": "calendar"}',
        "BEGIN:VCALENDAR",  # not closed
        "END:VCALENDAR",
        "BEGIN:VEVENT\nDTSTART:20260105\nEND:VEVENT",  # not in a calendar
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT",
        "BEGIN:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART\nEND:VEVENT\nEND:VCALENDAR",  # a line that is none
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;=x:20260105\nEND:VEVENT\nEND:VCALENDAR",
    ],
)
def test_a_text_that_is_no_calendar_is_refused(text: str) -> None:
    """What is expected is told; nothing of the text is repeated."""
    with pytest.raises(InvalidValueError) as caught:
        busy_from_ical(text, within=YEAR)
    assert "Anna" not in str(caught.value)


def test_an_empty_calendar_takes_no_time() -> None:
    """Nothing is taken, and that is no error."""
    assert busy_from_ical(bookings_to_ical([], at=YEAR.start, locale="de"), within=YEAR) == ()


def test_a_text_of_another_type_is_refused() -> None:
    """Bytes have to be decoded first; a zone has a name."""
    with pytest.raises(InvalidTypeError, match="text"):
        busy_from_ical(b"BEGIN:VCALENDAR", within=YEAR)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="zone"):
        busy_from_ical("", within=YEAR, zone="Mars")
    with pytest.raises(InvalidTypeError, match="within: expected a period"):
        busy_from_ical("", within=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * (MOST_CALENDAR_CHARACTERS + 1), "2,000,000 characters"),
        (
            "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * (MOST_CALENDAR_EVENTS + 1) + "END:VCALENDAR",
            "10,000 events",
        ),
        # fits no day, for each of many events, over a long time
        (
            "BEGIN:VCALENDAR\n"
            + "BEGIN:VEVENT\nDTSTART:00020101\nRRULE:FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n"
            * 9
            + "END:VCALENDAR",
            "1,000,000 days and occurrences",
        ),
        (  # every second
            calendar(
                "DTSTART:20260101T000000Z",
                "DURATION:PT1S",
                f"RRULE:FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))}"
                f";BYMINUTE={','.join(map(str, range(60)))};BYSECOND={','.join(map(str, range(60)))}",
            ),
            "1,000,000 days and occurrences",
        ),
    ],
    ids=["long", "many", "fruitless", "dense"],
)
def test_a_calendar_that_would_take_long_is_refused(text: str, expected: str) -> None:
    """The limits are told; the work up to them is a matter of seconds."""
    with pytest.raises(InvalidValueError, match=expected):
        busy_from_ical(text, within=YEAR)


PIECES = st.sampled_from(
    [
        *("BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VFREEBUSY", DAY, *HOUR),
        *(
            "END:VFREEBUSY",
            "BEGIN:VTIMEZONE",
            "END:VTIMEZONE",
            "TZID:x",
            "X-LIC-LOCATION:y",
            "RRULE:FREQ=DAILY",
        ),
        *("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYSETPOS=", "EXDATE:", "RDATE:20260105/P1D", "UID:", "FREEBUSY:/"),
        *(
            "RECURRENCE-ID:20260105",
            "DTEND;TZID=UTC:20260105T090000",
            "STATUS:",
            " ",
            "\r",
            ":",
            ";",
            "\0",
            "=",
        ),
    ]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=30))
def test_any_text_is_read_or_refused(pieces: list[str]) -> None:
    """Whatever comes, it is periods in order or an error of ours."""
    try:
        found = busy_from_ical("\n".join(pieces), within=YEAR)
    except MilaError:
        return
    assert list(found) == sorted(found)


@given(st.lists(PIECES | st.text(max_size=8), max_size=12))
def test_any_event_is_read_or_refused(pieces: list[str]) -> None:
    """Within an event as well."""
    try:
        found = busy_from_ical(calendar(*pieces), within=YEAR)
    except MilaError:
        return
    assert all(YEAR.covers(each) for each in found)
