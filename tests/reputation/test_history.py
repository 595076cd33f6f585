"""Histories: the same from every form of a table, in the order of time, and all that is wrong by row."""

import csv
import io
import math
from collections import UserDict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidDocumentError, InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.ratings import Direction, Rating
from mila_core.reputation import History, Table
from mila_core.reputation.history import Row
from tests.journey import NOW
from tests.reputation.tables import FORMS, Columns, as_rows, kind_name, library
from tests.wrong import NAIVE

each_form = pytest.mark.parametrize("make", FORMS.values(), ids=FORMS)

SMALL: Columns = {
    "rater": ["c1", "c2", "c1", "c3"],
    "subject": ["andreas", "andreas", "beat", "beat"],
    "stars": [5, 3, 4, 1],
    "at": [3.5, 1.0, 2.0, 2.0],
}


def columns(**changed: Any) -> dict[str, Any]:
    """Return one good rating as columns, some of them changed."""
    return {"rater": ["c1"], "subject": ["andreas"], "stars": [5], "at": [1], **changed}


def refusal(table: Any, **names: Any) -> str:
    """Return the error of a table with values that cannot be read."""
    with pytest.raises(InvalidDocumentError) as refused:
        History.of(table, **names)
    return str(refused.value)


def plain(history: History) -> tuple[Any, ...]:
    """Return all that a history says."""
    return (
        list(history),
        history.rater_ids,
        history.subject_ids,
        history.same_people,
        history.left_out,
    )


def by_hand(rows: Iterable[tuple[str, str, int, float]]) -> list[tuple[str, str, int, float]]:
    """Return rows in the order of time, by insertion: slow and obvious."""
    ordered: list[tuple[str, str, int, float]] = []
    for row in rows:
        place = len(ordered)
        while place and ordered[place - 1][3] > row[3]:
            place -= 1
        ordered.insert(place, row)
    return ordered


def named(history: History) -> list[tuple[str, str, int, float]]:
    """Return the rows of a history with ids in place of numbers."""
    return [
        (history.rater_ids[row.rater], history.subject_ids[row.subject], row.stars, row.day)
        for row in history
    ]


# Every form ----------------------------------------------------------------------------------------------


@each_form
def test_every_form_gives_the_same_history(make: Callable[[Columns], Any]) -> None:
    """Frames, columns, rows and files with the same ratings are the same history."""
    history = History.of(make(SMALL))
    assert plain(history) == plain(History.of(SMALL))
    assert list(history) == [Row(0, 0, 3, 1.0), Row(1, 1, 4, 2.0), Row(2, 1, 1, 2.0), Row(1, 0, 5, 3.5)]


@each_form
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from(["a", "x", "y"]),
            st.integers(1, 5),
            st.integers(-50, 50).map(lambda half: half / 2),
        ),
        min_size=1,
        max_size=30,
    ),
    same_people=st.booleans(),
)
def test_every_form_of_any_ratings_gives_the_same_history(
    make: Callable[[Columns], Any], rows: list[tuple[str, str, int, float]], *, same_people: bool
) -> None:
    """It is the insertion sort of the rows, self-raters taken out where both columns are the same people."""
    names = ("rater", "subject", "stars", "at")
    table = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    history = History.of(make(table), same_people=same_people)
    kept = [row for row in rows if not (same_people and row[0] == row[1])]
    assert named(history) == by_hand(kept)
    assert sum(history.left_out.values()) == len(rows) - len(kept)


@each_form
def test_a_table_without_a_row_is_an_empty_history(make: Callable[[Columns], Any]) -> None:
    """No rating is no error yet; JSON Lines alone cannot say what columns they would have."""
    empty: Columns = {name: [] for name in SMALL}
    form = make(empty)
    if isinstance(form, Table) and not form.column_names:
        with pytest.raises(InvalidValueError, match=r"the columns 'rater', .* came the columns none"):
            History.of(form)
    else:
        assert plain(History.of(form)) == ([], [], [], False, {})


@each_form
def test_a_missing_column_is_named_with_those_that_are_there(make: Callable[[Columns], Any]) -> None:
    """All columns that are missing are told, and what there is instead."""
    with pytest.raises(InvalidValueError) as refused:
        History.of(make(SMALL), rater="student", stars="y")
    assert str(refused.value) == (
        "ratings: expected the columns 'student', 'y', came the columns rater, subject, stars, at"
    )


