"""The ledger: double entries in Swiss francs, each posting of which sums to zero.

The sign says which way a claim goes. Above zero the party of an entry has to get that much more, below zero
it owes that much more (what accountants call credit and debit). What the platform has at its bank stands in
the account `bank`: below zero, as the bank owes it. Without that account money could not come in or go out,
only claims could move, and what a customer has paid would have to vanish for the ledger to be balanced.
"""

from collections.abc import Iterable
from enum import StrEnum

import attrs

from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, total
from mila_core.validation import TupleOf, identifier, instance_of, tuple_of

__all__ = ["Account", "Entry", "Posting", "balances"]


class Account(StrEnum):
    """Whose claims and debts an entry changes."""

    CUSTOMER = "customer"
    """The customer's: below zero, what is still to be paid."""
    FRIEND = "friend"
    """The friend's: above zero, what is still to be got; below zero, what is owed to the platform."""
    PLATFORM = "platform"
    """What the platform has earned."""
    PARTNER = "partner"
    """What a partner has earned."""
    TAX = "tax"
    """What the platform owes the tax authority."""
    BANK = "bank"
    """The platform's money at its bank: below zero, what lies there."""


@attrs.frozen(kw_only=True)
class Entry:
    """An amount in one party's account.

    Attributes:
        account: which account.
        party_id: whose: the id of the customer, friend or partner; for the others, the account's own name.
        amount: above zero, more to get; below zero, more to give.
    """

    account: Account = attrs.field(validator=instance_of(Account))
    party_id: str = attrs.field(validator=identifier)
    amount: Money = attrs.field(validator=instance_of(Money))


@attrs.frozen(kw_only=True)
class Posting:
    """What one event moves: entries that sum to zero.

    Attributes:
        entries: at least two, none of them of nothing.

    Raises:
        InvalidValueError: fewer than two entries, an entry of CHF 0.00, or a sum other than zero.

    Examples:
        >>> from mila_core.money import chf
        >>> paid = Entry(account=Account.CUSTOMER, party_id="anna", amount=chf(40))
        >>> came = Entry(account=Account.BANK, party_id="bank", amount=chf(-39))
        >>> Posting(entries=[paid, came])
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: entries: expected entries that sum to CHF 0.00, came CHF 1.00
    """

    entries: tuple[Entry, ...] = attrs.field(
        converter=TupleOf[Entry], validator=tuple_of(instance_of(Entry), least=2)
    )

    def __attrs_post_init__(self) -> None:
        """Refuse entries that are out of balance."""
        if any(each.amount == ZERO for each in self.entries):
            raise InvalidValueError("entries", "entries of some amount", "one of CHF 0.00")
        if (rest := total(each.amount for each in self.entries)) != ZERO:
            raise InvalidValueError("entries", "entries that sum to CHF 0.00", str(rest))


def balances(postings: Iterable[Posting]) -> tuple[Entry, ...]:
    """Return what each party has to get (above zero) or to give (below) after some postings.

    Args:
        postings: any postings, of one settlement or of all, in any order.

    Returns:
        An entry for each account and party whose balance is not zero, by account and party; they sum to zero.

    Examples:
        >>> balances([])
        ()
    """
    return summed(entry for posting in postings for entry in posting.entries)


def summed(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return one entry for each account and party, as `balances` does.

    Args:
        entries: any entries.
    """
    sums: dict[tuple[Account, str], Money] = {}
    for each in entries:
        key = each.account, each.party_id
        sums[key] = sums.get(key, ZERO) + each.amount
    order = list(Account)
    return tuple(
        Entry(account=account, party_id=party_id, amount=amount)
        for (account, party_id), amount in sorted(
            sums.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
        if amount != ZERO
    )
