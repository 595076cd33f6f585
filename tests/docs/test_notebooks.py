"""The notebooks say what their pages say, so that their outputs are those that the tests of the pages see."""

import json
from pathlib import Path

import pytest

from tools.make_notebooks import notebook_of, pages

PAGE = """# Title

{download}`Open it <page.ipynb>`: not in
the notebook.

Some *text*.

```python
one = 1
```

```pycon
>>> two = one + 1
>>> two
2
>>> for each in (one, two):
...     print(each)
1
2
>>> print("a\\n\\nb")
a
<BLANKLINE>
b
>>> three = 3
```

The end.
"""


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_notebook_is_that_of_its_page(page: Path) -> None:
    """Cell by cell and output by output; `python tools/make_notebooks.py` makes it so."""
    made = notebook_of(page.read_text(encoding="utf-8"))
    assert page.with_suffix(".ipynb").read_text(encoding="utf-8") == made


def test_there_are_notebooks() -> None:
    """The test above has something to compare, and no notebook is without its page."""
    assert pages()
    assert {page.with_suffix(".ipynb") for page in pages()} == set(pages()[0].parent.glob("*.ipynb"))


def test_blocks_become_cells() -> None:
    """A session is cut behind each output; results and prints are told apart; the page's own link is gone."""
    made = json.loads(notebook_of(PAGE))
    cells = [
        (
            cell["cell_type"],
            "".join(cell["source"]),
            [each["output_type"] for each in cell.get("outputs", ())],
        )
        for cell in made["cells"]
    ]
    assert cells == [
        ("markdown", "# Title\n\nSome *text*.", []),
        ("code", "one = 1", []),
        ("code", "two = one + 1\ntwo", ["execute_result"]),
        ("code", "for each in (one, two):\n    print(each)", ["stream"]),
        ("code", 'print("a\\n\\nb")', ["stream"]),
        ("code", "three = 3", []),
        ("markdown", "The end.", []),
    ]
    assert made["cells"][4]["outputs"][0]["text"] == ["a\n", "\n", "b\n"]
    counts = [cell["execution_count"] for cell in made["cells"] if cell["cell_type"] == "code"]
    assert counts == [1, 2, 3, 4, 5]
    assert len({cell["id"] for cell in made["cells"]}) == len(cells)
