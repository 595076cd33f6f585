"""Quotes, and bookings with their histories: legal ones only."""

from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.bookings import TABLE, Booking, BookingCommand, BookingEvent, decide, evolve, replay
from mila_core.catalogue import (
    household_technology,
)
from mila_core.certifications import Certification
from mila_core.eligibility import Visit
from mila_core.friends import Friend
from mila_core.lifecycle import (
    Actor,
    Decision,
    KeyUse,
    Outcome,
    Refusal,
    RefusedError,
    Role,
    StreamVersion,
    Timer,
    Transition,
)
from mila_core.money import Money
from mila_core.periods import Period, Validity
from mila_core.policies import (
    BookingPolicy,
)
from mila_core.quotes import Part, Quote, QuoteLine
from mila_core.reasons import reason
from mila_core.regions import Opening
from mila_core.testing._people import friends
from mila_core.testing._policies import booking_policies
from mila_core.testing._requests import offers, visits
from mila_core.testing._values import (
    LONGEST_WAIT,
    after,
    fixed_or,
    ids,
    instants,
    languages,
    moneys,
    periods,
    places,
    reasons,
    this_or,
)

# Quotes ------------------------------------------------------------------------------------------------


@cache
def quote_lines(*, part: Part | None = None) -> SearchStrategy[QuoteLine]:
    """Return lines: what is charged, and what is taken off."""
    return st.builds(
        QuoteLine,
        why=reasons(),
        amount=moneys(least=-20_000, most=50_000),
        part=fixed_or(part, st.sampled_from(list(Part))),
    )


@st.composite
def quotes(
    draw: st.DrawFn,
    *,
    visit: Visit | None = None,
    friend_id: str | None = None,
    made_at: datetime | None = None,
    expires_at: datetime | None = None,
    lines: SearchStrategy[list[QuoteLine]] | None = None,
) -> Quote:
    """Return quotes whose sums are not negative; visit and instants need not fit together unless given.

    Args:
        draw: given by Hypothesis.
        visit: what is priced.
        friend_id: the id of the friend.
        made_at: when it was made.
        expires_at: from when on it cannot be booked.
        lines: the lines after the first one, which makes up for what they take off.
    """
    more = draw(this_or(lines, st.lists(quote_lines(), max_size=4)))
    services = sum(line.amount.rappen for line in more if line.part is Part.SERVICE)
    least = max(0, -services, -sum(line.amount.rappen for line in more))
    base = Money(least + draw(st.integers(0, 20_000)))
    first = made_at or draw(instants())
    return Quote(
        id=draw(ids()),
        visit=visit or draw(visits()),
        friend_id=friend_id or draw(ids()),
        offer_id=draw(ids()),
        lines=[QuoteLine(why=reason("base", price=base), amount=base), *more],
        made_at=first,
        expires_at=expires_at or draw(after(first.astimezone(UTC) + timedelta(microseconds=1), LONGEST_WAIT)),
        book_version=draw(ids()),
        version=draw(st.integers(1, 10_000)),
    )


# Life cycles -------------------------------------------------------------------------------------------


def actors(*, role: Role | None = None) -> SearchStrategy[Actor]:
    """Return actors."""
    return st.builds(Actor, fixed_or(role, st.sampled_from(list(Role))), ids())


def transitions() -> SearchStrategy[Transition]:
    """Return rows of tables, of the booking's and of others."""
    some = st.builds(
        Transition,
        event=ids(),
        roles=st.frozensets(st.sampled_from(list(Role)), min_size=1),
        sources=st.frozensets(ids(), max_size=3),
        target=ids(),
    )
    return st.sampled_from(TABLE) | some


def timers() -> SearchStrategy[Timer]:
    """Return timers."""
    return st.builds(Timer, ids(), instants())


def stream_versions() -> SearchStrategy[StreamVersion]:
    """Return versions of what was read."""
    return st.builds(StreamVersion, ids().map("booking:{}".format), st.integers(0, 2**53))


