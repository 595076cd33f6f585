"""One booking of the pilot, brought to any state: the fixed example that many tests begin with.

Anna asks for help with a game console, Andreas comes on 28 November 2013 from 14:00 to 15:00. All instants
are written in UTC, an hour behind the Swiss wall clock of that day.
"""

from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

import attrs

from mila_core import bookings, matching, pricing, samples
from mila_core.availability import Availability, WeeklyHours
from mila_core.bookings import Booking, BookingCommand, BookingState, Consent
from mila_core.friends import Friend
from mila_core.lifecycle import Actor, Decision, Role
from mila_core.money import Money, chf
from mila_core.offers import Offer
from mila_core.periods import Period, Validity
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote
from mila_core.reasons import reason

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
SYSTEM = Actor(Role.SYSTEM, "dispatch")
ACTORS = MappingProxyType({actor.role: actor for actor in (CUSTOMER, FRIEND, OPERATOR, SCHEDULER, SYSTEM)})


def utc(text: str) -> datetime:
    """Return an instant from a text; one without an offset is in UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


BEGINNINGS = frozenset({"request", "assign", "book_instantly"})
OFFER = MARKET.offer("andreas-1")


# The way to each state: the event that leads there, who causes it, when, and from which state.
STATIONS = MappingProxyType(
    {
        S.REQUESTED: (None, "request", CUSTOMER, "2013-11-27T08:05"),
        S.ACCEPTED: (S.REQUESTED, "accept", FRIEND, "2013-11-27T10:00"),
        S.CONFIRMED: (S.ACCEPTED, "confirm", FRIEND, "2013-11-27T12:00"),
        S.EN_ROUTE: (S.CONFIRMED, "depart", FRIEND, "2013-11-28T12:30"),
        S.IN_PROGRESS: (S.CONFIRMED, "start_work", FRIEND, "2013-11-28T13:00"),
        S.COMPLETED: (S.IN_PROGRESS, "complete", FRIEND, "2013-11-28T14:00"),
        S.CLOSED: (S.COMPLETED, "approve", CUSTOMER, "2013-11-28T15:00"),
        S.DECLINED: (S.REQUESTED, "decline", FRIEND, "2013-11-27T10:00"),
        S.EXPIRED: (S.REQUESTED, "expire_request", SCHEDULER, "2013-11-28T08:05"),
        S.CANCELLED: (S.CONFIRMED, "cancel_by_customer", CUSTOMER, "2013-11-27T13:00"),
        S.NO_SHOW: (S.EN_ROUTE, "report_customer_no_show", FRIEND, "2013-11-28T13:15"),
        S.FAILED: (S.CONFIRMED, "lapse", SCHEDULER, "2013-11-30T14:00"),
    }
)


def next_quote(
    before: Quote,
    *,
    slot: Period | None = None,
    gross: Money | None = None,
    expires_at: datetime | None = None,
) -> Quote:
    """Return the next version of a quote: for another slot, at another price, good until the slot's end."""
    slot = slot or before.visit.slot
    price = before.gross if gross is None else gross
    return attrs.evolve(
        before,
        id=f"{QUOTE.id}-{before.version + 1}-{price.rappen}-{slot.start:%m%d%H%M}-{slot.end:%H%M}",
        visit=attrs.evolve(before.visit, slot=slot),
        lines=[attrs.evolve(before.lines[0], amount=price)],
        expires_at=expires_at or slot.end,
        version=before.version + 1,
    )


def moved(slot: Period, by: timedelta) -> Period:
    """Return a slot that begins and ends so much later."""
    return Period(slot.start + by, slot.end + by)


def consent_to(quote: Quote, by: Actor) -> Consent | None:
    """Return the other side's consent to what somebody wants; the customer's to what an operator wants."""
    other = {CUSTOMER.role: FRIEND, FRIEND.role: CUSTOMER, OPERATOR.role: CUSTOMER}.get(by.role)
    return None if other is None else Consent(by=other, at=quote.made_at, quote_id=quote.id)


def command(
    event: str, by: Actor, *, key: str | None = None, version: int | None = None, quote: Quote = QUOTE
) -> BookingCommand:
    """Return a command with all that its event needs; the key is made of its content if not given.

    What changes a booking asks for what follows from `quote`: `reschedule` for a visit on the day after,
    `amend` for half an hour and CHF 10 more.
    """
    wanted = quote if event in BEGINNINGS else None
    if event == "reschedule":
        wanted = next_quote(quote, slot=moved(quote.visit.slot, timedelta(days=1)))
    elif event == "amend":
        slot = Period(quote.visit.slot.start, quote.visit.slot.end + timedelta(minutes=30))
        wanted = next_quote(quote, slot=slot, gross=quote.gross + chf(10))
    knows = event in {"accept", "assign", "book_instantly", "reschedule", "amend"}
    return BookingCommand(
        event=event,
        by=by,
        key=key or f"{event}-{by.id}",
        quote=wanted,
        friend=ALWAYS_THERE if knows else None,
        offer=ALWAYS_INSTANT if event == "book_instantly" else None,
        consent=consent_to(wanted, by) if wanted and event in {"reschedule", "amend"} else None,
        why=reason("not_solvable") if event == "fail" else None,
        contact_attempted_at=quote.visit.slot.start if event == "report_customer_no_show" else None,
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
    source, event, by, at = STATIONS[state]
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


ALWAYS_THERE: Friend = attrs.evolve(
    ALWAYS_CERTIFIED,
    availability=Availability(
        weekly=[WeeklyHours(weekday=day, start=time(0), end=time(0)) for day in range(1, 8)]
    ),
)
"""Andreas at any hour of any day."""

ALWAYS_INSTANT: Offer = attrs.evolve(OFFER, instant=True, valid=Validity(FOREVER))
"""Andreas's offer in any year, to be booked at once."""


def requested(start: datetime, *, at: datetime, policy: BookingPolicy | None = None) -> Booking:
    """Return a booking for a slot that begins at `start`, requested at `at`."""
    return bookings.request(quote_for(start, made_at=at), at=at, key="k1", policy=policy)
