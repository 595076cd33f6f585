"""The value-added tax as data: how something is taxed, and the rates, each from its first day on."""

from datetime import date
from enum import StrEnum

import attrs

from mila_core.errors import InvalidTypeError, describe
from mila_core.validation import day, integer, optional

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


@attrs.frozen(kw_only=True)
class VatRate:
    """The rates of the value-added tax, from a day on, in per mille of the price without it; 81 is 8.1 %.

    Attributes:
        first_day: the first day of service that they are for.
        per_mille: the standard rate.
        reduced_per_mille: the reduced rate; None where there is none, so that the standard rate holds.
        lodging_per_mille: the rate for lodging; None as above.

    Examples:
        >>> SWISS_VAT_RATES[-1].of(VatTreatment.STANDARD), SWISS_VAT_RATES[-1].of(VatTreatment.REDUCED)
        (81, 26)
    """

    first_day: date = attrs.field(validator=day)
    per_mille: int = attrs.field(validator=integer(0, 1000))
    reduced_per_mille: int | None = attrs.field(default=None, validator=optional(integer(0, 1000)))
    lodging_per_mille: int | None = attrs.field(default=None, validator=optional(integer(0, 1000)))

    def of(self, treatment: VatTreatment) -> int:
        """Return the rate of what is taxed in a way, in per mille.

        Args:
            treatment: how it is taxed.
        """
        match treatment:
            case VatTreatment.NONE:
                return 0
            case VatTreatment.STANDARD:
                return self.per_mille
            case VatTreatment.REDUCED:
                own = self.reduced_per_mille
            case VatTreatment.LODGING:
                own = self.lodging_per_mille
            case _:
                raise InvalidTypeError("treatment", "a VatTreatment", describe(treatment))
        return self.per_mille if own is None else own


SWISS_VAT_RATES = tuple(
    VatRate(first_day=first_day, per_mille=standard, reduced_per_mille=reduced, lodging_per_mille=lodging)
    for first_day, standard, reduced, lodging in (
        (date(1995, 1, 1), 65, 20, None),
        (date(1996, 10, 1), 65, 20, 30),
        (date(1999, 1, 1), 75, 23, 35),
        (date(2001, 1, 1), 76, 24, 36),
        (date(2011, 1, 1), 80, 25, 38),
        (date(2018, 1, 1), 77, 25, 37),
        (date(2024, 1, 1), 81, 26, 38),
    )
)
"""The rates since 1995 (Federal Tax Administration: "Development of the Swiss VAT rates").

:meta hide-value:
"""
