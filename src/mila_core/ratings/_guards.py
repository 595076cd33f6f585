"""The guards of the reviews' table: for each event the reasons why not, beyond what the table says.

For customer and friend, no answer here rests on what the other side has said before the reveal.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

from mila_core.bookings import Booking
from mila_core.errors import InvalidTypeError
from mila_core.lifecycle import Role, Timer, by_deadline, not_before
from mila_core.ratings.aspects import Direction, author_role, subject_role
from mila_core.ratings.bases import why_not_rateable
from mila_core.ratings.commands import ReviewsCommand
from mila_core.ratings.sides import ModerationEffect, ReviewSide
from mila_core.ratings.table import ReviewState
from mila_core.ratings.values import Reviews
from mila_core.reasons import Reason, reason

__all__ = ["booking_of", "direction_of", "guard", "why_not"]

_NEED_TEXT = frozenset({"reply", "edit_reply"})
_HAVE_TEXT = _NEED_TEXT | {"give_rating", "edit_rating"}


def booking_of(command: ReviewsCommand) -> Booking:
    """Return the booking that a command opens the reviews of.

    Args:
        command: one that opens reviews.

    Raises:
        InvalidTypeError: there is none.
    """
    if command.booking is None:
        raise InvalidTypeError("booking", "the booking that is reviewed", "nothing (null)")
    return command.booking


def guard(reviews: Reviews | None, command: ReviewsCommand, at: datetime) -> list[Reason]:
    """Say why a command is refused that the table allows.

    Args:
        reviews: the reviews as they stand; None for those that begin.
        command: what is wanted.
        at: the instant of the command.
    """
    if reviews is None:
        return why_not_rateable(booking_of(command), at, same_person=command.same_person)
    if command.by.role is Role.TIMER:
        return []
    direction = direction_of(command.event, by=command.by.role) or command.direction
    if command.event == "moderate" and command.of_reply:
        reasons = _overdue(reviews, at) or _may_moderate_reply(reviews.side(direction))
    else:
        reasons = why_not(reviews, command.event, direction=direction, at=at)
    return [*reasons, *_about_text(command)]


def _about_text(command: ReviewsCommand) -> Iterator[Reason]:
    is_empty = not command.text.strip()
    if command.event in _NEED_TEXT and is_empty:
        yield reason("reply_empty")
    if command.event in _HAVE_TEXT and not is_empty and command.language is None:
        yield reason("language_missing")


def direction_of(event: str, *, by: Role) -> Direction | None:
    """Return which rating an event of customer or friend concerns; None for the others.

    Args:
        event: the event's name.
        by: who causes it.
    """
    part = subject_role if event in _NEED_TEXT else author_role
    return next((each for each in Direction if part(each) is by), None)


def why_not(reviews: Reviews, event: str, *, direction: Direction | None, at: datetime) -> list[Reason]:
    """Say why an event cannot happen, whatever its content; nothing if it can.

    Args:
        reviews: the reviews as they stand.
        event: the event's name, one that the table allows now.
        direction: which rating it concerns; None for a reveal.
        at: now.
    """
    if late := _overdue(reviews, at):
        return late
    if event == "reveal":
        return [] if reviews.is_complete else [reason("not_due", event=event)]
    return _GUARDS[event](reviews, reviews.side(direction), at)


def _overdue(reviews: Reviews, at: datetime) -> list[Reason]:
    return by_deadline(at, reviews.due[0]) if reviews.state is ReviewState.OPEN else []


_Guard: TypeAlias = Callable[[Reviews, ReviewSide | None, datetime], list[Reason]]


def _may_give(reviews: Reviews, side: ReviewSide | None, at: datetime) -> list[Reason]:
    if side is None:
        return [reason("may_not_rate")]
    if side.rating is not None:
        return [reason("already_rated")]
    return not_before(at, reviews.booking.ended_at)


def _may_change(_: Reviews, side: ReviewSide | None, __: datetime) -> list[Reason]:
    if side is None:
        return [reason("may_not_rate")]
    return [reason("not_rated")] if side.rating is None else []


def _may_reply(reviews: Reviews, side: ReviewSide | None, at: datetime) -> list[Reason]:
    if side is None or side.rating is None or side.effect() is ModerationEffect.REMOVE:
        return [reason("nothing_to_reply_to")]
    if side.reply is not None:
        return [reason("already_replied")]
    revealed_at = reviews.revealed_at or reviews.since
    return by_deadline(at, Timer("reply", revealed_at + timedelta(days=reviews.booking.reply_days)))


def _may_edit_reply(reviews: Reviews, side: ReviewSide | None, at: datetime) -> list[Reason]:
    if side is None or side.reply is None:
        return [reason("no_reply")]
    until = side.reply.at + timedelta(minutes=reviews.booking.reply_edit_minutes)
    return by_deadline(at, Timer("edit_reply", until))


def _may_moderate(_: Reviews, side: ReviewSide | None, __: datetime) -> list[Reason]:
    return [reason("not_rated")] if side is None or side.rating is None else []


def _may_moderate_reply(side: ReviewSide | None) -> list[Reason]:
    return [reason("no_reply")] if side is None or side.reply is None else []


_GUARDS: MappingProxyType[str, _Guard] = MappingProxyType(
    {
        "give_rating": _may_give,
        "edit_rating": _may_change,
        "withdraw_rating": _may_change,
        "reply": _may_reply,
        "edit_reply": _may_edit_reply,
        "moderate": _may_moderate,
    }
)
