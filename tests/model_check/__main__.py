"""Visit every state that can be reached: `python -m tests.model_check [--deep] [names]`.

One row a world: how many commands are executed at a time, how many different histories, states and steps
between them there are. Where a law is broken, the shortest way there is written, and the exit code is 1.
"""

import argparse
import sys

from tests.model_check.worlds import WORLDS

ROW = "{:<16} {:>7} {:>9} {:>9} {:>11}  {}\n"


def main(arguments: list[str]) -> int:
    """Visit the worlds that are asked for, and say whether all laws hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.model_check", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(WORLDS)}; all if not given")
    parser.add_argument("--deep", action="store_true", help="the large worlds: minutes, nearly a gigabyte")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(WORLDS):
        parser.error(f"no such world: {', '.join(sorted(unknown))}")
    sys.stdout.write(ROW.format("world", "workers", "histories", "states", "transitions", "result"))
    broken = False
    for name in given.names or WORLDS:
        world = WORLDS[name](deep=given.deep)
        seen = world.explore()
        result = seen.broken or "all laws hold"
        row = (name, world.workers, world.lives.count, seen.states, seen.transitions, result)
        sys.stdout.write(ROW.format(*row))
        sys.stdout.write("".join(f"    {step}\n" for step in seen.trace))
        sys.stdout.flush()
        broken |= seen.broken is not None
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
