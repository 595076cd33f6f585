"""What must hold of ratings: each of a booking that ended, given in time, and none counted while hidden."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from mila_core.audit._lives import Life
from mila_core.audit.violations import Violation
from mila_core.bookings import Booking, BookingEvent
from mila_core.ratings import (
    Direction,
    Rating,
    Reviews,
    ReviewsEvent,
    ReviewState,
    directions_of,
    revealed,
)
from mila_core.reasons import reason

_BEFORE_THE_REVEAL = frozenset({"give_rating", "edit_rating", "withdraw_rating"})


def reviews_violations(
    life: Life[Reviews, ReviewsEvent], *, booking: Life[Booking, BookingEvent] | None
) -> Iterator[Violation]:
    """Yield what reviews contradict in their booking's life, and ratings and replies out of their time.

    Args:
        life: the reviews of a booking.
        booking: the life of that booking.
    """
    about = life.state.booking
    if booking is None:
        yield Violation(stream=life.stream, why=reason("rating_without_booking"))
    else:
        state = booking.state
        told = (about.customer_id, about.friend_id, about.directions, about.ended_at)
        if told != (state.customer_id, state.friend_id, directions_of(state), state.since):
            yield Violation(stream=life.stream, version=1, why=reason("rating_without_booking"))
    yield from _reply_violations(life)
    for _, event, _ in life.steps:
        if event.event in _BEFORE_THE_REVEAL and event.at >= about.closes_at:
            yield Violation(
                stream=life.stream,
                version=event.version,
                why=reason("after_deadline", event=event.event, due_at=about.closes_at),
            )


def _reply_violations(life: Life[Reviews, ReviewsEvent]) -> Iterator[Violation]:
    """Yield replies, and changes of them, that came too late; each time begins with an event."""
    about = life.state.booking
    replied: dict[Direction | None, datetime] = {}
    for before, event, _ in life.steps:
        if event.event not in {"reply", "edit_reply"} or before is None:
            continue
        until = (before.revealed_at or before.since) + timedelta(days=about.reply_days)
        if event.event == "edit_reply" and event.direction not in replied:
            forbidden = reason("event_forbidden", event=event.event)
            yield Violation(stream=life.stream, version=event.version, why=forbidden)
            continue
        if event.event == "edit_reply":
            until = replied[event.direction] + timedelta(minutes=about.reply_edit_minutes)
        replied.setdefault(event.direction, event.at)
        if event.at >= until:
            late = reason("out_of_window", event=event.event, at=event.at)
            yield Violation(stream=life.stream, version=event.version, why=late)


def counted_violations(
    counted: Iterable[Rating], reviews: Mapping[str, Life[Reviews, ReviewsEvent]]
) -> Iterator[Violation]:
    """Yield ratings that were counted and should not have been: hidden, taken out, changed, or of nothing.

    Args:
        counted: the ratings that some average or ranking was computed from.
        reviews: the lives of all reviews, by the booking's id.
    """
    for rating in counted:
        stream, life = f"reviews:{rating.booking_id}", reviews.get(rating.booking_id)
        if life is None:
            yield Violation(stream=stream, why=reason("rating_without_booking"))
        elif life.state.state is not ReviewState.REVEALED:
            yield Violation(
                stream=stream, why=reason("hidden_rating_counted", direction=rating.direction.value)
            )
        elif all(_fact(each) != _fact(rating) for each in revealed([life.state])):
            yield Violation(stream=stream, why=reason("rating_differs", direction=rating.direction.value))


def _fact(rating: Rating) -> tuple[object, ...]:
    """Return what of a rating is counted."""
    return (
        rating.direction,
        rating.author_id,
        rating.subject_id,
        rating.stars,
        rating.solved,
        rating.aspects,
    )
