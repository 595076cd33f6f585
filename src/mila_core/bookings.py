"""Bookings: the commitment of one friend to one customer, from the request to the end.

`TABLE` is the machine. `decide` and `evolve` are its two functions; `replay` folds a history. The verbs
(`request`, `accept`, `decline`, ...) do both steps for applications that store the state rather than the
history, and raise `RefusedError` where `decide` would return a `Refusal`.

A booking does not know its friend's other bookings. Whoever stores a request or an acceptance gives `decide`
what is known of the friend by then (`friend`, `offer`, `busy`), with the version of the friend's agenda that
was read, and stores only if the agenda still has it, so that no slot is taken twice.

A deadline holds whether or not the scheduler has been there: from the instant on at which a timer is due,
every other event is refused. `run_timers` first, then ask.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

import attrs

import mila_core.eligibility as eligibility
from mila_core.availability import bookable
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.friends import Customer, Friend
from mila_core.lifecycle import (
    Actor,
    Decision,
    KeyUse,
    Outcome,
    Refusal,
    RefusedError,
    Role,
    StreamVersion,
    Timer,
    Transition,
    fingerprint,
    match_key,
    match_transition,
    remember,
)
from mila_core.offers import Offer
from mila_core.periods import Period, instant_of, wall_time
from mila_core.policies import AvailabilityPolicy, BookingPolicy
from mila_core.quotes import Quote
from mila_core.reasons import Reason, reason
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

__all__ = [
    "FINAL",
    "TABLE",
    "Booking",
    "BookingEvent",
    "BookingState",
    "Command",
    "accept",
    "approve",
    "busy_slots",
    "cancel",
    "complete",
    "confirm",
    "decide",
    "decline",
    "due",
    "evolve",
    "replay",
    "request",
    "run_timers",
    "start_work",
]


class BookingState(StrEnum):
    """Where a booking stands."""

    REQUESTED = "requested"
    """The customer has asked; the friend has not answered."""
    ACCEPTED = "accepted"
    """The friend will come; the last details are open."""
    CONFIRMED = "confirmed"
    """All is settled; the visit lies ahead."""
    IN_PROGRESS = "in_progress"
    """The friend is at work."""
    COMPLETED = "completed"
    """The work is done; the customer has not approved it yet."""
    CLOSED = "closed"
    """Done and approved."""
    DECLINED = "declined"
    """The friend said no."""
    EXPIRED = "expired"
    """Nobody answered in time."""
    CANCELLED = "cancelled"
    """Called off before it was done."""
    FAILED = "failed"
    """The visit did not lead to a result."""


S = BookingState
FINAL = frozenset({S.CLOSED, S.DECLINED, S.EXPIRED, S.CANCELLED, S.FAILED})
"""The states in which a booking's life has ended; no event leaves them."""

_CUSTOMER = frozenset({Role.CUSTOMER, Role.OPERATOR})
_FRIEND = frozenset({Role.FRIEND, Role.OPERATOR})
_OPERATOR = frozenset({Role.OPERATOR})
_TIMER = frozenset({Role.TIMER})


def _row(
    event: str, roles: frozenset[Role], sources: Iterable[BookingState], target: BookingState
) -> Transition:
    return Transition(event=event, roles=roles, sources=frozenset(sources), target=target)


