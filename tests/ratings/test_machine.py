"""The reviews' table, who may rate, the deadlines to the second, keys and versions."""

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

from mila_core import ratings, testing
from mila_core.bookings import BookingState
from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.lifecycle import Actor, Decision, Outcome, RefusedError, Role, StreamVersion
from mila_core.ratings import (
    TABLE,
    Aspect,
    Direction,
    ModerationEffect,
    Reviews,
    ReviewsEvent,
    ReviewState,
    Solved,
)
from mila_core.reasons import reason
from tests.journey import (
    ACTORS,
    ANDREAS,
    ANNA,
    CUSTOMER,
    FRIEND,
    OPERATOR,
    SCHEDULER,
    SYSTEM,
    booking_in,
    utc,
)
from tests.ratings import rules
from tests.ratings.story import (
    BOTH,
    BY,
    BY_ANDREAS,
    BY_ANNA,
    CLOSED,
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
    code_of,
    ended,
    wanted,
)

# The table -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "event", "role"), rules.CASES, ids=list(map("-".join, rules.CASES)))
def test_the_table_allows_what_the_rules_allow_and_nothing_else(state: str, event: str, role: str) -> None:
    """In each state each event by each role leads where the domain says, or is refused with its code."""
    rated = {"edit_rating": BY_ANNA if role == "customer" else BY_ANDREAS, "withdraw_rating": BY_ANNA}
    rated["withdraw_rating"] = rated["edit_rating"]
    reviews = {
        "none": None,
        "open": rated.get(event, BY_ANNA if event == "moderate" else OPEN),
        "revealed": BOTH,
    }[state]
    if event == "edit_reply" and state == "revealed":
        reviews = ratings.reply(
            REPLIED, by=CUSTOMER, text="Grazie", language="it", at=ENDED_AT + SECOND, key="r5"
        )
    if event == "reveal" and state == "open":
        reviews = attrs.evolve(OPEN, sides=[_hidden(each) for each in BOTH.sides])
    at = CLOSES_AT if role == "timer" and state == "open" else ENDED_AT + SECOND
    booking = CLOSED if reviews is None else None
    decided = answer(reviews, wanted(event, ACTORS[Role(role)], booking=booking), at=at)
    assert code_of(decided) == rules.refusal_by_table(state, event, role)
    if isinstance(decided, Decision):
        for each in decided.events:
            reviews = ratings.evolve(reviews, each)
        assert reviews is not None
        assert reviews.state == rules.TARGETS[event, state, role]


def _hidden(side: ratings.ReviewSide) -> ratings.ReviewSide:
    assert side.rating is not None
    return attrs.evolve(side, rating=attrs.evolve(side.rating, revealed_at=None))


def test_the_rules_of_the_test_know_every_state_and_event() -> None:
    """The expectation is about the states and events that there are, none left out."""
    assert set(rules.STATES) == {"none", *ReviewState}
    assert set(rules.EVENTS) == {row.event for row in TABLE}
    assert set(rules.ROLES) == set(Role)


def test_an_event_leaves_a_state_by_one_row_only() -> None:
    """Event and state together say where it goes: no pair stands in two rows."""
    pairs = [(row.event, source) for row in TABLE for source in row.sources or {"none"}]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("reviews", [OPEN, BY_ANNA, BY_ANDREAS])
def test_open_reviews_have_one_timer(reviews: Reviews) -> None:
    """Time owes the reveal, 14 days after the booking's end, whoever has rated."""
    (timer,) = reviews.due
    assert (timer.event, timer.at) == ("reveal", CLOSES_AT)
    assert ratings.due(reviews, at=CLOSES_AT - SECOND) == ()
    assert ratings.due(reviews, at=CLOSES_AT) == (timer,)


@pytest.mark.parametrize("reviews", [BOTH, NOBODY, REPLIED])
def test_revealed_reviews_have_no_timer(reviews: Reviews) -> None:
    """What is revealed stays so, and time does nothing more."""
    assert reviews.due == ()
    assert ratings.run_timers(reviews, at=CLOSES_AT + timedelta(days=999)) == reviews


