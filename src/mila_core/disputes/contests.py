"""What can be contested of a booking: by whom, until when, and how much money it is about."""

from datetime import datetime, timedelta
from types import MappingProxyType

import attrs

from mila_core.bookings import Booking, BookingState
from mila_core.errors import InvalidValueError, describe
from mila_core.lifecycle import Refusal, Role, by_deadline, not_after
from mila_core.money import ZERO, Money
from mila_core.periods import instant_of
from mila_core.policies import DisputePolicy
from mila_core.reasons import Reason, reason
from mila_core.validation import as_instant, identifier, instance_of, instant

__all__ = ["Contest", "claimant_of", "contest_of", "contested_amount"]

_OTHER = MappingProxyType({Role.CUSTOMER: Role.FRIEND, Role.FRIEND: Role.CUSTOMER})
_PRICED = frozenset({BookingState.COMPLETED, BookingState.CLOSED})
_COMPENSATED = frozenset({BookingState.FAILED, BookingState.CANCELLED})


@attrs.frozen(kw_only=True)
class Contest:
    """What is contested, by which side, as it was when the dispute was opened.

    Attributes:
        customer_id: the id of the booking's customer.
        friend_id: the id of its friend.
        claimant: the side that contests: customer or friend.
        outcome: the state of the booking that is contested.
        amount: what the customer owes for that outcome; CHF 0.00 where it is about the fact alone.
        answer_by: until before when the other side can answer.

    Raises:
        InvalidValueError: a claimant who is no side of a booking, or an amount below zero.
    """

    customer_id: str = attrs.field(validator=identifier)
    friend_id: str = attrs.field(validator=identifier)
    claimant: Role = attrs.field(validator=instance_of(Role))
    outcome: BookingState = attrs.field(validator=instance_of(BookingState))
    amount: Money = attrs.field(validator=instance_of(Money))
    answer_by: datetime = attrs.field(converter=as_instant, validator=instant)

    def __attrs_post_init__(self) -> None:
        """Check what its validators do not."""
        if self.claimant not in _OTHER:
            raise InvalidValueError("claimant", "customer or friend", describe(self.claimant.value))
        if self.amount < ZERO:
            raise InvalidValueError("amount", "CHF 0.00 or more", str(self.amount))

    @property
    def respondent(self) -> Role:
        """The other side, which can answer."""
        return _OTHER[self.claimant]


def claimant_of(booking: Booking) -> Role:
    """Return the side that a booking's outcome weighs on, which is the one that can contest it.

    It is the friend for a no-show that was reported of the friend, else the customer, who owes something.

    Args:
        booking: the booking.
    """
    reported = booking.ending is not None and booking.ending.event == "report_friend_no_show"
    return Role.FRIEND if reported else Role.CUSTOMER


def contested_amount(booking: Booking) -> Money:
    """Return what a customer owes for a booking's outcome: all that a dispute can be about, in money.

    Args:
        booking: the booking.

    Returns:
        The total of the quote once the work is done; else the compensation, CHF 0.00 if there is none.
    """
    if booking.state in _PRICED:
        return booking.quote.due
    owed = booking.ending.compensation if booking.ending else None
    return ZERO if owed is None else owed.amount


def _policy(booking: Booking) -> DisputePolicy:
    return booking.quote.visit.policy.disputes


def why_not_contestable(booking: Booking, at: datetime) -> list[Reason]:
    """Say why nobody can contest a booking's outcome; nothing if it can be contested.

    Args:
        booking: the booking.
        at: now.
    """
    policy = _policy(booking)
    match booking.state:
        case BookingState.COMPLETED:
            return by_deadline(at, booking.due[0])  # from then on it counts as closed: ADR 11
        case BookingState.NO_SHOW:
            return not_after(at, booking.since + timedelta(minutes=policy.no_show_minutes))
        case BookingState.CLOSED | BookingState.FAILED | BookingState.CANCELLED:
            if booking.state in _COMPENSATED and contested_amount(booking) == ZERO:
                return [reason("nothing_to_contest")]
            return not_after(at, booking.since + timedelta(days=policy.open_days))
        case _:
            return [reason("not_contestable_yet" if booking.is_open else "nothing_to_contest")]


def contest_of(booking: Booking, *, at: datetime) -> Contest | Refusal:
    """Return what a dispute of a booking would be about if it were opened now, or why it cannot be.

    Args:
        booking: the booking.
        at: now.

    Examples:
        >>> from mila_core import matching, pricing, samples
        >>> from mila_core.bookings import request
        >>> pilot = samples.zurich_2013()
        >>> wanted = pilot.request("game-console")
        >>> match = matching.FriendIndex(pilot.market).rank(wanted, at=pilot.opened_at).match("andreas")
        >>> quote = pricing.quote(wanted, match, book=pilot.book, at=pilot.opened_at)
        >>> booking = request(quote, at=pilot.opened_at, key="a1")
        >>> contest_of(booking, at=pilot.opened_at).code
        'not_contestable_yet'
    """
    now = instant_of(at)  # a wall clock would count the hours to answer wrong
    if reasons := why_not_contestable(booking, now):
        return Refusal(event="open_dispute", reasons=reasons)
    return Contest(
        customer_id=booking.customer_id,
        friend_id=booking.friend_id,
        claimant=claimant_of(booking),
        outcome=booking.state,
        amount=contested_amount(booking),
        answer_by=now + timedelta(minutes=_policy(booking).answer_minutes),
    )
