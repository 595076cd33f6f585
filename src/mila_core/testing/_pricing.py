"""Price books, and what is taken off a price."""

from datetime import time
from typing import TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.money import ZERO, chf
from mila_core.policies import VatTreatment
from mila_core.pricing import PriceBook, Tariff
from mila_core.quotes import Discount, Voucher
from mila_core.testing._policies import compensation_policies, settlement_policies
from mila_core.testing._values import fixed_or, ids, moneys, prices, validities

_ReductionT = TypeVar("_ReductionT", Discount, Voucher)


@st.composite
def _reductions(draw: st.DrawFn, kind: type[_ReductionT]) -> _ReductionT:
    percent = draw(st.just(0) | st.integers(1, 100))
    return kind(
        code=draw(ids()),
        percent=percent,
        amount=ZERO if percent else draw(prices()),
        most=draw(st.none() | moneys(least=0, most=10_000)),
        leaves=draw(st.just(ZERO) | moneys(least=0, most=10_000)),
    )


def discounts() -> SearchStrategy[Discount]:
    """Return what friends take off: shares and amounts, with limits or without."""
    return _reductions(Discount)


def vouchers() -> SearchStrategy[Voucher]:
    """Return what the platform takes off: shares and amounts, with limits or without."""
    return _reductions(Voucher)


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
    amounts = st.just(chf(0)) | moneys(least=0, most=5_000)
    percents = st.just(0) | st.integers(0, 200)
    until, from_ = sorted([draw(st.times()), draw(st.times())])
    return PriceBook(
        version=draw(fixed_or(version, ids())),
        tariffs=draw(tariff_list) if tariff_list is not None else (),
        travel_free_km=draw(st.integers(0, 30) | st.integers(0, 400)),
        travel_per_km=draw(amounts),
        travel_most=draw(amounts),
        evening_from=draw(st.times()),
        evening_percent=draw(percents),
        night_from=from_,
        night_until=draw(st.just(time(0)) | st.just(until)),
        night_percent=draw(percents),
        sunday_percent=draw(percents),
        holiday_percent=draw(percents),
        surcharges_stack=draw(st.booleans()),
        demand_most_percent=draw(percents),
        customer_fee=draw(amounts),
        customer_fee_percent=draw(st.just(0) | st.integers(0, 100)),
        customer_fee_most=draw(st.none() | moneys(least=0, most=2_000)),
    )


@st.composite
def dated_price_books(draw: st.DrawFn) -> PriceBook:
    """Return price books in their most general form: dated, with tariffs, discounts and own rules."""
    units = st.lists(tariffs(), max_size=3, unique_by=lambda each: (each.service_code, each.unit))
    return attrs.evolve(
        draw(price_books(tariff_list=units)),
        valid=draw(st.none() | validities()),
        discounts=draw(st.lists(discounts(), max_size=2, unique_by=lambda each: each.code)),
        compensation=draw(st.none() | compensation_policies()),
        settlement=draw(st.none() | settlement_policies()),
    )
