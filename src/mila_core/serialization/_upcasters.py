"""Upcasters: what makes a document of an older version one of this release's, version by version."""

import copy
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from mila_core.errors import InvalidInputError, InvalidValueError, describe

Upcaster: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""What takes a document of a version, head included, and returns it as the next version would have it.

It may change the document that it is given, which is a copy. It sees documents of all kinds, with all that is
inside of them, and leaves alone what it does not know: what is wrong is found after it.
"""

UPCASTERS: Mapping[int, Upcaster] = MappingProxyType({})
"""By the version that they begin with: 1 makes version 2 of a document of version 1. None is needed yet."""

SCHEMA_VERSION = 1 + len(UPCASTERS)
"""The version of the documents that this release writes; it reads this one and all before."""


def version_problem(document: Mapping[str, Any], newest: int) -> InvalidInputError | None:
    """Return the problem of a document's version, if it has one.

    Args:
        document: the document.
        newest: the newest version known.
    """
    version = document.get("schema_version")
    if type(version) is int and 1 <= version <= newest:
        return None
    expected = f"{newest}" if newest == 1 else f"a whole number from 1 to {newest}"
    if "schema_version" not in document:
        came = "nothing: the field is missing"
    elif type(version) is int and version > newest:
        came = f"{describe(version)}, written by a newer release"
    else:
        came = describe(version)
    return InvalidValueError("$.schema_version", expected, came)


def upcast(document: dict[str, Any], *, upcasters: Mapping[int, Upcaster], newest: int) -> dict[str, Any]:
    """Return a document as the newest version would have it; one of that version as it came.

    Args:
        document: a document whose version has no problem.
        upcasters: the functions, by the version that they begin with.
        newest: the version to reach.

    Raises:
        InvalidValueError: a document so unlike its version that an upcaster cannot take it.
    """
    version = document["schema_version"]
    if version == newest:
        return document
    document = copy.deepcopy(document)
    for step in range(version, newest):
        try:
            document = upcasters[step](document)
        except (AttributeError, LookupError, TypeError, ValueError):
            raise InvalidValueError("$", f"a document of version {version}", "something else") from None
        document["schema_version"] = step + 1
    return document
