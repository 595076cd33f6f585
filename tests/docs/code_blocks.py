"""The runner of the docs' code blocks: each block of a page runs, in order, in one namespace and one folder.

- `python` blocks are executed; an error in one has the page's own file name and line in its traceback.
- `pycon` blocks are compared as doctest compares, with no option on; a block may turn one on for an example,
  as in `# doctest: +ELLIPSIS`.
- `console` blocks that begin with `$ python -m mila_core` are run by the shell, command by command, in the
  page's folder, and what follows a command must be what it writes, outputs and errors together; `...` stands
  for anything. A command that fails fails the page, unless `$ echo $?` comes next and shows the status.
- `json`, `toml`, `text` and the other `console` blocks are shown only.

A no-break space in an output counts as a space, as no reader sees the difference.

A page whose code needs libraries that come with an extra names them in a comment of its own, as in
`% needs: icalendar`; where one is missing, the whole page is skipped, and the test says why.

Any other kind of block, and any further word behind `python`, `pycon` or `console`, is refused, so that no
block goes unrun without notice.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

import attrs

RUN = frozenset({"console", "pycon", "python"})
SHOWN = frozenset({"json", "text", "toml"})
DIRECTIVES_WITH_CODE = frozenset(
    {"{code}", "{code-block}", "{code-cell}", "{doctest}", "{literalinclude}", "{sourcecode}", "{testcode}"}
)
DIRECTIVES_AS_THEY_ARE = frozenset({"{eval-rst}"})  # no Markdown inside

_OPENING = re.compile(r"^(?P<indent>[ >]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)$")
_NEEDS = re.compile(r"^% needs: (?P<libraries>\w+(?:, \w+)*)$", re.MULTILINE)
_OUR_COMMAND = "$ python -m mila_core"
_TIMEOUT_S = 60


class Checker(doctest.OutputChecker):
    """Compares as doctest does, a no-break space being a space."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Return whether an output is the one expected."""
        return super().check_output(_spaced(want), _spaced(got), optionflags)


def _spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@attrs.frozen
class Block:
    """A fenced block of a page: the words behind its fence, the number of its first line, its text."""

    kind: str
    line: int
    text: str


class BlockError(AssertionError):
    """A block that does not do what the page says; the message begins with page and line."""

    def __init__(self, page: Path, line: int, message: str) -> None:
        super().__init__(f"{page}:{line}: {message}")
        self.page = page
        self.line = line


