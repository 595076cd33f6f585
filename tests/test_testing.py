"""The strategies that ship: one for each public type, each making what it says."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError
from mila_core.market import Market
from mila_core.serialization import KINDS, json_schema
from tests.architecture.package import document_classes

TYPES = sorted(testing.STRATEGIES, key=lambda cls: cls.__name__)


def test_every_public_type_has_a_strategy_a_kind_and_a_schema() -> None:
    """No type is left out: each can be drawn, stored, and described to other languages.

    That each strategy makes valid values of its type is one of the laws in `tests.serialization.laws`.
    """
    assert set(TYPES) == set(document_classes()) == set(KINDS.values())
    for kind, cls in KINDS.items():
        assert kind in json_schema(cls)["$id"]


@pytest.mark.parametrize("cls", [int, str, object, type(None), "Money", None])
def test_another_type_is_refused(cls: type) -> None:
    """The error says what was expected."""
    with pytest.raises(InvalidTypeError):
        testing.strategy_for(cls)


@given(testing.markets().flatmap(lambda market: st.tuples(st.just(market), testing.market_requests(market))))
def test_a_request_of_a_market_can_be_answered_in_it(drawn: tuple[Market, object]) -> None:
    """Customer, service, partner and what is wanted are there."""
    market, request = drawn
    assert market.visit(request).request_id == request.id  # type: ignore[arg-type,attr-defined]


def test_without_hypothesis_the_error_names_the_extra() -> None:
    """Whoever has not installed it is told how to."""
    code = "import sys; sys.modules['hypothesis'] = None\nimport mila_core.testing"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'mila-core[testing]'" in done.stderr
