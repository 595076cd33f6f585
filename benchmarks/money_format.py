"""How long an amount takes to be written and read, beside babel: `python benchmarks/money_format.py`.

All libraries write the same amounts in turn, round after round, so that a machine whose speed drifts drifts
for all. A row gives the median and the least over the rounds of the time of one call, and either in ratio to
those of `format_money`. py-moneyed takes part where it is installed. What babel writes is not the same text:
release 2.18 has the symbols of CLDR 47.
"""

import argparse
import platform
from collections.abc import Callable, Mapping
from decimal import Decimal
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from statistics import median
from time import perf_counter

from babel.numbers import format_currency

from mila_core.i18n import format_money, parse_money
from mila_core.money import Money, chf

AMOUNTS = ("40.00", "1234.50", "999999999999.95")
LOCALES = ("de_CH", "fr_CH")
CALLS = 2000


def microseconds(call: Callable[[], object]) -> float:
    """Return the time of one call, the mean of many."""
    start = perf_counter()
    for _ in range(CALLS):
        call()
    return (perf_counter() - start) / CALLS * 1_000_000


def calls(amount: Money, *, locale: str) -> Mapping[str, Callable[[], object]]:
    """Return what is measured, ours first; what was written is read back in the last."""
    francs = Decimal(amount.amount)
    text = format_money(amount, locale=locale)
    found: dict[str, Callable[[], object]] = {
        "format_money": lambda: format_money(amount, locale=locale),
        "babel": lambda: format_currency(francs, "CHF", locale=locale),
    }
    if find_spec("moneyed") is not None:
        moneyed, l10n = import_module("moneyed"), import_module("moneyed.l10n")
        theirs = moneyed.Money(francs, "CHF")
        found["py-moneyed"] = lambda: l10n.format_money(theirs, locale=locale)
    return found | {"parse_money": lambda: parse_money(text, locale=locale)}


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=21, help="how often each call is measured (default: 21)"
    )
    rounds = parser.parse_args().rounds
    with_moneyed = find_spec("moneyed") is not None
    others = (
        f", py-moneyed {version('py-moneyed')}" if with_moneyed else "; py-moneyed is not installed: skipped"
    )
    print(f"Python {platform.python_version()}, babel {version('babel')}{others}, {rounds} rounds\n")
    print("| amount | locale | call | µs, median | µs, least | ratio of medians | ratio of least |")
    print("| ---: | --- | --- | ---: | ---: | ---: | ---: |")
    for text in AMOUNTS:
        for locale in LOCALES:
            measured = calls(chf(text), locale=locale)
            times: dict[str, list[float]] = {name: [] for name in measured}
            for _ in range(rounds):
                for name, call in measured.items():
                    times[name].append(microseconds(call))
            for name, each in times.items():
                ours = times["format_money"]
                row = f"{median(each):.2f} | {min(each):.2f} | {median(each) / median(ours):.1f}"
                row += f" | {min(each) / min(ours):.1f}"
                print(f"| {text} | `{locale}` | {name} | {row} |")


if __name__ == "__main__":
    main()
