"""Money leaves the process around it alone, and does not depend on it; no float is anywhere near."""

import ast
import decimal
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import mila_core.money
from mila_core.errors import InvalidValueError
from mila_core.money import Allocation, Money, Rounding, allocate, allocate_apart, chf, multiply, round_to

SOURCES = sorted(Path(mila_core.money.__file__).parent.glob("*.py"))


def everything() -> list[object]:
    """Do everything that could touch the decimal context, and return the results."""
    ratios: list[int | Decimal] = [Decimal("0.3"), Decimal("0.3333333333"), 0]
    for refused in ("NaN", "sNaN", "Infinity", "1E+999999", "0.001"):
        with pytest.raises(InvalidValueError):
            chf(Decimal(refused))
        with pytest.raises(InvalidValueError):
            allocate(chf(1), [Decimal(refused), -1])
    return [
        chf(Decimal("40.10")),
        chf(Decimal("12345.67")),
        *(multiply(chf("87.20"), Decimal("0.0123456789"), rounding=rounding) for rounding in Rounding),
        *(round_to(chf("17.88"), rounding=rounding) for rounding in Rounding),
        *(allocate(chf(10), ratios, mode=mode) for mode in Allocation),
        allocate_apart(chf(10), ratios),
        allocate_apart(chf(10), ratios, in_blocks=True),
    ]


def test_the_decimal_context_is_left_alone() -> None:
    """The application's precision, traps and flags are the same afterwards."""
    with decimal.localcontext() as context:
        context.clear_flags()
        before = repr(context)
        everything()
        assert repr(decimal.getcontext()) == before


@pytest.mark.parametrize("trapped", [True, False])
def test_the_decimal_context_does_not_matter(trapped: bool) -> None:  # noqa: FBT001  # as parametrized
    """With a precision of one digit the results are the same, with every trap set and with none."""
    expected = everything()
    with decimal.localcontext() as context:
        context.prec = 1
        context.Emax, context.Emin, context.rounding = 1, -1, decimal.ROUND_UP
        context.traps = dict.fromkeys(context.flags, trapped)
        context.clear_flags()
        before = repr(context)
        assert everything() == expected
        assert repr(decimal.getcontext()) == before
    assert expected[1] == Money(1_234_567)


def floating(tree: ast.AST) -> Iterator[str]:
    """Yield what in a source makes or takes a float: a literal, `float`, a true division, a power."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Constant(value=float())
                | ast.Name(id="float" | "round")
                | ast.BinOp(op=ast.Div())
                | ast.AugAssign(op=ast.Div())
            ):
                yield ast.unparse(node)
            case _:
                pass


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_float_is_in_the_source(path: Path) -> None:
    """There is no float literal, no `float`, no `round` and no true division."""
    assert list(floating(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("source", ["0.5", "a / b", "a /= b", "float(a)", "round(a)"])
def test_the_check_sees_a_float(source: str) -> None:
    """The check itself notices each."""
    assert list(floating(ast.parse(source))) != []
