"""The search for the best: candidates in the order of the most that they could score, judged one by one.

A threshold algorithm in the sense of Fagin, Lotem and Naor (2003, doi 10.1016/S0022-0000(03)00026-6): rings
of cells around the place are opened while somebody in them could still be next, and whoever stands first
among all that is open is either judged already, and then comes next, or is judged now. No friend comes out
before one with more points, nor before one with as many and a smaller id.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from heapq import heapify, heappop, heappush, heapreplace
from math import hypot
from typing import Any, NamedTuple

from mila_core.availability._weeks import MINUTE_US, QUARTER_US
from mila_core.friends import Friend
from mila_core.matching._entries import Candidate, Entry
from mila_core.matching._judge import judge
from mila_core.matching._question import Question
from mila_core.matching._shelves import CELL_M, Bucket, Cells, Item, Shelf, cell_of, east_north, ring
from mila_core.matching.ranking import Match
from mila_core.offers import Offer

__all__ = ["Hit", "stream"]

_RINGS = 6  # after so many rings the cells of those who go far are listed instead
_OPEN, _JUDGE, _FAR, _DONE = range(4)


class Hit(NamedTuple):
    """A friend who may come; a named tuple, as many are made in a search.

    Attributes:
        key: the score, negative, and the friend's id; hits come in this order.
        entry: the friend.
        offer: the offer.
        distance_m: the way.
        found: the quarter at which the visit begins, or the match where it took a full judgement.
    """

    key: tuple[int, str]
    entry: Entry
    offer: Offer
    distance_m: int
    found: int | Match

    def match(self, question: Question) -> Match:
        """Return the match."""
        if isinstance(self.found, Match):
            return self.found
        return question.match(self.entry, self.offer, distance_m=self.distance_m, quarter=self.found)


@lru_cache(maxsize=256)
def _ring(radius: int) -> tuple[int, ...]:
    return ring(radius)


class _Search:
    """One search; `heap` holds rings, cells and candidates by the most that is to be had of each."""

    __slots__ = (
        "best",
        "cell",
        "draws",
        "east",
        "entries",
        "heap",
        "is_personal",
        "margin",
        "north",
        "plain",
        "question",
        "rest",
        "shelf",
    )

    def __init__(
        self, shelf: Shelf, question: Question, *, entries: Mapping[str, Entry], plain: bool
    ) -> None:
        self.shelf, self.question, self.entries, self.plain = shelf, question, entries, plain
        self.east, self.north = question.request.place.lv95
        self.cell = cell_of(self.east, self.north)
        x, y = self.east % CELL_M, self.north % CELL_M
        self.margin = min(x, CELL_M - x, y, CELL_M - y)
        params = question.params
        # what nobody surpasses without way, time and acquaintance
        self.best = shelf.best if plain else params.most_known_before
        self.draws = plain and params.draws  # then friends lie by what no draw surpasses
        self.is_personal = question.is_acquainted or self.draws
        wait = question.times.least_wait()
        self.rest = question.earliness(0 if wait is None else wait)
        if params.language_weight and question.languages:
            self.rest += params.language_weight
        if params.repeat_weight and question.visits:
            self.rest += params.repeat_weight
        self.heap: list[Any] = []
        self.open_ring(0)

    def open_ring(self, radius: int) -> None:
        """Put a ring on the heap, if somebody in it may go so far."""
        shelf = self.shelf
        least = 0 if radius == 0 else (radius - 1) * CELL_M + self.margin
        if least <= shelf.near_reach_m or (radius < _RINGS and least <= shelf.wide_reach_m):
            bound = self.best + self.question.nearness(least) + self.rest
            heappush(self.heap, (-bound, "", _OPEN, radius))
        elif shelf.wide and least <= shelf.wide_reach_m:
            if self.plain and shelf.is_remote:
                base = self.question.nearness(least) + self.rest
                first = shelf.by_points[0]
                heappush(self.heap, (first[0] - base, first[1], _FAR, shelf.by_points, 0, base, radius))
            else:
                self.list_cells(radius)

    def list_cells(self, radius: int) -> None:
        """Put the cells of those who go far on the heap, from a ring outwards."""
        here_east, here_north = east_north(self.cell)
        best, nearness, heap = self.best + self.rest, self.question.nearness, self.heap
        for cell in self.shelf.wide:
            cell_east, cell_north = east_north(cell)
            if max(abs(cell_east - here_east), abs(cell_north - here_north)) < radius:
                continue
            left, low = cell_east * CELL_M, cell_north * CELL_M
            along = max(left - self.east, self.east - left - CELL_M, 0)
            across = max(low - self.north, self.north - low - CELL_M, 0)
            way = int(hypot(along, across))
            if way <= self.shelf.wide_reach_m:
                heap.append((-(best + nearness(way)), "", _OPEN, -cell))
        heapify(heap)

    def enter(self, number: int) -> None:
        """Open a ring, or a cell, whose number is negative."""
        shelf = self.shelf
        if number < 0:
            self.take(shelf.wide, (-number,))
            return
        cells = [self.cell + step for step in _ring(number)]
        self.take(shelf.near, cells)
        if number < _RINGS and shelf.wide:
            self.take(shelf.wide, cells)
        self.open_ring(number + 1)

    def take(self, cells: Cells, numbers: Any) -> None:
        """Put the first candidate of each bucket on the heap, if the way is not too far for all of them."""
        east, north, plain = self.east, self.north, self.plain
        nearness, heap, get, rest = self.question.nearness, self.heap, cells.get, self.rest
        for number in numbers:
            for bucket in get(number, ()):
                way = round(hypot(bucket.east - east, bucket.north - north))
                if way > bucket.reach_m:
                    continue
                items = bucket.items if plain else self.weighed(bucket)
                if items:
                    base, first = nearness(way) + rest, items[0]
                    heappush(heap, (first[0] - base, first[1], _JUDGE, items, 0, base, way))

    def weighed(self, bucket: Bucket) -> tuple[Item, ...]:
        """Return the candidates of a bucket in the order of other weights, or of the price of other units."""
        return tuple(sorted(self._weighed(bucket)))

    def _weighed(self, bucket: Bucket) -> Iterator[Item]:
        question, entries = self.question, self.entries
        for _, friend_id, candidate in bucket.items:
            points = question.static_points(candidate, entries[friend_id])
            if points is not None:
                yield -points, friend_id, candidate

    def run(self) -> Iterator[Hit]:
        """Yield who may come, the best first."""
        heap, entries, rest, judged = self.heap, self.entries, self.rest, self.judged
        while heap:
            item = heap[0]
            stage = item[2]
            if stage == _DONE:
                heappop(heap)
                yield item[3]
            elif stage == _OPEN:
                heappop(heap)
                self.enter(item[3])
            else:
                _, _, _, items, at, base, way = item
                points, friend_id, candidate = items[at]
                entry = entries[friend_id]
                at += 1
                if at < len(items):
                    follower = items[at]
                    heapreplace(heap, (follower[0] - base, follower[1], stage, items, at, base, way))
                else:
                    heappop(heap)
                if stage == _FAR:
                    east, north = entry.friend.home.lv95
                    if self.rings_to(east, north) < way:  # the number of the first ring that was not opened
                        continue
                    way = round(hypot(east - self.east, north - self.north))
                    base = self.question.nearness(way) + rest
                hit = judged(candidate, entry, points - base + rest, way)
                if hit is not None:
                    heappush(heap, (*hit.key, _DONE, hit))

    def rings_to(self, east: int, north: int) -> int:
        """Return in which ring a point lies."""
        return max(abs(east // CELL_M - self.east // CELL_M), abs(north // CELL_M - self.north // CELL_M))

    def judged(self, candidate: Candidate, entry: Entry, points: int, way: int) -> Hit | None:
        """Return the hit, or None for a friend who may not come."""
        question, offer, friend = self.question, candidate.offer, entry.friend
        if way > candidate.reach_m or friend.id == question.visit.customer_id:
            return None
        languages = question.visit.languages
        if languages and not any(each in languages for each in friend.languages):
            return None
        if self.plain and question.limit is not None and offer.price.rappen > question.limit:
            return None
        quarter = question.times.first_start(entry)
        if quarter is None:
            return None
        if not (question.in_full or candidate.others or friend.blocked):
            fits = self.fits(candidate, friend, quarter)
            if fits is True:
                points -= question.earliness(question.times.wait(quarter))
                if self.is_personal:
                    points -= self.personal(entry)
                return Hit((points, friend.id), entry, offer, way, quarter)
            if fits is False:
                return None
        found = judge(entry, question)
        if isinstance(found, Match):
            return Hit((-found.score, friend.id), entry, offer, way, found)
        return None

    def personal(self, entry: Entry) -> int:
        """Return the points for acquaintance, less those by which a draw is below its bound."""
        question = self.question
        points = question.acquaintance(entry) if question.is_acquainted else 0
        return points - question.overdrawn(entry) if self.draws else points

    def fits(self, candidate: Candidate, friend: Friend, quarter: int) -> bool | None:
        """Return whether the friend is permitted the visit from a quarter on; None where that is not sure.

        It is False only where no other quarter would do, either.
        """
        question = self.question
        start = quarter * QUARTER_US
        end = start + question.times.minutes * MINUTE_US
        visit = question.visit
        is_exact, spans = candidate.spans(friend, visit.service, visit.policy.eligibility)
        for begins, ends in spans:
            if begins <= start and end <= ends:
                return True
        if is_exact and not any(question.times.may_hold(span) for span in spans):
            return False
        return None


def stream(
    shelf: Shelf | None, question: Question, *, entries: Mapping[str, Entry], plain: bool
) -> Iterator[Hit]:
    """Yield every friend who may come, the best first, each found only when it is asked for.

    Args:
        shelf: the candidates for the request's service.
        question: the request.
        entries: what is known of the friends.
        plain: whether the candidates lie in the order of the question's weights and selection.
    """
    if shelf is None or not question.times.windows or question.is_hopeless:
        return iter(())
    return _Search(shelf, question, entries=entries, plain=plain).run()
