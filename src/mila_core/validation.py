"""Checks of field values, as validators for attrs classes; each failure names field, expected and came.

Every check here is a function that returns (or is) an attrs validator, `check(instance, attribute, value)`.
It looks at the value alone, never at the instance, so that the fields of a document can be checked one by
one; what concerns several fields is checked in `__attrs_post_init__`. A field that holds a person's data has
`repr=False`; its value is never repeated in an error.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from typing import Any, Self, TypeAlias, TypeVar

import attrs

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)

__all__ = [
    "FrozensetOf",
    "IntegerIn",
    "MembersOf",
    "OptionalOf",
    "TextOf",
    "TupleOf",
    "Validator",
    "as_instant",
    "as_nfc",
    "day",
    "frozenset_of",
    "identifier",
    "instance_of",
    "instant",
    "integer",
    "language",
    "optional",
    "sorted_repr",
    "text",
    "tuple_of",
]

T = TypeVar("T")

Validator: TypeAlias = Callable[[Any, "attrs.Attribute[Any]", Any], None]
"""What attrs calls with the instance, the field and the value."""

FIRST_YEAR, LAST_YEAR = 2, 9998
"""The years of an instant: one from the ends of the calendar, so that any wall clock can show it."""

MOST_MEMBERS = 10_000_000
"""How many members a collection has at most, where its field does not ask for fewer."""

LONGEST_IDENTIFIER = 200
"""A UUID has 36 characters; ids are kept in many places, so they stay short."""

_IDENTIFIER = re.compile(f"[!-~]{{1,{LONGEST_IDENTIFIER}}}")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # Unicode's Cc but line breaks, and Cs


def _came(attribute: "attrs.Attribute[Any]", value: object) -> str:
    return describe(value, personal=attribute.repr is False)


def instance_of(kind: type) -> Validator:
    """Return a validator for instances of a class; a bool is not an int here.

    Args:
        kind: the class.

    Returns:
        A validator; it raises `InvalidTypeError` for anything else.

    Examples:
        >>> from mila_core.offers import Offer
        >>> from mila_core.money import Money
        >>> instance_of(Money)(None, attrs.fields(Offer).price, 40.0)
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidTypeError: price: expected a value of type Money, came the float 40.0
    """

    def check(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise InvalidTypeError(
                attribute.name, f"a value of type {kind.__name__}", _came(attribute, value)
            )

    return check


def integer(least: int, most: int) -> Validator:
    """Return a validator for integers in a range; a bool or a float is refused.

    Args:
        least: the least value allowed.
        most: the greatest value allowed.

    Returns:
        A validator; it raises `InvalidTypeError` for what is no integer, `InvalidValueError` for one that is
        out of the range.

    Examples:
        >>> from mila_core.catalogue import Service
        >>> integer(1, 3)(None, attrs.fields(Service).level, 4)
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: level: expected an integer from 1 to 3, came the int 4
    """
    return IntegerIn(least, most)


class IntegerIn:
    """The validator that `integer` returns; its range can be read, as a schema does.

    Args:
        least: the least value allowed.
        most: the greatest value allowed.

    Examples:
        >>> integer(1, 3).most
        3
    """

    __slots__ = ("least", "most")

    def __init__(self, least: int, most: int) -> None:
        """Keep both."""
        self.least = least
        self.most = most

    def __call__(self, _: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Check an integer.

        Args:
            attribute: the field, for its name in the error.
            value: what came.

        Raises:
            InvalidTypeError: no integer, or a bool.
            InvalidValueError: an integer out of the range.
        """
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidTypeError(attribute.name, self._expected, _came(attribute, value))
        if not self.least <= value <= self.most:
            raise InvalidValueError(attribute.name, self._expected, _came(attribute, value))

    @property
    def _expected(self) -> str:
        return f"an integer from {self.least} to {self.most}"


def text(longest: int, *, may_be_empty: bool = False) -> Validator:
    """Return a validator for text: no control characters but line breaks, not too long, not blank.

    Args:
        longest: the greatest number of characters allowed.
        may_be_empty: whether an empty text, or one of spaces alone, is allowed.

    Returns:
        A validator; it raises `InvalidTypeError` for what is no string, `InvalidValueError` for a string that
        is not such a text.

    Examples:
        >>> from mila_core.names import Names
        >>> text(200)(None, attrs.fields(Names).de, " ")
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: de: expected a text of 1 to 200 characters, came ' '
    """
    return TextOf(longest, may_be_empty=may_be_empty)


