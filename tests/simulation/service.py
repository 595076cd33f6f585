"""The application around the library: it reads, decides and stores what a command asks for, and nothing else.

Whatever belongs together is stored at once: a dispute and what holds the payout back, its decision and what
is given back. Everything that a decision rests on is expected to be unchanged.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import attrs

import mila_core.bookings as bookings
import mila_core.dispatch as dispatch
import mila_core.disputes as disputes
import mila_core.ratings as ratings
import mila_core.settlements as settlements
from mila_core.bookings import Booking, BookingCommand, BookingState
from mila_core.dispatch import Dispatch, DispatchCommand
from mila_core.disputes import Dispute, DisputeCommand
from mila_core.lifecycle import Actor, Decision, Outcome, Refusal
from mila_core.money import ZERO, Money
from mila_core.periods import Period
from mila_core.ratings import ReviewsCommand
from mila_core.reasons import reason
from mila_core.settlements import PaymentState, Settlement, SettlementCommand
from tests.simulation.scenery import FRIENDS, OFFERS, SYSTEM
from tests.simulation.store import Store, Unit, View

Answer: TypeAlias = Unit | Refusal

_BINDING = frozenset({"assign", "book_instantly", "accept", "reschedule", "amend"})
_LOWERS = frozenset({"credit", "waive", "write_off", "refund_partly", "refund_fully"})
_NEAR = timedelta(hours=12)


@attrs.define(eq=False)
class Wish:
    """What somebody wants, as long as there is no answer.

    Attributes:
        stream: of what.
        event: which event.
        by: who.
        key: the idempotency key, the same for each attempt.
        details: what else the command says.
        tries: how often it is sent at most.
        persistent: whether a refusal is no answer: what has to follow is tried again.
        sent: how often it was sent.
        answer: what came back first.
        gave_up: whether the client no longer waits.
    """

    stream: str
    event: str
    by: Actor
    key: str
    details: Mapping[str, Any] = attrs.field(factory=dict)
    tries: int = 4
    persistent: bool = False
    sent: int = 0
    answer: str | None = None
    gave_up: bool = False


def refusal(event: str, code: str) -> Refusal:
    """Return a refusal of the application's own."""
    return Refusal(event=event, reasons=[reason(code)])


