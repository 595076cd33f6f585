"""What every validator shares."""

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from mila_core.errors import (
    describe,
)

Validator: TypeAlias = Callable[[Any, "attrs.Attribute[Any]", Any], None]
"""What attrs calls with the instance, the field and the value."""


def came_as(attribute: "attrs.Attribute[Any]", value: object) -> str:
    """Say what came, without repeating what is about a person."""
    return describe(value, personal=attribute.repr is False)
