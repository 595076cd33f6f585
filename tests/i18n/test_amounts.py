"""Amounts look as people in Switzerland write them, and what people write is read, never guessed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mila_core.errors import InvalidTypeError, InvalidValueError, MilaError
from mila_core.i18n import FORMAT_LOCALES, LOCALES, LONGEST_AMOUNT, format_money, parse_money
from mila_core.money import Money, chf
from mila_core.testing import moneys
from tests.i18n.spellings import LANGUAGES, NO, SPELLINGS, written

DATA = Path(__file__).parents[3] / "shared" / "data" / "pricing"
CLDR = DATA / "cldr_swiss_number_symbols_44_to_48_2.json"
"""The symbols of Unicode CLDR, version by version, from its own packages; not a part of the project."""
BABEL = DATA / "babel_chf_formats.json"
"""What babel 2.18 writes."""
VERSIONS = {"rm_CH": ("47.0.0", "rm")}
"""The version of CLDR, where it is not 48.2, and its name of the locale."""

LIKELY = st.sampled_from("0123456789.,-'’ \u00a0\u202f\u2009−–—CHFrS")
"""Characters that amounts are made of."""

each_locale = pytest.mark.parametrize("locale", LOCALES)
each_format = pytest.mark.parametrize("locale", FORMAT_LOCALES)


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
    shown = [format_money(chf(text), locale=locale).replace("\N{NO-BREAK SPACE}", "~") for locale in LOCALES]
    assert shown == [german, french, italian, german]


@pytest.mark.parametrize("text", AMOUNTS)
def test_romansh_is_as_french_with_a_typographic_apostrophe(text: str) -> None:
    """CLDR 47 and babel write it so; the currency comes behind."""
    french = AMOUNTS[text][1].replace("'", "’").replace("~", "\N{NO-BREAK SPACE}")
    assert format_money(chf(text), locale="rm") == french


@pytest.mark.skipif(not BABEL.exists(), reason=f"{BABEL.name} is not here")
@pytest.mark.parametrize("amount", ["1234.5", "-40", "1234567.89", "40"])
def test_romansh_is_written_as_babel_does(amount: str) -> None:
    """The locale for which our table stays with CLDR 47 agrees with what babel made of it."""
    rows = json.loads(BABEL.read_text(encoding="utf-8"))["rows"]
    money = chf(f"{amount}0" if amount.endswith(".5") else amount)
    assert format_money(money, locale="rm_CH") == rows["rm_CH"][amount]


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
@each_format
@given(amount=moneys())
def test_any_amount_is_written_as_cldr_says(locale: str, amount: Money) -> None:
    """The table of our own agrees with the data of CLDR for every amount; Romansh has a keyboard's minus."""
    version, name = VERSIONS.get(locale, ("48.2.0", locale.replace("_", "-")))
    symbols = json.loads(CLDR.read_text(encoding="utf-8"))["rows"][version][name]
    by_the_data = by_cldr(amount, symbols).replace("\N{MINUS SIGN}", "-")
    assert format_money(amount, locale=locale) == by_the_data


@each_format
@given(amount=moneys())
def test_no_digit_of_an_amount_is_lost(locale: str, amount: Money) -> None:
    """Without currency, groups and spaces what is left is the amount."""
    shown = format_money(amount, locale=locale)
    assert re.sub(r"[^0-9.-]", "", shown) == amount.amount
    assert shown.count("CHF") == 1
    assert " " not in shown


# --- and back


@each_format
@given(amount=moneys())
@example(amount=Money(10**17 - 1))
@example(amount=Money(1 - 10**17))
def test_what_is_written_is_read(locale: str, amount: Money) -> None:
    """Every amount that can be written comes back from its text in the same locale."""
    assert parse_money(format_money(amount, locale=locale), locale=locale) == amount


