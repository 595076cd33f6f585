"""Money is integer arithmetic: nothing rounds unasked, nothing is lost, no float comes near."""

import decimal
import math
import pickle
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.money import (
    CASH_STEP,
    ZERO,
    Money,
    Rounding,
    allocate,
    chf,
    multiply,
    round_ratio,
    round_to,
    split,
    total,
)
from mila_core.testing import moneys, roundings

MOST = 10**17 - 1
"""The most Rappen that an amount can have: 15 digits of francs."""

MODES = {
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.HALF_DOWN: decimal.ROUND_HALF_DOWN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.CEILING: decimal.ROUND_CEILING,
    Rounding.FLOOR: decimal.ROUND_FLOOR,
}

small = st.integers(-(10**7), 10**7)
weights = st.one_of(
    st.integers(0, 1000),
    st.fractions(0, 50, max_denominator=60),
    st.decimals(0, 50, places=3),
)
ratios = st.lists(weights, min_size=1, max_size=9).filter(any)


# --- an amount


@given(small, small, st.integers(-1000, 1000))
def test_arithmetic_is_that_of_integers(one: int, other: int, factor: int) -> None:
    """Sum, difference, multiple, sign and size of amounts are those of their Rappen."""
    assert Money(one) + Money(other) == Money(one + other)
    assert Money(one) - Money(other) == Money(one - other)
    assert Money(one) * factor == factor * Money(one) == Money(one * factor)
    assert -Money(one) == Money(-one)
    assert abs(Money(one)) == Money(abs(one))


@given(small, small)
def test_order_is_that_of_integers(one: int, other: int) -> None:
    """Amounts compare as their Rappen, and equal amounts hash equal."""
    assert (Money(one) < Money(other)) == (one < other)
    assert (Money(one) <= Money(other)) == (one <= other)
    assert (Money(one) > Money(other)) == (one > other)
    assert (Money(one) >= Money(other)) == (one >= other)
    assert (Money(one) == Money(other)) == (one == other)
    assert hash(Money(one)) == hash(Money(one))


@given(st.lists(moneys(), max_size=20))
def test_a_total_is_the_sum(amounts: list[Money]) -> None:
    """The total of amounts is the sum of their Rappen, in whichever order; of none it is zero."""
    assert total(amounts).rappen == sum(amount.rappen for amount in amounts)
    assert total(iter(reversed(amounts))) == total(amounts)
    assert total([]) == ZERO == Money(0)


@given(st.integers(-MOST, MOST))
def test_every_amount_comes_back_from_its_texts(rappen: int) -> None:
    """What `amount` and `repr` write is the same amount when it is read."""
    money = Money(rappen)
    assert chf(money.amount) == money
    assert chf(Decimal(money.amount)) == money
    assert eval(repr(money), {"chf": chf}) == money  # noqa: S307  # our own text
    assert pickle.loads(pickle.dumps(money)) == money  # noqa: S301  # our own bytes
    assert str(money) == f"CHF {money.amount}"


@pytest.mark.parametrize(
    ("rappen", "amount"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (100, "1.00"),
        (-99, "-0.99"),
        (123_456_789, "1234567.89"),
        (-MOST, "-999999999999999.99"),
    ],
)
def test_an_amount_is_written_with_two_decimals(rappen: int, amount: str) -> None:
    """Francs, a point, two decimals, and a minus below zero: nothing else."""
    assert Money(rappen).amount == amount


