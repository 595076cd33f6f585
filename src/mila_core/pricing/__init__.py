"""Pricing: from a request and a match to a quote in Swiss francs, line by line; and what is usual."""

from mila_core.pricing._holidays import swiss_holidays
from mila_core.pricing.book import PriceBook, book_in_force, check_book, check_offer
from mila_core.pricing.engine import Priced, quote, replay
from mila_core.pricing.guidance import GuidanceLevel, GuidanceParams, PriceGuidance, price_guidance
from mila_core.pricing.job_costs import JobCost, Position, PricePosition, job_cost, position
from mila_core.pricing.price_points import (
    PricedMarket,
    PricePoint,
    PriceSource,
    offered_prices,
    paid_prices,
)
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
    "GuidanceLevel",
    "GuidanceParams",
    "HolidayCalendar",
    "JobCost",
    "ListedHolidays",
    "Position",
    "PriceBook",
    "PriceGuidance",
    "PricePoint",
    "PricePosition",
    "PriceSource",
    "Priced",
    "PricedMarket",
    "PublicHoliday",
    "Tariff",
    "book_in_force",
    "check_book",
    "check_offer",
    "corrected",
    "holiday_at",
    "job_cost",
    "offered_prices",
    "paid_prices",
    "position",
    "price_guidance",
    "quote",
    "replay",
    "swiss_holidays",
]
