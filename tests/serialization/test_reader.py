"""The quick reader takes nothing that the strict converter refuses, and makes the same of what it takes."""

import copy
import json
from collections import OrderedDict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core.errors import MilaError
from mila_core.lifecycle import Decision, Event, Role
from mila_core.market import Market
from mila_core.money import Money
from mila_core.places import Place
from mila_core.serialization import KINDS, dump, load
from mila_core.serialization._converter import json_converter
from mila_core.serialization._reader import REFUSALS, reader_of
from tests.serialization.broken import FULL, all_paths, market_file, put
from tests.serialization.kinds import STRATEGIES

some = settings(max_examples=max(3, settings().max_examples // 12))
each_kind = pytest.mark.parametrize("kind", sorted(STRATEGIES))

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


@each_kind
@some
@given(data=st.data())
def test_a_document_in_order_is_read_quickly(kind: str, data: st.DataObject) -> None:
    """The quick reader takes every document that a value makes; the converter makes the same value of it."""
    value = data.draw(STRATEGIES[kind])
    body = body_of(value)
    found = quickly(body, target_of(kind))
    assert found == value
    assert repr(found) == repr(strictly(body, target_of(kind)))


@each_kind
@some
@given(data=st.data())
def test_what_is_taken_quickly_is_taken_strictly(kind: str, data: st.DataObject) -> None:
    """Whatever is swapped in a document: if the quick reader takes it, the converter makes an equal value."""
    document = {"body": copy.deepcopy(body_of(data.draw(STRATEGIES[kind])))}
    path = data.draw(st.sampled_from(list(all_paths(document))[1:]))
    put(document, path, data.draw(st.sampled_from(SWAPS)))
    found = quickly(document["body"], target_of(kind))
    if found is not REFUSED:
        assert found == strictly(document["body"], target_of(kind))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.friends[0].nmae", "x"),  # an unknown field
        ("$.friends[0].availability.weekly[0].weekday", True),  # no whole number, though equal to one
        ("$.friends[0].certifications[0].scope", ["gaming", "gaming"]),  # a member twice
        ("$.friends[0].languages", ("de",)),  # no list, as JSON has it
        ("$.friends[0]", OrderedDict(market_file()["friends"][0])),  # a dict, but one of another sort
        ("$.bookings[0].quote.due", "0.00"),  # not what the lines sum up to
        ("$.bookings[0].quote.due", 0),  # nor of its type
        ("$.bookings[0].quote.lines[1].why.values", {"k": True}),  # no value of a reason
        ("$.bookings[0].quote.lines[1].why.values", {"k": {"eur": "1.00"}}),  # no tag of a reason
        ("$.bookings[0].state", "gone"),  # no member of the enumeration
        ("$.bookings[0].state", ["confirmed"]),  # a list of one
    ],
)
def test_the_quick_reader_leaves_to_the_converter(path: str, value: object) -> None:
    """What is not exactly as it is written is left to the converter, which knows what to say."""
    body = market_file()
    del body["kind"], body["schema_version"]
    assert quickly(body, Market) == FULL
    put(body, path, value)
    assert quickly(body, Market) is REFUSED


def test_a_member_of_an_enumeration_is_no_json() -> None:
    """`load` takes what a JSON reader makes; a member is refused, as the converter refuses it."""
    body: dict[str, Any] = {"role": Role.CUSTOMER, "id": "anna"}
    assert quickly(body, KINDS["actor"]) is REFUSED
    assert strictly(body, KINDS["actor"]) is REFUSED


def test_a_dict_of_another_sort_loads_all_the_same() -> None:
    """What only the quick reader refuses is read by the converter."""
    assert load(json.loads(json.dumps(dump(FULL)), object_pairs_hook=OrderedDict), Market) == FULL
