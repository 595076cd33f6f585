"""The guards of the three tables: for each event the reasons why not, beyond what the tables say."""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from mila_core.errors import InvalidTypeError
from mila_core.lifecycle import Role
from mila_core.money import CASH_STEP, ZERO, Money, round_to
from mila_core.reasons import Reason, reason
from mila_core.settlements._postings import expected_commission, lowered_by
from mila_core.settlements.charges import is_chargeable
from mila_core.settlements.commands import SettlementCommand
from mila_core.settlements.means import PaymentMeans
from mila_core.settlements.table import CommissionState, PaymentState, PayoutState
from mila_core.settlements.values import Settlement

__all__ = ["cause_of", "guard", "next_step"]

_Guard: TypeAlias = Callable[[Settlement, SettlementCommand], list[Reason]]

_RAPPEN = Money(1)


def guard(settlement: Settlement | None, command: SettlementCommand, at: datetime) -> list[Reason]:
    """Say why a command is refused that the tables allow.

    Args:
        settlement: the settlement as it stands; None for one that is to be opened.
        command: what is wanted.
        at: the instant of the command.
    """
    if settlement is None:
        return _may_open(command)
    if command.event in _STEPS and command.by.role is Role.SYSTEM:
        is_next = next_step(settlement, at) == command.event
        return [] if is_next else [reason("not_due", event=command.event)]
    special = _GUARDS.get(command.event)
    return special(settlement, command) if special else []


def next_step(settlement: Settlement, at: datetime) -> str | None:
    """Return the name of the event that follows at once from how things stand, if one does.

    Args:
        settlement: the settlement as it stands.
        at: now.
    """
    owes, commission, payout = settlement.owed_by_friend > ZERO, settlement.commission, settlement.payout
    gets = settlement.payable > ZERO
    if settlement.payment in _ASKED and settlement.to_collect == ZERO:
        return "receive_payment"
    if gets and payout in {PayoutState.NOT_APPLICABLE, PayoutState.SENT}:
        return "grant_payout"
    if not gets and payout in {PayoutState.HELD, PayoutState.DUE, PayoutState.RETURNED}:
        return "drop_payout"
    if settlement.is_releasable and at >= settlement.terms.release_at:
        return "release_due"
    if owes and commission in {CommissionState.NOT_APPLICABLE, CommissionState.PAID}:
        return "charge_commission"
    if not owes and commission is CommissionState.DUE:
        return "drop_commission"
    return None


_ASKED = frozenset({PaymentState.DUE, PaymentState.OVERDUE})
_STEPS = frozenset({"grant_payout", "drop_payout", "release_due", "charge_commission", "drop_commission"})


def cause_of(cause: str | None, *, event: str) -> str:
    """Return the cause that an event needs.

    Args:
        cause: the one that is given.
        event: the event's name.

    Raises:
        InvalidTypeError: none is given.
    """
    if cause is None:
        raise InvalidTypeError("cause", f"a cause, for {event}", "nothing (null)")
    return cause


def _may_open(command: SettlementCommand) -> list[Reason]:
    booking, means, contract = command.ended, command.paid_by, command.made_between
    if not is_chargeable(booking):
        return [reason("nothing_to_settle", state=booking.state.value)]
    found, quoted = [], command.quoted_contract
    if quoted is not None and contract is not quoted:
        found.append(reason("another_contract", contract_mode=quoted.value))
    if means is PaymentMeans.CASH and round_to(command.tip) != command.tip:
        found.append(reason("no_coins", amount=command.tip, step_rappen=CASH_STEP))
    if not means.fits(contract):
        found.append(reason("means_not_possible", means=means.value, contract_mode=contract.value))
    return found


def _exactly(command: SettlementCommand, expected: Money) -> list[Reason]:
    """Say why an amount, where one is given, is not the one that it has to be."""
    given = expected if command.amount is None else command.amount
    return [] if given == expected else [reason("another_amount", amount=given, expected_amount=expected)]


def _may_lower(settlement: Settlement, command: SettlementCommand) -> list[Reason]:
    """Say why an amount leaves nothing; or that only a tip is left, where no amount is given."""
    amount, most = lowered_by(settlement, command), max(ZERO, settlement.shares.total - _RAPPEN)
    if amount == ZERO:
        return [reason("nothing_to_contest")]
    return [] if amount <= most else [reason("amount_too_high", amount=amount, most=most)]


def _may_start_payment(settlement: Settlement, _: SettlementCommand) -> list[Reason]:
    return [reason("collected_by_friend")] if settlement.terms.means.by_friend else []


def _may_receive_payment(settlement: Settlement, command: SettlementCommand) -> list[Reason]:
    by_friend, role = settlement.terms.means.by_friend, command.by.role
    if role is Role.FRIEND and not by_friend:
        return [reason("collected_by_platform")]
    if role is Role.SYSTEM and by_friend and settlement.to_collect > ZERO:
        return [reason("collected_by_friend")]
    return _exactly(command, settlement.to_collect)


def _may_waive(settlement: Settlement, command: SettlementCommand) -> list[Reason]:
    if command.by.role is Role.FRIEND and command.goodwill:
        return [reason("not_for_this_role", event=command.event, role=command.by.role.value)]
    if command.by.role is Role.FRIEND and settlement.terms.charge.compensation == ZERO:
        return [reason("only_compensation_is_waived")]
    return _exactly(command, settlement.outstanding)


def _may_write_off(settlement: Settlement, command: SettlementCommand) -> list[Reason]:
    is_others_risk = command.by.role is Role.FRIEND and settlement.terms.guaranteed
    return [reason("risk_is_the_platforms")] if is_others_risk else []


def _may_refund_fully(settlement: Settlement, command: SettlementCommand) -> list[Reason]:
    if settlement.refundable == ZERO:
        return [reason("nothing_to_refund")]
    return _exactly(command, settlement.refundable)


def _may_receive_commission(settlement: Settlement, command: SettlementCommand) -> list[Reason]:
    return _exactly(command, expected_commission(settlement))


def _is_held(settlement: Settlement, command: SettlementCommand) -> bool:
    cause = cause_of(command.cause, event=command.event)
    return any(each.cause == cause for each in settlement.holds)


def _may_hold(settlement: Settlement, command: SettlementCommand) -> list[Reason]:
    held = _is_held(settlement, command)
    return [reason("already_held", id=cause_of(command.cause, event=command.event))] if held else []


def _may_release(settlement: Settlement, command: SettlementCommand) -> list[Reason]:
    held = _is_held(settlement, command)
    return [] if held else [reason("not_held", id=cause_of(command.cause, event=command.event))]


_GUARDS: MappingProxyType[str, _Guard] = MappingProxyType(
    {
        "start_payment": _may_start_payment,
        "receive_payment": _may_receive_payment,
        "credit": _may_lower,
        "waive": _may_waive,
        "write_off": _may_write_off,
        "refund_partly": _may_lower,
        "refund_fully": _may_refund_fully,
        "receive_commission": _may_receive_commission,
        "hold_payout": _may_hold,
        "release_payout": _may_release,
    }
)
