"""Amounts of money as people in Switzerland write them, and back."""

import re
from types import MappingProxyType
from typing import NamedTuple

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.i18n._locales import negotiate_formats
from mila_core.money import Money

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


class _MoneyFormat(NamedTuple):
    before: str
    after: str
    negative: str
    least_digits_grouped: int = 4
    group: str = "'"


# Unicode CLDR 48.2: de-CH, fr-CH, it-CH and en-CH group with an apostrophe and have a point in amounts of
# money; it-CH groups from five digits on. A table of our own, as babel 2.18 still has the data of CLDR 47
# (typographic apostrophe, comma in fr-CH) and takes ten times as long. Romansh stays with CLDR 47: since 48.0
# its number symbols there are a comma and a narrow space, which no other Swiss locale has for money.
_BEFORE = _MoneyFormat(before=f"CHF{_NO_BREAK}", after="", negative="CHF-")
_BEHIND = _MoneyFormat(before="", after=f"{_NO_BREAK}CHF", negative="-")
_WRITTEN = MappingProxyType(
    {
        "de_CH": _BEFORE,
        "en_CH": _BEFORE,
        "it_CH": _BEFORE._replace(least_digits_grouped=5),
        "fr_CH": _BEHIND,
        "rm_CH": _BEHIND._replace(group="\N{RIGHT SINGLE QUOTATION MARK}"),
    }
)

LONGEST_AMOUNT = 64
"""The most characters that `parse_money` reads: twice as many as the largest amount has, in any spelling."""

_MOST_DIGITS = 15  # of whole francs, as for Money


class _Reading(NamedTuple):
    groups: str
    decimal_marks: str


_BLANKS = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
_SWISS = _Reading(groups=_APOSTROPHES, decimal_marks=".")
_WITH_COMMA = _Reading(groups=_APOSTROPHES + _BLANKS, decimal_marks=".,")
_READ = MappingProxyType(
    {
        "de_CH": _SWISS,
        "en_CH": _SWISS._replace(groups=f"{_APOSTROPHES},"),
        "it_CH": _SWISS,
        "fr_CH": _WITH_COMMA,
        "rm_CH": _WITH_COMMA,  # as of CLDR 48
    }
)

# Every text is short before an expression sees it, and no part of one can stand for a part of another but the
# blanks in front of a currency: none of them backtracks far.
_CURRENCY = r"(?:[Cc][Hh][Ff]|[Ss]?[Ff][Rr]\.?)"
_AROUND = re.compile(
    rf"(?:(?P<sign>[-{_MINUS}]?)(?P<before>{_CURRENCY})[{_BLANKS}]*)?(?P<inner_sign>[-{_MINUS}]?)"
    rf"(?P<number>[0-9].*?)(?:[{_BLANKS}]*(?P<after>{_CURRENCY}))?"
)
_NUMBER = re.compile(
    rf"(?P<whole>[0-9]{{1,3}}(?P<group>[.,{_APOSTROPHES}{_BLANKS}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*|[0-9]+)"
    r"(?:(?P<mark>[.,])(?P<rappen>[0-9]{2}|--?|[–—]))?"  # dashes, as on a price tag
)
_AMBIGUOUS = re.compile(r"(?P<high>[1-9][0-9]{0,2})[.,](?P<low>[0-9]{3})")
_PRICE_TAG = re.compile(r"[^0-9]*[-–—]\.(?P<rappen>[0-9]{2})[^0-9]*")
_FOREIGN = re.compile(r"[A-Z]{3}|[$£¥€]|(?i:eur|usd|gbp)")

_AN_AMOUNT = "an amount such as 1'234.50, 40.\N{EN DASH} or CHF 40.00"


def format_money(amount: Money, *, locale: str) -> str:
    r"""Return an amount as people write it in the locale's language in Switzerland (CLDR 48.2).

    Romansh is written as in CLDR 47. `parse_money` reads it back.

    Args:
        amount: the amount.
        locale: any locale, as for `negotiate_formats`.

    Raises:
        InvalidTypeError: no amount, or the locale is not a text.

    Examples:
        >>> from mila_core.money import chf
        >>> format_money(chf("1234.50"), locale="de_CH")
        "CHF\xa01'234.50"
        >>> format_money(chf("1234.50"), locale="fr_CH"), format_money(chf(-40), locale="de")
        ("1'234.50\xa0CHF", 'CHF-40.00')
    """
    how = _WRITTEN[negotiate_formats(locale)]
    if not isinstance(amount, Money):
        raise InvalidTypeError("amount", "an amount such as chf('40.00')", describe(amount))
    francs, rappen = divmod(abs(amount.rappen), 100)
    digits = str(francs)
    if len(digits) >= how.least_digits_grouped:
        digits = f"{francs:,}".replace(",", how.group)
    return f"{how.negative if amount.rappen < 0 else how.before}{digits}.{rappen:02d}{how.after}"


