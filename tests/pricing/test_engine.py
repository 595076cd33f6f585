"""The quote engine: every line can be worked out again, and nothing is lost between them."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import bookings, pricing, testing
from mila_core.availability import bookable
from mila_core.catalogue import AddOn, Package, Selection
from mila_core.errors import InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.lifecycle import RefusedError
from mila_core.matching import FriendIndex, Match
from mila_core.money import Money, chf
from mila_core.offers import UnitPrice
from mila_core.periods import Period, Validity, at_wall_time
from mila_core.policies import AvailabilityPolicy, BookingPolicy, NetworkPolicy, VatTreatment
from mila_core.pricing import PriceBook
from mila_core.quotes import Part, Quote, QuoteLine
from mila_core.reasons import reason
from tests import journey, wrong
from tests.journey import MATCH, NOW, REQUEST, utc
from tests.pricing.scene import Job

TICK = timedelta(microseconds=1)
PLAIN = PriceBook()
DEAR = PriceBook(
    version="dear",
    travel_free_km=2,
    travel_per_km=chf("0.70"),
    travel_most=chf(5),
    evening_from=time(19),
    evening_percent=25,
    sunday_percent=50,
    customer_fee=chf("2.50"),
)


def job(
    *, price: Money | None = None, distance_m: int = 0, start: datetime | None = None, remote: bool = False
) -> Job:
    """Return the example's job with another price, way, start or service."""
    service = attrs.evolve(MATCH.visit.service, remote=remote)
    slot = MATCH.visit.slot if start is None else Period(start, start + timedelta(hours=1))
    return Job(
        offer=attrs.evolve(MATCH.offer, price=price or MATCH.offer.price),
        visit=attrs.evolve(MATCH.visit, service=service, slot=slot),
        distance_m=distance_m,
    )


def quoted(
    priced: pricing.Priced,
    *,
    book: PriceBook = PLAIN,
    at: datetime | None = None,
    policy: BookingPolicy | None = None,
    cash: bool = False,
) -> Quote:
    """Return the quote for a job, made well before it."""
    made_at = priced.visit.slot.start - timedelta(days=1) if at is None else at
    return pricing.quote(REQUEST, priced, book=book, at=made_at, policy=policy, cash=cash)


def line(quote: Quote, code: str) -> QuoteLine:
    """Return the one line with a code."""
    (found,) = (each for each in quote.lines if each.why.code == code)
    return found


def codes(quote: Quote) -> list[str]:
    """Return the codes of a quote's lines."""
    return [each.why.code for each in quote.lines]


STARTS = st.integers(0, 14 * 96).map(lambda number: utc("2026-10-18T00:00") + timedelta(minutes=15 * number))


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    """Return jobs at any price, way and hour of two weeks, of which the clocks change in the middle."""
    made = job(
        price=draw(testing.prices()),
        distance_m=draw(st.integers(0, 60_000) | st.integers(0, 60).map(lambda km: 1000 * km)),
        start=draw(STARTS),
        remote=draw(st.booleans()),
    )
    return attrs.evolve(made, offer=attrs.evolve(made.offer, radius_km=draw(st.integers(1, 400))))


# The article ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "friend_id", "expected"),
    [("game-console", "andreas", 40), ("tv-channels", "sonja", 55), ("mobile-phone", "nadja", 30)],
)
@pytest.mark.parametrize("cash", [False, True])
def test_the_three_prices_of_the_article(
    service: str,
    friend_id: str,
    expected: int,
    cash: bool,  # noqa: FBT001
) -> None:
    """Andreas connects a console for CHF 40, Sonja sets channels for 55, Nadja explains a phone for 30."""
    request = journey.PILOT.request(service)
    match = journey.INDEX.rank(request, at=NOW).match(friend_id)
    quote = pricing.quote(request, match, book=journey.PILOT.book, at=NOW, cash=cash)
    assert quote.due == quote.gross == chf(expected)
    assert codes(quote) == ["base", "travel_free"]
    assert quote.friend_id == friend_id


