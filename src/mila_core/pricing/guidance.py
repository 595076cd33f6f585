"""Price guidance: what a service usually costs in a region, from the prices that friends ask or were paid.

The band of a region is made of its quartiles, drawn towards those of the service in all regions, and these
towards the catalogue's usual band: the fewer friends, the more. Prices of a few people are shown to nobody.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

import attrs

from mila_core.catalogue import Catalogue, Selection, Service
from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidTypeError,
    InvalidValueError,
    UnknownIdError,
    describe,
)
from mila_core.money import ZERO, Money, chf
from mila_core.pricing._quartiles import Quartiles, drawn_towards, lower_median, quartiles
from mila_core.pricing.price_points import PricePoint
from mila_core.reasons import Reason, reason
from mila_core.regions import Region
from mila_core.validation import TupleOf, identifier, instance_of, integer, tuple_of

__all__ = ["GuidanceLevel", "GuidanceParams", "PriceGuidance", "price_guidance"]

_MOST_FRIENDS = 2**53


class GuidanceLevel(StrEnum):
    """Whose prices a guidance shows."""

    REGION = "region"
    """Those of the friends in the region, drawn towards all regions."""
    SERVICE = "service"
    """Those of the friends in all regions, drawn towards the catalogue."""
    CATALOGUE = "catalogue"
    """Nobody's: the usual band of the catalogue."""


def _on_grid(_: object, attribute: "attrs.Attribute[Money]", value: Money) -> None:
    if value <= ZERO:
        raise InvalidValueError(attribute.name, "an amount above CHF 0.00", str(value))


def _not_negative(_: object, attribute: "attrs.Attribute[Money]", value: Money) -> None:
    if value < ZERO:
        raise InvalidValueError(attribute.name, "CHF 0.00 or more", str(value))


@attrs.frozen(kw_only=True)
class GuidanceParams:
    """How much few prices count, and from how many friends on they are shown; all defaults are our own.

    Attributes:
        strength: k of the weight n / (n + k) of the prices of n friends: so many friends count as much as
            all that is known beyond them. With 0 they count alone.
        least_friends: from so many friends on their prices are shown, 2 at least: of one friend, the band
            would be that friend's price.
        grid: the step to which what is shown is rounded, so that it looks no more exact than it is.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a number out of range, or a grid that is not above zero.

    Examples:
        >>> GuidanceParams().strength, GuidanceParams().least_friends, str(GuidanceParams().grid)
        (20, 5, 'CHF 5.00')
    """

    strength: int = attrs.field(default=20, validator=integer(0, 1_000_000))
    least_friends: int = attrs.field(default=5, validator=integer(2, 1_000_000))
    grid: Money = attrs.field(default=chf(5), validator=[instance_of(Money), _on_grid])


@attrs.frozen(kw_only=True)
class PriceGuidance:
    """What a service usually costs in a region: a band for half of the prices, with the one in the middle.

    Attributes:
        service_code: the code of the service.
        region_id: the id of the region asked about.
        selection: how much of the service.
        level: whose prices these are.
        friends: how many friends' prices are in it, in the region or in all of them by the level; 0 where it
            is the catalogue's.
        p25: the lower end of the band, on the grid.
        p50: the usual price, on the grid.
        p75: the upper end, on the grid.
        reasons: how it came about, from the region to the catalogue; amounts on the grid, too.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: prices that are negative or not in order, friends where it is the catalogue's or
            none where it is not, or an id that is not one.
    """

    service_code: str = attrs.field(validator=identifier)
    region_id: str = attrs.field(validator=identifier)
    selection: Selection = attrs.field(factory=Selection, validator=instance_of(Selection))
    level: GuidanceLevel = attrs.field(validator=instance_of(GuidanceLevel))
    friends: int = attrs.field(validator=integer(0, _MOST_FRIENDS))
    p25: Money = attrs.field(validator=[instance_of(Money), _not_negative])
    p50: Money = attrs.field(validator=instance_of(Money))
    p75: Money = attrs.field(validator=instance_of(Money))
    reasons: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if not self.p25 <= self.p50 <= self.p75:
            raise InvalidValueError("p50", "p25, p50 and p75 in order", f"{self.p25}, {self.p50}, {self.p75}")
        if (self.friends == 0) is not (self.level is GuidanceLevel.CATALOGUE):
            expected = "0 where it is the catalogue's, more where it is not"
            raise InvalidValueError("friends", expected, f"{self.friends} at the level {self.level.value}")


