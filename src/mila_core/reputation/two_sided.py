"""The default model: the quality of friends and the mildness of customers, learnt from each other.

With `z` the normal score of a rating's stars, and sums over ratings that count half after a half-life:

- the quality of a friend is `a = sum(w (z - b)) / (sum(w) + k)`, where `b` is what was known of the
  customer's mildness when the rating came; the mildness of a customer is
  `b = sum(w (z - a)) / (sum(w) + k')`. Both are shrunken means of what the other side does not explain (the
  crossed effects of Koren, CACM 2010, doi:10.1145/1721654.1721677, estimated in one pass);
- the form of a friend is `f = sum(v e) / (sum(v) + k)` over the residuals `e = z - a - b`, with a short
  half-life;
- the score is `u = slope a + slope' b + curvature (a**2 + b**2) + slope'' f`, and the chance of at most `j`
  stars is `1 / (1 + exp((u - threshold_j) / s))` (McCullagh, JRSS B 1980). Where `a` or `b` are beyond the
  point from which on the parabola would fall, they count as that point;
- `s = (r r') ** (spread_slope / 2)`, within 1/20 and 20, says how wide apart the ratings of the friend and
  of the customer were: `r = (sum(w e**2) / v + 25) / (sum(w) + 25)`, and `r'` the same of the customer, where
  `v` is the mean of all `e**2` so far, with `residual_variance` as 100 of them;
- these chances are tilted by three habits: each is multiplied by `(seen / expected) ** tilt` over the stars
  that the customer gave, that the friend got, and that the market saw of late, with 5, 8 and 20 ratings of
  each number of stars before them; then they are brought to the sum 1.

What is shown of a friend is made of `a` alone, so that it is a sum of what each rating adds.
"""

from typing import ClassVar, Self

import attrs

from mila_core.reputation._predicting import run
from mila_core.reputation.fitting import fit
from mila_core.reputation.history import History
from mila_core.reputation.metrics import Probabilities
from mila_core.reputation.params import DEFAULT, ReputationParams
from mila_core.reputation.protocol import Progress
from mila_core.validation import instance_of

__all__ = ["TwoSided"]


@attrs.frozen(kw_only=True)
class TwoSided:
    """The default model, on the protocol of all models.

    Attributes:
        params: its parameters.

    Examples:
        >>> history = History.of(
        ...     {"rater": ["c1", "c2"], "subject": ["beat", "beat"], "stars": [5, 1]}, at=None
        ... )
        >>> [round(chance, 2) for chance in TwoSided().predict(history)[0]]
        [0.02, 0.02, 0.03, 0.1, 0.83]
    """

    params: ReputationParams = attrs.field(
        default=ReputationParams(), validator=instance_of(ReputationParams)
    )

    name: ClassVar[str] = DEFAULT

    def fit(self, history: History, *, progress: Progress | None = None) -> Self:
        """Return the model with the parameters that make a history most likely.

        Args:
            history: the ratings to learn from.
            progress: is told how far it is.
        """
        return attrs.evolve(self, params=fit(history, start=self.params, progress=progress).params)

    def predict(self, history: History, *, start: int = 0) -> list[Probabilities]:
        """Return the probabilities of one star to five for each rating, from the ratings before it alone.

        Args:
            history: the ratings in the order of time.
            start: the first rating to predict.
        """
        predicted: list[Probabilities] = []
        run(history, self.params, predicted=predicted)
        return predicted[start:]

    def score(self, history: History) -> dict[str, float]:
        """Return the quality of each subject who was rated, after all ratings.

        Args:
            history: the ratings in the order of time.
        """
        qualities = run(history, self.params).qualities
        return {
            name: quality
            for name, quality in zip(history.subject_ids, qualities, strict=True)
            if quality is not None
        }
