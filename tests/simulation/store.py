"""A store in memory: streams of events, all-or-nothing, and what an application caches of them.

What is stored together is stored whole or not at all, and only if everything that was read still has the
version that was read. The projections (states, taken slots, ledger, revealed ratings, due dates) are kept up
to date event by event, as an application does it; the checks compare them with what the history gives.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import attrs

import mila_core.bookings as bookings
import mila_core.dispatch as dispatch
import mila_core.disputes as disputes
import mila_core.ratings as ratings
import mila_core.settlements as settlements
from mila_core.bookings import Booking, BookingState
from mila_core.lifecycle import Aggregate, Event, Machine, StreamVersion, Timer
from mila_core.periods import Period
from mila_core.ratings import Direction, Rating, Reviews
from mila_core.settlements import SettlementEvent

MACHINES: Mapping[type[Event], Machine[Any, Any, Any]] = {
    each.event: each for each in (m.MACHINE for m in (bookings, dispatch, disputes, ratings, settlements))
}
KINDS = ("booking", "request", "settlement", "dispute", "reviews", "agenda")
NO_SLOT = frozenset({BookingState.DECLINED, BookingState.EXPIRED, BookingState.CANCELLED})

Taken: TypeAlias = dict[str, tuple[Period, bool]]
"""By the id of a booking the slot that it takes, and whether it only waits for an answer."""


@attrs.frozen(kw_only=True)
class Unit:
    """What is stored at once: events of any streams, and the versions that must not have changed."""

    events: tuple[Event, ...] = ()
    expects: tuple[StreamVersion, ...] = ()
    replayed: bool = False

    def with_(self, other: "Unit") -> "Unit":
        """Return both as one."""
        return Unit(
            events=self.events + other.events,
            expects=self.expects + other.expects,
            replayed=self.replayed,
        )


class Store:
    """The events by stream, and what is cached of them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.history: list[Event] = []
        self.states: dict[str, Any] = {}
        self.before: dict[str, Any] = {}
        self.agendas: dict[str, int] = {}
        self.taken: dict[str, Taken] = {}
        self.taken_before: dict[str, tuple[int, Taken]] = {}
        self.keys: dict[str, set[str]] = {}
        self.ledger: dict[tuple[str, str], int] = {}
        self.counted: dict[tuple[str, Direction], Rating] = {}
        self.due: dict[str, Timer] = {}

    # --- what the simulation can switch off to show that it is missed

    def compares(self, expected: StreamVersion) -> bool:
        """Say whether a version that was read is compared with the present one."""
        return bool(expected.stream)

    def knows_key(self, stream: str, key: str) -> bool:
        """Say whether a command with that key has been stored in a stream."""
        return key in self.keys.get(stream, ())

    def rated(self, reviews: Reviews) -> tuple[Rating, ...]:
        """Return the ratings of a booking that count by now."""
        return ratings.revealed([reviews])

    def evolved(self, state: Any, event: Event) -> Any:
        """Return a state after an event."""
        return MACHINES[type(event)].evolve(state, event)

    # --- reading

    def version(self, stream: str) -> int:
        """Return a stream's version, 0 for one that does not exist."""
        if stream.startswith("agenda:"):
            return self.agendas.get(stream.removeprefix("agenda:"), 0)
        state = self.states.get(stream)
        return state.version if state is not None else 0

    # --- writing

    def commit(self, unit: Unit) -> bool:
        """Store all events of a unit, or none where something that was read has changed."""
        for expected in unit.expects:
            if self.compares(expected) and self.version(expected.stream) != expected.version:
                return False
        if any(self.knows_key(event.stream, event.key) for event in unit.events):
            return False
        self._append(unit.events)
        return True

    def _append(self, events: Iterable[Event]) -> None:
        seen: dict[str, None] = {}
        for event in events:
            stream, old = event.stream, self.states.get(event.stream)
            if stream not in seen:
                seen[stream] = None
                self.before[stream] = old
            state = self.evolved(old, event)
            self.history.append(event)
            self.states[stream] = state
            self.keys.setdefault(stream, set()).add(event.key)
            self._project(event, state)
        for stream in seen:
            timers = self.states[stream].due
            if timers:
                self.due[stream] = timers[0]
            else:
                self.due.pop(stream, None)

    def _project(self, event: Event, state: Aggregate) -> None:
        if isinstance(state, Booking):
            self._take(state)
        elif isinstance(state, Reviews):
            self._count(state)
        elif isinstance(event, SettlementEvent) and event.posting is not None:
            for entry in event.posting.entries:
                key = entry.account.value, entry.party_id
                self.ledger[key] = self.ledger.get(key, 0) + entry.amount.rappen

    def _count(self, reviews: Reviews) -> None:
        for direction in Direction:
            self.counted.pop((reviews.id, direction), None)
        for rating in self.rated(reviews):
            self.counted[rating.booking_id, rating.direction] = rating

    def _take(self, booking: Booking) -> None:
        friend, agenda = booking.friend_id, self.taken.setdefault(booking.friend_id, {})
        takes = None
        if booking.state not in NO_SLOT:
            takes = booking.quote.visit.slot, booking.state is BookingState.REQUESTED
        if agenda.get(booking.id) == takes:
            return
        self.taken_before[friend] = self.agendas.get(friend, 0), dict(agenda)
        self.agendas[friend] = self.agendas.get(friend, 0) + 1
        if takes is None:
            del agenda[booking.id]
        else:
            agenda[booking.id] = takes


@attrs.frozen
class View:
    """What a worker reads: what is stored, or where it reads from a copy that lags, what was stored before.

    Attributes:
        store: the store.
        behind: the kinds of streams that it reads from a copy.
    """

    store: Store
    behind: frozenset[str] = frozenset()

    def own(self, stream: str) -> Any:
        """Return the state of a stream that exists, if it does."""
        state = self.store.states.get(stream)
        if self._lags(stream):
            return self.store.before.get(stream) or state
        return state

    def state(self, stream: str) -> Any:
        """Return the state of a stream, None where there is none, or was none before."""
        return (self.store.before if self._lags(stream) else self.store.states).get(stream)

    def version(self, stream: str) -> StreamVersion:
        """Return the version of a stream, to be expected."""
        state = self.state(stream)
        return StreamVersion(stream, state.version if state is not None else 0)

    def agenda(self, friend_id: str) -> tuple[int, Taken]:
        """Return the version of a friend's agenda, and which slots are taken in it."""
        if "agenda" in self.behind and friend_id in self.store.taken_before:
            return self.store.taken_before[friend_id]
        return self.store.agendas.get(friend_id, 0), self.store.taken.get(friend_id, {})

    def _lags(self, stream: str) -> bool:
        return bool(self.behind) and stream.partition(":")[0] in self.behind
