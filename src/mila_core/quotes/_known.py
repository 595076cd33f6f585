"""Lines of what is known to be right, for the quote engine: made without the checks that take longest."""

from mila_core.money import Money
from mila_core.policies import VatTreatment
from mila_core.quotes.values import Part, QuoteLine
from mila_core.reasons import Reason, Scalar

__all__ = ["known_line"]

_blank = object.__new__
_store_code, _store_values = (vars(Reason)[name].__set__ for name in ("code", "values"))
_store_why, _store_amount, _store_part, _store_vat = (
    vars(QuoteLine)[name].__set__ for name in ("why", "amount", "part", "vat")
)


def known_line(
    code: str, values: tuple[tuple[str, Scalar], ...], amount: Money, part: Part, vat: VatTreatment
) -> QuoteLine:
    """Return a line; its values are pairs of name and value, by name."""
    why = _blank(Reason)
    _store_code(why, code)
    _store_values(why, values)
    line = _blank(QuoteLine)
    _store_why(line, why)
    _store_amount(line, amount)
    _store_part(line, part)
    _store_vat(line, vat)
    return line
