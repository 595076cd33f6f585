"""Every rounding has a name, and does what `decimal` and published examples say it does."""

import decimal
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.money import CASH_STEP, Money, Rounding, chf, multiply, round_ratio, round_to
from mila_core.testing import roundings
from tests.money.published import published

MODES = {
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.HALF_DOWN: decimal.ROUND_HALF_DOWN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.CEILING: decimal.ROUND_CEILING,
    Rounding.FLOOR: decimal.ROUND_FLOOR,
}
"""The modes that `decimal` has as well: all but a half towards one of the infinities."""

OPPOSITES = {
    Rounding.HALF_CEILING: Rounding.HALF_FLOOR,
    Rounding.HALF_FLOOR: Rounding.HALF_CEILING,
    Rounding.CEILING: Rounding.FLOOR,
    Rounding.FLOOR: Rounding.CEILING,
}
"""How the other party rounds, for whom the amount has the other sign; in the other modes alike."""

PUBLISHED = published("roundings")

small = st.integers(-(10**7), 10**7)


# --- laws


@given(st.integers(-(10**9), 10**9), st.integers(0, 4), st.sampled_from(list(MODES)))
def test_rounding_is_that_of_decimals(numerator: int, places: int, rounding: Rounding) -> None:
    """In every mode that `decimal` has, a ratio rounds as it rounds the same number."""
    with decimal.localcontext() as context:
        context.prec = 40
        exact = Decimal(numerator).scaleb(-places)
        expected = int(exact.quantize(Decimal(1), rounding=MODES[rounding]))
    assert round_ratio(numerator, 10**places, rounding=rounding) == expected


@given(small, st.integers(1, 50))
def test_a_half_towards_an_infinity_is_a_half_added_and_the_rest_cut_off(
    numerator: int, denominator: int
) -> None:
    """`HALF_CEILING` is the floor of the number and a half, `HALF_FLOOR` the ceiling of it less a half."""
    exact, half = Fraction(numerator, denominator), Fraction(1, 2)
    assert round_ratio(numerator, denominator, rounding=Rounding.HALF_CEILING) == math.floor(exact + half)
    assert round_ratio(numerator, denominator, rounding=Rounding.HALF_FLOOR) == math.ceil(exact - half)


@given(small, st.integers(1, 50), roundings())
def test_the_other_party_comes_to_the_same(numerator: int, denominator: int, rounding: Rounding) -> None:
    """A number of the other sign rounds to the opposite, towards the opposite infinity."""
    opposite = OPPOSITES.get(rounding, rounding)
    rounded = round_ratio(numerator, denominator, rounding=rounding)
    assert round_ratio(-numerator, denominator, rounding=opposite) == -rounded


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**4), roundings())
def test_rounding_goes_to_a_neighbour(numerator: int, denominator: int, rounding: Rounding) -> None:
    """The result is less than one away from the ratio, no more than a half in the modes to the nearest."""
    off = abs(round_ratio(numerator, denominator, rounding=rounding) - Fraction(numerator, denominator))
    assert off < 1
    if rounding.startswith("half"):
        assert off <= Fraction(1, 2)


@given(small, st.integers(1, 500), roundings())
def test_rounding_to_a_step_gives_a_multiple_of_it(rappen: int, step: int, rounding: Rounding) -> None:
    """The result is a whole number of steps, less than one step away; what is one already stays."""
    rounded = round_to(Money(rappen), step=step, rounding=rounding)
    assert rounded.rappen % step == 0
    assert abs(rounded.rappen - rappen) < step
    assert round_to(rounded, step=step, rounding=rounding) == rounded


@given(small)
def test_the_step_of_cash_is_the_smallest_coin(rappen: int) -> None:
    """Unless told otherwise the step is five Rappen, a half away from zero."""
    assert round_to(Money(rappen)) == round_to(Money(rappen), step=CASH_STEP, rounding=Rounding.HALF_UP)
    assert CASH_STEP == 5


