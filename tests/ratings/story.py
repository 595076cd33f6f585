"""Reviews of the fixed example: Anna rates Andreas from 28 November 2013, 15:00 UTC on, and he her."""

from datetime import datetime, timedelta
from typing import Any

from mila_core import bookings, ratings
from mila_core.bookings import Booking, BookingState
from mila_core.lifecycle import Decision, Refusal, Role
from mila_core.ratings import Direction, ModerationEffect, Reviews, ReviewsCommand, ReviewsEvent
from mila_core.reasons import reason
from tests.journey import ACTORS, CUSTOMER, FRIEND, OPERATOR, SCHEDULER, booking_in, command, taken, utc

CLOSED = booking_in(BookingState.CLOSED)
ENDED_AT = utc("2013-11-28T15:00")
CLOSES_AT = utc("2013-12-12T15:00")
SECOND = timedelta(seconds=1)
OF_FRIEND, OF_CUSTOMER = Direction.OF_FRIEND, Direction.OF_CUSTOMER
BY = {"customer": OF_FRIEND, "friend": OF_CUSTOMER}

OPEN = ratings.open_reviews(CLOSED, at=ENDED_AT, key="r1")
BY_ANNA = ratings.rate(OPEN, by=CUSTOMER, stars=4, at=ENDED_AT, key="r2", text="Bravo", language="de")
BY_ANDREAS = ratings.rate(OPEN, by=FRIEND, stars=2, at=ENDED_AT, key="r3", text="Late", language="en")
BOTH = ratings.rate(BY_ANNA, by=FRIEND, stars=2, at=ENDED_AT + SECOND, key="r3", text="Late", language="en")
NOBODY = ratings.run_timers(OPEN, at=CLOSES_AT)
REPLIED = ratings.reply(BOTH, by=FRIEND, text="Merci!", language="fr", at=ENDED_AT + SECOND, key="r4")


def ended(event: str) -> Booking:
    """Return the example's booking, ended by an event; `late` before it: when that was no longer free."""
    on_site = booking_in(BookingState.IN_PROGRESS)
    confirmed = booking_in(BookingState.CONFIRMED)
    start = confirmed.quote.visit.slot.start
    match event:
        case "approve":
            return CLOSED
        case "auto_approve":
            done = booking_in(BookingState.COMPLETED)
            return bookings.run_timers(done, at=done.due[0].at)
        case "fail":
            return bookings.fail(on_site, by=FRIEND, at=start, key="f", why="no_access")
        case "lapse":
            return booking_in(BookingState.FAILED)
        case "report_customer_no_show":
            return booking_in(BookingState.NO_SHOW)
        case "report_friend_no_show":
            return bookings.report_friend_no_show(
                confirmed, by=CUSTOMER, at=start + timedelta(minutes=31), key="n"
            )
        case "decline":
            return booking_in(BookingState.DECLINED)
        case "expire_request":
            return booking_in(BookingState.EXPIRED)
        case "expire_unscheduled":
            accepted = booking_in(BookingState.ACCEPTED)
            return taken(accepted, command(event, SCHEDULER), at=accepted.due[0].at)
    by = ACTORS[Role(event.rpartition("_")[2])]
    # the booking was bound on the day before at 10:00, the visit begins at 13:00: all is late but the first
    # five minutes after that
    source = confirmed if event.startswith("late") else booking_in(BookingState.ACCEPTED)
    at = start - timedelta(hours=2) if event.startswith("late") else utc("2013-11-27T10:05")
    return bookings.cancel(source, by=by, at=at, key="c")


def wanted(event: str, by: Any = None, *, key: str = "a-new-key", **details: Any) -> ReviewsCommand:
    """Return a command with all that its event needs, where it is not given."""
    usual: dict[str, dict[str, Any]] = {
        "open_reviews": {"booking": CLOSED},
        "give_rating": {"stars": 5},
        "edit_rating": {"stars": 3},
        "reply": {"text": "Merci", "language": "fr"},
        "edit_reply": {"text": "Grazie", "language": "it"},
        "moderate": {"direction": OF_FRIEND, "effect": ModerationEffect.REMOVE, "why": reason("insult")},
    }
    return ReviewsCommand(event=event, by=by or OPERATOR, key=key, **(usual.get(event, {}) | details))


def answer(
    reviews: Reviews | None, command: ReviewsCommand, *, at: datetime = ENDED_AT
) -> Decision[ReviewsEvent] | Refusal:
    """Decide, and make sure that deciding changed nothing."""
    before = hash(reviews)
    decided = ratings.decide(reviews, command, at=at)
    assert hash(reviews) == before
    return decided


def code_of(decided: Decision[ReviewsEvent] | Refusal) -> str | None:
    """Return the code of a refusal, None for a decision."""
    return decided.code if isinstance(decided, Refusal) else None


def after(reviews: Reviews | None, command: ReviewsCommand, *, at: datetime) -> Reviews:
    """Return the reviews after a command that has to be granted."""
    decided = answer(reviews, command, at=at)
    assert isinstance(decided, Decision), decided
    for event in decided.events:
        reviews = ratings.evolve(reviews, event)
    assert reviews is not None
    return reviews
