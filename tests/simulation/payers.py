"""What people do about money next: who pays, who asks for something back, who contests and who decides."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from mila_core.disputes import Dispute, DisputeState, Ruling
from mila_core.lifecycle import Actor, Role
from mila_core.money import Money
from mila_core.settlements import CommissionState, PaymentState, PayoutState, Settlement
from tests.simulation.plans import Choices, Plan, draw
from tests.simulation.scenery import OPERATOR, SYSTEM

_C, _F, _O, _Y = Role.CUSTOMER, Role.FRIEND, Role.OPERATOR, Role.SYSTEM

_PAYMENT: Mapping[PaymentState, Choices] = {
    PaymentState.DUE: (
        (40, "receive_payment", _F),
        (22, "start_payment", _C),
        (10, "credit", _O),
        (4, "waive", _F),
        (2, "waive", _O),
        (22, "", _O),
    ),
    PaymentState.PENDING: ((75, "receive_payment", _Y), (25, "report_payment_failed", _Y)),
    PaymentState.OVERDUE: (
        (45, "receive_payment", _O),
        (14, "write_off", _O),
        (10, "write_off", _F),
        (10, "waive", _O),
        (10, "credit", _O),
        (11, "", _O),
    ),
    PaymentState.PAID: ((10, "refund_partly", _O), (9, "refund_fully", _O), (81, "", _O)),
    PaymentState.PARTLY_REFUNDED: ((25, "refund_partly", _O), (15, "refund_fully", _O), (60, "", _O)),
}
_PAYOUT: Mapping[PayoutState, Choices] = {
    PayoutState.HELD: ((8, "hold_payout", _O), (92, "", _O)),
    PayoutState.DUE: ((82, "send_payout", _Y), (10, "hold_payout", _O), (8, "", _O)),
    PayoutState.SENT: ((10, "report_payout_returned", _Y), (90, "", _O)),
    PayoutState.RETURNED: ((85, "reissue_payout", _O), (15, "", _O)),
}
_COMMISSION: Mapping[CommissionState, Choices] = {
    CommissionState.DUE: ((45, "start_commission_payment", _F), (40, "receive_commission", _Y), (15, "", _O)),
    CommissionState.PENDING: ((75, "receive_commission", _Y), (25, "report_commission_failed", _Y)),
}
_CHECK = "check"


def next_of_settlement(
    settlement: Settlement, before: Settlement | None, *, now: datetime, chance: Random
) -> Iterator[Plan]:
    """Yield what is planned as the money side of a booking has moved."""
    lowered = before is not None and before.shares != settlement.shares
    lanes = (
        (
            _PAYMENT.get(settlement.payment),
            lowered or before is None or before.payment is not settlement.payment,
        ),
        (_PAYOUT.get(settlement.payout), before is None or before.payout is not settlement.payout),
        (
            _COMMISSION.get(settlement.commission),
            before is None or before.commission is not settlement.commission,
        ),
    )
    for choices, moved in lanes:
        if choices is not None and moved:
            plan = _money_plan(settlement, *draw(chance, choices), now=now, chance=chance)
            if plan is not None:
                yield plan
    owes = settlement.commission is CommissionState.DUE and settlement.payout is PayoutState.SENT
    if owes and chance.random() < 0.2:  # what was refunded meanwhile comes back from the friend's bank
        at = now + timedelta(minutes=chance.randrange(5, 600))
        yield Plan(at, "report_payout_returned", SYSTEM)
    held = {each.cause for each in settlement.holds}
    if _CHECK in held and (before is None or _CHECK not in {each.cause for each in before.holds}):
        at = now + timedelta(minutes=chance.randrange(5, 6000))
        yield Plan(at, "release_payout", OPERATOR, {"cause": _CHECK}, persistent=True)


def _money_plan(
    settlement: Settlement, event: str, role: Role, *, now: datetime, chance: Random
) -> Plan | None:
    terms = settlement.terms
    if not event:
        return None
    if event == "start_payment" and terms.means.by_friend:
        event = "receive_payment"
    elif event == "receive_payment" and role is Role.FRIEND and not terms.means.by_friend:
        event, role = "start_payment", Role.CUSTOMER
    ids = {_C: terms.customer_id, _F: terms.friend_id, _O: OPERATOR.id, _Y: SYSTEM.id}
    if event == "receive_payment" and role is Role.CUSTOMER:
        role = Role.FRIEND
    soon = event.startswith("refund") and chance.random() < 0.5
    at = now + timedelta(seconds=chance.randrange(60, 7200 if soon else 5 * 86400))
    if chance.random() < 0.15:
        edge = chance.choice([terms.overdue_at, terms.release_at])
        at = max(now, edge + timedelta(seconds=chance.choice([-1, 0, 1])))
    details: dict[str, Any] = {}
    if event in {"credit", "refund_partly"}:
        whole = settlement.outstanding if event == "credit" else settlement.refundable
        # one in ten asks for more than there is
        details["amount"] = Money(1 + chance.randrange(max(1, whole.rappen * 11 // 10)))
    elif event == "hold_payout":
        details["cause"] = _CHECK
    return Plan(at, event, Actor(role, ids[role]), details)


# --- disputes


def next_of_dispute(dispute: Dispute, *, now: datetime, chance: Random) -> Iterator[Plan]:
    """Yield what both sides plan, and the office."""
    if not dispute.is_open:
        return
    contest = dispute.contest
    ids = {Role.CUSTOMER: contest.customer_id, Role.FRIEND: contest.friend_id}
    if dispute.state is DisputeState.OPEN and chance.random() < 0.7:
        at = now + timedelta(minutes=chance.randrange(10, 4000))
        if chance.random() < 0.3:
            at = contest.answer_by + timedelta(seconds=chance.choice([-1, 0, 1]))
        by = Actor(contest.respondent, ids[contest.respondent])
        yield Plan(at, "answer_dispute", by, {"text": "It did when I left."})
    if chance.random() < 0.15:
        at = now + timedelta(minutes=chance.randrange(10, 6000))
        yield Plan(at, "withdraw_dispute", Actor(contest.claimant, ids[contest.claimant]))
    yield decision_on(dispute, now=now, chance=chance)


def decision_on(dispute: Dispute, *, now: datetime, chance: Random) -> Plan:
    """Return how an operator plans to decide, who tries again until it is decided."""
    amount = dispute.contest.amount
    rulings = [Ruling.DISMISSED, Ruling.FULL]
    if amount > Money(1):
        rulings += [Ruling.PARTIAL, Ruling.PARTIAL]
    ruling = chance.choice(rulings)
    details: dict[str, Any] = {"ruling": ruling, "text": "We have looked at it."}
    if ruling is Ruling.PARTIAL:
        details["amount"] = Money(chance.randrange(1, amount.rappen))
    waits = dispute.state is DisputeState.OPEN and chance.random() < 0.8
    first = max(now, dispute.contest.answer_by) if waits else now
    at = first + timedelta(minutes=chance.randrange(1, 4000))
    return Plan(at, "decide_dispute", OPERATOR, details)
