"""Make the Jupyter notebooks beside the pages in `docs/notebooks`, from these pages.

Usage: python tools/make_notebooks.py

A page is what is written by hand. Its blocks run in the tests and must show what comes, so a notebook that
says the same as its page has outputs that come, too; a test holds both against each other. Cells follow from
the page:

- text becomes Markdown, without what only the page needs, such as the link to the notebook;
- a `python` block becomes one cell;
- a `pycon` block is cut behind each example that shows something, which becomes the output of the cell: as
  the result where the example ends in an expression, as what was printed where it ends in anything else or in
  a call of `print`.

The format is Jupyter's own, version 4.5, which is JSON; nothing has to be installed to write it.
"""

import ast
import doctest
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parent.parent / "docs" / "notebooks"

_BLOCK = re.compile(r"^```(python|pycon)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_OF_THE_PAGE = re.compile(r"^\{download\}.*?\n\n", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """Return the pages of which there are notebooks."""
    return [page for page in sorted(PAGES.glob("*.md")) if page.stem != "index"]


def notebook_of(text: str) -> str:
    """Return the notebook of a page, as the text of its file.

    Args:
        text: the page.
    """
    cells = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(_cells(text), start=1)]
    number = 0
    for cell in cells:
        if cell["cell_type"] == "code":
            number += 1
            cell["execution_count"] = number
            for output in cell["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = number
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cells(text: str) -> Iterator[dict[str, Any]]:
    end = 0
    for block in _BLOCK.finditer(text):
        yield from _markdown(text[end : block.start()])
        end = block.end()
        if block[1] == "python":
            yield _code(block[2])
        else:
            yield from _session(block[2])
    yield from _markdown(text[end:])


def _markdown(text: str) -> Iterator[dict[str, Any]]:
    shown = _OF_THE_PAGE.sub("", text).strip()
    if shown:
        yield {"cell_type": "markdown", "metadata": {}, "source": _lines(shown)}


def _session(text: str) -> Iterator[dict[str, Any]]:
    source = ""
    for example in doctest.DocTestParser().get_examples(text):
        source += example.source
        if example.want:
            yield _code(source, shown=example.want.replace("<BLANKLINE>\n", "\n"))
            source = ""
    if source:
        yield _code(source)


def _code(source: str, *, shown: str = "") -> dict[str, Any]:
    outputs: list[dict[str, Any]] = []
    if shown and _is_result(source):
        data = {"text/plain": _lines(shown.removesuffix("\n"))}
        outputs = [{"data": data, "metadata": {}, "output_type": "execute_result"}]
    elif shown:
        outputs = [{"name": "stdout", "output_type": "stream", "text": _lines(shown)}]
    return {
        "cell_type": "code",
        "metadata": {},
        "outputs": outputs,
        "source": _lines(source.removesuffix("\n")),
    }


def _is_result(source: str) -> bool:
    """Say whether a cell shows the value of its last line, rather than what it prints."""
    last = ast.parse(source).body[-1]
    if not isinstance(last, ast.Expr):
        return False
    called = last.value.func if isinstance(last.value, ast.Call) else None
    return not (isinstance(called, ast.Name) and called.id == "print")


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def main() -> None:
    """Write all notebooks."""
    for page in pages():
        target = page.with_suffix(".ipynb")
        target.write_text(notebook_of(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(target)


if __name__ == "__main__":
    main()
