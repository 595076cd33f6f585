"""Histories of settlements: what is folded is what was decided; and a machine against the rules."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mila_core import settlements, testing
from mila_core.bookings import Booking, BookingState
from mila_core.errors import InvalidInputError
from mila_core.export import pseudonymise
from mila_core.friends import ContractMode
from mila_core.lifecycle import Decision, Refusal
from mila_core.money import ZERO, Money, chf, total
from mila_core.serialization import dumps, loads
from mila_core.settlements import (
    Account,
    PaymentMeans,
    Settlement,
    SettlementCommand,
    SettlementEvent,
    Shares,
)
from tests import machine_laws
from tests.settlements import examples, rules

Histories = Sequence[SettlementEvent]


@given(testing.settlement_histories())
def test_a_history_is_folded_event_by_event(history: Histories) -> None:
    """A gap, a duplicate, another order or another settlement's event is refused."""
    settlement = machine_laws.check_history(settlements.MACHINE, history)
    assert settlement == settlements.replay(history)


@given(testing.settlement_histories())
def test_a_history_is_the_same_after_it_was_stored(history: Histories) -> None:
    """Events and what they make survive their documents."""
    stored = [loads(dumps(event), SettlementEvent) for event in history]
    assert stored == list(history)
    settlement = settlements.replay(stored)
    assert loads(dumps(settlement), Settlement) == settlement == settlements.replay(history)


@given(testing.settlement_histories())
def test_a_pseudonymous_history_makes_the_same_sums(history: Histories) -> None:
    """Who is hidden; what everybody has to get and to give is not."""
    hidden = settlements.replay([pseudonymise(event, key=b"a secret of the owner") for event in history])
    shown = settlements.replay(history)
    assert [hidden.balance(account) for account in Account] == [shown.balance(account) for account in Account]
    assert (hidden.shares, hidden.paid, hidden.refunded) == (shown.shares, shown.paid, shown.refunded)
    assert shown.terms.friend_id not in {entry.party_id for entry in hidden.balances}


@given(testing.settlement_histories())
def test_the_sums_always_agree(history: Histories) -> None:
    """After each event: zero together, no more refunded than paid, nobody has more than there was."""
    settlement: Settlement | None = None
    for event in history:
        settlement = settlements.evolve(settlement, event)
        assert total(entry.amount for entry in settlement.balances) == ZERO
        assert ZERO <= settlement.refunded <= settlement.paid
        first, now = settlement.terms.charge.shares, settlement.shares
        assert ZERO <= now.friend <= first.friend
        assert ZERO <= now.tax <= first.tax
        assert ZERO <= now.partner <= first.partner


@given(testing.settlements())
def test_once_all_has_come_and_gone_only_the_platform_s_business_is_left(settlement: Settlement) -> None:
    """Whatever happened: paid, paid out and paid back, customer and friend have nothing to get or give."""
    by, at = (
        examples.SIDES["operator"],
        max(settlement.since, settlement.terms.release_at) + timedelta(days=400),
    )
    for hold in settlement.holds:
        settlement = settlements.release_payout(settlement, cause=hold.cause, by=by, at=at, key=hold.cause)
    if settlement.is_unpaid:
        settlement = settlements.receive_payment(settlement, by=by, at=at, key="pay")
    settlement = settlements.run_timers(settlement, at=at)
    for step in range(6):
        if settlement.payout.value == "returned":
            settlement = settlements.reissue_payout(settlement, by=by, at=at, key=f"a{step}")
        if settlement.payout.value == "due":
            settlement = settlements.send_payout(settlement, by=by, at=at, key=f"b{step}")
        if settlement.commission.value in {"due", "pending"}:
            settlement = settlements.receive_commission(settlement, by=by, at=at, key=f"c{step}")
    assert (settlement.balance(Account.CUSTOMER), settlement.balance(Account.FRIEND)) == (ZERO, ZERO)
    assert settlement.due == ()


# What is stored is checked once more -----------------------------------------------------------------------


def _event(settlement: Settlement, name: str, amount: Money | None = None) -> SettlementEvent:
    wanted = examples.command(name, amount=amount)
    decided = settlements.decide(settlement, wanted, at=examples.OPENED_AT)
    assert isinstance(decided, Decision), decided
    return decided.events[0]


_PAID = examples.after(examples.opened(), "receive_payment/system")
_PARTLY = _event(_PAID, "refund_partly", chf(20))
_FULLY = _event(_PAID, "refund_fully")
_PAYMENT = _event(examples.opened(), "receive_payment")


