"""What may be shown of a booking's reviews, to whom, and which ratings count."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from mila_core.lifecycle import Actor, Role
from mila_core.periods import instant_of
from mila_core.ratings._guards import direction_of, why_not
from mila_core.ratings.aspects import author_role, subject_role
from mila_core.ratings.facts import Rating
from mila_core.ratings.machine import MACHINE
from mila_core.ratings.sides import Moderation, ModerationEffect, Reply, ReviewSide
from mila_core.ratings.table import ReviewState
from mila_core.ratings.values import Reviews
from mila_core.ratings.verbs import run_timers
from mila_core.validation import TupleOf, as_instant, identifier, instance_of, instant, optional, tuple_of

__all__ = ["ReviewsView", "VisibleRating", "revealed", "view"]

_TEXTLESS = frozenset({ModerationEffect.REDACT, ModerationEffect.REMOVE})


@attrs.frozen(kw_only=True)
class VisibleRating:
    """A rating as somebody may see it.

    Attributes:
        rating: the rating; its note is for the author and for operators, a redacted text for them alone.
        counts: whether its stars count.
        reply: the answer of the one who was rated.
        moderation: what an operator did about it, for the author and for operators.
    """

    rating: Rating = attrs.field(validator=instance_of(Rating))
    counts: bool = attrs.field(validator=instance_of(bool))
    reply: Reply | None = attrs.field(default=None, validator=optional(instance_of(Reply)))
    moderation: Moderation | None = attrs.field(default=None, validator=optional(instance_of(Moderation)))


@attrs.frozen(kw_only=True)
class ReviewsView:
    """What somebody may see of a booking's reviews.

    Attributes:
        booking_id: the id of the booking.
        state: whether they are revealed.
        closes_at: when the time to rate is over.
        ratings: the ratings that may be seen, by direction.
        may: the names of the events that the viewer may cause now.
    """

    booking_id: str = attrs.field(validator=identifier)
    state: ReviewState = attrs.field(validator=instance_of(ReviewState))
    closes_at: datetime = attrs.field(converter=as_instant, validator=instant)
    ratings: tuple[VisibleRating, ...] = attrs.field(
        default=(), converter=TupleOf[VisibleRating], validator=tuple_of(instance_of(VisibleRating))
    )
    may: tuple[str, ...] = attrs.field(default=(), converter=TupleOf[str], validator=tuple_of(identifier))


def view(reviews: Reviews, *, viewer: Actor | None, at: datetime) -> ReviewsView:
    """Return what somebody may see of a booking's reviews.

    Authors see their own rating at any time; the other side and everybody else see it once it is revealed,
    and before that neither that there is one nor when it was given or changed. Operators, who moderate, see
    everything, unless they are a party themselves: give their view to nobody else.

    Args:
        reviews: the reviews of the booking.
        viewer: who looks; None for anybody.
        at: now; if the window has ended by then, the ratings are shown as revealed, whether or not the
            scheduler has been there.
    """
    now = run_timers(reviews, at=at)
    role = _part(now, viewer)
    return ReviewsView(
        booking_id=now.id,
        state=now.state,
        closes_at=now.booking.closes_at,
        ratings=[seen for side in now.sides if (seen := _seen(side, by=role, state=now.state)) is not None],
        may=tuple(_possible(now, role, instant_of(at))),
    )


def _part(reviews: Reviews, viewer: Actor | None) -> Role | None:
    """Return in what capacity somebody looks; None for anybody."""
    if viewer is None:
        return None
    if viewer.role is Role.OPERATOR:  # but nobody looks into one's own case from that side
        parties = {reviews.booking.customer_id, reviews.booking.friend_id}
        return None if viewer.id in parties else viewer.role
    return viewer.role if viewer.id == reviews.booking.id_of(viewer.role) else None


def _seen(side: ReviewSide, *, by: Role | None, state: ReviewState) -> VisibleRating | None:
    rating, effect = side.rating, side.effect()
    if rating is None:
        return None
    whole = by in {author_role(side.direction), Role.OPERATOR}
    if not whole and (state is not ReviewState.REVEALED or effect is ModerationEffect.REMOVE):
        return None
    return VisibleRating(
        rating=rating if whole else _for_all(rating, effect),
        counts=side.counts,
        reply=_reply_seen(side, whole=by in {subject_role(side.direction), Role.OPERATOR}),
        moderation=side.moderation() if whole else None,
    )


def _for_all(rating: Rating, effect: ModerationEffect) -> Rating:
    """Return a revealed rating as everybody may read it."""
    if effect in _TEXTLESS:
        return attrs.evolve(rating, text="", language=None, note="")
    return attrs.evolve(rating, note="")


def _reply_seen(side: ReviewSide, *, whole: bool) -> Reply | None:
    reply, effect = side.reply, side.effect(of_reply=True)
    if reply is None or whole or effect not in _TEXTLESS:
        return reply
    return None if effect is ModerationEffect.REMOVE else attrs.evolve(reply, text="", language=None)


def _possible(reviews: Reviews, role: Role | None, at: datetime) -> Iterator[str]:
    if role not in {Role.CUSTOMER, Role.FRIEND}:
        return
    for event in MACHINE.events_for(reviews, role=role):
        if not why_not(reviews, event, direction=direction_of(event, by=role), at=at):
            yield event


def revealed(reviews: Iterable[Reviews]) -> tuple[Rating, ...]:
    """Return the ratings that count: revealed, and neither excluded nor removed by an operator.

    A rating counts once for its booking and direction, however often and in whatever order the reviews are
    delivered; of several versions of the same reviews the newest counts. Texts that were redacted are not in
    it, nor are notes.

    Args:
        reviews: the reviews of any bookings.

    Returns:
        The ratings by booking and direction, as `reputation` takes them.

    Examples:
        >>> revealed([])
        ()
    """
    newest: dict[str, Reviews] = {}
    for each in reviews:
        if each.id not in newest or newest[each.id].version < each.version:
            newest[each.id] = each
    found = [
        _for_all(side.rating, side.effect())
        for each in newest.values()
        for side in each.sides
        if each.state is ReviewState.REVEALED and side.rating is not None and side.counts
    ]
    return tuple(sorted(found, key=lambda rating: (rating.booking_id, rating.direction)))
