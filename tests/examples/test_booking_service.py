"""The example's service: retries, conflicts, late timers and crashes, on each of its databases."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import attrs
import pytest

from examples.booking_service import __main__ as walk_through
from examples.booking_service import temporary_postgres
from examples.booking_service.databases import ConflictError, Database
from examples.booking_service.service import BookingService
from mila_core.bookings import Booking, BookingCommand, BookingState, Consent
from mila_core.errors import InvalidDocumentError, UnknownIdError
from mila_core.lifecycle import Actor, Refusal, Role
from mila_core.periods import Period
from tests.examples.race import Where, ask_unseen, opened
from tests.journey import CUSTOMER, FRIEND, MARKET, QUOTE, utc

ASKED_AT = utc("2013-11-27T08:05")
ANSWERED_AT = utc("2013-11-27T10:00")
SLOT = QUOTE.visit.slot
BRUNO = Actor(Role.CUSTOMER, "bruno")
BRUNOS = attrs.evolve(
    QUOTE,
    id="q-bruno",
    visit=attrs.evolve(
        QUOTE.visit,
        customer_id="bruno",
        slot=Period(SLOT.start + timedelta(minutes=30), SLOT.end + timedelta(minutes=30)),
    ),
)
ASK = BookingCommand(event="request", by=CUSTOMER, key="a1", quote=QUOTE)
BRUNO_ASKS = BookingCommand(event="request", by=BRUNO, key="b1", quote=BRUNOS)
ACCEPT = BookingCommand(event="accept", by=FRIEND, key="a2")
DECLINE = BookingCommand(event="decline", by=FRIEND, key="d2")


@pytest.fixture
def service(database: Database) -> BookingService:
    """Return a service on an empty database."""
    return BookingService(database, MARKET)


def taken(answer: Booking | Refusal) -> Booking:
    """Return the booking of a yes."""
    assert isinstance(answer, Booking), answer
    return answer


def code(answer: Booking | Refusal) -> str:
    """Return the code of a no."""
    assert isinstance(answer, Refusal), answer
    return answer.code


def ask(service: BookingService) -> Booking:
    """Let Anna ask for Andreas."""
    return taken(service.handle(ASK, booking_id=QUOTE.id, at=ASKED_AT))


def accept(service: BookingService, booking_id: str = QUOTE.id, *, key: str = "a2") -> Booking | Refusal:
    """Let Andreas accept."""
    return service.handle(attrs.evolve(ACCEPT, key=key), booking_id=booking_id, at=ANSWERED_AT)


def everything(database: Database) -> Sequence[Sequence[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    return [
        database.execute(f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608
        for table in ("events", "agendas", "visits")
    ]


class Disturbed:
    """A database where something happens once: amid reading, before writing, amid writing, or after it."""

    def __init__(
        self,
        database: Database,
        *,
        reading: Callable[[], object] = lambda: None,
        before: Callable[[], object] = lambda: None,
        amid: Callable[[], object] = lambda: None,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        """Keep what is to happen."""
        self._database = database
        self._todo = {"reading": reading, "before": before, "amid": amid, "after": after}

    def _once(self, when: str) -> None:
        self._todo.pop(when, lambda: None)()

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement; agendas are read after the history, visits written after the events."""
        if sql.startswith("SELECT version FROM agendas"):
            self._once("reading")
        if sql.startswith("INSERT INTO visits"):
            self._once("amid")
        return self._database.execute(sql, *values)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read undisturbed."""
        with self._database.reading():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write, disturbed."""
        self._once("before")
        with self._database.writing():
            yield
        self._once("after")


class PowerCutError(Exception):
    """The process ends here."""


def cut() -> None:
    """End the process."""
    raise PowerCutError


# What is asked and answered --------------------------------------------------------------------------------


def test_a_booking_is_stored_as_its_events(service: BookingService) -> None:
    """A request and its acceptance are two events, from which the booking is read again."""
    assert (ask(service).state, taken(accept(service)).state) == ("requested", "accepted")
    assert [(each.version, each.event) for each in service.history(QUOTE.id)] == [
        (1, "request"),
        (2, "accept"),
    ]


def test_what_nobody_asked_for_is_unknown(service: BookingService) -> None:
    """A command for a booking that is not there is a wrong call."""
    with pytest.raises(UnknownIdError):
        accept(service)


def test_the_hour_that_somebody_asked_for_is_taken(service: BookingService) -> None:
    """The second customer is told that the friend has no time, and nothing is stored."""
    ask(service)
    assert code(service.handle(BRUNO_ASKS, booking_id=BRUNOS.id, at=ASKED_AT)) == "not_available"
    assert not service.history(BRUNOS.id)


