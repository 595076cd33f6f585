"""The verbs: both steps at once, for applications that store the state, not the history."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import mila_core.lifecycle as lifecycle
from mila_core.bookings import Booking
from mila_core.lifecycle import Actor, By, Role, actor_of, after
from mila_core.ratings.aspects import Aspect, AspectRating, Direction, Solved
from mila_core.ratings.commands import ReviewsCommand
from mila_core.ratings.machine import decide, due, evolve
from mila_core.ratings.sides import ModerationEffect
from mila_core.ratings.values import Reviews
from mila_core.reasons import Reason

__all__ = [
    "edit",
    "edit_reply",
    "moderate",
    "open_reviews",
    "rate",
    "reply",
    "run_timers",
    "withdraw",
]


def _apply(reviews: Reviews | None, event: str, *, by: By, key: str, at: datetime, **details: Any) -> Reviews:
    command = ReviewsCommand(event=event, by=actor_of(by), key=key, **details)
    return after(reviews, decide(reviews, command, at=at), evolve=evolve)


def _aspects(given: Mapping[Aspect, int]) -> list[AspectRating]:
    return [AspectRating(aspect, stars) for aspect, stars in sorted(given.items())]


def open_reviews(
    booking: Booking,
    *,
    at: datetime,
    key: str,
    stored: Reviews | None = None,
    same_person: bool = False,
    system_id: str = "reviews",
) -> Reviews:
    """Open the reviews of a booking that has come to its end.

    Args:
        booking: the booking as it stands.
        at: now; the 14 days (by policy) count from the end of the booking, whenever its reviews are opened.
        key: an idempotency key.
        stored: what is stored for that booking already, if anything: a retry with the same key gives it back.
        same_person: whether customer and friend are known to be one person with two ids.
        system_id: the id of the program that opens them.

    Returns:
        The reviews, open; `.due` says when they are revealed if not both sides rate.

    Raises:
        RefusedError: the booking is not over, came to nothing that is rated, or both sides are one person.

    Examples:
        >>> from datetime import timedelta
        >>> from mila_core import bookings, matching, pricing, ratings, samples
        >>> pilot = samples.zurich_2013()
        >>> wanted = pilot.request("game-console")
        >>> match = matching.FriendIndex(pilot.market).rank(wanted, at=pilot.opened_at).match("andreas")
        >>> quote = pricing.quote(wanted, match, book=pilot.book, at=pilot.opened_at)
        >>> booking = bookings.request(quote, at=pilot.opened_at, key="a1")
        >>> at = quote.visit.slot.start - timedelta(hours=1)
        >>> open_reviews(booking, at=at, key="r0")
        Traceback (most recent call last):
        ...
        mila_core.lifecycle.decisions.RefusedError: open_reviews is refused: too_soon_to_rate state=requested
    """
    by = Actor(Role.SYSTEM, system_id)
    return _apply(stored, "open_reviews", by=by, key=key, at=at, booking=booking, same_person=same_person)


def rate(
    reviews: Reviews,
    *,
    by: By,
    stars: int,
    at: datetime,
    key: str,
    text: str = "",
    language: str | None = None,
    solved: Solved | None = None,
    aspects: Mapping[Aspect, int] | None = None,
    note: str = "",
) -> Reviews:
    """Rate the other side; once all have rated that may, the ratings are revealed.

    Args:
        reviews: the reviews of the booking.
        by: the customer, who rates the friend, or the friend, who rates the customer.
        stars: 1 (bad) to 5 (very good).
        at: now, before the window ends.
        key: an idempotency key.
        text: what to add for all to read.
        language: its language, such as "de"; a text needs it.
        solved: of a friend, whether the problem is solved.
        aspects: stars by aspect, of those that the direction has (`ASPECTS`).
        note: what to add for the operators alone.

    Returns:
        The reviews; what may be shown of them says `view`, what counts says `revealed`.

    Raises:
        RefusedError: not by this side, rated before, revealed already, too late, or a text without its
            language.
        InvalidInputError: stars, text or aspects that cannot be.
    """
    said = {"stars": stars, "text": text, "language": language, "solved": solved, "note": note}
    return _apply(reviews, "give_rating", by=by, key=key, at=at, aspects=_aspects(aspects or {}), **said)


def edit(
    reviews: Reviews,
    *,
    by: By,
    stars: int,
    at: datetime,
    key: str,
    text: str = "",
    language: str | None = None,
    solved: Solved | None = None,
    aspects: Mapping[Aspect, int] | None = None,
    note: str = "",
) -> Reviews:
    """Replace one's own rating as a whole, until the reveal.

    Args:
        reviews: the reviews of the booking.
        by: the author.
        stars: 1 (bad) to 5 (very good).
        at: now, before the window ends.
        key: an idempotency key.
        text: what to add for all to read.
        language: its language, such as "de"; a text needs it.
        solved: of a friend, whether the problem is solved.
        aspects: stars by aspect, of those that the direction has (`ASPECTS`).
        note: what to add for the operators alone.

    Raises:
        RefusedError: not rated, revealed already, too late, or a text without its language.
        InvalidInputError: stars, text or aspects that cannot be.
    """
    said = {"stars": stars, "text": text, "language": language, "solved": solved, "note": note}
    return _apply(reviews, "edit_rating", by=by, key=key, at=at, aspects=_aspects(aspects or {}), **said)


def withdraw(reviews: Reviews, *, by: By, at: datetime, key: str) -> Reviews:
    """Take one's own rating back, until the reveal; it may be given again.

    Args:
        reviews: the reviews of the booking.
        by: the author.
        at: now, before the window ends.
        key: an idempotency key.

    Raises:
        RefusedError: not rated, revealed already, or too late.
    """
    return _apply(reviews, "withdraw_rating", by=by, key=key, at=at)


def reply(
    reviews: Reviews, *, by: By, text: str, at: datetime, key: str, language: str | None = None
) -> Reviews:
    """Answer, once and for all to read, what the other side said.

    Args:
        reviews: the reviews of the booking, revealed.
        by: the one who was rated.
        text: the answer.
        at: now, within 30 days (by policy) of the reveal.
        key: an idempotency key.
        language: its language, such as "de"; a text needs it.

    Raises:
        RefusedError: not revealed, not rated, answered before, no text or not its language, or too late.
    """
    return _apply(reviews, "reply", by=by, key=key, at=at, text=text, language=language)


def edit_reply(
    reviews: Reviews, *, by: By, text: str, at: datetime, key: str, language: str | None = None
) -> Reviews:
    """Replace one's own answer.

    Args:
        reviews: the reviews of the booking, revealed.
        by: the one who answered.
        text: the answer.
        at: now, within 48 hours (by policy) of the answer.
        key: an idempotency key.
        language: its language, such as "de"; a text needs it.

    Raises:
        RefusedError: not answered, no text or not its language, or too late.
    """
    return _apply(reviews, "edit_reply", by=by, key=key, at=at, text=text, language=language)


def moderate(
    reviews: Reviews,
    *,
    direction: Direction,
    effect: ModerationEffect,
    by: Actor,
    why: str | Reason,
    at: datetime,
    key: str,
    of_reply: bool = False,
) -> Reviews:
    """Keep, redact, leave uncounted or remove a rating or a reply; nothing is revealed by it.

    Args:
        reviews: the reviews of the booking, hidden or revealed.
        direction: whose rating or reply: by who is rated.
        effect: what to do; the last one holds, and all stay on record.
        by: an operator: a person, never a program.
        why: the reason, as a code or with values, worded by the application.
        at: now.
        key: an idempotency key.
        of_reply: whether it is about the reply instead of the rating.

    Returns:
        The reviews; scores are computed anew from `revealed`.

    Raises:
        RefusedError: not by this role, no such rating or reply, or while the reveal is overdue.
        InvalidValueError: a reply excluded from the score.
    """
    given = why if isinstance(why, Reason) else Reason(why)
    about = {"direction": direction, "effect": effect, "of_reply": of_reply}
    return _apply(reviews, "moderate", by=by, key=key, at=at, why=given, **about)


def run_timers(reviews: Reviews, *, at: datetime, scheduler_id: str = "scheduler") -> Reviews:
    """Let time act: reveal what there is once the window has ended.

    It can be called at any time and as often as one likes; a missed timer is caught by the next call.

    Args:
        reviews: the reviews of the booking.
        at: now.
        scheduler_id: the id of the application's scheduler.

    Returns:
        The reviews as they stand now.
    """
    scheduler = Actor(Role.TIMER, scheduler_id)

    def cause(reviews: Reviews, event: str, key: str) -> Reviews:
        return _apply(reviews, event, by=scheduler, key=key, at=at)

    return lifecycle.run_timers(reviews, due=partial(due, at=at), cause=cause)
