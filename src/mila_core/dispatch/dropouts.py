"""Drop-outs: whether a booking ended so that another friend is to be found."""

from mila_core.bookings import Booking, BookingState

__all__ = ["dropped_out"]

_BY_THE_FRIEND = frozenset({"cancel_by_friend", "report_friend_no_show"})
_NEVER_CONFIRMED = frozenset({BookingState.DECLINED, BookingState.EXPIRED})


def dropped_out(booking: Booking) -> bool:
    """Say whether a booking ended because its friend dropped out, so that another one is to be found.

    Args:
        booking: the booking, in any state.
    """
    by = booking.ending.event if booking.ending else ""
    return booking.state in _NEVER_CONFIRMED or by in _BY_THE_FRIEND
