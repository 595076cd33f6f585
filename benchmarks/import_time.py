"""How long importing takes over the bare interpreter, beside attrs: `python benchmarks/import_time.py`.

Each import runs in a fresh interpreter, all of them in turn, round after round, so that a machine whose speed
drifts drifts for all. A row gives the median over the rounds of the time above the bare interpreter's in the
same round.
"""

import argparse
import platform
import subprocess
import sys
from importlib.metadata import version
from statistics import median
from time import perf_counter

STATEMENTS = (
    "import attrs",
    "import mila_core",
    "from mila_core import money",
    "from mila_core import bookings",
    "from mila_core import matching",
    "from mila_core import pricing",
    "from mila_core import reputation",
    "from mila_core import serialization",
    "from mila_core import i18n",
)


def milliseconds(statement: str) -> float:
    """Return the wall time of a fresh interpreter that runs one statement."""
    start = perf_counter()
    subprocess.run([sys.executable, "-I", "-c", statement], check=True)
    return (perf_counter() - start) * 1000


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31, help="how often each statement runs (default: 31)")
    rounds = parser.parse_args().rounds
    for statement in ("pass", *STATEMENTS):  # once for the caches of the file system and of the bytecode
        milliseconds(statement)
    over: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    bare: list[float] = []
    for _ in range(rounds):
        base = milliseconds("pass")
        bare.append(base)
        for statement in STATEMENTS:
            over[statement].append(milliseconds(statement) - base)
    attrs_time = median(over["import attrs"])
    print(
        f"Python {platform.python_version()}, {platform.machine()}, attrs {version('attrs')}, {rounds} rounds"
    )
    print(f"bare interpreter: {median(bare):.1f} ms\n")
    print("| statement | ms over bare, median | least | times `import attrs` |")
    print("| --- | ---: | ---: | ---: |")
    for statement, times in over.items():
        print(
            f"| `{statement}` | {median(times):.1f} | {min(times):.1f} | {median(times) / attrs_time:.2f} |"
        )


if __name__ == "__main__":
    main()
