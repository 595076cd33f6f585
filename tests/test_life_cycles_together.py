"""All machines together: two customers and two friends, against a simple model of how their lives meet.

The application around the machines is the simulation's: it reads, decides, and stores all or nothing if what
was read is unchanged.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mila_core import ratings
from mila_core.audit import audit
from mila_core.bookings import Booking, busy_slots
from mila_core.disputes import Ruling, is_blocking
from mila_core.friends import ContractMode
from mila_core.lifecycle import Actor, Refusal, Role
from mila_core.money import Money
from mila_core.periods import Period, Validity
from mila_core.reasons import reason
from mila_core.settlements import PaymentMeans
from tests.journey import FOREVER, QUOTE
from tests.life_cycle_model import DAY, HOUR, PRICES, TABLES, Do, Life, World
from tests.settlements.rules import FOLLOWING, MACHINES
from tests.simulation import scenery
from tests.simulation.service import Service, Wish
from tests.simulation.store import MACHINES as LIBRARY
from tests.simulation.store import Store, View

CUSTOMERS, FRIENDS = ("customer-1", "customer-2"), tuple(PRICES)
MOST = 5
BEHIND = timedelta(minutes=90)
BEGINNINGS = {"booking": "request", "request": "open_request", "settlement": "open_settlement"}
BEGINNINGS |= {"dispute": "open_dispute", "reviews": "open_reviews"}
# What follows by itself, and what other tests are about.
LEFT_OUT = frozenset(
    {
        *(set(FOLLOWING) - {"release_due"}),
        *("request", "assign", "book_instantly", "amend", "open_request", "hold_payout", "release_payout"),
        *("start_payment", "moderate", "edit_reply"),
        *(
            event
            for event, lane in MACHINES.items()
            if lane == "commission" and event != "receive_commission"
        ),
    }
)
BY_SYSTEM = {(event, "system") for event in ("release_due", "reveal", "send_wave", "give_up")}
ROWS = tuple(
    (kind, *row)
    for kind, targets in TABLES.items()
    for row in targets
    if row[0] not in LEFT_OUT and row[::2] not in BY_SYSTEM
)
# What leads on, rather than to an end.
ONWARD = frozenset(
    {
        *("accept", "confirm", "start_work", "complete", "approve", "accept_invitation", "send_wave"),
        *("open_settlement", "receive_payment", "send_payout", "receive_commission"),
        *("open_dispute", "answer_dispute", "decide_dispute", "open_reviews", "give_rating", "reply"),
        *("fulfil_request", "reopen_request", "report_friend_no_show"),
    }
)
ENDING = ("decide_dispute", "reopen_request", "fulfil_request")
PROBED = (
    ("settlement", "open_settlement", "system"),
    ("settlement", "send_payout", "system"),
    ("booking", "auto_approve", "timer"),
    ("reviews", "open_reviews", "system"),
    ("dispute", "open_dispute", "operator"),
)


class LivesTogether(RuleBasedStateMachine):
    """People do what they can, or what they cannot; messages come twice, late, or too late."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.clock = datetime(2026, 3, 26, 9, 30, tzinfo=UTC)
        self.store, self.world = Store(), World()
        self.service = Service(self.store)
        self.number = 0
        self.sent: list[tuple[Do, Wish, datetime]] = []
        self.past: list[tuple[Store, list[Do], datetime]] = []
        self.touched = ""

    # --- the wish of the model as one of the library

    def _actor(self, do: Do) -> Actor:
        of = self.world.wishes.get(do.id) if do.kind == "request" else self.world.lives.get(do.id)
        ids = {"operator": "olga", "timer": "scheduler", "system": "system"}
        begins = isinstance(do.about, tuple)
        ids["customer"] = do.about[0] if begins else getattr(of, "customer", "")
        ids["friend"] = do.about if do.kind == "request" else getattr(of, "friend", "")
        return Actor(Role(do.role), ids[do.role])

    def _quote(self, id: str, request: str, *, about: tuple[str, str, datetime], at: datetime) -> Any:  # noqa: A002
        customer, friend, start = about
        visit = attrs.evolve(
            QUOTE.visit,
            openings=[attrs.evolve(each, during=Validity(FOREVER)) for each in QUOTE.visit.openings],
            request_id=request,
            customer_id=customer,
            slot=Period(start, start + HOUR),
        )
        line = attrs.evolve(QUOTE.lines[0], amount=Money(PRICES[friend]))
        return attrs.evolve(
            QUOTE,
            id=id,
            visit=visit,
            friend_id=friend,
            offer_id=f"{friend}-offer",
            lines=[line],
            made_at=at,
            expires_at=at + 90 * DAY,
        )

    def _details(  # noqa: C901, PLR0912  # one case an event
        self, do: Do, at: datetime, store: Store
    ) -> Mapping[str, Any]:
        booking: Booking | None = store.states.get(f"booking:{do.id}")
        match do.event, do.about:
            case "request" | "book_instantly", (customer, friend, start, _, _):
                quote = self._quote(do.id, do.id, about=(customer, friend, start), at=at)
                return {"quote": quote} | ({"knows": True} if do.event == "request" else {})
            case "reschedule", start:
                assert booking is not None
                slot = Period(start, start + HOUR)
                quote = scenery.next_quote(booking, slot=slot, percent=100, at=at)
                return {"quote": quote, "consent": scenery.consent_to(quote, self._actor(do))}
            case "report_customer_no_show", _:
                return {"contact_attempted_at": at}
            case "fail", why:
                return {"why": reason(why)}
            case "open_request", (customer, start):
                windows = [Period(start, start + HOUR)]
                request = scenery.request_for(do.id, customer_id=customer, windows=windows)
                policy = QUOTE.visit.policy.dispatch
                return {"request": request, "policy": policy, "visit_minutes": 60}
            case "send_wave", friend:
                wish = self.world.wishes[do.id]
                quote = self._quote(
                    f"{do.id}-{friend}-{self.number}", do.id, about=(wish.customer, friend, wish.start), at=at
                )
                return {"candidates": [scenery.candidate(quote, distance_m=100)]}
            case "accept_invitation" | "decline_invitation" | "revoke_invitation", friend:
                return {"friend_id": friend}
            case "reopen_request" | "fulfil_request", _:
                return {"booking": store.states[f"booking:{store.states[f'request:{do.id}'].booking_id}"]}
            case "open_settlement", _:
                means = PaymentMeans.CASH if self.world.lives[do.id].cash else PaymentMeans.ONLINE
                return {"means": means, "contract": ContractMode.FRIEND}
            case "credit" | "refund_partly", amount:
                return {"amount": Money(amount)}
            case "decide_dispute", int(amount) if amount:
                return {"ruling": Ruling.PARTIAL, "amount": Money(amount), "text": "A part."}
            case "decide_dispute", what:
                return {"ruling": Ruling.FULL if what else Ruling.DISMISSED, "text": "So."}
            case "open_dispute" | "answer_dispute", _:
                return {"text": "Words."}
            case "reply", _:
                return {"text": "Words.", "language": "en"}
            case "give_rating" | "edit_rating", stars:
                return {"stars": stars}
            case _:
                return {}

    # --- deciding and storing

    def _wish(self, do: Do, at: datetime, *, store: Store | None = None, **more: Any) -> Wish:
        self.number += 1
        details = {**self._details(do, at, store or self.store), **more}
        return Wish(f"{do.kind}:{do.id}", do.event, self._actor(do), f"key-{self.number}", details)

    def _decided(self, wish: Wish, at: datetime, *, store: Store | None = None) -> Any:
        return self.service.decide(wish, view=View(store or self.store), at=at)

    def _told(self, answer: Any) -> str:
        if isinstance(answer, Refusal):
            return answer.code
        return "replayed" if answer.replayed else "applied"

    def _send(self, do: Do, at: datetime, **more: Any) -> str:
        """Decide and store a new wish, which gets the answer that the model gives."""
        wish = self._wish(do, at, **more)
        answer = self._decided(wish, at)
        told = self._told(answer)
        assert told == self.world.answer(do, at), (do, at, told)
        if told == "applied":
            before = self._copy(at)
            assert self.store.commit(answer)
            self.past = [*self.past[-7:], *([before] if before[1] else [])]
            self._applied(do, wish, at)
        return told

    def _applied(self, do: Do, wish: Wish, at: datetime) -> None:
        self.world.apply(do, at)
        self.sent.append((do, wish, at))
        self.touched = do.id

    def _copy(self, at: datetime) -> tuple[Store, list[Do], datetime]:
        """Return a copy of what is stored, and what is possible now."""
        copy = Store()
        copy.states, copy.agendas = dict(self.store.states), dict(self.store.agendas)
        copy.taken = {friend: dict(taken) for friend, taken in self.store.taken.items()}
        return copy, [do for do in self._options() if self.world.answer(do, at) == "applied"], at

    # --- what can be wanted

    def _options(self) -> Iterator[Do]:
        world = self.world
        if (count := len(world.lives)) + len(world.wishes) < MOST:
            soon = self.clock.replace(minute=0, second=0, microsecond=0) + 4 * HOUR
            for customer, start in ((c, soon + n * HOUR / 2) for c in CUSTOMERS for n in (0, 1, 2, 48)):
                yield Do(
                    "request",
                    f"r{len(world.wishes)}",
                    "open_request",
                    "customer",
                    (customer, start + 4 * HOUR),
                )
                for friend in FRIENDS:
                    about = (customer, friend, start, PRICES[friend], count % 2 > 0)
                    for event in ("request", "book_instantly"):
                        yield Do("booking", f"b{count}", event, "customer", about)
        for kind, event, source, role in ROWS:
            for each in world.wishes if kind == "request" else world.lives:
                do = Do(kind, each, event, role)
                if world.source(do) == source:
                    yield from (do._replace(about=about) for about in self._abouts(do))

    def _abouts(self, do: Do) -> tuple[Any, ...]:
        """Return what else can be said."""
        life = self.world.lives.get(do.id)
        match do.event:
            case "send_wave" | "accept_invitation" | "decline_invitation" | "revoke_invitation":
                return FRIENDS
            case "give_rating" | "edit_rating":
                return (1, 4, 5)
            case "fail":
                return ("no_access", "not_solvable")
        if life is None:
            return (None,)
        match do.event:
            case "reschedule":
                return (life.start + HOUR / 2, life.start + DAY)
            case "credit":
                return (max(1, life.debt // 3), life.debt)
            case "refund_partly":
                return (max(1, (life.paid - life.back) // 3), life.paid - life.back)
            case "decide_dispute":
                return (0, "full", *([life.contested // 3] if life.contested > 3 else []))
            case _:
                return (None,)

    def _time(self, do: Do) -> datetime:
        """Return the first instant from now on at which something is possible, as far as that is known."""
        life, at = self.world.lives.get(do.id), self.clock
        if do.role == "timer":
            return max([at, *(due for due, timer in self._timers() if timer == do)])
        early = {"depart": -2 * HOUR, "start_work": -HOUR / 2, "complete": 0 * HOUR}
        early |= {"report_customer_no_show": HOUR / 6, "report_friend_no_show": HOUR / 2}
        if life is not None and do.event in early:
            return max(at, life.start + early[do.event])
        if life is not None and do.event == "decide_dispute" and life.dispute == "open":
            return max(at, life.answer_by)
        return at

    def _timers(self) -> list[tuple[datetime, Do]]:
        """Return what time owes, the soonest first."""
        return sorted(
            (at, Do(stream.partition(":")[0], stream.partition(":")[2], event, "timer"))
            for stream, timers in self.world.due().items()
            for event, at in timers
        )

    # --- what happens

    @initialize(customer=st.sampled_from(CUSTOMERS), invited=st.sampled_from([(), FRIENDS[:1], FRIENDS]))
    def somebody_asks_anybody(self, customer: str, invited: tuple[str, ...]) -> None:
        """A request goes to a friend or two, or to nobody yet."""
        start = self.clock.replace(minute=0) + DAY
        self._send(Do("request", "r0", "open_request", "customer", (customer, start)), self.clock)
        for friend in invited:
            self._send(Do("request", "r0", "send_wave", "operator", friend), self.clock)

    @rule(data=st.data(), steps=st.integers(2, 8))
    def people_go_on(self, data: st.DataObject, steps: int) -> None:
        """People do, at a time at which it can be done, what can be done, and mostly what leads on."""
        self._go_on(data, steps)

    def _go_on(self, data: st.DataObject, steps: int) -> None:
        for _ in range(steps):
            found: dict[tuple[str, str], list[Do]] = {}
            for do in self._options():
                if do.role != "timer" and self.world.answer(do, self._time(do)) == "applied":
                    found.setdefault((do.id, do.event), []).append(do)
            if not found:
                return
            wander = data.draw(st.integers(0, 7)) == 0
            likely = [each for each in found if each[1] in ONWARD or wander] or list(found)
            times = {each: self._time(found[each][0]) for each in likely}
            soonest = min(times.values())
            near = [each for each in likely if wander or times[each] <= soonest + HOUR]
            do = data.draw(st.sampled_from(found[data.draw(st.sampled_from(near))]), label="do")
            at = self._time(do)
            self.clock = max(self.clock, at)
            assert self._send(do, at) == "applied"
            self.everything_is_as_in_the_model()

    @rule(
        data=st.data(),
        behind=st.sampled_from([timedelta(0), timedelta(minutes=1), BEHIND]),
        stranger=st.booleans(),
    )
    def somebody_tries(self, data: st.DataObject, behind: timedelta, stranger: bool) -> None:  # noqa: FBT001
        """Somebody tries what may be refused, on a server whose clock may be behind; or for somebody else."""
        if not (options := list(self._options())):
            return
        do, at = data.draw(st.sampled_from(options), label="do"), self.clock - behind
        if not stranger or do.role not in {"customer", "friend"} or isinstance(do.about, tuple):
            self._send(do, at)
        elif do.kind != "request":
            wish = attrs.evolve(self._wish(do, at), by=Actor(Role(do.role), "stranger"))
            assert self._told(self._decided(wish, at)) == "not_a_party"
        self._go_on(data, 2)

    @rule(
        data=st.data(), off=st.sampled_from([-HOUR, timedelta(microseconds=-1), timedelta(0), HOUR, 3 * DAY])
    )
    def a_timer_comes(self, data: st.DataObject, off: timedelta) -> None:
        """A timer comes early, in time or late; or somebody acts at that very instant."""
        if not (due := self._timers()):
            return
        at, do = data.draw(st.sampled_from(due[:3]), label="timer")
        rivals = [each for each in self._options() if (each.kind, each.id) == (do.kind, do.id)]
        do = data.draw(st.sampled_from([do, *rivals]), label="do")
        at = max(at + off, self.clock - BEHIND)
        self.clock = max(self.clock, at)
        self._send(do, at)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), what=st.sampled_from(["again", "another", "stale"]))
    def a_message_is_wrong(self, data: st.DataObject, what: str) -> None:
        """A command comes again, at any time; its key with another one; or the version is not the last."""
        do, wish, at = self.sent[data.draw(st.integers(0, len(self.sent) - 1), label="message")]
        before = len(self.store.history)
        if what == "again":
            assert self._told(self._decided(wish, self.clock)) == "replayed"
            assert self._told(self._decided(wish, at)) == "replayed"
        elif what == "another":
            wrong = attrs.evolve(wish, details={**wish.details, "why": reason("something_else")})
            assert self._told(self._decided(wrong, self.clock)) == "key_mismatch"
        elif not (do.kind == "reviews" and do.role in {"customer", "friend"}):
            seen = data.draw(st.integers(0, self.store.version(wish.stream) - 1))
            details = {**wish.details, "expected_version": seen}
            stale = attrs.evolve(wish, key=f"stale-{wish.key}", details=details)
            assert self._told(self._decided(stale, self.clock)) == "stale_version"
        assert len(self.store.history) == before
        self._go_on(data, 2)

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def a_worker_is_slow(self, data: st.DataObject) -> None:
        """What was right when it was decided is stored only if it still is."""
        now, found = self.store, [(old, do, at) for old, possible, at in self.past for do in possible]
        old, do, at = found[data.draw(st.integers(0, len(found) - 1))]
        wish = self._wish(do, at, store=old)
        answer = self._decided(wish, at, store=old)
        assert self._told(answer) == "applied"
        before = len(now.history)
        if now.commit(answer):
            assert self.world.answer(do, at) == "applied", do
            self._applied(do, wish, at)
        else:
            assert len(now.history) == before
        self._go_on(data, 2)

    # --- what holds

    def _seen(self, reviews: Any, life: Life, viewer: str) -> dict[str, int]:
        """Return the stars that somebody is shown, by author."""
        if reviews is None:
            return {}
        ids = {"customer": life.customer, "friend": life.friend, "operator": "olga"}
        actor = Actor(Role(viewer), ids[viewer]) if viewer else None
        authors = {life.customer: "customer", life.friend: "friend"}
        found = [each.rating for each in ratings.view(reviews, viewer=actor, at=self.clock).ratings]
        return {authors[each.author_id]: each.stars for each in found}

    @invariant()
    def everything_is_as_in_the_model(self) -> None:
        """States, due dates, money, slots, visible ratings."""
        world = self.world
        states: Mapping[str, Any] = self.store.states
        for id, life in world.lives.items():  # noqa: A001  # the domain's word
            booking: Any = states[f"booking:{id}"]
            money, dispute, reviews = (
                states.get(f"{kind}:{id}") for kind in ("settlement", "dispute", "reviews")
            )
            owed = booking.ending and booking.ending.compensation
            assert (booking.state, booking.since) == (life.state, life.since)
            assert (booking.notice_start, owed.amount.rappen if owed else 0) == (life.notice, life.owed)
            assert (dispute.state if dispute else "none") == life.dispute
            assert is_blocking(dispute) == life.is_contested
            assert (reviews.state if reviews else "none") == life.reviews
            assert (money.payment if money else "none") == life.payment
            if reviews and reviews.revealed_at:
                assert reviews.revealed_at == life.revealed_at
            if money:
                assert (money.payout, money.commission == "due") == (life.payout, life.friend_gets < 0), life
                assert (money.paid.rappen, money.refunded.rappen) == (life.paid, life.back)
            for viewer in ("customer", "friend", "operator", ""):
                assert self._seen(reviews, life, viewer) == life.visible(viewer, self.clock)
        for id, wish in world.wishes.items():  # noqa: A001  # as above
            request = states[f"request:{id}"]
            assert request.state == wish.state
            assert {
                f: (i.state, i.respond_by) for f in FRIENDS if (i := request.invitation(f))
            } == wish.invited
        due = {stream: {(each.event, each.at) for each in state.due} for stream, state in states.items()}
        assert {stream: timers for stream, timers in due.items() if timers} == world.due()
        counted = {
            (rating.booking_id, rating.direction): rating.stars for rating in self.store.counted.values()
        }
        assert counted == {
            (id, "of_friend" if author == "customer" else "of_customer"): stars
            for id, life in world.lives.items()  # noqa: A001  # as above
            for author, stars in life.stars.items()
            if life.reviews == "revealed"
        }
        nonzero = {account: amount for account, amount in self.store.ledger.items() if amount}
        assert nonzero == {account: amount for account, amount in world.balances().items() if amount}
        booked = [each for each in states.values() if isinstance(each, Booking)]
        for friend in FRIENDS:
            slots = busy_slots(each for each in booked if each.friend_id == friend)
            assert sorted(slot.start for slot in slots) == world.busy(friend)

    @invariant()
    def what_depends_on_another_life_is_possible_as_in_the_model(self) -> None:
        """Money, approval, payout, reviews and disputes wait for what they depend on."""
        if self.touched not in self.world.lives:
            return
        request = self.touched.rpartition("-")[0]
        probed = [Do(kind, self.touched, event, role) for kind, event, role in PROBED]
        if request and self.world.wishes[request].state == "matched":
            probed += [Do("request", request, event, "system") for event in ENDING[1:]]
        for do in probed:
            if f"{do.kind}:{do.id}" in self.store.states or do.event == BEGINNINGS[do.kind]:
                self._probe(do, self._time(do))
        for due, timer in self._timers():
            if timer.id == self.touched:
                rival = next(
                    (do for do in self._options() if do[:2] == timer[:2] and do.role != "timer"), timer
                )
                self._probe(rival, due)

    def _probe(self, do: Do, at: datetime) -> None:
        """Ask, and store nothing."""
        answer = self._told(self._decided(self._wish(do, at), at))
        assert answer == self.world.answer(do, at), (do, at, answer)

    @invariant()
    def what_was_overtaken_is_not_stored(self) -> None:
        """Not even where the stream itself is as it was: what it rests on has changed."""
        races = {
            (do.kind, do.id, do.event): (old, do, at)
            for old, possible, at in self.past[-3:]
            for do in possible
            if old.version(stream := f"{do.kind}:{do.id}") == self.store.version(stream)
            if self.world.answer(do, at) != "applied"
            or (
                do.event == "open_dispute"
                and old.version(f"booking:{do.id}") != self.store.version(f"booking:{do.id}")
            )
        }
        for old, do, at in races.values():
            answer = self._decided(self._wish(do, at, store=old), at, store=old)
            assert self._told(answer) == "applied"
            assert not self.store.commit(answer), do

    def teardown(self) -> None:
        """Time runs out: everything comes to rest, and the audit finds nothing."""
        while True:
            ends = [do for do in self._options() if do.event in ENDING]
            ends = [do for do in ends if self.world.answer(do, self._time(do)) == "applied"]
            if not (ends := [*ends, *(do for _, do in self._timers())]):
                break
            do = ends[0]
            at = self._time(do) + HOUR  # a sweep comes late
            self.clock = max(self.clock, at)
            assert self._send(do, at) == "applied", do
            self.everything_is_as_in_the_model()
        for state in self.store.states.values():
            assert not state.due
        assert not any(each.is_open for each in self.world.lives.values())
        assert not any(each.state in {"open", "matched"} for each in self.world.wishes.values())
        counted = tuple(self.store.counted.values())
        found = audit(self.store.history, stored=self.store.states.values(), counted=counted, skew=BEHIND)
        assert not found, found
        for stream, state in self.store.states.items():
            own = [each for each in self.store.history if each.stream == stream]
            assert LIBRARY[type(own[0])].replay(own) == state


TestLivesTogether = LivesTogether.TestCase
TestLivesTogether.settings = settings(stateful_step_count=15)