def price_guidance(
    points: Iterable[PricePoint],
    *,
    catalogue: Catalogue,
    regions: Iterable[Region],
    selection: Selection | None = None,
    params: GuidanceParams | None = None,
) -> tuple[PriceGuidance, ...]:
    """Return what each service usually costs in each region.

    A friend counts once in a region, and once in all of them, with the median of the friend's prices there
    (the lower of the two in the middle): whoever has many offers or bookings moves nothing by their number.
    Quartiles are those of definition 7 of Hyndman and Fan. Of n friends they weigh n / (n + k) against those
    of the level above: the region's against the service's in all regions, these against the catalogue's
    `price_from`, middle and `price_to`. All is exact; what is shown is rounded once, to the nearest step of
    the grid, a half up.

    Below `least_friends` the region's own prices are in no number shown for the region but those of the
    service in all regions, which asks for as many friends; below that the catalogue's band is shown.

    For more or less than the service itself the catalogue has no band: its usual one is stretched by the
    time it takes, as if an hour always cost the same. Services that have not what is wanted are left out.

    Args:
        points: prices of what is wanted, in any order: those of `offered_prices` or of `paid_prices`, made
            with the same selection.
        catalogue: the services.
        regions: the regions.
        selection: how much of a service the prices are for; the service itself if not given.
        params: how few prices count; the defaults if not given.

    Returns:
        One guidance for each service and region, in the order of the catalogue, then of the regions.

    Raises:
        InvalidTypeError: a point that is none.
        UnknownIdError: a point names a service or region that is not there, or no service has what is wanted.
        InvalidDocumentError: several such points, all of them.
        InvalidValueError: two services or two regions with one id, or an amount that on the grid has more
            than 15 digits of whole francs.

    Examples:
        >>> from mila_core import samples
        >>> from mila_core.pricing import offered_prices
        >>> pilot = samples.zurich_2013()
        >>> asked = offered_prices(pilot.market, at=pilot.opened_at)
        >>> found = price_guidance(asked, catalogue=pilot.market.catalogue, regions=pilot.market.regions)
        >>> [
        ...     (each.region_id, each.level.value, each.friends, str(each.p25), str(each.p50), str(each.p75))
        ...     for each in found
        ...     if each.service_code == "game-console"
        ... ][:2]
        [('zurich', 'region', 5, 'CHF 35.00', 'CHF 45.00', 'CHF 55.00'), \
('bern', 'service', 6, 'CHF 30.00', 'CHF 45.00', 'CHF 55.00')]
    """
    wanted, rules = selection or Selection(), params or GuidanceParams()
    minutes = _minutes(catalogue, wanted)
    region_ids = _unique("regions", [each.id for each in regions])
    seen = _seen(points, minutes, region_ids)
    return tuple(
        _shown(found, service.code, region_id, wanted, rules.grid)
        for service in catalogue.services
        if service.code in minutes
        for region_id, found in _levels(service, minutes[service.code], seen[service.code], rules)
    )


_Prices = Mapping[str, list[int]]
"""Prices in Rappen, by the friend."""


class _Level(NamedTuple):
    """What is known at one level of a service, unrounded."""

    level: GuidanceLevel
    friends: int
    band: Quartiles
    reasons: tuple[Reason, ...]


def _unique(name: str, ids: list[str]) -> list[str]:
    twice = sorted(each for each in set(ids) if ids.count(each) > 1) if len(set(ids)) < len(ids) else []
    if twice:
        raise InvalidValueError(name, "ids of their own", f"{describe(twice[0])} twice")
    return ids


def _minutes(catalogue: Catalogue, wanted: Selection) -> Mapping[str, int]:
    """Return how long what is wanted takes, for the services that have it."""
    _unique("catalogue", [service.code for service in catalogue.services])
    found: dict[str, int] = {}
    refused: InvalidValueError | UnknownIdError | None = None
    for service in catalogue.services:
        try:
            found[service.code] = service.minutes_of(wanted)
        except (InvalidValueError, UnknownIdError) as error:
            refused = error
    if refused is not None and not found:
        raise refused
    return found


