"""The protocol that every model of reputation follows, so that all are fitted and judged alike."""

from collections.abc import Callable, Sequence
from typing import Protocol, Self, TypeAlias, runtime_checkable

from mila_core.reputation.history import History
from mila_core.reputation.metrics import Probabilities

__all__ = ["Model", "Progress"]

Progress: TypeAlias = Callable[[str, float], None]
"""Is told how far a long work is: what is done, such as a model's name, and how much of it, from 0 to 1."""


@runtime_checkable
class Model(Protocol):
    """What predicts the stars of the next rating, and scores who is rated.

    Examples:
        >>> from mila_core.reputation import RawMean
        >>> ratings = {"rater": [1, 2, 3, 4], "subject": ["x", "x", "y", "y"], "stars": [5, 5, 1, 2]}
        >>> history = History.of(ratings, at=None)
        >>> fitted = RawMean().fit(history)
        >>> fitted.score(history)
        {'x': 5.0, 'y': 1.5}
        >>> [round(chance, 2) for chance in fitted.predict(history)[1]]
        [0.1, 0.1, 0.04, 0.11, 0.66]
    """

    @property
    def name(self) -> str:
        """The name of the model, such as `glicko2`."""

    def fit(self, history: History, *, progress: Progress | None = None) -> Self:
        """Return the model with the parameters that suit a history best.

        Args:
            history: the ratings to learn from; with few of them the parameters stay near the default ones.
            progress: is told how far it is.
        """

    def predict(self, history: History, *, start: int = 0) -> Sequence[Probabilities]:
        """Return the probabilities of one star to five for each rating, from the ratings before it alone.

        Args:
            history: the ratings in the order of time.
            start: the first rating to predict; those before it are only learnt from.
        """

    def score(self, history: History) -> dict[str, float]:
        """Return what is believed of each subject who was rated, after all ratings; more is better.

        Args:
            history: the ratings in the order of time.
        """
