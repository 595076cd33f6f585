"""Words: amounts, dates, codes and reasons in German, French, Italian and English, in Swiss usage.

The rest of the library speaks in codes and numbers; here, at the edge, they become sentences. The locale is
always an argument. Messages are in gettext catalogues (`messages/*.po`), one for each language. Amounts,
numbers and dates have a Romansh form as well; `parse_money` reads what people type.
"""

from mila_core.i18n._amounts import LONGEST_AMOUNT, format_money, parse_money
from mila_core.i18n._formats import (
    DateLength,
    format_date,
    format_instant,
    format_languages,
    format_last_day,
    format_period,
    format_time,
    format_weekday,
)
from mila_core.i18n._locales import FORMAT_LOCALES, LOCALES, language_of, negotiate, negotiate_formats
from mila_core.i18n._numbers import format_distance, format_duration, format_number, format_percent
from mila_core.i18n._wording import label, message, names_of, word

__all__ = [
    "FORMAT_LOCALES",
    "LOCALES",
    "LONGEST_AMOUNT",
    "DateLength",
    "format_date",
    "format_distance",
    "format_duration",
    "format_instant",
    "format_languages",
    "format_last_day",
    "format_money",
    "format_number",
    "format_percent",
    "format_period",
    "format_time",
    "format_weekday",
    "label",
    "language_of",
    "message",
    "names_of",
    "negotiate",
    "negotiate_formats",
    "parse_money",
    "word",
]
