"""The audit: everything recomputed from the events alone, and each invariant that they violate."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import mila_core.bookings as bookings
import mila_core.dispatch as dispatch
import mila_core.disputes as disputes
import mila_core.ratings as ratings
import mila_core.settlements as settlements
from mila_core.audit._bookings import overlap_violations, step_violations
from mila_core.audit._dispatch import assignment_violations, dispatch_violations
from mila_core.audit._disputes import dispute_violations
from mila_core.audit._lives import Life, by_stream, fold, order_violations
from mila_core.audit._parties import party_violations
from mila_core.audit._ratings import counted_violations, reviews_violations
from mila_core.audit._settlements import settlement_violations
from mila_core.audit.violations import Violation
from mila_core.errors import InvalidTypeError, describe
from mila_core.lifecycle import Aggregate, Event, Machine
from mila_core.periods import instant_of
from mila_core.ratings import Rating
from mila_core.reasons import reason

__all__ = ["audit"]

_MACHINES: Mapping[type[Event], Machine[Any, Any, Any]] = MappingProxyType(
    {each.event: each for each in (m.MACHINE for m in (bookings, dispatch, disputes, ratings, settlements))}
)


def _checked(events: Iterable[Event]) -> list[Event]:
    found = list(events)
    for position, event in enumerate(found):
        if type(event) not in _MACHINES:
            raise InvalidTypeError(
                f"events[{position}]", "an event of a machine of mila_core", describe(event)
            )
    return found


def audit(
    events: Iterable[Event],
    *,
    counted: Iterable[Rating] = (),
    stored: Iterable[Aggregate] = (),
    skew: timedelta = timedelta(0),
    at: datetime | None = None,
) -> tuple[Violation, ...]:
    """Recompute everything from a history, and name every invariant that it violates.

    What is looked for: versions that have gaps, come twice or in another order; steps that the tables forbid;
    events after a deadline or out of their time, or by somebody who has no part in it; keys used for two
    commands; two bookings of one friend at the same time; compensations, charges and balances that are not
    what the history gives; settlements, disputes, ratings and acceptances without their booking; bookings
    assigned without an invitation; work approved or paid out while it was contested; decisions that are not
    settled; hidden ratings that count; stored states that are not what their events make. `INVARIANTS` has
    the codes.

    The history should be at rest: a store in the middle of a transaction has half of one.

    Args:
        events: all events, of any streams; those of one stream by version, else in any order.
        counted: the ratings that some average or ranking was computed from.
        stored: states as they are stored, to be compared with their histories.
        skew: by how much instants of two streams may lie apart from the order in which their events were
            stored: how much clocks differ, and how long it takes from a decision until it is stored.
        at: an instant by which the scheduler has been there: what was due by then and has not happened is
            named as well. None to leave that out.

    Returns:
        The violations, by stream and version; none for a history that holds.

    Raises:
        InvalidTypeError: something that is no event.

    Examples:
        >>> audit([])
        ()
    """
    lives: dict[str, Life[Any, Any]] = {}
    found: list[Violation] = []
    for stream, own in by_stream(_checked(events)).items():
        found += order_violations(stream, own)
        life, wrong = fold(stream, own, _MACHINES[type(own[0])])
        found += wrong
        if life is not None:
            lives[stream] = life
            found += party_violations(life, machine=_MACHINES[type(own[0])])
    found += _violations_across(lives, skew)
    found += counted_violations(counted, _of(lives, "reviews"))
    found += _stored_violations(stored, lives)
    found += _overdue_violations(lives, at) if at is not None else ()
    return tuple(sorted(found, key=lambda each: (each.stream, each.version or 0, each.why.code)))


def _of(lives: Mapping[str, Life[Any, Any]], word: str) -> dict[str, Life[Any, Any]]:
    """Return the lives of one kind, by id."""
    head = f"{word}:"
    return {stream.removeprefix(head): life for stream, life in lives.items() if stream.startswith(head)}


def _violations_across(lives: Mapping[str, Life[Any, Any]], skew: timedelta) -> Iterator[Violation]:
    """Yield what one life contradicts in itself or in another one."""
    booked, requests, settled = _of(lives, "booking"), _of(lives, "request"), _of(lives, "settlement")
    contested = _of(lives, "dispute")
    for id, life in booked.items():  # noqa: A001  # the field's name
        yield from step_violations(life, dispute=contested.get(id), skew=skew)
    yield from overlap_violations(life.state for life in booked.values())
    for life in requests.values():
        yield from dispatch_violations(life, bookings=booked)
    yield from assignment_violations(booked, requests)
    for id, life in settled.items():  # noqa: A001  # as above
        yield from settlement_violations(life, booking=booked.get(id))
    for id, life in contested.items():  # noqa: A001  # as above
        yield from dispute_violations(life, booking=booked.get(id), settlement=settled.get(id), skew=skew)
    for id, life in _of(lives, "reviews").items():  # noqa: A001  # as above
        yield from reviews_violations(life, booking=booked.get(id))


def _stored_violations(
    stored: Iterable[Aggregate], lives: Mapping[str, Life[Any, Any]]
) -> Iterator[Violation]:
    for state in stored:
        life = lives.get(state.stream)
        if life is None or life.state != state:
            version = life.state.version if life else 0
            yield Violation(
                stream=state.stream,
                why=reason("state_differs", stored_version=state.version, version=version),
            )


def _overdue_violations(lives: Mapping[str, Life[Any, Any]], at: datetime) -> Iterator[Violation]:
    """Yield what time owed by an instant and has not done; an open dispute keeps a booking waiting."""
    now, contested = instant_of(at), _of(lives, "dispute")
    for stream, life in lives.items():
        dispute = contested.get(life.state.id)
        for timer in life.state.due:
            waits = timer.event == "auto_approve" and dispute is not None and dispute.state.is_open
            if timer.at <= now and not waits:
                yield Violation(stream=stream, why=reason("overdue", event=timer.event, due_at=timer.at))
