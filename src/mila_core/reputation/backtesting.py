"""Backtests: models judged on the second half of a history, with what they learnt from the first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.reputation import metrics
from mila_core.reputation._text_tables import columns_html, columns_text
from mila_core.reputation.history import History
from mila_core.reputation.metrics import Probabilities
from mila_core.reputation.models import default_models
from mila_core.reputation.params import DEFAULT
from mila_core.reputation.protocol import Model, Progress
from mila_core.validation import TupleOf, identifier, instance_of, integer, number, optional, tuple_of

__all__ = ["COLD_START", "LEAST_FUTURE", "LEAST_PAST", "Backtest", "ModelResult", "backtest"]

COLD_START = 3
"""A rating of a subject with fewer earlier ratings than this is in the cold-start slice."""

LEAST_PAST, LEAST_FUTURE = 1, 5
"""From how many ratings before and after the split on a subject counts for the rank correlation."""

_MOST = 1e9


@attrs.frozen(kw_only=True)
class ModelResult:
    """How one model did in a backtest; smaller is better, but for `rho`.

    Attributes:
        name: the name of the model.
        log_loss: the mean of -log P(the stars that came), in nats.
        rps: the ranked probability score, from 0 to 1.
        brier: the squared error of the probability of four stars or more.
        rmse: the root mean square error of the expected stars.
        rho: the rank correlation of the model's score of a subject at the split with the mean of the stars
            that came later, over subjects with a rating before and five after it; None for too few.
        ece: the calibration error of the probability of four stars or more, in ten bins of equal mass.
        cold_log_loss: the log-loss of ratings of subjects with fewer than three earlier ratings; None without
            any.
        difference: the model's log-loss less that of the first model; 0 for that one.
        error: the standard error of the difference, from the pairs of losses.
        default: whether it is the model that the library uses by default.
    """

    name: str = attrs.field(validator=identifier)
    log_loss: float = attrs.field(validator=number(0, _MOST))
    rps: float = attrs.field(validator=number(0, 1))
    brier: float = attrs.field(validator=number(0, 1))
    rmse: float = attrs.field(validator=number(0, 4))
    rho: float | None = attrs.field(validator=optional(number(-1.000001, 1.000001)))
    ece: float = attrs.field(validator=number(0, 1))
    cold_log_loss: float | None = attrs.field(validator=optional(number(0, _MOST)))
    difference: float = attrs.field(validator=number(-_MOST, _MOST))
    error: float = attrs.field(validator=number(0, _MOST))
    default: bool = attrs.field(default=False, validator=instance_of(bool))


_HEADINGS = ("model", "log-loss", "rps", "brier", "rmse", "rho", "ece", "cold", "difference")


@attrs.frozen(kw_only=True)
class Backtest:
    """How models did on one history.

    Attributes:
        rows: how many ratings the history has.
        evaluated: how many of them were predicted.
        models: how each model did, in the order they were given.
        left_out: how many rows were left out of the history for a gap, or as somebody rated himself.
    """

    rows: int = attrs.field(validator=integer(0, 2**53))
    evaluated: int = attrs.field(validator=integer(0, 2**53))
    models: tuple[ModelResult, ...] = attrs.field(
        converter=TupleOf[ModelResult], validator=tuple_of(instance_of(ModelResult))
    )
    left_out: int = attrs.field(default=0, validator=integer(0, 2**53))

    def __attrs_post_init__(self) -> None:
        """Refuse more predictions than ratings."""
        if self.evaluated > self.rows:
            raise InvalidValueError("evaluated", f"no more than {self.rows} rows", f"{self.evaluated}")

    def table(self) -> list[tuple[str, ...]]:
        """Return the table of the models as texts, the headings first."""
        return [_HEADINGS, *(_texts(model) for model in self.models)]

    def __str__(self) -> str:
        """Return the table in columns, for a terminal."""
        return columns_text(self._summary, self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return columns_html(self._summary, self.table())

    @property
    def _summary(self) -> str:
        left_out = f", {_rows(self.left_out)} left out" if self.left_out else ""
        return f"{self.rows:,} ratings, of which the last {self.evaluated:,} are predicted{left_out}"


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _texts(model: ModelResult) -> tuple[str, ...]:
    figures = (model.log_loss, model.rps, model.brier, model.rmse, model.rho, model.ece, model.cold_log_loss)
    difference = f"{model.difference:+.4f} ± {model.error:.4f}" if model.error or model.difference else "-"
    return model.name, *("-" if figure is None else f"{figure:.4f}" for figure in figures), difference


def backtest(
    ratings: Any,
    *,
    models: Iterable[Model] | None = None,
    rater: str = "rater",
    subject: str = "subject",
    stars: str = "stars",
    at: str | None = "at",
    same_people: bool = False,
    progress: Progress | None = None,
) -> Backtest:
    """Return how models would have predicted the second half of a history, each rating from those before it.

    Parameters and links are fitted on the first half alone; then each model goes on learning from rating to
    rating, with parameters that stay.

    Args:
        ratings: the ratings, as `History.of` reads them: `Rating` values, columns, a frame, rows.
        models: the models, each with its own name; the default one and all baselines if not given. The
            others are compared with the first one.
        rater: the column of who rates.
        subject: the column of who is rated.
        stars: the column of the stars.
        at: the column of the time; None where there is none.
        same_people: whether an id means the same person in both columns.
        progress: is told how far it is.

    Raises:
        InvalidTypeError: no such table, or something that is no model.
        InvalidValueError: fewer than two ratings, a missing column, no model, or two of one name.
        InvalidDocumentError: values that cannot be read, all of them by row.
    """
    history = History.of(ratings, rater=rater, subject=subject, stars=stars, at=at, same_people=same_people)
    judged = _checked(models)
    if len(history) < 2:  # noqa: PLR2004  # one to learn from, one to predict
        left_out = sum(history.left_out.values())
        came = f"{len(history)}" + (f", with {_rows(left_out)} left out" if left_out else "")
        raise InvalidValueError("ratings", "at least 2 ratings", came)
    split = len(history) // 2
    past, came_stars = history.first(split), history.stars[split:]
    futures = _futures(history, split)
    cold = _cold(history, split)
    results: list[ModelResult] = []
    first: list[float] = []
    for model in judged:
        fitted = model.fit(past, progress=progress)
        predicted = fitted.predict(history, start=split)
        if len(predicted) != len(came_stars):
            raise InvalidValueError(model.name, f"{len(came_stars)} predictions", f"{len(predicted)}")
        losses = metrics.log_losses(predicted, came_stars)
        first = first or losses
        results.append(
            _result(
                model.name,
                predicted=predicted,
                stars=came_stars,
                losses=losses,
                first=first,
                cold=cold,
                rho=_rho(fitted.score(past), futures),
            )
        )
    return Backtest(
        rows=len(history),
        evaluated=len(came_stars),
        models=results,
        left_out=sum(history.left_out.values()),
    )


def _checked(models: Iterable[Model] | None) -> tuple[Model, ...]:
    expected = "models, such as [RawMean()]"
    if isinstance(models, str) or not (models is None or isinstance(models, Iterable)):
        raise InvalidTypeError("models", expected, describe(models))
    judged = tuple(default_models() if models is None else models)
    if not judged:
        raise InvalidValueError("models", "at least one model", "none")
    for model in judged:
        if isinstance(model, type):
            raise InvalidTypeError("models", expected, f"the class {model.__name__}, not called")
        if not isinstance(model, Model):
            raise InvalidTypeError("models", expected, describe(model))
        identifier(None, attrs.fields(ModelResult).name, model.name)
    names = [model.name for model in judged]
    if len(set(names)) < len(names):
        raise InvalidValueError("models", "models of different names", ", ".join(sorted(names)))
    return judged


def _futures(history: History, split: int) -> dict[str, float]:
    """Return the mean future stars of each subject with enough ratings on both sides of the split."""
    past = Counter(history.subjects[:split])
    future = Counter(history.subjects[split:])
    sums: Counter[int] = Counter()
    for subject, stars in zip(history.subjects[split:], history.stars[split:], strict=True):
        sums[subject] += stars
    return {
        history.subject_ids[subject]: sums[subject] / count
        for subject, count in sorted(future.items())
        if count >= LEAST_FUTURE and past[subject] >= LEAST_PAST
    }


def _cold(history: History, split: int) -> list[bool]:
    """Say of each rating from the split on whether its subject had few ratings before it."""
    counts: Counter[int] = Counter()
    cold = []
    for subject in history.subjects:
        cold.append(counts[subject] < COLD_START)
        counts[subject] += 1
    return cold[split:]


def _rho(scores: Mapping[str, float], futures: Mapping[str, float]) -> float | None:
    known = [name for name in futures if name in scores]
    if len(known) < 2:  # noqa: PLR2004  # no two to put in order
        return None
    return metrics.rank_correlation([scores[name] for name in known], [futures[name] for name in known])


def _result(
    name: str,
    *,
    predicted: Sequence[Probabilities],
    stars: Sequence[int],
    losses: Sequence[float],
    first: Sequence[float],
    cold: Sequence[bool],
    rho: float | None,
) -> ModelResult:
    cold_losses = [loss for loss, is_cold in zip(losses, cold, strict=True) if is_cold]
    difference, error = metrics.mean_and_error(
        [loss - compared for loss, compared in zip(losses, first, strict=True)]
    )
    return ModelResult(
        name=name,
        log_loss=metrics.mean_and_error(losses)[0],
        rps=metrics.ranked_probability_score(predicted, stars),
        brier=metrics.brier_score(predicted, stars),
        rmse=metrics.root_mean_square_error(predicted, stars),
        rho=rho,
        ece=metrics.calibration_error(predicted, stars),
        cold_log_loss=metrics.mean_and_error(cold_losses)[0] if cold_losses else None,
        difference=difference,
        error=error,
        default=name == DEFAULT,
    )
