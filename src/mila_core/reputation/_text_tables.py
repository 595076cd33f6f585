"""Tables of texts, as a terminal and a notebook show them."""

from collections.abc import Sequence
from html import escape

__all__ = ["columns_html", "columns_text"]


def columns_text(summary: str, rows: Sequence[Sequence[str]]) -> str:
    """Return a table in columns: the first to the left, the others to the right.

    Args:
        summary: the line above it.
        rows: the cells, the headings first.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([summary, "", *lines])


def columns_html(summary: str, rows: Sequence[Sequence[str]]) -> str:
    """Return a table in HTML.

    Args:
        summary: its caption.
        rows: the cells, the headings first.
    """
    headings, *others = rows
    head = "".join(f"<th>{escape(cell)}</th>" for cell in headings)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in others)
    return (
        f"<table><caption>{escape(summary)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
