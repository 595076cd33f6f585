"""What every life cycle is made of: who acts, rows of tables, timers, keys, refusals; what an audit finds."""

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.audit import Violation
from mila_core.bookings import TABLE
from mila_core.lifecycle import Actor, KeyUse, Refusal, Reminder, Role, StreamVersion, Timer, Transition
from mila_core.testing._values import fixed_or, ids, instants, kept, reasons


@kept
def actors(*, role: Role | None = None) -> SearchStrategy[Actor]:
    """Return actors."""
    return st.builds(Actor, fixed_or(role, st.sampled_from(list(Role))), ids())


def actor_as(role: Role, *, people: Mapping[Role, str]) -> SearchStrategy[Actor]:
    """Return who acts in a role: the party that has it, or somebody who is no party.

    Args:
        role: the role.
        people: the ids of the parties.
    """
    if role in people:
        return st.just(Actor(role, people[role]))
    parties = set(people.values())
    return st.builds(Actor, st.just(role), ids().filter(lambda made: made not in parties))


@kept
def transitions() -> SearchStrategy[Transition]:
    """Return rows of tables, of the booking's and of others."""
    some = st.builds(
        Transition,
        event=ids(),
        roles=st.frozensets(st.sampled_from(list(Role)), min_size=1),
        sources=st.frozensets(ids(), max_size=3),
        target=ids(),
    )
    return st.sampled_from(TABLE) | some


@kept
def timers() -> SearchStrategy[Timer]:
    """Return timers."""
    return st.builds(Timer, ids(), instants())


@kept
def reminders() -> SearchStrategy[Reminder]:
    """Return reminders."""
    return st.builds(Reminder, ids(), st.sampled_from(list(Role)), instants())


@kept
def violations() -> SearchStrategy[Violation]:
    """Return what an audit may find."""
    streams = ids().map("settlement:{}".format)
    return st.builds(Violation, stream=streams, version=st.none() | st.integers(1, 2**53), why=reasons())


@kept
def stream_versions() -> SearchStrategy[StreamVersion]:
    """Return versions of what was read."""
    return st.builds(StreamVersion, ids().map("booking:{}".format), st.integers(0, 2**53))


@kept
def refusals() -> SearchStrategy[Refusal]:
    """Return refusals with one reason or several."""
    return st.builds(Refusal, event=ids(), reasons=st.lists(reasons(), min_size=1, max_size=3))


@kept
def key_uses() -> SearchStrategy[KeyUse]:
    """Return uses of idempotency keys."""
    return st.builds(KeyUse, ids(), ids())
