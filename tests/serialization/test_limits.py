"""A document that asks for too much is one clear problem, in a time that its length allows."""

import json
import time
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidDocumentError, InvalidInputError
from mila_core.market import Market
from mila_core.samples import zurich_2013
from mila_core.serialization import KINDS, Limits, dump, dumps, load, loads
from mila_core.serialization._limits import excess, is_surely_within
from tests.serialization.broken import FULL, market_file

TEXT = dumps(FULL)
GUARD_S = 60  # a guard against minutes, not a claim of speed


@pytest.fixture(autouse=True)
def _is_answered_soon() -> Iterator[None]:
    """Refuse to wait: nothing here takes more than a few seconds."""
    before = time.process_time()
    yield
    assert time.process_time() - before < GUARD_S


def error_of(text: str | bytes | dict[str, Any], limits: Limits | None = None) -> InvalidDocumentError:
    """Return the error of a document that has to be refused."""
    with pytest.raises(InvalidDocumentError) as caught:
        load(text, Market, limits=limits) if isinstance(text, dict) else loads(text, Market, limits=limits)
    return caught.value


def with_offers(written: str) -> str:
    """Return the text of a market with something else for its offers."""
    return f'{{"schema_version": 1, "kind": "market", "offers": {written}}}'


DEEP, LONG, MANY = 100_000, 10_000_000, 1_000_000

TOO_MUCH = {
    "lists in lists": (with_offers("[" * DEEP + "]" * DEEP), "at most 100 levels"),
    "lists without an end": (with_offers("[" * DEEP), "at most 100 levels"),
    "objects in objects": (with_offers('{"a":' * DEEP + "1" + "}" * DEEP), "at most 100 levels"),
    "101 levels": (with_offers("[" * 100 + "]" * 100), "at most 100 levels"),
    "a text of ten million characters": (
        with_offers(f'"{"x" * LONG}"'),
        "texts of at most 1000000 characters",
    ),
    "a number of 10,000 digits": (with_offers("1" * 10_000), "numbers of at most 4000 digits"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_text_that_asks_for_too_much_is_one_problem(name: str) -> None:
    """Depth, length and digits have limits, which the one problem at the root names."""
    text, expected = TOO_MUCH[name]
    problems = error_of(text).problems
    assert [(problem.field, problem.expected) for problem in problems] == [("$", expected)]


def test_a_list_of_a_million_is_read_no_further_than_its_problems() -> None:
    """A million values are below the limit; the first thousand of them that are wrong are told."""
    error = error_of(with_offers(f"[{'1,' * (MANY - 1)}1]"))
    assert len(error.problems) == 1001
    assert error.problems[-1].field == "$"


def test_a_list_of_a_million_is_refused_where_fewer_are_allowed() -> None:
    """With a limit on values nothing is made of them at all."""
    error = error_of(with_offers(f"[{'1,' * (MANY - 1)}1]"), Limits(items=100_000))
    assert [problem.expected for problem in error.problems] == ["at most 100000 values"]


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Limits)])
def test_a_market_has_its_place_below_every_limit(field: str) -> None:
    """The pilot passes each limit at its size, and is refused at one less."""
    sizes = {
        "characters": len(TEXT),
        "depth": depth(json.loads(TEXT)),
        "items": count(json.loads(TEXT)),
        "longest_text": max(map(len, texts(json.loads(TEXT)))),
        "digits": 4,
        "problems": 2,
    }
    text = TEXT if field != "digits" else TEXT.replace('"minutes": 60', '"minutes": 1440')
    if field == "problems":
        document = {**market_file(), "x": 1, "y": 2}
        assert len(error_of(document, Limits(problems=2)).problems) == 2
        assert [each.field for each in error_of(document, Limits(problems=1)).problems] == ["$.x", "$"]
        return
    loads(text, Market, limits=Limits(**{field: sizes[field]}))
    [problem] = error_of(text, Limits(**{field: sizes[field] - 1})).problems
    assert problem.field == "$"
    assert str(sizes[field] - 1) in problem.expected


def depth(document: Any) -> int:
    """Return how deep a JSON value is, by recursion."""
    if isinstance(document, dict | list):
        values = document.values() if isinstance(document, dict) else document
        return 1 + max(map(depth, values), default=0)
    return 0


def count(document: Any) -> int:
    """Return how many values are in a JSON value, by recursion."""
    if isinstance(document, dict | list):
        values = document.values() if isinstance(document, dict) else document
        return sum(1 + count(each) for each in values)
    return 0


def texts(document: Any) -> list[str]:
    """Return the texts in a JSON value, by recursion."""
    if isinstance(document, dict | list):
        values = document.values() if isinstance(document, dict) else document
        return [text for each in values for text in texts(each)]
    return [document] if isinstance(document, str) else []


trees = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=3), trees, max_size=4), st.integers(1, 8), st.integers(1, 20))
def test_the_walk_counts_as_recursion_does(document: dict[str, Any], most: int, items: int) -> None:
    """Depth and number of values, level by level, are those that a plain recursion finds."""
    assert (excess(document, Limits(depth=most)) is not None) == (depth(document) > most)
    assert (excess(document, Limits(items=items)) is not None) == (count(document) > items)
    longest = max(map(len, texts(document)), default=0)
    assert (excess(document, Limits(longest_text=most)) is not None) == (longest > most)


def test_a_document_that_contains_itself_is_too_deep() -> None:
    """What no JSON text can be is refused as well, where a program made it."""
    document = market_file()
    document["offers"] = document
    assert [problem.expected for problem in error_of(document).problems] == ["at most 100 levels"]


def test_a_document_that_shares_its_lists_has_too_many_values() -> None:
    """Ten lists of ten times the same list, thirty times over, take no time to be refused.

    The walk goes through as many values as are allowed: a tenth of the usual ones shows it in a tenth of the
    time.
    """
    document = market_file()
    shared: list[Any] = []
    for _ in range(30):
        shared = [shared] * 10
    document["offers"] = shared
    assert Limits().items == 20_000_000
    error = error_of(document, Limits(items=2_000_000))
    assert [problem.expected for problem in error.problems] == ["at most 2000000 values"]


def test_bytes_are_counted_as_characters() -> None:
    """A limit holds for text and bytes alike: letters count, not bytes."""
    market = zurich_2013().market
    text = dumps(market)
    assert len(text.encode()) > len(text)
    limits = Limits(characters=len(text))
    assert loads(text.encode(), Market, limits=limits) == market
    assert error_of(text.encode() + b" ", limits).problems[0].came == f"one of {len(text) + 1}"


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "1", None, 2**60])
@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Limits)])
def test_a_limit_is_a_whole_number(field: str, value: Any) -> None:
    """A limit of nothing, or of no number, is a wrong call."""
    with pytest.raises(InvalidInputError, match=field):
        Limits(**{field: value})


def test_limits_are_a_document_themselves() -> None:
    """An application may keep its limits where it keeps its other settings."""
    assert KINDS["limits"] is Limits
    assert load(dump(Limits(depth=20)), Limits) == Limits(depth=20)


@given(st.dictionaries(st.text(max_size=3), trees, max_size=4), st.integers(1, 8), st.integers(1, 60))
def test_what_is_surely_within_is_within(document: dict[str, Any], most: int, size: int) -> None:
    """The look at the text, which saves the walk, never passes what the walk would find too large."""
    limits = Limits(depth=most, items=size, longest_text=size)
    for text in (json.dumps(document), json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")):
        if is_surely_within(text, limits):
            assert excess(document, limits) is None
