"""Histories of bookings: what is folded is what was decided, and only the next event is taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from mila_core import bookings, testing
from mila_core.bookings import TABLE, Booking, BookingCommand, BookingEvent, BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Actor, Decision, Refusal, Role
from mila_core.quotes import Quote
from mila_core.reasons import reason
from tests import booking_rules, journey
from tests.journey import ALWAYS_CERTIFIED, CUSTOMER, FRIEND, utc

Histories = Sequence[BookingEvent]


def folded(history: Histories) -> Booking:
    """Return the state after a history, folded by hand."""
    booking: Booking | None = None
    for event in history:
        booking = bookings.evolve(booking, event)
    assert booking is not None
    return booking


# Replay --------------------------------------------------------------------------------------------------


@given(testing.histories())
def test_replay_is_what_the_events_say(history: Histories) -> None:
    """A replayed booking has the last event's version and instant, and the state that the table leads to."""
    booking = bookings.replay(history)
    assert booking.version == len(history) == history[-1].version
    assert booking.since == history[-1].at
    assert booking.state == next(row.target for row in TABLE if row.event == history[-1].event)
    assert (booking.id, booking.quote, booking.policy) == (
        history[0].id,
        history[0].quote,
        history[0].policy,
    )
    assert [use.key for use in booking.keys] == [event.key for event in history]


@given(testing.histories())
def test_replay_is_the_fold_of_evolve(history: Histories) -> None:
    """Replaying a whole history is taking its events one by one."""
    assert bookings.replay(history) == bookings.replay(iter(history)) == folded(history)


@given(testing.histories(), st.data())
def test_replay_of_a_beginning_is_the_booking_at_that_time(history: Histories, data: st.DataObject) -> None:
    """Every beginning of a history is a history: that of the booking as it was."""
    cut = data.draw(st.integers(1, len(history)))
    booking = bookings.replay(history[:cut])
    for event in history[cut:]:
        booking = bookings.evolve(booking, event)
    assert booking == bookings.replay(history)


@given(testing.histories(), st.data())
def test_the_order_is_the_versions_never_the_time(history: Histories, data: st.DataObject) -> None:
    """Events whose instants run backwards, as from clocks that differ, make the same booking."""
    skewed = [attrs.evolve(event, at=data.draw(testing.instants())) for event in history]
    before, after = bookings.replay(history), bookings.replay(skewed)
    assert attrs.evolve(after, since=before.since) == before


def test_replay_needs_an_event() -> None:
    """There is no booking without a history."""
    with pytest.raises(InvalidValueError) as caught:
        bookings.replay([])
    assert caught.value.field == "history"


# Evolve takes the next event only ------------------------------------------------------------------------


@given(testing.histories(), st.data())
def test_an_event_twice_is_refused(history: Histories, data: st.DataObject) -> None:
    """A redelivered event is noticed by its version."""
    at = data.draw(st.integers(0, len(history) - 1))
    with pytest.raises(InvalidValueError) as caught:
        bookings.replay([*history[: at + 1], *history[at:]])
    assert caught.value.field == "version"


@given(testing.histories().filter(lambda history: len(history) > 1), st.data())
def test_a_gap_and_a_wrong_order_are_refused(history: Histories, data: st.DataObject) -> None:
    """Events are taken in the order of their versions, without a gap."""
    at = data.draw(st.integers(0, len(history) - 2))
    gap = [*history[:at], *history[at + 1 :]]
    mixed = data.draw(st.permutations(history).filter(lambda each: each != list(history)))
    for wrong in (gap, mixed):
        with pytest.raises(InvalidValueError) as caught:
            bookings.replay(wrong)
        assert caught.value.field == "version"


def test_an_event_of_another_booking_is_refused() -> None:
    """An event belongs to the booking whose id it has."""
    booking = journey.booking_in(BookingState.REQUESTED)
    foreign = _event(booking, "accept", booking_id="another")
    with pytest.raises(InvalidValueError) as caught:
        bookings.evolve(booking, foreign)
    assert caught.value.field == "id"


def _event(
    booking: Booking, event: str, *, by: Actor = FRIEND, booking_id: str | None = None
) -> BookingEvent:
    return BookingEvent(
        id=booking_id or booking.id,
        version=booking.version + 1,
        event=event,
        by=by,
        at=journey.NOW,
        key="k",
        fingerprint="f",
    )


