"""Parquet files, from the extra `frames`; the one module that knows narwhals."""

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mila_core.errors import InvalidValueError, MissingExtraError
from mila_core.reputation import _columns
from mila_core.reputation.tables import Table

__all__: list[str] = []  # `read_table` calls it

_BACKENDS = ("duckdb", "polars", "pyarrow")
"""What narwhals can read Parquet with; the extra brings the first one, which is the smallest."""

_OF_PATTERNS = "*?["  # the libraries would take other files, whose names match


def read_parquet(path: Path, *, name: str, columns: Collection[str] | None) -> Table:
    """Return the columns of a Parquet file; only those that are kept are read.

    Args:
        path: the file.
        name: the name of the table.
        columns: which columns are kept; all if None.

    Raises:
        MissingExtraError: narwhals or what it reads Parquet with is not installed.
        InvalidValueError: the file is no Parquet, or its path could be taken for a pattern.
    """
    backend = next((each for each in _BACKENDS if find_spec(each) is not None), None)
    try:
        import narwhals as nw  # noqa: PLC0415  # behind an extra
    except ImportError:
        raise MissingExtraError("frames", "narwhals") from None
    if backend is None:
        raise MissingExtraError("frames", _BACKENDS[0])
    if any(letter in str(path) for letter in _OF_PATTERNS):
        raise InvalidValueError(name, f"a path without {' '.join(_OF_PATTERNS)}", "a pattern")
    with path.open("rb"):  # an OSError like that of any other file
        pass
    try:
        frame: Any = nw.scan_parquet(path, backend=backend).to_native()
        found = [str(each) for each in _columns.column_names(frame)]
        kept = [each for each in found if columns is None or each in columns]
        values = _columns.listed(frame, kept) if kept else []
    except Exception as error:  # noqa: BLE001  # each library has errors of its own
        raise InvalidValueError(name, "a Parquet file", str(error).partition("\n")[0]) from None
    return Table(name=name, columns=dict(zip(kept, values, strict=True)), column_names=found)
