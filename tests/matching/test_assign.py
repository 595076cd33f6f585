"""Assignments cost the least, prove it, and say why somebody is not served."""

import math
from itertools import pairwise
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    MissingExtraError,
)
from mila_core.matching import Assignment, assign, solvers
from mila_core.testing import assignments
from tests.matching.small import Instance, instances, least_cost

ENGINES = ("scipy", "ortools")

numbers = st.integers(0, 10**6)


def solved(instance: Instance, **options: Any) -> Assignment:
    """Return the assignment of an instance."""
    return assign(instance.edges, unserved_cost=instance.unserved, capacity=instance.capacity, **options)


# The least cost, with its proof --------------------------------------------------------------------------


def test_nothing_costs_less() -> None:
    """Of 300 small instances the cost is the least of all that is allowed, and the certificate says so."""
    for instance in instances(300, seed=1):
        found = solved(instance)
        found.verify()
        assert found.cost == found.bound == least_cost(instance)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_finds_the_same_cost(engine: Any) -> None:
    """With the extra the cost is the same, and has its certificate, too."""
    pytest.importorskip(engine)
    for instance in instances(60, seed=2):
        found = solved(instance, engine=engine)
        found.verify()
        assert found.engine == engine
        assert found.cost == solved(instance).cost


@pytest.mark.parametrize("capacity", [1, 2, 3])
def test_where_many_want_the_same(capacity: int) -> None:
    """In a tight market of a hundred, where bids do not settle it, paths do, and prove it."""
    chance = Random(capacity)  # noqa: S311  # no secret
    edges = [
        (f"r{number}", f"f{each}", chance.randint(1, 100))
        for number in range(100)
        for each in chance.sample(range(90 // capacity), 12)
    ]
    capacities = {f"f{each}": capacity for each in range(90)}
    found = assign(edges, unserved_cost=80, capacity=capacities)
    found.verify()
    assert found.unserved
    if pytest.importorskip("scipy"):
        assert assign(edges, unserved_cost=80, capacity=capacities, engine="scipy").cost == found.cost


@given(numbers.map(lambda seed: next(instances(1, seed=seed))), st.data())
def test_the_order_of_edges_decides_nothing(instance: Instance, data: st.DataObject) -> None:
    """Edges, capacities and unserved costs in another order make the same value."""
    mixed = Instance(
        data.draw(st.permutations(instance.edges)),
        dict(data.draw(st.permutations(list(instance.unserved.items())))),
        dict(data.draw(st.permutations(list(instance.capacity.items())))),
    )
    assert solved(mixed) == solved(instance)


@given(numbers.map(lambda seed: next(instances(1, seed=seed))), numbers)
def test_one_more_friend_never_makes_it_dearer(instance: Instance, seed: int) -> None:
    """With a friend more, or a place more, the cost is the same or less."""
    chance = Random(seed)  # noqa: S311  # no secret
    more = [(each, "new", chance.randint(-2, 50)) for each in instance.unserved]
    assert solved(instance._replace(edges=instance.edges + more)).cost <= solved(instance).cost
    room = {friend: places + 1 for friend, places in instance.capacity.items()}
    assert solved(instance._replace(capacity=room)).cost <= solved(instance).cost


@given(numbers.map(lambda seed: next(instances(1, seed=seed))), st.integers(1, 50))
def test_a_dearer_absence_never_unserves(instance: Instance, more: int) -> None:
    """A served request whose being unserved becomes dearer stays served."""
    for request_id in solved(instance).pairs:
        raised = {**instance.unserved, request_id: instance.unserved[request_id] + more}
        assert request_id in solved(instance._replace(unserved=raised)).pairs


@given(numbers.map(lambda seed: next(instances(1, seed=seed))), st.integers(1, 1000))
def test_costs_in_another_unit_scale_the_result(instance: Instance, by: int) -> None:
    """All costs times a number: the cost times the number, and the same pairs."""
    scaled = Instance(
        [(request, friend, cost * by) for request, friend, cost in instance.edges],
        {request: cost * by for request, cost in instance.unserved.items()},
        instance.capacity,
    )
    assert solved(scaled).cost == solved(instance).cost * by
    assert solved(scaled).pairs == solved(instance).pairs


@given(numbers.map(lambda seed: next(instances(1, seed=seed))), st.integers(-50, 50))
def test_what_a_request_costs_in_any_case_changes_nothing_else(instance: Instance, more: int) -> None:
    """A constant for all choices of one request is added to the cost, and the pairs are the same."""
    for chosen in sorted(instance.unserved)[:1]:
        dearer = Instance(
            [(each, friend, cost + more * (each == chosen)) for each, friend, cost in instance.edges],
            {each: cost + more * (each == chosen) for each, cost in instance.unserved.items()},
            instance.capacity,
        )
        assert solved(dearer).cost == solved(instance).cost + more
        assert solved(dearer).pairs == solved(instance).pairs


def test_columns_are_read_as_rows_are() -> None:
    """A mapping of columns, arrays included, makes the same assignment, and its own columns come back."""
    rows = [("r1", "f1", 3), ("r2", "f1", 4)]
    columns: dict[str, list[Any]] = {"request_id": ["r1", "r2"], "friend_id": ["f1", "f1"], "cost": [3, 4]}
    found = assign(columns, unserved_cost=9)
    assert found == assign(rows, unserved_cost=9) == assign(iter(rows), unserved_cost=9)
    assert found.as_columns() == {
        "request_id": ["r1", "r2"],
        "friend_id": ["f1", None],
        "cost": [3, 9],
        "friend_price": [6, 0],
    }
    numpy = pytest.importorskip("numpy")
    arrays: Any = {
        "request_id": numpy.array(["r1", "r2"]),
        "friend_id": ("f1", "f1"),
        "cost": numpy.array([3, 4]),
    }
    assert assign(arrays, unserved_cost=9) == found


# Why somebody is not served ------------------------------------------------------------------------------


def test_who_is_not_served_has_a_reason() -> None:
    """Without candidate, without capacity, too dear, or displaced at one cost against another."""
    edges = [("closed", "shut", 1), ("dear", "f1", 60), ("first", "f1", 5), ("second", "f1", 9)]
    unserved = {"alone": 40, "closed": 40, "dear": 40, "first": 40, "second": 40}
    found = assign(edges, unserved_cost=unserved, capacity={"shut": 0})
    found.verify()
    reasons = {each: (why.reason.code, why.reason.as_mapping()) for each, why in found.unserved.items()}
    assert reasons == {
        "alone": ("without_candidate", {}),
        "closed": ("no_capacity", {"candidates": 1}),
        "dear": ("dearer_than_unserved", {"friend": "f1", "cheapest_cost": 60, "unserved_cost": 40}),
        "second": ("displaced", {"friend": "f1", "cheapest_cost": 44, "unserved_cost": 40}),
    }


@given(assignments())
def test_a_displaced_request_would_make_it_dearer(found: Assignment) -> None:
    """The alternative of a displaced request costs no less than leaving it, and less for itself alone."""
    for each in found.unserved.values():
        if each.reason.code == "displaced":
            cheapest, cost = each.reason.get("cheapest_cost"), each.reason.get("unserved_cost")
            assert isinstance(cheapest, int)
            assert isinstance(cost, int)
            assert cheapest >= cost


# A forged result is found out ----------------------------------------------------------------------------


FOUND = assign(
    [("r1", "f1", 3), ("r1", "f2", 9), ("r2", "f1", 4), ("r2", "f2", 30), ("r3", "f3", 50)], unserved_cost=40
)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"chosen": [None, 0, None]}, "chosen[0]"),  # dearer than it need be
        ({"chosen": [1, None, None]}, "assignment"),  # and what is left is not used
        ({"chosen": [1, 0, 2]}, "chosen[2]"),
        ({"chosen": [1, 0, 1]}, "assignment"),  # no candidate, and one too many
        ({"friend_prices": [5, 0, 0]}, "chosen[0]"),
        ({"friend_prices": [6, 0, 7]}, "friend_prices[2]"),
        ({"capacities": [0, 1, 1]}, "chosen"),
        ({"capacities": [2, 1, 1]}, "friend_prices[0]"),
        ({"unserved_costs": [40, 40, 60]}, "chosen[2]"),
        ({"edge_costs": [3, 9, 4, 30, 39]}, "chosen[2]"),
    ],
)
def test_a_forged_result_is_found_out(changes: dict[str, Any], field: str) -> None:
    """Another choice, price, capacity or cost is told by `verify`, with where it is."""
    FOUND.verify()
    with pytest.raises((InvalidValueError, InvalidDocumentError)) as error:
        attrs.evolve(FOUND, **changes).verify()
    told = error.value
    assert getattr(told, "field", "assignment") == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"chosen": [1, 0]}, "chosen"),
        ({"edge_counts": [2, 2, 2]}, "edge_counts"),
        ({"request_ids": ["r1", "r1", "r3"]}, "request_ids"),
        ({"edge_friends": [0, 1, 0, 1, 3]}, "edge_friends"),
        ({"chosen": [3, None, None]}, "chosen"),
        ({"edge_costs": [9, 3, 4, 30, 50]}, "edge_costs"),
        ({"edge_friends": [0, 0, 0, 1, 2]}, "edge_costs"),
    ],
)
def test_columns_that_do_not_fit_are_no_value(changes: dict[str, Any], field: str) -> None:
    """Lengths, sums, ids, positions and the order of edges are checked when the value is made."""
    with pytest.raises(InvalidValueError) as error:
        attrs.evolve(FOUND, **changes)
    assert error.value.field == field


# Bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cost", [True, 3.0, math.nan, math.inf, -math.inf, "3", None])
def test_a_cost_is_an_int(cost: Any) -> None:
    """A bool, a float, NaN and infinity are no costs, wherever they stand."""
    for edges, options in (
        ([("r1", "f1", cost)], {"unserved_cost": 1}),
        ([("r1", "f1", 1)], {"unserved_cost": cost}),
        ([("r1", "f1", 1)], {"unserved_cost": {"r1": cost}}),
        ([("r1", "f1", 1)], {"unserved_cost": 1, "capacity": {"f1": cost}}),
    ):
        with pytest.raises(InvalidTypeError):
            assign(edges, **options)


EDGE = [("r1", "f1", 1)]


@pytest.mark.parametrize(
    ("edges", "options", "field"),
    [
        ([("r1", "f1", 10**12 + 1)], {}, "edges[0].cost"),
        ([("r1", "f1", -(10**5000))], {}, "edges[0].cost"),
        ([("r1", "two words", 1)], {}, "edges[0].friend_id"),
        ([("", "f1", 1)], {}, "edges[0].request_id"),
        ([(["r1"], "f1", 1)], {}, "edges[0].request_id"),
        ([("r1", "f1")], {}, "edges[0]"),
        (["abc"], {}, "edges[0]"),
        ("abc", {}, "edges"),
        (7, {}, "edges"),
        ({"request_id": ["r1"], "friend_id": ["f1"]}, {}, "edges"),
        ({"request_id": ["r1"], "friend_id": ["f1"], "cost": []}, {}, "edges"),
        ({"request_id": "r", "friend_id": ["f1"], "cost": [1]}, {}, "edges.request_id"),
        ([*EDGE, ("r1", "f1", 2)], {}, "edges"),
        (EDGE, {"unserved_cost": 10**13}, "unserved_cost"),
        (EDGE, {"unserved_cost": {"r2": 1}}, "unserved_cost"),
        (EDGE, {"unserved_cost": {"r1": 1, "": 1}}, "unserved_cost"),
        (EDGE, {"capacity": {"f1": -1}}, "capacity[f1]"),
        (EDGE, {"capacity": {"f1": 10**7}}, "capacity[f1]"),
        (EDGE, {"capacity": {7: 1}}, "capacity"),
        (EDGE, {"capacity": [1]}, "capacity"),
        (EDGE, {"friends": ["f2"]}, "edges"),
        (EDGE, {"friends": ["f1"], "capacity": {"f2": 1}}, "edges"),
        (EDGE, {"friends": "f1"}, "friends"),
        (EDGE, {"friends": 7}, "friends"),
        (EDGE, {"engine": "greedy"}, "engine"),
    ],
)
def test_bad_input_is_named(edges: Any, options: dict[str, Any], field: str) -> None:
    """A cost out of range, an id that is none, a double edge, an unknown friend: each names its place."""
    with pytest.raises(InvalidInputError) as error:
        assign(edges, **{"unserved_cost": 9, **options})
    assert error.value.field == field


