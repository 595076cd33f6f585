"""An index is kept fresh by the events of bookings, each counted once, and carried to another process."""

import pickle
from collections.abc import Callable, Iterator
from copy import copy
from datetime import timedelta
from typing import Any

import attrs
import pytest

from mila_core import bookings
from mila_core.bookings import BookingCommand, BookingEvent, BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Actor, Decision, Role
from mila_core.matching import FriendIndex, RankingParams
from tests.journey import ANDREAS, MARKET, NOW, QUOTE, REQUEST, booking_in

ANNA = Actor(Role.CUSTOMER, "anna")
BY_ANDREAS = Actor(Role.FRIEND, "andreas")


def history(*commands: BookingCommand) -> Iterator[BookingEvent]:
    """Yield the events of commands, one an hour."""
    booking = None
    for number, command in enumerate(commands):
        decided = bookings.decide(booking, command, at=NOW + number * timedelta(hours=1))
        assert isinstance(decided, Decision), decided
        for event in decided.events:
            assert isinstance(event, BookingEvent)
            booking = bookings.evolve(booking, event)
            yield event


EVENTS = tuple(
    history(
        BookingCommand(event="request", by=ANNA, key="1", quote=QUOTE, booking_id="b1"),
        BookingCommand(event="accept", by=BY_ANDREAS, key="2", friend=ANDREAS),
        BookingCommand(event="cancel_by_customer", by=ANNA, key="3"),
    )
)


def starts(index: FriendIndex) -> str:
    """Return when Andreas can come, in UTC."""
    return f"{index.rank(REQUEST, at=NOW).match('andreas').visit.slot.start:%H:%M}"


def test_events_take_and_free_a_slot() -> None:
    """A request takes the slot, its acceptance keeps it, a cancellation frees it."""
    index = FriendIndex(MARKET)
    found = [starts(index)]
    for event in EVENTS:
        assert index.apply(event)
        found.append(starts(index))
    assert found == ["13:00", "14:00", "14:00", "13:00"]


def test_an_event_counts_once() -> None:
    """What comes again, at once or much later, changes nothing."""
    index = FriendIndex(MARKET)
    for event in EVENTS[:2]:
        assert [index.apply(event) for _ in range(3)] == [True, False, False]
    assert starts(index) == "14:00"
    assert not index.apply(EVENTS[0])
    assert index.apply(EVENTS[2])
    assert [index.apply(event) for event in EVENTS] == [False] * 3
    assert starts(index) == "13:00"


def test_the_bookings_of_the_market_have_been_seen() -> None:
    """Up to its version a booking of the snapshot is known; what comes after counts."""
    accepted = bookings.replay(EVENTS[:2])
    index = FriendIndex(attrs.evolve(MARKET, bookings=[accepted]))
    assert [index.apply(event) for event in EVENTS] == [False, False, True]
    assert starts(index) == "13:00"


def test_a_missing_event_is_an_error_and_changes_nothing() -> None:
    """An event that leaves a gap is refused, and can come later."""
    index = FriendIndex(MARKET)
    for event in (EVENTS[1], attrs.evolve(EVENTS[1], version=1)):
        with pytest.raises(InvalidValueError) as caught:
            index.apply(event)
        assert caught.value.field == "event"
    assert [index.apply(event) for event in EVENTS] == [True] * 3


def test_a_friend_who_left_has_nothing_to_be_taken() -> None:
    """Events of bookings of a friend who is not in the index are kept in mind, and do nothing else."""
    index = FriendIndex(MARKET)
    index.remove("andreas")
    assert index.apply(EVENTS[0])
    assert not index.apply(EVENTS[0])
    assert "andreas" not in index


def test_a_friend_who_comes_back_keeps_what_was_taken_meanwhile() -> None:
    """Who is put in again without slots has those of the bookings the index has seen."""
    index = FriendIndex(MARKET)
    index.remove("andreas")
    assert index.apply(EVENTS[0])
    offers = [offer for offer in MARKET.offers if offer.friend_id == "andreas"]
    index.upsert(ANDREAS, offers=offers)
    assert starts(index) == "14:00"
    index.upsert(ANDREAS, offers=offers, busy=())
    assert starts(index) == "13:00"


