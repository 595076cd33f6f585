"""A run: one world after the other, each with what was found in it."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from hashlib import blake2b

import attrs

from mila_core.bookings import Booking
from tests.simulation import checks
from tests.simulation.guards import removed
from tests.simulation.store import MACHINES
from tests.simulation.world import World

_LONG_AFTER = timedelta(days=400)
"""Longer than any timer waits."""


@attrs.define
class Report:
    """What came of some worlds.

    Attributes:
        bookings: how many bookings began.
        events: how often each event happened.
        faults: how often each fault happened.
        answers: how often workers stored something, found it stored already, met a conflict.
        refusals: how often each event was refused, and why.
        violations: what was found wrong, each with the seed of its world.
        digests: by the seed of a world a short name of its whole history.
    """

    bookings: int = 0
    events: Counter[str] = attrs.field(factory=Counter)
    faults: Counter[str] = attrs.field(factory=Counter)
    answers: Counter[str] = attrs.field(factory=Counter)
    refusals: Counter[str] = attrs.field(factory=Counter)
    violations: list[str] = attrs.field(factory=list)
    digests: dict[int, str] = attrs.field(factory=dict)

    def add(self, other: "Report") -> None:
        """Add what came of further worlds."""
        self.bookings += other.bookings
        for name in ("events", "faults", "answers", "refusals"):
            getattr(self, name).update(getattr(other, name))
        self.violations += other.violations
        self.digests |= other.digests

    @property
    def digest(self) -> str:
        """A short name of all that happened; the same for the same seeds."""
        return _short(self.digests[seed] for seed in sorted(self.digests))

    @property
    def missing(self) -> list[str]:
        """The events of the machines that have not happened."""
        return sorted(all_events() - set(self.events))


def all_events() -> frozenset[str]:
    """Return the names of the events of every machine."""
    return frozenset(
        row.event for each in MACHINES.values() for table in each.tables.values() for row in table
    )


def _short(lines: Iterable[str]) -> str:
    digest = blake2b(digest_size=8)
    for line in lines:
        digest.update(line.encode())
    return digest.hexdigest()


def run_world(seed: int, *, without: str | None = None) -> Report:
    """Return what came of one world.

    Args:
        seed: what its chance comes from.
        without: the guard that is taken away while it runs.
    """
    with removed(without):
        world = World(seed)
        world.run()
    store = world.store
    found = [
        *world.found,
        *checks.cache_violations(store),
        *checks.audit_violations(store, skew_s=world.faults.skew_s, at=world.now + _LONG_AFTER),
        *checks.order_violations(store),
        *checks.end_violations(store, world.wishes),
    ]
    answers = world.answers + Counter("gave_up" if wish.gave_up else "answered" for wish in world.wishes)
    return Report(
        bookings=sum(isinstance(each, Booking) for each in store.states.values()),
        events=Counter(event.event for event in store.history),
        faults=world.faults.happened,
        answers=answers,
        refusals=world.refusals,
        violations=[f"seed={seed} {each}" for each in found],
        digests={
            seed: _short(
                f"{e.stream} {e.version} {e.event} {e.at.isoformat()} {e.by.id} {e.key} {e.fingerprint}\n"
                for e in store.history
            )
        },
    )
