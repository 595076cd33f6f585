"""JSON Schema of the documents, from the fields of the classes and their validators."""

import copy
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

import attrs

from mila_core.errors import InvalidTypeError, describe
from mila_core.money import Money
from mila_core.places import Place
from mila_core.reasons import Reason, Scalar
from mila_core.serialization._converter import (
    CLOCK,
    DAY,
    DERIVED,
    INSTANT,
    TAGGED,
    json_converter,
)
from mila_core.serialization._kinds import KINDS, kind_of, members_of, readable
from mila_core.serialization._upcasters import SCHEMA_VERSION
from mila_core.validation import (
    LONGEST_IDENTIFIER,
    MOST_MEMBERS,
    IntegerIn,
    MembersOf,
    NumberIn,
    OptionalOf,
    TextOf,
    identifier,
    language,
)

Schema: TypeAlias = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SCALARS: Mapping[Any, Schema] = MappingProxyType(
    {
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        float: {"type": "number"},
        str: {"type": "string"},
        Money: {"type": "string", "pattern": r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{2})?$"},
        Place: {"type": "string", "pattern": "^[1-9][0-9]{3}$"},
        date: {"type": "string", "format": "date", "pattern": f"^{DAY.pattern}$"},
        time: {"type": "string", "pattern": f"^{CLOCK.pattern}$"},
        datetime: {"type": "string", "pattern": f"^{INSTANT.pattern}$"},
    }
)

_IDENTIFIER: Schema = {"type": "string", "pattern": f"^[!-~]{{1,{LONGEST_IDENTIFIER}}}$"}


def json_schema(cls: type) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the documents of a class.

    What `load` reads, the schema allows. It does not know everything: which ids exist, which fields agree
    with each other, which postcodes there are, whether a whole number is written as `40.0` (which JSON Schema
    takes for the integer 40, and `load` for a float).

    Args:
        cls: a class of `KINDS`.

    Returns:
        The schema as plain dicts and lists; the classes inside stand under `$defs`, by their kinds.

    Raises:
        InvalidTypeError: not a class of `KINDS`.

    Examples:
        >>> from mila_core.offers import Offer
        >>> schema = json_schema(Offer)
        >>> schema["properties"]["radius_km"]
        {'type': 'integer', 'minimum': 1, 'maximum': 400, 'default': 10}
        >>> schema["properties"]["kind"], schema["additionalProperties"]
        ({'const': 'offer'}, False)
    """
    if cls not in KINDS.values():
        raise InvalidTypeError("cls", "a class of KINDS", describe(cls))
    inside: dict[str, Schema] = {}
    body = _body(cls, inside)
    head: Schema = {"schema_version": {"const": SCHEMA_VERSION}, "kind": {"const": kind_of(cls)}}
    schema = {
        "$schema": _DIALECT,
        "$id": f"urn:mila-core:schema:{SCHEMA_VERSION}:{kind_of(cls)}",
        "title": cls.__name__,
        **body,
        "properties": {**head, **body["properties"]},
        "required": [*head, *body["required"]],
        **({"$defs": dict(sorted(inside.items()))} if inside else {}),
    }
    return copy.deepcopy(schema)


def inner_schema(cls: type) -> dict[str, Any]:
    """Return the schema of a value of a class inside another document, without head and without `$defs`.

    Args:
        cls: a class of `KINDS`; none of them contains itself, so that all can stand where it is used.
    """
    inside: dict[str, Schema] = {}
    schema: Schema = _resolved(_type_schema(cls, inside), inside)
    return schema


def _resolved(schema: Any, inside: Mapping[str, Schema]) -> Any:
    """Return a schema with each reference replaced by what it refers to."""
    if isinstance(schema, list):
        return [_resolved(each, inside) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        kind = schema["$ref"].rpartition("/")[2]
        rest = {name: each for name, each in schema.items() if name != "$ref"}
        return {**_resolved(inside[kind], inside), **rest}
    return {name: _resolved(each, inside) for name, each in schema.items()}


def _body(cls: Any, inside: dict[str, Schema]) -> Schema:
    """Return the schema of a class's fields; the classes in it are put under their kinds."""
    if cls in {Money, Place}:
        return _object({"value": _SCALARS[cls]}, ["value"])
    if cls is Reason:
        return _reason()
    bound = dict(zip(getattr(cls, "__parameters__", ()), get_args(readable(cls)), strict=True))
    properties = {field.name: _field(field, bound, inside) for field in attrs.fields(cls)}
    hints = {name: getattr(cls, name).fget.__annotations__["return"] for name in DERIVED.get(cls, ())}
    derived = {name: _type_schema(hint, inside) for name, hint in hints.items()}
    required = [field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING]
    return _object({**properties, **derived}, required)


