"""Hypothesis strategies for the upper half of the library: from quotes to markets, valid by construction.

As in `values`: a function a type, named as the type in the plural; a keyword argument is what a caller wants
to fix. Bookings and their events come from legal histories only.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core import samples
from mila_core.availability import Availability, WeeklyHours
from mila_core.bookings import TABLE, Booking, BookingEvent, Command, decide, evolve, replay
from mila_core.catalogue import (
    AddOn,
    Catalogue,
    Category,
    Package,
    Selection,
    Service,
    household_technology,
)
from mila_core.certifications import Certification, Suspension
from mila_core.eligibility import Eligibility, Visit
from mila_core.friends import Block, Customer, Friend, FriendKind, Partner
from mila_core.lifecycle import (
    Actor,
    Decision,
    KeyUse,
    Outcome,
    Refusal,
    Role,
    StreamVersion,
    Timer,
    Transition,
)
from mila_core.market import Market
from mila_core.matching import Match, Ranking, RankingParams, Term, Why
from mila_core.money import Money, chf
from mila_core.names import Names
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import Period, Validity, at_wall_time, valid_on
from mila_core.places import Place
from mila_core.policies import BookingPolicy, EligibilityPolicy, NetworkPolicy
from mila_core.pricing import PriceBook
from mila_core.quotes import Part, Quote, QuoteLine
from mila_core.ratings import Direction, Rating
from mila_core.reasons import reason
from mila_core.regions import Opening, Region
from mila_core.reputation import BayesianAverageParams, Contribution
from mila_core.samples import Pilot
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Standing
from mila_core.verifications import Verification, VerificationKind
from tests.strategies import values

T = TypeVar("T")

_LONGEST_WAIT = timedelta(days=30)


def _fixed_or(value: T | None, drawn: SearchStrategy[T]) -> SearchStrategy[T]:
    return drawn if value is None else st.just(value)


def _this_or(given: SearchStrategy[T] | None, usual: SearchStrategy[T]) -> SearchStrategy[T]:
    return usual if given is None else given


def _after(start: datetime, longest: timedelta) -> SearchStrategy[datetime]:
    """Return instants from `start` on, ends included."""
    tick, first = timedelta(microseconds=1), start.astimezone(UTC)  # a wall clock may go back meanwhile
    return st.integers(0, longest // tick).map(lambda ticks: first + ticks * tick)


# Quotes ------------------------------------------------------------------------------------------------


@cache
def quote_lines(*, part: Part | None = None) -> SearchStrategy[QuoteLine]:
    """Return lines: what is charged, and what is taken off."""
    return st.builds(
        QuoteLine,
        why=values.reasons(),
        amount=values.moneys(least=-20_000, most=50_000),
        part=_fixed_or(part, st.sampled_from(list(Part))),
    )


@st.composite
def quotes(
    draw: st.DrawFn,
    *,
    visit: Visit | None = None,
    friend_id: str | None = None,
    made_at: datetime | None = None,
    expires_at: datetime | None = None,
    lines: SearchStrategy[list[QuoteLine]] | None = None,
) -> Quote:
    """Return quotes whose sums are not negative; visit and instants need not fit together unless given.

    Args:
        draw: given by Hypothesis.
        visit: what is priced.
        friend_id: the id of the friend.
        made_at: when it was made.
        expires_at: from when on it cannot be booked.
        lines: the lines after the first one, which makes up for what they take off.
    """
    more = draw(_this_or(lines, st.lists(quote_lines(), max_size=4)))
    services = sum(line.amount.rappen for line in more if line.part is Part.SERVICE)
    least = max(0, -services, -sum(line.amount.rappen for line in more))
    base = Money(least + draw(st.integers(0, 20_000)))
    first = made_at or draw(values.instants())
    return Quote(
        id=draw(values.ids()),
        visit=visit or draw(values.visits()),
        friend_id=friend_id or draw(values.ids()),
        offer_id=draw(values.ids()),
        lines=[QuoteLine(why=reason("base", price=base), amount=base), *more],
        made_at=first,
        expires_at=expires_at
        or draw(_after(first.astimezone(UTC) + timedelta(microseconds=1), _LONGEST_WAIT)),
        book_version=draw(values.ids()),
        version=draw(st.integers(1, 10_000)),
    )


# Life cycles -------------------------------------------------------------------------------------------


def actors(*, role: Role | None = None) -> SearchStrategy[Actor]:
    """Return actors."""
    return st.builds(Actor, _fixed_or(role, st.sampled_from(list(Role))), values.ids())


def transitions() -> SearchStrategy[Transition]:
    """Return rows of tables, of the booking's and of others."""
    some = st.builds(
        Transition,
        event=values.ids(),
        roles=st.frozensets(st.sampled_from(list(Role)), min_size=1),
        sources=st.frozensets(values.ids(), max_size=3),
        target=values.ids(),
    )
    return st.sampled_from(TABLE) | some


