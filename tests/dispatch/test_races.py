"""The first to accept wins: races, late answers, and what is stored together."""

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from mila_core import dispatch
from mila_core.bookings import BookingState
from mila_core.dispatch import Dispatch, DispatchCommand, InvitationState, RequestState
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Actor, Decision, Outcome, RefusedError, Role, StreamVersion
from mila_core.serialization import dump, load
from tests.dispatch import rules, scene
from tests.dispatch.scene import CUSTOMER, OPERATOR, ORDINARY

SECOND = timedelta(seconds=1)


def accepting(friend_id: str, **more: Any) -> DispatchCommand:
    """Return the command of a friend who accepts."""
    wanted = scene.command(
        "accept_invitation", scene.actor("friend", friend=friend_id), start=ORDINARY, key=f"yes-{friend_id}"
    )
    return attrs.evolve(wanted, **more)


def test_one_acceptance_is_one_decision() -> None:
    """Request matched, friend booked, all others superseded: two events that expect three versions."""
    state = scene.sent(["f1", "f2", "f4"])
    decision = scene.granted(state, accepting("f2"), at=state.since + rules.WAVE)
    assert [(each.stream, each.version, each.event) for each in decision.events] == [
        ("request:r1", 3, "accept_invitation"),
        ("booking:r1-1", 1, "assign"),
    ]
    assert decision.expects == (
        StreamVersion("request:r1", 2),
        StreamVersion("booking:r1-1", 0),
        StreamVersion("agenda:f2", 7),
    )
    after, booking = scene.folded(state, decision), scene.booked(decision)
    assert booking is not None
    assert (after.state, after.booking_id) == (RequestState.MATCHED, booking.id)
    assert (booking.state, booking.friend_id) == (BookingState.ACCEPTED, "f2")
    assert booking.quote == scene.quote("f2", ORDINARY)
    assert [each.state.value for each in after.invitations] == ["superseded", "accepted", "superseded"]
    assert after.accepted == after.invitations[1]
    assert (after.due, after.reminders) == ((), ())


def test_of_two_who_accept_at_one_version_one_wins() -> None:
    """Both are told yes at the version they saw; one is stored, the other one loads again: too late."""
    state = scene.sent(["f1", "f2"])
    at = state.since + SECOND
    first, second = (scene.granted(state, accepting(each), at=at) for each in ("f1", "f2"))
    assert first.expects[0] == second.expects[0] == StreamVersion(state.stream, state.version)
    stored = scene.folded(state, first)
    assert scene.refused(stored, accepting("f2"), at=at) == "invitation_superseded"
    assert scene.refused(stored, accepting("f2", expected_version=state.version), at=at) == "stale_version"
    with pytest.raises(InvalidValueError):
        dispatch.evolve(stored, scene.own(second)[0])


@pytest.mark.parametrize("start", scene.STARTS, ids=str)
def test_an_answer_in_time_counts_and_a_late_one_does_not(start: datetime) -> None:
    """Up to the last second, whether or not the scheduler has been there since; no, to the second."""
    state = scene.sent(["f1", "f2"], start=start)
    limit = state.invitations[0].respond_by
    swept = dispatch.run_timers(state, at=limit)
    for event in rules.ANSWERS:
        by = OPERATOR if event == "revoke_invitation" else scene.actor("friend")
        wanted = scene.command(event, by, start=start, key="k")
        scene.granted(state, wanted, at=limit - SECOND)
        for seen, at in ((state, limit), (state, limit + SECOND), (swept, limit), (swept, limit + SECOND)):
            assert scene.refused(seen, wanted, at=at) == "invitation_expired"


def late(state: Dispatch, event: str) -> str:
    """Return why f1 cannot answer now."""
    wanted = scene.command(event, scene.actor("friend"), start=ORDINARY, key="late")
    return scene.refused(state, wanted, at=state.since + SECOND)


@pytest.mark.parametrize("event", ["accept_invitation", "decline_invitation"])
def test_a_late_answer_is_told_what_became_of_the_invitation(event: str) -> None:
    """Each ending has a reason of its own, in each state of the request."""
    sent = scene.sent(["f1", "f2"])
    at = sent.since
    assert late(scene.sent(["f2"]), event) == "not_invited"
    assert late(scene.taken("f2")[0], event) == "invitation_superseded"
    assert late(scene.taken("f1")[0], event) == "invitation_accepted"
    assert late(dispatch.withdraw(sent, by=CUSTOMER, at=at, key="w"), event) == "invitation_revoked"
    revoked = dispatch.revoke(sent, friend_id="f1", by=OPERATOR, at=at, key="r")
    assert late(revoked, event) == "invitation_revoked"
    declined = dispatch.decline(sent, by=scene.actor("friend"), at=at, key="d")
    assert late(declined, event) == "invitation_declined"
    over = dispatch.run_timers(sent, at=ORDINARY)
    assert (over.state, late(over, event)) == (RequestState.EXPIRED, "invitation_expired")
    given_up = dispatch.give_up(sent, at=at, key="g", by=OPERATOR)
    assert late(given_up, event) == "invitation_revoked"


