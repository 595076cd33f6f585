"""How an amount is shared out over lines that may have either sign; plain whole numbers only."""

from collections.abc import Sequence

__all__ = ["allocate_signed"]


def allocate_signed(amount: int, weights: Sequence[int]) -> list[int]:
    """Share an amount out over what is left of each line: no line gets more than it has, none the other sign.

    The exact shares are rounded down, and the Rappen left over go one each to the largest remainders, on a
    tie to the first. A share so stays between nothing and its whole line, whatever the sign of the line.

    Args:
        amount: from 0 to the sum of the lines; the whole sum empties each line.
        weights: the lines, of either sign, with a sum of 0 or more.
    """
    whole = sum(weights)
    if amount == whole:
        return list(weights)
    shares = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(amount * weights[at] % whole), at))
    for at in by_remainder[: amount - sum(shares)]:
        shares[at] += 1
    return shares
