"""Crowds: many friends of all kinds around Zürich, the same for the same seed."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

import attrs

from mila_core.availability import Availability, WeeklyHours
from mila_core.catalogue import AddOn, Selection
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.friends import Block, Friend, FriendKind
from mila_core.market import Market
from mila_core.matching import RankingParams, StandingBasis
from mila_core.money import chf
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import Period, Validity, at_wall_time
from mila_core.places import all_places
from mila_core.policies import AvailabilityPolicy, EligibilityPolicy, NetworkPolicy
from mila_core.samples import zurich_2013
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Reliability, Standing
from mila_core.verifications import VerificationKind, verified

PILOT = zurich_2013()
DAY = date(2014, 3, 27)  # a Thursday; on the Sunday the clocks change
NOW = at_wall_time(DAY - timedelta(days=1), time(9))
CUSTOMER = PILOT.market.customers[0].id
NEAR = tuple(place for place in all_places() if place.postcode[:2] in {"80", "81", "83", "84", "88"})
FOREVER = Validity(at_wall_time(date(2013, 1, 1), time(0)))


@cache
def base() -> Market:
    """Return a market of nobody; of three services one is done from afar, and one takes a firm."""
    market = PILOT.market
    codes = [each.code for each in market.catalogue.services]
    services = {
        code: attrs.evolve(
            market.catalogue.service(codes[number]),
            remote=number == 1,
            needs_pro=number == 2,  # the third
        )
        for number, code in enumerate(codes[:3])
    }
    catalogue = attrs.evolve(
        market.catalogue, services=[services.get(each.code, each) for each in market.catalogue.services]
    )
    regions = [attrs.evolve(each, opens_on=date(2013, 11, 27)) for each in market.regions]
    return attrs.evolve(
        market, catalogue=catalogue, regions=regions, friends=(), offers=(), standings=(), bookings=()
    )


def codes() -> tuple[str, ...]:
    """Return the codes of the three services."""
    return tuple(each.code for each in base().catalogue.services[:3])


def at(random: Random, *, days: int = 6) -> datetime:
    """Return an instant around the day, on five minutes."""
    start = at_wall_time(DAY - timedelta(days=1), time(6))
    return start + timedelta(minutes=5 * random.randrange(12 * 24 * days))


def plan(random: Random) -> Availability:
    """Return a plan: weekly hours, seldom with more or with absences, seldom of another zone."""
    hours = []
    for weekday in random.sample(range(1, 8), random.randrange(2, 8)):
        first, last = sorted(random.sample(range(24, 92), 2))
        hours.append(
            WeeklyHours(
                weekday=weekday,
                start=time(first // 4, first % 4 * 15),
                end=time(last // 4, last % 4 * 15),
            )
        )

    def few() -> list[Period]:
        count = random.choice([0, 0, 0, 1, 2])
        starts = [at(random) for _ in range(count)]
        return [Period(each, each + timedelta(minutes=5 * random.randrange(1, 100))) for each in starts]

    zone = random.choice([*["Europe/Zurich"] * 9, "Asia/Kathmandu"])
    return Availability(weekly=hours, extra=few(), absent=few(), zone=zone)


def certification(random: Random, name: str) -> Certification:
    """Return a certification, mostly of all fields and for long."""
    fields = [each.code for each in base().catalogue.categories]
    start = at(random)
    end = start + timedelta(hours=random.randrange(1, 48))
    return Certification(
        id=name,
        issuer_id="swisscom",
        scope=fields if random.random() < 0.9 else random.sample(fields, 1),
        level=random.choice([1, 3, 3, 3, 3]),
        valid=random.choice([FOREVER, FOREVER, FOREVER, Validity(start), Validity(FOREVER.start, end)]),
        suspensions=[Suspension(during=Validity(start, end), by="olga")] if not random.randrange(6) else (),
        revoked=Revocation(at=end, by="olga") if not random.randrange(9) else None,
    )


def friend(random: Random, friend_id: str) -> Friend:
    """Return a friend; most can come, all can have something in the way."""
    return Friend(
        id=friend_id,
        name=friend_id,
        home=random.choice(NEAR[::9] if random.random() < 0.7 else NEAR),
        friend_kind=random.choice([FriendKind.FRIEND, FriendKind.PRO]),
        languages=random.sample(["de", "fr", "it", "en"], random.randrange(1, 4)),
        certifications=[
            certification(random, f"{friend_id}-{each}") for each in range(random.choice([1, 1, 2]))
        ],
        availability=plan(random),
        suspensions=[Suspension(during=Validity(at(random)), by="olga")] if not random.randrange(12) else (),
        verifications=[
            verified(kind, on=random.choice([DAY - timedelta(days=390), date(2014, 1, 1)]), by="olga")
            for kind in (VerificationKind.IDENTITY, VerificationKind.CRIMINAL_RECORD)
            if random.randrange(9)
        ],
        blocked=[Block(customer_id=CUSTOMER, since=at(random), by="olga")] if not random.randrange(9) else (),
    )


def offers(random: Random, friend_id: str) -> list[Offer]:
    """Return a friend's offers, seldom two for one service."""
    chosen = random.sample(codes(), random.choice([1, 2, 3]))
    chosen += chosen[:1] if not random.randrange(5) else []
    return [
        Offer(
            id=f"{friend_id}-{number}",
            friend_id=friend_id,
            service_code=code,
            price=chf(random.choice([30, 40, 45, 60, 90])),
            radius_km=random.choice([3, 10, 10, 20, 60, 400]),
            valid=random.choice([*[FOREVER] * 6, Validity(at(random))]),
            prices=[UnitPrice(code=unit, price=chf(70)) for unit in units(code) if random.randrange(2)],
            block_price=random.choice([None, chf(20)]),
        )
        for number, code in enumerate(chosen)
    ]


