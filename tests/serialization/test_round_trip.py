"""What is written reads back: over every kind of document, one law after the other."""

import copy
import json
import pickle
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import bookings, testing
from mila_core.bookings import TABLE
from mila_core.errors import InvalidDocumentError, InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Actor, Decision, Event
from mila_core.money import Money, chf
from mila_core.places import Place
from mila_core.pricing import PriceBook
from mila_core.reasons import reason
from mila_core.reputation import BayesianAverageParams, Contribution, ContributionPart
from mila_core.samples import zurich_2013
from mila_core.serialization import KINDS, SCHEMA_VERSION, dump, dumps, load, loads
from tests import journey
from tests.architecture.package import document_classes
from tests.serialization import laws
from tests.serialization.kinds import STRATEGIES

# There are a hundred kinds: a share of the usual examples for each is many in all.
a_share = settings(max_examples=max(5, settings().max_examples // 6))

each_kind = pytest.mark.parametrize("kind", sorted(STRATEGIES))

WRITTEN = "Wachtmeister"

[BEGUN] = bookings.decide(None, journey.command("request", journey.CUSTOMER), at=journey.NOW).events  # type: ignore[union-attr]  # granted
"""The event with which a booking begins."""


def snake_case(name: str) -> str:
    """Return a class's name as a kind, by another way than the library's."""
    letters = [f"_{letter.lower()}" if letter.isupper() else letter for letter in name]
    return "".join(letters).removeprefix("_")


def fields_of(value: Any) -> dict[str, Any]:
    """Return the fields of an attrs value by name."""
    return {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}


def told_otherwise(value: Any) -> Any:
    """Return an equal value, made from lists and sets in another order and instants in another zone."""
    if attrs.has(type(value)):
        return attrs.evolve(value, **{name: told_otherwise(each) for name, each in fields_of(value).items()})
    match value:
        case tuple():
            return [told_otherwise(each) for each in value]
        case frozenset():
            return sorted(value, reverse=True)
        case datetime():
            return value.astimezone(ZoneInfo("Asia/Kathmandu"))
        case _:
            return value


NUMBERS = frozenset({"iban", "vat_number"})
"""Personal fields that take no word, as their check digits are checked."""


def with_a_word(value: Any) -> tuple[Any, int]:
    """Return a value with a word in every field that is about a person, and how many there are."""
    if attrs.has(type(value)):
        changes, count = {}, 0
        for field in attrs.fields(type(value)):
            each = getattr(value, field.name)
            personal = field.repr is False and isinstance(each, str) and field.name not in NUMBERS
            changed, inside = (WRITTEN, 1) if personal else with_a_word(each)
            changes[field.name], count = changed, count + inside
        return attrs.evolve(value, **changes), count
    if isinstance(value, tuple):
        parts = [with_a_word(each) for each in value]
        return tuple(part for part, _ in parts), sum(inside for _, inside in parts)
    return value, 0


# --- the list of kinds


def test_every_public_value_class_is_a_kind() -> None:
    """Whatever public value the library has can be written as a document, but for what others extend."""
    assert set(KINDS.values()) == set(document_classes())


def test_a_kind_is_the_name_of_its_class_in_snake_case() -> None:
    """Nobody has to look a kind up."""
    assert {kind: snake_case(cls.__name__) for kind, cls in KINDS.items()} == {kind: kind for kind in KINDS}


def test_no_field_has_the_name_of_a_field_of_the_head() -> None:
    """`kind` and `schema_version` are the document's: a field of that name would be lost."""
    fields = {(kind, field.name) for kind, cls in KINDS.items() for field in attrs.fields(cls)}
    assert {(kind, name) for kind, name in fields if name in {"kind", "schema_version"}} == set()


# --- the laws


# Drawing a value takes longer than looking at it: each that is drawn is looked at by all laws.


def a_document_reads_back_as_an_equal_value(kind: str, value: Any) -> None:
    """A value is equal to what its text makes, hashes equal, and its text makes the same text again."""
    text = dumps(value)
    found: Any = loads(text, KINDS[kind])
    assert type(found) is KINDS[kind]
    assert found == value
    assert hash(found) == hash(value)
    assert loads(text.encode(), object) == value
    assert dumps(found) == text


def equal_values_make_equal_texts(_: str, value: Any) -> None:
    """The order in which a set was filled and the zone in which an instant was told leave no trace."""
    other = told_otherwise(value)
    assert other == value
    assert hash(other) == hash(value)
    assert dumps(other) == dumps(value)


def a_document_is_made_of_plain_json_values(kind: str, value: Any) -> None:
    """`dump` gives what a JSON reader would give of `dumps`, so `load` takes both."""
    document = dump(value)
    assert [type(each) for each in nodes(document)] == [
        type(each) for each in nodes(json.loads(dumps(value)))
    ]
    assert document == json.loads(dumps(value))
    assert load(document, KINDS[kind]) == value


def nodes(document: Any) -> list[Any]:
    """Return a JSON value and all values in it."""
    parts: list[Any] = []
    if isinstance(document, dict):
        parts = [*document, *document.values()]
    if isinstance(document, list):
        parts = document
    return [document, *(node for part in parts for node in nodes(part))]


def pickle_and_copy_make_an_equal_value(_: str, value: Any) -> None:
    """A value survives the ways in which Python itself passes values on."""
    pickled = pickle.loads(pickle.dumps(value))  # noqa: S301  # our own bytes
    for found in (pickled, copy.copy(value), copy.deepcopy(value)):
        assert found == value
        assert hash(found) == hash(value)
        assert repr(found) == repr(value)


def a_repr_has_no_name_or_text_of_a_person(_: str, value: Any) -> None:
    """What stands in a log shows ids, never what people are called or wrote."""
    written, count = with_a_word(value)
    assert WRITTEN not in repr(written)
    assert WRITTEN not in str(written)
    assert dumps(written).count(WRITTEN) == count


LAWS = (
    a_document_reads_back_as_an_equal_value,
    equal_values_make_equal_texts,
    a_document_is_made_of_plain_json_values,
    pickle_and_copy_make_an_equal_value,
    a_repr_has_no_name_or_text_of_a_person,
    *laws.LAWS,
)


PRIOR = ContributionPart.PRIOR


@each_kind
@a_share
@given(data=st.data())
def test_every_value_of_every_kind_keeps_the_laws(kind: str, data: st.DataObject) -> None:
    """What the laws say of one value holds for all."""
    value = data.draw(STRATEGIES[kind])
    for law in LAWS:
        law(kind, value)
    laws.what_is_taken_quickly_is_taken_strictly(kind, value, data)


# --- single facts


def test_what_is_about_a_person_is_known() -> None:
    """These fields, and no others, are shown in no `repr`; a firm's name may be."""
    hidden = {
        f"{kind}.{field.name}"
        for kind, cls in KINDS.items()
        for field in attrs.fields(cls)
        if field.repr is False
    }
    assert hidden == {
        *("address.street", "block.note", "customer.address", "customer.name", "dispute.answer"),
        *("dispute.claim", "dispute_command.text", "dispute_event.text", "friend.address", "friend.name"),
        *("invoice_party.house_number", "invoice_party.iban", "invoice_party.name", "invoice_party.street"),
        *("invoice_party.locality", "invoice_party.postcode"),
        *("invoice_party.vat_number", "rating.note", "rating.text", "reply.text", "resolution.text"),
        *("reviews_command.note", "reviews_command.text", "revocation.note", "suspension.lifted_note"),
        *("suspension.note",),
    }


def test_the_head_comes_first() -> None:
    """Whoever opens a document sees at once what it is."""
    document = dump(zurich_2013().market)
    assert list(document)[:2] == ["schema_version", "kind"]
    assert (document["schema_version"], document["kind"]) == (SCHEMA_VERSION, "market")


@pytest.mark.parametrize(("value", "plain"), [(chf("-40.05"), "-40.05"), (Place("8004"), "8004")])
def test_a_value_that_is_one_text_stands_in_the_field_value(value: Money | Place, plain: str) -> None:
    """Amounts and places are texts inside of other documents, and have one field as a document."""
    assert {name: each for name, each in dump(value).items() if name != "schema_version"} == {
        "kind": type(value).__name__.lower(),
        "value": plain,
    }


EVENTS = sorted((cls for cls in KINDS.values() if issubclass(cls, Event)), key=lambda cls: cls.__name__)
"""The classes of events, of all machines."""


@a_share
@given(st.lists(st.one_of(*map(testing.strategy_for, EVENTS)), min_size=1, max_size=3))
def test_a_decision_may_have_events_of_several_machines(events: list[Event]) -> None:
    """Each event says its kind, by which it is read again."""
    decision: Decision[Event] = Decision(events=events)
    document = dump(decision)
    assert [each["kind"] for each in document["events"]] == [
        snake_case(type(each).__name__) for each in events
    ]
    assert loads(dumps(decision), Decision) == decision
    assert [type(each) for each in load(document, Decision).events] == [type(each) for each in events]


@pytest.mark.parametrize(
    ("kind", "came"),
    [
        # none, another type, no such kind, a kind that is no event, a base of events, a schema's head
        (None, "null"),
        (7, "the int 7"),
        ("booking_evnt", "'booking_evnt'"),
        ("actor", "'actor'"),
        ("event", "'event'"),
        (["booking_event"], "a list"),
    ],
)
def test_an_event_of_no_such_kind_is_told(kind: Any, came: str) -> None:
    """The problem stands at the event's kind, and says which there are."""
    document = dump(Decision(events=[BEGUN]))
    document["events"][0]["kind"] = kind
    with pytest.raises(InvalidDocumentError) as caught:
        load(document, Decision)
    [problem] = caught.value.problems
    assert problem.field == "$.events[0].kind"
    assert '"booking_event"' in problem.expected
    assert came in problem.came


def test_an_event_without_its_kind_is_told() -> None:
    """What it is cannot be guessed from its fields."""
    document = dump(Decision(events=[BEGUN]))
    del document["events"][0]["kind"]
    with pytest.raises(InvalidDocumentError) as caught:
        load(document, Decision)
    assert [each.field for each in caught.value.problems] == ["$.events[0].kind"]
    assert "the field is missing" in str(caught.value)


def test_what_is_wrong_inside_an_event_of_a_decision_is_told_with_its_path() -> None:
    """The kind does not hide what stands beside it: a field twice, an unknown one, one of another type."""
    text = dumps(Decision(events=[BEGUN]))
    broken = text.replace('"version": 1, "event": "request"', '"version": "1", "event": "request"', 1)
    broken = broken.replace('"kind": "booking_event"', '"kind": "booking_event", "nmae": 1', 1)
    with pytest.raises(InvalidDocumentError) as caught:
        loads(broken, Decision)
    assert sorted(each.field for each in caught.value.problems) == [
        "$.events[0].nmae",
        "$.events[0].version",
    ]
    twice = text.replace('"kind": "booking_event"', '"kind": "booking_event", "kind": "booking_event"', 1)
    with pytest.raises(InvalidDocumentError) as caught:
        loads(twice, Decision)
    assert [(each.field, each.expected) for each in caught.value.problems] == [
        ("$.events[0].kind", "a field once")
    ]


def test_what_is_no_event_is_not_written_as_one() -> None:
    """A decision holds whatever it was given; a document holds what can be read again."""

    @attrs.frozen(kw_only=True)
    class MyEvent(Event):
        pass

    mine = MyEvent(**{name: getattr(BEGUN, name) for name in attrs.fields_dict(MyEvent)})
    for each in (mine, chf(40)):
        with pytest.raises(InvalidTypeError, match="booking_event"):
            dump(Decision(events=[each]))


def test_letters_stay_letters() -> None:
    """A document can be read by people: no letter of Zürich becomes an escape."""
    assert "Zürich" in dumps(zurich_2013().market)


def test_an_indented_document_is_the_same_document() -> None:
    """Indentation is for people; it changes nothing."""
    market = zurich_2013().market
    assert json.loads(dumps(market, indent=1)) == json.loads(dumps(market))


@pytest.mark.parametrize("value", [None, 3, "40.00", {}, [chf(40)], object(), Money, KINDS])
def test_anything_else_is_no_document(value: object) -> None:
    """Only public values are written; what is none is a wrong call."""
    with pytest.raises(TypeError, match="a public value of mila_core"):
        dump(value)


def test_a_value_of_a_derived_class_is_refused() -> None:
    """A class of an application's own would come back as another one, so it is not written at all."""

    @attrs.frozen
    class Dearer(Money):
        pass

    with pytest.raises(TypeError):
        dump(Dearer(4000))


@pytest.mark.parametrize("text", [None, 3, [], bytearray(b"{}")])
def test_what_is_no_text_is_a_wrong_call(text: Any) -> None:
    """`loads` reads texts and bytes."""
    with pytest.raises(TypeError, match="a text or bytes"):
        loads(text, object)


def test_a_class_asked_for_has_to_be_the_one_that_came() -> None:
    """A document of another kind is a problem at its kind, not a value of a class nobody expected."""
    with pytest.raises(InvalidDocumentError) as caught:
        loads(dumps(chf(40)), Place)
    assert [problem.field for problem in caught.value.problems] == ["$.kind"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Contribution(part=PRIOR, effect=0.0), Contribution(part=PRIOR, effect=-0.0)),
        (Contribution(part=PRIOR, effect=0), Contribution(part=PRIOR, effect=0.0)),
        (BayesianAverageParams(prior_stars=5), BayesianAverageParams(prior_stars=5.0)),
    ],
)
def test_equal_numbers_make_equal_texts(one: object, other: object) -> None:
    """An int is equal to its float, and zero to its negative: so are their texts."""
    assert one == other
    assert dumps(one) == dumps(other)