@each_form
def test_what_is_not_asked_for_is_not_read(make: Callable[[Columns], Any]) -> None:
    """Other columns may hold anything, and have any name."""
    table = {**SMALL, 'a "b"': ["x"] * 4}
    assert plain(History.of(make(table))) == plain(History.of(SMALL))


@pytest.mark.parametrize("form", ["columns", "rows", "pandas", "polars", "polars, lazy", "pyarrow", "duckdb"])
def test_a_column_may_have_any_name(form: str) -> None:
    """Blanks, quotes, words of SQL and letters of any script."""
    names: dict[str, Any] = {"rater": 'who "rates"', "subject": "select", "stars": "Stärne ★", "at": " "}
    table = FORMS[form]({names[name]: values for name, values in SMALL.items()})
    assert plain(History.of(table, **names)) == plain(History.of(SMALL))


@each_form
def test_one_column_may_stand_for_two(make: Callable[[Columns], Any]) -> None:
    """Nobody forbids it; then everybody rates himself."""
    history = History.of(make(SMALL), subject="rater", same_people=True)
    assert (len(history), history.left_out) == (0, {"self": 4})


# Types of frames -----------------------------------------------------------------------------------------


def test_frames_of_pandas_may_have_gaps_of_all_kinds() -> None:
    """NaN, NaT, NA and None are gaps; whole numbers that became floats through them are ids all the same."""
    pandas = library("pandas")
    frame = pandas.DataFrame(
        {
            "rater": pandas.Series([1, None, 3, 4, 5]),
            "subject": pandas.Series(["x", "x", None, "y", "y"], dtype="string"),
            "stars": pandas.Series([5, 4, 3, None, 1], dtype="Int64"),
            "at": pandas.to_datetime(["2013-11-27", "2013-11-28", "2013-11-29", "2013-11-30", None]),
        }
    )
    history = History.of(frame)
    assert (named(history), history.left_out) == ([("1", "x", 5, 16036.0)], {"gap": 4})


def test_frames_of_polars_may_have_gaps() -> None:
    """Nulls and NaN are gaps."""
    polars = library("polars")
    frame = polars.DataFrame({"rater": [1, None, 3], "subject": ["x"] * 3, "stars": [5.0, 4.0, math.nan]})
    history = History.of(frame, at=None)
    assert (named(history), history.left_out) == ([("1", "x", 5, 0.0)], {"gap": 2})


def test_a_relation_of_duckdb_is_asked_once() -> None:
    """Rows stay together, even where the order of a query is another one each time."""
    duckdb = library("duckdb")
    relation = duckdb.connect().sql(
        "SELECT i AS rater, i AS subject, 1 + i % 5 AS stars, i / 1000.0 AS at"
        " FROM range(500) AS numbers(i) ORDER BY random()"
    )
    history = History.of(relation)
    rows = named(history)
    assert [(rater, subject, day) for rater, subject, _, day in rows] == [
        (str(number), str(number), number / 1000) for number in range(500)
    ]
    assert [stars for *_, stars, _ in rows] == [1 + number % 5 for number in range(500)]


def test_decimals_of_a_database_are_numbers() -> None:
    """DuckDB gives decimals for 5.0; they are stars and days like others."""
    duckdb = library("duckdb")
    relation = duckdb.sql("SELECT 'c' AS rater, 'x' AS subject, 5.0 AS stars, 1.5 AS at")
    assert named(History.of(relation)) == [("c", "x", 5, 1.5)]


def test_instants_of_every_library_are_the_same() -> None:
    """Nanoseconds of numpy and pandas, and microseconds of polars, are the datetimes they mean."""
    instants = [datetime(2013, 11, 27, 9), datetime(2013, 11, 27, 10, 30)]  # noqa: DTZ001
    table = columns(rater=["a", "b"], subject=["x", "x"], stars=[5, 4], at=instants)
    expected = plain(History.of(table))
    numpy, pandas, polars = library("numpy"), library("pandas"), library("polars")
    for unit in ("s", "ms", "us", "ns"):
        assert (
            plain(History.of({**table, "at": numpy.array(instants, dtype=f"datetime64[{unit}]")})) == expected
        )
    assert plain(History.of(pandas.DataFrame(table))) == expected
    assert plain(History.of(pandas.DataFrame(table).astype({"at": "datetime64[ns]"}))) == expected
    assert plain(History.of(polars.DataFrame(table))) == expected


