"""The audit finds nothing in what the machines made, and in what was tampered with, what was done."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import bookings, ratings, testing
from mila_core.audit import INVARIANTS, Violation, audit
from mila_core.bookings import Booking, BookingCommand, BookingEvent, Compensation
from mila_core.dispatch import DispatchEvent
from mila_core.disputes import DisputeCommand
from mila_core.errors import InvalidTypeError
from mila_core.export import pseudonymise
from mila_core.lifecycle import Actor, Event, Role
from mila_core.money import chf
from mila_core.reasons import reason
from tests import journey
from tests.audit import scene
from tests.audit.scene import DAY, END, HOUR, START

Events = Sequence[Event]


@cache
def history() -> scene.History:
    """Return the whole scene, made once."""
    return scene.whole()


def counted() -> Sequence[ratings.Rating]:
    """Return the ratings that count in the scene."""
    return ratings.revealed(each for each in history().states.values() if isinstance(each, ratings.Reviews))


def codes(found: Sequence[Violation]) -> set[str]:
    """Return the codes of some violations."""
    return {each.why.code for each in found}


def is_event(name: str, stream: str = "") -> Callable[[Event], bool]:
    """Return a test for the event of a name, in the stream that begins so."""
    return lambda event: event.event == name and event.stream.startswith(stream)


def without(name: str, stream: str = "") -> Events:
    """Return the scene without some events."""
    fits = is_event(name, stream)
    return [each for each in history().events if not fits(each)]


def without_stream(stream: str) -> Events:
    """Return the scene without the streams that begin so."""
    return [each for each in history().events if not each.stream.startswith(stream)]


def altered(name: str, stream: str = "", **changes: Any) -> Events:
    """Return the scene with another event in one place."""
    return scene.changed(history().events, is_event(name, stream), **changes)


# What holds ----------------------------------------------------------------------------------------------


def test_nothing_is_found_in_what_the_machines_made() -> None:
    """A history through all machines, its states and the ratings counted from it violate nothing."""
    whole = history()
    assert len({each.stream.split(":")[0] for each in whole.events}) == 5
    assert audit(whole.events, stored=whole.states.values(), counted=counted()) == ()


@given(st.permutations(sorted({each.stream for each in scene.whole().events})))
def test_the_order_of_streams_does_not_matter(order: Sequence[str]) -> None:
    """Only within a stream is there an order."""
    events = [each for stream in order for each in history().events if each.stream == stream]
    assert audit(events) == ()


@given(testing.histories())
def test_nothing_is_found_in_any_booking(events: Sequence[BookingEvent]) -> None:
    """Whatever the booking's machine grants, the audit grants; an assigned one lacks its invitation."""
    expected = {"assigned_without_invitation"} if events[0].event == "assign" else set()
    assert codes(audit(events, stored=[bookings.replay(events)])) == expected


def test_a_pseudonymised_history_holds_as_well() -> None:
    """What may be handed on is still enough to be recomputed, to the last Rappen."""
    hidden = [pseudonymise(each, key=b"a key of 16 byte") for each in history().events]
    assert audit(hidden) == ()
    assert not any("andreas" in repr(each) or "r1" in each.stream for each in hidden)


def test_no_events_are_in_order() -> None:
    """Nothing violates nothing."""
    assert audit([]) == ()


def test_what_is_no_event_is_refused() -> None:
    """The error says which one."""
    with pytest.raises(InvalidTypeError) as caught:
        audit([*history().events[:2], journey.QUOTE])  # type: ignore[list-item]  # the wrong type on purpose
    assert caught.value.field == "events[2]"


# Each invariant ------------------------------------------------------------------------------------------


def _twice(name: str, stream: str) -> Events:
    event = next(filter(is_event(name, stream), history().events))
    return [*history().events, event]


def _swapped() -> Events:
    events = list(history().events)
    first, second = (
        next(at for at, each in enumerate(events) if is_event(name, "booking:r1")(each))
        for name in ("depart", "start_work")
    )
    events[first], events[second] = events[second], events[first]
    return events


def _double_booked() -> Events:
    """Return two bookings of Andreas at one time, as a store makes them that does not look at the agenda."""
    other = scene.History()
    quote = attrs.evolve(journey.QUOTE, id="q-double")
    for command, at in (
        (journey.command("request", journey.CUSTOMER, quote=quote), journey.NOW),
        (journey.command("accept", journey.FRIEND), journey.NOW + HOUR),
    ):
        other.do("booking:q-double", command, at)
    return [*history().events, *other.events]