@pytest.mark.parametrize(
    ("before", "event", "field"),
    [
        # more goes back than the parts that bear it
        (_PAID, attrs.evolve(_PARTLY, amount=chf(21)), "taken"),
        # nobody bears it
        (_PAID, attrs.evolve(_PARTLY, taken=None), "taken"),
        (_PAID, attrs.evolve(_PARTLY, amount=None), "amount"),
        # all of it from the platform, which has not so much
        (_PAID, attrs.evolve(_PARTLY, taken=Shares(platform=chf(20))), "platform"),
        # other shares than in the ledger
        (_PAID, attrs.evolve(_PARTLY, taken=Shares(friend=chf(20))), "balances"),
        # nothing in the ledger
        (_PAID, attrs.evolve(_PARTLY, posting=None), "balances"),
        # a full refund that is a partial one
        (_PAID, attrs.evolve(_PARTLY, event="refund_fully"), "taken"),
        # twice as much
        (_PAID, attrs.evolve(_FULLY, amount=chf(80)), "taken"),
        # a payment of which the ledger knows nothing, or not all
        (examples.opened(), attrs.evolve(_PAYMENT, posting=None), "balances"),
        (examples.opened(), attrs.evolve(_PAYMENT, amount=chf(39)), "amount"),
        # a gift that the others bear
        (_PAID, attrs.evolve(_PARTLY, goodwill=True), "balances"),
    ],
)
def test_an_event_that_does_not_agree_is_refused(
    before: Settlement, event: SettlementEvent, field: str
) -> None:
    """Whoever changes a stored event is told when it is folded."""
    with pytest.raises(InvalidInputError) as caught:
        settlements.evolve(before, event)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"refunded": chf(41)}, "refunded"),
        ({"refunded": chf(1)}, "shares"),
        ({"paid": chf(41)}, "shares"),
        ({"balances": []}, "balances"),
        ({"shares": Shares(friend=chf(40))}, "balances"),
    ],
)
def test_a_settlement_that_does_not_agree_is_refused(change: dict[str, Any], field: str) -> None:
    """The sums of a stored settlement hold together, or it is none."""
    with pytest.raises(InvalidInputError) as caught:
        attrs.evolve(_PAID, **change)
    assert caught.value.field == field


# A machine against the rules -------------------------------------------------------------------------------

_OPENINGS = st.sampled_from(
    [
        (PaymentMeans.ONLINE, ContractMode.FRIEND),
        (PaymentMeans.ONLINE, ContractMode.PLATFORM),
        (PaymentMeans.CASH, ContractMode.FRIEND),
        (PaymentMeans.CASH, ContractMode.PLATFORM),
        (PaymentMeans.FRIEND_INVOICE, ContractMode.FRIEND),
        (PaymentMeans.PLATFORM_INVOICE, ContractMode.PLATFORM),
    ]
)
_BOOKINGS = st.sampled_from(
    [
        examples.closed(),
        examples.closed("55.35", fee="2.00"),
        examples.closed("40.00", voucher="25.00"),
        examples.closed("30.00", voucher="30.00"),
        examples.closed("17.88"),
        examples.compensated("20.28"),
        examples.compensated(),
    ]
)
_CAUSES = ("dispute:1", "dispute:2")


