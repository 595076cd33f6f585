"""The life of a booking once more, written down from the domain's rules alone: the oracle of its tests.

Nothing here is taken from `mila_core`. States, events and roles are plain words, amounts are Rappen; a
deadline is worked out from plain instants and minutes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from zoneinfo import ZoneInfo

# One line a step: the event, who may cause it, from which states, to which state.
STEPS = """
request                 | customer                 | none                                  | requested
assign                  | system                   | none                                  | accepted
book_instantly          | customer                 | none                                  | confirmed
accept                  | friend operator          | requested                             | accepted
decline                 | friend operator          | requested                             | declined
expire_request          | timer                    | requested                             | expired
expire_unscheduled      | timer                    | accepted                              | expired
confirm                 | friend operator system   | accepted                              | confirmed
reschedule              | customer friend operator | confirmed                             | confirmed
depart                  | friend                   | confirmed                             | en_route
start_work              | friend                   | confirmed en_route                    | in_progress
amend                   | friend                   | in_progress                           | in_progress
complete                | friend operator          | confirmed en_route in_progress        | completed
auto_complete           | timer                    | in_progress                           | completed
approve                 | customer operator        | completed                             | closed
auto_approve            | timer                    | completed                             | closed
fail                    | friend operator          | en_route in_progress                  | failed
lapse                   | timer                    | confirmed en_route                    | failed
report_customer_no_show | friend operator          | confirmed en_route                    | no_show
report_friend_no_show   | customer operator        | confirmed en_route                    | no_show
cancel_by_customer      | customer operator        | requested accepted confirmed en_route | cancelled
cancel_by_friend        | friend operator          | accepted confirmed en_route           | cancelled
cancel_by_operator      | operator                 | requested accepted confirmed en_route | cancelled
cancel_by_operator      | operator                 | in_progress                           | cancelled
"""

ROLES = ("customer", "friend", "operator", "timer", "system")
OPEN = ("requested", "accepted", "confirmed", "en_route", "in_progress", "completed")
FINAL = ("closed", "declined", "expired", "cancelled", "no_show", "failed")
BEGINNINGS = ("request", "assign", "book_instantly")
FAILURES = ("not_solvable", "defective_hardware", "no_access", "out_of_scope", "unsafe")
TIMERS = MappingProxyType(
    {
        "requested": "expire_request",
        "accepted": "expire_unscheduled",
        "confirmed": "lapse",
        "en_route": "lapse",
        "in_progress": "auto_complete",
        "completed": "auto_approve",
    }
)

HOUR, DAY = 60, 24 * 60

# How far a booking goes: what `domain.md` says, in minutes.
MINUTES = MappingProxyType(
    {
        "answer": DAY,
        "answer_same_day": HOUR,
        "accept_notice": 4 * HOUR,
        "request_notice": 2 * HOUR,
        "confirm": 2 * DAY,
        "confirm_notice": 30,
        "auto_complete": DAY,
        "lapse": 2 * DAY,
        "approve": 2 * DAY,
        "cooling_off": 5,
    }
)

# From when on and until when an event is possible, both ends included: minutes after which end of the slot.
# For `reschedule` it is the new slot.
WINDOWS: Mapping[str, tuple[tuple[str, int] | None, tuple[str, int] | None]] = MappingProxyType(
    {
        "request": (None, ("start", -2 * HOUR)),
        "book_instantly": (None, ("start", -2 * HOUR)),
        "reschedule": (None, ("start", -30)),
        "depart": (("start", -2 * HOUR), None),
        "start_work": (("start", -30), None),
        "complete": (("start", 0), None),
        "fail": (("start", -30), None),
        "cancel_by_customer": (None, ("end", 0)),  # an operator still can
        "cancel_by_friend": (None, ("end", 0)),
        "report_customer_no_show": (("start", 10), ("start", DAY)),
        "report_friend_no_show": (("start", 30), ("end", DAY)),
    }
)

MOST_KEYS = 32
MOST_RESCHEDULES = 3
AMENDMENT_PERCENT = 200
TIERS = ((DAY, 0), (12 * HOUR, 25), (0, 50))  # a notice of so many minutes or more: so many percent
MOST_OWED, VISIT_FEE, NO_SHOW_PERCENT = 40_00, 20_00, 50
VISIT_FEE_REASONS = ("no_access", "defective_hardware", "out_of_scope")


def _steps() -> Mapping[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for line in STEPS.strip().splitlines():
        event, roles, sources, target = (part.strip() for part in line.split("|"))
        for source, role in product(sources.split(), roles.split()):
            assert (event, source, role) not in found
            found[event, source, role] = target
    return MappingProxyType(found)


TARGETS = _steps()
"""The state after, by event, state before and role; what is missing is not allowed."""

EVENTS = tuple(dict.fromkeys(event for event, _, _ in TARGETS))
CASES = tuple(product(("none", *OPEN, *FINAL), (*EVENTS, "fly")))
"""Every state and event; `fly` stands for an event that there is not."""


def refusal_by_table(state: str, event: str, role: str) -> str | None:
    """Return the code with which the table alone refuses an event, or None."""
    if event not in EVENTS:
        return "unknown_event"
    if not any((event, state, each) in TARGETS for each in ROLES):
        return "not_from_this_state"
    return None if (event, state, role) in TARGETS else "not_for_this_role"


def _swiss_day(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('Europe/Zurich')):%Y-%m-%d}"


def _minutes(name: str) -> timedelta:
    return timedelta(minutes=MINUTES[name])


def due_at(state: str, *, since: datetime, start: datetime, end: datetime) -> datetime:
    """Return when the timer of an open state falls due."""
    match state:
        case "requested":
            an_hour = since + _minutes("answer_same_day")
            if _swiss_day(since) == _swiss_day(start):
                return an_hour
            usual = min(since + _minutes("answer"), start - _minutes("accept_notice"))
            return max(an_hour, usual)
        case "accepted":
            return min(since + _minutes("confirm"), start - _minutes("confirm_notice"))
        case "confirmed" | "en_route":
            return end + _minutes("lapse")
        case "in_progress":
            return end + _minutes("auto_complete")
        case "completed":
            return since + _minutes("approve")
        case _:
            raise AssertionError(state)


def window(event: str, *, start: datetime, end: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last instant at which an event is possible in a slot; None for no limit."""
    ends = {"start": start, "end": end}
    first, last = (
        None if limit is None else ends[limit[0]] + timedelta(minutes=limit[1])
        for limit in WINDOWS.get(event, (None, None))
    )
    return first, last


