"""The booking's two functions, `decide` and `evolve`, with the guards of the table's rows."""

from collections.abc import Iterable
from datetime import datetime

import attrs

import mila_core.eligibility as eligibility
from mila_core.availability import bookable
from mila_core.bookings._deadlines import minutes
from mila_core.bookings.table import TABLE, BookingState
from mila_core.bookings.values import Booking, BookingEvent, Command
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.lifecycle import (
    Actor,
    Decision,
    KeyUse,
    Outcome,
    Refusal,
    Role,
    StreamVersion,
    Timer,
    match_key,
    match_transition,
    remember,
)
from mila_core.periods import instant_of
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote
from mila_core.reasons import Reason, reason

__all__ = ["decide", "due", "evolve", "replay"]


# --- guards: each answers with the reasons why not


def _fitness(command: Command, quote: Quote) -> list[Reason]:
    """Judge the friend again, as known now; nothing where nothing is known."""
    friend, offer = command.friend, command.offer
    if friend is None:
        return []
    if friend.id != quote.friend_id:
        return [reason("not_a_party", id=friend.id)]
    if offer is not None and (offer.id, offer.service_code) != (quote.offer_id, quote.visit.service.code):
        return [reason("no_offer", service=quote.visit.service.code)]
    return list(eligibility.check(friend, quote.visit, offer=offer).reasons)


def _not_before(at: datetime, start: datetime) -> list[Reason]:
    return [] if at >= start else [reason("too_early", possible_from=start)]


def _may_request(command: Command, quote: Quote, policy: BookingPolicy, at: datetime) -> list[Reason]:
    reasons = []
    slot = quote.visit.slot
    if at >= quote.expires_at:
        reasons.append(reason("quote_expired", expired_at=quote.expires_at))
    last = slot.start - minutes(policy.request_notice_minutes)
    if at > last:
        reasons.append(reason("too_late_to_book", latest_at=last))
    if quote.friend_id == quote.visit.customer_id:
        reasons.append(reason("own_request"))
    reasons.extend(why for why in _fitness(command, quote) if why not in reasons)
    friend, rules = command.friend, quote.visit.policy.availability
    if friend is not None and not bookable(friend.availability, slot, busy=command.busy, policy=rules, at=at):
        reasons.append(reason("not_available"))
    return reasons


def _may_accept(booking: Booking, command: Command) -> list[Reason]:
    """Judge again; the weekly hours no longer matter, as the friend says yes to this very slot."""
    if command.friend is None:
        raise InvalidTypeError(
            "friend", "the friend as known now, to judge eligibility again", "nothing (null)"
        )
    slot, taken = booking.quote.visit.slot, (*command.busy, *command.friend.availability.absent)
    reasons = _fitness(command, booking.quote)
    return [*reasons, reason("not_available")] if any(map(slot.overlaps, taken)) else reasons


def _may(booking: Booking, command: Command, at: datetime) -> list[Reason]:
    slot, policy, timer = booking.quote.visit.slot, booking.policy, booking.due[0]
    if command.by.role is Role.TIMER:  # by the table it is the state's own timer
        return _not_before(at, timer.at)
    if at >= timer.at:
        return [reason("deadline_passed", event=timer.event, due_at=timer.at)]
    match command.event:
        case "accept":
            return _may_accept(booking, command)
        case "start_work":
            return _not_before(at, slot.start - minutes(policy.start_early_minutes))
        case "complete":
            return _not_before(at, slot.start)
        case _:
            return []


def _is_party(by: Actor, quote: Quote) -> bool:
    match by.role:
        case Role.CUSTOMER:
            return by.id == quote.visit.customer_id
        case Role.FRIEND:
            return by.id == quote.friend_id
        case Role.OPERATOR | Role.TIMER:
            return True


# --- the machine


