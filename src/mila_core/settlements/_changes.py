"""What each event changes in a settlement; what does not agree is refused once more."""

from collections.abc import Mapping
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.money import ZERO, Money
from mila_core.settlements._guards import cause_of
from mila_core.settlements.ledger import summed
from mila_core.settlements.shares import Shares
from mila_core.settlements.values import Hold, Settlement, SettlementEvent

__all__ = ["begin", "change"]


def begin(event: SettlementEvent) -> Mapping[str, Any]:
    """Return the fields of a settlement that is opened.

    Args:
        event: its first event.
    """
    if event.terms is None or event.policy is None:
        raise InvalidTypeError("terms", "a first event with its terms and its policy", "one without")
    return {
        "terms": event.terms,
        "policy": event.policy,
        "shares": event.terms.charge.shares,
        "balances": summed(event.posting.entries if event.posting else ()),
        "holds": [] if event.cause is None else [Hold(cause=event.cause, since=event.at)],
    }


def _amount_of(event: SettlementEvent) -> Money:
    if event.amount is None:
        raise InvalidTypeError("amount", f"an event {event.event} with its amount", "one without")
    return event.amount


def _taken_of(event: SettlementEvent) -> Shares:
    """Return who bears what, once it is sure that this is the amount."""
    if event.taken is None:
        raise InvalidTypeError("taken", f"an event {event.event} with who bears it", "one without")
    if event.taken.total != _amount_of(event):
        raise InvalidValueError("taken", f"parts of {event.amount}", str(event.taken.total))
    return event.taken


def _given_up(settlement: Settlement, event: SettlementEvent) -> Shares:
    """Return the shares of what will not come: the platform bears it alone where the risk is its own."""
    taken = _taken_of(event)
    if not settlement.terms.is_platforms_loss(event.event, event.cause):
        return settlement.shares.less(taken)
    return attrs.evolve(settlement.shares, platform=settlement.shares.platform - taken.platform)


def _refunded(settlement: Settlement, event: SettlementEvent) -> Mapping[str, Any]:
    left = settlement.shares.less(_taken_of(event))
    if event.event == "refund_fully" and left != Shares():
        raise InvalidValueError("taken", "all that is left of each part", f"some that leaves {left}")
    return {"shares": left, "refunded": settlement.refunded + _amount_of(event)}


def _held(settlement: Settlement, event: SettlementEvent) -> Mapping[str, Any]:
    cause = cause_of(event.cause, event=event.event)
    if event.event == "hold_payout":
        return {"holds": [*settlement.holds, Hold(cause=cause, since=event.at)]}
    return {"holds": [each for each in settlement.holds if each.cause != cause]}


def _on_its_way(event: SettlementEvent) -> Mapping[str, Any]:
    """Return what is known of money under way: what was sent to the friend, what the friend is paying."""
    match event.event:
        case "send_payout":
            return {"sent": _amount_of(event)}
        case "report_payout_returned" | "grant_payout":
            return {"sent": ZERO}
        case "start_commission_payment":
            return {"repaying": _amount_of(event)}
        case "report_commission_failed" | "receive_commission":
            return {"repaying": ZERO}
        case _:
            return {}


def _special(settlement: Settlement, event: SettlementEvent) -> Mapping[str, Any]:
    """Return what an event changes besides a state and the balances."""
    match event.event:
        case "receive_payment":
            return {"paid": settlement.paid + _amount_of(event)}
        case "credit":
            return {"shares": settlement.shares.less(_taken_of(event))}
        case "waive" | "write_off":
            return {"shares": _given_up(settlement, event)}
        case "refund_partly" | "refund_fully":
            return _refunded(settlement, event)
        case "hold_payout" | "release_payout":
            return _held(settlement, event)
        case _:
            return _on_its_way(event)


def change(settlement: Settlement, event: SettlementEvent) -> Mapping[str, Any]:
    """Return the fields that an event changes, besides the states.

    Args:
        settlement: the settlement before.
        event: its next event.

    Raises:
        InvalidTypeError: the event lacks what it needs.
        InvalidValueError: its sums do not agree.
    """
    entries = event.posting.entries if event.posting else ()
    balances = summed([*settlement.balances, *entries]) if entries else settlement.balances
    return {"balances": balances, **_special(settlement, event)}
