"""Validators of collections, and how a set is shown."""

from typing import Any

import attrs

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
)
from mila_core.validation._validator import Validator, came_as
from mila_core.validation.scalars import InstanceOf, IntegerIn

__all__ = ["MOST_MEMBERS", "MembersOf", "counted_repr", "frozenset_of", "sorted_repr", "tuple_of"]


MOST_MEMBERS = 10_000_000
"""How many members a collection has at most, where its field does not ask for fewer."""


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
        >>> from mila_core.validation import identifier
        >>> MembersOf(kind=tuple, member=identifier, least=1, most=3).check_count("languages", 4)
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: languages: expected at most 3 item(s), came 4
    """

    __slots__ = ("_kind", "_range", "kind", "least", "member", "most")

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
        self._kind = member.kind if isinstance(member, InstanceOf) else None
        self._range = (member.least, member.most) if isinstance(member, IntegerIn) else None

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
            raise InvalidTypeError(attribute.name, expected, came_as(attribute, value))
        self.check_count(attribute.name, len(value))
        if self._kind is not None and set(map(type, value)) <= {self._kind}:
            return  # what the loop would find too, much sooner
        if self._range is not None and set(map(type, value)) == {int}:
            least, most = self._range
            if least <= min(value) and max(value) <= most:
                return  # as above
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
        >>> from mila_core.validation import identifier
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
        >>> from mila_core.validation import identifier
        >>> frozenset_of(identifier, least=1)(None, attrs.fields(Service).requires, frozenset())
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: requires: expected at least 1 member(s), came 0
    """
    return MembersOf(kind=frozenset, member=member, least=least, most=most)


def counted_repr(members: tuple[Any, ...]) -> str:
    """Return how many members a collection has, for a `repr` that is not to show what they say of a person.

    Args:
        members: the collection.

    Examples:
        >>> counted_repr((1, 2))
        '<2>'
    """
    return f"<{len(members)}>"


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
