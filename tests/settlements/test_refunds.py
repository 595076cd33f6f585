"""Refunds, credits and goodwill: their laws over any sequence, and what is refused."""

from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mila_core import settlements, testing
from mila_core.errors import InvalidValueError
from mila_core.friends import ContractMode
from mila_core.lifecycle import RefusedError
from mila_core.money import ZERO, Money, allocate, chf, total
from mila_core.settlements import Account, PaymentMeans, Settlement, SettlementEvent, Shares
from tests.settlements import examples

OPERATOR, AT = examples.SIDES["operator"], examples.OPENED_AT
CASH, ONLINE = PaymentMeans.CASH, PaymentMeans.ONLINE
PLATFORM = ContractMode.PLATFORM


def paid(**details: Any) -> Settlement:
    """Return a settlement that the customer has paid."""
    return examples.after(examples.opened(**details), "receive_payment")


def refunded(settlement: Settlement, amounts: Sequence[Money], **details: Any) -> Settlement:
    """Return a settlement after some refunds, each checked; what is more than what is left is refused."""
    for number, amount in enumerate(amounts):
        left = settlement.refundable
        if amount > left:
            with pytest.raises(RefusedError):
                settlements.refund(settlement, amount=amount, by=OPERATOR, at=AT, key=f"{number}", **details)
            continue
        settlement = settlements.refund(
            settlement, amount=amount, by=OPERATOR, at=AT, key=f"{number}", **details
        )
        assert settlement.refundable == left - amount
        assert min(settlement.shares.friend, settlement.shares.partner, settlement.shares.tax) >= ZERO
        assert total(entry.amount for entry in settlement.balances) == ZERO
    return settlement


@st.composite
def _paid(draw: st.DrawFn) -> Settlement:
    """Return settlements that are paid, of any charge."""
    booking, means = draw(testing.chargeable_bookings()), draw(st.sampled_from(PaymentMeans))
    contract = PLATFORM if means is PaymentMeans.PLATFORM_INVOICE else ContractMode.FRIEND
    opened = settlements.open_settlement(
        booking,
        means=means,
        contract=contract,
        policy=draw(testing.settlement_policies()),
        partner_id="swisscom",
        at=AT,
        key="open",
    )
    if opened.is_unpaid:
        opened = settlements.receive_payment(opened, by=OPERATOR, at=AT, key="paid")
    assume(opened.paid > ZERO)
    return opened


_AMOUNTS = st.lists(st.integers(1, 8_000).map(Money), max_size=5)


# Laws ----------------------------------------------------------------------------------------------------


@given(_paid(), _AMOUNTS, st.booleans())
def test_no_sequence_of_refunds_gives_back_more_than_was_paid(
    settlement: Settlement,
    amounts: list[Money],
    goodwill: bool,  # noqa: FBT001
) -> None:
    """Nor makes a share negative at any step, whoever bears it; the ledger is zero all the way."""
    made = refunded(settlement, amounts, goodwill=goodwill)
    assert ZERO <= made.refunded <= made.paid == settlement.paid
    assert made.shares.total == made.paid - made.refunded


@given(_paid(), _AMOUNTS)
def test_a_full_refund_empties_every_share(settlement: Settlement, amounts: list[Money]) -> None:
    """Whatever went back before it."""
    made = refunded(settlement, amounts)
    if made.refundable > ZERO:
        made = settlements.refund(made, by=OPERATOR, at=AT, key="rest")
    assert (made.payment.value, made.shares) == ("refunded", Shares())


@given(_paid(), _AMOUNTS, st.randoms())
def test_the_order_of_refunds_does_not_change_their_sum(
    settlement: Settlement, amounts: list[Money], chance: Any
) -> None:
    """Two customers who got the same amounts back have got the same, and so has everybody together."""
    assume(total(amounts) <= settlement.refundable)
    other = [*amounts]
    chance.shuffle(other)
    one, two = refunded(settlement, amounts), refunded(settlement, other)
    assert (one.refunded, one.shares.total) == (two.refunded, two.shares.total)
    assert one.balance(Account.BANK) == two.balance(Account.BANK)
    for mine, others in zip(one.shares.parts, two.shares.parts, strict=True):
        assert abs((mine - others).rappen) <= 2 * len(amounts)  # each step rounds by less than a Rappen