# Which bookings, and which side --------------------------------------------------------------------------


@pytest.mark.parametrize("event", rules.AUTHORS)
def test_who_may_rate_follows_from_how_the_booking_ended(event: str) -> None:
    """Both sides of a visit that took place, the harmed one of a no-show or a late cancellation, or none."""
    booking = ended(event)
    assert not booking.is_open
    expected = {BY[author] for author in rules.AUTHORS[event]}
    assert ratings.directions_of(booking) == expected
    decided = answer(None, wanted("open_reviews", SYSTEM, booking=booking), at=booking.since)
    assert code_of(decided) == (None if expected else "nothing_to_rate")
    if isinstance(decided, Decision):
        reviews = ratings.evolve(None, decided.events[0])
        assert {side.direction for side in reviews.sides} == expected
        for actor in (CUSTOMER, FRIEND):
            given_ = answer(reviews, wanted("give_rating", actor), at=booking.since)
            assert code_of(given_) == (None if BY[actor.role.value] in expected else "may_not_rate")


@pytest.mark.parametrize("state", [each for each in BookingState if booking_in(each).is_open])
def test_an_open_booking_is_not_rated(state: BookingState) -> None:
    """Before its end nobody rates."""
    decided = answer(None, wanted("open_reviews", SYSTEM, booking=booking_in(state)))
    assert code_of(decided) == "too_soon_to_rate"


def test_the_opening_expects_the_version_of_the_booking() -> None:
    """If the booking has changed meanwhile, nothing is stored; the reviews are new."""
    decided = answer(None, wanted("open_reviews", SYSTEM))
    assert isinstance(decided, Decision)
    assert decided.expects == (
        StreamVersion(f"reviews:{CLOSED.id}", 0),
        StreamVersion(f"booking:{CLOSED.id}", CLOSED.version),
    )


def test_a_window_counts_from_the_end_of_the_booking_however_late_it_is_opened() -> None:
    """Whoever opens the reviews late gives nobody more time."""
    late = ratings.open_reviews(CLOSED, at=CLOSES_AT + SECOND, key="r1")
    assert late.due[0].at == CLOSES_AT
    assert code_of(answer(late, wanted("give_rating", CUSTOMER), at=CLOSES_AT + SECOND)) == "deadline_passed"
    assert ratings.run_timers(late, at=CLOSES_AT + SECOND).state is ReviewState.REVEALED


def test_the_window_is_the_bookings_policy() -> None:
    """How long both may rate, reply and edit is told by the policy under which it was booked."""
    policy = attrs.evolve(CLOSED.policy, review_days=3, reply_days=2, reply_edit_minutes=1)
    short = ratings.open_reviews(attrs.evolve(CLOSED, policy=policy), at=ENDED_AT, key="r1")
    assert short.due[0].at == ENDED_AT + timedelta(days=3)
    assert (short.booking.reply_days, short.booking.reply_edit_minutes) == (2, 1)


def test_14_days_are_14_days_when_clocks_change() -> None:
    """The window is so many hours, so that its end on the clock moves with summer time."""
    booking = attrs.evolve(CLOSED, since=utc("2026-10-24T12:00+02:00"))
    reviews = ratings.open_reviews(booking, at=booking.since, key="r1")
    end = utc("2026-11-07T11:00+01:00")
    assert reviews.due[0].at == end
    assert code_of(answer(reviews, wanted("give_rating", CUSTOMER), at=end - SECOND)) is None
    assert code_of(answer(reviews, wanted("give_rating", CUSTOMER), at=end)) == "deadline_passed"


# Nobody rates themselves (reliability: self-rating, alias, strangers) ---------------------------------------


