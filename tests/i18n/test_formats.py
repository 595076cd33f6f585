"""Numbers, dates, times, durations and distances look as people in Switzerland write them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.i18n import (
    FORMAT_LOCALES,
    LOCALES,
    DateLength,
    format_date,
    format_distance,
    format_duration,
    format_instant,
    format_languages,
    format_last_day,
    format_number,
    format_percent,
    format_period,
    format_time,
    format_weekday,
)
from mila_core.periods import Period
from mila_core.testing import days, instants, periods

each_locale = pytest.mark.parametrize("locale", LOCALES)


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
    ("value", "decimals", "written"),
    [
        # de and en, fr, it, rm
        (999, 0, ["999", "999", "999", "999"]),
        (1234.5, 1, ["1'234.5", "1'234,5", "1234.5", "1’234.5"]),
        (12345, 0, ["12'345", "12'345", "12'345", "12’345"]),
        (-1234567.89, 2, ["-1'234'567.89", "-1'234'567,89", "-1'234'567.89", "-1’234’567.89"]),
        # a half goes to the even neighbour, as the number shows it, not as its binary fraction has it
        (2.675, 2, ["2.68", "2,68", "2.68", "2.68"]),
        (0.125, 2, ["0.12", "0,12", "0.12", "0.12"]),
        (Decimal("1.005"), 2, ["1.00", "1,00", "1.00", "1.00"]),
        # nothing is below zero that is shown as zero
        (-0.004, 2, ["0.00", "0,00", "0.00", "0.00"]),
        (-0.0, 0, ["0", "0", "0", "0"]),
    ],
)
def test_a_number_is_grouped_as_amounts_are(
    value: float | Decimal, decimals: int, written: list[str]
) -> None:
    """The symbols of CLDR 48.2, for Romansh those of CLDR 47."""
    german, french, italian, romansh = written
    shown = [format_number(value, decimals=decimals, locale=locale) for locale in FORMAT_LOCALES]
    assert shown == [german, french, italian, german, romansh]


@given(value=st.integers(-(10**20), 10**20), decimals=st.integers(0, 15))
def test_no_digit_of_a_number_is_lost(value: int, decimals: int) -> None:
    """Without groups what is left is the number."""
    for locale in FORMAT_LOCALES:
        shown = format_number(value, decimals=decimals, locale=locale)
        assert Fraction(re.sub("['’]", "", shown).replace(",", ".")) == value


@given(value=st.floats(allow_nan=False, allow_infinity=False), decimals=st.integers(0, 15))
def test_a_number_is_as_near_as_its_decimals_allow(value: float, decimals: int) -> None:
    """What is shown differs from the number by half of the last place at most."""
    shown = Fraction(format_number(value, decimals=decimals, locale="de").replace("'", ""))
    assert abs(shown - Fraction(repr(value))) <= Fraction(1, 2 * 10**decimals)


@pytest.mark.parametrize(
    ("most", "one_more"),
    [
        (10**309 - 1, 10**309),
        (Decimal("1E+308"), Decimal("1E+309")),
        (Decimal("1E-308"), Decimal("1E-309")),
    ],
)
def test_a_number_has_at_most_309_digits(most: int | Decimal, one_more: int | Decimal) -> None:
    """As many as the largest float; a longer one would take its time."""
    assert format_number(most, decimals=0, locale="de")
    with pytest.raises(InvalidValueError, match="at most 309 digits"):
        format_number(one_more, decimals=0, locale="de")


def test_a_percentage_has_no_decimals_unless_asked_for() -> None:
    """Fees and shares are mostly whole."""
    assert format_percent(20.4, locale="de") == "20%"


@pytest.mark.parametrize(
    ("percent", "decimals", "written"),
    [
        (20, 0, ["20%", "20%", "20%", "20~%"]),
        (8.1, 1, ["8.1%", "8,1%", "8.1%", "8.1~%"]),
        (Decimal("2.6"), 1, ["2.6%", "2,6%", "2.6%", "2.6~%"]),
        (-0.5, 1, ["-0.5%", "-0,5%", "-0.5%", "-0.5~%"]),
        (100, 2, ["100.00%", "100,00%", "100.00%", "100.00~%"]),
        (1000, 0, ["1'000%", "1'000%", "1000%", "1’000~%"]),
    ],
)
def test_a_percentage_is_written_as_cldr_says(
    percent: float | Decimal, decimals: int, written: list[str]
) -> None:
    """No space before the sign, but in Romansh."""
    german, french, italian, romansh = written
    shown = [
        format_percent(percent, decimals=decimals, locale=locale).replace("\N{NO-BREAK SPACE}", "~")
        for locale in FORMAT_LOCALES
    ]
    assert shown == [german, french, italian, german, romansh]


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (0, "0~min"),
        (1, "1~min"),
        (59, "59~min"),
        (60, "1~h"),
        (90, "1~h 30~min"),
        (120, "2~h"),
        (1501, "25~h 1~min"),
        (527_040, "8'784~h"),
    ],
)
@pytest.mark.parametrize("locale", ["de", "fr", "en"])
def test_a_duration_is_written_in_hours_and_minutes(locale: str, minutes: int, written: str) -> None:
    """The symbols are the same in all languages; a part that is zero is left out."""
    assert format_duration(minutes, locale=locale).replace("\N{NO-BREAK SPACE}", "~") == written


@given(minutes=st.integers(0, 527_040), locale=st.sampled_from(FORMAT_LOCALES))
def test_no_minute_of_a_duration_is_lost(minutes: int, locale: str) -> None:
    """Hours and minutes of the text make up the duration."""
    shown = re.sub("['’]", "", format_duration(minutes, locale=locale))
    found = re.fullmatch(r"(?:(\d+)\xa0h)? ?(?:(\d+)\xa0min)?", shown)
    assert found is not None
    hours, rest = (int(part or 0) for part in found.groups())
    assert (60 * hours + rest, rest < 60) == (minutes, True)


WRONG: list[tuple[Callable[[], str], type[Exception], str]] = [
    # no numbers
    (lambda: format_number(True, decimals=0, locale="de"), InvalidTypeError, "value"),  # noqa: FBT003
    (lambda: format_number("4", decimals=0, locale="de"), InvalidTypeError, "value"),  # type: ignore[arg-type]
    (lambda: format_percent(None, locale="de"), InvalidTypeError, "percent"),  # type: ignore[arg-type]
    (lambda: format_duration(1.5, locale="de"), InvalidTypeError, "minutes"),  # type: ignore[arg-type]
    (lambda: format_duration(True, locale="de"), InvalidTypeError, "minutes"),  # noqa: FBT003
    # not finite, or too many digits to write
    (lambda: format_number(float("nan"), decimals=0, locale="de"), InvalidValueError, "value"),
    (lambda: format_percent(float("inf"), locale="de"), InvalidValueError, "percent"),
    (lambda: format_number(Decimal("sNaN"), decimals=0, locale="de"), InvalidValueError, "value"),
    (lambda: format_number(Decimal("1E+999999"), decimals=0, locale="de"), InvalidValueError, "value"),
    (lambda: format_number(Decimal("1E-999999"), decimals=0, locale="de"), InvalidValueError, "value"),
    (lambda: format_number(10**10_000, decimals=0, locale="de"), InvalidValueError, "value"),
    # counts out of their bounds
    (lambda: format_number(1, decimals=-1, locale="de"), InvalidValueError, "decimals"),
    (lambda: format_number(1, decimals=16, locale="de"), InvalidValueError, "decimals"),
    (lambda: format_number(1, decimals=True, locale="de"), InvalidTypeError, "decimals"),
    (lambda: format_duration(-1, locale="de"), InvalidValueError, "minutes"),
    (lambda: format_duration(527_041, locale="de"), InvalidValueError, "minutes"),
    (lambda: format_distance(True, locale="de"), InvalidTypeError, "metres"),  # noqa: FBT003
    (lambda: format_distance("x", locale="de"), InvalidTypeError, "metres"),  # type: ignore[arg-type]
    (lambda: format_distance(974.5, locale="de"), InvalidTypeError, "metres"),  # type: ignore[arg-type]
    (lambda: format_distance(-5, locale="de"), InvalidValueError, "metres"),
    (lambda: format_distance(10**400, locale="de"), InvalidValueError, "metres"),
    # one text instead of several, no texts
    (lambda: format_languages("de", locale="de"), InvalidTypeError, "codes"),
    (lambda: format_languages(None, locale="de"), InvalidTypeError, "codes"),  # type: ignore[arg-type]
    (lambda: format_languages(["de", 1], locale="de"), InvalidTypeError, r"codes\[1\]"),  # type: ignore[list-item]
    (lambda: format_languages([["de"]], locale="de"), InvalidTypeError, r"codes\[0\]"),  # type: ignore[list-item]
    # no period
    (lambda: format_period(None, locale="de"), InvalidTypeError, "period"),  # type: ignore[arg-type]
    # an instant, whose day is another in another zone
    (lambda: format_date(datetime(2013, 11, 27, 23, tzinfo=UTC), locale="de"), InvalidTypeError, "on"),
    (lambda: format_weekday(datetime(2013, 11, 27, 23, tzinfo=UTC), locale="de"), InvalidTypeError, "on"),
    # no dates, no lengths
    (lambda: format_date("2013-11-27", locale="de"), InvalidTypeError, "on"),  # type: ignore[arg-type]
    (lambda: format_weekday(3, locale="de"), InvalidTypeError, "on"),  # type: ignore[arg-type]
    (
        lambda: format_date(date(2013, 11, 27), locale="de", length="huge"),  # type: ignore[arg-type]
        InvalidValueError,
        "length",
    ),
    # no locale
    (lambda: format_duration(90, locale=None), InvalidTypeError, "locale"),  # type: ignore[arg-type]
    (lambda: format_time(datetime(2013, 11, 27, tzinfo=UTC), locale=1), InvalidTypeError, "locale"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("call", "error", "field"), WRONG)
def test_a_wrong_argument_is_named(call: Callable[[], str], error: type[Exception], field: str) -> None:
    """Nothing is formatted that is no number, date or locale, and nothing takes long."""
    with pytest.raises(error, match=f"^{field}: expected"):
        call()


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
        (["de", "rm"], "rm", "tudestg e rumantsch"),
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
    ("length", "written"),
    [
        ("medium", ["28.11.2013", "28 nov. 2013", "28 nov 2013", "28 Nov 2013", "28-11-2013"]),
        (
            "long",
            [
                "28. November 2013",
                "28 novembre 2013",
                "28 novembre 2013",
                "28 November 2013",
                "28 da november 2013",
            ],
        ),
        (
            "full",
            [
                "Donnerstag, 28. November 2013",
                "jeudi, 28 novembre 2013",
                "giovedì, 28 novembre 2013",
                "Thursday, 28 November 2013",
                "gievgia, ils 28 da november 2013",
            ],
        ),
    ],
)
def test_a_date_has_three_lengths(length: DateLength, written: list[str]) -> None:
    """Medium, long and full of CLDR, also inside an instant and a period; Romansh has its own."""
    start = datetime(2013, 11, 28, 13, tzinfo=UTC)
    period = Period(start, start + timedelta(minutes=90))
    for locale, text in zip(FORMAT_LOCALES, written, strict=True):
        assert format_date(date(2013, 11, 28), locale=locale, length=length) == text
        assert format_instant(start, locale=locale, length=length) == f"{text}, 14:00"
        assert format_period(period, locale=locale, length=length) == f"{text}, 14:00–15:30"


@pytest.mark.parametrize(
    ("length", "written"),
    [("medium", "1er janv. 2014"), ("long", "1er janvier 2014"), ("full", "mercredi, 1er janvier 2014")],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(length: DateLength, written: str) -> None:
    """In each length, and only the day."""
    assert format_date(date(2014, 1, 1), locale="fr", length=length) == written


WEEK = {
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "rm": "glindesdi mardi mesemna gievgia venderdi sonda dumengia",
}


@pytest.mark.parametrize("language", WEEK)
def test_a_weekday_has_a_name(language: str) -> None:
    """From Monday to Sunday; the short name begins as the long one does."""
    week = [date(2013, 11, 25) + timedelta(days=day) for day in range(7)]
    assert " ".join(format_weekday(on, locale=language) for on in week) == WEEK[language]
    for on in week:
        short = format_weekday(on, locale=language, short=True)
        assert format_weekday(on, locale=language).startswith(short.removesuffix("."))
        assert 2 <= len(short) <= 4


@each_locale
def test_a_time_has_24_hours_in_all_languages(locale: str) -> None:
    """As clocks in Switzerland show it; the zone is an argument."""
    at = datetime.fromisoformat("2013-11-27T17:05:59+00:00")
    assert format_time(at, locale=locale) == "18:05"
    assert format_time(at, locale=locale, zone="Asia/Kathmandu") == "22:50"
    assert format_time(datetime.fromisoformat("2013-11-26T23:00:00Z"), locale=locale) == "00:00"


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
