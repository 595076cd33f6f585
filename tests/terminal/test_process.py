"""The command as a process: pipes that close, terminals without letters, and the same bytes everywhere."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from mila_core.matching import Ranking
from mila_core.quotes import Quote
from mila_core.serialization import loads
from tests.journey import INDEX, PILOT, REQUEST
from tests.terminal.shell import COMMAND, clean_environment, in_process, one_line


@cache
def usual_output(*arguments: str) -> bytes:
    """Return the output of a command where nothing is special."""
    return in_process(*arguments).stdout


def test_the_module_runs_the_walk() -> None:
    """`python -m mila_core` is the walk, in English."""
    done = in_process()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Andreas would come on 28 Nov 2013" in one_line(done.stdout.decode())


def test_the_module_tells_its_status() -> None:
    """The status of the command is that of the process."""
    assert in_process("rank", "none.json", "none.json").returncode == 2
    assert in_process("rank", "-", "-").returncode == 2


@pytest.mark.parametrize(("command", "cls"), [("rank", Ranking), ("quote", Quote)])
def test_the_sample_can_be_piped(command: str, cls: type) -> None:
    """`python -m mila_core sample | python -m mila_core rank - - --json`, as two processes of the system."""
    environment = clean_environment()
    with subprocess.Popen([*COMMAND, "sample"], stdout=subprocess.PIPE, env=environment) as sample:
        done = subprocess.run(
            [*COMMAND, command, "-", "-", "--json", "--at", PILOT.opened_at.isoformat()],
            check=False,
            stdin=sample.stdout,
            capture_output=True,
            env=environment,
        )
    assert (sample.returncode, done.returncode, done.stderr) == (0, 0, b"")
    found: object = loads(done.stdout, cls)
    request = found.request if isinstance(found, Ranking) else None
    assert request in {None, REQUEST}


@pytest.mark.parametrize("arguments", [(), ("--json",), ("sample",), ("sample", "book")], ids=" ".join)
def test_a_pipe_that_nobody_reads_is_no_error(arguments: tuple[str, ...]) -> None:
    """As with `| head -1`: the command ends quietly, however little or much it has written."""
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE, env=clean_environment()
    ) as process:
        os.close(writing)
        assert process.stderr is not None
        errors = process.stderr.read()
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("arguments", [(), ("sample", "book")], ids=" ".join)
def test_a_full_disk_is_told(arguments: tuple[str, ...]) -> None:
    """Output that could not be written is an error in a line, not a success and not a traceback."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], check=False, stdout=full, stderr=subprocess.PIPE, env=clean_environment()
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: standard output: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_a_closed_stream_is_no_crash(stream: str) -> None:
    """A process may be started without one of its streams."""
    redirection = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-"}[stream]
    arguments = {"stdin": "rank - -", "stdout": "sample book", "stderr": "rank none none"}[stream]
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m mila_core {arguments} {redirection}', COMMAND[0]],  # noqa: S607
        check=False,
        capture_output=True,
        env=clean_environment(),
    )
    assert done.returncode == {"stdin": 2, "stdout": 0, "stderr": 2}[stream]
    assert b"Traceback" not in done.stderr


# --- terminals without the letters of Zürich


@pytest.mark.parametrize(("encoding", "language"), [("ascii", "de"), ("cp1252", "en")])
def test_a_terminal_without_a_letter_shows_another(encoding: str, language: str) -> None:
    """What a terminal cannot show is replaced; all the rest is as it was."""
    done = in_process("--lang", language, environment={"PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode(encoding)
    assert "Andreas" in shown
    full = usual_output("--lang", language).decode("utf-8")
    assert shown == full.encode(encoding, "replace").decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "utf-16"])
@pytest.mark.parametrize("arguments", [("--json",), ("sample",)], ids=" ".join)
def test_json_is_utf_8_whatever_the_terminal_is(encoding: str, arguments: tuple[str, ...]) -> None:
    """Documents lose no letter: they are for programs, and JSON is UTF-8."""
    usual = usual_output(*arguments)
    assert "ü".encode() in usual
    assert in_process(*arguments, environment={"PYTHONIOENCODING": encoding}).stdout == usual


def test_a_pipe_is_read_as_utf_8_whatever_the_terminal_is() -> None:
    """Names come through a pipe unchanged where the terminal has other letters."""
    documents = usual_output("sample").replace(b'"Beat"', '"Beät"'.encode())
    done = in_process("quote", "-", "-", stdin=documents, environment={"PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 0
    assert "Beät".encode("latin-1") in done.stdout


def test_an_error_is_shown_without_its_letters(tmp_path: Path) -> None:
    """The standard error, too, may lack letters: the error is told all the same."""
    name = str(tmp_path / "Zürich.json")
    done = in_process("rank", name, name, environment={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 2
    assert b"Z?rich.json: expected a file that can be read" in done.stderr


# --- the same everywhere

PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LANG": "C", "LC_ALL": "C", "LANGUAGE": ""},
    {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LANG": "de_CH.UTF-8", "LC_ALL": "", "LANGUAGE": "fr"},
)


SEVERAL = """
from mila_core.terminal import main

for arguments in [], ["--json"], ["sample"], ["--lang", "fr"]:
    main(arguments)
    print(end="\\f")
"""
"""Commands one after the other in one process: most of the time of each would be to start it."""


def test_the_output_is_the_same_everywhere() -> None:
    """Neither the seed of hashes nor the zone nor the language of the machine changes a byte."""
    outputs = {
        subprocess.run(
            [COMMAND[0], "-c", SEVERAL],
            check=True,
            capture_output=True,
            env=clean_environment(**place, PYTHONUTF8="1"),
        ).stdout
        for place in PLACES
    }
    [output] = outputs
    parts = output.split(b"\f")
    assert [len(part) > 1000 for part in parts] == [True, True, True, True, False]


def test_a_ranking_is_the_same_everywhere() -> None:
    """What one machine ranks, another ranks alike, to the byte; and both like this process."""
    documents = usual_output("sample")
    outputs = {
        in_process("rank", "-", "-", "--json", stdin=documents, environment=place).stdout for place in PLACES
    }
    at = REQUEST.windows[0].start.replace(day=27)
    assert [loads(output, Ranking) for output in outputs] == [INDEX.rank(REQUEST, at=at).complete()]


def test_the_help_names_the_commands() -> None:
    """`--help` lists what there is."""
    done = in_process("--help")
    assert (done.returncode, done.stderr) == (0, b"")
    assert all(name in done.stdout.decode() for name in ("rank", "quote", "sample", "--lang", "--json"))


def test_json_can_be_read_by_any_program() -> None:
    """The output of `--json` is one JSON value, with letters as they are."""
    printed = usual_output("--json")
    assert json.loads(printed)["stories"][0]["friend_id"] == "andreas"
    assert b"\\u" not in printed