def refusals() -> SearchStrategy[Refusal]:
    """Return refusals with one reason or several."""
    return st.builds(Refusal, event=ids(), reasons=st.lists(reasons(), min_size=1, max_size=3))


def key_uses() -> SearchStrategy[KeyUse]:
    """Return uses of idempotency keys."""
    return st.builds(KeyUse, ids(), ids())


# Bookings ----------------------------------------------------------------------------------------------


def eligible_friend(visit: Visit, *, id: str) -> Friend:  # noqa: A002  # the field's name
    """Return a friend who may do a visit."""
    covering = Certification(
        id="covering",
        issuer_id="issuer",
        scope=visit.service.requires,
        level=visit.service.level,
        valid=Validity(visit.slot.start),
    )
    return Friend(
        id=id, name="Nora", home=visit.place, languages=visit.languages or ("de",), certifications=[covering]
    )


@st.composite
def _bookable_visits(
    draw: st.DrawFn, *, slots: SearchStrategy[Period] | None, customer_id: str | None
) -> Visit:
    """Return visits in places that are served at the time, of services of the catalogue."""
    slot = draw(this_or(slots, _usual_slots()))
    return Visit(
        request_id=draw(ids()),
        customer_id=customer_id or draw(ids()),
        service=draw(st.sampled_from(household_technology().services)),
        place=draw(places()),
        slot=slot,
        languages=draw(_SPOKEN),
        openings=[Opening(region_id=draw(ids()), during=Validity(slot.start))],
    )


_SPOKEN = st.lists(languages(), max_size=2)
_FEW_LINES = st.lists(quote_lines(), max_size=1)
_ANY_POLICY = st.just(BookingPolicy()) | booking_policies()
_LENGTHS = st.sampled_from([6, 6, 6, 5, 4, 3, 2, 1])
_GIVEN_REASONS = st.none() | reasons()


@cache
def _usual_slots() -> SearchStrategy[Period]:
    lengths = st.integers(1, 96).map(lambda quarters: timedelta(minutes=15 * quarters))
    return periods(lengths=lengths)


# How often each event is tried where it is possible: a life of only cancellations would teach little.
_WEIGHTS = MappingProxyType({"accept": 12, "confirm": 12, "start_work": 8, "complete": 8, "approve": 6})


def _choices(booking: Booking) -> list[tuple[str, Role, datetime, datetime]]:
    """Return what may happen next: the event, by whom, and from when up to and including when."""
    policy, slot, due = booking.policy, booking.quote.visit.slot, booking.due[0].at
    tick = timedelta(microseconds=1)
    choices: list[tuple[str, Role, datetime, datetime]] = []
    for row in TABLE:
        if booking.state not in row.sources:
            continue
        first, last = booking.since, None
        if row.roles != {Role.TIMER}:
            last = due - tick
        if row.event == "start_work":
            first = max(first, slot.start - timedelta(minutes=policy.start_early_minutes))
        if row.event == "complete":
            first = max(first, slot.start)
        if row.roles == {Role.TIMER}:
            first = max(first, due)
        end = first + LONGEST_WAIT if last is None else last
        if first <= end:
            weight = _WEIGHTS.get(row.event, 1)
            choices += [(row.event, role, first, end) for role in sorted(row.roles)] * weight
    return choices


