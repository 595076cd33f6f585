"""What all verbs do: decide and evolve in one step, raise where the answer is no, and let time act."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Customer, Friend
from mila_core.lifecycle.decisions import Decision, Refusal, RefusedError
from mila_core.lifecycle.lives import Aggregate, Event
from mila_core.lifecycle.tables import Actor, Role, Timer

__all__ = ["By", "actor_of", "after", "run_timers"]

AggregateT = TypeVar("AggregateT", bound=Aggregate)
EventT = TypeVar("EventT", bound=Event)

By: TypeAlias = Actor | Customer | Friend
"""Who acts: an actor, or a customer or friend who acts as such."""


def actor_of(by: By) -> Actor:
    """Return who acts, of somebody who is given as the person.

    Args:
        by: an actor, or a customer or friend who acts as such.

    Raises:
        InvalidTypeError: somebody else.

    Examples:
        >>> actor_of(Actor(Role.OPERATOR, "olga"))
        Actor(role=<Role.OPERATOR: 'operator'>, id='olga')
    """
    match by:
        case Customer():
            return Actor(Role.CUSTOMER, by.id)
        case Friend():
            return Actor(Role.FRIEND, by.id)
        case Actor():
            return by
        case _:
            raise InvalidTypeError("by", "an Actor, a Customer or a Friend", describe(by))


def after(
    state: AggregateT | None,
    decided: Decision[EventT] | Refusal,
    *,
    evolve: Callable[[AggregateT | None, EventT], AggregateT],
) -> AggregateT:
    """Return the aggregate after a decision; a refusal is raised.

    Args:
        state: the aggregate before; None for one that begins.
        decided: the answer to a command.
        evolve: the machine's function.

    Raises:
        RefusedError: the answer is no.
    """
    if isinstance(decided, Refusal):
        raise RefusedError(decided)
    for event in decided.events:
        state = evolve(state, event)
    if state is None:
        raise InvalidValueError("events", "at least one where nothing is there yet", "none")
    return state


def run_timers(
    state: AggregateT,
    *,
    due: Callable[[AggregateT], tuple[Timer, ...]],
    cause: Callable[[AggregateT, str, str], AggregateT],
) -> AggregateT:
    """Return the aggregate after all that time owes it, and after what that makes due in turn.

    Args:
        state: the aggregate as it stands.
        due: what time owes it by now.
        cause: causes an event under a key: `(state, event, key)`.
    """
    while timers := due(state):
        event = timers[0].event
        state = cause(state, event, _unused(state, f"{event}:{state.version}"))
    return state


def _unused(state: Aggregate, key: str) -> str:
    """Return a key for the scheduler; callers choose theirs freely, and one of them may look like it."""
    used = {use.key for use in state.keys}
    while key in used:
        key += "+"
    return key
