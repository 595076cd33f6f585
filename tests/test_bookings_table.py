"""The booking's table and windows: every state, event, role and edge of a deadline; the laws of the table."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import product

import attrs
import pytest

from mila_core import bookings
from mila_core.bookings import FINAL, MACHINE, TABLE, Booking, BookingCommand, BookingEvent, BookingState
from mila_core.errors import InvalidValueError
from mila_core.lifecycle import Actor, Decision, Refusal, Role
from mila_core.money import Money
from mila_core.quotes import Quote
from tests import booking_rules as rules
from tests import journey
from tests import machine_laws as laws
from tests.booking_rules import Ask, Model, Plan
from tests.journey import ACTORS, QUOTE, booking_in, utc

S = BookingState
LATER = utc("2015-01-01T00:00")  # every timer is due by then
TICK = timedelta(seconds=1)
AROUND = (-TICK, timedelta(0), TICK)
PEOPLE = {"customer": "anna", "friend": "andreas"}


# The laws of the table -----------------------------------------------------------------------------------


def test_the_rules_of_the_test_know_every_state_and_event() -> None:
    """The expectation is about the states, events and roles that there are, none left out."""
    assert {*rules.OPEN, *rules.FINAL} == set(BookingState)
    assert set(rules.FINAL) == set(FINAL)
    assert set(rules.EVENTS) == {row.event for row in TABLE}
    assert set(rules.ROLES) == set(Role)
    assert (len(BookingState), len(rules.EVENTS)) == (12, 23)


def test_every_state_is_reachable() -> None:
    """From its three beginnings on, the table leads to each state."""
    laws.check_reachable(TABLE, list(BookingState))


def test_an_event_leaves_a_state_by_one_row_only() -> None:
    """Event and state together say where it goes: no pair stands in two rows."""
    laws.check_unique(TABLE)


def test_no_row_leaves_a_final_state() -> None:
    """A final state accepts no event; each open one can be left."""
    laws.check_final(TABLE, states=list(BookingState), final=FINAL)


def test_an_open_state_has_exactly_one_timer_in_the_table() -> None:
    """Time leaves each open state by one event, and that event is the scheduler's alone."""
    laws.check_one_timer(TABLE, rules.OPEN)


def test_timers_alone_lead_to_an_end() -> None:
    """A booking that everybody forgets comes to an end."""
    laws.check_timers_end(TABLE, rules.OPEN, final=FINAL)


def test_everybody_can_leave_a_booking_before_the_visit() -> None:
    """Customer, friend and operator can each end what is accepted, confirmed or on its way (OR 404)."""
    roles = [Role.CUSTOMER, Role.FRIEND, Role.OPERATOR]
    laws.check_can_leave(TABLE, [S.ACCEPTED, S.CONFIRMED, S.EN_ROUTE], roles, final=FINAL)


@pytest.mark.parametrize("state", [S.ACCEPTED, S.CONFIRMED, S.EN_ROUTE])
@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.FRIEND, Role.OPERATOR])
def test_everybody_can_cancel_until_a_timer_is_due(state: BookingState, role: Role) -> None:
    """Calling off is possible at once and until the deadline or the slot's end; by an operator after it."""
    booking = booking_in(state)
    last, end = booking.due[0].at - TICK, booking.quote.visit.slot.end
    for at in (booking.since, last if role is Role.OPERATOR else min(last, end)):
        assert bookings.cancel(booking, by=ACTORS[role], at=at, key="c").state is S.CANCELLED


@pytest.mark.parametrize("state", rules.OPEN)
def test_an_open_booking_owes_time_one_event(state: str) -> None:
    """What `due` says is the table's timer."""
    (timer,) = booking_in(S(state)).due
    assert timer.event == rules.TIMERS[state]
    assert [row.event for row in laws.timer_rows(TABLE, state)] == [timer.event]


@pytest.mark.parametrize("state", rules.FINAL)
def test_a_booking_that_is_over_takes_nothing(state: str) -> None:
    """No timers, no event by anybody, with any content, at any time."""
    booking = booking_in(S(state))
    assert not booking.is_open
    made = [
        lambda by, event=event: journey.command(event, by, key="a-new-key", quote=booking.quote)
        for event in rules.EVENTS
    ]
    laws.check_over(MACHINE, booking, made, at=LATER)


