"""Histories of bookings: what is folded is what was decided, and only the next event is taken."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
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
from mila_core.bookings import MACHINE, TABLE, Booking, BookingCommand, BookingEvent, BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import MOST_KEYS, Actor, Decision, Refusal, Role
from mila_core.money import Money, chf
from mila_core.periods import Period
from mila_core.quotes import Quote
from mila_core.reasons import reason
from tests import booking_rules, journey
from tests import machine_laws as laws
from tests.booking_rules import Ask, Model, Plan
from tests.journey import CUSTOMER, FRIEND, utc

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
    """A replayed booking is the fold of its events; with a gap, a duplicate, another order it is none."""
    booking = laws.check_history(MACHINE, history)
    assert booking == bookings.replay(iter(history)) == folded(history)
    targets = [next(row.target for row in TABLE if row.event == event.event) for event in history]
    assert booking.state == targets[-1]
    first = len(list(takewhile(lambda target: target == targets[-1], reversed(targets))))
    assert booking.since == history[-first].at
    agreed = [event.quote for event in history if event.quote is not None]
    before = [event.quote for event in history if event.quote is not None and event.event != "amend"]
    assert (booking.quote, booking.agreed_gross) == (agreed[-1], before[-1].gross)
    assert (booking.id, booking.policy) == (history[0].id, history[0].policy)
    assert [use.key for use in booking.keys] == [event.key for event in history][-MOST_KEYS:]
    assert booking.reschedules == sum(event.event == "reschedule" for event in history)


@given(testing.histories(), st.data())
def test_the_order_is_the_versions_never_the_time(history: Histories, data: st.DataObject) -> None:
    """Events whose instants run backwards, as from clocks that differ, make the same booking."""
    skewed = [attrs.evolve(event, at=data.draw(testing.instants())) for event in history]
    before, after = bookings.replay(history), bookings.replay(skewed)
    told = {name: getattr(before, name) for name in ("since", "bound_at", "notice_start")}
    assert attrs.evolve(after, **told) == before


def test_replay_needs_an_event() -> None:
    """There is no booking without a history."""
    with pytest.raises(InvalidValueError) as caught:
        bookings.replay([])
    assert caught.value.field == "history"


# Evolve takes the next event only ------------------------------------------------------------------------


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


BEGINNINGS = {
    "request": CUSTOMER,
    "assign": journey.SYSTEM,
    "book_instantly": CUSTOMER,
}


@pytest.mark.parametrize("event", [each for each in booking_rules.EVENTS if each not in BEGINNINGS])
def test_a_history_begins_with_a_beginning(event: str) -> None:
    """No other event makes a booking."""
    first = attrs.evolve(_event(journey.booking_in(BookingState.REQUESTED), event), version=1)
    with pytest.raises(InvalidValueError) as caught:
        bookings.evolve(None, first)
    assert caught.value.field == "event"


@pytest.mark.parametrize("missing", ["quote", "policy"])
@pytest.mark.parametrize("event", BEGINNINGS)
def test_a_history_begins_with_quote_and_policy(event: str, missing: str) -> None:
    """The first event has what was booked and under which policy: a booking cannot be without."""
    (first,) = _decided(None, journey.command(event, BEGINNINGS[event]), at=journey.NOW).events
    changes: dict[str, Any] = {missing: None}
    with pytest.raises(InvalidTypeError) as caught:
        bookings.evolve(None, attrs.evolve(first, **changes))
    assert caught.value.field == missing


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
    utc("2014-06-06T14:00+02:00"),
    utc("2014-10-26T10:00+01:00"),
    utc("2014-03-30T09:00+02:00"),
]
TICK = timedelta(microseconds=1)
HAPPENED: Counter[str] = Counter()
_PEOPLE = {"customer": "anna", "friend": "andreas"}
_AHEAD = st.timedeltas(timedelta(hours=3), timedelta(days=6))
_START, _GOAL = st.sampled_from(STARTS), st.sampled_from(sorted(booking_rules.TARGETS))


def _answered(decided: Decision[BookingEvent] | Refusal) -> set[str]:
    if isinstance(decided, Refusal):
        return {why.code for why in decided.reasons}
    return {decided.outcome.value}


def _plan(quote: Quote) -> Plan:
    slot = quote.visit.slot
    return Plan(slot.start, slot.end, quote.expires_at, quote.gross.rappen, quote.version)


def _ask(wanted: BookingCommand, *, at: datetime) -> Ask:
    """Return a command as the rules see it."""
    given = (wanted.consent, wanted.why, wanted.compensation, wanted.waive, wanted.contact_attempted_at)
    slot = wanted.quote.visit.slot if wanted.quote else None
    return Ask(
        event=wanted.event,
        role=wanted.by.role.value,
        person=wanted.by.id,
        at=at,
        key=wanted.key,
        content=(wanted.event, wanted.by, wanted.quote, *given),
        seen=wanted.expected_version,
        plan=None if wanted.quote is None else _plan(wanted.quote),
        consented=wanted.consent is not None,
        taken=any(each.overlaps(slot) if slot else True for each in wanted.busy),
        why=wanted.why.code if wanted.why else None,
        contacted=wanted.contact_attempted_at is not None and wanted.contact_attempted_at <= at,
        stated=None if wanted.compensation is None else wanted.compensation.rappen,
        waive=wanted.waive,
        disputed=wanted.disputed,
    )


def _roles(event: str, state: str) -> list[str]:
    return [role for role in booking_rules.ROLES if (event, state, role) in booking_rules.TARGETS]


def _busy_then(wanted: BookingCommand) -> BookingCommand:
    """Return a command that knows of something else that the friend has to do just then."""
    if wanted.friend is None:
        return wanted
    forever = Period(utc("2014-01-01T00:00"), utc("2015-01-01T00:00"))
    return attrs.evolve(wanted, busy=[forever])


def _too_much(wanted: BookingCommand) -> BookingCommand:
    """Return a command that states more than the price, where it can state an amount at all."""
    if wanted.event != "cancel_by_operator":
        return wanted
    return attrs.evolve(wanted, compensation=chf(10_000))


_WRONG_DETAILS: Mapping[str, Callable[[BookingCommand], BookingCommand]] = {
    "no consent": lambda wanted: attrs.evolve(wanted, consent=None),
    "no reason": lambda wanted: attrs.evolve(wanted, why=None),
    "an unknown reason": lambda wanted: attrs.evolve(wanted, why=reason("no_mood")),
    "no attempt to call": lambda wanted: attrs.evolve(wanted, contact_attempted_at=None),
    "busy": _busy_then,
    "too much": _too_much,
    "waived": lambda wanted: attrs.evolve(wanted, waive=True),
    "disputed": lambda wanted: attrs.evolve(wanted, disputed=True),
    "an old quote": lambda wanted: attrs.evolve(
        wanted, quote=wanted.quote and attrs.evolve(wanted.quote, version=1)
    ),
}


def _ways() -> dict[str, list[tuple[str, str]]]:
    """Return a shortest way to each state: events, each by who may cause it first."""
    ways: dict[str, list[tuple[str, str]]] = {"none": []}
    for _ in booking_rules.OPEN:
        for (event, source, role), target in booking_rules.TARGETS.items():
            if source in ways:
                ways.setdefault(target, [*ways[source], (event, role)])
    return ways


_WAYS = _ways()


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
        self.model: Model
        self.clock: datetime

    @initialize(start=_START, ahead=_AHEAD, goal=_GOAL)
    def a_quote_is_made(self, start: datetime, ahead: timedelta, goal: tuple[str, str, str]) -> None:
        """Somebody has a quote, and things have perhaps gone their way up to some event."""
        self.clock = start - ahead
        self.quote = journey.quote_for(start, made_at=self.clock)
        self.model = Model(_plan(self.quote), _PEOPLE)
        self.booking, self.history, self.sent = None, [], []
        event, source, role = goal
        for step in (*_WAYS[source], (event, role)):
            wanted = self._command(step[0], self._people(step[1]))
            first, last = self._limits(wanted)
            if last is not None and first > last:
                return
            self.clock = first
            assert self._send(wanted, at=first) == {"applied"}

    @precondition(lambda self: self.model.state in booking_rules.FINAL)
    @rule(start=_START, ahead=_AHEAD, goal=_GOAL)
    def another_quote_is_made(self, start: datetime, ahead: timedelta, goal: tuple[str, str, str]) -> None:
        """After the end of one booking the next begins."""
        self.a_quote_is_made(start, ahead, goal)

    def _send(self, wanted: BookingCommand, *, at: datetime) -> set[str]:
        """Send a command, and check the answer and what became of the booking against the model."""
        asked, before = _ask(wanted, at=at), self.booking
        expected = self.model.answer(asked)
        decided = bookings.decide(before, wanted, at=at)
        assert _answered(decided) == expected
        assert bookings.decide(before, wanted, at=at) == decided
        if isinstance(decided, Decision):
            assert [each.version for each in decided.expects] == [self.model.version]
            for event in decided.events:
                self.booking = bookings.evolve(self.booking, event)
                self.history.append(event)
        if expected == {"applied"}:
            HAPPENED[wanted.event] += 1
            self.model.apply(asked)
            self.sent.append(wanted)
        else:
            assert self.booking is before
        return set(expected)

    def _command(self, event: str, by: Actor, **details: Any) -> BookingCommand:
        """Return a command that has all that its event needs, with some details as told."""
        self.number += 1
        base = self.booking.quote if self.booking else self.quote
        plain = journey.command(event, by, key=f"key-{self.number}", quote=base)
        if self.booking is None:
            return attrs.evolve(plain, quote=self.quote, consent=None, **details)
        if event in {"reschedule", "amend"}:
            late = max(self.clock, base.visit.slot.end) + timedelta(days=3)
            slot = base.visit.slot
            if event == "reschedule":
                slot = journey.moved(slot, max(self.clock - slot.start, timedelta(0)) + timedelta(hours=20))
            gross = min(base.gross + chf(9), self.booking.agreed_gross + self.booking.agreed_gross)
            quote = journey.next_quote(base, slot=slot, gross=gross, expires_at=late)
            plain = attrs.evolve(plain, quote=quote, consent=journey.consent_to(quote, by))
        return attrs.evolve(plain, **details)

    def _people(self, role: str) -> Actor:
        return Actor(Role(role), _PEOPLE.get(role, "somebody"))

    def _limits(self, wanted: BookingCommand) -> tuple[datetime, datetime | None]:
        """Return from when, and until when at last, a command is possible."""
        plan = self.model.plan if wanted.quote is None else _plan(wanted.quote)
        first, last = booking_rules.window(wanted.event, start=plan.start, end=plan.end)
        if self.model.due is None:
            return self.clock, last
        due_at = self.model.due[1]
        if wanted.by.role is Role.TIMER:
            return max(self.clock, due_at), None
        in_time = min(self.clock, due_at - timedelta(seconds=1))  # clocks differ: it may go back a little
        if last is not None:
            in_time = min(in_time, last)
        return max(in_time, first or in_time), min(due_at - TICK, last or due_at)

    @precondition(lambda self: self.model.state not in booking_rules.FINAL)
    @rule(data=st.data(), names_version=st.booleans())
    def somebody_goes_on(self, data: st.DataObject, names_version: bool) -> None:  # noqa: FBT001
        """Somebody does something after which the booking goes on."""
        seen = self.model.version if names_version else None
        steps = [each for each in self._steps() if booking_rules.TARGETS[each] not in booking_rules.FINAL]
        if steps:
            self._do_what_is_possible(data, steps, expected_version=seen)

    @precondition(lambda self: self.model.state not in booking_rules.FINAL)
    @rule(data=st.data(), waive=st.booleans())
    def somebody_ends_it(self, data: st.DataObject, waive: bool) -> None:  # noqa: FBT001
        """Somebody, or time, does something after which the booking is over."""
        steps = [each for each in self._steps() if booking_rules.TARGETS[each] in booking_rules.FINAL]
        if steps:
            self._do_what_is_possible(data, steps, waive=waive)

    @precondition(lambda self: self.model.state not in booking_rules.FINAL)
    @rule(data=st.data(), waive=st.booleans())
    def somebody_does_what_is_possible(self, data: st.DataObject, waive: bool) -> None:  # noqa: FBT001
        """Somebody, or time, does anything that the table allows."""
        self._do_what_is_possible(data, self._steps(), waive=waive)

    def _steps(self) -> list[tuple[str, str, str]]:
        return sorted(step for step in booking_rules.TARGETS if step[1] == self.model.state)

    def _do_what_is_possible(
        self, data: st.DataObject, steps: list[tuple[str, str, str]], **details: Any
    ) -> None:
        """Do one of some events at an instant at which table and deadlines allow it."""
        event = data.draw(st.sampled_from(sorted({step[0] for step in steps})), label="event")
        role = data.draw(st.sampled_from(_roles(event, self.model.state)), label="role")
        if event == "reschedule" and self.model.moved >= booking_rules.MOST_RESCHEDULES:
            return
        if details.get("waive") and role != "operator":
            details = {}
        if event == "fail":
            details["why"] = reason(data.draw(st.sampled_from(booking_rules.FAILURES), label="why"))
        if event == "cancel_by_operator" and not details.get("waive"):
            stated = st.none() | st.integers(0, self.model.plan.gross).map(Money)
            details["compensation"] = data.draw(stated, label="stated")
        wanted = self._command(event, self._people(role), **details)
        first, last = self._limits(wanted)
        if last is not None and first > last:
            return  # nothing to do in time any more
        longest = timedelta(days=3) if last is None else last - first
        self.clock = first + data.draw(st.timedeltas(timedelta(0), longest), label="later")
        assert self._send(wanted, at=self.clock) == {"applied"}

    @rule(
        event=st.sampled_from([*booking_rules.EVENTS, "fly"]),
        role=st.sampled_from(booking_rules.ROLES),
        stranger=st.booleans(),
    )
    def somebody_tries_anything(self, event: str, role: str, stranger: bool) -> None:  # noqa: FBT001
        """Anybody tries anything at the present instant: the rules say what becomes of it."""
        by = Actor(Role(role), "zoe") if stranger else self._people(role)
        self._send(self._command(event, by), at=self.clock)

    @precondition(lambda self: self.model.state not in {"none", *booking_rules.FINAL})
    @rule(data=st.data(), what=st.sampled_from([*_WRONG_DETAILS]))
    def somebody_brings_something_wrong(self, data: st.DataObject, what: str) -> None:
        """A command that would be fine lacks the consent, the reason, the time; or claims too much."""
        event, _, role = data.draw(st.sampled_from(self._steps()), label="step")
        by = self._people(role)
        wanted = self._command(event, by)
        self._send(_WRONG_DETAILS[what](wanted), at=self._limits(wanted)[0])

    @precondition(lambda self: self.model.state not in booking_rules.FINAL)
    @rule(data=st.data(), off=st.sampled_from([-TICK, timedelta(0), TICK]))
    def somebody_tries_at_the_edge(self, data: st.DataObject, off: timedelta) -> None:
        """Somebody tries what the table allows a microsecond before, at, or after a limit of the moment."""
        event, _, role = data.draw(st.sampled_from(self._steps()), label="step")
        wanted = self._command(event, self._people(role))
        plan, due = self.model.plan, self.model.due
        limits = [] if due is None else [due[1]]
        for each in booking_rules.WINDOWS:
            limits += filter(None, booking_rules.window(each, start=plan.start, end=plan.end))
        self._send(wanted, at=data.draw(st.sampled_from(limits), label="limit") + off)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), what=st.sampled_from(["repeated", "key used again", "stale", "by a stranger"]))
    def something_goes_wrong(self, data: st.DataObject, what: str) -> None:
        """An answer is lost and the command sent again; a key is used twice; a version is stale."""
        used = data.draw(st.sampled_from(self.sent[-booking_rules.MOST_KEYS :]), label="used")
        event = data.draw(st.sampled_from(booking_rules.EVENTS), label="event")
        if what == "repeated":
            again = attrs.evolve(used, expected_version=0, busy=[], agenda_version=None)
            assert self._send(again, at=self.clock) == {"replayed"}
        elif what == "key used again":
            other = self._command(event, used.by, key=used.key, why=reason("other"))
            assert self._send(other, at=self.clock) == {"key_mismatch"}
        elif what == "stale":
            versions = st.integers(0, 9).filter(lambda each: each != self.model.version)
            seen = data.draw(versions, label="seen")
            stale = self._command(event, self._people("operator"), expected_version=seen)
            assert self._send(stale, at=self.clock) == {"stale_version"}
        else:
            stranger = Actor(data.draw(st.sampled_from([Role.CUSTOMER, Role.FRIEND])), "zoe")
            assert self._send(self._command(event, stranger), at=self.clock) != {"applied"}

    @rule(moved=st.timedeltas(timedelta(days=-2), timedelta(days=2)))
    def the_clock_is_set(self, moved: timedelta) -> None:
        """Time goes on; or a server whose clock is behind takes over."""
        self.clock += moved

    @precondition(lambda self: self.booking is not None)
    @rule(disputed=st.booleans())
    def the_scheduler_wakes(self, disputed: bool) -> None:  # noqa: FBT001
        """The scheduler does what is due by now, if anything; a disputed result is not approved by it."""
        assert self.booking is not None
        due = self.model.due
        owed = due is not None and due[1] <= self.clock
        after = bookings.run_timers(self.booking, at=self.clock, disputed=disputed)
        if due is None or not owed or (disputed and due[0] == "auto_approve"):
            assert after is self.booking
            return
        key = f"{due[0]}:{self.booking.version}"
        wanted = self._command(due[0], Actor(Role.TIMER, "scheduler"), key=key)
        assert self._send(wanted, at=self.clock) == {"applied"}
        assert after == self.booking

    @invariant()
    def the_booking_is_what_the_rules_say(self) -> None:
        """State, version, instants, timer, money are the model's; the history makes the same booking."""
        if self.booking is None:
            assert self.model.version == 0
            return
        booking, model = self.booking, self.model
        assert (booking.state, booking.version) == (model.state, model.version)
        assert (booking.since, booking.notice_start) == (model.since, model.notice_start)
        assert (booking.bound_at, booking.reschedules) == (model.bound_at, model.moved)
        assert _plan(booking.quote) == model.plan
        timers = [(timer.event, timer.at) for timer in booking.due]
        assert timers == ([] if model.due is None else [model.due])
        owed = booking.ending.compensation if booking.ending else None
        assert (None if owed is None else owed.amount.rappen) == model.owed
        assert [use.key for use in booking.keys] == list(model.keys)
        assert bookings.replay(self.history) == booking


TestBookingMachine = BookingMachine.TestCase
TestBookingMachine.settings = settings(stateful_step_count=40)


def test_every_event_happens_by_everybody_who_may_cause_it() -> None:
    """Each step of the rules is taken once, on its shortest way, and the machine above goes along."""
    HAPPENED.clear()
    for number, goal in enumerate(booking_rules.TARGETS):
        machine = BookingMachine()
        machine.a_quote_is_made(STARTS[number % len(STARTS)], timedelta(days=3), goal)
        machine.the_booking_is_what_the_rules_say()
        assert machine.model.state == booking_rules.TARGETS[goal], goal
    assert set(HAPPENED) == set(booking_rules.EVENTS)
