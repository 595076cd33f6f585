"""Columns of ratings as notebooks and files have them: read by name, all problems of the values at once."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from decimal import Decimal
from numbers import Rational, Real
from typing import Any, TypeVar

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)

__all__ = [
    "Problems",
    "column_names",
    "columns",
    "days",
    "gaps",
    "identifiers",
    "is_frame",
    "listed",
    "stars",
]

T = TypeVar("T")

_TO_LIST = ("to_pylist", "to_list", "tolist")  # of pyarrow, of polars and pandas, of numpy
_DAY_SECONDS = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MOST_NAMES = 20
_MOST_DAYS = 4_000_000
"""Beyond all calendars; far enough from where a float of days loses minutes."""


class Problems:
    """What is wrong with a table, collected until all columns are read.

    Args:
        table: the name of the table.
        found: what is known to be wrong already.
    """

    def __init__(self, table: str, found: Iterable[InvalidInputError] = ()) -> None:
        """Know of no row yet."""
        self._table = table
        self._found = list(found)
        self._unit = "row"
        self._rows: Sequence[int] = ()

    def number(self, unit: str, rows: Sequence[int]) -> None:
        """Say where the rows are whose values are read.

        Args:
            unit: what is counted, `row` or `line`.
            rows: the number of each row.
        """
        self._unit, self._rows = unit, rows

    def add(self, problem: InvalidInputError) -> None:
        """Keep one more problem, unless there are very many.

        Args:
            problem: what is wrong.
        """
        if len(self._found) < MOST_PROBLEMS:
            self._found.append(problem)

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
                key = type(value), value
                found = known.get(key)
                if found is None:
                    found = known[key] = parse(value)
                read.append(found)
            except (TypeError, ValueError, OverflowError) as error:
                kind = InvalidTypeError if isinstance(error, TypeError) else InvalidValueError
                where = f"{name}, {self._unit} {self._rows[row]}"
                self.add(kind(where, expected, describe(value)))
        return read

    def throw(self) -> None:
        """Raise what was found.

        Raises:
            InvalidDocumentError: there is a problem.
        """
        if self._found:
            raise InvalidDocumentError(self._table, self._found)


def columns(table: Any, names: tuple[str, ...], *, of: str = "ratings") -> list[list[Any]]:
    """Return some columns of a table as lists.

    Args:
        table: a mapping of columns, or a frame whose columns are found by their names.
        names: the names.
        of: what the table is called in errors.

    Raises:
        InvalidTypeError: what is there is no column.
        InvalidValueError: a column is missing or is there twice, or columns are not equally long.
    """
    known = list(column_names(table))
    if missing := [name for name in dict.fromkeys(names) if name not in known]:
        wanted = f"the column{'s' if len(missing) > 1 else ''} {', '.join(map(describe, missing))}"
        came = ", ".join(map(str, known[:_MOST_NAMES])) or "none"
        raise InvalidValueError(of, wanted, f"the columns {came}")
    if twice := [name for name in names if known.count(name) > 1]:
        raise InvalidValueError(of, f"one column {describe(twice[0])}", f"{known.count(twice[0])} of them")
    read = listed(table, names)
    if len(lengths := {len(column) for column in read}) > 1:
        came = " and ".join(map(str, sorted(lengths)))
        raise InvalidValueError(of, "columns of the same length", f"{came} rows")
    return read


def is_frame(table: Any) -> bool:
    """Say whether something has columns with names.

    Args:
        table: anything.
    """
    return hasattr(table, "collect_schema") or hasattr(table, "columns")


def column_names(table: Any) -> Iterable[Any]:
    """Return the names of the columns of a table, which may be no texts.

    Args:
        table: a mapping of columns, or a frame.
    """
    if isinstance(table, Mapping):
        return table
    found: Iterable[Any]
    if hasattr(table, "collect_schema"):  # of a lazy frame, whose `columns` are slow and warn
        found = table.collect_schema().names()
    elif hasattr(table, "column_names"):  # of pyarrow, whose `columns` are the values
        found = table.column_names
    else:
        found = table.columns
    return found


def listed(table: Any, names: Sequence[str]) -> list[list[Any]]:
    """Return columns that are there as lists.

    Args:
        table: a mapping of columns, or a frame.
        names: the names of the columns.

    Raises:
        InvalidTypeError: what is there is no column.
    """
    if hasattr(table, "fetchall"):  # a relation of DuckDB: asked once, as the order may be another next time
        quoted = ", ".join(f'"{_doubled(name)}" AS c{place}' for place, name in enumerate(names))
        rows = table.project(quoted).fetchall()
        return [[row[place] for row in rows] for place in range(len(names))]
    if not isinstance(table, Mapping) and hasattr(table, "collect"):  # a lazy frame of polars or narwhals
        table = table.select(list(dict.fromkeys(names))).collect()
    read = {name: _values(table[name], name) for name in dict.fromkeys(names)}
    return [read[name] for name in names]


def _doubled(name: str) -> str:
    return name.replace('"', '""')


def _values(column: Any, name: str) -> list[Any]:
    if getattr(getattr(column, "dtype", None), "kind", "") == "M" and not hasattr(column, "to_list"):
        column = column.astype("datetime64[us]")  # numpy's would come out as a count of nanoseconds
    for method in _TO_LIST:
        if hasattr(column, method):
            column = getattr(column, method)()
            break
    if isinstance(column, str | bytes | Mapping | AbstractSet) or not isinstance(column, Iterable):
        raise InvalidTypeError(name, "a column, such as a list", describe(column))
    return list(column)


def gaps(given: list[list[Any]]) -> set[int]:
    """Return the rows in which a value is missing.

    Args:
        given: the columns.
    """
    return {row for column in given for row, value in enumerate(column) if _is_gap(value)}


def _is_gap(value: Any) -> bool:
    kind = type(value)
    if kind is str:  # what tables are made of comes first: there are millions of them
        return not value or value.isspace()
    if kind is int:
        return False
    if kind is float:
        return math.isnan(value)
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if type(value).__name__ in {"NAType", "NaTType"}:  # those of pandas, whose comparisons are no booleans
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    return isinstance(value, Real) and not isinstance(value, Rational) and math.isnan(value)


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
    if not _is_number(value):
        raise TypeError
    if value != int(value):
        raise ValueError
    return int(value)


def _is_number(value: Any) -> bool:
    """Say whether a value is a number, also one of numpy or a database's decimal; a bool is none."""
    kind = type(value)
    return kind is int or kind is float or (isinstance(value, Real | Decimal) and kind is not bool)


def stars(values: list[Any], name: str, problems: Problems) -> list[int]:
    """Return stars.

    Args:
        values: whole numbers from 1 to 5, also as text.
        name: the name of the column.
        problems: where those go that are none.
    """
    return problems.read(values, name, _stars, expected="whole stars from 1 to 5")


def _stars(value: Any) -> int:
    read = _whole(_float(value) if isinstance(value, str) else value)
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
        return _float(value)


def _float(value: str) -> float:
    if "_" in value:  # Python's own spelling of numbers, and nobody else's
        raise ValueError
    return float(value)


def _day(value: Any) -> tuple[float, str]:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return (value.replace(tzinfo=UTC) - _EPOCH).total_seconds() / _DAY_SECONDS, "without an offset"
        return (value - _EPOCH).total_seconds() / _DAY_SECONDS, "with an offset"
    if isinstance(value, date):
        return float(value.toordinal() - _EPOCH_DAY), "without an offset"
    if not _is_number(value):
        raise TypeError
    if not math.isfinite(value):
        raise ValueError
    return float(value), "a number"
