"""Ratings: after a closed booking, by its two sides, in time, hidden until both have spoken, each once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import bookings, ratings, testing
from mila_core.bookings import BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import RefusedError
from mila_core.ratings import LONGEST_TEXT, Direction, Rating
from mila_core.reasons import reason
from mila_core.reputation import score
from tests import journey, wrong
from tests.journey import ANDREAS, ANNA, CUSTOMER, booking_in, utc

S = BookingState
CLOSED_AT = utc("2013-11-28T15:00")
CLOSES_AT = utc("2013-12-12T15:00")
TICK = timedelta(microseconds=1)
BRUNO, BEAT = journey.MARKET.customer("bruno"), journey.MARKET.friend("beat")


def refusal_of(by: Any, *, at: datetime, state: BookingState = S.CLOSED) -> str | None:
    """Return the code with which a rating is refused, or None; `check` and `rate` have to agree."""
    booking = booking_in(state)
    codes = [why.code for why in ratings.check(booking, by=by, at=at)]
    if not codes:
        assert ratings.rate(booking, by=by, stars=5, at=at).at == at
        return None
    with pytest.raises(RefusedError) as caught:
        ratings.rate(booking, by=by, stars=5, at=at)
    assert (caught.value.refusal.event, [why.code for why in caught.value.refusal.reasons]) == ("rate", codes)
    return codes[0]


# Who and when --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in S if state is not S.CLOSED])
@pytest.mark.parametrize("by", [ANNA, ANDREAS], ids=["customer", "friend"])
def test_only_a_closed_booking_is_rated(state: BookingState, by: Any) -> None:
    """Before the closing, and after a booking that came to nothing, neither side may rate."""
    assert refusal_of(by, at=utc("2013-12-01T00:00"), state=state) == "booking_not_closed"


@pytest.mark.parametrize("by", [BRUNO, BEAT], ids=["customer", "friend"])
@pytest.mark.parametrize("state", [S.CLOSED, S.REQUESTED])
def test_a_stranger_does_not_rate(by: Any, state: BookingState) -> None:
    """Only the customer and the friend of the booking may rate, whatever its state."""
    assert refusal_of(by, at=CLOSED_AT, state=state) == "not_a_party"


def test_a_friend_is_not_taken_for_the_customer() -> None:
    """Whoever has the id of the one side does not rate in the name of the other."""
    assert refusal_of(attrs.evolve(ANNA, id="andreas"), at=CLOSED_AT) == "not_a_party"
    assert refusal_of(attrs.evolve(ANDREAS, id="anna"), at=CLOSED_AT) == "not_a_party"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # an instant before the closing, as from a clock that is behind
        (CLOSED_AT - TICK, "too_early"),
        # the closing itself, and the last instant of 14 days
        (CLOSED_AT, None),
        (CLOSES_AT - TICK, None),
        # 14 days after, and long after
        (CLOSES_AT, "rating_window_closed"),
        (CLOSES_AT + timedelta(days=900), "rating_window_closed"),
    ],
)
@pytest.mark.parametrize("by", [ANNA, ANDREAS], ids=["customer", "friend"])
def test_the_window_is_14_days_from_the_closing(by: Any, at: datetime, expected: str | None) -> None:
    """Both sides may rate from the closing on, for 14 days, the end excluded."""
    assert refusal_of(by, at=at) == expected


def test_a_refusal_says_until_when_it_was_possible() -> None:
    """The reasons carry the state or the instant that matters."""
    closed = booking_in(S.CLOSED)
    assert ratings.check(closed, by=ANNA, at=CLOSES_AT) == (
        reason("rating_window_closed", closed_at=CLOSES_AT),
    )
    assert ratings.check(closed, by=ANNA, at=CLOSED_AT - TICK) == (
        reason("too_early", possible_from=CLOSED_AT),
    )
    assert ratings.check(booking_in(S.FAILED), by=ANNA, at=CLOSED_AT) == (
        reason("booking_not_closed", state="failed"),
    )
    assert ratings.check(closed, by=BEAT, at=CLOSED_AT) == (reason("not_a_party", id="beat"),)


def test_the_window_is_the_bookings_policy() -> None:
    """How long both may rate is a number of the policy under which the booking was made."""
    booking = booking_in(S.CLOSED)
    short = attrs.evolve(booking, policy=attrs.evolve(booking.policy, review_days=3))
    given_ = ratings.rate(short, by=ANNA, stars=4, at=CLOSED_AT)
    assert given_.closes_at == CLOSED_AT + timedelta(days=3)


def test_14_days_are_14_days_when_clocks_change() -> None:
    """The window is so many hours, so that its end on the clock moves with summer time."""
    booking = attrs.evolve(booking_in(S.CLOSED), since=utc("2026-10-24T12:00+02:00"))
    assert ratings.rate(booking, by=ANNA, stars=4, at=booking.since).closes_at == utc(
        "2026-11-07T11:00+01:00"
    )


def test_time_closes_a_booking_for_rating_too() -> None:
    """A booking that was approved by time alone may be rated as any other."""
    done = booking_in(S.COMPLETED)
    closed = bookings.run_timers(done, at=done.due[0].at)
    assert ratings.check(closed, by=ANNA, at=closed.since) == ()


def test_a_rating_is_about_the_other_side() -> None:
    """The customer rates the friend, the friend the customer, of this booking."""
    booking = booking_in(S.CLOSED)
    of_friend = ratings.rate(booking, by=ANNA, stars=5, at=CLOSED_AT, text="Danke!")
    of_customer = ratings.rate(booking, by=ANDREAS, stars=4, at=CLOSED_AT)
    assert (of_friend.direction, of_friend.author_id, of_friend.subject_id) == (
        Direction.OF_FRIEND,
        "anna",
        "andreas",
    )
    assert (of_customer.direction, of_customer.author_id, of_customer.subject_id) == (
        Direction.OF_CUSTOMER,
        "andreas",
        "anna",
    )
    assert (of_friend.stars, of_friend.text, of_friend.booking_id) == (5, "Danke!", booking.id)


def test_the_text_of_a_rating_is_not_shown_in_logs() -> None:
    """What somebody wrote about somebody stands in no repr."""
    given_ = ratings.rate(booking_in(S.CLOSED), by=ANNA, stars=1, at=CLOSED_AT, text="Nie wieder Andreas!")
    assert "Nie wieder" not in repr(given_)


# Revealed or hidden --------------------------------------------------------------------------------------

EXAMPLE = ratings.Rating(
    booking_id="b1",
    direction=Direction.OF_FRIEND,
    author_id="anna",
    subject_id="andreas",
    stars=4,
    at=CLOSED_AT,
    closes_at=CLOSES_AT,
)


def revealed_naively(given_: Sequence[Rating], at: datetime) -> set[Rating]:
    """Say what is revealed, the slow and obvious way: instant by instant, booking by booking."""
    shown: set[Rating] = set()
    for booking_id in {rating.booking_id for rating in given_}:
        sides: dict[Direction, list[Rating]] = {direction: [] for direction in Direction}
        for rating in given_:
            if rating.booking_id == booking_id and rating.at <= at:
                sides[rating.direction].append(rating)
        firsts = [min(rating.at for rating in side) for side in sides.values() if side]
        both = len(firsts) == len(Direction)
        for side in sides.values():
            if not side:
                continue
            reveal_at = max(firsts) if both else side[0].closes_at
            if reveal_at <= at:
                before = [rating for rating in side if rating.at <= reveal_at]
                shown.add(max(before, key=lambda rating: (rating.at, rating.stars, rating.text)))
    return shown


@st.composite
def deliveries(draw: st.DrawFn) -> list[Rating]:
    """Return ratings of two bookings over a few hours: edited, repeated, one-sided, in any order."""
    hours = st.integers(0, 6).map(lambda hour: CLOSED_AT + timedelta(hours=hour))
    people = {"b1": ("anna", "andreas"), "b2": ("bruno", "andreas")}
    closes_at = {each: CLOSED_AT + timedelta(hours=draw(st.integers(7, 9))) for each in people}
    made = []
    for _ in range(draw(st.integers(0, 8))):
        booking_id = draw(st.sampled_from(sorted(people)))
        direction = draw(st.sampled_from(Direction))
        author, subject = people[booking_id][:: 1 if direction is Direction.OF_FRIEND else -1]
        made.append(
            Rating(
                booking_id=booking_id,
                direction=direction,
                author_id=author,
                subject_id=subject,
                stars=draw(st.integers(1, 5)),
                at=draw(hours),
                closes_at=closes_at[booking_id],
                text=draw(st.sampled_from(["", "gut"])),
            )
        )
    again = draw(st.lists(st.sampled_from(made), max_size=3)) if made else []
    return draw(st.permutations([*made, *again]))


NOWS = st.integers(-1, 10).map(lambda hour: CLOSED_AT + timedelta(hours=hour))


@given(deliveries(), NOWS)
def test_ratings_are_hidden_until_both_or_the_end(given_: list[Rating], at: datetime) -> None:
    """What is revealed is what the obvious rule reveals: nothing before both sides, or the window's end."""
    shown = ratings.revealed(given_, at=at)
    assert set(shown) == revealed_naively(given_, at)
    assert len(shown) == len(set(shown))