TABLE = (
    _row("request", frozenset({Role.CUSTOMER}), [], S.REQUESTED),
    _row("accept", _FRIEND, [S.REQUESTED], S.ACCEPTED),
    _row("decline", _FRIEND, [S.REQUESTED], S.DECLINED),
    _row("expire_request", _TIMER, [S.REQUESTED], S.EXPIRED),
    _row("confirm", _FRIEND, [S.ACCEPTED], S.CONFIRMED),
    _row("expire_unscheduled", _TIMER, [S.ACCEPTED], S.EXPIRED),
    _row("start_work", _FRIEND, [S.CONFIRMED], S.IN_PROGRESS),
    _row("lapse", _TIMER, [S.CONFIRMED], S.FAILED),
    _row("complete", _FRIEND, [S.CONFIRMED, S.IN_PROGRESS], S.COMPLETED),
    _row("auto_complete", _TIMER, [S.IN_PROGRESS], S.COMPLETED),
    _row("approve", _CUSTOMER, [S.COMPLETED], S.CLOSED),
    _row("auto_approve", _TIMER, [S.COMPLETED], S.CLOSED),
    _row("cancel_by_customer", _CUSTOMER, [S.REQUESTED, S.ACCEPTED, S.CONFIRMED], S.CANCELLED),
    _row("cancel_by_friend", _FRIEND, [S.ACCEPTED, S.CONFIRMED], S.CANCELLED),
    _row("cancel_by_operator", _OPERATOR, [S.REQUESTED, S.ACCEPTED, S.CONFIRMED, S.IN_PROGRESS], S.CANCELLED),
)
"""The booking's machine: event, who, from, to. The guards (deadlines, eligibility) are in `decide`."""


@attrs.frozen(kw_only=True)
class BookingEvent:
    """Something that happened to a booking.

    Attributes:
        booking_id: the id of the booking.
        version: the booking's version after the event; 1, 2, 3 and so on.
        event: the event's name, one of the table's.
        by: who caused it.
        at: when, as the application said; the order is the version's, never this.
        key: the idempotency key of the command.
        fingerprint: what the command was, in short.
        quote: for `request`, what was booked.
        policy: for `request`, the policy under which.
        why: for `decline` and cancellations, the reason given.
    """

    booking_id: str = attrs.field(validator=identifier)
    version: int = attrs.field(validator=integer(1, 2**53))
    event: str = attrs.field(validator=identifier)
    by: Actor = attrs.field(validator=instance_of(Actor))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    key: str = attrs.field(validator=identifier)
    fingerprint: str = attrs.field(validator=identifier)
    quote: Quote | None = attrs.field(default=None, validator=optional(instance_of(Quote)))
    policy: BookingPolicy | None = attrs.field(default=None, validator=optional(instance_of(BookingPolicy)))
    why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))


@attrs.frozen(kw_only=True)
class Booking:
    """The commitment of one friend to one customer, as it stands.

    Attributes:
        id: its id.
        version: how many events made it what it is.
        state: where it stands.
        since: the instant of the event that led to this state.
        quote: what was booked, at what price.
        policy: the policy under which it was booked; it does not change.
        keys: the idempotency keys used last.
    """

    id: str = attrs.field(validator=identifier)
    version: int = attrs.field(validator=integer(1, 2**53))
    state: BookingState = attrs.field(validator=instance_of(BookingState))
    since: datetime = attrs.field(converter=as_instant, validator=instant)
    quote: Quote = attrs.field(validator=instance_of(Quote))
    policy: BookingPolicy = attrs.field(validator=instance_of(BookingPolicy))
    keys: tuple[KeyUse, ...] = attrs.field(
        default=(), converter=TupleOf[KeyUse], validator=tuple_of(instance_of(KeyUse))
    )

    @property
    def friend_id(self) -> str:
        """The id of the friend who comes."""
        return self.quote.friend_id

    @property
    def customer_id(self) -> str:
        """The id of the customer who asked."""
        return self.quote.visit.customer_id

    @property
    def is_open(self) -> bool:
        """Whether its life goes on; an open booking takes the friend's time."""
        return self.state not in FINAL

    @property
    def due(self) -> tuple[Timer, ...]:
        """What time will cause if nobody acts: one timer in each open state, none in a final one."""
        timer = _TIMERS.get(self.state)
        return () if timer is None else (Timer(timer[0], timer[1](self)),)