@given(amount=moneys(), one=st.sampled_from(FORMAT_LOCALES), other=st.sampled_from(FORMAT_LOCALES))
def test_what_one_locale_writes_another_reads(amount: Money, one: str, other: str) -> None:
    """Amounts of money have an apostrophe and a point in all five, so a text may go from one to another."""
    assert parse_money(format_money(amount, locale=one), locale=other) == amount


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_is_read_or_refused_as_published(spelling: str) -> None:
    """Each row of the table in the docs, in each language."""
    for language, amount in zip(LANGUAGES, SPELLINGS[spelling], strict=True):
        if amount == NO:
            with pytest.raises(InvalidValueError):
                parse_money(written(spelling), locale=language)
        else:
            assert parse_money(written(spelling), locale=language) == chf(amount), language


@given(
    amount=moneys(),
    before=st.sampled_from(["", "CHF", "CHF ", "Fr. ", "fr.\N{NO-BREAK SPACE}", "SFr", "sfr. "]),
    after=st.sampled_from(["", " CHF", "Fr.", "\N{NARROW NO-BREAK SPACE}fr", " SFr."]),
    sign=st.sampled_from("-−"),
    group=st.sampled_from(["", "'", "’"]),
    no_rappen=st.sampled_from(["", ".-", ".--", ".–", ".—", ".00"]),
    locale=st.sampled_from(FORMAT_LOCALES),
)
def test_any_swiss_spelling_is_read(
    *, amount: Money, before: str, after: str, sign: str, group: str, no_rappen: str, locale: str
) -> None:
    """Whatever is put together of the usual parts is the amount, in every locale."""
    francs, rappen = divmod(abs(amount.rappen), 100)
    number = f"{francs:,}".replace(",", group) + (f".{rappen:02d}" if rappen else no_rappen)
    minus = sign if amount.rappen < 0 else ""
    spelled = f"{minus}{number}{after}" if after else f"{before}{minus}{number}"
    assert parse_money(spelled, locale=locale) == amount
    with pytest.raises(InvalidValueError, match="the currency once"):
        parse_money(f"CHF {number} CHF", locale=locale)


@given(text=st.text(LIKELY, max_size=14))
def test_no_text_has_another_amount_in_another_locale(text: str) -> None:
    """What two locales both read, they read alike: a wrong locale may refuse an amount, never change it."""
    read = set()
    for locale in FORMAT_LOCALES:
        try:
            read.add(parse_money(text, locale=locale))
        except InvalidValueError:
            continue
    assert len(read) <= 1


@each_format
@given(text=st.text(max_size=80) | st.text(LIKELY, max_size=12))
def test_any_text_is_read_or_refused(locale: str, text: str) -> None:
    """There is no other error, and what is read has the digits of the text."""
    try:
        amount = parse_money(text, locale=locale)
    except InvalidValueError:
        return
    digits = re.sub(r"[^0-9]", "", text)
    assert amount.amount.replace(".", "").strip("-") in {digits, f"{digits}00"}


@pytest.mark.parametrize("francs", ["1.234", "1,234", "12.345", "999,000"])
@each_format
def test_both_readings_are_named(locale: str, francs: str) -> None:
    """A third of people read the thousand, the others three decimals: the error says both."""
    high, low = re.split("[.,]", francs)
    with pytest.raises(InvalidValueError) as caught:
        parse_money(f"CHF {francs}", locale=locale)
    assert f"{high}'{low}.00" in caught.value.expected
    assert f"{high}.{low} " in caught.value.expected


@pytest.mark.parametrize("text", ["-.50", "–.50", "—.50", "Fr. -.50", "–.50 CHF"])
def test_both_readings_of_a_price_tag_are_named(text: str) -> None:
    """A dash for no franc looks as a minus does."""
    with pytest.raises(InvalidValueError) as caught:
        parse_money(text, locale="de")
    assert "0.50 (as on a price tag) and -0.50" in caught.value.expected


