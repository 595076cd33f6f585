"""What a customer is charged for a booking, and how it is divided."""

from collections.abc import Mapping
from datetime import date

import attrs

from mila_core.bookings import Booking, BookingState
from mila_core.errors import InvalidValueError
from mila_core.money import CASH_STEP, ZERO, Money, round_ratio, round_to
from mila_core.periods import wall_time
from mila_core.policies import SettlementPolicy, vat_contained
from mila_core.quotes import Part, Quote
from mila_core.settlements.means import PaymentMeans
from mila_core.settlements.shares import Shares
from mila_core.validation import instance_of, integer

__all__ = ["Charge", "PaymentMeans", "charge_for", "is_chargeable", "served_on"]

_MILLE = 1000


@attrs.frozen(kw_only=True)
class Charge:
    """What a customer is charged, part by part: the price of a visit, or a compensation.

    Attributes:
        gross: the service's gross price, the friend's.
        fee: the platform's fee for the customer.
        voucher: what the platform takes off.
        rounding: what is added, or taken off, to pay in cash; the platform's.
        tip: what the customer gives on top; all of it the friend's.
        compensation: what is owed instead of a price; no tax and no commission, all of it the friend's.
        commission: the platform's share of the gross price, its tax included.
        partner: the share of a partner in the commission without its tax.
        vat_per_mille: the rate of the tax contained in commission and fee, in per mille of them without it.

    Raises:
        InvalidValueError: an amount (but the rounding) below zero, a commission above the price, a partner's
            share above the commission without its tax, both a price and a compensation (which may be rounded
            for cash), or a sum below zero.

    Examples:
        >>> from mila_core.money import chf
        >>> charge = Charge(gross=chf(40), commission=chf(6), tip=chf(5), vat_per_mille=81)
        >>> str(charge.total), str(charge.shares.friend), str(charge.commission_vat)
        ('CHF 45.00', 'CHF 39.00', 'CHF 0.45')
    """

    gross: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    fee: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    voucher: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    rounding: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    tip: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    compensation: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    commission: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    partner: Money = attrs.field(default=ZERO, validator=instance_of(Money))
    vat_per_mille: int = attrs.field(default=0, validator=integer(0, _MILLE))

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be charged."""
        for name in ("gross", "fee", "voucher", "tip", "compensation", "commission", "partner"):
            if (amount := getattr(self, name)) < ZERO:
                raise InvalidValueError(name, "CHF 0.00 or more", str(amount))
        price = (self.gross, self.fee, self.voucher, self.tip)
        if self.compensation > ZERO and any(each != ZERO for each in price):
            raise InvalidValueError("compensation", "none beside a price", str(self.compensation))
        for name, amount, most in (
            ("commission", self.commission, self.gross),
            ("partner", self.partner, self.commission - self.commission_vat),
        ):
            if amount > most:
                raise InvalidValueError(name, f"no more than {most}", str(amount))
        if self.due < ZERO:
            raise InvalidValueError("voucher", "parts that add up to CHF 0.00 or more", str(self.due))

    @property
    def due(self) -> Money:
        """What the customer has to pay: the total payable, without the tip."""
        return self.gross + self.fee - self.voucher + self.rounding + self.compensation

    @property
    def total(self) -> Money:
        """What the customer pays, with the tip."""
        return self.due + self.tip

    @property
    def commission_vat(self) -> Money:
        """The tax contained in the commission."""
        return vat_contained(self.commission, per_mille=self.vat_per_mille)

    @property
    def fee_vat(self) -> Money:
        """The tax contained in the customer's fee."""
        return vat_contained(self.fee, per_mille=self.vat_per_mille)

    @property
    def shares(self) -> Shares:
        """Who gets what of the total."""
        friend = self.gross - self.commission + self.tip + self.compensation
        tax = self.commission_vat + self.fee_vat
        platform = self.total - friend - tax - self.partner
        return Shares(friend=friend, platform=platform, partner=self.partner, tax=tax)


def served_on(booking: Booking) -> date:
    """Return the day of service on the Swiss wall clock: the one on which the slot begins.

    Args:
        booking: the booking.
    """
    return wall_time(booking.quote.visit.slot.start).date()


def is_chargeable(booking: Booking) -> bool:
    """Return whether a booking has ended so that the customer owes something, be it CHF 0.00.

    Args:
        booking: the booking.
    """
    return booking.state is BookingState.CLOSED or _compensation(booking) > ZERO


def _compensation(booking: Booking) -> Money:
    owed = booking.ending.compensation if booking.ending else None
    return ZERO if owed is None else owed.amount


def charge_for(
    booking: Booking,
    *,
    means: PaymentMeans,
    policy: SettlementPolicy,
    tip: Money = ZERO,
    partner_id: str | None = None,
) -> Charge:
    """Return what a customer is charged for a booking that has ended.

    The commission is of the service's gross price, whatever a voucher takes off or a fee adds; its tax is
    contained in it, at the rate of the day of service. What has to be paid in cash is rounded to 5 Rappen at
    the platform's cost, unless the quote has done so.

    Args:
        booking: a booking that is closed, or whose ending owes a compensation.
        means: how the customer pays.
        policy: commission, partner's share and rates of the tax.
        tip: what the customer gives on top; in cash, in coins.
        partner_id: the id of the partner that sent the customer, if one did.

    Raises:
        InvalidValueError: a tip below zero, one with a compensation, or one in cash of no coins.
    """
    if means is PaymentMeans.CASH and round_to(tip) != tip:
        raise InvalidValueError("tip", f"whole steps of {CASH_STEP} Rappen, in cash", str(tip))
    owed = _compensation(booking)
    if owed > ZERO:
        if tip != ZERO:
            raise InvalidValueError("tip", "none beside a compensation", str(tip))
        return Charge(compensation=owed, rounding=_missing(owed, means))
    quote, per_mille = booking.quote, policy.vat_per_mille(served_on(booking))
    commission, added = policy.commission_on(quote.gross), _platform_parts(quote)
    net = commission - vat_contained(commission, per_mille=per_mille)
    percent = policy.partner_percent if partner_id is not None else 0
    return Charge(
        gross=quote.gross,
        fee=added["fee"],
        voucher=added["voucher"],
        rounding=added["rounding"] + _missing(quote.due, means),
        tip=tip,
        commission=commission,
        partner=Money(round_ratio(net.rappen * percent, 100)),
        vat_per_mille=per_mille,
    )


def _platform_parts(quote: Quote) -> Mapping[str, Money]:
    """Return what the platform's lines of a quote make: fee, voucher (above zero) and rounding."""
    parts = {"fee": ZERO, "voucher": ZERO, "rounding": ZERO}
    for line in quote.lines:
        if line.part is Part.PLATFORM:
            by_sign = "fee" if line.amount > ZERO else "voucher"
            part = "rounding" if line.why.code == "cash_rounding" else by_sign
            parts[part] += -line.amount if part == "voucher" else line.amount
    return parts


def _missing(due: Money, means: PaymentMeans) -> Money:
    """Return what is missing to a coin, or is too much, where it is paid in cash."""
    return round_to(due) - due if means is PaymentMeans.CASH else ZERO
