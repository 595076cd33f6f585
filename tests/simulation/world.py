"""A world: a day of a small neighbourhood on an unreliable network, and the weeks until all is settled."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import mila_core.dispatch as dispatch
from mila_core.bookings import Booking, BookingState
from mila_core.dispatch import Candidate, Dispatch
from mila_core.disputes import Dispute
from mila_core.lifecycle import Actor, Role
from mila_core.money import Money
from mila_core.periods import Period
from mila_core.policies import DispatchPolicy
from mila_core.quotes import Quote
from mila_core.ratings import Reviews, directions_of
from mila_core.settlements import PaymentMeans, Settlement, is_chargeable
from tests.simulation import payers, people, raters, scenery
from tests.simulation.engine import Engine
from tests.simulation.plans import Plan
from tests.simulation.scenery import CUSTOMERS, FRIENDS, SYSTEM
from tests.simulation.service import Wish

BOOKINGS = 60
"""How many bookings begin in a world."""

_DISPATCH = DispatchPolicy(wave_size=2, most_waves=3, radius_km=(5, 10, 20))
_DISPATCHED, _INSTANTLY, _FOUND = 0.11, 0.7, 2
_RIVALS, _ASKS_AGAIN, _THINKS_AGAIN, _DECLINES = 0.4, 0.2, 0.5, 0.7


class World(Engine):
    """One world, from its seed to its end: who wants what, and what follows from what was stored."""

    def __init__(self, seed: int) -> None:
        """Begin with nothing but people who want something."""
        super().__init__(seed)
        self._begun = 0
        self._requests: set[str] = set()
        self.later(self.now, self._somebody_wants)

    def over(self, wish: Wish) -> None:
        """Let somebody who was refused think again, and see to it that a dispute is decided in the end."""
        if wish.answer in {"applied", "replayed"}:
            return
        state = self.store.states.get(wish.stream)
        if wish.event == "accept" and wish.answer == "not_available" and self.chance.random() < _DECLINES:
            self.plan(wish.stream, Plan(self.soon(1200), "decline", wish.by))
        elif isinstance(state, Booking) and state.is_open:
            asked = state.state is BookingState.REQUESTED
            if self.chance.random() < (_ASKS_AGAIN if asked else _THINKS_AGAIN):
                for plan in people.next_of_booking(state, now=self.now, chance=self.chance):
                    self.plan(wish.stream, plan)
        if wish.event == "decide_dispute":
            dispute = self.store.states[wish.stream]
            if dispute.is_open:
                self.plan(wish.stream, payers.decision_on(dispute, now=self.now, chance=self.chance))

    # --- what follows from what was stored

    def plans_after(self, state: Any, old: Any) -> Iterable[Plan]:
        """Return what people plan, and have done what has to follow."""
        match state:
            case Booking():
                self._after_booking(state)
                if state.version == 1 and self._rivals(state):
                    return ()
                return people.next_of_booking(state, now=self.now, chance=self.chance)
            case Settlement():
                return payers.next_of_settlement(state, old, now=self.now, chance=self.chance)
            case Reviews():
                return raters.next_of_reviews(state, old, now=self.now, chance=self.chance)
            case Dispute():
                return payers.next_of_dispute(state, now=self.now, chance=self.chance)
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
            means, contract = scenery.means_for(self.seed, booking.id)
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

    def _rivals(self, booking: Booking) -> bool:
        """Let a friend say yes to two who ask for the same time at one and the same instant, if two do."""
        slot, agenda = booking.quote.visit.slot, self.store.taken[booking.friend_id]
        others = [
            id  # as above
            for id, (other, waits) in agenda.items()  # noqa: A001
            if waits and id != booking.id and other.start < slot.end and slot.start < other.end
        ]
        if not others or booking.state is not BookingState.REQUESTED or self.chance.random() < 1 / 3:
            return False
        plan = Plan(self.soon(1800), "accept", Actor(Role.FRIEND, booking.friend_id))
        for each in [booking.id, self.chance.choice(others)]:
            self.plan(f"booking:{each}", plan)
        return True

    def _system(self, stream: str, event: str, details: dict[str, Any], *, key: str) -> None:
        """Have done what has to follow, some time soon, until it is done."""
        self.later(self.soon(600), self._follow_up, stream, event, details, key)

    def _follow_up(self, stream: str, event: str, details: dict[str, Any], key: str) -> None:
        self.wish(stream, event, by=SYSTEM, details=details, key=key, persistent=True)

    def _after_request(self, request: Dispatch, old: Dispatch | None) -> Iterable[Plan]:
        for reminder in request.reminders:
            self.later(
                reminder.at + timedelta(seconds=self.chance.randrange(1, 120)),
                self._look_for_friends,
                request.stream,
                request.version,
            )
        if old is not None and request.last_wave > old.last_wave:
            return people.next_of_invited(request, now=self.now, chance=self.chance)
        return ()

    def _look_for_friends(self, stream: str, version: int) -> None:
        """Send the next wave, or give up, if it is time for that."""
        request: Dispatch = self.store.states[stream]
        if request.version != version or not any(each.at <= self.now for each in request.reminders):
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
        asked = {each.friend_id for each in request.this_attempt}
        left = [each for each in FRIENDS if each not in asked]
        for friend_id in self.chance.sample(left, min(len(left), _FOUND)):
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

    # --- how it begins

    def _somebody_wants(self) -> None:
        if self._begun >= BOOKINGS:
            return
        self.later(self.soon(2400), self._somebody_wants)
        kind = self.chance.random()
        customer = self.chance.choice(CUSTOMERS)
        if kind < _DISPATCHED:
            self._open_request(customer)
        else:
            friend_id, instantly = self.chance.choice(sorted(FRIENDS)), kind > _INSTANTLY
            slot = self._slot(friend_id, grid=instantly)
            self._book(customer, friend_id, slot, instantly=instantly)
            if self.chance.random() < _RIVALS:
                customer = self.chance.choice(CUSTOMERS)
                self._book(customer, friend_id, slot, instantly=instantly)

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
        quarters = self.chance.randrange(0, 200)
        start = soonest.replace(minute=0, second=0) + timedelta(minutes=60 + 15 * quarters)
        return Period(start, start + length)

    def _quote(self, id: str, *, booking_id: str, **parts: Any) -> Quote:  # noqa: A002
        means, _ = scenery.means_for(self.seed, booking_id)
        cash = means is PaymentMeans.CASH
        return scenery.quote_for(id, at=self.now, chance=self.chance, cash=cash, **parts)

    def _book(self, customer_id: str, friend_id: str, slot: Period, *, instantly: bool) -> None:
        id = f"b{len(self.wishes)}"  # noqa: A001  # the domain's word
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
