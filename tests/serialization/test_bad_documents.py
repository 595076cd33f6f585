"""A bad document gives one error that names every problem, each with its JSON path, and no other error."""

import copy
import json
import re
import time
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from mila_core.errors import InvalidDocumentError, InvalidTypeError, MilaError
from mila_core.lifecycle import Decision, Timer
from mila_core.market import Market
from mila_core.money import Money, chf
from mila_core.places import Place
from mila_core.reasons import Reason, reason
from mila_core.serialization import Limits, dump, dumps, load, loads
from tests.serialization.broken import (
    FULL,
    GONE,
    at_path,
    market_file,
    message_of,
    problems_of,
    put,
)

TYPE, VALUE = "invalid_type", "invalid_value"
HUGE = 10**30

FIRST = dump(FULL)
OFFER, FRIEND, REGION = FIRST["offers"][0], FIRST["friends"][0], FIRST["regions"][0]
SERVICE, BOOKING, STANDING = FIRST["catalogue"]["services"][0], FIRST["bookings"][0], FIRST["standings"][0]
CERTIFICATION = FRIEND["certifications"][0]
WHY = {"code": "x", "values": {}}


def with_(item: Any, **changes: Any) -> Any:
    """Return an item with other fields."""
    return {**copy.deepcopy(item), **changes}


