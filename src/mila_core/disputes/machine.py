"""The dispute's machine: its table, its guards, and what its events carry."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mila_core.bookings import Booking
from mila_core.disputes.commands import DisputeCommand
from mila_core.disputes.contests import Contest, claimant_of, contest_of, why_not_contestable
from mila_core.disputes.table import TABLE, DisputeState, Ruling
from mila_core.disputes.values import Dispute, DisputeEvent, Resolution
from mila_core.errors import InvalidTypeError
from mila_core.lifecycle import (
    Decision,
    Machine,
    Refusal,
    RefusedError,
    Role,
    StreamVersion,
    Timer,
    by_deadline,
    not_before,
)
from mila_core.money import ZERO, Money
from mila_core.periods import instant_of
from mila_core.reasons import Reason, reason

__all__ = ["MACHINE", "check", "decide", "evolve", "replay"]

_NEED_TEXT = frozenset({"open_dispute", "answer_dispute", "decide_dispute"})


# --- guards


def check(booking: Booking, *, role: Role, at: datetime) -> tuple[Reason, ...]:
    """Say why the outcome of a booking cannot be contested now; nothing if it can.

    Args:
        booking: the booking as it stands.
        role: who would contest it: customer, friend, or an operator on behalf of whoever may.
        at: now.
    """
    wrong_side = _only(claimant_of(booking), role=role, event="open_dispute")
    return tuple(why_not_contestable(booking, instant_of(at)) or wrong_side)


def _only(side: Role, *, role: Role, event: str) -> list[Reason]:
    if role in {side, Role.OPERATOR}:
        return []
    return [reason("not_for_this_role", event=event, role=role.value)]


def _guard(dispute: Dispute | None, command: DisputeCommand, at: datetime) -> list[Reason]:
    reasons = _may(dispute, command, at)
    if command.event in _NEED_TEXT and not command.text.strip():
        reasons.append(reason("text_missing"))
    return reasons


def _may(dispute: Dispute | None, command: DisputeCommand, at: datetime) -> list[Reason]:
    event, role = command.event, command.by.role
    if dispute is None:
        return list(check(_booking_of(command), role=role, at=at))
    match event:
        case "answer_dispute":
            answer_by = Timer("decide_dispute", dispute.contest.answer_by)
            return _only(dispute.contest.respondent, role=role, event=event) or by_deadline(at, answer_by)
        case "withdraw_dispute":
            return _only(dispute.contest.claimant, role=role, event=event)
        case _:
            return _may_decide(dispute, command, at)


def _may_decide(dispute: Dispute, command: DisputeCommand, at: datetime) -> list[Reason]:
    if command.ruling is None:
        raise InvalidTypeError("ruling", "what is decided", "nothing (null)")
    reasons: list[Reason] = []
    if dispute.state is DisputeState.OPEN:  # nobody is judged unheard who still has time to speak
        reasons = not_before(at, dispute.contest.answer_by)
    if command.amount is not None and command.amount >= dispute.contest.amount:
        reasons.append(reason("not_a_part", amount=command.amount, of=dispute.contest.amount))
    return reasons


# --- what events carry


def _booking_of(command: DisputeCommand) -> Booking:
    if command.booking is None:
        raise InvalidTypeError("booking", "the booking that is contested", "nothing (null)")
    return command.booking


def _payload(dispute: Dispute | None, command: DisputeCommand, at: datetime) -> Mapping[str, Any]:
    if dispute is None:
        contest = contest_of(_booking_of(command), at=at)
        if isinstance(contest, Refusal):
            raise RefusedError(contest)  # the guard has said so before
        return {"text": command.text, "contest": contest}
    if command.ruling is None:
        return {"text": command.text}
    return {"text": command.text, "ruling": command.ruling, "amount": _awarded(dispute, command)}


def _awarded(dispute: Dispute, command: DisputeCommand) -> Money:
    if command.ruling is Ruling.FULL:
        return dispute.contest.amount
    return ZERO if command.amount is None else command.amount


def _begin(event: DisputeEvent) -> Mapping[str, Any]:
    if event.contest is None:
        raise InvalidTypeError("contest", "a first event with what is contested", "one without")
    contest: Contest = event.contest
    return {"contest": contest, "opened_at": event.at, "claim": event.text}


def _change(_: Dispute, event: DisputeEvent) -> Mapping[str, Any]:
    match event.event:
        case "answer_dispute":
            return {"answer": event.text}
        case "decide_dispute":
            return {"resolution": _resolution(event)}
        case _:
            return {}


def _resolution(event: DisputeEvent) -> Resolution:
    if event.ruling is None or event.amount is None:
        raise InvalidTypeError("ruling", f"an event {event.event} with ruling and amount", "one without")
    return Resolution(ruling=event.ruling, amount=event.amount, by=event.by, at=event.at, text=event.text)


def _parties(dispute: Dispute | None, command: DisputeCommand) -> Mapping[Role, frozenset[str]]:
    about = _booking_of(command) if dispute is None else dispute.contest
    return {Role.CUSTOMER: frozenset({about.customer_id}), Role.FRIEND: frozenset({about.friend_id})}


def _reads(dispute: Dispute | None, command: DisputeCommand) -> Iterable[StreamVersion]:
    if dispute is None:
        booking = _booking_of(command)
        yield StreamVersion(booking.stream, booking.version)


MACHINE: Machine[Dispute, DisputeEvent, DisputeCommand] = Machine(
    aggregate=Dispute,
    event=DisputeEvent,
    tables={"state": TABLE},
    parties=_parties,
    guard=_guard,
    payload=_payload,
    begin=_begin,
    change=_change,
    reads=_reads,
)
"""The dispute's machine; `decide`, `evolve` and `replay` are its functions.

:meta hide-value:
"""


def decide(
    dispute: Dispute | None, command: DisputeCommand, *, at: datetime
) -> Decision[DisputeEvent] | Refusal:
    """Answer a command: the events to store, or why not. Nothing is changed.

    Args:
        dispute: the dispute as it stands; None where there is none yet.
        command: what is wanted.
        at: the instant of the command.

    Returns:
        A decision, or a refusal with every reason of the first rule that says no: the key, the version, the
        table, the parties, and the event's own rules. The decision that opens a dispute expects the booking's
        version besides its own.

    Raises:
        InvalidTypeError: the command lacks what its event needs (`open_dispute` the booking, `decide_dispute`
            a ruling).
    """
    return MACHINE.decide(dispute, command, at=at)


def evolve(dispute: Dispute | None, event: DisputeEvent) -> Dispute:
    """Return the dispute after an event.

    Args:
        dispute: the dispute before; None for its first event.
        event: the next event of the same dispute.

    Raises:
        InvalidValueError: the event is not the next one of this dispute, or the table does not allow it.
    """
    return MACHINE.evolve(dispute, event)


def replay(history: Iterable[DisputeEvent]) -> Dispute:
    """Return the dispute that a history makes.

    Args:
        history: all events of one dispute, by version.

    Raises:
        InvalidValueError: no events, a gap, a duplicate, a wrong order, or a step that the table forbids.
    """
    return MACHINE.replay(history)
