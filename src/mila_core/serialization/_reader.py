"""The quick way to read: for documents that are in order, which is what most of them are.

A reader takes a JSON value and returns the library's value, or raises anything at all: then the converter,
which is several times slower, reads the document again and tells every problem with its path. So a reader may
be stricter than the converter, never laxer; each value is made by its class, whose checks run.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import cache, lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

import attrs

from mila_core.errors import InvalidInputError, MilaError
from mila_core.money import Money
from mila_core.places import Place
from mila_core.reasons import Reason
from mila_core.serialization._converter import DERIVED, STRUCTURE, TAGGED, json_converter
from mila_core.serialization._kinds import members_of
from mila_core.serialization._problems import flatten

Reader: TypeAlias = Callable[[Any], Any]

REFUSALS = (MilaError, KeyError, TypeError, ValueError)
"""What a reader raises for a value that it does not take."""

_MOST_KEPT = 10_000  # instants and places come again and again: in a market, some thousands of them


def _exactly(kind: type) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value

    return read


def _parsed(kind: type) -> Reader:
    """Return a reader of texts that keeps the values it has made, all of them immutable."""
    structure = STRUCTURE[kind]

    @lru_cache(_MOST_KEPT)
    def parse(text: str) -> Any:
        return structure(text, kind)

    def read(value: Any) -> Any:
        if type(value) is not str:
            raise TypeError
        return parse(value)

    return read


def _enumeration(kind: type[Enum]) -> Reader:
    members = {member.value: member for member in kind}

    def read(value: Any) -> Enum:
        if type(value) is not str:
            raise TypeError
        return members[value]

    return read


def _optional(inner: Reader) -> Reader:
    return lambda value: None if value is None else inner(value)


def _tuple(inner: Reader) -> Reader:
    def read(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise TypeError
        return tuple([inner(each) for each in value])

    return read


def _frozenset(inner: Reader) -> Reader:
    def read(value: Any) -> frozenset[Any]:
        if type(value) is not list:
            raise TypeError
        found = frozenset([inner(each) for each in value])
        if len(found) < len(value):
            raise ValueError
        return found

    return read


def _attrs_class(cls: Any, arguments: Mapping[Any, Any]) -> Reader:
    readers = {field.name: reader_of(_bound(field.type, arguments)) for field in attrs.fields(cls)}
    derived = DERIVED.get(cls, ())

    def read(value: Any) -> Any:
        if type(value) is not dict:  # nor one that has a field twice
            raise TypeError
        return cls(**{name: readers[name](each) for name, each in value.items()})

    def read_with_derived(value: Any) -> Any:
        if type(value) is not dict:
            raise TypeError
        made = read({name: each for name, each in value.items() if name not in derived})
        for name in derived:
            expected = json_converter().unstructure(getattr(made, name))
            if name in value and (type(value[name]) is not type(expected) or value[name] != expected):
                raise ValueError
        return made

    return read_with_derived if derived else read


def _family(members: Mapping[str, type]) -> Reader:
    readers = {kind: reader_of(cls) for kind, cls in members.items()}

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise TypeError
        return readers[value["kind"]]({name: each for name, each in value.items() if name != "kind"})

    return read


def _bound(hint: Any, arguments: Mapping[Any, Any]) -> Any:
    """Return a generic's field type with its parameters filled in."""
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(arguments[each] for each in parameters)] if parameters else hint


def _scalar(value: Any) -> Any:
    if type(value) is str or type(value) is int:
        return value
    if type(value) is not dict or len(value) != 1:
        raise TypeError
    tag = next(iter(value))
    return _BY_TAG[tag](value[tag])


def _reason(value: Any) -> Reason:
    if type(value) is not dict or not value.keys() <= {"code", "values"}:
        raise TypeError
    values = value.get("values", {})
    if type(values) is not dict:
        raise TypeError
    return Reason(value["code"], tuple([(name, _scalar(values[name])) for name in sorted(values)]))


_PLAIN: Mapping[Any, Reader] = MappingProxyType(
    {
        str: _exactly(str),
        int: _exactly(int),
        bool: _exactly(bool),
        float: lambda value: STRUCTURE[float](value, float),
        Reason: _reason,
        **{kind: _parsed(kind) for kind in (Money, Place, date, time, datetime)},
    }
)

_BY_TAG = MappingProxyType({tag: _PLAIN[kind] for tag, kind in TAGGED.items()})


@cache
def reader_of(hint: Any) -> Reader:
    """Return the reader of a type, as a field's annotation names it.

    Args:
        hint: a class, a tuple or frozenset of one, or one of these or None.
    """
    origin, arguments = get_origin(hint) or hint, get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is tuple and arguments[1:] == (...,):
        return _tuple(reader_of(arguments[0]))
    if origin is frozenset:
        return _frozenset(reader_of(arguments[0]))
    if origin in {Union, UnionType} and set(arguments[1:]) == {NoneType}:
        return _optional(reader_of(arguments[0]))
    if isinstance(origin, type) and issubclass(origin, Enum):
        return _enumeration(origin)
    if members := members_of(origin):
        return _family(members)
    if attrs.has(origin):
        return _attrs_class(origin, dict(zip(getattr(origin, "__parameters__", ()), arguments, strict=True)))
    return lambda value: json_converter().structure(value, hint)


def read(body: Any, target: Any, *, path: str = "$") -> tuple[Any, list[InvalidInputError]]:
    """Return the value of a JSON value, or all its problems: quickly, and once more if something is wrong.

    Args:
        body: what came, without a head.
        target: the type to read it as.
        path: where it stands, for its problems.
    """
    try:
        return reader_of(target)(body), []
    except REFUSALS:
        pass  # the converter tells what is wrong, or takes it after all
    try:
        return json_converter().structure(body, target), []
    except (InvalidInputError, ExceptionGroup) as error:
        return None, list(flatten(error, path))
