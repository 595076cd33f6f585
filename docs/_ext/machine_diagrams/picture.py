"""What a drawing is made of: boxes, lines, labels, in pixels from the upper left corner."""

import attrs

__all__ = ["Box", "Label", "Line", "Picture", "Point"]

Point = tuple[float, float]
"""How far right, and how far down."""


@attrs.frozen(kw_only=True)
class Box:
    """A state's place.

    Attributes:
        name: the state.
        left: its left edge.
        top: its upper edge.
        width: its width.
        height: its height.
        final: whether no event leaves it.
    """

    name: str
    left: float
    top: float
    width: float
    height: float
    final: bool


@attrs.frozen(kw_only=True)
class Line:
    """A line of level and upright pieces.

    Attributes:
        points: its two ends, and the corners between them.
        timed: whether it is the timer's.
        head: whether it ends in an arrow's head; if not, it ends on a line that leads to the same target.
    """

    points: tuple[Point, ...]
    timed: bool
    head: bool


@attrs.frozen(kw_only=True)
class Label:
    """An event's name.

    Attributes:
        text: the name.
        left: where it begins.
        base: the height of the line on which it stands.
        timed: whether the event is the timer's.
    """

    text: str
    left: float
    base: float
    timed: bool


@attrs.frozen(kw_only=True)
class Picture:
    """A drawing.

    Attributes:
        width: the width.
        height: the height.
        start: the middle of the dot at which lives begin; None without one.
        boxes: the states.
        lines: the lines, one an arrow.
        labels: the names of the events.
    """

    width: float
    height: float
    start: Point | None
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