def _open_dispute() -> Events:
    """Return the scene where the dispute is still open, and paid out all the same."""
    gone = {"decide_dispute", "answer_dispute", "refund_partly"}
    kept = [each for each in history().events if each.event not in gone]
    numbers: dict[str, int] = {}
    renumbered = []
    for each in kept:
        numbers[each.stream] = numbers.get(each.stream, 0) + 1
        key = f"~{numbers[each.stream]}" if each.key.startswith("~") else each.key
        renumbered.append(attrs.evolve(each, version=numbers[each.stream], key=key))
    return renumbered


def _approved_while_disputed() -> Events:
    """Return a booking that time has approved while it was contested."""
    made = scene.History()
    booking = scene.book_by_dispatch(made)
    claim = DisputeCommand(
        event="open_dispute", by=journey.CUSTOMER, key="p", booking=booking, text="It does not work."
    )
    made.do(f"dispute:{booking.id}", claim, END + HOUR)
    approve = BookingCommand(event="auto_approve", by=journey.SCHEDULER, key="a")
    made.do(booking.stream, approve, END + 3 * DAY)
    return made.events


def _unsettled() -> Events:
    """Return the scene without the refund and what came after it."""
    refund = next(filter(is_event("refund_partly"), history().events))
    return [
        each for each in history().events if each.stream != refund.stream or each.version < refund.version
    ]


