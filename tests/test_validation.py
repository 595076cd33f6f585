"""Validators name field, expected and came; converters bring equal values to one form."""

import math
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
)
from mila_core.validation import (
    FrozensetOf,
    TupleOf,
    Validator,
    as_instant,
    as_nfc,
    check_instance,
    day,
    frozenset_of,
    identifier,
    instance_of,
    instant,
    integer,
    language,
    number,
    optional,
    sorted_repr,
    text,
    tuple_of,
)

ZURICH = ZoneInfo("Europe/Zurich")
NAIVE = datetime(2013, 11, 27, 9)  # noqa: DTZ001  # what has to be refused
AWARE = datetime(2013, 11, 27, 9, tzinfo=UTC)


@attrs.frozen
class Holder:
    """Something with a field that may be shown and one that may not."""

    shown: Any = None
    secret: Any = attrs.field(default=None, repr=False)


SHOWN = attrs.fields(Holder).shown
SECRET = attrs.fields(Holder).secret


def refusal(validator: Validator, value: object, *, attribute: Any = SHOWN) -> InvalidInputError:
    """Return the error with which a validator refuses a value."""
    with pytest.raises(InvalidInputError) as caught:
        validator(None, attribute, value)
    return caught.value


class Level(IntEnum):
    """Ints by another name."""

    BASIC = 1


class Colour(StrEnum):
    """Strings by another name."""

    RED = "red"


class Pair(NamedTuple):
    """A tuple by another name."""

    one: int
    two: int


class Nowhere(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _: datetime | None, /) -> timedelta | None:
        """Return None: a datetime with this zone is as good as naive."""
        return None

    dst = utcoffset

    def tzname(self, _: datetime | None, /) -> str | None:
        """Return no name."""
        return None


ACCEPTED: list[tuple[str, Validator, list[object]]] = [
    ("instance_of int", instance_of(int), [0, -1, 10**400, Level.BASIC]),
    ("instance_of bool", instance_of(bool), [True, False]),
    ("instance_of str", instance_of(str), ["", Colour.RED]),
    ("integer", integer(1, 3), [1, 2, 3, Level.BASIC]),
    ("number", number(1, 3), [1, 1.0, 2.5, 3]),
    ("text", text(5), ["a", "abcde", "a\nb", " a ", "日本", "👍🏽", Colour.RED]),
    ("text or none", text(5, may_be_empty=True), ["", " ", "\n", "abcde"]),
    ("identifier", identifier, ["a", "!", "~", "x" * 200, "swisscom-1", Colour.RED]),
    ("instant", instant, [AWARE, datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, 23, 59, tzinfo=UTC)]),
    ("day", day, [date(2013, 11, 27), date(3, 1, 1), date(9997, 12, 31), pendulum.date(2013, 11, 27)]),
    ("optional", optional(integer(1, 3)), [None, 1]),
    ("tuple_of", tuple_of(integer(1, 3)), [(), (1,), (1, 2, 3)]),
    ("tuple_of at least", tuple_of(integer(1, 3), least=2), [(1, 1)]),
    ("frozenset_of", frozenset_of(integer(1, 3)), [frozenset(), frozenset({1, 3})]),
    ("frozenset_of at least", frozenset_of(integer(1, 3), least=1), [frozenset({2})]),
]


@pytest.mark.parametrize(
    ("validator", "value"),
    [
        pytest.param(check, value, id=f"{name}: {value!r:.30}")
        for name, check, accepted in ACCEPTED
        for value in accepted
    ],
)
def test_what_is_allowed_passes(validator: Validator, value: object) -> None:
    """A validator lets pass what its description allows, the edges of each range included."""
    validator(None, SHOWN, value)


WRONG_TYPE: list[tuple[str, Validator, list[object]]] = [
    ("instance_of int", instance_of(int), [True, 1.0, "1", None, Decimal(1)]),
    ("instance_of bool", instance_of(bool), [0, 1, "true", None]),
    ("instance_of str", instance_of(str), [b"a", 1, None, ["a"]]),
    ("integer", integer(0, 3), [True, False, 1.0, math.nan, "1", "\u0661", None, Decimal(1), [1]]),
    ("text", text(5), [None, 1, b"a", ["a"], True]),
    ("identifier", identifier, [None, 1, b"a", ["a"], True]),
    ("instant", instant, [None, 0, "2013-11-27T09:00:00Z", date(2013, 11, 27), 1385542800.0]),
    ("day", day, [None, "2013-11-27", AWARE, NAIVE, 20131127]),  # a datetime would lose its time
    ("number", number(0, 3), [True, "1", None, Decimal(1), 1j, [1]]),
    ("optional", optional(integer(1, 3)), [False, 0.0, ""]),  # nothing but None stands for "none"
    ("tuple_of", tuple_of(integer(1, 3)), [[1], "1", {1}, None, iter((1,)), {1: 2}]),
    ("frozenset_of", frozenset_of(integer(1, 3)), [{1}, (1,), "1", None, {1: 2}]),
]

