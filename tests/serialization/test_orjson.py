"""Texts that orjson writes mean what those of the standard library mean."""

import json
import sys
from typing import Any

import pytest

from mila_core.errors import InvalidTypeError, InvalidValueError, MissingExtraError
from mila_core.money import chf
from mila_core.reasons import reason
from mila_core.samples import zurich_2013
from mila_core.serialization import dump, dumps


@pytest.mark.parametrize(
    "value", [reason("x", k=10**30), reason("x", k=-(2**63) - 1), reason("x", k="\ud800")]
)
def test_what_orjson_cannot_write_is_written_all_the_same(value: Any) -> None:
    """Numbers beyond 64 bits and halves of letters are left to the standard library."""
    pytest.importorskip("orjson")
    assert dumps(value, backend="orjson") == dumps(value)


def test_an_indent_of_two_is_known_to_both() -> None:
    """With an indent both write the same text; orjson has no other indent."""
    pytest.importorskip("orjson")
    market = zurich_2013().market
    assert json.loads(dumps(market, indent=2, backend="orjson")) == dump(market)
    with pytest.raises(InvalidValueError, match="indent"):
        dumps(market, indent=4, backend="orjson")


def test_without_orjson_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for what is not installed learns how to install it."""
    monkeypatch.setitem(sys.modules, "orjson", None)
    with pytest.raises(MissingExtraError, match=r"mila-core\[orjson\]"):
        dumps(chf(40), backend="orjson")


@pytest.mark.parametrize("backend", ["json", "orjson"])
@pytest.mark.parametrize(
    ("indent", "error"),
    [
        ("ab", InvalidTypeError),  # json would write the text itself
        (2.0, InvalidTypeError),
        (True, InvalidTypeError),
        (-5, InvalidValueError),
        (17, InvalidValueError),
    ],
)
def test_an_indent_is_a_number_of_spaces(backend: Any, indent: Any, error: type[Exception]) -> None:
    """Nothing but blanks is written between the parts."""
    with pytest.raises(error, match="indent: expected an integer from 0 to 16"):
        dumps(chf(40), indent=indent, backend=backend)


def test_another_backend_is_a_wrong_call() -> None:
    """There are two."""
    backend: Any = "ujson"
    with pytest.raises(InvalidValueError, match="backend"):
        dumps(chf(40), backend=backend)
