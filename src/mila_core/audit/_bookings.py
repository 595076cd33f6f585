"""What must hold of bookings: each step at its time, every amount recomputed, no friend in two places."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from mila_core.audit._contests import is_contested
from mila_core.audit._lives import Life
from mila_core.audit.violations import Violation
from mila_core.bookings import Booking, BookingEvent, BookingState, compensation_for, window_of
from mila_core.disputes import Dispute, DisputeEvent
from mila_core.lifecycle import Role
from mila_core.money import ZERO
from mila_core.reasons import reason

S = BookingState
_HOLDS_THE_SLOT = frozenset(
    {S.ACCEPTED, S.CONFIRMED, S.EN_ROUTE, S.IN_PROGRESS, S.COMPLETED, S.CLOSED, S.NO_SHOW, S.FAILED}
)


def step_violations(
    life: Life[Booking, BookingEvent], *, dispute: Life[Dispute, DisputeEvent] | None, skew: timedelta
) -> Iterator[Violation]:
    """Yield every event that came after a deadline, out of its window, or owes another amount.

    Args:
        life: one booking.
        dispute: the life of its dispute, if there is one.
        skew: by how much the clocks may differ that gave the instants.
    """
    for before, event, _ in life.steps:
        if before is None:
            continue
        if not (before.state is S.COMPLETED and is_contested(dispute, event.at, skew=skew)):
            yield from _deadline_violations(before, event)
        yield from _window_violations(before, event)
        yield from _compensation_violations(before, event)


def _deadline_violations(before: Booking, event: BookingEvent) -> Iterator[Violation]:
    timer = before.due[0]
    if event.by.role is Role.TIMER or event.at < timer.at:
        return
    yield Violation(
        stream=event.stream,
        version=event.version,
        why=reason("after_deadline", event=event.event, due_at=timer.at),
    )


def _window_violations(before: Booking, event: BookingEvent) -> Iterator[Violation]:
    first, last = window_of(before, event.event)
    if event.by.role is Role.OPERATOR and event.event in {"cancel_by_customer", "cancel_by_friend"}:
        last = None
    if (first is not None and event.at < first) or (last is not None and event.at > last):
        yield Violation(
            stream=event.stream,
            version=event.version,
            why=reason("out_of_window", event=event.event, at=event.at),
        )


def _compensation_violations(before: Booking, event: BookingEvent) -> Iterator[Violation]:
    why = event.why.code if event.why else None
    expected = compensation_for(before, event.event, at=event.at, why=why)
    told = event.compensation
    if (
        event.by.role is Role.OPERATOR
        and told is not None
        and told.why.code in {"waived", "stated_by_operator"}
    ):
        return
    if told != expected:
        amount = told.amount if told else ZERO
        wanted = expected.amount if expected else ZERO
        yield Violation(
            stream=event.stream,
            version=event.version,
            why=reason("compensation_differs", amount=amount, expected_amount=wanted),
        )


def overlap_violations(bookings: Iterable[Booking]) -> Iterator[Violation]:
    """Yield every two bookings of one friend that take the same time, as they stand in the end.

    Two that overlapped for a while, until one was called off, are not seen: instants of different streams
    come from different clocks and give no order.

    Args:
        bookings: all bookings.
    """
    by_friend: dict[str, list[Booking]] = {}
    for booking in bookings:
        if booking.state in _HOLDS_THE_SLOT:
            by_friend.setdefault(booking.friend_id, []).append(booking)
    for agenda in by_friend.values():
        agenda.sort(key=lambda each: (each.quote.visit.slot.start, each.id))
        latest = agenda[0]
        for booking in agenda[1:]:
            if latest.quote.visit.slot.end > booking.quote.visit.slot.start:
                yield Violation(
                    stream=booking.stream,
                    why=reason("overlapping_bookings", friend=booking.friend_id, id=latest.id),
                )
            if booking.quote.visit.slot.end > latest.quote.visit.slot.end:
                latest = booking
