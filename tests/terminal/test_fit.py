"""`fit` on files of ratings: the parameters that the library finds, and how sure they are."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mila_core import reputation
from mila_core.serialization import dumps
from tests.terminal.shell import Run, in_process

File = Callable[[str, object], Path]

COLUMNS = {
    "rater": [f"c{n % 9}" for n in range(80)],
    "subject": [f"f{n % 4}" for n in range(80)],
    "stars": [min(5, 1 + n % 4 + n % 3) for n in range(80)],
    "at": [n // 2 for n in range(80)],
}
CSV = "".join(",".join(map(str, row)) + "\n" for row in (COLUMNS, *zip(*COLUMNS.values(), strict=True)))


def test_the_parameters_are_those_of_the_library(run: Run, file: File) -> None:
    """As text and as a document."""
    path = file("ratings.csv", CSV)
    fitted = reputation.fit(reputation.History.of(COLUMNS))
    done = run("fit", path, "--json")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == json.loads(dumps(fitted))
    done = run("fit", path)
    assert (done.status, done.out.rstrip("\n"), done.err) == (0, str(fitted).rstrip("\n"), "")


def test_what_is_left_out_and_taken_for_time_is_told(run: Run, file: File) -> None:
    """As by `backtest`."""
    path = file("ratings.csv", "\n".join(line.rpartition(",")[0] for line in CSV.splitlines()) + "\n,f1,5\n")
    done = run("fit", path)
    assert (done.status, done.err) == (0, "")
    assert "1 row is left out" in done.out
    assert "There is no column at" in done.out
    assert "There is no column at" in run("fit", path, "--json").err


def test_bad_input_is_told(run: Run, file: File) -> None:
    """All of it, by line; a missing column with those that are there."""
    done = run("fit", file("ratings.csv", "rater,subject,stars\nc1,f1,6\nc2,f1\n"))
    assert (done.status, done.out) == (2, "")
    assert "line 3: expected 3 cells, came 2" in done.err
    assert "stars, line 2: expected whole stars from 1 to 5, came '6'" in done.err
    done = run("fit", "-", "--stars", "y", stdin=CSV)
    assert (done.status, done.out) == (2, "")
    assert "expected the column 'y', came the columns rater, subject, stars, at" in done.err


@pytest.mark.parametrize("rows", [0, 1])
def test_few_ratings_are_fitted_or_refused(run: Run, file: File, rows: int) -> None:
    """No crash, whatever the library says of them."""
    done = run("fit", file("ratings.csv", "".join(CSV.splitlines(keepends=True)[: rows + 1])))
    assert done.status in {0, 2}
    assert bool(done.out) == (done.status == 0)


def test_a_pipe_gets_the_result_alone() -> None:
    """No bar."""
    done = in_process("fit", "-", "--json", stdin=CSV.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["kind"] == "fitted"
