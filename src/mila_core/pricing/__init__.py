"""Pricing: from a request and a match to a quote in Swiss francs, line by line."""

from mila_core.pricing._holidays import swiss_holidays
from mila_core.pricing.book import PriceBook
from mila_core.pricing.engine import Priced, quote
from mila_core.pricing.public_holidays import (
    HOLIDAY_CODES,
    HolidayCalendar,
    ListedHolidays,
    PublicHoliday,
    corrected,
    holiday_at,
)

__all__ = [
    "HOLIDAY_CODES",
    "HolidayCalendar",
    "ListedHolidays",
    "PriceBook",
    "Priced",
    "PublicHoliday",
    "corrected",
    "holiday_at",
    "quote",
    "swiss_holidays",
]
