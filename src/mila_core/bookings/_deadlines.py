"""Deadlines: until when each open state lasts, what time then causes, and when to remind whom."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

from mila_core.bookings.table import BookingState
from mila_core.lifecycle import Reminder, Role, Timer
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


def _lapse_at(_: datetime, slot: Period, policy: BookingPolicy) -> datetime:
    return slot.end + minutes(policy.lapse_minutes)


def _auto_complete_at(_: datetime, slot: Period, policy: BookingPolicy) -> datetime:
    return slot.end + minutes(policy.auto_complete_minutes)


def _approve_by(since: datetime, _: Period, policy: BookingPolicy) -> datetime:
    return since + minutes(policy.approve_minutes)


_TIMERS: MappingProxyType[BookingState, tuple[str, _Deadline]] = MappingProxyType(
    {
        BookingState.REQUESTED: ("expire_request", _accept_by),
        BookingState.ACCEPTED: ("expire_unscheduled", _confirm_by),
        BookingState.CONFIRMED: ("lapse", _lapse_at),
        BookingState.EN_ROUTE: ("lapse", _lapse_at),
        BookingState.IN_PROGRESS: ("auto_complete", _auto_complete_at),
        BookingState.COMPLETED: ("auto_approve", _approve_by),
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


def _reminders(
    state: BookingState, since: datetime, slot: Period, policy: BookingPolicy
) -> Iterator[Reminder]:
    match state:
        case BookingState.REQUESTED:
            time = _accept_by(since, slot, policy) - since
            for percent in policy.answer_reminder_percents:
                yield Reminder("answer_request", Role.FRIEND, since + time * percent / 100)
        case BookingState.ACCEPTED:
            yield Reminder("call_customer", Role.FRIEND, since + minutes(policy.first_call_minutes))
        case BookingState.CONFIRMED:
            soon = slot.start - minutes(policy.reconfirm_minutes)
            yield Reminder("visit_soon", Role.CUSTOMER, soon)
            yield Reminder("visit_soon", Role.FRIEND, soon)


def reminders_of(
    state: BookingState, *, since: datetime, slot: Period, policy: BookingPolicy
) -> tuple[Reminder, ...]:
    """Return what is worth telling whom while a state lasts, by time.

    Args:
        state: the state.
        since: the instant of the event that led to it.
        slot: the slot of the visit.
        policy: the policy under which it was booked.
    """
    ends = [timer.at for timer in timers_of(state, since=since, slot=slot, policy=policy)]
    found = [each for each in _reminders(state, since, slot, policy) if since <= each.at < ends[0]]
    return tuple(sorted(found, key=lambda each: (each.at, each.to)))
