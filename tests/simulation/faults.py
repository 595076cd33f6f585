"""Faults: how often what goes wrong in a world, and how often it went wrong."""

from collections import Counter
from random import Random

import attrs


@attrs.define
class Faults:
    """How likely each fault is in one world, from 0 to 1; drawn anew for each.

    Attributes:
        chance: where they come from.
        lost_command: a command does not arrive.
        lost_answer: it arrives and is stored, and the client does not learn of it.
        duplicate: a command arrives twice.
        delay: a command is so late that others overtake it.
        crash: a worker dies between deciding and storing.
        slow: a worker takes some seconds between reading and storing.
        stale: a worker reads what was stored before.
        stale_timer: the scheduler acts on what it reads, and beside that on what was stored before.
        lost_timer: the scheduler forgets a due date.
        late_timer: the scheduler is late by hours.
        skew_s: by how many seconds the workers' clocks are wrong, at most.
        happened: how often each has happened.
    """

    chance: Random
    lost_command: float
    lost_answer: float
    duplicate: float
    delay: float
    crash: float
    slow: float
    stale: float
    stale_timer: float
    lost_timer: float
    late_timer: float
    skew_s: int
    happened: Counter[str] = attrs.field(factory=Counter)

    def strikes(self, fault: str) -> bool:
        """Say whether a fault happens this time."""
        rate = getattr(self, fault)
        if not rate or self.chance.random() >= rate:
            return False
        self.happened[fault] += 1
        return True


_MOST = 0.16


def draw_faults(chance: Random) -> Faults:
    """Return the rates of one world: each third fault does not occur, the others up to a sixth of the time.

    Args:
        chance: where they come from.
    """

    def rate() -> float:
        return 0.0 if chance.random() < 1 / 3 else chance.random() * _MOST

    return Faults(
        chance=chance,
        lost_command=rate(),
        lost_answer=rate(),
        duplicate=rate(),
        delay=rate(),
        crash=rate(),
        slow=3 * rate(),
        stale=rate(),
        stale_timer=3 * rate(),
        lost_timer=2 * rate(),
        late_timer=rate(),
        skew_s=chance.choice([0, 0, 1, 3]),
    )
