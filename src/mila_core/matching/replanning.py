"""Replan: the next plan, from the one there is, what has happened since, and now."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError, describe
from mila_core.matching._columns import Problems, read_capacity
from mila_core.matching._matcher import NOBODY, OUTSIDE, solve
from mila_core.matching.plans import Plan, PlannedRequest, edges_of
from mila_core.periods import instant_of
from mila_core.validation import check_instance

__all__ = ["replan"]

_STATE = ("friend_id", "told_friend_id", "pinned_friend_id", "is_frozen")


def replan(
    plan: Plan,
    *,
    at: datetime,
    asked: Iterable[PlannedRequest] = (),
    withdrawn: Iterable[str] = (),
    capacity: Mapping[str, int] | None = None,
    pinned: Mapping[str, str | None] | None = None,
    told: Mapping[str, str | None] | None = None,
) -> Plan:
    """Return the next plan: the cheapest for what is provisional, with the fewest changes that pay.

    A pure function of the plan, the events and now; events that are given twice change neither the cost nor
    what is frozen the second time. A request that is withdrawn and asked in one call begins anew. The search
    begins with the prices and pairs of the plan before, so a small change takes little time.

    What is fixed stays: requests whose cut-off is over, and pinned pairs. A new request whose cut-off is over
    already is planned once, and then frozen. If a friend no longer has room for all pairs that are fixed
    there, as when they drop out, all of these become provisional once more, pins included.

    Args:
        plan: the plan before.
        at: now; not before the plan was made.
        asked: requests that are new, or whose costs, candidates or cut-offs are others now; without friends.
        withdrawn: the ids of requests that are none any more; one that is not there is gone already.
        capacity: how many requests friends take from now on; 0 for who drops out.
        pinned: by request, the friend who is to serve it whatever that costs, also one that is frozen with
            another, as a person has decided so; None lets it go.
        told: by request, the friend of whom the customer knows by now, None for nobody; a request that is
            gone already is passed over.

    Returns:
        The plan; `verify()` proves it.

    Raises:
        InvalidTypeError: an argument that is not what it should be.
        InvalidValueError: an instant before the plan's, a request that is asked twice or with a friend, a pin
            on who is no candidate, more pins than a friend's capacity.
        InvalidDocumentError: several such problems.
        UnknownIdError: a request to pin that is not in the plan.

    Examples:
        >>> from datetime import UTC
        >>> eight, noon = (datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (8, 12))
        >>> asked = [
        ...     PlannedRequest(
        ...         request_id=name,
        ...         unserved_cost=40,
        ...         freezes_at=noon,
        ...         candidate_ids=("andreas", "nadja"),
        ...         costs=costs,
        ...     )
        ...     for name, costs in (("r1", (3, 9)), ("r2", (4, 30)))
        ... ]
        >>> plan = replan(Plan(at=eight, change_cost=5), at=eight, asked=asked)
        >>> plan.pairs, plan.cost
        ({'r1': 'nadja', 'r2': 'andreas'}, 13)
        >>> plan = replan(plan, at=noon, capacity={"andreas": 2})
        >>> plan.pairs["r1"], plan.frozen
        ('nadja', ('r1', 'r2'))
    """
    _check_kinds(plan, asked=asked, withdrawn=withdrawn, pinned=pinned, told=told)
    now = instant_of(at)
    if now < plan.at:
        raise InvalidValueError("at", f"an instant from {plan.at.isoformat()} on", now.isoformat())
    problems = Problems()
    new_capacity = read_capacity(capacity, problems)
    asked = _checked(asked, problems)
    problems.tell("replan")
    requests = {each.request_id: _frozen(each, now) for each in plan.requests}
    for request_id in withdrawn:
        requests.pop(request_id, None)
    for each in asked:
        requests[each.request_id] = _asked(each, requests.get(each.request_id), now=now)
    for request_id, friend_id in (told or {}).items():
        if request_id in requests:
            requests[request_id] = attrs.evolve(requests[request_id], told_friend_id=friend_id)
    new_pins = _new_pins(requests, pinned or {})
    requests |= {request_id: _pinned(requests[request_id], pin) for request_id, pin in new_pins.items()}
    capacities = dict(zip(plan.friend_ids, plan.capacities, strict=True)) | dict(new_capacity)
    requests = _released(requests, capacities, new_pins)
    prices = dict(zip(plan.friend_ids, plan.friend_prices, strict=True))
    return _solved(_plan(plan, now, requests, capacities, prices))


def _check_kinds(plan: Any, *, asked: Any, withdrawn: Any, pinned: Any, told: Any) -> None:
    check_instance("plan", plan, kind=Plan)
    for name, several in (("asked", asked), ("withdrawn", withdrawn)):
        check_instance(name, several, kind=Iterable)
    if isinstance(withdrawn, str):
        raise InvalidTypeError("withdrawn", "ids of requests", describe(withdrawn))
    for name, by_request in (("pinned", pinned), ("told", told)):
        if by_request is not None:
            check_instance(name, by_request, kind=Mapping)


def _checked(asked: Any, problems: Problems) -> list[PlannedRequest]:
    found = list(asked)
    seen: set[str] = set()
    fresh = {field.name: field.default for field in attrs.fields(PlannedRequest) if field.name in _STATE}
    for number, each in enumerate(found):
        name = f"asked[{number}]"
        if not isinstance(each, PlannedRequest):
            problems.add(InvalidTypeError(name, "a PlannedRequest", describe(each)))
        elif any(getattr(each, field) != default for field, default in fresh.items()):
            problems.add(InvalidValueError(name, "a request without friend, pin and cut", "one with"))
        elif each.request_id in seen:
            problems.add(InvalidValueError(name, "each request once", describe(each.request_id)))
        else:
            seen.add(each.request_id)
    return found


def _frozen(request: PlannedRequest, now: datetime) -> PlannedRequest:
    if request.is_frozen or now < request.freezes_at:
        return request
    return attrs.evolve(request, is_frozen=True)


def _asked(new: PlannedRequest, old: PlannedRequest | None, *, now: datetime) -> PlannedRequest:
    """Return a request with new facts and what has become of it.

    What is frozen stays so with its friend, unless the new cut-off is still to come, or the friend is no
    candidate any more.
    """
    if old is None:
        return new
    if _facts(new) == _facts(old):
        return old
    kept = {
        name: getattr(old, name)
        for name in ("friend_id", "pinned_friend_id")
        if getattr(old, name) in new.candidate_ids
    }
    stays = old.is_frozen and new.freezes_at <= now and "friend_id" in kept
    return attrs.evolve(new, told_friend_id=old.told_friend_id, is_frozen=stays, **kept)


def _facts(request: PlannedRequest) -> tuple[object, ...]:
    """Return what is asked, in whatever order the candidates come."""
    costs = dict(zip(request.candidate_ids, request.costs, strict=True))
    return request.unserved_cost, request.freezes_at, costs


def _new_pins(
    requests: Mapping[str, PlannedRequest], pinned: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return the pins that are others than before; one that comes again is none that is new."""
    new_pins = {}
    for request_id, pin in pinned.items():
        request = requests.get(request_id)
        if request is None and pin is not None:
            raise UnknownIdError("request", request_id)
        if request is not None and request.pinned_friend_id != pin:
            new_pins[request_id] = pin
    return new_pins