HELD = 5
"""The version of the settlement that holds the payout."""
FORGED = Compensation(amount=chf(1), why=reason("late_cancellation"))
TAMPERED: dict[str, tuple[str, Callable[[], Events]]] = {
    # what was done to the scene: the code that tells it, the events
    "an event is lost": ("gap", lambda: without("depart", "booking:r1")),
    "the first event is lost": ("gap", lambda: without("request", "booking:q-late")),
    "an event is delivered twice": ("duplicate_event", lambda: _twice("confirm", "booking:r1")),
    "two events are swapped": ("wrong_order", _swapped),
    "an event that the table forbids": (
        "event_forbidden",
        lambda: altered("confirm", "booking:r1", event="amend"),
    ),
    "an event by who may not": (
        "event_forbidden",
        lambda: altered("confirm", "booking:r1", by=journey.CUSTOMER),
    ),
    "a key that was used before": ("key_reused", lambda: altered("depart", "booking:r1", key="b0")),
    "accepted after the deadline": (
        "after_deadline",
        lambda: altered("accept", "booking:q-late", at=journey.NOW + timedelta(hours=24)),
    ),
    "rated after the window": (
        "after_deadline",
        lambda: [
            attrs.evolve(each, at=END + 20 * DAY)
            if each.event == "give_rating" and each.by.role is Role.CUSTOMER
            else each
            for each in history().events
        ],
    ),
    "started long before the time": (
        "out_of_window",
        lambda: altered("start_work", "booking:r1", at=START - timedelta(minutes=31)),
    ),
    "completed before the start": (
        "out_of_window",
        lambda: altered("complete", "booking:r1", at=START - timedelta(seconds=1)),
    ),
    "replied a month later": ("out_of_window", lambda: altered("reply", at=END + 60 * DAY)),
    "another compensation": (
        "compensation_differs",
        lambda: altered("cancel_by_customer", compensation=FORGED),
    ),
    "no compensation": ("compensation_differs", lambda: altered("cancel_by_customer", compensation=None)),
    "two bookings at one time": ("overlapping_bookings", _double_booked),
    "a settlement without its booking": ("without_booking", lambda: without_stream("booking:r1")),
    "ratings without a booking": ("rating_without_booking", lambda: without_stream("booking:r1")),
    "a settlement of a booking that is not closed": (
        "without_booking",
        lambda: without("approve", "booking:r1"),
    ),
    "ratings of a booking that is not closed": (
        "rating_without_booking",
        lambda: without("approve", "booking:r1"),
    ),
    "a booking that nobody was invited to": (
        "assigned_without_invitation",
        lambda: without_stream("request:"),
    ),
    "an invitation accepted without a booking": ("without_booking", lambda: without_stream("booking:")),
    "a decision that is not settled": (
        "ruling_not_settled",
        _unsettled,
    ),
    "paid out while contested": ("paid_while_disputed", _open_dispute),
    "approved by time while contested": ("approved_while_disputed", _approved_while_disputed),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_named(name: str) -> None:
    """Each tampering is told by the code of the invariant that it violates."""
    code, made = TAMPERED[name]
    assert code in codes(audit(made()))


def test_a_charge_that_is_not_the_bookings_is_named() -> None:
    """What the customer is charged is recomputed from the booking."""
    opened = next(filter(is_event("open_settlement"), history().events))
    quote = journey.next_quote(journey.QUOTE, gross=chf(50))
    dearer = attrs.evolve(journey.QUOTE, lines=quote.lines)
    events = [
        attrs.evolve(each, quote=dearer)
        if isinstance(each, BookingEvent) and each.event == "assign"
        else each
        for each in history().events
    ]
    found = [each for each in audit(events) if each.why.code == "amount_differs"]
    assert {(each.stream, each.version) for each in found} == {(opened.stream, 1), ("dispute:r1-1", 1)}


def test_two_friends_for_one_search_are_named() -> None:
    """A second acceptance is a step that the request's table forbids."""
    accepted = next(filter(is_event("accept_invitation"), history().events))
    assert isinstance(accepted, DispatchEvent)
    other = attrs.evolve(accepted, by=Actor(Role.FRIEND, "beat"), friend_id="beat", key="other", version=4)
    events = [other if is_event("fulfil_request")(each) else each for each in history().events]
    assert "event_forbidden" in codes(audit(events))


def test_a_stored_state_that_its_events_do_not_make_is_named() -> None:
    """A cache that is behind, ahead, or of nothing shows."""
    whole = history()
    own = [each for each in whole.events if isinstance(each, BookingEvent) and each.id == "q-late"]
    stale = bookings.replay(own[:2])
    unknown = attrs.evolve(stale, id="b-unknown")
    found = audit(whole.events, stored=[stale, unknown])
    assert [(each.stream, each.why.code) for each in found] == [
        ("booking:b-unknown", "state_differs"),
        ("booking:q-late", "state_differs"),
    ]


def test_what_should_not_have_been_counted_is_named() -> None:
    """Ratings that are hidden, changed, or of no booking are none that count."""
    of_friend, of_customer = sorted(counted(), key=lambda each: each.direction, reverse=True)
    events = history().events
    better = attrs.evolve(of_friend, stars=5)
    assert codes(audit(events, counted=[better])) == {"rating_differs"}
    unknown = attrs.evolve(of_friend, booking_id="b-unknown")
    assert codes(audit(events, counted=[unknown, of_customer])) == {"rating_without_booking"}
    hidden = [each for each in events if each.stream != "reviews:r1-1" or each.version <= 2]
    assert codes(audit(hidden, counted=[of_friend])) == {"hidden_rating_counted"}


def test_violations_say_where() -> None:
    """A violation has its stream and the version of the event."""
    found = audit(altered("start_work", "booking:r1", at=START - DAY))
    assert ("booking:r1-1", 4, "out_of_window") in {
        (each.stream, each.version, each.why.code) for each in found
    }


@pytest.mark.parametrize("skew", [timedelta(0), timedelta(seconds=5)])
def test_clocks_may_differ_by_what_is_granted(skew: timedelta) -> None:
    """A payout seconds before the dispute was over, by another clock, is told unless that is granted."""
    decided = next(filter(is_event("decide_dispute"), history().events))
    events = [
        attrs.evolve(each, at=decided.at - timedelta(seconds=3))
        if each.stream.startswith("settlement:") and each.version > HELD
        else each
        for each in history().events
    ]
    assert ("paid_while_disputed" in codes(audit(events, skew=skew))) is (skew == timedelta(0))


def test_every_code_that_is_told_is_listed() -> None:
    """The codes of all violations stand in `INVARIANTS`."""
    told = {code for _, made in TAMPERED.values() for code in codes(audit(made()))}
    assert told <= set(INVARIANTS)
    assert list(INVARIANTS) == sorted(set(INVARIANTS))


@given(st.data())
def test_an_audit_tells_and_never_fails(data: st.DataObject) -> None:
    """Whatever is lost, doubled or shuffled, there is an answer, and the same one for the same history."""
    events = history().events
    drawn = data.draw(st.lists(st.sampled_from(events), max_size=2 * len(events)))
    assert audit(drawn) == audit(list(drawn))
    if any(each.version > 1 for each in drawn) and not any(each.version == 1 for each in drawn):
        assert codes(audit(drawn)) & {"gap", "duplicate_event", "wrong_order"}


def test_a_booking_is_a_booking() -> None:
    """The scene's last state is the one that its name says."""
    late = history().states["booking:q-late"]
    assert isinstance(late, Booking)
    assert late.is_late_cancellation
