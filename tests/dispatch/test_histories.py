"""Histories of requests: what is folded is what was decided, and any interleaving keeps the rules."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mila_core import dispatch, testing
from mila_core.bookings import Booking
from mila_core.dispatch import Dispatch, DispatchCommand, DispatchEvent, InvitationState, RequestState
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.export import pseudonymise
from mila_core.lifecycle import Decision, Refusal
from mila_core.serialization import dumps, loads
from tests import machine_laws
from tests.dispatch import rules, scene
from tests.dispatch.scene import CUSTOMER, FRIENDS, ORDINARY, STARTS

Histories = Sequence[DispatchEvent]
MINUTE = timedelta(minutes=1)


# Replay --------------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(testing.dispatch_histories())
def test_a_history_is_folded_in_its_order_only(history: Histories) -> None:
    """Event by event, by version; a gap, a duplicate or another order is refused."""
    state = machine_laws.check_history(dispatch.MACHINE, history)
    assert state == dispatch.replay(history)
    assert [use.key for use in state.keys] == [event.key for event in history]


@settings(max_examples=15)
@given(testing.dispatch_histories())
def test_a_history_survives_storage_step_by_step(history: Histories) -> None:
    """Events and states come back equal from their documents, and go on as if they had not been away."""
    state: Dispatch | None = None
    for event in history:
        state = dispatch.evolve(state, loads(dumps(event), DispatchEvent))
        state = loads(dumps(state), Dispatch)
    assert state == dispatch.replay(history)


@settings(max_examples=15)
@given(testing.dispatches())
def test_a_request_without_names_still_holds_together(state: Dispatch) -> None:
    """Pseudonyms are put in everywhere alike: it is a valid request with other ids, and nothing else."""
    hidden = pseudonymise(state, key=b"a secret of the owner")
    assert hidden.id != state.id
    assert (hidden.state, hidden.attempt, hidden.due) == (state.state, state.attempt, state.due)
    assert [each.state for each in hidden.invitations] == [each.state for each in state.invitations]


@settings(max_examples=15)
@given(testing.dispatches())
def test_what_is_over_takes_no_command(state: Dispatch) -> None:
    """A request that has ended has no timers, no reminders and no open invitation, and answers no."""
    if state.is_open:
        return
    assert state.reminders == ()
    commands: list[Callable[[Any], DispatchCommand]] = [
        lambda by, event=event: DispatchCommand(  # type: ignore[misc]
            event=event, by=by, key="new", friend_id=None if by.role.value == "friend" else "f1"
        )
        for event in rules.EVENTS
        if event != "open_request"
    ]
    machine_laws.check_over(dispatch.MACHINE, state, commands, at=state.since)


def test_keys_and_versions_are_as_everywhere() -> None:
    """A repetition changes nothing, another content is a mismatch, an older version is stale."""
    machine = dispatch.MACHINE
    state = scene.sent(["f1", "f2"])
    no = scene.command("decline_invitation", scene.actor("friend"), start=ORDINARY, key="no")
    after = machine_laws.check_repetition(machine, state, no, at=state.since)
    machine_laws.check_mismatch(
        machine, after, attrs.evolve(no, friend_id="f1", event="give_up"), at=ORDINARY
    )
    machine_laws.check_stale(machine, state, no, at=state.since)
    first = scene.command("open_request", CUSTOMER, start=ORDINARY, key="k")
    machine_laws.check_repetition(machine, None, first, at=state.since)


# What cannot be ------------------------------------------------------------------------------------------


def _wrong(state: Dispatch) -> list[tuple[dict[str, Any], str]]:
    sent, (first, second) = state.invitations[0], state.invitations
    accepted: dict[str, Any] = {"state": InvitationState.ACCEPTED, "closed_at": state.since}
    return [
        ({"id": "another"}, "id"),  # the request's id is the dispatch's
        ({"visit_minutes": 61}, "visit_minutes"),  # longer than any window
        ({"booking_id": "b"}, "booking_id"),  # nobody has accepted
        ({"state": RequestState.MATCHED}, "booking_id"),  # matched with whom?
        ({"state": RequestState.UNSERVED}, "unserved_why"),  # without a reason
        ({"state": RequestState.WITHDRAWN}, "invitations"),  # invitations that are still open
        ({"invitations": [sent, sent]}, "invitations"),  # one friend, two open invitations
        ({"invitations": [attrs.evolve(sent, attempt=2)]}, "invitations"),  # of an attempt to come
        ({"invitations": [attrs.evolve(sent, **accepted)]}, "invitations"),  # accepted, and still open
        ({"attempt": 2, "invitations": []}, "invitations"),  # a second attempt after no match
        (  # two who were first
            {
                "state": RequestState.MATCHED,
                "booking_id": "b",
                "invitations": [attrs.evolve(first, **accepted), attrs.evolve(second, **accepted)],
            },
            "invitations",
        ),
    ]


@pytest.mark.parametrize("number", range(11))
def test_a_request_that_cannot_be_is_refused(number: int) -> None:
    """What a document or a hand could put together wrongly is an error that names the field."""
    state = scene.sent(["f1", "f2"])
    changes, field = _wrong(state)[number]
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(state, **changes)
    assert caught.value.field == field


def test_an_invitation_that_cannot_be_is_refused() -> None:
    """It is closed or it is open, and there is time to answer it."""
    (invitation,) = scene.sent(["f1"]).invitations
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"respond_by": invitation.sent_at}, "respond_by"),
        ({"closed_at": invitation.sent_at}, "closed_at"),
        ({"state": InvitationState.DECLINED}, "closed_at"),
    ]
    for changes, field in wrong:
        with pytest.raises(InvalidValueError) as caught:
            attrs.evolve(invitation, **changes)
        assert caught.value.field == field


def test_an_event_that_contradicts_the_invitations_is_refused() -> None:
    """The invitation's table is looked at again when an event is folded."""
    state = scene.sent(["f1", "f2"])
    no = scene.command("decline_invitation", scene.actor("friend"), start=ORDINARY, key="no")
    (event,) = scene.own(scene.granted(state, no, at=state.since))
    with pytest.raises(InvalidValueError) as caught:
        dispatch.evolve(state, attrs.evolve(event, friend_id="f8"))
    assert caught.value.field == "friend_id"
    with pytest.raises(InvalidValueError) as caught:
        dispatch.evolve(state, attrs.evolve(event, at=ORDINARY))
    assert caught.value.field == "event"
    with pytest.raises(InvalidTypeError):
        dispatch.evolve(None, attrs.evolve(event, version=1, event="open_request", by=CUSTOMER))


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [
        ({"visit_minutes": 75}, ORDINARY - timedelta(days=1), "window_too_short"),
        ({}, ORDINARY - rules.NOTICE, "too_late_to_book"),
        ({"by": scene.actor("friend")}, ORDINARY - timedelta(days=1), "not_for_this_role"),
    ],
)
def test_a_request_that_nobody_could_serve_is_not_opened(
    changes: dict[str, Any], at: datetime, code: str
) -> None:
    """Too long for every window, or too late for everybody."""
    wanted = scene.command("open_request", CUSTOMER, start=ORDINARY, key="k")
    assert scene.refused(None, attrs.evolve(wanted, **changes), at=at) == code


