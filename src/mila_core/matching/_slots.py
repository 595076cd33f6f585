"""Visits with slots: which overlap at a friend, and in which groups any two do."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mila_core.matching._matcher import Row


class Visits(NamedTuple):
    """Visits by numbers, in order: by request, cost, friend, slot. An end has the buffer in it."""

    requests: Sequence[int]
    friends: Sequence[int]
    costs: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]
    slots: Sequence[int]

    def by_friend(self) -> dict[int, list[int]]:
        """Return the visits of each friend, in order of their starts."""
        found: dict[int, list[int]] = {}
        for visit in sorted(range(len(self.starts)), key=lambda each: (self.starts[each], each)):
            found.setdefault(self.friends[visit], []).append(visit)
        return found


class Groups(NamedTuple):
    """Groups of a friend's visits of which any two overlap: one of a group takes place at most.

    The groups are the least that cover all visits: the visit that ends first has all that begin before its
    end, and so on. Where the visits of two groups never overlap, one visit a group is all that is asked.
    """

    of: list[int]
    friends: list[int]
    points: list[int]
    """A slot of each group, whose start is in all slots of the group."""


def grouped(visits: Visits, by_friend: dict[int, list[int]]) -> Groups:
    """Return the groups of all friends."""
    found = Groups([0] * len(visits.starts), [], [])
    for friend, mine in by_friend.items():
        end = None
        for visit in sorted(mine, key=lambda each: (visits.ends[each], each)):
            if end is None or visits.starts[visit] >= end:
                end = visits.ends[visit]
                found.friends.append(friend)
                found.points.append(visits.slots[visit])
                latest = visits.starts[visit]
            elif visits.starts[visit] > latest:
                latest = visits.starts[visit]
                found.points[-1] = visits.slots[visit]
            found.of[visit] = len(found.friends) - 1
    return found


def overlapping(visits: Visits, mine: list[int], visit: int) -> list[int]:
    """Return those of a friend's visits, in order of their starts, that overlap with one, without it."""
    until = bisect_left(mine, visits.ends[visit], key=visits.starts.__getitem__)
    start = visits.starts[visit]
    return [each for each in mine[:until] if visits.ends[each] > start and each != visit]


def conflicts(visits: Visits, chosen: Iterable[int]) -> list[tuple[int, int]]:
    """Return the pairs of chosen visits that overlap at one friend, in order of friend and start."""
    open_visits: list[int] = []
    found: list[tuple[int, int]] = []
    before = None
    for visit in sorted(chosen, key=lambda each: (visits.friends[each], visits.starts[each], each)):
        if visits.friends[visit] != before:
            before, open_visits = visits.friends[visit], []
        open_visits = [each for each in open_visits if visits.ends[each] > visits.starts[visit]]
        found += ((each, visit) for each in open_visits)
        open_visits.append(visit)
    return found


def row_of(visits: Visits, groups: Groups, mine: Iterable[int]) -> tuple[Row, dict[int, int]]:
    """Return a request's cheapest visit of each group, as a row of groups by cost, and the visits by group.

    Args:
        visits: all visits.
        groups: their groups.
        mine: the request's visits that are allowed, in order.
    """
    best: dict[int, int] = {}
    for visit in mine:
        best.setdefault(groups.of[visit], visit)
    pairs = sorted((visits.costs[visit], group) for group, visit in best.items())
    return (tuple(cost for cost, _ in pairs), tuple(group for _, group in pairs)), best
