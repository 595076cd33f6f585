"""The machine of the money side: its tables, its guards, and what its events carry and change."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from mila_core.friends import ContractMode
from mila_core.lifecycle import Actor, Decision, Machine, Refusal, Role, StreamVersion, Timer
from mila_core.periods import midnight, wall_time
from mila_core.policies import SettlementPolicy
from mila_core.settlements._changes import begin, change
from mila_core.settlements._guards import guard, next_step
from mila_core.settlements._postings import moved, opened
from mila_core.settlements.charges import charge_for, served_on
from mila_core.settlements.commands import SettlementCommand
from mila_core.settlements.table import COMMISSION_TABLE, PAYMENT_TABLE, PAYOUT_TABLE
from mila_core.settlements.values import Settlement, SettlementEvent, SettlementTerms

__all__ = ["MACHINE", "decide", "due", "evolve", "replay"]


def _policy_of(command: SettlementCommand) -> SettlementPolicy:
    return command.policy or command.ended.quote.visit.policy.settlement


def _terms(command: SettlementCommand, at: datetime) -> SettlementTerms:
    booking, means, contract, policy = (
        command.ended,
        command.paid_by,
        command.made_between,
        _policy_of(command),
    )
    is_platforms = contract is ContractMode.PLATFORM
    term_days = policy.invoice_days_platform if is_platforms else policy.invoice_days_friend
    hold_days = policy.newcomer_hold_days if command.newcomer else 0
    return SettlementTerms(
        customer_id=booking.customer_id,
        friend_id=booking.friend_id,
        partner_id=command.partner_id,
        means=means,
        contract=contract,
        served_on=served_on(booking),
        charge=charge_for(
            booking, means=means, policy=policy, tip=command.tip, partner_id=command.partner_id
        ),
        booking_version=booking.version,
        # the day of the invoice does not count, the last day of the term counts as a whole (OR 77 and 78)
        overdue_at=midnight(wall_time(at).date() + timedelta(days=term_days + 1)),
        release_at=booking.since + timedelta(days=hold_days),
        payout_by=booking.since + timedelta(days=policy.payout_days),
    )


def _payload(settlement: Settlement | None, command: SettlementCommand, at: datetime) -> Mapping[str, Any]:
    if settlement is None:
        terms = _terms(command, at)
        return {"terms": terms, "policy": _policy_of(command), "cause": command.cause, **opened(terms)}
    return {"cause": command.cause, **moved(settlement, command)}


def _parties(settlement: Settlement | None, _: SettlementCommand) -> Mapping[Role, frozenset[str]]:
    if settlement is None:
        return {}
    terms = settlement.terms
    return {Role.CUSTOMER: frozenset({terms.customer_id}), Role.FRIEND: frozenset({terms.friend_id})}


def _reads(settlement: Settlement | None, command: SettlementCommand) -> Iterable[StreamVersion]:
    if settlement is None:
        yield StreamVersion(command.ended.stream, command.ended.version)


def _follow(settlement: Settlement, event: SettlementEvent) -> Iterable[SettlementCommand]:
    """Return the next step, if there is one; what it causes in turn is asked again after it."""
    if name := next_step(settlement, event.at):
        yield SettlementCommand(event=name, by=Actor(Role.SYSTEM, "settlements"), key="step")


MACHINE: Machine[Settlement, SettlementEvent, SettlementCommand] = Machine(
    aggregate=Settlement,
    event=SettlementEvent,
    tables={"payment": PAYMENT_TABLE, "commission": COMMISSION_TABLE, "payout": PAYOUT_TABLE},
    parties=_parties,
    guard=guard,
    payload=_payload,
    begin=begin,
    change=change,
    reads=_reads,
    follow=_follow,
)
"""The settlement's machine; `decide`, `evolve`, `replay` and `due` are its functions.

:meta hide-value:
"""


def decide(
    settlement: Settlement | None,
    command: SettlementCommand,
    *,
    at: datetime,
    policy: SettlementPolicy | None = None,
) -> Decision[SettlementEvent] | Refusal:
    """Answer a command: the events to store, or why not. Nothing is changed.

    What follows at once is part of the same decision: cash received makes the commission due, a payment
    received releases the payout, a refund after the payout makes the friend owe.

    Args:
        settlement: the settlement as it stands; None for one that is to be opened, or what is stored under
            the booking's id already.
        command: what is wanted.
        at: the instant of the command.
        policy: to open, the policy (the command's, or the one of the visit's network, if not given); a
            settlement that exists has its own.

    Returns:
        A decision, which for an opening also expects the booking's version; or a refusal with every reason of
        the first rule that says no: the key, the version, the tables, the parties, the event's own rules.

    Raises:
        InvalidTypeError: the command lacks what its event needs (an opening the booking, a hold the cause).
        InvalidValueError: a tip beside a compensation.
    """
    return MACHINE.decide(settlement, attrs.evolve(command, policy=policy) if policy else command, at=at)


def evolve(settlement: Settlement | None, event: SettlementEvent) -> Settlement:
    """Return the settlement after an event.

    Args:
        settlement: the settlement before; None for its first event.
        event: the next event of the same settlement.

    Raises:
        InvalidValueError: the event is not the next one of this settlement, the tables do not allow it, or
            its sums do not agree.
    """
    return MACHINE.evolve(settlement, event)


def replay(history: Iterable[SettlementEvent]) -> Settlement:
    """Return the settlement that a history makes.

    Args:
        history: all events of one settlement, by version.

    Raises:
        InvalidValueError: no events, a gap, a duplicate, a wrong order, a step that the tables forbid, or
            sums that do not agree.
    """
    return MACHINE.replay(history)


def due(settlement: Settlement, *, at: datetime) -> tuple[Timer, ...]:
    """Return what time owes a settlement by now.

    Args:
        settlement: the settlement.
        at: now.
    """
    return MACHINE.due(settlement, at=at)
