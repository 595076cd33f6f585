"""Stable pairs: nobody is left who would rather have each other.

Each side lists whom it would have, best first; a reviewer may have several places. The side that proposes
asks down its lists, and who is asked keeps the best so far and refuses the others, until nobody has anything
left to ask for: deferred acceptance. The side that proposes gets the best that any stable matching has for
it, the other side the worst; where the proposers propose, none of them gains by listing anything but the
truth.

References:
    Gale, D., Shapley, L. S. (1962). College admissions and the stability of marriage. The American
        Mathematical Monthly 69 (1), 9-15. doi:10.2307/2312726.
    Roth, A. E. (1984). The evolution of the labor market for medical interns and residents. Journal of
        Political Economy 92 (6), 991-1016. doi:10.1086/261272.
    Gusfield, D., Irving, R. W. (1989). The stable marriage problem: structure and algorithms. MIT Press.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from heapq import heappush, heapreplace
from operator import length_hint

import attrs

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.matching._preferences import Side, Wishes, read_sides
from mila_core.validation import TupleOf, identifier, integer, optional, tuple_of

__all__ = ["StableMatching", "blocking_pairs", "stable_match"]


@attrs.frozen(kw_only=True)
class StableMatching(Mapping[str, str | None]):
    """Who has whom: a mapping from each proposer to a reviewer, or to None for who has nobody.

    It is equal to another one with the same fields, not to a dict: `dict(matching)` is one.

    Attributes:
        proposer_ids: the ids of all proposers; `stable_match` has them in order.
        reviewer_ids: whom each of them has, in the same order; None for nobody.
        proposals: how often somebody asked; the same for any order of asking.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a proposer twice, or not as many reviewers as proposers.

    Examples:
        >>> matching = stable_match({"anna": ["x"], "beat": ["x"]}, {"x": ["beat", "anna"]})
        >>> dict(matching), matching["beat"], matching.matched_to("x"), matching.unmatched
        ({'anna': None, 'beat': 'x'}, 'x', ('beat',), ('anna',))
    """

    proposer_ids: tuple[str, ...] = attrs.field(converter=TupleOf[str], validator=tuple_of(identifier))
    reviewer_ids: tuple[str | None, ...] = attrs.field(
        converter=TupleOf[str | None], validator=tuple_of(optional(identifier))
    )
    proposals: int = attrs.field(validator=integer(0, 2**53))

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if len(self.reviewer_ids) != len(self.proposer_ids):
            expected = f"{len(self.proposer_ids)} items, one for each proposer"
            raise InvalidValueError("reviewer_ids", expected, f"{len(self.reviewer_ids)}")
        if len(set(self.proposer_ids)) != len(self.proposer_ids):
            raise InvalidValueError("proposer_ids", "each id once", "an id twice")

    @cached_property
    def _partners(self) -> dict[str, str | None]:
        return dict(zip(self.proposer_ids, self.reviewer_ids, strict=True))

    def __getitem__(self, proposer_id: str) -> str | None:
        """Return whom a proposer has; an unknown id is a KeyError, as of any mapping."""
        return self._partners[proposer_id]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids of the proposers."""
        return iter(self.proposer_ids)

    def __len__(self) -> int:
        """Return how many proposers there are."""
        return len(self.proposer_ids)

    @property
    def unmatched(self) -> tuple[str, ...]:
        """The ids of the proposers who have nobody."""
        return tuple(each for each, reviewer_id in self.items() if reviewer_id is None)

    def matched_to(self, reviewer_id: str) -> tuple[str, ...]:
        """Return the ids of the proposers whom a reviewer has.

        Args:
            reviewer_id: the id of the reviewer; one that nobody has, or knows, has none.
        """
        return tuple(each for each, other in self.items() if other == reviewer_id)


def stable_match(
    proposers: Mapping[str, Wishes],
    reviewers: Mapping[str, Wishes],
    *,
    capacities: Mapping[str, int] | None = None,
    reviewers_propose: bool = False,
) -> StableMatching:
    """Match two sides so that no two would rather have each other, by deferred acceptance.

    A list need not have everybody: who is not on it is refused, and two are matched only if each lists the
    other. Those who are liked equally stand together in a tuple inside the list; they are taken in the order
    of their ids, so that the matching is stable in the sense that no two would *both* be better off.

    It takes time in proportion to the lengths of all lists.

    Args:
        proposers: by their ids, the ids of the reviewers whom each would have, best first.
        reviewers: by their ids, the ids of the proposers whom each would have, best first.
        capacities: how many proposers a reviewer may have, from 0; 1 where nothing is said.
        reviewers_propose: let the reviewers ask: the matching that is best for them instead.

    Returns:
        The matching from proposers to reviewers, whoever asks.

    Raises:
        InvalidTypeError: no mapping.
        InvalidDocumentError: all that is wrong inside: an id that is none, or unknown, or repeated in a list;
            somebody who lists the own id; a list that is none; a capacity that is no whole number from 0;
            more than ten million ids.

    Examples:
        >>> requests = {"anna": ["reto", "nadja"], "beat": ["reto"], "chiara": ["nadja", "reto"]}
        >>> friends = {"reto": ["beat", "anna"], "nadja": [("anna", "chiara")]}
        >>> dict(stable_match(requests, friends, capacities={"reto": 2}))
        {'anna': 'reto', 'beat': 'reto', 'chiara': 'nadja'}
    """
    if type(reviewers_propose) is not bool:
        raise InvalidTypeError("reviewers_propose", "True or False", describe(reviewers_propose))
    asked = "proposers" if reviewers_propose else "reviewers"
    one, other, places = read_sides(proposers, reviewers, capacities=capacities, ranked=(asked,))
    found: dict[str, str | None] = dict.fromkeys(sorted(one.order))
    if reviewers_propose:
        held, proposals = _deferred_acceptance(other, places, one, dict.fromkeys(one.order, 1))
        found.update((proposer_id, kept[0]) for proposer_id, kept in held.items() if kept)
    else:
        held, proposals = _deferred_acceptance(one, dict.fromkeys(one.order, 1), other, places)
        found.update((each, reviewer_id) for reviewer_id, kept in held.items() for each in kept)
    return StableMatching(proposer_ids=tuple(found), reviewer_ids=tuple(found.values()), proposals=proposals)


