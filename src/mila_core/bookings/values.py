"""A booking, what happens to it, and how it ended."""

from datetime import datetime, timedelta
from typing import ClassVar

import attrs

from mila_core.bookings._deadlines import reminders_of, timers_of
from mila_core.bookings.compensation import Compensation
from mila_core.bookings.consents import Consent
from mila_core.bookings.table import FINAL, BookingState
from mila_core.errors import InvalidValueError
from mila_core.lifecycle import Actor, Aggregate, Event, Reminder, Timer
from mila_core.money import Money
from mila_core.periods import instant_of
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote
from mila_core.reasons import Reason
from mila_core.validation import as_instant, identifier, instance_of, instant, integer, optional

__all__ = ["Booking", "BookingEvent", "Ending"]


@attrs.frozen(kw_only=True)
class BookingEvent(Event):
    """Something that happened to a booking.

    Attributes:
        id: the id of the booking.
        version: the booking's version after the event; 1, 2, 3 and so on.
        event: the event's name, one of the table's.
        by: who caused it.
        at: when, as the application said; the order is the version's, never this.
        key: the idempotency key of the command.
        fingerprint: what the command was, in short.
        why: for `decline`, `fail` and cancellations, the reason given.
        quote: for the first event, what was booked; for `reschedule` and `amend`, what was agreed instead.
        policy: for the first event, the policy under which.
        consent: for `reschedule` and `amend`, the other side's consent.
        compensation: what the customer owes, where the event makes them owe it.
        contact_attempted_at: for `report_customer_no_show`, when the friend tried to reach the customer.
    """

    STREAM: ClassVar[str] = "booking"

    quote: Quote | None = attrs.field(default=None, validator=optional(instance_of(Quote)))
    policy: BookingPolicy | None = attrs.field(default=None, validator=optional(instance_of(BookingPolicy)))
    consent: Consent | None = attrs.field(default=None, validator=optional(instance_of(Consent)))
    compensation: Compensation | None = attrs.field(
        default=None, validator=optional(instance_of(Compensation))
    )
    contact_attempted_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(instant)
    )


@attrs.frozen(kw_only=True)
class Ending:
    """How a booking ended.

    Attributes:
        event: the event that ended it.
        by: who caused that.
        why: the reason given, if one was.
        compensation: what the customer owes instead of the price, if anything.
    """

    event: str = attrs.field(validator=identifier)
    by: Actor = attrs.field(validator=instance_of(Actor))
    why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))
    compensation: Compensation | None = attrs.field(
        default=None, validator=optional(instance_of(Compensation))
    )


@attrs.frozen(kw_only=True)
class Booking(Aggregate):
    """The commitment of one friend to one customer, as it stands.

    Attributes:
        id: its id.
        version: how many events made it what it is.
        since: the instant of the event that led to its present state.
        keys: the idempotency keys used last.
        state: where it stands.
        quote: what is booked, at what price, as last agreed.
        policy: the policy under which it was booked; it does not change.
        agreed_gross: the service's gross price as agreed before the visit.
        notice_start: the start against which a cancellation's notice is measured: the agreed one, or an
            earlier one if the customer moved it when a cancellation was no longer free.
        bound_at: since when the friend is bound to come; None while the request is open.
        reschedules: how often it was moved.
        ending: how it ended; None while it is open.

    Raises:
        InvalidValueError: an ending while it is open, none when it is over, or a compensation above
            the price.
    """

    STREAM: ClassVar[str] = "booking"

    state: BookingState = attrs.field(validator=instance_of(BookingState))
    quote: Quote = attrs.field(validator=instance_of(Quote))
    policy: BookingPolicy = attrs.field(validator=instance_of(BookingPolicy))
    agreed_gross: Money = attrs.field(validator=instance_of(Money))
    notice_start: datetime = attrs.field(converter=as_instant, validator=instant)
    bound_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(instant)
    )
    reschedules: int = attrs.field(default=0, validator=integer(0, 100))
    ending: Ending | None = attrs.field(default=None, validator=optional(instance_of(Ending)))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if (self.ending is None) is not self.is_open:
            expected = "one where the booking is over, none while it is open"
            raise InvalidValueError("ending", expected, f"the state {self.state.value}")
        owed = self.ending.compensation if self.ending else None
        if owed is not None and owed.amount > self.quote.gross:
            raise InvalidValueError("ending", f"at most {self.quote.gross} owed", str(owed.amount))

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
    def reveals_contact(self) -> bool:
        """Whether customer and friend may see each other's address, telephone number and e-mail address.

        They may from the acceptance on, also once it is over; never where it ended before.
        """
        return self.bound_at is not None

    @property
    def due(self) -> tuple[Timer, ...]:
        """What time will cause if nobody acts: one timer in each open state, none in a final one."""
        slot = self.quote.visit.slot
        return timers_of(self.state, since=self.since, slot=slot, policy=self.policy)

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """What is worth telling whom while its present state lasts, by time.

        Send those that fell due since you looked last; a booking whose state has changed has others.
        """
        slot = self.quote.visit.slot
        return reminders_of(self.state, since=self.since, slot=slot, policy=self.policy)

    @property
    def is_late_cancellation(self) -> bool:
        """Whether it was cancelled by customer or friend when that was no longer free for a customer."""
        by = self.ending.event if self.ending else ""
        return by in {"cancel_by_customer", "cancel_by_friend"} and not self.is_free_at(self.since)

    def is_free_at(self, at: datetime) -> bool:
        """Return whether a customer who cancels at an instant owes nothing by the policy.

        Args:
            at: the instant.
        """
        rules, now = self.policy.compensation, instant_of(at)
        if self.bound_at is None or now - self.bound_at <= timedelta(minutes=rules.cooling_off_minutes):
            return True
        notice, free = max(self.notice_start - now, timedelta(0)), rules.free_minutes
        return free is not None and notice >= timedelta(minutes=free)
