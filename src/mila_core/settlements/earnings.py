"""What a friend has earned in a year, against that year's limit; and balances over many settlements."""

from collections.abc import Iterable

import attrs

from mila_core.money import Money, total
from mila_core.policies import SettlementPolicy
from mila_core.reasons import Reason, reason
from mila_core.settlements.ledger import Account
from mila_core.settlements.values import Settlement
from mila_core.validation import TupleOf, identifier, instance_of, integer, optional, tuple_of

__all__ = ["EarningsStatement", "balance_of", "earnings_statement"]

_LAST_YEAR = 9999


@attrs.frozen(kw_only=True)
class EarningsStatement:
    """What a friend has earned in a Swiss calendar year.

    Attributes:
        friend_id: the id of the friend.
        year: the calendar year of the days of service.
        count: how many settlements it is made of.
        gross: the gross prices.
        commission: the commissions on them.
        tips: the tips.
        compensations: the compensations.
        given_back: the friend's part of what was credited, refunded, waived or written off.
        limit: the income of the year from which on social insurance is owed, if there is such a limit.
        blocks: whether the friend is not to be booked any more, by policy.
        why: a warning where the limit is reached or exceeded, with the numbers.

    Examples:
        >>> statement = earnings_statement([], friend_id="andreas", year=2026, policy=SettlementPolicy())
        >>> str(statement.net), str(statement.limit), statement.why
        ('CHF 0.00', 'CHF 2500.00', ())
    """

    friend_id: str = attrs.field(validator=identifier)
    year: int = attrs.field(validator=integer(1, _LAST_YEAR))
    count: int = attrs.field(validator=integer(0, 2**53))
    gross: Money = attrs.field(validator=instance_of(Money))
    commission: Money = attrs.field(validator=instance_of(Money))
    tips: Money = attrs.field(validator=instance_of(Money))
    compensations: Money = attrs.field(validator=instance_of(Money))
    given_back: Money = attrs.field(validator=instance_of(Money))
    limit: Money | None = attrs.field(validator=optional(instance_of(Money)))
    blocks: bool = attrs.field(default=False, validator=instance_of(bool))
    why: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )

    @property
    def net(self) -> Money:
        """What the friend has earned: what is left of prices, tips and compensations."""
        return self.gross - self.commission + self.tips + self.compensations - self.given_back


def _warning(net: Money, year: int, limit: Money | None) -> tuple[Reason, ...]:
    if limit is None or net < limit:
        return ()
    why = reason(
        "earnings_limit_exceeded" if net > limit else "earnings_limit_reached",
        earned=net,
        limit=limit,
        year=year,
    )
    return (why,)


def earnings_statement(
    settlements: Iterable[Settlement], *, friend_id: str, year: int, policy: SettlementPolicy
) -> EarningsStatement:
    """Return what a friend has earned in a Swiss calendar year, and how that compares with the year's limit.

    A settlement counts for the year of its day of service, not for the one of its payout. So a friend is
    warned when the work is done and not weeks later, a payment that comes late moves no income into another
    year, and both sides can check the year against the same bookings. It counts with what the friend has of
    it by now, whether or not the customer has paid: what is refunded or written off later is taken back from
    the year of service.

    Args:
        settlements: settlements of any friends and years.
        friend_id: the id of the friend.
        year: the calendar year.
        policy: the limits by year, and whether they block.

    Returns:
        The statement; where the limit is reached or exceeded it warns, and blocks only if the policy says so.
    """
    own = [each for each in settlements if _counts(each, friend_id, year)]
    charges = [each.terms.charge for each in own]
    parts = EarningsStatement(
        friend_id=friend_id,
        year=year,
        count=len(own),
        gross=total(each.gross for each in charges),
        commission=total(each.commission for each in charges),
        tips=total(each.tip for each in charges),
        compensations=total(each.compensation for each in charges),
        given_back=total(each.terms.charge.shares.friend - each.shares.friend for each in own),
        limit=policy.earnings_limit(year),
    )
    why = _warning(parts.net, year, parts.limit)
    return attrs.evolve(parts, why=why, blocks=bool(why) and policy.blocks_at_earnings_limit)


def _counts(settlement: Settlement, friend_id: str, year: int) -> bool:
    return settlement.terms.friend_id == friend_id and settlement.terms.served_on.year == year


def balance_of(settlements: Iterable[Settlement], *, account: Account, party_id: str) -> Money:
    """Return what somebody has to get (above zero) or to give (below zero), over all settlements.

    Args:
        settlements: any settlements.
        account: in which capacity.
        party_id: the id of the friend, customer or partner; for the other accounts, the account's own name.

    Examples:
        >>> str(balance_of([], account=Account.FRIEND, party_id="andreas"))
        'CHF 0.00'
    """
    entries = (entry for each in settlements for entry in each.balances)
    return total(each.amount for each in entries if (each.account, each.party_id) == (account, party_id))
