"""Answering, deciding and withdrawing: when, and what becomes of the amount."""

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from mila_core import disputes
from mila_core.disputes import DisputeEvent, DisputeState, Resolution, Ruling
from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Actor, Decision, Refusal, Reminder, Role
from mila_core.money import ZERO, Money, chf
from tests.disputes import examples
from tests.journey import CUSTOMER, FRIEND, OPERATOR, QUOTE, utc

SECOND = timedelta(seconds=1)
DUE = QUOTE.due

# Opened on a day without, and so that a change of the clock falls into the time to answer.
OPENINGS = [utc("2013-11-28T18:00"), utc("2014-03-29T18:00"), utc("2014-10-25T18:00")]


@pytest.mark.parametrize("opened_at", OPENINGS, ids=lambda at: f"{at:%Y-%m-%d}")
@pytest.mark.parametrize("off", [-SECOND, timedelta(0), SECOND], ids=["before", "at", "after"])
def test_the_other_side_has_its_time_and_then_a_person_decides(opened_at: datetime, off: timedelta) -> None:
    """Of an answer and a decision without one, exactly one is possible at each instant: until 72 hours."""
    booking = examples.ended("closed", at=opened_at - timedelta(hours=1))
    dispute = disputes.open_dispute(booking, by=CUSTOMER, text="words", at=opened_at, key="k")
    at = opened_at + timedelta(hours=72) + off
    answered = disputes.decide(dispute, examples.command("answer_dispute", FRIEND), at=at)
    decided = disputes.decide(dispute, examples.command("decide_dispute", OPERATOR), at=at)
    if off < timedelta(0):
        assert isinstance(answered, Decision)
        assert isinstance(decided, Refusal)
        assert (decided.code, decided.reasons[0].get("possible_from")) == ("too_early", at + SECOND)
    else:
        assert isinstance(decided, Decision)
        assert isinstance(answered, Refusal)
        assert (answered.code, answered.reasons[0].get("due_at")) == ("deadline_passed", at - off)


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=400)])
def test_once_both_have_spoken_a_person_decides_at_any_time(after: timedelta) -> None:
    """With an answer nothing is waited for."""
    dispute = examples.dispute_in("answered")
    command = examples.command("decide_dispute", OPERATOR)
    assert isinstance(disputes.decide(dispute, command, at=dispute.since + after), Decision)


@pytest.mark.parametrize("outcome", ["closed", "friend not there"])
def test_an_operator_speaks_for_the_side_whose_turn_it_is(outcome: str) -> None:
    """What somebody says on the telephone is written down by a person, who is named."""
    dispute = examples.opened(outcome)
    answered = disputes.answer_dispute(
        dispute, by=OPERATOR, text="Am Telefon.", at=examples.OPENED_AT, key="k"
    )
    assert (answered.state, answered.answer) == (DisputeState.ANSWERED, "Am Telefon.")


@pytest.mark.parametrize(
    ("ruling", "amount", "awarded"),
    [
        (Ruling.DISMISSED, None, ZERO),
        (Ruling.PARTIAL, Money(1), Money(1)),
        (Ruling.PARTIAL, DUE - Money(1), DUE - Money(1)),
        (Ruling.FULL, None, DUE),
    ],
)
def test_a_ruling_says_how_much_is_not_owed(ruling: Ruling, amount: Money | None, awarded: Money) -> None:
    """Nothing, a part, or all of the contested amount."""
    dispute = examples.dispute_in("answered")
    at = utc("2013-12-01T09:00")
    decided = disputes.decide_dispute(
        dispute, ruling=ruling, amount=amount, by=OPERATOR, text="So ist es.", at=at, key="k"
    )
    assert decided.state is DisputeState.DECIDED
    assert decided.resolution == Resolution(
        ruling=ruling, amount=awarded, by=OPERATOR, at=at, text="So ist es."
    )
    assert (decided.claim, decided.answer) == ("Das Bild flimmert.", "Bei mir nicht.")