WRONG_VALUE: list[tuple[str, Validator, list[object]]] = [
    ("number", number(1, 3), [0.999, 3.001, math.nan, math.inf, -math.inf, 10**5_000]),
    ("integer", integer(1, 3), [0, 4, -(10**30), 10**5_000]),  # an int too long to print is refused as well
    ("text", text(5), ["", " ", "\n \n", "\u00a0", "\u3000", "abcdef", "x" * 10**6]),
    ("text", text(5), ["a\0", "a\tb", "a\rb", "a\x1b[", "\x7f", "a\x85"]),  # control characters
    ("text", text(5), ["a\ud800", "\udfff"]),  # half of a surrogate pair cannot be written as UTF-8
    ("text or none", text(5, may_be_empty=True), ["abcdef", "\0"]),
    ("identifier", identifier, ["", " ", "a b", "a\n", "\x7f", "zürich", "x" * 201, "\ud800", "a\u200b"]),
    ("instant", instant, [NAIVE, AWARE.replace(tzinfo=Nowhere())]),
    (
        "instant",
        instant,
        [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)],
    ),  # no clock shows
    (
        "day",
        day,
        [date.min, date(2, 12, 31), date(9998, 1, 1), date.max],
    ),  # "for ever" is None, not a last day
    ("tuple_of at least", tuple_of(integer(1, 3), least=2), [(), (1,)]),
    ("frozenset_of", frozenset_of(integer(1, 3)), [frozenset({0}), frozenset({1, 4})]),
    ("frozenset_of at least", frozenset_of(integer(1, 3), least=1), [frozenset()]),
]


@pytest.mark.parametrize(
    ("validator", "value", "error"),
    [
        pytest.param(check, value, error, id=f"{name}: {value!r:.30}" if value != 10**5_000 else "huge")
        for table, error in ((WRONG_TYPE, InvalidTypeError), (WRONG_VALUE, InvalidValueError))
        for name, check, refused in table
        for value in refused
    ],
)
def test_what_is_not_allowed_is_refused(
    validator: Validator, value: object, error: type[InvalidInputError]
) -> None:
    """A wrong type is a TypeError, a wrong value a ValueError; both name the field and what was expected."""
    found = refusal(validator, value)
    assert type(found) is error
    assert found.field == "shown"
    assert found.expected
    assert found.came


@pytest.mark.parametrize(
    "validator", [text(5), identifier, integer(1, 3), number(1, 3), instance_of(int), instant, day]
)
def test_a_persons_data_is_not_repeated(validator: Validator) -> None:
    """Of a field that is not shown in the repr, no error repeats the value."""
    found = refusal(validator, "Sonja\0Muster", attribute=SECRET)
    assert "Sonja" not in f"{found} {found!r} {found.args}"
    assert "12 characters" in found.came


TURNS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


@pytest.mark.parametrize(
    "name", ["\u200b", "\u200b \ufeff", "\u2060\n", "\u00ad", "Anna\u202eannA", "\u2066Anna"]
)
def test_a_text_that_is_not_what_it_looks_like_is_refused(name: str) -> None:
    """A name without a width, or one that is written the other way round, could pass for another."""
    assert isinstance(refusal(text(20), name), InvalidValueError)


@pytest.mark.parametrize("name", ["\u0646\u0648\u0631", "Zo\u00e9\u200d", "👩\u200d🔧", "a\u00adb"])
def test_a_text_of_any_script_passes(name: str) -> None:
    """Arabic letters, and joiners between signs that are seen."""
    text(20)(None, SHOWN, name)


@given(st.text())
def test_a_text_that_passes_is_short_visible_and_writable(value: str) -> None:
    """Whatever text passes can be shown and written as UTF-8; whatever does not, breaks a stated rule."""
    try:
        text(20)(None, SHOWN, value)
    except InvalidValueError:
        bare = value.replace("\n", "")
        banned = any(unicodedata.category(char) in {"Cc", "Cs"} or char in TURNS for char in bare)
        unseen = all(char.isspace() or unicodedata.category(char) == "Cf" for char in value)
        assert len(value) > 20 or unseen or banned
    else:
        assert value.encode()
        assert value.strip()
        assert len(value) <= 20


