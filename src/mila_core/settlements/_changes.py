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


def _lowered(settlement: Settlement, event: SettlementEvent) -> Shares:
    """Return what is left of the shares: of the platform's alone is taken what it bears alone."""
    taken = _taken_of(event)
    if event.goodwill or settlement.terms.is_platforms_loss(event.event, event.cause):
        return attrs.evolve(settlement.shares, platform=settlement.shares.platform - taken.platform)
    return settlement.shares.less(taken)


def _refunded(settlement: Settlement, event: SettlementEvent) -> Mapping[str, Any]:
    left = _lowered(settlement, event)
    leaves = left.total > ZERO if event.goodwill else left != Shares()
    if event.event == "refund_fully" and leaves:
        raise InvalidValueError("taken", "all that is left of each part", f"some that leaves {left}")
    return {"shares": left, "refunded": settlement.refunded + _amount_of(event)}


def _received(settlement: Settlement, event: SettlementEvent) -> Mapping[str, Any]:
    """Return what was paid, and the shares of it: in cash the platform has, or gives, what is rounded."""
    came, shares = _amount_of(event), settlement.shares
    if came != settlement.to_collect:
        raise InvalidValueError("amount", f"the payment of {settlement.to_collect}", str(came))
    platform = shares.platform + came - settlement.outstanding
    return {"paid": settlement.paid + came, "shares": attrs.evolve(shares, platform=platform)}


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
            return _received(settlement, event)
        case "credit" | "waive" | "write_off":
            return {"shares": _lowered(settlement, event)}
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
