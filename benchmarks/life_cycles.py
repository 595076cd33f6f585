"""How long the life of a booking takes to be decided and replayed: `python benchmarks/life_cycles.py`.

The life is the pilot's: request, accept, confirm, depart, start_work, complete, approve, with all that is
judged on the way (eligibility and the slot twice). Beside it, where they are installed, two libraries that
many would take: `transitions` makes the same steps on the same table, without keys, versions, guards or
deadlines; `eventsourcing` replays an aggregate of as many events, which carry nothing. Times are CPU time of
the thread, round after round in turn. Histories of three lengths show how replay grows.
"""

import argparse
import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from math import log2
from statistics import median
from time import thread_time

import attrs

from mila_core import bookings, matching, pricing, samples
from mila_core.bookings import Booking, BookingCommand, BookingEvent, Consent
from mila_core.lifecycle import Actor, Refusal, Role

LENGTHS = (8, 80, 800)
MICRO = 1_000_000

Step = tuple[BookingCommand, datetime]


def life() -> Sequence[Step]:
    """Return the commands of a booking's life, each with its instant."""
    pilot = samples.zurich_2013()
    now, request = pilot.opened_at, pilot.request("game-console")
    match = matching.FriendIndex(pilot.market).rank(request, at=now).match("andreas")
    quote = pricing.quote(request, match, book=pilot.book, at=now)
    friend, offer = pilot.market.friend("andreas"), pilot.market.offer(quote.offer_id)
    customer, helper = Actor(Role.CUSTOMER, request.customer_id), Actor(Role.FRIEND, friend.id)
    slot, hour = quote.visit.slot, timedelta(hours=1)
    busy = pilot.market.busy(friend.id)
    return (
        (
            BookingCommand(
                event="request", by=customer, key="1", quote=quote, friend=friend, offer=offer, busy=busy
            ),
            now,
        ),
        (BookingCommand(event="accept", by=helper, key="2", friend=friend, offer=offer, busy=busy), now),
        (BookingCommand(event="confirm", by=helper, key="3"), now),
        (BookingCommand(event="depart", by=helper, key="4"), slot.start - hour),
        (BookingCommand(event="start_work", by=helper, key="5"), slot.start),
        (BookingCommand(event="complete", by=helper, key="6"), slot.end),
        (BookingCommand(event="approve", by=customer, key="7"), slot.end + hour),
    )


def granted(booking: Booking | None, command: BookingCommand, at: datetime) -> BookingEvent:
    """Return the event of a command that is granted."""
    decided = bookings.decide(booking, command, at=at)
    if isinstance(decided, Refusal):
        raise TypeError(decided)
    return decided.events[0]


def history_of(length: int) -> Sequence[BookingEvent]:
    """Return a history of so many events: a visit on which much is agreed on site."""
    steps = life()
    booking: Booking | None = None
    history: list[BookingEvent] = []
    for command, at in steps[:5]:
        history.append(granted(booking, command, at))
        booking = bookings.evolve(booking, history[-1])
    while len(history) < length and booking is not None:
        number = booking.quote.version + 1
        at = booking.quote.visit.slot.start
        quote = attrs.evolve(
            booking.quote, id=f"q{number}", version=number, made_at=at, expires_at=at + timedelta(hours=1)
        )
        consent = Consent(by=steps[0][0].by, at=at, quote_id=quote.id)
        amend = BookingCommand(event="amend", by=steps[4][0].by, key=quote.id, quote=quote, consent=consent)
        history.append(granted(booking, amend, at))
        booking = bookings.evolve(booking, history[-1])
    return history


def ours() -> Mapping[str, Callable[[], object]]:
    """Return our calls: a life decided, decided and folded, and replayed."""
    steps = life()
    states: list[Booking | None] = [None]
    history: list[BookingEvent] = []
    for command, at in steps:
        history.append(granted(states[-1], command, at))
        states.append(bookings.evolve(states[-1], history[-1]))

    def decide() -> None:
        for state, (command, at) in zip(states, steps, strict=False):
            bookings.decide(state, command, at=at)

    def live() -> None:
        booking = None
        for command, at in steps:
            booking = bookings.evolve(booking, granted(booking, command, at))

    return {
        "decide a life, 7 commands": decide,
        "decide and evolve it": live,
        "replay it": lambda: bookings.replay(history),
    }


def theirs() -> Mapping[str, Callable[[], object]]:
    """Return the calls of the libraries that are installed."""
    found: dict[str, Callable[[], object]] = {}
    if find_spec("transitions"):
        states = sorted({each.value for each in bookings.BookingState})
        table = [
            {"trigger": row.event, "source": str(source), "dest": str(row.target)}
            for row in bookings.TABLE
            for source in row.sources
        ]
        make = import_module("transitions").Machine
        machine = make(states=states, transitions=table, initial="requested", auto_transitions=False)

        def steps() -> None:
            machine.set_state("requested")
            for event in ("accept", "confirm", "depart", "start_work", "complete", "approve"):
                machine.trigger(event)

        found["transitions: its 6 steps, unguarded"] = steps
    if find_spec("eventsourcing"):
        domain = import_module("eventsourcing.domain")

        class Visit(domain.Aggregate):  # type: ignore[misc, name-defined]  # imported only where it is installed
            @domain.event("Stepped")  # type: ignore[untyped-decorator]  # as above
            def step(self, name: str) -> None:
                self.name = name

        visit = Visit()
        for name in ("accept", "confirm", "depart", "start_work", "complete", "approve"):
            visit.step(name)
        events = visit.collect_events()

        def replay() -> object:
            copy = None
            for each in events:
                copy = each.mutate(copy)
            return copy

        found["eventsourcing: replay 7 bare events"] = replay
    return found


def cpu(call: Callable[[], object], *, calls: int) -> float:
    """Return the CPU time of one call, the mean of several."""
    start = thread_time()
    for _ in range(calls):
        call()
    return (thread_time() - start) / calls


def measured(
    calls: Mapping[str, Callable[[], object]], *, rounds: int, each: int
) -> Mapping[str, list[float]]:
    """Return the times of every call, measured in turn."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(cpu(call, calls=each))
    return times


def main() -> None:
    """Measure and print two tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="how often each is measured (default: 21)")
    rounds = parser.parse_args().rounds
    peers = [f"{name} {version(name)}" for name in ("transitions", "eventsourcing") if find_spec(name)]
    print(f"Python {platform.python_version()}, {', '.join(peers) or 'no peer installed'}, {rounds} rounds\n")
    times = measured({**ours(), **theirs()}, rounds=rounds, each=100)
    base = median(times["replay it"])
    print("| what | µs, median | least | times our replay |")
    print("| --- | ---: | ---: | ---: |")
    for name, each in times.items():
        print(
            f"| {name} | {median(each) * MICRO:.0f} | {min(each) * MICRO:.0f} | {median(each) / base:.1f} |"
        )
    print("\n| events | replay, µs an event, median | least | events a second | exponent |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    before: tuple[int, float] | None = None
    for length in LENGTHS:
        replay = partial(bookings.replay, history_of(length))
        taken = measured({"": replay}, rounds=rounds, each=max(1, LENGTHS[-1] // length))[""]
        one = median(taken)
        exponent = f"{log2(one / before[1]) / log2(length / before[0]):.2f}" if before else ""
        row = f"{one / length * MICRO:.1f} | {min(taken) / length * MICRO:.1f} | {length / one:,.0f}"
        print(f"| {length} | {row} | {exponent} |")
        before = (length, one)


if __name__ == "__main__":
    main()