@pytest.mark.parametrize("dtype", ["int8", "uint64", "float32", "float64"])
def test_numbers_of_numpy_are_numbers(dtype: str) -> None:
    """Also one by one, as rows have them."""
    numpy = library("numpy")
    kind = getattr(numpy, dtype)
    rows = [{"rater": kind(7), "subject": kind(8), "stars": kind(5), "at": kind(1)}]
    assert named(History.of(rows)) == [("7", "8", 5, 1.0)]


def test_what_numpy_calls_no_number_is_a_gap_or_refused() -> None:
    """NaN is a gap in every precision; a boolean is no number in any library."""
    numpy = library("numpy")
    rows = [{"rater": "c", "subject": "x", "stars": numpy.float32(math.nan), "at": 1}]
    assert History.of(rows).left_out == {"gap": 1}
    assert "stars, row 1: expected whole stars" in refusal(columns(stars=[numpy.bool_(1)]))
    with pytest.raises(InvalidTypeError, match="stars: expected a column"):
        History.of(columns(stars=numpy.array(5)))
    assert "stars, row 1: " in refusal(columns(stars=numpy.array([[5]])))


@pytest.mark.parametrize("name", ["pandas", "narwhals"])
def test_a_frame_may_have_columns_whose_names_are_no_texts(name: str) -> None:
    """A frame that numbers its columns is told to name them."""
    frame = library("pandas").DataFrame([[1, 2, 3, 4]])
    if name == "narwhals":
        frame = library("narwhals").from_native(frame)
    with pytest.raises(InvalidValueError, match=r"came the columns 0, 1, 2, 3$"):
        History.of(frame)
    assert named(History.of(library("pandas").DataFrame(columns()).assign(**{"0": 1}))) != []


def test_a_column_that_is_there_twice_is_refused() -> None:
    """Nobody could say which of the two is meant; another one may be there twice."""
    pandas = library("pandas")
    names = ["rater", "subject", "stars", "at", "at"]
    frame = pandas.DataFrame([["c1", "x", 5, 1, 2]], columns=names)
    with pytest.raises(InvalidValueError, match=r"^ratings: expected one column 'at', came 2 of them$"):
        History.of(frame)
    assert len(History.of(frame, at=None)) == 1


def test_a_frame_of_an_empty_file_is_empty_or_lacks_columns() -> None:
    """A file with a header alone has columns without a row; one without it has no columns."""
    pandas = library("pandas")
    assert len(History.of(pandas.read_csv(io.StringIO("rater,subject,stars,at\n")))) == 0
    with pytest.raises(InvalidValueError, match="came the columns none"):
        History.of(pandas.DataFrame())


def test_rows_of_the_standard_library_are_read() -> None:
    """As `csv.DictReader` gives them, and any other mapping."""
    text = "rater,subject,stars,at\nc1,andreas,5,1\nc2,andreas,4,\n"
    history = History.of(csv.DictReader(io.StringIO(text)))
    assert (named(history), history.left_out) == ([("c1", "andreas", 5, 1.0)], {"gap": 1})
    assert plain(History.of([UserDict(row) for row in as_rows(SMALL)])) == plain(History.of(SMALL))


def test_a_row_may_lack_what_another_one_has() -> None:
    """What is missing in a row is a gap, also where it is the first one."""
    rows = [{"rater": "a", "subject": "x", "stars": 5}, {"rater": "b", "subject": "x", "stars": 4, "at": 1}]
    history = History.of(rows)
    assert (named(history), history.left_out) == ([("b", "x", 4, 1.0)], {"gap": 1})


# Rating values -------------------------------------------------------------------------------------------


def rating(number: int, **changed: Any) -> Rating:
    """Return a rating of a friend by a customer, revealed at its closing."""
    fields = {
        "booking_id": f"b{number}",
        "direction": Direction.OF_FRIEND,
        "author_id": f"customer-{number}",
        "subject_id": "andreas",
        "stars": 5,
        "at": NOW + timedelta(hours=number),
        "closes_at": NOW + timedelta(days=14, hours=number),
    }
    return Rating(**{**fields, **changed})


def test_ratings_of_friends_are_taken_at_their_reveal() -> None:
    """Ratings of customers are left away, each booking counts once, the last change of it."""
    given_twice = rating(2, stars=2)
    ratings = [
        given_twice,
        rating(1, stars=3, revealed_at=NOW + timedelta(days=2)),
        rating(1, direction=Direction.OF_CUSTOMER, author_id="andreas", subject_id="customer-1"),
        given_twice,
        rating(3, revealed_at=NOW + timedelta(days=1)),
    ]
    history = History.of(iter(ratings))
    assert [(rater, stars) for rater, _, stars, _ in named(history)] == [
        ("customer-3", 5),
        ("customer-1", 3),
        ("customer-2", 2),
    ]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert history.days == [
        (each.counts_from - epoch) / timedelta(days=1) for each in (ratings[4], ratings[1], ratings[0])
    ]


