"""`backtest` on files of ratings that nobody has seen before: sensible results, or all that is wrong."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mila_core.i18n import message
from mila_core.names import LANGUAGES
from mila_core.reputation import MODELS, Backtest, backtest
from mila_core.reputation.params import DEFAULT
from mila_core.serialization import loads
from mila_core.terminal import _backtests
from mila_core.terminal._layout import LEAST_WIDTH
from tests.reputation.tables import as_rows, library
from tests.terminal.shell import COMMAND, Run, clean_environment, in_process, lines_of, one_line

File = Callable[[str, object], Path]

NAMES = ("student", "lecturer", "y", "semester")
OPTIONS = ("--rater", "student", "--subject", "lecturer", "--stars", "y", "--at", "semester")
TABLE = dict(
    zip(
        NAMES,
        zip(*((f"s{n % 7}", f"l{n % 3}", 1 + (n * n) % 5, (n * 5) % 11) for n in range(60)), strict=True),
        strict=True,
    )
)
REPORT = backtest(TABLE, rater="student", subject="lecturer", stars="y", at="semester")


def csv_of(table: dict[str, Any], delimiter: str = ",") -> str:
    """Return columns as CSV."""
    rows = [tuple(table), *zip(*table.values(), strict=True)]
    return "".join(delimiter.join(map(str, row)) + "\n" for row in rows)


CSV = csv_of(TABLE)
JSON_LINES = "".join(json.dumps(row) + "\n" for row in as_rows(TABLE))

# The results ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ratings.csv", CSV),
        ("semicolons.csv", csv_of(TABLE, ";")),
        ("of a spreadsheet.csv", csv_of(TABLE, ";").replace("\n", "\r\n").encode("utf-8-sig")),
        ("tabs.tsv", csv_of(TABLE, "\t")),
        ("quoted.csv", CSV.replace("s3", '"s3"').replace("student", '"student"')),
        ("ratings.csv.gz", gzip.compress(CSV.encode())),
        ("ratings.jsonl", JSON_LINES),
        ("ratings.jsonl.gz", gzip.compress(JSON_LINES.encode())),
        ("ratings", CSV),
        ("ratings.log", JSON_LINES),
    ],
)
def test_the_result_is_that_of_the_library(run: Run, file: File, name: str, content: object) -> None:
    """From every kind of file; `--json` prints the backtest itself."""
    done = run("backtest", file(name, content), *OPTIONS, "--json")
    assert (done.status, done.err) == (0, "")
    assert loads(done.out, Backtest) == REPORT


@pytest.mark.parametrize("content", [CSV, JSON_LINES, "\ufeff" + CSV, "\n" + JSON_LINES], ids=range(4))
def test_the_standard_input_is_csv_or_json_lines(run: Run, content: str) -> None:
    """Which of the two, it says itself."""
    done = run("backtest", "-", *OPTIONS, "--json", stdin=content)
    assert (done.status, done.err, loads(done.out, Backtest)) == (0, "", REPORT)


def test_parquet_is_read(run: Run, tmp_path: Path) -> None:
    """With what the extra brings."""
    library("narwhals")
    library("polars").DataFrame(TABLE).write_parquet(tmp_path / "ratings.parquet")
    done = run("backtest", tmp_path / "ratings.parquet", *OPTIONS, "--json")
    assert (done.status, done.err, loads(done.out, Backtest)) == (0, "", REPORT)


def test_without_the_extra_parquet_names_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And how it is installed."""
    monkeypatch.setitem(sys.modules, "narwhals", None)
    done = run("backtest", tmp_path / "ratings.parquet")
    assert (done.status, done.out) == (2, "")
    assert "pip install 'mila-core[frames]'" in done.err


