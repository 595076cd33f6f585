"""What somebody wants to happen to the reviews of a booking."""

import attrs

from mila_core.bookings import Booking
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Command, Role
from mila_core.ratings.aspects import AspectRating, Direction, Solved, unsaid
from mila_core.ratings.facts import LONGEST_TEXT
from mila_core.ratings.sides import ModerationEffect
from mila_core.validation import (
    TupleOf,
    as_nfc,
    instance_of,
    integer,
    language,
    optional,
    text,
    tuple_of,
)

__all__ = ["ReviewsCommand"]

_SIDES = frozenset({Role.CUSTOMER, Role.FRIEND})
_TEXT = text(LONGEST_TEXT, may_be_empty=True)


@attrs.frozen(kw_only=True)
class ReviewsCommand(Command):
    """What somebody wants to happen to the reviews of a booking; its `repr` shows nothing of what is said.

    Attributes:
        event: the event's name.
        by: who wants it.
        key: an idempotency key made by the caller; the same for each retry of the same command.
        why: a reason; `moderate` needs one.
        expected_version: the version that the caller has seen; another one is refused. None to skip that,
            and always None for customer and friend: the version counts what is hidden from them.
        reads: the versions of what else the caller has read to make the command; the decision expects them
            too.
        booking: for `open_reviews`, the booking as it stands; the decision expects its version.
        same_person: for `open_reviews`, whether customer and friend are known to be one person with two ids.
        stars: for `give_rating` and `edit_rating`, 1 (bad) to 5 (very good).
        solved: with the stars of a friend, whether the problem is solved.
        aspects: with the stars, those of single aspects.
        text: with the stars, what to add for all to read; for `reply` and `edit_reply`, the reply.
        language: the language of the text, such as "de"; a text without it is refused.
        note: with the stars, what to add for the operators alone.
        direction: for `moderate`, whose rating or reply: by who is rated.
        effect: for `moderate`, what to do about it.
        of_reply: for `moderate`, whether about the reply instead of the rating.

    Raises:
        InvalidValueError: an expected version of customer or friend.
    """

    booking: Booking | None = attrs.field(default=None, validator=optional(instance_of(Booking)))
    same_person: bool = attrs.field(default=False, validator=instance_of(bool))
    stars: int | None = attrs.field(default=None, validator=optional(integer(1, 5)), repr=unsaid)
    solved: Solved | None = attrs.field(default=None, validator=optional(instance_of(Solved)), repr=unsaid)
    aspects: tuple[AspectRating, ...] = attrs.field(
        default=(),
        converter=TupleOf[AspectRating],
        validator=tuple_of(instance_of(AspectRating)),
        repr=unsaid,
    )
    text: str = attrs.field(default="", converter=as_nfc, validator=_TEXT, repr=False)
    language: str | None = attrs.field(default=None, validator=optional(language), repr=unsaid)
    note: str = attrs.field(default="", converter=as_nfc, validator=_TEXT, repr=False)
    direction: Direction | None = attrs.field(default=None, validator=optional(instance_of(Direction)))
    effect: ModerationEffect | None = attrs.field(
        default=None, validator=optional(instance_of(ModerationEffect))
    )
    of_reply: bool = attrs.field(default=False, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        """Refuse a question whose answer would tell of what is hidden."""
        if self.expected_version is not None and self.by.role in _SIDES:
            expected = "none from customer or friend: it counts what is hidden from them"
            raise InvalidValueError("expected_version", expected, f"{self.expected_version}")

    @property
    def begins(self) -> str:
        """The id of the reviews that it begins: the booking's.

        Raises:
            InvalidTypeError: there is no booking to review.
        """
        if self.booking is None:
            raise InvalidTypeError("booking", "the booking that is reviewed", "nothing (null)")
        return self.booking.id

    @property
    def content(self) -> tuple[object, ...]:
        """What it asks for besides the event; a retry may bring a fresher booking."""
        booking_id = None if self.booking is None else self.booking.id
        said = (self.stars, self.solved, self.aspects, self.text, self.language, self.note)
        return (booking_id, *said, self.direction, self.effect, self.of_reply)
