"""A booking, what happens to it, and what somebody wants to happen."""

from datetime import datetime

import attrs

from mila_core.bookings._deadlines import timers_of
from mila_core.bookings.table import FINAL, BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Friend
from mila_core.lifecycle import (
    Actor,
    KeyUse,
    Timer,
    fingerprint,
)
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote
from mila_core.reasons import Reason
from mila_core.validation import (
    TupleOf,
    as_instant,
    identifier,
    instance_of,
    instant,
    integer,
    optional,
    tuple_of,
)

__all__ = ["Booking", "BookingEvent", "Command"]


@attrs.frozen(kw_only=True)
class BookingEvent:
    """Something that happened to a booking.

    Attributes:
        booking_id: the id of the booking.
        version: the booking's version after the event; 1, 2, 3 and so on.
        event: the event's name, one of the table's.
        by: who caused it.
        at: when, as the application said; the order is the version's, never this.
        key: the idempotency key of the command.
        fingerprint: what the command was, in short.
        quote: for `request`, what was booked.
        policy: for `request`, the policy under which.
        why: for `decline` and cancellations, the reason given.
    """

    booking_id: str = attrs.field(validator=identifier)
    version: int = attrs.field(validator=integer(1, 2**53))
    event: str = attrs.field(validator=identifier)
    by: Actor = attrs.field(validator=instance_of(Actor))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    key: str = attrs.field(validator=identifier)
    fingerprint: str = attrs.field(validator=identifier)
    quote: Quote | None = attrs.field(default=None, validator=optional(instance_of(Quote)))
    policy: BookingPolicy | None = attrs.field(default=None, validator=optional(instance_of(BookingPolicy)))
    why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))


@attrs.frozen(kw_only=True)
class Booking:
    """The commitment of one friend to one customer, as it stands.

    Attributes:
        id: its id.
        version: how many events made it what it is.
        state: where it stands.
        since: the instant of the event that led to this state.
        quote: what was booked, at what price.
        policy: the policy under which it was booked; it does not change.
        keys: the idempotency keys used last.
    """

    id: str = attrs.field(validator=identifier)
    version: int = attrs.field(validator=integer(1, 2**53))
    state: BookingState = attrs.field(validator=instance_of(BookingState))
    since: datetime = attrs.field(converter=as_instant, validator=instant)
    quote: Quote = attrs.field(validator=instance_of(Quote))
    policy: BookingPolicy = attrs.field(validator=instance_of(BookingPolicy))
    keys: tuple[KeyUse, ...] = attrs.field(
        default=(), converter=TupleOf[KeyUse], validator=tuple_of(instance_of(KeyUse))
    )

    @property
    def friend_id(self) -> str:
        """The id of the friend who comes."""
        return self.quote.friend_id

    @property
    def customer_id(self) -> str:
        """The id of the customer who asked."""
        return self.quote.visit.customer_id

    @property
    def is_open(self) -> bool:
        """Whether its life goes on; an open booking takes the friend's time."""
        return self.state not in FINAL

    @property
    def due(self) -> tuple[Timer, ...]:
        """What time will cause if nobody acts: one timer in each open state, none in a final one."""
        slot = self.quote.visit.slot
        return timers_of(self.state, since=self.since, slot=slot, policy=self.policy)


@attrs.frozen(kw_only=True)
class Command:
    """What somebody wants to happen to a booking.

    Attributes:
        event: the event's name.
        by: who wants it.
        key: an idempotency key made by the caller; the same for each retry of the same command.
        quote: for `request`, what to book.
        booking_id: for `request`, the booking's id; the quote's id if not given.
        friend: for `request` and `accept`, the friend as known now, from which eligibility is judged again;
            `accept` needs it.
        offer: with `friend`, the quote's offer as known now, to be judged again too.
        busy: with `friend`, the slots that are taken by now (see `busy_slots`).
        why: a reason, for `decline` and cancellations.
        expected_version: the version that the caller has seen; another one is refused. None to skip that.
        agenda_version: the version of the friend's agenda from which `busy` was read; the decision then
            expects it, as of the stream `agenda:` and the friend's id.

    Raises:
        InvalidTypeError: an offer, busy slots or an agenda's version without the friend whose they are.
        InvalidValueError: another friend's offer.
    """

    event: str = attrs.field(validator=identifier)
    by: Actor = attrs.field(validator=instance_of(Actor))
    key: str = attrs.field(validator=identifier)
    quote: Quote | None = attrs.field(default=None, validator=optional(instance_of(Quote)))
    booking_id: str | None = attrs.field(default=None, validator=optional(identifier))
    friend: Friend | None = attrs.field(default=None, validator=optional(instance_of(Friend)))
    offer: Offer | None = attrs.field(default=None, validator=optional(instance_of(Offer)))
    busy: tuple[Period, ...] = attrs.field(
        default=(), converter=TupleOf[Period], validator=tuple_of(instance_of(Period))
    )
    why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))
    expected_version: int | None = attrs.field(default=None, validator=optional(integer(0, 2**53)))
    agenda_version: int | None = attrs.field(default=None, validator=optional(integer(0, 2**53)))

    def __attrs_post_init__(self) -> None:
        """Refuse what would be passed over in silence."""
        if self.friend is None:
            if self.busy or self.offer is not None or self.agenda_version is not None:
                expected = "the friend, with an offer, busy slots or an agenda's version"
                raise InvalidTypeError("friend", expected, describe(None))
        elif self.offer is not None and self.offer.friend_id != self.friend.id:
            raise InvalidValueError("offer", f"an offer of {self.friend.id}", describe(self.offer.friend_id))

    @property
    def fingerprint(self) -> str:
        """What the command is, in short; a retry may bring fresher knowledge of the friend."""
        booking_id = self.booking_id if self.quote is None else self.booking_id or self.quote.id
        return fingerprint(self.event, self.by, self.quote, booking_id, self.why)