# Packages, add-ons, more time ----------------------------------------------------------------------------


def test_each_part_of_what_is_wanted_has_its_line() -> None:
    """A package stands in the place of the base, then add-ons by code, then blocks of more time."""
    console = attrs.evolve(
        MATCH.visit.service,
        packages=[Package(code="two", minutes=90, names=MATCH.visit.service.names)],
        add_ons=[
            AddOn(code="cable", minutes=15, names=MATCH.visit.service.names),
            AddOn(code="advice", minutes=0, names=MATCH.visit.service.names),
        ],
    )
    wanted = Selection(package="two", add_ons=["cable", "advice"], extra_blocks=2)
    prices = [("two", "70"), ("cable", "9.90"), ("advice", "5")]
    priced = Job(
        offer=attrs.evolve(
            MATCH.offer,
            prices=[UnitPrice(code=code, price=chf(price)) for code, price in prices],
            block_price=chf(20),
        ),
        visit=attrs.evolve(
            MATCH.visit,
            service=console,
            selection=wanted,
            slot=Period(MATCH.visit.slot.start, MATCH.visit.slot.start + timedelta(minutes=165)),
        ),
        distance_m=0,
    )
    made = quoted(priced)
    assert [(each.why.code, each.amount) for each in made.lines] == [
        ("package", chf(70)),
        ("add_on", chf(5)),
        ("add_on", chf("9.90")),
        ("extra_blocks", chf(40)),
        ("travel_free", chf(0)),
    ]
    assert made.lines[0].why.get("minutes") == 90
    assert [each.why.get("service") for each in made.lines[:3]] == [console.code] * 3  # whose units they are
    assert made.gross == priced.offer.price_of(wanted)
    evening = attrs.evolve(DEAR, evening_from=time(0))
    surcharge = line(quoted(priced, book=evening), "surcharge_evening")
    assert surcharge.why.get("of") == priced.offer.price_of(wanted)


def test_the_networks_own_time_limits_hold() -> None:
    """What a market's policy says goes with the visit into quote and booking, without being handed on."""
    own = BookingPolicy(version="own", quote_valid_minutes=7)
    index = FriendIndex(attrs.evolve(journey.MARKET, policy=NetworkPolicy(booking=own)))
    made = pricing.quote(REQUEST, index.rank(REQUEST, at=NOW).match("andreas"), book=PLAIN, at=NOW)
    assert made.expires_at == NOW + timedelta(minutes=7)
    assert bookings.request(made, at=NOW, key="k").policy == own


def test_what_has_no_price_is_not_quoted() -> None:
    """A price of a part of what is wanted would be a wrong price."""
    start = MATCH.visit.slot.start
    slot = Period(start, start + timedelta(minutes=90))
    wanted = attrs.evolve(MATCH.visit, selection=Selection(extra_blocks=1), slot=slot)
    with pytest.raises(UnknownIdError):
        quoted(Job(offer=MATCH.offer, visit=wanted, distance_m=0))


# Cash ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "rounding"),
    [("40.00", 0), ("40.01", -1), ("40.02", -2), ("40.03", 2), ("40.04", 1), ("40.05", 0), ("0.02", -2)],
)
def test_cash_goes_to_the_nearest_coin(price: str, rounding: int) -> None:
    """One and two Rappen go down, three and four go up."""
    quote = quoted(job(price=chf(price)), cash=True)
    assert quote.due - quote.gross == Money(rounding)


