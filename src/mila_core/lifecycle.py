"""The mechanics that every life cycle shares: tables, decisions, refusals, idempotency keys, timers.

A machine is a table (data) and two pure functions: `decide(state, command, at=...)` answers with a
`Decision` (the events to store) or a `Refusal` (why not), and `evolve(state, event)` folds an event into the
state. There is no clock and no storage inside: instants are arguments, timers are returned as due dates.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

import attrs

from mila_core.errors import InvalidTypeError, MilaError, describe
from mila_core.reasons import Reason, reason
from mila_core.validation import (
    FrozensetOf,
    TupleOf,
    as_instant,
    frozenset_of,
    identifier,
    instance_of,
    instant,
    integer,
    sorted_repr,
    text,
    tuple_of,
)

__all__ = [
    "Actor",
    "Decision",
    "KeyUse",
    "Outcome",
    "Refusal",
    "RefusedError",
    "Role",
    "StreamVersion",
    "Timer",
    "Transition",
    "fingerprint",
    "match_key",
    "match_transition",
    "remember",
]

MOST_KEYS = 32
"""How many idempotency keys a state remembers; a retry comes within a few commands."""

_LONGEST_STREAM = 240  # a word for the kind, a colon, and an id, which has up to 200 characters

EventT = TypeVar("EventT")


class Role(StrEnum):
    """In what capacity somebody acts."""

    CUSTOMER = "customer"
    FRIEND = "friend"
    OPERATOR = "operator"
    """A person who works for the platform."""
    TIMER = "timer"
    """The application's scheduler, when a due date has come."""


@attrs.frozen
class Actor:
    """Who acts, in what capacity.

    Attributes:
        role: the capacity.
        id: the id of the person; for a timer, of the scheduler.
    """

    role: Role = attrs.field(validator=instance_of(Role))
    id: str = attrs.field(validator=identifier)


@attrs.frozen(kw_only=True)
class Transition:
    """A row of a machine's table: an event, who may cause it, from which states, to which.

    Attributes:
        event: the event's name.
        roles: who may cause it.
        sources: the states from which; empty for the event that begins a life.
        target: the state after.
    """

    event: str = attrs.field(validator=identifier)
    roles: frozenset[Role] = attrs.field(
        converter=FrozensetOf[Role], validator=frozenset_of(instance_of(Role), least=1), repr=sorted_repr
    )
    sources: frozenset[str] = attrs.field(
        converter=FrozensetOf[str], validator=frozenset_of(identifier), repr=sorted_repr
    )
    target: str = attrs.field(validator=identifier)


@attrs.frozen
class Timer:
    """What time owes: an event that falls due.

    Attributes:
        event: the event's name.
        at: from when on it is to be caused.
    """

    event: str = attrs.field(validator=identifier)
    at: datetime = attrs.field(converter=as_instant, validator=instant)


@attrs.frozen
class StreamVersion:
    """The version of something that was read; storing must fail if it has another by then.

    Attributes:
        stream: what was read, such as `booking:b1`.
        version: its version; 0 for what does not exist yet.
    """

    stream: str = attrs.field(validator=text(_LONGEST_STREAM))
    version: int = attrs.field(validator=integer(0, 2**53))


class Outcome(StrEnum):
    """What became of a command that was not refused."""

    APPLIED = "applied"
    """It is new: store the events."""
    REPLAYED = "replayed"
    """The same command with the same key was applied before: there is nothing to store."""


@attrs.frozen(kw_only=True)
class Decision(Generic[EventT]):
    """A yes: what is to be stored, and what must not have changed meanwhile.

    Attributes:
        outcome: whether the command is new or a repetition.
        events: the events to store, in order; none for a repetition.
        expects: the version of everything that was read.
    """

    outcome: Outcome = attrs.field(default=Outcome.APPLIED, validator=instance_of(Outcome))
    events: tuple[EventT, ...] = attrs.field(
        default=(), converter=TupleOf[EventT], validator=instance_of(tuple)
    )
    expects: tuple[StreamVersion, ...] = attrs.field(
        default=(), converter=TupleOf[StreamVersion], validator=tuple_of(instance_of(StreamVersion))
    )


@attrs.frozen(kw_only=True)
class Refusal:
    """A no: which event was refused, and every reason why.

    Attributes:
        event: the event's name.
        reasons: why; the first is the one to act on.
    """

    event: str = attrs.field(validator=identifier)
    reasons: tuple[Reason, ...] = attrs.field(
        converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason), least=1)
    )

    @property
    def code(self) -> str:
        """The code of the first reason."""
        return self.reasons[0].code


class RefusedError(MilaError, RuntimeError):
    """A verb was refused; callers who expect that use `decide` and get the `Refusal` as a value.

    Attributes:
        refusal: which event, and why.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, refusal: Refusal) -> None:
        """Keep the refusal."""
        super().__init__(refusal)
        self.refusal = refusal

    def __str__(self) -> str:
        """Return the message: the event, and the codes and values of the reasons."""
        reasons = "; ".join(
            " ".join([why.code, *(f"{name}={value}" for name, value in why.values)])
            for why in self.refusal.reasons
        )
        return f"{self.refusal.event} is refused: {reasons}"


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
    if attrs.has(kind):
        fields = {each.name: getattr(value, each.name) for each in attrs.fields(kind) if each.init}
        defaults = _defaults(kind)
        return [
            kind.__name__,
            {name: each for name, each in fields.items() if name not in defaults or defaults[name] != each},
        ]
    if isinstance(value, datetime | date | time):
        return [type(value).__name__, value.isoformat()]
    if isinstance(value, frozenset):
        return ["frozenset", sorted(value)]
    raise InvalidTypeError("parts", "values of this library", describe(value))


@cache
def _defaults(cls: type[Any]) -> Mapping[str, object]:
    found = {}
    for each in attrs.fields(cls):
        make = getattr(each.default, "factory", None)
        default = make() if make else each.default
        if default is not attrs.NOTHING:
            found[each.name] = each.converter(default) if callable(each.converter) else default
    return MappingProxyType(found)


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
    from hashlib import blake2b  # noqa: PLC0415  # takes 4 ms to import, and most processes decide nothing
    from json import dumps  # noqa: PLC0415  # as above

    content = dumps(parts, default=_plain, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return blake2b(content.encode(), digest_size=12).hexdigest()


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


def remember(used: Sequence[KeyUse], use: KeyUse) -> tuple[KeyUse, ...]:
    """Return the keys used, with one more and no more than are remembered.

    Args:
        used: the keys used before, the oldest first.
        use: the new one.
    """
    return (*used, use)[-MOST_KEYS:]


def match_transition(
    table: Iterable[Transition], event: str, *, source: str | None, role: Role
) -> Transition | Refusal:
    """Find the row of a table for an event, or say why there is none.

    Args:
        table: the machine's table.
        event: the event's name.
        source: the present state; None before the life begins.
        role: who would cause it.

    Returns:
        The row, or a refusal: `unknown_event`, `not_from_this_state` or `not_for_this_role`.
    """
    rows = [row for row in table if row.event == event]
    if not rows:
        return Refusal(event=event, reasons=[reason("unknown_event", event=event)])
    fitting = [row for row in rows if (source in row.sources if source is not None else not row.sources)]
    if not fitting:
        return Refusal(
            event=event, reasons=[reason("not_from_this_state", event=event, state=source or "none")]
        )
    if role not in fitting[0].roles:
        return Refusal(event=event, reasons=[reason("not_for_this_role", event=event, role=role.value)])
    return fitting[0]
