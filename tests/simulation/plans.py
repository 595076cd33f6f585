"""Plans: what somebody will do and when, drawn from choices with weights."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any, TypeAlias

import attrs

from mila_core.lifecycle import Actor, Role

Choices: TypeAlias = tuple[tuple[int, str, Role], ...]
"""How likely in percent, which event, by whom; no event for doing nothing."""


@attrs.frozen
class Plan:
    """What somebody will do, and when.

    Attributes:
        at: when.
        event: which event is wanted.
        by: by whom.
        details: what else the command says.
        persistent: whether it is tried until it is done.
    """

    at: datetime
    event: str
    by: Actor
    details: Mapping[str, Any] = attrs.field(factory=dict)
    persistent: bool = False


def draw(chance: Random, choices: Choices) -> tuple[str, Role]:
    """Return one of some choices.

    Args:
        chance: where chance comes from.
        choices: weights that add up to 100.
    """
    at = chance.randrange(100)
    for weight, event, role in choices:
        at -= weight
        if at < 0:
            return event, role
    raise ValueError(choices)
