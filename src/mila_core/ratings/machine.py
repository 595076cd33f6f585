"""The reviews' machine: its table, its guards, and what its events carry."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError
from mila_core.lifecycle import (
    Actor,
    Decision,
    KeyUse,
    Machine,
    Refusal,
    Role,
    StreamVersion,
    Timer,
    fingerprint,
    remember,
)
from mila_core.ratings._guards import booking_of, direction_of, guard
from mila_core.ratings.aspects import Direction
from mila_core.ratings.bases import RatedBooking, basis_of
from mila_core.ratings.commands import ReviewsCommand
from mila_core.ratings.facts import Rating
from mila_core.ratings.sides import Moderation, Reply, ReviewSide
from mila_core.ratings.table import TABLE
from mila_core.ratings.values import Reviews, ReviewsEvent
from mila_core.validation import LONGEST_IDENTIFIER

__all__ = ["MACHINE", "decide", "due", "evolve", "replay"]

_REVEALER = Actor(Role.SYSTEM, "reviews")


def _needed(value: Any, name: str, expected: str) -> Any:
    if value is None:
        raise InvalidTypeError(name, expected, "nothing (null)")
    return value


# --- what events carry


def _payload(reviews: Reviews | None, command: ReviewsCommand, at: datetime) -> Mapping[str, Any]:
    if reviews is None:
        return {"booking": basis_of(booking_of(command))}
    direction = direction_of(command.event, by=command.by.role)
    match command.event:
        case "reveal":
            return {}
        case "give_rating" | "edit_rating":
            return {
                "direction": direction,
                "rating": _rating(reviews, command, _side(reviews, direction), at),
            }
        case "reply" | "edit_reply":
            return {"direction": direction, "reply": _reply(command, _side(reviews, direction), at)}
        case "moderate":
            return {"direction": command.direction, "moderation": _moderation(command, at)}
        case _:
            return {"direction": direction}


def _side(reviews: Reviews, direction: Direction | None) -> ReviewSide:
    side: ReviewSide = _needed(reviews.side(direction), "direction", "one that the booking has")
    return side


def _rating(reviews: Reviews, command: ReviewsCommand, side: ReviewSide, at: datetime) -> Rating:
    booking, before = reviews.booking, side.rating
    return Rating(
        booking_id=reviews.id,
        direction=side.direction,
        author_id=booking.author_of(side.direction),
        subject_id=booking.subject_of(side.direction),
        stars=_needed(command.stars, "stars", "an integer from 1 to 5"),
        at=at if before is None else before.at,
        closes_at=booking.closes_at,
        text=command.text,
        language=command.language,
        solved=command.solved,
        aspects=command.aspects,
        note=command.note,
        edited_at=None if before is None else at,
    )


def _reply(command: ReviewsCommand, side: ReviewSide, at: datetime) -> Reply:
    if side.reply is None:
        return Reply(text=command.text, language=command.language, at=at)
    return attrs.evolve(side.reply, text=command.text, language=command.language, edited_at=at)


def _moderation(command: ReviewsCommand, at: datetime) -> Moderation:
    return Moderation(
        effect=_needed(command.effect, "effect", "what to do about it"),
        of_reply=command.of_reply,
        by=command.by,
        at=at,
        why=_needed(command.why, "why", "a reason"),
    )


# --- what events change


def _begin(event: ReviewsEvent) -> Mapping[str, Any]:
    booking: RatedBooking = _needed(event.booking, "booking", "a first event with its booking")
    sides = [ReviewSide(direction=each) for each in sorted(booking.directions)]
    return {"booking": booking, "sides": sides}


def _change(reviews: Reviews, event: ReviewsEvent) -> Mapping[str, Any]:
    if event.event == "reveal":
        return _revealed(reviews, event)
    before = _side(reviews, event.direction)
    after = attrs.evolve(before, **_said(before, event))
    sides = tuple(after if side is before else side for side in reviews.sides)
    return {"sides": sides, **_keys(reviews, event)}


def _revealed(reviews: Reviews, event: ReviewsEvent) -> Mapping[str, Any]:
    """Reveal all ratings, by the end of the window at the latest, whenever the scheduler comes."""
    at = min(event.at, reviews.booking.closes_at)
    sides = [
        side if side.rating is None else attrs.evolve(side, rating=attrs.evolve(side.rating, revealed_at=at))
        for side in reviews.sides
    ]
    return {"sides": sides, "revealed_at": at}


def _said(side: ReviewSide, event: ReviewsEvent) -> Mapping[str, Any]:
    match event.event:
        case "withdraw_rating":
            return {"rating": None}
        case "give_rating" | "edit_rating":
            return {"rating": _needed(event.rating, "rating", f"an event {event.event} with its rating")}
        case "reply" | "edit_reply":
            return {"reply": _needed(event.reply, "reply", f"an event {event.event} with its reply")}
        case _:
            done = _needed(event.moderation, "moderation", "an event moderate with what was done")
            return {"moderations": (*side.moderations, done)}


def _keys(reviews: Reviews, event: ReviewsEvent) -> Mapping[str, Any]:
    use = KeyUse(event.key, event.fingerprint)
    match event.by.role:
        case Role.CUSTOMER:
            return {"customer_keys": remember(reviews.customer_keys, use)}
        case Role.FRIEND:
            return {"friend_keys": remember(reviews.friend_keys, use)}
        case _:
            return {}


# --- who, what is read, what follows


def _parties(reviews: Reviews | None, _: ReviewsCommand) -> Mapping[Role, frozenset[str]]:
    if reviews is None:
        return {}
    booking = reviews.booking
    return {
        Role.CUSTOMER: frozenset({booking.customer_id}),
        Role.FRIEND: frozenset({booking.friend_id}),
    }


def _reads(reviews: Reviews | None, command: ReviewsCommand) -> Iterable[StreamVersion]:
    if reviews is None and command.booking is not None:
        yield StreamVersion(command.booking.stream, command.booking.version)


def _follow(reviews: Reviews, event: ReviewsEvent) -> Iterable[ReviewsCommand]:
    if event.event == "give_rating" and reviews.is_complete:
        yield ReviewsCommand(event="reveal", by=_REVEALER, key=event.key)


MACHINE: Machine[Reviews, ReviewsEvent, ReviewsCommand] = Machine(
    aggregate=Reviews,
    event=ReviewsEvent,
    tables={"state": TABLE},
    parties=_parties,
    guard=guard,
    payload=_payload,
    begin=_begin,
    change=_change,
    reads=_reads,
    follow=_follow,
)
"""The reviews' machine. `evolve`, `replay` and `due` are its functions, and so is `decide`, which lets no
side meet a key of the other's.

