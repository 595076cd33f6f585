"""How long a quote takes beside the same sums with other libraries of money: `python benchmarks/quotes.py`.

One quote of six lines: the friend's price, more time, the way, an evening, a discount in percent, the
platform's fee. Ours is measured twice: the lines alone, each with its reason, and the whole quote, with all
that is judged and checked on the way, its warnings and an id made of its content. The others write the same
six amounts, rounded alike, each with a code and the same numbers, and sum them, in straight code without
rules to look up: what an application would write by hand. They do it twice: `values` keeps each line in a
frozen, slotted class as ours are, and reads the hour from the Swiss clock; `dicts` keeps it in a tuple with
a dict and knows that it is evening. That all come to the same is checked first. They run in turn; times are
CPU time of the thread.

Then how the time grows with the number of lines: add-ons are added to the quote.
"""

import argparse
import platform
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from math import log
from statistics import median
from time import thread_time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import attrs

from mila_core import matching, pricing, samples
from mila_core.catalogue import AddOn, Selection
from mila_core.matching import Match
from mila_core.money import chf
from mila_core.offers import UnitPrice
from mila_core.periods import Period, at_wall_time
from mila_core.pricing import PriceBook
from mila_core.pricing._lines import lines_of, units_of
from mila_core.quotes import Discount, QuoteBasis

MICRO = 1_000_000
CALLS = 200
SIX = 6
PILOT = samples.zurich_2013()
REQUEST = PILOT.request("game-console")
BOOK = PriceBook(travel_free_km=2, evening_percent=25, customer_fee=chf("2.50"))
REGULAR = Discount(code="regular-customer", percent=10)

ZURICH = ZoneInfo("Europe/Zurich")


@attrs.frozen
class Why:
    """A reason as ours are: frozen, slotted, hashable; without checks."""

    code: str
    values: tuple[tuple[str, object], ...]


@attrs.frozen
class Line:
    """A line as ours are, without checks."""

    why: Why
    amount: Any
    part: str = "service"
    vat: str = "none"


def job(add_ons: int = 0) -> Match:
    """Return a visit on a Thursday evening, half an hour longer than usual, 8.4 km away, with add-ons."""
    match = matching.FriendIndex(PILOT.market).rank(REQUEST, at=PILOT.opened_at).match("andreas")
    codes = [f"add-on-{number:03}" for number in range(add_ons)]
    names = match.visit.service.names
    service = attrs.evolve(
        match.visit.service, add_ons=[AddOn(code=code, minutes=0, names=names) for code in codes]
    )
    start = at_wall_time(date(2013, 11, 28), time(20))
    return attrs.evolve(
        match,
        distance_m=8_400,
        offer=attrs.evolve(
            match.offer, block_price=chf(20), prices=[UnitPrice(code=code, price=chf(5)) for code in codes]
        ),
        visit=attrs.evolve(
            match.visit,
            service=service,
            selection=Selection(extra_blocks=1, add_ons=codes),
            slot=Period(start, start + timedelta(minutes=90)),
        ),
    )


def whole(match: Match) -> Callable[[], Any]:
    """Return the call that makes the whole quote."""
    at = PILOT.opened_at
    return lambda: pricing.quote(REQUEST, match, book=BOOK, at=at, discount=REGULAR)


def lines(match: Match) -> Callable[[], Any]:
    """Return the call that makes its lines alone."""
    visit, basis = match.visit, QuoteBasis(offer=match.offer, distance_m=match.distance_m, discount=REGULAR)
    return lambda: lines_of(visit, basis, BOOK, units=units_of(visit, basis, BOOK))


class Library(NamedTuple):
    """What the sums by hand need of a library.

    Attributes:
        make: an amount from a text.
        share: a share of an amount in percent, rounded half up to the Rappen.
        least: the lower of two amounts.
    """

    make: Callable[[str], Any]
    share: Callable[[Any, int], Any]
    least: Callable[[Any, Any], Any] = min


def as_dict(code: str, values: tuple[tuple[str, object], ...], amount: Any) -> tuple[str, object, Any]:
    """Return a line as a tuple."""
    return code, dict(values), amount


def as_value(code: str, values: tuple[tuple[str, object], ...], amount: Any) -> Line:
    """Return a line as a value."""
    return Line(Why(code, values), amount)


