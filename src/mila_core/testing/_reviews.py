"""Ratings, and reviews with their histories: legal ones only."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.lifecycle import Actor, Refusal, RefusedError, Role
from mila_core.ratings import (
    ASPECTS,
    LONGEST_TEXT,
    TABLE,
    AspectRating,
    Direction,
    Moderation,
    ModerationEffect,
    RatedBooking,
    Rating,
    Reply,
    Reviews,
    ReviewsCommand,
    ReviewsEvent,
    ReviewSide,
    ReviewState,
    ReviewsView,
    Solved,
    VisibleRating,
    decide,
    evolve,
    replay,
)
from mila_core.testing._bookings import bookings
from mila_core.testing._lives import actor_as, actors, stream_versions
from mila_core.testing._values import (
    LONGEST_WAIT,
    after,
    fixed_or,
    ids,
    instants,
    kept,
    keys,
    languages,
    reasons,
    texts,
)

_TICK = timedelta(microseconds=1)
_TEXTS = texts(LONGEST_TEXT, may_be_empty=True)
_WORDS = _TEXTS.filter(str.strip)
_LANGUAGES = st.none() | languages()


@cache
def _solved(direction: Direction) -> SearchStrategy[Solved | None]:
    return st.none() | st.sampled_from(Solved) if direction is Direction.OF_FRIEND else st.none()


@cache
def _aspects(direction: Direction) -> SearchStrategy[tuple[AspectRating, ...]]:
    stars = st.dictionaries(st.sampled_from(sorted(ASPECTS[direction])), st.integers(1, 5), max_size=3)
    return stars.map(lambda given: tuple(AspectRating(*each) for each in sorted(given.items())))


@kept
def aspect_ratings() -> SearchStrategy[AspectRating]:
    """Return stars of single aspects."""
    aspects = sorted(frozenset().union(*ASPECTS.values()))
    return st.builds(AspectRating, st.sampled_from(aspects), st.integers(1, 5))


@kept
@st.composite
def ratings(
    draw: st.DrawFn,
    *,
    booking_id: str | None = None,
    direction: Direction | None = None,
    author_id: str | None = None,
    subject_id: str | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Rating:
    """Return ratings, hidden and revealed, given between `opens_at` and `closes_at`."""
    first = draw(fixed_or(opens_at, instants())).astimezone(UTC)
    last = closes_at or first + draw(st.timedeltas(_TICK, LONGEST_WAIT))
    author = draw(fixed_or(author_id, ids().filter(lambda each: each != subject_id)))
    of = direction or draw(st.sampled_from(Direction))
    at = draw(after(first, last - first - _TICK))
    return Rating(
        booking_id=draw(fixed_or(booking_id, ids())),
        direction=of,
        author_id=author,
        subject_id=draw(fixed_or(subject_id, ids().filter(lambda each: each != author))),
        stars=draw(st.integers(1, 5)),
        at=at,
        closes_at=last,
        text=draw(_TEXTS),
        language=draw(_LANGUAGES),
        solved=draw(_solved(of)),
        aspects=draw(_aspects(of)),
        note=draw(_TEXTS),
        edited_at=draw(st.none() | after(at, last.astimezone(UTC) - at - _TICK)),
        revealed_at=draw(st.none() | after(at, last.astimezone(UTC) - at)),
    )


@kept
@st.composite
def rated_bookings(draw: st.DrawFn) -> RatedBooking:
    """Return what reviews know of their booking: mostly that both sides may rate."""
    customer = draw(ids())
    directions = st.sampled_from([[*Direction], [*Direction], *[[each] for each in Direction]])
    return RatedBooking(
        customer_id=customer,
        friend_id=draw(ids().filter(lambda each: each != customer)),
        directions=draw(directions),
        ended_at=draw(instants()),
        review_days=draw(st.just(14) | st.integers(1, 366)),
        reply_days=draw(st.just(30) | st.integers(1, 366)),
        reply_edit_minutes=draw(st.just(2880) | st.integers(0, 366 * 1440)),
    )


@kept
def replies() -> SearchStrategy[Reply]:
    """Return replies, edited or not."""
    return st.builds(Reply, text=_TEXTS, language=_LANGUAGES, at=instants(), edited_at=st.none() | instants())


@kept
def moderations() -> SearchStrategy[Moderation]:
    """Return what operators did about ratings and replies."""
    of_rating = st.builds(
        Moderation,
        effect=st.sampled_from(ModerationEffect),
        by=actors(role=Role.OPERATOR),
        at=instants(),
        why=reasons(),
    )
    return of_rating | of_rating.filter(
        lambda each: each.effect is not ModerationEffect.EXCLUDE_FROM_SCORE
    ).map(lambda each: attrs.evolve(each, of_reply=True))


# Histories ---------------------------------------------------------------------------------------------

_Choice: TypeAlias = tuple[str, Role, Mapping[str, Any]]

_AUTHORS = ((Direction.OF_FRIEND, Role.CUSTOMER), (Direction.OF_CUSTOMER, Role.FRIEND))
_EFFECTS = (ModerationEffect.KEEP, ModerationEffect.REDACT, ModerationEffect.REMOVE)


def _choices(reviews: Reviews, at: datetime) -> list[_Choice]:
    """Return what may happen at an instant: the event, by whom, and about whom where that is not said."""
    if at >= reviews.booking.closes_at and reviews.state is ReviewState.OPEN:
        return [("reveal", Role.TIMER, {})]
    found: list[_Choice] = []
    for direction, author in _AUTHORS:
        side = reviews.side(direction)
        if side is None:
            continue
        subject = Role.FRIEND if author is Role.CUSTOMER else Role.CUSTOMER
        if reviews.state is ReviewState.OPEN:
            of_open = ["edit_rating", "withdraw_rating"] if side.rating else ["give_rating"] * 4
            found += [(event, author, {}) for event in of_open]
        elif side.rating is not None and side.effect() is not ModerationEffect.REMOVE:
            found += [("edit_reply" if side.reply else "reply", subject, {})] * 4
        if side.rating is not None:
            found.append(("moderate", Role.OPERATOR, {"direction": direction}))
        if side.reply is not None:
            found.append(("moderate", Role.OPERATOR, {"direction": direction, "of_reply": True}))
    return found


def _said(draw: st.DrawFn, texts: SearchStrategy[str]) -> Mapping[str, Any]:
    """Return a text with its language; where there is none, there may be a language all the same."""
    text = draw(texts)
    return {"text": text, "language": draw(languages() if text.strip() else _LANGUAGES)}


def _content(draw: st.DrawFn, event: str, role: Role, about: Mapping[str, Any]) -> Mapping[str, Any]:
    match event:
        case "give_rating" | "edit_rating":
            direction = Direction.OF_FRIEND if role is Role.CUSTOMER else Direction.OF_CUSTOMER
            return {
                "stars": draw(st.integers(1, 5)),
                "solved": draw(_solved(direction)),
                "aspects": draw(_aspects(direction)),
                **_said(draw, _TEXTS),
                "note": draw(_TEXTS),
            }
        case "reply" | "edit_reply":
            return _said(draw, _WORDS)
        case "moderate":
            effects = _EFFECTS if about.get("of_reply") else tuple(ModerationEffect)
            return {**about, "effect": draw(st.sampled_from(effects)), "why": draw(reasons())}
        case _:
            return {}


def _first(draw: st.DrawFn, booking: RatedBooking, booking_id: str) -> ReviewsEvent:
    return ReviewsEvent(
        id=booking_id,
        version=1,
        event="open_reviews",
        by=Actor(Role.SYSTEM, "reviews"),
        at=booking.ended_at,
        key="key-0",
        fingerprint=draw(ids()),
        booking=booking,
    )


@kept
@st.composite
def review_histories(
    draw: st.DrawFn, *, booking_id: str | None = None, booking: RatedBooking | None = None
) -> tuple[ReviewsEvent, ...]:
    """Return the histories of reviews, from the opening to any state, by commands that are granted.

    Args:
        draw: given by Hypothesis.
        booking_id: the id of the booking.
        booking: what the reviews are about.
    """
    about = booking or draw(rated_bookings())
    history = [_first(draw, about, booking_id or draw(ids()))]
    reviews = evolve(None, history[0])
    at = about.ended_at
    for step in range(1, 1 + draw(st.integers(0, 8))):
        at = draw(after(at, timedelta(hours=1)) | after(at, timedelta(days=about.review_days)))
        if not (choices := _choices(reviews, at)):
            break
        event, role, concerning = draw(st.sampled_from(choices))
        by = draw(actor_as(role, people={Role.CUSTOMER: about.customer_id, Role.FRIEND: about.friend_id}))
        content = _content(draw, event, role, concerning)
        wanted = ReviewsCommand(event=event, by=by, key=f"key-{step}", **content)
        decided = decide(reviews, wanted, at=at)
        if isinstance(decided, Refusal):
            if decided.code == "deadline_passed":  # the time to reply, or to edit a reply, was over
                continue
            raise RefusedError(decided)
        for each in decided.events:
            reviews = evolve(reviews, each)
            history.append(each)
    return tuple(history)


@kept
def reviews_events() -> SearchStrategy[ReviewsEvent]:
    """Return events of reviews, of any place in a history."""
    return review_histories().flatmap(st.sampled_from)


@kept
def reviews(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    booking: RatedBooking | None = None,
) -> SearchStrategy[Reviews]:
    """Return reviews in any state, as legal histories make them."""
    return review_histories(booking_id=id, booking=booking).map(replay)


@kept
def review_sides() -> SearchStrategy[ReviewSide]:
    """Return sides of reviews."""
    return reviews().flatmap(lambda each: st.sampled_from(each.sides))


@kept
def reviews_commands(*, event: str | None = None) -> SearchStrategy[ReviewsCommand]:
    """Return commands, each with what its event needs; whether they are granted depends on the reviews."""

    @st.composite
    def of(draw: st.DrawFn, name: str) -> ReviewsCommand:
        about = {"direction": draw(st.sampled_from(Direction))} if name == "moderate" else {}
        role = draw(st.sampled_from(sorted(next(row.roles for row in TABLE if row.event == name))))
        seen = st.none() if role in {Role.CUSTOMER, Role.FRIEND} else st.none() | st.integers(0, 2**53)
        return ReviewsCommand(
            event=name,
            by=draw(actors(role=role)),
            key=draw(keys()),
            expected_version=draw(seen),
            reads=draw(st.lists(stream_versions(), max_size=1)),
            booking=draw(bookings()) if name == "open_reviews" else None,
            **_content(draw, name, role, about),
        )

    return fixed_or(event, st.sampled_from([row.event for row in TABLE])).flatmap(of)


@kept
def visible_ratings() -> SearchStrategy[VisibleRating]:
    """Return ratings as somebody may see them."""
    return st.builds(
        VisibleRating,
        rating=ratings(),
        counts=st.booleans(),
        reply=st.none() | replies(),
        moderation=st.none() | moderations(),
    )


@kept
def reviews_views() -> SearchStrategy[ReviewsView]:
    """Return what somebody may see of reviews."""
    return st.builds(
        ReviewsView,
        booking_id=ids(),
        state=st.sampled_from(ReviewState),
        closes_at=instants(),
        ratings=st.lists(visible_ratings(), max_size=2),
        may=st.lists(st.sampled_from([row.event for row in TABLE]), max_size=3, unique=True),
    )
