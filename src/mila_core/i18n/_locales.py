"""Which locale serves a wish."""

import re
from types import MappingProxyType

from mila_core.errors import InvalidTypeError, describe
from mila_core.names import LANGUAGES, Language

LOCALES = ("de_CH", "fr_CH", "it_CH", "en_CH")
"""The locales in which everything is worded; the first serves every other wish."""

FORMAT_LOCALES = (*LOCALES, "rm_CH")
"""The locales in which amounts, numbers and dates are written: those with wordings, and Romansh."""

_BY_LANGUAGE = MappingProxyType({locale.partition("_")[0]: locale for locale in FORMAT_LOCALES})
_AS_MOST_WRITE_IT = MappingProxyType(  # so that the usual wishes cost a look into a table
    {
        wish: locale
        for language, locale in _BY_LANGUAGE.items()
        for wish in (language, locale, locale.replace("_", "-"))
    }
)
_BEHIND_THE_LANGUAGE = re.compile(r"[-_.@]")  # country or script, encoding, modifier


def language_of(locale: str) -> Language:
    """Return the language in which a locale is worded.

    Args:
        locale: any locale, as for `negotiate`.

    Returns:
        One of `names.LANGUAGES`.

    Raises:
        InvalidTypeError: the locale is not a text.

    Examples:
        >>> language_of("fr-CH")
        'fr'
    """
    chosen = negotiate(locale)
    return next(language for language in LANGUAGES if chosen.startswith(language))


def negotiate(locale: str) -> str:
    """Return the locale that words a wish best.

    The language decides, by its code of two letters; case, the kind of dash, country, script, encoding and
    modifier do not matter. Romansh (`rm`), Swiss German (`gsw`) and every language without wordings are
    served in German, the language of most people in Switzerland.

    Args:
        locale: a name such as `de`, `de-CH`, `fr_FR.UTF-8` or `IT`.

    Returns:
        One of `LOCALES`.

    Raises:
        InvalidTypeError: not a text.

    Examples:
        >>> negotiate("fr"), negotiate("it-CH"), negotiate("en_GB.UTF-8"), negotiate("rm")
        ('fr_CH', 'it_CH', 'en_CH', 'de_CH')
    """
    chosen = negotiate_formats(locale)
    return chosen if chosen in LOCALES else LOCALES[0]


def negotiate_formats(locale: str) -> str:
    """Return the locale whose amounts, numbers and dates serve a wish best.

    It is that of `negotiate`, but for Romansh: there are formats for it, and no wordings. A sentence of
    `word` is of one piece: what it says in German for a Romansh reader has German formats inside.

    Args:
        locale: a name such as `de`, `de-CH`, `fr_FR.UTF-8` or `IT`.

    Returns:
        One of `FORMAT_LOCALES`.

    Raises:
        InvalidTypeError: not a text.

    Examples:
        >>> negotiate_formats("rm"), negotiate_formats("gsw-CH"), negotiate_formats("it")
        ('rm_CH', 'de_CH', 'it_CH')
    """
    if not isinstance(locale, str):
        raise InvalidTypeError("locale", "a text such as 'de_CH'", describe(locale))
    usual = _AS_MOST_WRITE_IT.get(locale)
    if usual is not None:
        return usual
    language = _BEHIND_THE_LANGUAGE.split(locale, maxsplit=1)[0].lower()
    return _BY_LANGUAGE.get(language, LOCALES[0])
