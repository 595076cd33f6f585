"""Bookings and busy times become iCalendar texts that name no person and are read back as the same times."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.bookings import Booking, BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.export import bookings_to_ical, busy_from_ical, free_busy_to_ical
from mila_core.periods import Period, merge
from tests.journey import booking_in

icalendar = pytest.importorskip("icalendar")

AT = datetime(2013, 11, 27, 8, tzinfo=UTC)
EVER = Period(datetime(2, 1, 2, tzinfo=UTC), datetime(9998, 12, 30, tzinfo=UTC))

SLOTS = st.builds(
    lambda minutes, length: Period(
        AT + timedelta(minutes=minutes), AT + timedelta(minutes=minutes + 15 * length)
    ),
    st.integers(0, 60 * 24 * 20),
    st.integers(1, 20),
)
BOOKINGS = st.lists(testing.bookings(slots=SLOTS), max_size=4, unique_by=lambda each: each.id)


def clipped(periods: Any, within: Period) -> tuple[Period, ...]:
    """Return the parts of periods that lie in another one, merged."""
    return merge(
        Period(max(each.start, within.start), min(each.end, within.end))
        for each in periods
        if each.overlaps(within)
    )


def unfolded(text: str) -> list[str]:
    """Return the content lines of a text, put together again."""
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def plain_booking() -> Booking:
    """Return a booking of the pilot."""
    from mila_core import bookings, matching, pricing, samples  # noqa: PLC0415  # once

    pilot = samples.zurich_2013()
    request = pilot.request("game-console")
    match = matching.FriendIndex(pilot.market).rank(request, at=pilot.opened_at).match("andreas")
    quote = pricing.quote(request, match, book=pilot.book, at=pilot.opened_at)
    return bookings.request(quote, at=pilot.opened_at, key="a1", booking_id="b1")


PLAIN = plain_booking()


def test_an_event_has_the_service_the_place_and_the_times() -> None:
    """A calendar of one booking, to the letter."""
    assert unfolded(bookings_to_ical([PLAIN], at=AT, locale="de")) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//mila-core//mila-core//EN",
        "BEGIN:VEVENT",
        "UID:b1@mila-core",
        "SEQUENCE:1",
        "DTSTAMP:20131127T080000Z",
        "LAST-MODIFIED:20131127T080000Z",
        f"DTSTART:{PLAIN.quote.visit.slot.start:%Y%m%dT%H%M%SZ}",
        f"DTEND:{PLAIN.quote.visit.slot.end:%Y%m%dT%H%M%SZ}",
        "SUMMARY:Spielkonsole anschliessen",
        "LOCATION:8005 Zürich",
        "CATEGORIES:gaming",
        "STATUS:TENTATIVE",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize(
    ("state", "status", "transparency"),
    [
        ("requested", "TENTATIVE", "OPAQUE"),
        ("accepted", "TENTATIVE", "OPAQUE"),
        ("confirmed", "CONFIRMED", "OPAQUE"),
        ("en_route", "CONFIRMED", "OPAQUE"),
        ("in_progress", "CONFIRMED", "OPAQUE"),
        ("completed", "CONFIRMED", "OPAQUE"),
        ("closed", "CONFIRMED", "TRANSPARENT"),
        ("declined", "CANCELLED", "TRANSPARENT"),
        ("expired", "CANCELLED", "TRANSPARENT"),
        ("cancelled", "CANCELLED", "TRANSPARENT"),
        ("no_show", "CANCELLED", "TRANSPARENT"),
        ("failed", "CANCELLED", "TRANSPARENT"),
    ],
)
def test_an_event_says_how_its_booking_stands(state: str, status: str, transparency: str) -> None:
    """Each state has its status, and an open booking takes time."""
    lines = unfolded(bookings_to_ical([booking_in(BookingState(state))], at=AT, locale="de"))
    assert f"STATUS:{status}" in lines
    assert f"TRANSP:{transparency}" in lines


def test_the_words_are_those_of_the_locale_or_the_callers() -> None:
    """A service has a name in each language; the application may have others."""
    assert "SUMMARY:Collegare una console" in bookings_to_ical([PLAIN], at=AT, locale="it-CH")
    names = {"service.game-console": "A;b,\tc\nd", "field.gaming": "Games, etc"}
    lines = unfolded(bookings_to_ical([PLAIN], at=AT, locale="en", names=names))
    assert r"SUMMARY:A\;b\, c\nd" in lines
    assert r"CATEGORIES:Games\, etc" in lines


def test_a_name_cannot_add_lines() -> None:
    """Line breaks in a name are escaped, whatever their kind."""
    names = {"service.game-console": "x\r\nATTENDEE:mailto:a@b.ch\rDTSTART:1\n\u2028\x85END:VEVENT"}
    lines = unfolded(bookings_to_ical([PLAIN], at=AT, locale="en", names=names))
    assert not any(line.startswith("ATTENDEE") for line in lines)
    assert lines.count("END:VEVENT") == 1
    assert sum(line.startswith("DTSTART") for line in lines) == 1


@given(BOOKINGS, st.sampled_from(["de", "fr", "it", "en"]))
def test_a_calendar_names_no_person_and_is_well_formed(bookings: list[Booking], locale: str) -> None:
    """Lines end with CR LF, have 75 octets at most and none of the ids of the people."""
    text = bookings_to_ical(bookings, at=AT, locale=locale)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    names = {line.partition(":")[0] for line in unfolded(text)}
    assert names <= {
        *("BEGIN", "END", "VERSION", "PRODID", "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART"),
        *("DTEND", "SUMMARY", "LOCATION", "CATEGORIES", "STATUS", "TRANSP"),
    }
    assert len(icalendar.Calendar.from_ical(text).walk("VEVENT")) == len(bookings)


@given(BOOKINGS, st.randoms())
def test_a_calendar_depends_on_its_bookings_alone(bookings: list[Booking], random: Any) -> None:
    """The order in which the bookings come does not matter."""
    text = bookings_to_ical(bookings, at=AT, locale="de")
    shuffled = random.sample(bookings, len(bookings))
    assert bookings_to_ical(iter(shuffled), at=AT, locale="de") == text


@given(BOOKINGS)
def test_what_is_written_of_bookings_is_read_back(bookings: list[Booking]) -> None:
    """An open booking takes its slot, and no other does."""
    text = bookings_to_ical(bookings, at=AT, locale="de")
    assert busy_from_ical(text, within=EVER) == merge(
        each.quote.visit.slot for each in bookings if each.is_open
    )


@given(st.lists(SLOTS | testing.bookings(slots=SLOTS), max_size=6), SLOTS)
def test_what_is_written_of_busy_times_is_read_back(busy: list[Period | Booking], within: Period) -> None:
    """`VFREEBUSY` says of a period what is taken of it."""
    taken = [
        each if isinstance(each, Period) else each.quote.visit.slot
        for each in busy
        if isinstance(each, Period) or each.is_open
    ]
    text = free_busy_to_ical(busy, within, at=AT)
    assert busy_from_ical(text, within=EVER) == clipped(taken, within)
    assert text == free_busy_to_ical(reversed(busy), within, at=AT)


@given(testing.periods())
def test_parts_of_a_second_are_taken_whole(period: Period) -> None:
    """What is read covers what was written, with less than a second more at each end."""
    [read] = busy_from_ical(free_busy_to_ical([period], EVER, at=AT), within=EVER)
    assert read.covers(period)
    assert period.start - read.start < timedelta(seconds=1) > read.end - period.end


def test_free_busy_tells_nothing_but_times() -> None:
    """No service, no place, no id of a booking."""
    text = free_busy_to_ical([PLAIN], EVER, at=AT)
    assert re.search(r"\r\nUID:[0-9a-f]{32}@mila-core\r\n", text)
    assert not re.search("b1|8005|game|andreas|anna", text)
    assert len(icalendar.Calendar.from_ical(text).walk("VFREEBUSY")) == 1


def test_bad_arguments_are_refused() -> None:
    """What is no booking, no period, no instant or twice the same is named."""
    naive = AT.replace(tzinfo=None)
    with pytest.raises(InvalidValueError, match="different ids"):
        bookings_to_ical([PLAIN, PLAIN], at=AT, locale="de")
    with pytest.raises(InvalidValueError, match="UTC offset"):
        bookings_to_ical([], at=naive, locale="de")
    with pytest.raises(InvalidTypeError, match="locale"):
        bookings_to_ical([], at=AT, locale=None)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="UTC offset"):
        free_busy_to_ical([], EVER, at=naive)
    with pytest.raises(InvalidTypeError, match=r"busy\[1\]: expected a period or a booking"):
        free_busy_to_ical([PLAIN, AT], EVER, at=AT)  # type: ignore[list-item]
    with pytest.raises(InvalidTypeError, match=r"bookings\[1\]: expected a booking"):
        bookings_to_ical([PLAIN, "x"], at=AT, locale="de")  # type: ignore[list-item]
    with pytest.raises(InvalidTypeError, match="within: expected a period"):
        free_busy_to_ical([], None, at=AT)  # type: ignore[arg-type]
