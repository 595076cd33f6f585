"""How far ahead a visit can begin."""

from datetime import datetime

from mila_core.availability._weeks import horizon_us, instant, micros
from mila_core.errors import InvalidTypeError, describe
from mila_core.periods import SWISS_ZONE, instant_of, zone_of
from mila_core.policies import AvailabilityPolicy

__all__ = ["horizon_end"]


def horizon_end(policy: AvailabilityPolicy, *, at: datetime, zone: str = SWISS_ZONE) -> datetime:
    """Return the first instant beyond the horizon: no visit begins then or later.

    Args:
        policy: the policy with the horizon.
        at: the instant from which it counts.
        zone: the plan's zone, whose days count, by its IANA name.

    Returns:
        The midnight after the last day, in UTC.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a naive datetime, an instant outside the years 2 to 9998, or an unknown zone.

    Examples:
        >>> evening = datetime.fromisoformat("2026-10-24T20:00:00+02:00")
        >>> horizon_end(AvailabilityPolicy(horizon_days=1), at=evening).isoformat()
        '2026-10-25T23:00:00+00:00'
    """
    if not isinstance(policy, AvailabilityPolicy):
        raise InvalidTypeError("policy", "an AvailabilityPolicy", describe(policy))
    zone_of(zone)
    return instant(horizon_us(zone, micros(instant_of(at)), days=policy.horizon_days))