def test_wrong_calls_of_the_verbs() -> None:
    """A visit of another request, an id that leaves no room, a command that lacks what it needs."""
    visit = scene.quote("f1", ORDINARY).visit
    request = scene.request_for(ORDINARY)
    at = ORDINARY - timedelta(days=1)
    with pytest.raises(InvalidValueError) as caught:
        dispatch.open_request(attrs.evolve(request, id="other"), visit=visit, at=at, key="k")
    assert caught.value.field == "visit"
    long = "r" * (dispatch.LONGEST_REQUEST_ID + 1)
    with pytest.raises(InvalidValueError) as caught:
        dispatch.open_request(
            attrs.evolve(request, id=long), visit=attrs.evolve(visit, request_id=long), at=at, key="k"
        )
    assert caught.value.field == "request"
    with pytest.raises(InvalidTypeError):
        dispatch.decide(None, DispatchCommand(event="open_request", by=CUSTOMER, key="k"), at=at)
    matched, _ = scene.taken("f1")
    with pytest.raises(InvalidTypeError):
        dispatch.decide(
            matched, scene.command("reopen_request", scene.SYSTEM, start=ORDINARY, key="k"), at=at
        )


# A machine against the rules -----------------------------------------------------------------------------


_FORWARD: Sequence[tuple[str, str, dict[str, Any]]] = (
    ("send_wave", "system", {"invite": ["f1", "f2", "f4"]}),
    ("accept_invitation", "friend", {"friend": "f2"}),
    ("reopen_request", "system", {"how": "cancel_by_friend"}),
    ("send_wave", "system", {"invite": ["f1", "f8"]}),
    ("decline_invitation", "friend", {"friend": "f8"}),
    ("send_wave", "operator", {"invite": ["f6", "f7"]}),
    ("accept_invitation", "operator", {"friend": "f7"}),
    ("reopen_request", "system", {"how": "expire_unscheduled"}),
    ("send_wave", "system", {"invite": ["f3", "f5"]}),
)
_STEPS = st.integers(0, len(_FORWARD))


