"""From the tree of groups that cattrs raises to a flat list of problems, each with its JSON path."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import get_origin

import attrs
from cattrs import AttributeValidationNote, ClassValidationError, IterableValidationError
from cattrs.errors import ForbiddenExtraKeysError

from mila_core.errors import InvalidDocumentError, InvalidInputError, InvalidValueError

_LONGEST_PATH = 200


def unknown_field(path: str, names: Sequence[str]) -> InvalidInputError:
    """Return the problem that a field is none of those there are; names the likeliest one."""
    near = get_close_matches(path.rpartition(".")[2], names, n=1)
    expected = f"the field {near[0]}" if near else "one of the fields " + ", ".join(names)
    return InvalidValueError(path[:_LONGEST_PATH], expected, "an unknown field")


def flatten(error: BaseException, path: str) -> Iterator[InvalidInputError]:
    """Yield the problems of an error, their paths below a path."""
    match error:
        case InvalidDocumentError():
            for problem in error.problems:
                yield problem.at(f"{path}{problem.field.removeprefix('$')}")
        case ClassValidationError() | IterableValidationError():
            with_notes, without = error.group_exceptions()
            for each, note in with_notes:
                step = f".{note.name}" if isinstance(note, AttributeValidationNote) else f"[{note.index}]"
                yield from flatten(each, path + step)
            for each in without:
                yield from flatten(each, path)
        case ForbiddenExtraKeysError():
            for name in sorted(map(str, error.extra_fields)):
                yield unknown_field(
                    f"{path}.{name}", [each.name for each in attrs.fields(get_origin(error.cl) or error.cl)]
                )
        case KeyError():
            yield InvalidValueError(path, "a value", "nothing: the field is missing")
        case InvalidInputError():
            yield error.at(_join(path, error.field))
        case _:
            raise error


def _join(path: str, field: str) -> str:
    """Return the path of a field below a path; a path that already ends with the field stays as it is."""
    name, bracket, rest = field.partition("[")
    if not name or path.endswith(f".{name}"):
        return f"{path}{bracket}{rest}"
    return f"{path}.{field}"
