"""Assignments beside scipy, ortools, lapx and greedy: `python benchmarks/assign.py`.

Three instances. `day`: 20,000 requests and 50,000 friends with 20 candidates each, at random, with costs as
ways in metres. `tight`: 10,000 and 10,000. Each request may be left at a cost above all of them. `800 x 800`:
dense, costs from 1 to 100, as the OR-Library's problems, which are measured, too, with `--orlib FOLDER`. All
but greedy have to come to the same cost, which is checked, as is our certificate.

`solve` is what an engine takes once it has its own arrays; `all` is from rows of ids and costs to pairs by
id, with the prices that prove it where we make them. Greedy takes the cheapest edge that is left, again and
again; its figure is what that costs more. Times are CPU time of the thread, the least of the rounds, as
whatever else runs only adds to it. Then the growth: `day` at three sizes, and the exponent.
"""

import argparse
import gzip
import platform
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from math import log
from pathlib import Path
from random import Random
from time import thread_time
from typing import Any, NamedTuple

from mila_core.matching import Edge, assign, solvers
from mila_core.matching._columns import Edges, read_edges
from mila_core.matching._matcher import solve

UNSERVED = 20_000


class Timed(NamedTuple):
    """What a way takes, in milliseconds, and what its assignment costs."""

    milliseconds: float
    cost: int


def at_random(requests: int, friends: int, *, candidates: int, most: int) -> list[Edge]:
    """Return edges at random, in no order."""
    chance = Random(1)  # noqa: S311  # no secret
    edges = [
        (f"r{request}", f"f{friend}", chance.randint(1, most))
        for request in range(requests)
        for friend in chance.sample(range(friends), candidates)
    ]
    chance.shuffle(edges)
    return edges


def of_library(path: Path) -> list[Edge]:
    """Return a problem of the OR-Library."""
    size, *costs = map(int, gzip.decompress(path.read_bytes()).split())
    return [(f"r{place // size}", f"f{place % size}", cost) for place, cost in enumerate(costs)]


def timed(action: Callable[[], int], *, rounds: int) -> Timed:
    """Return the least time of some rounds, and the cost."""
    times, cost = [], 0
    for _ in range(rounds):
        start = thread_time()
        cost = action()
        times.append(thread_time() - start)
    return Timed(min(times) * 1000, cost)


def cost_of(edges: Edges, chosen: list[int]) -> int:
    """Return what an assignment costs."""
    rows = zip(chosen, edges.unserved_costs, edges.rows(), strict=True)
    return sum(none if at < 0 else row[0][row[1].index(at)] for at, none, row in rows)


def ours(edges: list[Edge], engine: Any) -> int:
    """Return the cost by `assign`, from rows to pairs."""
    found = assign(edges, unserved_cost=UNSERVED, engine=engine)
    _ = found.pairs
    return found.cost


def cost_by(find: Callable[[Edges, Any], list[int]], edges: Edges, arrays: Any) -> int:
    """Return the cost by an engine on its own arrays."""
    return cost_of(edges, find(edges, arrays))


def greedy(edges: list[Edge]) -> int:
    """Return the cost of the cheapest edge first, again and again."""
    taken: set[str] = set()
    served: set[str] = set()
    cost = 0
    for request, friend, each in sorted(edges, key=lambda edge: (edge[2], edge)):
        if request not in served and friend not in taken and each < UNSERVED:
            served.add(request)
            taken.add(friend)
            cost += each
    return cost + UNSERVED * (len({edge[0] for edge in edges}) - len(served))


def with_lapmod(edges: Edges) -> tuple[Callable[[], int], int]:
    """Return a call of lapx on the square matrix that has the same optimum.

    A row a request and one a friend, a column a friend and one a request. A request may take its own column
    at what it costs to be unserved; the friend whom it takes leaves the own row, which then takes hers.
    """
    np, lap = import_module("numpy"), import_module("lap")
    count, others = len(edges.request_ids), len(edges.friend_ids)
    requests = np.repeat(np.arange(count), edges.edge_counts)
    friends, costs = np.array(edges.friends), np.array(edges.costs, dtype=float)
    rows = np.concatenate([requests, np.arange(count), count + np.arange(others), count + friends])
    columns = np.concatenate([friends, others + np.arange(count), np.arange(others), others + requests])
    values = np.concatenate(
        [costs, np.array(edges.unserved_costs, dtype=float), np.zeros(others + len(costs))]
    )
    order = np.lexsort((columns, rows))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count + others))]).astype(np.int32)
    cc, kk = values[order], columns[order].astype(np.int32)
    return lambda: round(lap.lapmod(count + others, cc, starts, kk)[0]), len(cc)


