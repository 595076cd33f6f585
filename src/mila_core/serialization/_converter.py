"""The converter: strict hooks from JSON values to the library's values, and back."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import cache, partial
from itertools import islice
from math import isfinite
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.invoices import Invoice, VatShare
from mila_core.market import Market, reference_problems
from mila_core.matching import Match
from mila_core.money import Money, chf
from mila_core.places import Place
from mila_core.quotes import Quote
from mila_core.reasons import Reason, Scalar
from mila_core.serialization._kinds import kind_of, members_of
from mila_core.serialization._problems import flatten, repeated_fields, step, unknown_fields
from mila_core.validation import MembersOf

T = TypeVar("T")


DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?")
INSTANT = re.compile(f"{DAY.pattern}[T ]{CLOCK.pattern}(Z|[+-][0-9]{{2}}:[0-9]{{2}})")
_HERE = ""  # an error about the value itself; its path is known further up


# --- JSON values to Python values, each refusing what it is not


def _exactly(kind: type, expected: str) -> Callable[[Any, Any], Any]:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise InvalidTypeError(_HERE, expected, describe(value))
        return value

    return structure


def _float(value: Any, _: Any) -> float:
    if type(value) not in {int, float}:
        raise InvalidTypeError(_HERE, "a number", describe(value))
    if isinstance(value, float) and not isfinite(value):
        raise InvalidValueError(_HERE, "a finite number", describe(value))
    try:
        return float(value)
    except OverflowError:
        raise InvalidValueError(_HERE, "a finite number", describe(value)) from None


def _text_as(
    parse: Callable[[str], T], expected: str, pattern: re.Pattern[str] | None = None
) -> Callable[[Any, Any], T]:
    def structure(value: Any, _: Any) -> T:
        if type(value) is not str:
            raise InvalidTypeError(_HERE, expected, describe(value))
        if pattern is not None and not pattern.fullmatch(value):
            raise InvalidValueError(_HERE, expected, describe(value))
        try:
            return parse(value)
        except ValueError:
            raise InvalidValueError(_HERE, expected, describe(value)) from None

    return structure


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


STRUCTURE: Mapping[type, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        int: _exactly(int, "a whole number"),
        bool: _exactly(bool, "true or false"),
        float: _float,
        Money: _text_as(chf, 'an amount in francs as text, such as "40.00"'),
        Place: _text_as(Place, 'a Swiss postcode as text, such as "8004"'),
        date: _text_as(date.fromisoformat, 'a date such as "2013-11-27"', DAY),
        time: _text_as(time.fromisoformat, 'a time such as "18:30"', CLOCK),
        datetime: _text_as(
            _instant, 'an instant with an offset, such as "2013-11-27T09:00:00+01:00"', INSTANT
        ),
    }
)

TAGGED: Mapping[str, type] = MappingProxyType({"chf": Money, "on": date, "at": datetime})
"""A reason's value that is no text or whole number is an object with one of these keys."""


def _scalar(value: Any, converter: Converter) -> Scalar:
    if isinstance(value, dict) and len(value) == 1 and (tag := next(iter(value))) in TAGGED:
        found: Scalar = converter.structure(value[tag], TAGGED[tag])
        return found
    if type(value) not in {str, int}:
        tags = ", ".join(f'{{"{tag}": ...}}' for tag in TAGGED)
        raise InvalidTypeError(_HERE, f"a text, a whole number, {tags}", describe(value))
    same: Scalar = value
    return same


def _dump_scalar(value: Scalar) -> Any:
    match value:
        case Money():
            return {"chf": value.amount}
        case datetime():
            return {"at": _dump_instant(value)}
        case date():
            return {"on": value.isoformat()}
        case str():
            return str.__str__(value)
        case int():
            return value


def _dump_instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _dump_clock(clock: time) -> str:
    return clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")


def _dump_reason(why: Reason) -> dict[str, Any]:
    return {"code": why.code, "values": {name: _dump_scalar(value) for name, value in why.values}}


_DUMP: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {
        Money: lambda money: money.amount,
        Place: lambda place: place.postcode,
        date: date.isoformat,
        time: _dump_clock,
        datetime: _dump_instant,
        Reason: _dump_reason,
        float: lambda number: float(number) + 0.0,  # 1 and 1.0 are equal, and so are 0.0 and -0.0
        str: str.__str__,  # not a member of an enumeration, which is a text as well
    }
)


