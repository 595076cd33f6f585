"""Simulate bookings from the command line: `python -m tests.simulation --bookings 100000 --seed 1`."""

import argparse
import gc
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

from tests.simulation.guards import GUARDS
from tests.simulation.runs import Report, run_world
from tests.simulation.world import BOOKINGS

_SHOWN = 10
_WORLDS_AT_ONCE = 8


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--bookings", type=int, default=6000, help="how many bookings begin, at least")
    parser.add_argument("--seed", type=int, default=1, help="the first world's; each next one's is one more")
    parser.add_argument("--processes", type=int, default=2, help="how many worlds run side by side")
    parser.add_argument("--without", choices=sorted(GUARDS), help="which guard is taken away")
    parser.add_argument("--refusals", action="store_true", help="show what was refused, too")
    return parser.parse_args()


def _run(arguments: argparse.Namespace) -> Report:
    worlds = -(-arguments.bookings // BOOKINGS)
    seeds = range(arguments.seed, arguments.seed + worlds)
    run, report = partial(run_world, without=arguments.without), Report()
    with multiprocessing.Pool(arguments.processes, initializer=gc.freeze) as pool:
        for each in pool.imap(run, seeds, chunksize=_WORLDS_AT_ONCE):
            report.add(each)
    return report


def _table(title: str, counts: Counter[str]) -> Iterator[str]:
    yield f"\n{title}"
    for name, count in sorted(counts.items()):
        yield f"  {name:<48}{count:>10,}"


def _lines(report: Report, *, refusals: bool) -> Iterator[str]:
    yield from _table("events", report.events)
    yield from _table("faults", report.faults)
    yield from _table("commands", report.answers)
    if refusals:
        yield from _table("refusals", report.refusals)
    yield f"\nevents that did not occur: {' '.join(report.missing) or 'none'}"
    yield f"violations: {len(report.violations):,}"
    for each in report.violations[:_SHOWN]:
        yield f"  {each}"


def main() -> int:
    """Run, and print what came of it; 1 if anything was found wrong or is missing."""
    arguments, begin = _arguments(), time.monotonic()
    report = _run(arguments)
    took = time.monotonic() - begin
    sys.stdout.writelines(f"{line}\n" for line in _lines(report, refusals=arguments.refusals))
    count, events, worlds = report.bookings, report.events.total(), len(report.digests)
    sys.stdout.write(f"\n{count:,} bookings in {worlds:,} worlds, {events:,} events, {took:.1f} s\n")
    sys.stdout.write(f"history: {report.digest}\n")
    return 1 if report.violations or report.missing else 0


if __name__ == "__main__":
    sys.exit(main())
