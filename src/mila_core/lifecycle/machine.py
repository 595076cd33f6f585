"""The machine: `decide` and `evolve` for any tables, with the guards and the content that are its own.

A new machine is its tables, its three classes (`Aggregate`, `Event`, `Command` with what they carry) and the
functions that this one asks for. Keys, versions, roles, timers, order and replay are the same for all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.lifecycle.decisions import Decision, Outcome, Refusal, RefusedError, StreamVersion
from mila_core.lifecycle.keys import KeyUse, match_key, own_key, remember
from mila_core.lifecycle.lives import Aggregate, Command, Event
from mila_core.lifecycle.tables import Role, Timer, Transition, match_transition
from mila_core.periods import instant_of
from mila_core.reasons import Reason, reason

__all__ = ["Machine", "by_deadline", "not_after", "not_before"]

AggregateT = TypeVar("AggregateT", bound=Aggregate)
EventT = TypeVar("EventT", bound=Event)
CommandT = TypeVar("CommandT", bound=Command)


# --- guards that all machines share: each answers with the reasons why not


def not_before(at: datetime, earliest: datetime) -> list[Reason]:
    """Say why an instant is too early; nothing if it is not.

    Args:
        at: the instant.
        earliest: the first one that is not too early.
    """
    return [] if at >= earliest else [reason("too_early", possible_from=earliest)]


def not_after(at: datetime, latest: datetime) -> list[Reason]:
    """Say why an instant is too late; nothing if it is not.

    Args:
        at: the instant.
        latest: the last one that is not too late.
    """
    return [] if at <= latest else [reason("too_late", possible_until=latest)]


def by_deadline(at: datetime, timer: Timer) -> list[Reason]:
    """Say why a timer that is due leaves no time for anything else; nothing if it is not due yet.

    Args:
        at: the instant.
        timer: what is going to happen, and when.
    """
    return [] if at < timer.at else [reason("deadline_passed", event=timer.event, due_at=timer.at)]


def _check_reads(expects: Sequence[StreamVersion]) -> None:
    """Refuse expectations of which two can never hold together; the stream's own is not for the caller."""
    streams = [each.stream for each in expects]
    if len(set(streams)) < len(streams):
        expected = "versions of other streams, each stream once"
        raise InvalidValueError("reads", expected, " ".join(sorted(streams)))


def _nothing(*_: object) -> tuple[()]:
    return ()


