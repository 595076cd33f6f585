"""What can be contested, by whom, until when; and what the decision that opens a dispute rests on."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from mila_core import bookings, disputes
from mila_core.bookings import BookingCommand, BookingState
from mila_core.disputes import Contest
from mila_core.errors import InvalidInputError, InvalidTypeError
from mila_core.lifecycle import Actor, Decision, Refusal, RefusedError, Role, StreamVersion
from mila_core.money import ZERO, chf
from mila_core.policies import DisputePolicy
from tests import journey
from tests.disputes import examples, rules
from tests.journey import CUSTOMER, FRIEND, OPERATOR, QUOTE, SCHEDULER, utc

SECOND = timedelta(seconds=1)

# An outcome on a day without, and on days before, a change of the clock.
DAYS = [utc("2013-11-28T15:00"), utc("2014-03-29T15:00"), utc("2014-10-25T15:00")]

AMOUNTS = {
    "completed": QUOTE.due,
    "closed": QUOTE.due,
    "failed with a visit fee": chf(20),
    "cancelled late": chf(10),
    "customer not there": chf(20),
    "customer not there, nothing owed": ZERO,
    "friend not there": ZERO,
}
NOTHING = sorted({*examples._OUTCOMES} - {*rules.WINDOWS})  # noqa: SLF001  # the examples' own table


@pytest.mark.parametrize("ended_at", DAYS, ids=lambda at: f"{at:%Y-%m-%d}")
@pytest.mark.parametrize("off", [-SECOND, timedelta(0), SECOND], ids=["before", "at", "after"])
@pytest.mark.parametrize("outcome", rules.WINDOWS)
def test_an_outcome_can_be_contested_until(outcome: str, off: timedelta, ended_at: datetime) -> None:
    """The time to contest ends so many hours after the outcome, whatever the wall clock does meanwhile."""
    booking, window = examples.ended(outcome, at=ended_at), rules.WINDOWS[outcome]
    at = ended_at + window.length + off
    wanted = examples.command("open_dispute", examples.side(window.claimant), booking=booking)
    decided = disputes.decide(None, wanted, at=at)
    if off < timedelta(0) or (not off and window.is_last_included):
        assert isinstance(decided, Decision)
        assert disputes.check(booking, role=Role(window.claimant), at=at) == ()
    else:
        assert isinstance(decided, Refusal)
        assert decided.code == ("too_late" if window.is_last_included else "deadline_passed")
        assert disputes.check(booking, role=Role(window.claimant), at=at) == decided.reasons


@pytest.mark.parametrize("outcome", rules.WINDOWS)
@pytest.mark.parametrize("role", ["customer", "friend", "operator"])
def test_the_side_that_it_weighs_on_contests(outcome: str, role: str) -> None:
    """An outcome is contested by one side, or by an operator for it; the claim is that side's."""
    booking, claimant = examples.ended(outcome), rules.WINDOWS[outcome].claimant
    wanted = examples.command("open_dispute", examples.side(role), booking=booking)
    decided = disputes.decide(None, wanted, at=examples.OPENED_AT)
    if role not in {claimant, "operator"}:
        assert isinstance(decided, Refusal)
        assert decided.code == "not_for_this_role"
        return
    assert isinstance(decided, Decision)
    assert decided.events[0].contest == Contest(
        customer_id="anna",
        friend_id="andreas",
        claimant=Role(claimant),
        outcome=booking.state,
        amount=AMOUNTS[outcome],
        answer_by=examples.OPENED_AT + rules.ANSWER,
    )


@pytest.mark.parametrize("outcome", NOTHING)
@pytest.mark.parametrize("by", [CUSTOMER, FRIEND, OPERATOR], ids=lambda by: by.role.value)
def test_what_costs_nobody_anything_cannot_be_contested(outcome: str, by: Actor) -> None:
    """Where nothing is owed and nobody was absent there is nothing to contest."""
    wanted = examples.command("open_dispute", by, booking=examples.ended(outcome))
    decided = disputes.decide(None, wanted, at=examples.OPENED_AT)
    assert isinstance(decided, Refusal)
    assert decided.code == "nothing_to_contest"


@pytest.mark.parametrize(
    "state",
    [
        BookingState.REQUESTED,
        BookingState.ACCEPTED,
        BookingState.CONFIRMED,
        BookingState.EN_ROUTE,
        BookingState.IN_PROGRESS,
    ],
)
def test_what_has_no_outcome_yet_cannot_be_contested(state: BookingState) -> None:
    """An open booking is cancelled, not contested."""
    booking = journey.booking_in(state)
    decided = disputes.contest_of(booking, at=booking.since)
    assert isinstance(decided, Refusal)
    assert decided.code == "not_contestable_yet"


def test_a_clock_that_is_behind_does_no_harm() -> None:
    """An instant before the outcome is taken as it is: servers' clocks differ."""
    assert disputes.check(examples.ended("closed"), role=Role.CUSTOMER, at=examples.ENDED_AT - SECOND) == ()


