"""Worlds of money: a booking that is done is approved, contested, paid, paid out and refunded at once."""

from datetime import datetime, timedelta
from typing import Any

import attrs

from mila_core import bookings
from mila_core.bookings import Booking, BookingCommand
from mila_core.disputes import DisputeCommand, Ruling, is_blocking
from mila_core.friends import ContractMode
from mila_core.lifecycle import Command, Decision, StreamVersion
from mila_core.money import ZERO, chf
from mila_core.settlements import PaymentMeans, SettlementCommand, is_chargeable
from tests.model_check.bookings_worlds import book
from tests.model_check.examples import (
    ANNA,
    FRIENDS,
    OFFERS,
    OPERATOR,
    REQUESTED,
    SCHEDULER,
    SECOND,
    SLOT,
    SYSTEM,
    command,
    friend,
    quote,
)
from tests.model_check.store import Store
from tests.model_check.world import Application, Asked, Task, World

__all__ = ["approval", "held_at_once", "payout", "refund"]

BOOKING, DISPUTE, SETTLEMENT = "booking:b1", "dispute:b1", "settlement:b1"
APPROVE_BY = SLOT.end + timedelta(hours=48)
_KNOWN = {"friend": FRIENDS["andreas"], "offer": OFFERS["andreas"], "agenda_version": 0}
_BOOKED = command("book_instantly", ANNA, "b1", quote=quote(ANNA), **_KNOWN)
_COMPLETED = command("complete", friend("andreas"), "b1")
_APPROVED = command("approve", ANNA, "b1")
_OPENED = SettlementCommand(
    event="open_settlement",
    by=SYSTEM,
    key="open-b1",
    means=PaymentMeans.ONLINE,
    contract=ContractMode.FRIEND,
)

_CONTESTED = DisputeCommand(event="open_dispute", by=ANNA, key="open_dispute-b1", text="words")
_ANSWERED = DisputeCommand(
    event="answer_dispute", by=friend("andreas"), key="answer_dispute-b1", text="words"
)
_WITHDRAWN = DisputeCommand(event="withdraw_dispute", by=ANNA, key="withdraw_dispute-b1")
_HELD = SettlementCommand(event="hold_payout", by=SYSTEM, key="hold_payout-b1", cause=DISPUTE)
_RULED = DisputeCommand(
    event="decide_dispute",
    by=OPERATOR,
    key="decide_dispute-b1",
    text="words",
    ruling=Ruling.PARTIAL,
    amount=chf(10),
)


def _look(_: Application, store: Store, __: datetime) -> Any:
    """Read all three lives of the booking."""
    return store.life(BOOKING), store.life(DISPUTE), store.life(SETTLEMENT)


def _versions(seen: Any) -> tuple[StreamVersion, ...]:
    """Expect that dispute and settlement are still as they were looked at, or still not there."""
    return tuple(
        StreamVersion(stream, len(life.events) if life else 0)
        for stream, life in zip((DISPUTE, SETTLEMENT), seen[1:], strict=True)
    )


def _auto_approve() -> Task:
    def load(application: Application, store: Store, at: datetime) -> Any:
        booking = store.state(BOOKING)
        return _look(application, store, at) if application.due(booking, at) else None

    def ask(seen: Any) -> list[Asked]:
        booking, dispute, _ = seen
        key, version = f"auto_approve:{booking.state.version}", len(dispute.events) if dispute else 0
        state = dispute.state if dispute else None
        wanted = BookingCommand(
            event="auto_approve",
            by=SCHEDULER,
            key=key,
            disputed=is_blocking(state),
            dispute_version=version,
        )
        return [(booking, wanted)]

    return Task(name="sweep b1", load=load, ask=ask)


