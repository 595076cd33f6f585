"""Limits: how much a document may ask of who reads it, checked before anything is made of it."""

from itertools import chain
from typing import Any

import attrs

from mila_core.errors import MOST_PROBLEMS, InvalidInputError, InvalidValueError
from mila_core.validation import integer

_MOST = 2**53
_WITH_PARTS = (dict, list)  # kept, as making the union anew for each of millions takes longer than asking


@attrs.frozen(kw_only=True)
class Limits:
    """How large a document may be; what is over a limit is one problem of the whole document.

    The defaults let a market of 50,000 friends pass (some 60 million characters, 5 million values) and keep
    what a stranger's document can ask for below some gigabytes. A web application that takes single bookings
    sets them far lower.

    Attributes:
        characters: of the whole text, which `loads` and `json_lines.read` (of a line) look at.
        depth: how many objects and lists may be inside each other; those of this library go to 20 or so.
        items: how many values there may be in all, the inner ones of lists and objects counted each.
        longest_text: characters of the longest text; the fields allow 500 at most.
        digits: of the longest whole number; the interpreter reads 4,300 unless it is told otherwise.
        problems: how many problems of a document are told.

    Raises:
        InvalidTypeError: a limit that is no whole number.
        InvalidValueError: a limit below 1, or above what can be kept.

    Examples:
        >>> from mila_core.money import chf
        >>> from mila_core.serialization import dumps, loads
        >>> loads(dumps(chf(40)), object, limits=Limits(characters=20))
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidDocumentError: document: 1 problem
          $: expected a text of at most 20 characters, came one of 56
    """

    characters: int = attrs.field(default=256_000_000, validator=integer(1, _MOST))
    depth: int = attrs.field(default=100, validator=integer(1, 500))  # the interpreter recurses to 1,000
    items: int = attrs.field(default=20_000_000, validator=integer(1, _MOST))
    longest_text: int = attrs.field(default=1_000_000, validator=integer(1, _MOST))
    digits: int = attrs.field(default=4_000, validator=integer(1, 4_000))
    problems: int = attrs.field(default=MOST_PROBLEMS, validator=integer(1, MOST_PROBLEMS))


DEFAULT_LIMITS = Limits()


def excess(document: Any, limits: Limits) -> InvalidInputError | None:
    """Return the problem of a document that is too deep, has too many values or too long a text.

    Level by level, not by recursion, so that no document is too deep to be found too deep.

    Args:
        document: a JSON value; one that contains itself is too deep.
        limits: what is allowed.
    """
    level: list[Any] = [document]
    items = depth = 0
    while level:
        depth += 1
        if depth > limits.depth:
            return InvalidValueError("$", f"at most {limits.depth} levels", "more")
        items += sum(map(len, level))
        if items > limits.items:
            return InvalidValueError("$", f"at most {limits.items} values", "more")
        values = list(
            chain.from_iterable(each.values() if isinstance(each, dict) else each for each in level)
        )
        texts = (each for each in values if type(each) is str)
        if max(map(len, texts), default=0) > limits.longest_text:
            return InvalidValueError(
                "$", f"texts of at most {limits.longest_text} characters", "a longer one"
            )
        level = [each for each in values if isinstance(each, _WITH_PARTS)]
    return None


def is_surely_within(text: str | bytes, limits: Limits) -> bool:
    """Say whether no document of so short a text can be over a limit, so that it need not be walked.

    Args:
        text: the JSON text; a value takes a character at least, a level two brackets.
        limits: what is allowed.
    """
    brackets = (
        text.count(b"[") + text.count(b"{") if isinstance(text, bytes) else text.count("[") + text.count("{")
    )
    return len(text) <= min(limits.items, limits.longest_text) and brackets <= limits.depth
