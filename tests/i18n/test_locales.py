"""Any wish for a language is served: by the language that is meant, else in German."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidTypeError
from mila_core.i18n import FORMAT_LOCALES, LOCALES, language_of, negotiate, negotiate_formats, word
from mila_core.names import LANGUAGES
from mila_core.reasons import reason

WISHES = {
    "de": "de_CH",
    "fr": "fr_CH",
    "it": "it_CH",
    "en": "en_CH",
    "DE": "de_CH",
    "Fr": "fr_CH",
    "de-CH": "de_CH",
    "de_CH": "de_CH",
    "fr-CH": "fr_CH",
    "it_it": "it_CH",
    "en-GB": "en_CH",
    "EN_us": "en_CH",
    "de-CH-1996": "de_CH",
    "de-Latn-CH": "de_CH",
    "fr_FR.UTF-8": "fr_CH",
    "fr.UTF-8": "fr_CH",
    "it_CH.utf8": "it_CH",
    "en_US.ISO-8859-1": "en_CH",
    "fr_CH@euro": "fr_CH",
    "it@latin": "it_CH",
    "de-AT": "de_CH",
    "de-LI": "de_CH",
    # without wordings: German, the language of most people in Switzerland
    "rm": "de_CH",
    "rm_CH": "de_CH",
    "rm-CH": "de_CH",
    "rm-sursilv": "de_CH",
    "RM_CH.UTF-8": "de_CH",
    "roh": "de_CH",
    "gsw": "de_CH",
    "gsw_CH": "de_CH",
    "gsw-CH": "de_CH",
    "sq": "de_CH",
    "xx": "de_CH",
    "C": "de_CH",
    "POSIX": "de_CH",
    "C.UTF-8": "de_CH",
    "": "de_CH",
    " ": "de_CH",
    "_": "de_CH",
    "-CH": "de_CH",
    # languages whose codes or names begin like one of ours
    "frr": "de_CH",
    "fro": "de_CH",
    "ita": "de_CH",
    "eng": "de_CH",
    "den": "de_CH",
    "english": "de_CH",
    "\N{LATIN SMALL LETTER DOTLESS I}t": "de_CH",
    "ｆｒ": "de_CH",  # noqa: RUF001  # letters of full width
}


@pytest.mark.parametrize(("wish", "served"), WISHES.items())
def test_a_wish_is_served_by_its_language(wish: str, served: str) -> None:
    """Case, dash, country, script and encoding do not matter; only the language does."""
    assert negotiate(wish) == served


@pytest.mark.parametrize(("wish", "served"), WISHES.items())
def test_formats_are_those_of_the_wording_but_for_romansh(wish: str, served: str) -> None:
    """Romansh has formats and no wordings; everyone else has both in one locale."""
    is_romansh = wish.lower().startswith("rm")
    assert negotiate_formats(wish) == ("rm_CH" if is_romansh else served)


@pytest.mark.parametrize("wish", ["rm", "gsw", "sq"])
def test_a_sentence_is_of_one_piece(wish: str) -> None:
    """What is worded in German for want of another wording has German dates and amounts inside."""
    why = reason("region_not_open", region="bern", opens_at=date(2014, 1, 31))
    assert word(why, locale=wish) == word(why, locale="de")
    assert "31.01.2014" in word(why, locale=wish)


@given(st.text(max_size=12))
def test_any_text_is_served(wish: str) -> None:
    """No wish is an error, and the answer is served by itself."""
    served = negotiate(wish)
    assert served in LOCALES
    assert negotiate(served) == served
    assert language_of(wish) == served[:2]
    formats = negotiate_formats(wish)
    assert formats in FORMAT_LOCALES
    assert negotiate_formats(formats) == formats
    assert negotiate(formats) == served


@pytest.mark.parametrize("wish", [None, 3, 1.5, True, b"de", ["de"], ("de", "fr")])
def test_what_is_no_text_is_a_wrong_call(wish: object) -> None:
    """A locale that was forgotten is noticed, not served in German."""
    with pytest.raises(InvalidTypeError, match="locale: expected a text"):
        negotiate(wish)  # type: ignore[arg-type]
    with pytest.raises(InvalidTypeError, match="locale: expected a text"):
        negotiate_formats(wish)  # type: ignore[arg-type]


def test_there_is_a_locale_for_each_language() -> None:
    """The locales are the four languages in Switzerland, German first."""
    assert list(LOCALES) == [f"{language}_CH" for language in LANGUAGES]
    assert list(FORMAT_LOCALES) == [*LOCALES, "rm_CH"]
    assert [language_of(locale) for locale in LOCALES] == list(LANGUAGES)
