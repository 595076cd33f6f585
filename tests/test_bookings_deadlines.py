"""Deadlines of bookings: what is possible a second before, at, and a second after, also when clocks change.

Instants are written as on the Swiss wall clock, with its offset: +01:00 in winter, +02:00 in summer. In 2026
summer time ends on Sunday 25 October at 03:00; in 2027 it begins on Sunday 28 March at 02:00.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import bookings, testing
from mila_core.audit import audit
from mila_core.bookings import Booking, BookingCommand, BookingState
from mila_core.lifecycle import Actor, Decision, Refusal, Role
from mila_core.policies import BookingPolicy
from mila_core.reasons import reason
from tests import booking_rules as rules
from tests import journey
from tests.journey import ALWAYS_CERTIFIED, CUSTOMER, FRIEND, OPERATOR, requested, utc

S = BookingState
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
AROUND = (-SECOND, timedelta(0), SECOND)


def accepted(start: str, *, at: str) -> Booking:
    """Return a booking accepted at an instant, requested a minute before."""
    booking = requested(utc(start), at=utc(at) - timedelta(minutes=1))
    return bookings.accept(booking, by=ALWAYS_CERTIFIED, at=utc(at), key="k2")


def confirmed(start: str) -> Booking:
    """Return a confirmed booking for a slot of an hour, requested some days before."""
    at = utc(start) - timedelta(days=3)
    booking = accepted(start, at=at.isoformat())
    return bookings.confirm(booking, by=FRIEND, at=at, key="k3")


def begun(start: str) -> Booking:
    """Return a booking at whose start the work began."""
    return bookings.start_work(confirmed(start), by=FRIEND, at=utc(start), key="k4")


def completed(start: str, *, at: str) -> Booking:
    """Return a booking whose work was done at an instant."""
    return bookings.complete(begun(start), by=FRIEND, at=utc(at), key="k5")


ACCEPT_BY = [
    # requested, the visit's start, accept_by
    # days ahead: 24 hours
    ("2026-06-01T10:00+02:00", "2026-06-04T14:00+02:00", "2026-06-02T10:00+02:00"),
    # the next afternoon: four hours before the start come first
    ("2026-06-01T20:00+02:00", "2026-06-02T14:00+02:00", "2026-06-02T10:00+02:00"),
    # both at once
    ("2026-06-01T10:00+02:00", "2026-06-02T14:00+02:00", "2026-06-02T10:00+02:00"),
    # the same day: an hour
    ("2026-06-02T08:00+02:00", "2026-06-02T18:00+02:00", "2026-06-02T09:00+02:00"),
    # the same day and late, four hours before the start are over: still an hour
    ("2026-06-02T10:00+02:00", "2026-06-02T12:30+02:00", "2026-06-02T11:00+02:00"),
    # the same day by the Swiss clock, the day before by UTC
    ("2026-06-02T00:30+02:00", "2026-06-02T18:00+02:00", "2026-06-02T01:30+02:00"),
    # the last second of the day before, and the first of the day
    ("2026-06-01T23:59:59+02:00", "2026-06-02T18:00+02:00", "2026-06-02T14:00+02:00"),
    ("2026-06-02T00:00+02:00", "2026-06-02T18:00+02:00", "2026-06-02T01:00+02:00"),
    # the same day by UTC, the day after by the Swiss clock
    ("2026-06-01T23:00+02:00", "2026-06-02T09:00+02:00", "2026-06-02T05:00+02:00"),
    # late over midnight: an hour, as four hours before the start are over
    ("2026-06-01T22:00+02:00", "2026-06-02T01:00+02:00", "2026-06-01T23:00+02:00"),
    # five hours ahead over midnight: both at once
    ("2026-06-01T21:00+02:00", "2026-06-02T02:00+02:00", "2026-06-01T22:00+02:00"),
    # four hours and a half ahead over midnight: an hour is more than what the notice leaves
    ("2026-06-01T21:30+02:00", "2026-06-02T02:00+02:00", "2026-06-01T22:30+02:00"),
    # 24 hours are 24 hours: over the end of summer time the clock shows an hour less
    ("2026-10-24T12:00+02:00", "2026-10-26T18:00+01:00", "2026-10-25T11:00+01:00"),
    # four hours before the start, over the hour that comes twice
    ("2026-10-24T08:00+02:00", "2026-10-25T05:00+01:00", "2026-10-25T02:00+02:00"),
    ("2026-10-24T12:00+02:00", "2026-10-25T06:00+01:00", "2026-10-25T02:00+01:00"),
    # the same day, in the first and in the second 02:30
    ("2026-10-25T02:30+02:00", "2026-10-25T18:00+01:00", "2026-10-25T02:30+01:00"),
    ("2026-10-25T02:30+01:00", "2026-10-25T18:00+01:00", "2026-10-25T03:30+01:00"),
    # that day has 25 hours: its first and its last are the same day
    ("2026-10-25T00:00+02:00", "2026-10-25T23:30+01:00", "2026-10-25T01:00+02:00"),
    # over the beginning of summer time the clock shows an hour more
    ("2027-03-27T12:00+01:00", "2027-03-29T18:00+02:00", "2027-03-28T13:00+02:00"),
    # four hours before the start, over the hour that is skipped
    ("2027-03-27T08:00+01:00", "2027-03-28T06:00+02:00", "2027-03-28T01:00+01:00"),
    # the same day: an hour, over the skipped one
    ("2027-03-28T01:30+01:00", "2027-03-28T18:00+02:00", "2027-03-28T03:30+02:00"),
]


@pytest.mark.parametrize(("at", "start", "accept_by"), ACCEPT_BY)
def test_a_friend_answers_in_time(at: str, start: str, accept_by: str) -> None:
    """A friend may accept until 24 hours after the request, or four before the start; the same day, one."""
    booking = requested(utc(start), at=utc(at))
    (timer,) = booking.due
    assert (timer.event, timer.at) == ("expire_request", utc(accept_by))


CONFIRM_BY = [
    # accepted, the visit's start, confirm_by
    # days ahead: 48 hours
    ("2026-06-01T10:00+02:00", "2026-06-08T14:00+02:00", "2026-06-03T10:00+02:00"),
    # soon: half an hour before the start
    ("2026-06-01T10:00+02:00", "2026-06-02T14:00+02:00", "2026-06-02T13:30+02:00"),
    # both at once
    ("2026-06-01T10:00+02:00", "2026-06-03T10:30+02:00", "2026-06-03T10:00+02:00"),
    # 48 hours over the end and the beginning of summer time
    ("2026-10-24T10:00+02:00", "2026-10-30T14:00+01:00", "2026-10-26T09:00+01:00"),
    ("2027-03-27T10:00+01:00", "2027-04-02T14:00+02:00", "2027-03-29T11:00+02:00"),
    # half an hour before a visit that begins when the clock has jumped, or shows 02:15 once more
    ("2027-03-27T10:00+01:00", "2027-03-28T03:00+02:00", "2027-03-28T01:30+01:00"),
    ("2026-10-24T10:00+02:00", "2026-10-25T02:15+01:00", "2026-10-25T02:45+02:00"),
]


@pytest.mark.parametrize(("at", "start", "confirm_by"), CONFIRM_BY)
def test_an_accepted_booking_is_confirmed_in_time(at: str, start: str, confirm_by: str) -> None:
    """A friend may confirm until 48 hours after accepting, or half an hour before the start."""
    (timer,) = accepted(start, at=at).due
    assert (timer.event, timer.at) == ("expire_unscheduled", utc(confirm_by))


LATER_TIMERS = [
    # the booking, its timer, when it falls due
    # a visit of an hour that nobody reports: 48 hours after its end
    (lambda: confirmed("2026-06-02T14:00+02:00"), "lapse", "2026-06-04T15:00+02:00"),
    (lambda: confirmed("2026-10-24T14:00+02:00"), "lapse", "2026-10-26T14:00+01:00"),
    (lambda: confirmed("2027-03-27T14:00+01:00"), "lapse", "2027-03-29T16:00+02:00"),
    # the hour that comes twice, and the one that is skipped, lie in the visit
    (lambda: confirmed("2026-10-25T02:00+02:00"), "lapse", "2026-10-27T02:00+01:00"),
    (lambda: confirmed("2027-03-28T01:30+01:00"), "lapse", "2027-03-30T03:30+02:00"),
    # work that nobody reports as done: 24 hours after the agreed end, however late it began
    (lambda: begun("2026-06-02T14:00+02:00"), "auto_complete", "2026-06-03T15:00+02:00"),
    (lambda: begun("2026-10-24T14:00+02:00"), "auto_complete", "2026-10-25T14:00+01:00"),
    (lambda: begun("2027-03-27T14:00+01:00"), "auto_complete", "2027-03-28T16:00+02:00"),
    # work that nobody approves: 48 hours after it was reported as done, whatever the agreed end was
    (
        lambda: completed("2026-06-02T14:00+02:00", at="2026-06-02T14:20+02:00"),
        "auto_approve",
        "2026-06-04T14:20+02:00",
    ),
    (
        lambda: completed("2026-10-24T14:00+02:00", at="2026-10-24T15:00+02:00"),
        "auto_approve",
        "2026-10-26T14:00+01:00",
    ),
    (
        lambda: completed("2027-03-27T14:00+01:00", at="2027-03-27T15:00+01:00"),
        "auto_approve",
        "2027-03-29T16:00+02:00",
    ),
]


@pytest.mark.parametrize(("booking", "event", "due_at"), LATER_TIMERS)
def test_what_nobody_reports_time_reports(booking: Callable[[], Booking], event: str, due_at: str) -> None:
    """The timers after confirmation count from the agreed end, that of the approval from the report."""
    (timer,) = booking().due
    assert (timer.event, timer.at) == (event, utc(due_at))


# Before, at, after -----------------------------------------------------------------------------------------

START = "2026-10-25T18:00+01:00"  # on the day on which summer time ends
DAY_BEFORE = utc("2026-10-24T12:00+02:00")


@cache
def open_booking(state: str) -> Booking:
    """Return a booking in an open state for the day on which summer time ends."""
    match state:
        case "requested":
            return requested(utc(START), at=DAY_BEFORE)
        case "accepted":
            return accepted(START, at=DAY_BEFORE.isoformat())
        case "confirmed":
            return confirmed(START)
        case "on_the_way":
            return bookings.depart(confirmed(START), by=FRIEND, at=utc(START) - 2 * HOUR, key="k4")
        case "en_route":
            return bookings.depart(confirmed(START), by=FRIEND, at=utc(START), key="k4")
        case "in_progress":
            return begun(START)
        case _:
            return completed(START, at="2026-10-25T19:00+01:00")


EDGES = [
    # state, event, the instant, what is answered a second before, at, and a second after
    ("requested", "accept", "2026-10-25T11:00+01:00", ("yes", "deadline_passed", "deadline_passed")),
    ("requested", "decline", "2026-10-25T11:00+01:00", ("yes", "deadline_passed", "deadline_passed")),
    (
        "requested",
        "cancel_by_customer",
        "2026-10-25T11:00+01:00",
        ("yes", "deadline_passed", "deadline_passed"),
    ),
    ("confirmed", "start_work", "2026-10-26T19:00+01:00", ("yes", "deadline_passed", "deadline_passed")),
    ("confirmed", "complete", "2026-10-27T19:00+01:00", ("yes", "deadline_passed", "deadline_passed")),
    ("in_progress", "complete", "2026-10-26T19:00+01:00", ("yes", "deadline_passed", "deadline_passed")),
    ("requested", "expire_request", "2026-10-25T11:00+01:00", ("too_early", "yes", "yes")),
    ("accepted", "confirm", "2026-10-25T17:30+01:00", ("yes", "deadline_passed", "deadline_passed")),
    ("accepted", "expire_unscheduled", "2026-10-25T17:30+01:00", ("too_early", "yes", "yes")),
    ("confirmed", "depart", "2026-10-25T16:00+01:00", ("too_early", "yes", "yes")),
    ("confirmed", "start_work", "2026-10-25T17:30+01:00", ("too_early", "yes", "yes")),
    ("confirmed", "report_customer_no_show", "2026-10-25T18:10+01:00", ("too_early", "yes", "yes")),
    ("confirmed", "report_customer_no_show", "2026-10-26T18:00+01:00", ("yes", "yes", "too_late")),
    ("en_route", "report_customer_no_show", "2026-10-26T18:00+01:00", ("yes", "yes", "too_late")),
    ("confirmed", "report_friend_no_show", "2026-10-25T18:30+01:00", ("too_early", "yes", "yes")),
    ("confirmed", "report_friend_no_show", "2026-10-26T19:00+01:00", ("yes", "yes", "too_late")),
    ("en_route", "report_friend_no_show", "2026-10-26T19:00+01:00", ("yes", "yes", "too_late")),
    ("on_the_way", "fail", "2026-10-25T17:30+01:00", ("too_early", "yes", "yes")),
    ("en_route", "fail", "2026-10-27T19:00+01:00", ("yes", "deadline_passed", "deadline_passed")),
    ("en_route", "lapse", "2026-10-27T19:00+01:00", ("too_early", "yes", "yes")),
    ("confirmed", "complete", "2026-10-25T18:00+01:00", ("too_early", "yes", "yes")),
    ("confirmed", "lapse", "2026-10-27T19:00+01:00", ("too_early", "yes", "yes")),
    ("in_progress", "complete", "2026-10-25T18:00+01:00", ("too_early", "yes", "yes")),
    ("in_progress", "auto_complete", "2026-10-26T19:00+01:00", ("too_early", "yes", "yes")),
    ("completed", "approve", "2026-10-27T19:00+01:00", ("yes", "deadline_passed", "deadline_passed")),
    ("completed", "auto_approve", "2026-10-27T19:00+01:00", ("too_early", "yes", "yes")),
]


def _wanted(event: str) -> BookingCommand:
    timed = event in rules.TIMERS.values()
    customers = {"approve", "cancel_by_customer", "report_friend_no_show"}
    by = journey.SCHEDULER if timed else CUSTOMER if event in customers else FRIEND
    return journey.command(event, by, key="edge")


def _said(decided: Decision[bookings.BookingEvent] | Refusal) -> str:
    return decided.code if isinstance(decided, Refusal) else "yes"


@pytest.mark.parametrize(("state", "event", "edge", "expected"), EDGES)
def test_a_deadline_cuts_at_its_instant(
    state: str, event: str, edge: str, expected: tuple[str, str, str]
) -> None:
    """What ends at an instant is over at the instant itself, what begins there begins there."""
    booking = open_booking(state)
    answers = [bookings.decide(booking, _wanted(event), at=utc(edge) + off) for off in AROUND]
    assert tuple(map(_said, answers)) == expected


@pytest.mark.parametrize("by", [FRIEND, OPERATOR], ids=lambda by: by.role)
def test_a_deadline_binds_the_operator_too(by: Actor) -> None:
    """Nobody accepts after the deadline: the customer has been told that it is one."""
    booking = open_booking("requested")
    wanted = BookingCommand(event="accept", by=by, key="late", friend=ALWAYS_CERTIFIED)
    refused = bookings.decide(booking, wanted, at=booking.due[0].at)
    assert _said(refused) == "deadline_passed"


def test_a_missed_deadline_says_which() -> None:
    """A refusal for lateness names the event that is due instead, and since when."""
    refused = bookings.decide(open_booking("requested"), _wanted("accept"), at=utc(START))
    assert isinstance(refused, Refusal)
    due_at = utc("2026-10-25T11:00+01:00")
    assert refused.reasons == (reason("deadline_passed", event="expire_request", due_at=due_at),)


def test_an_early_start_says_from_when_it_is_possible() -> None:
    """A refusal for earliness names the first instant at which it would be granted."""
    refused = bookings.decide(open_booking("confirmed"), _wanted("start_work"), at=DAY_BEFORE)
    assert isinstance(refused, Refusal)
    assert refused.reasons == (reason("too_early", possible_from=utc("2026-10-25T17:30+01:00")),)


@pytest.mark.parametrize("why", rules.FAILURES)
@pytest.mark.parametrize("by", [FRIEND, OPERATOR], ids=lambda by: by.role)
def test_a_visit_cannot_fail_when_the_friend_has_just_set_out(by: Actor, why: str) -> None:
    """Two hours before the start nobody has found a locked door: no fee, until work could begin."""
    at = utc(START) - 2 * HOUR
    wanted = attrs.evolve(journey.command("fail", by), why=reason(why))
    refused = bookings.decide(open_booking("on_the_way"), wanted, at=at)
    assert isinstance(refused, Refusal)
    assert refused.reasons == (reason("too_early", possible_from=utc("2026-10-25T17:30+01:00")),)


@pytest.mark.parametrize("minutes", [0, 5, 90])
def test_how_early_a_visit_can_fail_is_the_policys(minutes: int) -> None:
    """It can fail from when on its policy lets the work begin."""
    policy = attrs.evolve(journey.PILOT.policy, start_early_minutes=minutes)
    booking = attrs.evolve(open_booking("on_the_way"), policy=policy)
    first = utc(START) - timedelta(minutes=minutes)
    answers = [bookings.decide(booking, _wanted("fail"), at=first + off) for off in AROUND]
    assert tuple(map(_said, answers)) == ("too_early", "yes", "yes")


@pytest.mark.parametrize(("off", "codes"), [(-SECOND, ["out_of_window"]), (timedelta(0), []), (SECOND, [])])
def test_the_audit_names_a_visit_that_failed_too_early(off: timedelta, codes: list[str]) -> None:
    """A stored event from before work could begin is found, whoever let it pass."""
    start = journey.QUOTE.visit.slot.start
    life = [
        ("request", CUSTOMER, journey.NOW),
        ("accept", FRIEND, journey.NOW),
        ("confirm", FRIEND, journey.NOW),
        ("depart", FRIEND, start - 2 * HOUR),
        ("fail", FRIEND, start),
    ]
    history: list[bookings.BookingEvent] = []
    for event, by, at in life:
        booking = bookings.replay(history) if history else None
        decided = bookings.decide(booking, journey.command(event, by), at=at)
        assert isinstance(decided, Decision)
        history += decided.events
    history[-1] = attrs.evolve(history[-1], at=start - timedelta(minutes=30) + off)
    assert [each.why.code for each in audit(history)] == codes


@pytest.mark.parametrize("off", AROUND)
def test_a_quote_can_be_booked_until_it_expires(off: timedelta) -> None:
    """At the instant at which a quote expires it can no longer be booked."""
    wanted = journey.command("request", CUSTOMER)
    decided = bookings.decide(None, wanted, at=utc("2013-11-27T08:30") + off)
    assert _said(decided) == ("yes" if off < timedelta(0) else "quote_expired")


@pytest.mark.parametrize("off", AROUND)
@pytest.mark.parametrize("start", ["2026-10-25T03:30+01:00", "2027-03-28T03:30+02:00"])
def test_a_request_leaves_the_notice(start: str, off: timedelta) -> None:
    """A visit is requested no later than two hours before its start, over a change of the clock as well."""
    at = utc(start) - timedelta(hours=2) + off
    quote = journey.quote_for(utc(start), made_at=at - SECOND)
    decided = bookings.decide(None, BookingCommand(event="request", by=CUSTOMER, key="k", quote=quote), at=at)
    assert _said(decided) == ("too_late_to_book" if off > timedelta(0) else "yes")


# Timers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", rules.OPEN)
def test_due_lists_a_timer_from_its_instant_on(state: str) -> None:
    """What time owes is nothing before, and the one timer at its instant and ever after."""
    booking = open_booking(state)
    at = booking.due[0].at
    assert bookings.due(booking, at=at - SECOND) == ()
    assert bookings.due(booking, at=at) == bookings.due(booking, at=at + timedelta(days=900)) == booking.due


@pytest.mark.parametrize("state", rules.OPEN)
def test_timers_run_early_do_nothing(state: str) -> None:
    """A scheduler that wakes too early changes nothing, and nothing is lost by it."""
    booking = open_booking(state)
    early = bookings.run_timers(booking, at=booking.due[0].at - SECOND)
    assert early == booking
    assert bookings.run_timers(early, at=booking.due[0].at) != booking


@pytest.mark.parametrize("state", rules.OPEN)
def test_timers_run_twice_do_no_more_than_once(state: str) -> None:
    """A scheduler may wake twice at one instant."""
    booking = open_booking(state)
    at = booking.due[0].at
    once = bookings.run_timers(booking, at=at)
    assert bookings.run_timers(once, at=at) == once
    assert once.version == booking.version + 1


@pytest.mark.parametrize("disguised", ["expire_request:1", "expire_request:1+"])
def test_a_key_that_looks_like_the_schedulers_does_not_stop_it(disguised: str) -> None:
    """Callers make their keys as they like: none of them keeps a booking from expiring."""
    quote = journey.quote_for(utc(START), made_at=DAY_BEFORE)
    booking = bookings.request(quote, at=DAY_BEFORE, key=disguised)
    at = booking.due[0].at
    expired = bookings.run_timers(booking, at=at)
    assert expired.state is S.EXPIRED
    assert bookings.run_timers(expired, at=at) == expired


def test_a_disputed_result_is_not_approved_by_time() -> None:
    """While a dispute is open the approval waits, and a person may approve after the deadline."""
    booking = open_booking("completed")
    late = booking.due[0].at + timedelta(days=3)
    assert bookings.run_timers(booking, at=late, disputed=True) is booking
    refused = bookings.decide(booking, attrs.evolve(_wanted("auto_approve"), disputed=True), at=late)
    assert _said(refused) == "disputed"
    for by in (CUSTOMER, OPERATOR):
        assert bookings.approve(booking, by=by, at=late, key="k", disputed=True).state is S.CLOSED
    assert bookings.run_timers(booking, at=late).state is S.CLOSED


@pytest.mark.parametrize("state", [each for each in rules.OPEN if each != "completed"])
def test_a_dispute_stops_no_other_timer(state: str) -> None:
    """Only the approval waits for a dispute; every other deadline holds."""
    booking = open_booking(state)
    at = booking.due[0].at
    assert bookings.run_timers(booking, at=at, disputed=True) == bookings.run_timers(booking, at=at)
    wanted = attrs.evolve(journey.command("cancel_by_operator", OPERATOR), disputed=True)
    assert _said(bookings.decide(booking, wanted, at=at)) == "deadline_passed"


def test_a_scheduler_that_slept_through_everything_ends_the_booking() -> None:
    """A missed timer is caught by any later call: the customer then has the whole time to approve."""
    late = utc("2027-01-01T00:00")
    done = bookings.run_timers(open_booking("in_progress"), at=late)
    assert (done.state, done.due[0].at) == (S.COMPLETED, late + timedelta(hours=48))
    assert bookings.run_timers(done, at=done.due[0].at).state is S.CLOSED


def test_an_early_timer_is_refused_and_comes_again() -> None:
    """An expiry that arrives early is refused with the instant, not lost: the timer stays due."""
    booking = open_booking("requested")
    early = bookings.decide(booking, _wanted("expire_request"), at=booking.due[0].at - SECOND)
    assert isinstance(early, Refusal)
    assert early.reasons[0].get("possible_from") == booking.due[0].at


# Under any policy -------------------------------------------------------------------------------------------


@st.composite
def tight_policies(draw: st.DrawFn) -> BookingPolicy:
    """Return policies whose limits lie close together, in any order that is allowed."""
    hours = st.integers(0, 240)
    same_day, confirm_notice = 1 + draw(hours), draw(hours)
    return BookingPolicy(
        request_notice_minutes=same_day + confirm_notice + 1 + draw(hours),
        answer_minutes=same_day + draw(hours),
        answer_same_day_minutes=same_day,
        accept_notice_minutes=draw(hours),
        confirm_minutes=1 + draw(hours),
        confirm_notice_minutes=confirm_notice,
    )


@given(
    policy=st.just(BookingPolicy()) | testing.booking_policies() | tight_policies(),
    ahead=st.timedeltas(timedelta(microseconds=1), timedelta(days=5)),
    after=st.timedeltas(timedelta(0), timedelta(days=10)),
)
def test_there_is_always_time_to_answer_and_to_confirm(
    policy: BookingPolicy, ahead: timedelta, after: timedelta
) -> None:
    """Whenever a request is in time, the friend has time to accept, and then to confirm before the visit."""
    now = utc("2026-10-20T00:00") + after  # summer time ends amid these days
    start = now + timedelta(minutes=policy.request_notice_minutes) + ahead
    booking = requested(start, at=now, policy=policy)
    assert now < booking.due[0].at <= start
    last = booking.due[0].at - timedelta(microseconds=1)
    accepted_late = bookings.accept(booking, by=ALWAYS_CERTIFIED, at=last, key="k2")
    assert last < accepted_late.due[0].at <= start


def test_a_policy_moves_every_limit() -> None:
    """No limit is a number of the algorithm: each follows the booking's policy."""
    policy = BookingPolicy(
        request_notice_minutes=10,
        answer_minutes=9,
        answer_same_day_minutes=7,
        accept_notice_minutes=5,
        confirm_minutes=4,
        confirm_notice_minutes=2,
        start_early_minutes=1,
        depart_early_minutes=3,
        customer_no_show_minutes=14,
        customer_no_show_until_minutes=15,
        friend_no_show_minutes=16,
        friend_no_show_until_minutes=6,
        most_reschedules=0,
        auto_complete_minutes=11,
        lapse_minutes=12,
        approve_minutes=13,
    )
    start, at = utc("2026-06-02T00:05+02:00"), utc("2026-06-01T23:50+02:00")
    late = bookings.decide(
        None,
        BookingCommand(event="request", by=CUSTOMER, key="k", quote=journey.quote_for(start, made_at=at)),
        at=start - timedelta(minutes=9),
        policy=policy,
    )
    assert _said(late) == "too_late_to_book"
    booking = requested(start, at=at, policy=policy)
    assert booking.due[0].at == at + timedelta(minutes=9)
    same_day = requested(start, at=utc("2026-06-02T00:00+02:00") - timedelta(minutes=6), policy=policy)
    assert same_day.due[0].at == same_day.since + timedelta(minutes=7)
    booking = bookings.accept(booking, by=ALWAYS_CERTIFIED, at=at, key="2")
    assert booking.due[0].at == at + timedelta(minutes=4)
    booking = bookings.confirm(booking, by=FRIEND, at=at, key="3")
    assert booking.due[0].at == start + timedelta(minutes=60 + 12)
    for event, by, first, last in (
        ("depart", FRIEND, -3, 60 + 12),
        ("report_customer_no_show", FRIEND, 14, 15),
        ("report_friend_no_show", CUSTOMER, 16, 60 + 6),
    ):
        command = journey.command(event, by, quote=booking.quote)
        said = [
            _said(bookings.decide(booking, command, at=start + timedelta(minutes=each) + off))
            for each in (first, last)
            for off in AROUND
        ]
        ends = ["yes", *["deadline_passed"] * 2] if event == "depart" else ["yes", "yes", "too_late"]
        assert said[:2] == ["too_early", "yes"]
        assert said[3:] == ends
    moved = journey.command("reschedule", CUSTOMER, quote=booking.quote)
    assert _said(bookings.decide(booking, moved, at=at)) == "moved_too_often"
    booking = bookings.start_work(booking, by=FRIEND, at=start - timedelta(minutes=1), key="4")
    assert booking.due[0].at == start + timedelta(minutes=60 + 11)
    booking = bookings.complete(booking, by=FRIEND, at=start, key="5")
    assert booking.due[0].at == start + timedelta(minutes=13)


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.FRIEND])
def test_a_timer_event_is_the_schedulers_alone(role: Role) -> None:
    """Nobody expires a booking by hand, not even when it is due."""
    booking = open_booking("requested")
    wanted = attrs.evolve(_wanted("expire_request"), by=journey.ACTORS[role])
    assert _said(bookings.decide(booking, wanted, at=booking.due[0].at)) == "not_for_this_role"
