"""How long arithmetic with amounts takes beside other libraries of money: `python benchmarks/money.py`.

A call does one thing to a thousand different amounts: adds and subtracts pairs, makes amounts from ints and
from texts, takes the VAT of 8.1 % that a gross amount contains, shares an amount out, or sums all of them.
py-moneyed, immoney and stockholm take part where they are installed, each in the quickest way that its
documentation shows (with a currency made before); plain `Decimal` shows what a type of money costs at all,
and shares out by a function of its own here. What a library has no call for stays empty. That all come to
the same is checked first. They run in turn, round after round, so that a machine whose speed drifts drifts
for all; times are CPU time of the thread. A row gives, for one amount, our median and least in microseconds,
and how many times as long the others take: by the medians, and in brackets by the least.
"""

import argparse
import platform
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from itertools import pairwise
from statistics import median
from time import thread_time
from typing import Any

from mila_core.money import Money, allocate, chf, multiply, split, total

MANY = 1000
MICRO = 1_000_000
RAPPEN = [4_000 + 7 * number for number in range(MANY + 1)]
FRANCS = [1 + number for number in range(MANY)]
TEXTS = [f"{rappen // 100}.{rappen % 100:02d}" for rappen in RAPPEN[:MANY]]
VAT, WHOLE = 81, 1081  # 8.1 % of a net amount of 100 %, in tenths: contained in the gross amount
CENT = Decimal("0.01")
RATIOS = (1, 2, 3, 4, 5, 6, 7)

Calls = Mapping[str, Callable[[], Any]]


def ours() -> Calls:
    """Return our calls."""
    pairs = list(pairwise(map(Money, RAPPEN)))
    amounts = [one for one, _ in pairs]
    part = Fraction(VAT, WHOLE)
    return {
        "add": lambda: [one + other for one, other in pairs],
        "subtract": lambda: [other - one for one, other in pairs],
        "compare": lambda: [one < other for one, other in pairs],
        "from Rappen, `Money(4000)`": lambda: [Money(each) for each in RAPPEN[:MANY]],
        "from whole francs, `chf(40)`": lambda: [chf(each) for each in FRANCS],
        "from text, `chf('40.00')`": lambda: [chf(each) for each in TEXTS],
        "VAT contained, 8.1 %": lambda: [multiply(each, part) for each in amounts],
        "split into 7 even shares": lambda: [split(each, 7) for each in amounts],
        "allocate in 7 ratios": lambda: [allocate(each, RATIOS) for each in amounts],
        "sum of 1,000": lambda: total(amounts),
    }


def with_moneyed() -> Calls:
    """Return the calls of py-moneyed, whose amounts are Decimals and whose `round` rounds a half to even."""
    moneyed = import_module("moneyed")
    make, franc = moneyed.Money, moneyed.CHF
    pairs = list(pairwise(make(Decimal(rappen) / 100, franc) for rappen in RAPPEN))
    amounts = [one for one, _ in pairs]
    return {
        "add": lambda: [one + other for one, other in pairs],
        "subtract": lambda: [other - one for one, other in pairs],
        "compare": lambda: [one < other for one, other in pairs],
        "from whole francs, `chf(40)`": lambda: [make(each, franc) for each in FRANCS],
        "from text, `chf('40.00')`": lambda: [make(each, franc) for each in TEXTS],
        "VAT contained, 8.1 %": lambda: [(each * VAT / WHOLE).round(2) for each in amounts],
        "sum of 1,000": lambda: sum(amounts),
    }