def needed(page: Path) -> list[str]:
    """Return the libraries behind extras that a page needs, by the names under which they are imported."""
    found = _NEEDS.search(page.read_text(encoding="utf-8"))
    return [] if found is None else found["libraries"].split(", ")


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page; those inside a directive such as `{note}` count as any other."""
    return list(_blocks(page, page.read_text(encoding="utf-8").splitlines(), first=1))


def _blocks(page: Path, lines: list[str], *, first: int) -> Iterator[Block]:
    index = 0
    while index < len(lines):
        opening = _OPENING.match(lines[index])
        index += 1
        if opening is None:
            continue
        start = index
        closing = re.compile(rf"[ >]*{opening['fence'][0]}{{{len(opening['fence'])},}}[ \t]*")
        while index < len(lines) and not closing.fullmatch(lines[index]):
            index += 1
        if index == len(lines):
            raise BlockError(page, first + start - 1, "the fence is not closed")
        inside = lines[start:index]
        index += 1
        kind = opening["info"].strip()
        name = kind.split(" ")[0]
        if name in DIRECTIVES_WITH_CODE:
            raise BlockError(page, first + start - 1, f"code is fenced as ```python, not as {name}")
        if name.startswith("{") and name not in DIRECTIVES_AS_THEY_ARE:
            yield from _blocks(page, inside, first=first + start)
            continue
        indent = len(opening["indent"])
        yield Block(kind=kind, line=first + start, text="".join(f"{line[indent:]}\n" for line in inside))


def run_page(page: Path, *, folder: Path) -> int:
    """Run all blocks of a page in order and return how many ran.

    Args:
        page: the Markdown file.
        folder: an empty folder, the working folder of the blocks while they run.

    Raises:
        BlockError: a block is of an unknown kind, or shows what does not come.
    """
    module = ModuleType(
        f"page_{page.stem}"
    )  # annotations are looked up by module, so it has to be a real one
    count = 0
    sys.modules[module.__name__] = module
    before = Path.cwd()
    os.chdir(folder)
    try:
        for block in blocks(page):
            count += _run(block, page=page, namespace=vars(module))
    finally:
        os.chdir(before)
        del sys.modules[module.__name__]
    return count


def _run(block: Block, *, page: Path, namespace: dict[str, object]) -> bool:
    match block.kind:
        case "python":
            exec(_compiled(block, page=page), namespace)  # noqa: S102 - the page's code is the project's own
        case "pycon":
            _compare_session(block, page=page, namespace=namespace)
        case "console" if block.text.startswith(_OUR_COMMAND):
            _compare_commands(block, page=page)
        case "console":
            return False
        case kind if kind in SHOWN or kind in DIRECTIVES_AS_THEY_ARE:
            return False
        case kind:
            known = ", ".join(sorted(RUN | SHOWN))
            raise BlockError(page, block.line - 1, f"expected one of {known} behind the fence, not {kind!r}")
    return True


def _compiled(block: Block, *, page: Path) -> CodeType:
    """Compile a block so that the lines of its tracebacks are those of the page."""
    return compile("\n" * (block.line - 1) + block.text, str(page), "exec", dont_inherit=True)


def _compare_session(block: Block, *, page: Path, namespace: dict[str, object]) -> None:
    """Run a session and compare each output; every difference of the block is told."""
    examples = doctest.DocTestParser().get_examples(block.text, str(page))
    if not examples:
        raise BlockError(page, block.line, "a pycon block has no line that begins with >>>")
    session = doctest.DocTest(examples, namespace, page.name, str(page), block.line - 1, block.text)
    session.globs = namespace  # DocTest copies it, but a page's names live on
    told: list[str] = []
    runner = doctest.DocTestRunner(checker=Checker(), verbose=False)
    failed = runner.run(session, out=told.append, clear_globs=False).failed
    if failed:
        text = "".join(told)
        line = re.search(r"^File .*, line (\d+), in ", text, re.MULTILINE)
        raise BlockError(
            page, int(line[1]) if line else block.line, f"{failed} of the block's examples fail\n{text}"
        )


@attrs.frozen
class _Command:
    line: int
    text: str
    expected: str


def _commands(block: Block) -> list[_Command]:
    """Take a block apart: each command, with lines joined by a backslash, and what follows it."""
    found: list[_Command] = []
    for number, line in enumerate(block.text.splitlines(keepends=True), start=block.line):
        last = found[-1] if found else None
        if line.startswith("$ "):
            found.append(_Command(number, line[2:], ""))
        elif last is not None and last.text.endswith("\\\n") and not last.expected:
            found[-1] = attrs.evolve(last, text=last.text + line)
        elif last is not None:
            found[-1] = attrs.evolve(last, expected=last.expected + line)
    return found


def _compare_commands(block: Block, *, page: Path) -> None:
    """Run the commands of a block and compare what they write, where the page shows it."""
    status = 0
    commands = _commands(block)
    for index, command in enumerate(commands):
        output, status = _shell(command.text, last_status=status)
        expected = command.expected
        if expected.strip() and not Checker().check_output(expected, output, doctest.ELLIPSIS):
            message = f"{command.text.strip()}\nexpected:\n{expected}\ncame:\n{output}"
            raise BlockError(page, command.line, message)
        is_asked = index + 1 < len(commands) and commands[index + 1].text.strip() == "echo $?"
        if status != 0 and not is_asked:
            raise BlockError(page, command.line, f"{command.text.strip()}\nfails with {status}:\n{output}")


def _shell(command: str, *, last_status: int) -> tuple[str, int]:
    """Run a command with `python` as this interpreter; return what it writes and its status."""
    # `$?` is what the command before left
    script = f'python() {{ {shlex.quote(sys.executable)} "$@"; }}\n(exit {last_status})\n{command}'
    settings = {"COLUMNS": "80", "LANG": "C.UTF-8", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        ["sh", "-c", script],  # noqa: S607 - the shell is wherever the system has it
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=os.environ | settings,
        timeout=_TIMEOUT_S,
    )
    return done.stdout, done.returncode
