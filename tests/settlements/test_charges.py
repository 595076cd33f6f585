"""What a customer is charged, and who gets what of it."""

from datetime import date
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.bookings import Booking, BookingState
from mila_core.errors import InvalidValueError
from mila_core.friends import ContractMode
from mila_core.money import ZERO, Money, chf
from mila_core.periods import Period, midnight
from mila_core.policies import SettlementPolicy, VatRate
from mila_core.quotes import Part, QuoteLine
from mila_core.reasons import reason
from mila_core.settlements import Charge, PaymentMeans, Shares, charge_for, is_chargeable
from tests import journey
from tests.settlements import examples

POLICY = SettlementPolicy()


def on_day(booking: Booking, day: date) -> Booking:
    """Return a booking whose slot begins at midnight, by the Swiss wall clock."""
    slot = Period(midnight(day), midnight(day).replace(minute=45))
    visit = attrs.evolve(booking.quote.visit, slot=slot)
    return attrs.evolve(booking, quote=attrs.evolve(booking.quote, visit=visit))


def half_up(exact: Fraction) -> int:
    """Round to the nearest, a half away from zero; for what is not below zero."""
    return int(exact + Fraction(1, 2))


# Worked examples -----------------------------------------------------------------------------------------


def test_a_visit_for_forty_francs_under_today_s_rate() -> None:
    """15 % of CHF 40.00 are CHF 6.00, of which 81/1081 are CHF 0.45; the friend gets CHF 34.00."""
    charge = charge_for(on_day(examples.closed(), date(2026, 3, 2)), means=PaymentMeans.ONLINE, policy=POLICY)
    assert charge == Charge(gross=chf(40), commission=chf(6), vat_per_mille=81)
    assert charge.shares == Shares(friend=chf(34), platform=chf("5.55"), tax=chf("0.45"))


def test_fee_voucher_rounding_and_tip() -> None:
    """The platform gets the fee and bears voucher and rounding; the tip is the friend's, all of it."""
    booking = on_day(examples.closed("40.00", fee="2.00", voucher="10.00", rounding="0.02"), date(2026, 3, 2))
    charge = charge_for(booking, means=PaymentMeans.ONLINE, policy=POLICY, tip=chf(5))
    assert (charge.due, charge.total) == (chf("32.02"), chf("37.02"))
    assert (charge.commission_vat, charge.fee_vat) == (chf("0.45"), chf("0.15"))
    # 5.55 of the commission and 1.85 of the fee, less 10.00, and 0.02
    assert charge.shares == Shares(friend=chf(39), platform=chf("-2.58"), tax=chf("0.60"))


def test_a_partner_has_a_share_of_the_commission_without_its_tax() -> None:
    """20 % of CHF 5.55 are CHF 1.11, borne by the platform; without a partner there is no such share."""
    policy = attrs.evolve(POLICY, partner_percent=20)
    booking = on_day(examples.closed(), date(2026, 3, 2))
    charge = charge_for(booking, means=PaymentMeans.ONLINE, policy=policy, partner_id="swisscom")
    assert charge.shares == Shares(friend=chf(34), platform=chf("4.44"), partner=chf("1.11"), tax=chf("0.45"))
    assert charge_for(booking, means=PaymentMeans.ONLINE, policy=policy).partner == ZERO


def test_a_compensation_is_the_friend_s_as_a_whole() -> None:
    """No commission, no tax: it is no price."""
    charge = charge_for(examples.compensated("20.28"), means=PaymentMeans.ONLINE, policy=POLICY)
    assert charge == Charge(compensation=chf("20.28"))
    assert charge.shares == Shares(friend=chf("20.28"))


def test_a_half_is_rounded_away_from_zero() -> None:
    """15 % of CHF 1.10 are 16.5 Rappen: the commission is CHF 0.17."""
    charge = charge_for(examples.closed("1.10"), means=PaymentMeans.ONLINE, policy=POLICY)
    assert charge.commission == chf("0.17")


@pytest.mark.parametrize(
    ("gross", "quoted", "means", "rounding"),
    [
        # what the quote has rounded already stays
        ("17.88", "0.02", PaymentMeans.CASH, "0.02"),
        # quoted for a card, paid in cash: to the nearest coin
        ("17.88", "0.00", PaymentMeans.CASH, "0.02"),
        ("17.87", "0.00", PaymentMeans.CASH, "-0.02"),
        # only cash is rounded
        ("17.88", "0.00", PaymentMeans.FRIEND_INVOICE, "0.00"),
        # quoted for cash, paid by card: the price is what was agreed on
        ("17.88", "0.02", PaymentMeans.ONLINE, "0.02"),
    ],
)
def test_cash_is_rounded_to_five_rappen(gross: str, quoted: str, means: PaymentMeans, rounding: str) -> None:
    """Rounding is a part of its own, for cash, and the platform's."""
    charge = charge_for(examples.closed(gross, rounding=quoted), means=means, policy=POLICY)
    assert charge.rounding == chf(rounding)
    assert (
        charge.shares.friend
        == charge_for(examples.closed(gross), means=PaymentMeans.ONLINE, policy=POLICY).shares.friend
    )