def timers() -> SearchStrategy[Timer]:
    """Return timers."""
    return st.builds(Timer, values.ids(), values.instants())


def stream_versions() -> SearchStrategy[StreamVersion]:
    """Return versions of what was read."""
    return st.builds(StreamVersion, values.ids().map("booking:{}".format), st.integers(0, 2**53))


def refusals() -> SearchStrategy[Refusal]:
    """Return refusals with one reason or several."""
    return st.builds(Refusal, event=values.ids(), reasons=st.lists(values.reasons(), min_size=1, max_size=3))


def key_uses() -> SearchStrategy[KeyUse]:
    """Return uses of idempotency keys."""
    return st.builds(KeyUse, values.ids(), values.ids())


# Bookings ----------------------------------------------------------------------------------------------


def eligible_friend(visit: Visit, *, id: str) -> Friend:  # noqa: A002  # the field's name
    """Return a friend who may do a visit."""
    covering = Certification(
        id="covering",
        issuer_id="issuer",
        scope=visit.service.requires,
        level=visit.service.level,
        valid=Validity(visit.slot.start),
    )
    return Friend(
        id=id, name="Nora", home=visit.place, languages=visit.languages or ("de",), certifications=[covering]
    )


@st.composite
def _bookable_visits(
    draw: st.DrawFn, *, slots: SearchStrategy[Period] | None, customer_id: str | None
) -> Visit:
    """Return visits in places that are served at the time, of services of the catalogue."""
    slot = draw(_this_or(slots, _usual_slots()))
    return Visit(
        request_id=draw(values.ids()),
        customer_id=customer_id or draw(values.ids()),
        service=draw(st.sampled_from(household_technology().services)),
        place=draw(values.places()),
        slot=slot,
        languages=draw(_SPOKEN),
        openings=[Opening(region_id=draw(values.ids()), during=Validity(slot.start))],
    )


_SPOKEN = st.lists(values.languages(), max_size=2)
_FEW_LINES = st.lists(quote_lines(), max_size=1)
_ANY_POLICY = st.just(BookingPolicy()) | values.policies()
_LENGTHS = st.sampled_from([6, 6, 6, 5, 4, 3, 2, 1])
_GIVEN_REASONS = st.none() | values.reasons()


@cache
def _usual_slots() -> SearchStrategy[Period]:
    lengths = st.integers(1, 96).map(lambda quarters: timedelta(minutes=15 * quarters))
    return values.periods(lengths=lengths)


# How often each event is tried where it is possible: a life of only cancellations would teach little.
_WEIGHTS = MappingProxyType({"accept": 12, "confirm": 12, "start_work": 8, "complete": 8, "approve": 6})


