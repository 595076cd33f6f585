"""CSV and JSON Lines: rows of a text, each with the line on which it begins; all that is wrong, by line."""

import csv
import json
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from mila_core.errors import MOST_PROBLEMS, InvalidInputError, InvalidTypeError, InvalidValueError, describe
from mila_core.reputation.tables import Table

__all__ = ["Lines", "read_csv", "read_json_lines"]

DELIMITERS = ",;\t"


class Lines:
    """The lines of a text, and what is wrong with them.

    Args:
        stream: the lines; bytes that are no UTF-8 came as lone surrogates.
    """

    def __init__(self, stream: Iterable[str]) -> None:
        """Read up to the first line that is not blank; it is looked at before a reader is chosen."""
        self.problems: list[InvalidInputError] = []
        self.blank = 0
        self.first = ""
        self._rest = iter(stream)
        for line in self._rest:
            if line.strip():
                self.first = line
                break
            self.blank += 1

    def __iter__(self) -> Iterator[str]:
        """Yield the lines from the first one on that is not blank."""
        lines = chain([self.first], self._rest) if self.first else ()
        for number, line in enumerate(lines, start=self.blank + 1):
            if not line.isascii() and any("\ud800" <= letter <= "\udfff" for letter in line):
                self.refuse(number, InvalidValueError("", "text in UTF-8", "other bytes"))
            yield line

    def refuse(self, number: int, problem: InvalidInputError) -> None:
        """Keep what is wrong with a line.

        Args:
            number: the number of the line.
            problem: what is wrong.
        """
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem.at(f"line {number}"))


def read_csv(lines: Lines, *, name: str, columns: Collection[str] | None) -> Table:
    """Return the table of a CSV text; what parts its cells is the one of `,`, `;` and tab that makes most.

    Args:
        lines: the text.
        name: the name of the table.
        columns: which columns are kept; all if None.
    """
    parted_by = max(DELIMITERS, key=lambda each: len(next(csv.reader([lines.first], delimiter=each), ())))
    reader = csv.reader(lines, delimiter=parted_by, skipinitialspace=True, strict=True)
    rows = _records(reader, lines)
    _, header = next(rows, (0, []))
    header = [cell.strip() for cell in header]
    kept = {each: header.index(each) for each in header if columns is None or each in columns}
    found: dict[str, list[str]] = {each: [] for each in kept}
    places = [(found[each].append, place) for each, place in kept.items()]
    numbers: list[int] = []
    known: dict[str, str] = {}
    for number, row in rows:
        if len(row) != len(header):
            lines.refuse(number, InvalidValueError("", f"{len(header)} cells", f"{len(row)}"))
            continue
        numbers.append(number)
        for append, place in places:
            append(known.setdefault(row[place], row[place]))  # an id comes often: one text for all
    return Table(
        name=name, columns=found, column_names=header, lines=numbers, problems=_in_order(lines.problems)
    )


def _records(reader: Any, lines: Lines) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with its first line."""
    while True:
        number = lines.blank + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.refuse(number, InvalidValueError("", "cells of CSV", str(error)))
            continue
        if row:
            yield number, row


def read_json_lines(lines: Lines, *, name: str, columns: Collection[str] | None) -> Table:
    """Return the table of JSON Lines; a column is the name of a value in any of the objects.

    Args:
        lines: the text.
        name: the name of the table.
        columns: which columns are kept; all if None.
    """
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    found: dict[str, None] = {}
    for number, line in enumerate(lines, start=lines.blank + 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            came = getattr(error, "msg", "something else")
            lines.refuse(number, InvalidValueError("", "a JSON object", f"no JSON: {came}"))
            continue
        if not isinstance(row, dict):
            lines.refuse(number, InvalidTypeError("", "a JSON object", describe(row)))
            continue
        found.update(dict.fromkeys(row))
        rows.append(row if columns is None else {each: row[each] for each in columns if each in row})
        numbers.append(number)
    kept = [each for each in found if columns is None or each in columns]
    return Table(
        name=name,
        columns={each: [row.get(each) for row in rows] for each in kept},
        column_names=tuple(found),
        lines=numbers,
        problems=_in_order(lines.problems),
    )


def _in_order(problems: list[InvalidInputError]) -> list[InvalidInputError]:
    return sorted(problems, key=lambda problem: int(problem.field.removeprefix("line ")))
