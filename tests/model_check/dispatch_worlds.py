"""Worlds of dispatch: two invited friends accept one request at once, one of them is invited twice."""

from datetime import datetime, timedelta
from typing import Any

import attrs

from mila_core.bookings import BookingCommand
from mila_core.dispatch import Candidate, DispatchCommand, dropped_out
from mila_core.lifecycle import Actor
from tests import journey
from tests.model_check.bookings_worlds import book, sweep
from tests.model_check.examples import (
    ANNA,
    CLAIRE,
    FRIENDS,
    OFFERS,
    OPERATOR,
    REQUESTED,
    SECOND,
    SYSTEM,
    friend,
    quote,
)
from tests.model_check.store import Store
from tests.model_check.world import Application, Asked, Task, World

__all__ = ["first_wins", "redistribution"]

RESPOND_BY = REQUESTED + timedelta(hours=1)
EXPIRES = journey.utc("2013-11-28T12:00")


def _opened(by: Actor, name: str) -> tuple[str, DispatchCommand, datetime]:
    request = attrs.evolve(journey.REQUEST, id=name, customer_id=by.id)
    policy = journey.QUOTE.visit.policy.dispatch
    command = DispatchCommand(
        event="open_request", by=by, key=f"open-{name}", request=request, policy=policy, visit_minutes=60
    )
    return f"request:{name}", command, REQUESTED


def _wave(by: Actor, name: str, friends: tuple[str, ...]) -> DispatchCommand:
    quotes = (quote(by, of=each, request=name) for each in friends)
    return DispatchCommand(
        event="send_wave",
        by=SYSTEM,
        key=f"wave-{name}-{'-'.join(friends)}",
        candidates=tuple(Candidate(quote=each, distance_m=974) for each in quotes),
    )


def _invited(by: Actor, name: str, *friends: str) -> tuple[str, DispatchCommand, datetime]:
    return f"request:{name}", _wave(by, name, friends), REQUESTED


def _accept(by: str, name: str) -> Task:
    """Return a friend's acceptance: it reads the request and the friend's agenda."""
    wanted = DispatchCommand(event="accept_invitation", by=friend(by), key=f"accept-{name}-{by}")

    def load(application: Application, store: Store, _: datetime) -> Any:
        life = store.life(f"request:{name}")
        return life, application.busy(store, by, besides=None), store.version(f"agenda:{by}")

    def ask(seen: Any) -> list[Asked]:
        life, busy, version = seen
        known = {"friend": FRIENDS[by], "offer": OFFERS[by], "busy": busy, "agenda_version": version}
        return [(life, attrs.evolve(wanted, **known))]

    return Task(name=f"{by}'s accept {name}", load=load, ask=ask)


def _handle(wanted: DispatchCommand, name: str) -> Task:
    def load(_: Application, store: Store, __: datetime) -> Any:
        return (store.life(f"request:{name}"),)

    def ask(seen: Any) -> list[Asked]:
        return [(seen[0], wanted)]

    return Task(name=f"{wanted.by.id}'s {wanted.event} {name}", load=load, ask=ask)


def _withdraw(name: str) -> Task:
    return _handle(DispatchCommand(event="withdraw_request", by=ANNA, key=f"withdraw-{name}"), name)


def _conclude(name: str) -> Task:
    """Return what follows from the end of a request's first booking."""

    def load(_: Application, store: Store, __: datetime) -> Any:
        booking = store.life(f"booking:{name}-1")
        return None if booking is None or booking.state.is_open else (store.life(f"request:{name}"), booking)

    def ask(seen: Any) -> list[Asked]:
        life, booking = seen[0], seen[1].state
        event = "reopen_request" if dropped_out(booking) else "fulfil_request"
        key = f"conclude-{booking.id}"
        return [(life, DispatchCommand(event=event, by=SYSTEM, key=key, booking=booking))]

    return Task(name=f"conclude {name}", load=load, ask=ask)


def _cancelled(event: str, by: Actor, booking_id: str) -> Task:
    return book(BookingCommand(event=event, by=by, key=f"{event}-{booking_id}", booking_id=booking_id))


def first_wins(*, deep: bool = False) -> World:
    """Two friends accept a request at once; one of them accepts another one for the same slot."""
    return World(
        name="first wins",
        instants=(
            ("the wave is sent", REQUESTED),
            ("a second before respond_by", RESPOND_BY - SECOND),
            ("respond_by", RESPOND_BY),
            ("the requests expire", EXPIRES),
        ),
        begins=(
            _opened(ANNA, "r1"),
            _invited(ANNA, "r1", "andreas", "beat"),
            _opened(CLAIRE, "r2"),
            _invited(CLAIRE, "r2", "andreas"),
        ),
        tasks=(
            _accept("andreas", "r1"),
            _accept("beat", "r1"),
            _accept("andreas", "r2"),
            _withdraw("r1"),
            sweep("request:r1"),
        ),
        workers=3 if deep else 2,
    )


def redistribution(*, deep: bool = False) -> World:
    """The friend who was first drops out, and somebody else is found."""
    return World(
        name="redistribution",
        instants=(
            ("the wave is sent", REQUESTED),
            ("respond_by", RESPOND_BY),
            ("the request expires", EXPIRES),
        ),
        begins=(_opened(ANNA, "r1"), _invited(ANNA, "r1", "andreas")),
        tasks=(
            *([_withdraw("r1")] if deep else []),
            _accept("andreas", "r1"),
            _cancelled("cancel_by_friend", friend("andreas"), "r1-1"),
            _cancelled("cancel_by_operator", OPERATOR, "r1-1"),
            _conclude("r1"),
            _handle(_wave(ANNA, "r1", ("beat",)), "r1"),
            _accept("beat", "r1"),
            sweep("request:r1"),
        ),
        workers=3 if deep else 2,
    )
