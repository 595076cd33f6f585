"""Changes: a good record, and then bad work.

A cumulative sum of log-likelihood ratios (Page 1954): how much better each rating fits somebody whose mean
has fallen than the record, added up and never below 0. What would be rated after a fall is the record tilted
exponentially until its mean is that much lower. Whoever stays the same is flagged after `e**h` ratings at the
earliest in the mean (Lorden 1971), so `h` is the logarithm of the number that was asked for.

The record is somebody's first ratings with some of everybody's, as few ratings say little of rare bad ones;
what the bound says holds as far as the record is right. A record may have been lucky: so the fall from it has
to be clear as a difference of two means as well (a normal tail, Bonferroni over all who are looked at).

References:
    Page, E. (1954). Continuous inspection schemes. Biometrika 41 (1-2), 100-115.
        doi:10.1093/biomet/41.1-2.100.
    Lorden, G. (1971). Procedures for reacting to a change in distribution. Annals of Mathematical Statistics
        42 (6), 1897-1908. doi:10.1214/aoms/1177693055.
"""

from collections.abc import Mapping, Sequence
from math import exp, fsum, log, sqrt
from statistics import fmean, pstdev, pvariance
from typing import NamedTuple

from mila_core.reasons import reason
from mila_core.reputation.integrity._chances import one_sided_chance, strength_of
from mila_core.reputation.integrity._groups import by_subject
from mila_core.reputation.integrity.edges import Edge, milli_stars
from mila_core.reputation.integrity.flag_values import Flag, FlagKind, FlagParams, instant_from

_PRIOR = 10  # how many of everybody's ratings a record has; our own choice
_STEEPEST, _HALVINGS = 60.0, 60
_Shares = Mapping[float, float]


class _Climb(NamedTuple):
    height: float
    first: int
    behind: int


def changes(edges: Sequence[Edge], *, params: FlagParams) -> list[Flag]:
    """Return a flag for each subject whose ratings fell."""
    market = _shares([each.score for each in edges])
    spread = pstdev(each.score for each in edges) if edges else 0.0
    subjects = by_subject(edges)
    threshold = log(params.change_false_alarm_ratings)
    found = []
    for subject_id, given in subjects.items():
        record, later = given[: params.change_record], given[params.change_record :]
        if not later:
            continue
        usual = _mixed(_shares([each.score for each in record]), len(record), market)
        climb = _highest(later, _ratio(usual, params.change_drop_stars / 2))
        if climb.height < threshold:
            continue
        fallen = later[climb.first : climb.behind]
        if _fall_chance(record, fallen, spread) > params.false_alarm_chance / len(subjects):
            continue  # the record may just have been lucky
        why = reason(
            "flag_change",
            ratings=len(fallen),
            milli_stars=milli_stars(fmean(each.score for each in fallen)),
            milli_stars_before=milli_stars(fmean(each.score for each in record)),
            record=len(record),
        )
        found.append(
            Flag(
                flag_kind=FlagKind.CHANGE,
                subject_ids=(subject_id,),
                why=why,
                strength=strength_of(log(len(later)) - climb.height),
                first_at=instant_from(fallen[0].seconds),
                last_at=instant_from(fallen[-1].seconds),
            )
        )
    return found


def _fall_chance(record: Sequence[Edge], fallen: Sequence[Edge], spread: float) -> float:
    """Return the chance of such a difference of two means, where nothing has changed."""
    before, after = [each.score for each in record], [each.score for each in fallen]
    fall = fmean(before) - fmean(after)
    squares = len(before) * pvariance(before) + len(after) * pvariance(after)
    own = sqrt(squares / max(len(before) + len(after) - 2, 1))  # whoever is rated lower is rated less alike
    error = max(spread, own) * sqrt(1 / len(before) + 1 / len(after))
    return one_sided_chance(fall / error) if error else 0.5


def _level(score: float) -> float:
    return round(score, 1)  # whole and half stars stay as they are


def _shares(scores: Sequence[float]) -> _Shares:
    found: dict[float, int] = {}
    for score in sorted(map(_level, scores)):
        found[score] = found.get(score, 0) + 1
    return {score: count / len(scores) for score, count in found.items()}


def _mixed(record: _Shares, count: int, market: _Shares) -> _Shares:
    return {
        score: (count * record.get(score, 0.0) + _PRIOR * share) / (count + _PRIOR)
        for score, share in market.items()
    }


def _ratio(usual: _Shares, drop: float) -> _Shares:
    """Return how much better each score fits a mean that fell than the usual one, as a logarithm."""
    mean = fsum(score * share for score, share in usual.items())
    lowest = min(usual)
    target = max(mean - drop, (mean + lowest) / 2)
    low, high = -_STEEPEST, 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _tilted_mean(usual, middle) < target:
            low = middle
        else:
            high = middle
    norm = log(fsum(share * exp(high * score) for score, share in usual.items()))
    return {score: high * score - norm for score in usual}


def _tilted_mean(usual: _Shares, tilt: float) -> float:
    weights = {score: share * exp(tilt * score) for score, share in usual.items()}
    return fsum(score * weight for score, weight in weights.items()) / fsum(weights.values())


def _highest(later: Sequence[Edge], ratio: _Shares) -> _Climb:
    """Return the highest climb of the sum, from where it last was 0."""
    best, height, first = _Climb(0.0, 0, 0), 0.0, 0
    for number, each in enumerate(later):
        if height <= 0:
            height, first = 0.0, number
        height += ratio[_level(each.score)]
        if height > best.height:
            best = _Climb(height, first, number + 1)
    return best