@pytest.mark.parametrize(
    ("outcome", "amount"),
    [
        ("closed", DUE),
        ("closed", DUE + Money(1)),
        ("customer not there", chf(20)),
        ("friend not there", Money(1)),  # of nothing there is no part
    ],
)
def test_a_part_is_less_than_all(outcome: str, amount: Money) -> None:
    """All of it is another ruling, and more than all is none."""
    dispute = examples.dispute_in("answered", outcome)
    wanted = examples.command("decide_dispute", OPERATOR, ruling=Ruling.PARTIAL, amount=amount)
    decided = disputes.decide(dispute, wanted, at=dispute.since)
    assert isinstance(decided, Refusal)
    assert decided.code == "not_a_part"


@pytest.mark.parametrize("ruling", [Ruling.DISMISSED, Ruling.FULL])
def test_a_fact_is_decided_without_an_amount(ruling: Ruling) -> None:
    """Whether the friend was there costs the customer nothing either way."""
    dispute = examples.dispute_in("answered", "friend not there")
    decided = disputes.decide_dispute(
        dispute, ruling=ruling, by=OPERATOR, text="words", at=dispute.since, key="k"
    )
    assert decided.resolution is not None
    assert decided.resolution.amount == ZERO


@pytest.mark.parametrize(
    ("ruling", "amount", "error"),
    [
        (Ruling.PARTIAL, None, InvalidValueError),  # which part?
        (Ruling.PARTIAL, ZERO, InvalidValueError),  # nothing is no part
        (Ruling.PARTIAL, chf(-1), InvalidValueError),
        (Ruling.FULL, chf(1), InvalidValueError),  # would be passed over
        (Ruling.DISMISSED, ZERO, InvalidValueError),
        (None, chf(1), InvalidValueError),
        (Ruling.PARTIAL, 1, InvalidTypeError),
        ("full", None, InvalidTypeError),  # a text is no ruling
    ],
)
def test_a_command_says_an_amount_with_a_partial_ruling_alone(
    ruling: Ruling | None, amount: Money | None, error: type[InvalidInputError]
) -> None:
    """What contradicts itself is a wrong call."""
    with pytest.raises(error):
        disputes.DisputeCommand(event="decide_dispute", by=OPERATOR, key="k", ruling=ruling, amount=amount)


def test_deciding_needs_a_ruling() -> None:
    """A decision that decides nothing is a wrong call."""
    wanted = attrs.evolve(examples.command("decide_dispute", OPERATOR), ruling=None)
    with pytest.raises(InvalidTypeError) as caught:
        disputes.decide(examples.dispute_in("answered"), wanted, at=examples.OPENED_AT)
    assert caught.value.field == "ruling"


@pytest.mark.parametrize("text", ["", " ", "\n"])
@pytest.mark.parametrize(
    ("state", "event", "by"),
    [
        ("none", "open_dispute", CUSTOMER),
        ("open", "answer_dispute", FRIEND),
        ("answered", "decide_dispute", OPERATOR),
    ],
)
def test_nobody_contests_answers_or_decides_without_a_word(
    state: str, event: str, by: Actor, text: str
) -> None:
    """The other side has to know what it is about."""
    dispute = None if state == "none" else examples.dispute_in(state)
    decided = disputes.decide(dispute, examples.command(event, by, text=text), at=examples.OPENED_AT)
    assert isinstance(decided, Refusal)
    assert decided.code == "text_missing"


def test_withdrawing_takes_no_words() -> None:
    """Whoever no longer contests need not say why."""
    dispute = disputes.withdraw_dispute(examples.opened(), by=CUSTOMER, at=examples.OPENED_AT, key="k")
    assert (dispute.state, dispute.resolution) == (DisputeState.WITHDRAWN, None)


# --- whom it waits for