# What breaks the file: where it is put, what, the path of the problem below that, and its code. Each row
# breaks something of its own, so that all of them fit into one file.
BAD = {
    # references to what is not there
    "offer of nobody": ("$.offers[0].friend_id", "nobody", "", VALUE),
    "offer of no service": ("$.offers[1].service_code", "magic", "", VALUE),
    "certification by nobody": ("$.friends[0].certifications[0].issuer_id", "nobody", "", VALUE),
    "certification for nothing": ("$.friends[1].certifications[0].scope", ["audio", "magic"], "", VALUE),
    "service of no category": ("$.catalogue.services[0].category", "magic", "", VALUE),
    "service that requires nothing known": ("$.catalogue.services[1].requires", ["magic"], "", VALUE),
    "booking of nobody": ("$.bookings[0].quote.friend_id", "nobody", "", VALUE),
    "booking by nobody": ("$.bookings[0].quote.visit.customer_id", "nobody", "", VALUE),
    "standing of nobody": ("$.standings[0].friend_id", "nobody", "", VALUE),
    # ids that are there already
    "region twice": ("$.regions[+]", REGION, ".id", VALUE),
    "partner twice": ("$.partners[+]", FIRST["partners"][0], ".id", VALUE),
    "customer twice": ("$.customers[+]", FIRST["customers"][0], ".id", VALUE),
    "friend twice": ("$.friends[+]", with_(FRIEND, certifications=[]), ".id", VALUE),
    "offer twice": ("$.offers[+]", OFFER, ".id", VALUE),
    "booking twice": ("$.bookings[+]", with_(BOOKING, id=BOOKING["id"]), ".id", VALUE),
    "standing twice": ("$.standings[+]", FIRST["standings"][1], ".friend_id", VALUE),
    "service twice": ("$.catalogue.services[+]", with_(SERVICE, category="television"), ".code", VALUE),
    "category twice": ("$.catalogue.categories[+]", FIRST["catalogue"]["categories"][0], ".code", VALUE),
    "certification twice": (
        "$.friends[3].certifications[+]",
        FIRST["friends"][2]["certifications"][0],
        ".id",
        VALUE,
    ),
    # amounts
    "float price": ("$.offers[2].price", 30.0, "", TYPE),
    "int price": ("$.offers[3].price", 65, "", TYPE),
    "price in another writing": ("$.offers[4].price", "45.-", "", VALUE),
    "price of three decimals": ("$.offers[5].price", "45.000", "", VALUE),
    "price with a currency": ("$.offers[6].price", "CHF 60.00", "", VALUE),
    "price of nothing": ("$.offers[7].price", "0.00", "", VALUE),
    "price that is no number": ("$.offers[8].price", "NaN", "", VALUE),
    "price in other digits": ("$.offers[9].price", "\u0664\u0666.\u0660\u0660", "", VALUE),
    "endless price": ("$.offers[10].price", "1" + "0" * 100, "", VALUE),
    "band that ends before it begins": ("$.catalogue.services[2].price_to", "1.00", "", VALUE),
    # instants, dates, times
    "naive instant": ("$.friends[3].certifications[0].valid.start", "2013-09-01T00:00:00", "", VALUE),
    "date for an instant": ("$.friends[4].certifications[0].valid.start", "2013-11-27", "", VALUE),
    "end before start": ("$.friends[5].certifications[0].valid.end", "2001-01-01T00:00:00Z", "", VALUE),
    "end at the start": (
        "$.friends[6].certifications[0].valid",
        {"start": "2013-09-01T00:00:00Z", "end": "2013-09-01T02:00:00+02:00"},
        ".end",
        VALUE,
    ),
    "instant in seconds": ("$.standings[1].at", 1385539200, "", TYPE),
    "instant for a date": ("$.regions[1].opens_on", "2014-01-01T00:00:00Z", "", VALUE),
    "short date": ("$.regions[2].opens_on", "20140401", "", VALUE),
    "day that is none": ("$.regions[3].opens_on", "2014-02-29", "", VALUE),
    "closing before opening": ("$.regions[4].closes_on", "2001-01-01", "", VALUE),
    "time between quarters": ("$.friends[0].availability.weekly[0].start", "14:07", "", VALUE),
    "time after midnight": ("$.friends[1].availability.weekly[0].end", "24:00", "", VALUE),
    "hours that end before they begin": ("$.friends[2].availability.weekly[0].end", "08:00", "", VALUE),
    "unknown zone": ("$.friends[3].availability.zone", "Europe/Zuerich", "", VALUE),
    # places
    "unknown postcode": ("$.friends[4].home", "9999", "", VALUE),
    "postcode as a number": ("$.friends[5].home", 8003, "", TYPE),
    "unknown canton": ("$.regions[5].cantons", ["ZZ"], "[0]", VALUE),
    "region of nothing": ("$.regions[6].cantons", [], "", VALUE),
    # fields
    "unknown field": ("$.friends[6].nmae", "Fabio", "", VALUE),
    "missing field": ("$.friends[7].name", GONE, "", VALUE),
    "unknown collection": ("$.freinds", [], "", VALUE),
    "unknown field with a strange name": ('$.friends[8]["e mail"]', "reto@example.org", "", VALUE),
    # types
    "true for a number": ("$.offers[11].radius_km", True, "", TYPE),
    "text for a number": ("$.offers[12].radius_km", "10", "", TYPE),
    "float for a number": ("$.offers[13].radius_km", 10.0, "", TYPE),
    "number out of range": ("$.offers[14].radius_km", 0, "", VALUE),
    "number far out of range": ("$.offers[15].radius_km", HUGE, "", VALUE),
    "NaN for a number": ("$.offers[16].radius_km", float("nan"), "", TYPE),
    "null for a number": ("$.offers[17].radius_km", None, "", TYPE),
    "number for a text": ("$.friends[8].name", 7, "", TYPE),
    "null for a text": ("$.friends[9].name", None, "", TYPE),
    "blank text": ("$.friends[10].name", " ", "", VALUE),
    "text with a control character": ("$.customers[0].name", "An\x00na", "", VALUE),
    "text that is too long": ("$.customers[1].name", "x" * 121, "", VALUE),
    "half a letter": ("$.customers[2].name", "\ud800", "", VALUE),
    "id with a space": ("$.offers[18].id", "offer 18", "", VALUE),
    "text for a list": ("$.friends[7].languages", "de", "", TYPE),
    "object for a list": ("$.friends[6].languages", {"0": "de"}, "", TYPE),
    "null for a list": ("$.friends[5].certifications[0].suspensions", None, "", TYPE),
    "too short a list": ("$.friends[4].languages", [], "", VALUE),
    "number in a list": ("$.friends[3].languages", ["de", 7], "[1]", TYPE),
    "member twice in a set": ("$.friends[9].certifications[0].scope", ["gaming", "gaming"], "", VALUE),
    "list in a set": ("$.friends[10].certifications[0].scope", [[]], "[0]", TYPE),
    "list for an object": ("$.friends[11]", [1], "", TYPE),
    "text for an object": ("$.friends[12].availability", "always", "", TYPE),
    "number for true": ("$.catalogue.services[3].remote", 1, "", TYPE),
    "text for true": ("$.catalogue.services[4].remote", "false", "", TYPE),
    "deep down": ("$.bookings[0].quote.visit.service.names.fr", 7, "", TYPE),
    "no such state": ("$.bookings[0].state", "Confirmed", "", VALUE),
    "infinite stars": ("$.standings[2].stars", float("inf"), "", VALUE),
    "stars out of range": ("$.standings[3].stars", 5.1, "", VALUE),
    "stars as text": ("$.standings[4].stars", "4.7", "", TYPE),
    "too few counts": ("$.standings[5].counts", [0, 0, 0, 1], "", VALUE),
    # the reason of a quote's line
    "reason with a list": (
        "$.bookings[0].quote.lines[0].why",
        {**WHY, "values": {"k": []}},
        ".values.k",
        TYPE,
    ),
    "reason with an unknown field": (
        "$.bookings[0].quote.lines[1].why",
        {**WHY, "cod": "y"},
        ".cod",
        VALUE,
    ),
    # the head
    "another version": ("$.schema_version", 2, "", VALUE),
}


