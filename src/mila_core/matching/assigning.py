"""Assign: many requests, many friends, the least cost of all together."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, TypeAlias

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.matching import solvers
from mila_core.matching._columns import Columns, Edges, read_edges
from mila_core.matching._matcher import solve
from mila_core.matching.assignment import Assignment
from mila_core.validation import check_instance

__all__ = ["Edge", "Engine", "assign"]

Edge: TypeAlias = tuple[str, str, int]
"""The id of a request, the id of a friend, and what it costs if the friend serves it."""

Engine: TypeAlias = Literal["auto", "python", "scipy", "ortools"]
"""What finds an assignment; all find one of the same cost."""

LARGE_EDGES = 100_000
"""From how many edges on `auto` looks for an extra: with fewer, and few places a friend, pure Python takes
less than a second."""

ROOM_PERCENT = 115
"""How many places there are for 100 requests where `auto` takes an instance for tight: with more, measured,
nearly all requests find a friend by bids alone, and pure Python is faster than the extra."""


def assign(
    edges: Iterable[Edge] | Columns,
    *,
    unserved_cost: int | Mapping[str, int],
    capacity: Mapping[str, int] | None = None,
    friends: Collection[str] | None = None,
    engine: Engine = "auto",
) -> Assignment:
    """Assign requests to friends at the least cost; exactly, never by a rule of thumb.

    The cost is that of all pairs and of every request that nobody serves. Where several assignments cost the
    same, the order of the ids decides, never that of the edges; another engine may choose another of them.

    Args:
        edges: who may serve what at which cost: rows `(request_id, friend_id, cost)`, or a mapping of these
            three columns (lists, or arrays and frames' columns that have `tolist` or `to_pylist`). Costs are
            ints of any unit, from -10**12 to 10**12.
        unserved_cost: what a request costs that nobody serves; or a mapping by request, which then names all
            requests, also those without an edge.
        capacity: how many requests a friend takes; 1 for whom it does not name, 0 for nobody's. It may name
            friends without an edge.
        friends: the ids that edges and capacities may have; any if not given.
        engine: `python`; `scipy` or `ortools`, of the extra `batch`; `auto` takes Python, but `ortools` for
            a large instance in which places are rare, if it is installed.

    Returns:
        The assignment, with the prices that prove it; `verify()` checks the proof.

    Raises:
        InvalidTypeError: an argument that is not what it should be, such as a float for a cost.
        InvalidValueError: a cost or capacity out of its range, an edge that comes twice, an unknown friend, a
            request without an unserved cost, an engine that does not exist or cannot compute so exactly.
        InvalidDocumentError: several such problems.
        MissingExtraError: the engine is not installed.

    Examples:
        >>> edges = [("r1", "andreas", 3), ("r1", "nadja", 9), ("r2", "andreas", 4), ("r3", "beat", 60)]
        >>> found = assign(edges, unserved_cost=40)
        >>> dict(found.pairs), found.cost
        ({'r1': 'nadja', 'r2': 'andreas'}, 53)
        >>> found.unserved["r3"].reason.code
        'dearer_than_unserved'
        >>> found.verify()
    """
    if engine not in ("auto", "python", "scipy", "ortools"):
        raise InvalidValueError("engine", "auto, python, scipy or ortools", describe(engine))
    if friends is not None:
        check_instance("friends", friends, kind=Collection)
        if isinstance(friends, str):
            raise InvalidTypeError("friends", "ids of friends", describe(friends))
    ordered = read_edges(edges, unserved_cost=unserved_cost, capacity=capacity, known=friends)
    if engine == "auto":
        engine = "ortools" if _is_hard(ordered) and solvers.can_take(ordered, "ortools") else "python"
    if engine == "python":
        return made(ordered, solve(ordered))
    return made(ordered, solvers.solve(ordered, engine), engine=engine)


def _is_hard(edges: Edges) -> bool:
    if len(edges.costs) < LARGE_EDGES:
        return False
    requests, places = len(edges.request_ids), sum(edges.capacities)
    return 100 * places < ROOM_PERCENT * requests


def made(edges: Edges, found: tuple[Iterable[int], Iterable[int]], *, engine: str = "python") -> Assignment:
    """Return the value for what an engine has found.

    Args:
        edges: the edges.
        found: where each request is, below 0 for nobody; and the price of each friend.
        engine: which one.
    """
    chosen, prices = found
    fields: dict[str, Any] = edges._asdict()
    return Assignment(
        edge_friends=fields.pop("friends"),
        edge_costs=fields.pop("costs"),
        chosen=[None if friend < 0 else friend for friend in chosen],
        friend_prices=tuple(prices),
        engine=engine,
        **fields,
    )
