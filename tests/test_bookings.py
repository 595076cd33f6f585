"""The booking's table, its keys and versions, its parties and verbs: nothing moves that is not allowed to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from mila_core import bookings
from mila_core.availability import Availability
from mila_core.bookings import MACHINE, Booking, BookingCommand, BookingState
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.friends import Friend
from mila_core.lifecycle import Actor, Decision, Outcome, Refusal, RefusedError, Role
from mila_core.offers import Offer
from mila_core.periods import Period, Validity
from mila_core.policies import AvailabilityPolicy
from mila_core.reasons import reason
from tests import journey
from tests import machine_laws as laws
from tests.journey import ANDREAS, ANNA, CUSTOMER, FRIEND, OPERATOR, QUOTE, SCHEDULER, booking_in, utc

S = BookingState
LATER = utc("2013-12-31T00:00")  # every timer of the example is due by then
EARLIEST = {"accept": utc("2013-11-27T09:00"), "confirm": utc("2013-11-27T11:00")}  # these have an end


def answer(
    booking: Booking | None, command: BookingCommand, *, at: datetime = journey.NOW
) -> Decision[bookings.BookingEvent] | Refusal:
    """Decide, and make sure that deciding changed nothing."""
    before = repr(booking)
    decided = bookings.decide(booking, command, at=at)
    assert repr(booking) == before
    return decided


def refused(decided: object) -> str:
    """Return the code of a refusal."""
    assert isinstance(decided, Refusal), decided
    return decided.code


# Keys and versions ---------------------------------------------------------------------------------------


def steps_to(state: BookingState) -> list[tuple[Booking | None, BookingCommand, datetime]]:
    """Return the steps that lead to a state: what was there, the command, and when."""
    source, event, by, at = journey.STATIONS[state]
    before = None if source is None else booking_in(source)
    quote = before.quote if before else QUOTE
    steps = [] if source is None else steps_to(source)
    return [*steps, (before, journey.command(event, by, quote=quote), utc(at))]


@pytest.mark.parametrize("state", BookingState)
def test_a_repeated_command_changes_nothing(state: BookingState) -> None:
    """The same command with the same key is answered with `replayed` and no events, at any time after."""
    booking = booking_in(state)
    for before, wanted, at in steps_to(state):
        laws.check_repetition(MACHINE, before, wanted, at=at)
        decided = answer(booking, wanted, at=LATER)
        assert isinstance(decided, Decision)
        assert (decided.outcome, decided.events) == (Outcome.REPLAYED, ())


@pytest.mark.parametrize("state", BookingState)
def test_a_command_at_another_version_is_refused(state: BookingState) -> None:
    """A command that was made for another version changes nothing; for the present one it is granted."""
    for before, wanted, at in steps_to(state):
        laws.check_stale(MACHINE, before, wanted, at=at)


@pytest.mark.parametrize("state", BookingState)
def test_a_used_key_stands_for_its_command_alone(state: BookingState) -> None:
    """Whatever else comes with a key that was used is refused before all else."""
    other = BookingCommand(event="decline", by=FRIEND, key="k", why=reason("other"))
    laws.check_mismatch(MACHINE, booking_in(state), other, at=LATER)


def test_a_repeated_verb_returns_the_booking_as_it_stands() -> None:
    """The verbs take a retry as well, also when the booking has gone on meanwhile."""
    accepted = booking_in(S.ACCEPTED)
    assert bookings.accept(accepted, by=ANDREAS, at=LATER, key="accept-andreas") == accepted
    closed = booking_in(S.CLOSED)
    assert bookings.confirm(closed, by=FRIEND, at=LATER, key="confirm-andreas") == closed


def test_a_retry_may_know_the_friend_better() -> None:
    """What is known of the friend is no part of a command's content: a retry brings fresher knowledge."""
    wanted = attrs.evolve(journey.command("accept", FRIEND), friend=journey.ALWAYS_CERTIFIED)
    decided = answer(booking_in(S.ACCEPTED), wanted)
    assert isinstance(decided, Decision)
    assert decided.outcome is Outcome.REPLAYED


