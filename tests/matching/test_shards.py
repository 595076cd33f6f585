"""Regions that are assigned apart and put together cost what one assignment of all costs."""

from collections.abc import Callable
from random import Random
from typing import Any

import attrs
import pytest

from mila_core.errors import InvalidInputError, InvalidTypeError
from mila_core.matching import Edge, assign, border_friends, merge_shards, split_by_region
from tests.matching.small import instances

REGIONS = ("bern", "thun", "biel")


def results_of(
    edges: list[Edge], regions: dict[str, str], unserved: dict[str, int], **options: Any
) -> list[Any]:
    """Return the tables of all regions, each assigned on its own."""
    return [
        assign(
            shard, unserved_cost={each: unserved[each] for each in shard["request_id"]}, **options
        ).as_columns()
        for shard in split_by_region(edges, region_key=regions).values()
    ]


def test_together_they_cost_what_one_assignment_costs() -> None:
    """Of 150 small instances the merged cost is the least, proved; the bound is that of the regions."""
    gaps = 0
    for number, (edges, unserved, capacity) in enumerate(instances(150, seed=3)):
        chance = Random(number)  # noqa: S311  # no secret
        regions = {each: chance.choice(REGIONS) for each in unserved}
        results = results_of(edges, regions, unserved, capacity=capacity)
        merged = merge_shards(edges, results=results, unserved_cost=unserved, capacity=capacity)
        merged.verify()
        assert merged.assignment.cost == assign(edges, unserved_cost=unserved, capacity=capacity).cost
        alone = [each for each in unserved if each not in {edge[0] for edge in edges}]
        own = sum(sum(table["cost"]) for table in results)
        assert merged.bound == own + sum(unserved[each] for each in alone)
        assert merged.gap >= 0
        gaps += merged.gap > 0
    assert gaps  # some met at the border


EDGES = [("r1", "nadja", 5), ("r2", "nadja", 7), ("r2", "beat", 9), ("r3", "anna", 1)]
KEY = {"r1": "bern", "r2": "thun", "r3": "thun"}


def test_only_what_meets_at_the_border_moves() -> None:
    """The loser at the border moves, the others stay; the order of regions decides nothing."""
    shards = split_by_region(EDGES, region_key=KEY)
    assert list(shards) == ["bern", "thun"]
    assert border_friends(shards) == ("nadja",)
    results = results_of(EDGES, KEY, dict.fromkeys(KEY, 40))
    merged = merge_shards(EDGES, results=results, unserved_cost=40)
    assert (merged.moved_ids, merged.gap) == (("r2",), 2)
    assert merge_shards(EDGES[::-1], results=results[::-1], unserved_cost=40) == merged


def test_without_a_border_nothing_moves() -> None:
    """Regions without common friends are put together as they are, and cost their sum."""
    edges = [("r1", "nadja", 5), ("r2", "beat", 9)]
    merged = merge_shards(edges, results=results_of(edges, KEY, {"r1": 9, "r2": 9}), unserved_cost=9)
    assert (merged.moved_ids, merged.gap) == ((), 0)


def test_a_merged_assignment_that_is_not_optimal_is_found_out() -> None:
    """What does not hold of the whole is said: a dearer choice, or a bound above the cost."""
    results = results_of(EDGES, KEY, dict.fromkeys(KEY, 40))
    merged = merge_shards(EDGES, results=results, unserved_cost=40)
    dearer = attrs.evolve(merged.assignment, chosen=[None, *merged.assignment.chosen[1:]])
    for wrong, field in (
        (attrs.evolve(merged, assignment=dearer), "friend_prices[2]"),
        (attrs.evolve(merged, bound=merged.assignment.cost + 1), "bound"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            wrong.verify()
        assert caught.value.field == field


def test_bad_results_do_no_harm() -> None:
    """Results that are not optimal, or missing, cost time; the assignment and the bound stay right."""
    right = assign(EDGES, unserved_cost=40)
    poor: Any = {
        "request_id": ["r1", "r3"],
        "friend_id": [None, "anna"],
        "cost": [40, -99],
        "friend_price": [0, 7],
    }
    for results in ([], [poor]):
        merged = merge_shards(EDGES, results=results, unserved_cost=40)
        merged.verify()
        assert merged.assignment.cost == right.cost
        assert merged.bound <= right.cost


SHARD: dict[str, list[Any]] = {"request_id": ["r1"], "friend_id": ["nadja"], "cost": [5]}
TABLE: dict[str, list[Any]] = {**SHARD, "friend_price": [0]}


@pytest.mark.parametrize(
    ("results", "field"),
    [
        ([TABLE, TABLE], "results[1][0]"),
        ([{**TABLE, "request_id": ["r9"]}], "results[0][0]"),
        ([{**TABLE, "friend_id": ["nobody"]}], "results[0][0]"),
        ([{**TABLE, "friend_price": [-1]}], "results[0][0].friend_price"),
        ([{**TABLE, "friend_price": [0.0]}], "results[0][0].friend_price"),
        ([{"request_id": []}], "edges"),
        ([{**TABLE, "request_id": [["r1"]]}], "results[0][0]"),
        ([{**TABLE, "friend_id": [["f1"]]}], "results[0][0]"),
        (None, "results"),
    ],
)
def test_bad_results_are_named(results: Any, field: str) -> None:
    """A request of two regions or of none, an unknown friend, a price that is none: each names its row."""
    with pytest.raises(InvalidInputError) as error:
        merge_shards(EDGES, results=results, unserved_cost=40)
    assert error.value.field == field


def test_a_request_has_a_region() -> None:
    """A request without one is named."""
    with pytest.raises(InvalidInputError) as error:
        split_by_region(EDGES, region_key={"r1": "bern", "r2": "thun"})
    assert (error.value.field, error.value.came) == ("region_key", "none for 'r3'")


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda wrong: split_by_region(EDGES, region_key=wrong), "region_key"),
        (lambda wrong: split_by_region(EDGES[:1], region_key={EDGES[0][0]: wrong}), "region_key"),
        (border_friends, "shards"),
        (lambda wrong: border_friends({"bern": wrong}), "edges"),
        (lambda wrong: border_friends({"bern": {**SHARD, "friend_id": [wrong]}}), "edges[0].friend_id"),
    ],
)
@pytest.mark.parametrize("wrong", [None, 7])
def test_regions_that_are_none_are_named(ask: Callable[[Any], object], field: str, wrong: Any) -> None:
    """A region, a table or an id of the wrong type is an error that names it."""
    with pytest.raises(InvalidTypeError) as error:
        ask(wrong)
    assert error.value.field == field


def test_the_bound_is_an_int() -> None:
    """A bound that is a float is no bound."""
    merged = merge_shards(EDGES, results=[], unserved_cost=40)
    changes: dict[str, Any] = {"bound": 1.0}
    with pytest.raises(InvalidInputError):
        attrs.evolve(merged, **changes)
