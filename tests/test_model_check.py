"""Every state that the worlds of `tests.model_check` can reach keeps all laws; each seeded fault is found."""

from collections.abc import Callable, Iterator

import pytest

from mila_core import settlements
from mila_core.bookings import TABLE, BookingEvent
from mila_core.dispatch import REQUEST_TABLE
from mila_core.money import Money
from mila_core.settlements import Settlement
from tests.model_check import __main__ as command
from tests.model_check import examples
from tests.model_check.bookings_worlds import one_slot
from tests.model_check.explorer import LawBrokenError, explore
from tests.model_check.faults import (
    AgendaVersionIgnored,
    BusySlotsForgotten,
    DisputeVersionIgnored,
    KeysForgotten,
    OtherStreamsIgnored,
    OwnVersionIgnored,
    TimersUnchecked,
    TornTransaction,
    evolve_over_gaps,
)
from tests.model_check.reader import read_in_any_order
from tests.model_check.store import Lives
from tests.model_check.world import Application
from tests.model_check.worlds import WORLDS
from tests.settlements import examples as money

# How many histories, states and steps there are: an exploration leaves nothing to chance. A number that is
# another one after a change of the rules is to be understood, and written down here and in the docs.
SIZES = {
    "one slot": (31, 48_643, 226_607),
    "instant booking": (23, 19_291, 89_829),
    "moving": (53, 61_655, 296_582),
    "one visit": (788, 27_878, 92_494),
    "first wins": (24, 9_028, 43_470),
    "redistribution": (54, 20_655, 98_939),
    "approval": (53, 31_671, 150_848),
    "payout": (169, 50_495, 228_017),
    "held at once": (105, 24_941, 112_787),
    "refund": (22, 528, 2_139),
}

# The events that happen in a world: one in which nothing can happen would keep all laws as well.
HAPPENS = {
    "one slot": "accept cancel_by_customer expire_request expire_unscheduled request",
    "instant booking": "accept book_instantly cancel_by_friend decline expire_request request",
    "moving": "accept book_instantly cancel_by_customer confirm expire_request expire_unscheduled request"
    " reschedule",
    "one visit": "approve auto_approve auto_complete book_instantly cancel_by_customer complete depart fail"
    " lapse report_customer_no_show report_friend_no_show start_work",
    "first wins": "accept_invitation assign expire_invitations expire_open_request open_request send_wave"
    " withdraw_request",
    "redistribution": "accept_invitation assign cancel_by_friend cancel_by_operator expire_invitations"
    " expire_open_request fulfil_request open_request reopen_request send_wave",
    "approval": "answer_dispute approve auto_approve book_instantly complete decide_dispute open_dispute"
    " withdraw_dispute",
    "payout": "approve book_instantly charge_commission complete credit decide_dispute grant_payout"
    " hold_payout open_dispute open_settlement receive_payment refund_partly release_due release_payout"
    " send_payout",
    "held at once": "approve book_instantly charge_commission complete credit decide_dispute grant_payout"
    " hold_payout open_dispute open_settlement receive_payment refund_partly release_due release_payout"
    " send_payout",
    "refund": "approve book_instantly complete decide_dispute grant_payout hold_payout open_dispute"
    " open_settlement receive_payment refund_partly release_due release_payout send_payout",
}


@pytest.mark.parametrize("name", WORLDS)
def test_every_state_keeps_the_laws(name: str) -> None:
    """In no state that can be reached a law is broken; and it is known how many such states there are."""
    world = WORLDS[name]()
    seen = world.explore()
    assert (seen.broken, seen.trace) == (None, ())
    assert (world.lives.count, seen.states, seen.transitions) == SIZES[name]
    assert world.lives.events == set(HAPPENS[name].split())
    alone = {"decide", "replayed", "commit"}
    assert world.outcomes >= (alone if world.workers == 1 else alone | {"conflict"})


def test_the_worlds_bring_most_events() -> None:
    """What happens in none of them: a change on site, and what binds nobody's time in dispatch."""
    happens = {event for events in HAPPENS.values() for event in events.split()}
    assert {row.event for row in TABLE} - happens == {"amend"}
    assert {row.event for row in REQUEST_TABLE} - happens == {
        "decline_invitation",
        "give_up",
        "revoke_invitation",
    }


# --- that it bites: each fault is seeded in what surrounds the library, and found on a shortest way