@pytest.mark.parametrize("state", rules.OPEN)
def test_timers_alone_end_in_a_final_state(state: str) -> None:
    """However seldom the scheduler wakes, a forgotten booking is over after two events at most."""
    booking, woken = booking_in(S(state)), 0
    while booking.is_open:
        booking = bookings.run_timers(booking, at=booking.due[0].at)
        woken += 1
    assert woken <= 2


@pytest.mark.parametrize("state", BookingState)
def test_somebody_is_told_what_the_table_lets_them_do(state: BookingState) -> None:
    """`events_for` lists what the table allows in a role, whatever the clock says."""
    for role in rules.ROLES:
        expected = {each[0] for each in rules.TARGETS if each[1:] == (state.value, role)}
        assert set(MACHINE.events_for(booking_in(state), role=Role(role))) == expected


# State, event, role, edge --------------------------------------------------------------------------------

# The pilot's day; the days on which summer time began and ended, with a slot around the change and one after.
STARTS = [
    "2013-11-28T13:00+00:00",
    "2014-03-30T00:30+00:00",
    "2014-03-30T12:00+00:00",
    "2014-10-26T00:30+00:00",
    "2014-10-26T12:00+00:00",
]

# How many minutes before the start it is requested: more than a day, and on the day itself (or at night).
LEADS = [1700, 150]

# How a booking gets to each open state: the event, by whom, how many minutes after the request or the start.
WAY = {
    "requested": ("none", "request", "customer", "request", 0),
    "accepted": ("requested", "accept", "friend", "request", 10),
    "confirmed": ("accepted", "confirm", "friend", "request", 20),
    "en_route": ("confirmed", "depart", "friend", "start", -20),
    "in_progress": ("confirmed", "start_work", "friend", "start", 5),
    "completed": ("in_progress", "complete", "friend", "start", 50),
}


def plan_of(quote: Quote) -> Plan:
    """Return what a quote comes to, for the rules."""
    slot = quote.visit.slot
    return Plan(slot.start, slot.end, quote.expires_at, quote.gross.rappen, quote.version)


def quote_of(booking: Booking | None, start: str) -> Quote:
    """Return what is booked, or may be booked two days before the start."""
    return booking.quote if booking else journey.quote_for(utc(start), made_at=utc(start) - timedelta(days=2))


def wanted(event: str, by: Actor, quote: Quote, *, key: str) -> BookingCommand:
    """Return a command with all that its event needs."""
    return journey.command(event, by, key=key, quote=quote)


def ask_of(command: BookingCommand, *, at: datetime) -> Ask:
    """Return a command as the rules see it."""
    return Ask(
        event=command.event,
        role=command.by.role.value,
        person=command.by.id,
        at=at,
        key=command.key,
        content=(command.event, command.by, command.quote, command.why),
        plan=None if command.quote is None else plan_of(command.quote),
        consented=command.consent is not None,
        why=None if command.why is None else command.why.code,
        contacted=command.contact_attempted_at is not None and command.contact_attempted_at <= at,
    )


@cache
def life(start: str, lead: int, state: str) -> tuple[Booking | None, Model]:
    """Return a booking in a state, for a slot that begins at `start`, and the same by the rules."""
    if state == "none":
        return None, Model(plan_of(quote_of(None, start)), PEOPLE)
    source, event, role, since, minutes = WAY[state]
    booking, before = life(start, lead, source)
    model = copied(before)
    quote = quote_of(booking, start)
    command = wanted(event, ACTORS[Role(role)], quote, key=event)
    at = utc(start) + timedelta(minutes=minutes - (lead if since == "request" else 0))
    asked = ask_of(command, at=at)
    assert model.answer(asked) == {"applied"}
    model.apply(asked)
    return journey.taken(booking, command, at=at), model


def copied(model: Model) -> Model:
    """Return a copy of a model that can be changed on its own."""
    return Model(**{**vars(model), "keys": dict(model.keys)})


def edges(model: Model, asked: Ask) -> Iterator[datetime]:
    """Yield every instant at which an answer may change."""
    if model.due is not None:
        yield model.due[1]
    if model.bound_at is not None and model.notice_start is not None:
        yield model.bound_at + timedelta(minutes=rules.MINUTES["cooling_off"])
        yield from (model.notice_start - timedelta(minutes=least) for least, _ in rules.TIERS)
    for plan in (model.plan, asked.plan or model.plan):
        yield plan.expires_at
        for limits in rules.WINDOWS:
            yield from (each for each in rules.window(limits, start=plan.start, end=plan.end) if each)