@given(testing.settlement_histories())
def test_each_posting_is_balanced_and_the_ledger_is_their_sum(history: Sequence[SettlementEvent]) -> None:
    """Event by event, for cash, invoices, refunds and goodwill alike."""
    postings = [event.posting for event in history if event.posting is not None]
    for posting in postings:
        assert total(entry.amount for entry in posting.entries) == ZERO
    assert settlements.balances(postings) == settlements.replay(history).balances


@given(testing.settlement_histories(means=CASH))
def test_what_is_paid_in_cash_is_whole_coins(history: Sequence[SettlementEvent]) -> None:
    """Prices, compensations and tips, also once a part of them was credited."""
    for event in history:
        if event.event == "receive_payment":
            assert event.amount is not None
            assert event.amount.rappen % 5 == 0


def test_differences_of_cumulative_allocations_would_go_negative() -> None:
    """Parts of 1, 3, 3 Rappen: 3 are shared as 1, 1, 1, but 4 as 0, 2, 2, so that the first would give -1.

    What goes back is shared by what is left instead.
    """
    lines = [1, 3, 3]
    cumulative = [tuple(each.rappen for each in allocate(Money(sum_), lines)) for sum_ in (3, 4)]
    assert cumulative == [(1, 1, 1), (0, 2, 2)]
    left = Shares(friend=Money(1), platform=Money(3), partner=Money(3))
    for amount in (3, 1, 1, 1, 1):
        taken = left.part(Money(amount))
        assert min(taken.parts) >= ZERO
        assert taken.total == Money(amount)
        left = left.less(taken)
    assert left == Shares()


# Goodwill ------------------------------------------------------------------------------------------------


def test_goodwill_is_the_platform_s_alone() -> None:
    """CHF 10.00 of CHF 40.00 go back: the friend still gets CHF 34.00, and the tax its CHF 0.44."""
    made = refunded(paid(), [chf(10)], goodwill=True)
    assert made.shares == Shares(friend=chf(34), platform=chf("-4.44"), tax=chf("0.44"))
    assert (made.payment.value, made.payable, made.refundable) == ("partly_refunded", chf(34), chf(30))
    done = examples.after(made, "send_payout")
    assert [done.balance(account) for account in (Account.FRIEND, Account.BANK)] == [ZERO, chf(4)]


def test_all_can_go_back_as_goodwill() -> None:
    """The customer gets CHF 40.00 back, the friend is paid all the same; nothing more can go back."""
    made = settlements.refund(paid(), goodwill=True, by=OPERATOR, at=AT, key="x")
    assert (made.payment.value, made.payable, made.refundable) == ("refunded", chf(34), ZERO)
    assert made.shares == Shares(friend=chf(34), platform=chf("-34.44"), tax=chf("0.44"))
    with pytest.raises(RefusedError):
        settlements.refund(made, amount=chf(1), goodwill=True, by=OPERATOR, at=AT, key="y")


def test_goodwill_to_a_customer_who_owes() -> None:
    """The debt is lowered, and what the friend collects less is paid out by the platform."""
    owing = examples.opened(means=CASH)
    made = settlements.credit(owing, amount=chf(10), goodwill=True, by=OPERATOR, at=AT, key="x")
    assert (made.to_collect, made.shares.friend) == (chf(30), chf(34))
    assert examples.after(made, "receive_payment/friend").payable == chf(4)
    given_up = settlements.waive(owing, goodwill=True, by=OPERATOR, at=AT, key="x")
    assert (given_up.payment.value, given_up.payable) == ("waived", chf(34))


def test_a_refund_after_goodwill_undoes_the_rest_for_all() -> None:
    """If the visit turns out to be worth nothing, nobody keeps anything of it, and nobody pays for it."""
    made = refunded(paid(), [chf(10)], goodwill=True)
    assert settlements.refund(made, by=OPERATOR, at=AT, key="rest").shares == Shares()