@given(st.lists(testing.ratings(), max_size=8), st.randoms(use_true_random=False))
def test_ratings_may_come_in_any_order(ratings: list[Rating], random: Any) -> None:
    """What is delivered twice, or in another order, is the same history."""
    history = History.of(ratings)
    again = [*ratings, *ratings[:3]]
    random.shuffle(again)
    assert plain(History.of(again)) == plain(history)
    assert history.days == sorted(history.days)


@pytest.mark.parametrize("swapped", [False, True])
def test_ratings_and_rows_are_not_mixed(*, swapped: bool) -> None:
    """The row that is none is named."""
    mixed = [rating(1), *as_rows(SMALL)[:1]]
    with pytest.raises(
        InvalidTypeError, match=r"row [12]: expected a mapping, or Rating values alone, came a"
    ):
        History.of(mixed[::-1] if swapped else mixed)


# Order ---------------------------------------------------------------------------------------------------


def test_ties_keep_their_places() -> None:
    """Ratings at the same time stay as they came, and without a column of time all do."""
    raters = [f"c{number}" for number in range(20)]
    table = columns(rater=raters, subject=["x"] * 20, stars=[5] * 20, at=[7] * 20)
    assert [rater for rater, *_ in named(History.of(table))] == raters
    del table["at"]
    history = History.of(table, at=None)
    assert ([rater for rater, *_ in named(history)], set(history.days)) == (raters, {0.0})


@given(st.permutations(range(8)))
def test_at_different_times_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    """A history is the same however its rows are shuffled."""
    rows = [{"rater": f"c{n % 3}", "subject": f"s{n % 2}", "stars": 1 + n % 5, "at": n} for n in range(8)]
    assert plain(History.of([rows[place] for place in order])) == plain(History.of(rows))


@given(st.integers(0, 6))
def test_the_first_ratings_are_those_of_the_rows_before(count: int) -> None:
    """A part keeps the numbers of people, and everything of the ratings it has."""
    history = History.of(SMALL)
    part = history.first(count)
    assert list(part) == list(history)[:count]
    assert (part.rater_ids, part.subject_ids) == (history.rater_ids, history.subject_ids)


@given(st.integers(0, 6))
def test_the_last_ratings_are_those_of_the_rows_behind(count: int) -> None:
    """First ones and last ones make the whole; people keep their numbers here as well."""
    history = History.of(SMALL)
    part = history.last(count)
    assert [*history.first(max(0, len(history) - count)), *part] == list(history)
    assert (part.rater_ids, part.subject_ids) == (history.rater_ids, history.subject_ids)


@pytest.mark.parametrize(
    ("count", "error"),
    [(-1, InvalidValueError), (True, InvalidTypeError), (1.0, InvalidTypeError), (None, InvalidTypeError)],
)
def test_the_first_ratings_are_a_number_of_them(count: Any, error: type[InvalidInputError]) -> None:
    """A wrong number is refused by name, and so it is of the last ones."""
    for part in (History.of(SMALL).first, History.of(SMALL).last):
        with pytest.raises(error, match=r"^count: "):
            part(count)


def test_a_history_is_returned_as_it_is() -> None:
    """Whatever takes ratings takes a history, without reading again."""
    history = History.of(SMALL)
    assert History.of(history, rater="whatever") is history
    assert repr(history) == "<History of 4 ratings, 3 raters, 2 subjects>"


# People --------------------------------------------------------------------------------------------------


def test_who_rates_himself_counts_where_columns_are_different_people() -> None:
    """The same id in both columns means two people unless `same_people` says otherwise."""
    table = columns(rater=["a", "b"], subject=["a", "a"], stars=[5, 4], at=[1, 2])
    apart, together = History.of(table), History.of(table, same_people=True)
    assert (len(apart), apart.left_out, apart.subject_ids) == (2, {}, ["a"])
    assert (named(together), together.left_out) == ([("b", "a", 4, 2.0)], {"self": 1})
    assert together.rater_ids is together.subject_ids


