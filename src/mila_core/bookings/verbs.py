"""The verbs until the visit: both steps at once, for applications that store the state, not the history."""

from collections.abc import Iterable
from datetime import datetime

from mila_core.bookings._apply import apply
from mila_core.bookings.consents import Consent
from mila_core.bookings.values import Booking
from mila_core.errors import InvalidTypeError, describe
from mila_core.friends import Friend
from mila_core.lifecycle import Actor, By, Role, actor_of
from mila_core.money import Money
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote
from mila_core.reasons import Reason

__all__ = ["accept", "assign", "book_instantly", "cancel", "confirm", "decline", "request", "reschedule"]


def request(
    quote: Quote,
    *,
    at: datetime,
    key: str,
    booking_id: str | None = None,
    stored: Booking | None = None,
    friend: Friend | None = None,
    offer: Offer | None = None,
    busy: Iterable[Period] = (),
    policy: BookingPolicy | None = None,
) -> Booking:
    """Book a quote: the customer asks, the friend has yet to accept.

    Args:
        quote: the quote, not yet expired.
        at: now.
        key: an idempotency key.
        booking_id: the booking's id; the quote's id if not given, so that a quote is booked once.
        stored: what is stored under that id already, if anything: a retry with the same key gives it back,
            however late it comes, and anything else is refused.
        friend: the friend as known now, to judge once more whether the friend is eligible and the slot free;
            worth giving wherever more may be known by now than when the quote was made.
        offer: with `friend`, the quote's offer as known now, which may have ended or have another radius.
        busy: with `friend`, the slots that are taken by now (see `busy_slots`).
        policy: the policy to book under; the one of the visit's network if not given.

    Returns:
        The booking, requested; `.due` says until when the friend may answer.

    Raises:
        RefusedError: the quote has expired, the notice is too short, the friend is not eligible or not free,
            or the id is taken.
        InvalidTypeError: an offer or busy slots without the friend.

    Examples:
        >>> from mila_core import matching, pricing, samples
        >>> pilot = samples.zurich_2013()
        >>> wanted = pilot.request("game-console")
        >>> match = matching.FriendIndex(pilot.market).rank(wanted, at=pilot.opened_at).match("andreas")
        >>> quote = pricing.quote(wanted, match, book=pilot.book, at=pilot.opened_at)
        >>> booking = request(quote, at=pilot.opened_at, key="a1")
        >>> booking.state.value, booking.due[0].event
        ('requested', 'expire_request')
    """
    return apply(
        stored,
        "request",
        by=Actor(Role.CUSTOMER, quote.visit.customer_id),
        key=key,
        at=at,
        quote=quote,
        policy=policy,
        booking_id=booking_id,
        friend=friend,
        offer=offer,
        busy=tuple(busy),
    )


def book_instantly(
    quote: Quote,
    *,
    friend: Friend,
    offer: Offer,
    at: datetime,
    key: str,
    booking_id: str | None = None,
    stored: Booking | None = None,
    busy: Iterable[Period] = (),
    policy: BookingPolicy | None = None,
) -> Booking:
    """Book a quote at once: the friend has said beforehand that this offer needs no answer.

    Args:
        quote: the quote, not yet expired.
        friend: the friend as known now.
        offer: the quote's offer as known now, an instant one.
        at: now.
        key: an idempotency key.
        booking_id: the booking's id; the quote's id if not given.
        stored: what is stored under that id already, if anything (see `request`).
        busy: the slots that are taken by now (see `busy_slots`).
        policy: the policy to book under; the one of the visit's network if not given.

    Returns:
        The booking, confirmed.

    Raises:
        RefusedError: the offer is not an instant one, or what `request` raises it for.
    """
    return apply(
        stored,
        "book_instantly",
        by=Actor(Role.CUSTOMER, quote.visit.customer_id),
        key=key,
        at=at,
        quote=quote,
        policy=policy,
        booking_id=booking_id,
        friend=friend,
        offer=offer,
        busy=tuple(busy),
    )


def assign(
    quote: Quote,
    *,
    friend: Friend,
    at: datetime,
    key: str,
    booking_id: str | None = None,
    stored: Booking | None = None,
    offer: Offer | None = None,
    busy: Iterable[Period] = (),
    policy: BookingPolicy | None = None,
    system_id: str = "dispatch",
) -> Booking:
    """Book a quote with a friend who has accepted an invitation (see `dispatch`).

    Args:
        quote: what the friend was invited to.
        friend: the friend as known now.
        at: now.
        key: an idempotency key.
        booking_id: the booking's id; the quote's id if not given.
        stored: what is stored under that id already, if anything (see `request`).
        offer: the quote's offer as known now.
        busy: the slots that are taken by now, by `busy_slots` of what is accepted.
        policy: the policy to book under; the one of the visit's network if not given.
        system_id: the id of the program that assigns.

    Returns:
        The booking, accepted; `.due` says until when it has to be confirmed.

    Raises:
        RefusedError: the friend is not eligible or not free, or the id is taken.
    """
    return apply(
        stored,
        "assign",
        by=Actor(Role.SYSTEM, system_id),
        key=key,
        at=at,
        quote=quote,
        policy=policy,
        booking_id=booking_id,
        friend=friend,
        offer=offer,
        busy=tuple(busy),
    )


