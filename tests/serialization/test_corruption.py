"""Whatever happens to a document on its way, reading it gives a value or the one error."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import bookings
from mila_core.bookings import BookingState
from mila_core.errors import InvalidDocumentError
from mila_core.serialization import KINDS, dump, dumps, load, loads
from tests.journey import ANDREAS, CUSTOMER, INDEX, NOW, QUOTE, REQUEST, booking_in, command
from tests.serialization.broken import FULL, all_paths, at_path, error_of, market_file, put, steps

_REQUESTED = bookings.decide(None, command("request", CUSTOMER), at=NOW)
RANKING = INDEX.rank(REQUEST, at=NOW, limit=3)

DOCUMENTS = {
    kind: dump(value)
    for kind, value in {
        "booking": booking_in(BookingState.CLOSED),
        "booking_command": command("request", CUSTOMER),
        "decision": _REQUESTED,
        "friend": ANDREAS,
        "market": FULL,
        "quote": QUOTE,
        "ranking": RANKING,
        "transition": bookings.TABLE[1],
        "why": RANKING.why("elena"),
    }.items()
}
"""Valid documents that have all sorts of values in them."""

PATHS = {kind: list(all_paths(document)) for kind, document in DOCUMENTS.items()}

WRITTEN = "Wachtmeister"

ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**63, 10**400, -0.0, 0.5, 1e308, float("nan"), float("inf")),
    *("", " ", "0", "1.00", "-1.00", "8004", "2013-11-27", "2013-11-27T08:00:00Z", "08:00", "friend", "\x00"),
    *("\ud800", "a" * 1000, "$", "none", "Europe/Zurich", "../../etc/passwd", "%s", "{0.__class__}"),
    *([], [[]], [None], [1, 1], ["a", "a"], {}, {"": {}}, {"at": "x"}, {"chf": 1}, {"kind": "market"}),
]

scalars = st.sampled_from(ODD) | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)

each_document = pytest.mark.parametrize("kind", DOCUMENTS)
a_share = settings(max_examples=max(40, settings().max_examples * 2 // 3))  # for each of nine documents


def copy_of(document: Any) -> Any:
    """Return a JSON value that may be changed."""
    return json.loads(json.dumps(document))


def check(document: Any, kind: str) -> None:
    """Check that a document is read or refused, and that what is read can be written and read again."""
    text = json.dumps(document)
    for cls in (KINDS[kind], object):
        error = error_of(text, cls)
        if error is not None:
            assert error.problems
            assert str(error)
            continue
        value: Any = loads(text, cls)
        assert type(value) in KINDS.values()
        assert loads(dumps(value), cls) == value
        assert load(json.loads(text), cls) == value


@each_document
@a_share
@given(data=st.data())
def test_any_one_value_replaced_is_told_or_read(kind: str, data: st.DataObject) -> None:
    """One value of another type, anywhere, never gives another error than the documents' own."""
    document = copy_of(DOCUMENTS[kind])
    path = data.draw(st.sampled_from(PATHS[kind]))
    value = data.draw(json_values)
    if path == "$":
        check(value, kind)
    else:
        put(document, path, value)
        check(document, kind)


@each_document
@a_share
@given(data=st.data())
def test_any_part_lost_doubled_or_moved_is_told_or_read(kind: str, data: st.DataObject) -> None:
    """A field that is gone, an item twice, a part in the place of another one: told, or read."""
    document = copy_of(DOCUMENTS[kind])
    path = data.draw(st.sampled_from(PATHS[kind][1:]))
    *way, last = steps(path)
    holder: Any = document
    for step in way:
        holder = holder[step]
    match data.draw(st.sampled_from(["lost", "doubled", "moved", "renamed"])):
        case "lost":
            del holder[last]
        case "doubled" if isinstance(holder, list):
            holder.append(copy_of(at_path(document, path)))
        case "moved":
            other = data.draw(st.sampled_from(PATHS[kind]))
            holder[last] = copy_of(at_path(document, other))
        case _ if isinstance(holder, dict):
            holder[data.draw(st.text(max_size=8))] = holder.pop(last)
    check(document, kind)


@each_document
@a_share
@given(data=st.data())
def test_any_byte_changed_is_told_or_read(kind: str, data: st.DataObject) -> None:
    """A flipped bit, a byte lost or put in between: told, or read."""
    text = bytearray(json.dumps(DOCUMENTS[kind], ensure_ascii=False).encode())
    at = data.draw(st.integers(0, len(text) - 1))
    match data.draw(st.sampled_from(["flip", "lose", "put", "cut"])):
        case "flip":
            text[at] ^= 1 << data.draw(st.integers(0, 7))
        case "lose":
            del text[at : at + data.draw(st.integers(1, 20))]
        case "put":
            text[at:at] = data.draw(st.binary(min_size=1, max_size=4))
        case _:
            del text[at:]
    if error_of(bytes(text), object) is None:
        value = loads(bytes(text), object)
        assert loads(dumps(value), object) == value


@given(data=st.data())
def test_no_corruption_makes_an_error_repeat_a_name(data: st.DataObject) -> None:
    """With whatever beside it is broken, a message holds no name and no text of a person."""
    document = market_file()
    for person in [*document["friends"], *document["customers"]]:
        person["name"] = WRITTEN
    for friend in document["friends"]:
        for suspension in [
            *friend["suspensions"],
            *(s for c in friend["certifications"] for s in c["suspensions"]),
        ]:
            suspension["note"] = WRITTEN
    path = data.draw(st.sampled_from(PATHS["market"][1:]))
    value = data.draw(json_values)
    if path.endswith((".name", ".note")):
        value = data.draw(
            st.sampled_from([WRITTEN + "\x00", WRITTEN * 50, [WRITTEN], {"a": WRITTEN}, [[WRITTEN]]])
        )
    elif isinstance(old := at_path(document, path), (dict, list)):
        # a text where an object or a list of objects belongs may be about anybody
        objects = isinstance(old, list) and all(isinstance(item, dict) for item in old)
        texts = [WRITTEN, WRITTEN * 50, *([[WRITTEN]] if old and objects else [])]
        value = data.draw(st.sampled_from(texts) | json_values)
    put(document, path, value)
    error = error_of(json.dumps(document), object)
    assert WRITTEN not in f"{error}{error!r}"


@given(st.text(max_size=40) | st.binary(max_size=40))
def test_any_text_is_told_or_read(text: str | bytes) -> None:
    """No text and no bytes give another error."""
    with pytest.raises(InvalidDocumentError):
        loads(text, object)


@given(json_values, st.sampled_from(sorted(KINDS)))
def test_any_value_of_json_is_told_or_read(value: Any, kind: str) -> None:
    """No JSON value gives another error, with a head or without."""
    check(value, kind)
    if isinstance(value, dict):
        check({"schema_version": 1, "kind": kind, **value}, kind)
    check({"schema_version": 1, "kind": kind, "value": value}, kind)
