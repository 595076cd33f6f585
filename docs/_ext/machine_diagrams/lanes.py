"""The lanes between the column and the final states: their order, their places, their lines."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest

import attrs

from machine_diagrams.graph import Arrow
from machine_diagrams.picture import Line, Point

__all__ = ["CORNER", "SPACING", "Key", "Lane", "Row", "arrange", "key_of", "lines_of", "slots_of"]

CORNER = 7.0
"""The radius of a bend."""
SPACING = 14.0
"""From one lane to the next, and from one arrow's head to the next."""
_TRIED = 500  # unfinished orders that are followed up; ten lanes have no more than 252 sets of a size

Key = tuple[str, bool]
"""A lane's target, and whether it is the timer's: what tells it from the others."""


def key_of(arrow: Arrow) -> Key:
    """Return which lane an arrow uses."""
    return arrow.target, arrow.timed


@attrs.frozen
class Row:
    """The level line on which an arrow leaves its state.

    Attributes:
        arrow: the arrow.
        height: the height of the line; of a loop, its middle.
    """

    arrow: Arrow
    height: float


@attrs.frozen(kw_only=True)
class Lane:
    """The upright line that all arrows to one target share.

    Attributes:
        key: which one it is.
        rows: what comes in from the left.
        entry: the height at which it leads into its target.
        back: whether the target stands in the column, on its left.
    """

    key: Key
    rows: tuple[Row, ...]
    entry: float
    back: bool

    @property
    def top(self) -> float:
        """Its upper end."""
        return min(self.entry, *(row.height for row in self.rows))

    @property
    def bottom(self) -> float:
        """Its lower end."""
        return max(self.entry, *(row.height for row in self.rows))

    def spans(self, height: float) -> bool:
        """Say whether a level line at a height crosses it."""
        return self.top < height < self.bottom

    def is_beside(self, other: "Lane") -> bool:
        """Say whether the two are too near to stand one below the other."""
        return self.top < other.bottom + SPACING and other.top < self.bottom + SPACING


def _crossings(left: Lane, right: Lane) -> int:
    """Count how often two lanes cross if the one stands left of the other."""
    return (
        sum(left.spans(row.height) for row in right.rows)
        + (right.back and left.spans(right.entry))
        + (not left.back and right.spans(left.entry))
    )


def arrange(lanes: Sequence[Lane]) -> tuple[int, tuple[Lane, ...]]:
    """Return the order of lanes, from left to right, that crosses least, and how often it does.

    How often a lane crosses those on its left does not depend on their order. So of all orders of the same
    lanes only the best is carried on, from none to all: the best there is, unless there are very many lanes.
    """
    cost = {(one.key, other.key): _crossings(one, other) for one in lanes for other in lanes}
    best: dict[frozenset[Key], tuple[int, tuple[Lane, ...]]] = {frozenset(): (0, ())}
    for _ in lanes:
        larger: dict[frozenset[Key], tuple[int, tuple[Lane, ...]]] = {}
        for placed, (before, order) in best.items():
            for lane in lanes:
                if lane.key not in placed:
                    both = placed | {lane.key}
                    total = before + sum(cost[other, lane.key] for other in placed)
                    if both not in larger or total < larger[both][0]:
                        larger[both] = (total, (*order, lane))
        best = dict(nsmallest(_TRIED, larger.items(), key=lambda item: item[1][0]))
    return next(iter(best.values()))


def slots_of(order: Iterable[Lane]) -> dict[Key, int]:
    """Give each lane a place, counted from the left; those that stand one below the other may share it."""
    slots: dict[Key, int] = {}
    placed: list[Lane] = []
    for lane in order:
        slots[lane.key] = max((slots[other.key] + 1 for other in placed if other.is_beside(lane)), default=0)
        placed.append(lane)
    return slots


def lines_of(lane: Lane, *, at: float, end: float, starts: Mapping[Row, tuple[Point, ...]]) -> list[Line]:
    """Draw a lane: a line for each row. One of them bears the head, the others join it.

    Args:
        lane: the lane.
        at: where it stands.
        end: the edge of its target.
        starts: the points of each row up to where it begins to lead to the right.
    """
    _, timed = lane.key
    turn = -CORNER if lane.back else CORNER
    drawn: list[Line] = []
    for side, down in ((0, 0.0), (1, CORNER), (-1, -CORNER)):
        rows = [row for row in lane.rows if (row.height < lane.entry) - (row.height > lane.entry) == side]
        for number, row in enumerate(
            sorted(rows, key=lambda row: abs(row.height - lane.entry), reverse=True)
        ):
            head = not drawn
            last = (end if head else at + turn, lane.entry)
            points: tuple[Point, ...]
            if number:  # it joins what comes from further away
                points = ((at, row.height), (at, row.height + down))
            else:
                points = ((at, row.height), (at, lane.entry), last) if side else (last,)
            drawn.append(Line(points=(*starts[row], *points), timed=timed, head=head))
    return drawn
