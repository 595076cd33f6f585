"""The JSON Schema of a kind is valid, takes what its values make, and refuses what is no such document."""

import copy
import json
import re
from functools import cache
from typing import Any

import attrs
import pytest

from mila_core.errors import InvalidTypeError
from mila_core.market import Market
from mila_core.money import Money
from mila_core.offers import Offer
from mila_core.serialization import KINDS, SCHEMA_VERSION, json_schema, load
from tests.serialization.broken import GONE, market_file, put
from tests.serialization.laws import validator
from tests.serialization.make_corpus import CORPUS

jsonschema = pytest.importorskip("jsonschema")

each_kind = pytest.mark.parametrize("kind", sorted(KINDS))


MARKET = validator("market")


@cache
def check_part(written: str) -> None:
    """Check a schema that has no definitions; most of these stand in the schemas of many kinds."""
    jsonschema.Draft202012Validator.check_schema(json.loads(written))


@each_kind
def test_a_schema_is_valid(kind: str) -> None:
    """A schema is one of the draft that it names, is plain JSON, and each of its references is defined."""
    schema = json_schema(KINDS[kind])
    definitions = schema.get("$defs", {})
    check_part(json.dumps({**schema, "$defs": {name: {} for name in definitions}}))
    for definition in definitions.values():
        check_part(json.dumps(definition))
    assert schema["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    assert schema["$id"].endswith(f":{SCHEMA_VERSION}:{kind}")
    assert json.loads(json.dumps(schema)) == schema
    referred = set(re.findall(r'"#/\$defs/([a-z_]+)"', json.dumps(schema)))
    assert referred == set(schema.get("$defs", {}))


@pytest.mark.parametrize("path", sorted(CORPUS.glob(f"v{SCHEMA_VERSION}/*.json")), ids=lambda path: path.stem)
def test_a_document_of_the_corpus_is_valid(path: Any) -> None:
    """Documents that were stored are taken."""
    for document in json.loads(path.read_text(encoding="utf-8")):
        assert [error.message for error in validator(path.stem).iter_errors(document)] == []


@each_kind
def test_every_field_is_in_the_schema(kind: str) -> None:
    """Each field has its property; those without a default are required, those with one say it."""
    schema = json_schema(KINDS[kind])
    fields = {"money": ["value"], "place": ["value"]}.get(kind) or [
        field.name for field in attrs.fields(KINDS[kind])
    ]
    assert {"schema_version", "kind", *fields} <= set(schema["properties"])
    assert schema["additionalProperties"] is False
    for name in fields:
        assert (name in schema["required"]) != ("default" in schema["properties"][name])


# What `load` refuses for its structure, and the schema as well: a path, and what is put there.
REFUSED = {
    "a field is missing": ("$.friends[0].name", GONE),
    "a required class is missing": ("$.catalogue", GONE),
    "an unknown field": ("$.friends[0].nmae", "x"),
    "an unknown collection": ("$.freinds", []),
    "a number for a text": ("$.friends[0].name", 7),
    "null for a text": ("$.friends[0].name", None),
    "a blank text": ("$.friends[0].name", " "),
    "an empty text": ("$.friends[0].name", ""),
    "a text that is too long": ("$.friends[0].name", "x" * 121),
    "a text for a number": ("$.offers[0].radius_km", "10"),
    "true for a number": ("$.offers[0].radius_km", True),
    "a fraction for a number": ("$.offers[0].radius_km", 10.5),
    "null for a number": ("$.offers[0].radius_km", None),
    "a number below the range": ("$.offers[0].radius_km", 0),
    "a number above the range": ("$.offers[0].radius_km", 401),
    "a number for true": ("$.catalogue.services[0].remote", 1),
    "a text for true": ("$.catalogue.services[0].remote", "false"),
    "a number for an amount": ("$.offers[0].price", 40.0),
    "an amount of one decimal": ("$.offers[0].price", "40.0"),
    "an amount with its currency": ("$.offers[0].price", "CHF 40.00"),
    "an amount with grouping": ("$.offers[0].price", "1'000.00"),
    "an instant with no offset": ("$.offers[0].valid.start", "2013-11-27T08:00:00"),
    "a date for an instant": ("$.offers[0].valid.start", "2013-11-27"),
    "null for an instant": ("$.offers[0].valid.start", None),
    "an instant for a date": ("$.regions[0].opens_on", "2013-11-27T08:00:00Z"),
    "a short date": ("$.regions[0].opens_on", "20131127"),
    "a time after midnight": ("$.friends[0].availability.weekly[0].end", "24:00"),
    "a time of one digit": ("$.friends[0].availability.weekly[0].end", "8:00"),
    "a postcode as a number": ("$.friends[0].home", 8004),
    "a postcode of five digits": ("$.friends[0].home", "80040"),
    "an id with a space": ("$.friends[0].id", "two words"),
    "an id with a letter of its own": ("$.friends[0].id", "z\u00fcrich"),
    "an id that is too long": ("$.friends[0].id", "x" * 201),
    "an empty id": ("$.friends[0].id", ""),
    "a language by its name": ("$.friends[0].languages", ["German"]),
    "no language": ("$.friends[0].languages", []),
    "a text for a list": ("$.friends[0].languages", "de"),
    "an object for a list": ("$.friends", {}),
    "a number in a list": ("$.friends[0].languages", [7]),
    "a member twice in a set": ("$.friends[0].certifications[0].scope", ["gaming", "gaming"]),
    "an empty set": ("$.friends[0].certifications[0].scope", []),
    "a list for an object": ("$.friends[0]", []),
    "a text for an object": ("$.friends[0].availability", "always"),
    "a state that is none": ("$.bookings[0].state", "gone"),
    "a state as a number": ("$.bookings[0].state", 1),
    "a reason with a fraction": ("$.bookings[0].quote.lines[0].why.values", {"k": 1.5}),
    "a reason with a tag that is none": ("$.bookings[0].quote.lines[0].why.values", {"k": {"eur": "1.00"}}),
    "a reason with two tags": (
        "$.bookings[0].quote.lines[0].why.values",
        {"k": {"chf": "1.00", "on": "2013-11-27"}},
    ),
    "a newer version": ("$.schema_version", SCHEMA_VERSION + 1),
    "no version": ("$.schema_version", GONE),
    "another kind": ("$.kind", "offer"),
    "no kind": ("$.kind", GONE),
}

# What `load` refuses and a schema cannot know.
BEYOND = {
    "an offer of nobody": ("$.offers[0].friend_id", "nobody"),
    "a day that is none": ("$.regions[0].opens_on", "2014-02-29"),
    "a postcode that is none": ("$.friends[0].home", "9999"),
    "an end before its start": ("$.offers[0].valid.end", "2001-01-01T00:00:00Z"),
    "a fraction that is whole": ("$.offers[0].radius_km", 10.0),
    "a sum that is none": ("$.bookings[0].quote.due", "0.00"),
}


def broken(path: str, value: Any) -> dict[str, Any]:
    """Return a market with something else at a path, which `load` has to refuse."""
    document = market_file()
    put(document, path, copy.deepcopy(value))
    with pytest.raises(ValueError, match=r"."):
        load(document, Market)
    return document


def test_the_whole_market_is_valid() -> None:
    """The document that the tables break is taken as it is."""
    assert MARKET.is_valid(market_file())


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_of_another_structure_is_not_valid(name: str) -> None:
    """What a schema can know it refuses, as `load` does."""
    assert not MARKET.is_valid(broken(*REFUSED[name]))


@pytest.mark.parametrize("name", BEYOND)
def test_what_a_schema_cannot_know_is_left_to_loading(name: str) -> None:
    """A schema is no replacement for `load`."""
    assert MARKET.is_valid(broken(*BEYOND[name]))


def test_a_schema_is_the_callers_own() -> None:
    """Whoever changes a schema changes no other."""
    schema = json_schema(Offer)
    schema["properties"].clear()
    schema["$defs"].clear()
    assert json_schema(Offer) != schema


@pytest.mark.parametrize("cls", [int, object, dict, "offer", None])
def test_another_class_has_no_schema(cls: Any) -> None:
    """Only what can be a document has a schema."""
    with pytest.raises(InvalidTypeError, match="KINDS"):
        json_schema(cls)


def test_an_amount_is_one_text() -> None:
    """A document of one text has it in the field `value`."""
    assert set(json_schema(Money)["properties"]) == {"schema_version", "kind", "value"}