def test_one_person_with_two_ids_is_not_rated() -> None:
    """Where the application knows that both sides are one person, there are no reviews."""
    decided = answer(None, wanted("open_reviews", SYSTEM, same_person=True))
    assert code_of(decided) == "same_person"
    with pytest.raises(RefusedError):
        ratings.open_reviews(CLOSED, at=ENDED_AT, key="r1", same_person=True)


def test_a_booking_with_oneself_is_not_rated() -> None:
    """Should such a booking be stored somewhere, its reviews are refused."""
    visit = attrs.evolve(CLOSED.quote.visit, customer_id="andreas")
    own = attrs.evolve(CLOSED, quote=attrs.evolve(CLOSED.quote, visit=visit))
    assert code_of(answer(None, wanted("open_reviews", SYSTEM, booking=own))) == "same_person"


@pytest.mark.parametrize("event", ["give_rating", "edit_rating", "withdraw_rating", "reply", "edit_reply"])
@pytest.mark.parametrize(
    "by",
    [
        # strangers, and each side in the role of the other
        *(Actor(Role.CUSTOMER, "bruno"), Actor(Role.FRIEND, "beat")),
        *(Actor(Role.CUSTOMER, "andreas"), Actor(Role.FRIEND, "anna")),
    ],
    ids=lambda by: f"{by.role}-{by.id}",
)
def test_who_is_no_party_has_no_say(event: str, by: Actor) -> None:
    """Only customer and friend of the booking, each in their own role."""
    reviews = REPLIED if "reply" in event else BY_ANNA
    assert code_of(answer(reviews, wanted(event, by))) == "not_a_party"


# Deadlines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "expected"), [(-SECOND, None), (timedelta(0), "deadline_passed"), (SECOND, "deadline_passed")]
)
@pytest.mark.parametrize(
    ("reviews", "event", "by"),
    [
        (OPEN, "give_rating", CUSTOMER),
        (OPEN, "give_rating", FRIEND),
        (BY_ANNA, "edit_rating", CUSTOMER),
        (BY_ANDREAS, "edit_rating", FRIEND),
        (BY_ANNA, "withdraw_rating", CUSTOMER),
        (BY_ANNA, "moderate", OPERATOR),
    ],
)
def test_from_the_end_of_the_window_nothing_but_the_reveal(
    reviews: Reviews, event: str, by: Actor, off: timedelta, expected: str | None
) -> None:
    """A second before the end all is possible, at the end nothing, whether or not a timer has run."""
    assert code_of(answer(reviews, wanted(event, by), at=CLOSES_AT + off)) == expected
    reveal = answer(reviews, wanted("reveal", SCHEDULER), at=CLOSES_AT + off)
    assert code_of(reveal) == ("too_early" if expected is None else None)


@pytest.mark.parametrize(("off", "expected"), [(-SECOND, "too_early"), (timedelta(0), None), (SECOND, None)])
def test_nobody_rates_before_the_booking_has_ended(off: timedelta, expected: str | None) -> None:
    """As from a clock that is behind."""
    assert code_of(answer(OPEN, wanted("give_rating", CUSTOMER), at=ENDED_AT + off)) == expected


REPLY_ENDS = ENDED_AT + SECOND + timedelta(days=30)  # the second rating revealed both


@pytest.mark.parametrize(
    ("reviews", "ends_at"),
    [
        # from the reveal by the second rating
        (BOTH, REPLY_ENDS),
        # from the end of the window, where the other side was silent; however late the scheduler came
        (ratings.run_timers(BY_ANNA, at=CLOSES_AT), CLOSES_AT + timedelta(days=30)),
        (ratings.run_timers(BY_ANNA, at=CLOSES_AT + timedelta(days=9)), CLOSES_AT + timedelta(days=30)),
    ],
)
def test_a_reply_comes_within_30_days_of_the_reveal(reviews: Reviews, ends_at: datetime) -> None:
    """The last second counts, the end does not."""
    expected = {-SECOND: None, timedelta(0): "deadline_passed", SECOND: "deadline_passed"}
    for off, code in expected.items():
        assert code_of(answer(reviews, wanted("reply", FRIEND), at=ends_at + off)) == code


