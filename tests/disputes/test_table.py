"""The table of the dispute: who may cause what from where, with the laws of every machine."""

import attrs
import pytest

from mila_core import disputes
from mila_core.bookings import TABLE as BOOKINGS
from mila_core.disputes import FINAL, TABLE, Dispute, DisputeState
from mila_core.lifecycle import Actor, Decision, Refusal, Role, Transition
from tests import machine_laws
from tests.disputes import examples, rules
from tests.journey import CUSTOMER, FRIEND, OPERATOR

BOOKING = examples.ended("closed")
STATES = [state.value for state in DisputeState]


def before(state: str) -> Dispute | None:
    """Return the example in a state, for which time to answer plays no part; None for `none`."""
    return None if state == "none" else examples.dispute_in(state)


@pytest.mark.parametrize("case", rules.CASES, ids="-".join)
def test_the_table_allows_what_the_rules_allow_and_nothing_else(case: tuple[str, str, str]) -> None:
    """For each state, event and role the machine finds the row, or refuses with the code of the rules."""
    state, event, role = case
    row = disputes.MACHINE.match(before(state), event, role=Role(role))
    refused = rules.refusal_by_table(state, event, role)
    if refused is None:
        assert isinstance(row, Transition)
        assert row.target == rules.TARGETS[event, state, role]
    else:
        assert isinstance(row, Refusal)
        assert row.code == refused


# The side that each event is for, in a dispute that the customer has opened; an operator stands in for it.
TURNS = {
    "open_dispute": {"customer", "operator"},
    "answer_dispute": {"friend", "operator"},
    "decide_dispute": {"operator"},
    "withdraw_dispute": {"customer"},
}


@pytest.mark.parametrize("case", rules.CASES, ids="-".join)
def test_a_command_is_for_one_side(case: tuple[str, str, str]) -> None:
    """Of what the table allows, `decide` grants what is for that side; the rest is refused for the role."""
    state, event, role = case
    dispute = before(state)
    at = dispute.contest.answer_by if dispute and event == "decide_dispute" else examples.OPENED_AT
    wanted = attrs.evolve(examples.command(event, examples.side(role)), key="new", booking=BOOKING)
    decided = disputes.decide(dispute, wanted, at=at)
    refused = rules.refusal_by_table(state, event, role)
    if refused is None and role not in TURNS[event]:
        refused = "not_for_this_role"
    if refused is None:
        assert isinstance(decided, Decision)
    else:
        assert isinstance(decided, Refusal)
        assert decided.code == refused


def test_the_table_keeps_the_laws_of_every_machine() -> None:
    """Each state is reached, event and state say where it goes, final states are left by nobody."""
    machine_laws.check_unique(TABLE)
    machine_laws.check_reachable(TABLE, STATES)
    machine_laws.check_final(TABLE, states=STATES, final=[state.value for state in FINAL])
    assert {state.value for state in FINAL} == set(rules.FINAL)


def test_nobody_is_locked_in() -> None:
    """An operator, and whichever side contests, can end a dispute in each open state."""
    for role in (Role.CUSTOMER, Role.FRIEND, Role.OPERATOR):
        machine_laws.check_can_leave(TABLE, rules.OPEN, [role], final=rules.FINAL)


def test_no_timer_takes_a_side() -> None:
    """No row is a timer's, and no dispute has one: a person decides."""
    assert [row.event for row in TABLE if Role.TIMER in row.roles] == []
    assert [examples.dispute_in(state).due for state in STATES] == [()] * len(STATES)


def test_its_events_have_names_of_their_own() -> None:
    """No event is named like one of a booking."""
    assert {row.event for row in TABLE} & {row.event for row in BOOKINGS} == set()


@pytest.mark.parametrize("state", rules.FINAL)
def test_a_dispute_that_is_over_takes_no_command(state: str) -> None:
    """Whatever comes after the end is refused, whoever sends it."""
    dispute = examples.dispute_in(state)
    commands = [lambda by, event=event: examples.command(event, by) for event in rules.EVENTS]
    machine_laws.check_over(disputes.MACHINE, dispute, commands, at=dispute.contest.answer_by)


@pytest.mark.parametrize(
    ("state", "event", "by"),
    [
        ("none", "open_dispute", CUSTOMER),
        ("open", "answer_dispute", FRIEND),
        ("open", "withdraw_dispute", CUSTOMER),
        ("answered", "decide_dispute", OPERATOR),
    ],
)
def test_a_command_happens_once(state: str, event: str, by: Actor) -> None:
    """A repetition stores nothing; the key for something else, or a stale version, is refused."""
    wanted, at = examples.command(event, by), examples.OPENED_AT
    machine_laws.check_stale(disputes.MACHINE, before(state), wanted, at=at)
    after = machine_laws.check_repetition(disputes.MACHINE, before(state), wanted, at=at)
    other = examples.command(event, by, text="other words")
    machine_laws.check_mismatch(disputes.MACHINE, after, other, at=at)


@pytest.mark.parametrize("event", ["open_dispute", "answer_dispute"])
@pytest.mark.parametrize("by", [CUSTOMER, FRIEND])
def test_a_stranger_is_no_party(event: str, by: Actor) -> None:
    """Somebody in the role of a side who is not that person is refused."""
    stranger = Actor(by.role, "zoe")
    dispute = None if event == "open_dispute" else examples.opened()
    decided = disputes.decide(dispute, examples.command(event, stranger), at=examples.OPENED_AT)
    assert isinstance(decided, Refusal)
    assert decided.code == "not_a_party"