def dense_peers(edges: Edges) -> dict[str, Callable[[], int]]:
    """Return what solves a dense square matrix, on its own arrays."""
    np = import_module("numpy")
    size = len(edges.request_ids)
    matrix = np.zeros((size, size), dtype=np.int64)
    for row, (costs, friends) in enumerate(edges.rows()):
        matrix[row, list(friends)] = costs
    found: dict[str, Callable[[], int]] = {}
    if find_spec("scipy"):
        lsa = import_module("scipy.optimize").linear_sum_assignment
        found["scipy linear_sum_assignment"] = lambda: int(matrix[lsa(matrix)].sum())
    if find_spec("ortools"):
        solver = import_module("ortools.graph.python.linear_sum_assignment").SimpleLinearSumAssignment
        left, right = (each.ravel() for each in np.indices((size, size)))

        def flow() -> int:
            one = solver()
            one.add_arcs_with_cost(left, right, matrix.ravel())
            one.solve()
            return int(one.optimal_cost())

        found["ortools LinearSumAssignment"] = flow
    if find_spec("lap"):
        lap = import_module("lap")
        found["lapx lapjv"] = lambda: round(lap.lapjv(matrix.astype(float))[0])
    return found


def ways(edges: list[Edge], *, dense: bool) -> dict[str, Callable[[], int]]:
    """Return every way to the optimum, by its name."""
    ordered = read_edges(edges, unserved_cost=UNSERVED, capacity=None)
    found: dict[str, Callable[[], int]] = {
        "mila_core, solve": lambda: cost_of(ordered, solve(ordered)[0]),
        "mila_core, all": lambda: ours(edges, "python"),
    }
    if dense:
        return found | dense_peers(ordered)
    for engine in ("scipy", "ortools"):
        if find_spec(engine):
            arrays, find = solvers.prepared(ordered, engine)
            found[f"{engine}, solve"] = partial(cost_by, find, ordered, arrays)
            found[f"mila_core by {engine}, all"] = partial(ours, edges, engine)
    if find_spec("lap"):
        found["lapx lapmod, solve"] = with_lapmod(ordered)[0]
    return found


def measure(name: str, edges: list[Edge], *, rounds: int, dense: bool = False) -> None:
    """Print what each way takes, beside ours."""
    measured = {way: timed(action, rounds=rounds) for way, action in ways(edges, dense=dense).items()}
    optimum = measured["mila_core, solve"]
    assign(edges, unserved_cost=UNSERVED).verify()
    loose = timed(lambda: greedy(edges), rounds=rounds)
    for way, (milliseconds, cost) in measured.items():
        assert cost == optimum.cost, (way, cost, optimum.cost)  # noqa: S101  # else there is nothing to compare
        ratio = milliseconds / optimum.milliseconds
        print(f"| {name} | {way} | {milliseconds:,.0f} | {ratio:.2f} | {cost:,} | 0 |")
    more = 100 * (loose.cost - optimum.cost) / optimum.cost
    ratio = loose.milliseconds / optimum.milliseconds
    print(f"| {name} | greedy | {loose.milliseconds:,.0f} | {ratio:.2f} | {loose.cost:,} | {more:+.1f} % |")


def growth(*, rounds: int, scale: int) -> None:
    """Print how the time grows with the size of a day and of a tight one."""
    print("\n| instance | requests | solve, ms | all, ms | exponent of solve | of all |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, wide, sizes in (
        ("day", 5, (5_000, 10_000, 20_000, 40_000)),
        ("tight", 2, (2_500, 5_000, 10_000)),
    ):
        before: tuple[int, float, float] | None = None
        for full in sizes:
            size = full // scale
            edges = at_random(size, size * wide // 2, candidates=20, most=10_000)
            found = ways(edges, dense=False)
            inner = timed(found["mila_core, solve"], rounds=rounds).milliseconds
            outer = timed(found["mila_core, all"], rounds=rounds).milliseconds
            exponents = "| |"
            if before is not None:
                steps = log(size / before[0])
                exponents = f"| {log(inner / before[1]) / steps:.2f} | {log(outer / before[2]) / steps:.2f} |"
            print(f"| {name} | {size:,} | {inner:,.0f} | {outer:,.0f} {exponents}")
            before = size, inner, outer


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=int, default=1, help="how many times smaller the instances are")
    parser.add_argument("--orlib", type=Path, help="the folder with assign100.txt.gz to assign400.txt.gz")
    options = parser.parse_args()
    peers = [
        f"{name} {version(name)}"
        for name in ("scipy", "ortools", "lapx")
        if find_spec(name.removesuffix("x"))
    ]
    print(f"Python {platform.python_version()}, {', '.join(peers)}\n")
    print("| instance | way | CPU ms, least | times ours | cost | above the least |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    scale, rounds = options.scale, options.rounds
    day = at_random(20_000 // scale, 50_000 // scale, candidates=20, most=10_000)
    measure("day", day, rounds=rounds)
    tight = at_random(10_000 // scale, 10_000 // scale, candidates=20, most=10_000)
    measure("tight", tight, rounds=rounds)
    size = 800 // scale
    measure(f"{size} x {size}", at_random(size, size, candidates=size, most=100), rounds=rounds, dense=True)
    if options.orlib:
        for number in (100, 200, 300, 400):
            edges = of_library(options.orlib / f"assign{number}.txt.gz")
            measure(f"assign{number}", edges, rounds=rounds, dense=True)
    growth(rounds=rounds, scale=scale)


if __name__ == "__main__":
    main()
