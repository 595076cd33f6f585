"""The policy of eligibility."""

import attrs

from mila_core.validation import FrozensetOf, frozenset_of, identifier, instance_of, integer, sorted_repr
from mila_core.verifications import VerificationKind

__all__ = ["EligibilityPolicy"]


@attrs.frozen(kw_only=True)
class EligibilityPolicy:
    """What the network asks of everyone who comes, besides the certifications that a service requires.

    The months that an extract of the criminal record counts are UrbanSitter's; that nothing has to be
    verified, and that a certification ends without grace, is where each network begins: our own choice.

    Attributes:
        version: the name of this set of numbers.
        friend_verifications: what has to be verified of a private helper.
        pro_verifications: what has to be verified of a registered firm.
        grace_days: for how many days after its end a certification still counts.
        criminal_record_months: for how many months an extract of the criminal record counts.

    Examples:
        >>> EligibilityPolicy(friend_verifications=[VerificationKind.IDENTITY]).criminal_record_months
        13
    """

    version: str = attrs.field(default="ch-1", validator=identifier)
    friend_verifications: frozenset[VerificationKind] = attrs.field(
        default=frozenset(),
        converter=FrozensetOf[VerificationKind],
        validator=frozenset_of(instance_of(VerificationKind)),
        repr=sorted_repr,
    )
    pro_verifications: frozenset[VerificationKind] = attrs.field(
        default=frozenset(),
        converter=FrozensetOf[VerificationKind],
        validator=frozenset_of(instance_of(VerificationKind)),
        repr=sorted_repr,
    )
    grace_days: int = attrs.field(default=0, validator=integer(0, 366))
    criminal_record_months: int = attrs.field(default=13, validator=integer(1, 120))
