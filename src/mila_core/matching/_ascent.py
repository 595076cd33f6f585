"""Prices of a friend's time, raised where several want it: a bound on what visits cost, and good answers.

A visit pays for every time in it at which a friend could have another visit. Each request takes what is
cheapest for it at these prices; a time that several have taken becomes dearer, one that nobody has, cheaper.
Whatever the prices are, what all requests pay less all prices is no more than any answer costs.

References:
    M. Held, P. Wolfe, H. P. Crowder, Validation of subgradient optimization, Mathematical Programming 6
    (1974), with the length of steps of B. T. Polyak. M. L. Fisher, The Lagrangian relaxation method for
    solving integer programming problems, Management Science 27 (1981).
"""

from bisect import bisect_left
from itertools import accumulate
from typing import NamedTuple

from mila_core.matching._slots import Visits

ROUNDS = 120
"""How often the prices are changed; measured on random days, the bound hardly rises any more."""

PATIENCE = 6
"""After how many rounds without a better bound the steps become half as long."""

ANSWER_EVERY = 5
"""How many rounds there are to each answer: to make one takes as long as some rounds."""


class Ascent(NamedTuple):
    """The best prices, by points of friends' time, and the best answer on the way."""

    bound: int
    friends: list[int]
    slots: list[int]
    prices: list[int]
    all_prices: list[int]
    """Of all times, also of those that cost nothing."""
    chosen: list[int]


class Times:
    """The times at which a friend may have several visits, in one row for all friends.

    Those times are the starts of visits. A start at which all visits go on to the next one asks for nothing
    that the next one does not, and is left out.

    Args:
        visits: the visits.
        by_friend: those of each friend, in order of their starts.
    """

    def __init__(self, visits: Visits, by_friend: dict[int, list[int]]) -> None:
        """Find the times, and the stretch of them that each visit covers."""
        self.visits = visits
        self.by_friend = by_friend
        self.first = [0] * len(visits.starts)
        self.after = [0] * len(visits.starts)
        self.friends: list[int] = []
        self.slots: list[int] = []
        for friend, mine in by_friend.items():
            slot_at = {visits.starts[visit]: visits.slots[visit] for visit in mine}
            starts = sorted(slot_at)
            last = {bisect_left(starts, visits.ends[visit]) - 1 for visit in mine}
            kept = [start for number, start in enumerate(starts) if number in last]
            base = len(self.friends)
            for visit in mine:
                self.first[visit] = base + bisect_left(kept, visits.starts[visit])
                self.after[visit] = base + bisect_left(kept, visits.ends[visit])
            self.friends += [friend] * len(kept)
            self.slots += [slot_at[start] for start in kept]

    def priced(self, prices: list[int]) -> list[int]:
        """Return what each visit costs with the prices of its times."""
        until = list(accumulate(prices, initial=0))
        stretches = zip(self.visits.costs, self.first, self.after, strict=True)
        return [cost + until[after] - until[first] for cost, first, after in stretches]

    def wanted(self, chosen: list[int]) -> list[int]:
        """Return how many visits cover each time, less the one that may."""
        change = [0] * (len(self.friends) + 1)
        for visit in chosen:
            change[self.first[visit]] += 1
            change[self.after[visit]] -= 1
        return [count - 1 for count in accumulate(change[:-1])]

    def answer(self, of_request: list[list[int]], priced: list[int], unserved: tuple[int, ...]) -> list[int]:
        """Return visits that do not overlap: first choose those who would lose most by another one."""
        taken = bytearray(len(self.friends))
        orders = [sorted(mine, key=priced.__getitem__) for mine in of_request]
        regrets = []
        for request, order in enumerate(orders):
            worths = [priced[visit] for visit in order[:2]] + [unserved[request]] * 2
            regrets.append((min(worths[1], unserved[request]) - worths[0], request))
        chosen = []
        for _, request in sorted(regrets, key=lambda each: (-each[0], each[1])):
            for visit in orders[request]:
                first, after = self.first[visit], self.after[visit]
                if self.visits.costs[visit] < unserved[request] and not any(taken[first:after]):
                    taken[first:after] = b"\1" * (after - first)
                    chosen.append(visit)
                    break
        return chosen


def _wish(of_request: list[list[int]], priced: list[int], unserved: tuple[int, ...]) -> list[int]:
    """Return the cheapest visit of each request that does not do better without."""
    cheapest = (min(mine, key=priced.__getitem__, default=-1) for mine in of_request)
    return [each for each, none in zip(cheapest, unserved, strict=True) if each >= 0 and priced[each] < none]


def ascend(
    times: Times, of_request: list[list[int]], unserved: tuple[int, ...], *, chosen: list[int]
) -> Ascent:
    """Raise the prices round after round; return the best ones, and the best answer.

    Args:
        times: the times of the friends.
        of_request: the visits of each request.
        unserved: what each request costs that gets none.
        chosen: an answer to begin with.
    """
    visits = times.visits
    total = sum(unserved)

    def cost_of(answer: list[int]) -> int:
        return total + sum(visits.costs[each] - unserved[visits.requests[each]] for each in answer)

    prices = [0] * len(times.friends)
    best, best_prices, least, length, waited = None, prices, cost_of(chosen), 8, 0
    for number in range(ROUNDS):
        priced = times.priced(prices)
        wish = _wish(of_request, priced, unserved)
        bound = total + sum(priced[each] - unserved[visits.requests[each]] for each in wish) - sum(prices)
        waited += 1
        if best is None or bound > best:
            best, best_prices, waited = bound, prices, 0
        elif waited >= PATIENCE:
            length, waited = length - (length > 1), 0
        if not number % ANSWER_EVERY:
            answer = times.answer(of_request, priced, unserved)
            if cost_of(answer) < least:
                chosen, least = answer, cost_of(answer)
        over = [
            0 if wants < 0 and not price else wants
            for wants, price in zip(times.wanted(wish), prices, strict=True)
        ]
        square = sum(each * each for each in over)
        if not square or least <= best:
            break
        reach = length * (least - bound)
        steps = [reach * each // (8 * square) for each in over]
        if not any(steps):
            steps = over
        prices = [max(0, price + step) for price, step in zip(prices, steps, strict=True)]
    used = [number for number, price in enumerate(best_prices) if price]
    return Ascent(
        bound=best if best is not None else total,
        friends=[times.friends[number] for number in used],
        slots=[times.slots[number] for number in used],
        prices=[best_prices[number] for number in used],
        all_prices=best_prices,
        chosen=chosen,
    )
