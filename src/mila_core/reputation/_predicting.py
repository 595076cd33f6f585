"""One pass of the two-sided model through a history: what it expected of each rating, and what it learnt.

The formulas are those of `two_sided`. This is where almost all time of a fit and of a backtest goes, so it is
one loop with everything in local variables; a test holds it against a slow writing of the same formulas.

Sums are kept by forward decay (Cormode, Shkapenyuk, Srivastava and Xu, ICDE 2009,
doi:10.1109/ICDE.2009.65): a rating is added with the weight `2 ** (time since a landmark / half-life)`, and
everything else is multiplied by the weight of now, so that nothing has to be aged. Before the weights get
too large the landmark moves on.
"""

from math import exp, inf, log
from typing import NamedTuple

from mila_core.reputation.history import History
from mila_core.reputation.metrics import Probabilities
from mila_core.reputation.params import ReputationParams

__all__ = ["CUSTOMER_SEEN", "FRIEND_SEEN", "MARKET_SEEN", "SPREAD_PRIOR", "Scores", "run"]

CUSTOMER_SEEN, FRIEND_SEEN, MARKET_SEEN = 5.0, 8.0, 20.0
"""How many ratings the expected shares weigh as much as, before a habit shows; chosen on the public data."""

SPREAD_PRIOR = 25.0
"""How many ratings of usual spread weigh as much as a side's own; chosen on the public data."""

_VARIANCE_PRIOR = 100.0
_LEAST = 1e-7  # no probability is less, so that none of the losses is huge
_MOST_HALF_LIVES = 500.0
_WIDEST, _NARROWEST = 20.0, 0.05  # of the scale; far outside of what ratings give
_FARTHEST = 600.0

# the numbers of a side, in its list: 0 residuals, 1 weight, 2 squares; 3 form, 4 its weight, 5 its day; from
# 6 the stars that came, from 11 those that were expected
_FORM_DAY, _SIZE = 5, 16
_DECAYED = (0, 1, 2, *range(6, _SIZE))

Scores = tuple[float, float, float, float, float, float, float, float, float, float, float, float]
"""The derivatives of a rating's log-probability by the parameters of the link, in the order of `fitting`."""


class Ended(NamedTuple):
    """What a pass has learnt.

    Attributes:
        qualities: what is believed of each friend at the end; None for one who was not rated.
        variance: the variance of the ratings' scores around what was expected.
    """

    qualities: list[float | None]
    variance: float


