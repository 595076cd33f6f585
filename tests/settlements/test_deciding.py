"""What is granted and what is refused, with what follows from it at once."""

from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import assume, given

from mila_core import settlements, testing
from mila_core.bookings import Booking, BookingState
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.friends import ContractMode
from mila_core.lifecycle import (
    Actor,
    Decision,
    Outcome,
    Refusal,
    RefusedError,
    Reminder,
    Role,
    StreamVersion,
)
from mila_core.money import ZERO, Money, chf
from mila_core.policies import SettlementPolicy
from mila_core.settlements import Account, PaymentMeans, Settlement, SettlementCommand, Shares
from tests import journey, machine_laws
from tests.journey import utc
from tests.settlements import examples

MACHINE = settlements.MACHINE
CASH, ONLINE = PaymentMeans.CASH, PaymentMeans.ONLINE
PLATFORM = ContractMode.PLATFORM


def states(settlement: Settlement) -> tuple[str, str, str]:
    """Return where the payment, the commission and the payout stand."""
    return settlement.payment.value, settlement.commission.value, settlement.payout.value


def refusal(settlement: Settlement | None, wanted: SettlementCommand) -> Refusal:
    """Return the answer to a command that has to be refused."""
    decided = settlements.decide(settlement, wanted, at=examples.OPENED_AT)
    assert isinstance(decided, Refusal), decided
    return decided


# Opening -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("means", "contract", "expected"),
    [
        # the platform collects: the payout waits for the customer, unless the risk is the platform's
        (ONLINE, ContractMode.FRIEND, ("due", "not_applicable", "held")),
        (ONLINE, PLATFORM, ("due", "not_applicable", "due")),
        (PaymentMeans.PLATFORM_INVOICE, PLATFORM, ("due", "not_applicable", "due")),
        # the friend collects: there is nothing to pay out
        (CASH, ContractMode.FRIEND, ("due", "not_applicable", "not_applicable")),
        (CASH, PLATFORM, ("due", "not_applicable", "not_applicable")),
        (PaymentMeans.FRIEND_INVOICE, ContractMode.FRIEND, ("due", "not_applicable", "not_applicable")),
    ],
)
def test_an_opening(means: PaymentMeans, contract: ContractMode, expected: tuple[str, str, str]) -> None:
    """Who collects and whose the risk is say where the payout stands from the beginning."""
    assert states(examples.opened(means=means, contract=contract)) == expected


def test_an_opening_expects_the_booking_s_version() -> None:
    """It is stored only if the booking is still the one that was read."""
    booking = examples.closed()
    decided = settlements.decide(None, examples.opening(booking), at=examples.OPENED_AT)
    assert isinstance(decided, Decision)
    assert decided.expects == (
        StreamVersion(f"settlement:{booking.id}", 0),
        StreamVersion(f"booking:{booking.id}", booking.version),
    )


def test_the_terms_of_an_invoice() -> None:
    """10 days in the friend's name, 30 in the platform's; the last day ends at midnight in Switzerland."""
    assert examples.opened().terms.overdue_at == examples.OVERDUE_AT
    assert examples.opened(contract=PLATFORM).terms.overdue_at == utc("2013-12-28T23:00")


def test_a_newcomer_waits_five_days() -> None:
    """From the end of the booking; anybody else is paid at once, and by the thirtieth day."""
    ended = examples.ENDED_AT
    assert examples.opened(newcomer=True).terms.release_at == ended + timedelta(days=5)
    assert examples.opened().terms.release_at == ended
    assert examples.opened().terms.payout_by == ended + timedelta(days=30)


def test_the_policy_is_the_network_s_if_none_is_given() -> None:
    """A settlement keeps its policy."""
    other = SettlementPolicy(version="other", commission_percent=10)
    assert examples.opened().policy == examples.closed().quote.visit.policy.settlement
    assert examples.opened(policy=other).policy == other
    assert examples.opened(policy=other).shares.friend == chf(36)
    decided = settlements.decide(None, examples.opening(), at=examples.OPENED_AT, policy=other)
    assert isinstance(decided, Decision)
    assert decided.events[0].policy == other


