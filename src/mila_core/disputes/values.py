"""A dispute, what happens to it, and how a person resolved it."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import attrs

from mila_core.disputes.contests import Contest
from mila_core.disputes.table import DisputeState, Ruling
from mila_core.errors import InvalidValueError
from mila_core.lifecycle import Actor, Aggregate, Event, Reminder, Role
from mila_core.money import ZERO, Money
from mila_core.validation import as_instant, as_nfc, instance_of, instant, optional, text

__all__ = ["LONGEST_TEXT", "Dispute", "DisputeEvent", "Resolution", "is_blocking"]

LONGEST_TEXT = 2000
"""The greatest number of characters of what is claimed, answered or given as a reason; our own choice."""


@attrs.frozen(kw_only=True)
class DisputeEvent(Event):
    """Something that happened to a dispute.

    Attributes:
        id: the id of the booking, which is the dispute's too.
        version: the dispute's version after the event; 1, 2, 3 and so on.
        event: the event's name, one of the table's.
        by: who caused it.
        at: when, as the application said; the order is the version's, never this.
        key: the idempotency key of the command.
        fingerprint: what the command was, in short.
        why: a reason in a code of the application's own, if one was given.
        text: what was said: the claim, the answer, or the reason of the decision.
        contest: for `open_dispute`, what is contested.
        ruling: for `decide_dispute`, what was decided.
        amount: for `decide_dispute`, how much of the contested amount is not owed.
    """

    STREAM: ClassVar[str] = "dispute"

    text: str = attrs.field(
        default="", converter=as_nfc, validator=text(LONGEST_TEXT, may_be_empty=True), repr=False
    )
    contest: Contest | None = attrs.field(default=None, validator=optional(instance_of(Contest)))
    ruling: Ruling | None = attrs.field(default=None, validator=optional(instance_of(Ruling)))
    amount: Money | None = attrs.field(default=None, validator=optional(instance_of(Money)))


@attrs.frozen(kw_only=True)
class Resolution:
    """How a person resolved a dispute.

    Attributes:
        ruling: dismissed, partial or full.
        amount: how much of the contested amount is not owed, and goes back if it was paid.
        by: the person who decided.
        at: when.
        text: the reason, in words for both sides.

    Raises:
        InvalidValueError: an amount other than nothing where the outcome stands, or one that is no part.
    """

    ruling: Ruling = attrs.field(validator=instance_of(Ruling))
    amount: Money = attrs.field(validator=instance_of(Money))
    by: Actor = attrs.field(validator=instance_of(Actor))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    text: str = attrs.field(
        default="", converter=as_nfc, validator=text(LONGEST_TEXT, may_be_empty=True), repr=False
    )

    def __attrs_post_init__(self) -> None:
        """Check that the amount is one of the ruling."""
        fits = {
            Ruling.DISMISSED: self.amount == ZERO,
            Ruling.PARTIAL: self.amount > ZERO,
            Ruling.FULL: self.amount >= ZERO,
        }
        if not fits[self.ruling]:
            raise InvalidValueError("amount", f"one that fits {self.ruling.value}", str(self.amount))


@attrs.frozen(kw_only=True)
class Dispute(Aggregate):
    """A contested outcome, as the contest stands.

    Attributes:
        id: the id of the booking: there is one dispute a booking.
        version: how many events made it what it is.
        since: the instant of the event that led to its present state.
        keys: the idempotency keys used last.
        state: where it stands.
        contest: what is contested, by which side.
        opened_at: when it was opened.
        claim: what the side that contests says.
        answer: what the other side says; empty until it has answered.
        resolution: how a person decided; None as long as nobody has.

    Raises:
        InvalidValueError: a resolution in another state than decided, none in that one, or one that does
            not fit the contested amount.
    """

    STREAM: ClassVar[str] = "dispute"

    state: DisputeState = attrs.field(validator=instance_of(DisputeState))
    contest: Contest = attrs.field(validator=instance_of(Contest))
    opened_at: datetime = attrs.field(converter=as_instant, validator=instant)
    claim: str = attrs.field(
        default="", converter=as_nfc, validator=text(LONGEST_TEXT, may_be_empty=True), repr=False
    )
    answer: str = attrs.field(
        default="", converter=as_nfc, validator=text(LONGEST_TEXT, may_be_empty=True), repr=False
    )
    resolution: Resolution | None = attrs.field(default=None, validator=optional(instance_of(Resolution)))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if (self.resolution is not None) is not (self.state is DisputeState.DECIDED):
            expected = "one where a person has decided, none otherwise"
            raise InvalidValueError("resolution", expected, f"the state {self.state.value}")
        if self.resolution is not None and not _fits(self.resolution, self.contest.amount):
            expected = f"{self.resolution.ruling.value} of {self.contest.amount}"
            raise InvalidValueError("resolution", expected, str(self.resolution.amount))

    @property
    def booking_id(self) -> str:
        """The id of the booking whose outcome is contested."""
        return self.id

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in {DisputeState.OPEN, DisputeState.ANSWERED}

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """Whom it waits for, and from when: the other side to answer, then an operator to decide.

        Nothing happens by itself: `due` is empty in every state.
        """
        return tuple(self._reminders())

    def _reminders(self) -> Iterator[Reminder]:
        if self.state is DisputeState.OPEN:
            yield Reminder("answer_dispute", self.contest.respondent, self.opened_at)
            yield Reminder("decide_dispute", Role.OPERATOR, self.contest.answer_by)
        elif self.state is DisputeState.ANSWERED:
            yield Reminder("decide_dispute", Role.OPERATOR, self.since)


def _fits(resolution: Resolution, contested: Money) -> bool:
    if resolution.ruling is Ruling.FULL:
        return resolution.amount == contested
    return resolution.amount < contested or resolution.ruling is Ruling.DISMISSED


def is_blocking(dispute: Dispute | None) -> bool:
    """Say whether a dispute keeps its booking from being approved by time, and its money from being paid out.

    It is what callers give as `disputed` to `bookings`.

    Args:
        dispute: the dispute of a booking; None where there is none.

    Examples:
        >>> is_blocking(None)
        False
    """
    return dispute is not None and dispute.is_open
