"""The policy of compensation: what a customer owes instead of the price, and when."""

import attrs

from mila_core.errors import InvalidValueError, describe
from mila_core.money import ZERO, Money, chf
from mila_core.validation import (
    FrozensetOf,
    TupleOf,
    frozenset_of,
    identifier,
    instance_of,
    integer,
    sorted_repr,
    tuple_of,
)

__all__ = ["CompensationPolicy", "NoticeTier"]

_HOUR = 60
_DAY = 24 * _HOUR
_LONGEST = 366 * _DAY


@attrs.frozen(kw_only=True)
class NoticeTier:
    """What share of the price a cancellation owes that comes with at least so much notice.

    Attributes:
        notice_minutes: how long before the start the customer cancels, at least.
        percent: the share of the service's gross price.
    """

    notice_minutes: int = attrs.field(validator=integer(0, _LONGEST))
    percent: int = attrs.field(validator=integer(0, 100))


@attrs.frozen(kw_only=True)
class CompensationPolicy:
    """When a customer owes the friend compensation for time that was kept free, or for the way; and how much.

    It is compensation, no penalty: a mandate can be ended at any time (Swiss Code of Obligations, article
    404), and what an untimely end costs the other side is owed. So it has a basis, a cap, and can be waived.

    Free until 24 hours before the start is Mila's, free within five minutes TaskRabbit's; that the share
    grows the later the notice comes is how Helpling counts (25 % from 48 hours on, 50 % from 24, 100 % from
    12). Our own choice, as there is no source: the shares and hours here, the cap, the fee for a visit in
    vain.

    Attributes:
        version: the name of this set of numbers.
        tiers: the shares by notice, the longest notice first; a notice of exactly so many minutes belongs to
            the tier that names them, and the last tier, of 0 minutes, serves for whatever comes later.
        cooling_off_minutes: nothing is owed within this after the friend or the network has said yes.
        most: the most that is owed, whatever the share.
        no_show_percent: the share that a customer owes who was not there.
        visit_fee: what is owed for a visit that came to nothing for a reason named here.
        visit_fee_reasons: the codes of these reasons, of `bookings.FAILURES`.

    Raises:
        InvalidValueError: tiers that do not fall in notice and rise in share, or do not end with 0 minutes;
            an amount below zero.

    Examples:
        >>> CompensationPolicy().free_minutes
        1440
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    tiers: tuple[NoticeTier, ...] = attrs.field(
        default=(
            NoticeTier(notice_minutes=_DAY, percent=0),
            NoticeTier(notice_minutes=12 * _HOUR, percent=25),
            NoticeTier(notice_minutes=0, percent=50),
        ),
        converter=TupleOf[NoticeTier],
        validator=tuple_of(instance_of(NoticeTier), least=1),
    )
    cooling_off_minutes: int = attrs.field(default=5, validator=integer(0, _DAY))
    most: Money = attrs.field(default=chf(40), validator=instance_of(Money))
    no_show_percent: int = attrs.field(default=50, validator=integer(0, 100))
    visit_fee: Money = attrs.field(default=chf(20), validator=instance_of(Money))
    visit_fee_reasons: frozenset[str] = attrs.field(
        default=frozenset({"no_access", "defective_hardware", "out_of_scope"}),
        converter=FrozensetOf[str],
        validator=frozenset_of(identifier),
        repr=sorted_repr,
    )

    def __attrs_post_init__(self) -> None:
        """Refuse tiers of which one would never be reached, or that reward a late notice."""
        notices = [each.notice_minutes for each in self.tiers]
        shares = [each.percent for each in self.tiers]
        if notices != sorted(set(notices), reverse=True) or notices[-1] != 0:
            expected = "tiers by notice, the longest first, to one of 0 minutes"
            raise InvalidValueError("tiers", expected, describe(notices))
        if shares != sorted(shares):
            raise InvalidValueError("tiers", "shares that do not fall with the notice", describe(shares))
        for name in ("most", "visit_fee"):
            if getattr(self, name) < ZERO:
                raise InvalidValueError(name, "CHF 0.00 or more", str(getattr(self, name)))

    @property
    def free_minutes(self) -> int | None:
        """How many minutes before the start a customer still cancels freely; None if never."""
        return min((each.notice_minutes for each in self.tiers if not each.percent), default=None)