def test_all_problems_are_told_at_once() -> None:
    """Several bad edges make one error with all of them."""
    edges: Any = [("r1", "f1", 1.5), ("", "f1", True)]
    with pytest.raises(InvalidDocumentError) as error:
        assign(edges, unserved_cost=9, capacity={"f1": -1})
    assert [each.field for each in error.value.problems] == [
        "edges[1].request_id",
        "edges[0].cost",
        "edges[1].cost",
        "capacity[f1]",
    ]


def test_of_nothing_there_is_an_assignment() -> None:
    """No edges and no requests cost nothing; a capacity of somebody without an edge does no harm."""
    found = assign([], unserved_cost=9, capacity={"f1": 3})
    found.verify()
    assert (found.cost, dict(found.pairs), dict(found.unserved)) == (0, {}, {})


# Engines -------------------------------------------------------------------------------------------------


def test_an_engine_that_is_not_installed_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library the error says which extra brings it; `auto` does without."""
    for name in ("numpy", "scipy", "ortools"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(MissingExtraError) as error:
        assign(EDGE, unserved_cost=9, engine="scipy")
    assert (error.value.extra, error.value.needs) == ("batch", "scipy")
    assert assign(EDGE, unserved_cost=9).engine == "python"


def test_auto_takes_the_extra_where_places_are_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large instance with few places goes to the extra, one with many to Python."""
    pytest.importorskip("ortools")
    monkeypatch.setattr("mila_core.matching.assigning.LARGE_EDGES", 4)
    tight = [(f"r{one}", f"f{other}", one + other) for one in range(3) for other in range(2)]
    assert assign(tight, unserved_cost=9).engine == "ortools"
    assert assign(tight, unserved_cost=9, capacity={"f1": 4}).engine == "python"
    assert assign(tight[:3], unserved_cost=9).engine == "python"


