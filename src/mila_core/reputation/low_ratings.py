"""The chance that the next rating is a low one, from what both sides gave and got of late.

Low ratings come in runs: somebody works badly from some day on, or rates everybody down. The default model
(`two_sided`) moves all five chances by one number; this one is made for the low end alone. With `L` the
log-odds of a share of low ratings, drawn to the usual share as by some ratings, the chance is

`1 / (1 + exp(-w x))`

where `x` are the features of `LowRatings.FEATURES`, all from earlier ratings alone:

- `quality` of who is rated, `mildness` of who rates, as in `two_sided`; and the `reputation` of who rates,
  which is the quality of the same person, where raters are rated too;
- `received_lows` and `given_lows`, `L` of what who is rated got, and who rates gave, of late; their product;
- `trusted_lows`, `L` of what who is rated got, each rating weighed by the trust in its rater, for longer;
- `new_subject`, `new_rater`: 1 for who has no rating;
- `last_received`, `last_given`, `last_of_rater` (of what the rater got): averages of signs, -1 for low and 1
  for other ratings, in which the last rating counts most;
- `market_lows`, `L` of all ratings of late; and `pace`, `log(1 + n)` of the ratings that the rater gave of
  late.

The trust in a rater when rating is `(W + 0.3) / (W + t) max(0, 1 - 2 N / (W + k))`, where `W` is the trusted
evidence on that person and `N` the low part of it; 1 where raters are not rated.

References:
    The features were chosen by the first half of Bitcoin OTC, a network in which everybody rates everybody
    (Kumar, Spezzano, Subrahmanian and Faloutsos 2016, doi:10.1109/ICDM.2016.0033); our own choice. Trust
    weighted by trust: Laureti, Moret, Zhang and Yu 2006, doi:10.1209/epl/i2006-10204-8. Ratings predicted
    from those before them: Dawid 1984, doi:10.2307/2981683.
"""

import math
from collections import Counter
from collections.abc import Sequence
from operator import mul
from typing import ClassVar, NamedTuple, Self

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.reputation._newton import Expansion, maximise
from mila_core.reputation._recent_lows import FEATURES, LOW_STARS, features_of
from mila_core.reputation._shares import USUAL_SHARES, normal_scores
from mila_core.reputation.history import History
from mila_core.reputation.low_rating_params import LowRatingsParams
from mila_core.reputation.protocol import Progress
from mila_core.standings import STARS
from mila_core.validation import TupleOf, check_instance, instance_of, number, tuple_of

__all__ = ["LowRatings"]

_NAME = "low_ratings"
_MOST = 1e6
_LEAST_CHANCE = 1e-6
_FARTHEST = 30.0
_LEAST_SPREAD = 1e-9

_RIDGE = 20.0
"""How strongly a weight is drawn to the one at the start, in the unit of its feature's spread; chosen on the
first half of Bitcoin OTC, where from 10 to 100 is much the same."""

_CONSTANT_RIDGE = 1.0
_USUAL_ROWS = 20.0
_SEARCHED = ("fast_half_life_days", "slow_half_life_days", "market_half_life_days")
_STEPS, _MOST_MOVES = (0.5, 2.0), 3
_SHORTEST, _LONGEST = 0.1, 10_000.0

_DEFAULT_WEIGHTS = tuple(float(name == "trusted_lows") for name in FEATURES)


class _Fit(NamedTuple):
    loss: float
    weights: tuple[float, ...]


