"""Policies: every default number of a network, validated, versioned, and kept with what is made under it.

An algorithm has no number of its own. A policy is a value: change it with `attrs.evolve`, give it another
version, and new bookings use it; a booking keeps the policy under which it was made.
"""

from enum import StrEnum

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.money import ZERO, Money, chf
from mila_core.validation import (
    FrozensetOf,
    TupleOf,
    frozenset_of,
    identifier,
    instance_of,
    integer,
    optional,
    sorted_repr,
    tuple_of,
)
from mila_core.verifications import VerificationKind

__all__ = [
    "AvailabilityPolicy",
    "Badge",
    "BadgePolicy",
    "BookingPolicy",
    "EligibilityPolicy",
    "NetworkPolicy",
    "SettlementPolicy",
    "YearlyLimit",
    "swiss_policy",
]

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


@attrs.frozen(kw_only=True)
class BookingPolicy:
    """The time limits of a booking, in minutes unless the name says otherwise.

    The defaults are those of networks of this kind: Mila's help pages of 2016-2022, TaskRabbit (an hour to
    answer on the same day), Cocorico (accept four hours before the start), Cal.com (two hours' notice),
    Sharetribe (48 hours to approve), Airbnb (14 days to review). Without a source, our choice: how long a
    quote holds, and the notice for a confirmation. The numbers from `reply_days` on are kept with each
    booking, and no step of this release reads them yet.

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
        reply_days: how long the one who was rated can reply (Airbnb).
        first_call_minutes: the friend calls the customer within this after accepting (Mila).
        reconfirm_minutes: a visit is confirmed once more this long before its start (Mila).
        free_cancellation_minutes: a customer cancels freely until this long before the start (Mila) ...
        cooling_off_minutes: ... and within this after booking (TaskRabbit).
        customer_no_show_minutes: a customer who is not there by then has not kept the visit (Mila).
        friend_no_show_minutes: a friend who is not there by then, without a word, has not (Handy).

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
    free_cancellation_minutes: int = attrs.field(default=_DAY, validator=integer(0, _LONGEST))
    cooling_off_minutes: int = attrs.field(default=5, validator=integer(0, _DAY))
    customer_no_show_minutes: int = attrs.field(default=10, validator=integer(1, _DAY))
    friend_no_show_minutes: int = attrs.field(default=30, validator=integer(1, _DAY))

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
class EligibilityPolicy:
    """What the network asks of everyone who comes, besides the certifications that a service requires.

    The months that an extract of the criminal record counts are UrbanSitter's; that nothing has to be
    verified, and that a certification ends without grace, is where each network begins: our own choice.

    Attributes:
        version: the name of this set of numbers.
        friend_verifications: what has to be verified of a private helper.
        pro_verifications: what has to be verified of a registered firm.
        grace_days: for how many days after its end a certification still counts.
        criminal_record_months: for how many months an extract of the criminal record counts.

    Examples:
        >>> EligibilityPolicy(friend_verifications=[VerificationKind.IDENTITY]).criminal_record_months
        13
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    friend_verifications: frozenset[VerificationKind] = attrs.field(
        default=frozenset(),
        converter=FrozensetOf[VerificationKind],
        validator=frozenset_of(instance_of(VerificationKind)),
        repr=sorted_repr,
    )
    pro_verifications: frozenset[VerificationKind] = attrs.field(
        default=frozenset(),
        converter=FrozensetOf[VerificationKind],
        validator=frozenset_of(instance_of(VerificationKind)),
        repr=sorted_repr,
    )
    grace_days: int = attrs.field(default=0, validator=integer(0, 366))
    criminal_record_months: int = attrs.field(default=13, validator=integer(1, 120))


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


class Badge(StrEnum):
    """A status that a friend earns by what is done; no certification, which an issuer grants."""

    TOP_FRIEND = "top_friend"
    """Rated very well, often, by a friend who answers and hardly ever cancels."""
    RELIABLE = "reliable"
    """Does what was accepted."""
    FAST = "fast"
    """Answers soon."""


