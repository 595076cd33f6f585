"""Matching: who may come, who fits best, and why; who gets whom; who is shown how much."""

from mila_core.matching.exposure import (
    ExposureAccount,
    ExposureLedger,
    ExposureReport,
    exposure_report,
    merge_ledgers,
)
from mila_core.matching.exposure_simulation import ExposureMarket, simulate_exposure, simulated_requests
from mila_core.matching.fairness import MOST_CANDIDATES, FairExposure, FairExposureParams
from mila_core.matching.index import FriendIndex
from mila_core.matching.ranking import Match, Ranking, Why
from mila_core.matching.stable import StableMatching, blocking_pairs, stable_match
from mila_core.matching.terms import RankingParams, Term

__all__ = [
    "MOST_CANDIDATES",
    "ExposureAccount",
    "ExposureLedger",
    "ExposureMarket",
    "ExposureReport",
    "FairExposure",
    "FairExposureParams",
    "FriendIndex",
    "Match",
    "Ranking",
    "RankingParams",
    "StableMatching",
    "Term",
    "Why",
    "blocking_pairs",
    "exposure_report",
    "merge_ledgers",
    "simulate_exposure",
    "simulated_requests",
    "stable_match",
]
