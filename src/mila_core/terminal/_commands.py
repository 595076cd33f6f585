"""The commands: arguments in, text or JSON out, an exit status."""

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, NamedTuple, TypeVar

from mila_core.errors import InvalidDocumentError, InvalidValueError, MilaError, describe
from mila_core.market import Market
from mila_core.matching import FriendIndex, Ranking
from mila_core.names import LANGUAGES
from mila_core.periods import instant_of
from mila_core.pricing import PriceBook, quote
from mila_core.samples import zurich_2013
from mila_core.serialization import KINDS, dumps, loads
from mila_core.service_requests import ServiceRequest
from mila_core.terminal._backtests import add_backtest, run_backtest
from mila_core.terminal._fits import add_fit, run_fit
from mila_core.terminal._inputs import STDIN, together
from mila_core.terminal._layout import LEAST_WIDTH, MOST_WIDTH
from mila_core.terminal._views import View
from mila_core.terminal._walk import walk, walk_data
from mila_core.terminal._walk_view import walk_lines
from mila_core.terminal._words import Words

T = TypeVar("T")

OK, REFUSED, BAD_INPUT = 0, 1, 2
INTERRUPTED = 130
"""What shells expect of a command that a person has stopped."""
_SPACE = re.compile(r"[ \t\n\r]*")
_A_DAY_BEFORE = timedelta(days=1)


def _common(*, lang: str, as_json: Any) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--lang", choices=LANGUAGES, default=lang, help="the language of the text (default: en)"
    )
    common.add_argument(
        "--json", action="store_true", default=as_json, help="print JSON for programs instead of text"
    )
    return common


