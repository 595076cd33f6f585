"""What may be shown to whom; before the reveal nobody learns what the other side has done."""

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mila_core import ratings, testing
from mila_core.lifecycle import Actor, Decision, Refusal, Role
from mila_core.ratings import ModerationEffect, Reviews, ReviewsEvent, ReviewState
from mila_core.reputation import score
from tests.journey import ANDREAS, CUSTOMER, FRIEND, OPERATOR, SCHEDULER, SYSTEM
from tests.ratings.story import (
    BOTH,
    BY_ANDREAS,
    BY_ANNA,
    CLOSES_AT,
    ENDED_AT,
    NOBODY,
    OF_CUSTOMER,
    OF_FRIEND,
    OPEN,
    REPLIED,
    SECOND,
    after,
    answer,
    wanted,
)

STRANGERS = (None, Actor(Role.CUSTOMER, "bruno"), Actor(Role.FRIEND, "anna"), SCHEDULER, SYSTEM)
EFFECTS = st.sampled_from(ModerationEffect)


def seen(reviews: Reviews, viewer: Actor | None, *, at: datetime = ENDED_AT) -> dict[str, Any]:
    """Return the ratings that somebody sees, by direction."""
    return {each.rating.direction.value: each for each in _view(reviews, viewer, at).ratings}


def _view(reviews: Reviews, viewer: Actor | None, at: datetime) -> ratings.ReviewsView:
    return ratings.view(reviews, viewer=viewer, at=at)


# Who sees what -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reviews", "viewer", "expected"),
    [
        # hidden: one's own, and everything for an operator
        (OPEN, CUSTOMER, set()),
        (BY_ANNA, CUSTOMER, {"of_friend"}),
        (BY_ANNA, FRIEND, set()),
        (BY_ANNA, OPERATOR, {"of_friend"}),
        (BY_ANDREAS, FRIEND, {"of_customer"}),
        (BY_ANDREAS, CUSTOMER, set()),
        *((BY_ANNA, stranger, set()) for stranger in STRANGERS),
        # revealed: all, for everybody
        (NOBODY, CUSTOMER, set()),
        *((BOTH, who, {"of_friend", "of_customer"}) for who in (CUSTOMER, FRIEND, OPERATOR, *STRANGERS)),
    ],
)
def test_who_sees_which_rating(reviews: Reviews, viewer: Actor | None, expected: set[str]) -> None:
    """One's own at any time, the other's from the reveal on, operators all."""
    assert set(seen(reviews, viewer, at=ENDED_AT + SECOND)) == expected


@pytest.mark.parametrize("viewer", [CUSTOMER, FRIEND, None], ids=["customer", "friend", "anybody"])
def test_the_end_of_the_window_shows_what_there_is_before_the_scheduler_came(viewer: Actor | None) -> None:
    """What may be seen hangs on the instant, not on how often the scheduler runs."""
    swept = ratings.run_timers(BY_ANNA, at=CLOSES_AT)
    for at in (CLOSES_AT, CLOSES_AT + timedelta(days=7)):
        assert _view(BY_ANNA, viewer, at) == _view(swept, viewer, at)
    assert set(seen(BY_ANNA, viewer, at=CLOSES_AT)) == {"of_friend"}
    assert ("of_friend" in seen(BY_ANNA, viewer, at=CLOSES_AT - SECOND)) == (viewer == CUSTOMER)


def test_a_note_is_for_its_author_and_the_operators() -> None:
    """It is private, before and after the reveal."""
    noted = ratings.edit(BY_ANNA, by=CUSTOMER, stars=4, note="He smelled", at=ENDED_AT, key="e1")
    both = ratings.rate(noted, by=FRIEND, stars=2, at=ENDED_AT, key="r3")
    for viewer, expected in ((CUSTOMER, True), (OPERATOR, True), (FRIEND, False), (None, False)):
        assert bool(seen(both, viewer)["of_friend"].rating.note) is expected
    assert [each.note for each in ratings.revealed([both])] == ["", ""]


@pytest.mark.parametrize(
    ("effect", "text", "is_shown", "counts"),
    [
        (ModerationEffect.KEEP, "Bravo", True, True),
        (ModerationEffect.REDACT, "", True, True),
        (ModerationEffect.EXCLUDE_FROM_SCORE, "Bravo", True, False),
        (ModerationEffect.REMOVE, "", False, False),
    ],
)
def test_what_a_moderation_does(effect: ModerationEffect, text: str, is_shown: bool, counts: bool) -> None:  # noqa: FBT001
    """Text and stars are shown and counted as it says; the author sees it whole, and why."""
    done = after(BOTH, wanted("moderate", effect=effect), at=ENDED_AT + SECOND)
    found = seen(done, FRIEND).get("of_friend")
    assert (found is not None) is is_shown
    if found is not None:
        assert (found.rating.text, found.counts, found.moderation) == (text, counts, None)
    own = seen(done, CUSTOMER)["of_friend"]
    assert (own.rating.text, own.counts, own.moderation.effect) == ("Bravo", counts, effect)
    given_ = {each.direction: each.text for each in ratings.revealed([done])}
    assert given_ == ({OF_FRIEND: text} if counts else {}) | {OF_CUSTOMER: "Late"}
    standings = score(ratings.revealed([done]), at=CLOSES_AT)
    assert [each.counts for each in standings] == ([(0, 0, 0, 1, 0)] if counts else [])


