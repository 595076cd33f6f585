"""Policies: every default number of a network, validated, versioned, and kept with what is made under it.

An algorithm has no number of its own. A policy is a value: change it with `attrs.evolve`, give it another
version, and new bookings use it; a booking keeps the policy under which it was made.
"""

from mila_core.policies.availability import AvailabilityPolicy
from mila_core.policies.badges import Badge, BadgePolicy
from mila_core.policies.booking import BookingPolicy
from mila_core.policies.commission import CommissionTier
from mila_core.policies.compensation import CompensationPolicy, NoticeTier
from mila_core.policies.dispatch import DispatchPolicy
from mila_core.policies.dispute import DisputePolicy
from mila_core.policies.eligibility import EligibilityPolicy
from mila_core.policies.network import NetworkPolicy, swiss_policy
from mila_core.policies.settlement import SettlementPolicy, YearlyLimit
from mila_core.policies.vat import SWISS_VAT_RATES, VatRate, VatTreatment, vat_contained

__all__ = [
    "SWISS_VAT_RATES",
    "AvailabilityPolicy",
    "Badge",
    "BadgePolicy",
    "BookingPolicy",
    "CommissionTier",
    "CompensationPolicy",
    "DispatchPolicy",
    "DisputePolicy",
    "EligibilityPolicy",
    "NetworkPolicy",
    "NoticeTier",
    "SettlementPolicy",
    "VatRate",
    "VatTreatment",
    "YearlyLimit",
    "swiss_policy",
    "vat_contained",
]
