"""A table as a graph: rows that share their ends are one arrow, and the open states stand in a column."""

from collections.abc import Iterable, Sequence

import attrs

from mila_core.lifecycle import Role, Transition

__all__ = ["START", "Arrow", "arrows_of", "column_of", "finals_of", "is_timed", "states_of"]

START = ""
"""The dot at which a life begins; no state is called so."""


@attrs.frozen(kw_only=True)
class Arrow:
    """What leads from one state to another.

    Attributes:
        source: the state before, or `START`.
        target: the state after.
        timed: whether the timer causes it, and no person does.
        events: the names of the events, in the table's order.
    """

    source: str
    target: str
    timed: bool
    events: tuple[str, ...]

    @property
    def loop(self) -> bool:
        """Whether it leads back to the state that it leaves."""
        return self.source == self.target


def is_timed(row: Transition) -> bool:
    """Say whether an event comes when a due date does, without a person."""
    return Role.TIMER in row.roles and row.roles <= {Role.TIMER, Role.SYSTEM}


def arrows_of(table: Iterable[Transition]) -> tuple[Arrow, ...]:
    """Merge the rows that lead from the same state to the same state, those of the timer apart."""
    merged: dict[tuple[str, str, bool], list[str]] = {}
    for row in table:
        for source in sorted(row.sources) or [START]:
            merged.setdefault((str(source), str(row.target), is_timed(row)), []).append(row.event)
    return tuple(
        Arrow(source=source, target=target, timed=timed, events=tuple(events))
        for (source, target, timed), events in merged.items()
    )


def states_of(arrows: Iterable[Arrow]) -> tuple[str, ...]:
    """Return every state once, in the order in which the arrows name them."""
    return tuple(dict.fromkeys(name for arrow in arrows for name in (arrow.source, arrow.target) if name))


def finals_of(arrows: Sequence[Arrow]) -> frozenset[str]:
    """Return the states that no arrow leaves."""
    return frozenset(states_of(arrows)) - {arrow.source for arrow in arrows}


def column_of(arrows: Sequence[Arrow]) -> tuple[str, ...]:
    """Return what stands in the column, from top to bottom.

    The start is first, if there is one. Each open state comes after all that lead to it; where they lead in a
    circle, the one named first goes first. Below the last stands a final state that it leads to, rather one
    to which a person's event leads than the timer's.
    """
    finals = finals_of(arrows)
    waiting = [name for name in states_of(arrows) if name not in finals]
    column = [START] if any(arrow.source == START for arrow in arrows) else []
    while waiting:
        held = {arrow.target for arrow in arrows if arrow.source in waiting and not arrow.loop}
        column.append(next((name for name in waiting if name not in held), waiting[0]))
        waiting.remove(column[-1])
    ends = [arrow for arrow in arrows if arrow.source == column[-1] and arrow.target in finals]
    return (*column, *[arrow.target for arrow in sorted(ends, key=lambda arrow: arrow.timed)][:1])
