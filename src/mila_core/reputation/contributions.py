"""Contributions: what each part of the evidence adds to a friend's stars, as data that can be worded."""

from enum import StrEnum

import attrs

from mila_core.reasons import Reason, reason
from mila_core.validation import identifier, instance_of, integer, number, optional

__all__ = ["Contribution", "ContributionPart"]

_MILLI = 1000
_MOST = 1e9  # with parameters far from the usual, ratings of which one outweighs the other move many stars


class ContributionPart(StrEnum):
    """What adds to a friend's stars, or to the difference of two standings."""

    PRIOR = "prior"
    """What is believed of a friend without ratings; in a difference, what became of that."""
    EXPERIENCE = "experience"
    """That the friend is new no more."""
    RATING = "rating"
    """One rating."""
    RATINGS = "ratings"
    """All ratings that gave the same stars."""
    NEW = "new"
    """In a difference: a rating that came."""
    CHANGED = "changed"
    """In a difference: a rating that has other stars now."""
    GONE = "gone"
    """In a difference: a rating that counts no more."""
    AGED = "aged"
    """In a difference: ratings that are older, and weigh less beside newer ones."""


@attrs.frozen(kw_only=True)
class Contribution:
    """What one part of the evidence adds to a friend's stars.

    Attributes:
        part: what adds.
        effect: what it adds, in stars; the effects of all parts add up to the standing's stars.
        stars: the stars given, for one rating or all of the same stars.
        ratings: how many ratings it speaks of.
        booking_id: the booking of a single rating.
        age_days: how old a single rating is, in days.
        customer_offset: how mild the customer was believed to be when the rating came, on the scale of
            `ReputationParams.category_scores`; it is taken off what the stars count.
        weight: what a single rating weighs today; a new one with nothing against it weighs 1.

    Examples:
        >>> Contribution(part=ContributionPart.RATING, effect=0.125, stars=5, ratings=1).why.code
        'reputation_rating'
    """

    part: ContributionPart = attrs.field(validator=instance_of(ContributionPart))
    effect: float = attrs.field(validator=number(-_MOST, _MOST))
    stars: int | None = attrs.field(default=None, validator=optional(integer(1, 5)))
    ratings: int = attrs.field(default=0, validator=integer(0, 2**53))
    booking_id: str | None = attrs.field(default=None, validator=optional(identifier))
    age_days: float | None = attrs.field(default=None, validator=optional(number(0, 1e7)))
    customer_offset: float | None = attrs.field(default=None, validator=optional(number(-_MOST, _MOST)))
    weight: float | None = attrs.field(default=None, validator=optional(number(0, 1e6)))

    @property
    def why(self) -> Reason:
        """What it is, for `i18n` to word: the effect in thousandths of a star, ages in whole days."""
        effect, stars, age = round(self.effect * _MILLI), self.stars or 0, round(self.age_days or 0)
        match self.part:
            case ContributionPart.PRIOR:
                return reason("reputation_prior", milli_stars=effect)
            case ContributionPart.EXPERIENCE:
                return reason("reputation_experience", effect_milli=effect)
            case ContributionPart.RATING:
                return reason("reputation_rating", stars=stars, count=age, effect_milli=effect)
            case ContributionPart.RATINGS:
                return reason("reputation_ratings", stars=stars, count=self.ratings, effect_milli=effect)
            case ContributionPart.NEW:
                return reason("reputation_new", stars=stars, effect_milli=effect)
            case ContributionPart.CHANGED:
                return reason("reputation_changed", stars=stars, effect_milli=effect)
            case ContributionPart.GONE:
                return reason("reputation_gone", stars=stars, effect_milli=effect)
            case ContributionPart.AGED:
                return reason("reputation_aged", count=self.ratings, effect_milli=effect)
