"""A request and its invitations, and what happens to them."""

from collections import Counter
from datetime import datetime, timedelta
from typing import ClassVar

import attrs

from mila_core.dispatch.table import InvitationState, RequestState
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.lifecycle import Aggregate, Event, Reminder, Role, Timer
from mila_core.policies import DispatchPolicy
from mila_core.quotes import Quote
from mila_core.reasons import Reason
from mila_core.service_requests import ServiceRequest
from mila_core.validation import (
    TupleOf,
    as_instant,
    identifier,
    instance_of,
    instant,
    integer,
    optional,
    tuple_of,
)

__all__ = ["LONGEST_REQUEST_ID", "Candidate", "Dispatch", "DispatchEvent", "Invitation"]

LONGEST_REQUEST_ID = 190
"""How many characters the id of a request that is dispatched may have: its bookings' ids are longer."""

_FARTHEST_M = 1_000_000
_MOST_ATTEMPTS = 10_000
_LONGEST_VISIT = 24 * 60
_WITH_BOOKING = frozenset({RequestState.MATCHED, RequestState.FULFILLED})
_ENDED = frozenset(RequestState) - {RequestState.OPEN, RequestState.MATCHED}


@attrs.frozen(kw_only=True)
class Candidate:
    """A friend who could be invited: the slot and the price in a quote, and the way.

    Attributes:
        quote: what the friend would be invited to.
        distance_m: how far from the place the friend lives, in metres; None only where the service is done
            from afar, which knows no distance.

    Raises:
        InvalidTypeError: no distance for a service that is done on site.
    """

    quote: Quote = attrs.field(validator=instance_of(Quote))
    distance_m: int | None = attrs.field(default=None, validator=optional(integer(0, _FARTHEST_M)))

    def __attrs_post_init__(self) -> None:
        """Refuse an unknown distance where it matters."""
        if self.distance_m is None and not self.is_remote:
            raise InvalidTypeError("distance_m", "metres, for a service on site", describe(None))

    @property
    def friend_id(self) -> str:
        """The id of the friend."""
        return self.quote.friend_id

    @property
    def is_remote(self) -> bool:
        """Whether the service is done from afar."""
        return self.quote.visit.service.remote


