"""What must hold of disputes: each of a booking, nothing approved or paid meanwhile, each ruling settled."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mila_core.audit._contests import is_contestable, time_violations
from mila_core.audit._lives import Life
from mila_core.audit._parties import people_violations
from mila_core.audit.violations import Violation
from mila_core.bookings import Booking, BookingEvent, BookingState
from mila_core.disputes import Dispute, DisputeEvent, Ruling, contested_amount
from mila_core.money import ZERO, total
from mila_core.reasons import reason
from mila_core.settlements import Settlement, SettlementEvent


def dispute_violations(
    life: Life[Dispute, DisputeEvent],
    *,
    booking: Life[Booking, BookingEvent] | None,
    settlement: Life[Settlement, SettlementEvent] | None,
    skew: timedelta,
) -> Iterator[Violation]:
    """Yield what a dispute contradicts in its booking's life or in its money.

    Args:
        life: the dispute.
        booking: the life of its booking.
        settlement: the life of its booking's settlement, if there is one.
        skew: by how much the clocks may differ that gave the instants.
    """
    if booking is None:
        yield Violation(stream=life.stream, why=reason("without_booking"))
        return
    yield from _contest_violations(life, booking, skew)
    yield from _approval_violations(life, booking, skew)
    if settlement is not None:
        yield from _payout_violations(life, settlement, skew)
        yield from _ruling_violations(life, settlement)


def _contest_violations(
    life: Life[Dispute, DisputeEvent], booking: Life[Booking, BookingEvent], skew: timedelta
) -> Iterator[Violation]:
    contest = life.state.contest
    yield from people_violations(life.stream, contest, booking=booking.state)
    of = [after for _, _, after in booking.steps if after.state is contest.outcome]
    if not of or not is_contestable(of[-1]):
        yield Violation(stream=life.stream, version=1, why=reason("without_booking"))
        return
    yield from time_violations(life, outcome=of[-1], skew=skew)
    if contest.amount not in {contested_amount(each) for each in of}:
        expected = contested_amount(of[-1])
        yield Violation(
            stream=life.stream,
            version=1,
            why=reason("amount_differs", amount=contest.amount, expected_amount=expected),
        )


def _is_over(life: Life[Dispute, DisputeEvent], at: datetime, skew: timedelta) -> bool:
    """Say whether a dispute may have been over at an instant of another stream, or not yet open."""
    ended = None if life.state.is_open else life.state.since
    return at <= life.state.opened_at + skew or (ended is not None and at >= ended - skew)


def _approval_violations(
    life: Life[Dispute, DisputeEvent], booking: Life[Booking, BookingEvent], skew: timedelta
) -> Iterator[Violation]:
    if life.state.contest.outcome is not BookingState.COMPLETED:
        return
    for _, event, _ in booking.steps:
        if event.event == "auto_approve" and not _is_over(life, event.at, skew):
            yield Violation(
                stream=booking.stream, version=event.version, why=reason("approved_while_disputed")
            )


def _payout_violations(
    life: Life[Dispute, DisputeEvent], settlement: Life[Settlement, SettlementEvent], skew: timedelta
) -> Iterator[Violation]:
    for _, event, _ in settlement.steps:
        if event.event == "send_payout" and not _is_over(life, event.at, skew):
            yield Violation(
                stream=settlement.stream, version=event.version, why=reason("paid_while_disputed")
            )


def _ruling_violations(
    life: Life[Dispute, DisputeEvent], settlement: Life[Settlement, SettlementEvent]
) -> Iterator[Violation]:
    """Yield a decision that is not settled, or is settled with another amount."""
    resolution = life.state.resolution
    ruled, due = resolution.amount if resolution else ZERO, settlement.state.terms.charge.due
    if resolution is not None and resolution.ruling is Ruling.FULL:
        ruled = due  # which may be rounded to a coin, unlike what was contested
    settled = total(
        event.amount
        for _, event, _ in settlement.steps
        if event.cause == life.stream and event.taken is not None and event.amount is not None
    )
    if settled != min(ruled, due):
        yield Violation(
            stream=settlement.stream, why=reason("ruling_not_settled", amount=settled, expected_amount=ruled)
        )