def test_where_nothing_is_to_be_paid_the_payment_is_there() -> None:
    """A voucher of the whole price: the friend is paid, by the platform."""
    free = examples.opened(examples.closed("40.00", voucher="40.00"))
    assert states(free) == ("paid", "not_applicable", "due")
    assert (free.paid, free.payable) == (ZERO, chf(34))


@pytest.mark.parametrize("state", sorted({*BookingState} - {"closed", "en_route", "no_show"}))
def test_nothing_is_settled_before_the_end_or_without_a_debt(state: str) -> None:
    """Refused, with the state of the booking."""
    booking = journey.booking_in(BookingState(state))
    refused = refusal(None, examples.opening(booking))
    assert (refused.code, refused.reasons[0].get("state")) == ("nothing_to_settle", state)


def test_an_invoice_goes_with_its_contract() -> None:
    """Refused, with both."""
    refused = refusal(None, examples.opening(means=PaymentMeans.PLATFORM_INVOICE))
    assert refused.code == "means_not_possible"
    assert refused.reasons[0].as_mapping() == {
        "means": "platform_invoice",
        "contract_mode": "friend_contract",
    }


def _quoted(contract: ContractMode) -> Booking:
    """Return the example's booking with a quote that says between whom the contract is."""
    booking = examples.closed()
    assert journey.QUOTE.basis is not None
    basis = attrs.evolve(journey.QUOTE.basis, contract=contract)
    return attrs.evolve(booking, quote=attrs.evolve(booking.quote, basis=basis))


@pytest.mark.parametrize("contract", ContractMode)
def test_the_contract_is_the_quote_s(contract: ContractMode) -> None:
    """Where the quote says one it need not be given, it is the same command, and another one is refused."""
    booking = _quoted(contract)
    made = settlements.open_settlement(booking, means=ONLINE, at=examples.OPENED_AT, key="open")
    assert made.terms.contract is contract
    said = settlements.open_settlement(
        booking, means=ONLINE, contract=contract, at=examples.OPENED_AT, key="open", stored=made
    )
    assert said is made
    (other,) = set(ContractMode) - {contract}
    refused = refusal(None, examples.opening(booking, contract=other))
    assert (refused.code, refused.reasons[0].as_mapping()) == (
        "another_contract",
        {"contract_mode": contract.value},
    )


def test_a_tip_in_cash_of_no_coins_is_refused() -> None:
    """With the amount and the step; with all else that is wrong in one answer."""
    booking = _quoted(ContractMode.FRIEND)
    refused = refusal(None, examples.opening(booking, contract=PLATFORM, means=CASH, tip=chf("4.98")))
    assert [why.code for why in refused.reasons] == ["another_contract", "no_coins"]
    assert refused.reasons[1].as_mapping() == {"amount": chf("4.98"), "step_rappen": 5}
    assert examples.opened(means=CASH, tip=chf("4.95")).to_collect == chf("44.95")


def test_terms_in_cash_are_whole_coins() -> None:
    """A stored opening that says otherwise is refused."""
    terms = examples.opened(means=CASH).terms
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(terms, charge=attrs.evolve(terms.charge, tip=chf("0.01")))
    assert caught.value.field == "charge"


def test_a_booking_is_settled_once() -> None:
    """The same command again is a repetition; another one is refused."""
    opened = machine_laws.check_repetition(MACHINE, None, examples.opening(), at=examples.OPENED_AT)
    again = attrs.evolve(examples.opening(means=CASH), key="again")
    assert refusal(opened, again).code == "not_from_this_state"
    assert refusal(opened, examples.opening(means=CASH)).code == "key_mismatch"


