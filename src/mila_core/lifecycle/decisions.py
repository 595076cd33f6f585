"""Decisions and refusals: the two answers that a command can get."""

from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

import attrs

from mila_core.errors import MilaError
from mila_core.reasons import Reason
from mila_core.validation import TupleOf, identifier, instance_of, integer, text, tuple_of

__all__ = ["LONGEST_STREAM", "Decision", "Outcome", "Refusal", "RefusedError", "StreamVersion"]

LONGEST_STREAM = 240
"""How long the name of a stream may be: a word for the kind, a colon, and an id of up to 200 characters."""

EventT = TypeVar("EventT")


@attrs.frozen
class StreamVersion:
    """The version of something that was read; storing must fail if it has another by then.

    Attributes:
        stream: what was read, such as `booking:b1`.
        version: its version; 0 for what does not exist yet.
    """

    stream: str = attrs.field(validator=text(LONGEST_STREAM))
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
