"""What people do next: drawn from what the tables allow, half of it at the very edges of what is allowed.

Nobody looks first whether the answer will be yes: plans are made on what is known when they are made, and are
carried out even if meanwhile things have changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeAlias

import attrs

from mila_core.bookings import FAILURES, Booking, BookingState
from mila_core.dispatch import Dispatch
from mila_core.disputes import Dispute, DisputeState, Ruling, claimant_of
from mila_core.lifecycle import Actor, Role
from mila_core.money import ZERO, Money
from mila_core.periods import Period
from mila_core.ratings import Aspect, AspectRating, Direction, ModerationEffect, Reviews, ReviewState, Solved
from mila_core.reasons import reason
from mila_core.settlements import CommissionState, PaymentState, PayoutState, Settlement
from tests.simulation.scenery import OPERATOR, SYSTEM, consent_to, next_quote

S = BookingState
_C, _F, _O, _Y = Role.CUSTOMER, Role.FRIEND, Role.OPERATOR, Role.SYSTEM
Choices: TypeAlias = tuple[tuple[int, str, Role], ...]


@attrs.frozen
class Plan:
    """What somebody will do, and when."""

    at: datetime
    event: str
    by: Actor
    details: Mapping[str, Any] = attrs.field(factory=dict)
    persistent: bool = False


_BOOKING: Mapping[BookingState, Choices] = {
    S.REQUESTED: (
        (66, "accept", _F),
        (4, "accept", _O),
        (9, "decline", _F),
        (8, "cancel_by_customer", _C),
        (2, "cancel_by_operator", _O),
        (11, "", _F),
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
    S.COMPLETED: ((55, "approve", _C), (5, "approve", _O), (15, "open_dispute", _C), (25, "", _C)),
    S.CLOSED: ((8, "open_dispute", _C), (92, "", _C)),
    S.CANCELLED: ((15, "open_dispute", _C), (85, "", _C)),
    S.FAILED: ((15, "open_dispute", _C), (85, "", _C)),
    S.NO_SHOW: ((25, "open_dispute", _C), (75, "", _C)),
}


def _draw(chance: Random, choices: Choices) -> tuple[str, Role]:
    at = chance.randrange(100)
    for weight, event, role in choices:
        at -= weight
        if at < 0:
            return event, role
    return "", Role.OPERATOR


def _actor(role: Role, booking: Booking) -> Actor:
    ids = {_C: booking.customer_id, _F: booking.friend_id, _O: OPERATOR.id, _Y: SYSTEM.id}
    return Actor(role, ids[role])


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _span(booking: Booking, event: str, now: datetime) -> tuple[datetime, datetime, list[datetime]]:
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
            return now, start, [*tiers, bound + _minutes(policy.compensation.cooling_off_minutes)]
        case "cancel_by_friend" | "cancel_by_operator" | "reschedule":
            return now, start, [start - _minutes(policy.confirm_notice_minutes)]
        case "amend":
            return now, end, [end]
        case "open_dispute":
            days = booking.quote.visit.policy.disputes.open_days
            return now, now + timedelta(days=2), [now + _minutes(24 * 60), now + timedelta(days=days)]
        case _:
            return now, now + timedelta(hours=12), []


def _tiers(booking: Booking) -> Iterable[Any]:
    return booking.policy.compensation.tiers


def _moment(chance: Random, booking: Booking, event: str, now: datetime) -> datetime:
    first, last, edges = _span(booking, event, now)
    deadline = booking.due[0].at if booking.due else last
    if chance.random() < 0.25:
        edge = chance.choice([*edges, deadline])
        at = edge + timedelta(seconds=chance.choice([-1, 0, 1]))
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
    plans = 2 if booking.is_open and chance.random() < 0.25 else 1
    moment: datetime | None = None
    for _ in range(plans):
        event, role = _draw(chance, choices)
        if not event:
            continue
        at = _moment(chance, booking, event, now)
        if moment is not None and chance.random() < 0.5:
            at = moment  # at the same instant as the other one
        moment = at
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


# --- money

_PAYMENT: Mapping[PaymentState, Choices] = {
    PaymentState.DUE: (
        (40, "receive_payment", _F),
        (22, "start_payment", _C),
        (10, "credit", _O),
        (4, "waive", _F),
        (2, "waive", _O),
        (22, "", _O),
    ),
    PaymentState.PENDING: ((75, "receive_payment", _Y), (25, "report_payment_failed", _Y)),
    PaymentState.OVERDUE: (
        (45, "receive_payment", _O),
        (14, "write_off", _O),
        (10, "write_off", _F),
        (10, "waive", _O),
        (10, "credit", _O),
        (11, "", _O),
    ),
    PaymentState.PAID: ((10, "refund_partly", _O), (9, "refund_fully", _O), (81, "", _O)),
    PaymentState.PARTLY_REFUNDED: ((25, "refund_partly", _O), (15, "refund_fully", _O), (60, "", _O)),
}
_PAYOUT: Mapping[PayoutState, Choices] = {
    PayoutState.HELD: ((8, "hold_payout", _O), (92, "", _O)),
    PayoutState.DUE: ((82, "send_payout", _Y), (10, "hold_payout", _O), (8, "", _O)),
    PayoutState.SENT: ((10, "report_payout_returned", _Y), (90, "", _O)),
    PayoutState.RETURNED: ((85, "reissue_payout", _O), (15, "", _O)),
}
_COMMISSION: Mapping[CommissionState, Choices] = {
    CommissionState.DUE: ((45, "start_commission_payment", _F), (40, "receive_commission", _Y), (15, "", _O)),
    CommissionState.PENDING: ((75, "receive_commission", _Y), (25, "report_commission_failed", _Y)),
}
_CHECK = "check"


def next_of_settlement(
    settlement: Settlement, before: Settlement | None, *, now: datetime, chance: Random
) -> Iterator[Plan]:
    """Yield what is planned as the money side of a booking has moved."""
    lowered = before is not None and before.shares != settlement.shares
    lanes = (
        (
            _PAYMENT.get(settlement.payment),
            lowered or before is None or before.payment is not settlement.payment,
        ),
        (_PAYOUT.get(settlement.payout), before is None or before.payout is not settlement.payout),
        (
            _COMMISSION.get(settlement.commission),
            before is None or before.commission is not settlement.commission,
        ),
    )
    for choices, moved in lanes:
        if choices is not None and moved:
            plan = _money_plan(settlement, *_draw(chance, choices), now=now, chance=chance)
            if plan is not None:
                yield plan
    held = {each.cause for each in settlement.holds}
    if _CHECK in held and (before is None or _CHECK not in {each.cause for each in before.holds}):
        at = now + timedelta(minutes=chance.randrange(5, 6000))
        yield Plan(at, "release_payout", OPERATOR, {"cause": _CHECK}, persistent=True)


def _money_plan(
    settlement: Settlement, event: str, role: Role, *, now: datetime, chance: Random
) -> Plan | None:
    terms = settlement.terms
    if not event:
        return None
    if event == "start_payment" and terms.means.by_friend:
        event = "receive_payment"
    elif event == "receive_payment" and role is Role.FRIEND and not terms.means.by_friend:
        event, role = "start_payment", Role.CUSTOMER
    ids = {_C: terms.customer_id, _F: terms.friend_id, _O: OPERATOR.id, _Y: SYSTEM.id}
    if event == "receive_payment" and role is Role.CUSTOMER:
        role = Role.FRIEND
    at = now + timedelta(seconds=chance.randrange(60, 5 * 86400))
    if chance.random() < 0.15:
        edge = chance.choice([terms.overdue_at, terms.release_at])
        at = max(now, edge + timedelta(seconds=chance.choice([-1, 0, 1])))
    details: dict[str, Any] = {}
    if event in {"credit", "refund_partly"}:
        whole = settlement.outstanding if event == "credit" else settlement.refundable
        # one in ten asks for more than there is
        details["amount"] = Money(1 + chance.randrange(max(1, whole.rappen * 11 // 10)))
    elif event == "hold_payout":
        details["cause"] = _CHECK
    return Plan(at, event, Actor(role, ids[role]), details)


# --- disputes


def next_of_dispute(dispute: Dispute, *, now: datetime, chance: Random) -> Iterator[Plan]:
    """Yield what both sides plan, and the office."""
    if not dispute.is_open:
        return
    contest = dispute.contest
    ids = {Role.CUSTOMER: contest.customer_id, Role.FRIEND: contest.friend_id}
    if dispute.state is DisputeState.OPEN and chance.random() < 0.7:
        at = now + timedelta(minutes=chance.randrange(10, 4000))
        if chance.random() < 0.3:
            at = contest.answer_by + timedelta(seconds=chance.choice([-1, 0, 1]))
        by = Actor(contest.respondent, ids[contest.respondent])
        yield Plan(at, "answer_dispute", by, {"text": "It did when I left."})
    if chance.random() < 0.15:
        at = now + timedelta(minutes=chance.randrange(10, 6000))
        yield Plan(at, "withdraw_dispute", Actor(contest.claimant, ids[contest.claimant]))
    yield decision_on(dispute, now=now, chance=chance)


def decision_on(dispute: Dispute, *, now: datetime, chance: Random) -> Plan:
    """Return how an operator plans to decide, who tries again until it is decided."""
    amount = dispute.contest.amount
    rulings = [Ruling.DISMISSED, Ruling.FULL]
    if amount > Money(1):
        rulings += [Ruling.PARTIAL, Ruling.PARTIAL]
    ruling = chance.choice(rulings)
    details: dict[str, Any] = {"ruling": ruling, "text": "We have looked at it."}
    if ruling is Ruling.PARTIAL:
        details["amount"] = Money(chance.randrange(1, amount.rappen))
    at = now + timedelta(minutes=chance.randrange(30, 5000))
    return Plan(at, "decide_dispute", OPERATOR, details)


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
    if chance.random() < 0.06:
        at = now + timedelta(minutes=chance.randrange(1, 90))
        yield Plan(at, "withdraw_request", Actor(Role.CUSTOMER, request.customer_id))


# --- ratings


def next_of_reviews(
    reviews: Reviews, old: Reviews | None, *, now: datetime, chance: Random
) -> Iterator[Plan]:
    """Yield what both sides say next, and what an operator does about it."""
    if old is None or old.state is not reviews.state:
        for direction in Direction:
            yield from _first_words(reviews, direction, now=now, chance=chance)
        return
    for side, before in zip(reviews.sides, old.sides, strict=True):
        if side == before:
            continue
        author, subject = _authors(reviews, side.direction)
        if reviews.state is ReviewState.OPEN and chance.random() < 0.35:
            event = (
                "give_rating" if side.rating is None else chance.choice(["edit_rating", "withdraw_rating"])
            )
            details = {} if event == "withdraw_rating" else _rating(side.direction, chance)
            yield Plan(_within(reviews, now, chance), event, author, details)
        elif side.reply is not None and before.reply is None and chance.random() < 0.4:
            at = now + timedelta(minutes=chance.randrange(1, 2 * reviews.booking.reply_edit_minutes))
            yield Plan(at, "edit_reply", subject, {"text": "Thank you very much."})
        if chance.random() < 0.08:
            yield _moderation(reviews, side.direction, now=now, chance=chance)


def _first_words(reviews: Reviews, direction: Direction, *, now: datetime, chance: Random) -> Iterator[Plan]:
    author, subject = _authors(reviews, direction)
    if reviews.state is ReviewState.OPEN:
        if chance.random() < (0.65 if direction in reviews.booking.directions else 0.05):
            yield Plan(_within(reviews, now, chance), "give_rating", author, _rating(direction, chance))
        return
    if chance.random() < 0.25:
        at = now + timedelta(
            days=chance.randrange(reviews.booking.reply_days), seconds=chance.randrange(9999)
        )
        if chance.random() < 0.2 and reviews.revealed_at is not None:
            edge = reviews.revealed_at + timedelta(days=reviews.booking.reply_days)
            at = edge + timedelta(seconds=chance.choice([-1, 0, 1]))
        yield Plan(at, "reply", subject, {"text": "Thank you."})
    if chance.random() < 0.08:
        yield _moderation(reviews, direction, now=now, chance=chance)


def _within(reviews: Reviews, now: datetime, chance: Random) -> datetime:
    """Return an instant in the time to rate, or at its very end."""
    closes_at = reviews.booking.closes_at
    if chance.random() < 0.15:
        return closes_at + timedelta(seconds=chance.choice([-1, 0, 1]))
    return now + timedelta(seconds=chance.randrange(max(60, int((closes_at - now).total_seconds()))))


def _authors(reviews: Reviews, direction: Direction) -> tuple[Actor, Actor]:
    """Return who rates, and who is rated."""
    sides = Actor(_C, reviews.booking.customer_id), Actor(_F, reviews.booking.friend_id)
    return sides if direction is Direction.OF_FRIEND else (sides[1], sides[0])


def _rating(direction: Direction, chance: Random) -> dict[str, Any]:
    said: dict[str, Any] = {"stars": chance.randrange(1, 6)}
    if chance.random() < 0.3:
        of_friend = direction is Direction.OF_FRIEND
        said["aspects"] = [AspectRating(Aspect.SKILL if of_friend else Aspect.ACCESS, chance.randrange(1, 6))]
        said["text"] = "As agreed."
        if of_friend:
            said["solved"] = chance.choice(list(Solved))
    return said


def _moderation(reviews: Reviews, direction: Direction, *, now: datetime, chance: Random) -> Plan:
    side = reviews.side(direction)
    of_reply = side is not None and side.reply is not None and chance.random() < 0.5
    effects = [each for each in ModerationEffect if not of_reply or each != "exclude_from_score"]
    details = {
        "direction": direction,
        "effect": chance.choice(effects),
        "of_reply": of_reply,
        "why": reason("house_rules"),
    }
    return Plan(now + timedelta(minutes=chance.randrange(1, 3000)), "moderate", OPERATOR, details)