def test_the_json_has_the_names_that_programs_rely_on(run: Run, file: File) -> None:
    """Rows, evaluated, and a model's figures; all are numbers, or null, and never NaN."""

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    done = run("backtest", file("ratings.csv", CSV), *OPTIONS, "--json")
    found = json.loads(done.out, parse_constant=refuse)
    assert (found["rows"], found["evaluated"]) == (60, 30)
    assert [model["name"] for model in found["models"]] == list(MODELS)
    for model in found["models"]:
        assert {"name", "log_loss", "rps", "brier", "rmse", "rho", "ece", "default"} <= set(model)
        assert model["default"] is (model["name"] == DEFAULT)
        assert all(isinstance(model[name], float) for name in ("log_loss", "rps", "brier", "rmse", "ece"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_is_the_table(run: Run, file: File, language: str) -> None:
    """In each language: what was read, a row a model, what the figures mean."""
    done = run("backtest", file("ratings.csv", CSV), *OPTIONS, "--lang", language)
    assert (done.status, done.err) == (0, "")
    lines = lines_of(done.out)
    assert one_line(message("terminal.backtest_of", locale=language, rows="60", evaluated="30")) in one_line(
        done.out
    )
    model, log_loss = (message(f"terminal.{key}", locale=language) for key in ("model", "log_loss"))
    [heading] = [line for line in lines if line.split()[:2] == [model, log_loss]]
    rows = lines[lines.index(heading) + 2 :][: len(MODELS)]
    assert [row.split()[0] for row in rows] == list(MODELS)
    assert [row.split()[1].replace(",", ".") for row in rows] == [
        f"{each.log_loss:.4f}" for each in REPORT.models
    ]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_on_a_terminal_the_table_fits(
    run: Run, file: File, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """A row that does not becomes a block of lines; in a pipe it is as long as it has to be."""
    path = file("ratings.csv", CSV)
    piped = run("backtest", path, *OPTIONS, width=width)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    done = run("backtest", path, *OPTIONS, width=width)
    assert (done.status, piped.status) == (0, 0)
    assert max(map(len, lines_of(done.out))) <= max(width, LEAST_WIDTH)
    assert (done.out == piped.out) == (max(map(len, lines_of(piped.out))) <= width)
    assert all(f"{model.log_loss:.4f}" in done.out for model in REPORT.models)


def test_the_models_can_be_chosen(run: Run, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order in which they are named; the first is what the others are compared with."""
    more = {**MODELS, "again": Again}
    monkeypatch.setattr(_backtests, "MODELS", more)
    path = file("ratings.csv", CSV)
    done = run("backtest", path, *OPTIONS, "--models", "again, raw_mean")
    assert (done.status, done.err) == (0, "")
    [again, raw] = [line for line in lines_of(done.out) if line.split()[:1] in (["again"], ["raw_mean"])]
    assert (again.split()[0], again.split()[-1]) == ("again", "-")
    assert raw.split()[-2:] == ["±", "0.0000"] or raw.split()[-1] == "-"
    assert "Friends" not in done.out
    assert "the log-loss to again" in one_line(done.out)


class Again:
    """The raw mean under another name."""

    name = "again"

    def __init__(self) -> None:
        """Follow the raw mean."""
        self._model = MODELS["raw_mean"]()

    def fit(self, history: Any, *, progress: Any = None) -> "Again":
        """Fit it."""
        del progress
        fitted = Again()
        fitted._model = self._model.fit(history)
        return fitted

    def predict(self, history: Any, *, start: int = 0) -> Any:
        """Predict as it does."""
        return self._model.predict(history, start=start)

    def score(self, history: Any) -> dict[str, float]:
        """Score as it does."""
        return self._model.score(history)


def test_the_default_model_is_told(run: Run, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is among them."""
    monkeypatch.setattr(Again, "name", DEFAULT)
    monkeypatch.setattr(_backtests, "MODELS", {DEFAULT: Again})
    done = run("backtest", file("ratings.csv", CSV), *OPTIONS, "--models", DEFAULT)
    assert f"{DEFAULT} is the default model." in done.out
    done = run("backtest", file("ratings.csv", CSV), *OPTIONS, "--models", DEFAULT, "--json")
    assert json.loads(done.out)["models"][0]["default"] is True


# The time ------------------------------------------------------------------------------------------------

USUAL = "rater,subject,stars\nc1,x,5\nc2,x,4\nc1,y,1\n"


def test_without_a_column_of_the_time_the_rows_are_in_its_order(run: Run, file: File) -> None:
    """It is said: in the text, or beside the JSON."""
    path = file("ratings.csv", USUAL)
    done = run("backtest", path)
    assert (done.status, done.err) == (0, "")
    assert "There is no column at: the order of the rows is taken for the time." in done.out
    done = run("backtest", path, "--json", "--lang", "de")
    assert (done.status, json.loads(done.out)["rows"]) == (0, 3)
    assert done.err == "Es gibt keine Spalte at: Die Reihenfolge der Zeilen gilt als Zeit.\n"


def test_whoever_says_none_knows_it(run: Run, file: File) -> None:
    """Then nothing is said, and a column that is there is not read."""
    path = file(
        "ratings.csv", USUAL.replace("stars", "stars,at").replace("5\n", "5,soon\n").replace("4\n", "4,\n")
    )
    content = path.read_text(encoding="utf-8").replace("y,1", "y,1,2")
    path.write_text(content, encoding="utf-8")
    for arguments in ((), ("--json",)):
        done = run("backtest", path, "--at", "none", *arguments)
        assert (done.status, done.err) == (0, "")
        assert "no column" not in done.out
    assert run("backtest", path).status == 2


def test_a_column_of_the_time_that_is_named_has_to_be_there(run: Run, file: File) -> None:
    """Also where it is the usual one."""
    done = run("backtest", file("ratings.csv", USUAL), "--at", "at")
    assert (done.status, done.out) == (2, "")
    assert "expected the column 'at', came the columns rater, subject, stars" in done.err


@pytest.mark.parametrize(
    "times", [("2013-11-27", "2013-11-26"), ("2013-11-27T09:00+01:00", "2013-11-27T07:59Z"), ("10", "9.5")]
)
def test_times_are_dates_instants_or_days(run: Run, file: File, times: tuple[str, str]) -> None:
    """The later row comes second, whatever its place."""
    later, earlier = times
    text = f"rater,subject,stars,at\nc1,x,1,{later}\nc2,x,5,{earlier}\n"
    done = run("backtest", file("ratings.csv", text), "--models", "raw_mean", "--json")
    swapped = f"rater,subject,stars,at\nc2,x,5,{earlier}\nc1,x,1,{later}\n"
    assert done == run("backtest", file("swapped.csv", swapped), "--models", "raw_mean", "--json")
    assert done.status == 0


# Unknown tables ------------------------------------------------------------------------------------------


def test_gaps_are_left_out_and_told(run: Run, file: File) -> None:
    """Rows without a value, of whatever column."""
    path = file("ratings.csv", USUAL + "c1,,5\n,x,5\nc2,x,\n")
    done = run("backtest", path)
    assert (done.status, done.err) == (0, "")
    assert "3 ratings; the last 2 of them are predicted" in done.out
    assert "3 rows are left out: a value is missing, or somebody rates himself." in done.out
    assert json.loads(run("backtest", path, "--json").out)["left_out"] == 3


def test_ties_keep_the_order_of_the_rows(run: Run, file: File) -> None:
    """All at the same time is the same as no time at all."""
    tied = csv_of({**TABLE, "semester": ["2013-11-27"] * 60})
    done = run("backtest", file("ratings.csv", tied), *OPTIONS, "--json")
    untimed = run("backtest", file("same.csv", tied), *OPTIONS[:-1], "none", "--json")
    assert (done.status, untimed.status, done.out) == (0, 0, untimed.out)


def test_who_rates_himself_counts_unless_they_are_the_same_people(run: Run, file: File) -> None:
    """With `--same-people` the row is left out and told."""
    path = file("ratings.csv", USUAL + "x,x,5\n")
    assert json.loads(run("backtest", path, "--json").out)["rows"] == 4
    done = run("backtest", path, "--same-people")
    assert "3 ratings; the last 2 of them are predicted" in done.out
    assert "1 row is left out" in done.out


def test_one_item_has_no_rank_correlation(run: Run, file: File) -> None:
    """There is nothing to put in order: a dash, or null."""
    path = file("ratings.csv", csv_of({**TABLE, "lecturer": ["l"] * 60}))
    done = run("backtest", path, *OPTIONS)
    assert (done.status, done.err) == (0, "")
    assert {
        model["rho"] for model in json.loads(run("backtest", path, *OPTIONS, "--json").out)["models"]
    } == {None}


@pytest.mark.parametrize(
    ("text", "came"),
    [(USUAL[:20], "0"), (USUAL[:27], "1"), (USUAL[:27] + "c,,5\n", "1, with 1 row left out")],
)
def test_one_rating_or_none_cannot_be_judged(run: Run, file: File, text: str, came: str) -> None:
    """The error says how many there are, also from the standard input."""
    expected = f"error: ratings: expected at least 2 ratings, came {came}\n"
    assert run("backtest", file("ratings.csv", text)) == (2, "", expected)
    assert run("backtest", "-", stdin=text) == (2, "", expected)


def test_an_empty_file_has_no_columns(run: Run, file: File) -> None:
    """Nor has an empty or a closed standard input."""
    path = file("ratings.csv", "")
    message_of_it = "expected the columns 'rater', 'subject', 'stars', came the columns none"
    assert run("backtest", path) == (2, "", f"error: {path}: {message_of_it}\n")
    assert run("backtest", "-") == (2, "", f"error: standard input: {message_of_it}\n")


SORTS = "a number of days, a date or an instant, each of the same sort as in the rows before"

# What is wrong -------------------------------------------------------------------------------------------


def test_every_problem_is_told_with_its_line(run: Run, file: File) -> None:
    """As an editor counts them, the header being line 1; and the models beside."""
    text = "rater,subject,stars,at\nc1,x,6,1\n\nc2,x\nc3,x,5,soon\nc4,x,five,2\n"
    path = file("ratings.csv", text)
    done = run("backtest", path, "--models", "raw_mean,best")
    assert (done.status, done.out) == (2, "")
    assert lines_of(done.err) == [
        f"error: --models: expected some of {', '.join(MODELS)}, came 'best'",
        f"error: {path}: 4 problems",
        "  line 4: expected 4 cells, came 2",
        "  stars, line 2: expected whole stars from 1 to 5, came '6'",
        "  stars, line 6: expected whole stars from 1 to 5, came 'five'",
        f"  at, line 5: expected {SORTS}, came 'soon'",
    ]


def test_a_missing_column_lists_those_that_are_there(run: Run, file: File) -> None:
    """All that are missing at once."""
    path = file("ratings.csv", CSV)
    came = "came the columns student, lecturer, y, semester"
    expected = f"error: {path}: expected the columns 'rater', 'subject', {came}\n"
    assert run("backtest", path, "--stars", "y") == (2, "", expected)


@pytest.mark.parametrize("name", ["none.csv", ".", "none.parquet", "none.csv.gz"])
def test_a_file_that_cannot_be_read_is_named(run: Run, tmp_path: Path, name: str) -> None:
    """Missing, or a folder."""
    if name.endswith("parquet"):
        library("narwhals")
    done = run("backtest", tmp_path / name)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: {tmp_path / name}: expected a file that can be read, came ")


@pytest.mark.parametrize("models", ["", "raw_mean,", "Raw_mean", "raw_mean raw_mean"])
def test_an_unknown_model_lists_those_there_are(run: Run, file: File, models: str) -> None:
    """Also a name that is empty."""
    done = run("backtest", file("ratings.csv", USUAL), f"--models={models}")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: --models: expected some of {', '.join(MODELS)}, came '")


def test_a_model_is_named_once(run: Run, file: File) -> None:
    """Twice the same would be compared with itself."""
    done = run("backtest", file("ratings.csv", USUAL), "--models", "raw_mean,raw_mean")
    assert done == (2, "", "error: models: expected models of different names, came raw_mean, raw_mean\n")


@pytest.mark.parametrize("arguments", [(), ("--limit", "3", "x.csv"), ("x.csv", "y.csv")])
def test_wrong_arguments_show_the_usage(run: Run, arguments: tuple[str, ...]) -> None:
    """As of every command."""
    done = run("backtest", *arguments)
    assert (done.status, done.out) == (2, "")
    assert "usage: python -m mila_core" in done.err


def test_a_person_may_stop_it(run: Run, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quietly, with the status that shells know."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_backtests, "backtest", stop)
    assert run("backtest", file("ratings.csv", USUAL)) == (130, "", "")


# As a process --------------------------------------------------------------------------------------------


def test_the_process_reads_a_pipe_and_shows_no_bar() -> None:
    """Nothing but the result goes to a pipe; its bytes are the same everywhere."""
    outputs = set()
    for place in ({"PYTHONHASHSEED": "1", "LANG": "C"}, {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu"}):
        done = in_process("backtest", "-", *OPTIONS, "--json", stdin=CSV.encode(), environment=place)
        assert (done.returncode, done.stderr) == (0, b"")
        outputs.add(done.stdout)
    [output] = outputs
    assert loads(output, Backtest) == REPORT


def test_letters_of_any_file_are_read_whatever_the_terminal_is() -> None:
    """A pipe is UTF-8 also where the terminal is not; what is not is told by its line."""
    text = "rater,subject,stärne\nZoë,x,5\nRenée,x,4\n"
    arguments = ("backtest", "-", "--stars", "stärne", "--at", "none", "--json")
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}
    done = in_process(*arguments, stdin=text.encode(), environment=environment)
    assert (done.returncode, done.stderr, json.loads(done.stdout)["rows"]) == (0, b"", 2)
    done = in_process(*arguments, stdin=text.replace("ä", "a").encode("latin-1"), environment=environment)
    assert done.returncode == 2
    assert b"line 2: expected text in UTF-8, came other bytes" in done.stderr


@pytest.mark.parametrize(("stream", "status"), [("<&-", 2), (">&-", 0), ("2>&-", 0)])
def test_a_closed_stream_is_no_crash(tmp_path: Path, stream: str, status: int) -> None:
    """A process may be started without one of its streams."""
    (tmp_path / "ratings.csv").write_text(USUAL, encoding="utf-8")
    name = "-" if stream == "<&-" else "ratings.csv"
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m mila_core backtest {name} {stream}', COMMAND[0]],  # noqa: S607
        check=False,
        capture_output=True,
        cwd=tmp_path,
        env=clean_environment(),
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (status, False)
