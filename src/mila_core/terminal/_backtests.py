"""The command `backtest`: how models would have predicted a file of ratings."""

import argparse
import sys
from collections.abc import Callable, Iterator
from shutil import get_terminal_size

from mila_core.errors import InvalidValueError, describe
from mila_core.reputation import MODELS, Backtest, Model, ModelResult, backtest
from mila_core.serialization import dumps
from mila_core.terminal._inputs import together
from mila_core.terminal._layout import LEAST_WIDTH
from mila_core.terminal._ratings import on_ratings, progress_bar, read_ratings, tell_notes
from mila_core.terminal._words import Words

_NOTHING = "-"
_UNLIMITED = 1_000
_DECIMALS = 4


def add_backtest(add: Callable[..., argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to a parser.

    Args:
        add: adds a command.
        common: the options that every command has.
    """
    command = add(
        "backtest",
        parents=[on_ratings(common)],
        help="predict the second half of a file of ratings with each model",
        description="Models learn from the first half of the ratings and predict the second, each rating "
        "from those before it.",
    )
    command.add_argument(
        "--models", metavar="MODEL,...", help=f"which models (default: all: {', '.join(MODELS)})"
    )


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