@pytest.mark.parametrize(
    ("effect", "shown"),
    [
        (ModerationEffect.KEEP, "Merci!"),
        (ModerationEffect.REDACT, ""),
        (ModerationEffect.REMOVE, None),
    ],
)
def test_what_a_moderation_of_a_reply_does(effect: ModerationEffect, shown: str | None) -> None:
    """The rating stays as it is; who replied sees the reply whole."""
    done = after(REPLIED, wanted("moderate", effect=effect, of_reply=True), at=ENDED_AT + SECOND)
    for viewer in (CUSTOMER, None):
        reply = seen(done, viewer)["of_friend"].reply
        assert (reply.text if reply else None) == shown
    assert seen(done, FRIEND)["of_friend"].reply.text == "Merci!"
    assert ratings.revealed([done]) == ratings.revealed([REPLIED])


@pytest.mark.parametrize(
    ("reviews", "viewer", "at", "expected"),
    [
        (OPEN, CUSTOMER, ENDED_AT, ("give_rating",)),
        (OPEN, CUSTOMER, ENDED_AT - SECOND, ()),
        (BY_ANNA, CUSTOMER, ENDED_AT, ("edit_rating", "withdraw_rating")),
        (BY_ANNA, FRIEND, ENDED_AT, ("give_rating",)),
        (BY_ANNA, FRIEND, CLOSES_AT, ("reply",)),
        (BY_ANNA, CUSTOMER, CLOSES_AT, ()),
        (BOTH, CUSTOMER, ENDED_AT + SECOND, ("reply",)),
        (REPLIED, FRIEND, ENDED_AT + SECOND, ("edit_reply",)),
        (REPLIED, FRIEND, ENDED_AT + timedelta(days=3), ()),
        (BOTH, FRIEND, ENDED_AT + timedelta(days=31), ()),
        *((OPEN, stranger, ENDED_AT, ()) for stranger in STRANGERS),
        (OPEN, OPERATOR, ENDED_AT, ()),
    ],
)
def test_a_view_says_what_its_viewer_may_do(
    reviews: Reviews, viewer: Actor | None, at: datetime, expected: tuple[str, ...]
) -> None:
    """The names of the events, as a page offers them."""
    assert _view(reviews, viewer, at).may == expected


# Non-interference ------------------------------------------------------------------------------------------


def hidden_events(actor: Actor) -> st.SearchStrategy[list[tuple[str, int, timedelta]]]:
    """Return what a side tries while all is hidden: events, stars, and how long after the end."""
    events = st.sampled_from(["give_rating", "give_rating", "edit_rating", "withdraw_rating"])
    hours = st.integers(0, 13 * 24).map(lambda count: timedelta(hours=count))
    assert actor.role in {Role.CUSTOMER, Role.FRIEND}
    return st.lists(st.tuples(events, st.integers(1, 5), hours), max_size=4)


def lived(actor: Actor, tried: list[tuple[str, int, timedelta]], *, on: Reviews) -> Reviews:
    """Return the reviews after all that one side tries and that is granted, a reveal left out."""
    for number, (event, stars, wait) in enumerate(tried):
        details = (
            {} if event == "withdraw_rating" else {"stars": stars, "text": "x" * stars, "language": "de"}
        )
        asked = wanted(event, actor, key=f"k{number}", **details)
        decided = ratings.decide(on, asked, at=ENDED_AT + wait)
        if isinstance(decided, Decision) and len(decided.events) == 1:
            on = ratings.evolve(on, decided.events[0])
    return on


def told(decided: Decision[ReviewsEvent] | Refusal) -> object:
    """Return what an application may tell of an answer: a refusal whole, of a decision whether and what."""
    if isinstance(decided, Refusal):
        return decided
    own = decided.events[:1]
    return decided.outcome, [(each.event, each.rating, each.fingerprint, each.key) for each in own]


