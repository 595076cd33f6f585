"""Reasons are values: a code and named scalars, and nothing else fits in."""

import copy
import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.money import chf
from mila_core.reasons import Reason, Scalar, reason

NAMES = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).filter(lambda name: name != "code")


def kept(value: Scalar) -> Scalar:
    """Return a value as a reason keeps it: an instant in UTC, anything else as it came."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@given(testing.ids(), st.dictionaries(NAMES, testing.scalars(), max_size=4))
def test_a_reason_keeps_its_values(code: str, given_values: dict[str, Scalar]) -> None:
    """What goes in comes out: by `get`, as a mapping, and as pairs in the order of the names."""
    why = reason(code, **given_values)
    assert why.code == code
    assert dict(why.as_mapping()) == {name: kept(value) for name, value in given_values.items()}
    assert [name for name, _ in why.values] == sorted(given_values)
    assert all(why.get(name) == kept(value) for name, value in given_values.items())


@given(st.dictionaries(NAMES, testing.scalars(), max_size=4))
def test_the_order_of_arguments_does_not_matter(given_values: dict[str, Scalar]) -> None:
    """The same values in another order make an equal reason."""
    backwards = dict(reversed(given_values.items()))
    assert reason("same", **given_values) == reason("same", **backwards)


@given(testing.reasons())
def test_a_reason_survives_a_copy(why: Reason) -> None:
    """A copied or pickled reason is equal and hashes equal, with the same types inside."""
    for twin in (copy.copy(why), copy.deepcopy(why), pickle.loads(pickle.dumps(why))):  # noqa: S301  # our own
        assert twin == why
        assert hash(twin) == hash(why)
        assert repr(twin) == repr(why)


@given(testing.instants())
def test_an_instant_in_a_reason_is_kept_in_utc(at: datetime) -> None:
    """Reasons that name the same instant are equal, whichever zone it came in."""
    why = reason("since", at=at)
    assert why == reason("since", at=at.astimezone(UTC))
    found = why.get("at")
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


def test_a_value_that_is_not_there_is_none() -> None:
    """`get` answers None for a name that the reason does not have."""
    assert reason("too_far", distance_m=12_000).get("radius_m") is None


def test_the_mapping_of_values_cannot_be_changed() -> None:
    """A reason is a value: its mapping is read-only."""
    mapping: Any = reason("too_far", distance_m=12_000).as_mapping()
    with pytest.raises(TypeError):
        mapping["distance_m"] = 1


@pytest.mark.parametrize("code", ["", "two words", "größe", "x" * 201, "\ud800", "a\n"])
def test_a_code_is_an_identifier(code: str) -> None:
    """A code is for programs: visible ASCII without spaces."""
    with pytest.raises(InvalidValueError, match="code"):
        reason(code)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (True, InvalidTypeError),  # a bool is no number
        (1.5, InvalidTypeError),
        (None, InvalidTypeError),
        (b"a", InvalidTypeError),
        (["a"], InvalidTypeError),
        (("a", "b"), InvalidTypeError),
        (time(12), InvalidTypeError),
        (timedelta(1), InvalidTypeError),
        (datetime(2013, 11, 27), InvalidValueError),  # noqa: DTZ001  # naive
        (
            datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
            InvalidValueError,
        ),  # in the year 0, in UTC
        (datetime.max.replace(tzinfo=UTC), InvalidValueError),  # no wall clock could show it
    ],
    ids=repr,
)
def test_another_value_is_refused(value: Any, error: type[InvalidInputError]) -> None:
    """A value is a text, an int, an amount, a date or an instant; the error names which is not."""
    with pytest.raises(InvalidInputError) as caught:
        reason("why", good=1, wrong=value)
    assert (type(caught.value), caught.value.field) == (error, "values.wrong")


@pytest.mark.parametrize(
    ("pairs", "error"),
    [
        (None, InvalidTypeError),
        (5, InvalidTypeError),
        ("ab", InvalidTypeError),
        ({"ab": 1}, InvalidTypeError),  # a dict could change
        (("ab",), InvalidTypeError),  # two characters are no pair
        ((("a", 1, 2),), InvalidTypeError),
        ((("a",),), InvalidTypeError),
        ((("a", 1), None), InvalidTypeError),
        (((1, 2),), InvalidTypeError),  # a name is a text
        ((("a", 1), (2, 3)), InvalidTypeError),
        ((("", 1),), InvalidValueError),
        ((("two words", 1),), InvalidValueError),
        ((("b", 1), ("a", 2)), InvalidValueError),  # equal reasons are to be equal: one order
        ((("a", 1), ("a", 2)), InvalidValueError),
    ],
    ids=repr,
)
def test_what_is_not_named_values_is_refused(pairs: Any, error: type[InvalidInputError]) -> None:
    """Values are pairs of a name and a value, each name once, in their order."""
    with pytest.raises(InvalidInputError) as caught:
        Reason("why", pairs)
    assert type(caught.value) is error
    assert caught.value.field.startswith("values")


def test_a_list_of_pairs_is_taken() -> None:
    """Lists, as from JSON, are taken for the tuples that they stand for."""
    assert Reason("why", [["a", 1], ("b", chf(40))]) == reason("why", a=1, b=chf(40))
    assert reason("why", on=date(2014, 1, 1)).get("on") == date(2014, 1, 1)
