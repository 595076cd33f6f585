"""The lines of a quote in their order, each rounded once from an exact value."""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from mila_core.catalogue import Selection, Service
from mila_core.eligibility import Visit
from mila_core.errors import UnknownIdError
from mila_core.friends import ContractMode
from mila_core.money import CASH_STEP, ZERO, Money, round_ratio
from mila_core.money._amounts import in_rappen
from mila_core.offers import Offer
from mila_core.policies import VatTreatment
from mila_core.pricing._surcharges import surcharges_at
from mila_core.pricing.book import PriceBook
from mila_core.pricing.tariffs import Tariff
from mila_core.quotes import Discount, Part, QuoteBasis, QuoteLine, Voucher
from mila_core.quotes._known import known_line
from mila_core.reasons import Reason, Scalar, reason

__all__ = ["Unit", "above_tariff", "lines_of", "units_of"]

Values: TypeAlias = tuple[tuple[str, Scalar], ...]
"""What a line tells: pairs of name and value, by name, as a reason keeps them."""

_METRES_PER_KM = 1000


class Unit(NamedTuple):
    """A priced part of what is wanted.

    Attributes:
        code: the code of its line.
        amount: what it costs.
        ceiling: what it may cost at most; None for no limit.
        vat: how it is taxed.
        values: the numbers that its line tells, by name.
    """

    code: str
    amount: Money
    ceiling: Money | None
    vat: VatTreatment
    values: Values


def units_of(visit: Visit, basis: QuoteBasis, book: PriceBook) -> list[Unit]:
    """Return what is wanted, part by part: by the friend's own prices, or by the tariff.

    Args:
        visit: the visit.
        basis: offer and contract.
        book: the price book.

    Raises:
        UnknownIdError: a part has no price.
    """
    if basis.contract is ContractMode.PLATFORM:
        return list(_tariff_units(visit, book))
    return list(_own_units(visit, basis.offer, book))


def above_tariff(units: list[Unit]) -> list[Reason]:
    """Say which own prices are above the tariff, which is what the network recommends at most.

    Args:
        units: the parts of what is wanted.
    """
    return [
        _above(unit, unit.ceiling)
        for unit in units
        if unit.ceiling is not None and unit.amount > unit.ceiling
    ]


def _above(unit: Unit, ceiling: Money) -> Reason:
    told = dict(unit.values)
    service = str(told["service"])
    if "blocks" in told:
        return reason("block_above_tariff", service=service, price=unit.amount, most=ceiling)
    if "unit" in told:
        return reason(
            "unit_above_tariff", service=service, unit=told["unit"], price=unit.amount, most=ceiling
        )
    return reason("above_tariff", service=service, price=unit.amount, most=ceiling)


def _usual_minutes(visit: Visit) -> int:
    """Return how long the service itself, or the package in its stead, usually takes."""
    service, package = visit.service, visit.selection.package
    return service.minutes if package is None else service.minutes_of(Selection(package=package))


def _minutes(visit: Visit) -> int:
    """Return how long it does take: the visit less what add-ons and more time take."""
    extra = visit.service.minutes_of(visit.selection) - _usual_minutes(visit)
    return visit.slot.minutes - extra


def _add_on_minutes(service: Service) -> dict[str, int]:
    return {each.code: each.minutes for each in service.add_ons}


def _block_price(book: PriceBook, visit: Visit) -> Money | None:
    """Return what the tariff says of a block of more time: the package's, or else the service's."""
    service, price = visit.service, None
    for unit in (visit.selection.package, None):
        tariff = book.tariff(service.code, unit=unit)
        if price is None and tariff is not None:
            price = tariff.block_amount(service.block_minutes)
    return price


