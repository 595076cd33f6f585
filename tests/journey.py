"""One booking of the pilot, brought to any state: the fixed example that many tests begin with.

Anna asks for help with a game console, Andreas comes on 28 November 2013 from 14:00 to 15:00. All instants
are written in UTC, an hour behind the Swiss wall clock of that day.
"""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import attrs

from mila_core import bookings, matching, pricing, samples
from mila_core.bookings import Booking, BookingCommand, BookingState
from mila_core.friends import Friend
from mila_core.lifecycle import Actor, Decision, Role
from mila_core.periods import Period, Validity
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote

S = BookingState

PILOT = samples.zurich_2013()
MARKET = PILOT.market
NOW = PILOT.opened_at
REQUEST = PILOT.request("game-console")
INDEX = matching.FriendIndex(MARKET)
MATCH = INDEX.rank(REQUEST, at=NOW).match("andreas")
QUOTE = pricing.quote(REQUEST, MATCH, book=PILOT.book, at=NOW)
ANNA = MARKET.customer("anna")
ANDREAS = MARKET.friend("andreas")

CUSTOMER = Actor(Role.CUSTOMER, "anna")
FRIEND = Actor(Role.FRIEND, "andreas")
OPERATOR = Actor(Role.OPERATOR, "olga")
SCHEDULER = Actor(Role.TIMER, "scheduler")
ACTORS = MappingProxyType({actor.role: actor for actor in (CUSTOMER, FRIEND, OPERATOR, SCHEDULER)})


def utc(text: str) -> datetime:
    """Return an instant from a text; one without an offset is in UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


# The way to each state: the event that leads there, who causes it, when, and from which state.
_STATIONS = MappingProxyType(
    {
        S.REQUESTED: (None, "request", CUSTOMER, "2013-11-27T08:05"),
        S.ACCEPTED: (S.REQUESTED, "accept", FRIEND, "2013-11-27T10:00"),
        S.CONFIRMED: (S.ACCEPTED, "confirm", FRIEND, "2013-11-27T12:00"),
        S.IN_PROGRESS: (S.CONFIRMED, "start_work", FRIEND, "2013-11-28T13:00"),
        S.COMPLETED: (S.IN_PROGRESS, "complete", FRIEND, "2013-11-28T14:00"),
        S.CLOSED: (S.COMPLETED, "approve", CUSTOMER, "2013-11-28T15:00"),
        S.DECLINED: (S.REQUESTED, "decline", FRIEND, "2013-11-27T10:00"),
        S.EXPIRED: (S.REQUESTED, "expire_request", SCHEDULER, "2013-11-28T08:05"),
        S.CANCELLED: (S.CONFIRMED, "cancel_by_customer", CUSTOMER, "2013-11-27T13:00"),
        S.FAILED: (S.CONFIRMED, "lapse", SCHEDULER, "2013-11-30T14:00"),
    }
)


def command(event: str, by: Actor, *, key: str | None = None, version: int | None = None) -> BookingCommand:
    """Return a command with all that its event needs; the key is made of its content if not given."""
    return BookingCommand(
        event=event,
        by=by,
        key=key or f"{event}-{by.id}",
        quote=QUOTE if event == "request" else None,
        friend=ANDREAS if event == "accept" else None,
        expected_version=version,
    )


def taken(booking: Booking | None, wanted: BookingCommand, *, at: datetime) -> Booking:
    """Return the booking after a command that has to be granted."""
    decided = bookings.decide(booking, wanted, at=at)
    assert isinstance(decided, Decision), decided
    for event in decided.events:
        booking = bookings.evolve(booking, event)
    assert booking is not None
    return booking


def booking_in(state: BookingState) -> Booking:
    """Return the example in a state."""
    source, event, by, at = _STATIONS[state]
    before = None if source is None else booking_in(source)
    return taken(before, command(event, by), at=utc(at))


def quote_for(start: datetime, *, made_at: datetime, minutes: int = 60) -> Quote:
    """Return the example's quote for another slot, made at another instant, good until the slot begins."""
    visit = attrs.evolve(
        QUOTE.visit,
        slot=Period(start, start + timedelta(minutes=minutes)),
        openings=[attrs.evolve(each, during=Validity(FOREVER)) for each in QUOTE.visit.openings],
    )
    return attrs.evolve(QUOTE, visit=visit, made_at=made_at, expires_at=start)


FOREVER = utc("1990-01-01")
"""From when on everything is valid in examples that are not about validity."""

ALWAYS_CERTIFIED: Friend = attrs.evolve(
    ANDREAS,
    certifications=[attrs.evolve(each, valid=Validity(FOREVER)) for each in ANDREAS.certifications],
)
"""Andreas with a certification that is good in any year."""


def requested(start: datetime, *, at: datetime, policy: BookingPolicy | None = None) -> Booking:
    """Return a booking for a slot that begins at `start`, requested at `at`."""
    return bookings.request(quote_for(start, made_at=at), at=at, key="k1", policy=policy)
