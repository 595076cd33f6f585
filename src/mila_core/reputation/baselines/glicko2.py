"""Glicko-2: a subject plays against each rater, and both are rated."""

import math
from collections.abc import Iterable
from typing import ClassVar, NamedTuple, TypeAlias

import attrs

from mila_core.reputation.baselines._linked import Followed, LinkedModel
from mila_core.reputation.history import History
from mila_core.validation import number

__all__ = ["Glicko2", "Strength", "play"]

_SCALE = 173.7178
_MIDDLE = 1500.0
_BY_PI = 3 / math.pi**2
_NEAR = 1e-6  # as near as the paper goes
_NEWTON_STEPS = 4
_HALVINGS = 200


class Strength(NamedTuple):
    """What Glicko-2 knows of a player.

    Attributes:
        rating: the rating; 1500 for a new player.
        deviation: the rating's standard deviation.
        volatility: how much the rating is expected to change in a period.
    """

    rating: float
    deviation: float
    volatility: float


def play(player: Strength, games: Iterable[tuple[Strength, float]], *, tau: float) -> Strength:
    """Return a player after the games of one rating period.

    Glickman, Example of the Glicko-2 system, 2012, http://www.glicko.net/glicko/glicko2.pdf.

    Args:
        player: the player before the period.
        games: the opponents as they were before the period, each with the score, from 0 to 1.
        tau: how much volatility may change.

    Examples:
        >>> games = [(Strength(1400, 30, 0.06), 1), (Strength(1550, 100, 0.06), 0)]
        >>> after = play(Strength(1500, 200, 0.06), [*games, (Strength(1700, 300, 0.06), 0)], tau=0.5)
        >>> round(after.rating, 2), round(after.deviation, 2), round(after.volatility, 5)
        (1464.05, 151.52, 0.06)
    """
    mu, variance, sigma = (
        (player.rating - _MIDDLE) / _SCALE,
        (player.deviation / _SCALE) ** 2,
        player.volatility,
    )
    surprise = information = 0.0
    for opponent, score in games:
        more, information_of = _game(
            mu, (opponent.rating - _MIDDLE) / _SCALE, (opponent.deviation / _SCALE) ** 2, score
        )
        surprise += more
        information += information_of
    if information:
        sigma = _volatility(sigma, variance, surprise, information, tau)
    variance = 1 / (1 / (variance + sigma**2) + information)
    return Strength(_MIDDLE + _SCALE * (mu + variance * surprise), _SCALE * math.sqrt(variance), sigma)


def _game(mu: float, opponent: float, variance: float, score: float) -> tuple[float, float]:
    """Return how surprising a game is, and how much it tells: the parts of the sums in steps 3 and 4."""
    weight = 1 / math.sqrt(1 + _BY_PI * variance)
    expected = 1 / (1 + math.exp(min(700.0, weight * (opponent - mu))))
    return weight * (score - expected), weight * weight * expected * (1 - expected)


def _volatility(volatility: float, variance: float, surprise: float, information: float, tau: float) -> float:
    """Return the new volatility: step 5, by Newton's method, else by the paper's method of Illinois.

    With `v = 1 / information` the paper's `delta` is `v * surprise`.
    """
    v = 1 / information
    square, spread, by_tau = (v * surprise) ** 2, variance + v, 1 / (tau * tau)
    begin = x = 2 * math.log(volatility)
    for _ in range(_NEWTON_STEPS):
        raised = math.exp(x)
        whole = spread + raised
        value = raised * (square - whole) / (2 * whole * whole) - (x - begin) * by_tau
        slope = raised * (square * (spread - raised) - spread * whole) / (2 * whole**3) - by_tau
        if slope >= 0:
            break
        step = value / slope
        x -= step
        if abs(step) < _NEAR:
            return math.exp(x / 2)
        if abs(x - begin) > 1:
            break
    return _illinois(begin, square, spread, tau)


def _illinois(begin: float, square: float, spread: float, tau: float) -> float:
    """Return the new volatility as the paper does."""

    def f(x: float) -> float:
        raised = math.exp(x)
        whole = spread + raised
        return raised * (square - whole) / (2 * whole * whole) - (x - begin) / (tau * tau)

    low = begin
    if square > spread:
        high = math.log(square - spread)
    else:
        steps = 1
        while f(begin - steps * tau) < 0:
            steps += 1
        high = begin - steps * tau
    at_low, at_high = f(low), f(high)
    for _ in range(_HALVINGS):
        if abs(high - low) <= _NEAR or at_high == at_low:
            break
        middle = low + (low - high) * at_low / (at_high - at_low)
        at_middle = f(middle)
        if at_middle * at_high <= 0:
            low, at_low = high, at_high
        else:
            at_low /= 2
        high, at_high = middle, at_middle
    return math.exp(low / 2)


