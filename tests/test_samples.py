"""The pilot of 2013: the facts of the article, and the whole flow on it from end to end."""

from datetime import date, time, timedelta

import attrs
import pytest

from mila_core import bookings, eligibility, pricing, ratings, reputation, samples
from mila_core.bookings import BookingState
from mila_core.eligibility import Eligibility
from mila_core.errors import UnknownIdError
from mila_core.friends import Partner
from mila_core.lifecycle import RefusedError
from mila_core.matching import FriendIndex, Ranking
from mila_core.money import chf
from mila_core.periods import Period, at_wall_time
from mila_core.places import CANTONS, Place
from mila_core.ratings import Direction, Rating
from mila_core.reasons import reason
from mila_core.samples import Pilot
from tests.journey import utc

PILOT = samples.zurich_2013()
MARKET = PILOT.market
NOW = PILOT.opened_at
NEW_YEAR = utc("2014-01-01T00:00+01:00")


def ranked(service_code: str, *, canton: str = "ZH") -> Ranking:
    """Return the ranking for the pilot's request for a service, at its opening."""
    return FriendIndex(MARKET).rank(PILOT.request(service_code, canton=canton), at=NOW)


# The article ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("friend_id", "name", "service_code", "price"),
    [
        ("andreas", "Andreas", "game-console", 40),
        ("sonja", "Sonja", "tv-channels", 55),
        ("nadja", "Nadja", "mobile-phone", 30),
    ],
)
def test_the_articles_three_friends(friend_id: str, name: str, service_code: str, price: int) -> None:
    """Andreas, Sonja and Nadja offer what the article says, for what it says, and live in Zürich."""
    friend = MARKET.friend(friend_id)
    (offer,) = (
        each for each in MARKET.offers if (each.friend_id, each.service_code) == (friend_id, service_code)
    )
    assert (friend.name, offer.price) == (name, chf(price))
    assert "ZH" in friend.home.cantons
    assert MARKET.catalogue.service(service_code).is_usual(offer.price)


def test_every_friend_is_certified_by_swisscom() -> None:
    """Each friend of the pilot holds, or held, a certification, and Swisscom granted all of them."""
    assert MARKET.partners == (Partner(id="swisscom", name="Swisscom"),)
    for friend in MARKET.friends:
        assert {each.issuer_id for each in friend.certifications} == {"swisscom"}


def test_the_jobs_are_small() -> None:
    """Every price lies between CHF 30 and 100, as the article says of such jobs."""
    assert all(chf(30) <= offer.price <= chf(100) for offer in MARKET.offers)


def test_zurich_opens_first_then_bern_then_the_others() -> None:
    """Zürich opens on 27.11.2013, Bern on 1.1.2014, every other canton later."""
    regions = samples.roll_out_2013()
    opens_on = {next(iter(region.cantons)): region.opens_on for region in regions}
    assert opens_on["ZH"] == date(2013, 11, 27)
    assert opens_on["BE"] == date(2014, 1, 1)
    assert all(on > date(2014, 1, 1) for canton, on in opens_on.items() if canton not in {"ZH", "BE"})
    assert set(opens_on) == set(CANTONS)
    assert len(regions) == len(CANTONS)
    assert MARKET.regions == regions


def test_the_pilot_opens_on_the_day_of_the_article() -> None:
    """Now, in the pilot, is the morning of 27 November 2013."""
    assert utc("2013-11-27T09:00+01:00") == NOW


# Who may come --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service_code", "expected"),
    [
        ("game-console", ["beat", "andreas", "chiara"]),
        ("tv-channels", ["sonja", "greta", "chiara"]),
        ("mobile-phone", ["nadja", "greta", "chiara"]),
    ],
)
def test_who_is_found(service_code: str, expected: list[str]) -> None:
    """The friends who may come, best first, for each of the article's services."""
    assert [match.friend_id for match in ranked(service_code).ranked] == expected


@pytest.mark.parametrize(
    ("service_code", "friend_id", "codes"),
    [
        # one friend each for the reasons that there are
        ("game-console", "nadja", ["no_offer"]),
        ("game-console", "david", ["too_far"]),  # in Winterthur
        ("game-console", "elena", ["certification_suspended"]),  # until mid-December
        ("game-console", "hannes", ["not_available"]),  # at weekends only
        ("game-console", "reto", ["too_far"]),  # in Bern
        ("tv-channels", "fabio", ["certification_expired"]),  # since October
    ],
)
def test_who_is_refused_and_why(service_code: str, friend_id: str, codes: list[str]) -> None:
    """Each kind of refusal has its friend in the pilot."""
    refusal = ranked(service_code).why(friend_id).eligibility
    assert [why.code for why in refusal.reasons] == codes