def _dispute(wanted: DisputeCommand) -> Task:
    """Return the delivery of a command about the dispute."""
    begins = wanted.event == "open_dispute"

    def ask(seen: Any) -> list[Asked]:
        booking, dispute, _ = seen
        if begins:
            return [(dispute, attrs.evolve(wanted, booking=booking.state))]
        return [(dispute, wanted)]

    def load(application: Application, store: Store, at: datetime) -> Any:
        booking, dispute, _ = _look(application, store, at)
        return (booking, dispute, None) if begins or dispute else None

    return Task(name=f"{wanted.by.id}'s {wanted.event}", load=load, ask=ask)


def _money(event: str, *, applies: Any, reads: Any = lambda _: (), **details: Any) -> Task:
    """Return the delivery of a command about the money, where it applies to what is stored."""

    def load(application: Application, store: Store, at: datetime) -> Any:
        seen = _look(application, store, at)
        known = [each.state if each else None for each in seen]
        return seen if applies(*known) else None

    def ask(seen: Any) -> list[Asked]:
        return [(seen[2], SettlementCommand(event=event, by=SYSTEM, key=f"{event}-b1", **details))]

    return Task(name=event, load=load, ask=ask, reads=reads)


def _open_settlement(*, reads: Any = lambda _: ()) -> Task:
    def load(application: Application, store: Store, at: datetime) -> Any:
        return _look(application, store, at) if is_chargeable(store.state(BOOKING)) else None

    def ask(seen: Any) -> list[Asked]:
        booking, dispute, settlement = seen
        cause = DISPUTE if dispute is not None and is_blocking(dispute.state) else None
        if settlement is not None:
            cause = settlement.events[0].cause  # a retry is the same command, whatever is known by now
        return [(settlement, attrs.evolve(_OPENED, booking=booking.state, cause=cause))]

    return Task(name="open_settlement", load=load, ask=ask, reads=reads)


def _contest_and_hold() -> Task:
    """Return the delivery of a dispute that holds the payout in the same transaction."""

    def ask(seen: Any) -> list[Asked]:
        booking, dispute, settlement = seen
        asked: list[Asked] = [(dispute, attrs.evolve(_CONTESTED, booking=booking.state))]
        return [*asked, (settlement, _HELD)] if settlement is not None and dispute is None else asked

    return Task(name="anna's open_dispute", load=_look, ask=ask, reads=_versions)


def _give_back() -> Task:
    """Return the money that a ruling gives back: a refund where it was paid, else a credit."""

    def load(application: Application, store: Store, at: datetime) -> Any:
        booking, dispute, settlement = _look(application, store, at)
        ruled = dispute is not None and dispute.state.resolution is not None
        return (booking, dispute, settlement) if ruled and settlement is not None else None

    def ask(seen: Any) -> list[Asked]:
        _, dispute, settlement = seen
        key = f"{DISPUTE}-money"
        told = [event.event for event in settlement.events if event.key == key]
        event = "credit" if settlement.state.is_unpaid else "refund_partly"
        wanted: Command = SettlementCommand(
            event=told[0] if told else event,
            by=SYSTEM,
            key=key,
            cause=DISPUTE,
            amount=dispute.state.resolution.amount,
        )
        return [(settlement, wanted)]

    return Task(name="give back", load=load, ask=ask)


def _is_held(settlement: Any) -> bool:
    return any(each.cause == DISPUTE for each in settlement.holds)


def _to_hold(_: Any, dispute: Any, settlement: Any) -> bool:
    return settlement is not None and is_blocking(dispute)


def _to_release(_: Any, dispute: Any, settlement: Any) -> bool:
    """Say whether a dispute is over, and its ruling settled, so that its hold goes."""
    if settlement is None or dispute is None or dispute.is_open:
        return False
    ruled = dispute.resolution.amount if dispute.resolution else ZERO
    settled = settlement.terms.charge.total - settlement.shares.total
    return bool(_is_held(settlement) and settled == ruled)


def _to_send(_: Any, dispute: Any, settlement: Any) -> bool:
    return settlement is not None and not is_blocking(dispute)