def said(decided: Decision[BookingEvent] | Refusal) -> set[str]:
    """Return `applied` or `replayed`, or the codes of a refusal."""
    if isinstance(decided, Refusal):
        return {why.code for why in decided.reasons}
    return {decided.outcome.value}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("state", ["none", *rules.OPEN])
def test_every_limit_cuts_where_the_rules_say(state: str, lead: int, start: str) -> None:
    """What the table allows is granted or refused as the domain says, a second about each limit."""
    booking, model = life(start, lead, state)
    quote = quote_of(booking, start)
    for event, source, role in rules.TARGETS:
        if source != state:
            continue
        command = wanted(event, ACTORS[Role(role)], quote, key="a-new-key")
        instants = {at + off for at in edges(model, ask_of(command, at=LATER)) for off in AROUND}
        for at in sorted(instants):
            asked = ask_of(command, at=at)
            decided = bookings.decide(booking, command, at=at)
            assert said(decided) == model.answer(asked), (event, role, at)
            if isinstance(decided, Decision):
                check_after(booking, decided, model, asked)


def check_after(booking: Booking | None, decided: Decision[BookingEvent], model: Model, asked: Ask) -> None:
    """Check what becomes of a booking by a decision: state, timer, price, and what is owed."""
    after, expected = MACHINE.evolve(booking, *decided.events), copied(model)
    expected.apply(asked)
    assert (after.state, after.version, after.since) == (expected.state, expected.version, expected.since)
    assert [(timer.event, timer.at) for timer in after.due] == ([expected.due] if expected.due else [])
    assert plan_of(after.quote) == expected.plan
    assert (after.notice_start, after.bound_at) == (expected.notice_start, expected.bound_at)
    owed = after.ending.compensation if after.ending else None
    assert (None if owed is None else owed.amount) == (
        None if expected.owed is None else Money(expected.owed)
    )


@pytest.mark.parametrize("state", sorted({state for state, _ in rules.CASES}))
def test_the_table_allows_what_the_rules_allow_and_nothing_else(state: str) -> None:
    """In each state each event by each role leads where the domain says, or is refused with its code."""
    booking = None if state == "none" else booking_in(S(state))
    events = [event for source, event in rules.CASES if source == state]
    for event, role in product(events, rules.ROLES):
        command = wanted(event, ACTORS[Role(role)], booking.quote if booking else QUOTE, key="a-new-key")
        if booking is None:
            command = attrs.evolve(command, quote=QUOTE)
        answers = [bookings.decide(booking, command, at=at) for at in moments(booking)]
        expected = rules.refusal_by_table(state, event, role)
        if expected is not None:
            assert all(said(each) == {expected} for each in answers), (event, role)
            continue
        taken = [each for each in answers if isinstance(each, Decision)]
        assert taken, f"{event} by {role} is never possible from {state}"
        for each in taken:
            assert bookings.evolve(booking, *each.events).state == rules.TARGETS[event, state, role]


def moments(booking: Booking | None) -> list[datetime]:
    """Return some instants: one of them is right for each event."""
    if booking is None or not booking.is_open:
        return [journey.NOW]
    slot, due_at = booking.quote.visit.slot, booking.due[0].at
    return [booking.since, slot.start + timedelta(minutes=40), due_at - TICK, due_at]


@pytest.mark.parametrize("state", sorted({state for state, _ in rules.CASES if state != "none"}))
def test_evolve_allows_what_the_rules_allow_and_nothing_else(state: str) -> None:
    """The table is looked at again when an event is folded: a history cannot do what a command cannot."""
    booking = booking_in(S(state))
    events = [event for source, event in rules.CASES if source == state]
    for event, role in product(events, rules.ROLES):
        following = BookingEvent(
            id=booking.id,
            version=booking.version + 1,
            event=event,
            by=ACTORS[Role(role)],
            at=booking.since + TICK,
            key="k",
            fingerprint="f",
            quote=journey.next_quote(booking.quote),
        )
        target = rules.TARGETS.get((event, state, role))
        if target is None:
            with pytest.raises(InvalidValueError) as caught:
                bookings.evolve(booking, following)
            assert caught.value.field == "event"
            continue
        after = bookings.evolve(booking, following)
        assert (after.state, after.version) == (target, following.version)
        assert after.since == (booking.since if target == state else following.at)