def test_an_opening_is_known_again_once_the_dispute_is_over() -> None:
    """What keeps the payout back is what the caller knew then: a retry may know better."""
    disputed = examples.opening(cause="dispute:1")
    for first, again in ((disputed, examples.opening()), (examples.opening(), disputed)):
        opened = machine_laws.granted(MACHINE, None, first, at=examples.OPENED_AT)
        decided = MACHINE.decide(opened, again, at=examples.OPENED_AT)
        assert isinstance(decided, Decision)
        assert decided.outcome is Outcome.REPLAYED


@pytest.mark.parametrize("missing", ["booking", "means", "contract"])
def test_an_opening_without_what_it_needs_is_a_wrong_call(missing: str) -> None:
    """The error names the field."""
    nothing: dict[str, Any] = {missing: None}
    with pytest.raises(InvalidTypeError) as caught:
        settlements.decide(None, attrs.evolve(examples.opening(), **nothing), at=examples.OPENED_AT)
    assert caught.value.field == missing


# Cash and the friend's invoice -----------------------------------------------------------------------------


def test_cash_received_makes_the_commission_due() -> None:
    """The friend owes due + tip - payout, in the same decision; once it has come, nothing is left."""
    opened = examples.opened(means=CASH, tip=chf(5))
    paid = examples.after(opened, "receive_payment/friend")
    assert states(paid) == ("paid", "due", "not_applicable")
    assert paid.owed_by_friend == chf(6)
    done = examples.after(paid, "start_commission_payment/friend", "receive_commission/system")
    assert states(done) == ("paid", "paid", "not_applicable")
    assert done.balance(Account.FRIEND) == ZERO


def test_a_voucher_larger_than_the_commission_is_paid_out() -> None:
    """The customer pays CHF 20.00 in cash of a price of CHF 40.00: the platform owes the friend CHF 14.00."""
    opened = examples.opened(examples.closed("40.00", voucher="20.00"), means=CASH)
    paid = examples.after(opened, "receive_payment/friend")
    assert states(paid) == ("paid", "not_applicable", "due")
    assert paid.payable == chf(14)
    assert examples.after(paid, "send_payout").balance(Account.FRIEND) == ZERO


def test_a_commission_payment_that_failed_is_due_again() -> None:
    """Nothing has moved."""
    paid = examples.after(examples.opened(means=CASH), "receive_payment/friend")
    failed = examples.after(paid, "start_commission_payment/friend", "report_commission_failed")
    assert (states(failed), failed.balances) == (states(paid), paid.balances)
    assert (failed.repaying, examples.after(failed, "receive_commission").repaying) == (ZERO, ZERO)


def test_what_the_friend_is_paying_is_known_until_it_has_come() -> None:
    """A refund meanwhile is charged on top, once the payment under way has come."""
    paying = examples.after(
        examples.opened(means=CASH), "receive_payment/friend", "start_commission_payment/friend"
    )
    refunded = examples.after(paying, "refund_fully")
    assert (refunded.repaying, refunded.owed_by_friend) == (chf(6), chf(40))
    came = examples.after(refunded, "receive_commission/system=6.00")
    assert (states(came)[1], came.repaying, came.owed_by_friend) == ("due", ZERO, chf(34))


# Overdue, waived, written off ------------------------------------------------------------------------------


def test_an_invoice_falls_overdue_and_is_paid_late() -> None:
    """Not a microsecond before the term's end; and a late payment still releases the payout."""
    opened, tick = examples.opened(), timedelta(microseconds=1)
    assert settlements.run_timers(opened, at=examples.OVERDUE_AT - tick) == opened
    overdue = settlements.run_timers(opened, at=examples.OVERDUE_AT)
    assert states(overdue) == ("overdue", "not_applicable", "held")
    late = examples.after(overdue, "receive_payment/system", at=examples.OVERDUE_AT + examples.LATER)
    assert states(late) == ("paid", "not_applicable", "due")


