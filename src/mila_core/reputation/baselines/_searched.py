"""What all baselines share: parameters that are searched for on the log scale."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import attrs

from mila_core.reputation._simplex import minimise
from mila_core.reputation.history import History
from mila_core.reputation.metrics import Probabilities
from mila_core.reputation.protocol import Progress

__all__ = ["SearchedModel"]

MOST_ROWS = 50_000
"""On how many ratings, the last ones, parameters are searched for: our own choice, for the time it takes. The
rest, such as a link, is fitted on all."""

_EVALUATIONS = (0, 25, 45, 70, 90)
"""How often the loss is asked for at most, by the number of parameters; our own choice."""

_TOLERANCE = 2e-5
_WIDTH = 2.0
"""The parameters are drawn to the default ones as by one rating, by the square of their logarithms' distance
from those, in units of this one; our own choice."""


@attrs.frozen(kw_only=True)
class SearchedModel(ABC):
    """A model with parameters above 0, which are searched for by their logarithms."""

    name: ClassVar[str]
    SEARCHED: ClassVar[tuple[str, ...]] = ()
    """The parameters that are searched for, but for those that are None."""

    @abstractmethod
    def settle(self, history: History) -> tuple[Self, float]:
        """Return the model with what follows from its parameters, such as a link, and its mean log-loss.

        Args:
            history: the ratings in the order of time, at least one.
        """

    def finish(self, history: History) -> Self:
        """Return the model with what follows from its parameters, once these are found.

        Args:
            history: the ratings in the order of time, at least one.
        """
        return self.settle(history)[0]

    @abstractmethod
    def predict(self, history: History, *, start: int = 0) -> list[Probabilities]:
        """Return the probabilities of one star to five for each rating, from the ratings before it alone.

        Args:
            history: the ratings in the order of time.
            start: the first rating to predict; those before it are only learnt from.
        """

    @abstractmethod
    def score(self, history: History) -> dict[str, float]:
        """Return what the model thinks of each subject who was rated, after all ratings; more is better.

        Args:
            history: the ratings in the order of time.
        """

    def fit(self, history: History, *, progress: Progress | None = None) -> Self:
        """Return the model with the parameters, and what follows from them, that suit a history best.

        Parameters are searched for on the last 50,000 ratings, and drawn to those of the model as by one
        rating.

        Args:
            history: the ratings to learn from; with none the model stays as it is.
            progress: is told how far it is.
        """
        if not len(history):
            return self
        names = [each for each in self.SEARCHED if getattr(self, each) is not None]
        begin = [math.log(getattr(self, each)) for each in names]
        recent, most = history.last(MOST_ROWS), _EVALUATIONS[len(names)]
        settled, asked = self, 0

        def loss(point: Sequence[float]) -> float:
            nonlocal settled, asked
            settled, lost = settled._replaced(names, point).settle(recent)
            asked += 1
            if progress is not None:
                progress(self.name, min(0.99, asked / (most + 2)))
            away = math.fsum(((now - then) / _WIDTH) ** 2 for now, then in zip(point, begin, strict=True))
            return lost + away / 2 / len(recent)

        found = minimise(loss, begin, most=most, tolerance=_TOLERANCE).point if names else ()
        fitted = settled._replaced(names, found).finish(history)
        if progress is not None:
            progress(self.name, 1.0)
        return fitted

    def _replaced(self, names: Sequence[str], point: Sequence[float]) -> Self:
        """Return the model with other parameters, as near as their validators allow."""
        fields: Mapping[str, Any] = attrs.fields_dict(type(self))
        changed: dict[str, Any] = {}
        for name, value in zip(names, point, strict=True):
            allowed = fields[name].validator
            allowed = getattr(allowed, "validator", allowed)  # of `optional`
            changed[name] = min(max(math.exp(min(value, 40.0)), allowed.least), allowed.most)
        return attrs.evolve(self, **changed)


def scores_of(history: History, scores: Sequence[float | None]) -> dict[str, float]:
    """Return scores by the ids of subjects, of those who were rated.

    Args:
        history: where the ids are.
        scores: a score for each subject by number, None for one who was not rated.
    """
    return {name: score for name, score in zip(history.subject_ids, scores, strict=True) if score is not None}
