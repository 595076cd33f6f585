"""REV2: fairness of raters, reliability of each rating, goodness of who is rated, with few ratings in mind.

References:
    Kumar, S., Hooi, B., Makhija, D., Kumar, M., Faloutsos, C., Subrahmanian, V. S. (2018). REV2: fraudulent
        user prediction in rating platforms. WSDM 2018. doi:10.1145/3159652.3159729.
"""

from collections.abc import Iterable, Mapping
from math import fsum, inf
from types import MappingProxyType
from typing import NamedTuple

import attrs

from mila_core.reputation.integrity._index import EdgeIndex, index_of, largest_change, within
from mila_core.reputation.integrity.edges import Edge, checked
from mila_core.validation import check_instance, number

__all__ = ["Rev2", "Rev2Params", "rev2"]


@attrs.frozen(kw_only=True)
class Rev2Params:
    """The weights of REV2.

    Attributes:
        fairness_weight: how much a rating's reliability is its rater's fairness, the paper's gamma 1; 1.
        agreement_weight: how much it is its agreement with its subject's goodness, gamma 2; 1. Only the
            ratio of the two matters.
        rater_prior_weight: how many ratings of the usual reliability every rater has to begin with, alpha 1;
            1, from the 0 to 2 that the paper tries.
        subject_prior_weight: how many ratings of the usual goodness every subject has, beta 1; 1, as above.
        tolerance: how far any value may be from the exact one.

    Raises:
        InvalidTypeError: a field that is no number.
        InvalidValueError: a number out of range.
    """

    fairness_weight: float = attrs.field(default=1.0, validator=number(0, 10))
    agreement_weight: float = attrs.field(default=1.0, validator=number(0.1, 10))
    rater_prior_weight: float = attrs.field(default=1.0, validator=number(0, 20))
    subject_prior_weight: float = attrs.field(default=1.0, validator=number(0, 20))
    tolerance: float = attrs.field(default=1e-6, validator=number(1e-9, 1))


class Rev2(NamedTuple):
    """What REV2 finds.

    Attributes:
        fairness: of each person who rated, from 0 to 1, by id.
        goodness: of each person who was rated, from -1 to 1, by id.
        reliability: of each rating, from 0 to 1, with its edge, sorted by edge.
        error: how far any of them is from the exact one at most, rounding aside.
        iterations: how many rounds were taken.
    """

    fairness: Mapping[str, float]
    goodness: Mapping[str, float]
    reliability: tuple[tuple[Edge, float], ...]
    error: float
    iterations: int


def rev2(edges: Iterable[Edge], *, params: Rev2Params | None = None) -> Rev2:
    """Return the fairness of raters, the goodness of those rated and the reliability of each rating.

    The only solution of the three equations of the paper, without its terms for behaviour:

    - `G(p) = (sum of R s over the ratings of p + b mean(G)) / (their number + b)`,
    - `R(u, p) = (g1 F(u) + g2 (1 - abs(s - G(p)) / 2)) / (g1 + g2)`,
    - `F(u) = (sum of R over the ratings by u + a mean(F)) / (their number + a)`.

    One round computes the three in turn, beginning with all at 1. Two rounds shrink the largest distance of
    two states at least by `q = (c + k) / (1 + k)` with `c = (g1 + g2 / 2) / (g1 + g2)` and `k = max(a, b)`;
    without priors that is the paper's 3/4. So after two rounds that changed it by `r`, the state is at most
    `r q / (1 - q)` from the exact one. The means are those of all raters and subjects in the same round; the
    authors' program takes medians. A round takes time in proportion to the ratings.

    Args:
        edges: who rated whom, in any order; several ratings of a pair all count.
        params: the weights; the default ones if not given.

    Returns:
        The values, with what they are off at most.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a value of an edge out of range.

    Examples:
        >>> said = [("anna", 1.0), ("beat", 1.0), ("carlo", 0.5), ("dora", -1.0)]
        >>> found = rev2(Edge(who, "sonja", score) for who, score in said)
        >>> {who: round(fairness, 2) for who, fairness in found.fairness.items()}
        {'anna': 0.65, 'beat': 0.65, 'carlo': 0.73, 'dora': 0.54}
    """
    asked = Rev2Params() if params is None else params
    check_instance("params", asked, kind=Rev2Params)
    given = checked(edges)
    index = index_of(given)
    state = ([1.0] * len(index.raters), [1.0] * len(index.subjects), [1.0] * len(given))
    shrinks = _shrinks(asked)
    error, rounds, before = (inf, 0, inf) if given else (0.0, 0, 0.0)
    while error > asked.tolerance:
        following = _round(index, *state, params=asked)
        change = max(map(largest_change, state, following))
        error, before = (before + change) * shrinks / (1 - shrinks), change
        state = following
        rounds += 1
    fairness, goodness, reliability = state
    return Rev2(
        MappingProxyType(dict(zip(index.raters, within(fairness, 0, 1), strict=True))),
        MappingProxyType(dict(zip(index.subjects, within(goodness, -1, 1), strict=True))),
        tuple(zip(given, within(reliability, 0, 1), strict=True)),
        error,
        rounds,
    )


def _shrinks(params: Rev2Params) -> float:
    """Return by what two rounds shrink a distance at least."""
    both = params.fairness_weight + params.agreement_weight
    one = (params.fairness_weight + params.agreement_weight / 2) / both
    prior = max(params.rater_prior_weight, params.subject_prior_weight)
    return (one + prior) / (1 + prior)


def _round(
    index: EdgeIndex,
    fairness: list[float],
    goodness: list[float],
    reliability: list[float],
    *,
    params: Rev2Params,
) -> tuple[list[float], list[float], list[float]]:
    prior = params.subject_prior_weight
    sums = [prior * fsum(goodness) / len(goodness)] * len(goodness)
    for subject, score, reliable in zip(index.subject, index.scores, reliability, strict=True):
        sums[subject] += reliable * score
    goodness = [total / (count + prior) for total, count in zip(sums, index.received, strict=True)]
    both = params.fairness_weight + params.agreement_weight
    of_fairness, of_agreement = params.fairness_weight / both, params.agreement_weight / both
    reliability = [
        of_fairness * fairness[rater] + of_agreement * (1 - abs(score - goodness[subject]) / 2)
        for rater, subject, score in zip(index.rater, index.subject, index.scores, strict=True)
    ]
    prior = params.rater_prior_weight
    sums = [prior * fsum(fairness) / len(fairness)] * len(fairness)
    for rater, reliable in zip(index.rater, reliability, strict=True):
        sums[rater] += reliable
    fairness = [total / (count + prior) for total, count in zip(sums, index.given, strict=True)]
    return fairness, goodness, reliability
