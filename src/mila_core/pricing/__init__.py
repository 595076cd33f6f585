"""Pricing: from a request and a match to a quote in Swiss francs, line by line."""

from mila_core.pricing._holidays import swiss_holidays
from mila_core.pricing.book import PriceBook, book_in_force, check_book
from mila_core.pricing.engine import Priced, quote, replay
from mila_core.pricing.public_holidays import (
    HOLIDAY_CODES,
    HolidayCalendar,
    ListedHolidays,
    PublicHoliday,
    corrected,
    holiday_at,
)
from mila_core.pricing.tariffs import Tariff

__all__ = [
    "HOLIDAY_CODES",
    "HolidayCalendar",
    "ListedHolidays",
    "PriceBook",
    "Priced",
    "PublicHoliday",
    "Tariff",
    "book_in_force",
    "check_book",
    "corrected",
    "holiday_at",
    "quote",
    "replay",
    "swiss_holidays",
]
