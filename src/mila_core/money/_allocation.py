"""Sharing an amount out, to the last Rappen."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import gcd, lcm

from mila_core.errors import InvalidValueError, describe
from mila_core.money._amounts import Money, in_rappen, rappen_of
from mila_core.money._exact import check_int, exact
from mila_core.validation import MOST_MEMBERS, check_instance


class Allocation(StrEnum):
    """Who gets the steps that are left when each share is rounded towards zero; one step each.

    Names as in brick/money. What RubyMoney does has no name of its own and is not offered: it rounds from the
    last share to the first, each time what is still there, so that the shares depend on the order of all
    ratios. Where the rest should stay apart, `allocate_apart` leaves it.

    Examples:
        >>> from mila_core.money import chf
        >>> for mode in Allocation:
        ...     print(mode, *(share.amount for share in allocate(chf(1), [2, 3, 1], mode=mode)))
        floor_to_largest_remainder 0.33 0.50 0.17
        floor_to_first 0.34 0.50 0.16
        floor_to_largest_ratio 0.33 0.51 0.16
    """

    FLOOR_TO_LARGEST_REMAINDER = "floor_to_largest_remainder"
    """The shares that lost most, on a tie the first of them: Hamilton's method (1792), the default.

    The only mode that keeps to quota: each share is its exact one, rounded down or up.
    """
    FLOOR_TO_FIRST = "floor_to_first"
    """The first shares that have a ratio above 0: the method of Fowler's Money pattern (2002)."""
    FLOOR_TO_LARGEST_RATIO = "floor_to_largest_ratio"
    """The shares of the largest ratios, on a tie the first: who carries most, carries the odd Rappen."""


def _mode(mode: Allocation) -> Allocation:
    if type(mode) is Allocation:
        return mode
    try:
        return Allocation(mode)
    except ValueError:
        raise InvalidValueError("mode", f"one of {', '.join(Allocation)}", describe(mode)) from None