class TextOf:
    """The validator that `text` returns; what it allows can be read, as a schema does.

    Args:
        longest: the greatest number of characters allowed.
        may_be_empty: whether an empty text, or one of spaces alone, is allowed.

    Examples:
        >>> text(200).longest
        200
    """

    __slots__ = ("longest", "may_be_empty")

    def __init__(self, longest: int, *, may_be_empty: bool) -> None:
        """Keep both."""
        self.longest = longest
        self.may_be_empty = may_be_empty

    def __call__(self, _: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Check a text.

        Args:
            attribute: the field, for its name in the error.
            value: what came.

        Raises:
            InvalidTypeError: no string.
            InvalidValueError: a blank text, one that is too long, or one with a control character.
        """
        expected = f"a text of {0 if self.may_be_empty else 1} to {self.longest} characters"
        if not isinstance(value, str):
            raise InvalidTypeError(attribute.name, expected, _came(attribute, value))
        if len(value) > self.longest or not (self.may_be_empty or value.strip()):
            raise InvalidValueError(attribute.name, expected, _came(attribute, value))
        if _CONTROL.search(value):
            raise InvalidValueError(
                attribute.name, f"{expected} without control characters", _came(attribute, value)
            )


def identifier(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Check an id or a code: 1 to 200 visible ASCII characters, no spaces.

    Args:
        attribute: the field, for its name in the error.
        value: what came.

    Raises:
        InvalidTypeError: not a string.
        InvalidValueError: an empty string, one over 200 characters, or one with another character.

    Examples:
        >>> from mila_core.offers import Offer
        >>> identifier(None, attrs.fields(Offer).id, "Andreas 1")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: id: expected an id of 1 to 200 visible ..., came 'Andreas 1'
    """
    expected = f"an id of 1 to {LONGEST_IDENTIFIER} visible ASCII characters without spaces"
    if not isinstance(value, str):
        raise InvalidTypeError(attribute.name, expected, _came(attribute, value))
    if not _IDENTIFIER.fullmatch(value):
        raise InvalidValueError(attribute.name, expected, _came(attribute, value))


_LANGUAGE = re.compile("[a-z]{2,3}")


def language(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Check the code of a language: two or three small letters, as in ISO 639.

    Args:
        attribute: the field, for its name in the error.
        value: what came.

    Raises:
        InvalidTypeError: not a string.
        InvalidValueError: a string of another form; whether the language exists is not looked up.

    Examples:
        >>> from mila_core.friends import Friend
        >>> language(None, attrs.fields(Friend).languages, "German")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: languages: expected the ISO 639 code ..., came 'German'
    """
    expected = 'the ISO 639 code of a language, such as "de"'
    if not isinstance(value, str):
        raise InvalidTypeError(attribute.name, expected, _came(attribute, value))
    if not _LANGUAGE.fullmatch(value):
        raise InvalidValueError(attribute.name, expected, _came(attribute, value))


def instant(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Check an instant; with `as_instant` as the field's converter any aware datetime passes.

    Args:
        attribute: the field, for its name in the error.
        value: what came.

    Raises:
        InvalidTypeError: not a datetime.
        InvalidValueError: a naive datetime, one that is not in UTC, or one outside the years 2 to 9998.

    Examples:
        >>> from mila_core.periods import Period
        >>> instant(None, attrs.fields(Period).start, date(2013, 11, 27))
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidTypeError: start: expected a datetime with a UTC offset, came a date
    """
    expected = "a datetime with a UTC offset"
    if not isinstance(value, datetime):
        raise InvalidTypeError(attribute.name, expected, _came(attribute, value))
    if value.utcoffset() is None:
        raise InvalidValueError(attribute.name, expected, f"the naive datetime {value.isoformat()}")
    if value.tzinfo is not UTC or not FIRST_YEAR <= value.year <= LAST_YEAR:  # or `as_instant` left it alone
        expected = f"an instant of the years {FIRST_YEAR} to {LAST_YEAR} in UTC"
        raise InvalidValueError(attribute.name, expected, value.isoformat())


def day(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Check a calendar date; a datetime is refused, since it would lose its time.

    Args:
        attribute: the field, for its name in the error.
        value: what came.

    Raises:
        InvalidTypeError: not a date, or a datetime.
        InvalidValueError: a date outside the years 3 to 9997.

    Examples:
        >>> from mila_core.regions import Region
        >>> day(None, attrs.fields(Region).opens_on, "2013-11-27")
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidTypeError: opens_on: expected a date, came '2013-11-27'
    """
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidTypeError(attribute.name, "a date", _came(attribute, value))
    if not FIRST_YEAR < value.year < LAST_YEAR:  # its midnights are instants, in any zone
        expected = f"a date of the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}"
        raise InvalidValueError(attribute.name, expected, value.isoformat())


def optional(validator: Validator) -> Validator:
    """Return a validator that also accepts None.

    Args:
        validator: the check for anything else.

    Returns:
        A validator; it raises what the check raises.

    Examples:
        >>> from mila_core.regions import Region
        >>> optional(day)(None, attrs.fields(Region).closes_on, None)
        >>> optional(day)(None, attrs.fields(Region).closes_on, "never")
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidTypeError: closes_on: expected a date, came 'never'
    """
    return OptionalOf(validator)


class OptionalOf:
    """The validator that `optional` returns; its check can be read, as a schema does.

    Args:
        validator: the check for anything but None.

    Examples:
        >>> optional(day).validator is day
        True
    """

    __slots__ = ("validator",)

    def __init__(self, validator: Validator) -> None:
        """Keep the check."""
        self.validator = validator

    def __call__(self, instance: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Check anything but None.

        Args:
            instance: what has the field.
            attribute: the field, for its name in the error.
            value: what came.
        """
        if value is not None:
            self.validator(instance, attribute, value)


class MembersOf:
    """The validator of a collection: its type, how many members it has, and each of them.

    Called, it raises `InvalidTypeError` for another type, `InvalidValueError` for too few or too many
    members, for one bad member what its check raises, and for several `InvalidDocumentError`.

    Args:
        kind: the type of the collection, `tuple` or `frozenset`.
        member: the check for each member.
        least: how many members there must be.
        most: how many members there may be.

    Examples:
        >>> MembersOf(kind=tuple, member=identifier, least=1, most=3).check_count("languages", 4)
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: languages: expected at most 3 item(s), came 4
    """

    __slots__ = ("kind", "least", "member", "most")

    def __init__(
        self,
        *,
        kind: type[tuple[Any, ...]] | type[frozenset[Any]],
        member: Validator,
        least: int,
        most: int,
    ) -> None:
        """Keep the four."""
        self.kind = kind
        self.member = member
        self.least = least
        self.most = most

    def __call__(self, instance: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        """Check a collection; several bad members are told together.

        Args:
            instance: what has the field; the check of a member may want it.
            attribute: the field, for its name in the error.
            value: what came.

        Raises:
            InvalidTypeError: another type, or one bad member of another type.
            InvalidValueError: too few or too many members, or one bad member.
            InvalidDocumentError: several bad members.
        """
        if not isinstance(value, self.kind):
            expected = "a sequence" if self.kind is tuple else "a set"
            raise InvalidTypeError(attribute.name, expected, _came(attribute, value))
        self.check_count(attribute.name, len(value))
        try:
            for each in value:
                self.member(instance, attribute, each)
        except InvalidInputError:  # names and order are for errors alone, and take longer than the checks
            self._tell(instance, attribute, value)

    def _tell(self, instance: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        """Raise the errors of a collection's members."""
        members: list[tuple[str, Any]] = [
            (f"{attribute.name}[{position}]", each) for position, each in enumerate(value)
        ]
        if self.kind is frozenset:
            members = [(attribute.name, each) for each in sorted(value, key=repr)]
        problems: list[InvalidInputError] = []
        for name, each in members:
            try:
                self.member(instance, attribute, each)
            except InvalidInputError as error:
                problems.append(error.at(name))
            if len(problems) == MOST_PROBLEMS:
                break
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise InvalidDocumentError(attribute.name, problems)

    def check_count(self, name: str, count: int) -> None:
        """Check how many members there are.

        Args:
            name: the field's name, for the error.
            count: how many members it has.

        Raises:
            InvalidValueError: too few or too many.
        """
        word = "item(s)" if self.kind is tuple else "member(s)"
        if count < self.least:
            raise InvalidValueError(name, f"at least {self.least} {word}", f"{count}")
        if count > self.most:
            raise InvalidValueError(name, f"at most {self.most} {word}", f"{count}")


def tuple_of(item: Validator, *, least: int = 0, most: int = MOST_MEMBERS) -> MembersOf:
    """Return a validator for tuples; the error names each bad item, `windows[2]`.

    Args:
        item: the check for each item.
        least: how many items there must be.
        most: how many items there may be.

    Examples:
        >>> from mila_core.friends import Friend
        >>> tuple_of(identifier)(None, attrs.fields(Friend).languages, ("de", 7))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidTypeError: languages[1]: expected an id of 1 to 200 ..., came the int 7
    """
    return MembersOf(kind=tuple, member=item, least=least, most=most)


def frozenset_of(member: Validator, *, least: int = 0, most: int = MOST_MEMBERS) -> MembersOf:
    """Return a validator for frozensets; bad members are told in order.

    Args:
        member: the check for each member.
        least: how many members there must be.
        most: how many members there may be.

    Examples:
        >>> from mila_core.catalogue import Service
        >>> frozenset_of(identifier, least=1)(None, attrs.fields(Service).requires, frozenset())
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: requires: expected at least 1 member(s), came 0
    """
    return MembersOf(kind=frozenset, member=member, least=least, most=most)


def sorted_repr(members: frozenset[Any]) -> str:
    """Return the `repr` of a set with its members in order, which is another in each process otherwise.

    Args:
        members: the set; its members can be sorted.

    Examples:
        >>> sorted_repr(frozenset({"gaming", "computers"}))
        "frozenset({'computers', 'gaming'})"
    """
    inside = f"{{{', '.join(map(repr, sorted(members)))}}}" if members else ""
    return f"frozenset({inside})"


def as_instant(value: datetime) -> datetime:
    """Return an aware datetime as a plain `datetime` in UTC; anything else as it came, for the validator.

    Args:
        value: any aware datetime, of a subclass too.

    Examples:
        >>> as_instant(datetime.fromisoformat("2013-11-27T09:00:00+01:00")).isoformat()
        '2013-11-27T08:00:00+00:00'
        >>> as_instant("tomorrow")
        'tomorrow'
    """
    if type(value) is datetime and value.tzinfo is UTC and not value.fold:
        return value
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return value
    try:
        moved = value.astimezone(UTC)
    except OverflowError:
        return value
    return datetime.combine(moved.date(), moved.time().replace(fold=0), UTC)  # one repr for one instant


class TupleOf(tuple[T, ...]):
    """A list or a tuple as a plain tuple; anything else as it came, for the validator.

    A class, used as the converter of a field (`converter=TupleOf[Period]`), as type checkers know the type of
    its argument only then.

    Examples:
        >>> TupleOf[int]([1, 2])
        (1, 2)
    """

    __slots__ = ()

    def __new__(cls, value: Sequence[T]) -> Self:
        """Return the tuple."""
        return tuple(value) if isinstance(value, list | tuple) else value  # type: ignore[return-value]


class FrozensetOf(frozenset[T]):
    """A set, list or tuple as a plain frozenset; anything else as it came, for the validator.

    A class, used as the converter of a field (`converter=FrozensetOf[str]`), as type checkers know the type
    of its argument only then.

    Examples:
        >>> FrozensetOf[str](["a", "b", "a"]) == frozenset({"a", "b"})
        True
    """

    __slots__ = ()

    def __new__(cls, value: AbstractSet[T] | Sequence[T]) -> Self:
        """Return the frozenset."""
        if not isinstance(value, set | list | tuple):
            return value  # type: ignore[return-value]
        try:
            return frozenset(value)  # type: ignore[return-value]
        except TypeError:  # an unhashable member
            return value  # type: ignore[return-value]


def as_nfc(value: str) -> str:
    r"""Return a text in the Unicode normal form C, so that equal texts are equal.

    Args:
        value: what came; anything but a string is returned as it came.

    Examples:
        >>> as_nfc("Zu\N{COMBINING DIAERESIS}rich") == "Zürich"
        True
    """
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value