def _granted(
    booking: Booking | None, wanted: BookingCommand, *, at: datetime, policy: BookingPolicy
) -> BookingEvent:
    decided = decide(booking, wanted, at=at, policy=policy)
    if isinstance(decided, Refusal):  # only what the table and the deadlines allow is drawn
        raise RefusedError(decided)
    return decided.events[0]


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    booking_id: str | None = None,
    friend_id: str | None = None,
    customer_id: str | None = None,
    slots: SearchStrategy[Period] | None = None,
    policy: BookingPolicy | None = None,
) -> tuple[BookingEvent, ...]:
    """Return the histories of bookings, from the request to any state, by commands that are granted.

    Args:
        draw: given by Hypothesis.
        booking_id: the id of the booking.
        friend_id: the id of the friend.
        customer_id: the id of the customer.
        slots: what the slot is drawn from.
        policy: the policy to book under; if not given, the default one or any.
    """
    rules = policy or draw(_ANY_POLICY)
    visit = draw(_bookable_visits(slots=slots, customer_id=customer_id))
    coming = friend_id or draw(ids().filter(lambda each: each != visit.customer_id))
    last = visit.slot.start - timedelta(minutes=rules.request_notice_minutes)
    at = last - timedelta(microseconds=1, seconds=draw(st.integers(0, 30 * 86_400)))
    made_at = at - timedelta(seconds=draw(st.integers(0, 3600)))
    quote = draw(quotes(visit=visit, friend_id=coming, made_at=made_at, expires_at=last, lines=_FEW_LINES))
    friend = eligible_friend(visit, id=coming)
    people = {Role.CUSTOMER: visit.customer_id, Role.FRIEND: coming}
    booking: Booking | None = None
    history: list[BookingEvent] = []
    wanted = BookingCommand(
        event="request",
        by=Actor(Role.CUSTOMER, visit.customer_id),
        key="key-0",
        quote=quote,
        booking_id=booking_id,
    )
    for step in range(1, 1 + draw(_LENGTHS)):
        event = _granted(booking, wanted, at=at, policy=rules)
        booking = evolve(booking, event)
        history.append(event)
        if not booking.is_open:
            break
        name, role, first, end = draw(st.sampled_from(_choices(booking)))
        at = draw(after(first, end - first))
        wanted = BookingCommand(
            event=name,
            by=Actor(role, people.get(role) or draw(ids())),
            key=f"key-{step}",
            friend=friend if name == "accept" else None,
            why=draw(_GIVEN_REASONS) if name.startswith(("decline", "cancel")) else None,
        )
    return tuple(history)


def booking_events() -> SearchStrategy[BookingEvent]:
    """Return events of bookings, of any place in a history."""
    return histories().flatmap(st.sampled_from)


def bookings(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    friend_id: str | None = None,
    customer_id: str | None = None,
    slots: SearchStrategy[Period] | None = None,
) -> SearchStrategy[Booking]:
    """Return bookings in any state, as legal histories make them."""
    drawn = histories(booking_id=id, friend_id=friend_id, customer_id=customer_id, slots=slots)
    return drawn.map(replay)


def decisions() -> SearchStrategy[Decision[BookingEvent]]:
    """Return decisions on bookings: applied with what is to be stored, or replayed."""
    expects = st.lists(stream_versions(), max_size=2)
    applied: SearchStrategy[Decision[BookingEvent]] = st.builds(
        Decision, events=st.lists(booking_events(), min_size=1, max_size=2), expects=expects
    )
    replayed: SearchStrategy[Decision[BookingEvent]] = st.builds(
        Decision, outcome=st.just(Outcome.REPLAYED), expects=expects
    )
    return applied | replayed


def commands(*, event: str | None = None) -> SearchStrategy[BookingCommand]:
    """Return commands, each with what its event needs; whether they are granted depends on the booking."""

    @st.composite
    def of(draw: st.DrawFn, name: str) -> BookingCommand:
        friend = draw(friends()) if name == "accept" or (name == "request" and draw(st.booleans())) else None
        return BookingCommand(
            event=name,
            by=draw(actors()),
            key=draw(ids()),
            quote=draw(quotes()) if name == "request" else None,
            booking_id=draw(st.none() | ids()) if name == "request" else None,
            friend=friend,
            offer=draw(st.none() | offers(friend_id=friend.id)) if friend else None,
            busy=draw(st.lists(periods(), max_size=2)) if friend else [],
            why=draw(st.none() | reasons()),
            expected_version=draw(st.none() | st.integers(0, 2**53)),
            agenda_version=draw(st.none() | st.integers(0, 2**53)) if friend else None,
        )

    return fixed_or(event, st.sampled_from([row.event for row in TABLE])).flatmap(of)
