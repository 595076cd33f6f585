"""The life of a dispute once more, written down from the domain's rules alone: the oracle of its tests.

Nothing here is taken from `mila_core`. States, events and roles are plain words, amounts whole Rappen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

# One line a step: the event, from which state, who may cause it, to which state.
STEPS = """
open_dispute      none      customer friend operator  open
answer_dispute    open      customer friend operator  answered
decide_dispute    open      operator                  decided
decide_dispute    answered  operator                  decided
withdraw_dispute  open      customer friend           withdrawn
withdraw_dispute  answered  customer friend           withdrawn
"""

ROLES = ("customer", "friend", "operator", "timer", "system")
OPEN = ("open", "answered")
FINAL = ("decided", "withdrawn")

ANSWER = timedelta(days=3)
"""How long the other side has: our own choice, the default of the policy."""


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
CASES = tuple(product(("none", *OPEN, *FINAL), (*EVENTS, "appeal"), ROLES))
"""Every state, event and role; `appeal` stands for an event that there is not."""


def refusal_by_table(state: str, event: str, role: str) -> str | None:
    """Return the code with which the table alone refuses an event, or None."""
    if event not in EVENTS:
        return "unknown_event"
    if not any((event, state, each) in TARGETS for each in ROLES):
        return "not_from_this_state"
    return None if (event, state, role) in TARGETS else "not_for_this_role"


class Window(NamedTuple):
    """Who can contest an outcome, and until when.

    Attributes:
        claimant: the side that it weighs on.
        length: how long after the outcome.
        is_last_included: whether it can still be contested at that very instant.
    """

    claimant: str
    length: timedelta
    is_last_included: bool


_DAY = timedelta(days=1)
WINDOWS = MappingProxyType(
    {
        "completed": Window("customer", 2 * _DAY, is_last_included=False),  # then it counts as closed
        "closed": Window("customer", 14 * _DAY, is_last_included=True),
        "failed with a visit fee": Window("customer", 14 * _DAY, is_last_included=True),
        "cancelled late": Window("customer", 14 * _DAY, is_last_included=True),
        "customer not there": Window("customer", _DAY, is_last_included=True),
        "customer not there, nothing owed": Window("customer", _DAY, is_last_included=True),
        "friend not there": Window("friend", _DAY, is_last_included=True),
    }
)
"""Who can contest which outcome, and how long: what `domain.md` says, and ADR 18."""


class Wanted(NamedTuple):
    """A command as the rules see it.

    Attributes:
        event: the event's name.
        role: in what capacity.
        person: who.
        key: the idempotency key.
        text: what is said.
        ruling: what is decided.
        amount: the part of a partial ruling, in Rappen.
        seen: the version that was seen.
    """

    event: str
    role: str
    person: str
    key: str
    text: str = "words"
    ruling: str | None = None
    amount: int | None = None
    seen: int | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """What a repetition has to bring again."""
        return (self.event, self.role, self.person, self.text, self.ruling, self.amount)


@dataclass
class Model:
    """A dispute as the rules see it; it changes in place.

    Attributes:
        people: the ids of customer and friend, by role.
        claimant: the side that contests.
        contested: the amount in Rappen.
        first: from when on the booking is as it is.
        last: the last instant at which it can be contested.
        state: where it stands, `none` before it is opened.
        answer_by: until before when the other side can answer.
        said: what was said, by event.
        awarded: the amount that was decided.
        version: how many events there were.
        keys: what each idempotency key was used for.
    """

    people: Mapping[str, str]
    claimant: str
    contested: int
    last: datetime
    state: str = "none"
    since: datetime | None = None
    answer_by: datetime | None = None
    said: dict[str, str] = field(default_factory=dict)
    awarded: int | None = None
    version: int = 0
    keys: dict[str, object] = field(default_factory=dict)

    @property
    def respondent(self) -> str:
        """The other side."""
        return "friend" if self.claimant == "customer" else "customer"

    def answer(self, wanted: Wanted, *, at: datetime) -> str:
        """Say what becomes of a command: `applied`, `replayed`, or the code of the refusal."""
        if wanted.key in self.keys:
            return "replayed" if self.keys[wanted.key] == wanted.content else "key_mismatch"
        if wanted.seen not in {None, self.version}:
            return "stale_version"
        refused = refusal_by_table(self.state, wanted.event, wanted.role)
        if refused is None and wanted.person != self.people.get(wanted.role, wanted.person):
            refused = "not_a_party"
        return refused or self._guard(wanted, at) or "applied"

    def _guard(self, wanted: Wanted, at: datetime) -> str | None:
        side = {
            "open_dispute": self.claimant,
            "answer_dispute": self.respondent,
            "withdraw_dispute": self.claimant,
        }.get(wanted.event)
        code = None
        if wanted.event == "open_dispute" and at > self.last:
            code = "too_late"
        elif side is not None and wanted.role not in {side, "operator"}:
            code = "not_for_this_role"
        elif wanted.event == "answer_dispute":
            assert self.answer_by is not None
            code = "deadline_passed" if at >= self.answer_by else None
        elif wanted.event == "decide_dispute":
            assert self.answer_by is not None
            code = "too_early" if self.state == "open" and at < self.answer_by else None
            if code is None and wanted.amount is not None and wanted.amount >= self.contested:
                code = "not_a_part"
        if code is None and wanted.event != "withdraw_dispute" and not wanted.text.strip():
            code = "text_missing"
        return code

    def apply(self, wanted: Wanted, *, at: datetime) -> None:
        """Let an event happen that was granted."""
        self.state = TARGETS[wanted.event, self.state, wanted.role]
        self.since = at
        self.version += 1
        self.keys[wanted.key] = wanted.content
        self.said[wanted.event] = wanted.text
        if wanted.event == "open_dispute":
            self.answer_by = at + ANSWER
        if wanted.event == "decide_dispute":
            self.awarded = {"full": self.contested, "dismissed": 0}.get(wanted.ruling or "", wanted.amount)
