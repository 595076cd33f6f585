"""Fits: the parameters of the default model that make a history most likely, and how well it knows them.

What is made small is the sum of -log P(the stars that came), each rating predicted from those before it
(Dawid 1984, prequential analysis, doi:10.2307/2981683), with a normal prior around the default parameters.
Later ratings weigh somewhat more, from 1/2 to 3/2, as the future will be more like them. The steps are those
of Gauss and Newton on the outer products of the ratings' derivatives (Berndt, Hall, Hall and Hausman 1974),
damped after Levenberg and Marquardt; there is no chance in it.
"""

import math
from collections.abc import Sequence
from operator import mul
from typing import Any, NamedTuple

import attrs

from mila_core.errors import InvalidTypeError, describe
from mila_core.reputation._newton import solve
from mila_core.reputation._predicting import Scores, run
from mila_core.reputation._shares import USUAL_SHARES, logits, normal_scores
from mila_core.reputation._text_tables import columns_html, columns_text
from mila_core.reputation.history import History
from mila_core.reputation.links import PRIOR_ROWS
from mila_core.reputation.params import DEFAULT, ReputationParams
from mila_core.reputation.protocol import Progress
from mila_core.standings import STARS
from mila_core.validation import TupleOf, identifier, instance_of, integer, number, tuple_of

__all__ = ["Fitted", "FittedParameter", "fit"]


class _Searched(NamedTuple):
    """A parameter as it is searched for: positive ones by their logarithm.

    Attributes:
        name: the field of `ReputationParams`.
        deviation: the standard deviation of its prior, whose mean is the default value.
        low: the least value that is tried.
        high: the greatest.
        by_log: whether its logarithm is searched for.
    """

    name: str
    deviation: float
    low: float
    high: float
    by_log: bool = False


# the parameters of what a side knows: their derivatives are differences of two passes
_OF_SIDES = (
    _Searched("friend_prior", 1.0, 0.05, 1_000, by_log=True),
    _Searched("customer_prior", 1.0, 0.05, 1_000, by_log=True),
    _Searched("friend_half_life_days", 1.5, 7, 60_000, by_log=True),
    _Searched("customer_half_life_days", 1.5, 7, 60_000, by_log=True),
    _Searched("form_half_life_days", 1.5, 0.14, 8_000, by_log=True),
    _Searched("market_half_life_days", 1.5, 0.37, 8_000, by_log=True),
)
# those of the link: a pass gives their derivatives, in this order, after the four thresholds
_THRESHOLDS = 4
_OF_LINK = (
    _Searched("friend_slope", 1.0, 0.05, 6),
    _Searched("customer_slope", 1.0, 0.0, 6),
    _Searched("curvature", 0.3, -2, 2),
    _Searched("form_slope", 0.5, 0.0, 4),
    _Searched("spread_slope", 0.3, -0.5, 3),
    _Searched("customer_tilt", 0.5, -1, 2),
    _Searched("friend_tilt", 0.5, -1, 2),
    _Searched("market_tilt", 0.5, -1, 2),
)
_THRESHOLD = _Searched("thresholds", 1.0, -5, 5)  # as what is added to the log-odds of the shares
_SEARCHED = (*_OF_SIDES, *(_THRESHOLD,) * _THRESHOLDS, *_OF_LINK)

_MOST_STEPS = 8
_MOST_TRIES = 6
_SMALLEST_GAIN = 1.0  # of the whole loss, in nats: far below what any parameter's standard error moves it
_DIFFERENCE = 1e-3
_FARTHEST = 1.0
_PRODUCTS_OF = 20_000  # the outer products of so many ratings tell a direction well enough
_SURE = 1.96
_LITTLE = 0.7
_LEAST_SHARE = 0.002  # of a number of stars, in what it counts: one that never came would count for hundreds
_MOST = 1e9


