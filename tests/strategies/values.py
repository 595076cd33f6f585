"""Hypothesis strategies for the values and nouns of the library, valid by construction.

A function a type, named as the type in the plural. A keyword argument is what a caller wants to fix: the
value of the field of that name, or a strategy to draw from instead of the usual one.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.availability import Availability, FreeTime, WeeklyHours
from mila_core.catalogue import (
    HIGHEST_LEVEL,
    AddOn,
    Catalogue,
    Category,
    Package,
    Selection,
    Service,
)
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.eligibility import Eligibility, Visit
from mila_core.errors import InvalidValueError
from mila_core.friends import Address, Block, Customer, Friend, FriendKind, Partner
from mila_core.money import Money, Rounding
from mila_core.names import Names
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import SWISS_ZONE, Period, Validity
from mila_core.places import CANTONS, Place, all_places
from mila_core.policies import (
    AvailabilityPolicy,
    BadgePolicy,
    BookingPolicy,
    EligibilityPolicy,
    NetworkPolicy,
    SettlementPolicy,
    YearlyLimit,
)
from mila_core.reasons import Reason, Scalar
from mila_core.regions import Opening, Region
from mila_core.service_requests import ServiceRequest
from mila_core.verifications import Verification, VerificationKind

T = TypeVar("T")

FIRST = datetime(2000, 1, 1)  # noqa: DTZ001  # on the wall clock of whichever zone is drawn
LAST = datetime(2100, 1, 1)  # noqa: DTZ001
FIRST_DAY = FIRST.date()
LAST_DAY = LAST.date()

ZONES = (
    "UTC",
    SWISS_ZONE,
    "America/New_York",
    "Asia/Kathmandu",  # a quarter of an hour off the others
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # skipped the whole of 30 December 2011
)

MOST_RAPPEN = 10**15
"""Ten thousand billion francs: far above any price, and within what every text form takes."""


def _fixed_or(value: T | None, drawn: SearchStrategy[T]) -> SearchStrategy[T]:
    return drawn if value is None else st.just(value)


def _this_or(given: SearchStrategy[T] | None, usual: SearchStrategy[T]) -> SearchStrategy[T]:
    return usual if given is None else given


# Plain values ------------------------------------------------------------------------------------------


@cache
def ids() -> SearchStrategy[str]:
    """Return ids and codes: mostly short, at times of the greatest length."""
    visible = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
    return st.text(visible, min_size=1, max_size=12) | st.text(visible, min_size=200, max_size=200)


def languages() -> SearchStrategy[str]:
    """Return codes of languages that people in Switzerland speak."""
    return st.sampled_from(["de", "fr", "it", "rm", "en", "sq", "gsw"])


@cache
def texts(longest: int, *, may_be_empty: bool = False) -> SearchStrategy[str]:
    """Return texts as people write them: no control characters but line breaks, not blank, any script."""
    signs = st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n")
    drawn = st.text(signs, max_size=min(24, longest // 3))  # the normal form C may be three times as long
    return drawn if may_be_empty else drawn.map(lambda text: text if text.strip() else "Zoé")


def moneys(*, least: int = -MOST_RAPPEN, most: int = MOST_RAPPEN) -> SearchStrategy[Money]:
    """Return amounts between two numbers of Rappen."""
    return st.builds(Money, st.integers(least, most))


@cache
def prices() -> SearchStrategy[Money]:
    """Return prices of small jobs: above zero, mostly whole francs."""
    return st.builds(Money, st.integers(1, 300).map(lambda francs: francs * 100) | st.integers(1, 30_000))


def roundings() -> SearchStrategy[Rounding]:
    """Return ways of rounding."""
    return st.sampled_from(list(Rounding))


@cache
def places(*, canton: str | None = None) -> SearchStrategy[Place]:
    """Return places of the Swiss table, all or those of a canton."""
    return st.sampled_from([each for each in all_places() if canton is None or canton in each.cantons])


def zones() -> SearchStrategy[tzinfo]:
    """Return what a datetime can have as `tzinfo`: zones with and without summer time, and plain offsets."""
    offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    return st.sampled_from([ZoneInfo(name) for name in ZONES]) | offsets


@cache
def instants(*, first: datetime = FIRST, last: datetime = LAST) -> SearchStrategy[datetime]:
    """Return aware datetimes, in all kinds of zones, of skipped and of doubled hours too.

    Args:
        first: the first time on the wall clock, naive.
        last: the last time on the wall clock, naive.
    """
    return st.datetimes(first, last, timezones=zones())


def days(*, first: date = FIRST_DAY, last: date = LAST_DAY) -> SearchStrategy[date]:
    """Return dates."""
    return st.dates(first, last)


def _from(start: datetime, length: timedelta) -> Period:
    return Period(start, start.astimezone(UTC) + length)


def periods(
    *, starts: SearchStrategy[datetime] | None = None, lengths: SearchStrategy[timedelta] | None = None
) -> SearchStrategy[Period]:
    """Return periods, from a microsecond to a month long.

    Args:
        starts: where they begin.
        lengths: how long they are, each above zero.
    """
    return st.builds(
        _from,
        _this_or(starts, instants()),
        _this_or(lengths, st.timedeltas(timedelta(microseconds=1), timedelta(days=30))),
    )


def validities(*, starts: SearchStrategy[datetime] | None = None) -> SearchStrategy[Validity]:
    """Return spans of up to ten years, and open ones.

    Args:
        starts: where they begin.
    """
    some = periods(starts=starts, lengths=st.timedeltas(timedelta(microseconds=1), timedelta(days=3653))).map(
        lambda period: Validity(period.start, period.end)
    )
    return some | st.builds(Validity, _this_or(starts, instants()))


@cache
def names() -> SearchStrategy[Names]:
    """Return names in the four languages."""
    return st.builds(Names, de=texts(200), fr=texts(200), it=texts(200), en=texts(200))


# Reasons -----------------------------------------------------------------------------------------------


def scalars() -> SearchStrategy[Scalar]:
    """Return what a value of a reason may be: a text, an int, an amount, a date, an instant."""
    return st.one_of(texts(200), st.integers(-(10**12), 10**12), moneys(), days(), instants())


def reasons(*, code: str | None = None) -> SearchStrategy[Reason]:
    """Return reasons with up to four values of all kinds."""
    value_names = st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True)
    pairs = st.dictionaries(value_names, scalars(), max_size=4).map(
        lambda values: tuple(sorted(values.items(), key=lambda pair: pair[0]))
    )
    return st.builds(Reason, _fixed_or(code, ids()), pairs)


# The catalogue -----------------------------------------------------------------------------------------


def categories(*, code: str | None = None) -> SearchStrategy[Category]:
    """Return categories."""
    return st.builds(Category, code=_fixed_or(code, ids()), names=names())


def packages(*, code: str | None = None) -> SearchStrategy[Package]:
    """Return packages."""
    minutes = st.integers(1, 96).map(lambda quarters: 15 * quarters)
    return st.builds(Package, code=_fixed_or(code, ids()), minutes=minutes, names=names())


def add_ons(*, code: str | None = None) -> SearchStrategy[AddOn]:
    """Return add-ons, of which some take no time."""
    minutes = st.integers(0, 96).map(lambda quarters: 15 * quarters)
    return st.builds(AddOn, code=_fixed_or(code, ids()), minutes=minutes, names=names())


def selections(*, service: Service | None = None) -> SearchStrategy[Selection]:
    """Return selections.

    Args:
        service: the service whose packages and add-ons are drawn from; if not given, any codes.
    """
    if service is None:
        return st.builds(
            Selection,
            package=st.none() | ids(),
            add_ons=st.frozensets(ids(), max_size=3),
            extra_blocks=st.integers(0, 48),
        )
    added = [each.code for each in service.add_ons]
    return st.builds(
        Selection,
        package=st.sampled_from([None, *(each.code for each in service.packages)]),
        add_ons=st.frozensets(st.sampled_from(added)) if added else st.just(frozenset()),
        extra_blocks=st.sampled_from([0, 0, 1, 2]),
    ).filter(lambda each: _fits_a_day(service, each))


def _fits_a_day(service: Service, selection: Selection) -> bool:
    try:
        return service.minutes_of(selection) > 0
    except InvalidValueError:
        return False


@st.composite
def services(
    draw: st.DrawFn,
    *,
    code: str | None = None,
    fields: Sequence[str] | None = None,
    level: int | None = None,
    remote: bool | None = None,
) -> Service:
    """Return services.

    Args:
        draw: given by Hypothesis.
        code: the code.
        fields: the codes of the categories there are; if not given, any.
        level: the level of the certifications required.
        remote: whether it can be done from afar.
    """
    codes = ids() if fields is None else st.sampled_from(fields)
    low, high = sorted(draw(st.tuples(prices(), prices())))
    units = draw(st.lists(ids(), max_size=3, unique=True))
    cut = draw(st.integers(0, len(units)))
    return Service(
        code=draw(_fixed_or(code, ids())),
        category=draw(codes),
        minutes=15 * draw(st.integers(1, 96)),
        requires=draw(st.frozensets(codes, min_size=1, max_size=3)),
        level=draw(_fixed_or(level, st.integers(1, HIGHEST_LEVEL))),
        price_from=low,
        price_to=high,
        remote=draw(_fixed_or(remote, st.booleans())),
        names=draw(names()),
        descriptions=draw(names()),
        needs_pro=draw(st.booleans()),
        packages=[draw(packages(code=unit)) for unit in units[:cut]],
        add_ons=[draw(add_ons(code=unit)) for unit in units[cut:]],
        block_minutes=15 * draw(st.integers(1, 16)),
    )


@st.composite
def catalogues(
    draw: st.DrawFn,
    *,
    category_codes: Sequence[str] | None = None,
    service_codes: Sequence[str] | None = None,
) -> Catalogue:
    """Return catalogues without duplicate codes, whose services name categories that are in them.

    Args:
        draw: given by Hypothesis.
        category_codes: the codes of the categories; if not given, one to four.
        service_codes: the codes of the services; if not given, up to four.
    """
    fields = category_codes or draw(st.lists(ids(), min_size=1, max_size=4, unique=True))
    codes = draw(st.lists(ids(), max_size=4, unique=True)) if service_codes is None else service_codes
    return Catalogue(
        categories=tuple(draw(categories(code=code)) for code in fields),
        services=tuple(draw(services(code=code, fields=fields)) for code in codes),
    )


# Policies ----------------------------------------------------------------------------------------------


@st.composite
def policies(draw: st.DrawFn, *, version: str | None = None) -> BookingPolicy:
    """Return policies whose numbers hold together."""
    day = 24 * 60
    longest = 366 * day
    same_day = draw(st.integers(1, day))
    confirm_notice = draw(st.integers(0, 2 * day))
    return BookingPolicy(
        version=draw(_fixed_or(version, ids())),
        quote_valid_minutes=draw(st.integers(1, longest)),
        request_notice_minutes=draw(st.integers(same_day + confirm_notice + 1, longest)),
        answer_minutes=draw(st.integers(same_day, longest)),
        answer_same_day_minutes=same_day,
        accept_notice_minutes=draw(st.integers(0, longest)),
        confirm_minutes=draw(st.integers(1, longest)),
        confirm_notice_minutes=confirm_notice,
        start_early_minutes=draw(st.integers(0, day)),
        auto_complete_minutes=draw(st.integers(1, longest)),
        lapse_minutes=draw(st.integers(1, longest)),
        approve_minutes=draw(st.integers(1, longest)),
        review_days=draw(st.integers(1, 366)),
        reply_days=draw(st.integers(1, 366)),
        first_call_minutes=draw(st.integers(1, longest)),
        reconfirm_minutes=draw(st.integers(0, longest)),
        free_cancellation_minutes=draw(st.integers(0, longest)),
        cooling_off_minutes=draw(st.integers(0, day)),
        customer_no_show_minutes=draw(st.integers(1, day)),
        friend_no_show_minutes=draw(st.integers(1, day)),
    )


def eligibility_policies() -> SearchStrategy[EligibilityPolicy]:
    """Return policies of what is asked of everyone who comes."""
    required = st.frozensets(st.sampled_from(VerificationKind))
    return st.builds(
        EligibilityPolicy,
        version=ids(),
        friend_verifications=required,
        pro_verifications=required,
        grace_days=st.integers(0, 366),
        criminal_record_months=st.integers(1, 120),
    )


def yearly_limits(*, first_year: int | None = None) -> SearchStrategy[YearlyLimit]:
    """Return limits from a year on."""
    return st.builds(YearlyLimit, first_year=_fixed_or(first_year, st.integers(1, 9999)), limit=prices())


@st.composite
def settlement_policies(draw: st.DrawFn) -> SettlementPolicy:
    """Return policies of the money side whose numbers hold together."""
    low, high = sorted(draw(st.tuples(prices(), prices())))
    payout = draw(st.integers(0, 366))
    years = draw(st.lists(st.integers(1, 9999), min_size=1, max_size=3, unique=True))
    return SettlementPolicy(
        version=draw(ids()),
        commission_percent=draw(st.integers(0, 100)),
        invoice_days_friend=draw(st.integers(0, 366)),
        invoice_days_platform=draw(st.integers(0, 366)),
        payout_days=payout,
        newcomer_hold_days=draw(st.integers(0, payout)),
        small_job_from=low,
        small_job_to=high,
        earnings_limits=[draw(yearly_limits(first_year=year)) for year in sorted(years)],
        blocks_at_earnings_limit=draw(st.booleans()),
    )


def badge_policies() -> SearchStrategy[BadgePolicy]:
    """Return policies of badges."""
    percent = st.integers(0, 100)
    return st.builds(
        BadgePolicy,
        version=ids(),
        window_days=st.integers(1, 3660),
        top_milli_stars=st.integers(1000, 5000),
        top_closed=st.integers(1, 10_000),
        top_answered_percent=percent,
        top_cancelled_percent=st.integers(1, 100),
        assessed_every_months=st.integers(1, 24),
        reliable_percent=percent,
        fast_hours=st.integers(1, 240),
        fast_percent=percent,
        strikes=st.integers(1, 1000),
        strike_days=st.integers(1, 3660),
        public_from=st.integers(1, 1000),
    )


def network_policies() -> SearchStrategy[NetworkPolicy]:
    """Return all rules of a network."""
    return st.builds(
        NetworkPolicy,
        version=ids(),
        availability=availability_policies(),
        booking=policies(),
        eligibility=eligibility_policies(),
        settlement=settlement_policies(),
        badges=badge_policies(),
    )


# Certifications ----------------------------------------------------------------------------------------


def suspensions(*, during: SearchStrategy[Validity] | None = None) -> SearchStrategy[Suspension]:
    """Return suspensions, of which some have no end.

    Args:
        during: when they hold.
    """
    return st.builds(
        Suspension,
        during=_this_or(during, validities()),
        by=ids(),
        note=texts(500, may_be_empty=True),
        lifted_by=st.none() | ids(),
        lifted_note=texts(500, may_be_empty=True),
    )


def revocations(*, at: SearchStrategy[datetime] | None = None) -> SearchStrategy[Revocation]:
    """Return revocations.

    Args:
        at: from when.
    """
    return st.builds(Revocation, at=_this_or(at, instants()), by=ids(), note=texts(500, may_be_empty=True))


def certifications(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    issuer_id: str | None = None,
    fields: Sequence[str] | None = None,
    valid: SearchStrategy[Validity] | None = None,
) -> SearchStrategy[Certification]:
    """Return certifications: in force, suspended, revoked.

    Args:
        id: the id.
        issuer_id: the id of the partner.
        fields: the codes that the scope can have; if not given, any.
        valid: when they are valid.
    """
    codes = ids() if fields is None else st.sampled_from(fields)
    return st.builds(
        Certification,
        id=_fixed_or(id, ids()),
        issuer_id=_fixed_or(issuer_id, ids()),
        scope=st.frozensets(codes, min_size=1, max_size=3),
        level=st.integers(1, HIGHEST_LEVEL),
        valid=_this_or(valid, validities()),
        suspensions=st.lists(suspensions(), max_size=2),
        revoked=st.none() | revocations(),
        evidence=st.none() | ids(),
    )


def verifications(
    *, kind: VerificationKind | None = None, valid: SearchStrategy[Validity] | None = None
) -> SearchStrategy[Verification]:
    """Return verifications.

    Args:
        kind: what was checked.
        valid: when they count.
    """
    return st.builds(
        Verification,
        verification_kind=_fixed_or(kind, st.sampled_from(VerificationKind)),
        valid=_this_or(valid, validities()),
        by=ids(),
        evidence=st.none() | ids(),
    )


# Availability ------------------------------------------------------------------------------------------


def _quarter(number: int) -> time:
    return time(number // 4 % 24, number % 4 * 15)


@st.composite
def weekly_hours(draw: st.DrawFn, *, weekday: int | None = None) -> WeeklyHours:
    """Return hours of a weekday, up to midnight at the latest."""
    start = draw(st.integers(0, 95))
    end = draw(st.integers(start + 1, 96))
    return WeeklyHours(
        weekday=draw(_fixed_or(weekday, st.integers(1, 7))), start=_quarter(start), end=_quarter(end)
    )


def availabilities(
    *, zone: str | None = None, exceptions: SearchStrategy[Period] | None = None
) -> SearchStrategy[Availability]:
    """Return plans of hours that may overlap, with extra periods and absences.

    Args:
        zone: the name of the zone.
        exceptions: what the extra periods and the absences are drawn from.
    """
    return st.builds(
        Availability,
        weekly=st.lists(weekly_hours(), max_size=6),
        extra=st.lists(_this_or(exceptions, periods()), max_size=2),
        absent=st.lists(_this_or(exceptions, periods()), max_size=2),
        zone=_fixed_or(zone, st.sampled_from(ZONES)),
    )


def availability_policies() -> SearchStrategy[AvailabilityPolicy]:
    """Return policies with buffers, notice, horizon and, at times, daily limits."""
    day = 24 * 60
    return st.builds(
        AvailabilityPolicy,
        version=ids(),
        buffer_minutes=st.integers(0, 2 * 60) | st.integers(0, day),
        notice_minutes=st.integers(0, day) | st.integers(0, 366 * day),
        horizon_days=st.integers(0, 7) | st.integers(0, 366),
        visits_per_day=st.none() | st.integers(1, 3) | st.integers(1, 96),
        minutes_per_day=st.none() | st.integers(1, 25 * 60),
    )


@st.composite
def free_times(draw: st.DrawFn) -> FreeTime:
    """Return compiled plans for up to two days, with and without a policy."""
    quarters = st.integers(1, 2 * 96).map(lambda number: number * timedelta(minutes=15))
    policy = draw(st.none() | availability_policies())
    return FreeTime(
        availability=draw(availabilities()),
        within=draw(periods(lengths=quarters)),
        busy=tuple(draw(st.lists(periods(lengths=quarters), max_size=2))),
        policy=policy,
        at=None if policy is None else draw(instants()),
    )


# People and firms --------------------------------------------------------------------------------------


def partners(*, id: str | None = None) -> SearchStrategy[Partner]:  # noqa: A002  # the field's name
    """Return partners, with catalogues of their own or without."""
    return st.builds(
        Partner,
        id=_fixed_or(id, ids()),
        name=texts(120),
        service_codes=st.frozensets(ids(), max_size=3),
        region_ids=st.frozensets(ids(), max_size=3),
        own_certifications_only=st.booleans(),
    )


def addresses(*, place: Place | None = None) -> SearchStrategy[Address]:
    """Return addresses."""
    return st.builds(Address, street=texts(120), place=_fixed_or(place, places()))


def blocks(*, customer_id: str | None = None) -> SearchStrategy[Block]:
    """Return blocks of a customer."""
    return st.builds(
        Block,
        customer_id=_fixed_or(customer_id, ids()),
        since=instants(),
        by=ids(),
        note=texts(500, may_be_empty=True),
    )


def customers(*, id: str | None = None) -> SearchStrategy[Customer]:  # noqa: A002  # the field's name
    """Return customers."""
    return st.builds(
        Customer,
        id=_fixed_or(id, ids()),
        name=texts(120),
        languages=st.lists(languages(), max_size=3),
        address=st.none() | addresses(),
    )


@st.composite
def friends(
    draw: st.DrawFn,
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    home: Place | None = None,
    certified: SearchStrategy[list[Certification]] | None = None,
    availability: Availability | None = None,
) -> Friend:
    """Return friends.

    Args:
        draw: given by Hypothesis.
        id: the id.
        home: where the friend lives.
        certified: the certifications; if not given, up to two of any kind.
        availability: the plan.
    """
    lives = draw(_fixed_or(home, places()))
    return Friend(
        id=draw(_fixed_or(id, ids())),
        name=draw(texts(120)),
        friend_kind=draw(st.sampled_from(list(FriendKind))),
        home=lives,
        languages=draw(st.lists(languages(), min_size=1, max_size=3)),
        certifications=draw(_this_or(certified, st.lists(certifications(), max_size=2))),
        availability=draw(_fixed_or(availability, availabilities())),
        suspensions=draw(st.lists(suspensions(), max_size=2)),
        verifications=draw(st.lists(verifications(), max_size=2)),
        blocked=draw(st.lists(blocks(), max_size=1)),
        address=draw(st.none() | addresses(place=lives)),
    )


# Regions, offers, requests -----------------------------------------------------------------------------


@st.composite
def regions(
    draw: st.DrawFn,
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    opens_on: date | None = None,
) -> Region:
    """Return regions of cantons, of single places or of both, open for good or for a time."""
    cantons = draw(st.frozensets(st.sampled_from(CANTONS), max_size=3))
    first = draw(_fixed_or(opens_on, days()))
    return Region(
        id=draw(_fixed_or(id, ids())),
        names=draw(names()),
        cantons=cantons,
        places=draw(st.frozensets(places(), min_size=0 if cantons else 1, max_size=3)),
        opens_on=first,
        closes_on=draw(st.none() | days(first=first, last=first + timedelta(days=3650))),
    )


def openings(*, region_id: str | None = None) -> SearchStrategy[Opening]:
    """Return openings."""
    return st.builds(Opening, region_id=_fixed_or(region_id, ids()), during=validities())


def unit_prices(*, code: str | None = None) -> SearchStrategy[UnitPrice]:
    """Return prices of packages and add-ons."""
    return st.builds(UnitPrice, code=_fixed_or(code, ids()), price=prices())


def offers(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    friend_id: str | None = None,
    service_code: str | None = None,
    valid: SearchStrategy[Validity] | None = None,
) -> SearchStrategy[Offer]:
    """Return offers.

    Args:
        id: the id.
        friend_id: the id of the friend.
        service_code: the code of the service.
        valid: when they are valid.
    """
    return st.builds(
        Offer,
        id=_fixed_or(id, ids()),
        friend_id=_fixed_or(friend_id, ids()),
        service_code=_fixed_or(service_code, ids()),
        price=prices(),
        radius_km=st.integers(1, 400),
        valid=_this_or(valid, validities()),
        prices=st.lists(unit_prices(), max_size=2, unique_by=lambda each: each.code),
        block_price=st.none() | prices(),
    )


def service_requests(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    customer_id: str | None = None,
    service_code: str | None = None,
    place: Place | None = None,
    windows: SearchStrategy[Period] | None = None,
) -> SearchStrategy[ServiceRequest]:
    """Return requests.

    Args:
        id: the id.
        customer_id: the id of the customer.
        service_code: the code of the service.
        place: where the help is needed.
        windows: what the windows are drawn from.
    """
    return st.builds(
        ServiceRequest,
        id=_fixed_or(id, ids()),
        customer_id=_fixed_or(customer_id, ids()),
        service_code=_fixed_or(service_code, ids()),
        place=_fixed_or(place, places()),
        windows=st.lists(_this_or(windows, periods()), min_size=1, max_size=3),
        languages=st.lists(languages(), max_size=3),
        selection=selections(),
        partner_id=st.none() | ids(),
        price_limit=st.none() | prices(),
    )


# Visits and what is said of them -----------------------------------------------------------------------


def visits(
    *,
    request_id: str | None = None,
    customer_id: str | None = None,
    service: Service | None = None,
    place: Place | None = None,
    slots: SearchStrategy[Period] | None = None,
    opened: SearchStrategy[list[Opening]] | None = None,
    plain: bool = False,
) -> SearchStrategy[Visit]:
    """Return visits.

    Args:
        plain: whether the service is wanted as it is, by a customer of no partner, in a network that asks
            for no more than certifications.
        request_id: the id of the request.
        customer_id: the id of the customer.
        service: the service.
        place: where.
        slots: what the slot is drawn from; if not given, periods of a quarter of an hour to a day.
        opened: the openings; if not given, up to two of any kind.
    """
    quarters = st.integers(1, 96).map(lambda number: timedelta(minutes=15 * number))
    return st.builds(
        Visit,
        request_id=_fixed_or(request_id, ids()),
        customer_id=_fixed_or(customer_id, ids()),
        service=_fixed_or(service, services()),
        place=_fixed_or(place, places()),
        slot=_this_or(slots, periods(lengths=quarters)),
        languages=st.lists(languages(), max_size=3),
        openings=_this_or(opened, st.lists(openings(), max_size=2)),
        selection=st.just(Selection()) if plain else selections(),
        partner=st.none() if plain else st.none() | partners(),
        policy=st.just(EligibilityPolicy()) if plain else eligibility_policies(),
    )


def eligibilities(*, friend_id: str | None = None) -> SearchStrategy[Eligibility]:
    """Return answers: yes, no for good, no until an instant."""
    one = _fixed_or(friend_id, ids())
    why = st.lists(reasons(), min_size=1, max_size=3)
    yes = st.builds(Eligibility, friend_id=one)
    return yes | st.builds(Eligibility, friend_id=one, reasons=why, eligible_from=st.none() | instants())
