"""The spellings of amounts that are read and that are refused, by language: the table in the docs."""

from types import MappingProxyType

from mila_core.i18n import FORMAT_LOCALES

LANGUAGES = tuple(locale[:2] for locale in FORMAT_LOCALES)
"""The columns of the table."""

BLANKS = MappingProxyType(
    {
        "␣": "\N{NO-BREAK SPACE}",
        "⍽": "\N{NARROW NO-BREAK SPACE}",
        "⎵": "\N{THIN SPACE}",
    }
)
"""What stands for the blanks that nobody can tell apart."""

NO = "–"
"""What stands for a refusal."""


def all_read(amount: str) -> tuple[str, ...]:
    """Return the amount for every language."""
    return (amount,) * len(LANGUAGES)


def read_in(amount: str, *languages: str) -> tuple[str, ...]:
    """Return the amount for some languages, and a refusal for the others."""
    return tuple(amount if language in languages else NO for language in LANGUAGES)


NONE = all_read(NO)

SPELLINGS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        # francs, Rappen, and dashes for no Rappen
        "40": all_read("40.00"),
        "40.00": all_read("40.00"),
        "0.05": all_read("0.05"),
        "40.-": all_read("40.00"),
        "40.--": all_read("40.00"),
        "40.–": all_read("40.00"),
        "40.—": all_read("40.00"),
        "40,50": read_in("40.50", "fr", "rm"),
        "40,–": read_in("40.00", "fr", "rm"),
        # the currency on either side
        "CHF 40.00": all_read("40.00"),
        "CHF␣40.00": all_read("40.00"),
        "CHF40": all_read("40.00"),
        "chf 40": all_read("40.00"),
        "40 CHF": all_read("40.00"),
        "40.00␣CHF": all_read("40.00"),
        "40.00⍽CHF": all_read("40.00"),
        "Fr. 40.00": all_read("40.00"),
        "Fr 40": all_read("40.00"),
        "fr. 40.–": all_read("40.00"),
        "SFr. 40": all_read("40.00"),
        "sFr 40": all_read("40.00"),
        "40.00 Fr.": all_read("40.00"),
        "40 fr": all_read("40.00"),
        # thousands
        "1234.50": all_read("1234.50"),
        "1'234.50": all_read("1234.50"),
        "1’234.50": all_read("1234.50"),
        "1'234": all_read("1234.00"),
        "CHF 1'234'567.–": all_read("1234567.00"),
        "1␣234.50": read_in("1234.50", "fr", "rm"),
        "1⍽234,50": read_in("1234.50", "fr", "rm"),
        "1⎵234.50": read_in("1234.50", "fr", "rm"),
        "1 234 567 CHF": read_in("1234567.00", "fr", "rm"),
        "1'234,50": read_in("1234.50", "fr", "rm"),
        "1,234.50": read_in("1234.50", "en"),
        "1,234,567.50": read_in("1234567.50", "en"),
        "1,234.–": read_in("1234.00", "en"),
        "1.234,50": NONE,
        # below zero
        "-40": all_read("-40.00"),
        "−40.00": all_read("-40.00"),  # the sign of Unicode
        "CHF-40.00": all_read("-40.00"),
        "CHF −40.00": all_read("-40.00"),
        "-CHF 40.00": all_read("-40.00"),
        "-40.00␣CHF": all_read("-40.00"),
        "-1'234.50": all_read("-1234.50"),
        # two readings: a thousand, or three decimals; fifty Rappen, or fifty less than nothing
        "1.234": NONE,
        "1,234": NONE,
        "CHF 12.345": NONE,
        "40.005": NONE,
        "-.50": NONE,
        # groups that are none
        "1'23.50": NONE,
        "12'34": NONE,
        "1234'567": NONE,
        "1'234567": NONE,
        "1'234’567": NONE,
        "0'123": NONE,
        "1.234.567": NONE,
        "1,234,567": NONE,
        "1.234.50": NONE,
        # no amount in whole Rappen
        "40.5": NONE,
        "40.": NONE,
        ".50": NONE,
        "0.005": NONE,
        "1234.567": NONE,
        "007": NONE,
        "1e3": NONE,
        "NaN": NONE,
        "Infinity": NONE,
        "٤٠": NONE,
        "４０": NONE,  # noqa: RUF001  # digits of full width
        "forty": NONE,
        # signs and currencies
        "--40": NONE,
        "-CHF-40": NONE,
        "+40": NONE,
        "40-": NONE,
        "- 40": NONE,
        "(40.00)": NONE,
        "CHF 40 CHF": NONE,
        "EUR 40": NONE,
        "€ 40": NONE,
        "40 USD": NONE,
        "CHF": NONE,
    }
)
"""A spelling, and what it says in each of the languages; `NO` where it is refused."""


def written(spelling: str) -> str:
    """Return a spelling with the blanks that its signs stand for."""
    for sign, blank in BLANKS.items():
        spelling = spelling.replace(sign, blank)
    return spelling