OTHER_QUOTE = attrs.evolve(QUOTE, id="another-quote")
SAME_KEY_OTHER_CONTENT = {
    "another event": BookingCommand(event="decline", by=FRIEND, key="accept-andreas"),
    "another actor": BookingCommand(event="accept", by=OPERATOR, key="accept-andreas", friend=ANDREAS),
    "another reason": BookingCommand(event="accept", by=FRIEND, key="accept-andreas", why=reason("late")),
    "another quote": BookingCommand(event="request", by=CUSTOMER, key="request-anna", quote=OTHER_QUOTE),
    "another id": BookingCommand(
        event="request", by=CUSTOMER, key="request-anna", quote=QUOTE, booking_id="b"
    ),
    "an event that there is not": BookingCommand(event="fly", by=FRIEND, key="accept-andreas"),
}


@pytest.mark.parametrize("wanted", SAME_KEY_OTHER_CONTENT.values(), ids=list(SAME_KEY_OTHER_CONTENT))
def test_the_same_key_for_something_else_is_refused(wanted: BookingCommand) -> None:
    """A key stands for one command; with other content it is refused before anything else is looked at."""
    assert refused(answer(booking_in(S.ACCEPTED), wanted)) == "key_mismatch"


@pytest.mark.parametrize("seen", [0, 1, 3, 2**53])
def test_a_stale_version_is_refused(seen: int) -> None:
    """A command made for another version of the booking than the present one changes nothing."""
    booking = booking_in(S.ACCEPTED)
    decided = answer(booking, journey.command("confirm", FRIEND, version=seen))
    assert refused(decided) == "stale_version"
    assert isinstance(decided, Refusal)
    assert decided.reasons == (reason("stale_version", expected=seen, version=2),)


def test_the_present_version_is_accepted() -> None:
    """A command that names the version there is, is granted; 0 is the version before the request."""
    confirmed = answer(booking_in(S.ACCEPTED), journey.command("confirm", FRIEND, version=2))
    requested = answer(None, journey.command("request", CUSTOMER, version=0))
    assert isinstance(confirmed, Decision)
    assert isinstance(requested, Decision)


def test_a_request_for_a_version_that_is_not_there_is_refused() -> None:
    """Before the request there is version 0 only."""
    assert refused(answer(None, journey.command("request", CUSTOMER, version=1))) == "stale_version"


def test_a_repetition_counts_before_its_stale_version() -> None:
    """A retry names the version that it saw the first time, and is still recognised."""
    wanted = journey.command("accept", FRIEND, version=1)
    booking = journey.taken(booking_in(S.REQUESTED), wanted, at=EARLIEST["accept"])
    decided = answer(booking, wanted)
    assert isinstance(decided, Decision)
    assert decided.outcome is Outcome.REPLAYED


def test_a_decision_names_the_version_that_was_read() -> None:
    """Storing an event has to fail where somebody else was quicker: the decision says at which version."""
    first = answer(None, journey.command("request", CUSTOMER))
    second = answer(booking_in(S.REQUESTED), journey.command("accept", FRIEND), at=EARLIEST["accept"])
    for decided, version in ((first, 0), (second, 1)):
        assert isinstance(decided, Decision)
        (expected,) = decided.expects
        (event,) = decided.events
        assert (expected.stream, expected.version) == (f"booking:{QUOTE.id}", version)
        assert event.version == version + 1


# Parties -------------------------------------------------------------------------------------------------

STRANGERS = [
    # state, event, somebody in the right role who is not of this booking
    (None, "request", Actor(Role.CUSTOMER, "bruno")),
    (S.REQUESTED, "accept", Actor(Role.FRIEND, "beat")),
    (S.REQUESTED, "decline", Actor(Role.FRIEND, "beat")),
    (S.ACCEPTED, "confirm", Actor(Role.FRIEND, "beat")),
    (S.CONFIRMED, "start_work", Actor(Role.FRIEND, "anna")),
    (S.IN_PROGRESS, "complete", Actor(Role.FRIEND, "beat")),
    (S.COMPLETED, "approve", Actor(Role.CUSTOMER, "andreas")),
    (S.CONFIRMED, "cancel_by_customer", Actor(Role.CUSTOMER, "bruno")),
    (S.CONFIRMED, "cancel_by_friend", Actor(Role.FRIEND, "beat")),
]


