"""Edges as an application has them: read column by column, checked all at once, put in order."""

from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import attrs

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.validation import identifier

MOST_COST = 10**12
"""The greatest cost of an edge or of an unserved request: sums of a million of them stay below 2**63."""

MOST_EDGES = 10_000_000
"""How many edges an assignment may have: about a gigabyte."""

MOST_CAPACITY = 1_000_000
"""The greatest capacity of a friend: more than all requests of a day."""

Columns: TypeAlias = Mapping[str, Iterable[Any]]
"""A table by the names of its columns, which are equally long."""

NAMES = ("request_id", "friend_id", "cost")


@attrs.frozen
class _Named:
    """What `identifier` asks of a field: its name, and that it holds no person's data."""

    name: str
    repr: bool = True


class Edges(NamedTuple):
    """Edges in order: by request, then by cost, then by friend; requests and friends stand by their ids."""

    request_ids: tuple[str, ...]
    unserved_costs: tuple[int, ...]
    friend_ids: tuple[str, ...]
    capacities: tuple[int, ...]
    edge_counts: tuple[int, ...]
    friends: tuple[int, ...]
    costs: tuple[int, ...]

    def rows(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return the costs and the friends of each request."""
        starts = accumulate(self.edge_counts, initial=0)
        return [(self.costs[start:end], self.friends[start:end]) for start, end in pairwise(starts)]


class Problems:
    """What is wrong with the arguments of one call; told together."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: list[InvalidInputError] = []

    def add(self, error: InvalidInputError) -> None:
        """Keep a problem, unless there are too many to be read."""
        if len(self._found) < MOST_PROBLEMS:
            self._found.append(error)

    def tell(self, what: str) -> None:
        """Raise what was found: one problem as itself, several in a group."""
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            raise InvalidDocumentError(what, self._found)

    def check_id(self, name: str, value: object) -> None:
        """Keep what is wrong with an id."""
        try:
            field: Any = _Named(name)
            identifier(None, field, value)
        except InvalidInputError as error:
            self.add(error)

    def check_ids(self, name: str, values: list[Any]) -> list[str]:
        """Return the distinct ids of a column in order; what is wrong with them is kept."""
        try:
            distinct = set(values)
            field: Any = _Named(name)
            for each in distinct:
                identifier(None, field, each)
            return sorted(distinct)
        except (InvalidInputError, TypeError):  # positions are for errors alone; or one that cannot be hashed
            for position, each in enumerate(values):
                self.check_id(f"edges[{position}].{name}", each)
            return []

    def check_int(self, name: str, value: object, *, least: int, most: int) -> None:
        """Keep what is wrong with an int; a bool is none."""
        expected = f"an integer from {least} to {most}"
        if type(value) is not int:
            self.add(InvalidTypeError(name, expected, describe(value)))
        elif not least <= value <= most:
            self.add(InvalidValueError(name, expected, describe(value)))

    def check_costs(self, values: list[Any]) -> None:
        """Keep what is wrong with a column of costs."""
        if not values or (
            set(map(type, values)) == {int} and min(values) >= -MOST_COST and max(values) <= MOST_COST
        ):
            return
        for position, each in enumerate(values):
            self.check_int(f"edges[{position}].cost", each, least=-MOST_COST, most=MOST_COST)


def read_columns(edges: Any, *, names: tuple[str, ...] = NAMES) -> list[list[Any]]:
    """Return the columns of a table, or of rows as they come.

    Raises:
        InvalidTypeError: neither a table nor rows, or a row of another length.
        InvalidValueError: other columns, of different lengths, or too many rows.
    """
    table = f"a mapping of the columns {', '.join(names)}"
    if isinstance(edges, Mapping):
        if set(edges) != set(names):
            raise InvalidValueError("edges", table, f"the columns {', '.join(map(str, edges))}")
        columns = [_column(name, edges[name]) for name in names]
        if len(set(map(len, columns))) != 1:
            lengths = ", ".join(str(len(column)) for column in columns)
            raise InvalidValueError("edges", f"{table} of one length", f"lengths {lengths}")
    else:
        if isinstance(edges, str | bytes) or not isinstance(edges, Iterable):
            raise InvalidTypeError("edges", f"rows of {', '.join(names)}, or {table}", describe(edges))
        rows = list(edges)
        if not set(map(type, rows)) <= {tuple, list} or not set(map(len, rows)) <= {len(names)}:
            position, row = next((n, row) for n, row in enumerate(rows) if not _is_row(row, len(names)))
            expected = f"a tuple of {', '.join(names)}"
            raise InvalidTypeError(f"edges[{position}]", expected, describe(row))
        columns = [list(map(itemgetter(place), rows)) for place in range(len(names))]
    if len(columns[0]) > MOST_EDGES:
        raise InvalidValueError("edges", f"at most {MOST_EDGES} edges", str(len(columns[0])))
    return columns


def _column(name: str, values: Any) -> list[Any]:
    as_list = getattr(values, "tolist", None) or getattr(values, "to_pylist", None)
    if as_list is not None:  # of an array, whose own numbers are no ints
        values = as_list()
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidTypeError(f"edges.{name}", "a column", describe(values))
    return list(values)


def _is_row(row: object, length: int) -> bool:
    return isinstance(row, tuple | list) and type(row) in {tuple, list} and len(row) == length


def read_capacity(capacity: Any, problems: Problems) -> Mapping[str, int]:
    """Return the capacities that are given; what is wrong with them is kept."""
    if capacity is None:
        return {}
    if not isinstance(capacity, Mapping):
        problems.add(InvalidTypeError("capacity", "a mapping of friend ids to integers", describe(capacity)))
        return {}
    for friend_id, each in capacity.items():
        problems.check_id("capacity", friend_id)
        problems.check_int(f"capacity[{friend_id!s:.60}]", each, least=0, most=MOST_CAPACITY)
    return capacity


def read_unserved(unserved_cost: Any, requests: Iterable[str], problems: Problems) -> Mapping[str, int]:
    """Return what each request costs that nobody serves; what is wrong with it is kept."""
    if not isinstance(unserved_cost, Mapping):
        problems.check_int("unserved_cost", unserved_cost, least=-MOST_COST, most=MOST_COST)
        return dict.fromkeys(requests, unserved_cost)
    for request_id, each in unserved_cost.items():
        problems.check_id("unserved_cost", request_id)
        problems.check_int(f"unserved_cost[{request_id!s:.60}]", each, least=-MOST_COST, most=MOST_COST)
    for request_id in sorted(set(requests) - set(unserved_cost)):
        came = f"none for {describe(request_id)}"
        problems.add(InvalidValueError("unserved_cost", "a cost for each request of the edges", came))
    return unserved_cost


def read_edges(edges: Any, *, unserved_cost: Any, capacity: Any, known: Any = None) -> Edges:
    """Return edges in order.

    Args:
        edges: rows or columns.
        unserved_cost: one for all, or a mapping that names every request.
        capacity: by friend; 1 where it says nothing.
        known: the friends that there are, or None where any id is taken.

    Raises:
        InvalidTypeError: something that is not what it should be.
        InvalidValueError: a number out of its range, an unknown friend, an edge that comes twice.
        InvalidDocumentError: several such problems.
    """
    requests, friends, costs = read_columns(edges)
    problems = Problems()
    request_ids = problems.check_ids("request_id", requests)
    friend_ids = problems.check_ids("friend_id", friends)
    problems.check_costs(costs)
    capacities = read_capacity(capacity, problems)
    problems.tell("edges")
    unserved = read_unserved(unserved_cost, request_ids, problems)
    if known is not None:
        there = problems.check_ids("friends", list(known))
        for friend_id in sorted({*friend_ids, *capacities}.difference(there)):
            problems.add(InvalidValueError("edges", "the id of a known friend", describe(friend_id)))
    problems.tell("edges")
    request_ids = sorted(unserved)
    counts, places, ordered = _in_order((requests, friends, costs), request_ids, friend_ids, problems)
    problems.tell("edges")
    return Edges(
        request_ids=tuple(request_ids),
        unserved_costs=tuple(map(unserved.__getitem__, request_ids)),
        friend_ids=tuple(friend_ids),
        capacities=tuple(capacities.get(each, 1) for each in friend_ids),
        edge_counts=counts,
        friends=places,
        costs=ordered,
    )


def _in_order(
    columns: tuple[list[str], list[str], list[int]],
    request_ids: list[str],
    friend_ids: list[str],
    problems: Problems,
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return how many edges each request has, and their friends and costs in order."""
    count = len(friend_ids)
    requests, friends = _places(request_ids, columns[0]), _places(friend_ids, columns[1])
    rows: list[list[int]] = [[] for _ in request_ids]
    packed = [cost * count + friend for cost, friend in zip(columns[2], friends, strict=True)]
    for request, each in zip(requests, packed, strict=True):  # one int sorts as cost and friend do
        rows[request].append(each)
    places: list[int] = []
    ordered: list[int] = []
    for request_id, row in zip(request_ids, rows, strict=True):
        row.sort()
        mine = [each % count for each in row]
        if len(set(mine)) != len(row):
            _tell_doubles(request_id, [friend_ids[each] for each in mine], problems)
        places += mine
        ordered += [each // count for each in row]
    return tuple(map(len, rows)), tuple(places), tuple(ordered)


def _places(ids: list[str], column: list[str]) -> list[int]:
    return list(map({each: number for number, each in enumerate(ids)}.__getitem__, column))


def _tell_doubles(request_id: str, friend_ids: list[str], problems: Problems) -> None:
    seen: set[str] = set()
    for friend_id in friend_ids:
        if friend_id in seen:
            came = f"{describe(request_id)} and {describe(friend_id)} twice"
            problems.add(InvalidValueError("edges", "one edge for each request and friend", came))
        seen.add(friend_id)
