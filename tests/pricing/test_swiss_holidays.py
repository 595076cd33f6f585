"""The calendar of all cantons: Zürich and Bern by law, the others by the library, under stable codes."""

import json
import re
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError, MissingExtraError
from mila_core.places import CANTONS
from mila_core.pricing import HOLIDAY_CODES, ListedHolidays, swiss_holidays
from tests.pricing import swiss_law

ROOT = Path(__file__).parents[2]
SOURCES = ROOT.parent / "shared" / "data" / "pricing" / "holidays_2026_five_sources.json"
PAGE = ROOT / "docs" / "explanation" / "public_holidays.md"
LAWS = {"ZH": swiss_law.zurich, "BE": swiss_law.bern}
SUNDAY = 7

Pair = tuple[date, str]


def days_of(calendar: ListedHolidays, canton: str) -> dict[date, str]:
    """Return the holidays of a canton."""
    return {each.day: each.code for each in calendar.holidays if canton in each.cantons}


def planted(monkeypatch: pytest.MonkeyPatch, days: dict[date, str]) -> None:
    """Put a library in the place of the real one that has the same days for every canton."""

    def country_holidays(_: str, *, years: Iterable[int], **__: object) -> dict[date, str]:
        return {day: name for day, name in days.items() if day.year in years}

    monkeypatch.setitem(sys.modules, "holidays", SimpleNamespace(country_holidays=country_holidays))


# --- Zürich and Bern


@pytest.mark.parametrize(("canton", "law"), LAWS.items())
def test_the_law_is_followed(canton: str, law: Any) -> None:
    """From 2013 to 2035 the days are those of the law, each under its code."""
    pytest.importorskip("holidays")
    calendar = swiss_holidays(2013, 2035)
    expected = {day: code for year in swiss_law.YEARS for day, code in law(year).items()}
    assert days_of(calendar, canton) == expected