def test_ids_are_texts_whatever_they_were() -> None:
    """7, 7.0 and "7" are the same person; blanks around a text are none of it."""
    table = columns(rater=[7, 7.0, "7", " 7 ", Decimal("7.00"), Fraction(7)], subject=["x"] * 6)
    table.update(stars=[5] * 6, at=[1] * 6)
    assert History.of(table).rater_ids == ["7"]


def test_numbers_of_any_length_are_ids() -> None:
    """Ids of databases may have 20 digits; a number that Python cannot print is refused."""
    assert History.of(columns(rater=[2**64])).rater_ids == [str(2**64)]
    assert refusal(columns(rater=[10**5_000])).endswith("came an int of more than 4,000 digits")


def test_duplicates_count_each() -> None:
    """A table has no booking's id: two equal rows are two ratings."""
    table = {name: [values[0]] * 3 for name, values in SMALL.items()}
    assert len(History.of(table)) == 3


def test_one_rating_and_one_item_are_a_history() -> None:
    """The smallest ones."""
    assert plain(History.of(columns())) == ([Row(0, 0, 5, 1.0)], ["c1"], ["andreas"], False, {})


# Times ---------------------------------------------------------------------------------------------------

ZURICH = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (1.5, 1.5),
        ("1.5", 1.5),
        (" 2e1 ", 20.0),
        (-3, -3.0),
        (Decimal("0.25"), 0.25),
        (date(1970, 1, 2), 1.0),
        ("1970-01-02", 1.0),
        ("19700102", 1.0),
        (datetime(1970, 1, 1, 12), 0.5),  # noqa: DTZ001  # a time without a zone is read as it is
        ("1970-01-01 12:00", 0.5),
        ("1970-01-01T12:00:00.000", 0.5),
        (datetime(1970, 1, 1, 13, tzinfo=ZURICH), 0.5),
        ("1970-01-01T13:00+01:00", 0.5),
        ("1970-01-01T12:00Z", 0.5),
        (date(1, 1, 1), -719162.0),
        (date(9999, 12, 31), 2932896.0),
    ],
)
def test_times_are_read_as_days(at: Any, day: float) -> None:
    """Numbers are days; dates and instants count from 1970."""
    assert History.of(columns(at=[at])).days == [day]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1, date(2013, 11, 27)),
        ("1", "2013-11-27"),
        ("2013-11-27", 1),
        (date(2013, 11, 27), datetime(2013, 11, 27, tzinfo=UTC)),
        ("2013-11-27T09:00", "2013-11-27T09:00Z"),
        (NAIVE, NAIVE.replace(tzinfo=UTC)),
    ],
)
def test_a_column_has_one_sort_of_times(first: Any, second: Any) -> None:
    """Days, times without an offset, and instants cannot be put in one order: the second one is refused."""
    table = columns(rater=["a", "b"], subject=["x", "x"], stars=[5, 4], at=[first, second])
    with pytest.raises(InvalidDocumentError) as refused:
        History.of(table)
    assert [problem.field for problem in refused.value.problems] == ["at, row 2"]


def test_dates_and_times_without_an_offset_are_one_sort() -> None:
    """A date is its midnight."""
    table = columns(
        rater=["a", "b"], subject=["x", "x"], stars=[5, 4], at=[date(1970, 1, 2), "1970-01-01T18:00"]
    )
    assert History.of(table).days == [0.75, 1.0]


# What is refused -----------------------------------------------------------------------------------------

NO_STARS = (
    0,
    6,
    -1,
    4.5,
    "4.5",
    "five",
    "nan",
    "inf",
    "4_",
    "0_5",
    "1e1",
    True,
    math.inf,
    10**400,
    [5],
    b"5",
)
NO_IDS = (True, 1.5, math.inf, b"c1", ["c1"], ("c", 1), {"id": 1}, date(2013, 11, 27), object())
NO_TIMES = (
    *(True, math.inf, -math.inf, "soon", "2013-13-01", "27.11.2013", "nan", "1_0", b"1", [1]),
    *(1_385_542_800, 10**400, timedelta(1)),
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(pytest.param("stars", value, id=f"stars-{n}") for n, value in enumerate(NO_STARS)),
        *(
            pytest.param(name, value, id=f"{name}-{n}")
            for name in ("rater", "subject")
            for n, value in enumerate(NO_IDS)
        ),
        *(pytest.param("at", value, id=f"at-{n}") for n, value in enumerate(NO_TIMES)),
    ],
)
def test_a_wrong_value_is_refused_by_its_row(name: str, value: Any) -> None:
    """Whatever it is, the error names column and row, and is short."""
    good = {key: [*values, values[0]] for key, values in columns().items()}
    with pytest.raises(InvalidDocumentError) as refused:
        History.of({**good, name: [good[name][0], value]})
    [problem] = refused.value.problems
    assert problem.field == f"{name}, row 2"
    assert isinstance(problem, TypeError) == (not isinstance(value, int | float | str) or value is True)
    assert len(str(problem)) < 250


