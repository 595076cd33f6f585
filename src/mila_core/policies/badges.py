"""Badges, and the policy of how they are earned."""

from enum import StrEnum

import attrs

from mila_core.errors import InvalidValueError
from mila_core.validation import identifier, integer

__all__ = ["Badge", "BadgePolicy"]


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
    """What is counted of a friend, from when on a badge is earned, and what calls for a look by a person.

    `reputation.reliability` and `reputation.badges` read it. The numbers without a source are our own choice.

    Attributes:
        version: the name of this set of numbers.
        window_days: over how many days back the rules look (Airbnb's Superhost, as the next four).
        top_milli_stars: Top Friend: the least mean, in thousandths of a star.
        top_closed: Top Friend: the least number of closed bookings.
        top_answered_percent: Top Friend: the least share of requests answered within `answer_hours`.
        top_cancelled_percent: Top Friend: the share of own cancellations has to be below this.
        answer_hours: what counts as answered soon, in hours (Airbnb).
        assessed_every_months: how often badges are assessed, counted from the start of a year (Airbnb: each
            quarter).
        reliable_percent: Reliable: the least share of accepted bookings that were done (UrbanSitter).
        reliable_least: Reliable: of at least so many bookings.
        fast_hours: Fast: answers within so many business hours (Thumbtack, as the next one) ...
        fast_percent: ... in at least this share of requests.
        fast_least: Fast: of at least so many requests.
        business_from_hour: when business hours begin, on the Swiss wall clock.
        business_to_hour: when they end; 24 for midnight.
        business_weekdays: on how many days of a week there are business hours, from Monday on; public
            holidays count as any other day.
        punctual_minutes: work that begins no later than this after the agreed start is in time; as long as
            a friend waits for a customer (Mila).
        caution_milli: by how many standard errors, in thousandths, a share has to clear its threshold for a
            badge to be earned, so that luck with few bookings is not taken for a habit; 0 takes each share
            as it is, as the networks do that are named here. With 1000 ten of ten are enough for 90 %, nine
            of ten are not. Simulated with 20 bookings a year, who does 85 % holds Reliable 53 % of the time
            and who does 95 % does 97 %; with 1000 it is 11 % and 93 %.
        keep_milli_stars: who holds Top Friend keeps it with a mean that much lower ...
        keep_closed: ... with so many closed bookings fewer ...
        keep_percent: ... and any badge with shares that are so many per cent lower ...
        keep_cancelled_percent: ... or a share of own cancellations that many per cent higher; no share needs
            any caution to keep a badge.
        strikes: so many no-shows (Handy, as the next one) ...
        strike_days: ... within so many days call for a person's review.
        public_from: from how many revealed ratings on a number is public; with fewer it says more about
            chance than about a friend.

    Raises:
        InvalidTypeError: a number that is not an int.
        InvalidValueError: a number out of range, or business hours that end before they begin.
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    window_days: int = attrs.field(default=365, validator=integer(1, 3660))
    top_milli_stars: int = attrs.field(default=4800, validator=integer(1000, 5000))
    top_closed: int = attrs.field(default=10, validator=integer(1, 10_000))
    top_answered_percent: int = attrs.field(default=90, validator=integer(0, 100))
    top_cancelled_percent: int = attrs.field(default=1, validator=integer(1, 100))
    answer_hours: int = attrs.field(default=24, validator=integer(1, 8784))
    assessed_every_months: int = attrs.field(default=3, validator=integer(1, 24))
    reliable_percent: int = attrs.field(default=90, validator=integer(0, 100))
    reliable_least: int = attrs.field(default=10, validator=integer(1, 10_000))
    fast_hours: int = attrs.field(default=4, validator=integer(1, 240))
    fast_percent: int = attrs.field(default=75, validator=integer(0, 100))
    fast_least: int = attrs.field(default=10, validator=integer(1, 10_000))
    business_from_hour: int = attrs.field(default=8, validator=integer(0, 23))
    business_to_hour: int = attrs.field(default=18, validator=integer(1, 24))
    business_weekdays: int = attrs.field(default=5, validator=integer(1, 7))
    punctual_minutes: int = attrs.field(default=10, validator=integer(0, 24 * 60))
    caution_milli: int = attrs.field(default=0, validator=integer(0, 10_000))
    keep_milli_stars: int = attrs.field(default=100, validator=integer(0, 4000))
    keep_closed: int = attrs.field(default=2, validator=integer(0, 10_000))
    keep_percent: int = attrs.field(default=5, validator=integer(0, 100))
    keep_cancelled_percent: int = attrs.field(default=1, validator=integer(0, 100))
    strikes: int = attrs.field(default=2, validator=integer(1, 1000))
    strike_days: int = attrs.field(default=28, validator=integer(1, 3660))
    public_from: int = attrs.field(default=3, validator=integer(1, 1000))

    def __attrs_post_init__(self) -> None:
        """Refuse a day without business hours."""
        if self.business_to_hour <= self.business_from_hour:
            expected = f"an hour after business_from_hour, {self.business_from_hour}"
            raise InvalidValueError("business_to_hour", expected, f"the int {self.business_to_hour}")
