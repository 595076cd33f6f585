"""What all verbs do: decide and evolve in one step, and raise where the answer is no."""

from datetime import datetime
from typing import Any

from mila_core.bookings.commands import BookingCommand
from mila_core.bookings.machine import decide, evolve
from mila_core.bookings.values import Booking
from mila_core.lifecycle import By, actor_of, after


def apply(booking: Booking | None, event: str, *, by: By, key: str, at: datetime, **details: Any) -> Booking:
    """Return the booking after a command.

    Args:
        booking: the booking before; None for one that begins.
        event: the event that is wanted.
        by: who wants it.
        key: an idempotency key.
        at: now.
        **details: further fields of the command.

    Raises:
        RefusedError: the answer is no.
    """
    command = BookingCommand(event=event, by=actor_of(by), key=key, **details)
    return after(booking, decide(booking, command, at=at), evolve=evolve)