def _choices(booking: Booking) -> list[tuple[str, Role, datetime, datetime]]:
    """Return what may happen next: the event, by whom, and from when up to and including when."""
    policy, slot, due = booking.policy, booking.quote.visit.slot, booking.due[0].at
    tick = timedelta(microseconds=1)
    choices: list[tuple[str, Role, datetime, datetime]] = []
    for row in TABLE:
        if booking.state not in row.sources:
            continue
        first, last = booking.since, None
        if row.roles != {Role.TIMER}:
            last = due - tick
        if row.event == "start_work":
            first = max(first, slot.start - timedelta(minutes=policy.start_early_minutes))
        if row.event == "complete":
            first = max(first, slot.start)
        if row.roles == {Role.TIMER}:
            first = max(first, due)
        end = first + _LONGEST_WAIT if last is None else last
        if first <= end:
            weight = _WEIGHTS.get(row.event, 1)
            choices += [(row.event, role, first, end) for role in sorted(row.roles)] * weight
    return choices


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    booking_id: str | None = None,
    friend_id: str | None = None,
    customer_id: str | None = None,
    slots: SearchStrategy[Period] | None = None,
    policy: BookingPolicy | None = None,
) -> tuple[BookingEvent, ...]:
    """Return the histories of bookings, from the request to any state, by commands that are granted.

    Args:
        draw: given by Hypothesis.
        booking_id: the id of the booking.
        friend_id: the id of the friend.
        customer_id: the id of the customer.
        slots: what the slot is drawn from.
        policy: the policy to book under; if not given, the default one or any.
    """
    rules = policy or draw(_ANY_POLICY)
    visit = draw(_bookable_visits(slots=slots, customer_id=customer_id))
    coming = friend_id or draw(values.ids().filter(lambda each: each != visit.customer_id))
    last = visit.slot.start - timedelta(minutes=rules.request_notice_minutes)
    at = last - timedelta(microseconds=1, seconds=draw(st.integers(0, 30 * 86_400)))
    made_at = at - timedelta(seconds=draw(st.integers(0, 3600)))
    quote = draw(quotes(visit=visit, friend_id=coming, made_at=made_at, expires_at=last, lines=_FEW_LINES))
    friend = eligible_friend(visit, id=coming)
    people = {Role.CUSTOMER: visit.customer_id, Role.FRIEND: coming}
    booking: Booking | None = None
    history: list[BookingEvent] = []
    wanted = Command(
        event="request",
        by=Actor(Role.CUSTOMER, visit.customer_id),
        key="key-0",
        quote=quote,
        booking_id=booking_id,
    )
    for step in range(1, 1 + draw(_LENGTHS)):
        decided = decide(booking, wanted, at=at, policy=rules)
        assert isinstance(decided, Decision), decided
        for event in decided.events:
            booking = evolve(booking, event)
            history.append(event)
        assert booking is not None
        if not booking.is_open:
            break
        name, role, first, end = draw(st.sampled_from(_choices(booking)))
        at = draw(_after(first, end - first))
        wanted = Command(
            event=name,
            by=Actor(role, people.get(role) or draw(values.ids())),
            key=f"key-{step}",
            friend=friend if name == "accept" else None,
            why=draw(_GIVEN_REASONS) if name.startswith(("decline", "cancel")) else None,
        )
    return tuple(history)


def booking_events() -> SearchStrategy[BookingEvent]:
    """Return events of bookings, of any place in a history."""
    return histories().flatmap(st.sampled_from)


def bookings(
    *,
    id: str | None = None,  # noqa: A002  # the field's name
    friend_id: str | None = None,
    customer_id: str | None = None,
    slots: SearchStrategy[Period] | None = None,
) -> SearchStrategy[Booking]:
    """Return bookings in any state, as legal histories make them."""
    drawn = histories(booking_id=id, friend_id=friend_id, customer_id=customer_id, slots=slots)
    return drawn.map(replay)


def decisions() -> SearchStrategy[Decision[BookingEvent]]:
    """Return decisions on bookings: applied with what is to be stored, or replayed."""
    expects = st.lists(stream_versions(), max_size=2)
    applied: SearchStrategy[Decision[BookingEvent]] = st.builds(
        Decision, events=st.lists(booking_events(), min_size=1, max_size=2), expects=expects
    )
    replayed: SearchStrategy[Decision[BookingEvent]] = st.builds(
        Decision, outcome=st.just(Outcome.REPLAYED), expects=expects
    )
    return applied | replayed


def commands(*, event: str | None = None) -> SearchStrategy[Command]:
    """Return commands, each with what its event needs; whether they are granted depends on the booking."""

    @st.composite
    def of(draw: st.DrawFn, name: str) -> Command:
        friend = (
            draw(values.friends())
            if name == "accept" or (name == "request" and draw(st.booleans()))
            else None
        )
        return Command(
            event=name,
            by=draw(actors()),
            key=draw(values.ids()),
            quote=draw(quotes()) if name == "request" else None,
            booking_id=draw(st.none() | values.ids()) if name == "request" else None,
            friend=friend,
            offer=draw(st.none() | values.offers(friend_id=friend.id)) if friend else None,
            busy=draw(st.lists(values.periods(), max_size=2)) if friend else [],
            why=draw(st.none() | values.reasons()),
            expected_version=draw(st.none() | st.integers(0, 2**53)),
            agenda_version=draw(st.none() | st.integers(0, 2**53)) if friend else None,
        )

    return _fixed_or(event, st.sampled_from([row.event for row in TABLE])).flatmap(of)


# After the visit ---------------------------------------------------------------------------------------


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
    """Return ratings; `opens_at` and `closes_at` are the window in which they are given."""
    first = draw(_fixed_or(opens_at, values.instants())).astimezone(UTC)
    last = closes_at or first + draw(st.timedeltas(timedelta(microseconds=1), _LONGEST_WAIT))
    author = draw(_fixed_or(author_id, values.ids().filter(lambda each: each != subject_id)))
    return Rating(
        booking_id=draw(_fixed_or(booking_id, values.ids())),
        direction=draw(_fixed_or(direction, st.sampled_from(list(Direction)))),
        author_id=author,
        subject_id=draw(_fixed_or(subject_id, values.ids().filter(lambda each: each != author))),
        stars=draw(st.integers(1, 5)),
        at=draw(_after(first, last - first - timedelta(microseconds=1))),
        closes_at=last,
        text=draw(values.texts(1000, may_be_empty=True)),
    )


