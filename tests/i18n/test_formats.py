"""Amounts, dates, times and distances look as people in Switzerland write them."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.i18n import (
    LOCALES,
    format_date,
    format_distance,
    format_instant,
    format_languages,
    format_last_day,
    format_money,
    format_number,
    format_period,
)
from mila_core.money import Money, chf
from mila_core.periods import Period
from tests.strategies.values import days, instants, moneys, periods

CLDR = Path(__file__).parents[3] / "shared" / "data" / "pricing" / "cldr_swiss_number_symbols_44_to_48_2.json"
"""The symbols of Unicode CLDR 48.2, taken from its own packages; not a part of the project."""

each_locale = pytest.mark.parametrize("locale", LOCALES)


# --- amounts; "~" stands for a no-break space

AMOUNTS = {
    # amount: de and en, fr, it
    "0.00": ("CHF~0.00", "0.00~CHF", "CHF~0.00"),
    "0.05": ("CHF~0.05", "0.05~CHF", "CHF~0.05"),
    "-0.05": ("CHF-0.05", "-0.05~CHF", "CHF-0.05"),
    "40.00": ("CHF~40.00", "40.00~CHF", "CHF~40.00"),
    "-40.00": ("CHF-40.00", "-40.00~CHF", "CHF-40.00"),
    "999.99": ("CHF~999.99", "999.99~CHF", "CHF~999.99"),
    "1000.00": ("CHF~1'000.00", "1'000.00~CHF", "CHF~1000.00"),
    "-1000.00": ("CHF-1'000.00", "-1'000.00~CHF", "CHF-1000.00"),
    "9999.95": ("CHF~9'999.95", "9'999.95~CHF", "CHF~9999.95"),
    "10000.00": ("CHF~10'000.00", "10'000.00~CHF", "CHF~10'000.00"),
    "-12345.60": ("CHF-12'345.60", "-12'345.60~CHF", "CHF-12'345.60"),
    "1234567.89": ("CHF~1'234'567.89", "1'234'567.89~CHF", "CHF~1'234'567.89"),
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_is_written_as_cldr_says(text: str) -> None:
    """Apostrophe and point in all; the currency behind in French; groups from 10'000 on in Italian."""
    german, french, italian = AMOUNTS[text]
    written = [
        format_money(chf(text), locale=locale).replace("\N{NO-BREAK SPACE}", "~") for locale in LOCALES
    ]
    assert written == [german, french, italian, german]


def by_cldr(amount: Money, symbols: dict[str, Any]) -> str:
    """Return an amount by the pattern and the symbols of CLDR, as its specification says (LDML, part 3)."""
    positive, _, negative = symbols["standard"].partition(";")
    pattern = negative or f"-{positive}" if amount.rappen < 0 else positive
    francs, rappen = divmod(abs(amount.rappen), 100)
    digits = str(francs)
    if len(digits) >= 3 + int(symbols["minGrouping"]):
        group = symbols["currencyGroup"] or symbols["group"]
        digits = re.sub(r"(?<=\d)(?=(\d{3})+$)", group, digits)
    number = f"{digits}{symbols['currencyDecimal'] or symbols['decimal']}{rappen:02d}"
    return str(pattern.replace("-", symbols["minus"]).replace("#,##0.00", number).replace("¤", "CHF"))


@pytest.mark.skipif(not CLDR.exists(), reason=f"{CLDR.name} is not here")
@each_locale
@given(amount=moneys())
def test_any_amount_is_written_as_cldr_says(locale: str, amount: Money) -> None:
    """The table of our own agrees with the data of CLDR 48.2 for every amount."""
    symbols = json.loads(CLDR.read_text(encoding="utf-8"))["rows"]["48.2.0"][locale.replace("_", "-")]
    assert format_money(amount, locale=locale) == by_cldr(amount, symbols)


@each_locale
@given(amount=moneys())
def test_no_digit_of_an_amount_is_lost(locale: str, amount: Money) -> None:
    """Without currency, groups and spaces what is left is the amount."""
    written = format_money(amount, locale=locale)
    assert re.sub(r"[^0-9.-]", "", written) == amount.amount
    assert written.count("CHF") == 1
    assert " " not in written