def _family(base: Any, inside: dict[str, Schema]) -> Schema:
    """Return the schema of what says its kind, as one of several classes; nothing for a class of one kind."""
    members = members_of(base)
    return {"oneOf": [_tagged(kind, cls, inside) for kind, cls in members.items()]} if members else {}


def _tagged(kind: str, cls: type, inside: dict[str, Schema]) -> Schema:
    body = _body(cls, inside)
    fields = {"kind": {"const": kind}, **body["properties"]}
    return {"title": cls.__name__, **_object(fields, ["kind", *body["required"]])}


def _object(properties: dict[str, Schema], required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _reason() -> Schema:
    tags = [_object({tag: _SCALARS[kind]}, [tag]) for tag, kind in TAGGED.items()]
    value: Schema = {"anyOf": [{"type": ["string", "integer"]}, *tags]}
    values: Schema = {"type": "object", "propertyNames": _IDENTIFIER, "additionalProperties": value}
    return _object({"code": _IDENTIFIER, "values": {**values, "default": {}}}, ["code"])


def _field(field: "attrs.Attribute[Any]", bound: Mapping[Any, Any], inside: dict[str, Schema]) -> Schema:
    hint: Any = field.type
    if parameters := getattr(hint, "__parameters__", ()):
        hint = hint[tuple(bound[each] for each in parameters)]
    schema = _narrowed(_type_schema(hint, inside), field.validator)
    if field.default is attrs.NOTHING:
        return schema
    default: Any = field.default
    value = default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]  # a class to mypy's plugin
    return {**schema, "default": json_converter().unstructure(value, hint)}


def _type_schema(hint: Any, inside: dict[str, Schema]) -> Schema:
    """Return the schema of a type, as a field's annotation names it."""
    origin, arguments = get_origin(hint) or hint, get_args(hint)
    if hint in _SCALARS:
        return dict(_SCALARS[hint])
    if hint == Scalar:
        return {}
    if origin in {tuple, frozenset}:
        unique = {"uniqueItems": True} if origin is frozenset else {}
        return {"type": "array", "items": _type_schema(arguments[0], inside), **unique}
    if origin in {Union, UnionType}:
        some = [_type_schema(each, inside) for each in arguments if each is not NoneType]
        return {"anyOf": [*some, {"type": "null"}]} if NoneType in arguments else {"anyOf": some}
    if issubclass(origin, Enum):
        return {"enum": [member.value for member in origin]}
    kind = kind_of(origin)
    if kind not in inside:
        inside[kind] = {}  # a place is kept, in the order of their coming
        inside[kind] = {"title": origin.__name__, **(_family(origin, inside) or _body(origin, inside))}
    return {"$ref": f"#/$defs/{kind}"}


def _narrowed(schema: Schema, validator: Any) -> Schema:
    """Return a schema with what a validator asks for besides, as far as it can be read."""
    match validator:
        case IntegerIn() | NumberIn():
            return {**schema, "minimum": validator.least, "maximum": validator.most}
        case TextOf(may_be_empty=True):
            return {**schema, "maxLength": validator.longest}
        case TextOf():
            return {**schema, "maxLength": validator.longest, "pattern": r"\S"}
        case OptionalOf():
            [inner, null] = schema["anyOf"]
            return {"anyOf": [_narrowed(inner, validator.validator), null]}
        case MembersOf():
            least = {"minItems": validator.least} if validator.least else {}
            most = {"maxItems": validator.most} if validator.most < MOST_MEMBERS else {}
            return {**schema, "items": _narrowed(schema["items"], validator.member), **least, **most}
        case _ if validator is identifier:
            return dict(_IDENTIFIER)
        case _ if validator is language:
            return {**schema, "pattern": "^[a-z]{2,3}$"}
        case _:
            for each in getattr(validator, "_validators", ()):  # attrs has no public name for a list of them
                schema = _narrowed(schema, each)
            return schema
