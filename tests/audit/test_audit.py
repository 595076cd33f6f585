"""The audit finds nothing in what the machines made, and in what was tampered with, what was done."""

from collections.abc import Sequence
from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import bookings, testing
from mila_core.audit import INVARIANTS, audit
from mila_core.bookings import Booking, BookingEvent
from mila_core.dispatch import DispatchEvent
from mila_core.errors import InvalidTypeError
from mila_core.export import pseudonymise
from mila_core.lifecycle import Actor, Role
from mila_core.money import chf
from tests import journey
from tests.audit import scene
from tests.audit.scene import DAY, START
from tests.audit.tampered import HELD, TAMPERED, altered, codes, counted, history, is_event

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
    """Whatever the booking's machine grants, the audit grants; some lack an invitation or a dispute."""
    expected = {"assigned_without_invitation"} if events[0].event == "assign" else set()
    before, last = events[-2:] if len(events) > 1 else (events[0], events[0])
    policy = bookings.replay(events).policy
    if last.event == "approve" and last.at >= before.at + timedelta(minutes=policy.approve_minutes):
        expected |= {"after_deadline"}  # only an open dispute can have kept it open, and there is none
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
