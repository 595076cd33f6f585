"""What changes a booking: moved with the other side's consent, amended on site; both with the next quote."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import bookings
from mila_core.availability import Availability
from mila_core.bookings import Booking, BookingCommand, BookingState, Consent
from mila_core.errors import InvalidInputError, InvalidTypeError
from mila_core.lifecycle import Actor, Decision, Refusal
from mila_core.money import Money, chf
from mila_core.periods import Period
from mila_core.quotes import Quote
from tests import journey, wrong
from tests.journey import ANDREAS, CUSTOMER, FRIEND, OPERATOR, QUOTE, booking_in, next_quote, utc

S = BookingState
SLOT = QUOTE.visit.slot
START = SLOT.start
AT = utc("2013-11-27T12:30")
ON_SITE = START + timedelta(minutes=20)
HOUR = timedelta(hours=1)
TOMORROW = journey.moved(SLOT, timedelta(days=1))
LONGER = Period(SLOT.start, SLOT.end + timedelta(minutes=30))

CONFIRMED = booking_in(S.CONFIRMED)
AT_WORK = booking_in(S.IN_PROGRESS)


def wanted(event: str, by: Actor, quote: Quote, **details: Any) -> BookingCommand:
    """Return a command that asks for another quote, to which the other side has agreed."""
    agreed = {"quote": quote, "consent": journey.consent_to(quote, by), "key": "change"}
    return attrs.evolve(journey.command(event, by), **{**agreed, **details})


def codes(booking: Booking, command: BookingCommand, *, at: datetime) -> list[str]:
    """Return the codes of the refusal; none where it is granted."""
    decided = bookings.decide(booking, command, at=at)
    return [why.code for why in decided.reasons] if isinstance(decided, Refusal) else []


# Moved ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [CUSTOMER, FRIEND, OPERATOR], ids=lambda by: by.role)
def test_a_booking_is_moved(by: Actor) -> None:
    """It stays confirmed since it was, has the new quote and slot, and the timer of the new end."""
    quote = next_quote(QUOTE, slot=TOMORROW, gross=chf(50))
    after = bookings.reschedule(
        CONFIRMED,
        to=quote,
        by=by,
        at=AT,
        key="m",
        friend=ANDREAS,
        consent=journey.consent_to(quote, by),
        offer=journey.OFFER,
        busy=[journey.moved(TOMORROW, HOUR)],
    )
    assert (after.state, after.since, after.version) == (S.CONFIRMED, CONFIRMED.since, CONFIRMED.version + 1)
    assert (after.quote, after.reschedules, after.agreed_gross) == (quote, 1, chf(50))
    assert after.due[0].at == TOMORROW.end + timedelta(hours=48)
    assert (after.bound_at, after.policy) == (CONFIRMED.bound_at, CONFIRMED.policy)


def test_the_event_keeps_who_agreed() -> None:
    """A history shows the consent and the quote that it was given to."""
    quote = next_quote(QUOTE, slot=TOMORROW)
    decided = bookings.decide(CONFIRMED, wanted("reschedule", CUSTOMER, quote), at=AT)
    assert isinstance(decided, Decision)
    (event,) = decided.events
    assert (event.quote, event.consent) == (quote, Consent(by=FRIEND, at=quote.made_at, quote_id=quote.id))


NEXT = next_quote(QUOTE, slot=TOMORROW)
DEARER = next_quote(QUOTE, gross=chf(50))
OF_OTHERS = [
    attrs.evolve(NEXT, friend_id="beat"),
    attrs.evolve(NEXT, offer_id="beat-1"),
    attrs.evolve(NEXT, visit=attrs.evolve(NEXT.visit, customer_id="bruno")),
    attrs.evolve(NEXT, visit=attrs.evolve(NEXT.visit, request_id="another")),
]


@pytest.mark.parametrize("quote", OF_OTHERS)
def test_a_quote_for_somebody_else_changes_nothing(quote: Quote) -> None:
    """Friend, offer, customer and request stay what they are."""
    for booking, event, at in ((CONFIRMED, "reschedule", AT), (AT_WORK, "amend", ON_SITE)):
        by = FRIEND
        assert "another_visit" in codes(booking, wanted(event, by, quote), at=at)


@pytest.mark.parametrize("version", [1, 3, 10_000])
def test_only_the_next_quote_counts(version: int) -> None:
    """A quote made for another state of things is refused, as is the one that is booked already."""
    moved, dearer = (attrs.evolve(each, version=version) for each in (NEXT, DEARER))
    assert codes(CONFIRMED, wanted("reschedule", CUSTOMER, moved), at=AT) == ["not_the_next_quote"]
    assert codes(AT_WORK, wanted("amend", FRIEND, dearer), at=ON_SITE) == ["not_the_next_quote"]


def _consent(by: Actor, quote: Quote) -> Consent:
    return Consent(by=by, at=AT, quote_id=quote.id)


NO_CONSENT: list[tuple[Actor, Callable[[Quote], Consent | None]]] = [
    # by whom, the consent that is brought
    (CUSTOMER, lambda _: None),
    (FRIEND, lambda _: None),
    # one's own
    (CUSTOMER, lambda quote: _consent(CUSTOMER, quote)),
    (FRIEND, lambda quote: _consent(FRIEND, quote)),
    # of somebody else in the right role, and of the right person in another role
    (CUSTOMER, lambda quote: _consent(attrs.evolve(FRIEND, id="beat"), quote)),
    (FRIEND, lambda quote: _consent(attrs.evolve(FRIEND, id="anna"), quote)),
    (FRIEND, lambda quote: _consent(OPERATOR, quote)),
    # to another quote
    (CUSTOMER, lambda _: _consent(FRIEND, QUOTE)),
    (FRIEND, lambda _: _consent(CUSTOMER, QUOTE)),
]


@pytest.mark.parametrize(("by", "consent"), NO_CONSENT)
def test_nobody_changes_a_booking_alone(by: Actor, consent: Callable[[Quote], Consent | None]) -> None:
    """The other side has agreed to this very quote, or nothing changes."""
    command = wanted("reschedule", by, NEXT, consent=consent(NEXT))
    assert codes(CONFIRMED, command, at=AT) == ["consent_missing"]
    if by == FRIEND:
        command = wanted("amend", by, DEARER, consent=consent(DEARER))
        assert codes(AT_WORK, command, at=ON_SITE) == ["consent_missing"]


@pytest.mark.parametrize(("off", "expected"), [(-1, []), (0, ["quote_expired"]), (1, ["quote_expired"])])
def test_an_expired_quote_changes_nothing(off: int, expected: list[str]) -> None:
    """What was offered for a while holds for that while."""
    at = AT + timedelta(microseconds=off)
    assert (
        codes(CONFIRMED, wanted("reschedule", FRIEND, attrs.evolve(NEXT, expires_at=AT)), at=at) == expected
    )
    at = ON_SITE + timedelta(microseconds=off)
    assert (
        codes(AT_WORK, wanted("amend", FRIEND, attrs.evolve(DEARER, expires_at=ON_SITE)), at=at) == expected
    )


def test_a_booking_is_moved_so_often_and_no_more() -> None:
    """The fourth move is refused, by operators too."""
    booking = CONFIRMED
    for number in range(1, 5):
        quote = next_quote(booking.quote, slot=journey.moved(SLOT, timedelta(days=number)))
        command = wanted("reschedule", OPERATOR, quote, key=f"m{number}")
        if number == 4:
            assert codes(booking, command, at=AT) == ["moved_too_often"]
            return
        booking = journey.taken(booking, command, at=AT)
        assert booking.reschedules == number


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, []),
        ({"busy": [TOMORROW]}, ["not_available"]),
        ({"busy": [Period(TOMORROW.end - timedelta(minutes=1), TOMORROW.end + HOUR)]}, ["not_available"]),
        # its own earlier slot is nobody's business any more; what touches the new one leaves it free
        ({"busy": [SLOT, journey.moved(TOMORROW, HOUR), journey.moved(TOMORROW, -HOUR)]}, []),
        (
            {"friend": attrs.evolve(journey.ALWAYS_THERE, availability=Availability(absent=[TOMORROW]))},
            ["not_available"],
        ),
        ({"friend": attrs.evolve(journey.ALWAYS_THERE, certifications=())}, ["certification_missing"]),
        ({"friend": journey.MARKET.friend("beat")}, ["not_a_party"]),
    ],
)
def test_a_move_judges_friend_and_slot_again(known: dict[str, Any], expected: list[str]) -> None:
    """The friend must be fit and free for the new slot, whoever agreed to it."""
    assert codes(CONFIRMED, wanted("reschedule", OPERATOR, NEXT, **known), at=AT) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-1, ["too_late"]), (29, ["too_late"]), (30, []), (31, [])]
)
def test_a_move_leaves_the_notice(minutes: int, expected: list[str]) -> None:
    """The new slot begins half an hour from now, at least; also where the old one is over."""
    for at in (AT, SLOT.end + HOUR):
        start = at + timedelta(minutes=minutes)
        quote = next_quote(QUOTE, slot=Period(start, start + HOUR))
        assert codes(CONFIRMED, wanted("reschedule", FRIEND, quote), at=at) == expected


def test_every_reason_against_a_move_is_named() -> None:
    """Whoever asks learns at once all that stands in the way."""
    quote = attrs.evolve(next_quote(QUOTE, slot=SLOT), version=7, expires_at=AT)
    command = wanted("reschedule", CUSTOMER, quote, consent=None, busy=[SLOT])
    tired = attrs.evolve(CONFIRMED, reschedules=3)
    assert codes(tired, command, at=START) == [
        "not_the_next_quote",
        "quote_expired",
        "consent_missing",
        "moved_too_often",
        "too_late",
        "not_available",
    ]


@pytest.mark.parametrize("missing", [{"quote": None}, {"friend": None}])
def test_a_move_needs_quote_and_friend(missing: dict[str, Any]) -> None:
    """A move that does not say where to, or of whom, is a wrong call."""
    with pytest.raises(InvalidTypeError) as caught:
        bookings.decide(CONFIRMED, attrs.evolve(wanted("reschedule", CUSTOMER, NEXT), **missing), at=AT)
    assert [caught.value.field] == list(missing)


def test_a_decision_to_move_expects_the_agenda() -> None:
    """A move takes the friend's time, as an acceptance does."""
    decided = bookings.decide(CONFIRMED, wanted("reschedule", CUSTOMER, NEXT, agenda_version=4), at=AT)
    assert isinstance(decided, Decision)
    assert [(each.stream, each.version) for each in decided.expects] == [
        (CONFIRMED.stream, CONFIRMED.version),
        ("agenda:andreas", 4),
    ]


