"""The policy of the money side."""

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.money import ZERO, Money, chf
from mila_core.validation import TupleOf, identifier, instance_of, integer, tuple_of

__all__ = ["SettlementPolicy", "YearlyLimit"]


@attrs.frozen(kw_only=True)
class YearlyLimit:
    """A yearly limit, from a year on.

    Attributes:
        first_year: the first calendar year that it is for.
        limit: the amount.
    """

    first_year: int = attrs.field(validator=integer(1, 9999))
    limit: Money = attrs.field(validator=instance_of(Money))

    def __attrs_post_init__(self) -> None:
        """Refuse a limit below nothing."""
        if self.limit < ZERO:
            raise InvalidValueError("limit", "CHF 0.00 or more", str(self.limit))


@attrs.frozen(kw_only=True)
class SettlementPolicy:
    """The numbers of the money side: commission, terms of payment, limits; kept for settlement.

    Of these, this release reads the band of small jobs and the yearly limit.

    Attributes:
        version: the name of this set of numbers.
        commission_percent: the platform's share of the service's gross price (Mila: 15; 10 and 20 are seen).
        invoice_days_friend: the term of an invoice in the friend's name (Mila).
        invoice_days_platform: the term of an invoice in the platform's name (Mila).
        payout_days: a payout is sent within this (Mila).
        newcomer_hold_days: a newcomer's payout is held for this long (Loconomics).
        small_job_from: lower end of what a small job costs; outside it a warning, no more (the article).
        small_job_to: the upper end.
        earnings_limits: the yearly income from which on social insurance is owed, each with its first year
            (CHF 2,300 until 2024, CHF 2,500 from 2025: Mila; dynamis-treuhand.ch).
        blocks_at_earnings_limit: whether a friend who has earned that much is not booked any more; else it
            is a warning.

    Raises:
        InvalidValueError: a number out of range, a band that is none, or years that are not in order.

    Examples:
        >>> SettlementPolicy().earnings_limit(2024), SettlementPolicy().earnings_limit(2026)
        (chf('2300.00'), chf('2500.00'))
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    commission_percent: int = attrs.field(default=15, validator=integer(0, 100))
    invoice_days_friend: int = attrs.field(default=10, validator=integer(0, 366))
    invoice_days_platform: int = attrs.field(default=30, validator=integer(0, 366))
    payout_days: int = attrs.field(default=30, validator=integer(0, 366))
    newcomer_hold_days: int = attrs.field(default=5, validator=integer(0, 366))
    small_job_from: Money = attrs.field(default=chf(30), validator=instance_of(Money))
    small_job_to: Money = attrs.field(default=chf(100), validator=instance_of(Money))
    earnings_limits: tuple[YearlyLimit, ...] = attrs.field(
        default=(
            YearlyLimit(first_year=1, limit=chf(2300)),
            YearlyLimit(first_year=2025, limit=chf(2500)),
        ),
        converter=TupleOf[YearlyLimit],
        validator=tuple_of(instance_of(YearlyLimit), least=1),
    )
    blocks_at_earnings_limit: bool = attrs.field(default=False, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        """Refuse numbers that cannot hold together."""
        if not ZERO <= self.small_job_from <= self.small_job_to:
            expected = f"at least small_job_from, {self.small_job_from}"
            raise InvalidValueError("small_job_to", expected, str(self.small_job_to))
        if self.newcomer_hold_days > self.payout_days:
            expected = f"no more than payout_days, {self.payout_days}"
            raise InvalidValueError("newcomer_hold_days", expected, f"the int {self.newcomer_hold_days}")
        years = [each.first_year for each in self.earnings_limits]
        if years != sorted(set(years)):
            raise InvalidValueError("earnings_limits", "limits by year, each year once", describe(years))

    def earnings_limit(self, year: int) -> Money | None:
        """Return the limit of a year, or None for one before the first.

        Args:
            year: the calendar year.
        """
        found = [each.limit for each in self.earnings_limits if each.first_year <= year]
        return found[-1] if found else None
