"""Breadth first through every state that can be reached, with the shortest way to the first broken law.

Nothing is drawn by lot and nothing is left out: what is not visited cannot be reached. The search knows
neither bookings nor stores; it is given where to begin, what can happen next, and what must hold.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

import attrs

__all__ = ["LawBrokenError", "Report", "explore"]

StateT = TypeVar("StateT", bound=Hashable)


class LawBrokenError(Exception):
    """Something that must never be; what, and, where a step shows it, the step.

    Attributes:
        law: what is broken, in words.
        step: the step with which it shows; empty where it shows in a state.
    """

    def __init__(self, law: str, *, step: str = "") -> None:
        """Keep both."""
        super().__init__(law)
        self.law = law
        self.step = step


@attrs.frozen(kw_only=True)
class Report:
    """What an exploration has seen.

    Attributes:
        states: how many different states it has visited.
        transitions: how many steps lead from one of them to one of them.
        broken: the law that was broken first; None where all hold in every state.
        trace: the steps of a shortest way to where it was broken.
    """

    states: int
    transitions: int
    broken: str | None = None
    trace: tuple[str, ...] = ()


def explore(
    start: StateT,
    *,
    steps: Callable[[StateT], Iterable[tuple[str, StateT]]],
    check: Callable[[StateT], None],
) -> Report:
    """Visit every state that can be reached, until a law is broken.

    Args:
        start: where to begin.
        steps: what can happen in a state: the name of each step, and the state after it.
        check: raises `LawBrokenError` where a state breaks a law; `steps` can raise it too.
    """
    came_from: dict[StateT, tuple[str, StateT] | None] = {start: None}
    waiting = deque([start])
    transitions = 0
    state = start
    try:
        check(start)
        while waiting:
            state = waiting.popleft()
            for step, after in steps(state):
                transitions += 1
                if after not in came_from:
                    came_from[after] = (step, state)
                    waiting.append(after)
                    _check_after(check, after, step)
    except LawBrokenError as error:
        trace = (*_way(came_from, state), error.step)
        return Report(states=len(came_from), transitions=transitions, broken=error.law, trace=trace)
    return Report(states=len(came_from), transitions=transitions)


def _check_after(check: Callable[[StateT], None], state: StateT, step: str) -> None:
    """Check a state, and name the step that led to it where it breaks a law."""
    try:
        check(state)
    except LawBrokenError as error:
        raise LawBrokenError(error.law, step=step) from error


def _way(came_from: dict[StateT, tuple[str, StateT] | None], state: StateT) -> tuple[str, ...]:
    found: list[str] = []
    while (before := came_from[state]) is not None:
        step, state = before
        found.append(step)
    return tuple(reversed(found))
