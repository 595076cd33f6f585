"""Edges by person, and people who belong together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mila_core.reputation.integrity.edges import Edge

DAY = 86_400.0


def by_subject(edges: Iterable[Edge]) -> dict[str, list[Edge]]:
    """Return what each person got, in the order of time, by id."""
    found: dict[str, list[Edge]] = {}
    for each in edges:
        found.setdefault(each.subject_id, []).append(each)
    return {subject_id: sorted(found[subject_id], key=_when) for subject_id in sorted(found)}


def by_rater(edges: Iterable[Edge]) -> dict[str, list[Edge]]:
    """Return what each person gave, in the order of time, by id."""
    found: dict[str, list[Edge]] = {}
    for each in edges:
        found.setdefault(each.rater_id, []).append(each)
    return {rater_id: sorted(found[rater_id], key=_when) for rater_id in sorted(found)}


def by_pair(edges: Iterable[Edge]) -> dict[tuple[str, str], list[Edge]]:
    """Return what each rater gave each subject, in the order of time."""
    found: dict[tuple[str, str], list[Edge]] = {}
    for each in edges:
        found.setdefault((each.rater_id, each.subject_id), []).append(each)
    return {pair: sorted(found[pair], key=_when) for pair in sorted(found)}


def counts(edges: Iterable[Edge]) -> tuple[Counter[str], Counter[str]]:
    """Return how many ratings each person gave, and how many each got."""
    given: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for each in edges:
        given[each.rater_id] += 1
        received[each.subject_id] += 1
    return given, received


def _when(edge: Edge) -> tuple[float, Edge]:
    return edge.seconds, edge


def components(neighbours: Mapping[str, Sequence[str] | set[str]]) -> list[list[str]]:
    """Return the groups of people who are connected, each sorted, in the order of their first ids."""
    seen: set[str] = set()
    found = []
    for start in sorted(neighbours):
        if start in seen:
            continue
        group, left = [], [start]
        seen.add(start)
        while left:
            person = left.pop()
            group.append(person)
            new = [each for each in neighbours[person] if each not in seen]
            seen.update(new)
            left += new
        found.append(sorted(group))
    return found
