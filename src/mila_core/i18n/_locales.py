"""Which locale serves a wish."""

from mila_core.errors import InvalidTypeError, describe
from mila_core.names import LANGUAGES, Language

LOCALES = ("de_CH", "fr_CH", "it_CH", "en_CH")
"""The locales in which everything is worded; the first serves every other wish."""


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
    """Return the supported locale that serves a wish best.

    The language decides; case, the kind of dash, country, script and encoding do not matter. Romansh and
    every language without wordings are served in German, the language of most people in Switzerland.

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
    if not isinstance(locale, str):
        raise InvalidTypeError("locale", "a text such as 'de_CH'", describe(locale))
    language = locale.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return f"{language}_CH" if language in LANGUAGES else LOCALES[0]
