"""Every code block of the README and the docs runs and shows what comes."""

from pathlib import Path

import pytest

from tests.docs.code_blocks import needed, run_page

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    """The blocks of a page run in order, in one namespace and one folder."""
    for library in needed(page):
        pytest.importorskip(library)
    run_page(page, folder=tmp_path)