@attrs.frozen(kw_only=True)
class Command:
    """What somebody wants to happen to a booking.

    Attributes:
        event: the event's name.
        by: who wants it.
        key: an idempotency key made by the caller; the same for each retry of the same command.
        quote: for `request`, what to book.
        booking_id: for `request`, the booking's id; the quote's id if not given.
        friend: for `request` and `accept`, the friend as known now, from which eligibility is judged again;
            `accept` needs it.
        offer: with `friend`, the quote's offer as known now, to be judged again too.
        busy: with `friend`, the slots that are taken by now (see `busy_slots`).
        availability_policy: with `friend`, the buffers, horizon and limits that a request has to respect.
        why: a reason, for `decline` and cancellations.
        expected_version: the version that the caller has seen; another one is refused. None to skip that.
        agenda_version: the version of the friend's agenda from which `busy` was read; the decision then
            expects it, as of the stream `agenda:` and the friend's id.

    Raises:
        InvalidTypeError: an offer, busy slots, a policy for them or an agenda's version without the friend
            whose they are.
        InvalidValueError: another friend's offer.
    """

    event: str = attrs.field(validator=identifier)
    by: Actor = attrs.field(validator=instance_of(Actor))
    key: str = attrs.field(validator=identifier)
    quote: Quote | None = attrs.field(default=None, validator=optional(instance_of(Quote)))
    booking_id: str | None = attrs.field(default=None, validator=optional(identifier))
    friend: Friend | None = attrs.field(default=None, validator=optional(instance_of(Friend)))
    offer: Offer | None = attrs.field(default=None, validator=optional(instance_of(Offer)))
    busy: tuple[Period, ...] = attrs.field(
        default=(), converter=TupleOf[Period], validator=tuple_of(instance_of(Period))
    )
    availability_policy: AvailabilityPolicy | None = attrs.field(
        default=None, validator=optional(instance_of(AvailabilityPolicy))
    )
    why: Reason | None = attrs.field(default=None, validator=optional(instance_of(Reason)))
    expected_version: int | None = attrs.field(default=None, validator=optional(integer(0, 2**53)))
    agenda_version: int | None = attrs.field(default=None, validator=optional(integer(0, 2**53)))

    def __attrs_post_init__(self) -> None:
        """Refuse what would be passed over in silence."""
        if self.friend is None:
            known = (self.offer, self.availability_policy, self.agenda_version)
            if self.busy or any(each is not None for each in known):
                expected = "the friend, with an offer, busy slots, their policy or an agenda's version"
                raise InvalidTypeError("friend", expected, describe(None))
        elif self.offer is not None and self.offer.friend_id != self.friend.id:
            raise InvalidValueError("offer", f"an offer of {self.friend.id}", describe(self.offer.friend_id))

    @property
    def fingerprint(self) -> str:
        """What the command is, in short; a retry may bring fresher knowledge of the friend."""
        booking_id = self.booking_id if self.quote is None else self.booking_id or self.quote.id
        return fingerprint(self.event, self.by, self.quote, booking_id, self.why)


# --- deadlines


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _accept_by(booking: Booking) -> datetime:
    """Return min(created + 24 h, start - 4 h); on the day itself, or too late for that, created + 1 h.

    Whatever the policy, it is no later than the last moment to confirm.
    """
    policy, start = booking.policy, booking.quote.visit.slot.start
    soon = booking.since + _minutes(policy.answer_same_day_minutes)
    if wall_time(booking.since).date() == wall_time(start).date():
        return soon
    notice = max(policy.accept_notice_minutes, policy.confirm_notice_minutes)
    return max(min(booking.since + _minutes(policy.answer_minutes), start - _minutes(notice)), soon)


def _confirm_by(booking: Booking) -> datetime:
    start = booking.quote.visit.slot.start
    return min(
        booking.since + _minutes(booking.policy.confirm_minutes),
        start - _minutes(booking.policy.confirm_notice_minutes),
    )


