"""Matching: who may come, who fits best, and why; who gets whom, and who is shown how much."""

from mila_core.matching._candidates import MOST_CANDIDATES
from mila_core.matching.assigning import Edge, Engine, assign
from mila_core.matching.assignment import Assignment, Unserved
from mila_core.matching.disclosures import disclosure
from mila_core.matching.exposure import (
    ExposureAccount,
    ExposureLedger,
    ExposureReport,
    exposure_report,
    merge_ledgers,
)
from mila_core.matching.exposure_simulation import ExposureMarket, simulate_exposure, simulated_requests
from mila_core.matching.fairness import FairExposure, FairExposureParams
from mila_core.matching.index import MOST_KNOWN, FriendIndex
from mila_core.matching.plans import Plan, PlannedRequest
from mila_core.matching.ranking import MOST_SEED, Match, Ranking, Why
from mila_core.matching.replanning import replan
from mila_core.matching.shards import MergedShards, border_friends, merge_shards, split_by_region
from mila_core.matching.slot_choices import SlotChoice
from mila_core.matching.stable import StableMatching, blocking_pairs, stable_match
from mila_core.matching.standing_basis import StandingBasis
from mila_core.matching.terms import RankingParams, Term
from mila_core.matching.visits import AssignedVisit, ProofPart, VisitAssignment, VisitEdge, assign_visits

__all__ = [
    "MOST_CANDIDATES",
    "MOST_KNOWN",
    "MOST_SEED",
    "AssignedVisit",
    "Assignment",
    "Edge",
    "Engine",
    "ExposureAccount",
    "ExposureLedger",
    "ExposureMarket",
    "ExposureReport",
    "FairExposure",
    "FairExposureParams",
    "FriendIndex",
    "Match",
    "MergedShards",
    "Plan",
    "PlannedRequest",
    "ProofPart",
    "Ranking",
    "RankingParams",
    "SlotChoice",
    "StableMatching",
    "StandingBasis",
    "Term",
    "Unserved",
    "VisitAssignment",
    "VisitEdge",
    "Why",
    "assign",
    "assign_visits",
    "blocking_pairs",
    "border_friends",
    "disclosure",
    "exposure_report",
    "merge_ledgers",
    "merge_shards",
    "replan",
    "simulate_exposure",
    "simulated_requests",
    "split_by_region",
    "stable_match",
]
