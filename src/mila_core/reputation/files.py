"""Files of ratings: CSV, JSON Lines, both also compressed, and Parquet with the extra `frames`."""

import gzip
import io
import zlib
from collections.abc import Collection
from os import PathLike
from pathlib import Path
from typing import IO, Any

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.reputation import frames
from mila_core.reputation._text_files import Lines, read_csv, read_json_lines
from mila_core.reputation.tables import Table

__all__ = ["read_table"]

_COMPRESSED = ".gz"
_CSV = frozenset({".csv", ".tsv"})
_JSON_LINES = frozenset({".json", ".jsonl", ".ndjson"})
_PARQUET = frozenset({".parquet", ".pq"})


def read_table(
    source: str | PathLike[str] | IO[bytes],
    *,
    columns: Collection[str] | None = None,
    name: str | None = None,
) -> Table:
    r"""Return the columns of a file, as `History.of` and `backtest` take them.

    What a file is, its name says: `.csv` or `.tsv`; `.jsonl`, `.ndjson` or `.json` for an object a line; each
    with `.gz` behind where it is compressed; `.parquet` or `.pq`. Without such a name its first line says
    whether it is CSV or JSON Lines. CSV has a header line, and cells parted by commas, semicolons or tabs;
    text is UTF-8, with or without a mark at its beginning. Blank lines are passed over.

    Args:
        source: the path of the file, or a binary stream of CSV or JSON Lines.
        columns: the names of the columns that are kept, which saves memory; all if not given.
        name: what the table is called in errors; the path if not given.

    Raises:
        InvalidTypeError: neither a path nor a binary stream.
        InvalidValueError: the file cannot be read.
        MissingExtraError: a Parquet file, and what reads it is not installed.

    Examples:
        >>> import io
        >>> from mila_core.reputation import History
        >>> text = "rater;subject;stars\nc1;andreas;5\nc2;andreas;4\n"
        >>> table = read_table(io.BytesIO(text.encode()))
        >>> table.column_names, table["stars"]
        (('rater', 'subject', 'stars'), ['5', '4'])
        >>> History.of(table, at=None)
        <History of 2 ratings, 2 raters, 1 subjects>
    """
    if isinstance(source, str | PathLike):
        return _of_path(Path(source), name=str(source) if name is None else name, columns=columns)
    if not hasattr(source, "read") or isinstance(source, io.TextIOBase):
        raise InvalidTypeError("source", "a path or a binary stream", describe(source))
    return _of_text(source, suffix="", name="ratings" if name is None else name, columns=columns)


def _of_path(path: Path, *, name: str, columns: Collection[str] | None) -> Table:
    suffix = path.suffix.lower()
    try:
        if suffix in _PARQUET:
            return frames.read_parquet(path, name=name, columns=columns)
        if suffix == _COMPRESSED:
            with gzip.open(path) as stream:
                inner = path.with_suffix("").suffix.lower()
                return _of_text(stream, suffix=inner, name=name, columns=columns)
        with path.open("rb") as file:
            return _of_text(file, suffix=suffix, name=name, columns=columns)
    except (OSError, EOFError, zlib.error) as error:
        came = (getattr(error, "strerror", None) or str(error) or "none").lower()
        raise InvalidValueError(name, "a file that can be read", came) from None


def _of_text(stream: Any, *, suffix: str, name: str, columns: Collection[str] | None) -> Table:
    # newline="" leaves the ends of lines to the reader of CSV, whose quoted cells may hold some
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        lines = Lines(text)
        looks_like_json = lines.first.lstrip().startswith("{") and suffix not in _CSV
        read = read_json_lines if suffix in _JSON_LINES or looks_like_json else read_csv
        return read(lines, name=name, columns=columns)
    finally:
        text.detach()  # whoever opened the stream closes it
