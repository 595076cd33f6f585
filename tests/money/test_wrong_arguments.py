"""A wrong argument is refused by name, whichever function it comes to."""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.money import allocate, allocate_apart, chf, multiply, round_ratio, round_to, split, total

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
    (multiply, [100, 2], {}, InvalidTypeError, "amount"),
    (round_to, ["1.02"], {}, InvalidTypeError, "amount"),
    (allocate, [100, [1, 1]], {}, InvalidTypeError, "amount"),
    (allocate_apart, [None, [1, 1]], {}, InvalidTypeError, "amount"),
    (split, [1.0, 2], {}, InvalidTypeError, "amount"),
    (total, [[chf(1), 1]], {}, InvalidTypeError, "amount"),
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
    (allocate, [chf(1), [Decimal("sNaN")]], {}, InvalidValueError, "ratios[0]"),
    (allocate, [chf(1), [Decimal("-Infinity")]], {}, InvalidValueError, "ratios[0]"),
    (allocate, [chf(1), [math.nan]], {}, InvalidTypeError, "ratios[0]"),
    (allocate, [chf(1), [Fraction(-1, 10**9), 1]], {}, InvalidValueError, "ratios"),
    (allocate, [chf(1), [1]], {"mode": "floor_to_last"}, InvalidValueError, "mode"),  # none is left over
    (allocate, [chf(1), [1, 2]], {"mode": None}, InvalidValueError, "mode"),
    (allocate_apart, [chf(1), []], {}, InvalidValueError, "ratios"),
    (allocate_apart, [chf(1), [0]], {"in_blocks": True}, InvalidValueError, "ratios"),
    (allocate_apart, [chf(1), [1, 0.5]], {}, InvalidTypeError, "ratios[1]"),
    (allocate_apart, [chf("1.01"), [1]], {"step": 5}, InvalidValueError, "step"),
    (total, [None], {}, InvalidTypeError, "amounts"),
    (total, [chf(1)], {}, InvalidTypeError, "amounts"),
    (allocate, [chf(1), None], {}, InvalidTypeError, "ratios"),
    (allocate, [chf(1), {1, 2}], {}, InvalidTypeError, "ratios"),  # in no order
    (allocate, [chf(1), {1: 2}], {}, InvalidTypeError, "ratios"),
    (allocate, [chf(1), iter([1, 2])], {}, InvalidTypeError, "ratios"),
    (allocate_apart, [chf(1), {1, 2}], {}, InvalidTypeError, "ratios"),
    (split, [chf(1), 10_000_001], {}, InvalidValueError, "parts"),
    (split, [chf(1), 10**9], {}, InvalidValueError, "parts"),
    (split, [chf(1), 10**5_000], {}, InvalidValueError, "parts"),
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
    """A wrong amount, ratio, step, number of parts, rounding or mode is an error that names the argument."""
    with pytest.raises(InvalidInputError) as caught:
        call(*arguments, **named)
    assert (type(caught.value), caught.value.field) == (error, field)
