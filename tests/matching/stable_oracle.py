"""The slow, obvious way: try every matching of a small market, and look which ones are stable."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

Found = dict[str, str | None]


class Case(NamedTuple):
    """A market: the lists of both sides, and the places of the reviewers."""

    proposers: Mapping[str, Sequence[Any]]
    reviewers: Mapping[str, Sequence[Any]]
    capacities: Mapping[str, int]


def tier(wishes: Sequence[Any], wish: str) -> int | None:
    """Return how good somebody is on a list, 0 for the best; None for who is not on it."""
    for number, each in enumerate(wishes):
        if each == wish or (isinstance(each, tuple) and wish in each):
            return number
    return None


def prefers(wishes: Sequence[Any], one: str, other: str | None) -> bool:
    """Say whether somebody would rather have one than the other, or than nobody."""
    mine = tier(wishes, one)
    theirs = None if other is None else tier(wishes, other)
    return mine is not None and (theirs is None or mine < theirs)


def accept_each_other(case: Case, proposer: str, reviewer: str) -> bool:
    """Say whether each lists the other."""
    listed = tier(case.proposers[proposer], reviewer), tier(case.reviewers[reviewer], proposer)
    return None not in listed


def blocking(case: Case, matching: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Return the pairs that would rather have each other, by looking at all of them."""
    found = []
    for proposer, reviewer in product(sorted(case.proposers), sorted(case.reviewers)):
        has = [each for each, other in matching.items() if other == reviewer]
        places = case.capacities.get(reviewer, 1)
        wants = prefers(case.proposers[proposer], reviewer, matching[proposer])
        has_room = len(has) < places and tier(case.reviewers[reviewer], proposer) is not None
        would_swap = any(prefers(case.reviewers[reviewer], proposer, each) for each in has)
        if places and accept_each_other(case, proposer, reviewer) and wants and (has_room or would_swap):
            found.append((proposer, reviewer))
    return found


def matchings(case: Case) -> Iterator[Found]:
    """Yield every matching of pairs that accept each other, within the places."""
    options = [
        [None, *(each for each in case.reviewers if accept_each_other(case, proposer, each))]
        for proposer in case.proposers
    ]
    for chosen in product(*options):
        if all(chosen.count(each) <= case.capacities.get(each, 1) for each in case.reviewers):
            yield dict(zip(case.proposers, chosen, strict=True))


def stable_matchings(case: Case) -> list[Found]:
    """Return every stable matching."""
    return [each for each in matchings(case) if not blocking(case, each)]
