"""Waves: whom they invite, when the next one is wanted, and until when an invitation can be answered."""

from datetime import datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import dispatch
from mila_core.dispatch import Candidate, Dispatch, InvitationState
from mila_core.errors import InvalidTypeError
from mila_core.lifecycle import Actor, RefusedError
from mila_core.periods import Period
from mila_core.policies import DispatchPolicy
from tests.dispatch import rules, scene
from tests.dispatch.scene import FRIENDS, OPERATOR, ORDINARY, SYSTEM

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def remote(candidate: Candidate) -> Candidate:
    """Return somebody who would help from afar."""
    service = attrs.evolve(candidate.quote.visit.service, remote=True)
    visit = attrs.evolve(candidate.quote.visit, service=service)
    return Candidate(quote=attrs.evolve(candidate.quote, visit=visit))


def wave_of(state: Dispatch) -> dict[str, int]:
    """Return in which wave each friend was invited."""
    return {each.friend_id: each.wave for each in state.invitations}


# Whom ----------------------------------------------------------------------------------------------------


@st.composite
def histories_of_waves(draw: st.DrawFn) -> tuple[Dispatch, rules.Model, datetime]:
    """Return a request after some waves and answers, with a model of it."""
    start = draw(st.sampled_from(scene.STARTS))
    at = start - DAY
    state, model = scene.opened(start), rules.Model(start=start, customer="anna")
    model.apply(rules.Asked("open_request", "customer", "anna"), key="k", content=None, at=at)
    left = list(draw(st.permutations(FRIENDS)))
    for number in range(draw(st.integers(0, 4))):
        chosen = [left.pop() for _ in range(draw(st.integers(1, 2))) if left]
        if not chosen:
            break
        wanted = scene.command("send_wave", OPERATOR, start=start, key=f"w{number}", invite=chosen)
        asked = rules.Asked(
            "send_wave", "operator", "olga", wishes=[scene.wish(each, start) for each in chosen]
        )
        state = scene.folded(state, scene.granted(state, wanted, at=at))
        model.apply(asked, key=wanted.key, content=None, at=at)
        if draw(st.booleans()):
            by = scene.actor("friend", friend=chosen[0])
            wanted = scene.command("decline_invitation", by, start=start, key=f"d{number}")
            state = scene.folded(state, scene.granted(state, wanted, at=at))
            asked = rules.Asked("decline_invitation", "friend", by.id, friend=by.id)
            model.apply(asked, key=wanted.key, content=None, at=at)
        at += draw(st.integers(0, 90)) * MINUTE
    return state, model, at


@given(histories_of_waves(), st.lists(st.sampled_from([*FRIENDS, "anna"]), max_size=12))
def test_a_plan_is_the_slow_and_obvious_one(
    drawn: tuple[Dispatch, rules.Model, datetime], names: list[str]
) -> None:
    """Best first, within the circle, nobody twice, never the customer: as looking wave by wave finds it."""
    state, model, at = drawn
    start = model.start
    named = [scene.candidate(each, start) for each in names]
    planned = [each.friend_id for each in dispatch.plan_wave(state, named, at=at)]
    assert planned == model.plan([scene.wish(each, start) for each in names], at=at)


@given(histories_of_waves(), st.permutations(FRIENDS))
def test_a_plan_is_granted_once_it_is_due(
    drawn: tuple[Dispatch, rules.Model, datetime], names: list[str]
) -> None:
    """What `plan_wave` chooses may be sent by the system as soon as the reminder asks for it."""
    state, model, at = drawn
    at = max(at, state.next_wave_at)
    planned = dispatch.plan_wave(state, [scene.candidate(each, model.start) for each in names], at=at)
    if planned:
        assert [each.code for each in state.reminders] == ["next_wave"]
        after = dispatch.send_wave(state, candidates=planned, at=at, key="planned")
        sent = after.invitations[len(state.invitations) :]
        assert [each.friend_id for each in sent] == [each.friend_id for each in planned]
        assert all(at < each.respond_by for each in sent)


