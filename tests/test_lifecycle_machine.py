"""The machine that every life cycle is made of, driven by one of our own: a lamp with a seal, two tables.

Nothing here is about bookings: a lamp is built, switched on and off by its owner, burns out after ten hours,
and may be opened by a friend; one that is opened while it is on breaks, and is scrapped, all at once.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, cast

import attrs
import pytest

from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import (
    MOST_KEYS,
    Actor,
    Aggregate,
    Command,
    Decision,
    Event,
    Machine,
    Outcome,
    Refusal,
    RefusedError,
    Role,
    StreamVersion,
    Timer,
    Transition,
    not_after,
    not_before,
)
from mila_core.reasons import Reason, reason
from tests import machine_laws as laws
from tests import wrong


class Light(StrEnum):
    """Whether it shines."""

    OFF = "off"
    ON = "on"
    BROKEN = "broken"


class Seal(StrEnum):
    """Whether anybody has opened it."""

    INTACT = "intact"
    OPEN = "open"
    SCRAPPED = "scrapped"


def _row(event: str, roles: Iterable[Role], sources: Iterable[str], target: str) -> Transition:
    return Transition(event=event, roles=frozenset(roles), sources=frozenset(sources), target=target)


LIGHTS = (
    _row("build", [Role.OPERATOR], [], Light.OFF),
    _row("switch_on", [Role.CUSTOMER, Role.FRIEND], [Light.OFF], Light.ON),
    _row("dim", [Role.CUSTOMER], [Light.ON], Light.ON),
    _row("switch_off", [Role.CUSTOMER], [Light.ON], Light.OFF),
    _row("burn_out", [Role.TIMER], [Light.ON, Light.OFF], Light.BROKEN),
    _row("smash", [Role.SYSTEM], [Light.ON], Light.BROKEN),
)
SEALS = (
    _row("open_up", [Role.FRIEND, Role.OPERATOR], [Seal.INTACT], Seal.OPEN),
    _row("scrap", [Role.SYSTEM], [Seal.OPEN], Seal.SCRAPPED),
)


@attrs.frozen(kw_only=True)
class LampEvent(Event):
    """What happened to a lamp."""

    STREAM: ClassVar[str] = "lamp"

    owner_id: str | None = None
    watts: int | None = None


@attrs.frozen(kw_only=True)
class LampCommand(Command):
    """What somebody wants of a lamp."""

    lamp_id: str | None = None
    owner_id: str | None = None
    watts: int | None = None
    grid_version: int | None = None

    @property
    def begins(self) -> str:
        """The id of a new lamp."""
        return self.lamp_id or super().begins

    @property
    def content(self) -> tuple[object, ...]:
        """The lamp and its watts; how the grid stands is fresher knowledge."""
        return (self.lamp_id, self.owner_id, self.watts)


@attrs.frozen(kw_only=True)
class Lamp(Aggregate):
    """A lamp."""

    STREAM: ClassVar[str] = "lamp"

    light: Light
    seal: Seal = Seal.INTACT
    owner_id: str
    watts: int = 0
    lit_at: datetime | None = None

    @property
    def due(self) -> tuple[Timer, ...]:
        """It burns out after ten hours of light."""
        return () if self.lit_at is None else (Timer("burn_out", self.lit_at + 10 * HOUR),)


HOUR = timedelta(hours=1)
AT = datetime(2014, 3, 30, 0, 30, tzinfo=UTC)
OPERATOR = Actor(Role.OPERATOR, "olga")
OWNER = Actor(Role.CUSTOMER, "anna")
FRIEND = Actor(Role.FRIEND, "andreas")
CLOCK = Actor(Role.TIMER, "clock")
HOUSE = Actor(Role.SYSTEM, "house")


def _parties(lamp: Lamp | None, _: LampCommand) -> Mapping[Role, frozenset[str]]:
    return {} if lamp is None else {Role.CUSTOMER: frozenset({lamp.owner_id})}


def _guard(lamp: Lamp | None, command: LampCommand, at: datetime) -> Iterable[Reason]:
    if command.event == "switch_on":
        assert lamp is not None
        yield from not_before(at, lamp.since)
        if (command.watts or 0) > 100:
            yield reason("too_bright", most=100)
        if (command.watts or 0) % 5:
            yield reason("odd_watts")
    if command.event == "build":
        yield from not_after(at, AT)


def _payload(_: Lamp | None, command: LampCommand, __: datetime) -> Mapping[str, Any]:
    return {"owner_id": command.owner_id, "watts": command.watts}


def _begin(event: LampEvent) -> Mapping[str, Any]:
    return {"owner_id": event.owner_id}


def _change(lamp: Lamp, event: LampEvent) -> Mapping[str, Any]:
    match event.event:
        case "switch_on":
            return {"watts": event.watts or 0, "lit_at": event.at}
        case "switch_off" | "burn_out" | "smash":
            return {"lit_at": None}
        case _:
            return {"watts": lamp.watts}


def _reads(_: Lamp | None, command: LampCommand) -> Iterable[StreamVersion]:
    if command.grid_version is not None:
        yield StreamVersion("grid:zh", command.grid_version)


def _follow(lamp: Lamp, event: LampEvent) -> Iterable[LampCommand]:
    if event.event == "open_up" and lamp.light is Light.ON:
        yield LampCommand(event="smash", by=HOUSE, key="not-used")
    if event.event == "smash":
        yield LampCommand(event="scrap", by=HOUSE, key="not-used")


MACHINE: Machine[Lamp, LampEvent, LampCommand] = Machine(
    aggregate=Lamp,
    event=LampEvent,
    tables={"light": LIGHTS, "seal": SEALS},
    parties=_parties,
    guard=_guard,
    payload=_payload,
    begin=_begin,
    change=_change,
    reads=_reads,
    follow=_follow,
)

BUILD = LampCommand(event="build", by=OPERATOR, key="build", lamp_id="lamp-1", owner_id="anna")
ON = LampCommand(event="switch_on", by=OWNER, key="on", watts=60)
OFF = LampCommand(event="switch_off", by=OWNER, key="off")
OPEN_UP = LampCommand(event="open_up", by=FRIEND, key="open")
BURN_OUT = LampCommand(event="burn_out", by=CLOCK, key="burn")


def done(lamp: Lamp | None, *commands: LampCommand, at: datetime = AT) -> Lamp:
    """Return the lamp after commands that have to be granted."""
    for command in commands:
        lamp = laws.granted(MACHINE, lamp, command, at=at)
    assert lamp is not None
    return lamp


def refused(lamp: Lamp | None, command: LampCommand, *, at: datetime = AT) -> list[str]:
    """Return the codes of a refusal."""
    decided = MACHINE.decide(lamp, command, at=at)
    assert isinstance(decided, Refusal), decided
    assert decided.event == command.event
    return [why.code for why in decided.reasons]


def decided(lamp: Lamp | None, command: LampCommand, *, at: datetime = AT) -> Decision[LampEvent]:
    """Return a decision."""
    found = MACHINE.decide(lamp, command, at=at)
    assert isinstance(found, Decision), found
    return found


DARK = done(None, BUILD)
LIT = done(DARK, ON)


# Its tables ----------------------------------------------------------------------------------------------


def test_the_laws_of_tables_hold_for_each_of_several() -> None:
    """Each table is looked at by itself; one may begin with a default instead of an event."""
    laws.check_unique(LIGHTS)
    laws.check_unique(SEALS)
    laws.check_reachable(LIGHTS, list(Light))
    laws.check_reachable(SEALS, list(Seal), begins="intact")
    laws.check_final(LIGHTS, states=list(Light), final=[Light.BROKEN])
    laws.check_final(SEALS, states=list(Seal), final=[Seal.SCRAPPED])
    laws.check_one_timer(LIGHTS, [Light.ON])
    laws.check_timers_end(LIGHTS, [Light.ON, Light.OFF], final=[Light.BROKEN])


def test_an_event_stands_in_one_table() -> None:
    """An event in two tables would change two states at once: such a machine is refused."""
    twice = {"light": LIGHTS, "seal": (*SEALS, _row("dim", [Role.FRIEND], [Seal.OPEN], Seal.INTACT))}
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(MACHINE, tables=twice)
    assert caught.value.field == "tables"
    assert "dim" in str(caught.value)


def test_an_event_changes_the_state_of_its_table_alone() -> None:
    """The other table's state stays; the instant is that of the last change in either."""
    opened = done(DARK, OPEN_UP, at=AT + HOUR)
    assert (DARK.light, DARK.seal, DARK.since) == (Light.OFF, Seal.INTACT, AT)
    assert (opened.light, opened.seal, opened.since) == (Light.OFF, Seal.OPEN, AT + HOUR)


