"""Two services, three regions and prices of a few friends: what the tests of price guidance are about."""

from fractions import Fraction
from statistics import quantiles

import attrs
from hypothesis import strategies as st

from mila_core.catalogue import Catalogue, Selection
from mila_core.money import Money, chf
from mila_core.pricing import GuidanceParams, PriceGuidance, PricePoint, PriceSource, price_guidance
from mila_core.samples import roll_out_2013
from tests.journey import MARKET

SHELF = attrs.evolve(MARKET.catalogue, services=MARKET.catalogue.services[:2])
CODES = tuple(service.code for service in SHELF.services)
REGIONS = roll_out_2013()[:3]
REGION_IDS = tuple(region.id for region in REGIONS)
FRIENDS = tuple(f"f{number}" for number in range(9))


def point(
    rappen: int,
    friend_id: str = "f0",
    *,
    region: int = 0,
    service: int = 0,
    offer: int = 0,
    source: PriceSource = PriceSource.ASKED,
) -> PricePoint:
    """Return a price, of the first service in the first region if not said otherwise.

    Its id is made of all but the region: so the same price in two regions is one, as from one offer.
    """
    return PricePoint(
        id=f"{friend_id}-{service}-{rappen}-{offer}",
        source=source,
        service_code=CODES[service],
        region_id=REGION_IDS[region],
        friend_id=friend_id,
        price=Money(rappen),
    )


def of_each(
    *rappen: int, region: int = 0, first: int = 0, source: PriceSource = PriceSource.ASKED
) -> list[PricePoint]:
    """Return one price of each of as many friends."""
    return [
        point(each, f"f{first + number}", region=region, source=source) for number, each in enumerate(rappen)
    ]


def guided(
    points: list[PricePoint],
    *,
    catalogue: Catalogue = SHELF,
    params: GuidanceParams | None = None,
    selection: Selection | None = None,
) -> tuple[PriceGuidance, ...]:
    """Return the guidance for both services in the three regions."""
    return price_guidance(points, catalogue=catalogue, regions=REGIONS, params=params, selection=selection)


def first(points: list[PricePoint], params: GuidanceParams | None = None) -> PriceGuidance:
    """Return the guidance for the first service in the first region."""
    return guided(points, params=params)[0]


def bands(found: tuple[PriceGuidance, ...]) -> list[tuple[Money, Money, Money]]:
    """Return the numbers shown."""
    return [(each.p25, each.p50, each.p75) for each in found]


points = st.builds(
    point,
    st.integers(1, 200_000),
    st.sampled_from(FRIENDS),
    region=st.sampled_from([0, 0, 1, 2]),
    service=st.sampled_from([0, 0, 0, 1]),
    offer=st.integers(0, 2),
)
many_points = st.lists(points, max_size=40) | st.lists(points, min_size=20, max_size=80)

params = st.builds(
    GuidanceParams,
    strength=st.sampled_from([0, 1, 5, 20]),
    least_friends=st.sampled_from([5, 6, 8]),
    grid=st.sampled_from([chf(1), Money(120), chf(5)]),
)


# The slow, obvious way: lists of fractions, quantiles by the standard library ---------------------------


def slow_guidance(
    seen: list[PricePoint], service_code: str, region_id: str, rules: GuidanceParams
) -> tuple[str, int, list[Fraction]]:
    """Return level, friends and the exact quartiles, by reading all the points for each answer."""
    service = SHELF.service(service_code)
    low, high = Fraction(service.price_from.rappen), Fraction(service.price_to.rappen)
    band = [low, (low + high) / 2, high]
    level, friends = "catalogue", 0
    of_service = [each for each in seen if each.service_code == service_code]
    of_region = [each for each in of_service if each.region_id == region_id]
    for name, group in (("service", of_service), ("region", of_region)):
        medians = []
        for friend_id in {each.friend_id for each in group}:
            prices = {each.id: each.price for each in group if each.friend_id == friend_id}
            own = sorted(Fraction(each.rappen) for each in prices.values())
            while len(own) > 2:
                own = own[1:-1]
            medians.append(own[0])
        if len(medians) < rules.least_friends:
            continue
        count = len(medians)
        weight = Fraction(count, count + rules.strength)
        mine = quantiles(medians, n=4, method="inclusive")
        band = [weight * ours + (1 - weight) * theirs for ours, theirs in zip(mine, band, strict=True)]
        level, friends = name, count
    return level, friends, band
