"""Laws of a value of any kind beyond its round trip: other ways to write, read and describe it."""

import copy
import json
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import attrs
from hypothesis import strategies as st

from mila_core.errors import MilaError
from mila_core.lifecycle import Decision, Event
from mila_core.money import Money
from mila_core.places import Place
from mila_core.serialization import KINDS, dump, dumps, json_schema, loads
from mila_core.serialization._converter import json_converter
from mila_core.serialization._reader import REFUSALS, reader_of
from tests.serialization.broken import all_paths, put

REFUSED = object()

SWAPS: list[Any] = [None, True, 0, 1.0, -1, "", "x", [], {}, [[]], "8004", "40.00", 10**30, float("nan")]
"""What stands in for a value, to see whether both readers refuse it."""


def target_of(kind: str) -> Any:
    """Return the type that a document of a kind is read as."""
    return Decision[Event] if kind == "decision" else KINDS[kind]


def body_of(value: Any) -> Any:
    """Return what a value is inside another document: its own without the head."""
    document = {name: each for name, each in dump(value).items() if name not in {"kind", "schema_version"}}
    return document["value"] if isinstance(value, Money | Place) else document


def quickly(body: Any, target: Any) -> Any:
    """Return what the quick reader makes of a body."""
    try:
        return reader_of(target)(body)
    except REFUSALS:
        return REFUSED


def strictly(body: Any, target: Any) -> Any:
    """Return what the converter makes of a body."""
    try:
        return json_converter().structure(body, target)
    except (MilaError, ExceptionGroup):
        return REFUSED


@cache
def validator(kind: str) -> Any:
    """Return a validator for documents of a kind; needs jsonschema."""
    return import_module("jsonschema").Draft202012Validator(json_schema(KINDS[kind]))


def evolving_it_to_itself_changes_nothing(kind: str, value: Any) -> None:
    """What a strategy makes is a value of its type, and valid."""
    same = attrs.evolve(value)
    assert same == value
    assert hash(same) == hash(value)
    assert type(value) is KINDS[kind]


def a_document_in_order_is_read_quickly(kind: str, value: Any) -> None:
    """The quick reader takes every document that a value makes; the converter makes the same value of it."""
    body = body_of(value)
    found = quickly(body, target_of(kind))
    assert found == value
    assert repr(found) == repr(strictly(body, target_of(kind)))


def what_is_taken_quickly_is_taken_strictly(kind: str, value: Any, data: st.DataObject) -> None:
    """Whatever is swapped in a document: if the quick reader takes it, the converter makes an equal value."""
    document = {"body": copy.deepcopy(body_of(value))}
    path = data.draw(st.sampled_from(list(all_paths(document))[1:]))
    put(document, path, data.draw(st.sampled_from(SWAPS)))
    found = quickly(document["body"], target_of(kind))
    if found is not REFUSED:
        assert found == strictly(document["body"], target_of(kind))


def a_text_of_orjson_means_the_same(_: str, value: Any) -> None:
    """It has the same fields in the same order and reads back as an equal value."""
    text = dumps(value, backend="orjson")
    assert repr(json.loads(text)) == repr(json.loads(dumps(value)))
    assert loads(text, object) == value
    assert len(text.splitlines()) == len(dumps(value).splitlines())


def a_document_is_valid_by_its_schema(kind: str, value: Any) -> None:
    """Whatever `dump` makes is taken."""
    assert [error.message for error in validator(kind).iter_errors(dump(value))] == []


LAWS: tuple[Callable[[str, Any], None], ...] = (
    evolving_it_to_itself_changes_nothing,
    a_document_in_order_is_read_quickly,
    *([a_text_of_orjson_means_the_same] if find_spec("orjson") else []),
    *([a_document_is_valid_by_its_schema] if find_spec("jsonschema") else []),
)
"""The laws that can be checked with what is installed; the tests of both extras are skipped by name."""
