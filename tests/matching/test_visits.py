"""Visits at fixed times: never two at once, at the least cost, or with a bound that is proved."""

from collections.abc import Mapping
from itertools import pairwise
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidDocumentError, InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.matching import ProofPart, VisitAssignment, VisitEdge, assign, assign_visits
from mila_core.matching._ascent import Ascent
from mila_core.matching._branching import Search
from mila_core.testing import visit_assignments
from tests.matching.small import half_hours, least_visit_cost, visit_instances


def crowded(*, lengths: tuple[int, ...], starts: tuple[int, ...]) -> list[VisitEdge]:
    """Return visits of forty requests with eight friends, at some half hours of a day."""
    chance = Random(5)  # noqa: S311  # no secret
    keys = {
        (f"r{number}", f"f{chance.randrange(8)}", half_hours(chance.choice(starts), chance.choice(lengths)))
        for number in range(40)
        for _ in range(6)
    }
    return [(*key[:2], chance.randint(1, 100), key[2]) for key in sorted(keys)]


def test_nothing_costs_less() -> None:
    """Of 150 small instances the cost is the least of all choices that do not overlap, and is proved."""
    parts = 0
    for edges, unserved, buffer in visit_instances(150, seed=1):
        found = assign_visits(edges, unserved_cost=unserved, buffer_minutes=buffer, most_steps=1000)
        found.verify()
        assert (found.cost, found.gap) == (least_visit_cost(edges, unserved, buffer), 0)
        parts += len(found.proof) > 1
    assert parts  # some took more than the relaxed problem


def test_a_first_answer_has_an_honest_bound() -> None:
    """Without a step of branch and bound the best cost lies between bound and cost."""
    for edges, unserved, buffer in visit_instances(150, seed=2):
        found = assign_visits(edges, unserved_cost=unserved, buffer_minutes=buffer, most_steps=0)
        found.verify()
        assert found.bound <= least_visit_cost(edges, unserved, buffer) <= found.cost


