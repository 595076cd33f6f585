"""Reputation: from revealed ratings to what is believed of each friend, and why.

Beside it reliability, counted from bookings and invitations, and the badges that both earn.
"""

from mila_core.reputation.badge_assessment import BadgeAssessment, BadgeVerdict, badges, strikes
from mila_core.reputation.bayesian_average import BayesianAverageParams, Contribution, explain, score
from mila_core.reputation.reliability_counts import POSITIVE_STARS, merge_reliabilities, reliability

__all__ = [
    "POSITIVE_STARS",
    "BadgeAssessment",
    "BadgeVerdict",
    "BayesianAverageParams",
    "Contribution",
    "badges",
    "explain",
    "merge_reliabilities",
    "reliability",
    "score",
    "strikes",
]