def test_a_time_with_a_zone_is_refused_where_it_could_not_be_written() -> None:
    """Times of a price book are on the Swiss wall clock; a zone would be lost in a document."""
    with pytest.raises(InvalidValueError, match="evening_from"):
        PriceBook(evening_from=time(20, tzinfo=UTC))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.event)
def test_a_member_of_an_enumeration_is_written_as_text(row: Any) -> None:
    """States in a table of texts come back as equal texts."""
    document = dump(row)
    assert type(document["target"]) is str
    assert {type(each) for each in [*document["sources"], *document["roles"]]} <= {str}
    assert load(document, object) == row


def test_a_text_of_an_enumeration_in_a_reason_is_written_as_text() -> None:
    """A reason may hold a member of an enumeration where a text belongs."""
    state = TABLE[0].target
    why = reason("not_from_this_state", event="accept", state=state)
    assert type(dump(why)["values"]["state"]) is str
    assert loads(dumps(why), object) == why


@given(testing.commands())
def test_a_command_keeps_its_fingerprint(command: Any) -> None:
    """A command that was stored is the same command: its key is recognised as used for it."""
    assert loads(dumps(command), object).fingerprint == command.fingerprint  # type: ignore[attr-defined]


@given(testing.actors())
def test_a_text_is_one_line(actor: Actor) -> None:
    """Without an indent a document is one line, so that documents can stand in a file line by line."""
    assert len(dumps(actor).splitlines()) == 1