def accept(
    booking: Booking,
    *,
    by: By,
    at: datetime,
    key: str,
    friend: Friend | None = None,
    offer: Offer | None = None,
    busy: Iterable[Period] = (),
) -> Booking:
    """Accept a requested booking; the friend is judged again, and must not be busy or absent.

    Args:
        booking: the booking.
        by: the friend as known now; or an actor, with the friend beside it.
        at: now, before the deadline.
        key: an idempotency key.
        friend: the friend as known now, where `by` is an actor.
        offer: the booking's offer as known now, to be judged again too.
        busy: the slots that are taken by now, `busy_slots(the friend's bookings, besides=booking)`.

    Returns:
        The booking, accepted.

    Raises:
        RefusedError: not from this state, not this friend, too late, no longer eligible, or not free.
        InvalidTypeError: nobody told what is known of the friend.
    """
    known = by if isinstance(by, Friend) else friend
    return apply(booking, "accept", by=by, key=key, at=at, friend=known, offer=offer, busy=tuple(busy))


def decline(booking: Booking, *, by: By, at: datetime, key: str, why: Reason | None = None) -> Booking:
    """Decline a requested booking.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return apply(booking, "decline", by=by, key=key, at=at, why=why)


def confirm(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Confirm an accepted booking: the last details are settled, the means of payment is ready.

    Args:
        booking: the booking.
        by: the friend, an operator, or the system, as once a card has been authorised.
        at: now, before the deadline.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, or too late.
    """
    return apply(booking, "confirm", by=by, key=key, at=at)


def reschedule(
    booking: Booking,
    *,
    to: Quote,
    by: By,
    at: datetime,
    key: str,
    friend: Friend,
    consent: Consent | None = None,
    offer: Offer | None = None,
    busy: Iterable[Period] = (),
) -> Booking:
    """Move a confirmed booking to another slot, to which the other side has agreed.

    Args:
        booking: the booking.
        to: the quote for the other slot, the next version of the booking's own.
        by: the customer, the friend, or an operator.
        at: now.
        key: an idempotency key.
        friend: the friend as known now.
        consent: the other side's consent to that quote; an operator needs the customer's, and only to what
            costs more.
        offer: the booking's offer as known now.
        busy: the slots that are taken by now, `busy_slots(the friend's bookings, besides=booking)`.

    Returns:
        The booking, confirmed. Where a customer moves it when a cancellation was no longer free, its notice
        is still measured against the earlier start.

    Raises:
        RefusedError: not from this state, not by this actor, no consent, moved too often, not eligible or not
            free then.
    """
    return apply(
        booking,
        "reschedule",
        by=by,
        key=key,
        at=at,
        quote=to,
        consent=consent,
        friend=friend,
        offer=offer,
        busy=tuple(busy),
    )


def cancel(
    booking: Booking,
    *,
    by: By,
    at: datetime,
    key: str,
    why: Reason | None = None,
    on_behalf_of: Role | None = None,
    compensation: Money | None = None,
    waive: bool = False,
) -> Booking:
    """Call a booking off; the event says in whose name, the booking's ending what the customer owes.

    Args:
        booking: the booking.
        by: the customer, the friend, or an operator.
        at: now.
        key: an idempotency key.
        why: the reason given.
        on_behalf_of: in whose name: the customer's or the friend's, for an operator who does it for one of
            them; in one's own if not given.
        compensation: what the customer owes if an operator cancels in the network's own name; nothing if not
            given.
        waive: whether an operator who cancels for the customer waives what would be owed.

    Raises:
        RefusedError: not from this state, or not by this actor.
        InvalidTypeError: `on_behalf_of` is no role.
        InvalidValueError: a compensation for a cancellation in the name of customer or friend.

    Examples:
        Anna telephones in the first minutes after booking, and Olga of the support cancels for her:

        >>> from mila_core import matching, pricing, samples
        >>> pilot = samples.zurich_2013()
        >>> wanted, at = pilot.request("game-console"), pilot.opened_at
        >>> match = matching.FriendIndex(pilot.market).rank(wanted, at=at).match("andreas")
        >>> quote = pricing.quote(wanted, match, book=pilot.book, at=at)
        >>> booking = assign(quote, friend=pilot.market.friend("andreas"), at=at, key="a1")
        >>> olga = Actor(Role.OPERATOR, "olga")
        >>> ended = cancel(booking, by=olga, at=at, key="c1", on_behalf_of=Role.CUSTOMER)
        >>> ended.ending.event, str(ended.ending.compensation.amount)
        ('cancel_by_customer', 'CHF 0.00')
    """
    role = actor_of(by).role if on_behalf_of is None else on_behalf_of
    if not isinstance(role, Role):
        raise InvalidTypeError("on_behalf_of", "a Role", describe(role))
    event = f"cancel_by_{role.value}"
    return apply(booking, event, by=by, key=key, at=at, why=why, compensation=compensation, waive=waive)
