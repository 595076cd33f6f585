"""The scenery of every world: who lives there, what is on offer, and what it costs."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from zlib import crc32

import attrs

from mila_core.bookings import Booking, Consent
from mila_core.dispatch import Candidate
from mila_core.friends import ContractMode, Friend
from mila_core.lifecycle import Actor, Role
from mila_core.money import Money, round_to
from mila_core.offers import Offer
from mila_core.periods import Period, Validity
from mila_core.quotes import Part, Quote, QuoteLine
from mila_core.reasons import reason
from mila_core.service_requests import ServiceRequest
from mila_core.settlements import PaymentMeans
from tests.journey import ALWAYS_INSTANT, ALWAYS_THERE, FOREVER, QUOTE, REQUEST

FRIENDS: Mapping[str, Friend] = {
    name: attrs.evolve(ALWAYS_THERE, id=name) for name in ("friend-1", "friend-2", "friend-3", "friend-4")
}
OFFERS: Mapping[str, Offer] = {
    name: attrs.evolve(ALWAYS_INSTANT, id=f"{name}-offer", friend_id=name) for name in FRIENDS
}
CUSTOMERS = ("customer-1", "customer-2", "customer-3", "customer-4")
OPERATOR = Actor(Role.OPERATOR, "operator-1")
SYSTEM = Actor(Role.SYSTEM, "system")
SCHEDULER = Actor(Role.TIMER, "scheduler")

BEGINNINGS = tuple(
    datetime.fromisoformat(day).replace(tzinfo=UTC)
    for day in ("2023-12-27", "2024-10-24", "2026-03-26", "2026-06-01")
)
"""When a world begins: before another rate of the tax, before the clocks change twice, and on any day."""

_WAYS_TO_PAY = tuple(
    (means, contract) for contract in ContractMode for means in PaymentMeans if means.fits(contract)
)
_VISIT = attrs.evolve(
    QUOTE.visit, openings=[attrs.evolve(each, during=Validity(FOREVER)) for each in QUOTE.visit.openings]
)
_FEE = QuoteLine(why=reason("customer_fee"), amount=Money(200), part=Part.PLATFORM)
_VOUCHER = QuoteLine(why=reason("voucher"), amount=Money(-750), part=Part.PLATFORM)


def means_for(seed: int, booking_id: str) -> tuple[PaymentMeans, ContractMode]:
    """Return how a customer pays for a booking, and between whom the contract is; always the same.

    Args:
        seed: the world's.
        booking_id: the booking's id.
    """
    return _WAYS_TO_PAY[crc32(f"{seed}:{booking_id}".encode()) % len(_WAYS_TO_PAY)]


def _lines(gross: Money, *, chance: Random, cash: bool) -> list[QuoteLine]:
    lines = [attrs.evolve(QUOTE.lines[0], amount=gross)]
    if chance.random() < 0.3:
        lines.append(_FEE)
    if chance.random() < 0.2:
        lines.append(_VOUCHER)
    due = Money(sum(each.amount.rappen for each in lines))
    if cash and (missing := round_to(due) - due) != Money(0):
        why = reason("cash_rounding")
        lines.append(QuoteLine(why=why, amount=missing, part=Part.PLATFORM))
    return lines


def quote_for(
    id: str,  # noqa: A002  # the domain's word
    *,
    friend_id: str,
    customer_id: str,
    request_id: str,
    slot: Period,
    at: datetime,
    chance: Random,
    cash: bool,
) -> Quote:
    """Return a quote at some price."""
    visit = attrs.evolve(_VISIT, request_id=request_id, customer_id=customer_id, slot=slot)
    return attrs.evolve(
        QUOTE,
        id=id,
        visit=visit,
        friend_id=friend_id,
        offer_id=f"{friend_id}-offer",
        lines=_lines(Money(chance.randrange(2000, 12000)), chance=chance, cash=cash),
        made_at=at - timedelta(minutes=5),
        expires_at=at + timedelta(days=30),
    )


def next_quote(booking: Booking, *, slot: Period, percent: int, at: datetime) -> Quote:
    """Return the next version of a booking's quote: another slot, another price."""
    before = booking.quote
    gross = round_to(Money(before.gross.rappen * percent // 100))
    rest = [each for each in before.lines[1:] if each.why.code != "cash_rounding"]
    lines = before.lines if percent == 100 else [attrs.evolve(before.lines[0], amount=gross), *rest]
    return attrs.evolve(
        before,
        id=f"{booking.id}-v{before.version + 1}-{slot.start:%d%H%M%S}-{percent}",
        visit=attrs.evolve(before.visit, slot=slot),
        lines=lines,
        made_at=at,
        expires_at=at + timedelta(days=30),
        version=before.version + 1,
    )


def consent_to(quote: Quote, by: Actor) -> Consent | None:
    """Return the other side's consent; an operator needs none."""
    others = {
        Role.CUSTOMER: Actor(Role.FRIEND, quote.friend_id),
        Role.FRIEND: Actor(Role.CUSTOMER, quote.visit.customer_id),
    }
    other = others.get(by.role)
    return None if other is None else Consent(by=other, at=quote.made_at, quote_id=quote.id)


def request_for(id: str, *, customer_id: str, windows: list[Period]) -> ServiceRequest:  # noqa: A002
    """Return what a customer wants of anybody."""
    return attrs.evolve(REQUEST, id=id, customer_id=customer_id, windows=windows)


def candidate(quote: Quote, *, distance_m: int) -> Candidate:
    """Return a friend who could be invited."""
    return Candidate(quote=quote, distance_m=distance_m)
