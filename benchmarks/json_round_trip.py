"""How long JSON takes, of a booking and of 50,000 friends: `python benchmarks/json_round_trip.py`.

The booking is the pilot's, confirmed, beside plain cattrs (the same classes, cattrs' own hooks for JSON, no
check of JSON types, no paths of problems beyond cattrs' own) and pydantic (models of the same fields, made
from the classes, with their ranges; no rule across fields). All of them in turn, round after round; a row
gives medians. The market is the pilot's, its friends repeated all over Switzerland with ids of their own, two
offers and a standing each; it is loaded in a fresh process, whose greatest memory is told.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from types import UnionType
from typing import Annotated, Any, TextIO, get_args, get_origin

import attrs
import pydantic
from cattrs.preconf.json import JsonConverter, make_converter

from mila_core import bookings, matching, pricing, samples, serialization
from mila_core.bookings import Booking
from mila_core.market import Market
from mila_core.money import Money, chf
from mila_core.places import Place, all_places
from mila_core.reasons import Reason
from mila_core.serialization import json_lines
from mila_core.validation import IntegerIn

LOAD: dict[str, Callable[[TextIO], object]] = {
    "one document": lambda file: serialization.loads(file.read(), Market),
    "JSON Lines": json_lines.read_market,
    "`json.loads` alone": lambda file: json.loads(file.read()),
}


def booking() -> Booking:
    """Return the pilot's booking, as it is requested."""
    pilot = samples.zurich_2013()
    request = pilot.request("game-console")
    match = matching.FriendIndex(pilot.market).rank(request, at=pilot.opened_at).match("andreas")
    quote = pricing.quote(request, match, book=pilot.book, at=pilot.opened_at)
    return bookings.request(quote, at=pilot.opened_at, key="a1")


def plain_cattrs() -> JsonConverter:
    """Return cattrs' converter for JSON with the few hooks without which it does not know these classes."""
    made = make_converter()
    made.register_unstructure_hook(Money, lambda money: money.amount)
    made.register_structure_hook(Money, lambda text, _: chf(text))
    made.register_unstructure_hook(Place, lambda place: place.postcode)
    made.register_structure_hook(Place, lambda text, _: Place(text))
    made.register_unstructure_hook(Reason, lambda why: {"code": why.code, "values": dict(why.values)})
    made.register_structure_hook(
        Reason, lambda value, _: Reason(value["code"], tuple(sorted(value["values"].items())))
    )
    return made


@cache
def model_of(cls: Any) -> Any:
    """Return a pydantic model of the fields of a class of ours."""
    fields = {}
    for field in attrs.fields(cls):
        hint: Any = hint_of(field.type)
        if isinstance(field.validator, IntegerIn):
            hint = Annotated[hint, pydantic.Field(ge=field.validator.least, le=field.validator.most)]
        fields[field.name] = (hint, ...)
    config = pydantic.ConfigDict(frozen=True, extra="forbid", strict=True)
    return pydantic.create_model(cls.__name__, __config__=config, **fields)


def hint_of(hint: Any) -> Any:
    """Return the type of a model's field."""
    if hint is Money:
        return Annotated[str, pydantic.Field(pattern=r"^-?[0-9]+\.[0-9]{2}$")]
    if hint is Place:
        return Annotated[str, pydantic.Field(pattern="^[0-9]{4}$")]
    if hint is Reason:
        return dict[str, Any]
    if get_origin(hint) is tuple:
        return tuple[hint_of(get_args(hint)[0]), ...]  # type: ignore[misc]  # made at run time
    if get_origin(hint) is frozenset:
        return frozenset[hint_of(get_args(hint)[0])]  # type: ignore[misc]  # made at run time
    if isinstance(hint, UnionType):
        return hint_of(get_args(hint)[0]) | None
    return model_of(hint) if attrs.has(hint) else hint


def microseconds(call: Callable[[], object], times: int = 50) -> float:
    """Return how long a call takes, of as many as told."""
    start = perf_counter()
    for _ in range(times):
        call()
    return (perf_counter() - start) / times * 1e6