def _pinned(request: PlannedRequest, friend_id: str | None) -> PlannedRequest:
    if friend_id is None:
        return attrs.evolve(request, pinned_friend_id=None)
    if friend_id not in request.candidate_ids:
        raise InvalidValueError("pinned", f"a candidate of {request.request_id}", describe(friend_id))
    return attrs.evolve(request, friend_id=friend_id, pinned_friend_id=friend_id)


def _released(
    requests: dict[str, PlannedRequest], capacities: Mapping[str, int], pins: Mapping[str, str | None]
) -> dict[str, PlannedRequest]:
    """Return the requests; those fixed with a friend who has no room for all of them are provisional."""
    fixed = Counter(each.friend_id for each in requests.values() if each.is_fixed)
    full = {each for each, count in fixed.items() if each is not None and count > capacities.get(each, 1)}
    for friend_id in sorted(full.intersection(each for each in pins.values() if each is not None)):
        expected = f"at most {capacities.get(friend_id, 1)} fixed request(s) with {friend_id}"
        raise InvalidValueError("pinned", expected, str(fixed[friend_id]))
    return {
        request_id: attrs.evolve(each, pinned_friend_id=None, is_frozen=False)
        if each.is_fixed and each.friend_id in full
        else each
        for request_id, each in requests.items()
    }


def _plan(
    plan: Plan,
    now: datetime,
    requests: Mapping[str, PlannedRequest],
    capacities: Mapping[str, int],
    prices: Mapping[str, int],
) -> Plan:
    """Return a plan with its friends in order, those left out of whom there is nothing to say."""
    priced = {friend_id for friend_id, price in prices.items() if price}
    friend_ids = sorted(priced | {friend_id for friend_id, places in capacities.items() if places != 1})
    return attrs.evolve(
        plan,
        at=now,
        requests=[requests[each] for each in sorted(requests)],
        friend_ids=tuple(friend_ids),
        capacities=tuple(capacities.get(each, 1) for each in friend_ids),
        friend_prices=tuple(prices.get(each, 0) for each in friend_ids),
    )


def _solved(draft: Plan) -> Plan:
    """Return the plan with its provisional part as cheap as can be, and frozen what has no time left."""
    edges = edges_of(draft)
    places = {friend_id: place for place, friend_id in enumerate(edges.friend_ids)}
    prices = dict(zip(draft.friend_ids, draft.friend_prices, strict=True))
    chosen = [OUTSIDE] * len(edges.request_ids)
    for number, request_id in enumerate(edges.request_ids):
        friend_id = draft.request(request_id).friend_id
        chosen[number] = NOBODY if friend_id is None else places[friend_id]
    at, found = solve(edges, prices=[prices.get(each, 0) for each in edges.friend_ids], chosen=chosen)
    requests = {each.request_id: each for each in draft.requests}
    for request_id, place in zip(edges.request_ids, at, strict=True):
        friend_id = None if place < 0 else edges.friend_ids[place]
        is_frozen = requests[request_id].freezes_at <= draft.at
        if requests[request_id].friend_id != friend_id or is_frozen:
            requests[request_id] = attrs.evolve(
                requests[request_id], friend_id=friend_id, is_frozen=is_frozen
            )
    requests = {request_id: _frozen(each, draft.at) for request_id, each in requests.items()}
    capacities = dict(zip(draft.friend_ids, draft.capacities, strict=True))
    return _plan(draft, draft.at, requests, capacities, dict(zip(edges.friend_ids, found, strict=True)))
