"""What is shared out is all there afterwards, and who gets the last Rappen has a name."""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Allocation, Money, allocate, allocate_apart, split, total
from mila_core.testing import allocations
from tests.money.published import published

small = st.integers(-(10**7), 10**7)
weights = st.one_of(
    st.integers(0, 1000),
    st.fractions(0, 50, max_denominator=60),
    st.decimals(0, 50, places=3),
)
ratios = st.lists(weights, min_size=1, max_size=9).filter(any)
in_steps = st.integers(1, 100)


# --- the slow and obvious way


def floors(amount: int, by: Sequence[Any]) -> tuple[list[Fraction], list[int]]:
    """Return the exact shares of an amount above 0, and their floors."""
    whole = sum(map(Fraction, by))
    exact = [amount * Fraction(ratio) / whole for ratio in by]
    return exact, [math.floor(each) for each in exact]


def handed_out(amount: int, by: Sequence[Any], mode: Allocation) -> list[int]:
    """Share out by handing over what is left one by one, each to whoever is first in line then."""
    exact, shares = floors(abs(amount), by)
    waiting = [position for position, ratio in enumerate(by) if ratio > 0]
    while sum(shares) < abs(amount):
        match mode:
            case Allocation.FLOOR_TO_LARGEST_REMAINDER:
                urgent = [exact[position] - shares[position] for position in waiting]
            case Allocation.FLOOR_TO_LARGEST_RATIO:
                urgent = [Fraction(by[position]) for position in waiting]
            case Allocation.FLOOR_TO_FIRST:
                urgent = [Fraction(0) for _ in waiting]
        first = waiting.pop(urgent.index(max(urgent)))  # `index` finds the first
        shares[first] += 1
    return [share if amount >= 0 else -share for share in shares]


@given(st.integers(-(10**6), 10**6), ratios, in_steps, allocations())
def test_shares_are_those_handed_out_one_by_one(
    steps: int, by: list[Any], step: int, mode: Allocation
) -> None:
    """In each mode the shares are those of the slow and obvious way with exact fractions."""
    shares = allocate(Money(steps * step), by, step=step, mode=mode)
    assert [share.rappen for share in shares] == [step * each for each in handed_out(steps, by, mode)]


# --- laws


@given(small, ratios, allocations())
def test_shares_sum_to_the_amount(rappen: int, by: list[Any], mode: Allocation) -> None:
    """Nothing is lost: there is a share for each ratio, and the shares sum to the amount."""
    shares = allocate(Money(rappen), by, mode=mode)
    assert len(shares) == len(by)
    assert total(shares) == Money(rappen)


@given(st.integers(-(10**6), 10**6), ratios, in_steps, allocations())
def test_a_share_is_within_a_step_of_the_exact_one(
    steps: int, by: list[Any], step: int, mode: Allocation
) -> None:
    """Each share is a whole number of steps, at most one from the exact share."""
    whole = sum(map(Fraction, by))
    for ratio, share in zip(by, allocate(Money(steps * step), by, step=step, mode=mode), strict=True):
        assert share.rappen % step == 0
        assert abs(share.rappen - steps * step * Fraction(ratio) / whole) <= step


@given(small, ratios)
def test_the_usual_shares_keep_to_quota(rappen: int, by: list[Any]) -> None:
    """Unless told otherwise each share is the exact one, rounded down or up: who has it exactly, keeps it."""
    whole = sum(map(Fraction, by))
    for ratio, share in zip(by, allocate(Money(rappen), by), strict=True):
        exact = rappen * Fraction(ratio) / whole
        assert share.rappen in {math.floor(exact), math.ceil(exact)}


@given(small, ratios, allocations())
def test_a_ratio_of_zero_gets_nothing(rappen: int, by: list[Any], mode: Allocation) -> None:
    """Who has no part in it gets no Rappen of it, not even one that is left over."""
    shares = allocate(Money(rappen), [0, *by, Decimal(0), Fraction(0)], mode=mode)
    assert [shares[0], shares[-2], shares[-1]] == [ZERO] * 3
    assert shares[1:-2] == allocate(Money(rappen), by, mode=mode)
    assert all(share == ZERO for ratio, share in zip(by, shares[1:-2], strict=True) if ratio == 0)


@given(small, ratios, allocations())
def test_a_debt_is_shared_as_a_credit(rappen: int, by: list[Any], mode: Allocation) -> None:
    """A negative amount is shared as its opposite is."""
    owed = allocate(Money(-rappen), by, mode=mode)
    assert owed == tuple(-share for share in allocate(Money(rappen), by, mode=mode))


