"""Converters: equal values to one form; what cannot be converted is left to the validator."""

import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Self, TypeVar

__all__ = ["FrozensetOf", "TupleOf", "as_instant", "as_nfc"]


T = TypeVar("T")


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
