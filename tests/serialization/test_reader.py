"""The quick reader takes nothing that the strict converter refuses, and makes the same of what it takes."""

import json
from collections import OrderedDict
from typing import Any

import pytest

from mila_core.lifecycle import Role
from mila_core.market import Market
from mila_core.serialization import KINDS, dump, load
from tests.serialization.broken import FULL, market_file, put
from tests.serialization.laws import REFUSED, quickly, strictly


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
