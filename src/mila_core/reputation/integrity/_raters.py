"""Raters: those who rate otherwise than all others, and those who rate the same one again and again.

What somebody gave is compared with what others gave the same person (leave one out, drawn to the mean of all
while there are few). A rating is off that is at least so many stars below, or above. People differ: some find
more fault, so how many of a rater's ratings are off follows a beta-binomial distribution, with the mean share
and the correlation within a rater as they are among all (analysis of variance). Who has too many to be one of
them is decided with Benjamini and Hochberg's procedure, each side with half of the rate.

References:
    Skellam, J. (1948). A probability distribution derived from the binomial distribution by regarding the
        probability of success as variable between the sets of trials. Journal of the Royal Statistical
        Society B 10 (2), 257-261. doi:10.1111/j.2517-6161.1948.tb00014.x.
    Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
        Society B 57 (1), 289-300. doi:10.1111/j.2517-6161.1995.tb02031.x.
"""

from collections.abc import Mapping, Sequence
from math import fsum, log
from statistics import fmean

from mila_core.reasons import reason
from mila_core.reputation.integrity._chances import (
    beta_binomial_tail,
    discoveries,
    log_poisson_tail,
    strength_of,
)
from mila_core.reputation.integrity._groups import DAY, by_pair, by_rater, by_subject, counts
from mila_core.reputation.integrity.edges import Edge, milli_stars
from mila_core.reputation.integrity.flag_values import Flag, FlagKind, FlagParams, instant_from

_PRIOR = 5  # as much as the mean of all weighs against the others' ratings of a person; our own choice
_SMALLEST = 1e-300
_MOST_ALIKE = 0.99


def unfair_raters(edges: Sequence[Edge], *, params: FlagParams) -> list[Flag]:
    """Return a flag for each rater of whom far too many ratings are off to one side."""
    off = _differences(edges)
    enough = sorted(rater for rater, values in off.items() if len(values) >= params.unfair_least)
    if not enough:
        return []
    given = by_rater(edges)
    found = []
    for side in (-1, 1):
        far = [[side * value * 2 >= params.unfair_stars for value in off[rater]] for rater in enough]
        for number, chance in _outstanding(far, rate=params.unfair_false_share / 2):
            rated = given[enough[number]]
            values = {
                "off": sum(far[number]),
                "milli_stars": round(params.unfair_stars * 1_000),
                "total": len(rated),
            }
            why = reason("flag_unfair_harsh" if side < 0 else "flag_unfair_kind", **values)
            found.append(
                Flag(
                    flag_kind=FlagKind.UNFAIR_RATER,
                    subject_ids=(enough[number],),
                    involved_ids=sorted({each.subject_id for each in rated}),
                    why=why,
                    strength=strength_of(log(max(chance, _SMALLEST))),
                    first_at=instant_from(rated[0].seconds),
                    last_at=instant_from(rated[-1].seconds),
                )
            )
    return found


def _outstanding(far: Sequence[Sequence[bool]], *, rate: float) -> list[tuple[int, float]]:
    """Return the numbers of those who have too many, each with the chance of as many."""
    share = fmean(each for values in far for each in values)
    if not 0 < share < 1:
        return []
    between, within = _variances(far)
    alike = between / (between + within) if between > 0 else 0.0
    chances = [
        beta_binomial_tail(len(values), sum(values), share=share, alike=min(alike, _MOST_ALIKE))
        for values in far
    ]
    return [(number, chances[number]) for number in discoveries(chances, rate=rate)]


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
            ratings=len(within),
            days=int((within[-1].seconds - within[0].seconds) // DAY) + 1,
            milli_stars=milli_stars(fmean(each.score for each in within)),
            total=received[subject_id],
        )
        found.append(
            Flag(
                flag_kind=FlagKind.REPEATS,
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