@given(small, ratios, st.fractions(Fraction(1, 100), 100, max_denominator=100), allocations())
def test_only_the_proportions_of_ratios_matter(
    rappen: int, by: list[Any], scale: Fraction, mode: Allocation
) -> None:
    """Ratios times any factor share out alike."""
    scaled = [Fraction(ratio) * scale for ratio in by]
    assert allocate(Money(rappen), scaled, mode=mode) == allocate(Money(rappen), by, mode=mode)


@given(
    st.integers(0, 10**7),
    ratios,
    st.sampled_from([mode for mode in Allocation if not mode.endswith("first")]),
)
def test_a_larger_ratio_gets_no_less(rappen: int, by: list[Any], mode: Allocation) -> None:
    """Of two shares of a credit the one with the larger ratio is at least as large."""
    shared = sorted(zip(map(Fraction, by), allocate(Money(rappen), by, mode=mode), strict=True))
    assert [share for _, share in shared] == sorted(share for _, share in shared)


def test_to_the_first_a_smaller_ratio_may_get_more() -> None:
    """That is what sets the mode apart: the place in the list decides, whatever the ratios."""
    assert allocate(Money(1), [1, 3], mode=Allocation.FLOOR_TO_FIRST) == (Money(1), ZERO)


@given(st.integers(-(10**6), 10**6), ratios, in_steps, allocations())
def test_equal_ratios_get_the_same_but_for_a_step(
    steps: int, by: list[Any], step: int, mode: Allocation
) -> None:
    """Shares of equal ratios differ by a step at most, and no later one is further from zero."""
    shares = allocate(Money(steps * step), [by[0] or 1, *by, by[0] or 1], step=step, mode=mode)
    assert abs(shares[0].rappen) - abs(shares[-1].rappen) in {0, step}


@given(small, st.integers(1, 200))
def test_an_even_split_differs_by_a_rappen_at_most(rappen: int, parts: int) -> None:
    """Even shares sum to the amount and differ by one Rappen at most, those further from zero first."""
    shares = split(Money(rappen), parts)
    assert total(shares) == Money(rappen)
    assert max(shares) - min(shares) <= Money(1)
    assert list(shares) == sorted(shares, key=abs, reverse=True)


@given(st.integers(-(10**6), 10**6), st.integers(1, 50), in_steps, allocations())
def test_an_even_split_is_the_same_in_each_mode(steps: int, parts: int, step: int, mode: Allocation) -> None:
    """`split` needs no mode: among equal ratios all of them favour the first."""
    amount = Money(steps * step)
    assert split(amount, parts, step=step) == allocate(amount, [1] * parts, step=step, mode=mode)


@pytest.mark.parametrize("rappen", [10**17 - 1, 1 - 10**17])
def test_the_largest_amount_can_be_shared(rappen: int) -> None:
    """No share on the way is above the amount, and so above the bound."""
    amount = Money(rappen)
    assert split(amount, 1) == allocate(amount, [1]) == (amount,)
    assert allocate_apart(amount, [3]) == ((amount,), ZERO)
    assert total(split(amount, 7)) == total(allocate(amount, [1, 5, 0, 1])) == amount


# --- what is left apart


@given(st.integers(-(10**6), 10**6), ratios, in_steps)
def test_a_rest_apart_is_what_all_modes_add_to(steps: int, by: list[Any], step: int) -> None:
    """The shares are the exact ones, rounded towards zero; the rest is less than a step for each."""
    shares, rest = allocate_apart(Money(steps * step), by, step=step)
    _, cut_off = floors(abs(steps), by)
    assert [abs(share.rappen) for share in shares] == [step * each for each in cut_off]
    assert total(shares) + rest == Money(steps * step)
    assert abs(rest.rappen) <= step * (sum(ratio > 0 for ratio in by) - 1)


@given(st.integers(-(10**6), 10**6), ratios, in_steps)
def test_blocks_are_in_exactly_the_ratios(steps: int, by: list[Any], step: int) -> None:
    """No share is off its ratio to the others, and the rest is too small for one more block."""
    shares, rest = allocate_apart(Money(steps * step), by, step=step, in_blocks=True)
    assert total(shares) + rest == Money(steps * step)
    whole = sum(map(Fraction, by))
    parts = [Fraction(ratio) / whole for ratio in by]
    shared = total(shares).rappen
    assert [share.rappen for share in shares] == [shared * part for part in parts]
    block = step * math.lcm(*(part.denominator for part in parts))
    assert abs(rest.rappen) < block
    assert shared % block == 0