@attrs.frozen(kw_only=True)
class Invitation:
    """A request as it is shown to one friend.

    What it shows is the quote: service, slot, price, languages and the postcode, never an address.
    The price holds as long as the invitation, even where the quote could no longer be booked by itself.

    Attributes:
        quote: what the friend is invited to.
        attempt: in which search for somebody; 1, and one more for each redistribution.
        wave: in which wave of that attempt.
        sent_at: when it was sent.
        respond_by: from when on it can no longer be accepted.
        distance_m: how far from the place the friend lives, in metres, where that matters.
        state: where it stands.
        closed_at: when it was answered, taken back or overtaken; for one that expired, `respond_by`.
        why: the reason given with an answer, if one was.

    Raises:
        InvalidValueError: an answer due before it is sent, or a closing instant that does not fit the state.
    """

    quote: Quote = attrs.field(validator=instance_of(Quote))
    attempt: int = attrs.field(validator=integer(1, _MOST_ATTEMPTS))
    wave: int = attrs.field(validator=integer(1, _MOST_ATTEMPTS))
    sent_at: datetime = attrs.field(converter=as_instant, validator=instant)
    respond_by: datetime = attrs.field(converter=as_instant, validator=instant)
    distance_m: int | None = attrs.field(default=None, validator=optional(integer(0, _FARTHEST_M)))
    state: InvitationState = attrs.field(default=InvitationState.SENT, validator=instance_of(InvitationState))
    closed_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_instant), validator=optional(instant)
    )
    why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.respond_by <= self.sent_at:
            expected = f"an instant after {self.sent_at.isoformat()}"
            raise InvalidValueError("respond_by", expected, self.respond_by.isoformat())
        if (self.closed_at is None) is not self.is_open:
            expected = "one where it is closed, none while it is open"
            raise InvalidValueError("closed_at", expected, f"the state {self.state.value}")

    @property
    def friend_id(self) -> str:
        """The id of the friend who is invited."""
        return self.quote.friend_id

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it, taken it back or overtaken it, as far as is noted."""
        return self.state is InvitationState.SENT


@attrs.frozen(kw_only=True)
class DispatchEvent(Event):
    """Something that happened to a request or its invitations.

    Attributes:
        id: the id of the request.
        version: the version after the event; 1, 2, 3 and so on.
        event: the event's name, one of the request's table.
        by: who caused it.
        at: when, as the application said; the order is the version's, never this.
        key: the idempotency key of the command.
        fingerprint: what the command was, in short.
        why: the reason given, if one was.
        request: for `open_request`, what is wanted.
        policy: for `open_request`, the policy under which.
        visit_minutes: for `open_request`, how long the visit takes.
        invitations: for `send_wave`, the invitations.
        friend_id: for what happens to one invitation, whose.
        booking_id: for `accept_invitation`, the id of the booking that is made; for `reopen_request` and
            `fulfil_request`, of the one that ended.
        ended_by: for `reopen_request` and `fulfil_request`, the event that ended the booking.
        unserved_why: for `give_up`, why nobody was found.
    """

    STREAM: ClassVar[str] = "request"

    request: ServiceRequest | None = attrs.field(
        default=None, validator=optional(instance_of(ServiceRequest))
    )
    policy: DispatchPolicy | None = attrs.field(default=None, validator=optional(instance_of(DispatchPolicy)))
    visit_minutes: int | None = attrs.field(default=None, validator=optional(integer(1, _LONGEST_VISIT)))
    invitations: tuple[Invitation, ...] = attrs.field(
        default=(), converter=TupleOf[Invitation], validator=tuple_of(instance_of(Invitation))
    )
    friend_id: str | None = attrs.field(default=None, validator=optional(identifier))
    booking_id: str | None = attrs.field(default=None, validator=optional(identifier))
    ended_by: str | None = attrs.field(default=None, validator=optional(identifier))
    unserved_why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))


@attrs.frozen(kw_only=True)
class Dispatch(Aggregate):
    """A request and all its invitations, as they stand.

    Attributes:
        id: the id of the request.
        version: how many events made it what it is.
        since: the instant of the event that led to its present state.
        keys: the idempotency keys used last.
        state: where the request stands.
        request: what is wanted.
        policy: the policy under which it was opened; it does not change.
        visit_minutes: how long the visit takes.
        attempt: the present search for somebody: 1, and one more for each redistribution.
        invitations: all that were ever sent, the oldest first.
        booking_id: the id of the booking that was made for it, while it is matched and once it is fulfilled.
        unserved_why: why nobody was found, where nobody was.

    Raises:
        InvalidValueError: a part that does not fit the state, or invitations that contradict each other.
    """

    STREAM: ClassVar[str] = "request"

    state: RequestState = attrs.field(validator=instance_of(RequestState))
    request: ServiceRequest = attrs.field(validator=instance_of(ServiceRequest))
    policy: DispatchPolicy = attrs.field(validator=instance_of(DispatchPolicy))
    visit_minutes: int = attrs.field(validator=integer(1, _LONGEST_VISIT))
    attempt: int = attrs.field(default=1, validator=integer(1, _MOST_ATTEMPTS))
    invitations: tuple[Invitation, ...] = attrs.field(
        default=(), converter=TupleOf[Invitation], validator=tuple_of(instance_of(Invitation))
    )
    booking_id: str | None = attrs.field(default=None, validator=optional(identifier))
    unserved_why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.id != self.request.id:
            raise InvalidValueError("id", f"the request's, {self.request.id}", describe(self.id))
        if not any(window.minutes >= self.visit_minutes for window in self.request.windows):
            raise InvalidValueError(
                "visit_minutes", "a visit that fits into a window", f"{self.visit_minutes} minutes"
            )
        if (self.booking_id is not None) is not (self.state in _WITH_BOOKING):
            expected = "a booking where somebody has accepted, none otherwise"
            raise InvalidValueError("booking_id", expected, f"the state {self.state.value}")
        if (self.unserved_why is not None) is not (self.state is RequestState.UNSERVED):
            expected = "a reason where nobody was found, none otherwise"
            raise InvalidValueError("unserved_why", expected, f"the state {self.state.value}")
        self._check_invitations()

    def _check_invitations(self) -> None:
        """Refuse what two lives of invitations cannot have made."""
        now = [each for each in self.invitations if each.attempt == self.attempt]
        open_ones = [each.friend_id for each in self.invitations if each.is_open]
        accepted = Counter(
            each.attempt for each in self.invitations if each.state is InvitationState.ACCEPTED
        )
        if len(open_ones) != len(set(open_ones)):
            raise InvalidValueError("invitations", "one open invitation a friend", "two")
        if len(open_ones) != sum(each.is_open for each in now if self.state is RequestState.OPEN):
            expected = "open invitations of the present attempt only, while somebody is looked for"
            raise InvalidValueError("invitations", expected, f"the state {self.state.value}")
        if any(each.attempt > self.attempt for each in self.invitations):
            raise InvalidValueError("invitations", f"attempts up to {self.attempt}", "a later one")
        wanted = dict.fromkeys(range(1, self.attempt + (self.state in _WITH_BOOKING)), 1)
        if accepted != wanted:
            expected = "one that was accepted for each booking that was made"
            raise InvalidValueError("invitations", expected, f"{accepted.total()}")

    @property
    def is_open(self) -> bool:
        """Whether its life goes on: somebody is looked for, or was found and has not come yet."""
        return self.state not in _ENDED

    @property
    def customer_id(self) -> str:
        """The id of the customer who asked."""
        return self.request.customer_id

    @property
    def last_start(self) -> datetime:
        """The last instant at which the visit can begin and still end in a window that suits."""
        length = timedelta(minutes=self.visit_minutes)
        return max(each.end - length for each in self.request.windows if each.minutes >= self.visit_minutes)

    @property
    def expires_at(self) -> datetime:
        """From when on nobody can accept in time for any of the windows."""
        return self.last_start - timedelta(minutes=self.policy.accept_notice_minutes)

    @property
    def this_attempt(self) -> tuple[Invitation, ...]:
        """The invitations of the present attempt, the oldest first."""
        return tuple(each for each in self.invitations if each.attempt == self.attempt)

    @property
    def last_wave(self) -> int:
        """The number of the last wave of the present attempt; 0 before the first."""
        return max((each.wave for each in self.this_attempt), default=0)

    @property
    def accepted(self) -> Invitation | None:
        """The invitation that was accepted in the present attempt, if one was."""
        won = (each for each in self.this_attempt if each.state is InvitationState.ACCEPTED)
        return next(won, None)

    def invitation(self, friend_id: str) -> Invitation | None:
        """Return a friend's last invitation, or None where the friend was never invited.

        Args:
            friend_id: the id of the friend.
        """
        return next((each for each in reversed(self.invitations) if each.friend_id == friend_id), None)

    @property
    def due(self) -> tuple[Timer, ...]:
        """What time will cause if nobody acts, the soonest first.

        While somebody is looked for, the open invitations and in the end the request expire; a request that
        is matched waits for its booking, which has timers of its own.
        """
        if self.state is not RequestState.OPEN:
            return ()
        timers = [Timer("expire_open_request", self.expires_at)]
        if answers := [each.respond_by for each in self.invitations if each.is_open]:
            timers.append(Timer("expire_invitations", min(answers)))
        return tuple(sorted(timers, key=lambda timer: (timer.at, timer.event)))

    @property
    def next_wave_at(self) -> datetime:
        """From when on the next wave may be sent: some time after the last, or once nobody can answer it."""
        if not self.this_attempt:
            return self.since
        last = max(each.sent_at for each in self.this_attempt if each.wave == self.last_wave)
        return min(last + timedelta(minutes=self.policy.wave_minutes), self.all_closed_at)

    @property
    def all_closed_at(self) -> datetime:
        """When the last invitation of the present attempt was closed, or will expire if nobody answers."""
        closings = (each.closed_at or each.respond_by for each in self.this_attempt)
        return max(closings, default=self.since)

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """What the application is asked for, and when: the `next_wave`, or to `give_up` after the last one.

        Time alone can do neither: a wave needs candidates. What falls into the time after the request has
        expired is left out.
        """
        if self.state is not RequestState.OPEN:
            return ()
        if self.last_wave < self.policy.most_waves:
            found = Reminder("next_wave", Role.SYSTEM, self.next_wave_at)
        else:
            found = Reminder("give_up", Role.SYSTEM, self.all_closed_at)
        return (found,) if found.at < self.expires_at else ()