def test_the_circle_widens_from_wave_to_wave() -> None:
    """Five, ten, twenty kilometres, limits included, and then no further."""
    state, at, found = scene.opened(), ORDINARY - DAY, []
    candidates = [scene.candidate(each, ORDINARY) for each in FRIENDS]
    while planned := dispatch.plan_wave(state, candidates, at=at):
        state = dispatch.send_wave(state, candidates=planned, at=at, key=f"w{state.version}")
        found.append([each.friend_id for each in planned])
        at = state.next_wave_at
    assert found == [["f1", "f2", "f4", "f8"], ["f3", "f5"], ["f6"]]
    assert wave_of(state) == {"f1": 1, "f2": 1, "f4": 1, "f8": 1, "f3": 2, "f5": 2, "f6": 3}


def test_an_empty_circle_counts_as_a_wave() -> None:
    """Where nobody lives near, the next circle is taken at once, and its radius is that of a later wave."""
    state = scene.opened()
    planned = dispatch.plan_wave(state, [scene.candidate("f6", ORDINARY)], at=state.since)
    state = dispatch.send_wave(state, candidates=planned, at=state.since, key="w")
    assert wave_of(state) == {"f6": 3}


def test_help_from_afar_knows_no_distance() -> None:
    """Where the service is done from afar, everybody is in the first circle."""
    state = scene.opened()
    far = [remote(scene.candidate(each, ORDINARY)) for each in ("f7", "f6")]
    assert dispatch.plan_wave(state, far, at=state.since) == tuple(far)
    with pytest.raises(InvalidTypeError):
        Candidate(quote=scene.quote("f1", ORDINARY))  # on site, the way matters


def test_nobody_is_planned_where_nobody_is_looked_for() -> None:
    """A request that is matched, or whose time is over, needs no wave."""
    matched, _ = scene.taken("f1")
    somebody = [scene.candidate("f5", ORDINARY)]
    assert dispatch.plan_wave(matched, somebody, at=matched.since) == ()
    assert dispatch.plan_wave(scene.opened(), somebody, at=ORDINARY - rules.NOTICE) == ()


# What the policy and the rules refuse ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("invite", "by", "code"),
    [
        ([], SYSTEM, "no_candidates"),
        (["f1", "f2", "f3", "f4", "f5", "f8"], SYSTEM, "wave_too_large"),
        (["f7"], SYSTEM, "too_far"),
        (["anna"], SYSTEM, "own_request"),
        (["anna"], OPERATOR, "own_request"),
        (["f1", "f1"], OPERATOR, "invited_already"),
        (["f1", "f2", "f3", "f4", "f5", "f8"], OPERATOR, None),
        (["f7"], OPERATOR, None),
    ],
)
def test_a_wave_keeps_to_the_policy(invite: list[str], by: Actor, code: str | None) -> None:
    """Size and circle bind the system; an operator may invite whom they like, but never the customer."""
    state = scene.opened()
    wanted = scene.command("send_wave", by, start=ORDINARY, key="w", invite=invite)
    if code is None:
        scene.granted(state, wanted, at=state.since)
    else:
        assert scene.refused(state, wanted, at=state.since) == code


def test_a_quote_of_another_visit_is_refused() -> None:
    """An invitation shows this request, not another one."""
    state = scene.opened()
    visit = attrs.evolve(scene.quote("f1", ORDINARY).visit, request_id="other")
    strange = Candidate(quote=attrs.evolve(scene.quote("f1", ORDINARY), visit=visit), distance_m=0)
    assert dispatch.plan_wave(state, [strange], at=state.since) == ()
    with pytest.raises(RefusedError) as caught:
        dispatch.send_wave(state, candidates=[strange], at=state.since, key="w", by=OPERATOR)
    assert caught.value.refusal.code == "another_visit"