:meta hide-value:
"""


def decide(
    reviews: Reviews | None, command: ReviewsCommand, *, at: datetime
) -> Decision[ReviewsEvent] | Refusal:
    """Answer a command: the events to store, or why not. Nothing is changed.

    The rating with which all are in comes with the reveal: two events in one decision.

    Args:
        reviews: the reviews as they stand; None where there are none yet, or what is stored already.
        command: what is wanted.
        at: the instant of the command.

    Returns:
        A decision, or a refusal with every reason of the first rule that says no: the key, the version, the
        table, the parties, the deadline, and the event's own rules. For customer and friend, neither of the
        two depends on what the other one has done before the reveal, the reveal itself and the versions to
        store at aside.

    Raises:
        InvalidTypeError: the command lacks what its event needs (`open_reviews` a booking, `give_rating`
            stars, `moderate` an effect and a reason).
        InvalidValueError: an aspect of the other direction.
    """
    known = None if reviews is None else _as_known_to(command.by, reviews)
    return MACHINE.decide(known, _with_own_key(command), at=at)


def _with_own_key(command: ReviewsCommand) -> ReviewsCommand:
    """Return a side's command with a key that the other side cannot use: it stands once in the stream."""
    role = command.by.role
    if role not in {Role.CUSTOMER, Role.FRIEND}:
        return command
    key = f"{role.value}:{command.key}"
    if len(key) > LONGEST_IDENTIFIER:
        key = f"{role.value}:{fingerprint(command.key)}"
    return attrs.evolve(command, key=key)


def _as_known_to(by: Actor, reviews: Reviews) -> Reviews:
    """Return the reviews with the keys that somebody may know of."""
    match by.role:
        case Role.CUSTOMER | Role.FRIEND if by.id != reviews.booking.id_of(by.role):
            keys: tuple[KeyUse, ...] = ()
        case Role.CUSTOMER:
            keys = reviews.customer_keys
        case Role.FRIEND:
            keys = reviews.friend_keys
        case _:
            return reviews
    return attrs.evolve(reviews, keys=keys)


def evolve(reviews: Reviews | None, event: ReviewsEvent) -> Reviews:
    """Return the reviews after an event.

    Args:
        reviews: the reviews before; None for their first event.
        event: the next event of the same reviews.

    Raises:
        InvalidValueError: the event is not the next one, or the table does not allow it.
    """
    return MACHINE.evolve(reviews, event)


def replay(history: Iterable[ReviewsEvent]) -> Reviews:
    """Return the reviews that a history makes.

    Args:
        history: all events of one booking's reviews, by version.

    Raises:
        InvalidValueError: no events, a gap, a duplicate, a wrong order, or a step that the table forbids.
    """
    return MACHINE.replay(history)


def due(reviews: Reviews, *, at: datetime) -> tuple[Timer, ...]:
    """Return what time owes by now: the reveal, once the window has ended.

    Args:
        reviews: the reviews.
        at: now.
    """
    return MACHINE.due(reviews, at=at)
