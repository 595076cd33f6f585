"""The three ways into a booking, and every verb once: what each needs, and what it makes."""

from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given

from mila_core import bookings, testing
from mila_core.availability import Availability
from mila_core.bookings import Booking, BookingCommand, BookingState
from mila_core.errors import InvalidTypeError
from mila_core.lifecycle import Actor, Decision, Refusal, RefusedError, Role
from mila_core.money import chf
from mila_core.periods import Period
from mila_core.policies import BookingPolicy
from mila_core.reasons import reason
from tests import booking_rules as rules
from tests import journey
from tests.journey import (
    ALWAYS_INSTANT,
    ALWAYS_THERE,
    ANDREAS,
    ANNA,
    CUSTOMER,
    FRIEND,
    NOW,
    OPERATOR,
    QUOTE,
    SYSTEM,
    booking_in,
    next_quote,
)

S = BookingState
SLOT = QUOTE.visit.slot
START = SLOT.start
HOUR = timedelta(hours=1)
OWN = attrs.evolve(QUOTE, friend_id="anna")


def codes(command: BookingCommand, *, at: Any = NOW) -> list[str]:
    """Return the codes with which a beginning is refused; none where it is granted."""
    decided = bookings.decide(None, command, at=at)
    return [why.code for why in decided.reasons] if isinstance(decided, Refusal) else []


def wanted(event: str, **details: Any) -> BookingCommand:
    """Return a command that begins a booking."""
    by = SYSTEM if event == "assign" else CUSTOMER
    return attrs.evolve(journey.command(event, by, key="begin"), **details)


# How it begins -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "state", "bound"),
    [("request", S.REQUESTED, False), ("assign", S.ACCEPTED, True), ("book_instantly", S.CONFIRMED, True)],
)
def test_a_beginning_makes_a_booking(event: str, state: BookingState, bound: bool) -> None:  # noqa: FBT001
    """At version 1, in its state, under the network's policy; bound where nobody has to answer."""
    booking = journey.taken(None, wanted(event), at=NOW)
    assert (booking.id, booking.version, booking.state, booking.since) == (QUOTE.id, 1, state, NOW)
    assert (booking.quote, booking.policy) == (QUOTE, QUOTE.visit.policy.booking)
    assert (booking.agreed_gross, booking.notice_start) == (QUOTE.gross, START)
    assert booking.bound_at == (NOW if bound else None)
    assert (booking.reschedules, booking.ending) == (0, None)


@pytest.mark.parametrize("event", rules.BEGINNINGS)
def test_a_beginning_books_under_the_policy_it_is_given(event: str) -> None:
    """The command's policy counts, then the one that `decide` is given, then the network's."""
    strict, strictest = BookingPolicy(version="strict"), BookingPolicy(version="strictest")
    for command, policy, expected in (
        (wanted(event), None, "ch-1"),
        (wanted(event, policy=strict), None, "strict"),
        (wanted(event), strict, "strict"),
        (wanted(event, policy=strict), strictest, "strictest"),
    ):
        decided = bookings.decide(None, command, at=NOW, policy=policy)
        assert isinstance(decided, Decision)
        assert bookings.evolve(None, decided.events[0]).policy.version == expected


@pytest.mark.parametrize("event", rules.BEGINNINGS)
def test_a_beginning_is_not_for_everybody(event: str) -> None:
    """Only the customer requests and books, only the application assigns."""
    allowed = Role.SYSTEM if event == "assign" else Role.CUSTOMER
    for role in Role:
        expected = [] if role is allowed else ["not_for_this_role"]
        by = journey.ACTORS[role]
        assert codes(wanted(event, by=by)) == expected


@pytest.mark.parametrize("event", rules.BEGINNINGS)
def test_nobody_books_oneself(event: str) -> None:
    """A friend who is the customer is refused on each way in."""
    friend = attrs.evolve(ALWAYS_THERE, id="anna")
    known: dict[str, Any] = {} if event == "request" else {"friend": friend, "offer": None}
    if event == "book_instantly":
        known["offer"] = attrs.evolve(ALWAYS_INSTANT, friend_id="anna")
    assert codes(wanted(event, quote=OWN, **known)).count("own_request") == 1


@pytest.mark.parametrize("event", rules.BEGINNINGS)
@pytest.mark.parametrize("stored", BookingState)
def test_what_is_stored_under_the_id_is_not_begun_again(event: str, stored: BookingState) -> None:
    """A quote is booked once, whatever became of it."""
    booking = booking_in(stored)
    decided = bookings.decide(booking, wanted(event), at=NOW)
    assert isinstance(decided, Refusal)
    assert decided.code == "not_from_this_state"


