"""The one module that knows orjson, which comes with the extra `orjson`."""

from typing import Any

from mila_core.errors import InvalidValueError, MissingExtraError, describe

_INDENTS = (None, 2)


def orjson_text(document: dict[str, Any], *, indent: int | None) -> str | None:
    """Return a document as orjson writes it, or None if it cannot: a number beyond 64 bits, half a letter.

    Args:
        document: what `dump` made.
        indent: how many spaces to indent a level, 2 or None, as orjson knows no other.

    Raises:
        InvalidValueError: another indent.
        MissingExtraError: orjson is not installed.
    """
    if indent not in _INDENTS:
        raise InvalidValueError("indent", "2 or None with orjson", describe(indent))
    try:
        import orjson  # noqa: PLC0415  # behind an extra
    except ImportError:
        raise MissingExtraError("orjson", "orjson") from None
    try:
        written: bytes = orjson.dumps(document, option=orjson.OPT_INDENT_2 if indent else None)
    except orjson.JSONEncodeError:
        return None
    return written.decode()
