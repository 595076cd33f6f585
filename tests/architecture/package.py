"""The package as the architecture tests see it: its files, its public modules, what they define."""

import enum
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType, MappingProxyType, ModuleType

import attrs

import mila_core

NAME = mila_core.__name__
SOURCE = Path(mila_core.__file__).parent
DOCS = Path(__file__).parents[2] / "docs"


def module_name(path: Path) -> str:
    """Return the dotted name of the module that a source file is."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def source_files() -> tuple[Path, ...]:
    """Return the source files of all modules, in order of their names."""
    return tuple(sorted(SOURCE.rglob("*.py"), key=module_name))


@cache
def public_modules() -> tuple[ModuleType, ...]:
    """Return the public modules: those with no leading underscore in any part of their path."""
    names = map(module_name, source_files())
    return tuple(import_module(name) for name in names if "._" not in name)


def exported_names() -> Iterator[tuple[ModuleType, str]]:
    """Yield each name in each public module's `__all__`; a module that has none yields none."""
    for module in public_modules():
        for name in getattr(module, "__all__", ()):
            yield module, name


def _is_ours(value: object) -> bool:
    return str(getattr(value, "__module__", "")).split(".")[0] == NAME


def qualified_name(value: type | FunctionType) -> str:
    """Return module and name, as `mila_core.money.Money`."""
    return f"{value.__module__}.{value.__qualname__}"


@cache
def public_classes() -> tuple[type, ...]:
    """Return the classes that a public module defines or exports, each once."""
    found: dict[str, type] = {}
    for module in public_modules():
        exported = getattr(module, "__all__", ())
        for name, value in vars(module).items():
            if inspect.isclass(value) and _is_ours(value):
                defined_here = value.__module__ == module.__name__ and not name.startswith("_")
                if name in exported or defined_here:
                    found[qualified_name(value)] = value
    return tuple(found[key] for key in sorted(found))


# Public classes that are no values, each with the reason why it is not.
NO_VALUES: Mapping[str, str] = MappingProxyType(
    {
        "mila_core.lifecycle.Machine": "the functions of a life cycle; its parts are functions",
        "mila_core.matching.FairExposure": "a ledger that is kept up to date, list by list",
        "mila_core.matching.FriendIndex": "an index that is kept up to date, friend by friend",
        "mila_core.reputation.History": "columns of numbers, which models go through by the million",
        "mila_core.reputation.ReputationBook": "a book that is kept up to date, rating by rating",
        "mila_core.reputation.Table": "the columns of a file, of any type until they are read as ratings",
        "mila_core.validation.FrozensetOf": "a converter; type checkers know generic ones only as classes",
        "mila_core.validation.scalars.InstanceOf": "a validator, of a class",
        "mila_core.validation.IntegerIn": "a validator, whose range can be read",
        "mila_core.validation.MembersOf": "a validator, of functions",
        "mila_core.validation.NumberIn": "a validator, whose range can be read",
        "mila_core.validation.OptionalOf": "a validator, of a function",
        "mila_core.validation.TextOf": "a validator, whose length can be read",
        "mila_core.validation.TupleOf": "a converter; type checkers know generic ones only as classes",
    }
)


@cache
def public_path(cls: type) -> str:
    """Return the shortest path under which a class is exported, else where it is defined."""
    paths = [
        f"{module.__name__}.{name}" for module, name in exported_names() if vars(module).get(name) is cls
    ]
    return min(paths, key=lambda path: (path.count("."), path), default=qualified_name(cls))


@cache
def value_classes() -> tuple[type, ...]:
    """Return the public attrs classes that are values."""
    return tuple(cls for cls in public_classes() if attrs.has(cls) and public_path(cls) not in NO_VALUES)


@cache
def document_classes() -> tuple[type, ...]:
    """Return the classes whose values are documents: those of values that no other one extends.

    What others extend, as the events of every machine do `Event`, is what they have in common; nobody makes
    a value of it.
    """
    classes = value_classes()
    return tuple(
        cls for cls in classes if not any(cls is not each and issubclass(each, cls) for each in classes)
    )


def is_plain(cls: type) -> bool:
    """Say whether a class is none of: attrs class, named tuple, enumeration, exception, protocol."""
    is_named_tuple = issubclass(cls, tuple) and hasattr(cls, "_fields")
    others = attrs.has(cls) or is_named_tuple or issubclass(cls, (enum.Enum, BaseException))
    return not (others or getattr(cls, "_is_protocol", False))


def _function(value: object) -> Callable[..., object] | None:
    """Return the function behind a function, method, property or cached function, if it is ours."""
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    if isinstance(value, property):
        value = value.fget
    unwrapped = inspect.unwrap(value) if callable(value) else None
    return unwrapped if isinstance(unwrapped, FunctionType) and _is_ours(unwrapped) else None


@cache
def public_functions() -> dict[str, Callable[..., object]]:
    """Return the public functions and, of public classes, the public methods and properties, by name."""
    found: dict[str, Callable[..., object]] = {}
    for module in public_modules():
        exported = getattr(module, "__all__", ())
        for name, value in vars(module).items():
            function = None if inspect.isclass(value) else _function(value)
            if function is None:
                continue
            if name in exported or (function.__module__ == module.__name__ and not name.startswith("_")):
                found[f"{function.__module__}.{name}"] = function
    for cls in public_classes():
        for name, value in vars(cls).items():
            function = None if name.startswith("_") else _function(value)
            if function is not None and function.__module__ == cls.__module__:
                found[f"{qualified_name(cls)}.{name}"] = function
    return found