def _own_units(visit: Visit, offer: Offer, book: PriceBook) -> Iterator[Unit]:
    service, selection, untaxed = visit.service, visit.selection, VatTreatment.NONE
    for code in offer.missing(selection):
        raise UnknownIdError("price", code)
    prices = {each.code: each.price for each in offer.prices}
    usual, package, of_service = _usual_minutes(visit), selection.package, ("service", service.code)
    tariff = book.tariff(service.code, unit=package)
    most = None if tariff is None else tariff.amount(_minutes(visit))
    if package is None:
        values = (*_most(most), ("minutes", usual), of_service)
        yield Unit("base", offer.price, most, untaxed, values)
    else:
        values = (*_most(most), ("minutes", usual), of_service, ("unit", package))
        yield Unit("package", prices[package], most, untaxed, values)
    for code in sorted(selection.add_ons):
        of_unit = book.tariff(service.code, unit=code)
        most = None if of_unit is None else of_unit.amount(_add_on_minutes(service)[code])
        values = (*_most(most), of_service, ("unit", code))
        yield Unit("add_on", prices[code], most, untaxed, values)
    if selection.extra_blocks and offer.block_price is not None:
        yield _blocks(visit, offer.block_price, _block_price(book, visit), vat=untaxed)


def _most(ceiling: Money | None) -> Values:
    return () if ceiling is None else (("ceiling", ceiling),)


def _blocks(visit: Visit, price: Money, most: Money | None, *, vat: VatTreatment) -> Unit:
    service, count = visit.service, visit.selection.extra_blocks
    told = (("blocks", count), *_most(most), ("minutes", service.block_minutes), ("per_block", price))
    values = (*told, ("service", service.code))
    return Unit("extra_blocks", price * count, None if most is None else most * count, vat, values)


def _tariff_units(visit: Visit, book: PriceBook) -> Iterator[Unit]:
    service, selection = visit.service, visit.selection
    package, of_service = selection.package, ("service", service.code)
    tariff = _tariff(book, service, package)
    name = "base" if package is None else "package"
    of_unit: Values = () if package is None else (("unit", package),)
    if tariff.per_hour is None:
        usual = _usual_minutes(visit)
        values: Values = (("minutes", usual), of_service, *of_unit)
        yield Unit(name, tariff.price, None, tariff.vat, values)
    else:
        minutes = _minutes(visit)
        values = (*_rate(tariff, minutes), of_service, *of_unit)
        yield Unit(f"{name}_by_time", tariff.amount(minutes), None, tariff.vat, values)
    for code in sorted(selection.add_ons):
        add_on, minutes = _tariff(book, service, code), _add_on_minutes(service)[code]
        if add_on.per_hour is None:
            values = (of_service, ("unit", code))
            yield Unit("add_on", add_on.price, None, add_on.vat, values)
        else:
            values = (*_rate(add_on, minutes), of_service, ("unit", code))
            yield Unit("add_on_by_time", add_on.amount(minutes), None, add_on.vat, values)
    if selection.extra_blocks:
        price = _block_price(book, visit)
        if price is None:
            raise UnknownIdError("tariff", f"{service.code}/extra_blocks")
        yield _blocks(visit, price, None, vat=tariff.vat)


def _rate(tariff: Tariff, minutes: int) -> Values:
    return (("least_price", tariff.price), ("minutes", minutes), ("per_hour", tariff.per_hour or ZERO))


def _tariff(book: PriceBook, service: Service, unit: str | None) -> Tariff:
    tariff = book.tariff(service.code, unit=unit)
    if tariff is None:
        raise UnknownIdError("tariff", service.code if unit is None else f"{service.code}/{unit}")
    return tariff


class _Draft:
    """The lines so far, and their sum in Rappen."""

    __slots__ = ("lines", "rappen")

    def __init__(self) -> None:
        self.lines: list[QuoteLine] = []
        self.rappen = 0

    def add(
        self, code: str, rappen: int, values: Values, *, vat: VatTreatment, part: Part = Part.SERVICE
    ) -> None:
        """Add a line; its values are known to be right, so that they are not checked once more."""
        self.rappen += rappen
        self.lines.append(known_line(code, values, in_rappen(rappen), part, vat))