# --- numbers, distances, languages


@pytest.mark.parametrize(
    ("value", "decimals", "point", "comma"),
    [
        (4.7, 2, "4.70", "4,70"),
        (4.996, 2, "5.00", "5,00"),
        (0, 1, "0.0", "0,0"),
        (20, 0, "20", "20"),
        (88.76, 2, "88.76", "88,76"),
    ],
)
def test_a_number_has_a_comma_in_french_only(value: float, decimals: int, point: str, comma: str) -> None:
    """Amounts have a point everywhere; other numbers have a comma in French."""
    written = [format_number(value, decimals=decimals, locale=locale) for locale in LOCALES]
    assert written == [point, comma, point, point]


@pytest.mark.parametrize(
    ("metres", "written"),
    [
        (0, "0~m"),
        (1, "1~m"),
        (999, "999~m"),
        (1000, "1.0~km"),
        (1949, "2.0~km"),
        (9900, "9.9~km"),
        (9901, "10.0~km"),
        (10_000, "10.0~km"),
        (10_001, "10.1~km"),
        (19_783, "19.8~km"),
        (100_000, "100.0~km"),
        (100_001, "101~km"),
        (348_000, "348~km"),
    ],
)
def test_a_distance_is_as_exact_as_people_care(metres: int, written: str) -> None:
    """Metres below one kilometre, a decimal to a hundred, then whole kilometres; always rounded up."""
    assert format_distance(metres, locale="de").replace("\N{NO-BREAK SPACE}", "~") == written
    assert format_distance(metres, locale="fr").replace("\N{NO-BREAK SPACE}", "~") == written.replace(
        ".", ","
    )


@pytest.mark.parametrize(
    ("codes", "locale", "written"),
    [
        (["de"], "de", "Deutsch"),
        (["de", "en"], "fr", "allemand et anglais"),
        (["de", "fr", "it"], "it", "tedesco, francese e italiano"),
        (["rm"], "en", "Romansh"),
        (["sq", "qqq"], "en", "Albanian and qqq"),
        (["x-nobody"], "de", "x-nobody"),
        ([], "de", ""),
    ],
)
def test_languages_are_named(codes: list[str], locale: str, written: str) -> None:
    """Languages have names in each language; one without a name is shown by its code."""
    assert format_languages(codes, locale=locale) == written


# --- dates and times


@pytest.mark.parametrize(
    ("on", "written"),
    [
        (date(2013, 11, 27), ["27.11.2013", "27 nov. 2013", "27 nov 2013", "27 Nov 2013"]),
        (date(2014, 1, 1), ["01.01.2014", "1er janv. 2014", "1 gen 2014", "1 Jan 2014"]),
        (date(2014, 1, 11), ["11.01.2014", "11 janv. 2014", "11 gen 2014", "11 Jan 2014"]),
        (date(2014, 1, 31), ["31.01.2014", "31 janv. 2014", "31 gen 2014", "31 Jan 2014"]),
        (date(2000, 2, 29), ["29.02.2000", "29 févr. 2000", "29 feb 2000", "29 Feb 2000"]),
    ],
)
def test_a_date_is_written_as_cldr_says(on: date, written: list[str]) -> None:
    """The medium length of each language; the first of a month is `1er` in French."""
    plain = [re.sub(r"\b0(?=\d\.)", "0?", format_date(on, locale=locale)) for locale in LOCALES]
    assert plain == [re.sub(r"\b0(?=\d\.)", "0?", each) for each in written]


