"""Business hours: how much of a time falls into them, on the Swiss wall clock."""

from datetime import date, datetime, time, timedelta

from mila_core.periods import at_wall_time, midnight, wall_time
from mila_core.policies import BadgePolicy

__all__ = ["is_within_business_hours"]

_DAY = timedelta(days=1)
_MIDNIGHT = 24


def is_within_business_hours(start: datetime, end: datetime, *, policy: BadgePolicy) -> bool:
    """Return whether no more than `fast_hours` of business hours lie between two instants.

    Args:
        start: the first instant.
        end: the second one, not before it.
        policy: when business hours are, and how many of them.
    """
    left = timedelta(hours=policy.fast_hours)
    if end - start <= left:
        return True
    on = wall_time(start).date()
    while (opens := _opens(on, policy)) < end:
        if on.weekday() < policy.business_weekdays:
            left -= max(min(_closes(on, policy), end) - max(opens, start), timedelta(0))
            if left < timedelta(0):
                return False
        on += _DAY
    return True


def _opens(on: date, policy: BadgePolicy) -> datetime:
    return at_wall_time(on, time(policy.business_from_hour))


def _closes(on: date, policy: BadgePolicy) -> datetime:
    if policy.business_to_hour == _MIDNIGHT:
        return midnight(on + _DAY)
    return at_wall_time(on, time(policy.business_to_hour))
