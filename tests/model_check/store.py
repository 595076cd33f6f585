"""The store: all streams with their histories, and the versions of the friends' agendas.

A history, a store or a transaction that is reached on several ways is one object: they are compared by
identity, and each history is folded once, by the real `evolve`.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import attrs

from mila_core import bookings, dispatch, disputes, settlements
from mila_core.lifecycle import Aggregate, Event, Machine, StreamVersion

__all__ = ["MACHINES", "Life", "Lives", "Store", "Write"]

MACHINES: MappingProxyType[str, Machine[Any, Any, Any]] = MappingProxyType(
    {each.event.STREAM: each for each in (m.MACHINE for m in (bookings, dispatch, disputes, settlements))}
)


@attrs.frozen(eq=False)
class Life:
    """One stream: its events, and the state that they make."""

    stream: str
    events: tuple[Event, ...]
    state: Any

    def __repr__(self) -> str:
        """Return the names of its events."""
        return f"{self.stream}[{' '.join(each.event for each in self.events)}]"


@attrs.frozen(eq=False)
class Write:
    """What one transaction is to store, and what must not have changed meanwhile.

    Attributes:
        events: the events, of one stream or of several.
        expects: the versions of all that was read.
    """

    events: tuple[Event, ...]
    expects: tuple[StreamVersion, ...]


@attrs.frozen(eq=False)
class Store:
    """What is stored.

    Attributes:
        lives: each stream that has begun, by name.
        agendas: how often each friend's time was bound, as a row to be locked; by name.
    """

    lives: tuple[Life, ...] = ()
    agendas: tuple[tuple[str, int], ...] = ()

    def life(self, stream: str) -> Life | None:
        """Return a stream, or None where it has not begun."""
        return next((each for each in self.lives if each.stream == stream), None)

    def state(self, stream: str) -> Any:
        """Return what a stream has made; None where it has not begun."""
        life = self.life(stream)
        return None if life is None else life.state

    def version(self, stream: str) -> int:
        """Return the version of a stream or an agenda."""
        life = self.life(stream)
        return len(life.events) if life else dict(self.agendas).get(stream, 0)

    def states(self, word: str) -> Iterator[Any]:
        """Yield what all streams of one kind have made."""
        return (each.state for each in self.lives if each.stream.startswith(f"{word}:"))

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, stream by stream."""
        return tuple(event for life in self.lives for event in life.events)


class Lives:
    """All histories that were ever reached, each of them once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._after: dict[tuple[Life | None, Event], Life] = {}
        self._stores: dict[tuple[tuple[Life, ...], tuple[tuple[str, int], ...]], Store] = {}
        self._writes: dict[tuple[tuple[Event, ...], tuple[StreamVersion, ...]], Write] = {}

    def after(self, life: Life | None, event: Event) -> Life:
        """Return a history with one more event, folded by the real `evolve`."""
        if (found := self._after.get((life, event))) is None:
            state: Aggregate = MACHINES[event.STREAM].evolve(life.state if life else None, event)
            found = Life(event.stream, (*(life.events if life else ()), event), state)
            self._after[life, event] = found
        return found

    def write(self, events: tuple[Event, ...], expects: tuple[StreamVersion, ...]) -> Write:
        """Return a transaction; equal ones are one object."""
        return self._writes.setdefault((events, expects), Write(events, expects))

    def store(self, lives: tuple[Life, ...], agendas: tuple[tuple[str, int], ...]) -> Store:
        """Return a store; equal ones are one object."""
        return self._stores.setdefault((lives, agendas), Store(lives, agendas))

    def stored(self, store: Store, write: Write) -> Store:
        """Return a store after a transaction; every agenda that it expects was bound once more."""
        lives = {each.stream: each for each in store.lives}
        for event in write.events:
            lives[event.stream] = self.after(lives.get(event.stream), event)
        agendas = dict(store.agendas)
        for read in write.expects:
            if read.stream.startswith("agenda:"):
                agendas[read.stream] = store.version(read.stream) + 1
        return self.store(tuple(lives[name] for name in sorted(lives)), tuple(sorted(agendas.items())))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._after)

    @property
    def events(self) -> frozenset[str]:
        """The names of all events that ever happened in one of them."""
        return frozenset(event.event for _, event in self._after)