# The way -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distance_m", "charged_km", "amount"),
    [
        # the free radius, its last metre included
        (0, None, "0.00"),
        (10_000, None, "0.00"),
        # a started kilometre is a kilometre
        (10_001, 1, "1.00"),
        (10_999, 1, "1.00"),
        (11_000, 1, "1.00"),
        (11_001, 2, "2.00"),
        # up to the cap, and never beyond
        (39_000, 29, "29.00"),
        (39_001, 30, "30.00"),
        (40_001, 31, "30.00"),
        (400_000, 390, "30.00"),
    ],
)
def test_a_started_kilometre_beyond_the_free_ones_is_charged(
    distance_m: int, charged_km: int | None, amount: str
) -> None:
    """Ten kilometres are free; each started one beyond costs CHF 1.00, all of them CHF 30.00 at most."""
    quote = quoted(job(distance_m=distance_m))
    way = quote.lines[1]
    assert way.why.code == ("travel_free" if charged_km is None else "travel")
    assert (way.why.get("charged_km"), way.amount) == (charged_km, chf(amount))


def test_the_plain_book_charges_an_offer_beyond_its_radius() -> None:
    """A far friend who comes all the same costs the way; the offer's price stays what it is."""
    quote = quoted(job(distance_m=12_500), book=DEAR)
    assert line(quote, "travel").amount == chf(5)
    assert line(quote, "base").amount == chf(40)


@pytest.mark.parametrize(
    ("remote", "distance_m", "code"),
    [
        # a visit that is needed on the spot
        (False, 9_000, "travel_free"),
        (False, 12_000, "travel"),
        # help that is possible from afar, within the friend's radius of 10 km and beyond it
        (True, 10_000, "travel_remote"),
        (True, 10_001, "travel_remote"),
    ],
)
def test_help_from_afar_costs_no_way(remote: bool, distance_m: int, code: str) -> None:  # noqa: FBT001
    """A service that is done from afar costs no way, wherever the customer lives."""
    assert quoted(job(distance_m=distance_m, remote=remote)).lines[1].why.code == code


# The hour ------------------------------------------------------------------------------------------------

MONDAY, SUNDAY = date(2026, 6, 1), date(2026, 6, 7)


@pytest.mark.parametrize(
    ("on", "clock", "code", "percent"),
    [
        # a weekday: the evening begins at 19:00, and ends at midnight
        (MONDAY, time(18, 45), None, 0),
        (MONDAY, time(19, 0), "surcharge_evening", 25),
        (MONDAY, time(23, 45), "surcharge_evening", 25),
        (MONDAY, time(0, 0), None, 0),
        # a Sunday, all day, and in its evening the higher one alone
        (SUNDAY, time(0, 0), "surcharge_sunday", 50),
        (SUNDAY, time(12, 0), "surcharge_sunday", 50),
        (SUNDAY, time(19, 0), "surcharge_sunday", 50),
        (SUNDAY, time(23, 45), "surcharge_sunday", 50),
        # the day before and the day after
        (date(2026, 6, 6), time(18, 0), None, 0),
        (date(2026, 6, 8), time(0, 0), None, 0),
    ],
)
def test_evening_and_sunday_cost_more(on: date, clock: time, code: str | None, percent: int) -> None:
    """A visit that begins in the evening or on a Sunday by the Swiss clock costs more: the higher counts."""
    quote = quoted(job(start=at_wall_time(on, clock)), book=DEAR)
    found = [each for each in quote.lines if each.why.code.startswith("surcharge")]
    assert [each.why.code for each in found] == ([] if code is None else [code])
    assert [each.amount.rappen for each in found] == ([] if code is None else [40 * percent])


