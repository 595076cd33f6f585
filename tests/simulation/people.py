"""What people do next: drawn from what the tables allow, half of it at the very edges of what is allowed.

Nobody looks first whether the answer will be yes: plans are made on what is known when they are made, and are
carried out even if meanwhile things have changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from mila_core.bookings import FAILURES, Booking, BookingState
from mila_core.dispatch import Dispatch
from mila_core.disputes import claimant_of
from mila_core.lifecycle import Actor, Role
from mila_core.money import ZERO, Money
from mila_core.periods import Period
from mila_core.reasons import reason
from tests.simulation.plans import Choices, Plan, draw
from tests.simulation.scenery import OPERATOR, SYSTEM, consent_to, next_quote

S = BookingState
_EDGES, _LAST_MOMENT = 0.25, 0.75
_C, _F, _O, _Y = Role.CUSTOMER, Role.FRIEND, Role.OPERATOR, Role.SYSTEM

_BOOKING: Mapping[BookingState, Choices] = {
    S.REQUESTED: (
        (74, "accept", _F),
        (4, "accept", _O),
        (8, "decline", _F),
        (6, "cancel_by_customer", _C),
        (2, "cancel_by_operator", _O),
        (6, "", _F),
    ),
    S.ACCEPTED: (
        (50, "confirm", _F),
        (20, "confirm", _Y),
        (8, "confirm", _O),
        (6, "cancel_by_customer", _C),
        (6, "cancel_by_friend", _F),
        (2, "cancel_by_operator", _O),
        (8, "", _F),
    ),
    S.CONFIRMED: (
        (14, "reschedule", _C),
        (7, "reschedule", _F),
        (3, "reschedule", _O),
        (22, "depart", _F),
        (14, "start_work", _F),
        (6, "complete", _F),
        (12, "cancel_by_customer", _C),
        (6, "cancel_by_friend", _F),
        (2, "cancel_by_operator", _O),
        (3, "report_customer_no_show", _F),
        (3, "report_friend_no_show", _C),
        (8, "", _F),
    ),
    S.EN_ROUTE: (
        (60, "start_work", _F),
        (6, "complete", _O),
        (10, "fail", _F),
        (8, "report_customer_no_show", _F),
        (6, "report_friend_no_show", _C),
        (4, "cancel_by_customer", _C),
        (2, "cancel_by_friend", _F),
        (4, "", _F),
    ),
    S.IN_PROGRESS: (
        (18, "amend", _F),
        (62, "complete", _F),
        (3, "complete", _O),
        (7, "fail", _F),
        (2, "cancel_by_operator", _O),
        (8, "", _F),
    ),
    S.COMPLETED: ((42, "approve", _C), (5, "approve", _O), (28, "open_dispute", _C), (25, "", _C)),
    S.CLOSED: ((8, "open_dispute", _C), (92, "", _C)),
    S.CANCELLED: ((15, "open_dispute", _C), (85, "", _C)),
    S.FAILED: ((15, "open_dispute", _C), (85, "", _C)),
    S.NO_SHOW: ((25, "open_dispute", _C), (75, "", _C)),
}


def _actor(role: Role, booking: Booking) -> Actor:
    ids = {_C: booking.customer_id, _F: booking.friend_id, _O: OPERATOR.id, _Y: SYSTEM.id}
    return Actor(role, ids[role])


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _span(  # noqa: C901  # one case an event
    booking: Booking, event: str, now: datetime
) -> tuple[datetime, datetime, list[datetime]]:
    """Return between which instants an event is tried, and the edges at which it is tried besides."""
    slot, policy = booking.quote.visit.slot, booking.policy
    start, end = slot.start, slot.end
    match event:
        case "depart":
            first = start - _minutes(policy.depart_early_minutes)
            return first, start, [first]
        case "start_work":
            first = start - _minutes(policy.start_early_minutes)
            return first, start + _minutes(20), [first]
        case "complete":
            return start, end + _minutes(120), [start]
        case "fail":
            return start, end, [start]
        case "report_customer_no_show":
            first = start + _minutes(policy.customer_no_show_minutes)
            return (
                first,
                first + _minutes(90),
                [
                    first,
                    start + _minutes(policy.customer_no_show_until_minutes),
                ],
            )
        case "report_friend_no_show":
            first = start + _minutes(policy.friend_no_show_minutes)
            return first, first + _minutes(90), [first, end + _minutes(policy.friend_no_show_until_minutes)]
        case "cancel_by_customer":
            bound = booking.bound_at or now
            tiers = [booking.notice_start - _minutes(each.notice_minutes) for each in _tiers(booking)]
            soon = now < bound + _minutes(policy.compensation.cooling_off_minutes)
            return (
                now,
                now + _minutes(10) if soon else start,
                [*tiers, bound + _minutes(policy.compensation.cooling_off_minutes)],
            )
        case "cancel_by_friend" | "cancel_by_operator" | "reschedule":
            return now, start, [start - _minutes(policy.confirm_notice_minutes)]
        case "amend":
            return now, end, [end]
        case "open_dispute":
            days = booking.quote.visit.policy.disputes.open_days
            late = [] if booking.is_open else [now + _minutes(24 * 60), now + timedelta(days=days)]
            return now, now + timedelta(days=2), late
        case _:
            return now, now + timedelta(hours=6), []


def _tiers(booking: Booking) -> Iterable[Any]:
    return booking.policy.compensation.tiers


def _moment(chance: Random, booking: Booking, event: str, now: datetime) -> datetime:
    first, last, edges = _span(booking, event, now)
    deadline = booking.due[0].at if booking.due else last
    contests = event == "open_dispute" and booking.is_open  # at the last moment, as a rule
    if chance.random() < (_LAST_MOMENT if contests else _EDGES):
        edge = chance.choice([*edges, deadline])
        at = edge + timedelta(seconds=chance.choice([-3, -2, -1] if contests else [-1, 0, 1]))
        if at >= now:
            return at
    last = max(min(last, deadline), now + timedelta(minutes=1))
    first = min(max(first, now), last)
    return first + timedelta(seconds=chance.randrange(int((last - first).total_seconds()) + 60))


def next_of_booking(booking: Booking, *, now: datetime, chance: Random) -> Iterator[Plan]:
    """Yield what is planned as a booking has come to where it stands; at times two things at once."""
    choices = _BOOKING.get(booking.state)
    if choices is None:
        return
    both = 0.5 if booking.state is S.COMPLETED else 0.2
    plans = 2 if booking.is_open and chance.random() < both else 1
    first, moment = "", now
    for _ in range(plans):
        event, role = draw(chance, choices)
        if not event or event == first:
            continue
        at = _moment(chance, booking, event, now)
        if first and chance.random() < 0.5:
            at = moment  # at the same instant as the other one
        first, moment = event, at
        if event == "open_dispute":
            role = _disputing(booking, chance)
        by = _actor(role, booking)
        details = _details(booking, event, by=by, at=at, chance=chance)
        if details is not None:
            yield Plan(at, event, by, details)


def _disputing(booking: Booking, chance: Random) -> Role:
    return Role.OPERATOR if chance.random() < 0.1 else claimant_of(booking)


def _details(
    booking: Booking, event: str, *, by: Actor, at: datetime, chance: Random
) -> Mapping[str, Any] | None:
    """Return what a command says besides; None where there is nothing to be had."""
    match event:
        case "reschedule":
            slot = booking.quote.visit.slot
            by_s = chance.choice([-3600, -1800, -1, 1, 1800, 3600, 86400, chance.randrange(-40000, 90000)])
            moved = timedelta(seconds=by_s)
            quote = next_quote(booking, slot=Period(slot.start + moved, slot.end + moved), percent=100, at=at)
            return {"quote": quote, "consent": consent_to(quote, by)}
        case "amend":
            slot = booking.quote.visit.slot
            longer = timedelta(minutes=chance.choice([0, 0, 15, 30, 60]))
            percent = chance.choice([50, 95, 115, 133, 199])
            quote = next_quote(booking, slot=Period(slot.start, slot.end + longer), percent=percent, at=at)
            if quote.due <= ZERO:
                return None
            return {"quote": quote, "consent": consent_to(quote, by)}
        case "fail":
            return {"why": reason(chance.choice(FAILURES))}
        case "report_customer_no_show":
            return {"contact_attempted_at": at - timedelta(minutes=5), **_waiving(by, chance)}
        case "cancel_by_customer":
            return _waiving(by, chance)
        case "cancel_by_operator":
            stated = Money(chance.randrange(0, booking.quote.gross.rappen + 1))
            return {"compensation": stated} if chance.random() < 0.3 else {}
        case "decline" | "cancel_by_friend":
            return {"why": reason("ill")} if chance.random() < 0.3 else {}
        case "open_dispute":
            return {"text": "It does not work."}
        case _:
            return {}


def _waiving(by: Actor, chance: Random) -> Mapping[str, Any]:
    return {"waive": True} if by.role is Role.OPERATOR and chance.random() < 0.3 else {}


# --- requests to several friends


def next_of_invited(request: Dispatch, *, now: datetime, chance: Random) -> Iterator[Plan]:
    """Yield how the friends of the last wave plan to answer, and who thinks better of it."""
    for each in request.this_attempt:
        if each.wave != request.last_wave or not each.is_open:
            continue
        event = chance.choice(["accept_invitation"] * 5 + ["decline_invitation"] * 3 + ["", ""])
        if not event:
            continue
        span = int((each.respond_by - now).total_seconds())
        at = now + timedelta(seconds=chance.randrange(max(1, span)))
        if chance.random() < 0.3:
            at = each.respond_by + timedelta(seconds=chance.choice([-1, 0, 1]))
        by, details = Actor(Role.FRIEND, each.friend_id), {}
        if chance.random() < 0.1:
            by, details = OPERATOR, {"friend_id": each.friend_id}
            event = chance.choice([event, "revoke_invitation"])
        yield Plan(max(at, now), event, by, details)
    if chance.random() < 0.12:
        at = now + timedelta(minutes=chance.randrange(1, 90))
        yield Plan(at, "withdraw_request", Actor(Role.CUSTOMER, request.customer_id))
