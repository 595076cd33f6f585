"""The policy of bookings: their time limits."""

import attrs

from mila_core.errors import InvalidValueError
from mila_core.policies.compensation import CompensationPolicy
from mila_core.validation import TupleOf, identifier, instance_of, integer, tuple_of

__all__ = ["BookingPolicy"]

_HOUR = 60
_DAY = 24 * _HOUR
_LONGEST = 366 * _DAY


@attrs.frozen(kw_only=True)
class BookingPolicy:
    """The time limits of a booking, in minutes unless the name says otherwise.

    The defaults are those of networks of this kind: Mila's help pages of 2016-2022, TaskRabbit (an hour to
    answer on the same day), Cocorico (accept four hours before the start), Cal.com (two hours' notice),
    Sharetribe (48 hours to approve), Airbnb (14 days to review). Without a source, our choice: how long a
    quote holds, the notice for a confirmation, how often a booking is moved, how much may be added on site,
    how early a friend sets out, and when one who has not answered is reminded.

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
        start_early_minutes: work starts, and a visit fails, no earlier than this before the agreed time.
        auto_complete_minutes: work not reported as done counts as done this long after the agreed end.
        lapse_minutes: a visit of which nobody reported anything has failed this long after the agreed end.
        approve_minutes: a result that the customer does not contest counts as approved after this.
        review_days: how long both sides can rate after the booking has ended.
        reply_days: how long the one who was rated can reply (Airbnb).
        first_call_minutes: the friend calls the customer within this after accepting (Mila).
        reconfirm_minutes: a visit is confirmed once more this long before its start (Mila).
        customer_no_show_minutes: a customer who is not there by then has not kept the visit (Mila).
        friend_no_show_minutes: a friend who is not there by then, without a word, has not (Handy).
        customer_no_show_until_minutes: that a customer was not there is reported until this long after the
            start.
        friend_no_show_until_minutes: that a friend was not there, until this long after the agreed end.
        depart_early_minutes: the friend sets out no earlier than this before the agreed time.
        answer_reminder_percents: after which shares of the time to answer a friend is reminded.
        reply_edit_minutes: how long a reply to a review can be edited.
        most_reschedules: how often a booking is moved, at most.
        amendment_percent: what is agreed on site costs at most this share of the price agreed before.
        compensation: what a customer owes who cancels late, is not there, or had a friend come in vain.

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
    reply_days: int = attrs.field(default=30, validator=integer(1, 366))
    first_call_minutes: int = attrs.field(default=12 * _HOUR, validator=integer(1, _LONGEST))
    reconfirm_minutes: int = attrs.field(default=_DAY, validator=integer(0, _LONGEST))
    customer_no_show_minutes: int = attrs.field(default=10, validator=integer(1, _DAY))
    friend_no_show_minutes: int = attrs.field(default=30, validator=integer(1, _DAY))
    customer_no_show_until_minutes: int = attrs.field(default=_DAY, validator=integer(1, _LONGEST))
    friend_no_show_until_minutes: int = attrs.field(default=_DAY, validator=integer(1, _LONGEST))
    depart_early_minutes: int = attrs.field(default=2 * _HOUR, validator=integer(0, _DAY))
    answer_reminder_percents: tuple[int, ...] = attrs.field(
        default=(50, 90), converter=TupleOf[int], validator=tuple_of(integer(1, 99), most=10)
    )
    reply_edit_minutes: int = attrs.field(default=2 * _DAY, validator=integer(0, _LONGEST))
    most_reschedules: int = attrs.field(default=3, validator=integer(0, 100))
    amendment_percent: int = attrs.field(default=200, validator=integer(100, 1000))
    compensation: CompensationPolicy = attrs.field(
        factory=CompensationPolicy, validator=instance_of(CompensationPolicy)
    )

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
        if self.customer_no_show_minutes > self.customer_no_show_until_minutes:
            expected = f"no more than customer_no_show_until_minutes, {self.customer_no_show_until_minutes}"
            came = f"the int {self.customer_no_show_minutes}"
            raise InvalidValueError("customer_no_show_minutes", expected, came)