@pytest.mark.parametrize(
    ("evening", "sunday", "code"),
    [
        # on a Sunday evening: the higher one, whichever it is
        (30, 20, "surcharge_evening"),
        (20, 30, "surcharge_sunday"),
        # one of them alone
        (30, 0, "surcharge_evening"),
        (0, 30, "surcharge_sunday"),
        # the same: one line all the same
        (30, 30, "surcharge_sunday"),
        # none: no line of nothing
        (0, 0, None),
    ],
)
def test_the_higher_surcharge_applies(evening: int, sunday: int, code: str | None) -> None:
    """On a Sunday evening one surcharge is charged, the higher."""
    book = PriceBook(evening_percent=evening, sunday_percent=sunday)
    quote = quoted(job(start=at_wall_time(SUNDAY, time(20))), book=book)
    assert [each for each in codes(quote) if each.startswith("surcharge")] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # the Sunday on which summer time ends, in UTC: it lasts 25 hours
        ("2026-10-24T21:45", "surcharge_evening"),
        ("2026-10-24T22:00", "surcharge_sunday"),
        ("2026-10-25T22:45", "surcharge_sunday"),
        ("2026-10-25T23:00", None),
        # the one on which it begins: 23 hours
        ("2027-03-27T22:45", "surcharge_evening"),
        ("2027-03-27T23:00", "surcharge_sunday"),
        ("2027-03-28T21:45", "surcharge_sunday"),
        ("2027-03-28T22:00", None),
        # 19:00 by the clock before and after a change
        ("2026-10-23T16:45", None),
        ("2026-10-23T17:00", "surcharge_evening"),
        ("2026-10-26T17:45", None),
        ("2026-10-26T18:00", "surcharge_evening"),
    ],
)
def test_evening_and_sunday_are_the_swiss_clocks(start: str, expected: str | None) -> None:
    """Day and hour are read from the wall clock, also on the days on which it changes."""
    quote = quoted(job(start=utc(start)), book=DEAR)
    found = [each for each in codes(quote) if each.startswith("surcharge")]
    assert found == ([] if expected is None else [expected])


def test_a_percentage_is_rounded_once() -> None:
    """A surcharge is worked out exactly and rounded half up to the Rappen, of the offer's price alone."""
    book = PriceBook(sunday_percent=15, travel_free_km=0)
    quote = quoted(job(price=chf("33.50"), distance_m=1, start=at_wall_time(SUNDAY, time(12))), book=book)
    surcharge = line(quote, "surcharge_sunday")
    assert surcharge.amount == chf("5.03")  # 5.025
    assert surcharge.why == reason("surcharge_sunday", percent=15, of=chf("33.50"))


def test_a_fee_is_the_platforms() -> None:
    """The customer's fee comes on top of the service's price."""
    quote = quoted(job(), book=DEAR)
    assert (quote.gross, quote.due) == (chf(40), chf("42.50"))
    assert line(quote, "customer_fee") == QuoteLine(
        why=reason("customer_fee", flat=chf("2.50")),
        amount=chf("2.50"),
        part=Part.PLATFORM,
        vat=VatTreatment.STANDARD,
    )


# The same again ------------------------------------------------------------------------------------------


@given(jobs(), testing.price_books(), st.booleans())
def test_equal_inputs_make_equal_quotes(priced: Job, book: PriceBook, cash: bool) -> None:  # noqa: FBT001
    """The same arguments make the same quote, id and all, from a match as from anything alike."""
    match = Match(offer=priced.offer, visit=priced.visit, distance_m=priced.distance_m, terms=())
    one, other = quoted(priced, book=book, cash=cash), quoted(match, book=book, cash=cash)
    assert one == other
    assert (hash(one), repr(one)) == (hash(other), repr(other))


OTHERS: dict[str, Callable[[], Quote]] = {
    # what differs from the example: its quote
    "another book": lambda: quoted(MATCH, book=attrs.evolve(PLAIN, version="ch-2"), at=NOW),
    "a fee": lambda: quoted(MATCH, book=attrs.evolve(PLAIN, customer_fee=chf(1)), at=NOW),
    "another instant": lambda: quoted(MATCH, at=NOW + TICK),
    "another expiry": lambda: quoted(MATCH, at=NOW, policy=BookingPolicy(quote_valid_minutes=20)),
    "another slot": lambda: quoted(
        job(start=MATCH.visit.slot.start + timedelta(minutes=15), distance_m=MATCH.distance_m), at=NOW
    ),
    "another price": lambda: quoted(job(price=chf(41), distance_m=MATCH.distance_m), at=NOW),
    "another way": lambda: quoted(job(distance_m=MATCH.distance_m + 1), at=NOW),
    "another offer": lambda: quoted(
        attrs.evolve(MATCH, offer=attrs.evolve(MATCH.offer, id="andreas-2")), at=NOW
    ),
    "another friend": lambda: quoted(
        attrs.evolve(MATCH, offer=attrs.evolve(MATCH.offer, friend_id="beat")), at=NOW
    ),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=list(OTHERS))