def _deferred_acceptance(
    asking: Side, wanted: Mapping[str, int], asked: Side, places: Mapping[str, int]
) -> tuple[dict[str, list[str]], int]:
    """Return whom everybody asked keeps, and how often somebody asked.

    Whoever is refused asks on at once, so nobody waits in a queue. The worst that somebody keeps is on top of
    a heap, by its place in the list, negated; `bars` has that place, which who asks next has to be before.
    """
    nobody = len(asking.order)
    ranks = asked.strict_ranks()
    bars = {each: nobody if places[each] else -1 for each in ranks}
    kept: dict[str, list[int]] = {each: [] for each in ranks}
    left = {each: iter(wishes) for each, wishes in asking.order.items()}
    for first, wishes in asking.order.items():
        for _ in range(min(wanted[first], len(wishes))):
            who = first
            while True:
                for wish in left[who]:
                    if ranks[wish].get(who, nobody) < bars[wish]:
                        break
                else:
                    break
                has, rank = kept[wish], ranks[wish][who]
                if len(has) < places[wish]:
                    heappush(has, -rank)
                    refused = None
                else:
                    refused = asked.order[wish][-heapreplace(has, -rank)]
                if len(has) == places[wish]:
                    bars[wish] = -has[0]
                if refused is None:
                    break
                who = refused
    proposals = sum(len(wishes) - length_hint(left[each]) for each, wishes in asking.order.items())
    return {each: [asked.order[each][-rank] for rank in has] for each, has in kept.items()}, proposals


def blocking_pairs(
    proposers: Mapping[str, Wishes],
    reviewers: Mapping[str, Wishes],
    *,
    matching: Mapping[str, str | None],
    capacities: Mapping[str, int] | None = None,
) -> tuple[tuple[str, str], ...]:
    """Return every pair that would rather have each other than what they have: none in a stable matching.

    A proposer and a reviewer who list each other are such a pair if the proposer has nobody or likes the
    reviewer better, and the reviewer has a free place or likes the proposer better than one of its own. Of
    two who are liked equally none is liked better.

    It takes time in proportion to the lengths of all lists.

    Args:
        proposers: as for `stable_match`.
        reviewers: as for `stable_match`.
        matching: any matching of them, as `stable_match` returns it: each proposer's reviewer, or None.
        capacities: as for `stable_match`.

    Returns:
        Pairs of a proposer's and a reviewer's id, in order.

    Raises:
        InvalidTypeError: no mapping.
        InvalidDocumentError: all that is wrong inside the lists, or that is no matching of them: a proposer
            who is unknown or missing, a pair of whom one does not list the other, or more proposers than a
            reviewer has places.

    Examples:
        >>> wishes, friends = {"anna": ["reto"], "beat": ["reto"]}, {"reto": ["anna", "beat"]}
        >>> blocking_pairs(wishes, friends, matching={"anna": None, "beat": "reto"})
        (('anna', 'reto'),)
        >>> blocking_pairs(wishes, friends, matching=stable_match(wishes, friends))
        ()
    """
    one, other, places = read_sides(proposers, reviewers, capacities=capacities)
    if not isinstance(matching, Mapping):
        raise InvalidTypeError("matching", "a mapping by the proposer's id", describe(matching))
    own, ranks = one.tiers, other.tiers
    has: dict[str, list[int]] = {each: [] for each in ranks}
    problems: list[InvalidInputError] = []
    for proposer_id, reviewer_id in matching.items():
        if proposer_id not in own:
            problems.append(InvalidValueError("matching", "the ids of proposers", describe(proposer_id)))
        elif reviewer_id is not None:
            is_id = isinstance(reviewer_id, str)
            rank = ranks.get(reviewer_id, {}).get(proposer_id) if is_id else None
            if rank is None or reviewer_id not in own[proposer_id]:
                expected = "a reviewer such that each lists the other, or None"
                problems.append(InvalidValueError(f"matching.{proposer_id}", expected, describe(reviewer_id)))
            else:
                has[reviewer_id].append(rank)
    problems += [
        InvalidValueError("matching", "every proposer, if with None", f"none for {describe(each)}")
        for each in own
        if each not in matching
    ]
    problems += [
        InvalidValueError("matching", f"at most {places[each]} for {describe(each)}", f"{len(kept)}")
        for each, kept in has.items()
        if len(kept) > places[each]
    ]
    if problems:
        raise InvalidDocumentError("matching", problems[:MOST_PROBLEMS])
    # better than which tier one has to be: any where a place is free, none of them where there is no place
    nobody = len(own)
    bars = {
        each: -1 if not places[each] else max(kept) if len(kept) == places[each] else nobody
        for each, kept in has.items()
    }
    found: list[tuple[str, str]] = []
    for proposer_id, tiers in sorted(own.items()):
        reviewer_id = matching[proposer_id]
        bar = len(tiers) if reviewer_id is None else tiers[reviewer_id]
        found += sorted(
            (proposer_id, wish)
            for wish, tier in tiers.items()
            if tier < bar and ranks[wish].get(proposer_id, nobody) < bars[wish]
        )
    return tuple(found)
