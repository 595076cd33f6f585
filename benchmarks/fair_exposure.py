"""How fair the lists are, what it costs, and how long it takes: `python benchmarks/fair_exposure.py`.

First the simulated market, the same for each way of ordering: the pure order of the scores; epsilon-greedy,
where each place is given to any of the others with a chance of 5, 10 or 20 %; ours with the default
parameters, and with each of some others. A friend is starved who was given less than a quarter of the
exposure that the scores merited. Then the CPU time of the thread to order a list and to record it, as the
candidates grow: the ledger has been kept for half of the market by then.
"""

import argparse
import platform
from collections.abc import Callable, Mapping
from math import log
from random import Random
from statistics import median, quantiles
from time import thread_time_ns

import attrs

from mila_core.matching import (
    ExposureMarket,
    FairExposure,
    FairExposureParams,
    exposure_report,
    simulated_requests,
)

Order = Callable[[FairExposure, Mapping[str, int]], tuple[str, ...]]

PARAMS = FairExposureParams()
WAYS: Mapping[str, FairExposureParams] = {
    "ours": PARAMS,
    "strength 250": attrs.evolve(PARAMS, strength=250),
    "strength 1,000": attrs.evolve(PARAMS, strength=1_000),
    "share 30 %": attrs.evolve(PARAMS, share_percent=30),
    "share 100 %": attrs.evolve(PARAMS, share_percent=100),
    "loss 1 % at most": attrs.evolve(PARAMS, most_loss_permille=10),
    "no term for newcomers": attrs.evolve(PARAMS, newcomer_points=0),
}
SIZES = (60, 240, 960)


def pure(_: FairExposure, scores: Mapping[str, int]) -> tuple[str, ...]:
    """Return the order of the scores."""
    return tuple(sorted(scores, key=scores.__getitem__, reverse=True))


def epsilon_greedy(percent: int, chance: Random) -> Order:
    """Return an order in which each place goes to anybody left with a chance."""

    def order(fair: FairExposure, scores: Mapping[str, int]) -> tuple[str, ...]:
        left = list(pure(fair, scores))
        for place in range(len(PARAMS.positions)):
            if chance.random() * 100 < percent:
                other = place + int(chance.random() * (len(left) - place))
                left.insert(place, left.pop(other))
        return tuple(left)

    return order


def simulated(market: ExposureMarket, seed: int, order: Order, params: FairExposureParams = PARAMS) -> str:
    """Return the figures of a market."""
    fair = FairExposure(params=params)
    worst = 0
    for scores in simulated_requests(market, seed=seed):
        shown = order(fair, scores)
        best = sum(
            seen * scores[each] for seen, each in zip(params.positions, pure(fair, scores), strict=False)
        )
        kept = sum(seen * scores[each] for seen, each in zip(params.positions, shown, strict=False))
        worst = max(worst, (best - kept) * 1_000_000 // best)
        fair.record(scores, shown=shown)
    report = exposure_report(fair.ledger())
    shares = (report.utility_kept_ppm, worst, report.starved_ppm)
    return " | ".join([*(f"{each / 10_000:.2f}" for each in shares), f"{report.gini_ppm / 1_000_000:.3f}"])


def micros(candidates: int, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Return the times to order a list that comes best first, one that comes mixed, and to record it."""
    market = ExposureMarket(friends=5 * candidates, requests=2 * rounds, candidates=candidates)
    fair = FairExposure()
    times: tuple[list[float], list[float], list[float]] = ([], [], [])
    for number, scores in enumerate(simulated_requests(market, seed=1)):
        ranked = {each: scores[each] for each in pure(fair, scores)}
        start = thread_time_ns()
        fair.rerank(ranked)
        first = thread_time_ns()
        shown = fair.rerank(scores)
        second = thread_time_ns()
        fair.record(scores, shown=shown)
        third = thread_time_ns()
        if number >= rounds:
            for found, taken in zip(times, (first - start, second - first, third - second), strict=True):
                found.append(taken / 1_000)
    return times


def main() -> None:
    """Measure and print two tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2_000, help="how many lists are timed (default: 2000)")
    parser.add_argument("--seed", type=int, default=1, help="chooses the market (default: 1)")
    options = parser.parse_args()
    market = ExposureMarket()
    print(f"Python {platform.python_version()}, {platform.machine()}, seed {options.seed}, {market}\n")
    print("| order | utility kept, % | most lost by a list, % | starved, % | Gini |")
    print("| --- | ---: | ---: | ---: | ---: |")
    print(f"| pure | {simulated(market, options.seed, pure)} |")
    for percent in (5, 10, 20):
        chance = Random(options.seed)  # noqa: S311  # the same order each time
        greedy = simulated(market, options.seed, epsilon_greedy(percent, chance))
        print(f"| epsilon-greedy, {percent} % | {greedy} |")
    for name, params in WAYS.items():
        print(f"| {name} | {simulated(market, options.seed, FairExposure.rerank, params)} |")
    print("\n| candidates | what | µs, median | p99 | least | exponent |")
    print("| ---: | --- | ---: | ---: | ---: | ---: |")
    before: dict[str, tuple[int, float]] = {}
    for size in SIZES:
        taken = micros(size, options.rounds * SIZES[0] // size)
        for what, times in zip(("order, best first", "order, mixed", "record"), taken, strict=True):
            middle = median(times)
            grown = ""
            if what in before:
                grown = f"{log(middle / before[what][1]) / log(size / before[what][0]):.2f}"
            before[what] = size, middle
            p99 = quantiles(times, n=100)[-1]
            print(f"| {size} | {what} | {middle:.1f} | {p99:.1f} | {min(times):.1f} | {grown} |")


if __name__ == "__main__":
    main()
