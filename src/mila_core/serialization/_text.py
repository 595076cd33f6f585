"""From JSON text to JSON values: what is no JSON, or too much of it, is one problem of the whole text."""

import json
from typing import Any

from mila_core.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.serialization._converter import json_object
from mila_core.serialization._limits import Limits

_MOST_BYTES = 4  # of a character in UTF-8


def parse(text: str | bytes, limits: Limits) -> Any:
    """Return the JSON value of a text; an object that has a field twice remembers it.

    Args:
        text: the text, or its bytes in UTF-8.
        limits: how long the text and its numbers may be.

    Raises:
        InvalidDocumentError: no JSON, or more than the limits allow.
        InvalidTypeError: neither a text nor bytes.
    """
    if not isinstance(text, str | bytes):
        raise InvalidTypeError("text", "a text or bytes", describe(text))

    def whole(digits: str) -> int:
        if len(digits) > limits.digits:
            raise ValueError(digits[: limits.digits])
        return int(digits)

    try:
        text = _decoded(text, limits)
        return json.loads(text, object_pairs_hook=json_object, parse_int=whole)
    except InvalidInputError as error:
        problem: InvalidInputError = error
    except json.JSONDecodeError as error:
        came = f"{error.msg} at line {error.lineno}, column {error.colno}"
        problem = InvalidValueError("$", "JSON", came)
    except RecursionError:
        problem = InvalidValueError("$", f"at most {limits.depth} levels", "a text nested too deeply")
    except UnicodeDecodeError as error:
        problem = InvalidValueError("$", "UTF-8", f"a byte that is none at position {error.start}")
    except ValueError:
        problem = InvalidValueError("$", f"numbers of at most {limits.digits} digits", "a longer one")
    raise InvalidDocumentError("document", [problem])


def _decoded(text: str | bytes, limits: Limits) -> str:
    """Return the characters of a text, without a byte order mark: some editors write it, it says nothing."""
    expected = f"a text of at most {limits.characters} characters"
    if len(text) > limits.characters * (_MOST_BYTES if isinstance(text, bytes) else 1):
        raise InvalidValueError("$", expected, f"one of {len(text)}")
    text = text.decode("utf-8") if isinstance(text, bytes) else text
    if len(text) > limits.characters:
        raise InvalidValueError("$", expected, f"one of {len(text)}")
    return text.removeprefix("\N{BYTE ORDER MARK}")
