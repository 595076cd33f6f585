"""Compensation: what a customer owes for time kept free, or for a way in vain; with its basis, capped.

Every amount comes with a reason from whose values it can be recomputed.
"""

from datetime import timedelta

import attrs

from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, round_ratio
from mila_core.policies import CompensationPolicy
from mila_core.reasons import Reason, reason
from mila_core.validation import instance_of

__all__ = ["Compensation", "for_late_cancellation", "for_no_show", "for_visit_in_vain"]


@attrs.frozen(kw_only=True)
class Compensation:
    """What is owed instead of the price, and why.

    Attributes:
        amount: the amount, CHF 0.00 or more.
        why: the rule and the numbers from which the amount can be recomputed.
    """

    amount: Money = attrs.field(validator=instance_of(Money))
    why: Reason = attrs.field(validator=instance_of(Reason))

    def __attrs_post_init__(self) -> None:
        """Refuse an amount below zero."""
        if self.amount < ZERO:
            raise InvalidValueError("amount", "CHF 0.00 or more", str(self.amount))


def _share(gross: Money, percent: int, most: Money) -> Money:
    """Return the share of a price, no more than the cap and never more than the price."""
    return Money(min(round_ratio(gross.rappen * percent, 100), most.rappen, gross.rappen))


def for_late_cancellation(gross: Money, *, notice: timedelta, policy: CompensationPolicy) -> Compensation:
    """Return what a customer owes who cancels: a share of the price that grows as the notice falls.

    Args:
        gross: the service's gross price.
        notice: how long before the start it comes; below zero after it.
        policy: the shares and the cap.

    Returns:
        The amount, from nothing to the gross price.

    Examples:
        >>> from mila_core.money import chf
        >>> owed = for_late_cancellation(chf(40), notice=timedelta(hours=3), policy=CompensationPolicy())
        >>> str(owed.amount), owed.why.get("percent"), owed.why.get("notice_minutes")
        ('CHF 20.00', 50, 180)
    """
    minutes = max(0, notice // timedelta(minutes=1))
    tier = next((each for each in policy.tiers if minutes >= each.notice_minutes), policy.tiers[-1])
    return Compensation(
        amount=_share(gross, tier.percent, policy.most),
        why=reason(
            "late_cancellation", notice_minutes=minutes, percent=tier.percent, of=gross, most=policy.most
        ),
    )


def for_no_show(gross: Money, *, policy: CompensationPolicy) -> Compensation:
    """Return what a customer owes who was not there: a share of the price.

    Args:
        gross: the service's gross price.
        policy: the share and the cap.
    """
    percent = policy.no_show_percent
    return Compensation(
        amount=_share(gross, percent, policy.most),
        why=reason("customer_no_show", percent=percent, of=gross, most=policy.most),
    )


def for_visit_in_vain(gross: Money, *, failure: str, policy: CompensationPolicy) -> Compensation | None:
    """Return what a customer owes for a visit that came to nothing, or None where that is nobody's fault.

    Args:
        gross: the service's gross price.
        failure: the code of the reason, one of `bookings.FAILURES`.
        policy: the fee, and the reasons for which it is owed.
    """
    if failure not in policy.visit_fee_reasons:
        return None
    fee, most = policy.visit_fee, policy.most
    return Compensation(
        amount=min(fee, most, gross),
        why=reason("visit_in_vain", failure=failure, of=gross, fee=fee, most=most),
    )
