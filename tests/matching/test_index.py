"""The index of friends against brute force over every quarter hour, and kept up to date friend by friend."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import bookings, eligibility, pricing, testing
from mila_core.availability import Availability, WeeklyHours
from mila_core.catalogue import AddOn, Package, Selection
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.friends import Friend
from mila_core.market import Market
from mila_core.matching import FriendIndex, Ranking, RankingParams
from mila_core.money import chf
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import Period, Validity
from mila_core.places import Place
from mila_core.policies import AvailabilityPolicy, BookingPolicy
from mila_core.pricing import PriceBook
from mila_core.reasons import reason
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Standing
from tests import journey, wrong
from tests.journey import ANDREAS, MARKET, NOW, REQUEST, utc

NOTICE = timedelta(hours=2)
QUARTER = timedelta(minutes=15)
CELL = timedelta(minutes=5)  # everything in a drawn market begins and ends on five minutes of the clock


@st.composite
def questions(draw: st.DrawFn, *, least: int = 1) -> tuple[Market, ServiceRequest, datetime]:
    """Return a market, a request in it, and when it is asked."""
    market = draw(testing.markets(least=least))
    return market, draw(testing.market_requests(market)), draw(testing.market_instants(market))


def ids(ranking: Ranking) -> list[str]:
    """Return the ids of all ranked friends, best first."""
    return [match.friend_id for match in ranking.ranked]


def outcome(ranking: Ranking) -> tuple[object, object]:
    """Return who may come and who may not, with everything that is said of them; the best are shown."""
    assert ranking.matches == ranking.ranked[: ranking.limit]
    return ranking.ranked, ranking.refusals


# Brute force ---------------------------------------------------------------------------------------------


def has_time(friend: Friend, cell: Period, busy: Iterable[Period]) -> bool:
    """Say whether a friend has time for five minutes, by looking at the clock on the wall."""
    plan = friend.availability
    if any(cell.overlaps(taken) for taken in (*plan.absent, *busy)):
        return False
    if any(extra.covers(cell) for extra in plan.extra):
        return True
    local = cell.start.astimezone(ZoneInfo(plan.zone))
    return any(
        hours.weekday == local.isoweekday()
        and hours.start <= local.time()
        and (local.time() < hours.end or hours.end == time(0))
        for hours in plan.weekly
    )


def cells(slot: Period) -> list[Period]:
    """Return the five minutes that a slot is made of."""
    count = (slot.end - slot.start) // CELL
    return [Period(slot.start + number * CELL, slot.start + (number + 1) * CELL) for number in range(count)]


def tries(request: ServiceRequest, minutes: int, at: datetime) -> list[Period]:
    """Return every quarter hour at which a visit could begin and still be booked, the earliest first."""
    length = timedelta(minutes=minutes)
    found = set()
    for window in request.windows:
        start = window.start - timedelta(minutes=window.start.minute % 15)
        while start + length <= window.end:
            if start >= window.start and start - NOTICE >= at:
                found.add(Period(start, start + length))
            start += QUARTER
    return sorted(found)


def fit(market: Market, friend: Friend, request: ServiceRequest, at: datetime) -> tuple[str, Period] | None:
    """Return the offer and slot with which a friend may come: the cheapest offer's earliest slot."""
    service = market.catalogue.service(request.service_code)
    busy = [
        booking.quote.visit.slot
        for booking in market.bookings
        if booking.friend_id == friend.id and booking.state.value not in {"declined", "expired", "cancelled"}
    ]
    has = cache(lambda cell: has_time(friend, cell, busy))  # a cell is part of many slots
    slots = [
        slot
        for slot in tries(request, service.minutes_of(request.selection), at)
        if all(has(cell) for cell in cells(slot))
    ]
    mine = [offer for offer in market.offers if offer.friend_id == friend.id]
    for offer in sorted(mine, key=lambda each: each.id):
        if offer.service_code != request.service_code or offer.missing(request.selection):
            continue
        if request.price_limit is not None and offer.price_of(request.selection) > request.price_limit:
            continue
        for slot in slots:
            visit = market.visit(request, slot=slot)
            if eligibility.check(friend, visit, offer=offer).is_eligible:
                return offer.id, slot
    return None


