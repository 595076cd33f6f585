"""The value-added tax as data: how something is taxed, and the rates, each from its first day on."""

from datetime import date
from enum import StrEnum

import attrs

from mila_core.errors import InvalidValueError
from mila_core.validation import day, instance_of, integer

__all__ = ["SWISS_VAT_RATES", "VatRate", "VatTreatment"]


class VatTreatment(StrEnum):
    """How an amount is taxed; an amount always contains its tax.

    Examples:
        >>> [each.value for each in VatTreatment]
        ['none', 'standard', 'reduced', 'lodging']
    """

    NONE = "none"
    """Not at all: the price of a private helper, a tip, a compensation."""
    STANDARD = "standard"
    """At the standard rate."""
    REDUCED = "reduced"
    """At the reduced rate, as for books and food."""
    LODGING = "lodging"
    """At the special rate for lodging."""


def _taxed(_: object, attribute: "attrs.Attribute[VatTreatment]", value: VatTreatment) -> None:
    if value is VatTreatment.NONE:
        raise InvalidValueError(attribute.name, "a treatment that has a rate", value.value)


@attrs.frozen(kw_only=True)
class VatRate:
    """A rate of the value-added tax, from a day on.

    Attributes:
        first_day: the first day of service that it is for.
        per_mille: the rate in per mille of the price without the tax; 81 is 8.1 %.
        treatment: what it is the rate of.

    Raises:
        InvalidValueError: a rate out of range, or one for what is not taxed.
    """

    first_day: date = attrs.field(validator=day)
    per_mille: int = attrs.field(validator=integer(0, 1000))
    treatment: VatTreatment = attrs.field(
        default=VatTreatment.STANDARD, validator=[instance_of(VatTreatment), _taxed]
    )


_PUBLISHED = (
    # first day, then the rates in per mille: standard, reduced, lodging (none of its own before October 1996)
    (date(1995, 1, 1), 65, 20, None),
    (date(1996, 10, 1), 65, 20, 30),
    (date(1999, 1, 1), 75, 23, 35),
    (date(2001, 1, 1), 76, 24, 36),
    (date(2011, 1, 1), 80, 25, 38),
    (date(2018, 1, 1), 77, 25, 37),
    (date(2024, 1, 1), 81, 26, 38),
)

SWISS_VAT_RATES = tuple(
    VatRate(first_day=first_day, per_mille=per_mille, treatment=treatment)
    for first_day, *rates in _PUBLISHED
    for treatment, per_mille in zip(list(VatTreatment)[1:], rates, strict=True)
    if per_mille is not None
)
"""The rates since 1995 (Federal Tax Administration: "Development of the Swiss VAT rates").

:meta hide-value:
"""
