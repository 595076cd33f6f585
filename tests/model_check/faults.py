"""Seeded faults: an application, or a library, that does one thing wrong; each of them has to be found."""

from datetime import datetime
from typing import Any

import attrs

from mila_core import bookings
from mila_core.bookings import Booking, BookingEvent
from mila_core.lifecycle import Aggregate, Command, Decision, Event, Refusal, Role, StreamVersion, Timer
from mila_core.periods import Period
from tests.model_check.store import Store
from tests.model_check.world import Application, Seen, Task

__all__ = [
    "AgendaVersionIgnored",
    "BusySlotsForgotten",
    "DisputeVersionIgnored",
    "KeysForgotten",
    "OtherStreamsIgnored",
    "OwnVersionIgnored",
    "TimersUnchecked",
    "TornTransaction",
    "evolve_over_gaps",
]


class AgendaVersionIgnored(Application):
    """The store compares the versions of streams, and not those of agendas."""

    def agrees(self, store: Store, read: StreamVersion) -> bool:
        """Take any version of an agenda."""
        return read.stream.startswith("agenda:") or super().agrees(store, read)


class DisputeVersionIgnored(Application):
    """The store does not compare the version of a dispute that a decision on the booking has read."""

    def agrees(self, store: Store, read: StreamVersion) -> bool:
        """Take any version of a dispute."""
        return read.stream.startswith("dispute:") or super().agrees(store, read)


class OwnVersionIgnored(Application):
    """The store compares no version at all."""

    def agrees(self, store: Store, read: StreamVersion) -> bool:  # noqa: ARG002  # that is the fault
        """Take any version."""
        return True


class KeysForgotten(Application):
    """The store keeps neither the keys in the state, nor each key once in a stream."""

    def known(self, state: Any) -> Any:
        """Return the state without its keys."""
        return attrs.evolve(state, keys=())

    def is_new(self, store: Store, event: Event) -> bool:  # noqa: ARG002  # that is the fault
        """Take any key."""
        return True


class BusySlotsForgotten(Application):
    """Decisions are asked for without the slots that are taken."""

    def busy(self, store: Store, friend_id: str, *, besides: Any) -> tuple[Period, ...]:  # noqa: ARG002  # as above
        """Find nothing."""
        return ()


class TimersUnchecked(Application):
    """A sweep takes every timer for due, and the library believes it."""

    def due(self, state: Aggregate, at: datetime) -> tuple[Timer, ...]:  # noqa: ARG002  # as above
        """Find what will be due some day."""
        return state.due

    def decide(self, state: Any, command: Command, at: datetime) -> Decision[Any] | Refusal:
        """Answer the scheduler as if it were the day."""
        if state is None or command.by.role is not Role.TIMER or not state.due:
            return super().decide(state, command, at)
        decided = super().decide(state, command, max(at, state.due[0].at))
        if isinstance(decided, Refusal):
            return decided
        return attrs.evolve(decided, events=[attrs.evolve(event, at=at) for event in decided.events])


class TornTransaction(Application):
    """The store takes the first event of a transaction and loses the others."""

    def kept(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """Keep one."""
        return events[:1]


class OtherStreamsIgnored(Application):
    """Whoever looks at another stream first does not expect that it is still so: only decisions do."""

    def reads(self, task: Task, seen: Seen) -> tuple[StreamVersion, ...]:  # noqa: ARG002  # as above
        """Expect nothing but what the decision itself expects."""
        return ()


def evolve_over_gaps(booking: Booking | None, event: BookingEvent) -> Booking:
    """Return a booking after any event, the next one or not."""
    if booking is not None and event.version > booking.version:
        booking = attrs.evolve(booking, version=event.version - 1)
    return bookings.evolve(booking, event)
