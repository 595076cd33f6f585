"""What every machine shares: tables, keys and their window, refusals with every reason."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.errors import InvalidTypeError, InvalidValueError, MilaError
from mila_core.lifecycle import (
    MOST_KEYS,
    Actor,
    Decision,
    KeyUse,
    Outcome,
    Refusal,
    RefusedError,
    Role,
    StreamVersion,
    Timer,
    Transition,
    fingerprint,
    match_key,
    match_transition,
    remember,
)
from mila_core.money import chf
from mila_core.periods import Period
from mila_core.reasons import reason

LAMP = (  # a machine of our own: nothing here is about bookings
    Transition(event="build", roles={Role.OPERATOR}, sources=(), target="off"),
    Transition(event="switch_on", roles={Role.CUSTOMER, Role.FRIEND}, sources={"off"}, target="on"),
    Transition(event="switch_off", roles={Role.CUSTOMER}, sources={"on"}, target="off"),
    Transition(event="burn_out", roles={Role.TIMER}, sources={"on", "off"}, target="dead"),
)


# Tables --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "source", "role", "expected"),
    [
        # the first event has no state before it
        ("build", None, Role.OPERATOR, "off"),
        ("switch_on", "off", Role.FRIEND, "on"),
        # an event from several states
        ("burn_out", "on", Role.TIMER, "dead"),
        ("burn_out", "off", Role.TIMER, "dead"),
        # no such event, in any state
        ("dim", "on", Role.CUSTOMER, "unknown_event"),
        ("dim", None, Role.CUSTOMER, "unknown_event"),
        # the event is there, but not from here
        ("switch_on", "on", Role.CUSTOMER, "not_from_this_state"),
        ("switch_on", None, Role.CUSTOMER, "not_from_this_state"),
        ("build", "off", Role.OPERATOR, "not_from_this_state"),
        ("switch_on", "dead", Role.CUSTOMER, "not_from_this_state"),
        # the state is looked at before the role
        ("switch_on", "on", Role.TIMER, "not_from_this_state"),
        # from here, but not for this role
        ("switch_off", "on", Role.FRIEND, "not_for_this_role"),
        ("build", None, Role.CUSTOMER, "not_for_this_role"),
    ],
)
def test_a_row_is_found_or_a_reason(event: str, source: str | None, role: Role, expected: str) -> None:
    """A table answers with its row, or says which of event, state and role does not fit."""
    found = match_transition(LAMP, event, source=source, role=role)
    assert (found.code if isinstance(found, Refusal) else found.target) == expected


def test_a_refusal_by_the_table_has_its_values() -> None:
    """The refusal names the event, and the state or the role that does not fit."""
    state = match_transition(LAMP, "build", source="off", role=Role.OPERATOR)
    none = match_transition(LAMP, "switch_on", source=None, role=Role.OPERATOR)
    role = match_transition(LAMP, "switch_off", source="on", role=Role.TIMER)
    assert state == Refusal(
        event="build", reasons=[reason("not_from_this_state", event="build", state="off")]
    )
    assert none == Refusal(
        event="switch_on", reasons=[reason("not_from_this_state", event="switch_on", state="none")]
    )
    assert role == Refusal(
        event="switch_off", reasons=[reason("not_for_this_role", event="switch_off", role="timer")]
    )


# Keys ----------------------------------------------------------------------------------------------------


_FEW_USES = st.builds(KeyUse, st.sampled_from("abcd"), st.sampled_from("xy"))


@given(st.lists(_FEW_USES, max_size=3, unique_by=lambda use: use.key), _FEW_USES)
def test_a_key_is_new_repeated_or_taken(used: list[KeyUse], use: KeyUse) -> None:
    """A key never used is applied; used for the same, replayed; used for something else, refused."""
    before = {each.key: each.fingerprint for each in used}
    answered = match_key(used, use, event="switch_on")
    if use.key not in before:
        assert answered is Outcome.APPLIED
    elif before[use.key] == use.fingerprint:
        assert answered is Outcome.REPLAYED
    else:
        assert answered == Refusal(event="switch_on", reasons=[reason("key_mismatch", key=use.key)])


def test_the_window_of_keys_is_bounded() -> None:
    """A state remembers its last keys, in order, and no more of them than it says."""
    uses = [KeyUse(f"key-{number}", "f") for number in range(MOST_KEYS + 5)]
    used: tuple[KeyUse, ...] = ()
    for number, use in enumerate(uses, start=1):
        used = remember(used, use)
        assert used == tuple(uses[max(0, number - MOST_KEYS) : number])


# Fingerprints --------------------------------------------------------------------------------------------


@given(testing.commands())
def test_equal_content_has_an_equal_fingerprint(command: Any) -> None:
    """A command that was stored and read again has the fingerprint it had."""
    copy = pickle.loads(pickle.dumps(command))  # noqa: S301  # our own bytes
    assert copy == command
    assert copy.fingerprint == command.fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # another value, another type, another place, another split
        (("accept", "nadja"), ("accept", "anna")),
        (("1",), (1,)),
        (("a", "b"), ("b", "a")),
        (("a", "b"), ("a, b",)),
        ((("a",), "b"), ("a", ("b",))),
        ((None,), ()),
        ((frozenset({"a", "b"}),), (frozenset({"a", "c"}),)),
        ((frozenset({"a"}),), (("a",),)),
        ((Actor(Role.FRIEND, "a"),), (Actor(Role.CUSTOMER, "a"),)),
    ],
)
def test_other_content_has_another_fingerprint(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    """What differs in content differs in its short name."""
    assert fingerprint(*one) != fingerprint(*other)


AT = datetime(2013, 11, 27, 8, tzinfo=UTC)


def test_a_fingerprint_is_the_same_in_every_release() -> None:
    """Keys are kept for as long as their booking: these figures are never to change."""
    known = {
        (): "5feb596270186253f9f617f0",
        ("accept", None, 3): "4f330517bcf72d95ec4baaf4",
        (Actor(Role.FRIEND, "andreas"), frozenset({"b", "a"})): "0d86757a6cfd23bfd80980f7",
        (chf(40), Period(AT, AT + timedelta(hours=1)), AT.date()): "9cb38f693013d6df8e7e044d",
    }
    assert {parts: fingerprint(*parts) for parts in known} == known


def test_a_new_field_with_a_default_leaves_fingerprints_as_they_were() -> None:
    """A class that gets a field in a later release has the fingerprints it had, where the default holds."""
    before = attrs.make_class("Note", {"text": attrs.field()}, frozen=True)
    after = attrs.make_class(
        "Note",
        {
            "text": attrs.field(),
            "pinned": attrs.field(default=False),
            "tags": attrs.field(factory=tuple, converter=tuple),
        },
        frozen=True,
    )
    assert fingerprint(before("a")) == fingerprint(after("a"))
    assert fingerprint(after("a")) != fingerprint(after("a", pinned=True))
    assert fingerprint(after("a")) != fingerprint(after("a", tags=["x"]))


@pytest.mark.parametrize("part", [object(), {1, 2}, b"bytes", 1j], ids=lambda part: type(part).__name__)
def test_what_has_no_content_of_ours_has_no_fingerprint(part: object) -> None:
    """A value whose text could be another in the next process is refused."""
    with pytest.raises(InvalidTypeError):
        fingerprint("accept", part)


PRINT_FINGERPRINT = """
from mila_core.catalogue import household_technology
from mila_core.lifecycle import fingerprint
print(fingerprint(household_technology().services))
"""


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    """Sets list their members in an order of each process: a retry from another server is recognised."""
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINT_FINGERPRINT],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "5", "8")
    }
    assert len(printed) == 1


# Values --------------------------------------------------------------------------------------------------


@given(testing.refusals())
def test_a_refusal_is_called_by_its_first_reason(refusal: Refusal) -> None:
    """The first reason is the one to act on."""
    assert refusal.code == refusal.reasons[0].code


@given(testing.refusals())
def test_a_refused_error_says_every_reason(refusal: Refusal) -> None:
    """The error keeps the refusal, names all its reasons, and survives pickling."""
    error = RefusedError(refusal)
    assert isinstance(error, MilaError)
    assert isinstance(error, RuntimeError)
    assert str(error).startswith(f"{refusal.event} is refused: ")
    for why in refusal.reasons:
        assert why.code in str(error)
        assert all(f"{name}={value}" in str(error) for name, value in why.values)
    assert pickle.loads(pickle.dumps(error)).refusal == refusal  # noqa: S301  # our own bytes


def test_a_timer_and_its_like_are_equal_in_any_zone() -> None:
    """An instant is one instant, in whatever zone it is written."""
    at = datetime(2000, 1, 1, tzinfo=timezone.utc)  # noqa: UP017  # another object than datetime.UTC, equal to it
    assert Timer("expire", at) == Timer("expire", at.astimezone(timezone(timedelta(hours=2))))
    assert hash(Timer("expire", at)) == hash(Timer("expire", at.astimezone(timezone(timedelta(hours=2)))))


def test_a_decision_is_applied_without_events_unless_it_says_more() -> None:
    """The plain decision is an applied one with nothing to store and nothing read."""
    decision: Decision[object] = Decision()
    assert (decision.outcome, decision.events, decision.expects) == (Outcome.APPLIED, (), ())


def test_the_stream_of_the_longest_id_has_a_version() -> None:
    """Any id can be that of a stream."""
    longest = "x" * 200
    assert StreamVersion(f"booking:{longest}", 1).stream.endswith(longest)


TEXT: Any = "friend"
NUMBER: Any = 5
NOTHING: Any = None
TRUE: Any = True
NAIVE = datetime(2013, 11, 27, 9)  # noqa: DTZ001

WRONG: dict[str, tuple[Callable[[], object], type[InvalidTypeError | InvalidValueError], str]] = {
    # what is wrong: the call, the error, the field it names
    "a role that is a text": (lambda: Actor(TEXT, "andreas"), InvalidTypeError, "role"),
    "an empty id": (lambda: Actor(Role.FRIEND, ""), InvalidValueError, "id"),
    "an id with a space": (lambda: Actor(Role.FRIEND, "an dreas"), InvalidValueError, "id"),
    "no role at all": (lambda: attrs.evolve(LAMP[0], roles=()), InvalidValueError, "roles"),
    "roles that are texts": (lambda: attrs.evolve(LAMP[0], roles={TEXT}), InvalidTypeError, "roles"),
    "roles that are a text": (lambda: attrs.evolve(LAMP[0], roles=TEXT), InvalidTypeError, "roles"),
    "a naive timer": (lambda: Timer("expire", NAIVE), InvalidValueError, "at"),
    "a timer at a text": (lambda: Timer("expire", TEXT), InvalidTypeError, "at"),
    "a version below zero": (lambda: StreamVersion("booking:b", -1), InvalidValueError, "version"),
    "a version that is a boolean": (lambda: StreamVersion("booking:b", TRUE), InvalidTypeError, "version"),
    "a stream without a name": (lambda: StreamVersion("", 0), InvalidValueError, "stream"),
    "a stream of nothing": (lambda: StreamVersion(NOTHING, 0), InvalidTypeError, "stream"),
    "a refusal without a reason": (lambda: Refusal(event="e", reasons=()), InvalidValueError, "reasons"),
    "reasons that are texts": (lambda: Refusal(event="e", reasons=[TEXT]), InvalidTypeError, "reasons[0]"),
    "an empty key": (lambda: KeyUse("", "f"), InvalidValueError, "key"),
    "a key that is a number": (lambda: KeyUse(NUMBER, "f"), InvalidTypeError, "key"),
    "a key that is too long": (lambda: KeyUse("x" * 201, "f"), InvalidValueError, "key"),
    "an outcome that is a text": (lambda: Decision(outcome=TEXT), InvalidTypeError, "outcome"),
    "events that are a number": (lambda: Decision(events=NUMBER), InvalidTypeError, "events"),
    "events that are a text": (lambda: Decision(events=TEXT), InvalidTypeError, "events"),
    "versions that are texts": (lambda: Decision(expects=[TEXT]), InvalidTypeError, "expects[0]"),
}


@pytest.mark.parametrize(("call", "error", "field"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_value_is_refused_by_its_field(
    call: Callable[[], object], error: type[InvalidTypeError | InvalidValueError], field: str
) -> None:
    """What cannot be is an error that names the field."""
    with pytest.raises(error) as caught:
        call()
    assert caught.value.field == field