def test_a_reply_is_edited_within_48_hours_across_a_change_of_clocks() -> None:
    """Two days are 48 hours: an hour earlier on the clock once summer time has ended."""
    booking = attrs.evolve(CLOSED, since=utc("2026-10-23T12:00+02:00"))
    reviews = ratings.open_reviews(booking, at=booking.since, key="r1")
    reviews = ratings.rate(reviews, by=CUSTOMER, stars=4, at=booking.since, key="r2")
    reviews = ratings.rate(reviews, by=FRIEND, stars=4, at=booking.since, key="r3")
    reviews = ratings.reply(
        reviews, by=FRIEND, text="Merci", language="fr", at=utc("2026-10-24T12:00+02:00"), key="r4"
    )
    end = utc("2026-10-26T11:00+01:00")
    assert code_of(answer(reviews, wanted("edit_reply", FRIEND), at=end - SECOND)) is None
    assert code_of(answer(reviews, wanted("edit_reply", FRIEND), at=end)) == "deadline_passed"


# What is rated, and when it is revealed --------------------------------------------------------------------


def test_a_rating_is_about_the_other_side() -> None:
    """The customer rates the friend, the friend the customer, of this booking."""
    of_customer, of_friend = BOTH.sides
    assert of_friend.rating is not None
    assert of_customer.rating is not None
    told = [
        (each.direction, each.author_id, each.subject_id, each.booking_id)
        for each in (of_friend.rating, of_customer.rating)
    ]
    assert told == [
        (OF_FRIEND, "anna", "andreas", CLOSED.id),
        (OF_CUSTOMER, "andreas", "anna", CLOSED.id),
    ]
    assert (of_friend.rating.stars, of_friend.rating.text, of_friend.rating.language) == (4, "Bravo", "de")


def test_the_last_rating_reveals_both_at_once() -> None:
    """One decision, two events: the rating, and the system's reveal at the same instant."""
    decided = answer(BY_ANNA, wanted("give_rating", FRIEND), at=ENDED_AT + SECOND)
    assert isinstance(decided, Decision)
    assert [(each.event, each.by.role, each.at) for each in decided.events] == [
        ("give_rating", Role.FRIEND, ENDED_AT + SECOND),
        ("reveal", Role.SYSTEM, ENDED_AT + SECOND),
    ]
    assert [each.rating.revealed_at for each in BOTH.sides if each.rating] == [ENDED_AT + SECOND] * 2


def test_the_one_who_alone_may_rate_reveals_by_rating() -> None:
    """After a no-show there is nobody to wait for."""
    booking = ended("report_customer_no_show")
    reviews = ratings.open_reviews(booking, at=booking.since, key="r1")
    assert (
        ratings.rate(reviews, by=ANDREAS, stars=1, at=booking.since, key="r2").state is ReviewState.REVEALED
    )


def test_the_system_reveals_nothing_early() -> None:
    """While one is missing, only the end of the window reveals."""
    assert code_of(answer(BY_ANNA, wanted("reveal", SYSTEM))) == "not_due"


@pytest.mark.parametrize("reviews", [OPEN, BY_ANNA, BY_ANDREAS])
def test_the_end_reveals_what_there_is(reviews: Reviews) -> None:
    """One rating, or none: then they are just closed."""
    closed = ratings.run_timers(reviews, at=CLOSES_AT + timedelta(days=3))
    given_ = [each.rating for each in closed.sides if each.rating]
    assert (closed.state, closed.revealed_at) == (ReviewState.REVEALED, CLOSES_AT)
    assert len(given_) == (reviews is not OPEN)
    assert [each.revealed_at for each in given_] == [CLOSES_AT] * len(given_)