@attrs.frozen(kw_only=True)
class LowRatings:
    """The chance that the next rating gives at most two stars.

    Attributes:
        params: how fast it forgets, and how much the unknown weighs.
        category_scores: what one star, two, ..., five count in a quality and a mildness: the mean of a
            standard normal within each number's share.
        weights: the weight of each of `FEATURES`, in the log-odds of a low rating. At the start the chance is
            the share of low ratings that the subject got from trusted raters, drawn to the usual share.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: not as many weights as features, or a number out of range.

    Examples:
        >>> rows = {"rater": list("abcd"), "subject": list("xxxy"), "stars": [1, 1, 5, 5]}
        >>> [round(chance, 2) for chance in LowRatings().chances(History.of(rows, at=None))]
        [0.06, 0.31, 0.45, 0.06]
    """

    params: LowRatingsParams = attrs.field(
        default=LowRatingsParams(), validator=instance_of(LowRatingsParams)
    )
    category_scores: tuple[float, ...] = attrs.field(
        default=normal_scores(USUAL_SHARES),
        converter=TupleOf[float],
        validator=tuple_of(number(-20, 20), least=len(STARS), most=len(STARS)),
    )
    weights: tuple[float, ...] = attrs.field(
        default=_DEFAULT_WEIGHTS,
        converter=TupleOf[float],
        validator=tuple_of(number(-_MOST, _MOST), least=len(FEATURES), most=len(FEATURES)),
    )

    FEATURES: ClassVar[tuple[str, ...]] = FEATURES
    LOW_STARS: ClassVar[int] = LOW_STARS

    def fit(self, history: History, *, search: bool = False, progress: Progress | None = None) -> Self:
        """Return the model with the weights that make the low ratings of a history most likely.

        Each rating is predicted from those before it. Weights are drawn to those of this model (a normal
        prior): with few ratings they stay near, with none they stay.

        Args:
            history: the ratings to learn from.
            search: whether half-lives are searched for too, in steps of two, which takes some ten times as
                long; the other parameters stay.
            progress: is told how far it is.

        Raises:
            InvalidTypeError: an argument of another type.
        """
        _check(history)
        check_instance("search", search, kind=bool)
        if not len(history):
            _tell(progress, 1.0)
            return self
        begin = attrs.evolve(self, category_scores=_scores_of(history))
        best, params = _settled(begin, history), self.params
        _tell(progress, 1 / (1 + len(_SEARCHED) * search))
        for place, name in enumerate(_SEARCHED if search else (), start=2):
            for step in _STEPS:
                for _ in range(_MOST_MOVES):
                    half_life = getattr(params, name) * step
                    if not _SHORTEST <= half_life <= _LONGEST:
                        break
                    tried = attrs.evolve(params, **{name: half_life})
                    found = _settled(attrs.evolve(begin, params=tried), history)
                    if found.loss >= best.loss:
                        break
                    best, params = found, tried
            _tell(progress, place / (1 + len(_SEARCHED)))
        return attrs.evolve(begin, params=params, weights=best.weights)

    def chances(self, history: History, *, start: int = 0) -> list[float]:
        """Return the chance of at most two stars for each rating, from the ratings before it alone.

        Args:
            history: the ratings in the order of time.
            start: the first rating to predict; those before it are only learnt from.

        Returns:
            Chances above 0 and below 1.

        Raises:
            InvalidTypeError: an argument of another type.
            InvalidValueError: a negative start.
        """
        _check(history)
        check_instance("start", start, kind=int)
        if start < 0:
            raise InvalidValueError("start", "no negative number", describe(start))
        weights = self.weights
        found = []
        for place, features in enumerate(features_of(history, self.params, self.category_scores)):
            if place >= start:
                chance = _logistic(sum(map(mul, weights, features)))
                found.append(min(max(chance, _LEAST_CHANCE), 1 - _LEAST_CHANCE))
        return found


def _check(history: object) -> None:
    if not isinstance(history, History):
        raise InvalidTypeError("history", "a History", describe(history))


def _tell(progress: Progress | None, share: float) -> None:
    if progress is not None:
        progress(_NAME, share)


def _scores_of(history: History) -> tuple[float, ...]:
    """Return what stars count by their shares, the usual shares weighing as much as some ratings."""
    seen = Counter(history.stars)
    whole = len(history) + _USUAL_ROWS
    return normal_scores(
        tuple(
            (seen[star] + _USUAL_ROWS * usual) / whole
            for star, usual in zip(STARS, USUAL_SHARES, strict=True)
        )
    )


def _variance(column: Sequence[float]) -> float:
    """Return the variance of a feature; 1 where it says nothing, so that its weight stays."""
    mean = math.fsum(column) / len(column)
    found = math.fsum((each - mean) ** 2 for each in column) / len(column)
    return found if found > _LEAST_SPREAD else 1.0


def _settled(model: LowRatings, history: History) -> _Fit:
    """Return the best weights with the parameters of a model, and what they lose."""
    rows = features_of(history, model.params, model.category_scores)
    columns = [list(column) for column in zip(*rows, strict=True)]
    low = [1.0 if stars <= LOW_STARS else 0.0 for stars in history.stars]
    ridges = [_CONSTANT_RIDGE, *(_RIDGE * _variance(column) for column in columns[1:])]
    return _fitted(columns, low, model.weights, ridges)


def _fitted(
    columns: Sequence[list[float]], low: Sequence[float], start: tuple[float, ...], ridges: Sequence[float]
) -> _Fit:
    """Return the weights of greatest likelihood, each drawn to its start by its ridge."""
    size = len(columns)

    def expand(weights: Sequence[float]) -> Expansion:
        odds = [0.0] * len(low)
        for weight, column in zip(weights, columns, strict=True):
            if weight:
                odds = [each + weight * value for each, value in zip(odds, column, strict=True)]
        chances = [_logistic(each) for each in odds]
        value = -math.fsum(_loss(each, came) for each, came in zip(odds, low, strict=True))
        apart = [weight - begin for weight, begin in zip(weights, start, strict=True)]
        value -= sum(ridge * each * each for ridge, each in zip(ridges, apart, strict=True)) / 2
        left = [came - chance for came, chance in zip(low, chances, strict=True)]
        gradient = [
            sum(map(mul, column, left)) - ridge * each
            for column, ridge, each in zip(columns, ridges, apart, strict=True)
        ]
        spread = [chance * (1 - chance) for chance in chances]
        curvature = [[0.0] * size for _ in range(size)]
        for row in range(size):
            weighed = list(map(mul, columns[row], spread))
            for place in range(row, size):
                curvature[row][place] = curvature[place][row] = sum(map(mul, weighed, columns[place]))
            curvature[row][row] += ridges[row]
        return Expansion(value, gradient, curvature)

    found = maximise(expand, start, positive=[False] * size)
    return _Fit(-found.value, tuple(found.point))


def _loss(odds: float, came: float) -> float:
    """Return -log of the chance of what came, without an overflow."""
    signed = -odds if came else odds
    return max(signed, 0.0) + math.log1p(math.exp(-abs(signed)))


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-min(max(odds, -_FARTHEST), _FARTHEST)))
