"""Which surcharges the hour of a visit calls for."""

from datetime import datetime
from typing import NamedTuple

from mila_core.periods import wall_time
from mila_core.pricing.book import PriceBook

__all__ = ["Surcharge", "surcharges_at"]

_SUNDAY = 7


class Surcharge(NamedTuple):
    """A surcharge that applies.

    Attributes:
        percent: in percent of the price of all that is wanted.
        code: the code of its line.
    """

    percent: int
    code: str


def surcharges_at(start: datetime, *, book: PriceBook, holiday: str | None) -> tuple[Surcharge, ...]:
    """Return the surcharges of a visit: the highest one, or where they stack the day's and the hour's.

    Whoever asks for an hour is asked for its price: what counts is when a visit begins, so a visit that
    lasts into the evening costs no more.

    Args:
        start: when the visit begins.
        book: the price book.
        holiday: the code of the public holiday that it is, if it is one.
    """
    local = wall_time(start)
    clock = local.time()
    of_day = [
        Surcharge(book.sunday_percent, "surcharge_sunday") if local.isoweekday() == _SUNDAY else None,
        Surcharge(book.holiday_percent, "surcharge_holiday") if holiday is not None else None,
    ]
    is_night = clock >= book.night_from or clock < book.night_until
    of_hour = [
        Surcharge(book.evening_percent, "surcharge_evening") if clock >= book.evening_from else None,
        Surcharge(book.night_percent, "surcharge_night") if is_night else None,
    ]
    groups = [of_day, of_hour] if book.surcharges_stack else [of_day + of_hour]
    highest = (max(filter(None, group), default=None) for group in groups)
    return tuple(each for each in highest if each is not None and each.percent)
