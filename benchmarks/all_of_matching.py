"""All figures of matching in one run: `python benchmarks/all_of_matching.py`.

Runs the scripts of rankings, assignments, stable pairs and fair exposure one after the other, each in a
process of its own, so that none measures what another has left behind.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = ("rank", "assign", "stable", "fair_exposure")


def main() -> None:
    """Run the scripts in turn; what they print is Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orlib", type=Path, help="the folder with assign100.txt.gz to assign400.txt.gz")
    orlib = parser.parse_args().orlib
    for name in SCRIPTS:
        print(f"\n## {name}\n", flush=True)
        options = ["--orlib", str(orlib)] if name == "assign" and orlib is not None else []
        subprocess.run([sys.executable, str(HERE / f"{name}.py"), *options], check=True)


if __name__ == "__main__":
    main()
