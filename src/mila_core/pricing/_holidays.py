"""The one module that knows the `holidays` library: the public holidays of all cantons, with our own codes.

The library says which days; what they are called is told by the day itself, so that neither its language nor
its wording, which changes with its versions, reaches a stored calendar. For Zürich and Bern not even the days
are the library's: there the law is followed to the letter.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from mila_core.errors import InvalidTypeError, InvalidValueError, MissingExtraError, describe
from mila_core.places import CANTONS
from mila_core.pricing.public_holidays import ListedHolidays, PublicHoliday

FIRST_YEAR, LAST_YEAR = 2001, 2100
"""The years that can be asked for: the law of Zürich is of June 2000, and nobody knows the laws of 2101."""

_DAYS_FROM_EASTER = MappingProxyType(
    {-2: "good_friday", 1: "easter_monday", 39: "ascension_day", 50: "whit_monday", 60: "corpus_christi"}
)

_FIXED = MappingProxyType(
    {
        (1, 1): "new_years_day",
        (1, 2): "berchtolds_day",
        (1, 6): "epiphany",
        (3, 19): "saint_josephs_day",
        (5, 1): "labour_day",
        (6, 29): "saints_peter_and_paul",
        (8, 1): "national_day",
        (8, 15): "assumption_day",
        (9, 25): "saint_nicholas_of_flue",
        (11, 1): "all_saints_day",
        (12, 8): "immaculate_conception",
        (12, 25): "christmas_day",
        (12, 26): "saint_stephens_day",
    }
)

_LAW: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Ruhetags- und Ladenöffnungsgesetz of 26 June 2000 (LS 822.4), § 1 (1) b
        "ZH": frozenset(
            {
                *("new_years_day", "good_friday", "easter_monday", "labour_day", "ascension_day"),
                *("whit_monday", "national_day", "christmas_day", "saint_stephens_day"),
            }
        ),
        # Gesetz über die Ruhe an öffentlichen Feiertagen of 1 December 1996 (BSG 555.1), Art. 2 (1) b and c
        "BE": frozenset(
            {
                *("new_years_day", "berchtolds_day", "good_friday", "easter_monday", "ascension_day"),
                *("whit_monday", "national_day", "christmas_day", "saint_stephens_day"),
            }
        ),
    }
)
"""The public holidays by law, less the Sundays and the feasts that are always Sundays."""


class _Cantonal(NamedTuple):
    """A holiday that is some cantons' own: the days of a month on which it can be, and on which weekday."""

    cantons: str
    month: int
    days: range
    weekday: int | None
    code: str


_MONDAY, _THURSDAY, _SUNDAY = 1, 4, 7

_CANTONAL = (
    _Cantonal("NE", 3, range(1, 2), None, "neuchatel_republic_day"),
    _Cantonal("GL", 4, range(1, 15), _THURSDAY, "naefelser_fahrt"),  # the first, or after Easter the second
    _Cantonal("JU", 6, range(23, 24), None, "jura_plebiscite_day"),
    _Cantonal("GE", 9, range(5, 12), _THURSDAY, "geneva_fast"),  # after the first Sunday
    _Cantonal("VD NE", 9, range(16, 23), _MONDAY, "federal_fast_monday"),  # after the third Sunday
    _Cantonal("GE", 12, range(31, 32), None, "restoration_day"),
)


def _library() -> Any:
    try:
        import holidays  # noqa: PLC0415  # 0.1 s, and behind an extra
    except ImportError:
        raise MissingExtraError("calendar", "holidays") from None
    return holidays


def _easter(year: int) -> date:
    """Return Easter Sunday (J. Meeus, Astronomical Algorithms, 2nd edition, chapter 8)."""
    golden = year % 19
    century, year_of_century = divmod(year, 100)
    leaps, odd_centuries = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    leap_years, odd_years = divmod(year_of_century, 4)
    to_sunday = (32 + 2 * odd_centuries + 2 * leap_years - epact - odd_years) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, before = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, before + 1)


def _by_rule(year: int) -> Iterator[tuple[date, str]]:
    """Yield the days of the holidays that many cantons have; of two on one day the movable one is last."""
    for (month, on), code in _FIXED.items():
        yield date(year, month, on), code
    for days, code in _DAYS_FROM_EASTER.items():
        yield _easter(year) + timedelta(days=days), code


def _own_code(on: date, canton: str) -> str | None:
    for each in _CANTONAL:
        fits = canton in each.cantons.split() and on.month == each.month and on.day in each.days
        if fits and each.weekday in {None, on.isoweekday()}:
            return each.code
    return None


def _slug(name: str) -> str:
    """Return a name that is not known here as a code."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace("'", "").lower()
    words = re.sub("[^a-z0-9]+", "_", plain).lstrip("_0123456789")
    return words[:64].rstrip("_") or "public_holiday"


def _in_library(canton: str, years: range) -> Iterator[tuple[date, str]]:
    """Yield day and English name of a canton's public holidays, as the library has them."""
    found = _library().country_holidays("CH", subdiv=canton, years=years, expand=False, language="en_US")
    yield from sorted(found.items())


def _of_canton_in(canton: str, years: range, by_rule: Mapping[date, str]) -> Iterator[tuple[date, str]]:
    """Yield day and code of a canton's public holidays."""
    if canton in _LAW:
        codes = _LAW[canton]
        days = {on for year in years for on, code in _by_rule(year) if code in codes}
        yield from ((on, by_rule[on]) for on in sorted(days))
        return
    for on, name in _in_library(canton, years):
        code = by_rule.get(on) or _own_code(on, canton)
        if code is not None or on.isoweekday() != _SUNDAY:  # else a feast that is always a Sunday
            yield on, code or _slug(name)


def swiss_holidays(first_year: int, last_year: int) -> ListedHolidays:
    """Return the public holidays of all cantons, as a value to be stored.

    Zürich and Bern are as in their laws; the other cantons are as in the installed version of the library
    `holidays`, and the next one may differ: keep what comes, and quote with what is kept. Feasts that are
    always Sundays are not listed.

    Args:
        first_year: the first year, 2001 or later.
        last_year: the last one, 2100 or earlier.

    Returns:
        The calendar of these years; equal arguments and versions make equal calendars.

    Raises:
        InvalidTypeError: a year that is no int.
        InvalidValueError: a year out of range, or years out of order.
        MissingExtraError: `holidays` is not installed.
    """
    for field, year, least in (("first_year", first_year, FIRST_YEAR), ("last_year", last_year, first_year)):
        if not isinstance(year, int) or isinstance(year, bool):
            raise InvalidTypeError(field, "a year", describe(year))
        if not least <= year <= LAST_YEAR:
            raise InvalidValueError(field, f"a year from {least} to {LAST_YEAR}", describe(year))
    years = range(first_year, last_year + 1)
    by_rule = {on: code for year in years for on, code in _by_rule(year)}
    found: dict[tuple[date, str], set[str]] = {}
    for canton in CANTONS:
        for on, code in _of_canton_in(canton, years, by_rule):
            found.setdefault((on, code), set()).add(canton)
    return ListedHolidays(
        first_year=first_year,
        last_year=last_year,
        holidays=[PublicHoliday(day=on, code=code, cantons=cantons) for (on, code), cantons in found.items()],
    )