def test_an_overdue_payment_can_be_made_by_card() -> None:
    """One that fails is due again, and overdue with the next sweep."""
    late = examples.OVERDUE_AT + examples.LATER
    overdue = settlements.run_timers(examples.opened(), at=examples.OVERDUE_AT)
    paying = examples.after(overdue, "start_payment/customer", at=late)
    assert (paying.payment.value, paying.due) == ("pending", ())
    assert examples.after(paying, "receive_payment/system", at=late).payment.value == "paid"
    failed = examples.after(paying, "report_payment_failed/system", at=late)
    assert failed.payment.value == "due"
    assert settlements.run_timers(failed, at=late).payment.value == "overdue"


def test_under_the_friend_s_contract_a_write_off_hits_all_who_had_a_share() -> None:
    """The friend gets nothing, and owes no commission on what nobody paid."""
    lost = examples.after(examples.opened(), "mark_overdue/timer", "write_off/friend")
    assert states(lost) == ("written_off", "not_applicable", "not_applicable")
    assert (lost.balances, lost.shares) == ((), Shares())


@pytest.mark.parametrize("means", [ONLINE, CASH])
def test_under_the_platform_s_contract_the_friend_is_paid_all_the_same(means: PaymentMeans) -> None:
    """The platform bears the whole loss, whoever should have collected."""
    lost = examples.after(examples.opened(means=means, contract=PLATFORM), "mark_overdue/timer", "write_off")
    assert states(lost) == ("written_off", "not_applicable", "due")
    done = examples.after(lost, "send_payout")
    assert (done.balance(Account.FRIEND), done.balance(Account.BANK)) == (ZERO, chf(34))
    assert done.balance(Account.PLATFORM) == chf("-34.44")


def test_a_compensation_is_waived_by_the_friend() -> None:
    """A price is not; an operator gives up either."""
    waived = examples.after(examples.opened(examples.compensated()), "waive/friend")
    assert states(waived) == ("waived", "not_applicable", "not_applicable")
    assert waived.balances == ()
    assert (
        refusal(examples.opened(), examples.command("waive", "friend")).code == "only_compensation_is_waived"
    )
    assert states(examples.after(examples.opened(), "waive"))[0] == "waived"


def test_a_credit_lowers_what_is_owed_for_all() -> None:
    """Half of the price: half of each share."""
    credited = examples.after(examples.opened(), "credit=20.00")
    assert credited.outstanding == chf(20)
    assert credited.shares == Shares(friend=chf(17), platform=chf("2.78"), tax=chf("0.22"))
    assert examples.after(credited, "receive_payment/system").payable == chf(17)


# Refunds and holds -----------------------------------------------------------------------------------------


def test_a_refund_before_the_payout_lowers_it() -> None:
    """The friend gets what is left."""
    half = examples.after(examples.opened(), "receive_payment/system", "refund_partly=20.00")
    assert (half.payment.value, half.payable, half.refundable) == ("partly_refunded", chf(17), chf(20))
    rest = examples.after(half, "refund_fully")
    assert states(rest) == ("refunded", "not_applicable", "not_applicable")
    assert (rest.balances, rest.shares) == ((), Shares())


def test_a_refund_after_the_payout_leaves_the_friend_owing() -> None:
    """The balance shows it, and it can be paid."""
    sent = examples.after(examples.opened(), "receive_payment/system", "send_payout")
    owing = examples.after(sent, "refund_fully")
    assert states(owing) == ("refunded", "due", "sent")
    assert (owing.balance(Account.FRIEND), owing.owed_by_friend) == (chf(-34), chf(34))
    assert examples.after(owing, "receive_commission").balances == ()


