"""Who and what the worlds are about: two customers, two friends, and one slot that both customers want."""

from datetime import datetime, timedelta

import attrs

from mila_core.bookings import BookingCommand, Consent
from mila_core.friends import Friend
from mila_core.lifecycle import Actor, Role
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.quotes import Quote
from tests import journey
from tests.journey import utc

ANNA = Actor(Role.CUSTOMER, "anna")
CLAIRE = Actor(Role.CUSTOMER, "claire")
SCHEDULER = Actor(Role.TIMER, "scheduler")
SYSTEM = Actor(Role.SYSTEM, "application")
OPERATOR = Actor(Role.OPERATOR, "olga")

SLOT = Period(utc("2013-11-28T13:00"), utc("2013-11-28T14:00"))
LATER = Period(utc("2013-11-28T15:00"), utc("2013-11-28T16:00"))

FRIENDS: dict[str, Friend] = {
    name: attrs.evolve(journey.ALWAYS_THERE, id=name) for name in ("andreas", "beat")
}
OFFERS: dict[str, Offer] = {
    name: attrs.evolve(journey.ALWAYS_INSTANT, id=f"{name}-1", friend_id=name) for name in FRIENDS
}


def friend(name: str) -> Actor:
    """Return a friend as the one who acts."""
    return Actor(Role.FRIEND, name)


def quote(customer: Actor, *, slot: Period = SLOT, of: str = "andreas", request: str | None = None) -> Quote:
    """Return a quote for a customer, good until the slot begins."""
    made = journey.QUOTE
    visit = attrs.evolve(
        made.visit, customer_id=customer.id, request_id=request or f"r-{customer.id}", slot=slot
    )
    name = f"q-{customer.id}-{of}-{slot.start:%H}"
    return attrs.evolve(made, id=name, visit=visit, friend_id=of, offer_id=f"{of}-1", expires_at=slot.start)


def command(event: str, by: Actor, booking_id: str, **details: object) -> BookingCommand:
    """Return a command that knows which booking it is about, with a key of its own."""
    own = {"event": event, "by": by, "key": f"{event}-{booking_id}", "booking_id": booking_id}
    given: dict[str, object] = {**own, **details}
    return BookingCommand(**given)  # type: ignore[arg-type]


def moved(before: Quote, slot: Period, *, agreed_by: Actor, at: datetime) -> tuple[Quote, Consent]:
    """Return the next version of a quote, for another slot, and the other side's consent."""
    visit = attrs.evolve(before.visit, slot=slot)
    after = attrs.evolve(
        before, id=f"{before.id}-moved", visit=visit, version=before.version + 1, expires_at=slot.start
    )
    return after, Consent(by=agreed_by, at=at, quote_id=after.id)


REQUESTED = utc("2013-11-27T15:00")
ACCEPT_BY = utc("2013-11-28T09:00")
CONFIRM_BY = utc("2013-11-28T12:30")
SECOND = timedelta(seconds=1)