# Amended -------------------------------------------------------------------------------------------------


def test_what_is_agreed_on_site_is_what_counts() -> None:
    """The visit goes on at another price and for longer, under the same policy."""
    quote = next_quote(QUOTE, slot=LONGER, gross=chf(65))
    after = bookings.amend(
        AT_WORK, to=quote, by=ANDREAS, at=ON_SITE, key="a", consent=_consent(CUSTOMER, quote)
    )
    assert (after.state, after.since, after.quote) == (S.IN_PROGRESS, AT_WORK.since, quote)
    assert after.agreed_gross == chf(40)
    assert after.due[0].at == LONGER.end + timedelta(hours=24)


@given(st.integers(0, 20_000), st.integers(0, 50_000), st.integers(100, 1000))
def test_no_price_is_agreed_above_the_ceiling(first: int, then: int, percent: int) -> None:
    """What is agreed on site costs at most the policy's share of the price first agreed."""
    booking = attrs.evolve(
        AT_WORK,
        agreed_gross=Money(first),
        policy=attrs.evolve(AT_WORK.policy, amendment_percent=percent),
    )
    quote = next_quote(QUOTE, gross=Money(then))
    refused = codes(booking, wanted("amend", FRIEND, quote), at=ON_SITE)
    assert refused == ([] if 200 * then <= 2 * first * percent + 100 else ["above_ceiling"])


