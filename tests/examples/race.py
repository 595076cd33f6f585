"""Eight processes race for one hour of one friend, round after round: exactly one gets it, whatever they do.

`python -m tests.examples.race --rounds 1000 [--postgres]`; the tests run a few rounds. Each round has hours
of its own and is of one of the kinds of `KINDS`. After each round two of the processes sweep the timers at
a time.
"""

import argparse
import multiprocessing
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter
from typing import NamedTuple, TypeAlias

import attrs

from examples.booking_service.databases import Database, Postgres, Sqlite, create_tables
from examples.booking_service.service import BookingService
from examples.booking_service.temporary_postgres import temporary_postgres
from mila_core import bookings
from mila_core.bookings import Booking, BookingCommand, BookingEvent
from mila_core.lifecycle import Actor, Decision, Refusal, Role
from mila_core.quotes import Quote
from mila_core.serialization import loads
from tests import journey

WORKERS = 8
SWEEPERS = 2
KINDS = (
    "request",  # each customer asks for the hour
    "accept",  # each customer has asked, none of them knowing of the others, and each request is accepted
    "mixed",  # half of the customers have asked, and are accepted while the other half asks
    "same",  # one customer has asked, and half of the processes accept that while the others decline it
    "retry",  # one customer's request is sent by all processes, with one key
)
LOSERS_CODE = {
    "request": "not_available",
    "accept": "not_available",
    "mixed": "not_available",
    "same": "not_from_this_state",
}
MARKET = attrs.evolve(
    journey.MARKET,
    friends=[journey.ALWAYS_CERTIFIED if each.id == "andreas" else each for each in journey.MARKET.friends],
)
_PATIENCE_S = 60  # a worker that hangs for so long breaks the barrier, and so the race

Where: TypeAlias = Path | str
"""A file of SQLite, or what to connect to PostgreSQL with."""


class Answer(NamedTuple):
    """What a worker was told in a round: the version of the booking, or the reasons why not."""

    round: int
    worker: int
    booking_id: str
    key: str
    event: str
    version: int | None
    codes: tuple[str, ...]


@contextmanager
def opened(where: Where) -> Iterator[Sqlite | Postgres]:
    """Open a database and close it."""
    database = Sqlite(where) if isinstance(where, Path) else Postgres(where)
    try:
        yield database
    finally:
        database.close()


# What each worker does ------------------------------------------------------------------------------------


def kind_of(number: int) -> str:
    """Return of which kind a round is."""
    return KINDS[number % len(KINDS)]


def quote_of(number: int, worker: int) -> Quote:
    """Return a worker's quote in a round: an hour that overlaps those of all others in this round only."""
    week, weekday = divmod(number, 6)
    day = journey.utc("2014-01-06T13:00") + timedelta(weeks=week, days=weekday)  # from Monday to Saturday
    made = journey.quote_for(day + timedelta(minutes=15 * (worker % 4)), made_at=day - timedelta(days=2))
    visit = attrs.evolve(made.visit, customer_id=f"customer-{worker}")
    return attrs.evolve(made, id=f"q-{number}-{worker}", visit=visit)


def has_asked(number: int, worker: int) -> bool:
    """Return whether a worker's customer has asked before the round begins."""
    always = {"accept": True, "mixed": worker % 2 == 0, "same": worker == 0}
    return always.get(kind_of(number), False)


def request_of(quote: Quote) -> BookingCommand:
    """Return the customer's command."""
    by = Actor(Role.CUSTOMER, quote.visit.customer_id)
    return BookingCommand(event="request", by=by, key=f"request-{quote.id}", quote=quote)


def command_of(number: int, worker: int) -> tuple[str, BookingCommand]:
    """Return of which booking a worker wants what."""
    kind = kind_of(number)
    quote = quote_of(number, 0 if kind in {"same", "retry"} else worker)
    if kind != "same" and not has_asked(number, worker):
        return quote.id, request_of(quote)
    event = "decline" if kind == "same" and worker % 2 else "accept"
    return quote.id, BookingCommand(event=event, by=journey.FRIEND, key=f"{event}-{worker}")


def ask_unseen(service: BookingService, quote: Quote) -> None:
    """Store a request that was decided without knowing of the friend's other ones."""
    decided = bookings.decide(None, request_of(quote), at=quote.made_at)
    assert isinstance(decided, Decision)
    service._store(decided, bookings.replay(decided.events))  # noqa: SLF001  # not a thing that a service does


def told(answer: Booking | Refusal) -> tuple[int | None, tuple[str, ...]]:
    """Return a booking's version, or why there is none."""
    if isinstance(answer, Refusal):
        return None, tuple(why.code for why in answer.reasons)
    return answer.version, ()


def act(service: BookingService, number: int, worker: int) -> Answer:
    """Do what a worker does in a round, and the same again as if the answer had been lost."""
    booking_id, command = command_of(number, worker)
    at = quote_of(number, worker).made_at + timedelta(hours=1)
    answer = service.handle(command, booking_id=booking_id, at=at)
    again = service.handle(command, booking_id=booking_id, at=at)
    assert again == answer, f"{command.key}: {told(answer)} and then {told(again)}"
    version, codes = told(answer)
    return Answer(number, worker, booking_id, command.key, command.event, version, codes)


