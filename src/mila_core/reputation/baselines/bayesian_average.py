"""The Bayesian average with decay: a subject's mean stars, drawn to the mean of all while there are few."""

from typing import ClassVar

import attrs

from mila_core.reputation.baselines._linked import Followed, LinkedModel
from mila_core.reputation.history import History
from mila_core.standings import USUAL_STARS
from mila_core.validation import number, optional

__all__ = ["BayesianAverage"]


@attrs.frozen(kw_only=True)
class BayesianAverage(LinkedModel):
    """The mean of a subject's stars and of some more that are usual; older ones may weigh less.

    With ratings of the weights `w` and the stars `x`, and the mean `m` of all ratings so far, the score is
    `(k * m + sum(w * x)) / (k + sum(w))`, the posterior mean of a normal mean with known variances (Gelman et
    al., Bayesian Data Analysis, 3rd edition, 2.5). A rating weighs half as much after each half-life.

    Attributes:
        prior_weight: `k`, how many ratings the mean of all weighs as much as; 5 as in
            `BayesianAverageParams`, our own choice; it is fitted.
        half_life_days: after how many days a rating weighs half; None if it never does. Two years are our own
            choice; it is fitted, unless it is None.
        prior_stars: the mean of all before the first rating, `standings.USUAL_STARS` if not given; it counts
            as one rating.

    Examples:
        >>> ratings = {"rater": ["a", "b"], "subject": ["x", "y"], "stars": [5, 1]}
        >>> model = BayesianAverage(prior_weight=2, half_life_days=None, prior_stars=3)
        >>> {name: round(stars, 3) for name, stars in model.score(History.of(ratings, at=None)).items()}
        {'x': 3.667, 'y': 2.333}
    """

    prior_weight: float = attrs.field(default=5.0, validator=number(0.001, 1_000_000))
    half_life_days: float | None = attrs.field(default=730.0, validator=optional(number(0.01, 1_000_000)))
    prior_stars: float = attrs.field(default=USUAL_STARS, validator=number(1, 5))

    name: ClassVar[str] = "bayesian_average"
    SEARCHED: ClassVar[tuple[str, ...]] = ("prior_weight", "half_life_days")

    def follow(self, history: History) -> Followed:
        """Return the Bayesian average of each subject before each rating, and at the end.

        Args:
            history: the ratings in the order of time.
        """
        people = len(history.subject_ids)
        sums, weights = [0.0] * people, [0.0] * people
        last: list[float | None] = [None] * people
        given, prior, half_life = float(self.prior_stars), self.prior_weight, self.half_life_days
        features = []
        for count, (subject, stars, day) in enumerate(
            zip(history.subjects, history.stars, history.days, strict=True), start=1
        ):
            total, weight, before = sums[subject], weights[subject], last[subject]
            if half_life is not None and before is not None and day > before:
                left = 0.5 ** ((day - before) / half_life)
                total *= left
                weight *= left
            features.append((prior * given / count + total) / (prior + weight))
            sums[subject], weights[subject], last[subject] = total + stars, weight + 1, day
            given += stars
        usual, now = given / (len(history) + 1), history.days[-1] if len(history) else 0.0
        scores: list[float | None] = []
        for total, weight, before in zip(sums, weights, last, strict=True):
            if before is None:
                scores.append(None)
                continue
            left = 1.0 if half_life is None else 0.5 ** ((now - before) / half_life)
            scores.append((prior * usual + left * total) / (prior + left * weight))
        return Followed(features, scores)
