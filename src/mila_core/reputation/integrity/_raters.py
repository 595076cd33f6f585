"""People as raters: those who rate otherwise than all others, and those who rate the same one again and again.

What somebody gave is compared with what others gave the same person (leave one out, drawn to the mean of all
while there are few). People differ, so a rater's mean is measured against how much means of raters differ:
with the variance `t` between raters and `s` within, a mean `m` of `n` differences is `m / sqrt(t + s / n)`
standard deviations off. Who stands out of all of them is decided with Benjamini and Hochberg's procedure.
"""

from collections.abc import Mapping, Sequence
from math import fsum, log, sqrt
from statistics import fmean

from mila_core.reasons import reason
from mila_core.reputation.integrity._chances import (
    discoveries,
    log_poisson_tail,
    strength_of,
    two_sided_chance,
)
from mila_core.reputation.integrity._groups import DAY, by_pair, by_rater, by_subject, counts
from mila_core.reputation.integrity.edges import Edge, milli_stars
from mila_core.reputation.integrity.flag_values import Flag, FlagKind, FlagParams, instant_from

_PRIOR = 5  # as much as the mean of all weighs against the others' ratings of a person; our own choice
_SMALLEST = 1e-300


def unfair_raters(edges: Sequence[Edge], *, params: FlagParams) -> list[Flag]:
    """Return a flag for each rater whose ratings are far off on average."""
    off = _differences(edges)
    enough = sorted(rater for rater, values in off.items() if len(values) >= params.unfair_least)
    if not enough:
        return []
    usual = fmean(value for values in off.values() for value in values)
    between, within = _variances([off[rater] for rater in enough])
    if between + within <= 0:
        return []
    means = [fmean(off[rater]) - usual for rater in enough]
    chances = [
        two_sided_chance(mean / sqrt(between + within / len(off[rater])))
        for rater, mean in zip(enough, means, strict=True)
    ]
    given = by_rater(edges)
    found = []
    for number in discoveries(chances, rate=params.unfair_false_share):
        mean = means[number]
        if abs(mean) * 2 < params.unfair_stars:  # a score is half as wide as stars
            continue
        rated = given[enough[number]]
        amount = round(abs(mean) * 2_000)
        if mean < 0:
            why = reason("flag_unfair_harsh", count=len(rated), milli_stars=amount)
        else:
            why = reason("flag_unfair_kind", count=len(rated), milli_stars=amount)
        found.append(
            Flag(
                kind=FlagKind.UNFAIR_RATER,
                subject_ids=(enough[number],),
                involved_ids=sorted({each.subject_id for each in rated}),
                why=why,
                strength=strength_of(log(max(chances[number], _SMALLEST))),
                first_at=instant_from(rated[0].seconds),
                last_at=instant_from(rated[-1].seconds),
            )
        )
    return found


def _differences(edges: Sequence[Edge]) -> Mapping[str, list[float]]:
    """Return, by rater, how far each rating is from what others gave the same person."""
    if not edges:
        return {}
    mean = fmean(each.score for each in edges)
    found: dict[str, list[float]] = {}
    for given in by_subject(edges).values():
        total = fsum(each.score for each in given)
        for each in given:
            others = (total - each.score + _PRIOR * mean) / (len(given) - 1 + _PRIOR)
            found.setdefault(each.rater_id, []).append(each.score - others)
    return found


def _variances(groups: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the variances between and within groups, from mean squares."""
    count = sum(map(len, groups))
    means = [fmean(values) for values in groups]
    squares = fsum(
        (value - mean) ** 2 for values, mean in zip(groups, means, strict=True) for value in values
    )
    within = squares / max(count - len(groups), 1)
    middle = fmean(means)
    spread = fsum((mean - middle) ** 2 for mean in means) / max(len(means) - 1, 1)
    return max(spread - within * fmean(1 / len(values) for values in groups), 0.0), within


def repeats(edges: Sequence[Edge], *, params: FlagParams) -> list[Flag]:
    """Return a flag for each pair with many ratings within some days."""
    given, received = counts(edges)
    found = []
    for (rater_id, subject_id), pair in by_pair(edges).items():
        first, behind = _fullest(pair, params.repeats_days * DAY)
        if behind - first < params.repeats_least:
            continue
        within = pair[first:behind]
        expected = given[rater_id] * received[subject_id] / len(edges)
        why = reason(
            "flag_repeats",
            count=len(within),
            days=int((within[-1].seconds - within[0].seconds) // DAY) + 1,
            milli_stars=milli_stars(fmean(each.score for each in within)),
            total=received[subject_id],
        )
        found.append(
            Flag(
                kind=FlagKind.REPEATS,
                subject_ids=(rater_id,),
                involved_ids=(subject_id,),
                why=why,
                strength=strength_of(log_poisson_tail(expected, least=len(pair))),
                first_at=instant_from(within[0].seconds),
                last_at=instant_from(within[-1].seconds),
            )
        )
    return found


def _fullest(pair: Sequence[Edge], length: float) -> tuple[int, int]:
    """Return where the window with most ratings begins and ends."""
    best, first = (0, 0), 0
    for last, each in enumerate(pair):
        while each.seconds - pair[first].seconds > length:
            first += 1
        if last + 1 - first > best[1] - best[0]:
            best = first, last + 1
    return best
