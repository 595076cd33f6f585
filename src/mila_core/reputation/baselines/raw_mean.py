"""The raw mean of a subject's stars: what most platforms show."""

from typing import ClassVar

import attrs

from mila_core.reputation.baselines._linked import Followed, LinkedModel
from mila_core.reputation.history import History
from mila_core.standings import USUAL_STARS
from mila_core.validation import number

__all__ = ["RawMean"]


@attrs.frozen(kw_only=True)
class RawMean(LinkedModel):
    """The mean of the stars that a subject got, however few and however old.

    Attributes:
        prior_stars: what is said of a subject before the first rating of all, `standings.USUAL_STARS` if not
            given; later it is the mean of all ratings for a subject without any.
    """

    prior_stars: float = attrs.field(default=USUAL_STARS, validator=number(1, 5))

    name: ClassVar[str] = "raw_mean"

    def follow(self, history: History) -> Followed:
        """Return the mean of each subject's stars before each rating, and at the end.

        Args:
            history: the ratings in the order of time.
        """
        sums, counts = [0] * len(history.subject_ids), [0] * len(history.subject_ids)
        features = []
        given = 0
        for number_of, (subject, stars) in enumerate(zip(history.subjects, history.stars, strict=True)):
            if counts[subject]:
                features.append(sums[subject] / counts[subject])
            else:
                features.append(given / number_of if number_of else float(self.prior_stars))
            sums[subject] += stars
            counts[subject] += 1
            given += stars
        scores = [total / count if count else None for total, count in zip(sums, counts, strict=True)]
        return Followed(features, scores)