def test_the_ceiling_is_of_the_price_first_agreed() -> None:
    """Several amendments do not climb over the ceiling one by one."""
    booking = AT_WORK
    for number, price in enumerate(("60", "80", "80.01")):
        quote = next_quote(booking.quote, gross=chf(price))
        command = wanted("amend", FRIEND, quote, key=f"a{number}")
        if price == "80.01":
            decided = bookings.decide(booking, command, at=ON_SITE)
            assert isinstance(decided, Refusal)
            assert (decided.reasons[0].get("price"), decided.reasons[0].get("most")) == (chf(price), chf(80))
            return
        booking = journey.taken(booking, command, at=ON_SITE)


@pytest.mark.parametrize(
    ("slot", "known", "expected"),
    [
        (SLOT, {}, []),
        (LONGER, {}, []),
        # without more time nobody has to be asked again
        (SLOT, {"friend": None}, []),
        (SLOT, {"busy": [LONGER]}, []),
        # more time than there is, by a booking or by an absence
        (LONGER, {"busy": [journey.moved(SLOT, HOUR)]}, ["not_available"]),
        # another start, or an earlier end, is another visit
        (journey.moved(SLOT, timedelta(minutes=1)), {}, ["another_visit"]),
        (Period(SLOT.start, SLOT.end - timedelta(minutes=1)), {}, ["another_visit"]),
    ],
)
def test_an_amendment_keeps_the_start(slot: Period, known: dict[str, Any], expected: list[str]) -> None:
    """On site there can be more time, if the friend has it; never another visit."""
    quote = next_quote(QUOTE, slot=slot, gross=chf(50))
    assert codes(AT_WORK, wanted("amend", FRIEND, quote, **known), at=ON_SITE) == expected


