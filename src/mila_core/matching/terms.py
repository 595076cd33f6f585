"""The terms of a score: a declared sum of bounded parts, in whole points, so that they add up exactly."""

import attrs

from mila_core.catalogue import Service
from mila_core.errors import InvalidValueError
from mila_core.money import Money, round_ratio
from mila_core.reasons import Reason, reason
from mila_core.standings import STARS, USUAL_STARS, Standing
from mila_core.validation import instance_of, integer

__all__ = ["RankingParams", "Term"]

_LARGEST_WEIGHT = 1_000_000
_MILLI = 1000


@attrs.frozen(kw_only=True)
class RankingParams:
    """The weights and bounds of the score; these are the main parameters of a ranking, to be disclosed.

    Each weight is the most points that its term can give. The defaults add up to 10,000, shown as 100;
    they are our own choice: quality first, then nearness, price and how soon.

    Attributes:
        standing_weight: points for a friend of five stars; one star gives none.
        distance_weight: points for no way at all; `distance_bound_m` and more give none.
        price_weight: points for a price at the lower end of the usual band; its upper end gives 0.
        earliness_weight: points for a visit as early as can be; `wait_bound_minutes` later gives none.
        distance_bound_m: the distance from which on nearness gives nothing, in metres.
        wait_bound_minutes: the wait from which on earliness gives nothing, in minutes.
        newcomer_milli_stars: what is assumed of a friend without a standing, in thousandths of a star;
            `standings.USUAL_STARS` if not given. Where reputation works with another prior, give it here too.
    """

    standing_weight: int = attrs.field(default=5000, validator=integer(0, _LARGEST_WEIGHT))
    distance_weight: int = attrs.field(default=2500, validator=integer(0, _LARGEST_WEIGHT))
    price_weight: int = attrs.field(default=1500, validator=integer(0, _LARGEST_WEIGHT))
    earliness_weight: int = attrs.field(default=1000, validator=integer(0, _LARGEST_WEIGHT))
    distance_bound_m: int = attrs.field(default=10_000, validator=integer(1, 1_000_000))
    wait_bound_minutes: int = attrs.field(default=7 * 24 * 60, validator=integer(1, 366 * 24 * 60))
    newcomer_milli_stars: int = attrs.field(
        default=round(USUAL_STARS * _MILLI), validator=integer(1000, 5000)
    )

    def __attrs_post_init__(self) -> None:
        """Refuse a score that can only be zero."""
        if self.most == 0:
            raise InvalidValueError("standing_weight", "at least one weight above 0", "only zeros")

    @property
    def most(self) -> int:
        """The most points that a friend can have."""
        return self.standing_weight + self.distance_weight + self.price_weight + self.earliness_weight


@attrs.frozen(kw_only=True)
class Term:
    """One part of a score.

    Attributes:
        why: what it is for, with the value it was computed from.
        points: the points it gives, from 0 to `most`.
        most: the most points that it could give.
    """

    why: Reason = attrs.field(validator=instance_of(Reason))
    points: int = attrs.field(validator=integer(0, _LARGEST_WEIGHT))
    most: int = attrs.field(validator=integer(0, _LARGEST_WEIGHT))


def _term(why: Reason, weight: int, share: int, whole: int) -> Term:
    """Return `weight * share / whole`, the share first brought into 0..whole."""
    bounded = min(max(share, 0), whole)
    return Term(why=why, points=round_ratio(weight * bounded, whole), most=weight)


def score_terms(
    params: RankingParams,
    *,
    service: Service,
    price: Money,
    distance_m: int,
    wait_minutes: int,
    standing: Standing | None,
) -> tuple[Term, ...]:
    """Return the terms of a friend's score, in the order of the parameters.

    Args:
        params: weights and bounds.
        service: the service, for its usual price band.
        price: the price of the friend's offer.
        distance_m: the way to the customer, in metres.
        wait_minutes: how long after the earliest wished time the slot begins.
        standing: what is believed of the friend, if anything.

    Returns:
        The terms; the score is the sum of their points.
    """
    milli = params.newcomer_milli_stars if standing is None else round(standing.stars * _MILLI)
    rated = reason("standing", milli_stars=milli, count=0 if standing is None else standing.ratings)
    band = service.price_to.rappen - service.price_from.rappen
    dearer = price.rappen - service.price_from.rappen
    return (
        _term(rated, params.standing_weight, milli - STARS[0] * _MILLI, (STARS[-1] - STARS[0]) * _MILLI),
        _term(
            reason("distance", distance_m=distance_m),
            params.distance_weight,
            params.distance_bound_m - distance_m,
            params.distance_bound_m,
        ),
        _term(
            reason("price", price=price, usual_from=service.price_from, usual_to=service.price_to),
            params.price_weight,
            band - dearer if band else int(dearer <= 0),
            band or 1,
        ),
        _term(
            reason("earliness", wait_minutes=wait_minutes),
            params.earliness_weight,
            params.wait_bound_minutes - wait_minutes,
            params.wait_bound_minutes,
        ),
    )
