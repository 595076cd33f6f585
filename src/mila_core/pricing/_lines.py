"""The lines of a quote in their order, each rounded once from an exact value."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from mila_core.catalogue import Selection, Service
from mila_core.eligibility import Visit
from mila_core.errors import UnknownIdError
from mila_core.friends import ContractMode
from mila_core.money import CASH_STEP, ZERO, Money, multiply, round_to, total
from mila_core.offers import Offer
from mila_core.policies import VatTreatment
from mila_core.pricing._surcharges import surcharges_at
from mila_core.pricing.book import PriceBook
from mila_core.quotes import Discount, Part, QuoteBasis, QuoteLine, Voucher
from mila_core.quotes.values import known_line
from mila_core.reasons import Reason, Scalar, known_reason, reason

__all__ = ["Unit", "lines_of", "prices_above_ceiling", "units_of"]

_METRES_PER_KM = 1000


class Unit(NamedTuple):
    """A priced part of what is wanted.

    Attributes:
        code: the code of its line.
        amount: what it costs.
        ceiling: what it may cost at most; None for no limit.
        values: the numbers that its line tells.
    """

    code: str
    amount: Money
    ceiling: Money | None
    values: dict[str, Scalar]


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


def prices_above_ceiling(units: list[Unit]) -> list[Reason]:
    """Say which own prices are above what the network recommends at most.

    Args:
        units: the parts of what is wanted.
    """
    return [
        reason("above_ceiling", price=each.amount, most=each.ceiling)
        for each in units
        if each.ceiling is not None and each.amount > each.ceiling
    ]


def _minutes(visit: Visit) -> tuple[int, int]:
    """Return how long the service itself usually takes, and does: the visit less add-ons and more time."""
    service, selection = visit.service, visit.selection
    usual = service.minutes
    if selection.package is not None:
        usual = service.minutes_of(Selection(package=selection.package))
    if not selection.add_ons and not selection.extra_blocks:
        return usual, visit.slot.minutes
    return usual, max(0, visit.slot.minutes - service.minutes_of(selection) + usual)


def _own_units(visit: Visit, offer: Offer, book: PriceBook) -> Iterator[Unit]:
    service, selection = visit.service, visit.selection
    for code in offer.missing(selection):
        raise UnknownIdError("price", code)
    prices = {each.code: each.price for each in offer.prices}
    usual, minutes = _minutes(visit)

    def unit(code: str, amount: Money, most: Money | None, **values: Scalar) -> Unit:
        told: dict[str, Scalar] = {} if most is None else {"ceiling": most}
        return Unit(code, amount, most, {"service": service.code, **values, **told})

    def ceiling(of: str | None) -> Money | None:
        tariff = book.tariff(service.code, unit=of)
        return None if tariff is None else tariff.amount(minutes if of == selection.package else 0)

    if selection.package is None:
        yield unit("base", offer.price, ceiling(None), minutes=usual)
    else:
        package = selection.package
        yield unit("package", prices[package], ceiling(package), unit=package, minutes=usual)
    for code in sorted(selection.add_ons):
        yield unit("add_on", prices[code], ceiling(code), unit=code)
    if selection.extra_blocks and offer.block_price is not None:
        tariff = book.tariff(service.code)
        most = None if tariff is None else tariff.block_amount(service.block_minutes)
        yield _blocks(service, selection.extra_blocks, offer.block_price, most)


def _blocks(service: Service, count: int, price: Money, most: Money | None) -> Unit:
    values: dict[str, Scalar] = {"blocks": count, "minutes": service.block_minutes, "per_block": price}
    if most is None:
        return Unit("extra_blocks", price * count, None, values)
    return Unit("extra_blocks", price * count, most * count, {**values, "ceiling": most})


def _tariff_units(visit: Visit, book: PriceBook) -> Iterator[Unit]:
    service, selection = visit.service, visit.selection
    wanted = [selection.package, *sorted(selection.add_ons)]
    for position, code in enumerate(wanted):
        tariff = book.tariff(service.code, unit=code)
        if tariff is None:
            raise UnknownIdError("tariff", service.code if code is None else f"{service.code}/{code}")
        values: dict[str, Scalar] = {"service": service.code}
        if code is not None:
            values["unit"] = code
        if position:  # an add-on has its price, whatever its time
            yield Unit("add_on", tariff.price, None, values)
            continue
        usual, minutes = _minutes(visit)
        if tariff.per_hour is None:
            name = "base" if code is None else "package"
            yield Unit(name, tariff.price, None, {**values, "minutes": usual})
        else:
            name = "base_by_time" if code is None else "package_by_time"
            told = {**values, "minutes": minutes, "per_hour": tariff.per_hour, "least_price": tariff.price}
            yield Unit(name, tariff.amount(minutes), None, told)
    if selection.extra_blocks:
        tariff = book.tariff(service.code)
        price = None if tariff is None else tariff.block_amount(service.block_minutes)
        if price is None:
            raise UnknownIdError("tariff", f"{service.code}/extra_blocks")
        yield _blocks(service, selection.extra_blocks, price, None)


def lines_of(visit: Visit, basis: QuoteBasis, book: PriceBook, *, units: list[Unit]) -> list[QuoteLine]:
    """Return all lines of a quote.

    Args:
        visit: the visit.
        basis: all else that it is computed of.
        book: the price book.
        units: the parts of what is wanted (`units_of`).
    """
    vat = _service_vat(visit, basis, book)
    lines, of_units = [], ZERO
    for unit in units:
        lines.append(_line(unit.code, unit.amount, unit.values, vat=vat))
        of_units += unit.amount
    lines += _supplements(visit, basis, book, vat=vat, of=of_units)
    gross = total(line.amount for line in lines)
    if basis.discount is not None and (off := basis.discount.off(gross)) > ZERO:
        lines.append(_reduction("discount", basis.discount, off, of=gross, vat=vat))
        gross -= off
    lines += _platform_lines(basis, book, gross=gross, vat=vat)
    due = total(line.amount for line in lines)
    rounding = round_to(due, step=CASH_STEP) - due
    if basis.cash and rounding != ZERO:
        values: dict[str, Scalar] = {"step_rappen": CASH_STEP}
        lines.append(_line("cash_rounding", rounding, values, vat=VatTreatment.NONE, part=Part.PLATFORM))
    return lines


def _line(
    code: str,
    amount: Money,
    values: Mapping[str, Scalar],
    *,
    vat: VatTreatment,
    part: Part = Part.SERVICE,
) -> QuoteLine:
    return known_line(known_reason(code, values), amount, part=part, vat=vat)


def _service_vat(visit: Visit, basis: QuoteBasis, book: PriceBook) -> VatTreatment:
    """Return how the service is taxed: a private helper's price is not, the platform's is by the tariff."""
    if basis.contract is ContractMode.FRIEND:
        return VatTreatment.NONE
    tariff = book.tariff(visit.service.code, unit=visit.selection.package)
    return VatTreatment.STANDARD if tariff is None else tariff.vat


def _supplements(
    visit: Visit, basis: QuoteBasis, book: PriceBook, *, vat: VatTreatment, of: Money
) -> Iterator[QuoteLine]:
    yield _travel(visit, basis.distance_m, book, vat=vat)
    for surcharge in surcharges_at(visit.slot.start, book=book, holiday=basis.holiday):
        values: dict[str, Scalar] = {"percent": surcharge.percent, "of": of}
        if surcharge.code == "surcharge_holiday" and basis.holiday is not None:
            values["holiday"] = basis.holiday
        yield _line(surcharge.code, _percent(of, surcharge.percent), values, vat=vat)
    if demand := min(basis.demand_percent, book.demand_most_percent):
        values = {"percent": demand, "of": of, "most_percent": book.demand_most_percent}
        yield _line("demand", _percent(of, demand), values, vat=vat)


def _percent(of: Money, percent: int) -> Money:
    return multiply(of, Fraction(percent, 100))


def _travel(visit: Visit, distance_m: int, book: PriceBook, *, vat: VatTreatment) -> QuoteLine:
    if visit.service.remote:  # wherever the customer lives, so that a shorter way never costs more
        return _line("travel_remote", ZERO, {}, vat=vat)
    beyond = max(0, distance_m - book.travel_free_km * _METRES_PER_KM)
    started_km = -(-beyond // _METRES_PER_KM)
    values: dict[str, Scalar] = {"distance_m": distance_m, "free_km": book.travel_free_km}
    if not started_km:
        return _line("travel_free", ZERO, values, vat=vat)
    values |= {"charged_km": started_km, "per_km": book.travel_per_km, "most": book.travel_most}
    return _line("travel", min(book.travel_per_km * started_km, book.travel_most), values, vat=vat)


def _reduction(
    code: str,
    reduction: Discount | Voucher,
    off: Money,
    *,
    of: Money,
    vat: VatTreatment,
    part: Part = Part.SERVICE,
) -> QuoteLine:
    values: dict[str, Scalar] = {"id": reduction.code, "of": of, "leaves": reduction.leaves}
    if reduction.most is not None:
        values["most"] = reduction.most
    if reduction.percent:
        return _line(f"{code}_percent", -off, {**values, "percent": reduction.percent}, vat=vat, part=part)
    return _line(code, -off, {**values, "amount": reduction.amount}, vat=vat, part=part)


def _platform_lines(
    basis: QuoteBasis, book: PriceBook, *, gross: Money, vat: VatTreatment
) -> Iterator[QuoteLine]:
    if basis.voucher is not None and (off := basis.voucher.off(gross)) > ZERO:
        yield _reduction("voucher", basis.voucher, off, of=gross, vat=vat, part=Part.PLATFORM)
    fee = book.fee_on(gross)
    if fee > ZERO:
        values: dict[str, Scalar] = {}
        if book.customer_fee_percent:
            values = {"flat": book.customer_fee, "percent": book.customer_fee_percent, "of": gross}
        if book.customer_fee_most is not None:
            values["most"] = book.customer_fee_most
        code = "customer_fee_percent" if book.customer_fee_percent else "customer_fee"
        yield _line(code, fee, values, vat=VatTreatment.STANDARD, part=Part.PLATFORM)
