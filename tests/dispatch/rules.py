"""The life of a request and its invitations once more, from the domain's rules alone: the tests' oracle.

Nothing here is taken from `mila_core`. States, events and roles are plain words; deadlines are worked out
from plain instants and minutes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

# One line a step: the event, from which state, who may cause it, to which state.
STEPS = """
open_request         none     customer operator  open
send_wave            open     system operator    open
accept_invitation    open     friend operator    matched
decline_invitation   open     friend operator    open
revoke_invitation    open     operator           open
expire_invitations   open     timer              open
give_up              open     system operator    unserved
expire_open_request  open     timer              expired
withdraw_request     open     customer operator  withdrawn
reopen_request       matched  system             open
fulfil_request       matched  system             fulfilled
"""

# The same for one invitation.
INVITATION_STEPS = """
send_invitation       none  system operator  sent
accept_invitation     sent  friend operator  accepted
decline_invitation    sent  friend operator  declined
expire_invitation     sent  timer            expired
supersede_invitation  sent  system           superseded
revoke_invitation     sent  operator system  revoked
"""

ROLES = ("customer", "friend", "operator", "timer", "system")
STATES = ("open", "matched", "fulfilled", "withdrawn", "expired", "unserved")
FINAL = ("fulfilled", "withdrawn", "expired", "unserved")
INVITATION_STATES = ("sent", "accepted", "declined", "expired", "superseded", "revoked")
ANSWERS = ("accept_invitation", "decline_invitation", "revoke_invitation")

# What a booking that ended so means for its request: somebody else is looked for, or not.
DROP_OUTS = ("decline", "expire_unscheduled", "cancel_by_friend", "report_friend_no_show")

# What an event makes of the open invitation that is meant, and of every other one.
_CLOSING: Mapping[str, tuple[str | None, str | None]] = MappingProxyType(
    {
        "accept_invitation": ("accepted", "superseded"),
        "decline_invitation": ("declined", None),
        "revoke_invitation": ("revoked", None),
        "withdraw_request": (None, "revoked"),
        "give_up": (None, "revoked"),
    }
)

# How a request is shown to several friends, unless the network says otherwise.
WAVE_SIZE, MOST_WAVES = 5, 5
WAVE, TTL, NOTICE = timedelta(minutes=15), timedelta(minutes=60), timedelta(hours=4)
RADII_M = (5_000, 10_000, 20_000)


def steps(text: str) -> Mapping[tuple[str, str, str], str]:
    """Return the state after, by event, state before and role."""
    found: dict[tuple[str, str, str], str] = {}
    for line in text.strip().splitlines():
        event, source, *roles, target = line.split()
        for role in roles:
            assert (event, source, role) not in found
            found[event, source, role] = target
    return MappingProxyType(found)


TARGETS = steps(STEPS)
EVENTS = tuple(dict.fromkeys(event for event, _, _ in TARGETS))


@dataclass
class Invited:
    """One invitation as the rules see it; it changes in place."""

    friend: str
    attempt: int
    wave: int
    sent: datetime
    respond_by: datetime
    state: str = "sent"
    closed: datetime | None = None

    def close(self, state: str, at: datetime) -> None:
        """End it."""
        self.state, self.closed = state, at


@dataclass
class Wish:
    """Somebody who is to be invited: who, how far away, and the quote's last instant."""

    friend: str
    distance_m: int
    expires_at: datetime


@dataclass
class Asked:
    """A command as the rules see it.

    Attributes:
        event: what is wanted.
        role: in what capacity.
        person: by whom.
        friend: whose invitation is meant.
        wishes: whom to invite.
        ended_by: how the booking ended; `open` for one that has not, `other` for another one.
        fit: whether the friend is eligible and free.
    """

    event: str
    role: str
    person: str
    friend: str | None = None
    wishes: Sequence[Wish] = ()
    ended_by: str = "open"
    fit: bool = True


