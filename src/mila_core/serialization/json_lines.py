"""JSON Lines: a document a line, so that files of any size are read and written value by value.

A bad line is one error with all its problems, each with the number of the line before its JSON path
(`line 17 $.price`). Blank lines say nothing and are passed over.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias, TypeVar, get_args

import attrs

from mila_core.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.market import COLLECTIONS, Market
from mila_core.serialization._limits import Limits
from mila_core.serialization.documents import dumps, loads

__all__ = ["Progress", "TextFile", "read", "read_market", "write", "write_market"]

T = TypeVar("T")

Progress: TypeAlias = Callable[[Iterable[Any]], Iterable[Any]]
"""What takes an iterable and yields the same items, as `tqdm` does."""


class TextFile(Protocol):
    """What text can be written to."""

    def write(self, text: str, /) -> object:
        """Write a text."""


_MEMBERS = MappingProxyType(
    {get_args(field.type)[0]: field.name for field in attrs.fields(Market) if field.name in COLLECTIONS}
)
"""By class: in which collection of a market its values are."""

_SINGLE: Mapping[Any, str] = MappingProxyType(
    {field.type: field.name for field in attrs.fields(Market) if field.name not in COLLECTIONS}
)
"""By class: in which field of a market its one value is; the catalogue is the one that there must be."""

_FIELDS = MappingProxyType({**_SINGLE, **_MEMBERS})

_IN_FIELD = re.compile(r"\$\.(?P<field>[a-z_]+)(\[(?P<position>[0-9]+)\])?")


def read(
    lines: Iterable[str | bytes],
    cls: type[T],
    *,
    progress: Progress | None = None,
    on_error: Callable[[InvalidDocumentError], object] | None = None,
    limits: Limits | None = None,
) -> Iterator[T]:
    """Yield the value of each line, as it is asked for.

    Args:
        lines: lines of JSON, such as an open file; each a document.
        cls: the class expected; `object` for any in `KINDS`.
        progress: what to show progress with, such as `tqdm`.
        on_error: what to do with the error of a bad line, which is then left out; if not given, the first bad
            line raises its error.
        limits: how large a line may be; if not given, `Limits()`.

    Yields:
        The values, in the order of the lines.

    Raises:
        InvalidDocumentError: a bad line, with all its problems.
        InvalidTypeError: one text instead of lines, a line that is neither a text nor bytes, no class, or no
            limits.

    Examples:
        >>> from mila_core.money import Money, chf
        >>> list(read([dumps(chf(40)), dumps(chf("5.35"))], Money))
        [chf('40.00'), chf('5.35')]
        >>> problems = []
        >>> bad = '{"schema_version": 1, "kind": "money", "value": 40.0}'
        >>> list(read([bad, dumps(chf(1))], Money, on_error=problems.append))
        [chf('1.00')]
        >>> print(problems[0])
        line 1: 1 problem
          line 1 $.value: expected an amount in francs as text, such as "40.00", came the float 40.0
    """
    for _, value in _numbered(lines, cls, progress=progress, on_error=on_error, limits=limits):
        yield value


def _numbered(
    lines: Iterable[str | bytes],
    cls: type[T],
    *,
    progress: Progress | None,
    on_error: Callable[[InvalidDocumentError], object] | None = None,
    limits: Limits | None,
) -> Iterator[tuple[int, T]]:
    """Yield the number of each line with its value."""
    if isinstance(lines, str | bytes) or not isinstance(lines, Iterable):
        raise InvalidTypeError("lines", "lines, such as an open file", describe(lines, personal=True))
    shown: Iterable[str | bytes] = lines if progress is None else progress(lines)
    for number, line in enumerate(shown, start=1):
        if not isinstance(line, str | bytes):
            came = describe(line, personal=True)
            raise InvalidTypeError(f"lines[{number - 1}]", "a text or bytes", came)
        if not line.strip():
            continue
        try:
            value = loads(line, cls, limits=limits)
        except InvalidDocumentError as error:
            told = [problem.at(f"line {number} {problem.field}") for problem in error.problems]
            of_line = InvalidDocumentError(f"line {number}", told)
            if on_error is None:
                raise of_line from None
            on_error(of_line)
        else:
            yield number, value


def write(values: Iterable[Any], file: TextFile, *, progress: Progress | None = None) -> int:
    """Write each value as a line of JSON, and return how many there were.

    Args:
        values: values of the classes in `KINDS`; an iterator is used up value by value.
        file: an open text file in UTF-8.
        progress: what to show progress with, such as `tqdm`.

    Returns:
        The number of lines written.

    Raises:
        InvalidTypeError: a value of another class; the values before it have been written.

    Examples:
        >>> import sys
        >>> from mila_core.money import chf
        >>> write([chf(40), chf("5.35")], sys.stdout)
        {"schema_version": 1, "kind": "money", "value": "40.00"}
        {"schema_version": 1, "kind": "money", "value": "5.35"}
        2
    """
    count = 0
    for value in values if progress is None else progress(values):
        file.write(f"{dumps(value)}\n")
        count += 1
    return count


def write_market(market: Market, file: TextFile, *, progress: Progress | None = None) -> int:
    """Write a market line by line, the catalogue first, and return the number of lines.

    Args:
        market: the market.
        file: an open text file in UTF-8.
        progress: what to show progress with, such as `tqdm`.

    Returns:
        The number of lines written: one for the catalogue, one for each other field that is one value, and
        one for each member of each collection.

    Examples:
        >>> import io
        >>> from mila_core import samples
        >>> market, file = samples.zurich_2013().market, io.StringIO()
        >>> written = write_market(market, file)
        >>> read_market(file.getvalue().splitlines()) == market
        True
    """
    return write(_parts(market), file, progress=progress)


def _parts(market: Market) -> Iterator[Any]:
    for name in _SINGLE.values():
        yield getattr(market, name)
    for name in _MEMBERS.values():
        yield from getattr(market, name)


def read_market(
    lines: Iterable[str | bytes], *, progress: Progress | None = None, limits: Limits | None = None
) -> Market:
    """Return the market of which each line has a part.

    Args:
        lines: what `write_market` wrote, in any order.
        progress: what to show progress with, such as `tqdm`.
        limits: how large a line may be; if not given, `Limits()`.

    Raises:
        InvalidDocumentError: a line that is no part of a market, no catalogue or two, ids that come twice, or
            references to what is not there; the number of the line is before each path.
        InvalidTypeError: one text instead of lines, a line that is neither a text nor bytes, or no limits.
    """
    found: dict[str, list[Any]] = {}
    numbers: dict[str, list[int]] = {}
    for number, part in _numbered(lines, object, progress=progress, limits=limits):
        name = _FIELDS.get(type(part))
        if name is None or (type(part) in _SINGLE and name in found):
            expected = "a part of a market" if name is None else f"one {name}"
            problem = InvalidValueError(f"line {number} $.kind", expected, f"a {type(part).__name__}")
            raise InvalidDocumentError("market", [problem])
        found.setdefault(name, []).append(part)
        numbers.setdefault(name, []).append(number)
    if "catalogue" not in found:
        problem = InvalidValueError("$", "a line with the catalogue", "none")
        raise InvalidDocumentError("market", [problem])
    fields: dict[str, Any] = {
        name: parts[0] if name in _SINGLE.values() else parts for name, parts in found.items()
    }
    try:
        return Market(**fields)
    except InvalidDocumentError as error:
        told = [_at_line(problem, numbers) for problem in error.problems]
        raise InvalidDocumentError("market", told) from None


def _at_line(problem: InvalidInputError, numbers: dict[str, list[int]]) -> InvalidInputError:
    """Return a problem of a market with the line of the part in which it is."""
    place = _IN_FIELD.match(problem.field)
    if place is None or place["field"] not in numbers:
        return problem
    number = numbers[place["field"]][int(place["position"] or 0)]
    return problem.at(f"line {number} ${problem.field[place.end() :]}")
