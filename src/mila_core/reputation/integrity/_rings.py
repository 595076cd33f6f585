"""Rings: small groups who rate each other well, or the same friends at the same time.

Two kinds, both found exactly:

- *mutual*: in the graph of pairs who both rated the other well, the 2-core (everybody has at least two
  partners in the group), split into its connected parts;
- *together*: pairs of people who rated the same friends within some days of each other, more often than fits
  how often those friends are rated in such days (a Poisson tail, Bonferroni over all pairs that are looked
  at), joined to groups.

References:
    Seidman, S. (1983). Network structure and minimum degree. Social Networks 5 (3), 269-287.
        doi:10.1016/0378-8733(83)90028-X. The core.
    Beutel, A., Xu, W., Guruswami, V., Palow, C., Faloutsos, C. (2013). CopyCatch: stopping group attacks by
        spotting lockstep behavior in social networks. WWW 2013. doi:10.1145/2488388.2488400. Same people,
        same pages, same time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import fsum, log

from mila_core.reasons import reason
from mila_core.reputation.integrity._chances import log_poisson_tail, strength_of
from mila_core.reputation.integrity._groups import DAY, by_rater, by_subject, components, counts
from mila_core.reputation.integrity.edges import Edge
from mila_core.reputation.integrity.flag_values import Flag, FlagKind, FlagParams, instant_from

_PARTNERS = 2


def mutual_rings(edges: Sequence[Edge], *, params: FlagParams) -> list[Flag]:
    """Return a flag for each small group in which everybody rates two others well and is rated so."""
    good = [each for each in edges if each.score > 0]
    pairs = {(each.rater_id, each.subject_id) for each in good}
    partners: dict[str, set[str]] = {}
    for one, other in pairs:
        if (other, one) in pairs:
            partners.setdefault(one, set()).add(other)
    _peel(partners)
    groups = [group for group in components(partners) if params.ring_people <= len(group) <= params.ring_most]
    group_of = {person_id: number for number, group in enumerate(groups) for person_id in group}
    inside: list[list[Edge]] = [[] for _ in groups]
    for each in good:
        number = group_of.get(each.rater_id)
        if number is not None and number == group_of.get(each.subject_id):
            inside[number].append(each)
    given, received = counts(edges)
    found = []
    for group, within in zip(groups, inside, strict=True):
        mutual = sum(len(partners[each]) for each in group) // 2
        expected = fsum(
            given[one] * received[other] * given[other] * received[one] / len(edges) ** 2
            for one, other in combinations(group, 2)
        )
        found.append(
            Flag(
                flag_kind=FlagKind.RING,
                subject_ids=group,
                why=reason("flag_ring_mutual", ratings=len(within), pairs=mutual, people=len(group)),
                strength=strength_of(log_poisson_tail(expected, least=mutual)),
                first_at=instant_from(min(each.seconds for each in within)),
                last_at=instant_from(max(each.seconds for each in within)),
            )
        )
    return found


def _peel(partners: dict[str, set[str]]) -> None:
    """Take out, again and again, whoever has too few partners left."""
    few = [person for person, others in partners.items() if len(others) < _PARTNERS]
    while few:
        person = few.pop()
        for other in partners.pop(person, ()):
            partners[other].discard(person)
            if len(partners[other]) == _PARTNERS - 1:
                few.append(other)


def rings_together(edges: Sequence[Edge], *, params: FlagParams) -> list[Flag]:
    """Return a flag for each small group who rate the same people at the same time."""
    length = params.ring_days * DAY
    subjects = by_subject(edges)
    shared = _shared(edges, subjects, length=length, params=params)
    raters = by_rater(edges)
    times = {subject_id: [each.seconds for each in given] for subject_id, given in subjects.items()}
    partners: dict[str, set[str]] = {}
    chances: dict[tuple[str, str], float] = {}
    eligible = sum(1 for given in raters.values() if _can_be(given, params))
    looked_at = max(eligible * (eligible - 1) // 2, 1)
    for (one, other), friends in shared.items():
        expected = max(
            _expected(raters[one], len(raters[other]), times, length=length, all_ratings=len(edges)),
            _expected(raters[other], len(raters[one]), times, length=length, all_ratings=len(edges)),
        )
        chance = log_poisson_tail(expected, least=len(friends)) + log(looked_at)
        if chance <= log(params.false_alarm_chance):
            partners.setdefault(one, set()).add(other)
            partners.setdefault(other, set()).add(one)
            chances[one, other] = chance
    return [
        _together(group, raters, shared, chances)
        for group in components(partners)
        if params.ring_people <= len(group) <= params.ring_most
    ]


def _together(
    group: list[str],
    raters: Mapping[str, list[Edge]],
    shared: Mapping[tuple[str, str], set[str]],
    chances: Mapping[tuple[str, str], float],
) -> Flag:
    pairs = [pair for pair in combinations(group, 2) if pair in chances]
    friends = {friend_id for pair in pairs for friend_id in shared[pair]}
    inside = [each for rater_id in group for each in raters[rater_id] if each.subject_id in friends]
    return Flag(
        flag_kind=FlagKind.RING,
        subject_ids=group,
        involved_ids=sorted(friends - set(group)),
        why=reason("flag_ring_together", ratings=len(inside), friends=len(friends), people=len(group)),
        strength=strength_of(min(chances[pair] for pair in pairs)),
        first_at=instant_from(min(each.seconds for each in inside)),
        last_at=instant_from(max(each.seconds for each in inside)),
    )


def _can_be(given: Sequence[Edge], params: FlagParams) -> bool:
    return len({each.subject_id for each in given}) >= params.ring_friends


def _shared(
    edges: Sequence[Edge], subjects: Mapping[str, list[Edge]], *, length: float, params: FlagParams
) -> dict[tuple[str, str], set[str]]:
    """Return whom two people rated at the same time, of pairs with enough of them."""
    eligible = {rater_id for rater_id, given in by_rater(edges).items() if _can_be(given, params)}
    found: dict[tuple[str, str], set[str]] = {}
    for subject_id, given in subjects.items():
        for pair in _close([each for each in given if each.rater_id in eligible], length):
            found.setdefault(pair, set()).add(subject_id)
    return {pair: found[pair] for pair in sorted(found) if len(found[pair]) >= params.ring_friends}


def _close(given: Sequence[Edge], length: float) -> Iterator[tuple[str, str]]:
    """Yield the pairs of raters who rated within some time of each other."""
    for number, one in enumerate(given):
        for position in range(number + 1, len(given)):
            other = given[position]
            if other.seconds - one.seconds > length:
                break
            if one.rater_id != other.rater_id:
                yield min(one.rater_id, other.rater_id), max(one.rater_id, other.rater_id)


def _expected(
    given: Sequence[Edge], tries: int, times: Mapping[str, list[float]], *, length: float, all_ratings: int
) -> float:
    """Return how often somebody else who rates so many times would rate together with a person by chance."""
    near = 0
    for each in given:
        at = times[each.subject_id]
        near += bisect_right(at, each.seconds + length) - bisect_left(at, each.seconds - length)
    return tries * near / all_ratings
