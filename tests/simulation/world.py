"""A world: a few days of a small neighbourhood, its unreliable network, and what came of it in the end."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

import attrs

import mila_core.dispatch as dispatch
from mila_core.bookings import Booking
from mila_core.dispatch import Candidate, Dispatch
from mila_core.disputes import Dispute
from mila_core.errors import MilaError
from mila_core.lifecycle import Actor, Aggregate, Refusal, Role
from mila_core.money import Money
from mila_core.periods import Period
from mila_core.policies import DispatchPolicy
from mila_core.ratings import Reviews, directions_of
from mila_core.settlements import PaymentMeans, Settlement, is_chargeable
from tests.simulation import checks, people, scenery
from tests.simulation.faults import Faults, draw_faults
from tests.simulation.people import Plan
from tests.simulation.scenery import CUSTOMERS, FRIENDS, SCHEDULER, SYSTEM
from tests.simulation.service import Answer, Service, Wish
from tests.simulation.store import Store, Unit, View

BOOKINGS = 60
"""How many bookings begin in a world."""

_DISPATCH = DispatchPolicy(wave_size=2, most_waves=3, radius_km=(5, 10, 20))
_LONGEST = timedelta(days=400)
_MOST_CONFLICTS = 3
_THINKS_AGAIN = 0.5
_CHECKPOINTS = 2
_CHECKED_DAYS = 21
_AUDITED = 0.1
_TRIES_OF_THE_SYSTEM = 60


@attrs.define(eq=False)
class World:
    """One world, from its seed to its end.

    Attributes:
        seed: what all chance in it comes from.
        sweeps: whether the scheduler looks for due dates that it has missed.
        reads_busy: whether the application tells the library which slots are taken.
        store: what is stored.
        service: the application.
        chance: where chance comes from.
        faults: what goes wrong.
        wishes: all that clients have sent.
        refusals: how often each event was refused, and why.
        answers: how often a worker has stored something, found it stored, met a conflict.
        found: what was found wrong on the way.
    """

    seed: int
    sweeps: bool = True
    store: Store = attrs.field(factory=Store)
    service: Service = attrs.field(init=False)
    chance: Random = attrs.field(init=False)
    faults: Faults = attrs.field(init=False)
    now: datetime = attrs.field(init=False)
    begin: datetime = attrs.field(init=False)
    wishes: list[Wish] = attrs.field(factory=list)
    refusals: Counter[str] = attrs.field(factory=Counter)
    answers: Counter[str] = attrs.field(factory=Counter)
    found: list[str] = attrs.field(factory=list)
    _heap: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = attrs.field(factory=list)
    _count: int = 0
    _begun: int = 0
    _requests: set[str] = attrs.field(factory=set)

    def __attrs_post_init__(self) -> None:
        """Draw what the world is like."""
        self.chance = Random(self.seed)  # noqa: S311  # it has to be the same again
        self.faults = draw_faults(self.chance)
        self.begin = self.now = self.chance.choice(scenery.BEGINNINGS)
        self.service = Service(self.store)

    # --- time

    def later(self, at: datetime, do: Callable[..., None], *args: Any) -> None:
        """Have something done at an instant, or now if that is past."""
        self._count += 1
        heappush(self._heap, (max(at, self.now), self._count, do, args))

    def run(self) -> "World":
        """Let everything happen."""
        self.later(self.now, self._somebody_wants)
        if self.sweeps:
            self.later(self.now + timedelta(hours=3), self._sweep)
        for _ in range(_CHECKPOINTS):
            self.later(self.now + self._seconds(_CHECKED_DAYS * 86400), self._check)
        end = self.begin + _LONGEST
        while self._heap and self.now < end:
            self.now, _, do, args = heappop(self._heap)
            do(*args)
        return self

    def _check(self) -> None:
        """Compare the caches, and at times all there is, in the middle of the life of a world."""
        self.found += checks.cache_violations(self.store)
        if self.chance.random() < _AUDITED:
            self.found += checks.audit_violations(self.store, skew_s=self.faults.skew_s)

    def _seconds(self, most: int) -> timedelta:
        return timedelta(seconds=self.chance.randrange(1, most + 1))

    # --- clients and their network

    def plan(self, stream: str, plan: Plan) -> None:
        """Have a plan carried out at its time."""
        if plan.event == "open_dispute":
            stream = stream.replace("booking:", "dispute:")
        self.later(plan.at, self._carry_out, stream, plan)

    def _carry_out(self, stream: str, plan: Plan) -> None:
        details = dict(plan.details)
        told = plan.by.role in {Role.CUSTOMER, Role.FRIEND} and stream.startswith("reviews:")
        if self.chance.random() < 0.15 and stream in self.store.states and not told:
            details["expected_version"] = self.store.states[stream].version
        self.wish(stream, plan.event, by=plan.by, details=details, persistent=plan.persistent)

    def wish(
        self,
        stream: str,
        event: str,
        *,
        by: Actor,
        details: dict[str, Any],
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
            tries=_TRIES_OF_THE_SYSTEM if persistent else 4,
        )
        self.wishes.append(wish)
        self._send(wish)

    def _send(self, wish: Wish) -> None:
        wish.sent += 1
        self.later(self.now + self._seconds(3600 if wish.persistent else 300), self._look_for_answer, wish)
        copies = 2 if self.faults.strikes("duplicate") else 1
        for _ in range(copies):
            if self.faults.strikes("lost_command"):
                continue
            if self.faults.strikes("delay"):
                self.later(self.now + self._seconds(4 * 3600), self._receive, wish)
            elif copies == 1:
                self._receive(wish)
            else:
                self.later(self.now + self._seconds(10), self._receive, wish)

    def _look_for_answer(self, wish: Wish) -> None:
        if wish.answer is not None:
            return
        if wish.sent < wish.tries:
            self._send(wish)
            return
        wish.gave_up = True
        self._over(wish)

    def _answer(self, wish: Wish, answer: str) -> None:
        if wish.persistent and answer not in {"applied", "replayed"}:
            return
        if wish.by is SCHEDULER or self.faults.strikes("lost_answer") or wish.gave_up:
            return
        if wish.answer is None:
            wish.answer = answer
            self._over(wish)

    def _over(self, wish: Wish) -> None:
        """Let somebody who was refused think again, and see to it that a dispute is decided in the end."""
        if wish.answer in {"applied", "replayed"}:
            return
        if wish.stream in self.store.states and self.chance.random() < _THINKS_AGAIN:
            state = self.store.states[wish.stream]
            if isinstance(state, Booking) and state.is_open:
                for plan in people.next_of_booking(state, now=self.now, chance=self.chance):
                    self.plan(wish.stream, plan)
        if wish.event == "decide_dispute":
            dispute = self.store.states[wish.stream]
            if dispute.is_open:
                self.plan(wish.stream, people.decision_on(dispute, now=self.now, chance=self.chance))

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

    def _decide(self, wish: Wish, *, lags: bool) -> Answer | None:
        try:
            return self.service.decide(wish, view=View(self.store, lags=lags), at=self._clock())
        except MilaError as error:
            self.found.append(f"broken {wish.stream} {wish.event}: {type(error).__name__}: {error}")
            return None

    def _receive(self, wish: Wish, lags: bool | None = None) -> None:  # noqa: FBT001
        lags = self.faults.strikes("stale") if lags is None else lags
        found = self._decide(wish, lags=lags)
        if found is None:
            return
        if isinstance(found, Refusal):
            self.refusals[f"{wish.event}: {found.code}"] += 1
            self._answer(wish, found.code)
        elif found.replayed:
            self.answers["replayed"] += 1
            self._answer(wish, "replayed")
        elif self.faults.strikes("crash"):
            return
        elif self.faults.strikes("slow"):
            self.later(self.now + self._seconds(20), self._store, wish, found, 0)
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
        found = self._decide(wish, lags=False)
        if isinstance(found, Unit) and not found.replayed:
            self._store(wish, found, conflicts + 1)
        elif isinstance(found, Refusal):
            self.refusals[f"{wish.event}: {found.code}"] += 1
            self._answer(wish, found.code)
        elif found is not None:
            self._answer(wish, "replayed")

    # --- what follows from what was stored

    def _after(self, before: dict[str, Any]) -> None:
        for stream, old in before.items():
            state = self.store.states[stream]
            if stream in self.store.due:
                self._set_timer(stream)
            for plan in self._plans(state, old):
                self.plan(stream, plan)

    def _plans(self, state: Aggregate, old: Any) -> Iterable[Plan]:
        match state:
            case Booking():
                self._after_booking(state)
                return people.next_of_booking(state, now=self.now, chance=self.chance)
            case Settlement():
                return people.next_of_settlement(state, old, now=self.now, chance=self.chance)
            case Reviews():
                return people.next_of_reviews(state, old, now=self.now, chance=self.chance)
            case Dispute():
                return people.next_of_dispute(state, now=self.now, chance=self.chance)
            case Dispatch():
                return self._after_request(state, old)
            case _:
                return ()

    def _after_booking(self, booking: Booking) -> None:
        if booking.version == 1:
            self._begun += 1
        if booking.is_open:
            return
        if is_chargeable(booking):
            means, contract = scenery.means_for(Random(f"{self.seed}:{booking.id}"))  # noqa: S311
            details: dict[str, Any] = {"means": means, "contract": contract}
            details["newcomer"] = self.chance.random() < 0.3
            if booking.state.value == "closed" and self.chance.random() < 0.2:
                details["tip"] = Money(self.chance.randrange(5, 1000, 5))
            self._system(f"settlement:{booking.id}", "open_settlement", details, key="open")
        if directions_of(booking):
            self._system(f"reviews:{booking.id}", "open_reviews", {}, key="open")
        request = booking.quote.visit.request_id
        if request in self._requests:
            key, stream = f"conclude:{booking.id}", f"request:{request}"
            self._system(stream, "conclude", {"booking_id": booking.id}, key=key)

    def _system(self, stream: str, event: str, details: dict[str, Any], *, key: str) -> None:
        """Have done what has to follow, some time soon, until it is done."""
        self.later(self.now + self._seconds(600), self._follow_up, stream, event, details, key)

    def _follow_up(self, stream: str, event: str, details: dict[str, Any], key: str) -> None:
        self.wish(stream, event, by=SYSTEM, details=details, key=key, persistent=True)

    def _after_request(self, request: Dispatch, old: Dispatch | None) -> Iterable[Plan]:
        for reminder in request.reminders:
            self.later(reminder.at + self._seconds(120), self._look_for_friends, request.stream)
        if old is not None and request.last_wave > old.last_wave:
            return people.next_of_invited(request, now=self.now, chance=self.chance)
        return ()

    def _look_for_friends(self, stream: str) -> None:
        """Send the next wave, or give up, if it is time for that."""
        request: Dispatch = self.store.states[stream]
        if not any(each.at <= self.now for each in request.reminders):
            return
        chosen: tuple[Candidate, ...] = ()
        if request.reminders[0].code == "next_wave":
            chosen = dispatch.plan_wave(request, self._candidates(request), at=self.now)
        if chosen:
            self.wish(stream, "send_wave", by=SYSTEM, details={"candidates": chosen})
        else:
            self.wish(stream, "give_up", by=SYSTEM, details={})

    def _candidates(self, request: Dispatch) -> list[Candidate]:
        found = []
        window = request.request.windows[0]
        for friend_id in self.chance.sample(sorted(FRIENDS), len(FRIENDS)):
            start = window.start + timedelta(seconds=self.chance.choice([0, 0, 600, 1799]))
            quote = self._quote(
                f"{request.id}-q{len(self.wishes)}-{friend_id}",
                friend_id=friend_id,
                customer_id=request.customer_id,
                request_id=request.id,
                slot=Period(start, start + timedelta(minutes=request.visit_minutes)),
                booking_id=f"{request.id}-{request.attempt}",
            )
            found.append(scenery.candidate(quote, distance_m=self.chance.randrange(100, 22_000)))
        return found

    # --- the scheduler

    def _set_timer(self, stream: str) -> None:
        at = self.store.due[stream]
        if self.faults.strikes("lost_timer"):
            return
        if self.faults.strikes("late_timer"):
            at += self._seconds(20 * 3600)
        self.later(at, self._ring, stream)

    def _ring(self, stream: str) -> None:
        """Cause what is due in a stream, if something is by the scheduler's clock."""
        timers = self.store.states[stream].due
        if not timers or timers[0].at > self._clock():
            return
        version, event = self.store.version(stream), timers[0].event
        self._receive(Wish(stream=stream, event=event, by=SCHEDULER, key=f"{event}:{version}"))

    def _sweep(self) -> None:
        for stream in [each for each, at in self.store.due.items() if at <= self.now]:
            self._ring(stream)
        if self._heap or self.store.due:
            early = self.now - self.begin < timedelta(days=10)
            self.later(self.now + timedelta(hours=4 if early else 24), self._sweep)

    # --- how it begins

    def _somebody_wants(self) -> None:
        if self._begun >= BOOKINGS:
            return
        self.later(self.now + self._seconds(2400), self._somebody_wants)
        kind = self.chance.random()
        customer = self.chance.choice(CUSTOMERS)
        if kind < 0.18:
            self._open_request(customer)
        else:
            self._book(customer, instantly=kind > 0.75)

    def _slot(self, friend_id: str, *, grid: bool) -> Period:
        """Return a slot, half of the time one at the edge of another one, give or take a second."""
        length = timedelta(minutes=self.chance.choice([30, 60, 60, 90]))
        soonest = self.now + timedelta(minutes=121)
        taken = self.store.taken.get(friend_id)
        if taken and self.chance.random() < 0.5:
            slot, _ = taken[self.chance.choice(sorted(taken))]
            start = slot.end if self.chance.random() < 0.5 else slot.start - length
            if not grid:
                start += timedelta(seconds=self.chance.choice([-1, 0, 1]))
            if start > soonest and not (grid and (start.minute % 15 or start.second)):
                return Period(start, start + length)
        quarters = self.chance.randrange(8, 140)
        start = soonest.replace(minute=0, second=0) + timedelta(minutes=60 + 15 * quarters)
        return Period(start, start + length)

    def _quote(self, id: str, *, booking_id: str, **parts: Any) -> Any:  # noqa: A002
        means, _ = scenery.means_for(Random(f"{self.seed}:{booking_id}"))  # noqa: S311
        cash = means is PaymentMeans.CASH
        return scenery.quote_for(id, at=self.now, chance=self.chance, cash=cash, **parts)

    def _book(self, customer_id: str, *, instantly: bool) -> None:
        friend_id = self.chance.choice(sorted(FRIENDS))
        id = f"b{len(self.wishes)}"  # noqa: A001  # the domain's word
        slot = self._slot(friend_id, grid=instantly)
        quote = self._quote(
            id, booking_id=id, friend_id=friend_id, customer_id=customer_id, request_id=id, slot=slot
        )
        event = "book_instantly" if instantly else "request"
        details: dict[str, Any] = {"quote": quote}
        on_the_grid = not (slot.start.minute % 15 or slot.start.second)
        if not instantly and on_the_grid and self.chance.random() < 0.3:
            details["knows"] = True
        self.wish(f"booking:{id}", event, by=Actor(Role.CUSTOMER, customer_id), details=details)

    def _open_request(self, customer_id: str) -> None:
        id = f"r{len(self.wishes)}"  # noqa: A001  # the domain's word
        slot = self._slot(self.chance.choice(sorted(FRIENDS)), grid=False)
        window = Period(slot.start + timedelta(hours=4), slot.end + timedelta(hours=5))
        request = scenery.request_for(id, customer_id=customer_id, windows=[window])
        minutes = int((slot.end - slot.start).total_seconds()) // 60
        details = {"request": request, "policy": _DISPATCH, "visit_minutes": minutes}
        self._requests.add(id)
        self.wish(f"request:{id}", "open_request", by=Actor(Role.CUSTOMER, customer_id), details=details)
