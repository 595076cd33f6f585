"""The ranking against a scorer that is written out once more, as simply as can be."""

from datetime import datetime, timedelta
from fractions import Fraction
from hashlib import blake2b
from math import floor, hypot
from statistics import NormalDist

from hypothesis import given
from hypothesis import strategies as st

from mila_core.availability import bookable
from mila_core.catalogue import Selection
from mila_core.eligibility import check
from mila_core.market import Market
from mila_core.matching import FriendIndex, RankingParams, StandingBasis
from mila_core.money import Money, chf
from mila_core.offers import Offer
from mila_core.periods import Period
from mila_core.policies import BookingPolicy
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Reliability, Standing
from mila_core.testing import market_instants, market_requests, markets, ranking_params

QUARTER = timedelta(minutes=15)
NOTICE = timedelta(minutes=BookingPolicy().request_notice_minutes)


def quarters(request: ServiceRequest, minutes: int, at: datetime) -> list[Period]:
    """Return every slot on a quarter hour that lies in a window and leaves time to book, in order."""
    length, found = timedelta(minutes=minutes), set()
    for window in request.windows:
        start = window.start.replace(minute=0, second=0, microsecond=0)
        while start + length <= window.end:
            if start >= window.start and start >= at + NOTICE:
                found.add(Period(start, start + length))
            start += QUARTER
    return sorted(found)


def half_up(value: Fraction) -> int:
    """Round a number that is not negative."""
    return floor(value + Fraction(1, 2))


def share(value: Fraction) -> Fraction:
    """Bring a share into 0..1."""
    return min(max(value, Fraction(0)), Fraction(1))


def price_of(offer: Offer, selection: Selection) -> Money:
    """Return the price of what is wanted, added up once more."""
    of = {each.code: each.price for each in offer.prices}
    parts = [offer.price if selection.package is None else of[selection.package]]
    parts += [of[code] for code in selection.add_ons]
    parts += [offer.block_price or chf(0)] * selection.extra_blocks
    return chf(0) + Money(sum(part.rappen for part in parts))