@given(questions())
def test_who_may_come_is_who_fits_at_any_quarter_hour(
    question: tuple[Market, ServiceRequest, datetime],
) -> None:
    """A friend is ranked, with the cheapest offer's earliest slot, if any fits; else none fits anywhere."""
    market, request, at = question
    ranking = FriendIndex(market).rank(request, at=at)
    found = {match.friend_id: (match.offer.id, match.visit.slot) for match in ranking.matches}
    for friend in market.friends:
        assert found.get(friend.id) == fit(market, friend, request, at)


@given(questions())
def test_what_is_shown_can_be_booked(question: tuple[Market, ServiceRequest, datetime]) -> None:
    """Every ranked friend can be quoted and requested at that very instant, and accept."""
    market, request, at = question
    for match in FriendIndex(market).rank(request, at=at).matches:
        quote = pricing.quote(request, match, book=PriceBook(), at=at)
        friend = market.friend(match.friend_id)
        busy = market.busy(friend.id)
        booking = bookings.request(quote, at=at, key="k1", friend=friend, busy=busy)
        taken = market.busy(friend.id, besides=booking)
        accepted = bookings.accept(booking, by=friend, at=at, key="k2", offer=match.offer, busy=taken)
        assert accepted.state is bookings.BookingState.ACCEPTED


@given(questions(), testing.ranking_params())
def test_the_best_stands_first_and_ties_go_by_id(
    question: tuple[Market, ServiceRequest, datetime], params: RankingParams
) -> None:
    """The ranked stand by score, the greatest first, then by friend id; the refused by friend id."""
    market, request, at = question
    ranking = FriendIndex(market).rank(request, at=at, params=params, seed=5)
    order = [(-match.score, match.friend_id) for match in ranking.ranked]
    assert order == sorted(order)
    refused = [refusal.friend_id for refusal in ranking.refusals]
    assert refused == sorted(refused)
    assert ranking.params == params
    assert outcome(FriendIndex(market, params=params).rank(request, at=at, seed=5)) == outcome(ranking)


@given(questions(least=2), st.data())
def test_the_order_of_what_is_known_changes_nothing(
    question: tuple[Market, ServiceRequest, datetime], data: st.DataObject
) -> None:
    """Friends, offers, bookings, standings and windows in another order make the same ranking."""
    market, request, at = question
    mixed = attrs.evolve(
        market,
        friends=data.draw(st.permutations(market.friends)),
        offers=data.draw(st.permutations(market.offers)),
        bookings=data.draw(st.permutations(market.bookings)),
        standings=data.draw(st.permutations(market.standings)),
    )
    asked = attrs.evolve(request, windows=data.draw(st.permutations(request.windows)))
    expected = outcome(FriendIndex(market).rank(request, at=at))
    assert outcome(FriendIndex(mixed).rank(asked, at=at)) == expected


@given(questions(), st.data())
def test_a_far_friend_leaves_the_ranking_as_it_is(
    question: tuple[Market, ServiceRequest, datetime], data: st.DataObject
) -> None:
    """Somebody who is too far away is refused, and moves nobody else."""
    market, request, at = question
    service = attrs.evolve(market.catalogue.service(request.service_code), remote=False)
    others = [each for each in market.catalogue.services if each.code != service.code]
    market = attrs.evolve(market, catalogue=attrs.evolve(market.catalogue, services=[service, *others]))
    far = attrs.evolve(
        data.draw(st.sampled_from(market.friends)), id="zz-far", home=Place("1204"), certifications=()
    )
    offer = Offer(
        id="zz-far-1",
        friend_id=far.id,
        service_code=service.code,
        price=chf(1),
        radius_km=20,
        valid=Validity(journey.FOREVER),
    )
    wider = attrs.evolve(market, friends=[far, *market.friends], offers=[offer, *market.offers])
    before, after = (FriendIndex(each).rank(request, at=at) for each in (market, wider))
    assert after.ranked == before.ranked
    assert after.refusals[:-1] == before.refusals
    assert "too_far" in [why.code for why in after.why(far.id).eligibility.reasons]


# Kept up to date -----------------------------------------------------------------------------------------


