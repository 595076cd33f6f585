"""The commission by bands, with a least and a most, against exact fractions Rappen by Rappen."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, chf
from mila_core.policies import CommissionTier, SettlementPolicy


def tier(francs: int, percent: int) -> CommissionTier:
    """Return a band from so many francs on."""
    return CommissionTier(from_gross=chf(francs), percent=percent)


def slow(gross: int, policy: SettlementPolicy) -> int:
    """Return the commission by walking through the price, each Rappen at the rate of its band."""
    exact = Fraction(0)
    for rappen in range(gross):
        percent = policy.commission_percent
        for band in policy.commission_tiers:
            percent = band.percent if rappen >= band.from_gross.rappen else percent
        exact += Fraction(percent, 100)
    found = max(policy.commission_least.rappen, int(exact + Fraction(1, 2)))
    if policy.commission_most is not None:
        found = min(policy.commission_most.rappen, found)
    return min(gross, found)


@pytest.mark.parametrize(
    ("rules", "gross", "commission"),
    [
        # the rates that are seen at Mila
        ({}, "40.00", "6.00"),
        ({"commission_percent": 10}, "40.00", "4.00"),
        ({"commission_percent": 20}, "40.00", "8.00"),
        # a half is rounded away from zero: 16.5 Rappen
        ({}, "1.10", "0.17"),
        # 20 % of the first CHF 100.00, 15 % of the next 100.00, 10 % of the rest
        ({"commission_percent": 20, "commission_tiers": [tier(100, 15), tier(200, 10)]}, "99.99", "20.00"),
        ({"commission_percent": 20, "commission_tiers": [tier(100, 15), tier(200, 10)]}, "150.00", "27.50"),
        ({"commission_percent": 20, "commission_tiers": [tier(100, 15), tier(200, 10)]}, "300.00", "45.00"),
        # two bands are rounded together: 16.5 and 0.1 Rappen are 17, not 17 and 0
        ({"commission_tiers": [CommissionTier(from_gross=chf("1.10"), percent=10)]}, "1.11", "0.17"),
        # the least, but never more than the price
        ({"commission_least": chf(5)}, "20.00", "5.00"),
        ({"commission_least": chf(5)}, "4.99", "4.99"),
        ({"commission_least": chf(5)}, "0.00", "0.00"),
        # the most
        ({"commission_most": chf(10)}, "200.00", "10.00"),
        ({"commission_most": ZERO}, "200.00", "0.00"),
        ({"commission_least": chf(5), "commission_most": chf(5)}, "200.00", "5.00"),
    ],
)
def test_a_commission(rules: dict[str, Any], gross: str, commission: str) -> None:
    """Worked examples."""
    assert SettlementPolicy(**rules).commission_on(chf(gross)) == chf(commission)


@given(testing.settlement_policies(), st.integers(0, 1_500))
def test_it_is_what_the_slow_way_finds(policy: SettlementPolicy, gross: int) -> None:
    """Each Rappen at the rate of its band, added exactly, rounded once; then the bounds."""
    assert policy.commission_on(Money(gross)).rappen == slow(gross, policy)


@given(testing.settlement_policies(), st.integers(0, 50_000))
def test_it_is_a_part_of_the_price(policy: SettlementPolicy, gross: int) -> None:
    """From nothing to the whole price; within the least and the most where the price allows it."""
    commission = policy.commission_on(Money(gross)).rappen
    assert 0 <= commission <= gross
    assert commission >= min(gross, policy.commission_least.rappen)
    assert policy.commission_most is None or commission <= policy.commission_most.rappen


@given(testing.settlement_policies(), st.integers(0, 30_000), st.integers(1, 200))
def test_a_higher_price_pays_nobody_less(policy: SettlementPolicy, gross: int, more: int) -> None:
    """Neither the commission nor what is left for the friend ever falls as the price rises."""
    low, high = Money(gross), Money(gross + more)
    assert policy.commission_on(low) <= policy.commission_on(high)
    assert low - policy.commission_on(low) <= high - policy.commission_on(high)


def test_with_a_least_the_friend_gets_nothing_up_to_it_and_then_all_that_is_above() -> None:
    """At 20 % and CHF 5.00 at least, from CHF 25.00 on the percentage is more than the least."""
    policy = SettlementPolicy(commission_percent=20, commission_least=chf(5))
    for gross in range(2_600):
        left = gross - policy.commission_on(Money(gross)).rappen
        assert left == (
            max(0, gross - 500) if gross <= 2_500 else gross - int(gross / Fraction(5) + Fraction(1, 2))
        )


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"commission_least": chf("-0.01")}, "commission_least"),
        # a most below nothing, or below the least
        ({"commission_most": chf("-0.01")}, "commission_most"),
        ({"commission_least": chf(5), "commission_most": chf("4.99")}, "commission_most"),
        # bands out of order, or one twice
        ({"commission_tiers": [tier(200, 10), tier(100, 15)]}, "commission_tiers"),
        ({"commission_tiers": [tier(100, 10), tier(100, 15)]}, "commission_tiers"),
    ],
)
def test_numbers_that_cannot_hold_together(rules: dict[str, Any], field: str) -> None:
    """Each is refused, and the field named."""
    with pytest.raises(InvalidValueError) as caught:
        SettlementPolicy(**rules)
    assert caught.value.field == field


@pytest.mark.parametrize("amount", [ZERO, chf(-1)])
def test_a_further_band_begins_above_zero(amount: Money) -> None:
    """The first one has the rate of its own."""
    with pytest.raises(InvalidValueError) as caught:
        CommissionTier(from_gross=amount, percent=10)
    assert caught.value.field == "from_gross"


def test_a_price_below_zero_has_no_commission() -> None:
    """It is refused."""
    with pytest.raises(InvalidValueError) as caught:
        SettlementPolicy().commission_on(chf(-1))
    assert caught.value.field == "gross"
