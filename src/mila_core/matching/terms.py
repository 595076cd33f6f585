"""The terms of a score: a declared sum of bounded parts, in whole points, so that they add up exactly."""

from functools import lru_cache

import attrs

from mila_core.catalogue import Service
from mila_core.errors import InvalidValueError
from mila_core.money import Money
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
    they are our own choice: quality first, then nearness, price and how soon. The terms for newcomers, known
    friends and languages weigh nothing unless a network gives them a weight, and are not shown then.

    Attributes:
        standing_weight: points for a friend of five stars; one star gives none.
        distance_weight: points for no way at all; `distance_bound_m` and more give none.
        price_weight: points for a price at the lower end of the usual band; its upper end gives 0.
        earliness_weight: points for a visit as early as can be; `wait_bound_minutes` later gives none.
        distance_bound_m: the distance from which on nearness gives nothing, in metres.
        wait_bound_minutes: the wait from which on earliness gives nothing, in minutes.
        newcomer_milli_stars: what is assumed of a friend without a standing, in thousandths of a star;
            `standings.USUAL_STARS` if not given. Where reputation works with another prior, give it here too.
        newcomer_weight: points for a friend without ratings; they grow less with each rating.
        newcomer_ratings: with how many ratings the points for newcomers have come to an end.
        repeat_weight: points for a friend who has been with this customer before.
        language_weight: points for a friend who speaks all languages that are asked for, not only one.

    Raises:
        InvalidTypeError: a number that is not an int.
        InvalidValueError: a number out of range, or no weight above 0.

    Examples:
        >>> RankingParams(repeat_weight=2000).most
        12000
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
    newcomer_weight: int = attrs.field(default=0, validator=integer(0, _LARGEST_WEIGHT))
    newcomer_ratings: int = attrs.field(default=10, validator=integer(1, 1000))
    repeat_weight: int = attrs.field(default=0, validator=integer(0, _LARGEST_WEIGHT))
    language_weight: int = attrs.field(default=0, validator=integer(0, _LARGEST_WEIGHT))

    def __attrs_post_init__(self) -> None:
        """Refuse a score that can only be zero."""
        if self.most == 0:
            raise InvalidValueError("standing_weight", "at least one weight above 0", "only zeros")

    @property
    def most(self) -> int:
        """The most points that a friend can have."""
        return (
            self.standing_weight
            + self.distance_weight
            + self.price_weight
            + self.earliness_weight
            + self.newcomer_weight
            + self.repeat_weight
            + self.language_weight
        )


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


def part(weight: int, share: int, *, whole: int) -> int:
    """Return `weight * share / whole`, the share first brought into 0..whole; halves are rounded up.

    Args:
        weight: the points for the whole, not negative.
        share: how much of it.
        whole: the whole, above 0.
    """
    if share <= 0:
        return 0
    return weight if share >= whole else (2 * weight * share + whole) // (2 * whole)


def standing_points(params: RankingParams, standing: Standing | None) -> int:
    """Return the points that a standing gives, those for a newcomer included.

    Args:
        params: weights and bounds.
        standing: what is believed of the friend, if anything.
    """
    points = part(params.standing_weight, _milli(params, standing) - _LEAST_MILLI, whole=_MILLI_RANGE)
    if params.newcomer_weight:
        ratings = 0 if standing is None else standing.ratings
        points += part(
            params.newcomer_weight, params.newcomer_ratings - ratings, whole=params.newcomer_ratings
        )
    return points


def price_points(params: RankingParams, service: Service, *, price: Money) -> int:
    """Return the points that a price gives.

    Args:
        params: weights and bounds.
        service: the service, for its usual price band.
        price: the price of what is wanted.
    """
    low, high = service.price_from.rappen, service.price_to.rappen
    if low == high:
        return params.price_weight if price.rappen <= low else 0
    return part(params.price_weight, high - price.rappen, whole=high - low)


_LEAST_MILLI = STARS[0] * _MILLI
_MILLI_RANGE = (STARS[-1] - STARS[0]) * _MILLI


def _milli(params: RankingParams, standing: Standing | None) -> int:
    return params.newcomer_milli_stars if standing is None else round(standing.stars * _MILLI)


@lru_cache(maxsize=8192)  # the same numbers come again and again, and a term takes 5 µs to make
def _standing_term(weight: int, milli: int, ratings: int) -> Term:
    why = reason("standing", milli_stars=milli, count=ratings)
    return Term(why=why, points=part(weight, milli - _LEAST_MILLI, whole=_MILLI_RANGE), most=weight)


@lru_cache(maxsize=8192)
def _distance_term(weight: int, bound: int, distance_m: int) -> Term:
    why = reason("distance", distance_m=distance_m)
    return Term(why=why, points=part(weight, bound - distance_m, whole=bound), most=weight)


@lru_cache(maxsize=8192)
def _price_term(points: int, weight: int, price: int, low: int, high: int) -> Term:
    why = reason("price", price=Money(price), usual_from=Money(low), usual_to=Money(high))
    return Term(why=why, points=points, most=weight)


@lru_cache(maxsize=8192)
def _earliness_term(weight: int, bound: int, wait: int) -> Term:
    why = reason("earliness", wait_minutes=wait)
    return Term(why=why, points=part(weight, bound - wait, whole=bound), most=weight)


def score_terms(
    params: RankingParams,
    *,
    service: Service,
    price: Money,
    distance_m: int,
    wait_minutes: int,
    standing: Standing | None,
    visits: int = 0,
    spoken: int = 0,
    asked: int = 0,
) -> tuple[Term, ...]:
    """Return the terms of a friend's score, in the order of the parameters.

    Args:
        params: weights and bounds.
        service: the service, for its usual price band.
        price: the price of the friend's offer.
        distance_m: the way to the customer, in metres.
        wait_minutes: how long after the earliest wished time the slot begins.
        standing: what is believed of the friend, if anything.
        visits: how often the friend has been with the customer before.
        spoken: how many of the languages asked for the friend speaks.
        asked: how many languages are asked for.

    Returns:
        The terms; the score is the sum of their points. Those of newcomers, known friends and languages are
        left out where they weigh nothing.
    """
    milli, ratings = _milli(params, standing), 0 if standing is None else standing.ratings
    low, high = service.price_from.rappen, service.price_to.rappen
    terms = [
        _standing_term(params.standing_weight, milli, ratings),
        _distance_term(params.distance_weight, params.distance_bound_m, distance_m),
        _price_term(price_points(params, service, price=price), params.price_weight, price.rappen, low, high),
        _earliness_term(params.earliness_weight, params.wait_bound_minutes, wait_minutes),
    ]
    if params.newcomer_weight:
        end = params.newcomer_ratings
        points = part(params.newcomer_weight, end - ratings, whole=end)
        terms.append(
            Term(why=reason("newcomer", count=ratings, end=end), points=points, most=params.newcomer_weight)
        )
    if params.repeat_weight:
        points = part(params.repeat_weight, visits, whole=1)
        terms.append(Term(why=reason("repeat", count=visits), points=points, most=params.repeat_weight))
    if params.language_weight:
        points = part(params.language_weight, spoken, whole=asked or 1)
        why = reason("languages", matched=spoken, asked=asked)
        terms.append(Term(why=why, points=points, most=params.language_weight))
    return tuple(terms)