_TIMERS: MappingProxyType[BookingState, tuple[str, Callable[[Booking], datetime]]] = MappingProxyType(
    {
        S.REQUESTED: ("expire_request", _accept_by),
        S.ACCEPTED: ("expire_unscheduled", _confirm_by),
        S.CONFIRMED: ("lapse", lambda each: each.quote.visit.slot.end + _minutes(each.policy.lapse_minutes)),
        S.IN_PROGRESS: (
            "auto_complete",
            lambda each: each.quote.visit.slot.end + _minutes(each.policy.auto_complete_minutes),
        ),
        S.COMPLETED: ("auto_approve", lambda each: each.since + _minutes(each.policy.approve_minutes)),
    }
)

# --- guards: each answers with the reasons why not


def _fitness(command: Command, quote: Quote) -> list[Reason]:
    """Judge the friend again, as known now; nothing where nothing is known."""
    friend, offer = command.friend, command.offer
    if friend is None:
        return []
    if friend.id != quote.friend_id:
        return [reason("not_a_party", id=friend.id)]
    if offer is not None and (offer.id, offer.service_code) != (quote.offer_id, quote.visit.service.code):
        return [reason("no_offer", service=quote.visit.service.code)]
    return list(eligibility.check(friend, quote.visit, offer=offer).reasons)


def _not_before(at: datetime, start: datetime) -> list[Reason]:
    return [] if at >= start else [reason("too_early", possible_from=start)]


def _is_free(friend: Friend, command: Command, slot: Period, at: datetime) -> bool:
    rules = command.availability_policy
    now = None if rules is None else at
    return bookable(friend.availability, slot, busy=command.busy, policy=rules, at=now)


def _may_request(command: Command, quote: Quote, policy: BookingPolicy, at: datetime) -> list[Reason]:
    reasons = []
    slot = quote.visit.slot
    if at >= quote.expires_at:
        reasons.append(reason("quote_expired", expired_at=quote.expires_at))
    last = slot.start - _minutes(policy.request_notice_minutes)
    if at > last:
        reasons.append(reason("too_late_to_book", latest_at=last))
    if quote.friend_id == quote.visit.customer_id:
        reasons.append(reason("own_request"))
    reasons.extend(why for why in _fitness(command, quote) if why not in reasons)
    if command.friend is not None and not _is_free(command.friend, command, slot, at):
        reasons.append(reason("not_available"))
    return reasons


def _may_accept(booking: Booking, command: Command) -> list[Reason]:
    """Judge again; the weekly hours no longer matter, as the friend says yes to this very slot."""
    if command.friend is None:
        raise InvalidTypeError(
            "friend", "the friend as known now, to judge eligibility again", "nothing (null)"
        )
    slot, taken = booking.quote.visit.slot, (*command.busy, *command.friend.availability.absent)
    reasons = _fitness(command, booking.quote)
    return [*reasons, reason("not_available")] if any(map(slot.overlaps, taken)) else reasons


def _may(booking: Booking, command: Command, at: datetime) -> list[Reason]:
    slot, policy, timer = booking.quote.visit.slot, booking.policy, booking.due[0]
    if command.by.role is Role.TIMER:  # by the table it is the state's own timer
        return _not_before(at, timer.at)
    if at >= timer.at:
        return [reason("deadline_passed", event=timer.event, due_at=timer.at)]
    match command.event:
        case "accept":
            return _may_accept(booking, command)
        case "start_work":
            return _not_before(at, slot.start - _minutes(policy.start_early_minutes))
        case "complete":
            return _not_before(at, slot.start)
        case _:
            return []


def _is_party(by: Actor, quote: Quote) -> bool:
    match by.role:
        case Role.CUSTOMER:
            return by.id == quote.visit.customer_id
        case Role.FRIEND:
            return by.id == quote.friend_id
        case Role.OPERATOR | Role.TIMER:
            return True


# --- the machine


