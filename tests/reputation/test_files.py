"""Files of ratings: the same from every kind of file, and every line that cannot be read is named."""

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import (
    InvalidDocumentError,
    InvalidTypeError,
    InvalidValueError,
    MissingExtraError,
    UnknownIdError,
)
from mila_core.reputation import History, Table, backtest, frames, read_table
from tests.reputation.tables import kind_name, library

NAMES = ("rater", "subject", "stars", "at")
ROWS = [("c1", "andreas", "5", "3"), ("c2", "andreas", "4", "1"), ("Zoë", "beat", "1", "2")]
EXPECTED = list(History.of(dict(zip(NAMES, zip(*ROWS, strict=True), strict=True))))


def text(delimiter: str = ",", end: str = "\n") -> str:
    """Return the ratings as CSV."""
    return end.join(delimiter.join(row) for row in (NAMES, *ROWS)) + end


def json_lines() -> str:
    """Return the ratings as JSON Lines, stars and days as numbers."""
    rows = [(rater, subject, int(stars), int(at)) for rater, subject, stars, at in ROWS]
    return "".join(json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)


def of_text(content: str | bytes, **arguments: Any) -> Table:
    """Return the table of a text."""
    return read_table(io.BytesIO(content.encode() if isinstance(content, str) else content), **arguments)


def refusal(table: Table, **arguments: Any) -> list[str]:
    """Return what is wrong with a table, problem by problem."""
    with pytest.raises(InvalidDocumentError) as refused:
        History.of(table, **arguments)
    assert refused.value.message == table.name
    return [str(problem) for problem in refused.value.problems]


# Every kind of file --------------------------------------------------------------------------------------

FILES: dict[str, bytes] = {
    "ratings.csv": text().encode(),
    "ratings.CSV": text(";").encode(),
    "ratings.tsv": text("\t").encode(),
    "ratings.txt": text("\t", end="\r\n").encode(),
    "ratings": text(end="\r").encode(),
    "of a spreadsheet.csv": text(";", end="\r\n").encode("utf-8-sig"),
    "quoted.csv": text('","', end='"\n"').encode().join([b'"', b""])[:-1],
    "with blanks.csv": ("\n\n" + text(", ", end="\n\n")).encode(),
    "ratings.csv.gz": gzip.compress(text().encode()),
    "ratings.gz": gzip.compress(json_lines().encode()),
    "ratings.jsonl": json_lines().encode(),
    "ratings.ndjson": json_lines().encode("utf-8-sig"),
    "ratings.json": json_lines().replace("\n", "\r\n\n").encode(),
    "ratings.jsonl.gz": gzip.compress(json_lines().encode()),
    "ratings.log": ("\n  " + json_lines()).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_is_read(name: str, tmp_path: Path) -> None:
    """Delimiters, ends of lines, marks, quotes, blank lines and compression make no difference."""
    path = tmp_path / name
    path.write_bytes(FILES[name])
    for source in (path, str(path)):
        table = read_table(source)
        assert (list(History.of(table)), table.column_names) == (EXPECTED, NAMES)
        assert (table.name, len(table), table.problems) == (str(path), len(ROWS), ())


def test_only_the_columns_that_are_asked_for_are_kept() -> None:
    """The others are known by their names."""
    for content in (text(), json_lines()):
        table = of_text(content, columns=["stars", "price"])
        assert table.column_names == NAMES
        assert list(map(str, table["stars"])) == ["5", "4", "1"]
        for name in ("rater", "price"):
            with pytest.raises(UnknownIdError, match=f"no column with the id '{name}'"):
                table[name]


@given(
    st.lists(
        st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)] * 2),
        max_size=5,
    ),
    st.sampled_from(",;\t"),
)
def test_any_cell_comes_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    """Quoted cells hold delimiters, quotes and ends of lines; each row knows its line."""
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in ("a", *row)] for row in rows]
    content = "\n".join(delimiter.join(row) for row in [["x", "y", "z"], *quoted])
    table = of_text(content)
    assert (list(table["y"]), list(table["z"])) == ([row[0] for row in rows], [row[1] for row in rows])
    before = [
        2 + sum(map(ends_of_lines, (cell for row in rows[:n] for cell in row))) for n in range(len(rows))
    ]
    assert list(table.lines) == [line + number for number, line in enumerate(before)]


