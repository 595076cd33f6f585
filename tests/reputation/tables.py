"""The same ratings in every form that `History.of` reads; those of libraries that are missing are skipped."""

import importlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import pytest

from mila_core.reputation import read_table

Columns = Mapping[str, Sequence[Any]]


def kind_name(value: object) -> str:
    """Return what a value is, as the name of a test: its repr may hold an address of the memory."""
    return type(value).__name__


def library(name: str) -> ModuleType:
    """Return a library of frames, or skip the test where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        pytest.skip(f"{name} is not installed")


def as_rows(columns: Columns) -> list[dict[str, Any]]:
    """Return columns as rows."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _duckdb(columns: Columns) -> Any:
    connection = library("duckdb").connect()
    quoted = ((name.replace('"', '""'), values) for name, values in columns.items())
    names = ", ".join(f'"{name}" {_sql_type(values)}' for name, values in quoted)
    connection.execute(f"CREATE TABLE ratings ({names})")
    holes = ", ".join("?" * len(columns))
    for row in zip(*columns.values(), strict=True):
        connection.execute(f"INSERT INTO ratings VALUES ({holes})", row)  # noqa: S608  # holes only
    return connection.table("ratings")


def _sql_type(values: Sequence[Any]) -> str:
    kinds = {type(value) for value in values} - {type(None)}
    names = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}
    return names[kinds.pop()] if len(kinds) == 1 else "VARCHAR"


def _csv(columns: Columns) -> Any:
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return read_table(io.BytesIO("\n".join(lines).encode()))


def _json_lines(columns: Columns) -> Any:
    text = "\n".join(map(json.dumps, as_rows(columns)))
    return read_table(io.BytesIO(text.encode()))


FORMS: Mapping[str, Callable[[Columns], Any]] = {
    "columns": dict,
    "tuples": lambda columns: {name: tuple(values) for name, values in columns.items()},
    "generators": lambda columns: {name: iter(values) for name, values in columns.items()},
    "rows": as_rows,
    "generator of rows": lambda columns: iter(as_rows(columns)),
    "numpy": lambda columns: {name: library("numpy").array(values) for name, values in columns.items()},
    "pandas": lambda columns: library("pandas").DataFrame(columns),
    "pandas, nullable": lambda columns: library("pandas").DataFrame(columns).convert_dtypes(),
    "pandas, categories": lambda columns: library("pandas").DataFrame(columns).astype("category"),
    "polars": lambda columns: library("polars").DataFrame(columns),
    "polars, lazy": lambda columns: library("polars").LazyFrame(columns),
    "narwhals": lambda columns: library("narwhals").from_native(library("polars").DataFrame(columns)),
    "narwhals, lazy": lambda columns: library("narwhals").from_native(library("polars").LazyFrame(columns)),
    "pyarrow": lambda columns: library("pyarrow").table(dict(columns)),
    "pyarrow, batch": lambda columns: library("pyarrow").RecordBatch.from_pydict(dict(columns)),
    "duckdb": _duckdb,
    "CSV": _csv,
    "JSON Lines": _json_lines,
}
"""What makes each form of columns that have no gaps, by its name."""