def test_a_suspended_friend_is_refused_until_the_day() -> None:
    """Elena may come from 15 December on, when her suspension has ended."""
    refusal = ranked("game-console").why("elena").eligibility
    assert refusal.eligible_from == utc("2013-12-15T00:00+01:00")


# Bern ----------------------------------------------------------------------------------------------------


def test_bern_is_refused_in_2013_with_the_date_from_which_it_works() -> None:
    """On 27.11.2013 nobody comes to Bern; the friend who lives there may from 1.1.2014 on."""
    ranking = ranked("game-console", canton="BE")
    assert ranking.ranked == ()
    expected = Eligibility(
        friend_id="reto",
        reasons=[reason("region_not_open", region="bern", opens_at=NEW_YEAR)],
        eligible_from=NEW_YEAR,
    )
    assert ranking.why("reto").eligibility == expected
    assert ranking.refused["region_not_open"] == 7


@pytest.mark.parametrize(("on", "served"), [(date(2013, 12, 31), False), (date(2014, 1, 1), True)])
def test_bern_is_served_from_the_first_day(on: date, served: bool) -> None:  # noqa: FBT001
    """Asked in advance, a visit on the last day of 2013 is refused, one on the first of 2014 is not."""
    window = Period(at_wall_time(on, time(13)), at_wall_time(on, time(18)))
    request = attrs.evolve(PILOT.request("game-console", canton="BE"), windows=[window])
    found = [match.friend_id for match in FriendIndex(MARKET).rank(request, at=NOW).ranked]
    assert found == (["reto"] if served else [])


def test_a_visit_over_new_year_is_not_served() -> None:
    """The region has to be open through the whole visit, from midnight by the Swiss clock."""
    visit = MARKET.visit(PILOT.request("game-console", canton="BE"))
    reto = MARKET.friend("reto")
    for minutes, served in ((-15, False), (0, True)):
        start = NEW_YEAR + timedelta(minutes=minutes)
        shifted = attrs.evolve(visit, slot=Period(start, start + timedelta(hours=1)))
        assert eligibility.check(reto, shifted).is_eligible is served


# From end to end -----------------------------------------------------------------------------------------


def test_the_whole_flow() -> None:
    """Found, quoted, booked, done, approved, rated: and the next ranking has moved."""
    request = PILOT.request("game-console")
    anna, andreas = MARKET.customer("anna"), MARKET.friend("andreas")
    index = FriendIndex(MARKET, policy=PILOT.policy)
    before = index.rank(request, at=NOW)
    assert [match.friend_id for match in before.matches] == ["beat", "andreas", "chiara"]

    quote = pricing.quote(request, before.match("andreas"), book=PILOT.book, at=NOW, policy=PILOT.policy)
    assert quote.due == chf(40)
    slot = quote.visit.slot

    booking = bookings.request(
        quote, at=NOW + timedelta(minutes=5), key="a1", friend=andreas, policy=PILOT.policy
    )
    index.upsert(andreas, busy=[slot])
    assert index.rank(request, at=NOW).match("andreas").visit.slot.start == slot.end
    booking = bookings.accept(booking, by=andreas, at=NOW + timedelta(hours=1), key="a2")
    booking = bookings.confirm(booking, by=andreas, at=NOW + timedelta(hours=2), key="a3")
    booking = bookings.start_work(booking, by=andreas, at=slot.start, key="a4")
    booking = bookings.complete(booking, by=andreas, at=slot.end, key="a5")
    booking = bookings.approve(booking, by=anna, at=slot.end + timedelta(minutes=10), key="a6")
    assert booking.state is BookingState.CLOSED

    evening = slot.end + timedelta(hours=4)
    reviews = ratings.open_reviews(booking, at=evening, key="r1")
    reviews = ratings.rate(
        reviews, by=anna, stars=5, at=evening, text="Alles läuft, danke!", language="de", key="r2"
    )
    hidden = reputation.score([*PILOT.ratings, *ratings.revealed([reviews])], at=evening)
    assert hidden == reputation.score(PILOT.ratings, at=evening)
    reviews = ratings.rate(reviews, by=andreas, stars=5, at=evening, key="r3")
    standings = reputation.score([*PILOT.ratings, *ratings.revealed([reviews])], at=evening)
    standing = next(each for each in standings if each.friend_id == "andreas")
    assert standing.counts == (0, 0, 0, 0, 1)

    index.upsert(andreas, standing=standing, busy=())
    after = index.rank(request, at=NOW)
    assert [match.friend_id for match in after.matches] == ["andreas", "beat", "chiara"]
    assert after.match("andreas").score > before.match("andreas").score
    assert [after.match(each).score for each in ("beat", "chiara")] == [
        before.match(each).score for each in ("beat", "chiara")
    ]


