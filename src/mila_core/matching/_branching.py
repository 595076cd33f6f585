"""Visits that overlap across groups: branch and bound over single visits, and a dive for a first answer.

The relaxed problem asks for one visit a group only; it is an assignment, so it is solved exactly, and costs
no more than what is looked for. Where two of its visits overlap at a friend, one of them decides: either it
is not used, or nothing is used that overlaps with it. Each answer bounds what lies below it.

References:
    A. H. Land, A. G. Doig, An automatic method of solving discrete programming problems, Econometrica 28
    (1960).
"""

from collections import Counter
from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

from mila_core.matching._ascent import Ascent, Times, ascend
from mila_core.matching._exchange import Exchange
from mila_core.matching._matcher import Matcher, Snapshot
from mila_core.matching._slots import Visits, conflicts, grouped, overlapping, row_of

Steps = tuple[int, ...]


class Leaf(NamedTuple):
    """A part of all answers: what was decided for it, and prices of friends' time that bound its costs."""

    steps: Steps
    friends: list[int]
    slots: list[int]
    prices: list[int]


class Found(NamedTuple):
    """The best answer, what none is below, and the parts into which all answers were divided."""

    chosen: list[int | None]
    bound: int
    leaves: list[Leaf]


class _Node(NamedTuple):
    steps: Steps
    forbidden: frozenset[int]
    state: Snapshot