def test_a_withdrawn_rating_is_not_waited_for_and_may_come_again() -> None:
    """Who takes it back has not rated; until the end there is time to do so anew."""
    gone = ratings.withdraw(BY_ANNA, by=ANNA, at=ENDED_AT + SECOND, key="w1")
    alone = ratings.rate(gone, by=ANDREAS, stars=2, at=ENDED_AT + SECOND, key="r3")
    assert alone.state is ReviewState.OPEN
    again = ratings.rate(alone, by=ANNA, stars=1, at=ENDED_AT + 2 * SECOND, key="r4")
    assert {each.stars for each in ratings.revealed([again])} == {1, 2}


def test_an_edit_replaces_the_whole_and_keeps_when_it_was_given() -> None:
    """Stars, text and aspects are those of the edit, also where it names none."""
    edited = ratings.edit(BY_ANNA, by=ANNA, stars=1, at=ENDED_AT + SECOND, key="e1", solved=Solved.NO)
    side = edited.side(OF_FRIEND)
    assert side is not None
    assert side.rating is not None
    assert (side.rating.stars, side.rating.text, side.rating.solved) == (1, "", Solved.NO)
    assert (side.rating.at, side.rating.edited_at) == (ENDED_AT, ENDED_AT + SECOND)


@pytest.mark.parametrize("event", ["give_rating", "edit_rating", "withdraw_rating"])
def test_nobody_answers_tit_for_tat(event: str) -> None:
    """Who has read the other's rating cannot change their own any more, nor give a first one."""
    one_sided = ratings.run_timers(BY_ANNA, at=CLOSES_AT)
    for reviews, at in ((BOTH, ENDED_AT + 2 * SECOND), (one_sided, CLOSES_AT), (one_sided, ENDED_AT)):
        for by in (CUSTOMER, FRIEND):
            assert code_of(answer(reviews, wanted(event, by), at=at)) == "not_from_this_state"


@pytest.mark.parametrize(
    ("by", "details", "field"),
    [
        # aspects of the other direction
        (CUSTOMER, {"aspects": {Aspect.ACCESS: 3}}, "aspects"),
        (CUSTOMER, {"aspects": {Aspect.SKILL: 3, Aspect.COMMUNICATION: 3}}, "aspects"),
        (FRIEND, {"aspects": {Aspect.VALUE: 3}}, "aspects"),
        (FRIEND, {"solved": Solved.YES}, "solved"),
        # stars that there are not
        (CUSTOMER, {"aspects": {Aspect.SKILL: 0}}, "stars"),
        (CUSTOMER, {"stars": 6}, "stars"),
        (CUSTOMER, {"stars": 0}, "stars"),
        # a text that is too long, a language that is none
        (CUSTOMER, {"text": "x" * 1001}, "text"),
        (CUSTOMER, {"note": "x" * 1001}, "note"),
        (CUSTOMER, {"language": "German"}, "language"),
    ],
)
def test_what_cannot_be_said_is_an_error(by: Actor, details: dict[str, Any], field: str) -> None:
    """Wrong calls are errors that name the field, not refusals."""
    with pytest.raises(InvalidValueError) as caught:
        ratings.rate(OPEN, by=by, at=ENDED_AT, key="r2", **({"stars": 5} | details))
    assert caught.value.field == field


@pytest.mark.parametrize("stars", [True, 4.5, 5.0, float("nan"), float("inf"), "5", None])
def test_stars_are_whole_numbers(stars: Any) -> None:
    """Neither NaN nor infinity nor half stars come in."""
    with pytest.raises(InvalidTypeError) as caught:
        ratings.rate(OPEN, by=ANNA, stars=stars, at=ENDED_AT, key="r2")
    assert caught.value.field == "stars"


def test_aspects_stand_outside_of_the_whole() -> None:
    """They are kept by their names, and change no stars."""
    aspects = {Aspect.VALUE: 1, Aspect.CLARITY: 2}
    rated = ratings.rate(OPEN, by=ANNA, stars=5, at=ENDED_AT, key="r2", aspects=aspects)
    side = rated.side(OF_FRIEND)
    assert side is not None
    assert side.rating is not None
    assert side.rating.stars == 5
    assert [(each.aspect, each.stars) for each in side.rating.aspects] == [("clarity", 2), ("value", 1)]