def ends_of_lines(cell: str) -> int:
    """Return how many lines a text ends, of any system."""
    return cell.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def test_the_delimiter_is_the_one_that_parts_most() -> None:
    """A comma in a heading does not hide the semicolons; one column has none."""
    table = of_text('rater;subject;"stars, given"\nc1;x;5\n')
    assert table.column_names == ("rater", "subject", "stars, given")
    assert of_text("stars\n5\n").column_names == ("stars",)


def test_a_stream_stays_open() -> None:
    """Who opened it closes it."""
    stream = io.BytesIO(text().encode())
    read_table(stream)
    assert not stream.closed


def test_a_table_goes_wherever_ratings_go() -> None:
    """A backtest takes it as it takes a frame."""
    assert backtest(of_text(text())).rows == 3
    assert repr(of_text(text(), name="mine")) == "<Table mine: 3 rows of 4 columns>"


def test_a_gap_in_a_file_is_left_out() -> None:
    """An empty cell, null, or a value that is not there."""
    history = History.of(of_text("rater,subject,stars,at\nc1,x,,1\nc1,x,5,1\n,x,5,1\n"))
    assert (len(history), history.left_out) == (1, {"gap": 2})
    history = History.of(
        of_text('{"rater":1,"subject":2,"stars":5}\n{"rater":1,"subject":2,"stars":null,"at":1}\n')
    )
    assert (len(history), history.left_out) == (0, {"gap": 2})


# Parquet -------------------------------------------------------------------------------------------------


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """Return a Parquet file of the ratings, with a column more."""
    path = tmp_path / "ratings.parquet"
    frame = library("polars").DataFrame(dict(zip(NAMES, zip(*ROWS, strict=True), strict=True)))
    frame.with_columns(other=1).write_parquet(path)
    return path


