"""What somebody wants to happen to a settlement."""

import attrs

from mila_core.bookings import Booking
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.friends import ContractMode
from mila_core.lifecycle import Command
from mila_core.money import ZERO, Money
from mila_core.policies import SettlementPolicy
from mila_core.settlements.means import PaymentMeans
from mila_core.settlements.table import GOODWILL
from mila_core.validation import identifier, instance_of, optional

__all__ = ["SettlementCommand"]


@attrs.frozen(kw_only=True)
class SettlementCommand(Command):
    """What somebody wants to happen to a settlement.

    Attributes:
        event: the event's name.
        by: who wants it.
        key: an idempotency key made by the caller; the same for each retry of the same command.
        why: a reason, for those who are told.
        expected_version: the version that the caller has seen; another one is refused. None to skip that.
        reads: the versions of what else the caller has read to make the command; the decision expects them
            too.
        booking: for `open_settlement`, the booking that has ended; the decision expects its version too.
        means: for `open_settlement`, how the customer pays.
        contract: for `open_settlement`, between whom the contract is (see `Friend.contract_mode`); what the
            quote says if not given.
        tip: for `open_settlement`, what the customer gives on top.
        partner_id: for `open_settlement`, the id of the partner that sent the customer, if one did.
        newcomer: for `open_settlement`, whether the friend is new, so that the payout waits a few days.
        policy: for `open_settlement`, the policy; the one of the visit's network if not given.
        cause: what it rests on, such as `dispute:b1`; for `hold_payout` and `release_payout`, the hold's
            name; for `open_settlement`, what keeps the payout back from the beginning.
        amount: for `credit` and `refund_partly`, how much, or all but the tip if not given; for
            `receive_payment`, `receive_commission`, `waive` and `refund_fully`, where it is given, it has to
            be what is owed or left.
        goodwill: for `credit`, `waive`, `refund_partly` and `refund_fully`, whether the platform bears it
            alone.

    Raises:
        InvalidValueError: an amount that is not above zero, a tip below zero, or goodwill in anything else.
    """

    booking: Booking | None = attrs.field(default=None, validator=optional(instance_of(Booking)))
    means: PaymentMeans | None = attrs.field(default=None, validator=optional(instance_of(PaymentMeans)))
    contract: ContractMode | None = attrs.field(default=None, validator=optional(instance_of(ContractMode)))
    tip: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    partner_id: str | None = attrs.field(default=None, validator=optional(identifier))
    newcomer: bool = attrs.field(default=False, validator=instance_of(bool))
    policy: SettlementPolicy | None = attrs.field(
        default=None, validator=optional(instance_of(SettlementPolicy))
    )
    cause: str | None = attrs.field(default=None, validator=optional(identifier))
    amount: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))
    goodwill: bool = attrs.field(default=False, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        """Refuse amounts that move nothing, or in the other direction."""
        if self.amount is not None and self.amount <= ZERO:
            raise InvalidValueError("amount", "more than CHF 0.00", str(self.amount))
        if self.tip < ZERO:
            raise InvalidValueError("tip", "CHF 0.00 or more", str(self.tip))
        if self.goodwill and self.event not in GOODWILL:
            raise InvalidValueError("goodwill", f"False for {self.event}", "True")

    @property
    def begins(self) -> str:
        """The id of the settlement that it opens: the booking's.

        Raises:
            InvalidTypeError: there is no booking to settle.
        """
        return self.ended.id

    @property
    def ended(self) -> Booking:
        """The booking to settle.

        Raises:
            InvalidTypeError: there is none.
        """
        if self.booking is None:
            raise InvalidTypeError("booking", "the booking to settle", "nothing (null)")
        return self.booking

    @property
    def paid_by(self) -> PaymentMeans:
        """How the customer pays.

        Raises:
            InvalidTypeError: it is not said.
        """
        if self.means is None:
            raise InvalidTypeError("means", "how the customer pays", "nothing (null)")
        return self.means

    @property
    def made_between(self) -> ContractMode:
        """Between whom the contract is: as said, or else as the quote says.

        Raises:
            InvalidTypeError: neither says it.
        """
        found = self.contract or self.quoted_contract
        if found is None:
            raise InvalidTypeError("contract", "between whom the contract is", "nothing (null)")
        return found

    @property
    def quoted_contract(self) -> ContractMode | None:
        """Between whom the contract is by the quote; None where that does not say it."""
        basis = self.ended.quote.basis
        return None if basis is None else basis.contract

    @property
    def content(self) -> tuple[object, ...]:
        """What it asks for besides the event; a retry of an opening may know of a dispute, or of its end."""
        if self.booking is None:
            return (self.amount, self.cause, self.goodwill)
        contract = self.contract or self.quoted_contract
        opened = (self.booking.id, self.booking.version, self.means, contract, self.tip, self.partner_id)
        return (self.amount, None, *opened, self.newcomer)  # the place of the cause, as it was without one