@pytest.mark.parametrize(("state", "event", "by"), STRANGERS)
def test_a_stranger_has_no_say(state: BookingState | None, event: str, by: Actor) -> None:
    """The right role is not enough: only the customer and the friend of the booking may act on it."""
    booking = None if state is None else booking_in(state)
    assert refused(answer(booking, journey.command(event, by))) == "not_a_party"


@pytest.mark.parametrize("by", [OPERATOR, SCHEDULER], ids=lambda by: by.role)
def test_operators_and_timers_are_no_parties(by: Actor) -> None:
    """An operator acts on any booking, a timer on any that is due, whatever their ids are."""
    event, at = ("decline", EARLIEST["accept"]) if by is OPERATOR else ("expire_request", LATER)
    decided = answer(booking_in(S.REQUESTED), journey.command(event, attrs.evolve(by, id="whoever")), at=at)
    assert isinstance(decided, Decision)


# Eligibility, judged again -------------------------------------------------------------------------------

REVOKED = attrs.evolve(ANDREAS, certifications=())
TOO_SHORT = attrs.evolve(  # good while the customer books and when the visit begins, not until it ends
    ANDREAS,
    certifications=[
        attrs.evolve(each, valid=Validity(journey.FOREVER, utc("2013-11-28T13:59")))
        for each in ANDREAS.certifications
    ],
)


@pytest.mark.parametrize(
    ("friend", "code"),
    [
        (REVOKED, "certification_missing"),
        (TOO_SHORT, "certification_expired"),
        (journey.MARKET.friend("beat"), "not_a_party"),
    ],
)
def test_who_is_no_longer_eligible_cannot_accept(friend: Any, code: str) -> None:
    """Accepting judges the friend again, as known now, through the whole visit."""
    wanted = attrs.evolve(journey.command("accept", FRIEND), friend=friend)
    assert refused(answer(booking_in(S.REQUESTED), wanted, at=EARLIEST["accept"])) == code


def test_who_is_no_longer_eligible_cannot_be_requested() -> None:
    """A request that brings what is known of the friend judges it too."""
    wanted = attrs.evolve(journey.command("request", CUSTOMER), friend=REVOKED)
    assert refused(answer(None, wanted)) == "certification_missing"


SLOT = QUOTE.visit.slot


@pytest.mark.parametrize(
    ("friend", "busy", "expected"),
    [
        (ANDREAS, [], None),
        # another booking in the slot, or over a part of it, meanwhile
        (ANDREAS, [SLOT], "not_available"),
        (
            ANDREAS,
            [Period(SLOT.start - timedelta(hours=1), SLOT.start + timedelta(minutes=1))],
            "not_available",
        ),
        # bookings that touch it leave it free
        (ANDREAS, [Period(SLOT.end, SLOT.end + timedelta(hours=1))], None),
        # the friend has other hours by now
        (attrs.evolve(ANDREAS, availability=Availability()), [], "not_available"),
        (attrs.evolve(ANDREAS, availability=Availability(extra=[SLOT])), [], None),
    ],
)
def test_a_slot_that_was_taken_meanwhile_cannot_be_requested(
    friend: Friend, busy: list[Period], expected: str | None
) -> None:
    """A request that brings what is known of the friend checks that the slot is still free."""
    wanted = attrs.evolve(journey.command("request", CUSTOMER), friend=friend, busy=busy)
    decided = answer(None, wanted)
    if expected is None:
        assert isinstance(decided, Decision)
        return
    assert refused(decided) == expected
    with pytest.raises(RefusedError):
        bookings.request(QUOTE, at=journey.NOW, key="k", friend=friend, busy=busy)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (AvailabilityPolicy(), None),
        # the visit before ends when this one begins
        (AvailabilityPolicy(buffer_minutes=15), "not_available"),
        (AvailabilityPolicy(visits_per_day=1), "not_available"),
        (AvailabilityPolicy(visits_per_day=2), None),
        # the visit is tomorrow
        (AvailabilityPolicy(horizon_days=0), "not_available"),
    ],
)
def test_a_request_respects_buffers_and_limits(rules: AvailabilityPolicy, expected: str | None) -> None:
    """What the ranking would not show is not booked from an older quote either."""
    wanted = attrs.evolve(
        journey.command("request", CUSTOMER),
        friend=ANDREAS,
        quote=attrs.evolve(
            QUOTE,
            visit=attrs.evolve(QUOTE.visit, policy=attrs.evolve(QUOTE.visit.policy, availability=rules)),
        ),
        busy=[Period(SLOT.start - timedelta(hours=1), SLOT.start)],
    )
    decided = answer(None, wanted)
    assert (refused(decided) if isinstance(decided, Refusal) else None) == expected


