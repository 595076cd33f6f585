"""Disputes: somebody contests how a booking came out, the other side answers, a person decides.

`TABLE` is the machine. `decide` and `evolve` are its two functions, `replay` folds a history. The verbs
(`open_dispute`, `answer_dispute`, `decide_dispute`, `withdraw_dispute`) do both steps at once and raise
`RefusedError` where `decide` would return a `Refusal`.

There is one dispute a booking, with the booking's id: what is contested is the booking's one outcome, and an
outcome has one side that it weighs on (`claimant_of`). So its stream is known before it begins
(`dispute:` and the booking's id, version 0), and whoever lets time approve a booking can expect that nobody
has contested it meanwhile (`BookingCommand.disputed`, `dispute_version`). In the same way the decision that
opens a dispute expects the version of the booking.

Nothing here happens by time: no timer takes a side. `Dispute.reminders` says when a person is waited for, and
`is_blocking` whether a dispute keeps a booking from being approved by time and its money from being paid out.
"""

from mila_core.disputes.commands import DisputeCommand
from mila_core.disputes.contests import Contest, claimant_of, contest_of, contested_amount
from mila_core.disputes.machine import MACHINE, check, decide, evolve, replay
from mila_core.disputes.table import FINAL, TABLE, DisputeState, Ruling
from mila_core.disputes.values import LONGEST_TEXT, Dispute, DisputeEvent, Resolution, is_blocking
from mila_core.disputes.verbs import answer_dispute, decide_dispute, open_dispute, withdraw_dispute

__all__ = [
    "FINAL",
    "LONGEST_TEXT",
    "MACHINE",
    "TABLE",
    "Contest",
    "Dispute",
    "DisputeCommand",
    "DisputeEvent",
    "DisputeState",
    "Resolution",
    "Ruling",
    "answer_dispute",
    "check",
    "claimant_of",
    "contest_of",
    "contested_amount",
    "decide",
    "decide_dispute",
    "evolve",
    "is_blocking",
    "open_dispute",
    "replay",
    "withdraw_dispute",
]