@dataclass
class Model:
    """A request as the rules see it; it changes in place.

    Attributes:
        start: the last instant at which the visit can begin, and the start of every quote.
        customer: who asks.
    """

    start: datetime
    customer: str
    state: str = "none"
    since: datetime | None = None
    version: int = 0
    attempt: int = 1
    invited: list[Invited] = field(default_factory=list)
    keys: dict[str, object] = field(default_factory=dict)
    why_unserved: str | None = None

    @property
    def ends_at(self) -> datetime:
        """From when on nobody can accept in time."""
        return self.start - NOTICE

    def sweep(self, at: datetime) -> None:
        """Close what nobody answered in time."""
        for each in self.invited:
            if each.state == "sent" and each.respond_by <= at:
                each.close("expired", each.respond_by)

    def next_wave_at(self) -> datetime:
        """Return when the next wave may be sent."""
        mine = [each for each in self.invited if each.attempt == self.attempt]
        assert self.since is not None
        if not mine:
            return self.since
        last = max(each.wave for each in mine)
        sent = max(each.sent for each in mine if each.wave == last)
        return min(sent + WAVE, max(each.closed or each.respond_by for each in mine))

    def last_wave(self) -> int:
        """Return the number of the last wave of this attempt."""
        return max((each.wave for each in self.invited if each.attempt == self.attempt), default=0)

    def answer(self, asked: Asked, *, key: str, content: object, seen: int | None, at: datetime) -> str:
        """Say what becomes of a command: `applied`, `replayed`, or the code of the refusal."""
        if key in self.keys:
            return "replayed" if self.keys[key] == content else "key_mismatch"
        if seen not in {None, self.version}:
            return "stale_version"
        return self._table(asked, at) or self._guard(asked, at) or "applied"

    def _table(self, asked: Asked, at: datetime) -> str | None:
        event, role = asked.event, asked.role
        if event not in EVENTS:
            return "unknown_event"
        if not any((event, self.state, each) in TARGETS for each in ROLES):
            if event in ANSWERS and self.state != "none":
                return self._answerable(asked.friend, at) or "not_from_this_state"
            return "not_from_this_state"
        if (event, self.state, role) not in TARGETS:
            return "not_for_this_role"
        if role == "customer" and asked.person != self.customer:
            return "not_a_party"
        return None

    def _answerable(self, friend: str | None, at: datetime) -> str | None:
        mine = [each for each in self.invited if each.friend == friend]
        if not mine:
            return "not_invited"
        state = mine[-1].state
        if state == "sent" and at < mine[-1].respond_by:
            return None
        return f"invitation_{'expired' if state == 'sent' else state}"

    def _guard(self, asked: Asked, at: datetime) -> str | None:
        event = asked.event
        if event == "open_request":
            return "too_late_to_book" if at >= self.ends_at else None
        if event in ANSWERS:
            late = self._answerable(asked.friend, at)
            return late or ("not_available" if event == "accept_invitation" and not asked.fit else None)
        if asked.role == "timer":
            return self._timer(event, at)
        if self.state == "open" and at >= self.ends_at:
            return "deadline_passed"
        if event == "send_wave":
            return self._wave(asked, at)
        if event == "give_up":
            waiting = [each for each in self.invited if each.state == "sent" and at < each.respond_by]
            return "answers_awaited" if waiting and asked.role == "system" else None
        return self._conclusion(asked) if self.state == "matched" else None

    def _timer(self, event: str, at: datetime) -> str | None:
        if event == "expire_open_request":
            return "too_early" if at < self.ends_at else None
        waiting = [each.respond_by for each in self.invited if each.state == "sent"]
        if not waiting:
            return "not_due"
        return "too_early" if at < min(waiting) else None

    def _conclusion(self, asked: Asked) -> str | None:
        if asked.ended_by == "other":
            return "another_booking"
        if asked.ended_by == "open":
            return "booking_not_over"
        if asked.event == "reopen_request":
            return None if asked.ended_by in DROP_OUTS else "friend_did_not_drop_out"
        return "friend_dropped_out" if asked.ended_by in DROP_OUTS else None

    def _wave(self, asked: Asked, at: datetime) -> str | None:
        if not asked.wishes:
            return "no_candidates"
        for wish in asked.wishes:
            if code := self.unwelcome(wish, role=asked.role, at=at):
                return code
        friends = [wish.friend for wish in asked.wishes]
        if len(friends) != len(set(friends)):
            return "invited_already"
        if asked.role == "operator":
            return None
        if self.last_wave() >= MOST_WAVES:
            return "waves_used_up"
        if at < self.next_wave_at():
            return "too_early"
        if len(friends) > WAVE_SIZE:
            return "wave_too_large"
        return "too_far" if max(wish.distance_m for wish in asked.wishes) > RADII_M[-1] else None

    def unwelcome(self, wish: Wish, *, role: str, at: datetime) -> str | None:
        """Say why somebody is not to be invited, wherever they live."""
        if wish.friend == self.customer:
            return "own_request"
        mine = [each for each in self.invited if each.friend == wish.friend]
        if any(each.state == "sent" and at < each.respond_by for each in mine):
            return "invited_already"
        never = ("accepted", "declined", "revoked")
        if role != "operator" and any(each.attempt == self.attempt or each.state in never for each in mine):
            return "invited_already"
        if at >= wish.expires_at:
            return "quote_expired"
        return "too_late_to_invite" if min(at + TTL, self.ends_at) <= at else None

    def plan(self, wishes: Sequence[Wish], *, at: datetime) -> list[str]:
        """Return whom to invite next, the slow and obvious way: wave by wave, circle by circle."""
        if self.state != "open" or at >= self.ends_at:
            return []
        for wave in range(self.last_wave() + 1, MOST_WAVES + 1):
            circle = RADII_M[wave - 1] if wave <= len(RADII_M) else RADII_M[-1]
            chosen: list[str] = []
            for wish in wishes:
                if wish.friend in chosen or wish.distance_m > circle or len(chosen) == WAVE_SIZE:
                    continue
                if self.unwelcome(wish, role="system", at=at) is None:
                    chosen.append(wish.friend)
            if chosen:
                return chosen
        return []

    def apply(self, asked: Asked, *, key: str, content: object, at: datetime) -> None:
        """Let an event happen that was granted."""
        self.sweep(at)
        before, self.state = self.state, TARGETS[asked.event, self.state, asked.role]
        waiting = [each for each in self.invited if each.state == "sent"]
        meant = [each for each in waiting if each.friend == asked.friend]
        if asked.event == "send_wave":
            self._invite(asked.wishes, at)
        if asked.event == "give_up":
            self._unserved()
        if asked.event == "reopen_request":
            self.attempt += 1
        if asked.event in _CLOSING:
            for each in waiting:
                one, others = _CLOSING[asked.event]
                became = one if each in meant else others
                if became is not None:
                    each.close(became, at)
        if self.state != before:
            self.since = at
        self.version += 1
        self.keys[key] = content

    def _unserved(self) -> None:
        became = {each.state for each in self.invited if each.attempt == self.attempt}
        alone = {"declined": "all_declined", "expired": "nobody_answered"}
        if not became:
            self.why_unserved = "no_candidates"
        else:
            self.why_unserved = alone.get(became.pop(), "nobody_accepted") if len(became) == 1 else None
            self.why_unserved = self.why_unserved or "nobody_accepted"

    def _invite(self, wishes: Sequence[Wish], at: datetime) -> None:
        far = max(wish.distance_m for wish in wishes)
        number = self.last_wave() + 1
        for wave in range(number, MOST_WAVES + 1):
            if far <= RADII_M[min(wave, len(RADII_M)) - 1]:
                number = wave
                break
        for wish in wishes:
            until = min(at + TTL, self.ends_at)
            self.invited.append(Invited(wish.friend, self.attempt, number, at, until))
