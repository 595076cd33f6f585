"""The policy of availability."""

import attrs

from mila_core.errors import InvalidValueError
from mila_core.validation import identifier, integer, optional

__all__ = ["AvailabilityPolicy"]

_HOUR = 60
_DAY = 24 * _HOUR
_LONGEST = 366 * _DAY


@attrs.frozen(kw_only=True)
class AvailabilityPolicy:
    """What keeps visits apart, and how soon, how far ahead and how often a friend can be booked.

    No buffer and two hours of notice are Cal.com's defaults; the notice is that of `BookingPolicy`, too. The
    horizon of 90 days and that there are no daily limits are our own choice.

    Attributes:
        version: the name of this set of numbers.
        buffer_minutes: how many minutes are kept free before and after each visit; the same minutes serve the
            visit before and the one after.
        notice_minutes: a visit begins no sooner than this after it is booked.
        horizon_days: how many days ahead a visit can begin, in days of the plan's zone; 0 is today alone.
        visits_per_day: how many visits begin on one day of the plan's zone; None for any number.
        minutes_per_day: how long the visits that begin on one day of the plan's zone last together, without
            the buffers; None for any length.

    Raises:
        InvalidTypeError: a number that is not an int.
        InvalidValueError: a number out of range.

    Examples:
        >>> policy = AvailabilityPolicy(buffer_minutes=15, visits_per_day=4)
        >>> policy.notice_minutes, policy.horizon_days, policy.minutes_per_day
        (120, 90, None)
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    buffer_minutes: int = attrs.field(default=0, validator=integer(0, _DAY))
    notice_minutes: int = attrs.field(default=2 * _HOUR, validator=integer(0, _LONGEST))
    horizon_days: int = attrs.field(default=90, validator=integer(0, 366))
    visits_per_day: int | None = attrs.field(default=None, validator=optional(integer(1, 96)))
    minutes_per_day: int | None = attrs.field(default=None, validator=optional(integer(1, 25 * _HOUR)))

    def __attrs_post_init__(self) -> None:
        """Refuse a notice that is longer than the horizon: nothing could ever be booked."""
        if self.notice_minutes >= (self.horizon_days + 1) * _DAY:
            expected = f"less than the {self.horizon_days + 1} day(s) of the horizon"
            raise InvalidValueError("notice_minutes", expected, f"the int {self.notice_minutes}")
