"""The commission as data: its bands by price, and the one function that computes it."""

from collections.abc import Sequence

import attrs

from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, round_ratio
from mila_core.validation import instance_of, integer

__all__ = ["CommissionTier"]

_ALL_PERCENT = 100


@attrs.frozen(kw_only=True)
class CommissionTier:
    """The commission on the part of a gross price that is above an amount.

    Attributes:
        from_gross: the gross price above which it holds.
        percent: the platform's share of what is above, up to where the next band begins.

    Raises:
        InvalidValueError: a price that is not above zero, or a percentage out of range.
    """

    from_gross: Money = attrs.field(validator=instance_of(Money))
    percent: int = attrs.field(validator=integer(0, _ALL_PERCENT))

    def __attrs_post_init__(self) -> None:
        """Refuse a band that would be the first one: that has its own rate."""
        if self.from_gross <= ZERO:
            raise InvalidValueError("from_gross", "more than CHF 0.00", str(self.from_gross))


def commission_of(gross: int, bands: Sequence[tuple[int, int]], *, least: int, most: int | None) -> int:
    """Return the commission on a price; all amounts in Rappen.

    The shares of all bands are added exactly and rounded once, a half away from zero. Then it is raised to
    the least and lowered to the most, and is never more than the price.

    Both the commission and what it leaves of the price never fall as the price rises. For, from one Rappen of
    the price to the next, the exact sum grows by 0 to 1 Rappen (each percentage is one of 0 to 100), and so
    does what is rounded; and so does each of the bounds: the least and the most stay, the price grows by 1.

    Args:
        gross: the price, 0 or more.
        bands: the bands by price, each the price above which it holds and its percentage; the first from 0.
        least: the least, no more than the most.
        most: the most; None for no such bound.
    """
    ends = [start for start, _ in bands[1:]] + [gross]
    hundredths = sum(
        percent * (min(gross, end) - start)
        for (start, percent), end in zip(bands, ends, strict=True)
        if gross > start
    )
    found = max(least, round_ratio(hundredths, _ALL_PERCENT))
    return min(gross, found if most is None else min(found, most))