def test_only_events_of_bookings_are_applied() -> None:
    """A state is no event."""
    state: Any = booking_in(BookingState.ACCEPTED)
    with pytest.raises(InvalidTypeError) as caught:
        FriendIndex(MARKET).apply(state)
    assert caught.value.field == "event"


def test_a_completed_booking_makes_a_known_friend() -> None:
    """Without a list of known friends, those count whose bookings with the customer were completed."""
    done = booking_in(BookingState.CLOSED)
    index = FriendIndex(attrs.evolve(MARKET, bookings=[done]), params=RankingParams(repeat_weight=5000))
    found = index.rank(attrs.evolve(REQUEST, customer_id=done.customer_id), at=NOW)
    assert {match.friend_id: match.terms[-1].points for match in found.matches} == {
        "andreas": 5000,
        "beat": 0,
        "chiara": 0,
    }


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda _, wrong: FriendIndex(wrong), "market"),
        (lambda _, wrong: FriendIndex(MARKET, params=wrong), "params"),
        (lambda _, wrong: FriendIndex(MARKET, policy=wrong), "policy"),
        (lambda index, wrong: index.upsert(wrong), "friend"),
        (lambda index, wrong: index.upsert(ANDREAS, offers=wrong), "offers"),
        (lambda index, wrong: index.upsert(ANDREAS, busy=wrong), "busy"),
        (lambda index, wrong: index.remove(wrong), "friend_id"),
        (lambda index, wrong: index.rank(wrong, at=NOW), "request"),
        (lambda index, wrong: index.rank(REQUEST, at=NOW, params=wrong), "params"),
        (lambda index, wrong: index.why(REQUEST, wrong, at=NOW), "friend_id"),
        (lambda index, wrong: index.rank(REQUEST, at=NOW).why(wrong), "friend_id"),
    ],
)
@pytest.mark.parametrize("wrong", [7, True])
def test_arguments_of_the_wrong_type_are_named(
    ask: Callable[[FriendIndex, Any], object], field: str, wrong: Any
) -> None:
    """An argument that is not what it should be is an error with its name, and changes nothing."""
    index = FriendIndex(MARKET)
    before = index.rank(REQUEST, at=NOW).complete()
    with pytest.raises(InvalidTypeError) as caught:
        ask(index, wrong)
    assert caught.value.field == field
    assert index.rank(REQUEST, at=NOW).complete() == before


# In another process ---------------------------------------------------------------------------------------


def test_a_pickled_index_answers_alike() -> None:
    """Friends, weights and the events that were seen are carried along."""
    index = FriendIndex(MARKET, params=RankingParams(price_weight=7))
    index.remove("beat")
    index.apply(EVENTS[0])
    carried = pickle.loads(pickle.dumps(index))  # noqa: S301  # our own
    assert carried.rank(REQUEST, at=NOW).complete() == index.rank(REQUEST, at=NOW).complete()
    assert not carried.apply(EVENTS[0])
    assert carried.apply(EVENTS[1])
    assert len(carried) == len(index)


def test_a_copy_goes_on_apart() -> None:
    """An event that a copy takes in is still new to the index it was copied from."""
    index = FriendIndex(MARKET)
    apart = copy(index)
    assert apart.apply(EVENTS[0])
    assert (starts(apart), starts(index)) == ("14:00", "13:00")
    assert index.apply(EVENTS[0])


@pytest.mark.parametrize("stamp", [None, "mila_core.matching.FriendIndex/0", 1])
def test_an_index_of_another_release_is_refused(stamp: object) -> None:
    """What was pickled under another stamp is an error that says which one is read."""
    state = FriendIndex(MARKET).__getstate__() | {"stamp": stamp}
    with pytest.raises(InvalidValueError) as caught:
        FriendIndex.__new__(FriendIndex).__setstate__(state)
    assert caught.value.field == "stamp"
