"""Assignments, visits at fixed times, plans, and regions put together."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.matching import (
    AssignedVisit,
    Assignment,
    Edge,
    MergedShards,
    Plan,
    PlannedRequest,
    ProofPart,
    Unserved,
    VisitAssignment,
    VisitEdge,
    assign,
    assign_visits,
    merge_shards,
    replan,
    split_by_region,
)
from mila_core.periods import Period
from mila_core.testing._values import ids, instants, kept, periods, reasons

COSTS = st.integers(0, 9) | st.integers(-5, 10_000)
"""Costs of which some are equal, some below 0, some far apart."""


@st.composite
def _asked(draw: st.DrawFn) -> tuple[list[Edge], dict[str, int], dict[str, int]]:
    """Return edges, what each request costs that nobody serves, and capacities."""
    requests = draw(st.lists(ids(), max_size=4, unique=True))
    friends = draw(st.lists(ids(), min_size=1, max_size=4, unique=True))
    pairs = [(request, friend) for request in requests for friend in friends]
    chosen = [pair for pair in pairs if draw(st.integers(0, 3))]
    edges = [(request, friend, draw(COSTS)) for request, friend in chosen]
    unserved = {request: draw(COSTS) for request in requests}
    return edges, unserved, {friend: draw(st.integers(0, 2)) for friend in friends}


@kept
@st.composite
def assignments(draw: st.DrawFn) -> Assignment:
    """Return optimal assignments of a few requests, by prices that prove it."""
    edges, unserved, capacity = draw(_asked())
    return assign(edges, unserved_cost=unserved, capacity=capacity)


@kept
def unserved() -> SearchStrategy[Unserved]:
    """Return requests that nobody serves; the reasons are any."""
    return st.builds(Unserved, request_id=ids(), reason=reasons())


@kept
def assigned_visits() -> SearchStrategy[AssignedVisit]:
    """Return visits that take place."""
    return st.builds(AssignedVisit, request_id=ids(), friend_id=ids(), slot=periods(), cost=COSTS)


@kept
@st.composite
def proof_parts(draw: st.DrawFn) -> ProofPart:
    """Return parts of proofs; what they prove is nothing."""
    columns = draw(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 10_000)), max_size=4)
    )
    steps = st.integers(1, 9) | st.integers(-9, -1)
    return ProofPart(
        steps=tuple(draw(st.lists(steps, max_size=4))),
        friends=tuple(friend for friend, _, _ in columns),
        slots=tuple(slot for _, slot, _ in columns),
        prices=tuple(price for _, _, price in columns),
    )


@kept
@st.composite
def visit_assignments(draw: st.DrawFn) -> VisitAssignment:
    """Return visits at fixed times in one day, with their bounds; most of them are the best answer."""
    edges, without, _ = draw(_asked())
    start = draw(instants())
    found: list[VisitEdge] = []
    for request, friend, cost in edges:
        for begin in draw(st.sets(st.integers(0, 8), min_size=1, max_size=2)):
            first = start + timedelta(minutes=30 * begin)
            length = timedelta(minutes=30 * draw(st.integers(1, 4)))
            found.append((request, friend, cost, Period(first, first + length)))
    buffer, steps = draw(st.sampled_from([0, 15])), draw(st.integers(0, 20))
    return assign_visits(found, unserved_cost=without, buffer_minutes=buffer, most_steps=steps)


@kept
@st.composite
def planned_requests(draw: st.DrawFn) -> PlannedRequest:
    """Return requests in a plan, of whatever has become of them."""
    candidates = draw(st.lists(ids(), max_size=4, unique=True))
    one = st.none() | st.sampled_from(candidates) if candidates else st.none()
    return PlannedRequest(
        request_id=draw(ids()),
        unserved_cost=draw(COSTS),
        freezes_at=draw(instants()),
        candidate_ids=tuple(candidates),
        costs=tuple(draw(COSTS) for _ in candidates),
        friend_id=draw(one),
        told_friend_id=draw(st.none() | ids()),
        pinned_friend_id=draw(one),
        is_frozen=draw(st.booleans()),
    )


@kept
@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Return plans that `replan` has made: some requests are frozen, some customers know who comes."""
    edges, without, capacity = draw(_asked())
    at = draw(instants())
    asked = [
        PlannedRequest(
            request_id=request_id,
            unserved_cost=cost,
            freezes_at=at + timedelta(hours=draw(st.integers(0, 4))),
            candidate_ids=tuple(friend for request, friend, _ in edges if request == request_id),
            costs=tuple(cost for request, _, cost in edges if request == request_id),
        )
        for request_id, cost in without.items()
    ]
    plan = replan(Plan(at=at, change_cost=draw(st.integers(0, 9))), at=at, asked=asked, capacity=capacity)
    told = {each: friend for each, friend in plan.pairs.items() if draw(st.booleans())}
    return replan(plan, at=at + timedelta(hours=draw(st.integers(0, 4))), told=told)


@kept
@st.composite
def merged_shards(draw: st.DrawFn) -> MergedShards:
    """Return the assignments of two regions with border friends, put together."""
    edges, without, capacity = draw(_asked())
    regions = {request_id: draw(st.sampled_from(["bern", "thun"])) for request_id in without}
    shards = split_by_region(edges, region_key=regions)
    results = [
        assign(
            shard,
            unserved_cost={each: without[each] for each in shard["request_id"]},
            capacity=capacity,
        ).as_columns()
        for shard in shards.values()
    ]
    return merge_shards(edges, results=results, unserved_cost=without, capacity=capacity)
