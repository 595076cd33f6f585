"""Guards that can be taken away, one at a time, to show that the simulation misses each of them.

Each is taken out of the application (store, service, scheduler) or, for as long as a world runs, out of the
library; the checks afterwards use the library as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from unittest.mock import patch

import mila_core.bookings._guards as booking_guards
import mila_core.bookings.compensation as compensation
import mila_core.lifecycle.machine as machine
import mila_core.settlements._guards as settlement_guards
from mila_core.errors import MilaError
from mila_core.lifecycle import Event, Machine, Outcome, Role, StreamVersion
from mila_core.money import Money
from mila_core.periods import Period
from mila_core.ratings import Rating, Reviews
from mila_core.reasons import Reason
from mila_core.settlements import Settlement, Shares
from tests.simulation.service import Service
from tests.simulation.store import Store, Unit
from tests.simulation.world import World

Patch: TypeAlias = tuple[object, str, object]

_SECOND = timedelta(seconds=1)
_evolved = Store.evolved
_commit = Store.commit
_why_not = Machine._why_not  # noqa: SLF001


def _no_reasons(*_: object, **__: object) -> list[Any]:
    return []


def _no(*_: object) -> bool:
    return False


def _not_of(*kinds: str) -> Callable[[Store, StreamVersion], bool]:
    """Return what compares all versions but those of streams of some kinds."""
    return lambda _, expected: expected.stream.partition(":")[0] not in kinds


def _not_the_race(_: Store, expected: StreamVersion) -> bool:
    """Compare neither a request's version nor that a booking does not exist yet."""
    is_new = expected.stream.startswith("booking:") and expected.version == 0
    return not (is_new or expected.stream.startswith("request:"))


def _kept(self: Store, state: Any, event: Event) -> Any:
    """Store an event even where it is not the next one."""
    try:
        return _evolved(self, state, event)
    except MilaError:
        return state


def _piecemeal(self: Store, unit: Unit) -> bool:
    """Store the first stream of a unit, and die before the second now and then."""
    first = tuple(each for each in unit.events if each.stream == unit.events[0].stream)
    dies = len(first) < len(unit.events) and len(self.history) % 3 == 0
    return _commit(self, Unit(events=first, expects=unit.expects) if dies else unit)


def _without_a_look(self: Store, unit: Unit) -> bool:
    """Store without comparing the version of a dispute that is only looked at."""
    own = {event.stream for event in unit.events}
    expects = [each for each in unit.expects if each.stream in own or not each.stream.startswith("dispute:")]
    return _commit(self, Unit(events=unit.events, expects=tuple(expects)))


def _nothing_taken(*_: object, **__: object) -> tuple[tuple[Period, ...], int]:
    return (), 0


def _whoever(self: Machine[Any, Any, Any], state: Any, command: Any, at: datetime) -> tuple[Reason, ...]:
    """Say why not, whoever asks."""
    if command.by.role is Role.TIMER and _why_not(self, state, command, at):
        return _why_not(self, state, command, at)
    return tuple(self.guard(state, command, at))


def _all_rated(_: Store, reviews: Reviews) -> tuple[Rating, ...]:
    return tuple(side.rating for side in reviews.sides if side.rating is not None)


def _rounded_down(gross: Money, percent: int, most: Money) -> Money:
    return Money(min(gross.rappen * percent // 100, most.rappen, gross.rappen))


def _any_part(self: Shares, amount: Money) -> Shares:
    whole = self.total.rappen or 1
    parts = [each.rappen * amount.rappen // whole for each in self.parts]
    friend, platform, partner, tax = parts
    rest = amount.rappen - sum(parts)
    return Shares(
        friend=Money(friend), platform=Money(platform + rest), partner=Money(partner), tax=Money(tax)
    )


def _any_less(self: Shares, taken: Shares) -> Shares:
    parts = zip(self.parts, taken.parts, strict=True)
    friend, platform, partner, tax = (has - takes for has, takes in parts)
    return Shares(friend=friend, platform=platform, partner=partner, tax=tax)


def _releasable_though_held(self: Settlement) -> bool:
    waits = self.is_unpaid and not self.is_guaranteed
    return self.payout.value == "held" and not waits


def _touching(self: Period, other: Period) -> bool:
    """Say whether two periods overlap by more than a second."""
    return self.start < other.end - _SECOND and other.start < self.end - _SECOND


GUARDS: Mapping[str, tuple[Patch, ...]] = {
    "agenda": ((Store, "compares", _not_of("agenda")),),
    "atomic": ((Store, "commit", _piecemeal),),
    "busy": ((Service, "busy", _nothing_taken), (Store, "compares", _not_of("agenda"))),
    "compensation": ((compensation, "_share", _rounded_down),),
    "deadline": ((booking_guards, "by_deadline", _no_reasons),),
    "dispute": ((Store, "commit", _without_a_look),),
    "early_timer": ((machine, "not_before", _no_reasons),),
    "hidden_ratings": ((Store, "rated", _all_rated),),
    "hold": (
        (Settlement, "is_releasable", property(_releasable_though_held)),
        (Settlement, "__attrs_post_init__", _no),
    ),
    "key": ((machine, "match_key", lambda *_, **__: Outcome.APPLIED), (Store, "knows_key", _no)),
    "parties": ((Machine, "_why_not", _whoever),),
    "refund_bound": (
        (
            settlement_guards,
            "_GUARDS",
            {**settlement_guards._GUARDS, "refund_partly": _no_reasons},  # noqa: SLF001
        ),
        (Shares, "part", _any_part),
        (Shares, "less", _any_less),
        (Shares, "__attrs_post_init__", _no),
        (Settlement, "__attrs_post_init__", _no),
    ),
    "second": ((Period, "overlaps", _touching),),
    "sweep": ((World, "_sweep", _no),),
    "two_accepts": (
        (Store, "compares", _not_the_race),
        (Store, "knows_key", _no),
        (Store, "evolved", _kept),
    ),
}
"""By its name what is replaced: where, which attribute, by what."""


@contextmanager
def removed(guard: str | None) -> Iterator[None]:
    """Take a guard away for as long as the block lasts; none at all for None.

    Args:
        guard: one of `GUARDS`.
    """
    with ExitStack() as patches:
        for where, name, replacement in GUARDS[guard] if guard is not None else ():
            patches.enter_context(patch.object(where, name, replacement))
        yield