# --- what has parts: each part's problems are collected, with its path


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which of its fields came more than once."""

    repeated: tuple[str, ...] = ()


def json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    remembering = JsonObject(made)
    counts = Counter(name for name, _ in pairs)
    remembering.repeated = tuple(sorted(name for name, count in counts.items() if count > 1))
    return remembering


def _checked(converter: Converter, attribute: "attrs.Attribute[Any]") -> Callable[[Any, Any], Any]:
    """Structure a field and validate it on its own, so that one bad field does not hide the next."""
    validator = attribute.validator

    def structure(value: Any, kind: Any) -> Any:
        try:
            if isinstance(validator, MembersOf):
                if isinstance(value, list):  # there may be too many members to look at
                    validator.check_count(_HERE, len(value))
                return _members(value, kind, converter, partial(validator.member, None, attribute))
            made = converter.structure(value, kind)
            if validator is not None:
                converted = attribute.converter(made) if callable(attribute.converter) else made
                validator(None, attribute, converted)
        except InvalidInputError as error:
            if attribute.repr is False:  # about a person: never repeated
                raise type(error)(error.field, error.expected, describe(value, personal=True)) from None
            raise
        return made

    return structure


DERIVED: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        Invoice: ("total", "payable"),
        Match: ("friend_id", "score"),
        Quote: ("gross", "due"),
        VatShare: ("net",),
    }
)
"""What a document says of a value besides its fields, for who only reads it; checked on the way back."""


def _split_derived(value: Mapping[str, Any], cls: type) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    derived = DERIVED.get(cls, ())
    fields = {name: each for name, each in value.items() if name not in derived}
    return fields, {name: value[name] for name in derived if name in value}


def _derived_problems(made: Any, told: Mapping[str, Any], converter: Converter) -> list[InvalidInputError]:
    expected = {name: converter.unstructure(getattr(made, name)) for name in told}
    return [
        InvalidValueError(
            f"$.{name}", f"{json.dumps(expected[name])}, as the other fields say", describe(came)
        )
        for name, came in told.items()
        if type(came) is not type(expected[name]) or came != expected[name]
    ]


def _class_hook(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    origin = get_origin(cls) or cls
    overrides = {
        attribute.name: override(struct_hook=_checked(converter, attribute))
        for attribute in attrs.fields(origin)
    }
    inner = make_dict_structure_fn(
        cls,
        converter,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=True,
        **overrides,  # type: ignore[arg-type]  # cattrs types the flags and the fields as one mapping
    )

    def structure(value: Any, kind: Any) -> Any:
        if not isinstance(value, dict):
            came = describe(value, personal=True)  # whose fields they would be is not known
            raise InvalidTypeError(_HERE, f'an object with the fields of "{kind_of(origin)}"', came)
        problems = list(repeated_fields("$", value))
        fields, derived = _split_derived(value, origin) if origin in DERIVED else (value, {})
        if not problems and not derived:
            return inner(fields, kind)
        try:
            made = inner(fields, kind)
            problems.extend(_derived_problems(made, derived, converter))
        except (InvalidInputError, ExceptionGroup) as error:
            problems.extend(flatten(error, "$"))
        if problems:
            raise InvalidDocumentError(kind_of(origin), problems)
        return made

    return structure


def _members(value: Any, cls: Any, converter: Converter, check: Callable[[Any], None] | None = None) -> Any:
    """Structure the members of a collection and check each, with its position in the list that came."""
    if not isinstance(value, list):
        raise InvalidTypeError(_HERE, "a list", describe(value, personal=True))
    collect, item = get_origin(cls), get_args(cls)[0]
    one = converter.get_structure_hook(item)
    made: list[Any] = []
    problems: list[InvalidInputError] = []
    for position, each in enumerate(value):
        try:
            made.append(one(each, item))
        except (InvalidInputError, ExceptionGroup) as error:
            problems.extend(flatten(error, f"$[{position}]"))
        else:
            if check is not None:
                try:
                    check(made[-1])
                except InvalidInputError as error:
                    problems.append(error.at(f"$[{position}]"))
        if len(problems) > MOST_PROBLEMS:
            break
    if problems:
        raise InvalidDocumentError("list", problems)
    found = collect(made)
    if len(found) < len(made):
        raise InvalidValueError(_HERE, "each member once", "a member twice")
    return found


def _family_hook(base: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    """Structure what says its kind: one of several classes that extend the field's."""
    members = members_of(base)

    def structure(value: Any, _: Any) -> Any:
        if not isinstance(value, dict):
            raise InvalidTypeError(_HERE, "an object with its kind", describe(value, personal=True))
        kind = value.get("kind")
        cls = members.get(kind) if isinstance(kind, str) else None
        if cls is None:
            expected = "one of " + ", ".join(f'"{each}"' for each in members)
            came = describe(kind) if "kind" in value else "nothing: the field is missing"
            raise InvalidDocumentError(kind_of(base), [InvalidValueError("$.kind", expected, came)])
        return converter.structure(without_kind(value), cls)

    return structure