def test_branch_and_bound_alone_finds_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any good first answer, the division of all answers ends at the least cost, and is proved."""
    nothing = Ascent(bound=-(10**9), friends=[], slots=[], prices=[], all_prices=[], chosen=[])
    monkeypatch.setattr(Search, "_first_answer", lambda _: ([], nothing))
    for edges, unserved, buffer in visit_instances(500, seed=4):
        found = assign_visits(edges, unserved_cost=unserved, buffer_minutes=buffer, most_steps=1000)
        found.verify()
        assert (found.cost, found.gap) == (least_visit_cost(edges, unserved, buffer), 0)


def test_buckets_that_do_not_interact_are_exact() -> None:
    """With visits in the morning or in the evening only, the gap is 0, as each is an assignment."""
    edges = crowded(lengths=(4, 6), starts=(16, 17, 30, 31))
    found = assign_visits(edges, unserved_cost=80, buffer_minutes=30, most_steps=0)
    found.verify()
    assert (found.gap, len(found.proof)) == (0, 1)
    parts: dict[tuple[str, str], int] = {}
    for friend, request, cost, slot in ((each[1], each[0], each[2], each[3]) for each in edges):
        key = (request, f"{friend}-{slot.start.hour < 12}")
        parts[key] = min(cost, parts.get(key, cost))
    assert found.cost == assign([(*key, cost) for key, cost in parts.items()], unserved_cost=80).cost


def test_a_crowded_day_has_a_small_gap() -> None:
    """Where visits overlap all over the day, the answer is near its bound, and nobody is in two places."""
    edges = crowded(lengths=(2, 3, 4), starts=tuple(range(16, 36)))
    found = assign_visits(edges, unserved_cost=200, buffer_minutes=30)
    found.verify()
    assert 0 <= found.gap <= found.cost // 6
    by_friend = sorted((each.friend_id, each.slot.start, each.slot.end) for each in found.visits.values())
    for (one, _, end), (other, start, _) in pairwise(by_friend):
        assert one != other or end + (half_hours(0, 1).end - half_hours(0, 1).start) <= start


@given(st.integers(0, 10**6).map(lambda seed: next(visit_instances(1, seed=seed))), st.data())
def test_the_order_of_edges_decides_nothing(
    instance: tuple[list[VisitEdge], Mapping[str, int], int], data: st.DataObject
) -> None:
    """Edges in another order make the same value."""
    edges, unserved, buffer = instance
    mixed = data.draw(st.permutations(edges))
    assert assign_visits(mixed, unserved_cost=unserved, buffer_minutes=buffer) == assign_visits(
        edges, unserved_cost=unserved, buffer_minutes=buffer
    )


def test_who_gets_no_visit_has_a_reason() -> None:
    """Without candidate, too dear, or no slot that is free."""
    morning = half_hours(16, 4)
    edges = [("dear", "f1", 60, morning), ("first", "f1", 5, morning), ("second", "f1", 9, morning)]
    unserved = {"alone": 40, "dear": 40, "first": 40, "second": 40}
    found = assign_visits(edges, unserved_cost=unserved)
    assert {each: why.reason.code for each, why in found.unserved.items()} == {
        "alone": "without_candidate",
        "dear": "dearer_than_unserved",
        "second": "no_free_slot",
    }


@given(visit_assignments())
def test_whoever_gets_no_visit_could_not_have_a_cheap_free_one(found: VisitAssignment) -> None:
    """Even a first answer leaves no slot free that would be cheaper than none."""
    taken = [(each.friend_id, each.slot) for each in found.visits.values()]
    assert found.buffer_minutes in {0, 15}
    for number, (chosen, cost) in enumerate(zip(found.chosen, found.unserved_costs, strict=True)):
        for visit, request in enumerate(found.visit_requests):
            if chosen is None and request == number and found.visit_costs[visit] < cost:
                friend, slot = (
                    found.friend_ids[found.visit_friends[visit]],
                    found.slots[found.visit_slots[visit]],
                )
                wide = half_hours(0, 1).end - half_hours(0, 1).start
                near = [
                    other
                    for each, other in taken
                    if each == friend and other.start < slot.end + wide and slot.start < other.end + wide
                ]
                assert near


FOUND = assign_visits(
    [
        ("r1", "f1", 3, half_hours(16, 4)),
        ("r1", "f2", 9, half_hours(16, 4)),
        ("r2", "f1", 4, half_hours(18, 4)),
        ("r3", "f1", 5, half_hours(21, 2)),
        ("r3", "f2", 8, half_hours(17, 2)),
    ],
    unserved_cost=40,
)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"bound": FOUND.bound + 1}, "visit_assignment"),  # of the proof, and above the cost
        ({"chosen": [0, 2, 4]}, "visit_assignment"),  # at once, and below the bound
        ({"chosen": [2, 1, 4]}, "visit_assignment"),  # of another request
        ({"proof": []}, "proof"),
        ({"proof": [ProofPart(steps=(1,), friends=(), slots=(), prices=())]}, "proof"),
        ({"proof": [ProofPart(steps=(), friends=(), slots=(), prices=())]}, "proof[0]"),
        ({"buffer_minutes": 60}, "chosen"),
    ],
)
def test_a_forged_result_is_found_out(changes: dict[str, Any], field: str) -> None:
    """Another bound, visit or proof is told by `verify`."""
    FOUND.verify()
    with pytest.raises((InvalidValueError, InvalidDocumentError)) as error:
        attrs.evolve(FOUND, **changes).verify()
    told = error.value
    assert getattr(told, "field", getattr(told, "message", "")) == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"chosen": [1]}, "chosen"),
        ({"chosen": [9, None, None]}, "chosen"),
        ({"friend_ids": ["f1", "f1"]}, "friend_ids"),
        ({"visit_friends": [0, 2, 0, 0, 1]}, "visit_friends"),
        ({"visit_costs": [9, 3, 4, 5, 8]}, "visit_costs"),
        ({"proof": [ProofPart(steps=(9,), friends=(), slots=(), prices=())]}, "proof"),
    ],
)
def test_columns_that_do_not_fit_are_no_value(changes: dict[str, Any], field: str) -> None:
    """Lengths, ids, positions and the order of visits are checked when the value is made."""
    with pytest.raises(InvalidValueError) as error:
        attrs.evolve(FOUND, **changes)
    assert error.value.field == field


def test_each_price_has_its_friend_and_time() -> None:
    """A part of a proof with a price too many is no value."""
    with pytest.raises(InvalidValueError):
        ProofPart(steps=(), friends=(), slots=(), prices=(1,))


EDGE = ("r1", "f1", 3, half_hours(16, 4))


@pytest.mark.parametrize(
    ("edges", "options", "field"),
    [
        ([("r1", "f1", 3)], {}, "edges[0]"),
        ([(*EDGE[:3], (1, 2))], {}, "edges[0].slot"),
        ([("r1", "f1", 3.0, EDGE[3])], {}, "edges[0].cost"),
        ([EDGE, EDGE], {}, "edges"),
        ([EDGE], {"unserved_cost": {"r2": 1}}, "unserved_cost"),
        ([EDGE], {"buffer_minutes": -1}, "buffer_minutes"),
        ([EDGE], {"buffer_minutes": 1.0}, "buffer_minutes"),
        ([EDGE], {"most_steps": -1}, "most_steps"),
    ],
)
def test_bad_input_is_named(edges: Any, options: dict[str, Any], field: str) -> None:
    """A slot that is no period, a cost that is no int, a double visit: each names its place."""
    with pytest.raises(InvalidInputError) as error:
        assign_visits(edges, **{"unserved_cost": 9, **options})
    assert error.value.field == field
    assert isinstance(error.value, InvalidTypeError | InvalidValueError)