def decide(
    booking: Booking | None, command: Command, *, at: datetime, policy: BookingPolicy | None = None
) -> Decision[BookingEvent] | Refusal:
    """Answer a command: the events to store, or why not. Nothing is changed.

    Args:
        booking: the booking as it stands; None for `request`, or what is stored under its id already.
        command: what is wanted.
        at: the instant of the command.
        policy: for `request`, the policy to book under (the default one if not given); a booking that
            exists has its own.

    Returns:
        A decision, or a refusal with every reason of the first rule that says no: the key, the version, the
        table, the parties, the deadline and eligibility.

    Raises:
        InvalidTypeError: the command lacks what its event needs (`request` a quote, `accept` the friend).
    """
    at = instant_of(at)
    quote = command.quote if booking is None else booking.quote
    if quote is None:
        raise InvalidTypeError("quote", "a quote to book", "nothing (null)")
    use = KeyUse(command.key, command.fingerprint)
    known = match_key(booking.keys if booking else (), use, event=command.event)
    if isinstance(known, Refusal):
        return known
    version = booking.version if booking else 0
    stream_id = booking.id if booking else command.booking_id or quote.id
    expects = [StreamVersion(f"booking:{stream_id}", version)]
    if command.agenda_version is not None:
        expects.append(StreamVersion(f"agenda:{quote.friend_id}", command.agenda_version))
    if known is Outcome.REPLAYED:
        return Decision(outcome=known, expects=expects[:1])
    if command.expected_version not in {None, version}:
        seen = command.expected_version or 0
        return Refusal(event=command.event, reasons=[reason("stale_version", expected=seen, version=version)])
    row = match_transition(
        TABLE, command.event, source=booking.state if booking else None, role=command.by.role
    )
    if isinstance(row, Refusal):
        return row
    if not _is_party(command.by, quote):
        return Refusal(event=command.event, reasons=[reason("not_a_party", id=command.by.id)])
    chosen = policy or BookingPolicy()
    reasons = _may(booking, command, at) if booking else _may_request(command, quote, chosen, at)
    if reasons:
        return Refusal(event=command.event, reasons=reasons)
    event = BookingEvent(
        booking_id=stream_id,
        version=version + 1,
        event=command.event,
        by=command.by,
        at=at,
        key=command.key,
        fingerprint=use.fingerprint,
        quote=None if booking else quote,
        policy=None if booking else chosen,
        why=command.why,
    )
    return Decision(events=(event,), expects=expects)


def evolve(booking: Booking | None, event: BookingEvent) -> Booking:
    """Return the booking after an event.

    Args:
        booking: the booking before; None for its first event.
        event: the next event of the same booking.

    Raises:
        InvalidValueError: the event is not the next one of this booking, or the table does not allow it.
    """
    before = booking.version if booking else 0
    if event.version != before + 1:
        raise InvalidValueError("version", f"the event of version {before + 1}", f"version {event.version}")
    row = match_transition(TABLE, event.event, source=booking.state if booking else None, role=event.by.role)
    if isinstance(row, Refusal):
        came = f"{event.event} by {event.by.role.value}"
        raise InvalidValueError(
            "event", f"an event allowed from {booking.state if booking else None!s}", came
        )
    use = KeyUse(event.key, event.fingerprint)
    if booking is None:
        if event.quote is None or event.policy is None:
            raise InvalidTypeError("quote", "a first event with its quote and its policy", "one without")
        return Booking(
            id=event.booking_id,
            version=1,
            state=BookingState(row.target),
            since=event.at,
            quote=event.quote,
            policy=event.policy,
            keys=(use,),
        )
    if event.booking_id != booking.id:
        raise InvalidValueError("booking_id", f"an event of {booking.id}", describe(event.booking_id))
    return attrs.evolve(
        booking,
        version=event.version,
        state=BookingState(row.target),
        since=event.at,
        keys=remember(booking.keys, use),
    )


