"""The walk through the pilot of 2013 shows what the article tells, in four languages and for programs."""

import json
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from mila_core.bookings import BookingState, replay
from mila_core.i18n import format_instant, format_money, message, names_of, word
from mila_core.market import ServiceOverview
from mila_core.matching import Ranking
from mila_core.money import chf
from mila_core.names import LANGUAGES
from mila_core.periods import midnight
from mila_core.quotes import Quote
from mila_core.ratings import Rating
from mila_core.reasons import reason
from mila_core.serialization import load
from tests.journey import MARKET, NOW
from tests.terminal.shell import Run, lines_of, one_line

each_language = pytest.mark.parametrize("language", LANGUAGES)

ARTICLE = {"andreas": "40.00", "sonja": "55.00", "nadja": "30.00"}
BERN_OPENS_AT = midnight(date(2014, 1, 1))
FIRST_IN_BERN = "2014-01-01T12:00:00Z"


def sections(out: str) -> list[str]:
    """Return the text before the first heading, and that of each section, each in one line."""
    lines = lines_of(out)
    starts = [
        at - 1
        for at, line in enumerate(lines)
        if line and not line.strip("\N{BOX DRAWINGS LIGHT HORIZONTAL}")
    ]
    return [one_line("\n".join(lines[a:b])) for a, b in zip([0, *starts], [*starts, len(lines)], strict=True)]


# --- in words


@each_language
def test_the_walk_succeeds_and_complains_of_nothing(run: Run, language: str) -> None:
    """It ends with status 0, says something, and writes nothing to the standard error."""
    done = run("--lang", language)
    assert (done.status, done.err) == (0, "")
    assert len(sections(done.out)) == 7


@each_language
def test_the_articles_three_friends_are_quoted_at_its_prices(run: Run, language: str) -> None:
    """Andreas for CHF 40, Sonja for CHF 55, Nadja for CHF 30, in the section with the quotes."""
    quotes = sections(run("--lang", language).out)[4]
    for friend_id, price in ARTICLE.items():
        name = MARKET.friend(friend_id).name
        amount = one_line(format_money(chf(price), locale=language))
        assert name in quotes
        assert amount in quotes
        if friend_id != "andreas":  # on a line of their own, with the service
            offer = MARKET.offer(f"{friend_id}-1")
            service = names_of(MARKET, locale=language)[f"service.{offer.service_code}"]
            assert f"{name} {service} {amount}" in quotes


@each_language
def test_bern_is_refused_in_2013_with_the_day_on_which_it_opens(run: Run, language: str) -> None:
    """On 27 November nobody may come to Bern; it is said that Bern opens on 1 January 2014."""
    bern = sections(run("--lang", language).out)[3]
    why = reason("region_not_open", region="bern", opens_at=BERN_OPENS_AT)
    said = one_line(word(why, locale=language, names=names_of(MARKET, locale=language)))
    nobody, later = (one_line(message(f"terminal.{key}", locale=language)) for key in ("nobody", "later"))
    before, _, after = bern.partition(later)
    assert nobody in before
    assert said in before
    assert one_line(format_instant(BERN_OPENS_AT, locale=language)) in said
    assert nobody not in after
    assert said not in after


@each_language
def test_bern_is_served_on_the_day_on_which_it_opens(run: Run, language: str) -> None:
    """On 1 January 2014 the friend who lives in Bern comes first, on that day."""
    bern = sections(run("--lang", language).out)[3]
    after = bern.partition(one_line(message("terminal.later", locale=language)))[2]
    assert "1. Reto" in after
    assert one_line(format_instant(BERN_OPENS_AT, locale=language)) in after


@each_language
def test_the_rating_moves_andreas_from_the_second_place_to_the_first(run: Run, language: str) -> None:
    """Five stars bring Andreas past Beat in the next ranking."""
    *_, request, _, _, _, rating = sections(run("--lang", language).out)
    assert "1. Beat" in request
    assert "2. Andreas" in request
    comma = "0,63" if language == "fr" else "0.63"
    moved = message(
        "terminal.moved_up",
        locale=language,
        friend="Andreas",
        before=2,
        after=1,
        change=f"+{comma}",
        overtaken="Beat",
    )
    assert one_line(moved) in rating


@each_language
def test_each_section_has_its_title(run: Run, language: str) -> None:
    """The walk goes from what can be booked to the ratings, in this order."""
    found = sections(run("--lang", language).out)
    titles = ["overview", "request", "bern", "quote", "booking", "rating"]
    for number, (key, section) in enumerate(zip(titles, found[1:], strict=True), start=1):
        title = message(f"terminal.section_{key}", locale=language, friend="Andreas")
        assert section.startswith(one_line(f"{number}. {title}"))