@pytest.mark.parametrize("case", [case for case in booking_rules.CASES if case[0] != "none"], ids="-".join)
def test_evolve_allows_what_the_rules_allow_and_nothing_else(case: tuple[str, str, str]) -> None:
    """The table is looked at again when an event is folded: a history cannot do what a command cannot."""
    state, event, role = case
    booking = journey.booking_in(BookingState(state))
    next_one = _event(booking, event, by=journey.ACTORS[Role(role)])
    target = booking_rules.TARGETS.get((event, state, role))
    if target is not None:
        after = bookings.evolve(booking, next_one)
        assert (after.state, after.version, after.since) == (target, next_one.version, next_one.at)
        return
    with pytest.raises(InvalidValueError) as caught:
        bookings.evolve(booking, next_one)
    assert caught.value.field == "event"


@pytest.mark.parametrize("event", [each for each in booking_rules.EVENTS if each != "request"])
def test_a_history_begins_with_the_request(event: str) -> None:
    """No other event makes a booking."""
    first = attrs.evolve(_event(journey.booking_in(BookingState.REQUESTED), event), version=1)
    with pytest.raises(InvalidValueError) as caught:
        bookings.evolve(None, first)
    assert caught.value.field == "event"


@pytest.mark.parametrize("missing", [{"quote": None}, {"policy": None}])
def test_a_history_begins_with_quote_and_policy(missing: dict[str, Any]) -> None:
    """The first event has what was booked and under which policy: a booking cannot be without."""
    (first,) = _decided(None, journey.command("request", CUSTOMER), at=journey.NOW).events
    with pytest.raises(InvalidTypeError) as caught:
        bookings.evolve(None, attrs.evolve(first, **missing))
    assert caught.value.field == "quote"


def _decided(booking: Booking | None, wanted: BookingCommand, *, at: datetime) -> Decision[BookingEvent]:
    decided = bookings.decide(booking, wanted, at=at)
    assert isinstance(decided, Decision), decided
    return decided


@given(testing.histories(), st.data())
def test_a_final_booking_takes_no_event(history: Histories, data: st.DataObject) -> None:
    """Whatever comes after the end is refused."""
    booking = bookings.replay(history)
    row = data.draw(st.sampled_from(TABLE))
    by = data.draw(testing.actors(role=data.draw(st.sampled_from(sorted(row.roles)))))
    if booking.is_open:
        return
    with pytest.raises(InvalidValueError):
        bookings.evolve(booking, _event(booking, row.event, by=by))


# A machine against the rules -----------------------------------------------------------------------------

STARTS = [  # days without, and with, a change of the clock
    utc("2026-06-05T14:00+02:00"),
    utc("2026-10-25T10:00+01:00"),
    utc("2027-03-28T09:00+02:00"),
]
_PEOPLE = {"customer": "anna", "friend": "andreas"}
_AHEAD = st.timedeltas(timedelta(hours=3), timedelta(days=6))
_FORWARD = ("request", "accept", "confirm", "start_work", "complete", "approve")


def _answered(decided: Decision[BookingEvent] | Refusal) -> str:
    return decided.code if isinstance(decided, Refusal) else decided.outcome.value


