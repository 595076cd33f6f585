"""What all verbs do: decide and evolve in one step, and raise where the answer is no."""

from datetime import datetime
from typing import Any, TypeAlias

from mila_core.bookings.commands import BookingCommand
from mila_core.bookings.machine import decide, evolve
from mila_core.bookings.values import Booking
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Customer, Friend
from mila_core.lifecycle import Actor, Refusal, RefusedError, Role

By: TypeAlias = Actor | Customer | Friend


def actor(by: By) -> Actor:
    """Return who acts, of somebody who is given as the person.

    Args:
        by: an actor, or a customer or friend who acts as such.
    """
    match by:
        case Customer():
            return Actor(Role.CUSTOMER, by.id)
        case Friend():
            return Actor(Role.FRIEND, by.id)
        case Actor():
            return by
        case _:
            raise InvalidTypeError("by", "an Actor, a Customer or a Friend", describe(by))


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
    command = BookingCommand(event=event, by=actor(by), key=key, **details)
    decided = decide(booking, command, at=at)
    if isinstance(decided, Refusal):
        raise RefusedError(decided)
    for each in decided.events:
        booking = evolve(booking, each)
    if booking is None:
        raise InvalidValueError("events", "at least one for a new booking", "none")
    return booking
