"""The basis of a quote: all that its lines were computed of, besides the visit and the price book."""

import attrs

from mila_core.friends import ContractMode
from mila_core.offers import Offer
from mila_core.quotes.reductions import Discount, Voucher
from mila_core.validation import identifier, instance_of, integer, optional

__all__ = ["QuoteBasis"]

_LONGEST_WAY_M = 1_000_000  # no two places in Switzerland are further apart than 350 km


@attrs.frozen(kw_only=True)
class QuoteBasis:
    """What a quote was computed of, besides the visit and the price book: with these it is made again.

    Attributes:
        offer: the friend's offer as it was.
        distance_m: the way to the customer, in metres.
        contract: between whom the contract is: the price is the friend's own, or the tariff's.
        cash: whether the customer pays in cash.
        discount: what the friend takes off, if anything.
        voucher: what the platform takes off, if anything.
        demand_percent: the supplement for a time of high demand that was asked for, in percent.
        holiday: the code of the public holiday on which the visit begins, if it is one where the customer is.
    """

    offer: Offer = attrs.field(validator=instance_of(Offer))
    distance_m: int = attrs.field(validator=integer(0, _LONGEST_WAY_M))
    contract: ContractMode = attrs.field(default=ContractMode.FRIEND, validator=instance_of(ContractMode))
    cash: bool = attrs.field(default=False, validator=instance_of(bool))
    discount: Discount | None = attrs.field(default=None, validator=optional(instance_of(Discount)))
    voucher: Voucher | None = attrs.field(default=None, validator=optional(instance_of(Voucher)))
    demand_percent: int = attrs.field(default=0, validator=integer(0, 1_000))
    holiday: str | None = attrs.field(default=None, validator=optional(identifier))
