"""Validators of single values."""

import re
from datetime import UTC, date, datetime
from typing import Any

import attrs

from mila_core.errors import (
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.validation._validator import Validator, came_as

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "LONGEST_IDENTIFIER",
    "IntegerIn",
    "NumberIn",
    "OptionalOf",
    "TextOf",
    "check_instance",
    "day",
    "identifier",
    "instance_of",
    "instant",
    "integer",
    "language",
    "number",
    "optional",
    "text",
]


FIRST_YEAR, LAST_YEAR = 2, 9998
"""The years of an instant: one from the ends of the calendar, so that any wall clock can show it."""

LONGEST_IDENTIFIER = 200
"""A UUID has 36 characters; ids are kept in many places, so they stay short."""

_IDENTIFIER = re.compile(f"[!-~]{{1,{LONGEST_IDENTIFIER}}}")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # Unicode's Cc but line breaks, and Cs
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # what follows is written the other way round: a disguise
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # without a width, alone as good as blank


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
    return InstanceOf(kind)


class InstanceOf:
    """The validator that `instance_of` returns.

    Args:
        kind: the class.
    """

    __slots__ = ("kind",)

    def __init__(self, kind: type) -> None:
        """Keep the class."""
        self.kind = kind

    def __call__(self, _: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Check a value.

        Args:
            attribute: the field, for its name in the error.
            value: what came.

        Raises:
            InvalidTypeError: a value of another type.
        """
        if not isinstance(value, self.kind) or (self.kind is int and isinstance(value, bool)):
            expected = f"a value of type {self.kind.__name__}"
            raise InvalidTypeError(attribute.name, expected, came_as(attribute, value))


def check_instance(
    name: str, value: object, *, kind: type | tuple[type, ...], personal: bool = False
) -> None:
    """Check the type of an argument; a bool is not an int here.

    For arguments what `instance_of` is for fields: a wrong one is an error that names it.

    Args:
        name: the argument's name, for the error.
        value: what came.
        kind: the class, or several of which one will do.
        personal: whether the value may be about a person: then only its type and length are said.

    Raises:
        InvalidTypeError: a value of another type.

    Examples:
        >>> from mila_core.money import Money
        >>> check_instance("price", 40.0, kind=Money)
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidTypeError: price: expected a value of type Money, came the float 40.0
    """
    kinds = kind if isinstance(kind, tuple) else (kind,)
    is_bool_for_int = isinstance(value, bool) and int in kinds and bool not in kinds
    if is_bool_for_int or not isinstance(value, kinds):
        expected = f"a value of type {' or '.join(each.__name__ for each in kinds)}"
        raise InvalidTypeError(name, expected, describe(value, personal=personal))


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
            raise InvalidTypeError(attribute.name, self._expected, came_as(attribute, value))
        if not self.least <= value <= self.most:
            raise InvalidValueError(attribute.name, self._expected, came_as(attribute, value))

    @property
    def _expected(self) -> str:
        return f"an integer from {self.least} to {self.most}"


def number(least: float, most: float) -> Validator:
    """Return a validator for numbers, whole or not, in a range; a bool, NaN or an infinity is refused.

    Args:
        least: the least value allowed.
        most: the greatest value allowed.

    Returns:
        A validator; it raises `InvalidTypeError` for what is neither int nor float, `InvalidValueError` for
        one that is out of the range.

    Examples:
        >>> from mila_core.standings import Standing
        >>> number(1, 5)(None, attrs.fields(Standing).stars, 5.5)
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: stars: expected a number from 1 to 5, came the float 5.5
    """
    return NumberIn(least, most)


class NumberIn:
    """The validator that `number` returns; its range can be read, as a schema does.

    Args:
        least: the least value allowed.
        most: the greatest value allowed.

    Examples:
        >>> number(0, 0.5).most
        0.5
    """

    __slots__ = ("least", "most")

    def __init__(self, least: float, most: float) -> None:
        """Keep both."""
        self.least = least
        self.most = most

    def __call__(self, _: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Check a number.

        Args:
            attribute: the field, for its name in the error.
            value: what came.

        Raises:
            InvalidTypeError: neither int nor float, or a bool.
            InvalidValueError: a number out of the range, or none (NaN).
        """
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidTypeError(attribute.name, self._expected, came_as(attribute, value))
        if not self.least <= value <= self.most:  # NaN fails it too
            raise InvalidValueError(attribute.name, self._expected, came_as(attribute, value))

    @property
    def _expected(self) -> str:
        return f"a number from {self.least} to {self.most}"


def text(longest: int, *, may_be_empty: bool = False) -> Validator:
    """Return a validator for text: no control characters but line breaks, not too long, not blank.

    Characters that turn the direction of writing are control characters here: with them a name could pretend
    to be another one. A text of characters without a width is blank.

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


def _is_seen(value: str) -> bool:
    return any(not char.isspace() and char not in _UNSEEN for char in value)


class TextOf:
    """The validator that `text` returns; what it allows can be read, as a schema does.

    Args:
        longest: the greatest number of characters allowed.
        may_be_empty: whether an empty text, or one of spaces alone, is allowed.

    Examples:
        >>> text(200).longest
        200
    """

    __slots__ = ("_expected", "longest", "may_be_empty")

    def __init__(self, longest: int, *, may_be_empty: bool) -> None:
        """Keep both."""
        self.longest = longest
        self.may_be_empty = may_be_empty
        self._expected = f"a text of {0 if may_be_empty else 1} to {longest} characters"

    def __call__(self, _: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Check a text.

        Args:
            attribute: the field, for its name in the error.
            value: what came.

        Raises:
            InvalidTypeError: no string.
            InvalidValueError: a blank text, one that is too long, or one with a control character.
        """
        expected = self._expected
        if not isinstance(value, str):
            raise InvalidTypeError(attribute.name, expected, came_as(attribute, value))
        if len(value) > self.longest or not (self.may_be_empty or _is_seen(value)):
            raise InvalidValueError(attribute.name, expected, came_as(attribute, value))
        if _CONTROL.search(value) or _TURNS.search(value):
            raise InvalidValueError(
                attribute.name, f"{expected} without control characters", came_as(attribute, value)
            )


_AN_IDENTIFIER = f"an id of 1 to {LONGEST_IDENTIFIER} visible ASCII characters without spaces"


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
    if not isinstance(value, str):
        raise InvalidTypeError(attribute.name, _AN_IDENTIFIER, came_as(attribute, value))
    if not _IDENTIFIER.fullmatch(value):
        raise InvalidValueError(attribute.name, _AN_IDENTIFIER, came_as(attribute, value))


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
        raise InvalidTypeError(attribute.name, expected, came_as(attribute, value))
    if not _LANGUAGE.fullmatch(value):
        raise InvalidValueError(attribute.name, expected, came_as(attribute, value))


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
        raise InvalidTypeError(attribute.name, expected, came_as(attribute, value))
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
        raise InvalidTypeError(attribute.name, "a date", came_as(attribute, value))
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