@given(deliveries(), NOWS)
def test_a_rating_counts_once_for_its_booking_and_direction(given_: list[Rating], at: datetime) -> None:
    """However often and in however many versions it is delivered, one rating of each side counts."""
    keys = [(rating.booking_id, rating.direction) for rating in ratings.revealed(given_, at=at)]
    assert keys == sorted(set(keys))


@given(deliveries(), NOWS, st.data())
def test_neither_order_nor_redelivery_matters(
    given_: list[Rating], at: datetime, data: st.DataObject
) -> None:
    """The same ratings in another order, and some of them twice, reveal the same."""
    other = data.draw(st.permutations([*given_, *given_[:2]]))
    assert ratings.revealed(other, at=at) == ratings.revealed(iter(given_), at=at)


@given(deliveries(), NOWS, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_what_is_revealed_stays_as_it_is(given_: list[Rating], at: datetime, later: timedelta) -> None:
    """A rating that was revealed is never changed or taken back: nobody answers what they have read."""
    assert set(ratings.revealed(given_, at=at)) <= set(ratings.revealed(given_, at=at + later))


@given(deliveries(), NOWS)
def test_a_hidden_rating_changes_no_standing(given_: list[Rating], at: datetime) -> None:
    """With or without what is still hidden, every standing is the same to the bit."""
    shown = set(ratings.revealed(given_, at=at))
    assert score(given_, at=at) == score(shown, at=at)
    assert repr(score(given_, at=at)) == repr(score(shown, at=at))


@pytest.mark.parametrize(("stars", "off"), list(product([1, 5], [-TICK, timedelta(0), TICK])))
def test_both_are_revealed_by_the_second(stars: int, off: timedelta) -> None:
    """The instant of the second rating reveals both."""
    second_at = CLOSED_AT + timedelta(days=1)
    second = attrs.evolve(
        EXAMPLE,
        direction=Direction.OF_CUSTOMER,
        author_id="andreas",
        subject_id="anna",
        at=second_at,
        stars=stars,
    )
    shown = ratings.revealed([EXAMPLE, second], at=second_at + off)
    assert shown == (() if off < timedelta(0) else (second, EXAMPLE))


@pytest.mark.parametrize(("off", "count"), [(-TICK, 0), (timedelta(0), 1), (TICK, 1)])
def test_one_alone_is_revealed_by_the_end(off: timedelta, count: int) -> None:
    """Where the other side is silent, the end of the window reveals the one rating."""
    assert len(ratings.revealed([EXAMPLE], at=CLOSES_AT + off)) == count


def test_an_author_may_think_better_of_it_until_the_reveal() -> None:
    """Of several ratings of one side before the reveal the last one given counts."""
    better = attrs.evolve(EXAMPLE, stars=5, at=CLOSED_AT + TICK)
    for given_ in ([EXAMPLE, better], [better, EXAMPLE]):
        assert ratings.revealed(given_, at=CLOSES_AT) == (better,)


def test_nobody_answers_tit_for_tat() -> None:
    """Who has read the other's rating cannot change their own any more."""
    answer = attrs.evolve(
        EXAMPLE,
        direction=Direction.OF_CUSTOMER,
        author_id="andreas",
        subject_id="anna",
        at=CLOSED_AT + timedelta(hours=1),
        stars=1,
    )
    revenge = attrs.evolve(EXAMPLE, stars=1, at=CLOSED_AT + timedelta(hours=2))
    shown = ratings.revealed([EXAMPLE, answer, revenge], at=CLOSES_AT)
    assert shown == (answer, EXAMPLE)


def test_nothing_is_revealed_of_nothing() -> None:
    """No ratings, nothing revealed."""
    assert ratings.revealed([], at=CLOSES_AT) == ()


# Bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        booking_id=wrong.IDS,
        author_id=wrong.IDS,
        subject_id=wrong.IDS,
        direction=wrong.OTHERS,
        stars=wrong.numbers(1, 5),
        at=wrong.INSTANTS,
        closes_at=wrong.INSTANTS,
        text=wrong.texts(LONGEST_TEXT, may_be_empty=True),
    ),
)
def test_a_wrong_field_is_refused(field: str, value: object, error: type[InvalidValueError]) -> None:
    """What cannot be in a rating is an error that names the field."""
    wrong.check_refused(EXAMPLE, field, value, error)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        # a rating of oneself
        ("subject_id", "anna"),
        # given when the window closes, and after
        ("at", CLOSES_AT),
        ("at", CLOSES_AT + TICK),
    ],
)
def test_what_does_not_fit_together_is_refused(field: str, value: object) -> None:
    """Fields that are well by themselves may not fit together."""
    wrong.check_refused(EXAMPLE, field, value, InvalidValueError)


