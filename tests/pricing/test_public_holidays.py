"""A calendar of public holidays is a list that is whole, in order, and silent about what it does not list."""

from datetime import date, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidDocumentError, InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.places import CANTONS, Place
from mila_core.pricing import (
    HolidayCalendar,
    ListedHolidays,
    PublicHoliday,
    corrected,
    holiday_at,
)
from tests import wrong

MAY = date(2026, 5, 1)
LABOUR_DAY = PublicHoliday(day=MAY, code="labour_day", cantons={"ZH", "BS"})
NEW_YEAR = PublicHoliday(day=date(2026, 1, 1), code="new_years_day")
CALENDAR = ListedHolidays(first_year=2026, last_year=2027, holidays=[LABOUR_DAY, NEW_YEAR])

CODES: list[wrong.Row] = [
    (None, InvalidTypeError),
    (7, InvalidTypeError),
    ("", InvalidValueError),
    ("Christmas", InvalidValueError),  # a code is in small letters
    ("christmas day", InvalidValueError),
    ("1_may", InvalidValueError),
    ("auffahrt\n", InvalidValueError),
    ("näfels", InvalidValueError),
    ("x" * 65, InvalidValueError),
]
SETS: list[wrong.Row] = [
    (None, InvalidTypeError),
    ("ZH", InvalidTypeError),  # no set of letters
    ([7], InvalidTypeError),
    (["zh"], InvalidValueError),
    (["FL"], InvalidValueError),  # Liechtenstein is no canton
    ([], InvalidValueError),  # of no canton: it would be no holiday
]


@pytest.mark.parametrize(("field", "value", "error"), wrong.fields(day=wrong.DAYS, code=CODES, cantons=SETS))
def test_a_wrong_holiday_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """A day, a code and cantons, or an error that names the field."""
    wrong.check_refused(LABOUR_DAY, field, value, error)


def test_several_wrong_cantons_are_told_together() -> None:
    """Whoever writes a list sees all that is wrong in it at once."""
    with pytest.raises(InvalidDocumentError) as caught:
        PublicHoliday(day=MAY, code="labour_day", cantons={"XX", "YY", "ZH"})
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        first_year=wrong.numbers(3, 9997),
        last_year=[*wrong.numbers(3, 9997), (2025, InvalidValueError)],
        holidays=wrong.ITEMS,
    ),
)
def test_a_wrong_calendar_is_refused(field: str, value: Any, error: type[InvalidInputError]) -> None:
    """Years in order and holidays, or an error that names the field."""
    wrong.check_refused(CALENDAR, field, value, error)


@pytest.mark.parametrize(
    ("more", "came"),
    [
        (PublicHoliday(day=date(2025, 12, 25), code="christmas_day"), "2025-12-25"),
        (PublicHoliday(day=date(2028, 1, 1), code="new_years_day"), "2028-01-01"),
        (LABOUR_DAY, "2026-05-01 labour_day twice"),
        (attrs.evolve(LABOUR_DAY, cantons={"TI"}), "2026-05-01 labour_day twice"),  # it is one entry
        (PublicHoliday(day=MAY, code="ascension_day"), "two on 2026-05-01 in BS"),
    ],
    ids=["before", "after", "same", "same-code", "same-canton"],
)
def test_what_cannot_stand_together_is_refused(more: PublicHoliday, came: str) -> None:
    """A holiday outside of the years, one twice, or two on a day in a canton."""
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(CALENDAR, holidays=[*CALENDAR.holidays, more])
    assert (caught.value.field, caught.value.came) == ("holidays", came)


def test_two_holidays_may_share_a_day_in_different_cantons() -> None:
    """In 2011 the day of Jura's plebiscite was Corpus Christi elsewhere."""
    june = date(2011, 6, 23)
    listed = [
        PublicHoliday(day=june, code="jura_plebiscite_day", cantons={"JU"}),
        PublicHoliday(day=june, code="corpus_christi", cantons={"LU"}),
    ]
    calendar = ListedHolidays(first_year=2011, last_year=2011, holidays=listed)
    codes = [calendar.holiday_on(june, canton=canton) for canton in ("JU", "LU", "ZH")]
    assert codes == ["jura_plebiscite_day", "corpus_christi", None]


def test_a_holiday_is_one_everywhere_if_not_said_otherwise() -> None:
    """Without cantons a holiday is one of all 26."""
    codes = [CALENDAR.holiday_on(NEW_YEAR.day, canton=canton) for canton in CANTONS]
    assert codes == ["new_years_day"] * 26


@given(testing.listed_holidays(), st.data())
def test_the_order_of_a_list_does_not_matter(calendar: ListedHolidays, data: st.DataObject) -> None:
    """The same holidays in another order are the same calendar, with one hash and one repr."""
    other = attrs.evolve(calendar, holidays=data.draw(st.permutations(calendar.holidays)))
    assert other == calendar
    assert hash(other) == hash(calendar)
    assert repr(other) == repr(calendar)


def slow(calendar: ListedHolidays, on: date, canton: str) -> str | None:
    """Return the holiday of a day by looking at all of them."""
    found = [each.code for each in calendar.holidays if each.day == on and canton in each.cantons]
    assert len(found) <= 1
    return found[0] if found else None


@given(testing.listed_holidays(), st.data())
def test_a_day_is_found_as_by_looking_at_all(calendar: ListedHolidays, data: st.DataObject) -> None:
    """The search finds a listed day, and none where none is listed."""
    days = st.dates(date(calendar.first_year, 1, 1), date(calendar.last_year, 12, 31))
    on = data.draw(st.sampled_from([each.day for each in calendar.holidays]) if calendar.holidays else days)
    for canton in CANTONS:
        assert calendar.holiday_on(on, canton=canton) == slow(calendar, on, canton)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2028, 1, 1)])
