"""What stands at which height: the column, the final states beside it, and the lines between them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, pairwise

import attrs

from machine_diagrams.graph import START, Arrow
from machine_diagrams.lanes import CORNER, SPACING, Key, Lane, Row, arrange, key_of

__all__ = ["DOT", "GAP", "LINE", "MARGIN", "Plan", "best_plan"]

DOT = 6.0
"""The radius of the dot at which lives begin."""
GAP = 8.0
"""Between a thing and the next."""
LINE = 15.0
"""From one line of a label to the next."""
MARGIN = 4.0
"""Around the picture."""
_LOWEST = 34.0  # the least height of a state
_ROUNDS = 4  # of arranging the lanes for the rows, then the rows for the lanes

Runs = Mapping[Key, Sequence[Row]]
"""The rows that come into each lane."""


@attrs.frozen(kw_only=True)
class Plan:
    """What stands at which height.

    Attributes:
        tops: the upper edge of each state and of the start.
        heights: the height of each.
        rows: the lines beside the states of the column.
        downs: the arrows that lead to the next state of the column.
        lanes: the lanes, from left to right.
        crossings: how often lines cross.
    """

    tops: Mapping[str, float]
    heights: Mapping[str, float]
    rows: Sequence[Row]
    downs: Sequence[Arrow]
    lanes: Sequence[Lane]
    crossings: int

    def bottom(self, name: str) -> float:
        """Return the lower edge of a state, or of the start."""
        return self.tops[name] + self.heights[name]


@attrs.define
class _Stack:
    """The column while it grows downwards, then the final states beside it."""

    bottom: float = MARGIN
    tops: dict[str, float] = attrs.field(factory=dict)
    heights: dict[str, float] = attrs.field(factory=dict)
    rows: list[Row] = attrs.field(factory=list)
    entries: dict[Key, float] = attrs.field(factory=dict)

    def add(self, name: str, *, into: Iterable[Arrow], out: Iterable[Arrow]) -> None:
        """Put a state below the others, as high as the lines beside it need."""
        top = self.tops[name] = self.bottom
        for key in dict.fromkeys(key_of(arrow) for arrow in into):
            self.bottom += SPACING
            self.entries[key] = self.bottom
        for arrow in out:
            size = LINE * len(arrow.events)
            self.bottom += GAP + size
            self.rows.append(Row(arrow, self.bottom - (size / 2 if arrow.loop else 0)))
        self.bottom = max(self.bottom + GAP, top + (2 * DOT if name == START else _LOWEST))
        self.heights[name] = self.bottom - top

    def place(self, name: str, runs: Runs, *, beside: Iterable[str]) -> None:
        """Put a state on the right, as near as can be to the middle of the lines that lead to it.

        Args:
            name: the state.
            runs: all rows.
            beside: the states that stand on the right already.
        """
        keys = [key for key in runs if key[0] == name]
        half = (_LOWEST + SPACING * (len(keys) - 1)) / 2
        for middle in _near([row.height for key in keys for row in runs[key]]):
            ends = {key: middle + SPACING * (at - (len(keys) - 1) / 2) for at, key in enumerate(keys)}
            if self._is_free(middle - half, middle + half, beside) and self._are_clear(ends, runs):
                break
        self.entries |= ends
        self.tops[name], self.heights[name] = middle - half, 2 * half

    def _is_free(self, top: float, bottom: float, beside: Iterable[str]) -> bool:
        """Say whether there is room for a state between two heights."""
        return top >= MARGIN and all(
            bottom + GAP <= self.tops[name] or self.tops[name] + self.heights[name] + GAP <= top
            for name in beside
        )

    def _are_clear(self, ends: Mapping[Key, float], runs: Runs) -> bool:
        """Say whether each arrow's head lies on a line of its own lane, or away from all lines."""
        taken = [(row.height, key) for key, rows in runs.items() for row in rows]
        taken += [(height, key) for key, height in self.entries.items()]
        return all(
            (end == height and key == owner) or abs(end - height) >= CORNER * (2 if key == owner else 1)
            for key, end in ends.items()
            for height, owner in taken
        )


def _near(heights: Sequence[float]) -> Iterator[float]:
    """Yield the height that is next to the mean of some heights, and then others, ever further from it."""
    mean = sum(heights) / len(heights)
    nearest = min(heights, key=lambda height: abs(height - mean))
    yield nearest
    for distance in count(1):
        yield nearest + distance
        yield nearest - distance


def _stack(column: Sequence[str], arrows: Sequence[Arrow], downs: Sequence[Arrow]) -> _Stack:
    """Stack the column; the arrows of a state stand beside it in their order."""
    stack = _Stack()
    for name in column:
        stack.add(
            name,
            into=[each for each in arrows if each.target == name and not each.loop and each not in downs],
            out=[each for each in arrows if each.source == name and each not in downs],
        )
        below = [len(each.events) for each in downs if each.source == name]
        stack.bottom += 2 * GAP + LINE * max(below, default=1)
    return stack


def _place_finals(stack: _Stack, runs: Runs) -> None:
    """Place the states that do not stand in the column, the highest first."""
    rows: dict[str, list[float]] = {}
    for (name, _), each in runs.items():
        if name not in stack.tops:
            rows.setdefault(name, []).extend(row.height for row in each)
    names = sorted(rows, key=lambda name: sum(rows[name]) / len(rows[name]))
    for number, name in enumerate(names):
        stack.place(name, runs, beside=names[:number])


def _is_down(arrow: Arrow, column: Sequence[str]) -> bool:
    """Say whether an arrow goes straight down; two from the dot would stand beside it."""
    return (arrow.source, arrow.target) in pairwise(column) and not (arrow.source == START and arrow.timed)


def _plan(column: Sequence[str], arrows: Sequence[Arrow]) -> Plan:
    """Say what stands at which height if the arrows of a state stand beside it in this order."""
    downs = [arrow for arrow in arrows if _is_down(arrow, column)]
    stack = _stack(column, arrows, downs)
    runs: dict[Key, list[Row]] = {}
    for row in stack.rows:
        if not row.arrow.loop:
            runs.setdefault(key_of(row.arrow), []).append(row)
    _place_finals(stack, runs)
    crossings, lanes = arrange(
        [
            Lane(key=key, rows=tuple(rows), entry=stack.entries[key], back=key[0] in column)
            for key, rows in runs.items()
        ]
    )
    return Plan(
        tops=stack.tops, heights=stack.heights, rows=stack.rows, downs=downs, lanes=lanes, crossings=crossings
    )


def best_plan(column: Sequence[str], arrows: Sequence[Arrow]) -> Plan:
    """Return the plan that crosses least of some, each with its rows in the order of the last one's lanes.

    Args:
        column: what stands in the column, from top to bottom.
        arrows: the arrows.
    """
    plans = []
    for _ in range(_ROUNDS):
        plans.append(_plan(column, arrows))
        rank = {lane.key: number for number, lane in enumerate(plans[-1].lanes)}
        arrows = sorted(arrows, key=lambda arrow: rank.get(key_of(arrow), 0), reverse=True)
    return min(plans, key=lambda plan: plan.crossings)