FAULTS: dict[str, tuple[type[Application], str, str, str]] = {
    "two accepts at one agenda": (
        AgendaVersionIgnored,
        "one slot",
        "no two bookings of a friend overlap",
        """claire's request b2: load, claire's request b2: decide, claire's request b2: commit,
        andreas's accept b1: load, andreas's accept b1: decide, andreas's accept b2: load,
        andreas's accept b1: commit, andreas's accept b2: decide, andreas's accept b2: commit""",
    ),
    "a move and an accept at one agenda": (
        AgendaVersionIgnored,
        "moving",
        "no two bookings of a friend overlap",
        """anna's reschedule b1: load, anna's reschedule b1: decide, andreas's accept b2: load,
        anna's reschedule b1: commit, andreas's accept b2: decide, andreas's accept b2: commit""",
    ),
    "two invitations accepted at one agenda": (
        AgendaVersionIgnored,
        "first wins",
        "no two bookings of a friend overlap",
        """andreas's accept r1: load, andreas's accept r1: decide, andreas's accept r2: load,
        andreas's accept r1: commit, andreas's accept r2: decide, andreas's accept r2: commit""",
    ),
    "busy slots forgotten": (
        BusySlotsForgotten,
        "one slot",
        "no two bookings of a friend overlap",
        """claire's request b2: load, claire's request b2: decide, claire's request b2: commit,
        andreas's accept b1: load, andreas's accept b1: decide, andreas's accept b1: commit,
        andreas's accept b2: load, andreas's accept b2: decide, andreas's accept b2: commit""",
    ),
    "a request delivered twice": (
        KeysForgotten,
        "one slot",
        "a repetition is refused",
        """claire's request b2: load, claire's request b2: decide, claire's request b2: commit,
        claire's request b2: load, claire's request b2: decide""",
    ),
    "a refund delivered twice": (
        KeysForgotten,
        "refund",
        "a key is applied once",
        """give back: load, give back: decide, give back: commit,
        give back: load, give back: decide, give back: commit""",
    ),
    "a timer that does not check the date": (
        TimersUnchecked,
        "one slot",
        "a timer is due",
        "sweep booking:b1: load, sweep booking:b1: decide, sweep booking:b1: commit",
    ),
    "two friends at one version": (
        OwnVersionIgnored,
        "first wins",
        "the store holds what cannot be",
        """andreas's accept r1: load, andreas's accept r1: decide, beat's accept r1: load,
        andreas's accept r1: commit, beat's accept r1: decide, beat's accept r1: commit""",
    ),
    "half a transaction": (
        TornTransaction,
        "first wins",
        "one friend has accepted, and is booked",
        "andreas's accept r1: load, andreas's accept r1: decide, andreas's accept r1: commit",
    ),
    "approved while a dispute is being opened": (
        DisputeVersionIgnored,
        "approval",
        "nothing contested is approved by time",
        """anna's open_dispute: load, anna's open_dispute: decide, the clock: approve_by,
        sweep b1: load, sweep b1: decide, anna's open_dispute: commit, sweep b1: commit""",
    ),
    "paid out while a dispute is being opened": (
        OtherStreamsIgnored,
        "payout",
        "nothing contested is paid out",
        """open_settlement: load, open_settlement: decide, open_settlement: commit,
        receive_payment: load, receive_payment: decide, receive_payment: commit,
        anna's open_dispute: load, anna's open_dispute: decide, send_payout: load,
        anna's open_dispute: commit, send_payout: decide, send_payout: commit""",
    ),
    "a settlement opened while a dispute is being opened": (
        OtherStreamsIgnored,
        "held at once",
        "nothing contested is paid out",
        """open_settlement: load, open_settlement: decide, anna's open_dispute: load,
        open_settlement: commit, anna's open_dispute: decide, anna's open_dispute: commit,
        receive_payment: load, receive_payment: decide, receive_payment: commit,
        send_payout: load, send_payout: decide, send_payout: commit""",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_found(name: str) -> None:
    """An exploration of an application with one fault ends with the law that it breaks, on a shortest way."""
    application, where, law, way = FAULTS[name]
    world = WORLDS[where]()
    world.application = application()
    seen = world.explore()
    assert (seen.broken or "").startswith(law)
    assert seen.trace == tuple(" ".join(step.split()) for step in way.split(","))


# --- a reader of the published events


def _history() -> tuple[BookingEvent, ...]:
    """Return a booking that was requested, accepted and called off."""
    by, andreas = examples.ANNA, examples.friend("andreas")
    wanted = (
        examples.command("request", by, "b1", quote=examples.quote(by)),
        examples.command("accept", andreas, "b1", friend=examples.FRIENDS["andreas"]),
        examples.command("cancel_by_customer", by, "b1"),
    )
    lives, life = Lives(), None
    for each in wanted:
        decided = Application().decide(life.state if life else None, each, examples.REQUESTED)
        life = lives.after(life, decided.events[0])  # type: ignore[union-attr]
    assert life is not None
    return life.events  # type: ignore[return-value]


def test_a_reader_shows_only_what_was_so() -> None:
    """Events that arrive late, twice or out of order are put back: only prefixes of a history are shown."""
    seen = read_in_any_order(_history())
    assert (seen.broken, seen.states, seen.transitions) == (None, 4, 12)


def test_a_reader_that_jumps_over_a_gap_is_found() -> None:
    """One that folds an event which is not the next shows a cancellation of what was never accepted."""
    seen = read_in_any_order(_history(), evolve=evolve_over_gaps)
    assert seen.broken == "what is shown was never so: version 3"
    assert seen.trace == ("deliver 1, request", "deliver 3, cancel_by_customer")


# --- the search itself


def _count(state: int) -> Iterator[tuple[str, int]]:
    """Count up to 10 by ones or by threes."""
    if state < 10:
        yield "one more", state + 1
        yield "three more", min(state + 3, 10)


def test_the_search_visits_each_state_once() -> None:
    """Every state that can be reached is checked once, and every step is counted."""
    checked: list[int] = []
    seen = explore(0, steps=_count, check=checked.append)
    assert sorted(checked) == list(range(11))
    assert (seen.states, seen.transitions, seen.broken) == (11, 20, None)


def test_the_search_finds_a_shortest_way() -> None:
    """The way to a broken law is no longer than any other."""

    def check(state: int) -> None:
        if state == 7:
            raise LawBrokenError("never seven")

    seen = explore(0, steps=_count, check=check)
    assert (seen.broken, len(seen.trace)) == ("never seven", 3)


def test_a_step_can_break_a_law() -> None:
    """What no state shows is told by the step, which is the last of the way."""

    def steps(state: int) -> Iterator[tuple[str, int]]:
        if state == 2:
            raise LawBrokenError("no step from two", step="a step")
        yield from _count(state)

    seen = explore(0, steps=steps, check=lambda _: None)
    assert (seen.broken, seen.trace) == ("no step from two", ("one more", "one more", "a step"))


def test_the_command_says_what_it_saw(capsys: pytest.CaptureFixture[str]) -> None:
    """It writes a row for each world, and its exit code says whether all laws hold."""
    assert command.main(["refund"]) == 0
    written = capsys.readouterr().out
    assert [line.split() for line in written.splitlines()] == [
        ["world", "workers", "histories", "states", "transitions", "result"],
        ["refund", "2", "22", "528", "2139", "all", "laws", "hold"],
    ]


def test_the_command_shows_the_way(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a law is broken it writes the steps, and fails."""

    def forgetful(*, deep: bool) -> object:
        world = one_slot(deep=deep)
        world.application = BusySlotsForgotten()
        return world

    monkeypatch.setattr(command, "WORLDS", {"one slot": forgetful})
    assert command.main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1].strip() == "andreas's accept b2: commit"


# --- what a verb chooses by the state is the same command when it comes again


@pytest.mark.parametrize(
    ("verb", "paid", "rappen"),
    [
        (settlements.refund, True, 2000),  # a half: what is left is as much, so the retry asks for all of it
        (settlements.refund, True, 4000),  # all: nothing is left, so the retry asks for a part
        (settlements.give_back, True, 2000),  # as above
        (settlements.give_back, False, 2000),  # a credit of a half: the retry asks to waive the rest
        (settlements.give_back, False, None),  # waived: nobody owes anything, so the retry asks for a refund
    ],
)
def test_money_that_is_given_back_twice_with_one_key_goes_back_once(
    verb: Callable[..., Settlement], *, paid: bool, rappen: int | None
) -> None:
    """The verb returns the settlement as it is, as all verbs do for a repetition."""
    at, by = money.OPENED_AT, money.SYSTEM
    settlement = money.opened()
    if paid:
        settlement = settlements.receive_payment(settlement, by=by, at=at, key="paid")
    amount = None if rappen is None else Money(rappen)
    once = verb(settlement, by=by, at=at, key="back", amount=amount)
    assert verb(once, by=by, at=at, key="back", amount=amount) == once


def test_a_key_that_looks_like_the_schedulers_stops_no_sweep() -> None:
    """Time acts whatever keys the callers have made."""
    at, by = money.OPENED_AT, money.SYSTEM
    settlement = money.opened()
    key = f"mark_overdue:{settlement.version + 1}"
    settlement = settlements.credit(settlement, amount=Money(100), by=by, at=at, key=key)
    swept = settlements.run_timers(settlement, at=money.OVERDUE_AT)
    assert swept.payment is settlements.PaymentState.OVERDUE
