"""One booking from the request to its end: `python -m examples.booking_service [--postgres]`."""

import argparse
import tempfile
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import attrs

from examples.booking_service.databases import Database, Postgres, Sqlite, create_tables
from examples.booking_service.service import BookingService
from examples.booking_service.temporary_postgres import temporary_postgres
from mila_core import i18n, matching, pricing, samples
from mila_core.bookings import Booking, BookingCommand
from mila_core.lifecycle import Actor, Refusal, Role
from mila_core.quotes import Quote

PILOT = samples.zurich_2013()
LOCALE = "en_CH"
FRIEND = Actor(Role.FRIEND, "andreas")


def _quote(customer_id: str) -> Quote:
    """Return Andreas's quote for an hour with a customer's game console, all at the same time."""
    wanted = attrs.evolve(PILOT.request("game-console"), id=f"r-{customer_id}", customer_id=customer_id)
    match = matching.FriendIndex(PILOT.market).rank(wanted, at=PILOT.opened_at).match("andreas")
    return pricing.quote(wanted, match, book=PILOT.book, at=PILOT.opened_at)


def _show(what: str, answer: Booking | Refusal) -> None:
    if isinstance(answer, Refusal):
        names = i18n.names_of(PILOT.market, locale=LOCALE)
        said = "; ".join(i18n.word(why, locale=LOCALE, names=names) for why in answer.reasons)
        print(f"{what:<44} no: {said}")
    else:
        print(f"{what:<44} {answer.state} (version {answer.version})")


def walk(database: Database) -> None:
    """Let Anna and Bruno want the same hour of Andreas, and print what becomes of it."""
    service = BookingService(database, PILOT.market)
    annas, brunos = _quote("anna"), _quote("bruno")
    now, start, end = PILOT.opened_at, annas.visit.slot.start, annas.visit.slot.end

    def do(what: str, event: str, by: Actor, *, at: datetime, key: str, quote: Quote | None = None) -> None:
        command = BookingCommand(event=event, by=by, key=key, quote=quote)
        _show(what, service.handle(command, booking_id=(quote or annas).id, at=at))

    anna, bruno = Actor(Role.CUSTOMER, "anna"), Actor(Role.CUSTOMER, "bruno")
    do("Anna asks for Andreas", "request", anna, at=now, key="a1", quote=annas)
    do("... again, as she saw no answer", "request", anna, at=now, key="a1", quote=annas)
    do("Bruno asks for the same hour", "request", bruno, at=now, key="b1", quote=brunos)
    do("Andreas accepts", "accept", FRIEND, at=now + timedelta(hours=1), key="a2")
    do("Andreas and Anna have settled the rest", "confirm", FRIEND, at=now + timedelta(hours=2), key="a3")
    do("Andreas begins a day early", "start_work", FRIEND, at=now + timedelta(hours=3), key="a4")
    do("Andreas begins", "start_work", FRIEND, at=start, key="a5")
    for slot in service.busy_slots(annas.visit.slot, friend_id="andreas"):
        print("Andreas's calendar:", i18n.format_period(slot, locale=LOCALE))
    do("Andreas is done", "complete", FRIEND, at=end, key="a6")
    print("A week later the scheduler comes by:", service.sweep(at=end + timedelta(days=7)), "event")
    for event in service.history(annas.id):
        at = i18n.format_instant(event.at, locale=LOCALE)
        print(f"{event.version:>3}  {at}  {event.event} by {event.by.role} {event.by.id}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m examples.booking_service", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own, not on SQLite")
    with ExitStack() as stack:
        database: Sqlite | Postgres
        if parser.parse_args().postgres:
            database = Postgres(stack.enter_context(temporary_postgres()))
        else:
            database = Sqlite(Path(stack.enter_context(tempfile.TemporaryDirectory()), "bookings.sqlite"))
        stack.callback(database.close)
        create_tables(database)
        walk(database)


if __name__ == "__main__":
    main()