# Replies and moderation ------------------------------------------------------------------------------------


def test_each_who_was_rated_replies_once() -> None:
    """A second reply is refused, one by the other side is a reply to the other rating."""
    assert code_of(answer(REPLIED, wanted("reply", FRIEND), at=ENDED_AT + SECOND)) == "already_replied"
    both = ratings.reply(REPLIED, by=ANNA, text="Grazie", language="it", at=ENDED_AT + SECOND, key="r5")
    assert [each.reply.text for each in both.sides if each.reply] == ["Grazie", "Merci!"]


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_reply_is_refused(text: str) -> None:
    """Neither a first one nor an edited one says nothing."""
    for reviews, event in ((BOTH, "reply"), (REPLIED, "edit_reply")):
        assert (
            code_of(answer(reviews, wanted(event, FRIEND, text=text), at=ENDED_AT + SECOND)) == "reply_empty"
        )


@pytest.mark.parametrize(
    ("reviews", "event", "by"),
    [
        (OPEN, "give_rating", CUSTOMER),
        (OPEN, "give_rating", FRIEND),
        (BY_ANNA, "edit_rating", CUSTOMER),
        (BOTH, "reply", FRIEND),
        (REPLIED, "edit_reply", FRIEND),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_text_comes_with_its_language(reviews: Reviews, event: str, by: Actor) -> None:
    """Whoever shows a text has to know in which language it is; what says nothing needs none."""
    at = ENDED_AT + SECOND
    assert (
        code_of(answer(reviews, wanted(event, by, text="Bravo", language=None), at=at)) == "language_missing"
    )
    assert code_of(answer(reviews, wanted(event, by, text="Bravo", language="de"), at=at)) is None
    blank = code_of(answer(reviews, wanted(event, by, text=" \n", language=None), at=at))
    assert blank == ("reply_empty" if "reply" in event else None)


def test_a_stored_rating_or_reply_may_lack_the_language_of_its_text() -> None:
    """What was written elsewhere, or before, is read as it is."""
    side = REPLIED.side(OF_FRIEND)
    assert side is not None
    assert side.rating is not None
    assert side.reply is not None
    assert attrs.evolve(side.rating, language=None).text == "Bravo"
    assert attrs.evolve(side.reply, language=None).text == "Merci!"


def test_to_nothing_nobody_replies() -> None:
    """Not rated, or the rating was removed: there is nothing to answer."""
    removed = after(BOTH, wanted("moderate"), at=ENDED_AT + SECOND)
    for reviews in (NOBODY, removed):
        assert code_of(answer(reviews, wanted("reply", FRIEND), at=CLOSES_AT)) == "nothing_to_reply_to"
    assert code_of(answer(BOTH, wanted("edit_reply", FRIEND), at=CLOSES_AT)) == "no_reply"


def test_a_hidden_rating_is_moderated_without_revealing_it() -> None:
    """The state, the timers and what the other side sees stay as they were."""
    done = after(BY_ANNA, wanted("moderate"), at=ENDED_AT + SECOND)
    assert (done.state, done.due, repr(done)) == (ReviewState.OPEN, BY_ANNA.due, repr(BY_ANNA))
    assert ratings.view(done, viewer=FRIEND, at=ENDED_AT) == ratings.view(OPEN, viewer=FRIEND, at=ENDED_AT)


def test_every_moderation_stays_on_record_and_the_last_one_holds() -> None:
    """Who, what, why and when, the oldest first."""
    done = BOTH
    effects = [ModerationEffect.REMOVE, ModerationEffect.REDACT, ModerationEffect.KEEP]
    for number, effect in enumerate(effects):
        at, why = CLOSES_AT + number * SECOND, reason("insult", words=number)
        done = after(done, wanted("moderate", key=f"m{number}", effect=effect, why=why), at=at)
    side = done.side(OF_FRIEND)
    assert side is not None
    assert [(each.effect, each.by, each.at, each.why.get("words")) for each in side.moderations] == [
        (effect, OPERATOR, CLOSES_AT + number * SECOND, number) for number, effect in enumerate(effects)
    ]
    assert side.effect() is ModerationEffect.KEEP


def test_editing_is_no_way_around_a_moderation() -> None:
    """What is written after it is moderated alike, until an operator keeps it."""
    done = after(BY_ANNA, wanted("moderate"), at=ENDED_AT)
    done = ratings.edit(done, by=ANNA, stars=1, text="Worse", language="en", at=ENDED_AT, key="e1")
    done = ratings.withdraw(done, by=ANNA, at=ENDED_AT, key="w1")
    done = ratings.rate(done, by=ANNA, stars=1, text="Worst", language="en", at=ENDED_AT, key="r9")
    done = ratings.run_timers(done, at=CLOSES_AT)
    assert ratings.revealed([done]) == ()
    assert ratings.view(done, viewer=None, at=CLOSES_AT).ratings == ()
    kept = after(done, wanted("moderate", key="m2", effect=ModerationEffect.KEEP), at=CLOSES_AT)
    assert [each.stars for each in ratings.revealed([kept])] == [1]


@pytest.mark.parametrize(
    ("reviews", "details", "code"),
    [
        # no rating of that side, no reply, a direction that the booking has not
        (BY_ANNA, {"direction": OF_CUSTOMER}, "not_rated"),
        (BOTH, {"of_reply": True}, "no_reply"),
        (REPLIED, {"of_reply": True, "direction": OF_CUSTOMER}, "no_reply"),
        (REPLIED, {"direction": None}, "not_rated"),
    ],
)
def test_what_is_not_there_is_not_moderated(reviews: Reviews, details: dict[str, Any], code: str) -> None:
    """A moderation is about something."""
    assert code_of(answer(reviews, wanted("moderate", **details), at=ENDED_AT + SECOND)) == code


@pytest.mark.parametrize("field", ["why", "effect"])
def test_a_moderation_says_what_and_why(field: str) -> None:
    """An operator who decides without a reason makes a wrong call."""
    missing: dict[str, Any] = {field: None}
    with pytest.raises(InvalidTypeError) as caught:
        answer(BOTH, wanted("moderate", **missing))
    assert caught.value.field == field


def test_a_reply_has_no_stars_to_exclude() -> None:
    """It is kept, redacted or removed."""
    exclude = ModerationEffect.EXCLUDE_FROM_SCORE
    with pytest.raises(InvalidValueError):
        answer(REPLIED, wanted("moderate", of_reply=True, effect=exclude))


# Keys, versions, replay ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reviews", "repeated"),
    [
        (OPEN, wanted("open_reviews", Actor(Role.SYSTEM, "reviews"), key="r1")),
        (BY_ANNA, wanted("give_rating", CUSTOMER, key="r2", stars=4, text="Bravo", language="de")),
        (BOTH, wanted("give_rating", CUSTOMER, key="r2", stars=4, text="Bravo", language="de")),
        (BOTH, wanted("give_rating", FRIEND, key="r3", stars=2, text="Late", language="en")),
        (REPLIED, wanted("reply", FRIEND, key="r4", text="Merci!", language="fr")),
    ],
)
def test_a_repeated_command_changes_nothing(reviews: Reviews, repeated: Any) -> None:
    """Redelivery is answered with `replayed`, however late: a rating is there once."""
    decided = answer(reviews, repeated, at=CLOSES_AT + timedelta(days=99))
    assert isinstance(decided, Decision)
    assert (decided.outcome, decided.events) == (Outcome.REPLAYED, ())


def test_the_same_key_with_other_stars_is_refused() -> None:
    """A key stands for one command."""
    other = wanted("give_rating", CUSTOMER, key="r2", stars=1, text="Bravo", language="de")
    assert code_of(answer(BY_ANNA, other)) == "key_mismatch"


def test_both_sides_may_use_the_same_key_and_it_stands_once_in_the_stream() -> None:
    """The other side's choice of keys is nobody's business; the events have keys of their own."""
    reviews, seen = OPEN, []
    for by in (CUSTOMER, FRIEND):
        decided = answer(reviews, wanted("give_rating", by, key="k" * 200), at=ENDED_AT)
        assert isinstance(decided, Decision)
        for event in decided.events:
            reviews = ratings.evolve(reviews, event)
            seen.append(event.key)
    assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize("by", [CUSTOMER, FRIEND], ids=lambda by: by.role)
def test_customer_and_friend_cannot_ask_for_the_version(by: Actor) -> None:
    """It counts what is hidden from them; operators and programs may expect one."""
    with pytest.raises(InvalidValueError) as caught:
        wanted("give_rating", by, expected_version=1)
    assert caught.value.field == "expected_version"
    assert code_of(answer(BY_ANNA, wanted("moderate", expected_version=1))) == "stale_version"


@settings(max_examples=30)
@given(testing.review_histories())
def test_replay_is_the_state(history: tuple[ReviewsEvent, ...]) -> None:
    """Folding one by one and replaying give the same, and no event is folded twice."""
    reviews: Reviews | None = None
    for event in history:
        reviews = ratings.evolve(reviews, event)
    assert reviews == ratings.replay(history)
    assert reviews is not None
    assert reviews.version == len(history)
    with pytest.raises(InvalidValueError):
        ratings.evolve(reviews, history[-1])


@pytest.mark.parametrize(
    "changes",
    [
        # ratings of another booking, by another author, with another window, or of a side that may not
        {"booking_id": "b2"},
        {"author_id": "bruno"},
        {"subject_id": "beat"},
        {"closes_at": CLOSES_AT + SECOND},
        {"direction": OF_CUSTOMER},
        # revealed while it is hidden
        {"revealed_at": ENDED_AT},
    ],
)
def test_a_stored_event_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    """What `decide` would not make, `evolve` does not take."""
    decided = answer(OPEN, wanted("give_rating", CUSTOMER))
    assert isinstance(decided, Decision)
    (event,) = decided.events
    assert event.rating is not None
    rating = attrs.evolve(event.rating, **changes)
    forged = attrs.evolve(event, rating=rating)
    with pytest.raises(InvalidValueError):
        ratings.evolve(OPEN, forged)


@pytest.mark.parametrize(
    ("reviews", "event", "field"),
    [
        (None, "open_reviews", "booking"),
        (OPEN, "give_rating", "rating"),
        (BOTH, "reply", "reply"),
        (BOTH, "moderate", "moderation"),
    ],
)
def test_an_event_without_what_it_carries_is_refused(reviews: Reviews | None, event: str, field: str) -> None:
    """A stored event that lost its content makes no state."""
    by = {"open_reviews": SYSTEM, "moderate": OPERATOR, "reply": FRIEND}.get(event, CUSTOMER)
    decided = answer(reviews, wanted(event, by), at=ENDED_AT + SECOND)
    assert isinstance(decided, Decision)
    lost: dict[str, Any] = {field: None}
    event_without = attrs.evolve(decided.events[0], **lost)
    with pytest.raises(InvalidTypeError) as caught:
        ratings.evolve(reviews, event_without)
    assert caught.value.field == field


def test_directions_have_their_aspects_and_no_other() -> None:
    """What each side is asked, as the domain says."""
    assert {direction: set(aspects) for direction, aspects in ratings.ASPECTS.items()} == {
        Direction.OF_FRIEND: {"skill", "punctuality", "clarity", "value"},
        Direction.OF_CUSTOMER: {"communication", "description", "access"},
    }
