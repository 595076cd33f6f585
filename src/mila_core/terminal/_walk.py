"""The walk through the pilot, computed: every step of the flow with the library's own functions."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import attrs

import mila_core.bookings as bookings
import mila_core.ratings as ratings
from mila_core.bookings import Booking, BookingCommand, BookingEvent
from mila_core.lifecycle import Actor, Refusal, RefusedError, Role
from mila_core.market import ServiceOverview
from mila_core.matching import FriendIndex, Ranking
from mila_core.periods import Period, at_wall_time
from mila_core.pricing import quote
from mila_core.quotes import Quote
from mila_core.ratings import Rating
from mila_core.reputation import BayesianAverageParams, score
from mila_core.samples import Pilot, zurich_2013
from mila_core.serialization import dump
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Standing

# The article's three services, with the stars that their customers give in the walk; the stars are invented.
ARTICLE = (("game-console", "andreas", 5), ("tv-channels", "sonja", 5), ("mobile-phone", "nadja", 4))

_BERN_OPENS_ON = date(2014, 1, 1)
_SOON = timedelta(minutes=5)


class Story(NamedTuple):
    """One of the article's friends, from the request to the next ranking."""

    friend_id: str
    ranking: Ranking
    quote: Quote
    events: tuple[BookingEvent, ...]
    booking: Booking
    ratings: tuple[Rating, ...]
    standing: Standing | None
    standing_after: Standing | None
    before: Ranking
    after: Ranking


class Walk(NamedTuple):
    """All that the walk shows."""

    pilot: Pilot
    overview: tuple[ServiceOverview, ...]
    stories: tuple[Story, ...]
    bern_2013: Ranking
    bern_2014: Ranking


def _live(made: Quote, pilot: Pilot) -> tuple[tuple[BookingEvent, ...], Booking]:
    """Take a quote through its main path; keep the events, as an application with an event store would."""
    friend = pilot.market.friend(made.friend_id)
    customer = Actor(Role.CUSTOMER, made.visit.customer_id)
    helper = Actor(Role.FRIEND, friend.id)
    slot = made.visit.slot
    steps = (
        (
            BookingCommand(event="request", by=customer, key="1", quote=made, friend=friend),
            made.made_at + _SOON,
        ),
        (BookingCommand(event="accept", by=helper, key="2", friend=friend), made.made_at + 4 * _SOON),
        (BookingCommand(event="confirm", by=helper, key="3"), made.made_at + 12 * _SOON),
        (BookingCommand(event="start_work", by=helper, key="4"), slot.start),
        (BookingCommand(event="complete", by=helper, key="5"), slot.end - 2 * _SOON),
        (BookingCommand(event="approve", by=customer, key="6"), slot.end + 6 * _SOON),
    )
    booking: Booking | None = None
    history: list[BookingEvent] = []
    for command, at in steps:
        decided = bookings.decide(booking, command, at=at, policy=pilot.policy)
        if isinstance(decided, Refusal):
            raise RefusedError(decided)
        for event in decided.events:
            booking = bookings.evolve(booking, event)
            history.append(event)
    return tuple(history), bookings.replay(history)


def _later(request: ServiceRequest, days: int) -> ServiceRequest:
    """Return the same request, some days later on the wall clock (the pilot crosses no change of clocks)."""
    shift = timedelta(days=days)
    return attrs.evolve(
        request,
        id=f"{request.id}-later",
        windows=[Period(each.start + shift, each.end + shift) for each in request.windows],
    )


def _standings(given: tuple[Rating, ...], at: datetime) -> Mapping[str, Standing]:
    return {standing.friend_id: standing for standing in score(given, params=BayesianAverageParams(), at=at)}


def _story(pilot: Pilot, service_code: str, friend_id: str, stars: int) -> Story:
    request, at = pilot.request(service_code), pilot.opened_at
    index = FriendIndex(pilot.market, policy=pilot.policy)
    ranking = index.rank(request, at=at)
    made = quote(request, ranking.match(friend_id), book=pilot.book, at=at, policy=pilot.policy)
    events, booking = _live(made, pilot)
    friend, customer = pilot.market.friend(friend_id), pilot.market.customer(booking.customer_id)
    rated_at = booking.since + timedelta(hours=2)
    reviews = ratings.open_reviews(booking, at=booking.since, key="7")
    reviews = ratings.rate(reviews, by=customer, stars=stars, at=rated_at, key="8")
    reviews = ratings.rate(reviews, by=friend, stars=5, at=rated_at + timedelta(hours=1), key="9")
    given = ratings.revealed([reviews])
    later, asked_at = _later(request, 7), at + timedelta(days=7)
    standings = _standings((*pilot.ratings, *given), asked_at)
    after = FriendIndex(attrs.evolve(pilot.market, standings=tuple(standings.values())), policy=pilot.policy)
    return Story(
        friend_id=friend_id,
        ranking=ranking,
        quote=made,
        events=events,
        booking=booking,
        ratings=given,
        standing=pilot.market.standing(friend_id),
        standing_after=standings.get(friend_id),
        before=index.rank(later, at=asked_at),
        after=after.rank(later, at=asked_at),
    )


def walk_data(found: Walk) -> dict[str, Any]:
    """Return the walk for programs: documents, and the positions that the ratings moved."""
    return {
        "at": found.pilot.opened_at.isoformat(),
        "overview": [dump(each) for each in found.overview],
        "bern_2013": dump(found.bern_2013.complete()),
        "bern_2014": dump(found.bern_2014.complete()),
        "stories": [
            {
                "friend_id": story.friend_id,
                "ranking": dump(story.ranking.complete()),
                "quote": dump(story.quote),
                "due": story.quote.due.amount,
                "events": [dump(event) for event in story.events],
                "booking": dump(story.booking),
                "ratings": [dump(rating) for rating in story.ratings],
                "standing": None if story.standing is None else dump(story.standing),
                "standing_after": None if story.standing_after is None else dump(story.standing_after),
                "position_before": story.before.why(story.friend_id).position,
                "position_after": story.after.why(story.friend_id).position,
            }
            for story in found.stories
        ],
    }


def walk() -> Walk:
    """Compute the walk; it is the same on every machine and every day."""
    pilot = zurich_2013()
    index = FriendIndex(pilot.market, policy=pilot.policy)
    bern = pilot.request("game-console", canton="BE")
    new_year = Period(at_wall_time(_BERN_OPENS_ON, time(13)), at_wall_time(_BERN_OPENS_ON, time(18)))
    return Walk(
        pilot=pilot,
        overview=pilot.market.overview("zurich", at=pilot.opened_at),
        stories=tuple(_story(pilot, *each) for each in ARTICLE),
        bern_2013=index.rank(bern, at=pilot.opened_at),
        bern_2014=index.rank(
            attrs.evolve(bern, id=f"{bern.id}-later", windows=[new_year]),
            at=at_wall_time(_BERN_OPENS_ON, time(9)),
        ),
    )
