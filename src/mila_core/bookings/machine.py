"""The booking's machine: its table, its guards, and what its events carry."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from mila_core.bookings._guards import guard, policy_of
from mila_core.bookings.commands import BookingCommand
from mila_core.bookings.compensation import (
    Compensation,
    for_late_cancellation,
    for_no_show,
    for_visit_in_vain,
)
from mila_core.bookings.table import FINAL, TABLE
from mila_core.bookings.values import Booking, BookingEvent, Ending
from mila_core.errors import InvalidTypeError
from mila_core.lifecycle import Decision, Machine, Refusal, Role, StreamVersion, Timer
from mila_core.money import ZERO
from mila_core.periods import instant_of
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote
from mila_core.reasons import reason

__all__ = ["MACHINE", "compensation_for", "decide", "due", "evolve", "replay"]

_TARGETS = {row.event: row.target for row in TABLE}
_BINDING = frozenset({"assign", "book_instantly", "accept"})


def compensation_for(
    booking: Booking, event: str, *, at: datetime, why: str | None = None
) -> Compensation | None:
    """Return what a customer owes for an event that ends a booking, before or after it is caused.

    Args:
        booking: the booking as it stands before.
        event: the event's name, such as `cancel_by_customer`.
        at: when it is caused.
        why: for `fail`, the code of the reason.

    Returns:
        The compensation; None for an event that owes none.

    Examples:
        >>> from mila_core import matching, pricing, samples
        >>> from mila_core.bookings import request
        >>> pilot = samples.zurich_2013()
        >>> wanted = pilot.request("game-console")
        >>> match = matching.FriendIndex(pilot.market).rank(wanted, at=pilot.opened_at).match("andreas")
        >>> quote = pricing.quote(wanted, match, book=pilot.book, at=pilot.opened_at)
        >>> booking = request(quote, at=pilot.opened_at, key="a1")
        >>> str(compensation_for(booking, "cancel_by_customer", at=pilot.opened_at).amount)
        'CHF 0.00'
    """
    at, gross, policy = instant_of(at), booking.quote.gross, booking.policy.compensation
    match event:
        case "cancel_by_customer":
            if booking.bound_at is None:
                return Compensation(amount=ZERO, why=reason("not_bound_yet"))
            if at - booking.bound_at <= timedelta(minutes=policy.cooling_off_minutes):
                return Compensation(
                    amount=ZERO, why=reason("cooling_off", minutes=policy.cooling_off_minutes)
                )
            return for_late_cancellation(gross, notice=booking.notice_start - at, policy=policy)
        case "report_customer_no_show":
            return for_no_show(gross, policy=policy)
        case "fail":
            return for_visit_in_vain(gross, failure=why or "", policy=policy)
        case _:
            return None


def _owed(booking: Booking, command: BookingCommand, at: datetime) -> Compensation | None:
    if command.event == "cancel_by_operator":
        stated = command.compensation
        return None if stated is None else Compensation(amount=stated, why=reason("stated_by_operator"))
    why = command.why.code if command.why else None
    owed = compensation_for(booking, command.event, at=at, why=why)
    if owed is not None and command.waive:
        return Compensation(amount=ZERO, why=reason("waived", amount=owed.amount))
    return owed


def _payload(booking: Booking | None, command: BookingCommand, at: datetime) -> Mapping[str, Any]:
    if booking is None:
        return {"quote": command.quote, "policy": policy_of(command)}
    match command.event:
        case "reschedule" | "amend":
            return {"quote": command.quote, "consent": command.consent}
        case "report_customer_no_show":
            attempted = command.contact_attempted_at
            return {"contact_attempted_at": attempted, "compensation": _owed(booking, command, at)}
        case _:
            return {"compensation": _owed(booking, command, at)}


def _begin(event: BookingEvent) -> Mapping[str, Any]:
    if event.policy is None:
        raise InvalidTypeError("policy", "a first event with its policy", "one without")
    quote = _quote_of(event)
    return {
        "quote": quote,
        "policy": event.policy,
        "agreed_gross": quote.gross,
        "notice_start": quote.visit.slot.start,
        "bound_at": event.at if event.event in _BINDING else None,
    }


def _quote_of(event: BookingEvent) -> Quote:
    if event.quote is None:
        raise InvalidTypeError("quote", f"an event {event.event} with its quote", "one without")
    return event.quote


def _change(booking: Booking, event: BookingEvent) -> Mapping[str, Any]:
    match event.event:
        case "accept":
            return {"bound_at": event.at}
        case "amend":
            return {"quote": _quote_of(event)}
        case "reschedule":
            return _moved(booking, event)
    if _TARGETS[event.event] not in FINAL:
        return {}
    ending = Ending(event=event.event, by=event.by, why=event.why, compensation=event.compensation)
    return {"ending": ending}


def _moved(booking: Booking, event: BookingEvent) -> Mapping[str, Any]:
    """Keep the earlier start for a customer's notice who moves when cancelling was no longer free."""
    quote = _quote_of(event)
    start = quote.visit.slot.start
    if event.by.role is Role.CUSTOMER and not booking.is_free_at(event.at):
        start = min(start, booking.notice_start)
    return {
        "quote": quote,
        "agreed_gross": quote.gross,
        "notice_start": start,
        "reschedules": booking.reschedules + 1,
    }


