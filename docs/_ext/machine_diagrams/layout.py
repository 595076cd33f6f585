"""Where everything stands: the open states in a column, the final ones on the right, lanes in between.

Each arrow leaves its state to the right, on a line of its own that bears its events. It runs to the lane of
its target and joins there all others that lead to the same place, so that ten ways to be cancelled end in one
line. What leads to the next state of the column goes straight down. So labels meet neither lines nor labels.
"""

from collections.abc import Iterable

import attrs

from machine_diagrams.graph import START, Arrow, arrows_of, column_of, finals_of
from machine_diagrams.heights import DOT, GAP, LINE, MARGIN, Plan, best_plan
from machine_diagrams.lanes import SPACING, Row, lines_of, slots_of
from machine_diagrams.picture import Box, Label, Line, Picture, Point
from mila_core.lifecycle import Transition

__all__ = ["lay_out"]

_LETTER = 7.4  # an event's letter: 0.6 of 12 pixels wide in most monospaced faces, and a little more
_STATE_LETTER = 8.2  # a state's letter, which is 13 pixels high and bold
_NARROWEST = 96.0  # the least width of a state
_RAISED = 4.0  # a label above its line
_LOOP = 16.0  # the width and height of an arrow that leads back to its own state


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


def _frame(plan: Plan) -> _Frame:
    """Make the column as wide as the longest name, with room on the left for labels that stand there."""
    width = max(_NARROWEST, 2 * GAP + _STATE_LETTER * max(map(len, plan.tops)))
    timed = {(arrow.source, arrow.target): arrow for arrow in plan.downs if arrow.timed}
    paired = {(arrow.source, arrow.target) for arrow in plan.downs if not arrow.timed} & set(timed)
    longest = max((len(event) for pair in paired for event in timed[pair].events), default=0)
    beyond = SPACING / 2 + GAP + _LETTER * longest - width / 2 if paired else 0
    return _Frame(left=MARGIN + max(beyond, 0), width=width, paired=frozenset(paired))


def _labels(arrow: Arrow, *, left: float, base: float) -> list[Label]:
    """Write the names of an arrow's events, one below the other; the last stands on the base."""
    first = base - LINE * (len(arrow.events) - 1)
    return [
        Label(text=event, left=left, base=first + LINE * number, timed=arrow.timed)
        for number, event in enumerate(arrow.events)
    ]


def _draw_rows(plan: Plan, frame: _Frame) -> tuple[list[Line], list[Label]]:
    """Draw the loops, and write the labels of all that leaves to the right."""
    lines, labels = [], []
    for row in plan.rows:
        if not row.arrow.loop:
            labels += _labels(row.arrow, left=frame.right + GAP, base=row.height - _RAISED)
            continue
        upper, lower, far = row.height - _LOOP / 2, row.height + _LOOP / 2, frame.right + _LOOP
        points = ((frame.right, upper), (far, upper), (far, lower), (frame.right, lower))
        lines.append(Line(points=points, timed=row.arrow.timed, head=True))
        lowest = row.height + LINE * len(row.arrow.events) / 2 - _RAISED
        labels += _labels(row.arrow, left=far + GAP, base=lowest)
    return lines, labels


def _draw_downs(plan: Plan, frame: _Frame) -> tuple[list[Line], list[Label]]:
    """Draw and label the arrows to the next state of the column; of two, the timer's is on the left."""
    lines, labels = [], []
    for arrow in plan.downs:
        at = frame.middle + frame.aside(arrow)
        bottom, top = plan.bottom(arrow.source), plan.tops[arrow.target]
        begin = bottom if arrow.source else plan.tops[START] + DOT
        lines.append(Line(points=((at, begin), (at, top)), timed=arrow.timed, head=True))
        left = at + GAP
        lowest = (bottom + top + LINE * len(arrow.events)) / 2 - _RAISED - 2  # the head is at the lower end
        for label in _labels(arrow, left=left, base=lowest):
            before = at - GAP - _LETTER * len(label.text)
            labels.append(attrs.evolve(label, left=before) if frame.aside(arrow) < 0 else label)
    return lines, labels


def _start_points(row: Row, plan: Plan, frame: _Frame) -> tuple[Point, ...]:
    """Return the points of a row up to where it leads to the right."""
    if row.arrow.source != START:
        return ((frame.right, row.height),)
    return (frame.middle, plan.tops[START] + DOT), (frame.middle, row.height)


def _draw_lanes(plan: Plan, frame: _Frame, *, first: float, far: float) -> list[Line]:
    """Draw all that runs in lanes; the leftmost stands at `first`, the edge of the final states at `far`."""
    slots = slots_of(plan.lanes)
    starts = {row: _start_points(row, plan, frame) for row in plan.rows}
    lines: list[Line] = []
    for lane in plan.lanes:
        at, end = first + SPACING * slots[lane.key], frame.right if lane.back else far
        lines += lines_of(lane, at=at, end=end, starts=starts)
    return lines


def lay_out(table: Iterable[Transition]) -> Picture:
    """Lay a machine out.

    Args:
        table: its table, of at least one row.

    Returns:
        The drawing.
    """
    arrows = arrows_of(table)
    column, finals = column_of(arrows), finals_of(arrows)
    plan = best_plan(column, arrows)
    frame = _frame(plan)
    loops, labels = _draw_rows(plan, frame)
    downs, below = _draw_downs(plan, frame)
    first = max(label.left + _LETTER * len(label.text) for label in (*labels, *below)) + 2 * GAP
    last = first + SPACING * max(slots_of(plan.lanes).values(), default=0)
    far = last + 3 * GAP
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
        width=max(last, *(box.left + box.width for box in boxes)) + MARGIN,
        height=max(box.top + box.height for box in boxes) + MARGIN,
        start=(frame.middle, plan.tops[START] + DOT) if START in plan.tops else None,
        boxes=boxes,
        lines=(*_draw_lanes(plan, frame, first=first, far=far), *loops, *downs),
        labels=(*labels, *below),
    )