@st.composite
def changes(draw: st.DrawFn) -> tuple[Market, list[tuple[str, dict[str, Any]]]]:
    """Return a market and changes to its friends: taken out, put back, moved, re-priced, re-rated, booked."""
    market = draw(testing.markets(least=2))
    steps: list[tuple[str, dict[str, Any]]] = []
    for _ in range(draw(st.integers(1, 5))):
        friend = draw(st.sampled_from(market.friends))
        what = draw(st.sampled_from(["remove", "move", "offers", "standing", "reliability", "busy", "all"]))
        moved = attrs.evolve(friend, home=draw(st.sampled_from([Place("8001"), Place("8400")])))
        offers = [offer for offer in market.offers if offer.friend_id == friend.id]
        parts = {
            "offers": draw(st.lists(st.sampled_from(offers), unique=True)) if offers else [],
            "standing": draw(testing.standings(friend_id=friend.id)),
            "reliability": draw(testing.reliabilities(friend_id=friend.id)),
            "busy": [booking.quote.visit.slot for booking in market.bookings][: draw(st.integers(0, 2))],
        }
        given_ = parts if what == "all" else {name: part for name, part in parts.items() if name == what}
        steps.append((what, {"friend": moved if what in {"move", "all"} else friend, **given_}))
    return market, steps


@given(changes(), st.data())
def test_an_index_kept_up_to_date_is_one_built_anew(
    changed: tuple[Market, list[tuple[str, dict[str, Any]]]], data: st.DataObject
) -> None:
    """After any changes the index answers as one that was built of what is known now."""
    market, steps = changed
    params = data.draw(testing.ranking_params())
    index = FriendIndex(market, params=params)
    known: dict[str, dict[str, Any]] = {
        friend.id: {
            "friend": friend,
            "offers": [offer for offer in market.offers if offer.friend_id == friend.id],
            "standing": market.standing(friend.id),
            "reliability": market.reliability(friend.id),
            "busy": market.busy(friend.id),
        }
        for friend in market.friends
    }
    for what, parts in steps:
        friend = parts["friend"]
        if what == "remove" and friend.id in known:
            index.remove(friend.id)
            del known[friend.id]
            continue
        index.upsert(**{"friend": friend, **{name: parts[name] for name in parts if name != "friend"}})
        nothing = {"offers": (), "standing": None, "reliability": None, "busy": ()}
        known[friend.id] = {**known.get(friend.id, nothing), **parts}
    empty = attrs.evolve(market, friends=(), offers=(), bookings=(), standings=(), reliabilities=())
    fresh = FriendIndex(empty, params=params)
    for parts in reversed(known.values()):
        fresh.upsert(**parts)
    rebuilt = FriendIndex(
        attrs.evolve(
            market,
            friends=[parts["friend"] for parts in known.values()],
            offers=[offer for parts in known.values() for offer in parts["offers"]],
            standings=[parts["standing"] for parts in known.values() if parts["standing"] is not None],
            reliabilities=[
                parts["reliability"] for parts in known.values() if parts["reliability"] is not None
            ],
            bookings=(),
        ),
        params=params,
    )
    for friend_id, parts in known.items():
        rebuilt.upsert(parts["friend"], busy=parts["busy"])
        assert friend_id in index
    request, at = data.draw(testing.market_requests(market)), data.draw(testing.market_instants(market))
    expected = outcome(rebuilt.rank(request, at=at, seed=3))
    assert (
        outcome(index.rank(request, at=at, seed=3)) == outcome(fresh.rank(request, at=at, seed=3)) == expected
    )
    assert len(index) == len(fresh) == len(known)


def test_what_is_not_given_stays_as_it_was() -> None:
    """A friend who moves keeps offers, standing and what is booked."""
    index = FriendIndex(MARKET)
    index.upsert(attrs.evolve(MARKET.friend("beat"), home=Place("8004")))
    match = index.rank(REQUEST, at=NOW).match("beat")
    before = journey.INDEX.rank(REQUEST, at=NOW).match("beat")
    assert (match.offer, match.terms[0]) == (before.offer, before.terms[0])
    assert match.distance_m == 974