def test_quotes_that_differ_have_different_ids(other: Callable[[], Quote]) -> None:
    """A booking takes the quote's id: two quotes that differ in anything are not mistaken for each other."""
    assert quoted(MATCH, at=NOW) != other()
    assert quoted(MATCH, at=NOW).id != other().id


def test_a_quote_for_cash_is_another_quote() -> None:
    """The same job paid in cash and paid otherwise are two quotes where the amounts differ."""
    odd = job(price=chf("40.01"))
    assert quoted(odd, cash=True).due != quoted(odd, cash=False).due
    assert quoted(odd, cash=True).id != quoted(odd, cash=False).id


def test_ids_run_together_are_not_mistaken_for_each_other() -> None:
    """Where one id ends and the next begins is part of what is quoted."""
    quotes = [
        pricing.quote(
            attrs.evolve(REQUEST, id=request_id),
            attrs.evolve(
                MATCH,
                visit=attrs.evolve(MATCH.visit, request_id=request_id),
                offer=attrs.evolve(MATCH.offer, id=offer_id),
            ),
            book=PLAIN,
            at=NOW,
        )
        for request_id, offer_id in (("r/1", "o"), ("r", "1/o"))
    ]
    assert quotes[0].id != quotes[1].id


@given(request_id=testing.ids(), offer_id=testing.ids(), friend_id=testing.ids())
def test_any_ids_can_be_quoted(request_id: str, offer_id: str, friend_id: str) -> None:
    """Ids of the greatest length make a quote as any others."""
    match = attrs.evolve(
        MATCH,
        visit=attrs.evolve(MATCH.visit, request_id=request_id),
        offer=attrs.evolve(MATCH.offer, id=offer_id, friend_id=friend_id),
    )
    made = pricing.quote(attrs.evolve(REQUEST, id=request_id), match, book=PLAIN, at=NOW)
    assert (made.offer_id, made.friend_id, made.visit.request_id) == (offer_id, friend_id, request_id)


@given(testing.price_books())
def test_a_quote_names_what_it_was_made_of(book: PriceBook) -> None:
    """Visit, offer, friend, instant and the version of the book stand in the quote."""
    quote = quoted(MATCH, book=book, at=NOW)
    assert (quote.visit, quote.offer_id, quote.friend_id) == (MATCH.visit, MATCH.offer.id, "andreas")
    assert (quote.made_at, quote.book_version, quote.version) == (NOW, book.version, 1)


# Until when ----------------------------------------------------------------------------------------------

LAST = MATCH.visit.slot.start - timedelta(hours=2)


@pytest.mark.parametrize(
    ("at", "expires_at"),
    [
        # long before: half an hour
        (NOW, NOW + timedelta(minutes=30)),
        # exactly half an hour before the last moment to book
        (LAST - timedelta(minutes=30), LAST),
        # later: until the last moment, however short
        (LAST - timedelta(minutes=29), LAST + TICK),
        (LAST - timedelta(seconds=1), LAST + TICK),
        # at the last moment itself, and for that moment
        (LAST, LAST + TICK),
    ],
)
def test_a_quote_holds_half_an_hour_or_until_the_last_moment(at: datetime, expires_at: datetime) -> None:
    """A quote holds for half an hour, never beyond the last moment to book."""
    assert quoted(MATCH, at=at).expires_at == expires_at


