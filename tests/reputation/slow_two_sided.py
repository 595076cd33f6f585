"""The two-sided model written down slowly: each number anew from all ratings before."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mila_core.reputation import History, ReputationParams
from mila_core.reputation._predicting import CUSTOMER_SEEN, FRIEND_SEEN, MARKET_SEEN, SPREAD_PRIOR

Five = tuple[float, ...]


class Known(NamedTuple):
    """What is known when a rating comes.

    Attributes:
        quality: of the friend.
        mildness: of the customer.
        form: of the friend.
        spread: the logarithm of how wide apart the ratings of both were.
        habits: the logarithms of seen over expected: of the customer, of the friend, of the market.
    """

    quality: float
    mildness: float
    form: float
    spread: float
    habits: tuple[Five, Five, Five]


class Past(NamedTuple):
    """A rating that came, with what was expected of it."""

    customer: int
    friend: int
    stars: int
    day: float
    of_friend: float
    of_customer: float
    residual: float
    plain: Five


def _level(value: float, slope: float, curvature: float) -> float:
    """Return a value, or where the parabola turns if that is nearer to 0."""
    if abs(curvature) < 1e-9:
        return value
    turn = -slope / (2 * curvature)
    return min(value, turn) if curvature < 0 else max(value, turn)


def plain_chances(known: Known, params: ReputationParams) -> Five:
    """Return the chances of one star to five before habits tilt them."""
    good = _level(known.quality, params.friend_slope, params.curvature)
    mild = _level(known.mildness, params.customer_slope, params.curvature)
    score = (
        params.friend_slope * good
        + params.customer_slope * mild
        + params.curvature * (good**2 + mild**2)
        + params.form_slope * known.form
    )
    width = min(max(math.exp(params.spread_slope * known.spread), 1 / 20), 1 / 0.05)
    at_most = [1 / (1 + math.exp(min((score - threshold) / width, 600))) for threshold in params.thresholds]
    return tuple(high - low + 1e-7 for low, high in zip([0.0, *at_most], [*at_most, 1.0], strict=True))


def chances(known: Known, params: ReputationParams) -> Five:
    """Return the probabilities of one star to five."""
    tilts = (params.customer_tilt, params.friend_tilt, params.market_tilt)
    tilted = [
        chance * math.exp(sum(tilt * habit[place] for tilt, habit in zip(tilts, known.habits, strict=True)))
        for place, chance in enumerate(plain_chances(known, params))
    ]
    return tuple(each / math.fsum(tilted) for each in tilted)


def _weighted(ratings: Sequence[Past], day: float, half_life_days: float) -> list[tuple[float, Past]]:
    return [(2.0 ** -((day - each.day) / half_life_days), each) for each in ratings]


def _habit(weighted: Sequence[tuple[float, Past]], prior: float) -> Five:
    return tuple(
        math.log(
            (prior + math.fsum(weight for weight, each in weighted if each.stars == star))
            / (prior + math.fsum(weight * each.plain[star - 1] for weight, each in weighted))
        )
        for star in (1, 2, 3, 4, 5)
    )


def _mean(weighted: Sequence[tuple[float, Past]], of: Callable[[Past], float], prior: float) -> float:
    whole = math.fsum(weight for weight, _ in weighted) + prior
    return math.fsum(weight * of(each) for weight, each in weighted) / whole


def known_then(
    past: Sequence[Past], customer: int, friend: int, day: float, params: ReputationParams
) -> Known:
    """Return what is known of a customer and a friend after some ratings."""
    of_friend = [each for each in past if each.friend == friend]
    of_customer = [each for each in past if each.customer == customer]
    by_friend = _weighted(of_friend, day, params.friend_half_life_days)
    by_customer = _weighted(of_customer, day, params.customer_half_life_days)
    variance = (100 * params.residual_variance + math.fsum(each.residual**2 for each in past)) / (
        100 + len(past)
    )
    spread = sum(
        math.log(
            (SPREAD_PRIOR + math.fsum(weight * each.residual**2 / variance for weight, each in weighted))
            / (SPREAD_PRIOR + math.fsum(weight for weight, _ in weighted))
        )
        for weighted in (by_friend, by_customer)
    )
    return Known(
        _mean(by_friend, lambda each: each.of_friend, params.friend_prior),
        _mean(by_customer, lambda each: each.of_customer, params.customer_prior),
        _mean(
            _weighted(of_friend, day, params.form_half_life_days),
            lambda each: each.residual,
            params.friend_prior,
        ),
        spread / 2,
        (
            _habit(by_customer, CUSTOMER_SEEN),
            _habit(by_friend, FRIEND_SEEN),
            _habit(_weighted(past, day, params.market_half_life_days), MARKET_SEEN),
        ),
    )


def passed(history: History, params: ReputationParams) -> tuple[list[Known], list[Past]]:
    """Return what was known when each rating came, and all ratings with what was expected of them."""
    past: list[Past] = []
    known: list[Known] = []
    for customer, friend, stars, day in history:
        now = known_then(past, customer, friend, day, params)
        score = params.category_scores[stars - 1]
        known.append(now)
        past.append(
            Past(
                customer,
                friend,
                stars,
                day,
                score - now.mildness,
                score - now.quality,
                score - now.quality - now.mildness,
                plain_chances(now, params),
            )
        )
    return known, past
