"""Which bookings are rated, by which side, and until when."""

from datetime import datetime, timedelta

import attrs

from mila_core.bookings import Booking, BookingState
from mila_core.errors import InvalidValueError, describe
from mila_core.lifecycle import Role, not_before
from mila_core.ratings.aspects import Direction, author_role, subject_role
from mila_core.reasons import Reason, reason
from mila_core.validation import (
    FrozensetOf,
    as_instant,
    frozenset_of,
    identifier,
    instance_of,
    instant,
    integer,
    sorted_repr,
)

__all__ = ["RatedBooking", "directions_of"]

_BOTH = frozenset(Direction)
_BY_CUSTOMER = frozenset({Direction.OF_FRIEND})
_BY_FRIEND = frozenset({Direction.OF_CUSTOMER})
_LONGEST_EDIT = 366 * 24 * 60


@attrs.frozen(kw_only=True)
class RatedBooking:
    """What the reviews know of their booking, as it was when they were opened.

    Attributes:
        customer_id: the id of the customer.
        friend_id: the id of the friend.
        directions: which ratings there can be.
        ended_at: when the booking came to its end.
        review_days: how many days from then on both sides can rate.
        reply_days: how many days from the reveal on the one who was rated can reply.
        reply_edit_minutes: how long a reply can be edited.

    Raises:
        InvalidValueError: customer and friend are one person.
    """

    customer_id: str = attrs.field(validator=identifier)
    friend_id: str = attrs.field(validator=identifier)
    directions: frozenset[Direction] = attrs.field(
        converter=FrozensetOf[Direction],
        validator=frozenset_of(instance_of(Direction), least=1),
        repr=sorted_repr,
    )
    ended_at: datetime = attrs.field(converter=as_instant, validator=instant)
    review_days: int = attrs.field(validator=integer(1, 366))
    reply_days: int = attrs.field(validator=integer(1, 366))
    reply_edit_minutes: int = attrs.field(validator=integer(0, _LONGEST_EDIT))

    def __attrs_post_init__(self) -> None:
        """Nobody rates themselves."""
        if self.customer_id == self.friend_id:
            raise InvalidValueError("friend_id", "somebody else than the customer", describe(self.friend_id))

    @property
    def closes_at(self) -> datetime:
        """When the time to rate is over: so many times 24 hours after the end, whatever the clocks do."""
        return self.ended_at + timedelta(days=self.review_days)

    def id_of(self, role: Role) -> str | None:
        """Return the id of a side, or None for a role that is no side.

        Args:
            role: the role.
        """
        return {Role.CUSTOMER: self.customer_id, Role.FRIEND: self.friend_id}.get(role)

    def author_of(self, direction: Direction) -> str:
        """Return the id of who rates.

        Args:
            direction: who is rated.
        """
        return self.customer_id if author_role(direction) is Role.CUSTOMER else self.friend_id

    def subject_of(self, direction: Direction) -> str:
        """Return the id of who is rated.

        Args:
            direction: who is rated.
        """
        return self.customer_id if subject_role(direction) is Role.CUSTOMER else self.friend_id


def directions_of(booking: Booking) -> frozenset[Direction]:
    """Return which ratings a booking can have: by both sides, by the one that was harmed, or none.

    Both rate a booking that is closed, and one that failed once the friend had arrived. After a no-show, and
    after a cancellation that was no longer free, the side that was harmed rates the other.

    Args:
        booking: the booking.
    """
    event = booking.ending.event if booking.ending else ""
    match booking.state:
        case BookingState.CLOSED:
            return _BOTH
        case BookingState.FAILED:
            return _BOTH if event == "fail" else frozenset()
        case BookingState.NO_SHOW:
            return _BY_FRIEND if event == "report_customer_no_show" else _BY_CUSTOMER
        case BookingState.CANCELLED if booking.is_late_cancellation:
            return _BY_FRIEND if event == "cancel_by_customer" else _BY_CUSTOMER
        case _:
            return frozenset()


def why_not_rateable(booking: Booking, at: datetime, *, same_person: bool) -> list[Reason]:
    """Say why a booking is not rated; nothing if it is.

    Args:
        booking: the booking.
        at: now.
        same_person: whether customer and friend are known to be one person with two ids.
    """
    if booking.is_open:
        return [reason("too_soon_to_rate", state=booking.state.value)]
    if same_person or booking.customer_id == booking.friend_id:
        return [reason("same_person")]
    if not directions_of(booking):
        return [reason("nothing_to_rate", state=booking.state.value)]
    return not_before(at, booking.since)


def basis_of(booking: Booking) -> RatedBooking:
    """Return what the reviews of a booking keep of it.

    Args:
        booking: a booking that is rated.
    """
    return RatedBooking(
        customer_id=booking.customer_id,
        friend_id=booking.friend_id,
        directions=directions_of(booking),
        ended_at=booking.since,
        review_days=booking.policy.review_days,
        reply_days=booking.policy.reply_days,
        reply_edit_minutes=booking.policy.reply_edit_minutes,
    )