def test_a_payout_that_came_back_pays_for_a_refund() -> None:
    """What the friend owed is no longer owed once the money is back."""
    sent = examples.after(examples.opened(), "receive_payment/system", "send_payout")
    back = examples.after(sent, "refund_partly=20.00", "report_payout_returned")
    assert states(back) == ("partly_refunded", "not_applicable", "returned")
    again = examples.after(back, "reissue_payout", "send_payout")
    assert (again.sent, again.balance(Account.FRIEND)) == (chf(17), ZERO)


def test_a_payout_that_came_back_is_dropped_once_nothing_is_left_of_it() -> None:
    """Returned and then refunded as a whole: there is nothing to send again."""
    back = examples.after(
        examples.opened(), "receive_payment/system", "send_payout", "report_payout_returned"
    )
    assert states(examples.after(back, "refund_fully")) == ("refunded", "not_applicable", "not_applicable")


def test_a_payout_waits_for_every_hold() -> None:
    """Two disputes: released with the last of them, in the same decision."""
    held = examples.after(examples.opened(), "hold_payout=dispute:1", "hold_payout=dispute:2")
    paid = examples.after(held, "receive_payment/system")
    assert refusal(paid, examples.command("send_payout")).code == "not_from_this_state"
    one = examples.after(paid, "release_payout=dispute:1")
    assert (one.payout.value, one.due) == ("held", ())
    assert examples.after(one, "release_payout=dispute:2").payout.value == "due"


def test_a_payout_that_is_due_can_be_held_again() -> None:
    """As when a dispute is opened after the closing."""
    due = examples.after(examples.opened(), "receive_payment/system")
    held = examples.after(due, "hold_payout=dispute:1")
    assert (due.payout.value, held.payout.value) == ("due", "held")


def test_a_hold_from_the_beginning() -> None:
    """The payout waits for it even where it is guaranteed."""
    opened = examples.opened(contract=PLATFORM, cause="dispute:1")
    assert (opened.payout.value, [hold.cause for hold in opened.holds]) == ("held", ["dispute:1"])


def test_a_hold_on_what_was_sent_counts_once_it_is_back() -> None:
    """Money that is gone is not held, but is not sent again either."""
    sent = examples.after(examples.opened(), "receive_payment/system", "send_payout")
    back = examples.after(sent, "hold_payout=dispute:1", "report_payout_returned", "reissue_payout")
    assert back.payout.value == "held"


def test_a_newcomer_s_payout_is_released_by_time() -> None:
    """The payment does not release it before its day."""
    paid = examples.after(examples.opened(newcomer=True), "receive_payment/system")
    assert [(timer.event, timer.at) for timer in paid.due] == [("release_due", paid.terms.release_at)]
    early = paid.terms.release_at - timedelta(microseconds=1)
    assert settlements.run_timers(paid, at=early).payout.value == "held"
    assert settlements.run_timers(paid, at=paid.terms.release_at).payout.value == "due"


@pytest.mark.parametrize("contract", ContractMode)
@pytest.mark.parametrize("means", [ONLINE, CASH])
def test_whose_payout_is_guaranteed(means: PaymentMeans, contract: ContractMode) -> None:
    """The platform's contract, where the platform collects; nobody guarantees what the friend collects."""
    opened = examples.opened(means=means, contract=contract)
    assert opened.is_guaranteed is (means is ONLINE and contract is PLATFORM)


def test_an_operator_is_reminded_of_a_payout() -> None:
    """By its last day, as long as it is due: not while it is held, nor once it was sent."""
    held = examples.opened()
    due = examples.after(held, "receive_payment/system")
    last = examples.ENDED_AT + timedelta(days=30)
    assert due.reminders == (Reminder("send_payout", Role.OPERATOR, last),)
    assert held.reminders == examples.after(due, "send_payout").reminders == ()


# The tip ---------------------------------------------------------------------------------------------------

_TIPPED = examples.opened(tip=chf(5))


