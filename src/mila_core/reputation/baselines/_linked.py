"""What baselines share that give a number, not probabilities: an ordinal link makes it a prediction."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Self

import attrs

from mila_core.reputation._simplex import minimise
from mila_core.reputation.history import History
from mila_core.reputation.links import OrdinalLink, fit_link
from mila_core.reputation.metrics import Probabilities, log_losses
from mila_core.reputation.protocol import Progress
from mila_core.validation import instance_of

__all__ = ["Followed", "LinkedModel"]

_DECIMALS = 3
_MOST_EVALUATIONS = 80


class Followed(NamedTuple):
    """A history as a model went through it.

    Attributes:
        features: for each rating, what the model thought of its subject before it.
        scores: what it thinks of each subject at the end, by number; None for one who was not rated.
    """

    features: list[float]
    scores: list[float | None]


@attrs.frozen(kw_only=True)
class LinkedModel(ABC):
    """A model that thinks of each subject as a number, and its link to probabilities.

    Attributes:
        link: how the number becomes the probabilities of one star to five.
    """

    link: OrdinalLink = attrs.field(
        default=OrdinalLink(thresholds=(-1.1, -0.6, 0.2, 1.5), slopes=(0.4,)),
        validator=instance_of(OrdinalLink),
    )

    name: ClassVar[str]
    FITTED: ClassVar[tuple[str, ...]] = ()
    """The parameters that are fitted; all are above 0 and are searched for by their logarithms."""

    @abstractmethod
    def follow(self, history: History) -> Followed:
        """Return what the model thinks at each rating of a history, and at its end.

        Args:
            history: the ratings in the order of time.
        """

    def fit(self, history: History, *, progress: Progress | None = None) -> Self:
        """Return the model with the parameters, and the link, that make a history most likely.

        Args:
            history: the ratings to learn from.
            progress: is told how far it is.
        """
        link, asked = self.link, 0

        def loss(point: Sequence[float]) -> float:
            nonlocal link, asked
            asked += 1
            if progress is not None:
                progress(self.name, min(asked / _MOST_EVALUATIONS, 1.0))
            features = self._with(point).follow(history).features
            link = fit_link([features], history.stars, start=link, decimals=_DECIMALS)
            return math.fsum(log_losses(_linked(link, features), history.stars)) / max(1, len(history))

        found = minimise(
            loss, [math.log(getattr(self, each)) for each in self.FITTED], most=_MOST_EVALUATIONS
        )
        best = self._with(found.point)
        features = best.follow(history).features
        link = fit_link([features], history.stars, start=link, decimals=_DECIMALS)
        if progress is not None:
            progress(self.name, 1.0)
        return attrs.evolve(best, link=link)

    def _with(self, point: Sequence[float]) -> Self:
        values = {
            name: min(max(math.exp(min(value, 40.0)), low), high)
            for (name, low, high), value in zip(self._ranges(), point, strict=True)
        }
        changed: dict[str, Any] = values
        return attrs.evolve(self, **changed)

    def _ranges(self) -> list[tuple[str, float, float]]:
        """Return the fitted parameters with what their validators allow."""
        fields = attrs.fields_dict(type(self))
        return [(name, fields[name].validator.least, fields[name].validator.most) for name in self.FITTED]  # type: ignore[union-attr]

    def predict(self, history: History, *, start: int = 0) -> list[Probabilities]:
        """Return the probabilities of one star to five for each rating, from the ratings before it alone.

        Args:
            history: the ratings in the order of time.
            start: the first rating to predict.
        """
        return _linked(self.link, self.follow(history).features[start:])

    def score(self, history: History) -> dict[str, float]:
        """Return what the model thinks of each subject who was rated, after all ratings.

        Args:
            history: the ratings in the order of time.
        """
        scores = self.follow(history).scores
        return {
            name: score for name, score in zip(history.subject_ids, scores, strict=True) if score is not None
        }


def _linked(link: OrdinalLink, features: Sequence[float]) -> list[Probabilities]:
    [slope] = link.slopes
    return [link.of_score(slope * feature) for feature in features]
