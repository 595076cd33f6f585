"""What leaves the library for others: calendars (iCalendar) and pages for search engines (schema.org)."""

from mila_core.export.calendar import (
    MOST_CALENDAR_CHARACTERS,
    MOST_CALENDAR_EVENTS,
    MOST_CALENDAR_STEPS,
    bookings_to_ical,
    busy_from_ical,
    free_busy_to_ical,
)
from mila_core.export.schema_org import (
    SCHEMA_ORG,
    aggregate_rating_ld,
    market_ld,
    offer_ld,
    service_ld,
    to_script,
)

__all__ = [
    "MOST_CALENDAR_CHARACTERS",
    "MOST_CALENDAR_EVENTS",
    "MOST_CALENDAR_STEPS",
    "SCHEMA_ORG",
    "aggregate_rating_ld",
    "bookings_to_ical",
    "busy_from_ical",
    "free_busy_to_ical",
    "market_ld",
    "offer_ld",
    "service_ld",
    "to_script",
]