def test_busy_slots_are_those_of_the_friend_around_then(service: BookingService) -> None:
    """A calendar shows what is taken: of this friend, around this time, as long as it is."""
    assert service.busy_slots(SLOT, friend_id="andreas") == ()
    ask(service)
    assert service.busy_slots(SLOT, friend_id="andreas") == (SLOT,)
    assert service.busy_slots(SLOT, friend_id="nadja") == ()
    later = Period(SLOT.start + timedelta(days=7), SLOT.end + timedelta(days=7))
    assert service.busy_slots(later, friend_id="andreas") == ()
    service.handle(DECLINE, booking_id=QUOTE.id, at=ANSWERED_AT)
    assert service.busy_slots(SLOT, friend_id="andreas") == ()


def test_a_booking_that_is_moved_takes_its_new_hour(service: BookingService) -> None:
    """A new slot is judged with what is booked around it, and is what others find taken afterwards."""
    ask(service)
    accept(service)
    day, at = timedelta(days=1), ANSWERED_AT
    service.handle(BookingCommand(event="confirm", by=FRIEND, key="a3"), booking_id=QUOTE.id, at=at)
    slot = Period(SLOT.start + day, SLOT.end + day)
    visit = attrs.evolve(QUOTE.visit, slot=slot)
    moved = attrs.evolve(QUOTE, id="q-moved", version=2, visit=visit, made_at=at, expires_at=at + day)
    move = BookingCommand(
        event="reschedule",
        by=CUSTOMER,
        key="a4",
        quote=moved,
        consent=Consent(by=FRIEND, at=at, quote_id=moved.id),
    )
    assert taken(service.handle(move, booking_id=QUOTE.id, at=at)).version == 4
    assert service.busy_slots(SLOT, friend_id="andreas") == (slot,)
    taken(service.handle(BRUNO_ASKS, booking_id=BRUNOS.id, at=ASKED_AT))
    back = attrs.evolve(moved, id="q-back", version=3, visit=QUOTE.visit)
    consent = Consent(by=FRIEND, at=at, quote_id=back.id)
    again = attrs.evolve(move, key="a5", quote=back, consent=consent)
    taken(accept(service, BRUNOS.id, key="b2"))
    assert code(service.handle(again, booking_id=QUOTE.id, at=at)) == "not_available"


# Retries ---------------------------------------------------------------------------------------------------


def test_a_repeated_command_gets_the_first_answer(service: BookingService, database: Database) -> None:
    """However much has happened since, the answer is what it was, and nothing is stored again."""
    first, second = ask(service), taken(accept(service))
    confirm = BookingCommand(event="confirm", by=FRIEND, key="a3")
    taken(service.handle(confirm, booking_id=QUOTE.id, at=ANSWERED_AT))
    before = everything(database)
    late = SLOT.end + timedelta(days=100)
    assert service.handle(ASK, booking_id=QUOTE.id, at=late) == first
    assert service.handle(ACCEPT, booking_id=QUOTE.id, at=late) == second
    assert everything(database) == before


def test_an_answer_that_was_lost_is_given_again(service: BookingService, database: Database) -> None:
    """Where the connection breaks after the commit, the retry gets what was stored."""
    with pytest.raises(PowerCutError):
        ask(BookingService(Disturbed(database, after=cut), MARKET))
    stored = everything(database)
    assert ask(service).version == 1
    assert everything(database) == stored


def test_a_key_is_for_one_command(service: BookingService) -> None:
    """The key of another command is refused, and changes nothing."""
    ask(service)
    assert code(accept(service, key="a1")) == "key_mismatch"
    assert len(service.history(QUOTE.id)) == 1


def test_two_retries_at_a_time_are_one(where: Where, service: BookingService, database: Database) -> None:
    """A command that is sent again while it is under way is stored once, and both get its answer."""
    with opened(where) as other:
        twin = BookingService(other, MARKET)
        disturbed = BookingService(Disturbed(database, before=lambda: ask(twin)), MARKET)
        assert ask(disturbed) == ask(service)
    assert len(service.history(QUOTE.id)) == 1


def test_all_is_read_at_one_instant(where: Where, service: BookingService, database: Database) -> None:
    """A retry does not take for another's booking what its first try stored while it was reading."""
    with opened(where) as other:
        twin = BookingService(other, MARKET)
        disturbed = BookingService(Disturbed(database, reading=lambda: ask(twin)), MARKET)
        assert ask(disturbed) == ask(service)
    assert len(service.history(QUOTE.id)) == 1


# Conflicts -------------------------------------------------------------------------------------------------


