"""Rows of the machines' tables, written short."""

from collections.abc import Iterable
from enum import StrEnum

from mila_core.lifecycle.tables import Role, Transition

__all__ = ["row"]


def row(event: str, roles: Iterable[Role], sources: Iterable[StrEnum], target: StrEnum) -> Transition:
    """Return a row of a table.

    Args:
        event: the event's name.
        roles: who may cause it.
        sources: the states from which; none for the event that begins a life.
        target: the state after.
    """
    return Transition(event=event, roles=frozenset(roles), sources=frozenset(sources), target=target)