class Service:
    """The rules of the application, which knows one stream from the other."""

    def __init__(self, store: Store) -> None:
        """Keep the store, and which part decides what."""
        self.store = store
        self._parts: Mapping[str, Callable[[Wish, str, View, datetime], Answer]] = {
            "booking": self._booking,
            "request": self._request,
            "settlement": self._settlement,
            "dispute": self._dispute,
            "reviews": self._reviews,
        }

    def decide(self, wish: Wish, *, view: View, at: datetime) -> Answer:
        """Return what is to be stored for a wish, or why not."""
        kind, _, id = wish.stream.partition(":")  # noqa: A001  # the domain's word
        return self._parts[kind](wish, id, view, at)

    def busy(
        self, view: View, friend_id: str, *, near: Period, besides: str | None, waiting: bool
    ) -> tuple[tuple[Period, ...], int]:
        """Return the slots of a friend that are taken around a slot, and the agenda's version."""
        version, taken = view.agenda(friend_id)
        first, last = near.start - _NEAR, near.end + _NEAR
        slots = tuple(
            slot
            for id, (slot, waits) in taken.items()  # noqa: A001  # as above
            if id != besides and (waiting or not waits) and slot.end > first and slot.start < last
        )
        return slots, version

    # --- bookings

    def _booking(self, wish: Wish, id: str, view: View, at: datetime) -> Answer:  # noqa: A002
        booking: Booking | None = view.own(wish.stream)
        details = dict(wish.details)
        quote = details.get("quote") or (booking.quote if booking else None)
        if quote is not None and (wish.event in _BINDING or details.pop("knows", False)):
            waits = wish.event in {"request", "book_instantly"}
            slots, version = self.busy(
                view, quote.friend_id, near=quote.visit.slot, besides=id, waiting=waits
            )
            details |= {"friend": FRIENDS[quote.friend_id], "busy": slots, "agenda_version": version}
            if wish.event in {"book_instantly", "accept"}:
                details["offer"] = OFFERS[quote.friend_id]
        if booking is not None and booking.state is BookingState.COMPLETED:
            dispute = view.state(f"dispute:{id}")
            details["disputed"] = disputes.is_blocking(dispute)
            details["dispute_version"] = dispute.version if dispute else 0
        command = BookingCommand(event=wish.event, by=wish.by, key=wish.key, **details)
        return _unit(bookings.decide(booking, command, at=at))

    # --- reviews

    def _reviews(self, wish: Wish, id: str, view: View, at: datetime) -> Answer:  # noqa: A002
        details = dict(wish.details)
        if wish.event == "open_reviews":
            details["booking"] = view.own(f"booking:{id}")
        command = ReviewsCommand(event=wish.event, by=wish.by, key=wish.key, **details)
        return _unit(ratings.decide(view.own(wish.stream), command, at=at))

    # --- requests

    def _request(self, wish: Wish, _: str, view: View, at: datetime) -> Answer:
        request: Dispatch | None = view.own(wish.stream)
        details = dict(wish.details)
        if wish.event == "accept_invitation" and request is not None:
            friend_id = details.get("friend_id") or wish.by.id
            invitation = request.invitation(friend_id)
            if invitation is not None:
                slots, version = self.busy(
                    view, friend_id, near=invitation.quote.visit.slot, besides=None, waiting=False
                )
                details |= {"friend": FRIENDS[friend_id], "busy": slots, "agenda_version": version}
        elif wish.event == "conclude":
            booking = view.own(f"booking:{details['booking_id']}")
            if booking.is_open:
                return refusal(wish.event, "booking_not_over")
            event = "reopen_request" if dispatch.dropped_out(booking) else "fulfil_request"
            command = DispatchCommand(event=event, by=wish.by, key=wish.key, booking=booking)
            return _unit(dispatch.decide(request, command, at=at))
        command = DispatchCommand(event=wish.event, by=wish.by, key=wish.key, **details)
        return _unit(dispatch.decide(request, command, at=at))

    # --- money

    def _settlement(self, wish: Wish, id: str, view: View, at: datetime) -> Answer:  # noqa: A002
        settlement: Settlement | None = view.own(wish.stream)
        dispute: Dispute | None = view.state(f"dispute:{id}")
        if wish.event == "open_settlement":
            return self._open_settlement(wish, id, view, at)
        command = SettlementCommand(event=wish.event, by=wish.by, key=wish.key, **wish.details)
        found = _unit(settlements.decide(settlement, command, at=at))
        if wish.event in _LOWERS and isinstance(found, Unit) and not found.replayed:
            if disputes.is_blocking(dispute):
                return refusal(wish.event, "disputed")
            found = attrs.evolve(found, expects=(*found.expects, view.version(f"dispute:{id}")))
        return found

    def _open_settlement(self, wish: Wish, id: str, view: View, at: datetime) -> Answer:  # noqa: A002
        settlement, booking = view.own(wish.stream), view.own(f"booking:{id}")
        dispute: Dispute | None = view.state(f"dispute:{id}")
        cause = dispute.stream if dispute is not None and dispute.is_open else None
        command = SettlementCommand(
            event=wish.event, by=wish.by, key=wish.key, booking=booking, cause=cause, **wish.details
        )
        found = _unit(settlements.decide(settlement, command, at=at))
        if isinstance(found, Refusal) or found.replayed:
            return found
        found = attrs.evolve(found, expects=(*found.expects, view.version(f"dispute:{id}")))
        owed = dispute.resolution.amount if dispute is not None and dispute.resolution else ZERO
        if dispute is None or owed == ZERO:
            return found
        for event in found.events:
            settlement = settlements.evolve(settlement, event)  # type: ignore[arg-type]  # its own events
        assert settlement is not None
        return _both(found, self._give_back(settlement, owed, cause=dispute.stream, key=wish.key, at=at))

    def _give_back(
        self, settlement: Settlement, amount: Money, *, cause: str, key: str, at: datetime
    ) -> Answer:
        """Return what lowers a debt, or gives back what was paid."""
        details: dict[str, Any] = {"cause": cause}
        if settlement.is_unpaid:
            event = "waive" if amount == settlement.outstanding else "credit"
        else:
            event = "refund_fully" if amount == settlement.refundable else "refund_partly"
        if event in {"credit", "refund_partly"}:
            details["amount"] = amount
        command = SettlementCommand(event=event, by=SYSTEM, key=f"{key}:{event}", **details)
        return _unit(settlements.decide(settlement, command, at=at))

    # --- disputes

    def _dispute(self, wish: Wish, id: str, view: View, at: datetime) -> Answer:  # noqa: A002
        dispute: Dispute | None = view.own(wish.stream)
        details = dict(wish.details)
        if wish.event == "open_dispute":
            details["booking"] = view.own(f"booking:{id}")
        command = DisputeCommand(event=wish.event, by=wish.by, key=wish.key, **details)
        found = _unit(disputes.decide(dispute, command, at=at))
        if isinstance(found, Refusal) or found.replayed or wish.event == "answer_dispute":
            return found
        settlement: Settlement | None = view.state(f"settlement:{id}")
        found = attrs.evolve(found, expects=(*found.expects, view.version(f"settlement:{id}")))
        if settlement is None:
            return found
        for event in found.events:
            dispute = disputes.evolve(dispute, event)  # type: ignore[arg-type]  # its own events
        assert dispute is not None
        if wish.event == "open_dispute":
            return self._hold(found, settlement, dispute, key=wish.key, at=at)
        return self._release(found, settlement, dispute, key=wish.key, at=at)

    def _hold(
        self, found: Unit, settlement: Settlement, dispute: Dispute, *, key: str, at: datetime
    ) -> Answer:
        contested = dispute.contest.amount
        if settlement.outstanding + settlement.refundable < contested:
            return refusal("open_dispute", "given_back_already")
        command = SettlementCommand(event="hold_payout", by=SYSTEM, key=f"{key}:hold", cause=dispute.stream)
        return _both(found, _unit(settlements.decide(settlement, command, at=at)))

    def _release(
        self, found: Unit, settlement: Settlement, dispute: Dispute, *, key: str, at: datetime
    ) -> Answer:
        resolution = dispute.resolution
        if resolution is not None and resolution.amount > ZERO:
            if settlement.payment is PaymentState.PENDING:
                return refusal("decide_dispute", "payment_pending")
            given = self._give_back(settlement, resolution.amount, cause=dispute.stream, key=key, at=at)
            if isinstance(given, Refusal):
                return given
            for event in given.events:
                settlement = settlements.evolve(settlement, event)  # type: ignore[arg-type]  # as above
            found = found.with_(Unit(events=given.events))
        if all(each.cause != dispute.stream for each in settlement.holds):
            return found
        command = SettlementCommand(
            event="release_payout", by=SYSTEM, key=f"{key}:release", cause=dispute.stream
        )
        released = _unit(settlements.decide(settlement, command, at=at))
        return released if isinstance(released, Refusal) else found.with_(Unit(events=released.events))


def _both(found: Unit, more: Answer) -> Answer:
    """Return a unit with the events of another one, which rest on what the first has read."""
    return more if isinstance(more, Refusal) else found.with_(Unit(events=more.events))


def _unit(decided: Decision[Any] | Refusal) -> Answer:
    if isinstance(decided, Refusal):
        return decided
    return Unit(events=decided.events, expects=decided.expects, replayed=decided.outcome is Outcome.REPLAYED)