def test_of_two_accepted_at_a_time_one_is_told_why_not(
    where: Where, service: BookingService, database: Database
) -> None:
    """Where both were free to be accepted when they were read, the agenda's version stops the second one."""
    for quote in (QUOTE, BRUNOS):
        ask_unseen(service, attrs.evolve(quote, made_at=ASKED_AT))
    with opened(where) as other:
        rival = BookingService(other, MARKET)
        disturbed = Disturbed(database, before=lambda: taken(accept(rival, BRUNOS.id)))
        assert code(accept(BookingService(disturbed, MARKET))) == "not_available"
    assert [each.event for each in service.history(QUOTE.id)] == ["request"]
    assert set(service.busy_slots(SLOT, friend_id="andreas")) == {SLOT, BRUNOS.visit.slot}


def test_of_two_requests_at_a_time_one_is_told_why_not(
    where: Where, service: BookingService, database: Database
) -> None:
    """Two new bookings share no stream but the friend's agenda."""
    with opened(where) as other:
        rival = BookingService(other, MARKET)
        asks = Disturbed(database, before=lambda: rival.handle(BRUNO_ASKS, booking_id=BRUNOS.id, at=ASKED_AT))
        answer = BookingService(asks, MARKET).handle(ASK, booking_id=QUOTE.id, at=ASKED_AT)
    assert code(answer) == "not_available"
    assert (len(service.history(QUOTE.id)), len(service.history(BRUNOS.id))) == (0, 1)


def test_of_two_answers_at_a_time_one_is_told_why_not(
    where: Where, service: BookingService, database: Database
) -> None:
    """Where one says no while another says yes, the booking's version stops the second one."""
    ask(service)
    with opened(where) as other:
        rival = BookingService(other, MARKET)
        disturbed = Disturbed(
            database, before=lambda: rival.handle(DECLINE, booking_id=QUOTE.id, at=ANSWERED_AT)
        )
        assert code(accept(BookingService(disturbed, MARKET))) == "not_from_this_state"
    assert [each.event for each in service.history(QUOTE.id)] == ["request", "decline"]
    assert service.busy_slots(SLOT, friend_id="andreas") == ()


def test_who_has_seen_an_older_version_is_told(service: BookingService) -> None:
    """A command that names the version it has seen is refused at another one."""
    ask(service)
    accept(service)
    confirm = BookingCommand(event="confirm", by=FRIEND, key="a3", expected_version=1)
    assert code(service.handle(confirm, booking_id=QUOTE.id, at=ANSWERED_AT)) == "stale_version"


