"""A plan is optimal after every event, keeps what is fixed, and moves no more than pays."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.matching import Plan, PlannedRequest, assign, replan
from mila_core.testing import planned_requests, plans
from tests import wrong
from tests.matching.small import DAY

NOON = DAY + timedelta(hours=12)


def asked(
    request_id: str, *, freezes_at: datetime = NOON, unserved: int = 40, **costs: int
) -> PlannedRequest:
    """Return a request with its candidates."""
    return PlannedRequest(
        request_id=request_id,
        unserved_cost=unserved,
        freezes_at=freezes_at,
        candidate_ids=tuple(costs),
        costs=tuple(costs.values()),
    )


def planned(*requests: PlannedRequest, change_cost: int = 0, **options: Any) -> Plan:
    """Return the first plan of a day."""
    return replan(Plan(at=DAY, change_cost=change_cost), at=DAY, asked=requests, **options)


TWO = (asked("r1", andreas=3, nadja=9), asked("r2", andreas=4, nadja=30))


# Always optimal ------------------------------------------------------------------------------------------


def events(plan: Plan, chance: Random, *, hour: int) -> dict[str, Any]:
    """Return what may happen to a plan in an hour."""
    friends = [f"f{number}" for number in range(3)]
    requests = {}
    for _ in range(chance.randint(0, 2)):
        mine = {friend: chance.randint(0, 9) for friend in friends if chance.random() < 0.7}
        freezes_at = DAY + timedelta(hours=chance.randint(0, 6))
        new = PlannedRequest(
            request_id=f"r{chance.randint(1, 6)}",
            unserved_cost=chance.randint(0, 9),
            freezes_at=freezes_at,
            candidate_ids=tuple(mine),
            costs=tuple(mine.values()),
        )
        requests[new.request_id] = new
    return {
        "at": DAY + timedelta(hours=hour),
        "asked": list(requests.values()),
        "withdrawn": [each.request_id for each in plan.requests if chance.random() < 0.1],
        "capacity": {friend: chance.randint(0, 2) for friend in friends if chance.random() < 0.2},
        "told": {request: friend for request, friend in plan.pairs.items() if chance.random() < 0.5},
    }


def test_a_plan_is_optimal_after_every_event() -> None:
    """Through forty days of random events each plan is proved, whatever it began with."""
    for seed in range(40):
        chance = Random(seed)  # noqa: S311  # no secret
        plan = Plan(at=DAY, change_cost=chance.choice((0, 1, 5)))
        for hour in range(6):
            plan = replan(plan, **events(plan, chance, hour=hour))
            plan.verify()


def test_an_event_twice_changes_nothing() -> None:
    """Redelivered events make the same plan."""
    for seed in range(20):
        chance = Random(seed)  # noqa: S311  # no secret
        plan = Plan(at=DAY, change_cost=2)
        for hour in range(4):
            happened = events(plan, chance, hour=hour)
            plan = replan(plan, **happened)
            again = replan(plan, **happened)
            assert (again.cost, again.frozen) == (plan.cost, plan.frozen)


def test_the_first_plan_is_the_assignment() -> None:
    """With nothing fixed and nobody told a plan costs what `assign` finds."""
    edges = [("r1", "andreas", 3), ("r1", "nadja", 9), ("r2", "andreas", 4), ("r2", "nadja", 30)]
    plan = planned(*TWO)
    assert plan.pairs == assign(edges, unserved_cost=40).pairs
    assert plan.cost == 13


# What is fixed -------------------------------------------------------------------------------------------


def test_after_the_cut_off_nothing_moves() -> None:
    """A frozen pair stays where a better one comes up; a provisional one would have moved."""
    plan = planned(*TWO)
    before = replan(plan, at=NOON - timedelta(seconds=1), capacity={"andreas": 2})
    assert (before.pairs["r1"], before.frozen) == ("andreas", ())
    after = replan(plan, at=NOON, capacity={"andreas": 2})
    assert (after.pairs["r1"], after.frozen) == ("nadja", ("r1", "r2"))
    after.verify()


def test_what_is_frozen_stays_when_it_is_asked_again() -> None:
    """The same facts in another order, or dearer ones, move nothing; a later cut-off frees the pair."""
    plan = replan(planned(*TWO, capacity={"andreas": 1}), at=NOON, capacity={"andreas": 2})
    assert (plan.pairs["r1"], plan.frozen) == ("nadja", ("r1", "r2"))
    for again in (asked("r1", nadja=9, andreas=3), asked("r1", andreas=0, nadja=39)):
        after = replan(plan, at=NOON, asked=[again])
        assert (after.pairs["r1"], after.frozen) == ("nadja", ("r1", "r2"))
        after.verify()
    freed = replan(plan, at=NOON, asked=[asked("r1", freezes_at=NOON + timedelta(1), andreas=3, nadja=9)])
    assert (freed.pairs["r1"], freed.frozen) == ("andreas", ("r2",))


def test_a_pair_that_is_pinned_freezes_too() -> None:
    """After its cut-off a pinned pair is frozen, so that letting go of the pin moves nothing."""
    plan = replan(planned(*TWO, pinned={"r1": "andreas"}), at=NOON)
    assert plan.frozen == ("r1", "r2")
    assert replan(plan, at=NOON, pinned={"r1": None}).pairs == plan.pairs


def test_a_pin_counts_once() -> None:
    """A pin that comes again is none that is new: it may be released as any that stands."""
    plan = planned(*TWO, pinned={"r1": "andreas"})
    out = replan(plan, at=DAY, capacity={"andreas": 0}, pinned={"r1": "andreas"})
    assert out.pairs == {"r1": "nadja"}
    out.verify()
    assert replan(plan, at=DAY, pinned={"gone": None}).pairs == plan.pairs


def test_a_late_request_is_planned_once() -> None:
    """One that is asked after its cut-off gets what is free, and is frozen then."""
    plan = replan(planned(TWO[0]), at=NOON, asked=[asked("late", andreas=1, nadja=2)])
    assert plan.pairs == {"late": "nadja", "r1": "andreas"}
    assert plan.frozen == ("late", "r1")


def test_a_pin_holds_whatever_it_costs() -> None:
    """A pinned pair stays until it is let go."""
    plan = planned(*TWO, pinned={"r1": "andreas"})
    assert plan.pairs == {"r1": "andreas", "r2": "nadja"}
    assert plan.cost == 33
    plan.verify()
    assert replan(plan, at=DAY, pinned={"r1": None}).cost == 13


def test_who_drops_out_releases_what_was_fixed() -> None:
    """Frozen and pinned pairs of a friend who drops out are planned anew, and frozen again."""
    plan = replan(planned(*TWO), at=NOON)
    out = replan(plan, at=NOON, capacity={"andreas": 0})
    assert (out.pairs, out.frozen) == ({"r1": "nadja"}, ("r1", "r2"))
    out.verify()


def test_a_customer_who_knows_is_moved_only_if_it_pays() -> None:
    """A change costs what the plan says, once the customer knows; it is listed whom to tell."""
    for change_cost, friend in ((5, "andreas"), (7, "nadja")):
        plan = planned(*TWO, change_cost=change_cost)
        assert plan.to_tell == ("r1", "r2")
        plan = replan(plan, at=DAY, told=plan.pairs)
        assert plan.to_tell == ()
        plan = replan(plan, at=DAY, capacity={"andreas": 2})
        assert plan.pairs["r1"] == friend
        assert plan.to_tell == (("r1",) if friend == "andreas" else ())
        plan.verify()


def test_new_facts_of_a_request_replace_the_old_ones() -> None:
    """Asked again with other costs it is planned by these, what is known stays; withdrawn it is gone."""
    plan = planned(*TWO, told={"r1": "nadja"})
    plan = replan(plan, at=DAY, asked=[asked("r1", nadja=2, beat=1)])
    assert plan.request("r1").told_friend_id == "nadja"
    assert plan.pairs == {"r1": "beat", "r2": "andreas"}
    plan = replan(plan, at=DAY, withdrawn=["r1", "r1", "never"])
    assert plan.pairs == {"r2": "andreas"}


def test_a_small_event_moves_little() -> None:
    """Of a hundred requests only those on the path of a change move."""
    chance = Random(3)  # noqa: S311  # no secret
    requests = [
        PlannedRequest(
            request_id=f"r{number}",
            unserved_cost=200,
            freezes_at=NOON,
            candidate_ids=tuple(f"f{each}" for each in chance.sample(range(200), 8)),
            costs=tuple(chance.randint(1, 99) for _ in range(8)),
        )
        for number in range(100)
    ]
    plan = planned(*requests)
    friend_id = plan.pairs["r7"]
    after = replan(plan, at=DAY, capacity={friend_id: 0})
    after.verify()
    moved = [each for each in plan.pairs if plan.pairs[each] != after.pairs.get(each)]
    assert "r7" in moved
    assert len(moved) <= 5


@given(plans(), st.integers(0, 100))
def test_time_alone_changes_nothing_but_what_is_frozen(plan: Plan, hours: int) -> None:
    """With no events the pairs stay, and what is frozen stays frozen."""
    later = replan(plan, at=plan.at + timedelta(hours=hours))
    later.verify()
    assert later.cost == plan.cost
    assert set(plan.frozen) <= set(later.frozen)


# Bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"at": DAY - timedelta(seconds=1)}, InvalidValueError),
        ({"at": wrong.NAIVE}, InvalidValueError),
        ({"at": "noon"}, InvalidTypeError),
        ({"asked": ["r3"]}, InvalidTypeError),
        ({"asked": [TWO[0], TWO[0]]}, InvalidValueError),
        ({"asked": [attrs.evolve(TWO[0], friend_id="nadja")]}, InvalidValueError),
        ({"asked": [attrs.evolve(TWO[0], is_frozen=True)]}, InvalidValueError),
        ({"capacity": {"andreas": -1}}, InvalidValueError),
        ({"capacity": {"andreas": True}}, InvalidTypeError),
        ({"asked": None}, InvalidTypeError),
        ({"withdrawn": "r1"}, InvalidTypeError),
        ({"withdrawn": 1}, InvalidTypeError),
        ({"pinned": ["r1"]}, InvalidTypeError),
        ({"told": ["r1"]}, InvalidTypeError),
        ({"pinned": {"r1": "beat"}}, InvalidValueError),
        ({"pinned": {"r1": "andreas", "r2": "andreas"}}, InvalidValueError),
    ],
)
def test_bad_input_is_named(options: dict[str, Any], error: type[InvalidInputError]) -> None:
    """An instant before, a request twice or with a friend, a pin on nobody: each is refused."""
    with pytest.raises(error):
        replan(planned(*TWO), **{"at": DAY, **options})


def test_an_unknown_request_is_named() -> None:
    """A pin on a request that is not there, and a question about one, name it."""
    for ask in (lambda: replan(planned(), at=DAY, pinned={"r1": "a"}), lambda: planned().request("r1")):
        with pytest.raises(UnknownIdError) as error:
            ask()
        assert (error.value.kind, error.value.id) == ("request", "r1")


def test_a_forged_plan_is_found_out() -> None:
    """A pair that is not optimal, one too many, or a pin that does not hold, is told by `verify`."""
    plan = planned(*TWO)
    requests = [attrs.evolve(each, friend_id="andreas") for each in plan.requests]
    with pytest.raises(InvalidValueError, match="at most 1"):
        attrs.evolve(plan, requests=requests).verify()
    pinned = attrs.evolve(plan.request("r1"), pinned_friend_id="andreas")
    with pytest.raises(InvalidValueError, match="r1 with andreas, to whom it is pinned"):
        attrs.evolve(plan, requests=[pinned, plan.request("r2")]).verify()
    with pytest.raises((InvalidValueError, ExceptionGroup)):
        attrs.evolve(plan, requests=[plan.requests[0], TWO[1]]).verify()
    with pytest.raises(InvalidValueError):
        attrs.evolve(plan, requests=[TWO[0], TWO[0]])
    with pytest.raises(InvalidValueError):
        attrs.evolve(plan, friend_ids=("andreas",), capacities=(), friend_prices=())


@given(planned_requests())
def test_a_request_is_with_a_candidate(request: PlannedRequest) -> None:
    """Somebody who is no candidate, a cost too few, or a candidate twice makes no request."""
    for changes in (
        {"friend_id": "nobody-of-them"},
        {"pinned_friend_id": "nobody-of-them"},
        {"costs": (*request.costs, 1)},
        {"candidate_ids": ("a", "a"), "costs": (1, 1), "friend_id": None, "pinned_friend_id": None},
    ):
        with pytest.raises(InvalidValueError):
            attrs.evolve(request, **changes)
