"""The price book: numbers that can be charged, and no others."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.money import chf
from mila_core.pricing import PriceBook
from tests import wrong

AMOUNTS: list[wrong.Row] = [
    *wrong.OTHERS,
    ("1.00", InvalidTypeError),  # an amount is Money, not its text
    (True, InvalidTypeError),
    (chf("-0.01"), InvalidValueError),
]
CLOCKS: list[wrong.Row] = [
    (None, InvalidTypeError),
    ("20:00", InvalidTypeError),
    (20, InvalidTypeError),
    (datetime(2013, 11, 27, 20, tzinfo=UTC), InvalidTypeError),
    (time(20, tzinfo=UTC), InvalidValueError),  # the wall clock is the visit's: it has no zone of its own
]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        version=wrong.IDS,
        travel_free_km=wrong.numbers(0, 400),
        travel_per_km=AMOUNTS,
        travel_most=AMOUNTS,
        evening_from=CLOCKS,
        evening_percent=wrong.numbers(0, 200),
        sunday_percent=wrong.numbers(0, 200),
        customer_fee=AMOUNTS,
    ),
)
def test_a_wrong_field_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """What cannot be charged is an error that names the field."""
    wrong.check_refused(PriceBook(), field, value, error)


def test_the_plain_book_charges_for_long_ways_only() -> None:
    """Without numbers of its own a book has neither surcharges nor fees, and ten kilometres are free."""
    book = PriceBook()
    assert (book.evening_percent, book.sunday_percent, book.customer_fee) == (0, 0, chf(0))
    assert (book.travel_free_km, book.travel_per_km, book.travel_most) == (10, chf(1), chf(30))


@given(testing.price_books())
def test_equal_books_are_equal(book: PriceBook) -> None:
    """A book is a value: the same numbers make the same book."""
    copy = PriceBook(
        version=book.version,
        travel_free_km=book.travel_free_km,
        travel_per_km=book.travel_per_km,
        travel_most=book.travel_most,
        evening_from=book.evening_from,
        evening_percent=book.evening_percent,
        sunday_percent=book.sunday_percent,
        customer_fee=book.customer_fee,
    )
    assert copy == book
    assert hash(copy) == hash(book)
