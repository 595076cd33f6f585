"""A settlement, its terms, and what happens to it."""

from datetime import date, datetime
from typing import ClassVar

import attrs

from mila_core.errors import InvalidValueError
from mila_core.friends import ContractMode
from mila_core.lifecycle import Aggregate, Event, Reminder, Role, Timer
from mila_core.money import ZERO, Money, round_to, total
from mila_core.policies import SettlementPolicy
from mila_core.settlements.charges import Charge
from mila_core.settlements.ledger import Account, Entry, Posting
from mila_core.settlements.means import PaymentMeans
from mila_core.settlements.shares import Shares
from mila_core.settlements.table import GOODWILL, UNPAID, CommissionState, PaymentState, PayoutState
from mila_core.validation import (
    TupleOf,
    as_instant,
    day,
    identifier,
    instance_of,
    instant,
    integer,
    optional,
    tuple_of,
)

__all__ = ["Hold", "Settlement", "SettlementEvent", "SettlementTerms"]


@attrs.frozen(kw_only=True)
class Hold:
    """Something that keeps a payout back until it is released.

    Attributes:
        cause: what it is, such as `dispute:b1`; its name.
        since: from when on.
    """

    cause: str = attrs.field(validator=identifier)
    since: datetime = attrs.field(converter=as_instant, validator=instant)


@attrs.frozen(kw_only=True)
class SettlementTerms:
    """What is settled once for all when a settlement is opened.

    Attributes:
        customer_id: the id of the customer, who pays.
        friend_id: the id of the friend, who came.
        partner_id: the id of the partner that sent the customer, if one did.
        means: how the customer pays, and so who collects.
        contract: between whom the contract is, and so whose the risk is that the customer never pays.
        served_on: the day of service, by the Swiss wall clock; rates and years are by it.
        charge: what the customer is charged, part by part.
        booking_version: the version of the booking that was read.
        overdue_at: from when on the customer's payment is overdue.
        release_at: the earliest instant of a payout.
        payout_by: by when a payout is to be sent; a reminder is for then.

    Raises:
        InvalidValueError: an invoice in another name than the contract's, cash that no coins make, a
            partner's share without a partner, or a payout that is to be sent before it may be.
    """

    customer_id: str = attrs.field(validator=identifier)
    friend_id: str = attrs.field(validator=identifier)
    partner_id: str | None = attrs.field(default=None, validator=optional(identifier))
    means: PaymentMeans = attrs.field(validator=instance_of(PaymentMeans))
    contract: ContractMode = attrs.field(validator=instance_of(ContractMode))
    served_on: date = attrs.field(validator=day)
    charge: Charge = attrs.field(validator=instance_of(Charge))
    booking_version: int = attrs.field(validator=integer(1, 2**53))
    overdue_at: datetime = attrs.field(converter=as_instant, validator=instant)
    release_at: datetime = attrs.field(converter=as_instant, validator=instant)
    payout_by: datetime = attrs.field(converter=as_instant, validator=instant)

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if not self.means.fits(self.contract):
            expected = f"one that goes with {self.contract.value}"
            raise InvalidValueError("means", expected, self.means.value)
        if self.means is PaymentMeans.CASH and round_to(self.charge.total) != self.charge.total:
            raise InvalidValueError("charge", "a total in coins, as it is cash", str(self.charge.total))
        if self.partner_id is None and self.charge.partner > ZERO:
            raise InvalidValueError("partner_id", "the partner whose share it is", "nothing (null)")
        if self.payout_by < self.release_at:
            expected = f"no earlier than {self.release_at.isoformat()}"
            raise InvalidValueError("payout_by", expected, self.payout_by.isoformat())

    def is_platforms_loss(self, event: str, cause: str | None) -> bool:
        """Return whether the friend is paid all the same: guaranteed, and given up for no fault of the visit.

        Args:
            event: what lowers a debt or pays back; only `write_off` and `waive` can be such a loss.
            cause: what it rests on, such as a dispute; None where the network just gives up.
        """
        is_waived = event == "waive" and self.charge.compensation == ZERO and cause is None
        return self.guaranteed and (event == "write_off" or is_waived)

    @property
    def guaranteed(self) -> bool:
        """Whether the friend is paid even if the customer never pays: the contract is the platform's."""
        return self.contract is ContractMode.PLATFORM


