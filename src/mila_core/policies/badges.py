"""Badges, and the policy of how they are earned."""

from enum import StrEnum

import attrs

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
