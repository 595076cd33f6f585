"""The guards of the booking's table: for each event the reasons why not, beyond what the table says."""

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

import mila_core.eligibility as eligibility
from mila_core.availability import bookable
from mila_core.bookings._deadlines import minutes
from mila_core.bookings.commands import BookingCommand
from mila_core.bookings.table import FAILURES
from mila_core.bookings.values import Booking
from mila_core.bookings.windows import window_of
from mila_core.errors import InvalidTypeError
from mila_core.friends import Friend
from mila_core.lifecycle import Role, Timer, by_deadline, not_after, not_before
from mila_core.money import ZERO, multiply
from mila_core.policies import BookingPolicy
from mila_core.quotes import Quote
from mila_core.reasons import Reason, reason

_Guard: TypeAlias = Callable[[Booking, BookingCommand, datetime], list[Reason]]


def guard(booking: Booking | None, command: BookingCommand, at: datetime) -> list[Reason]:
    """Say why a command is refused that the table allows.

    Args:
        booking: the booking as it stands; None for one that begins.
        command: what is wanted.
        at: the instant of the command.
    """
    if booking is None:
        return _may_begin(command, _quote(command), at)
    timer = booking.due[0]
    contested = command.disputed and timer.event == "auto_approve"
    if command.by.role is Role.TIMER:
        return [reason("disputed")] if contested else []
    if not contested and (late := by_deadline(at, timer)):
        return late
    if command.waive and command.by.role is not Role.OPERATOR:
        return [reason("not_for_this_role", event="waive", role=command.by.role.value)]
    special = _GUARDS.get(command.event)
    return special(booking, command, at) if special else []


def policy_of(command: BookingCommand) -> BookingPolicy:
    """Return the policy under which a command books.

    Args:
        command: one that begins a booking.
    """
    return command.policy or _quote(command).visit.policy.booking


def _quote(command: BookingCommand) -> Quote:
    if command.quote is None:
        raise InvalidTypeError("quote", f"a quote, for {command.event}", "nothing (null)")
    return command.quote


# --- the friend as known now


def _known_friend(command: BookingCommand) -> Friend:
    if command.friend is None:
        raise InvalidTypeError(
            "friend", "the friend as known now, to judge eligibility again", "nothing (null)"
        )
    return command.friend


def _fitness(command: BookingCommand, quote: Quote) -> list[Reason]:
    """Judge the friend again, as known now; nothing where nothing is known."""
    friend, offer = command.friend, command.offer
    if friend is None:
        return []
    if friend.id != quote.friend_id:
        return [reason("not_a_party", id=friend.id)]
    if offer is not None and (offer.id, offer.service_code) != (quote.offer_id, quote.visit.service.code):
        return [reason("no_offer", service=quote.visit.service.code)]
    return list(eligibility.check(friend, quote.visit, offer=offer).reasons)


def _can_come(command: BookingCommand, quote: Quote) -> list[Reason]:
    """Judge again; the weekly hours no longer matter, as the friend says yes to this very slot."""
    friend = _known_friend(command)
    taken = (*command.busy, *friend.availability.absent)
    reasons = _fitness(command, quote)
    return [*reasons, reason("not_available")] if any(map(quote.visit.slot.overlaps, taken)) else reasons


# --- the three ways in


def _may_begin(command: BookingCommand, quote: Quote, at: datetime) -> list[Reason]:
    own = [reason("own_request")] if quote.friend_id == quote.visit.customer_id else []
    if command.event == "assign":
        last = quote.visit.slot.start - minutes(policy_of(command).confirm_notice_minutes)
        late = [] if at < last else [reason("too_late_to_book", latest_at=last)]  # it would be over at once
        return [*late, *own, *(why for why in _can_come(command, quote) if why not in own)]
    reasons = [*_in_time_to_book(command, quote, at), *own]
    if command.event == "book_instantly":
        _known_friend(command)
        if command.offer is None:
            raise InvalidTypeError("offer", "the offer as known now, to be booked at once", "nothing (null)")
        if not command.offer.instant:
            reasons.append(reason("not_instant", id=command.offer.id))
    reasons.extend(why for why in _fitness(command, quote) if why not in reasons)
    friend, rules, slot = command.friend, quote.visit.policy.availability, quote.visit.slot
    if friend is not None and not bookable(friend.availability, slot, busy=command.busy, policy=rules, at=at):
        reasons.append(reason("not_available"))
    return reasons


def _in_time_to_book(command: BookingCommand, quote: Quote, at: datetime) -> list[Reason]:
    reasons = _unexpired(quote, at)
    last = quote.visit.slot.start - minutes(policy_of(command).request_notice_minutes)
    if at > last:
        reasons.append(reason("too_late_to_book", latest_at=last))
    return reasons


def _unexpired(quote: Quote, at: datetime) -> list[Reason]:
    return [reason("quote_expired", expired_at=quote.expires_at)] if at >= quote.expires_at else []


# --- what changes a booking


def _next_quote(booking: Booking, quote: Quote) -> list[Reason]:
    """Say why a quote is not the next version of what is booked."""
    before = booking.quote
    if (quote.friend_id, quote.offer_id, _kept(quote)) != (before.friend_id, before.offer_id, _kept(before)):
        return [reason("another_visit", id=quote.id)]
    if quote.version != before.version + 1:
        return [reason("not_the_next_quote", expected=before.version + 1, version=quote.version)]
    return []


