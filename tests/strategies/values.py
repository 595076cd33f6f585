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
from mila_core.catalogue import HIGHEST_LEVEL, Catalogue, Category, Service
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.eligibility import Eligibility, Visit
from mila_core.friends import Customer, Friend, FriendKind, Partner
from mila_core.money import Money, Rounding
from mila_core.names import Names
from mila_core.offers import Offer
from mila_core.periods import SWISS_ZONE, Period, Validity
from mila_core.places import CANTONS, Place, all_places
from mila_core.policies import AvailabilityPolicy, BookingPolicy
from mila_core.reasons import Reason, Scalar
from mila_core.regions import Opening, Region
from mila_core.service_requests import ServiceRequest

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
    )


# Certifications ----------------------------------------------------------------------------------------


def suspensions(*, during: SearchStrategy[Validity] | None = None) -> SearchStrategy[Suspension]:
    """Return suspensions, of which some have no end.

    Args:
        during: when they hold.
    """
    return st.builds(
        Suspension, during=_this_or(during, validities()), by=ids(), note=texts(500, may_be_empty=True)
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
    """Return partners."""
    return st.builds(Partner, id=_fixed_or(id, ids()), name=texts(120))


def customers(*, id: str | None = None) -> SearchStrategy[Customer]:  # noqa: A002  # the field's name
    """Return customers."""
    return st.builds(
        Customer, id=_fixed_or(id, ids()), name=texts(120), languages=st.lists(languages(), max_size=3)
    )


def friends(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    home: Place | None = None,
    certified: SearchStrategy[list[Certification]] | None = None,
    availability: Availability | None = None,
) -> SearchStrategy[Friend]:
    """Return friends.

    Args:
        id: the id.
        home: where the friend lives.
        certified: the certifications; if not given, up to two of any kind.
        availability: the plan.
    """
    return st.builds(
        Friend,
        id=_fixed_or(id, ids()),
        name=texts(120),
        friend_kind=st.sampled_from(list(FriendKind)),
        home=_fixed_or(home, places()),
        languages=st.lists(languages(), min_size=1, max_size=3),
        certifications=_this_or(certified, st.lists(certifications(), max_size=2)),
        availability=_fixed_or(availability, availabilities()),
        suspensions=st.lists(suspensions(), max_size=2),
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
) -> SearchStrategy[Visit]:
    """Return visits.

    Args:
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
    )


def eligibilities(*, friend_id: str | None = None) -> SearchStrategy[Eligibility]:
    """Return answers: yes, no for good, no until an instant."""
    one = _fixed_or(friend_id, ids())
    why = st.lists(reasons(), min_size=1, max_size=3)
    yes = st.builds(Eligibility, friend_id=one)
    return yes | st.builds(Eligibility, friend_id=one, reasons=why, eligible_from=st.none() | instants())
