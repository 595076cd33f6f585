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


_NOTHING = Surcharge(0, "")


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
    of_day, of_hour = _NOTHING, _NOTHING
    if local.isoweekday() == _SUNDAY:
        of_day = Surcharge(book.sunday_percent, "surcharge_sunday")
    if holiday is not None:
        of_day = max(of_day, Surcharge(book.holiday_percent, "surcharge_holiday"))
    if clock >= book.evening_from:
        of_hour = Surcharge(book.evening_percent, "surcharge_evening")
    if clock >= book.night_from or clock < book.night_until:
        of_hour = max(of_hour, Surcharge(book.night_percent, "surcharge_night"))
    found = (of_day, of_hour) if book.surcharges_stack else (max(of_day, of_hour),)
    return tuple(each for each in found if each.percent)
