"""The one module that knows the `chqr` library: a payload becomes the picture of a payment part.

Two things of the library are put right. It lets a QR code have more error correction than the level M that
the guidelines ask for, where there is room: so the code is made here, of exactly the payload. It lets a long
line run out of its column: so such a line is made smaller, and broken. All that is printed is made of the
lines of the payload, so that what is read and what is scanned cannot differ.
"""

import re
from decimal import Decimal
from html import escape, unescape
from itertools import chain, repeat
from typing import Any

from mila_core.errors import MissingExtraError

__all__ = ["drawn"]

_LINE = re.compile(
    r'<tspan x="(?P<x>[^"]*)" dy="(?P<dy>[^"]*)" font-size="(?P<size>8|10)pt">(?P<text>[^<]*)</tspan>'
)
_COLUMN_MM = {"8": 52.0, "10": 86.0}
"""The width of the column by the size of its letters: the receipt's, and that of the payment part."""

_SMALLER = {"8": (6, 7), "10": (8, 9)}
"""By the size of letters, the one for a line that is too long, and how far below it the next one stands."""

_MM_PER_POINT = 25.4 / 72
_NARROW, _WIDE = frozenset("iIjl.,;:'|!()[] ftr-"), frozenset("mMwW%@&")


def _library() -> tuple[Any, Any]:
    try:
        import chqr  # noqa: PLC0415  # behind an extra
        import segno  # noqa: PLC0415  # what it draws codes with
    except ImportError:
        raise MissingExtraError("invoice", "chqr") from None
    return chqr, segno


def _ems(char: str) -> float:
    if char in _NARROW:
        return 0.38
    if char in _WIDE:
        return 0.95
    return 0.76 if char.isupper() else 0.52 if char.isdigit() else 0.62


def _width_mm(text: str, points: int) -> float:
    """Return how wide a text is at most, in Arial or what stands for it on a machine without."""
    return sum(map(_ems, text)) * points * _MM_PER_POINT


def _broken(text: str, points: int, column: float) -> list[str]:
    """Return a text as lines that fit a column, broken between words where there is one to break at."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if _width_mm(joined, points) <= column:
            lines[-1] = joined
            continue
        lines.append("")
        for char in word:
            if _width_mm(lines[-1] + char, points) > column:
                lines.append("")
            lines[-1] += char
    return [line for line in lines if line]


def _fitted(line: "re.Match[str]") -> str:
    """Return a line of the picture so that it fits its column: in smaller letters, as several lines."""
    text, size = unescape(line["text"]), line["size"]
    if _width_mm(text, int(size)) <= _COLUMN_MM[size]:
        return line[0]
    points, below = _SMALLER[size]
    steps = chain([line["dy"]], repeat(f"{below}pt"))
    return "".join(
        f'<tspan x="{line["x"]}" dy="{step}" font-size="{points}pt">{escape(part)}</tspan>'
        for step, part in zip(steps, _broken(text, points, _COLUMN_MM[size]), strict=False)
    )


def drawn(payload: str, *, language: str) -> str:
    """Return the picture of a payment part.

    Args:
        payload: the 34 lines of the QR code.
        language: `de`, `fr`, `it` or `en`.

    Raises:
        MissingExtraError: the extra is not installed.
    """
    chqr, segno = _library()
    lines = payload.split("\n")
    names = ("name", "street", "building_number", "postal_code", "city", "country")
    creditor, debtor = (dict(zip(names, lines[at : at + 6], strict=True)) for at in (5, 21))
    bill = chqr.QRBill(
        account=lines[3],
        creditor=chqr.Creditor(**creditor),
        currency=lines[19],
        amount=Decimal(lines[18]),
        reference_type=lines[27],
        reference=lines[28] or None,
        additional_information=lines[29] or None,
        debtor=chqr.UltimateDebtor(**debtor) if lines[20] else None,
    )
    code = segno.make_qr(payload, error="M", boost_error=False, encoding="utf-8")
    bill.generate_qr_code = lambda: code
    picture: str = bill.generate_svg(language)
    return _LINE.sub(_fitted, picture)
