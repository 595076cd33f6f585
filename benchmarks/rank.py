"""How long a ranking takes beside trees, tables and a scan: `python benchmarks/rank.py`.

So many friends live in Switzerland, half of them near ten towns, with three of the 28 services on offer each,
ten kilometres around, weekly hours of their own, nine in ten certified, one in four with a visit in the next
two weeks. Requests come from where they live, for a service on site, with one to three windows of some hours.
Ten friends are wanted. That all find the same ten with the same scores is checked for each request.

`search` finds the ten; `rank` returns them as a `Ranking` with offers, visits and the terms of each score.
Those called first are of an index that was just made, where much is worked out at the first question; the
others of one that has been asked before. The peers have arrays that were made beforehand and no objects, and
answer one question after another with ours. CPU time of the process, all its threads, in milliseconds.
"""

import argparse
import gc
import platform
import tracemalloc
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from math import log
from time import process_time

import attrs
from rank_market import NOW, OFFERS, market_of, requests  # type: ignore[import-not-found,unused-ignore]
from rank_peers import Arrays, Peer, peers  # type: ignore[import-not-found,unused-ignore]

from mila_core.market import Market
from mila_core.matching import FriendIndex, Match
from mila_core.matching._judge import judge
from mila_core.money import Money
from mila_core.periods import Period
from mila_core.service_requests import ServiceRequest

SIZES = (1_000, 10_000, 50_000, 100_000)
WITH_PEERS = 100_000
SHOWN = 10
NAIVE = 3
UPDATES = 1000
Times = dict[str, list[float]]


def timed(action: Callable[[], object]) -> float:
    """Return how long an action takes, in milliseconds."""
    start = process_time()
    action()
    return (process_time() - start) * 1000


def search(index: FriendIndex, request: ServiceRequest) -> list[tuple[str, int]]:
    """Return ids and scores of the ten, as `rank` finds them before it makes objects of them."""
    asked = index._ask(request, at=NOW, params=None, known=None)  # noqa: SLF001  # the search by itself
    return [(hit.key[1], -hit.key[0]) for hit in islice(asked.hits(), SHOWN)]


def naive(index: FriendIndex, request: ServiceRequest) -> list[Match]:
    """Return the ten by judging everyone."""
    asked = index._ask(request, at=NOW, params=None, known=None)  # noqa: SLF001
    found = (judge(entry, asked.question) for entry in asked.state.entries.values())
    matches = [each for each in found if isinstance(each, Match)]
    return sorted(matches, key=lambda match: (-match.score, match.friend_id))[:SHOWN]


def built(market: Market, busy: dict[str, tuple[Period, ...]]) -> tuple[FriendIndex, float, float]:
    """Return an index, how long it took to build in seconds, and its size in MB."""
    gc.collect()
    tracemalloc.start()
    kept = FriendIndex(market)
    size = tracemalloc.get_traced_memory()[0] / 1_000_000
    tracemalloc.stop()
    del kept
    gc.collect()
    start = process_time()
    index = FriendIndex(market)
    taken = process_time() - start
    for friend in market.friends:
        if friend.id in busy:
            index.upsert(friend, busy=busy[friend.id])
    return index, taken, size


def updates(index: FriendIndex, market: Market) -> Times:
    """Return how long updates take, in microseconds."""
    found: Times = {"booked": [], "certified anew": [], "priced anew": [], "moved": []}
    for number, friend in enumerate(market.friends[:UPDATES]):
        dearer = [
            attrs.evolve(each, price=each.price + Money(500))
            for each in market.offers[number * OFFERS : (number + 1) * OFFERS]
        ]
        anew = [attrs.evolve(each, level=2) for each in friend.certifications]
        steps = {
            "booked": partial(index.upsert, friend, busy=[Period(NOW, NOW.replace(hour=23))]),
            "certified anew": partial(index.upsert, attrs.evolve(friend, certifications=anew)),
            "priced anew": partial(index.upsert, friend, offers=dearer),
            "moved": partial(index.upsert, attrs.evolve(friend, home=market.friends[-1 - number].home)),
        }
        for name, step in steps.items():
            found[name].append(timed(step) * 1000)
    return found


def asked(index: FriendIndex, wanted: list[ServiceRequest], others: dict[str, Peer], market: Market) -> Times:
    """Return how long each takes for each request, in turn; checked to find the same."""
    at = {number: friend.id for number, friend in enumerate(market.friends)}
    names = ("search, first", "rank, first", "search", "rank", *others)
    times: Times = {name: [] for name in names}
    for request in wanted:
        times["search, first"].append(timed(partial(search, index, request)))
    for request in wanted:
        mine = search(index, request)  # each is asked once before it is measured, as the others are
        times["search"].append(timed(partial(search, index, request)))
        times["rank, first"].append(timed(partial(index.rank, request, at=NOW)))
        times["rank"].append(timed(partial(index.rank, request, at=NOW)))
        for name, ask in others.items():
            assert [(at[number], score) for number, score in ask(request)] == mine, name  # noqa: S101
            times[name].append(timed(partial(ask, request)))
    times["naive scan"] = []
    for request in wanted[:NAIVE]:
        slow = [(match.friend_id, match.score) for match in naive(index, request)]
        assert slow == search(index, request)  # noqa: S101  # a benchmark of wrong answers would be none
        times["naive scan"].append(timed(partial(naive, index, request)))
    return times


def at_share(values: list[float], share: float) -> float:
    """Return the value below which a share of all lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def installed(name: str) -> str:
    """Return a library with its version, or that it is not there."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} not installed"


def main() -> None:
    """Measure and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many friends")
    parser.add_argument("--requests", type=int, default=300, help="how many requests (default: 300)")
    options = parser.parse_args()
    libraries = ", ".join(map(installed, ("numpy", "scipy", "scikit-learn", "duckdb", "polars")))
    machine = f"Python {platform.python_version()}, {platform.machine()}"
    print(f"{machine}, {libraries}, {options.requests} requests\n")
    before: dict[str, tuple[int, float]] = {}
    for size in options.sizes:
        market, busy = market_of(size)
        index, build, memory = built(market, busy)
        others = peers(Arrays(market, busy)) if size <= WITH_PEERS else {}
        gc.collect()
        gc.freeze()  # as a service does once it has loaded what it keeps
        times = asked(index, requests(market, options.requests), others, market)
        print(f"### {size:,} friends: built in {build:.2f} s, {memory:.0f} MB\n")
        print("| | p50, ms | p99, ms | exponent of p50 |\n| --- | ---: | ---: | ---: |")
        for name, taken in times.items():
            middle = at_share(taken, 0.5)
            grown = ""
            if name in before:
                known = before[name]
                grown = f"{log(middle / known[1]) / log(size / known[0]):.2f}"
            before[name] = (size, middle)
            print(f"| {name} | {middle:.3f} | {at_share(taken, 0.99):.3f} | {grown} |")
        print("\n| update of one friend | p50, µs | p99, µs |\n| --- | ---: | ---: |")
        for name, taken in updates(index, market).items():
            print(f"| {name} | {at_share(taken, 0.5):.1f} | {at_share(taken, 0.99):.1f} |")
        print(flush=True)
        gc.unfreeze()


if __name__ == "__main__":
    main()