def broken_by(*names: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the file broken in some ways, and the problems that it must have, sorted."""
    document = market_file()
    expected = []
    for name in names:
        path, value, below, code = BAD[name]
        expected.append((put(document, path, value) + below, code))
    return document, sorted(expected)


def test_the_file_is_good_before_it_is_broken() -> None:
    """What the table finds is what the table broke."""
    assert load(market_file(), Market) == FULL


@pytest.mark.parametrize("name", BAD)
def test_each_problem_is_told_with_its_path(name: str) -> None:
    """A problem comes alone, with its exact JSON path and its code; from a JSON value and from its text."""
    document, expected = broken_by(name)
    assert problems_of(document) == expected
    assert problems_of(json.dumps(document)) == expected


def test_all_problems_come_in_one_error() -> None:
    """A file with every problem of the table at once gives one error that names each of them, once."""
    document, expected = broken_by(*BAD)
    assert sorted(problems_of(document)) == expected


def test_a_problem_says_what_was_expected_and_what_came() -> None:
    """Every line of the message has its three parts."""
    lines = message_of(broken_by(*BAD)[0]).splitlines()
    assert lines[0] == f"market: {len(BAD)} problems"
    assert len(lines) == 1 + len(BAD)
    assert [line for line in lines[1:] if not re.fullmatch(r"  \$\S.*: expected .+, came .+", line)] == []


@pytest.mark.parametrize(
    ("path", "name", "near"),
    [
        ("$.friends[0]", "nmae", "the field name"),
        ("$.friends[0]", "hoome", "the field home"),
        ("$", "freinds", "the field friends"),
        ("$.bookings[0].quote.lines[0].why", "vaules", "the field values"),
        ("$.bookings[0].quote.lines[0].why", "xyz", "one of the fields code, values"),
    ],
)
def test_an_unknown_field_is_told_with_the_likeliest_one(path: str, name: str, near: str) -> None:
    """A slip of the pen is answered with the name that was meant, if there is a near one."""
    document = market_file()
    at_path(document, path)[name] = 1
    assert message_of(document).splitlines()[1:] == [
        f"  {path}.{name}: expected {near}, came an unknown field"
    ]


# --- what one problem must not do to another


def test_a_broken_friend_makes_no_reference_to_it_a_problem() -> None:
    """Offers, bookings and standings of a friend whose home is wrong are as good as before."""
    document = market_file()
    for friend in document["friends"]:
        friend["home"] = "0000"
    assert {path for path, _ in problems_of(document)} == {
        f"$.friends[{position}].home" for position in range(len(document["friends"]))
    }


@pytest.mark.parametrize("name", ["friends", "customers", "partners"])
@pytest.mark.parametrize("value", [None, {}, "all", 3])
def test_a_collection_that_is_none_makes_no_reference_a_problem(name: str, value: object) -> None:
    """Where the list of friends is no list there is one problem, not one for each offer."""
    assert problems_of({**market_file(), name: value}) == [(f"$.{name}", TYPE)]


@pytest.mark.parametrize("value", [None, [], "all", {"categories": [], "services": None}, GONE])
def test_a_catalogue_that_cannot_be_read_makes_no_code_a_problem(value: object) -> None:
    """Nobody can say which codes are wrong while the catalogue is."""
    document = market_file()
    put(document, "$.catalogue", value)
    assert [path for path, _ in problems_of(document) if not path.startswith("$.catalogue")] == []
    assert len(problems_of(document)) == 1


def test_a_collection_may_be_left_out() -> None:
    """A market without bookings need not say so; without friends, its offers refer to nobody."""
    document = market_file()
    del document["bookings"]
    assert load(document, Market).bookings == ()
    del document["standings"], document["reliabilities"], document["friends"]
    assert {path for path, _ in problems_of(document)} == {
        f"$.offers[{position}].friend_id" for position in range(len(document["offers"]))
    }


def test_a_broken_service_hides_no_reference() -> None:
    """A mistake in the catalogue does not hide an offer of a service that is not there."""
    document = market_file()
    document["catalogue"]["services"][3]["minutes"] = 7
    document["offers"][2]["service_code"] = "magic"
    assert problems_of(document) == [
        ("$.catalogue.services[3].minutes", VALUE),
        ("$.offers[2].service_code", VALUE),
    ]


def test_a_broken_friend_hides_none_of_its_own_references() -> None:
    """A friend with a wrong home and a certificate by nobody has two problems, not one after the other."""
    document = market_file()
    document["friends"][0]["home"] = "0000"
    document["friends"][0]["certifications"][0]["issuer_id"] = "nobody"
    assert problems_of(document) == [
        ("$.friends[0].home", VALUE),
        ("$.friends[0].certifications[0].issuer_id", VALUE),
    ]


def test_two_broken_friends_of_one_id_are_a_duplicate() -> None:
    """That an item cannot be read does not hide that its id is taken."""
    document = market_file()
    document["friends"][11].update(id="spare-2", home="0000")
    document["friends"][12].update(home="0000")
    assert ("$.friends[12].id", VALUE) in problems_of(document)


@pytest.mark.parametrize(("cls", "document"), [(Money, {"value": "40.00"}), (Place, {"value": "8004"})])
def test_a_document_of_one_text_has_no_other_field(cls: type, document: dict[str, Any]) -> None:
    """An amount with a currency field would be read as francs, whatever the field says."""
    head = {"schema_version": 1, "kind": cls.__name__.lower()}
    assert problems_of({**head, **document}, cls) == []
    assert problems_of({**head, **document, "currency": "EUR"}, cls) == [("$.currency", VALUE)]
    assert [path for path, _ in problems_of(head, cls)] == ["$.value"]


# --- the head


@pytest.mark.parametrize("version", [GONE, None, 0, 2, "1", 1.0, True, [1]])
def test_a_document_of_another_version_is_refused(version: object) -> None:
    """Only the version that this release knows is read; `true` and 1.0 are not 1."""
    document = market_file()
    put(document, "$.schema_version", version)
    assert problems_of(document) == [("$.schema_version", VALUE)]


@pytest.mark.parametrize("kind", [GONE, None, "", "Market", "markets", "offer", 7, ["market"], {}])
def test_a_document_of_another_kind_is_refused(kind: object) -> None:
    """A document says what it is, and has to be what was asked for."""
    document = market_file()
    put(document, "$.kind", kind)
    assert problems_of(document) == [("$.kind", VALUE)]


@pytest.mark.parametrize("kind", [GONE, None, "markets", 7, ["market"]])
def test_a_document_of_no_kind_is_refused_where_any_is_taken(kind: object) -> None:
    """Asked for any kind, one that there is not is a problem all the same."""
    document = market_file()
    put(document, "$.kind", kind)
    assert problems_of(document, object) == [("$.kind", VALUE)]


@pytest.mark.parametrize("cls", [None, "Money", list[int], Money | Place, Decision[Any]])
def test_what_is_no_class_is_a_wrong_call(cls: Any) -> None:
    """Asked for something else, neither a text nor a document is looked at."""
    with pytest.raises(InvalidTypeError, match="cls: expected a class of KINDS"):
        load(dump(chf(40)), cls)
    with pytest.raises(InvalidTypeError, match="cls: expected a class of KINDS"):
        loads(dumps(chf(40)), cls)


@pytest.mark.parametrize("limits", [5, 0, {}, Limits])
def test_what_are_no_limits_is_a_wrong_call(limits: Any) -> None:
    """Limits that were mistaken are not the default ones."""
    with pytest.raises(InvalidTypeError, match="limits: expected Limits or None"):
        load(dump(chf(40)), Money, limits=limits)
    with pytest.raises(InvalidTypeError, match="limits: expected Limits or None"):
        loads(dumps(chf(40)), Money, limits=limits)


def test_both_fields_of_the_head_are_told() -> None:
    """A document without a head lacks two fields, and says so."""
    assert problems_of({}) == [("$.schema_version", VALUE), ("$.kind", VALUE)]


# --- forms of an instant

TAKEN = {
    "2013-11-27T08:00:00Z": "2013-11-27T08:00:00Z",
    "2013-11-27T09:00:00+01:00": "2013-11-27T08:00:00Z",
    "2013-11-27T09:00+01:00": "2013-11-27T08:00:00Z",
    "2013-11-27 09:00:00+01:00": "2013-11-27T08:00:00Z",  # as RFC 3339 allows for readability
    "2013-11-27T08:00:00-00:00": "2013-11-27T08:00:00Z",
    "2013-11-27T08:00:00.5Z": "2013-11-27T08:00:00.500000Z",
    "2013-11-27T08:00:00.000001Z": "2013-11-27T08:00:00.000001Z",
    "2013-11-27T13:45:00+05:45": "2013-11-27T08:00:00Z",
    "2014-01-01T00:30:00+01:00": "2013-12-31T23:30:00Z",
}

REFUSED = [
    "2013-11-27",
    "2013-11-27T08:00:00",
    "2013-11-27T08:00:00z",
    "2013-11-27t08:00:00Z",
    "2013-11-27T08:00:00 Z",
    "2013-11-27T08:00:00Z ",
    " 2013-11-27T08:00:00Z",
    "2013-11-27T08:00:00Z\n",
    "2013-11-27T08Z",
    "20131127T080000Z",
    "2013-W48-3T08:00:00Z",
    "2013-331T08:00:00Z",
    "2013-11-27T08:00:00,5Z",
    "2013-11-27T08:00:00.1234567Z",
    "2013-11-27T08:00:00+01",
    "2013-11-27T08:00:00+0100",
    "2013-11-27T08:00:00+01:00:30",
    "2013-11-27T08:00:00+24:00",
    "2013-11-27T08:00:00\N{MINUS SIGN}01:00",
    "2013-11-27T08:00:00 Europe/Zurich",
    "2013-11-27T24:00:00Z",
    "2013-11-27T08:60:00Z",
    "2013-11-27T08:00:60Z",
    "2013-02-29T08:00:00Z",
    "2013-11-31T08:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "12013-11-27T08:00:00Z",
    "-013-11-27T08:00:00Z",
    "٢٠١٣-11-27T08:00:00Z",
    "27.11.2013 09:00",
    "now",
    "08:00",
    "",
    "1385539200",
]


@pytest.mark.parametrize(("text", "same"), TAKEN.items())
def test_a_form_of_an_instant_is_taken(text: str, same: str) -> None:
    """An instant may come with any offset, and without seconds; it is written in UTC."""
    document = {"schema_version": 1, "kind": "timer", "event": "e", "at": text}
    assert dump(load(document, Timer))["at"] == same


@pytest.mark.parametrize("text", REFUSED)
def test_a_form_of_an_instant_is_refused(text: str) -> None:
    """What leaves a doubt is refused: no offset, other forms of ISO 8601, other words."""
    document = {"schema_version": 1, "kind": "timer", "event": "e", "at": text}
    assert problems_of(document, Timer) == [("$.at", VALUE)]


@pytest.mark.parametrize("clock", ["20:00", "20:00:30", "20:00:30.000001"])
def test_a_time_is_written_as_it_came(clock: str) -> None:
    """Seconds of a time are written where there are any."""
    book = {"schema_version": 1, "kind": "price_book", "evening_from": clock}
    assert dump(load(book, object))["evening_from"] == clock


@pytest.mark.parametrize(
    "clock", ["24:00", "8:00", "20", "2000", "20:00Z", "20:60", "20:00+01:00", "T20:00", ""]
)
def test_a_form_of_a_time_is_refused(clock: str) -> None:
    """A time is hours and minutes of two digits each, from 00:00 to 23:59."""
    book = {"schema_version": 1, "kind": "price_book", "evening_from": clock}
    assert problems_of(book, object) == [("$.evening_from", VALUE)]


# --- the values of a reason


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (None, "$.values.k"),
        (True, "$.values.k"),
        (1.5, "$.values.k"),
        ([], "$.values.k"),
        ({}, "$.values.k"),
        ({"chf": "40.00", "on": "2013-11-27"}, "$.values.k"),
        ({"eur": "40.00"}, "$.values.k"),
        ({"chf": 40}, "$.values.k"),
        ({"on": "2013-11-27T08:00:00Z"}, "$.values.k"),
        ({"at": "2013-11-27"}, "$.values.k"),
        ({"at": "2013-11-27T08:00:00"}, "$.values.k"),
    ],
)
def test_a_value_of_a_reason_is_a_text_a_whole_number_or_tagged(value: object, path: str) -> None:
    """Amounts, dates and instants of a reason carry a tag; anything else is refused."""
    document = {**dump(reason("x")), "values": {"k": value}}
    assert [field for field, _ in problems_of(document, Reason)] == [path]


# --- what about people


def test_no_error_repeats_what_a_person_is_called() -> None:
    """Names and texts of people appear in no message, repr or traceback, whatever stands in their place."""
    document = market_file()
    written = "Wachtmeister"
    for position, value in enumerate(
        [written * 20, written + "\x00", [written], {"x": written}, f"{written}\ud800"]
    ):
        document["friends"][position]["name"] = value
        document["friends"][position]["suspensions"] = [
            {"during": {"start": "2013-11-27T08:00:00Z"}, "by": "x", "note": [value]}
        ]
    document["friends"][5]["name"] = 41791234567
    document["friends"][11] = written
    document["friends"][7]["availability"] = written
    document["friends"][8]["certifications"] = written
    document["customers"] = written
    with pytest.raises(InvalidDocumentError) as caught:
        load(document, Market)
    assert len(caught.value.problems) == 15
    told = "\n".join([str(caught.value), repr(caught.value), *traceback.format_exception(caught.value)])
    assert written not in told
    assert "41791234567" not in told


def test_no_syntax_error_repeats_the_text() -> None:
    """A file that is no JSON is not printed back."""
    text = dumps(FULL).replace('"name": "Andreas"', '"name": "Andreas')
    assert "Andreas" not in message_of(text)


def test_a_strange_field_name_is_escaped_and_cut() -> None:
    """The name of an unknown field can neither break the lines of a message nor steer a terminal."""
    document = market_file()
    document["friends"][0]["\x1b[2J\n  $.offers: expected\u202e"] = 1
    document["friends"][1]["x" * 10_000] = 1
    lines = message_of(document).splitlines()
    assert len(lines) == 3
    assert all(line.isascii() and line.isprintable() and len(line) < 300 for line in lines)


# --- how much of it there is


SHAPES: dict[str, Callable[[int], dict[str, Any]]] = {
    "empty offers": lambda size: {"offers": [{}] * (size // 4)},
    "offers with a float price": lambda size: {"offers": [with_(OFFER, price=40.0)] * (size // 180)},
    "one offer many times": lambda size: {"offers": [OFFER] * (size // 180)},
    "numbers in a list of texts": lambda size: {"friends": [with_(FRIEND, languages=[1] * (size // 3))]},
    "unknown fields": lambda size: {f"x{number}": 1 for number in range(size // 14)},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_large_bad_file_is_answered_soon(shape: str) -> None:
    """Two megabytes of bad items are no trap, and the error stays of a size that can be shown."""
    text = json.dumps({**market_file(), **SHAPES[shape](2_000_000)})
    assert len(text) > 1_800_000
    before = time.process_time()
    with pytest.raises(InvalidDocumentError) as caught:
        loads(text, Market)
    message = str(caught.value)
    assert time.process_time() - before < 60  # a guard against minutes, not a claim of speed
    assert len(caught.value.problems) == 1001
    assert len(message) < 500_000
    assert caught.value.problems[-1].field == "$"


def test_repeated_fields_are_found_in_linear_time() -> None:
    """An object of many fields of which one comes twice is no trap."""
    fields = ",".join(f'"x{number}":1' for number in range(50_000))
    before = time.process_time()
    with pytest.raises(MilaError):
        loads(f'{{"schema_version":1,"kind":"market",{fields},"x0":1}}', Market)
    assert time.process_time() - before < 60  # a guard against minutes, not a claim of speed