def test_a_year_that_is_not_listed_is_refused(day: date) -> None:
    """No answer is no "no": a surcharge would be forgotten."""
    with pytest.raises(InvalidValueError, match="a day of the years 2026 to 2027"):
        CALENDAR.holiday_on(day, canton="ZH")


@pytest.mark.parametrize(
    ("day", "canton", "error", "field"),
    [
        (datetime(2026, 5, 1), "ZH", InvalidTypeError, "day"),  # noqa: DTZ001  # it has a time
        ("2026-05-01", "ZH", InvalidTypeError, "day"),
        (None, "ZH", InvalidTypeError, "day"),
        (MAY, "zh", InvalidValueError, "canton"),
        (MAY, "Zürich", InvalidValueError, "canton"),
        (MAY, "", InvalidValueError, "canton"),
        (MAY, None, InvalidTypeError, "canton"),
        (MAY, ["ZH"], InvalidTypeError, "canton"),
    ],
)
def test_a_wrong_question_is_refused(
    day: Any, canton: Any, error: type[InvalidInputError], field: str
) -> None:
    """A date and one of the 26 cantons, or an error that names the argument."""
    for call in (
        lambda: CALENDAR.holiday_on(day, canton=canton),
        lambda: corrected(CALENDAR, day, canton=canton, code=None),
    ):
        with pytest.raises(error) as caught:
            call()
        assert caught.value.field == field


# --- corrections


@given(testing.listed_holidays(), st.data())
def test_a_correction_changes_one_canton_on_one_day(calendar: ListedHolidays, data: st.DataObject) -> None:
    """There the calendar says what it was told, and everywhere else what it said."""
    days = st.dates(date(calendar.first_year, 1, 1), date(calendar.last_year, 12, 31))
    listed = [each.day for each in calendar.holidays]
    on = data.draw(st.sampled_from(listed) | days if listed else days)
    canton = data.draw(st.sampled_from(CANTONS))
    known = [each.code for each in calendar.holidays]
    code = data.draw(st.sampled_from([None, "own_day", *known]))
    now = corrected(calendar, on, canton=canton, code=code)
    assert now.holiday_on(on, canton=canton) == code
    for day in {on, *listed}:
        for each in CANTONS:
            if (day, each) != (on, canton):
                assert now.holiday_on(day, canton=each) == calendar.holiday_on(day, canton=each)
    before = calendar.holiday_on(on, canton=canton)
    assert corrected(now, on, canton=canton, code=before) == calendar


def test_the_last_canton_takes_the_holiday_with_it() -> None:
    """A holiday that is one nowhere is gone, not one everywhere."""
    calendar = corrected(CALENDAR, MAY, canton="BS", code=None)
    calendar = corrected(calendar, MAY, canton="ZH", code=None)
    assert calendar.holidays == (NEW_YEAR,)


def test_a_wrong_code_is_refused() -> None:
    """A correction takes the codes that a holiday takes."""
    with pytest.raises(InvalidValueError):
        corrected(CALENDAR, MAY, canton="ZH", code="May Day")


# --- places


@pytest.mark.parametrize(
    ("cantons", "code"),
    [
        ({"ZH"}, None),
        ({"SG"}, None),
        ({"ZH", "SG"}, "labour_day"),
        ({"BE"}, None),
        ({*CANTONS}, "labour_day"),
    ],
    ids=["zurich", "st-gallen", "both", "elsewhere", "everywhere"],
)
def test_at_a_border_a_day_counts_only_if_both_sides_have_it(cantons: set[str], code: str | None) -> None:
    """Wald is in Zürich and touches St. Gallen: nobody pays for the other side's holiday."""
    wald = Place("8636")
    assert wald.cantons == ("ZH", "SG")
    calendar = attrs.evolve(CALENDAR, holidays=[attrs.evolve(LABOUR_DAY, cantons=cantons)])
    assert holiday_at(wald, MAY, calendar=calendar) == code


def test_the_code_is_the_one_of_the_canton_with_most_addresses() -> None:
    """Where both sides have a holiday by another name, the first canton's is told."""
    calendar = corrected(CALENDAR, MAY, canton="SG", code="own_day")
    assert holiday_at(Place("8636"), MAY, calendar=calendar) == "labour_day"


@given(testing.places(), testing.listed_holidays(), st.data())
def test_a_place_has_a_holiday_if_all_its_cantons_have(
    place: Place, calendar: ListedHolidays, data: st.DataObject
) -> None:
    """The rule in one line, at any place."""
    day = data.draw(
        st.sampled_from([each.day for each in calendar.holidays] or [date(calendar.first_year, 1, 1)])
    )
    codes = [calendar.holiday_on(day, canton=canton) for canton in place.cantons]
    assert holiday_at(place, day, calendar=calendar) == (None if None in codes else codes[0])


class _Always:
    """A calendar of an application's own."""

    def holiday_on(self, day: date, *, canton: str) -> str | None:
        """Every day is one."""
        return f"day_{day.day}_{canton.lower()}"


def test_a_calendar_may_be_anything_that_answers() -> None:
    """The calendar is what an application says it is."""
    calendar: HolidayCalendar = _Always()
    assert holiday_at(Place("8005"), MAY, calendar=calendar) == "day_1_zh"
