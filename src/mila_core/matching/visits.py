"""Visits at fixed times: who goes when to whom, so that no friend has two visits at once."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.matching._branching import Search
from mila_core.matching._columns import (
    MOST_COST,
    MOST_EDGES,
    NAMES,
    Columns,
    Problems,
    read_columns,
    read_unserved,
)
from mila_core.matching._proofs import bound_of, make_up_all
from mila_core.matching._slots import Visits, conflicts
from mila_core.matching.assignment import MOST_PRICE, Unserved, column, ids
from mila_core.periods import Period
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

__all__ = ["AssignedVisit", "ProofPart", "VisitAssignment", "VisitEdge", "assign_visits"]

VisitEdge: TypeAlias = tuple[str, str, int, Period]
"""The id of a request, the id of a friend, what it costs if the friend comes, and when."""

MOST_BUFFER_MINUTES = 24 * 60
MOST_STEPS = 10_000
MOST_TOTAL = MOST_COST * MOST_EDGES
_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@attrs.frozen(kw_only=True)
class AssignedVisit:
    """A visit that takes place.

    Attributes:
        request_id: the request.
        friend_id: who comes.
        slot: when.
        cost: what it costs.
    """

    request_id: str = attrs.field(validator=identifier)
    friend_id: str = attrs.field(validator=identifier)
    slot: Period = attrs.field(validator=instance_of(Period))
    cost: int = attrs.field(validator=integer(-MOST_COST, MOST_COST))


@attrs.frozen(kw_only=True)
class ProofPart:
    """A part of all answers, and prices that bound what the answers in it cost.

    Attributes:
        steps: what holds in this part: `n` if nothing takes place that overlaps with visit `n - 1` at its
            friend, `-n` if that visit does not take place.
        friends: for each price whose time it is for, as the position in `friend_ids`.
        slots: at whose start, as the position in `slots`.
        prices: what a visit pays that takes place then.
    """

    steps: tuple[int, ...] = column(MOST_EDGES, least=-MOST_EDGES)
    friends: tuple[int, ...] = column(MOST_EDGES)
    slots: tuple[int, ...] = column(MOST_EDGES)
    prices: tuple[int, ...] = column(MOST_PRICE)

    def __attrs_post_init__(self) -> None:
        """Check that each price has its friend and time."""
        if not len(self.friends) == len(self.slots) == len(self.prices):
            raise InvalidValueError("prices", f"{len(self.friends)} item(s)", str(len(self.prices)))


@attrs.frozen(kw_only=True)
class VisitAssignment:
    """Requests and the visits that would do, which of them take place, and what no answer costs less than.

    `assign_visits` makes it with requests and friends in order of their ids; the visits stand by request,
    then by cost, friend and slot.

    Attributes:
        request_ids: the requests.
        unserved_costs: what each costs that gets no visit.
        friend_ids: the friends.
        slots: the slots.
        buffer_minutes: what a friend needs between two visits.
        visit_requests: the request of each visit, as the position in `request_ids`.
        visit_friends: its friend, as the position in `friend_ids`.
        visit_slots: its slot, as the position in `slots`.
        visit_costs: its cost.
        chosen: the visit of each request, as its position; None for none.
        bound: what no answer costs less than.
        proof: parts that make up all answers, each with prices that bound it.

    Raises:
        InvalidValueError: columns that do not fit together, visits out of order, ids or visits double.
    """

    request_ids: tuple[str, ...] = ids()
    unserved_costs: tuple[int, ...] = column(MOST_COST, least=-MOST_COST)
    friend_ids: tuple[str, ...] = ids()
    slots: tuple[Period, ...] = attrs.field(
        converter=TupleOf[Period], validator=tuple_of(instance_of(Period)), repr=counted_repr
    )
    buffer_minutes: int = attrs.field(default=0, validator=integer(0, MOST_BUFFER_MINUTES))
    visit_requests: tuple[int, ...] = column(MOST_EDGES)
    visit_friends: tuple[int, ...] = column(MOST_EDGES)
    visit_slots: tuple[int, ...] = column(MOST_EDGES)
    visit_costs: tuple[int, ...] = column(MOST_COST, least=-MOST_COST)
    chosen: tuple[int | None, ...] = attrs.field(
        converter=TupleOf[int | None],
        validator=tuple_of(optional(integer(0, MOST_EDGES))),
        repr=counted_repr,
    )
    bound: int = attrs.field(validator=integer(-MOST_TOTAL, MOST_TOTAL))
    proof: tuple[ProofPart, ...] = attrs.field(
        converter=TupleOf[ProofPart], validator=tuple_of(instance_of(ProofPart)), repr=counted_repr
    )

    def __attrs_post_init__(self) -> None:
        """Check that the columns fit together."""
        requests, visits = len(self.request_ids), len(self.visit_costs)
        lengths = {"unserved_costs": requests, "chosen": requests}
        lengths |= dict.fromkeys(("visit_requests", "visit_friends", "visit_slots"), visits)
        for name, expected in lengths.items():
            if len(getattr(self, name)) != expected:
                raise InvalidValueError(name, f"{expected} item(s)", str(len(getattr(self, name))))
        for name in ("request_ids", "friend_ids", "slots"):
            if len(set(getattr(self, name))) != len(getattr(self, name)):
                raise InvalidValueError(name, "distinct items", "one twice")
        positions = [("chosen", [each for each in self.chosen if each is not None], visits)]
        for name, of in (("requests", "request_ids"), ("friends", "friend_ids"), ("slots", "slots")):
            positions.append((f"visit_{name}", list(getattr(self, f"visit_{name}")), len(getattr(self, of))))
        for part in self.proof:
            positions.append(("proof", list(part.friends), len(self.friend_ids)))
            positions.append(("proof", list(part.slots), len(self.slots)))
            positions.append(("proof", [abs(each) - 1 for each in part.steps], visits))
        for name, found, below in positions:
            if found and not 0 <= min(found) <= max(found) < below:
                raise InvalidValueError(name, f"positions below {below}", f"{min(found)} to {max(found)}")
        columns = (self.visit_requests, self.visit_costs, self.visit_friends, self.visit_slots)
        rows = list(zip(*columns, strict=True))
        if rows != sorted(rows) or len({(row[0], *row[2:]) for row in rows}) != len(rows):
            raise InvalidValueError("visit_costs", "visits in order, each once", "others")

    @cached_property
    def visits(self) -> Mapping[str, AssignedVisit]:
        """The visits that take place, by request; in order of the requests."""
        return MappingProxyType(
            {
                request_id: AssignedVisit(
                    request_id=request_id,
                    friend_id=self.friend_ids[self.visit_friends[visit]],
                    slot=self.slots[self.visit_slots[visit]],
                    cost=self.visit_costs[visit],
                )
                for request_id, visit in zip(self.request_ids, self.chosen, strict=True)
                if visit is not None
            }
        )

    @property
    def cost(self) -> int:
        """The costs of all visits that take place, and of every request that gets none."""
        pairs = zip(self.chosen, self.unserved_costs, strict=True)
        return sum(cost if visit is None else self.visit_costs[visit] for visit, cost in pairs)

    @property
    def gap(self) -> int:
        """How much dearer than the best answer this may be; 0 if it is the best."""
        return self.cost - self.bound

    @cached_property
    def unserved(self) -> Mapping[str, Unserved]:
        """The requests that get no visit, each with its reason.

        `without_candidate`: there is no visit for it. `dearer_than_unserved`: its cheapest visit costs as
        much as none, or more. `no_free_slot`: what would cost less overlaps with visits that others get.
        """
        mine: dict[int, list[int]] = {}
        for visit, request in enumerate(self.visit_requests):
            mine.setdefault(request, []).append(visit)
        return MappingProxyType(
            {
                request_id: Unserved(
                    request_id=request_id, reason=self._why_unserved(cost, mine.get(number, []))
                )
                for number, (request_id, visit, cost) in enumerate(
                    zip(self.request_ids, self.chosen, self.unserved_costs, strict=True)
                )
                if visit is None
            }
        )

    def _why_unserved(self, unserved: int, mine: list[int]) -> Reason:
        if not mine:
            return reason("without_candidate")
        cost, friend = self.visit_costs[mine[0]], self.friend_ids[self.visit_friends[mine[0]]]
        return reason(
            "dearer_than_unserved" if cost >= unserved else "no_free_slot",
            friend=friend,
            cheapest_cost=cost,
            unserved_cost=unserved,
        )

    def verify(self) -> None:
        """Prove that no friend has two visits at once, and that no answer costs less than the bound.

        The parts of the proof have to make up all answers: of two that differ in one step only, one has the
        visit, the other has not. In each part a request pays at least its cheapest visit there, with the
        prices of all times in it; less all prices, that is no less than the bound.

        Raises:
            InvalidValueError: one thing is violated, which it says.
            InvalidDocumentError: several are.
        """
        problems: list[InvalidInputError] = []
        visits = self._numbered
        for number, visit in enumerate(self.chosen):
            if visit is not None and self.visit_requests[visit] != number:
                problems.append(InvalidValueError(f"chosen[{number}]", "a visit of its own", str(visit)))
        chosen = {each for each in self.chosen if each is not None}
        for one, other in conflicts(visits, sorted(chosen)):
            expected = f"visits of {self.friend_ids[visits.friends[one]]} that do not overlap"
            problems.append(InvalidValueError("chosen", expected, f"visits {one} and {other}"))
        if not make_up_all([part.steps for part in self.proof]):
            problems.append(InvalidValueError("proof", "parts that make up all answers", "others"))
        starts = [(slot.start - _EPOCH) // _TICK for slot in self.slots]
        for number, part in enumerate(self.proof):
            prices = list(zip(part.friends, (starts[slot] for slot in part.slots), part.prices, strict=True))
            bound = bound_of(visits, self.unserved_costs, part.steps, prices)
            if bound < self.bound:
                expected = f"a bound of at least {self.bound}"
                problems.append(InvalidValueError(f"proof[{number}]", expected, str(bound)))
        if self.bound > self.cost:
            problems.append(InvalidValueError("bound", f"at most the cost, {self.cost}", str(self.bound)))
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise InvalidDocumentError("visit_assignment", problems[:MOST_PROBLEMS])

    @property
    def _numbered(self) -> Visits:
        buffer = timedelta(minutes=self.buffer_minutes)
        starts = [(slot.start - _EPOCH) // _TICK for slot in self.slots]
        ends = [(slot.end + buffer - _EPOCH) // _TICK for slot in self.slots]
        return Visits(
            requests=self.visit_requests,
            friends=self.visit_friends,
            costs=self.visit_costs,
            starts=[starts[slot] for slot in self.visit_slots],
            ends=[ends[slot] for slot in self.visit_slots],
            slots=self.visit_slots,
        )


def assign_visits(
    edges: Iterable[VisitEdge] | Columns,
    *,
    unserved_cost: int | Mapping[str, int],
    buffer_minutes: int = 0,
    most_steps: int = 50,
) -> VisitAssignment:
    """Assign requests to visits at fixed times, so that no friend has two at once, at the least cost.

    The visits of a friend fall into groups of which any two overlap, such as the morning's and the evening's.
    Where no visits of different groups overlap, the answer is exact: `gap` is 0. Where some do, a visit over
    noon say, conflicts are settled by branch and bound, and the answer is the best that was found in so many
    steps; `bound` is what none costs less than, and `verify()` proves it.

    Args:
        edges: who may come when at which cost: rows `(request_id, friend_id, cost, slot)`, or a mapping of
            these four columns. Costs are ints of any unit, from -10**12 to 10**12. A request may have several
            slots, with one friend or with many.
        unserved_cost: what a request costs that gets no visit; or a mapping by request, which then names all
            requests, also those without a visit.
        buffer_minutes: how long a friend needs between two visits.
        most_steps: after how many steps of branch and bound the search ends; 0 for a first answer.

    Returns:
        The visits, the bound, and its proof.

    Raises:
        InvalidTypeError: an argument that is not what it should be, such as a float for a cost.
        InvalidValueError: a number out of its range, a visit that comes twice, a request without an unserved
            cost.
        InvalidDocumentError: several such problems.

    Examples:
        >>> ten, noon, two = (datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (10, 12, 14))
        >>> found = assign_visits(
        ...     [("r1", "andreas", 3, Period(ten, noon)), ("r2", "andreas", 4, Period(ten, noon))]
        ...     + [("r2", "andreas", 6, Period(noon, two))],
        ...     unserved_cost=40,
        ... )
        >>> [(each.request_id, each.slot.start.hour) for each in found.visits.values()], found.cost, found.gap
        ([('r1', 10), ('r2', 12)], 9, 0)
        >>> found.verify()
    """
    requests, friends, costs, periods = read_columns(edges, names=(*NAMES, "slot"))
    problems = Problems()
    request_ids = problems.check_ids("request_id", requests)
    friend_ids = problems.check_ids("friend_id", friends)
    problems.check_costs(costs)
    if not set(map(type, periods)) <= {Period}:
        for number, each in enumerate(periods):
            if not isinstance(each, Period):
                problems.add(InvalidTypeError(f"edges[{number}].slot", "a Period", describe(each)))
    problems.check_int("buffer_minutes", buffer_minutes, least=0, most=MOST_BUFFER_MINUTES)
    problems.check_int("most_steps", most_steps, least=0, most=MOST_STEPS)
    problems.tell("edges")
    unserved = read_unserved(unserved_cost, request_ids, problems)
    problems.tell("edges")
    request_ids, slots = sorted(unserved), sorted(set(periods))
    columns = []
    for known, column_ in ((request_ids, requests), (friend_ids, friends), (slots, periods)):
        places = {each: number for number, each in enumerate(known)}
        columns.append([places[each] for each in column_])
    rows = sorted(zip(columns[0], costs, columns[1], columns[2], strict=True))
    seen: set[tuple[int, int, int]] = set()
    for request, _, friend, slot in rows:
        if (request, friend, slot) in seen:
            came = f"{describe(request_ids[request])}, {describe(friend_ids[friend])} and a slot twice"
            problems.add(InvalidValueError("edges", "one edge for each request, friend and slot", came))
        seen.add((request, friend, slot))
    problems.tell("edges")
    fields: dict[str, Any] = {
        "request_ids": request_ids,
        "unserved_costs": [unserved[each] for each in request_ids],
        "friend_ids": friend_ids,
        "slots": slots,
        "buffer_minutes": buffer_minutes,
        "visit_requests": [row[0] for row in rows],
        "visit_friends": [row[2] for row in rows],
        "visit_slots": [row[3] for row in rows],
        "visit_costs": [row[1] for row in rows],
    }
    empty = VisitAssignment(chosen=[None] * len(request_ids), bound=-MOST_TOTAL, proof=[], **fields)
    found = Search(empty._numbered, empty.unserved_costs).run(most_steps)  # noqa: SLF001  # of this module
    proof = [
        ProofPart(
            steps=leaf.steps, friends=tuple(leaf.friends), slots=tuple(leaf.slots), prices=tuple(leaf.prices)
        )
        for leaf in found.leaves
    ]
    return VisitAssignment(chosen=found.chosen, bound=found.bound, proof=proof, **fields)
