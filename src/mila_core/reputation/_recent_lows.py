"""What is known before each rating of how often low ones came of late, from both sides: the features.

Each person has decayed sums in each role, brought to the day of a rating when it comes, so that a rating
takes constant time.
"""

from collections.abc import Iterator
from math import log, log1p

from mila_core.reputation.history import History
from mila_core.reputation.low_rating_params import LowRatingsParams

__all__ = ["FEATURES", "LOW_STARS", "features_of"]

LOW_STARS = 2
"""At most so many stars are a low rating."""

FEATURES = (
    "constant",
    "quality",
    "mildness",
    "reputation",
    "received_lows",
    "given_lows",
    "received_and_given_lows",
    "trusted_lows",
    "new_subject",
    "new_rater",
    "last_received",
    "last_given",
    "last_of_rater",
    "market_lows",
    "pace",
)
"""The names of the features, in their order; `LowRatings` says what they are."""

_MARKET_PRIOR = 50.0
_TRUST_START = 0.3


class _Side:
    """One person in one role, rated or rating.

    Attributes:
        day: to when the sums are aged.
        residuals: the sum of what the other side does not explain.
        weight: how many ratings there are.
        recent: how many there are, forgotten fast.
        recent_lows: how many of these are low.
        trusted: the sum of the raters' trust.
        trusted_lows: that of low ratings.
        last: an average of the signs of the last ratings, -1 for low ones and 1 for others.
        count: how many ratings there were, ever.
    """

    __slots__ = (
        *("count", "day", "last", "recent", "recent_lows"),
        *("residuals", "trusted", "trusted_lows", "weight"),
    )

    def __init__(self) -> None:
        self.residuals = self.weight = self.recent = self.recent_lows = 0.0
        self.trusted = self.trusted_lows = self.last = self.day = 0.0
        self.count = 0

    def age(self, day: float, slow_rate: float, fast_rate: float) -> None:
        """Bring the sums to a day."""
        days = day - self.day
        if not days:
            return
        self.day = day
        if not self.count:
            return
        share = 2.0 ** (-days * slow_rate)
        self.residuals *= share
        self.weight *= share
        self.trusted *= share
        self.trusted_lows *= share
        share = 2.0 ** (-days * fast_rate)
        self.recent *= share
        self.recent_lows *= share

    def add(self, residual: float, sign: float, trust: float, last_weight: float) -> None:
        """Add a rating of the day."""
        self.count += 1
        self.residuals += residual
        self.weight += 1
        self.recent += 1
        self.trusted += trust
        self.last += last_weight * (sign - self.last)
        if sign < 0:
            self.recent_lows += 1
            self.trusted_lows += trust


def features_of(
    history: History, params: LowRatingsParams, category_scores: tuple[float, ...]
) -> Iterator[tuple[float, ...]]:
    """Yield the features of each rating, from the ratings before it alone.

    Args:
        history: the ratings in the order of time.
        params: how fast is forgotten, and how much the unknown weighs.
        category_scores: what one star, two, ..., five count in residuals.
    """
    slow_rate, fast_rate = 1 / params.slow_half_life_days, 1 / params.fast_half_life_days
    market_rate, share_prior = 1 / params.market_half_life_days, params.share_prior
    low_prior = share_prior * params.usual_share
    other_prior = share_prior - low_prior
    subject_prior, rater_prior, last_weight = params.subject_prior, params.rater_prior, params.last_weight
    received = [_Side() for _ in history.subject_ids]
    given = [_Side() for _ in history.rater_ids]
    nobody = _Side()  # who rates, as somebody rated, where raters are never rated
    lows, others = _MARKET_PRIOR * params.usual_share, _MARKET_PRIOR * (1 - params.usual_share)
    market_lows = market = 0.0
    before = history.days[0] if len(history) else 0.0
    for rater, subject, stars, day in history:
        rated, rating = received[subject], given[rater]
        own = received[rater] if history.same_people else nobody
        for side in (rated, rating, own):
            side.age(day, slow_rate, fast_rate)
        if day > before:
            share = 2.0 ** ((before - day) * market_rate)
            market_lows, market, before = market_lows * share, market * share, day
        quality = rated.residuals / (rated.weight + subject_prior)
        mildness = rating.residuals / (rating.weight + rater_prior)
        got = log((rated.recent_lows + low_prior) / (rated.recent - rated.recent_lows + other_prior))
        gave = log((rating.recent_lows + low_prior) / (rating.recent - rating.recent_lows + other_prior))
        yield (
            1.0,
            quality,
            mildness,
            own.residuals / (own.weight + subject_prior),
            got,
            gave,
            got * gave,
            log((rated.trusted_lows + low_prior) / (rated.trusted - rated.trusted_lows + other_prior)),
            0.0 if rated.count else 1.0,
            0.0 if rating.count else 1.0,
            rated.last,
            rating.last,
            own.last,
            log((market_lows + lows) / (market - market_lows + others)),
            log1p(rating.recent),
        )
        trust = 1.0
        if history.same_people:
            trust = (own.trusted + _TRUST_START) / (own.trusted + params.trust_prior)
            trust *= max(0.0, 1 - 2 * own.trusted_lows / (own.trusted + share_prior))
        score, sign = category_scores[stars - 1], -1.0 if stars <= LOW_STARS else 1.0
        rated.add(score - mildness, sign, trust, last_weight)
        rating.add(score - quality, sign, 0.0, last_weight)
        market += 1
        market_lows += sign < 0
