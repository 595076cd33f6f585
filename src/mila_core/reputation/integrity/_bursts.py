"""Bursts: far more ratings within some days than fit somebody's own record and everybody's calendar.

A scan statistic. Given how many ratings somebody got since the first one, each falls into a window with the
share `p` of the time that the window covers, or the share of everybody else's ratings that fell into it,
whichever is larger (seasons, a growing market). The chance that any of `n` windows that begin with a rating
holds `k` or more is at most `n P(Bin(n - 1, p) >= k - 1)`. Windows of the whole, half and a quarter of the
length are looked at, so it is three times that; divided among all people, the chance of one false alarm at
all stays below the one that was asked for (Bonferroni).

References:
    Naus, J. (1965). The distribution of the size of the maximum cluster of points on a line. Journal of the
        American Statistical Association 60 (310), 532-538. doi:10.1080/01621459.1965.10480810.
    Glaz, J., Naus, J., Wallenstein, S. (2001). Scan statistics. Springer. doi:10.1007/978-1-4757-3460-7.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import log
from statistics import fmean
from typing import NamedTuple

from mila_core.reasons import reason
from mila_core.reputation.integrity._chances import log_binomial_tail, strength_of
from mila_core.reputation.integrity._groups import DAY, by_subject
from mila_core.reputation.integrity.edges import Edge, milli_stars
from mila_core.reputation.integrity.flag_values import Flag, FlagKind, FlagParams, instant_from

_PARTS = (1, 2, 4)


class _Window(NamedTuple):
    log_chance: float
    first: int
    behind: int


def bursts(edges: Sequence[Edge], *, end: float, params: FlagParams) -> list[Flag]:
    """Return a flag for the least likely window of each subject, where it is unlikely enough."""
    everybody = sorted(each.seconds for each in edges)
    groups = by_subject(edges)
    found = []
    for subject_id, given in groups.items():
        window = _least_likely([each.seconds for each in given], everybody, end=end, params=params)
        if window is None or window.log_chance > log(params.false_alarm_chance / len(groups)):
            continue
        within = given[window.first : window.behind]
        why = reason(
            "flag_burst",
            ratings=len(within),
            days=_days(within),
            milli_stars=milli_stars(fmean(each.score for each in within)),
            total=len(given),
        )
        found.append(
            Flag(
                flag_kind=FlagKind.BURST,
                subject_ids=(subject_id,),
                involved_ids=sorted({each.rater_id for each in within}),
                why=why,
                strength=strength_of(window.log_chance + log(len(groups))),
                first_at=instant_from(within[0].seconds),
                last_at=instant_from(within[-1].seconds),
            )
        )
    return found


def _least_likely(
    times: Sequence[float], everybody: Sequence[float], *, end: float, params: FlagParams
) -> _Window | None:
    count = len(times)
    if count < params.burst_least:
        return None
    span = max(end - times[0], 1.0)
    others = len(everybody) - bisect_left(everybody, times[0]) - count
    best = None
    for part in _PARTS:
        length = params.burst_days * DAY / part
        for first, start in enumerate(times):
            behind = bisect_right(times, start + length)
            hits = behind - first
            if hits < params.burst_least:
                continue
            beside = bisect_right(everybody, start + length) - bisect_left(everybody, start) - hits
            share = max(min(length / span, 1.0), beside / others if others else 0.0)
            chance = log_binomial_tail(count - 1, share, least=hits - 1) + log(count * len(_PARTS))
            if best is None or chance < best.log_chance:
                best = _Window(chance, first, behind)
    return best


def _days(edges: Sequence[Edge]) -> int:
    return int((edges[-1].seconds - edges[0].seconds) // DAY) + 1
