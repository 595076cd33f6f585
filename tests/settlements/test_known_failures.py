"""What went wrong elsewhere with money, each as a test that passes here."""

import attrs
import pytest

from mila_core import settlements
from mila_core.bookings import BookingState
from mila_core.lifecycle import Refusal, RefusedError
from mila_core.money import ZERO, chf, total
from mila_core.policies import SettlementPolicy
from mila_core.settlements import PaymentMeans, Shares, charge_for
from tests import journey
from tests.settlements import examples

OPERATOR, AT = examples.SIDES["operator"], examples.OPENED_AT


def test_a_commission_is_of_the_price_and_not_of_each_line() -> None:
    """Fees were rounded for each unit: 10 % of two at 0.25 came to 0.06 (Open Food Network, issue 2522)."""
    booking = examples.closed("0.25")
    two = attrs.evolve(booking.quote, lines=[*booking.quote.lines, *booking.quote.lines])
    policy = SettlementPolicy(commission_percent=10)
    charge = charge_for(attrs.evolve(booking, quote=two), means=PaymentMeans.ONLINE, policy=policy)
    assert (charge.gross, charge.commission) == (chf("0.50"), chf("0.05"))


@pytest.mark.parametrize("amount", ["0.01", "3.00", "40.00"])
def test_what_a_cancellation_costs_may_be_less_or_more_than_the_fees(amount: str) -> None:
    """A cancellation crashed when the service fee was above the amount (Loconomics, issue 6)."""
    policy = SettlementPolicy(commission_least=chf(10))
    opened = examples.opened(examples.compensated(amount), policy=policy)
    assert opened.shares == Shares(friend=chf(amount))
    cheap = charge_for(examples.closed(amount), means=PaymentMeans.ONLINE, policy=policy)
    assert ZERO <= cheap.commission <= cheap.gross


def test_a_cancelled_booking_is_not_charged_and_what_was_paid_goes_back() -> None:
    """Money was not refunded when an order was cancelled (Sharetribe, issue 3146).

    Here nothing is collected before the end, so a cancellation without a compensation has nothing to refund;
    and what has come can go back as a whole, the payout being sent or not.
    """
    cancelled = journey.booking_in(BookingState.CANCELLED)
    refused = settlements.decide(None, examples.opening(cancelled), at=AT)
    assert isinstance(refused, Refusal)
    assert refused.code == "nothing_to_settle"
    for steps in (("receive_payment",), ("receive_payment", "send_payout")):
        settlement = examples.after(examples.opened(examples.compensated()), *steps)
        back = settlements.refund(settlement, by=OPERATOR, at=AT, key="x")
        assert (back.payment.value, back.refunded, back.shares) == ("refunded", chf(20), Shares())


def test_no_more_goes_back_than_was_paid() -> None:
    """More could be refunded than was captured (Medusa, issue 8437; PrestaShop, issue 38872)."""
    paid = examples.after(examples.opened(), "receive_payment")
    half = settlements.refund(paid, amount=chf(30), by=OPERATOR, at=AT, key="1")
    for goodwill in (False, True):
        with pytest.raises(RefusedError):
            settlements.refund(paid, amount=chf("40.01"), goodwill=goodwill, by=OPERATOR, at=AT, key="2")
        with pytest.raises(RefusedError):
            settlements.refund(half, amount=chf("10.01"), goodwill=goodwill, by=OPERATOR, at=AT, key="2")


@pytest.mark.parametrize("amount", [None, chf(10), chf(40)])
def test_a_refund_that_is_sent_again_is_no_second_one(amount: object) -> None:
    """A retried refund was carried out twice (Medusa, issue 16681)."""
    paid = examples.after(examples.opened(), "receive_payment")
    once = settlements.refund(paid, amount=amount, by=OPERATOR, at=AT, key="r")  # type: ignore[arg-type]  # above
    assert settlements.refund(once, amount=amount, by=OPERATOR, at=AT, key="r") is once  # type: ignore[arg-type]


def test_the_shares_are_the_total() -> None:
    """The lines of an order did not sum to its total (Odoo, issue 37896)."""
    for rappen in range(1, 400, 7):
        booking = examples.closed(f"{rappen // 100}.{rappen % 100:02d}", fee="0.33")
        charge = charge_for(booking, means=PaymentMeans.CASH, policy=SettlementPolicy())
        assert total(charge.shares.parts) == charge.total
        assert charge.total.rappen % 5 == 0


def test_new_rules_do_not_touch_what_is_settled() -> None:
    """A new price reached orders that stood already (Saleor, issue 12657): a settlement keeps its policy."""
    before = examples.opened()
    paid = settlements.receive_payment(before, by=OPERATOR, at=AT, key="x")
    assert paid.policy == before.policy
    dearer = examples.opened(policy=SettlementPolicy(version="dearer", commission_percent=20))
    assert (paid.shares.friend, dearer.shares.friend) == (chf(34), chf(32))
