"""`python -m mila_core`: the pilot of 2013 from end to end; `--help` lists the commands on files."""

import sys

from mila_core.terminal import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
