"""Where candidates lie: by service, by cell of a grid, by postcode, the best first.

The grid is that of the Swiss coordinates (LV95). A bucket is replaced when a candidate comes or goes, never
changed, so that a copy of the shelves costs no more than their dictionaries.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from math import hypot

from mila_core.matching._entries import Candidate

__all__ = ["CELL_M", "NEAR_M", "Bucket", "Cells", "Item", "Point", "Shelf", "cell_of", "east_north", "ring"]

CELL_M = 4_500
"""How wide a cell is, in metres: some five postcodes in a town; our choice, by measurement."""

NEAR_M = 15_000
"""Whose radius is wider lies apart, so that one who goes everywhere makes nobody look everywhere."""

_ROW = 4096  # more cells than a row of the grid has

Item = tuple[int, str, Candidate]
"""The points that do not depend on the request, negative; the friend's id; the candidate."""

Point = tuple[int, int]
"""East and north in metres."""


class Bucket:
    """The candidates of one postcode, the best first; `reach_m` is a radius that none of them surpasses."""

    __slots__ = ("east", "items", "north", "reach_m")

    def __init__(self, point: Point, items: tuple[Item, ...], reach_m: int) -> None:
        """Keep the parts."""
        self.east, self.north = point
        self.items, self.reach_m = items, reach_m


Cells = dict[int, tuple[Bucket, ...]]


def cell_of(east: int, north: int) -> int:
    """Return the number of the cell in which a point lies."""
    return east // CELL_M * _ROW + north // CELL_M


def east_north(cell: int) -> Point:
    """Return in which column and row a cell lies."""
    return divmod(cell, _ROW)


def ring(radius: int) -> tuple[int, ...]:
    """Return the steps from a cell's number to those of the cells so many cells away."""
    if radius == 0:
        return (0,)
    sides = range(-radius, radius + 1)
    ends = (-radius, radius)
    return (
        *(east * _ROW + north for east in ends for north in sides),
        *(east * _ROW + north for north in ends for east in sides[1:-1]),
    )


class Shelf:
    """The candidates for one service.

    Attributes:
        near: by cell, those who go no further than `NEAR_M`.
        wide: by cell, the others, and all for a service that is done from afar.
        best: points that no candidate surpasses without those that depend on the request.
        near_reach_m: a radius that none of the near ones surpasses.
        wide_reach_m: the same of the wide ones.
        is_remote: whether the service is done from afar.
        by_points: where it is, all candidates, the best first wherever they are.
        owner: who may change the shelf.
    """

    __slots__ = ("best", "by_points", "is_remote", "near", "near_reach_m", "owner", "wide", "wide_reach_m")

    def __init__(self, owner: object, *, is_remote: bool) -> None:
        """Begin with nobody."""
        self.owner, self.is_remote = owner, is_remote
        self.near: Cells = {}
        self.wide: Cells = {}
        self.by_points: list[Item] = []
        self.best = self.near_reach_m = self.wide_reach_m = 0

    def copy(self, owner: object) -> "Shelf":
        """Return another one with the same buckets."""
        made = Shelf(owner, is_remote=self.is_remote)
        made.near, made.wide, made.by_points = dict(self.near), dict(self.wide), list(self.by_points)
        made.best, made.near_reach_m, made.wide_reach_m = self.best, self.near_reach_m, self.wide_reach_m
        return made

    def put(self, item: Item, point: Point) -> None:
        """Add a candidate."""
        reach_m, cell = item[2].reach_m, cell_of(*point)
        cells = self._cells(item)
        there = cells.get(cell, ())
        at = _position(there, point)
        if at is None:
            cells[cell] = (*there, Bucket(point, (item,), reach_m))
        else:
            items = list(there[at].items)
            insort(items, item)
            widest = max(there[at].reach_m, reach_m)
            cells[cell] = (*there[:at], Bucket(point, tuple(items), widest), *there[at + 1 :])
        if self.is_remote:
            insort(self.by_points, item)
        self._widen(item)

    def take(self, item: Item, point: Point) -> None:
        """Take a candidate out that was put in."""
        cell, cells = cell_of(*point), self._cells(item)
        there = cells[cell]
        at = _position(there, point)
        if at is not None:
            old = there[at]
            gone = bisect_left(old.items, item)
            items = old.items[:gone] + old.items[gone + 1 :]
            kept = (Bucket(point, items, old.reach_m),) if items else ()
            cells[cell] = (*there[:at], *kept, *there[at + 1 :])
            if not cells[cell]:
                del cells[cell]
        if self.is_remote:
            del self.by_points[bisect_left(self.by_points, item)]

    def swap(self, old: Item, new: Item, point: Point) -> None:
        """Put a candidate in the place of another one of the same friend and home."""
        cell, cells = cell_of(*point), self._cells(old)
        there = cells[cell]
        at = _position(there, point)
        if at is None or cells is not self._cells(new):
            self.take(old, point)
            self.put(new, point)
            return
        items = list(there[at].items)
        del items[bisect_left(items, old)]
        insort(items, new)
        changed = Bucket(point, tuple(items), max(there[at].reach_m, new[2].reach_m))
        cells[cell] = (changed,) if len(there) == 1 else (*there[:at], changed, *there[at + 1 :])
        if self.is_remote:
            del self.by_points[bisect_left(self.by_points, old)]
            insort(self.by_points, new)
        self._widen(new)

    def fill(self, candidates: Iterable[tuple[Item, Point]]) -> None:
        """Add many candidates to a shelf that has none."""
        near: dict[Point, list[Item]] = {}
        wide: dict[Point, list[Item]] = {}
        for item, point in candidates:
            into = near if item[2].reach_m <= NEAR_M else wide
            found = into.get(point)
            if found is None:
                into[point] = [item]
            else:
                found.append(item)
        for points, cells in ((near, self.near), (wide, self.wide)):
            for point, items in points.items():
                items.sort()
                widest = max([item[2].reach_m for item in items])
                bucket, cell = Bucket(point, tuple(items), widest), cell_of(*point)
                cells[cell] = (*cells.get(cell, ()), bucket)
                self._widen(items[0])
                if points is near:
                    self.near_reach_m = max(self.near_reach_m, widest)
                else:
                    self.wide_reach_m = max(self.wide_reach_m, widest)
        if self.is_remote:
            self.by_points = sorted(item for items in wide.values() for item in items)

    def around(self, point: Point) -> Iterator[tuple[str, Candidate]]:
        """Yield the candidates of the postcodes from which somebody goes as far as a point."""
        east, north = point
        for cells in (self.near, self.wide):
            for buckets in cells.values():
                for bucket in buckets:
                    if round(hypot(bucket.east - east, bucket.north - north)) <= bucket.reach_m:
                        for _, friend_id, candidate in bucket.items:
                            yield friend_id, candidate

    def _cells(self, item: Item) -> Cells:
        return self.near if item[2].reach_m <= NEAR_M else self.wide

    def _widen(self, item: Item) -> None:
        reach_m = item[2].reach_m
        self.best = max(self.best, -item[0])
        if reach_m > NEAR_M:
            self.wide_reach_m = max(self.wide_reach_m, reach_m)
        elif self.near_reach_m < reach_m:
            self.near_reach_m = reach_m


def _position(buckets: tuple[Bucket, ...], point: Point) -> int | None:
    for at, bucket in enumerate(buckets):
        if bucket.east == point[0] and bucket.north == point[1]:
            return at
    return None