@cache
def standings(*, friend_id: str | None = None, at: datetime | None = None) -> SearchStrategy[Standing]:
    """Return standings of any model: stars and counts need not agree."""
    return st.builds(
        Standing,
        friend_id=_fixed_or(friend_id, values.ids()),
        stars=st.floats(1, 5) | st.integers(1, 5),
        counts=st.lists(st.integers(0, 500), min_size=5, max_size=5),
        at=_fixed_or(at, values.instants()),
        model=st.sampled_from(["bayesian_average", "raw_mean"]),
    )


def bayesian_average_params() -> SearchStrategy[BayesianAverageParams]:
    """Return priors, from next to none to overwhelming ones."""
    return st.builds(
        BayesianAverageParams,
        prior_stars=st.floats(1, 5) | st.integers(1, 5),
        prior_weight=st.floats(0.001, 1_000_000) | st.floats(0.5, 50),
    )


def contributions() -> SearchStrategy[Contribution]:
    """Return contributions of priors and of ratings."""
    return st.builds(
        Contribution,
        stars=st.none() | st.integers(1, 5),
        ratings=st.integers(0, 2**53),
        effect=st.floats(-5, 5),
    )


# Prices and rankings -----------------------------------------------------------------------------------


def price_books() -> SearchStrategy[PriceBook]:
    """Return price books: cheap and dear, with surcharges, caps and fees or without."""
    amounts = st.just(chf(0)) | values.moneys(least=0, most=5_000)
    percents = st.just(0) | st.integers(0, 200)
    return st.builds(
        PriceBook,
        version=values.ids(),
        travel_free_km=st.integers(0, 30) | st.integers(0, 400),
        travel_per_km=amounts,
        travel_most=amounts,
        evening_from=st.times(),
        evening_percent=percents,
        sunday_percent=percents,
        customer_fee=amounts,
    )


def terms() -> SearchStrategy[Term]:
    """Return terms of scores."""
    most = st.integers(0, 1_000_000)
    return most.flatmap(
        lambda bound: st.builds(Term, why=values.reasons(), points=st.integers(0, bound), most=st.just(bound))
    )


def ranking_params() -> SearchStrategy[RankingParams]:
    """Return weights and bounds, of which some are zero but not all."""
    weights = st.just(0) | st.integers(0, 1_000_000)
    return st.tuples(st.integers(1, 1_000_000), weights, weights, weights).flatmap(
        lambda drawn: st.builds(
            lambda order, distance_m, wait, newcomer: RankingParams(
                standing_weight=order[0],
                distance_weight=order[1],
                price_weight=order[2],
                earliness_weight=order[3],
                distance_bound_m=distance_m,
                wait_bound_minutes=wait,
                newcomer_milli_stars=newcomer,
            ),
            st.permutations(drawn),
            st.integers(1, 50_000) | st.integers(1, 1_000_000),
            st.integers(1, 10_000) | st.integers(1, 366 * 24 * 60),
            st.integers(1000, 5000),
        )
    )


def matches(*, friend_id: str | None = None) -> SearchStrategy[Match]:
    """Return matches; offer, visit and terms need not fit together."""
    return st.builds(
        Match,
        offer=values.offers(friend_id=friend_id),
        visit=values.visits(),
        distance_m=st.integers(0, 400_000),
        terms=st.lists(terms(), max_size=4),
    )


def whys() -> SearchStrategy[Why]:
    """Return answers to "why", of friends who may come and of friends who may not."""
    yes = values.ids().flatmap(
        lambda friend_id: st.builds(
            Why,
            friend_id=st.just(friend_id),
            position=st.integers(1, 10**9),
            match=matches(friend_id=friend_id),
            eligibility=st.just(Eligibility(friend_id=friend_id)),
        )
    )
    no = values.eligibilities().map(lambda fit: Why(friend_id=fit.friend_id, eligibility=fit))
    return yes | no


