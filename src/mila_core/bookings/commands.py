"""What somebody wants to happen to a booking."""

from datetime import datetime

import attrs

from mila_core.bookings.consents import Consent
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Friend
from mila_core.lifecycle import Command
from mila_core.money import ZERO, Money
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote
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

__all__ = ["BookingCommand"]


@attrs.frozen(kw_only=True)
class BookingCommand(Command):
    """What somebody wants to happen to a booking.

    Attributes:
        event: the event's name.
        by: who wants it.
        key: an idempotency key made by the caller; the same for each retry of the same command.
        why: a reason, for `decline`, `fail` and cancellations.
        expected_version: the version that the caller has seen; another one is refused. None to skip that.
        reads: the versions of what else the caller has read to make the command; the decision expects them
            too.
        quote: for a first event, what to book; for `reschedule` and `amend`, what to agree on instead.
        policy: for a first event, the policy to book under; the one of the visit's network if not given.
        booking_id: for a first event, the booking's id; the quote's id if not given.
        friend: the friend as known now, from which eligibility and the slot are judged again; every event
            that binds the friend's time (`assign`, `book_instantly`, `accept`, `reschedule`, an `amend` that
            takes longer) needs it, `request` and `start_work` use it where it is given.
        offer: with `friend`, the quote's offer as known now, to be judged again too; `book_instantly`
            needs it.
        busy: with `friend`, the slots that are taken by now (see `busy_slots`).
        agenda_version: the version of the friend's agenda from which `busy` was read; the decision then
            expects it, as of the stream `agenda:` and the friend's id.
        consent: for `reschedule` and `amend`, the other side's consent.
        contact_attempted_at: for `report_customer_no_show`, when the friend tried to reach the customer.
        compensation: for `cancel_by_operator`, and for no other event, what the customer owes; nothing if
            not given.
        waive: for an operator who cancels for the customer, or reports a failure or that the customer was not
            there: whether what would be owed is waived.
        disputed: for what follows `complete`, whether a dispute is open; then nothing is approved by time.
        dispute_version: the version of the dispute from which that was read; the decision then expects it, as
            of the stream `dispute:` and the booking's id.

    Raises:
        InvalidTypeError: an offer, busy slots or an agenda's version without the friend whose they are.
        InvalidValueError: another friend's offer; a compensation below zero, for an event that cannot state
            one, or stated and waived at once.
    """

    quote: Quote | None = attrs.field(default=None, validator=optional(instance_of(Quote)))
    policy: BookingPolicy | None = attrs.field(default=None, validator=optional(instance_of(BookingPolicy)))
    booking_id: str | None = attrs.field(default=None, validator=optional(identifier))
    friend: Friend | None = attrs.field(default=None, validator=optional(instance_of(Friend)))
    offer: Offer | None = attrs.field(default=None, validator=optional(instance_of(Offer)))
    busy: tuple[Period, ...] = attrs.field(
        default=(), converter=TupleOf[Period], validator=tuple_of(instance_of(Period))
    )
    agenda_version: int | None = attrs.field(default=None, validator=optional(integer(0, 2**53)))
    consent: Consent | None = attrs.field(default=None, validator=optional(instance_of(Consent)))
    contact_attempted_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(instant)
    )
    compensation: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))
    waive: bool = attrs.field(default=False, validator=instance_of(bool))
    disputed: bool = attrs.field(default=False, validator=instance_of(bool))
    dispute_version: int | None = attrs.field(default=None, validator=optional(integer(0, 2**53)))

    def __attrs_post_init__(self) -> None:
        """Refuse what would be passed over in silence."""
        if self.friend is None:
            if self.busy or self.offer is not None or self.agenda_version is not None:
                expected = "the friend, with an offer, busy slots or an agenda's version"
                raise InvalidTypeError("friend", expected, describe(None))
        elif self.offer is not None and self.offer.friend_id != self.friend.id:
            raise InvalidValueError("offer", f"an offer of {self.friend.id}", describe(self.offer.friend_id))
        if self.compensation is not None:
            self._check_stated(self.compensation)

    def _check_stated(self, amount: Money) -> None:
        if amount < ZERO:
            raise InvalidValueError("compensation", "CHF 0.00 or more", str(amount))
        if self.event != "cancel_by_operator":
            expected = "none: only a cancel_by_operator states one"
            raise InvalidValueError("compensation", expected, f"{amount} for {self.event}")
        if self.waive:
            raise InvalidValueError("compensation", "none where it is waived", str(amount))

    @property
    def begins(self) -> str:
        """The id of the booking that it begins.

        Raises:
            InvalidTypeError: there is no quote to book.
        """
        if self.quote is None:
            raise InvalidTypeError("quote", "a quote to book", "nothing (null)")
        return self.booking_id or self.quote.id

    @property
    def content(self) -> tuple[object, ...]:
        """What it asks for besides the event; a retry may bring fresher knowledge of the friend."""
        made = (self.contact_attempted_at, self.compensation, self.waive, self.consent)
        given = tuple(None if each is False else each for each in made)
        while given and given[-1] is None:
            given = given[:-1]
        if self.quote is None:
            return (self.booking_id, *given)
        visit, quote = self.quote.visit, self.quote
        booked = (quote.id, quote.version, quote.friend_id, quote.offer_id, quote.due.rappen)
        instants = (visit.slot.start, visit.slot.end, quote.made_at, quote.expires_at)
        when = tuple(each.isoformat() for each in instants)
        return (self.booking_id or quote.id, *booked, visit.customer_id, visit.request_id, *when, *given)