def without_kind(value: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON object without the field `kind`; fields that came twice are still known.

    Args:
        value: the object.
    """
    body = JsonObject((name, each) for name, each in value.items() if name != "kind")
    body.repeated = getattr(value, "repeated", ())
    return body


def _dump_family(base: Any, converter: Converter) -> Callable[[Any], Any]:
    members = members_of(base)

    def dump(value: Any) -> dict[str, Any]:
        kind = kind_of(type(value))
        if members.get(kind) is not type(value):
            expected = f"a value of one of the kinds {', '.join(members)}"
            raise InvalidTypeError("value", expected, describe(value))
        return {"kind": kind, **converter.unstructure(value)}

    return dump


def _sequence_hook(_: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    return lambda value, cls: _members(value, cls, converter)


def _text_or_enum(value: Any, cls: Any) -> Any:
    if not issubclass(cls, Enum):
        return _exactly(str, "a text")(value, cls)
    expected = "one of " + ", ".join(f'"{member.value}"' for member in cls)
    return _text_as(cls, expected)(value, cls)


def _reason(value: Any, converter: Converter) -> Reason:
    if not isinstance(value, dict):
        raise InvalidTypeError(_HERE, 'an object with the fields of "reason"', describe(value, personal=True))
    problems = [*repeated_fields("$", value), *unknown_fields("$", list(value), ["code", "values"])]
    code: Any = value.get("code")
    values = value.get("values", {})
    if not isinstance(values, dict):
        problems.append(InvalidTypeError("$.values", "an object", describe(values, personal=True)))
        values = {}
    problems += repeated_fields("$.values", values)
    made = {}
    for name, each in values.items():
        try:
            made[name] = _scalar(each, converter)
        except InvalidInputError as error:
            problems.append(error.at(f"$.values{step(name)}"))
    try:
        found = Reason(code, tuple(sorted(made.items())))
    except InvalidInputError as error:
        problems.append(error.at(f"$.{error.field}"))
    if problems:
        raise InvalidDocumentError("reason", problems)
    return found


def _market_hook(converter: Converter) -> Callable[[Any, Any], Market]:
    """Structure a market; if that fails its references are checked in what came, to tell all problems."""
    inner = _class_hook(Market, converter)

    def structure(value: Any, kind: Any) -> Market:
        try:
            found: Market = inner(value, kind)
        except ExceptionGroup as error:
            problems = list(flatten(error, "$"))
        else:
            return found
        told = {problem.field for problem in problems}
        more = (problem for problem in reference_problems(value) if problem.field not in told)
        # one more than are told shows that there are more: then nobody needs to look for others
        problems += islice(more, max(0, MOST_PROBLEMS + 1 - len(problems)))
        raise InvalidDocumentError("market", problems)

    return structure


def _of(cls: Any) -> Any:
    """Return the class of a generic's instance, as `tuple` of `tuple[str, ...]`; any other class itself."""
    return get_origin(cls) or cls


def _is_family(cls: Any) -> bool:
    return bool(members_of(cls))


def _is_collection(cls: Any) -> bool:
    return _of(cls) in {tuple, frozenset}


def _dump_collection(cls: Any, converter: Converter) -> Callable[[Any], Any]:
    item = get_args(cls)[0] if get_args(cls) else None
    dump = converter.get_unstructure_hook(item) if members_of(item) else converter.unstructure
    if _of(cls) is frozenset:
        return lambda members: sorted(dump(each) for each in members)
    return lambda items: [dump(each) for each in items]


def _dump_class(cls: Any, converter: Converter) -> Callable[[Any], Any]:
    inner = make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=False)
    if cls not in DERIVED:
        return inner

    def dump(value: Any) -> dict[str, Any]:
        derived = {name: converter.unstructure(getattr(value, name)) for name in DERIVED[cls]}
        return {**inner(value), **derived}

    return dump


@cache
def json_converter() -> Converter:
    """Return the one converter, made on first use."""
    made = Converter(detailed_validation=True, forbid_extra_keys=True)
    made.register_structure_hook_factory(lambda cls: attrs.has(_of(cls)))(_class_hook)
    made.register_structure_hook_factory(_is_family)(_family_hook)
    made.register_structure_hook_factory(_is_collection)(_sequence_hook)
    for kind, structure in STRUCTURE.items():
        made.register_structure_hook(kind, structure)
    made.register_structure_hook(str, _text_or_enum)  # cattrs asks it for string enumerations too
    made.register_structure_hook(Reason, lambda value, _: _reason(value, made))
    made.register_structure_hook(Market, _market_hook(made))

    made.register_unstructure_hook_factory(lambda cls: attrs.has(_of(cls)))(_dump_class)
    made.register_unstructure_hook_factory(_is_family)(_dump_family)
    made.register_unstructure_hook_factory(_is_collection)(_dump_collection)
    for kind, dump in _DUMP.items():
        made.register_unstructure_hook(kind, dump)
    return made
