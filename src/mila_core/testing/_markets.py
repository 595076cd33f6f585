"""Markets: small, dense and consistent."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import mila_core.samples as samples
from mila_core.availability import Availability, WeeklyHours
from mila_core.catalogue import (
    AddOn,
    Catalogue,
    Category,
    Package,
    Selection,
    Service,
)
from mila_core.certifications import Certification, Suspension
from mila_core.friends import Block, Customer, Friend, FriendKind, Partner
from mila_core.market import Market, ServiceOverview
from mila_core.money import chf
from mila_core.names import Names
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import Period, Validity, at_wall_time, valid_on
from mila_core.places import Place
from mila_core.policies import (
    EligibilityPolicy,
    NetworkPolicy,
)
from mila_core.regions import Region
from mila_core.samples import Pilot
from mila_core.service_requests import ServiceRequest
from mila_core.testing._bookings import bookings
from mila_core.testing._people import verifications
from mila_core.testing._rankings import standings
from mila_core.testing._reliability import reliabilities
from mila_core.testing._values import fixed_or, ids, instants, kept, periods, prices
from mila_core.verifications import Verification, VerificationKind

# Markets -----------------------------------------------------------------------------------------------

# A market is small and dense: few places, few fields, some days around one, so that chance makes neighbours,
# rivals, clashes and near misses rather than strangers.
_DAYS = (
    date(2013, 11, 28),  # a Thursday
    date(2026, 10, 25),  # the Sunday on which summer time ends
    date(2027, 3, 28),  # the Sunday on which it begins
)
_POSTCODES = ("8001", "8005", "8037", "8048", "8400", "3011")
_FIELDS = ("television", "internet")
_SERVICES = ("channels", "router")
_CUSTOMERS = ("anna", "bruno", "friend-0")  # the last one may be a friend as well
_LANGUAGES = ("de", "fr")


@cache
def _near(on: date) -> SearchStrategy[datetime]:
    """Return instants from the day before to two days after, on five minutes of the clock."""
    start = at_wall_time(on - timedelta(days=1), time(12))
    return st.integers(0, 60 * 12).map(lambda fives: start + timedelta(minutes=5 * fives))


@cache
def _near_periods(on: date) -> SearchStrategy[Period]:
    lengths = st.integers(1, 12 * 20).map(lambda fives: timedelta(minutes=5 * fives))
    return periods(starts=_near(on), lengths=lengths)


@cache
def _booked_slots(on: date) -> SearchStrategy[Period]:
    quarters = st.integers(1, 12).map(lambda each: timedelta(minutes=15 * each))
    return periods(starts=_near(on), lengths=quarters)


@cache
def _valid_near(on: date) -> SearchStrategy[Validity]:
    """Return spans: mostly all year, else beginning or ending nearby."""
    usual = st.just(valid_on(date(on.year, 1, 1)))
    return st.one_of(
        usual, usual, usual, _near(on).map(Validity), _near(on).map(lambda end: Validity(year_start(on), end))
    )


def year_start(on: date) -> datetime:
    """Return when that year begins."""
    return at_wall_time(date(on.year, 1, 1), time(0))


def _names(text: str) -> Names:
    return Names(de=text, fr=text, it=text, en=text)


_ANY_FIELD = st.sampled_from(_FIELDS)
_REQUIRED = st.frozensets(_ANY_FIELD, min_size=1)
_LEVELS = st.sampled_from([1, 1, 2])
_SELDOM = st.sampled_from([False, False, True])
_RARELY = st.sampled_from([False, False, False, True])
_ADDED_MINUTES = st.sampled_from([0, 15])


@kept
@st.composite
def _small_catalogues(draw: st.DrawFn) -> Catalogue:
    made = []
    for code in _SERVICES:
        low, high = sorted((draw(prices()), draw(prices())))
        made.append(
            Service(
                code=code,
                category=draw(_ANY_FIELD),
                minutes=15 * draw(st.integers(1, 8)),
                requires=draw(_REQUIRED),
                level=draw(_LEVELS),
                price_from=low,
                price_to=high,
                remote=draw(_SELDOM),
                names=_names(code),
                descriptions=_names(code),
                needs_pro=draw(_RARELY),
                packages=[Package(code="double", minutes=90, names=_names("double"))],
                add_ons=[AddOn(code="more", minutes=draw(_ADDED_MINUTES), names=_names("more"))],
            )
        )
    return Catalogue(categories=[Category(code=code, names=_names(code)) for code in _FIELDS], services=made)


@cache
def _regions(on: date) -> SearchStrategy[list[Region]]:
    opens_on = st.sampled_from([on - timedelta(days=90)] * 3 + [on, on + timedelta(days=1)])
    closes_on = st.sampled_from([None, None, None, on + timedelta(days=1)])
    return st.tuples(opens_on, opens_on, closes_on).map(
        lambda drawn: [
            Region(
                id="zurich", names=_names("Zürich"), cantons={"ZH"}, opens_on=drawn[0], closes_on=drawn[2]
            ),
            Region(id="bern", names=_names("Bern"), cantons={"BE"}, opens_on=drawn[1]),
            Region(
                id="centre", names=_names("Mitte"), places={Place("8001")}, opens_on=on - timedelta(days=30)
            ),
        ]
    )


@cache
def _plans(on: date) -> SearchStrategy[Availability]:
    """Return plans for the days around one; hours change neither at two nor at three, when the clocks do."""
    weekdays = st.sampled_from([(on + timedelta(days=days)).isoweekday() for days in (-1, 0, 1)])
    quarters = st.tuples(st.integers(16, 95), st.integers(16, 95)).filter(lambda drawn: drawn[0] < drawn[1])
    hours = st.builds(
        lambda weekday, drawn: WeeklyHours(
            weekday=weekday,
            start=time(drawn[0] // 4, drawn[0] % 4 * 15),
            end=time(drawn[1] // 4, drawn[1] % 4 * 15),
        ),
        weekdays,
        quarters,
    )
    whole_days = st.builds(lambda weekday: WeeklyHours(weekday=weekday, start=time(0), end=time(0)), weekdays)
    return st.builds(
        Availability,
        weekly=st.lists(hours | whole_days, max_size=4),
        extra=st.lists(_near_periods(on), max_size=1),
        absent=st.lists(_near_periods(on), max_size=1),
    )


_SCOPES = st.frozensets(st.sampled_from([*_FIELDS, *_FIELDS, *_SERVICES]), min_size=1, max_size=2)
_HOMES = st.sampled_from(_POSTCODES)
_FRIEND_KINDS = st.sampled_from([FriendKind.FRIEND, FriendKind.FRIEND, FriendKind.PRO])
_HELD_LEVELS = st.sampled_from([1, 2, 2])
_CERTIFICATION_COUNTS = st.sampled_from([0, 1, 2, 2, 3])
_OFFERED = st.lists(st.sampled_from(_SERVICES), max_size=3)
_PRICES = st.sampled_from([chf(30), chf(40), chf("40.05"), chf(100)])
_RADII = st.sampled_from([1, 5, 30, 200])
_BLOCK_PRICES = st.sampled_from([None, chf(20)])
_BOOKED_BY = st.sampled_from(_CUSTOMERS[:2])
_SPOKEN_HERE = st.lists(st.sampled_from(_LANGUAGES), min_size=1, max_size=2, unique=True)


@cache
def _rare_suspensions(on: date) -> SearchStrategy[Sequence[Suspension]]:
    suspensions = st.lists(
        st.builds(
            Suspension,
            during=_near_periods(on).map(lambda period: Validity(period.start, period.end))
            | _near(on).map(Validity),
            by=st.just("swisscom"),
        ),
        max_size=1,
    )
    return st.one_of(st.just(()), st.just(()), st.just(()), suspensions)


@cache
def _identities(on: date) -> SearchStrategy[list[Verification]]:
    return st.lists(verifications(kind=VerificationKind.IDENTITY, valid=_valid_near(on)), max_size=1)


@cache
def _rare_blocks(on: date) -> SearchStrategy[Sequence[Block]]:
    blocks = st.builds(
        Block, customer_id=st.sampled_from(_CUSTOMERS), since=_near(on), by=st.just("operator")
    ).map(lambda block: (block,))
    return st.one_of(st.just(()), st.just(()), st.just(()), blocks)


@cache
def _market_policies() -> SearchStrategy[NetworkPolicy]:
    strict = EligibilityPolicy(friend_verifications=[VerificationKind.IDENTITY], grace_days=1)
    return st.sampled_from([NetworkPolicy(), NetworkPolicy(), NetworkPolicy(eligibility=strict)])


@kept
def _market_partners() -> SearchStrategy[list[Partner]]:
    """Return the partner that certifies everyone, and one with a catalogue of its own."""
    brands = st.builds(
        Partner,
        id=st.just("brand"),
        name=st.just("Brand"),
        service_codes=st.frozensets(st.sampled_from(_SERVICES), max_size=2),
        region_ids=st.frozensets(st.sampled_from(["zurich", "bern"]), max_size=1),
        own_certifications_only=st.sampled_from([False, False, True]),
    )
    return brands.map(lambda brand: [Partner(id="swisscom", name="Swisscom"), brand])


@cache
@st.composite
def _market_friends(draw: st.DrawFn, number: int, on: date) -> Friend:
    return Friend(
        id=f"friend-{number}",
        name=f"Friend {number}",
        home=Place(draw(_HOMES)),
        languages=draw(_SPOKEN_HERE),
        friend_kind=draw(_FRIEND_KINDS),
        verifications=draw(_identities(on)),
        blocked=draw(_rare_blocks(on)),
        certifications=[
            Certification(
                id=f"certification-{number}-{index}",
                issuer_id="swisscom",
                scope=draw(_SCOPES),
                level=draw(_HELD_LEVELS),
                valid=draw(_valid_near(on)),
                suspensions=draw(_rare_suspensions(on)),
            )
            for index in range(draw(_CERTIFICATION_COUNTS))
        ],
        availability=draw(_plans(on)),
        suspensions=draw(_rare_suspensions(on)),
    )


@cache
def _unit_prices() -> SearchStrategy[Sequence[UnitPrice]]:
    double, more = UnitPrice(code="double", price=chf(70)), UnitPrice(code="more", price=chf("12.35"))
    return st.sampled_from([(), (double,), (double, more), (more,)])


@st.composite
def _market_offers(draw: st.DrawFn, friends: Sequence[Friend], on: date) -> list[Offer]:
    made = []
    for friend in friends:
        codes = draw(_OFFERED)
        for index, code in enumerate(codes):
            made.append(
                Offer(
                    id=f"offer-{friend.id}-{index}",
                    friend_id=friend.id,
                    service_code=code,
                    price=draw(_PRICES),
                    radius_km=draw(_RADII),
                    valid=draw(_valid_near(on)),
                    prices=draw(_unit_prices()),
                    block_price=draw(_BLOCK_PRICES),
                )
            )
    return draw(st.permutations(made))


@kept
@st.composite
def markets(draw: st.DrawFn, *, day: date | None = None, least: int = 0) -> Market:
    """Return small, dense, consistent markets around one day.

    Args:
        draw: given by Hypothesis.
        day: the day; if not given, one of three, two of which change the clocks.
        least: how many friends there are at least; five at most.
    """
    on = draw(fixed_or(day, st.sampled_from(_DAYS)))
    numbers = draw(st.permutations(range(draw(st.integers(least, 5)))))
    friends = [draw(_market_friends(number, on)) for number in numbers]
    busy = draw(st.lists(st.sampled_from(friends), max_size=2)) if friends else []
    rated = draw(st.lists(st.sampled_from(friends), unique=True)) if friends else []
    counted = draw(st.lists(st.sampled_from(friends), unique=True)) if friends else []
    return Market(
        catalogue=draw(_small_catalogues()),
        regions=draw(_regions(on)),
        partners=draw(_market_partners()),
        customers=[Customer(id=each, name=each.title()) for each in _CUSTOMERS],
        friends=friends,
        offers=draw(_market_offers(friends, on)),
        bookings=[
            draw(
                bookings(
                    id=f"booking-{number}",
                    friend_id=friend.id,
                    customer_id=draw(_BOOKED_BY),
                    slots=_booked_slots(on),
                )
            )
            for number, friend in enumerate(busy)
        ],
        standings=[draw(standings(friend_id=friend.id, at=year_start(on))) for friend in rated],
        reliabilities=[draw(reliabilities(friend_id=friend.id, at=year_start(on))) for friend in counted],
        policy=draw(_market_policies()),
    )


def day_of(market: Market) -> date:
    """Return the day around which a market of `markets` was made."""
    centre = next(region for region in market.regions if region.id == "centre")
    return centre.opens_on + timedelta(days=30)


_SELECTIONS = (
    *[Selection()] * 5,
    Selection(package="double"),
    Selection(add_ons=["more"]),
    Selection(add_ons=["more"], extra_blocks=2),
)


def market_requests(market: Market) -> SearchStrategy[ServiceRequest]:
    """Return requests in a market: windows in any order, overlapping, too short, past."""
    return st.builds(
        ServiceRequest,
        id=st.sampled_from(["request-0", "request-1"]),
        customer_id=st.sampled_from([customer.id for customer in market.customers]),
        service_code=st.sampled_from([service.code for service in market.catalogue.services]),
        place=st.sampled_from(_POSTCODES[:5]).map(Place) | st.sampled_from(_POSTCODES).map(Place),
        windows=st.lists(_near_periods(day_of(market)), min_size=1, max_size=3),
        languages=st.just(()) | st.lists(st.sampled_from(_LANGUAGES), max_size=1),
        selection=st.sampled_from(_SELECTIONS),
        partner_id=st.sampled_from([None, None, None, "swisscom", "brand"]),
        price_limit=st.sampled_from([None, None, chf(40), chf(1000)]),
    )


def market_instants(market: Market) -> SearchStrategy[datetime]:
    """Return instants at which to ask in a market: days before, or in the middle of it, on the minute."""
    start = at_wall_time(day_of(market) - timedelta(days=2), time(8))
    soon = st.integers(0, 4 * 24 * 60).map(lambda minutes: start + timedelta(minutes=minutes))
    return st.just(start) | soon


@kept
def pilots() -> SearchStrategy[Pilot]:
    """Return the pilot of 2013; there is only one."""
    return st.just(samples.zurich_2013())


@kept
@st.composite
def service_overviews(draw: st.DrawFn) -> ServiceOverview:
    """Return overviews of a service, the median between the ends."""
    low, middle, high = sorted(draw(st.tuples(prices(), prices(), prices())))
    return ServiceOverview(
        service_code=draw(ids()),
        friends=draw(st.integers(1, 2**53)),
        price_from=low,
        price_to=high,
        price_median=middle,
        open_from=draw(instants()),
    )
