"""What a friend has earned in a year, against that year's limit; and balances over many settlements."""

from collections.abc import Iterable
from datetime import date

import attrs

from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, total
from mila_core.policies import SettlementPolicy
from mila_core.reasons import Reason, reason
from mila_core.settlements.ledger import Account
from mila_core.settlements.values import Settlement
from mila_core.validation import TupleOf, day, identifier, instance_of, integer, optional, tuple_of

__all__ = ["EarningsRow", "EarningsStatement", "balance_of", "earnings_statement"]

_LAST_YEAR = 9999
_LONGEST = 100_000  # more than 270 visits a day: a statement of more rows is of something else


@attrs.frozen(kw_only=True)
class EarningsRow:
    """What a friend has earned with one booking, so that it can be checked and told to the tax office.

    Attributes:
        id: the id of the booking.
        served_on: the day of service.
        gross: the gross price.
        commission: the commission on it, its tax included.
        commission_vat: the tax contained in the commission.
        tip: the tip.
        compensation: the compensation.
        given_back: the friend's part of what was credited, refunded, waived or written off.

    Raises:
        InvalidValueError: an amount below zero, or more tax than commission.
    """

    id: str = attrs.field(validator=identifier)
    served_on: date = attrs.field(validator=day)
    gross: Money = attrs.field(validator=instance_of(Money))
    commission: Money = attrs.field(validator=instance_of(Money))
    commission_vat: Money = attrs.field(validator=instance_of(Money))
    tip: Money = attrs.field(validator=instance_of(Money))
    compensation: Money = attrs.field(validator=instance_of(Money))
    given_back: Money = attrs.field(validator=instance_of(Money))

    def __attrs_post_init__(self) -> None:
        """Refuse amounts that no booking has."""
        for name in ("gross", "commission", "commission_vat", "tip", "compensation", "given_back"):
            if (amount := getattr(self, name)) < ZERO:
                raise InvalidValueError(name, "CHF 0.00 or more", str(amount))
        if self.commission_vat > self.commission:
            expected = f"no more than the commission, {self.commission}"
            raise InvalidValueError("commission_vat", expected, str(self.commission_vat))

    @property
    def net(self) -> Money:
        """What the friend has earned: what is left of price, tip and compensation."""
        return self.gross - self.commission + self.tip + self.compensation - self.given_back


@attrs.frozen(kw_only=True)
class EarningsStatement:
    """What a friend has earned in a Swiss calendar year, booking by booking; the sums are those of the rows.

    Attributes:
        friend_id: the id of the friend.
        year: the calendar year of the days of service.
        rows: the bookings, by day of service, then by id.
        limit: the income of the year from which on social insurance is owed, if there is such a limit.
        blocks: whether the friend is not to be booked any more, by policy.
        why: a warning where the limit is reached or exceeded, with the numbers.

    Raises:
        InvalidValueError: rows of another year, out of order, or of one booking twice.

    Examples:
        >>> statement = earnings_statement([], friend_id="andreas", year=2026, policy=SettlementPolicy())
        >>> str(statement.net), str(statement.limit), statement.why
        ('CHF 0.00', 'CHF 2500.00', ())
    """

    friend_id: str = attrs.field(validator=identifier)
    year: int = attrs.field(validator=integer(1, _LAST_YEAR))
    rows: tuple[EarningsRow, ...] = attrs.field(
        default=(),
        converter=TupleOf[EarningsRow],
        validator=tuple_of(instance_of(EarningsRow), most=_LONGEST),
    )
    limit: Money | None = attrs.field(validator=optional(instance_of(Money)))
    blocks: bool = attrs.field(default=False, validator=instance_of(bool))
    why: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )

    def __attrs_post_init__(self) -> None:
        """Refuse rows that are not those of a year."""
        if any(row.served_on.year != self.year for row in self.rows):
            raise InvalidValueError("rows", f"days of {self.year}", "another year")
        if len({row.id for row in self.rows}) < len(self.rows):
            raise InvalidValueError("rows", "each booking once", "one that comes twice")
        if list(self.rows) != sorted(self.rows, key=_by_day):
            raise InvalidValueError("rows", "rows by day of service, then by id", "another order")

    @property
    def count(self) -> int:
        """How many bookings it is made of."""
        return len(self.rows)

    @property
    def gross(self) -> Money:
        """The gross prices."""
        return total(row.gross for row in self.rows)

    @property
    def commission(self) -> Money:
        """The commissions on them, their tax included."""
        return total(row.commission for row in self.rows)

    @property
    def commission_vat(self) -> Money:
        """The tax contained in the commissions."""
        return total(row.commission_vat for row in self.rows)

    @property
    def tips(self) -> Money:
        """The tips."""
        return total(row.tip for row in self.rows)

    @property
    def compensations(self) -> Money:
        """The compensations."""
        return total(row.compensation for row in self.rows)

    @property
    def given_back(self) -> Money:
        """The friend's part of what was credited, refunded, waived or written off."""
        return total(row.given_back for row in self.rows)

    @property
    def net(self) -> Money:
        """What the friend has earned: what is left of prices, tips and compensations."""
        return total(row.net for row in self.rows)


def _by_day(row: EarningsRow) -> tuple[date, str]:
    return row.served_on, row.id


def _row(settlement: Settlement) -> EarningsRow:
    charge = settlement.terms.charge
    return EarningsRow(
        id=settlement.id,
        served_on=settlement.terms.served_on,
        gross=charge.gross,
        commission=charge.commission,
        commission_vat=charge.commission_vat,
        tip=charge.tip,
        compensation=charge.compensation,
        given_back=charge.shares.friend - settlement.shares.friend,
    )


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
        settlements: settlements of any friends and years, each as it stands now.
        friend_id: the id of the friend.
        year: the calendar year.
        policy: the limits by year, and whether they block.

    Returns:
        The statement; where the limit is reached or exceeded it warns, and blocks only if the policy says so.

    Raises:
        InvalidValueError: a settlement of the friend and year that comes twice.
    """
    rows = sorted((_row(each) for each in settlements if _counts(each, friend_id, year)), key=_by_day)
    limit = policy.earnings_limit(year)
    found = EarningsStatement(friend_id=friend_id, year=year, rows=rows, limit=limit)
    why = _warning(found.net, year, limit)
    return attrs.evolve(found, why=why, blocks=bool(why) and policy.blocks_at_earnings_limit)


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
