"""The verbs of the customer's side: from the opening to the last refund; both steps at once."""

from collections.abc import Sequence
from datetime import datetime

import attrs

from mila_core.bookings import Booking
from mila_core.friends import ContractMode
from mila_core.lifecycle import Actor, By, KeyUse, Role, actor_of
from mila_core.money import ZERO, Money
from mila_core.policies import SettlementPolicy
from mila_core.reasons import Reason
from mila_core.settlements._apply import apply, carry_out
from mila_core.settlements.commands import SettlementCommand
from mila_core.settlements.means import PaymentMeans
from mila_core.settlements.values import Settlement

__all__ = [
    "credit",
    "give_back",
    "open_settlement",
    "receive_payment",
    "refund",
    "report_payment_failed",
    "start_payment",
    "waive",
    "write_off",
]


def open_settlement(
    booking: Booking,
    *,
    means: PaymentMeans,
    contract: ContractMode | None = None,
    at: datetime,
    key: str,
    tip: Money = ZERO,
    partner_id: str | None = None,
    newcomer: bool = False,
    held_by: str | None = None,
    stored: Settlement | None = None,
    policy: SettlementPolicy | None = None,
    system_id: str = "settlements",
) -> Settlement:
    """Open the money side of a booking that is closed, or whose ending owes a compensation.

    Args:
        booking: the booking.
        means: how the customer pays, and so who collects.
        contract: between whom the contract is: who sends the invoice, how long its term is, and whose the
            risk is that the customer never pays. The quote says it, where it says what it was made of; it is
            given for any other quote, such as `friend.contract_mode`.
        at: now, from which the term of payment runs.
        key: an idempotency key.
        tip: what the customer gives on top; with a price only, and in cash in coins.
        partner_id: the id of the partner that sent the customer, if one did.
        newcomer: whether the friend is new, so that the payout waits a few days (by policy).
        held_by: what keeps the payout back from the beginning, such as `dispute:b1`.
        stored: what is stored under the booking's id already, if anything.
        policy: the policy; the one of the visit's network if not given.
        system_id: the id of the program that opens it.

    Returns:
        The settlement; its payment is due, or paid already where nothing is to be paid.

    Raises:
        RefusedError: nothing is owed for the booking, it is settled already, another contract than the
            quote's, a means of payment that does not go with the contract, or a tip in cash of no coins.
        InvalidTypeError: neither the caller nor the quote says between whom the contract is.
        InvalidValueError: a tip below zero, or one with a compensation.

    Examples:
        >>> from mila_core import bookings, matching, pricing, samples
        >>> from mila_core.lifecycle import Actor, Role
        >>> pilot, at = samples.zurich_2013(), samples.zurich_2013().opened_at
        >>> wanted = pilot.request("game-console")
        >>> match = matching.FriendIndex(pilot.market).rank(wanted, at=at).match("andreas")
        >>> quote = pricing.quote(wanted, match, book=pilot.book, at=at)
        >>> booking, andreas = bookings.request(quote, at=at, key="1"), pilot.market.friend("andreas")
        >>> booking = bookings.accept(booking, by=andreas, at=at, key="2")
        >>> booking = bookings.confirm(booking, by=andreas, at=at, key="3")
        >>> end, anna = quote.visit.slot.end, Actor(Role.CUSTOMER, "anna")
        >>> booking = bookings.complete(booking, by=andreas, at=end, key="4")
        >>> booking = bookings.approve(booking, by=anna, at=end, key="5")
        >>> opened = open_settlement(booking, means=PaymentMeans.ONLINE, at=end, key="6")
        >>> opened.payment.value, str(opened.outstanding), str(opened.shares.friend)
        ('due', 'CHF 40.00', 'CHF 34.00')
    """
    command = SettlementCommand(
        event="open_settlement",
        by=Actor(Role.SYSTEM, system_id),
        key=key,
        booking=booking,
        means=means,
        contract=contract,
        tip=tip,
        partner_id=partner_id,
        newcomer=newcomer,
        cause=held_by,
        policy=policy,
    )
    return carry_out(stored, command, at=at)


def start_payment(settlement: Settlement, *, by: By, at: datetime, key: str) -> Settlement:
    """Note that the customer's payment to the platform is under way, in time or late, as with a card.

    Time does nothing while it is: whoever collects reports that it came or failed. One that fails after its
    term is due again, and the next sweep marks it overdue.

    Args:
        settlement: the settlement.
        by: the customer, an operator, or the system.
        at: now.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, or the friend collects.
    """
    return apply(settlement, "start_payment", by=by, key=key, at=at)