@pytest.mark.parametrize("engine", ENGINES)
def test_costs_with_which_an_engine_is_not_exact_are_refused(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where sums could leave what its numbers hold exactly, an engine is refused, and `auto` passes it by."""
    pytest.importorskip(engine)
    assert solvers.EXACT == {"scipy": 2**53, "ortools": 2**62}
    monkeypatch.setattr(solvers, "EXACT", {engine: 4 * 10**12})
    edges = [("r1", "f1", 10**12), ("r2", "f1", 0)]
    with pytest.raises(InvalidValueError, match=engine):
        assign(edges, unserved_cost=0, engine=engine)
    assert assign(edges[1:], unserved_cost=9, engine=engine).cost == 0


def test_what_an_engine_missed_is_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    """If an engine's answer cannot be proved, Python goes on from it to one that can."""
    pytest.importorskip("scipy")
    monkeypatch.setattr(solvers, "_scipy", lambda: lambda edges, _: [-1] * len(edges.request_ids))
    found = assign(FOUND_EDGES, unserved_cost=40, engine="scipy")
    found.verify()
    assert found.cost == FOUND.cost


FOUND_EDGES = [("r1", "f1", 3), ("r1", "f2", 9), ("r2", "f1", 4), ("r2", "f2", 30), ("r3", "f3", 50)]


# Growth --------------------------------------------------------------------------------------------------


def test_rows_are_left_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """With prices far below the costs, what is read of a row does not grow with its length."""
    read: list[int] = []

    class Counted(tuple[int, ...]):
        __slots__ = ()

        def __iter__(self) -> Any:
            for each in super().__iter__():
                read.append(each)
                yield each

    from mila_core.matching import _columns, _matcher  # noqa: PLC0415  # what is looked into

    counts = []
    for length in (20, 200):
        edges = [
            (f"r{one}", f"f{(one + other) % 200}", other) for one in range(50) for other in range(length)
        ]
        ordered = _columns.read_edges(edges, unserved_cost=10**6, capacity=None)
        rows = [(Counted(costs), friends) for costs, friends in ordered.rows()]
        read.clear()
        monkeypatch.setattr(_columns.Edges, "rows", lambda _, rows=rows: rows)
        _matcher.solve(ordered)
        monkeypatch.undo()
        counts.append(len(read))
    assert all(later <= 1.1 * earlier for earlier, later in pairwise(counts))
