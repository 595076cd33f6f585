"""Columns of ratings as notebooks and files have them: read by name, all problems of the values at once."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)

__all__ = ["Problems", "columns", "days", "gaps", "identifiers", "stars"]

T = TypeVar("T")

_TO_LIST = ("to_pylist", "to_list", "tolist")  # of pyarrow, of polars and pandas, of numpy
_DAY_SECONDS = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MOST_DAYS = 4_000_000
"""Beyond all calendars; far enough from where a float of days loses minutes."""


class Problems:
    """What is wrong with the rows of a table, collected until all columns are read.

    Args:
        rows: the number of each row that is read, as the reader of the table counts them.
    """

    def __init__(self, rows: list[int]) -> None:
        """Have none yet."""
        self._rows = rows
        self._found: list[InvalidInputError] = []

    def read(self, values: list[Any], name: str, parse: Callable[[Any], T], *, expected: str) -> list[T]:
        """Return what a function makes of each value; those it refuses are problems.

        Args:
            values: the values; equal ones of the same type are read once.
            name: the name of the column.
            parse: reads a value; raises `TypeError` or `ValueError` for a wrong one.
            expected: what is allowed, in words.
        """
        known: dict[tuple[type, Any], T] = {}
        read: list[T] = []
        for row, value in enumerate(values):
            try:
                key = (type(value), value)
                if key not in known:
                    known[key] = parse(value)
                read.append(known[key])
            except (TypeError, ValueError, OverflowError) as error:
                if len(self._found) < MOST_PROBLEMS:
                    kind = InvalidTypeError if isinstance(error, TypeError) else InvalidValueError
                    self._found.append(kind(f"{name}, row {self._rows[row]}", expected, describe(value)))
        return read

    def throw(self) -> None:
        """Raise what was found.

        Raises:
            InvalidDocumentError: there is a problem.
        """
        if self._found:
            raise InvalidDocumentError("ratings", self._found)


def columns(table: Any, names: tuple[str, ...]) -> list[list[Any]]:
    """Return some columns of a table as lists.

    Args:
        table: a mapping of columns, or a frame whose columns are found by their names.
        names: the names.

    Raises:
        InvalidTypeError: what is there is no column.
        InvalidValueError: a column is missing, or columns are not equally long.
    """
    if missing := [name for name in names if name not in _names(table)]:
        known = ", ".join(map(str, list(_names(table))[:20])) or "none"
        raise InvalidValueError("ratings", f"the column {describe(missing[0])}", f"the columns {known}")
    found = [_listed(table, name) for name in names]
    if len(lengths := {len(column) for column in found}) > 1:
        came = " and ".join(map(str, sorted(lengths)))
        raise InvalidValueError("ratings", "columns of the same length", f"{came} rows")
    return found


def _names(table: Any) -> Iterable[Any]:
    if isinstance(table, Mapping):
        return table
    names: Iterable[Any] = getattr(table, "column_names", None) or table.columns
    return names  # pyarrow has them as `column_names`: its `columns` are the values


def _listed(table: Any, name: str) -> list[Any]:
    if hasattr(table, "fetchall"):  # a relation of DuckDB, which is asked for a column by its quoted name
        quoted = name.replace('"', '""')
        return [value for (value,) in table.select(f'"{quoted}"').fetchall()]
    column = table[name]
    if getattr(getattr(column, "dtype", None), "kind", "") == "M" and not hasattr(column, "to_list"):
        column = column.astype("datetime64[us]")  # numpy's would come out as a count of nanoseconds
    for method in _TO_LIST:
        if hasattr(column, method):
            return list(getattr(column, method)())
    if isinstance(column, str | bytes | Mapping) or not isinstance(column, Iterable):
        raise InvalidTypeError(name, "a column, such as a list", describe(column))
    return list(column)


def gaps(given: list[list[Any]]) -> set[int]:
    """Return the rows in which a value is missing.

    Args:
        given: the columns.
    """
    return {row for column in given for row, value in enumerate(column) if _is_gap(value)}


def _is_gap(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if type(value).__name__ in {"NAType", "NaTType"}:  # those of pandas, whose comparisons are no booleans
        return True
    return isinstance(value, float) and math.isnan(value)


def identifiers(values: list[Any], name: str, problems: Problems) -> list[str]:
    """Return ids as text.

    Args:
        values: texts or whole numbers.
        name: the name of the column.
        problems: where those go that are neither.
    """
    return problems.read(values, name, _identifier, expected="an id: a text or a whole number")


def _identifier(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(_whole(value))


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if value != int(value):
        raise ValueError
    return int(value)


def stars(values: list[Any], name: str, problems: Problems) -> list[int]:
    """Return stars.

    Args:
        values: whole numbers from 1 to 5, also as text.
        name: the name of the column.
        problems: where those go that are none.
    """
    return problems.read(values, name, _stars, expected="whole stars from 1 to 5")


def _stars(value: Any) -> int:
    read = _whole(float(value) if isinstance(value, str) else value)
    if not 1 <= read <= 5:  # noqa: PLR2004  # what a rating can give
        raise ValueError
    return read


def days(values: list[Any], name: str, problems: Problems) -> list[float]:
    """Return times as days; those of dates and instants are counted from 1970.

    Instants with an offset and times without one cannot be compared, so one column has only one sort.

    Args:
        values: numbers, dates or instants, each also as text.
        name: the name of the column.
        problems: where those go that are none, or of another sort than the first one.
    """
    sorts: list[str] = []

    def parse(value: Any) -> float:
        day, sort = _day(_time(value) if isinstance(value, str) else value)
        sorts.append(sort)
        if sort != sorts[0] or abs(day) > _MOST_DAYS:
            raise ValueError
        return day

    expected = "a number of days, a date or an instant, each of the same sort as in the rows before"
    return problems.read(values, name, parse, expected=expected)


def _time(value: str) -> float | date:
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        return float(value)


def _day(value: Any) -> tuple[float, str]:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return (value.replace(tzinfo=UTC) - _EPOCH).total_seconds() / _DAY_SECONDS, "without an offset"
        return (value - _EPOCH).total_seconds() / _DAY_SECONDS, "with an offset"
    if isinstance(value, date):
        return float(value.toordinal() - _EPOCH_DAY), "without an offset"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not math.isfinite(value):
        raise ValueError
    return float(value), "a number"
