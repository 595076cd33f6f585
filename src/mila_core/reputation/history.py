"""A history of ratings, in the order of time: what the models of reputation learn from and are judged on."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError, describe
from mila_core.ratings import Direction, Rating, counted
from mila_core.reputation import _columns
from mila_core.reputation.tables import Table

__all__ = ["History", "Row"]

_OF_RATING = ("author_id", "subject_id", "stars", "counts_from")


class Row(NamedTuple):
    """One rating of a history.

    Attributes:
        rater: the number of who rated.
        subject: the number of who was rated.
        stars: the stars, from 1 to 5.
        day: when, in days.
    """

    rater: int
    subject: int
    stars: int
    day: float


class History:
    """Ratings in the order of time; who rates and who is rated are numbered in the order of their coming.

    Attributes:
        raters: the number of the rater of each rating.
        subjects: the number of the subject of each rating.
        stars: the stars of each rating.
        days: the time of each rating, in days; dates and instants are counted from 1970.
        rater_ids: the id of each rater, by number.
        subject_ids: the id of each subject, by number; the same list where `same_people`.
        same_people: whether raters and subjects are the same people, so that who rates is also rated.
        left_out: how many rows were left out, by reason: `gap` where a value was missing, `self` where
            somebody rated himself.

    Examples:
        >>> table = {"rater": ["c1", "c2"], "subject": ["andreas", "andreas"], "stars": [5, 4], "at": [2, 1]}
        >>> history = History.of(table)
        >>> list(history)
        [Row(rater=0, subject=0, stars=4, day=1.0), Row(rater=1, subject=0, stars=5, day=2.0)]
        >>> history.rater_ids
        ['c2', 'c1']
    """

    __slots__ = (
        "days",
        "left_out",
        "rater_ids",
        "raters",
        "same_people",
        "stars",
        "subject_ids",
        "subjects",
    )

    def __init__(self) -> None:
        """Hold no rating; `of` reads them."""
        self.raters: list[int] = []
        self.subjects: list[int] = []
        self.stars: list[int] = []
        self.days: list[float] = []
        self.rater_ids: list[str] = []
        self.subject_ids: list[str] = []
        self.same_people = False
        self.left_out: dict[str, int] = {}

    @classmethod
    def of(
        cls,
        ratings: Any,
        *,
        rater: str = "rater",
        subject: str = "subject",
        stars: str = "stars",
        at: str | None = "at",
        same_people: bool = False,
    ) -> "History":
        """Return the ratings of a table as a history.

        A rating at the same time as another one keeps its place behind it. A row in which a value is missing
        (None, NaN or an empty text) is left out and counted.

        Args:
            ratings: `Rating` values, of which those of friends are taken, each once for its booking, at the
                instant of its reveal; or a mapping of columns; or a frame of pandas, polars, pyarrow or
                DuckDB; or a table of `read_table`; or an iterable of mappings, one a row; or a history, which
                is returned as it is.
            rater: the column of who rates; ids are texts or whole numbers.
            subject: the column of who is rated.
            stars: the column of the stars, whole numbers from 1 to 5.
            at: the column of the time: numbers, which are days, or dates, or instants, each also as ISO 8601
                text. None where there is none: then the rows are in the order of time, and nothing ages.
            same_people: whether an id means the same person in both columns, as where everybody rates
                everybody. A row in which somebody rates himself is left out then.

        Raises:
            InvalidTypeError: no such table, or an argument of another type.
            InvalidValueError: a column is missing, or columns are not equally long.
            InvalidDocumentError: values that cannot be read, all of them by row; the first row is row 1. In
                a file they are named by their lines.
        """
        if isinstance(ratings, History):
            return ratings
        if not isinstance(same_people, bool):
            raise InvalidTypeError("same_people", "a boolean", describe(same_people))
        names = {"rater": rater, "subject": subject, "stars": stars, "at": at}
        for argument, name in names.items():
            if not isinstance(name, str) and (argument, name) != ("at", None):
                raise InvalidTypeError(argument, "the name of a column", describe(name))
        wanted = tuple(name for name in names.values() if name is not None)
        history = cls()
        history.same_people = same_people
        history._read(*_table(ratings, wanted))
        return history

    def _read(self, table: Any, names: tuple[str, ...]) -> None:
        of_file = table if isinstance(table, Table) else Table()
        problems = _columns.Problems(of_file.name, of_file.problems)
        try:
            given = _columns.columns(table, names, of=of_file.name)
        except InvalidInputError as error:
            if not of_file.problems:
                raise
            problems.add(error)
            problems.throw()
            raise
        rows = list(range(len(given[0])))
        if gaps := _columns.gaps(given):
            self.left_out["gap"] = len(gaps)
            rows = [row for row in rows if row not in gaps]
            given = [[column[row] for row in rows] for column in given]
        problems.number(of_file.unit, [of_file.number_of(row) for row in rows])
        raters = _columns.identifiers(given[0], names[0], problems)
        subjects = _columns.identifiers(given[1], names[1], problems)
        stars = _columns.stars(given[2], names[2], problems)
        days = [0.0] * len(rows)
        for column, name in zip(given[3:], names[3:], strict=True):
            days = _columns.days(column, name, problems)
        problems.throw()
        order = sorted(range(len(rows)), key=days.__getitem__)
        if self.same_people:
            order = [row for row in order if raters[row] != subjects[row]]
            if len(order) < len(rows):
                self.left_out["self"] = len(rows) - len(order)
        self.stars = [stars[row] for row in order]
        self.days = [days[row] for row in order]
        self._number([raters[row] for row in order], [subjects[row] for row in order])

    def _number(self, raters: list[str], subjects: list[str]) -> None:
        """Number people in the order of their coming."""
        of_raters: dict[str, int] = {}
        of_subjects = of_raters if self.same_people else {}
        for rater, subject in zip(raters, subjects, strict=True):
            self.raters.append(of_raters.setdefault(rater, len(of_raters)))
            self.subjects.append(of_subjects.setdefault(subject, len(of_subjects)))
        self.rater_ids = list(of_raters)
        self.subject_ids = self.rater_ids if self.same_people else list(of_subjects)

    def __len__(self) -> int:
        """Return the number of ratings."""
        return len(self.stars)

    def __iter__(self) -> Iterator[Row]:
        """Return the ratings one after the other."""
        return map(Row, self.raters, self.subjects, self.stars, self.days)

    def __repr__(self) -> str:
        """Return how many ratings and people it has."""
        raters, subjects = len(self.rater_ids), len(self.subject_ids)
        return f"<History of {len(self)} ratings, {raters} raters, {subjects} subjects>"

    def first(self, count: int) -> "History":
        """Return the first ratings as a history; people keep their numbers.

        Args:
            count: how many, at most as many as there are.

        Raises:
            InvalidTypeError: no whole number.
            InvalidValueError: less than none.
        """
        return self._part(slice(_checked(count)))

    def last(self, count: int) -> "History":
        """Return the last ratings as a history; people keep their numbers.

        Args:
            count: how many, at most as many as there are.

        Raises:
            InvalidTypeError: no whole number.
            InvalidValueError: less than none.
        """
        return self._part(slice(max(0, len(self) - _checked(count)), None))

    def _part(self, rows: slice) -> "History":
        part = History()
        part.rater_ids, part.subject_ids = self.rater_ids, self.subject_ids
        part.same_people, part.left_out = self.same_people, self.left_out
        part.raters, part.subjects = self.raters[rows], self.subjects[rows]
        part.stars, part.days = self.stars[rows], self.days[rows]
        return part


def _table(ratings: Any, names: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    """Return a table of columns, and the names of those that are wanted."""
    if isinstance(ratings, Mapping | Table) or _columns.is_frame(ratings):
        return ratings, names
    if isinstance(ratings, str | bytes) or not isinstance(ratings, Iterable):
        raise InvalidTypeError("ratings", "Rating values or a table", describe(ratings))
    rows = list(ratings)
    if all(isinstance(row, Rating) for row in rows):
        known = counted(rows, at=max(row.counts_from for row in rows)) if rows else ()
        kept = [each for each in known if each.direction is Direction.OF_FRIEND]
        return {name: [getattr(each, name) for each in kept] for name in _OF_RATING}, _OF_RATING
    found: dict[Any, None] = {}
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            expected = "a mapping, or Rating values alone"
            raise InvalidTypeError(f"ratings, row {number}", expected, describe(row))
        found.update(dict.fromkeys(row))
    return {name: [row.get(name) for row in rows] for name in found}, names


def _checked(count: int) -> int:
    """Return how many ratings are wanted."""
    if isinstance(count, bool) or not isinstance(count, int):
        raise InvalidTypeError("count", "a whole number", describe(count))
    if count < 0:
        raise InvalidValueError("count", "no negative number", describe(count))
    return count
