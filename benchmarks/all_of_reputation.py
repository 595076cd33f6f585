"""All figures of reputation in one run: `python benchmarks/all_of_reputation.py FOLDER`.

The folder has the histories `insteval.csv.gz`, `ciao.csv.gz` and `olist.csv.gz` and the network
`bitcoin_otc.csv.gz` with its labels `bitcoin_otc_gt.csv`; those that are missing are named and left out. Runs
the scripts one after the other, each in a process of its own, so that none measures what another has left
behind.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
HISTORIES = ("insteval.csv.gz", "olist.csv.gz", "ciao.csv.gz")
NETWORK = ("bitcoin_otc.csv.gz", "bitcoin_otc_gt.csv")


def main() -> None:
    """Run the scripts in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files are")
    folder = parser.parse_args().folder
    wanted = {name: folder / name for name in (*HISTORIES, *NETWORK)}
    for name in [name for name, path in wanted.items() if not path.exists()]:
        print(f"{name}: not there, left out")
        del wanted[name]
    histories = [str(wanted[name]) for name in HISTORIES if name in wanted]
    runs = []
    if histories:
        runs.append(["reputation_models", *histories, "--subject", "item", "--stars", "rating"])
    if all(name in wanted for name in NETWORK):
        runs.append(["reputation_signed", *(str(wanted[name]) for name in NETWORK)])
    runs.append(["integrity", "--attacks", "--seed", "13"])
    for name, *options in runs:
        print(f"\n## {name}\n", flush=True)
        subprocess.run([sys.executable, str(HERE / f"{name}.py"), *options], check=True)


if __name__ == "__main__":
    main()
