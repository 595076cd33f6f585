"""Tables as files have them: columns by name, with the line of each row and what could not be read."""

from collections.abc import Mapping, Sequence
from typing import Any

from mila_core.errors import InvalidInputError, UnknownIdError

__all__ = ["Table"]


class Table:
    """The columns of a file; `History.of`, `backtest` and all that takes ratings reads it.

    Attributes:
        name: the name of the file, for errors.
        column_names: the names of all its columns, also of those that were not kept.
        lines: the line of the file on which each row begins, from 1; empty for a file without lines.
        problems: what is wrong with rows that could not be read. Those rows are not among the columns, and
            `History.of` refuses the table with these problems and its own.

    Examples:
        >>> table = Table(name="ratings.csv", columns={"stars": ["5", "4"]}, lines=[2, 3])
        >>> table.column_names, table["stars"], len(table)
        (('stars',), ['5', '4'], 2)
    """

    __slots__ = ("_columns", "column_names", "lines", "name", "problems")

    def __init__(
        self,
        *,
        name: str = "ratings",
        columns: Mapping[str, Sequence[Any]] | None = None,
        column_names: Sequence[str] | None = None,
        lines: Sequence[int] = (),
        problems: Sequence[InvalidInputError] = (),
    ) -> None:
        """Hold columns of the same length."""
        self.name = name
        self._columns = dict(columns or {})
        self.column_names = tuple(self._columns if column_names is None else column_names)
        self.lines = tuple(lines)
        self.problems = tuple(problems)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self._columns.values()), ()))

    def __getitem__(self, name: str) -> Sequence[Any]:
        """Return a column that was kept.

        Args:
            name: its name.

        Raises:
            UnknownIdError: there is none, or it was not kept.
        """
        if name not in self._columns:
            raise UnknownIdError("column", name)
        return self._columns[name]

    def __repr__(self) -> str:
        """Return its name and size, and no value."""
        return f"<Table {self.name}: {len(self)} rows of {len(self.column_names)} columns>"

    @property
    def unit(self) -> str:
        """What its rows are found by: `line`, or `row` where it has no lines."""
        return "line" if self.lines else "row"

    def number_of(self, row: int) -> int:
        """Return the line on which a row begins, or its own number where there are no lines.

        Args:
            row: the row; the first one is row 0.
        """
        return self.lines[row] if self.lines else row + 1
