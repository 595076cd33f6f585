"""What all verbs do: decide and evolve in one step, and raise where the answer is no."""

from datetime import datetime
from typing import Any

from mila_core.lifecycle import By, actor_of, after
from mila_core.settlements.commands import SettlementCommand
from mila_core.settlements.machine import decide, evolve
from mila_core.settlements.values import Settlement

__all__ = ["apply", "carry_out"]


def carry_out(settlement: Settlement | None, command: SettlementCommand, *, at: datetime) -> Settlement:
    """Return the settlement after a command.

    Args:
        settlement: the settlement before; None for one that is opened.
        command: what is wanted.
        at: now.

    Raises:
        RefusedError: the answer is no.
    """
    return after(settlement, decide(settlement, command, at=at), evolve=evolve)


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
    command = SettlementCommand(event=event, by=actor_of(by), key=key, **details)
    return carry_out(settlement, command, at=at)
