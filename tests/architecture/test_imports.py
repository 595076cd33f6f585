"""Imports inside the package: absolute, never from the package root, never in a circle."""

import ast
from itertools import pairwise

import grimp
import pytest

from tests.architecture.package import NAME, module_name, source_files


def forbidden_imports(source: str) -> list[str]:
    """Return the imports that are relative or reach for the package root, as `line: statement`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(level=level, module=module) if level > 0 or module == NAME:
                found.append(f"{node.lineno}: {ast.unparse(node)}")
            case ast.Import(names=names) if any(name.name == NAME for name in names):
                found.append(f"{node.lineno}: {ast.unparse(node)}")
            case _:
                pass
    return found


@pytest.mark.parametrize(
    "statement",
    [
        "import mila_core",
        "import mila_core as package",
        "from mila_core import money",
        "from . import money",
        "from .money import chf",
        "def late():\n    from mila_core import __version__",
    ],
)
def test_the_check_sees_a_forbidden_import(statement: str) -> None:
    """The check itself notices each form of import that is not allowed."""
    assert len(forbidden_imports(statement)) == 1


@pytest.mark.parametrize("statement", ["from mila_core.money import chf", "import mila_core.money as money"])
def test_the_check_passes_an_allowed_import(statement: str) -> None:
    """The check itself lets the allowed forms pass."""
    assert forbidden_imports(statement) == []


def test_no_module_imports_the_package_root_or_relatively() -> None:
    """A module names the module that it imports from, in full: the root would tie all modules together."""
    found = {
        module_name(path): forbidden_imports(path.read_text(encoding="utf-8")) for path in source_files()
    }
    assert {name: imports for name, imports in found.items() if imports} == {}


def circles(graph: grimp.ImportGraph) -> list[str]:
    """Return, for each module that reaches itself by imports, the shortest way round."""
    found = []
    for module in sorted(graph.modules):
        ways = [
            " -> ".join((module, *chain))
            for imported in sorted(graph.find_modules_directly_imported_by(module))
            if (chain := graph.find_shortest_chain(imported, module))
        ]
        if ways:
            found.append(min(ways, key=lambda way: way.count(" -> ")))
    return found


def test_the_check_sees_a_circle() -> None:
    """The check itself notices three modules that import each other in a circle."""
    graph = grimp.ImportGraph()
    for importer, imported in pairwise(["a", "b", "c", "a"]):
        graph.add_import(importer=importer, imported=imported)
    assert circles(graph) == ["a -> b -> c -> a", "b -> c -> a -> b", "c -> a -> b -> c"]


def test_no_module_reaches_itself_by_imports() -> None:
    """There is no circle of imports between modules, not even one inside a function."""
    assert circles(grimp.build_graph(NAME, cache_dir=None)) == []