ANY: Any = "anna"
STARS: list[Any] = [0, 6, -1, True, 4.5, 5.0, float("nan"), "5", None]


@pytest.mark.parametrize("stars", STARS)
def test_stars_are_whole_numbers_from_one_to_five(stars: Any) -> None:
    """Half stars, none, texts and booleans are refused before anything is rated."""
    with pytest.raises((InvalidTypeError, InvalidValueError)) as caught:
        ratings.rate(booking_in(S.CLOSED), by=ANNA, stars=stars, at=CLOSED_AT)
    assert caught.value.field == "stars"


@pytest.mark.parametrize("by", [ANY, CUSTOMER, None], ids=["a text", "an actor", "nobody"])
def test_a_rating_needs_the_person(by: Any) -> None:
    """Neither a name nor an actor rates: a side of a booking is a Customer or a Friend."""
    for call in (ratings.check, lambda booking, **rest: ratings.rate(booking, stars=5, **rest)):
        with pytest.raises(InvalidTypeError) as caught:
            call(booking_in(S.CLOSED), by=by, at=CLOSED_AT)
        assert caught.value.field == "by"


def test_naive_instants_are_refused() -> None:
    """Neither rating nor revealing guesses a zone."""
    closed = booking_in(S.CLOSED)
    calls: list[Any] = [
        lambda: ratings.check(closed, by=ANNA, at=wrong.NAIVE),
        lambda: ratings.rate(closed, by=ANNA, stars=5, at=wrong.NAIVE),
        lambda: ratings.revealed([], at=wrong.NAIVE),
        lambda: score([], at=wrong.NAIVE),
    ]
    for call in calls:
        with pytest.raises(InvalidValueError) as caught:
            call()
        assert caught.value.field == "at"


@given(testing.ratings())
def test_any_rating_is_revealed_by_its_end(rating: Rating) -> None:
    """A rating counts at last, whoever else is silent."""
    assert ratings.revealed([rating], at=rating.closes_at) == (rating,)
    assert ratings.revealed([rating], at=rating.closes_at - TICK) == ()