def decide(
    booking: Booking | None, command: Command, *, at: datetime, policy: BookingPolicy | None = None
) -> Decision[BookingEvent] | Refusal:
    """Answer a command: the events to store, or why not. Nothing is changed.

    Args:
        booking: the booking as it stands; None for `request`, or what is stored under its id already.
        command: what is wanted.
        at: the instant of the command.
        policy: for `request`, the policy to book under (the one of the visit's network if not given); a
            booking that exists has its own.

    Returns:
        A decision, or a refusal with every reason of the first rule that says no: the key, the version, the
        table, the parties, the deadline and eligibility.

    Raises:
        InvalidTypeError: the command lacks what its event needs (`request` a quote, `accept` the friend).
    """
    at = instant_of(at)
    quote = command.quote if booking is None else booking.quote
    if quote is None:
        raise InvalidTypeError("quote", "a quote to book", "nothing (null)")
    use = KeyUse(command.key, command.fingerprint)
    known = match_key(booking.keys if booking else (), use, event=command.event)
    if isinstance(known, Refusal):
        return known
    version = booking.version if booking else 0
    stream_id = booking.id if booking else command.booking_id or quote.id
    expects = [StreamVersion(f"booking:{stream_id}", version)]
    if command.agenda_version is not None:
        expects.append(StreamVersion(f"agenda:{quote.friend_id}", command.agenda_version))
    if known is Outcome.REPLAYED:
        return Decision(outcome=known, expects=expects[:1])
    if command.expected_version not in {None, version}:
        seen = command.expected_version or 0
        return Refusal(event=command.event, reasons=[reason("stale_version", expected=seen, version=version)])
    row = match_transition(
        TABLE, command.event, source=booking.state if booking else None, role=command.by.role
    )
    if isinstance(row, Refusal):
        return row
    if not _is_party(command.by, quote):
        return Refusal(event=command.event, reasons=[reason("not_a_party", id=command.by.id)])
    chosen = policy or quote.visit.policy.booking
    reasons = _may(booking, command, at) if booking else _may_request(command, quote, chosen, at)
    if reasons:
        return Refusal(event=command.event, reasons=reasons)
    event = BookingEvent(
        booking_id=stream_id,
        version=version + 1,
        event=command.event,
        by=command.by,
        at=at,
        key=command.key,
        fingerprint=use.fingerprint,
        quote=None if booking else quote,
        policy=None if booking else chosen,
        why=command.why,
    )
    return Decision(events=(event,), expects=expects)


def evolve(booking: Booking | None, event: BookingEvent) -> Booking:
    """Return the booking after an event.

    Args:
        booking: the booking before; None for its first event.
        event: the next event of the same booking.

    Raises:
        InvalidValueError: the event is not the next one of this booking, or the table does not allow it.
    """
    before = booking.version if booking else 0
    if event.version != before + 1:
        raise InvalidValueError("version", f"the event of version {before + 1}", f"version {event.version}")
    row = match_transition(TABLE, event.event, source=booking.state if booking else None, role=event.by.role)
    if isinstance(row, Refusal):
        came = f"{event.event} by {event.by.role.value}"
        raise InvalidValueError(
            "event", f"an event allowed from {booking.state if booking else None!s}", came
        )
    use = KeyUse(event.key, event.fingerprint)
    if booking is None:
        if event.quote is None or event.policy is None:
            raise InvalidTypeError("quote", "a first event with its quote and its policy", "one without")
        return Booking(
            id=event.booking_id,
            version=1,
            state=BookingState(row.target),
            since=event.at,
            quote=event.quote,
            policy=event.policy,
            keys=(use,),
        )
    if event.booking_id != booking.id:
        raise InvalidValueError("booking_id", f"an event of {booking.id}", describe(event.booking_id))
    return attrs.evolve(
        booking,
        version=event.version,
        state=BookingState(row.target),
        since=event.at,
        keys=remember(booking.keys, use),
    )


def replay(history: Iterable[BookingEvent]) -> Booking:
    """Return the booking that a history makes.

    Args:
        history: all events of one booking, by version.

    Raises:
        InvalidValueError: no events, a gap, a duplicate, a wrong order, or a step that the table forbids.
    """
    booking: Booking | None = None
    for event in history:
        booking = evolve(booking, event)
    if booking is None:
        raise InvalidValueError("history", "at least one event", "none")
    return booking


def due(booking: Booking, *, at: datetime) -> tuple[Timer, ...]:
    """Return what time owes a booking by now.

    Args:
        booking: the booking.
        at: now.
    """
    now = instant_of(at)
    return tuple(timer for timer in booking.due if timer.at <= now)
