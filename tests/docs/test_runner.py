"""The runner of the code blocks finds what is planted, and names the right line."""

import traceback
from pathlib import Path

import pytest

from tests.docs.code_blocks import BlockError, blocks, needed, run_page


def page_of(tmp_path: Path, *lines: str) -> Path:
    """Write a page of these lines."""
    page = tmp_path / "page.md"
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return page


def run(tmp_path: Path, *lines: str) -> int:
    """Write a page and run it in a folder of its own; return the number of blocks that ran."""
    folder = tmp_path / "folder"
    folder.mkdir()
    return run_page(page_of(tmp_path, *lines), folder=folder)


def error_of(tmp_path: Path, *lines: str) -> BlockError:
    """Run a page that must fail and return its error."""
    with pytest.raises(BlockError) as caught:
        run(tmp_path, *lines)
    return caught.value


def test_an_error_in_a_python_block_has_the_line_of_the_page(tmp_path: Path) -> None:
    """A traceback names the page and the line in it, and shows that line."""
    with pytest.raises(ZeroDivisionError) as caught:
        run(tmp_path, "# Title", "", "```python", "one = 1", "one / 0", "```")
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (Path(last.filename).name, last.lineno, last.line) == ("page.md", 5, "one / 0")


def test_a_syntax_error_in_a_python_block_has_the_line_of_the_page(tmp_path: Path) -> None:
    """What does not compile is found at its line as well."""
    with pytest.raises(SyntaxError) as caught:
        run(tmp_path, "text", "```python", "fine = 1", "fine 1", "```")
    assert (Path(caught.value.filename or "").name, caught.value.lineno) == ("page.md", 4)


def test_a_wrong_output_in_a_pycon_block_has_the_line_of_the_page(tmp_path: Path) -> None:
    """The example whose output differs is named, not the block."""
    error = error_of(tmp_path, "text", "", "```pycon", ">>> 1 + 1", "2", ">>> 1 + 2", "4", "```")
    assert error.line == 6
    assert "Expected:\n    4\nGot:\n    3" in str(error)


def test_an_exception_in_a_pycon_block_has_the_line_of_the_page(tmp_path: Path) -> None:
    """An exception that the page does not show is a difference too."""
    error = error_of(tmp_path, "```pycon", ">>> one = 1", ">>> one / 0", "```")
    assert error.line == 3
    assert "ZeroDivisionError" in str(error)


@pytest.mark.parametrize(("shown", "came"), [("a...c", "abc"), ("a b", "a  b")])
def test_a_pycon_block_is_compared_to_the_letter(tmp_path: Path, shown: str, came: str) -> None:
    """Neither dots nor white space stand for something else, unless the example says so."""
    error_of(tmp_path, "```pycon", f">>> print({came!r})", shown, "```")


def test_a_pycon_example_may_turn_on_an_option(tmp_path: Path) -> None:
    """Dots stand for anything where the example asks for it."""
    assert run(tmp_path, "```pycon", ">>> print('abc')  # doctest: +ELLIPSIS", "a...c", "```") == 1


def test_a_wrong_output_of_a_command_has_the_line_of_the_page(tmp_path: Path) -> None:
    """A command whose output differs is named by its line."""
    lines = [
        "",
        "```console",
        "$ python -m mila_core.errors",
        "$ echo one",
        "one",
        "$ echo two",
        "three",
        "```",
    ]
    error = error_of(tmp_path, *lines)
    assert error.line == 6
    assert "expected:\nthree\n\ncame:\ntwo\n" in str(error)


def test_a_command_that_fails_has_the_line_of_the_page(tmp_path: Path) -> None:
    """A status other than zero fails the page, whether or not an output is shown."""
    error = error_of(tmp_path, "```console", "$ python -m mila_core.no_such_module", "```")
    assert error.line == 2
    assert "No module named mila_core.no_such_module" in str(error)


