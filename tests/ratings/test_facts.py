"""Ratings as facts: what cannot be in one, and which ones count, each once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import ratings, testing
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.ratings import LONGEST_TEXT, Aspect, AspectRating, Direction, Rating, Solved
from mila_core.reputation import score
from tests import wrong
from tests.ratings.story import CLOSES_AT, ENDED_AT

TICK = timedelta(microseconds=1)
EXAMPLE = Rating(
    booking_id="b1",
    direction=Direction.OF_FRIEND,
    author_id="anna",
    subject_id="andreas",
    stars=4,
    at=ENDED_AT,
    closes_at=CLOSES_AT,
)
CLARITY, SKILL = AspectRating(Aspect.CLARITY, 3), AspectRating(Aspect.SKILL, 3)

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
        edited_at=wrong.INSTANTS[1:],
        revealed_at=wrong.INSTANTS[1:],
        text=wrong.texts(LONGEST_TEXT, may_be_empty=True),
        note=wrong.texts(LONGEST_TEXT, may_be_empty=True),
        language=[("German", InvalidValueError), (7, InvalidTypeError)],
        solved=wrong.OTHERS[1:],
        aspects=wrong.ITEMS,
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
        # given or changed when the window closes, and after
        ("at", CLOSES_AT),
        ("at", CLOSES_AT + TICK),
        ("edited_at", CLOSES_AT),
        # revealed after the window
        ("revealed_at", CLOSES_AT + TICK),
        # an aspect twice, out of order, of the other direction
        ("aspects", [SKILL, SKILL]),
        ("aspects", [SKILL, CLARITY]),
        ("aspects", [AspectRating(Aspect.ACCESS, 3)]),
    ],
)
def test_what_does_not_fit_together_is_refused(field: str, value: object) -> None:
    """Fields that are well by themselves may not fit together."""
    wrong.check_refused(EXAMPLE, field, value, InvalidValueError)


def test_of_a_customer_nobody_asks_whether_it_is_solved() -> None:
    """That is asked of the friend's work."""
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(EXAMPLE, direction=Direction.OF_CUSTOMER, solved=Solved.YES)
    assert caught.value.field == "solved"


@pytest.mark.parametrize("stars", [0, 6, True, 2.5, None])
def test_an_aspect_has_whole_stars(stars: Any) -> None:
    """From one to five, as the whole has."""
    with pytest.raises((InvalidTypeError, InvalidValueError)):
        AspectRating(Aspect.SKILL, stars)


def test_nothing_that_was_said_is_shown_in_logs() -> None:
    """Neither stars nor aspects nor texts stand in a repr: they may be hidden still."""
    said = attrs.evolve(
        EXAMPLE,
        stars=1,
        text="Nie wieder!",
        note="Wirklich",
        aspects=[SKILL],
        solved=Solved.NO,
        language="de",
    )
    for field in ("text", "note"):
        assert getattr(said, field) not in repr(said)
    assert repr(said) == repr(attrs.evolve(EXAMPLE, stars=5))


# What counts ---------------------------------------------------------------------------------------------

HOURS = st.integers(0, 6).map(lambda hour: ENDED_AT + timedelta(hours=hour))
NOWS = st.integers(-1, 12).map(lambda hour: ENDED_AT + timedelta(hours=hour))


@st.composite
def deliveries(draw: st.DrawFn) -> list[Rating]:
    """Return ratings of two bookings over a few hours: changed, repeated, hidden, revealed, in any order."""
    people = {"b1": ("anna", "andreas"), "b2": ("bruno", "andreas")}
    made = []
    for _ in range(draw(st.integers(0, 6))):
        booking_id, of = draw(st.sampled_from(sorted(people))), draw(st.sampled_from(Direction))
        author, subject = people[booking_id][:: 1 if of is Direction.OF_FRIEND else -1]
        made.append(
            Rating(
                booking_id=booking_id,
                direction=of,
                author_id=author,
                subject_id=subject,
                stars=draw(st.integers(1, 5)),
                at=draw(HOURS),
                closes_at=ENDED_AT + timedelta(hours=9),
                text=draw(st.sampled_from(["", "gut"])),
                edited_at=draw(st.none() | HOURS),
                revealed_at=draw(st.none() | HOURS),
            )
        )
    again = draw(st.lists(st.sampled_from(made), max_size=3)) if made else []
    return draw(st.permutations([*made, *again]))


def counted_naively(given_: Sequence[Rating], at: datetime) -> set[Rating]:
    """Say what counts, the slow and obvious way: fact by fact."""
    found = set()
    for booking_id, direction in {(each.booking_id, each.direction) for each in given_}:
        of = [each for each in given_ if (each.booking_id, each.direction) == (booking_id, direction)]
        shown = [each for each in of if (each.revealed_at or each.closes_at) <= at]
        if shown:
            last = max(each.edited_at or each.at for each in shown)
            newest = [each for each in shown if (each.edited_at or each.at) == last]
            best = [each for each in newest if each.stars == max(other.stars for other in newest)]
            found.add(min(best, key=lambda each: each.text))
    return found


@given(deliveries(), NOWS)
def test_a_rating_counts_from_its_reveal_once_for_its_booking_and_direction(
    given_: list[Rating], at: datetime
) -> None:
    """However often and in however many versions it is delivered, one rating of each side counts."""
    found = ratings.counted(given_, at=at)
    keys = [(each.booking_id, each.direction) for each in found]
    assert keys == sorted(set(keys))
    naive = {(each.booking_id, each.direction, each.stars, each.text) for each in counted_naively(given_, at)}
    assert {(each.booking_id, each.direction, each.stars, each.text) for each in found} == naive


@given(deliveries(), NOWS, st.data())
def test_neither_order_nor_redelivery_changes_a_standing(
    given_: list[Rating], at: datetime, data: st.DataObject
) -> None:
    """The same ratings in another order, and some of them twice, give the same to the bit."""
    other = data.draw(st.permutations([*given_, *given_[:2]]))
    assert repr(score(other, at=at)) == repr(score(iter(given_), at=at))


@given(deliveries(), NOWS)
def test_a_hidden_rating_changes_no_standing(given_: list[Rating], at: datetime) -> None:
    """With or without what is still hidden, every standing is the same to the bit."""
    shown = [each for each in given_ if each.counts_from <= at]
    assert repr(score(given_, at=at)) == repr(score(shown, at=at))


@given(testing.ratings())
def test_any_rating_counts_by_its_end(rating: Rating) -> None:
    """A rating counts at last, whoever else is silent, and from its reveal on if that was before."""
    assert ratings.counted([rating], at=rating.closes_at) == (rating,)
    assert ratings.counted([rating], at=rating.counts_from - TICK) == ()
    assert rating.counts_from == (rating.revealed_at or rating.closes_at)


def test_naive_instants_are_refused() -> None:
    """Nothing guesses a zone."""
    calls: list[Any] = [
        lambda: ratings.counted([], at=wrong.NAIVE),
        lambda: score([], at=wrong.NAIVE),
    ]
    for call in calls:
        with pytest.raises(InvalidValueError) as caught:
            call()
        assert caught.value.field == "at"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_number_is_public_from_three_ratings_on(count: int) -> None:
    """With fewer, it says more about chance than about a friend; the spread is always there."""
    at = ENDED_AT.astimezone(UTC)
    given_ = [attrs.evolve(EXAMPLE, booking_id=f"b{number}", revealed_at=at) for number in range(count)]
    (standing,) = score(given_, at=at)
    assert (standing.is_public, standing.ratings, standing.counts) == (count >= 3, count, (0, 0, 0, count, 0))
