"""After a match: who drops out is replaced, until somebody comes or the request ends with a reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import dispatch
from mila_core.bookings import Booking
from mila_core.dispatch import Dispatch, RequestState
from mila_core.lifecycle import RefusedError, StreamVersion
from tests.dispatch import rules, scene
from tests.dispatch.scene import CUSTOMER, ENDINGS, FRIENDS, OPERATOR, ORDINARY, SYSTEM


@pytest.mark.parametrize("how", ENDINGS)
def test_how_the_booking_ended_says_what_becomes_of_the_request(how: str) -> None:
    """Somebody else is looked for where the friend dropped out, and only there."""
    state, booking = scene.taken("f1")
    over = scene.ended(booking, how)
    assert (over.state, over.ending.event if over.ending else "") == (ENDINGS[how], how)
    again = how in rules.DROP_OUTS
    assert dispatch.dropped_out(over) is again
    right, wrong = ("reopen_request", "fulfil_request") if again else ("fulfil_request", "reopen_request")
    decision = scene.granted(
        state, scene.command(right, SYSTEM, start=ORDINARY, key="k", booking=over), at=over.since
    )
    assert decision.expects[1:] == (StreamVersion(over.stream, over.version),)
    assert scene.own(decision)[0].ended_by == how
    after = dispatch.conclude(state, over, at=over.since, key="k")
    assert after == scene.folded(state, decision)
    assert (after.state, after.attempt) == ((RequestState.OPEN, 2) if again else (RequestState.FULFILLED, 1))
    code = scene.refused(
        state, scene.command(wrong, SYSTEM, start=ORDINARY, key="k", booking=over), at=over.since
    )
    assert code == ("friend_dropped_out" if again else "friend_did_not_drop_out")


def test_a_booking_that_goes_on_concludes_nothing() -> None:
    """Nor does one of another request, or of an earlier attempt."""
    state, booking = scene.taken("f1")
    for given_booking, code in (
        (booking, "booking_not_over"),
        (scene.ended(attrs.evolve(booking, id="another"), "cancel_by_friend"), "another_booking"),
    ):
        with pytest.raises(RefusedError) as caught:
            dispatch.conclude(state, given_booking, at=booking.since, key="k")
        assert caught.value.refusal.code == code


def test_another_attempt_has_waves_and_a_booking_of_its_own() -> None:
    """The first wave is wanted at once, counted from one, and the booking's id is a new one."""
    state, booking = scene.taken("f1", invite=["f1", "f2", "f4"])
    over = scene.ended(booking, "cancel_by_friend")
    at = over.since + timedelta(hours=1)
    state = dispatch.conclude(state, over, at=at, key="k")
    assert (state.booking_id, state.accepted, state.last_wave, state.next_wave_at) == (None, None, 0, at)
    candidates = [scene.candidate(each, ORDINARY) for each in FRIENDS]
    planned = dispatch.plan_wave(state, candidates, at=at)
    assert [each.friend_id for each in planned] == ["f2", "f4", "f8"]  # whoever was too slow may try again
    state = dispatch.send_wave(state, candidates=planned, at=at, key="w")
    accepted = dispatch.accept(state, by=scene.friend("f4"), at=at, key="y")
    assert accepted.booking.id == "r1-2"
    assert [
        (each.friend_id, each.attempt, each.wave, each.state.value) for each in accepted.dispatch.invitations
    ] == [
        ("f1", 1, 1, "accepted"),
        ("f2", 1, 1, "superseded"),
        ("f4", 1, 1, "superseded"),
        ("f2", 2, 1, "superseded"),
        ("f4", 2, 1, "accepted"),
        ("f8", 2, 1, "superseded"),
    ]


def test_who_dropped_out_or_declined_is_not_asked_again_but_by_an_operator() -> None:
    """A no is a no, and whoever let a customer down is not sent to the same one."""
    state = scene.sent(["f1", "f2", "f4"])
    state = dispatch.decline(state, by=scene.actor("friend", friend="f2"), at=state.since, key="n")
    accepted = dispatch.accept(state, by=scene.friend("f1"), at=state.since, key="y")
    over = scene.ended(accepted.booking, "cancel_by_friend")
    state = dispatch.conclude(accepted.dispatch, over, at=over.since, key="k")
    wanted = scene.command("send_wave", SYSTEM, start=ORDINARY, key="w", invite=["f1"])
    assert scene.refused(state, wanted, at=over.since) == "invited_already"
    planned = dispatch.plan_wave(
        state, [scene.candidate(each, ORDINARY) for each in ("f1", "f2", "f4")], at=over.since
    )
    assert [each.friend_id for each in planned] == ["f4"]
    scene.granted(state, attrs.evolve(wanted, by=OPERATOR), at=over.since)


