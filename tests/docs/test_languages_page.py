"""The page on languages publishes the table by which amounts are read, and the locales that serve a wish."""

import re
from pathlib import Path

from mila_core.i18n import negotiate, negotiate_formats
from tests.i18n.spellings import LANGUAGES, SPELLINGS

PAGE = Path(__file__).parents[2] / "docs" / "how_to" / "languages.md"


def table(first: str) -> list[list[str]]:
    """Return the cells of the table whose first head is this, the heads first."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    end = next(number for number in range(start, len(lines)) if not lines[number].startswith("|"))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:end]]
    return [rows[0], *rows[2:]]


def test_the_spellings_of_the_page_are_those_of_the_tests() -> None:
    """Every row and no other, in the same order: what is published is what is tested."""
    heads, *rows = table("spelling")
    assert heads == ["spelling", *LANGUAGES]
    published = {spelling.strip("`"): tuple(amounts) for spelling, *amounts in rows}
    assert list(published.items()) == list(SPELLINGS.items())


def test_the_locales_of_the_page_serve_the_wishes_beside_them() -> None:
    """Each wish of the table gets the words and the formats that it says."""
    for wishes, words, formats in table("wish")[1:]:
        for wish in [*re.findall(r"`([^`]+)`", wishes), *([""] if "an empty text" in wishes else [])]:
            assert (negotiate(wish), negotiate_formats(wish)) == (words.strip("`"), formats.strip("`")), wish
