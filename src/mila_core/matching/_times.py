"""When a visit may begin, and when a friend has time for it, in quarter hours as bits."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import mila_core.availability as availability
from mila_core.availability._bitset import runs
from mila_core.availability._weeks import (
    DAY_US,
    EPOCH,
    MINUTE_US,
    QUARTER_US,
    Span,
    horizon_us,
    micros,
    steady_start,
)
from mila_core.matching._entries import Entry
from mila_core.periods import SWISS_ZONE, Period
from mila_core.policies import AvailabilityPolicy

__all__ = ["Times"]

_EPOCH_DAY = EPOCH.toordinal()
_WEEK_DAYS = 7
_WEEK_QUARTERS = _WEEK_DAYS * 96
_LONGEST_DAY_US = 26 * 4 * QUARTER_US  # of a change of clocks, and one for the buffer's roundings


class _Window(NamedTuple):
    """A window with the quarters at which a visit may begin in it.

    Attributes:
        period: the window, less the notice.
        first: the first such quarter since 1970.
        mask: the quarters that a visit may take from there on, as bits.
        begins: those of them at which one may begin.
        shifts: by how much the quarters of a plan's week are moved to bit 0 for `first`; one for each week
            that the window touches; None where the clocks change meanwhile.
        near: the time of which bookings matter.
    """

    period: Period
    first: int
    mask: int
    begins: int
    shifts: tuple[int, ...] | None
    near: Span


class Times:
    """The windows of a request, for a visit of so many minutes, under a policy.

    Attributes:
        minutes: how long the visit takes; a service takes whole quarters of an hour.
        windows: the windows in which it may begin somewhere.
    """

    __slots__ = ("_begin_us", "_quarters", "at", "minutes", "policy", "windows")

    def __init__(
        self, periods: Iterable[Period], slot: Period, *, policy: AvailabilityPolicy, at: datetime
    ) -> None:
        """Work out the quarters; `slot` is the first wish, from which a wait is counted."""
        self.minutes, self.policy, self.at = slot.minutes, policy, at
        self._quarters, self._begin_us = slot.minutes // 15, micros(slot.start)
        self.windows = tuple(self._windows(periods))

    def _windows(self, periods: Iterable[Period]) -> Iterator[_Window]:
        policy, now = self.policy, micros(self.at)
        if policy.minutes_per_day is not None and self.minutes > policy.minutes_per_day:
            return
        notice = now + policy.notice_minutes * MINUTE_US
        around = policy.buffer_minutes * MINUTE_US
        if policy.visits_per_day is not None or policy.minutes_per_day is not None:
            around += _LONGEST_DAY_US
        beyond = horizon_us(SWISS_ZONE, now, days=policy.horizon_days)
        for window in periods:
            start, end = micros(window.start), micros(window.end)
            first = -(-max(start, notice) // QUARTER_US)
            last = (end - self.minutes * MINUTE_US) // QUARTER_US
            if last < first:
                continue
            until = min(last, -(-beyond // QUARTER_US) - 1)  # in Swiss days; other zones are asked in full
            yield _Window(
                window,
                first,
                (1 << (last - first + self._quarters)) - 1,
                (1 << max(until - first + 1, 0)) - 1,
                _shifts(first, last + 1 + self._quarters),
                (start - around, end + around),
            )

    def least_wait(self) -> int | None:
        """Return how long after the first wish the first visit of all could begin, or None if none can."""
        return min((self.wait(each.first) for each in self.windows if each.begins), default=None)

    def wait(self, quarter: int) -> int:
        """Return how many minutes after the first wish a quarter begins."""
        return (quarter * QUARTER_US - self._begin_us) // MINUTE_US

    def first_start(self, entry: Entry) -> int | None:
        """Return the first quarter at which a friend has time for the visit, or None.

        It is the start of the first of `availability.slots` in any window. Weekly hours are bits of the
        week, moved to the window; bookings and absences are taken off; what else there is, and weeks in
        which the clocks change, are left to `availability`.
        """
        for window in self.windows:
            free = self._free(entry, window)
            if free is not None:
                fits = runs(free & window.mask, self._quarters) & window.begins
                if fits:
                    return window.first + (fits & -fits).bit_length() - 1
                continue
            slot = next(self._slots(entry, window), None)
            if slot is not None:
                return micros(slot.start) // QUARTER_US
        return None

    def starts(self, entry: Entry, origin: int) -> int:
        """Return all quarters at which a friend has time for the visit, as bits from an origin on."""
        found = 0
        for window in self.windows:
            free = self._free(entry, window)
            if free is None:
                for slot in self._slots(entry, window):
                    found |= 1 << (micros(slot.start) // QUARTER_US - origin)
            else:
                fits = runs(free & window.mask, self._quarters) & window.begins
                found |= fits << (window.first - origin)
        return found

    def _slots(self, entry: Entry, window: _Window) -> Iterator[Period]:
        return availability.slots(
            entry.friend.availability,
            window.period,
            minutes=self.minutes,
            busy=entry.busy,
            policy=self.policy,
            at=self.at,
        )

    def _free(self, entry: Entry, window: _Window) -> int | None:
        """Return the free quarters from the window's first on, or None where that takes more to say."""
        if window.shifts is None:
            return None
        gone: list[Span] = []
        if not entry.steady:
            if entry.friend.availability.zone != SWISS_ZONE:
                return None
            taken, policy, near = entry.taken, self.policy, window.near
            visits, absent = _near(taken.visits, near), _near(taken.absent, near)
            by_day = policy.visits_per_day is not None or policy.minutes_per_day is not None
            if (visits and by_day) or _near(taken.extra, near):
                return None
            buffer = policy.buffer_minutes * MINUTE_US
            gone = [*absent, *((start - buffer, end + buffer) for start, end in visits)]
        week, free = entry.friend.availability.week_bits, 0
        for by in window.shifts:
            free |= week << by if by >= 0 else week >> -by
        for start, end in gone:
            low, high = start // QUARTER_US - window.first, -(-end // QUARTER_US) - window.first
            if high > 0:
                low = max(low, 0)
                free &= ~(((1 << (high - low)) - 1) << low)
        return free

    def may_hold(self, span: Span) -> bool:
        """Return whether a visit in one of the windows could lie in a span."""
        length = self.minutes * MINUTE_US
        return any(
            max(span[0], each.first * QUARTER_US) + length <= min(span[1], micros(each.period.end))
            for each in self.windows
        )


def _shifts(first: int, beyond: int) -> tuple[int, ...] | None:
    """Return where the weeks begin that touch some quarters, or None where the clocks change in one."""
    day, last = (each * QUARTER_US // DAY_US + _EPOCH_DAY for each in (first, beyond))
    found = []
    for monday in range(
        day - 1 - (day - 2) % _WEEK_DAYS, last + 2, _WEEK_DAYS
    ):  # a clock is a day off at most
        begin = steady_start(SWISS_ZONE, monday)
        if begin is None:
            return None
        if begin < beyond and begin + _WEEK_QUARTERS > first:
            found.append(begin - first)
    return tuple(found)


def _near(spans: list[Span], near: Span) -> list[Span]:
    """Return which of some spans in order have something in common with a span."""
    if not spans or spans[-1][1] <= near[0] or spans[0][0] >= near[1]:
        return []
    at = bisect_right(spans, near[0], key=_end)
    found = []
    while at < len(spans) and spans[at][0] < near[1]:
        found.append(spans[at])
        at += 1
    return found


def _end(span: Span) -> int:
    return span[1]
