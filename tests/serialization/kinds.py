"""A strategy for every kind of document, so that a law can be checked over all of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hypothesis.strategies import SearchStrategy

from mila_core import testing
from mila_core.serialization import KINDS

STRATEGIES: Mapping[str, SearchStrategy[Any]] = MappingProxyType(
    {kind: testing.strategy_for(cls) for kind, cls in KINDS.items()}
)