@pytest.mark.parametrize(
    "steps", [(), ("receive_payment/system",), ("receive_payment/system", "send_payout")]
)
@pytest.mark.parametrize("amount", [None, chf(40)])
def test_a_full_ruling_leaves_the_tip_to_the_friend(steps: tuple[str, ...], amount: Money | None) -> None:
    """CHF 40.00 of CHF 45.00 go back: the friend keeps CHF 5.00, nobody else anything; and only once."""
    before = examples.after(_TIPPED, *steps)
    given: dict[str, Any] = {"by": examples.SIDES["operator"], "at": examples.OPENED_AT, "amount": amount}
    made = settlements.give_back(before, key="x", cause="dispute:1", **given)
    assert made.shares == Shares(friend=chf(5))
    assert made.balance(Account.FRIEND) - before.balance(Account.FRIEND) == chf(-34)
    assert settlements.give_back(made, key="x", cause="dispute:1", **given) == made
    with pytest.raises(RefusedError):
        settlements.give_back(made, key="y", cause="dispute:1", **given)


def test_the_tip_goes_back_last() -> None:
    """A half of the price from all, the other half and CHF 2.00 of the tip, then the rest of the tip."""
    paid = examples.after(_TIPPED, "receive_payment/system")
    half = examples.after(paid, "refund_partly=20.00")
    assert half.shares == Shares(friend=chf(22), platform=chf("2.78"), tax=chf("0.22"))
    tip = examples.after(half, "refund_partly=22.00")
    assert (tip.shares, tip.tip_left, tip.contestable) == (Shares(friend=chf(3)), chf(3), ZERO)
    assert examples.after(tip, "refund_fully").shares == Shares()


def test_a_tip_that_goes_back_leaves_what_a_voucher_paid() -> None:
    """The price is the platform's to pay: a part of the tip has nothing to do with it."""
    free = examples.opened(examples.closed("40.00", voucher="40.00"), tip=chf(5))
    back = examples.after(free, "receive_payment/system", "refund_partly=2.00")
    assert back.shares.friend == chf(37)


@pytest.mark.parametrize("tip", [ZERO, chf(5)])
@pytest.mark.parametrize(
    ("gross", "ruled", "left"),
    [
        # contested as it was quoted, paid as it was rounded: a full ruling is all of it, up or down
        ("17.88", None, "0.00"),
        ("17.87", None, "0.00"),
        ("17.87", "17.87", "0.00"),
        ("17.87", "17.86", "0.00"),
        # a part is a part
        ("17.88", "17.88", "0.02"),
        ("17.87", "17.84", "0.01"),
    ],
)
def test_a_ruling_settles_what_was_rounded_for_cash(
    gross: str, ruled: str | None, left: str, tip: Money
) -> None:
    """CHF 17.88 are CHF 17.90 in coins, CHF 17.87 are CHF 17.85; the tip stays."""
    opened = examples.opened(examples.closed(gross), means=CASH, tip=tip)
    for before in (opened, examples.after(opened, "receive_payment/friend")):
        made = settlements.give_back(
            before,
            by=examples.SIDES["operator"],
            at=examples.OPENED_AT,
            key="x",
            amount=None if ruled is None else chf(ruled),
        )
        assert made.tip_left == tip
        # what is less than a coin, nobody asks for
        nothing_to_ask = before is opened and tip == ZERO and chf(left).rappen < 3
        assert made.contestable == (ZERO if nothing_to_ask else chf(left))


@given(testing.settlements())
def test_what_a_dispute_leaves(settlement: Settlement) -> None:
    """Whatever has happened to a price before: what was due is given back by all, the tip by nobody."""
    assume(settlement.payment.value in {"due", "overdue", "paid", "partly_refunded"})
    assume(settlement.contestable > ZERO)
    by, at = examples.SIDES["operator"], settlement.since
    made = settlements.give_back(settlement, by=by, at=at, key="ruling", cause="dispute:b9")
    assert made.shares == Shares(friend=settlement.tip_left)
    if settlement.shares.platform >= min(ZERO, settlement.terms.charge.shares.platform):
        assert settlement.tip_left == settlement.terms.charge.tip  # as nothing else was left to give back


# Refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "event", "by", "details", "code"),
    [
        # who collects
        ((), "receive_payment", "friend", {}, "collected_by_platform"),
        (("CASH",), "receive_payment", "system", {}, "collected_by_friend"),
        (("CASH",), "start_payment", "customer", {}, "collected_by_friend"),
        # how much
        ((), "receive_payment", "system", {"amount": chf("39.95")}, "another_amount"),
        ((), "receive_payment", "system", {"amount": chf("40.05")}, "another_amount"),
        ((), "waive", "operator", {"amount": chf(39)}, "another_amount"),
        ((), "credit", "operator", {"amount": chf(40)}, "amount_too_high"),
        # all but the tip is all where there is no tip
        ((), "credit", "operator", {}, "amount_too_high"),
        (("receive_payment/system",), "refund_partly", "operator", {}, "amount_too_high"),
        # only the tip is left
        (
            ("TIP", "receive_payment/system=45.00", "refund_partly=40.00"),
            "refund_partly",
            "operator",
            {},
            "nothing_to_contest",
        ),
        (("receive_payment/system",), "refund_partly", "operator", {"amount": chf(40)}, "amount_too_high"),
        (("receive_payment/system",), "refund_fully", "operator", {"amount": chf(39)}, "another_amount"),
        (
            ("CASH", "receive_payment/friend"),
            "receive_commission",
            "system",
            {"amount": chf(5)},
            "another_amount",
        ),
        # whose risk
        (("PLATFORM", "mark_overdue/timer"), "write_off", "friend", {}, "risk_is_the_platforms"),
        # holds
        (("hold_payout=x",), "hold_payout", "operator", {"cause": "x"}, "already_held"),
        ((), "release_payout", "operator", {"cause": "x"}, "not_held"),
        # nobody causes what only follows
        ((), "release_due", "system", {}, "not_due"),
        ((), "drop_payout", "system", {}, "not_due"),
        ((), "grant_payout", "system", {}, "not_from_this_state"),
        ((), "charge_commission", "system", {}, "not_due"),
        # a timer that is not due, or too early
        ((), "release_due", "timer", {}, "not_due"),
        ((), "mark_overdue", "timer", {}, "too_early"),
    ],
)
def test_a_refusal(steps: tuple[str, ...], event: str, by: str, details: dict[str, Any], code: str) -> None:
    """Each rule says no with its own code."""
    given: dict[str, Any] = {}
    if "CASH" in steps:
        given["means"] = CASH
    if "PLATFORM" in steps:
        given["contract"] = PLATFORM
    if "TIP" in steps:
        given["tip"] = chf(5)
    settlement = examples.after(examples.opened(**given), *(step for step in steps if not step.isupper()))
    assert refusal(settlement, examples.command(event, by, **details)).code == code


@pytest.mark.parametrize("by", ["customer", "friend"])
def test_strangers_settle_nothing(by: str) -> None:
    """Another customer or friend is no party."""
    event = "start_payment" if by == "customer" else "start_commission_payment"
    settlement = examples.opened()
    if by == "friend":
        settlement = examples.after(examples.opened(means=CASH), "receive_payment/friend")
    stranger = attrs.evolve(examples.command(event, by), by=Actor(Role(by), "zoe"))
    assert refusal(settlement, stranger).code == "not_a_party"


@pytest.mark.parametrize(
    ("event", "field"),
    [("hold_payout", "cause"), ("release_payout", "cause")],
)
def test_a_command_without_what_it_needs_is_a_wrong_call(event: str, field: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidTypeError) as caught:
        settlements.decide(examples.opened(), examples.command(event), at=examples.OPENED_AT)
    assert caught.value.field == field


