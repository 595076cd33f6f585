"""Checks of field values, as validators for attrs classes; each failure names field, expected and came.

Every check here is a function that returns (or is) an attrs validator, `check(instance, attribute, value)`.
It looks at the value alone, never at the instance, so that the fields of a document can be checked one by
one; what concerns several fields is checked in `__attrs_post_init__`. A field that holds a person's data has
`repr=False`; its value is never repeated in an error.
"""

import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from typing import Any, Self, TypeAlias, TypeVar

import attrs

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError, describe

__all__ = [
    "FrozensetOf",
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

LONGEST_IDENTIFIER = 200
"""A UUID has 36 characters; ids are kept in many places, so they stay short."""


def _came(attribute: "attrs.Attribute[Any]", value: object) -> str:
    return describe(value, personal=attribute.repr is False)


def instance_of(kind: type) -> Validator:
    """Return a validator for instances of a class; a bool is not an int here.

    Args:
        kind: the class.
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
    """
    expected = f"an integer from {least} to {most}"

    def check(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidTypeError(attribute.name, expected, _came(attribute, value))
        if not least <= value <= most:
            raise InvalidValueError(attribute.name, expected, _came(attribute, value))

    return check


def text(longest: int, *, may_be_empty: bool = False) -> Validator:
    """Return a validator for text: no control characters but line breaks, not too long, not blank.

    Args:
        longest: the greatest number of characters allowed.
        may_be_empty: whether an empty text is allowed.
    """
    expected = f"a text of {0 if may_be_empty else 1} to {longest} characters"

    def check(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, str):
            raise InvalidTypeError(attribute.name, expected, _came(attribute, value))
        if len(value) > longest or not (may_be_empty or value.strip()):
            raise InvalidValueError(attribute.name, expected, _came(attribute, value))
        if any(unicodedata.category(char) in {"Cc", "Cs"} and char != "\n" for char in value):
            raise InvalidValueError(
                attribute.name, f"{expected} without control characters", _came(attribute, value)
            )

    return check


def identifier(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Check an id or a code: 1 to 200 visible ASCII characters, no spaces."""
    expected = f"an id of 1 to {LONGEST_IDENTIFIER} visible ASCII characters without spaces"
    if not isinstance(value, str):
        raise InvalidTypeError(attribute.name, expected, _came(attribute, value))
    if not 0 < len(value) <= LONGEST_IDENTIFIER or not all("!" <= char <= "~" for char in value):
        raise InvalidValueError(attribute.name, expected, _came(attribute, value))


def instant(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Check an instant; with `as_instant` as the field's converter any aware datetime passes."""
    expected = "a datetime with a UTC offset"
    if not isinstance(value, datetime):
        raise InvalidTypeError(attribute.name, expected, _came(attribute, value))
    if value.utcoffset() is None:
        raise InvalidValueError(attribute.name, expected, f"the naive datetime {value.isoformat()}")
    if value.tzinfo is not UTC or not FIRST_YEAR <= value.year <= LAST_YEAR:  # or `as_instant` left it alone
        expected = f"an instant of the years {FIRST_YEAR} to {LAST_YEAR} in UTC"
        raise InvalidValueError(attribute.name, expected, value.isoformat())


def day(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Check a calendar date; a datetime is refused, since it would lose its time."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidTypeError(attribute.name, "a date", _came(attribute, value))
    if not FIRST_YEAR < value.year < LAST_YEAR:  # its midnights are instants, in any zone
        expected = f"a date of the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}"
        raise InvalidValueError(attribute.name, expected, value.isoformat())


def optional(validator: Validator) -> Validator:
    """Return a validator that also accepts None.

    Args:
        validator: the check for anything else.
    """

    def check(instance: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if value is not None:
            validator(instance, attribute, value)

    return check


def tuple_of(item: Validator, *, least: int = 0) -> Validator:
    """Return a validator for tuples; the error names the item, `windows[2]`.

    Args:
        item: the check for each item.
        least: how many items there must be.
    """

    def check(instance: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, tuple):
            raise InvalidTypeError(attribute.name, "a sequence", _came(attribute, value))
        if len(value) < least:
            raise InvalidValueError(attribute.name, f"at least {least} item(s)", f"{len(value)}")
        for position, each in enumerate(value):
            try:
                item(instance, attribute, each)
            except InvalidInputError as error:
                raise error.at(f"{attribute.name}[{position}]") from None

    return check


def frozenset_of(item: Validator, *, least: int = 0) -> Validator:
    """Return a validator for frozensets.

    Args:
        item: the check for each member.
        least: how many members there must be.
    """

    def check(instance: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, frozenset):
            raise InvalidTypeError(attribute.name, "a set", _came(attribute, value))
        if len(value) < least:
            raise InvalidValueError(attribute.name, f"at least {least} member(s)", f"{len(value)}")
        for each in value:
            item(instance, attribute, each)

    return check


def sorted_repr(members: frozenset[Any]) -> str:
    """Return the `repr` of a set with its members in order, which is another in each process otherwise.

    Args:
        members: the set.
    """
    inside = f"{{{', '.join(map(repr, sorted(members)))}}}" if members else ""
    return f"frozenset({inside})"


def as_instant(value: datetime) -> datetime:
    """Return an aware datetime as a plain `datetime` in UTC; anything else as it came, for the validator.

    Args:
        value: any aware datetime, of a subclass too.
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
    """Return a text in the Unicode normal form C, so that equal texts are equal.

    Args:
        value: what came; anything but a string is returned as it came.
    """
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value
