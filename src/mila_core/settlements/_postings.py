"""What each event moves: an amount, who bears how much of it, and the entries in the ledger."""

from collections.abc import Mapping
from typing import Any

import attrs

from mila_core.money import ZERO, Money
from mila_core.settlements.commands import SettlementCommand
from mila_core.settlements.ledger import Account, Entry, Posting
from mila_core.settlements.shares import Shares
from mila_core.settlements.table import CommissionState
from mila_core.settlements.values import Settlement, SettlementTerms

__all__ = ["expected_commission", "lowered_by", "moved", "opened"]


def _posting(terms: SettlementTerms, amounts: Mapping[Account, Money]) -> Posting | None:
    """Return the entries of what is not zero; None where nothing is."""
    parties = {
        Account.CUSTOMER: terms.customer_id,
        Account.FRIEND: terms.friend_id,
        Account.PARTNER: terms.partner_id or Account.PARTNER.value,
    }
    entries = [
        Entry(account=account, party_id=parties.get(account, account.value), amount=amount)
        for account, amount in amounts.items()
        if amount != ZERO
    ]
    return Posting(entries=entries) if entries else None


def _by_account(shares: Shares) -> dict[Account, Money]:
    return {
        Account.FRIEND: shares.friend,
        Account.PLATFORM: shares.platform,
        Account.PARTNER: shares.partner,
        Account.TAX: shares.tax,
    }


def opened(terms: SettlementTerms) -> Mapping[str, Any]:
    """Return what the opening moves: the customer owes what the others have to get.

    Args:
        terms: the terms.
    """
    charge = terms.charge
    claims = {Account.CUSTOMER: -charge.total, **_by_account(charge.shares)}
    return {"amount": charge.total, "posting": _posting(terms, claims)}


def _borne(settlement: Settlement, taken: Shares, amount: Money, other: Account) -> Mapping[str, Any]:
    """Return what takes something back from everybody's share, for the customer."""
    back = {account: -part for account, part in _by_account(taken).items()}
    posting = _posting(settlement.terms, {**back, other: amount})
    return {"amount": amount, "taken": taken, "posting": posting}


def _transfer(settlement: Settlement, amount: Money, *, to: Account, of: Account) -> Mapping[str, Any]:
    """Return what settles a claim: `to` has so much less to give, `of` so much less to get."""
    return {"amount": amount, "posting": _posting(settlement.terms, {to: amount, of: -amount})}


def _taken(settlement: Settlement, amount: Money) -> Shares:
    """Return who bears how much of what goes back: the tip, the friend's alone, is touched last."""
    shares = settlement.shares
    if amount in {ZERO, shares.total}:
        return shares.part(amount)
    rest = attrs.evolve(shares, friend=shares.friend - settlement.tip_left)
    of_rest = min(amount, rest.total)
    taken = rest.part(of_rest) if of_rest > ZERO else Shares()
    return attrs.evolve(taken, friend=taken.friend + amount - of_rest)


def _lowered(settlement: Settlement, command: SettlementCommand, other: Account) -> Mapping[str, Any]:
    """Return what is taken from all who have a share, or from the platform where it bears it alone."""
    amount = lowered_by(settlement, command)
    is_loss = settlement.terms.is_platforms_loss(command.event, command.cause)
    alone = command.goodwill or is_loss
    taken = Shares(platform=amount) if alone else _taken(settlement, amount)
    return {**_borne(settlement, taken, amount, other), "goodwill": command.goodwill}


def _received(settlement: Settlement) -> Mapping[str, Any]:
    """Return what a payment settles; in cash the platform has, or gives, what is rounded."""
    owed, came = settlement.outstanding, settlement.to_collect
    collector = Account.FRIEND if settlement.terms.means.by_friend else Account.BANK
    amounts = {Account.CUSTOMER: owed, collector: -came, Account.PLATFORM: came - owed}
    return {"amount": came, "posting": _posting(settlement.terms, amounts)}


def moved(settlement: Settlement, command: SettlementCommand) -> Mapping[str, Any]:
    """Return what an event moves, as fields of the event; nothing for one that moves nothing.

    Args:
        settlement: the settlement as it stands.
        command: what is wanted, which the guards have let pass.
    """
    match command.event:
        case "receive_payment":
            return _received(settlement)
        case "credit" | "waive" | "write_off":
            return _lowered(settlement, command, Account.CUSTOMER)
        case "refund_partly" | "refund_fully":
            return _lowered(settlement, command, Account.BANK)
        case "send_payout":
            return _transfer(settlement, settlement.payable, to=Account.BANK, of=Account.FRIEND)
        case "report_payout_returned":
            return _transfer(settlement, settlement.sent, to=Account.FRIEND, of=Account.BANK)
        case "start_commission_payment":
            return {"amount": settlement.owed_by_friend}
        case "receive_commission":
            return _transfer(settlement, expected_commission(settlement), to=Account.FRIEND, of=Account.BANK)
        case _:
            return {}


def lowered_by(settlement: Settlement, command: SettlementCommand) -> Money:
    """Return by how much an event lowers a debt, or pays back; where no amount is given, all that it can.

    Args:
        settlement: the settlement as it stands.
        command: a `credit`, a `refund_partly`, or what leaves nothing.
    """
    if command.amount is not None:
        return command.amount
    return settlement.contestable if command.event in {"credit", "refund_partly"} else settlement.shares.total


def expected_commission(settlement: Settlement) -> Money:
    """Return what is to come from the friend: what is under way, or else what is owed.

    Args:
        settlement: the settlement.
    """
    is_under_way = settlement.commission is CommissionState.PENDING
    return settlement.repaying if is_under_way else settlement.owed_by_friend