def replay(history: Iterable[BookingEvent]) -> Booking:
    """Return the booking that a history makes.

    Args:
        history: all events of one booking, by version.

    Raises:
        InvalidValueError: no events, a gap, a duplicate, a wrong order, or a step that the table forbids.
    """
    booking: Booking | None = None
    for event in history:
        booking = evolve(booking, event)
    if booking is None:
        raise InvalidValueError("history", "at least one event", "none")
    return booking


def due(booking: Booking, *, at: datetime) -> tuple[Timer, ...]:
    """Return what time owes a booking by now.

    Args:
        booking: the booking.
        at: now.
    """
    now = instant_of(at)
    return tuple(timer for timer in booking.due if timer.at <= now)


def busy_slots(bookings: Iterable[Booking], *, besides: Booking | None = None) -> tuple[Period, ...]:
    """Return the slots that a friend's bookings take.

    Every open booking takes its slot, so that a slot is not requested twice. For a booking that is to be
    accepted the other requests do not matter, as long as they are not accepted either: the first one wins.

    Args:
        bookings: the friend's bookings.
        besides: the booking that is to be accepted, if that is what the slots are for.

    Examples:
        >>> busy_slots([])
        ()
    """
    return tuple(
        each.quote.visit.slot
        for each in bookings
        if each.is_open
        and (besides is None or (each.id != besides.id and each.state is not BookingState.REQUESTED))
    )


# --- the verbs

By: TypeAlias = Actor | Customer | Friend


def _actor(by: By) -> Actor:
    match by:
        case Customer():
            return Actor(Role.CUSTOMER, by.id)
        case Friend():
            return Actor(Role.FRIEND, by.id)
        case Actor():
            return by
        case _:
            raise InvalidTypeError("by", "an Actor, a Customer or a Friend", describe(by))


def _apply(
    booking: Booking | None, command: Command, *, at: datetime, policy: BookingPolicy | None = None
) -> Booking:
    decided = decide(booking, command, at=at, policy=policy)
    if isinstance(decided, Refusal):
        raise RefusedError(decided)
    for event in decided.events:
        booking = evolve(booking, event)
    if booking is None:
        raise InvalidValueError("events", "at least one for a new booking", "none")
    return booking


def request(
    quote: Quote,
    *,
    at: datetime,
    key: str,
    booking_id: str | None = None,
    stored: Booking | None = None,
    friend: Friend | None = None,
    offer: Offer | None = None,
    busy: Iterable[Period] = (),
    availability_policy: AvailabilityPolicy | None = None,
    policy: BookingPolicy | None = None,
) -> Booking:
    """Book a quote: the customer asks, the friend has yet to accept.

    Args:
        quote: the quote, not yet expired.
        at: now.
        key: an idempotency key.
        booking_id: the booking's id; the quote's id if not given, so that a quote is booked once.
        stored: what is stored under that id already, if anything: a retry with the same key gives it back,
            however late it comes, and anything else is refused.
        friend: the friend as known now, to judge once more whether the friend is eligible and the slot free;
            worth giving wherever more may be known by now than when the quote was made.
        offer: with `friend`, the quote's offer as known now, which may have ended or have another radius.
        busy: with `friend`, the slots that are taken by now (see `busy_slots`).
        availability_policy: with `friend`, the buffers, horizon and limits to respect, as the market's.
        policy: the policy to book under; the default one if not given.

    Returns:
        The booking, requested; `.due` says until when the friend may answer.

    Raises:
        RefusedError: the quote has expired, the notice is too short, the friend is not eligible or not free,
            or the id is taken.
        InvalidTypeError: an offer or busy slots without the friend.

    Examples:
        >>> from mila_core import matching, pricing, samples
        >>> pilot = samples.zurich_2013()
        >>> wanted = pilot.request("game-console")
        >>> match = matching.FriendIndex(pilot.market).rank(wanted, at=pilot.opened_at).match("andreas")
        >>> quote = pricing.quote(wanted, match, book=pilot.book, at=pilot.opened_at)
        >>> booking = request(quote, at=pilot.opened_at, key="a1")
        >>> booking.state.value, booking.due[0].event
        ('requested', 'expire_request')
    """
    command = Command(
        event="request",
        by=Actor(Role.CUSTOMER, quote.visit.customer_id),
        key=key,
        quote=quote,
        booking_id=booking_id,
        friend=friend,
        offer=offer,
        busy=tuple(busy),
        availability_policy=availability_policy,
    )
    return _apply(stored, command, at=at, policy=policy)