@pytest.mark.parametrize("event", rules.BEGINNINGS)
def test_a_beginning_needs_a_quote(event: str) -> None:
    """What to book must be said."""
    with pytest.raises(InvalidTypeError) as caught:
        bookings.decide(None, wanted(event, quote=None), at=NOW)
    assert caught.value.field == "quote"


NEEDED = [
    ("assign", {"friend": None}, "friend"),
    ("book_instantly", {"friend": None, "offer": None}, "friend"),
    ("book_instantly", {"offer": None}, "offer"),
]


@pytest.mark.parametrize(("event", "missing", "field"), NEEDED)
def test_what_binds_the_friend_needs_the_friend(event: str, missing: dict[str, Any], field: str) -> None:
    """Nobody is bound whose fitness was not judged at that moment."""
    with pytest.raises(InvalidTypeError) as caught:
        bookings.decide(None, wanted(event, **missing), at=NOW)
    assert caught.value.field == field


UNFIT: list[tuple[dict[str, Any], list[str]]] = [
    # what is known of the friend by now, and why not
    ({"friend": attrs.evolve(ALWAYS_THERE, certifications=())}, ["certification_missing"]),
    ({"friend": journey.MARKET.friend("beat"), "offer": None}, ["not_a_party"]),
    ({"offer": attrs.evolve(ALWAYS_INSTANT, id="another")}, ["no_offer"]),
    ({"offer": attrs.evolve(ALWAYS_INSTANT, service_code="tv-channels")}, ["no_offer"]),
    ({"busy": [SLOT]}, ["not_available"]),
    ({"friend": attrs.evolve(ALWAYS_THERE, availability=Availability(absent=[SLOT]))}, ["not_available"]),
]


@pytest.mark.parametrize(("known", "expected"), UNFIT)
@pytest.mark.parametrize("event", ["assign", "book_instantly"])
def test_who_is_not_fit_or_free_is_not_bound(event: str, known: dict[str, Any], expected: list[str]) -> None:
    """An accepted invitation, or an offer to be booked at once, binds nobody who cannot come."""
    if event == "book_instantly" and known.get("offer", ALWAYS_INSTANT) is None:
        beats = journey.MARKET.offer("beat-1")
        known, expected = {**known, "offer": attrs.evolve(beats, instant=True)}, [*expected]
    assert codes(wanted(event, **known))[: len(expected)] == expected


def test_an_assigned_friend_comes_outside_the_weekly_hours_too() -> None:
    """Who has accepted an invitation has said yes to this very slot; who is booked at once has not."""
    resting = attrs.evolve(ALWAYS_THERE, availability=Availability())
    assert codes(wanted("assign", friend=resting)) == []
    assert codes(wanted("book_instantly", friend=resting)) == ["not_available"]
    assert codes(wanted("request", friend=resting)) == ["not_available"]


def test_only_an_instant_offer_is_booked_at_once() -> None:
    """Whether an answer is needed is what the friend has said of the offer."""
    asked = wanted("book_instantly", offer=attrs.evolve(ALWAYS_INSTANT, instant=False))
    decided = bookings.decide(None, asked, at=NOW)
    assert isinstance(decided, Refusal)
    assert decided.reasons == (reason("not_instant", id="andreas-1"),)


@pytest.mark.parametrize("event", rules.BEGINNINGS)
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_an_expired_quote_is_booked_by_nobody_but_dispatch(event: str, off: int) -> None:
    """An invitation has its own time to answer; what a customer books must not have expired."""
    quote = attrs.evolve(QUOTE, expires_at=NOW + HOUR)
    at = NOW + HOUR + timedelta(microseconds=off)
    expected = ["quote_expired"] if off >= 0 and event != "assign" else []
    assert codes(wanted(event, quote=quote), at=at) == expected


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_nobody_is_assigned_what_would_be_over_at_once(off: int) -> None:
    """From the last moment to confirm on, an assigned booking would expire before it could be confirmed."""
    at = START - timedelta(minutes=rules.MINUTES["confirm_notice"]) + timedelta(microseconds=off)
    assert codes(wanted("assign"), at=at) == (["too_late_to_book"] if off >= 0 else [])


def test_a_beginning_expects_the_agenda_that_was_read() -> None:
    """Each way in that takes the friend's time rests on the agenda's version as well."""
    for event in ("assign", "book_instantly"):
        decided = bookings.decide(None, wanted(event, agenda_version=5), at=NOW)
        assert isinstance(decided, Decision)
        assert [(each.stream, each.version) for each in decided.expects] == [
            (f"booking:{QUOTE.id}", 0),
            ("agenda:andreas", 5),
        ]


