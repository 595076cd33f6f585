"""The ordered-probit filter: Gaussian beliefs of quality and of harshness, moved on rating by rating."""

import math
from collections import Counter
from itertools import accumulate, pairwise
from statistics import NormalDist
from typing import Any, ClassVar, Self, TypeAlias

import attrs

from mila_core.errors import InvalidValueError
from mila_core.reputation._chances import never_zero
from mila_core.reputation.baselines._probit import HALF_ROOT, Walked, fit_thresholds, truncated
from mila_core.reputation.baselines._searched import SearchedModel, scores_of
from mila_core.reputation.history import History
from mila_core.reputation.links import PRIOR_ROWS, USUAL_SHARES
from mila_core.reputation.metrics import Probabilities, log_losses
from mila_core.validation import TupleOf, number, tuple_of

__all__ = ["OrderedProbitFilter"]

_DAYS_A_YEAR = 365.25
_ROUNDS = 2


def _rising(_: object, attribute: "attrs.Attribute[Any]", value: tuple[float, ...]) -> None:
    if any(low >= high for low, high in pairwise(value)):
        raise InvalidValueError(attribute.name, "numbers that rise", str(value))


@attrs.frozen(kw_only=True)
class OrderedProbitFilter(SearchedModel):
    """Gaussian beliefs of each subject's quality and each rater's harshness, updated by each rating.

    The impression of a visit is the quality less the harshness and standard Gaussian noise; the stars say
    between which thresholds it lies, the likelihood of Chu and Ghahramani, Gaussian processes for ordinal
    regression, JMLR 2005. After a rating the two beliefs are replaced by Gaussians of the same mean and
    variance, as in Herbrich, Minka, Graepel, TrueSkill, NIPS 2006 (assumed density filtering); with time
    the variances grow again, up to those of somebody new, as qualities do in Dangauthier et al., TrueSkill
    Through Time, NIPS 2007, but forwards alone. Its probabilities are its own, without any link.

    A better last rating never lowers the score of its subject; a better earlier one may, as of `Glicko2`.

    Attributes:
        thresholds: four numbers that rise; the default ones suit the public reviews of Hu, Zhang, Pavlou
            (CACM 2009, doi:10.1145/1562764.1562800). They are fitted.
        subject_deviation: the standard deviation of the quality of new subjects; the noise of a rating is 1.
            0.6 is our own choice, between what public data gave; it is fitted, and so are the others.
        rater_deviation: that of the harshness of new raters; 0.6 as well.
        subject_drift: the standard deviation of what a quality changes by in a year; 0.2 is our own choice.
        rater_drift: that of a harshness; 0.2 as well.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a number out of range, not four thresholds, or some that do not rise.

    Examples:
        >>> ratings = {"rater": list("aab"), "subject": list("xyx"), "stars": [5, 1, 4]}
        >>> history = History.of(ratings, at=None)
        >>> {name: round(score, 2) for name, score in OrderedProbitFilter().score(history).items()}
        {'x': -0.04, 'y': -0.62}
    """

    thresholds: tuple[float, ...] = attrs.field(
        default=(-2.2, -1.9, -1.4, -0.5),
        converter=TupleOf[float],
        validator=[tuple_of(number(-100, 100), least=4, most=4), _rising],
    )
    subject_deviation: float = attrs.field(default=0.6, validator=number(0.001, 10))
    rater_deviation: float = attrs.field(default=0.6, validator=number(0.001, 10))
    subject_drift: float = attrs.field(default=0.2, validator=number(1e-6, 100))
    rater_drift: float = attrs.field(default=0.2, validator=number(1e-6, 100))

    name: ClassVar[str] = "ordered_probit_filter"
    SEARCHED: ClassVar[tuple[str, ...]] = (
        "subject_deviation",
        "rater_deviation",
        "subject_drift",
        "rater_drift",
    )

    def settle(self, history: History) -> tuple[Self, float]:
        """Return the model with the thresholds that give the shares of stars, and its mean log-loss.

        Args:
            history: the ratings in the order of time.
        """
        came = Counter(history.stars)
        counts = [came[star] + PRIOR_ROWS * share for star, share in enumerate(USUAL_SHARES, start=1)]
        below = [each / sum(counts) for each in accumulate(counts)]
        spread = math.sqrt(1 + self.subject_deviation**2 + self.rater_deviation**2)
        settled = attrs.evolve(
            self, thresholds=[spread * NormalDist().inv_cdf(share) for share in below[:-1]]
        )
        return settled, math.fsum(log_losses(settled.predict(history), history.stars)) / len(history)

    def finish(self, history: History) -> Self:
        """Return the model with the thresholds that make the stars most likely.

        As beliefs follow from thresholds, and these from beliefs, both are found in turns, twice.

        Args:
            history: the ratings in the order of time.
        """
        found, _ = self.settle(history)
        for _ in range(_ROUNDS):
            walked = found.walk(history)
            thresholds = fit_thresholds(walked.means, walked.scales, history.stars, start=found.thresholds)
            found = attrs.evolve(found, thresholds=thresholds)
        return found

    def walk(self, history: History) -> Walked:
        """Return what the filter expects at each rating, and of each subject at the end.

        Args:
            history: the ratings in the order of time.
        """
        sqrt = math.sqrt
        most, most_of_rater = self.subject_deviation**2, self.rater_deviation**2
        growth, growth_of_rater = self.subject_drift**2 / _DAYS_A_YEAR, self.rater_drift**2 / _DAYS_A_YEAR
        ends = (-math.inf, *self.thresholds, math.inf)
        subjects: list[_Belief | None] = [None] * len(history.subject_ids)
        raters: list[_Belief | None] = [None] * len(history.rater_ids)
        means, scales = [], []
        for rater, subject, stars, day in zip(
            history.raters, history.subjects, history.stars, history.days, strict=True
        ):
            quality, variance, last = subjects[subject] or (0.0, most, day)
            harshness, variance_of_rater, last_of_rater = raters[rater] or (0.0, most_of_rater, day)
            variance = min(most, variance + growth * (day - last))
            variance_of_rater = min(
                most_of_rater, variance_of_rater + growth_of_rater * (day - last_of_rater)
            )
            mean = quality - harshness
            scale = sqrt(1 + variance + variance_of_rater)
            means.append(mean)
            scales.append(scale)
            _, shift, shrinkage = truncated((ends[stars - 1] - mean) / scale, (ends[stars] - mean) / scale)
            part, part_of_rater = variance / scale, variance_of_rater / scale
            subjects[subject] = (quality + part * shift, variance - part * part * shrinkage, day)
            raters[rater] = (
                harshness - part_of_rater * shift,
                variance_of_rater - part_of_rater * part_of_rater * shrinkage,
                day,
            )
        return Walked(means, scales, [None if each is None else each[0] for each in subjects])

    def predict(self, history: History, *, start: int = 0) -> list[Probabilities]:
        """Return the probabilities of one star to five for each rating, from the ratings before it alone.

        Args:
            history: the ratings in the order of time.
            start: the first rating to predict; those before it are only learnt from.
        """
        walked, erfc = self.walk(history), math.erfc
        one, two, three, four = self.thresholds
        predicted = []
        for mean, scale in zip(walked.means[start:], walked.scales[start:], strict=True):
            by = HALF_ROOT / scale
            predicted.append(
                never_zero(
                    erfc((mean - one) * by) / 2,
                    erfc((mean - two) * by) / 2,
                    erfc((mean - three) * by) / 2,
                    erfc((mean - four) * by) / 2,
                )
            )
        return predicted

    def score(self, history: History) -> dict[str, float]:
        """Return the expected quality of each subject who was rated, after all ratings; more is better.

        Args:
            history: the ratings in the order of time.
        """
        return scores_of(history, self.walk(history).scores)


_Belief: TypeAlias = tuple[float, float, float]
