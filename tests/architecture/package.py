"""The package as the architecture tests see it: its files, its public modules, what they define."""

import enum
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

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


def value_classes() -> tuple[type, ...]:
    """Return the public attrs classes."""
    return tuple(cls for cls in public_classes() if attrs.has(cls))


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