def _seen(
    points: Iterable[PricePoint], services: Iterable[str], region_ids: Sequence[str]
) -> Mapping[str, Mapping[str, _Prices]]:
    """Return the prices by service, region and friend."""
    known: dict[str, dict[str, dict[str, list[int]]]] = {
        code: {each: defaultdict(list) for each in region_ids} for code in services
    }
    problems: list[tuple[str, str, str]] = []
    for position, point in enumerate(points):
        if not isinstance(point, PricePoint):
            raise InvalidTypeError(f"points[{position}]", "a price point", describe(point))
        found = known.get(point.service_code)
        if found is not None and point.region_id in found:
            found[point.region_id][point.friend_id].append(point.price.rappen)
        elif len(problems) < MOST_PROBLEMS:
            problems += _unknown(f"points[{position}]", point, known, region_ids)
    if len({(kind, came) for _, kind, came in problems}) == 1:
        raise UnknownIdError(*problems[0][1:])
    if problems:
        errors = [
            InvalidValueError(path, f"the id of a {kind} that is guided", describe(came))
            for path, kind, came in problems[:MOST_PROBLEMS]
        ]
        raise InvalidDocumentError("points", errors)
    return known


def _unknown(
    path: str, point: PricePoint, services: Container[str], region_ids: Container[str]
) -> Iterator[tuple[str, str, str]]:
    if point.service_code not in services:
        yield f"{path}.service_code", "service", point.service_code
    if point.region_id not in region_ids:
        yield f"{path}.region_id", "region", point.region_id


def _levels(
    service: Service, minutes: int, seen: Mapping[str, _Prices], rules: GuidanceParams
) -> Iterator[tuple[str, _Level]]:
    """Yield what is known of a service for each region: from the catalogue to all regions to the region."""
    everywhere: dict[str, list[int]] = defaultdict(list)
    for prices in seen.values():
        for friend_id, own in prices.items():
            everywhere[friend_id] += own
    service_level = _below(_of_catalogue(service, minutes, rules.grid), everywhere, rules, region_id=None)
    for region_id, prices in seen.items():
        yield region_id, _below(service_level, prices, rules, region_id=region_id)


def _of_catalogue(service: Service, minutes: int, grid: Money) -> _Level:
    stretch = Fraction(minutes, service.minutes)
    low, high = service.price_from.rappen * stretch, service.price_to.rappen * stretch
    band = Quartiles(low, (low + high) / 2, high)
    usual_from, usual, usual_to = band.on(grid)
    why = reason("guidance_catalogue", usual_from=usual_from, usual=usual, usual_to=usual_to)
    return _Level(GuidanceLevel.CATALOGUE, 0, band, (why,))


def _below(parent: _Level, prices: _Prices, rules: GuidanceParams, *, region_id: str | None) -> _Level:
    """Return what is known one level down; with too few friends there, what is known above."""
    count, least, strength = len(prices), rules.least_friends, rules.strength
    if count < least:
        if region_id is None:
            too_few = reason("guidance_too_few", count=count, least=least)
        else:
            too_few = reason("guidance_too_few_in_region", region=region_id, count=count, least=least)
        return parent._replace(reasons=(too_few, *parent.reasons))
    own = quartiles(sorted(lower_median(each) for each in prices.values()))
    band = drawn_towards(parent.band, own=own, count=count, strength=strength)
    own_from, own_usual, own_to = own.on(rules.grid)
    parent_from, parent_usual, parent_to = parent.band.on(rules.grid)
    amounts = {
        "own_from": own_from,
        "own_usual": own_usual,
        "own_to": own_to,
        "parent_from": parent_from,
        "parent_usual": parent_usual,
        "parent_to": parent_to,
    }
    if region_id is None:
        why = reason("guidance_service", count=count, strength=strength, **amounts)
        return _Level(GuidanceLevel.SERVICE, count, band, (why, *parent.reasons))
    why = reason("guidance_region", region=region_id, count=count, strength=strength, **amounts)
    return _Level(GuidanceLevel.REGION, count, band, (why, *parent.reasons))


def _shown(
    found: _Level, service_code: str, region_id: str, selection: Selection, grid: Money
) -> PriceGuidance:
    p25, p50, p75 = found.band.on(grid)
    return PriceGuidance(
        service_code=service_code,
        region_id=region_id,
        selection=selection,
        level=found.level,
        friends=found.friends,
        p25=p25,
        p50=p50,
        p75=p75,
        reasons=found.reasons,
    )