@pytest.mark.parametrize(("canton", "law"), LAWS.items())
def test_the_law_corrects_the_library(canton: str, law: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library says of Zürich and Bern, be it nothing or Knabenschiessen, their law is followed.

    Its release 0.90 has the second of January in Zürich, and Knabenschiessen.
    """
    for said in ({}, {date(2026, 1, 2): "Berchtold's Day", date(2026, 9, 14): "Knabenschiessen"}):
        planted(monkeypatch, said)
        assert days_of(swiss_holidays(2026, 2026), canton) == law(2026)


def test_easter_is_where_it_is_published() -> None:
    """The oracle of these tests is right about years that everybody can look up."""
    published = [(2008, 3, 23), (2011, 4, 24), (2019, 4, 21), (2024, 3, 31), (2026, 4, 5), (2038, 4, 25)]
    assert [swiss_law.easter(year) for year, _, _ in published] == [date(*each) for each in published]


def test_movable_days_are_right_for_a_century(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two ways to compute Easter agree, up to the last year of the second."""
    planted(monkeypatch, {})
    calendar = swiss_holidays(2001, 2099)
    found = [each.day for each in calendar.holidays if each.code == "easter_monday"]
    assert found == [swiss_law.easter(year) + timedelta(days=1) for year in range(2001, 2100)]


# --- codes


def test_a_code_is_told_by_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """How the library words a day, and in which language, does not matter."""
    names = {
        date(2026, 1, 1): "Nouvel An",
        date(2026, 5, 25): "Whit Monday",
        date(2026, 12, 26): "Boxing Day",
    }
    planted(monkeypatch, names)
    assert days_of(swiss_holidays(2026, 2026), "TI") == {
        date(2026, 1, 1): "new_years_day",
        date(2026, 5, 25): "whit_monday",
        date(2026, 12, 26): "saint_stephens_day",
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Fête des Vendanges", "fete_des_vendanges"),
        ("Saint Nobody's Day; Another Day", "saint_nobodys_day_another_day"),
        ("1. Sonntag", "sonntag"),
        ("祝日", "public_holiday"),
        ("", "public_holiday"),
        ("x" * 63 + " y", "x" * 63),
    ],
)
def test_an_unknown_name_becomes_a_code(name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day that nobody has thought of is listed all the same."""
    planted(monkeypatch, {date(2026, 10, 6): name})
    assert days_of(swiss_holidays(2026, 2026), "TI") == {date(2026, 10, 6): code}


def test_a_day_of_one_canton_has_its_name_there_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last day of the year is the republic's in Geneva, and not so elsewhere."""
    planted(monkeypatch, {date(2026, 12, 31): "Last Day"})
    calendar = swiss_holidays(2026, 2026)
    assert days_of(calendar, "GE") == {date(2026, 12, 31): "restoration_day"}
    assert days_of(calendar, "GL") == {date(2026, 12, 31): "last_day"}


def test_feasts_that_are_always_sundays_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Sunday has a surcharge of its own; a date that happens to be a Sunday stays."""
    planted(monkeypatch, {date(2026, 4, 5): "Easter Sunday", date(2026, 11, 1): "All Saints' Day"})
    assert days_of(swiss_holidays(2026, 2026), "TI") == {date(2026, 11, 1): "all_saints_day"}


def test_of_two_holidays_on_a_day_the_movable_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In 2008 Ascension Day was the first of May, everywhere; Zürich has it once."""
    planted(monkeypatch, {date(2008, 5, 1): "Ascension Day; Labor Day"})
    calendar = swiss_holidays(2008, 2008)
    assert {calendar.holiday_on(date(2008, 5, 1), canton=canton) for canton in CANTONS} == {"ascension_day"}


def test_every_code_of_the_library_has_a_name() -> None:
    """No holiday of the installed library is shown as a code."""
    pytest.importorskip("holidays")
    assert {each.code for each in swiss_holidays(2019, 2030).holidays} <= set(HOLIDAY_CODES)


# --- the other cantons


def sources() -> dict[str, dict[str, dict[date, str] | None]]:
    """Return what each source calls a public holiday in 2026, by canton."""
    if not SOURCES.exists():
        pytest.skip("the days of the other sources are not here")
    table = json.loads(SOURCES.read_text(encoding="utf-8"))["table"]
    return {
        canton: {
            source: None if days is None else {date.fromisoformat(day): name for day, name in days.items()}
            for source, days in said.items()
        }
        for canton, said in table.items()
    }


def verdicts() -> tuple[set[Pair], set[Pair]]:
    """Return the days, with their cantons, of which all sources say yes, and those of which only some do."""
    agreed: set[Pair] = set()
    disputed: set[Pair] = set()
    for canton, said in sources().items():
        lists = [days for days in said.values() if days is not None]
        for day in {day for days in lists for day in days}:
            if day.isoweekday() != SUNDAY:
                (agreed if all(day in days for days in lists) else disputed).add((day, canton))
    return agreed, disputed


def disputed_on_the_page() -> dict[Pair, tuple[str, bool]]:
    """Return the table of the page: for a day in a canton its code, and whether it is listed."""
    row = re.compile(r"^\| (2026-\d\d-\d\d) \| `(\w+)` \| ([A-Z –]+) \| ([A-Z –]+) \|$", re.MULTILINE)
    return {
        (date.fromisoformat(day), canton): (code, listed)
        for day, code, yes, no in row.findall(PAGE.read_text(encoding="utf-8"))
        for cantons, listed in ((yes, True), (no, False))
        for canton in cantons.replace("–", "").split()
    }


def test_what_all_sources_say_is_listed_and_nothing_that_none_says() -> None:
    """In all 26 cantons: 226 days of 2026 are beyond dispute, 69 are not."""
    pytest.importorskip("holidays")
    calendar = swiss_holidays(2026, 2026)
    ours = {(day, canton) for canton in CANTONS for day in days_of(calendar, canton)}
    agreed, disputed = verdicts()
    assert (len(agreed), len(disputed)) == (226, 69)
    assert agreed <= ours
    assert {pair for pair in ours if pair[0].isoweekday() != SUNDAY} <= agreed | disputed


def test_the_page_has_every_day_that_is_disputed() -> None:
    """The table in the docs is the one of the sources."""
    _, disputed = verdicts()
    assert set(disputed_on_the_page()) == disputed


def test_the_page_says_what_the_calendar_says() -> None:
    """For each disputed day the docs say whether it is listed, and under which code."""
    pytest.importorskip("holidays")
    calendar = swiss_holidays(2026, 2026)
    told = disputed_on_the_page()
    assert len(told) == 69
    assert {code for code, _ in told.values()} <= set(HOLIDAY_CODES)
    for (day, canton), (code, listed) in told.items():
        assert calendar.holiday_on(day, canton=canton) == (code if listed else None), (day, canton)


# --- wrong calls


@pytest.mark.parametrize(
    ("first", "last", "error", "field"),
    [
        (2000, 2026, InvalidValueError, "first_year"),
        (2026, 2025, InvalidValueError, "last_year"),
        (2026, 2101, InvalidValueError, "last_year"),
        (True, 2026, InvalidTypeError, "first_year"),
        (2026.0, 2026, InvalidTypeError, "first_year"),
        ("2026", 2026, InvalidTypeError, "first_year"),
        (2026, None, InvalidTypeError, "last_year"),
    ],
)
def test_wrong_years_are_refused(first: Any, last: Any, error: type[InvalidInputError], field: str) -> None:
    """Two years in order from 2001 to 2100, or an error that names the argument."""
    with pytest.raises(error) as caught:
        swiss_holidays(first, last)
    assert caught.value.field == field


def test_without_the_library_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has not installed `holidays` is told how to."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'mila-core\[calendar\]'") as caught:
        swiss_holidays(2026, 2026)
    assert (caught.value.extra, caught.value.needs) == ("calendar", "holidays")
