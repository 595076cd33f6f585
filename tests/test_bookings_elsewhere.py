"""What went wrong in other booking systems, each as a test here, with where it was reported."""

from collections.abc import Iterable
from datetime import timedelta

import attrs
import pytest

from mila_core import bookings, pricing
from mila_core.bookings import Booking, BookingCommand, BookingEvent, BookingState
from mila_core.friends import Friend
from mila_core.lifecycle import Decision, Outcome, Refusal, RefusedError
from mila_core.matching import FriendIndex
from mila_core.money import chf
from mila_core.periods import Period, Validity
from mila_core.quotes import Quote
from tests import journey
from tests.journey import ALWAYS_THERE, ANDREAS, CUSTOMER, FRIEND, NOW, OPERATOR, QUOTE, booking_in

S = BookingState
SLOT = QUOTE.visit.slot
HOUR = timedelta(hours=1)
OTHER_QUOTE = attrs.evolve(
    QUOTE, id="q-bruno", visit=attrs.evolve(QUOTE.visit, customer_id="bruno", request_id="r-bruno")
)


class Store:
    """The smallest application: bookings by stream, and the versions of all streams."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.versions: dict[str, int] = {}
        self.bookings: dict[str, Booking] = {}
        self.told: list[str] = []

    def add(self, booking: Booking) -> None:
        """Store a booking as it is."""
        self.bookings[booking.stream] = booking
        self.versions[booking.stream] = booking.version

    def commit(self, before: Booking, decided: Decision[BookingEvent]) -> bool:
        """Store a decision if all that it rests on is as it was; tell about each event that is stored."""
        if any(self.versions.get(each.stream, 0) != each.version for each in decided.expects):
            return False
        for event in decided.events:
            self.add(bookings.evolve(before, event))
            self.told.append(f"{event.event} {event.id}")
        for each in decided.expects[1:]:
            self.versions[each.stream] = each.version + len(decided.events)
        return True

    def accept(self, stream: str, *, key: str = "accept") -> Decision[BookingEvent] | Refusal:
        """Decide on an acceptance with all that is known by now."""
        booking = self.bookings[stream]
        command = BookingCommand(
            event="accept",
            by=FRIEND,
            key=key,
            friend=ANDREAS,
            busy=bookings.busy_slots(self.bookings.values(), besides=booking),
            agenda_version=self.versions.get("agenda:andreas", 0),
        )
        return bookings.decide(booking, command, at=NOW)


def two_requests() -> tuple[Store, str, str]:
    """Return two customers' requests for one friend and slot."""
    store = Store()
    for quote in (QUOTE, OTHER_QUOTE):
        store.add(bookings.request(quote, at=NOW, key="r"))
    first, second = store.bookings
    return store, first, second


def test_of_two_pending_bookings_one_is_accepted() -> None:
    """Both loaded, both decided, one stored; then the slot is taken (cal.diy #13397, #29958)."""
    store, first, second = two_requests()
    one, other = store.accept(first), store.accept(second)
    assert isinstance(one, Decision)
    assert isinstance(other, Decision)
    assert store.commit(store.bookings[first], one)
    assert not store.commit(store.bookings[second], other)
    again = store.accept(second)
    assert isinstance(again, Refusal)
    assert again.code == "not_available"
    assert [each.state for each in store.bookings.values()] == [S.ACCEPTED, S.REQUESTED]


def test_a_repeated_command_has_no_second_effect() -> None:
    """A retry is answered, and there is nothing to tell anybody (cal.diy #28188)."""
    store, first, _ = two_requests()
    outcomes = []
    for _ in range(3):
        decided = store.accept(first)
        assert isinstance(decided, Decision)
        assert store.commit(store.bookings[first], decided)
        outcomes.append(decided.outcome)
    assert store.told == [f"accept {QUOTE.id}"]
    assert outcomes == [Outcome.APPLIED, Outcome.REPLAYED, Outcome.REPLAYED]


