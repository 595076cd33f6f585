"""The five lives of a booking side by side, from the domain's rules alone: an oracle of how they meet.

Nothing here is taken from `mila_core`: roles, states and events are plain words, amounts whole Rappen. The
tables are those of the oracles of the single machines. Who has to get what follows from what was paid, given
back and paid out, and so do the states of payout and commission: they are kept nowhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests import booking_rules
from tests.dispatch import rules as dispatch_rules
from tests.disputes import rules as dispute_rules
from tests.ratings import rules as review_rules
from tests.settlements import rules as money_rules

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEVER = datetime.min.replace(tzinfo=UTC)
ROLES = booking_rules.ROLES
TABLES: Mapping[str, Mapping[tuple[str, str, str], str]] = MappingProxyType(
    {
        "booking": booking_rules.TARGETS,
        "request": dispatch_rules.TARGETS,
        "settlement": money_rules.TARGETS,
        "dispute": dispute_rules.TARGETS,
        "reviews": review_rules.TARGETS,
    }
)
NO_SLOT = ("declined", "expired", "cancelled")
LOWERING = ("credit", "waive", "write_off", "refund_partly", "refund_fully")
OTHER = review_rules.OTHER


class Do(NamedTuple):
    """Something that somebody wants: of what, which event, in what capacity, and what else has to be said."""

    kind: str
    id: str
    event: str
    role: str
    about: Any = None


@dataclass
class Life:
    """A booking with its money, its dispute and its reviews."""

    customer: str
    friend: str
    start: datetime
    gross: int
    cash: bool
    since: datetime
    notice: datetime
    state: str
    bound: datetime | None = None
    moved: int = 0
    ended_by: str = ""
    owed: int = 0
    dispute: str = "none"
    claimant: str = ""
    contested: int = 0
    ruled: int = 0
    answer_by: datetime = NEVER
    payment: str = "none"
    shares: list[int] = field(default_factory=list)  # friend, platform, partner, tax
    paid: int = 0
    back: int = 0
    out: int = 0
    came: int = 0
    sent: int = 0
    returned: bool = False
    released: bool = False
    overdue_at: datetime = NEVER
    reviews: str = "none"
    stars: dict[str, int] = field(default_factory=dict)
    replied: set[str] = field(default_factory=set)
    revealed_at: datetime = NEVER

    @property
    def is_open(self) -> bool:
        """Whether the booking goes on."""
        return self.state in booking_rules.OPEN

    @property
    def due_at(self) -> datetime:
        """When time ends the present state of the booking."""
        return booking_rules.due_at(self.state, since=self.since, start=self.start, end=self.start + HOUR)

    @property
    def is_contested(self) -> bool:
        """Whether a dispute blocks the approval by time, and the payout."""
        return self.dispute in dispute_rules.OPEN

    @property
    def price(self) -> int:
        """What the customer owes for how it went."""
        return self.gross if self.state in {"completed", "closed"} else self.owed

    @property
    def debt(self) -> int:
        """What the customer still has to pay."""
        return sum(self.shares) if self.payment in money_rules.UNPAID else 0

    @property
    def friend_gets(self) -> int:
        """What the friend has to get; below zero, to give."""
        return sum(self.shares[:1]) - self.cash * self.paid + self.came - self.out

    @property
    def payable(self) -> int:
        """What can be paid out to the friend, now or later; of cash that did not come, nothing."""
        return 0 if self.cash and self.debt else max(0, self.friend_gets)

    @property
    def waits(self) -> bool:
        """Whether nothing holds the payout back."""
        return self.payable > 0 and not (self.debt or self.is_contested or self.returned)

    @property
    def payout(self) -> str:
        """The state of the payout."""
        if not self.payable:
            return "sent" if self.sent else "not_applicable"
        return "returned" if self.returned else "due" if self.released else "held"

    def is_free(self, at: datetime) -> bool:
        """Whether a cancellation costs nothing."""
        is_cooling = self.bound is None or at - self.bound <= HOUR / 12
        return is_cooling or self.notice - at >= DAY

    @property
    def authors(self) -> tuple[str, ...]:
        """Who rates."""
        late = "" if self.is_free(self.since) or not self.ended_by.startswith("cancel") else "late "
        return () if self.is_open else review_rules.AUTHORS[late + self.ended_by]

    def visible(self, viewer: str, at: datetime) -> dict[str, int]:
        """Return the stars that somebody sees, by author."""
        all_seen = self.reviews == "revealed" or at >= self.since + 14 * DAY or viewer == "operator"
        return {author: stars for author, stars in self.stars.items() if all_seen or author == viewer}

    def costs(self, event: str, about: Any, at: datetime) -> int:
        """Return what the customer owes for an ending that is no approval."""
        if event == "report_customer_no_show":
            return booking_rules.share(self.gross, 50)
        if event == "fail" and about == "no_access":
            return 2000
        if event != "cancel_by_customer" or self.is_free(at):
            return 0
        return booking_rules.share(self.gross, 25 if self.notice - at >= DAY / 2 else 50)

    def lower(self, amount: int) -> None:
        """Let the customer off, or give back what was paid; each bears a part of it."""
        if self.payment in money_rules.UNPAID:
            self.payment = "waived" if amount == self.debt else self.payment
        else:
            self.back += amount
            self.payment = "refunded" if self.back == self.paid else "partly_refunded"
        taken = money_rules.shared(amount, self.shares)
        self.shares = [has - takes for has, takes in zip(self.shares, taken, strict=True)]

    @property
    def asked(self) -> int:
        """What the customer is asked for: in cash, coins of 5 Rappen."""
        return (self.debt + 2) // 5 * 5 if self.cash else self.debt

    def receive(self) -> None:
        """Let come what is asked for; what is rounded is the platform's."""
        self.paid, rounded = self.asked, self.asked - self.debt
        self.shares[1] += rounded
        self.payment = "paid"

    def settle(self, at: datetime) -> None:
        """See what follows for the payout; less than a coin is asked of nobody."""
        if self.payment in {"due", "overdue"} and self.debt and not self.asked:
            self.receive()
        self.returned &= self.payable > 0
        self.released = self.waits and (self.released or at >= self.since)


