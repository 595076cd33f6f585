"""Matching: who may come, who fits best, and why."""

from mila_core.matching.disclosures import disclosure
from mila_core.matching.index import MOST_KNOWN, FriendIndex
from mila_core.matching.ranking import Match, Ranking, Why
from mila_core.matching.slot_choices import SlotChoice
from mila_core.matching.terms import RankingParams, Term

__all__ = [
    "MOST_KNOWN",
    "FriendIndex",
    "Match",
    "Ranking",
    "RankingParams",
    "SlotChoice",
    "Term",
    "Why",
    "disclosure",
]
