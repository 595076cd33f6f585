"""The mechanics that every life cycle shares: tables, decisions, refusals, idempotency keys, timers.

A machine is tables (data) and two pure functions: `decide(state, command, at=...)` answers with a
`Decision` (the events to store) or a `Refusal` (why not), and `evolve(state, event)` folds an event into the
state. There is no clock and no storage inside: instants are arguments, timers are returned as due dates.
"""

from mila_core.lifecycle.decisions import (
    LONGEST_STREAM,
    Decision,
    Outcome,
    Refusal,
    RefusedError,
    StreamVersion,
)
from mila_core.lifecycle.keys import MOST_KEYS, KeyUse, fingerprint, match_key, remember
from mila_core.lifecycle.lives import Aggregate, Command, Event
from mila_core.lifecycle.machine import Machine, by_deadline, not_after, not_before
from mila_core.lifecycle.tables import Actor, Reminder, Role, Timer, Transition, match_transition
from mila_core.lifecycle.verbs import By, actor_of, after, run_timers

__all__ = [
    "LONGEST_STREAM",
    "MOST_KEYS",
    "Actor",
    "Aggregate",
    "By",
    "Command",
    "Decision",
    "Event",
    "KeyUse",
    "Machine",
    "Outcome",
    "Refusal",
    "RefusedError",
    "Reminder",
    "Role",
    "StreamVersion",
    "Timer",
    "Transition",
    "actor_of",
    "after",
    "by_deadline",
    "fingerprint",
    "match_key",
    "match_transition",
    "not_after",
    "not_before",
    "remember",
    "run_timers",
]