def test_no_offers_are_not_the_same_as_offers_not_given() -> None:
    """An empty list takes all offers away; a free agenda is given as an empty one."""
    index = FriendIndex(MARKET)
    index.upsert(ANDREAS, offers=[], busy=[Period(utc("2013-11-28T12:00"), utc("2013-11-28T18:00"))])
    assert index.rank(REQUEST, at=NOW).why("andreas").eligibility.reasons[0].code == "no_offer"
    index.upsert(ANDREAS, offers=[MARKET.offer("andreas-1")])
    assert index.rank(REQUEST, at=NOW).why("andreas").eligibility.reasons[0].code == "not_available"
    index.upsert(ANDREAS, busy=())
    assert "andreas" in ids(index.rank(REQUEST, at=NOW))


def test_the_index_leaves_the_market_alone() -> None:
    """Changes are the index's own: the snapshot it was made of is a value."""
    before = repr(MARKET)
    index = FriendIndex(MARKET)
    index.remove("beat")
    index.upsert(ANDREAS, offers=[])
    assert repr(MARKET) == before
    assert "beat" in FriendIndex(MARKET)


def test_length_and_membership() -> None:
    """An index knows how many friends it has, and who they are."""
    index = FriendIndex(MARKET)
    assert (len(index), "andreas" in index, "nobody" in index) == (len(MARKET.friends), True, False)
    index.remove("andreas")
    assert (len(index), "andreas" in index) == (len(MARKET.friends) - 1, False)


def test_who_is_removed_has_no_answer() -> None:
    """Who was taken out is neither ranked nor refused, and cannot be taken out twice."""
    index = FriendIndex(MARKET)
    index.remove("beat")
    ranking = index.rank(REQUEST, at=NOW)
    assert ids(ranking) == ["andreas", "chiara"]
    with pytest.raises(UnknownIdError):
        ranking.why("beat")
    with pytest.raises(UnknownIdError) as caught:
        index.remove("beat")
    assert (caught.value.kind, caught.value.id) == ("friend", "beat")


ANY: Any = "x"
FOREIGN_OFFER = MARKET.offer("beat-1")
FOREIGN_STANDING = MARKET.standings[0]
REFUSED_CHANGES: dict[str, tuple[Callable[[FriendIndex], None], type[Exception], str]] = {
    # what is wrong: the call, the error, the field it names
    "a friend by id": (lambda index: index.upsert(ANY), InvalidTypeError, "friend"),
    "somebody else's offer": (
        lambda index: index.upsert(ANDREAS, offers=[MARKET.offer("andreas-1"), FOREIGN_OFFER]),
        InvalidValueError,
        "offers",
    ),
    "somebody else's standing": (
        lambda index: index.upsert(ANDREAS, standing=FOREIGN_STANDING, offers=[]),
        InvalidValueError,
        "standing",
    ),
    "offers by id": (lambda index: index.upsert(ANDREAS, offers=[ANY]), InvalidTypeError, "offers[0]"),
    "a standing in stars": (
        lambda index: index.upsert(ANDREAS, standing=ANY, offers=[]),
        InvalidTypeError,
        "standing",
    ),
    "busy at a text": (lambda index: index.upsert(ANDREAS, busy=[ANY]), InvalidTypeError, "busy[0]"),
    "a new friend with somebody else's offer": (
        lambda index: index.upsert(attrs.evolve(ANDREAS, id="new"), offers=[FOREIGN_OFFER]),
        InvalidValueError,
        "offers",
    ),
}


@pytest.mark.parametrize(("change", "error", "field"), REFUSED_CHANGES.values(), ids=list(REFUSED_CHANGES))
def test_a_refused_change_changes_nothing(
    change: Callable[[FriendIndex], None], error: type[InvalidValueError], field: str
) -> None:
    """A change that cannot be is an error that names the field, and the index stays as it was."""
    index = FriendIndex(MARKET)
    with pytest.raises(error) as caught:
        change(index)
    assert caught.value.field == field
    assert index.rank(REQUEST, at=NOW) == journey.INDEX.rank(REQUEST, at=NOW)
    assert len(index) == len(MARKET.friends)


# Small cases ---------------------------------------------------------------------------------------------

DAY = date(2013, 11, 28)


def window(start: str, end: str) -> Period:
    """Return a period of 28 November 2013 by the hours in UTC."""
    return Period(utc(f"{DAY}T{start}"), utc(f"{DAY}T{end}"))


