"""How long price guidance takes as the offers grow: `python benchmarks/guidance.py`.

So many friends all over Switzerland have an offer each, of the 28 services of the catalogue in turn, at
prices that look like chance and are the same each time. The prices are taken from the market, then guidance
is made of them for the 28 services in 26 regions. That it is the same as by lists of fractions and the
standard library's quantiles is checked before anything is measured. A row gives milliseconds of CPU
time: the median and the least over the rounds; the exponent is that of the growth from the row above.
"""

import argparse
import platform
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import cycle, islice
from math import log2
from statistics import median, quantiles
from time import thread_time

import attrs

from mila_core.market import Market
from mila_core.money import Money, chf
from mila_core.places import all_places
from mila_core.pricing import GuidanceParams, PriceGuidance, PricePoint, offered_prices, price_guidance
from mila_core.samples import zurich_2013

SIZES = (12_500, 25_000, 50_000)
PILOT = zurich_2013()
PARAMS = GuidanceParams(grid=chf(1))


def market_of(friends: int) -> Market:
    """Return a market of so many friends, each certified for all, with one offer each."""
    catalogue = PILOT.market.catalogue
    andreas, offer = PILOT.market.friend("andreas"), PILOT.market.offer("andreas-1")
    fields = [category.code for category in catalogue.categories]
    for_all = [attrs.evolve(andreas.certifications[0], scope=fields, level=3)]
    people, offers = [], []
    places, services = cycle(all_places()), cycle(catalogue.services)
    for number, (place, service) in enumerate(islice(zip(places, services, strict=False), friends)):
        own = [attrs.evolve(each, id=f"c{number}") for each in for_all]
        people.append(attrs.evolve(andreas, id=f"f{number}", home=place, certifications=own))
        spread = 50 + number * 7919 % 101  # percent of the middle
        price = Money((service.price_from.rappen + service.price_to.rappen) // 2 * spread // 100)
        offers.append(
            attrs.evolve(
                offer, id=f"o{number}", friend_id=f"f{number}", service_code=service.code, price=price
            )
        )
    return attrs.evolve(PILOT.market, friends=people, offers=offers, standings=(), bookings=())


def guided(points: tuple[PricePoint, ...], market: Market) -> tuple[PriceGuidance, ...]:
    """Return the guidance for all services and regions, on the finest grid."""
    return price_guidance(points, catalogue=market.catalogue, regions=market.regions, params=PARAMS)


def check(points: tuple[PricePoint, ...], market: Market, found: tuple[PriceGuidance, ...]) -> None:
    """Compare the numbers with those of the slow way; each friend has one offer here."""
    by_service: dict[str, dict[str, Fraction]] = defaultdict(dict)
    by_region: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(dict)
    for point in points:
        price = Fraction(point.price.rappen)
        by_service[point.service_code][point.friend_id] = price
        by_region[point.service_code, point.region_id][point.friend_id] = price
    for each in found:
        service = market.catalogue.service(each.service_code)
        low, high = service.price_from.rappen, service.price_to.rappen
        band = [Fraction(low), Fraction(low + high, 2), Fraction(high)]
        for prices in (by_service[each.service_code], by_region[each.service_code, each.region_id]):
            if len(prices) >= PARAMS.least_friends:
                weight = Fraction(len(prices), len(prices) + PARAMS.strength)
                own = quantiles(prices.values(), n=4, method="inclusive")
                band = [weight * a + (1 - weight) * b for a, b in zip(own, band, strict=True)]
        shown = [each.p25.rappen, each.p50.rappen, each.p75.rappen]
        assert all(  # noqa: S101  # a benchmark of wrong answers would be none
            abs(mine - slow) <= PARAMS.grid.rappen // 2 for mine, slow in zip(shown, band, strict=True)
        )


def milliseconds(action: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    start = thread_time()
    action()
    return (thread_time() - start) * 1000


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured (default: 7)")
    rounds = parser.parse_args().rounds
    print(f"Python {platform.python_version()}, {platform.machine()}, {rounds} rounds\n")
    print("| offers | prices | guidance | take them, ms | least | exponent | guide, ms | least | exponent |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    before: dict[int, float] = {}
    for size in SIZES:
        market = market_of(size)
        points = offered_prices(market, at=PILOT.opened_at)
        found = guided(points, market)
        check(points, market, found)

        actions: list[Callable[[], object]] = [
            partial(offered_prices, market, at=PILOT.opened_at),
            partial(guided, points, market),
        ]
        cells = []
        for number, action in enumerate(actions):
            taken = [milliseconds(action) for _ in range(rounds)]
            exponent = f"{log2(min(taken) / before[number]):.2f}" if number in before else ""
            before[number] = min(taken)
            cells.append(f"{median(taken):,.0f} | {min(taken):,.0f} | {exponent}")
        print(f"| {size:,} | {len(points):,} | {len(found)} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
