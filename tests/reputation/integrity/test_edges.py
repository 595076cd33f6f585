"""Edges: ratings as a network, and what is no edge."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.ratings import Direction, Rating, counted
from mila_core.reputation import integrity
from mila_core.reputation.integrity import Edge
from tests.reputation.integrity.networks import START, edge, on, rating

METHODS: dict[str, Callable[[Iterable[Edge]], object]] = {
    "trust": lambda edges: integrity.trust(edges, seeds=["a"]),
    "fairness_goodness": integrity.fairness_goodness,
    "rev2": integrity.rev2,
    "iterative_filtering": integrity.iterative_filtering,
    "flags_in": lambda edges: integrity.flags_in(edges, at=on(1_000)),
}
each_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


@given(st.lists(testing.ratings(), max_size=6), testing.instants())
def test_edges_are_the_ratings_that_count(ratings: list[Rating], at: Any) -> None:
    """Each rating that counts is an edge with its stars; neither order nor redelivery changes them."""
    found = integrity.edges_of(ratings, at=at)
    assert [(each.rater_id, each.subject_id, integrity.stars_of(each.score)) for each in found] == [
        (each.author_id, each.subject_id, each.stars) for each in counted(ratings, at=at)
    ]
    assert integrity.edges_of([*ratings[::-1], *ratings], at=at) == found


def test_a_direction_can_be_chosen() -> None:
    """Of both directions, only the ratings of one."""
    ratings = [rating(1, "c1", "f1", stars=5, day=0)]
    assert len(integrity.edges_of(ratings, at=on(1), direction=Direction.OF_FRIEND)) == 1
    assert integrity.edges_of(ratings, at=on(1), direction=Direction.OF_CUSTOMER) == ()


@pytest.mark.parametrize(("score", "stars"), [(-1, 1), (-0.5, 2), (0, 3), (0.5, 4), (1, 5)])
def test_a_score_stands_for_stars(score: float, stars: int) -> None:
    """From one star at -1 to five at 1."""
    assert integrity.stars_of(score) == stars


@each_method
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (("a", "b", 1.0, 0.0), InvalidTypeError),  # a plain tuple
        (None, InvalidTypeError),
        (edge("a", "b")._replace(rater_id=1), InvalidTypeError),  # type: ignore[arg-type]
        (edge("a", "b")._replace(subject_id=""), InvalidValueError),
        (edge("a", "b")._replace(subject_id="x" * 201), InvalidValueError),
        (edge("a", "two words"), InvalidValueError),
        (edge("zürich", "b"), InvalidValueError),
        (edge("a", "a"), InvalidValueError),
        (edge("a", "b")._replace(score=True), InvalidTypeError),
        (edge("a", "b")._replace(score="1"), InvalidTypeError),  # type: ignore[arg-type]
        (edge("a", "b", math.nan), InvalidValueError),
        (edge("a", "b", math.inf), InvalidValueError),
        (edge("a", "b", 1.01), InvalidValueError),
        (edge("a", "b", -1.01), InvalidValueError),
        (edge("a", "b")._replace(seconds=math.nan), InvalidValueError),
        (edge("a", "b")._replace(seconds=1e300), InvalidValueError),
        (edge("a", "b")._replace(seconds=None), InvalidTypeError),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_edge_is_refused(
    method: Callable[[Iterable[Any]], object], wrong: Any, error: type[InvalidInputError]
) -> None:
    """The error names which edge, and what of it."""
    with pytest.raises(error) as caught:
        method([edge("a", "b"), wrong])
    assert caught.value.field.startswith("edges[1]")


@each_method
def test_no_edges_are_a_network_too(method: Callable[[Iterable[Edge]], object]) -> None:
    """Of nobody nothing is said."""
    assert method([]) == method(iter(()))


@each_method
@given(data=st.data())
def test_the_order_of_edges_changes_nothing(
    method: Callable[[Iterable[Edge]], object], data: st.DataObject
) -> None:
    """To the bit: sums are made in an order of their own."""
    people = st.sampled_from("abcde")
    pairs = st.tuples(people, people).filter(lambda pair: pair[0] != pair[1])
    drawn = data.draw(st.lists(st.tuples(pairs, st.floats(-1, 1)), max_size=12))
    given_edges = [edge(pair[0], pair[1], score, day=number) for number, (pair, score) in enumerate(drawn)]
    mixed = data.draw(st.permutations(given_edges))
    assert repr(method(mixed)) == repr(method(given_edges))


def test_the_instant_of_an_edge_is_the_ratings() -> None:
    """In seconds since 1970."""
    (found,) = integrity.edges_of([rating(1, "c1", "f1", stars=4, day=0)], at=on(1))
    assert found == Edge("c1", "f1", 0.5, START.timestamp())
