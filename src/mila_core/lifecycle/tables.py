"""Tables: a machine as data, and the timers and reminders that time owes."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import attrs

from mila_core.lifecycle.decisions import Refusal
from mila_core.reasons import reason
from mila_core.validation import (
    FrozensetOf,
    as_instant,
    frozenset_of,
    identifier,
    instance_of,
    instant,
    sorted_repr,
)

__all__ = ["Actor", "Reminder", "Role", "Timer", "Transition", "match_transition"]


class Role(StrEnum):
    """In what capacity somebody acts."""

    CUSTOMER = "customer"
    FRIEND = "friend"
    OPERATOR = "operator"
    """A person who works for the platform."""
    TIMER = "timer"
    """The application's scheduler, when a due date has come."""
    SYSTEM = "system"
    """The application itself, as what follows from something else."""


@attrs.frozen
class Actor:
    """Who acts, in what capacity.

    Attributes:
        role: the capacity.
        id: the id of the person; for a timer or the system, of the program.
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
class Reminder:
    """Something that is worth telling somebody at a time; it changes nothing.

    Attributes:
        code: what to tell.
        to: whom.
        at: when.
    """

    code: str = attrs.field(validator=identifier)
    to: Role = attrs.field(validator=instance_of(Role))
    at: datetime = attrs.field(converter=as_instant, validator=instant)


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
