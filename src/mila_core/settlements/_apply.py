"""What all verbs do: decide and evolve in one step, and raise where the answer is no."""

from datetime import datetime
from typing import Any, TypeAlias

from mila_core.errors import InvalidTypeError, describe
from mila_core.friends import Customer, Friend
from mila_core.lifecycle import Actor, Refusal, RefusedError, Role
from mila_core.settlements.commands import SettlementCommand
from mila_core.settlements.machine import decide, evolve
from mila_core.settlements.values import Settlement

__all__ = ["By", "apply", "opened"]

By: TypeAlias = Actor | Customer | Friend


def _actor(by: By) -> Actor:
    match by:
        case Customer():
            return Actor(Role.CUSTOMER, by.id)
        case Friend():
            return Actor(Role.FRIEND, by.id)
        case Actor():
            return by
        case _:
            raise InvalidTypeError("by", "an Actor, a Customer or a Friend", describe(by))


def opened(settlement: Settlement | None, command: SettlementCommand, *, at: datetime) -> Settlement | None:
    """Return the settlement after a command.

    Args:
        settlement: the settlement before; None for one that is opened.
        command: what is wanted.
        at: now.

    Raises:
        RefusedError: the answer is no.
    """
    decided = decide(settlement, command, at=at)
    if isinstance(decided, Refusal):
        raise RefusedError(decided)
    for each in decided.events:
        settlement = evolve(settlement, each)
    return settlement


def apply(
    settlement: Settlement, event: str, *, by: By, key: str, at: datetime, **details: Any
) -> Settlement:
    """Return the settlement after a command.

    Args:
        settlement: the settlement before.
        event: the event that is wanted.
        by: who wants it.
        key: an idempotency key.
        at: now.
        **details: further fields of the command.

    Raises:
        RefusedError: the answer is no.
    """
    command = SettlementCommand(event=event, by=_actor(by), key=key, **details)
    return opened(settlement, command, at=at) or settlement