def test_what_is_known_meanwhile_is_no_part_of_the_command() -> None:
    """A retry of a request that knows of more bookings is a retry all the same."""
    wanted = attrs.evolve(journey.command("request", CUSTOMER), friend=ANDREAS, busy=[SLOT])
    decided = answer(booking_in(S.REQUESTED), wanted)
    assert isinstance(decided, Decision)
    assert decided.outcome is Outcome.REPLAYED


ELSEWHERE = Period(SLOT.end, SLOT.end + timedelta(hours=1))
OFFER = journey.MARKET.offer("andreas-1")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, None),
        # another booking of the friend in the slot, or over a part of it; one beside it
        ({"busy": [SLOT]}, "not_available"),
        ({"busy": [ELSEWHERE, Period(SLOT.start, SLOT.start + timedelta(minutes=1))]}, "not_available"),
        ({"busy": [ELSEWHERE]}, None),
        # the friend is away then; the weekly hours do not matter any more, as the friend says yes
        ({"friend": attrs.evolve(ANDREAS, availability=Availability(absent=[SLOT]))}, "not_available"),
        ({"friend": attrs.evolve(ANDREAS, availability=Availability())}, None),
        # the offer as it is now
        ({"offer": OFFER}, None),
        ({"offer": attrs.evolve(OFFER, valid=Validity(journey.FOREVER, SLOT.start))}, "offer_ended"),
        ({"offer": attrs.evolve(OFFER, id="andreas-9")}, "no_offer"),
    ],
)
def test_accepting_judges_slot_and_offer_again(known: dict[str, Any], expected: str | None) -> None:
    """Two requests for one slot can both be waiting; only one of them can be accepted."""
    wanted = attrs.evolve(journey.command("accept", FRIEND), **known)
    decided = answer(booking_in(S.REQUESTED), wanted, at=EARLIEST["accept"])
    if expected is None:
        assert isinstance(decided, Decision)
    else:
        assert refused(decided) == expected


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (OFFER, None),
        (attrs.evolve(OFFER, valid=Validity(journey.FOREVER, SLOT.start)), "offer_ended"),
        (attrs.evolve(OFFER, id="andreas-9"), "no_offer"),
    ],
)
def test_a_request_for_an_offer_that_was_withdrawn_is_refused(offer: Offer, expected: str | None) -> None:
    """A request that brings the offer as known now notices that it has ended since the quote."""
    wanted = attrs.evolve(journey.command("request", CUSTOMER), friend=ANDREAS, offer=offer)
    decided = answer(None, wanted)
    assert (refused(decided) if isinstance(decided, Refusal) else None) == expected


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"busy": [SLOT]}, "friend"),
        ({"offer": OFFER}, "friend"),
        ({"agenda_version": 3}, "friend"),
        ({"friend": ANDREAS, "offer": journey.MARKET.offer("beat-1")}, "offer"),
    ],
)
def test_what_would_be_passed_over_is_refused(known: dict[str, Any], field: str) -> None:
    """Busy slots, an offer or a version say nothing without the friend whose they are."""
    with pytest.raises(InvalidInputError) as caught:
        attrs.evolve(journey.command("request", CUSTOMER), **known)
    assert caught.value.field == field


