"""The tax in a document, rate by rate: contained in the prices, computed once from the total of each rate."""

from collections.abc import Iterable
from datetime import date

import attrs

from mila_core.errors import InvalidInputError, InvalidValueError
from mila_core.money import Money, total
from mila_core.policies import SettlementPolicy, VatRate, VatTreatment, vat_contained
from mila_core.quotes import QuoteLine
from mila_core.validation import check_instance, day, instance_of, integer

__all__ = ["VatShare", "vat_shares"]

_MILLE = 1000


@attrs.frozen(kw_only=True)
class VatShare:
    """What of a document is taxed at one rate.

    Attributes:
        treatment: how it is taxed.
        per_mille: the rate of the day of service, in per mille of the amount without the tax; 81 is 8.1 %.
        gross: the amount, tax included.
        vat: the tax contained in it.

    Raises:
        InvalidValueError: a treatment without a rate, a rate out of range, or a tax that is more than one
            Rappen from what the amount contains.

    Examples:
        >>> from mila_core.money import chf
        >>> share = VatShare(
        ...     treatment=VatTreatment.STANDARD, per_mille=81, gross=chf("2.00"), vat=chf("0.15")
        ... )
        >>> str(share.net)
        'CHF 1.85'
    """

    treatment: VatTreatment = attrs.field(validator=instance_of(VatTreatment))
    per_mille: int = attrs.field(validator=integer(1, _MILLE))
    gross: Money = attrs.field(validator=instance_of(Money))
    vat: Money = attrs.field(validator=instance_of(Money))

    def __attrs_post_init__(self) -> None:
        """Refuse a tax that is not contained; a credit note's may be a Rappen off, see `credit_note_for`."""
        if self.treatment is VatTreatment.NONE:
            raise InvalidValueError("treatment", "a treatment that has a rate", self.treatment.value)
        contained = vat_contained(self.gross, per_mille=self.per_mille)
        if abs(self.vat - contained) > Money(1):
            raise InvalidValueError("vat", f"{contained}, as the amount contains", str(self.vat))

    @property
    def net(self) -> Money:
        """The amount without the tax."""
        return self.gross - self.vat


def gross_by(lines: Iterable[QuoteLine]) -> dict[VatTreatment, Money]:
    """Return the total of each treatment that lines have, in the order of the treatments.

    Args:
        lines: the lines.
    """
    found = list(lines)
    treatments = {line.vat for line in found}
    return {
        treatment: total(line.amount for line in found if line.vat is treatment)
        for treatment in VatTreatment
        if treatment in treatments
    }


def _checked(lines: Iterable[QuoteLine]) -> list[QuoteLine]:
    check_instance("lines", lines, kind=Iterable)
    found = list(lines)
    for position, line in enumerate(found):
        check_instance(f"lines[{position}]", line, kind=QuoteLine)
    return found


def vat_shares(lines: Iterable[QuoteLine], *, on: date, policy: SettlementPolicy) -> tuple[VatShare, ...]:
    """Return the tax that lines contain, rate by rate.

    For each rate the tax is computed once, from the total of the lines of that rate: so a document has one
    rounding a rate and no sum of roundings. The rate is the one of the day of service.

    Args:
        lines: the lines of a document.
        on: the day of service.
        policy: the rates.

    Returns:
        A share for each rate above zero, in the order of the treatments; none for what is not taxed.

    Raises:
        InvalidTypeError: a line that is none, or a day that is no date; a datetime would have two of them.

    Examples:
        >>> from mila_core.money import chf
        >>> from mila_core.reasons import reason
        >>> lines = [
        ...     QuoteLine(why=reason("base"), amount=chf("0.06"), vat=VatTreatment.STANDARD),
        ...     QuoteLine(why=reason("travel"), amount=chf("0.06"), vat=VatTreatment.STANDARD),
        ... ]
        >>> [str(each.vat) for each in vat_shares(lines, on=date(2026, 1, 1), policy=SettlementPolicy())]
        ['CHF 0.01']
    """
    told = _checked(lines)
    check_instance("policy", policy, kind=SettlementPolicy)
    try:
        day(None, attrs.fields(VatRate).first_day, on)
    except InvalidInputError as error:
        raise error.at("on") from None
    rates = {each: policy.vat_per_mille(on, treatment=each) for each in VatTreatment}
    return tuple(
        VatShare(
            treatment=treatment,
            per_mille=rates[treatment],
            gross=gross,
            vat=vat_contained(gross, per_mille=rates[treatment]),
        )
        for treatment, gross in gross_by(told).items()
        if rates[treatment]
    )
