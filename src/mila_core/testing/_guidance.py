"""Price guidance, and what is made of it."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.money import chf
from mila_core.pricing import (
    GuidanceLevel,
    GuidanceParams,
    JobCost,
    Position,
    PriceGuidance,
    PricePoint,
    PricePosition,
    PriceSource,
)
from mila_core.testing._catalogues import selections
from mila_core.testing._values import fixed_or, ids, moneys, prices, reasons

_OF_NOBODY = (GuidanceLevel.CATALOGUE, GuidanceLevel.TARIFF)


def price_points(
    *, service_code: str | None = None, region_id: str | None = None, friend_id: str | None = None
) -> SearchStrategy[PricePoint]:
    """Return prices of small jobs, asked or paid."""
    return st.builds(
        PricePoint,
        id=ids(),
        service_code=fixed_or(service_code, ids()),
        region_id=fixed_or(region_id, ids()),
        friend_id=fixed_or(friend_id, ids()),
        price=prices(),
        source=st.sampled_from(list(PriceSource)),
    )


def guidance_params() -> SearchStrategy[GuidanceParams]:
    """Return parameters: few prices count for nothing or alone, the grid is a few francs."""
    return st.builds(
        GuidanceParams,
        strength=st.integers(0, 100) | st.integers(0, 1_000_000),
        least_friends=st.integers(5, 10) | st.integers(5, 1_000_000),
        grid=st.just(chf(5)) | moneys(least=100, most=2_000),
    )


@st.composite
def price_guidances(draw: st.DrawFn, *, level: GuidanceLevel | None = None) -> PriceGuidance:
    """Return guidance of any level; its reasons need not fit.

    Args:
        draw: given by Hypothesis.
        level: whose prices they are.
    """
    levels = [each for each in GuidanceLevel if each is not GuidanceLevel.TARIFF]
    chosen = draw(fixed_or(level, st.sampled_from(levels)))
    is_catalogue = chosen is GuidanceLevel.CATALOGUE
    low, usual, high = sorted(draw(st.tuples(prices(), prices(), prices())))
    return PriceGuidance(
        service_code=draw(ids()),
        region_id=draw(ids()),
        selection=draw(selections()),
        level=chosen,
        source=None if is_catalogue else draw(st.sampled_from(list(PriceSource))),
        friends=0 if is_catalogue else draw(st.integers(5, 10_000)),
        p25=low,
        p50=usual,
        p75=high,
        reasons=draw(st.lists(reasons(), max_size=3)),
    )


@st.composite
def job_costs(draw: st.DrawFn) -> JobCost:
    """Return costs of jobs; their reasons need not fit."""
    low, usual, high = sorted(draw(st.tuples(prices(), prices(), prices())))
    level = draw(st.sampled_from(list(GuidanceLevel)))
    return JobCost(
        service_code=draw(ids()),
        region_id=draw(ids()),
        selection=draw(selections()),
        low=low,
        usual=usual,
        high=high,
        level=level,
        friends=0 if level in _OF_NOBODY else draw(st.integers(5, 10_000)),
        reasons=draw(st.lists(reasons(), max_size=3)),
    )


def price_positions() -> SearchStrategy[PricePosition]:
    """Return prices with where they lie; the reason need not fit."""
    return st.builds(PricePosition, price=moneys(), position=st.sampled_from(list(Position)), why=reasons())