def test_what_can_be_shown_at_the_last_moment_can_be_booked_then() -> None:
    """Ranking, slots, quote and request agree about the very instant at which the notice begins."""
    index = FriendIndex(attrs.evolve(journey.MARKET, friends=(), offers=(), standings=()))
    index.upsert(journey.ANDREAS, offers=[journey.MARKET.offer("andreas-1")])
    asked = attrs.evolve(REQUEST, windows=[MATCH.visit.slot])
    for late, possible in ((timedelta(0), True), (TICK, False)):
        at = LAST + late
        found = index.rank(asked, at=at).ranked
        assert bool(found) == possible
        rules = AvailabilityPolicy()
        plan, slot = journey.ANDREAS.availability, MATCH.visit.slot
        assert bookable(plan, slot, policy=rules, at=at) == possible
        if possible:
            made = pricing.quote(asked, found[0], book=PLAIN, at=at)
            assert bookings.request(made, at=at, key="k", friend=journey.ANDREAS).state.value == "requested"


@pytest.mark.parametrize("late", [TICK, timedelta(hours=2), timedelta(days=400)])
def test_too_late_is_refused(late: timedelta) -> None:
    """When the slot is too near to be booked there is no quote for it."""
    with pytest.raises(RefusedError) as caught:
        quoted(MATCH, at=LAST + late)
    assert caught.value.refusal.event == "quote"
    assert caught.value.refusal.reasons == (reason("too_late_to_book", latest_at=LAST),)


@given(
    jobs(), st.just(BookingPolicy()) | testing.booking_policies(), st.timedeltas(TICK, timedelta(days=400))
)
def test_the_expiry_is_never_beyond_the_last_moment(
    priced: Job, policy: BookingPolicy, ahead: timedelta
) -> None:
    """Under any policy a quote holds for a while, no longer than the policy says, and expires in time."""
    last = priced.visit.slot.start - timedelta(minutes=policy.request_notice_minutes)
    quote = quoted(priced, at=last - ahead, policy=policy)
    assert quote.made_at < quote.expires_at <= last + TICK
    assert quote.expires_at - quote.made_at <= timedelta(minutes=policy.quote_valid_minutes)
    assert quote.expires_at in {last + TICK, quote.made_at + timedelta(minutes=policy.quote_valid_minutes)}


# The next version of a quote ------------------------------------------------------------------------------


def replaced(before: Quote, priced: Any = MATCH, *, at: datetime, book: PriceBook = PLAIN) -> Quote:
    """Return the next version of a quote."""
    return pricing.quote(REQUEST, priced, book=book, at=at, replaces=before)


def later(hours: int) -> Match:
    """Return the match for a visit so many hours later."""
    slot = journey.moved(MATCH.visit.slot, timedelta(hours=hours))
    return attrs.evolve(MATCH, visit=attrs.evolve(MATCH.visit, slot=slot))


def test_the_next_version_counts_on() -> None:
    """Each version is one more than the one that it replaces, and has an id of its own."""
    first = quoted(MATCH, at=NOW)
    second = replaced(first, at=NOW)
    third = replaced(second, at=NOW)
    assert [each.version for each in (first, second, third)] == [1, 2, 3]
    assert len({each.id for each in (first, second, third)}) == 3
    assert second.lines == first.lines
    assert replaced(first, at=NOW) == second
    assert pricing.quote(REQUEST, MATCH, book=PLAIN, at=NOW, replaces=None) == first


@pytest.mark.parametrize(("hours", "due"), [(0, "40"), (5, "50"), (6, "50")])
def test_the_next_version_is_priced_anew(hours: int, due: str) -> None:
    """It is the price of the new slot, by the book and the offer as they are now."""
    book = attrs.evolve(PLAIN, evening_from=time(19), evening_percent=25)
    assert replaced(quoted(MATCH, at=NOW), later(hours), at=NOW, book=book).due == chf(due)


SLOT_END = MATCH.visit.slot.end


