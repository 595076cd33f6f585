"""Documents: a value with its kind and the version of the schema, as JSON."""

import json
from typing import Any, Literal, TypeVar

from mila_core.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.money import Money
from mila_core.places import Place
from mila_core.serialization._converter import JsonObject, json_converter
from mila_core.serialization._kinds import KINDS, kind_of, readable
from mila_core.serialization._limits import DEFAULT_LIMITS, Limits, excess, is_surely_within
from mila_core.serialization._orjson import orjson_text
from mila_core.serialization._problems import repeated_fields, unknown_fields
from mila_core.serialization._reader import read
from mila_core.serialization._text import parse
from mila_core.serialization._upcasters import SCHEMA_VERSION, UPCASTERS, upcast, version_problem

__all__ = ["dump", "dumps", "load", "loads"]

HEAD = frozenset({"schema_version", "kind"})

_MOST_INDENT = 16  # twice as much as anybody has; a million would fill the memory

T = TypeVar("T")


def dump(value: Any) -> dict[str, Any]:
    """Return a public value as a document of plain dicts, lists, texts and numbers.

    Args:
        value: a value of one of the classes in `KINDS`.

    Raises:
        InvalidTypeError: a value of another class.

    Examples:
        >>> from mila_core.money import chf
        >>> dump(chf("40.00"))
        {'schema_version': 1, 'kind': 'money', 'value': '40.00'}
    """
    kind = kind_of(type(value))
    if KINDS.get(kind) is not type(value):
        raise InvalidTypeError("value", "a public value of mila_core", describe(value))
    body = json_converter().unstructure(value, readable(type(value)))
    fields = body if isinstance(body, dict) else {"value": body}
    return {"schema_version": SCHEMA_VERSION, "kind": kind, **fields}


def dumps(value: Any, *, indent: int | None = None, backend: Literal["json", "orjson"] = "json") -> str:
    """Return a public value as JSON text; equal values make equal texts.

    Args:
        value: a value of one of the classes in `KINDS`.
        indent: how many spaces to indent a level, 0 to 16; None for one line.
        backend: what writes the text. `orjson` is faster and needs the extra of that name; its texts have no
            blanks between their parts and mean the same; what it cannot write is written by `json`. Reading
            has no such choice: orjson does not tell a field that comes twice.

    Raises:
        InvalidTypeError: a value of another class, or an indent that is no int.
        InvalidValueError: another backend, an indent out of its bounds, or other than 2 for orjson.
        MissingExtraError: orjson is asked for and not installed.
    """
    if backend not in {"json", "orjson"}:
        raise InvalidValueError("backend", '"json" or "orjson"', describe(backend))
    _check_indent(indent)
    document = dump(value)
    text = orjson_text(document, indent=indent) if backend == "orjson" else None
    if text is None:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)
    return text


def _check_indent(indent: object) -> None:
    expected = f"an integer from 0 to {_MOST_INDENT}, or None"
    if indent is not None and type(indent) is not int:
        raise InvalidTypeError("indent", expected, describe(indent))
    if isinstance(indent, int) and not 0 <= indent <= _MOST_INDENT:
        raise InvalidValueError("indent", expected, describe(indent))


def load(document: Any, cls: type[T], *, limits: Limits | None = None) -> T:
    """Return the value of a document.

    Args:
        document: what `dump` made, or what a JSON reader made of its text; of this version of the schema or
            of an older one. It is not changed.
        cls: the class expected; `object` for any in `KINDS`.
        limits: how large the document may be; if not given, `Limits()`.

    Returns:
        The value, equal to the one that was dumped.

    Raises:
        InvalidDocumentError: the document is not one of that class; `problems` has every one (of more than
            a thousand the first thousand) with its JSON path, what was expected and what came. A document
            over a limit has that one problem, at `$`.
        InvalidTypeError: no class, or no limits.

    Examples:
        >>> from mila_core.money import Money
        >>> load({"schema_version": 1, "kind": "money", "value": 40.0}, Money)
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidDocumentError: money: 1 problem
          $.value: expected an amount in francs as text, such as "40.00", came the float 40.0
    """
    limits = _checked(cls, limits)
    if isinstance(document, dict) and (problem := excess(document, limits)):
        raise InvalidDocumentError("document", [problem])
    return _load(document, cls, limits)


