"""A rating: what one side of a booking says of the other, and which ratings count."""

from collections.abc import Iterable
from datetime import datetime

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.periods import instant_of
from mila_core.ratings.aspects import ASPECTS, AspectRating, Direction, Solved, unsaid
from mila_core.validation import (
    TupleOf,
    as_instant,
    as_nfc,
    identifier,
    instance_of,
    instant,
    integer,
    language,
    optional,
    text,
    tuple_of,
)

__all__ = ["LONGEST_TEXT", "Rating", "counted"]

LONGEST_TEXT = 1000
"""The greatest number of characters of a review, and of a reply to one."""


_TEXT = text(LONGEST_TEXT, may_be_empty=True)


@attrs.frozen(kw_only=True)
class Rating:
    """What one side of a booking says of the other; there is one of each direction for a booking.

    Its `repr` shows nothing of what was said, as it may be hidden still.

    Attributes:
        booking_id: the id of the booking.
        direction: who is rated.
        author_id: the id of who rates.
        subject_id: the id of who is rated.
        stars: 1 (bad) to 5 (very good), for the whole.
        at: when it was given.
        closes_at: when the time for both ratings is over; at the latest then it is revealed.
        text: what the author adds for all to read.
        language: the language of the text, such as "de", where it is known.
        solved: of a friend: whether the problem is solved.
        aspects: stars of single aspects, each at most once, by aspect; the stars of the whole stand apart.
        note: what the author adds for the operators alone.
        edited_at: when it was changed last; None if it never was.
        revealed_at: when it was revealed; None while it is hidden, or where the end of its time revealed it.

    Raises:
        InvalidValueError: stars out of range, a rating of oneself, an aspect of the other direction or one
            that comes twice, or an instant after the time.
    """

    booking_id: str = attrs.field(validator=identifier)
    direction: Direction = attrs.field(validator=instance_of(Direction))
    author_id: str = attrs.field(validator=identifier)
    subject_id: str = attrs.field(validator=identifier)
    stars: int = attrs.field(validator=integer(1, 5), repr=unsaid)
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    closes_at: datetime = attrs.field(converter=as_instant, validator=instant)
    text: str = attrs.field(default="", converter=as_nfc, validator=_TEXT, repr=False)
    language: str | None = attrs.field(default=None, validator=optional(language), repr=unsaid)
    solved: Solved | None = attrs.field(default=None, validator=optional(instance_of(Solved)), repr=unsaid)
    aspects: tuple[AspectRating, ...] = attrs.field(
        default=(),
        converter=TupleOf[AspectRating],
        validator=tuple_of(instance_of(AspectRating)),
        repr=unsaid,
    )
    note: str = attrs.field(default="", converter=as_nfc, validator=_TEXT, repr=False)
    edited_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(instant)
    )
    revealed_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(instant)
    )

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.author_id == self.subject_id:
            raise InvalidValueError("subject_id", "somebody else than the author", describe(self.subject_id))
        for name, given in (("at", self.at), ("edited_at", self.edited_at)):
            if given is not None and given >= self.closes_at:
                raise InvalidValueError(
                    name, f"an instant before {self.closes_at.isoformat()}", given.isoformat()
                )
        if self.revealed_at is not None and self.revealed_at > self.closes_at:
            expected = f"no instant after {self.closes_at.isoformat()}"
            raise InvalidValueError("revealed_at", expected, self.revealed_at.isoformat())
        self._check_aspects()

    def _check_aspects(self) -> None:
        aspects = [each.aspect for each in self.aspects]
        if aspects != sorted(set(aspects)):
            raise InvalidValueError("aspects", "each aspect once, by its name", ", ".join(aspects))
        if wrong := set(aspects) - ASPECTS[self.direction]:
            known = ", ".join(sorted(ASPECTS[self.direction]))
            raise InvalidValueError("aspects", f"some of {known}", ", ".join(sorted(wrong)))
        if self.solved is not None and self.direction is not Direction.OF_FRIEND:
            raise InvalidValueError("solved", "nothing, for a rating of a customer", self.solved.value)

    @property
    def counts_from(self) -> datetime:
        """From when on it counts: its reveal, at the latest the end of its time."""
        return self.closes_at if self.revealed_at is None else self.revealed_at


def counted(ratings: Iterable[Rating], *, at: datetime) -> tuple[Rating, ...]:
    """Return the ratings that count at an instant, each once for its booking and direction.

    A rating that is hidden still does not count, even where somebody hands it over by mistake.

    Args:
        ratings: ratings of any bookings, in any order and however often; of two that differ, the one that
            was changed last counts.
        at: the instant.

    Returns:
        The ratings by booking and direction.
    """
    now = instant_of(at)
    given = sorted((each for each in ratings if each.counts_from <= now), key=_order)
    last = {(each.booking_id, each.direction): each for each in given}
    return tuple(last[key] for key in sorted(last))


def _order(rating: Rating) -> tuple[datetime, int, bool, str, bool]:
    # a full order, so that the delivery's order never matters; a text that was taken out stays out, and what
    # was revealed stays so where the same was handed over while it was hidden
    is_revealed = rating.revealed_at is not None
    return rating.edited_at or rating.at, rating.stars, not rating.text, rating.text, is_revealed
