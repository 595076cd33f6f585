"""Names in the four languages of the library: German, French, Italian and English."""

from typing import Literal, get_args

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.validation import as_nfc, text

__all__ = ["LANGUAGES", "Language", "Names"]

Language = Literal["de", "fr", "it", "en"]
"""The code of a language in which everything is worded."""
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The languages in which everything has a wording: three official ones of Switzerland, and English."""

LONGEST_NAME = 200


@attrs.frozen(kw_only=True)
class Names:
    """One name or short text, worded in each language.

    Attributes:
        de: German, in Swiss spelling.
        fr: French.
        it: Italian.
        en: English.

    Raises:
        InvalidTypeError: a wording that is not a string.
        InvalidValueError: a wording that is blank, has over 200 characters or a control character.

    Examples:
        >>> Names(de="Fernsehen", fr="Télévision", it="Televisione", en="Television").in_language("fr")
        'Télévision'
    """

    de: str = attrs.field(converter=as_nfc, validator=text(LONGEST_NAME))
    fr: str = attrs.field(converter=as_nfc, validator=text(LONGEST_NAME))
    it: str = attrs.field(converter=as_nfc, validator=text(LONGEST_NAME))
    en: str = attrs.field(converter=as_nfc, validator=text(LONGEST_NAME))

    def in_language(self, language: str) -> str:
        """Return the wording in one language.

        Args:
            language: `de`, `fr`, `it` or `en`.

        Raises:
            InvalidValueError: another language.

        Examples:
            >>> from mila_core.catalogue import household_technology
            >>> household_technology().category("gaming").names.in_language("it")
            'Videogiochi'
        """
        match language:
            case "de":
                return self.de
            case "fr":
                return self.fr
            case "it":
                return self.it
            case "en":
                return self.en
            case _:
                raise InvalidValueError("language", "de, fr, it or en", describe(language))
