"""Money: whole Rappen, Swiss francs only; nothing rounds without saying how, nothing is lost in a split.

A float is refused everywhere, as 0.1 has no exact float. Integers, Decimals and Fractions are exact and are
taken. The process-wide decimal context is neither read nor changed.
"""

from mila_core.money._allocation import Allocation, allocate, allocate_apart, split
from mila_core.money._amounts import ZERO, Money, chf, not_negative, total
from mila_core.money._rounding import CASH_STEP, Rounding, multiply, round_ratio, round_to

__all__ = [
    "CASH_STEP",
    "ZERO",
    "Allocation",
    "Money",
    "Rounding",
    "allocate",
    "allocate_apart",
    "chf",
    "multiply",
    "not_negative",
    "round_ratio",
    "round_to",
    "split",
    "total",
]