# Every verb ----------------------------------------------------------------------------------------------


def test_the_verbs_lead_through_a_whole_life() -> None:
    """Requested, accepted, confirmed, moved, on the way, at work, amended, done, approved."""
    booking = bookings.request(QUOTE, at=NOW, key="1", friend=ANDREAS, offer=journey.OFFER)
    booking = bookings.accept(booking, by=ANDREAS, at=NOW, key="2", offer=journey.OFFER)
    booking = bookings.confirm(booking, by=SYSTEM, at=NOW, key="3")
    moved = next_quote(QUOTE, slot=journey.moved(SLOT, HOUR))
    booking = bookings.reschedule(
        booking,
        to=moved,
        by=ANNA,
        at=NOW,
        key="4",
        friend=ANDREAS,
        consent=journey.consent_to(moved, CUSTOMER),
    )
    booking = bookings.depart(booking, by=ANDREAS, at=START, key="5")
    booking = bookings.start_work(booking, by=ANDREAS, at=START + HOUR, key="6")
    longer = Period(moved.visit.slot.start, moved.visit.slot.end + HOUR)
    amended = next_quote(moved, slot=longer, gross=chf(60))
    booking = bookings.amend(
        booking,
        to=amended,
        by=ANDREAS,
        at=START + HOUR,
        key="7",
        consent=journey.consent_to(amended, FRIEND),  # type: ignore[arg-type]
        busy=[SLOT],
    )
    booking = bookings.complete(booking, by=ANDREAS, at=START + 2 * HOUR, key="8")
    booking = bookings.approve(booking, by=ANNA, at=START + 3 * HOUR, key="9")
    assert (booking.state, booking.version, booking.quote.due) == (S.CLOSED, 9, chf(60))
    assert booking.ending == bookings.Ending(event="approve", by=CUSTOMER)


ENDINGS = [
    (
        S.REQUESTED,
        lambda it: bookings.decline(it, by=ANDREAS, at=NOW, key="k", why=reason("ill")),
        S.DECLINED,
    ),
    (S.REQUESTED, lambda it: bookings.run_timers(it, at=START), S.EXPIRED),
    (S.ACCEPTED, lambda it: bookings.cancel(it, by=ANDREAS, at=NOW, key="k"), S.CANCELLED),
    (S.EN_ROUTE, lambda it: bookings.cancel(it, by=ANNA, at=START, key="k"), S.CANCELLED),
    (S.IN_PROGRESS, lambda it: bookings.cancel(it, by=OPERATOR, at=START, key="k"), S.CANCELLED),
    (S.IN_PROGRESS, lambda it: bookings.fail(it, by=ANDREAS, at=START, key="k", why="unsafe"), S.FAILED),
    (
        S.EN_ROUTE,
        lambda it: bookings.fail(it, by=OPERATOR, at=START, key="k", why=reason("no_access", floor=3)),
        S.FAILED,
    ),
    (
        S.CONFIRMED,
        lambda it: bookings.report_customer_no_show(
            it, by=ANDREAS, at=START + HOUR, key="k", contact_attempted_at=START
        ),
        S.NO_SHOW,
    ),
    (
        S.EN_ROUTE,
        lambda it: bookings.report_friend_no_show(it, by=ANNA, at=START + HOUR, key="k"),
        S.NO_SHOW,
    ),
    (S.COMPLETED, lambda it: bookings.approve(it, by=OPERATOR, at=START + 2 * HOUR, key="k"), S.CLOSED),
]


@pytest.mark.parametrize(("state", "verb", "expected"), ENDINGS)
def test_the_verbs_lead_to_each_end(state: BookingState, verb: Any, expected: BookingState) -> None:
    """Each way to end has its verb; the ending says by what and by whom."""
    ended: Booking = verb(booking_in(state))
    assert ended.state is expected
    assert ended.ending is not None
    assert ended.ending.event in rules.EVENTS
    assert not ended.is_open


REVEALS = [
    (S.REQUESTED, False),
    (S.DECLINED, False),
    (S.EXPIRED, False),
    (S.ACCEPTED, True),
    (S.CONFIRMED, True),
    (S.EN_ROUTE, True),
    (S.IN_PROGRESS, True),
    (S.COMPLETED, True),
    (S.CLOSED, True),
    (S.CANCELLED, True),
    (S.NO_SHOW, True),
    (S.FAILED, True),
]


