"""Histories of disputes: what is folded is what was decided; and a machine against the rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mila_core import disputes, testing
from mila_core.disputes import Dispute, DisputeCommand, DisputeEvent, Ruling
from mila_core.export import pseudonymise
from mila_core.lifecycle import Actor, Decision, Refusal, Role
from mila_core.money import Money
from mila_core.serialization import dumps, loads
from tests import machine_laws
from tests.disputes import examples, rules
from tests.journey import utc

Histories = Sequence[DisputeEvent]


@given(testing.dispute_histories())
def test_a_history_is_folded_event_by_event(history: Histories) -> None:
    """A gap, a duplicate, another order or another dispute's event is refused."""
    dispute = machine_laws.check_history(disputes.MACHINE, history)
    assert dispute == disputes.replay(history)
    assert dispute.opened_at == history[0].at


@given(testing.dispute_histories())
def test_a_history_is_the_same_after_it_was_stored(history: Histories) -> None:
    """Events and what they make survive their documents."""
    stored = [loads(dumps(event), DisputeEvent) for event in history]
    assert stored == list(history)
    dispute = disputes.replay(stored)
    assert loads(dumps(dispute), Dispute) == dispute == disputes.replay(history)


@given(testing.dispute_histories())
def test_a_pseudonymous_history_makes_the_pseudonymous_dispute(history: Histories) -> None:
    """Who, and what they wrote, is hidden in the events as in what they make; the amounts stay."""
    key = b"a secret of the owner"
    hidden = [pseudonymise(event, key=key) for event in history]
    dispute = disputes.replay(history)
    assert disputes.replay(hidden) == pseudonymise(dispute, key=key)
    assert [event.text for event in hidden] == [""] * len(hidden)
    assert disputes.replay(hidden).contest.amount == dispute.contest.amount


# A machine against the rules -----------------------------------------------------------------------------

_PEOPLE = {"customer": "anna", "friend": "andreas"}
_STARTS = [utc("2013-11-28T15:00"), utc("2014-03-29T15:00"), utc("2014-10-25T15:00")]
_OUTCOMES = sorted(rules.WINDOWS)
_TICK = timedelta(microseconds=1)


