"""Reliability: what became of what was asked of each friend, against a naive recount of the same facts."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import bookings, dispatch, reputation, testing
from mila_core.bookings import Booking, BookingEvent, BookingState
from mila_core.dispatch import Dispatch, DispatchEvent, InvitationState
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Role
from mila_core.periods import Period, wall_time
from mila_core.policies import BadgePolicy
from mila_core.ratings import Direction, Rating
from mila_core.reputation import merge_reliabilities, reliability
from mila_core.reputation._business_hours import is_within_business_hours
from mila_core.standings import Reliability
from tests.journey import NOW, STATIONS, booking_in, command, taken, utc
from tests.journey import SCHEDULER as TIMER
from tests.journey import S as STATE

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
FRIENDS = ("andreas", "beat", "chiara")
YEAR = BadgePolicy()
COUNTS = tuple(
    field.name for field in attrs.fields(Reliability) if field.type is int and field.name != "window_days"
)
NONE = dict.fromkeys(COUNTS, 0)

SLOTS = st.builds(
    lambda quarters, length: Period(
        datetime(2014, 1, 1, tzinfo=UTC) + quarters * timedelta(minutes=15),
        datetime(2014, 1, 1, tzinfo=UTC) + (quarters + length) * timedelta(minutes=15),
    ),
    st.integers(0, 40 * 96),
    st.integers(1, 16),
)


@st.composite
def records(draw: st.DrawFn) -> tuple[list[tuple[BookingEvent, ...]], list[Rating]]:
    """Return the histories of some bookings of three friends within some weeks, and ratings of them."""
    histories = [
        draw(
            testing.histories(
                booking_id=f"b{number}",
                friend_id=draw(st.sampled_from(FRIENDS)),
                customer_id="anna",
                slots=SLOTS,
            )
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    ratings = [
        draw(
            testing.ratings(
                booking_id=history[0].id,
                direction=draw(st.sampled_from(Direction)),
                subject_id=draw(st.sampled_from(FRIENDS)),
                author_id="anna",
                opens_at=history[-1].at,
                closes_at=history[-1].at + 14 * DAY,
            )
        )
        for history in histories
        if draw(st.booleans())
    ]
    return histories, ratings


def instants_around(histories: Sequence[Sequence[BookingEvent]]) -> st.SearchStrategy[datetime]:
    """Return instants at and around which something counts, or no longer does."""
    known = [event.at for history in histories for event in history] or [NOW]
    steps = [timedelta(0), TICK, -TICK, DAY, 2 * DAY, 20 * DAY]
    return st.builds(
        lambda at, step, days: at + step + days * DAY,
        st.sampled_from(known),
        st.sampled_from(steps),
        st.sampled_from([0, 7, 28, 365]),
    )


POLICIES = st.builds(
    BadgePolicy,
    window_days=st.sampled_from([7, 28, 365]),
    strike_days=st.sampled_from([7, 28]),
    answer_hours=st.sampled_from([1, 24]),
    fast_hours=st.sampled_from([1, 4, 20]),
    punctual_minutes=st.sampled_from([0, 10]),
)


# The naive recount ---------------------------------------------------------------------------------------


def business_minutes(start: datetime, end: datetime, policy: BadgePolicy) -> int:
    """Count the whole minutes of business hours one by one, for instants on whole minutes."""
    minutes, at = 0, start
    while at < end:
        wall = wall_time(at)
        is_open = policy.business_from_hour <= wall.hour < policy.business_to_hour
        minutes += wall.weekday() < policy.business_weekdays and is_open
        at += timedelta(minutes=1)
    return minutes


def answered(asked: datetime, at: datetime, policy: BadgePolicy, *, yes: bool) -> list[str]:
    """Return the names of the counts of an answer."""
    names = ["asked", "answered"]
    names += ["answered_soon"] if at - asked <= timedelta(hours=policy.answer_hours) else []
    names += ["answered_fast"] if is_within_business_hours(asked, at, policy=policy) else []
    return names + (["accepted"] if yes else [])


ENDS = {
    "closed": {"approve", "auto_approve"},
    "cancelled": {"cancel_by_friend"},
    "no_shows": {"report_friend_no_show"},
    "lapsed": {"expire_unscheduled", "lapse"},
    "failed": {"fail"},
    "excused": {"report_customer_no_show", "cancel_by_customer", "cancel_by_operator"},
}


def dated(
    history: Sequence[BookingEvent], at: datetime, policy: BadgePolicy
) -> list[tuple[datetime, list[str]]]:
    """Return what a booking says, and when, worked out event by event."""
    quote = history[0].quote
    assert quote is not None
    start, bound = quote.visit.slot.start, history[0].event != "request"
    found: list[tuple[datetime, list[str]]] = []
    for number, event in enumerate(history):
        by_time = event.event in {"expire_request", "expire_unscheduled", "lapse"}
        when = bookings.replay(history[:number]).due[0].at if by_time else event.at
        start = start if event.quote is None else event.quote.visit.slot.start
        names = [name for name, events in ENDS.items() if bound and event.event in events]
        names += (
            ["strikes"] if names == ["no_shows"] and when > at - timedelta(days=policy.strike_days) else []
        )
        if event.event in {"accept", "decline"}:
            bound = event.event == "accept"
            names = answered(history[0].at, when, policy, yes=bound)
        elif event.event == "expire_request":
            names = ["asked"]
        elif event.event == "start_work":
            in_time = when <= start + timedelta(minutes=policy.punctual_minutes)
            names = ["started", "punctual"] if in_time else ["started"]
        found.append((when, names))
    stands = bookings.replay(history)
    if stands.state is BookingState.REQUESTED and stands.due[0].at <= at:
        found.append((stands.due[0].at, ["asked"]))
    return found


def recounted(
    histories: Sequence[Sequence[BookingEvent]], ratings: Sequence[Rating], at: datetime, policy: BadgePolicy
) -> dict[str, dict[str, Any]]:
    """Return the counts of each friend, worked out fact by fact."""
    first = at - timedelta(days=policy.window_days)
    counts: dict[str, Counter[str]] = {}
    stars: dict[str, list[int]] = {}
    closed = set()
    for history in histories:
        friend_id = bookings.replay(history).friend_id
        for when, names in dated(history, at, policy):
            if names and first < when <= at:
                counts.setdefault(friend_id, Counter()).update(names)
                closed |= {(history[0].id, friend_id)} if names == ["closed"] else set()
    for rating in ratings:
        since, friend_id = rating.revealed_at or rating.closes_at, rating.subject_id
        if rating.direction is not Direction.OF_FRIEND or since > at:
            continue
        if (rating.booking_id, friend_id) in closed:
            counts[friend_id].update(["rated", "positive"] if rating.stars >= 4 else ["rated"])
        if since > first:
            stars.setdefault(friend_id, [0] * 5)[rating.stars - 1] += 1
    return {
        friend_id: {
            **NONE,
            **counts.get(friend_id, {}),
            "star_counts": tuple(stars.get(friend_id, [0] * 5)),
        }
        for friend_id in sorted({*counts, *stars})
    }


def flat(histories: Sequence[Sequence[BookingEvent]]) -> list[BookingEvent]:
    """Return the events of all histories, one after the other."""
    return [event for history in histories for event in history]


def as_counts(found: Sequence[Reliability]) -> dict[str, dict[str, Any]]:
    """Return the counts of each friend."""
    return {
        each.friend_id: {name: getattr(each, name) for name in (*COUNTS, "star_counts")} for each in found
    }


@given(records(), POLICIES, st.data())
def test_the_counts_are_those_of_a_naive_recount(
    drawn: tuple[list[tuple[BookingEvent, ...]], list[Rating]], policy: BadgePolicy, data: st.DataObject
) -> None:
    """Whatever happened, at whatever instant it is asked, each count is what counting one by one gives."""
    histories, ratings = drawn
    at = data.draw(instants_around(histories))
    found = reliability(flat(histories), ratings=ratings, at=at, policy=policy)
    assert as_counts(found) == recounted(histories, ratings, at, policy)
    for each in found:
        assert (each.at, each.window_days, each.policy) == (at, policy.window_days, policy.version)


@given(records(), POLICIES, st.data())
def test_neither_order_nor_redelivery_changes_anything(
    drawn: tuple[list[tuple[BookingEvent, ...]], list[Rating]], policy: BadgePolicy, data: st.DataObject
) -> None:
    """Events come in any order and twice; older states of a booking beside its history change nothing."""
    histories, ratings = drawn
    at = data.draw(instants_around(histories))
    events: list[Booking | BookingEvent] = [*flat(histories)]
    states = [bookings.replay(history[: data.draw(st.integers(1, len(history)))]) for history in histories]
    mixed = data.draw(st.permutations([*events, *events[:3], *states, *states[:1]]))
    given_ = data.draw(st.permutations([*ratings, *ratings[:2]]))
    once = reliability(events, ratings=ratings, at=at, policy=policy)
    assert reliability(iter(mixed), ratings=iter(given_), at=at, policy=policy) == once


@given(records(), POLICIES, st.data())
def test_a_state_says_how_a_booking_ended_as_its_history_does(
    drawn: tuple[list[tuple[BookingEvent, ...]], list[Rating]], policy: BadgePolicy, data: st.DataObject
) -> None:
    """Bookings as they stand have the ends of their histories; what was let pass counts once it was noted.

    A newer state beside an older history ends the booking; what the history knows is kept.
    """
    histories, _ = drawn
    at = data.draw(instants_around(histories))
    timed = [history for history in histories if history[-1].by.role is not Role.TIMER]
    states = [bookings.replay(history) for history in timed]
    whole = as_counts(reliability(flat(timed), at=at, policy=policy))
    ends = as_counts(reliability(states, at=at, policy=policy))
    for friend_id in FRIENDS:
        for name in (*ENDS, "strikes"):
            assert ends.get(friend_id, NONE)[name] == whole.get(friend_id, NONE)[name]
        for name in ("asked", "started"):
            assert ends.get(friend_id, NONE)[name] == 0
    older = [event for history in timed for event in history[:-1]]
    last_tells = {"accept", "decline", "start_work"}
    if not any(history[-1].event in last_tells for history in timed) and all(len(each) > 1 for each in timed):
        assert as_counts(reliability([*older, *states], at=at, policy=policy)) == whole


@given(records(), POLICIES, st.data())
def test_parts_add_up(
    drawn: tuple[list[tuple[BookingEvent, ...]], list[Rating]], policy: BadgePolicy, data: st.DataObject
) -> None:
    """Counted apart by booking and added in any order it is the same as counted at once."""
    histories, ratings = drawn
    at = data.draw(instants_around(histories))
    parts = [
        each
        for history in histories
        for each in reliability(
            history,
            ratings=[rating for rating in ratings if rating.booking_id == history[0].id],
            at=at,
            policy=policy,
        )
    ]
    whole = reliability(flat(histories), ratings=ratings, at=at, policy=policy)
    assert merge_reliabilities(data.draw(st.permutations(parts))) == whole
    cut = data.draw(st.integers(0, len(parts)))
    halves = [*merge_reliabilities(parts[:cut]), *merge_reliabilities(parts[cut:])]
    assert merge_reliabilities(halves) == whole


# Windows, to the microsecond -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", [STATE.CLOSED, STATE.CANCELLED, STATE.DECLINED])
def test_a_fact_leaves_the_window_exactly_so_many_days_later(state: BookingState) -> None:
    """It counts from its instant on, and no longer at the instant a year after it."""
    booking = booking_in(state)
    ended = booking.since
    events = history_to(state)
    name = {STATE.CLOSED: "closed", STATE.CANCELLED: "excused", STATE.DECLINED: "answered"}[state]
    for at, counts in [
        (ended - TICK, 0),
        (ended, 1),
        (ended + 365 * DAY - TICK, 1),
        (ended + 365 * DAY, 0),
    ]:
        found = as_counts(reliability(events, at=at)).get("andreas", NONE)
        assert found[name] == counts, at


@pytest.mark.parametrize(
    ("after", "strikes"), [(-TICK, 0), (timedelta(0), 1), (28 * DAY - TICK, 1), (28 * DAY, 0)]
)
def test_a_no_show_is_a_strike_for_so_many_days(after: timedelta, strikes: int) -> None:
    """It counts as a strike for 28 days, and as a no-show for a year."""
    at = utc("2013-11-28T13:30")
    missed = taken(
        booking_in(STATE.CONFIRMED), command("report_friend_no_show", STATIONS[STATE.CLOSED][2]), at=at
    )
    found = as_counts(reliability([missed], at=at + after)).get("andreas", NONE)
    assert (found["strikes"], found["no_shows"]) == (strikes, int(after >= timedelta(0)))


def history_to(state: BookingState) -> list[BookingEvent]:
    """Return the history of the example up to a state."""
    source, event, by, at = STATIONS[state]
    before = [] if source is None else history_to(source)
    stands = bookings.replay(before) if before else None
    decided = bookings.decide(stands, command(event, by), at=utc(at))
    assert not hasattr(decided, "reasons")
    return [*before, *decided.events]


# What counts ---------------------------------------------------------------------------------------------


def counts_of(state: BookingState, *, at: str = "2014-01-01", **more: Any) -> dict[str, int]:
    """Return what counts of the example in a state, without the zeros."""
    found = as_counts(reliability(history_to(state), at=utc(at), **more)).get("andreas", {})
    return {name: count for name, count in found.items() if isinstance(count, int) and count}


ANSWERED = {"asked": 1, "answered": 1, "answered_soon": 1, "answered_fast": 1}
ACCEPTED = {**ANSWERED, "accepted": 1}


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (STATE.ACCEPTED, ACCEPTED),
        (STATE.CONFIRMED, ACCEPTED),
        (STATE.IN_PROGRESS, {**ACCEPTED, "started": 1, "punctual": 1}),
        (STATE.COMPLETED, {**ACCEPTED, "started": 1, "punctual": 1}),
        (STATE.CLOSED, {**ACCEPTED, "started": 1, "punctual": 1, "closed": 1}),
        (STATE.DECLINED, ANSWERED),
        (STATE.EXPIRED, {"asked": 1}),
        (STATE.CANCELLED, {**ACCEPTED, "excused": 1}),
        (STATE.NO_SHOW, {**ACCEPTED, "excused": 1}),
        (STATE.FAILED, {**ACCEPTED, "lapsed": 1}),
    ],
)
def test_what_a_booking_says(state: BookingState, counts: dict[str, int]) -> None:
    """A customer who cancels or does not come is not held against the friend; silence is."""
    assert counts_of(state) == counts


def test_silence_counts_whether_or_not_the_scheduler_has_looked() -> None:
    """From the deadline on nobody has answered; before it the question is open."""
    events = history_to(STATE.REQUESTED)
    deadline = booking_in(STATE.REQUESTED).due[0].at
    assert reliability(events, at=deadline - TICK) == ()
    (silent,) = reliability(events, at=deadline)
    assert (silent.asked, silent.answered, silent.response) == (1, 0, 0.0)
    late = bookings.decide(booking_in(STATE.REQUESTED), command("expire_request", TIMER), at=deadline + DAY)
    assert reliability([*events, *late.events], at=deadline) == (silent,)  # type: ignore[union-attr]


def test_what_is_taken_back_unanswered_says_nothing() -> None:
    """A customer who no longer wants an answer has none to wait for."""
    called_off = taken(
        booking_in(STATE.REQUESTED),
        command("cancel_by_customer", STATIONS[STATE.CLOSED][2]),
        at=NOW + timedelta(minutes=30),
    )
    assert reliability([called_off], at=NOW + DAY) == ()


def test_what_a_person_excuses_is_not_held_against_the_friend() -> None:
    """An excused end is neither kept nor broken; what was done stays done."""
    (lapsed,) = reliability(
        history_to(STATE.FAILED), excused=[booking_in(STATE.FAILED).id], at=utc("2014-01-01")
    )
    assert (lapsed.lapsed, lapsed.excused, lapsed.completion) == (0, 1, None)
    (closed,) = reliability(
        history_to(STATE.CLOSED), excused=[booking_in(STATE.CLOSED).id], at=utc("2014-01-01")
    )
    assert (closed.closed, closed.excused) == (1, 0)


# Invitations ---------------------------------------------------------------------------------------------


@given(
    st.lists(testing.dispatch_histories(), max_size=2, unique_by=lambda each: each[0].id), POLICIES, st.data()
)
@settings(max_examples=60)
def test_invitations_count_once_answered_or_out_of_time(
    histories: list[tuple[DispatchEvent, ...]], policy: BadgePolicy, data: st.DataObject
) -> None:
    """Answers and silence count; who was overtaken or taken back was not asked; the newest version wins."""
    dispatches = [dispatch.replay(history) for history in histories]
    older = [dispatch.replay(history[: len(history) // 2 + 1]) for history in histories]
    known = [each.sent_at for one in dispatches for each in one.invitations] or [NOW]
    at = data.draw(st.sampled_from(known)) + data.draw(
        st.sampled_from([timedelta(0), DAY / 24, 2 * DAY, 7 * DAY])
    )
    expected: dict[str, Counter[str]] = {}
    for one in dispatches:
        for each in one.invitations:
            closed = each.closed_at or each.respond_by
            if not at - timedelta(days=policy.window_days) < closed <= at:
                continue
            names: list[str] = []
            if each.state in {InvitationState.ACCEPTED, InvitationState.DECLINED}:
                yes = each.state is InvitationState.ACCEPTED
                names = answered(each.sent_at, closed, policy, yes=yes)
            elif each.state in {InvitationState.EXPIRED, InvitationState.SENT}:
                names = ["asked"]
            if names:
                expected.setdefault(each.friend_id, Counter()).update(names)
    mixed: list[Dispatch] = data.draw(st.permutations([*dispatches, *dispatches, *older]))
    found = as_counts(reliability((), dispatches=mixed, at=at, policy=policy))
    assert found == {
        friend_id: {**NONE, **counts, "star_counts": (0,) * 5}
        for friend_id, counts in sorted(expected.items())
    }


# Business hours ------------------------------------------------------------------------------------------


@given(
    st.datetimes(datetime(2013, 1, 1), datetime(2015, 1, 1)),  # noqa: DTZ001  # Hypothesis wants it naive
    st.integers(0, 8 * 24 * 60),
    testing.badge_policies(),
)
@settings(max_examples=60)
def test_business_hours_are_those_counted_minute_by_minute(
    start: datetime, minutes: int, policy: BadgePolicy
) -> None:
    """Whatever the clocks do, the answer is that of counting each minute."""
    first = start.replace(second=0, microsecond=0, tzinfo=UTC)
    last = first + timedelta(minutes=minutes)
    counted = business_minutes(first, last, policy)
    by_count = counted <= 60 * policy.fast_hours
    assert is_within_business_hours(first, last, policy=policy) is by_count


@pytest.mark.parametrize(
    ("start", "end", "is_fast"),
    [
        ("2013-11-29T17:00+01:00", "2013-12-02T11:00+01:00", True),  # Friday evening to Monday: 1 h + 3 h
        ("2013-11-29T17:00+01:00", "2013-12-02T11:00:00.000001+01:00", False),
        ("2013-11-30T08:00+01:00", "2013-12-01T22:00+01:00", True),  # a weekend has none
        ("2013-11-27T09:00+01:00", "2013-11-27T13:00+01:00", True),
        ("2013-11-27T09:00+01:00", "2013-11-27T13:00:00.000001+01:00", False),
        ("2013-11-27T20:00+01:00", "2013-11-28T12:00+01:00", True),
    ],
)
def test_four_business_hours(start: str, end: str, is_fast: bool) -> None:  # noqa: FBT001
    """Some examples worked by hand, from eight to six on weekdays."""
    assert is_within_business_hours(utc(start), utc(end), policy=YEAR) is is_fast


# Shares --------------------------------------------------------------------------------------------------


@given(testing.reliabilities())
def test_shares_are_the_exact_fractions_rounded_once(counts: Reliability) -> None:
    """Each share is the float nearest to the fraction, and None where there is nothing to count."""
    ended = counts.closed + counts.cancelled + counts.no_shows + counts.lapsed
    given_ = sum(number * count for number, count in enumerate(counts.star_counts, start=1))
    for share, part, whole in [
        (counts.response, counts.answered, counts.asked),
        (counts.soon_response, counts.answered_soon, counts.asked),
        (counts.fast_response, counts.answered_fast, counts.asked),
        (counts.acceptance, counts.accepted, counts.asked),
        (counts.completion, counts.closed, ended),
        (counts.cancellation, counts.cancelled, ended),
        (counts.no_show, counts.no_shows, ended),
        (counts.punctuality, counts.punctual, counts.started),
        (counts.review, counts.rated, counts.closed),
        (counts.positivity, counts.positive, counts.closed),
        (counts.mean_stars, given_, sum(counts.star_counts)),
    ]:
        assert share == (float(Fraction(part, whole)) if whole else None)


@given(testing.reliabilities(), st.sampled_from(["cancelled", "no_shows", "lapsed"]))
def test_one_more_broken_booking_never_raises_completion(counts: Reliability, name: str) -> None:
    """It lowers the share done, or leaves it where floats cannot tell or nothing was done."""
    worse = attrs.evolve(counts, **{name: min(getattr(counts, name) + 1, 2**53)})
    assert worse.completion is not None
    assert counts.completion is None or worse.completion <= counts.completion


def test_silence_counts_against_the_share_of_positives() -> None:
    """Three good ratings of ten closed bookings are three of ten, not three of three."""
    found = Reliability(friend_id="beat", at=NOW, closed=10, rated=3, positive=3)
    assert (found.positivity, found.review) == (0.3, 0.3)


# Bad input -----------------------------------------------------------------------------------------------


def test_a_gap_in_a_history_is_refused() -> None:
    """Half a history would be miscounted without a word."""
    events = history_to(STATE.CLOSED)
    with pytest.raises(InvalidValueError):
        reliability([*events[:2], *events[3:]], at=NOW)


def test_versions_that_contradict_each_other_are_refused() -> None:
    """Of two bookings or events of one version nobody knows which is true."""
    closed = booking_in(STATE.CLOSED)
    first, *_ = history_to(STATE.CLOSED)
    for one, other in (
        (closed, attrs.evolve(closed, since=closed.since + TICK)),
        (first, attrs.evolve(first, at=first.at + TICK)),
    ):
        with pytest.raises(InvalidValueError) as caught:
            reliability([one, other], at=NOW)
        assert caught.value.field == "bookings"


@pytest.mark.parametrize(
    ("wrong_one", "field"),
    [
        ({"bookings": None}, "bookings"),
        ({"bookings": [NOW]}, "bookings"),
        ({"dispatches": 7}, "dispatches"),
        ({"dispatches": [booking_in(STATE.CLOSED)]}, "dispatches"),
        ({"excused": "b1"}, "excused"),
        ({"excused": [7]}, "excused[0]"),
        ({"policy": 7}, "policy"),
    ],
)
def test_what_is_none_of_these_is_refused(wrong_one: dict[str, Any], field: str) -> None:
    """Each argument is checked, and the error names it."""
    given_: dict[str, Any] = {"bookings": (), "at": NOW, **wrong_one}
    with pytest.raises(InvalidTypeError) as caught:
        reliability(given_.pop("bookings"), **given_)
    assert caught.value.field == field


def test_an_instant_has_an_offset() -> None:
    """A naive instant is refused."""
    with pytest.raises(InvalidValueError):
        reliability((), at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("change", [{"at": NOW + DAY}, {"window_days": 30}, {"policy": "own"}])
def test_what_was_counted_otherwise_is_not_added(change: dict[str, Any]) -> None:
    """Sums over different times or by different rules mean nothing."""
    one = Reliability(friend_id="beat", at=NOW, closed=1)
    with pytest.raises(InvalidValueError) as caught:
        merge_reliabilities([one, attrs.evolve(one, **change)])
    assert caught.value.field == "parts"


@pytest.mark.parametrize("parts", [None, [NOW], 7])
def test_only_counts_are_added(parts: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidTypeError):
        merge_reliabilities(parts)


def test_nothing_counts_of_nobody() -> None:
    """No facts, nobody; no parts, nobody."""
    assert reputation.reliability((), at=NOW) == ()
    assert merge_reliabilities(()) == ()
