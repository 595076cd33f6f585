"""From the tree of groups that cattrs raises to a flat list of problems, each with its JSON path."""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any, get_origin

import attrs
from cattrs import ClassValidationError
from cattrs.errors import ForbiddenExtraKeysError

from mila_core.errors import MOST_PROBLEMS, InvalidDocumentError, InvalidInputError, InvalidValueError

_LONGEST_NAME = 60


def step(name: str) -> str:
    """Return a field's name as a step of a JSON path; what is no plain name in quotes, escaped, cut."""
    if name.isascii() and name.isidentifier() and len(name) <= _LONGEST_NAME:
        return f".{name}"
    return f"[{json.dumps(name[:_LONGEST_NAME])}]"


def repeated_fields(path: str, found: Any) -> Iterator[InvalidInputError]:
    """Yield the problem of each field that came more than once, as `json_object` remembers."""
    for name in getattr(found, "repeated", ()):
        yield InvalidValueError(f"{path}{step(name)}", "a field once", "the field twice")


def unknown_fields(path: str, found: Sequence[str], names: Sequence[str]) -> Iterator[InvalidInputError]:
    """Yield the problem of each field found that is none of those there are; names the likeliest one."""
    unknown = (name for name in found if name not in names)
    for name in islice(unknown, MOST_PROBLEMS + 1):
        near = get_close_matches(name, names, n=1)
        expected = f"the field {near[0]}" if near else "one of the fields " + ", ".join(names)
        yield InvalidValueError(f"{path}{step(name)}", expected, "an unknown field")


def flatten(error: BaseException, path: str) -> Iterator[InvalidInputError]:
    """Yield the problems of an error, their paths below a path."""
    match error:
        case InvalidDocumentError():
            for problem in error.problems:
                yield problem.at(_join(path, problem.field))
        case ClassValidationError():
            with_notes, without = error.group_exceptions()
            for each, note in with_notes:
                yield from flatten(each, path + step(note.name))
            for each in without:
                yield from flatten(each, path)
        case ForbiddenExtraKeysError():
            names = [each.name for each in attrs.fields(get_origin(error.cl) or error.cl)]
            yield from unknown_fields(path, sorted(map(str, error.extra_fields)), names)
        case KeyError():
            yield InvalidValueError(path, "a value", "nothing: the field is missing")
        case InvalidInputError():
            yield error.at(_join(path, error.field))
        case _:
            raise error


def _join(path: str, field: str) -> str:
    """Return the path of a field below a path; a path that already ends with the field stays as it is."""
    if field.startswith("$"):
        return f"{path}{field.removeprefix('$')}"
    name, bracket, rest = field.partition("[")
    if not name or path.endswith(f".{name}"):
        return f"{path}{bracket}{rest}"
    return f"{path}.{field}"
