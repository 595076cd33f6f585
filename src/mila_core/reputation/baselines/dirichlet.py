"""The Dirichlet reputation system: a subject's own shares of one star to five, with decay."""

import math
from typing import ClassVar, Self

import attrs

from mila_core.reputation._chances import never_zero
from mila_core.reputation.baselines._searched import SearchedModel, scores_of
from mila_core.reputation.history import History
from mila_core.reputation.links import PRIOR_ROWS, USUAL_SHARES
from mila_core.reputation.metrics import Probabilities, log_losses
from mila_core.validation import number, optional

__all__ = ["Dirichlet"]


@attrs.frozen(kw_only=True)
class Dirichlet(SearchedModel):
    """The shares of each number of stars: `(R_j + C a_j) / (sum(R) + C)`.

    `R_j` is how often a subject got `j` stars, a rating weighing half as much after each half-life, and `a_j`
    the share of `j` stars among all ratings so far: Jøsang and Haller, Dirichlet reputation systems, ARES
    2007, doi:10.1109/ARES.2007.71. The shares are the prediction, without any link; the score is the expected
    stars.

    Before the first rating the shares of all are those of most public reviews (Hu, Zhang, Pavlou, CACM 2009,
    doi:10.1145/1562764.1562800); they count as five ratings, our own choice.

    Attributes:
        prior_weight: `C`; 2 as in the paper; it is fitted.
        half_life_days: after how many days a rating weighs half; None if it never does. Two years are our own
            choice; it is fitted, unless it is None.

    Examples:
        >>> ratings = {"rater": list("ab"), "subject": list("xx"), "stars": [5, 5]}
        >>> history = History.of(ratings, at=None)
        >>> [round(chance, 3) for chance in Dirichlet().predict(history)[1]]
        [0.028, 0.017, 0.039, 0.111, 0.806]
    """

    prior_weight: float = attrs.field(default=2.0, validator=number(0.001, 1_000_000))
    half_life_days: float | None = attrs.field(default=730.0, validator=optional(number(0.01, 1_000_000)))

    name: ClassVar[str] = "dirichlet"
    SEARCHED: ClassVar[tuple[str, ...]] = ("prior_weight", "half_life_days")

    def settle(self, history: History) -> tuple[Self, float]:
        """Return the model as it is, and its mean log-loss.

        Args:
            history: the ratings in the order of time.
        """
        return self, math.fsum(log_losses(self.predict(history), history.stars)) / len(history)

    def predict(self, history: History, *, start: int = 0) -> list[Probabilities]:
        """Return the probabilities of one star to five for each rating, from the ratings before it alone.

        Args:
            history: the ratings in the order of time.
            start: the first rating to predict; those before it are only learnt from.
        """
        return self._follow(history, start)[0]

    def score(self, history: History) -> dict[str, float]:
        """Return the expected stars of each subject who was rated, after all ratings.

        Args:
            history: the ratings in the order of time.
        """
        _, counts, last, base = self._follow(history, len(history))
        now = history.days[-1] if len(history) else 0.0
        prior = self.prior_weight * sum(star * share for star, share in enumerate(base, start=1)) / sum(base)
        scores: list[float | None] = []
        for shares, day in zip(counts, last, strict=True):
            if day is None:
                scores.append(None)
                continue
            left = 1.0 if self.half_life_days is None else 0.5 ** ((now - day) / self.half_life_days)
            stars = sum(star * share for star, share in enumerate(shares, start=1))
            scores.append((prior + left * stars) / (self.prior_weight + left * sum(shares)))
        return scores_of(history, scores)

    def _follow(
        self, history: History, start: int
    ) -> tuple[list[Probabilities], list[list[float]], list[float | None], list[float]]:
        """Return predictions, the decayed counts and last day of each subject, and the counts of all."""
        people = len(history.subject_ids)
        counts = [[0.0] * 5 for _ in range(people)]
        last: list[float | None] = [None] * people
        base = [PRIOR_ROWS * share for share in USUAL_SHARES]
        prior, half_life = self.prior_weight, self.half_life_days
        predicted: list[Probabilities] = []
        for row, (subject, stars, day) in enumerate(
            zip(history.subjects, history.stars, history.days, strict=True)
        ):
            shares, before = counts[subject], last[subject]
            if half_life is not None and before is not None and day > before:
                left = 0.5 ** ((day - before) / half_life)
                counts[subject] = shares = [left * each for each in shares]
            if row >= start:
                # the base counts add up to the rows so far and those of the prior
                weight = prior / (row + PRIOR_ROWS)
                whole = prior + sum(shares)
                one = (shares[0] + weight * base[0]) / whole
                two = one + (shares[1] + weight * base[1]) / whole
                three = two + (shares[2] + weight * base[2]) / whole
                four = three + (shares[3] + weight * base[3]) / whole
                predicted.append(never_zero(one, two, three, four))
            shares[stars - 1] += 1
            base[stars - 1] += 1
            last[subject] = day
        return predicted, counts, last, base