@pytest.mark.parametrize(
    ("owed", "rounding"), [("20.28", "0.02"), ("20.27", "-0.02"), ("20.25", "0.00"), ("0.02", "-0.02")]
)
def test_a_compensation_in_cash_is_rounded_at_the_platform_s_cost(owed: str, rounding: str) -> None:
    """The friend has to get all of it, to the Rappen; what the coins make is the platform's."""
    charge = charge_for(examples.compensated(owed), means=PaymentMeans.CASH, policy=POLICY)
    assert charge == Charge(compensation=chf(owed), rounding=chf(rounding))
    assert charge.shares == Shares(friend=chf(owed), platform=chf(rounding))
    assert charge.due.rappen % 5 == 0


def test_the_lines_of_the_platform_are_what_their_codes_say() -> None:
    """Fees and vouchers by percentage too; a code that is not known counts by its sign."""
    lines = [
        *examples.closed().quote.lines,
        *(
            QuoteLine(why=reason(code), amount=Money(rappen), part=Part.PLATFORM)
            for code, rappen in (
                ("customer_fee", 100),
                ("customer_fee_percent", 20),
                ("voucher", -1000),
                ("voucher_percent", -300),
                ("insurance", 7),
                ("birthday", -5),
                ("cash_rounding", -2),
            )
        ),
    ]
    booking = attrs.evolve(examples.closed(), quote=attrs.evolve(examples.closed().quote, lines=lines))
    charge = charge_for(booking, means=PaymentMeans.ONLINE, policy=POLICY)
    assert (charge.fee, charge.voucher, charge.rounding) == (chf("1.27"), chf("13.05"), chf("-0.02"))
    assert charge.due == booking.quote.due


def test_the_rate_is_the_one_of_the_day_of_service() -> None:
    """On the last day of 2023 7.7 %, on the first of 2024 8.1 %, by the Swiss wall clock."""
    days = [date(2023, 12, 31), date(2024, 1, 1), date(1994, 12, 31), date(1995, 1, 1)]
    rates = [
        charge_for(on_day(examples.closed(), day), means=PaymentMeans.CASH, policy=POLICY).vat_per_mille
        for day in days
    ]
    assert rates == [77, 81, 0, 65]


def test_without_rates_there_is_no_tax() -> None:
    """A platform that owes no tax has none in its shares."""
    policy = attrs.evolve(POLICY, vat_rates=[])
    charge = charge_for(examples.closed(fee="2.00"), means=PaymentMeans.ONLINE, policy=policy)
    assert charge.shares == Shares(friend=chf(34), platform=chf(8))


# Laws ----------------------------------------------------------------------------------------------------


@given(testing.chargeable_bookings(), st.sampled_from(PaymentMeans), testing.settlement_policies(), st.data())
def test_nothing_is_lost(
    booking: Booking, means: PaymentMeans, policy: SettlementPolicy, data: st.DataObject
) -> None:
    """`due + tip == payout + K_net + K_vat + fee_net + fee_vat - voucher + rounding`, each from the quote.

    A partner's share is a part of K_net.
    """
    is_price = booking.state is BookingState.CLOSED
    coins = data.draw(st.integers(0, 1_000)) if is_price else 0
    tip = Money(coins * 5 if means is PaymentMeans.CASH else coins)
    partner_id = data.draw(st.none() | st.just("swisscom"))
    charge = charge_for(booking, means=means, policy=policy, tip=tip, partner_id=partner_id)
    shares, rate = charge.shares, charge.vat_per_mille
    assert shares.total == charge.due + tip == charge.total
    assert abs((charge.due - (booking.quote.due if is_price else charge.compensation)).rappen) <= 2
    if means is PaymentMeans.CASH:
        assert charge.total.rappen % 5 == 0
    if not is_price:
        assert shares == Shares(friend=charge.compensation, platform=charge.rounding)
        return
    gross, commission = booking.quote.gross.rappen, policy.commission_on(booking.quote.gross).rappen
    commission_vat = half_up(Fraction(commission * rate, 1000 + rate))
    fee_vat = half_up(Fraction(charge.fee.rappen * rate, 1000 + rate))
    commission_net, fee_net = commission - commission_vat, charge.fee.rappen - fee_vat
    payout = gross - commission + tip.rappen
    parts = (payout, commission_net, commission_vat, fee_net, fee_vat)
    assert (charge.due + tip).rappen == sum(parts) - charge.voucher.rappen + charge.rounding.rappen
    assert (shares.friend.rappen, shares.tax.rappen) == (payout, commission_vat + fee_vat)
    assert (shares.platform + shares.partner).rappen == (
        commission_net + fee_net - charge.voucher.rappen + charge.rounding.rappen
    )
    assert charge.partner.rappen <= commission_net


