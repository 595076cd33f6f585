"""A quote: its lines add up, and it is good for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.money import Money, chf
from mila_core.quotes import Part, Quote, QuoteLine
from mila_core.reasons import reason
from tests.journey import QUOTE

BASE = QuoteLine(why=reason("base"), amount=chf(40))
FEE = QuoteLine(why=reason("customer_fee"), amount=chf("2.50"), part=Part.PLATFORM)


def off(amount: str, part: Part) -> QuoteLine:
    """Return a line that takes something off."""
    return QuoteLine(why=reason("discount"), amount=chf(amount), part=part)


@given(testing.quotes())
def test_the_lines_add_up(quote: Quote) -> None:
    """What is due is the sum of all lines, the service's gross price that of the friend's lines."""
    assert quote.due.rappen == sum(line.amount.rappen for line in quote.lines)
    friends = [line for line in quote.lines if line.part is Part.SERVICE]
    assert quote.gross.rappen == sum(line.amount.rappen for line in friends)
    assert quote.due >= Money(0)
    assert quote.gross >= Money(0)


@given(testing.quotes(), st.data())
def test_the_order_of_lines_changes_no_sum(quote: Quote, data: st.DataObject) -> None:
    """Lines are kept in the order in which they come, and their sums do not depend on it."""
    mixed = data.draw(st.permutations(quote.lines))
    other = attrs.evolve(quote, lines=mixed)
    assert other.lines == tuple(mixed)
    assert (other.due, other.gross) == (quote.due, quote.gross)


def test_a_line_is_the_friends_unless_it_says_otherwise() -> None:
    """A line belongs to the service's price by default."""
    assert BASE.part is Part.SERVICE


def test_what_is_taken_off_may_leave_nothing() -> None:
    """A voucher for the whole price makes a quote of CHF 0.00; the service's price stays."""
    free = attrs.evolve(QUOTE, lines=[BASE, off("-40.00", Part.PLATFORM)])
    assert (free.gross, free.due) == (chf(40), chf(0))


TEXT: Any = "40.00"
FLOAT: Any = 40.0
TRUE: Any = True
AMOUNT: Any = chf(40)
NAIVE = datetime(2013, 11, 27, 9)  # noqa: DTZ001

WRONG: dict[str, tuple[Callable[[], object], type[InvalidTypeError | InvalidValueError], str]] = {
    # what is wrong: the call, the error, the field it names
    "no line": (lambda: attrs.evolve(QUOTE, lines=[]), InvalidValueError, "lines"),
    "lines that are one line": (lambda: attrs.evolve(QUOTE, lines=TEXT), InvalidTypeError, "lines"),
    "a line that is an amount": (lambda: attrs.evolve(QUOTE, lines=[AMOUNT]), InvalidTypeError, "lines[0]"),
    "more taken off than there is": (
        lambda: attrs.evolve(QUOTE, lines=[BASE, off("-40.01", Part.PLATFORM)]),
        InvalidValueError,
        "lines",
    ),
    "a service below zero, made good by a fee": (
        lambda: attrs.evolve(QUOTE, lines=[off("-2.00", Part.SERVICE), FEE]),
        InvalidValueError,
        "lines",
    ),
    "an amount that is a float": (lambda: attrs.evolve(BASE, amount=FLOAT), InvalidTypeError, "amount"),
    "an amount that is a text": (lambda: attrs.evolve(BASE, amount=TEXT), InvalidTypeError, "amount"),
    "a part that is a text": (lambda: attrs.evolve(BASE, part=TEXT), InvalidTypeError, "part"),
    "a reason that is a text": (lambda: attrs.evolve(BASE, why=TEXT), InvalidTypeError, "why"),
    "an expiry at the making": (
        lambda: attrs.evolve(QUOTE, expires_at=QUOTE.made_at),
        InvalidValueError,
        "expires_at",
    ),
    "an expiry before the making": (
        lambda: attrs.evolve(QUOTE, expires_at=QUOTE.made_at - timedelta(microseconds=1)),
        InvalidValueError,
        "expires_at",
    ),
    "a naive making": (lambda: attrs.evolve(QUOTE, made_at=NAIVE), InvalidValueError, "made_at"),
    "a naive expiry": (lambda: attrs.evolve(QUOTE, expires_at=NAIVE), InvalidValueError, "expires_at"),
    "a version of zero": (lambda: attrs.evolve(QUOTE, version=0), InvalidValueError, "version"),
    "a version that is a boolean": (lambda: attrs.evolve(QUOTE, version=TRUE), InvalidTypeError, "version"),
    "an empty id": (lambda: attrs.evolve(QUOTE, id=""), InvalidValueError, "id"),
    "a visit that is a text": (lambda: attrs.evolve(QUOTE, visit=TEXT), InvalidTypeError, "visit"),
}


@pytest.mark.parametrize(("call", "error", "field"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_value_is_refused_by_its_field(
    call: Callable[[], object], error: type[InvalidTypeError | InvalidValueError], field: str
) -> None:
    """What cannot be is an error that names the field."""
    with pytest.raises(error) as caught:
        call()
    assert caught.value.field == field


def test_a_tick_is_validity_enough() -> None:
    """An expiry a microsecond after the making is one."""
    expires_at = QUOTE.made_at + timedelta(microseconds=1)
    assert attrs.evolve(QUOTE, expires_at=expires_at).expires_at == expires_at