def test_an_event_that_leads_nowhere_else_keeps_the_instant() -> None:
    """A state lasts since it began, also where something happens in it."""
    dimmed = done(LIT, LampCommand(event="dim", by=OWNER, key="dim"), at=AT + HOUR)
    assert (dimmed.light, dimmed.since, dimmed.version) == (Light.ON, AT, 3)


@pytest.mark.parametrize(
    ("lamp", "command", "code"),
    [
        (DARK, attrs.evolve(ON, event="fly"), "unknown_event"),
        (None, attrs.evolve(BUILD, event="fly"), "unknown_event"),
        (None, attrs.evolve(BUILD, event="switch_on"), "not_from_this_state"),
        (DARK, attrs.evolve(BUILD, key="again"), "not_from_this_state"),
        (LIT, attrs.evolve(ON, key="again"), "not_from_this_state"),
        (LIT, attrs.evolve(OFF, by=FRIEND), "not_for_this_role"),
        (None, attrs.evolve(BUILD, by=OWNER), "not_for_this_role"),
        (done(DARK, OPEN_UP), attrs.evolve(OPEN_UP, key="again"), "not_from_this_state"),
    ],
)
def test_what_stands_in_no_row_is_refused(lamp: Lamp | None, command: LampCommand, code: str) -> None:
    """The table of the event says whether it is possible here, and for whom."""
    assert refused(lamp, command) == [code]


