"""The audit draws each line where the machines draw it, to the microsecond, and as far as clocks differ."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs
import pytest

from mila_core import bookings
from mila_core.audit import Violation, audit
from mila_core.bookings import BookingCommand
from mila_core.disputes import DisputeCommand
from mila_core.errors import InvalidValueError
from mila_core.reasons import reason
from tests import journey
from tests.audit import scene
from tests.audit.scene import DAY, END, HOUR
from tests.audit.tampered import (
    Events,
    altered,
    codes,
    edited_reply,
    history,
    is_event,
    replied,
    retimed,
    without_the_answer,
)

POLICY = journey.QUOTE.visit.policy
LITTLE = timedelta(microseconds=1)
SECONDS = timedelta(seconds=5)


@pytest.mark.parametrize(("late", "is_told"), [(-LITTLE, False), (timedelta(0), True)])
def test_a_reply_has_the_days_that_the_machine_gives(*, late: timedelta, is_told: bool) -> None:
    """The last instant for a reply, and for a change of it, is before the time is up, as in the machine."""
    days = timedelta(days=POLICY.booking.reply_days)
    edit = timedelta(minutes=POLICY.booking.reply_edit_minutes)
    assert ("out_of_window" in codes(audit(replied(days + late)))) is is_told
    assert ("out_of_window" in codes(audit(edited_reply(edit + late)))) is is_told


@pytest.mark.parametrize(("late", "is_told"), [(timedelta(0), False), (LITTLE, True)])
def test_a_closed_booking_can_be_contested_to_the_last_instant(*, late: timedelta, is_told: bool) -> None:
    """Fourteen days after the closing is the last instant, as in the machine."""
    at = END + HOUR + timedelta(days=POLICY.disputes.open_days) + late
    events = retimed({"open_dispute": at, "answer_dispute": at, "decide_dispute": at})
    assert ("after_deadline" in codes(audit(events))) is is_told


@pytest.mark.parametrize(("late", "is_told"), [(-LITTLE, False), (timedelta(0), True)])
def test_the_other_side_answers_in_time(*, late: timedelta, is_told: bool) -> None:
    """At the instant of the deadline it is too late to answer."""
    opened = next(filter(is_event("open_dispute"), history().events))
    at = opened.at + timedelta(minutes=POLICY.disputes.answer_minutes) + late
    assert (
        "after_deadline" in codes(audit(retimed({"answer_dispute": at, "decide_dispute": at})))
    ) is is_told


@pytest.mark.parametrize(("late", "is_told"), [(-LITTLE, True), (timedelta(0), False)])
def test_nobody_is_judged_unheard_who_has_time_to_answer(*, late: timedelta, is_told: bool) -> None:
    """From the deadline on an operator decides without an answer."""
    opened = next(filter(is_event("open_dispute"), history().events))
    at = opened.at + timedelta(minutes=POLICY.disputes.answer_minutes) + late
    events = [
        attrs.evolve(each, at=at) if each.event == "decide_dispute" else each for each in without_the_answer()
    ]
    assert (("dispute:r1-1", 2, "out_of_window") in _told(audit(events))) is is_told


def _told(found: Sequence[Violation]) -> set[tuple[str, int | None, str]]:
    return {(each.stream, each.version, each.why.code) for each in found}


def contested(*, opened: datetime, ended: datetime | None, approved: datetime) -> Events:
    """Return a booking that is contested before it is approved, by whatever clocks, and then approved."""
    made = scene.History()
    booking = scene.book_by_dispatch(made)
    stream = f"dispute:{booking.id}"
    claim = DisputeCommand(event="open_dispute", by=journey.CUSTOMER, key="p", booking=booking, text="No.")
    made.do(stream, claim, opened)
    if ended is not None:
        made.do(stream, DisputeCommand(event="withdraw_dispute", by=journey.CUSTOMER, key="w"), ended)
    approve = BookingCommand(event="approve", by=journey.CUSTOMER, key="a", disputed=True)
    made.do(booking.stream, approve, approved)
    return made.events


DUE = END + timedelta(minutes=POLICY.booking.approve_minutes)
APPROVED: dict[str, tuple[datetime, datetime | None, datetime, timedelta, bool]] = {
    # opened, ended, approved; what clocks may differ; whether the approval is told to be late
    "in time": (END, None, DUE - LITTLE, timedelta(0), False),
    "while the dispute is open": (END, None, DUE, timedelta(0), False),
    "a month later, while it is open": (END, None, DUE + 30 * DAY, timedelta(0), False),
    "at the instant of its end": (END, DUE + DAY, DUE + DAY, timedelta(0), False),
    "after its end": (END, DUE + DAY, DUE + DAY + LITTLE, timedelta(0), True),
    "after its end, as far as clocks differ": (END, DUE + DAY, DUE + DAY + SECONDS, SECONDS, False),
    "after its end, farther than they do": (END, DUE + DAY, DUE + DAY + SECONDS + LITTLE, SECONDS, True),
    "at the deadline, contested just before": (DUE - LITTLE, None, DUE, timedelta(0), False),
}


@pytest.mark.parametrize("name", APPROVED)
def test_only_an_open_dispute_leaves_time_to_approve(name: str) -> None:
    """A customer approves before the deadline, or as long as the dispute is open that keeps it away."""
    opened, ended, approved, skew, is_late = APPROVED[name]
    events = contested(opened=opened, ended=ended, approved=approved)
    assert codes(audit(events, skew=skew)) == ({"after_deadline"} if is_late else set())


@pytest.mark.parametrize("skew", [timedelta(0), SECONDS])
@pytest.mark.parametrize(("edge", "late"), [("opened", 0), ("opened", 1), ("ended", 0), ("ended", -1)])
def test_a_payout_at_the_edge_of_a_dispute(edge: str, late: int, skew: timedelta) -> None:
    """Up to the opening, and from the end on, a payout is none while contested, give or take the clocks."""
    opened, decided = (
        next(filter(is_event(name), history().events)).at for name in ("open_dispute", "decide_dispute")
    )
    at = (opened + skew if edge == "opened" else decided - skew) + late * LITTLE
    found = codes(audit(altered("send_payout", at=at), skew=skew))
    assert ("paid_while_disputed" in found) is (late != 0)


def test_what_is_overdue_is_named_if_asked_for() -> None:
    """An open booking whose timer nobody has caused is overdue from its date on, and not before."""
    events = [each for each in history().events if each.stream == "booking:q-late"][:1]
    due = bookings.replay(events).due[0].at  # type: ignore[arg-type]  # a booking's events
    assert audit(events) == audit(events, at=due - LITTLE) == ()
    found = audit(events, at=due)
    assert [(each.stream, each.version, each.why) for each in found] == [
        ("booking:q-late", None, reason("overdue", event="expire_request", due_at=due))
    ]
    with pytest.raises(InvalidValueError):
        audit(events, at=due.replace(tzinfo=None))


def test_what_waits_for_a_dispute_is_not_overdue() -> None:
    """Nothing is approved by time while it is contested; after that the scheduler is awaited."""
    events = contested(opened=END, ended=END + HOUR, approved=END + 2 * HOUR)[:-1]
    still = [each for each in events if each.event != "withdraw_dispute"]
    assert "auto_approve" not in {each.why.get("event") for each in audit(still, at=END + 9 * DAY)}
    assert "auto_approve" in {each.why.get("event") for each in audit(events, at=END + 9 * DAY)}
