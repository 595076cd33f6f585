"""Lives: the streams of a history, each folded once, with what is wrong with its order and its steps."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import attrs

from mila_core.audit.violations import Violation
from mila_core.errors import MilaError
from mila_core.lifecycle import Aggregate, Event, Machine, Role
from mila_core.reasons import reason

AggregateT = TypeVar("AggregateT", bound=Aggregate)
EventT = TypeVar("EventT", bound=Event)


@attrs.frozen(kw_only=True, eq=False)
class Life(Generic[AggregateT, EventT]):
    """One stream, as far as it could be folded.

    Attributes:
        stream: its name.
        steps: each event that could be folded, with the state before and after it.
    """

    stream: str
    steps: Sequence[tuple[AggregateT | None, EventT, AggregateT]]

    @property
    def state(self) -> AggregateT:
        """The state after the last event that could be folded."""
        return self.steps[-1][2]


def by_stream(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Return the events by the names of their streams, in the order in which they came.

    Args:
        events: events of any streams.
    """
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.stream, []).append(event)
    return found


def order_violations(stream: str, events: Sequence[Event]) -> Iterator[Violation]:
    """Yield what is wrong with the order of a stream: its versions have to be 1, 2, 3 and so on.

    Args:
        stream: its name.
        events: its events, in the order in which they came.
    """
    versions = [event.version for event in events]
    if versions == list(range(1, len(versions) + 1)):
        return
    seen: set[int] = set()
    highest = 0
    for version in versions:
        if version in seen:
            yield Violation(stream=stream, version=version, why=reason("duplicate_event"))
        elif version < highest:
            yield Violation(stream=stream, version=version, why=reason("wrong_order", after_version=highest))
        seen.add(version)
        highest = max(highest, version)
    for first, last in _gaps(sorted(seen)):
        yield Violation(
            stream=stream, version=last + 1, why=reason("gap", missing_from=first, missing_to=last)
        )


def _gaps(versions: Sequence[int]) -> Iterator[tuple[int, int]]:
    before = 0
    for version in versions:
        if version > before + 1:
            yield before + 1, version - 1
        before = version


def fold(
    stream: str, events: Sequence[EventT], machine: Machine[AggregateT, EventT, Any]
) -> tuple[Life[AggregateT, EventT] | None, list[Violation]]:
    """Return a life as far as it can be folded, and why no further.

    Args:
        stream: the stream's name.
        events: its events, in any order; of several of one version the first counts.
        machine: the machine that made them.
    """
    found: list[Violation] = []
    once: dict[int, EventT] = {}
    for event in events:
        once.setdefault(event.version, event)
    steps: list[tuple[AggregateT | None, EventT, AggregateT]] = []
    state: AggregateT | None = None
    for version in sorted(once):
        event = once[version]
        if version != (state.version if state else 0) + 1:
            break  # a gap, which is told already
        try:
            after = machine.evolve(state, event)
        except MilaError:
            found.append(
                Violation(
                    stream=stream,
                    version=version,
                    why=reason("event_forbidden", event=event.event),
                )
            )
            break
        found.extend(_step_violations(state, event))
        steps.append((state, event, after))
        state = after
    found.extend(_key_violations(stream, [event for _, event, _ in steps]))
    return (Life(stream=stream, steps=steps) if steps else None), found


def _step_violations(state: Aggregate | None, event: Event) -> Iterator[Violation]:
    """Yield a timer's event before it was due."""
    if state is None or event.by.role is not Role.TIMER:
        return
    dates = [timer.at for timer in state.due if timer.event == event.event]
    if not dates or event.at < min(dates):
        yield Violation(
            stream=event.stream,
            version=event.version,
            why=reason("out_of_window", event=event.event, at=event.at),
        )


def _key_violations(stream: str, events: Sequence[Event]) -> Iterator[Violation]:
    """Yield each key that a stream has twice."""
    first: dict[str, Event] = {}
    for event in events:
        before = first.setdefault(event.key, event)
        if before is not event:
            yield Violation(
                stream=stream, version=event.version, why=reason("key_reused", first_version=before.version)
            )