def test_everybody_sees_what_the_tables_let_them_do() -> None:
    """`events_for` looks at each event's own table, in the order of the rows."""
    assert MACHINE.events_for(DARK, role=Role.FRIEND) == ("switch_on", "open_up")
    assert MACHINE.events_for(LIT, role=Role.CUSTOMER) == ("dim", "switch_off")
    assert MACHINE.events_for(LIT, role=Role.TIMER) == ("burn_out",)
    assert MACHINE.events_for(LIT, role=Role.SYSTEM) == ("smash",)
    assert MACHINE.events_for(LIT, role=Role.OPERATOR) == ("open_up",)


def test_nobody_decides_for_the_house_in_their_own_case() -> None:
    """An operator who is a party is refused in that role, whatever the table says."""
    own_case = Actor(Role.OPERATOR, "anna")
    assert refused(LIT, LampCommand(event="open_up", by=own_case, key="mine")) == ["conflict_of_interest"]
    assert decided(LIT, LampCommand(event="open_up", by=OPERATOR, key="theirs")).events


@pytest.mark.parametrize("wrong", [None, "on", object()])
def test_what_is_no_command_no_state_and_no_event_is_told(wrong: Any) -> None:
    """The error names the argument, and what was expected."""
    for call, field in (
        (lambda: MACHINE.decide(LIT, wrong, at=AT), "command"),
        (lambda: MACHINE.decide(cast("Any", wrong or 3), ON, at=AT), "state"),
        (lambda: MACHINE.evolve(LIT, wrong), "event"),
        (lambda: MACHINE.replay([wrong]), "event"),
    ):
        with pytest.raises(InvalidTypeError) as caught:
            call()
        assert caught.value.field == field


@pytest.mark.parametrize(
    "reads",
    [
        [StreamVersion("lamp:lamp-1", 1)],  # the machine's own: that is what expected_version is for
        [StreamVersion("meter:m1", 7), StreamVersion("meter:m1", 8)],  # which can never hold together
    ],
)
def test_versions_that_contradict_each_other_are_refused(reads: list[StreamVersion]) -> None:
    """A decision that could never be stored is none."""
    with pytest.raises(InvalidValueError) as caught:
        MACHINE.decide(DARK, attrs.evolve(ON, reads=reads), at=AT)
    assert caught.value.field == "reads"


