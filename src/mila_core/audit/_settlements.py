"""What must hold of settlements: each of a booking that owes what it says, and every movement recomputed."""

from collections.abc import Iterator

from mila_core.audit._lives import Life
from mila_core.audit._parties import people_violations
from mila_core.audit.violations import Violation
from mila_core.bookings import Booking, BookingEvent
from mila_core.reasons import reason
from mila_core.settlements import (
    MACHINE,
    Settlement,
    SettlementCommand,
    SettlementEvent,
    charge_for,
    is_chargeable,
)


def settlement_violations(
    life: Life[Settlement, SettlementEvent], *, booking: Life[Booking, BookingEvent] | None
) -> Iterator[Violation]:
    """Yield what a settlement contradicts in its booking's life, and movements that are not what it says.

    Args:
        life: the settlement.
        booking: the life of its booking.
    """
    yield from _posting_violations(life)
    if booking is None or not is_chargeable(booking.state):
        yield Violation(stream=life.stream, why=reason("without_booking"))
        return
    terms, policy = life.state.terms, life.state.policy
    yield from people_violations(life.stream, terms, booking=booking.state)
    basis = booking.state.quote.basis
    if basis is not None and terms.contract is not basis.contract:
        why = reason("another_contract", contract_mode=basis.contract.value)
        yield Violation(stream=life.stream, version=1, why=why)
    expected = charge_for(
        booking.state, means=terms.means, policy=policy, tip=terms.charge.tip, partner_id=terms.partner_id
    )
    if terms.charge != expected:
        yield Violation(
            stream=life.stream,
            version=1,
            why=reason("amount_differs", amount=terms.charge.total, expected_amount=expected.total),
        )


def _posting_violations(life: Life[Settlement, SettlementEvent]) -> Iterator[Violation]:
    """Yield events that move another amount, or for somebody else, than the settlement before them says."""
    for before, event, _ in life.steps:
        if before is None:
            continue
        told = {name: getattr(event, name) for name in ("amount", "taken", "posting")}
        expected = MACHINE.payload(before, _command_of(event), event.at)
        if told != {name: expected.get(name) for name in told}:
            moved = reason("posting_differs", event=event.event)
            yield Violation(stream=life.stream, version=event.version, why=moved)


def _command_of(event: SettlementEvent) -> SettlementCommand:
    """Return the command that an event answers, as far as what it moves hangs on it."""
    said = event.amount if event.event in _OF_SOME_AMOUNT else None
    return SettlementCommand(
        event=event.event,
        by=event.by,
        key="audit",
        cause=event.cause,
        amount=said,
        goodwill=event.goodwill,
    )


_OF_SOME_AMOUNT = frozenset({"credit", "refund_partly"})