@pytest.mark.parametrize(
    ("validator", "value", "field"),
    [
        (tuple_of(integer(1, 3)), (1, 9, 2), "shown[1]"),
        (tuple_of(integer(1, 3)), (1, 2, "x"), "shown[2]"),
        (tuple_of(tuple_of(identifier)), (("a",), ("b", "c d")), "shown[1]"),
        (frozenset_of(identifier), frozenset({"c d"}), "shown"),  # members have no position
    ],
)
def test_the_error_of_an_item_names_it(validator: Validator, value: object, field: str) -> None:
    """An error inside a sequence says which item it is."""
    assert refusal(validator, value).field.startswith(field)


@pytest.mark.parametrize(
    ("validator", "value", "fields"),
    [
        (tuple_of(integer(1, 3)), (1, 9, "x"), ["shown[1]", "shown[2]"]),
        (frozenset_of(identifier), frozenset({"c d", "ok", "a b"}), ["shown", "shown"]),
    ],
)
def test_several_bad_members_are_told_together(
    validator: Validator, value: object, fields: list[str]
) -> None:
    """All that is wrong is told at once, members of a set in order, so that each process says the same."""
    with pytest.raises(InvalidDocumentError) as caught:
        validator(None, SHOWN, value)
    assert [problem.field for problem in caught.value.problems] == fields
    told = [str(problem) for problem in caught.value.problems]
    assert told == sorted(told)


@pytest.mark.parametrize("code", ["de", "rm", "gsw"])
def test_the_code_of_a_language(code: str) -> None:
    """Two or three small letters."""
    language(None, SHOWN, code)


@pytest.mark.parametrize("code", ["", "d", "DE", "De", "de-CH", "de_CH", "deut", "d\u00e9", 7, None, True])
def test_what_is_no_code_of_a_language(code: object) -> None:
    """Anything else would match no friend, in silence."""
    with pytest.raises(InvalidInputError):
        language(None, SHOWN, code)


@given(testing.instants())
def test_an_instant_is_kept_in_utc(at: datetime) -> None:
    """Any aware datetime becomes a plain datetime in UTC that is the same instant, without a fold."""
    kept = as_instant(at)
    assert type(kept) is datetime
    assert kept.tzinfo is UTC
    assert kept.fold == 0
    assert kept - datetime(2000, 1, 1, tzinfo=UTC) == at.astimezone(UTC) - datetime(2000, 1, 1, tzinfo=UTC)
    assert as_instant(kept) == kept
    instant(None, SHOWN, kept)


def test_an_instant_in_utc_has_one_repr() -> None:
    """A fold means nothing in UTC, so it is dropped: equal instants have one repr."""
    assert repr(as_instant(AWARE.replace(fold=1))) == repr(AWARE)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (pendulum.datetime(2013, 11, 27, 9, tz="Europe/Zurich"), "2013-11-27T08:00"),
        (pendulum.datetime(2026, 3, 29, 2, 30, tz="Europe/Zurich"), "2026-03-29T01:30"),  # skipped
        (
            pendulum.datetime(2026, 10, 25, 2, 30, tz="Europe/Zurich"),
            "2026-10-25T01:30",
        ),  # the later: pendulum's way
        (pendulum.datetime(2026, 10, 25, 2, 30, tz="Europe/Zurich", fold=0), "2026-10-25T00:30"),
        (pendulum.datetime(2026, 10, 25, 2, 30, tz="UTC"), "2026-10-25T02:30"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH), "2026-10-25T00:30"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH, fold=1), "2026-10-25T01:30"),
    ],
)
def test_an_instant_of_a_subclass_is_the_one_it_was(local: datetime, utc: str) -> None:
    """A datetime of pendulum's, in a skipped or a doubled hour too, stays the instant that it is there."""
    kept = as_instant(local)
    assert type(kept) is datetime
    assert kept.isoformat(timespec="minutes") == f"{utc}+00:00"
    assert kept.timestamp() == local.timestamp()


@pytest.mark.parametrize(
    "at",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),  # in the year 0, in UTC
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),  # in the year 10000, in UTC
        datetime.min.replace(tzinfo=ZURICH),
        datetime.max.replace(tzinfo=ZoneInfo("America/New_York")),
    ],
)
def test_an_instant_outside_the_calendar_is_refused(at: datetime) -> None:
    """An instant that UTC cannot show passes the converter as it came, and the validator refuses it."""
    assert as_instant(at) is at
    assert type(refusal(instant, at)) is InvalidValueError


