"""Stub."""

from datetime import date
from typing import Protocol

from mila_core.places import Place

__all__ = ["HolidayCalendar", "holiday_at"]


class HolidayCalendar(Protocol):
    """Stub."""

    def holiday_on(self, day: date, *, canton: str) -> str | None:
        """Stub."""


def holiday_at(calendar: HolidayCalendar, place: Place, day: date) -> str | None:
    """Stub."""
    found = [calendar.holiday_on(day, canton=each) for each in place.cantons]
    return found[0] if all(found) else None
