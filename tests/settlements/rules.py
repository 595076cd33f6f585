"""The money side of a booking once more, written down from the domain's rules alone: the oracle of its tests.

Nothing here is taken from `mila_core`. States, events and roles are plain words, amounts whole Rappen. The
sign of a claim is the ledger's: above zero to get, below zero to give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import product
from math import floor
from types import MappingProxyType

# One line a step: the machine, the event, from which state, who may cause it, to which state.
STEPS = """
payment     open_settlement           none             system                    due
payment     start_payment             due              customer operator system  pending
payment     start_payment             overdue          customer operator system  pending
payment     report_payment_failed     pending          operator system           due
payment     receive_payment           due              friend operator system    paid
payment     receive_payment           pending          friend operator system    paid
payment     receive_payment           overdue          friend operator system    paid
payment     mark_overdue              due              timer                     overdue
payment     credit                    due              operator system           due
payment     credit                    overdue          operator system           overdue
payment     waive                     due              friend operator system    waived
payment     waive                     overdue          friend operator system    waived
payment     write_off                 overdue          friend operator           written_off
payment     refund_partly             paid             operator system           partly_refunded
payment     refund_partly             partly_refunded  operator system           partly_refunded
payment     refund_fully              paid             operator system           refunded
payment     refund_fully              partly_refunded  operator system           refunded
commission  charge_commission         not_applicable   system                    due
commission  charge_commission         paid             system                    due
commission  drop_commission           due              system                    not_applicable
commission  start_commission_payment  due              friend operator system    pending
commission  report_commission_failed  pending          operator system           due
commission  receive_commission        due              operator system           paid
commission  receive_commission        pending          operator system           paid
payout      grant_payout              not_applicable   system                    held
payout      grant_payout              sent             system                    held
payout      hold_payout               held             operator system           held
payout      hold_payout               due              operator system           held
payout      hold_payout               not_applicable   operator system           not_applicable
payout      hold_payout               sent             operator system           sent
payout      hold_payout               returned         operator system           returned
payout      release_payout            held             operator system           held
payout      release_payout            not_applicable   operator system           not_applicable
payout      release_payout            sent             operator system           sent
payout      release_payout            returned         operator system           returned
payout      release_due               held             system timer              due
payout      send_payout               due              operator system           sent
payout      report_payout_returned    sent             operator system           returned
payout      reissue_payout            returned         operator system           held
payout      drop_payout               held             system                    not_applicable
payout      drop_payout               due              system                    not_applicable
payout      drop_payout               returned         system                    not_applicable
"""

ROLES = ("customer", "friend", "operator", "timer", "system")
STATES = MappingProxyType(
    {
        "payment": (
            *("due", "pending", "paid", "partly_refunded", "refunded", "overdue", "written_off", "waived"),
        ),
        "commission": ("not_applicable", "due", "pending", "paid"),
        "payout": ("not_applicable", "held", "due", "sent", "returned"),
    }
)
UNPAID = ("due", "pending", "overdue")
FOLLOWING = ("grant_payout", "drop_payout", "release_due", "charge_commission", "drop_commission")
"""What the system causes by itself, and only where it follows from how things stand."""


def _steps() -> tuple[Mapping[tuple[str, str, str], str], Mapping[str, str]]:
    targets: dict[tuple[str, str, str], str] = {}
    machines: dict[str, str] = {}
    for line in STEPS.strip().splitlines():
        machine, event, source, *roles, target = line.split()
        machines[event] = machine
        for role in roles:
            assert (event, source, role) not in targets
            targets[event, source, role] = target
    return MappingProxyType(targets), MappingProxyType(machines)


TARGETS, MACHINES = _steps()
EVENTS = tuple(MACHINES)
CASES = tuple(
    (machine, state, event, role)
    for machine, states in STATES.items()
    for state, event, role in product(("none", *states), (*EVENTS, "forgive"), ROLES)
    if event == "forgive" or MACHINES[event] == machine
)
"""Every machine, state, event and role; `forgive` stands for an event that there is not."""


def refusal_by_table(state: str, event: str, role: str) -> str | None:
    """Return the code with which the table alone refuses an event, or None."""
    if event not in EVENTS:
        return "unknown_event"
    if not any((event, state, each) in TARGETS for each in ROLES):
        return "not_from_this_state"
    return None if (event, state, role) in TARGETS else "not_for_this_role"


def shared(amount: int, lines: Sequence[int]) -> list[int]:
    """Share an amount out over the lines above zero, by exact fractions and the largest remainders.

    All of it takes all lines, those below zero as well.
    """
    if amount == 0:
        return [0 for _ in lines]
    if amount == sum(lines):
        return [*lines]
    lines = [max(0, line) for line in lines]
    whole = sum(lines)
    exact = [Fraction(amount * line, whole) for line in lines]
    found = [floor(each) for each in exact]
    while sum(found) < amount:
        rests = [each - got for each, got in zip(exact, found, strict=True)]
        found[rests.index(max(rests))] += 1
    return found


@dataclass
class Wanted:
    """A command in plain words."""

    event: str
    role: str
    key: str
    amount: int | None = None
    cause: str | None = None
    goodwill: bool = False
    seen: int | None = None


@dataclass
class Model:
    """A settlement in plain words and Rappen."""

    by_friend: bool
    in_cash: bool
    platform_contract: bool
    is_compensation: bool
    shares: list[int]
    tip: int
    overdue_at: datetime
    release_at: datetime
    payment: str = "due"
    commission: str = "not_applicable"
    payout: str = "not_applicable"
    friend: int = 0
    bank: int = 0
    paid: int = 0
    refunded: int = 0
    sent: int = 0
    repaying: int = 0
    holds: list[str] = field(default_factory=list)
    version: int = 1
    used: dict[str, tuple[object, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The friend has to get a share from the beginning."""
        self.friend = self.shares[0]

    @property
    def owed(self) -> int:
        """What the customer still has to pay."""
        return sum(self.shares) if self.payment in UNPAID else 0

    @property
    def asked(self) -> int:
        """What the customer is asked for: in cash, coins."""
        return (self.owed + 2) // 5 * 5 if self.in_cash else self.owed

    @property
    def tip_left(self) -> int:
        """What is left of the tip, once the platform has borne a part of all that was paid."""
        return min(self.tip, sum(self.shares))

    @property
    def payable(self) -> int:
        """What is to be paid out; as long as the friend is to collect, nothing."""
        return 0 if self.by_friend and self.payment in UNPAID else max(0, self.friend)

    def _content(self, wanted: Wanted) -> tuple[object, ...]:
        return (wanted.event, wanted.role, wanted.amount, wanted.cause, wanted.goodwill)

    def answer(self, wanted: Wanted, *, at: datetime) -> str:
        """Return `applied`, `replayed`, or the code of the refusal."""
        if wanted.key in self.used:
            return "replayed" if self.used[wanted.key] == self._content(wanted) else "key_mismatch"
        if wanted.seen not in {None, self.version}:
            return "stale_version"
        state = str(getattr(self, MACHINES[wanted.event])) if wanted.event in MACHINES else ""
        if refused := refusal_by_table(state, wanted.event, wanted.role):
            return refused
        if wanted.role == "timer":
            return self._answer_timer(wanted, at)
        if wanted.event in FOLLOWING:
            return "not_due"  # it has followed already
        return self._rule(wanted) or "applied"

    def _answer_timer(self, wanted: Wanted, at: datetime) -> str:
        if wanted.event == "mark_overdue":
            return "applied" if at >= self.overdue_at else "too_early"
        if not self._is_releasable():
            return "not_due"
        return "applied" if at >= self.release_at else "too_early"

    def _is_releasable(self) -> bool:
        waits = self.payment in UNPAID and not (self.platform_contract and not self.by_friend)
        return self.payout == "held" and not self.holds and not waits

    def _rule(self, wanted: Wanted) -> str | None:  # noqa: C901  # a list of rules
        exact = {
            "receive_payment": self.asked,
            "waive": self.owed,
            "refund_fully": self.paid - self.refunded,
            "receive_commission": self.repaying if self.commission == "pending" else max(0, -self.friend),
        }
        if wanted.event == "refund_fully" and self.paid == self.refunded:
            return "nothing_to_refund"
        below = {"credit": self.owed, "refund_partly": self.paid - self.refunded}
        match wanted.event, wanted.role:
            case "start_payment", _ if self.by_friend:
                return "collected_by_friend"
            case "receive_payment", "friend" if not self.by_friend:
                return "collected_by_platform"
            case "receive_payment", "system" if self.by_friend and self.asked:
                return "collected_by_friend"
            case "waive", "friend" if wanted.goodwill:
                return "not_for_this_role"
            case "waive", "friend" if not self.is_compensation:
                return "only_compensation_is_waived"
            case "write_off", "friend" if self.platform_contract:
                return "risk_is_the_platforms"
            case "hold_payout", _ if wanted.cause in self.holds:
                return "already_held"
            case "release_payout", _ if wanted.cause not in self.holds:
                return "not_held"
        if wanted.event in exact and wanted.amount not in {None, exact[wanted.event]}:
            return "another_amount"
        return self._too_much(wanted, below[wanted.event]) if wanted.event in below else None

    def _too_much(self, wanted: Wanted, whole: int) -> str | None:
        if (amount := self._amount(wanted)) == 0:
            return "nothing_to_contest"
        return "amount_too_high" if amount >= whole else None

    def _amount(self, wanted: Wanted) -> int:
        """Return how much is taken: what is said, or all, or all but the tip."""
        if wanted.amount is not None:
            return wanted.amount
        kept = self.tip_left if wanted.event in {"credit", "refund_partly"} else 0
        return sum(self.shares) - kept

    def apply(self, wanted: Wanted, *, at: datetime) -> None:
        """Do what was granted, and what follows from it."""
        self.used[wanted.key] = self._content(wanted)
        self._move(wanted)
        machine = MACHINES[wanted.event]
        setattr(self, machine, TARGETS[wanted.event, getattr(self, machine), wanted.role])
        self.version += 1
        self.settle(at)

    def _move(self, wanted: Wanted) -> None:  # noqa: C901, PLR0912  # a list of movements
        match wanted.event:
            case "receive_payment":
                self._receive()
            case "credit" | "waive" if wanted.goodwill:
                self.shares[1] -= self._amount(wanted)
            case "refund_partly" | "refund_fully" if wanted.goodwill:
                amount = self._amount(wanted)
                self.shares[1] -= amount
                self.refunded += amount
                self.bank += amount
            case "waive" if self.platform_contract and not self.is_compensation and wanted.cause is None:
                self.shares[1] -= self.owed
            case "credit" | "waive":
                self._take(self._amount(wanted))
            case "write_off" if self.platform_contract:
                self.shares[1] -= self.owed
            case "write_off":
                self._take(self.owed)
            case "refund_partly" | "refund_fully":
                amount = self._amount(wanted)
                self._take(amount)
                self.refunded += amount
                self.bank += amount
            case "send_payout":
                self.sent = self.payable
                self.friend, self.bank = self.friend - self.sent, self.bank + self.sent
            case "report_payout_returned":
                self.friend, self.bank = self.friend + self.sent, self.bank - self.sent
                self.sent = 0
            case "start_commission_payment":
                self.repaying = -self.friend
            case "receive_commission":
                came = self.repaying if self.commission == "pending" else -self.friend
                self.friend, self.bank, self.repaying = self.friend + came, self.bank - came, 0
            case "report_commission_failed":
                self.repaying = 0
            case "hold_payout":
                self.holds.append(str(wanted.cause))
            case "release_payout":
                self.holds.remove(str(wanted.cause))

    def _receive(self) -> None:
        """Let come what is asked for; what is rounded of what is owed is the platform's."""
        came = self.asked
        self.shares[1] += came - self.owed
        self.paid = came
        if self.by_friend:
            self.friend -= came
        else:
            self.bank -= came

    def _take(self, amount: int) -> None:
        """Take all; or first of the charge without the tip, and only then of the tip."""
        taken = [*self.shares]
        if amount < sum(self.shares):
            lines = [self.shares[0] - self.tip_left, *self.shares[1:]]
            of_tip = max(0, amount - sum(lines))
            taken = shared(amount - of_tip, lines) if amount > of_tip else [0, 0, 0, 0]
            taken[0], self.tip = taken[0] + of_tip, self.tip_left - of_tip
        else:
            self.tip = 0
        self.shares = [has - takes for has, takes in zip(self.shares, taken, strict=True)]
        self.friend -= taken[0]

    def settle(self, at: datetime) -> None:
        """Let follow what follows."""
        before = None
        while before != (now := (self.payment, self.commission, self.payout)):
            before = now
            if self.payment in {"due", "overdue"} and self.asked == 0:
                self._receive()
                self.payment = "paid"
            elif self.payable > 0 and self.payout in {"not_applicable", "sent"}:
                self.payout, self.sent = "held", 0
            elif self.payable == 0 and self.payout in {"held", "due", "returned"}:
                self.payout = "not_applicable"
            elif self._is_releasable() and at >= self.release_at:
                self.payout = "due"
            elif self.friend < 0 and self.commission in {"not_applicable", "paid"}:
                self.commission = "due"
            elif self.friend >= 0 and self.commission == "due":
                self.commission = "not_applicable"
            if before != (self.payment, self.commission, self.payout):
                self.version += 1