def lines_of(visit: Visit, basis: QuoteBasis, book: PriceBook, *, units: list[Unit]) -> list[QuoteLine]:
    """Return all lines of a quote.

    Args:
        visit: the visit.
        basis: all else that it is computed of.
        book: the price book.
        units: the parts of what is wanted (`units_of`).
    """
    draft, vat = _Draft(), units[0].vat
    for unit in units:
        draft.add(unit.code, unit.amount.rappen, unit.values, vat=unit.vat)
    of_units = in_rappen(draft.rappen)
    _add_travel(draft, visit, basis.distance_m, book, vat=vat)
    for percent, code in surcharges_at(visit.slot.start, book=book, holiday=basis.holiday):
        values: Values = (("of", of_units), ("percent", percent))
        if code == "surcharge_holiday" and basis.holiday is not None:
            values = (("holiday", basis.holiday), *values)
        draft.add(code, _percent(of_units, percent), values, vat=vat)
    if demand := min(basis.demand_percent, book.demand_most_percent):
        values = (("most_percent", book.demand_most_percent), ("of", of_units), ("percent", demand))
        draft.add("demand", _percent(of_units, demand), values, vat=vat)
    if basis.discount is not None:
        _add_reduction(draft, "discount", basis.discount, vat=vat)
    gross = in_rappen(draft.rappen)
    if basis.voucher is not None:
        _add_reduction(draft, "voucher", basis.voucher, vat=vat, part=Part.PLATFORM)
    _add_fee(draft, book, gross=gross)
    if basis.cash and (rounding := round_ratio(draft.rappen, CASH_STEP) * CASH_STEP - draft.rappen):
        values = (("step_rappen", CASH_STEP),)
        draft.add("cash_rounding", rounding, values, vat=VatTreatment.NONE, part=Part.PLATFORM)
    return draft.lines


def _percent(of: Money, percent: int) -> int:
    return round_ratio(of.rappen * percent, 100)


def _add_travel(draft: _Draft, visit: Visit, distance_m: int, book: PriceBook, *, vat: VatTreatment) -> None:
    if visit.service.remote:  # wherever the customer lives, so that a shorter way never costs more
        draft.add("travel_remote", 0, (), vat=vat)
        return
    free_km = book.travel_free_km
    started_km = -(-(distance_m - free_km * _METRES_PER_KM) // _METRES_PER_KM)
    way: Values = (("distance_m", distance_m), ("free_km", free_km))
    if started_km <= 0:
        draft.add("travel_free", 0, way, vat=vat)
        return
    per_km, most = book.travel_per_km, book.travel_most
    values = (("charged_km", started_km), *way, ("most", most), ("per_km", per_km))
    draft.add("travel", min(per_km.rappen * started_km, most.rappen), values, vat=vat)


def _add_reduction(
    draft: _Draft, code: str, reduction: Discount | Voucher, *, vat: VatTreatment, part: Part = Part.SERVICE
) -> None:
    """Add what is taken off the sum so far, if anything is."""
    of = in_rappen(draft.rappen)
    off = reduction.off(of)
    if not off.rappen:
        return
    most: Values = () if reduction.most is None else (("most", reduction.most),)
    named: Values = ((code, reduction.code),)
    amount: Values = ()
    percent: Values = ()
    if reduction.percent:
        code, wished = f"{code}_percent", round_ratio(of.rappen * reduction.percent, 100)
        percent = (("percent", reduction.percent),)
    else:
        wished = reduction.amount.rappen
        amount = (("amount", reduction.amount),)
    limited: Values = () if off.rappen == wished else (("off", off),)
    values: Values = (("leaves", reduction.leaves), *most, ("of", of), *limited, *percent)
    values = (*amount, *named, *values) if part is Part.SERVICE else (*amount, *values, *named)
    draft.add(f"{code}_limited" if limited else code, -off.rappen, values, vat=vat, part=part)


def _add_fee(draft: _Draft, book: PriceBook, *, gross: Money) -> None:
    fee = book.fee_on(gross)
    if not fee.rappen:
        return
    flat, percent, most = book.customer_fee, book.customer_fee_percent, book.customer_fee_most
    values: Values = () if most is None else (("most", most),)
    code = "customer_fee"
    values = (("flat", flat), *values)
    if percent:
        code = "customer_fee_flat_and_percent" if flat.rappen else "customer_fee_percent"
        values = (*values, ("of", gross), ("percent", percent))
    if fee == most:
        code = f"{code}_limited" if percent else code
    draft.add(code, fee.rappen, values, vat=VatTreatment.STANDARD, part=Part.PLATFORM)
