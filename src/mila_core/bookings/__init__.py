"""Bookings: the commitment of one friend to one customer, from the request to the end.

`TABLE` is the machine. `decide` and `evolve` are its two functions; `replay` folds a history. The verbs
(`request`, `accept`, `decline`, ...) do both steps for applications that store the state rather than the
history, and raise `RefusedError` where `decide` would return a `Refusal`.

A booking does not know its friend's other bookings. Whoever stores a request or an acceptance gives `decide`
what is known of the friend by then (`friend`, `offer`, `busy`), with the version of the friend's agenda that
was read, and stores only if the agenda still has it, so that no slot is taken twice.

A deadline holds whether or not the scheduler has been there: from the instant on at which a timer is due,
every other event is refused. `run_timers` first, then ask.
"""

from mila_core.bookings.machine import decide, due, evolve, replay
from mila_core.bookings.table import FINAL, TABLE, BookingState
from mila_core.bookings.values import Booking, BookingEvent, Command
from mila_core.bookings.verbs import (
    accept,
    approve,
    busy_slots,
    cancel,
    complete,
    confirm,
    decline,
    request,
    run_timers,
    start_work,
)

__all__ = [
    "FINAL",
    "TABLE",
    "Booking",
    "BookingEvent",
    "BookingState",
    "Command",
    "accept",
    "approve",
    "busy_slots",
    "cancel",
    "complete",
    "confirm",
    "decide",
    "decline",
    "due",
    "evolve",
    "replay",
    "request",
    "run_timers",
    "start_work",
]
