"""What the tests of the commands share: a shell inside this process, and the pilot as files."""

import io
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from mila_core.serialization import dumps
from mila_core.terminal import main
from tests.journey import MARKET, PILOT
from tests.terminal.shell import Done, Run


@cache
def text_of(value: object) -> str:
    """Return a value as an indented document."""
    return dumps(value, indent=1)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command in this process and gives its status, output and errors."""

    def run_here(*arguments: object, stdin: str | bytes = "", width: int = 80) -> Done:
        typed = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"))
        monkeypatch.setenv("COLUMNS", str(width))
        capsys.readouterr()
        try:
            status = main([str(each) for each in arguments])
        except SystemExit as end:  # argparse has complained
            status = int(str(end.code))
        return Done(status, *capsys.readouterr())

    return run_here


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, object], Path]:
    """Return a function that writes a text, bytes or a document into a new file."""

    def write(name: str, content: object) -> Path:
        path = tmp_path / name
        match content:
            case bytes():
                path.write_bytes(content)
            case str():
                path.write_text(content, encoding="utf-8")
            case _:
                path.write_text(text_of(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def files(file: Callable[[str, object], Path]) -> Mapping[str, Path]:
    """Return files with the parts of the pilot: `market`, `book`, and the requests `r1` to `r4`."""
    parts = {"market": MARKET, "book": PILOT.book, **{each.id: each for each in PILOT.requests}}
    return {name: file(f"{name}.json", part) for name, part in parts.items()}