@given(
    testing.chargeable_bookings(compensated=False),
    testing.settlement_policies(),
    st.integers(0, 100),
    st.data(),
)
def test_a_voucher_is_the_platform_s_alone(
    booking: Booking, policy: SettlementPolicy, coins: int, data: st.DataObject
) -> None:
    """Payout, commission, partner and tax are the same with it and without; a tip is untouched, too."""
    means, tip = data.draw(st.sampled_from(PaymentMeans)), Money(5 * coins)
    without = [line for line in booking.quote.lines if line.why.code != "voucher"]
    plain = attrs.evolve(booking, quote=attrs.evolve(booking.quote, lines=without))
    charged, dearer = (
        charge_for(each, means=means, policy=policy, tip=tip, partner_id="swisscom")
        for each in (booking, plain)
    )
    for name in ("friend", "partner", "tax"):
        assert getattr(charged.shares, name) == getattr(dearer.shares, name)
    assert (charged.commission, charged.commission_vat) == (dearer.commission, dearer.commission_vat)
    assert charged.shares.friend == charged.gross - charged.commission + tip


@pytest.mark.parametrize("state", sorted(BookingState))
def test_a_price_is_owed_where_the_booking_is_closed(state: BookingState) -> None:
    """Of bookings without a compensation only a closed one is chargeable."""
    if state not in {BookingState.EN_ROUTE, BookingState.NO_SHOW}:
        assert is_chargeable(journey.booking_in(state)) == (state is BookingState.CLOSED)
    assert is_chargeable(examples.compensated())


# What cannot be ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        # nothing is below zero, but the rounding
        ({"gross": chf(-1)}, "gross"),
        ({"gross": chf(9), "fee": chf(-1)}, "fee"),
        ({"gross": chf(9), "voucher": chf(-1)}, "voucher"),
        ({"gross": chf(9), "tip": chf(-1)}, "tip"),
        ({"compensation": chf(-1)}, "compensation"),
        ({"gross": chf(9), "commission": chf(-1)}, "commission"),
        ({"gross": chf(9), "partner": chf(-1)}, "partner"),
        # the commission is a share of the price, the partner's a share of the commission without its tax
        ({"gross": chf(9), "commission": chf("9.01")}, "commission"),
        (
            {"gross": chf(9), "commission": chf("1.00"), "vat_per_mille": 81, "partner": chf("0.94")},
            "partner",
        ),
        # a price or a compensation
        ({"gross": chf(9), "compensation": chf(1)}, "compensation"),
        ({"compensation": chf(1), "tip": chf(1)}, "compensation"),
        # nobody is paid for being a customer
        ({"gross": chf(9), "voucher": chf(10)}, "voucher"),
        # over 100 % of tax
        ({"vat_per_mille": 1001}, "vat_per_mille"),
    ],
)
def test_a_charge_that_cannot_be(parts: dict[str, Money], field: str) -> None:
    """Each is refused, and the field named."""
    with pytest.raises(InvalidValueError) as caught:
        Charge(**parts)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_there_is_no_tip_beside_a_compensation() -> None:
    """Nobody came to get one."""
    with pytest.raises(InvalidValueError) as caught:
        charge_for(examples.compensated(), means=PaymentMeans.ONLINE, policy=POLICY, tip=chf(1))
    assert caught.value.field == "tip"


@pytest.mark.parametrize("rappen", [1, 2, 3, 4, 7])
def test_a_tip_in_cash_is_made_of_coins(rappen: int) -> None:
    """It is what was given: nothing is rounded, and what no coins make is refused."""
    with pytest.raises(InvalidValueError) as caught:
        charge_for(examples.closed(), means=PaymentMeans.CASH, policy=POLICY, tip=Money(rappen))
    assert caught.value.field == "tip"
    charged = charge_for(examples.closed(), means=PaymentMeans.ONLINE, policy=POLICY, tip=Money(rappen))
    assert charged.tip == Money(rappen)


def test_an_invoice_is_in_the_name_of_whoever_the_contract_is_with() -> None:
    """All other means go with both contracts."""
    unfit = {
        (means, contract) for means in PaymentMeans for contract in ContractMode if not means.fits(contract)
    }
    assert unfit == {
        (PaymentMeans.PLATFORM_INVOICE, ContractMode.FRIEND),
        (PaymentMeans.FRIEND_INVOICE, ContractMode.PLATFORM),
    }
    assert {means for means in PaymentMeans if means.by_friend} == {
        PaymentMeans.CASH,
        PaymentMeans.FRIEND_INVOICE,
    }


def test_rates_are_in_order() -> None:
    """A day stands once, and later ones after it."""
    rates = [
        VatRate(first_day=date(2024, 1, 1), per_mille=81),
        VatRate(first_day=date(2018, 1, 1), per_mille=77),
    ]
    for wrong in (rates, [rates[0], rates[0]]):
        with pytest.raises(InvalidValueError) as caught:
            SettlementPolicy(vat_rates=wrong)
        assert caught.value.field == "vat_rates"
