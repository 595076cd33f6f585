"""A drawing as an SVG element of an HTML page; its colours are the page's (`machines.css`)."""

from collections.abc import Iterable
from html import escape
from itertools import pairwise

from machine_diagrams.heights import DOT
from machine_diagrams.lanes import CORNER
from machine_diagrams.picture import Box, Label, Line, Picture, Point

__all__ = ["to_svg"]

_HEAD_LENGTH = 8.0
_HEAD_HALF = 3.5  # half of the width of an arrow's head
_ROUNDING = 8.0  # of a state's corners
_INSET = 3.0  # of a final state's second border
_BELOW_MIDDLE = 4.5  # from the middle of a state to the line on which its name stands


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _toward(corner: Point, other: Point) -> Point:
    """Return the point from which on a line from another point is bent."""
    length = abs(corner[0] - other[0]) + abs(corner[1] - other[1])
    share = min(CORNER / length, 1) if length else 0
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


def _path(points: tuple[Point, ...]) -> str:
    """Return the path through some points, its corners rounded."""
    bends = [
        f"L{_pair(_toward(corner, before))}Q{_pair(corner)} {_pair(_toward(corner, after))}"
        for before, corner, after in zip(points, points[1:], points[2:], strict=False)
    ]
    return f"M{_pair(points[0])}{''.join(bends)}L{_pair(points[-1])}"


def _head(line: Line) -> str:
    """Return the triangle at the end of a line."""
    (x0, y0), (x, y) = list(pairwise(line.points))[-1]
    right, down = (x > x0) - (x < x0), (y > y0) - (y < y0)
    back = (x - _HEAD_LENGTH * right, y - _HEAD_LENGTH * down)
    one = (back[0] - _HEAD_HALF * down, back[1] - _HEAD_HALF * right)
    two = (back[0] + _HEAD_HALF * down, back[1] + _HEAD_HALF * right)
    return f'<path class="head" d="M{_pair((x, y))}L{_pair(one)}L{_pair(two)}Z"/>'


def _line(line: Line) -> Iterable[str]:
    kind = "line timed" if line.timed else "line"
    yield f'<path class="{kind}" d="{_path(line.points)}"/>'
    if line.head:
        yield _head(line)


def _rect(box: Box, inset: float) -> str:
    place = {
        "x": box.left + inset,
        "y": box.top + inset,
        "width": box.width - 2 * inset,
        "height": box.height - 2 * inset,
        "rx": _ROUNDING - inset,
    }
    attributes = " ".join(f'{name}="{_number(value)}"' for name, value in place.items())
    return f"<rect {attributes}/>"


def _state(box: Box) -> Iterable[str]:
    yield _rect(box, 0)
    if box.final:
        yield _rect(box, _INSET)
    middle = (box.left + box.width / 2, box.top + box.height / 2 + _BELOW_MIDDLE)
    yield _text(box.name, middle, "state")


def _label(label: Label) -> str:
    return _text(label.text, (label.left, label.base), "event timed" if label.timed else "event")


def _text(text: str, at: Point, kind: str) -> str:
    return f'<text class="{kind}" x="{_number(at[0])}" y="{_number(at[1])}">{escape(text)}</text>'


def to_svg(picture: Picture, *, name: str, title: str, description: str) -> str:
    """Write a drawing as an SVG element.

    Args:
        picture: the drawing.
        name: what the ids of its title and description begin with; one of its kind on a page.
        title: what the picture is called, for those who do not see it.
        description: what it shows, for those who do not see it.

    Returns:
        The element. Its size is in pixels.
    """
    width, height = _number(picture.width), _number(picture.height)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    start = picture.start
    parts = [
        f'<svg class="machine" role="img" aria-labelledby="{name}-title {name}-desc" {size}>',
        f'<title id="{name}-title">{escape(title)}</title>',
        f'<desc id="{name}-desc">{escape(description)}</desc>',
        *(part for line in picture.lines for part in _line(line)),
        *(
            [f'<circle cx="{_number(start[0])}" cy="{_number(start[1])}" r="{_number(DOT)}"/>']
            if start
            else []
        ),
        *(part for box in picture.boxes for part in _state(box)),
        *map(_label, picture.labels),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
