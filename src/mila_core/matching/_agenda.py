"""Which bookings an index has seen, up to which version, and what they take."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mila_core.bookings import TABLE, Booking, BookingEvent, BookingState, busy_slots
from mila_core.errors import InvalidValueError
from mila_core.periods import Period

__all__ = ["Agenda", "Change"]

_TARGETS = {row.event: row.target for row in TABLE}
_NOTHING = frozenset({BookingState.DECLINED, BookingState.EXPIRED, BookingState.CANCELLED})
_DONE = frozenset({BookingState.COMPLETED, BookingState.CLOSED})


class Change(NamedTuple):
    """What an event changes of a friend's time: the slot that was taken before, and the one that is now."""

    friend_id: str
    freed: Period | None
    taken: Period | None


class _Seen(NamedTuple):
    version: int
    friend_id: str
    customer_id: str
    slot: Period
    takes: bool
    is_done: bool


class Agenda:
    """The bookings by id, as far as they have been seen."""

    __slots__ = ("_seen", "_visits")

    def __init__(self, bookings: Iterable[Booking]) -> None:
        """Begin with bookings as they stand."""
        self._seen: dict[str, _Seen] = {}
        self._visits: dict[str, dict[str, int]] = {}
        for booking in bookings:
            self._keep(
                booking.id,
                _Seen(
                    booking.version,
                    booking.friend_id,
                    booking.customer_id,
                    booking.quote.visit.slot,
                    bool(busy_slots([booking])),
                    booking.state in _DONE,
                ),
            )

    def apply(self, event: BookingEvent) -> Change | None:
        """Take an event in, and return what it changes; None for one that has been seen."""
        seen = self._seen.get(event.id)
        version = 0 if seen is None else seen.version
        if event.version <= version:
            return None
        if event.version > version + 1:
            expected = f"version {version + 1} of booking {event.id}, the next one"
            raise InvalidValueError("event", expected, f"version {event.version}")
        if event.quote is not None:
            quote = event.quote
            friend_id, customer_id, slot = quote.friend_id, quote.visit.customer_id, quote.visit.slot
        elif seen is not None:
            friend_id, customer_id, slot = seen.friend_id, seen.customer_id, seen.slot
        else:
            raise InvalidValueError("event", "a first event with its quote", f"{event.event} without one")
        target = _TARGETS.get(event.event)
        takes = target not in _NOTHING
        self._keep(event.id, _Seen(event.version, friend_id, customer_id, slot, takes, target in _DONE))
        freed = seen.slot if seen is not None and seen.takes else None
        return Change(friend_id, freed, slot if takes else None)

    def copy(self) -> "Agenda":
        """Return an agenda that goes on apart."""
        made = Agenda(())
        made._seen = dict(self._seen)
        made._visits = {customer_id: dict(of) for customer_id, of in self._visits.items()}
        return made

    def busy(self, friend_id: str) -> tuple[Period, ...]:
        """Return the slots that a friend's bookings take, as far as they have been seen; it looks at all."""
        return tuple(each.slot for each in self._seen.values() if each.takes and each.friend_id == friend_id)

    def visits(self, customer_id: str) -> Mapping[str, int]:
        """Return how often each friend has been with a customer."""
        return self._visits.get(customer_id, {})

    def _keep(self, booking_id: str, now: _Seen) -> None:
        before = self._seen.get(booking_id)
        self._seen[booking_id] = now
        if now.is_done and not (before and before.is_done):
            of = self._visits.setdefault(now.customer_id, {})
            of[now.friend_id] = of.get(now.friend_id, 0) + 1
