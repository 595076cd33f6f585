"""The bar of long commands: on a terminal, as wide as it, and gone at the end."""

import fcntl
import io
import os
import struct
import subprocess
import termios
from typing import TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.terminal._progress import ProgressBar
from tests.terminal.shell import COMMAND, clean_environment

USUAL = b"rater,subject,stars\nc1,x,5\nc2,x,4\nc1,y,1\n"


class Terminal(io.StringIO):
    """A terminal that keeps what is written, and whose width is not known."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def screen(written: str) -> str:
    """Return the line that a terminal shows after what was written to it."""
    shown: list[str] = []
    at = 0
    for letter in written:
        if letter == "\r":
            at = 0
            continue
        shown[at : at + 1] = [letter]
        at += 1
    return "".join(shown).rstrip()


def test_the_bar_shows_how_far_it_is() -> None:
    """Model and percent; the line is written again, not a new one."""
    terminal = Terminal()
    with ProgressBar(terminal) as bar:
        assert terminal.getvalue() == ""
        bar("glicko2", 0.0)
        assert screen(terminal.getvalue()) == "[....................]   0 % glicko2"
        bar("glicko2", 0.5)
        assert screen(terminal.getvalue()) == "[##########..........]  50 % glicko2"
        bar("beta", 1.0)
        assert screen(terminal.getvalue()) == "[####################] 100 % beta"
    assert screen(terminal.getvalue()) == ""
    assert "\n" not in terminal.getvalue()


def test_nothing_is_written_twice() -> None:
    """A share that changes nothing on the line writes nothing."""
    terminal = Terminal()
    bar = ProgressBar(terminal)
    for number in range(1000):
        bar("model", number / 1e6)
    assert terminal.getvalue().count("\r") == 1


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=120), st.floats(-1, 2)
        ),
        max_size=5,
    )
)
def test_the_bar_fits_and_goes(steps: list[tuple[str, float]]) -> None:
    """Whatever is done: never wider than the terminal, and nothing is left of it."""
    terminal = Terminal()
    with ProgressBar(terminal) as bar:
        for what, share in steps:
            bar(what, share)
            assert len(screen(terminal.getvalue())) < 80
    assert screen(terminal.getvalue()) == ""


def test_an_error_leaves_no_bar() -> None:
    """The message that follows stands on a clean line."""
    terminal = Terminal()

    def work() -> None:
        with ProgressBar(terminal) as bar:
            bar("model", 0.5)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert screen(terminal.getvalue()) == ""


@pytest.mark.parametrize("stream", [None, io.StringIO()], ids=["closed", "file"])
def test_what_is_no_terminal_gets_nothing(stream: TextIO | None) -> None:
    """A pipe, a file, a closed stream."""
    with ProgressBar(stream) as bar:
        bar("model", 0.5)
    assert not isinstance(stream, io.StringIO) or stream.getvalue() == ""


def test_a_terminal_that_hangs_up_stops_nothing() -> None:
    """The work goes on."""

    class Gone(Terminal):
        def write(self, _: str, /) -> int:
            raise BrokenPipeError

    with ProgressBar(Gone()) as bar:
        bar("model", 0.5)
        bar("model", 0.6)


def on_a_terminal(*arguments: str, columns: int) -> tuple[bytes, str]:
    """Return what a command writes to a pipe, and to a terminal as its standard error."""
    ours, theirs = os.openpty()
    with open(ours, "rb", buffering=0, closefd=True) as terminal:  # noqa: PTH123  # a descriptor
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env=clean_environment(),
        )
        os.close(theirs)
        output, _ = process.communicate(USUAL, timeout=60)
        written = b""
        while True:
            try:
                part = terminal.read(4096)
            except OSError:  # how a pseudo-terminal ends
                break
            if not part:
                break
            written += part
    assert process.returncode == 0
    return output, written.decode()


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_a_command_shows_it_on_its_terminal(columns: int) -> None:
    """Within its width; nothing of it is left, nor in the output."""
    output, written = on_a_terminal("backtest", "-", "--at", "none", columns=columns)
    assert "100 %"[: columns - 25] in written
    assert max(map(len, written.split("\r"))) < columns
    assert screen(written) == ""
    assert b"\r" not in output
    assert b"raw_mean" in output


def test_whoever_reads_json_gets_no_bar() -> None:
    """A program may look at both streams."""
    _, written = on_a_terminal("backtest", "-", "--at", "none", "--json", columns=80)
    assert written == ""
