"""What every life consists of: the events that happened, the commands that ask for more, and where it stands.

Each machine has classes of its own that extend these three by what its events carry.
"""

from datetime import datetime
from typing import Any, ClassVar

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.lifecycle.decisions import StreamVersion
from mila_core.lifecycle.keys import RESERVED, KeyUse, fingerprint
from mila_core.lifecycle.tables import Actor, Timer
from mila_core.reasons import Reason
from mila_core.validation import (
    TupleOf,
    as_instant,
    identifier,
    instance_of,
    instant,
    integer,
    optional,
    tuple_of,
)

__all__ = ["Aggregate", "Command", "Event"]

_MOST = 2**53


def _command_key(instance: object, attribute: "attrs.Attribute[Any]", value: str) -> None:
    identifier(instance, attribute, value)
    if value.startswith(RESERVED):
        raise InvalidValueError(attribute.name, f"a key that does not begin with {RESERVED}", describe(value))


@attrs.frozen(kw_only=True)
class Event:
    """Something that happened.

    Attributes:
        id: the id of what it happened to.
        version: the version after the event; 1, 2, 3 and so on.
        event: the event's name, one of the table's.
        by: who caused it.
        at: when, as the application said; the order is the version's, never this.
        key: the idempotency key of the command.
        fingerprint: what the command was, in short.
        why: the reason given, if one was.
    """

    STREAM: ClassVar[str] = "stream"
    """The word for what it happens to, with which the names of its streams begin."""

    id: str = attrs.field(validator=identifier)
    version: int = attrs.field(validator=integer(1, _MOST))
    event: str = attrs.field(validator=identifier)
    by: Actor = attrs.field(validator=instance_of(Actor))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    key: str = attrs.field(validator=identifier)
    fingerprint: str = attrs.field(validator=identifier)
    why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))

    @property
    def stream(self) -> str:
        """The name of the stream it belongs to, such as `booking:b1`."""
        return f"{self.STREAM}:{self.id}"


@attrs.frozen(kw_only=True)
class Command:
    """What somebody wants to happen.

    Attributes:
        event: the event's name.
        by: who wants it.
        key: an idempotency key made by the caller, which does not begin with `~`; the same for each retry of
            the same command.
        why: a reason, for those who are told.
        expected_version: the version that the caller has seen; another one is refused. None to skip that.
        reads: the versions of what else the caller has read to make the command, such as a dispute that there
            is not yet (`dispute:b1` at 0); the decision expects them too.
    """

    event: str = attrs.field(validator=identifier)
    by: Actor = attrs.field(validator=instance_of(Actor))
    key: str = attrs.field(validator=_command_key)
    why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))
    expected_version: int | None = attrs.field(default=None, validator=optional(integer(0, _MOST)))
    reads: tuple[StreamVersion, ...] = attrs.field(
        default=(), converter=TupleOf[StreamVersion], validator=tuple_of(instance_of(StreamVersion))
    )

    @property
    def begins(self) -> str:
        """The id of what it begins, where nothing is there yet.

        Raises:
            InvalidTypeError: the command lacks what a beginning needs.
        """
        raise InvalidTypeError("state", f"something to {self.event}", "nothing (null)")

    @property
    def content(self) -> tuple[object, ...]:
        """What it asks for besides the event, as far as a retry has to bring the same."""
        return ()

    @property
    def fingerprint(self) -> str:
        """What the command is, in short; a retry may bring fresher knowledge."""
        return fingerprint(self.event, self.by.role.value, self.by.id, self.why, *self.content)


@attrs.frozen(kw_only=True)
class Aggregate:
    """What a history of events has made, as it stands.

    Attributes:
        id: its id.
        version: how many events made it what it is.
        since: the instant of the event that led to its present state; with several tables, of the last one
            that changed the state of any.
        keys: the idempotency keys used last.
    """

    STREAM: ClassVar[str] = "stream"
    """The word for it, with which the names of its streams begin."""

    id: str = attrs.field(validator=identifier)
    version: int = attrs.field(validator=integer(1, _MOST))
    since: datetime = attrs.field(converter=as_instant, validator=instant)
    keys: tuple[KeyUse, ...] = attrs.field(
        default=(), converter=TupleOf[KeyUse], validator=tuple_of(instance_of(KeyUse))
    )

    @property
    def stream(self) -> str:
        """The name of its stream, such as `booking:b1`."""
        return f"{self.STREAM}:{self.id}"

    @property
    def due(self) -> tuple[Timer, ...]:
        """What time will cause if nobody acts, the soonest first."""
        return ()
