"""Documents: a value with its kind and the version of the schema, as JSON."""

import json
from types import MappingProxyType
from typing import Any, TypeVar

from mila_core.availability import Availability, FreeTime, WeeklyHours
from mila_core.bookings import Booking, BookingEvent, Command
from mila_core.catalogue import Catalogue, Category, Service
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.eligibility import Eligibility, Visit
from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.friends import Customer, Friend, Partner
from mila_core.lifecycle import Actor, Decision, KeyUse, Refusal, StreamVersion, Timer, Transition
from mila_core.market import Market, ServiceOverview
from mila_core.matching import Match, Ranking, RankingParams, Term, Why
from mila_core.money import Money
from mila_core.names import Names
from mila_core.offers import Offer
from mila_core.periods import Period, Validity
from mila_core.places import Place
from mila_core.policies import AvailabilityPolicy, BookingPolicy
from mila_core.pricing import PriceBook
from mila_core.quotes import Quote, QuoteLine
from mila_core.ratings import Rating
from mila_core.reasons import Reason
from mila_core.regions import Opening, Region
from mila_core.reputation import BayesianAverageParams, Contribution
from mila_core.serialization._converter import json_converter, json_object, kind_of
from mila_core.serialization._problems import flatten, repeated_fields, unknown_fields
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Standing

__all__ = ["KINDS", "SCHEMA_VERSION", "dump", "dumps", "load", "loads"]

SCHEMA_VERSION = 1
"""The version of the documents that this release writes and reads."""

_MOST_DIGITS = 4000  # the interpreter reads 4,300 unless it is told otherwise

T = TypeVar("T")

_CLASSES: tuple[type, ...] = (
    *(Actor, Availability, AvailabilityPolicy, BayesianAverageParams, Booking, BookingEvent, BookingPolicy),
    *(Catalogue, Category, Certification, Command, Contribution, Customer, Decision, Eligibility, FreeTime),
    *(Friend, KeyUse, Market, Match, Money, Names, Offer, Opening, Partner, Period, Place, PriceBook),
    *(Quote, QuoteLine, Ranking, RankingParams, Rating, Reason, Refusal, Region, Revocation, Service),
    *(ServiceOverview, ServiceRequest, Standing, StreamVersion, Suspension, Term, Timer, Transition),
    *(Validity, Visit, WeeklyHours, Why),
)


KINDS = MappingProxyType({kind_of(cls): cls for cls in _CLASSES})
"""Every class that can be a document, by its kind."""


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
    body = json_converter().unstructure(value)
    fields = body if isinstance(body, dict) else {"value": body}
    return {"schema_version": SCHEMA_VERSION, "kind": kind, **fields}


def dumps(value: Any, *, indent: int | None = None) -> str:
    """Return a public value as JSON text; equal values make equal texts.

    Args:
        value: a value of one of the classes in `KINDS`.
        indent: how many spaces to indent a level; None for one line.

    Raises:
        InvalidTypeError: a value of another class.
    """
    return json.dumps(dump(value), ensure_ascii=False, allow_nan=False, indent=indent)


def load(document: Any, cls: type[T]) -> T:
    """Return the value of a document.

    Args:
        document: what `dump` made, or what a JSON reader made of its text.
        cls: the class expected; `object` for any in `KINDS`.

    Returns:
        The value, equal to the one that was dumped.

    Raises:
        InvalidDocumentError: the document is not one of that class; `problems` has every one (of more than
            a thousand the first thousand) with its JSON path, what was expected and what came.

    Examples:
        >>> from mila_core.money import Money
        >>> load({"schema_version": 1, "kind": "money", "value": 40.0}, Money)
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidDocumentError: money: 1 problem
          $.value: expected an amount in francs as text, such as "40.00", came the float 40.0
    """
    if not isinstance(document, dict):
        came = describe(document, personal=True)
        problem = InvalidTypeError("$", "an object with schema_version and kind", came)
        raise InvalidDocumentError("document", [problem])
    kind, found, problems = _head(document, cls)
    if found is None:
        raise InvalidDocumentError(kind, problems)
    body: Any = json_object(
        [(name, each) for name, each in document.items() if name not in {"schema_version", "kind"}]
    )
    body.repeated = getattr(document, "repeated", ())
    target: Any = Decision[BookingEvent] if found is Decision else found
    path = "$"
    if found in {Money, Place}:
        problems += [*repeated_fields("$", body), *unknown_fields("$", list(body), ["value"])]
        body, path = body.get("value"), "$.value"
    try:
        value: T = json_converter().structure(body, target)
    except (InvalidInputError, ExceptionGroup) as error:
        problems.extend(flatten(error, path))
    if len(problems) > MOST_PROBLEMS:
        del problems[MOST_PROBLEMS:]
        problems.append(InvalidValueError("$", f"at most {MOST_PROBLEMS} problems", "more, left out here"))
    if problems:
        raise InvalidDocumentError(kind, problems)
    return value


def _head(document: dict[str, Any], cls: type) -> tuple[str, type | None, list[InvalidInputError]]:
    """Return the kind, its class if it is the one expected, and the problems of the head."""
    problems: list[InvalidInputError] = []
    version = document.get("schema_version")
    if type(version) is not int or version != SCHEMA_VERSION:
        came = describe(version) if "schema_version" in document else "nothing: the field is missing"
        problems.append(InvalidValueError("$.schema_version", f"{SCHEMA_VERSION}", came))
    kind = document.get("kind")
    found = KINDS.get(kind) if isinstance(kind, str) else None
    if found is None or not issubclass(found, cls):
        expected = f'"{kind_of(cls)}"' if cls in _CLASSES else "one of the kinds of mila_core"
        came = describe(kind) if "kind" in document else "nothing: the field is missing"
        problems.append(InvalidValueError("$.kind", expected, came))
        return "document", None, problems
    return str(kind), found, problems


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(digits[:_MOST_DIGITS])
    return int(digits)


def loads(text: str | bytes, cls: type[T]) -> T:
    """Return the value of a document in JSON text.

    Args:
        text: the text, or its bytes in UTF-8.
        cls: the class expected; `object` for any in `KINDS`.

    Returns:
        The value.

    Raises:
        InvalidDocumentError: no JSON, or not a document of that class; all problems at once.
        InvalidTypeError: neither a text nor bytes.

    Examples:
        >>> from mila_core.money import Money, chf
        >>> loads(dumps(chf(40)), Money)
        chf('40.00')
    """
    if not isinstance(text, str | bytes):
        raise InvalidTypeError("text", "a text or bytes", describe(text))
    try:
        text = text.decode("utf-8") if isinstance(text, bytes) else text
        text = text.removeprefix("\N{BYTE ORDER MARK}")  # some editors write it, and it says nothing
        document = json.loads(text, object_pairs_hook=json_object, parse_int=_whole)
    except json.JSONDecodeError as error:
        came = f"{error.msg} at line {error.lineno}, column {error.colno}"
        problem: InvalidInputError = InvalidValueError("$", "JSON", came)
    except RecursionError:
        problem = InvalidValueError("$", "JSON of a sensible depth", "a text nested too deeply")
    except UnicodeDecodeError as error:
        problem = InvalidValueError("$", "UTF-8", f"a byte that is none at position {error.start}")
    except ValueError:
        problem = InvalidValueError("$", f"numbers of at most {_MOST_DIGITS} digits", "a longer one")
    else:
        return load(document, cls)
    raise InvalidDocumentError("document", [problem])