def test_after_the_last_wave_the_system_sends_no_more() -> None:
    """As many waves as the policy has; an operator may add one, and then the request is given up."""
    policy = DispatchPolicy(most_waves=1)
    state = attrs.evolve(scene.opened(), policy=policy)
    first = scene.command("send_wave", SYSTEM, start=ORDINARY, key="w1", invite=["f1"])
    state = scene.folded(state, scene.granted(state, first, at=state.since))
    (reminder,) = state.reminders
    assert (reminder.code, reminder.at) == ("give_up", state.since + rules.TTL)
    second = scene.command("send_wave", SYSTEM, start=ORDINARY, key="w2", invite=["f2"])
    assert scene.refused(state, second, at=reminder.at) == "waves_used_up"
    by_hand = attrs.evolve(second, by=OPERATOR)
    state = scene.folded(state, scene.granted(state, by_hand, at=reminder.at))
    assert wave_of(state) == {"f1": 1, "f2": 2}


# When ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", scene.STARTS, ids=str)
def test_the_next_wave_is_wanted_after_some_time_or_once_nobody_can_answer(start: datetime) -> None:
    """A quarter of an hour after the last, or as soon as all have declined; not a second before."""
    state = scene.sent(["f1", "f2"], start=start)
    sent_at = start - DAY
    wanted = scene.command("send_wave", SYSTEM, start=start, key="w", invite=["f4"])
    assert scene.refused(state, wanted, at=sent_at + rules.WAVE - timedelta(seconds=1)) == "too_early"
    scene.granted(state, wanted, at=sent_at + rules.WAVE)
    for number, name in enumerate(("f1", "f2"), start=1):
        by = scene.actor("friend", friend=name)
        no = scene.command("decline_invitation", by, start=start, key=name)
        state = scene.folded(state, scene.granted(state, no, at=sent_at + number * MINUTE))
    assert state.next_wave_at == sent_at + 2 * MINUTE
    scene.granted(state, wanted, at=sent_at + 2 * MINUTE)


@pytest.mark.parametrize(
    ("sent_before_start", "open_for"),
    [
        (DAY, rules.TTL),
        (rules.NOTICE + rules.TTL, rules.TTL),
        (rules.NOTICE + rules.TTL - MINUTE, rules.TTL - MINUTE),
        (rules.NOTICE + MINUTE, MINUTE),
    ],
)
def test_an_invitation_ends_after_its_time_or_some_hours_before_the_start(
    sent_before_start: timedelta, open_for: timedelta
) -> None:
    """respond_by = min(sent + TTL, start - notice)."""
    at = ORDINARY - sent_before_start
    wave = scene.command("send_wave", SYSTEM, start=ORDINARY, key="w", invite=["f1"])
    state = scene.opened()
    (invitation,) = scene.folded(state, scene.granted(state, wave, at=at)).invitations
    assert invitation.respond_by - at == open_for


def test_whoever_has_no_time_left_to_answer_is_left_out() -> None:
    """A slot so near that it could not be accepted any more is not offered, though a later one is."""
    later = Period(ORDINARY + timedelta(hours=3), ORDINARY + timedelta(hours=4))
    request = attrs.evolve(scene.request_for(ORDINARY), windows=[Period(ORDINARY, later.end)])
    quote = scene.quote("f2", ORDINARY)
    quote = attrs.evolve(quote, visit=attrs.evolve(quote.visit, slot=later))
    state = dispatch.open_request(request, visit=quote.visit, at=ORDINARY - DAY, key="k")
    soon, late = scene.candidate("f1", ORDINARY), Candidate(quote=quote, distance_m=0)
    at = ORDINARY - rules.NOTICE
    assert dispatch.plan_wave(state, [soon, late], at=at) == (late,)
    assert dispatch.plan_wave(state, [soon, late], at=at - timedelta(seconds=1)) == (soon, late)


def test_a_closed_invitation_says_when_and_why() -> None:
    """One that expired closed when its time was up, not when somebody looked."""
    state = scene.sent(["f1", "f2"])
    at = state.since
    no = scene.command("decline_invitation", scene.actor("friend"), start=ORDINARY, key="no")
    state = scene.folded(state, scene.granted(state, no, at=at + MINUTE))
    state = dispatch.run_timers(state, at=at + 5 * rules.TTL)
    assert [(each.state, each.closed_at) for each in state.invitations] == [
        (InvitationState.DECLINED, at + MINUTE),
        (InvitationState.EXPIRED, at + rules.TTL),
    ]