@given(small, st.fractions(-10, 10, max_denominator=500), roundings())
def test_a_product_rounds_once(rappen: int, ratio: Fraction, rounding: Rounding) -> None:
    """An amount times a ratio is the exact product, rounded once."""
    exact = rappen * ratio
    expected = round_ratio(exact.numerator, exact.denominator, rounding=rounding)
    assert multiply(Money(rappen), ratio, rounding=rounding) == Money(expected)


@given(small, st.decimals(-100, 100, places=6), st.integers(-100, 100))
def test_a_ratio_says_the_same_in_each_exact_type(rappen: int, ratio: Decimal, whole: int) -> None:
    """An int, a Decimal and a Fraction of one value give one product."""
    assert multiply(Money(rappen), ratio) == multiply(Money(rappen), Fraction(ratio))
    assert multiply(Money(rappen), whole) == multiply(Money(rappen), Decimal(whole)) == Money(rappen) * whole


# --- published examples

THEIR_NAMES = {"HALF_POSITIVE_INFINITY": Rounding.HALF_CEILING, "HALF_NEGATIVE_INFINITY": Rounding.HALF_FLOOR}
NOT_OFFERED = {"HALF_ODD"}
"""moneyphp/money has it; java.math, `decimal` and ECMA-402 do not, and no rule of money asks for it."""


@pytest.mark.parametrize(
    "vector", [each for each in PUBLISHED["generic"] if each["mode"] not in NOT_OFFERED], ids=str
)
def test_rounding_agrees_with_published_examples(vector: dict[str, Any]) -> None:
    """Another library's published examples of each mode come out the same."""
    rounding = THEIR_NAMES.get(vector["mode"]) or Rounding[vector["mode"]]
    exact = Fraction(vector["value"])
    rounded = round_ratio(exact.numerator, exact.denominator, rounding=rounding)
    assert rounded == vector["expected"]


def test_a_mode_that_nobody_asks_for_is_not_offered() -> None:
    """Of the published modes only a half to the odd neighbour is left out."""
    modes = {each["mode"] for each in PUBLISHED["generic"]}
    assert modes - set(THEIR_NAMES) - set(Rounding.__members__) == NOT_OFFERED


@pytest.mark.parametrize("vector", [*PUBLISHED["cash_5_rappen"], *PUBLISHED["half_away_2dp"]], ids=str)
def test_parts_of_a_step_round_half_away_from_zero(vector: dict[str, Any]) -> None:
    """Published examples of Swiss practice, rounded once to a Rappen or to the coin, come out the same."""
    steps = Fraction(vector["value"]) * 100 / vector["step"]
    rounded = round_ratio(steps.numerator, steps.denominator) * vector["step"]
    assert Money(rounded) == chf(vector["expected"])


CASH = [
    ("17.87", "17.85"),
    ("17.88", "17.90"),
    ("19.32", "19.30"),
    ("1.66", "1.65"),
    ("1.07", "1.05"),
    ("1.08", "1.10"),
    ("0.02", "0.00"),
    ("0.03", "0.05"),
    ("-17.88", "-17.90"),
]


@pytest.mark.parametrize(("exact", "cash"), CASH)
def test_cash_is_rounded_to_five_rappen(exact: str, cash: str) -> None:
    """Whole Rappen go to the nearer multiple of the coin; the first four are published ones."""
    assert round_to(chf(exact)) == chf(cash)


@pytest.mark.parametrize("vector", PUBLISHED["vat_included"], ids=str)
def test_the_vat_inside_an_amount(vector: dict[str, str]) -> None:
    """Published examples of the VAT inside a gross amount come out the same, net and VAT summing to it."""
    gross, rate = chf(vector["gross"]), Fraction(vector["rate"])
    part = rate / (100 + rate)
    vat, net = multiply(gross, part), multiply(gross, 1 - part)
    assert vat == chf(vector["vat"])
    assert net == chf(vector.get("net", net.amount))
    assert net + vat == gross