def test_conflicts_without_end_are_an_error(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that cannot store gives up at last, and says so."""

    def conflict(*_: object) -> None:
        raise ConflictError

    service = BookingService(database, MARKET)
    monkeypatch.setattr(service, "_store", conflict)
    with pytest.raises(ConflictError):
        ask(service)
    assert everything(database) == [[], [], []]


def test_the_constraints_are_there(database: Database) -> None:
    """A version, and a key, is stored once in a stream; another stream may have the same ones."""

    def insert(stream: str, version: int, key: str) -> None:
        with database.writing():
            database.execute("INSERT INTO events VALUES (?, ?, ?, ?)", stream, version, key, "{}")

    insert("booking:1", 1, "k1")
    insert("booking:2", 1, "k1")
    for version, key in ((1, "k2"), (2, "k1")):
        with pytest.raises(ConflictError):
            insert("booking:1", version, key)
    assert database.execute("SELECT count(*) FROM events") == [(2,)]


def test_visits_are_what_the_events_say(service: BookingService, database: Database) -> None:
    """The table of visits follows the booking: when it is, when it is due, and that it is over."""

    def due_at() -> list[tuple[Any, ...]]:
        return database.execute("SELECT due_at FROM visits")

    asked, accepted = ask(service), taken(accept(service, key="a2"))
    assert due_at() == [(accepted.due[0].at.timestamp(),)] != [(asked.due[0].at.timestamp(),)]
    service.sweep(at=SLOT.end)
    assert due_at() == [(None,)]


# Timers ----------------------------------------------------------------------------------------------------


def test_a_late_sweep_causes_all_that_time_owes(service: BookingService) -> None:
    """A booking that nobody touched for a year comes to its end in one sweep, and is not swept again."""
    ask(service)
    accept(service)
    for event, at in (("confirm", ANSWERED_AT), ("start_work", SLOT.start)):
        taken(service.handle(BookingCommand(event=event, by=FRIEND, key=event), booking_id=QUOTE.id, at=at))
    a_year_later = SLOT.end + timedelta(days=365)
    assert service.sweep(at=SLOT.end) == 0
    # completed at the sweep, approved two days after that
    assert service.sweep(at=a_year_later) == 1
    assert service.sweep(at=a_year_later) == 0
    assert service.sweep(at=a_year_later + timedelta(days=2)) == 1
    assert [each.event for each in service.history(QUOTE.id)][-2:] == ["auto_complete", "auto_approve"]
    assert service.sweep(at=a_year_later + timedelta(days=365)) == 0


@pytest.mark.parametrize(("early", "events"), [(timedelta(microseconds=1), 0), (timedelta(0), 1)])
def test_a_sweep_is_as_exact_as_the_timer(service: BookingService, early: timedelta, events: int) -> None:
    """The request expires at its deadline and not a moment before."""
    due_at = ask(service).due[0].at
    assert service.sweep(at=due_at - early) == events


def test_two_sweeps_at_a_time_are_one(where: Where, service: BookingService, database: Database) -> None:
    """A timer that two schedulers cause is one event."""
    due_at = ask(service).due[0].at
    with opened(where) as other:
        rival = BookingService(other, MARKET)
        disturbed = Disturbed(database, before=lambda: rival.sweep(at=due_at))
        BookingService(disturbed, MARKET).sweep(at=due_at)
    assert [each.event for each in service.history(QUOTE.id)] == ["request", "expire_request"]


def test_a_sweep_passes_over_what_somebody_ended_meanwhile(
    where: Where, service: BookingService, database: Database
) -> None:
    """An answer by a clock that is behind, between the sweep's reading and writing, is left as it is."""
    due_at = ask(service).due[0].at
    with opened(where) as other:
        rival = BookingService(other, MARKET)
        disturbed = Disturbed(
            database, before=lambda: taken(rival.handle(DECLINE, booking_id=QUOTE.id, at=ANSWERED_AT))
        )
        assert BookingService(disturbed, MARKET).sweep(at=due_at) == 0
    assert [each.event for each in service.history(QUOTE.id)] == ["request", "decline"]


def test_a_booking_that_cannot_be_read_holds_up_no_other(service: BookingService, database: Database) -> None:
    """A sweep goes on to the next booking, and tells at the end what went wrong."""
    for quote in (QUOTE, BRUNOS):
        ask_unseen(service, attrs.evolve(quote, made_at=ASKED_AT))
    database.execute("UPDATE events SET body = '{}' WHERE stream = ?", f"booking:{QUOTE.id}")
    with pytest.raises(ExceptionGroup) as caught:
        service.sweep(at=SLOT.start)
    assert [type(each) for each in caught.value.exceptions] == [InvalidDocumentError]
    assert [each.event for each in service.history(BRUNOS.id)] == ["request", "expire_request"]


# Crashes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "amid"])
def test_a_crash_before_the_commit_stores_nothing(
    service: BookingService, database: Database, when: str
) -> None:
    """Between deciding and storing, or within the transaction: all is as before, and a retry succeeds."""
    ask(service)
    before = everything(database)
    disturbed = BookingService(Disturbed(database, **{when: cut}), MARKET)
    with pytest.raises(PowerCutError):
        accept(disturbed)
    assert everything(database) == before
    assert taken(accept(service)).state is BookingState.ACCEPTED


def accept_and_die(where: Where) -> None:
    """Be killed when all but the commit is done."""
    with opened(where) as database:
        accept(BookingService(Disturbed(database, amid=lambda: os._exit(9)), MARKET))


def test_a_process_that_is_killed_stores_nothing(
    where: Where, service: BookingService, database: Database
) -> None:
    """A transaction that is left open by a dead process is as if it had never been, and holds up nobody."""
    ask(service)
    before = everything(database)
    process = multiprocessing.get_context("spawn").Process(target=accept_and_die, args=(where,))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert everything(database) == before
    assert taken(accept(service)).state is BookingState.ACCEPTED


# The walk-through ------------------------------------------------------------------------------------------

WALK = (
    "Anna asks for Andreas                        requested (version 1)",
    "... again, as she saw no answer              requested (version 1)",
    "Bruno asks for the same hour                 no: ",
    "Andreas accepts                              accepted (version 2)",
    "Andreas and Anna have settled the rest       confirmed (version 3)",
    "Andreas begins a day early                   no: ",
    "Andreas begins                               in_progress (version 4)",
    "Andreas's calendar: 28 Nov 2013, 14:00–15:00",
    "Andreas is done                              completed (version 5)",
    "A week later the scheduler comes by: 1 event",
)


def test_the_walk_through_prints_a_booking(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """One booking from the request to its end, the same on each database."""
    walk_through.walk(database)
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith(start) for line, start in zip(lines, WALK, strict=False)), lines
    assert [line.split()[0] for line in lines[len(WALK) :]] == list("123456")


def test_the_command_walks_on_sqlite(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an option it needs nothing but the package."""
    monkeypatch.setattr("sys.argv", ["booking_service"])
    walk_through.main()
    assert "auto_approve by timer scheduler" in capsys.readouterr().out


def test_where_there_is_no_postgres_the_example_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for PostgreSQL without having it is told what is missing."""
    monkeypatch.setattr(temporary_postgres, "program", lambda _: None)
    with pytest.raises(FileNotFoundError, match="initdb"), temporary_postgres.temporary_postgres():
        pass
