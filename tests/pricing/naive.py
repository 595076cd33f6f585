"""The price written down a second time: slow, in exact fractions, straight from the rules in words."""

from collections.abc import Iterator
from datetime import time
from fractions import Fraction

from mila_core.friends import ContractMode
from mila_core.money import Money
from mila_core.periods import wall_time
from mila_core.pricing import PriceBook
from mila_core.quotes import Discount, Voucher
from tests.pricing.scene import Asked

Priced = tuple[str, int]


def half_up(value: Fraction) -> int:
    """Return a fraction of Rappen as whole Rappen, a half away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def units(asked: Asked) -> Iterator[Priced]:
    """Yield what is wanted, part by part."""
    visit, offer = asked.job.visit, asked.job.offer
    service, wanted = visit.service, visit.selection
    own: dict[str | None, int] = {each.code: each.price.rappen for each in offer.prices}
    own[None] = offer.price.rappen
    tariffs = {each.unit: each for each in asked.book.tariffs}
    by_tariff = asked.contract is ContractMode.PLATFORM
    base = wanted.package
    if by_tariff and (hour := tariffs[base].per_hour) is not None:
        extra = sum(each.minutes for each in service.add_ons if each.code in wanted.add_ons)
        minutes = visit.slot.minutes - extra - wanted.extra_blocks * service.block_minutes
        price = max(tariffs[base].price.rappen, half_up(Fraction(hour.rappen * minutes, 60)))
        yield "base_by_time" if base is None else "package_by_time", price
    else:
        yield "base" if base is None else "package", (tariffs[base].price.rappen if by_tariff else own[base])
    lasts = {each.code: each.minutes for each in service.add_ons}
    for code in sorted(wanted.add_ons):
        if by_tariff and (hour := tariffs[code].per_hour) is not None:
            of_time = half_up(Fraction(hour.rappen * lasts[code], 60))
            yield "add_on_by_time", max(tariffs[code].price.rappen, of_time)
        else:
            yield "add_on", tariffs[code].price.rappen if by_tariff else own[code]
    if wanted.extra_blocks:
        of_base = tariffs[base].block_price or tariffs[None].block_price
        block = of_base if by_tariff else offer.block_price
        assert block is not None
        yield "extra_blocks", wanted.extra_blocks * block.rappen


def travel(asked: Asked) -> Priced:
    """Return what the way costs."""
    if asked.job.visit.service.remote:
        return "travel_remote", 0
    charged, metres = 0, asked.job.distance_m - 1000 * asked.book.travel_free_km
    while metres > 0:
        charged, metres = charged + 1, metres - 1000
    if not charged:
        return "travel_free", 0
    return "travel", min(charged * asked.book.travel_per_km.rappen, asked.book.travel_most.rappen)


def surcharges(asked: Asked, of: int) -> Iterator[Priced]:
    """Yield what the hour costs."""
    book, start = asked.book, wall_time(asked.job.visit.slot.start)
    clock: time = start.time()
    called = {
        "surcharge_sunday": book.sunday_percent if start.weekday() == 6 else 0,
        "surcharge_holiday": book.holiday_percent if is_holiday(asked) else 0,
        "surcharge_evening": book.evening_percent if clock >= book.evening_from else 0,
        "surcharge_night": book.night_percent if is_night(asked, clock) else 0,
    }
    day, hour = ["surcharge_sunday", "surcharge_holiday"], ["surcharge_evening", "surcharge_night"]
    for group in [day, hour] if book.surcharges_stack else [day + hour]:
        most = max(called[code] for code in group)
        if most:
            code = min((code for code in group if called[code] == most), key=TOLD_FIRST.index)
            yield code, half_up(Fraction(of * most, 100))


TOLD_FIRST = ["surcharge_holiday", "surcharge_sunday", "surcharge_night", "surcharge_evening"]


def is_night(asked: Asked, clock: time) -> bool:
    """Say whether a time is at night, which may go on after midnight: walk on from its beginning."""
    from_, until = asked.book.night_from, asked.book.night_until
    if from_ < until:
        return not (clock < from_ or until <= clock)
    return not (until <= clock < from_)


def is_holiday(asked: Asked) -> bool:
    """Say whether the visit begins on a public holiday."""
    if asked.holidays is None:
        return False
    day = wall_time(asked.job.visit.slot.start).date()
    return any(each.day == day for each in asked.holidays.holidays)


def taken_off(reduction: Discount | Voucher | None, price: int) -> int:
    """Return what a reduction takes off a price."""
    if reduction is None:
        return 0
    share = Fraction(price * reduction.percent, 100) if reduction.percent else reduction.amount.rappen
    limits = [price - reduction.leaves.rappen, half_up(Fraction(share))]
    limits += [] if reduction.most is None else [reduction.most.rappen]
    return max(0, min(limits))


def fee(asked: Asked, gross: int) -> int:
    """Return the customer's fee."""
    book = asked.book
    both = book.customer_fee.rappen + half_up(Fraction(gross * book.customer_fee_percent, 100))
    return both if book.customer_fee_most is None else min(both, book.customer_fee_most.rappen)


def fee_code(book: PriceBook, charged: int) -> str:
    """Return the code of the fee's line."""
    if not book.customer_fee_percent:
        return "customer_fee"
    parts = "_flat_and_percent" if book.customer_fee.rappen else "_percent"
    is_most = book.customer_fee_most is not None and charged == book.customer_fee_most.rappen
    return f"customer_fee{parts}{'_limited' if is_most else ''}"


def priced(asked: Asked) -> list[Priced]:
    """Return code and Rappen of each line."""
    found = list(units(asked))
    of = sum(amount for _, amount in found)
    found.append(travel(asked))
    found += surcharges(asked, of)
    if demand := min(asked.demand_percent, asked.book.demand_most_percent):
        found.append(("demand", half_up(Fraction(of * demand, 100))))
    gross = sum(amount for _, amount in found)
    for code, reduction in (("discount", asked.discount), ("voucher", asked.voucher)):
        if reduction is not None and (off := taken_off(reduction, gross)):
            whole = half_up(Fraction(gross * reduction.percent, 100)) or reduction.amount.rappen
            name = code + "_percent" * bool(reduction.percent) + "_limited" * (off < whole)
            found.append((name, -off))
            gross -= off if code == "discount" else 0
    if charged := fee(asked, gross):
        found.append((fee_code(asked.book, charged), charged))
    due = sum(amount for _, amount in found)
    if asked.cash and due % 5:
        found.append(("cash_rounding", 5 * half_up(Fraction(due, 5)) - due))
    return found


def rappen(value: object) -> int:
    """Return the Rappen of what has to be an amount."""
    assert isinstance(value, Money)
    return value.rappen
