"""Histories of bookings: legal ones only, through every event of the table."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.availability import bookable
from mila_core.bookings import (
    FAILURES,
    TABLE,
    Booking,
    BookingCommand,
    BookingEvent,
    Consent,
    decide,
    evolve,
    window_of,
)
from mila_core.eligibility import Visit
from mila_core.lifecycle import Actor, Refusal, RefusedError, Role
from mila_core.money import Money
from mila_core.offers import Offer
from mila_core.periods import Period, Validity
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote, QuoteLine
from mila_core.reasons import reason
from mila_core.testing._lives import actor_as
from mila_core.testing._policies import booking_policies
from mila_core.testing._quotes import quote_lines, quotes
from mila_core.testing._requests import offers
from mila_core.testing._values import LONGEST_WAIT, after, ids, kept, reasons
from mila_core.testing._visits import QUARTER, bookable_visits, eligible_friend, in_slot

_TICK = timedelta(microseconds=1)
_MONTH = 30 * 96  # in quarters of an hour

_FEW_LINES = st.lists(quote_lines(), max_size=1)
_ANY_POLICY = st.just(BookingPolicy()) | booking_policies()
_LENGTHS = st.sampled_from([9, 9, 9, 7, 6, 5, 4, 3, 2, 1])
_GIVEN_REASONS = st.none() | reasons()

# What is agreed on instead ------------------------------------------------------------------------------


def _next_quote(
    draw: st.DrawFn, booking: Booking, *, visit: Visit, at: datetime, most: Money | None
) -> Quote:
    """Return the next version of what is booked, which can be agreed on at an instant.

    Args:
        draw: given by Hypothesis.
        booking: the booking as it stands.
        visit: the visit that is wanted instead.
        at: when it is to be agreed on.
        most: the highest price; None for any.
    """
    price = Money(draw(st.integers(0, 50_000 if most is None else most.rappen)))
    return attrs.evolve(
        booking.quote,
        id=draw(ids()),
        visit=visit,
        lines=[QuoteLine(why=reason("base", price=price), amount=price)],
        made_at=draw(after(at - LONGEST_WAIT, LONGEST_WAIT)),
        expires_at=at + draw(st.integers(1, _MONTH)) * QUARTER,
        version=booking.quote.version + 1,
    )


def _consent(draw: st.DrawFn, booking: Booking, *, by: Actor, quote: Quote, at: datetime) -> Consent | None:
    """Return the consent of the other side; nobody has to agree with an operator."""
    customer = Actor(Role.CUSTOMER, booking.customer_id)
    friend = Actor(Role.FRIEND, booking.friend_id)
    other = {Role.CUSTOMER: friend, Role.FRIEND: customer}.get(by.role)
    if other is None:
        return None
    return Consent(by=other, at=draw(after(quote.made_at, at - quote.made_at)), quote_id=quote.id)


# When each event is possible ---------------------------------------------------------------------------

_Window: TypeAlias = tuple[datetime | None, datetime | None]


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _rules(booking: Booking, event: str) -> _Window:
    """Return the first and the last instant of an event that knows more than the booking's deadline."""
    if event == "reschedule":
        return None, booking.quote.visit.slot.start - _minutes(booking.policy.confirm_notice_minutes)
    return window_of(booking, event)


def _window(booking: Booking, event: str, *, by_time: bool) -> tuple[datetime, datetime]:
    """Return from when up to and including when an event can happen; nothing if the end is before."""
    due, since = booking.due[0].at, booking.since
    if by_time:
        return max(since, due), max(since, due) + LONGEST_WAIT
    if event == "approve":  # with an open dispute no deadline runs
        return since, max(since, due) + LONGEST_WAIT
    first, last = _rules(booking, event)
    return max(since, since if first is None else first), min(due - _TICK, due if last is None else last)


# How often each event is tried where it is possible: a life of only cancellations would teach little.
_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "accept": 8,
        "confirm": 8,
        "depart": 6,
        "start_work": 5,
        "complete": 5,
        "reschedule": 4,
        "amend": 3,
        "approve": 3,
        "fail": 2,
        "report_customer_no_show": 2,
        "report_friend_no_show": 2,
    }
)


def _choices(booking: Booking) -> list[tuple[str, tuple[Role, ...], datetime, datetime]]:
    """Return what may happen next: the event, by whom, and from when up to and including when.

    The most usual event comes first, as Hypothesis draws what is first more often than its share.
    """
    found = []
    for row in TABLE:
        if booking.state not in row.sources:
            continue
        if row.event == "reschedule" and booking.reschedules >= booking.policy.most_reschedules:
            continue
        first, last = _window(booking, row.event, by_time=row.roles == {Role.TIMER})
        # an operator moves a visit to hours that the friend offers, and none are drawn here
        roles = row.roles - {Role.OPERATOR} if row.event == "reschedule" else row.roles
        if first <= last:
            found += [(row.event, tuple(sorted(roles)), first, last)] * _WEIGHTS.get(row.event, 1)
    return sorted(found, key=lambda each: -_WEIGHTS.get(each[0], 1))


# What each event needs ---------------------------------------------------------------------------------


