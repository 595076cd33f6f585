"""Bookings with outcomes that can be contested, and disputes in each state: the fixed examples."""

from datetime import datetime
from types import MappingProxyType

import attrs

from mila_core import disputes
from mila_core.bookings import Booking, BookingState, Compensation, Ending
from mila_core.disputes import Dispute, DisputeCommand, Ruling
from mila_core.lifecycle import Actor
from mila_core.money import Money, chf
from mila_core.reasons import reason
from tests import journey, machine_laws
from tests.journey import ACTORS, CUSTOMER, FRIEND, OPERATOR, utc

S = BookingState

ENDED_AT = utc("2013-11-28T15:00")
OPENED_AT = utc("2013-11-28T18:00")

# The state, the event that led there, who caused it, and what the customer owes for it.
_OUTCOMES: MappingProxyType[str, tuple[BookingState, str, Actor, Money | None]] = MappingProxyType(
    {
        "completed": (S.COMPLETED, "complete", FRIEND, None),
        "closed": (S.CLOSED, "approve", CUSTOMER, None),
        "failed with a visit fee": (S.FAILED, "fail", FRIEND, chf(20)),
        "cancelled late": (S.CANCELLED, "cancel_by_customer", CUSTOMER, chf(10)),
        "customer not there": (S.NO_SHOW, "report_customer_no_show", FRIEND, chf(20)),
        "customer not there, nothing owed": (S.NO_SHOW, "report_customer_no_show", FRIEND, None),
        "friend not there": (S.NO_SHOW, "report_friend_no_show", CUSTOMER, None),
        "failed, nothing owed": (S.FAILED, "fail", FRIEND, None),
        "cancelled in time": (S.CANCELLED, "cancel_by_customer", CUSTOMER, chf(0)),
        "cancelled by the friend": (S.CANCELLED, "cancel_by_friend", FRIEND, None),
        "declined": (S.DECLINED, "decline", FRIEND, None),
        "expired": (S.EXPIRED, "expire_request", journey.SCHEDULER, None),
    }
)


def ended(outcome: str, *, at: datetime = ENDED_AT) -> Booking:
    """Return the example's booking with an outcome, as it was at an instant."""
    state, event, by, owed = _OUTCOMES[outcome]
    if state is S.COMPLETED:
        return attrs.evolve(journey.booking_in(S.COMPLETED), since=at)
    compensation = None if owed is None else Compensation(amount=owed, why=reason("example"))
    ending = Ending(event=event, by=by, compensation=compensation)
    return attrs.evolve(journey.booking_in(S.CLOSED), state=state, since=at, ending=ending)


def side(role: str) -> Actor:
    """Return who acts in a role in the examples."""
    return {actor.role.value: actor for actor in ACTORS.values()}[role]


def command(
    event: str,
    by: Actor,
    *,
    booking: Booking | None = None,
    text: str = "words",
    ruling: Ruling | None = None,
    amount: Money | None = None,
) -> DisputeCommand:
    """Return a command with all that its event needs."""
    if event == "decide_dispute" and ruling is None:
        ruling = Ruling.FULL
    return DisputeCommand(
        event=event,
        by=by,
        key=f"{event}-{by.id}",
        booking=(booking or ended("closed")) if event == "open_dispute" else None,
        text=text,
        ruling=ruling,
        amount=amount,
    )


def opened(outcome: str = "closed", *, at: datetime = OPENED_AT) -> Dispute:
    """Return a dispute of the example, just opened by the side that can."""
    booking = ended(outcome)
    by = side(disputes.claimant_of(booking).value)
    return disputes.open_dispute(booking, by=by, text="Das Bild flimmert.", at=at, key="open")


def dispute_in(state: str, outcome: str = "closed") -> Dispute:
    """Return a dispute in a state, with an answer where there is one."""
    dispute = opened(outcome)
    claimant, respondent = side(dispute.contest.claimant.value), side(dispute.contest.respondent.value)
    if state in {"answered", "decided"}:
        wanted = command("answer_dispute", respondent, text="Bei mir nicht.")
        dispute = machine_laws.granted(disputes.MACHINE, dispute, wanted, at=utc("2013-11-29T08:00"))
    if state == "decided":
        wanted = command("decide_dispute", OPERATOR, text="Es flimmert.")
        return machine_laws.granted(disputes.MACHINE, dispute, wanted, at=utc("2013-11-30T08:00"))
    if state == "withdrawn":
        wanted = command("withdraw_dispute", claimant)
        return machine_laws.granted(disputes.MACHINE, dispute, wanted, at=utc("2013-11-30T08:00"))
    return dispute