@pytest.mark.parametrize("backend", ["duckdb", "polars", "pyarrow"])
def test_parquet_is_read_with_what_is_installed(
    backend: str, parquet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any of the libraries that narwhals knows gives the same table."""
    library("narwhals")
    library(backend)
    monkeypatch.setattr(frames, "_BACKENDS", (backend,))
    table = read_table(parquet, columns=[*NAMES, "none"])
    assert (list(History.of(table)), table.column_names) == (EXPECTED, (*NAMES, "other"))
    assert (table.unit, table.number_of(0), len(table)) == ("row", 1, 3)
    assert read_table(parquet, columns=[]).column_names == (*NAMES, "other")


@pytest.mark.parametrize("backend", ["duckdb", "polars", "pyarrow"])
def test_what_is_no_parquet_is_refused(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library's own error is; a path that looks like a pattern would read other files."""
    library("narwhals")
    library(backend)
    monkeypatch.setattr(frames, "_BACKENDS", (backend,))
    for name in ("short.parquet", "long.PQ", "ratings[1].parquet"):
        path = tmp_path / name
        path.write_bytes(b"rater" if name.startswith("s") else b"rater" * 1000)
        with pytest.raises(InvalidValueError) as refused:
            read_table(path)
        assert refused.value.field == str(path)
        assert "\n" not in str(refused.value)
    with pytest.raises(InvalidValueError, match="expected a file that can be read, came no such file"):
        read_table(tmp_path / "none.parquet")


def test_without_the_extra_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that is missing, and how it is installed."""
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(MissingExtraError, match=r"narwhals is not installed: .*'mila-core\[frames\]'"):
        read_table(tmp_path / "ratings.parquet")


def test_without_a_backend_the_error_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Narwhals alone reads no file."""
    library("narwhals")
    monkeypatch.setattr(frames, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"duckdb is not installed: .*'mila-core\[frames\]'"):
        read_table(tmp_path / "ratings.parquet")


SORTS = "a number of days, a date or an instant, each of the same sort as in the rows before"

# What is refused -----------------------------------------------------------------------------------------


def test_lines_that_cannot_be_read_are_named() -> None:
    """With the values that are wrong, all at once, by the lines of the file."""
    table = of_text('rater,subject,stars,at\nc1,x,5\n\n"c\n2",x,9,1\nc3,x,5,1,2\n"c"4,x,5,1\nc5,x,5,soon\n')
    assert refusal(table) == [
        "line 2: expected 4 cells, came 3",
        "line 6: expected 4 cells, came 5",
        "line 7: expected cells of CSV, came ',' expected after '\"'",
        "stars, line 4: expected whole stars from 1 to 5, came '9'",
        f"at, line 8: expected {SORTS}, came 'soon'",
    ]


def test_a_quote_that_is_not_closed_is_named() -> None:
    """By the line on which it opens."""
    assert refusal(of_text('rater,subject,stars,at\nc1,x,5,1\n"c2,x,5,1\nc3,x,5,1\n')) == [
        "line 3: expected cells of CSV, came unexpected end of data"
    ]


def test_objects_that_cannot_be_read_are_named() -> None:
    """No JSON, no object, and numbers that nobody can hold."""
    good = '{"rater": 1, "subject": 2, "stars": 5, "at": 1}'
    deep = "[" * 100_000
    lines = [
        good,
        "{",
        "",
        "[1]",
        "7",
        f'{{"at": {"9" * 5000}}}',
        deep,
        '{"stars": [5]}',
        good.replace("5", "6"),
    ]
    assert refusal(of_text("\n".join(lines))) == [
        "line 2: expected a JSON object, came no JSON: Expecting property name enclosed in double quotes",
        "line 4: expected a JSON object, came a list",
        "line 5: expected a JSON object, came the int 7",
        "line 6: expected a JSON object, came no JSON: something else",
        "line 7: expected a JSON object, came no JSON: something else",
        "stars, line 9: expected whole stars from 1 to 5, came the int 6",
    ]


def test_a_file_without_any_object_tells_what_came() -> None:
    """That its columns are missing does not hide why."""
    table = of_text("{\n{\n", name="x.jsonl")
    assert [problem.partition(":")[0] for problem in refusal(table)] == ["line 1", "line 2", "x.jsonl"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_text_that_is_no_utf_8_is_named(encoding: str) -> None:
    """By its line."""
    content = text().encode(encoding)
    line = 4 if encoding == "latin-1" else 1
    assert f"line {line}: expected text in UTF-8, came other bytes" in refusal(of_text(content))


def test_very_many_problems_are_cut() -> None:
    """A thousand are told."""
    assert len(refusal(of_text("rater,subject,stars,at\n" + "c1\n" * 3000))) == 1000


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"], ids=kind_name)
def test_an_empty_file_has_no_columns(content: str) -> None:
    """It is no error of the file, but the columns that are asked for are not there."""
    table = of_text(content)
    assert (len(table), table.column_names) == (0, ())
    with pytest.raises(InvalidValueError, match="came the columns none"):
        History.of(table)


def test_a_header_alone_is_an_empty_table() -> None:
    """A file without a rating has its columns."""
    assert len(History.of(of_text("rater,subject,stars,at"))) == 0


def test_a_column_that_is_there_twice_is_refused() -> None:
    """Nobody could say which one is meant."""
    table = of_text("rater,subject,stars,at,at,other,other\nc1,x,5,1,2,3,4\n")
    with pytest.raises(InvalidValueError, match="expected one column 'at', came 2 of them"):
        History.of(table)
    assert len(History.of(table, at=None)) == 1


def _missing(path: Path) -> None:
    assert not path.exists()


def _folder(path: Path) -> None:
    path.mkdir()


def _cut(path: Path) -> None:
    path.write_bytes(gzip.compress(text().encode() * 100)[:-20])


def _spoilt(path: Path) -> None:
    content = bytearray(gzip.compress(text().encode() * 100))
    content[20:30] = b"\xff" * 10
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("none.csv", _missing),
        ("none.csv.gz", _missing),
        ("folder.csv", _folder),
        ("plain.csv.gz", lambda path: path.write_text(text(), encoding="utf-8")),
        ("cut.csv.gz", _cut),
        ("spoilt.csv.gz", _spoilt),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    name: str, make: Callable[[Path], object], tmp_path: Path
) -> None:
    """Missing, a folder, not compressed, cut off, spoilt."""
    make(tmp_path / name)
    with pytest.raises(InvalidValueError) as refused:
        read_table(tmp_path / name)
    assert refused.value.field == str(tmp_path / name)
    assert refused.value.expected == "a file that can be read"


@pytest.mark.parametrize(
    "source",
    [None, 7, b"ratings.csv", ["ratings.csv"], io.StringIO("stars")],
    ids=kind_name,
)
def test_what_is_neither_path_nor_stream_is_refused(source: Any) -> None:
    """A stream of text has lost its bytes already."""
    with pytest.raises(InvalidTypeError, match="source: expected a path or a binary stream"):
        read_table(source)
