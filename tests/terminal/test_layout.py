"""The output fits the terminal, whatever its width."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.names import LANGUAGES
from mila_core.terminal._layout import LEAST_WIDTH, MOST_WIDTH, RULE, columns, heading, paragraph
from tests.terminal.shell import Run, in_process, lines_of

WIDTHS = (40, 60, 80, 100)

WORDS = (
    "a",
    "to",
    "für",
    "le",
    "d’un",
    "two-part",
    "CHF\N{NO-BREAK SPACE}1'234.50",
    "1.",
    "Fernsehsender",
    "x" * 30,
)
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
tables = st.integers(1, 6).flatmap(
    lambda size: st.lists(st.tuples(*[texts | st.just(RULE)] * size), min_size=1, max_size=5)
)
widths = st.integers(LEAST_WIDTH, MOST_WIDTH)


def fits(line: str, width: int) -> bool:
    """Say whether a line is within a width, or is a single word, which cannot be broken."""
    return len(line) <= width or re.fullmatch(r" *[^ ]+", line) is not None


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "command",
    [
        (),
        ("rank", "market", "r1"),
        ("rank", "market", "r4", "--at", "2013-11-27T09:00+01:00"),
        ("quote", "market", "r2"),
        ("quote", "market", "r2", "--friend", "fabio"),
    ],
    ids=" ".join,
)
def test_no_line_is_longer_than_the_terminal(
    run: Run, files: Mapping[str, Path], *, command: tuple[str, ...], language: str, width: int
) -> None:
    """No line goes beyond the width, none ends with a blank, and there are no two empty lines in a row."""
    out = run(*[files.get(part, part) for part in command], "--lang", language, width=width).out
    lines = lines_of(out)
    assert [line for line in lines if len(line) > width] == []
    assert [line for line in lines if line != line.rstrip()] == []
    assert "\t" not in out
    assert "\n\n\n" not in out


@pytest.mark.parametrize("width", [0, -5, 1, 39, 101, 100_000])
def test_an_odd_width_is_brought_into_bounds(run: Run, width: int) -> None:
    """Narrower than 40 or wider than 100 characters nothing gets."""
    lines = lines_of(run(width=width).out)
    assert max(map(len, lines)) <= MOST_WIDTH
    assert max(map(len, lines)) >= LEAST_WIDTH - 5


def test_a_width_that_is_none_is_ignored() -> None:
    """Where the environment does not say how wide the terminal is, the usual width of 80 is taken."""
    usual = in_process(environment={"COLUMNS": "80"}).stdout
    for width in ("wide", ""):
        done = in_process(environment={"COLUMNS": width})
        assert (done.returncode, done.stdout) == (0, usual)


def test_a_wider_terminal_takes_fewer_lines(run: Run) -> None:
    """The room is used."""
    heights = [len(lines_of(run(width=width).out)) for width in WIDTHS]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > heights[-1]


@given(rows=tables, width=widths, data=st.data())
def test_a_table_keeps_every_word_and_the_width(
    rows: list[tuple[str, ...]], width: int, data: st.DataObject
) -> None:
    """Whatever the cells, no line is too long but for a word that is, and no word is lost."""
    size = len(rows[0])
    head = data.draw(st.none() | st.tuples(*[texts] * size))
    lines = list(columns(rows, width, head=head, right=data.draw(st.sets(st.integers(0, size - 1)))))
    assert [line for line in lines if not fits(line, width) or line != line.rstrip()] == []
    shown = re.sub(r"[ :]", "", "".join(lines)).replace(RULE, "")
    for row in rows:
        for cell in row:
            if cell != RULE:
                assert all(letter in shown for letter in cell if letter != " ")


@given(rows=tables)
def test_a_table_that_fits_has_a_line_for_each_row(rows: list[tuple[str, ...]]) -> None:
    """With room enough nothing is broken: each row is one line with its cells in order."""
    lines = list(columns(rows, 10_000))
    assert len(lines) == len(rows)
    for row, line in zip(rows, lines, strict=True):
        cells = [cell for cell in row if cell != RULE]
        assert [cell for cell in cells if " ".join(cell.split(" ")) not in line] == []


def test_a_table_without_rows_is_nothing() -> None:
    """Nothing to show is no line, not even the titles."""
    assert list(columns([], 80, head=("a", "b"))) == []


@given(text=texts, width=widths)
def test_a_paragraph_keeps_every_word_in_order(text: str, width: int) -> None:
    """A text is broken between words only."""
    lines = list(paragraph(text, width))
    assert " ".join(lines).split(" ") == [word for word in text.split(" ") if word] or not text.strip()
    assert [line for line in lines if not fits(line, width)] == []


@given(text=texts.filter(str.strip), width=widths)
def test_a_heading_is_underlined_to_its_width(text: str, width: int) -> None:
    """An empty line, the title, a rule as long as its longest line, an empty line."""
    first, *title, rule, last = heading(text, width)
    assert (first, last) == ("", "")
    assert rule == RULE * max(map(len, title))
    assert " ".join(title) == text