@attrs.frozen(kw_only=True)
class SettlementEvent(Event):
    """Something that happened to a settlement.

    Attributes:
        id: the id of the booking.
        version: the settlement's version after the event; 1, 2, 3 and so on.
        event: the event's name, one of the tables'.
        by: who caused it.
        at: when, as the application said; the order is the version's, never this.
        key: the idempotency key of the command.
        fingerprint: what the command was, in short.
        why: the reason given, if one was.
        terms: for the first event, what is settled once for all.
        policy: for the first event, the policy under which.
        cause: what it rests on, such as `dispute:b1`; for a hold, its name; for the first event, what keeps
            the payout back from the beginning.
        amount: how much is paid, credited, refunded or sent.
        taken: for what lowers the customer's debt or goes back to the customer, who bears how much of it.
        goodwill: whether the platform bears that alone.
        posting: what it moves in the ledger, if anything.

    Raises:
        InvalidValueError: goodwill in an event that is none.
    """

    STREAM: ClassVar[str] = "settlement"

    terms: SettlementTerms | None = attrs.field(
        default=None, validator=optional(instance_of(SettlementTerms))
    )
    policy: SettlementPolicy | None = attrs.field(
        default=None, validator=optional(instance_of(SettlementPolicy))
    )
    cause: str | None = attrs.field(default=None, validator=optional(identifier))
    amount: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))
    taken: Shares | None = attrs.field(default=None, validator=optional(instance_of(Shares)))
    goodwill: bool = attrs.field(default=False, validator=instance_of(bool))
    posting: Posting | None = attrs.field(default=None, validator=optional(instance_of(Posting)))

    def __attrs_post_init__(self) -> None:
        """Refuse that the platform bears alone what is no gift of its own."""
        if self.goodwill and self.event not in GOODWILL:
            raise InvalidValueError("goodwill", f"False for {self.event}", "True")


