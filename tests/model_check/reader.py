"""A reader of published events, which reach it late, twice and in any order: what it shows was once so."""

from collections.abc import Callable, Iterator

from mila_core import bookings
from mila_core.bookings import Booking, BookingEvent
from mila_core.errors import InvalidValueError
from tests.model_check.explorer import LawBrokenError, Report, explore

__all__ = ["read_in_any_order"]

Evolve = Callable[[Booking | None, BookingEvent], Booking]


def read_in_any_order(history: tuple[BookingEvent, ...], *, evolve: Evolve = bookings.evolve) -> Report:
    """Deliver the events of a history in every order, any number of times each.

    Args:
        history: all events of a booking.
        evolve: how the reader folds them; what raises is put back and delivered again.
    """

    def steps(shown: Booking | None) -> Iterator[tuple[str, Booking | None]]:
        for event in history:
            try:
                yield f"deliver {event.version}, {event.event}", evolve(shown, event)
            except InvalidValueError:
                yield f"put {event.version} back", shown

    def check(shown: Booking | None) -> None:
        if shown is not None and shown != bookings.replay(history[: shown.version]):
            raise LawBrokenError(f"what is shown was never so: version {shown.version}")

    return explore(None, steps=steps, check=check)
