"""What proves a bound on the costs of visits: parts that make up all answers, and prices for each part."""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

from mila_core.matching._slots import Visits, overlapping

Price = tuple[int, int, int]
"""A friend, an instant, and what a visit of the friend pays that takes place then."""


def bound_of(visits: Visits, unserved: Sequence[int], steps: Sequence[int], prices: Iterable[Price]) -> int:
    """Return what no answer of a part costs less than.

    At one instant a friend has one visit at most. So all visits together pay a price once at most, and what
    the requests pay with the prices, less the prices, is no more than what they cost.

    Args:
        visits: the visits.
        unserved: what each request costs that gets none.
        steps: what holds in the part, as in `ProofPart`.
        prices: the prices.
    """
    by_friend = visits.by_friend()
    pays = list(visits.costs)
    forbidden = {-step - 1 for step in steps if step < 0}
    for step in steps:
        if step > 0:
            forbidden.update(overlapping(visits, by_friend[visits.friends[step - 1]], step - 1))
    less = 0
    for friend, instant, price in prices:
        less += price
        for visit in by_friend.get(friend, ()):
            if visits.starts[visit] <= instant < visits.ends[visit]:
                pays[visit] += price
    least = list(unserved)
    for visit, request in enumerate(visits.requests):
        if visit not in forbidden:
            least[request] = min(least[request], pays[visit])
    return sum(least) - less


def make_up_all(paths: list[tuple[int, ...]]) -> bool:
    """Say whether paths of yes and no, `n` and `-n`, are those to all leaves of one tree.

    Args:
        paths: the paths from the root, one a leaf.
    """
    left = set(paths)
    longest = [(-len(path), path) for path in paths]
    heapify(longest)
    while longest:
        _, path = heappop(longest)
        if not path:
            return left == {()}
        if path in left:
            other = (*path[:-1], -path[-1])
            if other not in left:
                return False
            left -= {path, other}
            left.add(path[:-1])
            heappush(longest, (1 - len(path), path[:-1]))
    return False
