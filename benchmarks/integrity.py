"""How the cost of integrity grows, and what attacks and flags do: `python benchmarks/integrity.py`.

First the CPU time of the thread for trust, fairness and goodness, REV2 and flags, on honest markets of three
sizes: 200 friends, 3,000 customers and 12,000 ratings, and four and sixteen times as much; the exponent is
that of the growth from the size before (1 is in proportion). Then the attacks on the Bayesian average, and on
a score that shows what evidence weights and burst damping are good for: the Bayesian average with each rating
weighed by both. Then how often an honest market has a flag of each kind, and how often an attack raises the
one that belongs to it.
"""

import argparse
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from math import log
from statistics import median
from time import thread_time_ns

import attrs

from mila_core import reputation
from mila_core.ratings import Rating, counted
from mila_core.reputation import integrity
from mila_core.reputation.integrity import Attack, AttackMarket, Edge

SIZES = (1, 4, 16)
MARKET = AttackMarket()
BOTH_WAYS = integrity.TrustParams(backward_weight=0.5)
PRIOR_STARS, PRIOR_WEIGHT = 4.7, 5.0
FLAGS: Mapping[Attack, str] = {
    Attack.FRESH_FIVES: "burst",
    Attack.BAD_MOUTHERS: "burst",
    Attack.CAMOUFLAGE: "burst",
    Attack.REPEATS: "repeats",
    Attack.RING: "ring",
    Attack.CLIQUE: "ring",
    Attack.MILKING: "change",
}


def bayesian(ratings: Iterable[Rating], at: datetime) -> Mapping[str, float]:
    """Score by the Bayesian average."""
    return {
        each.friend_id: each.stars
        for each in reputation.score(ratings, params=reputation.BayesianAverageParams(), at=at)
    }


def weighed(ratings: Iterable[Rating], at: datetime) -> Mapping[str, float]:
    """Score by the Bayesian average, each rating weighed by its rater and by how fast it came."""
    given = sorted(counted(ratings, at=at), key=lambda each: each.at)
    friends: dict[str, set[str]] = {}
    for each in given:
        friends.setdefault(each.author_id, set()).add(each.subject_id)
    paces: dict[str, integrity.Pace] = {}
    sums: dict[str, list[float]] = {}
    for each in given:
        weight, paces[each.subject_id] = integrity.burst_damping(
            paces.get(each.subject_id), seconds=each.at.timestamp()
        )
        weight *= integrity.evidence_weight(
            paid=True, completed=True, counterparts=len(friends[each.author_id])
        )
        kept = sums.setdefault(each.subject_id, [PRIOR_WEIGHT, PRIOR_WEIGHT * PRIOR_STARS])
        kept[0] += weight
        kept[1] += weight * each.stars
    return {friend_id: total / weight for friend_id, (weight, total) in sums.items()}


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

        def flags(edges: tuple[Edge, ...] = edges, at: datetime = at) -> int:
            integrity.flags_in(edges, at=at)
            return 1

        methods: Mapping[str, Callable[[], int]] = {
            "trust": trust,
            "fairness and goodness": fair,
            "REV2": rev2,
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
    """Print how far each attack moves two scores."""
    print("\n| attack | score | percentile before | points | standard error | correlation |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for attack in Attack:
        for name, score in (("Bayesian average", bayesian), ("weighed", weighed)):
            report = integrity.simulate_attack(attack, score=score, seed=seed, markets=markets)
            print(
                f"| {attack.value} | {name} | {report.percentile_before:.1f} | {report.points:+.1f} |"
                f" {report.points_error:.1f} | {report.correlation_before:.4f} |"
            )


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
    parser.add_argument("--seed", type=int, default=1, help="chooses the markets (default: 1)")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, seed {options.seed}\n")
    growth(options.rounds, options.seed)
    attacks(options.markets, options.seed)
    alarms(options.markets * 4, options.seed)


if __name__ == "__main__":
    main()
