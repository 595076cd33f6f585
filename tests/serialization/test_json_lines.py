"""JSON Lines: a document a line, read and written one by one, each problem with its line."""

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidDocumentError, InvalidTypeError
from mila_core.market import Market
from mila_core.money import Money, chf
from mila_core.places import Place
from mila_core.samples import zurich_2013
from mila_core.serialization import Limits, dumps, json_lines
from tests.serialization.broken import FULL
from tests.serialization.kinds import STRATEGIES

some = settings(max_examples=max(3, settings().max_examples // 12))
anything = st.sampled_from(sorted(STRATEGIES)).flatmap(STRATEGIES.__getitem__)

GOOD = dumps(chf(40))
BAD = '{"schema_version": 2, "kind": "money", "value": 40.0}'


def lines_of(market: Market) -> list[str]:
    """Return the lines of a market."""
    file = io.StringIO()
    json_lines.write_market(market, file)
    return file.getvalue().splitlines(keepends=True)


def problems_of(lines: Iterable[str | bytes]) -> list[str]:
    """Return where the problems of a market's lines are."""
    with pytest.raises(InvalidDocumentError) as caught:
        json_lines.read_market(lines)
    return [problem.field for problem in caught.value.problems]


@some
@given(st.lists(anything, max_size=5))
def test_what_is_written_reads_back(values: list[Any]) -> None:
    """Values of any kinds come back in their order, a line each, whatever line breaks their texts have."""
    file = io.StringIO()
    assert json_lines.write(values, file) == len(values)
    lines = io.StringIO(file.getvalue()).readlines()
    assert len(lines) == len(values)
    assert list(json_lines.read(lines, object)) == values


@some
@given(testing.markets())
def test_a_market_reads_back(market: Market) -> None:
    """A market's lines make an equal market."""
    assert json_lines.read_market(lines_of(market)) == market


def test_a_file_in_bytes_is_read(tmp_path: Path) -> None:
    """A file may be opened as text in UTF-8 or as bytes."""
    path = tmp_path / "market.jsonl"
    with path.open("w", encoding="utf-8") as file:
        json_lines.write_market(FULL, file)
    with path.open("rb") as lines:
        assert json_lines.read_market(lines) == FULL


def test_a_market_may_come_in_any_order() -> None:
    """Parts of a collection keep their order among themselves; collections may come mixed."""
    lines = lines_of(FULL)
    assert json_lines.read_market(sorted(lines, key=len)) != FULL
    assert json_lines.read_market([*lines[5:], *lines[:5]]).catalogue == FULL.catalogue


def test_every_field_of_a_market_has_its_lines() -> None:
    """A new field of a market is not forgotten: it is one value or a collection, each of another kind."""
    kinds = {json.loads(line)["kind"] for line in lines_of(FULL)}
    assert len(kinds) == len(attrs.fields(Market))


def test_values_are_read_as_they_are_asked_for() -> None:
    """Nothing is read ahead: a file may be larger than the memory."""
    asked = 0

    def lines() -> Iterator[str]:
        nonlocal asked
        while True:
            asked += 1
            yield GOOD

    values = json_lines.read(lines(), Money)
    assert [next(values), next(values)] == [chf(40), chf(40)]
    assert asked == 2


def test_a_bad_line_is_told_with_its_number() -> None:
    """All problems of the first bad line are told at once; blank lines are counted, and pass."""
    values = json_lines.read([GOOD, "\n", BAD, BAD], Money)
    assert next(values) == chf(40)
    with pytest.raises(InvalidDocumentError) as caught:
        next(values)
    assert [problem.field for problem in caught.value.problems] == [
        "line 3 $.schema_version",
        "line 3 $.value",
    ]


@pytest.mark.parametrize("line", ["{", "[]", b"\xff", dumps(Place("8004")), '{"kind": "money"}'])
def test_any_bad_line_is_one_error(line: str | bytes) -> None:
    """What is no JSON, no UTF-8 or another kind is an error of its line as well."""
    with pytest.raises(InvalidDocumentError, match="line 1"):
        list(json_lines.read([line], Money))


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (GOOD, "lines"),  # would be read letter by letter
        (GOOD.encode(), "lines"),
        (None, "lines"),
        ([None], r"lines\[0\]"),
        ([GOOD, "", 7], r"lines\[2\]"),
    ],
)
def test_what_are_no_lines_is_a_wrong_call(lines: Any, field: str) -> None:
    """It is no bad line, and not left out as one."""
    errors: list[InvalidDocumentError] = []
    with pytest.raises(InvalidTypeError, match=f"^{field}: expected"):
        list(json_lines.read(lines, Money, on_error=errors.append))
    assert errors == []
    with pytest.raises((InvalidTypeError, InvalidDocumentError), match=f"^({field}: expected|market)"):
        json_lines.read_market(lines)


def test_bad_lines_may_be_left_out() -> None:
    """Who wants the good lines of a bad file is given the errors of the others."""
    errors: list[InvalidDocumentError] = []
    found = list(json_lines.read([BAD, GOOD, "{"], Money, on_error=errors.append))
    assert found == [chf(40)]
    assert [error.message for error in errors] == ["line 1", "line 3"]


def test_limits_are_of_a_line() -> None:
    """A limit is for each line, not for the file."""
    limits = Limits(characters=len(GOOD))
    assert len(list(json_lines.read([GOOD] * 3, Money, limits=limits))) == 3
    with pytest.raises(InvalidDocumentError, match="line 2"):
        list(json_lines.read([GOOD, GOOD + " "], Money, limits=limits))


def test_progress_is_shown_by_what_is_given() -> None:
    """Any function that passes an iterable on will do."""
    shown: list[Any] = []

    def progress(items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            shown.append(item)
            yield item

    file = io.StringIO()
    json_lines.write([chf(40)], file, progress=progress)
    assert shown == [chf(40)]
    assert list(json_lines.read([GOOD], Money, progress=progress)) == [chf(40)]
    assert shown == [chf(40), GOOD]
    assert json_lines.read_market(lines_of(FULL), progress=progress) == FULL


# --- what is wrong with a market's lines


def test_a_market_needs_its_catalogue_once() -> None:
    """Without a catalogue there is no market; with two nobody knows which."""
    lines = lines_of(FULL)
    assert problems_of(lines[1:]) == ["$"]
    assert problems_of([*lines, lines[0]]) == [f"line {len(lines) + 1} $.kind"]
    assert problems_of([]) == ["$"]


def test_what_is_no_part_of_a_market_is_refused() -> None:
    """A document of another kind is not passed over."""
    assert problems_of([*lines_of(FULL), GOOD]) == [f"line {len(lines_of(FULL)) + 1} $.kind"]


def test_references_are_told_with_their_line() -> None:
    """A duplicate, a dangling reference and a service of no category name the lines that they are in."""
    market = zurich_2013().market
    lines = [line for line in lines_of(market) if '"kind": "partner"' not in line]
    found = problems_of(lines)
    assert found
    for field in found:
        _, number, path = field.split(" ")
        line = json.loads(lines[int(number) - 1])
        assert line["kind"] == "friend"
        assert path.startswith("$.certifications[")
    twice = lines_of(market)
    assert problems_of([*twice, twice[-1]]) == [f"line {len(twice) + 1} $.friend_id"]
    catalogue = json.loads(twice[0])
    catalogue["services"][0]["category"] = "magic"
    assert "line 1 $.services[0].category" in problems_of([json.dumps(catalogue), *twice[1:]])