def test_reminders_say_whom_it_waits_for() -> None:
    """The other side from the opening on, an operator from the answer on or once there is none in time."""
    opened, answered = examples.opened(), examples.dispute_in("answered")
    assert opened.reminders == (
        Reminder("answer_dispute", Role.FRIEND, examples.OPENED_AT),
        Reminder("decide_dispute", Role.OPERATOR, examples.OPENED_AT + timedelta(hours=72)),
    )
    assert answered.reminders == (Reminder("decide_dispute", Role.OPERATOR, answered.since),)
    assert examples.opened("friend not there").reminders[0].to is Role.CUSTOMER


@pytest.mark.parametrize("state", ["decided", "withdrawn"])
def test_what_is_over_reminds_nobody(state: str) -> None:
    """There is nothing left to do."""
    assert examples.dispute_in(state).reminders == ()


# --- what cannot be


EVENT = DisputeEvent(
    id="b",
    version=1,
    event="open_dispute",
    by=CUSTOMER,
    at=examples.OPENED_AT,
    key="k",
    fingerprint="f",
    text="words",
    contest=examples.opened().contest,
)


def test_a_history_begins_with_what_is_contested() -> None:
    """A first event without it makes no dispute."""
    with pytest.raises(InvalidTypeError) as caught:
        disputes.evolve(None, attrs.evolve(EVENT, contest=None))
    assert caught.value.field == "contest"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ruling": None}, "ruling"),
        ({"amount": None}, "ruling"),
        ({"amount": chf(1000)}, "resolution"),  # above what was contested
        ({"amount": chf(1)}, "resolution"),  # full is all of it
        ({"amount": chf(-1)}, "amount"),
        ({"ruling": Ruling.DISMISSED, "amount": chf(1)}, "amount"),
        ({"ruling": Ruling.PARTIAL, "amount": ZERO}, "amount"),
        ({"ruling": Ruling.PARTIAL, "amount": DUE}, "resolution"),
    ],
)
def test_an_event_is_looked_at_again_when_it_is_folded(change: dict[str, Any], field: str) -> None:
    """A decision that no command could have made makes no dispute either."""
    answered = examples.dispute_in("answered")
    decided = disputes.decide(answered, examples.command("decide_dispute", OPERATOR), at=answered.since)
    assert isinstance(decided, Decision)
    with pytest.raises(InvalidInputError) as caught:
        disputes.evolve(answered, attrs.evolve(decided.events[0], **change))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"claimant": Role.OPERATOR}, "claimant"),  # an operator contests for a side
        ({"claimant": Role.TIMER}, "claimant"),
        ({"amount": chf(-1)}, "amount"),
    ],
)
def test_a_contest_has_a_side_and_an_amount(change: dict[str, Any], field: str) -> None:
    """Customer or friend contests, and nobody owes less than nothing."""
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(examples.opened().contest, **change)
    assert caught.value.field == field


@pytest.mark.parametrize("state", ["open", "answered", "withdrawn"])
def test_only_a_decided_dispute_has_a_resolution(state: str) -> None:
    """State and resolution belong together."""
    resolution = examples.dispute_in("decided").resolution
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(examples.dispute_in(state), resolution=resolution)
    assert caught.value.field == "resolution"
    with pytest.raises(InvalidValueError):
        attrs.evolve(examples.dispute_in("decided"), resolution=None)


def test_what_people_write_is_shown_nowhere_by_chance() -> None:
    """Claim, answer and reason are not in a repr, nor in an error about them."""
    dispute = examples.dispute_in("decided")
    command = examples.command("answer_dispute", FRIEND, text="Bei mir nicht.")
    for shown in (repr(dispute), repr(EVENT), repr(command)):
        assert not any(word in shown for word in ("flimmert", "words", "Bei mir"))
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(dispute, claim="Frau Muster " * 200)
    assert "Muster" not in str(caught.value)


def test_a_text_is_kept_in_one_form_and_within_a_length() -> None:
    """2,000 characters of the normal form C."""
    assert attrs.evolve(EVENT, text="u\N{COMBINING DIAERESIS}" * 2000).text == "ü" * 2000
    with pytest.raises(InvalidValueError):
        attrs.evolve(EVENT, text="ü" * 2001)
