"""A friend's agenda: which slots are taken by bookings."""

from collections.abc import Iterable

from mila_core.bookings.table import BookingState
from mila_core.bookings.values import Booking
from mila_core.periods import Period

__all__ = ["busy_slots"]

_CAME_TO_NOTHING = frozenset({BookingState.DECLINED, BookingState.EXPIRED, BookingState.CANCELLED})


def busy_slots(bookings: Iterable[Booking], *, besides: Booking | None = None) -> tuple[Period, ...]:
    """Return the slots that a friend's bookings take.

    Every booking takes its slot unless it came to nothing: one that is waiting, so that a slot is not
    requested twice, and one that is over, as it counts for a day's limits. For a booking that is to be
    accepted the other requests do not matter, as long as they are not accepted either: the first one wins.

    Args:
        bookings: the friend's bookings.
        besides: the booking that is to be accepted, if that is what the slots are for.

    Examples:
        >>> busy_slots([])
        ()
    """
    return tuple(
        each.quote.visit.slot
        for each in bookings
        if each.state not in _CAME_TO_NOTHING
        and (besides is None or (each.id != besides.id and each.state is not BookingState.REQUESTED))
    )
