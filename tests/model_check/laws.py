"""What must hold in every state: of each history by itself, and of all that is stored together."""

from collections import Counter
from datetime import timedelta
from itertools import combinations
from typing import Any

from mila_core import dispatch
from mila_core.audit import Violation, audit
from mila_core.bookings import Booking, BookingCommand, BookingState
from mila_core.dispatch import Dispatch, DispatchCommand, RequestState
from mila_core.disputes import Dispute, is_blocking
from mila_core.lifecycle import Actor, Decision, Event, Role
from mila_core.money import ZERO
from tests.model_check.explorer import LawBrokenError
from tests.model_check.store import MACHINES, Life, Store

__all__ = ["check_commit", "check_life", "check_store"]

S = BookingState
TAKES_THE_SLOT = frozenset(S) - {S.REQUESTED, S.DECLINED, S.EXPIRED, S.CANCELLED}
_LONGEST = timedelta(days=100)
"""How long a transaction may take here, the whole time of a world: its order is left to `check_commit`."""
_MOST_TIMERS = 10
_SCHEDULER = Actor(Role.TIMER, "scheduler")


def _hold(*, law: str, where: object, holds: bool) -> None:
    if not holds:
        raise LawBrokenError(f"{law}: {where}")


# --- one history


def check_life(life: Life) -> None:
    """Check a history: its versions, keys, deadlines and end, and that its state is what it makes."""
    machine = MACHINES[life.stream.partition(":")[0]]
    versions = [event.version for event in life.events]
    _hold(law="versions are 1, 2, 3", where=life, holds=versions == [*range(1, len(versions) + 1)])
    _hold(law="the version is the number of events", where=life, holds=life.state.version == len(versions))
    _hold(law="a replay is the state", where=life, holds=machine.replay(life.events) == life.state)
    keys = Counter(event.key for event in life.events)
    _hold(law="a key is applied once", where=life, holds=max(keys.values()) == 1)
    before: Any = None
    for event in life.events:
        if before is not None:
            _hold(law="a final state never changes", where=life, holds=getattr(before, "is_open", True))
            _check_time(life, before, event)
        before = machine.evolve(before, event)
    if isinstance(life.state, Booking | Dispatch):
        _hold(law="time alone brings the end", where=life, holds=_ends_by_time(life.state))


def _check_time(life: Life, before: Any, event: Any) -> None:
    """Check that time acts no earlier than it is due, and nobody else acts once it is."""
    if event.by.role is Role.TIMER:
        dates = [timer.at for timer in before.due if timer.event == event.event]
        _hold(law="a timer is due", where=life, holds=bool(dates) and event.at >= dates[0])
    elif isinstance(before, Booking) and before.state is not S.COMPLETED:  # a dispute stops that clock
        _hold(law="nobody acts after the deadline", where=life, holds=event.at < before.due[0].at)


def _ends_by_time(state: Booking | Dispatch) -> bool:
    """Say whether what everybody forgets comes to an end, and how: by its timers, one after another.

    A request that is matched waits for its booking, which comes to an end.
    """
    machine, kind = MACHINES[state.STREAM], BookingCommand if isinstance(state, Booking) else DispatchCommand
    for _ in range(_MOST_TIMERS):
        if not state.due:
            return not state.is_open or state.state is RequestState.MATCHED
        timer = state.due[0]
        command = kind(event=timer.event, by=_SCHEDULER, key=f"forgotten:{state.version}")
        decided = machine.decide(state, command, at=timer.at)
        if not isinstance(decided, Decision):
            return False
        for event in decided.events:
            state = machine.evolve(state, event)
    return False


# --- all that is stored


def check_store(store: Store) -> None:
    """Check what several histories must agree on."""
    _check_slots(store)
    _check_keys(store)
    for request in store.states("request"):
        _check_request(store, request)
    for dispute in store.states("dispute"):
        _check_dispute(store, dispute)
    _check_audit(store)


def _check_slots(store: Store) -> None:
    """Check that no friend is in two places."""
    taken = [each for each in store.states("booking") if each.state in TAKES_THE_SLOT]
    for one, other in combinations(taken, 2):
        apart = (
            one.quote.visit.slot.end <= other.quote.visit.slot.start
            or other.quote.visit.slot.end <= one.quote.visit.slot.start
        )
        free = one.friend_id != other.friend_id or apart
        _hold(law="no two bookings of a friend overlap", where=f"{one.id} and {other.id}", holds=free)


def _check_keys(store: Store) -> None:
    """Check that no command was applied to two streams of one kind."""
    used = Counter(
        (life.stream.partition(":")[0], key)
        for life in store.lives
        for key in {event.key for event in life.events if not event.key.startswith("~")}
    )
    twice = [key for (_, key), count in used.items() if count > 1 and ":" not in key]
    _hold(law="a key is applied once", where=twice, holds=not twice)


def _check_request(store: Store, request: Dispatch) -> None:
    """Check that whoever has accepted is booked, and that one who is booked has accepted."""
    made = [each for each in store.states("booking") if each.id == request.booking_id]
    if request.state is RequestState.MATCHED:
        booked = [each.friend_id for each in made]
        won = request.accepted.friend_id if request.accepted else None
        _hold(law="one friend has accepted, and is booked", where=request.id, holds=booked == [won])
    if request.state is RequestState.FULFILLED:
        over = made and not made[0].is_open and not dispatch.dropped_out(made[0])
        _hold(law="a fulfilled request had its visit", where=request.id, holds=bool(over))


def _check_dispute(store: Store, dispute: Dispute) -> None:
    """Check that what is contested is not approved by time, and that nothing goes back twice."""
    booking: Booking = store.state(f"booking:{dispute.id}")
    approved = booking.ending is not None and booking.ending.event == "auto_approve"
    contested = dispute.contest.outcome is S.COMPLETED and dispute.is_open
    _hold(law="nothing contested is approved by time", where=dispute.id, holds=not (contested and approved))


def _check_audit(store: Store) -> None:
    """Check that the audit of all events finds nothing."""
    states = [life.state for life in store.lives]
    found = audit(store.events, stored=states, skew=_LONGEST)
    wrong = [each for each in found if not _is_on_its_way(each)]
    _hold(law="the audit finds nothing", where=[str(each.why) for each in wrong], holds=not wrong)


def _is_on_its_way(found: Violation) -> bool:
    """Say whether an audit found what another transaction is still to bring: a ruling's money."""
    return found.why.code == "ruling_not_settled" and found.why.get("amount") == ZERO


# --- a step


def check_commit(store: Store, events: tuple[Event, ...]) -> None:
    """Check what the order of streams alone shows: no payout is sent while a dispute is open."""
    for event in events:
        if event.event == "send_payout":
            contested = is_blocking(store.state(f"dispute:{event.id}"))
            _hold(law="nothing contested is paid out", where=event.id, holds=not contested)
