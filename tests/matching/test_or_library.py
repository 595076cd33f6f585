"""The assignment problems of the OR-Library, whose optima are published.

J. E. Beasley, OR-Library: distributing test problems by electronic mail, Journal of the Operational Research
Society 41 (1990); the problems assign100 to assign400 with their optima.
"""

import gzip
from pathlib import Path

import pytest

from mila_core.matching import assign

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "assignment"

OPTIMA = {100: 305, 200: 475, 300: 626, 400: 804}


@pytest.mark.skipif(not FOLDER.exists(), reason="the OR-Library's problems are not beside the project")
@pytest.mark.parametrize(("size", "optimum"), OPTIMA.items())
def test_a_problem_of_the_library_has_its_optimum(size: int, optimum: int) -> None:
    """All workers are assigned, at the published cost."""
    numbers = gzip.decompress((FOLDER / f"assign{size}.txt.gz").read_bytes()).split()[1:]
    edges = [(f"r{place // size}", f"f{place % size}", int(cost)) for place, cost in enumerate(numbers)]
    found = assign(edges, unserved_cost=10_000)
    found.verify()
    assert (found.cost, len(found.pairs)) == (optimum, size)
