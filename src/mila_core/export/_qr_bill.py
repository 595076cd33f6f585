"""The one module that knows the `chqr` library: a payload becomes the picture of a payment part.

Two things of the library are put right. It lets a QR code have more error correction than the level M that
the guidelines ask for, where there is room: so the code is made here, of exactly the payload. It lets a long
line run out of its column: so such a line is squeezed, or broken. All that is printed is made of the lines of
the payload, so that what is read and what is scanned cannot differ.
"""

import re
from decimal import Decimal
from html import escape, unescape
from typing import Any

from mila_core.errors import MissingExtraError

__all__ = ["drawn"]

_LINE = re.compile(
    r'(?P<head><tspan x="[^"]*" dy="[^"]*" font-size="(?P<size>8|10)pt")>(?P<text>[^<]*)</tspan>'
)
_MM_PER_POINT = 25.4 / 72
_COLUMN_MM = {"8": 52, "10": 86}  # the receipt's, and that of the payment part
_NARROW, _WIDE = frozenset("iIjl.,;:'|!()[] ftr-"), frozenset("mMwW%@&")
_MESSAGE, _MESSAGE_CHARS = 29, 44


def _library() -> tuple[Any, Any]:
    try:
        import chqr  # noqa: PLC0415  # behind an extra
        import segno  # noqa: PLC0415  # what it draws codes with
    except ImportError:
        raise MissingExtraError("invoice", "chqr") from None
    return chqr, segno


def _width_mm(text: str, points: int) -> float:
    """Return about how wide a text is in Arial, rather too wide: of capitals as if all were broad."""
    ems = sum(
        0.33 if char in _NARROW else 0.9 if char in _WIDE else 0.72 if char.isupper() else 0.556
        for char in text
    )
    return ems * points * _MM_PER_POINT


def _broken(text: str) -> list[str]:
    """Return a text as lines that fit the column of the payment part, between words where there are some."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= _MESSAGE_CHARS:
            lines[-1] = joined
            continue
        lines += [word[at : at + _MESSAGE_CHARS] for at in range(0, len(word), _MESSAGE_CHARS)]
    return [line for line in lines if line]


def _fitted(line: "re.Match[str]", message: str) -> str:
    """Return a line of the picture so that it fits its column."""
    text, points = unescape(line["text"]), int(line["size"])
    column = _COLUMN_MM[line["size"]]
    if text == message:
        return "".join(f"{line['head']}>{escape(part)}</tspan>" for part in _broken(text))
    if _width_mm(text, points) <= column:
        return line[0]
    return f'{line["head"]} textLength="{column}mm" lengthAdjust="spacingAndGlyphs">{line["text"]}</tspan>'


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
        additional_information=lines[_MESSAGE] or None,
        debtor=chqr.UltimateDebtor(**debtor) if lines[20] else None,
    )
    code = segno.make_qr(payload, error="M", boost_error=False, encoding="utf-8")
    bill.generate_qr_code = lambda: code
    picture: str = bill.generate_svg(language)
    return _LINE.sub(lambda line: _fitted(line, lines[_MESSAGE]), picture)
