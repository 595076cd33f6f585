"""The terms of a score: a declared sum of bounded parts, in whole points, so that they add up exactly."""

from functools import lru_cache

import attrs

from mila_core.catalogue import Service
from mila_core.errors import InvalidValueError
from mila_core.matching.standing_basis import StandingBasis
from mila_core.money import Money
from mila_core.reasons import Reason, reason
from mila_core.standings import STARS, USUAL_STARS, Reliability, Standing, drawn_milli, highest_milli
from mila_core.validation import instance_of, integer

__all__ = ["RankingParams", "Term"]

_LARGEST_WEIGHT = 1_000_000
_MILLI = 1000
_PERCENT = 100


@attrs.frozen(kw_only=True)
class RankingParams:
    """The weights and bounds of the score; these are the main parameters of a ranking, to be disclosed.

    Each weight is the most points that its term can give. The defaults add up to 10,000, shown as 100;
    they are our own choice: quality first, then nearness, price and how soon. The terms for newcomers, known
    friends, languages, reliability and answers weigh nothing unless a network gives them a weight, and are
    not shown then.

    The shares behind the last two are drawn towards what is usual while there is little to count: of `s` out
    of `n`, with `usual_weight` as `k` and what is usual as `p`, `(s + k p) / (n + k)` counts. It is the mean
    of a beta distribution after the counts, with `k p` and `k (1 - p)` before them (Gelman et al., Bayesian
    Data Analysis, 3rd edition, 2.4), and varies less than the plain share.

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
        reliability_weight: points for a friend who does all that was accepted; own cancellations, no-shows
            and what was let lapse are against it.
        response_weight: points for a friend who answers all requests and invitations in time.
        usual_done_percent: the share of accepted bookings that is assumed to be done; 90, as for the badge
            Reliable.
        usual_answered_percent: the share of requests that is assumed to be answered in time; 90, as for the
            badge Top Friend.
        usual_weight: how many bookings, or requests, what is assumed weighs as much as; 10 is our own choice.
        standing_basis: how a standing is read; the expected stars if not given. To draw by lot, a ranking
            takes a seed.
        newcomer_milli_deviation: by how much the stars of a friend without a standing are assumed to differ
            from `newcomer_milli_stars`, in thousandths of a star: for a draw, and twice as much lower for the
            lower bound. 300 is our own choice.

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
    reliability_weight: int = attrs.field(default=0, validator=integer(0, _LARGEST_WEIGHT))
    response_weight: int = attrs.field(default=0, validator=integer(0, _LARGEST_WEIGHT))
    usual_done_percent: int = attrs.field(default=90, validator=integer(0, 100))
    usual_answered_percent: int = attrs.field(default=90, validator=integer(0, 100))
    usual_weight: int = attrs.field(default=10, validator=integer(1, 10_000))
    standing_basis: StandingBasis = attrs.field(
        default=StandingBasis.MEAN, validator=instance_of(StandingBasis)
    )
    newcomer_milli_deviation: int = attrs.field(default=300, validator=integer(0, 4000))

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
            + self.reliability_weight
            + self.response_weight
        )

    @property
    def most_known_before(self) -> int:
        """The most points for what is known before anyone asks: of the friend and of the price."""
        return (
            self.standing_weight
            + self.price_weight
            + self.newcomer_weight
            + self.reliability_weight
            + self.response_weight
        )

    @property
    def draws(self) -> bool:
        """Whether the score is drawn by lot, so that a ranking takes a seed."""
        return self.standing_basis is StandingBasis.DRAW


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


def friend_points(
    params: RankingParams, *, milli_stars: int, standing: Standing | None, reliability: Reliability | None
) -> int:
    """Return the points of all terms that depend on nothing but the friend.

    Args:
        params: weights and bounds.
        milli_stars: the stars as they are read, in thousandths; see `read_milli` and `bound_milli`.
        standing: what is believed of the friend, if anything, for the number of ratings.
        reliability: what was counted of the friend, if anything.
    """
    points = part(params.standing_weight, milli_stars - _LEAST_MILLI, whole=_MILLI_RANGE)
    if params.newcomer_weight:
        ratings = 0 if standing is None else standing.ratings
        points += part(
            params.newcomer_weight, params.newcomer_ratings - ratings, whole=params.newcomer_ratings
        )
    if params.reliability_weight:
        done, total = _done(reliability)
        points += _shrunk(
            params.reliability_weight, done, total, params.usual_done_percent, params.usual_weight
        )
    if params.response_weight:
        answered, asked = _answered(reliability)
        usual = params.usual_answered_percent
        points += _shrunk(params.response_weight, answered, asked, usual, params.usual_weight)
    return points


def _done(reliability: Reliability | None) -> tuple[int, int]:
    return (0, 0) if reliability is None else (reliability.closed, reliability.kept_or_broken)


def _answered(reliability: Reliability | None) -> tuple[int, int]:
    return (0, 0) if reliability is None else (reliability.answered, reliability.asked)


def _shrunk(weight: int, count: int, total: int, percent: int, usual_weight: int) -> int:
    """Return the points for a share that is drawn towards what is usual."""
    return part(weight, _PERCENT * count + percent * usual_weight, whole=_PERCENT * (total + usual_weight))


def read_milli(params: RankingParams, standing: Standing | None, *, friend_id: str, seed: int) -> int:
    """Return the stars that count, in thousandths, as the basis reads them.

    Args:
        params: the basis, and what is assumed of newcomers.
        standing: what is believed of the friend, if anything.
        friend_id: the id of the friend, of which a draw is made.
        seed: the seed of a draw.
    """
    match params.standing_basis:
        case StandingBasis.MEAN:
            return _mean_milli(params, standing)
        case StandingBasis.LOWER:
            if standing is None:
                lower = params.newcomer_milli_stars - 2 * params.newcomer_milli_deviation
                return max(lower, _LEAST_MILLI)
            stars = standing.stars if standing.lower_stars is None else standing.lower_stars
            return round(stars * _MILLI)
        case StandingBasis.DRAW:
            stars, deviation = _spread(params, standing)
            if not deviation:
                return _mean_milli(params, standing)
            return drawn_milli(stars, deviation, friend_id=friend_id, seed=seed)


def bound_milli(params: RankingParams, standing: Standing | None, *, friend_id: str) -> int:
    """Return the stars that `read_milli` surpasses with no seed: the same, where there is nothing to draw.

    Args:
        params: the basis, and what is assumed of newcomers.
        standing: what is believed of the friend, if anything.
        friend_id: the id of the friend.
    """
    if params.standing_basis is StandingBasis.MEAN:  # what most indexes read, for each friend
        return params.newcomer_milli_stars if standing is None else round(standing.stars * _MILLI)
    if params.draws:
        return highest_milli(*_spread(params, standing))
    return read_milli(params, standing, friend_id=friend_id, seed=0)


def _spread(params: RankingParams, standing: Standing | None) -> tuple[float, float]:
    if standing is None:
        return params.newcomer_milli_stars / _MILLI, params.newcomer_milli_deviation / _MILLI
    return standing.stars, standing.deviation or 0.0


def _mean_milli(params: RankingParams, standing: Standing | None) -> int:
    return params.newcomer_milli_stars if standing is None else round(standing.stars * _MILLI)


def overdrawn(params: RankingParams, standing: Standing | None, *, friend_id: str, seed: int) -> int:
    """Return by how many points a draw is below its bound.

    Args:
        params: weights and bounds.
        standing: what is believed of the friend, if anything.
        friend_id: the id of the friend.
        seed: the seed of the draw.
    """
    bound = bound_milli(params, standing, friend_id=friend_id)
    drawn = read_milli(params, standing, friend_id=friend_id, seed=seed)
    weight = params.standing_weight
    return part(weight, bound - _LEAST_MILLI, whole=_MILLI_RANGE) - part(
        weight, drawn - _LEAST_MILLI, whole=_MILLI_RANGE
    )


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


@lru_cache(maxsize=8192)  # the same numbers come again and again, and a term takes 5 µs to make
def _standing_term(weight: int, milli: int, ratings: int) -> Term:
    why = reason("standing", milli_stars=milli, count=ratings)
    return Term(why=why, points=part(weight, milli - _LEAST_MILLI, whole=_MILLI_RANGE), most=weight)


@lru_cache(maxsize=8192)
def _lower_term(weight: int, milli: int, mean: int, ratings: int) -> Term:
    why = reason("standing_lower", milli_stars=milli, mean_milli_stars=mean, count=ratings)
    return Term(why=why, points=part(weight, milli - _LEAST_MILLI, whole=_MILLI_RANGE), most=weight)


@lru_cache(maxsize=8192)
def _drawn_term(weight: int, milli: int, mean: int, ratings: int) -> Term:
    why = reason("standing_drawn", milli_stars=milli, mean_milli_stars=mean, count=ratings)
    return Term(why=why, points=part(weight, milli - _LEAST_MILLI, whole=_MILLI_RANGE), most=weight)


def _rated_term(params: RankingParams, standing: Standing | None, *, friend_id: str, seed: int) -> Term:
    weight, ratings = params.standing_weight, 0 if standing is None else standing.ratings
    mean = _mean_milli(params, standing)
    match params.standing_basis:
        case StandingBasis.MEAN:
            return _standing_term(weight, mean, ratings)
        case StandingBasis.LOWER:
            milli = read_milli(params, standing, friend_id=friend_id, seed=seed)
            return _lower_term(weight, milli, mean, ratings)
        case StandingBasis.DRAW:
            milli = read_milli(params, standing, friend_id=friend_id, seed=seed)
            return _drawn_term(weight, milli, mean, ratings)


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


@lru_cache(maxsize=8192)
def _reliability_term(weight: int, done: int, total: int, percent: int, usual_weight: int) -> Term:
    points = _shrunk(weight, done, total, percent, usual_weight)
    return Term(why=reason("reliability", part=done, total=total), points=points, most=weight)


@lru_cache(maxsize=8192)
def _response_term(weight: int, answered: int, asked: int, percent: int, usual_weight: int) -> Term:
    points = _shrunk(weight, answered, asked, percent, usual_weight)
    return Term(why=reason("response", part=answered, total=asked), points=points, most=weight)


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
    reliability: Reliability | None = None,
    friend_id: str = "",
    seed: int = 0,
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
        reliability: what was counted of the friend, if anything.
        friend_id: the id of the friend, of which a draw is made.
        seed: the seed of a draw.

    Returns:
        The terms; the score is the sum of their points. Those that weigh nothing by default are left out
        where they weigh nothing.
    """
    low, high = service.price_from.rappen, service.price_to.rappen
    terms = [
        _rated_term(params, standing, friend_id=friend_id, seed=seed),
        _distance_term(params.distance_weight, params.distance_bound_m, distance_m),
        _price_term(price_points(params, service, price=price), params.price_weight, price.rappen, low, high),
        _earliness_term(params.earliness_weight, params.wait_bound_minutes, wait_minutes),
    ]
    if params.newcomer_weight:
        ratings, end = 0 if standing is None else standing.ratings, params.newcomer_ratings
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
    if params.reliability_weight:
        usual = (params.usual_done_percent, params.usual_weight)
        terms.append(_reliability_term(params.reliability_weight, *_done(reliability), *usual))
    if params.response_weight:
        usual = (params.usual_answered_percent, params.usual_weight)
        terms.append(_response_term(params.response_weight, *_answered(reliability), *usual))
    return tuple(terms)