def share(gross: int, percent: int) -> int:
    """Return a share of an amount, half a Rappen rounded up, no more than the cap or the amount."""
    exact = Fraction(gross * percent, 100)
    return min(int(exact + Fraction(1, 2)), MOST_OWED, gross)


@dataclass(frozen=True)
class Plan:
    """What a quote comes to.

    Attributes:
        start: the slot's start.
        end: the slot's end.
        expires_at: from when on the quote counts no more.
        gross: the price, in Rappen.
        version: the quote's version.
    """

    start: datetime
    end: datetime
    expires_at: datetime
    gross: int
    version: int = 1


@dataclass(frozen=True)
class Ask:
    """A command.

    Attributes:
        event: what is wanted.
        role: who wants it, in what capacity.
        person: and by id.
        at: when.
        key: the idempotency key.
        content: what a retry has to bring again.
        seen: the version that was seen, if it is named.
        plan: for a beginning, `reschedule` and `amend`, what to agree on.
        consented: whether the other side agreed to the plan.
        taken: whether the friend has something else then.
        why: the reason, for `fail`.
        contacted: whether the friend has tried to reach the customer.
        stated: what an operator says is owed.
        waive: whether what would be owed is waived.
        disputed: whether a dispute is open.
    """

    event: str
    role: str
    person: str
    at: datetime
    key: str = "key"
    content: object = None
    seen: int | None = None
    plan: Plan | None = None
    consented: bool = True
    taken: bool = False
    why: str | None = None
    contacted: bool = True
    stated: int | None = None
    waive: bool = False
    disputed: bool = False