@attrs.frozen(kw_only=True)
class Settlement(Aggregate):
    """The money side of one booking, as it stands.

    Attributes:
        id: the id of the booking.
        version: how many events made it what it is.
        since: the instant of the last event that led one of its three machines to another state.
        keys: the idempotency keys used last.
        payment: where the customer's payment stands.
        commission: where that stands which the friend owes.
        payout: where the payment to the friend stands.
        terms: what is settled once for all.
        policy: the policy under which it was opened; it does not change.
        shares: who has what of what the customer owes or has paid, by now.
        balances: what each party has to get (above zero) or to give (below); they sum to zero.
        paid: what the customer has paid.
        refunded: what of that has gone back.
        sent: what was paid out, where that is sent.
        repaying: what the friend is paying, where that is pending.
        holds: what keeps the payout back, by cause.

    Raises:
        InvalidValueError: sums that do not agree: balances that are not zero together, a customer who owes
            something else than what is shared, more refunded than paid, or a payout that can be sent though
            it is held.
    """

    STREAM: ClassVar[str] = "settlement"

    payment: PaymentState = attrs.field(validator=instance_of(PaymentState))
    commission: CommissionState = attrs.field(
        default=CommissionState.NOT_APPLICABLE, validator=instance_of(CommissionState)
    )
    payout: PayoutState = attrs.field(default=PayoutState.NOT_APPLICABLE, validator=instance_of(PayoutState))
    terms: SettlementTerms = attrs.field(validator=instance_of(SettlementTerms))
    policy: SettlementPolicy = attrs.field(validator=instance_of(SettlementPolicy))
    shares: Shares = attrs.field(validator=instance_of(Shares))
    balances: tuple[Entry, ...] = attrs.field(
        default=(), converter=TupleOf[Entry], validator=tuple_of(instance_of(Entry))
    )
    paid: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    refunded: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    sent: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    repaying: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    holds: tuple[Hold, ...] = attrs.field(
        default=(), converter=TupleOf[Hold], validator=tuple_of(instance_of(Hold))
    )

    def __attrs_post_init__(self) -> None:
        """Check that the sums agree."""
        _check_sum("balances", total(each.amount for each in self.balances), ZERO)
        owed = self.shares.total if self.is_unpaid else ZERO
        for account, claim in (
            (Account.CUSTOMER, -owed),
            (Account.PLATFORM, self.shares.platform),
            (Account.PARTNER, self.shares.partner),
            (Account.TAX, self.shares.tax),
        ):
            _check_sum("balances", self.balance(account), claim)
        if not ZERO <= self.refunded <= self.paid:
            raise InvalidValueError(
                "refunded", f"from CHF 0.00 to {self.paid}, what was paid", str(self.refunded)
            )
        if not self.is_unpaid:
            _check_sum("shares", self.shares.total, self.paid - self.refunded)
        causes = [each.cause for each in self.holds]
        if len(set(causes)) != len(causes):
            raise InvalidValueError("holds", "each cause once", "one that comes twice")
        if self.holds and self.payout is PayoutState.DUE:
            raise InvalidValueError("holds", "none where the payout can be sent", f"{len(self.holds)}")

    @property
    def is_unpaid(self) -> bool:
        """Whether the customer still owes the payment."""
        return self.payment in UNPAID

    @property
    def outstanding(self) -> Money:
        """What the customer still has to pay."""
        return self.shares.total if self.is_unpaid else ZERO

    @property
    def to_collect(self) -> Money:
        """What whoever collects has to take: what is outstanding, in cash to the next coin.

        The charge is whole coins, but a part that was credited may leave some Rappen; the platform bears or
        has what is rounded then.
        """
        is_cash = self.terms.means is PaymentMeans.CASH
        return round_to(self.outstanding) if is_cash else self.outstanding

    @property
    def refundable(self) -> Money:
        """What can still go back to the customer."""
        return self.paid - self.refunded

    @property
    def tip_left(self) -> Money:
        """What is left of the tip: the last that goes back, as it is a gift to the friend and no price."""
        return min(self.terms.charge.tip, self.shares.total, self.shares.friend)

    @property
    def contestable(self) -> Money:
        """What is left of what was due, without the tip: all that the outcome of a dispute can give back."""
        return self.shares.total - self.tip_left

    @property
    def is_guaranteed(self) -> bool:
        """Whether the payout does not wait for the customer: the platform collects, and bears the risk."""
        return self.terms.guaranteed and not self.terms.means.by_friend

    def balance(self, account: Account) -> Money:
        """Return what a party has to get (above zero) or to give (below zero) by now.

        Args:
            account: whose.
        """
        return total(each.amount for each in self.balances if each.account is account)

    @property
    def payable(self) -> Money:
        """What is to be paid out to the friend, once it may be."""
        by_customer = self.terms.means.by_friend and self.is_unpaid
        return ZERO if by_customer else max(ZERO, self.balance(Account.FRIEND))

    @property
    def owed_by_friend(self) -> Money:
        """What the friend owes the platform, or is paying it."""
        return max(ZERO, -self.balance(Account.FRIEND))

    @property
    def is_releasable(self) -> bool:
        """Whether nothing but the date keeps the payout back."""
        waits = self.is_unpaid and not self.is_guaranteed
        return self.payout is PayoutState.HELD and not self.holds and not waits

    @property
    def due(self) -> tuple[Timer, ...]:
        """What time will cause if nobody acts, the soonest first: a payment overdue, a payout released."""
        timers = []
        if self.payment is PaymentState.DUE:
            timers.append(Timer("mark_overdue", self.terms.overdue_at))
        if self.is_releasable:
            timers.append(Timer("release_due", self.terms.release_at))
        return tuple(sorted(timers, key=lambda timer: timer.at))

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """What is worth telling: an operator, that a payout which can be sent has to be by then."""
        if self.payout is not PayoutState.DUE:
            return ()
        return (Reminder("send_payout", Role.OPERATOR, self.terms.payout_by),)


def _check_sum(field: str, found: Money, expected: Money) -> None:
    if found != expected:
        raise InvalidValueError(field, f"a sum of {expected}", str(found))