@pytest.mark.parametrize("text", ["EUR 40", "€ 40", "40 USD", "40 €", "$40", "40.00 EUR", "eur 40"])
def test_another_currency_is_named_as_the_trouble(text: str) -> None:
    """Amounts are in Swiss francs only, and the error says so."""
    with pytest.raises(InvalidValueError, match="Swiss francs"):
        parse_money(text, locale="de")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\N{NO-BREAK SPACE}",
        "-",
        "CHF -",
        ".",
        "'",
        "40\n",
        "\t40",
        "4 0",
        "40\x00",
        "\N{RIGHT-TO-LEFT MARK}40",
        "४०",
        "Ⅳ",
        "²",
        "40.٠٠",  # noqa: RUF001  # Arabic digits
        "CHF 40 000",  # in German a blank groups nothing
        "1''234",
        "1'234'",
        "'234",
        "1' 234",
        "40.---",
        "40.-0",
        "40.0–",
        "Fr.. 40",
        "CHF. 40",
        "ſfr 40",  # noqa: RUF001  # a long s
        "0x28",
        "4_0",
        "1/2",
        "40 Franken",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Empty texts, control characters, digits of other scripts, pieces of amounts."""
    with pytest.raises(InvalidValueError):
        parse_money(text, locale="de")


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f", "\u2009", "  "])
def test_blanks_around_an_amount_are_nothing(blank: str) -> None:
    """People copy amounts with the blanks that stand beside them."""
    assert parse_money(f"{blank}CHF{blank}40.00{blank}", locale="de") == chf(40)
    assert parse_money(f"{blank}40.00{blank}CHF{blank}", locale="de") == chf(40)


@pytest.mark.parametrize("text", [None, 40, 40.0, b"40", True, ["40"], chf(40)])
def test_an_amount_that_is_no_text_is_a_wrong_call(text: object) -> None:
    """Numbers have their own way in, `money.chf`."""
    with pytest.raises(InvalidTypeError, match="text: expected a text"):
        parse_money(text, locale="de")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", [40, "40.00", 40.0, None])
def test_what_is_no_amount_is_a_wrong_call(amount: object) -> None:
    """A number may be francs or Rappen; only an amount is written."""
    with pytest.raises(InvalidTypeError, match="amount: expected an amount"):
        format_money(amount, locale="de")  # type: ignore[arg-type]


def test_a_locale_that_is_no_text_is_a_wrong_call() -> None:
    """A locale that was forgotten is noticed."""
    with pytest.raises(InvalidTypeError, match="locale: expected a text"):
        parse_money("40", locale=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "9" * 10_000,
        "1" + "'000" * 3_000,
        "9" * 10_000_000,
        " " * 10_000_000,
        "CHF" + " " * 10_000_000 + "40",
        "1'" * 5_000_000,
        "-" * 10_000_000,
        "9" * (LONGEST_AMOUNT + 1),
    ],
    ids=lambda text: f"{text[:4]!r} and so on, {len(text)}",
)
def test_a_long_text_is_refused_by_its_length(text: str) -> None:
    """The length is looked at before the text is, and a part alone is told."""
    with pytest.raises(InvalidValueError, match=f"at most {LONGEST_AMOUNT} characters") as caught:
        parse_money(text, locale="fr")
    assert len(str(caught.value)) < 250


def test_a_text_of_64_characters_is_still_read() -> None:
    """The length counts with the blanks around the amount."""
    assert parse_money("40".rjust(64), locale="de") == chf(40)
    with pytest.raises(InvalidValueError, match="at most 64 characters"):
        parse_money("40".rjust(65), locale="de")


@pytest.mark.parametrize("text", ["forty", "CHF forty", "CHF", "4x"])
def test_only_another_currency_is_told_as_one(text: str) -> None:
    """Other troubles are answered by an example."""
    with pytest.raises(InvalidValueError, match="text: expected an amount such as"):
        parse_money(text, locale="de")


def test_an_amount_has_at_most_fifteen_digits_of_francs() -> None:
    """The most that `Money` has is read, one franc more is refused, as a problem of the text."""
    most = "999'999'999'999'999.99"
    assert parse_money(f"CHF-{most}", locale="de") == Money(1 - 10**17)
    with pytest.raises(InvalidValueError, match="text: expected at most 15 digits"):
        parse_money("1'000'000'000'000'000.00", locale="de")


def test_a_refusal_is_an_error_of_the_library_and_a_value_error() -> None:
    """Applications catch either."""
    for kind in (MilaError, ValueError):
        with pytest.raises(kind):
            parse_money("1e3", locale="de")