@given(st.integers(-(MOST // 100), MOST // 100))
def test_whole_francs_are_a_hundred_rappen_each(francs: int) -> None:
    """An int is francs, and says the same as its text and as a Decimal in any form."""
    assert chf(francs) == Money(francs * 100) == chf(str(francs)) == chf(Decimal(francs).normalize())


@pytest.mark.parametrize(
    ("francs", "rappen"),
    [
        (0, 0),
        ("0", 0),
        ("-0.00", 0),  # there is one zero
        ("0.05", 5),
        ("-0.05", -5),
        ("-5.35", -535),
        ("999999999999999.99", MOST),
        (Decimal("1E+2"), 10_000),
        (Decimal("4.5"), 450),
        (Decimal("40.0000000000"), 4_000),
        (Decimal("-0"), 0),
    ],
)
def test_an_amount_from_what_people_and_programs_write(francs: int | str | Decimal, rappen: int) -> None:
    """Ints, plain decimal texts and exact Decimals are amounts."""
    assert chf(francs) == Money(rappen)


NOT_A_TYPE_OF_MONEY = [
    40.0,  # 0.1 has no exact float, so no float is taken
    math.nan,
    math.inf,
    True,  # a bool is no number of francs
    None,
    b"40",
    [40],
    Fraction(40),
    Money(4000),
]


@pytest.mark.parametrize("francs", NOT_A_TYPE_OF_MONEY, ids=repr)
def test_francs_of_another_type_are_refused(francs: Any) -> None:
    """Whatever is no int, text or Decimal is a TypeError that names the field and what came."""
    with pytest.raises(InvalidTypeError) as caught:
        chf(francs)
    assert caught.value.field == "francs"
    assert "came" in str(caught.value)


@pytest.mark.parametrize(
    "rappen", [4000.0, True, "4000", None, Decimal(4000), Fraction(4000), Money(1)], ids=repr
)
def test_rappen_of_another_type_are_refused(rappen: Any) -> None:
    """`Money` takes an int and nothing that is only like one."""
    with pytest.raises(InvalidTypeError, match="rappen"):
        Money(rappen)


@pytest.mark.parametrize(
    "francs",
    [
        "",
        " 40",
        "40 ",
        "40\n",  # `$` in a regular expression would let it pass
        "+40",
        "--40",
        "40.",
        ".50",
        "40.0",  # one decimal is a slip of the pen
        "40.000",
        "040",
        "1e3",
        "1_000",
        "1'000.00",  # what people write is read by i18n
        "1’000.00",
        "CHF 40",
        "40,00",
        "\u0664\u0660",  # Arabic-Indic digits
        "\uff14\uff10",  # full-width digits
        "NaN",
        "Infinity",
        "\ud800",
        "9" * 16,
        "9" * 10**6,
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_a_text_that_is_no_plain_amount_is_refused(francs: str) -> None:
    """No sign but a minus, no grouping, no currency, no foreign digits: guessing at money costs money."""
    with pytest.raises(InvalidValueError) as caught:
        chf(francs)
    assert len(caught.value.came) < 100


@pytest.mark.parametrize(
    "francs",
    [
        "NaN",
        "sNaN",
        "-Infinity",
        "Infinity",
        "1E+999999",  # `int` of it would take half a minute
        "-1E+999999",
        "0E+999999",
        "1E-999999",
        "1E+16",
        "1000000000000000",  # one more than any amount
        "0.005",
        "40.001",
        "0.01000000000000000000000000000000000000000001",
    ],
)
def test_a_decimal_that_is_no_amount_is_refused_at_once(francs: str) -> None:
    """A Decimal that is not finite, too large or finer than a Rappen is refused, and takes no time."""
    begun = time.perf_counter()
    with pytest.raises(InvalidValueError):
        chf(Decimal(francs))
    assert time.perf_counter() - begun < 10  # a guard against minutes, not a claim of speed


def test_a_decimal_has_at_most_a_hundred_decimals() -> None:
    """A hundred decimals and 15 digits before the point are taken, one more of either is not."""
    longest = Decimal("999999999999999." + "9" * 100)
    assert multiply(Money(1), longest) == Money(10**15)
    assert chf(Decimal("1." + "0" * 100)) == chf(1)
    for beyond in (Decimal("1." + "0" * 101), Decimal(10**15)):
        with pytest.raises(InvalidValueError, match="15 digits and 100 decimals"):
            multiply(Money(1), beyond)


@pytest.mark.parametrize("last", ["0", "1"])
def test_a_decimal_of_a_million_digits_is_refused_at_once(last: str) -> None:
    """A Decimal of a million decimals is refused before any arithmetic, and not repeated in the error."""
    endless = Decimal("1." + "0" * 999_998 + last)
    begun = time.perf_counter()
    for take in (chf, lambda ratio: multiply(chf(1), ratio), lambda ratio: allocate(chf(1), [ratio])):
        with pytest.raises(InvalidValueError) as caught:
            take(endless)
        assert len(str(caught.value)) < 200
    assert time.perf_counter() - begun < 20  # a guard against minutes, not a claim of speed


@pytest.mark.parametrize(
    "make",
    [
        lambda: Money(MOST + 1),
        lambda: Money(-MOST - 1),
        lambda: Money(MOST) + Money(1),
        lambda: Money(MOST) * 2,
        lambda: chf(10**15),
        lambda: chf(10**5_000),  # longer than an int that Python prints
        lambda: Money(10**5_000),
        lambda: total([Money(MOST), Money(1)]),
        lambda: multiply(Money(MOST), 2),
    ],
)
def test_an_absurd_amount_is_refused(make: Callable[[], Money]) -> None:
    """Each amount can be written and read again, so those of over 15 digits of francs are none."""
    with pytest.raises(InvalidValueError, match="15 digits"):
        make()


@pytest.mark.parametrize("factor", [1.5, 2.0, True, Decimal(2), Fraction(2), "2", None, chf(2)], ids=repr)
def test_an_amount_is_multiplied_with_ints_alone(factor: Any) -> None:
    """Anything that could leave a part of a Rappen goes through `multiply`, which says how it rounds."""
    with pytest.raises(InvalidTypeError, match="factor"):
        chf(40) * factor
    with pytest.raises(TypeError):
        factor * chf(40)


@pytest.mark.parametrize("other", [0, 40, 4000, 40.0, "40.00", Decimal(40), None, True], ids=repr)
def test_an_amount_mixes_with_amounts_alone(other: Any) -> None:
    """Adding to, subtracting from or ordering against a bare number is a TypeError, and never equal."""
    for mixed in (
        lambda: chf(40) + other,
        lambda: other + chf(40),
        lambda: chf(40) - other,
        lambda: other - chf(40),
        lambda: chf(40) < other,
        lambda: chf(40) >= other,
        lambda: total([chf(40), other]),
    ):
        with pytest.raises(TypeError):
            mixed()
    assert chf(40) != other


def test_an_amount_is_not_divided() -> None:
    """There is no division: shares are `split` or `allocate`, a percentage is `multiply`."""
    money: Any = chf(40)
    for divided in (lambda: money / 3, lambda: money // 3, lambda: money % 3, lambda: float(money)):
        with pytest.raises(TypeError):
            divided()


# --- rounding


@given(st.integers(-(10**9), 10**9), st.integers(0, 4), roundings())
def test_rounding_is_that_of_decimals(numerator: int, places: int, rounding: Rounding) -> None:
    """In every mode a ratio rounds as `decimal` rounds the same number."""
    with decimal.localcontext() as context:
        context.prec = 40
        exact = Decimal(numerator).scaleb(-places)
        expected = int(exact.quantize(Decimal(1), rounding=MODES[rounding]))
    assert round_ratio(numerator, 10**places, rounding=rounding) == expected


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**4), roundings())
def test_rounding_goes_to_a_neighbour(numerator: int, denominator: int, rounding: Rounding) -> None:
    """The result is less than one away from the ratio, no more than a half in the modes to the nearest."""
    off = abs(round_ratio(numerator, denominator, rounding=rounding) - Fraction(numerator, denominator))
    assert off < 1
    if rounding.startswith("half"):
        assert off <= Fraction(1, 2)


# moneyphp/money, tests/RoundExamples.php at d49ee625 (MIT): facts taken from it, inputs and results
PUBLISHED_ROUNDINGS = [
    (Rounding.HALF_EVEN, "2.6", 3),
    (Rounding.HALF_EVEN, "2.5", 2),
    (Rounding.HALF_EVEN, "3.5", 4),
    (Rounding.HALF_EVEN, "-2.6", -3),
    (Rounding.HALF_EVEN, "-2.5", -2),
    (Rounding.HALF_EVEN, "-3.5", -4),
    (Rounding.HALF_EVEN, "2", 2),
    (Rounding.HALF_DOWN, "2.5", 2),
    (Rounding.HALF_DOWN, "2.6", 3),
    (Rounding.HALF_DOWN, "-2.5", -2),
    (Rounding.HALF_DOWN, "-2.6", -3),
    (Rounding.HALF_DOWN, "12.50", 12),
    (Rounding.HALF_DOWN, "-8328.5", -8328),
    (Rounding.HALF_UP, "2.2", 2),
    (Rounding.HALF_UP, "2.5", 3),
    (Rounding.HALF_UP, "-2.5", -3),
    (Rounding.HALF_UP, "-1.5", -2),
    (Rounding.HALF_UP, "-8328.578947368", -8329),
    (Rounding.HALF_UP, "-8328.5", -8329),
]


@pytest.mark.parametrize(("rounding", "value", "expected"), PUBLISHED_ROUNDINGS)
def test_rounding_agrees_with_published_examples(rounding: Rounding, value: str, expected: int) -> None:
    """Another library's published examples of rounding come out the same."""
    exact = Fraction(value)
    assert round_ratio(exact.numerator, exact.denominator, rounding=rounding) == expected


# from srf.ch Espresso (a post counter), kingbill.com, and RubyMoney/money issue 1117 (1.23 + 0.43)
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
    """The published examples of Swiss cash rounding come out the same."""
    assert round_to(chf(exact)) == chf(cash)


# swico S1 issue 24, kingbill.com: francs of more than two decimals
HALVES = [
    ("1.004", 1, "1.00"),
    ("1.005", 1, "1.01"),
    ("1.006", 1, "1.01"),
    ("-0.994", 1, "-0.99"),
    ("-0.995", 1, "-1.00"),
    ("-0.996", 1, "-1.00"),
    ("1.024", 5, "1.00"),
    ("1.025", 5, "1.05"),
    ("1.074", 5, "1.05"),
    ("1.075", 5, "1.10"),
    ("1.099", 5, "1.10"),
    ("150.325627", 5, "150.35"),
    ("150.324627", 5, "150.30"),
]


@pytest.mark.parametrize(("francs", "step", "expected"), HALVES)
def test_parts_of_a_rappen_round_half_away_from_zero(francs: str, step: int, expected: str) -> None:
    """Published examples of Swiss commercial rounding, rounded once to the step, come out the same."""
    steps = Fraction(francs) * 100 / step
    assert Money(round_ratio(steps.numerator, steps.denominator) * step) == chf(expected)


# nopCommerce issue 3949; swico S1 issue 23; support.sorba.ch
VAT = [
    ("87.20", Fraction(77, 1077), "6.23"),
    ("4135.70", Fraction(77, 1077), "295.68"),
    ("1000.00", Fraction(80, 1080), "74.07"),
]


@pytest.mark.parametrize(("gross", "part", "vat"), VAT)
def test_the_vat_inside_an_amount(gross: str, part: Fraction, vat: str) -> None:
    """Published examples of the VAT inside a gross amount come out the same, net and VAT summing to it."""
    tax = multiply(chf(gross), part)
    assert tax == chf(vat)
    assert multiply(chf(gross), 1 - part) + tax == chf(gross)


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


WRONG_ARGUMENTS: list[
    tuple[Callable[..., object], list[Any], dict[str, Any], type[InvalidInputError], str]
] = [
    (multiply, [chf(1), 0.5], {}, InvalidTypeError, "ratio"),
    (multiply, [chf(1), True], {}, InvalidTypeError, "ratio"),
    (multiply, [chf(1), "0.5"], {}, InvalidTypeError, "ratio"),
    (multiply, [chf(1), None], {}, InvalidTypeError, "ratio"),
    (multiply, [chf(1), Decimal("NaN")], {}, InvalidValueError, "ratio"),
    (multiply, [chf(1), Decimal("Infinity")], {}, InvalidValueError, "ratio"),
    (multiply, [chf(1), Decimal("1E+999999")], {}, InvalidValueError, "ratio"),
    (multiply, [chf(1), 1], {"rounding": "sideways"}, InvalidValueError, "rounding"),  # none is left to round
    (round_ratio, [5, 2], {"rounding": None}, InvalidValueError, "rounding"),
    (round_ratio, [2.5, 1], {}, InvalidTypeError, "numerator"),
    (round_ratio, [True, 1], {}, InvalidTypeError, "numerator"),
    (round_ratio, [1, 2.0], {}, InvalidTypeError, "denominator"),
    (round_ratio, [1, 0], {}, InvalidValueError, "denominator"),
    (round_ratio, [1, -1], {}, InvalidValueError, "denominator"),
    (round_to, [chf(1)], {"step": 0}, InvalidValueError, "step"),
    (round_to, [chf(1)], {"step": -5}, InvalidValueError, "step"),
    (round_to, [chf(1)], {"step": 2.5}, InvalidTypeError, "step"),
    (allocate, [chf(1), []], {}, InvalidValueError, "ratios"),
    (allocate, [chf(1), [0, 0]], {}, InvalidValueError, "ratios"),
    (allocate, [chf(1), [2, -1]], {}, InvalidValueError, "ratios"),
    (allocate, [chf(1), [1, 0.5]], {}, InvalidTypeError, "ratios[1]"),
    (allocate, [chf(1), [True]], {}, InvalidTypeError, "ratios[0]"),
    (allocate, [chf(1), "11"], {}, InvalidTypeError, "ratios[0]"),
    (allocate, [chf(1), [Decimal("NaN")]], {}, InvalidValueError, "ratios[0]"),
    (allocate, [chf("1.01"), [1]], {"step": 5}, InvalidValueError, "step"),
    (allocate, [chf(1), [1]], {"step": 0}, InvalidValueError, "step"),
    (allocate, [chf(1), [1]], {"step": True}, InvalidTypeError, "step"),
    (split, [chf(1), 0], {}, InvalidValueError, "parts"),
    (split, [chf(1), -3], {}, InvalidValueError, "parts"),
    (split, [chf(1), 2.0], {}, InvalidTypeError, "parts"),
    (split, [chf(1), True], {}, InvalidTypeError, "parts"),
]


@pytest.mark.parametrize(("call", "arguments", "named", "error", "field"), WRONG_ARGUMENTS)
def test_a_wrong_argument_is_named(
    call: Callable[..., object],
    arguments: list[Any],
    named: dict[str, Any],
    error: type[InvalidInputError],
    field: str,
) -> None:
    """A wrong ratio, step, number of parts or rounding is an error that names the argument."""
    with pytest.raises(InvalidInputError) as caught:
        call(*arguments, **named)
    assert (type(caught.value), caught.value.field) == (error, field)


# --- shares


@given(small, ratios)
def test_shares_sum_to_the_amount(rappen: int, by: list[Any]) -> None:
    """Nothing is lost: there is a share for each ratio, and the shares sum to the amount."""
    shares = allocate(Money(rappen), by)
    assert len(shares) == len(by)
    assert total(shares) == Money(rappen)


@given(st.integers(-(10**6), 10**6), ratios, st.integers(1, 100))
def test_a_share_is_within_a_step_of_the_exact_one(steps: int, by: list[Any], step: int) -> None:
    """Each share is a whole number of steps, less than one step from the exact share."""
    whole = sum(map(Fraction, by))
    for ratio, share in zip(by, allocate(Money(steps * step), by, step=step), strict=True):
        assert share.rappen % step == 0
        assert abs(share.rappen - steps * step * Fraction(ratio) / whole) < step


def largest_remainder(rappen: int, by: Sequence[Any]) -> list[int]:
    """Share out by handing over the Rappen that are left one by one: slow and obvious."""
    whole = sum(map(Fraction, by))
    exact = [abs(rappen) * Fraction(ratio) / whole for ratio in by]
    shares = [math.floor(each) for each in exact]
    while sum(shares) < abs(rappen):
        missing = [each - share for each, share in zip(exact, shares, strict=True)]
        shares[missing.index(max(missing))] += 1  # `index` finds the first
    return [share if rappen >= 0 else -share for share in shares]


@given(small, ratios)
def test_shares_are_those_of_the_largest_remainder(rappen: int, by: list[Any]) -> None:
    """Each Rappen left over goes to the share that misses most, on a tie to the first."""
    assert [share.rappen for share in allocate(Money(rappen), by)] == largest_remainder(rappen, by)


@given(small, ratios)
def test_a_ratio_of_zero_gets_nothing(rappen: int, by: list[Any]) -> None:
    """Who has no part in it gets no Rappen of it, not even one that is left over."""
    shares = allocate(Money(rappen), [0, *by, Decimal(0), Fraction(0)])
    assert [shares[0], shares[-2], shares[-1]] == [ZERO] * 3
    assert shares[1:-2] == allocate(Money(rappen), by)


@given(small, ratios)
def test_a_debt_is_shared_as_a_credit(rappen: int, by: list[Any]) -> None:
    """A negative amount is shared as its opposite is."""
    assert allocate(Money(-rappen), by) == tuple(-share for share in allocate(Money(rappen), by))


@given(small, ratios, st.fractions(Fraction(1, 100), 100, max_denominator=100))
def test_only_the_proportions_of_ratios_matter(rappen: int, by: list[Any], scale: Fraction) -> None:
    """Ratios times any factor share out alike."""
    assert allocate(Money(rappen), [Fraction(ratio) * scale for ratio in by]) == allocate(Money(rappen), by)


@given(st.integers(0, 10**7), ratios)
def test_a_larger_ratio_gets_no_less(rappen: int, by: list[Any]) -> None:
    """Of two shares of a credit the one with the larger ratio is at least as large."""
    shared = sorted(zip(map(Fraction, by), allocate(Money(rappen), by), strict=True))
    assert [share for _, share in shared] == sorted(share for _, share in shared)


@given(small, st.integers(1, 200))
def test_an_even_split_differs_by_a_rappen_at_most(rappen: int, parts: int) -> None:
    """Even shares sum to the amount and differ by one Rappen at most, those further from zero first."""
    shares = split(Money(rappen), parts)
    assert total(shares) == Money(rappen)
    assert max(shares) - min(shares) <= Money(1)
    assert list(shares) == sorted(shares, key=abs, reverse=True)


# the largest-remainder cases of brick/money, tests/MoneyTest.php at 34feb899 (MIT); and RubyMoney/money
# issue 1033, where float weights lost a cent
PUBLISHED_SHARES: list[tuple[int, list[int | Fraction | Decimal], int, list[int]]] = [
    (100, [2, 3, 1], 1, [33, 50, 17]),
    (9999, [100], 1, [9999]),
    (9999, [100, 100], 1, [5000, 4999]),
    (10000, [30, 20, 40], 1, [3333, 2222, 4445]),
    (10000, [30, 20, 40, 40], 1, [2308, 1538, 3077, 3077]),
    (10000, [30, 20, 40, 0, 0, 40], 1, [2308, 1538, 3077, 0, 0, 3077]),
    (10000, [1, 2, 3, 7], 5, [770, 1540, 2305, 5385]),
    (2, [1, 1, 1, 1], 1, [1, 1, 0, 0]),
    (2, [1, 1, 3, 1], 1, [1, 0, 1, 0]),
    (-10000, [30, 20, 40, 40], 1, [-2308, -1538, -3077, -3077]),
    (3, [75, 25], 1, [2, 1]),
    (10000, [Fraction(1, 3), Fraction(2, 3)], 1, [3333, 6667]),
    (10000, [Fraction(1, 3), Fraction(2, 7)], 1, [5385, 4615]),
    (10000, [Fraction(2, 7), Fraction(1, 3)], 1, [4615, 5385]),
    (700_273, [Decimal("0.5"), Decimal("0.3"), Decimal("0.2")], 1, [350_136, 210_082, 140_055]),
]


@pytest.mark.parametrize(("rappen", "by", "step", "expected"), PUBLISHED_SHARES)
def test_shares_agree_with_published_examples(
    rappen: int, by: list[int | Fraction | Decimal], step: int, expected: list[int]
) -> None:
    """Another library's published examples of the largest remainder come out the same."""
    assert [share.rappen for share in allocate(Money(rappen), by, step=step)] == expected


# --- the process around it


def everything() -> None:
    """Do everything that could touch the decimal context."""
    chf(Decimal("40.10"))
    multiply(chf("87.20"), Decimal("0.0123456789"))
    allocate(chf(10), [Decimal("0.3"), Decimal("0.3333333333")])
    for refused in ("NaN", "1E+999999", "0.001"):
        with pytest.raises(InvalidValueError):
            chf(Decimal(refused))


def test_the_decimal_context_is_left_alone() -> None:
    """The application's precision, traps and flags are the same afterwards."""
    with decimal.localcontext() as context:
        context.clear_flags()
        before = repr(context)
        everything()
        assert repr(decimal.getcontext()) == before


def test_the_decimal_context_does_not_matter() -> None:
    """With a precision of one digit and every trap set the results are the same."""
    with decimal.localcontext() as context:
        context.prec = 1
        context.traps = dict.fromkeys(context.flags, True)
        everything()
        assert chf(Decimal("12345.67")) == Money(1_234_567)
        assert multiply(chf("87.20"), Decimal("0.077")) == chf("6.71")
