"""Price books, and what is taken off a price."""

from typing import TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.money import ZERO
from mila_core.policies import VatTreatment
from mila_core.pricing import PriceBook, Tariff
from mila_core.quotes import Discount, Voucher
from mila_core.testing._policies import compensation_policies, settlement_policies
from mila_core.testing._values import fixed_or, ids, kept, moneys, prices, validities

_ReductionT = TypeVar("_ReductionT", Discount, Voucher)


_PERCENTS = st.just(0) | st.integers(0, 200)
_AMOUNTS = st.just(ZERO) | moneys(least=0, most=5_000)
_MOSTS = st.none() | moneys(least=0, most=10_000)
_LEAVES = st.just(ZERO) | moneys(least=0, most=10_000)
_TWO_CLOCKS = st.lists(st.times(), min_size=2, max_size=2, unique=True)
_FREE_KM = st.integers(0, 30) | st.integers(0, 400)
_SHARES = st.just(0) | st.integers(1, 100)


@st.composite
def _reductions(draw: st.DrawFn, kind: type[_ReductionT]) -> _ReductionT:
    percent = draw(_SHARES)
    amount = ZERO if percent else draw(prices())
    return kind(code=draw(ids()), percent=percent, amount=amount, most=draw(_MOSTS), leaves=draw(_LEAVES))


@kept
def discounts() -> SearchStrategy[Discount]:
    """Return what friends take off: shares and amounts, with limits or without."""
    return _reductions(Discount)


@kept
def vouchers() -> SearchStrategy[Voucher]:
    """Return what the platform takes off: shares and amounts, with limits or without."""
    return _reductions(Voucher)


@kept
def tariffs(
    *, service_code: SearchStrategy[str] | None = None, unit: SearchStrategy[str | None] | None = None
) -> SearchStrategy[Tariff]:
    """Return tariffs, fixed and by the hour.

    Args:
        service_code: the codes of the services.
        unit: the codes of the units.
    """
    return st.builds(
        Tariff,
        service_code=ids() if service_code is None else service_code,
        unit=st.none() | ids() if unit is None else unit,
        price=prices(),
        per_hour=st.none() | prices(),
        block_price=st.none() | prices(),
        vat=st.sampled_from(VatTreatment),
    )


@kept
@st.composite
def price_books(
    draw: st.DrawFn, *, tariff_list: SearchStrategy[list[Tariff]] | None = None, version: str | None = None
) -> PriceBook:
    """Return price books that are always in force: cheap and dear, with surcharges and fees or without.

    Args:
        draw: given by Hypothesis.
        tariff_list: the tariffs; none if not given, as they would hardly be for what is wanted.
        version: the name of the book.
    """
    from_, until = draw(_TWO_CLOCKS)
    return PriceBook(
        version=draw(fixed_or(version, ids())),
        tariffs=draw(tariff_list) if tariff_list is not None else (),
        travel_free_km=draw(_FREE_KM),
        travel_per_km=draw(_AMOUNTS),
        travel_most=draw(_AMOUNTS),
        evening_from=draw(st.times()),
        evening_percent=draw(_PERCENTS),
        night_from=from_,
        night_until=until,
        night_percent=draw(_PERCENTS),
        sunday_percent=draw(_PERCENTS),
        holiday_percent=draw(_PERCENTS),
        surcharges_stack=draw(st.booleans()),
        demand_most_percent=draw(_PERCENTS),
        customer_fee=draw(_AMOUNTS),
        customer_fee_percent=draw(_SHARES),
        customer_fee_most=draw(_MOSTS),
    )


_SOME_TARIFFS = st.lists(tariffs(), max_size=3, unique_by=lambda each: (each.service_code, each.unit))
_SOME_DISCOUNTS = st.lists(discounts(), max_size=2, unique_by=lambda each: each.code)
_WITH_TARIFFS = price_books(tariff_list=_SOME_TARIFFS)
_OPTIONS = st.fixed_dictionaries(
    {
        "valid": st.none() | validities(),
        "discounts": _SOME_DISCOUNTS,
        "compensation": st.none() | compensation_policies(),
        "settlement": st.none() | settlement_policies(),
    }
)


@kept
def dated_price_books() -> SearchStrategy[PriceBook]:
    """Return price books in their most general form: dated, with tariffs, discounts and own rules."""
    return st.builds(lambda book, options: attrs.evolve(book, **options), _WITH_TARIFFS, _OPTIONS)