@pytest.mark.parametrize(
    ("at", "written"),
    [
        ("2013-11-27T08:00:00+00:00", "27 Nov 2013, 09:00"),
        ("2013-11-27T23:59:59.999999+01:00", "27 Nov 2013, 23:59"),
        ("2013-11-27T18:30:00-05:00", "28 Nov 2013, 00:30"),
        # midnight on the Swiss wall clock: the day that begins
        ("2013-12-31T23:00:00+00:00", "1 Jan 2014"),
        ("2014-06-30T22:00:00+00:00", "1 Jul 2014"),
        ("2014-01-01T00:00:00+00:00", "1 Jan 2014, 01:00"),
        ("2013-12-31T23:00:00.000001+00:00", "1 Jan 2014, 00:00"),
        # the Sunday on which the clocks go forward, and the one on which they go back
        ("2026-03-29T00:59:00+00:00", "29 Mar 2026, 01:59"),
        ("2026-03-29T01:00:00+00:00", "29 Mar 2026, 03:00"),
        ("2026-10-25T00:30:00+00:00", "25 Oct 2026, 02:30"),
        ("2026-10-25T01:30:00+00:00", "25 Oct 2026, 02:30"),
        ("2026-10-24T22:00:00+00:00", "25 Oct 2026"),
        ("2026-10-25T23:00:00+00:00", "26 Oct 2026"),
    ],
)
def test_an_instant_is_shown_on_the_swiss_wall_clock(at: str, written: str) -> None:
    """Date and time as a clock in Switzerland shows them; at midnight the date alone."""
    assert format_instant(datetime.fromisoformat(at), locale="en") == written


def test_an_instant_is_shown_on_another_clock_if_asked() -> None:
    """The zone is an argument."""
    at = datetime.fromisoformat("2013-11-27T08:00:00+00:00")
    assert format_instant(at, locale="en", zone="Asia/Kathmandu") == "27 Nov 2013, 13:45"


@pytest.mark.parametrize(
    ("end", "written"),
    [
        ("2013-12-14T23:00:00+00:00", "14 Dec 2013"),
        ("2013-12-31T23:00:00+00:00", "31 Dec 2013"),
        ("2014-06-30T22:00:00+00:00", "30 Jun 2014"),
        ("2026-10-25T23:00:00+00:00", "25 Oct 2026"),
        ("2013-12-14T12:00:00+00:00", "14 Dec 2013, 13:00"),
        ("2013-12-14T23:30:00+00:00", "15 Dec 2013, 00:30"),
        ("2013-12-14T23:00:01+00:00", "15 Dec 2013, 00:00"),
    ],
)
def test_until_midnight_is_until_the_day_before(end: str, written: str) -> None:
    """A period that ends as a day begins lasts until the last day, as people say it."""
    assert format_last_day(datetime.fromisoformat(end), locale="en") == written


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        ("2013-11-28T13:00:00Z", "2013-11-28T14:00:00Z", "28 Nov 2013, 14:00–15:00"),
        ("2013-11-28T13:00:00Z", "2013-11-29T07:30:00Z", "28 Nov 2013, 14:00 – 29 Nov 2013, 08:30"),
        ("2013-11-28T22:00:00Z", "2013-11-28T23:00:00Z", "28 Nov 2013, 23:00 – 29 Nov 2013, 00:00"),
        ("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", "25 Oct 2026, 02:00–03:00"),
    ],
)
def test_a_period_names_a_day_once(start: str, end: str, written: str) -> None:
    """Within a day the date comes once; over midnight both ends have theirs."""
    period = Period(datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert format_period(period, locale="en") == written


@each_locale
@given(at=instants(), period=periods(), on=days(), metres=st.integers(0, 400_000))
def test_whatever_is_formatted_is_one_line(
    locale: str, at: datetime, period: Period, on: date, metres: int
) -> None:
    """No format fails, is empty, or has a line break or blanks at its ends."""
    formatted = [
        format_instant(at, locale=locale),
        format_last_day(at, locale=locale),
        format_period(period, locale=locale),
        format_date(on, locale=locale),
        format_distance(metres, locale=locale),
    ]
    assert [text for text in formatted if not text or text != text.strip() or "\n" in text] == []


@each_locale
@given(at=instants())
def test_a_day_later_is_another_text(locale: str, at: datetime) -> None:
    """Two instants a day apart are never written alike."""
    later = at.astimezone(UTC) + timedelta(days=1)
    assert format_instant(at, locale=locale) != format_instant(later, locale=locale)
