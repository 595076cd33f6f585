"""Worlds of bookings: two customers, one slot of one friend, and everybody acts at once."""

from datetime import datetime, timedelta
from typing import Any

import attrs

from mila_core.bookings import BookingCommand
from mila_core.dispatch import DispatchCommand
from mila_core.lifecycle import Actor
from mila_core.quotes import Quote
from mila_core.reasons import reason
from tests.model_check.examples import (
    ACCEPT_BY,
    ANNA,
    CLAIRE,
    CONFIRM_BY,
    FRIENDS,
    LATER,
    OFFERS,
    REQUESTED,
    SCHEDULER,
    SECOND,
    SLOT,
    command,
    friend,
    moved,
    quote,
)
from tests.model_check.store import Store
from tests.model_check.world import Application, Asked, Task, World

__all__ = ["bind", "book", "instant_booking", "moving", "one_slot", "one_visit", "sweep"]

ANDREAS = friend("andreas")


def book(wanted: BookingCommand) -> Task:
    """Return the delivery of a command that asks for nothing but its booking."""
    stream = f"booking:{wanted.booking_id}"

    def load(_: Application, store: Store, __: datetime) -> Any:
        life = store.life(stream)
        return (life,) if life or wanted.event == "request" else None

    def ask(seen: Any) -> list[Asked]:
        return [(seen[0], wanted)]

    return Task(name=f"{wanted.by.id}'s {wanted.event} {wanted.booking_id}", load=load, ask=ask)


def bind(wanted: BookingCommand, *, of: str = "andreas") -> Task:
    """Return the delivery of a command that binds a friend's time: it reads the friend's agenda too."""
    stream, begins = f"booking:{wanted.booking_id}", wanted.event in {"request", "book_instantly"}

    def load(application: Application, store: Store, _: datetime) -> Any:
        life = store.life(stream)
        if life is None and not begins:
            return None
        busy = application.busy(store, of, besides=None if begins or life is None else life.state)
        return life, busy, store.version(f"agenda:{of}")

    def ask(seen: Any) -> list[Asked]:
        life, busy, version = seen
        known = {"friend": FRIENDS[of], "offer": OFFERS[of], "busy": busy, "agenda_version": version}
        return [(life, attrs.evolve(wanted, **known))]

    return Task(name=f"{wanted.by.id}'s {wanted.event} {wanted.booking_id}", load=load, ask=ask)


def sweep(stream: str) -> Task:
    """Return the scheduler's look at a booking or a request; the key is the same whoever sweeps."""
    kind = BookingCommand if stream.startswith("booking:") else DispatchCommand

    def load(application: Application, store: Store, at: datetime) -> Any:
        life = store.life(stream)
        return (life,) if life and application.due(life.state, at) else None

    def ask(seen: Any) -> list[Asked]:
        (life,) = seen
        event = life.state.due[0].event
        return [(life, kind(event=event, by=SCHEDULER, key=f"{event}:{life.state.version}"))]

    return Task(name=f"sweep {stream}", load=load, ask=ask)


def _request(by: Actor, booking_id: str, wanted: Quote) -> BookingCommand:
    return command("request", by, booking_id, quote=wanted)


def _before(instant: datetime) -> datetime:
    return instant - SECOND


def one_slot(*, deep: bool = False) -> World:
    """Two requests for one slot, both accepted at once, one called off, at the deadlines."""
    first = _request(ANNA, "b1", quote(ANNA))
    return World(
        name="one slot",
        instants=(
            ("the evening before", REQUESTED),
            ("a second before accept_by", _before(ACCEPT_BY)),
            ("accept_by", ACCEPT_BY),
            ("confirm_by", CONFIRM_BY),
        ),
        begins=() if deep else (("booking:b1", first, REQUESTED),),
        tasks=(
            *([book(first)] if deep else []),
            book(_request(CLAIRE, "b2", quote(CLAIRE))),
            bind(command("accept", ANDREAS, "b1")),
            bind(command("accept", ANDREAS, "b2")),
            book(command("cancel_by_customer", ANNA, "b1")),
            sweep("booking:b1"),
            sweep("booking:b2"),
        ),
        workers=3 if deep else 2,
    )