def units(code: str) -> Iterator[str]:
    """Yield the codes of packages and add-ons of a service."""
    service = base().catalogue.service(code)
    yield from (each.code for each in service.packages)
    yield from (each.code for each in service.add_ons)


def standing(random: Random, friend_id: str) -> Standing | None:
    """Return a standing, or None for a newcomer."""
    if random.randrange(3) == 0:
        return None
    stars = random.choice([3.0, 4.2, 4.7, 4.9, 5.0])
    counts = (0, 0, 0, random.randrange(3), random.randrange(12))
    return Standing(
        friend_id=friend_id,
        stars=stars,
        counts=counts,
        at=NOW,
        model="drawn",
        deviation=random.choice([None, 0.0, 0.1, 0.6, 4.0]),
        lower_stars=random.choice([None, stars, 2.5]),
    )


def reliability(random: Random, friend_id: str) -> Reliability | None:
    """Return what was counted of a friend, or None for one of whom nothing was."""
    if random.randrange(3) == 0:
        return None
    asked = random.choice([0, 1, 10, 50])
    return Reliability(
        friend_id=friend_id,
        at=NOW,
        asked=asked,
        answered=random.randrange(asked + 1),
        closed=random.choice([0, 1, 20]),
        cancelled=random.choice([0, 0, 1, 5]),
        no_shows=random.choice([0, 0, 2]),
        lapsed=random.choice([0, 0, 1]),
    )


def busy(random: Random) -> list[Period]:
    """Return the slots of some visits, mostly none."""
    starts = [at(random) for _ in range(random.choice([0, 0, 0, 1, 3]))]
    return [Period(each, each + timedelta(minutes=5 * random.randrange(1, 30))) for each in starts]


@cache
def _made(number: int) -> dict[str, Any]:
    random = Random(number)  # noqa: S311  # to be the same each time
    return {
        "friend": friend(random, "made"),
        "offers": offers(random, "made"),
        "standing": standing(random, "made"),
        "busy": busy(random),
        "reliability": reliability(random, "made"),
    }


def known_of(random: Random, friend_id: str) -> dict[str, Any]:
    """Return all that an index is told of a friend; each is like one of two hundred."""
    made = _made(random.randrange(200))
    rated, counted = made["standing"], made["reliability"]
    held = [
        attrs.evolve(each, id=f"{friend_id}-{number}")
        for number, each in enumerate(made["friend"].certifications)
    ]
    return {
        "friend": attrs.evolve(
            made["friend"], id=friend_id, home=random.choice(NEAR[::9]), certifications=held
        ),
        "offers": [
            attrs.evolve(each, id=f"{friend_id}-{number}", friend_id=friend_id)
            for number, each in enumerate(made["offers"])
        ],
        "standing": None if rated is None else attrs.evolve(rated, friend_id=friend_id),
        "busy": made["busy"],
        "reliability": None if counted is None else attrs.evolve(counted, friend_id=friend_id),
    }


def policy(random: Random) -> NetworkPolicy:
    """Return a policy, mostly with something that is not asked for by default."""
    buffer, visits = random.choice([0, 0, 10, 30]), random.choice([None, None, 1, 2])
    return NetworkPolicy(
        availability=AvailabilityPolicy(
            buffer_minutes=buffer,
            notice_minutes=random.choice([120, 200]),
            horizon_days=random.choice([3, 90]),
            visits_per_day=visits,
            minutes_per_day=random.choice([None, None, 100]),
        ),
        eligibility=EligibilityPolicy(
            friend_verifications=random.choice(
                [[], [VerificationKind.IDENTITY], list(VerificationKind)[:3:2]]
            ),
            grace_days=random.choice([0, 0, 1]),
        ),
    )


def request(random: Random) -> ServiceRequest:
    """Return a request: mostly one afternoon and the plain service, seldom more special."""
    code = random.choice(codes())
    windows = []
    for _ in range(random.choice([1, 1, 2, 3])):
        start = at(random)
        windows.append(Period(start, start + timedelta(minutes=5 * random.randrange(12, 200))))
    plain = Selection()
    special = [Selection(extra_blocks=1), *(Selection(add_ons=[each.code]) for each in addable(code))]
    return ServiceRequest(
        id="drawn",
        customer_id=random.choice([CUSTOMER, "somebody", "f-3"]),
        service_code=code,
        place=random.choice(NEAR),
        windows=windows,
        languages=random.choice([[], [], ["de"], ["fr", "it"]]),
        selection=random.choice([plain, plain, plain, *special]),
        partner_id=random.choice([None, None, None, None, "swisscom"]),
        price_limit=random.choice([None, None, None, chf(45)]),
    )


def addable(code: str) -> Sequence[AddOn]:
    """Return the add-ons of a service."""
    return base().catalogue.service(code).add_ons


def params(random: Random) -> RankingParams:
    """Return weights, the default ones among them."""
    return random.choice(
        [
            RankingParams(),
            RankingParams(),
            RankingParams(distance_weight=0, distance_bound_m=1),
            RankingParams(newcomer_weight=3000, repeat_weight=2000, language_weight=1000),
            RankingParams(standing_weight=0, price_weight=0, earliness_weight=0, distance_bound_m=40_000),
            RankingParams(reliability_weight=3000, response_weight=2000, usual_weight=2),
            RankingParams(standing_basis=StandingBasis.LOWER, reliability_weight=500),
            RankingParams(standing_basis=StandingBasis.DRAW),
            RankingParams(
                standing_basis=StandingBasis.DRAW, repeat_weight=900, newcomer_milli_deviation=2000
            ),
            RankingParams(standing_basis=StandingBasis.DRAW, standing_weight=0, response_weight=900),
        ]
    )