def test_a_decision_expects_the_agenda_that_was_read() -> None:
    """A version of the booking alone would not keep two bookings out of one slot."""
    wanted = attrs.evolve(journey.command("accept", FRIEND), agenda_version=7)
    decided = answer(booking_in(S.REQUESTED), wanted, at=EARLIEST["accept"])
    assert isinstance(decided, Decision)
    assert [(each.stream, each.version) for each in decided.expects] == [
        (f"booking:{QUOTE.id}", 1),
        ("agenda:andreas", 7),
    ]


def test_the_slots_that_are_taken() -> None:
    """What came to nothing takes none; beside one that is to be accepted, requests do not count either."""
    states = [S.REQUESTED, S.ACCEPTED, S.CANCELLED, S.CLOSED, S.DECLINED, S.EXPIRED, S.FAILED]
    others = [attrs.evolve(booking_in(state), id=state.value) for state in states]
    assert bookings.busy_slots(others) == (SLOT,) * 4
    assert bookings.busy_slots(others, besides=others[0]) == (SLOT,) * 3
    assert bookings.busy_slots(others, besides=others[1]) == (SLOT,) * 2
    assert bookings.busy_slots(others[:1], besides=booking_in(S.REQUESTED)) == ()


def test_a_retried_request_finds_what_is_stored() -> None:
    """A request whose answer was lost is sent again, even after the quote has expired."""
    stored = bookings.request(QUOTE, at=journey.NOW, key="k")
    for booking_id in (None, QUOTE.id):
        again = bookings.request(QUOTE, at=LATER, key="k", booking_id=booking_id, stored=stored)
        assert again == stored
    with pytest.raises(RefusedError) as caught:
        bookings.request(QUOTE, at=journey.NOW, key="another", stored=stored)
    assert caught.value.refusal.code == "not_from_this_state"


def test_an_operator_accepts_for_a_friend_who_is_eligible() -> None:
    """An operator may accept, and brings the friend as known now."""
    booking = bookings.accept(
        booking_in(S.REQUESTED), by=OPERATOR, at=EARLIEST["accept"], key="k", friend=ANDREAS
    )
    assert booking.state is S.ACCEPTED


def test_nobody_books_oneself() -> None:
    """A friend who is the customer cannot be requested, even where no friend is given to judge."""
    own = attrs.evolve(QUOTE, friend_id="anna")
    decided = answer(None, BookingCommand(event="request", by=CUSTOMER, key="k", quote=own))
    assert refused(decided) == "own_request"


def test_every_reason_of_the_rule_that_says_no_is_named() -> None:
    """A request that is too late in several ways says all of them."""
    own = attrs.evolve(QUOTE, friend_id="anna")
    decided = answer(None, BookingCommand(event="request", by=CUSTOMER, key="k", quote=own), at=LATER)
    assert isinstance(decided, Refusal)
    assert [why.code for why in decided.reasons] == ["quote_expired", "too_late_to_book", "own_request"]


# What a booking is made of -------------------------------------------------------------------------------


def test_a_request_keeps_quote_policy_and_key() -> None:
    """A booking is at version 1 what was asked for, under the policy and the key that were given."""
    policy = attrs.evolve(journey.PILOT.policy, version="strict", review_days=3)
    booking = bookings.request(QUOTE, at=utc("2013-11-27T08:05"), key="a1", policy=policy)
    assert (booking.id, booking.version, booking.state) == (QUOTE.id, 1, S.REQUESTED)
    assert (booking.quote, booking.policy) == (QUOTE, policy)
    assert (booking.customer_id, booking.friend_id) == ("anna", "andreas")
    assert [use.key for use in booking.keys] == ["a1"]


def test_a_booking_has_the_id_it_is_given() -> None:
    """Where an id is given the booking has it, else the quote's, so that a quote is booked once."""
    assert bookings.request(QUOTE, at=journey.NOW, key="k", booking_id="b-17").id == "b-17"


