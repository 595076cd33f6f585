"""Which machine an event belongs to, as far as words depend on it: what its states are called."""

from functools import cache
from types import MappingProxyType

import mila_core.bookings as bookings
import mila_core.dispatch as dispatch
import mila_core.disputes as disputes
import mila_core.ratings as ratings
import mila_core.settlements as settlements

_TABLES = MappingProxyType(
    {
        "state": bookings.TABLE,
        "request_state": dispatch.REQUEST_TABLE,
        "invitation_state": dispatch.INVITATION_TABLE,
        "dispute_state": disputes.TABLE,
        "review_state": ratings.TABLE,
        "payment_state": settlements.PAYMENT_TABLE,
        "commission_state": settlements.COMMISSION_TABLE,
        "payout_state": settlements.PAYOUT_TABLE,
    }
)
"""The tables of the machines, by the kind of label that their states have."""


@cache
def state_kinds(event: str) -> tuple[str, ...]:
    """Return the kinds of label of the states in which an event is possible or not, mostly one.

    Args:
        event: the event's name; none for an unknown one.
    """
    return tuple(kind for kind, table in _TABLES.items() if any(row.event == event for row in table))
