"""Attacks on a simulated market: how far each moves its target under any way to score.

References:
    Hoffman, K., Zage, D., Nita-Rotaru, C. (2009). A survey of attack and defense techniques for reputation
        systems. ACM Computing Surveys 42 (1). doi:10.1145/1592451.1592452. The kinds of attack.
    Hu, N., Zhang, J., Pavlou, P. (2009). Overcoming the J-shaped distribution of product reviews.
        Communications of the ACM 52 (10), 144-147. doi:10.1145/1562764.1562800. The shape of stars.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from math import inf, isnan, sqrt
from statistics import fmean, stdev
from typing import TypeAlias

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.ratings import Rating
from mila_core.reputation.integrity._scenes import Attacked, attacked
from mila_core.reputation.integrity.attack_market import (
    Attack,
    AttackMarket,
    SimulatedMarket,
    simulated_market,
)
from mila_core.reputation.metrics import rank_correlation
from mila_core.validation import check_instance, instance_of, integer, number

__all__ = ["AttackReport", "Score", "attack_ratings", "simulate_attack"]

Score: TypeAlias = Callable[[Iterable[Rating], datetime], Mapping[str, float]]
"""A way to score: from ratings and now to a number of each friend by id, more for better."""


@attrs.frozen(kw_only=True)
class AttackReport:
    """How far an attack moved its targets.

    Attributes:
        attack: the attack.
        runs: how many targets were attacked, each in a market of its own copy.
        percentile_before: the mean percentile of the targets among the other friends, from 0 (the last one)
            to 100, with honest ratings alone.
        points: the mean change of the percentile, in points: what the attack gained, or did, below 0.
        points_error: the standard error of that mean; markets are few, so targets of one are not independent.
        correlation_before: the mean rank correlation of the other friends' scores with their true quality,
            with honest ratings alone.
        correlation_after: the same under the attack.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a number out of range.
    """

    attack: Attack = attrs.field(validator=instance_of(Attack))
    runs: int = attrs.field(validator=integer(1, 10**9))
    percentile_before: float = attrs.field(validator=number(0, 100))
    points: float = attrs.field(validator=number(-100, 100))
    points_error: float = attrs.field(validator=number(0, 100))
    correlation_before: float = attrs.field(validator=number(-1, 1))
    correlation_after: float = attrs.field(validator=number(-1, 1))


def simulate_attack(
    attack: Attack,
    *,
    score: Score,
    newcomer: float | None = None,
    market: AttackMarket | None = None,
    seed: int,
    markets: int = 4,
    targets: int = 5,
) -> AttackReport:
    """Return how far an attack moves its targets under a way to score.

    Targets are chosen by true quality: of low to middle rank where they are promoted (the second to fourth
    tenth), of high rank where they are demoted or stop to work well (the best fifth), the worst fifth where
    they come back under another name.

    Args:
        attack: the attack.
        score: the way to score; called with the ratings of the honest market, then with those of the attack
            as well. It gets all ratings of one market at once, in no particular order.
        newcomer: the score of whoever has none, as somebody who has just come (back): what the way to score
            believes of a friend without ratings, such as the stars of `ReputationBook.newcomer`. Not given,
            they stand last, which hides what whitewashing gains.
        market: how large the market and the attack are; the default one if not given.
        seed: chooses markets and targets; the same one gives the same report.
        markets: how many markets are made.
        targets: how many friends are attacked in each, each by itself.

    Returns:
        The report, of `markets * targets` runs.

    Raises:
        InvalidTypeError: an argument of another type, or a score that is none.
        InvalidValueError: no markets or no targets, or more targets than there are friends of that rank.

    Examples:
        >>> from mila_core import reputation
        >>> prior = reputation.BayesianAverageParams()
        >>> def bayesian(ratings, at):
        ...     return {each.friend_id: each.stars for each in reputation.score(ratings, params=prior, at=at)}
        >>> small = AttackMarket(friends=40, customers=300, ratings=1_500)
        >>> report = simulate_attack(
        ...     Attack.BAD_MOUTHERS, score=bayesian, market=small, seed=1, markets=1, targets=3
        ... )
        >>> report.runs, report.points < -20
        (3, True)
    """
    check_instance("attack", attack, kind=Attack)
    size = AttackMarket() if market is None else market
    check_instance("market", size, kind=AttackMarket)
    for name, value in (("seed", seed), ("markets", markets), ("targets", targets)):
        check_instance(name, value, kind=int)
    if not callable(score):
        raise InvalidTypeError("score", "a function of ratings and an instant", describe(score))
    unknown = _unknown(newcomer)
    for name, value in (("markets", markets), ("targets", targets)):
        if value < 1:
            raise InvalidValueError(name, "at least 1", describe(value))
    found = []
    for number_ in range(markets):
        honest = simulated_market(market=size, seed=seed * 1_000 + number_)
        before = _scores(score, honest.ratings, honest.at)
        for target in _targets(honest, attack, targets):
            scene = attacked(honest, size, attack=attack, target=target, seed=seed)
            found.append(
                _measured(honest, scene, before, _scores(score, scene.ratings, honest.at), unknown=unknown)
            )
    points = [after - early for early, after, _, _ in found]
    return AttackReport(
        attack=attack,
        runs=len(found),
        percentile_before=fmean(each[0] for each in found),
        points=fmean(points),
        points_error=stdev(points) / sqrt(len(points)) if len(points) > 1 else 0.0,
        correlation_before=fmean(each[2] for each in found),
        correlation_after=fmean(each[3] for each in found),
    )


def attack_ratings(
    honest: SimulatedMarket, *, attack: Attack, target_id: str, market: AttackMarket, seed: int
) -> tuple[Rating, ...]:
    """Return all ratings of a market under an attack: to try flags, or anything else, on them.

    Args:
        honest: the honest market, as `simulated_market` makes it.
        attack: the attack.
        target_id: the id of the friend who is attacked or promoted, or who attacks.
        market: how large the attack is.
        seed: chooses the attack's chances.

    Raises:
        InvalidTypeError: an argument of another type.
        InvalidValueError: the target is no friend of the market.

    Examples:
        >>> small = AttackMarket(friends=10, customers=60, ratings=200)
        >>> honest = simulated_market(market=small, seed=1)
        >>> len(
        ...     attack_ratings(honest, attack=Attack.FRESH_FIVES, target_id="f3", market=small, seed=1)
        ... ) - len(honest.ratings)
        20
    """
    check_instance("honest", honest, kind=SimulatedMarket)
    check_instance("attack", attack, kind=Attack)
    check_instance("market", market, kind=AttackMarket)
    check_instance("seed", seed, kind=int)
    if target_id not in honest.quality:
        raise InvalidValueError("target_id", "the id of a friend of the market", describe(target_id))
    return attacked(honest, market, attack=attack, target=target_id, seed=seed).ratings


def _scores(score: Score, ratings: Sequence[Rating], at: datetime) -> Mapping[str, float]:
    found = score(ratings, at)
    if not isinstance(found, Mapping):
        raise InvalidTypeError("score", "a mapping from friend id to a number", describe(found))
    return found


_RANKS: Mapping[Attack, tuple[float, float]] = {
    Attack.FRESH_FIVES: (0.1, 0.4),
    Attack.REPEATS: (0.1, 0.4),
    Attack.RING: (0.1, 0.4),
    Attack.CLIQUE: (0.1, 0.4),
    Attack.BAD_MOUTHERS: (0.8, 1.0),
    Attack.CAMOUFLAGE: (0.8, 1.0),
    Attack.MILKING: (0.8, 1.0),
    Attack.WHITEWASHING: (0.0, 0.2),
}


def _targets(honest: SimulatedMarket, attack: Attack, count: int) -> list[str]:
    """Return friends of the ranks that the attack asks for, spread evenly over them."""
    order = sorted(honest.quality, key=lambda each: (honest.quality[each], each))
    low, high = _RANKS[attack]
    first, behind = round(low * len(order)), round(high * len(order))
    if count > behind - first:
        raise InvalidValueError("targets", f"at most {behind - first}, the friends of that rank", f"{count}")
    return [order[first + (behind - first) * (2 * number_ + 1) // (2 * count)] for number_ in range(count)]


def _unknown(newcomer: object) -> float:
    """Return what stands for the score of who has none."""
    if newcomer is None:
        return -inf
    if isinstance(newcomer, bool) or not isinstance(newcomer, int | float):
        raise InvalidTypeError("newcomer", "a number", describe(newcomer))
    if isnan(newcomer):
        raise InvalidValueError("newcomer", "a number", describe(newcomer))
    return newcomer


def _measured(
    honest: SimulatedMarket,
    scene: Attacked,
    before: Mapping[str, float],
    after: Mapping[str, float],
    *,
    unknown: float,
) -> tuple[float, float, float, float]:
    """Return the target's percentile before and after, and the others' correlation before and after."""
    others = [each for each in honest.quality if each not in scene.dishonest]
    quality = [honest.quality[each] for each in others]
    theirs = [[scores.get(each, unknown) for each in others] for scores in (before, after)]
    return (
        _percentile(before.get(scene.target_before, unknown), theirs[0]),
        _percentile(after.get(scene.target_after, unknown), theirs[1]),
        _correlation(quality, theirs[0]),
        _correlation(quality, theirs[1]),
    )


def _percentile(own: float, theirs: Sequence[float]) -> float:
    below = sum(each < own for each in theirs) + sum(each == own for each in theirs) / 2
    return 100 * below / len(theirs)


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the rank correlation; 0 where all are alike."""
    return min(max(rank_correlation(one, other) or 0.0, -1.0), 1.0)
