"""Iterative filtering: how good somebody is, by the ratings of those who are good themselves.

References:
    Laureti, P., Moret, L., Zhang, Y.-C., Yu, Y.-K. (2006). Information filtering via iterative refinement.
        Europhysics Letters 75 (6), 1006-1012. doi:10.1209/epl/i2006-10204-8.
    de Kerchove, C., Van Dooren, P. (2010). Iterative filtering in reputation systems. SIAM Journal on Matrix
        Analysis and Applications 31 (4), 1812-1834. doi:10.1137/090748196.

Both weigh ratings by how far raters agree with what comes of all ratings, and repeat. Here people rate each
other, so a rater weighs by what others say of the rater; what else a rating weighs by is our own choice.
"""

from collections.abc import Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import NamedTuple

import attrs

from mila_core.errors import InvalidValueError
from mila_core.reputation.integrity.edges import Edge, checked
from mila_core.validation import check_instance, integer, number

__all__ = ["IterativeFiltering", "IterativeFilteringParams", "iterative_filtering"]

_DAY_SECONDS = 86_400.0
_LEAST_STEP = 1 / 16
"""With full steps two people who rate each other down may be trusted in turn for ever."""


@attrs.frozen(kw_only=True)
class IterativeFilteringParams:
    """What a rating weighs, and what is believed of somebody unknown.

    The default numbers were found on Bitcoin OTC without the labels of its people: groups of well connected
    users were taken for label-givers in turn, their ratings were taken out, and those of half the full score
    and more had to be told from the others. The form of the model was looked for with the true labels in
    sight, so figures on that network are somewhat better than elsewhere.

    Attributes:
        strength_exponent: a rating of score `s` weighs `abs(s)` to this power; 0.5.
        experience_exponent: and one more than the ratings its rater gave before, to this power; 0.25.
        burst_exponent: and one more than the ratings that its subject got of late, to the negative of this
            power; 0.5.
        burst_half_life_days: after how many days one of these counts half; 1.
        negative_weight: what a rating below 0 weighs against one above, as some are retaliation; 0.45.
        prior_goodness: how good somebody unknown is, from 0 to 1; 0.6.
        prior_weight: how many ratings of full score that weighs as much as; 0.22.
        trust_start: what evidence everybody has for being trusted, in the same unit; 0.063.
        trust_prior: from how much evidence on somebody is trusted half or so; 0.63.
        tolerance: the rounds end when no trust changes by more; 1e-9.
        most_rounds: the rounds end after so many, whatever changes; 2,000. Bitcoin OTC takes 53.

    Raises:
        InvalidTypeError: a field that is no number.
        InvalidValueError: a number out of range, or a trust that would fall with evidence.
    """

    strength_exponent: float = attrs.field(default=0.5, validator=number(0, 10))
    experience_exponent: float = attrs.field(default=0.25, validator=number(0, 10))
    burst_exponent: float = attrs.field(default=0.5, validator=number(0, 10))
    burst_half_life_days: float = attrs.field(default=1.0, validator=number(0.001, 36_600))
    negative_weight: float = attrs.field(default=0.45, validator=number(0, 100))
    prior_goodness: float = attrs.field(default=0.6, validator=number(0, 1))
    prior_weight: float = attrs.field(default=0.22, validator=number(0.001, 10_000))
    trust_start: float = attrs.field(default=0.063, validator=number(0, 10_000))
    trust_prior: float = attrs.field(default=0.63, validator=number(0.001, 10_000))
    tolerance: float = attrs.field(default=1e-9, validator=number(1e-12, 1))
    most_rounds: int = attrs.field(default=2_000, validator=integer(1, 1_000_000))

    def __attrs_post_init__(self) -> None:
        """Refuse a trust that would fall with evidence."""
        if self.trust_start > self.trust_prior:
            raise InvalidValueError(
                "trust_start", f"at most trust_prior, {self.trust_prior}", f"{self.trust_start}"
            )


class IterativeFiltering(NamedTuple):
    """What iterative filtering finds.

    Attributes:
        goodness: of each person who was rated, from 0 to 1, by id.
        trust: of each person who rated, from 0 to 1, by id.
        change: how far trust is at most from the trust that goodness was computed with; above the tolerance
            if the rounds ended by their number.
        iterations: how many rounds were taken.
    """

    goodness: Mapping[str, float]
    trust: Mapping[str, float]
    change: float
    iterations: int