@pytest.mark.parametrize("state", [S.ACCEPTED, S.CONFIRMED, S.COMPLETED, S.CANCELLED])
def test_a_retry_under_another_key_does_nothing_twice(state: BookingState) -> None:
    """A caller who makes a new key for each try is refused, not served twice (medusa #16681)."""
    source, event, by, _ = journey.STATIONS[state]
    assert source is not None
    booking = booking_in(state)
    again = journey.command(event, by, key="a-key-of-its-own", quote=booking.quote)
    decided = bookings.decide(booking, again, at=booking.since)
    assert isinstance(decided, Refusal)
    assert decided.code == "not_from_this_state"


def test_a_new_price_leaves_accepted_bookings_as_they_are() -> None:
    """Offer, price book and policy change; what was agreed does not (saleor #12657)."""
    booking = booking_in(S.ACCEPTED)
    dearer = attrs.evolve(journey.OFFER, price=chf(400))
    market = attrs.evolve(
        journey.MARKET, offers=[dearer if each.id == dearer.id else each for each in journey.MARKET.offers]
    )
    match = FriendIndex(market).rank(journey.REQUEST, at=NOW).match("andreas")
    book = attrs.evolve(journey.PILOT.book, version="new", tariffs=(), customer_fee=chf(9))
    assert pricing.quote(journey.REQUEST, match, book=book, at=NOW).due == chf(409)
    for event, by in (("confirm", FRIEND), ("complete", FRIEND), ("approve", CUSTOMER)):
        at = SLOT.start if event != "confirm" else booking.since
        booking = journey.taken(booking, journey.command(event, by), at=at)
        assert (booking.quote.due, booking.agreed_gross) == (chf(40), chf(40))


CAME_TO_NOTHING = [S.DECLINED, S.EXPIRED, S.CANCELLED]


@pytest.mark.parametrize("state", CAME_TO_NOTHING)
def test_a_slot_that_came_to_nothing_is_free_again(state: BookingState) -> None:
    """What was cancelled, declined or expired takes no slot: it can be requested at once (cal.diy #695)."""
    busy = bookings.busy_slots([booking_in(state)])
    assert busy == ()
    again = bookings.request(OTHER_QUOTE, at=NOW, key="r", friend=ANDREAS, busy=busy)
    assert again.state is S.REQUESTED


@pytest.mark.parametrize("state", [each for each in BookingState if each not in CAME_TO_NOTHING])
def test_a_slot_that_is_taken_stays_taken(state: BookingState) -> None:
    """No step on the way lets the slot go (cal.diy #695)."""
    busy = bookings.busy_slots([booking_in(state)])
    assert busy == (SLOT,)
    with pytest.raises(RefusedError) as caught:
        bookings.request(OTHER_QUOTE, at=NOW, key="r", friend=ANDREAS, busy=busy)
    assert caught.value.refusal.code == "not_available"


def test_a_moved_booking_takes_its_new_slot_alone() -> None:
    """The earlier slot is free for somebody else, the new one is not."""
    moved = journey.taken(booking_in(S.CONFIRMED), journey.command("reschedule", CUSTOMER), at=NOW)
    assert bookings.busy_slots([moved]) == (journey.moved(SLOT, timedelta(days=1)),)


def test_a_longer_visit_takes_the_longer_slot() -> None:
    """What was agreed on site counts for the agenda."""
    longer = journey.taken(booking_in(S.IN_PROGRESS), journey.command("amend", FRIEND), at=SLOT.start)
    assert bookings.busy_slots([longer]) == (Period(SLOT.start, SLOT.end + HOUR / 2),)