def run(  # noqa: C901, PLR0912, PLR0915  # one loop: calls would double its time
    history: History,
    params: ReputationParams,
    *,
    losses: list[float] | None = None,
    predicted: list[Probabilities] | None = None,
    scores: list[Scores] | None = None,
) -> Ended:
    """Go through a history once: predict each rating from those before it, then learn from it.

    Args:
        history: the ratings in the order of time.
        params: the parameters.
        losses: is given -log P of the stars that came, for each rating.
        predicted: is given the probabilities of one star to five, for each rating.
        scores: is given the derivatives of -loss by the parameters of the link, for each rating; the expected
            shares of the habits are taken as given.
    """
    category = params.category_scores
    first, second, third, fourth = params.thresholds
    friend_prior, customer_prior = params.friend_prior, params.customer_prior
    friend_rate, customer_rate = 1 / params.friend_half_life_days, 1 / params.customer_half_life_days
    form_rate, market_rate = -_LN2 / params.form_half_life_days, -_LN2 / params.market_half_life_days
    by_friend, by_customer, curvature = params.friend_slope, params.customer_slope, params.curvature
    by_form, by_spread = params.form_slope, params.spread_slope
    of_customer, of_friend, of_market = params.customer_tilt, params.friend_tilt, params.market_tilt
    friend_least, friend_most = bend(by_friend, curvature)
    customer_least, customer_most = bend(by_customer, curvature)
    friends: list[list[float] | None] = [None] * len(history.subject_ids)
    customers: list[list[float] | None] = [None] * len(history.rater_ids)
    seen0 = seen1 = seen2 = seen3 = seen4 = MARKET_SEEN
    expected0 = expected1 = expected2 = expected3 = expected4 = MARKET_SEEN
    squares, count = params.residual_variance * _VARIANCE_PRIOR, _VARIANCE_PRIOR
    precision = count / squares
    friend_mark = customer_mark = before = history.days[0] if history.days else 0.0
    friend_now = customer_now = 1.0
    none = (0.0, 0.0, 0.0, 0.0, 0.0)
    for customer, friend, stars, day in zip(
        history.raters, history.subjects, history.stars, history.days, strict=True
    ):
        if day != before:
            # the market's habit is kept by backward decay, its priors with it
            aged = exp(market_rate * (day - before))
            kept = MARKET_SEEN * (1 - aged)
            seen0, seen1, seen2 = seen0 * aged + kept, seen1 * aged + kept, seen2 * aged + kept
            seen3, seen4 = seen3 * aged + kept, seen4 * aged + kept
            expected0, expected1, expected2 = (
                expected0 * aged + kept,
                expected1 * aged + kept,
                expected2 * aged + kept,
            )
            expected3, expected4 = expected3 * aged + kept, expected4 * aged + kept
            before = day
            lives = (day - friend_mark) * friend_rate
            if lives > _MOST_HALF_LIVES:
                _move(friends, 2.0 ** -min(lives, _UNDERFLOW))
                friend_mark, lives = day, 0.0
            friend_now = 2.0**lives
            lives = (day - customer_mark) * customer_rate
            if lives > _MOST_HALF_LIVES:
                _move(customers, 2.0 ** -min(lives, _UNDERFLOW))
                customer_mark, lives = day, 0.0
            customer_now = 2.0**lives
        one, other = friends[friend], customers[customer]
        quality = mildness = form = spread = 0.0
        if one is None:
            one = friends[friend] = [0.0] * _SIZE
            one[_FORM_DAY] = day
            habit0, habit1, habit2, habit3, habit4 = none
        else:
            quality = one[0] / (one[1] + friend_prior * friend_now)
            prior = SPREAD_PRIOR * friend_now
            spread = log((one[2] * precision + prior) / (one[1] + prior))
            if day > one[5]:
                aged = exp(form_rate * (day - one[5]))
                one[3] *= aged
                one[4] *= aged
                one[5] = day
            form = one[3] / (one[4] + friend_prior)
            prior = FRIEND_SEEN * friend_now
            habit0 = log((one[6] + prior) / (one[11] + prior))
            habit1 = log((one[7] + prior) / (one[12] + prior))
            habit2 = log((one[8] + prior) / (one[13] + prior))
            habit3 = log((one[9] + prior) / (one[14] + prior))
            habit4 = log((one[10] + prior) / (one[15] + prior))
        if other is None:
            other = customers[customer] = [0.0] * _SIZE
            style0, style1, style2, style3, style4 = none
        else:
            mildness = other[0] / (other[1] + customer_prior * customer_now)
            prior = SPREAD_PRIOR * customer_now
            spread += log((other[2] * precision + prior) / (other[1] + prior))
            prior = CUSTOMER_SEEN * customer_now
            style0 = log((other[6] + prior) / (other[11] + prior))
            style1 = log((other[7] + prior) / (other[12] + prior))
            style2 = log((other[8] + prior) / (other[13] + prior))
            style3 = log((other[9] + prior) / (other[14] + prior))
            style4 = log((other[10] + prior) / (other[15] + prior))
        spread *= 0.5
        good = min(friend_most, quality)
        good = max(good, friend_least)
        mild = min(customer_most, mildness)
        mild = max(mild, customer_least)
        score = (
            good * (by_friend + curvature * good) + mild * (by_customer + curvature * mild) + by_form * form
        )
        scale = exp(-by_spread * spread)
        if scale > _WIDEST:
            scale = _WIDEST
        elif scale < _NARROWEST:
            scale = _NARROWEST
        if (score - first) * scale > _FARTHEST:
            score = first + _FARTHEST / scale  # exp() would be too large for a float
        below0 = 1 / (1 + exp((score - first) * scale))
        below1 = 1 / (1 + exp((score - second) * scale))
        below2 = 1 / (1 + exp((score - third) * scale))
        below3 = 1 / (1 + exp((score - fourth) * scale))
        plain0, plain1, plain2 = below0 + _LEAST, below1 - below0 + _LEAST, below2 - below1 + _LEAST
        plain3, plain4 = below3 - below2 + _LEAST, 1 - below3 + _LEAST
        market0, market1, market2 = log(seen0 / expected0), log(seen1 / expected1), log(seen2 / expected2)
        market3, market4 = log(seen3 / expected3), log(seen4 / expected4)
        chance0 = plain0 * exp(of_customer * style0 + of_friend * habit0 + of_market * market0)
        chance1 = plain1 * exp(of_customer * style1 + of_friend * habit1 + of_market * market1)
        chance2 = plain2 * exp(of_customer * style2 + of_friend * habit2 + of_market * market2)
        chance3 = plain3 * exp(of_customer * style3 + of_friend * habit3 + of_market * market3)
        chance4 = plain4 * exp(of_customer * style4 + of_friend * habit4 + of_market * market4)
        whole = 1 / (chance0 + chance1 + chance2 + chance3 + chance4)
        chances = (chance0 * whole, chance1 * whole, chance2 * whole, chance3 * whole, chance4 * whole)
        place = stars - 1
        if predicted is not None:
            predicted.append(chances)
        if losses is not None:
            losses.append(-log(chances[place]))
        if scores is not None:
            chance0, chance1, chance2, chance3, chance4 = chances
            ratios = [
                chance0 / plain0,
                chance1 / plain1,
                chance2 / plain2,
                chance3 / plain3,
                chance4 / plain4,
            ]
            ratios[place] -= 1 / (plain0, plain1, plain2, plain3, plain4)[place]
            to0 = below0 * (1 - below0) * scale * (ratios[1] - ratios[0])
            to1 = below1 * (1 - below1) * scale * (ratios[2] - ratios[1])
            to2 = below2 * (1 - below2) * scale * (ratios[3] - ratios[2])
            to3 = below3 * (1 - below3) * scale * (ratios[4] - ratios[3])
            to_score = -(to0 + to1 + to2 + to3)
            if not _NARROWEST < scale < _WIDEST:
                spread = 0.0  # the scale is held
            scores.append(
                (
                    to0,
                    to1,
                    to2,
                    to3,
                    to_score * good,
                    to_score * mild,
                    to_score * (good * good + mild * mild),
                    to_score * form,
                    -spread
                    * (
                        (first - score) * to0
                        + (second - score) * to1
                        + (third - score) * to2
                        + (fourth - score) * to3
                    ),
                    (style0, style1, style2, style3, style4)[place]
                    - chance0 * style0
                    - chance1 * style1
                    - chance2 * style2
                    - chance3 * style3
                    - chance4 * style4,
                    (habit0, habit1, habit2, habit3, habit4)[place]
                    - chance0 * habit0
                    - chance1 * habit1
                    - chance2 * habit2
                    - chance3 * habit3
                    - chance4 * habit4,
                    (market0, market1, market2, market3, market4)[place]
                    - chance0 * market0
                    - chance1 * market1
                    - chance2 * market2
                    - chance3 * market3
                    - chance4 * market4,
                )
            )
        came = category[place]
        residual = came - quality - mildness
        square = residual * residual
        one[0] += friend_now * (came - mildness)
        one[1] += friend_now
        one[2] += friend_now * square
        one[3] += residual
        one[4] += 1.0
        other[0] += customer_now * (came - quality)
        other[1] += customer_now
        other[2] += customer_now * square
        one[6 + place] += friend_now
        other[6 + place] += customer_now
        one[11] += friend_now * plain0
        one[12] += friend_now * plain1
        one[13] += friend_now * plain2
        one[14] += friend_now * plain3
        one[15] += friend_now * plain4
        other[11] += customer_now * plain0
        other[12] += customer_now * plain1
        other[13] += customer_now * plain2
        other[14] += customer_now * plain3
        other[15] += customer_now * plain4
        if place == 4:  # noqa: PLR2004  # five stars, the usual case
            seen4 += 1
        elif place == 3:  # noqa: PLR2004
            seen3 += 1
        elif place == 2:  # noqa: PLR2004
            seen2 += 1
        elif place:
            seen1 += 1
        else:
            seen0 += 1
        expected0 += plain0
        expected1 += plain1
        expected2 += plain2
        expected3 += plain3
        expected4 += plain4
        squares += square
        count += 1
        precision = count / squares
    return Ended(
        [None if one is None else one[0] / (one[1] + friend_prior * friend_now) for one in friends],
        squares / count,
    )


_LN2 = log(2.0)
_UNDERFLOW = 1074.0


def bend(slope: float, curvature: float) -> tuple[float, float]:
    """Return between which values a parabola through 0 rises; beyond them it is taken as level.

    Args:
        slope: its slope at 0, not negative.
        curvature: what its square is multiplied by.
    """
    if abs(curvature) < 1e-9:  # noqa: PLR2004  # a line, as far as any rating can tell
        return -inf, inf
    turn = -slope / (2 * curvature)
    return (-inf, turn) if curvature < 0 else (turn, inf)


def _move(sides: list[list[float] | None], factor: float) -> None:
    """Bring the sums of all of a side to a later landmark."""
    for one in sides:
        if one is not None:
            for place in _DECAYED:
                one[place] *= factor