def test_who_can_no_longer_come_is_refused_and_the_invitation_stays() -> None:
    """The booking's own reasons are the answer; nothing has happened, and another friend can still accept."""
    state = scene.sent(["f1", "f2"])
    slot = scene.quote("f1", ORDINARY).visit.slot
    assert scene.refused(state, accepting("f1", busy=[slot]), at=state.since) == "not_available"
    uncertified = attrs.evolve(scene.friend("f1"), certifications=[])
    assert scene.refused(state, accepting("f1", friend=uncertified), at=state.since) == (
        "certification_missing"
    )
    assert scene.refused(state, accepting("f1", friend=scene.friend("f2")), at=state.since) == "not_a_party"
    scene.granted(state, accepting("f2"), at=state.since)
    no = scene.command("decline_invitation", scene.actor("friend"), start=ORDINARY, key="no")
    scene.granted(state, no, at=state.since)


def test_accepting_twice_is_accepting_once() -> None:
    """A retry gives the same answer and stores nothing; the verb then needs the booking that is stored."""
    state = scene.sent(["f1", "f2"])
    friend, at = scene.friend("f1"), state.since + SECOND
    accepted = dispatch.accept(state, by=friend, at=at, key="yes-f1")
    decided = dispatch.decide(accepted.dispatch, accepting("f1"), at=at + rules.TTL)
    assert isinstance(decided, Decision)
    assert (decided.outcome, decided.events) == (Outcome.REPLAYED, ())
    again = dispatch.accept(
        accepted.dispatch, by=friend, at=at + rules.TTL, key="yes-f1", stored=accepted.booking
    )
    assert again == accepted
    with pytest.raises(InvalidTypeError) as caught:
        dispatch.accept(accepted.dispatch, by=friend, at=at, key="yes-f1")
    assert caught.value.field == "stored"
    with pytest.raises(RefusedError) as refused:
        dispatch.accept(accepted.dispatch, by=friend, at=at, key="another")
    assert refused.value.refusal.code == "invitation_accepted"


def test_a_decision_of_two_machines_is_a_document() -> None:
    """What is to be stored can wait in an outbox."""
    state = scene.sent(["f1"])
    decision = scene.granted(state, accepting("f1"), at=state.since)
    assert load(dump(decision), Decision) == decision


def test_an_operator_answers_for_a_friend_who_rang() -> None:
    """The friend's own knowledge is judged all the same, and only invited friends can be answered for."""
    state = scene.sent(["f1", "f2"])
    by_hand = accepting("f1", by=OPERATOR)
    assert scene.folded(state, scene.granted(state, by_hand, at=state.since)).booking_id == "r1-1"
    assert scene.refused(state, accepting("f8", by=OPERATOR), at=state.since) == "not_invited"


def test_nobody_answers_for_another_friend() -> None:
    """A friend's command is about their own invitation; an operator has to say whose is meant."""
    with pytest.raises(InvalidValueError):
        accepting("f1", by=Actor(Role.FRIEND, "f2"))
    with pytest.raises(InvalidTypeError):
        DispatchCommand(event="decline_invitation", by=OPERATOR, key="k")
    with pytest.raises(InvalidTypeError):  # nothing is known of the friend
        dispatch.decide(
            scene.sent(["f1"]),
            accepting("f1", friend=None, busy=(), agenda_version=None),
            at=ORDINARY - timedelta(days=1),
        )


def test_what_overtakes_an_invitation_does_not_revive_an_expired_one() -> None:
    """Of two waves the first is over when somebody of the second accepts: expired, not superseded."""
    state = scene.sent(["f1"])
    later = state.since + rules.TTL - SECOND
    wave = scene.command("send_wave", OPERATOR, start=ORDINARY, key="w2", invite=["f2", "f4"])
    state = scene.folded(state, scene.granted(state, wave, at=later))
    after = scene.folded(state, scene.granted(state, accepting("f2"), at=later + SECOND))
    assert [each.state for each in after.invitations] == [
        InvitationState.EXPIRED,
        InvitationState.ACCEPTED,
        InvitationState.SUPERSEDED,
    ]
