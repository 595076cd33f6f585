"""Commands run for tests, in this process or in one of their own, and what is looked at in their output."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import NamedTuple, Protocol


class Done(NamedTuple):
    """What came of a command."""

    status: int
    out: str
    err: str


class Run(Protocol):
    """Run a command in this process."""

    def __call__(self, *arguments: object, stdin: str | bytes = "", width: int = 80) -> Done:
        """Return what came of it."""


COMMAND = (sys.executable, "-m", "mila_core")


def clean_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what would change Python's output, and with more."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    path = {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
    return {**kept, **path, "COLUMNS": "80", **more}


def in_process(
    *arguments: object, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own; its streams are pipes."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        check=False,
        input=stdin,
        capture_output=True,
        env=clean_environment(**(environment or {})),
        timeout=60,
    )


def one_line(text: str) -> str:
    """Return a text with each run of blanks and line breaks as one blank: wrapping does not matter."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def lines_of(text: str) -> list[str]:
    """Return the lines of an output."""
    return text.removesuffix("\n").split("\n")
