"""How much of an amount is taken from what is taxed in which way."""

from collections.abc import Iterable

from mila_core.invoices.vat import gross_by
from mila_core.money import ZERO, Money, allocate, total
from mila_core.quotes import QuoteLine
from mila_core.reasons import Reason

__all__ = ["lines_off"]


def lines_off(lines: Iterable[QuoteLine], amount: Money, *, why: Reason) -> list[QuoteLine]:
    """Return lines of a part of other lines, one for each treatment, in proportion to what each has left.

    Largest remainder, on a tie the first treatment. No treatment gives more than it has; only the whole
    amount undoes the whole, also what a voucher or cash has made negative.

    Args:
        lines: what there is.
        amount: from CHF 0.00 to their sum.
        why: what the new lines are for.

    Returns:
        Lines that add up to the amount; none is zero, and below zero is only what undoes such a treatment.
    """
    left = gross_by(lines)
    if amount == total(left.values()):
        parts = list(left.values())
    else:
        parts = list(allocate(amount, [max(0, each.rappen) for each in left.values()]))
    return [
        QuoteLine(why=why, amount=part, vat=treatment)
        for treatment, part in zip(left, parts, strict=True)
        if part != ZERO
    ]