class DispatchMachine(RuleBasedStateMachine):
    """One request, driven by legal and illegal commands of many people, against `rules.Model`."""

    @initialize(start=st.sampled_from(STARTS), ahead=st.integers(6 * 60, 48 * 60), steps=_STEPS)
    def it_is_opened(self, start: datetime, ahead: int, steps: int) -> None:
        """Anna asks, and perhaps it has gone some way already, through matches and drop-outs."""
        self.start, self.clock, self.number = start, start - ahead * MINUTE, 0
        self.state: Dispatch | None = None
        self.booking: Booking | None = None
        self.history: list[DispatchEvent] = []
        self.before: list[Dispatch] = []
        self.sent: list[tuple[DispatchCommand, rules.Asked]] = []
        self.model = rules.Model(start=start, customer="anna")
        assert self._send("open_request", "customer") == "applied"
        for event, role, details in _FORWARD[:steps]:
            assert self._send(event, role, **details) == "applied"

    def _send(
        self,
        event: str,
        role: str,
        *,
        friend: str = "f1",
        invite: Sequence[str] = (),
        how: str = "open",
        fit: bool = True,
        seen: int | None = None,
    ) -> str:
        """Make a command of a new key, for both sides, and send it."""
        self.number += 1
        over = self._ended(how)
        if event in {"reopen_request", "fulfil_request"} and over is None:
            return "no booking"
        slot = scene.quote(friend, self.start).visit.slot
        wanted = scene.command(
            event,
            scene.actor(role, friend=friend),
            start=self.start,
            key=f"key-{self.number}",
            friend_id=friend,
            invite=invite,
            booking=over,
            busy=[] if fit else [slot],
            version=seen,
        )
        asked = rules.Asked(
            event,
            role,
            wanted.by.id,
            friend=friend if event in rules.ANSWERS else None,
            wishes=[scene.wish(each, self.start) for each in wanted_friends(wanted)],
            ended_by=how
            if self.booking and self.state and self.booking.id == self.state.booking_id
            else "other",
            fit=fit,
        )
        return self._exchange(wanted, asked)

    def _exchange(self, wanted: DispatchCommand, asked: rules.Asked) -> str:
        """Send a command, and check the answer and what became of the request against the model."""
        expected = self.model.answer(
            asked, key=wanted.key, content=wanted, seen=wanted.expected_version, at=self.clock
        )
        decided = dispatch.decide(self.state, wanted, at=self.clock)
        came = decided.code if isinstance(decided, Refusal) else decided.outcome.value
        assert came == expected
        if isinstance(decided, Decision) and expected == "applied":
            assert decided.expects[0].version == self.model.version
            if self.state is not None:
                self.before.append(self.state)
            self.history += scene.own(decided)
            self.state = scene.folded(self.state, decided)
            self.booking = scene.booked(decided) or self.booking
            self.model.apply(asked, key=wanted.key, content=wanted, at=self.clock)
            self.sent.append((wanted, asked))
        return expected

    def _ended(self, how: str) -> Booking | None:
        return self.booking if how == "open" or not self.booking else scene.ended(self.booking, how)

    @precondition(lambda self: self.model.state in rules.FINAL)
    @rule(start=st.sampled_from(STARTS), ahead=st.integers(6 * 60, 48 * 60), steps=_STEPS)
    def another_one_is_opened(self, start: datetime, ahead: int, steps: int) -> None:
        """After the end of one request the next begins."""
        self.it_is_opened(start, ahead, steps)

    @rule(minutes=st.sampled_from([0, 1, 5, 14, 15, 16, 59, 60, 61, 300, -1, -30]))
    def time_goes_on(self, minutes: int) -> None:
        """Mostly forward; clocks differ, so it may go back a little."""
        self.clock += minutes * MINUTE

    @rule(off=st.sampled_from([-1, 0, 1]), which=st.integers(0, 5))
    def time_comes_to_an_edge(self, off: int, which: int) -> None:
        """To a second before, at, or after a limit of the moment."""
        assert self.state is not None
        limits = [each.at for each in self.state.due] + [each.at for each in self.state.reminders]
        if limits:
            self.clock = limits[which % len(limits)] + off * timedelta(seconds=1)

    @rule(invite=st.lists(st.sampled_from([*FRIENDS, "anna"]), max_size=6), role=st.sampled_from(rules.ROLES))
    def somebody_sends_any_wave(self, invite: list[str], role: str) -> None:
        """Whoever it is, with whomever in it."""
        self._send("send_wave", role, invite=invite)

    @rule(names=st.permutations(FRIENDS), later=st.sampled_from([0, 0, 0, 10, 50]))
    def the_planned_wave_is_sent_once_it_is_due(self, names: list[str], later: int) -> None:
        """The plan is the slow and obvious one, and is granted."""
        assert self.state is not None
        if self.state.state is RequestState.OPEN:
            self.clock = max(self.clock, self.state.next_wave_at) + later * MINUTE
        candidates = [scene.candidate(each, self.start) for each in names]
        planned = [each.friend_id for each in dispatch.plan_wave(self.state, candidates, at=self.clock)]
        assert planned == self.model.plan([scene.wish(each, self.start) for each in names], at=self.clock)
        answered = self._send("send_wave", "system", invite=planned)
        assert answered == "applied" or not planned

    @rule(
        event=st.sampled_from(["decline_invitation", "accept_invitation", "accept_invitation"]),
        which=st.integers(0, 40),
    )
    def somebody_who_is_invited_answers(self, event: str, which: int) -> None:
        """Before it is too late, if it is not yet."""
        assert self.state is not None
        waiting = [each for each in self.state.invitations if each.is_open]
        if waiting:
            invited = waiting[which % len(waiting)]
            self.clock = min(self.clock, invited.respond_by - timedelta(seconds=1))
            assert self._send(event, "friend", friend=invited.friend_id) == "applied"

    @rule(how=st.sampled_from([*rules.DROP_OUTS, *rules.DROP_OUTS, "approve"]))
    def the_booking_has_ended(self, how: str) -> None:
        """The friend drops out, mostly; the system draws the right conclusion."""
        if self.model.state == "matched":
            event = "reopen_request" if how in rules.DROP_OUTS else "fulfil_request"
            assert self._send(event, "system", how=how) == "applied"

    @rule(always=st.sampled_from([False, False, True]))
    def the_scheduler_comes(self, always: bool) -> None:  # noqa: FBT001
        """It causes what is due, as early as it may; the end not each time, or there would be little else."""
        assert self.state is not None
        if self.state.due and (always or self.state.due[0].event == "expire_invitations"):
            self.clock = max(self.clock, self.state.due[0].at)
            assert self._send(self.state.due[0].event, "timer") == "applied"

    @rule(really=st.sampled_from([False, False, True]))
    def nobody_is_left(self, really: bool) -> None:  # noqa: FBT001
        """The system gives up once nobody can answer any more."""
        assert self.state is not None
        if (
            really
            and self.state.state is RequestState.OPEN
            and self.state.all_closed_at < self.state.expires_at
        ):
            self.clock = max(self.clock, self.state.all_closed_at)
            assert self._send("give_up", "system") in {"applied", "deadline_passed"}

    @rule(
        event=st.sampled_from([*rules.ANSWERS, "accept_invitation"]),
        friend=st.sampled_from(FRIENDS),
        role=st.sampled_from(["friend", "friend", "operator", "customer"]),
        fit=st.sampled_from([True, True, True, False]),
    )
    def an_invitation_is_answered(self, event: str, friend: str, role: str, fit: bool) -> None:  # noqa: FBT001
        """By whoever, in time or not, invited or not."""
        self._send(event, role, friend=friend, fit=fit)

    @rule(event=st.sampled_from(rules.EVENTS), role=st.sampled_from(rules.ROLES))
    def anything_is_tried(self, event: str, role: str) -> None:
        """Any command, by anybody."""
        self._send(event, role, invite=["f4"], how="approve")

    @rule(
        how=st.sampled_from(["cancel_by_friend", "open", "lapse"]), event=st.sampled_from(rules.EVENTS[-2:])
    )
    def any_conclusion_is_drawn(self, how: str, event: str) -> None:
        """From a booking that has ended or not, the right one or the wrong one."""
        self._send(event, "system", how=how)

    @rule(which=st.integers(0, 40))
    def a_command_comes_again(self, which: int) -> None:
        """A retry, however late and at whatever version: nothing happens twice."""
        wanted, asked = self.sent[which % len(self.sent)]
        assert self._exchange(wanted, asked) == "replayed"
        other = attrs.evolve(wanted, by=scene.OPERATOR, friend_id="f1", event="revoke_invitation")
        assert self._exchange(other, asked) in {"key_mismatch", "replayed"}

    @rule(off=st.sampled_from([-1, 1, 5]), event=st.sampled_from(["withdraw_request", "accept_invitation"]))
    def a_stale_version_is_named(self, off: int, event: str) -> None:
        """Whoever has seen another version is refused."""
        role = "customer" if event == "withdraw_request" else "friend"
        assert self._send(event, role, seen=max(0, self.model.version + off)) == "stale_version"

    @rule(friend=st.sampled_from(FRIENDS), which=st.integers(0, 40))
    def somebody_decides_on_what_they_saw(self, friend: str, which: int) -> None:
        """A yes to an older version expects that version, so that it cannot be stored any more."""
        if not self.before or self.state is None:
            return
        old = self.before[which % len(self.before)]
        wanted = scene.command(
            "accept_invitation", scene.actor("friend", friend=friend), start=self.start, key="old"
        )
        decided = dispatch.decide(old, wanted, at=self.clock)
        if isinstance(decided, Decision):
            assert decided.expects[0].version == old.version < self.state.version
            with pytest.raises(InvalidValueError):
                dispatch.evolve(self.state, scene.own(decided)[0])

    @invariant()
    def it_is_what_the_model_says(self) -> None:
        """State, version, attempt and every invitation."""
        if getattr(self, "state", None) is None:
            return
        state, model = self.state, self.model
        assert state is not None
        assert (state.state, state.version, state.attempt) == (model.state, model.version, model.attempt)
        found = [
            (
                each.friend_id,
                each.attempt,
                each.wave,
                each.sent_at,
                each.respond_by,
                each.state,
                each.closed_at,
            )
            for each in state.invitations
        ]
        assert found == [
            (each.friend, each.attempt, each.wave, each.sent, each.respond_by, each.state, each.closed)
            for each in model.invited
        ]
        assert (state.unserved_why.code if state.unserved_why else None) == model.why_unserved

    @invariant()
    def the_laws_hold(self) -> None:
        """One winner an attempt, nobody asked twice by the system, a history that makes the state."""
        state = getattr(self, "state", None)
        if state is None:
            return
        assert dispatch.replay(self.history) == state
        for attempt in range(1, state.attempt + 1):
            became = [each.state for each in state.invitations if each.attempt == attempt]
            assert became.count(InvitationState.ACCEPTED) <= 1
            if InvitationState.ACCEPTED in became:
                assert InvitationState.SENT not in became
        if state.state is not RequestState.OPEN:
            assert not any(each.is_open for each in state.invitations)
            assert state.due == ()


def wanted_friends(wanted: DispatchCommand) -> list[str]:
    """Return whom a command would invite."""
    return [each.friend_id for each in wanted.candidates]


DispatchMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
test_any_interleaving_keeps_the_rules = DispatchMachine.TestCase