def accept(
    booking: Booking,
    *,
    by: By,
    at: datetime,
    key: str,
    friend: Friend | None = None,
    offer: Offer | None = None,
    busy: Iterable[Period] = (),
) -> Booking:
    """Accept a requested booking; the friend is judged again, and must not be busy or absent.

    Args:
        booking: the booking.
        by: the friend as known now; or an actor, with the friend beside it.
        at: now, before the deadline.
        key: an idempotency key.
        friend: the friend as known now, where `by` is an actor.
        offer: the booking's offer as known now, to be judged again too.
        busy: the slots that are taken by now, `busy_slots(the friend's bookings, besides=booking)`.

    Returns:
        The booking, accepted.

    Raises:
        RefusedError: not from this state, not this friend, too late, no longer eligible, or not free.
        InvalidTypeError: nobody told what is known of the friend.
    """
    known = by if isinstance(by, Friend) else friend
    command = Command(event="accept", by=_actor(by), key=key, friend=known, offer=offer, busy=tuple(busy))
    return _apply(booking, command, at=at)


def decline(booking: Booking, *, by: By, at: datetime, key: str, why: Reason | None = None) -> Booking:
    """Decline a requested booking.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return _apply(booking, Command(event="decline", by=_actor(by), key=key, why=why), at=at)


def confirm(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Confirm an accepted booking: the last details are settled.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now, before the deadline.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, or too late.
    """
    return _apply(booking, Command(event="confirm", by=_actor(by), key=key), at=at)


def start_work(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Note that the work has begun.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now, no earlier than half an hour (by policy) before the start.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, or too early.
    """
    return _apply(booking, Command(event="start_work", by=_actor(by), key=key), at=at)


def complete(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Note that the work is done; the customer can approve it.

    Args:
        booking: the booking.
        by: the friend, or an operator.
        at: now, no earlier than the start.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, not by this actor, or too early.
    """
    return _apply(booking, Command(event="complete", by=_actor(by), key=key), at=at)


def approve(booking: Booking, *, by: By, at: datetime, key: str) -> Booking:
    """Approve the result and the price: the booking is closed, and both sides may rate.

    Args:
        booking: the booking.
        by: the customer, or an operator.
        at: now.
        key: an idempotency key.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    return _apply(booking, Command(event="approve", by=_actor(by), key=key), at=at)


def cancel(booking: Booking, *, by: By, at: datetime, key: str, why: Reason | None = None) -> Booking:
    """Call a booking off; the event says in whose name.

    Args:
        booking: the booking.
        by: the customer, the friend, or an operator.
        at: now.
        key: an idempotency key.
        why: the reason given.

    Raises:
        RefusedError: not from this state, or not by this actor.
    """
    actor = _actor(by)
    return _apply(booking, Command(event=f"cancel_by_{actor.role.value}", by=actor, key=key, why=why), at=at)


def run_timers(booking: Booking, *, at: datetime, scheduler_id: str = "scheduler") -> Booking:
    """Let time act: cause every event that is due by now, and what that makes due in turn.

    It can be called at any time and as often as one likes; a missed timer is caught by the next call.

    Args:
        booking: the booking.
        at: now.
        scheduler_id: the id of the application's scheduler.

    Returns:
        The booking as it stands now.
    """
    while timers := due(booking, at=at):
        event = timers[0].event
        key = f"{event}:{booking.version}"
        booking = _apply(booking, Command(event=event, by=Actor(Role.TIMER, scheduler_id), key=key), at=at)
    return booking
