"""Plain text on a terminal of any width: headings, paragraphs, aligned columns."""

from collections.abc import Collection, Iterator, Sequence
from textwrap import wrap

LEAST_WIDTH = 40
MOST_WIDTH = 100
RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
"""A cell that is only this becomes a rule across its column."""

_MARGIN = "  "
_GAP = "  "
_NARROWEST = 16  # a column of text narrower than this is no pleasure to read


def heading(text: str, width: int) -> Iterator[str]:
    """Yield an underlined heading, with an empty line before and after."""
    lines = list(paragraph(text, width))
    yield from ("", *lines, RULE * max(map(len, lines)), "")


def paragraph(text: str, width: int, *, margin: str = "") -> Iterator[str]:
    """Yield a text in lines of a width at most; a word that is wider stays whole."""
    # a no-break space holds together what it joins: textwrap breaks at ASCII white space only
    yield from wrap(
        text,
        width,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns(
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    right: Collection[int] = (),
    head: Sequence[str] | None = None,
    colon: str = ": ",
) -> Iterator[str]:
    """Yield rows as aligned columns; the widest column gives way where the width does not suffice.

    Where it would become too narrow, each row is printed as a small block of lines instead.

    Args:
        rows: rows of equally many cells.
        width: the width of the terminal.
        right: the columns that are aligned to the right.
        head: the titles of the columns.
        colon: what stands between title and cell where rows become blocks.
    """
    if not rows:
        return
    table = [head, [RULE] * len(head), *rows] if head else list(rows)
    widths = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
    over = len(_MARGIN) + sum(widths) + len(_GAP) * (len(widths) - 1) - width
    if over > 0:
        widest = widths.index(max(widths))
        if widths[widest] - over < _NARROWEST:
            yield from _blocks(rows, width, head, colon)
            return
        widths[widest] -= over
    for row in table:
        yield from _row(row, widths, right)


def _row(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> Iterator[str]:
    cells = [
        [RULE * room] if text == RULE else wrap(text, max(room, 1), break_on_hyphens=False) or [""]
        for text, room in zip(row, widths, strict=True)
    ]
    for line in range(max(map(len, cells))):
        texts = [cell[line] if line < len(cell) else "" for cell in cells]
        aligned = [
            text.rjust(room) if at in right else text.ljust(room)
            for at, (text, room) in enumerate(zip(texts, widths, strict=True))
        ]
        yield (_MARGIN + _GAP.join(aligned)).rstrip()


def _blocks(
    rows: Sequence[Sequence[str]], width: int, head: Sequence[str] | None, colon: str
) -> Iterator[str]:
    for row in rows:
        titles = head or [""] * len(row)
        shown = [(title, cell) for title, cell in zip(titles, row, strict=True) if cell and cell != RULE]
        for number, (title, cell) in enumerate(shown):
            text = f"{title}{colon}{cell}" if title else cell
            yield from paragraph(text, width, margin=_MARGIN * 2 if number else _MARGIN)
