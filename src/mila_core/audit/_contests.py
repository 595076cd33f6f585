"""What must hold of when disputes are opened, answered and decided, and by which side."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mila_core.audit._lives import Life
from mila_core.audit.violations import Violation
from mila_core.bookings import Booking, BookingState
from mila_core.disputes import Dispute, DisputeEvent, DisputeState, claimant_of, contested_amount
from mila_core.lifecycle import Role
from mila_core.money import ZERO
from mila_core.reasons import Reason, reason

S = BookingState


def is_contested(dispute: Life[Dispute, DisputeEvent] | None, at: datetime, *, skew: timedelta) -> bool:
    """Say whether a dispute may have kept a booking from being approved at an instant of another stream.

    Args:
        dispute: the life of the booking's dispute, if there is one.
        at: the instant.
        skew: by how much the clocks may differ that gave the instants.
    """
    if dispute is None or dispute.state.contest.outcome is not S.COMPLETED:
        return False
    state = dispute.state
    return state.opened_at - skew <= at and (state.is_open or at <= state.since + skew)


def is_contestable(booking: Booking) -> bool:
    """Say whether an outcome is one that can be contested at all, at whatever time.

    Args:
        booking: the booking with that outcome.
    """
    if booking.state in {S.FAILED, S.CANCELLED}:
        return contested_amount(booking) > ZERO
    return booking.state in {S.COMPLETED, S.CLOSED, S.NO_SHOW}


def time_violations(
    life: Life[Dispute, DisputeEvent], *, outcome: Booking, skew: timedelta
) -> Iterator[Violation]:
    """Yield what happened to a dispute too late, too early, or by the other side.

    Args:
        life: the dispute.
        outcome: the booking as it was when it was contested.
        skew: by how much the clocks may differ that gave the instants.
    """
    policy = outcome.quote.visit.policy.disputes
    answer_by = life.state.opened_at + timedelta(minutes=policy.answer_minutes)
    for before, event, _ in life.steps:
        why: Reason | None = None
        match event.event:
            case "open_dispute" if event.at < outcome.since - skew:
                why = reason("out_of_window", event=event.event, at=event.at)
            case "open_dispute":
                why = _opened_late(outcome, event)
            case "answer_dispute" if event.at >= answer_by:
                why = reason("after_deadline", event=event.event, due_at=answer_by)
            case "decide_dispute" if _is_unheard(before) and event.at < answer_by:
                why = reason("out_of_window", event=event.event, at=event.at)
        if why is not None:
            yield Violation(stream=life.stream, version=event.version, why=why)
        if event.by.role not in _sides(event, claimant_of(outcome)):
            forbidden = reason("event_forbidden", event=event.event)
            yield Violation(stream=life.stream, version=event.version, why=forbidden)


def _opened_late(outcome: Booking, event: DisputeEvent) -> Reason | None:
    policy = outcome.quote.visit.policy.disputes
    match outcome.state:
        case S.COMPLETED:  # at that very instant it counts as approved
            last, is_late = outcome.due[0].at, event.at >= outcome.due[0].at
        case S.NO_SHOW:
            last = outcome.since + timedelta(minutes=policy.no_show_minutes)
            is_late = event.at > last
        case _:
            last = outcome.since + timedelta(days=policy.open_days)
            is_late = event.at > last
    return reason("after_deadline", event=event.event, due_at=last) if is_late else None


def _is_unheard(dispute: Dispute | None) -> bool:
    return dispute is not None and dispute.state is DisputeState.OPEN


def _sides(event: DisputeEvent, claimant: Role) -> frozenset[Role]:
    """Return who may cause an event; an operator speaks for the side whose turn it is."""
    respondent = Role.FRIEND if claimant is Role.CUSTOMER else Role.CUSTOMER
    turns = {"open_dispute": claimant, "withdraw_dispute": claimant, "answer_dispute": respondent}
    return frozenset({Role.OPERATOR, turns.get(event.event, Role.OPERATOR)})
