"""The beta reputation system with forgetting: good and bad feedback are counted, and older ones fade."""

from typing import ClassVar

import attrs

from mila_core.reputation.baselines._linked import Followed, LinkedModel
from mila_core.reputation.history import History
from mila_core.validation import number, optional

__all__ = ["Beta"]


@attrs.frozen(kw_only=True)
class Beta(LinkedModel):
    """The expected share of good feedback: `(r + C a) / (r + s + C)`.

    A rating adds `(stars - 1) / 4` to the good feedback `r` and the rest of one to the bad feedback `s`, as
    feedback between 0 and 1 does in Jøsang and Ismail, The beta reputation system, Bled 2002, where `C` is 2
    and `a` is 1/2, so that all begins at Beta(1, 1); the base rate `a` is that of Jøsang and Haller (2007,
    doi:10.1109/ARES.2007.71). With each further rating the earlier ones fade, by `λ = 0.5 ** (1 /
    half_life)`.

    Attributes:
        prior_weight: `C`; 2 as in the paper; it is fitted.
        prior_share: `a`; 1/2 as in the paper; it is fitted.
        half_life_ratings: after how many further ratings of the same subject a rating weighs half; None if it
            never does. 50 are our own choice; it is fitted, unless it is None.

    Examples:
        >>> ratings = {"rater": list("abc"), "subject": list("xxx"), "stars": [5, 5, 1]}
        >>> Beta(half_life_ratings=None).score(History.of(ratings, at=None))
        {'x': 0.6}
    """

    prior_weight: float = attrs.field(default=2.0, validator=number(0.001, 1_000_000))
    prior_share: float = attrs.field(default=0.5, validator=number(0.001, 0.999))
    half_life_ratings: float | None = attrs.field(default=50.0, validator=optional(number(0.01, 1_000_000)))

    name: ClassVar[str] = "beta"
    SEARCHED: ClassVar[tuple[str, ...]] = ("prior_weight", "prior_share", "half_life_ratings")

    def follow(self, history: History) -> Followed:
        """Return the expected share of each subject before each rating, and at the end.

        Args:
            history: the ratings in the order of time.
        """
        people = len(history.subject_ids)
        good, weights = [0.0] * people, [0.0] * people
        left = 1.0 if self.half_life_ratings is None else 0.5 ** (1 / self.half_life_ratings)
        weight, begin = self.prior_weight, self.prior_weight * self.prior_share
        features = []
        for subject, stars in zip(history.subjects, history.stars, strict=True):
            features.append((good[subject] + begin) / (weights[subject] + weight))
            good[subject] = good[subject] * left + (stars - 1) / 4
            weights[subject] = weights[subject] * left + 1
        scores = [
            (share + begin) / (total + weight) if total else None
            for share, total in zip(good, weights, strict=True)
        ]
        return Followed(features, scores)
