"""All policies of a network under one name."""

import attrs

from mila_core.errors import InvalidValueError
from mila_core.policies.availability import AvailabilityPolicy
from mila_core.policies.badges import BadgePolicy
from mila_core.policies.booking import BookingPolicy
from mila_core.policies.dispatch import DispatchPolicy
from mila_core.policies.dispute import DisputePolicy
from mila_core.policies.eligibility import EligibilityPolicy
from mila_core.policies.settlement import SettlementPolicy
from mila_core.validation import identifier, instance_of
from mila_core.verifications import VerificationKind

__all__ = ["NetworkPolicy", "swiss_policy"]


@attrs.frozen(kw_only=True, cache_hash=True)
class NetworkPolicy:
    """All rules of a network under one name; what is made under it keeps the part that it needs.

    Attributes:
        version: the name of this set of rules.
        availability: what keeps visits apart, and how far ahead they can be booked.
        booking: the time limits of a booking; each booking keeps them.
        eligibility: what is asked of everyone who comes; each visit keeps it.
        settlement: the numbers of the money side.
        badges: what earns a badge.
        dispatch: how a request is shown to several friends.
        disputes: how long an outcome can be contested.

    Raises:
        InvalidValueError: a notice for slots that is shorter than the one for requests.

    Examples:
        >>> swiss_policy().booking == BookingPolicy()
        True
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    availability: AvailabilityPolicy = attrs.field(
        factory=AvailabilityPolicy, validator=instance_of(AvailabilityPolicy)
    )
    booking: BookingPolicy = attrs.field(factory=BookingPolicy, validator=instance_of(BookingPolicy))
    eligibility: EligibilityPolicy = attrs.field(
        factory=EligibilityPolicy, validator=instance_of(EligibilityPolicy)
    )
    settlement: SettlementPolicy = attrs.field(
        factory=SettlementPolicy, validator=instance_of(SettlementPolicy)
    )
    badges: BadgePolicy = attrs.field(factory=BadgePolicy, validator=instance_of(BadgePolicy))
    dispatch: DispatchPolicy = attrs.field(factory=DispatchPolicy, validator=instance_of(DispatchPolicy))
    disputes: DisputePolicy = attrs.field(factory=DisputePolicy, validator=instance_of(DisputePolicy))

    def __attrs_post_init__(self) -> None:
        """Refuse rules under which slots are shown that cannot be booked."""
        least = self.booking.request_notice_minutes
        if self.availability.notice_minutes < least:
            expected = f"a notice of at least the booking's, {least} minutes"
            raise InvalidValueError("availability", expected, f"{self.availability.notice_minutes} minutes")


def swiss_policy() -> NetworkPolicy:
    """Return the preset for Switzerland: the default of every number, for a network that has no wishes yet.

    Of private helpers and firms identity and address are verified, of helpers the criminal record as well,
    and of both the account that they are paid to.

    Examples:
        >>> sorted(kind.value for kind in swiss_policy().eligibility.pro_verifications)
        ['address', 'ahv', 'iban', 'identity']
    """
    person = {VerificationKind.IDENTITY, VerificationKind.ADDRESS, VerificationKind.IBAN}
    return NetworkPolicy(
        eligibility=EligibilityPolicy(
            friend_verifications=person | {VerificationKind.CRIMINAL_RECORD},
            pro_verifications=person | {VerificationKind.AHV},
        )
    )