@attrs.frozen(kw_only=True)
class BadgePolicy:
    """From when on a friend has earned a badge, and what calls for a look by a person; kept for reputation.

    Of these, this release reads the default of `public_from`.

    Attributes:
        version: the name of this set of numbers.
        window_days: over how many days back the rules look (Airbnb's Superhost, as the next four).
        top_milli_stars: Top Friend: the least mean, in thousandths of a star.
        top_closed: Top Friend: the least number of closed bookings.
        top_answered_percent: Top Friend: the least share of requests answered within a day.
        top_cancelled_percent: Top Friend: the share of own cancellations has to be below this.
        assessed_every_months: how often badges are assessed.
        reliable_percent: Reliable: the least share of accepted bookings that were done (UrbanSitter).
        fast_hours: Fast: answers within so many business hours (Thumbtack, as the next one) ...
        fast_percent: ... in at least this share of requests.
        strikes: so many no-shows (Handy, as the next one) ...
        strike_days: ... within so many days call for a person's review.
        public_from: from how many revealed ratings on a number is public; with fewer it says more about
            chance than about a friend.
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    window_days: int = attrs.field(default=365, validator=integer(1, 3660))
    top_milli_stars: int = attrs.field(default=4800, validator=integer(1000, 5000))
    top_closed: int = attrs.field(default=10, validator=integer(1, 10_000))
    top_answered_percent: int = attrs.field(default=90, validator=integer(0, 100))
    top_cancelled_percent: int = attrs.field(default=1, validator=integer(1, 100))
    assessed_every_months: int = attrs.field(default=3, validator=integer(1, 24))
    reliable_percent: int = attrs.field(default=90, validator=integer(0, 100))
    fast_hours: int = attrs.field(default=4, validator=integer(1, 240))
    fast_percent: int = attrs.field(default=75, validator=integer(0, 100))
    strikes: int = attrs.field(default=2, validator=integer(1, 1000))
    strike_days: int = attrs.field(default=28, validator=integer(1, 3660))
    public_from: int = attrs.field(default=3, validator=integer(1, 1000))


@attrs.frozen(kw_only=True)
class NetworkPolicy:
    """All rules of a network under one name; what is made under it keeps the part that it needs.

    Attributes:
        version: the name of this set of rules.
        availability: what keeps visits apart, and how far ahead they can be booked.
        booking: the time limits of a booking; each booking keeps them.
        eligibility: what is asked of everyone who comes; each visit keeps it.
        settlement: the numbers of the money side.
        badges: what earns a badge.

    Raises:
        InvalidValueError: a notice for slots that is shorter than the one for requests.

    Examples:
        >>> swiss_policy().booking == BookingPolicy()
        True
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    availability: AvailabilityPolicy = attrs.field(
        factory=AvailabilityPolicy, validator=instance_of(AvailabilityPolicy)
    )
    booking: BookingPolicy = attrs.field(factory=BookingPolicy, validator=instance_of(BookingPolicy))
    eligibility: EligibilityPolicy = attrs.field(
        factory=EligibilityPolicy, validator=instance_of(EligibilityPolicy)
    )
    settlement: SettlementPolicy = attrs.field(
        factory=SettlementPolicy, validator=instance_of(SettlementPolicy)
    )
    badges: BadgePolicy = attrs.field(factory=BadgePolicy, validator=instance_of(BadgePolicy))

    def __attrs_post_init__(self) -> None:
        """Refuse rules under which slots are shown that cannot be booked."""
        least = self.booking.request_notice_minutes
        if self.availability.notice_minutes < least:
            expected = f"a notice of at least the booking's, {least} minutes"
            raise InvalidValueError("availability", expected, f"{self.availability.notice_minutes} minutes")


def swiss_policy() -> NetworkPolicy:
    """Return the preset for Switzerland: the default of every number, for a network that has no wishes yet.

    Of private helpers and firms identity and address are verified, of helpers the criminal record as well,
    and of both the account that they are paid to.

    Examples:
        >>> sorted(kind.value for kind in swiss_policy().eligibility.pro_verifications)
        ['address', 'ahv', 'iban', 'identity']
    """
    person = {VerificationKind.IDENTITY, VerificationKind.ADDRESS, VerificationKind.IBAN}
    return NetworkPolicy(
        eligibility=EligibilityPolicy(
            friend_verifications=person | {VerificationKind.CRIMINAL_RECORD},
            pro_verifications=person | {VerificationKind.AHV},
        )
    )
