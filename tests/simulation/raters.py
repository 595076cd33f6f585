"""What people say of each other next, and what an operator does about it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from mila_core.lifecycle import Actor, Role
from mila_core.ratings import (
    Aspect,
    AspectRating,
    Direction,
    ModerationEffect,
    Reviews,
    ReviewState,
    Solved,
)
from mila_core.reasons import reason
from tests.simulation.plans import Plan
from tests.simulation.scenery import OPERATOR

_C, _F = Role.CUSTOMER, Role.FRIEND


def next_of_reviews(
    reviews: Reviews, old: Reviews | None, *, now: datetime, chance: Random
) -> Iterator[Plan]:
    """Yield what both sides say next, and what an operator does about it."""
    if old is None or old.state is not reviews.state:
        for direction in Direction:
            yield from _first_words(reviews, direction, now=now, chance=chance)
        return
    for side, before in zip(reviews.sides, old.sides, strict=True):
        if side == before:
            continue
        author, subject = _authors(reviews, side.direction)
        if reviews.state is ReviewState.OPEN and chance.random() < 0.35:
            event = (
                "give_rating" if side.rating is None else chance.choice(["edit_rating", "withdraw_rating"])
            )
            details = {} if event == "withdraw_rating" else _rating(side.direction, chance)
            yield Plan(_within(reviews, now, chance), event, author, details)
        elif side.reply is not None and before.reply is None and chance.random() < 0.4:
            at = now + timedelta(minutes=chance.randrange(1, 2 * reviews.booking.reply_edit_minutes))
            yield Plan(at, "edit_reply", subject, {"text": "Thank you very much.", "language": "en"})
        if chance.random() < 0.08:
            yield _moderation(reviews, side.direction, now=now, chance=chance)


def _first_words(reviews: Reviews, direction: Direction, *, now: datetime, chance: Random) -> Iterator[Plan]:
    author, subject = _authors(reviews, direction)
    if reviews.state is ReviewState.OPEN:
        if chance.random() < (0.5 if direction in reviews.booking.directions else 0.05):
            yield Plan(_within(reviews, now, chance), "give_rating", author, _rating(direction, chance))
        return
    side = reviews.side(direction)
    said = side is not None and side.rating is not None
    if chance.random() < (0.3 if said else 0.03):
        at = now + timedelta(
            days=chance.randrange(reviews.booking.reply_days), seconds=chance.randrange(9999)
        )
        if chance.random() < 0.2 and reviews.revealed_at is not None:
            edge = reviews.revealed_at + timedelta(days=reviews.booking.reply_days)
            at = edge + timedelta(seconds=chance.choice([-1, 0, 1]))
        yield Plan(at, "reply", subject, {"text": "Thank you.", "language": "en"})
    if chance.random() < (0.12 if said else 0.02):
        yield _moderation(reviews, direction, now=now, chance=chance)


def _within(reviews: Reviews, now: datetime, chance: Random) -> datetime:
    """Return an instant in the time to rate, or at its very end."""
    closes_at = reviews.booking.closes_at
    if chance.random() < 0.15:
        return closes_at + timedelta(seconds=chance.choice([-1, 0, 1]))
    return now + timedelta(seconds=chance.randrange(max(60, int((closes_at - now).total_seconds()))))


def _authors(reviews: Reviews, direction: Direction) -> tuple[Actor, Actor]:
    """Return who rates, and who is rated."""
    sides = Actor(_C, reviews.booking.customer_id), Actor(_F, reviews.booking.friend_id)
    return sides if direction is Direction.OF_FRIEND else (sides[1], sides[0])


def _rating(direction: Direction, chance: Random) -> dict[str, Any]:
    said: dict[str, Any] = {"stars": chance.randrange(1, 6)}
    if chance.random() < 0.3:
        of_friend = direction is Direction.OF_FRIEND
        said["aspects"] = [AspectRating(Aspect.SKILL if of_friend else Aspect.ACCESS, chance.randrange(1, 6))]
        said |= {"text": "As agreed.", "language": "en"}
        if of_friend:
            said["solved"] = chance.choice(list(Solved))
    return said


def _moderation(reviews: Reviews, direction: Direction, *, now: datetime, chance: Random) -> Plan:
    side = reviews.side(direction)
    of_reply = side is not None and side.reply is not None and chance.random() < 0.5
    effects = [each for each in ModerationEffect if not of_reply or each != "exclude_from_score"]
    details = {
        "direction": direction,
        "effect": chance.choice(effects),
        "of_reply": of_reply,
        "why": reason("house_rules"),
    }
    return Plan(now + timedelta(minutes=chance.randrange(1, 3000)), "moderate", OPERATOR, details)
