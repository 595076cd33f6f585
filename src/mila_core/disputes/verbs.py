"""The verbs: both steps at once, for applications that store the state, not the history."""

from datetime import datetime
from typing import Any

from mila_core.bookings import Booking
from mila_core.disputes.commands import DisputeCommand
from mila_core.disputes.machine import decide, evolve
from mila_core.disputes.table import Ruling
from mila_core.disputes.values import Dispute
from mila_core.lifecycle import Actor, after
from mila_core.money import Money
from mila_core.reasons import Reason

__all__ = ["answer_dispute", "decide_dispute", "open_dispute", "withdraw_dispute"]


def _apply(
    dispute: Dispute | None, event: str, *, by: Actor, key: str, at: datetime, **details: Any
) -> Dispute:
    command = DisputeCommand(event=event, by=by, key=key, **details)
    return after(dispute, decide(dispute, command, at=at), evolve=evolve)


def open_dispute(
    booking: Booking, *, by: Actor, text: str, at: datetime, key: str, stored: Dispute | None = None
) -> Dispute:
    """Contest how a booking came out.

    Args:
        booking: the booking as it stands, with no timer due (`bookings.run_timers`).
        by: the side that the outcome weighs on, or an operator on its behalf.
        text: the claim, in words.
        at: now: while it is completed, until 14 days after it was closed or ended with a compensation, until
            24 hours after a no-show (by policy).
        key: an idempotency key.
        stored: what is stored for that booking already, if anything: a retry with the same key gives it back.

    Returns:
        The dispute, open; `.contest.answer_by` says until when the other side can answer.

    Raises:
        RefusedError: nothing to contest, too late, not by this side, no text, or contested before.
    """
    return _apply(stored, "open_dispute", by=by, key=key, at=at, booking=booking, text=text)


def answer_dispute(dispute: Dispute, *, by: Actor, text: str, at: datetime, key: str) -> Dispute:
    """Answer a claim, once.

    Args:
        dispute: the dispute.
        by: the other side, or an operator on its behalf.
        text: the answer, in words.
        at: now, before `dispute.contest.answer_by`.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this side, too late, or no text.
    """
    return _apply(dispute, "answer_dispute", by=by, key=key, at=at, text=text)


def decide_dispute(
    dispute: Dispute,
    *,
    ruling: Ruling,
    by: Actor,
    text: str,
    at: datetime,
    key: str,
    amount: Money | None = None,
    why: Reason | None = None,
) -> Dispute:
    """Decide a dispute, for good.

    Args:
        dispute: the dispute.
        ruling: dismissed, partial or full.
        by: an operator: a person, never a program.
        text: the reason, in words for both sides.
        at: now; without an answer, from `dispute.contest.answer_by` on.
        key: an idempotency key.
        amount: for a partial ruling, how much of the contested amount is not owed.
        why: a reason in a code of the application's own, besides the text.

    Returns:
        The dispute, decided; `.resolution.amount` is what is not owed, and goes back if it was paid.

    Raises:
        RefusedError: not from this state, not by this role, too early, no text, or an amount that is no part.
        InvalidValueError: an amount without a partial ruling, or such a ruling without one.
    """
    return _apply(
        dispute, "decide_dispute", by=by, key=key, at=at, ruling=ruling, text=text, amount=amount, why=why
    )


def withdraw_dispute(
    dispute: Dispute, *, by: Actor, at: datetime, key: str, why: Reason | None = None
) -> Dispute:
    """Contest the outcome no longer; the booking cannot be contested again.

    Args:
        dispute: the dispute.
        by: the side that contests.
        at: now.
        key: an idempotency key.
        why: a reason in a code of the application's own.

    Raises:
        RefusedError: not from this state, or not by this side.
    """
    return _apply(dispute, "withdraw_dispute", by=by, key=key, at=at, why=why)
