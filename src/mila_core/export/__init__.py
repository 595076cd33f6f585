"""What leaves the library for others: calendars, pages for search engines, Swiss QR-bills, data.

Data is that of one person, or that of all without saying whose it is.
"""

from mila_core.export.calendar import (
    MOST_CALENDAR_CHARACTERS,
    MOST_CALENDAR_EVENTS,
    MOST_CALENDAR_STEPS,
    bookings_to_ical,
    busy_from_ical,
    free_busy_to_ical,
)
from mila_core.export.privacy import LEAST_KEY_BYTES, PersonalData, personal_data, pseudonymise
from mila_core.export.qr_bill import MOST_QR_AMOUNT, MOST_QR_BYTES, qr_payload, qr_svg
from mila_core.export.references import (
    creditor_reference,
    is_creditor_reference,
    is_qr_reference,
    qr_reference,
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
    "LEAST_KEY_BYTES",
    "MOST_CALENDAR_CHARACTERS",
    "MOST_CALENDAR_EVENTS",
    "MOST_CALENDAR_STEPS",
    "MOST_QR_AMOUNT",
    "MOST_QR_BYTES",
    "SCHEMA_ORG",
    "PersonalData",
    "aggregate_rating_ld",
    "bookings_to_ical",
    "busy_from_ical",
    "creditor_reference",
    "free_busy_to_ical",
    "is_creditor_reference",
    "is_qr_reference",
    "market_ld",
    "offer_ld",
    "personal_data",
    "pseudonymise",
    "qr_payload",
    "qr_reference",
    "qr_svg",
    "service_ld",
    "to_script",
]
