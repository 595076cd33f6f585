"""Dispatch: a request is shown to several friends in waves, and the first to accept wins.

`REQUEST_TABLE` and `INVITATION_TABLE` are the machines. A request and all its invitations are one `Dispatch`
with one version, so that of two friends who accept at the same version one wins; the other one loads again
and is told that the invitation is superseded. `decide` and `evolve` are the two functions, the verbs do both.

The decision to accept has two events: the request's `accept_invitation` and the booking's `assign`. Each
names its stream (`request:r1`, `booking:r1-1`) and version, and the decision expects the versions of both and
of the friend's agenda: store all of it in one transaction, or nothing.

Dispatch does not look for friends. Matching and pricing make `Candidate`s, `plan_wave` chooses among them and
`send_wave` invites. When a wave is due, `Dispatch.reminders` asks for it; time alone (`due`, `run_timers`)
closes what nobody answered. An invitation that nobody answered in time is closed from `respond_by` on,
whether or not the scheduler has been there.

When the booking has ended, `conclude` looks at how: where the friend dropped out, the request is open again
and a new attempt begins, with waves and a booking of its own.
"""

from mila_core.dispatch.commands import DispatchCommand
from mila_core.dispatch.dropouts import dropped_out
from mila_core.dispatch.machine import MACHINE, DispatchDecision, decide, due, evolve, replay
from mila_core.dispatch.table import INVITATION_TABLE, REQUEST_TABLE, InvitationState, RequestState
from mila_core.dispatch.values import LONGEST_REQUEST_ID, Candidate, Dispatch, DispatchEvent, Invitation
from mila_core.dispatch.verbs import (
    Accepted,
    accept,
    conclude,
    decline,
    give_up,
    open_request,
    revoke,
    run_timers,
    send_wave,
    withdraw,
)
from mila_core.dispatch.waves import plan_wave

__all__ = [
    "INVITATION_TABLE",
    "LONGEST_REQUEST_ID",
    "MACHINE",
    "REQUEST_TABLE",
    "Accepted",
    "Candidate",
    "Dispatch",
    "DispatchCommand",
    "DispatchDecision",
    "DispatchEvent",
    "Invitation",
    "InvitationState",
    "RequestState",
    "accept",
    "conclude",
    "decide",
    "decline",
    "dropped_out",
    "due",
    "evolve",
    "give_up",
    "open_request",
    "plan_wave",
    "replay",
    "revoke",
    "run_timers",
    "send_wave",
    "withdraw",
]