@dataclass
class Model:
    """A booking as the rules see it; it changes in place.

    Attributes:
        plan: what is booked, as last agreed.
        people: the ids of the customer and the friend, by role.
        state: where it stands, `none` before the request.
        since: the instant of the event that led to that state.
        version: how many events there were.
        keys: what each idempotency key was used for.
        agreed: the price agreed before the visit, in Rappen.
        notice_start: the start that counts for a cancellation's notice.
        bound_at: since when the friend is bound to come.
        moved: how often it was moved.
        owed: what the customer owes, once it has ended; None if nothing was to be counted.
    """

    plan: Plan
    people: Mapping[str, str]
    state: str = "none"
    since: datetime | None = None
    version: int = 0
    keys: dict[str, object] = field(default_factory=dict)
    agreed: int = 0
    notice_start: datetime | None = None
    bound_at: datetime | None = None
    moved: int = 0
    owed: int | None = None

    @property
    def due(self) -> tuple[str, datetime] | None:
        """The timer of the present state, if it has one."""
        if self.since is None or self.state not in TIMERS:
            return None
        at = due_at(self.state, since=self.since, start=self.plan.start, end=self.plan.end)
        return TIMERS[self.state], at

    def answer(self, ask: Ask) -> frozenset[str]:
        """Say what becomes of a command: `applied`, `replayed`, or the codes of the refusal."""
        if ask.key in self.keys:
            return frozenset({"replayed" if self.keys[ask.key] == ask.content else "key_mismatch"})
        if ask.seen not in {None, self.version}:
            return frozenset({"stale_version"})
        refused = refusal_by_table(self.state, ask.event, ask.role)
        if refused is None and ask.person != self.people.get(ask.role, ask.person):
            refused = "not_a_party"
        return frozenset([refused] if refused else [*self._objections(ask)] or ["applied"])

    def _objections(self, ask: Ask) -> Iterator[str]:
        if self.state == "none":
            yield from self._against_beginning(ask)
            return
        assert self.due is not None
        event, due_since = self.due
        contested = ask.disputed and event == "auto_approve"
        if ask.role == "timer":
            if ask.at < due_since:
                yield "too_early"
            elif contested:
                yield "disputed"
        elif ask.at >= due_since and not contested:
            yield "deadline_passed"
        elif ask.waive and ask.role != "operator":
            yield "not_for_this_role"
        elif ask.event in {"reschedule", "amend"}:
            against = list(self._against_change(ask))
            yield from against or self._against_an_operators_move(ask)
        else:
            yield from self._against_step(ask)

    def _against_beginning(self, ask: Ask) -> Iterator[str]:
        plan = ask.plan
        assert plan is not None
        if ask.event == "assign":
            if ask.at >= due_at("accepted", since=ask.at, start=plan.start, end=plan.end):
                yield "too_late_to_book"  # it would be over at once
        else:
            if ask.at >= plan.expires_at:
                yield "quote_expired"
            last = window(ask.event, start=plan.start, end=plan.end)[1]
            assert last is not None
            if ask.at > last:
                yield "too_late_to_book"
                if ask.event == "book_instantly":  # the friend is known, and offers no slot so soon
                    yield "not_available"
        if ask.taken:
            yield "not_available"

    def _against_change(self, ask: Ask) -> Iterator[str]:
        plan, before = ask.plan, self.plan
        assert plan is not None
        if plan.version != before.version + 1:
            yield "not_the_next_quote"
        if ask.at >= plan.expires_at:
            yield "quote_expired"
        if not ask.consented and (ask.role != "operator" or plan.gross > before.gross):
            yield "consent_missing"
        if ask.event == "reschedule":
            if self.moved >= MOST_RESCHEDULES:
                yield "moved_too_often"
            last = window("reschedule", start=plan.start, end=plan.end)[1]
            assert last is not None
            if ask.at > last:
                yield "too_late"
        else:
            if plan.gross * 100 > self.agreed * AMENDMENT_PERCENT:
                yield "above_ceiling"
            if plan.start != before.start or plan.end < before.end:
                yield "another_visit"
        if ask.taken and (ask.event == "reschedule" or plan.end > before.end):
            yield "not_available"

    def _against_an_operators_move(self, ask: Ask) -> Iterator[str]:
        """Nobody has said yes to that very slot: it has to be offered, so with two hours' notice."""
        if (ask.event, ask.role) == ("reschedule", "operator"):
            assert ask.plan is not None
            if ask.at > ask.plan.start - timedelta(hours=2):
                yield "not_available"

    def _against_step(self, ask: Ask) -> Iterator[str]:
        first, last = window(ask.event, start=self.plan.start, end=self.plan.end)
        if first is not None and ask.at < first:
            yield "too_early"
        if last is not None and ask.at > last and (ask.role != "operator" or "cancel" not in ask.event):
            yield "too_late"
        over = due_at("in_progress", since=ask.at, start=self.plan.start, end=self.plan.end)
        if ask.event == "start_work" and ask.at >= over:
            yield "deadline_passed"
        if ask.event == "report_customer_no_show" and not ask.contacted:
            yield "contact_attempt_missing"
        if ask.event == "fail" and ask.why not in FAILURES:
            yield "failure_unknown"
        if ask.event == "accept" and ask.taken:
            yield "not_available"
        if ask.event == "cancel_by_operator" and (ask.stated or 0) > self.plan.gross:
            yield "above_ceiling"

    def free(self, at: datetime) -> bool:
        """Say whether a cancellation by the customer owes nothing at an instant."""
        if self.bound_at is None or at - self.bound_at <= _minutes("cooling_off"):
            return True
        assert self.notice_start is not None
        return self.notice_start - at >= timedelta(minutes=TIERS[0][0])

    def owes(self, ask: Ask) -> int | None:
        """Say what the customer would owe, in Rappen; None if there is nothing to count."""
        gross = self.plan.gross
        owed: int | None = None
        match ask.event:
            case "cancel_by_operator":
                return ask.stated
            case "cancel_by_customer":
                owed = 0 if self.free(ask.at) else self._late(ask.at)
            case "report_customer_no_show":
                owed = share(gross, NO_SHOW_PERCENT)
            case "fail" if ask.why in VISIT_FEE_REASONS:
                owed = min(VISIT_FEE, MOST_OWED, gross)
        return 0 if ask.waive and owed is not None else owed

    def _late(self, at: datetime) -> int:
        assert self.notice_start is not None
        for least, percent in TIERS:
            if self.notice_start - at >= timedelta(minutes=least):
                return share(self.plan.gross, percent)
        return share(self.plan.gross, TIERS[-1][1])

    def apply(self, ask: Ask) -> None:
        """Let an event happen that was granted."""
        target = TARGETS[ask.event, self.state, ask.role]
        if ask.event in BEGINNINGS:
            assert ask.plan is not None
            self.plan, self.agreed, self.notice_start = ask.plan, ask.plan.gross, ask.plan.start
        if ask.event in {"assign", "book_instantly", "accept"}:
            self.bound_at = ask.at
        if ask.event == "reschedule":
            assert ask.plan is not None
            assert self.notice_start is not None
            gains = ask.role == "customer" and not self.free(ask.at)
            kept = [self.notice_start] if gains else []
            self.notice_start = min(ask.plan.start, *kept) if kept else ask.plan.start
            self.agreed = ask.plan.gross
            self.moved += 1
        if target in FINAL:
            self.owed = self.owes(ask)
        if ask.event in {"reschedule", "amend"}:
            assert ask.plan is not None
            self.plan = ask.plan
        if target != self.state:
            self.since = ask.at
        self.state = target
        self.version += 1
        self.keys[ask.key] = ask.content
        for forgotten in list(self.keys)[:-MOST_KEYS]:
            del self.keys[forgotten]