def report_payment_failed(
    settlement: Settlement, *, by: By, at: datetime, key: str, why: Reason | None = None
) -> Settlement:
    """Note that a payment under way did not come: it is due again.

    Args:
        settlement: the settlement.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return apply(settlement, "report_payment_failed", by=by, key=key, at=at, why=why)


def receive_payment(
    settlement: Settlement, *, by: By, at: datetime, key: str, amount: Money | None = None
) -> Settlement:
    """Note that the customer has paid, in time or late.

    What follows is noted with it: the payout is released where nothing else keeps it back; where the friend
    has collected, the commission is due.

    Args:
        settlement: the settlement.
        by: whoever collects: the friend (or an operator), or else the system (or an operator).
        at: now.
        key: an idempotency key.
        amount: how much came, to be compared with what is owed; in cash, with that to the next coin.

    Raises:
        RefusedError: not from this state, not by this actor, or another amount than what is owed.
    """
    return apply(settlement, "receive_payment", by=by, key=key, at=at, amount=amount)


def credit(
    settlement: Settlement,
    *,
    amount: Money,
    by: By,
    at: datetime,
    key: str,
    cause: str | None = None,
    goodwill: bool = False,
    why: Reason | None = None,
) -> Settlement:
    """Lower what the customer still owes; all who have a share bear it, in proportion to their shares.

    The tip is lowered last, once nothing else is owed.

    Args:
        settlement: the settlement.
        amount: by how much; less than what is owed (all of it is given up by `waive`).
        by: an operator, or the system.
        at: now.
        key: an idempotency key.
        cause: what it rests on, such as `dispute:b1`.
        goodwill: whether the platform bears it alone: friend, partner and tax keep their shares.
        why: the reason given.

    Raises:
        RefusedError: not from this state, not by this actor, or too much.
    """
    return apply(
        settlement, "credit", by=by, key=key, at=at, amount=amount, cause=cause, goodwill=goodwill, why=why
    )


def waive(
    settlement: Settlement,
    *,
    by: By,
    at: datetime,
    key: str,
    cause: str | None = None,
    goodwill: bool = False,
    why: Reason | None = None,
) -> Settlement:
    """Give up all that the customer still owes: nobody gets anything of it.

    Under the platform's contract the friend is paid all the same, and the platform bears it: unless it is a
    compensation, or a cause is named, such as a dispute that says that nothing is owed.

    Args:
        settlement: the settlement.
        by: an operator or the system; of a compensation, the friend as well.
        at: now.
        key: an idempotency key.
        cause: what it rests on.
        goodwill: whether the platform bears it alone: friend, partner and tax keep their shares.
        why: the reason given.

    Raises:
        RefusedError: not from this state, not by this actor, or by the friend where it is a price, or at the
            platform's cost.
    """
    return apply(settlement, "waive", by=by, key=key, at=at, cause=cause, goodwill=goodwill, why=why)


def write_off(
    settlement: Settlement, *, by: By, at: datetime, key: str, why: Reason | None = None
) -> Settlement:
    """Note that an overdue payment will not come any more.

    Under the platform's contract the platform bears the loss, and the friend is paid; under the friend's own
    contract nobody gets anything: a commission is owed on what was paid only (Mila).

    Args:
        settlement: the settlement.
        by: an operator; under the friend's contract the friend as well.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return apply(settlement, "write_off", by=by, key=key, at=at, why=why)


def refund(
    settlement: Settlement,
    *,
    by: By,
    at: datetime,
    key: str,
    amount: Money | None = None,
    cause: str | None = None,
    goodwill: bool = False,
    why: Reason | None = None,
) -> Settlement:
    """Pay a part or all back to the customer, from the platform's bank; all who have a share bear it.

    What the friend has got already, the friend then owes. The tip goes back last, once nothing else is left.
    Goodwill is the platform's alone: the friend keeps what the visit has earned, and the tax what was taxed.

    Args:
        settlement: the settlement.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.
        amount: how much; all that can still go back if not given.
        cause: what it rests on, such as `dispute:b1`.
        goodwill: whether the platform bears it alone: friend, partner and tax keep their shares.
        why: the reason given.

    Raises:
        RefusedError: not from this state, not by this actor, or more than what can still go back.
    """
    event = "refund_fully" if amount is None or amount == settlement.refundable else "refund_partly"
    asked = SettlementCommand(
        event=event,
        by=actor_of(by),
        key=key,
        amount=amount,
        cause=cause,
        goodwill=goodwill,
        why=why,
    )
    return _once(settlement, asked, ["refund_partly", "refund_fully"], at=at)


def give_back(
    settlement: Settlement,
    *,
    by: By,
    at: datetime,
    key: str,
    amount: Money | None = None,
    cause: str | None = None,
    why: Reason | None = None,
) -> Settlement:
    """Do what the outcome of a dispute asks for: lower the debt of a customer who owes, refund one who paid.

    A tip is no part of what is contested, and stays. What is paid in cash may have been rounded to a coin
    after it was quoted: a full ruling gives no amount and settles what is due, to the Rappen; an amount that
    is above that by no more than the rounding is all of it, too.

    Args:
        settlement: the settlement.
        by: an operator, or the system.
        at: now.
        key: an idempotency key.
        amount: how much; all but the tip if not given.
        cause: what it rests on, such as `dispute:b1`.
        why: the reason given.

    Raises:
        RefusedError: as for `waive`, `credit` and `refund`; a payment under way has to come or fail first.
    """
    due, rounding = settlement.terms.charge.due, settlement.terms.charge.rounding
    if amount is not None and due < amount <= due - rounding:
        amount = None
    everything, part = ("waive", "credit") if settlement.is_unpaid else ("refund_fully", "refund_partly")
    leaves = settlement.tip_left > ZERO if amount is None else amount != settlement.shares.total
    event = part if leaves else everything
    asked = SettlementCommand(event=event, by=actor_of(by), key=key, amount=amount, cause=cause, why=why)
    return _once(settlement, asked, ["waive", "credit", "refund_partly", "refund_fully"], at=at)


def _once(
    settlement: Settlement, asked: SettlementCommand, events: Sequence[str], *, at: datetime
) -> Settlement:
    """Carry out a command; one that comes again is known by its key, whatever it would be by now."""
    for event in events:
        before = attrs.evolve(asked, event=event)
        if KeyUse(asked.key, before.fingerprint) in settlement.keys:
            asked = before
    return carry_out(settlement, asked, at=at)
