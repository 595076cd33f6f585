"""The rules of recurrences (RRULE) as RFC 5545 writes them: which parts there are, and their ranges."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from mila_core.errors import InvalidValueError, describe
from mila_core.export._recurrence import FREQUENCIES, Rule

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RANGES = MappingProxyType(  # RFC 5545, 3.3.10; the parts that may count from the end have a least below zero
    {
        "BYMONTH": ("months", 1, 12),
        "BYWEEKNO": ("weeks", -53, 53),
        "BYYEARDAY": ("yeardays", -366, 366),
        "BYMONTHDAY": ("monthdays", -31, 31),
        "BYHOUR": ("hours", 0, 23),
        "BYMINUTE": ("minutes", 0, 59),
        "BYSECOND": ("seconds", 0, 59),
        "BYSETPOS": ("positions", -366, 366),
    }
)
_OTHER_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})


def rule_of(parts: Mapping[str, list[Any]], field: str, *, until: datetime | None) -> Rule:
    """Return the rule that the parts of an RRULE say.

    Raises:
        InvalidValueError: a part that there is not, or a value out of its range.
    """
    unknown = set(parts) - _OTHER_PARTS - set(_RANGES)
    if unknown:
        raise InvalidValueError(field, "the parts of a rule of RFC 5545", f"{len(unknown)} other(s)")
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    if frequency not in FREQUENCIES:
        raise InvalidValueError(field, f"a FREQ of {', '.join(FREQUENCIES)}", "another one")
    numbers = {
        name: _numbers(parts[part], field, part=part, least=least, most=most)
        for part, (name, least, most) in _RANGES.items()
        if part in parts
    }
    return Rule(
        frequency=frequency,
        interval=_numbers(parts.get("INTERVAL", [1]), field, part="INTERVAL", least=1, most=2**31)[0],
        count=_numbers(parts["COUNT"], field, part="COUNT", least=1, most=2**31)[0]
        if "COUNT" in parts
        else None,
        until=until,
        weekdays=tuple(_weekday(str(each), field, frequency) for each in parts.get("BYDAY", ())),
        week_start=_weekday(str(parts.get("WKST", ["MO"])[0]), field, "DAILY")[1],
        **numbers,
    )


def _numbers(values: list[Any], field: str, *, part: str, least: int, most: int) -> tuple[int, ...]:
    """Check the numbers of a part; one that may count from the end is never zero."""
    expected = f"a {part} of whole numbers from {least} to {most}" + (", none of them 0" if least < 0 else "")
    for value in values:
        is_number = isinstance(value, int) and not getattr(value, "leap", False)  # "5L" is a month elsewhere
        if not is_number or not least <= value <= most or (least < 0 and value == 0):
            raise InvalidValueError(field, expected, "another one")
    if not values:
        raise InvalidValueError(field, expected, "none")
    return tuple(int(value) for value in values)


def _weekday(value: str, field: str, frequency: str) -> tuple[int, int]:
    """Return which one and the weekday of a text such as `-1SU`; only months and years have a last Sunday."""
    number, name = value[:-2], value[-2:].upper()
    nth = int(number) if number.lstrip("+-").isdecimal() and number.isascii() else 0
    most = {"MONTHLY": 5, "YEARLY": 53}.get(frequency, 0)
    if name not in _WEEKDAYS or bool(number) != bool(nth) or abs(nth) > most:
        expected = "weekdays such as MO or, in months and years, -1SU"
        raise InvalidValueError(field, expected, describe(value, personal=True))
    return nth, _WEEKDAYS.index(name)
