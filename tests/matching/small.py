"""Small instances at random, and what they cost at least, by trying everything."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import NamedTuple

from mila_core.matching import Edge, VisitEdge
from mila_core.periods import Period

DAY = datetime(2026, 6, 1, tzinfo=UTC)


class Instance(NamedTuple):
    """What `assign` is asked."""

    edges: list[Edge]
    unserved: dict[str, int]
    capacity: dict[str, int]


def instances(count: int, *, seed: int) -> Iterator[Instance]:
    """Yield instances of up to four requests and friends, capacities from 0 to 2, many costs alike."""
    chance = Random(seed)  # noqa: S311  # no secret
    for _ in range(count):
        most = chance.choice((3, 50))
        requests = [f"r{number}" for number in range(chance.randint(0, 4))]
        friends = [f"f{number}" for number in range(chance.randint(1, 4))]
        pairs = [(request, friend) for request in requests for friend in friends]
        yield Instance(
            edges=[(*pair, chance.randint(-2, most)) for pair in pairs if chance.random() < 0.7],
            unserved={request: chance.randint(-2, most) for request in requests},
            capacity={friend: chance.randint(0, 2) for friend in friends if chance.random() < 0.7},
        )


def least_cost(instance: Instance) -> int:
    """Return the least cost of all assignments that are allowed."""
    choices: list[list[tuple[str | None, int]]] = [
        [(None, cost), *((friend, cost) for request, friend, cost in instance.edges if request == each)]
        for each, cost in instance.unserved.items()
    ]
    return min(
        sum(cost for _, cost in chosen)
        for chosen in product(*choices)
        if all(
            count <= instance.capacity.get(friend, 1)
            for friend, count in Counter(friend for friend, _ in chosen).items()
            if friend is not None
        )
    )


def half_hours(first: int, count: int) -> Period:
    """Return a period of the day, by half hours."""
    start = DAY + timedelta(minutes=30 * first)
    return Period(start, start + timedelta(minutes=30 * count))


def visit_instances(count: int, *, seed: int) -> Iterator[tuple[list[VisitEdge], dict[str, int], int]]:
    """Yield visits of up to four requests with two friends, what being unserved costs, and a buffer."""
    chance = Random(seed)  # noqa: S311  # no secret
    for _ in range(count):
        most = chance.choice((3, 50))
        requests = [f"r{number}" for number in range(chance.randint(0, 4))]
        keys = {
            (request, f"f{chance.randrange(2)}", half_hours(chance.randint(0, 6), chance.randint(1, 4)))
            for request in requests
            for _ in range(chance.randint(0, 3))
        }
        edges = [(*key[:2], chance.randint(-2, most), key[2]) for key in sorted(keys)]
        unserved = {request: chance.randint(-2, most) for request in requests}
        yield edges, unserved, chance.choice((0, 30))


def least_visit_cost(edges: list[VisitEdge], unserved: Mapping[str, int], buffer_minutes: int) -> int:
    """Return the least cost of all choices of visits that do not overlap."""
    buffer = timedelta(minutes=buffer_minutes)

    def meet(one: VisitEdge, other: VisitEdge) -> bool:
        (_, friend, _, slot), (_, other_friend, _, other_slot) = one, other
        apart = slot.end + buffer <= other_slot.start or other_slot.end + buffer <= slot.start
        return friend == other_friend and not apart

    choices: list[list[VisitEdge | None]] = [
        [None, *(edge for edge in edges if edge[0] == request)] for request in unserved
    ]
    costs = []
    for chosen in product(*choices):
        visits = [edge for edge in chosen if edge is not None]
        if not any(meet(one, other) for number, one in enumerate(visits) for other in visits[:number]):
            left = sum(unserved.values()) - sum(unserved[edge[0]] for edge in visits)
            costs.append(left + sum(edge[2] for edge in visits))
    return min(costs)