def test_hours_are_durations_on_any_wall_clock() -> None:
    """Three days from a Saturday evening in March on are 72 hours, also where the caller's clock is Swiss."""
    at = datetime.fromisoformat("2014-03-29T18:00").replace(tzinfo=ZoneInfo("Europe/Zurich"))
    contest = disputes.contest_of(examples.ended("closed", at=at), at=at)
    assert isinstance(contest, Contest)
    assert contest.answer_by == utc("2014-04-01T17:00")
    with pytest.raises(InvalidInputError):
        disputes.contest_of(examples.ended("closed"), at=at.replace(tzinfo=None))


def test_the_numbers_are_those_of_the_visits_network() -> None:
    """A network with other times has disputes with those."""
    booking = examples.ended("closed")
    policy = DisputePolicy(open_days=2, no_show_minutes=30, answer_minutes=90)
    network = attrs.evolve(booking.quote.visit.policy, disputes=policy)
    visit = attrs.evolve(booking.quote.visit, policy=network)
    booking = attrs.evolve(booking, quote=attrs.evolve(booking.quote, visit=visit))
    last = examples.ENDED_AT + timedelta(days=2)
    contest = disputes.contest_of(booking, at=last)
    assert isinstance(contest, Contest)
    assert contest.answer_by == last + timedelta(minutes=90)
    assert isinstance(disputes.contest_of(booking, at=last + SECOND), Refusal)


def test_opening_expects_the_bookings_version() -> None:
    """Whoever stores the opening finds out if the booking has changed meanwhile."""
    booking = examples.ended("completed")
    wanted = examples.command("open_dispute", CUSTOMER, booking=booking)
    decided = disputes.decide(None, wanted, at=examples.OPENED_AT)
    assert isinstance(decided, Decision)
    assert decided.expects == (
        StreamVersion(f"dispute:{booking.id}", 0),
        StreamVersion(f"booking:{booking.id}", booking.version),
    )
    later = disputes.decide(
        examples.opened(), examples.command("answer_dispute", FRIEND), at=examples.OPENED_AT
    )
    assert isinstance(later, Decision)
    assert later.expects == (StreamVersion(f"dispute:{booking.id}", 1),)


def test_an_approval_by_time_and_a_dispute_exclude_each_other() -> None:
    """Each expects the version that the other one makes: of the two, one is stored."""
    booking = examples.ended("completed")
    at = booking.due[0].at
    approval = BookingCommand(event="auto_approve", by=SCHEDULER, key="k", dispute_version=0)
    decided = bookings.decide(booking, approval, at=at)
    contested = disputes.decide(
        None, examples.command("open_dispute", CUSTOMER, booking=booking), at=at - SECOND
    )
    assert isinstance(decided, Decision)
    assert isinstance(contested, Decision)
    assert set(decided.expects) == set(contested.expects)
    assert {event.stream for event in decided.events} == {booking.stream}
    assert {event.stream for event in contested.events} == {f"dispute:{booking.id}"}


def test_a_dispute_keeps_time_from_approving() -> None:
    """While it is open the scheduler leaves the booking; once it is decided, the next visit closes it."""
    booking = examples.ended("completed")
    at = booking.due[0].at
    blocked = disputes.is_blocking(examples.opened("completed"))
    assert bookings.run_timers(booking, at=at, disputed=blocked) is booking
    over = disputes.is_blocking(examples.dispute_in("decided", "completed"))
    assert bookings.run_timers(booking, at=at, disputed=over).state is BookingState.CLOSED


@pytest.mark.parametrize(
    ("state", "is_blocking"), [("open", True), ("answered", True), ("decided", False), ("withdrawn", False)]
)
def test_a_dispute_blocks_until_it_is_over(state: str, is_blocking: bool) -> None:  # noqa: FBT001
    """An open one blocks, one that is over does not, and none does not."""
    assert disputes.is_blocking(examples.dispute_in(state)) is is_blocking
    assert disputes.is_blocking(None) is False


@pytest.mark.parametrize("state", ["open", "answered", "decided", "withdrawn"])
def test_a_booking_is_contested_once(state: str) -> None:
    """Whatever has become of its dispute, there is no second one."""
    dispute = examples.dispute_in(state)
    with pytest.raises(RefusedError) as caught:
        disputes.open_dispute(
            examples.ended("closed"),
            by=CUSTOMER,
            text="again",
            at=examples.OPENED_AT,
            key="2",
            stored=dispute,
        )
    assert caught.value.refusal.code == "not_from_this_state"


def test_opening_needs_the_booking() -> None:
    """Without the booking there is nothing to contest: a wrong call."""
    wanted = attrs.evolve(examples.command("open_dispute", CUSTOMER), booking=None)
    with pytest.raises(InvalidTypeError) as caught:
        disputes.decide(None, wanted, at=examples.OPENED_AT)
    assert caught.value.field == "booking"
