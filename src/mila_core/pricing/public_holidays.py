"""Public holidays by canton: what a calendar answers, and a calendar that is a plain list.

Apart from the first of August each canton says itself which days are public holidays, and sources disagree
about many of them. So a calendar is an argument, and `ListedHolidays` is a value: it can be written by hand,
stored, corrected day by day, and read again when an old quote is to be explained.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.places import CANTONS, Place
from mila_core.validation import FrozensetOf, day, frozenset_of, instance_of, integer, sorted_repr, tuple_of

__all__ = ["HOLIDAY_CODES", "HolidayCalendar", "ListedHolidays", "PublicHoliday", "corrected", "holiday_at"]

HOLIDAY_CODES = (
    *("new_years_day", "berchtolds_day", "epiphany", "neuchatel_republic_day", "saint_josephs_day"),
    *("good_friday", "easter_sunday", "easter_monday", "naefelser_fahrt", "labour_day", "ascension_day"),
    *("whit_sunday", "whit_monday", "corpus_christi", "jura_plebiscite_day", "saints_peter_and_paul"),
    *("national_day", "assumption_day", "geneva_fast", "federal_fast_day", "federal_fast_monday"),
    *("saint_maurices_day", "saint_nicholas_of_flue", "all_saints_day", "immaculate_conception"),
    *("christmas_eve", "christmas_day", "saint_stephens_day", "new_years_eve", "restoration_day"),
    "public_holiday",
)
"""The codes that have a name in every language, by the year; the last one stands for any other holiday."""

_CODE = re.compile("[a-z][a-z0-9_]{0,63}")
_A_CANTON = "the code of a canton such as 'ZH'"
_FIRST_YEAR, _LAST_YEAR = 3, 9997  # the years of a calendar date, as `validation.day` allows them


def _code(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    expected = "a code of 1 to 64 small letters, digits and underscores, a letter first"
    if not isinstance(value, str):
        raise InvalidTypeError(attribute.name, expected, describe(value))
    if not _CODE.fullmatch(value):
        raise InvalidValueError(attribute.name, expected, describe(value))


def _check_canton(value: object, *, name: str = "canton") -> None:
    if not isinstance(value, str):
        raise InvalidTypeError(name, _A_CANTON, describe(value))
    if value not in CANTONS:
        raise InvalidValueError(name, _A_CANTON, describe(value))


def _canton(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    _check_canton(value, name=attribute.name)


@attrs.frozen(kw_only=True)
class PublicHoliday:
    """A public holiday: the day, what it is called, and where it is one.

    Attributes:
        day: the day.
        code: its stable name, such as `christmas_day`; those of `HOLIDAY_CODES` have names in all languages.
        cantons: the codes of the cantons where it is a public holiday, at least one; all 26 if not given.

    Raises:
        InvalidTypeError: a field of another type, such as a datetime for the day.
        InvalidValueError: a code with other characters, an unknown canton, or none.
        InvalidDocumentError: several cantons that are wrong.

    Examples:
        >>> PublicHoliday(day=date(2026, 5, 1), code="labour_day", cantons={"ZH"}).code
        'labour_day'
    """

    day: date = attrs.field(validator=day)
    code: str = attrs.field(validator=_code)
    cantons: frozenset[str] = attrs.field(
        default=frozenset(CANTONS),
        converter=FrozensetOf[str],
        validator=frozenset_of(_canton, least=1),
        repr=sorted_repr,
    )


class HolidayCalendar(Protocol):
    """What tells public holidays: `ListedHolidays`, or anything of an application's own."""

    def holiday_on(self, day: date, *, canton: str) -> str | None:
        """Return the code of the public holiday of a day in a canton, or None if there is none.

        Args:
            day: the day on the Swiss calendar.
            canton: the code of the canton, one of `places.CANTONS`.
        """


def _check_day(value: object) -> None:
    day(None, attrs.fields(PublicHoliday).day, value)


def _key(holiday: PublicHoliday) -> tuple[date, str]:
    return holiday.day, holiday.code


def _in_order(value: Any) -> Any:
    """Return holidays as a tuple by day and code; anything else as it came, for the validator."""
    if not isinstance(value, list | tuple):
        return value
    in_order = all(isinstance(each, PublicHoliday) for each in value)
    return tuple(sorted(value, key=_key)) if in_order else tuple(value)