def index_of(friend: Friend = ANDREAS, *offers: Offer, standing: Standing | None = None) -> FriendIndex:
    """Return an index of one friend, with the example's offer if none is given."""
    index = FriendIndex(attrs.evolve(MARKET, friends=(), offers=(), standings=()))
    index.upsert(friend, offers=offers or [MARKET.offer("andreas-1")], standing=standing)
    return index


def asked(*windows: Period, **changed: Any) -> ServiceRequest:
    """Return the example's request with other windows."""
    return attrs.evolve(REQUEST, windows=windows or REQUEST.windows, **changed)


def slot_of(index: FriendIndex, request: ServiceRequest, *, at: datetime = NOW) -> str:
    """Return when the one friend's slot begins, in UTC, or the code of the last reason why not."""
    ranking = index.rank(request, at=at)
    assert ranking.matches == ranking.ranked
    if ranking.ranked:
        return f"{ranking.ranked[0].visit.slot.start:%H:%M}"
    return ranking.refusals[0].reasons[-1].code


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        # Andreas has time from 13:00 to 19:00 (UTC), the visit takes an hour
        ([("12:00", "17:00")], "13:00"),
        ([("13:05", "17:00")], "13:15"),
        ([("13:00", "14:00")], "13:00"),
        ([("13:00", "13:59")], "window_too_short"),
        ([("13:01", "14:00")], "window_too_short"),
        ([("13:01", "14:01")], "not_available"),
        ([("18:00", "23:00")], "18:00"),
        ([("18:01", "23:00")], "not_available"),
        # unsorted: the earliest counts
        ([("16:00", "18:00"), ("14:00", "15:00")], "14:00"),
        # overlapping, one in the other, twice the same
        ([("14:00", "15:30"), ("13:30", "14:45")], "13:30"),
        ([("13:00", "18:00"), ("14:00", "15:00")], "13:00"),
        ([("15:00", "16:00"), ("15:00", "16:00")], "15:00"),
        # two that only together are long enough
        ([("14:00", "14:30"), ("14:30", "15:00")], "window_too_short"),
        # the first one suits nobody
        ([("08:00", "12:00"), ("17:15", "19:00")], "17:15"),
    ],
)
def test_the_slot_is_the_earliest_in_any_window(windows: list[tuple[str, str]], expected: str) -> None:
    """Windows in any order, overlapping or not: the earliest quarter hour in which all fits counts."""
    assert slot_of(index_of(), asked(*(window(*each) for each in windows))) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # asked at eleven for a window from one to four: two hours' notice, to the second
        ("10:59:59", "13:00"),
        ("11:00:00", "13:00"),
        ("11:00:01", "13:15"),
        ("11:15:00", "13:15"),
        ("11:15:01", "13:30"),
        # the last slot of the window begins at 15:00
        ("13:00:00", "15:00"),
        ("13:00:01", "notice_too_short"),
        # the window is over
        ("17:00:00", "notice_too_short"),
    ],
)
def test_the_notice_is_left(at: str, expected: str) -> None:
    """A slot leaves two hours' notice, as a request does."""
    assert slot_of(index_of(), asked(window("13:00", "16:00")), at=utc(f"{DAY}T{at}")) == expected


def test_the_notice_is_the_policys() -> None:
    """How much notice a visit needs is a number of the policy."""
    strict = FriendIndex(MARKET, policy=BookingPolicy(request_notice_minutes=30 * 60))
    found = strict.rank(REQUEST, at=NOW)
    assert {f"{match.visit.slot.start:%H:%M}" for match in found.ranked} == {"14:00"}


def test_too_short_a_notice_says_from_when_it_would_do() -> None:
    """The reason names the first instant that leaves the notice."""
    ranking = index_of().rank(asked(window("13:00", "16:00")), at=utc(f"{DAY}T14:00"))
    assert ranking.refusals[0].reasons == (reason("notice_too_short", possible_from=utc(f"{DAY}T16:00")),)


def test_a_past_window_does_not_hide_one_to_come() -> None:
    """Of a window that is over and one to come the second is answered; the wait counts from the first."""
    request = asked(window("08:00", "10:00"), window("15:00", "17:00"))
    (match,) = index_of().rank(request, at=utc(f"{DAY}T11:00")).ranked
    assert match.visit.slot == window("15:00", "16:00")
    assert match.terms[-1].why == reason("earliness", wait_minutes=7 * 60)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, "13:00"), ("40.00", "13:00"), ("39.99", "above_price_limit"), ("100.00", "13:00")],
)
def test_an_offer_above_the_limit_is_refused(limit: str | None, expected: str) -> None:
    """The price limit is the most that an offer may cost, itself included."""
    request = asked(price_limit=None if limit is None else chf(limit))
    assert slot_of(index_of(), request) == expected


