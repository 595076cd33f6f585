"""A history through all machines, by the machines themselves: what an audit finds nothing in.

Anna's request goes to Andreas, who accepts and comes; the booking is closed, paid online, rated by both; Anna
contests the price, gets a part of it back, and Andreas is paid. She books him for the next day, too, and
cancels late.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import attrs

from mila_core import bookings, dispatch, disputes, ratings, settlements
from mila_core.bookings import BookingCommand
from mila_core.dispatch import Candidate, DispatchCommand
from mila_core.disputes import DisputeCommand, Ruling
from mila_core.friends import ContractMode
from mila_core.lifecycle import Actor, Aggregate, Event, Refusal, RefusedError
from mila_core.money import chf
from mila_core.ratings import ReviewsCommand
from mila_core.settlements import PaymentMeans, SettlementCommand
from tests import journey
from tests.journey import ANDREAS, CUSTOMER, FRIEND, OPERATOR, SYSTEM

MACHINES: Mapping[type, Any] = MappingProxyType(
    {
        BookingCommand: bookings,
        DispatchCommand: dispatch,
        DisputeCommand: disputes,
        ReviewsCommand: ratings,
        SettlementCommand: settlements,
    }
)
START = journey.QUOTE.visit.slot.start
END = journey.QUOTE.visit.slot.end
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class History:
    """What was decided so far, and where everything stands."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.events: list[Event] = []
        self.states: dict[str, Aggregate] = {}

    def do(self, stream: str, command: Any, at: datetime) -> Any:
        """Decide a command, and note what follows from it."""
        module = MACHINES[type(command)]
        decided = module.decide(self.states.get(stream), command, at=at)
        if isinstance(decided, Refusal):
            raise RefusedError(decided)
        for event in decided.events:
            machine = next(each for each in MACHINES.values() if each.MACHINE.event is type(event))
            self.states[event.stream] = machine.evolve(self.states.get(event.stream), event)
            self.events.append(event)
        return self.states[stream]


def book_by_dispatch(history: History) -> Any:
    """Let Anna's request go to Andreas, who accepts and comes; return the booking, completed."""
    opened = journey.NOW
    request = journey.REQUEST
    visit = journey.QUOTE.visit
    stream = f"request:{request.id}"
    history.do(
        stream,
        DispatchCommand(
            event="open_request",
            by=CUSTOMER,
            key="d1",
            request=request,
            policy=visit.policy.dispatch,
            visit_minutes=visit.slot.minutes,
        ),
        opened,
    )
    candidate = Candidate(quote=journey.QUOTE, distance_m=1000)
    wave = DispatchCommand(event="send_wave", by=SYSTEM, key="d2", candidates=[candidate])
    history.do(stream, wave, opened)
    yes = DispatchCommand(event="accept_invitation", by=FRIEND, key="d3", friend=ANDREAS)
    state = history.do(stream, yes, opened + HOUR / 2)
    booking = f"booking:{state.booking_id}"
    for number, (event, by, at) in enumerate(
        [
            ("confirm", FRIEND, opened + HOUR),
            ("depart", FRIEND, START - HOUR),
            ("start_work", FRIEND, START),
            ("complete", FRIEND, END),
        ]
    ):
        history.do(booking, BookingCommand(event=event, by=by, key=f"b{number}"), at)
    return history.states[booking]


def whole() -> History:
    """Return the whole history."""
    history = History()
    booking = book_by_dispatch(history)
    approve = BookingCommand(event="approve", by=CUSTOMER, key="b9")
    booking = history.do(booking.stream, approve, END + HOUR)
    end = DispatchCommand(event="fulfil_request", by=SYSTEM, key="d4", booking=booking)
    history.do(f"request:{journey.REQUEST.id}", end, END + HOUR)
    _settle(history, booking)
    _rate(history, booking)
    cancel_late(history)
    return history


def _settle(history: History, booking: Any) -> None:
    money, dispute = f"settlement:{booking.id}", f"dispute:{booking.id}"

    def pay(event: str, by: Actor, at: datetime, **details: Any) -> None:
        history.do(money, SettlementCommand(event=event, by=by, key=event, **details), at)

    at = END + HOUR
    pay(
        "open_settlement",
        SYSTEM,
        at,
        booking=booking,
        means=PaymentMeans.ONLINE,
        contract=ContractMode.FRIEND,
    )
    pay("receive_payment", SYSTEM, at + HOUR)
    claim = DisputeCommand(event="open_dispute", by=CUSTOMER, key="p1", booking=booking, text="Too long.")
    history.do(dispute, claim, at + 2 * HOUR)
    pay("hold_payout", SYSTEM, at + 2 * HOUR, cause=dispute)
    answer = DisputeCommand(event="answer_dispute", by=FRIEND, key="p2", text="It was not.")
    history.do(dispute, answer, at + 3 * HOUR)
    ruling = DisputeCommand(
        event="decide_dispute", by=OPERATOR, key="p3", ruling=Ruling.PARTIAL, amount=chf(10), text="A part."
    )
    history.do(dispute, ruling, at + 4 * HOUR)
    pay("refund_partly", SYSTEM, at + 5 * HOUR, amount=chf(10), cause=dispute)
    pay("release_payout", SYSTEM, at + 5 * HOUR, cause=dispute)
    pay("send_payout", SYSTEM, at + 30 * DAY)


def _rate(history: History, booking: Any) -> None:
    stream, at = f"reviews:{booking.id}", END + 2 * HOUR
    for event, by, details in (
        ("open_reviews", SYSTEM, {"booking": booking}),
        ("give_rating", CUSTOMER, {"stars": 4}),
        ("give_rating", FRIEND, {"stars": 5}),
        ("reply", FRIEND, {"text": "Thank you.", "language": "en"}),
    ):
        command = ReviewsCommand(event=event, by=by, key=f"{event}-{by.role.value}", **details)
        history.do(stream, command, at)


def cancel_late(history: History) -> None:
    """Let Anna book Andreas for the next day, and cancel two hours before."""
    later = journey.moved(journey.QUOTE.visit.slot, DAY)
    quote = attrs.evolve(journey.next_quote(journey.QUOTE, slot=later), id="q-late", version=1)
    steps: Sequence[tuple[BookingCommand, datetime]] = (
        (BookingCommand(event="request", by=CUSTOMER, key="1", quote=quote), journey.NOW),
        (BookingCommand(event="accept", by=FRIEND, key="2", friend=ANDREAS), journey.NOW + HOUR),
        (BookingCommand(event="confirm", by=FRIEND, key="3"), journey.NOW + HOUR),
        (BookingCommand(event="cancel_by_customer", by=CUSTOMER, key="4"), later.start - 2 * HOUR),
    )
    for command, at in steps:
        history.do("booking:q-late", command, at)


def changed(events: Sequence[Event], where: Callable[[Event], bool], **changes: Any) -> list[Event]:
    """Return events of which the one that fits is another."""
    fitting = [each for each in events if where(each)]
    assert len(fitting) == 1, fitting
    return [attrs.evolve(each, **changes) if each is fitting[0] else each for each in events]
