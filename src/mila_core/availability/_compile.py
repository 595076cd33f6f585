"""From a plan, with what is taken and a policy, to bits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from mila_core.availability._bitset import Bitset, Quota
from mila_core.availability._weeks import (
    MINUTE_US,
    QUARTER_US,
    Span,
    day_at,
    day_quarters,
    horizon_us,
    micros,
    weeks,
)
from mila_core.availability.plans import Availability
from mila_core.periods import Period
from mila_core.policies import AvailabilityPolicy

__all__ = ["bitset"]


class _Grid(NamedTuple):
    """The window in microseconds, and its quarters: the first, since 1970, and how many."""

    window: Span
    first: int
    size: int

    def bits(self, start: int, end: int) -> int:
        """Return the quarters from a first up to a last, counted since 1970, that are in the window."""
        low, high = start - self.first, end - self.first
        if low < 0:  # noqa: PLR1730  # twice as fast as max() and min(), of which compiling would consist
            low = 0
        if high > self.size:  # noqa: PLR1730
            high = self.size
        return ((1 << (high - low)) - 1) << low if low < high else 0

    def inside(self, span: Span) -> int:
        """Return the quarters that lie in a span from end to end."""
        return self.bits(_next(span[0]), span[1] // QUARTER_US)

    def touched(self, span: Span) -> int:
        """Return the quarters of which a part lies in a span."""
        return self.bits(span[0] // QUARTER_US, _next(span[1]))

    def ragged(self, spans: Iterable[Span]) -> list[int]:
        """Return the quarters in the middle of which a span begins or ends, in order."""
        quarters = {edge // QUARTER_US - self.first for span in spans for edge in span if edge % QUARTER_US}
        return sorted(index for index in quarters if 0 <= index < self.size)


def _next(at: int) -> int:
    return -(-at // QUARTER_US)


def bitset(
    plan: Availability,
    within: Period,
    *,
    busy: Sequence[Period],
    policy: AvailabilityPolicy | None,
    at: datetime | None,
) -> Bitset:
    """Return the bits of a plan inside a period."""
    window = micros(within.start), micros(within.end)
    first = window[0] // QUARTER_US
    grid = _Grid(window, first, size=_next(window[1]) - first)
    visits = _spans(busy)
    gone = visits if policy is None else _with_buffer(visits, policy.buffer_minutes * MINUTE_US)
    if plan.absent:
        gone = [*gone, *_spans(plan.absent)]
    free, pieces = _free(plan, gone, grid)
    if policy is None or at is None:
        return Bitset(first=first, free=free, pieces=pieces)
    begins = _begins(plan.zone, policy, grid, at=micros(at))
    full, quotas = _limits(plan.zone, policy, grid, visits=visits)
    most = policy.minutes_per_day
    return Bitset(
        first=first, free=free, pieces=pieces, begins=begins & ~full, quotas=quotas, most_minutes=most
    )


def _spans(periods: Iterable[Period]) -> list[Span]:
    return [(micros(period.start), micros(period.end)) for period in periods]


def _with_buffer(spans: list[Span], buffer: int) -> list[Span]:
    return [(start - buffer, end + buffer) for start, end in spans] if buffer else spans


def _free(plan: Availability, gone: list[Span], grid: _Grid) -> tuple[int, tuple[Span, ...]]:
    """Return the quarters that are free, and the free pieces of others."""
    planned, loose = _planned(plan, grid)
    free = planned
    for span in loose:
        free |= grid.inside(span)
    for span in gone:
        free &= ~grid.touched(span)
    ragged = grid.ragged([grid.window, *loose, *gone])
    if not ragged:
        return free, ()
    quarters = [
        ((grid.first + index) * QUARTER_US, (grid.first + index + 1) * QUARTER_US) for index in ragged
    ]
    start, end = grid.window
    outside = [(grid.first * QUARTER_US, start), (end, (grid.first + grid.size) * QUARTER_US)]
    there, taken = _touching(loose, quarters), _touching([*gone, *outside], quarters)
    pieces: list[Span] = []
    for index, here, some, none in zip(ragged, quarters, there, taken, strict=True):
        left = _left([here] if planned >> index & 1 else some, none, here)
        free &= ~(1 << index)
        if left == [here]:  # as where one extra period ends and another goes on
            free |= 1 << index
        else:
            pieces += left
    return free, tuple(pieces)


def _planned(plan: Availability, grid: _Grid) -> tuple[int, list[Span]]:
    """Return the quarters of the weekly hours, and the spans that are not made of weeks."""
    bits, loose = 0, _spans(plan.extra)
    for begin, pattern, spans in weeks(plan, grid.window):
        by = begin - grid.first
        bits |= pattern << by if by >= 0 else pattern >> -by
        loose += spans
    return bits & ((1 << grid.size) - 1), loose


def _touching(spans: Iterable[Span], quarters: Iterable[Span]) -> Iterator[list[Span]]:
    """Yield, for each of some quarters in order, the spans that touch it, separately and in order."""
    apart, first = _apart(spans), 0  # both are in order, so that what is passed is passed for good
    for begin, end in quarters:
        while first < len(apart) and apart[first][1] <= begin:
            first += 1
        after = first
        while after < len(apart) and apart[after][0] < end:
            after += 1
        yield apart[first:after]


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return the same time as separate spans in order; empty ones are left out."""
    apart: list[Span] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        elif start < end:
            apart.append((start, end))
    return apart


def _left(spans: Iterable[Span], gone: Sequence[Span], here: Span) -> list[Span]:
    """Return what is left of some spans inside a quarter; all are separate and in order."""
    left: list[Span] = []
    at = 0
    for start, end in spans:
        begin, until = max(start, here[0]), min(end, here[1])
        while at < len(gone) and gone[at][0] < until:
            if begin < gone[at][0]:
                left.append((begin, gone[at][0]))
            begin = max(begin, gone[at][1])
            if begin >= until:
                break  # it may reach into the next span
            at += 1
        if begin < until:
            left.append((begin, until))
    return left


def _begins(zone: str, policy: AvailabilityPolicy, grid: _Grid, *, at: int) -> int:
    """Return the quarters after the notice and before the horizon."""
    beyond = horizon_us(zone, at, days=policy.horizon_days)
    return grid.bits(_next(at + policy.notice_minutes * MINUTE_US), _next(beyond))


def _limits(
    zone: str, policy: AvailabilityPolicy, grid: _Grid, *, visits: list[Span]
) -> tuple[int, tuple[Quota, ...]]:
    """Return the quarters of the days that are full, and of the others what is left."""
    if policy.visits_per_day is None and policy.minutes_per_day is None:
        return 0, ()
    days: dict[int, list[int]] = {}
    for start, end in visits:
        days.setdefault(day_at(zone, start), []).append(end - start)
    full, quotas = 0, []
    for day, lengths in days.items():
        if policy.visits_per_day is not None and len(lengths) >= policy.visits_per_day:
            full |= grid.bits(*day_quarters(zone, day))
        elif policy.minutes_per_day is not None:
            left = (policy.minutes_per_day * MINUTE_US - sum(lengths)) // MINUTE_US
            quotas.append((grid.bits(*day_quarters(zone, day)), left))
    return full, tuple(quotas)
