"""Other engines of the same assignments, from the extra `batch`; the one module that knows scipy and ortools.

An engine's own prices, where it has any, are not used: they are computed from its assignment, as the
least fixed point of what optimal prices have to satisfy. What comes out is checked in whole numbers, and is
improved in pure Python if an engine that computes in floats should have missed the optimum.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, NamedTuple

from mila_core.errors import InvalidValueError, MissingExtraError
from mila_core.matching import _matcher
from mila_core.matching._columns import Edges

__all__: list[str] = []  # `assign` calls it; nobody else has edges in order

EXACT = {"scipy": 1 << 53, "ortools": 1 << 62}
"""Up to where an engine computes exactly: scipy in doubles, ortools in signed ints of 64 bits."""


class _Arrays(NamedTuple):
    """The edges as arrays, and the module that made them."""

    np: Any
    requests: Any
    friends: Any
    costs: Any


def can_take(edges: Edges, engine: str) -> bool:
    """Say whether an engine is installed and computes exactly with these costs.

    Args:
        edges: the edges.
        engine: `scipy` or `ortools`.
    """
    return find_spec(engine) is not None and _greatest(edges) < EXACT[engine]


def _greatest(edges: Edges) -> int:
    """Return above what no sum is that an engine computes with: a cost times all nodes, and the shift."""
    costs = (*edges.costs, *edges.unserved_costs)
    spread = max(costs, default=0) - min(costs, default=0) + 1
    return 4 * spread * (len(edges.request_ids) + len(edges.friend_ids) + 2)


def prepared(edges: Edges, engine: str) -> tuple[Any, Callable[[Edges, Any], list[int]]]:
    """Return the edges as arrays, and what finds an assignment of them.

    Args:
        edges: the edges.
        engine: `scipy` or `ortools`.

    Raises:
        MissingExtraError: the engine is not installed.
        InvalidValueError: the costs are too large for it to be exact.
    """
    greatest = _greatest(edges)
    if greatest >= EXACT[engine]:
        expected = f"costs with which {engine} computes exactly, or engine='python'"
        raise InvalidValueError("engine", expected, f"sums up to {greatest}")
    try:
        import numpy as np  # noqa: PLC0415  # 0.1 s, and behind an extra

        find = _scipy() if engine == "scipy" else _ortools()
    except ImportError:
        raise MissingExtraError("batch", engine) from None
    requests: Any = np.repeat(np.arange(len(edges.request_ids)), edges.edge_counts)
    return _Arrays(np, requests, np.array(edges.friends), np.array(edges.costs)), find


def solve(edges: Edges, engine: str) -> tuple[list[int], list[int]]:
    """Return where each request is, and the price of each friend.

    Args:
        edges: the edges.
        engine: `scipy` or `ortools`.

    Raises:
        MissingExtraError: the engine is not installed.
        InvalidValueError: the costs are too large for it to be exact.
    """
    arrays, find = prepared(edges, engine)
    if not edges.costs:
        return _matcher.solve(edges)
    chosen = find(edges, arrays)
    prices, is_proven = _prices(edges, arrays, chosen)
    if not is_proven:
        return _matcher.solve(edges, prices=prices, chosen=chosen)
    return chosen, prices


def _scipy() -> Callable[[Edges, _Arrays], list[int]]:
    """Return LAPJVsp (Jonker and Volgenant): a column a place, and one a request for being unserved."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # as numpy
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

    def find(edges: Edges, arrays: _Arrays) -> list[int]:
        np, requests, friends, costs = arrays
        count = len(edges.request_ids)
        degrees = np.bincount(friends, minlength=len(edges.friend_ids))
        places = np.minimum(np.array(edges.capacities), degrees)
        first = np.concatenate([[0], np.cumsum(places)])
        repeats = places[friends]
        which = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        rows = np.concatenate([np.repeat(requests, repeats), np.arange(count)])
        columns = np.concatenate([first[np.repeat(friends, repeats)] + which, first[-1] + np.arange(count)])
        weights = np.concatenate([np.repeat(costs, repeats), np.array(edges.unserved_costs)])
        weights = (
            weights - weights.min() + 1
        )  # a weight of 0 would be no edge; a row has one edge in any case
        matrix = csr_matrix((weights.astype(float), (rows, columns)), shape=(count, first[-1] + count))
        _, taken = min_weight_full_bipartite_matching(matrix)
        owner = np.concatenate([np.repeat(np.arange(len(places)), places), np.full(count, -1)])
        return list(owner[taken].tolist())

    return find


def _ortools() -> Callable[[Edges, _Arrays], list[int]]:
    """Return a flow of least cost (cost scaling, Goldberg): requests, friends, and a sink that takes all."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # noqa: PLC0415  # as numpy

    def find(edges: Edges, arrays: _Arrays) -> list[int]:
        np, requests, friends, costs = arrays
        count, others = len(edges.request_ids), len(edges.friend_ids)
        every, sink = np.arange(count), count + others
        flow = SimpleMinCostFlow()
        flow.add_arcs_with_capacity_and_unit_cost(
            np.concatenate([requests, every, count + np.arange(others)]),
            np.concatenate([count + friends, np.full(count + others, sink)]),
            np.concatenate([np.ones(len(requests) + count, dtype=int), np.array(edges.capacities)]),
            np.concatenate([costs, np.array(edges.unserved_costs), np.zeros(others, dtype=int)]),
        )
        flow.set_nodes_supplies(np.append(every, sink), np.append(np.ones(count, dtype=int), -count))
        flow.solve()
        used = flow.flows(np.arange(len(requests))) > 0
        chosen = np.full(count, -1)
        chosen[requests[used]] = friends[used]
        return list(chosen.tolist())

    return find


def _prices(edges: Edges, arrays: _Arrays, chosen: list[int]) -> tuple[list[int], bool]:
    """Return the least prices at which nobody wants to change, and whether they prove the assignment.

    A friend costs at least what each request, less its own cost there, pays where it is. That is repeated
    until no price rises any more; with an optimal assignment no way is longer than there are friends.
    """
    np, requests, friends, costs = arrays
    at, unserved = np.array(chosen), np.array(edges.unserved_costs)
    counts = np.array(edges.edge_counts)
    ends = np.cumsum(counts)
    own = np.zeros(len(at), dtype=np.int64)
    used = at[requests] == friends
    own[requests[used]] = costs[used]
    prices = np.zeros(len(edges.friend_ids), dtype=np.int64)
    rows = np.arange(len(at))
    for _ in range(len(prices) + 1):
        many = counts[rows]
        those = np.repeat(ends[rows] - np.cumsum(many), many) + np.arange(many.sum())  # the edges of the rows
        pays = np.where(at < 0, unserved, own + prices[at])
        raised = prices.copy()
        np.maximum.at(raised, friends[those], pays[requests[those]] - costs[those])
        rows = np.flatnonzero((at >= 0) & (raised[at] > prices[at]))  # what they pay has risen
        prices = raised
        if not len(rows):
            break
    least = unserved.copy()
    np.minimum.at(least, requests, costs + prices[friends])
    cost = int(np.where(at < 0, unserved, own).sum())
    bound = int(least.sum()) - int((prices * np.array(edges.capacities)).sum())
    return prices.tolist(), cost == bound