def test_goodwill_leaves_the_tip() -> None:
    """All but the tip is given: the friend has the price and the tip."""
    tipped = paid(tip=chf(5))
    command = examples.command("refund_partly", goodwill=True)
    made = settlements.evolve(tipped, settlements.decide(tipped, command, at=AT).events[0])  # type: ignore[union-attr]
    assert (made.refunded, made.shares.friend, made.tip_left) == (chf(40), chf(39), chf(5))


def test_goodwill_and_a_refund_are_two_commands() -> None:
    """The same key with another bearer is no repetition."""
    made = settlements.refund(paid(), amount=chf(10), goodwill=True, by=OPERATOR, at=AT, key="x")
    with pytest.raises(RefusedError, match="key_mismatch"):
        settlements.refund(made, amount=chf(10), by=OPERATOR, at=AT, key="x")


def test_a_friend_gives_nothing_that_is_the_platform_s() -> None:
    """A compensation can be waived by the friend, at the friend's own cost only."""
    owing = examples.opened(examples.compensated())
    with pytest.raises(RefusedError, match="not_for_this_role"):
        settlements.waive(owing, goodwill=True, by=examples.SIDES["friend"], at=AT, key="x")


@pytest.mark.parametrize("event", ["write_off", "receive_payment", "send_payout"])
def test_goodwill_is_no_part_of_anything_else(event: str) -> None:
    """A command, or a stored event, that says so is refused."""
    for make in (
        lambda: examples.command(event, goodwill=True),
        lambda: attrs.evolve(_EXAMPLE, event=event, goodwill=True),
    ):
        with pytest.raises(InvalidValueError) as caught:
            make()
        assert caught.value.field == "goodwill"


_EXAMPLE = settlements.decide(examples.opened(), examples.command("receive_payment"), at=AT).events[0]  # type: ignore[union-attr]


# Cash ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("credited", "asked"), [("10.03", "29.95"), ("10.02", "30.00"), ("10.00", "30.00")])
def test_cash_is_asked_for_in_coins_after_a_credit(credited: str, asked: str) -> None:
    """What is left is rounded when it is paid; the friend owes what all others have of it."""
    owing = settlements.credit(examples.opened(means=CASH), amount=chf(credited), by=OPERATOR, at=AT, key="x")
    assert (owing.outstanding, owing.to_collect) == (chf(40) - chf(credited), chf(asked))
    with pytest.raises(RefusedError, match="another_amount"):
        settlements.receive_payment(owing, amount=chf("29.97"), by=OPERATOR, at=AT, key="y")
    came = settlements.receive_payment(owing, amount=chf(asked), by=OPERATOR, at=AT, key="y")
    assert (came.paid, came.refundable, came.shares.friend) == (chf(asked), chf(asked), owing.shares.friend)
    assert came.owed_by_friend == chf(asked) - owing.shares.friend


@pytest.mark.parametrize("steps", [(), ("mark_overdue/timer",)])
def test_less_than_a_coin_is_not_asked_for(steps: tuple[str, ...]) -> None:
    """CHF 0.02 of what is to be paid in cash are left: that is paid, and the platform bears it."""
    owing = examples.after(examples.opened(means=CASH), *steps)
    at = examples.OVERDUE_AT if steps else AT
    made = settlements.credit(owing, amount=chf("39.98"), by=OPERATOR, at=at, key="x")
    assert (made.payment.value, made.paid, made.outstanding) == ("paid", ZERO, ZERO)
    assert made.shares.total == ZERO


def test_a_compensation_in_cash_is_collected_in_coins() -> None:
    """CHF 20.28 are owed and CHF 20.30 paid: the friend owes the platform CHF 0.02."""
    owing = examples.opened(examples.compensated("20.28"), means=CASH)
    assert owing.to_collect == chf("20.30")
    came = examples.after(owing, "receive_payment/friend=20.30")
    assert (came.owed_by_friend, came.shares) == (
        chf("0.02"),
        Shares(friend=chf("20.28"), platform=chf("0.02")),
    )
