"""A valid market file with something in every collection, and ways to break it at a JSON path."""

import json
import re
from collections.abc import Iterator
from typing import Any

import attrs

from mila_core.bookings import BookingState
from mila_core.errors import InvalidDocumentError
from mila_core.market import Market
from mila_core.serialization import dumps, load, loads
from mila_core.standings import Reliability
from tests.journey import MARKET, NOW, booking_in

FULL: Market = attrs.evolve(
    MARKET,
    friends=[
        *MARKET.friends,
        attrs.evolve(MARKET.friends[0], id="spare", name="Spare", certifications=()),
        attrs.evolve(MARKET.friends[0], id="spare-2", name="Spare", certifications=()),
    ],
    bookings=[booking_in(BookingState.CONFIRMED)],
    reliabilities=[Reliability(friend_id="beat", at=NOW, asked=4, answered=3, closed=3, cancelled=1)],
)
"""The pilot's market with a booking, a reliability, and two friends to whom nothing refers: 11 and 12."""

_TEXT = dumps(FULL)

GONE: Any = object()
"""In place of a value: take the field away."""

MORE = "+"
"""In place of a position: behind the last item."""

_STEP = re.compile(r"\.([a-z_]+)|\[(\d+|\+)\]|\[(\"[^\"]*\")\]")


def market_file() -> dict[str, Any]:
    """Return the valid file as a JSON value that may be broken."""
    found: dict[str, Any] = json.loads(_TEXT)
    return found


def steps(path: str) -> list[str | int]:
    """Return the fields and positions of a JSON path."""
    found: list[str | int] = []
    for name, position, quoted in _STEP.findall(path.removeprefix("$")):
        if position:
            found.append(position if position == MORE else int(position))
        else:
            found.append(name or json.loads(quoted))
    return found


def at_path(document: Any, path: str) -> Any:
    """Return the value at a JSON path."""
    for step in steps(path):
        document = document[step]
    return document


def put(document: Any, path: str, value: Any) -> str:
    """Put a value at a JSON path, or take a field away; return the path where the value now is."""
    *way, last = steps(path)
    for step in way:
        document = document[step]
    if value is GONE:
        del document[last]
    elif last == MORE:
        document.append(value)
        return path.replace(MORE, str(len(document) - 1))
    else:
        document[last] = value
    return path


def all_paths(document: Any, path: str = "$") -> Iterator[str]:
    """Yield the path of every value in a JSON value, the outermost first."""
    yield path
    match document:
        case dict():
            for name, each in document.items():
                step = f".{name}" if re.fullmatch("[a-z_]+", name) else f"[{json.dumps(name)}]"
                yield from all_paths(each, f"{path}{step}")
        case list():
            for position, each in enumerate(document):
                yield from all_paths(each, f"{path}[{position}]")


def error_of(document: Any, cls: type = Market) -> InvalidDocumentError | None:
    """Return the error of a document, a dict or a text; None if it is good. Any other error is raised."""
    try:
        load(document, cls) if isinstance(document, dict) else loads(document, cls)
    except InvalidDocumentError as error:
        return error
    return None


def problems_of(document: Any, cls: type = Market) -> list[tuple[str, str]]:
    """Return path and code of each problem of a document; none if there is none."""
    error = error_of(document, cls)
    return [(problem.field, problem.code) for problem in error.problems] if error else []


def message_of(document: Any, cls: type = Market) -> str:
    """Return the message of a document's error, a line a problem; empty if there is none."""
    error = error_of(document, cls)
    return str(error) if error else ""
