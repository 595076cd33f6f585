"""The two tables: their laws, and what is allowed at every edge, against the rules written down once more."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from mila_core import dispatch
from mila_core.bookings import Booking
from mila_core.dispatch import INVITATION_TABLE, REQUEST_TABLE, Dispatch, InvitationState, RequestState
from mila_core.lifecycle import Decision, Role
from tests import machine_laws
from tests.dispatch import rules, scene
from tests.dispatch.scene import STARTS

SECOND = timedelta(seconds=1)
EVENTS = (*rules.EVENTS, "depart")


def test_the_tables_are_the_rules() -> None:
    """Both tables say, row by row, what the domain says."""
    for table, text in ((REQUEST_TABLE, rules.STEPS), (INVITATION_TABLE, rules.INVITATION_STEPS)):
        found = {
            (row.event, source, role.value): row.target
            for row in table
            for source in machine_laws.sources(row)
            for role in row.roles
        }
        assert found == rules.steps(text)


def test_the_tables_keep_the_laws() -> None:
    """Event and state say where it goes, every state is reached, and no event leaves a final one."""
    machine_laws.check_unique(REQUEST_TABLE)
    machine_laws.check_unique(INVITATION_TABLE)
    machine_laws.check_reachable(REQUEST_TABLE, list(RequestState))
    machine_laws.check_reachable(INVITATION_TABLE, list(InvitationState))
    machine_laws.check_final(REQUEST_TABLE, states=rules.STATES, final=rules.FINAL)
    final = [state for state in rules.INVITATION_STATES if state != "sent"]
    machine_laws.check_final(INVITATION_TABLE, states=rules.INVITATION_STATES, final=final)
    machine_laws.check_timers_end(INVITATION_TABLE, ["sent"], final=final)


def test_a_request_is_left_by_its_customer_and_by_the_platform() -> None:
    """Nobody is kept waiting: customer, operator and system can each end a search."""
    for role, event in (
        (Role.CUSTOMER, "withdraw_request"),
        (Role.OPERATOR, "withdraw_request"),
        (Role.SYSTEM, "give_up"),
        (Role.TIMER, "expire_open_request"),
    ):
        (row,) = (row for row in REQUEST_TABLE if row.event == event)
        assert role in row.roles
        assert row.target in rules.FINAL


# Every state, command and role ---------------------------------------------------------------------------


def stations(start: datetime) -> dict[str, tuple[Dispatch | None, rules.Model, Booking | None]]:
    """Return the request in each state, with a model of it and the booking that was made."""
    begin = start - timedelta(days=1)
    wave = [scene.wish(each, start) for each in ("f1", "f2", "f4")]
    asked = {
        "open_request": rules.Asked("open_request", "customer", "anna"),
        "send_wave": rules.Asked("send_wave", "operator", "olga", wishes=wave),
        "accept_invitation": rules.Asked("accept_invitation", "friend", "f2", friend="f2"),
        "withdraw_request": rules.Asked("withdraw_request", "customer", "anna"),
        "give_up": rules.Asked("give_up", "operator", "olga"),
        "expire_open_request": rules.Asked("expire_open_request", "timer", "scheduler"),
        "fulfil_request": rules.Asked("fulfil_request", "system", "dispatch", ended_by="approve"),
        "reopen_request": rules.Asked("reopen_request", "system", "dispatch", ended_by="cancel_by_friend"),
    }
    to_open = ["open_request", "send_wave"]
    ways: dict[str, list[str]] = {
        "none": [],
        "new": ["open_request"],
        "open": to_open,
        "matched": [*to_open, "accept_invitation"],
        "fulfilled": [*to_open, "accept_invitation", "fulfil_request"],
        "reopened": [*to_open, "accept_invitation", "reopen_request"],
        "withdrawn": [*to_open, "withdraw_request"],
        "expired": [*to_open, "expire_open_request"],
        "unserved": [*to_open, "give_up"],
    }
    found: dict[str, tuple[Dispatch | None, rules.Model, Booking | None]] = {}
    for name, way in ways.items():
        state: Dispatch | None = None
        booking: Booking | None = None
        model = rules.Model(start=start, customer="anna")
        for event in way:
            at = begin + timedelta(minutes=10) if event == "accept_invitation" else begin
            at = start - rules.NOTICE if event == "expire_open_request" else at
            step = asked[event]
            is_over = booking is not None and step.ended_by != "open"
            ending = scene.ended(booking, step.ended_by) if booking and is_over else None
            wanted = scene.command(
                event,
                scene.actor(step.role, friend="f2"),
                start=start,
                key=f"key-{event}",
                invite=["f1", "f2", "f4"],
                booking=ending,
            )
            decision = scene.granted(state, wanted, at=at)
            booking = scene.booked(decision) or booking
            state = scene.folded(state, decision)
            assert model.answer(step, key=wanted.key, content=wanted.key, seen=None, at=at) == "applied"
            model.apply(step, key=wanted.key, content=wanted.key, at=at)
        found[name] = (state, model, booking)
    return found


def edges(start: datetime) -> list[datetime]:
    """Return the instants around which an answer changes, a second to both sides."""
    begin = start - timedelta(days=1)
    limits = [
        begin,
        begin + rules.WAVE,
        begin + rules.TTL,
        start - rules.NOTICE - rules.TTL,
        start - rules.NOTICE,
    ]
    return [limit + off * SECOND for limit in limits for off in (-1, 0, 1)]


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_every_state_command_role_and_edge(start: datetime) -> None:
    """What is answered is what the rules say, around every limit, on days with a change of the clock."""
    for name, (state, model, booking) in stations(start).items():
        ending = scene.ended(booking, "cancel_by_friend") if booking else None
        for event, role in product(EVENTS, rules.ROLES):
            if event in {"reopen_request", "fulfil_request"} and ending is None:
                continue  # there is no booking of which anything could be said
            invite = ["f5"] if name == "open" else ["f8"]
            wanted = scene.command(
                event, scene.actor(role), start=start, key="new-key", invite=invite, booking=ending
            )
            asked = rules.Asked(
                event,
                role,
                wanted.by.id,
                friend=wanted.whose if event in rules.ANSWERS else None,
                wishes=[scene.wish(each, start) for each in invite] if event == "send_wave" else [],
                ended_by="cancel_by_friend",
            )
            if state is None and event != "open_request":
                continue  # a command for what is not there is a wrong call
            for at in edges(start):
                expected = model.answer(asked, key="new-key", content=None, seen=None, at=at)
                decided = dispatch.decide(state, wanted, at=at)
                came = "applied" if isinstance(decided, Decision) else decided.code
                assert came == expected, (name, event, role, at)
