"""Which surcharges the hour of a visit calls for."""

from datetime import datetime
from operator import itemgetter
from typing import TypeAlias

from mila_core.periods import wall_time
from mila_core.pricing.book import PriceBook

__all__ = ["Surcharge", "surcharges_at"]

_SUNDAY = 7


Surcharge: TypeAlias = tuple[int, str]
"""A surcharge that applies: the percentage of the price of all that is wanted, and the code of its line."""

_NOTHING: Surcharge = (0, "")
_percent = itemgetter(0)


def surcharges_at(start: datetime, *, book: PriceBook, holiday: str | None) -> list[Surcharge]:
    """Return the surcharges of a visit: the highest one, or where they stack the day's and the hour's.

    Whoever asks for an hour is asked for its price: what counts is when a visit begins, so a visit that
    lasts into the evening costs no more. Of equal ones the customer is told the day's before the hour's, the
    holiday before the Sunday and the night before the evening.

    Args:
        start: when the visit begins.
        book: the price book.
        holiday: the code of the public holiday that it is, if it is one.
    """
    local = wall_time(start)
    clock = local.time()
    of_day, of_hour = _NOTHING, _NOTHING
    if local.isoweekday() == _SUNDAY:
        of_day = (book.sunday_percent, "surcharge_sunday")
    if holiday is not None:
        of_day = max((book.holiday_percent, "surcharge_holiday"), of_day, key=_percent)
    if clock >= book.evening_from:
        of_hour = (book.evening_percent, "surcharge_evening")
    if book.is_night(clock):
        of_hour = max((book.night_percent, "surcharge_night"), of_hour, key=_percent)
    if book.surcharges_stack:
        return [each for each in (of_day, of_hour) if each[0]]
    highest = max(of_day, of_hour, key=_percent)
    return [highest] if highest[0] else []
