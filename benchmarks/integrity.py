"""How the cost of integrity grows, and what attacks and flags do: `python benchmarks/integrity.py`.

First the CPU time of the thread for trust, fairness and goodness, REV2, iterative filtering and flags, on
honest markets of three sizes: 200 friends, 3,000 customers and 12,000 ratings, and four and sixteen times as
much; the exponent is that of the growth from the size before (1 is in proportion). Then the attacks on the
Bayesian average, on the default model and on the same without its guard, five runs a market; whitewashing
three honest ratings after the re-entry, and at it. Friends without ratings are scored as newcomers. Then the
rank correlation of scores with true quality in five times as many honest markets. Then how often an honest
market has a flag of each kind, and how often an attack raises the one that belongs to it.
"""

import argparse
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from math import log
from statistics import fmean, median
from time import thread_time_ns
from typing import NamedTuple

import attrs

from mila_core import reputation
from mila_core.ratings import Rating
from mila_core.reputation import BayesianAverageParams, ReputationBook, ReputationParams, integrity
from mila_core.reputation.integrity import Attack, AttackMarket, Edge
from mila_core.reputation.metrics import mean_and_error, rank_correlation

SIZES = (1, 4, 16)
MARKET = AttackMarket()
OPENED_AT = datetime(2026, 1, 1, tzinfo=UTC)
BOTH_WAYS = integrity.TrustParams(backward_weight=0.5)
FLAGS: Mapping[Attack, str] = {
    Attack.FRESH_FIVES: "burst",
    Attack.BAD_MOUTHERS: "burst",
    Attack.CAMOUFLAGE: "burst",
    Attack.REPEATS: "repeats",
    Attack.RING: "ring",
    Attack.CLIQUE: "ring",
    Attack.MILKING: "change",
}


class Scored(NamedTuple):
    """A way to score.

    Attributes:
        score: returns the stars of each friend.
        newcomer: the stars of a friend without ratings.
    """

    score: integrity.Score
    newcomer: float


def scored(params: BayesianAverageParams | ReputationParams) -> Scored:
    """Return the way to score by parameters."""

    def score(ratings: Iterable[Rating], at: datetime) -> Mapping[str, float]:
        standings = reputation.score(ratings, params=params, at=at)
        return {each.friend_id: each.stars for each in standings}

    if isinstance(params, BayesianAverageParams):
        return Scored(score, params.prior_stars)
    return Scored(score, ReputationBook(params).newcomer("new", at=OPENED_AT).stars)


BARE = "default, no guard"
SCORES: Mapping[str, Scored] = {
    "Bayesian average": scored(BayesianAverageParams()),
    BARE: scored(ReputationParams(guard=None)),
    "default": scored(ReputationParams()),
}


def grown(times: int, seed: int) -> tuple[tuple[Edge, ...], datetime]:
    """Return the edges of an honest market of some times the usual size, and its end."""
    market = attrs.evolve(
        MARKET,
        friends=MARKET.friends * times,
        customers=MARKET.customers * times,
        ratings=MARKET.ratings * times,
    )
    honest = integrity.simulated_market(market=market, seed=seed)
    return integrity.edges_of(honest.ratings, at=honest.at), honest.at