class DisputeMachine(RuleBasedStateMachine):
    """One dispute after the other, by legal and illegal commands, against `rules.Model`."""

    def __init__(self) -> None:
        """Begin without a dispute."""
        super().__init__()
        self.number = 0
        self.sent: list[rules.Wanted] = []
        self.history: list[DisputeEvent] = []
        self.dispute: Dispute | None = None

    @initialize(outcome=st.sampled_from(_OUTCOMES), ended_at=st.sampled_from(_STARTS))
    def a_booking_ends(self, outcome: str, ended_at: datetime) -> None:
        """A booking has an outcome."""
        self.booking = examples.ended(outcome, at=ended_at)
        window = rules.WINDOWS[outcome]
        last = ended_at + window.length - (timedelta(0) if window.is_last_included else _TICK)
        contested = disputes.contested_amount(self.booking).rappen
        self.model = rules.Model(people=_PEOPLE, claimant=window.claimant, contested=contested, last=last)
        self.late = "too_late" if window.is_last_included else "deadline_passed"
        self.clock = ended_at
        self.dispute, self.history, self.sent = None, [], []

    @precondition(lambda self: self.model.state in rules.FINAL)
    @rule(outcome=st.sampled_from(_OUTCOMES), ended_at=st.sampled_from(_STARTS))
    def another_booking_ends(self, outcome: str, ended_at: datetime) -> None:
        """After the end of one dispute the next begins."""
        self.a_booking_ends(outcome, ended_at)

    def _command(self, wanted: rules.Wanted) -> DisputeCommand:
        return DisputeCommand(
            event=wanted.event,
            by=Actor(Role(wanted.role), wanted.person),
            key=wanted.key,
            booking=self.booking,
            text=wanted.text,
            ruling=None if wanted.ruling is None else Ruling(wanted.ruling),
            amount=None if wanted.amount is None else Money(wanted.amount),
            expected_version=wanted.seen,
        )

    def _send(self, wanted: rules.Wanted, *, at: datetime) -> str:
        """Send a command, and check the answer and what became of the dispute against the model."""
        expected = self.model.answer(wanted, at=at)
        expected = self.late if expected == "too_late" else expected
        before = self.dispute
        decided = disputes.decide(before, self._command(wanted), at=at)
        assert (decided.code if isinstance(decided, Refusal) else decided.outcome.value) == expected
        if isinstance(decided, Decision):
            assert decided.expects[0].version == self.model.version
            for event in decided.events:
                self.dispute = disputes.evolve(self.dispute, event)
                self.history.append(event)
        if expected == "applied":
            self.model.apply(wanted, at=at)
            self.sent.append(wanted)
        else:
            assert self.dispute is before
        return expected

    def _wanted(self, event: str, role: str, *, person: str | None = None, key: str = "") -> rules.Wanted:
        self.number += 1
        who = person or _PEOPLE.get(role, "somebody")
        ruling = "full" if event == "decide_dispute" else None
        return rules.Wanted(event, role, who, key or f"key-{self.number}", ruling=ruling)

    def _drawn(self, data: st.DataObject, event: str, role: str) -> rules.Wanted:
        """Return a command with any words, ruling and amount that can be said."""
        wanted = self._wanted(event, role)._replace(text=data.draw(st.sampled_from(["ja", "nein", " "])))
        if event != "decide_dispute":
            return wanted
        ruling = data.draw(st.sampled_from(["dismissed", "partial", "full"]), label="ruling")
        most = self.model.contested + 1
        amount = data.draw(st.integers(1, most), label="amount") if ruling == "partial" else None
        return wanted._replace(ruling=ruling, amount=amount)

    @precondition(lambda self: self.model.state not in rules.FINAL)
    @rule(data=st.data(), names_version=st.booleans())
    def somebody_goes_on(self, data: st.DataObject, names_version: bool) -> None:  # noqa: FBT001
        """The side whose turn it is, or an operator, takes a step at an instant at which it can."""
        model = self.model
        if model.state == "none":
            event, roles, first, last = "open_dispute", [model.claimant, "operator"], self.clock, model.last
        elif model.state == "open":
            assert model.answer_by is not None
            event, roles = "answer_dispute", [model.respondent, "operator"]
            first, last = self.clock, model.answer_by - _TICK
        else:
            event, roles, first, last = "decide_dispute", ["operator"], self.clock, self.clock
        at = min(first, last)  # clocks differ: it may go back
        wanted = self._wanted(event, data.draw(st.sampled_from(roles), label="role"))
        seen = model.version if names_version else None
        assert self._send(wanted._replace(seen=seen), at=at) == "applied"

    @rule(
        data=st.data(),
        event=st.sampled_from([*rules.EVENTS, "appeal"]),
        role=st.sampled_from(rules.ROLES),
        stranger=st.booleans(),
    )
    def somebody_tries_anything(
        self,
        data: st.DataObject,
        event: str,
        role: str,
        stranger: bool,  # noqa: FBT001
    ) -> None:
        """Anybody tries anything at the present instant: the rules say what becomes of it."""
        wanted = self._drawn(data, event, role)
        self._send(wanted._replace(person="zoe") if stranger else wanted, at=self.clock)

    @precondition(lambda self: self.model.state not in rules.FINAL)
    @rule(data=st.data(), off=st.sampled_from([-1, 0, 1]))
    def somebody_tries_at_the_edge(self, data: st.DataObject, off: int) -> None:
        """Somebody tries what the table allows a microsecond before, at, or after the limit of the moment."""
        steps = sorted(step for step in rules.TARGETS if step[1] == self.model.state)
        event, _, role = data.draw(st.sampled_from(steps), label="step")
        limit = self.model.answer_by or self.model.last
        self._send(self._drawn(data, event, role), at=limit + timedelta(microseconds=off))

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), what=st.sampled_from(["repeated", "key used again", "stale"]))
    def something_goes_wrong(self, data: st.DataObject, what: str) -> None:
        """An answer is lost and the command sent again; a key is used twice; a version is stale."""
        used = data.draw(st.sampled_from(self.sent), label="used")
        if what == "repeated":
            assert self._send(used, at=self.clock) == "replayed"
        elif what == "key used again":
            other = used._replace(text=f"{used.text} and more")
            assert self._send(other, at=self.clock) == "key_mismatch"
        else:
            seen = data.draw(st.integers(0, 9).filter(lambda each: each != self.model.version), label="seen")
            stale = self._wanted(used.event, used.role)._replace(seen=seen)
            assert self._send(stale, at=self.clock) == "stale_version"

    @rule(moved=st.timedeltas(timedelta(days=-2), timedelta(days=4)))
    def the_clock_is_set(self, moved: timedelta) -> None:
        """Time goes on; or a server whose clock is behind takes over."""
        self.clock += moved

    @invariant()
    def the_dispute_is_what_the_rules_say(self) -> None:
        """State, version, words and amount are the model's, and the history makes the same dispute."""
        dispute, model = self.dispute, self.model
        if dispute is None:
            assert model.version == 0
            return
        assert (dispute.state, dispute.version, dispute.since) == (model.state, model.version, model.since)
        assert (dispute.contest.answer_by, dispute.contest.claimant) == (model.answer_by, model.claimant)
        assert dispute.claim == model.said["open_dispute"]
        assert dispute.answer == model.said.get("answer_dispute", "")
        awarded = None if dispute.resolution is None else dispute.resolution.amount.rappen
        assert awarded == model.awarded
        assert disputes.is_blocking(dispute) == (model.state in rules.OPEN)
        assert dispute.due == ()
        assert disputes.replay(self.history) == dispute


TestDisputeMachine = DisputeMachine.TestCase
TestDisputeMachine.settings = settings(stateful_step_count=30)


def test_a_longer_text_of_the_same_key_is_another_command() -> None:
    """What was said is part of what a repetition has to bring again."""
    wanted = examples.command("answer_dispute", examples.side("friend"))
    assert wanted.fingerprint != attrs.evolve(wanted, text="words.").fingerprint
