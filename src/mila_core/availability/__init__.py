"""Availability: a weekly plan on the wall clock, dated exceptions, and the slots that are left for a visit.

One calculus serves everyone: `bookable(slot)` is true if and only if the slot is among `slots(...)`. Slots
begin on quarter hours. The plan is kept in wall-clock time, so that "from nine" stays nine when the clocks
change; `periods` says how a wall-clock time that is skipped or comes twice is read.

What is `busy` are visits: they keep a buffer and count for the limits of their day. Whatever else takes a
friend's time, such as appointments of a calendar, is an absence of the plan.
"""

from mila_core.availability.free_time import (
    LONGEST_DAYS,
    FreeTime,
    bookable,
    compile_plan,
    earliest,
    free_periods,
    slots,
)
from mila_core.availability.horizon import horizon_end
from mila_core.availability.plans import QUARTER, Availability, WeeklyHours

__all__ = [
    "LONGEST_DAYS",
    "QUARTER",
    "Availability",
    "FreeTime",
    "WeeklyHours",
    "bookable",
    "compile_plan",
    "earliest",
    "free_periods",
    "horizon_end",
    "slots",
]
