"""Errors keep their values, survive copying and pickling, and never repeat too much of what came."""

import copy
import math
import pickle
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    MilaError,
    MissingExtraError,
    UnknownIdError,
    describe,
)

PROBLEM = InvalidTypeError("$.offers[0].price", "an amount", "the float 40.0")
OTHER = InvalidValueError("$.friends[1].id", "an id of its own", "'anna', as at $.friends[0]")

EACH = [
    MilaError("on purpose"),
    InvalidInputError("radius_km", "an integer from 1 to 400", "nothing (null)"),
    PROBLEM,
    OTHER,
    UnknownIdError("friend", "nobody"),
    MissingExtraError("calendar", "icalendar"),
    InvalidDocumentError("market", [PROBLEM, OTHER]),
]

each_error = pytest.mark.parametrize("error", EACH, ids=lambda error: type(error).__name__)

parts = st.tuples(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))


@pytest.mark.parametrize(
    ("error", "code", "builtin"),
    [
        (MilaError, "mila_error", Exception),
        (InvalidInputError, "invalid_input", MilaError),
        (InvalidTypeError, "invalid_type", TypeError),
        (InvalidValueError, "invalid_value", ValueError),
        (UnknownIdError, "unknown_id", LookupError),
        (MissingExtraError, "missing_extra", ImportError),
        (InvalidDocumentError, "invalid_document", ValueError),
    ],
)
def test_an_error_has_its_stable_code_and_its_builtin(
    error: type[MilaError], code: str, builtin: type[Exception]
) -> None:
    """Programs find an error by its code, and catch it as ours or as the builtin that it is too."""
    assert error.code == code
    assert issubclass(error, MilaError)
    assert issubclass(error, builtin)


def test_codes_differ() -> None:
    """No two classes of errors share a code."""
    codes = [type(error).code for error in EACH]
    assert len(set(codes)) == len(codes)


@each_error
@pytest.mark.parametrize(
    "copied",
    [
        copy.copy,
        copy.deepcopy,
        lambda error: pickle.loads(pickle.dumps(error)),  # noqa: S301  # our own bytes
    ],
    ids=["copy", "deepcopy", "pickle"],
)
def test_an_error_survives_a_copy(error: MilaError, copied: Callable[[MilaError], MilaError]) -> None:
    """A copied or pickled error, as from another process, has the same type, values, code and message."""
    twin = copied(error)
    assert type(twin) is type(error)
    assert (str(twin), twin.code, vars(twin)) == (str(error), error.code, vars(error))


@given(parts)
def test_an_invalid_input_keeps_field_expected_and_came(three: tuple[str, str, str]) -> None:
    """The three parts are fields of the error and make its message."""
    field, expected, came = three
    for error in (InvalidTypeError(*three), InvalidValueError(*three)):
        assert (error.field, error.expected, error.came) == three
        assert str(error) == f"{field}: expected {expected}, came {came}"


@given(parts, st.text(max_size=20))
def test_at_moves_an_error_to_another_field(three: tuple[str, str, str], path: str) -> None:
    """`at` changes the field, and neither the type, nor the rest, nor the error itself."""
    error = InvalidValueError(*three)
    moved = error.at(path)
    assert type(moved) is InvalidValueError
    assert (moved.field, moved.expected, moved.came) == (path, *three[1:])
    assert error.field == three[0]


def test_an_unknown_id_says_what_was_looked_for() -> None:
    """The kind and the id are fields of the error and stand in its message."""
    error = UnknownIdError("friend", "nobody")
    assert (error.kind, error.id) == ("friend", "nobody")
    assert str(error) == "no friend with the id 'nobody'"


def test_a_document_error_has_all_problems_a_line_each() -> None:
    """The message starts with the count and has a line for each problem, in their order."""
    error = InvalidDocumentError("market", [PROBLEM, OTHER])
    assert error.problems == (PROBLEM, OTHER)
    assert str(error).splitlines() == ["market: 2 problems", f"  {PROBLEM}", f"  {OTHER}"]
    assert str(InvalidDocumentError("market", [OTHER])).startswith("market: 1 problem\n")


def test_a_document_error_splits_into_document_errors() -> None:
    """`split`, and so `except*`, keeps the type and loses no problem."""
    typed, rest = InvalidDocumentError("market", [PROBLEM, OTHER]).split(InvalidTypeError)
    assert isinstance(typed, InvalidDocumentError)
    assert isinstance(rest, InvalidDocumentError)
    assert (typed.problems, rest.problems) == ((PROBLEM,), (OTHER,))


def test_a_document_error_without_problems_cannot_be() -> None:
    """An error that names no problem is a mistake of the caller."""
    with pytest.raises(ValueError, match="non-empty"):
        InvalidDocumentError("market", [])


class Andreas:
    """A class with a vowel in front."""

    def __repr__(self) -> str:
        """Return what no error may repeat."""
        return "Andreas Muster, Zürich"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing (null)"),
        ("", "''"),
        ("anna", "'anna'"),
        ("x" * 60, repr("x" * 60)),
        ("x" * 61, f"{'x' * 60!r} and more"),
        ("\ud800", "'\\ud800'"),  # half of a surrogate pair cannot be printed as it is
        ("a\nb", "'a\\nb'"),
        (True, "the boolean True"),
        (0, "the int 0"),
        (-7, "the int -7"),
        (10**59, f"the int {10**59}"),
        (10**60, "an int of 61 digits"),
        pytest.param(10**5_000, "an int of more than 4,000 digits", id="huge"),  # the interpreter prints none
        (40.0, "the float 40.0"),
        (math.nan, "the float nan"),
        (-math.inf, "the float -inf"),
        (b"anna", "a bytes"),
        ([1], "a list"),
        ({"name": "Anna"}, "a dict"),
        (Andreas(), "an Andreas"),  # of other objects the type, never their repr
    ],
)
def test_what_came_in_a_few_words(value: object, words: str) -> None:
    """Plain values are shown and cut, of anything else the type is named."""
    assert describe(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("Andreas", "a string of 7 characters"),
        ("", "a string of 0 characters"),
        (1974, "an int"),  # a year of birth
        (79.5, "a float"),
        (Andreas(), "an Andreas"),
        (None, "nothing (null)"),
        (True, "the boolean True"),
    ],
)
def test_what_came_of_a_person_is_not_shown(value: object, words: str) -> None:
    """Where the value may be about a person, its type and length are all that is said."""
    assert describe(value, personal=True) == words


@given(st.text(), st.text())
def test_of_a_persons_text_nothing_but_its_length_shows(one: str, other: str) -> None:
    """Two texts of one length are described alike, so that nothing else of them can show."""
    shortest = min(len(one), len(other))
    assert describe(one[:shortest], personal=True) == describe(other[:shortest], personal=True)


@given(
    st.one_of(
        st.text(), st.integers(), st.floats(), st.binary(), st.integers().map(lambda n: 10 ** (n % 9_000))
    )
)
def test_a_description_is_short_and_printable(value: object) -> None:
    """Whatever came, its description fits in a log line and holds no control character or lone surrogate."""
    words = describe(value)
    assert words.isprintable()
    assert len(words) < 700


def test_a_huge_number_is_described_at_once() -> None:
    """Describing an int of a million digits takes no time."""
    huge = 1 << 3_400_000
    begun = time.perf_counter()
    assert describe(huge) == "an int of more than 4,000 digits"
    assert time.perf_counter() - begun < 10  # a guard against minutes, not a claim of speed