@attrs.frozen(kw_only=True, eq=False)
class Machine(Generic[AggregateT, EventT, CommandT]):
    """The two functions of a life cycle, made from its tables and what is special about it.

    Attributes:
        aggregate: the class of what its histories make.
        event: the class of its events.
        tables: by the name of the aggregate's field that holds the state, the rows that change it. Targets
            are members of the field's enumeration, and an event stands in one table only.
        parties: who may act in a role, for those of the roles that a person fills: `(state, command) ->
            {role: ids}`. A role that it leaves out may be filled by anyone.
        guard: the reasons why not: `(state or None, command, at) -> reasons`. By then the key is new, the
            version the expected one, the row in the table, the actor a party, and a timer due.
        payload: the fields of the event beyond those that all events have: `(state or None, command, at)`.
        begin: the fields of a new aggregate beyond those that all have: `(event)`.
        change: the fields that an event changes, besides the state: `(state, event)`.
        reads: the other versions that the decision rests on: `(state or None, command)`.
        follow: the commands that follow at once from an event: `(the state after, event)`; what they cause
            is part of the same decision. Whatever their key, the events get one of their own (`~` and the
            version), so that a key stands once in a stream, and the command's fingerprint.
    """

    aggregate: type[AggregateT]
    event: type[EventT]
    tables: Mapping[str, tuple[Transition, ...]]
    parties: Callable[[AggregateT | None, CommandT], Mapping[Role, frozenset[str]]]
    guard: Callable[[AggregateT | None, CommandT, datetime], Iterable[Reason]]
    payload: Callable[[AggregateT | None, CommandT, datetime], Mapping[str, Any]]
    begin: Callable[[EventT], Mapping[str, Any]]
    change: Callable[[AggregateT, EventT], Mapping[str, Any]]
    reads: Callable[[AggregateT | None, CommandT], Iterable[StreamVersion]] = _nothing
    follow: Callable[[AggregateT, EventT], Iterable[CommandT]] = _nothing
    _rows: Mapping[str, tuple[str, tuple[Transition, ...]]] = attrs.field(init=False, repr=False)

    @_rows.default
    def _by_event(self) -> Mapping[str, tuple[str, tuple[Transition, ...]]]:
        found: dict[str, tuple[str, tuple[Transition, ...]]] = {}
        for lane, table in self.tables.items():
            for row in table:
                of, before = found.setdefault(row.event, (lane, ()))
                if of != lane:
                    raise InvalidValueError("tables", "each event in one table", f"{row.event} in two")
                found[row.event] = (lane, (*before, row))
        return MappingProxyType(found)

    def match(self, state: AggregateT | None, event: str, *, role: Role) -> Transition | Refusal:
        """Find the row for an event, or say why there is none.

        Args:
            state: the aggregate as it stands; None before its life begins.
            event: the event's name.
            role: who would cause it.
        """
        lane, rows = self._rows.get(event, ("", ()))
        source = getattr(state, lane) if state is not None and lane else None
        return match_transition(rows, event, source=source, role=role)

    def events_for(self, state: AggregateT, *, role: Role) -> tuple[str, ...]:
        """Return the names of the events that the tables let somebody cause now, whatever the guards say.

        Args:
            state: the aggregate as it stands.
            role: in what capacity.
        """
        return tuple(
            event for event in self._rows if isinstance(self.match(state, event, role=role), Transition)
        )

    def decide(
        self, state: AggregateT | None, command: CommandT, *, at: datetime
    ) -> Decision[EventT] | Refusal:
        """Answer a command: the events to store, or why not. Nothing is changed.

        Args:
            state: the aggregate as it stands; None where there is none yet.
            command: what is wanted.
            at: the instant of the command.

        Returns:
            A decision, or a refusal with every reason of the first rule that says no: the key, the version,
            the table, the parties, a timer that is not due, the machine's own guard.

        Raises:
            InvalidTypeError: the command lacks what its event needs, or is none.
            InvalidValueError: a version that the command has read twice, or of the machine's own stream.
        """
        at = instant_of(at)
        self._check_types(state, command)
        stream = f"{self.aggregate.STREAM}:{command.begins if state is None else state.id}"
        use = KeyUse(command.key, command.fingerprint)
        known = match_key(state.keys if state else (), use, event=command.event)
        if isinstance(known, Refusal):
            return known
        version = state.version if state else 0
        own = StreamVersion(stream, version)
        if known is Outcome.REPLAYED:
            return Decision(outcome=known, expects=(own,))
        if command.expected_version is not None and command.expected_version != version:
            stale = reason("stale_version", expected=command.expected_version, version=version)
            return Refusal(event=command.event, reasons=[stale])
        events = self._step(state, command, at=at, use=use)
        if isinstance(events, Refusal):
            return events
        expects = (own, *self.reads(state, command), *command.reads)
        if command.reads:
            _check_reads(expects)
        return Decision(events=events, expects=expects)

    def _check_types(self, state: object, command: object) -> None:
        if state is not None and not isinstance(state, self.aggregate):
            raise InvalidTypeError("state", f"a {self.aggregate.__name__} or None", describe(state))
        if not isinstance(command, Command):
            raise InvalidTypeError("command", "a command", describe(command))

    def _step(
        self, state: AggregateT | None, command: CommandT, *, at: datetime, use: KeyUse
    ) -> tuple[EventT, ...] | Refusal:
        """Return the event of a command and of those that follow from it, or a refusal."""
        row = self.match(state, command.event, role=command.by.role)
        if isinstance(row, Refusal):
            return row
        if reasons := self._why_not(state, command, at):
            return Refusal(event=command.event, reasons=reasons)
        event = self.event(
            id=command.begins if state is None else state.id,
            version=state.version + 1 if state else 1,
            event=command.event,
            by=command.by,
            at=at,
            key=use.key,
            fingerprint=use.fingerprint,
            why=command.why,
            **self.payload(state, command, at),
        )
        if self.follow is _nothing:
            return (event,)
        after, events = self.evolve(state, event), [event]
        for command_after in self.follow(after, event):
            own = KeyUse(own_key(after.version + 1), use.fingerprint)
            more = self._step(after, command_after, at=at, use=own)
            if isinstance(more, Refusal):
                raise RefusedError(more)  # a machine whose rules contradict each other
            for each in more:
                after = self.evolve(after, each)
            events += more
        return tuple(events)

    def _why_not(self, state: AggregateT | None, command: CommandT, at: datetime) -> tuple[Reason, ...]:
        parties = self.parties(state, command)
        if command.by.role in parties and command.by.id not in parties[command.by.role]:
            return (reason("not_a_party", id=command.by.id),)
        if command.by.role is Role.OPERATOR and any(command.by.id in ids for ids in parties.values()):
            return (reason("conflict_of_interest", id=command.by.id),)
        if command.by.role is Role.TIMER and state is not None:
            timers = [timer for timer in state.due if timer.event == command.event]
            if not timers:
                return (reason("not_due", event=command.event),)
            if early := not_before(at, timers[0].at):
                return tuple(early)
        return tuple(self.guard(state, command, at))

    def evolve(self, state: AggregateT | None, event: EventT) -> AggregateT:
        """Return the aggregate after an event.

        Args:
            state: the aggregate before; None for its first event.
            event: its next event.

        Raises:
            InvalidTypeError: no event of this machine.
            InvalidValueError: the event is not the next one of this life, or the tables do not allow it.
            InvalidInputError: what the event carries cannot be.
        """
        if not isinstance(event, self.event):
            raise InvalidTypeError("event", f"a {self.event.__name__}", describe(event))
        before = state.version if state else 0
        if event.version != before + 1:
            raise InvalidValueError(
                "version", f"the event of version {before + 1}", f"version {event.version}"
            )
        row = self.match(state, event.event, role=event.by.role)
        if isinstance(row, Refusal):
            came = f"{event.event} by {event.by.role.value}: {row.code}"
            raise InvalidValueError("event", "an event that the tables allow here", came)
        lane, _ = self._rows[event.event]
        use = KeyUse(event.key, event.fingerprint)
        if state is None:
            fields = {lane: row.target, **self.begin(event)}
            return self.aggregate(id=event.id, version=1, since=event.at, keys=(use,), **fields)
        if event.id != state.id:
            raise InvalidValueError("id", f"an event of {state.id}", describe(event.id))
        return attrs.evolve(
            state,
            version=event.version,
            since=state.since if getattr(state, lane) == row.target else event.at,
            keys=state.keys if event.key == own_key(event.version) else remember(state.keys, use),
            **{lane: row.target, **self.change(state, event)},
        )

    def replay(self, history: Iterable[EventT]) -> AggregateT:
        """Return the aggregate that a history makes.

        Args:
            history: all events of one life, by version.

        Raises:
            InvalidValueError: no events, a gap, a duplicate, a wrong order, or a step that the tables forbid.
        """
        state: AggregateT | None = None
        for event in history:
            state = self.evolve(state, event)
        if state is None:
            raise InvalidValueError("history", "at least one event", "none")
        return state

    def due(self, state: AggregateT, *, at: datetime) -> tuple[Timer, ...]:
        """Return what time owes by now, the soonest first.

        Args:
            state: the aggregate as it stands.
            at: now.
        """
        now = instant_of(at)
        return tuple(timer for timer in state.due if timer.at <= now)
