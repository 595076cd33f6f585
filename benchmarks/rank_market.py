"""A market of so many friends to rank in, and requests; the same for the same numbers. Used by `rank.py`."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from random import Random

import attrs

from mila_core.availability import Availability, WeeklyHours
from mila_core.friends import Friend
from mila_core.market import Market
from mila_core.money import Money
from mila_core.offers import Offer
from mila_core.periods import Period, at_wall_time
from mila_core.places import Place, all_places
from mila_core.samples import zurich_2013
from mila_core.service_requests import ServiceRequest
from mila_core.standings import Standing

PILOT = zurich_2013()
DAY = date(2014, 5, 5)  # a Monday; the clocks do not change soon
NOW = at_wall_time(DAY, time(9))
DAYS = 14
OFFERS = 3
NEAR_M = 10_000
CERTIFIED, RATED, BOOKED = 0.9, 0.8, 0.25  # of all friends
TOWNS = ("8004", "8400", "3011", "4051", "1003", "1204", "9000", "6003", "6900", "2502")


def homes(random: Random) -> Iterator[Place]:
    """Yield places: half of them anywhere, half within ten kilometres or so of a town."""
    places = all_places()
    near = []
    for town in TOWNS:
        east, north = Place(town).lv95
        near.append(
            [each for each in places if abs(each.lv95[0] - east) + abs(each.lv95[1] - north) < NEAR_M]
        )
    while True:
        yield random.choice(places)
        yield random.choice(random.choice(near))


def plans(random: Random) -> list[Availability]:
    """Return plans of a few stretches a week."""
    made = []
    for _ in range(500):
        hours = []
        for weekday in random.sample(range(1, 8), random.randrange(3, 7)):
            start = random.randrange(28, 76)
            end = min(start + random.randrange(8, 32), 92)
            hours.append(
                WeeklyHours(
                    weekday=weekday, start=time(start // 4, start % 4 * 15), end=time(end // 4, end % 4 * 15)
                )
            )
        made.append(Availability(weekly=hours))
    return made


def market_of(count: int) -> tuple[Market, dict[str, tuple[Period, ...]]]:
    """Return a market with so many friends, and the slots that are taken of one in four."""
    random = Random(count)  # noqa: S311  # to be the same each time
    base = PILOT.market
    services = base.catalogue.services
    fields = [category.code for category in base.catalogue.categories]
    andreas, offer = base.friend("andreas"), base.offer("andreas-1")
    certified = attrs.evolve(andreas.certifications[0], scope=fields, level=3)
    friends: list[Friend] = []
    offers: list[Offer] = []
    standings: list[Standing] = []
    busy: dict[str, tuple[Period, ...]] = {}
    weekly, places = plans(random), homes(random)
    for number in range(count):
        friend_id = f"f{number}"
        held = [attrs.evolve(certified, id=f"c{number}")] if random.random() < CERTIFIED else []
        plan = random.choice(weekly)
        friends.append(
            Friend(
                id=friend_id,
                name=friend_id,
                home=next(places),
                languages=random.sample(["de", "fr", "it", "en"], 2),
                certifications=held,
                availability=attrs.evolve(plan),
            )
        )
        for service in random.sample(services, OFFERS):
            low, high = service.price_from.rappen, service.price_to.rappen
            price = Money(random.randrange(low, high + 1500, 500) or 500)
            offers.append(
                attrs.evolve(
                    offer,
                    id=f"o{len(offers)}",
                    friend_id=friend_id,
                    service_code=service.code,
                    price=price,
                    radius_km=10,
                )
            )
        if random.random() < RATED:
            stars = min(5.0, random.gauss(4.7, 0.25))
            standings.append(
                Standing(friend_id=friend_id, stars=stars, counts=(0, 0, 0, 2, 9), at=NOW, model="drawn")
            )
        if random.random() < BOOKED:
            begins = [
                at_wall_time(DAY + timedelta(days=random.randrange(DAYS)), time(random.randrange(8, 19)))
            ]
            busy[friend_id] = tuple(Period(each, each + timedelta(hours=1)) for each in begins)
    regions = [attrs.evolve(each, opens_on=date(2013, 11, 27)) for each in base.regions]
    market = attrs.evolve(
        base, regions=regions, friends=friends, offers=offers, standings=standings, bookings=()
    )
    return market, busy


def requests(market: Market, count: int, *, seed: int = 1) -> list[ServiceRequest]:
    """Return requests from where friends live: a service on site, one to three windows in two weeks."""
    random = Random(seed)  # noqa: S311  # to be the same each time
    codes = [each.code for each in market.catalogue.services if not each.remote]
    found = []
    for number in range(count):
        windows = []
        for _ in range(random.randrange(1, 4)):
            on = DAY + timedelta(days=random.randrange(1, DAYS - 1))
            start = at_wall_time(on, time(random.randrange(8, 17)))
            windows.append(Period(start, start + timedelta(hours=random.randrange(3, 6))))
        found.append(
            ServiceRequest(
                id=f"r{number}",
                customer_id="anna",
                service_code=random.choice(codes),
                place=random.choice(market.friends).home,
                windows=windows,
            )
        )
    return found