class SettlementMachine(RuleBasedStateMachine):
    """One settlement by legal and illegal commands, against `rules.Model`."""

    def __init__(self) -> None:
        """Begin without a settlement."""
        super().__init__()
        self.number = 0
        self.sent: list[rules.Wanted] = []

    @initialize(booking=_BOOKINGS, how=_OPENINGS, newcomer=st.booleans(), tip=st.sampled_from([ZERO, chf(5)]))
    def it_is_opened(
        self,
        booking: Booking,
        how: tuple[PaymentMeans, ContractMode],
        newcomer: bool,  # noqa: FBT001
        tip: Money,
    ) -> None:
        """A booking has ended, and something is owed for it."""
        means, contract = how
        self.clock = examples.OPENED_AT
        given = tip if booking.state is BookingState.CLOSED else ZERO
        command = examples.opening(booking, means=means, contract=contract, newcomer=newcomer, tip=given)
        decided = settlements.decide(None, command, at=self.clock)
        assert isinstance(decided, Decision)
        self.history = list(decided.events)
        self.settlement = settlements.replay(self.history)
        terms = self.settlement.terms
        parts = terms.charge.shares.parts
        self.model = rules.Model(
            in_cash=means is PaymentMeans.CASH,
            by_friend=means.value in {"cash", "friend_invoice"},
            platform_contract=contract is ContractMode.PLATFORM,
            is_compensation=terms.charge.compensation > ZERO,
            shares=[part.rappen for part in parts],
            tip=given.rappen,
            overdue_at=examples.ENDED_AT.replace(hour=23)
            + timedelta(days=30 if contract is ContractMode.PLATFORM else 10),
            release_at=examples.ENDED_AT + timedelta(days=5 if newcomer else 0),
        )
        self.model.settle(self.clock)

    def _send(self, wanted: rules.Wanted) -> str:
        """Send a command, and check the answer and what became of the settlement against the model."""
        expected = self.model.answer(wanted, at=self.clock)
        command = SettlementCommand(
            event=wanted.event,
            by=examples.SIDES[wanted.role],
            key=wanted.key,
            amount=None if wanted.amount is None else Money(wanted.amount),
            cause=wanted.cause,
            goodwill=wanted.goodwill,
            expected_version=wanted.seen,
        )
        before = self.settlement
        decided = settlements.decide(before, command, at=self.clock)
        assert (decided.code if isinstance(decided, Refusal) else decided.outcome.value) == expected
        if isinstance(decided, Decision):
            assert decided.expects[0].version == self.model.version
            for event in decided.events:
                self.settlement = settlements.evolve(self.settlement, event)
                self.history.append(event)
        if expected == "applied":
            self.model.apply(wanted, at=self.clock)
            self.sent.append(wanted)
        else:
            assert self.settlement is before
        return expected

    def _wanted(self, data: st.DataObject, event: str, role: str) -> rules.Wanted:
        self.number += 1
        wanted = rules.Wanted(event, role, f"key-{self.number}")
        if event in {"hold_payout", "release_payout"}:
            wanted.cause = data.draw(st.sampled_from(_CAUSES), label="cause")
        if event in {"credit", "refund_partly"}:
            whole = self.model.owed or self.model.paid - self.model.refunded
            wanted.amount = data.draw(st.none() | st.integers(1, max(1, whole)), label="amount")
        if event in {"credit", "waive", "refund_partly", "refund_fully"}:
            wanted.goodwill = data.draw(st.booleans(), label="goodwill")
        return wanted

    @rule(data=st.data(), names_version=st.booleans())
    def somebody_goes_on(self, data: st.DataObject, names_version: bool) -> None:  # noqa: FBT001
        """Somebody does what the tables allow."""
        model = self.model
        now = {"payment": model.payment, "commission": model.commission, "payout": model.payout}
        steps = [
            (event, role)
            for event, source, role in sorted(rules.TARGETS)
            if now[rules.MACHINES[event]] == source and event not in rules.FOLLOWING
        ]
        event, role = data.draw(st.sampled_from(steps), label="step")
        wanted = self._wanted(data, event, role)
        wanted.seen = model.version if names_version else None
        self._send(wanted)

    @rule(
        data=st.data(), event=st.sampled_from([*rules.EVENTS, "forgive"]), role=st.sampled_from(rules.ROLES)
    )
    def somebody_tries_anything(self, data: st.DataObject, event: str, role: str) -> None:
        """Anybody tries anything: the rules say what becomes of it."""
        if event != "open_settlement":
            self._send(self._wanted(data, event, role))

    @rule(data=st.data(), off=st.integers(-1, 1))
    def somebody_pays_another_amount(self, data: st.DataObject, off: int) -> None:
        """A Rappen more or less is not what is owed."""
        event = data.draw(st.sampled_from(["receive_payment", "refund_fully", "receive_commission"]))
        model = self.model
        owed = {
            "receive_payment": model.asked,
            "refund_fully": model.paid - model.refunded,
            "receive_commission": max(0, -model.friend),
        }
        wanted = self._wanted(data, event, "operator")
        wanted.amount = max(1, owed.get(event, model.owed) + off)
        self._send(wanted)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), what=st.sampled_from(["repeated", "key used again", "stale"]))
    def something_goes_wrong(self, data: st.DataObject, what: str) -> None:
        """An answer is lost and the command sent again; a key is used twice; a version is stale."""
        used = data.draw(st.sampled_from(self.sent[-20:]), label="used")
        if what == "repeated":
            assert self._send(used) == "replayed"
        elif what == "key used again":
            other = rules.Wanted(used.event, used.role, used.key, amount=7_777, cause="another")
            assert self._send(other) == "key_mismatch"
        else:
            stale = self._wanted(data, used.event, used.role)
            stale.seen = self.model.version - 1
            assert self._send(stale) == "stale_version"

    @rule(days=st.sampled_from([1, 5, 10, 30]))
    def time_goes_on(self, days: int) -> None:
        """Time goes on, and the scheduler sweeps."""
        self.clock += timedelta(days=days)
        for timer in settlements.due(self.settlement, at=self.clock):
            self.number += 1
            self._send(rules.Wanted(timer.event, "timer", f"key-{self.number}"))

    @rule(hours=st.sampled_from([1, 24, 24 * 40]))
    def a_clock_is_behind(self, hours: int) -> None:
        """The next command comes from a machine whose clock is behind: the order is the version's."""
        self.clock -= timedelta(hours=hours)

    @invariant()
    def the_settlement_is_what_the_rules_say(self) -> None:
        """States and sums are the model's, the ledger is zero, and the history makes the same settlement."""
        made, model = self.settlement, self.model
        states = (made.payment.value, made.commission.value, made.payout.value)
        assert states == (model.payment, model.commission, model.payout)
        assert made.version == model.version
        assert [part.rappen for part in made.shares.parts] == model.shares
        assert made.balance(Account.FRIEND).rappen == model.friend
        assert made.balance(Account.BANK).rappen == model.bank
        assert made.balance(Account.CUSTOMER).rappen == -model.owed
        assert made.to_collect.rappen == model.asked
        assert (made.paid.rappen, made.refunded.rappen) == (model.paid, model.refunded)
        assert (made.sent.rappen, made.repaying.rappen) == (model.sent, model.repaying)
        assert [hold.cause for hold in made.holds] == model.holds
        assert total(entry.amount for entry in made.balances) == ZERO
        assert settlements.replay(self.history) == made


TestSettlementMachine = SettlementMachine.TestCase
TestSettlementMachine.settings = settings(stateful_step_count=30)