class BookingMachine(RuleBasedStateMachine):
    """One booking after the other, driven by legal and illegal commands, against `booking_rules.Model`."""

    def __init__(self) -> None:
        """Begin without a booking."""
        super().__init__()
        self.number = 0
        self.sent: list[BookingCommand] = []
        self.history: list[BookingEvent] = []
        self.booking: Booking | None = None
        self.quote: Quote
        self.model: booking_rules.Model
        self.clock: datetime

    @initialize(start=st.sampled_from(STARTS), ahead=_AHEAD, steps=st.integers(0, len(_FORWARD) - 1))
    def a_quote_is_made(self, start: datetime, ahead: timedelta, steps: int) -> None:
        """Somebody has a quote, and has perhaps gone some steps towards the visit."""
        self.clock = start - ahead
        self.quote = journey.quote_for(start, made_at=self.clock)
        self.model = booking_rules.Model(
            start=start, end=start + timedelta(hours=1), expires_at=start, people=_PEOPLE
        )
        self.booking, self.history, self.sent = None, [], []
        for event in _FORWARD[:steps]:
            by = CUSTOMER if event in {"request", "approve"} else FRIEND
            self.clock, _ = self._possible(event, by.role.value)
            assert self._send(self._command(event, by), at=self.clock) == "applied"

    @precondition(lambda self: self.model.state in booking_rules.FINAL)
    @rule(start=st.sampled_from(STARTS), ahead=_AHEAD, steps=st.integers(0, len(_FORWARD) - 1))
    def another_quote_is_made(self, start: datetime, ahead: timedelta, steps: int) -> None:
        """After the end of one booking the next begins."""
        self.a_quote_is_made(start, ahead, steps)

    def _send(self, wanted: BookingCommand, *, at: datetime) -> str:
        """Send a command, and check the answer and what became of the booking against the model."""
        by = (wanted.by.role.value, wanted.by.id)
        content = (wanted.event, wanted.by, wanted.quote, wanted.booking_id, wanted.why)
        expected = self.model.answer(
            wanted.event, by, key=wanted.key, content=content, seen=wanted.expected_version, at=at
        )
        before = self.booking
        decided = bookings.decide(before, wanted, at=at)
        assert _answered(decided) == expected
        assert bookings.decide(before, wanted, at=at) == decided
        if isinstance(decided, Decision):
            assert [each.version for each in decided.expects] == [self.model.version]
            for event in decided.events:
                self.booking = bookings.evolve(self.booking, event)
                self.history.append(event)
        if expected == "applied":
            self.model.apply(wanted.event, by[0], key=wanted.key, content=content, at=at)
            self.sent.append(wanted)
        else:
            assert self.booking is before
        return expected

    def _command(
        self, event: str, by: Actor, *, key: str | None = None, seen: int | None = None
    ) -> BookingCommand:
        self.number += 1
        return BookingCommand(
            event=event,
            by=by,
            key=key or f"key-{self.number}",
            quote=self.quote if event == "request" or self.booking is None else None,
            friend=ALWAYS_CERTIFIED if event == "accept" else None,
            expected_version=seen,
        )

    def _people(self, role: str) -> Actor:
        return Actor(Role(role), _PEOPLE.get(role, "somebody"))

    @precondition(lambda self: self.model.state not in booking_rules.FINAL)
    @rule(data=st.data(), names_version=st.booleans())
    def somebody_goes_on(self, data: st.DataObject, names_version: bool) -> None:  # noqa: FBT001
        """Somebody takes the next step towards a visit that is done and approved."""
        self._do_what_is_possible(data, _FORWARD, seen=self.model.version if names_version else None)

    @precondition(lambda self: self.model.state not in booking_rules.FINAL)
    @rule(data=st.data())
    def somebody_does_what_is_possible(self, data: st.DataObject) -> None:
        """Somebody, or time, does anything that the table allows."""
        self._do_what_is_possible(data, booking_rules.EVENTS, seen=None)

    def _do_what_is_possible(self, data: st.DataObject, events: Sequence[str], *, seen: int | None) -> None:
        """Do one of some events at an instant at which table and deadlines allow it."""
        state = self.model.state
        steps = sorted((step[0], step[2]) for step in booking_rules.TARGETS if step[1] == state)
        event, role = data.draw(st.sampled_from([step for step in steps if step[0] in events]), label="step")
        first, last = self._possible(event, role)
        if last is not None and first >= last:
            return  # nothing to do in time any more
        longest = timedelta(days=3) if last is None else last - first - timedelta(microseconds=1)
        self.clock = first + data.draw(st.timedeltas(timedelta(0), longest), label="later")
        answered = self._send(self._command(event, self._people(role), seen=seen), at=self.clock)
        assert answered == "applied"

    def _possible(self, event: str, role: str) -> tuple[datetime, datetime | None]:
        """Return from when, and until before when, an event is possible."""
        if event == "request":
            return self.clock, self.model.start - timedelta(hours=2)
        assert self.model.due is not None
        due_at = self.model.due[1]
        if role == "timer":
            return max(self.clock, due_at), None
        begin = {"start_work": self.model.start - timedelta(minutes=30), "complete": self.model.start}
        in_time = min(self.clock, due_at - timedelta(seconds=1))  # clocks differ: it may go back a little
        return max(in_time, begin.get(event, in_time)), due_at

    @rule(
        event=st.sampled_from([*booking_rules.EVENTS, "depart"]),
        role=st.sampled_from(booking_rules.ROLES),
        stranger=st.booleans(),
    )
    def somebody_tries_anything(self, event: str, role: str, stranger: bool) -> None:  # noqa: FBT001
        """Anybody tries anything at the present instant: the rules say what becomes of it."""
        by = Actor(Role(role), "zoe") if stranger else self._people(role)
        self._send(self._command(event, by), at=self.clock)

    @precondition(lambda self: self.model.state not in booking_rules.FINAL)
    @rule(data=st.data(), off=st.sampled_from([-1, 0, 1]))
    def somebody_tries_at_the_edge(self, data: st.DataObject, off: int) -> None:
        """Somebody tries what the table allows a microsecond before, at, or after a limit of the moment."""
        steps = sorted(step for step in booking_rules.TARGETS if step[1] == self.model.state)
        event, _, role = data.draw(st.sampled_from(steps), label="step")
        start, due = self.model.start, self.model.due
        limits = [start - timedelta(hours=2), start - timedelta(minutes=30), start]
        limit = data.draw(st.sampled_from(limits if due is None else [due[1], *limits]), label="limit")
        self._send(self._command(event, self._people(role)), at=limit + timedelta(microseconds=off))

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), what=st.sampled_from(["repeated", "key used again", "stale", "by a stranger"]))
    def something_goes_wrong(self, data: st.DataObject, what: str) -> None:
        """An answer is lost and the command sent again; a key is used twice; a version is stale."""
        used = data.draw(st.sampled_from(self.sent), label="used")
        event = data.draw(st.sampled_from(booking_rules.EVENTS), label="event")
        if what == "repeated":
            assert self._send(used, at=self.clock) == "replayed"
        elif what == "key used again":
            other = attrs.evolve(self._command(event, used.by, key=used.key), why=reason("other"))
            assert self._send(other, at=self.clock) == "key_mismatch"
        elif what == "stale":
            versions = st.integers(0, 9).filter(lambda each: each != self.model.version)
            seen = data.draw(versions, label="seen")
            stale = self._command(event, self._people("operator"), seen=seen)
            assert self._send(stale, at=self.clock) == "stale_version"
        else:
            stranger = Actor(data.draw(st.sampled_from([Role.CUSTOMER, Role.FRIEND])), "zoe")
            assert self._send(self._command(event, stranger), at=self.clock) != "applied"

    @rule(moved=st.timedeltas(timedelta(days=-2), timedelta(days=2)))
    def the_clock_is_set(self, moved: timedelta) -> None:
        """Time goes on; or a server whose clock is behind takes over."""
        self.clock += moved

    @precondition(lambda self: self.booking is not None)
    @rule()
    def the_scheduler_wakes(self) -> None:
        """The scheduler does what is due by now, if anything."""
        assert self.booking is not None
        due = self.model.due
        owed = due is not None and due[1] <= self.clock
        after = bookings.run_timers(self.booking, at=self.clock)
        if due is None or not owed:
            assert after is self.booking
            return
        by = Actor(Role.TIMER, "scheduler")
        key = f"{due[0]}:{self.booking.version}"
        assert self._send(self._command(due[0], by, key=key), at=self.clock) == "applied"
        assert after == self.booking

    @invariant()
    def the_booking_is_what_the_rules_say(self) -> None:
        """State, version, instant and timer are the model's, and the history makes the same booking."""
        if self.booking is None:
            assert self.model.version == 0
            return
        assert (self.booking.state, self.booking.version) == (self.model.state, self.model.version)
        assert self.booking.since == self.model.since
        timers = [(timer.event, timer.at) for timer in self.booking.due]
        assert timers == ([] if self.model.due is None else [self.model.due])
        assert bookings.replay(self.history) == self.booking


TestBookingMachine = BookingMachine.TestCase
TestBookingMachine.settings = settings(stateful_step_count=30)