def measure_booking(rounds: int) -> None:
    """Measure and print the round trip of a booking."""
    value = booking()
    plain = plain_cattrs()
    model = model_of(Booking)
    text = serialization.dumps(value)
    plain_text = plain.dumps(value)
    fields = {name: each for name, each in json.loads(text).items() if name not in {"schema_version", "kind"}}
    for name in ("gross", "due"):  # ours says them for readers; the models do not know them
        fields["quote"].pop(name, None)
    model_text = json.dumps(fields)
    made = model.model_validate_json(model_text)
    if serialization.loads(text, Booking) != value or plain.loads(plain_text, Booking).id != value.id:
        raise AssertionError
    calls: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "mila_core": (lambda: serialization.dumps(value), lambda: serialization.loads(text, Booking)),
        "mila_core, orjson": (
            lambda: serialization.dumps(value, backend="orjson"),
            lambda: serialization.loads(text, Booking),
        ),
        "plain cattrs": (lambda: plain.dumps(value), lambda: plain.loads(plain_text, Booking)),
        "pydantic": (made.model_dump_json, lambda: model.model_validate_json(model_text)),
        "`json` alone": (lambda: json.dumps(fields), lambda: json.loads(model_text)),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, (write, read) in calls.items():
            times[name].append((microseconds(write), microseconds(read)))
    rows = {
        name: (median(write for write, _ in found), median(read for _, read in found))
        for name, found in times.items()
    }
    base = sum(rows["plain cattrs"])
    print(f"{len(text)} characters\n")
    print("| | write, µs | read, µs | both, times plain cattrs |")
    print("| --- | ---: | ---: | ---: |")
    for name, (writing, reading) in rows.items():
        print(f"| {name} | {writing:.0f} | {reading:.0f} | {(writing + reading) / base:.2f} |")


def numbered(items: tuple[Any, ...], count: int, **names: str) -> Iterator[Any]:
    """Yield items over and over, each with fields of its own."""
    for number, item in enumerate(islice(cycle(items), count)):
        yield attrs.evolve(item, **{field: f"{name}-{number}" for field, name in names.items()})


def large_market(count: int) -> Market:
    """Return the pilot's market with as many friends as told."""
    market = samples.zurich_2013().market
    places = cycle(all_places())
    friends = []
    for number, friend in enumerate(numbered(market.friends, count, id="friend")):
        held = [
            attrs.evolve(each, id=f"certificate-{number}-{place}")
            for place, each in enumerate(friend.certifications)
        ]
        friends.append(attrs.evolve(friend, home=next(places), certifications=held))
    first = numbered(market.offers, count, id="offer", friend_id="friend")
    second = numbered(market.offers[1:], count, id="other", friend_id="friend")
    return attrs.evolve(
        market,
        friends=friends,
        offers=[*first, *second],
        bookings=(),
        standings=list(numbered(market.standings, count, friend_id="friend")),
    )


def measure_market(count: int) -> None:
    """Write a large market, load it in processes of their own, and print how long and how much it takes."""
    market = large_market(count)
    with tempfile.TemporaryDirectory() as folder:
        one, lines = Path(folder) / "market.json", Path(folder) / "market.jsonl"
        one.write_text(serialization.dumps(market), encoding="utf-8")
        with lines.open("w", encoding="utf-8") as file:
            json_lines.write_market(market, file)
        print(f"\n{count} friends, {one.stat().st_size / 1e6:.0f} MB of JSON\n")
        print("| | seconds | times `json.loads` | greatest memory, MB |")
        print("| --- | ---: | ---: | ---: |")
        found = {}
        for name in LOAD:
            path = lines if name == "JSON Lines" else one
            done = subprocess.run(
                [sys.executable, __file__, "--load", name, str(path)],
                check=True,
                capture_output=True,
                encoding="utf-8",
            )
            found[name] = tuple(map(float, done.stdout.split()))
        for name, (seconds, megabytes) in found.items():
            ratio = seconds / found["`json.loads` alone"][0]
            print(f"| {name} | {seconds:.1f} | {ratio:.1f} | {megabytes:.0f} |")


def greatest_memory() -> float:
    """Return the megabytes that this process has had at most; `getrusage` would begin with its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def load(name: str, path: str) -> None:
    """Load a file and print the seconds and the megabytes that it took, in a process of its own."""
    with Path(path).open(encoding="utf-8") as file:
        start = perf_counter()
        kept = LOAD[name](file)
        print(perf_counter() - start, greatest_memory())
        del kept


def main() -> None:
    """Measure and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="of the booking (default: 21)")
    parser.add_argument("--friends", type=int, default=50_000, help="of the market (default: 50000)")
    parser.add_argument("--load", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.load:
        load(*arguments.load)
        return
    versions = ", ".join(f"{name} {version(name)}" for name in ("attrs", "cattrs", "pydantic", "orjson"))
    print(f"Python {platform.python_version()}, {platform.machine()}, {versions}")
    measure_booking(arguments.rounds)
    measure_market(arguments.friends)


if __name__ == "__main__":
    main()
