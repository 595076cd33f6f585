"""The commands on files of ratings: how models would have predicted them."""

import argparse
import io
import sys
from collections.abc import Callable, Iterator
from shutil import get_terminal_size
from typing import IO, NamedTuple

from mila_core.errors import InvalidValueError, describe
from mila_core.reputation import MODELS, Backtest, History, Model, ModelResult, backtest, read_table
from mila_core.serialization import dumps
from mila_core.terminal._inputs import STDIN, together
from mila_core.terminal._layout import LEAST_WIDTH
from mila_core.terminal._progress import ProgressBar
from mila_core.terminal._words import Words

_AT, _NO_TIME = "at", "none"
_NOTHING = "-"
_UNLIMITED = 1_000
_DECIMALS = 4


def add_commands(add: Callable[..., argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the commands to a parser.

    Args:
        add: adds a command.
        common: the options that every command has.
    """
    on_ratings = argparse.ArgumentParser(add_help=False, parents=[common])
    on_ratings.add_argument(
        "file",
        metavar="FILE",
        help="ratings as CSV or JSON Lines, also compressed (.gz), or Parquet; - reads the standard input",
    )
    for name, what in (("rater", "who rates"), ("subject", "who is rated"), ("stars", "the stars, 1 to 5")):
        on_ratings.add_argument(
            f"--{name}", metavar="COLUMN", default=name, help=f"the column of {what} (default: {name})"
        )
    on_ratings.add_argument(
        "--at",
        metavar="COLUMN",
        help="the column of the time: days, dates or instants; none: the rows are in its order "
        "(default: at, or none where there is no such column)",
    )
    on_ratings.add_argument(
        "--same-people", action="store_true", help="an id means the same person as rater and as subject"
    )
    command = add(
        "backtest",
        parents=[on_ratings],
        help="predict the second half of a file of ratings with each model",
        description="Models learn from the first half of the ratings and predict the second, each rating "
        "from those before it.",
    )
    command.add_argument(
        "--models", metavar="MODEL,...", help=f"which models (default: all: {', '.join(MODELS)})"
    )


class Ratings(NamedTuple):
    """The ratings of a file, and the name of the column of time that was expected and is not there."""

    history: History
    lacks: str | None


def read_ratings(options: argparse.Namespace) -> Ratings:
    """Return the ratings of a file.

    Args:
        options: the arguments of a command on ratings.

    Raises:
        MilaError: the file is bad, with every problem of it.
    """
    at = None if options.at == _NO_TIME else options.at or _AT
    wanted = {options.rater, options.subject, options.stars, at or options.stars}
    if options.file == STDIN:
        table = read_table(_piped(), columns=wanted, name="standard input")
    else:
        table = read_table(options.file, columns=wanted)
    lacks = _AT if options.at is None and _AT not in table.column_names else None
    history = History.of(
        table,
        rater=options.rater,
        subject=options.subject,
        stars=options.stars,
        at=None if lacks else at,
        same_people=options.same_people,
    )
    return Ratings(history, lacks)


def _piped() -> IO[bytes]:
    if isinstance(sys.stdin, io.TextIOWrapper):
        bytes_of_it: IO[bytes] = sys.stdin.buffer
        return bytes_of_it
    return io.BytesIO(sys.stdin.read().encode() if sys.stdin else b"")  # closed: nothing came


def progress_bar(options: argparse.Namespace) -> ProgressBar:
    """Return a bar on the standard error; whoever reads JSON gets none.

    Args:
        options: the arguments of a command.
    """
    return ProgressBar(None if options.json else sys.stderr)


def tell_notes(ratings: Ratings, options: argparse.Namespace, words: Words) -> Iterator[str]:
    """Yield what is to be known of ratings; beside JSON it goes to the standard error.

    Args:
        ratings: the ratings.
        options: the arguments of the command.
        words: what words it.
    """
    if ratings.lacks is not None:
        lines = words.tell("no_time", column=ratings.lacks)
        if options.json:
            print(*lines, sep="\n", file=sys.stderr)  # noqa: T201  # a command's output
        else:
            yield from lines


def run_backtest(options: argparse.Namespace, words: Words) -> Iterator[str]:
    """Run the command `backtest` and yield what it prints.

    Args:
        options: its arguments.
        words: what words it.

    Raises:
        MilaError: the input is bad, with every problem of it.
    """
    models, ratings = together(lambda: _models(options.models), lambda: read_ratings(options))
    with progress_bar(options) as progress:
        report = backtest(ratings.history, models=models, progress=progress)
    if not options.json:
        yield from _summary(report, words)
    yield from tell_notes(ratings, options, words)
    yield from [dumps(report, indent=1)] if options.json else _table(report, words)


def _models(names: str | None) -> tuple[Model, ...] | None:
    if names is None:
        return None
    wanted = [name.strip() for name in names.split(",")]
    if unknown := [name for name in wanted if name not in MODELS]:
        came = ", ".join(map(describe, unknown))
        raise InvalidValueError("--models", f"some of {', '.join(MODELS)}", came)
    return tuple(MODELS[name]() for name in wanted)


def _summary(report: Backtest, words: Words) -> Iterator[str]:
    rows, evaluated = (words.number(each, decimals=0) for each in (report.rows, report.evaluated))
    yield from words.tell("backtest_of", rows=rows, evaluated=evaluated)
    if report.left_out:
        yield from words.tell("rows_left_out", count=report.left_out)


def _table(report: Backtest, words: Words) -> Iterator[str]:
    head = (
        words.say("model"),
        words.say("log_loss"),
        words.say("rps"),
        words.say("brier"),
        words.say("rmse"),
        words.say("rho"),
        words.say("ece"),
        words.say("cold_start"),
        words.say("difference"),
    )
    yield ""
    # a file or a pipe has room for the whole table; a terminal may have not
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    width = get_terminal_size().columns if is_terminal else _UNLIMITED
    rows = [_row(model, words) for model in report.models]
    yield from words.table(rows, right=range(1, len(head)), head=head, width=max(width, LEAST_WIDTH))
    yield ""
    yield from words.tell("backtest_legend", model=report.models[0].name)
    for model in report.models:
        if model.default:
            yield from words.tell("default_model", model=model.name)


def _row(model: ModelResult, words: Words) -> tuple[str, ...]:
    figures = (model.log_loss, model.rps, model.brier, model.rmse, model.rho, model.ece, model.cold_log_loss)
    difference = _NOTHING
    if model.difference or model.error:
        sign = "+" if model.difference >= 0 else "-"
        size, error = (
            words.number(abs(each), decimals=_DECIMALS) for each in (model.difference, model.error)
        )
        difference = f"{sign}{size} ± {error}"
    shown = (_NOTHING if each is None else words.number(each, decimals=_DECIMALS) for each in figures)
    return model.name, *shown, difference