def _checked(cls: object, limits: Limits | None) -> Limits:
    """Return the limits to read by, after a look at the arguments that are not data."""
    if not isinstance(cls, type):  # list[int] is none
        raise InvalidTypeError("cls", "a class of KINDS, or object", describe(cls))
    if limits is None:
        return DEFAULT_LIMITS
    if not isinstance(limits, Limits):
        raise InvalidTypeError("limits", "Limits or None", describe(limits))
    return limits


def _load(document: Any, cls: type[T], limits: Limits) -> T:
    """Return the value of a document that is not too large."""
    if not isinstance(document, dict):
        came = describe(document, personal=True)
        problem = InvalidTypeError("$", "an object with schema_version and kind", came)
        raise InvalidDocumentError("document", [problem])
    kind, target, problems = _head(document, cls)
    if target is None:
        raise InvalidDocumentError(kind, problems)
    if not problems:
        try:
            document = upcast(document, upcasters=UPCASTERS, newest=SCHEMA_VERSION)
        except InvalidValueError as error:
            raise InvalidDocumentError(kind, [error]) from None
    found, more = _read(document, target)
    problems += more
    if len(problems) > limits.problems:
        del problems[limits.problems :]
        problems.append(InvalidValueError("$", f"at most {limits.problems} problems", "more, left out here"))
    if problems:
        raise InvalidDocumentError(kind, problems)
    value: T = found
    return value


def _head(document: dict[str, Any], cls: type) -> tuple[str, Any, list[InvalidInputError]]:
    """Return the kind, what to read if it is the one expected, and the problems of the head."""
    problem = version_problem(document, SCHEMA_VERSION)
    problems = [problem] if problem else []
    kind = document.get("kind")
    found = KINDS.get(kind) if isinstance(kind, str) else None
    if found is None or not issubclass(found, cls):
        expected = f'"{kind_of(cls)}"' if cls in KINDS.values() else "one of the kinds of mila_core"
        came = describe(kind) if "kind" in document else "nothing: the field is missing"
        problems.append(InvalidValueError("$.kind", expected, came))
        return "document", None, problems
    return str(kind), readable(found), problems


def _read(document: dict[str, Any], target: Any) -> tuple[Any, list[InvalidInputError]]:
    """Return the value of a document of this version, or the problems of what is below its head."""
    body: Any = {name: each for name, each in document.items() if name not in HEAD}
    if repeated := getattr(document, "repeated", ()):
        body = JsonObject(body)
        body.repeated = repeated
    problems: list[InvalidInputError] = []
    path = "$"
    if target in {Money, Place}:
        problems += [*repeated_fields("$", body), *unknown_fields("$", list(body), ["value"])]
        body, path = body.get("value"), "$.value"
    value, more = read(body, target, path=path)
    return value, problems + more


def loads(text: str | bytes, cls: type[T], *, limits: Limits | None = None) -> T:
    """Return the value of a document in JSON text.

    Args:
        text: the text, or its bytes in UTF-8.
        cls: the class expected; `object` for any in `KINDS`.
        limits: how large the document may be; if not given, `Limits()`.

    Returns:
        The value.

    Raises:
        InvalidDocumentError: no JSON, or not a document of that class; all problems at once.
        InvalidTypeError: neither a text nor bytes, no class, or no limits.

    Examples:
        >>> from mila_core.money import Money, chf
        >>> loads(dumps(chf(40)), Money)
        chf('40.00')
    """
    limits = _checked(cls, limits)
    document = parse(text, limits)
    if is_surely_within(text, limits):
        return _load(document, cls, limits)
    return load(document, cls, limits=limits)