def iterative_filtering(
    edges: Iterable[Edge], *, params: IterativeFilteringParams | None = None
) -> IterativeFiltering:
    """Return how good each person is, and how far each rater is trusted, each by the other.

    With `m` what a rating weighs by itself (see the parameters), and sums over the ratings somebody got:

    - `W = sum(t m)`, `S` the part of it above 0, and `t` the trust in the rater;
    - goodness is `(S + k p) / (W + k)`, with `prior_weight` and `prior_goodness`;
    - trust is `(W + z) / (W + n) max(0, 2 goodness - 1)`, with `trust_start` and `trust_prior`: whoever is no
      better than chance is not trusted at all.

    All are trusted fully at first; then both are computed in turn, until trust differs from the trust it was
    computed from by no more than the tolerance. Where a round does not bring them nearer, the next ones go
    half as far, down to a sixteenth. There is a fixed point (Brouwer), but no proof that it is the only one,
    nor that the rounds come to it before `most_rounds`: `change` tells. A round takes time in proportion to
    the ratings.

    Args:
        edges: who rated whom, in any order; their instants alone say what came before. Several ratings of a
            pair all count, a score of 0 says nothing. Of one instant, they count in the order of their ids.
        params: the weights; the default ones if not given.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: a value of an edge out of range.

    Examples:
        >>> circle = ("anna", "beat", "carlo", "dora")
        >>> edges = [Edge(one, other, 1.0) for one in circle for other in circle if one != other]
        >>> edges += [Edge(one, "mark", -1.0) for one in circle] + [Edge("mark", "dora", -1.0)]
        >>> found = iterative_filtering(edges)
        >>> {who: round(good, 2) for who, good in found.goodness.items()}
        {'anna': 0.95, 'beat': 0.96, 'carlo': 0.96, 'dora': 0.96, 'mark': 0.09}
        >>> found.trust["mark"]
        0.0
    """
    asked = IterativeFilteringParams() if params is None else params
    check_instance("params", asked, kind=IterativeFilteringParams)
    given = sorted(checked(edges), key=_by_time)
    names = sorted({each.rater_id for each in given} | {each.subject_id for each in given})
    places = {person_id: number for number, person_id in enumerate(names)}
    raters = [places[each.rater_id] for each in given]
    subjects = [places[each.subject_id] for each in given]
    weights = _weights(given, raters, subjects, asked)
    signed = list(zip(raters, subjects, weights, [each.score > 0 for each in given], strict=True))
    believed = trust = [1.0] * len(names)
    goodness = [asked.prior_goodness] * len(names)
    change, rounds, step = (inf, 0, 1.0) if given else (0.0, 0, 1.0)
    while change > asked.tolerance and rounds < asked.most_rounds:
        goodness, trust = _round(signed, believed, asked)
        before, change = change, max(abs(one - other) for one, other in zip(believed, trust, strict=True))
        if change >= before:
            step = max(step / 2, _LEAST_STEP)
        believed = [one + step * (other - one) for one, other in zip(believed, trust, strict=True)]
        rounds += 1
    return IterativeFiltering(
        MappingProxyType({names[place]: goodness[place] for place in sorted(set(subjects))}),
        MappingProxyType({names[place]: trust[place] for place in sorted(set(raters))}),
        change,
        rounds,
    )


def _by_time(edge: Edge) -> float:
    return edge.seconds


def _weights(
    given: list[Edge], raters: list[int], subjects: list[int], params: IterativeFilteringParams
) -> list[float]:
    """Return what each rating weighs by itself, from the ratings before it."""
    people = max([*raters, *subjects], default=-1) + 1
    experience, lately, at = [0] * people, [0.0] * people, [-inf] * people
    rate = 1 / params.burst_half_life_days / _DAY_SECONDS
    found = []
    for edge, rater, subject in zip(given, raters, subjects, strict=True):
        recent = lately[subject]
        if recent and edge.seconds > at[subject]:
            recent *= 2.0 ** ((at[subject] - edge.seconds) * rate)
        weight = abs(edge.score) ** params.strength_exponent if edge.score else 0.0
        weight *= (1 + experience[rater]) ** params.experience_exponent
        weight /= (1 + recent) ** params.burst_exponent
        found.append(weight * params.negative_weight if edge.score < 0 else weight)
        experience[rater] += 1
        lately[subject], at[subject] = recent + 1, edge.seconds
    return found


def _round(
    signed: list[tuple[int, int, float, bool]], trust: list[float], params: IterativeFilteringParams
) -> tuple[list[float], list[float]]:
    """Return goodness by trust, and trust by that goodness."""
    whole, good = [0.0] * len(trust), [0.0] * len(trust)
    for rater, subject, weight, is_good in signed:
        counts = trust[rater] * weight
        whole[subject] += counts
        if is_good:
            good[subject] += counts
    prior, known = params.prior_weight * params.prior_goodness, params.prior_weight
    goodness = [(some + prior) / (every + known) for some, every in zip(good, whole, strict=True)]
    start, least = params.trust_start, params.trust_prior
    return goodness, [
        (every + start) / (every + least) * max(0.0, 2 * each - 1)
        for every, each in zip(whole, goodness, strict=True)
    ]
