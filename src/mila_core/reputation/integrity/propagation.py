"""Trust that starts from certified people and is handed on by whom they rated well.

EigenTrust with the certified ones as its pre-trusted peers: a walk goes from person to person along good
ratings and starts again at a certified one every now and then; how often it comes by is a person's trust.
Accounts that only rate each other are never reached, however many they are.

References:
    Kamvar, S., Schlosser, M., Garcia-Molina, H. (2003). The EigenTrust algorithm for reputation management in
        P2P networks. WWW 2003. doi:10.1145/775152.775242.
    Gyöngyi, Z., Garcia-Molina, H., Pedersen, J. (2004). Combating web spam with TrustRank. VLDB 2004.
        doi:10.1016/B978-012088469-8.50052-8. The same walk, on links between pages.
    Langville, A., Meyer, C. (2004). Deeper inside PageRank. Internet Mathematics 1 (3), 335-380.
        doi:10.1080/15427951.2004.10129091. The rate of convergence.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from types import MappingProxyType
from typing import NamedTuple

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.reputation.integrity.edges import Edge, check_id, checked
from mila_core.validation import check_instance, number

__all__ = ["Trust", "TrustParams", "trust"]


@attrs.frozen(kw_only=True)
class TrustParams:
    """How trust is handed on.

    Attributes:
        damping: the share of trust that is handed on at each step; the rest starts again at the seeds. 0.85
            as in TrustRank and PageRank; EigenTrust's `a` is 1 minus it.
        backward_weight: how much a good rating also vouches for who gave it, against 1 for who got it: a
            visit took place, which costs money. 0 is EigenTrust; a network in which friends hardly ever rate
            customers needs more, or trust ends at the seeds.
        tolerance: how far the scores may be from the exact ones, all differences added up.

    Raises:
        InvalidTypeError: a field that is no number.
        InvalidValueError: a number out of range.
    """

    damping: float = attrs.field(default=0.85, validator=number(0.01, 0.99))
    backward_weight: float = attrs.field(default=0.0, validator=number(0, 1))
    tolerance: float = attrs.field(default=1e-9, validator=number(1e-12, 0.1))


class Trust(NamedTuple):
    """How far each person is trusted.

    Attributes:
        scores: the trust of each person who rates, is rated or is certified, from 0 to 1, by id; they add up
            to 1, so in a larger network each is smaller: compare people, not networks.
        error: what all differences from the exact scores add up to at most, rounding aside.
        iterations: how many steps were taken.
    """

    scores: Mapping[str, float]
    error: float
    iterations: int


def trust(edges: Iterable[Edge], *, seeds: Iterable[str], params: TrustParams | None = None) -> Trust:
    """Return how far each person is trusted, starting from certified people.

    With `c` the good a person said of another, all scores of the pair added up and nothing where that is not
    above 0, shares `C` of it, `s` even shares of the seeds and the damping `d`, the scores are the only
    `x = d C' x + (1 - d) s`; who rated nobody well hands all back to the seeds. After a step that changed
    the scores by `r`, they are at most `r d / (1 - d)` from the exact ones (sums of absolute differences), as
    each step shrinks a distance by `d`. A step takes time in proportion to pairs and people.

    Args:
        edges: who rated whom, as `edges_of` gives them, in any order.
        seeds: the ids of the certified people, at least one; they need not have rated anybody.
        params: how trust is handed on; the default ones if not given.

    Returns:
        The scores, with what they are off at most.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: no seeds, or an edge with a value out of range.

    Examples:
        >>> edges = [Edge("andreas", "carla", 1.0), Edge("carla", "beat", 1.0), Edge("fake", "mark", 1.0)]
        >>> found = trust(edges, seeds=["andreas"])
        >>> [(who, round(found.scores[who], 3)) for who in ("andreas", "carla", "beat", "mark", "fake")]
        [('andreas', 0.389), ('carla', 0.33), ('beat', 0.281), ('mark', 0.0), ('fake', 0.0)]
    """
    asked = TrustParams() if params is None else params
    check_instance("params", asked, kind=TrustParams)
    certified = _seeds(seeds)
    given = checked(edges)
    people = sorted({each.rater_id for each in given} | {each.subject_id for each in given} | set(certified))
    place = {person_id: number for number, person_id in enumerate(people)}
    rows = _shares(given, place, asked.backward_weight)
    starts = [place[each] for each in certified]
    scores = [0.0] * len(people)
    for start in starts:
        scores[start] = 1 / len(starts)
    error, steps = 2.0, 0
    while error > asked.tolerance:
        scores, moved = _step(scores, rows, starts=starts, damping=asked.damping)
        steps += 1
        error = moved * asked.damping / (1 - asked.damping)
    return Trust(MappingProxyType(dict(zip(people, scores, strict=True))), error, steps)


def _seeds(seeds: Iterable[str]) -> list[str]:
    if isinstance(seeds, str) or not isinstance(seeds, Iterable):
        raise InvalidTypeError("seeds", "ids of certified people", describe(seeds))
    found = list(seeds)
    for position, each in enumerate(found):
        check_id(f"seeds[{position}]", each)
    if not found:
        raise InvalidValueError("seeds", "at least one certified person", "none")
    return sorted(set(found))


def _shares(
    edges: Sequence[Edge], place: Mapping[str, int], backward_weight: float
) -> list[tuple[list[int], list[float]]]:
    """Return to whom each person hands on, and in which shares."""
    good: dict[tuple[int, int], float] = {}
    for each in edges:
        pair = place[each.rater_id], place[each.subject_id]
        good[pair] = good.get(pair, 0.0) + each.score
    weights: list[dict[int, float]] = [{} for _ in place]
    for (rater, subject), score in good.items():
        if score > 0:
            weights[rater][subject] = score
    raters = [bool(row) for row in weights]
    for (rater, subject), score in good.items():
        if score > 0 and backward_weight > 0:
            # one who only vouches back does so in full: the product of tiny numbers might be 0
            back = score * backward_weight if raters[subject] else score
            weights[subject][rater] = weights[subject].get(rater, 0.0) + back
    rows = []
    for row in weights:
        whole = fsum(row.values())
        rows.append((list(row), [weight / whole for weight in row.values()]))
    return rows


def _step(
    scores: list[float], rows: list[tuple[list[int], list[float]]], *, starts: list[int], damping: float
) -> tuple[list[float], float]:
    """Return the scores one step on, and by how much they changed."""
    following = [0.0] * len(scores)
    for score, (targets, shares) in zip(scores, rows, strict=True):
        if score and targets:
            handed = damping * score
            for target, share in zip(targets, shares, strict=True):
                following[target] += handed * share
    again = (1 - fsum(following)) / len(starts)  # the restarts, and what nobody handed on
    for start in starts:
        following[start] += again
    return following, fsum(abs(new - old) for new, old in zip(following, scores, strict=True))
