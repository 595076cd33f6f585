"""Words: amounts, dates, codes and reasons in German, French, Italian and English, in Swiss usage.

The rest of the library speaks in codes and numbers; here, at the edge, they become sentences. The locale is
always an argument. Messages are in gettext catalogues (`messages/*.po`), one for each language.
"""

from mila_core.i18n._formats import (
    format_date,
    format_distance,
    format_instant,
    format_languages,
    format_last_day,
    format_money,
    format_number,
    format_period,
)
from mila_core.i18n._locales import LOCALES, language_of, negotiate
from mila_core.i18n._wording import label, message, names_of, word

__all__ = [
    "LOCALES",
    "format_date",
    "format_distance",
    "format_instant",
    "format_languages",
    "format_last_day",
    "format_money",
    "format_number",
    "format_period",
    "label",
    "language_of",
    "message",
    "names_of",
    "negotiate",
    "word",
]
