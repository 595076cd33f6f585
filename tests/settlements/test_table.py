"""The three tables: who may cause what from where, with the laws of every machine."""

import pytest

from mila_core import bookings, dispatch, disputes, settlements
from mila_core.lifecycle import Refusal, Role, Transition, match_transition
from mila_core.settlements import (
    COMMISSION_TABLE,
    PAYMENT_TABLE,
    PAYOUT_TABLE,
    UNPAID,
    CommissionState,
    PaymentState,
    PayoutState,
)
from tests import machine_laws
from tests.settlements import rules

TABLES = {"payment": PAYMENT_TABLE, "commission": COMMISSION_TABLE, "payout": PAYOUT_TABLE}
ENUMERATIONS = {"payment": PaymentState, "commission": CommissionState, "payout": PayoutState}
FINAL = {"payment": {"refunded", "written_off", "waived"}, "commission": set(), "payout": set()}
BEGINS = {"payment": "none", "commission": "not_applicable", "payout": "not_applicable"}

each_machine = pytest.mark.parametrize("machine", TABLES)


@each_machine
def test_the_tables_allow_what_the_rules_allow_and_nothing_else(machine: str) -> None:
    """For each state, event and role there is the row of the rules, or the code of the refusal."""
    for case in [each for each in rules.CASES if each[0] == machine]:
        _, state, event, role = case
        source = None if state == "none" else state
        row = match_transition(TABLES[machine], event, source=source, role=Role(role))
        refused = rules.refusal_by_table(state, event, role)
        if refused is None:
            assert isinstance(row, Transition), case
            assert row.target == rules.TARGETS[event, state, role], case
        else:
            assert isinstance(row, Refusal), case
            assert row.code == refused, case


@each_machine
def test_a_table_has_the_states_of_the_rules(machine: str) -> None:
    """No state is missing, none is out of reach."""
    assert [state.value for state in ENUMERATIONS[machine]] == list(rules.STATES[machine])
    machine_laws.check_unique(TABLES[machine])
    machine_laws.check_reachable(TABLES[machine], rules.STATES[machine], begins=BEGINS[machine])


@each_machine
def test_only_what_is_given_up_or_went_back_is_final(machine: str) -> None:
    """A payment ends refunded, written off or waived; commissions and payouts may always come back."""
    machine_laws.check_final(TABLES[machine], states=rules.STATES[machine], final=FINAL[machine])


def test_an_event_has_one_name_in_all_machines() -> None:
    """No event of a settlement is called as one of another machine, or stands in two of its tables."""
    names = {machine: {row.event for row in table} for machine, table in TABLES.items()}
    others = (bookings.TABLE, disputes.TABLE, dispatch.REQUEST_TABLE, dispatch.INVITATION_TABLE)
    taken = {row.event for table in others for row in table}
    assert sum(map(len, names.values())) == len(set().union(*names.values())) == len(rules.EVENTS)
    assert set().union(*names.values()) & taken == set()


def test_what_is_unpaid() -> None:
    """A payment that is due, under way or overdue is still owed."""
    assert {state.value for state in UNPAID} == set(rules.UNPAID)


def test_the_machine_has_the_three_tables() -> None:
    """One machine, one version, three states."""
    assert dict(settlements.MACHINE.tables) == TABLES