@each_language
def test_no_code_stands_in_place_of_words(run: Run, language: str) -> None:
    """Nothing that is meant for programs is shown to people."""
    out = run("--lang", language).out
    for raw in ("{", "}", "_", "game-console", "BookingState", "None", "datetime", "reason.", "terminal."):
        assert raw not in out.replace("mila_core", "")


def test_the_booking_goes_its_main_way(run: Run) -> None:
    """Six events, from the request to the approval, each with the state after it."""
    booking = sections(run("--lang", "en").out)[5]
    states = ["requested", "accepted", "confirmed", "in progress", "completed", "closed"]
    places = [booking.find(state) for state in states]
    assert -1 not in places
    assert places == sorted(places)


# --- for programs


@pytest.fixture
def data(run: Run) -> Any:
    """Return what `--json` prints."""
    done = run("--json")
    assert (done.status, done.err) == (0, "")
    return json.loads(done.out)


def test_programs_get_the_articles_three_friends_and_prices(data: Any) -> None:
    """The dues are the article's prices."""
    assert {story["friend_id"]: story["due"] for story in data["stories"]} == ARTICLE
    quotes = [load(story["quote"], Quote) for story in data["stories"]]
    assert {quote.friend_id: quote.due.amount for quote in quotes} == ARTICLE


def test_programs_get_the_refusal_of_bern_and_the_ranking_after(data: Any) -> None:
    """In 2013 all are refused for the region, with the day from which it works; in 2014 one may come."""
    before, after = (load(data[key], Ranking) for key in ("bern_2013", "bern_2014"))
    assert before.at == NOW == datetime.fromisoformat(data["at"])
    assert before.ranked == ()
    assert {why.eligibility.reasons[0] for why in [before.why("reto"), before.why("andreas")]} == {
        reason("region_not_open", region="bern", opens_at=BERN_OPENS_AT)
    }
    assert before.why("reto").eligibility.eligible_from == BERN_OPENS_AT
    assert [match.friend_id for match in after.matches] == ["reto"]
    assert after.matches[0].visit.slot.start == datetime.fromisoformat(FIRST_IN_BERN)


def test_programs_get_bookings_that_their_events_make(data: Any) -> None:
    """Each booking is what a replay of its events gives, and is closed."""
    for story in data["stories"]:
        events: list[Any] = [load(event, object) for event in story["events"]]
        booking = load(story["booking"], object)
        assert replay(events) == booking
        assert booking.state is BookingState.CLOSED


def test_programs_get_both_ratings_of_each_booking(data: Any) -> None:
    """Customer and friend rate each other, once each."""
    for story in data["stories"]:
        ratings = [load(each, Rating) for each in story["ratings"]]
        assert len({rating.direction for rating in ratings}) == len(ratings) == 2
        assert {rating.booking_id for rating in ratings} == {story["booking"]["id"]}


def test_programs_get_the_places_before_and_after(data: Any) -> None:
    """The rating moves Andreas from 2 to 1; the others are first and stay so."""
    places = {
        story["friend_id"]: (story["position_before"], story["position_after"]) for story in data["stories"]
    }
    assert places == {"andreas": (2, 1), "sonja": (1, 1), "nadja": (1, 1)}


def test_programs_get_the_overview_of_the_market(data: Any) -> None:
    """The overview is the one of the region of Zürich at the opening."""
    overview = tuple(load(each, ServiceOverview) for each in data["overview"])
    assert overview == MARKET.overview("zurich", at=NOW)


def test_every_part_that_says_its_kind_is_a_document(data: Any) -> None:
    """Whatever has a head can be read back as a value."""

    def documents(value: Any) -> list[Any]:
        if isinstance(value, dict):
            own = [value] if "schema_version" in value else []
            return own + [each for part in value.values() for each in documents(part)]
        return [each for part in value for each in documents(part)] if isinstance(value, list) else []

    found = documents(data)
    assert len(found) > 30
    assert all(attrs.has(type(load(document, object))) for document in found)


def test_the_language_does_not_change_what_programs_get(run: Run) -> None:
    """JSON has codes, not words."""
    assert len({run("--json", "--lang", language).out for language in LANGUAGES}) == 1


def test_the_walk_is_of_a_fixed_day(data: Any) -> None:
    """There is no clock inside: the walk begins at the opening, 27 November 2013, 9 o'clock."""
    assert datetime.fromisoformat(data["at"]) == datetime(2013, 11, 27, 8, tzinfo=UTC)
