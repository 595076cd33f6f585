"""The engine of a world: its clock, its unreliable network, its workers and its scheduler.

Whoever wants something sends a command, which may be lost, come late, twice or after a later one. A worker
reads, decides, and stores some seconds later, or dies in between. The answer may be lost as well, and then
the client sends the same command with the same key. What falls due is caused by a timer that can be forgotten
and by a sweep that finds whatever was.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

from mila_core.errors import MilaError
from mila_core.lifecycle import Actor, Refusal, Role
from tests.simulation import checks
from tests.simulation.faults import Faults, draw_faults
from tests.simulation.plans import Plan
from tests.simulation.scenery import BEGINNINGS, SCHEDULER
from tests.simulation.service import Answer, Service, Wish
from tests.simulation.store import KINDS, Store, Unit, View

_LONGEST = timedelta(days=400)
_TRIES, _TRIES_OF_THE_SYSTEM = 4, 60
_MOST_CONFLICTS = 3
_LAGGING = 0.6
_ALL = frozenset(KINDS)
_SIDES = frozenset({Role.CUSTOMER, Role.FRIEND})
_TOLD_VERSION, _STRANGERS = 0.15, 0.02
_CHECKPOINTS, _CHECKED_DAYS, _AUDITED = 2, 21, 0.02
_OFTEN, _SELDOM, _FIRST_DAYS = timedelta(hours=4), timedelta(hours=24), timedelta(days=10)


class Engine:
    """What makes things happen, and go wrong; what people want is a matter of the world that extends it.

    Attributes:
        seed: what all chance comes from.
        chance: where chance comes from.
        faults: what goes wrong.
        begin: when the world begins.
        now: the true time.
        store: what is stored.
        service: the application.
        wishes: all that clients have sent.
        refusals: how often each event was refused, and why.
        answers: how often a worker has stored something, found it stored, met a conflict.
        found: what was found wrong on the way.
    """

    def __init__(self, seed: int) -> None:
        """Draw what the world is like."""
        self.seed = seed
        self.chance = Random(seed)  # noqa: S311  # it has to be the same again
        self.faults: Faults = draw_faults(self.chance)
        self.begin = self.now = self.chance.choice(BEGINNINGS)
        self.store = Store()
        self.service = Service(self.store)
        self.wishes: list[Wish] = []
        self.refusals: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.found: list[str] = []
        self._heap: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0
        self._left_alone: dict[str, datetime] = {}

    # --- what the world does

    def plans_after(self, state: Any, old: Any) -> Iterable[Plan]:
        """Return what people plan once a stream has come to another state."""
        raise NotImplementedError

    def over(self, wish: Wish) -> None:
        """See to what has to happen once a client knows, or gives up."""
        raise NotImplementedError

    # --- time

    def later(self, at: datetime, do: Callable[..., None], *args: Any) -> None:
        """Have something done at an instant, or now if that is past."""
        self._count += 1
        heappush(self._heap, (max(at, self.now), self._count, do, args))

    def soon(self, most_s: int) -> datetime:
        """Return an instant within so many seconds from now."""
        return self.now + timedelta(seconds=self.chance.randrange(1, most_s + 1))

    def run(self) -> None:
        """Let everything happen, until nothing does any more."""
        self.later(self.now + _OFTEN, self._sweep)
        for _ in range(_CHECKPOINTS):
            self.later(self.soon(_CHECKED_DAYS * 86400), self._check)
        end = self.begin + _LONGEST
        while self._heap and self.now < end:
            self.now, _, do, args = heappop(self._heap)
            do(*args)

    def _check(self) -> None:
        """Compare the caches, and at times all there is, in the middle of the life of a world."""
        self.found += checks.cache_violations(self.store)
        if self.chance.random() < _AUDITED:
            self.found += checks.audit_violations(self.store, skew_s=self.faults.skew_s)

    # --- clients and their network

    def plan(self, stream: str, plan: Plan) -> None:
        """Have a plan carried out at its time."""
        if plan.event == "open_dispute":
            stream = stream.replace("booking:", "dispute:")
        self.later(plan.at, self._carry_out, stream, plan)

    def _carry_out(self, stream: str, plan: Plan) -> None:
        details = dict(plan.details)
        blind = stream.startswith("reviews:") and plan.by.role in _SIDES
        if self.chance.random() < _TOLD_VERSION and stream in self.store.states and not blind:
            details["expected_version"] = self.store.states[stream].version
        by = plan.by
        if by.role in _SIDES and self.chance.random() < _STRANGERS:
            by = Actor(by.role, "stranger")
        self.wish(stream, plan.event, by=by, details=details, persistent=plan.persistent)

    def wish(
        self,
        stream: str,
        event: str,
        *,
        by: Actor,
        details: Mapping[str, Any],
        key: str | None = None,
        persistent: bool = False,
    ) -> None:
        """Send a command for the first time."""
        wish = Wish(
            stream=stream,
            event=event,
            by=by,
            key=key or f"k{len(self.wishes)}",
            details=details,
            persistent=persistent,
            tries=_TRIES_OF_THE_SYSTEM if persistent else _TRIES,
        )
        self.wishes.append(wish)
        self._send(wish)

    def _send(self, wish: Wish) -> None:
        wish.sent += 1
        self.later(self.soon(3600 if wish.persistent else 300), self._look_for_answer, wish)
        copies = 2 if self.faults.strikes("duplicate") else 1
        for _ in range(copies):
            if self.faults.strikes("lost_command"):
                continue
            if self.faults.strikes("delay"):
                self.later(self.soon(4 * 3600), self._receive, wish)
            elif copies == 1:
                self._receive(wish)
            else:
                self.later(self.soon(10), self._receive, wish)

    def _look_for_answer(self, wish: Wish) -> None:
        if wish.answer is not None:
            return
        if wish.sent < wish.tries:
            self._send(wish)
            return
        wish.gave_up = True
        self.over(wish)

    def _answer(self, wish: Wish, answer: str) -> None:
        if wish.persistent and answer not in {"applied", "replayed"}:
            return
        if wish.by is SCHEDULER or self.faults.strikes("lost_answer") or wish.gave_up:
            return
        if wish.answer is None:
            wish.answer = answer
            self.over(wish)

    # --- workers

    def _clock(self) -> datetime:
        """Return a worker's time."""
        skew = self.faults.skew_s
        if not skew:
            return self.now
        wrong = self.chance.randrange(-skew, skew + 1)
        if wrong:
            self.faults.happened["clock_skew"] += 1
        return self.now + timedelta(seconds=wrong)

    def _behind(self, wish: Wish) -> frozenset[str]:
        """Return what a worker reads from a copy that lags."""
        if wish.by is SCHEDULER:
            own = wish.stream.partition(":")[0]
            return _ALL - {own} if self.faults.strikes("stale_timer") else frozenset()
        lags = self.faults.strikes("stale")
        return frozenset(each for each in KINDS if lags and self.chance.random() < _LAGGING)

    def _decide(self, wish: Wish, behind: frozenset[str] = frozenset()) -> Answer | None:
        try:
            return self.service.decide(wish, view=View(self.store, behind), at=self._clock())
        except MilaError as error:
            self.found.append(f"broken {wish.stream} {wish.event}: {type(error).__name__}: {error}")
            return None

    def _receive(self, wish: Wish) -> None:
        found = self._decide(wish, self._behind(wish))
        if found is None:
            return
        if isinstance(found, Refusal):
            self.refusals[f"{wish.event}: {found.code}"] += 1
            if found.code == "disputed":
                self._left_alone[wish.stream] = self.now + _SELDOM
            self._answer(wish, found.code)
        elif found.replayed:
            self.answers["replayed"] += 1
            self._answer(wish, "replayed")
        elif self.faults.strikes("crash"):
            return
        elif self.faults.strikes("slow"):
            self.later(self.soon(20), self._store, wish, found, 0)
        else:
            self._store(wish, found, 0)

    def _store(self, wish: Wish, unit: Unit, conflicts: int) -> None:
        before = {event.stream: self.store.states.get(event.stream) for event in unit.events}
        try:
            stored = self.store.commit(unit)
        except MilaError as error:
            self.found.append(f"broken {wish.stream} {wish.event}: {type(error).__name__}: {error}")
            return
        if stored:
            self.answers["stored"] += 1
            self._after(before)
            self._answer(wish, "applied")
            return
        self.answers["conflict"] += 1
        if conflicts == _MOST_CONFLICTS:
            return
        found = self._decide(wish)
        if isinstance(found, Unit) and not found.replayed:
            self._store(wish, found, conflicts + 1)
        elif isinstance(found, Refusal):
            self.refusals[f"{wish.event}: {found.code}"] += 1
            self._answer(wish, found.code)
        elif found is not None:
            self._answer(wish, "replayed")

    def _after(self, before: dict[str, Any]) -> None:
        for stream, old in before.items():
            state = self.store.states.get(stream)
            if state is None or state is old:
                continue  # as where it is not stored as a whole
            if stream in self.store.due:
                self._set_timer(stream)
            for plan in self.plans_after(state, old):
                self.plan(stream, plan)

    # --- the scheduler

    def _set_timer(self, stream: str) -> None:
        at = self.store.due[stream].at
        if self.faults.strikes("lost_timer"):
            return
        if self.faults.strikes("late_timer"):
            at += timedelta(seconds=self.chance.randrange(1, 20 * 3600))
        self.later(at, self._ring, stream)

    def _ring(self, stream: str) -> None:
        """Cause what is due in a stream, if something is by the scheduler's clock."""
        timer = self.store.due.get(stream)
        if timer is None or timer.at > self._clock():
            return
        key = f"{timer.event}:{self.store.version(stream)}"
        self._receive(Wish(stream=stream, event=timer.event, by=SCHEDULER, key=key))

    def _sweep(self) -> None:
        for stream in [each for each, timer in self.store.due.items() if timer.at <= self.now]:
            if self._left_alone.get(stream, self.now) <= self.now:
                self._ring(stream)
        if self._heap or self.store.due:
            is_early = self.now - self.begin < _FIRST_DAYS
            self.later(self.now + (_OFTEN if is_early else _SELDOM), self._sweep)
