"""Write documents of every kind as this version has them: `python -m tests.serialization.make_corpus`.

While a version is not released, its corpus is made anew whenever a field or a kind is added. Once released it
is frozen: then a change of the documents needs a new version, an upcaster and a folder of its own.

What the pilot and its story have is taken from there; kinds that they have not, and rarer fields, come from
the strategies of the tests, the same ones each time.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, given, settings

from mila_core import matching
from mila_core.bookings import TABLE, BookingState
from mila_core.disputes import DisputeState
from mila_core.serialization import KINDS, SCHEMA_VERSION, dump
from tests.dispatch.scene import taken
from tests.disputes.examples import dispute_in
from tests.journey import INDEX, NOW, PILOT, REQUEST, booking_in
from tests.serialization.broken import FULL
from tests.serialization.kinds import STRATEGIES

CORPUS = Path(__file__).parent / "corpus"

MOST = 3
"""How many documents of a kind are kept."""

LONGEST = 6_000
"""Characters of the longest document that is drawn; a corpus is to be looked at."""

DRAWN = 60


def inner_values(value: Any) -> Iterator[Any]:
    """Yield a value and all public values in it, the outermost first."""
    if type(value) in KINDS.values():
        yield value
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from inner_values(getattr(value, field.name))
    elif isinstance(value, tuple | frozenset):
        for each in sorted(value, key=repr) if isinstance(value, frozenset) else value:
            yield from inner_values(each)


def story() -> Iterator[Any]:
    """Yield the values of the pilot and of a booking's way through all states."""
    yield FULL
    for state in BookingState:
        yield booking_in(state)
    for stage in DisputeState:
        yield dispute_in(stage)
    yield from (PILOT.book, PILOT.policy, *PILOT.requests, *PILOT.ratings)
    yield from (INDEX.rank(REQUEST, at=NOW, limit=2).complete(), matching.RankingParams(), *TABLE)
    matched, _ = taken("f1", invite=["f1", "f2"])
    yield matched


def drawn(kind: str) -> list[Any]:
    """Return values of a kind from its strategy, the same each time, the longest first."""
    found: list[Any] = []

    @settings(
        max_examples=DRAWN,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(STRATEGIES[kind])
    def keep(value: Any) -> None:
        found.append(value)

    keep()
    short = [value for value in found if len(text_of(dump(value))) <= LONGEST]
    return sorted(short, key=lambda value: len(text_of(dump(value))), reverse=True)


def text_of(document: Any) -> str:
    """Return a document, or several, as text that is kept."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def documents() -> dict[str, list[dict[str, Any]]]:
    """Return the documents of each kind."""
    told: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    kinds = {cls: kind for kind, cls in KINDS.items()}
    for value in story():
        for each in inner_values(value):
            kept = told[kinds[type(each)]]
            if len(kept) < MOST - 1 and each not in kept:
                kept.append(each)
    return {kind: [dump(value) for value in [*kept, *drawn(kind)][:MOST]] for kind, kept in told.items()}


def main() -> None:
    """Write the corpus of this version: a file a kind, a list of documents in each."""
    folder = CORPUS / f"v{SCHEMA_VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    made = documents()
    for path in folder.glob("*.json"):
        if path.stem not in made:
            path.unlink()
    for kind, found in made.items():
        (folder / f"{kind}.json").write_text(text_of(found), encoding="utf-8")


if __name__ == "__main__":
    main()
