"""Names have a wording in each language, in one form of Unicode, short and visible."""

import pickle
import unicodedata
from typing import Any

import attrs
import pytest
from hypothesis import given

from mila_core import testing
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.names import LANGUAGES, Names

TV = Names(de="Fernsehen", fr="Télévision", it="Televisione", en="Television")


@given(testing.names())
def test_each_language_has_its_wording(names: Names) -> None:
    """`in_language` gives the field of that language, in the normal form C."""
    for language in LANGUAGES:
        wording = names.in_language(language)
        assert wording == getattr(names, language)
        assert unicodedata.is_normalized("NFC", wording)


@given(testing.names())
def test_names_survive_a_copy(names: Names) -> None:
    """Names made of the same texts, or pickled, are equal and hash equal."""
    twin = pickle.loads(pickle.dumps(names))  # noqa: S301  # our own bytes
    assert twin == names == Names(**attrs.asdict(names))
    assert hash(twin) == hash(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_is_the_same_however_its_accents_were_typed(language: str) -> None:
    """Accents of their own and letters with accents make equal names, in every language."""
    typed = attrs.evolve(TV, **{language: "Te\u0301le\u0301vision"})
    assert typed == attrs.evolve(TV, **{language: "T\u00e9l\u00e9vision"})


@pytest.mark.parametrize("language", ["rm", "DE", "", "de-CH", None, 1, ["de"]])
def test_another_language_is_refused(language: Any) -> None:
    """Only the four languages have wordings; which, is said by the caller."""
    with pytest.raises(InvalidValueError, match="language"):
        TV.in_language(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("wording", "error"),
    [
        ("", InvalidValueError),
        (" \n", InvalidValueError),  # blank
        ("x" * 201, InvalidValueError),
        ("Fern\0sehen", InvalidValueError),  # a control character
        ("Fern\ud800sehen", InvalidValueError),  # half of a surrogate pair
        (None, InvalidTypeError),
        (7, InvalidTypeError),
        (b"Fernsehen", InvalidTypeError),
        (["Fernsehen"], InvalidTypeError),
    ],
)
def test_a_bad_wording_is_refused(language: str, wording: Any, error: type[InvalidInputError]) -> None:
    """A wording is a visible text of 1 to 200 characters; the error names its language."""
    with pytest.raises(InvalidInputError) as caught:
        attrs.evolve(TV, **{language: wording})
    assert (type(caught.value), caught.value.field) == (error, language)
