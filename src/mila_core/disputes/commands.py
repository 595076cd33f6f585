"""What somebody wants to happen to a dispute."""

import attrs

from mila_core.bookings import Booking
from mila_core.disputes.table import Ruling
from mila_core.disputes.values import LONGEST_TEXT
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Command
from mila_core.money import ZERO, Money
from mila_core.validation import as_nfc, instance_of, optional, text

__all__ = ["DisputeCommand"]


@attrs.frozen(kw_only=True)
class DisputeCommand(Command):
    """What somebody wants to happen to a dispute.

    Attributes:
        event: the event's name.
        by: who wants it.
        key: an idempotency key made by the caller; the same for each retry of the same command.
        why: a reason in a code of the application's own, besides the text.
        expected_version: the version that the caller has seen; another one is refused. None to skip that.
        reads: the versions of what else the caller has read to make the command; the decision expects them
            too.
        booking: for `open_dispute`, the booking as it stands; the decision expects its version.
        text: what is said: the claim, the answer, or the reason of the decision; each needs one.
        ruling: for `decide_dispute`, what is decided.
        amount: for a partial ruling, how much of the contested amount is not owed; else None.

    Raises:
        InvalidValueError: an amount without a partial ruling, such a ruling without one, or an amount that is
            not above zero.
    """

    booking: Booking | None = attrs.field(default=None, validator=optional(instance_of(Booking)))
    text: str = attrs.field(
        default="", converter=as_nfc, validator=text(LONGEST_TEXT, may_be_empty=True), repr=False
    )
    ruling: Ruling | None = attrs.field(default=None, validator=optional(instance_of(Ruling)))
    amount: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))

    def __attrs_post_init__(self) -> None:
        """Refuse an amount that would be passed over in silence, and a partial ruling that says none."""
        if (self.amount is not None) is not (self.ruling is Ruling.PARTIAL):
            came = "none" if self.amount is None else str(self.amount)
            raise InvalidValueError("amount", "an amount with a partial ruling, and with no other", came)
        if self.amount is not None and self.amount <= ZERO:
            raise InvalidValueError("amount", "an amount above CHF 0.00", str(self.amount))

    @property
    def begins(self) -> str:
        """The id of the dispute that it begins: the booking's.

        Raises:
            InvalidTypeError: there is no booking to contest.
        """
        if self.booking is None:
            raise InvalidTypeError("booking", "the booking that is contested", "nothing (null)")
        return self.booking.id

    @property
    def content(self) -> tuple[object, ...]:
        """What it asks for besides the event; a retry may bring a fresher booking."""
        booking_id = None if self.booking is None else self.booking.id
        ruling = None if self.ruling is None else self.ruling.value
        return (booking_id, self.text, ruling, self.amount)
