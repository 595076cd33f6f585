"""What must hold when a world has ended, and of its caches at any time: all of it is recomputed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import mila_core.bookings as bookings
import mila_core.ratings as ratings
import mila_core.settlements as settlements
from mila_core.audit import audit
from mila_core.bookings import Booking
from mila_core.dispatch import Dispatch
from mila_core.disputes import Dispute, DisputeEvent
from mila_core.lifecycle import Role
from mila_core.ratings import Reviews
from mila_core.settlements import SettlementEvent
from tests.simulation.service import Wish
from tests.simulation.store import Store

_STOPPED = frozenset({"auto_approve", "send_payout", "waive", "write_off"})
DONE = frozenset({"applied", "replayed"})


def cache_violations(store: Store) -> Iterator[str]:
    """Yield what is cached of bookings, money and ratings and is not what their states and events give.

    Args:
        store: the store; it may be in the middle of its life.
    """
    by_friend: dict[str, list[Booking]] = {}
    reviewed: list[Reviews] = []
    for state in store.states.values():
        if isinstance(state, Booking):
            by_friend.setdefault(state.friend_id, []).append(state)
        elif isinstance(state, Reviews):
            reviewed.append(state)
    for friend_id, own in sorted(by_friend.items()):
        cached = Counter(slot for slot, _ in store.taken.get(friend_id, {}).values())
        if cached != Counter(bookings.busy_slots(own)):
            yield f"taken_slots_differ friend={friend_id}"
    if _facts(store.counted.values()) != _facts(ratings.revealed(reviewed)):
        yield "counted_ratings_differ"
    moved = (
        each.posting
        for each in store.history
        if isinstance(each, SettlementEvent) and each.posting is not None
    )
    ledger = {(each.account.value, each.party_id): each.amount.rappen for each in settlements.balances(moved)}
    if ledger != {key: amount for key, amount in store.ledger.items() if amount}:
        yield "ledger_differs"


def _facts(counted: Iterable[ratings.Rating]) -> set[tuple[object, ...]]:
    return {(each.booking_id, each.direction, each.stars, each.text) for each in counted}


def audit_violations(store: Store, *, skew_s: int, at: datetime | None = None) -> Iterator[str]:
    """Yield what the audit finds in all that was stored.

    Args:
        store: the store; it may be in the middle of its life.
        skew_s: by how many seconds a clock was wrong at most.
        at: when everything that time owed has to have happened; None in the middle of a life.
    """
    found = audit(
        store.history,
        counted=store.counted.values(),
        stored=store.states.values(),
        skew=timedelta(seconds=2 * skew_s),
        at=at,
    )
    for each in found:
        yield f"{each.why.code} {each.stream} version={each.version}"


def order_violations(store: Store) -> Iterator[str]:
    """Yield what was stored after a dispute was opened, and before it was over, that it should have stopped.

    The audit compares instants, which clocks give; here the order is the one in which it was stored.

    Args:
        store: the store; it may be in the middle of its life.
    """
    disputed: set[str] = set()
    for event in store.history:
        if isinstance(event, DisputeEvent):
            is_open = event.event in {"open_dispute", "answer_dispute"}
            (disputed.add if is_open else disputed.discard)(event.id)
        elif event.event in _STOPPED and event.id in disputed:
            yield f"stored_while_disputed {event.stream} event={event.event}"


def end_violations(store: Store, wishes: Iterable[Wish]) -> Iterator[str]:
    """Yield what has not come to its end once time has run out, and what clients were told that is not so.

    Args:
        store: the store of a world that has ended.
        wishes: all that clients have sent.
    """
    for stream, state in store.states.items():
        if isinstance(state, Booking | Dispatch | Dispute) and state.is_open:
            yield f"not_over {stream} state={state.state.value}"
    stored = Counter((event.stream, event.key) for event in store.history)
    for wish in wishes:
        times = stored[wish.stream, wish.key] or stored[wish.stream, _own_key(wish)]
        if wish.answer is None and not wish.gave_up:
            yield f"unanswered {wish.stream} event={wish.event} key={wish.key}"
        if wish.answer in DONE and not times:
            yield f"lost {wish.stream} event={wish.event} key={wish.key}"
        if times > 1:
            yield f"happened_twice {wish.stream} event={wish.event} key={wish.key}"


def _own_key(wish: Wish) -> str:
    """Return the key of customer and friend as ratings keep it."""
    is_side = wish.by.role in {Role.CUSTOMER, Role.FRIEND}
    return f"{wish.by.role.value}:{wish.key}" if is_side else wish.key