def instant_booking(*, deep: bool = False) -> World:
    """One customer books the slot at once while the other one's request for it is accepted."""
    return World(
        name="instant booking",
        instants=(
            ("the evening before", REQUESTED),
            ("a second before accept_by", _before(ACCEPT_BY)),
            ("accept_by", ACCEPT_BY),
        ),
        tasks=(
            bind(_request(ANNA, "b1", quote(ANNA))),
            bind(command("book_instantly", CLAIRE, "b2", quote=quote(CLAIRE))),
            bind(command("accept", ANDREAS, "b1")),
            book(command("decline", ANDREAS, "b1")),
            book(command("cancel_by_friend", ANDREAS, "b2")),
            sweep("booking:b1"),
        ),
        workers=3 if deep else 2,
    )


def moving(*, deep: bool = False) -> World:
    """A booking is moved into the slot while another customer's request for it is accepted."""
    later = quote(ANNA, slot=LATER)
    to, consent = moved(later, SLOT, agreed_by=ANDREAS, at=REQUESTED)
    known = {"friend": FRIENDS["andreas"], "offer": OFFERS["andreas"], "agenda_version": 0}
    return World(
        name="moving",
        instants=(
            ("the evening before", REQUESTED),
            ("a second before accept_by", _before(ACCEPT_BY)),
            ("accept_by", ACCEPT_BY),
            ("a second before confirm_by", _before(CONFIRM_BY)),
            ("confirm_by", CONFIRM_BY),
        ),
        begins=(
            ("booking:b1", command("book_instantly", ANNA, "b1", quote=later, **known), REQUESTED),
            ("booking:b2", _request(CLAIRE, "b2", quote(CLAIRE)), REQUESTED),
        ),
        tasks=(
            bind(command("reschedule", ANNA, "b1", quote=to, consent=consent)),
            bind(command("accept", ANDREAS, "b2")),
            book(command("confirm", ANDREAS, "b2")),
            book(command("cancel_by_customer", CLAIRE, "b2")),
            sweep("booking:b2"),
        ),
        workers=3 if deep else 2,
    )


def one_visit(*, deep: bool = False) -> World:
    """One confirmed booking: both sides report whatever they like, at every edge of the visit's day."""
    known = {"friend": FRIENDS["andreas"], "offer": OFFERS["andreas"], "agenda_version": 0}
    booked = command("book_instantly", ANNA, "b1", quote=quote(ANNA), **known)
    start, end = SLOT.start, SLOT.end
    return World(
        name="one visit",
        instants=(
            ("start - 2 h", start - timedelta(hours=2)),
            ("start - 30 min", start - timedelta(minutes=30)),
            ("start", start),
            ("start + 10 min", start + timedelta(minutes=10)),
            ("start + 30 min", start + timedelta(minutes=30)),
            ("end + 24 h", end + timedelta(hours=24)),
            ("end + 48 h", end + timedelta(hours=48)),
            ("end + 72 h", end + timedelta(hours=72)),
            ("end + 96 h", end + timedelta(hours=96)),
        ),
        begins=(("booking:b1", booked, REQUESTED),),
        tasks=(
            book(command("depart", ANDREAS, "b1")),
            book(command("start_work", ANDREAS, "b1")),
            book(command("complete", ANDREAS, "b1")),
            book(command("approve", ANNA, "b1")),
            book(command("cancel_by_customer", ANNA, "b1")),
            book(command("fail", ANDREAS, "b1", why=reason("no_access"))),
            book(command("report_customer_no_show", ANDREAS, "b1", contact_attempted_at=start)),
            book(command("report_friend_no_show", ANNA, "b1")),
            sweep("booking:b1"),
        ),
        workers=2 if deep else 1,
    )
