"""Successive shortest paths with prices, on plain lists of ints: the engine of every exact assignment.

A friend has a price, 0 while there is room; a request pays at most what it costs to leave it unserved. At all
times each request that is in has the cheapest of its choices at these prices, and a friend with a price is
full. These two make what is assigned optimal for the requests that are in, so a request is put in (or taken
out) by one search for the shortest path, after which both hold again.

The candidates of a request stand in order of their costs, and no price is below 0: a search leaves a row as
soon as a cost alone is too much. Of most rows it reads a few edges, however many there are.

References:
    J. Edmonds, R. M. Karp, Theoretical improvements in algorithmic efficiency for network flow problems,
    Journal of the ACM 19 (1972); N. Tomizawa, On some techniques useful for solution of transportation
    network problems, Networks 1 (1971): shortest paths by reduced costs. R. Jonker, A. Volgenant, A shortest
    augmenting path algorithm for dense and sparse linear assignment problems, Computing 38 (1987): the bids
    before the paths. D. P. Bertsekas, The auction algorithm, Annals of Operations Research 14 (1988).
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from mila_core.matching._columns import MOST_COST, Edges

FAR = 1 << 200
"""Farther than any path."""

NOBODY, OUTSIDE = -1, -2
"""Where a request is that nobody serves, and one that has not been put in."""

CLOSED = 4 * MOST_COST
"""The price of a friend with no capacity: nobody pays it."""

BIDS_A_REQUEST = 10
"""How often requests outbid each other, on average, before paths are searched: price wars have an end."""

Row = tuple[Sequence[int], Sequence[int]]


class Snapshot(NamedTuple):
    """Where everything was at a time."""

    at: list[int]
    paid: list[int]
    prices: list[int]
    changed: dict[int, Row]


class Matcher:
    """Requests and friends by numbers, and who serves whom; changed in place.

    Args:
        rows: the costs and the friends of each request, by cost; a friend at most once.
        unserved: what each request costs that nobody serves.
        capacities: how many requests each friend takes.
        prices: where to begin; all 0 if not given.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        *,
        unserved: Sequence[int],
        capacities: Sequence[int],
        prices: Sequence[int] | None = None,
    ) -> None:
        """Begin with every request outside."""
        self.rows = list(rows)
        self._first_rows = list(self.rows)
        self.unserved = unserved
        self.capacities = capacities
        self.prices = [0] * len(capacities) if prices is None else list(prices)
        for friend, capacity in enumerate(capacities):
            if not capacity:
                self.prices[friend] = CLOSED
        self.held: list[list[int]] = [[] for _ in capacities]
        self.at = [OUTSIDE] * len(self.rows)
        self.paid = [0] * len(self.rows)  # the cost of the edge in use
        self._far = [FAR] * len(capacities)
        self._via: list[tuple[int, int, int]] = [(0, 0, 0)] * len(capacities)
        self._columns: list[list[tuple[int, int]]] | None = None
        self.changed: dict[int, Row] = {}

    def begin_with(self, chosen: Sequence[int]) -> None:
        """Take over what is optimal at the prices, and let the friends whose price has no reason lower it.

        Args:
            chosen: where each request was; what does not hold any more stays outside.
        """
        prices = self.prices
        for request, friend in enumerate(chosen):
            if friend == OUTSIDE:
                continue
            least = self._least(request)
            if friend == NOBODY:
                if least == self.unserved[request]:
                    self.at[request] = NOBODY
                continue
            if friend in self.rows[request][1] and len(self.held[friend]) < self.capacities[friend]:
                cost = self._cost(request, friend)
                if cost + prices[friend] == least:
                    self._place(request, friend, cost)
        for friend, capacity in enumerate(self.capacities):
            while prices[friend] and len(self.held[friend]) < capacity:
                self._vacate(friend)

    def insert_all(self) -> None:
        """Put in every request that is outside."""
        for request in self._bid([n for n, friend in enumerate(self.at) if friend == OUTSIDE]):
            self.insert(request)

    def take_out(self, request: int) -> None:
        """Take a request out; what it leaves goes to whom it serves most."""
        friend = self.at[request]
        self.at[request] = OUTSIDE
        if friend >= 0:
            self.held[friend].remove(request)
            if self.prices[friend]:
                self._vacate(friend)

    def replace_row(self, request: int, row: Row) -> None:
        """Give a request fewer of the friends that it has at first, or dearer, and put it in anew."""
        self.take_out(request)
        self.changed[request] = self.rows[request] = row
        self.insert(request)

    def snapshot(self) -> "Snapshot":
        """Return what `restore` needs to come back to this."""
        return Snapshot(list(self.at), list(self.paid), list(self.prices), dict(self.changed))

    def restore(self, then: "Snapshot") -> None:
        """Come back to how it was, in rows, places and prices."""
        for request in self.changed.keys() - then.changed.keys():
            self.rows[request] = self._first_rows[request]
        for request, row in then.changed.items():
            self.rows[request] = row
        self.at, self.paid = list(then.at), list(then.paid)
        self.prices, self.changed = list(then.prices), dict(then.changed)
        for held in self.held:
            held.clear()
        for request, friend in enumerate(self.at):
            if friend >= 0:
                self.held[friend].append(request)

    @property
    def cost(self) -> int:
        """The costs of all that are in."""
        return sum(
            0 if friend == OUTSIDE else self.unserved[request] if friend < 0 else self.paid[request]
            for request, friend in enumerate(self.at)
        )

    def close_prices(self) -> list[int]:
        """Return the prices; those of friends without capacity as low as they may be."""
        prices = list(self.prices)
        closed = [friend for friend, capacity in enumerate(self.capacities) if not capacity]
        if closed:
            for friend in closed:
                prices[friend] = 0
            for request, friend in enumerate(self.at):
                least = self.unserved[request] if friend < 0 else self.paid[request] + prices[friend]
                for cost, other in zip(*self.rows[request], strict=True):
                    if not self.capacities[other] and least - cost > prices[other]:
                        prices[other] = least - cost
        return prices

    def _least(self, request: int) -> int:
        least = self.unserved[request]
        prices = self.prices
        for cost, friend in zip(*self.rows[request], strict=True):
            if cost >= least:
                break
            least = min(least, cost + prices[friend])
        return least

    def _cost(self, request: int, friend: int) -> int:
        costs, friends = self.rows[request]
        return costs[friends.index(friend)]

    def _place(self, request: int, friend: int, cost: int) -> None:
        self.held[friend].append(request)
        self.at[request] = friend
        self.paid[request] = cost

    def _bid(self, requests: Iterable[int]) -> list[int]:  # noqa: C901  # one loop, for speed
        """Let requests outbid each other at friends with room for one; return those that need a path."""
        rows, unserved, capacities, prices = self.rows, self.unserved, self.capacities, self.prices
        held, at, paid = self.held, self.at, self.paid
        later: list[int] = []
        left = BIDS_A_REQUEST * len(rows)
        for first in requests:
            request = first
            while True:
                best, friend, paying = unserved[request], NOBODY, 0
                second, other, paying_other = FAR, NOBODY, 0
                for cost, each in zip(*rows[request]):  # noqa: B905  # they are equally long; this is faster
                    if cost >= second:
                        break
                    total = cost + prices[each]
                    if total < best:
                        second, other, paying_other = best, friend, paying
                        best, friend, paying = total, each, cost
                    elif total < second:
                        second, other, paying_other = total, each, cost
                if best == second and friend >= 0 and len(held[friend]) >= capacities[friend]:
                    friend, paying = other, paying_other
                if friend < 0:
                    at[request] = NOBODY
                    break
                holders = held[friend]
                if len(holders) < capacities[friend]:
                    holders.append(request)
                    at[request], paid[request] = friend, paying
                    break
                left -= 1
                if best == second or capacities[friend] != 1 or left < 0:
                    later.append(request)
                    break
                prices[friend] += second - best
                loser = holders[0]
                holders[0] = request
                at[request], paid[request], at[loser] = friend, paying, OUTSIDE
                request = loser
        return later

    def insert(self, first: int) -> None:  # noqa: C901, PLR0912  # one search, for speed
        """Put a request in, along the shortest path to a friend with room or to a request to leave unserved.

        Args:
            first: the request; it is outside.
        """
        rows, unserved, capacities, prices = self.rows, self.unserved, self.capacities, self.prices
        held, at, paid, far, via = self.held, self.at, self.paid, self._far, self._via
        count = len(capacities)
        least = self._least(first)
        best, end, last = unserved[first] - least, NOBODY, first
        heap: list[int] = []
        seen: list[int] = []
        done: list[int] = []
        near, price, queue = 0, 0, [first]
        while True:
            for request in queue:
                pays = least if request == first else paid[request] + price
                if near + unserved[request] - pays < best:
                    best, end, last = near + unserved[request] - pays, NOBODY, request
                base = near - pays
                for cost, friend in zip(*rows[request]):  # noqa: B905  # as above
                    if cost + base >= best:
                        break
                    way = base + cost + prices[friend]
                    if way < best and way < far[friend]:
                        if far[friend] == FAR:
                            seen.append(friend)
                        far[friend] = way
                        via[friend] = (request, 0, cost)
                        if len(held[friend]) < capacities[friend]:
                            best, end = way, friend
                        else:
                            heappush(heap, way * count + friend)
            nearest = NOBODY
            while heap and nearest < 0:
                near, friend = divmod(heappop(heap), count)
                if near >= best:
                    break
                if near == far[friend]:
                    nearest = friend
            if nearest < 0:
                break
            done.append(nearest)
            price, queue = prices[nearest], held[nearest]
        for friend in done:
            if far[friend] < best:
                prices[friend] += best - far[friend]
        for friend in seen:
            far[friend] = FAR
        request, cost = (last, 0) if end < 0 else (via[end][0], via[end][2])
        while True:
            before = at[request]
            at[request], paid[request] = end, cost
            if end >= 0:
                held[end].append(request)
            if request == first:
                return
            held[before].remove(request)
            end, (request, _, cost) = before, via[before]

    def _vacate(self, first: int) -> None:  # noqa: C901, PLR0912  # as above
        """Give a place that a friend with a price has left to whom it helps most; the prices fall by that."""
        prices, at, paid, far, via = self.prices, self.at, self.paid, self._far, self._via
        columns, count = self._by_friend(), len(self.capacities)
        best, end, last = prices[first], first, NOBODY
        heap, seen, done = [first], [first], []
        far[first] = 0
        while heap:
            near, friend = divmod(heappop(heap), count)
            if near >= best:
                break
            if near != far[friend]:
                continue
            done.append(friend)
            price = prices[friend]
            if near + price < best:
                best, end, last = near + price, friend, NOBODY
            for request, first_cost in columns[friend]:
                other, cost = at[request], first_cost
                if request in self.changed:
                    if friend not in self.rows[request][1]:
                        continue
                    cost = self._cost(request, friend)
                if other == NOBODY:
                    if near + cost + price - self.unserved[request] < best:
                        best, end, last = near + cost + price - self.unserved[request], friend, request
                elif other not in (friend, OUTSIDE):
                    way = near + cost + price - paid[request] - prices[other]
                    if way < best and way < far[other]:
                        if far[other] == FAR:
                            seen.append(other)
                        far[other], via[other] = way, (request, friend, cost)
                        heappush(heap, way * count + other)
        for friend in done:
            if far[friend] < best:
                prices[friend] -= best - far[friend]
        for friend in seen:
            far[friend] = FAR
        if last >= 0:
            self._place(last, end, self._cost(last, end))
        while end != first:
            request, friend, cost = via[end]
            self.held[end].remove(request)
            self._place(request, friend, cost)
            end = friend

    def _by_friend(self) -> list[list[tuple[int, int]]]:
        """Return the requests and costs of each friend; made when first needed, of all edges ever."""
        if self._columns is None:
            self._columns = [[] for _ in self.capacities]
            for request, row in enumerate(self._first_rows):
                for cost, friend in zip(*row, strict=True):
                    self._columns[friend].append((request, cost))
        return self._columns


def solve(
    edges: Edges, *, prices: Sequence[int] | None = None, chosen: Sequence[int] | None = None
) -> tuple[list[int], list[int]]:
    """Return where each request is, and the price of each friend.

    Args:
        edges: the edges.
        prices: where to begin; none of them below 0.
        chosen: what was optimal at such prices; whatever it says, the result is optimal.
    """
    matcher = Matcher(edges.rows(), unserved=edges.unserved_costs, capacities=edges.capacities, prices=prices)
    if prices is not None or chosen is not None:
        matcher.begin_with(chosen if chosen is not None else [OUTSIDE] * len(edges.request_ids))
    matcher.insert_all()
    return matcher.at, matcher.close_prices()
