"""Quotes: a price as lines, each with its reason, that add up to what is due; and what it was made of."""

from mila_core.quotes.basis import QuoteBasis
from mila_core.quotes.reductions import Discount, Voucher
from mila_core.quotes.values import Part, Quote, QuoteLine

__all__ = ["Discount", "Part", "Quote", "QuoteBasis", "QuoteLine", "Voucher"]