@pytest.mark.parametrize(
    ("at", "expires_at"),
    [
        # half an hour, as any quote
        (LAST, LAST + timedelta(minutes=30)),
        # when nobody could book any more, and while the visit goes on
        (LAST + TICK, LAST + TICK + timedelta(minutes=30)),
        (SLOT_END - timedelta(minutes=30), SLOT_END),
        # until the slot's end, at which itself it can still be agreed on
        (SLOT_END - timedelta(minutes=29), SLOT_END + TICK),
        (SLOT_END, SLOT_END + TICK),
    ],
)
def test_the_next_version_is_made_until_the_slot_ends(at: datetime, expires_at: datetime) -> None:
    """What is agreed on site is priced on site: the notice of a request does not matter any more."""
    made = replaced(quoted(MATCH, at=NOW), at=at)
    assert (made.made_at, made.expires_at) == (at, expires_at)


def test_after_the_slot_there_is_nothing_to_agree_on() -> None:
    """A quote for a slot that is over is refused, with the last moment."""
    with pytest.raises(RefusedError) as caught:
        replaced(quoted(MATCH, at=NOW), at=SLOT_END + TICK)
    assert caught.value.refusal.reasons == (reason("too_late_to_book", latest_at=SLOT_END),)


OTHER_OFFER = attrs.evolve(MATCH, offer=attrs.evolve(MATCH.offer, id="andreas-9"))
OTHER_REQUEST = attrs.evolve(quoted(MATCH, at=NOW), visit=attrs.evolve(MATCH.visit, request_id="another"))


@pytest.mark.parametrize(("before", "priced"), [(quoted(MATCH, at=NOW), OTHER_OFFER), (OTHER_REQUEST, MATCH)])
def test_a_quote_is_replaced_by_one_of_the_same_request_and_offer(before: Quote, priced: Any) -> None:
    """Another offer, or another request, is no next version."""
    with pytest.raises(InvalidValueError) as caught:
        replaced(before, priced, at=NOW)
    assert caught.value.field == "match"


def test_a_booking_takes_its_next_quotes_from_the_engine() -> None:
    """Moved to the next day, then amended on site: each quote that the engine makes is the next one."""
    booking = journey.booking_in(bookings.BookingState.CONFIRMED)
    moved = replaced(booking.quote, later(24), at=NOW)
    booking = bookings.reschedule(
        booking,
        to=moved,
        by=journey.CUSTOMER,
        at=NOW,
        key="m",
        friend=journey.ANDREAS,
        consent=journey.consent_to(moved, journey.CUSTOMER),
    )
    start = moved.visit.slot.start
    booking = bookings.start_work(booking, by=journey.FRIEND, at=start, key="s")
    dearer = replaced(booking.quote, later(24), at=start, book=attrs.evolve(PLAIN, sunday_percent=1))
    consent = bookings.Consent(by=journey.CUSTOMER, at=start, quote_id=dearer.id)
    booking = bookings.amend(booking, to=dearer, by=journey.FRIEND, at=start, key="a", consent=consent)
    assert (booking.quote, booking.quote.version) == (dearer, 3)


# Wrong calls ---------------------------------------------------------------------------------------------


def test_a_match_of_another_request_is_refused() -> None:
    """A request is quoted with a match of its own."""
    with pytest.raises(InvalidValueError) as caught:
        pricing.quote(journey.PILOT.request("tv-channels"), MATCH, book=PLAIN, at=NOW)
    assert caught.value.field == "match"


AT_TEXT: Any = "2013-11-27T09:00Z"


@pytest.mark.parametrize(
    ("at", "error"), [(wrong.NAIVE, InvalidValueError), (AT_TEXT, InvalidTypeError), (None, InvalidTypeError)]
)
def test_an_instant_is_needed(at: Any, error: type[InvalidValueError]) -> None:
    """Neither a naive instant nor a text is guessed at."""
    with pytest.raises(error) as caught:
        pricing.quote(REQUEST, MATCH, book=PLAIN, at=at)
    assert caught.value.field == "at"


def test_a_validity_does_not_matter_to_the_price() -> None:
    """Whether an offer may be taken is not the engine's question."""
    ended = attrs.evolve(MATCH.offer, valid=Validity(journey.FOREVER, journey.FOREVER + timedelta(days=1)))
    assert quoted(attrs.evolve(MATCH, offer=ended), at=NOW).due == chf(40)
