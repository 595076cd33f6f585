"""Chances of counts and means, as natural logarithms, so that the smallest ones are told apart."""

from collections.abc import Callable, Sequence
from math import erfc, exp, inf, lgamma, log, log1p, sqrt

_STRONGEST = 300.0
_NEGLIGIBLE = 1e-17


def log_binomial_tail(tries: int, share: float, *, least: int) -> float:
    """Return the logarithm of the chance of at least so many hits; where as many are expected, 0."""
    if least <= tries * share or share >= 1:
        return 0.0
    if least > tries or share <= 0:
        return -inf
    first = lgamma(tries + 1) - lgamma(least + 1) - lgamma(tries - least + 1)
    first += least * log(share) + (tries - least) * log1p(-share)
    odds = share / (1 - share)
    return min(first + log(_sum(lambda hits: (tries - hits) / (hits + 1) * odds, least, tries)), 0.0)


def log_poisson_tail(mean: float, *, least: int) -> float:
    """Return the logarithm of the chance of at least so many events; where as many are expected, 0."""
    if least <= mean:
        return 0.0
    if mean <= 0:
        return -inf
    first = least * log(mean) - mean - lgamma(least + 1)
    return min(first + log(_sum(lambda events: mean / (events + 1), least)), 0.0)


def _sum(ratio: Callable[[int], float], first: int, last: int | None = None) -> float:
    """Return the sum of terms of which the first is 1; they fall from the first on."""
    total, term, at = 1.0, 1.0, first
    while term > _NEGLIGIBLE * total and at != last:
        term *= ratio(at)
        total += term
        at += 1
    return total


def one_sided_chance(deviations: float) -> float:
    """Return the chance that a normal variable is at least so many standard deviations above its mean."""
    return erfc(deviations / sqrt(2)) / 2


def beta_binomial_tail(tries: int, hits: int, *, share: float, alike: float) -> float:
    """Return the chance of at least so many hits, where shares differ from person to person.

    Args:
        tries: how many tries there are.
        hits: how many hits there are at least.
        share: the mean share, above 0 and below 1.
        alike: how much alike the tries of one person are, their correlation: 0 is the binomial distribution.
    """
    if alike <= 0:
        return exp(log_binomial_tail(tries, share, least=hits))
    one, other = share * (1 - alike) / alike, (1 - share) * (1 - alike) / alike
    norm = lgamma(one) + lgamma(other) - lgamma(one + other)
    total = 0.0
    for each in range(hits, tries + 1):
        log_chance = lgamma(tries + 1) - lgamma(each + 1) - lgamma(tries - each + 1) - norm
        log_chance += lgamma(each + one) + lgamma(tries - each + other) - lgamma(tries + one + other)
        total += exp(log_chance)
    return min(total, 1.0)


def strength_of(log_chance: float) -> float:
    """Return how many zeros a chance has behind the point: 3 for one in a thousand, 300 at most."""
    return min(max(-log_chance / log(10), 0.0), _STRONGEST)


def discoveries(chances: Sequence[float], *, rate: float) -> list[int]:
    """Return the numbers of those that stand out; of them a share `rate` at most is expected to be wrong.

    Benjamini, Y., Hochberg, Y. (1995). Journal of the Royal Statistical Society B 57 (1), 289-300.
    doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    order = sorted(range(len(chances)), key=chances.__getitem__)
    kept = 0
    for rank, number in enumerate(order, start=1):
        if chances[number] <= rate * rank / len(chances):
            kept = rank
    return order[:kept]
