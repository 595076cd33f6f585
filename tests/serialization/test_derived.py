"""What a document says besides the fields of its value: there for readers, checked where it comes back."""

import json
from typing import Any

import pytest

from mila_core.errors import InvalidDocumentError
from mila_core.matching import Match
from mila_core.quotes import Quote
from mila_core.serialization import dump, load, loads
from tests.journey import MATCH, QUOTE


def test_a_quote_says_its_sums_and_a_match_its_score() -> None:
    """Whoever reads the JSON without the library need not add up."""
    assert {name: dump(QUOTE)[name] for name in ("gross", "due")} == {"gross": "40.00", "due": "40.00"}
    assert dump(MATCH)["friend_id"] == "andreas"
    assert dump(MATCH)["score"] == sum(term.points for term in MATCH.terms)


@pytest.mark.parametrize("value", [QUOTE, MATCH], ids=["quote", "match"])
def test_it_need_not_come_back(value: Quote | Match) -> None:
    """A document written by hand, or by somebody who keeps the fields only, is as good."""
    document = dump(value)
    for name in ("gross", "due", "friend_id", "score"):
        if not (name == "friend_id" and isinstance(value, Quote)):
            document.pop(name, None)
    assert load(document, type(value)) == value


@pytest.mark.parametrize(
    ("value", "name", "wrong"),
    [
        (QUOTE, "due", "39.95"),
        (QUOTE, "gross", 40),
        (QUOTE, "due", None),
        (MATCH, "score", 1),
        (MATCH, "score", float(MATCH.score)),
        (MATCH, "friend_id", "beat"),
    ],
)
def test_it_has_to_agree(value: Quote | Match, name: str, wrong: Any) -> None:
    """A sum that is not the sum of the lines is a problem, told with its path."""
    with pytest.raises(InvalidDocumentError) as caught:
        loads(json.dumps({**dump(value), name: wrong}), type(value))
    (problem,) = caught.value.problems
    assert problem.field == f"$.{name}"
    assert json.dumps(dump(value)[name]) in problem.expected
