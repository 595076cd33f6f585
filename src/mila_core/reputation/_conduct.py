"""Conduct: what bookings and invitations say of a friend, as dated facts to be counted."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import mila_core.bookings as bookings
from mila_core.bookings import Booking, BookingEvent, BookingState
from mila_core.dispatch import Dispatch, Invitation, InvitationState
from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.lifecycle import Aggregate, Event
from mila_core.policies import BadgePolicy
from mila_core.reputation._business_hours import is_within_business_hours

__all__ = ["Fact", "facts_of_bookings", "facts_of_dispatches"]

T = TypeVar("T")
AggregateT = TypeVar("AggregateT", bound=Aggregate)

_ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "approve": "closed",
        "auto_approve": "closed",
        "cancel_by_friend": "cancelled",
        "report_friend_no_show": "no_shows",
        "expire_unscheduled": "lapsed",
        "lapse": "lapsed",
        "fail": "failed",
        "report_customer_no_show": "excused",
        "cancel_by_customer": "excused",
        "cancel_by_operator": "excused",
    }
)
"""What counts once the friend was bound, by the event that ended the booking."""

_AGAINST = frozenset({"cancelled", "no_shows", "lapsed"})

_LET_PASS = frozenset({"expire_request", "expire_unscheduled", "lapse"})
"""Deadlines that the friend let pass; that a customer approves by silence may be later, for a dispute."""


class Fact(NamedTuple):
    """Something that counts at an instant; named tuple, as there are several for each booking.

    Attributes:
        friend_id: of whom.
        at: when.
        counts: the names of the counts that it raises.
        id: the id of the booking, where a booking ended.
    """

    friend_id: str
    at: datetime
    counts: tuple[str, ...]
    id: str = ""


def _answer(friend_id: str, *, asked: datetime, at: datetime, accepts: bool, policy: BadgePolicy) -> Fact:
    counts = ["asked", "answered"]
    if at - asked <= timedelta(hours=policy.answer_hours):
        counts.append("answered_soon")
    if is_within_business_hours(asked, at, policy=policy):
        counts.append("answered_fast")
    if accepts:
        counts.append("accepted")
    return Fact(friend_id, at, tuple(counts))


def _silence(friend_id: str, at: datetime) -> Fact:
    return Fact(friend_id, at, ("asked",))


def _newest(name: str, given: Iterable[AggregateT]) -> Mapping[str, AggregateT]:
    """Return the newest version of each, by id."""
    newest: dict[str, AggregateT] = {}
    for each in given:
        known = newest.get(each.id)
        if known is None or known.version < each.version:
            newest[each.id] = each
        elif known.version == each.version:
            _check_same(name, known, each)
    return newest


def _check_same(name: str, known: Aggregate | Event, other: Aggregate | Event) -> None:
    if known is not other and known != other:
        expected = f"one version {other.version} of {other.stream}"
        raise InvalidValueError(name, expected, "two that differ")


def _checked(name: str, given: Iterable[T], kinds: type[T] | tuple[type[T], ...], expected: str) -> list[T]:
    if not isinstance(given, Iterable):
        raise InvalidTypeError(name, expected, describe(given))
    found = list(given)
    for each in found:
        if not isinstance(each, kinds):
            raise InvalidTypeError(name, expected, describe(each))
    return found


def facts_of_bookings(
    given: Iterable[Booking | BookingEvent], *, at: datetime, excused: frozenset[str], policy: BadgePolicy
) -> Iterator[Fact]:
    """Yield what bookings say of their friends, each booking once, by its newest version.

    Args:
        given: bookings as they stand, events of their histories, or both, in any order and however often.
        at: now; a request that nobody answered until then is silence, whether or not the scheduler looked.
        excused: ids of bookings whose end is not held against the friend.
        policy: what counts as soon, fast and in time.

    Raises:
        InvalidTypeError: neither a booking nor an event.
        InvalidValueError: a history with a gap, or two that contradict each other.
    """
    every: list[Booking | BookingEvent] = _checked(
        "bookings", given, (Booking, BookingEvent), "bookings, or events of bookings"
    )
    newest = _newest("bookings", (each for each in every if isinstance(each, Booking)))
    histories: dict[str, dict[int, BookingEvent]] = {}
    for each in every:
        if isinstance(each, BookingEvent):
            known = histories.setdefault(each.id, {}).setdefault(each.version, each)
            _check_same("bookings", known, each)
    for id_, events in histories.items():
        stands = newest.get(id_)
        yield from _facts_of_history(events, stands, at=at, excused=excused, policy=policy)
    for id_, booking in newest.items():
        if id_ not in histories:
            yield from _end(booking, booking.since, excused=excused)


def _facts_of_history(
    events: Mapping[int, BookingEvent],
    stands: Booking | None,
    *,
    at: datetime,
    excused: frozenset[str],
    policy: BadgePolicy,
) -> Iterator[Fact]:
    state: Booking | None = None
    asked = ended = next(iter(events.values())).at
    for _, event in sorted(events.items()):
        before, state = state, bookings.evolve(state, event)
        happened = before.due[0].at if before and event.event in _LET_PASS else event.at
        friend_id = state.friend_id
        match event.event:
            case "request":
                asked = happened
            case "accept" | "decline":
                accepts = event.event == "accept"
                yield _answer(friend_id, asked=asked, at=happened, accepts=accepts, policy=policy)
            case "expire_request":
                yield _silence(friend_id, happened)
            case "start_work":
                late = happened - state.quote.visit.slot.start
                in_time = late <= timedelta(minutes=policy.punctual_minutes)
                yield Fact(friend_id, happened, ("started", "punctual") if in_time else ("started",))
        ended = happened
    if state is None or (stands is not None and stands.version > state.version):
        if stands is not None:
            yield from _end(stands, stands.since, excused=excused)
        return
    if state.state is BookingState.REQUESTED and state.due[0].at <= at:
        yield _silence(state.friend_id, state.due[0].at)
    yield from _end(state, ended, excused=excused)


def _end(booking: Booking, at: datetime, *, excused: frozenset[str]) -> Iterator[Fact]:
    """Yield how a booking ended, if it has, and if the friend was bound."""
    if booking.ending is None or booking.bound_at is None:
        return
    name = _ENDINGS[booking.ending.event]
    if name in _AGAINST and booking.id in excused:
        name = "excused"
    yield Fact(booking.friend_id, at, (name,), booking.id)


def facts_of_dispatches(given: Iterable[Dispatch], *, at: datetime, policy: BadgePolicy) -> Iterator[Fact]:
    """Yield what invitations say of the friends who were invited, each request once, by its newest version.

    One that another friend was faster to accept, or that was taken back, says nothing.

    Args:
        given: requests with their invitations, in any order and however often.
        at: now; an invitation that nobody answered until then is silence, as for bookings.
        policy: what counts as soon and fast.

    Raises:
        InvalidTypeError: no request.
        InvalidValueError: two of one version that differ.
    """
    every = _checked("dispatches", given, Dispatch, "requests that were dispatched")
    for dispatch in _newest("dispatches", every).values():
        for invitation in dispatch.invitations:
            yield from _facts_of_invitation(invitation, at=at, policy=policy)


def _facts_of_invitation(invitation: Invitation, *, at: datetime, policy: BadgePolicy) -> Iterator[Fact]:
    friend_id, closed = invitation.friend_id, invitation.closed_at or invitation.respond_by
    match invitation.state:
        case InvitationState.ACCEPTED | InvitationState.DECLINED:
            accepts = invitation.state is InvitationState.ACCEPTED
            yield _answer(friend_id, asked=invitation.sent_at, at=closed, accepts=accepts, policy=policy)
        case InvitationState.EXPIRED:
            yield _silence(friend_id, closed)
        case InvitationState.SENT if closed <= at:
            yield _silence(friend_id, closed)