def test_the_policy_of_a_booking_does_not_change() -> None:
    """A command on a booking cannot bring another policy."""
    strict = attrs.evolve(journey.PILOT.policy, approve_minutes=1)
    booking = booking_in(S.IN_PROGRESS)
    done_at = utc("2013-11-28T14:00")
    decided = bookings.decide(booking, journey.command("complete", FRIEND), at=done_at, policy=strict)
    assert isinstance(decided, Decision)
    assert decided.events[0].policy is None
    assert bookings.evolve(booking, decided.events[0]).due[0].at == done_at + timedelta(hours=48)


def test_the_reason_given_stands_in_the_event() -> None:
    """A friend who declines says why, and the event keeps it."""
    why = reason("no_time")
    decided = answer(booking_in(S.REQUESTED), BookingCommand(event="decline", by=FRIEND, key="k", why=why))
    assert isinstance(decided, Decision)
    assert decided.events[0].why == why


# The verbs -----------------------------------------------------------------------------------------------


def test_the_verbs_lead_through_the_main_path() -> None:
    """Requested, accepted, confirmed, begun, done and approved: a version more each time."""
    booking = bookings.request(QUOTE, at=journey.NOW, key="1", friend=ANDREAS)
    booking = bookings.accept(booking, by=ANDREAS, at=utc("2013-11-27T10:00"), key="2")
    booking = bookings.confirm(booking, by=ANDREAS, at=utc("2013-11-27T11:00"), key="3")
    booking = bookings.start_work(booking, by=ANDREAS, at=utc("2013-11-28T13:00"), key="4")
    booking = bookings.complete(booking, by=ANDREAS, at=utc("2013-11-28T14:00"), key="5")
    booking = bookings.approve(booking, by=ANNA, at=utc("2013-11-28T15:00"), key="6")
    assert (booking.state, booking.version) == (S.CLOSED, 6)
    assert booking.since == utc("2013-11-28T15:00")


def test_work_can_be_done_without_having_been_begun() -> None:
    """A friend who forgot to say that the work began may still say that it is done."""
    booking = bookings.complete(booking_in(S.CONFIRMED), by=FRIEND, at=utc("2013-11-28T13:30"), key="k")
    assert booking.state is S.COMPLETED


def test_a_friend_declines() -> None:
    """A friend may say no."""
    booking = bookings.decline(booking_in(S.REQUESTED), by=ANDREAS, at=journey.NOW, key="k")
    assert booking.state is S.DECLINED


@pytest.mark.parametrize(
    ("by", "event"),
    [(ANNA, "cancel_by_customer"), (ANDREAS, "cancel_by_friend"), (OPERATOR, "cancel_by_operator")],
)
def test_a_cancellation_is_in_the_name_of_who_cancels(by: Any, event: str) -> None:
    """`cancel` picks the event by who acts: what it costs later depends on it."""
    booking = bookings.cancel(booking_in(S.CONFIRMED), by=by, at=SLOT.start, key="k")
    used = booking.keys[-1].fingerprint
    actor = by if isinstance(by, Actor) else Actor(CUSTOMER.role if by is ANNA else FRIEND.role, by.id)
    assert used == BookingCommand(event=event, by=actor, key="k").fingerprint


def test_a_timer_cannot_cancel() -> None:
    """There is no cancellation in the name of the scheduler."""
    with pytest.raises(RefusedError) as caught:
        bookings.cancel(booking_in(S.CONFIRMED), by=SCHEDULER, at=LATER, key="k")
    assert caught.value.refusal.code == "unknown_event"


def test_a_refused_verb_raises_the_refusal() -> None:
    """The verbs raise what `decide` returns, as an error that is also a RuntimeError and has a code."""
    booking = booking_in(S.REQUESTED)
    with pytest.raises(RefusedError) as caught:
        bookings.start_work(booking, by=FRIEND, at=LATER, key="k")
    assert caught.value.refusal == answer(
        booking, BookingCommand(event="start_work", by=FRIEND, key="k"), at=LATER
    )
    assert (caught.value.code, caught.value.refusal.event) == ("refused", "start_work")
    assert isinstance(caught.value, RuntimeError)
    assert "not_from_this_state" in str(caught.value)
    assert "state=requested" in str(caught.value)


