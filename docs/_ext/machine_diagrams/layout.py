"""Where everything stands: the open states in a column, the final ones on the right, lanes in between.

Each arrow leaves its state to the right, on a line of its own that bears its events. It runs to the lane of
its target and joins there all others that lead to the same place, so that ten ways to be cancelled end in one
line. What leads to the next state of the column goes straight down. So labels meet neither lines nor labels.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count, pairwise

import attrs

from machine_diagrams.graph import START, Arrow, arrows_of, column_of, finals_of
from machine_diagrams.lanes import CORNER, SPACING, Key, Lane, Row, arrange, key_of, lines_of, slots_of
from machine_diagrams.picture import Box, Label, Line, Picture, Point
from mila_core.lifecycle import Transition

__all__ = ["DOT", "LETTER", "LINE", "lay_out"]

LETTER = 7.4
"""The width of an event's letter: 0.6 of 12 pixels in most monospaced faces, and a little more."""
LINE = 15.0
"""From one line of a label to the next."""
DOT = 6.0
"""The radius of the dot at which lives begin."""
_GAP = 8.0  # between a thing and the next
_RAISED = 4.0  # a label above its line
_STATE_LETTER = 8.2  # the width of a state's letter, which is 13 pixels high and bold
_MARGIN = 4.0
_LOWEST = 34.0  # the least height of a state
_NARROWEST = 96.0  # the least width of a state
_LOOP = 16.0  # the width and height of an arrow that leads back to its own state
_ROUNDS = 4  # of arranging the lanes for the rows, then the rows for the lanes


@attrs.frozen(kw_only=True)
class _Plan:
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


@attrs.define
class _Stack:
    """The column while it grows downwards."""

    bottom: float = _MARGIN
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
            self.bottom += _GAP + size
            self.rows.append(Row(arrow, self.bottom - (size / 2 if arrow.loop else 0)))
        self.bottom = max(self.bottom + _GAP, top + (2 * DOT if name == START else _LOWEST))
        self.heights[name] = self.bottom - top


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
        stack.bottom += 2 * _GAP + LINE * max(below, default=1)
    return stack


def _is_clear(end: float, key: Key, taken: Mapping[float, Key]) -> bool:
    """Say whether an arrow's head lies on a line of its own lane, or away from all lines."""
    return all(
        abs(end - height) >= (2 * CORNER if owner == key else CORNER) or (end == height and owner == key)
        for height, owner in taken.items()
    )


def _place_finals(stack: _Stack, runs: Mapping[Key, Sequence[Row]]) -> None:
    """Place the states that are not in the column, each as near as can be to the middle of its lines."""
    taken = {row.height: key for key, rows in runs.items() for row in rows}
    taken |= {height: key for key, height in stack.entries.items()}
    names = dict.fromkeys(name for name, _ in runs if name not in stack.tops)
    heights = {name: [row.height for key in runs if key[0] == name for row in runs[key]] for name in names}
    middles = {name: sum(each) / len(each) for name, each in heights.items()}
    placed: list[str] = []
    for name in sorted(names, key=lambda name: middles[name]):
        keys = [key for key in runs if key[0] == name]
        half = _LOWEST / 2 + SPACING * (len(keys) - 1) / 2
        nearest = min(heights[name], key=lambda height: abs(height - middles[name]))
        for step in count():
            middle = nearest + (step + 1) // 2 * (-1) ** step
            ends = {key: middle + SPACING * (at - (len(keys) - 1) / 2) for at, key in enumerate(keys)}
            if (
                middle - half >= _MARGIN
                and all(_is_clear(end, key, taken) for key, end in ends.items())
                and all(
                    middle + half + _GAP <= stack.tops[each]
                    or stack.tops[each] + stack.heights[each] + _GAP <= middle - half
                    for each in placed
                )
            ):
                break
        stack.entries |= ends
        stack.tops[name], stack.heights[name] = middle - half, 2 * half
        placed.append(name)


def _plan(column: Sequence[str], arrows: Sequence[Arrow]) -> _Plan:
    """Say what stands at which height if the arrows of a state stand beside it in this order."""
    downs = [
        arrow
        for arrow in arrows
        if (arrow.source, arrow.target) in pairwise(column) and not (arrow.source == START and arrow.timed)
    ]
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
    return _Plan(
        tops=stack.tops, heights=stack.heights, rows=stack.rows, downs=downs, lanes=lanes, crossings=crossings
    )


def _best_plan(column: Sequence[str], arrows: Sequence[Arrow]) -> _Plan:
    """Return the plan that crosses least of some, each with its rows in the order of the last one's lanes."""
    plans = []
    for _ in range(_ROUNDS):
        plans.append(_plan(column, arrows))
        rank = {lane.key: number for number, lane in enumerate(plans[-1].lanes)}
        arrows = sorted(arrows, key=lambda arrow: rank.get(key_of(arrow), 0), reverse=True)
    return min(plans, key=lambda plan: plan.crossings)