def test_a_price_above_the_limit_has_its_values() -> None:
    """The reason names price and limit; no date makes the offer cheaper."""
    (refusal,) = index_of().rank(asked(price_limit=chf(20)), at=NOW).refusals
    assert refusal.reasons == (reason("above_price_limit", price=chf(40), limit=chf(20)),)
    assert refusal.eligible_from is None


CHEAP = attrs.evolve(MARKET.offer("andreas-1"), id="andreas-2", price=chf(25))
ENDED = Validity(journey.FOREVER, utc("2013-11-01T00:00"))


@pytest.mark.parametrize(
    ("change", "chosen"),
    [
        # both may be taken: the cheaper one
        ({}, "andreas-2"),
        # the cheaper one has ended, or is for a small radius: the other one
        ({"valid": ENDED}, "andreas-1"),
        ({"price": chf(40), "id": "andreas-0"}, "andreas-0"),  # the same price: by id
        ({"price": chf(41)}, "andreas-1"),
        ({"service_code": "tv-channels"}, "andreas-1"),
    ],
)
def test_of_two_offers_the_cheaper_that_may_be_taken_counts(change: dict[str, Any], chosen: str) -> None:
    """A friend with two offers for a service stands in the ranking once, with the better one."""
    index = index_of(ANDREAS, attrs.evolve(CHEAP, **change), MARKET.offer("andreas-1"))
    (match,) = index.rank(REQUEST, at=NOW).ranked
    assert match.offer.id == chosen


def test_of_two_offers_that_cannot_be_taken_the_cheaper_ones_reasons_are_said() -> None:
    """A friend who may not come by any offer is refused once."""
    index = index_of(ANDREAS, attrs.evolve(CHEAP, valid=ENDED), MARKET.offer("andreas-1"))
    (refusal,) = index.rank(asked(window("02:00", "04:00")), at=NOW).refusals
    assert [why.code for why in refusal.reasons] == ["offer_ended", "not_available"]
    assert refusal.reasons[0].get("id") == "andreas-2"


def test_a_friend_becomes_eligible_within_a_window() -> None:
    """Where a certification begins in the middle of a window, the slot is the first one after."""
    starts = attrs.evolve(ANDREAS.certifications[0], valid=Validity(utc(f"{DAY}T14:20")))
    friend = attrs.evolve(ANDREAS, certifications=[starts])
    assert slot_of(index_of(friend), REQUEST) == "14:30"


def test_a_friend_ceases_to_be_eligible_within_a_window() -> None:
    """Where a certification ends in the middle of a window, the slots before count."""
    ends = attrs.evolve(ANDREAS.certifications[0], valid=Validity(journey.FOREVER, utc(f"{DAY}T14:00")))
    friend = attrs.evolve(ANDREAS, certifications=[ends])
    assert slot_of(index_of(friend), REQUEST) == "13:00"
    assert slot_of(index_of(friend), asked(window("13:15", "18:00"))) == "certification_expired"


def test_equal_friends_are_ranked_by_id() -> None:
    """Who is alike in everything that counts stands in the order of the ids."""
    index = FriendIndex(attrs.evolve(MARKET, friends=(), offers=(), standings=()))
    for friend_id in ("c", "a", "b"):
        offer = attrs.evolve(MARKET.offer("andreas-1"), id=f"{friend_id}-1", friend_id=friend_id)
        index.upsert(attrs.evolve(ANDREAS, id=friend_id), offers=[offer])
    ranking = index.rank(REQUEST, at=NOW)
    assert ids(ranking) == ["a", "b", "c"]
    assert len({match.score for match in ranking.ranked}) == 1


