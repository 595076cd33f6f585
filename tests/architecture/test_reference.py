"""Every public name stands in the reference of the docs."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from tests.architecture.package import DOCS, exported_names, public_modules

_AUTOMODULE = re.compile(r"^\.\. automodule:: (?P<module>\S+)\n(?P<options>(?: +:.*\n)*)", re.MULTILINE)
_SINGLE = re.compile(
    r"^\.\. (?P<kind>currentmodule|auto(?:class|data|function)):: (?P<name>\S+)$", re.MULTILINE
)


@cache
def documented_modules() -> dict[str, str]:
    """Return the options of the `automodule` directive of each module in the reference."""
    found: dict[str, str] = {}
    for page in sorted((DOCS / "reference").rglob("*.md")):
        for match in _AUTOMODULE.finditer(page.read_text(encoding="utf-8")):
            module = match["module"]
            assert module not in found, f"{module} is documented twice, at last in {page.name}"
            found[module] = match["options"]
    return found


def documented_singly() -> Iterator[tuple[ModuleType, str]]:
    """Yield the module and the name of each object that stands in the reference on a line of its own."""
    for page in sorted((DOCS / "reference").rglob("*.md")):
        current = ""
        for match in _SINGLE.finditer(page.read_text(encoding="utf-8")):
            if match["kind"] == "currentmodule":
                current = match["name"]
                continue
            module, _, name = match["name"].rpartition(".")
            yield import_module(module or current), name


@cache
def documented_objects() -> frozenset[tuple[str, int]]:
    """Return the public objects that stand in the reference, each as its name and identity."""
    whole = {module for module, options in documented_modules().items() if ":members:" in options}
    with_members = ((module, name) for module, name in exported_names() if module.__name__ in whole)
    return frozenset(
        (name, id(getattr(module, name))) for module, name in (*with_members, *documented_singly())
    )


def undocumented(module: ModuleType) -> list[str]:
    """Return what is missing of a module in the reference."""
    options = documented_modules().get(module.__name__)
    if options is not None and ":members:" in options:
        return []
    if options is not None and ":no-members:" not in options:
        return [":members:, or :no-members: and each name on a line of its own"]
    return [name for name in module.__all__ if (name, id(getattr(module, name))) not in documented_objects()]


def test_every_public_name_stands_in_the_reference() -> None:
    """A module stands there with its members, or each of its names does, by itself or with its package."""
    missing = {module.__name__: undocumented(module) for module in public_modules()}
    assert {name: names for name, names in missing.items() if names} == {}


def test_the_reference_has_no_page_of_a_module_that_is_gone() -> None:
    """Each module in the reference exists."""
    assert set(documented_modules()) <= {module.__name__ for module in public_modules()}
