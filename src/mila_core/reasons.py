"""Reasons: a code and the values that belong to it; programs read them, `i18n` puts them into words."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.money import Money
from mila_core.periods import instant_of
from mila_core.validation import as_instant, identifier

__all__ = ["Reason", "Scalar", "reason"]

Scalar: TypeAlias = str | int | Money | date | datetime
"""What a value of a reason may be; a datetime is an instant in UTC."""


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple | list) and len(value) == 2  # noqa: PLR2004  # name and value


def _pairs(values: Any) -> Any:
    if type(values) is tuple and all(
        type(each) is tuple and len(each) == 2 and type(each[1]) is not datetime  # noqa: PLR2004  # as above
        for each in values
    ):
        return values  # the usual case
    if not isinstance(values, tuple | list) or not all(map(_is_pair, values)):
        return values
    return tuple(
        (name, as_instant(value) if isinstance(value, datetime) else value) for name, value in values
    )


def _named_scalars(
    instance: object, attribute: "attrs.Attribute[Any]", value: tuple[tuple[str, Scalar], ...]
) -> None:
    if not isinstance(value, tuple) or not all(map(_is_pair, value)):
        raise InvalidTypeError(attribute.name, "pairs of a name and a value", describe(value))
    before = ""
    for name, each in value:
        identifier(instance, attribute, name)
        if name <= before:
            expected = "distinct names in alphabetical order"
            raise InvalidValueError(attribute.name, expected, describe([name for name, _ in value]))
        before = name
        kind = type(each)
        if kind is str or kind is int or kind is Money:
            continue
        if isinstance(each, bool) or not isinstance(each, str | int | Money | date):
            raise InvalidTypeError(
                f"{attribute.name}.{name}", "a text, an int, Money, a date", describe(each)
            )
        if isinstance(each, datetime):
            instant_of(each, name=f"{attribute.name}.{name}")


@attrs.frozen
class Reason:
    """Why something is as it is: a stable code and the values that its wording needs.

    Attributes:
        code: what it is, such as `certification_expired`.
        values: pairs of name and value, by name; `get` and `as_mapping` read them.

    Examples:
        >>> why = reason("region_not_open", region="bern", opens_on=date(2014, 1, 1))
        >>> why.code, why.get("opens_on")
        ('region_not_open', datetime.date(2014, 1, 1))
    """

    code: str = attrs.field(validator=identifier)
    values: tuple[tuple[str, Scalar], ...] = attrs.field(
        default=(), converter=_pairs, validator=_named_scalars
    )

    def as_mapping(self) -> Mapping[str, Scalar]:
        """Return the values by name."""
        return MappingProxyType(dict(self.values))

    def get(self, name: str) -> Scalar | None:
        """Return a value, or None where the reason has none of that name.

        Args:
            name: the value's name.
        """
        return dict(self.values).get(name)


def reason(code: str, **values: Scalar) -> Reason:
    """Return a reason from its code and named values.

    Args:
        code: what it is.
        **values: what its wording needs.

    Examples:
        >>> reason("too_far", distance_m=12_000, radius_m=10_000).values
        (('distance_m', 12000), ('radius_m', 10000))
    """
    return Reason(code, tuple(sorted(values.items())))
