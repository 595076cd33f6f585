"""The laws that every machine keeps, as checks of its tables and of what `decide` and `evolve` make of them.

A test of a machine calls those that apply to it. A table is looked at as data alone; a `Machine` is asked
with states and commands that the test brings.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import attrs
import pytest

from mila_core.errors import InvalidValueError
from mila_core.lifecycle import (
    Actor,
    Aggregate,
    Command,
    Decision,
    Event,
    Machine,
    Outcome,
    Refusal,
    Role,
    Transition,
)

A = TypeVar("A", bound=Aggregate)
E = TypeVar("E", bound=Event)
C = TypeVar("C", bound=Command)
Table = Iterable[Transition]

_ANYBODY = tuple(Actor(role, f"some-{role.value}") for role in Role)


# --- the table


def sources(row: Transition) -> frozenset[str]:
    """Return the states that a row leaves; `none` for the beginning of a life."""
    return row.sources or frozenset({"none"})


def check_unique(table: Table) -> None:
    """Check that an event leaves a state by one row only, so that event and state say where it goes."""
    pairs = [(row.event, source) for row in table for source in sources(row)]
    assert len(pairs) == len(set(pairs))


def check_reachable(table: Sequence[Transition], states: Collection[str], *, begins: str = "none") -> None:
    """Check that the table leads to each state, and to no other.

    Args:
        table: the rows.
        states: all states that there are.
        begins: where a life begins: `none`, or the state that a new one has without an event of this table.
    """
    reached = {begins}
    for _ in table:
        reached |= {str(row.target) for row in table if reached & sources(row)}
    assert reached - {"none"} == set(states)


def check_final(table: Table, *, states: Collection[str], final: Collection[str]) -> None:
    """Check that no row leaves a final state, and that some row leaves each other one."""
    left = {source for row in table for source in sources(row)} - {"none"}
    assert left == set(states) - set(final)


def timer_rows(table: Table, state: str) -> list[Transition]:
    """Return the rows by which time, and nobody else, leaves a state."""
    return [row for row in table if state in row.sources and row.roles == {Role.TIMER}]


def check_one_timer(table: Sequence[Transition], states: Iterable[str]) -> None:
    """Check that time leaves each of these states by exactly one event, which is the scheduler's alone."""
    for state in states:
        assert len(timer_rows(table, state)) == 1, state
    for row in table:
        assert Role.TIMER not in row.roles or row.roles == {Role.TIMER}, row.event


def check_timers_end(table: Sequence[Transition], states: Iterable[str], *, final: Collection[str]) -> None:
    """Check that what everybody forgets in one of these states comes to an end by its timers."""
    for state in states:
        now, seen = state, {state}
        while now not in final:
            (row,) = timer_rows(table, now)
            now = row.target
            assert now not in seen, f"time goes round in circles from {state}"
            seen.add(now)


def check_can_leave(
    table: Sequence[Transition], states: Iterable[str], roles: Iterable[Role], *, final: Collection[str]
) -> None:
    """Check that everybody in these roles can end a life in each of these states, by one event."""
    for state in states:
        for role in roles:
            ways = [row.event for row in table if state in row.sources and role in row.roles]
            ending = [row.event for row in table if row.event in ways and row.target in final]
            assert ending, f"{role.value} cannot leave {state}"


# --- decide and evolve


def granted(machine: Machine[A, E, C], state: A | None, command: C, *, at: datetime) -> A:
    """Return the state after a command that has to be granted; deciding changes nothing."""
    before = repr(state)
    decided = machine.decide(state, command, at=at)
    assert isinstance(decided, Decision), decided
    assert repr(state) == before
    for event in decided.events:
        state = machine.evolve(state, event)
    assert state is not None
    return state


def check_repetition(machine: Machine[A, E, C], state: A | None, command: C, *, at: datetime) -> A:
    """Check that a command sent again is answered alike, stores nothing and beats a stale version."""
    after = granted(machine, state, command, at=at)
    for again in (command, attrs.evolve(command, expected_version=0)):
        decided = machine.decide(after, again, at=at)
        assert isinstance(decided, Decision), decided
        assert (decided.outcome, decided.events) == (Outcome.REPLAYED, ())
        assert [(each.stream, each.version) for each in decided.expects] == [(after.stream, after.version)]
        assert granted(machine, after, again, at=at) is after
    return after


def check_mismatch(machine: Machine[A, E, C], state: A, other: C, *, at: datetime) -> None:
    """Check that a key that was used for something else is refused before all else."""
    for use in state.keys:
        decided = machine.decide(state, attrs.evolve(other, key=use.key, expected_version=0), at=at)
        assert isinstance(decided, Refusal), decided
        assert decided.code == "key_mismatch"


def check_stale(machine: Machine[A, E, C], state: A | None, command: C, *, at: datetime) -> None:
    """Check that a command that was made for another version is refused, and for the present one is not."""
    version = state.version if state else 0
    for seen in {0, version - 1, version + 1, 2**53} - {-1, version}:
        decided = machine.decide(state, attrs.evolve(command, expected_version=seen), at=at)
        assert isinstance(decided, Refusal), decided
        assert decided.code == "stale_version"
        assert decided.reasons[0].get("version") == version
    granted(machine, state, attrs.evolve(command, expected_version=version), at=at)


def check_over(
    machine: Machine[A, E, C], state: A, commands: Iterable[Callable[[Actor], C]], *, at: datetime
) -> None:
    """Check that a life that is over has no timers and takes no command by anybody."""
    assert state.due == machine.due(state, at=at) == ()
    for make in commands:
        for by in _ANYBODY:
            assert isinstance(machine.decide(state, make(by), at=at), Refusal)
    for role in Role:
        assert machine.events_for(state, role=role) == ()


def check_history(machine: Machine[A, E, C], history: Sequence[E]) -> A:
    """Check that a history is folded event by event; with a gap, a duplicate or a wrong order, not at all."""
    state = machine.replay(history)
    assert state.version == len(history) == history[-1].version
    assert {event.stream for event in history} == {state.stream}
    wrong = [[*history[: at + 1], *history[at:]] for at in range(len(history))]
    wrong += [[*history[:at], *history[at + 1 :]] for at in range(len(history) - 1)]
    wrong += [[*reversed(history)]] if len(history) > 1 else []
    for each in wrong:
        with pytest.raises(InvalidValueError) as caught:
            machine.replay(each)
        assert caught.value.field == "version"
    if len(history) > 1:
        with pytest.raises(InvalidValueError) as caught:
            machine.replay([*history[:-1], attrs.evolve(history[-1], id="another")])
        assert caught.value.field == "id"
    return state