def test_an_expiry_that_comes_early_is_not_lost() -> None:
    """A scheduler whose clock is ahead is told from when on; the next sweep catches it, however late."""
    for state in (S.REQUESTED, S.ACCEPTED, S.CONFIRMED, S.EN_ROUTE, S.IN_PROGRESS, S.COMPLETED):
        booking = booking_in(state)
        due_at = booking.due[0].at
        for early in (booking.since, due_at - timedelta(microseconds=1)):
            assert bookings.run_timers(booking, at=early) is booking
        ended = bookings.run_timers(booking, at=due_at + timedelta(days=400))
        assert bookings.run_timers(ended, at=due_at + timedelta(days=900)).state in bookings.FINAL


def lapsed(until: timedelta) -> Friend:
    """Return the friend, whose certification ends so long after the visit's start."""
    valid = Validity(journey.FOREVER, SLOT.start + until)
    return attrs.evolve(
        ALWAYS_THERE, certifications=[attrs.evolve(each, valid=valid) for each in ALWAYS_THERE.certifications]
    )


JUDGED = [
    (None, "request", NOW),
    (None, "assign", NOW),
    (None, "book_instantly", NOW),
    (S.REQUESTED, "accept", NOW),
    (S.CONFIRMED, "start_work", SLOT.start),
    (S.EN_ROUTE, "start_work", SLOT.start),
]


@pytest.mark.parametrize(("state", "event", "at"), JUDGED)
def test_a_certification_that_lapses_before_the_end_of_the_visit_does_not_count(
    state: BookingState | None, event: str, at: object
) -> None:
    """It must cover the whole visit, at the request, the acceptance and the start (ReadyResponder #15)."""
    booking = None if state is None else booking_in(state)
    by = {"request": CUSTOMER, "book_instantly": CUSTOMER, "assign": journey.SYSTEM}.get(event, FRIEND)
    for until, good in ((SLOT.end - SLOT.start, True), (HOUR - timedelta(seconds=1), False), (-HOUR, False)):
        command = attrs.evolve(journey.command(event, by, key="judged"), friend=lapsed(until))
        decided = bookings.decide(booking, command, at=at)  # type: ignore[arg-type]
        assert isinstance(decided, Decision) is good, until
        if isinstance(decided, Refusal):
            assert decided.code == "certification_expired"


def test_the_verb_judges_who_starts() -> None:
    """`start_work` by the friend as known now is judged; by an actor the application vouches."""
    booking = booking_in(S.EN_ROUTE)
    with pytest.raises(RefusedError) as caught:
        bookings.start_work(booking, by=lapsed(-HOUR), at=SLOT.start, key="s")
    assert caught.value.refusal.code == "certification_expired"
    assert bookings.start_work(booking, by=FRIEND, at=SLOT.start, key="s").state is S.IN_PROGRESS


def test_who_is_cancelled_on_pays_nothing() -> None:
    """A stock process without cancellation by the provider leaves the customer paying (Sharetribe #3146)."""
    for by in (FRIEND, OPERATOR):
        for state in (S.ACCEPTED, S.CONFIRMED, S.EN_ROUTE):
            booking = booking_in(state)
            ended = bookings.cancel(booking, by=by, at=booking.since, key="c")
            assert ended.ending is not None
            assert ended.ending.compensation is None


def stored(quotes: Iterable[Quote]) -> list[Booking]:
    """Return requested bookings."""
    return [bookings.request(each, at=NOW, key="r") for each in quotes]


def test_what_is_beside_does_not_count_against_itself() -> None:
    """A booking's own slot, and requests that nobody has accepted, do not keep it from being accepted."""
    one, other = stored([QUOTE, OTHER_QUOTE])
    assert bookings.busy_slots([one, other], besides=one) == ()
    accepted = bookings.accept(
        one, by=ANDREAS, at=NOW, key="a", busy=bookings.busy_slots([one, other], besides=one)
    )
    assert bookings.busy_slots([accepted, other], besides=other) == (SLOT,)
    assert (
        bookings.busy_slots([accepted, other], besides=accepted) == ()
    )  # it may be moved within its own slot
    assert bookings.busy_slots([accepted, other]) == (SLOT, SLOT)