def _kept(quote: Quote) -> tuple[object, ...]:
    """Return what of a visit stays whatever is agreed: who asked for what, where, and under which rules."""
    visit = quote.visit
    return (visit.customer_id, visit.request_id, visit.service, visit.place, visit.partner, visit.policy)


def _agreed(booking: Booking, command: BookingCommand, quote: Quote, at: datetime) -> list[Reason]:
    """Say why the other side has not agreed to a quote; with an operator only to what costs more."""
    role = command.by.role
    if role is Role.OPERATOR and quote.due <= booking.quote.due:
        return []
    asked = Role.FRIEND if role is Role.CUSTOMER else Role.CUSTOMER
    other, consent = booking.friend_id if asked is Role.FRIEND else booking.customer_id, command.consent
    if consent is None or (consent.by.role, consent.by.id, consent.quote_id) != (asked, other, quote.id):
        return [reason("consent_missing", role=asked.value, quote=quote.id)]
    in_time = quote.made_at <= consent.at <= at
    return [] if in_time else [reason("consent_missing", role=asked.value, quote=quote.id)]


def _may_reschedule(booking: Booking, command: BookingCommand, at: datetime) -> list[Reason]:
    quote, policy = _quote(command), booking.policy
    reasons = [*_next_quote(booking, quote), *_unexpired(quote, at), *_agreed(booking, command, quote, at)]
    if booking.reschedules >= policy.most_reschedules:
        reasons.append(reason("moved_too_often", most=policy.most_reschedules))
    reasons += not_after(at, quote.visit.slot.start - minutes(policy.confirm_notice_minutes))
    reasons += _can_come(command, quote)
    friend, rules = _known_friend(command), quote.visit.policy.availability
    if command.by.role is Role.OPERATOR and not reasons:  # nobody has said yes to this very slot
        free = bookable(friend.availability, quote.visit.slot, busy=command.busy, policy=rules, at=at)
        return [] if free else [reason("not_available")]
    return reasons


def _may_amend(booking: Booking, command: BookingCommand, at: datetime) -> list[Reason]:
    quote, before = _quote(command), booking.quote.visit.slot
    slot = quote.visit.slot
    reasons = [*_next_quote(booking, quote), *_unexpired(quote, at), *_agreed(booking, command, quote, at)]
    most = multiply(booking.agreed_gross, Fraction(booking.policy.amendment_percent, 100))
    fees = max(ZERO, booking.quote.due - booking.quote.gross)  # the platform's part has the same ceiling
    if quote.gross > most or quote.due > most + fees:
        reasons.append(reason("above_ceiling", price=max(quote.gross, quote.due), most=most))
    if slot.start != before.start or slot.end < before.end:
        reasons.append(reason("another_visit", id=quote.id))
    elif slot.end > before.end:
        reasons += _can_come(command, quote)
    return reasons


# --- the visit


def _may_accept(booking: Booking, command: BookingCommand, _: datetime) -> list[Reason]:
    return _can_come(command, booking.quote)


def _in_window(booking: Booking, command: BookingCommand, at: datetime) -> list[Reason]:
    first, last = window_of(booking, command.event)
    reasons = [] if first is None else not_before(at, first)
    return reasons if last is None else reasons + not_after(at, last)


def _may_start(booking: Booking, command: BookingCommand, at: datetime) -> list[Reason]:
    first, last = window_of(booking, "start_work")
    early = [] if first is None else not_before(at, first)
    late = [] if last is None else by_deadline(at, Timer("auto_complete", last + datetime.resolution))
    return [*early, *late, *_fitness(command, booking.quote)]


def _may_fail(booking: Booking, command: BookingCommand, at: datetime) -> list[Reason]:
    """A fee may be owed: before work could begin nobody can have come in vain."""
    reasons = _in_window(booking, command, at)
    if command.why is None or command.why.code not in FAILURES:
        reasons.append(reason("failure_unknown", expected=" ".join(FAILURES)))
    return reasons


def _may_report_customer(booking: Booking, command: BookingCommand, at: datetime) -> list[Reason]:
    reasons = _in_window(booking, command, at)
    if command.contact_attempted_at is None or command.contact_attempted_at > at:
        reasons.append(reason("contact_attempt_missing"))
    return reasons


def _may_call_off(booking: Booking, command: BookingCommand, at: datetime) -> list[Reason]:
    """What is over is completed, failed or a no-show; only an operator still calls it off."""
    return [] if command.by.role is Role.OPERATOR else _in_window(booking, command, at)


def _may_cancel_as_operator(booking: Booking, command: BookingCommand, _: datetime) -> list[Reason]:
    owed, most = command.compensation, booking.quote.gross
    if owed is not None and owed > most:
        return [reason("above_ceiling", price=owed, most=most)]
    return []


_GUARDS: MappingProxyType[str, _Guard] = MappingProxyType(
    {
        "accept": _may_accept,
        "reschedule": _may_reschedule,
        "depart": _in_window,
        "start_work": _may_start,
        "amend": _may_amend,
        "complete": _in_window,
        "fail": _may_fail,
        "report_customer_no_show": _may_report_customer,
        "report_friend_no_show": _in_window,
        "cancel_by_customer": _may_call_off,
        "cancel_by_friend": _may_call_off,
        "cancel_by_operator": _may_cancel_as_operator,
    }
)