@given(small, ratios, st.booleans())
def test_a_debt_apart_is_shared_as_a_credit(rappen: int, by: list[Any], in_blocks: bool) -> None:  # noqa: FBT001  # drawn
    """A negative amount is shared as its opposite is, and its rest is negative."""
    shares, rest = allocate_apart(Money(rappen), by, in_blocks=in_blocks)
    owed, owed_rest = allocate_apart(Money(-rappen), by, in_blocks=in_blocks)
    assert (owed, owed_rest) == (tuple(-share for share in shares), -rest)


# --- published examples

VECTORS = published("allocations")["vectors"]
SEPARATE = {"FloorSeparate": False, "Separate": False, "BlockSeparate": True}
MODES = {
    "FloorToFirst": Allocation.FLOOR_TO_FIRST,
    "FloorToLargestRemainder": Allocation.FLOOR_TO_LARGEST_REMAINDER,
    "FloorToLargestRatio": Allocation.FLOOR_TO_LARGEST_RATIO,
}


def of(vector: dict[str, Any]) -> tuple[Money, list[Fraction]]:
    """Return the amount and the ratios of an example; so many parts are as many equal ratios."""
    by = [1] * vector["by"] if vector["op"] == "split" else vector["by"]
    return Money(vector["amount"]), [Fraction(ratio) for ratio in by]


def name(vector: dict[str, Any]) -> str:
    """Return the source, the mode, the amount and the ratios of an example."""
    return f"{vector['source']} {vector['mode']} {vector['amount']} by {vector['by']}"


OTHERWISE = [each for each in VECTORS if not each["agrees_with"] and each["mode"] not in SEPARATE]
TOO_LARGE = [each for each in VECTORS if each["amount"] >= 10**17]
SHARED = [each for each in VECTORS if each["agrees_with"] and each not in TOO_LARGE]
APART = [each for each in VECTORS if each["mode"] in SEPARATE]


@pytest.mark.parametrize("vector", SHARED, ids=name)
def test_shares_agree_with_published_examples(vector: dict[str, Any]) -> None:
    """Each published example comes out the same in the mode it is of, and in the others it agrees with."""
    amount, by = of(vector)
    for mode in vector["agrees_with"]:
        shares = allocate(amount, by, step=vector["step"], mode=MODES[mode])
        assert [share.rappen for share in shares] == vector["expected"], mode
    if vector["op"] == "split":
        assert split(amount, len(by), step=vector["step"]) == shares


@pytest.mark.parametrize("vector", APART, ids=name)
def test_a_rest_apart_agrees_with_published_examples(vector: dict[str, Any]) -> None:
    """Each published example of a rest returned as one more share comes out the same."""
    amount, by = of(vector)
    shares, rest = allocate_apart(amount, by, step=vector["step"], in_blocks=SEPARATE[vector["mode"]])
    assert [share.rappen for share in (*shares, rest)] == vector["expected"]


@pytest.mark.parametrize("vector", OTHERWISE, ids=name)
def test_two_published_examples_are_otherwise_on_purpose(vector: dict[str, Any]) -> None:
    """Two projects share out in a way of their own, to which these examples do not keep.

    moneyphp shares -5 in the ratios 7 and 3 into -3 and -2, but 5 into 4 and 1: a refund would not give back
    what was charged. RubyMoney rounds from the last share to the first, each time what is still there.
    """
    amount, by = of(vector)
    shares = allocate(amount, by)
    assert total(shares) == amount == Money(sum(vector["expected"]))
    assert [share.rappen for share in shares] == handed_out(
        amount.rappen, by, MODES["FloorToLargestRemainder"]
    )
    assert [share.rappen for share in shares] != vector["expected"]


@pytest.mark.parametrize("vector", TOO_LARGE, ids=name)
def test_a_published_example_is_of_more_money_than_there_is(vector: dict[str, Any]) -> None:
    """An amount of more than 15 digits of francs is refused before it could be shared."""
    with pytest.raises(InvalidValueError, match="15 digits"):
        of(vector)


def test_no_published_example_is_forgotten() -> None:
    """All 121 are looked at: shared, with a rest apart, otherwise on purpose, or too large."""
    assert (len(SHARED), len(APART), len(OTHERWISE), len(TOO_LARGE)) == (88, 30, 2, 1)
    assert len(VECTORS) == 121
