"""Matching: who may come, who fits best, and why; who gets whom."""

from mila_core.matching.index import FriendIndex
from mila_core.matching.ranking import Match, Ranking, Why
from mila_core.matching.stable import StableMatching, blocking_pairs, stable_match
from mila_core.matching.terms import RankingParams, Term

__all__ = [
    "FriendIndex",
    "Match",
    "Ranking",
    "RankingParams",
    "StableMatching",
    "Term",
    "Why",
    "blocking_pairs",
    "stable_match",
]
