"""Price guidance: what a service usually costs in a region, from the prices that friends ask or were paid.

The band of a region is made of its quartiles, drawn towards those of the service in all regions, and these
towards the catalogue's usual band: the fewer friends, the more. Prices of a few people are shown to nobody.

What leaves here is the band on a grid, and in the reasons the bands of the levels above. The friends' own
quartiles do not: of five friends they are the prices of three of them, and the band, drawn towards others,
says much less of these.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import attrs

from mila_core.catalogue import Catalogue, Selection, Service
from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidValueError,
    UnknownIdError,
    describe,
)
from mila_core.money import Money, chf, not_negative
from mila_core.pricing._arguments import checked_regions, checked_selection
from mila_core.pricing._quartiles import Quartiles, drawn_towards, lower_median, quartiles
from mila_core.pricing.price_points import PricePoint, PriceSource
from mila_core.reasons import Reason, reason
from mila_core.regions import Region
from mila_core.validation import (
    TupleOf,
    check_instance,
    identifier,
    instance_of,
    integer,
    optional,
    tuple_of,
)

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
    TARIFF = "tariff"
    """Nobody's: the network's own tariff. Only of a job's cost, under the platform's contract."""


_LEAST_FRIENDS = 5
_LEAST_GRID = chf(1)


def _coarse_enough(_: object, attribute: "attrs.Attribute[Money]", value: Money) -> None:
    if value < _LEAST_GRID:
        raise InvalidValueError(attribute.name, f"{_LEAST_GRID} or more", str(value))


@attrs.frozen(kw_only=True)
class GuidanceParams:
    """How much few prices count, and from how many friends on they are shown; all defaults are our own.

    Two of the numbers have a least, as a friend's price need not be known to others. From the three numbers
    of a band all prices of up to three friends can be solved for. Of five it gives, at most, three of the
    prices, not whose they are, and neither the lowest nor the highest. A grid below a franc would tell prices
    with odd Rappen, which are as good as a name.

    Attributes:
        strength: k of the weight n / (n + k) of the prices of n friends: so many friends count as much as
            all that is known beyond them. With 0 they count alone.
        least_friends: from so many friends on their prices are shown, 5 at least.
        grid: the step to which what is shown is rounded, CHF 1.00 at least, so that it looks no more exact
            than it is.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a number out of range, or a grid below CHF 1.00.

    Examples:
        >>> GuidanceParams().strength, GuidanceParams().least_friends, str(GuidanceParams().grid)
        (20, 5, 'CHF 5.00')
    """

    strength: int = attrs.field(default=20, validator=integer(0, 1_000_000))
    least_friends: int = attrs.field(default=5, validator=integer(_LEAST_FRIENDS, 1_000_000))
    grid: Money = attrs.field(default=chf(5), validator=[instance_of(Money), _coarse_enough])


@attrs.frozen(kw_only=True)
class PriceGuidance:
    """What a service usually costs in a region: a band for half of the prices, with the one in the middle.

    Attributes:
        service_code: the code of the service.
        region_id: the id of the region asked about.
        selection: how much of the service.
        level: whose prices these are.
        source: whether these prices were asked or paid; None where they are the catalogue's.
        friends: how many friends' prices are in it, in the region or in all of them by the level; 0 where it
            is the catalogue's.
        p25: the lower end of the band, on the grid; of what is not for nothing, one step of it at least.
        p50: the usual price, on the grid.
        p75: the upper end, on the grid.
        reasons: how it came about, from the region to the catalogue; amounts on the grid, too.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: prices that are negative or not in order, friends or a source where it is the
            catalogue's, none where it is not, the level of a tariff, or an id that is not one.
    """

    service_code: str = attrs.field(validator=identifier)
    region_id: str = attrs.field(validator=identifier)
    selection: Selection = attrs.field(factory=Selection, validator=instance_of(Selection))
    level: GuidanceLevel = attrs.field(validator=instance_of(GuidanceLevel))
    source: PriceSource | None = attrs.field(default=None, validator=optional(instance_of(PriceSource)))
    friends: int = attrs.field(validator=integer(0, _MOST_FRIENDS))
    p25: Money = attrs.field(validator=not_negative)
    p50: Money = attrs.field(validator=instance_of(Money))
    p75: Money = attrs.field(validator=instance_of(Money))
    reasons: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if not self.p25 <= self.p50 <= self.p75:
            raise InvalidValueError("p50", "p25, p50 and p75 in order", f"{self.p25}, {self.p50}, {self.p75}")
        if self.level is GuidanceLevel.TARIFF:
            raise InvalidValueError("level", "one of a band", self.level.value)
        is_catalogue, at_level = self.level is GuidanceLevel.CATALOGUE, f"at the level {self.level.value}"
        if (self.friends == 0) is not is_catalogue:
            expected = "0 where it is the catalogue's, more where it is not"
            raise InvalidValueError("friends", expected, f"{self.friends} {at_level}")
        if (self.source is None) is not is_catalogue:
            expected = "none where it is the catalogue's, one where it is not"
            raise InvalidValueError("source", expected, f"{self.source or 'none'} {at_level}")


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
    (the lower of the two in the middle): whoever has many offers or bookings moves nothing by their number. A
    price counts once, by its id, in however many regions its place lies.
    Quartiles are those of definition 7 of Hyndman and Fan. Of n friends they weigh n / (n + k) against those
    of the level above: the region's against the service's in all regions, these against the catalogue's
    `price_from`, middle and `price_to`. All is exact; what is shown is rounded once, to the nearest step of
    the grid, a half up, but never to nothing what is not for nothing.

    Below `least_friends` the region's own prices are in no number shown for the region but those of the
    service in all regions, which asks for as many friends; below that the catalogue's band is shown.

    For more or less than the service itself the catalogue has no band: its usual one is stretched by the
    time it takes, as if an hour always cost the same. Services that have not what is wanted are left out.

    Args:
        points: prices of what is wanted, in any order: those of `offered_prices` or of `paid_prices`, made
            with the same selection. What is asked and what was paid are two guidances.
        catalogue: the services.
        regions: the regions.
        selection: how much of a service the prices are for; the service itself if not given.
        params: how few prices count; the defaults if not given.

    Returns:
        One guidance for each service and region, in the order of the catalogue, then of the regions.

    Raises:
        InvalidTypeError: an argument of another type, or a point or region that is none.
        UnknownIdError: a point names a service or region that is not there, or no service has what is wanted.
        InvalidDocumentError: several such points, all of them, or one with an id of another price: of
            another service, friend or amount than before.
        InvalidValueError: two services or two regions with one id, prices that were asked among those that
            were paid, or an amount that on the grid has more
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
    check_instance("points", points, kind=Iterable)
    check_instance("catalogue", catalogue, kind=Catalogue)
    check_instance("params", params, kind=(GuidanceParams, type(None)))
    wanted, rules = checked_selection(selection), params or GuidanceParams()
    minutes = _minutes(catalogue, wanted)
    region_ids = _unique("regions", [each.id for each in checked_regions(regions)])
    seen = _seen(points, minutes, region_ids)
    return tuple(
        _shown(found, service.code, region_id, wanted, rules.grid)
        for service in catalogue.services
        if service.code in minutes
        for region_id, found in _levels(service, minutes[service.code], seen, rules)
    )


_Prices = Mapping[str, Mapping[str, int]]
"""Prices in Rappen, by the friend and the id of the price."""


class _Seen(NamedTuple):
    """The prices by service and region, and whether they were asked or paid; None where there are none."""

    by_service: Mapping[str, Mapping[str, _Prices]]
    source: PriceSource | None


class _Level(NamedTuple):
    """What is known at one level of a service, unrounded."""

    level: GuidanceLevel
    source: PriceSource | None
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


def _seen(points: Iterable[PricePoint], services: Iterable[str], region_ids: Sequence[str]) -> _Seen:
    """Return the prices by service, region and friend, each once."""
    known: dict[str, dict[str, dict[str, dict[str, int]]]] = {
        code: {each: defaultdict(dict) for each in region_ids} for code in services
    }
    by_id: dict[str, PricePoint] = {}
    first: PricePoint | None = None
    unknown: list[tuple[str, str, str]] = []
    problems: list[InvalidValueError] = []
    for position, point in enumerate(points):
        path = f"points[{position}]"
        check_instance(path, point, kind=PricePoint)
        first = first or point
        if point.source is not first.source:
            raise InvalidValueError(f"{path}.source", f"{first.source.value}, as before", point.source.value)
        found = known.get(point.service_code)
        if len(problems) + len(unknown) < MOST_PROBLEMS:
            problems += _contradiction(path, point, by_id.setdefault(point.id, point))
        if found is not None and point.region_id in found:
            found[point.region_id][point.friend_id][point.id] = point.price.rappen
        elif len(problems) + len(unknown) < MOST_PROBLEMS:
            unknown += _unknown(path, point, known, region_ids)
    if not problems and len({(kind, came) for _, kind, came in unknown}) == 1:
        raise UnknownIdError(*unknown[0][1:])
    problems += [
        InvalidValueError(path, f"the id of a {kind} that is guided", describe(came))
        for path, kind, came in unknown
    ]
    if problems:
        raise InvalidDocumentError("points", problems[:MOST_PROBLEMS])
    return _Seen(known, None if first is None else first.source)


def _contradiction(path: str, point: PricePoint, first: PricePoint) -> Iterator[InvalidValueError]:
    """Yield the problem of a point that says something else of a price than the first one with its id."""
    if point is first:
        return
    for name in ("service_code", "friend_id", "price"):
        before, now = getattr(first, name), getattr(point, name)
        if before != now:
            expected = f"{before}, as before for the price {describe(point.id)}"
            yield InvalidValueError(f"{path}.{name}", expected, str(now))
            return


def _unknown(
    path: str, point: PricePoint, services: Container[str], region_ids: Container[str]
) -> Iterator[tuple[str, str, str]]:
    if point.service_code not in services:
        yield f"{path}.service_code", "service", point.service_code
    if point.region_id not in region_ids:
        yield f"{path}.region_id", "region", point.region_id


def _levels(
    service: Service, minutes: int, seen: _Seen, rules: GuidanceParams
) -> Iterator[tuple[str, _Level]]:
    """Yield what is known of a service for each region: from the catalogue to all regions to the region."""
    by_region = seen.by_service[service.code]
    everywhere: dict[str, dict[str, int]] = defaultdict(dict)
    for prices in by_region.values():
        for friend_id, own in prices.items():
            everywhere[friend_id] |= own  # by id, so that what lies in two regions counts once
    below = partial(_below, source=seen.source, rules=rules)
    service_level = below(_of_catalogue(service, minutes, rules.grid), everywhere, region_id=None)
    for region_id, prices in by_region.items():
        yield region_id, below(service_level, prices, region_id=region_id)


def _of_catalogue(service: Service, minutes: int, grid: Money) -> _Level:
    stretch = Fraction(minutes, service.minutes)
    low, high = service.price_from.rappen * stretch, service.price_to.rappen * stretch
    band = Quartiles(low, (low + high) / 2, high)
    usual_from, usual, usual_to = band.on(grid)
    why = reason("guidance_catalogue", usual_from=usual_from, usual=usual, usual_to=usual_to)
    return _Level(GuidanceLevel.CATALOGUE, None, 0, band, (why,))


def _below(
    parent: _Level,
    prices: _Prices,
    *,
    source: PriceSource | None,
    rules: GuidanceParams,
    region_id: str | None,
) -> _Level:
    """Return what is known one level down; with too few friends there, what is known above."""
    count, least, strength = len(prices), rules.least_friends, rules.strength
    if count < least:
        if region_id is None:
            too_few = reason("guidance_too_few", count=count, least=least)
        else:
            too_few = reason("guidance_too_few_in_region", region=region_id, count=count, least=least)
        return parent._replace(reasons=(too_few, *parent.reasons))
    own = quartiles(sorted(lower_median(each.values()) for each in prices.values()))
    band = drawn_towards(parent.band, own=own, count=count, strength=strength)
    parent_from, parent_usual, parent_to = parent.band.on(rules.grid)
    told = {
        "parent_from": parent_from,
        "parent_usual": parent_usual,
        "parent_to": parent_to,
    }
    is_paid = source is PriceSource.PAID
    if region_id is None:
        level = GuidanceLevel.SERVICE
        why = (
            reason("guidance_service_paid", count=count, strength=strength, **told)
            if is_paid
            else reason("guidance_service", count=count, strength=strength, **told)
        )
    else:
        level = GuidanceLevel.REGION
        why = (
            reason("guidance_region_paid", region=region_id, count=count, strength=strength, **told)
            if is_paid
            else reason("guidance_region", region=region_id, count=count, strength=strength, **told)
        )
    return _Level(level, source, count, band, (why, *parent.reasons))


def _shown(
    found: _Level, service_code: str, region_id: str, selection: Selection, grid: Money
) -> PriceGuidance:
    p25, p50, p75 = found.band.on(grid)
    return PriceGuidance(
        service_code=service_code,
        region_id=region_id,
        selection=selection,
        level=found.level,
        source=found.source,
        friends=found.friends,
        p25=p25,
        p50=p50,
        p75=p75,
        reasons=found.reasons,
    )
