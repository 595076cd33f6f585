"""Improve visits that do not overlap: one moves to where others are, and these move where there is room."""

from collections.abc import Iterable

from mila_core.matching._ascent import Times

PASSES = 8
"""How often all requests are looked at; measured on random days, later passes find next to nothing."""

MOST_DISPLACED = 3
"""How many visits one may displace: as many as a long one covers short ones."""


class Exchange:
    """An answer that is improved in place.

    Args:
        times: the times of the friends.
        of_request: the visits of each request, by cost.
        unserved: what each request costs that gets none.
        chosen: the answer to begin with.
    """

    def __init__(
        self, times: Times, of_request: list[list[int]], unserved: tuple[int, ...], *, chosen: list[int]
    ) -> None:
        """Put the visits in."""
        self.times = times
        self.of_request = of_request
        self.unserved = unserved
        self.owner = [-1] * len(times.friends)
        self.at = [-1] * len(unserved)
        self._put_all(chosen)

    def run(self) -> list[int]:
        """Return the answer once nothing of this kind improves it, or after some passes."""
        for _ in range(PASSES):
            moves = [self._move(request) for request in range(len(self.at))]
            if not any(moves):
                break
        return [visit for visit in self.at if visit >= 0]

    def _put_all(self, visits: Iterable[int]) -> None:
        for visit in visits:
            if visit >= 0:
                first, after = self.times.first[visit], self.times.after[visit]
                self.owner[first:after] = [visit] * (after - first)
                self.at[self.times.visits.requests[visit]] = visit

    def _lift_all(self, requests: Iterable[int]) -> None:
        for request in requests:
            visit = self.at[request]
            if visit >= 0:
                first, after = self.times.first[visit], self.times.after[visit]
                self.owner[first:after] = [-1] * (after - first)
                self.at[request] = -1

    def _paid(self, request: int) -> int:
        visit = self.at[request]
        return self.unserved[request] if visit < 0 else self.times.visits.costs[visit]

    def _free(self, request: int) -> int:
        """Return the request's cheapest visit that overlaps with none; -1 if to get none is cheaper."""
        times, owner = self.times, self.owner
        for visit in self.of_request[request]:
            if times.visits.costs[visit] >= self.unserved[request]:
                break
            if all(each < 0 for each in owner[times.first[visit] : times.after[visit]]):
                return visit
        return -1

    def _move(self, request: int) -> bool:
        """Move a request to a cheaper visit, if that pays with what the displaced ones lose."""
        times, requests = self.times, self.times.visits.requests
        before = self.at[request]
        for visit in self.of_request[request]:
            saved = self._paid(request) - times.visits.costs[visit]
            if saved <= 0:
                return False
            others = sorted(set(self.owner[times.first[visit] : times.after[visit]]) - {-1, before})
            if len(others) > MOST_DISPLACED:
                continue
            displaced = [requests[other] for other in others]
            paid = sum(map(self._paid, displaced))
            self._lift_all((request, *displaced))
            self._put_all([visit])
            for each in displaced:
                self._put_all([self._free(each)])
            if sum(map(self._paid, displaced)) - paid < saved:
                return True
            self._lift_all((request, *displaced))
            self._put_all((*others, before))
        return False
