"""Who gets what of what the customer pays."""

import attrs

from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, allocate, total
from mila_core.validation import instance_of

__all__ = ["Shares"]


@attrs.frozen(kw_only=True)
class Shares:
    """Who gets what of an amount; the four parts add up to it, to the Rappen.

    Attributes:
        friend: the price less the commission, with the tip; a compensation as a whole.
        platform: commission and fee without their tax, less what vouchers, cash rounding and the partner
            cost; below zero where these are more.
        partner: the share of the partner that sent the customer.
        tax: the value-added tax contained in commission and fee.

    Raises:
        InvalidValueError: a part other than the platform's, or the sum, is below zero.

    Examples:
        >>> from mila_core.money import chf
        >>> shares = Shares(friend=chf(34), platform=chf("5.55"), tax=chf("0.45"))
        >>> str(shares.total), shares.part(chf(20))
        ('CHF 40.00', Shares(friend=chf('17.00'), platform=chf('2.78'), partner=chf('0.00'), tax=chf('0.22')))
    """

    friend: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    platform: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    partner: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    tax: Money = attrs.field(default=ZERO, validator=instance_of(Money))

    def __attrs_post_init__(self) -> None:
        """Refuse parts that nobody can have."""
        for name, part in (("friend", self.friend), ("partner", self.partner), ("tax", self.tax)):
            if part < ZERO:
                raise InvalidValueError(name, "CHF 0.00 or more", str(part))
        if self.total < ZERO:
            raise InvalidValueError("platform", "parts that add up to CHF 0.00 or more", str(self.total))

    @property
    def parts(self) -> tuple[Money, Money, Money, Money]:
        """The four parts, in the order of the fields."""
        return self.friend, self.platform, self.partner, self.tax

    @property
    def total(self) -> Money:
        """The amount that is shared."""
        return total(self.parts)

    def part(self, amount: Money) -> "Shares":
        """Return the shares of a part of the amount, taken from each in proportion to what it has.

        Largest remainder, on a tie the first in the order of the fields. Nobody gives more than the part, nor
        more than they have left, however often something is taken; what the platform has added, as by a
        voucher, stays with the others. Only the whole amount undoes the whole, the platform's voucher too.

        Args:
            amount: from CHF 0.00 to the total.

        Raises:
            InvalidValueError: another amount.
        """
        if not ZERO <= amount <= self.total:
            raise InvalidValueError("amount", f"CHF 0.00 to {self.total}", str(amount))
        if amount == ZERO:
            return Shares()
        if amount == self.total:
            return self
        friend, platform, partner, tax = allocate(amount, [max(0, each.rappen) for each in self.parts])
        return Shares(friend=friend, platform=platform, partner=partner, tax=tax)

    def less(self, taken: "Shares") -> "Shares":
        """Return what is left after something was taken back.

        Args:
            taken: what; of each part no more than it has, and of the same sign.

        Raises:
            InvalidValueError: more is taken from somebody than they have, or something is given.
        """
        for name, has, takes in zip(_NAMES, self.parts, taken.parts, strict=True):
            if not min(ZERO, has) <= takes <= max(ZERO, has):
                raise InvalidValueError(name, f"no more than {has} taken back", str(takes))
        friend, platform, partner, tax = (
            has - takes for has, takes in zip(self.parts, taken.parts, strict=True)
        )
        return Shares(friend=friend, platform=platform, partner=partner, tax=tax)


_NAMES = ("friend", "platform", "partner", "tax")
