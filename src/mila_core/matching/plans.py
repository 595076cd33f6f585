"""A plan of assignments that is made anew as things happen: provisional until a cut-off, then frozen."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

import attrs

from mila_core.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidValueError,
    UnknownIdError,
    describe,
)
from mila_core.matching._columns import MOST_CAPACITY, MOST_COST, MOST_EDGES, Edges, read_edges
from mila_core.matching._matcher import NOBODY
from mila_core.matching.assigning import made
from mila_core.matching.assignment import MOST_PRICE, Assignment, column, ids
from mila_core.validation import (
    TupleOf,
    as_instant,
    counted_repr,
    identifier,
    instance_of,
    instant,
    integer,
    optional,
    tuple_of,
)

__all__ = ["Plan", "PlannedRequest"]

MOST_PLAN_COST = MOST_COST // 2
"""The greatest cost in a plan: with what a change costs it is still one of an assignment."""


@attrs.frozen(kw_only=True)
class PlannedRequest:
    """A request in a plan: its candidates, and what has become of it so far.

    Attributes:
        request_id: the request.
        unserved_cost: what it costs if nobody serves it.
        freezes_at: the cut-off: from then on nothing of it changes any more.
        candidate_ids: the friends who may serve it, each once.
        costs: what it costs if they do.
        friend_id: who serves it by now; None for nobody.
        told_friend_id: of whom the customer knows; another one then costs the plan's `change_cost` more.
        pinned_friend_id: who serves it because somebody has decided so.
        is_frozen: whether the cut-off is over.

    Raises:
        InvalidValueError: candidates without costs, or double; a pin on somebody who is no candidate.
    """

    request_id: str = attrs.field(validator=identifier)
    unserved_cost: int = attrs.field(validator=integer(-MOST_PLAN_COST, MOST_PLAN_COST))
    freezes_at: datetime = attrs.field(converter=as_instant, validator=instant)
    candidate_ids: tuple[str, ...] = attrs.field(
        converter=TupleOf[str], validator=tuple_of(identifier, most=MOST_EDGES), repr=counted_repr
    )
    costs: tuple[int, ...] = attrs.field(
        converter=TupleOf[int],
        validator=tuple_of(integer(-MOST_PLAN_COST, MOST_PLAN_COST), most=MOST_EDGES),
        repr=counted_repr,
    )
    friend_id: str | None = attrs.field(default=None, validator=optional(identifier))
    told_friend_id: str | None = attrs.field(default=None, validator=optional(identifier))
    pinned_friend_id: str | None = attrs.field(default=None, validator=optional(identifier))
    is_frozen: bool = attrs.field(default=False, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        """Check that the candidates have costs, and that it is with one of them."""
        if len(self.costs) != len(self.candidate_ids):
            raise InvalidValueError("costs", f"{len(self.candidate_ids)} item(s)", str(len(self.costs)))
        if len(set(self.candidate_ids)) != len(self.candidate_ids):
            raise InvalidValueError("candidate_ids", "distinct ids", "one twice")
        for name in ("friend_id", "pinned_friend_id"):
            friend_id = getattr(self, name)
            if friend_id is not None and friend_id not in self.candidate_ids:
                raise InvalidValueError(name, "a candidate of the request", describe(friend_id))

    @property
    def cost(self) -> int:
        """What it costs as it is."""
        if self.friend_id is None:
            return self.unserved_cost
        return self.costs[self.candidate_ids.index(self.friend_id)]

    @property
    def is_fixed(self) -> bool:
        """Whether it stays as it is: frozen, or with the friend it is pinned to."""
        is_pinned = self.pinned_friend_id is not None and self.friend_id == self.pinned_friend_id
        return self.is_frozen or is_pinned


@attrs.frozen(kw_only=True)
class Plan:
    """Who serves which request, as it is now; with `replan` it becomes the next one.

    Attributes:
        at: when it was made.
        change_cost: what it costs to move a request of whose friend the customer knows.
        requests: the requests.
        friend_ids: the friends with a capacity of their own or a price; all others take one request.
        capacities: how many requests each of them takes.
        friend_prices: the prices that prove the provisional part optimal; the next plan begins with them.

    Raises:
        InvalidValueError: columns that do not fit together, or ids that come twice.
    """

    at: datetime = attrs.field(converter=as_instant, validator=instant)
    change_cost: int = attrs.field(default=0, validator=integer(0, MOST_PLAN_COST))
    requests: tuple[PlannedRequest, ...] = attrs.field(
        default=(),
        converter=TupleOf[PlannedRequest],
        validator=tuple_of(instance_of(PlannedRequest), most=MOST_EDGES),
        repr=counted_repr,
    )
    friend_ids: tuple[str, ...] = ids(default=())
    capacities: tuple[int, ...] = column(MOST_CAPACITY, default=())
    friend_prices: tuple[int, ...] = column(MOST_PRICE, default=())

    def __attrs_post_init__(self) -> None:
        """Check that the columns fit together."""
        if not len(self.friend_ids) == len(self.capacities) == len(self.friend_prices):
            raise InvalidValueError("friend_ids", "a capacity and a price each", str(len(self.friend_ids)))
        for name, found in (
            ("friend_ids", list(self.friend_ids)),
            ("requests", [each.request_id for each in self.requests]),
        ):
            if len(found) != len(set(found)):
                raise InvalidValueError(name, "distinct ids", "one twice")

    @cached_property
    def _by_id(self) -> Mapping[str, PlannedRequest]:
        return MappingProxyType({each.request_id: each for each in self.requests})

    def request(self, request_id: str) -> PlannedRequest:
        """Return a request of the plan.

        Args:
            request_id: its id.

        Raises:
            UnknownIdError: there is none.
        """
        if request_id not in self._by_id:
            raise UnknownIdError("request", request_id)
        return self._by_id[request_id]

    @property
    def pairs(self) -> Mapping[str, str]:
        """The friend of each request that is served, by request."""
        return {each.request_id: each.friend_id for each in self.requests if each.friend_id is not None}

    @property
    def frozen(self) -> tuple[str, ...]:
        """The requests whose cut-off is over, by id."""
        return tuple(each.request_id for each in self.requests if each.is_frozen)

    @property
    def to_tell(self) -> tuple[str, ...]:
        """The requests whose customers do not know yet how it is now, by id."""
        return tuple(each.request_id for each in self.requests if each.friend_id != each.told_friend_id)

    @property
    def cost(self) -> int:
        """The costs of all pairs and of all requests that nobody serves; changes do not count."""
        return sum(each.cost for each in self.requests)

    @cached_property
    def provisional(self) -> Assignment:
        """The assignment of all that is not fixed, to what the fixed pairs leave; changes count in its costs.

        Its `unserved` says why a provisional request is not served.
        """
        edges = edges_of(self)
        prices = dict(zip(self.friend_ids, self.friend_prices, strict=True))
        places = {friend_id: place for place, friend_id in enumerate(edges.friend_ids)}
        chosen = (self._by_id[each].friend_id for each in edges.request_ids)
        return made(
            edges,
            (
                [NOBODY if each is None else places[each] for each in chosen],
                [prices.get(each, 0) for each in edges.friend_ids],
            ),
        )

    def verify(self) -> None:
        """Prove that pins hold, capacities are kept, and the provisional part is optimal.

        Raises:
            InvalidValueError: one thing is violated, which it says.
            InvalidDocumentError: several are.
        """
        problems: list[InvalidInputError] = []
        capacities = dict(zip(self.friend_ids, self.capacities, strict=True))
        for friend_id, count in sorted(Counter(self.pairs.values()).items()):
            capacity = capacities.get(friend_id, 1)
            if count > capacity:
                expected = f"at most {capacity} request(s) with {friend_id}"
                problems.append(InvalidValueError("requests", expected, str(count)))
        for each in self.requests:
            if each.pinned_friend_id not in (None, each.friend_id):
                expected = f"{each.request_id} with {each.pinned_friend_id}, to whom it is pinned"
                problems.append(InvalidValueError("requests", expected, describe(each.friend_id)))
        if problems:
            raise problems[0] if len(problems) == 1 else InvalidDocumentError("plan", problems)
        self.provisional.verify()


def edges_of(plan: Plan) -> Edges:
    """Return the edges of what is not fixed, with what a change costs, and the places that are left.

    Args:
        plan: the plan.
    """
    fixed = Counter(each.friend_id for each in plan.requests if each.is_fixed)
    capacity = dict(zip(plan.friend_ids, plan.capacities, strict=True))
    left = {
        friend_id: max(0, capacity.get(friend_id, 1) - fixed[friend_id])
        for friend_id in {*capacity, *fixed}
        if friend_id is not None
    }
    columns: dict[str, list[Any]] = {"request_id": [], "friend_id": [], "cost": []}
    unserved: dict[str, int] = {}
    for each in plan.requests:
        if each.is_fixed:
            continue
        more = 0 if each.told_friend_id is None else plan.change_cost
        unserved[each.request_id] = each.unserved_cost + more
        columns["request_id"] += [each.request_id] * len(each.costs)
        columns["friend_id"] += each.candidate_ids
        columns["cost"] += [
            cost if friend_id == each.told_friend_id else cost + more
            for friend_id, cost in zip(each.candidate_ids, each.costs, strict=True)
        ]
    return read_edges(columns, unserved_cost=unserved, capacity=left)