def parse_money(text: str, *, locale: str) -> Money:
    """Return the amount that a person wrote, in any of the usual Swiss spellings.

    Apostrophes group thousands, a point or in French and Romansh a comma comes before two decimals, dashes
    stand for no Rappen (`40.–`), and `CHF`, `Fr.` or `SFr.` may stand on either side. What has two readings
    is refused, never guessed: `1.234` is a thousand for one and a franc with three decimals for another. The
    page on languages has the table of all spellings, by locale.

    Args:
        text: what was written, of 64 characters at most.
        locale: any locale, as for `negotiate_formats`.

    Returns:
        The amount; whatever `format_money` writes comes back as it was.

    Raises:
        InvalidTypeError: the text or the locale is not a text.
        InvalidValueError: no amount in Swiss francs in whole Rappen, more than 15 digits of whole francs, or
            a text with more than one reading; the error names the readings.

    Examples:
        >>> parse_money("Fr. 1'234.50", locale="de"), parse_money("40.–", locale="it")
        (chf('1234.50'), chf('40.00'))
        >>> parse_money("1.234", locale="de")
        Traceback (most recent call last):
        ...
        mila_core.errors.InvalidValueError: text: expected one reading, not both 1'234.00 (thousands) and \
1.234 (three decimals), came '1.234'
    """
    how = _READ[negotiate_formats(locale)]
    if not isinstance(text, str):
        raise InvalidTypeError("text", "a text such as '40.00'", describe(text))
    if len(text) > LONGEST_AMOUNT:
        raise _refused(text, f"at most {LONGEST_AMOUNT} characters")
    around = _AROUND.fullmatch(text.strip(_BLANKS))
    if around is None:
        raise _refused(text, _expected_instead(text))
    if around["before"] and around["after"]:
        raise _refused(text, "the currency once")
    if around["sign"] and around["inner_sign"]:
        raise _refused(text, "one sign")
    rappen = _rappen(around["number"], text, how)
    return Money(-rappen if around["sign"] or around["inner_sign"] else rappen)


def _rappen(number: str, text: str, how: _Reading) -> int:
    twofold = _AMBIGUOUS.fullmatch(number)
    if twofold:
        high, low = twofold.groups()
        readings = f"{high}'{low}.00 (thousands) and {high}.{low} (three decimals)"
        raise _refused(text, f"one reading, not both {readings}")
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise _refused(text, _expected_instead(number))
    digits = re.sub(r"[^0-9]", "", found["whole"])
    if len(digits) > _MOST_DIGITS:
        raise _refused(text, f"at most {_MOST_DIGITS} digits of whole francs")
    if digits.startswith("0") and found["whole"] != "0":
        raise _refused(text, f"{_AN_AMOUNT}, with no zero in front")
    _check_marks(found, text, how)
    rappen = found["rappen"] or ""
    return int(digits) * 100 + (int(rappen) if rappen.isdigit() else 0)


def _check_marks(found: re.Match[str], text: str, how: _Reading) -> None:
    group, mark = found["group"], found["mark"]
    if group == mark is not None:  # 1.234.50
        raise _refused(text, f"{_AN_AMOUNT}, with another mark for thousands than for decimals")
    # a comma, and a comma alone, needs decimals behind it to be no decimal mark itself
    is_group_known = group is None or (group in how.groups and (group != "," or mark == "."))
    if not is_group_known:
        raise _refused(text, f"{_AN_AMOUNT}, with an apostrophe between thousands")
    if mark is not None and mark not in how.decimal_marks:
        raise _refused(text, f"{_AN_AMOUNT}, with a point before the Rappen")


def _expected_instead(text: str) -> str:
    tag = _PRICE_TAG.fullmatch(text)
    if tag:
        return f"one reading, not both 0.{tag['rappen']} (as on a price tag) and -0.{tag['rappen']}"
    if _FOREIGN.search(text) and "CHF" not in text:
        return "an amount in Swiss francs (CHF, Fr. or SFr.)"
    return _AN_AMOUNT


def _refused(text: str, expected: str) -> InvalidValueError:
    return InvalidValueError("text", expected, describe(text))