@pytest.mark.parametrize(
    ("decline", "revoke", "invite", "code", "count"),
    [
        ([], [], [], "no_candidates", None),
        (["f1", "f2"], [], ["f1", "f2"], "all_declined", 2),
        ([], [], ["f1"], "nobody_answered", 1),
        (["f1"], [], ["f1", "f2", "f4"], "nobody_accepted", 3),
        ([], ["f1"], ["f1"], "nobody_accepted", 1),
    ],
)
def test_giving_up_says_why(
    decline: list[str], revoke: list[str], invite: list[str], code: str, count: int | None
) -> None:
    """The reason follows from what became of the invitations; while somebody may accept there is none."""
    state = scene.sent(invite) if invite else scene.opened()
    at = state.since
    for each in decline:
        state = dispatch.decline(state, by=scene.actor("friend", friend=each), at=at, key=each)
    for each in revoke:
        state = dispatch.revoke(state, friend_id=each, by=OPERATOR, at=at, key=each)
    if any(each.is_open for each in state.invitations):
        wanted = scene.command("give_up", SYSTEM, start=ORDINARY, key="g")
        assert scene.refused(state, wanted, at=at + rules.TTL - timedelta(seconds=1)) == "answers_awaited"
    after = dispatch.give_up(state, at=at + rules.TTL, key="g")
    assert after.state is RequestState.UNSERVED
    assert after.unserved_why is not None
    assert (after.unserved_why.code, after.unserved_why.get("count")) == (code, count)


def test_a_withdrawn_request_takes_its_invitations_back() -> None:
    """The customer, or an operator, can leave while nobody has accepted; then it is the booking."""
    state = scene.sent(["f1", "f2"])
    after = dispatch.withdraw(state, by=CUSTOMER, at=state.since, key="w")
    assert {each.state.value for each in after.invitations} == {"revoked"}
    matched, _ = scene.taken("f1")
    with pytest.raises(RefusedError) as caught:
        dispatch.withdraw(matched, by=CUSTOMER, at=matched.since, key="w")
    assert caught.value.refusal.code == "not_from_this_state"


# The whole search ----------------------------------------------------------------------------------------


def _look(state: Dispatch, *, at: datetime) -> Dispatch:
    """Do what time asks for, as a scheduler does: sweep, then send the next wave or give up."""
    state = dispatch.run_timers(state, at=at)
    candidates = [scene.candidate(each, ORDINARY) for each in FRIENDS]
    if planned := dispatch.plan_wave(state, candidates, at=at):
        if at >= state.next_wave_at:
            return dispatch.send_wave(state, candidates=planned, at=at, key=f"w{state.version}")
    elif state.state is RequestState.OPEN and not any(each.is_open for each in state.invitations):
        return dispatch.give_up(state, at=at, key=f"g{state.version}")
    return state


def _search(state: Dispatch, *, at: datetime, answers: Mapping[str, str]) -> tuple[Dispatch, Booking | None]:
    """Run one attempt, a minute a step, until somebody accepts or it is over; answers come at once."""
    while True:
        state = _look(state, at=at)
        for each in [each.friend_id for each in state.invitations if each.is_open]:
            key = f"a{state.version}"
            if answers[each] == "yes":
                return dispatch.accept(state, by=scene.friend(each), at=at, key=key)
            if answers[each] == "no":
                state = dispatch.decline(state, by=scene.actor("friend", friend=each), at=at, key=key)
        if not state.is_open:
            return state, None
        at += timedelta(minutes=5)


@settings(max_examples=40)
@given(
    answers=st.fixed_dictionaries({each: st.sampled_from(["yes", "no", ""]) for each in FRIENDS}),
    reliable=st.sets(st.sampled_from(FRIENDS)),
)
def test_it_goes_on_until_somebody_comes_or_says_why_not(answers: dict[str, str], reliable: set[str]) -> None:
    """Whoever answers how: the search ends, with somebody who comes, or unserved with a reason."""
    state, came = scene.opened(), []
    while state.is_open:
        state, booking = _search(state, at=state.since, answers=answers)
        if booking is not None:
            came.append(booking.friend_id)
            over = scene.ended(booking, "approve" if booking.friend_id in reliable else "cancel_by_friend")
            state = dispatch.conclude(state, over, at=booking.since, key=f"c{state.version}")
    assert len(came) == len(set(came))
    willing = {each for each, said in answers.items() if said == "yes" and scene.DISTANCES_M[each] <= 20_000}
    if willing & reliable:
        assert state.state is RequestState.FULFILLED
        assert came[-1] in reliable
    else:
        assert set(came) == willing
        assert state.state is RequestState.UNSERVED
        assert state.unserved_why is not None