@attrs.frozen(kw_only=True)
class _Frame:
    """Where the column stands.

    Attributes:
        left: its left edge.
        width: its width.
        paired: the pairs of states with two arrows downwards, one of them the timer's.
    """

    left: float
    width: float
    paired: frozenset[tuple[str, str]]

    @property
    def middle(self) -> float:
        """The middle of the column."""
        return self.left + self.width / 2

    @property
    def right(self) -> float:
        """The right edge of the column."""
        return self.left + self.width

    def aside(self, arrow: Arrow) -> float:
        """Return how far right of the middle an arrow downwards stands."""
        if (arrow.source, arrow.target) not in self.paired:
            return 0
        return -SPACING / 2 if arrow.timed else SPACING / 2


def _frame(plan: _Plan) -> _Frame:
    """Make the column as wide as the longest name, with room on the left for labels that stand there."""
    width = max(_NARROWEST, 2 * _GAP + _STATE_LETTER * max(map(len, plan.tops)))
    timed = {(arrow.source, arrow.target): arrow for arrow in plan.downs if arrow.timed}
    paired = {(arrow.source, arrow.target) for arrow in plan.downs if not arrow.timed} & set(timed)
    longest = max((len(event) for pair in paired for event in timed[pair].events), default=0)
    beyond = SPACING / 2 + _GAP + LETTER * longest - width / 2 if paired else 0
    return _Frame(left=_MARGIN + max(beyond, 0), width=width, paired=frozenset(paired))


def _labels(arrow: Arrow, *, left: float, base: float) -> list[Label]:
    """Write the names of an arrow's events, one below the other; the last stands on the base."""
    first = base - LINE * (len(arrow.events) - 1)
    return [
        Label(text=event, left=left, base=first + LINE * number, timed=arrow.timed)
        for number, event in enumerate(arrow.events)
    ]


def _draw_rows(plan: _Plan, frame: _Frame) -> tuple[list[Line], list[Label]]:
    """Draw the loops, and write the labels of all that leaves to the right."""
    lines, labels = [], []
    for row in plan.rows:
        if not row.arrow.loop:
            labels += _labels(row.arrow, left=frame.right + _GAP, base=row.height - _RAISED)
            continue
        upper, lower, far = row.height - _LOOP / 2, row.height + _LOOP / 2, frame.right + _LOOP
        points = ((frame.right, upper), (far, upper), (far, lower), (frame.right, lower))
        lines.append(Line(points=points, timed=row.arrow.timed, head=True))
        lowest = row.height + LINE * len(row.arrow.events) / 2 - _RAISED
        labels += _labels(row.arrow, left=far + _GAP, base=lowest)
    return lines, labels


def _draw_downs(plan: _Plan, frame: _Frame) -> tuple[list[Line], list[Label]]:
    """Draw and label the arrows to the next state of the column; of two, the timer's is on the left."""
    lines, labels = [], []
    for arrow in plan.downs:
        at = frame.middle + frame.aside(arrow)
        bottom, top = plan.tops[arrow.source] + plan.heights[arrow.source], plan.tops[arrow.target]
        begin = bottom if arrow.source else plan.tops[START] + DOT
        lines.append(Line(points=((at, begin), (at, top)), timed=arrow.timed, head=True))
        left = at + _GAP
        lowest = (bottom + top + LINE * len(arrow.events)) / 2 - _RAISED - 2  # the head is at the lower end
        for label in _labels(arrow, left=left, base=lowest):
            before = at - _GAP - LETTER * len(label.text)
            labels.append(attrs.evolve(label, left=before) if frame.aside(arrow) < 0 else label)
    return lines, labels


def _start_points(row: Row, plan: _Plan, frame: _Frame) -> tuple[Point, ...]:
    """Return the points of a row up to where it leads to the right."""
    if row.arrow.source != START:
        return ((frame.right, row.height),)
    return (frame.middle, plan.tops[START] + DOT), (frame.middle, row.height)


def lay_out(table: Iterable[Transition]) -> Picture:
    """Lay a machine out.

    Args:
        table: its table, of at least one row.

    Returns:
        The drawing.
    """
    arrows = arrows_of(table)
    column, finals = column_of(arrows), finals_of(arrows)
    plan = _best_plan(column, arrows)
    frame = _frame(plan)
    loops, labels = _draw_rows(plan, frame)
    downs, below = _draw_downs(plan, frame)
    labels += below
    first = max((label.left + LETTER * len(label.text) for label in labels), default=frame.right) + 2 * _GAP
    slots = slots_of(plan.lanes)
    far = first + SPACING * max(slots.values(), default=0) + 3 * _GAP
    starts = {row: _start_points(row, plan, frame) for row in plan.rows}
    runs = [
        line
        for lane in plan.lanes
        for line in lines_of(
            lane,
            at=first + SPACING * slots[lane.key],
            end=frame.right if lane.back else far,
            starts=starts,
        )
    ]
    boxes = tuple(
        Box(
            name=name,
            left=frame.left if name in column else far,
            top=top,
            width=frame.width,
            height=plan.heights[name],
            final=name in finals,
        )
        for name, top in plan.tops.items()
        if name != START
    )
    return Picture(
        width=max(far - 2 * _GAP, *(box.left + box.width for box in boxes)) + _MARGIN,
        height=max(box.top + box.height for box in boxes) + _MARGIN,
        start=(frame.middle, plan.tops[START] + DOT) if START in plan.tops else None,
        boxes=boxes,
        lines=(*runs, *loops, *downs),
        labels=tuple(labels),
    )
