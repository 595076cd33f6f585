"""Public holidays and calendars of them."""

from datetime import date

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.places import CANTONS
from mila_core.pricing import HOLIDAY_CODES, ListedHolidays, PublicHoliday
from mila_core.testing._values import days, this_or


def _codes() -> SearchStrategy[str]:
    return st.sampled_from(HOLIDAY_CODES) | st.from_regex("[a-z][a-z0-9_]{0,63}", fullmatch=True)


def _cantons() -> SearchStrategy[frozenset[str]]:
    return st.just(frozenset(CANTONS)) | st.frozensets(st.sampled_from(CANTONS), min_size=1, max_size=3)


def public_holidays(*, day: SearchStrategy[date] | None = None) -> SearchStrategy[PublicHoliday]:
    """Return holidays of all cantons and of some, with codes that have names and with others."""
    return st.builds(PublicHoliday, day=this_or(day, days()), code=_codes(), cantons=_cantons())


@st.composite
def listed_holidays(draw: st.DrawFn) -> ListedHolidays:
    """Return calendars of one year to three, at times with several holidays on a day in several cantons."""
    first, more = draw(st.integers(2000, 2098)), draw(st.integers(0, 2))
    last = first + more
    holidays: list[PublicHoliday] = []
    for each in draw(
        st.lists(public_holidays(day=days(first=date(first, 1, 1), last=date(last, 12, 31))), max_size=6)
    ):
        same_day = [other for other in holidays if other.day == each.day]
        if not any(other.code == each.code or other.cantons & each.cantons for other in same_day):
            holidays.append(each)
    return ListedHolidays(first_year=first, last_year=last, holidays=holidays)
