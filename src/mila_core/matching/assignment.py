"""An assignment: who serves whom at the least cost, why the others are not served, and the proof."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

import attrs

from mila_core.errors import MOST_PROBLEMS, InvalidDocumentError, InvalidInputError, InvalidValueError
from mila_core.matching._columns import MOST_CAPACITY, MOST_COST, MOST_EDGES, Edges
from mila_core.reasons import Reason, reason
from mila_core.validation import (
    TupleOf,
    counted_repr,
    identifier,
    instance_of,
    integer,
    optional,
    tuple_of,
)

__all__ = ["Assignment", "Unserved"]

MOST_PRICE = 10**15
"""Far above any price: none is above the greatest unserved cost less the least cost of an edge."""


@attrs.frozen(kw_only=True)
class Unserved:
    """A request that nobody serves.

    Attributes:
        request_id: the request.
        reason: why. `without_candidate`: it has none. `no_capacity`: none of its candidates may take any
            request. `dearer_than_unserved`: its cheapest candidate costs as much as nobody, or more.
            `displaced`: others need its candidates more; to serve it all the same would cost `cheapest_cost`
            at least, with what others would pay for giving way, against `unserved_cost`.
    """

    request_id: str = attrs.field(validator=identifier)
    reason: Reason = attrs.field(validator=instance_of(Reason))


def column(most: int, *, least: int = 0, default: Any = attrs.NOTHING) -> Any:
    """Return the field of a column of ints.

    Args:
        most: the greatest of them.
        least: the least.
        default: what it is if not given.
    """
    return attrs.field(
        default=default,
        converter=TupleOf[int],
        validator=tuple_of(integer(least, most), most=MOST_EDGES),
        repr=counted_repr,
    )


def ids(*, default: Any = attrs.NOTHING) -> Any:
    """Return the field of a column of ids.

    Args:
        default: what it is if not given.
    """
    return attrs.field(
        default=default,
        converter=TupleOf[str],
        validator=tuple_of(identifier, most=MOST_EDGES),
        repr=counted_repr,
    )


@attrs.frozen(kw_only=True)
class Assignment:
    """Requests and friends, what each pair would cost, who serves whom, and the prices that prove it optimal.

    The proof is the duality of linear programs. Let each request pay no more than its cheapest choice at the
    prices of the friends: then all requests together, less all prices times capacities, are a `bound` that no
    assignment can be below. Where `cost` equals `bound`, nothing is cheaper.

    `assign` makes it with requests and friends in order of their ids; the edges stand by request, then by
    cost, then by friend.

    Attributes:
        request_ids: the requests.
        unserved_costs: what each costs if nobody serves it.
        friend_ids: the friends that are a candidate of some request.
        capacities: how many requests each takes.
        edge_counts: how many edges each request has.
        edge_friends: the friend of each edge, as the position in `friend_ids`.
        edge_costs: the cost of each edge.
        chosen: the friend who serves each request, as the position in `friend_ids`; None for nobody.
        friend_prices: what a further place with each friend would save, at most.
        engine: what has found it: `python`, `scipy` or `ortools`.

    Raises:
        InvalidValueError: columns that do not fit together, edges out of order, ids or edges double.
    """

    request_ids: tuple[str, ...] = ids()
    unserved_costs: tuple[int, ...] = column(MOST_COST, least=-MOST_COST)
    friend_ids: tuple[str, ...] = ids()
    capacities: tuple[int, ...] = column(MOST_CAPACITY)
    edge_counts: tuple[int, ...] = column(MOST_EDGES)
    edge_friends: tuple[int, ...] = column(MOST_EDGES)
    edge_costs: tuple[int, ...] = column(MOST_COST, least=-MOST_COST)
    chosen: tuple[int | None, ...] = attrs.field(
        converter=TupleOf[int | None],
        validator=tuple_of(optional(integer(0, MOST_EDGES)), most=MOST_EDGES),
        repr=counted_repr,
    )
    friend_prices: tuple[int, ...] = column(MOST_PRICE)
    engine: str = attrs.field(default="python", validator=identifier)

    def __attrs_post_init__(self) -> None:
        """Check that the columns fit together."""
        requests, friends, edges = len(self.request_ids), len(self.friend_ids), len(self.edge_friends)
        for name, expected in (
            ("unserved_costs", requests),
            ("edge_counts", requests),
            ("chosen", requests),
            ("capacities", friends),
            ("friend_prices", friends),
            ("edge_costs", edges),
        ):
            if len(getattr(self, name)) != expected:
                raise InvalidValueError(name, f"{expected} item(s)", str(len(getattr(self, name))))
        if sum(self.edge_counts) != edges:
            raise InvalidValueError("edge_counts", f"a sum of {edges}", str(sum(self.edge_counts)))
        for name in ("request_ids", "friend_ids"):
            if len(set(getattr(self, name))) != len(getattr(self, name)):
                raise InvalidValueError(name, "distinct ids", "one twice")
        chosen = [each for each in self.chosen if each is not None]
        for name, positions in (("edge_friends", self.edge_friends), ("chosen", chosen)):
            if max(positions, default=-1) >= friends:
                raise InvalidValueError(name, f"positions below {friends}", str(max(positions)))
        for number, (costs, places) in enumerate(self._edges.rows()):
            pairs = [cost * friends + place for cost, place in zip(costs, places, strict=True)]
            if pairs != sorted(pairs) or len(set(places)) != len(places):
                expected_order = "a request's edges by cost, then by friend, one a friend"
                raise InvalidValueError("edge_costs", expected_order, f"others at request {number}")

    @property
    def _edges(self) -> Edges:
        return Edges(
            request_ids=self.request_ids,
            unserved_costs=self.unserved_costs,
            friend_ids=self.friend_ids,
            capacities=self.capacities,
            edge_counts=self.edge_counts,
            friends=self.edge_friends,
            costs=self.edge_costs,
        )

    @cached_property
    def pairs(self) -> Mapping[str, str]:
        """The friend of each request that is served, by request; in order of the requests."""
        return MappingProxyType(
            {
                request_id: self.friend_ids[friend]
                for request_id, friend in zip(self.request_ids, self.chosen, strict=True)
                if friend is not None
            }
        )

    @cached_property
    def pair_costs(self) -> Mapping[str, int]:
        """The cost of each pair, by request."""
        found = {}
        for request_id, friend, (costs, friends) in zip(
            self.request_ids, self.chosen, self._edges.rows(), strict=True
        ):
            if friend in friends:
                found[request_id] = costs[friends.index(friend)]
        return MappingProxyType(found)

    @cached_property
    def cost(self) -> int:
        """The costs of all pairs, and of every request that nobody serves."""
        pairs = self.pair_costs
        unserved = zip(self.request_ids, self.unserved_costs, strict=True)
        return sum(pairs.values()) + sum(cost for each, cost in unserved if each not in pairs)

    @cached_property
    def request_prices(self) -> Mapping[str, int]:
        """What each request pays at the prices of the friends: its cheapest choice, or that nobody comes."""
        prices = self.friend_prices
        return MappingProxyType(
            {
                request_id: min(
                    unserved,
                    min([cost + prices[friend] for cost, friend in zip(*row, strict=True)], default=unserved),
                )
                for request_id, unserved, row in zip(
                    self.request_ids, self.unserved_costs, self._edges.rows(), strict=True
                )
            }
        )

    @property
    def bound(self) -> int:
        """What no assignment of these requests costs less than, by the prices."""
        places = zip(self.capacities, self.friend_prices, strict=True)
        return sum(self.request_prices.values()) - sum(capacity * price for capacity, price in places)

    @cached_property
    def unserved(self) -> Mapping[str, Unserved]:
        """The requests that nobody serves, each with its reason."""
        rows = zip(self.request_ids, self.chosen, self.unserved_costs, self._edges.rows(), strict=True)
        return MappingProxyType(
            {
                request_id: Unserved(request_id=request_id, reason=self._why_unserved(cost, row))
                for request_id, friend, cost, row in rows
                if friend is None
            }
        )

    def _why_unserved(self, unserved: int, row: tuple[tuple[int, ...], tuple[int, ...]]) -> Reason:
        if not row[0]:
            return reason("without_candidate")
        able = [(cost, friend) for cost, friend in zip(*row, strict=True) if self.capacities[friend]]
        if not able:
            return reason("no_capacity", candidates=len(row[0]))
        cost, friend = able[0]
        if cost >= unserved:
            return reason(
                "dearer_than_unserved",
                friend=self.friend_ids[friend],
                cheapest_cost=cost,
                unserved_cost=unserved,
            )
        total, friend = min((cost + self.friend_prices[friend], friend) for cost, friend in able)
        return reason(
            "displaced", friend=self.friend_ids[friend], cheapest_cost=total, unserved_cost=unserved
        )

    def as_columns(self) -> dict[str, list[Any]]:
        """Return a row a request, column by column, as a frame takes it.

        Returns:
            `request_id`; `friend_id`, None where nobody serves; `cost`; `friend_price`, 0 there.

        Examples:
            >>> from mila_core.matching import assign
            >>> assign([("r1", "andreas", 7)], unserved_cost=9).as_columns()
            {'request_id': ['r1'], 'friend_id': ['andreas'], 'cost': [7], 'friend_price': [0]}
        """
        costs = self.pair_costs
        unserved = zip(self.request_ids, self.unserved_costs, strict=True)
        return {
            "request_id": list(self.request_ids),
            "friend_id": [None if each is None else self.friend_ids[each] for each in self.chosen],
            "cost": [costs.get(request_id, cost) for request_id, cost in unserved],
            "friend_price": [0 if each is None else self.friend_prices[each] for each in self.chosen],
        }

    def verify(self) -> None:
        """Prove, in whole numbers and from the columns alone, that the assignment is allowed and optimal.

        Raises:
            InvalidValueError: one thing is violated, which it says.
            InvalidDocumentError: several are.

        Examples:
            >>> from mila_core.matching import assign
            >>> found = assign([("r1", "andreas", 7), ("r1", "nadja", 5)], unserved_cost=9)
            >>> found.verify()
            >>> attrs.evolve(found, chosen=[0]).verify()
            Traceback (most recent call last):
            ...
            mila_core.errors.InvalidValueError: chosen[0]: expected the cheapest choice, 5, came 7
        """
        problems = [*self._violations_of_requests(), *self._violations_of_friends()][:MOST_PROBLEMS]
        if not problems and self.bound != self.cost:  # what the others imply; the proof rests on no reasoning
            problems = [InvalidValueError("friend_prices", f"a bound of {self.cost}", str(self.bound))]
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise InvalidDocumentError("assignment", problems)

    def _violations_of_requests(self) -> list[InvalidInputError]:
        found: list[InvalidInputError] = []
        columns = zip(
            self.chosen,
            self.unserved_costs,
            self._edges.rows(),
            self.request_prices.values(),
            strict=True,
        )
        for number, (friend, unserved, (costs, friends), least) in enumerate(columns):
            if friend is not None and friend not in friends:
                found.append(InvalidValueError(f"chosen[{number}]", "a candidate", f"position {friend}"))
                continue
            pays = unserved
            if friend is not None:
                pays = costs[friends.index(friend)] + self.friend_prices[friend]
            if pays != least:
                found.append(
                    InvalidValueError(f"chosen[{number}]", f"the cheapest choice, {least}", str(pays))
                )
        return found

    def _violations_of_friends(self) -> list[InvalidInputError]:
        found: list[InvalidInputError] = []
        taken = Counter(self.chosen)
        for number, (capacity, price) in enumerate(zip(self.capacities, self.friend_prices, strict=True)):
            if taken[number] > capacity:
                expected = f"at most {capacity} request(s) with {self.friend_ids[number]}"
                found.append(InvalidValueError("chosen", expected, str(taken[number])))
            if price and taken[number] < capacity:
                expected = "0, as there is room"
                found.append(InvalidValueError(f"friend_prices[{number}]", expected, str(price)))
        return found
