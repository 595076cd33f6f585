"""What must hold of settlements: each of a booking that owes what it says, and every sum recomputed."""

from collections.abc import Iterator

from mila_core.audit._lives import Life
from mila_core.audit._parties import people_violations
from mila_core.audit.violations import Violation
from mila_core.bookings import Booking, BookingEvent
from mila_core.money import ZERO, total
from mila_core.reasons import reason
from mila_core.settlements import (
    Account,
    Settlement,
    SettlementEvent,
    balances,
    charge_for,
    is_chargeable,
)


def settlement_violations(
    life: Life[Settlement, SettlementEvent], *, booking: Life[Booking, BookingEvent] | None
) -> Iterator[Violation]:
    """Yield what a settlement contradicts in its booking's life, and sums that are not those of its postings.

    Args:
        life: the settlement.
        booking: the life of its booking.
    """
    yield from _sum_violations(life)
    if booking is None or not is_chargeable(booking.state):
        yield Violation(stream=life.stream, why=reason("without_booking"))
        return
    terms, policy = life.state.terms, life.state.policy
    yield from people_violations(life.stream, terms, booking=booking.state)
    expected = charge_for(
        booking.state, means=terms.means, policy=policy, tip=terms.charge.tip, partner_id=terms.partner_id
    )
    if terms.charge != expected:
        yield Violation(
            stream=life.stream,
            version=1,
            why=reason("amount_differs", amount=terms.charge.total, expected_amount=expected.total),
        )


def _sum_violations(life: Life[Settlement, SettlementEvent]) -> Iterator[Violation]:
    """Yield balances that are not those of all postings, and money that came from or went nowhere."""
    state = life.state
    postings = [event.posting for _, event, _ in life.steps if event.posting is not None]
    found = balances(postings)
    if total(entry.amount for entry in found) != ZERO or found != state.balances:
        at_bank = total(entry.amount for entry in found if entry.account is Account.BANK)
        yield Violation(stream=life.stream, why=reason("unbalanced", bank=at_bank))
