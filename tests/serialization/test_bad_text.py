"""What is no JSON, or JSON of an odd sort, is one problem of the whole text, and never another error."""

import json

import pytest

from mila_core.errors import InvalidDocumentError
from mila_core.market import Market
from mila_core.serialization import dumps, loads
from tests.serialization.broken import FULL, market_file, message_of, problems_of

TEXT = dumps(FULL)
BYTES = TEXT.encode()
DEEP = 100_000


def with_price(price: str) -> str:
    """Return the text of the file with something else for its first price of CHF 55.00."""
    assert '"55.00"' in TEXT
    return TEXT.replace('"55.00"', price, 1)


NO_JSON: dict[str, str | bytes] = {
    "nothing": "",
    "no bytes": b"",
    "blanks": " \n\t",
    "a word": "market",
    "a text without its end": '"market',
    "an object without its end": TEXT[:-1],
    "half a file": TEXT[: len(TEXT) // 2],
    "two documents": f"{TEXT}\n{TEXT}",
    "something behind": f"{TEXT}]",
    "a comma too many": TEXT[:-1] + ",}",
    "a comment": f"// a market\n{TEXT}",
    "single quotes": "{'schema_version': 1}",
    "a name without quotes": "{schema_version: 1}",
    "a number with a plus": with_price("+55"),
    "a number with zeros before": with_price("055"),
    "a hexadecimal number": with_price("0x37"),
    "a line break in a text": with_price('"55\n00"'),
    "two byte order marks": "\ufeff\ufeff" + TEXT,
    "Latin 1": TEXT.encode("latin-1", "replace"),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-32": TEXT.encode("utf-32"),
    "a byte of no letter": BYTES.replace(b"Andreas", b"Andr\xffas", 1),
    "half a letter": BYTES.replace(b"Andreas", b"Andr\xc3", 1),
    "a surrogate as bytes": BYTES.replace(b"Andreas", b"\xed\xa0\x80", 1),
    "an overlong letter": BYTES.replace(b"Andreas", b"\xc0\x80", 1),
    "bytes of nothing": bytes(range(256)),
    "zeros": b"\x00" * 1000,
    "lists without an end": "[" * DEEP,
    "lists in lists": "[" * DEEP + "]" * DEEP,
    "objects in objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "lists in lists for a price": with_price("[" * DEEP + "]" * DEEP),
    "a number of 10,000 digits": with_price("1" * 10_000),
    "a negative one": with_price("-" + "1" * 10_000),
    "a number of 4,001 digits": with_price("1" * 4_001),
    "a version of 10,000 digits": f'{{"schema_version": {"1" * 10_000}, "kind": "market"}}',
    "null": "null",
    "true": "true",
    "a number": "7",
    "a text": '"market"',
    "a list": f"[{TEXT}]",
}


@pytest.mark.parametrize("name", NO_JSON)
def test_a_text_that_cannot_be_read_is_one_problem(name: str) -> None:
    """Whatever is wrong with the text as a whole is one problem at its root, told in short."""
    text = NO_JSON[name]
    with pytest.raises(InvalidDocumentError) as caught:
        loads(text, Market)
    assert [problem.field for problem in caught.value.problems] == ["$"]
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["\ufeff" + TEXT, b"\xef\xbb\xbf" + BYTES])
def test_a_byte_order_mark_says_nothing(text: str | bytes) -> None:
    """Some editors write one before the text; it is read as if it were not there."""
    assert loads(text, Market) == loads(TEXT, Market)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column 1"),
        ('{"schema_version": 1,\n "kind" "market"}', "line 2, column 9"),
        (b'{"name": "Z\xfcrich"}', "position 11"),
        ("[" * DEEP, "nested too deeply"),
        ("1" * 10_000, "at most 4000 digits"),
    ],
)
def test_the_problem_says_where_or_what_it_is(text: str | bytes, said: str) -> None:
    """A person finds the place: line and column, or the position of the byte."""
    assert said in message_of(text)


# --- JSON that Python reads, and that is told at its place


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e400", "1E+999999999", "-0.0", "4e1", "40"]
)
def test_a_number_for_an_amount_is_told_at_its_place(number: str) -> None:
    """Even a number that JSON does not know is one problem beside others, with its path."""
    text = with_price(number).replace('"home": "8006"', '"home": "9999"')
    assert sorted(problems_of(text)) == [
        ("$.catalogue.services[10].price_to", "invalid_type"),
        ("$.friends[1].home", "invalid_value"),
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_number_that_is_none_is_no_number_of_stars(number: str) -> None:
    """Where a number with a fraction may stand, only finite ones may."""
    text = json.dumps(
        {**market_file()["standings"][0], "schema_version": 1, "kind": "standing", "stars": -77}
    )
    assert problems_of(text.replace("-77", number), object) == [("$.stars", "invalid_value")]


def test_a_whole_number_may_stand_for_a_fraction() -> None:
    """Five stars are five stars, with a point or without."""
    text = json.dumps({**market_file()["standings"][0], "schema_version": 1, "kind": "standing", "stars": 5})
    assert problems_of(text, object) == []


@pytest.mark.parametrize("digits", ["1" * 4_000, "1" * 400, "-" + "1" * 400])
def test_a_long_number_is_told_at_its_place(digits: str) -> None:
    """A number that can be read but is absurd is a problem of its field, and is not printed in full."""
    text = TEXT.replace('"radius_km": 10', f'"radius_km": {digits}', 1)
    assert problems_of(text) == [("$.offers[0].radius_km", "invalid_value")]
    assert len(message_of(text)) < 200
    stars = json.dumps(
        {**market_file()["standings"][0], "schema_version": 1, "kind": "standing", "stars": -77}
    )
    assert problems_of(stars.replace("-77", digits), object) == [("$.stars", "invalid_value")]


@pytest.mark.parametrize(
    ("once", "path"),
    [
        ('"name": "Andreas"', "$.friends[0].name"),
        ('"home": "8004"', "$.friends[0].home"),
        ('"kind": "market"', "$.kind"),
        ('"schema_version": 1', "$.schema_version"),
        (f'"partners": {json.dumps(market_file()["partners"], ensure_ascii=False)}', "$.partners"),
        ('"weekday": 1', "$.friends[0].availability.weekly[0].weekday"),
        ('"free_km": 10', "$.bookings[0].quote.lines[1].why.values.free_km"),
        ('"code": "base"', "$.bookings[0].quote.lines[0].why.code"),
        ('"event": "request"', None),
    ],
)
def test_a_field_that_comes_twice_is_told(once: str, path: str | None) -> None:
    """JSON readers keep the last of two fields of a name; here nobody has to guess which one was meant."""
    twice = TEXT.replace(once, f"{once}, {once}", 1)
    assert problems_of(twice) == ([] if path is None else [(path, "invalid_value")])
    assert (twice == TEXT) == (path is None)


def test_a_field_that_comes_twice_hides_no_other_problem() -> None:
    """The values of a repeated field are read as well."""
    twice = TEXT.replace('"home": "8004"', '"home": "8004", "home": "9999"', 1)
    assert problems_of(twice) == [("$.friends[0].home", "invalid_value")] * 2


def test_a_field_of_an_amount_that_comes_twice_is_told() -> None:
    """A document of one text is no exception."""
    text = '{"schema_version": 1, "kind": "money", "value": "1.00", "value": "2.00"}'
    assert problems_of(text, object) == [("$.value", "invalid_value")]
