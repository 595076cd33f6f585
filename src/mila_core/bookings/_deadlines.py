"""Deadlines: until when each open state lasts if nobody acts, and what time then causes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

from mila_core.bookings.table import BookingState
from mila_core.lifecycle import Timer
from mila_core.periods import Period, wall_time
from mila_core.policies import BookingPolicy

_Deadline: TypeAlias = Callable[[datetime, Period, BookingPolicy], datetime]


def minutes(count: int) -> timedelta:
    """Return a duration of so many minutes, as policies give them.

    Args:
        count: how many.
    """
    return timedelta(minutes=count)


def _accept_by(since: datetime, slot: Period, policy: BookingPolicy) -> datetime:
    """Return min(created + 24 h, start - 4 h); on the day itself, or too late for that, created + 1 h.

    Whatever the policy, it is no later than the last moment to confirm.
    """
    soon = since + minutes(policy.answer_same_day_minutes)
    if wall_time(since).date() == wall_time(slot.start).date():
        return soon
    notice = max(policy.accept_notice_minutes, policy.confirm_notice_minutes)
    return max(min(since + minutes(policy.answer_minutes), slot.start - minutes(notice)), soon)


def _confirm_by(since: datetime, slot: Period, policy: BookingPolicy) -> datetime:
    return min(since + minutes(policy.confirm_minutes), slot.start - minutes(policy.confirm_notice_minutes))


_TIMERS: MappingProxyType[BookingState, tuple[str, _Deadline]] = MappingProxyType(
    {
        BookingState.REQUESTED: ("expire_request", _accept_by),
        BookingState.ACCEPTED: ("expire_unscheduled", _confirm_by),
        BookingState.CONFIRMED: (
            "lapse",
            lambda _, slot, policy: slot.end + minutes(policy.lapse_minutes),
        ),
        BookingState.IN_PROGRESS: (
            "auto_complete",
            lambda _, slot, policy: slot.end + minutes(policy.auto_complete_minutes),
        ),
        BookingState.COMPLETED: (
            "auto_approve",
            lambda since, _, policy: since + minutes(policy.approve_minutes),
        ),
    }
)


def timers_of(
    state: BookingState, *, since: datetime, slot: Period, policy: BookingPolicy
) -> tuple[Timer, ...]:
    """Return what time will cause in a state: one timer in each open one, none in a final one.

    Args:
        state: the state.
        since: the instant of the event that led to it.
        slot: the slot of the visit.
        policy: the policy under which it was booked.
    """
    timer = _TIMERS.get(state)
    return () if timer is None else (Timer(timer[0], timer[1](since, slot, policy)),)
