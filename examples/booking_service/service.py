"""The service: load the history, decide, store what was decided if all that was read still holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

import attrs

from examples.booking_service.databases import ConflictError, Database
from mila_core import bookings
from mila_core.bookings import Booking, BookingCommand, BookingEvent
from mila_core.errors import UnknownIdError
from mila_core.lifecycle import Actor, Decision, KeyUse, Outcome, Refusal, Role, match_key
from mila_core.market import Market
from mila_core.periods import Period
from mila_core.serialization import dumps, loads

SCHEDULER = Actor(Role.TIMER, "scheduler")
# The events for which the friend is judged again, with what else is in the agenda.
TAKES_TIME = frozenset({"request", "assign", "book_instantly", "accept", "reschedule", "start_work", "amend"})
_MOST_ATTEMPTS = 100  # each conflict means that somebody else got on; so many in a row are an error
_MARGIN = timedelta(days=2)  # around a slot: longer than a buffer and than what is left of a day


class BookingService:
    """Bookings in a database: each method can be called by any number of processes at a time."""

    def __init__(self, database: Database, market: Market) -> None:
        """Keep the database, and the market for what is known of friends and offers now."""
        self._database = database
        self._market = market

    def handle(self, command: BookingCommand, *, booking_id: str, at: datetime) -> Booking | Refusal:
        """Do what somebody wants, once.

        Args:
            command: what is wanted; what is known of the friend is added here.
            booking_id: of which booking; for `request`, the quote's id.
            at: now.

        Returns:
            The booking after the command, for a repeated command as it was after the first one; or why not.

        Raises:
            UnknownIdError: there is no such booking, and none is requested.
            ConflictError: others were quicker each time; nothing is stored.
        """
        for _ in range(_MOST_ATTEMPTS):
            with self._database.reading():
                history = self.history(booking_id)
                booking = bookings.replay(history) if history else None
                informed = self._informed(command, booking)
            answered = _first_answer(history, command)
            if answered is not None:
                return answered
            if booking is None and command.quote is None:
                raise UnknownIdError("booking", booking_id)
            decided = bookings.decide(booking, informed, at=at)
            if isinstance(decided, Refusal):
                return decided
            after = bookings.replay([*history, *decided.events])
            try:
                self._store(decided, after)
            except ConflictError:
                continue
            return after
        raise ConflictError

    def history(self, booking_id: str) -> Sequence[BookingEvent]:
        """Return what happened to a booking; nothing if there is none."""
        sql = "SELECT CAST(body AS TEXT) FROM events WHERE stream = ? ORDER BY version"
        return [loads(body, BookingEvent) for (body,) in self._database.execute(sql, f"booking:{booking_id}")]

    def bookings_around(self, slot: Period, *, friend_id: str) -> Sequence[Booking]:
        """Return a friend's bookings around a slot, whatever became of them."""
        rows = self._database.execute(
            "SELECT stream, CAST(body AS TEXT) FROM visits JOIN events USING (stream)"
            " WHERE friend_id = ? AND starts_at < ? AND ends_at > ? ORDER BY stream, version",
            *(friend_id, _seconds(slot.end + _MARGIN), _seconds(slot.start - _MARGIN)),
        )
        return [
            bookings.replay(loads(body, BookingEvent) for _, body in history)
            for _, history in groupby(rows, key=itemgetter(0))
        ]

    def busy_slots(self, around: Period, *, friend_id: str) -> tuple[Period, ...]:
        """Return which of a friend's slots are taken, as for a calendar."""
        return bookings.busy_slots(self.bookings_around(around, friend_id=friend_id))

    def sweep(self, *, at: datetime) -> int:
        """Cause all that is due by now, however long ago, and say how many events that made.

        Any process can call it, at any time; what one sweep misses, the next one finds.

        Raises:
            ExceptionGroup: what went wrong with some bookings; the others were swept.
        """
        due = "SELECT stream FROM visits WHERE due_at <= ? ORDER BY due_at, stream"
        count, errors = 0, []
        for (stream,) in self._database.execute(due, _seconds(at)):
            try:
                count += self._run_timers(stream.removeprefix("booking:"), at=at)
            except Exception as error:  # noqa: BLE001  # one that cannot be read must not hold up all others
                errors.append(error)
        if errors:
            raise ExceptionGroup("some bookings were not swept", errors)
        return count

    def _run_timers(self, booking_id: str, *, at: datetime) -> int:
        booking, count = bookings.replay(self.history(booking_id)), 0
        while timers := bookings.due(booking, at=at):
            # the same key whoever sweeps: of two sweeps at a time the second one is a repetition
            key = f"{timers[0].event}:{booking.version}"
            command = BookingCommand(event=timers[0].event, by=SCHEDULER, key=key)
            answer = self.handle(command, booking_id=booking_id, at=at)
            if isinstance(answer, Refusal):  # somebody with another clock was quicker
                break
            booking, count = answer, count + 1
        return count

    def _informed(self, command: BookingCommand, booking: Booking | None) -> BookingCommand:
        """Add what is known of the friend, with the version of the agenda at the same instant."""
        quote = command.quote or (booking.quote if booking else None)
        if command.event not in TAKES_TIME or quote is None:
            return command
        sql = "SELECT version FROM agendas WHERE stream = ?"
        versions = self._database.execute(sql, f"agenda:{quote.friend_id}")
        others = self.bookings_around(quote.visit.slot, friend_id=quote.friend_id)
        return attrs.evolve(
            command,
            friend=self._market.friend(quote.friend_id),
            offer=self._market.offer(quote.offer_id),
            busy=bookings.busy_slots(others, besides=booking),
            agenda_version=versions[0][0] if versions else 0,
        )

    def _store(self, decided: Decision[BookingEvent], after: Booking) -> None:
        run = self._database.execute
        with self._database.writing():
            for read in decided.expects:
                if read.stream == after.stream:
                    continue  # its events' versions are unique
                run("INSERT INTO agendas VALUES (?, 0) ON CONFLICT DO NOTHING", read.stream)
                bump = "UPDATE agendas SET version = version + 1 WHERE stream = ? AND version = ? RETURNING 1"
                if not run(bump, read.stream, read.version):
                    raise ConflictError
            for event in decided.events:
                row = (event.stream, event.version, event.key, dumps(event))
                run("INSERT INTO events VALUES (?, ?, ?, ?)", *row)
            slot, due_at = after.quote.visit.slot, min((timer.at for timer in after.due), default=None)
            run(
                "INSERT INTO visits VALUES (?, ?, ?, ?, ?) ON CONFLICT (stream) DO UPDATE SET"
                " starts_at = excluded.starts_at, ends_at = excluded.ends_at, due_at = excluded.due_at",
                *(after.stream, after.friend_id, _seconds(slot.start), _seconds(slot.end)),
                None if due_at is None else _seconds(due_at),
            )


def _first_answer(history: Sequence[BookingEvent], command: BookingCommand) -> Booking | Refusal | None:
    """Return what a key was answered with before; a history knows every key, a booking the last ones only."""
    use = KeyUse(command.key, command.fingerprint)
    known = match_key((KeyUse(each.key, each.fingerprint) for each in history), use, event=command.event)
    if known is Outcome.REPLAYED:
        first = next(event for event in history if event.key == command.key)
        return bookings.replay(history[: first.version])
    return known if isinstance(known, Refusal) else None


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
