"""The command `fit`: the parameters of the default model that suit a file of ratings."""

import argparse
from collections.abc import Callable, Iterator

import mila_core.reputation as reputation
from mila_core.serialization import dumps
from mila_core.terminal._ratings import on_ratings, progress_bar, read_ratings, tell_notes
from mila_core.terminal._words import Words


def add_fit(add: Callable[..., argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to a parser.

    Args:
        add: adds a command.
        common: the options that every command has.
    """
    add(
        "fit",
        parents=[on_ratings(common)],
        help="fit the default model to a file of ratings",
        description="The parameters of the default model that make the ratings most likely, and how sure "
        "they are.",
    )


def run_fit(options: argparse.Namespace, words: Words) -> Iterator[str]:
    """Run the command and yield what it prints.

    Args:
        options: its arguments.
        words: what words it.

    Raises:
        MilaError: the input is bad, with every problem of it.
    """
    ratings = read_ratings(options)
    with progress_bar(options) as progress:
        fitted = reputation.fit(ratings.history, progress=progress)
    left_out = sum(ratings.history.left_out.values())
    if left_out and not options.json:
        yield from words.tell("rows_left_out", count=left_out)
    yield from tell_notes(ratings, options, words)
    yield from [dumps(fitted, indent=1)] if options.json else str(fitted).splitlines()