def test_a_bad_rating_moves_the_other_way() -> None:
    """One star instead, and Andreas stays behind Beat, with fewer points than a newcomer."""
    given_ = Rating(
        booking_id="b1",
        direction=Direction.OF_FRIEND,
        author_id="anna",
        subject_id="andreas",
        stars=1,
        at=NOW,
        closes_at=NOW + timedelta(days=14),
    )
    later = NOW + timedelta(days=14)
    index = FriendIndex(attrs.evolve(MARKET, standings=reputation.score([*PILOT.ratings, given_], at=later)))
    after, before = index.rank(PILOT.request("game-console"), at=NOW), ranked("game-console")
    assert after.match("andreas").score < before.match("andreas").score
    assert after.why("andreas").position == 2


def test_who_declines_leaves_the_slot_to_be_asked_again() -> None:
    """After a no the request is ranked as before, and the next friend can be booked."""
    request = PILOT.request("game-console")
    index = FriendIndex(MARKET)
    beat, chiara = MARKET.friend("beat"), MARKET.friend("chiara")
    quote = pricing.quote(request, index.rank(request, at=NOW).match("beat"), book=PILOT.book, at=NOW)
    declined = bookings.decline(bookings.request(quote, at=NOW, key="1"), by=beat, at=NOW, key="2")
    again = FriendIndex(attrs.evolve(MARKET, bookings=[declined])).rank(request, at=NOW)
    assert again == index.rank(request, at=NOW)
    other = pricing.quote(request, again.match("chiara"), book=PILOT.book, at=NOW)
    booking = bookings.request(other, at=NOW, key="1", friend=chiara)
    assert bookings.accept(booking, by=chiara, at=NOW, key="2").state is BookingState.ACCEPTED


def test_a_slot_is_not_booked_twice() -> None:
    """Of two customers who were shown the same slot the second one's request is refused."""
    request = PILOT.request("game-console")
    quote = pricing.quote(request, ranked("game-console").match("andreas"), book=PILOT.book, at=NOW)
    andreas = MARKET.friend("andreas")
    first = bookings.request(quote, at=NOW, key="1", friend=andreas)
    busy = attrs.evolve(MARKET, bookings=[first]).busy("andreas")
    with pytest.raises(RefusedError) as caught:
        bookings.request(quote, at=NOW, key="2", booking_id="b2", friend=andreas, busy=busy)
    assert caught.value.refusal.reasons == (reason("not_available"),)


# The pilot as a value ------------------------------------------------------------------------------------


def test_there_is_one_pilot() -> None:
    """The pilot is made once; it is a value, so that nobody can change it for the others."""
    assert samples.zurich_2013() is PILOT
    assert PILOT._replace() == PILOT
    assert hash(PILOT._replace()) == hash(PILOT)


@pytest.mark.parametrize(
    ("service_code", "canton", "expected"),
    [
        ("game-console", "ZH", "r1"),
        ("tv-channels", "ZH", "r2"),
        ("mobile-phone", "ZH", "r3"),
        ("game-console", "BE", "r4"),
    ],
)
def test_a_request_is_found_by_service_and_canton(service_code: str, canton: str, expected: str) -> None:
    """The pilot has a request for each of the article's services in Zürich, and one in Bern."""
    assert PILOT.request(service_code, canton=canton).id == expected
    assert PILOT.request("game-console") == PILOT.request("game-console", canton="ZH")


@pytest.mark.parametrize(
    ("service_code", "canton"),
    [("levitation", "ZH"), ("mobile-phone", "BE"), ("game-console", "XX"), ("", "")],
)
def test_a_request_that_the_pilot_has_not_is_an_error(service_code: str, canton: str) -> None:
    """Where there is no such request the error names the service."""
    with pytest.raises(UnknownIdError) as caught:
        PILOT.request(service_code, canton=canton)
    assert caught.value.id == service_code


def test_names_are_not_shown_in_logs() -> None:
    """The repr of the pilot shows ids, and no names of friends and customers."""
    shown = repr(PILOT)
    people = [*(each.name for each in MARKET.friends), *(each.name for each in MARKET.customers)]
    assert [name for name in people if repr(name) in shown] == []


def test_the_trial_ratings_count_at_the_opening() -> None:
    """All ratings of the trial are revealed by the opening."""
    assert set(ratings.counted(PILOT.ratings, at=NOW)) == set(PILOT.ratings)
    assert {standing.friend_id for standing in MARKET.standings} == {
        each.subject_id for each in PILOT.ratings
    }


def test_the_requests_fit_the_market() -> None:
    """Customers, services and places of the requests are known."""
    for request in PILOT.requests:
        assert MARKET.visit(request).openings
        assert request.place in {Place("8005"), Place("8001"), Place("3011")}


def test_a_pilot_is_an_ordinary_value() -> None:
    """An application can make a pilot of its own."""
    own = PILOT._replace(book=attrs.evolve(PILOT.book, version="own"), requests=())
    assert isinstance(own, Pilot)
    with pytest.raises(UnknownIdError):
        own.request("game-console")
