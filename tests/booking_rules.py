"""The life of a booking once more, written down from the domain's rules alone: the oracle of its tests.

Nothing here is taken from `mila_core`. States, events and roles are plain words; a deadline is worked out
from plain instants and minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from types import MappingProxyType
from zoneinfo import ZoneInfo

# One line a step: the event, from which state, who may cause it, to which state.
STEPS = """
request             none         customer           requested
accept              requested    friend operator    accepted
decline             requested    friend operator    declined
expire_request      requested    timer              expired
confirm             accepted     friend operator    confirmed
expire_unscheduled  accepted     timer              expired
start_work          confirmed    friend operator    in_progress
lapse               confirmed    timer              failed
complete            confirmed    friend operator    completed
complete            in_progress  friend operator    completed
auto_complete       in_progress  timer              completed
approve             completed    customer operator  closed
auto_approve        completed    timer              closed
cancel_by_customer  requested    customer operator  cancelled
cancel_by_customer  accepted     customer operator  cancelled
cancel_by_customer  confirmed    customer operator  cancelled
cancel_by_friend    accepted     friend operator    cancelled
cancel_by_friend    confirmed    friend operator    cancelled
cancel_by_operator  requested    operator           cancelled
cancel_by_operator  accepted     operator           cancelled
cancel_by_operator  confirmed    operator           cancelled
cancel_by_operator  in_progress  operator           cancelled
"""

ROLES = ("customer", "friend", "operator", "timer")
OPEN = ("requested", "accepted", "confirmed", "in_progress", "completed")
FINAL = ("closed", "declined", "expired", "cancelled", "failed")
TIMERS = MappingProxyType(
    {
        "requested": "expire_request",
        "accepted": "expire_unscheduled",
        "confirmed": "lapse",
        "in_progress": "auto_complete",
        "completed": "auto_approve",
    }
)

# How far a booking goes: what `domain.md` says, in minutes.
MINUTES = MappingProxyType(
    {
        "answer": 24 * 60,
        "answer_same_day": 60,
        "accept_notice": 4 * 60,
        "request_notice": 2 * 60,
        "confirm": 48 * 60,
        "confirm_notice": 30,
        "start_early": 30,
        "auto_complete": 24 * 60,
        "lapse": 48 * 60,
        "approve": 48 * 60,
    }
)


def _steps() -> Mapping[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for line in STEPS.strip().splitlines():
        event, source, *roles, target = line.split()
        for role in roles:
            assert (event, source, role) not in found
            found[event, source, role] = target
    return MappingProxyType(found)


TARGETS = _steps()
"""The state after, by event, state before and role; what is missing is not allowed."""

EVENTS = tuple(dict.fromkeys(event for event, _, _ in TARGETS))
CASES = tuple(product(("none", *OPEN, *FINAL), (*EVENTS, "depart"), ROLES))
"""Every state, event and role; `depart` stands for an event that there is not."""


def refusal_by_table(state: str, event: str, role: str) -> str | None:
    """Return the code with which the table alone refuses an event, or None."""
    if event not in EVENTS:
        return "unknown_event"
    if not any((event, state, each) in TARGETS for each in ROLES):
        return "not_from_this_state"
    return None if (event, state, role) in TARGETS else "not_for_this_role"


def _swiss_day(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('Europe/Zurich')):%Y-%m-%d}"


def due_at(state: str, *, since: datetime, start: datetime, end: datetime) -> datetime:
    """Return when the timer of an open state falls due."""

    def minutes(name: str) -> timedelta:
        return timedelta(minutes=MINUTES[name])

    match state:
        case "requested":
            an_hour = since + minutes("answer_same_day")
            if _swiss_day(since) == _swiss_day(start):
                return an_hour
            usual = min(since + minutes("answer"), start - minutes("accept_notice"))
            return max(an_hour, usual)
        case "accepted":
            return min(since + minutes("confirm"), start - minutes("confirm_notice"))
        case "confirmed":
            return end + minutes("lapse")
        case "in_progress":
            return end + minutes("auto_complete")
        case "completed":
            return since + minutes("approve")
        case _:
            raise AssertionError(state)


@dataclass
class Model:
    """A booking as the rules see it; it changes in place.

    Attributes:
        start: the slot's start.
        end: the slot's end.
        expires_at: from when on the quote cannot be booked.
        people: the ids of the customer and the friend, by role.
        state: where it stands, `none` before the request.
        since: the instant of the last event.
        version: how many events there were.
        keys: what each idempotency key was used for.
    """

    start: datetime
    end: datetime
    expires_at: datetime
    people: Mapping[str, str]
    state: str = "none"
    since: datetime | None = None
    version: int = 0
    keys: dict[str, object] = field(default_factory=dict)

    @property
    def due(self) -> tuple[str, datetime] | None:
        """The timer of the present state, if it has one."""
        if self.since is None or self.state not in TIMERS:
            return None
        at = due_at(self.state, since=self.since, start=self.start, end=self.end)
        return TIMERS[self.state], at

    def answer(
        self, event: str, by: tuple[str, str], *, key: str, content: object, seen: int | None, at: datetime
    ) -> str:
        """Say what becomes of a command: `applied`, `replayed`, or the code of the refusal."""
        role, person = by
        if key in self.keys:
            return "replayed" if self.keys[key] == content else "key_mismatch"
        if seen not in {None, self.version}:
            return "stale_version"
        refused = refusal_by_table(self.state, event, role)
        if refused is None and person != self.people.get(role, person):
            refused = "not_a_party"
        return refused or self._guard(event, role, at) or "applied"

    def _guard(self, event: str, role: str, at: datetime) -> str | None:
        if event == "request":
            if at >= self.expires_at:
                return "quote_expired"
            last = self.start - timedelta(minutes=MINUTES["request_notice"])
            return "too_late_to_book" if at > last else None
        assert self.due is not None
        if role != "timer" and at >= self.due[1]:
            return "deadline_passed"
        earliest = {
            "start_work": self.start - timedelta(minutes=MINUTES["start_early"]),
            "complete": self.start,
        }.get(event, self.due[1] if role == "timer" else at)
        return "too_early" if at < earliest else None

    def apply(self, event: str, role: str, *, key: str, content: object, at: datetime) -> None:
        """Let an event happen that was granted."""
        self.state = TARGETS[event, self.state, role]
        self.since = at
        self.version += 1
        self.keys[key] = content
