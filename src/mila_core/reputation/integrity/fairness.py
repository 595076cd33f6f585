"""Fairness and goodness: who rates as things are, and how things are by those who do.

References:
    Kumar, S., Spezzano, F., Subrahmanian, V. S., Faloutsos, C. (2016). Edge weight prediction in weighted
        signed networks. ICDM 2016. doi:10.1109/ICDM.2016.0033.
"""

from collections.abc import Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import Any, NamedTuple

import attrs

from mila_core.reputation.integrity._index import EdgeIndex, index_of, largest_change, within
from mila_core.reputation.integrity.edges import Edge
from mila_core.validation import number

__all__ = ["FairnessGoodness", "fairness_goodness"]


class FairnessGoodness(NamedTuple):
    """How fair each rater and how good each subject is.

    Attributes:
        fairness: of each person who rated, from 0 to 1, by id.
        goodness: of each person who was rated, from -1 to 1, by id.
        error: how far any of them is from the exact one at most, rounding aside.
        iterations: how many rounds were taken.
    """

    fairness: Mapping[str, float]
    goodness: Mapping[str, float]
    error: float
    iterations: int

    def expected(self, rater_id: str, subject_id: str) -> float:
        """Return the score that a rater is expected to give: fairness times goodness.

        Args:
            rater_id: the id of the rater; whoever has not rated yet counts as wholly fair, as in the paper.
            subject_id: the id of the person rated; of whom nothing is known 0 is expected.
        """
        return self.fairness.get(rater_id, 1.0) * self.goodness.get(subject_id, 0.0)


@attrs.frozen
class _Tolerance:
    tolerance: Any = attrs.field(validator=number(1e-12, 1))


def fairness_goodness(edges: Iterable[Edge], *, tolerance: float = 1e-6) -> FairnessGoodness:
    """Return the fairness of raters and the goodness of those they rated, each defined by the other.

    The goodness `g` of a subject is the mean of its scores, each times its rater's fairness; the fairness `f`
    of a rater is 1 less half the mean distance of the scores given from the goodness of those who got them.
    Beginning with `f = 1`, after round `t` every fairness is at most `1 / 2**t` and every goodness at most
    `1 / 2**(t - 1)` from the exact ones, which are the only ones (the paper's theorems): whatever the
    fairness is off by, goodness is off by no more, and the next fairness by no more than half. A round takes
    time in proportion to the ratings.

    Args:
        edges: who rated whom, in any order; several ratings of a pair all count.
        tolerance: how far any value may be from the exact one, from 1e-12 to 1.

    Returns:
        The values, with what they are off at most.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a tolerance or a value of an edge out of range.

    Examples:
        >>> said = [("anna", 1.0), ("beat", 1.0), ("carlo", 0.5), ("dora", -1.0)]
        >>> found = fairness_goodness(Edge(who, "sonja", score) for who, score in said)
        >>> {who: round(fairness, 2) for who, fairness in found.fairness.items()}
        {'anna': 0.69, 'beat': 0.69, 'carlo': 0.94, 'dora': 0.31}
        >>> round(found.goodness["sonja"], 2)
        0.39
    """
    asked = float(_Tolerance(tolerance).tolerance)
    index = index_of(edges)
    fairness = [1.0] * len(index.raters)
    goodness = [0.0] * len(index.subjects)
    error, rounds = (inf, 0) if index.scores else (0.0, 0)
    while error > asked:
        before = fairness
        goodness = _goodness(index, fairness)
        fairness = _fairness(index, goodness)
        rounds += 1
        # g is off by what f was off before this round: at most 2**(1 - t), and twice the last change
        error = min(2.0 ** (1 - rounds), 2 * largest_change(before, fairness))
    return FairnessGoodness(
        MappingProxyType(dict(zip(index.raters, within(fairness, 0, 1), strict=True))),
        MappingProxyType(dict(zip(index.subjects, within(goodness, -1, 1), strict=True))),
        error,
        rounds,
    )


def _goodness(index: EdgeIndex, fairness: list[float]) -> list[float]:
    sums = [0.0] * len(index.subjects)
    for rater, subject, score in zip(index.rater, index.subject, index.scores, strict=True):
        sums[subject] += fairness[rater] * score
    return [total / count for total, count in zip(sums, index.received, strict=True)]


def _fairness(index: EdgeIndex, goodness: list[float]) -> list[float]:
    sums = [0.0] * len(index.raters)
    for rater, subject, score in zip(index.rater, index.subject, index.scores, strict=True):
        sums[rater] += abs(score - goodness[subject])
    return [1 - total / (2 * count) for total, count in zip(sums, index.given, strict=True)]