def test_a_booked_slot_is_not_offered_again() -> None:
    """An open booking takes its friend's time; after it ended the slot is free again."""
    booking = journey.booking_in(bookings.BookingState.ACCEPTED)
    taken = attrs.evolve(MARKET, bookings=[booking])
    again = FriendIndex(taken).rank(REQUEST, at=NOW).match("andreas")
    assert again.visit.slot == window("14:00", "15:00")
    free = attrs.evolve(MARKET, bookings=[bookings.cancel(booking, by=ANDREAS, at=NOW, key="c")])
    assert FriendIndex(free).rank(REQUEST, at=NOW).match("andreas").visit.slot == window("13:00", "14:00")


def test_a_friend_with_many_suspensions_is_found_after_them() -> None:
    """However many suspensions lie in the way, the first slot after them is found."""
    quarters = [utc(f"{DAY}T13:00") + number * timedelta(minutes=10) for number in range(21)]
    suspension = journey.MARKET.friend("elena").certifications[0].suspensions[0]
    friend = attrs.evolve(
        ANDREAS,
        suspensions=[
            attrs.evolve(suspension, during=Validity(start, start + timedelta(minutes=10)))
            for start in quarters
        ],
    )
    assert slot_of(index_of(friend), asked(window("13:00", "19:00"))) == "16:30"


def test_a_request_of_a_friend_is_not_answered_by_that_friend() -> None:
    """A friend who asks as a customer is refused as who may come."""
    andreas = attrs.evolve(MARKET.customer("anna"), id="andreas")
    market = attrs.evolve(MARKET, customers=[andreas, *MARKET.customers])
    ranking = FriendIndex(market).rank(attrs.evolve(REQUEST, customer_id="andreas"), at=NOW)
    assert ranking.why("andreas").eligibility.reasons == (reason("own_request"),)
    assert ids(ranking) == ["beat", "chiara"]


def test_hours_stay_hours_when_clocks_change() -> None:
    """Who has time from nine has time from nine, on the day before, of and after a change."""
    plan = Availability(weekly=[WeeklyHours(weekday=day, start=time(9), end=time(12)) for day in range(1, 8)])
    friend = attrs.evolve(journey.ALWAYS_CERTIFIED, availability=plan)
    offer = attrs.evolve(MARKET.offer("andreas-1"), valid=Validity(journey.FOREVER))
    found = [
        slot_of(
            index_of(friend, offer),
            asked(Period(utc(f"{day}T00:00"), utc(f"{day}T23:00"))),
            at=utc(f"{day[:8]}01T00:00"),
        )
        for day in ("2026-10-24", "2026-10-25", "2026-10-26", "2027-03-27", "2027-03-28", "2027-03-29")
    ]
    assert found == ["07:00", "08:00", "08:00", "08:00", "07:00", "07:00"]


def test_the_markets_rules_of_availability_hold() -> None:
    """Buffers, horizon and daily limits of the network's policy leave out what they forbid."""
    taken = [window("13:00", "14:00")]

    def first(**rules: Any) -> str:
        policy = attrs.evolve(MARKET.policy, availability=AvailabilityPolicy(**rules))
        index = FriendIndex(attrs.evolve(MARKET, friends=(), offers=(), standings=(), policy=policy))
        index.upsert(ANDREAS, offers=[MARKET.offer("andreas-1")], busy=taken)
        return slot_of(index, asked(window("12:00", "19:00")))

    assert first() == "14:00"
    assert first(buffer_minutes=30) == "14:30"
    assert first(visits_per_day=1) == "not_available"
    assert first(horizon_days=0) == "too_far_ahead"  # the visit is tomorrow
    assert first(horizon_days=1) == "14:00"


def test_a_package_takes_its_time_and_has_its_price() -> None:
    """The slot is as long as all that is wanted, and the price of all that is wanted counts."""
    console = MARKET.catalogue.service("game-console")
    console = attrs.evolve(
        console,
        packages=[Package(code="two", minutes=120, names=console.names)],
        add_ons=[AddOn(code="cable", minutes=15, names=console.names)],
    )
    catalogue = attrs.evolve(
        MARKET.catalogue,
        services=[console if each.code == console.code else each for each in MARKET.catalogue.services],
    )
    prices = [UnitPrice(code="two", price=chf(70)), UnitPrice(code="cable", price=chf(10))]
    offer = attrs.evolve(MARKET.offer("andreas-1"), prices=prices, block_price=chf(20))
    index = FriendIndex(attrs.evolve(MARKET, catalogue=catalogue, friends=(), offers=(), standings=()))
    index.upsert(ANDREAS, offers=[offer])
    wanted = Selection(package="two", add_ons=["cable"], extra_blocks=1)
    (match,) = index.rank(asked(selection=wanted), at=NOW).ranked
    assert match.visit.slot.minutes == 120 + 15 + 30
    limits = [index.rank(asked(selection=wanted, price_limit=chf(limit)), at=NOW) for limit in (99, 100)]
    assert [len(each.ranked) for each in limits] == [0, 1]
    index.upsert(ANDREAS, offers=[attrs.evolve(offer, prices=prices[:1])])
    refused = index.rank(asked(selection=wanted), at=NOW).why("andreas").eligibility
    assert refused.reasons == (reason("unit_not_offered", service=console.code, unit="cable"),)