def growth(rounds: int, seed: int) -> None:
    """Print what each method takes, by size."""
    print("| method | ratings | s, median | least | µs a rating | iterations | exponent |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    before: dict[str, tuple[int, float]] = {}
    for times in SIZES:
        edges, at = grown(times, seed)
        seeds = [f"f{number}" for number in range(20 * times)]

        def trust(edges: tuple[Edge, ...] = edges, seeds: list[str] = seeds) -> int:
            return integrity.trust(edges, seeds=seeds, params=BOTH_WAYS).iterations

        def fair(edges: tuple[Edge, ...] = edges) -> int:
            return integrity.fairness_goodness(edges).iterations

        def rev2(edges: tuple[Edge, ...] = edges) -> int:
            return integrity.rev2(edges).iterations

        def filtered(edges: tuple[Edge, ...] = edges) -> int:
            return integrity.iterative_filtering(edges).iterations

        def flags(edges: tuple[Edge, ...] = edges, at: datetime = at) -> int:
            integrity.flags_in(edges, at=at)
            return 1

        methods: Mapping[str, Callable[[], int]] = {
            "trust": trust,
            "fairness and goodness": fair,
            "REV2": rev2,
            "iterative filtering": filtered,
            "flags": flags,
        }
        for name, method in methods.items():
            taken = []
            for _ in range(rounds):
                start = thread_time_ns()
                iterations = method()
                taken.append((thread_time_ns() - start) / 1e9)
            middle = median(taken)
            exponent = ""
            if name in before:
                exponent = f"{log(middle / before[name][1]) / log(len(edges) / before[name][0]):.2f}"
            before[name] = len(edges), middle
            micros = middle / len(edges) * 1e6
            print(
                f"| {name} | {len(edges)} | {middle:.3f} | {min(taken):.3f} | {micros:.1f} |"
                f" {iterations} | {exponent} |"
            )


def attacks(markets: int, seed: int) -> None:
    """Print how far each attack moves each score."""
    print("\n| attack | score | percentile before | points | standard error |")
    print("| --- | --- | ---: | ---: | ---: |")
    at_once = attrs.evolve(MARKET, whitewash_ratings=0)
    scenes = [(attack.value, attack, MARKET) for attack in Attack]
    scenes.append(("whitewashing, at re-entry", Attack.WHITEWASHING, at_once))
    for scene, attack, market in scenes:
        for name, way in SCORES.items():
            report = integrity.simulate_attack(
                attack, score=way.score, newcomer=way.newcomer, market=market, seed=seed, markets=markets
            )
            print(
                f"| {scene} | {name} | {report.percentile_before:.1f} | {report.points:+.1f} |"
                f" {report.points_error:.1f} |",
                flush=True,
            )


def honest_ranks(markets: int, seed: int) -> None:
    """Print how well each score ranks friends where nobody attacks, and what it loses to the first one."""
    found: dict[str, list[float]] = {name: [] for name in SCORES}
    for number in range(markets):
        honest = integrity.simulated_market(seed=seed * 1_000 + number)
        for name, way in SCORES.items():
            stars = way.score(honest.ratings, honest.at)
            rho = rank_correlation(
                list(honest.quality.values()), [stars.get(each, way.newcomer) for each in honest.quality]
            )
            found[name].append(rho or 0.0)
    print(f"\n{markets} honest markets\n\n| score | rank correlation | less than without a guard by |")
    print("| --- | ---: | ---: |")
    for name, rhos in found.items():
        lost, error = mean_and_error([one - other for one, other in zip(found[BARE], rhos, strict=True)])
        print(f"| {name} | {fmean(rhos):.4f} | {lost:+.4f} ± {error:.4f} |")


def alarms(markets: int, seed: int) -> None:
    """Print how often markets are flagged, honest ones and those under attack."""
    honest_flags: Counter[str] = Counter()
    found: Counter[Attack] = Counter()
    for number in range(markets):
        honest = integrity.simulated_market(seed=seed * 1_000 + number)
        honest_flags.update(each.flag_kind.value for each in integrity.flags(honest.ratings, at=honest.at))
        for attack, kind in FLAGS.items():
            target = f"f{(37 * number + 11) % MARKET.friends}"
            ratings = integrity.attack_ratings(
                honest, attack=attack, target_id=target, market=MARKET, seed=seed
            )
            found[attack] += any(
                each.flag_kind.value == kind and target in {*each.subject_ids, *each.involved_ids}
                for each in integrity.flags(ratings, at=honest.at)
            )
    print(f"\n{markets} markets, flags of honest ones: {dict(honest_flags)}\n")
    print("| attack | flag | found |")
    print("| --- | --- | ---: |")
    for attack, kind in FLAGS.items():
        print(f"| {attack.value} | {kind} | {found[attack]} of {markets} |")


def main() -> None:
    """Measure and print three tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each method is timed (default: 3)")
    parser.add_argument("--markets", type=int, default=8, help="how many markets are attacked (default: 8)")
    parser.add_argument("--attacks", action="store_true", help="only the attacks and the honest ranks")
    parser.add_argument("--seed", type=int, default=1, help="chooses the markets (default: 1)")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, seed {options.seed}\n")
    if not options.attacks:
        growth(options.rounds, options.seed)
    attacks(options.markets, options.seed)
    honest_ranks(options.markets * 5, options.seed)
    if options.attacks:
        return
    alarms(options.markets * 4, options.seed)


if __name__ == "__main__":
    main()
