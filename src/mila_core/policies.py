"""Policies: the default numbers of the life of a booking, validated, versioned, and kept with each booking.

An algorithm has no number of its own. A policy is a value: change it with `attrs.evolve`, give it another
version, and new bookings use it; a booking keeps the policy under which it was made.
"""

import attrs

from mila_core.errors import InvalidValueError
from mila_core.validation import identifier, integer, optional

__all__ = ["AvailabilityPolicy", "BookingPolicy"]

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


@attrs.frozen(kw_only=True)
class BookingPolicy:
    """The time limits of a booking, in minutes unless the name says otherwise.

    The defaults are those of networks of this kind: Mila's help pages of 2016-2022, TaskRabbit (an hour to
    answer on the same day), Cocorico (accept four hours before the start), Cal.com (two hours' notice),
    Sharetribe (48 hours to approve), Airbnb (14 days to review). Without a source, our choice: how long a
    quote holds, and the notice for a confirmation.

    Attributes:
        version: the name of this set of numbers.
        quote_valid_minutes: how long a quote can be booked.
        request_notice_minutes: a visit is requested no later than this before its start.
        answer_minutes: the friend answers a request within this.
        answer_same_day_minutes: the same, where the visit begins on the day of the request.
        accept_notice_minutes: the friend accepts no later than this before the start; a request too late
            for that leaves the friend the time of a same-day request.
        confirm_minutes: an accepted booking is confirmed within this.
        confirm_notice_minutes: and no later than this before the start.
        start_early_minutes: work starts no earlier than this before the agreed time.
        auto_complete_minutes: work not reported as done counts as done this long after the agreed end.
        lapse_minutes: a visit of which nobody reported anything has failed this long after the agreed end.
        approve_minutes: a result that the customer does not contest counts as approved after this.
        review_days: how long both sides can rate after the booking has ended.

    Raises:
        InvalidValueError: a number out of range, or numbers that cannot hold together.

    Examples:
        >>> BookingPolicy().answer_minutes
        1440
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    quote_valid_minutes: int = attrs.field(default=30, validator=integer(1, _LONGEST))
    request_notice_minutes: int = attrs.field(default=2 * _HOUR, validator=integer(0, _LONGEST))
    answer_minutes: int = attrs.field(default=_DAY, validator=integer(1, _LONGEST))
    answer_same_day_minutes: int = attrs.field(default=_HOUR, validator=integer(1, _DAY))
    accept_notice_minutes: int = attrs.field(default=4 * _HOUR, validator=integer(0, _LONGEST))
    confirm_minutes: int = attrs.field(default=2 * _DAY, validator=integer(1, _LONGEST))
    confirm_notice_minutes: int = attrs.field(default=30, validator=integer(0, _LONGEST))
    start_early_minutes: int = attrs.field(default=30, validator=integer(0, _DAY))
    auto_complete_minutes: int = attrs.field(default=_DAY, validator=integer(1, _LONGEST))
    lapse_minutes: int = attrs.field(default=2 * _DAY, validator=integer(1, _LONGEST))
    approve_minutes: int = attrs.field(default=2 * _DAY, validator=integer(1, _LONGEST))
    review_days: int = attrs.field(default=14, validator=integer(1, 366))

    def __attrs_post_init__(self) -> None:
        """Refuse a policy under which a request in time could never be confirmed in time."""
        least = self.answer_same_day_minutes + self.confirm_notice_minutes + 1
        if self.request_notice_minutes < least:
            raise InvalidValueError(
                "request_notice_minutes",
                f"more than answer_same_day_minutes + confirm_notice_minutes, so at least {least}",
                f"the int {self.request_notice_minutes}",
            )
        if self.answer_same_day_minutes > self.answer_minutes:
            raise InvalidValueError(
                "answer_same_day_minutes",
                f"no more than answer_minutes, {self.answer_minutes}",
                f"the int {self.answer_same_day_minutes}",
            )