@pytest.mark.parametrize("gap", [None, math.nan, "", "  ", Decimal("NaN"), Decimal("sNaN")], ids=kind_name)
@pytest.mark.parametrize("name", SMALL)
def test_a_row_with_a_gap_is_left_out_and_counted(name: str, gap: Any) -> None:
    """A missing value is no error, as real tables have some."""
    table = {key: list(values) for key, values in SMALL.items()}
    table[name][1] = gap
    history = History.of(table)
    assert (len(history), history.left_out) == (3, {"gap": 1})
    assert 3 not in history.stars


def test_rows_after_a_gap_keep_their_numbers() -> None:
    """The number in an error is the one that the reader of the table would count."""
    table = columns(rater=["a", None, "c"], subject=["x"] * 3, stars=[5, 5, 9], at=[1, 2, 3])
    assert "stars, row 3: expected whole stars from 1 to 5, came the int 9" in refusal(table)


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Several problems, in several columns, are one error; of very many a thousand are told."""
    table = columns(rater=[True, "b"], subject=["x", 0.5], stars=[9, 5], at=["soon", 1])
    with pytest.raises(InvalidDocumentError) as refused:
        History.of(table)
    assert [problem.field for problem in refused.value.problems] == [
        "rater, row 1",
        "subject, row 2",
        "stars, row 1",
        "at, row 1",
    ]
    many = columns(rater=["c"] * 3000, subject=["x"] * 3000, stars=[0] * 3000, at=[1] * 3000)
    with pytest.raises(InvalidDocumentError) as refused:
        History.of(many)
    assert len(refused.value.problems) == 1000


@pytest.mark.parametrize(
    "ratings",
    [
        None,
        7,
        "rater,subject",
        b"rater",
        object,
        [7],
        ["c1"],
        [("c1", "x", 5, 1)],
        [None],
        {"rater": 1}.items(),
    ],
    ids=kind_name,
)
def test_what_is_no_table_is_refused(ratings: Any) -> None:
    """The error says what a table is."""
    with pytest.raises(InvalidTypeError, match=r"^ratings"):
        History.of(ratings)


@pytest.mark.parametrize("column", [5, "55", b"55", {"a": 5}, {5}, frozenset({5}), None], ids=kind_name)
def test_what_is_no_column_is_refused(column: Any) -> None:
    """A single value, a text and what has no order are no columns."""
    with pytest.raises(InvalidTypeError, match=r"^stars: expected a column, such as a list"):
        History.of(columns(stars=column))


def test_columns_are_equally_long() -> None:
    """A column that is shorter would put values into wrong rows."""
    with pytest.raises(
        InvalidValueError, match=r"^ratings: expected columns of the same length, came 1 and 2 rows"
    ):
        History.of(columns(stars=[5, 4]))


@pytest.mark.parametrize("argument", ["rater", "subject", "stars", "at"])
@pytest.mark.parametrize("name", [0, b"rater", ["rater"], True, math.nan])
def test_the_name_of_a_column_is_a_text(argument: str, name: Any) -> None:
    """Also where a mapping has such a key."""
    with pytest.raises(InvalidTypeError, match=rf"^{argument}: expected the name of a column"):
        History.of(columns(), **{argument: name})


@pytest.mark.parametrize("argument", ["rater", "subject", "stars"])
def test_only_the_column_of_the_time_may_be_missing(argument: str) -> None:
    """None is a choice for `at` alone."""
    names: dict[str, Any] = {argument: None}
    with pytest.raises(InvalidTypeError, match=rf"^{argument}: "):
        History.of(columns(), **names)


@pytest.mark.parametrize("same_people", [0, 1, "yes", None])
def test_same_people_is_a_flag(same_people: Any) -> None:
    """A number is no flag."""
    with pytest.raises(InvalidTypeError, match=r"^same_people: "):
        History.of(columns(), same_people=same_people)


def test_nothing_is_shared_with_the_table() -> None:
    """A table that is changed afterwards changes no history."""
    table = {name: list(values) for name, values in SMALL.items()}
    history = History.of(table)
    before = plain(history)
    for values in table.values():
        values.clear()
    assert plain(history) == before
