"""Reminders: what is worth telling whom while a state lasts; never after its deadline."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import bookings
from mila_core.bookings import Booking, BookingState
from mila_core.lifecycle import Role
from mila_core.policies import BookingPolicy
from tests import booking_rules as rules
from tests import journey
from tests.journey import ALWAYS_CERTIFIED, FRIEND, booking_in, requested, utc

S = BookingState
MINUTE = timedelta(minutes=1)


def told(booking: Booking) -> list[tuple[str, str, datetime]]:
    """Return what is to be told, to whom, when."""
    return [(each.code, each.to.value, each.at) for each in booking.reminders]


def test_a_friend_is_reminded_of_a_request_at_half_time_and_near_its_end() -> None:
    """Of the 24 hours to answer, after 12 hours and after 21.6."""
    at = utc("2014-03-29T10:00+01:00")  # summer time begins that night: hours are hours
    booking = requested(utc("2014-04-05T14:00+02:00"), at=at)
    assert told(booking) == [
        ("answer_request", "friend", utc("2014-03-29T22:00+01:00")),
        ("answer_request", "friend", utc("2014-03-30T08:36+02:00")),
    ]


def test_a_request_for_the_same_day_has_its_reminders_within_the_hour() -> None:
    """The shares are of the time that there is."""
    at = utc("2014-03-29T10:00+01:00")
    booking = requested(utc("2014-03-29T14:00+01:00"), at=at)
    assert [when - at for _, _, when in told(booking)] == [30 * MINUTE, 54 * MINUTE]


def test_a_friend_is_reminded_to_call() -> None:
    """Twelve hours after accepting the customer has been called; not where it has to be confirmed before."""
    at = utc("2014-03-24T10:00+01:00")
    far = bookings.accept(
        requested(utc("2014-04-05T14:00+02:00"), at=at), by=ALWAYS_CERTIFIED, at=at, key="a"
    )
    near = bookings.accept(requested(at + 12 * 60 * MINUTE, at=at), by=ALWAYS_CERTIFIED, at=at, key="a")
    assert told(far) == [("call_customer", "friend", at + 12 * 60 * MINUTE)]
    assert told(near) == []


def test_both_are_reminded_of_the_visit_the_day_before() -> None:
    """Twenty-four hours before the start; over a change of the clock that is another time of day."""
    booking = bookings.book_instantly(
        journey.quote_for(utc("2014-10-26T14:00+01:00"), made_at=utc("2014-10-20T10:00+02:00")),
        friend=journey.ALWAYS_THERE,
        offer=journey.ALWAYS_INSTANT,
        at=utc("2014-10-20T10:00+02:00"),
        key="k",
    )
    at = utc("2014-10-25T15:00+02:00")
    assert told(booking) == [("visit_soon", "customer", at), ("visit_soon", "friend", at)]


@pytest.mark.parametrize(("before", "count"), [(24 * 60, 2), (24 * 60 - 1, 0)])
def test_what_is_confirmed_too_late_to_be_reminded_of_is_not(before: int, count: int) -> None:
    """Whoever confirms less than a day before the visit knows of it."""
    start = journey.QUOTE.visit.slot.start
    accepted = booking_in(S.ACCEPTED)
    booking = bookings.confirm(accepted, by=FRIEND, at=start - before * MINUTE, key="c")
    assert len(booking.reminders) == count


def test_a_moved_visit_has_the_reminders_of_its_new_slot() -> None:
    """What is told follows the slot."""
    booking = journey.taken(
        booking_in(S.CONFIRMED), journey.command("reschedule", FRIEND), at=utc("2013-11-27T12:30")
    )
    soon = booking.quote.visit.slot.start - 24 * 60 * MINUTE
    assert [each.at for each in booking.reminders] == [soon, soon]
    assert soon == journey.QUOTE.visit.slot.start


@pytest.mark.parametrize("state", [S.EN_ROUTE, S.IN_PROGRESS, S.COMPLETED, *map(S, rules.FINAL)])
def test_there_is_nothing_to_tell_from_the_visit_on(state: BookingState) -> None:
    """Whoever is on the way needs no reminder."""
    assert booking_in(state).reminders == ()


def test_no_share_no_reminder() -> None:
    """A network may leave them out."""
    policy = BookingPolicy(answer_reminder_percents=[])
    assert requested(utc("2014-04-05T14:00Z"), at=utc("2014-04-01T14:00Z"), policy=policy).reminders == ()


policies = st.builds(
    BookingPolicy,
    answer_minutes=st.integers(60, 5000),
    accept_notice_minutes=st.integers(0, 1000),
    confirm_minutes=st.integers(1, 5000),
    first_call_minutes=st.integers(1, 5000),
    reconfirm_minutes=st.integers(0, 9000),
    lapse_minutes=st.integers(1, 100),
    answer_reminder_percents=st.lists(st.integers(1, 99), max_size=4),
)


@given(policies, st.integers(121, 9000))
def test_no_reminder_comes_before_its_state_or_after_its_deadline(policy: BookingPolicy, ahead: int) -> None:
    """Under any policy what is told is told while it is true, in the order of time."""
    at = utc("2014-10-24T10:00+02:00")
    booking = requested(at + ahead * MINUTE, at=at, policy=policy)
    for step in (bookings.accept, bookings.confirm, bookings.start_work):
        (timer,) = booking.due
        assert all(booking.since <= each.at < timer.at for each in booking.reminders)
        assert list(booking.reminders) == sorted(booking.reminders, key=lambda each: (each.at, each.to))
        assert {each.to for each in booking.reminders} <= {Role.CUSTOMER, Role.FRIEND}
        begins = booking.quote.visit.slot.start if step is bookings.start_work else at
        booking = step(booking, by=ALWAYS_CERTIFIED, at=begins, key=step.__name__)


def test_a_reminder_is_for_the_side_it_concerns() -> None:
    """The customer is told of the visit only, the friend of all."""
    states = [S.REQUESTED, S.ACCEPTED, S.CONFIRMED]
    found = {(each.code, each.to) for state in states for each in booking_in(state).reminders}
    assert found == {
        ("answer_request", Role.FRIEND),
        ("call_customer", Role.FRIEND),
        ("visit_soon", Role.FRIEND),
        ("visit_soon", Role.CUSTOMER),
    }
