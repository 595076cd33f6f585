"""One side of a booking's reviews: its rating, the other's reply to it, and what operators did about them."""

from datetime import datetime
from enum import StrEnum

import attrs

from mila_core.errors import InvalidValueError
from mila_core.lifecycle import Actor
from mila_core.ratings.aspects import Direction, unsaid
from mila_core.ratings.facts import LONGEST_TEXT, Rating
from mila_core.reasons import Reason
from mila_core.validation import (
    TupleOf,
    as_instant,
    as_nfc,
    instance_of,
    instant,
    language,
    optional,
    text,
    tuple_of,
)

__all__ = ["Moderation", "ModerationEffect", "Reply", "ReviewSide"]


class ModerationEffect(StrEnum):
    """What an operator does about a rating or a reply."""

    KEEP = "keep"
    """It stands as it was written; what was done before is undone."""
    REDACT = "redact"
    """Its text is not shown; the stars of a rating count."""
    EXCLUDE_FROM_SCORE = "exclude_from_score"
    """It is shown, and its stars do not count."""
    REMOVE = "remove"
    """It is not shown, and its stars do not count."""


_UNCOUNTED = frozenset({ModerationEffect.EXCLUDE_FROM_SCORE, ModerationEffect.REMOVE})


@attrs.frozen(kw_only=True)
class Moderation:
    """What an operator did about a rating or a reply, and why.

    Attributes:
        effect: what was done.
        of_reply: whether about the reply instead of the rating.
        by: who did it.
        at: when.
        why: the reason.

    Raises:
        InvalidValueError: a reply, which has no stars, excluded from the score.
    """

    effect: ModerationEffect = attrs.field(validator=instance_of(ModerationEffect))
    of_reply: bool = attrs.field(default=False, validator=instance_of(bool))
    by: Actor = attrs.field(validator=instance_of(Actor))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    why: Reason = attrs.field(validator=instance_of(Reason))

    def __attrs_post_init__(self) -> None:
        """Check that the effect is one that a reply can have."""
        if self.of_reply and self.effect is ModerationEffect.EXCLUDE_FROM_SCORE:
            raise InvalidValueError("effect", "keep, redact or remove, for a reply", self.effect.value)


@attrs.frozen(kw_only=True)
class Reply:
    """What the one who was rated answers, for all to read.

    Attributes:
        text: the answer.
        language: its language, such as "de", where it is known.
        at: when it was given.
        edited_at: when it was changed last; None if it never was.
    """

    text: str = attrs.field(
        default="", converter=as_nfc, validator=text(LONGEST_TEXT, may_be_empty=True), repr=False
    )
    language: str | None = attrs.field(default=None, validator=optional(language))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    edited_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(instant)
    )


@attrs.frozen(kw_only=True)
class ReviewSide:
    """What one side said of the other, for storage; whoever shows it asks `view`.

    Attributes:
        direction: who is rated.
        rating: the rating as it stands; None if there is none, or it was withdrawn.
        reply: the answer of the one who was rated.
        moderations: all that operators did about rating and reply, the oldest first. The last one of each
            holds, for what is written afterwards too: editing is no way around it.

    Raises:
        InvalidValueError: a rating of the other direction, or a reply to nothing.
    """

    direction: Direction = attrs.field(validator=instance_of(Direction))
    rating: Rating | None = attrs.field(default=None, validator=optional(instance_of(Rating)), repr=unsaid)
    reply: Reply | None = attrs.field(default=None, validator=optional(instance_of(Reply)), repr=unsaid)
    moderations: tuple[Moderation, ...] = attrs.field(
        default=(), converter=TupleOf[Moderation], validator=tuple_of(instance_of(Moderation)), repr=unsaid
    )

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.rating is not None and self.rating.direction is not self.direction:
            raise InvalidValueError("rating", f"one {self.direction.value}", self.rating.direction.value)
        if self.reply is not None and self.rating is None:
            raise InvalidValueError("reply", "a rating to reply to", "none")

    def moderation(self, *, of_reply: bool = False) -> Moderation | None:
        """Return the moderation that holds, or None.

        Args:
            of_reply: whether of the reply instead of the rating.
        """
        about = [each for each in self.moderations if each.of_reply is of_reply]
        return about[-1] if about else None

    def effect(self, *, of_reply: bool = False) -> ModerationEffect:
        """Return what holds of the rating or the reply; `keep` where nobody moderated it.

        Args:
            of_reply: whether of the reply instead of the rating.
        """
        last = self.moderation(of_reply=of_reply)
        return ModerationEffect.KEEP if last is None else last.effect

    @property
    def counts(self) -> bool:
        """Whether the stars of its rating count once it is revealed."""
        return self.rating is not None and self.effect() not in _UNCOUNTED