def test_a_page_may_show_that_a_command_fails(tmp_path: Path) -> None:
    """The status is shown by asking for it."""
    lines = ["$ python -m mila_core.no_such_module", "...No module named...", "$ echo $?", "1"]
    assert run(tmp_path, "```console", *lines, "```") == 1


def test_commands_share_a_folder_and_know_pipes(tmp_path: Path) -> None:
    """A file that one command writes is there for the next, also in a later block and for Python."""
    assert (
        run(
            tmp_path,
            "```console",
            "$ python -m mila_core.errors && echo one > made.txt",
            "```",
            "```console",
            "$ python -m mila_core.errors; cat made.txt \\",
            "    | tr a-z A-Z",
            "ONE",
            "```",
            "```python",
            "from pathlib import Path",
            "assert Path('made.txt').read_text(encoding='utf-8') == 'one\\n'",
            "```",
        )
        == 3
    )


def test_blocks_of_a_page_share_their_names(tmp_path: Path) -> None:
    """What one block defines is there for the next, whatever its kind."""
    page = [
        "```python",
        "one = 1",
        "```",
        "```pycon",
        ">>> two = one + one",
        "```",
        "```python",
        "assert two == 2",
        "```",
    ]
    assert run(tmp_path, *page) == 3


def test_annotations_are_found_by_their_names(tmp_path: Path) -> None:
    """Classes of a page can be looked into, as attrs and cattrs do."""
    page = ["class One: ...", "class Two:", "    one: 'One'", "import typing"]
    assert run(tmp_path, "```python", *page, "assert typing.get_type_hints(Two) == {'one': One}", "```") == 1


def test_blocks_in_lists_and_directives_run(tmp_path: Path) -> None:
    """An indented fence and one inside a note or a tab are blocks as any other."""
    page = [
        "- item",
        "  ```python",
        "  one = 1",
        "  ```",
        "````{note}",
        "```pycon",
        ">>> one",
        "1",
        "```",
        "````",
    ]
    assert run(tmp_path, *page) == 2
    assert [block.line for block in blocks(tmp_path / "page.md")] == [3, 7]


def test_what_is_only_shown_does_not_run(tmp_path: Path) -> None:
    """Data, text, and commands other than the project's own are for reading."""
    fences = [["```json", "{", "```"], ["```toml", "=", "```"], ["```text", "text", "```"]]
    shown = [line for fence in fences for line in fence]
    assert run(tmp_path, *shown, "```console", "$ false", "```", "```{eval-rst}", ".. note:: x", "```") == 0


@pytest.mark.parametrize(
    "info",
    [
        "python no-run",
        "pycon skip",
        "console skip",
        "Python",
        "py",
        "sh",
        "",
        "{code-block} python",
        "{doctest}",
    ],
)
def test_a_block_of_another_kind_is_refused(tmp_path: Path, info: str) -> None:
    """No block goes unrun because of a word behind its fence."""
    assert error_of(tmp_path, "text", f"```{info}", "1 / 0", "```").line == 2


def test_a_fence_that_is_not_closed_is_refused(tmp_path: Path) -> None:
    """The rest of the page would else be code, or the code text."""
    assert error_of(tmp_path, "```python", "one = 1").line == 1


def test_a_pycon_block_without_an_example_is_refused(tmp_path: Path) -> None:
    """A prompt that is mistyped would else show anything."""
    assert error_of(tmp_path, "```pycon", ">> 1 + 1", "3", "```").line == 2


@pytest.mark.parametrize(
    ("line", "libraries"),
    [
        ("% needs: icalendar", ["icalendar"]),
        ("% needs: icalendar, numpy", ["icalendar", "numpy"]),
        ("It needs: icalendar", []),  # text, not a comment
        ("", []),
    ],
)
def test_a_page_names_the_libraries_that_it_needs(tmp_path: Path, line: str, libraries: list[str]) -> None:
    """A comment of the page says so, and nothing else does."""
    assert needed(page_of(tmp_path, "# Title", "", line, "", "text")) == libraries