# Keys and versions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lamp", "command", "at"),
    [(None, BUILD, AT), (DARK, ON, AT), (LIT, OFF, AT), (LIT, OPEN_UP, AT), (LIT, BURN_OUT, AT + 10 * HOUR)],
)
def test_keys_and_versions(lamp: Lamp | None, command: LampCommand, at: datetime) -> None:
    """A repetition changes nothing, a used key stands for its command, another version is refused."""
    after = laws.check_repetition(MACHINE, lamp, command, at=at)
    laws.check_mismatch(MACHINE, after, attrs.evolve(command, watts=7), at=at)
    laws.check_stale(MACHINE, lamp, command, at=at)


def test_a_key_is_looked_at_before_all_else() -> None:
    """A retry is a retry where its row, its actor's part, or the moment would refuse it today."""
    broken = done(LIT, BURN_OUT, at=AT + 10 * HOUR)
    for command in (BUILD, ON, BURN_OUT):
        assert decided(broken, command, at=AT - 900 * HOUR).outcome is Outcome.REPLAYED


def test_what_is_known_freshly_is_no_part_of_a_retry() -> None:
    """Content is what was asked for, not what was known when it was asked."""
    assert decided(LIT, attrs.evolve(ON, grid_version=9)).outcome is Outcome.REPLAYED
    for other in (
        attrs.evolve(ON, watts=40),
        attrs.evolve(ON, by=FRIEND),
        attrs.evolve(ON, event="dim"),
        attrs.evolve(ON, why=reason("dark")),
    ):
        assert refused(LIT, other) == ["key_mismatch"]


def test_the_last_keys_are_remembered() -> None:
    """After so many others a key is forgotten, and its command is judged as a new one."""
    lamp = LIT
    for number in range(MOST_KEYS - 1):
        lamp = done(lamp, LampCommand(event="dim", by=OWNER, key=f"dim-{number}"))
    assert decided(lamp, ON).outcome is Outcome.REPLAYED
    lamp = done(lamp, LampCommand(event="dim", by=OWNER, key="one-more"))
    assert len(lamp.keys) == MOST_KEYS
    assert refused(lamp, ON) == ["not_from_this_state"]


def test_a_decision_expects_all_that_was_read() -> None:
    """The lamp's own version first, then the others; a repetition rests on the lamp's alone."""
    first = decided(None, BUILD)
    assert first.expects == (StreamVersion("lamp:lamp-1", 0),)
    more = decided(DARK, attrs.evolve(ON, grid_version=3))
    assert more.expects == (StreamVersion("lamp:lamp-1", 1), StreamVersion("grid:zh", 3))
    meter = StreamVersion("meter:m1", 7)  # what only the caller knows that it has read
    known = decided(DARK, attrs.evolve(ON, grid_version=3, reads=[meter]))
    assert known.expects == (*more.expects, meter)
    again = decided(LIT, attrs.evolve(ON, grid_version=3))
    assert again.expects == (StreamVersion("lamp:lamp-1", 2),)


def test_an_event_says_all_about_itself() -> None:
    """Id, version, who, when, the key, what the command was, why, and what the machine adds."""
    command = attrs.evolve(ON, why=reason("dark"))
    (event,) = decided(DARK, command, at=AT.astimezone()).events
    assert event == LampEvent(
        id="lamp-1",
        version=2,
        event="switch_on",
        by=OWNER,
        at=AT,
        key="on",
        fingerprint=command.fingerprint,
        why=reason("dark"),
        watts=60,
    )
    assert event.stream == "lamp:lamp-1"
    assert event.at.tzinfo is UTC


# Parties, timers, guards ---------------------------------------------------------------------------------


def test_a_role_that_somebody_fills_is_theirs_alone() -> None:
    """The owner is a party; a role that the machine leaves out may be filled by anyone."""
    assert refused(DARK, attrs.evolve(ON, by=Actor(Role.CUSTOMER, "bruno"))) == ["not_a_party"]
    assert done(DARK, attrs.evolve(ON, by=Actor(Role.FRIEND, "whoever"))).light is Light.ON