def _parties(booking: Booking | None, command: BookingCommand) -> Mapping[Role, frozenset[str]]:
    quote = command.quote if booking is None else booking.quote
    if quote is None:
        return {}
    return {
        Role.CUSTOMER: frozenset({quote.visit.customer_id}),
        Role.FRIEND: frozenset({quote.friend_id}),
    }


def _reads(booking: Booking | None, command: BookingCommand) -> Iterable[StreamVersion]:
    if command.agenda_version is not None and command.friend is not None:
        yield StreamVersion(f"agenda:{command.friend.id}", command.agenda_version)
    if command.dispute_version is not None and booking is not None:
        yield StreamVersion(f"dispute:{booking.id}", command.dispute_version)


MACHINE: Machine[Booking, BookingEvent, BookingCommand] = Machine(
    aggregate=Booking,
    event=BookingEvent,
    tables={"state": TABLE},
    parties=_parties,
    guard=guard,
    payload=_payload,
    begin=_begin,
    change=_change,
    reads=_reads,
)
"""The booking's machine; `decide`, `evolve`, `replay` and `due` are its functions.

:meta hide-value:
"""


def decide(
    booking: Booking | None, command: BookingCommand, *, at: datetime, policy: BookingPolicy | None = None
) -> Decision[BookingEvent] | Refusal:
    """Answer a command: the events to store, or why not. Nothing is changed.

    Args:
        booking: the booking as it stands; None for one that begins, or what is stored under its id already.
        command: what is wanted.
        at: the instant of the command.
        policy: for a first event, the policy to book under (the command's, or the one of the visit's network,
            if not given); a booking that exists has its own.

    Returns:
        A decision, or a refusal with every reason of the first rule that says no: the key, the version, the
        table, the parties, the deadline, and the event's own rules.

    Raises:
        InvalidTypeError: the command lacks what its event needs (a first event a quote, `accept` the friend).
    """
    return MACHINE.decide(booking, attrs.evolve(command, policy=policy) if policy else command, at=at)


def evolve(booking: Booking | None, event: BookingEvent) -> Booking:
    """Return the booking after an event.

    Args:
        booking: the booking before; None for its first event.
        event: the next event of the same booking.

    Raises:
        InvalidValueError: the event is not the next one of this booking, or the table does not allow it.
    """
    return MACHINE.evolve(booking, event)


def replay(history: Iterable[BookingEvent]) -> Booking:
    """Return the booking that a history makes.

    Args:
        history: all events of one booking, by version.

    Raises:
        InvalidValueError: no events, a gap, a duplicate, a wrong order, or a step that the table forbids.
    """
    return MACHINE.replay(history)


def due(booking: Booking, *, at: datetime) -> tuple[Timer, ...]:
    """Return what time owes a booking by now.

    Args:
        booking: the booking.
        at: now.
    """
    return MACHINE.due(booking, at=at)