@attrs.frozen(kw_only=True)
class Glicko2(LinkedModel):
    """Glicko-2 of the game of a subject against a rater, which the subject wins with five stars.

    The score of the subject is `(stars - 1) / 4`, that of the rater the rest of one, so that a strict rater
    gets a high rating. Both are updated at each rating, as if a period ended with it, so that the next
    prediction knows of it; the step of the variance by the squared volatility is made for each period of time
    that has passed since the last rating of the player, up to the variance of a new one. On public data a
    step at each rating predicted about as well: better on one of three histories, worse on two. What predicts
    is the expected score on the scale of logits, `(mu - mu_rater) / sqrt(1 + 3 (phi² + phi_rater²) / pi²)`;
    the score of a subject is its rating.

    A better last rating never lowers the score of its subject. A better earlier one may, where deviations are
    large and the same rater rates again and again: beliefs of the two are kept apart, so that what is learnt
    of one later may undo more than was learnt of the other.

    Glickman, Example of the Glicko-2 system, 2012, http://www.glicko.net/glicko/glicko2.pdf; Parameter
    estimation in large dynamic paired comparison experiments, Applied Statistics 1999,
    doi:10.1111/1467-9876.00159.

    Attributes:
        deviation: the deviation of a new subject; 200 is our own choice, as subjects differ by less than
            players of chess, where it is 350. It is fitted.
        rater_deviation: the deviation of a new rater; 200 as well; it is fitted.
        volatility: the volatility of a new player; 0.06 as in the paper; it is fitted.
        tau: how much volatility may change; 0.5 as in the paper.
        period_days: how long a period is; 30 days, our own choice. Another one would mean another volatility.

    Examples:
        >>> ratings = {"rater": list("abb"), "subject": list("xyx"), "stars": [5, 1, 4]}
        >>> scores = Glicko2().score(History.of(ratings, at=None))
        >>> {name: round(score) for name, score in scores.items()}
        {'x': 1612, 'y': 1421}
    """

    deviation: float = attrs.field(default=200.0, validator=number(1, 1_000))
    rater_deviation: float = attrs.field(default=200.0, validator=number(1, 1_000))
    volatility: float = attrs.field(default=0.06, validator=number(1e-6, 1))
    tau: float = attrs.field(default=0.5, validator=number(0.01, 2))
    period_days: float = attrs.field(default=30.0, validator=number(0.001, 1_000_000))

    name: ClassVar[str] = "glicko2"
    SEARCHED: ClassVar[tuple[str, ...]] = ("deviation", "rater_deviation", "volatility")

    def follow(self, history: History) -> Followed:
        """Return the expected score before each rating, and the rating of each subject at the end.

        Args:
            history: the ratings in the order of time.
        """
        sqrt, volatility, tau, period = math.sqrt, self.volatility, self.tau, self.period_days
        most, most_of_rater = (self.deviation / _SCALE) ** 2, (self.rater_deviation / _SCALE) ** 2
        subjects: list[_Player | None] = [None] * len(history.subject_ids)
        raters: list[_Player | None] = [None] * len(history.rater_ids)
        features = []
        for rater, subject, stars, day in zip(
            history.raters, history.subjects, history.stars, history.days, strict=True
        ):
            # on the paper's inner scale: mean, variance, volatility, day of the last rating
            mu, variance, sigma, last = subjects[subject] or (0.0, most, volatility, day)
            nu, variance_of_rater, sigma_of_rater, last_of_rater = raters[rater] or (
                *(0.0, most_of_rater, volatility),
                day,
            )
            variance = min(most, variance + sigma * sigma * (day - last) / period)
            variance_of_rater = min(
                most_of_rater,
                variance_of_rater + sigma_of_rater * sigma_of_rater * (day - last_of_rater) / period,
            )
            features.append((mu - nu) / sqrt(1 + _BY_PI * (variance + variance_of_rater)))
            score = (stars - 1) / 4
            game = _game(mu, nu, variance_of_rater, score)
            game_of_rater = _game(nu, mu, variance, 1 - score)
            subjects[subject] = (*_after(mu, variance, sigma, game, tau), day)
            raters[rater] = (*_after(nu, variance_of_rater, sigma_of_rater, game_of_rater, tau), day)
        return Followed(features, [each and _MIDDLE + _SCALE * each[0] for each in subjects])


_Player: TypeAlias = tuple[float, float, float, float]


def _after(
    mu: float, variance: float, sigma: float, game: tuple[float, float], tau: float
) -> tuple[float, float, float]:
    """Return mean, variance and volatility after one game."""
    surprise, information = game
    if information:
        sigma = _volatility(sigma, variance, surprise, information, tau)
    variance = 1 / (1 / variance + information)
    return mu + variance * surprise, variance, sigma
