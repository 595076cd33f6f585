"""A world: a clock, a store, and workers that execute commands in steps which can be interleaved at will.

A worker loads what a command needs, lets the real `decide` answer, and commits all of it or nothing. Between
any two steps the clock can go on, another worker can act, and the worker can crash, which forgets what it
had read. Every command can be delivered again at any time, also while it is being executed, with its key.
"""

from collections.abc import Callable, Hashable, Iterator
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

import attrs

from mila_core import bookings, dispatch, disputes, settlements
from mila_core.bookings import BookingCommand
from mila_core.dispatch import DispatchCommand
from mila_core.disputes import DisputeCommand
from mila_core.errors import InvalidValueError
from mila_core.lifecycle import Aggregate, Command, Decision, Event, Refusal, StreamVersion, Timer
from mila_core.periods import Period
from tests.model_check.explorer import LawBrokenError, Report, explore
from tests.model_check.laws import check_commit, check_life, check_store
from tests.model_check.store import Life, Lives, Store, Write

__all__ = ["Application", "Asked", "Seen", "Task", "World"]

Seen: TypeAlias = Hashable
Asked: TypeAlias = tuple[Life | None, Command]


class Application:
    """What an application does around the library, all of it right; a seeded fault overrides one method."""

    def known(self, state: Any) -> Any:
        """Return a state as it comes back from the store."""
        return state

    def busy(self, store: Store, friend_id: str, *, besides: Any) -> tuple[Period, ...]:
        """Return which slots of a friend are taken."""
        own = (each for each in store.states("booking") if each.friend_id == friend_id)
        return tuple(sorted(set(bookings.busy_slots(own, besides=besides)), key=lambda each: each.start))

    def due(self, state: Aggregate, at: datetime) -> tuple[Timer, ...]:
        """Return what a sweep finds."""
        return tuple(each for each in state.due if each.at <= at)

    def decide(self, state: Any, command: Command, at: datetime) -> Decision[Any] | Refusal:
        """Return the library's answer."""
        match command:
            case BookingCommand():
                return bookings.decide(state, command, at=at)
            case DispatchCommand():
                return dispatch.decide(state, command, at=at)
            case DisputeCommand():
                return disputes.decide(state, command, at=at)
            case settlements.SettlementCommand():
                return settlements.decide(state, command, at=at)
            case _:
                raise TypeError(command)

    def agrees(self, store: Store, read: StreamVersion) -> bool:
        """Say whether something that was read still has its version."""
        return store.version(read.stream) == read.version

    def is_new(self, store: Store, event: Event) -> bool:
        """Say whether a stream does not know an event's key yet, as UNIQUE(stream, key) does."""
        life = store.life(event.stream)
        return life is None or all(each.key != event.key for each in life.events)

    def kept(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """Return what a store keeps of a transaction that it has taken."""
        return events

    def reads(self, task: "Task", seen: Any) -> tuple[StreamVersion, ...]:
        """Return the versions that a transaction expects besides those of its decisions."""
        return task.reads(seen)


@attrs.frozen(kw_only=True, eq=False)
class Task:
    """A command that is delivered, as often as one likes.

    Attributes:
        name: whose, and what.
        load: what it reads: `(application, store, at)`; None where there is nothing to do.
        ask: the commands that it makes of that, each with the stream that it is for; what is decided of all
            of them is one transaction.
        reads: the versions that the application expects besides those of the decisions.
    """

    name: str
    load: Callable[[Application, Store, datetime], Seen | None]
    ask: Callable[[Any], list[Asked]]
    reads: Callable[[Any], tuple[StreamVersion, ...]] = lambda _: ()


class Job(NamedTuple):
    """A worker's work: the number of the task, how far it is, and what it holds in memory."""

    task: int
    phase: Literal["loaded", "decided"]
    holds: Any


class State(NamedTuple):
    """A state of the world."""

    clock: int
    store: Store
    jobs: tuple[Job, ...]


@attrs.define(kw_only=True, eq=False)
class World:
    """Everything that can happen, and what must hold of it.

    Attributes:
        name: its name.
        instants: the instants that matter, each with its name; the clock goes from one to the next.
        tasks: the commands.
        begins: what is stored at the beginning: commands, each with the stream it is for and its instant.
        workers: how many commands are executed at a time, at most.
        application: what surrounds the library.
    """

    name: str
    instants: tuple[tuple[str, datetime], ...]
    tasks: tuple[Task, ...]
    begins: tuple[tuple[str, Command, datetime], ...] = ()
    workers: int = 2
    application: Application = attrs.field(factory=Application)
    lives: Lives = attrs.field(factory=Lives)
    _numbers: dict[int, int] = attrs.field(factory=dict)
    _seen: dict[Seen, Seen] = attrs.field(factory=dict)
    _answers: dict[tuple[int, Seen, int], tuple[str, Write | None]] = attrs.field(factory=dict)
    _loads: dict[tuple[Store, int], tuple[tuple[str, Job], ...]] = attrs.field(factory=dict)
    _commits: dict[tuple[Store, Write], tuple[str, Store]] = attrs.field(factory=dict)
    _checked: set[Store | Life] = attrs.field(factory=set)

    def explore(self) -> Report:
        """Visit every state."""
        return explore(State(0, self._beginning(), ()), steps=self.steps, check=self.check)

    def _beginning(self) -> Store:
        store = self.lives.store((), ())
        for stream, command, at in self.begins:
            decided = Application().decide(store.state(stream), command, at)
            assert isinstance(decided, Decision), decided
            store = self.lives.stored(store, self.lives.write(decided.events, decided.expects))
        return store

    # --- what can happen

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        """Yield the name of everything that can happen, and the state after it."""
        clock, store, jobs = state
        if clock + 1 < len(self.instants):
            yield f"the clock: {self.instants[clock + 1][0]}", State(clock + 1, store, jobs)
        for job in dict.fromkeys(jobs):
            name, idle = self.tasks[job.task].name, self._with(jobs, without=job)
            yield f"{name}: crash", State(clock, store, idle)
            if job.phase == "loaded":
                told, write = self._answer(job, clock)
                after = idle if write is None else self._with(idle, new=Job(job.task, "decided", write))
                yield f"{name}: {told}", State(clock, store, after)
            else:
                told, after_commit = self._commit(store, job.holds, name)
                yield f"{name}: {told}", State(clock, after_commit, idle)
        if len(jobs) < self.workers:
            for step, job in self._jobs(store, clock):
                yield step, State(clock, store, self._with(jobs, new=job))

    def _jobs(self, store: Store, clock: int) -> tuple[tuple[str, Job], ...]:
        """Return the work that can begin, which is the same whatever else is going on."""
        place = (store, clock)
        if place not in self._loads:
            at, found = self.instants[clock][1], []
            for number, task in enumerate(self.tasks):
                seen = task.load(self.application, store, at)
                if seen is not None:
                    held = self._seen.setdefault(seen, seen)
                    found.append((f"{task.name}: load", Job(number, "loaded", held)))
            self._loads[place] = tuple(found)
        return self._loads[place]

    def _with(
        self, jobs: tuple[Job, ...], *, without: Job | None = None, new: Job | None = None
    ) -> tuple[Job, ...]:
        """Return what the workers do, in an order that does not tell which worker does it."""
        found = list(jobs)
        if without is not None:
            found.remove(without)
        if new is not None:
            self._numbers.setdefault(
                id(new.holds), len(self._numbers)
            )  # what is held is kept: ids are not reused
            found.append(new)
        if len(found) > 1:
            found.sort(key=lambda each: (each.task, each.phase, self._numbers[id(each.holds)]))
        return tuple(found)

    def _answer(self, job: Job, clock: int) -> tuple[str, Write | None]:
        """Return what `decide` says, asked once for each different question."""
        question = (job.task, job.holds, clock)
        if question not in self._answers:
            self._answers[question] = self._asked(job, self.instants[clock][1])
        return self._answers[question]

    def _asked(self, job: Job, at: datetime) -> tuple[str, Write | None]:
        task = self.tasks[job.task]
        decisions = []
        for life, command in task.ask(job.holds):
            state = None if life is None else self.application.known(life.state)
            decided = self.application.decide(state, command, at)
            if isinstance(decided, Decision):
                decisions.append(decided)
            elif life is not None and any(event.key == command.key for event in life.events):
                raise LawBrokenError(f"a repetition is refused: {decided.code}", step=f"{task.name}: decide")
            else:
                return f"refused, {decided.code}", None
        events = tuple(event for each in decisions for event in each.events)
        if not events:
            return "replayed", None
        expects = (
            *(read for each in decisions for read in each.expects),
            *self.application.reads(task, job.holds),
        )
        return "decide", self.lives.write(events, expects)

    def _commit(self, store: Store, write: Write, name: str) -> tuple[str, Store]:
        """Return a store after a transaction, which it takes whole or not at all."""
        tried = (store, write)
        if tried not in self._commits:
            taken = all(self.application.agrees(store, read) for read in write.expects)
            taken = taken and all(self.application.is_new(store, event) for event in write.events)
            after = self._stored(store, write, name) if taken else store
            self._commits[tried] = ("commit" if taken else "conflict", after)
        return self._commits[tried]

    def _stored(self, store: Store, write: Write, name: str) -> Store:
        try:
            kept = self.lives.write(self.application.kept(write.events), write.expects)
            after = self.lives.stored(store, kept)
            check_commit(store, kept.events)
        except LawBrokenError as error:
            raise LawBrokenError(error.law, step=f"{name}: commit") from error
        except InvalidValueError as error:
            law = f"the store holds what cannot be: {error}"
            raise LawBrokenError(law, step=f"{name}: commit") from error
        return after

    @property
    def outcomes(self) -> frozenset[str]:
        """What has become of commands: decided, replayed, refused and why, committed, in conflict."""
        return frozenset(told for told, _ in (*self._answers.values(), *self._commits.values()))

    # --- what must hold

    def check(self, state: State) -> None:
        """Check everything that is stored, each store and each history once."""
        if state.store in self._checked:
            return
        self._checked.add(state.store)
        for life in state.store.lives:
            if life not in self._checked:
                self._checked.add(life)
                check_life(life)
        check_store(state.store)
