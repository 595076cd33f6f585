"""Wilson's lower bound of the share of satisfied customers: few ratings count as bad ones."""

import math
from typing import ClassVar

import attrs

from mila_core.reputation.baselines._linked import Followed, LinkedModel
from mila_core.reputation.history import History
from mila_core.validation import number

__all__ = ["WilsonLowerBound", "wilson_lower_bound"]

_SATISFIED = 4


def wilson_lower_bound(satisfied: float, of: float, *, z: float) -> float:
    """Return the lower end of the score interval of a share, 0 where nothing came.

    With the share `p` of `n` it is `(p + z²/2n - z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)`: Wilson, Probable
    inference, the law of succession, and statistical inference, JASA 1927,
    doi:10.1080/01621459.1927.10502953.

    Args:
        satisfied: how many were satisfied.
        of: of how many.
        z: how many standard deviations it is below.

    Examples:
        >>> round(wilson_lower_bound(81, 263, z=1.959964), 4)
        0.2553
    """
    if not of:
        return 0.0
    square = z * z
    spread = z * math.sqrt(satisfied * (of - satisfied) / of + square / 4)
    return max(0.0, (satisfied + square / 2 - spread) / (of + square))


@attrs.frozen(kw_only=True)
class WilsonLowerBound(LinkedModel):
    """The lower bound of the share of a subject's ratings with four stars or more, by Wilson (1927).

    What `wilson_lower_bound` returns. Sites order by it so that one good rating does not lead the list
    (Miller, How not to sort by average rating, 2009).

    Attributes:
        z: how many standard deviations the bound is below the share; 1.96, where it is above the true share
            one time in forty, is what is mostly taken. It is fitted.

    Examples:
        >>> ratings = {"rater": list("abc"), "subject": list("xxy"), "stars": [5, 4, 5]}
        >>> scores = WilsonLowerBound().score(History.of(ratings, at=None))
        >>> {name: round(score, 3) for name, score in scores.items()}
        {'x': 0.342, 'y': 0.207}
    """

    z: float = attrs.field(default=1.96, validator=number(0.01, 10))

    name: ClassVar[str] = "wilson_lower_bound"
    SEARCHED: ClassVar[tuple[str, ...]] = ("z",)

    def follow(self, history: History) -> Followed:
        """Return the bound of each subject before each rating, and at the end.

        Args:
            history: the ratings in the order of time.
        """
        people = len(history.subject_ids)
        satisfied, counts = [0] * people, [0] * people
        features = []
        for subject, stars in zip(history.subjects, history.stars, strict=True):
            features.append(wilson_lower_bound(satisfied[subject], counts[subject], z=self.z))
            satisfied[subject] += stars >= _SATISFIED
            counts[subject] += 1
        scores = [
            wilson_lower_bound(happy, of, z=self.z) if of else None
            for happy, of in zip(satisfied, counts, strict=True)
        ]
        return Followed(features, scores)
