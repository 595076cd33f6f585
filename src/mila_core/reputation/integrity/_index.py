"""Edges as columns of numbers, which the rounds of a method go over fastest."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mila_core.reputation.integrity.edges import Edge, checked


class EdgeIndex(NamedTuple):
    """Edges, people by number.

    Attributes:
        raters: the ids of the raters, sorted.
        subjects: the ids of the people rated, sorted.
        rater: the number of each edge's rater.
        subject: the number of each edge's subject.
        scores: the score of each edge.
        given: how many ratings each rater gave.
        received: how many ratings each subject got.
    """

    raters: list[str]
    subjects: list[str]
    rater: list[int]
    subject: list[int]
    scores: list[float]
    given: list[int]
    received: list[int]


def index_of(edges: Iterable[Edge]) -> EdgeIndex:
    """Return edges as columns, in the same order however they come."""
    found = checked(edges)
    raters = sorted({each.rater_id for each in found})
    subjects = sorted({each.subject_id for each in found})
    rater_places = {person_id: number for number, person_id in enumerate(raters)}
    subject_places = {person_id: number for number, person_id in enumerate(subjects)}
    rater = [rater_places[each.rater_id] for each in found]
    subject = [subject_places[each.subject_id] for each in found]
    given, received = [0] * len(raters), [0] * len(subjects)
    for one, other in zip(rater, subject, strict=True):
        given[one] += 1
        received[other] += 1
    return EdgeIndex(raters, subjects, rater, subject, [each.score for each in found], given, received)


def largest_change(before: Sequence[float], after: Sequence[float]) -> float:
    """Return by how much the value that changed most did."""
    return max((abs(one - other) for one, other in zip(before, after, strict=True)), default=0.0)


def within(values: Iterable[float], least: float, most: float) -> Iterator[float]:
    """Yield values within a range that rounding alone may have left."""
    return (min(max(each, least), most) for each in values)