@pytest.mark.parametrize(("state", "reveals"), REVEALS)
def test_contact_data_are_revealed_from_the_acceptance_on(
    state: BookingState,
    reveals: bool,  # noqa: FBT001
) -> None:
    """The two know how to reach each other once the friend is bound, and not before."""
    assert booking_in(state).reveals_contact is reveals


def test_contact_data_depend_on_the_acceptance_not_on_the_end() -> None:
    """A request that was withdrawn reveals nothing; an acceptance that time ended has revealed it before."""
    withdrawn = bookings.cancel(booking_in(S.REQUESTED), by=CUSTOMER, at=NOW, key="k")
    assert not withdrawn.reveals_contact
    forgotten = bookings.run_timers(booking_in(S.ACCEPTED), at=START)
    assert forgotten.state is S.EXPIRED
    assert forgotten.reveals_contact
    assert bookings.assign(QUOTE, friend=ANDREAS, at=NOW, key="a").reveals_contact
    instant = bookings.book_instantly(QUOTE, friend=ALWAYS_THERE, offer=ALWAYS_INSTANT, at=NOW, key="b")
    assert instant.reveals_contact


@given(testing.histories())
def test_contact_data_once_revealed_stay_revealed(history: tuple[bookings.BookingEvent, ...]) -> None:
    """In any life they are revealed from the event on that binds the friend."""
    bound = False
    for count, event in enumerate(history, start=1):
        bound = bound or event.event in {"accept", "assign", "book_instantly"}
        assert bookings.replay(history[:count]).reveals_contact is bound


def test_the_ways_in_have_their_verbs() -> None:
    """`assign` and `book_instantly` make what their commands make; a repetition gives back what is stored."""
    assigned = bookings.assign(QUOTE, friend=ANDREAS, at=NOW, key="a", offer=journey.OFFER, busy=[])
    instant = bookings.book_instantly(
        QUOTE, friend=ALWAYS_THERE, offer=ALWAYS_INSTANT, at=NOW, key="b", booking_id="b-1"
    )
    assert (assigned.state, instant.state, instant.id) == (S.ACCEPTED, S.CONFIRMED, "b-1")
    late = START + 99 * HOUR
    again = bookings.assign(QUOTE, friend=ANDREAS, at=late, key="a", stored=assigned)
    assert again is assigned
    assert (
        bookings.book_instantly(
            QUOTE,
            friend=ALWAYS_THERE,
            offer=ALWAYS_INSTANT,
            at=late,
            key="b",
            booking_id="b-1",
            stored=instant,
        )
        is instant
    )
    with pytest.raises(RefusedError) as caught:
        bookings.assign(QUOTE, friend=ANDREAS, at=NOW, key="another", stored=assigned)
    assert caught.value.refusal.code == "not_from_this_state"


@pytest.mark.parametrize("why", [None, reason("no_mood"), reason("late")])
def test_a_visit_fails_for_a_reason_that_is_known(why: Any) -> None:
    """What it costs hangs on the reason: one that nobody knows is refused, with those that there are."""
    command = attrs.evolve(journey.command("fail", FRIEND), why=why)
    decided = bookings.decide(booking_in(S.IN_PROGRESS), command, at=START)
    assert isinstance(decided, Refusal)
    assert decided.reasons == (reason("failure_unknown", expected=" ".join(rules.FAILURES)),)


def test_an_absent_customer_was_called() -> None:
    """Without an attempt to reach the customer nobody is reported; the event keeps when it was."""
    command = journey.command("report_customer_no_show", FRIEND)
    decided = bookings.decide(booking_in(S.EN_ROUTE), command, at=START + HOUR)
    assert isinstance(decided, Decision)
    assert decided.events[0].contact_attempted_at == START
    for attempted in (None, START + timedelta(seconds=1)):  # or one that is still to come
        silent = attrs.evolve(command, contact_attempted_at=attempted)
        refused = bookings.decide(booking_in(S.EN_ROUTE), silent, at=START)
        assert isinstance(refused, Refusal)
        assert [why.code for why in refused.reasons] == ["too_early", "contact_attempt_missing"]


def test_a_verb_takes_whoever_acts() -> None:
    """A customer, a friend, or an actor in any role; a text is nobody."""
    somebody: Any = "anna"
    for by in (ANNA, CUSTOMER, ANDREAS, FRIEND, OPERATOR, Actor(Role.OPERATOR, "olaf")):
        assert bookings.cancel(booking_in(S.ACCEPTED), by=by, at=NOW, key="k").state is S.CANCELLED
    with pytest.raises(InvalidTypeError) as caught:
        bookings.cancel(booking_in(S.ACCEPTED), by=somebody, at=NOW, key="k")
    assert caught.value.field == "by"