def test_time_acts_when_it_is_due_and_not_before() -> None:
    """A timer that comes early is told from when on; one that nothing owes is refused."""
    assert refused(DARK, BURN_OUT) == ["not_due"]
    early = MACHINE.decide(LIT, BURN_OUT, at=AT + 10 * HOUR - timedelta(microseconds=1))
    assert isinstance(early, Refusal)
    assert early.reasons == (reason("too_early", possible_from=AT + 10 * HOUR),)
    assert MACHINE.due(LIT, at=AT + 10 * HOUR - timedelta(microseconds=1)) == ()
    assert MACHINE.due(LIT, at=AT + 10 * HOUR) == LIT.due
    assert done(LIT, BURN_OUT, at=AT + 10 * HOUR).light is Light.BROKEN


def test_a_guard_names_all_its_reasons() -> None:
    """Whoever is refused learns everything at once."""
    assert refused(DARK, attrs.evolve(ON, watts=101), at=AT - HOUR) == [
        "too_early",
        "too_bright",
        "odd_watts",
    ]


def test_the_rules_are_asked_in_their_order() -> None:
    """The key, the version, the table, the parties, the timer, the guard: the first that says no answers."""
    stranger = Actor(Role.CUSTOMER, "bruno")
    wanted = attrs.evolve(ON, key="build", by=stranger, watts=101, expected_version=7)
    answers = [refused(LIT, wanted)]
    wanted = attrs.evolve(wanted, key="new")
    answers.append(refused(LIT, wanted))
    wanted = attrs.evolve(wanted, expected_version=2)
    answers.append(refused(LIT, wanted))
    wanted = attrs.evolve(wanted, expected_version=1)
    answers.append(refused(DARK, wanted))
    wanted = attrs.evolve(wanted, by=OWNER)
    answers.append(refused(DARK, wanted))
    assert [codes[0] for codes in answers] == [
        "key_mismatch",
        "stale_version",
        "not_from_this_state",
        "not_a_party",
        "too_bright",
    ]


@pytest.mark.parametrize(("off", "expected"), [(-1, []), (0, []), (1, ["too_late"])])
def test_a_last_moment_is_still_in_time(off: int, expected: list[str]) -> None:
    """What is possible until an instant is possible at the instant itself."""
    reasons = not_after(AT + timedelta(microseconds=off), AT)
    assert [why.code for why in reasons] == expected
    assert all(why.get("possible_until") == AT for why in reasons)


@pytest.mark.parametrize(("off", "expected"), [(-1, ["too_early"]), (0, []), (1, [])])
def test_a_first_moment_is_in_time(off: int, expected: list[str]) -> None:
    """What is possible from an instant on is possible at the instant itself."""
    reasons = not_before(AT + timedelta(microseconds=off), AT)
    assert [why.code for why in reasons] == expected
    assert all(why.get("possible_from") == AT for why in reasons)


# What follows --------------------------------------------------------------------------------------------


def test_what_follows_is_part_of_the_same_decision() -> None:
    """Who opens a lamp that is on breaks it, and it is scrapped: one command, three events."""
    found = decided(LIT, OPEN_UP, at=AT + HOUR)
    assert [(each.version, each.event, each.by, each.key) for each in found.events] == [
        (3, "open_up", FRIEND, "open"),
        (4, "smash", HOUSE, "~4"),
        (5, "scrap", HOUSE, "~5"),
    ]
    assert {(each.fingerprint, each.at) for each in found.events} == {(OPEN_UP.fingerprint, AT + HOUR)}
    after = done(LIT, OPEN_UP, at=AT + HOUR)
    assert (after.light, after.seal, after.version) == (Light.BROKEN, Seal.SCRAPPED, 5)
    assert decided(after, OPEN_UP).events == ()


def test_what_follows_takes_no_place_among_the_keys() -> None:
    """A caller's key is remembered as long as ever, however much follows; none looks like a follower's."""
    after = done(LIT, OPEN_UP)
    assert [use.key for use in after.keys] == ["build", "on", "open"]
    assert decided(after, BUILD).outcome is Outcome.REPLAYED
    for key in ("~", "~4"):
        with pytest.raises(InvalidValueError) as caught:
            attrs.evolve(ON, key=key)
        assert caught.value.field == "key"
    assert attrs.evolve(ON, key="4~").key == "4~"


