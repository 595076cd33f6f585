"""Pricing: from a request and a match to a quote in Swiss francs, line by line."""

from mila_core.pricing.book import PriceBook
from mila_core.pricing.engine import Priced, quote

__all__ = ["PriceBook", "Priced", "quote"]
