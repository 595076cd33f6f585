"""The dispute's machine as data: states, events, who may cause them; and how a person can decide."""

from enum import StrEnum

from mila_core.lifecycle import Role
from mila_core.lifecycle._rows import row

__all__ = ["FINAL", "TABLE", "DisputeState", "Ruling"]


class DisputeState(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    """An outcome is contested; the other side has not answered."""
    ANSWERED = "answered"
    """Both sides have spoken; a person decides."""
    DECIDED = "decided"
    """A person has decided."""
    WITHDRAWN = "withdrawn"
    """Whoever contested the outcome no longer does."""


class Ruling(StrEnum):
    """What a person decided of a contested outcome."""

    DISMISSED = "dismissed"
    """The outcome stands."""
    PARTIAL = "partial"
    """Of what the customer owes for it, a part is not owed."""
    FULL = "full"
    """The customer owes nothing for it; ratings and the request stay as they are."""


S = DisputeState
FINAL = frozenset({S.DECIDED, S.WITHDRAWN})
"""The states in which a dispute's life has ended; no event leaves them."""

_SIDES = frozenset({Role.CUSTOMER, Role.FRIEND})
_ANY = _SIDES | {Role.OPERATOR}


TABLE = (
    row("open_dispute", _ANY, [], S.OPEN),
    row("answer_dispute", _ANY, [S.OPEN], S.ANSWERED),
    row("decide_dispute", [Role.OPERATOR], [S.OPEN, S.ANSWERED], S.DECIDED),
    row("withdraw_dispute", _SIDES, [S.OPEN, S.ANSWERED], S.WITHDRAWN),
)
"""The dispute's machine: event, who, from, to. Which of the two sides, and until when, is in `decide`.

An operator opens and answers on behalf of the side whose turn it is, as for somebody who calls; only the
side itself withdraws.

:meta hide-value:
"""