def test_more_time_needs_the_friend_as_known_now() -> None:
    """Whether there is more time cannot be judged of nobody."""
    with pytest.raises(InvalidTypeError) as caught:
        bookings.decide(
            AT_WORK, wanted("amend", FRIEND, next_quote(QUOTE, slot=LONGER), friend=None), at=ON_SITE
        )
    assert caught.value.field == "friend"


def test_a_retry_brings_the_same_consent() -> None:
    """The consent is part of what was asked: with another one the key stands for something else."""
    command = wanted("amend", FRIEND, DEARER)
    booking = journey.taken(AT_WORK, command, at=ON_SITE)
    fresh = attrs.evolve(command, friend=ANDREAS, busy=[TOMORROW])
    again = bookings.decide(booking, fresh, at=ON_SITE)
    assert isinstance(again, Decision)
    assert again.events == ()
    later = attrs.evolve(command, consent=Consent(by=CUSTOMER, at=ON_SITE, quote_id=DEARER.id))
    assert codes(booking, later, at=ON_SITE) == ["key_mismatch"]


def test_a_change_without_its_quote_is_no_history() -> None:
    """A history in which a move or an amendment has no quote is refused."""
    for booking, event, by in ((CONFIRMED, "reschedule", CUSTOMER), (AT_WORK, "amend", FRIEND)):
        at = AT if booking is CONFIRMED else ON_SITE
        quote = NEXT if booking is CONFIRMED else DEARER
        decided = bookings.decide(booking, wanted(event, by, quote), at=at)
        assert isinstance(decided, Decision)
        with pytest.raises(InvalidTypeError) as caught:
            bookings.evolve(booking, attrs.evolve(decided.events[0], quote=None))
        assert caught.value.field == "quote"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(by=wrong.OTHERS, at=wrong.INSTANTS, quote_id=wrong.IDS),
)
def test_a_consent_has_who_when_and_to_what(
    field: str, value: object, error: type[InvalidInputError]
) -> None:
    """Each field of a consent is checked, and the error names it."""
    wrong.check_refused(_consent(CUSTOMER, QUOTE), field, value, error)
