"""Wrong values for the fields of the nouns, each with the error that it has to give."""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import attrs
import pytest

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError, describe

Row = tuple[Any, type[InvalidInputError]]

NAIVE = datetime(2013, 11, 27, 9)  # noqa: DTZ001  # what has to be refused

IDS: list[Row] = [
    (None, InvalidTypeError),
    (7, InvalidTypeError),
    (b"a", InvalidTypeError),
    ("", InvalidValueError),
    ("two words", InvalidValueError),
    ("zürich", InvalidValueError),  # ids are ASCII
    ("a\n", InvalidValueError),
    ("a\0", InvalidValueError),
    ("\ud800", InvalidValueError),  # half of a surrogate pair
    ("x" * 201, InvalidValueError),
]

OPTIONAL_IDS = IDS[1:]

FLAGS: list[Row] = [
    (0, InvalidTypeError),
    (1, InvalidTypeError),
    ("true", InvalidTypeError),
    (None, InvalidTypeError),
]

INSTANTS: list[Row] = [
    (None, InvalidTypeError),
    ("2013-11-27T09:00:00Z", InvalidTypeError),
    (date(2013, 11, 27), InvalidTypeError),
    (NAIVE, InvalidValueError),
    (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), InvalidValueError),  # the year 0, in UTC
    (
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        InvalidValueError,
    ),  # the year 10000, in UTC
]

DAYS: list[Row] = [
    (None, InvalidTypeError),
    ("2013-11-27", InvalidTypeError),
    (NAIVE, InvalidTypeError),  # it would lose its time
    (NAIVE.replace(tzinfo=UTC), InvalidTypeError),
    (date.min, InvalidValueError),
    (date.max, InvalidValueError),  # "for ever" is None
]

ITEMS: list[Row] = [  # of a sequence of our own values
    (None, InvalidTypeError),
    (7, InvalidTypeError),
    ("ab", InvalidTypeError),  # no sequence of letters
    ({"a": 1}, InvalidTypeError),
    ([None], InvalidTypeError),
    ([{"id": "a"}], InvalidTypeError),
    (iter(()), InvalidTypeError),  # it could be read but once
]

CODES: list[Row] = [  # of a sequence or set of codes
    (None, InvalidTypeError),
    ("de", InvalidTypeError),
    (["de", None], InvalidTypeError),
    (["de", "two words"], InvalidValueError),
    ([""], InvalidValueError),
]

OTHERS: list[Row] = [  # where a value of one of our own types is expected
    (None, InvalidTypeError),
    ("8004", InvalidTypeError),
    (40, InvalidTypeError),
    (40.0, InvalidTypeError),
    ({}, InvalidTypeError),
]

EMPTY: list[Row] = [((), InvalidValueError)]


def texts(longest: int, *, may_be_empty: bool = False) -> list[Row]:
    """Return wrong texts for a field of a greatest length."""
    blank: list[Row] = [("", InvalidValueError), (" \n", InvalidValueError), ("\u3000", InvalidValueError)]
    return [
        (None, InvalidTypeError),
        (7, InvalidTypeError),
        (b"Sonja", InvalidTypeError),
        (["Sonja"], InvalidTypeError),
        ("x" * (longest + 1), InvalidValueError),
        ("Son\0ja", InvalidValueError),
        ("Son\tja", InvalidValueError),
        ("Son\x1b[31mja", InvalidValueError),  # it would colour the terminal
        ("Son\ud800ja", InvalidValueError),  # half of a surrogate pair
        *([] if may_be_empty else blank),
    ]


def numbers(least: int, most: int) -> list[Row]:
    """Return wrong ints for a field with a range."""
    return [
        (None, InvalidTypeError),
        (True, InvalidTypeError),  # a bool is no number
        (float(least), InvalidTypeError),
        (math.nan, InvalidTypeError),
        (str(least), InvalidTypeError),
        (Decimal(least), InvalidTypeError),
        (Decimal("NaN"), InvalidTypeError),
        (Decimal("1E+999999"), InvalidTypeError),
        (least - 1, InvalidValueError),
        (most + 1, InvalidValueError),
        (10**5_000, InvalidValueError),  # too long to print
        (-(10**5_000), InvalidValueError),
    ]


@attrs.frozen
class Each:
    """Several wrong values, or their errors: a test a field is enough, and there are thousands of values."""

    items: tuple[Any, ...]


def rows(**wrong: list[Row]) -> list[Any]:
    """Return parameters `(field, value, error)`, named by the field and what is wrong."""
    return [
        pytest.param(field, value, error, id=f"{field}-{type(value).__name__}-{number}")
        for field, found in wrong.items()
        for number, (value, error) in enumerate(found)
    ]


def fields(**wrong: list[Row]) -> list[Any]:
    """Return parameters `(field, value, error)` for `check_refused`, a field each with all its values."""
    return [
        pytest.param(field, *(Each(column) for column in zip(*found, strict=True)), id=field)
        for field, found in wrong.items()
    ]


def fields_of(example: Any, **wrong: list[Row]) -> list[Any]:
    """Return parameters `(example, field, value, error)`, so that a test may go over several classes."""
    name = type(example).__name__
    return [
        pytest.param(example, *each.values, id=f"{name}-{each.id}")  # not a frame's
        for each in fields(**wrong)
    ]


def check_refused(example: Any, field: str, value: Any, error: Any) -> InvalidInputError:
    """Check that an example with another value in a field is refused with an error that names the field.

    Args:
        example: a good value.
        field: which of its fields is another one.
        value: the wrong value, or `Each` of several.
        error: the class of the error, or `Each` of theirs.
    """
    values, errors = (each.items if isinstance(each, Each) else (each,) for each in (value, error))
    for each, kind in zip(values, errors, strict=True):
        try:
            attrs.evolve(example, **{field: each})
        except InvalidInputError as refused:
            found = refused
        else:
            pytest.fail(f"{field}: {describe(each)} is taken")
        assert type(found) is kind, describe(each)
        assert found.field.partition("[")[0] == field, describe(each)
        assert len(str(found)) < 400, describe(each)
    return found