def with_immoney() -> Calls:
    """Return the calls of immoney, which keeps the last amounts that were made and gives them again."""
    immoney, currencies = import_module("immoney"), import_module("immoney.currencies")
    franc, half_up = currencies.CHF, immoney.Round.HALF_UP
    pairs = list(pairwise(franc.from_subunit(rappen) for rappen in RAPPEN))
    amounts = [one for one, _ in pairs]
    part = Fraction(VAT, WHOLE)
    return {
        "add": lambda: [one + other for one, other in pairs],
        "subtract": lambda: [other - one for one, other in pairs],
        "compare": lambda: [one < other for one, other in pairs],
        "from Rappen, `Money(4000)`": lambda: [franc.from_subunit(each) for each in RAPPEN[:MANY]],
        "from whole francs, `chf(40)`": lambda: [franc(each) for each in FRANCS],
        "from text, `chf('40.00')`": lambda: [franc(each) for each in TEXTS],
        "VAT contained, 8.1 %": lambda: [(each * part).round_money(half_up) for each in amounts],
        "split into 7 even shares": lambda: [each // 7 for each in amounts],
        "sum of 1,000": lambda: sum(amounts, start=franc.zero),
    }


def with_stockholm() -> Calls:
    """Return the calls of stockholm, whose amounts are Decimals."""
    make = import_module("stockholm").Money
    pairs = list(pairwise(make.from_sub_units(rappen, "CHF") for rappen in RAPPEN))
    amounts = [one for one, _ in pairs]
    return {
        "add": lambda: [one + other for one, other in pairs],
        "subtract": lambda: [other - one for one, other in pairs],
        "compare": lambda: [one < other for one, other in pairs],
        "from Rappen, `Money(4000)`": lambda: [make.from_sub_units(each, "CHF") for each in RAPPEN[:MANY]],
        "from whole francs, `chf(40)`": lambda: [make(each, "CHF") for each in FRANCS],
        "from text, `chf('40.00')`": lambda: [make(each, "CHF") for each in TEXTS],
        "VAT contained, 8.1 %": lambda: [round(each * VAT / WHOLE, 2) for each in amounts],
        "sum of 1,000": lambda: make.sum(amounts),
    }


def largest_remainder(amount: Decimal, ratios: Sequence[int]) -> list[Decimal]:
    """Share a Decimal out by the method of the largest remainder, as one would without a library."""
    exact = [amount * ratio / sum(ratios) for ratio in ratios]
    shares = [each.quantize(CENT, ROUND_DOWN) for each in exact]
    left = int((amount - sum(shares)) / CENT)
    order = sorted(range(len(ratios)), key=lambda at: shares[at] - exact[at])
    for at in order[:left]:
        shares[at] += CENT
    return shares


def with_decimal() -> Calls:
    """Return the same with plain Decimals, which know of no currency and check nothing."""
    pairs = list(pairwise(Decimal(rappen).scaleb(-2) for rappen in RAPPEN))
    amounts = [one for one, _ in pairs]
    even = (1,) * 7
    return {
        "add": lambda: [one + other for one, other in pairs],
        "subtract": lambda: [other - one for one, other in pairs],
        "compare": lambda: [one < other for one, other in pairs],
        "from whole francs, `chf(40)`": lambda: [Decimal(each) for each in FRANCS],
        "from text, `chf('40.00')`": lambda: [Decimal(each) for each in TEXTS],
        "VAT contained, 8.1 %": lambda: [
            (each * VAT / WHOLE).quantize(CENT, ROUND_HALF_UP) for each in amounts
        ],
        "split into 7 even shares": lambda: [largest_remainder(each, even) for each in amounts],
        "allocate in 7 ratios": lambda: [largest_remainder(each, RATIOS) for each in amounts],
        "sum of 1,000": lambda: sum(amounts),
    }


PEERS: Mapping[str, tuple[str, Callable[[], Calls]]] = {
    "py-moneyed": ("moneyed", with_moneyed),
    "immoney": ("immoney", with_immoney),
    "stockholm": ("stockholm", with_stockholm),
}


def plain(result: Any) -> Any:
    """Return francs as Decimals, whichever library they are of."""
    match result:
        case bool() | Decimal():
            return result
        case Money():
            return Decimal(result.amount)
        case list() | tuple():
            return [plain(each) for each in result]
    exact = result.decimal if hasattr(result, "decimal") else result.amount  # immoney's; the others'
    return Decimal(exact)


def cpu(call: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    start = thread_time()
    call()
    return thread_time() - start


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=41, help="how often each is measured (default: 41)")
    rounds = parser.parse_args().rounds
    there = {name: calls for name, (module, calls) in PEERS.items() if find_spec(module)}
    others = {name: calls() for name, calls in there.items()} | {"Decimal": with_decimal()}
    missing = "".join(f"; {name} is not installed: left out" for name in PEERS if name not in there)
    versions = ", ".join(["", *(f"{name} {version(name)}" for name in there)])
    print(f"Python {platform.python_version()}{versions}{missing}, {rounds} rounds\n")
    print(f"| one amount | mila_core, µs | least | {' | '.join(others)} |")
    print(f"| --- | ---: | ---: |{' ---: |' * len(others)}")
    for what, call in ours().items():
        calls = {"mila_core": call} | {name: each[what] for name, each in others.items() if what in each}
        expected = plain(call())
        if any(plain(each()) != expected for each in calls.values()):
            raise SystemExit(f"{what}: not all come to the same")
        times: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(rounds):
            for name, each in calls.items():
                times[name].append(cpu(each))
        middle, least = median(times["mila_core"]), min(times["mila_core"])
        cells = [
            f"{median(times[name]) / middle:.1f} ({min(times[name]) / least:.1f})" if name in times else ""
            for name in others
        ]
        row = f"{middle / MANY * MICRO:.3f} | {least / MANY * MICRO:.3f} | {' | '.join(cells)}"
        print(f"| {what} | {row} |")


if __name__ == "__main__":
    main()
