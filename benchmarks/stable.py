"""How long stable matching takes, beside the library `matching`: `python benchmarks/stable.py`.

Three kinds of markets, the same each time: as many on either side, each with a list of all others in an
order of chance; the same with one list for all proposers, where the most have to be refused; and many
proposers with short lists for few reviewers with twenty places each. That nobody would rather have somebody
else is checked before anything is measured, and that `matching` comes to the same. A row gives milliseconds
of CPU time of the thread, all checks of the lists included: the median and the least over the rounds; the
exponent is that of the growth from the row above. `matching` is measured once, and only up to `--most-peer`
proposers, as it takes long; it needs a deep stack, and its import changes the warning filters.
"""

import argparse
import platform
import sys
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from math import log
from random import Random
from statistics import median
from time import thread_time
from typing import Any, NamedTuple

from mila_core.matching import blocking_pairs, stable_match

Lists = Mapping[str, Sequence[str]]
PLACES, LISTED = 20, 8


class Market(NamedTuple):
    """The lists of both sides, and the places of the reviewers."""

    proposers: Lists
    reviewers: Lists
    capacities: Mapping[str, int]


def complete(size: int) -> Market:
    """Return a market in which each lists all others, in an order of chance."""
    chance = Random(size)  # noqa: S311  # the same markets each time
    proposers, reviewers = ([f"{letter}{number}" for number in range(size)] for letter in "pr")
    return Market(
        {each: chance.sample(reviewers, size) for each in proposers},
        {each: chance.sample(proposers, size) for each in reviewers},
        dict.fromkeys(reviewers, 1),
    )


def alike(size: int) -> Market:
    """Return a market in which all proposers have the same list: n (n + 1) / 2 proposals."""
    market = complete(size)
    wishes = list(market.reviewers)
    return market._replace(proposers=dict.fromkeys(market.proposers, wishes))


def short(size: int) -> Market:
    """Return a market with a place for each proposer, who lists eight reviewers."""
    chance = Random(size)  # noqa: S311  # the same markets each time
    proposers = [f"p{number}" for number in range(size)]
    reviewers = [f"r{number}" for number in range(size // PLACES)]
    wishes = {each: chance.sample(reviewers, LISTED) for each in proposers}
    listed: dict[str, list[str]] = {each: [] for each in reviewers}
    for proposer in chance.sample(proposers, size):
        for reviewer in wishes[proposer]:
            listed[reviewer].append(proposer)
    return Market(wishes, listed, dict.fromkeys(reviewers, PLACES))


KINDS: Mapping[str, tuple[Callable[[int], Market], tuple[int, ...]]] = {
    "complete lists": (complete, (250, 500, 1_000)),
    "one list for all": (alike, (250, 500, 1_000)),
    "short lists, 20 places": (short, (2_500, 5_000, 10_000, 50_000)),
}


def ours(market: Market) -> Mapping[str, str | None]:
    """Return our matching."""
    return stable_match(market.proposers, market.reviewers, capacities=market.capacities)


def theirs(market: Market) -> Mapping[str, str | None]:
    """Return the matching of `matching`, from proposers too."""
    with warnings.catch_warnings():
        games: Any = import_module("matching.games")
    lists = dict(market.proposers), dict(market.reviewers)
    found: dict[str, str | None] = dict.fromkeys(market.proposers)
    if set(market.capacities.values()) == {1}:
        pairs = games.StableMarriage.create_from_dictionaries(*lists).solve(optimal="suitor")
        found.update((proposer.name, reviewer.name) for proposer, reviewer in pairs.items())
        return found
    game = games.HospitalResident.create_from_dictionaries(*lists, dict(market.capacities))
    for reviewer, kept in game.solve(optimal="resident").items():
        found.update((each.name, reviewer.name) for each in kept)
    return found


def milliseconds(action: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    start = thread_time()
    action()
    return (thread_time() - start) * 1000


def check(market: Market) -> None:
    """Check that nobody would rather have somebody else."""
    pairs = blocking_pairs(
        market.proposers, market.reviewers, matching=ours(market), capacities=market.capacities
    )
    if pairs:
        raise SystemExit(f"not stable: {pairs[:3]}")


def peers(market: Market) -> str:
    """Return how long `matching` takes, after a look at what it comes to.

    It copies all players by recursion, a few levels for each of them: hence the deep stack.
    """
    found: list[tuple[float, Mapping[str, str | None]]] = []

    def run() -> None:
        start = thread_time()
        matched = theirs(market)
        found.append((thread_time() - start, matched))

    before = sys.getrecursionlimit(), threading.stack_size(512 * 1024 * 1024)
    sys.setrecursionlimit(1_000_000)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    sys.setrecursionlimit(before[0])
    threading.stack_size(before[1])
    seconds, matched = found[0]
    if matched != dict(ours(market)):
        raise SystemExit("`matching` comes to something else")
    return f"{seconds * 1000:,.0f}"


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured (default: 7)")
    parser.add_argument("--most-peer", type=int, default=500, help="up to how many with `matching` (500)")
    options = parser.parse_args()
    has_peer = find_spec("matching") is not None
    peer = f"matching {version('matching')}" if has_peer else "matching is not installed: left out"
    print(f"Python {platform.python_version()}, {platform.machine()}, {peer}, {options.rounds} rounds\n")
    print("| market | proposers | reviewers | proposals | ms, median | least | exponent | `matching`, ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for kind, (make, sizes) in KINDS.items():
        before: tuple[int, float] | None = None
        for size in sizes:
            market = make(size)
            check(market)
            taken = [milliseconds(lambda market=market: ours(market)) for _ in range(options.rounds)]  # type: ignore[misc]
            least = min(taken)
            exponent = f"{log(least / before[1]) / log(size / before[0]):.2f}" if before else ""
            before = size, least
            other = peers(market) if has_peer and size <= options.most_peer else ""
            asked = stable_match(market.proposers, market.reviewers, capacities=market.capacities).proposals
            print(
                f"| {kind} | {size:,} | {len(market.reviewers):,} | {asked:,} | {median(taken):,.1f} "
                f"| {least:,.1f} | {exponent} | {other} |"
            )


if __name__ == "__main__":
    main()
