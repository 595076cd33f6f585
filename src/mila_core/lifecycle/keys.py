"""Idempotency keys: a command that comes twice happens once, and is known by what it asked for."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, describe
from mila_core.lifecycle.decisions import Outcome, Refusal
from mila_core.reasons import reason
from mila_core.validation import identifier

__all__ = ["MOST_KEYS", "RESERVED", "KeyUse", "fingerprint", "match_key", "own_key", "remember"]

MOST_KEYS = 32
"""How many idempotency keys a state remembers; a retry comes within a few commands."""

RESERVED = "~"
"""What the key of no command begins with: keys of events that follow from others do."""


@attrs.frozen
class KeyUse:
    """That an idempotency key was used, and for what.

    Attributes:
        key: the key, made by the caller.
        fingerprint: what the command was, in short.
    """

    key: str = attrs.field(validator=identifier)
    fingerprint: str = attrs.field(validator=identifier)


def _plain(value: Any) -> Any:
    """Return what JSON has no form for as something that it has one for.

    A field that has its default is left out, so that a release which adds a field to a class still knows the
    keys that were used before it.
    """
    kind: Any = type(value)
    fields = _fields_of(kind)
    if fields is not None:
        told = {}
        for name, default in fields:
            each = getattr(value, name)
            if each is not default and each != default:
                told[name] = each
        return [kind.__name__, told]
    if isinstance(value, datetime | date | time):
        return [kind.__name__, value.isoformat()]
    if isinstance(value, frozenset):
        return ["frozenset", sorted(value)]
    raise InvalidTypeError("parts", "values of this library", describe(value))


@cache
def _fields_of(kind: type[Any]) -> tuple[tuple[str, object], ...] | None:
    """Return the name and the default of each field, `NOTHING` for none; None for no class of ours."""
    if not attrs.has(kind):
        return None
    found = []
    for each in attrs.fields(kind):
        make = getattr(each.default, "factory", None)
        default = make() if make else each.default
        if default is not attrs.NOTHING and callable(each.converter):
            default = each.converter(default)
        if each.init:
            found.append((each.name, default))
    return tuple(found)


def fingerprint(*parts: object) -> str:
    """Return a short name of some content; equal content gives an equal name, on any machine and release.

    Args:
        *parts: values of this library, texts, whole numbers, dates, instants, None, or tuples of them.

    Returns:
        24 hexadecimal digits: BLAKE2b of the content as JSON, fields that have their default left out.

    Raises:
        InvalidTypeError: a value of another type.

    Examples:
        >>> fingerprint("accept", "nadja") == fingerprint("accept", "nadja") != fingerprint("accept", "anna")
        True
    """
    return _hasher()(parts)


@cache
def _hasher() -> Callable[[object], str]:
    from hashlib import blake2b  # noqa: PLC0415  # takes 4 ms to import, and most processes decide nothing
    from json import JSONEncoder  # noqa: PLC0415  # as above

    encode = JSONEncoder(default=_plain, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode
    return lambda parts: blake2b(encode(parts).encode(), digest_size=12).hexdigest()


def match_key(used: Iterable[KeyUse], use: KeyUse, *, event: str) -> Outcome | Refusal:
    """Say whether a key is new, repeated, or was used for something else.

    Args:
        used: the keys used before.
        use: the command's key and fingerprint.
        event: the name of the event it asks for.

    Returns:
        Applied for a new key, replayed for the same command, a refusal (`key_mismatch`) for another one.
    """
    for before in used:
        if before.key == use.key:
            if before == use:
                return Outcome.REPLAYED
            return Refusal(event=event, reasons=[reason("key_mismatch", key=use.key)])
    return Outcome.APPLIED


def own_key(version: int) -> str:
    """Return the key of an event that followed from another one; no caller's key is like that.

    Args:
        version: the version after the event.
    """
    return f"{RESERVED}{version}"


def remember(used: Sequence[KeyUse], use: KeyUse) -> tuple[KeyUse, ...]:
    """Return the keys used, with one more and no more than are remembered.

    Args:
        used: the keys used before, the oldest first.
        use: the new one.
    """
    return (*used, use)[-MOST_KEYS:]
