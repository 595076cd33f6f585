"""Bookings: the commitment of one friend to one customer, from the request to the end.

`TABLE` is the machine. `decide` and `evolve` are its two functions; `replay` folds a history. The verbs
(`request`, `accept`, `decline`, ...) do both steps for applications that store the state rather than the
history, and raise `RefusedError` where `decide` would return a `Refusal`.

A booking does not know its friend's other bookings. Whoever stores a request or an acceptance gives `decide`
what is known of the friend by then (`friend`, `offer`, `busy`), with the version of the friend's agenda that
was read, and stores only if the agenda still has it, so that no slot is taken twice. In the same way it does
not know of a dispute (`disputed`, `dispute_version`).

A deadline holds whether or not the scheduler has been there: from the instant on at which a timer is due,
every other event is refused. `run_timers` first, then ask.
"""

from mila_core.bookings.agenda import busy_slots
from mila_core.bookings.commands import BookingCommand
from mila_core.bookings.compensation import Compensation
from mila_core.bookings.consents import Consent
from mila_core.bookings.machine import MACHINE, compensation_for, decide, due, evolve, replay
from mila_core.bookings.table import FAILURES, FINAL, TABLE, BookingState
from mila_core.bookings.values import Booking, BookingEvent, Ending
from mila_core.bookings.verbs import (
    accept,
    assign,
    book_instantly,
    cancel,
    confirm,
    decline,
    request,
    reschedule,
)
from mila_core.bookings.visit import (
    amend,
    approve,
    complete,
    depart,
    fail,
    report_customer_no_show,
    report_friend_no_show,
    run_timers,
    start_work,
)
from mila_core.bookings.windows import window_of

__all__ = [
    "FAILURES",
    "FINAL",
    "MACHINE",
    "TABLE",
    "Booking",
    "BookingCommand",
    "BookingEvent",
    "BookingState",
    "Compensation",
    "Consent",
    "Ending",
    "accept",
    "amend",
    "approve",
    "assign",
    "book_instantly",
    "busy_slots",
    "cancel",
    "compensation_for",
    "complete",
    "confirm",
    "decide",
    "decline",
    "depart",
    "due",
    "evolve",
    "fail",
    "replay",
    "report_customer_no_show",
    "report_friend_no_show",
    "request",
    "reschedule",
    "run_timers",
    "start_work",
    "window_of",
]
