"""A quote and its lines."""

from datetime import datetime
from enum import StrEnum

import attrs

from mila_core.eligibility import Visit
from mila_core.errors import InvalidValueError
from mila_core.money import ZERO, Money, total
from mila_core.policies import VatTreatment
from mila_core.quotes.basis import QuoteBasis
from mila_core.reasons import Reason
from mila_core.validation import (
    TupleOf,
    as_instant,
    identifier,
    instance_of,
    instant,
    integer,
    optional,
    tuple_of,
)

__all__ = ["Part", "Quote", "QuoteLine"]


class Part(StrEnum):
    """Whose price a line belongs to.

    Examples:
        >>> [part.value for part in Part]
        ['service', 'platform']
    """

    SERVICE = "service"
    """The friend's: these lines add up to the service's gross price."""
    PLATFORM = "platform"
    """The platform's: fee, voucher, cash rounding."""


@attrs.frozen(kw_only=True)
class QuoteLine:
    """One line of a quote.

    Attributes:
        why: what the line is for, with the numbers from which the amount can be recomputed.
        amount: the amount; negative for a reduction.
        part: whose price it belongs to.
        vat: how the amount is taxed; it contains the tax.

    Raises:
        InvalidTypeError: a field of another type.

    Examples:
        >>> from mila_core.money import chf
        >>> from mila_core.reasons import reason
        >>> fee = QuoteLine(why=reason("customer_fee"), amount=chf(2), part=Part.PLATFORM)
        >>> str(fee.amount)
        'CHF 2.00'
    """

    why: Reason = attrs.field(validator=instance_of(Reason))
    amount: Money = attrs.field(validator=instance_of(Money))
    part: Part = attrs.field(default=Part.SERVICE, validator=instance_of(Part))
    vat: VatTreatment = attrs.field(default=VatTreatment.NONE, validator=instance_of(VatTreatment))


@attrs.frozen(kw_only=True)
class Quote:
    """The price of one visit by one friend, line by line, with an expiry.

    Attributes:
        id: its id; `pricing` makes it of all the content, so that equal quotes have equal ids and others do
            not.
        visit: what is priced.
        friend_id: the id of the friend who would come.
        offer_id: the id of the friend's offer.
        lines: the lines, in the order in which they are computed.
        made_at: when it was made.
        expires_at: the first instant at which it can no longer be booked.
        book_version: the version of the price book it was made with.
        version: counts the changes agreed on site; 1 for the first, 10,000 at most.
        book_hash: the hash of that price book, if it has one.
        basis: what the lines were computed of, if the quote can be made again (`pricing.replay`).
        warnings: what is unusual and no reason to refuse it, such as a price outside the service's band.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: no lines, a negative sum, an expiry that is not after the making, a version out of
            range, an instant without offset, or an id that is not one.
        InvalidDocumentError: several lines that are none.

    Examples:
        >>> from mila_core import matching, pricing, samples
        >>> pilot = samples.zurich_2013()
        >>> request = pilot.request("tv-channels")
        >>> sonja = matching.FriendIndex(pilot.market).rank(request, at=pilot.opened_at).match("sonja")
        >>> quote = pricing.quote(request, sonja, book=pilot.book, at=pilot.opened_at)
        >>> str(quote.gross), str(quote.due), str(quote.expires_at - quote.made_at)
        ('CHF 55.00', 'CHF 55.00', '0:30:00')
    """

    id: str = attrs.field(validator=identifier)
    visit: Visit = attrs.field(validator=instance_of(Visit))
    friend_id: str = attrs.field(validator=identifier)
    offer_id: str = attrs.field(validator=identifier)
    lines: tuple[QuoteLine, ...] = attrs.field(
        converter=TupleOf[QuoteLine], validator=tuple_of(instance_of(QuoteLine), least=1)
    )
    made_at: datetime = attrs.field(converter=as_instant, validator=instant)
    expires_at: datetime = attrs.field(converter=as_instant, validator=instant)
    book_version: str = attrs.field(validator=identifier)
    version: int = attrs.field(default=1, validator=integer(1, 10_000))
    book_hash: str | None = attrs.field(default=None, validator=optional(identifier))
    basis: QuoteBasis | None = attrs.field(default=None, validator=optional(instance_of(QuoteBasis)))
    warnings: tuple[Reason, ...] = attrs.field(
        default=(), converter=TupleOf[Reason], validator=tuple_of(instance_of(Reason))
    )

    def __attrs_post_init__(self) -> None:
        """Check what no single field shows."""
        if self.expires_at <= self.made_at:
            raise InvalidValueError(
                "expires_at", f"an instant after {self.made_at.isoformat()}", self.expires_at.isoformat()
            )
        if self.gross < ZERO or self.due < ZERO:
            raise InvalidValueError(
                "lines", "lines that add up to CHF 0.00 or more", str(min(self.gross, self.due))
            )

    @property
    def gross(self) -> Money:
        """The service's gross price: the sum of the lines that are the friend's."""
        return total(line.amount for line in self.lines if line.part is Part.SERVICE)

    @property
    def due(self) -> Money:
        """What the customer pays: the sum of all lines, VAT (if any) included."""
        return total(line.amount for line in self.lines)
