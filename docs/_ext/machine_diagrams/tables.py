"""Which tables there are, and what is said of them in words."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pkgutil import walk_packages
from typing import TypeGuard

from machine_diagrams.graph import START, arrows_of, column_of, finals_of, states_of
from mila_core.lifecycle import Role, Transition

__all__ = ["Table", "describe", "is_table", "public_tables", "rows_of"]

Table = tuple[Transition, ...]


def is_table(value: object) -> TypeGuard[Table]:
    """Say whether a value is a machine's table: a tuple of transitions, at least one."""
    return isinstance(value, tuple) and bool(value) and all(isinstance(row, Transition) for row in value)


def _public_modules(package: str) -> Iterator[str]:
    yield package
    for info in walk_packages(getattr(import_module(package), "__path__", []), f"{package}."):
        if not any(part.startswith("_") for part in info.name.split(".")):
            yield info.name


def public_tables(package: str) -> dict[str, Table]:
    """Return every public table of a package, by its shortest public path, in alphabetical order.

    Args:
        package: the name of the package, which is imported whole, or of a single module.
    """
    found: dict[int, tuple[str, Table]] = {}
    for module in sorted(_public_modules(package), key=lambda name: (name.count("."), name)):
        names = getattr(import_module(module), "__all__", ())
        for name in names:
            value = getattr(import_module(module), name)
            if is_table(value):
                found.setdefault(id(value), (f"{module}.{name}", value))
    return dict(sorted(found.values()))


def describe(table: Table) -> str:
    """Say in words what the picture of a table shows, for those who do not see it."""
    arrows = arrows_of(table)
    finals = finals_of(arrows)
    column = [name for name in column_of(arrows) if name != START and name not in finals]
    begins = [arrow.target for arrow in arrows if arrow.source == START]
    ends = [name for name in states_of(arrows) if name in finals]
    parts = [
        f"States that events leave: {', '.join(column)}.",
        f"Final states: {', '.join(ends)}." if ends else "No state is final.",
        f"A life begins as {' or '.join(dict.fromkeys(begins))}." if begins else "",
        "The table below the picture has each event, who may cause it, from where and to where.",
    ]
    return " ".join(part for part in parts if part)


def rows_of(table: Table) -> Sequence[tuple[str, tuple[str, ...], tuple[str, ...], str]]:
    """Return the event, the roles, the states before and the state after of each row, in a settled order."""
    states = column_of(arrows_of(table))
    return [
        (
            row.event,
            tuple(role.value for role in Role if role in row.roles),
            tuple(state for state in states if state in row.sources),
            str(row.target),
        )
        for row in table
    ]