def _details(
    draw: st.DrawFn,
    booking: Booking,
    event: str,
    *,
    by: Actor,
    at: datetime,
    slots: SearchStrategy[Period] | None,
) -> Mapping[str, Any]:
    """Return the fields of the command besides the event, the actor and the key."""
    visit = booking.quote.visit
    match event:
        case "accept":
            return {"friend": eligible_friend(visit, id=booking.friend_id)}
        case "reschedule":
            moved = in_slot(visit, _later_slot(draw, booking, at=at, slots=slots))
            return _agreed(draw, booking, visit=moved, by=by, at=at, most=None)
        case "amend":
            longer = Period(visit.slot.start, visit.slot.end + draw(st.integers(0, 8)) * QUARTER)
            ceiling = Money(booking.agreed_gross.rappen * booking.policy.amendment_percent // 100)
            changed = attrs.evolve(visit, slot=longer)
            return _agreed(draw, booking, visit=changed, by=by, at=at, most=ceiling)
        case "approve":
            return {"disputed": at >= booking.due[0].at}
        case "fail":
            return {"why": reason(draw(st.sampled_from(FAILURES)))}
        case "report_customer_no_show":
            return {"contact_attempted_at": draw(after(at - LONGEST_WAIT, LONGEST_WAIT))}
        case "cancel_by_customer":
            waive = by.role is Role.OPERATOR and draw(st.booleans())
            return {"why": draw(_GIVEN_REASONS), "waive": waive}
        case "cancel_by_operator":
            owed = st.builds(Money, st.integers(0, booking.quote.gross.rappen))
            return {"why": draw(_GIVEN_REASONS), "compensation": draw(st.none() | owed)}
        case "decline" | "cancel_by_friend":
            return {"why": draw(_GIVEN_REASONS)}
        case _:
            return {}


def _later_slot(
    draw: st.DrawFn, booking: Booking, *, at: datetime, slots: SearchStrategy[Period] | None
) -> Period:
    """Return another slot, or the same one where the other would be too soon."""
    slot = booking.quote.visit.slot
    if slots is None:
        shift = draw(st.integers(-_MONTH, _MONTH)) * QUARTER
        other = Period(slot.start + shift, slot.end + shift)
    else:
        other = draw(slots)
    return other if at <= other.start - _minutes(booking.policy.confirm_notice_minutes) else slot


def _agreed(
    draw: st.DrawFn, booking: Booking, *, visit: Visit, by: Actor, at: datetime, most: Money | None
) -> Mapping[str, Any]:
    quote = _next_quote(draw, booking, visit=visit, at=at, most=most)
    return {
        "quote": quote,
        "consent": _consent(draw, booking, by=by, quote=quote, at=at),
        "friend": eligible_friend(visit, id=booking.friend_id),
    }


# Lives -------------------------------------------------------------------------------------------------


def _granted(booking: Booking | None, wanted: BookingCommand, *, at: datetime) -> BookingEvent:
    decided = decide(booking, wanted, at=at)
    if isinstance(decided, Refusal):  # only what the table and the deadlines allow is drawn
        raise RefusedError(decided)
    return decided.events[0]


def _beginning(draw: st.DrawFn, quote: Quote, *, at: datetime) -> Mapping[str, Any]:
    """Return event, actor and knowledge of a command that begins a booking, in one of the three ways."""
    visit, friend = quote.visit, eligible_friend(quote.visit, id=quote.friend_id)
    rules = visit.policy.availability
    ways = ["request", "request", "request", "assign"]
    if bookable(friend.availability, visit.slot, busy=(), policy=rules, at=at):
        ways += ["book_instantly", "book_instantly"]
    customer = Actor(Role.CUSTOMER, visit.customer_id)
    match draw(st.sampled_from(ways)):
        case "assign":
            return {"event": "assign", "by": Actor(Role.SYSTEM, draw(ids())), "friend": friend}
        case "book_instantly":
            valid = st.just(Validity(visit.slot.start))
            offer: Offer = draw(
                offers(id=quote.offer_id, friend_id=friend.id, service_code=visit.service.code, valid=valid)
            )
            offer = attrs.evolve(offer, instant=True)
            return {"event": "book_instantly", "by": customer, "friend": friend, "offer": offer}
        case event:
            return {"event": event, "by": customer}


@kept
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
    """Return the histories of bookings, from one of the three beginnings to any state.

    Every command is granted; the instants never run backwards.

    Args:
        draw: given by Hypothesis.
        booking_id: the id of the booking.
        friend_id: the id of the friend.
        customer_id: the id of the customer.
        slots: what the slots are drawn from, the first one and those to which it is moved.
        policy: the policy to book under; if not given, the default one or any.
    """
    rules = policy or draw(_ANY_POLICY)
    visit = draw(bookable_visits(slots=slots, customer_id=customer_id))
    coming = friend_id or draw(ids().filter(lambda each: each != visit.customer_id))
    last = visit.slot.start - timedelta(minutes=rules.request_notice_minutes)
    at = last - timedelta(seconds=draw(st.integers(0, 30 * 86_400)))
    made_at = at - timedelta(seconds=draw(st.integers(0, 3600)))
    quote = draw(
        quotes(
            visit=visit,
            friend_id=coming,
            made_at=made_at,
            expires_at=last + _TICK,
            lines=_FEW_LINES,
            version=draw(st.integers(1, 3)),
        )
    )
    people = {Role.CUSTOMER: visit.customer_id, Role.FRIEND: coming}
    wanted = BookingCommand(
        key="key-0",
        quote=quote,
        booking_id=booking_id,
        policy=rules,
        **_beginning(draw, quote, at=at),
    )
    booking: Booking | None = None
    history: list[BookingEvent] = []
    for step in range(1, 1 + draw(_LENGTHS)):
        event = _granted(booking, wanted, at=at)
        booking = evolve(booking, event)
        history.append(event)
        if not booking.is_open:
            break
        name, roles, first, end = draw(st.sampled_from(_choices(booking)))
        at = draw(after(first, end - first))
        role = draw(st.sampled_from(roles))
        by = draw(actor_as(role, people=people))
        more = _details(draw, booking, name, by=by, at=at, slots=slots)
        wanted = BookingCommand(event=name, by=by, key=f"key-{step}", **more)
    return tuple(history)