def _weights(ratios: Sequence[int | Fraction | Decimal]) -> list[int]:
    """Return ints that stand in given ratios."""
    check_instance("ratios", ratios, kind=Sequence)  # in a set, no share would be anybody's
    pairs = [
        (ratio, 1) if type(ratio) is int else exact(f"ratios[{position}]", ratio)
        for position, ratio in enumerate(ratios)
    ]
    common = lcm(*[denominator for _, denominator in pairs])
    weights = [numerator * common // denominator for numerator, denominator in pairs]
    if not any(weights) or min(weights) < 0:
        raise InvalidValueError("ratios", "ratios from 0 up, at least one of them above 0", describe(ratios))
    return weights


def _steps(amount: Money, step: int) -> tuple[int, int]:
    """Return of how many steps an amount is, and the Rappen of one: below 0 in a debt, shared as a credit."""
    rappen = rappen_of(amount)
    check_int("step", step, least=1)
    if rappen % step:
        raise InvalidValueError("step", f"a step that divides {amount}", describe(step))
    return abs(rappen) // step, -step if rappen < 0 else step


def allocate(
    amount: Money,
    ratios: Sequence[int | Fraction | Decimal],
    *,
    step: int = 1,
    mode: Allocation = Allocation.FLOOR_TO_LARGEST_REMAINDER,
) -> tuple[Money, ...]:
    """Share an amount out in given ratios; the shares sum to the amount, to the Rappen.

    Each share is first rounded towards zero; then the steps left over go one each to the shares that `mode`
    names. A negative amount is shared as its opposite is.

    Args:
        amount: what is shared; a whole number of steps.
        ratios: one for each share, none negative, at least one above 0.
        step: the smallest unit of a share, in Rappen.
        mode: who gets the steps left over.

    Returns:
        As many shares as ratios, in their order; a ratio of 0 gets nothing.

    Raises:
        InvalidValueError: no ratio, a negative one, only zeros, a Decimal that `multiply` would refuse, a
            step that is not above 0, an amount of no whole number of steps, or no such mode.
        InvalidTypeError: ratios in no order, as in a set, a ratio that is not exact, a step that is not an
            int, or the amount is none.

    Examples:
        >>> from mila_core.money import chf
        >>> allocate(chf("10.00"), [1, 1, 1])
        (chf('3.34'), chf('3.33'), chf('3.33'))
        >>> allocate(chf("8.00"), [1, 1, 1], step=5)
        (chf('2.70'), chf('2.65'), chf('2.65'))
    """
    weights = _weights(ratios)
    steps, each = _steps(amount, step)
    mode = _mode(mode)
    whole = sum(weights)
    shares = [steps * weight // whole for weight in weights]
    left = steps - sum(shares)  # fewer than there are ratios above 0
    if left:
        positions: Sequence[int] = range(len(weights))  # sorting keeps the order of equal ones
        match mode:
            case Allocation.FLOOR_TO_LARGEST_REMAINDER:
                lost = [steps * weight % whole for weight in weights]
                positions = sorted(positions, key=lost.__getitem__, reverse=True)
            case Allocation.FLOOR_TO_FIRST:
                positions = [position for position in positions if weights[position]]
            case Allocation.FLOOR_TO_LARGEST_RATIO:
                positions = sorted(positions, key=weights.__getitem__, reverse=True)
        for position in positions[:left]:
            shares[position] += 1
    return tuple([in_rappen(share * each) for share in shares])


def allocate_apart(
    amount: Money,
    ratios: Sequence[int | Fraction | Decimal],
    *,
    step: int = 1,
    in_blocks: bool = False,
) -> tuple[tuple[Money, ...], Money]:
    """Share an amount out in given ratios, and leave apart what does not divide.

    For a rest that has an owner of its own, such as an account for differences of rounding. The shares and
    the rest sum to the amount, to the Rappen. A negative amount is shared as its opposite is.

    Args:
        amount: what is shared; a whole number of steps.
        ratios: one for each share, none negative, at least one above 0.
        step: the smallest unit of a share, in Rappen.
        in_blocks: whether the shares stand in exactly the given ratios: they get whole blocks, of as many
            steps as the smallest ints in these ratios sum to. Else each share is rounded towards zero. These
            are `BlockSeparate` and `FloorSeparate` of brick/money.

    Returns:
        As many shares as ratios, in their order, and the rest; a ratio of 0 gets nothing.

    Raises:
        InvalidValueError: as in `allocate`.
        InvalidTypeError: as in `allocate`.

    Examples:
        >>> from mila_core.money import chf
        >>> allocate_apart(chf("1.00"), [2, 3, 1])
        ((chf('0.33'), chf('0.50'), chf('0.16')), chf('0.01'))
        >>> allocate_apart(chf("1.00"), [2, 3, 1], in_blocks=True)
        ((chf('0.32'), chf('0.48'), chf('0.16')), chf('0.04'))
    """
    weights = _weights(ratios)
    steps, each = _steps(amount, step)
    whole = sum(weights)
    if in_blocks:
        smallest = gcd(*weights)
        blocks = steps * smallest // whole
        shares = [blocks * weight // smallest for weight in weights]
    else:
        shares = [steps * weight // whole for weight in weights]
    return tuple([in_rappen(share * each) for share in shares]), in_rappen((steps - sum(shares)) * each)


def split(amount: Money, parts: int, *, step: int = 1) -> tuple[Money, ...]:
    """Share an amount out evenly; the shares differ by one step at most, the larger ones first.

    Args:
        amount: what is shared; a whole number of steps.
        parts: how many shares, from 1 to 10,000,000.
        step: the smallest unit of a share, in Rappen.

    Returns:
        The shares.

    Raises:
        InvalidTypeError: a number that is not an int, or the amount is none.
        InvalidValueError: no part or too many, a step that is not above 0, or an amount of no whole number of
            steps.

    Examples:
        >>> from mila_core.money import chf
        >>> split(chf("0.05"), 2)
        (chf('0.03'), chf('0.02'))
    """
    check_int("parts", parts, least=1, most=MOST_MEMBERS)  # far less memory than 10**9 shares take
    steps, each = _steps(amount, step)
    share, larger = divmod(steps, parts)
    shares = [in_rappen(share * each)] * (parts - larger)
    return (*[in_rappen((share + 1) * each)] * larger, *shares) if larger else tuple(shares)