def _parser() -> argparse.ArgumentParser:
    common = _common(lang="en", as_json=False)
    # a command takes them too; what is not given behind it must not undo what is given before it
    again = _common(lang=argparse.SUPPRESS, as_json=argparse.SUPPRESS)
    on_files = argparse.ArgumentParser(add_help=False, parents=[again])
    on_files.add_argument("market", metavar="MARKET.json", help="a market; - reads the standard input")
    on_files.add_argument(
        "request", metavar="REQUEST.json", help="a service request; - reads the standard input"
    )
    on_files.add_argument(
        "--at", help="now, as an instant with an offset (default: a day before the first window)"
    )
    parser = argparse.ArgumentParser(
        prog="python -m mila_core",
        description="Certified neighbours who help for money; without a command, the pilot of 2013.",
        epilog="Exit status: 0; 1 where nobody may come; 2 for bad input, with every problem; 130: stopped.",
        parents=[common],
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    rank = commands.add_parser(
        "rank", parents=[on_files], help="rank the friends for a request, with reasons"
    )
    rank.add_argument("--limit", type=int, default=10, help="how many friends to show (default: 10)")
    price = commands.add_parser("quote", parents=[on_files], help="price the visit of a friend, line by line")
    price.add_argument("--friend", help="the id of the friend (default: the best one)")
    price.add_argument("--book", metavar="BOOK.json", help="a price book (default: the one of the pilot)")
    price.add_argument("--cash", action="store_true", help="the customer pays in cash")
    add_backtest(commands.add_parser, again)
    add_fit(commands.add_parser, again)
    sample = commands.add_parser(
        "sample",
        parents=[again],  # it prints documents, whatever they say
        help="print the pilot as files",
        description="Without an argument: the market, the price book and the requests, a line each.",
    )
    sample.add_argument(
        "what", nargs="?", metavar="WHAT", help="market, book, or the id of a request (r1, r2, ...), indented"
    )
    return parser


class _Input:
    """Where documents come from: files, and the standard input, which may hold several in a row."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._piped: tuple[Mapping[str, str], str] | None = None

    def read(self, name: str, cls: type[T]) -> T:
        """Return the document of a class in a file, or the first one of it in the standard input."""
        try:
            return loads(self._piped_text(cls) if name == STDIN else Path(name).read_bytes(), cls)
        except OSError as error:
            came = (error.strerror or "none").lower()
            raise InvalidValueError(name, "a file that can be read", came) from None
        except InvalidDocumentError as error:
            where = "standard input" if name == STDIN else name
            raise InvalidDocumentError(f"{where}: {error.message}", error.problems) from None

    def _piped_text(self, cls: type) -> bytes:
        if self._piped is None:
            if isinstance(sys.stdin, io.TextIOWrapper):
                sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
            self._piped = _split(sys.stdin.read() if sys.stdin else "")  # closed: nothing came
        found, rest = self._piped
        kind = next(name for name, each in KINDS.items() if each is cls)
        if kind not in found and not rest and len(found) > 1:
            came = f"{len(found)} documents of other kinds"
            raise InvalidValueError("standard input", f'a document of the kind "{kind}"', came)
        # reading it strictly says what is wrong, also with bytes that are no UTF-8
        text = found.get(kind) or rest or next(iter(found.values()), "")
        return text.encode("utf-8", "surrogateescape")


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _split(text: str) -> tuple[Mapping[str, str], str]:
    """Return the first document of each kind in a text, and what is no document any more, on its lines."""
    found: dict[str, str] = {}
    decoder, at = json.JSONDecoder(), 0
    while (at := _end_of_space(text, at)) < len(text):
        try:
            document, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found, "\n" * text.count("\n", 0, at) + text[at:]
        kind = document.get("kind") if isinstance(document, dict) else None
        found.setdefault(str(kind), text[at:end])
        at = end
    return found, ""


def _instant(text: str | None, request: ServiceRequest) -> datetime:
    """Return `--at`; there is no clock here, so by default it is a day before the first window."""
    if text is None:
        return min(request.windows).start - _A_DAY_BEFORE
    try:
        return instant_of(datetime.fromisoformat(text), name="--at")
    except ValueError:
        expected = "an instant with an offset, such as 2013-11-27T09:00+01:00"
        raise InvalidValueError("--at", expected, describe(text)) from None


class _Inputs(NamedTuple):
    market: Market
    request: ServiceRequest
    book: PriceBook
    at: datetime


def _read(options: argparse.Namespace) -> _Inputs:
    """Read all that a command needs; what is wrong with one file does not hide what is with the next."""
    source = _Input()
    book = getattr(options, "book", None)
    wanted = [(options.market, Market), (options.request, ServiceRequest)]
    if book is not None:
        wanted.append((book, PriceBook))
    market, request, *books = together(*(partial(source.read, name, cls) for name, cls in wanted))
    if problems := list(_unknown(request, market)):
        where = "standard input" if options.request == STDIN else options.request
        raise InvalidDocumentError(f"{where}: service_request", problems)
    return _Inputs(market, request, books[0] if books else PriceBook(), _instant(options.at, request))


def _unknown(request: ServiceRequest, market: Market) -> Iterator[InvalidValueError]:
    """Yield the problems of a request that asks for what its market does not have."""
    if request.customer_id not in {each.id for each in market.customers}:
        came = describe(request.customer_id)
        yield InvalidValueError("$.customer_id", "the id of a customer of the market", came)
    if request.service_code not in {each.code for each in market.catalogue.services}:
        came = describe(request.service_code)
        yield InvalidValueError("$.service_code", "the code of a service of the market", came)


def _rank(inputs: _Inputs, *, limit: int = 10) -> Ranking:
    return FriendIndex(inputs.market).rank(inputs.request, at=inputs.at, limit=limit)


def _run_rank(options: argparse.Namespace, view: Callable[[Market], View]) -> tuple[int, Iterable[str]]:
    inputs = _read(options)
    market, ranking = inputs.market, _rank(inputs, limit=options.limit)
    status = OK if ranking.matches else REFUSED
    return status, [dumps(ranking.complete(), indent=1)] if options.json else view(market).ranking(ranking)


def _run_quote(options: argparse.Namespace, view: Callable[[Market], View]) -> tuple[int, Iterable[str]]:
    inputs = _read(options)
    market, ranking = inputs.market, _rank(inputs)
    why = None if options.friend is None else ranking.why(options.friend)
    match = why.match if why else next(iter(ranking.matches), None)
    if why and match is None:
        return REFUSED, [dumps(why, indent=1)] if options.json else view(market).refusal(why.eligibility)
    if match is None:
        return REFUSED, [dumps(ranking.complete(), indent=1)] if options.json else view(market).ranking(
            ranking
        )
    made = quote(ranking.request, match, book=inputs.book, at=ranking.at, cash=options.cash)
    return OK, [dumps(made, indent=1)] if options.json else view(market).quote(made)


def _run_sample(options: argparse.Namespace) -> tuple[int, Iterable[str]]:
    pilot = zurich_2013()
    parts = {"market": pilot.market, "book": pilot.book, **{each.id: each for each in pilot.requests}}
    if options.what is None:
        return OK, [dumps(each) for each in parts.values()]
    if options.what not in parts:
        raise InvalidValueError("WHAT", f"one of {', '.join(parts)}", describe(options.what))
    return OK, [dumps(parts[options.what], indent=1)]


def _run_walk(options: argparse.Namespace, view: Callable[[Market], View]) -> tuple[int, Iterable[str]]:
    found = walk()
    if options.json:
        return OK, [json.dumps(walk_data(found), ensure_ascii=False, indent=1)]
    return OK, walk_lines(found, view(found.pilot.market))


def _run(options: argparse.Namespace) -> tuple[int, Iterable[str]]:
    if options.command == "sample":
        return _run_sample(options)
    width = min(max(get_terminal_size().columns, LEAST_WIDTH), MOST_WIDTH)

    on_ratings = {"backtest": run_backtest, "fit": run_fit}.get(options.command)
    if on_ratings is not None:
        return OK, on_ratings(options, Words(locale=options.lang, width=width))

    def view(market: Market) -> View:
        return View(market, locale=options.lang, width=width)

    run = {"rank": _run_rank, "quote": _run_quote, None: _run_walk}[options.command]
    return run(options, view)


def main(arguments: Sequence[str]) -> int:
    """Run a command: print to the standard output, errors to the standard error.

    Args:
        arguments: the arguments after `python -m mila_core`.

    Returns:
        The exit status: 0; 1 where nobody may come or the visit cannot be booked; 2 for bad input; 130 where
        a person has stopped it.
    """
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without the letters of Zürich
    if isinstance(sys.stdout, io.TextIOWrapper) and (options.json or options.command == "sample"):
        sys.stdout.reconfigure(encoding="utf-8")  # JSON is, whatever the terminal is
    try:
        status, lines = _run(options)
        for line in lines:
            print(line)  # noqa: T201  # a command's output
        print(end="", flush=True)  # noqa: T201  # what cannot be written is known now, not when the process ends
    except MilaError as error:
        return _complain(str(error), BAD_INPUT)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # as when `head` has seen enough
            return OK
        return _complain(f"standard output: {error.strerror}", BAD_INPUT)
    return status


def _complain(error: str, status: int) -> int:
    print(f"error: {error}", file=sys.stderr)  # noqa: T201  # a command's output
    return status