@settings(max_examples=80)
@given(
    own=hidden_events(CUSTOMER),
    one=hidden_events(FRIEND),
    two=hidden_events(FRIEND),
    asked=st.sampled_from(
        ["give_rating", "edit_rating", "withdraw_rating", "reply", "edit_reply", "moderate"]
    ),
    key=st.sampled_from(["k0", "k1", "k2", "k3", "new"]),
    hour=st.integers(-1, 15 * 24),
    is_customer=st.booleans(),
)
def test_nobody_learns_what_is_hidden(
    *, own: list[Any], one: list[Any], two: list[Any], asked: str, key: str, hour: int, is_customer: bool
) -> None:
    """Reviews that differ only in what the other side hides look alike: view, repr, answers, aggregates."""
    me, other = (CUSTOMER, FRIEND) if is_customer else (FRIEND, CUSTOMER)
    mine = lived(me, own, on=OPEN)
    worlds = [lived(other, tried, on=mine) for tried in (one, two)]
    at = min(ENDED_AT + timedelta(hours=hour), CLOSES_AT - SECOND)
    outsider = Actor(me.role, "bruno")
    for viewer in (me, outsider, None):
        first, second = (ratings.view(world, viewer=viewer, at=at) for world in worlds)
        assert first == second
        assert repr(first) == repr(second)
    for actor in (me, outsider):
        for when in (at, CLOSES_AT, CLOSES_AT + SECOND):
            first_answer, second_answer = (
                told(ratings.decide(world, wanted(asked, actor, key=key), at=when)) for world in worlds
            )
            assert first_answer == second_answer
    assert repr(worlds[0]) == repr(worlds[1])
    assert ratings.revealed([worlds[0]]) == ratings.revealed([worlds[1]]) == ()
    assert worlds[0].due == worlds[1].due


def test_many_hidden_edits_push_no_key_out() -> None:
    """A retry is known however busy the other side has been meanwhile."""
    busy = lived(FRIEND, [("give_rating", 3, SECOND)], on=OPEN)
    for number in range(40):
        busy = ratings.edit(busy, by=FRIEND, stars=1 + number % 5, at=ENDED_AT, key=f"e{number}")
    busy = ratings.withdraw(busy, by=FRIEND, at=ENDED_AT, key="w1")
    busy = ratings.rate(busy, by=CUSTOMER, stars=4, text="Bravo", language="de", at=ENDED_AT, key="r2")
    busy = ratings.rate(busy, by=FRIEND, stars=1, at=ENDED_AT, key="w2")
    for number in range(40):
        busy = after(busy, wanted("moderate", key=f"m{number}"), at=ENDED_AT)
    retry = wanted("give_rating", CUSTOMER, key="r2", stars=4, text="Bravo", language="de")
    decided = answer(busy, retry)
    assert isinstance(decided, Decision)
    assert decided.events == ()


@settings(max_examples=15)
@given(testing.reviews())
def test_no_repr_tells_what_was_said(reviews: Reviews) -> None:
    """The repr of reviews is made of what everybody may know."""
    open_again = attrs.evolve(
        reviews,
        sides=[ratings.ReviewSide(direction=each.direction) for each in reviews.sides],
        version=99,
        keys=(),
    )
    assert repr(reviews) == repr(open_again)


@settings(max_examples=15)
@given(testing.reviews_events())
def test_no_repr_of_an_event_tells_what_was_said(event: ReviewsEvent) -> None:
    """Neither stars nor texts, nor a fingerprint from which few stars are soon guessed."""
    bare = attrs.evolve(event, rating=None, reply=None, moderation=None, fingerprint="f")
    assert repr(event) == repr(bare)


@settings(max_examples=15)
@given(testing.reviews(), st.data())
def test_no_view_and_no_aggregate_shows_what_is_hidden(reviews: Reviews, data: st.DataObject) -> None:
    """Before the reveal the other side and the public see nothing, and nothing counts."""
    at = reviews.booking.ended_at
    if reviews.state is ReviewState.REVEALED:
        return
    viewer = data.draw(st.sampled_from([None, Actor(Role.CUSTOMER, reviews.booking.customer_id)]))
    own = {"of_friend"} if viewer else set()
    assert set(seen(reviews, viewer, at=at)) <= own
    assert score(ratings.revealed([reviews]), at=at + timedelta(days=9999)) == ()


# What counts ---------------------------------------------------------------------------------------------


def test_reviews_count_once_whatever_the_order_of_delivery() -> None:
    """Of several versions the newest counts, also where it counts no longer."""
    removed = after(BOTH, wanted("moderate"), at=ENDED_AT + SECOND)
    for delivered in ([BOTH, BY_ANNA, BOTH], [BY_ANNA, BOTH], [BOTH, OPEN]):
        assert ratings.revealed(delivered) == ratings.revealed([BOTH])
    for delivered in ([BOTH, removed], [removed, BOTH], [removed, BOTH, removed]):
        assert [each.direction for each in ratings.revealed(delivered)] == [OF_CUSTOMER]


def test_the_newest_wins_over_the_pilots_friend() -> None:
    """What counts is of the friend whom the customer rated."""
    (of_friend,) = [each for each in ratings.revealed([BOTH]) if each.direction is OF_FRIEND]
    assert (of_friend.subject_id, of_friend.stars) == (ANDREAS.id, 4)