@st.composite
def rankings(draw: st.DrawFn) -> Ranking:
    """Return rankings: each friend once, best first, the others with their reasons."""
    friend_ids = draw(st.lists(values.ids(), max_size=4, unique=True))
    cut = draw(st.integers(0, len(friend_ids)))
    ranked = [draw(matches(friend_id=each)) for each in friend_ids[:cut]]
    refused = [draw(values.eligibilities(friend_id=each)) for each in sorted(friend_ids[cut:])]
    return Ranking(
        request=draw(values.service_requests()),
        at=draw(values.instants()),
        params=draw(ranking_params()),
        limit=draw(st.integers(1, 5)),
        ranked=sorted(ranked, key=lambda match: (-match.score, match.friend_id)),
        refusals=[each for each in refused if each.reasons],
    )


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
    return values.periods(starts=_near(on), lengths=lengths)


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


@st.composite
def _small_catalogues(draw: st.DrawFn) -> Catalogue:
    made = []
    for code in _SERVICES:
        low, high = sorted(draw(st.tuples(values.prices(), values.prices())))
        made.append(
            Service(
                code=code,
                category=draw(st.sampled_from(_FIELDS)),
                minutes=15 * draw(st.integers(1, 8)),
                requires=draw(st.frozensets(st.sampled_from(_FIELDS), min_size=1)),
                level=draw(st.sampled_from([1, 1, 2])),
                price_from=low,
                price_to=high,
                remote=draw(st.sampled_from([False, False, True])),
                names=_names(code),
                descriptions=_names(code),
                needs_pro=draw(st.sampled_from([False, False, False, True])),
                packages=[Package(code="double", minutes=90, names=_names("double"))],
                add_ons=[AddOn(code="more", minutes=draw(st.sampled_from([0, 15])), names=_names("more"))],
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
def _identities(on: date) -> SearchStrategy[Verification]:
    return values.verifications(kind=VerificationKind.IDENTITY, valid=_valid_near(on))


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


@st.composite
def _market_friends(draw: st.DrawFn, number: int, on: date) -> Friend:
    return Friend(
        id=f"friend-{number}",
        name=f"Friend {number}",
        home=Place(draw(st.sampled_from(_POSTCODES))),
        languages=draw(_SPOKEN_HERE),
        friend_kind=draw(st.sampled_from([FriendKind.FRIEND, FriendKind.FRIEND, FriendKind.PRO])),
        verifications=draw(st.lists(_identities(on), max_size=1)),
        blocked=draw(_rare_blocks(on)),
        certifications=[
            Certification(
                id=f"certification-{number}-{index}",
                issuer_id="swisscom",
                scope=draw(_SCOPES),
                level=draw(st.sampled_from([1, 2, 2])),
                valid=draw(_valid_near(on)),
                suspensions=draw(_rare_suspensions(on)),
            )
            for index in range(draw(st.sampled_from([0, 1, 2, 2, 3])))
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
        codes = draw(st.lists(st.sampled_from(_SERVICES), max_size=3))
        for index, code in enumerate(codes):
            made.append(
                Offer(
                    id=f"offer-{friend.id}-{index}",
                    friend_id=friend.id,
                    service_code=code,
                    price=draw(st.sampled_from([chf(30), chf(40), chf("40.05"), chf(100)])),
                    radius_km=draw(st.sampled_from([1, 5, 30, 200])),
                    valid=draw(_valid_near(on)),
                    prices=draw(_unit_prices()),
                    block_price=draw(st.sampled_from([None, chf(20)])),
                )
            )
    return draw(st.permutations(made))


@st.composite
def markets(draw: st.DrawFn, *, day: date | None = None, least: int = 0) -> Market:
    """Return small, dense, consistent markets around one day.

    Args:
        draw: given by Hypothesis.
        day: the day; if not given, one of three, two of which change the clocks.
        least: how many friends there are at least; five at most.
    """
    on = draw(_fixed_or(day, st.sampled_from(_DAYS)))
    numbers = draw(st.permutations(range(draw(st.integers(least, 5)))))
    friends = [draw(_market_friends(number, on)) for number in numbers]
    busy = draw(st.lists(st.sampled_from(friends), max_size=2)) if friends else []
    rated = draw(st.lists(st.sampled_from(friends), unique=True)) if friends else []
    quarters = st.integers(1, 12).map(lambda each: timedelta(minutes=15 * each))
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
                    customer_id=draw(st.sampled_from(_CUSTOMERS[:2])),
                    slots=values.periods(starts=_near(on), lengths=quarters),
                )
            )
            for number, friend in enumerate(busy)
        ],
        standings=[draw(standings(friend_id=friend.id, at=year_start(on))) for friend in rated],
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


def pilots() -> SearchStrategy[Pilot]:
    """Return the pilot of 2013; there is only one."""
    return st.just(samples.zurich_2013())
