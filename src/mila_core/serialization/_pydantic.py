"""The annotation with which pydantic reads and writes our values; pydantic itself is not needed here.

Pydantic asks an annotation for a core schema, which is a plain dict (see `pydantic_core.core_schema`).
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from mila_core.errors import InvalidDocumentError, InvalidTypeError, describe
from mila_core.serialization._converter import json_converter
from mila_core.serialization._kinds import KINDS, kind_of, readable
from mila_core.serialization._limits import DEFAULT_LIMITS, excess
from mila_core.serialization._reader import read
from mila_core.serialization._schema import inner_schema

T = TypeVar("T")


class _Pydantic:
    __slots__ = ()

    def __get_pydantic_core_schema__(self, source: Any, _: Callable[[Any], Any]) -> dict[str, Any]:
        if source not in KINDS.values():
            raise InvalidTypeError("source", "a class of KINDS", describe(source))
        return {
            "type": "function-plain",
            "function": {"type": "no-info", "function": partial(_structured, source)},
            "serialization": {
                "type": "function-plain",
                "function": partial(_plain, source),
                "when_used": "json",
            },
        }

    def __get_pydantic_json_schema__(
        self, core_schema: dict[str, Any], _: Callable[[Any], Any]
    ) -> dict[str, Any]:
        [cls] = core_schema["function"]["function"].args
        return inner_schema(cls)


def _plain(cls: type, value: Any) -> Any:
    """Return a value as JSON values, without head."""
    return json_converter().unstructure(value, readable(cls))


def _structured(cls: type[T], value: Any) -> T:
    """Return an instance as it is, and read anything else as JSON; the error is a ValueError for pydantic."""
    if isinstance(value, cls):
        return value
    problem = excess({"value": value}, DEFAULT_LIMITS)
    if problem:
        raise InvalidDocumentError(kind_of(cls), [problem])
    found, problems = read(value, readable(cls))
    if problems:
        raise InvalidDocumentError(kind_of(cls), problems)
    made: T = found
    return made


PYDANTIC: Final = _Pydantic()
"""Makes a class of `KINDS` a field of pydantic models and a body of FastAPI: `Annotated[Offer, PYDANTIC]`.

An instance passes as it is. JSON is read as strictly as by `load`, in the form in which the value stands
inside other documents: without `kind` and `schema_version`, an amount as `"40.00"`. It is written in the same
form, and pydantic's JSON schema has the fields. A field that may be left out is
`Annotated[Offer, PYDANTIC] | None`: the annotation stands with the class, not with the union. For a body
FastAPI wants `Annotated[Offer, PYDANTIC, Body()]`. A field that comes twice goes unseen, as pydantic reads
the text.
"""
