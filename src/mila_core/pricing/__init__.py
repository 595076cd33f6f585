"""Pricing: from a request and a match to a quote in Swiss francs, line by line; and what is usual."""

from mila_core.pricing.book import PriceBook
from mila_core.pricing.engine import Priced, quote
from mila_core.pricing.guidance import GuidanceLevel, GuidanceParams, PriceGuidance, price_guidance
from mila_core.pricing.job_costs import JobCost, Position, PricePosition, job_cost, position
from mila_core.pricing.price_points import PricedMarket, PricePoint, offered_prices, paid_prices

__all__ = [
    "GuidanceLevel",
    "GuidanceParams",
    "JobCost",
    "Position",
    "PriceBook",
    "PriceGuidance",
    "PricePoint",
    "PricePosition",
    "Priced",
    "PricedMarket",
    "job_cost",
    "offered_prices",
    "paid_prices",
    "position",
    "price_guidance",
    "quote",
]