@attrs.frozen(kw_only=True)
class FittedParameter:
    """One parameter of a fit, and how well the history knows it.

    Attributes:
        name: the name; thresholds are `thresholds[0]` to `thresholds[3]`.
        value: the value that was found.
        low: the lower end of the interval in which it is with a probability of about 95 %.
        high: the upper end.
        default: the value it began with, the default one if not given, to which little evidence leaves it
            near.
        known: whether the ratings say more of it than its prior does; if not, take the value as a default.
    """

    name: str = attrs.field(validator=identifier)
    value: float = attrs.field(validator=number(-_MOST, _MOST))
    low: float = attrs.field(validator=number(-_MOST, _MOST))
    high: float = attrs.field(validator=number(-_MOST, _MOST))
    default: float = attrs.field(validator=number(-_MOST, _MOST))
    known: bool = attrs.field(validator=instance_of(bool))


_HEADINGS = ("parameter", "value", "95 % interval", "default", "")


@attrs.frozen(kw_only=True)
class Fitted:
    """The parameters that suit a history best.

    Attributes:
        params: the parameters.
        rows: from how many ratings they were learnt.
        log_loss: the mean of -log P(the stars that came) over these ratings; 0 without any. On ratings that
            come later it will be larger: see `backtest`.
        passes: how often the history was gone through.
        parameters: each parameter with its interval.
    """

    params: ReputationParams = attrs.field(validator=instance_of(ReputationParams))
    rows: int = attrs.field(validator=integer(0, 2**53))
    log_loss: float = attrs.field(validator=number(0, _MOST))
    passes: int = attrs.field(validator=integer(0, 2**53))
    parameters: tuple[FittedParameter, ...] = attrs.field(
        converter=TupleOf[FittedParameter], validator=tuple_of(instance_of(FittedParameter))
    )

    def table(self) -> list[tuple[str, ...]]:
        """Return the parameters as texts, the headings first."""
        return [_HEADINGS, *(_texts(each) for each in self.parameters)]

    def __str__(self) -> str:
        """Return the table in columns, for a terminal."""
        return columns_text(self._summary, self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return columns_html(self._summary, self.table())

    @property
    def _summary(self) -> str:
        ratings = f"{self.rows:,} rating{'' if self.rows == 1 else 's'}"
        return f"fitted on {ratings}, log-loss {self.log_loss:.4f}, in {self.passes} passes"


def _texts(each: FittedParameter) -> tuple[str, ...]:
    return (
        each.name,
        f"{each.value:.4g}",
        f"{each.low:.4g} to {each.high:.4g}",
        f"{each.default:.4g}",
        "" if each.known else "hardly known",
    )


def fit(
    ratings: Any,
    *,
    rater: str = "rater",
    subject: str = "subject",
    stars: str = "stars",
    at: str | None = "at",
    same_people: bool = False,
    start: ReputationParams | None = None,
    progress: Progress | None = None,
) -> Fitted:
    """Return the parameters of the default model that suit a history best, with how well it knows them.

    The same ratings give the same parameters, to the bit. With few ratings, or none, they stay near the
    default ones.

    Args:
        ratings: the ratings, as `History.of` reads them: `Rating` values, columns, a frame, rows.
        rater: the column of who rates.
        subject: the column of who is rated.
        stars: the column of the stars.
        at: the column of the time; None where there is none.
        same_people: whether an id means the same person in both columns.
        start: the parameters to begin with, such as those of last year, which are also what little evidence
            leaves them near; the default ones if not given. One that is farther out than what is tried begins
            at the end of that. What the stars count, and the thresholds, come from the history, if it has any
            rating.
        progress: is told how far it is.

    Raises:
        InvalidTypeError: no such table, or a start that is none.
        InvalidValueError: a missing column.
        InvalidDocumentError: values that cannot be read, all of them by row.

    Examples:
        >>> found = fit({"rater": ["c1"], "subject": ["beat"], "stars": [5], "at": ["2026-11-30"]})
        >>> found.params.friend_prior == ReputationParams().friend_prior
        True
        >>> any(each.known for each in found.parameters)
        False
    """
    history = History.of(ratings, rater=rater, subject=subject, stars=stars, at=at, same_people=same_people)
    begin = ReputationParams() if start is None else start
    if not isinstance(begin, ReputationParams):
        raise InvalidTypeError("start", "ReputationParams", describe(start))
    return _fit(history, begin, progress)


class _Point(NamedTuple):
    """Where a search is: the parameters as they are searched for, and what the history says of them."""

    values: list[float]
    losses: list[float]
    scores: list[Scores]
    total: float


class _Search:
    """A search on one history.

    Args:
        history: the ratings.
        start: the parameters it begins with, which are the means of their priors.
    """

    def __init__(self, history: History, start: ReputationParams) -> None:
        """Find what the stars count in this history, and the log-odds of their shares."""
        counts = [
            history.stars.count(star) + PRIOR_ROWS * share
            for star, share in zip(STARS, USUAL_SHARES, strict=True)
        ]
        shares = [count / sum(counts) for count in counts]
        usual = [max(share, _LEAST_SHARE) for share in shares]
        self.history = history
        self.base = start
        if len(history):
            self.base = attrs.evolve(
                start,
                category_scores=normal_scores(tuple(share / sum(usual) for share in usual)),
                thresholds=logits(tuple(shares)),
            )
        size = max(1, len(history))
        self.weights = [0.5 + place / size for place in range(len(history))]
        self.means = [
            *(math.log(getattr(start, each.name)) for each in _OF_SIDES),
            *(0.0,) * _THRESHOLDS,
            *(getattr(start, each.name) for each in _OF_LINK),
        ]
        if len(history):
            self.means = [
                min(max(mean, low), high)
                for mean, (low, high) in zip(self.means, map(_range, _SEARCHED), strict=True)
            ]
        self.passes = 0

    def params(self, values: Sequence[float]) -> ReputationParams:
        """Return the parameters that some values stand for."""
        changed: dict[str, Any] = {
            each.name: math.exp(value) if each.by_log else value
            for each, value, mean in zip(_SEARCHED, values, self.means, strict=True)
            if each is not _THRESHOLD
            and (value != mean or not each.low <= getattr(self.base, each.name) <= each.high)
        }
        moved = values[len(_OF_SIDES) : len(_OF_SIDES) + _THRESHOLDS]
        thresholds: list[float] = []
        for threshold, move in zip(self.base.thresholds, moved, strict=True):
            least = thresholds[-1] + _DIFFERENCE if thresholds else -math.inf
            thresholds.append(max(threshold + move, least))
        return attrs.evolve(self.base, **changed, thresholds=tuple(thresholds))

    def at(self, values: list[float]) -> _Point:
        """Return what the history says of some values."""
        losses: list[float] = []
        scores: list[Scores] = []
        run(self.history, self.params(values), losses=losses, scores=scores)
        self.passes += 1
        prior = sum(
            ((value - mean) / each.deviation) ** 2
            for value, mean, each in zip(values, self.means, _SEARCHED, strict=True)
        )
        return _Point(values, losses, scores, sum(map(mul, self.weights, losses)) + prior / 2)

    def slopes(self, point: _Point) -> tuple[list[float], list[list[float]]]:
        """Return the derivatives of the whole by the values, and the outer products of the ratings' ones."""
        columns: list[list[float]] = []
        for place in range(len(_OF_SIDES)):
            values = list(point.values)
            values[place] += _DIFFERENCE
            losses: list[float] = []
            run(self.history, self.params(values), losses=losses)
            self.passes += 1
            columns.append(
                [
                    weight * (moved - loss) / _DIFFERENCE
                    for weight, moved, loss in zip(self.weights, losses, point.losses, strict=True)
                ]
            )
        columns += [
            [-weight * score for weight, score in zip(self.weights, column, strict=True)]
            for column in zip(*point.scores, strict=True)
        ]
        every = max(1, len(self.weights) // _PRODUCTS_OF)
        some = [column[::every] for column in columns]
        gradient = [sum(column) for column in columns]
        products = [[every * sum(map(mul, one, other)) for other in some] for one in some]
        for place, (value, mean, each) in enumerate(zip(point.values, self.means, _SEARCHED, strict=True)):
            gradient[place] += (value - mean) / each.deviation**2
            products[place][place] += each.deviation**-2
        return gradient, products


def _fit(history: History, begin: ReputationParams, progress: Progress | None) -> Fitted:
    search = _Search(history, begin)
    if not len(history):
        if progress is not None:
            progress(DEFAULT, 1.0)
        return Fitted(
            params=begin, rows=0, log_loss=0, passes=0, parameters=_described(search, search.means, None)
        )
    point, products = _climb(search, progress)
    params = search.params(point.values)
    params = attrs.evolve(params, residual_variance=run(history, params).variance)
    losses: list[float] = []
    run(history, params, losses=losses)
    return Fitted(
        params=params,
        rows=len(history),
        log_loss=sum(losses) / len(history),
        passes=search.passes + 2,
        parameters=_described(search, point.values, products),
    )


def _climb(search: _Search, progress: Progress | None) -> tuple[_Point, list[list[float]]]:
    """Return a point that no step makes much better, and the outer products there."""
    point, damping = search.at(list(search.means)), _DIFFERENCE
    products: list[list[float]] = []
    for step in range(_MOST_STEPS):
        if progress is not None:
            progress(DEFAULT, step / _MOST_STEPS)
        gradient, products = search.slopes(point)
        better, damping = _improved(search, point, gradient, products, damping)
        if better is None:
            break
        gained, point = point.total - better.total, better
        if gained < _SMALLEST_GAIN:
            break
    if progress is not None:
        progress(DEFAULT, 1.0)
    return point, products


def _improved(
    search: _Search, point: _Point, gradient: list[float], products: list[list[float]], damping: float
) -> tuple[_Point | None, float]:
    """Return a better point, or None, and the damping for the next step."""
    for _ in range(_MOST_TRIES):
        damped = [
            [value * (1 + damping * (row == column)) for column, value in enumerate(line)]
            for row, line in enumerate(products)
        ]
        change = solve(damped, gradient)
        values = [
            min(max(value - max(-_FARTHEST, min(_FARTHEST, by)), low), high)
            for value, by, (low, high) in zip(point.values, change, map(_range, _SEARCHED), strict=True)
        ]
        there = search.at(values)
        if there.total < point.total:
            return there, damping / 10
        damping *= 30
    return None, damping


def _range(each: _Searched) -> tuple[float, float]:
    return (math.log(each.low), math.log(each.high)) if each.by_log else (each.low, each.high)


def _described(
    search: _Search, values: Sequence[float], products: list[list[float]] | None
) -> list[FittedParameter]:
    """Return each parameter with its interval: the prior's, where nothing was learnt."""
    size = len(_SEARCHED)
    # thresholds that would pass each other are kept apart
    thresholds = iter(
        zip(range(_THRESHOLDS), search.base.thresholds, search.params(values).thresholds, strict=True)
    )
    found = []
    for place, (each, value, mean) in enumerate(zip(_SEARCHED, values, search.means, strict=True)):
        deviation = each.deviation
        if products:
            unit = [float(place == other) for other in range(size)]
            deviation = math.sqrt(max(0.0, solve(products, unit)[place]))
        name, middle, default = each.name, value, mean
        if each is _THRESHOLD:
            which, default, middle = next(thresholds)
            name = f"{name}[{which}]"
        ends = (middle, middle - _SURE * deviation, middle + _SURE * deviation, default)
        shown = [math.exp(end) if each.by_log else end for end in ends]
        found.append(
            FittedParameter(
                name=name,
                value=shown[0],
                low=shown[1],
                high=shown[2],
                default=shown[3],
                known=deviation < _LITTLE * each.deviation,
            )
        )
    return found
