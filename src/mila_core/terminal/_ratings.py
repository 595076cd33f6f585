"""What the commands on files of ratings share: their arguments, the reading, what is to be said of it."""

import argparse
import io
import sys
from collections.abc import Iterator
from typing import IO, NamedTuple

from mila_core.reputation import History, read_table
from mila_core.terminal._inputs import STDIN
from mila_core.terminal._progress import ProgressBar
from mila_core.terminal._words import Words

_AT, _NO_TIME = "at", "none"


def on_ratings(common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Return the arguments of a command on ratings.

    Args:
        common: the options that every command has.
    """
    options = argparse.ArgumentParser(add_help=False, parents=[common])
    options.add_argument(
        "file",
        metavar="FILE",
        help="ratings as CSV or JSON Lines, also compressed (.gz), or Parquet; - reads the standard input",
    )
    for name, what in (("rater", "who rates"), ("subject", "who is rated"), ("stars", "the stars, 1 to 5")):
        options.add_argument(
            f"--{name}", metavar="COLUMN", default=name, help=f"the column of {what} (default: {name})"
        )
    options.add_argument(
        "--at",
        metavar="COLUMN",
        help="the column of the time: days, dates or instants; none: the rows are in its order "
        "(default: at, or none where there is no such column)",
    )
    options.add_argument(
        "--same-people", action="store_true", help="an id means the same person as rater and as subject"
    )
    return options


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