@attrs.frozen(kw_only=True)
class ListedHolidays:
    """A calendar that is a list: all public holidays of some years.

    A day of these years that is not listed is known to be none. About any other year the calendar is silent:
    it refuses to answer, rather than let a surcharge be forgotten.

    Attributes:
        first_year: the first year that is listed.
        last_year: the last one.
        holidays: the holidays of these years; kept by day and code, in whatever order they come.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: years out of order, a holiday outside of them, the same day and code twice, or two
            holidays on one day in one canton.
        InvalidDocumentError: several members that are no holidays.

    Examples:
        >>> calendar = ListedHolidays(
        ...     first_year=2026,
        ...     last_year=2026,
        ...     holidays=[
        ...         PublicHoliday(day=date(2026, 1, 1), code="new_years_day"),
        ...         PublicHoliday(day=date(2026, 5, 1), code="labour_day", cantons={"ZH", "BS"}),
        ...     ],
        ... )
        >>> calendar.holiday_on(date(2026, 5, 1), canton="ZH")
        'labour_day'
        >>> calendar.holiday_on(date(2026, 5, 1), canton="BE") is None
        True
    """

    first_year: int = attrs.field(validator=integer(_FIRST_YEAR, _LAST_YEAR))
    last_year: int = attrs.field(validator=integer(_FIRST_YEAR, _LAST_YEAR))
    holidays: tuple[PublicHoliday, ...] = attrs.field(
        default=(), converter=_in_order, validator=tuple_of(instance_of(PublicHoliday))
    )

    def __attrs_post_init__(self) -> None:
        """Refuse holidays that cannot stand together."""
        if self.last_year < self.first_year:
            raise InvalidValueError("last_year", f"{self.first_year} or later", f"the int {self.last_year}")
        outside = [each.day.isoformat() for each in self.holidays if not self._covers(each.day)]
        if outside:
            raise InvalidValueError("holidays", self._days, outside[0])
        twice = _first_twice(map(_key, self.holidays))
        if twice is not None:
            raise InvalidValueError("holidays", "each day and code once", f"{twice[0]} {twice[1]} twice")
        both = _first_twice((each.day, canton) for each in self.holidays for canton in sorted(each.cantons))
        if both is not None:
            expected = "at most one holiday on a day in a canton"
            raise InvalidValueError("holidays", expected, f"two on {both[0]} in {both[1]}")

    def holiday_on(self, day: date, *, canton: str) -> str | None:
        """Return the code of the public holiday of a day in a canton, or None if there is none.

        Args:
            day: the day on the Swiss calendar.
            canton: the code of the canton.

        Raises:
            InvalidTypeError: the day is no date, or a datetime; the canton is no text.
            InvalidValueError: the day is of a year that is not listed, or there is no such canton.
        """
        _check_day(day)
        _check_canton(canton)
        if not self._covers(day):
            raise InvalidValueError("day", self._days, day.isoformat())
        start = bisect_left(self.holidays, day, key=lambda each: each.day)
        for each in self.holidays[start:]:
            if each.day != day:
                break
            if canton in each.cantons:
                return each.code
        return None

    def _covers(self, on: date) -> bool:
        return self.first_year <= on.year <= self.last_year

    @property
    def _days(self) -> str:
        return f"a day of the years {self.first_year} to {self.last_year}, which are listed"


def _first_twice(keys: Iterable[tuple[date, str]]) -> tuple[date, str] | None:
    return next((key for key, count in Counter(keys).items() if count > 1), None)


def corrected(calendar: ListedHolidays, day: date, *, canton: str, code: str | None) -> ListedHolidays:
    """Return a calendar in which a day is another holiday, or none, in one canton.

    Args:
        calendar: the calendar.
        day: the day, of a year that is listed.
        canton: the code of the canton.
        code: the holiday's code, or None if the day is none there.

    Returns:
        The calendar that says so; in other cantons and on other days it says what it said.

    Raises:
        InvalidTypeError: as for `ListedHolidays.holiday_on`, or a code that is no text.
        InvalidValueError: as there, or a code with other characters.

    Examples:
        >>> empty = ListedHolidays(first_year=2026, last_year=2026)
        >>> own = corrected(empty, date(2026, 1, 2), canton="ZG", code="berchtolds_day")
        >>> own.holiday_on(date(2026, 1, 2), canton="ZG")
        'berchtolds_day'
        >>> corrected(own, date(2026, 1, 2), canton="ZG", code=None) == empty
        True
    """
    if calendar.holiday_on(day, canton=canton) == code:
        return calendar
    left = []
    where = {canton}
    for each in calendar.holidays:
        others = each.cantons - {canton} if each.day == day else each.cantons
        if _key(each) == (day, code):
            where |= others
        elif others:
            left.append(attrs.evolve(each, cantons=others))
    if code is not None:
        left.append(PublicHoliday(day=day, code=code, cantons=where))
    return attrs.evolve(calendar, holidays=left)


def holiday_at(place: Place, day: date, *, calendar: HolidayCalendar) -> str | None:
    """Return the code of the public holiday of a day at a place, or None if there is none.

    Where a postcode touches several cantons nobody knows on which side the door is: such a day counts only if
    it is a holiday in every one of them, so that no customer pays a surcharge for the neighbours' holiday.

    Args:
        place: where.
        day: the day on the Swiss calendar.
        calendar: which days are holidays in which canton.

    Returns:
        The code that the calendar has for the canton with most of the postcode's addresses.

    Raises:
        InvalidInputError: what the calendar raises, as `ListedHolidays` does for a year it does not list.

    Examples:
        >>> labour_day = PublicHoliday(day=date(2026, 5, 1), code="labour_day", cantons={"ZH"})
        >>> calendar = ListedHolidays(first_year=2026, last_year=2026, holidays=[labour_day])
        >>> holiday_at(Place("8005"), date(2026, 5, 1), calendar=calendar)
        'labour_day'
        >>> Place("8636").cantons
        ('ZH', 'SG')
        >>> holiday_at(Place("8636"), date(2026, 5, 1), calendar=calendar) is None
        True
    """
    codes = [calendar.holiday_on(day, canton=canton) for canton in place.cantons]
    return codes[0] if all(code is not None for code in codes) else None