def by_hand(library: Library, *, values: bool) -> Callable[[], Any]:
    """Return the same six lines in straight code; the prices were made before."""
    make, share, least = library
    line: Callable[..., Any] = as_value if values else as_dict
    price, block, fee = make("40.00"), make("20.00"), make("2.50")
    per_km, most, free_km, distance_m, evening, percent = make("1.00"), make("30.00"), 2, 8_400, 25, 10
    start, from_ = job().visit.slot.start, time(20)

    def quote() -> tuple[list[Any], Any]:
        found = [line("base", (("minutes", 60), ("service", "game-console")), price)]
        more = block * 1
        found.append(line("extra_blocks", (("blocks", 1), ("minutes", 30), ("per_block", block)), more))
        charged_km = -(-(distance_m - free_km * 1000) // 1000)
        way = least(per_km * charged_km, most)
        told = (("charged_km", charged_km), ("distance_m", distance_m), ("free_km", free_km))
        found.append(line("travel", (*told, ("most", most), ("per_km", per_km)), way))
        of = price + more
        local = start.astimezone(ZURICH) if values else None
        late = share(of, evening if local is None or local.time() >= from_ else 0)
        found.append(line("surcharge_evening", (("of", of), ("percent", evening)), late))
        before = of + way + late
        off = share(before, percent)
        found.append(line("discount_percent", (("of", before), ("percent", percent)), -off))
        found.append(line("customer_fee", (), fee))
        return found, before - off + fee

    return quote


CENT = Decimal("0.01")


def with_decimal() -> Library:
    """Return plain Decimals."""
    return Library(Decimal, lambda amount, percent: (amount * percent / 100).quantize(CENT, ROUND_HALF_UP))


def with_moneyed() -> Library:
    """Return py-moneyed, whose `round` rounds a half to even."""
    moneyed = import_module("moneyed")
    make, franc = moneyed.Money, moneyed.CHF

    def share(amount: Any, percent: int) -> Any:
        return make((amount.amount * percent / 100).quantize(CENT, ROUND_HALF_UP), franc)

    return Library(lambda text: make(text, franc), share)


def with_immoney() -> Library:
    """Return immoney."""
    immoney, currencies = import_module("immoney"), import_module("immoney.currencies")
    franc, half_up = currencies.CHF, immoney.Round.HALF_UP
    return Library(franc, lambda amount, percent: (amount * Fraction(percent, 100)).round_money(half_up))


def with_stockholm() -> Library:
    """Return stockholm."""
    make = import_module("stockholm").Money
    return Library(lambda text: make(text, "CHF"), lambda amount, percent: round(amount * percent / 100, 2))


PEERS: Mapping[str, tuple[str, Callable[[], Library]]] = {
    "py-moneyed": ("moneyed", with_moneyed),
    "immoney": ("immoney", with_immoney),
    "stockholm": ("stockholm", with_stockholm),
}


def due(made: Any) -> Decimal:
    """Return what is due, in francs, whoever made it."""
    amount = made.due.amount if hasattr(made, "due") else made[1]
    amount = getattr(amount, "decimal", getattr(amount, "amount", amount))  # immoney's; the others'
    return Decimal(amount)


def cpu(call: Callable[[], object]) -> float:
    """Return the CPU time of a call, in microseconds."""
    start = thread_time()
    for _ in range(CALLS):
        call()
    return (thread_time() - start) / CALLS * MICRO


def measured(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the times of some calls, taken in turn."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(cpu(call))
    return times


def main() -> None:
    """Measure and print two tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31, help="how often each is measured (default: 31)")
    rounds = parser.parse_args().rounds
    there = {name: library for name, (module, library) in PEERS.items() if find_spec(module)}
    missing = "".join(f"; {name} is not installed: left out" for name in PEERS if name not in there)
    versions = ", ".join(["", *(f"{name} {version(name)}" for name in there)])
    print(f"Python {platform.python_version()}{versions}{missing}, {rounds} rounds\n")
    hands = {
        f"{name}, {'values' if values else 'dicts'}": by_hand(library(), values=values)
        for name, library in {**there, "Decimal": with_decimal}.items()
        for values in (True, False)
    }
    six = job()
    calls = {"mila_core: the whole quote": whole(six), "mila_core: its lines": lines(six), **hands}
    expected = due(whole(six)())
    if any(due(call()) != expected for call in [whole(six), *hands.values()]) or len(lines(six)()) != SIX:
        raise SystemExit("not all come to the same")
    times = measured(calls, rounds)
    ours = times["mila_core: its lines"]
    print("| six lines | µs, median | least | times our lines |\n| --- | ---: | ---: | ---: |")
    for name, each in times.items():
        print(f"| {name} | {median(each):.1f} | {min(each):.1f} | {median(each) / median(ours):.2f} |")
    print("\n| lines | the whole quote, µs, median | least | exponent |\n| ---: | ---: | ---: | ---: |")
    before: tuple[int, float] | None = None
    for count in (SIX, 24, 96):
        (found,) = measured({"": whole(job(count - SIX))}, rounds).values()
        least = min(found)
        grown = "" if before is None else f"{log(least / before[1]) / log(count / before[0]):.2f}"
        print(f"| {count} | {median(found):.1f} | {least:.1f} | {grown} |")
        before = count, least


if __name__ == "__main__":
    main()