def thousandths(standing: Standing | None, friend_id: str, params: RankingParams, seed: int) -> int:
    """Return the stars that count, read by the basis once more."""
    mean = params.newcomer_milli_stars / 1000 if standing is None else standing.stars
    deviation = params.newcomer_milli_deviation / 1000 if standing is None else standing.deviation
    if params.standing_basis is StandingBasis.LOWER:
        if standing is None:
            return max(params.newcomer_milli_stars - 2 * params.newcomer_milli_deviation, 1000)
        return round((mean if standing.lower_stars is None else standing.lower_stars) * 1000)
    if params.standing_basis is StandingBasis.MEAN or not deviation:
        return round(mean * 1000)
    number = int.from_bytes(blake2b(f"{seed}:{friend_id}".encode(), digest_size=8).digest(), "big")
    deviate = NormalDist().inv_cdf((number // 4096 + 0.5) / 2**52)
    return round(min(max(mean + deviation * min(max(deviate, -3), 3), 1), 5) * 1000)


def usual(count: int, total: int, percent: int, params: RankingParams) -> Fraction:
    """Return a share, drawn towards what is usual."""
    before = Fraction(percent, 100) * params.usual_weight
    return (count + before) / (total + params.usual_weight)


def points(
    market: Market, request: ServiceRequest, offer: Offer, slot: Period, *, params: RankingParams, seed: int
) -> int:
    """Return the score of one offer in one slot."""
    service = market.catalogue.service(offer.service_code)
    friend = market.friend(offer.friend_id)
    (east, north), (other_east, other_north) = friend.home.lv95, request.place.lv95
    way = round(hypot(east - other_east, north - other_north))
    standing = market.standing(friend.id)
    milli = thousandths(standing, friend.id, params, seed)
    counted = market.reliability(friend.id) or Reliability(friend_id=friend.id, at=slot.start)
    taken = counted.closed + counted.cancelled + counted.no_shows + counted.lapsed
    done = usual(counted.closed, taken, params.usual_done_percent, params)
    told = usual(counted.answered, counted.asked, params.usual_answered_percent, params)
    band = service.price_to.rappen - service.price_from.rappen
    above = price_of(offer, request.selection).rappen - service.price_from.rappen
    cheap = Fraction(band - above, band) if band else Fraction(above <= 0)
    ratings = 0 if standing is None else sum(standing.counts)
    been_there = any(
        (each.friend_id, each.customer_id) == (friend.id, request.customer_id)
        and each.state.value in {"completed", "closed"}
        for each in market.bookings
    )
    wanted = set(request.languages)
    wait = (slot.start - min(window.start for window in request.windows)) // timedelta(minutes=1)
    return (
        half_up(params.standing_weight * share(Fraction(milli - 1000, 4000)))
        + half_up(params.distance_weight * share(1 - Fraction(way, params.distance_bound_m)))
        + half_up(params.price_weight * share(cheap))
        + half_up(params.earliness_weight * share(1 - Fraction(wait, params.wait_bound_minutes)))
        + half_up(params.newcomer_weight * share(1 - Fraction(ratings, params.newcomer_ratings)))
        + half_up(params.repeat_weight * Fraction(been_there))
        + half_up(params.language_weight * Fraction(len(wanted & set(friend.languages)), len(wanted) or 1))
        + half_up(params.reliability_weight * done)
        + half_up(params.response_weight * told)
    )


def naive(
    market: Market, request: ServiceRequest, at: datetime, *, params: RankingParams, seed: int
) -> list[tuple[str, int]]:
    """Return friends and scores, best first, by trying every slot for every offer."""
    found = []
    for friend in market.friends:
        offers = [each for each in market.offers if each.friend_id == friend.id]
        offers = [each for each in offers if each.service_code == request.service_code]
        offers = [each for each in offers if not each.missing(request.selection)]
        for offer in sorted(offers, key=lambda each: (price_of(each, request.selection), each.id)):
            limit = request.price_limit
            if limit is not None and price_of(offer, request.selection) > limit:
                continue
            minutes = market.catalogue.service(offer.service_code).minutes_of(request.selection)
            slots = (
                slot
                for slot in quarters(request, minutes, at)
                if bookable(friend.availability, slot, busy=market.busy(friend.id))
                and check(friend, market.visit(request, slot=slot), offer=offer).is_eligible
            )
            if slot := next(slots, None):
                found.append((friend.id, points(market, request, offer, slot, params=params, seed=seed)))
                break
    return sorted(found, key=lambda each: (-each[1], each[0]))


@given(st.data())
def test_the_ranking_is_that_of_a_naive_scorer(data: st.DataObject) -> None:
    """Over random markets, requests, instants and weights the index ranks as the naive scorer does."""
    market = data.draw(markets(least=1))
    request = data.draw(market_requests(market))
    at, params = data.draw(market_instants(market)), data.draw(ranking_params())
    seed = data.draw(st.integers(0, 2**53))
    ranking = FriendIndex(market, params=params).rank(request, at=at, seed=seed)
    expected = naive(market, request, at, params=params, seed=seed)
    assert [(each.friend_id, each.score) for each in ranking.matches] == expected
    assert [(each.friend_id, each.score) for each in ranking.ranked] == expected


@given(st.data())
def test_everyone_is_ranked_or_refused_once(data: st.DataObject) -> None:
    """Each friend of the market is in the ranking or among the refused, once, and `why` knows them."""
    market = data.draw(markets(least=1))
    ranking = FriendIndex(market).rank(
        data.draw(market_requests(market)), at=data.draw(market_instants(market))
    )
    told = [each.friend_id for each in ranking.ranked] + [each.friend_id for each in ranking.refusals]
    assert sorted(told) == sorted(each.id for each in market.friends)
    assert sum(ranking.refused.values()) == len(ranking.refusals)
    for friend in market.friends:
        why = ranking.why(friend.id)
        assert (why.position is None) == (not why.eligibility.is_eligible)


@given(st.data())
def test_terms_are_bounded_and_add_up(data: st.DataObject) -> None:
    """A score is the sum of its terms, each between nothing and its weight."""
    market = data.draw(markets(least=1))
    params = data.draw(ranking_params())
    ranking = FriendIndex(market).rank(
        data.draw(market_requests(market)), at=data.draw(market_instants(market)), params=params, seed=1
    )
    for match in ranking.ranked:
        assert match.score == sum(term.points for term in match.terms)
        assert all(0 <= term.points <= term.most for term in match.terms)
        assert sum(term.most for term in match.terms) == params.most
