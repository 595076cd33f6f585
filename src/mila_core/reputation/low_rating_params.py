"""How fast the model of low ratings forgets, and how much the unknown weighs in it."""

import attrs

from mila_core.validation import number

__all__ = ["LowRatingsParams"]


@attrs.frozen(kw_only=True)
class LowRatingsParams:
    """How fast `LowRatings` forgets, and how much the unknown weighs in it.

    The default numbers were found on the first half of the ratings of Bitcoin OTC, a signed trust network;
    `LowRatings.fit` can look for the half-lives of another history.

    Attributes:
        slow_half_life_days: after how many days a rating counts half for quality, mildness and trust.
        fast_half_life_days: the same for shares of low ratings, and for the rater's pace.
        market_half_life_days: the same for the share of low ratings of everybody.
        subject_prior: how many ratings the average subject weighs as much as, in a quality.
        rater_prior: how many the average rater does, in a mildness.
        share_prior: how many ratings the usual share of low ratings weighs as much as, in one's own share.
        trust_prior: how much trusted evidence a rater needs, in ratings, before being trusted half or so.
        usual_share: the share of low ratings of which nothing is known.
        last_weight: how much of an average of events the last rating is, from 0 to 1.

    Raises:
        InvalidTypeError: a field that is no number.
        InvalidValueError: a number out of range.

    Examples:
        >>> LowRatingsParams(fast_half_life_days=30).usual_share
        0.06
    """

    slow_half_life_days: float = attrs.field(default=200.0, validator=number(0.01, 1_000_000))
    fast_half_life_days: float = attrs.field(default=14.0, validator=number(0.01, 1_000_000))
    market_half_life_days: float = attrs.field(default=120.0, validator=number(0.01, 1_000_000))
    subject_prior: float = attrs.field(default=8.0, validator=number(0.01, 10_000))
    rater_prior: float = attrs.field(default=12.0, validator=number(0.01, 10_000))
    share_prior: float = attrs.field(default=2.8, validator=number(0.01, 10_000))
    trust_prior: float = attrs.field(default=2.1, validator=number(0.3, 10_000))
    usual_share: float = attrs.field(default=0.06, validator=number(0.001, 0.999))
    last_weight: float = attrs.field(default=0.84, validator=number(0, 1))
