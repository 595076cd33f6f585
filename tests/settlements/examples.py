"""Bookings with something to settle, and settlements in any state: the fixed examples."""

from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import attrs

from mila_core import settlements
from mila_core.bookings import Booking, BookingState, Compensation, Ending
from mila_core.friends import ContractMode
from mila_core.lifecycle import Actor, Role
from mila_core.money import Money, chf
from mila_core.quotes import Part, QuoteLine
from mila_core.reasons import reason
from mila_core.settlements import PaymentMeans, Settlement, SettlementCommand
from tests import journey, machine_laws
from tests.journey import ACTORS, CUSTOMER, utc

SYSTEM = Actor(Role.SYSTEM, "settlements")
SIDES = MappingProxyType({actor.role.value: actor for actor in (*ACTORS.values(), SYSTEM)})

ENDED_AT = utc("2013-11-28T15:00")
OPENED_AT = utc("2013-11-28T16:00")
OVERDUE_AT = utc("2013-12-08T23:00")
"""The first instant of 9 December in Switzerland, as the term of ten days ends on the 8th."""


def closed(
    gross: str = "40.00", *, fee: str = "0.00", voucher: str = "0.00", rounding: str = "0.00"
) -> Booking:
    """Return the example's booking, closed, at another price, of whatever contract."""
    booking = journey.booking_in(BookingState.CLOSED)
    lines = [QuoteLine(why=reason("base", price=chf(gross)), amount=chf(gross))]
    for code, amount in (
        ("customer_fee", chf(fee)),
        ("voucher", -chf(voucher)),
        ("cash_rounding", chf(rounding)),
    ):
        if amount.rappen:
            lines.append(QuoteLine(why=reason(code), amount=amount, part=Part.PLATFORM))
    quote = attrs.evolve(booking.quote, lines=lines, basis=None)
    return attrs.evolve(booking, quote=quote, agreed_gross=quote.gross, since=ENDED_AT)


def compensated(amount: str = "20.00") -> Booking:
    """Return the example's booking, cancelled so late that the customer owes a compensation."""
    owed = Compensation(amount=chf(amount), why=reason("example"))
    ending = Ending(event="cancel_by_customer", by=CUSTOMER, compensation=owed)
    return attrs.evolve(closed(), state=BookingState.CANCELLED, ending=ending)


def opening(booking: Booking | None = None, **details: Any) -> SettlementCommand:
    """Return the command that opens a settlement: online, under the friend's contract if not said."""
    given = {"means": PaymentMeans.ONLINE, "contract": ContractMode.FRIEND, **details}
    return SettlementCommand(
        event="open_settlement", by=SYSTEM, key="open", booking=booking or closed(), **given
    )


def opened(booking: Booking | None = None, *, at: datetime = OPENED_AT, **details: Any) -> Settlement:
    """Return a settlement just opened."""
    return machine_laws.granted(settlements.MACHINE, None, opening(booking, **details), at=at)


def command(
    event: str, by: str = "operator", *, amount: Money | None = None, **details: Any
) -> SettlementCommand:
    """Return a command of the example."""
    key = details.pop("key", f"{event}-{by}")
    return SettlementCommand(event=event, by=SIDES[by], key=key, amount=amount, **details)


def after(settlement: Settlement, *steps: str, at: datetime = OPENED_AT) -> Settlement:
    """Return a settlement after some events; `/role` says by whom, and `=20.00` an amount or a cause."""
    for number, step in enumerate(steps):
        name, _, value = step.partition("=")
        event, _, role = name.partition("/")
        is_hold = event in {"hold_payout", "release_payout"}
        details = {"cause": value} if is_hold else {"amount": chf(value) if value else None}
        wanted = command(event, role or "operator", key=f"{number}-{settlement.version}", **details)
        now = max(at, *(timer.at for timer in settlement.due)) if role == "timer" else at
        settlement = machine_laws.granted(settlements.MACHINE, settlement, wanted, at=now)
    return settlement


LATER = timedelta(days=1)
