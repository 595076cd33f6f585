"""The policy of the money side."""

from datetime import date

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.money import ZERO, Money, chf
from mila_core.policies.commission import CommissionTier, commission_of
from mila_core.policies.vat import SWISS_VAT_RATES, VatRate, VatTreatment
from mila_core.reasons import Reason, reason
from mila_core.validation import TupleOf, day, identifier, instance_of, integer, optional, tuple_of

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
    """The numbers of the money side: commission, terms of payment, tax, limits.

    `settlements` reads them; a settlement keeps the policy under which it was opened. The band of small jobs
    is for `pricing` and `offers`.

    Attributes:
        version: the name of this set of numbers.
        commission_percent: the platform's share of the service's gross price, or of its first band (Mila: 15;
            10 and 20 are seen).
        commission_least: the least commission; never more than the gross price.
        commission_most: the most; None for no such bound.
        commission_tiers: the further bands of the gross price, by their beginnings; none by default. Each
            rate is for the part of the price within its band, as in a tax table: were it for the whole price,
            a friend could get less for a higher one. (Airtasker takes 10 to 20 % by tier; a tier that is the
            friend's and not the price's is a policy of its own.)
        partner_percent: the share of a partner that sent the customer, of the commission without its tax (our
            own choice: nothing).
        invoice_days_friend: the term of an invoice in the friend's name (Mila).
        invoice_days_platform: the term of an invoice in the platform's name (Mila).
        payout_days: a payout is sent within this after the booking has ended (Mila).
        newcomer_hold_days: a newcomer's payout is held for this long after that (Loconomics).
        small_job_from: lower end of what a small job costs; outside it a warning, no more (the article).
        small_job_to: the upper end.
        earnings_limits: the yearly income from which on social insurance is owed, each with its first year
            (CHF 2,300 until 2024, CHF 2,500 from 2025: Mila; dynamis-treuhand.ch).
        blocks_at_earnings_limit: whether a friend who has earned that much is not booked any more; else it
            is a warning.
        vat_rates: the rates of the tax that amounts contain, by first day (`SWISS_VAT_RATES`); empty for a
            platform that owes no such tax.
        vat_known_to: the last day of service for which the rates are sure; None for no such day. A change of
            the Swiss rates is voted on, so it is known a year ahead (our own choice of the day).
        refuses_unknown_vat: whether a quote for a later day is refused; else it carries a warning.

    Raises:
        InvalidValueError: a number out of range, a band that is none, or years or days that are not in order.

    Examples:
        >>> SettlementPolicy().earnings_limit(2024), SettlementPolicy().earnings_limit(2026)
        (chf('2300.00'), chf('2500.00'))
        >>> (
        ...     SettlementPolicy().vat_per_mille(date(2023, 12, 31)),
        ...     SettlementPolicy().vat_per_mille(date(2024, 1, 1)),
        ... )
        (77, 81)
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    commission_percent: int = attrs.field(default=15, validator=integer(0, 100))
    commission_least: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    commission_most: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))
    commission_tiers: tuple[CommissionTier, ...] = attrs.field(
        default=(), converter=TupleOf[CommissionTier], validator=tuple_of(instance_of(CommissionTier))
    )
    partner_percent: int = attrs.field(default=0, validator=integer(0, 100))
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
    vat_rates: tuple[VatRate, ...] = attrs.field(
        default=SWISS_VAT_RATES, converter=TupleOf[VatRate], validator=tuple_of(instance_of(VatRate))
    )
    vat_known_to: date | None = attrs.field(default=date(2027, 12, 31), validator=optional(day))
    refuses_unknown_vat: bool = attrs.field(default=False, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        """Refuse numbers that cannot hold together."""
        if self.commission_least < ZERO:
            raise InvalidValueError("commission_least", "CHF 0.00 or more", str(self.commission_least))
        if self.commission_most is not None and self.commission_most < self.commission_least:
            expected = f"at least commission_least, {self.commission_least}"
            raise InvalidValueError("commission_most", expected, str(self.commission_most))
        begins = [each.from_gross for each in self.commission_tiers]
        if begins != sorted(set(begins)):
            came = ", ".join(str(each) for each in begins)
            raise InvalidValueError("commission_tiers", "bands by price, each beginning once", came)
        if not ZERO <= self.small_job_from <= self.small_job_to:
            expected = f"at least small_job_from, {self.small_job_from}"
            raise InvalidValueError("small_job_to", expected, str(self.small_job_to))
        if self.newcomer_hold_days > self.payout_days:
            expected = f"no more than payout_days, {self.payout_days}"
            raise InvalidValueError("newcomer_hold_days", expected, f"the int {self.newcomer_hold_days}")
        years = [each.first_year for each in self.earnings_limits]
        if years != sorted(set(years)):
            raise InvalidValueError("earnings_limits", "limits by year, each year once", describe(years))
        days = [each.first_day for each in self.vat_rates]
        if days != sorted(set(days)):
            came = ", ".join(each.isoformat() for each in days)
            raise InvalidValueError("vat_rates", "rates by first day, each day once", came)

    def commission_on(self, gross: Money) -> Money:
        """Return the commission on a gross price, its tax included: from CHF 0.00 to the price.

        The shares of all bands are added exactly and rounded once, a half away from zero. A higher price
        never has a lower commission, and never leaves the friend less: with a least, nothing up to that, and
        from there on all that is above, until the percentages come to more than the least.

        Args:
            gross: the service's gross price.

        Raises:
            InvalidValueError: a price below zero.

        Examples:
            >>> rules = SettlementPolicy(
            ...     commission_percent=20,
            ...     commission_tiers=[CommissionTier(from_gross=chf(100), percent=10)],
            ...     commission_least=chf(5),
            ... )
            >>> [str(rules.commission_on(chf(gross))) for gross in (3, 20, 100, 150)]
            ['CHF 3.00', 'CHF 5.00', 'CHF 20.00', 'CHF 25.00']
        """
        if gross < ZERO:
            raise InvalidValueError("gross", "CHF 0.00 or more", str(gross))
        further = [(each.from_gross.rappen, each.percent) for each in self.commission_tiers]
        most = None if self.commission_most is None else self.commission_most.rappen
        bands = [(0, self.commission_percent), *further]
        return Money(commission_of(gross.rappen, bands, least=self.commission_least.rappen, most=most))

    def earnings_limit(self, year: int) -> Money | None:
        """Return the limit of a year, or None for one before the first.

        Args:
            year: the calendar year.
        """
        found = [each.limit for each in self.earnings_limits if each.first_year <= year]
        return found[-1] if found else None

    def vat_per_mille(self, on: date, *, treatment: VatTreatment = VatTreatment.STANDARD) -> int:
        """Return the rate of the tax for a day of service, in per mille of the price without it; 0 for none.

        Args:
            on: the day of service.
            treatment: how the service is taxed.
        """
        found = [each for each in self.vat_rates if each.first_day <= on]
        return found[-1].of(treatment) if found else 0

    def vat_warnings(self, on: date) -> tuple[Reason, ...]:
        """Say that the rates may be others by a day of service; nothing where they are sure.

        Args:
            on: the day of service.

        Examples:
            >>> [why.code for why in SettlementPolicy().vat_warnings(date(2030, 1, 1))]
            ['vat_rate_unknown']
        """
        if not self.vat_rates or self.vat_known_to is None or on <= self.vat_known_to:
            return ()
        return (reason("vat_rate_unknown", on=on, known_to=self.vat_known_to),)