class Search:
    """One search, over a matcher that is moved from node to node.

    Args:
        visits: the visits.
        unserved: what each request costs that gets none.
    """

    def __init__(self, visits: Visits, unserved: tuple[int, ...]) -> None:
        """Solve the relaxed problem."""
        self.visits = visits
        self.unserved = unserved
        self.by_friend = visits.by_friend()
        self.groups = grouped(visits, self.by_friend)
        self.of_request: list[list[int]] = [[] for _ in unserved]
        for visit, request in enumerate(visits.requests):
            self.of_request[request].append(visit)
        for mine in self.of_request:
            mine.sort(key=visits.costs.__getitem__)  # with prices the order is another one
        rows = [row_of(visits, self.groups, mine) for mine in self.of_request]
        self.best = [best for _, best in rows]
        self.matcher = Matcher(
            [row for row, _ in rows], unserved=unserved, capacities=[1] * len(self.groups.friends)
        )
        self.matcher.insert_all()

    def chosen(self, forbidden: frozenset[int]) -> list[int]:
        """Return the visits that the matcher has chosen."""
        return [
            self._visit(request, group, forbidden)
            for request, group in enumerate(self.matcher.at)
            if group >= 0
        ]

    def _visit(self, request: int, group: int, forbidden: frozenset[int]) -> int:
        visit = self.best[request][group]
        if visit not in forbidden:
            return visit
        mine = (each for each in self.of_request[request] if each not in forbidden)
        return row_of(self.visits, self.groups, mine)[1][group]

    def forbid(self, forbidden: frozenset[int], more: Iterable[int]) -> frozenset[int]:
        """Let the matcher do without some visits; return all that are forbidden then."""
        now = forbidden | frozenset(more)
        for request in sorted({self.visits.requests[visit] for visit in now - forbidden}):
            mine = (each for each in self.of_request[request] if each not in now)
            self.matcher.replace_row(request, row_of(self.visits, self.groups, mine)[0])
        return now

    def around(self, visit: int) -> list[int]:
        """Return what overlaps with a visit at its friend."""
        return overlapping(self.visits, self.by_friend[self.visits.friends[visit]], visit)

    def dive(self) -> list[int]:
        """Settle all conflicts, for the visit that overlaps with fewer, then for the cheaper one."""
        forbidden: frozenset[int] = frozenset()
        chosen = self.chosen(forbidden)
        while found := conflicts(self.visits, chosen):
            times = Counter(visit for pair in found for visit in pair)
            settled: set[int] = set()
            more: set[int] = set()
            for pair in found:  # all conflicts of one round that have nothing to do with each other
                if not settled.isdisjoint(self.visits.requests[visit] for visit in pair):
                    continue
                keep = min(pair, key=lambda each: (times[each], self.visits.costs[each], each))
                settled.update(self.visits.requests[visit] for visit in pair)
                more.update(self.around(keep))
            forbidden = self.forbid(forbidden, more)
            chosen = self.chosen(forbidden)
        return self._filled(chosen)

    def _filled(self, chosen: list[int]) -> list[int]:
        """Return the visits, and of the unserved requests those that fit in all the same."""
        taken = dict.fromkeys(chosen)
        served = {self.visits.requests[visit] for visit in chosen}
        for request, mine in enumerate(self.of_request):
            if request not in served:
                for visit in mine:
                    if self.visits.costs[visit] >= self.unserved[request]:
                        break
                    if taken.keys().isdisjoint(self.around(visit)):
                        taken[visit] = None
                        break
        return list(taken)

    def cost(self, chosen: Iterable[int]) -> int:
        """Return what visits cost, and the requests that get none."""
        costs, requests = self.visits.costs, self.visits.requests
        total = sum(self.unserved)
        return total + sum(costs[visit] - self.unserved[requests[visit]] for visit in chosen)

    def run(self, most_steps: int) -> Found:
        """Find a good answer and a bound, then divide all answers until the best is known, or so often."""
        best = self.chosen(frozenset())
        if not conflicts(self.visits, best):
            leaf = self._leaf(_Node((), frozenset(), self.matcher.snapshot()))
            return self._found(best, self.cost(best), [leaf])
        root = self.matcher.snapshot()
        best, ascent = self._first_answer()
        self.matcher.restore(root)
        best, bound, leaves = self._divide(best, most_steps)
        if ascent.bound > bound:
            bound, leaves = ascent.bound, [Leaf((), ascent.friends, ascent.slots, ascent.prices)]
        return self._found(best, bound, leaves)

    def _first_answer(self) -> tuple[list[int], Ascent]:
        """Return the best of three answers, each improved by exchanges, and the prices of the second one."""
        times = Times(self.visits, self.by_friend)

        def improved(chosen: list[int]) -> list[int]:
            return Exchange(times, self.of_request, self.unserved, chosen=chosen).run()

        answers = [improved(self.dive())]
        ascent = ascend(times, self.of_request, self.unserved, chosen=answers[0])
        answers.append(improved(ascent.chosen))
        with_prices = self.visits._replace(costs=times.priced(ascent.all_prices))
        answers.append(improved(Search(with_prices, self.unserved).dive()))
        return min(answers, key=self.cost), ascent

    def _divide(self, best: list[int], most_steps: int) -> tuple[list[int], int, list[Leaf]]:
        """Return the best answer that is found, the least of all parts' bounds, and the parts."""
        matcher, none = self.matcher, frozenset[int]()
        heap = [(matcher.cost, 0, _Node((), none, matcher.snapshot()))]
        cost, steps, count = self.cost(best), 0, 0
        leaves: list[tuple[int, _Node]] = []
        while heap:
            bound, _, node = heappop(heap)
            if bound >= cost or steps >= most_steps:
                leaves.append((bound, node))
                continue
            matcher.restore(node.state)
            chosen = self.chosen(node.forbidden)
            found = conflicts(self.visits, chosen)
            if not found:
                best, cost = chosen, bound
                leaves.append((bound, node))
                continue
            times = Counter(visit for pair in found for visit in pair)
            visit = min(found[0], key=lambda each: (-times[each], each))
            for sign, more in ((1, self.around(visit)), (-1, [visit])):
                matcher.restore(node.state)
                forbidden = self.forbid(node.forbidden, more)
                count += 1
                child = _Node((*node.steps, sign * (visit + 1)), forbidden, matcher.snapshot())
                heappush(heap, (matcher.cost, count, child))
            steps += 1
        return best, min([cost, *(each for each, _ in leaves)]), [self._leaf(node) for _, node in leaves]

    def _leaf(self, node: _Node) -> Leaf:
        prices = node.state.prices
        paid = [group for group, price in enumerate(prices) if price]
        return Leaf(
            steps=node.steps,
            friends=[self.groups.friends[group] for group in paid],
            slots=[self.groups.points[group] for group in paid],
            prices=[prices[group] for group in paid],
        )

    def _found(self, best: list[int], bound: int, leaves: list[Leaf]) -> Found:
        by_request: list[int | None] = [None] * len(self.unserved)
        for visit in best:
            by_request[self.visits.requests[visit]] = visit
        return Found(by_request, bound, leaves)
