"""The value-added tax as data: how something is taxed, and the rates, each from its first day on."""

from datetime import date
from enum import StrEnum

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe
from mila_core.money import Money, round_ratio
from mila_core.validation import check_instance, day, integer, optional

__all__ = ["SWISS_VAT_RATES", "VatRate", "VatTreatment", "vat_contained"]

_MILLE = 1000


def vat_contained(gross: Money, *, per_mille: int) -> Money:
    """Return the tax that an amount contains, rounded once, a half away from zero.

    At 8.1 % it is 81/1081 of the amount. It is not rounded to 5 Rappen: only what is paid in cash is.

    Args:
        gross: the amount, tax included; of one below zero the tax is, too.
        per_mille: the rate, in per mille of the amount without the tax, from 0 to 1000.

    Raises:
        InvalidTypeError: the amount is none, or a rate that is not an int.
        InvalidValueError: a rate out of range.

    Examples:
        >>> from mila_core.money import chf
        >>> str(vat_contained(chf(40), per_mille=81))
        'CHF 3.00'
    """
    check_instance("gross", gross, kind=Money)
    expected = f"an integer from 0 to {_MILLE}"
    if type(per_mille) is not int:
        raise InvalidTypeError("per_mille", expected, describe(per_mille))
    if not 0 <= per_mille <= _MILLE:
        raise InvalidValueError("per_mille", expected, describe(per_mille))
    return Money(round_ratio(gross.rappen * per_mille, _MILLE + per_mille))


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
    per_mille: int = attrs.field(validator=integer(0, _MILLE))
    reduced_per_mille: int | None = attrs.field(default=None, validator=optional(integer(0, _MILLE)))
    lodging_per_mille: int | None = attrs.field(default=None, validator=optional(integer(0, _MILLE)))

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