def _to_pay(_: Any, __: Any, settlement: Any) -> bool:
    return settlement is not None


def approval(*, deep: bool = False) -> World:
    """What is done is approved by the customer, by time, or contested; a person decides."""
    return World(
        name="approval",
        instants=(
            *([("completed", SLOT.end)] if deep else []),
            ("a second before approve_by", APPROVE_BY - SECOND),
            ("approve_by", APPROVE_BY),
            ("four days later", APPROVE_BY + timedelta(days=4)),
        ),
        begins=((BOOKING, _BOOKED, REQUESTED), (BOOKING, _COMPLETED, SLOT.end)),
        tasks=(
            book(_APPROVED),
            _auto_approve(),
            _dispute(_CONTESTED),
            _dispute(_ANSWERED),
            _dispute(_WITHDRAWN),
            _dispute(_RULED),
        ),
        workers=3 if deep else 2,
    )


def payout(*, deep: bool = False) -> World:
    """What is approved is paid, paid out, contested, held, decided, given back and released."""
    return World(
        name="payout",
        instants=(
            ("approved", SLOT.end),
            ("four days later", SLOT.end + timedelta(days=4)),
        ),
        begins=(
            (BOOKING, _BOOKED, REQUESTED),
            (BOOKING, _COMPLETED, SLOT.end),
            (BOOKING, _APPROVED, SLOT.end),
        ),
        tasks=(
            _open_settlement(),
            _money("receive_payment", applies=_to_pay),
            _dispute(_CONTESTED),
            *([_dispute(_WITHDRAWN)] if deep else []),
            _dispute(_RULED),
            _money("hold_payout", applies=_to_hold, reads=_versions, cause=DISPUTE),
            _give_back(),
            _money("release_payout", applies=_to_release, reads=_versions, cause=DISPUTE),
            _money("send_payout", applies=_to_send, reads=_versions),
        ),
        workers=3 if deep else 2,
    )


def held_at_once(*, deep: bool = False) -> World:
    """As `payout`, where what contests also holds, in one transaction; nobody looks before they pay out."""
    return attrs.evolve(
        payout(deep=deep),
        name="held at once",
        tasks=(
            _open_settlement(reads=_versions),
            _money("receive_payment", applies=_to_pay),
            _contest_and_hold(),
            _dispute(_RULED),
            _give_back(),
            _money("release_payout", applies=_to_release, reads=_versions, cause=DISPUTE),
            _money("send_payout", applies=_to_pay),
        ),
    )


def refund(*, deep: bool = False) -> World:
    """A ruling is carried out: the money goes back once, the hold goes, the payout is sent."""
    ended = SLOT.end
    later = ended + timedelta(days=4)
    closed = _closed()
    return World(
        name="refund",
        instants=(("four days later", later), ("a day later", later + timedelta(days=1))),
        begins=(
            *payout().begins,
            (SETTLEMENT, attrs.evolve(_OPENED, booking=closed), ended),
            (SETTLEMENT, SettlementCommand(event="receive_payment", by=SYSTEM, key="paid-b1"), ended),
            (DISPUTE, attrs.evolve(_CONTESTED, booking=closed), ended),
            (SETTLEMENT, _HELD, ended),
            (DISPUTE, _RULED, later),
        ),
        tasks=(
            _give_back(),
            _money("release_payout", applies=_to_release, reads=_versions, cause=DISPUTE),
            _money("send_payout", applies=_to_send, reads=_versions),
        ),
        workers=3 if deep else 2,
    )


def _closed() -> Booking:
    """Return the booking as it was approved."""
    steps = ((_BOOKED, REQUESTED), (_COMPLETED, SLOT.end), (_APPROVED, SLOT.end))
    booking: Booking | None = None
    for wanted, at in steps:
        decided = bookings.decide(booking, wanted, at=at)
        assert isinstance(decided, Decision), decided
        booking = bookings.evolve(booking, decided.events[0])
    assert booking is not None
    return booking