@dataclass
class Wish:
    """A request: who asks, when the visit would be, and by friend what became of the last invitation."""

    customer: str
    start: datetime
    state: str = "open"
    attempt: int = 1
    invited: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    @property
    def ends_at(self) -> datetime:
        """From when on nobody can accept."""
        return self.start - 4 * HOUR

    def sweep(self, at: datetime, *, others: str = "") -> None:
        """Close what nobody answered in time; and what is left, where it is overtaken."""
        for friend, (state, until) in self.invited.items():
            became = "expired" if until <= at else others or state
            self.invited[friend] = (became if state == "sent" else state), until

    def told(self, friend: str, at: datetime) -> str | None:
        """Say why an invitation cannot be answered."""
        state, until = self.invited.get(friend, ("none", at))
        if state == "none":
            return "not_invited"
        state = "expired" if state == "sent" and until <= at else state
        return None if state == "sent" else f"invitation_{state}"


class World:
    """Everything there is. `answer` says what becomes of a wish, `apply` lets it happen."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.lives: dict[str, Life] = {}
        self.wishes: dict[str, Wish] = {}

    def source(self, do: Do) -> str:
        """Return the state from which an event leads on."""
        of: Any = self.wishes.get(do.id) if do.kind == "request" else self.lives.get(do.id)
        if of is None:
            return "none"
        if do.kind == "settlement":
            lane = money_rules.MACHINES[do.event]
            if lane == "commission":
                return "due" if of.friend_gets < 0 else "paid"
            return str(getattr(of, lane))
        return str(getattr(of, "state" if do.kind in {"booking", "request"} else do.kind))

    def is_taken(self, friend: str, start: datetime, *, besides: str = "", waiting: bool = False) -> bool:
        """Say whether a friend has something else then; requests count for another request only."""
        free = NO_SLOT if waiting else (*NO_SLOT, "requested")
        return any(
            id != besides
            and each.friend == friend
            and each.state not in free
            and abs(each.start - start) < HOUR
            for id, each in self.lives.items()  # noqa: A001  # the domain's word
        )

    def busy(self, friend: str) -> list[datetime]:
        """Return when a friend's slots begin that are taken."""
        return sorted(
            each.start for each in self.lives.values() if each.friend == friend and each.state not in NO_SLOT
        )

    def balances(self) -> dict[tuple[str, str], int]:
        """Return what everybody has to get, or below zero to give."""
        found: dict[tuple[str, str], int] = {}
        for each in self.lives.values():
            if each.payment != "none":
                bank = each.back + each.out - each.came - (0 if each.cash else each.paid)
                for account, amount in (
                    (("customer", each.customer), -each.debt),
                    (("friend", each.friend), each.friend_gets),
                    (("platform", "platform"), each.shares[1]),
                    (("tax", "tax"), each.shares[3]),
                    (("bank", "bank"), bank),
                ):
                    found[account] = found.get(account, 0) + amount
        return found

    def due(self) -> dict[str, set[tuple[str, datetime]]]:
        """Return what time will cause, by stream."""
        found: dict[str, set[tuple[str, datetime]]] = {}
        for id, wish in self.wishes.items():  # noqa: A001  # as above
            if wish.state == "open":
                found[f"request:{id}"] = {("expire_open_request", wish.ends_at)}
                if waiting := [until for state, until in wish.invited.values() if state == "sent"]:
                    found[f"request:{id}"].add(("expire_invitations", min(waiting)))
        for id, life in self.lives.items():  # noqa: A001  # as above
            if life.is_open:
                found[f"booking:{id}"] = {(booking_rules.TIMERS[life.state], life.due_at)}
            if life.reviews == "open":
                found[f"reviews:{id}"] = {("reveal", life.since + 14 * DAY)}
            overdue = {("mark_overdue", life.overdue_at)} if life.payment == "due" else set()
            release = {("release_due", life.since)} if life.payout == "held" and life.waits else set()
            if overdue or release:
                found[f"settlement:{id}"] = overdue | release
        return found

    def answer(self, do: Do, at: datetime) -> str:
        """Say what becomes of a new wish: `applied`, or the code of the refusal."""
        source, targets = self.source(do), TABLES[do.kind]
        if not any((do.event, source, each) in targets for each in ROLES):
            answers = do.event in dispatch_rules.ANSWERS
            return (self.wishes[do.id].told(do.about, at) if answers else None) or "not_from_this_state"
        if (do.event, source, do.role) not in targets:
            return "not_for_this_role"
        return next(getattr(self, f"_against_{do.kind}")(do, at), "applied")

    def _against_booking(self, do: Do, at: datetime) -> Iterator[str]:  # noqa: C901  # a list of rules
        if do.event in booking_rules.BEGINNINGS:
            _, friend, start, *_ = do.about
            if at > start - 2 * HOUR:
                yield "too_late_to_book"
            if self.is_taken(friend, start, waiting=True):
                yield "not_available"
            return
        life = self.lives[do.id]
        contested = life.state == "completed" and life.is_contested
        if do.role == "timer" and (at < life.due_at or contested):
            yield "too_early" if at < life.due_at else "disputed"
        elif do.role != "timer" and at >= life.due_at and not contested:
            yield "deadline_passed"
        elif do.event == "reschedule" and life.moved == booking_rules.MOST_RESCHEDULES:
            yield "moved_too_often"
        start = do.about if do.event == "reschedule" else life.start
        first, last = booking_rules.window(do.event, start=start, end=start + HOUR)
        if do.role == "operator" and "cancel" in do.event:
            last = None
        if (first and at < first) or (last and at > last):
            yield "too_early" if first and at < first else "too_late"
        if do.event == "start_work" and at >= start + HOUR + DAY:
            yield "deadline_passed"
        if do.event in {"accept", "reschedule"} and self.is_taken(life.friend, start, besides=do.id):
            yield "not_available"

    def _against_request(self, do: Do, at: datetime) -> Iterator[str]:  # noqa: C901  # a list of rules
        if do.event == "open_request":
            if at >= do.about[1] - 4 * HOUR:
                yield "too_late_to_book"
            return
        wish = self.wishes[do.id]
        if do.event in dispatch_rules.ANSWERS:
            yield from filter(None, [wish.told(do.about, at)])
            if do.event == "accept_invitation" and self.is_taken(do.about, wish.start):
                yield "not_available"
        elif do.role == "timer":
            due = dict(self.due()[f"request:{do.id}"])
            if do.event not in due or at < due[do.event]:
                yield "too_early" if do.event in due else "not_due"
        elif wish.state == "matched":
            life = self.lives[f"{do.id}-{wish.attempt}"]
            dropped = life.state == "expired" or life.ended_by in dispatch_rules.DROP_OUTS
            if life.is_open or dropped is not (do.event == "reopen_request"):
                no = "friend_dropped_out" if dropped else "friend_did_not_drop_out"
                yield "booking_not_over" if life.is_open else no
        elif at >= wish.ends_at:
            yield "deadline_passed"
        elif do.event == "send_wave" and wish.told(do.about, at) is None:
            yield "invited_already"

    def _against_dispute(self, do: Do, at: datetime) -> Iterator[str]:
        life = self.lives[do.id]
        claimant = "friend" if life.ended_by == "report_friend_no_show" else "customer"
        speaks = {"answer_dispute": OTHER[claimant], "decide_dispute": do.role}.get(do.event, claimant)
        if do.event == "open_dispute":
            yield from self._against_contesting(life, at)
        if do.role not in {speaks, "operator"}:
            yield "not_for_this_role"
        if do.event == "open_dispute" and life.payment != "none":
            if life.debt + life.paid - life.back < life.price:
                yield "given_back_already"
        elif do.event == "answer_dispute" and at >= life.answer_by:
            yield "deadline_passed"
        elif do.event == "decide_dispute" and life.dispute == "open" and at < life.answer_by:
            yield "too_early"

    def _against_contesting(self, life: Life, at: datetime) -> Iterator[str]:
        if life.state == "completed":
            if at >= life.due_at:
                yield "deadline_passed"
        elif life.is_open:
            yield "not_contestable_yet"
        elif life.state != "no_show" and not life.price:
            yield "nothing_to_contest"
        elif at > life.since + (DAY if life.state == "no_show" else 14 * DAY):
            yield "too_late"

    def _against_settlement(self, do: Do, at: datetime) -> Iterator[str]:
        life, event, role = self.lives[do.id], do.event, do.role
        if event == "open_settlement" and not (life.state == "closed" or life.owed):
            yield "nothing_to_settle"
        elif role == "timer":
            if event == "release_due" and not life.waits:
                yield "not_due"
            if at < (life.since if event == "release_due" else life.overdue_at):
                yield "too_early"
        elif event == "receive_payment" and (role, life.cash) in {("friend", False), ("system", True)}:
            yield "collected_by_friend" if life.cash else "collected_by_platform"
        elif event == "waive" and role == "friend" and not life.owed:
            yield "only_compensation_is_waived"
        elif do.about and do.about >= (life.debt if event == "credit" else life.paid - life.back):
            yield "amount_too_high"
        if event in LOWERING and life.is_contested:
            yield "disputed"

    def _against_reviews(self, do: Do, at: datetime) -> Iterator[str]:  # noqa: C901  # as above
        life, event = self.lives[do.id], do.event
        if event == "open_reviews" and not life.authors:
            yield "too_soon_to_rate" if life.is_open else "nothing_to_rate"
        elif do.role == "timer":
            if at < life.since + 14 * DAY:
                yield "too_early"
        elif event == "reply":
            if OTHER[do.role] not in life.stars:
                yield "nothing_to_reply_to"
            elif do.role in life.replied:
                yield "already_replied"
            elif at >= life.revealed_at + 30 * DAY:
                yield "deadline_passed"
        elif life.reviews == "open" and at >= life.since + 14 * DAY:
            yield "deadline_passed"
        elif event != "open_reviews" and do.role not in life.authors:
            yield "may_not_rate"
        elif event in {"edit_rating", "withdraw_rating"} and do.role not in life.stars:
            yield "not_rated"
        elif event == "give_rating" and do.role in life.stars:
            yield "already_rated"
        elif event in {"open_reviews", "give_rating"} and at < life.since:
            yield "too_early"

    def apply(self, do: Do, at: datetime) -> None:
        """Let something happen that was granted."""
        target = TABLES[do.kind][do.event, self.source(do), do.role]
        getattr(self, f"_apply_{do.kind}")(do, at, target)

    def _apply_booking(self, do: Do, at: datetime, target: str) -> None:
        if do.event in booking_rules.BEGINNINGS:
            customer, friend, start, gross, cash = do.about
            self.lives[do.id] = Life(customer, friend, start, gross, cash, at, start, target)
        life = self.lives[do.id]
        if do.event == "reschedule":
            gains = do.role == "customer" and not life.is_free(at)
            life.notice = min(do.about, life.notice) if gains else do.about
            life.start, life.moved = do.about, life.moved + 1
        if target in booking_rules.FINAL:
            life.ended_by, life.owed = do.event, life.costs(do.event, do.about, at)
        if do.event in {"assign", "accept", "book_instantly"}:
            life.bound = at
        life.since, life.state = (life.since if life.state == target != "none" else at), target

    def _apply_request(self, do: Do, at: datetime, target: str) -> None:
        if do.event == "open_request":
            self.wishes[do.id] = Wish(*do.about)
        wish = self.wishes[do.id]
        wish.sweep(at)
        wish.state = target
        if do.event == "send_wave":
            wish.invited[do.about] = "sent", min(at + HOUR, wish.ends_at)
        elif do.event in dispatch_rules.ANSWERS:
            mine = {"accept": "accepted", "decline": "declined", "revoke": "revoked"}[do.event.split("_")[0]]
            wish.invited[do.about] = mine, wish.invited[do.about][1]
        if do.event in {"accept_invitation", "withdraw_request", "give_up"}:
            wish.sweep(at, others="superseded" if target == "matched" else "revoked")
        if do.event == "accept_invitation":
            id, cash = f"{do.id}-{wish.attempt}", len(self.lives) % 2 > 0  # noqa: A001  # as above
            about = (wish.customer, do.about, wish.start, PRICES[do.about], cash)
            self.apply(Do("booking", id, "assign", "system", about), at)
        wish.attempt += do.event == "reopen_request"

    def _apply_dispute(self, do: Do, at: datetime, target: str) -> None:
        life = self.lives[do.id]
        life.dispute = target
        if do.event == "open_dispute":
            life.contested, life.answer_by = life.price, at + dispute_rules.ANSWER
        if do.event == "decide_dispute":
            life.ruled = life.contested if do.about == "full" else do.about
            if life.ruled and life.payment != "none":
                life.lower(life.ruled)
        if life.payment != "none":
            life.settle(at)

    def _apply_settlement(self, do: Do, at: datetime, target: str) -> None:  # noqa: C901  # a list of movements
        life = self.lives[do.id]
        match do.event:
            case "open_settlement":
                commission = 0 if life.owed else (life.gross * 15 + 50) // 100
                tax = (commission * 2 * 81 + 1081) // (2 * 1081)
                life.shares = [life.price - commission, commission - tax, 0, tax]
                day = at.astimezone(ZoneInfo("Europe/Zurich")).replace(hour=0, minute=0, second=0)
                life.overdue_at = (day + 11 * DAY).replace(microsecond=0)
                life.payment = target
                if life.ruled:
                    life.lower(life.ruled)
            case "receive_payment":
                life.receive()
            case "mark_overdue":
                life.payment = target
            case "write_off":
                life.shares, life.payment = [0, 0, 0, 0], target
            case "credit" | "refund_partly":
                life.lower(do.about)
            case "waive" | "refund_fully":
                life.lower(life.debt or life.paid - life.back)
            case "send_payout":
                life.sent, life.out = life.payable, life.out + life.payable
            case "report_payout_returned":
                life.sent, life.out, life.returned = 0, life.out - life.sent, True
            case "reissue_payout":
                life.returned = False
            case "receive_commission":
                life.came -= life.friend_gets
        life.settle(at)

    def _apply_reviews(self, do: Do, at: datetime, target: str) -> None:
        life = self.lives[do.id]
        life.reviews = target
        match do.event:
            case "give_rating" | "edit_rating":
                life.stars[do.role] = do.about
            case "withdraw_rating":
                del life.stars[do.role]
            case "reveal":
                life.revealed_at = min(at, life.since + 14 * DAY)
            case "reply":
                life.replied.add(do.role)
        if do.event == "give_rating" and len(life.stars) == len(life.authors):
            life.reviews, life.revealed_at = "revealed", at


PRICES = MappingProxyType({"friend-1": 4020, "friend-2": 6980})
"""What the friends ask, in Rappen: a tax that has to be rounded, and compensations that coins make."""