def work(
    where: Where, worker: int, rounds: int, barrier: Barrier, answers: "SimpleQueue[Sequence[Answer] | str]"
) -> None:
    """Run a worker through all rounds; all begin each part of a round together."""
    given = []
    try:
        with opened(where) as database:
            service = BookingService(database, MARKET)
            for number in range(rounds):
                quote = quote_of(number, worker)
                if has_asked(number, worker):
                    ask_unseen(service, quote)
                barrier.wait(_PATIENCE_S)
                given.append(act(service, number, worker))
                barrier.wait(_PATIENCE_S)
                if worker < SWEEPERS:
                    service.sweep(at=quote.made_at + timedelta(days=30))
                barrier.wait(_PATIENCE_S)
        answers.put(given)
    except threading.BrokenBarrierError:
        answers.put(f"worker {worker}: another one failed")
    except Exception as error:
        barrier.abort()
        answers.put(f"worker {worker}: {error!r}")
        raise


def run(where: Where, *, rounds: int, workers: int = WORKERS) -> Sequence[Answer]:
    """Let the workers race on an empty database, and return what each was told."""
    with opened(where) as database:
        create_tables(database)
    spawn = multiprocessing.get_context("spawn")
    barrier, answers = spawn.Barrier(workers), spawn.SimpleQueue()
    processes = [
        spawn.Process(target=work, args=(where, worker, rounds, barrier, answers), daemon=True)
        for worker in range(workers)
    ]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    failures = [each for each in found if isinstance(each, str)]
    assert not failures, failures
    return [answer for given in found for answer in given]


# What must be true afterwards, of the answers and of what is stored ---------------------------------------


def stored(database: Database) -> Mapping[str, Sequence[BookingEvent]]:
    """Return all histories by the ids of their bookings, read without the service."""
    histories: dict[str, list[BookingEvent]] = {}
    sql = "SELECT stream, version, key, CAST(body AS TEXT) FROM events ORDER BY stream, version"
    for stream, version, key, body in database.execute(sql):
        event = loads(body, BookingEvent)
        assert (event.version, event.key) == (version, key)
        histories.setdefault(stream.removeprefix("booking:"), []).append(event)
    return histories


def check_histories(histories: Mapping[str, Sequence[BookingEvent]]) -> None:
    """Check that each history is whole and has come to its end, and that no accepted hours overlap."""
    accepted = []
    for booking_id, history in histories.items():
        booking = bookings.replay(history)
        assert booking.id == booking_id
        assert [event.version for event in history] == list(range(1, len(history) + 1))
        assert len({event.key for event in history}) == len(history)
        assert not booking.is_open
        if any(event.event == "accept" for event in history):
            accepted.append((booking.quote.visit.slot.start, booking.quote.visit.slot.end))
    for (_, end), (start, _) in pairwise(sorted(accepted)):
        assert end <= start


def check_round(kind: str, told: Sequence[Answer]) -> None:
    """Check that exactly one won, and that each loser was told why."""
    won = [answer for answer in told if answer.version is not None]
    if kind == "retry":
        assert [answer.version for answer in told] == [1] * len(told)
        return
    assert len(won) == 1, won
    assert won[0].version == (1 if kind == "request" else 2)
    assert kind != "mixed" or won[0].event == "accept"
    assert {answer.codes for answer in told if answer.version is None} == {(LOSERS_CODE[kind],)}


def check(
    answers: Sequence[Answer], database: Database, *, rounds: int, workers: int = WORKERS
) -> Counter[str]:
    """Check all of it; nothing is lost, and nothing is stored twice.

    Returns:
        How often which answer was given, `won` among them, and how many events are stored.
    """
    by_round: dict[int, list[Answer]] = {number: [] for number in range(rounds)}
    for answer in answers:
        by_round[answer.round].append(answer)
    for number, told in by_round.items():
        assert sorted(answer.worker for answer in told) == list(range(workers))
        check_round(kind_of(number), told)
    histories = stored(database)
    check_histories(histories)

    won = {(each.booking_id, each.key, each.event) for each in answers if each.version is not None}
    asked = {quote_of(n, w).id for n in by_round for w in range(workers) if has_asked(n, w)}
    events = [(event, booking_id) for booking_id, history in histories.items() for event in history]
    by_people = [(id_, each.key, each.event) for each, id_ in events if each.by.role is not Role.TIMER]
    assert Counter(by_people) == Counter(won | {(each, f"request-{each}", "request") for each in asked})

    [(version,)] = database.execute("SELECT version FROM agendas WHERE stream = 'agenda:andreas'")
    assert version == sum(event in {"request", "accept"} for _, _, event in won)
    said = Counter("won" if each.version is not None else each.codes[0] for each in answers)
    return said + Counter({"events stored": len(events)})


def main() -> None:
    """Read the command line, race, check, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.examples.race", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.postgres:
            with temporary_postgres() as conninfo:
                report(conninfo, rounds=asked.rounds)
        else:
            report(Path(folder, "race.sqlite"), rounds=asked.rounds)


def report(where: Where, *, rounds: int) -> None:
    """Race, check, and print the figures."""
    begun = perf_counter()
    answers = run(where, rounds=rounds)
    took = perf_counter() - begun
    with opened(where) as database:
        figures = check(answers, database, rounds=rounds)
    print(f"{rounds} rounds of {WORKERS} processes in {took:.1f} s: all promises kept")  # noqa: T201
    print(*(f"{name}: {count}" for name, count in sorted(figures.items())), sep=", ")  # noqa: T201


if __name__ == "__main__":
    main()