def test_nothing_follows_where_the_machine_says_nothing() -> None:
    """A lamp that is off is opened, no more."""
    assert [each.event for each in decided(DARK, OPEN_UP).events] == ["open_up"]
    silent = attrs.evolve(MACHINE, follow=lambda *_: ())
    assert len(decided(LIT, OPEN_UP).events) == 3
    found = silent.decide(LIT, OPEN_UP, at=AT)
    assert isinstance(found, Decision)
    assert len(found.events) == 1


def test_rules_that_contradict_each_other_are_an_error() -> None:
    """What follows from an event must be possible: a machine of which that is not true says so aloud."""
    bad = attrs.evolve(
        MACHINE, follow=lambda *_: [LampCommand(event="switch_off", by=FRIEND, key="not-used")]
    )
    with pytest.raises(RefusedError) as caught:
        bad.decide(LIT, OPEN_UP, at=AT)
    assert caught.value.refusal.code == "not_for_this_role"
    assert caught.value.refusal.event == "switch_off"


# Evolve and replay ---------------------------------------------------------------------------------------


def history(*commands: LampCommand) -> list[LampEvent]:
    """Return the events of a life."""
    lamp: Lamp | None = None
    events: list[LampEvent] = []
    for command in commands:
        found = decided(lamp, command)
        events += found.events
        lamp = done(lamp, command)
    return events


@pytest.mark.parametrize("commands", [(BUILD,), (BUILD, ON), (BUILD, ON, OFF), (BUILD, ON, OPEN_UP)])
def test_a_history_is_folded_and_nothing_else(commands: tuple[LampCommand, ...]) -> None:
    """The events of a life make the lamp; with a gap, twice, in another order, of another lamp, nothing."""
    assert laws.check_history(MACHINE, history(*commands)) == done(None, *commands)


@pytest.mark.parametrize(
    "wrong_event",
    [
        {"event": "switch_on"},  # it is on
        {"event": "fly"},
        {"event": "switch_off", "by": FRIEND},
        {"event": "scrap", "by": HOUSE},  # it is intact
        {"event": "build", "by": OPERATOR},
    ],
)
def test_a_step_that_the_tables_forbid_is_refused(wrong_event: dict[str, Any]) -> None:
    """The tables are looked at again when an event is folded."""
    (event,) = decided(LIT, OFF).events
    with pytest.raises(InvalidValueError) as caught:
        MACHINE.evolve(LIT, attrs.evolve(event, **wrong_event))
    assert caught.value.field == "event"


def test_a_life_begins_with_a_beginning() -> None:
    """No other event makes a lamp, and no history none."""
    (event,) = decided(DARK, ON).events
    with pytest.raises(InvalidValueError) as caught:
        MACHINE.replay([attrs.evolve(event, version=1)])
    assert caught.value.field == "event"
    with pytest.raises(InvalidValueError) as caught:
        MACHINE.replay([])
    assert caught.value.field == "history"


def test_a_life_that_is_over_takes_nothing() -> None:
    """Where both tables have come to their end there is nothing left to do."""
    scrapped = done(LIT, OPEN_UP)
    made = [lambda by, event=event: LampCommand(event=event, by=by, key="new") for event in EVENTS]
    laws.check_over(MACHINE, scrapped, made, at=AT + 99 * HOUR)


EVENTS = tuple(row.event for row in (*LIGHTS, *SEALS))


# Wrong calls ---------------------------------------------------------------------------------------------


def test_a_beginning_needs_an_id() -> None:
    """A command on nothing that does not say what it begins is a wrong call."""
    with pytest.raises(InvalidTypeError) as caught:
        MACHINE.decide(None, ON, at=AT)
    assert caught.value.field == "state"


@pytest.mark.parametrize(
    "call", [lambda at: MACHINE.decide(LIT, OFF, at=at), lambda at: MACHINE.due(LIT, at=at)]
)
def test_a_naive_instant_is_refused(call: Any) -> None:
    """Which instant a naive one is, nobody knows."""
    with pytest.raises(InvalidValueError) as caught:
        call(wrong.NAIVE)
    assert caught.value.field == "at"


def test_a_plain_life_has_no_timers_and_no_content() -> None:
    """What a machine does not say otherwise is nothing."""
    plain = Aggregate(id="a", version=1, since=AT)
    assert (plain.due, plain.stream, plain.keys) == ((), "stream:a", ())
    assert Command(event="e", by=OWNER, key="k").content == ()