@pytest.mark.parametrize(
    "value", [None, "now", 0, NAIVE, date(2013, 11, 27), AWARE.replace(tzinfo=Nowhere())]
)
def test_what_is_no_instant_is_left_to_the_validator(value: Any) -> None:
    """The converter never guesses: what is not an aware datetime is returned as it came."""
    assert as_instant(value) is value
    refusal(instant, value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ([1, 2], (1, 2)),
        ((1, 2), (1, 2)),
        (Pair(1, 2), (1, 2)),
        ([], ()),
        ("ab", "ab"),  # a string is no sequence of strings
        ({1: 2}, {1: 2}),
        (None, None),
        (7, 7),
    ],
)
def test_lists_become_tuples_and_nothing_else_does(value: Any, kept: object) -> None:
    """A list or a tuple becomes a plain tuple; the rest is left to the validator."""
    assert TupleOf(value) == kept
    assert type(TupleOf(value)) is type(kept)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({1, 2}, frozenset({1, 2})),
        ([1, 2, 1], frozenset({1, 2})),
        ((), frozenset()),
        (frozenset({1}), frozenset({1})),
        ("ab", "ab"),
        (OrderedDict(a=1), OrderedDict(a=1)),
        ([[1]], [[1]]),  # a list cannot be a member
        (None, None),
    ],
)
def test_sets_and_lists_become_frozensets_and_nothing_else_does(value: Any, kept: object) -> None:
    """A set, list or tuple becomes a frozenset; the rest is left to the validator."""
    assert FrozensetOf(value) == kept
    assert type(FrozensetOf(value)) is type(kept)


@given(st.lists(testing.ids(), max_size=5))
def test_a_set_has_one_repr(members: list[str]) -> None:
    """However a set was put together, and in whichever process, its repr is the same, and is the set."""
    shown = sorted_repr(frozenset(members))
    assert shown == sorted_repr(frozenset(reversed(members)))
    assert eval(shown) == frozenset(members)  # noqa: S307  # our own text


@given(st.text())
def test_texts_that_look_alike_become_equal(value: str) -> None:
    """All normal forms of one text come to the same, and coming to it twice changes nothing."""
    kept = as_nfc(value)
    assert kept == as_nfc(kept) == as_nfc(unicodedata.normalize("NFD", value))


@pytest.mark.parametrize("value", [None, 7, b"Zoe\xcc\x81", ["a"]])
def test_what_is_no_text_is_not_normalised(value: Any) -> None:
    """The converter of texts leaves anything else to the validator."""
    assert as_nfc(value) is value


def test_a_text_is_written_in_one_form() -> None:
    """An e with an accent put on it is the letter é."""
    assert as_nfc("Zoe\u0301") == "Zo\u00e9"


def test_a_text_has_no_character_of_the_control_categories() -> None:
    """Over the first plane of Unicode: controls, turns of direction and halves of letters, and no others."""
    check = text(1, may_be_empty=True)
    for char in map(chr, range(0x11000)):
        is_control = char != "\n" and (unicodedata.category(char) in {"Cc", "Cs"} or char in TURNS)
        try:
            check(None, SHOWN, char)
        except InvalidValueError:
            assert is_control, hex(ord(char))
        else:
            assert not is_control, hex(ord(char))


@pytest.mark.parametrize(
    ("value", "kind"),
    [(1, int), (True, bool), (True, (int, bool)), (None, (str, type(None))), ("a", str), ([], Sequence)],
)
def test_an_argument_of_its_type_is_taken(value: object, kind: Any) -> None:
    """One class, or one of several."""
    check_instance("x", value, kind=kind)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (True, int, "int"),
        (True, (int, str), "int or str"),
        (1.0, int, "int"),
        (None, str, "str"),
        ({1}, Sequence, "Sequence"),
        ("a", (int, type(None)), "int or NoneType"),
    ],
)
def test_an_argument_of_another_type_is_named(value: object, kind: Any, expected: str) -> None:
    """What `instance_of` says of a field."""
    with pytest.raises(InvalidTypeError) as caught:
        check_instance("x", value, kind=kind)
    assert (caught.value.field, caught.value.expected) == ("x", f"a value of type {expected}")


def test_what_is_personal_is_not_repeated() -> None:
    """Only how long it is."""
    with pytest.raises(InvalidTypeError) as plain:
        check_instance("x", "Sonja", kind=int)
    with pytest.raises(InvalidTypeError) as hidden:
        check_instance("x", "Sonja", kind=int, personal=True)
    assert (plain.value.came, hidden.value.came) == ("'Sonja'", "a string of 5 characters")
