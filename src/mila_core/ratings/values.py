"""The reviews of a booking, and what happens to them."""

from datetime import datetime
from typing import ClassVar

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.lifecycle import Aggregate, Event, KeyUse, Timer
from mila_core.ratings.aspects import Direction
from mila_core.ratings.bases import RatedBooking
from mila_core.ratings.facts import Rating
from mila_core.ratings.sides import Moderation, Reply, ReviewSide
from mila_core.ratings.table import ReviewState
from mila_core.validation import TupleOf, as_instant, instance_of, instant, optional, tuple_of

__all__ = ["Reviews", "ReviewsEvent"]


@attrs.frozen(kw_only=True)
class ReviewsEvent(Event):
    """Something that happened to the reviews of a booking; its `repr` shows nothing of what was said.

    Attributes:
        id: the id of the booking.
        version: the version of its reviews after the event; 1, 2, 3 and so on.
        event: the event's name, one of the table's.
        by: who caused it.
        at: when, as the application said; the order is the version's, never this.
        key: the idempotency key of the command.
        fingerprint: what the command was, in short.
        why: a reason, if one was given; a moderation has one.
        booking: for `open_reviews`, what they are about.
        direction: whose rating or reply it concerns, by who is rated; None for `open_reviews` and `reveal`.
        rating: for `give_rating` and `edit_rating`, the rating as it stands afterwards.
        reply: for `reply` and `edit_reply`, the reply as it stands afterwards.
        moderation: for `moderate`, what was done.
    """

    STREAM: ClassVar[str] = "reviews"

    booking: RatedBooking | None = attrs.field(default=None, validator=optional(instance_of(RatedBooking)))
    direction: Direction | None = attrs.field(default=None, validator=optional(instance_of(Direction)))
    rating: Rating | None = attrs.field(default=None, validator=optional(instance_of(Rating)))
    reply: Reply | None = attrs.field(default=None, validator=optional(instance_of(Reply)))
    moderation: Moderation | None = attrs.field(default=None, validator=optional(instance_of(Moderation)))

    def __repr__(self) -> str:
        """Leave the fingerprint out as well: made of few stars, it is soon guessed."""
        return f"ReviewsEvent(id={self.id!r}, version={self.version}, event={self.event!r}, by={self.by!r})"


@attrs.frozen(kw_only=True)
class Reviews(Aggregate):
    """What both sides of a booking say of each other, as it stands.

    It holds what is hidden, too: it is for storage, and whoever shows it asks `view`. Its `repr` is the same
    whatever was said.

    Attributes:
        id: the id of the booking.
        version: how many events made it what it is.
        since: the instant of the event that led to its present state.
        keys: the idempotency keys used last, by whomever.
        state: whether they are revealed.
        booking: what they are about.
        sides: one for each rating that there can be, by direction.
        customer_keys: the idempotency keys that the customer used last: what the other side does in the
            meantime shows in no answer to a customer's command.
        friend_keys: those that the friend used last.
        revealed_at: when they were revealed: by the last rating, or by the end of the window.

    Raises:
        InvalidValueError: sides or ratings that are not those of the booking, or a reveal that does not fit
            the state.
    """

    STREAM: ClassVar[str] = "reviews"

    state: ReviewState = attrs.field(validator=instance_of(ReviewState))
    booking: RatedBooking = attrs.field(validator=instance_of(RatedBooking))
    sides: tuple[ReviewSide, ...] = attrs.field(
        converter=TupleOf[ReviewSide],
        validator=tuple_of(instance_of(ReviewSide), least=1, most=len(Direction)),
    )
    customer_keys: tuple[KeyUse, ...] = attrs.field(
        default=(), converter=TupleOf[KeyUse], validator=tuple_of(instance_of(KeyUse))
    )
    friend_keys: tuple[KeyUse, ...] = attrs.field(
        default=(), converter=TupleOf[KeyUse], validator=tuple_of(instance_of(KeyUse))
    )
    revealed_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(instant)
    )

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        directions = [side.direction for side in self.sides]
        if directions != sorted(self.booking.directions):
            raise InvalidValueError("sides", "one of each direction, in order", ", ".join(directions))
        if (self.revealed_at is not None) is not (self.state is ReviewState.REVEALED):
            expected = "an instant once they are revealed, none before"
            raise InvalidValueError("revealed_at", expected, f"the state {self.state.value}")
        for side in self.sides:
            self._check_side(side)

    def _check_side(self, side: ReviewSide) -> None:
        if side.reply is not None and self.revealed_at is None:
            raise InvalidValueError("sides", "replies once they are revealed", "one before")
        rating, booking = side.rating, self.booking
        if rating is None:
            return
        about = (rating.booking_id, rating.author_id, rating.subject_id, rating.closes_at, rating.revealed_at)
        people = (booking.author_of(side.direction), booking.subject_of(side.direction))
        if about != (self.id, *people, booking.closes_at, self.revealed_at):
            raise InvalidValueError("sides", f"ratings of the booking {self.id}", describe(rating.booking_id))

    def __repr__(self) -> str:
        """Show what everybody may know: the same, whatever is hidden."""
        return f"Reviews(id={self.id!r}, state={self.state!r}, booking={self.booking!r})"

    def side(self, direction: Direction | None) -> ReviewSide | None:
        """Return the side of a direction, or None where the booking has no such rating.

        Args:
            direction: who is rated.
        """
        return next((each for each in self.sides if each.direction is direction), None)

    @property
    def is_complete(self) -> bool:
        """Whether all ratings are in that there can be; before the reveal, nobody is to be told."""
        return all(side.rating is not None for side in self.sides)

    @property
    def due(self) -> tuple[Timer, ...]:
        """What time will cause: the reveal, when the window ends."""
        if self.state is ReviewState.REVEALED:
            return ()
        return (Timer("reveal", self.booking.closes_at),)
