"""Ratings: what both sides of a closed booking say of each other, hidden until both have spoken.

A rating needs a booking that took place: each side may rate once it is closed, for 14 days (by policy).
Both ratings are revealed together, when both are in or the time is over, so that nobody answers tit for
tat (Fradkin, Grewal, Holtz 2021, doi:10.1287/mksc.2021.1311). Only revealed ratings count.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import attrs

from mila_core.bookings import Booking, BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Customer, Friend
from mila_core.lifecycle import Refusal, RefusedError
from mila_core.periods import instant_of
from mila_core.reasons import Reason, reason
from mila_core.validation import as_instant, as_nfc, identifier, instance_of, instant, integer, text

__all__ = ["LONGEST_TEXT", "Direction", "Rating", "check", "rate", "revealed"]

LONGEST_TEXT = 1000
"""The greatest number of characters of a review."""


class Direction(StrEnum):
    """Who is rated."""

    OF_FRIEND = "of_friend"
    """The customer rates the friend."""
    OF_CUSTOMER = "of_customer"
    """The friend rates the customer."""


@attrs.frozen(kw_only=True)
class Rating:
    """What one side of a booking says of the other; there is one of each direction for a booking.

    Attributes:
        booking_id: the id of the booking.
        direction: who is rated.
        author_id: the id of who rates.
        subject_id: the id of who is rated.
        stars: 1 (bad) to 5 (very good).
        at: when it was given.
        closes_at: when the time for both ratings is over.
        text: what the author adds.

    Raises:
        InvalidValueError: stars out of range, a rating of oneself, or one given after the time.
    """

    booking_id: str = attrs.field(validator=identifier)
    direction: Direction = attrs.field(validator=instance_of(Direction))
    author_id: str = attrs.field(validator=identifier)
    subject_id: str = attrs.field(validator=identifier)
    stars: int = attrs.field(validator=integer(1, 5))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    closes_at: datetime = attrs.field(converter=as_instant, validator=instant)
    text: str = attrs.field(
        default="", converter=as_nfc, validator=text(LONGEST_TEXT, may_be_empty=True), repr=False
    )

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.author_id == self.subject_id:
            raise InvalidValueError("subject_id", "somebody else than the author", describe(self.subject_id))
        if self.at >= self.closes_at:
            raise InvalidValueError(
                "at", f"an instant before {self.closes_at.isoformat()}", self.at.isoformat()
            )


def _closes_at(booking: Booking) -> datetime:
    return booking.since + timedelta(days=booking.policy.review_days)


def check(booking: Booking, *, by: Customer | Friend, at: datetime) -> tuple[Reason, ...]:
    """Say why somebody may not rate a booking now; nothing if they may.

    Args:
        booking: the booking.
        by: the customer or the friend of the booking.
        at: now.

    Raises:
        InvalidTypeError: somebody who is neither a Customer nor a Friend.
    """
    if not isinstance(by, Customer | Friend):
        raise InvalidTypeError("by", "a Customer or a Friend", describe(by))
    now = instant_of(at)
    if by.id != (booking.friend_id if isinstance(by, Friend) else booking.customer_id):
        return (reason("not_a_party", id=by.id),)
    if booking.state is not BookingState.CLOSED:
        return (reason("booking_not_closed", state=booking.state.value),)
    if now < booking.since:
        return (reason("too_early", possible_from=booking.since),)
    if now >= _closes_at(booking):
        return (reason("rating_window_closed", closed_at=_closes_at(booking)),)
    return ()


def rate(booking: Booking, *, by: Customer | Friend, stars: int, at: datetime, text: str = "") -> Rating:
    """Rate the other side of a closed booking.

    Args:
        booking: the booking.
        by: the customer, who rates the friend, or the friend, who rates the customer.
        stars: 1 (bad) to 5 (very good).
        at: now, within 14 days (by policy) of the closing.
        text: what to add.

    Returns:
        The rating; it counts once it is `revealed`.

    Raises:
        RefusedError: the booking is not closed, the time is over, or it is somebody else's booking.
        InvalidInputError: stars or text out of range.
    """
    if reasons := check(booking, by=by, at=at):
        raise RefusedError(Refusal(event="rate", reasons=reasons))
    of_friend = isinstance(by, Customer)
    return Rating(
        booking_id=booking.id,
        direction=Direction.OF_FRIEND if of_friend else Direction.OF_CUSTOMER,
        author_id=by.id,
        subject_id=booking.friend_id if of_friend else booking.customer_id,
        stars=stars,
        at=at,
        closes_at=_closes_at(booking),
        text=text,
    )


def revealed(ratings: Iterable[Rating], *, at: datetime) -> tuple[Rating, ...]:
    """Return the ratings that are revealed by now: both sides have rated, or the time is over.

    A rating counts once for its booking and direction, however often it is delivered. Until the reveal an
    author may think better of it: the last one given counts. After the reveal nothing changes any more.

    Args:
        ratings: ratings of any bookings, in any order.
        at: now; ratings given later are not seen.

    Returns:
        The revealed ratings by booking and direction.
    """
    now = instant_of(at)
    given = sorted((rating for rating in ratings if rating.at <= now), key=_order)
    first: dict[tuple[str, Direction], Rating] = {}
    for rating in given:
        first.setdefault((rating.booking_id, rating.direction), rating)
    last: dict[tuple[str, Direction], Rating] = {}
    for rating in given:
        sides = [first.get((rating.booking_id, direction)) for direction in Direction]
        both_at = [side.at for side in sides if side is not None]
        reveal_at = max(both_at) if len(both_at) == len(Direction) else rating.closes_at
        if rating.at <= reveal_at <= now:
            last[rating.booking_id, rating.direction] = rating
    return tuple(last[key] for key in sorted(last))


def _order(rating: Rating) -> tuple[datetime, int, str]:
    return rating.at, rating.stars, rating.text  # a full order, so that the delivery's order never matters