def test_a_retried_request_is_recognised_on_any_machine() -> None:
    """The content of a command does not depend on the order in which a set happens to list its members."""
    codes = [f"field-{number}" for number in range(40)]
    ways = [frozenset(codes), frozenset(reversed(codes))]
    assert repr(ways[0]) != repr(ways[1]), "sets that list their members alike prove nothing"
    first, second = (
        attrs.evolve(
            journey.command("request", CUSTOMER),
            quote=attrs.evolve(
                QUOTE,
                visit=attrs.evolve(QUOTE.visit, service=attrs.evolve(QUOTE.visit.service, requires=way)),
            ),
        )
        for way in ways
    )
    assert first == second
    assert first.fingerprint == second.fingerprint


# Wrong calls ---------------------------------------------------------------------------------------------

TEXT: Any = "friend"
NOTHING: Any = None
NAIVE = datetime(2013, 11, 27, 9)  # noqa: DTZ001
WRONG_CALLS: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    # what is wrong: the call, the error, the field it names
    "an empty key": (lambda: BookingCommand(event="accept", by=FRIEND, key=""), InvalidValueError, "key"),
    "a key with a space": (
        lambda: BookingCommand(event="accept", by=FRIEND, key="a b"),
        InvalidValueError,
        "key",
    ),
    "no key": (lambda: BookingCommand(event="accept", by=FRIEND, key=NOTHING), InvalidTypeError, "key"),
    "an actor that is a text": (
        lambda: BookingCommand(event="accept", by=TEXT, key="k"),
        InvalidTypeError,
        "by",
    ),
    "a role that is a text": (lambda: Actor(TEXT, "andreas"), InvalidTypeError, "role"),
    "a version that is a boolean": (
        lambda: BookingCommand(event="accept", by=FRIEND, key="k", expected_version=True),
        InvalidTypeError,
        "expected_version",
    ),
    "a version below zero": (
        lambda: BookingCommand(event="accept", by=FRIEND, key="k", expected_version=-1),
        InvalidValueError,
        "expected_version",
    ),
    "a reason that is a text": (
        lambda: BookingCommand(event="decline", by=FRIEND, key="k", why=TEXT),
        InvalidTypeError,
        "why",
    ),
    "a request without a quote": (
        lambda: bookings.decide(None, BookingCommand(event="request", by=CUSTOMER, key="k"), at=journey.NOW),
        InvalidTypeError,
        "quote",
    ),
    "an acceptance without the friend": (
        lambda: bookings.accept(booking_in(S.REQUESTED), by=FRIEND, at=EARLIEST["accept"], key="k"),
        InvalidTypeError,
        "friend",
    ),
    "a naive instant": (
        lambda: bookings.request(QUOTE, at=NAIVE, key="k"),
        InvalidValueError,
        "at",
    ),
    "an instant that is a text": (
        lambda: bookings.request(QUOTE, at=TEXT, key="k"),
        InvalidTypeError,
        "at",
    ),
    "a naive instant for the timers": (
        lambda: bookings.run_timers(booking_in(S.REQUESTED), at=NAIVE),
        InvalidValueError,
        "at",
    ),
    "somebody by name": (
        lambda: bookings.confirm(booking_in(S.ACCEPTED), by=TEXT, at=journey.NOW, key="k"),
        InvalidTypeError,
        "by",
    ),
    "a state that is a text": (
        lambda: attrs.evolve(booking_in(S.ACCEPTED), state=TEXT),
        InvalidTypeError,
        "state",
    ),
}


@pytest.mark.parametrize(("call", "error", "field"), WRONG_CALLS.values(), ids=list(WRONG_CALLS))
def test_a_wrong_call_is_an_error_that_names_the_field(
    call: Callable[[], object], error: type[InvalidTypeError | InvalidValueError], field: str
) -> None:
    """A call that no state could answer is an error, not a refusal."""
    with pytest.raises(error) as caught:
        call()
    assert caught.value.field == field