@pytest.mark.parametrize("amount", [ZERO, chf(-1)])
def test_a_command_moves_something(amount: Money) -> None:
    """An amount of nothing, or below, is refused when the command is made."""
    with pytest.raises(InvalidValueError) as caught:
        examples.command("credit", amount=amount)
    assert caught.value.field == "amount"


def test_a_stale_version_is_refused() -> None:
    """As for any machine."""
    machine_laws.check_stale(
        MACHINE, examples.opened(), examples.command("start_payment"), at=examples.OPENED_AT
    )


# The verbs -------------------------------------------------------------------------------------------------


def _settled(booking: Booking) -> Settlement:
    return settlements.open_settlement(
        booking,
        means=ONLINE,
        contract=ContractMode.FRIEND,
        at=examples.OPENED_AT,
        key="open",
        held_by="dispute:1",
    )


def test_the_verbs_do_both_steps() -> None:
    """What each verb makes is what its command makes."""
    at, by = examples.OPENED_AT, examples.SIDES["operator"]
    made = _settled(examples.closed())
    made = settlements.start_payment(made, by=journey.ANNA, at=at, key="1")
    made = settlements.report_payment_failed(made, by=by, at=at, key="2")
    made = settlements.credit(made, amount=chf(2), by=by, at=at, key="3", cause="dispute:1")
    made = settlements.receive_payment(made, by=by, at=at, key="4", amount=chf(38))
    made = settlements.hold_payout(made, cause="review", by=by, at=at, key="5")
    made = settlements.release_payout(made, cause="review", by=by, at=at, key="6")
    made = settlements.release_payout(made, cause="dispute:1", by=by, at=at, key="7")
    made = settlements.send_payout(made, by=by, at=at, key="8")
    made = settlements.report_payout_returned(made, by=by, at=at, key="9")
    made = settlements.reissue_payout(made, by=by, at=at, key="10")
    made = settlements.send_payout(made, by=by, at=at, key="11")
    made = settlements.refund(made, by=by, at=at, key="12", amount=chf(8))
    made = settlements.start_commission_payment(made, by=journey.ANDREAS, at=at, key="13")
    made = settlements.report_commission_failed(made, by=by, at=at, key="14")
    made = settlements.receive_commission(made, by=by, at=at, key="15")
    made = settlements.refund(made, by=by, at=at, key="16")
    assert states(made) == ("refunded", "due", "sent")
    # 38/40 of the friend's CHF 34.00, of which 8/38 came back already
    assert made.owed_by_friend == chf("25.50")


@pytest.mark.parametrize(
    ("steps", "amount", "payment"),
    [
        # who owes, owes less or nothing; who has paid, gets it back
        ((), chf(10), "due"),
        ((), chf(40), "waived"),
        ((), None, "waived"),
        (("receive_payment/system",), chf(10), "partly_refunded"),
        (("receive_payment/system",), chf(40), "refunded"),
        (("receive_payment/system",), None, "refunded"),
    ],
)
def test_what_a_dispute_gives_back(steps: tuple[str, ...], amount: Money | None, payment: str) -> None:
    """One verb for the outcome of a dispute, wherever the payment stands."""
    before = examples.after(examples.opened(), *steps)
    by = examples.SIDES["operator"]
    made = settlements.give_back(
        before, by=by, at=examples.OPENED_AT, key="x", amount=amount, cause="dispute:1"
    )
    assert made.payment.value == payment
    assert before.shares.total - made.shares.total == (amount or chf(40))


def test_a_refused_verb_raises() -> None:
    """With the refusal."""
    with pytest.raises(RefusedError, match="not_from_this_state"):
        settlements.send_payout(
            _settled(examples.closed()), by=examples.SIDES["operator"], at=examples.OPENED_AT, key="x"
        )
    with pytest.raises(InvalidInputError):
        settlements.send_payout(_settled(examples.closed()), by="olga", at=examples.OPENED_AT, key="x")  # type: ignore[arg-type]
