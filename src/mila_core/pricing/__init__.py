"""Pricing: from a request and a match to a quote in Swiss francs, line by line."""

from mila_core.pricing.book import PriceBook, book_in_force, check_book
from mila_core.pricing.engine import Priced, quote, replay
from mila_core.pricing.tariffs import Tariff

__all__ = ["PriceBook", "Priced", "Tariff", "book_in_force", "check_book", "quote", "replay"]