# Nobody, and wrong calls ---------------------------------------------------------------------------------


def test_a_standing_can_be_taken_back() -> None:
    """What is not given stays; None says that nothing is known any more."""
    standing = MARKET.standing("beat")
    index = FriendIndex(MARKET)
    new = index_of(MARKET.friend("beat"), MARKET.offer("beat-1")).rank(REQUEST, at=NOW).match("beat").terms
    index.upsert(MARKET.friend("beat"))
    assert index.rank(REQUEST, at=NOW).match("beat").terms != new
    index.upsert(MARKET.friend("beat"), standing=None)
    assert index.rank(REQUEST, at=NOW).match("beat").terms == new
    index.upsert(MARKET.friend("beat"), standing=standing)
    assert index.rank(REQUEST, at=NOW) == FriendIndex(MARKET).rank(REQUEST, at=NOW)


def test_an_empty_market_ranks_nobody() -> None:
    """Without friends there is an answer: nobody, refused by nobody."""
    index = FriendIndex(attrs.evolve(MARKET, friends=(), offers=(), standings=()))
    ranking = index.rank(REQUEST, at=NOW)
    assert (ranking.matches, ranking.ranked, ranking.refusals, dict(ranking.refused)) == ((), (), (), {})
    assert len(index) == 0


def test_a_customer_may_have_come_since() -> None:
    """An index is older than its newest customer, who gets the same answer as everyone."""
    newcomer = attrs.evolve(REQUEST, customer_id="newcomer")
    found, usual = (journey.INDEX.rank(each, at=NOW) for each in (newcomer, REQUEST))
    assert [match.terms for match in found.ranked] == [match.terms for match in usual.ranked]
    assert {match.visit.customer_id for match in found.ranked} == {"newcomer"}


def test_an_unknown_service_in_a_request_is_an_error() -> None:
    """A request for an unknown service says which."""
    with pytest.raises(UnknownIdError) as caught:
        journey.INDEX.rank(attrs.evolve(REQUEST, service_code="levitation"), at=NOW)
    assert (caught.value.kind, caught.value.id) == ("service", "levitation")


@pytest.mark.parametrize(("field", "limit", "error"), wrong.rows(limit=wrong.numbers(1, 1_000_000)))
def test_a_limit_is_a_whole_number_from_one_up(
    field: str, limit: Any, error: type[InvalidValueError]
) -> None:
    """None, zero, True and fractions are no limits."""
    with pytest.raises(error) as caught:
        journey.INDEX.rank(REQUEST, at=NOW, limit=limit)
    assert caught.value.field == field


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 1_000_000])
def test_the_limit_cuts_what_is_shown_and_nothing_else(limit: int) -> None:
    """With any limit the same friends are ranked; only so many are shown."""
    ranking = journey.INDEX.rank(REQUEST, at=NOW, limit=limit)
    assert [match.friend_id for match in ranking.matches] == ["beat", "andreas", "chiara"][:limit]
    assert len(ranking.ranked) == 3


@pytest.mark.parametrize(
    ("at", "error"), [(wrong.NAIVE, InvalidValueError), (ANY, InvalidTypeError), (None, InvalidTypeError)]
)
def test_an_instant_is_needed(at: Any, error: type[InvalidValueError]) -> None:
    """Neither a naive instant nor a text is guessed at."""
    with pytest.raises(error) as caught:
        journey.INDEX.rank(REQUEST, at=at)
    assert caught.value.field == "at"
