"""Quartiles in exact fractions, and how a small sample is drawn towards what is known beyond it."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from mila_core.money import Money, round_ratio

__all__ = ["Quartiles", "drawn_towards", "lower_median", "quartiles"]

_QUARTERS = 4


class Quartiles(NamedTuple):
    """The three quartiles of some prices, in Rappen and exact.

    Attributes:
        p25: a quarter of the prices is lower.
        p50: the price in the middle.
        p75: a quarter of the prices is higher.
    """

    p25: Fraction
    p50: Fraction
    p75: Fraction

    def on(self, grid: Money) -> tuple[Money, Money, Money]:
        """Return the three to the nearest step of a grid, a half up; their order stays.

        What is above zero is one step at least: what costs something is never shown as costing nothing.
        """
        step = grid.rappen
        low, middle, high = (
            Money(max(round_ratio(each.numerator, each.denominator * step), int(each > 0)) * step)
            for each in self
        )
        return low, middle, high


def lower_median(rappen: Iterable[int]) -> int:
    """Return the amount in the middle; of an even number the lower of the two, which was asked or paid."""
    ordered = sorted(rappen)
    return ordered[(len(ordered) - 1) // 2]


def quartiles(ordered: Sequence[int]) -> Quartiles:
    """Return the quartiles of amounts in ascending order, at least one.

    Definition 7 of Hyndman and Fan (Sample Quantiles in Statistical Packages, The American Statistician
    50(4), 1996, doi 10.2307/2684934): with n amounts, the quantile p stands (n - 1) p places after the first,
    on the straight line between its two neighbours.
    """
    last = len(ordered) - 1

    def at_quarter(quarter: int) -> Fraction:
        place, rest = divmod(last * quarter, _QUARTERS)
        low, high = ordered[place], ordered[min(place + 1, last)]
        return Fraction(_QUARTERS * low + rest * (high - low), _QUARTERS)

    return Quartiles(at_quarter(1), at_quarter(2), at_quarter(3))


def drawn_towards(parent: Quartiles, *, own: Quartiles, count: int, strength: int) -> Quartiles:
    """Return own quartiles with the weight n / (n + k), the parent's with the rest.

    The weight is that of Bühlmann's credibility (Experience Rating and Credibility, ASTIN Bulletin 4(3),
    1967, doi 10.1017/S0515036100008989), here for each quartile by itself.
    """
    weight = Fraction(count, count + strength)
    low, middle, high = (
        weight * mine + (1 - weight) * theirs for mine, theirs in zip(own, parent, strict=True)
    )
    return Quartiles(low, middle, high)
