"""Shards: regions that are assigned each on its own machine, and then put together exactly.

A request belongs to one region, a friend at the border may be a candidate in several. Each region is assigned
as if it had all of its friends to itself; together that costs no more than any assignment. Where two regions
have taken the same friend, the prices meet: the higher one holds, the losers look for another friend by
shortest paths, and only what these paths touch moves. What comes out is optimal for all regions together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.matching._columns import NAMES, Columns, Edges, Problems, read_columns, read_edges
from mila_core.matching._matcher import NOBODY, OUTSIDE, solve
from mila_core.matching.assigning import Edge, made
from mila_core.matching.assignment import MOST_PRICE, Assignment, ids
from mila_core.matching.visits import MOST_TOTAL
from mila_core.validation import check_instance, instance_of, integer

__all__ = ["MergedShards", "border_friends", "merge_shards", "split_by_region"]

SHARD_NAMES = ("request_id", "friend_id", "cost", "friend_price")


@attrs.frozen(kw_only=True)
class MergedShards:
    """The assignment of all regions together.

    Attributes:
        assignment: the assignment, optimal for all.
        bound: what the regions cost if each had all of its friends to itself: no assignment costs less.
        moved_ids: the requests that are elsewhere now than in their own region's assignment, in order.
    """

    assignment: Assignment = attrs.field(validator=instance_of(Assignment))
    bound: int = attrs.field(validator=integer(-MOST_TOTAL, MOST_TOTAL))
    moved_ids: tuple[str, ...] = ids()

    @property
    def gap(self) -> int:
        """What the borders cost: by how much the whole is dearer than its parts, each on its own."""
        return self.assignment.cost - self.bound

    def verify(self) -> None:
        """Prove that the assignment is allowed and optimal, and that it costs no less than the bound.

        Raises:
            InvalidValueError: one thing is violated, which it says.
            InvalidDocumentError: several are.
        """
        self.assignment.verify()
        if self.gap < 0:
            raise InvalidValueError("bound", f"at most the cost, {self.assignment.cost}", str(self.bound))


def split_by_region(
    edges: Iterable[Edge] | Columns, *, region_key: Mapping[str, str]
) -> dict[str, dict[str, list[Any]]]:
    """Split edges into a table a region.

    Args:
        edges: as `assign` takes them.
        region_key: the region of each request.

    Returns:
        The columns `request_id`, `friend_id`, `cost` of each region, by region; rows keep their order.

    Raises:
        InvalidTypeError: edges that are none.
        InvalidValueError: a request without a region.
        InvalidDocumentError: several such.

    Examples:
        >>> edges = [("r1", "nadja", 5), ("r2", "nadja", 7)]
        >>> split_by_region(edges, region_key={"r1": "bern", "r2": "thun"})["thun"]
        {'request_id': ['r2'], 'friend_id': ['nadja'], 'cost': [7]}
    """
    check_instance("region_key", region_key, kind=Mapping)
    columns = read_columns(edges)
    problems = Problems()
    for request_id in problems.check_ids("request_id", columns[0]):
        if request_id not in region_key:
            came = f"none for {describe(request_id)}"
            problems.add(InvalidValueError("region_key", "a region for each request", came))
        elif not isinstance(region := region_key[request_id], str):
            problems.add(InvalidTypeError("region_key", "the name of a region", describe(region)))
    problems.tell("edges")
    found: dict[str, dict[str, list[Any]]] = {
        region: {name: [] for name in NAMES} for region in sorted({region_key[each] for each in columns[0]})
    }
    for row in zip(*columns, strict=True):
        for name, value in zip(NAMES, row, strict=True):
            found[region_key[row[0]]][name].append(value)
    return found


def border_friends(shards: Mapping[str, Columns]) -> tuple[str, ...]:
    """Return the friends who are candidates in several regions, by id.

    Args:
        shards: the tables of the regions.

    Raises:
        InvalidTypeError: shards that are none.

    Examples:
        >>> edges = [("r1", "nadja", 5), ("r2", "nadja", 7), ("r2", "beat", 9)]
        >>> border_friends(split_by_region(edges, region_key={"r1": "bern", "r2": "thun"}))
        ('nadja',)
    """
    seen: set[str] = set()
    border: set[str] = set()
    check_instance("shards", shards, kind=Mapping)
    problems = Problems()
    for shard in shards.values():
        friends = set(problems.check_ids("friend_id", read_columns(shard)[1]))
        border |= friends & seen
        seen |= friends
    problems.tell("shards")
    return tuple(sorted(border))


def merge_shards(
    edges: Iterable[Edge] | Columns,
    *,
    results: Iterable[Columns],
    unserved_cost: int | Mapping[str, int],
    capacity: Mapping[str, int] | None = None,
) -> MergedShards:
    """Put the assignments of regions together, and repair what they have both taken; the result is optimal.

    Whatever the results say, the assignment is allowed and optimal, and `bound` is one; good results make it
    soon. The order of regions and rows decides nothing.

    Args:
        edges: the edges of all regions.
        results: the table of each region, `assign(...).as_columns()`.
        unserved_cost: as for `assign`, the same for all.
        capacity: as for `assign`, the same for all.

    Raises:
        InvalidTypeError: an argument that is not what it should be.
        InvalidValueError: a request in two results or in no edge, a friend of no edge, a price out of its
            range, and what `assign` refuses.
        InvalidDocumentError: several such problems.

    Examples:
        >>> from mila_core.matching import assign
        >>> edges = [("r1", "nadja", 5), ("r2", "nadja", 7), ("r2", "beat", 9)]
        >>> shards = split_by_region(edges, region_key={"r1": "bern", "r2": "thun"})
        >>> results = [assign(shard, unserved_cost=40).as_columns() for shard in shards.values()]
        >>> merged = merge_shards(edges, results=results, unserved_cost=40)
        >>> dict(merged.assignment.pairs), merged.gap, merged.moved_ids
        ({'r1': 'nadja', 'r2': 'beat'}, 2, ('r2',))
    """
    check_instance("results", results, kind=Iterable)
    columns = read_columns(edges)
    ordered = read_edges(
        dict(zip(NAMES, columns, strict=True)), unserved_cost=unserved_cost, capacity=capacity
    )
    problems = Problems()
    before, shards = _read_results(ordered, results, problems)
    problems.tell("results")
    prices = [0] * len(ordered.friend_ids)
    for _, own in shards:
        for friend, price in own.items():
            prices[friend] = max(prices[friend], price)
    chosen, found = solve(ordered, prices=prices, chosen=before)
    return MergedShards(
        assignment=made(ordered, (chosen, found)),
        bound=_bound(ordered, shards),
        moved_ids=tuple(
            request_id
            for request_id, old, new in zip(ordered.request_ids, before, chosen, strict=True)
            if old not in (new, OUTSIDE)
        ),
    )


Shard = tuple[list[int], dict[int, int]]
"""The requests of a region, and what its friends cost there."""


def _read_results(edges: Edges, results: Any, problems: Problems) -> tuple[list[int], list[Shard]]:
    """Return where each request was, and the regions."""
    requests = {request_id: number for number, request_id in enumerate(edges.request_ids)}
    friends = {friend_id: number for number, friend_id in enumerate(edges.friend_ids)}
    before = [OUTSIDE] * len(requests)
    shards: list[Shard] = []
    for number, table in enumerate(results):
        mine: list[int] = []
        prices: dict[int, int] = {}
        for row, (request_id, friend_id, _, price) in enumerate(
            zip(*read_columns(table, names=SHARD_NAMES), strict=True)
        ):
            name = f"results[{number}][{row}]"
            request = requests.get(request_id) if isinstance(request_id, str) else None
            friend = NOBODY
            if friend_id is not None:
                friend = friends.get(friend_id, OUTSIDE) if isinstance(friend_id, str) else OUTSIDE
            if request is None or before[request] != OUTSIDE:
                expected = "a request of the edges, in one result"
                problems.add(InvalidValueError(name, expected, describe(request_id)))
            elif friend == OUTSIDE:
                problems.add(InvalidValueError(name, "a friend of the edges", describe(friend_id)))
            else:
                problems.check_int(f"{name}.friend_price", price, least=0, most=MOST_PRICE)
                before[request] = friend
                mine.append(request)
                if friend >= 0 and type(price) is int:
                    prices[friend] = max(price, prices.get(friend, 0))
        shards.append((mine, prices))
    return before, shards


def _bound(edges: Edges, shards: Sequence[Shard]) -> int:
    """Return the sum of the regions' bounds, each by its own prices; requests of no region pay none."""
    rows = edges.rows()
    missing = set(range(len(rows))).difference(*(mine for mine, _ in shards))
    bound = 0
    for mine, prices in (*shards, (sorted(missing), dict[int, int]())):
        for request in mine:
            ways = (
                cost + prices.get(friend, 0)
                for cost, friend in zip(*rows[request], strict=True)
                if edges.capacities[friend]
            )
            bound += min((edges.unserved_costs[request], *ways))
        bound -= sum(edges.capacities[friend] * price for friend, price in prices.items())
    return bound
