"""Reading the data files that ship with the package.

Imported inside the functions that need it, on first use: what it imports takes longer than all of a module
that has only a little data.
"""

import csv
import gzip
import io
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any


def read_bytes(*path: str) -> bytes:
    """Return a file of the package."""
    return files("mila_core").joinpath(*path).read_bytes()


def read_csv(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table in `data/`, by the names in its first line; unpack it if it ends in `.gz`."""
    packed = read_bytes("data", name)
    data = gzip.decompress(packed) if name.endswith(".gz") else packed
    yield from csv.DictReader(io.StringIO(data.decode("utf-8")))


def read_toml(name: str) -> dict[str, Any]:
    """Return a TOML file in `data/`."""
    return tomllib.loads(read_bytes("data", name).decode("utf-8"))
